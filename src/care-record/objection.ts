import type { OrganisationKind } from './catalogue.ts'
import type { SectionId } from './section.ts'

/**
 * How far an objection reaches. `everything`: nothing of the person is shown. `organisation`: nothing that this organisation
 * holds is shown elsewhere. `class`: nothing of one of the board's classes (`ShareClass`). `staff`: this user does not see the
 * person, wherever they work. `workplace`: nobody of this organisation does (R056).
 */
export type ObjectionScope =
  | { readonly kind: 'everything' }
  | { readonly kind: 'organisation'; readonly odsCode: string }
  | { readonly kind: 'class'; readonly classId: string }
  | { readonly kind: 'staff'; readonly sdsUserId: string }
  | { readonly kind: 'workplace'; readonly odsCode: string }

/**
 * Why it holds. `held`: identity checked, not yet decided. `upheld`: decided. `imported`: said to Connect Care or the Local Care
 * Record. `unmatched`: somebody said no there, and this may be the person (care rules 4.5).
 */
export type ObjectionBasis = 'held' | 'upheld' | 'imported' | 'unmatched'

/**
 * A recorded decision that lets named people see in spite of an objection, for a time (care rules 4.2). Two people decide it; a
 * clinician alone may open a hold for safeguarding or serious risk. What somebody else may have said (`unmatched`) nobody opens.
 */
export interface Narrowing {
  readonly id: string
  readonly reason: 'safeguarding' | 'serious-risk' | 'public-interest'
  /** Users it opens for; never an organisation. */
  readonly sdsUserIds: readonly string[]
  /** ISO instants. */
  readonly from: string
  readonly until: string
  /** Everybody who decided it. */
  readonly decidedBy: readonly string[]
}

/** One objection of one person, as every exchange has it in its lists. */
export interface ObjectionInForce {
  readonly id: string
  /** Exchange that owns the case. */
  readonly exchange: string
  readonly scope: ObjectionScope
  readonly basis: ObjectionBasis
  /** FHIR date. */
  readonly since: string
  readonly narrowings: readonly Narrowing[]
  /** Somebody else said it for the person: a safeguarding enquiry sees all the same (care rules 4.2, 4.6). */
  readonly sparesSafeguarding?: true
}

/** What is known of one person's objections now. `unknown`: a list that counts was never loaded or is older than 24 h. */
export interface ObjectionState {
  readonly state: 'known' | 'unknown'
  readonly inForce: readonly ObjectionInForce[]
}

export const NO_OBJECTION: ObjectionState = { state: 'known', inForce: [] }

/** A class of information a person may keep out of sharing, or a board withholds: what it is made of. Data, with an owner. */
export interface ShareClass {
  readonly id: string
  /** In words a person reads: `What mental health services hold`. */
  readonly title: string
  /** Organisations of these kinds hold it. */
  readonly organisationKinds: readonly OrganisationKind[]
  /** Sections that are it, whoever holds them. */
  readonly sections: readonly SectionId[]
  /** Policy classes of the disclosure rules that are it. */
  readonly policyClasses: readonly string[]
  readonly owner: string
}

/** What a view leaves out because of objections that are not about everything: resolved from scopes and classes by the decision. */
export interface KeptApart {
  readonly organisations: readonly string[]
  readonly organisationKinds: readonly OrganisationKind[]
  readonly sections: readonly SectionId[]
  readonly policyClasses: readonly string[]
}

/** What either of two leaves out. */
export function bothKeptApart(one: KeptApart | undefined, other: KeptApart | undefined): KeptApart | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const both = <T extends string>(a: readonly T[], b: readonly T[]): readonly T[] => [...new Set([...a, ...b])].toSorted()
  return {
    organisations: both(one.organisations, other.organisations),
    organisationKinds: both(one.organisationKinds, other.organisationKinds),
    sections: both(one.sections, other.sections),
    policyClasses: both(one.policyClasses, other.policyClasses),
  }
}
