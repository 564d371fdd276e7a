import { isDate, londonDay } from '../../care-record/days.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/** Epoch milliseconds; NaN for text without an offset, of a day that there is not, or that is no instant. */
export function instantOf(text: string): number {
  const day = INSTANT.exec(text)?.[1]
  return day === undefined || !isDate(day) ? Number.NaN : Date.parse(text)
}

/** The end of the day of an instant in London, epoch milliseconds: in summer an hour before midnight UTC. */
export function nextMidnight(ms: number): number {
  const next = Date.parse(londonDay(ms)) + DAY
  return londonDay(next - HOUR) === new Date(next).toISOString().slice(0, 10) ? next - HOUR : next
}

/** The last instant that a FHIR date or instant may mean: of a day, month or year its last millisecond in London. NaN when it cannot be read. */
export function latestOf(date: string): number {
  if (isDate(date)) return nextMidnight(Date.parse(date)) - 1
  const [, year, month] = /^(\d{4})(?:-(0[1-9]|1[0-2]))?$/.exec(date) ?? []
  if (year === undefined) return instantOf(date)
  const first = month === undefined ? Date.UTC(Number(year) + 1, 0, 1) : Date.UTC(Number(year), Number(month), 1)
  return nextMidnight(first - DAY) - 1
}
