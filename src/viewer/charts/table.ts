import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import { table } from '../components/nhsuk.ts'
import { dateTag, numberWords } from '../format.ts'
import { html, type Child, type Html } from '../html.ts'
import { pageLinks, shownWords, type Paged } from './paging.ts'
import { bareWords } from './series.ts'
import { flagShape, rangeWords } from './words.ts'

/** Whole and fraction apart, so that a column of numbers stands on its decimal points (D76). Anything else as written. */
export function alignedNumber(words: string, decimals: number): Html {
  const found = /^([+-]?[\d,]*\d)(\.\d+)?$/.exec(numberWords(words))
  if (!found) return html`<span class="lcr-words-value">${words}</span>`
  return html`<span class="lcr-number">${found[1]}<span class="lcr-fraction lcr-fraction--${decimals}">${found[2]}</span></span>`
}

const MOST_DECIMALS = 4
const decimalsIn = (words: string): number => Math.min(MOST_DECIMALS, /^[+-]?[\d,]*\.(\d+)$/.exec(words)?.[1]?.length ?? 0)

/**
 * The numbers of a plot, newest first, as a table behind `Show as table` (D51, D57). The unit stands in its head.
 *
 * @param path of the page, to which the number of a further page is added.
 */
export function resultTable(entry: ResultEntry, points: Paged<ResultPoint>, path: string, open: boolean): Html {
  const words = points.rows.map(point => bareWords(point, entry.unit))
  const decimals = Math.max(0, ...words.map(decimalsIn))
  const has = (test: (point: ResultPoint) => boolean): boolean => points.rows.some(test)
  const converted = has(p => p.converted !== undefined)
  const method = has(p => p.method !== undefined)
  const head: Child[] = [
    'Collected',
    html`<span class="lcr-number-head">Value${entry.unit !== undefined && ` (${entry.unit})`}</span>`,
    'Flag',
    'Range',
    'By',
    ...(converted ? ['Reported as'] : []),
    ...(method ? ['Method'] : []),
  ]
  const none = html`<span class="lcr-none">Not stated</span>`
  const row = (point: ResultPoint, place: number): readonly Child[] => [
    dateTag(point.at),
    alignedNumber(words[place] ?? '', decimals),
    point.flag === undefined
      ? html`<span class="lcr-none">None</span>`
      : html`<span class="lcr-flag"><span aria-hidden="true">${flagShape(point.flag)}</span> ${point.flag}</span>`,
    rangeWords(point) ?? none,
    point.short,
    ...(converted ? [point.converted ?? html`<span class="lcr-none">As shown</span>`] : []),
    ...(method ? [point.method ?? none] : []),
  ]
  return html`<details class="nhsuk-details" ${open && html` open`}>
    <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">Show as table</span></summary>
    <div class="nhsuk-details__text">
      ${shownWords(points)}
      <div class="lcr-scroll lcr-numbers" tabindex="0" role="region" aria-label="${entry.title} as a table">
        ${table('Newest first', head, points.rows.map(row))}
      </div>
      ${pageLinks(points, path, 'Pages of the table')}
    </div>
  </details>`
}
