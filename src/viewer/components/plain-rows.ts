import type { RoleGroup } from '../../care-record/catalogue.ts'
import type { Fact, PlainEntry } from '../../care-record/entry.ts'
import type { SectionId } from '../../care-record/section.ts'
import { dateTag } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import { itemPath, recordedBy } from './chip.ts'
import { tag } from './nhsuk.ts'
import { newTag, row, type RowContext } from './row.ts'

// The ordinary state of a thing that is listed; anything else is a word that someone acts on (D60, D135, D143).
const ORDINARY: ReadonlySet<string> = new Set(['Final', 'Current', 'Active', 'Completed', 'Finished', 'Normal', 'Recorded', 'Available'])
const QUIET: ReadonlySet<string> = new Set(['Booked', 'Attended', 'Waiting', 'Accepted', 'Given', 'Open', 'Requested'])
const OVER: ReadonlySet<string> = new Set(['Expired', 'Superseded', 'Ended', 'Replaced'])

/** What the status of a row says beyond the ordinary; an image without its report says so in words (D134). */
export function plainStatus({ section, status }: Pick<PlainEntry, 'section' | 'status'>): string | undefined {
  if (status === undefined || ORDINARY.has(status)) return undefined
  return section === 'imaging' && (status === 'Registered' || status === 'Preliminary' || status === 'Partial')
    ? status === 'Registered'
      ? 'Report not yet available'
      : `${status} report`
    : status
}

const statusTag = (entry: PlainEntry): Html => {
  // Appointments and referrals are read for their status: there it is always said (D143).
  const always = entry.section === 'appointments' || entry.section === 'referrals'
  const status = plainStatus(entry) ?? (always ? entry.status : undefined)
  if (status === undefined) return nothing
  if (QUIET.has(status) || ORDINARY.has(status)) return html` <span class="lcr-none">${status}</span>`
  return html` ${tag(status, OVER.has(status) ? 'grey' : 'white')}`
}

/** Address of an entry's document. */
export const documentPath = (viewId: string, entryId: string): string =>
  `/r/${encodeURIComponent(viewId)}/documents/${encodeURIComponent(entryId)}`

/** Opens the document where there is one, else what each source said. */
export const plainTitle = (entry: PlainEntry, viewId: string): Html =>
  entry.opens === undefined
    ? html`<a class="lcr-title lcr-open" href="${itemPath(viewId, entry.id)}">${entry.title}</a>`
    : html`<a class="lcr-title lcr-title--document lcr-open" data-wide href="${documentPath(viewId, entry.id)}">${entry.title}</a>`

/** Facts as short definition lines: label, then what was said. */
export const factList = (facts: readonly Fact[]): Html =>
  facts.length === 0
    ? nothing
    : html`<dl class="lcr-facts">
        ${facts.map(
          ([label, words]) =>
            html`<div>
              <dt>${label}</dt>
              <dd>${words}</dd>
            </div>`,
        )}
      </dl>`

/** Facts that a list of several sections has room for; a section that is not named here shows its first two. */
const IN_LISTS: Partial<Record<SectionId, readonly string[]>> = {
  documents: ['Type', 'Specialty'],
  appointments: ['Place', 'With', 'Specialty'],
  referrals: ['Specialty', 'Reason'],
  contacts: ['Relationship', 'Role', 'Phone', 'Key contact'],
  vaccinations: ['Dose', 'Reason not given'],
}
/** Facts that a card of the summary has room for, where that is less. */
const IN_SUMMARY: Partial<Record<SectionId, readonly string[]>> = {
  appointments: ['Place', 'With'],
  alerts: [],
  'about-me': [],
}
/** What is at most this long is a line or two in a card, characters. */
const LINE = 72
/** Who works from plans, or turns on one before anything else: in their summary each plan stands with what it says. */
const PLANS_READ: ReadonlySet<RoleGroup> = new Set([
  'paramedic',
  'nhs-111',
  'social-worker',
  'community-nurse',
  'mental-health',
  'care-home',
])
export const readsPlans = ({ roleGroup }: Pick<RowContext, 'roleGroup'>): boolean => roleGroup !== undefined && PLANS_READ.has(roleGroup)

