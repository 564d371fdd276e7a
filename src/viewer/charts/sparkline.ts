import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import { html, nothing, type Html } from '../html.ts'
import { px } from './scale.ts'
import { heightOf, joined, seriesWindow, WINDOW_MONTHS, type Placed } from './series.ts'
import { seriesWords } from './words.ts'

const WIDTH = 84
const HEIGHT = 24
const EDGE = 4

/** Range shared by every plotted point and by one laboratory, else none: this is too small for two (D55). */
function bandOf(points: readonly ResultPoint[]): { low: number; high: number } | undefined {
  const [first] = points
  if (first?.low === undefined || first.high === undefined) return undefined
  const same = points.every(p => p.low === first.low && p.high === first.high && p.short === first.short)
  return same ? { low: first.low, high: first.high } : undefined
}

/**
 * Sparkline of 84 by 24: the twelve months before `now`, time in proportion, straight lines thinner than the points, the
 * normal range as a pale band, what is no number as an open mark, a blood pressure as bars (D54 to D61).
 *
 * @param now ISO instant at the right edge.
 */
export function sparkline(entry: ResultEntry, now: string): Html {
  const window = seriesWindow(entry.series, now)
  const { span, shown } = window
  const heights = shown.flatMap(({ point }) => [heightOf(point), point.second].filter(value => value !== undefined))
  if (shown.length < 2 || heights.length === 0) return nothing
  const band = bandOf(shown.map(({ point }) => point))
  const least = Math.min(...heights, ...(band ? [band.low] : []))
  const most = Math.max(...heights, ...(band ? [band.high] : []))
  const x = (at: number): number => px(EDGE + ((Math.min(at, span.to) - span.from) / (span.to - span.from)) * (WIDTH - 2 * EDGE))
  const y = (value: number | undefined): number =>
    value === undefined
      ? HEIGHT - EDGE
      : most === least
        ? HEIGHT / 2
        : px(HEIGHT - EDGE - ((value - least) / (most - least)) * (HEIGHT - 2 * EDGE))
  const drawn = ({ point, at }: Placed): Html => {
    const [across, up] = [x(at), y(heightOf(point))]
    if (point.number === undefined) return html`<circle class="open" cx="${across}" cy="${up}" r="2.5" />`
    if (point.second !== undefined) return html`<path class="joined" d="M${across} ${up}V${y(point.second)}" />`
    if (point.flag === undefined) return html`<circle class="point" cx="${across}" cy="${up}" r="2" />`
    const tip = /low/i.test(point.flag) ? 3.2 : -3.2
    return html`<path class="out" d="M${px(across - 3)} ${px(up - tip)}h6L${across} ${px(up + tip)}z" />`
  }
  const line = joined(shown)
    .filter(([a]) => a.point.second === undefined)
    .map(([a, b]) => `M${x(a.at)} ${y(a.point.number)}L${x(b.at)} ${y(b.point.number)}`)
  const outside = window.before + window.after + window.undated.length
  return html`<svg
    class="lcr-trend"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    role="img"
    aria-label="${seriesWords(shown, entry.unit)}${outside > 0 && `; ${outside} outside these ${WINDOW_MONTHS} months not drawn`}"
    focusable="false"
  >
    ${band && html`<rect class="band" x="0" y="${y(band.high)}" width="${WIDTH}" height="${px(y(band.low) - y(band.high))}" />`}
    ${line.length > 0 && html`<path class="line" d="${line.join('')}" />`}${shown.map(drawn)}
  </svg>`
}
