import { hash } from 'node:crypto'
import { withoutReferences } from '../../../care-record/without-references.ts'
import type { Facts } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { ID, TYPE } from './clean.ts'
import { factsOf } from './facts.ts'
import { whyRefused, type WhyRefused } from './forms.ts'
import { isObject, objectOf, objectsOf, textOf, TOGETHER, type JsonObject } from './json.ts'
import { cleanResource, pointEach } from './reading.ts'
import { keyOf, pointer } from './references.ts'
import { sectionOf } from './sections.ts'

/** One resource that is not shown, as its owner can find it: codes only, nothing of what it says. */
export interface Refusal {
  readonly type: string
  /** Its id at the source, where it has one that is an id. */
  readonly id?: string
  readonly section?: SectionId
  readonly reason: WhyRefused | 'another-person' | 'no-member'
}
const MAX_REFUSALS = 200

/** Resources of one answer that could be read, keyed `Type/id`, and how many could not, by section. */
export interface TakenIn {
  readonly resources: Map<string, JsonObject>
  /** Keys that came only because something else named them (`search.mode` include). */
  readonly included: Set<string>
  readonly unreadable: Map<SectionId, number>
  /** The same, one by one, for the owner of the source; at most `MAX_REFUSALS`. */
  readonly refused: Refusal[]
  duplicates: number
  /** OperationOutcomes: what the source says about its answer. */
  messages: number
  /** Entries that were no resource at all, counted with no section of their own. */
  unknown: number
}

/**
 * Takes entries in, some each step: cleans them, keys them, points their references inside. An entry that cannot be
 * read is counted for its section and left; the rest go on.
 *
 * @param plain no text of these entries needs to be cleaned (`Read.plain`).
 */
export function* takeIn(
  entries: readonly JsonObject[],
  baseUrl: string,
  into: TakenIn = emptyTakenIn(),
  plain = false,
): Generator<void, TakenIn> {
  const byFullUrl = new Map<string, string>()
  const fresh: JsonObject[] = []
  let steps = 0
  for (const entry of unfolded(entries, into)) {
    if (++steps % TOGETHER === 0) yield
    const raw = entry['resource']
    if (isObject(raw) && raw['resourceType'] === 'OperationOutcome') {
      into.messages += 1
      continue
    }
    const fullUrl = textOf(entry['fullUrl'])
    const resource = cleanResource(named(raw, fullUrl), true, plain)
    if (!resource) {
      countUnreadable(into, raw)
      continue
    }
    const key = keyOf(resource)
    if (fullUrl !== undefined) {
      if (!isOwnUrl(fullUrl, baseUrl, key)) byFullUrl.set(fullUrl, key)
      else if (byFullUrl.size > 0) byFullUrl.delete(fullUrl)
    }
    if (isObject(entry['search']) && entry['search']['mode'] === 'include') {
      if (!into.resources.has(key)) into.included.add(key)
    } else into.included.delete(key)
    if (into.resources.has(key)) into.duplicates += 1
    else {
      into.resources.set(key, resource)
      fresh.push(resource)
    }
  }
  const point = pointer(byFullUrl, baseUrl)
  for (const resource of fresh) {
    if (++steps % TOGETHER === 0) yield
    pointEach(resource, point)
  }
  return into
}

/** A full URL that says no more than the key it leads to. */
const isOwnUrl = (fullUrl: string, baseUrl: string, key: string): boolean =>
  fullUrl.length === baseUrl.length + 1 + key.length &&
  fullUrl.startsWith(baseUrl) &&
  fullUrl[baseUrl.length] === '/' &&
  fullUrl.endsWith(key)

/** Entries in order, those of a Bundle inside the answer (a document, a collection) in its place. */
function unfolded(entries: readonly JsonObject[], into: TakenIn, depth = 0): readonly JsonObject[] {
  if (depth === MAX_BUNDLES || !entries.some(isBundle)) return entries
  return entries.flatMap(entry => {
    if (!isBundle(entry)) return [entry]
    into.messages += 1
    return unfolded(objectsOf(objectOf(entry['resource'])['entry']), into, depth + 1)
  })
}
const isBundle = ({ resource }: JsonObject): boolean =>
  isObject(resource) && resource['resourceType'] === 'Bundle' && Array.isArray(resource['entry'])
/** A Bundle in a Bundle in a Bundle is no answer that any system gives. */
const MAX_BUNDLES = 2

/**
 * Documents name their entries by full URL only; GP systems send Lists, and events of a registry come, without any name.
 * Nothing points at what has none, and it must not be lost for it: it is named by what it says, the same each time.
 */
function named(raw: unknown, fullUrl: string | undefined): unknown {
  if (!isObject(raw) || raw['id'] !== undefined) return raw
  const fromUrl = fullUrl?.slice(Math.max(fullUrl.lastIndexOf('/'), fullUrl.lastIndexOf(':')) + 1)
  return { ...raw, id: fromUrl !== undefined && ID.test(fromUrl) ? fromUrl : `unnamed-${hash('sha1', JSON.stringify(raw)).slice(0, 16)}` }
}

export const emptyTakenIn = (): TakenIn => ({
  resources: new Map(),
  included: new Set(),
  unreadable: new Map(),
  refused: [],
  duplicates: 0,
  messages: 0,
  unknown: 0,
})

export function countUnreadable(into: TakenIn, raw: unknown, reason: Refusal['reason'] = whyRefused(raw)): void {
  const { resourceType, id } = objectOf(raw)
  const type = textOf(resourceType)
  const section = type === undefined ? undefined : sectionOf({ ...objectOf(raw), resourceType: type })
  if (section === undefined) into.unknown += 1
  else into.unreadable.set(section, (into.unreadable.get(section) ?? 0) + 1)
  if (into.refused.length >= MAX_REFUSALS) return
  into.refused.push({
    type: type !== undefined && TYPE.test(type) ? type : 'unknown',
    ...(typeof id === 'string' && ID.test(id) ? { id } : {}),
    ...(section === undefined ? {} : { section }),
    reason,
  })
}

/**
 * Drops what names another person, then what the sieve says must not come in (mechanism 1 of withholding).
 *
 * @returns how many the sieve dropped: for a count in tests, never for a page.
 */
export function* sift(
  taken: TakenIn,
  personKeys: ReadonlySet<string>,
  sieve: (facts: readonly Facts[]) => ReadonlySet<string>,
): Generator<void, number> {
  for (const [key, resource] of personKeys.size > 0 ? taken.resources : []) {
    const about = textOf(objectOf(resource['subject'] ?? resource['patient'] ?? resource['beneficiary'])['reference'])
    const another = about !== undefined && about.startsWith('Patient/') && !personKeys.has(about)
    const anotherPatient = resource['resourceType'] === 'Patient' && !personKeys.has(key)
    if (another || anotherPatient) {
      taken.resources.delete(key)
      countUnreadable(taken, resource, 'another-person')
    }
  }
  const facts = yield* factsOf(taken.resources)
  const dropped = sieve(facts)
  let count = 0
  for (const key of dropped) if (taken.resources.delete(key)) count += 1
  // No reference to what was dropped stays: a visit that names a diagnosis nobody has is a trace of it.
  if (count > 0) {
    for (const [key, resource] of taken.resources) {
      yield
      taken.resources.set(key, objectOf(withoutReferences(resource, reference => dropped.has(reference))))
    }
  }
  return count
}
