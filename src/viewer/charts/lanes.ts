import type { Chip } from '../../care-record/entry.ts'
import { counted, listed, staffDate, staffFuture } from '../format.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import { KINDS, kindTitle, kindWords, type Happening, type Kind } from './happenings.ts'
import { clusterMark, legendMark, mark, tickWords, type Shape } from './marks.ts'
import { DAY_MS, laidTicks, monthsFrom, placeOf, px, timeTicks, type Span } from './scale.ts'
import { WINDOW_MONTHS } from './series.ts'

const SHAPE: Readonly<Record<Exclude<Kind, 'stay'>, Shape>> = {
  emergency: 'up',
  contact: 'circle',
  booked: 'circle',
  procedure: 'diamond',
  referral: 'chevron',
  document: 'square',
}

/** Bookings so far ahead stand in the window too, months. */
export const AHEAD_MONTHS = 1
const ROW = 24
const MIDDLE = ROW / 2

/** Twelve months before opening and one after (D58). */
export function laneSpan(openedAt: string): Span {
  const now = Date.parse(openedAt)
  return { from: monthsFrom(now, -WINDOW_MONTHS), to: monthsFrom(now, AHEAD_MONTHS) }
}

/** A drawing for boxes of at least so many pixels: what would overlap there is merged. */
interface Layout {
  readonly name: 'wide' | 'narrow'
  readonly leastPx: number
}
const LAYOUTS: readonly Layout[] = [
  { name: 'wide', leastPx: 480 },
  { name: 'narrow', leastPx: 270 },
]
const LETTER_PX = 6.4

export interface Lane {
  readonly name: string
  /** The organisations in it. */
  readonly by: readonly Chip[]
  readonly items: readonly Happening[]
}

/** Items of one organisation each, the fullest lane first. Beyond `most`, the others share the last lane: nothing is dropped. */
export function lanesOf(items: readonly Happening[], most = Infinity): readonly Lane[] {
  const all = [...Map.groupBy(items, item => `${item.by.odsCode} ${item.by.name}`).values()]
    .map((own): Lane => ({ name: own[0]?.by.name ?? '', by: own[0] === undefined ? [] : [own[0].by], items: own }))
    .sort((a, b) => b.items.length - a.items.length || a.name.localeCompare(b.name, 'en-GB'))
  if (all.length <= most) return all
  const rest = all.slice(most - 1)
  return [
    ...all.slice(0, most - 1),
    { name: `${rest.length} other organisations`, by: rest.flatMap(lane => lane.by), items: rest.flatMap(lane => lane.items) },
  ]
}

export type Timed = Happening & { readonly at: number }

export interface Placement {
  readonly inside: readonly Timed[]
  readonly before: number
  readonly after: number
  readonly undated: number
}

/** Who stands in the window; the others are counted, none is dropped (D58, D141). */
export function placed(items: readonly Happening[], span: Span): Placement {
  const inside: Timed[] = []
  let before = 0
  let after = 0
  let undated = 0
  for (const item of items) {
    const { at } = item
    if (at === undefined) undated += 1
    else if (at > span.to) after += 1
    else if (endOf(item, span) < span.from) before += 1
    else inside.push(item as Timed)
  }
  return { inside, before, after, undated }
}

const endOf = (item: Happening, span: Span): number =>
  item.long ? (item.until ?? (item.open === undefined ? (item.at ?? 0) : span.to)) : (item.at ?? 0)

interface Cluster {
  readonly x: number
  readonly items: readonly Timed[]
}

const shareOf = (pixels: number, layout: Layout): number => (pixels / layout.leastPx) * 100

/** Half the width of a mark or of the number of several, pixels. */
const halfPx = (count: number): number => (count === 1 ? 6 : 5 + 3.5 * String(count).length)
const BETWEEN_PX = 2

