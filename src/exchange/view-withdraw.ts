import { setImmediate as turn } from 'node:timers/promises'
import type { SectionChange } from '../care-record/entry.ts'
import type { Disclosed, Item } from '../care-record/item.ts'
import { about, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import { withoutHeld } from './without-held.ts'

/**
 * Takes items that are held out of an open view: what stands of their answers is read again without them and goes out as
 * one more part. An event says what is shown now; should it be written nowhere, the items are taken out all the same.
 */
export async function withdrawHeld(
  view: Live,
  held: ReadonlyMap<string, ReadonlySet<string>>,
  room: {
    readonly ports: Pick<ViewPorts, 'audit' | 'log'>
    readonly onlyWhatMayLeave: (view: Live, change: SectionChange) => SectionChange
  },
): Promise<void> {
  for (const [exchange, ids] of held) {
    for (const key of view.items.homesOf(exchange, ids)) {
      const answered = view.answered.get(key)
      const items = await view.items.at(key)
      if (!answered || view.abort.signal.aborted) continue
      const isHeld = (_exchange: string, id: string): boolean => ids.has(id)
      const [kept] = withoutHeld([{ ...answered, items }], isHeld)
      if (!kept) continue
      const gone = items.filter(item => ids.has(item.id)).map(({ id }) => id)
      for (const id of gone) view.documents.drop(id)
      const standing = { ...answered, items: kept.items as readonly Disclosed<Item>[] }
      const [event, told] = await Promise.all([
        room.ports.audit.writeOpenView({
          ...about(view),
          kind: 'withdrawn',
          outcome: 'success',
          source: { id: answered.source.id, odsCode: answered.source.odsCode, exchange: answered.source.exchange },
          sections: answered.sections,
          detail: { group: answered.group, items: gone },
          manifests: [
            { sourceId: answered.source.id, sections: answered.sections, items: kept.items.map(({ id, version }) => ({ id, version })) },
          ],
        }),
        view.record.read([standing], () => turn()),
      ])
      if (view.abort.signal.aborted) return
      // Asked again meanwhile: what came is whole, and without what is held.
      if (view.answered.get(key) !== answered) continue
      view.items.put(key, standing.items)
      view.list.append({
        eventIds: event.ok ? [event.value.id] : [],
        kind: 'answer',
        changes: view.record.fold(told).map(change => room.onlyWhatMayLeave(view, change)),
      })
    }
  }
}
