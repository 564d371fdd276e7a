import type { Conflict, Entry } from '../../care-record/entry.ts'
import { dateTag, readMoment } from '../format.ts'
import { html, joined, type Child, type Html } from '../html.ts'
import { itemPath, organisation } from './chip.ts'

const opening = (kind: Conflict['kind']): string =>
  kind === 'presence' || kind === 'verification' ? 'Sources disagree.' : 'Differs between sources.'

const kindWords: Readonly<Record<Conflict['kind'], string>> = {
  presence: 'Whether it is present',
  dose: 'Dose',
  frequency: 'Frequency',
  status: 'Status',
  date: 'Date',
  laterality: 'Side',
  value: 'Value',
  verification: 'Certainty',
}

const compareLink = (entry: Entry, viewId: string): Html =>
  html`<a class="lcr-open" href="${itemPath(viewId, entry.id)}">Compare<span class="nhsuk-u-visually-hidden"> ${entry.title}</span></a>`

/**
 * Beside an allergy that another source denies: who said so, in its own words, and when (D23). The value of the row itself
 * stands in the row. `undefined` when nothing else is said.
 */
function denied(entry: Entry, conflict: Conflict, viewId: string): Html | undefined {
  const others = conflict.values.filter(value => value.words !== entry.title)
  if (entry.kind !== 'allergy' || conflict.kind !== 'presence' || others.length === 0) return undefined
  return html`<div class="lcr-conflict">
    <strong>${opening(conflict.kind)}</strong> ${joined(
      others.map(
        ({ words, by }) =>
          html`${organisation(by)} recorded “${words}” ${by.date !== undefined && 'on '}<span class="lcr-whole"
              >${dateTag(by.date, 'date')}.</span
            >`,
      ),
      ' ',
    )}
    ${compareLink(entry, viewId)}
  </div>`
}

/** On rows: every value that differs, short where the row already says its own. A denial that is itself denied has no box: each allergy has. */
export const rowConflicts = (entry: Entry, viewId: string): Html =>
  html`${entry.conflicts
    .filter(conflict => !(entry.kind === 'allergy' && entry.state === 'negative' && conflict.kind === 'presence'))
    .map(conflict => denied(entry, conflict, viewId) ?? conflictBoxes({ ...entry, conflicts: [conflict] }, viewId))}`

// A date that differs is a date: said as all others are (D70).
const valueWords = (kind: Conflict['kind'], words: string): Child =>
  kind === 'date' && readMoment(words) !== undefined ? dateTag(words) : words

/**
 * Every value that differs, each once with its sources and dates; none is chosen (D38, D103).
 *
 * @param viewId where `Compare` leads; absent in the panel that is compared in.
 */
export const conflictBoxes = (entry: Entry, viewId?: string): Html =>
  html`${entry.conflicts.map(
    conflict =>
      html`<div class="lcr-conflict">
        <strong>${opening(conflict.kind)}</strong> ${kindWords[conflict.kind]}:
        ${joined(
          [...Map.groupBy(conflict.values, value => value.words)].map(
            ([words, values]) =>
              html`<span class="lcr-conflict__value"
                ><strong>${valueWords(conflict.kind, words)}</strong> ${joined(
                  values.map(({ by }) => html`<span class="lcr-whole">${organisation(by)} ${dateTag(by.date, 'date')}</span>`),
                  ', ',
                )}</span
              >`,
          ),
          html`; `,
        )}
        ${viewId !== undefined && compareLink(entry, viewId)}
      </div>`,
  )}`

export const disagrees = (entry: Entry): boolean => entry.conflicts.some(c => c.kind === 'presence' || c.kind === 'verification')
