import type { Coding } from '../../../care-record/item.ts'
import { grown, NONE, objectsOf, textOf, type JsonObject } from './json.ts'

/** One reference in a resource: under which top element it stands, and what it says. */
export interface Ref {
  /** Top-level element, for example `encounter`; `extension` for those inside extensions. */
  readonly under: string
  readonly reference: string | undefined
  readonly identifier: JsonObject | undefined
  readonly display: string | undefined
}

/** What one walk over a resource finds, wherever in it it stands. */
export interface Reading {
  /** Every reference outside its contained resources. */
  readonly refs: readonly Ref[]
  /** ODS codes. */
  readonly organisations: readonly string[]
  readonly treatmentFunctions: readonly string[]
  readonly localCodes: readonly string[]
  readonly serviceNames: readonly string[]
  readonly documentClasses: readonly string[]
  readonly codings: readonly Coding[]
  /** `meta.security` */
  readonly labels: readonly Coding[]
  /** An extension that is neither of the UK nor of HL7. */
  readonly unknownExtension: boolean
  /** An extension that changes the meaning of what it stands in. None is known here. */
  readonly modifier: boolean
}

/** Types that carry the names and codes of services, clinics and wards. */
export const SERVICE_TYPES: ReadonlySet<string> = new Set([
  'HealthcareService',
  'Location',
  'Organization',
  'EpisodeOfCare',
  'PractitionerRole',
  'CareTeam',
])

/** What an element means by its name: a coding, a label, a service or place that is coded, a reference to one, an extension. */
const MEANINGS: ReadonlyMap<string, 'coding' | 'label' | 'service' | 'service-reference' | 'extension'> = new Map([
  ...['coding', 'class', 'tag', 'valueCoding'].map(name => [name, 'coding'] as const),
  ['security', 'label'],
  ...['serviceType', 'specialty', 'service', 'serviceCategory', 'treatmentFunction', 'practiceSetting'].map(
    name => [name, 'service'] as const,
  ),
  ...['serviceProvider', 'location', 'managingOrganization', 'healthcareService', 'organization', 'providedBy', 'custodian'].map(
    name => [name, 'service-reference'] as const,
  ),
  ...['extension', 'modifierExtension'].map(name => [name, 'extension'] as const),
])
const TREATMENT_FUNCTION = /specialty|treatment-?function/i
const KNOWN_EXTENSIONS = /^(?:https?:\/\/(?:fhir\.hl7\.org\.uk|fhir\.nhs\.uk|hl7\.org)\/|[A-Za-z][A-Za-z0-9-]*$)/
const ODS_SYSTEMS: ReadonlySet<string> = new Set([
  'https://fhir.nhs.uk/Id/ods-organization-code',
  'https://fhir.nhs.uk/Id/ods-site-code',
  'https://digital.nhs.uk/services/organisation-data-service',
])

/** ODS code of an identifier, organisation or site. */
export function odsOf(identifier: JsonObject): string | undefined {
  const { system } = identifier
  return typeof system === 'string' && ODS_SYSTEMS.has(system) ? textOf(identifier['value'])?.toUpperCase() : undefined
}

const readings = new WeakMap<JsonObject, Reading>()

/** Read once: a resource that has been read is changed no more, but for references that `pointInside` points. */
export function readingOf(resource: JsonObject): Reading {
  let reading = readings.get(resource)
  if (!reading) readings.set(resource, (reading = read(resource)))
  return reading
}

/** Every reference of a resource, outside its contained resources. */
export const refsOf = (resource: JsonObject): readonly Ref[] => readingOf(resource).refs

interface Found {
  refs: readonly PointedRef[]
  organisations: readonly string[]
  treatmentFunctions: readonly string[]
  localCodes: readonly string[]
  serviceNames: readonly string[]
  documentClasses: readonly string[]
  codings: readonly Coding[]
  labels: readonly Coding[]
  unknownExtension: boolean
  modifier: boolean
  /** Those inside contained resources. */
  inner: readonly PointedRef[]
}
interface PointedRef {
  readonly under: string
  reference: string | undefined
  readonly identifier: JsonObject | undefined
  readonly display: string | undefined
  /** Where it stands. */
  readonly at: JsonObject
}

function read(resource: JsonObject): Found {
  const found: Found = {
    refs: NONE,
    organisations: NONE,
    treatmentFunctions: NONE,
    localCodes: NONE,
    serviceNames: NONE,
    documentClasses: NONE,
    codings: NONE,
    labels: NONE,
    unknownExtension: false,
    modifier: false,
    inner: NONE,
  }
  readObject(resource, '', '', '', found)
  return found
}

