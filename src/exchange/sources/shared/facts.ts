import type { Coding, Facts } from '../../../care-record/item.ts'
import { narrativeText } from './clean.ts'
import { isObject, objectsOf, textOf, type JsonObject } from './json.ts'
import { odsOf, refsOf } from './references.ts'

/** Types that carry the names and codes of services, clinics and wards. */
const SERVICE_TYPES: ReadonlySet<string> = new Set([
  'HealthcareService',
  'Location',
  'Organization',
  'EpisodeOfCare',
  'PractitionerRole',
  'CareTeam',
])
/** Elements in which a service, a specialty or a place is coded. */
const SERVICE_ELEMENTS: ReadonlySet<string> = new Set([
  'serviceType',
  'specialty',
  'service',
  'serviceCategory',
  'treatmentFunction',
  'practiceSetting',
])
const TREATMENT_FUNCTION = /specialty|treatment-?function/i

interface Gathered {
  readonly organisations: Set<string>
  readonly treatmentFunctions: Set<string>
  readonly localCodes: Set<string>
  readonly serviceNames: Set<string>
  readonly documentClasses: Set<string>
  readonly codings: Coding[]
  readonly labels: Coding[]
  readonly texts: string[]
}

/**
 * What disclosure judges of each resource, taken from the raw answer. Organisations, services and places reached by
 * reference inside the answer count as the resource's own.
 */
export function* factsOf(resources: ReadonlyMap<string, JsonObject>): Generator<void, readonly Facts[]> {
  const linksOf = new Map<string, Set<string>>()
  const unresolvedOf = new Map<string, string[]>()
  for (const key of resources.keys()) linksOf.set(key, new Set())
  for (const [key, resource] of resources) {
    yield
    for (const { reference } of refsOf(resource)) {
      if (reference === undefined || reference.startsWith('#')) continue
      if (resources.has(reference)) {
        linksOf.get(key)?.add(reference)
        if (!reference.startsWith('Patient/')) linksOf.get(reference)?.add(key)
      } else {
        const unresolved = unresolvedOf.get(key)
        if (unresolved) unresolved.push(reference)
        else unresolvedOf.set(key, [reference])
      }
    }
  }
  const facts: Facts[] = []
  const services = new Map<JsonObject, Gathered>()
  for (const [key, resource] of resources) {
    yield
    const found = emptyGathered()
    gather(resource, '', String(resource['resourceType']), found)
    for (const reached of servicesReached(resource, resources)) {
      let service = services.get(reached)
      if (!service) {
        services.set(reached, (service = emptyGathered()))
        gather(reached, '', String(reached['resourceType']), service)
      }
      for (const kind of OF_SERVICES) for (const value of service[kind]) found[kind].add(value)
    }
    facts.push({
      key,
      resourceType: String(resource['resourceType']),
      organisations: [...found.organisations],
      treatmentFunctions: [...found.treatmentFunctions],
      localCodes: [...found.localCodes],
      serviceNames: [...found.serviceNames],
      documentClasses: [...found.documentClasses],
      codings: found.codings,
      labels: found.labels,
      links: [...(linksOf.get(key) ?? [])],
      unresolved: unresolvedOf.get(key) ?? [],
      texts: found.texts,
    })
  }
  return facts
}

/** Services, places and organisations up to four references away, by way of such resources and encounters only. */
function servicesReached(from: JsonObject, resources: ReadonlyMap<string, JsonObject>): readonly JsonObject[] {
  const seen = new Set<JsonObject>([from])
  let edge: JsonObject[] = [from]
  const reached: JsonObject[] = []
  for (let step = 0; step < 4 && edge.length > 0; step++) {
    const next: JsonObject[] = []
    for (const resource of edge)
      for (const { reference, under } of refsOf(resource)) {
        const target = reference === undefined ? undefined : resources.get(reference)
        if (!target || seen.has(target)) continue
        const type = String(target['resourceType'])
        const upwards = type === 'Encounter' && (under === 'encounter' || under === 'context' || under === 'partOf')
        if (!SERVICE_TYPES.has(type) && !upwards) continue
        seen.add(target)
        reached.push(target)
        next.push(target)
      }
    edge = next
  }
  return reached
}

