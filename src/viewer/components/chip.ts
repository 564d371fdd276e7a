import type { Chip, Entry } from '../../care-record/entry.ts'
import type { Mark } from '../../care-record/item.ts'
import { dateTag } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'

/** Organisation as its short name; the whole name is heard, and seen in All sources (D87, D100). */
export const organisation = (chip: Pick<Chip, 'name' | 'short'>): Html =>
  chip.short === chip.name
    ? html`<span class="lcr-chip">${chip.short}</span>`
    : html`<span class="lcr-chip" title="${chip.name}"
        ><span aria-hidden="true">${chip.short}</span><span class="nhsuk-u-visually-hidden">${chip.name}</span></span
      >`

/** Address of an entry's panel. */
export const itemPath = (viewId: string, entryId: string): string => `/r/${encodeURIComponent(viewId)}/item/${encodeURIComponent(entryId)}`

/** Who recorded an entry, how many others did too, and when (D100, D101). */
export function recordedBy(entry: Entry, viewId: string, show: 'date' | 'date-time' = 'date'): Html {
  const more = Math.max(entry.alsoRecordedBy.length, 0)
  return html`<span class="lcr-by"
    >${organisation(entry.recordedBy)}${
      more > 0 &&
      html` <a class="lcr-open" href="${itemPath(viewId, entry.id)}"
        >also ${more}<span class="nhsuk-u-visually-hidden"> for ${entry.title}</span></a
      >`
    }
    ${dateTag(entry.date ?? entry.recordedBy.date, show)}</span
  >`
}

/** The entry's own words, opening what each source said. */
export const titleLink = (entry: Entry, viewId: string): Html =>
  html`<a class="lcr-title lcr-open" href="${itemPath(viewId, entry.id)}">${entry.title}</a>`

const markWords: Readonly<Record<Mark, string>> = {
  'not-coded': 'Not coded, no automatic checks',
  'unknown-code': 'Code not recognised, no automatic checks',
  degraded: 'Not coded, no automatic checks',
  'free-text-reference': 'Refers to free text at its source',
  'unknown-extension': 'Holds more at its source',
  'patient-reported': 'Reported by the person',
  'partial-date': '',
}

/** What must be said beside an entry: marks, how it was matched, how fresh it is (D40, D105, D106). */
export function notes(entry: Entry): Html {
  const said = [
    ...new Set(entry.marks.map(mark => markWords[mark]).filter(words => words !== '')),
    ...(entry.matchedByDemographics ? ['Matched by name and date of birth'] : []),
  ]
  if (said.length === 0 && entry.asAt === undefined) return nothing
  return html`<span class="lcr-notes"
    >${said.map(words => html`<span class="lcr-note">${words}</span> `)}${
      entry.asAt !== undefined && html`<span class="lcr-note">As at ${dateTag(entry.asAt)}</span>`
    }</span
  >`
}
