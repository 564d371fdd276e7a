import type { CodeableConcept, Coding, Quantity, Reference, Resource } from '@medplum/fhirtypes'
import type { Item } from '../../care-record/item.ts'

export const SNOMED = 'http://snomed.info/sct'
const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'

/** The term the clinician chose: original text, then the chosen coding, then the chosen description, then any display (D82). */
export function term(concept: CodeableConcept | undefined): string | undefined {
  if (!concept) return undefined
  if (concept.text?.trim()) return concept.text.trim()
  const codings = concept.coding ?? []
  const chosen = codings.find(c => c.userSelected && c.display)
  if (chosen?.display) return chosen.display
  for (const coding of codings) {
    const described = descriptionDisplay(coding)
    if (described) return described
  }
  return codings.find(c => c.display)?.display ?? codings.find(c => c.code)?.code
}

function descriptionDisplay(coding: Coding): string | undefined {
  for (const extension of coding.extension ?? [])
    for (const part of extension.extension ?? []) if (part.url === 'descriptionDisplay' && part.valueString) return part.valueString
  return undefined
}

/** Free text that a GP system needs a code for: its words are all it says, and its code names no test. */
const COMMENT_NOTE = '37331000000100'
export const isCommentNote = (resource: Resource): boolean =>
  resource.resourceType === 'Observation' && (resource.code?.coding?.some(c => c.code === COMMENT_NOTE) ?? false)

/** What may stand once or several times: formats and versions differ in which. */
export const each = <T>(found: T | readonly T[] | undefined): readonly T[] =>
  Array.isArray(found) ? (found as readonly T[]) : typeof found === 'object' && found !== null ? [found as T] : []

/** `system|code` of each coding that has both. */
export function codesOf(concept: CodeableConcept | undefined): string[] {
  const codes: string[] = []
  for (const c of concept?.coding ?? []) if (c.code && c.system) codes.push(`${c.system}|${c.code}`)
  return codes
}

export const isCoded = (concept: CodeableConcept | undefined): boolean => concept?.coding?.some(c => c.code && c.system) ?? false

/** Words made comparable: lower case, one space, no punctuation that carries no meaning. */
export function normal(words: string): string {
  const lower = words.toLowerCase()
  return COMPARABLE.test(lower) ? lower : lower.replaceAll(/[^\p{L}\p{N}<>=.%+?/-]+/gu, ' ').trim()
}
/** Nearly every term is comparable as it stands: nothing is copied then. */
const COMPARABLE = /^[a-z0-9<>=.%+?/-]+(?: [a-z0-9<>=.%+?/-]+)*$/

/** The resource a reference means, among those that came with the item. */
export function resolve(item: Item, reference: Reference | undefined): Resource | undefined {
  const target = reference?.reference
  if (!target) return undefined
  const own = (item.resource as { contained?: Resource[] }).contained
  if (target.startsWith('#')) return [...(own ?? []), ...item.contained].find(r => r.id === target.slice(1))
  return item.contained.find(r => target === `${r.resourceType}/${r.id ?? ''}` || target.endsWith(`/${r.resourceType}/${r.id ?? ''}`))
}

/** NHS number of the subject where the resource states it: merging never crosses persons (D102). */
export function statedPerson(resource: Resource): string {
  const { subject, patient } = resource as { subject?: Reference; patient?: Reference }
  const identifier = (subject ?? patient)?.identifier
  return identifier?.system === NHS_NUMBER ? (identifier.value ?? '') : ''
}

/** `system|value` of each business identifier. */
export function identifiersOf(resource: Resource): string[] {
  const found = (resource as { identifier?: unknown }).identifier
  const list = (Array.isArray(found) ? found : found ? [found] : []) as { system?: string; value?: string }[]
  return list.flatMap(i => (i.system && i.value ? [`${i.system}|${i.value}`] : []))
}

/** Text that orders as time does. Partial dates stay partial; offsets are brought to UTC. */
export function orderable(date: string | undefined): string {
  if (!date) return ''
  if (date.length <= 10 || date.endsWith('Z')) return date
  if (date.endsWith('+00:00')) return `${date.slice(0, -6)}Z`
  const at = Date.parse(date)
  return Number.isNaN(at) ? date : new Date(at).toISOString()
}

/** Text that orders newest first; partial dates after whole ones they could be, no date last. */
export function newestFirst(date: string | undefined): string {
  const at = orderable(date)
  if (at === '') return '~'
  const end = Math.min(at.length, LONGEST_DATE)
  for (let i = 0; i < end; i++) {
    const c = at.charCodeAt(i)
    inverted[i] = c >= 48 && c <= 57 ? 105 - c : c
  }
  inverted[end] = 126 // `~`
  return inverted.toString('latin1', 0, end + 1)
}
/** Characters of a FHIR instant with nanoseconds and an offset, and room to spare. */
const LONGEST_DATE = 63
/** Written and read within one call. */
const inverted = Buffer.alloc(LONGEST_DATE + 1)

/** Plain order of two texts, the same in every language. */
export const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The earlier part of one is the other: `2019-03` and `2019-03-08` do not contradict each other. */
export const datesAgree = (a: string, b: string): boolean => {
  const left = a.slice(0, 10)
  const right = b.slice(0, 10)
  return left.startsWith(right) || right.startsWith(left)
}

/** A whole day, not a month or a year. */
export const dayOf = (date: string | undefined): string | undefined => (date && date.length >= 10 ? date.slice(0, 10) : undefined)

