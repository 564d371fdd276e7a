import type { Chip, Entry } from '../../care-record/entry.ts'
import type { Mark, SourceName } from '../../care-record/item.ts'
import { dateTag, untilTag } from '../format.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import { NAMED, type SourceWords } from '../words.ts'

/** Organisation as its short name; the whole name is heard, and seen in All sources (D87, D100). */
export const organisation = (chip: Pick<Chip, 'name' | 'short'>): Html =>
  chip.short === chip.name
    ? html`<span class="lcr-chip">${chip.short}</span>`
    : html`<span class="lcr-chip" title="${chip.name}"
        ><span aria-hidden="true">${chip.short}</span><span class="nhsuk-u-visually-hidden">${chip.name}</span></span
      >`

/** Sources in a sentence by their short names: the strip and All sources say them in full (D87). */
export const sourceWords = (words: SourceWords): Html =>
  html`${words.map(piece => (typeof piece === 'string' ? piece : shortNames(piece)))}`

function shortNames(sources: readonly SourceName[]): Html {
  const named = sources.length > NAMED + 1 ? sources.slice(0, NAMED) : sources
  const more = sources.length - named.length
  const names: Child[] = named.map(({ name, short }) =>
    short === name
      ? name
      : html`<span class="lcr-short" title="${name}"
          ><span aria-hidden="true">${short}</span><span class="nhsuk-u-visually-hidden">${name}</span></span
        >`,
  )
  if (more > 0) names.push(`${more} more`)
  return html`${names.map((name, place) => [place === 0 ? '' : place === names.length - 1 ? ' and ' : ', ', name])}`
}

/** Address of an entry's panel. */
/** Pictures of an examination. */
export const imagesPath = (viewId: string, entryId: string): string =>
  `/r/${encodeURIComponent(viewId)}/images/${encodeURIComponent(entryId)}`
export const itemPath = (viewId: string, entryId: string): string => `/r/${encodeURIComponent(viewId)}/item/${encodeURIComponent(entryId)}`

/**
 * Who recorded an entry, how many others did too, and when (D100, D101).
 *
 * @param until FHIR dateTime at which what is recorded ended, said after the date.
 */
export function recordedBy(entry: Entry, viewId: string, show: 'date' | 'date-time' = 'date', until?: string): Html {
  const more = Math.max(entry.alsoRecordedBy.length, 0)
  return html`<span class="lcr-by"
    >${organisation(entry.recordedBy)}${
      more > 0 &&
      html` <a class="lcr-open" href="${itemPath(viewId, entry.id)}"
        >also ${more}<span class="nhsuk-u-visually-hidden"> for ${entry.title}</span></a
      >`
    }
    ${dateTag(entry.date ?? entry.recordedBy.date, show)}${until !== undefined && html` to ${untilTag(entry.date, until)}`}</span
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
  'unknown-modifier': 'Its source says something that changes its meaning and cannot be shown here: check there',
  'patient-reported': 'Reported by the person',
  'partial-date': '',
}

// Checked by machine where a code is: nothing is checked against the code of any other kind (D40).
const OF_CHECKS: ReadonlySet<Mark> = new Set(['not-coded', 'unknown-code', 'degraded'])

const saidOnRow = (entry: Entry, mark: Mark): boolean =>
  mark !== 'unknown-extension' && (!OF_CHECKS.has(mark) || entry.kind === 'medicine' || entry.kind === 'allergy')

const wordsOf = (marks: readonly Mark[]): readonly string[] => [
  ...new Set(marks.map(mark => markWords[mark]).filter(words => words !== '')),
]

/** Everything known of how an entry came to be read, for its panel. */
export const allNotes = (entry: Entry): readonly string[] => wordsOf(entry.marks)

/** What must be said beside an entry: marks, how it was matched, how fresh it is (D40, D105, D106). */
export function notes(entry: Entry): Html {
  const said = [
    ...wordsOf(entry.marks.filter(mark => saidOnRow(entry, mark))),
    ...(entry.matchedByDemographics ? ['Matched by name and date of birth'] : []),
  ]
  if (said.length === 0 && entry.asAt === undefined) return nothing
  return html`<span class="lcr-notes"
    >${said.map(words => html`<span class="lcr-note">${words}</span> `)}${
      entry.asAt !== undefined && html`<span class="lcr-note">As at ${dateTag(entry.asAt)}</span>`
    }</span
  >`
}
