import type { Item } from '../../care-record/item.ts'

/** How a FHIR date or instant reads for the audience of the page. */
export type DateWords = (fhirDate: string) => string

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = { readonly [key: string]: Json }

/** Housekeeping of the format, said elsewhere in the panel or meaning nothing to a reader. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'resourceType',
  'id',
  'meta',
  'contained',
  'implicitRules',
  'language',
  'subject',
  'patient',
  'url',
  'fullUrl',
  'userSelected',
  'system',
  'reference',
  'type:identifier',
])
const MOST_ROWS = 200
const DATE = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/
const DATE_KEY = /date|time|on$|issued|period|start|end|recorded|authored|asserted|occurrence|effective|onset|abatement|birth/i

/** Element names of FHIR R4 that read badly as they stand. */
const LABELS: Readonly<Record<string, string>> = {
  clinicalStatus: 'Clinical status',
  verificationStatus: 'Verification status',
  code: 'Recorded as',
  medicationCodeableConcept: 'Medicine',
  dosageInstruction: 'Dosage',
  dosage: 'Dosage',
  valueQuantity: 'Value',
  valueString: 'Value',
  valueCodeableConcept: 'Value',
  effectiveDateTime: 'Collected or observed',
  authoredOn: 'Written',
  recordedDate: 'Recorded',
  onsetDateTime: 'Onset',
  abatementDateTime: 'Ended',
  serviceProvider: 'Organisation',
  requester: 'Requested by',
  recorder: 'Recorded by',
  asserter: 'Asserted by',
  note: 'Note',
  bodySite: 'Body site',
  reasonCode: 'Reason',
  hospitalization: 'Stay',
  period: 'Period',
}

/**
 * What a source said in one statement, as label and value: every element with words in it, in the source's order, none
 * left out for being unknown to us.
 *
 * @param dateWords reads a FHIR date, possibly partial, for the page's audience.
 */
export function describe(item: Item, dateWords: DateWords): readonly (readonly [label: string, value: string])[] {
  const rows: [string, string][] = []
  const names = new Map(
    item.contained.map(resource => [`${resource.resourceType}/${resource.id ?? ''}`, resource as unknown as JsonObject]),
  )
  const walk = (value: Json, label: string, key: string): void => {
    if (rows.length >= MOST_ROWS || value === null) return
    const words = plain(value, key, dateWords, names)
    if (words !== undefined) {
      if (words !== '') rows.push([label, words])
      return
    }
    if (Array.isArray(value)) {
      for (const element of value as readonly Json[]) walk(element, label, key)
      return
    }
    for (const [inner, child] of Object.entries(value as JsonObject)) {
      if (!LEFT_OUT.has(inner) && child !== undefined && !isNarrative(child))
        walk(child, label === '' ? labelOf(inner) : `${label}: ${labelOf(inner).toLowerCase()}`, inner)
    }
  }
  walk(item.resource as unknown as JsonObject, '', '')
  for (const mark of item.marks.filter(m => m === 'degraded' || m === 'not-coded'))
    rows.push(['Coding', mark === 'degraded' ? 'Not coded, no automatic checks (degraded on transfer)' : 'Not coded, no automatic checks'])
  return rows
}

function labelOf(key: string): string {
  const known = LABELS[key]
  if (known !== undefined) return known
  const words = key
    .replace(/(DateTime|Period|CodeableConcept|Quantity|String|Reference|Boolean|Integer|Range)$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** One value in words, or `undefined` when it has to be walked into. */
function plain(value: Json, key: string, dateWords: DateWords, names: ReadonlyMap<string, JsonObject>): string | undefined {
  if (typeof value === 'string') return DATE.test(value) && DATE_KEY.test(key) ? dateWords(value) : value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (value === null || Array.isArray(value)) return value === null ? '' : undefined
  const object = value as JsonObject
  if (isObjectList(object['coding']) || (typeof object['text'] === 'string' && Object.keys(object).every(k => k === 'text' || k === 'id')))
    return concept(object)
  if (
    typeof object['code'] === 'string' &&
    (typeof object['system'] === 'string' || typeof object['display'] === 'string') &&
    object['value'] === undefined
  )
    return coding(object)
  if (
    object['value'] !== undefined &&
    typeof object['value'] !== 'object' &&
    (object['unit'] !== undefined || object['code'] !== undefined)
  )
    return [object['comparator'], object['value'], object['unit'] ?? object['code']]
      .filter(p => typeof p === 'string' || typeof p === 'number')
      .join(' ')
  if (typeof object['start'] === 'string' || typeof object['end'] === 'string') return period(object, dateWords)
  if (typeof object['reference'] === 'string' || typeof object['display'] === 'string') return referenceWords(object, names)
  if (typeof object['value'] === 'string' && typeof object['system'] === 'string') return object['value']
  return undefined
}

/** Generated or hostile markup; the coded and plain elements say the same (HAZ-011). */
const isNarrative = (value: Json): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && 'div' in value

const isObjectList = (value: Json | undefined): value is readonly JsonObject[] =>
  Array.isArray(value) && value[0] !== undefined && value.every(v => typeof v === 'object' && v !== null)

function concept(object: JsonObject): string {
  const codings = isObjectList(object['coding']) ? object['coding'].map(coding).filter(words => words !== '') : []
  const text = typeof object['text'] === 'string' ? object['text'] : undefined
  if (text === undefined) return codings.join('; ')
  return codings.length === 0 || codings.every(words => words.startsWith(`${text} (`))
    ? (codings[0] ?? text)
    : `${text} [${codings.join('; ')}]`
}

function coding(object: JsonObject): string {
  const display = typeof object['display'] === 'string' ? object['display'] : ''
  const code = typeof object['code'] === 'string' ? object['code'] : ''
  return display === '' ? code : code === '' ? display : `${display} (${code})`
}

function period(object: JsonObject, dateWords: DateWords): string {
  const start = typeof object['start'] === 'string' ? dateWords(object['start']) : undefined
  const end = typeof object['end'] === 'string' ? dateWords(object['end']) : undefined
  return start === undefined ? `until ${end ?? ''}` : end === undefined ? `from ${start}, no end recorded` : `${start} to ${end}`
}

/** The name behind a reference: its display, else what the answer carried, else that it was not sent. Never the reference itself. */
function referenceWords(object: JsonObject, names: ReadonlyMap<string, JsonObject>): string {
  if (typeof object['display'] === 'string') return object['display']
  const resource = names.get(typeof object['reference'] === 'string' ? object['reference'] : '')
  if (!resource) return ''
  for (const key of ['name', 'code', 'vaccineCode', 'type']) {
    const named = resource[key]
    if (typeof named === 'string') return named
    const first = isObjectList(named)
      ? named[0]
      : typeof named === 'object' && named !== null && !Array.isArray(named)
        ? (named as JsonObject)
        : undefined
    if (!first) continue
    if (typeof first['text'] === 'string') return first['text']
    if (typeof first['family'] === 'string')
      return [first['prefix'], first['given'], first['family']]
        .flat()
        .filter(p => typeof p === 'string')
        .join(' ')
    if (isObjectList(first['coding'])) return concept(first)
  }
  return ''
}