/** FHIR date `days` after a whole day. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/**
 * A number as a reader of numbers in the NHS expects: comma from 1,000, nothing rounded (D33).
 * @param places decimal places it was reported with (D52).
 */
export function numberWords(value: number, places?: number): string {
  const exact = withPlaces(value, places)
  if (Math.abs(value) < 1000) return exact
  const [whole = '', part] = exact.split('.')
  const grouped = whole.includes('e') ? whole : whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return part === undefined ? grouped : `${grouped}.${part}`
}

const MOST_PLACES = 20
/** A number with the zeros at its end. */
export function withPlaces(value: number, places: number | undefined): string {
  const exact = String(value)
  if (places === undefined || places > MOST_PLACES || exact.includes('e')) return exact
  const [whole = '', part = ''] = exact.split('.')
  return part.length >= places ? exact : `${whole}.${part.padEnd(places, '0')}`
}

const PRECISION = 'http://hl7.org/fhir/StructureDefinition/quantity-precision'

/** Decimal places a quantity was reported with, where its zeros at the end would not survive as a number. */
export function placesOf(quantity: Quantity | undefined): number | undefined {
  const beside = (quantity as { readonly _value?: { readonly extension?: unknown } } | undefined)?._value?.extension
  for (const extension of each(beside as { url?: unknown; valueInteger?: unknown }[] | undefined))
    if (extension?.url === PRECISION && Number.isInteger(extension.valueInteger)) return extension.valueInteger as number
  return undefined
}

/** The number of a quantity as it was reported. */
export function reportedWords(quantity: Quantity | undefined): string {
  const value: unknown = quantity?.value
  if (typeof value === 'number') return numberWords(value, placesOf(quantity))
  return typeof value === 'string' ? value : ''
}

const unitWords: Readonly<Record<string, string>> = {
  ug: 'micrograms',
  mcg: 'micrograms',
  microgram: 'micrograms',
  µg: 'micrograms',
  μg: 'micrograms',
  ng: 'nanograms',
  nanogram: 'nanograms',
  iu: 'units',
  '[iu]': 'units',
  u: 'units',
  unit: 'units',
  milligram: 'mg',
  milligrams: 'mg',
  gram: 'g',
  grams: 'g',
  millilitre: 'ml',
  millilitres: 'ml',
  mL: 'ml',
}

/** Units of a dose in the forms that cannot be misread (D32). */
export const doseUnit = (unit: string): string => unitWords[unit] ?? unitWords[unit.toLowerCase()] ?? unit

/** `5 mg`, `1 tablet`; empty when there is no number. */
export function quantityWords(quantity: Quantity | undefined): string {
  if (quantity?.value === undefined) return ''
  const unit = quantity.unit ?? quantity.code ?? ''
  return `${quantity.comparator ?? ''}${numberWords(quantity.value)}${unit === '' || unit === '1' ? '' : ` ${counted(doseUnit(unit), quantity.value)}`}`
}

/** Units that are counted, not measured: `28 tablets`, `1 tablet`. */
const COUNTED =
  /^(?:tablet|capsule|patch|sachet|drop|puff|dose|ampoule|vial|suppository|pessary|lozenge|spray|inhaler|spoonful|bottle|pack|tube|cartridge|pen|strip)$/i
const counted = (unit: string, count: number): string =>
  count === 1 || !COUNTED.test(unit) ? unit : /y$/i.test(unit) ? `${unit.slice(0, -1)}ies` : /ch$/i.test(unit) ? `${unit}es` : `${unit}s`

const SITES: Readonly<Record<string, string>> = { '7771000': 'left', '24028007': 'right', '51440002': 'bilateral' }

const SIDE = /\b(?:left|right|bilateral|both)\b/i

/** Side of the body said in words or by code; empty when nothing is said. */
export function laterality(words: string, sites: readonly CodeableConcept[] = []): string {
  if (sites.length === 0 && !SIDE.test(words)) return ''
  const sides = new Set<string>()
  const read = (text: string): void => {
    for (const [side] of text.toLowerCase().matchAll(/\b(?:left|right|bilateral|both)\b/g)) sides.add(side === 'both' ? 'bilateral' : side)
  }
  read(words)
  for (const site of sites) {
    for (const c of site.coding ?? []) {
      const side = SITES[c.code ?? '']
      if (side) sides.add(side)
    }
    read(term(site) ?? '')
  }
  return [...sides].sort().join(' and ')
}

/** What turns the meaning of a term: these travel with it and never merge with the bare term (D81). */
export function context(words: string): string {
  const text = words.toLowerCase()
  const said: string[] = []
  if (
    /^(?:no|not|nil|denies|without|absence of|absent|never)\b|\b(?:excluded|ruled out|not found|negative for|no evidence of)\b/.test(text)
  )
    said.push('negated')
  if (/\bfh\b|\bfamily history\b/.test(text)) said.push('family')
  if (/^\s*\?|\b(?:query|possible|suspected|probable|likely)\b/.test(text)) said.push('query')
  if (/\b(?:history of|h\/o)\b/.test(text)) said.push('history')
  return said.join('+')
}

/** 53 bits of a text in digits: breaks ties in an order without showing what it was made of. */
export function hashed(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 2654435761)
    b = Math.imul(b ^ c, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return String(4294967296 * (2097151 & b) + (a >>> 0))
}
