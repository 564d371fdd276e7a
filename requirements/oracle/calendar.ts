const LONDON = 'Europe/London'

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Milliseconds of an instant with its offset; `undefined`: it is none. */
export const instantOf = (text: string): number | undefined => attempt(() => Temporal.Instant.from(text).epochMilliseconds)

/** Day in London at an instant. */
export const londonDayOf = (ms: number): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(LONDON).toPlainDate()

/** The next midnight in London after an instant. */
export const nextMidnight = (ms: number): number => londonDayOf(ms).add({ days: 1 }).toZonedDateTime({ timeZone: LONDON }).epochMilliseconds

/** A whole day, `2026-11-21`. */
export const dayOf = (text: string): Temporal.PlainDate | undefined =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) ? attempt(() => Temporal.PlainDate.from(text)) : undefined

/** First and last day that a FHIR date may mean: it may be a year or a month only. */
function daysOf(text: string): { readonly first: Temporal.PlainDate; readonly last: Temporal.PlainDate } | undefined {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? []
  if (!year) return undefined
  const first = dayOf(`${year}-${month ?? '01'}-${day ?? '01'}`)
  if (!first) return undefined
  const after = day ? first.add({ days: 1 }) : month ? first.add({ months: 1 }) : first.add({ years: 1 })
  return { first, last: after.subtract({ days: 1 }) }
}

/** The last instant a FHIR date or date with time may mean. */
export function latestOf(text: string): number | undefined {
  const days = daysOf(text)
  return days ? days.last.add({ days: 1 }).toZonedDateTime({ timeZone: LONDON }).epochMilliseconds - 1 : instantOf(text)
}

/** Whole days from one day to another; less than 0 when it lies before. */
export const daysBetween = (from: Temporal.PlainDate, to: Temporal.PlainDate): number => from.until(to, { largestUnit: 'day' }).days
