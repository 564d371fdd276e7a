import type { Organisation, PlannedAsk } from '../../care-record/catalogue.ts'
import type { Facts, Item } from '../../care-record/item.ts'
import { withoutReferences } from '../../care-record/without-references.ts'
import { factsOf } from './reading/facts.ts'
import { atOnce, objectOf, objectsOf, textOf, type JsonObject } from './reading/json.ts'
import { odsOf, refsOf } from './reading/reading.ts'
import { isSupport } from './reading/sections.ts'
import { countUnreadable, type TakenIn } from './reading/take-in.ts'

/** Elements that name whose a statement is, the surest first. Two members in one of them: it cannot be told. */
const OWNERS: readonly (readonly string[])[] = [
  ['managingOrganization', 'custodian', 'serviceProvider', 'organization', 'providedBy'],
  ['author', 'recorder', 'asserter', 'requester', 'informationSource', 'source'],
  ['performer', 'participant'],
]
/** Elements through which a statement is of what somebody else's is. */
const OF: ReadonlySet<string> = new Set(['encounter', 'context', 'partOf', 'basedOn', 'episodeOfCare'])

/** Whose each statement of a shared system is. */
export interface Shares {
  /** What must not come in, by the register of services of the member it is of. */
  readonly sieve: (facts: readonly Facts[], judge: (odsCode: string, facts: readonly Facts[]) => ReadonlySet<string>) => ReadonlySet<string>
  /** The same items, each as its member's own: those of members and sections that are agreed to. */
  readonly itemsOf: (items: readonly Item[]) => readonly Item[]
}

/**
 * Tells the members of a shared system apart (requirement R031): by `meta.source`, by the organisation a statement names as its
 * owner or author, by the Provenance that came with it, by what it is part of. A statement whose member cannot be told, or is
 * nobody listed, is not shown and counted as unreadable; one of a member without an agreement leaves without a word, and so do
 * references to it.
 *
 * @param organisation the member as the catalogue names it.
 */
export function shareOut(taken: TakenIn, ask: PlannedAsk, organisation: (odsCode: string) => Organisation | undefined): Shares {
  const members = ask.source.members ?? []
  const agreed = (member: string): boolean => (ask.members?.get(member) ?? []).length > 0
  const owners = ownersOf(taken.resources, members)
  const gone = new Set<string>()
  const whole = new Map(taken.resources)
  for (const [key, resource] of taken.resources) {
    if (resource['resourceType'] === 'Patient') continue
    const owner = owners.get(key)
    if (owner === undefined ? isSupport(resource) : agreed(owner)) continue
    taken.resources.delete(key)
    gone.add(key)
    if (owner === undefined) countUnreadable(taken, resource, 'no-member')
  }
  if (gone.size > 0)
    for (const [key, resource] of taken.resources)
      taken.resources.set(key, objectOf(withoutReferences(resource, reference => gone.has(reference))))
  return {
    sieve: (left, judge) => {
      // What is left may belong to a visit that is gone, and goes with it where its service is restricted.
      const facts = gone.size === 0 ? left : atOnce(factsOf(whole))
      return new Set(
        members.flatMap(member => [
          ...judge(
            member,
            // A local code says something in the register of whose it is, and nothing in another's.
            facts.map(fact =>
              owners.get(fact.key) === member || fact.localCodes.length === 0 ? fact : { ...plain(fact), localCodes: [] },
            ),
          ),
        ]),
      )
    },
    itemsOf: items =>
      items.flatMap(item => {
        const member = owners.get(item.id.slice(ask.source.id.length + 1))
        if (member === undefined || !ask.members?.get(member)?.includes(item.section)) return []
        const named = organisation(member)
        return {
          ...item,
          provenance: {
            ...item.provenance,
            odsCode: member,
            organisationName: named?.name ?? member,
            short: named?.short ?? member,
            member,
          },
        }
      }),
  }
}

/** A copy that its lists can be taken from: the original may read them when asked. */
const plain = ({
  key,
  resourceType,
  organisations,
  treatmentFunctions,
  localCodes,
  serviceNames,
  documentClasses,
  codings,
  labels,
  links,
  unresolved,
  texts,
}: Facts): Facts => ({
  key,
  resourceType,
  organisations,
  treatmentFunctions,
  localCodes,
  serviceNames,
  documentClasses,
  codings,
  labels,
  links,
  unresolved,
  texts,
})

type Found = string | undefined
const NOBODY = 'nobody'

