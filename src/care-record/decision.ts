import type { Catalogue, PeerConfig, RoleGroup } from './catalogue.ts'
import type { ObjectionState, ShareClass } from './objection.ts'
import type { Pass, Person, Purpose, Relationship, RelationshipType, Viewer } from './person.ts'
import type { Standing } from './standing.ts'

/** One thing a system, or the professional, has said that may amount to a relationship. Instants are ISO. */
export interface EvidenceFact {
  readonly evidenceId: string
  readonly nhsNumber: string
  /** Organisation it gives a relationship with. */
  readonly odsCode: string
  readonly type: RelationshipType
  readonly from: string
  /** Recorded end; `null`: none yet. */
  readonly ended: string | null
  /** Last word of the source on it. */
  readonly lastMessageAt: string
  /** Who says so: source id, or the user's own id for a claim. */
  readonly assertedBy: string
  /** When we saw it. */
  readonly seenAt: string
  /** Team it is bound to; a user of another team, or of none, has no part in it. */
  readonly team?: string
  /** The source said that it never was, or takes it back: it grants nothing from then on. ISO. */
  readonly revokedAt?: string
}

/** How long one kind of evidence or claim grants, and to whom. Milliseconds. */
export interface Window {
  readonly type: RelationshipType
  /** After the recorded end. */
  readonly afterEndMs: number
  /** Since the last message about something with no end; longer silence grants nothing. `null`: an open one needs none. */
  readonly silenceMs: number | null
  /** From the start at most; `null`: no limit. */
  readonly longestMs: number | null
  /** It is over at the end of the day it began on, Europe/London. */
  readonly thatDay?: true
  /** While no end is recorded it is looked at again after this long: it grants until then, from now. */
  readonly againMs?: number
  /** Role groups it grants to; `*`: every listed role. */
  readonly groups: readonly RoleGroup[] | '*'
  /** A fact of this kind has to name a team. Whatever fact names one is for its users alone. */
  readonly teamOnly: boolean
  readonly reason: string
}

/** The rules a decision is taken by, beside who takes part (the catalogue). Dated and versioned; one owner signs. */
export interface AccessRules {
  readonly id: string
  readonly version: string
  /** FHIR date. */
  readonly inForceFrom: string
  readonly owner: string
  /** Two people of different organisations. */
  readonly approvedBy: readonly string[]
  readonly reason: string
  readonly windows: readonly Window[]
  readonly purposes: readonly Purpose[]
  /** Days an acceptance of the rules of use lasts. */
  readonly acceptedUseDays: number
  /** Days after which an unpaid register fee denies. */
  readonly feeUnpaidDays: number
  /** Days a lapsed agreement or DSP Toolkit status is still served where its decision says so. */
  readonly overdueDays: number
  readonly shareClasses: readonly ShareClass[]
}

export interface DecisionInput {
  readonly viewer: Viewer
  readonly standing: Standing
  readonly purpose: Purpose
  /** ISO instant. */
  readonly now: string
  readonly person: Person
  readonly facts: readonly EvidenceFact[]
  /** Names of systems that were asked for evidence and did not answer. */
  readonly unavailable: readonly string[]
  readonly objections: ObjectionState
  readonly catalogue: Catalogue
  readonly rules: AccessRules
}

/** The same for another exchange's professional; their standing is the asker's word. */
export interface PeerDecisionInput extends DecisionInput {
  readonly peer: PeerConfig
  /** What the peer says of its professional's relationship. */
  readonly asserted: Relationship
}

export const CHECKS = [
  'purpose',
  'isolation',
  'role',
  'standing',
  'organisation',
  'agreement',
  'peer',
  'relationship',
  'objection',
] as const
export type Check = (typeof CHECKS)[number]

/** One question of the decision and its answer. The whole tree is kept for audit, officer, letter and complaint. */
export interface Reason {
  readonly check: Check
  readonly held: boolean
  /** A code of the reason table (`access/reasons.ts`): what each reader's words are made from. */
  readonly code: string
  /** What the words name: relationship types, dates, agreement ids, counts. Never a name or number of the person. */
  readonly with?: Readonly<Record<string, string>>
  readonly parts?: readonly Reason[]
}

/**
 * Why not. `purpose`, `isolated`, `role`, `standing`, `acceptable-use`, `organisation`, `agreement` and `peer` do not depend on
 * the person and are named to everyone; `relationship` says only that; `objection` reads as nothing to show.
 */
export type RefusalCode =
  | 'purpose'
  | 'isolated'
  | 'role'
  | 'standing'
  | 'acceptable-use'
  | 'organisation'
  | 'agreement'
  | 'peer'
  | 'relationship'
  | 'objection'
  | 'objections-unknown'

export type Decision =
  | { readonly verdict: 'permit'; readonly pass: Pass; readonly reasons: readonly Reason[] }
  | { readonly verdict: 'claim'; readonly unavailable: readonly string[]; readonly reasons: readonly Reason[] }
  | { readonly verdict: 'refuse'; readonly code: RefusalCode; readonly reasons: readonly Reason[] }
