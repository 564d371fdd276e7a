import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import { counted, listed, numberWords, staffDate } from '../format.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import { legendMark, mark, tickWords, type Shape } from './marks.ts'
import { laidTicks, placeOf, px, valueTicks } from './scale.ts'
import { bandsOf, heightOf, joined, type Band, type Placed, type SeriesWindow } from './series.ts'
import { pointWords, rangeWords, seriesWords } from './words.ts'

const PLOT = 220
const FOOT = 36
const EDGE = 12
/** More points than this are drawn by columns of time, each from its lowest to its highest value. */
export const MOST_MARKS = 400
const COLUMNS = 160

const shapeOf = (point: ResultPoint): Shape =>
  point.flag === undefined || point.second !== undefined
    ? 'circle'
    : /high/i.test(point.flag)
      ? 'up'
      : /low/i.test(point.flag)
        ? 'down'
        : 'diamond'

const nameOf = (point: ResultPoint): string => (point.flag === undefined ? 'point' : 'out')

interface Scale {
  readonly x: (at: number) => number
  readonly y: (value: number) => number
}

function drawnPoint({ point, at }: Placed, { x, y }: Scale, unit: string | undefined): Html {
  const told = { words: pointWords(point, unit) }
  const across = x(at)
  const value = heightOf(point)
  // Words without a number stand on the base line, so that no height is read into them (D59).
  if (point.number === undefined) return mark('circle', 'open', across, value === undefined ? PLOT : y(value), told)
  if (point.second !== undefined)
    return html`<line
        class="joined"
        x1="${across}%"
        x2="${across}%"
        y1="${px(y(point.number))}"
        y2="${px(y(point.second))}"
        stroke-width="3"
      />
      ${mark(shapeOf(point), nameOf(point), across, y(point.number), told)}${mark(shapeOf(point), nameOf(point), across, y(point.second))}`
  return html`${mark(shapeOf(point), nameOf(point), across, y(point.number), told, 4)}${point.converted !== undefined && html`<circle class="converted" cx="${across}%" cy="${px(y(point.number))}" r="7.5" fill="none" stroke-width="1.2" />`}`
}

/** Too many points to tell apart: a bar a column, from the lowest to the highest, and every point that is flagged. */
function drawnColumns(shown: readonly Placed[], scale: Scale, unit: string | undefined): readonly Html[] {
  const columns = Map.groupBy(shown, ({ at }) => Math.min(COLUMNS - 1, Math.floor((scale.x(at) / 100) * COLUMNS)))
  return [...columns].map(([column, points]) => {
    const [only] = points
    if (points.length === 1 && only !== undefined) return drawnPoint(only, scale, unit)
    const values = points.flatMap(({ point }) => [point.number, point.second].filter(value => value !== undefined))
    const x = ((column + 0.5) / COLUMNS) * 100
    const [low, high] = [Math.min(...values), Math.max(...values)]
    const flags = [...new Set(points.flatMap(({ point }) => point.flag ?? []))]
    const words = `${seriesWords(points, unit)}${flags.length > 0 ? `; ${flags.join(', ')}` : ''}`
    if (values.length === 0) return mark('circle', 'open', x, PLOT, { words, count: points.length })
    return html`<line
      class="column${flags.length > 0 && ' out'}"
      x1="${x}%"
      x2="${x}%"
      y1="${px(scale.y(high) - 1)}"
      y2="${px(scale.y(low) + 1)}"
      stroke-width="4"
      data-x="${x}"
      data-count="${points.length}"
      data-words="${words}"
    />`
  })
}

/** `3.5 to 5.1, range of GSTT`; with the days of its values where there is more than one range (D55). */
function bandWords(bands: readonly Band[]): readonly string[] {
  const days = Map.groupBy(bands, band => `${rangeWords(band)}, range of ${band.by.join(' and ')}`)
  return [...days].map(([words, own]) => {
    const times = own.map(({ first, last }) => [...new Set([staffDate(first, 'date'), staffDate(last, 'date')])].join(' to '))
    return days.size === 1 ? words : `${words}, ${listed(times)}`
  })
}

/** What the marks of this chart mean; only those that occur. */
function legend(shown: readonly Placed[], bands: readonly Band[], unmatched: boolean): Html {
  const has = (test: (point: ResultPoint) => boolean): boolean => shown.some(({ point }) => test(point))
  const keys: Child[] = [
    ...bandWords(bands).map(words => html`<i class="lcr-key lcr-key--band"></i>${words}`),
    unmatched && html`Ranges differ between laboratories and times: see the table`,
    has(p => /high/i.test(p.flag ?? '')) && html`${legendMark('up', 'out')}High`,
    has(p => /low/i.test(p.flag ?? '')) && html`${legendMark('down', 'out')}Low`,
    has(p => /abnormal/i.test(p.flag ?? '')) && html`${legendMark('diamond', 'out')}Abnormal`,
    has(p => p.number === undefined) && html`${legendMark('circle', 'open')}As written, not a number`,
    has(p => p.converted !== undefined) && html`<i class="lcr-key lcr-key--converted"></i>Ringed: converted to this unit`,
    has(p => p.second !== undefined) && html`<i class="lcr-key lcr-key--pair"></i>Systolic over diastolic`,
    changes(shown).length > 0 && html`<i class="lcr-key lcr-key--change"></i>Method changed`,
  ].filter(key => key !== false)
  return keys.length === 0
    ? nothing
    : html`<ul class="lcr-legend">
        ${keys.map(key => html`<li>${key}</li>`)}
      </ul>`
}

