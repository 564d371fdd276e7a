import type { Conflict, Entry } from '../../care-record/entry.ts'
import { dateTag } from '../format.ts'
import { html, joined, type Html } from '../html.ts'
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

/** Every value that differs, with its source and date; none is chosen (D38, D103). */
export const conflictBoxes = (entry: Entry, viewId: string): Html =>
  html`${entry.conflicts.map(
    conflict =>
      html`<div class="lcr-conflict">
        <strong>${opening(conflict.kind)}</strong> ${kindWords[conflict.kind]}:
        ${joined(
          conflict.values.map(
            value =>
              html`<span class="lcr-conflict__value"
                ><strong>${value.words}</strong> ${organisation(value.by)} ${dateTag(value.by.date, 'date')}</span
              >`,
          ),
          html`; `,
        )}
        <a class="lcr-open" href="${itemPath(viewId, entry.id)}">Compare<span class="nhsuk-u-visually-hidden"> ${entry.title}</span></a>
      </div>`,
  )}`

export const disagrees = (entry: Entry): boolean => entry.conflicts.some(c => c.kind === 'presence' || c.kind === 'verification')
