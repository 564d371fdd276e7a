import type { JWK } from 'jose'
import type { Office } from '../../care-record/catalogue.ts'
import type { ListAsk, ListPage } from '../../care-record/lists.ts'
import type { Purpose, Viewer } from '../../care-record/person.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { PeerLine } from '../../care-record/item.ts'
import type { PeerDocument, PeerReported, PeerRequest } from '../../care-record/peer.ts'
import type { Result } from '../../care-record/result.ts'
import type { BridgeCorridor } from '../bridge.ts'
import type { Found } from '../find-person.ts'
import type { RawDocument, View } from '../view.ts'

/** Views of this process. */
export interface Views {
  /** Returns after the event `view-opened` is durable; fault `unavailable` when the audit cannot take it. */
  readonly open: (request: {
    readonly viewer: Viewer
    readonly sessionId: string
    readonly purpose: Purpose
    readonly nhsNumber: NhsNumber
    readonly workstation?: string
  }) => Promise<Result<View>>
  /** Another's, unknown or expired: `undefined`, all alike. */
  readonly find: (viewId: string, sessionId: string, sdsUserId: string) => View | undefined
  /** It ended because the user's organisation no longer shows the person in its care. */
  readonly leftCare?: (viewId: string, sessionId: string, sdsUserId: string) => boolean
}

/** The audited search. Fault `invalid` carries the words for the form. */
export interface Finder {
  readonly find: (request: { readonly viewer: Viewer; readonly sessionId: string; readonly form: unknown }) => Promise<Result<Found>>
}

/** Events of sign-in and of refusals, for the security part of the audit. Never about a patient. */
export interface DoorEvent {
  readonly kind: 'signed-in' | 'sign-in-refused' | 'locked' | 'unlocked' | 'signed-out' | 'peer-refused' | 'request-refused'
  readonly sdsUserId?: string
  readonly odsCode?: string
  readonly sessionId?: string
  /** Exchange named by the certificate, for `peer-refused`. */
  readonly exchange?: string
  /** A code of ours, never text from outside. */
  readonly reason?: string
}

/** Who or what may be cut off: any of them is enough. */
export interface CutOff {
  readonly user?: string | undefined
  readonly organisation?: string | undefined
  readonly keys?: readonly string[]
}

export interface Ports {
  readonly views: Views
  readonly finder: Finder
  /** To and from other products; absent where there is none. */
  readonly bridges?: BridgeCorridor
  /** The corridor behind the peer door: audits and decides again. */
  readonly gatherForPeer: (request: PeerRequest, signal: AbortSignal) => AsyncIterable<PeerLine>
  /** One document of one item for a peer: decided, asked and disclosed again. Fault `conflict`: it names another person. */
  readonly documentForPeer: (request: PeerRequest, document: PeerDocument, signal: AbortSignal) => Promise<Result<RawDocument>>
  /** Items a peer's professional says are not about the person. */
  readonly reportForPeer: (request: PeerRequest, reported: PeerReported, signal: AbortSignal) => Promise<Result<void>>
  /** Ids of the items of our own sources that are held now. */
  readonly heldItems: () => readonly string[]
  /** What another exchange does not hold yet of a list of ours. Fault `unavailable`: there is no list to read yet. */
  readonly listForPeer: (exchange: string, ask: ListAsk) => Promise<Result<ListPage>>
  /** Public keys with which another exchange signs its tokens, as JWKs; an empty list when it cannot be asked. */
  readonly peerKeys: (exchange: string) => Promise<readonly JWK[]>
  /** Peers that are connected and not suspended. */
  readonly mayPeerAsk: (exchange: string) => boolean
  /** The role table has a row for this national role code (`S…:G…:R…`). */
  readonly roleKnown: (roleCode: string) => boolean
  /** Who has accepted the rules of use, and accepting them; absent where nobody is asked. */
  readonly use?: { readonly accepted: (viewer: Viewer) => Promise<boolean>; readonly accept: (viewer: Viewer) => Promise<Result<void>> }
  /** Work beside the record that this national role code does. */
  readonly officesOf: (roleCode: string) => readonly Office[]
  /** False for a user whose employer says that they have left: their role is worth nothing any more. Absent where nobody says. */
  readonly inPost?: (viewer: Viewer) => Promise<boolean>
  /** The role may open no record of anybody: it begins at its work, not at finding a person. */
  readonly opensNothing: (roleCode: string) => boolean
  /** Name and phone of an organisation, for pages that say whom to call. */
  readonly organisation: (odsCode: string) => { readonly name: string; readonly phone?: string } | undefined
  /** Whether one of these is cut off now (lists between exchanges). Keys are fingerprints, client ids or key ids. */
  readonly cutOff: (who: CutOff) => boolean
  readonly databaseUp: () => Promise<boolean>
  readonly note: (event: DoorEvent) => Promise<void>
  /** The session is over: its views close. */
  readonly sessionEnded?: (sessionId: string) => Promise<void>
  readonly now: () => Date
  /** Codes and milliseconds only. */
  readonly log: (line: {
    readonly code: string
    readonly requestId?: string
    readonly status?: number
    readonly tookMs?: number
    readonly error?: string
  }) => void
}