/** Between which points the method changed: no line is drawn there (D56). */
const changes = (shown: readonly Placed[]): readonly number[] =>
  shown.flatMap(({ point, at }, place) => {
    const before = shown[place - 1]
    return before?.point.method !== undefined && point.method !== undefined && before.point.method !== point.method
      ? [(before.at + at) / 2]
      : []
  })

/**
 * The values of one series over time (D54 to D61): as wide as its box, time in proportion, straight lines thinner than the
 * points, a pale band a range. Its words name count, span, first, last, lowest and highest. Without points it is a sentence.
 *
 * @param openedAt ISO instant: today.
 */
export function trendChart(entry: ResultEntry, window: SeriesWindow, openedAt: string): Html {
  const { span, shown } = window
  const now = Date.parse(openedAt)
  if (shown.length === 0)
    return html`<p class="lcr-foot lcr-foot--empty">
      No results between ${staffDate(new Date(span.from).toISOString(), 'date')} and ${staffDate(new Date(span.to).toISOString(), 'date')}.
    </p>`
  const { bands, unmatched } = bandsOf(window)
  const heights = [
    ...shown.flatMap(({ point }) => [heightOf(point), point.second]),
    ...bands.flatMap(({ low, high }) => [low, high]),
  ].filter(value => value !== undefined)
  const ticks = heights.length === 0 ? [] : valueTicks(Math.min(...heights), Math.max(...heights))
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1]
  const x = (at: number): number => placeOf(span, at)
  const y = (value: number): number => EDGE + (1 - (value - low) / (high - low)) * (PLOT - 2 * EDGE)
  const scale = { x, y }
  const words = seriesWords(shown, entry.unit)
  const place = (value: number | undefined, otherwise: number): number => (value === undefined ? otherwise : y(value))
  return html`<figure class="lcr-chart">
    <div class="lcr-plot-box" data-chart="Results of ${entry.title} by time">
      <svg class="lcr-chart__plot" width="100%" height="${PLOT + FOOT}" role="img" aria-label="${entry.title}: ${words}" focusable="false">
        ${bands.map(band => {
          const top = place(band.high, 0)
          return html`<rect
            class="band"
            x="${x(band.from)}%"
            y="${px(top)}"
            width="${px(x(band.to) - x(band.from))}%"
            height="${px(place(band.low, PLOT) - top)}"
          />`
        })}${ticks.map(
          value =>
            html`<line class="grid" x1="0" x2="100%" y1="${px(y(value))}" y2="${px(y(value))}" stroke-width="1" /><text
                class="tick"
                x="-6"
                y="${px(y(value) + 4)}"
                text-anchor="end"
                >${numberWords(String(value))}</text
              >`,
        )}${laidTicks(span, x(now), 'end').map(
          tick =>
            html`<line class="grid" x1="${tick.x}%" x2="${tick.x}%" y1="0" y2="${PLOT}" stroke-width="1" />${tickWords(tick, PLOT + 16)}`,
        )}
        <text class="tick tick--today" x="${x(now)}%" y="${PLOT + 16}" text-anchor="end">Today</text>
        <line class="axis" x1="0" x2="100%" y1="${PLOT}" y2="${PLOT}" stroke-width="1" />
        ${changes(shown).map(at => html`<line class="change" x1="${x(at)}%" x2="${x(at)}%" y1="0" y2="${PLOT}" stroke-width="1" stroke-dasharray="2 3" />`)}${
          shown.length <= MOST_MARKS &&
          joined(shown)
            .filter(([a]) => a.point.second === undefined)
            .map(
              ([a, b]) =>
                html`<line
                  class="line"
                  x1="${x(a.at)}%"
                  y1="${px(y(a.point.number ?? 0))}"
                  x2="${x(b.at)}%"
                  y2="${px(y(b.point.number ?? 0))}"
                  stroke-width="1.2"
                />`,
            )
        }${shown.length > MOST_MARKS ? drawnColumns(shown, scale, entry.unit) : shown.map(point => drawnPoint(point, scale, entry.unit))}
      </svg>
    </div>
    ${legend(shown, bands, unmatched)}
    <figcaption class="lcr-chart__words" aria-hidden="true">
      ${words}.${window.undated.length > 0 && ` ${counted(window.undated.length, 'result')} without a day ${window.undated.length === 1 ? 'stands' : 'stand'} in the table only.`}
    </figcaption>
  </figure>`
}
