import type { Part } from '../care-record/entry.ts'
import type { SectionId } from '../care-record/section.ts'
import type { Snapshot } from '../care-record/snapshot.ts'
import { allergyState, flags } from './components/banner.ts'
import { entryRow } from './components/rows.ts'
import { cardFoot, cardHead, pastHead } from './components/section-card.ts'
import { stripExceptions, stripText } from './components/sources.ts'
import { counted, listed } from './format.ts'
import { text } from './html.ts'
import type { PartMessage, RecordPageModel } from './models.ts'
import { menuItems } from './pages/record.ts'
import { sectionTitle } from './words.ts'

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
  const touched = new Set<SectionId>([...part.changes.map(c => c.section), ...part.states.flatMap(s => s.sections)])
  const changes = new Map(part.changes.map(change => [change.section, change]))
  const added: string[] = []
  const sections = [...touched]
    .filter(id => model.maySee.has(id))
    .map(id => {
      const change = changes.get(id)
      if (change !== undefined && change.upserts.length > 0) added.push(counted(change.upserts.length, `item`) + ` in ${sectionTitle(id)}`)
      return {
        id,
        head: text(cardHead(after, id)),
        foot: text(cardFoot(after, id)),
        past: pastHead(after, id),
        upserts: (change?.upserts ?? []).map(entry => ({
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
    allergy: text(allergyState(after)),
    sections,
    say: added.length === 0 ? '' : `${listed(added)} added.`,
    ...(part.closed === undefined ? {} : { closed: part.closed }),
  }
}
