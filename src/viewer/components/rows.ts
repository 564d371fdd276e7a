import type { AllergyEntry, EncounterEntry, Entry, MedicineEntry, ProblemEntry } from '../../care-record/entry.ts'
import { chartRows, resultRow } from '../charts/rows.ts'
import { counted, dateTag, quantityWords } from '../format.ts'
import { html, joined, nothing, type Child, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import { itemPath, recordedBy, titleLink } from './chip.ts'
import { disagrees } from './conflict.ts'
import { tag } from './nhsuk.ts'
import { plainRow } from './plain-rows.ts'
import { lowerFirst, newTag, row, type RowContext } from './row.ts'

/** Reactions of one event joined with AND, of different events with commas (D24). */
export const reactionWords = (entry: AllergyEntry): string =>
  entry.reactions
    .filter(event => event.length > 0)
    .map(event => event.join(' AND '))
    .join(', ')

/** Agent in bold lower case when coded, as written in normal weight when free text (D24). */
export const agent = (entry: AllergyEntry): Html => (entry.coded ? html`<b>${lowerFirst(entry.title)}</b>` : html`${entry.title}`)

// Words, not the short names of organisations that stand in them.
export const lowerWords = (words: string): string => words.replace(/\b[A-Z](?=[a-z])/g, letter => letter.toLocaleLowerCase('en-GB'))

function allergyRow(entry: AllergyEntry, context: RowContext): Html {
  const reactions = reactionWords(entry)
  const status = entry.state === 'resolved' ? 'Resolved' : entry.state === 'refuted' ? 'Ruled out' : undefined
  const open =
    entry.state === 'negative'
      ? titleLink(entry, context.viewId)
      : html`<a class="lcr-title lcr-open" href="${itemPath(context.viewId, entry.id)}">${agent(entry)}</a>`
  return row(
    entry,
    context,
    'allergy',
    html`<span class="lcr-main"
        >${open}${entry.label !== undefined && html` <span class="lcr-none lcr-label">${entry.label}</span>`}${status !== undefined && html` ${tag(status, 'grey')}`}${newTag(entry, context)}</span
      ><span class="lcr-aside"
        >${
          entry.state === 'negative'
            ? disagrees(entry) && html`<span class="lcr-none">sources disagree</span>`
            : reactions === ''
              ? html`<span class="lcr-none">Reaction not recorded</span>`
              : reactions
        }${entry.severity !== undefined && html`${reactions !== '' && ','} <span class="lcr-severity">${entry.severity}</span>`}${
          entry.certainty !== undefined && entry.state !== 'negative' && html` <span class="lcr-none">${lowerWords(entry.certainty)}</span>`
        }</span
      >${recordedBy(entry, context.viewId)}`,
  )
}

// Between attributes only: the dash stays on the upper line and the next attribute is never parted from its label (D31). Name and dose
// are one block each, which wraps within itself only where it is longer than the line (D80).
const dash = html`<span class="lcr-dash"> —</span>`

/** The attributes of one medicine in the order of D30. */
export function medicineLine(entry: MedicineEntry): Html {
  const block = (words: Child) => ({ words, style: 'lcr-part' })
  const attributes = [
    entry.route === undefined ? undefined : lowerFirst(entry.route),
    entry.frequency,
    entry.reasonOrDuration,
    entry.instruction,
  ]
  const line = [
    block(
      html`<b>${entry.coded ? lowerFirst(entry.title) : entry.title}</b>${
          entry.brand !== undefined && html` <span class="lcr-brand">${entry.brand.toLocaleUpperCase('en-GB')}</span>`
        }`,
    ),
    { words: entry.strengthAndForm, style: 'lcr-attribute' },
    ...(entry.dose === undefined ? [] : [block(html`<span class="lcr-dose">DOSE</span> <b>${entry.dose}</b>`)]),
    ...attributes.map(words => ({ words, style: 'lcr-attribute' })),
  ].filter(({ words }) => words !== undefined && words !== '')
  return joined(
    line.map(({ words, style }, place) => html`<span class="${style}">${words}${place < line.length - 1 && dash}</span>`),
    ' ',
  )
}

function medicineRow(entry: MedicineEntry, context: RowContext): Html {
  const stands = STANDING_OUT[entry.status]
  const said: Child[] = [
    stands === undefined && entry.status,
    entry.statement !== 'Recorded' && entry.statement,
    entry.lastIssued !== undefined &&
      html`last issued
      ${dateTag(entry.lastIssued.date, 'date')}${entry.lastIssued.quantity !== undefined && `, ${quantityWords(entry.lastIssued.quantity)}`}${entry.lastIssued.by !== undefined && `, by ${entry.lastIssued.by}`}`,
    entry.notIssuedSince !== undefined && html`<strong class="lcr-late">Not issued since ${dateTag(entry.notIssuedSince, 'date')}</strong>`,
    entry.stopped !== undefined && html`stopped ${dateTag(entry.stopped, 'date')}`,
  ].filter(part => part !== false)
  return row(
    entry,
    context,
    'medicine',
    html`<span class="lcr-main"
        ><a class="lcr-title lcr-open" href="${itemPath(context.viewId, entry.id)}">${medicineLine(entry)}</a
        >${stands !== undefined && html` ${tag(entry.status, stands)}`}${newTag(entry, context)}</span
      >${recordedBy(entry, context.viewId)}${said.length > 0 && html`<span class="lcr-under lcr-across">${joined(said, ' · ')}</span>`}`,
  )
}

/** Every line says its status in words; what is out of the ordinary stands out beside the name (D35). */
const STANDING_OUT: Partial<Record<MedicineEntry['status'], 'yellow' | 'grey'>> = {
  Suspended: 'yellow',
  Discontinued: 'grey',
  'Not started': 'grey',
}

function problemRow(entry: ProblemEntry, context: RowContext): Html {
  return row(
    entry,
    context,
    'problem',
    html`<span class="lcr-main"
        >${titleLink(entry, context.viewId)}${entry.qualifiers.map(words => html` <span class="lcr-qualifier">${words}</span>`)}${
          entry.significance !== undefined && html` <span class="lcr-none">${entry.significance}</span>`
        }${entry.status !== 'Active' && html` <span class="lcr-none">${entry.status}</span>`}${newTag(entry, context)}${
          entry.ended !== undefined && html`<span class="lcr-under">Ended ${dateTag(entry.ended, 'date')}</span>`
        }</span
      >${recordedBy(entry, context.viewId)}`,
  )
}

function encounterRow(entry: EncounterEntry, context: RowContext): Html {
  const when =
    entry.when === 'next'
      ? html`<b>${dateTag(entry.start ?? entry.date, 'future')}</b> `
      : entry.when === 'now'
        ? html`${icons.now}<b>Now:</b> `
        : nothing
  const since =
    entry.start === undefined
      ? nothing
      : entry.when === 'now'
        ? whereNow(entry)
        : entry.when === 'open'
          ? html` <span class="lcr-none">Open since ${dateTag(entry.start, 'date')}</span>`
          : nothing
  const until = entry.when === 'past' && entry.start !== undefined && entry.start === entry.date ? entry.end : undefined
  return row(
    entry,
    context,
    entry.when === 'now' ? 'now' : 'encounter',
    html`<span class="lcr-main"
        >${when}${titleLink(entry, context.viewId)}${entry.place !== undefined && !says(entry, entry.place) && `, ${entry.place}`}${since}${
          entry.when !== 'now' &&
          entry.encounterClass !== undefined &&
          entry.encounterClass !== 'Other' &&
          !says(entry, entry.encounterClass) &&
          html` <span class="lcr-none">${entry.encounterClass}</span>`
        }${saidStatus(entry)}${entry.noEndRecorded && html` <span class="lcr-none">no end recorded</span>`}${newTag(entry, context)}${
          context.whole === true && written(entry, context.viewId)
        }</span
      >${recordedBy(entry, context.viewId, entry.when === 'past' ? 'date-time' : 'date', until)}`,
  )
}

/** Kind of ward, and since when there, beside the start of the whole stay (R105). */
function whereNow(entry: EncounterEntry): Html {
  const { start, placeSince, ward } = entry
  const named = ward === undefined || says(entry, ward) || saysWords(entry.place ?? '', ward) ? undefined : lowerFirst(ward)
  const from = html`, from ${dateTag(start)}`
  if (named === undefined) return placeSince === undefined ? from : html`${from}, there since ${dateTag(placeSince)}`
  return html`${placeSince !== undefined && from}, in ${named} since ${dateTag(placeSince ?? start)}`
}

/** A consultation opens in the panel, as written; here how much there is, and how it begins. */
const written = (entry: EncounterEntry, viewId: string): Html =>
  entry.written === undefined
    ? nothing
    : html`<span class="lcr-words lcr-starts"
        ><a class="lcr-open" href="${itemPath(viewId, entry.id)}"
          >Consultation, ${counted(entry.written, 'entry', 'entries')}<span class="nhsuk-u-visually-hidden">, ${entry.title}</span></a
        >${entry.starts !== undefined && `: ${entry.starts}`}</span
      >`

const saysWords = (text: string, words: string): boolean => text.toLocaleLowerCase('en-GB').includes(words.toLocaleLowerCase('en-GB'))

/** The title already says these words. */
const says = (entry: EncounterEntry, words: string): boolean => saysWords(entry.title, words)

/** Cancelled, did not attend, booked and attended are different words; an ordinary end needs none (D143). */
const saidStatus = (entry: EncounterEntry): Html =>
  entry.status === '' ||
  entry.status === 'Finished' ||
  entry.status === 'In progress' ||
  (entry.when === 'open' && entry.start !== undefined)
    ? nothing
    : entry.status === 'Booked' || entry.status === 'Attended'
      ? html` <span class="lcr-none">${entry.status}</span>`
      : html` ${tag(entry.status, 'white')}`

/** The row of any entry: that of its section where it has one of its own, else that of its kind. */
export const entryRow = (entry: Entry, context: RowContext): Html =>
  chartRows[entry.section]?.(entry, context) ?? rowOf[entry.kind](entry as never, context)

const rowOf = {
  allergy: allergyRow,
  medicine: medicineRow,
  problem: problemRow,
  result: resultRow,
  encounter: encounterRow,
  plain: plainRow,
} as const satisfies { readonly [K in Entry['kind']]: (entry: Extract<Entry, { kind: K }>, context: RowContext) => Html }
