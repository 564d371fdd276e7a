import type { Resource } from '@medplum/fhirtypes'
import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { LegalClass, LegalClassId, RuleSet } from './rules/rule-set.ts'
import { createWording } from './wording.ts'

/** Says of which legal class a resource is by what it says itself; `undefined`: of none. */
export type JudgeContent = (resource: Resource, odsCode: string) => LegalClassId | undefined

/** A label that no rule knows: nobody can say that it restricts nothing. */
export const UNKNOWN_LABEL: LegalClassId = 'label-not-known'

/** Fields that are keys, not words. */
const KEYS: ReadonlySet<string> = new Set(['id', 'reference', 'url', 'system', 'versionId', 'data', 'contentType', 'hash'])
const SNOMED = /snomed\.info|dmd\.nhs\.uk/
const ICD10 = /icd-?10/i
const OPCS4 = /opcs/i
const CODED_SERVICE = /treatment-?function|specialty|service-?type|main-?specialty/i

const SYSTEMS_KEPT = 1000

/** What a code system holds, as bits. */
const HOLDS_SNOMED = 1
const HOLDS_ICD10 = 2
const HOLDS_OPCS4 = 4
const HOLDS_SERVICES = 8

/** Codes and names of restricted services of one organisation. */
interface Register {
  readonly classOf: ReadonlyMap<string, LegalClassId>
  readonly longest: number
  /** By character code: whether any code or name begins with it. */
  readonly begins: Uint8Array
}

/**
 * The second mechanism's eye: walks a whole resource for codes, codes of services, labels and wording, at any depth,
 * contained resources and extensions included. Lookalikes speak for their own coded concept or their own words only.
 */
export function createJudge(rules: RuleSet, services: readonly ServiceRegisterRow[]): JudgeContent {
  const ids = rules.classes.map(c => c.id)
  // Where a code is of several classes the first speaks.
  const placesOf = (listed: (of: LegalClass) => readonly string[]): ReadonlyMap<string, number> =>
    new Map(rules.classes.flatMap((c, place) => listed(c).map((code): [string, number] => [code, place])).reverse())
  const snomed = placesOf(c => c.content.snomed)
  const serviceCodes = placesOf(c => c.content.services)
  const labels = placesOf(c => c.content.labels)
  // A code of an organisation or of a class of documents counts whatever system it is written in.
  const anywhere = placesOf(c => [...c.service.organisations, ...c.service.documentClasses])
  const icd10 = rules.classes.map(c => c.content.icd10)
  const opcs4 = rules.classes.map(c => c.content.opcs4)
  const ordinary = new Set(rules.ordinaryLabels)
  const lookalikeCodes = new Set(rules.lookalikes.snomed)
  const wording = createWording(rules)
  const registers = registersOf(services, row => {
    const place = serviceCodes.get(row.treatmentFunction ?? '')
    return row.legalClass ?? (place === undefined ? wording.classOf(row.name) : ids[place])
  })
  const systems = new Map<string, number>()

  const holdings = (system: string): number => {
    const known = systems.get(system)
    if (known !== undefined) return known
    const holds =
      (system === '' || SNOMED.test(system) ? HOLDS_SNOMED : 0) |
      (ICD10.test(system) ? HOLDS_ICD10 : 0) |
      (OPCS4.test(system) ? HOLDS_OPCS4 : 0) |
      (CODED_SERVICE.test(system) ? HOLDS_SERVICES : 0)
    if (systems.size >= SYSTEMS_KEPT) systems.clear()
    systems.set(system, holds)
    return holds
  }
  const byCode = (system: string, code: string, register: Register | undefined): LegalClassId | undefined => {
    const holds = holdings(system)
    let first = anywhere.get(code) ?? ids.length
    if (holds !== 0) {
      if ((holds & HOLDS_SNOMED) !== 0) first = Math.min(first, snomed.get(code) ?? first)
      if ((holds & HOLDS_SERVICES) !== 0) first = Math.min(first, serviceCodes.get(code) ?? first)
      if ((holds & (HOLDS_ICD10 | HOLDS_OPCS4)) !== 0) {
        const bare = code.replaceAll('.', '').toUpperCase()
        const begins = (lists: readonly (readonly string[])[]): number =>
          lists.findIndex(list => list.some(start => bare.startsWith(start)))
        const found = [(holds & HOLDS_ICD10) === 0 ? -1 : begins(icd10), (holds & HOLDS_OPCS4) === 0 ? -1 : begins(opcs4)]
        for (const place of found) if (place >= 0) first = Math.min(first, place)
      }
    }
    return ids[first] ?? (register === undefined ? undefined : registered(register, code))
  }
  const byWords = (text: string, register: Register | undefined): LegalClassId | undefined =>
    wording.classOf(text) ?? (register === undefined ? undefined : registered(register, text))
  const byLabel = (label: object): LegalClassId | undefined => {
    const code = 'code' in label && typeof label.code === 'string' ? label.code.toUpperCase() : ''
    return ids[labels.get(code) ?? -1] ?? (ordinary.has(code) ? undefined : UNKNOWN_LABEL)
  }
  const isLookalike = (coding: unknown): boolean =>
    typeof coding === 'object' && coding !== null && 'code' in coding && typeof coding.code === 'string' && lookalikeCodes.has(coding.code)

  const walk = (value: object, key: string, spared: boolean, register: Register | undefined): LegalClassId | undefined => {
    if (Array.isArray(value)) {
      const words = !spared && !KEYS.has(key)
      for (const one of value as unknown[]) {
        let found: LegalClassId | undefined
        if (typeof one === 'string') found = words ? byWords(one, register) : undefined
        else if (typeof one === 'object' && one !== null) found = walk(one, key, spared, register)
        if (found !== undefined) return found
      }
      return undefined
    }
    if (key === 'security') return byLabel(value)
    const fields = value as Readonly<Record<string, unknown>>
    const coding = fields['coding']
    const codings = Array.isArray(coding) ? (coding as readonly unknown[]) : undefined
    const inner = spared || (codings !== undefined && codings.some(isLookalike))
    const code = fields['code'] ?? fields['value']
    if (typeof code === 'string' && !inner) {
      const system = fields['system']
      const found = byCode(typeof system === 'string' ? system : '', code, register)
      if (found !== undefined) return found
    }
    // Treatment functions stand under these fields whatever system the source writes.
    if (codings !== undefined && (key === 'serviceType' || key === 'specialty'))
      for (const one of codings as readonly { readonly code?: unknown }[]) {
        const place = typeof one?.code === 'string' ? serviceCodes.get(one.code) : undefined
        if (place !== undefined) return ids[place]
      }
    for (const name in fields) {
      const one = fields[name]
      let found: LegalClassId | undefined
      if (typeof one === 'string') found = inner || KEYS.has(name) ? undefined : byWords(one, register)
      else if (typeof one === 'object' && one !== null) found = walk(one, name, inner, register)
      if (found !== undefined) return found
    }
    return undefined
  }
  return (resource, odsCode) => walk(resource, '', false, registers.get(odsCode))
}

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
