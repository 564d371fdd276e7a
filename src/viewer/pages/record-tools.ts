import type { Entry } from '../../care-record/entry.ts'
import type { SectionId } from '../../care-record/section.ts'
import { entriesOf } from '../../care-record/snapshot.ts'
import { outcomeWords } from '../../care-record/outcome.ts'
import { itemPanel } from '../components/item-panel.ts'
import { table } from '../components/nhsuk.ts'
import { entryRow } from '../components/rows.ts'
import { cardFoot, countWords, pastHeading, ROWS, sectionPath } from '../components/section-card.ts'
import { tryAgainForm } from '../components/sources.ts'
import { dateTag } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { ItemPanelModel, RecordPageModel } from '../models.ts'
import { isBareReport, listedOf, sectionTitle } from '../words.ts'
import { recordTool } from './record-tool.ts'

/** `/r/{view}/item/{entry}` as a page of its own. */
export const itemPage = (model: RecordPageModel, panel: ItemPanelModel): Html =>
  recordTool(
    model,
    sectionTitle(panel.entry.section),
    'item',
    html`<p><a href="/r/${model.viewId}/#s-${panel.entry.section}">Back to the record</a></p>
      ${itemPanel(panel)}`,
  )

/** The same as a fragment, to be shown beside the list. */
export const itemFragment = (panel: ItemPanelModel): Html => itemPanel(panel)

/** Every source, what it was asked, and what became of that (D87, D110). */
export function sourcesPage(model: RecordPageModel): Html {
  const states = [...model.snapshot.states.values()]
    .map(state => ({ state, words: state.waiting ? outcomeWords('late', 'asking') : outcomeWords(state.outcome, state.cause) }))
    .filter(({ words }) => words.mayBeNamed)
    .sort((a, b) => a.state.source.name.localeCompare(b.state.source.name, 'en-GB') || a.state.group.localeCompare(b.state.group))
  return recordTool(
    model,
    'Sources',
    'sources',
    html`<h2 class="nhsuk-heading-m">All sources</h2>
      <div class="lcr-scroll" tabindex="0" role="region" aria-label="All sources">
        ${table(
          'Who was asked, in order of name',
          ['Source', 'Short name', 'Asked for', 'State', 'As at', 'Took'],
          states.map(({ state, words }) => [
            state.source.name,
            state.source.short,
            state.sections.map(sectionTitle).join(', '),
            html`<span class="lcr-source lcr-source--${words.icon}"
                >${icons[words.icon]}<span>${words.strip}${state.unreadable > 0 && `, ${state.unreadable} could not be read`}</span></span
              >${
                words.mayRetry &&
                tryAgainForm(model, {
                  source: state.source.id,
                  exchange: state.source.exchange,
                  group: state.group,
                  name: state.source.name,
                })
              }`,
            state.asOf === undefined ? html`<span class="lcr-none">Not stated</span>` : dateTag(state.asOf),
            state.tookMs === undefined ? html`<span class="lcr-none">Not known</span>` : `${(state.tookMs / 1000).toFixed(1)} s`,
          ]),
          { firstCellIsHeader: true },
        )}
      </div>`,
  )
}

/** Sections of what happened at a time, for which nothing is current or past. */
const timed: ReadonlySet<SectionId> = new Set([
  'results',
  'imaging',
  'encounters',
  'documents',
  'observations',
  'procedures',
  'vaccinations',
])

/**
 * `/r/{view}/section/{id}?page=n`: one section whole, current and past, 100 rows a page (D89).
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
        <p>${sectionTitle(section)} is not part of your role.</p>`,
    )
  const reports = entriesOf(model.snapshot, section).filter(isBareReport)
  const all = [...listedOf(model.snapshot, section), ...reports, ...entriesOf(model.snapshot, section, 'past')]
  const pages = Math.max(1, Math.ceil(all.length / ROWS))
  const here = Math.min(Math.max(1, Math.trunc(page) || 1), pages)
  const rows = all.slice((here - 1) * ROWS, here * ROWS)
  const list = (title: string, of: (entry: Entry) => boolean): Html => {
    const shown = rows.filter(of)
    return shown.length === 0
      ? nothing
      : html`<h3 class="lcr-list-title">${title}</h3>
          <ul class="lcr-rows">
            ${shown.map(entry => entryRow(entry, model))}
          </ul>`
  }
  return recordTool(
    model,
    sectionTitle(section),
    section,
    html`<section class="nhsuk-card lcr-card lcr-card--${section} lcr-card--whole" data-whole="${section}">
      <div class="nhsuk-card__content">
        <div class="lcr-card__head">
          <h2 class="nhsuk-card__heading lcr-card__heading">
            ${sectionTitle(section)} <span class="lcr-count">${countWords(model, section)}</span>
          </h2>
          ${
            pages > 1 &&
            html`<span class="lcr-count">${rows.length} of ${all.length.toLocaleString('en-GB')} shown, page ${here} of ${pages}</span>`
          }
        </div>
        <p class="lcr-more" data-arrived hidden><button type="button" class="lcr-link">More has arrived. Show</button></p>
        ${list(timed.has(section) ? 'Newest first' : 'Current', entry => entry.list === 'current' && !isBareReport(entry))}${list(
          'Reports that gather results listed above',
          entry => entry.list === 'current' && isBareReport(entry),
        )}${list(pastHeading(section), entry => entry.list === 'past')}
        <div class="lcr-card__foot" data-foot>${cardFoot(model, section)}</div>
        ${
          pages > 1 &&
          html`<nav class="lcr-pages" aria-label="Pages">
            ${here > 1 && html`<a href="${sectionPath(model.viewId, section)}?page=${here - 1}">Previous page</a>`}${
              here < pages && html`<a href="${sectionPath(model.viewId, section)}?page=${here + 1}">Next page</a>`
            }
          </nav>`
        }
      </div>
    </section>`,
  )
}
