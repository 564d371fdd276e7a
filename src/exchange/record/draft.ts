import type {
  AllergyEntry,
  Chip,
  Conflict,
  EncounterEntry,
  Entry,
  MedicineEntry,
  PlainEntry,
  ProblemEntry,
  ResultEntry,
  ResultPoint,
} from '../../care-record/entry.ts'
import type { ConsultationHeading } from '../../care-record/consultation.ts'
import type { Item, Mark } from '../../care-record/item.ts'
import type { Examination } from './plain/examination.ts'
import { orderable } from './reading.ts'

interface DraftBase<E extends Entry> {
  readonly kind: E['kind']
  readonly itemId: string
  readonly version: string
  readonly sourceId: string
  /** Breaks ties in the order of a section without showing what it was made of. */
  readonly tie: string
  /** The entry this statement makes alone; its id is empty. */
  readonly entry: E
  /** Statements that share none of these cannot be about one thing. */
  readonly keys: readonly string[]
  /** Laterality, negation, verification, unit, person: statements whose guards differ never merge (D102). */
  readonly guard: string
  /** Orders statements of one entry, newest first. */
  readonly at: string
  /** Ids of the items this one belongs to or is part of, in either direction. */
  readonly links: readonly string[]
}

export interface AllergyDraft extends DraftBase<AllergyEntry> {
  readonly kind: 'allergy'
  readonly codes: readonly string[]
  readonly agent: string
  /** Class of reaction the source gave, empty when none. */
  readonly category: string
  /** What a negative rules out, `''` for a positive. */
  readonly rulesOut: '' | 'all' | 'Drug' | 'Food' | 'Environment' | 'latex'
}
export interface MedicineDraft extends DraftBase<MedicineEntry> {
  readonly kind: 'medicine'
  readonly codes: readonly string[]
  readonly drug: string
  /** Drug, strength and form made comparable; empty unless strength and form are both known. */
  readonly product: string
  /** Comparable dose: amount and unit, through the strength where the dose counts tablets; empty when it cannot be read. */
  readonly doseKey: string
  readonly frequencyKey: string
  readonly instructionKey: string
  readonly start: string
  readonly end: string
  readonly supplyOnly: boolean
  readonly voided: boolean
}
export interface ProblemDraft extends DraftBase<ProblemEntry> {
  readonly kind: 'problem'
  readonly codes: readonly string[]
  readonly words: string
  readonly side: string
}
export interface ResultDraft extends DraftBase<ResultEntry> {
  readonly kind: 'result'
  readonly identifiers: readonly string[]
  /** Its value, alike for values that differ only in the zeros they were reported with. */
  readonly valueKey: string
  readonly analyte: string
  /** Same analyte, specimen and unit, or a unit that is listed as an exact conversion (D53); empty: in no line. */
  readonly series: string
  readonly point: ResultPoint
  /** Spelt alike whoever wrote it. */
  readonly unit: string
  /** The listed substance its numbers are of; empty when none. */
  readonly substance: string
  /** The listed test whose repetition elsewhere is hinted at (D63); empty when none. */
  readonly test: string
  /** Half of a blood pressure that its source sends as two (D61). */
  readonly pressure: 'systolic' | 'diastolic' | undefined
  /** Source and moment at which the other half must have been taken. */
  readonly pairKey: string
}
export interface EncounterDraft extends DraftBase<EncounterEntry> {
  readonly kind: 'encounter'
  /** What was written there: a line stands as long as the item it leads to does. */
  readonly consultation: readonly ConsultationHeading[]
}
/** Somebody of the person's life or care, made comparable. */
export interface ContactKeys {
  /** Numbers to call, digits only. */
  readonly phones: readonly string[]
  /** As the source writes them. */
  readonly phoneWords: string
  /** Relationships or organisation. */
  readonly ties: readonly string[]
  /** The tie of family, where one is said: a son is not a father of the same name. */
  readonly kin: string
  /** `mr` and `mrs` are two. */
  readonly title: string
}
export interface PlainDraft extends DraftBase<PlainEntry> {
  readonly kind: 'plain'
  readonly identifiers: readonly string[]
  readonly isDocument: boolean
  /** Ids of the items it takes the place of. */
  readonly replaces: readonly string[]
  /** Keys of what stands within it, as goals within their plan; it says them itself. */
  readonly parts: readonly string[]
  /** The key by which a whole names it; empty: it stands by itself. */
  readonly partKey: string
  /** A report or the pictures of one examination. */
  readonly examination?: Examination
  /** Somebody to call: who is one with whom. */
  readonly contact?: ContactKeys
}
/** How one item reads, and with what it may be one. Holds words, never the resource. */
export type Draft = AllergyDraft | MedicineDraft | ProblemDraft | ResultDraft | EncounterDraft | PlainDraft

