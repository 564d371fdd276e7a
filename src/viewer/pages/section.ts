import type { Entry, PlainEntry } from '../../care-record/entry.ts'
import type { SectionId } from '../../care-record/section.ts'
import { entriesOf } from '../../care-record/snapshot.ts'
import { olderForm } from '../charts/older.ts'
import { pageLinks, paged, shownWords } from '../charts/paging.ts'
import { flagsOf } from '../components/banner.ts'
import { recordedBy } from '../components/chip.ts'
import { plainTitle } from '../components/plain-rows.ts'
import { newTag, rowId } from '../components/row.ts'
import { entryRow } from '../components/rows.ts'
import { cardFoot, countWords, pastHeading, sectionPath } from '../components/section-card.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { newestFirst } from '../search.ts'
import { isBareReport, listedOf, sectionTitle } from '../words.ts'
import { medicinesPage } from './medicines.ts'
import { observationsPage } from './observations.ts'
import { recordTool } from './record-tool.ts'
import { resultsPage } from './results.ts'

/** Some entries of a section under a heading that also says their order (D84). */
interface List {
  readonly title: string
  readonly entries: readonly Entry[]
  /** Instead of rows. */
  readonly draw?: (entries: readonly Entry[]) => Html
}

/** Sections of what happened at a time, for which nothing is current or past. */
const timed: ReadonlySet<SectionId> = new Set(['imaging', 'documents', 'procedures', 'referrals', 'social-care'])

const isComing = (entry: Entry, openedAt: string): boolean => (entry.date ?? '').slice(0, 10) >= openedAt.slice(0, 10)

/** A caseload, a case or an episode of care that nobody has closed. */
const isOpenCare = (entry: Entry): boolean =>
  entry.kind === 'encounter' ? entry.when === 'open' : entry.kind === 'plain' && entry.status === 'Active'

/** What is read otherwise than as current and past: now and next, coming, in force. */
const LISTS: Partial<Record<SectionId, (model: RecordPageModel, current: readonly Entry[], past: List) => readonly List[]>> = {
  encounters(_model, current, past) {
    const when = (which: string): readonly Entry[] => current.filter(entry => entry.kind === 'encounter' && entry.when === which)
    return [
      { title: 'Now', entries: when('now') },
      { title: 'Current care', entries: current.filter(isOpenCare) },
      { title: 'Next, soonest first', entries: when('next') },
      {
        title: 'Past, newest first',
        entries: current.filter(entry => (entry.kind !== 'encounter' || entry.when === 'past') && !isOpenCare(entry)),
      },
      past,
    ]
  },
  appointments({ openedAt }, current, past) {
    const [coming, earlier] = [current.filter(e => isComing(e, openedAt)), current.filter(e => !isComing(e, openedAt))]
    return [
      { title: 'Coming, soonest first', entries: coming.toSorted((a, b) => newestFirst(b, a)) },
      { title: 'Earlier, newest first', entries: [...earlier, ...past.entries].toSorted(newestFirst) },
    ]
  },
  vaccinations: (model, current, past) => [
    { title: 'Newest first', entries: [...current, ...past.entries], draw: entries => vaccinations(model, entries) },
  ],
  allergies: (_model, current, past) => [{ title: 'Current, most severe first, then by name', entries: current }, past],
  problems: (_model, current, past) => [{ title: 'Current, newest first', entries: current }, past],
  // What is flagged above every page, and stands in another section, is found where `and 4 more` leads.
  alerts: (model, current, past) => [
    { title: 'Current', entries: current },
    { title: 'Also flagged, from care plans and needs', entries: flagsOf(model).filter(({ section }) => section !== 'alerts') },
    past,
  ],
  plans: (_model, current, past) => [
    { title: 'In force', entries: current },
    { ...past, title: 'Expired, replaced or ended' },
  ],
}

function listsOf(model: RecordPageModel, section: SectionId): readonly List[] {
  const current = listedOf(model.snapshot, section)
  const past: List = { title: pastHeading(section), entries: entriesOf(model.snapshot, section, 'past') }
  return LISTS[section]?.(model, current, past) ?? [{ title: timed.has(section) ? 'Newest first' : 'Current', entries: current }, past]
}

const notStated = html`<span class="lcr-none">Not stated</span>`

