import type { Coding, Facts } from '../../../care-record/item.ts'
import { narrativeText } from './clean.ts'
import { isObject, NONE, TOGETHER, type JsonObject } from './json.ts'
import { readingOf, refsOf, SERVICE_TYPES, type Reading } from './reading.ts'

/** What of a service that is reached counts as the resource's own. */
type OfServices = Pick<Reading, 'organisations' | 'treatmentFunctions' | 'localCodes' | 'serviceNames'>

/**
 * What disclosure judges of each resource, taken from the raw answer. Organisations, services and places reached by
 * reference inside the answer count as the resource's own.
 */
export function* factsOf(resources: ReadonlyMap<string, JsonObject>): Generator<void, readonly Facts[]> {
  const services = createServices(resources)
  const links = createLinks(resources)
  const facts: Facts[] = []
  for (const [key, resource] of resources) {
    if (facts.length % TOGETHER === TOGETHER - 1) yield
    const reading = readingOf(resource)
    let said: OfServices | undefined
    let before: JsonObject | undefined
    for (const { reference, under } of reading.refs) {
      const target = reference === undefined ? undefined : resources.get(reference)
      if (target === undefined || target === before || !isService(target, under)) continue
      before = target
      said = said === undefined ? services.of(target) : services.together(said, services.of(target))
    }
    facts.push(new FactsOfResource(key, resource, reading, said, links))
  }
  return facts
}

/** Services, places and organisations are reached, by way of such resources and encounters only. */
function isService(target: JsonObject, under: string): boolean {
  const type = target['resourceType']
  return type === 'Encounter' ? under === 'encounter' || under === 'context' || under === 'partOf' : SERVICE_TYPES.has(String(type))
}

/** What the services say that resources name, and those up to four references away. Many resources name the same ones. */
function createServices(resources: ReadonlyMap<string, JsonObject>): {
  readonly of: (service: JsonObject) => OfServices
  readonly together: (one: OfServices, other: OfServices) => OfServices
} {
  const known = new Map<JsonObject, OfServices>()
  const joined = new Map<OfServices, Map<OfServices, OfServices>>()
  const reach = (service: JsonObject): OfServices => {
    const reached = new Set<JsonObject>()
    let edge: readonly JsonObject[] = [service]
    for (let step = 0; step < 4 && edge.length > 0; step++) {
      const next: JsonObject[] = []
      for (const resource of edge) {
        if (reached.has(resource)) continue
        reached.add(resource)
        for (const { reference, under } of refsOf(resource)) {
          const target = reference === undefined ? undefined : resources.get(reference)
          if (target && isService(target, under)) next.push(target)
        }
      }
      edge = next
    }
    return sumOf(Array.from(reached, resource => readingOf(resource)))
  }
  return {
    of(service) {
      let said = known.get(service)
      if (!said) known.set(service, (said = reach(service)))
      return said
    },
    together(one, other) {
      if (one === other) return one
      let withOne = joined.get(one)
      if (!withOne) joined.set(one, (withOne = new Map()))
      let said = withOne.get(other)
      if (!said) withOne.set(other, (said = sumOf([one, other])))
      return said
    },
  }
}
const sumOf = (all: readonly OfServices[]): OfServices => ({
  organisations: distinct(all, one => one.organisations),
  treatmentFunctions: distinct(all, one => one.treatmentFunctions),
  localCodes: distinct(all, one => one.localCodes),
  serviceNames: distinct(all, one => one.serviceNames),
})
function distinct(all: readonly OfServices[], listOf: (one: OfServices) => readonly string[]): readonly string[] {
  const lists = all.map(listOf).filter(list => list.length > 0)
  return lists.length === 0 ? NONE : [...new Set(lists.flat())]
}

interface Links {
  readonly of: (key: string) => { readonly links: readonly string[]; readonly unresolved: readonly string[] }
}

