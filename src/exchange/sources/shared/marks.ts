import type { Mark } from '../../../care-record/item.ts'
import { isObject, objectOf, objectsOf, textOf, type JsonObject } from './json.ts'
import { refsOf, type Ref } from './references.ts'
import { dateOf } from './sections.ts'

/** Entries a transfer between practices left as text only; prescribing must wait until someone resolves them. */
export const DEGRADED: ReadonlySet<string> = new Set([
  '196421000000109',
  '196461000000101',
  '196411000000103',
  '196431000000106',
  '196441000000102',
  '196451000000104',
  '196471000000108',
])
const CODE_ELEMENTS = ['code', 'medicationCodeableConcept', 'vaccineCode', 'type'] as const
const KNOWN_EXTENSIONS = /^(?:https?:\/\/(?:fhir\.hl7\.org\.uk|fhir\.nhs\.uk|hl7\.org)\/|[A-Za-z][A-Za-z0-9-]*$)/

const POINTS = /^(?:#|urn:|https?:\/\/|[A-Z][A-Za-z]+\/[A-Za-z0-9\-._]{1,128})/

/** What must be said beside an item. `contained` are the resources its words come from, for example its Medication. */
export function marksOf(resource: JsonObject, contained: readonly JsonObject[]): readonly Mark[] {
  const marks = new Set<Mark>()
  const concept = conceptOf(resource, contained)
  if (concept) {
    const codings = objectsOf(concept['coding']).filter(c => textOf(c['code']) !== undefined)
    if (codings.length === 0) marks.add('not-coded')
    else if (codings.every(c => c['code'] === 'UNK' || textOf(c['system']) === undefined)) marks.add('unknown-code')
    if (codings.some(c => DEGRADED.has(String(c['code'])))) marks.add('degraded')
  }
  const freeText = ({ reference, under }: Ref): boolean =>
    reference !== undefined && (/\s/.test(reference) || (under !== 'extension' && !POINTS.test(reference)))
  if (refsOf(resource).some(freeText)) marks.add('free-text-reference')
  if (unknownExtension(resource)) marks.add('unknown-extension')
  if (byPatient(resource)) marks.add('patient-reported')
  const date = dateOf(resource)
  if (date !== undefined && date.length < 10) marks.add('partial-date')
  return [...marks]
}

/** The concept that names what an item is. */
function conceptOf(resource: JsonObject, contained: readonly JsonObject[]): JsonObject | undefined {
  for (const name of CODE_ELEMENTS) {
    const value = resource[name]
    if (isObject(value)) return value
  }
  const medication = textOf(objectOf(resource['medicationReference'])['reference'])
  const found = medication === undefined ? undefined : contained.find(c => `Medication/${String(c['id'])}` === medication)
  return found && isObject(found['code']) ? found['code'] : undefined
}

function unknownExtension(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(unknownExtension)
  const object = value as JsonObject
  for (const name of Object.keys(object)) {
    const inner = object[name]
    if (typeof inner !== 'object') continue
    if ((name === 'extension' || name === 'modifierExtension') && objectsOf(inner).some(e => !KNOWN_EXTENSIONS.test(String(e['url']))))
      return true
    if (unknownExtension(inner)) return true
  }
  return false
}

function byPatient(resource: JsonObject): boolean {
  if (resource['reportedBoolean'] === true) return true
  return refsOf(resource).some(
    ({ under, reference }) =>
      (under === 'informationSource' ||
        under === 'asserter' ||
        under === 'reportedReference' ||
        under === 'author' ||
        under === 'performer') &&
      /^(?:Patient|RelatedPerson)\//.test(reference ?? ''),
  )
}
