import type { Entry, Part, SectionChange } from '../care-record/entry.ts'
import { SECTION_IDS, type SectionId } from '../care-record/section.ts'
import type { Snapshot } from '../care-record/snapshot.ts'
import { allergyState, flags } from './components/banner.ts'
import { entryRow } from './components/rows.ts'
import { cardFoot, cardHead, cardRoom, pastHead } from './components/section-card.ts'
import { stripExceptions, stripText } from './components/sources.ts'
import { counted, listed } from './format.ts'
import { text } from './html.ts'
import type { PartMessage, RecordPageModel } from './models.ts'
import { menuItems, restItems } from './pages/record.ts'
import { isBareReport, sectionTitle } from './words.ts'

const listedIn = (change: SectionChange | undefined): readonly Entry[] => (change?.upserts ?? []).filter(entry => !isBareReport(entry))

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
  const sections = [...touched]
    .filter(id => model.maySee.has(id))
    .map(id => {
      const change = changes.get(id)
      const count = listedIn(change).length
      if (count > 0) added.push(counted(count, `item`) + ` in ${sectionTitle(id)}`)
      return {
        id,
        head: text(cardHead(after, id)),
        foot: text(cardFoot(after, id)),
        past: pastHead(after, id),
        room: cardRoom(after, id),
        upserts: listedIn(change).map(entry => ({
          id: entry.id,
          list: entry.list,
          sort: entry.sort,
          html: text(entryRow(entry, after)),
        })),
        removed: change?.removed ?? [],
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
    allergy: text(allergyState(after)),
    sections,
    say: added.length === 0 ? '' : `${listed(added)} added.`,
    ...(part.closed === undefined ? {} : { closed: part.closed }),
  }
}