/** Marks that would overlap become one with their number (D141). */
function clustered(items: readonly Timed[], span: Span, layout: Layout): readonly Cluster[] {
  const groups: { from: number; to: number; readonly items: Timed[] }[] = []
  for (const item of items.toSorted((a, b) => a.at - b.at)) {
    const place = placeOf(span, item.at)
    groups.push({ from: place, to: place, items: [item] })
    for (;;) {
      const [before, last] = groups.slice(-2)
      if (before === undefined || last === undefined) break
      const apart = (last.from + last.to - before.from - before.to) / 2
      if (apart >= shareOf(halfPx(before.items.length) + halfPx(last.items.length) + BETWEEN_PX, layout)) break
      before.to = last.to
      before.items.push(...last.items)
      groups.pop()
    }
  }
  return groups.map(({ from, to, items }) => ({ x: px((from + to) / 2), items }))
}

const dayOf = (item: Happening): string =>
  item.kind === 'booked' || item.status === 'Booked' ? staffFuture(item.date) : staffDate(item.date, 'date')

/** `3 contacts and 1 document`. */
export const countWords = (items: readonly Happening[]): string =>
  listed(
    KINDS.flatMap(kind => {
      const count = items.filter(item => item.kind === kind).length
      return count === 0 ? [] : [`${count.toLocaleString('en-GB')} ${kindWords(kind, count)}`]
    }),
  )

const NAMED = 4

