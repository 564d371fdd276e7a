import type { Purpose, Relationship, Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import type { SectionId } from '../care-record/section.ts'

/** One event as a corridor hands it to the audit. Codes and ids only; nothing clinical. */
export interface AuditDraft {
  readonly kind:
    | 'search'
    | 'signed-in'
    | 'signed-out'
    | 'view-opened'
    | 'evidence-checked'
    | 'admitted'
    | 'claim-asked'
    | 'claimed'
    | 'refused'
    | 'shown'
    | 'section-opened'
    | 'item-opened'
    | 'peer-disclosed'
    | 'peer-refused'
    | 'superseded'
    | 'locked'
    | 'unlocked'
    | 'closed'
  readonly outcome: 'success' | 'refused' | 'failed'
  readonly transaction: string
  readonly attempt?: string
  readonly viewId?: string
  readonly viewer?: Viewer
  readonly assertingExchange?: string
  readonly workstation?: string
  readonly nhsNumber?: string
  readonly purpose?: Purpose
  readonly relationship?: Relationship
  readonly rulesVersion?: string
  readonly source?: { readonly id: string; readonly odsCode: string; readonly exchange: string }
  readonly sections?: readonly SectionId[]
  readonly detail?: Readonly<Record<string, string | number | boolean | readonly string[]>>
  /** Encrypted before it is stored: search criteria, counts of what the law withholds. */
  readonly sealed?: unknown
  readonly manifests?: readonly {
    readonly sourceId: string
    readonly sections: readonly SectionId[]
    readonly items: readonly { readonly id: string; readonly version: string }[]
  }[]
}

export interface AuditPort {
  /** Durable in the database when it resolves ok; `unavailable` when the database cannot take it. */
  readonly write: (draft: AuditDraft) => Promise<Result<{ readonly id: string; readonly at: string }>>
  /** For views already admitted: goes to the local fsynced spool when the database is away. */
  readonly writeOpenView: (draft: AuditDraft) => Promise<Result<{ readonly id: string; readonly at: string }>>
  /** The event and the row that lets any process notice a lost view, in one transaction. */
  readonly viewOpened: (draft: AuditDraft & { readonly viewId: string }) => Promise<Result<{ readonly id: string; readonly at: string }>>
  readonly viewClosed: (draft: AuditDraft & { readonly viewId: string }) => Promise<Result<{ readonly id: string; readonly at: string }>>
  readonly keepAlive: (viewIds: readonly string[]) => Promise<void>
}
