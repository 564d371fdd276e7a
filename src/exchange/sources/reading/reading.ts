import type { Coding } from '../../../care-record/item.ts'
import { cleanText, escapeText, ID, isClean, isFhirDate, narrativeText, TYPE } from './clean.ts'
import { isPeriod, nameOf, type Name } from './forms.ts'
import { grown, isObject, NONE, objectsOf, textOf, type JsonObject } from './json.ts'

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

const TREATMENT_FUNCTION = /specialty|treatment-?function/i
/** Belongs to a case of social care, where FHIR has no element of its own for it. */
export const CASE_EXTENSION = 'urn:london-care-record:extension:case'
const KNOWN_EXTENSIONS =
  /^(?:https?:\/\/(?:fhir\.hl7\.org\.uk|fhir\.nhs\.uk|hl7\.org)\/|urn:london-care-record:extension:case$|[A-Za-z][A-Za-z0-9-]*$)/
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

/** Types whose own `code` is one concept. */
const CONCEPT_CODE: ReadonlySet<string> = new Set(
  'AllergyIntolerance Condition Observation Procedure Medication DiagnosticReport ServiceRequest ProcedureRequest Flag'.split(' '),
)

/**
 * A resource a source sent, cleaned in place and read in the same walk, or `undefined` when its shape cannot be trusted: a
 * date that does not exist, a list where FHIR has none, text where it has a structure. Narrative is kept as text, never as
 * markup.
 *
 * @param plain the bytes it came in have no character that would have to be cleaned.
 */
export function cleanResource(value: unknown, needsId = true, plain = false): JsonObject | undefined {
  if (!isObject(value)) return undefined
  const { resourceType, id } = value
  if (typeof resourceType !== 'string' || !TYPE.test(resourceType)) return undefined
  if (needsId ? typeof id !== 'string' || !ID.test(id) : id !== undefined && typeof id !== 'string') return undefined
  if (value['code'] !== undefined && !isObject(value['code']) && CONCEPT_CODE.has(resourceType)) return undefined
  const found = new Found()
  if (!walkObject(value, '', nameOf(''), '', 'other', { found, cleaning: true, plain })) return undefined
  readings.set(value, found)
  return value
}

const readings = new WeakMap<JsonObject, Found>()

/** Read once: a resource that has been read is changed no more, but for references that `pointEach` points. */
export const readingOf = (resource: JsonObject): Reading => foundIn(resource)

function foundIn(resource: JsonObject): Found {
  let found = readings.get(resource)
  if (!found) {
    readings.set(resource, (found = new Found()))
    walkObject(resource, '', nameOf(''), '', 'other', { found, cleaning: false, plain: true })
  }
  return found
}

/** Every reference of a resource, outside its contained resources. */
export const refsOf = (resource: JsonObject): readonly Ref[] => readingOf(resource).refs

class Found implements Reading {
  refs: readonly PointedRef[] = NONE
  organisations: readonly string[] = NONE
  treatmentFunctions: readonly string[] = NONE
  localCodes: readonly string[] = NONE
  serviceNames: readonly string[] = NONE
  documentClasses: readonly string[] = NONE
  codings: readonly Coding[] = NONE
  labels: readonly Coding[] = NONE
  unknownExtension = false
  modifier = false
  /** References inside contained resources. */
  inner: readonly PointedRef[] = NONE
}
interface PointedRef {
  readonly under: string
  reference: string | undefined
  readonly identifier: JsonObject | undefined
  readonly display: string | undefined
  /** Where it stands. */
  readonly at: JsonObject
}

interface Walk {
  readonly found: Found
  /** Whether it is a source's own, to be cleaned and perhaps refused; else it is only read. */
  readonly cleaning: boolean
  readonly plain: boolean
}
/** What a type of resource means for the names and codes that stand in it. */
type Within = 'place' | 'service' | 'document' | 'other'
const withinOf = (type: string): Within =>
  type === 'Location' || type === 'HealthcareService'
    ? 'place'
    : SERVICE_TYPES.has(type)
      ? 'service'
      : type === 'DocumentReference'
        ? 'document'
        : 'other'

/**
 * One object and all that stands in it, each after what stands within it.
 *
 * @param key name it stands under, `''` for the resource itself. @param under the top element that it stands in.
 * @returns `false`: not to be trusted.
 */
