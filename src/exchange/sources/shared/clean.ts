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
export const cleanText = (text: string): string => text.toWellFormed().replaceAll(CONTROLS, ' ')

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

function clean(value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    if (DATES.has(key) && !isFhirDate(value)) throw new Malformed()
    return cleanText(value)
  }
  if (DATES.has(key) && value !== null && key !== 'created') throw new Malformed()
  if (STRINGS.has(key)) throw new Malformed()
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    if (LISTS.has(key) || OBJECTS.has(key)) throw new Malformed()
    return value
  }
  if (Array.isArray(value)) {
    if (OBJECTS.has(key)) throw new Malformed()
    if (LISTS.has(key) && !value.every(isObject)) throw new Malformed()
    return value.map(element => clean(element, LISTS.has(key) ? '' : `${key}[]`))
  }
  if (!isObject(value)) throw new Malformed()
  if (LISTS.has(key)) throw new Malformed()
  const out: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    if (name === '__proto__' || name === 'constructor' || inner === undefined) continue
    if (name === 'text' && isObject(inner)) {
      const words = narrativeText(inner['div'])
      if (words !== undefined)
        out['text'] = { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${escape(words)}</div>` }
      continue
    }
    if ((name === 'start' || name === 'end') && typeof inner === 'string' && key.toLowerCase().includes('period') && !isFhirDate(inner))
      throw new Malformed()
    out[name] = clean(inner, name)
  }
  return out
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The words of a narrative, without any of its markup. */
export function narrativeText(div: unknown): string | undefined {
  if (typeof div !== 'string') return undefined
  const words = cleanText(div)
    .replaceAll(/<(script|style)\b[^]*?<\/\1\s*>/gi, ' ')
    .replaceAll(/<[^>]*>?/g, ' ')
    .replaceAll(/&(lt|gt|quot|apos|#39|nbsp|amp);/g, (_, name: string) => ENTITIES[name] ?? ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return words === '' ? undefined : words
}
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ', amp: '&' }
