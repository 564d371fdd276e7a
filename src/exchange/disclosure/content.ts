import type { Resource } from '@medplum/fhirtypes'
import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import { createMemory } from './memory.ts'
import { sparedCodes, withoutSpared, type LegalClass, type LegalClassId, type RuleSet } from './rules/rule-set.ts'
import { A_TEST, createWording } from './wording.ts'

/** Says of which legal class a resource is by what it says itself; `undefined`: of none. */
export type JudgeContent = (resource: Resource, odsCode: string) => LegalClassId | undefined

/** A label that no rule knows: nobody can say that it restricts nothing. */
export const UNKNOWN_LABEL: LegalClassId = 'label-not-known'

/** Fields that are keys, not words. */
const KEYS: ReadonlySet<string> = new Set(['id', 'reference', 'versionId', 'data', 'contentType', 'hash'])
/** Fields that are addresses: words stand in them without gaps. */
const ADDRESSES: ReadonlySet<string> = new Set(['url', 'system', 'valueUri', 'valueUrl', 'valueCanonical', 'source', 'instantiatesUri'])
/** What is not read as words. */
const KINDS: ReadonlyMap<string, 'key' | 'address' | 'inline' | 'label' | 'code'> = new Map([
  ...[...KEYS].map(name => [name, 'key'] as const),
  ...[...ADDRESSES].map(name => [name, 'address'] as const),
  ['data', 'inline'],
  ['confidentiality', 'label'],
  ['valueCode', 'code'],
])
/** Fields in which a list's own term can stand for a code. */
const TERMS: ReadonlySet<string> = new Set(['text', 'display', 'title', 'name', 'description', 'valueString', 'comment'])
/** Whose words are everyone's: the names of fields, profiles and lists themselves. */
const STANDARD =
  /^(?:https?:\/\/(?:[\w-]+\.)*(?:hl7\.org|hl7\.org\.uk|fhir\.nhs\.uk|snomed\.info|loinc\.org|unitsofmeasure\.org|dmd\.nhs\.uk)\/|urn:(?:oid|uuid|ietf):)/i
const ICD10 = /icd-?10/i
const OPCS4 = /opcs/i
/** Read v2 and CTV3 by name, by object identifier, and as two suppliers of GP systems write them. */
const READ = /read|ctv-?3|emis|egton|tpp|systmone|vision|2\.16\.840\.1\.113883\.2\.1\.(?:3\.2\.4\.14|6\.2)/i
const CODED_SERVICE = /treatment-?function|specialty|service-?type|main-?specialty/i

/** What a code system holds, as bits. */
const HOLDS_ICD10 = 1
const HOLDS_OPCS4 = 2
const HOLDS_SERVICES = 4
const HOLDS_READ = 8

/** Digits of the shortest SNOMED CT identifier. */
const SHORTEST_CONCEPT_ID = 6

/** What a test found, in words or in code: whichever way it went. */
const FOUND = /\b(?:positive|negative|detected|reactive|confirmed|equivocal|indeterminate|pos|neg)\b/i
const FOUND_CODES = new Set(
  '10828004 260385009 260373001 260415000 11214006 131194007 82334004 42425007 POS NEG IND DET ND RR NR WR'.split(' '),
)
/** Fields that hold what was found. */
const OUTCOMES = new Set(['interpretation', 'conclusion', 'conclusionCode', 'valueBoolean', 'valueQuantity', 'valueInteger'])

/** Most characters of a document within an item that are read. */
const INLINE_LENGTH = 2_000_000
const READABLE = /^(?:text\/|application\/(?:[\w.+-]*xml|[\w.+-]*json|rtf))/i

/** Codes and names of restricted services of one organisation. */
interface Register {
  readonly classOf: ReadonlyMap<string, LegalClassId>
  readonly longest: number
  /** By character code: whether any code or name begins with it. */
  readonly begins: Uint8Array
}

/**
 * The second mechanism's eye: walks a whole resource for codes, codes of services, labels and wording, at any depth,
 * contained resources and extensions included. Lookalikes speak for their own code and words only.
 */