function walkObject(given: JsonObject, key: string, as: Name, under: string, inherited: Within, walk: Walk): boolean {
  const object = given as Record<string, unknown>
  const { found, cleaning, plain } = walk
  const type = object['resourceType']
  const within = type === undefined ? inherited : ownWithin(type, inherited, plain)
  let code: unknown
  let display: unknown
  let reference: unknown
  let identifier: JsonObject | undefined
  for (const name in object) {
    let value = object[name]
    const known = nameOf(name)
    if (cleaning && (value === undefined || known.role === 'left-out')) {
      delete object[name]
      continue
    }
    if (typeof value === 'string') {
      if (cleaning) {
        if (known.role === 'start-or-end') {
          if (isPeriod(key) && !isFhirDate(value)) return false
        } else if (known.form === 'date' && !isFhirDate(value)) return false
        if (!plain && !isClean(value)) object[name] = value = cleanText(value)
      }
      if (known.role === undefined) continue
      if (known.role === 'code') code = value
      else if (known.role === 'display') display = value
      else if (known.role === 'reference') reference = value
      else if (known.role === 'name') {
        if (within === 'place' || within === 'service') found.serviceNames = grown(found.serviceNames, value as string)
      } else if (known.role === 'system' && ODS_SYSTEMS.has(value as string)) {
        const said = object['value']
        const ods = odsOf(plain || typeof said !== 'string' ? object : { system: value, value: cleanText(said) })
        if (ods !== undefined) found.organisations = grown(found.organisations, ods)
      }
      continue
    }
    if (cleaning && known.form !== undefined && !mayStand(value, name, known.form)) return false
    if (typeof value !== 'object' || value === null) continue
    const top = key === '' ? name : under
    if (Array.isArray(value)) {
      if (!walkList(value, name, known, top, within, walk)) return false
    } else if (cleaning && known.role === 'narrative') {
      const words = narrativeText((value as JsonObject)['div'], plain)
      if (words === undefined) delete object[name]
      else object[name] = { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${escapeText(words)}</div>` }
    } else {
      if (known.role === 'identifier') identifier = value as JsonObject
      if (!walkObject(value as JsonObject, name, known, top, within, walk)) return false
    }
  }
  if (key === '') return true
  if (reference !== undefined || identifier !== undefined) readReference(object, reference, identifier, display, under, found)
  if (as.meaning !== undefined) readMeaning(object, key, as.meaning, code, display, found)
  if (within === 'place') readPlace(object, key, found)
  else if (within === 'document') readDocument(object, key, found)
  return true
}

function ownWithin(type: unknown, inherited: Within, plain: boolean): Within {
  const said = textOf(plain || typeof type !== 'string' ? type : cleanText(type))
  return said === undefined ? inherited : withinOf(said)
}

/** Whether something that is no text may stand under a name of this form. */
function mayStand(value: unknown, name: string, form: NonNullable<Name['form']>): boolean {
  if (form === 'string') return false
  if (form === 'date') return value === null || name === 'created'
  return typeof value === 'object' && value !== null && Array.isArray(value) === (form === 'list')
}

function walkList(list: unknown[], key: string, as: Name, under: string, within: Within, walk: Walk): boolean {
  // Anything but objects in such a list makes it one that FHIR does not have.
  const objectsOnly = walk.cleaning && as.form === 'list'
  for (let at = 0; at < list.length; at++) {
    const value = list[at]
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) {
        if (objectsOnly || !walkList(value, key, as, under, within, walk)) return false
      } else if (!walkObject(value as JsonObject, key, as, under, within, walk)) return false
    } else if (objectsOnly) return false
    else if (typeof value === 'string') {
      const text = !walk.cleaning || walk.plain || isClean(value) ? value : (list[at] = cleanText(value))
      if (as.role === 'name' && (within === 'place' || within === 'service')) walk.found.serviceNames = grown(walk.found.serviceNames, text)
    }
  }
  return true
}

function readReference(
  at: JsonObject,
  said: unknown,
  identifier: JsonObject | undefined,
  display: unknown,
  under: string,
  found: Found,
): void {
  const reference = textOf(said)
  if (reference === undefined && identifier === undefined) return
  const ref: PointedRef = { under, reference, identifier, display: textOf(display), at }
  if (under === 'contained') found.inner = grown(found.inner, ref)
  else found.refs = grown(found.refs, ref)
}

function readMeaning(
  object: JsonObject,
  key: string,
  meaning: NonNullable<Name['meaning']>,
  code: unknown,
  display: unknown,
  found: Found,
): void {
  if (meaning === 'coding' || meaning === 'label') readCoding(object, code, display, meaning, found)
  else if (meaning === 'service') readService(object, found)
  else if (meaning === 'service-reference') {
    const name = textOf(display)
    if (name !== undefined) found.serviceNames = grown(found.serviceNames, name)
  } else if (key === 'modifierExtension') found.modifier = true
  else if (!KNOWN_EXTENSIONS.test(String(object['url']))) found.unknownExtension = true
}

/** The coding as it stands, when nothing in it is blank. */
function readCoding(object: JsonObject, saidCode: unknown, saidDisplay: unknown, as: 'coding' | 'label', found: Found): void {
  const system = textOf(object['system'])
  const code = textOf(saidCode)
  const display = textOf(saidDisplay)
  if (code === undefined && display === undefined) return
  const same = system === object['system'] && code === object['code'] && display === object['display']
  const coding = same ? (object as Coding) : codingOf(system, code, display)
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
  const { refs, inner } = foundIn(resource)
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
