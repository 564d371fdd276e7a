import type { ObjectionBasis, ObjectionScope, Narrowing } from './objection.ts'

/** What exchanges tell each other for good: numbered without a gap and signed by the exchange that owns the list. */
export const LISTS = ['objections', 'isolations'] as const
export type ListName = (typeof LISTS)[number]

/** Where one exchange reads another's lists from, over mutual TLS (POST: the reader says what it holds). */
export const PEER_LISTS_PATH = '/peer/v1/lists'

/** One objection as it stands from now on; the last notice of an id counts. */
export interface ObjectionNotice {
  readonly kind: 'objection'
  readonly id: string
  /** Every number the person is known by, verified. */
  readonly nhsNumbers: readonly string[]
  readonly scope: ObjectionScope
  readonly basis: ObjectionBasis
  /** FHIR date. */
  readonly since: string
  readonly state: 'in-force' | 'ended'
  readonly narrowings: readonly Narrowing[]
  /** As of `ObjectionInForce`. */
  readonly sparesSafeguarding?: true
}

/** About nobody: put in so that a list that no longer arrives is noticed. */
export interface CanaryNotice {
  readonly kind: 'canary'
  readonly id: string
}

export const ISOLATED = ['user', 'organisation', 'exchange', 'key', 'source'] as const
export type Isolated = (typeof ISOLATED)[number]

/** Who is cut off everywhere, or let in again; the last notice of an id counts. */
export interface IsolationNotice {
  readonly kind: 'isolation'
  readonly id: string
  readonly what: Isolated
  /** SDS user id, ODS code, exchange name, certificate or key fingerprint, source id. */
  readonly which: string
  readonly state: 'isolated' | 'released'
  /** A code: `breach`, `lost-card`, `left`, `drill`, `other`. */
  readonly because: string
  /** ISO instant. */
  readonly at: string
}

export type Notice = ObjectionNotice | CanaryNotice | IsolationNotice

/** Puts a notice at the end of this exchange's own list, in the caller's transaction. */
export type Publish = (
  tx: { query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> },
  list: ListName,
  notice: Notice,
) => Promise<{ readonly sequence: number }>
