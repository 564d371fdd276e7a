import type { Result } from '../../care-record/result.ts'

/** Letters of an objection, each at one turn of the case. */
export const LETTER_KINDS = ['received', 'more-needed', 'upheld', 'not-upheld', 'withdrawn', 'expired', 're-decided', 'narrowed'] as const
export type LetterKind = (typeof LETTER_KINDS)[number]

/** Why an objection is not upheld, from the listed grounds (R073, R074). The letter says each in the person's words. */
export const LETTER_GROUNDS = [
  'safeguarding-child',
  'safeguarding-adult',
  'risk-to-self',
  'risk-to-others',
  'service-cannot-be-provided',
  'required-by-law',
] as const
export type LetterGround = (typeof LETTER_GROUNDS)[number]

/** What is still needed before anything can change. */
export const LETTER_NEEDS = [
  'proof-of-identity',
  'proof-of-address',
  'proof-of-authority',
  'court-order',
  'what-to-stop',
  'a-call',
] as const
export type LetterNeed = (typeof LETTER_NEEDS)[number]

/** What the person asked to stop. Never the name of a member of staff. */
export type LetterScope =
  | { readonly kind: 'everything' }
  /** `name` of the organisation. */
  | { readonly kind: 'organisation'; readonly name: string }
  /** `title` as the class is told to people: `What mental health services hold`. */
  | { readonly kind: 'class'; readonly title: string }
  | { readonly kind: 'staff' }
  | { readonly kind: 'workplace'; readonly name: string }

/** The organisation that writes, and where to turn. */
export interface LetterContact {
  readonly organisation: string
  readonly team: string
  readonly address: readonly string[]
  readonly phone: string
  readonly email: string
  /** Patient Advice and Liaison Service, or the complaints team of a council. */
  readonly pals: { readonly name: string; readonly phone: string; readonly email: string }
  readonly dataProtectionOfficer: { readonly email: string; readonly address: readonly string[] }
  /** Telephone answered day and night. */
  readonly dayAndNight: string
}

/** What every letter names. Dates are whole FHIR dates. */
export interface LetterBasis {
  /** Which the person quotes when they call: opaque, at most 20 letters, digits and hyphens. */
  readonly reference: string
  readonly date: string
  /** Who reads it: the person, or who speaks for them. Their address lines as they are to be posted. */
  readonly to: { readonly name: string; readonly address: readonly string[] }
  /** The reader speaks for somebody else, whom the letter does not name. */
  readonly onBehalf?: 'child' | 'adult'
  readonly from: LetterContact
  readonly scope: LetterScope
  /** When the person said it. */
  readonly askedOn: string
}

/** What a letter of this kind says beside its basis. */
export interface LetterFactsOf {
  /** `held`: sharing has stopped until it is decided; not so before the identity check. */
  readonly received: LetterBasis & { readonly held: boolean; readonly decideBy: string }
  readonly 'more-needed': LetterBasis & { readonly held: boolean; readonly needs: readonly LetterNeed[]; readonly answerBy: string }
  readonly upheld: LetterBasis & { readonly decidedOn: string }
  /** `words`: of who decided, to the person, in plain English; nothing of health. `sharedAgainFrom`: after the person was told. */
  readonly 'not-upheld': LetterBasis & {
    readonly decidedOn: string
    readonly grounds: readonly LetterGround[]
    readonly words?: string
    readonly sharedAgainFrom: string
  }
  readonly withdrawn: LetterBasis & { readonly sharedAgainFrom: string }
  /** `turned-16`: asked again of the person themself; `date-reached`: it was for a time. */
  readonly expired: LetterBasis & { readonly because: 'turned-16' | 'date-reached'; readonly endedOn: string; readonly answerBy?: string }
  readonly 're-decided': LetterBasis & {
    readonly decidedOn: string
    readonly before: 'upheld' | 'not-upheld'
    readonly outcome: 'upheld' | 'not-upheld'
    readonly grounds: readonly LetterGround[]
    readonly words?: string
    /** Of a no: from when, after the person was told. */
    readonly sharedAgainFrom?: string
  }
  /** Named people may see in spite of the objection, for a time. Dates. */
  readonly narrowed: LetterBasis & {
    /** Absent: to write it down might be dangerous. */
    readonly reason?: 'safeguarding' | 'serious-risk' | 'public-interest'
    readonly since: string
    readonly until: string
    /** One clinician decided it, of a hold; else two people. */
    readonly byOne: boolean
  }
}
export type LetterFacts<K extends LetterKind = LetterKind> = LetterFactsOf[K]

export interface Letter {
  readonly kind: LetterKind
  /** Language tag: `en`, `fr`. */
  readonly language: string
  /** Version of the template; kept with the case. */
  readonly version: string
  /** `draft`: not signed off by a translator and a second reader. It says so on every page and may not be sent. */
  readonly state: 'signed-off' | 'draft'
  readonly subject: string
  /** A whole page that prints on A4. */
  readonly html: string
  /** Tagged PDF. */
  readonly pdf: Buffer
  /** `false`: a name is in a script that the PDF cannot write as it should be; it may not be sent, the page is the letter. */
  readonly pdfWhole: boolean
}

/** One language a letter can be written in. `mayBeSent`: signed off. */
export interface LetterLanguage {
  readonly tag: string
  readonly title: string
  readonly mayBeSent: boolean
}

export interface Letters {
  readonly languages: readonly LetterLanguage[]
  /**
   * Writes a letter. Fault `invalid`: no such language, one not signed off (unless `preview`), or facts that are no letter
   * (a date that is none, a field too long, a refusal without ground); words for the officer, never what was entered.
   */
  readonly makeLetter: <K extends LetterKind>(
    kind: K,
    facts: LetterFacts<K>,
    language: string,
    options?: { readonly preview?: boolean },
  ) => Promise<Result<Letter>>
}
