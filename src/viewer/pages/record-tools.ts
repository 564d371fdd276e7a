import { outcomeWords } from '../../care-record/outcome.ts'
import { itemPanel } from '../components/item-panel.ts'
import { table } from '../components/nhsuk.ts'
import { sectionPath } from '../components/section-card.ts'
import { tryAgainForm } from '../components/sources.ts'
import { dateTag } from '../format.ts'
import { html, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { ItemPanelModel, RecordPageModel } from '../models.ts'
import { sectionTitle } from '../words.ts'
import { recordTool } from './record-tool.ts'

/** `/r/{view}/item/{entry}` as a page of its own. */
export const itemPage = (model: RecordPageModel, panel: ItemPanelModel): Html =>
  recordTool(
    model,
    sectionTitle(panel.entry.section),
    'item',
    html`<p>
        <a href="${sectionPath(model.viewId, panel.entry.section)}"
          >Back to ${sectionTitle(panel.entry.section).toLocaleLowerCase('en-GB')}</a
        >
      </p>
      ${itemPanel(model, panel)}`,
  )

/** The same as a fragment, to be shown beside the list. */
export const itemFragment = (model: Pick<RecordPageModel, 'viewId'>, panel: ItemPanelModel): Html => itemPanel(model, panel)

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

export { sectionPage } from './section.ts'
