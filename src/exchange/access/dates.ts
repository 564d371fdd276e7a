const HOUR = 3_600_000
const DAY = 24 * HOUR

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Epoch milliseconds; NaN for text without an offset, of a day that there is not, or that is no instant. */
export function instantOf(text: string): number {
  const day = INSTANT.exec(text)?.[1]
  return day === undefined || !isDate(day) ? Number.NaN : Date.parse(text)
}

const isDate = (text: string): boolean => DATE.test(text) && !Number.isNaN(Date.parse(text)) && onDay(Date.parse(text)) === text
const onDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Whether one FHIR date is the other or before it. One that cannot be read is neither. */
export const isBy = (date: string, other: string): boolean => isDate(date) && isDate(other) && date <= other

/** FHIR date, some days on; of one that cannot be read nothing. */
export const plusDays = (date: string, days: number): string => (isDate(date) ? onDay(Date.parse(date) + days * DAY) : '')

const london = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit', day: '2-digit' })
let lastDay = { of: Number.NaN, is: '' }

/** FHIR date of an instant in London. The day changes on a whole hour there, so that one answer serves an hour. */
export function londonDay(ms: number): string {
  const of = Math.floor(ms / HOUR)
  if (of !== lastDay.of) lastDay = { of, is: Number.isNaN(ms) ? '' : london.format(ms) }
  return lastDay.is
}

/** The end of the day of an instant in London, epoch milliseconds: in summer an hour before midnight UTC. */
export function nextMidnight(ms: number): number {
  const next = Date.parse(london.format(ms)) + DAY
  return london.format(next - HOUR) === onDay(next) ? next - HOUR : next
}

/** The last instant that a FHIR date or instant may mean: of a day, month or year its last millisecond in London. NaN when it cannot be read. */
export function latestOf(date: string): number {
  if (isDate(date)) return nextMidnight(Date.parse(date)) - 1
  const [, year, month] = /^(\d{4})(?:-(0[1-9]|1[0-2]))?$/.exec(date) ?? []
  if (year === undefined) return instantOf(date)
  const first = month === undefined ? Date.UTC(Number(year) + 1, 0, 1) : Date.UTC(Number(year), Number(month), 1)
  return nextMidnight(first - DAY) - 1
}