function told(items: readonly Timed[], lane: string): string {
  const [first, last] = [items[0], items.at(-1)]
  if (first === undefined || last === undefined) return lane
  const days = dayOf(first) === dayOf(last) ? dayOf(first) : `${dayOf(first)} to ${dayOf(last)}`
  const titles = items.slice(0, NAMED).map(item => `${item.title}${item.status === undefined ? '' : ` (${item.status})`}`)
  const more = items.length - titles.length
  return `${days}, ${lane}: ${items.length === 1 ? '' : `${countWords(items)}: `}${titles.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

// Beside its bar a title is said whole or not at all (D80); the readout and the table say every title.
const TITLE_LETTERS = 40

/** Days of a stay in words, or that its end is not known; on a wide drawing with what it is called. */
function barLabel(item: Timed, layout: Layout): string {
  const named = layout.name === 'wide' && item.title.length <= TITLE_LETTERS ? `${item.title}, ` : ''
  if (item.open === 'unknown') return `${named}no end recorded`
  if (item.open === 'going') return `${named}now`
  if (item.until === undefined) return `${named}${item.status ?? 'end not stated'}`
  return `${named}${counted(Math.max(1, Math.round((item.until - item.at) / DAY_MS)), 'day')}`
}

interface Bar {
  readonly item: Timed
  readonly from: number
  readonly to: number
  readonly label: string
  readonly side: 'before' | 'after'
}

/** Least width that can be seen, hundredths of the window. */
const THIN = 0.5

function bars(items: readonly Timed[], span: Span, openedAt: number, layout: Layout): readonly Bar[] {
  return items.map(item => {
    const from = placeOf(span, item.at)
    const end = item.until ?? (item.open === undefined ? item.at : Math.max(openedAt, item.at))
    const to = Math.min(100, Math.max(placeOf(span, end), from + THIN))
    return { item, from, to, label: barLabel(item, layout), side: from > 100 - to ? 'before' : 'after' }
  })
}

interface Row {
  readonly taken: [from: number, to: number][]
}

/** First row of a lane where a stretch of it is free; a new one if none is. */
function rowFor(rows: Row[], from: number, to: number): number {
  let place = rows.findIndex(row => row.taken.every(([a, b]) => to <= a || from >= b))
  if (place < 0) place = rows.push({ taken: [] }) - 1
  rows[place]?.taken.push([from, to])
  return place
}

// Beside a name of two lines the lane is higher than the drawing: the line goes on and the lane cuts it off.
const OVER = { wide: 40, narrow: 0 } as const
const upright = (name: 'grid' | 'today', x: number, height: number, over: number): Html =>
  html`<line class="${name}" x1="${x}%" x2="${x}%" y1="${-over}" y2="${height + over}" stroke-width="${name === 'today' ? 1.5 : 1}" />`

// A lane that needs more rows than this shows its further stays as marks.
const MOST_ROWS = 6

interface Laid {
  readonly rows: number
  readonly bars: readonly { readonly bar: Bar; readonly y: number }[]
  readonly clusters: readonly Cluster[]
}

/** Marks in the first row, stays beside them where there is room and under them where there is not. */
function laid(inside: readonly Timed[], span: Span, openedAt: number, layout: Layout): Laid {
  const share = (pixels: number): number => shareOf(pixels, layout)
  const marks = inside.filter(item => !item.long)
  let clusters = clustered(marks, span, layout)
  const rows: Row[] = [
    { taken: clusters.map(({ x, items }): [number, number] => [x - share(halfPx(items.length)), x + share(halfPx(items.length))]) },
  ]
  const placed = bars(
    inside.filter(item => item.long),
    span,
    openedAt,
    layout,
  ).map(bar => {
    const label = share(bar.label.length * LETTER_PX + 10)
    return { bar, row: rowFor(rows, bar.from - (bar.side === 'before' ? label : 0), bar.to + (bar.side === 'after' ? label : 0)) }
  })
  const over = placed.filter(({ row }) => row >= MOST_ROWS).map(({ bar }) => bar.item)
  if (over.length > 0) clusters = clustered([...marks, ...over], span, layout)
  return {
    rows: Math.min(rows.length, MOST_ROWS),
    bars: placed.filter(({ row }) => row < MOST_ROWS).map(({ bar, row }) => ({ bar, y: row * ROW })),
    clusters,
  }
}

function drawnLane(
  lane: Lane,
  words: string,
  { layout, rows, bars, clusters }: Laid & { readonly layout: Layout },
  span: Span,
  openedAt: number,
): Html {
  const height = rows * ROW
  return html`<svg
    class="lcr-lane__plot lcr-lane__plot--${layout.name}"
    width="100%"
    height="${height}"
    role="img"
    aria-label="${words}"
    focusable="false"
  >
    ${timeTicks(span).map(({ at }) => upright('grid', placeOf(span, at), height, OVER[layout.name]))}
    ${upright('today', placeOf(span, openedAt), height, OVER[layout.name])}
    ${bars.map(({ bar, y }) => drawnBar(bar, y, lane.name))}${clusters.map(cluster => drawnCluster(cluster, lane.name))}
  </svg>`
}

const day = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString().slice(0, 10))

function drawnBar({ item, from, to, label, side }: Bar, y: number, lane: string): Html {
  const words = `${dayOf(item)}${item.end === undefined ? '' : ` to ${staffDate(item.end, 'date')}`}, ${lane}: ${label.startsWith(item.title) ? label : `${item.title}, ${label}`}`
  const at = side === 'before' ? html`x="${from}%" dx="-5" text-anchor="end"` : html`x="${to}%" dx="5" text-anchor="start"`
  return html`<g data-x="${px((from + to) / 2)}" data-count="1" data-words="${words}">
    <rect
      class="bar${item.open !== undefined && ` bar--${item.open}`}"
      x="${from}%"
      y="${y + 5}"
      width="${px(to - from) || THIN}%"
      height="14"
      data-start="${day(item.at)}"
      data-end="${day(item.until)}"
      ${item.open === 'unknown' ? html`stroke-dasharray="4 3"` : nothing}
    /><text class="bar-label" ${at} y="${y + MIDDLE + 4}">${label}</text>
  </g>`
}

function drawnCluster({ x, items }: Cluster, lane: string): Html {
  const [only] = items
  const words = told(items, lane)
  if (items.length > 1 || only === undefined)
    return clusterMark(
      x,
      MIDDLE,
      { words, count: items.length },
      items.some(item => item.kind === 'emergency'),
    )
  const shape = only.kind === 'stay' ? 'square' : SHAPE[only.kind]
  return mark(shape, `mark mark--${only.kind}`, x, MIDDLE, { words })
}

/** A lane in words: how many of what, from when to when, and what stands outside the window (D57). */
export function laneWords(lane: Lane, span: Span): string {
  const { inside, before, after, undated } = placed(lane.items, span)
  const times = inside.map(({ at }) => at)
  const shown =
    inside.length === 0
      ? 'nothing in this time'
      : `${countWords(inside)}, first ${staffDate(day(Math.min(...times)))}, last ${staffDate(day(Math.max(...times)))}`
  const rest = [
    ...(before > 0 ? [`${before} earlier`] : []),
    ...(after > 0 ? [`${after} later`] : []),
    ...(undated > 0 ? [`${undated} without a day`] : []),
  ]
  return `${lane.name}: ${shown}${rest.length > 0 ? `; not drawn: ${listed(rest)}` : ''}`
}

const laneLegend = (items: readonly Happening[], several: boolean): Html => {
  const keys: Child[] = KINDS.filter(kind => items.some(item => item.kind === kind)).map(
    kind =>
      html`${kind === 'stay' ? html`<i class="lcr-key lcr-key--stay"></i>` : legendMark(SHAPE[kind], `mark mark--${kind}`)}${kindTitle(kind)}`,
  )
  if (several) keys.push(html`<i class="lcr-key lcr-key--several">3</i>Several close together`)
  return html`<ul class="lcr-legend">
    ${keys.map(key => html`<li>${key}</li>`)}
  </ul>`
}

/** How many are drawn and how many stand to the left, to the right or nowhere. */
export function outsideWords(items: readonly Happening[], span: Span): string {
  const { before, after, undated } = placed(items, span)
  return [
    before > 0 ? `${before.toLocaleString('en-GB')} earlier, to the left` : '',
    after > 0 ? `${after.toLocaleString('en-GB')} later, to the right` : '',
    undated > 0 ? `${undated.toLocaleString('en-GB')} without a day` : '',
  ]
    .filter(words => words !== '')
    .join('; ')
}

/**
 * A lane for each organisation, time from left to right, today marked; stays as bars, marks told apart by shape, those that
 * overlap merged into their number (D140, D141). Drawn twice, for wide and for narrow boxes; one of the two is shown.
 *
 * @param openedAt ISO instant: today.
 */
export function lanesChart(items: readonly Happening[], openedAt: string, most?: number): Html {
  const span = laneSpan(openedAt)
  const now = Date.parse(openedAt)
  const lanes = lanesOf(items, most)
  const { inside } = placed(items, span)
  const drawings = lanes.map(lane => {
    const own = placed(lane.items, span).inside
    return { lane, words: laneWords(lane, span), laid: LAYOUTS.map(layout => ({ layout, ...laid(own, span, now, layout) })) }
  })
  const several = drawings.some(drawing => drawing.laid.some(({ clusters }) => clusters.some(({ items }) => items.length > 1)))
  return html`<div class="lcr-lanes">
    ${laneLegend(inside, several)}
    <div class="lcr-lanes__box" data-chart="What happened, by time">
      <div class="lcr-lane lcr-lane--head" aria-hidden="true">
        <span></span
        ><svg width="100%" height="32" focusable="false">
          ${laidTicks(span, placeOf(span, now), 'middle').map(tick => tickWords(tick, 14))}
          <text class="tick tick--today" x="${placeOf(span, now)}%" y="14" text-anchor="middle">Today</text>
        </svg>
      </div>
      ${drawings.map(
        ({ lane, words, laid }) =>
          html`<div class="lcr-lane">
            <span class="lcr-lane__name">${lane.name}</span>${laid.map(one => drawnLane(lane, words, one, span, now))}
          </div>`,
      )}
    </div>
  </div>`
}
