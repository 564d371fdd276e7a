import type { Mark } from '../../../care-record/item.ts'
import { grown, isObject, NONE, objectOf, objectsOf, textOf, type JsonObject } from './json.ts'
import { readingOf, type Ref } from './reading.ts'
import { KEY } from './references.ts'

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
const POINTS = /^(?:#|urn:|https?:\/\/|[A-Z][A-Za-z]+\/[A-Za-z0-9\-._]{1,128})/

/**
 * What must be said beside an item. `contained` are the resources its words come from, for example its Medication;
 * `date` is what the statement is about.
 */
export function marksOf(resource: JsonObject, contained: readonly JsonObject[], date: string | undefined): readonly Mark[] {
  let marks: readonly Mark[] = NONE
  const concept = conceptOf(resource, contained)
  if (concept) {
    let coded = false
    let known = false
    let degraded = false
    for (const coding of objectsOf(concept['coding'])) {
      const code = textOf(coding['code'])
      if (code === undefined) continue
      coded = true
      if (code !== 'UNK' && textOf(coding['system']) !== undefined) known = true
      if (DEGRADED.has(code)) degraded = true
    }
    if (!coded) marks = grown(marks, 'not-coded')
    else if (!known) marks = grown(marks, 'unknown-code')
    if (degraded) marks = grown(marks, 'degraded')
  }
  const { refs, unknownExtension, modifier } = readingOf(resource)
  if (modifier) marks = grown(marks, 'unknown-modifier')
  if (refs.some(isFreeText)) marks = grown(marks, 'free-text-reference')
  if (unknownExtension) marks = grown(marks, 'unknown-extension')
  if (resource['reportedBoolean'] === true || refs.some(isByPatient)) marks = grown(marks, 'patient-reported')
  if (date !== undefined && date.length < 10) marks = grown(marks, 'partial-date')
  return marks
}

const isFreeText = ({ reference, under }: Ref): boolean =>
  reference !== undefined && !KEY.test(reference) && (/\s/.test(reference) || (under !== 'extension' && !POINTS.test(reference)))

const BY: ReadonlySet<string> = new Set(['informationSource', 'asserter', 'reportedReference', 'author', 'performer'])
const isByPatient = ({ reference, under }: Ref): boolean =>
  reference !== undefined && BY.has(under) && (reference.startsWith('Patient/') || reference.startsWith('RelatedPerson/'))

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
