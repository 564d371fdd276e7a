import type { Address, Annotation, CodeableConcept, ContactPoint, HumanName, Period, Reference, Resource } from '@medplum/fhirtypes'
import type { Fact, FlagRank, PlainEntry } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import type { Examination } from './examination.ts'
import type { ContactKeys } from '../draft.ts'
import { each, resolve, term } from '../reading.ts'

/** What a reader of one kind of resource finds in it; `draftPlain` makes the entry of it. */
export interface PlainRead {
  readonly title: string
  readonly coded: boolean
  readonly date: string | undefined
  readonly until?: string | undefined
  readonly words?: string | undefined
  readonly status?: string | undefined
  readonly facts?: readonly Fact[]
  readonly rank?: FlagRank | undefined
  readonly opens?: PlainEntry['opens']
  readonly images?: PlainEntry['images']
  /** What ties a report and its pictures to each other. */
  readonly examination?: Examination | undefined
  /** Over, ended or taken back: stands in the past list. */
  readonly past?: boolean
  /** Said in error, not done: such a statement is one only with its like. */
  readonly not?: 'in-error' | 'not-done' | ''
  readonly sites?: readonly CodeableConcept[] | undefined
  /** Further names of the same thing: hashes of its bytes, its master identifier. */
  readonly alsoKnown?: readonly string[]
  /** References to what this one takes the place of. */
  readonly replaces?: readonly (Reference | undefined)[]
  /** References to what it says itself: a goal of a plan, a requested activity. */
  readonly parts?: readonly (Reference | undefined)[]
  /** It may be told as part of something else. */
  readonly isPart?: boolean
  /** Somebody to call, by whatever system. */
  readonly contact?: { readonly name: string; readonly keys: ContactKeys } | undefined
  /** What two sources must say alike for their statements of one day to be one; all that is shown unless told. */
  readonly sameness?: string
}

/** Adds a fact that has words; a label that stands already is counted on (`Goal`, `Goal 2`). */
export function say(facts: Fact[], label: string, words: string | undefined): void {
  if (typeof words !== 'string' || words === '') return
  const read = dateAlone(words)
  let n = 1
  for (const [told, said] of facts) {
    if (!told.startsWith(label)) continue
    const rest = told.slice(label.length)
    if (rest !== '' && !/^ \d+$/.test(rest)) continue
    if (said === read) return
    n += 1
  }
  facts.push([n === 1 ? label : `${label} ${n}`, read])
}

/** The words of several concepts, each once. */
export function terms(concepts: readonly (CodeableConcept | undefined)[] | undefined): string {
  if (!concepts) return ''
  const said = new Set<string>()
  for (const concept of each(concepts)) {
    const words = term(concept)
    if (words !== undefined) said.add(words)
  }
  return [...said].join(', ')
}

export const notesOf = (notes: readonly Annotation[] | undefined): string =>
  (notes ?? [])
    .map(note => note.text?.trim() ?? '')
    .filter(words => words !== '')
    .join('. ')

/** Sentences of several origins, each once. */
export const joined = (...words: readonly (string | undefined)[]): string | undefined => {
  const said = new Set<string>()
  for (const one of words) {
    const trimmed = one?.trim()
    if (trimmed) said.add(trimmed)
  }
  return said.size === 0 ? undefined : [...said].join('. ')
}

/** `Dr Priya Shah` */
export function humanName(names: readonly HumanName[] | undefined): string {
  const name = names?.find(n => n.use === 'official') ?? names?.[0]
  if (!name) return ''
  return name.text ?? [...(name.prefix ?? []), ...(name.given ?? []), name.family ?? ''].filter(part => part !== '').join(' ')
}

/** The name behind a reference: what the source wrote beside it, else what came with the item. Never the reference itself. */
export function whoIs(item: Item, reference: Reference | undefined): string {
  if (!reference) return ''
  if (reference.display?.trim()) return reference.display.trim()
  return nameOf(item, resolve(item, reference))
}

function nameOf(item: Item, found: Resource | undefined): string {
  if (!found) return ''
  if (found.resourceType === 'PractitionerRole') {
    const role = terms(found.code)
    return [whoIs(item, found.practitioner), role].filter(Boolean).join(', ') || whoIs(item, found.organization)
  }
  if (found.resourceType === 'Device') return found.deviceName?.[0]?.name ?? term(found.type) ?? ''
  const { name, code, title, description } = found as { name?: unknown; code?: unknown; title?: unknown; description?: unknown }
  if (typeof name === 'string') return name
  if (Array.isArray(name)) return humanName(name as HumanName[])
  if (typeof title === 'string') return title
  if (typeof code === 'object' && code !== null) return term(code) ?? ''
  if (typeof description === 'string') return description
  return typeof description === 'object' && description !== null ? (term(description) ?? '') : ''
}

