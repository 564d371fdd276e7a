import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import { numberWords, staffDate } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'

const WIDTH = 84
const HEIGHT = 24
const EDGE = 4
const WINDOW_MS = 365 * 86_400_000

const round = (number: number): string => String(Math.round(number * 10) / 10)

/** Range shared by every plotted point and by one laboratory, else none: ranges that differ cannot be one band (D55). */
function bandOf(points: readonly ResultPoint[]): { low: number; high: number } | undefined {
  const [first] = points
  if (first?.low === undefined || first.high === undefined) return undefined
  const same = points.every(p => p.low === first.low && p.high === first.high && p.short === first.short)
  return same ? { low: first.low, high: first.high } : undefined
}

/**
 * Sparkline of 84 by 24: the twelve months before `now`, time in proportion, straight lines thinner than the points, the
 * normal range as a pale band, points that are not numbers as open marks on the base line (D54 to D59).
 *
 * @param now ISO instant at the right edge.
 */
export function sparkline(entry: ResultEntry, now: string): Html {
  const end = Date.parse(now)
  const inside = entry.series
    .map(point => ({ point, at: Date.parse(point.at) }))
    .filter(({ at }) => !Number.isNaN(at) && at >= end - WINDOW_MS && at <= end + 86_400_000)
  const numbers = inside.flatMap(({ point }) => (point.number === undefined ? [] : [point.number]))
  if (inside.length < 2 || numbers.length === 0) return nothing
  const earlier = entry.series.length - inside.length
  const band = bandOf(inside.map(({ point }) => point))
  const least = Math.min(...numbers, ...(band ? [band.low] : []))
  const most = Math.max(...numbers, ...(band ? [band.high] : []))
  const x = (at: number): number => EDGE + ((Math.min(at, end) - (end - WINDOW_MS)) / WINDOW_MS) * (WIDTH - 2 * EDGE)
  const y = (value: number): number =>
    most === least ? HEIGHT / 2 : HEIGHT - EDGE - ((value - least) / (most - least)) * (HEIGHT - 2 * EDGE)
  const plotted = inside.map(({ point, at }) => ({ point, x: x(at), y: point.number === undefined ? HEIGHT - EDGE : y(point.number) }))
  const line = plotted.filter(p => p.point.number !== undefined)
  const unit = entry.unit === undefined ? '' : ` ${entry.unit}`
  const first = inside[0]?.point
  const last = inside.at(-1)?.point
  const words =
    `${inside.length} results from ${staffDate(first?.at, 'date')} to ${staffDate(last?.at, 'date')}: ` +
    `first ${first?.words}, last ${last?.words}, lowest ${numberWords(String(Math.min(...numbers)))}, highest ${numberWords(String(Math.max(...numbers)))}${unit}` +
    (earlier > 0 ? `; ${earlier} outside these 12 months not drawn` : '')
  return html`<svg
    class="lcr-trend"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    role="img"
    aria-label="${words}"
    focusable="false"
  >
    ${band && html`<rect class="band" x="0" y="${round(y(band.high))}" width="${WIDTH}" height="${round(y(band.low) - y(band.high))}" />`}
    <polyline class="line" points="${line.map(p => `${round(p.x)},${round(p.y)}`).join(' ')}" />
    ${plotted.map(p => mark(p.point, p.x, p.y))}
  </svg>`
}

const mark = (point: ResultPoint, x: number, y: number): Html => {
  if (point.number === undefined) return html`<circle class="open" cx="${round(x)}" cy="${round(y)}" r="2.5" />`
  if (point.flag === undefined) return html`<circle class="point" cx="${round(x)}" cy="${round(y)}" r="2" />`
  const tip = /low/i.test(point.flag) ? 3.2 : -3.2
  return html`<path class="out" d="M${round(x - 3)} ${round(y - tip)}h6L${round(x)} ${round(y + tip)}z" />`
}
