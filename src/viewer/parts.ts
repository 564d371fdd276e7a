import type { Entry, Part, SectionChange } from '../care-record/entry.ts'
import { SECTION_IDS, type SectionId } from '../care-record/section.ts'
import type { Snapshot } from '../care-record/snapshot.ts'
import { timelineLanes } from './charts/timeline-card.ts'
import { allergyState, flags } from './components/banner.ts'
import { cardFoot, cardHead, cardRoom, cardRow, cardRows, pastHead } from './components/section-card.ts'
import { sinceLine } from './components/since.ts'
import { stripExceptions, stripText } from './components/sources.ts'
import { counted, listed } from './format.ts'
import { text } from './html.ts'
import type { PartMessage, RecordPageModel } from './models.ts'
import { cardsOf, menuItems, restItems } from './pages/record.ts'
import { organisationsOf } from './search.ts'
import { isBareReport, isEarlierOfSeries, isWaiting, latestOf, sectionTitle } from './words.ts'

const listedIn = (change: SectionChange | undefined): readonly Entry[] => (change?.upserts ?? []).filter(entry => !isBareReport(entry))

const none: ReadonlySet<Entry> = new Set()

/** What the card of a section draws: further rows stand on the section's own page (D89). */
const rowsOfCard = ({ snapshot }: RecordPageModel, id: SectionId): ReadonlySet<Entry> =>
  new Set((['current', 'past'] as const).flatMap(list => latestOf(snapshot, id, list).slice(0, cardRows(id))))

/** Sections of a state that no longer stands: the last part of its key (`stateKey`). */
const sectionsOfKey = (key: string): readonly SectionId[] => {
  const named = key.slice(key.lastIndexOf('/') + 1).split('+')
  return SECTION_IDS.filter(id => named.includes(id))
}

/**
 * One part as the page applies it. Sections the viewer's role does not include leave nothing in it.
 *
 * @param snapshotAfter all parts up to and with this one, folded.
 */
export function partMessage(snapshotAfter: Snapshot, part: Part, model: Omit<RecordPageModel, 'snapshot' | 'elapsedMs'>): PartMessage {
  const after: RecordPageModel = {
    ...model,
    snapshot: snapshotAfter,
    elapsedMs: Math.max(0, Date.parse(part.at) - Date.parse(model.openedAt)),
  }
  const touched = new Set<SectionId>([
    ...part.changes.map(c => c.section),
    ...part.states.flatMap(s => s.sections),
    ...(part.retired ?? []).flatMap(sectionsOfKey),
  ])
  const changes = new Map(part.changes.map(change => [change.section, change]))
  const added: string[] = []
  const cards = cardsOf(model)
  const sections = [...touched]
    .filter(id => model.maySee.has(id))
    .map(id => {
      const change = changes.get(id)
      const count = listedIn(change).length
      const drawn = cards.has(id) ? rowsOfCard(after, id) : none
      const hidden = cards.has(id) ? listedIn(change).filter(entry => isEarlierOfSeries(entry)) : []
      if (count > 0) added.push(counted(count, `item`) + ` in ${sectionTitle(id)}`)
      return {
        id,
        head: text(cardHead(after, id)),
        foot: text(cardFoot(after, id)),
        past: pastHead(after, id),
        room: cardRoom(after, id),
        upserts: listedIn(change)
          .filter(entry => drawn.has(entry))
          .map(entry => ({
            id: entry.id,
            list: entry.list,
            sort: entry.sort,
            html: text(cardRow(entry, after)),
          })),
        removed: [...(change?.removed ?? []), ...hidden.map(({ id: earlier }) => ({ id: earlier }))],
        changed: count + (change?.removed.length ?? 0),
      }
    })
  const count = stripText(after)
  return {
    n: part.n,
    count,
    strip: text(stripExceptions(after)),
    banner: text(flags(after)),
    menu: text(menuItems(after)),
    rest: text(restItems(after)),
    since: text(sinceLine(after)),
    lanes: model.maySee.has('encounters') ? text(timelineLanes(after)) : '',
    organisations: organisationsOf(snapshotAfter, model.maySee).map(({ odsCode, name }) => [odsCode, name] as const),
    allergy: text(allergyState(after)),
    settled: !isWaiting(after.snapshot),
    sections,
    say: added.length === 0 ? '' : `${listed(added)} added.`,
    ...(part.closed === undefined ? {} : { closed: part.closed }),
  }
}
