import type { Entry, ResultEntry } from '../../care-record/entry.ts'
import type { SectionId } from '../../care-record/section.ts'
import { itemPath, organisation, recordedBy } from '../components/chip.ts'
import { tag } from '../components/nhsuk.ts'
import { newTag, row, type RowContext } from '../components/row.ts'
import { dateTag, numberWords } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import { sparkline } from './sparkline.ts'
import { flagShape } from './words.ts'

/** Address of the plot of a result's series. */
export const trendPath = (viewId: string, entryId: string): string =>
  `/r/${encodeURIComponent(viewId)}/results/${encodeURIComponent(entryId)}`

/** The value as reported, its unit, its flag as word and shape, and what is said of the report (D50, D60). */
export const resultValue = (entry: ResultEntry): Html =>
  html`<span class="lcr-value${entry.flag !== undefined && ' lcr-value--flagged'}"
    ><span class="lcr-part"
      ><b class="lcr-value__number">${entry.status === 'Cancelled' ? html`<s>${numberWords(entry.value)}</s>` : numberWords(entry.value)}</b
      >${entry.unit !== undefined && html` <span class="lcr-unit">${entry.unit}</span>`}</span
    >${
      entry.flag !== undefined &&
      html` <span class="lcr-flag"><span aria-hidden="true">${flagShape(entry.flag)}</span> ${entry.flag}</span>`
    }${entry.status !== undefined && html` ${tag(entry.status, 'white')}`}</span
  >`

/** `CRP 42 mg/L, KCH, 21-Nov-2026 11:20`: the same test a short while ago at another organisation (D63). */
export const elsewhereHint = (entry: ResultEntry): Html =>
  entry.elsewhere === undefined
    ? nothing
    : html`<span class="lcr-elsewhere"
        >Also tested: ${entry.elsewhere.words}, ${organisation(entry.elsewhere.by)} ${dateTag(entry.elsewhere.by.date)}</span
      >`

/**
 * A result: its name opens the plot of its series, or what its source said where it stands alone; value, flag and that
 * laboratory's range; the value before; the last twelve months.
 *
 * @param head id of the entry that carries the series, where an earlier result of it is shown.
 */
export function resultRow(entry: ResultEntry, context: RowContext, head = entry.series.length > 1 ? entry.id : undefined): Html {
  const href = head === undefined ? itemPath(context.viewId, entry.id) : trendPath(context.viewId, head)
  return row(
    entry,
    context,
    'result',
    html`<span class="lcr-main"
        ><a class="lcr-title lcr-open" href="${href}"
          >${entry.title}${head !== undefined && html`<span class="nhsuk-u-visually-hidden">, plot</span>`}</a
        >${entry.specimen !== undefined && html` <span class="lcr-none">${entry.specimen}</span>`}${newTag(entry, context)}</span
      >${resultValue(entry)}<span class="lcr-plot">${sparkline(entry, context.openedAt)}</span
      ><span class="lcr-when"
        >${entry.collectedNotStated && html`<span class="lcr-under">Collection time not stated, reported</span> `}${recordedBy(entry, context.viewId, 'date-time')}</span
      ><span class="lcr-previous"
        >${entry.previous !== undefined && html`was ${numberWords(entry.previous.value)}, ${dateTag(entry.previous.date, 'date')}`}</span
      ><span class="lcr-range"
        >${entry.range === undefined ? html`<span class="lcr-none">range not stated</span>` : `range ${entry.range}`}</span
      >${elsewhereHint(entry)}`,
  )
}

const ofResults = (entry: Entry, context: RowContext): Html | undefined => (entry.kind === 'result' ? resultRow(entry, context) : undefined)

/** Rows of the sections that have charts; `undefined` where the row of the entry's kind will do. */
export const chartRows: Partial<Record<SectionId, (entry: Entry, context: RowContext) => Html | undefined>> = {
  results: ofResults,
  observations: ofResults,
}
