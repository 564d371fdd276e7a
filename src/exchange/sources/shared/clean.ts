import { isObject, type JsonObject } from './json.ts'

/** `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or a full instant, as FHIR R4 writes them; a time without its zone is met in the field. */
const FHIR_DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T([01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?$/

/** A date that exists, as written in FHIR. */
export function isFhirDate(value: unknown): value is string {
  const parts = typeof value === 'string' ? FHIR_DATE.exec(value) : null
  if (!parts) return false
  const month = parts[2] === undefined ? 1 : Number(parts[2])
  const day = parts[3] === undefined ? 1 : Number(parts[3])
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(Number(parts[1]), month, 0)).getUTCDate()
}

const DATES: ReadonlySet<string> = new Set(
  (
    'date birthDate deceasedDateTime recordedDate onsetDateTime abatementDateTime lastOccurrence assertedDate authoredOn effectiveDateTime issued ' +
    'dateAsserted occurrenceDateTime performedDateTime recorded indexed created dateTime authored statusDate valueDateTime ' +
    'expirationDate whenPrepared whenHandedOver'
  ).split(' '),
)
const LISTS: ReadonlySet<string> = new Set(
  'coding extension modifierExtension note reaction dosageInstruction component referenceRange participant contained manifestation'.split(
    ' ',
  ),
)
const OBJECTS: ReadonlySet<string> = new Set(
  (
    'subject patient recorder asserter medicationCodeableConcept medicationReference vaccineCode effectivePeriod ' +
    'onsetPeriod onsetAge performedPeriod occurrencePeriod valueQuantity valueCodeableConcept serviceProvider timing dispenseRequest meta'
  ).split(' '),
)
const STRINGS: ReadonlySet<string> = new Set(['resourceType', 'id', 'system', 'display', 'url', 'status', 'unit', 'intent', 'gender'])
/** Types whose own `code` is one concept. */
const CONCEPT_CODE: ReadonlySet<string> = new Set(
  'AllergyIntolerance Condition Observation Procedure Medication DiagnosticReport ServiceRequest ProcedureRequest Flag'.split(' '),
)

/** Control and unpaired characters carry no words and break stores and screens. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u2028\u2029]/g
// eslint-disable-next-line no-control-regex
const NEEDS_CLEANING = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u2028\u2029\uD800-\uDFFF]/
export const cleanText = (text: string): string => (NEEDS_CLEANING.test(text) ? text.toWellFormed().replaceAll(CONTROLS, ' ') : text)

/** FHIR's own alphabet, and the underscores and lengths that practice systems in use really send. */
export const ID = /^[A-Za-z0-9\-._]{1,128}$/
const TYPE = /^[A-Z][A-Za-z]{1,39}$/

/**
 * A resource rebuilt from what a source sent, or `undefined` when its shape cannot be trusted: a date that does
 * not exist, a list where FHIR has none, text where it has a structure. Narrative is kept as text, never as markup.
 */
export function cleanResource(value: unknown, needsId = true): JsonObject | undefined {
  if (!isObject(value)) return undefined
  const { resourceType, id } = value
  if (typeof resourceType !== 'string' || !TYPE.test(resourceType)) return undefined
  if (needsId ? typeof id !== 'string' || !ID.test(id) : id !== undefined && typeof id !== 'string') return undefined
  if (value['code'] !== undefined && !isObject(value['code']) && CONCEPT_CODE.has(resourceType)) return undefined
  try {
    return clean(value, '') as JsonObject
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

class Malformed extends Error {}

/** What must stand under a name, found in one look. */
const FORMS: ReadonlyMap<string, 'date' | 'list' | 'object' | 'string'> = new Map([
  ...Array.from(DATES, name => [name, 'date'] as const),
  ...Array.from(LISTS, name => [name, 'list'] as const),
  ...Array.from(OBJECTS, name => [name, 'object'] as const),
  ...Array.from(STRINGS, name => [name, 'string'] as const),
])

function clean(value: unknown, key: string): unknown {
  const form = FORMS.get(key)
  if (typeof value === 'string') {
    if (form === 'date' && !isFhirDate(value)) throw new Malformed()
    return cleanText(value)
  }
  if (form === 'string' || (form === 'date' && value !== null && key !== 'created')) throw new Malformed()
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    if (form === 'list' || form === 'object') throw new Malformed()
    return value
  }
  if (Array.isArray(value)) {
    if (form === 'object') throw new Malformed()
    if (form === 'list' && !value.every(isObject)) throw new Malformed()
    const inside = form === 'list' ? '' : `${key}[]`
    return value.map(element => clean(element, inside))
  }
  if (!isObject(value)) throw new Malformed()
  if (form === 'list') throw new Malformed()
  const period = key !== '' && PERIOD.test(key)
  const out: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const inner = value[name]
    if (name === '__proto__' || name === 'constructor' || inner === undefined) continue
    if (name === 'text' && isObject(inner)) {
      const words = narrativeText(inner['div'])
      if (words !== undefined)
        out['text'] = { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${escape(words)}</div>` }
      continue
    }
    if (period && (name === 'start' || name === 'end') && typeof inner === 'string' && !isFhirDate(inner)) throw new Malformed()
    out[name] = clean(inner, name)
  }
  return out
}

const PERIOD = /period/i
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The words of a narrative, without any of its markup. */
export function narrativeText(div: unknown): string | undefined {
  if (typeof div !== 'string') return undefined
  let words = cleanText(div)
  if (CODE.test(words)) words = words.replaceAll(/<(script|style)\b[^]*?<\/\1\s*>/gi, ' ')
  words = withoutTags(words)
  if (words.includes('&')) words = words.replaceAll(/&(lt|gt|quot|apos|#39|nbsp|amp);/g, (_, name: string) => ENTITIES[name] ?? ' ')
  words = words.replaceAll(RUNS, ' ').trim()
  return words === '' ? undefined : words
}
const CODE = /<(?:script|style)\b/i
/** White space that is not one single space already. */
const RUNS = /[^\S ]\s*| \s+/g

/** Each tag, closed or not, reads as a space. */
function withoutTags(text: string): string {
  let out = ''
  let from = 0
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', from)) {
    out += `${text.slice(from, open)} `
    const close = text.indexOf('>', open)
    if (close < 0) return out
    from = close + 1
  }
  return from === 0 ? text : out + text.slice(from)
}
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ', amp: '&' }
