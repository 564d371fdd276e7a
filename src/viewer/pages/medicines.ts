import type { Entry, MedicineComparison, MedicineEntry } from '../../care-record/entry.ts'
import { entriesOf, resolveEntry } from '../../care-record/snapshot.ts'
import { chartPage, sectionFoot, wholeCard } from '../charts/frame.ts'
import { paged, pageLinks, shownWords } from '../charts/paging.ts'
import { instantOf, monthsFrom } from '../charts/scale.ts'
import { itemPath, organisation } from '../components/chip.ts'
import { table, tag, type TagColour } from '../components/nhsuk.ts'
import { lowerFirst } from '../components/row.ts'
import { entryRow } from '../components/rows.ts'
import { countWords, sectionPath } from '../components/section-card.ts'
import { counted, dateTag } from '../format.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { emptySentence, isSoFar, listedOf } from '../words.ts'

/** How far back a stopped medicine is told of, months (D36). */
const STOPPED_MONTHS = 3

export const comparePath = (viewId: string): string => `/r/${encodeURIComponent(viewId)}/medicines/compare`

const isMedicine = (entry: Entry): entry is MedicineEntry => entry.kind === 'medicine'

/** Medicines stopped in the three months before opening, the latest first (D36). */
export function lastStopped(model: Pick<RecordPageModel, 'snapshot' | 'openedAt'>): readonly MedicineEntry[] {
  const now = Date.parse(model.openedAt)
  const since = monthsFrom(now, -STOPPED_MONTHS)
  return entriesOf(model.snapshot, 'medicines', 'past')
    .filter(isMedicine)
    .map(entry => ({ entry, at: instantOf(entry.stopped) ?? NaN }))
    .filter(({ at, entry }) => at >= since && (at <= now || entry.stopped?.slice(0, 10) === model.openedAt.slice(0, 10)))
    .sort((a, b) => b.at - a.at)
    .map(({ entry }) => entry)
}

function stoppedNotice(model: RecordPageModel): Html {
  const stopped = lastStopped(model)
  return stopped.length === 0
    ? nothing
    : html`<div class="lcr-stopped">
        <strong>${counted(stopped.length, 'medicine')} stopped in the last ${STOPPED_MONTHS} months.</strong>
        <ul>
          ${stopped.map(
            entry =>
              html`<li>
                <a class="lcr-open" href="${itemPath(model.viewId, entry.id)}"
                  ><b>${entry.coded ? lowerFirst(entry.title) : entry.title}</b></a
                >
                stopped ${dateTag(entry.stopped, 'date')} ${organisation(entry.recordedBy)}
              </li>`,
          )}
        </ul>
      </div>`
}

/** A list with its title, or the sentence that it is empty (D36). */
function list(model: RecordPageModel, title: string, shown: readonly Entry[], total: number, empty: string): Html {
  return html`<h3 class="lcr-list-title">
      ${title} <span class="lcr-count">${total}${isSoFar(model.snapshot, 'medicines') && ' so far'}</span>
    </h3>
    ${
      total === 0
        ? html`<p class="lcr-foot lcr-foot--empty">${empty}</p>`
        : shown.length === 0
          ? html`<p class="lcr-count">On another page.</p>`
          : html`<ul class="lcr-rows">
              ${shown.map(entry => entryRow(entry, model))}
            </ul>`
    }`
}

/**
 * `/r/{view}/medicines?page=n`: current and past medicines in lists of their own, what was stopped lately, and the way to
 * compare sources (D36, D37). 100 rows a page, past after current.
 *
 * @param page from 1; a page past the end is the last.
 */