/** In the summary of others a plan is a line that opens its wording (D151). */
const isLine = (entry: PlainEntry, context: Pick<RowContext, 'summary' | 'roleGroup'>): boolean =>
  context.summary === true && entry.section === 'plans' && !readsPlans(context)

/** Facts of a row; what its title says already is not said again. */
export function factsShown(entry: PlainEntry, context: Pick<RowContext, 'whole' | 'summary' | 'roleGroup'>): readonly Fact[] {
  const facts = entry.facts ?? []
  if (isLine(entry, context)) return []
  if (context.whole === true || entry.rank === 'resuscitation') return facts
  if (context.summary === true && entry.section === 'plans') return facts
  const named = (context.summary === true ? IN_SUMMARY[entry.section] : undefined) ?? IN_LISTS[entry.section]
  const kept = named === undefined ? facts.slice(0, 2) : facts.filter(([label]) => named.includes(label))
  return kept.filter(([, words]) => !entry.title.includes(words))
}

/** Words of a row; those of a plan, where longer than a line, stand in the plan: none is cut (D80). */
const wordsShown = (entry: PlainEntry, context: RowContext): string | undefined =>
  isLine(entry, context) && (entry.words?.length ?? 0) > LINE ? undefined : entry.words

const isComing = (entry: PlainEntry, openedAt: string): boolean =>
  entry.date !== undefined && entry.date.slice(0, 10) >= openedAt.slice(0, 10)

/** Coming first by its day of the week (D70). */
function appointmentRow(entry: PlainEntry, context: RowContext): Html {
  const coming = isComing(entry, context.openedAt)
  return row(
    entry,
    context,
    'plain',
    html`<span class="lcr-main"
        >${coming && html`<b>${dateTag(entry.date, 'future')}</b> `}${plainTitle(entry, context.viewId)}${statusTag(entry)}${newTag(entry, context)}</span
      >${factList(factsShown(entry, context))}${
        entry.words !== undefined && html`<span class="lcr-words">${entry.words}</span>`
      }${recordedBy(entry, context.viewId, coming ? 'date' : 'date-time', coming ? undefined : entry.until)}`,
  )
}

/** Type, specialty, author's role, pages and first useful words; the date is that of the event (D130, D135). */
function documentRow(entry: PlainEntry, context: RowContext): Html {
  const facts = factsShown(entry, context)
  const starts = facts.find(([label]) => label === 'Starts')
  const pages = entry.opens?.pages
  const said: readonly Fact[] = [
    ...facts.filter(([label]) => label !== 'Starts' && (label !== 'Pages' || pages === undefined)),
    ...(context.whole === true && pages !== undefined ? [['Pages', String(pages)] as const] : []),
  ]
  return row(
    entry,
    context,
    'plain',
    html`<span class="lcr-main">${plainTitle(entry, context.viewId)}${statusTag(entry)}${newTag(entry, context)}</span
      >${factList(said)}${starts !== undefined && html`<span class="lcr-words lcr-starts">${starts[1]}</span>`}${
        starts === undefined && entry.words !== undefined && html`<span class="lcr-words">${entry.words}</span>`
      }${recordedBy(entry, context.viewId)}`,
  )
}

/** Title, status, words, facts, who and when. */
export function plainRow(entry: PlainEntry, context: RowContext): Html {
  const draw = ROWS_OF[entry.section]
  if (draw !== undefined) return draw(entry, context)
  const words = wordsShown(entry, context)
  return row(
    entry,
    context,
    'plain',
    html`<span class="lcr-main"
        >${plainTitle(entry, context.viewId)}${statusTag(entry)}${newTag(entry, context)}${
          words !== undefined && html`<span class="lcr-words">${words}</span>`
        }</span
      >${factList(factsShown(entry, context))}${recordedBy(entry, context.viewId, 'date-time', entry.until)}`,
  )
}

/** Rows of their own, by section. */
const ROWS_OF: Partial<Record<SectionId, (entry: PlainEntry, context: RowContext) => Html>> = {
  appointments: appointmentRow,
  documents: documentRow,
}
