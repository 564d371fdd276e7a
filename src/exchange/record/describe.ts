import type { Timing } from '@medplum/fhirtypes'
import type { Item } from '../../care-record/item.ts'
import { timingSays, timingWords } from './dosage.ts'
import { placesOf, withPlaces } from './reading.ts'

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
  'hash',
  'size',
])
const MOST_ROWS = 200
const NOTHING: ReadonlySet<string> = new Set()

/** Levels of the format that a reader would not miss: what stands in them is named by what holds them. */
const PASSED: ReadonlySet<string> = new Set([
  'timing',
  'repeat',
  'doseAndRate',
  'dispenseRequest',
  'attachment',
  'detail',
  'provision',
  'extension',
  'modifierExtension',
  'text',
])
const DATE = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/
const DATE_KEY = /date|time|on$|issued|created|sent|period|start|end|recorded|authored|asserted|occurrence|effective|onset|abatement|birth/i

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
  maxDosePerPeriod: 'Most in a time',
  maxDosePerAdministration: 'Most at a time',
  maxDosePerLifetime: 'Most in a life',
  doseQuantity: 'Dose',
  doseRange: 'Dose',
  doseNumberPositiveInt: 'Dose number',
  lotNumber: 'Batch',
  dispenseRequest: 'Supply',
  asNeededBoolean: 'When required',
  asNeededCodeableConcept: 'When required',
  presentedForm: 'Attached',
  content: 'Attached',
  performedDateTime: 'Performed',
  occurrenceDateTime: 'On',
  interpretation: 'Interpretation',
  referenceRange: 'Reference range',
  value: 'Value',
  serviceType: 'Service',
  asserted: 'Asserted',
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
  // The panel's own line says the source's identifier.
  const identifiers = new Set([item.provenance.originalIdentifier])
  let more = 0
  const names = new Map(
    item.contained.map(resource => [`${resource.resourceType}/${resource.id ?? ''}`, resource as unknown as JsonObject]),
  )
  const add = (label: string, words: string): void => {
    if (words === '') return
    if (rows.length < MOST_ROWS) rows.push([label === '' ? 'Said' : label, words])
    else more += 1
  }
  const walk = (value: Json, label: string, key: string): void => {
    if (value === null) return
    if (Array.isArray(value)) {
      for (const element of value as readonly Json[]) walk(element, label, key)
      return
    }
    if (isObject(value)) {
      if (key === 'extension' || key === 'modifierExtension') return walkExtension(value, label)
      if (key === 'timing') return walkTiming(value, label)
      if (key === 'item' && typeof value['linkId'] === 'string') return walkQuestion(value)
      if (/identifier$/i.test(key) && typeof value['value'] === 'string') return walkIdentifier(value)
    }
    const words = plain(value, key, dateWords, names)
    if (words !== undefined) add(label, words)
    else walkFields(value as JsonObject, label, NOTHING)
  }
  const walkFields = (object: JsonObject, label: string, said: ReadonlySet<string>): void => {
    for (const [inner, child] of Object.entries(object)) {
      if (LEFT_OUT.has(inner) || said.has(inner) || child === undefined || isNarrative(child)) continue
      if (inner === 'data' && typeof child === 'string') add(under(label, 'Attached'), sizeWords(child))
      else walk(child, PASSED.has(inner) && label !== '' ? label : under(label, labelOf(inner)), inner)
    }
  }
  /** In words, and element by element only what they do not say. */
  const walkTiming = (timing: JsonObject, label: string): void => {
    const { words, said } = timed(timing)
    add(label, words)
    const repeat = timing['repeat']
    if (isObject(repeat)) walkFields(repeat, label, said)
    walkFields(timing, label, said)
  }
  /** The question as the label, not the numbers of the form. */
  const walkQuestion = (question: JsonObject): void => {
    const text = typeof question['text'] === 'string' && question['text'] !== '' ? question['text'] : 'Answer'
    for (const answer of objectsIn(question['answer'])) {
      for (const [name, value] of Object.entries(answer)) if (name.startsWith('value')) walk(value, text, name)
      for (const inner of objectsIn(answer['item'])) walk(inner, '', 'item')
    }
    for (const inner of objectsIn(question['item'])) walk(inner, '', 'item')
  }
  /** Once, however often the format repeats it. */
  const walkIdentifier = ({ value }: JsonObject): void => {
    if (typeof value !== 'string' || identifiers.has(value)) return
    identifiers.add(value)
    add('Identifier', value)
  }
  const walkExtension = (extension: JsonObject, label: string): void => {
    const name = extensionLabel(extension['url'])
    const own = label === '' || label === 'Extension' || label === 'Modifier extension' ? name : under(label, name)
    for (const [inner, child] of Object.entries(extension))
      if (inner === 'extension') walk(child, own, inner)
      else if (inner.startsWith('value') && child !== undefined) walk(child, own, inner)
  }
  walk(item.resource as unknown as JsonObject, '', '')
  for (const mark of item.marks.filter(m => m === 'degraded' || m === 'not-coded'))
    add('Coding', mark === 'degraded' ? 'Not coded, no automatic checks (degraded on transfer)' : 'Not coded, no automatic checks')
  if (more > 0) rows.push(['More', `${more} further elements are held and not listed here`])
  return rows
}

