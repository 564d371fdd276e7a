import type { Purpose, Relationship, Viewer } from '../../care-record/person.ts'
import type { SectionId } from '../../care-record/section.ts'

export const AUDIT_KINDS = [
  'search',
  'signed-in',
  'signed-out',
  'view-opened',
  'evidence-checked',
  'admitted',
  'claim-asked',
  'claimed',
  'refused',
  'shown',
  'section-opened',
  'item-opened',
  'document-opened',
  'printed',
  'item-reported',
  'item-released',
  'withdrawn',
  'peer-disclosed',
  'peer-refused',
  'superseded',
  'bridge-sent',
  'bridge-received',
  'catalogue-changed',
  'objection-received',
  'objection-changed',
  'sharing-read',
  'letter-made',
  'letter-sent',
  'opt-outs-imported',
  'opt-out-worked',
  'alert-raised',
  'claim-reviewed',
  'claim-confirmed',
  'use-accepted',
  'organisation-changed',
  'agreement-changed',
  'rules-changed',
  'isolated',
  'release-asked',
  'released',
  'office-opened',
  'list-alarm',
  'decision-replayed',
  'revoked',
  'locked',
  'unlocked',
  'closed',
] as const
export type AuditKind = (typeof AUDIT_KINDS)[number]
export type AuditOutcome = 'success' | 'refused' | 'failed'

/** Ids and versions of what one source's answer showed; no words, no values. */
export interface Manifest {
  readonly sourceId: string
  readonly sections: readonly SectionId[]
  readonly items: readonly { readonly id: string; readonly version: string }[]
}

/** What a corridor says happened. Never clinical content: item ids, section ids and codes only. */
export interface AuditDraft {
  readonly kind: AuditKind
  readonly outcome: AuditOutcome
  /** One id over both ends of a view across exchanges. */
  readonly transaction: string
  readonly attempt?: string
  readonly viewId?: string
  readonly viewer?: Viewer
  readonly assertingExchange?: string
  readonly workstation?: string
  readonly nhsNumber?: string
  readonly purpose?: Purpose
  readonly relationship?: Relationship
  /** Version of the rule set that decided. */
  readonly rulesVersion?: string
  readonly source?: { readonly id: string; readonly odsCode: string; readonly exchange: string }
  readonly sections?: readonly SectionId[]
  /** Non-clinical facts, codes only. */
  readonly detail?: Readonly<Record<string, string | number | boolean | readonly string[]>>
  /** Encrypted before storage: search criteria, counts of what the law withheld. */
  readonly sealed?: unknown
  readonly manifests?: readonly Manifest[]
}
