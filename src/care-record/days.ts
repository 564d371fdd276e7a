const HOUR = 3_600_000
const DAY = 24 * HOUR
const DATE = /^\d{4}-\d{2}-\d{2}$/

const onDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** A FHIR date of a whole day that there is. */
export const isDate = (text: string): boolean => DATE.test(text) && !Number.isNaN(Date.parse(text)) && onDay(Date.parse(text)) === text

/** Whether one FHIR date is the other or before it. One that cannot be read is neither. */
export const isBy = (date: string, other: string): boolean => isDate(date) && isDate(other) && date <= other

/** FHIR date, some days on; of one that cannot be read nothing. */
export const plusDays = (date: string, days: number): string => (isDate(date) ? onDay(Date.parse(date) + days * DAY) : '')

const london = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit', day: '2-digit' })
let lastDay = { of: Number.NaN, is: '' }

/** FHIR date of an instant in London, epoch milliseconds; '' of none. The day changes on a whole hour there, so that one answer serves an hour. */
export function londonDay(ms: number): string {
  const of = Math.floor(ms / HOUR)
  if (of !== lastDay.of) lastDay = { of, is: Number.isNaN(ms) ? '' : london.format(ms) }
  return lastDay.is
}
