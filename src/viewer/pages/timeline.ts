import { entriesOf } from '../../care-record/snapshot.ts'
import { wholeCard } from '../charts/frame.ts'
import { happenings, kindTitle, TIMELINE_SECTIONS, type Happening } from '../charts/happenings.ts'
import { chartHead } from '../charts/head.ts'
import { lanesChart, laneSpan, outsideWords } from '../charts/lanes.ts'
import { askOlder } from '../charts/older.ts'
import { paged, pageLinks, shownWords, type Paged } from '../charts/paging.ts'
import { spanWords, timelineCount, timelineLines, timelinePath } from '../charts/timeline-card.ts'
import { itemPath, organisation } from '../components/chip.ts'
import { table } from '../components/nhsuk.ts'
import { entryRow } from '../components/rows.ts'
import { dateTag, untilTag } from '../format.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { isOfRecentMonths } from '../words.ts'
import { recordTool } from './record-tool.ts'

export { timelineCard } from '../charts/timeline-card.ts'

function when(item: Happening): Html {
  const day = dateTag(item.date, item.kind === 'booked' ? 'future' : 'date-time')
  if (item.end !== undefined) return html`${day} to ${untilTag(item.date, item.end)}`
  return item.open === 'unknown'
    ? html`${day}, no end recorded`
    : item.open === 'going'
      ? html`${day}, still so when this record was opened`
      : day
}

const row = (model: RecordPageModel, item: Happening): readonly Child[] => [
  when(item),
  kindTitle(item.kind),
  html`<a class="lcr-open" href="${itemPath(model.viewId, item.id)}">${item.title}</a>${item.status !== undefined && ` (${item.status})`}`,
  organisation(item.by),
]

/** What the lanes draw, in words, and what they do not; 100 rows at a time (D57, D89, D141). */
const asTable = (model: RecordPageModel, items: Paged<Happening>, open: boolean): Html =>
  html`<details class="nhsuk-details" id="table" ${open && html` open`}>
    <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">Show as table</span></summary>
    <div class="nhsuk-details__text">
      ${shownWords(items)}
      <div class="lcr-scroll" tabindex="0" role="region" aria-label="Timeline as a table">
        ${table(
          'Newest first',
          ['When', 'What', 'Recorded as', 'Organisation'],
          items.rows.map(item => row(model, item)),
        )}
      </div>
      ${pageLinks(items, timelinePath(model.viewId))}
    </div>
  </details>`

/** Where the person is now; stays that contradict each other are both shown (D142). */
function now(model: RecordPageModel): Html {
  const stays = model.maySee.has('encounters')
    ? entriesOf(model.snapshot, 'encounters').filter(entry => entry.kind === 'encounter' && entry.when === 'now')
    : []
  return stays.length === 0
    ? nothing
    : html`<ul class="lcr-rows">
        ${stays.map(entry => entryRow(entry, model))}
      </ul>`
}

/** What is older than the lanes was not asked for until someone asks. */
const older = (model: RecordPageModel): Html =>
  TIMELINE_SECTIONS.some(id => model.maySee.has(id) && isOfRecentMonths(model.snapshot, id))
    ? askOlder(model, timelinePath(model.viewId))
    : nothing

/**
 * `/r/{view}/timeline?page=n`: where the person is now, a lane for each organisation over twelve months, and the same as a
 * table of everything.
 *
 * @param page of the table, from 1; absent: the table is folded.
 */
export function timelinePage(model: RecordPageModel, page?: number): Html {
  const items = happenings(model)
  const outside = outsideWords(items, laneSpan(model.openedAt))
  const may = TIMELINE_SECTIONS.some(id => model.maySee.has(id))
  return recordTool(
    model,
    'Timeline',
    'timeline',
    may
      ? wholeCard(
          'timeline',
          html`Timeline <span class="lcr-count">${timelineCount(model)}</span>`,
          items.length > 0 && html`<span class="lcr-count">${spanWords(items, model.openedAt)}</span>`,
          html`${now(model)}${items.length === 0 ? html`<p class="lcr-foot lcr-foot--empty">Nothing to show.</p>` : lanesChart(items, model.openedAt)}${
            outside !== '' && html`<p class="lcr-outside">Not drawn: ${outside}. All are in the table.</p>`
          }${asTable(model, paged(items, page ?? 1), page !== undefined)}${timelineLines(model)}${older(model)}`,
        )
      : html`<h2 class="nhsuk-heading-m">Timeline</h2>
          <p>The timeline is not part of your role.</p>`,
    chartHead,
  )
}
