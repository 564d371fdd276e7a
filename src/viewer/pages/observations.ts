import type { ResultEntry } from '../../care-record/entry.ts'
import { chartPage, sectionFoot, wholeCard } from '../charts/frame.ts'
import { resultRow } from '../charts/rows.ts'
import { countWords } from '../components/section-card.ts'
import { html, nothing, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { listedOf, sectionTitle } from '../words.ts'
import { groupedList } from './results.ts'

/** Vital signs in the order of a NEWS2 chart, its score before them; others follow by name. */
const ORDER: readonly RegExp[] = [
  /\bnews ?2?\b|early warning score/i,
  /respirat/i,
  /oxygen saturation|spo2|\bsats\b/i,
  /inspired oxygen|supplemental oxygen|air or oxygen/i,
  /blood pressure/i,
  /pulse|heart rate/i,
  /consciousness|avpu|acvpu|coma scale/i,
  /temperature/i,
]
const placeOf = ({ title }: ResultEntry): number => {
  const found = ORDER.findIndex(words => words.test(title))
  return found < 0 ? ORDER.length : found
}

/** The newest of each series, vital signs first. */
function latest(model: RecordPageModel): Html {
  const heads = listedOf(model.snapshot, 'observations')
    .filter((entry): entry is ResultEntry => entry.kind === 'result' && entry.series.length > 0)
    .sort((a, b) => placeOf(a) - placeOf(b) || a.title.localeCompare(b.title, 'en-GB'))
  return heads.length === 0
    ? nothing
    : html`<h3 class="lcr-list-title">Latest of each, in the order of NEWS2</h3>
        <ul class="lcr-rows lcr-rows--latest">
          ${heads.slice(0, LATEST).map(entry => resultRow(entry, { ...model, twin: true }))}
        </ul>
        ${heads.length > LATEST && html`<p class="lcr-count">${LATEST} of ${heads.length} shown; all stand in the list below.</p>`}`
}

// With the list below, rows of this page stay within what a browser lays out at once (D89).
const LATEST = 40

/**
 * `/r/{view}/observations?page=n`: the latest of each vital sign with its course, then every observation, newest first.
 *
 * @param page of the list, from 1.
 */
export const observationsPage = (model: RecordPageModel, page = 1): Html =>
  chartPage(model, 'observations', sectionTitle('observations'), () => {
    const { beside, list } = groupedList(model, 'observations', page)
    return wholeCard(
      'observations',
      html`Observations <span class="lcr-count">${countWords(model, 'observations')}</span>`,
      beside,
      html`${page <= 1 && latest(model)}
        <h3 class="lcr-list-title">All, newest first, by day and place</h3>
        ${list}${sectionFoot(model, 'observations')}`,
    )
  })
