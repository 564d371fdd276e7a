import type { RoleGroup } from '../../../care-record/catalogue.ts'

/** Classes of content that law or policy keeps from a shared record. Data, with an owner; an id is never shown to anyone. */
export type LegalClassId = string

/** What marks one class at each of the three places where it is looked for. The lists are kept apart on purpose. */
export interface LegalClass {
  readonly id: LegalClassId
  /** Absent: kept apart by law, from everyone alike. Given: by policy, from all but these; none: from everyone. */
  readonly maySee?: readonly RoleGroup[]
  /** At the source: what the service is. */
  readonly service: {
    /** Treatment function and main specialty codes. */
    readonly treatmentFunctions: readonly string[]
    readonly organisations: readonly string[]
    /** Beginnings of words in names of services, clinics, wards; all words of one line must occur in order. */
    readonly names: readonly string[]
    /** Document class or type codes. */
    readonly documentClasses: readonly string[]
    readonly labels: readonly string[]
    /**
     * What the coded problems, drugs and acts of the class are, told apart from `content` by someone else's hand:
     * `sct` and concept ids; `icd10` or `opcs4` and categories of three characters, single or `from-to`, or a longer code;
     * `read2` or `ctv3` and five characters, the last of them dots where it is shorter.
     */
    readonly seeds: readonly string[]
  }
  /** At the exchange: what the item says in code, and in the words of codes and titles. */
  readonly content: {
    /** SNOMED CT and dm+d concept ids. */
    readonly snomed: readonly string[]
    /** ICD-10 and OPCS-4 categories: the code or its beginning, without dots. */
    readonly icd10: readonly string[]
    readonly opcs4: readonly string[]
    /** Read v2 and CTV3, five characters. */
    readonly read?: readonly string[]
    /** Whole terms, as they stand where a code is not sent. */
    readonly terms?: readonly CodedTerm[]
    /** Codes of services as they occur on items. */
    readonly services: readonly string[]
    readonly labels: readonly string[]
    /** Sources of regular expressions over lower-case text. */
    readonly wording: readonly string[]
  }
  /** At the exit: labels and phrases in what leaves. */
  readonly outgoing: {
    readonly labels: readonly string[]
    /** Phrases of whole words; a word ending in `-` stands for all that begin with it. */
    readonly terms: readonly string[]
    /** Whole terms of codes, read as phrases. */
    readonly ofCodes?: readonly CodedTerm[]
  }
}
/** Words that a code list gives for a code. */
export type CodedTerm = readonly [code: string, term: string]

/** What looks like a restricted class and is ordinary care: a dated decision of a clinical and a governance owner. */
export interface Lookalike {
  readonly id: string
  /** FHIR date. */
  readonly inForceFrom: string
  /** FHIR date, the last day. */
  readonly until?: string
  readonly owner: string
  readonly clinicalOwner: string
  readonly reason: string
  /** Concept ids that no list may hold. */
  readonly snomed: readonly string[]
  /** ICD-10 codes, without dots, that hold more than this: spared only where the coding's own words are one of the phrases. */
  readonly icd10: readonly string[]
  /** The rule speaks for the test, and its result is withheld whatever it is: else a missing one would tell. */
  readonly testOnly?: boolean
  /** Phrases of whole words, in the form of `terms`. They answer for themselves only, never for what stands beside them. */
  readonly phrases: readonly string[]
  /**
   * Ordinary problems for which everyone is offered what these classes hold: one of them, and what else was done for it, stays
   * when something of these classes alone is linked to it. Concept ids.
   */
  readonly reasons?: { readonly ofClasses: readonly LegalClassId[]; readonly snomed: readonly string[] }
}

/** Concept ids that every lookalike lets through. */
export const sparedCodes = (lookalikes: readonly Lookalike[]): ReadonlySet<string> => new Set(lookalikes.flatMap(one => one.snomed))

/** Whether a problem of these concept ids stays when something of one class is linked to it. */
export const staysFor = (lookalikes: readonly Lookalike[], ids: readonly (string | undefined)[], ofClass: LegalClassId): boolean =>
  lookalikes.some(
    ({ reasons }) => reasons?.ofClasses.includes(ofClass) === true && ids.some(id => id !== undefined && reasons.snomed.includes(id)),
  )

/** What is left of terms when those of spared codes are taken out, under whichever code the words stand. */
export function withoutSpared(terms: readonly CodedTerm[], spared: ReadonlySet<string>): readonly CodedTerm[] {
  const words = new Set(terms.flatMap(([code, term]) => (spared.has(code) ? [term.toLowerCase()] : [])))
  return terms.filter(([code, term]) => !spared.has(code) && !words.has(term.toLowerCase()))
}

export interface RuleSet {
  readonly id: string
  readonly version: string
  /** FHIR date. */
  readonly inForceFrom: string
  readonly owner: string
  readonly clinicalOwner: string
  readonly reason: string
  readonly classes: readonly LegalClass[]
  readonly lookalikes: readonly Lookalike[]
  /** Security labels that restrict nothing here. A label that is neither here nor a class's own withholds. */
  readonly ordinaryLabels: readonly string[]
  /** The same for the exit, stated once more: a label must be ordinary in both to pass. */
  readonly ordinaryAtTheExit: readonly string[]
}