/** What can be said of a timing in words, and which elements that leaves. A timing of another shape is left to its elements. */
function timed(timing: Timing): { readonly words: string; readonly said: ReadonlySet<string> } {
  try {
    return { words: timingWords(timing), said: timingSays(timing) }
  } catch {
    return { words: '', said: REPEAT }
  }
}
const REPEAT: ReadonlySet<string> = new Set(['repeat'])

const under = (label: string, inner: string): string => (label === '' ? inner : `${label}: ${inner.toLowerCase()}`)
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
const objectsIn = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])

/** `12 KB` of base64 that stands for a file: the file opens as a document. */
const sizeWords = (base64: string): string => {
  const bytes = Math.floor((base64.length * 3) / 4)
  return bytes < 1_000 ? `${bytes} bytes` : `${Math.round(bytes / 1_000)} KB`
}

/** `Extension-UKCore-LastIssueDate-1` reads `Last issue date`. */
function extensionLabel(url: Json | undefined): string {
  const tail = typeof url === 'string' ? (url.split('/').at(-1) ?? '') : ''
  const name = tail
    .replace(/^Extension-/, '')
    .replace(/^(?:UKCore|CareConnect|GPC|England|DM)-/g, '')
    .replace(/^GPC-/, '')
    .replace(/-\d+(?:\.\d+)*$/, '')
  return name === '' ? 'Also said' : labelOf(name.replaceAll('-', ' '))
}

function labelOf(key: string): string {
  const known = LABELS[key]
  if (known !== undefined) return known
  const words = key
    .replace(/(DateTime|Period|CodeableConcept|Quantity|String|Reference|Boolean|Integer|Range)$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .trim()
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
    (object['unit'] !== undefined || object['code'] !== undefined || Object.keys(object).every(field => BARE_AMOUNT.has(field)))
  )
    return amount(object)
  if (isObject(object['numerator']) && isObject(object['denominator']))
    return `${amount(object['numerator'])} in ${amount(object['denominator'])}`
  if (typeof object['start'] === 'string' || typeof object['end'] === 'string') return period(object, dateWords)
  if (typeof object['reference'] === 'string' || typeof object['display'] === 'string') return referenceWords(object, names)
  if (typeof object['value'] === 'string' && typeof object['system'] === 'string') return object['value']
  return undefined
}

/** Fields of a quantity that has no unit. */
const BARE_AMOUNT: ReadonlySet<string> = new Set(['value', '_value', 'comparator'])

const amount = (quantity: JsonObject): string =>
  [quantity['comparator'], reported(quantity), quantity['unit'] ?? quantity['code']]
    .filter(p => typeof p === 'string' || typeof p === 'number')
    .join(' ')

/** With the zeros at the end that it was sent with (D52). */
function reported(quantity: JsonObject): Json | undefined {
  const value = quantity['value']
  return typeof value === 'number' ? withPlaces(value, placesOf(quantity)) : value
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
