import type { Entry, ResultEntry } from '../../care-record/entry.ts'
import type { SectionId } from '../../care-record/section.ts'
import { entriesOf } from '../../care-record/snapshot.ts'
import { chartPage, sectionFoot, wholeCard } from '../charts/frame.ts'
import { askOlder } from '../charts/older.ts'
import { paged, pageLinks, shownWords } from '../charts/paging.ts'
import { elsewhereHint, resultRow, resultValue, trendPath } from '../charts/rows.ts'
import { seriesHead, seriesWindow, WINDOW_MONTHS, type SeriesWindow } from '../charts/series.ts'
import { resultTable } from '../charts/table.ts'
import { trendChart } from '../charts/trend.ts'
import { testName } from '../charts/words.ts'
import { itemPath, notes, organisation } from '../components/chip.ts'
import { rowConflicts } from '../components/conflict.ts'
import { entryRow } from '../components/rows.ts'
import { countWords, pastHeading, sectionPath } from '../components/section-card.ts'
import { counted, dateTag, numberWords } from '../format.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { isBareReport, isOfRecentMonths, listedOf, sectionTitle } from '../words.ts'

/** A row whose older results open the plot of their series too. */
function row(model: RecordPageModel, entry: Entry): Html {
  if (entry.kind !== 'result') return entryRow(entry, model)
  const head = entry.list === 'current' ? seriesHead(model.snapshot, entry) : undefined
  return resultRow(entry, model, head !== undefined && head.series.length > 1 ? head.id : undefined)
}

interface Group {
  readonly key: string
  readonly entries: Entry[]
}

/** Neighbours of one day and one organisation stand together; the order is that of the record, newest first (D51). */
function grouped(entries: readonly Entry[]): readonly Group[] {
  const groups: Group[] = []
  for (const entry of entries) {
    const key = `${entry.date?.slice(0, 10) ?? ''} ${entry.recordedBy.odsCode} ${entry.list} ${isBareReport(entry)}`
    const last = groups.at(-1)
    if (last?.key === key) last.entries.push(entry)
    else groups.push({ key, entries: [entry] })
  }
  return groups
}

function groupHeading(model: RecordPageModel, { entries: [first] }: Group): Html {
  if (first === undefined) return nothing
  const what =
    first.list === 'past' ? `${pastHeading(first.section)}: ` : isBareReport(first) ? 'Report that gathers results listed above: ' : ''
  return html`<h3 class="lcr-list-title">
    ${what}${dateTag(first.date, 'date')} <span class="lcr-list-title__by">${organisation(first.recordedBy)}</span>
  </h3>`
}

/** Results or observations by day and organisation, newest first, 100 at a time. */
export function groupedList(model: RecordPageModel, section: SectionId, page: number): { readonly beside: Html; readonly list: Html } {
  const reports = entriesOf(model.snapshot, section).filter(isBareReport)
  const all = paged([...listedOf(model.snapshot, section), ...reports, ...entriesOf(model.snapshot, section, 'past')], page)
  return {
    beside: shownWords(all),
    list: html`${grouped(all.rows).map(
      group =>
        html`<div class="lcr-group">
          ${groupHeading(model, group)}
          <ul class="lcr-rows">
            ${group.entries.map(entry => row(model, entry))}
          </ul>
        </div>`,
    )}${pageLinks(all, sectionPath(model.viewId, section))}`,
  }
}

/**
 * `/r/{view}/results?page=n`: every result, grouped by day and organisation, newest first.
 *
 * @param page from 1; a page past the end is the last.
 */
export const resultsPage = (model: RecordPageModel, page = 1): Html =>
  chartPage(model, 'results', sectionTitle('results'), () => {
    const { beside, list } = groupedList(model, 'results', page)
    return wholeCard(
      'results',
      html`Results <span class="lcr-count">${countWords(model, 'results')}</span>`,
      beside,
      html`<p class="lcr-order">Newest first, by day and laboratory. The name of a test opens its plot.</p>
        ${list}${sectionFoot(model, 'results')}`,
    )
  })

/** Beside the list a link opens in its place; on the page of its own it leads on. */
type Link = (href: string, words: Child) => Html
const inPage: Link = (href, words) => html`<a href="${href}">${words}</a>`
const inPanel: Link = (href, words) => html`<a class="lcr-open" href="${href}">${words}</a>`