function readObject(object: JsonObject, key: string, under: string, type: string, found: Found): void {
  const within = textOf(object['resourceType']) ?? type
  let code: unknown
  let display: unknown
  let reference: unknown
  let identifier: unknown
  for (const name in object) {
    const value = object[name]
    if (typeof value === 'string') {
      if (name === 'code') code = value
      else if (name === 'display') display = value
      else if (name === 'reference') reference = value
      else if (name === 'name' && SERVICE_TYPES.has(within)) found.serviceNames = grown(found.serviceNames, value)
      else if (name === 'system' && ODS_SYSTEMS.has(value)) {
        const ods = odsOf(object)
        if (ods !== undefined) found.organisations = grown(found.organisations, ods)
      }
    } else if (typeof value === 'object' && value !== null) {
      const top = key === '' ? name : under
      if (Array.isArray(value)) readList(value, name, top, within, found)
      else {
        if (name === 'identifier') identifier = value
        readObject(value as JsonObject, name, top, within, found)
      }
    }
  }
  if (key === '') return
  if (reference !== undefined || identifier !== undefined) readReference(object, reference, identifier, display, under, found)
  const meaning = MEANINGS.get(key)
  if (meaning === 'coding' || meaning === 'label') readCoding(object, code, display, meaning, found)
  else if (meaning === 'service') readService(object, found)
  else if (meaning === 'service-reference') {
    const name = textOf(display)
    if (name !== undefined) found.serviceNames = grown(found.serviceNames, name)
  } else if (meaning === 'extension') {
    if (key === 'modifierExtension') found.modifier = true
    else if (!KNOWN_EXTENSIONS.test(String(object['url']))) found.unknownExtension = true
  }
  if (within === 'Location' || within === 'HealthcareService') readPlace(object, key, found)
  else if (within === 'DocumentReference') readDocument(object, key, found)
}

function readList(list: readonly unknown[], key: string, under: string, within: string, found: Found): void {
  for (const value of list)
    if (Array.isArray(value)) readList(value, key, under, within, found)
    else if (typeof value === 'object' && value !== null) readObject(value as JsonObject, key, under, within, found)
    else if (typeof value === 'string' && key === 'name' && SERVICE_TYPES.has(within)) found.serviceNames = grown(found.serviceNames, value)
}

function readReference(at: JsonObject, said: unknown, identifier: unknown, display: unknown, under: string, found: Found): void {
  const reference = textOf(said)
  if (reference === undefined && identifier === undefined) return
  const ref: PointedRef = { under, reference, identifier: identifier as JsonObject | undefined, display: textOf(display), at }
  if (under === 'contained') found.inner = grown(found.inner, ref)
  else found.refs = grown(found.refs, ref)
}

/** The coding as it stands, when nothing in it is blank. */
function readCoding(object: JsonObject, code: unknown, display: unknown, as: 'coding' | 'label', found: Found): void {
  const given = { system: textOf(object['system']), code: textOf(code), display: textOf(display) }
  if (given.code === undefined && given.display === undefined) return
  const same = given.system === object['system'] && given.code === object['code'] && given.display === object['display']
  const coding = same ? (object as Coding) : codingOf(given.system, given.code, given.display)
  if (as === 'label') found.labels = grown(found.labels, coding)
  else found.codings = grown(found.codings, coding)
}
const codingOf = (system: string | undefined, code: string | undefined, display: string | undefined): Coding => ({
  ...(system === undefined ? {} : { system }),
  ...(code === undefined ? {} : { code }),
  ...(display === undefined ? {} : { display }),
})

/** The service, specialty or place a concept names. */
function readService(concept: JsonObject, found: Found): void {
  for (const coding of objectsOf(concept['coding'])) {
    const code = textOf(coding['code'])
    if (code !== undefined) {
      if (TREATMENT_FUNCTION.test(textOf(coding['system']) ?? '') || /^\d{3}$/.test(code))
        found.treatmentFunctions = grown(found.treatmentFunctions, code)
      else found.localCodes = grown(found.localCodes, code)
    }
    const name = textOf(coding['display'])
    if (name !== undefined) found.serviceNames = grown(found.serviceNames, name)
  }
  const words = textOf(concept['text'])
  if (words !== undefined) found.serviceNames = grown(found.serviceNames, words)
}

function readPlace(object: JsonObject, key: string, found: Found): void {
  if (key === 'type') readService(object, found)
  else if (key === 'identifier' && odsOf(object) === undefined) {
    const code = textOf(object['value'])
    if (code !== undefined) found.localCodes = grown(found.localCodes, code)
  }
}

function readDocument(object: JsonObject, key: string, found: Found): void {
  if (key === 'type' || key === 'category' || key === 'class')
    for (const coding of objectsOf(object['coding'])) {
      const code = textOf(coding['code'])
      if (code !== undefined) found.documentClasses = grown(found.documentClasses, code)
    }
}

/** Changes where each reference of the resource points. The resource is our own copy. */
export function pointEach(resource: JsonObject, point: (reference: string) => string): void {
  const { refs, inner } = readingOf(resource) as Found
  for (const ref of refs) pointOne(ref, point)
  for (const ref of inner) pointOne(ref, point)
}
function pointOne(ref: PointedRef, point: (reference: string) => string): void {
  if (ref.reference === undefined) return
  const to = point(ref.reference)
  if (to === ref.reference) return
  ref.reference = to
  ;(ref.at as Record<string, unknown>)['reference'] = to
}