export const medicinesPage = (model: RecordPageModel, page = 1): Html =>
  chartPage(model, 'medicines', 'Medicines', () => {
    const current = listedOf(model.snapshot, 'medicines')
    const past = entriesOf(model.snapshot, 'medicines', 'past')
    const all = paged([...current, ...past], page)
    return wholeCard(
      'medicines',
      html`Medicines <span class="lcr-count">${countWords(model, 'medicines')}</span>`,
      html`${shownWords(all)}<a class="lcr-viewall" href="${comparePath(model.viewId)}">Compare sources</a>`,
      html`${stoppedNotice(model)}${list(
        model,
        'Current medicines',
        all.rows.filter(entry => entry.list === 'current'),
        current.length,
        emptySentence(model.snapshot, 'medicines') ?? 'No current medicines from the sources that have answered so far.',
      )}${list(
        model,
        'Past medicines',
        all.rows.filter(entry => entry.list === 'past'),
        past.length,
        emptySentence(model.snapshot, 'medicines') ?? 'No past medicines from the sources that have answered so far.',
      )}${pageLinks(all, sectionPath(model.viewId, 'medicines'))}${sectionFoot(model, 'medicines')}`,
    )
  })

type Row = MedicineComparison['rows'][number]

/** Bold and lower case where it is coded, as in every list of medicines (D30). */
const named = (model: RecordPageModel, { entryId, title }: Row): string =>
  resolveEntry(model.snapshot, entryId)?.coded === false ? title : lowerFirst(title)

const TAGS: Readonly<Record<Row['tag'], TagColour>> = {
  Same: 'white',
  'Different dose': 'orange',
  'Different frequency': 'orange',
  'Different status': 'orange',
  'Only here': 'blue',
  Stopped: 'grey',
}

const cell = (said: Row['cells'][number]): Html =>
  said === undefined
    ? html`<span class="lcr-none">Not listed</span>`
    : html`<span class="lcr-cell"
        >${said.words === '' ? html`<span class="lcr-none">Dose not stated</span>` : said.words}<span class="lcr-under"
          >${said.status}${said.date !== undefined && html`, ${dateTag(said.date, 'date')}`}</span
        ></span
      >`

/**
 * `/r/{view}/medicines/compare?all=1`: what each source says of each medicine, side by side. None is said to be the right one
 * (D38).
 *
 * @param all those on which the sources agree too. @param page from 1.
 */
export const comparePage = (model: RecordPageModel, comparison: MedicineComparison, all: boolean, page = 1): Html =>
  chartPage(model, 'medicines', 'Compare medicines', () => {
    const { columns, rows } = comparison
    const differing = rows.filter(row => row.tag !== 'Same')
    const same = rows.length - differing.length
    const shown = paged(all ? rows : differing, page)
    const path = comparePath(model.viewId)
    const head: Child[] = [
      'Medicine',
      'Compared',
      ...columns.map(column => html`${organisation(column)} ${column.date !== undefined && dateTag(column.date, 'date')}`),
    ]
    const body = shown.rows.map((row): readonly Child[] => [
      html`<a class="lcr-open" href="${itemPath(model.viewId, row.entryId)}">${named(model, row)}</a>`,
      tag(row.tag, TAGS[row.tag]),
      ...columns.map((_, place) => cell(row.cells[place])),
    ])
    return html`<p><a href="${sectionPath(model.viewId, 'medicines')}">Back to medicines</a></p>
      ${wholeCard(
        'compare',
        'Compare medicines',
        shownWords(shown),
        html`<p class="lcr-window">
            ${
              all
                ? html`<a href="${path}">Differences only</a> <b>All</b>`
                : html`<b>Differences only</b> <a href="${path}?all=1">All, with the ${same} that ${same === 1 ? 'is' : 'are'} the same</a>`
            }
            <span class="lcr-count"
              >${(all ? rows : differing).length.toLocaleString('en-GB')} of ${rows.length.toLocaleString('en-GB')} shown</span
            >
          </p>
          ${
            shown.rows.length === 0
              ? html`<p class="lcr-foot lcr-foot--empty">
                  ${
                    rows.length === 0
                      ? (emptySentence(model.snapshot, 'medicines') ?? 'No medicines from the sources that have answered so far.')
                      : `No differences between the sources that answered, in ${counted(rows.length, 'medicine')}.`
                  }
                </p>`
              : html`<div class="lcr-scroll lcr-compare" tabindex="0" role="region" aria-label="Medicines by source">
                  ${table('In order of name; no source is taken as the right one', head, body, { firstCellIsHeader: true })}
                </div>`
          }${pageLinks(shown, all ? `${path}?all=1` : path)}${sectionFoot(model, 'medicines')}`,
      )}`
  })