/** `2 earlier`, `1 later`: outside the window, to the left and to the right (D58). */
function outside(path: string, window: SeriesWindow, link: Link): Html {
  return window.before + window.after === 0
    ? nothing
    : html`<p class="lcr-outside">
        ${
          window.before > 0 &&
          link(`${path}?all=1`, html`<span aria-hidden="true">←</span> ${counted(window.before, 'earlier result')}, to the left`)
        }${window.after > 0 && html` <span class="lcr-outside__after">${counted(window.after, 'later result')}, to the right →</span>`}
      </p>`
}

function choice(path: string, all: boolean, window: SeriesWindow, total: number, link: Link): Html {
  const whole = `All ${total.toLocaleString('en-GB')}`
  if (!all && window.before + window.after === 0)
    return html`<p class="lcr-window"><span class="lcr-count">${WINDOW_MONTHS} months, all ${counted(total, 'result')}</span></p>`
  return html`<p class="lcr-window">
    ${
      all
        ? html`${link(path, `${WINDOW_MONTHS} months`)} <b>${whole}</b>`
        : html`<b>${WINDOW_MONTHS} months</b> ${link(`${path}?all=1`, whole)}`
    } <span class="lcr-count">${window.shown.length.toLocaleString('en-GB')} of ${total.toLocaleString('en-GB')} shown</span>
  </p>`
}

/** Latest value largest, the one before and its date beside it (D52). */
const latest = (entry: ResultEntry): Html =>
  html`<div class="lcr-latest">
    <p class="lcr-latest__now">
      ${resultValue(entry)}
      <span class="lcr-latest__by"
        >${organisation(entry.recordedBy)}
        ${entry.collectedNotStated && html`<span class="lcr-none">Collection time not stated, reported</span> `}${dateTag(entry.date ?? entry.recordedBy.date)}</span
      >
    </p>
    <p class="lcr-latest__before">
      ${
        entry.previous === undefined
          ? html`<span class="lcr-none">No value before this</span>`
          : html`before <b>${numberWords(entry.previous.value)}</b> ${dateTag(entry.previous.date, 'date')}`
      }
      ·
      ${entry.range === undefined ? html`<span class="lcr-none">range not stated</span>` : html`range ${entry.range} (${entry.recordedBy.short})`}
    </p>
    ${elsewhereHint(entry)}${notes(entry)}
  </div>`

/** A series as a plot and as a table with the same numbers (D57). */
function trend(model: RecordPageModel, asked: ResultEntry, all: boolean, page: number, link: Link): Html {
  const entry = seriesHead(model.snapshot, asked) ?? asked
  const path = trendPath(model.viewId, entry.id)
  const window = seriesWindow(entry.series, model.openedAt, all)
  const rows = [...window.undated, ...window.shown.map(({ point }) => point).reverse()]
  return html`${choice(path, all, window, entry.series.length, link)}${latest(entry)}${rowConflicts(entry, model.viewId)}${trendChart(entry, window, model.openedAt)}${outside(path, window, link)}${resultTable(entry, paged(rows, page), `${path}${all ? '?all=1' : ''}`, page > 1)}
    <p><a class="lcr-open" href="${itemPath(model.viewId, asked.id)}">What the source said</a></p>
    ${isOfRecentMonths(model.snapshot, entry.section) && askOlder(model, path)}`
}

/**
 * `/r/{view}/results/{entry}?all=1`: one test over time.
 *
 * @param entry any result of the series. @param all from the first value instead of the last twelve months.
 * @param page of the table, from 1.
 */
export const trendPage = (model: RecordPageModel, entry: ResultEntry, all: boolean, page = 1): Html =>
  chartPage(
    model,
    entry.section,
    sectionTitle(entry.section),
    () =>
      html`<p>
          <a href="${sectionPath(model.viewId, entry.section)}">Back to ${sectionTitle(entry.section).toLocaleLowerCase('en-GB')}</a>
        </p>
        ${wholeCard('trend', testName(entry), entry.unit !== undefined && html`<span class="lcr-count">${entry.unit}</span>`, trend(model, entry, all, page, inPage))}`,
  )

/** The same as a fragment, to be shown right of the list. */
export const trendFragment = (model: RecordPageModel, entry: ResultEntry, all: boolean): Html =>
  model.maySee.has(entry.section)
    ? html`<div class="lcr-item lcr-item--trend">
        <p class="lcr-item__section">${sectionTitle(entry.section)}</p>
        <h2 class="nhsuk-heading-m" id="panel-title" tabindex="-1">
          ${testName(entry)}${entry.unit !== undefined && html` <span class="lcr-count">${entry.unit}</span>`}
        </h2>
        ${trend(model, entry, all, 1, inPanel)}
      </div>`
    : html`<p>${sectionTitle(entry.section)} is not part of your role.</p>`
