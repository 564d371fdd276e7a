/** Classes of content the law keeps from a shared record. Data, with an owner; an id is never shown to anyone. */
export type LegalClassId = string

/** What marks one class at each of the three places where it is looked for. The lists are kept apart on purpose. */
export interface LegalClass {
  readonly id: LegalClassId
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
     * `sct` and concept ids; `icd10` or `opcs4` and categories of three characters, single or `from-to`, or a longer code.
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
  }
}

/** What looks like a legal class and is ordinary care. */
export interface Lookalikes {
  readonly snomed: readonly string[]
  /** Phrases of whole words, in the form of `terms`. They answer for themselves only, never for what stands beside them. */
  readonly phrases: readonly string[]
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
  readonly lookalikes: Lookalikes
  /** Security labels that restrict nothing here. A label that is neither here nor a class's own withholds. */
  readonly ordinaryLabels: readonly string[]
  /** The same for the exit, stated once more: a label must be ordinary in both to pass. */
  readonly ordinaryAtTheExit: readonly string[]
}
