import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import { counted, numberWords, staffDate } from '../format.ts'
import type { Placed } from './series.ts'

/** `▲ High` without colour (D50). */
export const flagShape = (flag: string): string =>
  /critical/i.test(flag) ? (/low/i.test(flag) ? '▼▼' : '▲▲') : /high/i.test(flag) ? '▲' : /low/i.test(flag) ? '▼' : '◆'

const reported = (value: number, decimals: number): string =>
  numberWords(value.toFixed(Math.max(decimals, /\.(\d+)/.exec(String(value))?.[1]?.length ?? 0)))

const decimalsOf = (words: string): number => /^[^\d]*\d[\d,]*\.(\d+)/.exec(words)?.[1]?.length ?? 0

/** The lowest or highest value with the decimals it was reported with. */
function extreme(shown: readonly Placed[], of: (point: ResultPoint) => number | undefined, pick: (...values: number[]) => number): string {
  const values = shown.flatMap(({ point }) => of(point) ?? [])
  const value = pick(...values)
  const from = shown.find(({ point }) => of(point) === value)?.point
  return from?.second === undefined ? reported(value, decimalsOf(from?.words ?? '')) : numberWords(String(value))
}

/** What a chart of a series says to those who do not see it: count, span, first, last, lowest, highest (D57). */
export function seriesWords(shown: readonly Placed[], unit: string | undefined): string {
  const [first, last] = [shown[0]?.point, shown.at(-1)?.point]
  if (first === undefined || last === undefined) return 'No results'
  const numbers = shown.some(({ point }) => point.number !== undefined)
  const pairs = shown.some(({ point }) => point.second !== undefined)
  const lowest = (of: (point: ResultPoint) => number | undefined): string =>
    `lowest ${extreme(shown, of, Math.min)}, highest ${extreme(shown, of, Math.max)}`
  const range = !numbers
    ? 'no number among them'
    : pairs
      ? `systolic ${lowest(p => p.number)}, diastolic ${lowest(p => p.second)}`
      : lowest(p => p.number)
  return (
    `${counted(shown.length, 'result')} from ${staffDate(first.at, 'date')} to ${staffDate(last.at, 'date')}: ` +
    `first ${first.words}, last ${last.words}, ${range}${unit === undefined || !numbers ? '' : ` ${unit}`}`
  )
}

/** One point as the focus line reads it out. */
export const pointWords = (point: ResultPoint, unit: string | undefined): string =>
  [
    `${staffDate(point.at)}: ${point.words}${unit !== undefined && !point.words.endsWith(unit) ? ` ${unit}` : ''}`,
    point.flag === undefined ? '' : `${flagShape(point.flag)} ${point.flag}`,
    point.short,
    point.converted === undefined ? '' : `reported as ${point.converted}`,
  ]
    .filter(words => words !== '')
    .join(', ')

/** Range of a point in words: `3.5 to 5.3`, `up to 5`. */
export const rangeWords = ({ low, high }: Pick<ResultPoint, 'low' | 'high'>): string | undefined =>
  low !== undefined && high !== undefined
    ? `${numberWords(String(low))} to ${numberWords(String(high))}`
    : high !== undefined
      ? `up to ${numberWords(String(high))}`
      : low !== undefined
        ? `from ${numberWords(String(low))}`
        : undefined

/** Heading of a result: its name, and of what it was taken. */
export const testName = (entry: Pick<ResultEntry, 'title' | 'specimen'>): string =>
  entry.specimen === undefined ? entry.title : `${entry.title}, ${entry.specimen}`