/** References both ways, put together for all when somebody asks for one: nobody does while nothing is restricted. */
function createLinks(resources: ReadonlyMap<string, JsonObject>): Links {
  type Own = { readonly links: string[]; readonly unresolved: string[] }
  let made: ReadonlyMap<string, Own> | undefined
  const make = (): ReadonlyMap<string, Own> => {
    const all = new Map<string, Own>()
    for (const key of resources.keys()) all.set(key, { links: [], unresolved: [] })
    for (const [key, resource] of resources)
      for (const { reference } of refsOf(resource)) {
        if (reference === undefined || reference.startsWith('#')) continue
        const target = all.get(reference)
        if (!target) {
          all.get(key)?.unresolved.push(reference)
          continue
        }
        all.get(key)?.links.push(reference)
        if (!reference.startsWith('Patient/')) target.links.push(key)
      }
    return all
  }
  return { of: key => (made ??= make()).get(key) ?? { links: [], unresolved: [] } }
}

/** Lists may say a thing twice; links and texts are read when somebody asks for them. */
class FactsOfResource implements Facts {
  readonly key: string
  readonly resourceType: string
  readonly organisations: readonly string[]
  readonly treatmentFunctions: readonly string[]
  readonly localCodes: readonly string[]
  readonly serviceNames: readonly string[]
  readonly documentClasses: readonly string[]
  readonly codings: readonly Coding[]
  readonly labels: readonly Coding[]
  readonly #resource: JsonObject
  readonly #links: Links

  constructor(key: string, resource: JsonObject, own: Reading, services: OfServices | undefined, links: Links) {
    this.key = key
    this.resourceType = String(resource['resourceType'])
    this.organisations = both(own.organisations, services?.organisations)
    this.treatmentFunctions = both(own.treatmentFunctions, services?.treatmentFunctions)
    this.localCodes = both(own.localCodes, services?.localCodes)
    this.serviceNames = both(own.serviceNames, services?.serviceNames)
    this.documentClasses = own.documentClasses
    this.codings = own.codings
    this.labels = own.labels
    this.#resource = resource
    this.#links = links
  }

  get links(): readonly string[] {
    return this.#links.of(this.key).links
  }
  get unresolved(): readonly string[] {
    return this.#links.of(this.key).unresolved
  }
  get texts(): readonly string[] {
    const texts: string[] = []
    collectTexts(this.#resource, '', texts)
    return texts
  }
  get dated(): string | undefined {
    for (const name of DATES) {
      const value = this.#resource[name]
      const said = isObject(value) ? value['start'] : value
      if (typeof said === 'string') return said
    }
    return undefined
  }
  get isInError(): boolean {
    const { status, verificationStatus } = this.#resource
    return [status, verificationStatus].some(one => JSON.stringify(one ?? '').includes('"entered-in-error"'))
  }
}

/** Where FHIR STU3 and R4 say when something was said, the nearest to saying it first. */
const DATES = [
  'effectiveDateTime',
  'effectivePeriod',
  'assertedDate',
  'recordedDate',
  'issued',
  'authoredOn',
  'onsetDateTime',
  'period',
  'date',
]

const both = (own: readonly string[], reached: readonly string[] | undefined): readonly string[] =>
  reached === undefined || reached.length === 0 ? own : own.length === 0 ? reached : [...own, ...reached]

const WORDS: ReadonlySet<string> = new Set(
  'text display title description comment name patientInstruction instruction conclusion reason contentType patientInstructions'.split(' '),
)

function collectTexts(value: unknown, key: string, texts: string[]): void {
  if (typeof value === 'string') {
    const words = key === 'div' ? narrativeText(value) : WORDS.has(key) || key.startsWith('valueString') ? value : undefined
    if (words !== undefined) texts.push(words)
  } else if (Array.isArray(value)) for (const element of value) collectTexts(element, key, texts)
  else if (isObject(value)) for (const name of Object.keys(value)) collectTexts(value[name], name, texts)
}