export function createJudge(rules: RuleSet, services: readonly ServiceRegisterRow[]): JudgeContent {
  const ids = rules.classes.map(c => c.id)
  const ordinaryCodes = sparedCodes(rules.lookalikes)
  // Where a code is of several classes the first speaks.
  const placesOf = (listed: (of: LegalClass) => readonly string[]): ReadonlyMap<string, number> =>
    new Map(
      rules.classes
        .flatMap((c, place) => listed(c).map((code): [string, number] => [code, place]))
        .filter(([code]) => !ordinaryCodes.has(code))
        .reverse(),
    )
  const snomed = placesOf(c => c.content.snomed)
  const read = placesOf(c => c.content.read ?? [])
  const serviceCodes = placesOf(c => c.content.services)
  const labels = placesOf(c => c.content.labels)
  // A code of an organisation or of a class of documents counts whatever system it is written in.
  const anywhere = placesOf(c => [...c.service.organisations, ...c.service.documentClasses])
  const icd10 = placesOf(c => c.content.icd10)
  const opcs4 = placesOf(c => c.content.opcs4)
  const coarse = new Map(
    rules.lookalikes.flatMap(one => one.icd10.map((code): [string, ReadonlySet<string>] => [code, new Set(one.phrases)])),
  )
  const testCodes = sparedCodes(rules.lookalikes.filter(one => one.testOnly === true))
  const ordinary = new Set(rules.ordinaryLabels)
  const wording = createWording(rules)
  const terms = new Map(
    rules.classes
      .flatMap((c, place) =>
        withoutSpared(c.content.terms ?? [], ordinaryCodes).map(([, term]): [string, number] => [term.toLowerCase(), place]),
      )
      .filter(([term]) => !wording.isOrdinary(term))
      .reverse(),
  )
  /** By length and first character: whether any term is so long and begins so. */
  const termsBegin = new Uint8Array((LONGEST_TERM + 1) * 128)
  for (const term of terms.keys())
    for (const first of [term.charCodeAt(0), term.toUpperCase().charCodeAt(0)])
      if (first < 128) termsBegin[Math.min(term.length, LONGEST_TERM) * 128 + first] = 1
  const registers = registersOf(services, row => {
    const place = serviceCodes.get(row.treatmentFunction ?? '')
    return row.legalClass ?? (place === undefined ? wording.classOf(row.name) : ids[place])
  })
  /** Whether the resource looked at names a test that a rule lets through without its result. */
  let testMet = false
  const { of: holdings } = createMemory(
    (system): number =>
      (ICD10.test(system) ? HOLDS_ICD10 : 0) |
      (OPCS4.test(system) ? HOLDS_OPCS4 : 0) |
      (CODED_SERVICE.test(system) ? HOLDS_SERVICES : 0) |
      (system === '' || READ.test(system) ? HOLDS_READ : 0),
  )
  const within = (list: ReadonlyMap<string, number>, code: string, display: string): number => {
    const bare = code.replaceAll('.', '').toUpperCase()
    if (coarse.get(bare)?.has(plainWords(display)) === true) return ids.length
    let first = ids.length
    for (let length = 3; length <= bare.length; length++) first = Math.min(first, list.get(bare.slice(0, length)) ?? first)
    return first
  }
  const isConcept = (code: string): boolean =>
    code.length >= SHORTEST_CONCEPT_ID && code.charCodeAt(0) >= DIGIT_0 && code.charCodeAt(0) <= DIGIT_9
  const codes = createMemory(code => ({
    spared: ordinaryCodes.has(code),
    test: testCodes.has(code),
    // A concept id is unique among all: no system need be known.
    first: Math.min(anywhere.get(code) ?? ids.length, isConcept(code) ? (snomed.get(code) ?? ids.length) : ids.length),
  }))
  const byCode = (system: string, code: string, display: string, register: Register | undefined): LegalClassId | undefined => {
    const holds = holdings(system)
    let { first } = codes.of(code)
    if (holds !== 0) {
      if ((holds & HOLDS_SERVICES) !== 0) first = Math.min(first, serviceCodes.get(code) ?? first)
      if ((holds & HOLDS_ICD10) !== 0) first = Math.min(first, within(icd10, code, display))
      if ((holds & HOLDS_OPCS4) !== 0) first = Math.min(first, within(opcs4, code, display))
      if ((holds & HOLDS_READ) !== 0) first = Math.min(first, read.get(code.slice(0, 5).padEnd(5, '.')) ?? first)
    }
    return ids[first] ?? (register === undefined ? undefined : registered(register, code))
  }
  const byWords = (text: string, key: string, register: Register | undefined): LegalClassId | undefined => {
    const words = wording.read(text)
    if (words === A_TEST) testMet = true
    const found = words !== A_TEST && words !== undefined ? words : register === undefined ? undefined : registered(register, text)
    if (found !== undefined || terms.size === 0 || !TERMS.has(key) || text.length > LONGEST_TERM) return found
    const first = text.charCodeAt(0)
    if (first < 128 && termsBegin[text.length * 128 + first] === 0 && !isWithSpace(text)) return undefined
    return ids[terms.get(text.trim().toLowerCase()) ?? -1]
  }
  const addresses = createMemory((address): LegalClassId | undefined => {
    if (STANDARD.test(address)) return undefined
    const unescaped = address.replaceAll(/%[0-9a-f]{2}/gi, ' ')
    const words = unescaped.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    return wording.classOf(words) ?? wording.classOf(unescaped)
  })
  const byAddress = (address: string, register: Register | undefined): LegalClassId | undefined =>
    addresses.of(address) ?? (register === undefined ? undefined : registered(register, address))
  const byLabel = (label: object, kind = ''): LegalClassId | undefined => {
    const said = 'code' in label && typeof label.code === 'string' ? label.code.toUpperCase() : ''
    const code = labels.has(kind + said) || ordinary.has(kind + said) ? kind + said : said
    return ids[labels.get(code) ?? -1] ?? (ordinary.has(code) ? undefined : UNKNOWN_LABEL)
  }
  const byString = (text: string, key: string, fields: Fields, register: Register | undefined): LegalClassId | undefined => {
    switch (KINDS.get(key)) {
      case undefined:
        return byWords(text, key, register)
      case 'address':
        return byAddress(text, register)
      case 'inline':
        return byInline(text, fields, register)
      case 'label':
        return byLabel({ code: text })
      case 'code':
        return byCode('', text, '', register) ?? byWords(text, key, register)
      case 'key':
        break
    }
    return undefined
  }
  /** A text that travels inside the item. */
  const byInline = (data: string, fields: Fields, register: Register | undefined): LegalClassId | undefined => {
    const type = fields['contentType']
    if (typeof type !== 'string' || !READABLE.test(type)) return undefined
    return byWords(Buffer.from(data.slice(0, INLINE_LENGTH), 'base64').toString('utf8'), 'data', register)
  }

  const walk = (value: object, key: string, register: Register | undefined): LegalClassId | undefined => {
    if (Array.isArray(value)) {
      for (const one of value as unknown[]) {
        let found: LegalClassId | undefined
        if (typeof one === 'string') found = byString(one, key, NO_FIELDS, register)
        else if (typeof one === 'object' && one !== null) found = walk(one, key, register)
        if (found !== undefined) return found
      }
      return undefined
    }
    if (key === 'security') return byLabel(value)
    const fields = value as Fields
    const code = fields['code'] ?? fields['value']
    // Its own words are those of the decision that lets it through.
    let spared = false
    if (typeof code === 'string') {
      const known = codes.of(code)
      spared = known.spared
      if (known.test) testMet = true
      const { system, display } = fields
      const found = byCode(typeof system === 'string' ? system : '', code, typeof display === 'string' ? display : '', register)
      if (found !== undefined) return found
    }
    const coding = fields['coding']
    if (Array.isArray(coding)) {
      // Treatment functions stand under these fields whatever system the source writes.
      if (key === 'serviceType' || key === 'specialty')
        for (const one of coding as readonly { readonly code?: unknown }[]) {
          const place = typeof one?.code === 'string' ? serviceCodes.get(one.code) : undefined
          if (place !== undefined) return ids[place]
        }
      if (key === 'securityLabel')
        for (const one of coding as readonly unknown[]) {
          const found = typeof one === 'object' && one !== null ? byLabel(one, OF_DOCUMENT) : undefined
          if (found !== undefined) return found
        }
    }
    for (const name in fields) {
      const one = fields[name]
      let found: LegalClassId | undefined
      if (typeof one === 'string') found = spared && name === 'display' ? undefined : byString(one, name, fields, register)
      else if (typeof one === 'object' && one !== null) found = walk(one, name, register)
      else if (one === true && name === 'valueBoolean' && CONFIDENTIAL.test(String(fields['url']))) found = CONFIDENTIAL_ITEM
      if (found !== undefined) return found
    }
    return undefined
  }
  return (resource, odsCode) => {
    testMet = false
    return walk(resource, '', registers.get(odsCode)) ?? (testMet && tellsOutcome(resource, '') ? RESULT_OF_TEST : undefined)
  }
}