/** Two statements are one: how well they agree (2: in everything compared) and why, as the item panel says it. */
export interface Agreement {
  readonly score: 1 | 2
  readonly why: string
}

/** An entry or a part of one while it is being written: what is not said is left out, never set to `undefined`. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** What every entry carries whatever it is about. */
export type Origin = Writable<Omit<PlainEntry, 'kind' | 'words' | 'status'>>

/** The part of an entry that says where it comes from; the words, the list and the order are added by its kind. */
export function origin(item: Item, title: string, date: string | undefined, coded: boolean, marks: readonly Mark[] = NONE): Origin {
  const { provenance } = item
  const said = provenance.recorded ?? date
  const recordedBy: Writable<Chip> = { odsCode: provenance.odsCode, name: provenance.organisationName, short: provenance.short }
  if (said !== undefined) recordedBy.date = said
  const entry: Origin = {
    id: '',
    section: item.section,
    list: 'current',
    sort: '',
    title,
    coded,
    recordedBy,
    alsoRecordedBy: NONE,
    conflicts: NONE,
    marks: marksOf(item, date, coded, marks),
    matchedByDemographics: provenance.matchedBy === 'name-and-birth-date',
    statements: 1,
  }
  if (date !== undefined) entry.date = date
  if (provenance.feed !== 'live') entry.asAt = provenance.retrievedAt
  return entry
}
export const NONE: readonly never[] = []

/** Order within section and list: the words of the kind, then the tie. */
export const sortKey = (words: string, tie: string): string => `${words}\u0001${tie}`

function marksOf(item: Item, date: string | undefined, coded: boolean, more: readonly Mark[]): readonly Mark[] {
  const partial = date !== undefined && date.length < 10
  if (coded && !partial && more.length === 0) return item.marks
  const marks = new Set(item.marks)
  if (!coded) marks.add('not-coded')
  if (partial) marks.add('partial-date')
  for (const mark of more) marks.add(mark)
  return [...marks].sort()
}

export const saidAt = (item: Item, date: string | undefined): string => orderable(item.provenance.recorded ?? date)

/** Each value said, by whom, newest first; nothing when all who said something said the same. */
export function differing<D extends Draft>(
  kind: Conflict['kind'],
  group: readonly D[],
  key: (draft: D) => string,
  words: (draft: D) => string,
): readonly Conflict[] {
  const said = new Set(group.map(key))
  said.delete('')
  if (said.size < 2) return NONE
  return [
    {
      kind,
      values: valuesOf(
        group.filter(d => key(d) !== ''),
        words,
      ),
    },
  ]
}

/** One line for each organisation and value. */
export function valuesOf<D extends Draft>(group: readonly D[], words: (draft: D) => string): Conflict['values'] {
  const values = new Map<string, Conflict['values'][number]>()
  for (const draft of group) {
    const value = { words: words(draft), by: draft.entry.recordedBy }
    const key = `${value.by.odsCode}|${value.words}`
    if (!values.has(key)) values.set(key, value)
  }
  return [...values.values()]
}
