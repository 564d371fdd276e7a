import type { Entry } from '../../care-record/entry.ts'
import type { SectionId } from '../../care-record/section.ts'
import { completenessOf, entriesOf } from '../../care-record/snapshot.ts'
import { counted } from '../format.ts'
import { html, type Child, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { RecordPageModel } from '../models.ts'
import { limitWords } from '../role-limits.ts'
import { emptySentence, isSoFar, latestOf, listedOf, sectionLines, sectionTitle } from '../words.ts'
import { sourceWords } from './chip.ts'
import { details } from './nhsuk.ts'
import { readsPlans } from './plain-rows.ts'
import { entryRow } from './rows.ts'

/** Rows of one list in the page at once (D89). */
export const ROWS = 100

/** care-rules 5.2: for everyone alike, in the sections where what the law keeps apart could matter. */
export const LAW_LINE =
  'Not shown here by law: what only sexual health, fertility or gender services hold. This list may be incomplete. Ask before you prescribe.'
const LAW_SECTIONS: ReadonlySet<SectionId> = new Set(['medicines', 'allergies', 'results', 'problems'])

const headings: Partial<Record<SectionId, string>> = {
  medicines: 'Current medicines',
  results: 'Recent results',
  'about-me': 'About me and needs',
}
const pastHeadings: Partial<Record<SectionId, string>> = {
  medicines: 'Past medicines',
  allergies: 'Past or ruled out',
  problems: 'Inactive or past problems',
}
/** Rows seen before `Show all` in the summary; lists used for prescribing are never folded. */
const FOLD: Partial<Record<SectionId, number>> = {
  results: 8,
  encounters: 6,
  documents: 5,
  imaging: 4,
  problems: 12,
  appointments: 4,
  plans: 4,
  alerts: 4,
  referrals: 6,
  'social-care': 8,
  contacts: 8,
}
/** Whoever works from plans sees them all. */
const foldOf = (model: Pick<RecordPageModel, 'roleGroup'>, section: SectionId): number | undefined =>
  section === 'plans' && readsPlans(model) ? undefined : FOLD[section]
/** Rows of such a list that the summary holds; the section's own page has all. */
const FOLDED_ROWS = 40

/** Rows of one list that a card holds (D89). */
export const cardRows = (section: SectionId): number => (FOLD[section] === undefined ? ROWS : FOLDED_ROWS)

export const sectionPath = (viewId: string, section: SectionId): string => `/r/${encodeURIComponent(viewId)}/${section}`

/** Count after merge, `so far` while unfinished (D86). */
export function countWords(model: RecordPageModel, section: SectionId): string {
  const count = listedOf(model.snapshot, section).length
  const soFar = isSoFar(model.snapshot, section)
  return count === 0 && soFar ? '' : `${count.toLocaleString('en-GB')}${soFar ? ' so far' : ''}`
}

/** Heading line of a card: title, count, way to all. */
export function cardHead(model: RecordPageModel, section: SectionId): Html {
  const rows = latestOf(model.snapshot, section)
  const shown = Math.min(rows.length, cardRows(section))
  const folded = foldOf(model, section)
  return html`<h2 class="nhsuk-card__heading lcr-card__heading" id="s-${section}-title">
      ${headings[section] ?? sectionTitle(section)} <span class="lcr-count">${countWords(model, section)}</span>
    </h2>
    ${rows.length > shown && html`<span class="lcr-count">${shown} of ${rows.length.toLocaleString('en-GB')}${section === 'results' && ' tests'} shown</span>`}${
      folded !== undefined &&
      shown > folded &&
      html`<a class="lcr-showall" href="#l-${section}"
        >Show ${shown < rows.length ? shown : `all ${shown}`}${section === 'results' && ' tests'}<span class="nhsuk-u-visually-hidden">
          in ${sectionTitle(section)}</span
        ></a
      >`
    }${section === 'medicines' && html`<a class="lcr-viewall" href="${sectionPath(model.viewId, section)}/compare">Compare sources</a>`}<a
      class="lcr-viewall"
      href="${sectionPath(model.viewId, section)}"
      >View all<span class="nhsuk-u-visually-hidden"> in ${sectionTitle(section)}</span></a
    >`
}

/** What a card says under its rows: the empty sentence, who is waited for or missing, warnings, the law's line. */
export function cardFoot(model: RecordPageModel, section: SectionId): Html {
  const limit = limitWords(model, section)
  const empty = listedOf(model.snapshot, section).length === 0 ? emptySentence(model.snapshot, section) : undefined
  return html`${limit !== undefined && html`<p class="lcr-foot">${limit}</p>`}${
    empty !== undefined &&
    html`<p class="lcr-foot lcr-foot--empty">${empty}</p>
      ${
        empty === 'Nothing to show.' &&
        details('What this can mean', 'There may be no record, it may not be shared, or it may not be for your role. Ask the person.')
      }`
  }${sectionLines(model.snapshot, section, model.openedAt).map(
    line => html`<p class="lcr-foot lcr-foot--${line.kind}">${icons[line.icon]}<span>${sourceWords(line.words)}</span></p>`,
  )}${LAW_SECTIONS.has(section) && html`<p class="lcr-law">${LAW_LINE}</p>`}`
}

export const pastHeading = (section: SectionId): string => pastHeadings[section] ?? 'Past'

export const pastHead = (model: RecordPageModel, section: SectionId): string => {
  const count = entriesOf(model.snapshot, section, 'past').length
  return count === 0 ? '' : `${pastHeading(section)} (${counted(count, 'item')})`
}

/** A row as a card of the summary draws it. */
export const cardRow = (entry: Entry, model: RecordPageModel): Html => entryRow(entry, { ...model, summary: true })

const rows = (model: RecordPageModel, section: SectionId, list: Entry['list']): Child =>
  latestOf(model.snapshot, section, list)
    .slice(0, cardRows(section))
    .map(entry => cardRow(entry, model))

const columns: Partial<Record<SectionId, Html>> = {
  medicines: html`<span>Medicine</span><span>Recorded by</span>`,
  allergies: html`<span>Drug or substance</span><span>Past reactions</span><span>Recorded by</span>`,
  results: html`<span>Test</span><span>Latest and previous</span><span>Trend</span>`,
}

const sortWords: Partial<Record<SectionId, string>> = {
  medicines: 'In order of name',
  allergies: 'Most severe first, then by name',
  results: 'Newest first',
  problems: 'Active first, newest first',
  encounters: 'Newest first',
}

/** Cards whose emptiness is itself something to read: never left out, never small. */
const ALWAYS: ReadonlySet<SectionId> = new Set(['medicines', 'allergies', 'problems', 'results', 'encounters'])

/**
 * How much room a card takes: `waiting` keeps the room of what may come; `filled`; `bare` has no rows but something to say;
 * `nothing` is all answered and empty, and is said once for all such cards at the end of the page.
 */
export type CardRoom = 'waiting' | 'filled' | 'bare' | 'nothing'
export function cardRoom(model: RecordPageModel, section: SectionId): CardRoom {
  const { waiting } = completenessOf(model.snapshot, section)
  if (waiting.length > 0 || model.snapshot.states.size === 0) return 'waiting'
  if (listedOf(model.snapshot, section).length + entriesOf(model.snapshot, section, 'past').length > 0 || ALWAYS.has(section))
    return 'filled'
  return sectionLines(model.snapshot, section, model.openedAt).length > 0 || emptySentence(model.snapshot, section) === undefined
    ? 'bare'
    : 'nothing'
}

/** A card that is a frame before anything has answered and is changed row by row after (design 9). */
export function sectionCard(model: RecordPageModel, section: SectionId): Html {
  const past = pastHead(model, section)
  const folded = foldOf(model, section)
  return html`<section
    class="nhsuk-card lcr-card lcr-card--${section}"
    id="s-${section}"
    data-section="${section}"
    data-room="${cardRoom(model, section)}"
    aria-labelledby="s-${section}-title"
  >
    <div class="nhsuk-card__content">
      <div class="lcr-card__head" data-head>${cardHead(model, section)}</div>
      ${columns[section] !== undefined && html`<p class="lcr-columns" aria-hidden="true">${columns[section]}</p>`}
      <p class="lcr-more" data-more hidden><button type="button" class="lcr-link"></button></p>
      <ul
        class="lcr-rows${folded !== undefined && ` lcr-rows--fold-${folded}`}"
        id="l-${section}"
        data-list="current"
        data-rows="${cardRows(section)}"
      >
        ${rows(model, section, 'current')}
      </ul>
      <details class="nhsuk-details lcr-past" data-past${past === '' && html` hidden`}>
        <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">${past}</span></summary>
        <ul class="lcr-rows" data-list="past" data-rows="${cardRows(section)}">
          ${rows(model, section, 'past')}
        </ul>
      </details>
      <div class="lcr-card__foot" data-foot>${cardFoot(model, section)}</div>
      ${sortWords[section] !== undefined && html`<p class="nhsuk-u-visually-hidden">Order: ${sortWords[section]}.</p>`}
    </div>
  </section>`
}