/** Whether anything in it says what a test found. */
function tellsOutcome(value: object, key: string): boolean {
  for (const [name, one] of Object.entries(value)) {
    const under = Array.isArray(value) ? key : name
    if (OUTCOMES.has(under)) return true
    if (typeof one === 'string' ? !KEYS.has(under) && (FOUND.test(one) || FOUND_CODES.has(one)) : isObject(one) && tellsOutcome(one, under))
      return true
  }
  return false
}
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Before the code of a label that a document's own metadata give it (`securityLabel`). */
const OF_DOCUMENT = 'DOCUMENT:'

type Fields = Readonly<Record<string, unknown>>
const NO_FIELDS: Fields = {}
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const LONGEST_TERM = 255
/** How two suppliers mark an item its author keeps to the practice. */
const CONFIDENTIAL = /confidential/i
const CONFIDENTIAL_ITEM: LegalClassId = 'confidential'
const RESULT_OF_TEST: LegalClassId = 'result-of-a-test'
const isWithSpace = (text: string): boolean => text.charCodeAt(0) <= 0x20 || text.charCodeAt(text.length - 1) <= 0x20
const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .join(' ')
    .trim()

function registersOf(
  services: readonly ServiceRegisterRow[],
  classOf: (row: ServiceRegisterRow) => LegalClassId | undefined,
): ReadonlyMap<string, Register> {
  const registers = new Map<string, Map<string, LegalClassId>>()
  for (const row of services) {
    const id = classOf(row)
    if (id === undefined) continue
    const register = registers.get(row.odsCode) ?? new Map<string, LegalClassId>()
    for (const key of [row.localCode.toLowerCase(), row.name.trim().toLowerCase()]) if (key !== '') register.set(key, id)
    registers.set(row.odsCode, register)
  }
  return new Map(
    [...registers].map(([odsCode, classes]) => {
      const begins = new Uint8Array(128)
      for (const key of classes.keys())
        for (const first of [key.charCodeAt(0), key.charAt(0).toUpperCase().charCodeAt(0)]) if (first < 128) begins[first] = 1
      return [odsCode, { classOf: classes, longest: Math.max(...[...classes.keys()].map(key => key.length)), begins }]
    }),
  )
}

/** Most texts are told apart by their length or first letter, without a copy of them being made. */
function registered(register: Register, text: string): LegalClassId | undefined {
  const [first, last] = [text.charCodeAt(0), text.charCodeAt(text.length - 1)]
  const bare = first > 0x20 && first < 128 && last > 0x20 && last < 128
  if (bare && (text.length > register.longest || register.begins[first] === 0)) return undefined
  return register.classOf.get(text.trim().toLowerCase())
}
