import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import type { Snapshot } from '../../care-record/snapshot.ts'
import { instantOf, monthsFrom, type Span } from './scale.ts'

/** Months of every chart unless the whole is asked for (D58). */
export const WINDOW_MONTHS = 12
/** No line is drawn over a longer time without a value, months (D56). */
export const GAP_MONTHS = 24

export interface Placed {
  readonly point: ResultPoint
  /** Milliseconds. */
  readonly at: number
}

/** What of a series a chart shows, and what it says of the rest. */
export interface SeriesWindow {
  readonly span: Span
  /** Oldest first. */
  readonly shown: readonly Placed[]
  readonly before: number
  readonly after: number
  /** Without a day: in the table only. */
  readonly undated: readonly ResultPoint[]
}

/**
 * The part of a series that stands in a chart. The window is fixed and never stretched to what is in it (D58).
 *
 * @param now ISO instant at the right edge. @param all from the first value, and at least the window.
 */
export function seriesWindow(series: readonly ResultPoint[], now: string, all = false): SeriesWindow {
  const to = Date.parse(now)
  const placed: Placed[] = []
  const undated: ResultPoint[] = []
  for (const point of series) {
    const at = instantOf(point.at)
    if (at === undefined) undated.push(point)
    else placed.push({ point, at })
  }
  placed.sort((a, b) => a.at - b.at)
  const year = monthsFrom(to, -WINDOW_MONTHS)
  const from = all ? Math.min(year, placed[0]?.at ?? year) : year
  // A day alone stands at its noon, which may be later than now.
  const last = all ? Math.max(to, placed.at(-1)?.at ?? to) : to
  const shown = placed.filter(({ at, point }) => at >= from && (at <= last || point.at === now.slice(0, 10)))
  return {
    span: { from, to: last },
    shown,
    before: placed.filter(({ at }) => at < from).length,
    after: placed.length - shown.length - placed.filter(({ at }) => at < from).length,
    undated,
  }
}

/** Where a point stands on the scale of values: its number, or the limit that its words name. */
export const heightOf = (point: ResultPoint): number | undefined => point.number ?? point.limit

/** A line joins two values unless more than 24 months, a change of method or a value past a limit lies between (D56, D59). */
export function joins(a: Placed, b: Placed): boolean {
  if (a.point.number === undefined || b.point.number === undefined) return false
  if (a.point.method !== undefined && b.point.method !== undefined && a.point.method !== b.point.method) return false
  return b.at <= monthsFrom(a.at, GAP_MONTHS)
}

/** Pairs of values that a line joins, in order. Words without a number between them are no value and are passed over. */
export function joined(shown: readonly Placed[]): readonly (readonly [Placed, Placed])[] {
  const values = shown.filter(({ point }) => heightOf(point) !== undefined)
  return values.flatMap((b, place) => {
    const a = values[place - 1]
    return a !== undefined && joins(a, b) ? [[a, b] as const] : []
  })
}

/** In-range area over a part of the time. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly low?: number
  readonly high?: number
  /** Short names of the laboratories whose range it is. */
  readonly by: readonly string[]
  /** FHIR dateTimes of the first and last value reported with it. */
  readonly first: string
  readonly last: string
}

// More changes than this are stripes that nobody can read: the ranges stand in the table.
const MOST_BANDS = 6

/**
 * Bands of the ranges in force, each over the time of the values reported with it (D55).
 *
 * @returns `unmatched`: the ranges change too often to be drawn.
 */
export function bandsOf({ span, shown }: SeriesWindow): { readonly bands: readonly Band[]; readonly unmatched: boolean } {
  const runs: { from: number; to: number; point: ResultPoint; last: string; by: string[] }[] = []
  for (const { point, at } of shown) {
    const run = runs.at(-1)
    if (run !== undefined && run.point.low === point.low && run.point.high === point.high) {
      run.to = at
      run.last = point.at
      if (!run.by.includes(point.short)) run.by.push(point.short)
      continue
    }
    if (run !== undefined) run.to = (run.to + at) / 2
    runs.push({ from: run?.to ?? span.from, to: at, point, last: point.at, by: [point.short] })
  }
  const last = runs.at(-1)
  if (last !== undefined) last.to = span.to
  const bands = runs
    .filter(({ point }) => point.low !== undefined || point.high !== undefined)
    .map(({ from, to, by, last, point: { at, low, high } }) => ({
      from,
      to,
      by,
      first: at,
      last,
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high }),
    }))
  return bands.length > MOST_BANDS ? { bands: [], unmatched: true } : { bands, unmatched: false }
}

/** The words of a point without the unit, which stands in the head of the table (D76). */
export const bareWords = (point: ResultPoint, unit: string | undefined): string =>
  unit !== undefined && point.words.endsWith(` ${unit}`) ? point.words.slice(0, -unit.length - 1) : point.words

/**
 * The entry whose series a result belongs to: itself, or the newest of the same test, which carries all points.
 * `undefined` when it stands alone.
 */
export function seriesHead(snapshot: Snapshot, entry: ResultEntry): ResultEntry | undefined {
  if (entry.series.length > 0) return entry
  const said = [entry.value, `${entry.value} ${entry.unit ?? ''}`.trim()]
  const isIts = (point: ResultPoint): boolean =>
    point.at === entry.date &&
    point.short === entry.recordedBy.short &&
    (said.includes(point.words) || said.includes(point.converted ?? ''))
  const heads: ResultEntry[] = []
  for (const other of snapshot.entries.get(entry.section)?.values() ?? [])
    if (other.kind === 'result' && other.series.some(isIts)) heads.push(other)
  const alike = heads.filter(({ title, specimen }) => title === entry.title && specimen === entry.specimen)
  return alike.length === 1 ? alike[0] : heads.length === 1 ? heads[0] : undefined
}
