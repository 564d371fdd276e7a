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

/** One notice in its place in a list. Its hash covers the one before, so an entry stands for all that came before it. */
export interface ListEntry {
  /** From 1, without a gap. */
  readonly sequence: number
  /** ISO instant at the owner. */
  readonly at: string
  /** The notice as JSON, byte for byte as it was hashed. */
  readonly body: string
}

/** How far a list is known: number and hash (hex) of the last entry; 0 and zeros before the first. */
export interface ListPlace {
  readonly sequence: number
  readonly hash: string
}
export const NO_ENTRY: ListPlace = { sequence: 0, hash: '0'.repeat(64) }

/** What one exchange asks another: what comes after what it holds. */
export interface ListAsk {
  readonly list: ListName
  /** What the asker holds of it, and how many objections or isolations it counts in force by it. */
  readonly holds: ListPlace & { readonly inForce: number }
  /** Random; comes back signed, so that an answer answers this question. */
  readonly nonce: string
}

/** What the owner says of its list at the end of a page; signed, and through the hashes each entry with it. */
export interface ListHead extends ListPlace {
  readonly exchange: string
  readonly list: ListName
  readonly nonce: string
  /** What the owner has where the asker stands. */
  readonly after: ListPlace
  /** Last entry of this page. */
  readonly upTo: ListPlace
  /** How many the owner counts in force by the whole list. */
  readonly inForce: number
}
export interface SignedHead {
  readonly head: ListHead
  readonly keyId: string
  /** ES256 over the head, base64url. */
  readonly signature: string
}
export interface ListPage {
  readonly entries: readonly ListEntry[]
  readonly signed: SignedHead
}
/** Entries of one page at most. */
export const LIST_PAGE = 500
/** Characters of an entry's body at most: a page of the largest fits into an answer. */
export const LIST_BODY = 100_000

/** Puts a notice at the end of this exchange's own list, in the caller's transaction. */
export type Publish = (
  tx: { query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> },
  list: ListName,
  notice: Notice,
) => Promise<{ readonly sequence: number }>
