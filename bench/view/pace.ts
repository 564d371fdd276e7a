/** A reader stays this long after the last part, so that what is done after it is paid for too. */
export const READER_STAYS_MS = 25
/** How often the event loop is looked at; a hold shows as what exceeds it. */
export const RESOLUTION_MS = 2
