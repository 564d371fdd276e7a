import type { Coding, Facts } from '../../../care-record/item.ts'
import { narrativeText } from './clean.ts'
import { isObject, type JsonObject } from './json.ts'
import { readingOf, refsOf, SERVICE_TYPES, type Reading } from './reading.ts'

/** What of a service that is reached counts as the resource's own. */
type OfServices = Pick<Reading, 'organisations' | 'treatmentFunctions' | 'localCodes' | 'serviceNames'>

/**
 * What disclosure judges of each resource, taken from the raw answer. Organisations, services and places reached by
 * reference inside the answer count as the resource's own.
 */
export function* factsOf(resources: ReadonlyMap<string, JsonObject>): Generator<void, readonly Facts[]> {
  const linksOf = new Map<string, string[]>()
  for (const key of resources.keys()) linksOf.set(key, [])
  const known = new Map<string, OfServices>()
  const facts: Facts[] = []
  for (const [key, resource] of resources) {
    yield
    const links = linksOf.get(key) ?? []
    const unresolved: string[] = []
    const services: string[] = []
    for (const { reference, under } of refsOf(resource)) {
      if (reference === undefined || reference.startsWith('#')) continue
      const target = resources.get(reference)
      if (!target) {
        unresolved.push(reference)
        continue
      }
      links.push(reference)
      if (!reference.startsWith('Patient/')) linksOf.get(reference)?.push(key)
      if (isService(target, under) && services.at(-1) !== reference) services.push(reference)
    }
    facts.push(new FactsOfResource(key, resource, reachedBy(services, resources, known), links, unresolved))
  }
  return facts
}

/** Services, places and organisations are reached, by way of such resources and encounters only. */
function isService(target: JsonObject, under: string): boolean {
  const type = target['resourceType']
  return type === 'Encounter' ? under === 'encounter' || under === 'context' || under === 'partOf' : SERVICE_TYPES.has(String(type))
}

/** What the services say that a resource names, and those up to four references away. Many resources name the same ones. */
function reachedBy(
  keys: readonly string[],
  resources: ReadonlyMap<string, JsonObject>,
  known: Map<string, OfServices>,
): OfServices | undefined {
  if (keys.length === 0) return undefined
  const joined = keys.length === 1 ? (keys[0] ?? '') : keys.join(' ')
  let said = known.get(joined)
  if (said) return said
  const reached = new Set<JsonObject>()
  let edge: JsonObject[] = keys.map(key => resources.get(key)).filter(target => target !== undefined)
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
  const all = Array.from(reached, resource => readingOf(resource))
  said = {
    organisations: [...new Set(all.flatMap(one => one.organisations))],
    treatmentFunctions: [...new Set(all.flatMap(one => one.treatmentFunctions))],
    localCodes: [...new Set(all.flatMap(one => one.localCodes))],
    serviceNames: [...new Set(all.flatMap(one => one.serviceNames))],
  }
  known.set(joined, said)
  return said
}

/** Lists may say a thing twice; texts are read when somebody asks for them. */
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
  readonly links: readonly string[]
  readonly unresolved: readonly string[]
  readonly #resource: JsonObject

  constructor(
    key: string,
    resource: JsonObject,
    services: OfServices | undefined,
    links: readonly string[],
    unresolved: readonly string[],
  ) {
    const own = readingOf(resource)
    this.key = key
    this.resourceType = String(resource['resourceType'])
    this.organisations = both(own.organisations, services?.organisations)
    this.treatmentFunctions = both(own.treatmentFunctions, services?.treatmentFunctions)
    this.localCodes = both(own.localCodes, services?.localCodes)
    this.serviceNames = both(own.serviceNames, services?.serviceNames)
    this.documentClasses = own.documentClasses
    this.codings = own.codings
    this.labels = own.labels
    this.links = links
    this.unresolved = unresolved
    this.#resource = resource
  }

  get texts(): readonly string[] {
    const texts: string[] = []
    collectTexts(this.#resource, '', texts)
    return texts
  }
}

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