/** What of a service that is reached counts as the resource's own. */
const OF_SERVICES = ['organisations', 'treatmentFunctions', 'localCodes', 'serviceNames'] as const

const emptyGathered = (): Gathered => ({
  organisations: new Set(),
  treatmentFunctions: new Set(),
  localCodes: new Set(),
  serviceNames: new Set(),
  documentClasses: new Set(),
  codings: [],
  labels: [],
  texts: [],
})

function gather(value: unknown, key: string, type: string, found: Gathered): void {
  if (typeof value === 'string') {
    if (key === 'div') {
      const words = narrativeText(value)
      if (words !== undefined) found.texts.push(words)
    } else if (WORDS.has(key) || key.startsWith('valueString')) found.texts.push(value)
    if (key === 'name' && SERVICE_TYPES.has(type)) found.serviceNames.add(value)
    return
  }
  if (Array.isArray(value)) {
    for (const element of value) gather(element, key, type, found)
    return
  }
  if (!isObject(value)) return
  const inner = textOf(value['resourceType'])
  const within = inner ?? type
  const ods = odsOf(value)
  if (ods !== undefined) found.organisations.add(ods)
  else if ((within === 'Location' || within === 'HealthcareService') && key === 'identifier') {
    const code = textOf(value['value'])
    if (code !== undefined) found.localCodes.add(code)
  }
  const code = textOf(value['code'])
  const display = textOf(value['display'])
  if (
    (code !== undefined || display !== undefined) &&
    (key === 'coding' || key === 'security' || key === 'class' || key === 'tag' || key === 'valueCoding')
  ) {
    const system = textOf(value['system'])
    const coding: Coding = { ...(system ? { system } : {}), ...(code ? { code } : {}), ...(display ? { display } : {}) }
    if (key === 'security') found.labels.push(coding)
    else found.codings.push(coding)
  }
  const serviceElement = SERVICE_ELEMENTS.has(key) || ((within === 'HealthcareService' || within === 'Location') && key === 'type')
  if (serviceElement) {
    for (const coding of objectsOf(value['coding'])) {
      const serviceCode = textOf(coding['code'])
      const system = textOf(coding['system']) ?? ''
      if (serviceCode !== undefined)
        (TREATMENT_FUNCTION.test(system) || /^\d{3}$/.test(serviceCode) ? found.treatmentFunctions : found.localCodes).add(serviceCode)
      const name = textOf(coding['display'])
      if (name !== undefined) found.serviceNames.add(name)
    }
    const words = textOf(value['text'])
    if (words !== undefined) found.serviceNames.add(words)
  }
  if (within === 'DocumentReference' && (key === 'type' || key === 'category' || key === 'class'))
    for (const coding of objectsOf(value['coding'])) {
      const documentClass = textOf(coding['code'])
      if (documentClass !== undefined) found.documentClasses.add(documentClass)
    }
  if (SERVICE_REFS.has(key) && display !== undefined) found.serviceNames.add(display)
  for (const name of Object.keys(value)) {
    const element = value[name]
    if (typeof element === 'string' ? READ.has(name) || name.startsWith('valueString') : typeof element === 'object')
      gather(element, name, within, found)
  }
}

const WORDS: ReadonlySet<string> = new Set(
  'text display title description comment name patientInstruction instruction conclusion reason contentType patientInstructions'.split(' '),
)
/** Elements whose text `gather` does something with. */
const READ: ReadonlySet<string> = new Set([...WORDS, 'div', 'name'])
const SERVICE_REFS: ReadonlySet<string> = new Set(
  'serviceProvider location managingOrganization healthcareService organization providedBy custodian'.split(' '),
)
