import type { Cause, Mark, Outcome, SourceName, SourceWarning } from './item.ts'
import type { Group, SectionId } from './section.ts'

/** `KCH 21-Nov-2026`: who recorded a statement and when. */
export interface Chip {
  readonly odsCode: string
  readonly name: string
  readonly short: string
  /** FHIR dateTime, possibly partial. */
  readonly date?: string
}

/** One value that differs between sources, each said by whom. The product never chooses. */
export interface Conflict {
  readonly kind: 'presence' | 'dose' | 'frequency' | 'status' | 'date' | 'laterality' | 'value' | 'verification'
  readonly values: readonly { readonly words: string; readonly by: Chip }[]
}

interface EntryBase {
  /** Minted per view, opaque. An absorbed id answers with its successor. */
  readonly id: string
  readonly section: SectionId
  readonly list: 'current' | 'past'
  /** Ascending text order within section and list; unique. */
  readonly sort: string
  /** Main words, the clinician's own term (D82). */
  readonly title: string
  readonly coded: boolean
  /** Date shown beside the entry, FHIR dateTime, possibly partial. */
  readonly date?: string
  readonly recordedBy: Chip
  readonly alsoRecordedBy: readonly Chip[]
  readonly conflicts: readonly Conflict[]
  readonly marks: readonly Mark[]
  readonly matchedByDemographics: boolean
  /** Source feed is not live: as at this instant. */
  readonly asAt?: string
  /** Number of statements folded into this entry. */
  readonly statements: number
  /** What a flag is about; `safeguarding` stays off paper whatever kind it stands on (D153). */
  readonly rank?: FlagRank
}

export interface AllergyEntry extends EntryBase {
  readonly kind: 'allergy'
  /** `negative` is a positively recorded 'no known allergies'. */
  readonly state: 'active' | 'resolved' | 'refuted' | 'negative'
  readonly label?: 'Food' | 'Environment' | 'Drug' | 'Intolerance' | 'Side effect'
  /** Events, each with its reactions: joined with AND within, commas between (D24). */
  readonly reactions: readonly (readonly string[])[]
  readonly severity?: 'severe' | 'moderate' | 'mild'
  readonly certainty?: string
}
export interface MedicineEntry extends EntryBase {
  readonly kind: 'medicine'
  readonly brand?: string
  readonly strengthAndForm?: string
  readonly dose?: string
  readonly route?: string
  readonly frequency?: string
  readonly reasonOrDuration?: string
  /** Whole instruction where the source gives only text. */
  readonly instruction?: string
  readonly status: 'Started' | 'Not started' | 'Suspended' | 'Completed' | 'Discontinued' | 'Status not stated'
  readonly statement: 'Prescribed' | 'Dispensed' | 'Administered' | 'Patient reported' | 'Recorded'
  readonly lastIssued?: {
    readonly date: string
    readonly quantity?: string
    /** Short name of the source whose issue this is, when it is not the one whose statement stands first. */
    readonly by?: string
  }
  /** FHIR date since which a repeat ought to have been issued again. */
  readonly notIssuedSince?: string
  readonly stopped?: string
}
export interface ProblemEntry extends EntryBase {
  readonly kind: 'problem'
  readonly onset?: string
  readonly ended?: string
  readonly significance?: 'Major' | 'Minor'
  readonly status: 'Active' | 'Inactive' | 'Status not stated'
  readonly qualifiers: readonly string[]
}
export interface ResultPoint {
  /** Collection time, FHIR dateTime. */
  readonly at: string
  /** Plottable value, absent when the value is not a plain number; systolic of a blood pressure. */
  readonly number?: number
  /** Diastolic of a blood pressure (D61). */
  readonly second?: number
  /** The value as it was reported, where `number` is an exact conversion of it (D53). */
  readonly converted?: string
  /** Where the value stands when it is no plain number: `<5` has the limit 5 (D59). */
  readonly limit?: number
  /** Method, where the source names one: no line is drawn over a change of it (D56). */
  readonly method?: string
  readonly words: string
  readonly short: string
  readonly flag?: string
  readonly low?: number
  readonly high?: number
}
export interface ResultEntry extends EntryBase {
  readonly kind: 'result'
  readonly value: string
  readonly unit?: string
  readonly flag?: 'High' | 'Low' | 'Critical high' | 'Critical low' | 'Abnormal'
  /** `3.5 to 5.3`, that laboratory's. */
  readonly range?: string
  readonly specimen?: string
  readonly status?: 'Provisional' | 'Corrected' | 'Cancelled'
  readonly collectedNotStated: boolean
  readonly previous?: { readonly value: string; readonly date: string }
  /** The same test done elsewhere within its usual interval of this one (D63). */
  readonly elsewhere?: { readonly words: string; readonly by: Chip }
  /** A test for SARS-CoV-2 and nothing else: a role may see it without the other results (R018, R034). */
  readonly virus?: true
  /** Same analyte, specimen and unit only, oldest first (D53). */
  readonly series: readonly ResultPoint[]
}
export interface EncounterEntry extends EntryBase {
  readonly kind: 'encounter'
  /** `now`: on a ward, in an emergency department, on a virtual ward, with a crew (D142). `open`: care that goes on, such as a caseload. */
  readonly when: 'now' | 'open' | 'past' | 'next'
  readonly status: string
  readonly encounterClass?: 'Inpatient' | 'Emergency' | 'Outpatient' | 'Virtual' | 'Community' | 'GP' | 'Other'
  readonly place?: string
  /** Kind of ward in words, where the source says one: `Paediatric intensive care`. */
  readonly ward?: string
  /** Since when there, where that differs from the start of the stay. FHIR dateTime. */
  readonly placeSince?: string
  readonly start?: string
  readonly end?: string
  readonly noEndRecorded: boolean
  /** Lines of the consultation written there, as far as they stand in this view. */
  readonly written?: number
  /** Its first lines, each whole. */
  readonly starts?: string
}
/** Label and words, as a row or a panel says them beside the title. */
export type Fact = readonly [label: string, words: string]