/** Dose, product, batch and site in columns; one not given says why (ux 3). */
function vaccinations(model: RecordPageModel, entries: readonly Entry[]): Html {
  const plain = entries.filter((entry): entry is PlainEntry => entry.kind === 'plain')
  const fact = (entry: PlainEntry, label: string): Child => entry.facts?.find(([name]) => name === label)?.[1] ?? notStated
  return html`<div class="lcr-scroll" tabindex="0" role="region" aria-label="Vaccinations">
    <table class="nhsuk-table lcr-dense">
      <caption class="nhsuk-u-visually-hidden">
        Vaccinations
      </caption>
      <thead>
        <tr>
          ${['Vaccine', 'Recorded by', 'Dose', 'Product', 'Batch', 'Site'].map(
            words => html`<th class="nhsuk-table__header" scope="col">${words}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${plain.map(
          entry =>
            html`<tr id="${rowId(entry)}">
              <th class="nhsuk-table__header" scope="row">
                ${plainTitle(entry, model.viewId)}${newTag(entry, model)}${
                  entry.status !== undefined &&
                  entry.status !== 'Completed' &&
                  entry.status !== 'Given' &&
                  html`<span class="lcr-under">${entry.status}</span>`
                }${entry.facts
                  ?.filter(([label]) => !['Dose', 'Product', 'Batch', 'Site'].includes(label))
                  .map(([label, words]) => html`<span class="lcr-under">${label}: ${words}</span>`)}
              </th>
              <td class="nhsuk-table__cell">${recordedBy(entry, model.viewId)}</td>
              ${['Dose', 'Product', 'Batch', 'Site'].map(label => html`<td class="nhsuk-table__cell">${fact(entry, label)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** What leads elsewhere from a section: the same entries by problem or by encounter. */
function beside(model: RecordPageModel, section: SectionId): Html {
  if (section !== 'problems' && section !== 'encounters') return nothing
  const one = section === 'problems' ? 'problem' : 'encounter'
  return html`<a class="lcr-viewall" href="${sectionPath(model.viewId, section)}/threads">By ${one}, with what belongs to it</a>`
}

/**
 * `/r/{view}/{section}?page=n`: one section whole, current and past, 100 rows a page (D89).
 *
 * @param page from 1; a page past the end shows the last.
 */
export function sectionPage(model: RecordPageModel, section: SectionId, page = 1): Html {
  if (!model.maySee.has(section))
    return recordTool(
      model,
      sectionTitle(section),
      section,
      html`<h2 class="nhsuk-heading-m">${sectionTitle(section)}</h2>
        <p>This section is not part of your role.</p>`,
    )
  if (section === 'results') return resultsPage(model, page)
  if (section === 'observations') return observationsPage(model, page)
  if (section === 'medicines') return medicinesPage(model, page)
  const reports = entriesOf(model.snapshot, section).filter(isBareReport)
  const lists = [...listsOf(model, section), { title: 'Reports that gather results listed above', entries: reports }]
  const here = paged(
    lists.flatMap(list => list.entries.map(entry => ({ list, entry }))),
    page,
  )
  const whole = { ...model, whole: true }
  const list = ({ title, draw }: List, entries: readonly Entry[]): Html =>
    html`<h3 class="lcr-list-title">${title}</h3>
      ${
        draw?.(entries) ??
        html`<ul class="lcr-rows">
          ${entries.map(entry => entryRow(entry, whole))}
        </ul>`
      }`
  return recordTool(
    model,
    sectionTitle(section),
    section,
    html`<section class="nhsuk-card lcr-card lcr-card--${section} lcr-card--whole" data-whole="${section}" aria-labelledby="whole-title">
      <div class="nhsuk-card__content">
        <div class="lcr-card__head">
          <h2 class="nhsuk-card__heading lcr-card__heading" id="whole-title">
            ${sectionTitle(section)} <span class="lcr-count">${countWords(model, section)}</span>
          </h2>
          ${shownWords(here)}${beside(model, section)}
        </div>
        <p class="lcr-more" data-arrived hidden><button type="button" class="lcr-link">More has arrived. Show</button></p>
        ${Array.from(
          Map.groupBy(here.rows, row => row.list),
          ([of, rows]) =>
            list(
              of,
              rows.map(({ entry }) => entry),
            ),
        )}
        <div class="lcr-card__foot" data-foot>${cardFoot(model, section)}</div>
        ${olderForm(model, section)}${pageLinks(here, sectionPath(model.viewId, section))}
      </div>
    </section>`,
  )
}
