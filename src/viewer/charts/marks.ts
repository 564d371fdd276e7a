import { html, type Html } from '../html.ts'
import { px, type LaidTick } from './scale.ts'

/** Shapes told apart without colour (D50, D141): their outline about the origin. */
const SHAPES = {
  up: 'M-5 4.2h10L0-4.8z',
  down: 'M-5-4.2h10L0 4.8z',
  diamond: 'M0-5.2 5.2 0 0 5.2-5.2 0z',
  square: 'M-4-4h8v8h-8z',
  cross: 'M-1.6-5h3.2v3.4H5v3.2H1.6V5h-3.2V1.6H-5v-3.2h3.4z',
  chevron: 'M-4-5 4 0-4 5-1.4 0z',
} as const
export type Shape = keyof typeof SHAPES | 'circle'

/** Beside a chart: what the script reads out, and how many items a mark stands for. */
export interface Told {
  readonly words: string
  readonly count?: number
}

const attributes = (x: number, told: Told | undefined): Html =>
  html`${told !== undefined && html` data-x="${x}" data-count="${told.count ?? 1}" data-words="${told.words}"`}`

/**
 * One mark. Its place across is in hundredths, so that the drawing is as wide as its box and the mark is not stretched with it.
 *
 * @param x 0 to 100. @param y pixels from the top.
 */
export function mark(shape: Shape, name: string, x: number, y: number, told?: Told, radius = 4): Html {
  if (shape === 'circle')
    return html`<circle class="${name}" cx="${x}%" cy="${px(y)}" r="${radius}" stroke-width="1.5" ${attributes(x, told)} />`
  return html`<svg class="lcr-mark" x="${x}%" y="${px(y)}" width="1" height="1" overflow="visible" ${attributes(x, told)}>
    <path class="${name}" d="${SHAPES[shape]}" stroke-width="1.5" />
  </svg>`
}

/** Several marks that would overlap: their number (D141). `urgent` has a pointed top as its lone mark has. */
export function clusterMark(x: number, y: number, told: Told & { readonly count: number }, urgent: boolean): Html {
  const half = 4 + 3.5 * String(told.count).length
  const outline = urgent ? `M${-half} 8V-4L0-10 ${half}-4V8z` : `M${-half}-8H${half}V8H${-half}z`
  return html`<svg class="lcr-mark" x="${x}%" y="${px(y)}" width="1" height="1" overflow="visible" ${attributes(x, told)}>
    <path class="several${urgent && ' urgent'}" d="${outline}" stroke-width="1.5" />
    <text class="number" y="4.5" text-anchor="middle">${told.count}</text>
  </svg>`
}

/** The same shape beside its name. */
export const legendMark = (shape: Shape, name: string): Html =>
  html`<svg class="lcr-key" viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true" focusable="false">
    ${
      shape === 'circle'
        ? html`<circle class="${name}" cx="0" cy="0" r="4" stroke-width="1.5" />`
        : html`<path class="${name}" d="${SHAPES[shape]}" stroke-width="1.5" />`
    }
  </svg>`

/** Words of a time axis, and the year under its first month and every January. */
export const tickWords = (tick: LaidTick, y: number): Html =>
  html`<text class="tick${!tick.main && ' tick--small'}" x="${tick.x}%" y="${y}">${tick.words}</text>${
      tick.year !== undefined && html`<text class="tick${!tick.main && ' tick--small'}" x="${tick.x}%" y="${y + 14}">${tick.year}</text>`
    }`