/** What a flag is about, in the order flags stand above the fold (D150). */
export const FLAG_RANKS = ['resuscitation', 'safeguarding', 'infection', 'violence', 'communication', 'adjustment'] as const
export type FlagRank = (typeof FLAG_RANKS)[number]

/** What has no kind of its own: title, date, who, and the facts its section is read for. Its panel shows the whole item. */
export interface PlainEntry extends EntryBase {
  readonly kind: 'plain'
  readonly words?: string
  /** In words: `Booked`, `Did not attend`, `Draft`, `Expired`. */
  readonly status?: string
  /** In reading order; each label once. */
  readonly facts?: readonly Fact[]
  /** End of what `date` begins, FHIR dateTime. */
  readonly until?: string
  /** Its document can be opened: MIME type as the source names it, pages where it says. */
  readonly opens?: { readonly format: string; readonly pages?: number }
  /** Its pictures can be asked for, one at a time; how many, where their archive says. */
  readonly images?: { readonly count?: number }
}
export type Entry = AllergyEntry | MedicineEntry | ProblemEntry | ResultEntry | EncounterEntry | PlainEntry

/** Entries that belong together: a problem or an encounter and what its sources linked to it. Ids of entries. */
export interface Thread {
  readonly head: string
  readonly members: readonly string[]
}

/** Medicines side by side, a column for each source (`ux` compare). No column is the right one (D38). */
export interface MedicineComparison {
  readonly columns: readonly Chip[]
  readonly rows: readonly {
    readonly entryId: string
    readonly title: string
    readonly tag: 'Same' | 'Different dose' | 'Different frequency' | 'Different status' | 'Only here' | 'Stopped'
    /** One place for each column; `undefined`: that source says nothing of it. */
    readonly cells: readonly ({ readonly words: string; readonly status: MedicineEntry['status']; readonly date?: string } | undefined)[]
  }[]
}

/** Row-wise change of one section: apply upserts by id, drop removed ids. */
export interface SectionChange {
  readonly section: SectionId
  readonly upserts: readonly Entry[]
  readonly removed: readonly { readonly id: string; readonly successor?: string }[]
}

/** What one source is doing for one group, as the strip and the sections say it. */
export interface SourceState {
  readonly source: SourceName
  readonly group: Group
  readonly sections: readonly SectionId[]
  readonly outcome: Outcome
  readonly cause: Cause
  /** Still to answer: outcome then reads `late` with cause `asking`. */
  readonly waiting: boolean
  readonly asOf?: string
  readonly tookMs?: number
  readonly attempts: number
  readonly warnings: readonly SourceWarning[]
  readonly unreadable: number
  readonly complete: boolean
}

/** One numbered part of a view. Parts are append-only; a part can be read only after its event is durable. */
export interface Part {
  /** 1, 2, 3 … without gaps. */
  readonly n: number
  /** ISO instant. */
  readonly at: string
  /** Audit events that made it readable, all durable before the part is. */
  readonly eventIds: readonly string[]
  readonly kind: 'plan' | 'answer' | 'closed'
  /** Changed source states, keyed by source id, group and sections. */
  readonly states: readonly SourceState[]
  /** Keys (`stateKey`) of states that no longer stand: a peer that has named its own sources. */
  readonly retired?: readonly string[]
  readonly changes: readonly SectionChange[]
  /** `closed`: why. */
  readonly closed?: 'abandoned' | 'expired' | 'too-large' | 'revoked' | 'ended' | 'unwritable'
}
