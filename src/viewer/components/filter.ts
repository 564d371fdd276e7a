import { counted } from '../format.ts'
import { html, type Child, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { organisationsOf, SEARCH_LENGTH, searchEntries, type SearchQuery } from '../search.ts'
import { isWaiting } from '../words.ts'
import { entryGroups } from './entry-groups.ts'
import { ROWS } from './section-card.ts'

const path = (viewId: string, rest = ''): string => `/r/${encodeURIComponent(viewId)}/${rest}`

const option = (value: string, words: string, chosen: string | undefined): Html =>
  html`<option value="${value}" ${value === (chosen ?? '') && html` selected`}>${words}</option>`

/** Filter this record: posted, so that what is looked for stands in no address (D85, D164). */
export const filterForm = (model: RecordPageModel, query: SearchQuery = { words: '' }): Html =>
  html`<form class="lcr-filter" id="filter" role="search" method="post" action="${path(model.viewId, 'search')}" autocomplete="off">
    <input type="hidden" name="csrf" value="${model.csrf}" /><label
      ><span class="nhsuk-u-visually-hidden">Filter this record</span
      ><input
        class="lcr-filter__words"
        type="search"
        name="words"
        value="${query.words}"
        maxlength="${SEARCH_LENGTH}"
        placeholder="Filter this record, for example: echo, fall"
        spellcheck="false" /></label
    ><label
      ><span class="nhsuk-u-visually-hidden">Organisation</span
      ><select name="organisation">
        ${option('', 'All organisations', query.organisation)}${organisationsOf(model.snapshot, model.maySee).map(({ odsCode, name }) =>
          option(odsCode, name, query.organisation),
        )}
      </select></label
    ><label
      ><span class="nhsuk-u-visually-hidden">Dates</span
      ><select name="months">
        ${option('', 'All dates', String(query.months ?? ''))}${option('12', 'Last 12 months', String(query.months ?? ''))}
      </select></label
    ><button class="lcr-filter__go">Filter</button>
  </form>`

/** Nothing is filtered by. */
export const isNoFilter = (query: SearchQuery): boolean =>
  query.words.trim() === '' && query.organisation === undefined && query.months === undefined

function filterWords(model: RecordPageModel, query: SearchQuery): string {
  const name = organisationsOf(model.snapshot, model.maySee).find(chip => chip.odsCode === query.organisation)?.name
  return [
    ...(query.words.trim() === '' ? [] : [`“${query.words.trim()}”`]),
    ...(query.organisation === undefined ? [] : [name ?? 'that organisation']),
    ...(query.months === undefined ? [] : [`the last ${query.months} months`]),
  ].join(', ')
}

/** What a filter finds: shown and total counts, one press to clear, at most 100 rows, newest first (D85, D86, D89). */
export function foundList(model: RecordPageModel, query: SearchQuery): Html {
  const { entries, of } = searchEntries(model.snapshot, query, model.openedAt, model.maySee)
  const soFar = isWaiting(model.snapshot) ? ' so far' : ''
  const shown = entries.slice(0, ROWS)
  const count: Child = `${entries.length.toLocaleString('en-GB')} of ${counted(of, 'item')} ${of === 1 ? 'matches' : 'match'} ${filterWords(model, query)}${soFar}.`
  return html`<section class="nhsuk-card lcr-card lcr-card--whole" aria-labelledby="found-title" data-say="${count}">
    <div class="nhsuk-card__content">
      <div class="lcr-card__head">
        <h2 class="nhsuk-card__heading lcr-card__heading" id="found-title">${count}</h2>
        <a href="${path(model.viewId)}" data-clear>Clear filter</a>
      </div>
      ${
        entries.length > 0 &&
        html`<p class="lcr-count">
          Newest first${entries.length > shown.length && `: the newest ${shown.length} of ${entries.length.toLocaleString('en-GB')} shown`}.
        </p>`
      }${entryGroups(shown, model, 'found')}
    </div>
  </section>`
}