/** The member of each resource, by its key; those of nobody, or that nothing tells, are absent. */
function ownersOf(resources: ReadonlyMap<string, JsonObject>, members: readonly string[]): ReadonlyMap<string, string> {
  const said = saidByProvenance(resources, members)
  const found = new Map<string, Found>()
  for (const [key, resource] of resources)
    found.set(key, ofSource(resource, members) ?? said.get(key) ?? ofElements(resource, resources, members))
  // What says nothing itself is whose that is of which it is part; then whose names it, when all that do are of one.
  const namedBy = new Map<string, Set<string>>()
  for (const [key, resource] of resources)
    for (const { reference, under } of refsOf(resource)) {
      if (reference === undefined || !resources.has(reference)) continue
      if (found.get(key) === undefined && OF.has(under)) {
        const above = upwards(reference, resources, found)
        if (above !== undefined) found.set(key, above)
      }
      const naming = namedBy.get(reference)
      if (naming) naming.add(key)
      else namedBy.set(reference, new Set([key]))
    }
  const owners = new Map<string, string>()
  for (const key of resources.keys()) {
    const own = found.get(key) ?? oneOf([...(namedBy.get(key) ?? [])].map(other => found.get(other)))
    if (own !== undefined && own !== NOBODY) owners.set(key, own)
  }
  return owners
}

/** Of a visit within a visit, the nearest that says. */
function upwards(reference: string, resources: ReadonlyMap<string, JsonObject>, found: ReadonlyMap<string, Found>): Found {
  const seen = new Set<string>()
  for (let at: string | undefined = reference; at !== undefined && !seen.has(at);) {
    seen.add(at)
    const here = found.get(at)
    if (here !== undefined) return here
    const resource = resources.get(at)
    at = resource && refsOf(resource).find(ref => OF.has(ref.under) && ref.reference !== undefined)?.reference
  }
  return undefined
}

const oneOf = (all: readonly Found[]): Found => {
  const said = new Set(all.filter(one => one !== undefined))
  return said.size === 1 ? [...said][0] : said.size === 0 ? undefined : NOBODY
}

/** A code of a member, or of one of a trust's sites. */
function memberOf(odsCode: string, members: readonly string[]): string {
  return members.find(member => odsCode === member || (odsCode.length === 5 && member.length === 3 && odsCode.startsWith(member))) ?? NOBODY
}

/** `meta.source` is an address; one of its words may be a member's code. */
function ofSource(resource: JsonObject, members: readonly string[]): Found {
  const source = textOf(objectOf(resource['meta'])['source'])
  if (source === undefined) return undefined
  const words = source.toUpperCase().split(/[^A-Z0-9]+/)
  return oneOf(members.filter(member => words.includes(member)))
}

function ofElements(resource: JsonObject, resources: ReadonlyMap<string, JsonObject>, members: readonly string[]): Found {
  if (resource['resourceType'] === 'Organization') return ofOrganisation(resource, members)
  for (const elements of OWNERS) {
    const said: Found[] = []
    for (const { reference, identifier, under } of refsOf(resource)) {
      if (!elements.includes(under)) continue
      const ods = identifier && odsOf(identifier)
      said.push(ods === undefined ? ofTarget(reference, resources, members) : memberOf(ods, members))
    }
    const one = oneOf(said)
    if (one !== undefined) return one
  }
  return undefined
}

/** An organisation, or whoever works for one. */
function ofTarget(reference: string | undefined, resources: ReadonlyMap<string, JsonObject>, members: readonly string[]): Found {
  const target = reference === undefined ? undefined : resources.get(reference)
  if (target?.['resourceType'] === 'Organization') return ofOrganisation(target, members)
  if (target?.['resourceType'] !== 'PractitionerRole') return undefined
  const employer = textOf(objectOf(target['organization'])['reference'])
  const organisation = employer === undefined ? undefined : resources.get(employer)
  return organisation && ofOrganisation(organisation, members)
}

function ofOrganisation(organisation: JsonObject, members: readonly string[]): Found {
  const codes = objectsOf(organisation['identifier']).flatMap(identifier => odsOf(identifier) ?? [])
  return oneOf(codes.map(code => memberOf(code, members)))
}

/** What Provenance resources of the same answer say. */
function saidByProvenance(resources: ReadonlyMap<string, JsonObject>, members: readonly string[]): ReadonlyMap<string, Found> {
  const said = new Map<string, Found>()
  for (const provenance of resources.values()) {
    if (provenance['resourceType'] !== 'Provenance') continue
    const agents = objectsOf(provenance['agent']).flatMap(agent => [objectOf(agent['who']), objectOf(agent['onBehalfOf'])])
    const one = oneOf(
      agents.map(who => {
        const ods = odsOf(objectOf(who['identifier']))
        return ods === undefined ? ofTarget(textOf(who['reference']), resources, members) : memberOf(ods, members)
      }),
    )
    if (one === undefined) continue
    for (const target of objectsOf(provenance['target'])) {
      const reference = textOf(target['reference'])
      if (reference !== undefined) said.set(reference, said.has(reference) ? oneOf([said.get(reference), one]) : one)
    }
  }
  return said
}
