import type { Disclosed, Item } from '../care-record/item.ts'
import { ok, type Result } from '../care-record/result.ts'
import { resolveEntry } from '../care-record/snapshot.ts'
import { about, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import { notFound, type Taken, type TakenItems, type Taking } from './view.ts'

/** Types that come with an item because its words need them; they are not statements of their own. */
const WITH_WORDS: ReadonlySet<string> = new Set([
  'Medication',
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Specimen',
  'Device',
  'Substance',
  'Location',
  'HealthcareService',
  'List',
])

/**
 * Hands out disclosed items of an open view, unmerged, once it is written down which. An item is handed out while an entry of
 * the view stands on it: what was withdrawn, or held back at the exit, is in none. Faults: `not-found` for a view that is not
 * open, `unavailable` when it cannot be written down.
 *
 * @returns items in the order of their ids.
 */
export async function takeItems(view: Live, taking: Taking, ports: Pick<ViewPorts, 'audit'>): Promise<Result<TakenItems>> {
  if (view.status !== 'open') return notFound()
  const standing: Taken[] = []
  for (const key of new Set(Array.from(view.items.versions(), ([id]) => view.items.homeOf(id) ?? '')))
    for (const item of await view.items.at(key)) standing.push(...takenOf(item, view))
  const all = new Map(standing.map(one => [one.id, one]))
  const taken = [...all.values()].filter(taking.wanted).sort((a, b) => (a.id < b.id ? -1 : 1))
  const bySource = Map.groupBy(taken, one => one.provenance.sourceId)
  const event = await ports.audit.writeOpenView({
    ...about(view),
    kind: 'section-opened',
    outcome: 'success',
    sections: [...new Set(taken.map(one => one.section))].sort(),
    detail: { ...taking.detail, items: taken.length },
    manifests: Array.from(bySource, ([sourceId, items]) => ({
      sourceId,
      sections: [...new Set(items.map(one => one.section))].sort(),
      items: items.map(({ id, version }) => ({ id, version })),
    })),
  })
  if (!event.ok) return event
  // Withdrawn or closed while it was being written: it stands in nothing now.
  return view.status === 'open'
    ? ok({ items: taken.filter(one => stands(view, one.within ?? one.id)), standing: new Set(all.keys()) })
    : notFound()
}

const entryOf = (view: Live, itemId: string): string | undefined => {
  const entryId = view.record.entryOf(itemId)
  return entryId === undefined ? undefined : resolveEntry(view.list.snapshot, entryId)?.id
}
const stands = (view: Live, itemId: string): boolean => view.items.homeOf(itemId) !== undefined && entryOf(view, itemId) !== undefined

/** An item, and the statements told within it, each by itself. */
function takenOf(item: Disclosed<Item>, view: Live): readonly Taken[] {
  const entryId = entryOf(view, item.id)
  if (entryId === undefined) return []
  const { id, version, section, provenance } = item
  const contained = item.contained.filter(one => WITH_WORDS.has(one.resourceType))
  const sourceId = id.slice(0, id.indexOf('/'))
  const within = item.contained
    .filter(one => !WITH_WORDS.has(one.resourceType) && one.id !== undefined)
    .map(resource => ({
      id: `${sourceId}/${resource.resourceType}/${resource.id ?? ''}`,
      version,
      section,
      resource,
      provenance,
      contained,
      entryId,
      within: id,
    }))
  // One that also came as an item of its own stands there.
  const told = within.filter(one => view.items.homeOf(one.id) === undefined)
  return [{ id, version, section, resource: item.resource, provenance, contained, entryId }, ...told]
}