/** What profession or part somebody has: their role where the answer carried it, else their qualification; what kind of organisation it is. */
export function roleOf(item: Item, reference: Reference | undefined): string {
  const found = resolve(item, reference)
  if (found?.resourceType === 'PractitionerRole') return terms([...(found.code ?? []), ...(found.specialty ?? [])])
  if (found?.resourceType === 'Organization') return terms(found.type)
  if (found?.resourceType !== 'Practitioner') return ''
  const role = item.contained.find(r => r.resourceType === 'PractitionerRole' && resolve(item, r.practitioner) === found)
  return (role?.resourceType === 'PractitionerRole' && terms(role.code)) || terms(found.qualification?.map(q => q.code))
}

export const people = (item: Item, references: readonly (Reference | undefined)[] | undefined): string => {
  const said = new Set<string>()
  for (const reference of each(references)) {
    const name = whoIs(item, reference)
    if (name !== '') said.add(name)
  }
  return [...said].join(', ')
}

/** Numbers that can be called; a fax is none. */
export const phonesOf = (telecom: readonly ContactPoint[] | undefined): string =>
  (telecom ?? [])
    .filter(t => (t.system === 'phone' || t.system === 'sms' || t.system === undefined) && t.use !== 'old' && t.value)
    .map(t => t.value)
    .join(', ')

export const addressOf = (address: Address | undefined): string =>
  address ? (address.text ?? [...(address.line ?? []), address.city, address.postalCode].filter(Boolean).join(', ')) : ''

export const startOf = (period: Period | undefined): string | undefined => period?.start
export const endOf = (period: Period | undefined): string | undefined => period?.end

/** Whether a FHIR date lies before a whole day; a partial date only when all of it does. */
export const isBefore = (date: string | undefined, today: string): boolean => {
  if (date === undefined) return false
  const day = date.slice(0, 10)
  return day < today.slice(0, day.length)
}

/** `entered-in-error` reads `Entered in error`. */
export const statusWords = (status: string): string => `${status[0]?.toUpperCase() ?? ''}${status.slice(1).replaceAll('-', ' ')}`

export const inError = (status: string | undefined): NonNullable<PlainRead['not']> =>
  status === 'entered-in-error' ? 'in-error' : status === 'not-done' ? 'not-done' : ''

/** A name that says by itself that something was not done: said once more it would read as its opposite (D81). */
export const SAYS_NOT = /\b(?:not (?:done|given|carried out|attended)|declined|refus(?:ed|al)|did not attend)\b/i

/** A code that stands where words should, made readable: `in-progress` reads `In progress`. */
export const codeWords = (words: string | undefined): string | undefined =>
  words !== undefined && /^[a-z]+(?:-[a-z]+)*$/.test(words) ? statusWords(words) : words

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** A FHIR date inside words, to the day, as staff read it (D70, D72): `08-Mar-1956`, `Mar-2019`, `2019`. */
export function dayWords(date: string | undefined): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(date ?? '') ?? []
  if (year === undefined) return date ?? ''
  return [day, month === undefined ? undefined : MONTHS[Number(month) - 1], year].filter(part => part !== undefined).join('-')
}

/** A text that is a date and nothing else reads as one (D70); of any other nothing is rewritten. */
export const dateAlone = (words: string): string =>
  /^\d{4}-\d{2}(?:-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?)?$/.test(words) ? dayWords(words) : words

/** Text of narrative or HTML without its markup: words only, never shown as markup. */
export const stripped = (markup: string): string =>
  markup
    .replaceAll(/<(?:style|script)\b[\s\S]*?(?:<\/(?:style|script)>|$)/gi, ' ')
    .replaceAll(/<[^>]*(?:>|$)/g, ' ')
    .replaceAll(/&(?:nbsp|#160|#xa0);/gi, ' ')
    .replaceAll('&lt;', '‹')
    .replaceAll('&gt;', '›')
    .replaceAll('&quot;', '"')
    .replaceAll(/&(?:apos|#39);/g, '’')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
