import type { SectionLimits } from './catalogue.ts'
import type { NhsNumber } from './nhs-number.ts'
import type { KeptApart } from './objection.ts'

export interface HumanName {
  readonly family: string
  readonly given: readonly string[]
  readonly prefix?: string
}

export type Gender = 'female' | 'male' | 'other' | 'unknown'

/** Someone traced in the national register, or taken from a local registration when that register is silent. */
export interface Person {
  readonly nhsNumber: NhsNumber
  /** Numbers the register has ever replaced by this one, as far as we know: the person's wishes under them hold. Never shown. */
  readonly formerNumbers?: readonly NhsNumber[]
  /** Of these, those the register says so of still. Only what is known under them may open anything. */
  readonly replacedNumbers?: readonly NhsNumber[]
  readonly name: HumanName
  /** Earlier and other names, for checking answers; never shown of their own accord. */
  readonly otherNames: readonly HumanName[]
  readonly preferredName?: string
  /** FHIR date, possibly partial. */
  readonly birthDate: string
  readonly gender: Gender
  readonly deceased?: string
  readonly address?: string
  readonly postcode?: string
  readonly phone?: string
  /** ODS code of the registered practice. */
  readonly practice?: string
  /** National sensitive flag: `unknown` when the register did not answer and no flag under 24 h old is held. */
  readonly restricted: 'no' | 'yes' | 'unknown'
  /** Where these details come from. */
  readonly basis: 'pds' | 'local-registration'
  /** ISO instant at which the basis was true. */
  readonly asOf: string
}

/** The professional, in the one role and organisation this session holds. */
export interface Viewer {
  readonly sdsUserId: string
  readonly name: string
  readonly sdsRoleProfileId: string
  /** `S8000:G8000:R8000` */
  readonly roleCode: string
  readonly roleName: string
  readonly odsCode: string
  readonly organisationName: string
  /** How sign-in was assured, for example `AAL2`. */
  readonly assurance: string
}

export type Purpose = 'direct-care' | 'research' | 'insurance' | 'benefits' | 'employment' | 'billing' | 'other'

export const RELATIONSHIPS = [
  'emergency-attendance',
  'inpatient',
  'outpatient',
  'community-caseload',
  'registered-practice',
  'social-care-case',
  'incident',
  'transfer-accepted',
  'practice-task',
  'care-home-residency',
  'social-care-notice',
  'safeguarding-enquiry',
  'claim-treating',
  'claim-referred',
  'claim-advice',
  'claim-discharge',
  'claim-night',
  'emergency-access',
] as const
export type RelationshipType = (typeof RELATIONSHIPS)[number]

export interface Relationship {
  readonly type: RelationshipType
  readonly evidenceId: string
  /** Organisation or exchange that asserts it. */
  readonly assertedBy: string
  readonly seenAt: string
  /** ISO instant after which it grants nothing. */
  readonly until: string
}

/** Permission for one view. Made only by `exchange/access`; everything after admit takes it. */
export interface Pass {
  readonly viewer: Viewer
  readonly purpose: 'direct-care'
  readonly relationship: Relationship
  readonly role: { readonly jobRole: string; readonly group: string }
  readonly maySee: ReadonlySet<string>
  /** Of these of its sections the role sees one class of items only. */
  readonly limits?: SectionLimits
  /** What objections of a part take out: those sources leave the plan without a word, those items are withheld. */
  readonly keptApart?: KeptApart
  /** Mask every place and origin: flagged person, or a flag that cannot be checked. */
  readonly maskPlaces: boolean
  readonly decidedAt: string
  readonly rulesVersion: string
}
