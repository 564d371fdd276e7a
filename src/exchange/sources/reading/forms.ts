import { ID, isFhirDate, TYPE } from './clean.ts'
import { isObject, type JsonObject } from './json.ts'

/** What must stand under a name, and what it means that something stands there. */
export interface Name {
  readonly form: 'date' | 'list' | 'object' | 'string' | undefined
  /** What the text under it is to the object it stands in; `left-out`: it stands in no object of ours. */
  readonly role: 'code' | 'display' | 'reference' | 'system' | 'name' | 'identifier' | 'start-or-end' | 'narrative' | 'left-out' | undefined
  /** What the object under it is: a coding, a label, a service or place that is coded, a reference to one, an extension. */
  readonly meaning: 'coding' | 'label' | 'service' | 'service-reference' | 'extension' | undefined
}

const words = (text: string): readonly string[] => text.split(' ')
const FORM: readonly (readonly [NonNullable<Name['form']>, readonly string[]])[] = [
  [
    'date',
    words(
      'date birthDate deceasedDateTime recordedDate onsetDateTime abatementDateTime lastOccurrence assertedDate authoredOn effectiveDateTime ' +
        'issued dateAsserted occurrenceDateTime performedDateTime recorded indexed created dateTime authored statusDate valueDateTime ' +
        'expirationDate whenPrepared whenHandedOver started startDate recordedOn timingDateTime collectedDateTime receivedTime sent ' +
        'received createdDateTime identifiedDateTime effectiveInstant',
    ),
  ],
  [
    'list',
    words(
      'coding extension modifierExtension note reaction dosageInstruction component referenceRange participant contained manifestation',
    ),
  ],
  [
    'object',
    words(
      'subject patient recorder asserter medicationCodeableConcept medicationReference vaccineCode effectivePeriod onsetPeriod onsetAge ' +
        'performedPeriod occurrencePeriod valueQuantity valueCodeableConcept serviceProvider timing dispenseRequest meta',
    ),
  ],
  ['string', words('resourceType id system display url status unit intent gender')],
]
const ROLE: readonly (readonly [NonNullable<Name['role']>, readonly string[]])[] = [
  ['code', ['code']],
  ['display', ['display']],
  ['reference', ['reference']],
  ['system', ['system']],
  ['name', ['name']],
  ['identifier', ['identifier']],
  ['start-or-end', ['start', 'end']],
  ['narrative', ['text']],
  ['left-out', ['__proto__', 'constructor']],
]
const MEANING: readonly (readonly [NonNullable<Name['meaning']>, readonly string[]])[] = [
  ['coding', words('coding class tag valueCoding')],
  ['label', ['security']],
  ['service', words('serviceType specialty service serviceCategory treatmentFunction practiceSetting')],
  ['service-reference', words('serviceProvider location managingOrganization healthcareService organization providedBy custodian')],
  ['extension', ['extension', 'modifierExtension']],
]

const found = <T>(table: readonly (readonly [T, readonly string[]])[], name: string): T | undefined =>
  table.find(([, names]) => names.includes(name))?.[0]
const NAMES: ReadonlyMap<string, Name> = new Map(
  [...FORM, ...ROLE, ...MEANING]
    .flatMap(([, names]) => names)
    .map(name => [name, { form: found(FORM, name), role: found(ROLE, name), meaning: found(MEANING, name) }]),
)
const OTHER: Name = { form: undefined, role: undefined, meaning: undefined }
/** All that is known of a name, in one look. */
export const nameOf = (name: string): Name => NAMES.get(name) ?? OTHER

/**
 * Whether `start` and `end` are dates in what stands under a name: in a period, and in a resource itself (an appointment, a slot).
 *
 * @param key `''` for the resource.
 */
export const isPeriod = (key: string): boolean => key === '' || /period/i.test(key)

/** Why a resource was not taken: it is none, has no type or no id to be known by, has a date that does not exist, or not FHIR's form. */
export type WhyRefused = 'no-resource' | 'type' | 'id' | 'date' | 'form'

/** Asked of what `cleanResource` has refused, and of that only. */
export function whyRefused(value: unknown): WhyRefused {
  if (!isObject(value)) return 'no-resource'
  const { resourceType, id } = value
  if (typeof resourceType !== 'string' || !TYPE.test(resourceType)) return 'type'
  if (id !== undefined && (typeof id !== 'string' || !ID.test(id))) return 'id'
  return hasWrongDate(value, '', 0) ? 'date' : 'form'
}
function hasWrongDate(value: unknown, key: string, depth: number): boolean {
  if (depth > MAX_LOOK) return false
  if (Array.isArray(value)) return value.some(one => hasWrongDate(one, key, depth + 1))
  if (!isObject(value)) return false
  return Object.entries(value).some(([name, inner]: [string, JsonObject[string]]) => {
    const isDate = nameOf(name).form === 'date' || ((name === 'start' || name === 'end') && isPeriod(key))
    return isDate && typeof inner === 'string' ? !isFhirDate(inner) : hasWrongDate(inner, name, depth + 1)
  })
}
const MAX_LOOK = 64
