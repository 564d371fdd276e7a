import type { Mark } from '../../../care-record/item.ts'
import { isObject, objectOf, objectsOf, textOf, type JsonObject } from './json.ts'
import { refsOf } from './references.ts'
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
  for (const { reference, under } of refsOf(resource))
    if (
      reference !== undefined &&
      under !== 'extension' &&
      !/^(?:#|urn:|https?:\/\/|[A-Z][A-Za-z]+\/[A-Za-z0-9\-._]{1,128})/.test(reference)
    )
      marks.add('free-text-reference')
  if (
    /\s/.test(
      refsOf(resource)
        .map(r => r.reference ?? '')
        .join(''),
    )
  )
    marks.add('free-text-reference')
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
  if (Array.isArray(value)) return value.some(unknownExtension)
  if (!isObject(value)) return false
  for (const extension of [...objectsOf(value['extension']), ...objectsOf(value['modifierExtension'])])
    if (!KNOWN_EXTENSIONS.test(String(extension['url']))) return true
  return Object.values(value).some(inner => typeof inner === 'object' && unknownExtension(inner))
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
