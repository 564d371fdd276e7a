import type { SourceState } from '../../care-record/entry.ts'
import { outcomeWords, type OutcomeWords } from '../../care-record/outcome.ts'
import { SECTIONS } from '../../care-record/section.ts'
import { itemPanel } from '../components/item-panel.ts'
import { stackedTable } from '../components/nhsuk.ts'
import { sectionPath } from '../components/section-card.ts'
import { tryAgainForm } from '../components/sources.ts'
import { dateTag } from '../format.ts'
import { html, type Child, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { ItemPanelModel, RecordPageModel } from '../models.ts'
import { groupWords, sectionTitle } from '../words.ts'
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

interface SourceLine {
  readonly words: OutcomeWords
  /** Of one source, all with the same words. */
  readonly states: readonly [SourceState, ...SourceState[]]
}

const wordsFor = (state: SourceState): OutcomeWords =>
  state.waiting ? outcomeWords('late', 'asking') : outcomeWords(state.outcome, state.cause)

/** What became of a source is said once for all that was asked of it with the same end. */
function sourceLines(states: readonly SourceState[]): readonly SourceLine[] {
  const lines = new Map<string, { words: OutcomeWords; states: [SourceState, ...SourceState[]] }>()
  for (const state of states) {
    const words = wordsFor(state)
    if (!words.mayBeNamed) continue
    const key = JSON.stringify([state.source.exchange, state.source.id, words.strip])
    const held = lines.get(key)
    if (held) held.states.push(state)
    else lines.set(key, { words, states: [state] })
  }
  return [...lines.values()].sort(
    (a, b) => a.states[0].source.name.localeCompare(b.states[0].source.name, 'en-GB') || a.words.strip.localeCompare(b.words.strip),
  )
}

/** Every source, what it was asked, and what became of that (D87, D110). */
export function sourcesPage(model: RecordPageModel): Html {
  return recordTool(
    model,
    'Sources',
    'sources',
    html`<h2 class="nhsuk-heading-m">All sources</h2>
      <div class="lcr-scroll" tabindex="0" role="region" aria-label="All sources">
        ${stackedTable(
          'Who was asked, in order of name',
          ['Source', 'Short name', 'Asked for', 'State', 'As at', 'Took'],
          sourceLines([...model.snapshot.states.values()]).map(line => sourceCells(line, model)),
        )}
      </div>`,
  )
}

function sourceCells({ words, states }: SourceLine, model: RecordPageModel): readonly Child[] {
  const [{ source }] = states
  const unreadable = states.reduce((sum, state) => sum + state.unreadable, 0)
  const groups = [...new Set(states.map(state => state.group))].sort()
  const asOf = states.flatMap(state => state.asOf ?? []).sort()[0]
  const took = states.flatMap(state => state.tookMs ?? [])
  const ask = { source: source.id, exchange: source.exchange, name: source.name }
  return [
    source.name,
    source.short,
    SECTIONS.filter(({ id }) => states.some(state => state.sections.includes(id)))
      .map(({ title }) => title)
      .join(', '),
    html`<span class="lcr-source lcr-source--${words.icon}"
        >${icons[words.icon]}<span>${words.strip}${unreadable > 0 && `, ${unreadable} could not be read`}</span></span
      >${
        words.mayRetry &&
        groups.map(group => tryAgainForm(model, { ...ask, group }, groups.length === 1 ? 'Try again' : `Try again: ${groupWords[group]}`))
      }`,
    asOf === undefined ? html`<span class="lcr-none">Not stated</span>` : dateTag(asOf),
    took.length === 0 ? html`<span class="lcr-none">Not known</span>` : `${(Math.max(...took) / 1000).toFixed(1)} s`,
  ]
}

export { sectionPage } from './section.ts'
