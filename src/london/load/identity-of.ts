import { createHash } from 'node:crypto'
import { checkDigit, parseNhsNumber, type NhsNumber } from '../../care-record/nhs-number.ts'
import type { Gender, HumanName } from '../../care-record/person.ts'
import { isFhirDate } from '../../exchange/sources/reading/clean.ts'
import { objectsOf, textOf, textsOf, type JsonObject } from '../../exchange/sources/reading/json.ts'

/** All names that systems use for the NHS number. */
export const NHS_NUMBER_SYSTEMS: ReadonlySet<string> = new Set([
  'https://fhir.nhs.uk/Id/nhs-number',
  'http://fhir.nhs.uk/Id/nhs-number',
  'http://fhir.nhs.net/Id/nhs-number',
  'https://fhir.nhs.uk/id/nhs-number',
  'urn:oid:2.16.840.1.113883.2.1.4.1',
])

/** Who a Patient resource is about, as far as it says. */
export interface Identity {
  readonly names: readonly HumanName[]
  readonly previousNames: readonly HumanName[]
  readonly birthDate?: string
  readonly gender: Gender
  readonly nhsNumber?: NhsNumber
  /** It has something in the place of the number that is none. */
  readonly wrongNumber: boolean
  readonly died: boolean
  readonly address: { readonly lines: readonly string[]; readonly postcode: string }
  readonly phone: string
}

const GENDERS: ReadonlySet<string> = new Set(['female', 'male', 'other', 'unknown'] satisfies Gender[])
const RANK = ['official', 'usual', 'temp', 'nickname', 'anonymous']

/** Reads what a Patient of STU3 or R4 says of who it is. */
export function identityOf(patient: JsonObject): Identity {
  const written = objectsOf(patient['identifier'])
    .filter(one => NHS_NUMBER_SYSTEMS.has(String(one['system'])))
    .flatMap(one => textOf(one['value']) ?? [])
  const [nhsNumber] = written.flatMap(value => {
    const parsed = parseNhsNumber(value)
    return parsed.ok ? [parsed.value] : []
  })
  const all = objectsOf(patient['name']).flatMap(name => {
    const read = nameOf(name)
    return read === undefined ? [] : [{ use: textOf(name['use']) ?? 'usual', read }]
  })
  const isOld = ({ use }: { readonly use: string }): boolean => use === 'old' || use === 'maiden'
  const current = all.filter(one => !isOld(one)).toSorted((a, b) => RANK.indexOf(a.use) - RANK.indexOf(b.use))
  const [address] = objectsOf(patient['address'])
  const birthDate = patient['birthDate']
  const gender = String(patient['gender'])
  return {
    names: (current.length > 0 ? current : all).map(one => one.read),
    previousNames: current.length > 0 ? all.filter(isOld).map(one => one.read) : [],
    ...(isFhirDate(birthDate) && birthDate.length <= 10 ? { birthDate } : {}),
    gender: GENDERS.has(gender) ? (gender as Gender) : 'unknown',
    ...(nhsNumber === undefined ? {} : { nhsNumber }),
    wrongNumber: nhsNumber === undefined && written.length > 0,
    died: patient['deceasedBoolean'] === true || patient['deceasedDateTime'] !== undefined,
    address: { lines: textsOf(address?.['line']), postcode: textOf(address?.['postalCode']) ?? '' },
    phone: objectsOf(patient['telecom']).flatMap(one => (one['system'] === 'phone' ? (textOf(one['value']) ?? []) : []))[0] ?? '',
  }
}

/** A name with at least a surname or a given name; a name written in one piece is taken apart at its last space. */
function nameOf(name: JsonObject): HumanName | undefined {
  const prefix = textsOf(name['prefix'])[0] ?? textOf(name['prefix'])
  const more = prefix === undefined ? {} : { prefix }
  const family = textOf(name['family']) ?? textsOf(name['family'])[0]
  const given = textsOf(name['given']).filter(one => one.trim() !== '')
  if (family !== undefined || given.length > 0)
    return { family: family ?? given.at(-1) ?? '', given: family === undefined ? given.slice(0, -1) : given, ...more }
  const words = textOf(name['text'])?.trim().split(/\s+/) ?? []
  return words.length === 0 ? undefined : { family: words.at(-1) ?? '', given: words.slice(0, -1), ...more }
}

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}]/gu, '')
    .toLowerCase()

/** Surname, first given name and birth date; `undefined` when one of them is not known. */
export function keyOfIdentity({ names, birthDate }: Identity): string | undefined {
  const [name] = names
  return name === undefined || birthDate === undefined || name.given[0] === undefined
    ? undefined
    : `${plain(name.family)} ${plain(name.given[0])} ${birthDate}`
}

/** As at the point of view: a birth date and one name, or both names, are enough to be the same person under one number. */
export function agree(one: Identity, other: Identity): boolean {
  const [a, b] = [one.names[0], other.names[0]]
  if (a === undefined || b === undefined) return false
  const family = plain(a.family) === plain(b.family)
  const given = plain(a.given[0] ?? '') === plain(b.given[0] ?? '')
  return one.birthDate === other.birthDate ? family || given : family && given
}

/** One person in two files: the same valid number, or the same name and birth date. */
export function sameIdentity(one: Identity, other: Identity): boolean {
  if (one.nhsNumber !== undefined && other.nhsNumber !== undefined) return one.nhsNumber === other.nhsNumber
  const key = keyOfIdentity(one)
  return key !== undefined && key === keyOfIdentity(other)
}

/** Below this stand numbers of the test range that the city gives to none of its own people. */
const GIVEN_NUMBERS = 100_000

/**
 * A number of the test range (999) for somebody without one: the same for the same words each time, and the next one when it
 * is taken.
 */
export function numberFor(words: string, isTaken: (nhsNumber: string) => boolean): NhsNumber {
  const first = createHash('sha256').update(words).digest().readUInt32BE() % GIVEN_NUMBERS
  for (let step = 0; step < GIVEN_NUMBERS; step++) {
    const nine = `999${String((first + step) % GIVEN_NUMBERS).padStart(6, '0')}`
    const parsed = parseNhsNumber(`${nine}${checkDigit(nine) ?? 'x'}`)
    if (parsed.ok && !isTaken(parsed.value)) return parsed.value
  }
  throw new Error('Every number that the test range has for loaded people is given.')
}
