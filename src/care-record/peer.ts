import type { Gender, HumanName, Relationship } from './person.ts'
import type { NhsNumber } from './nhs-number.ts'
import type { KeptApart } from './objection.ts'
import type { Group } from './section.ts'

/** Where one exchange asks another, over mutual TLS. */
export const PEER_RECORD_PATH = '/peer/v1/record'
/** One document of one item of the asked exchange's own sources. */
export const PEER_DOCUMENT_PATH = '/peer/v1/document'
/** Items of the asked exchange's own sources that a professional says are not about the person. */
export const PEER_REPORT_PATH = '/peer/v1/report'
/** Ids of the items the asked exchange holds now, for views that are open elsewhere. */
export const PEER_HELD_PATH = '/peer/v1/held'
/** How the source named the bytes of a document; the body itself goes as bytes. */
export const PEER_CONTENT_TYPE_HEADER = 'lcr-content-type'
/** Public half of the key an exchange signs its tokens with, over the same mutual TLS. */
export const PEER_KEYS_PATH = '/peer/v1/keys'
/** Milliseconds the asker will still wait; never a clock time. */
export const PEER_BUDGET_HEADER = 'lcr-budget-ms'
/** `typ` of the token. */
export const PEER_TOKEN_TYPE = 'lcr-peer+jwt'
/** A token lives this long at most, in seconds. */
export const PEER_TOKEN_SECONDS = 60

/** How a certificate names the exchange that holds it: a URI among its alternative names. */
export const exchangeUri = (exchange: string): string => `urn:lcr:exchange:${exchange}`

/**
 * Exchanges a certificate names, read from Node's `subjectaltname` text. Node quotes a name that could be read two ways;
 * a certificate with such a name names nobody.
 */
export const exchangesNamed = (subjectAltName: string | undefined): readonly string[] =>
  subjectAltName === undefined || subjectAltName.includes('"')
    ? []
    : subjectAltName.split(', ').flatMap(name => /^URI:urn:lcr:exchange:([A-Za-z0-9-]{1,32})$/.exec(name)?.[1] ?? [])

/** Who asks, for whom, why: what the token of a request between exchanges says. */
export interface PeerClaims {
  readonly user: { readonly sdsUserId: string; readonly name: string }
  readonly role: { readonly sdsRoleProfileId: string; readonly roleCode: string; readonly roleName: string }
  readonly organisation: { readonly odsCode: string; readonly name: string }
  readonly assurance: string
  readonly purpose: 'direct-care'
  readonly transaction: string
  readonly attempt: string
  readonly relationship: Relationship
  /** What the asker leaves out because of objections: the asked exchange does so too, should it not have heard of them yet. */
  readonly keptApart?: KeptApart
}

/** About whom, and which part: the body of a request between exchanges. */
export interface PeerSubject {
  readonly nhsNumber: NhsNumber
  readonly name: HumanName
  readonly otherNames: readonly HumanName[]
  readonly birthDate: string
  readonly gender: Gender
  readonly groups: readonly Group[]
  readonly only?: { readonly sourceId: string; readonly group: Group }
}

/** A request of another exchange whose certificate, token and body have been checked. What it asserts is still its word only. */
export interface PeerRequest {
  /** Exchange named by the certificate. */
  readonly from: string
  readonly claims: PeerClaims
  readonly subject: PeerSubject
  /** Milliseconds from receipt. */
  readonly budgetMs: number
  /** `jti` of the token, for the audit. */
  readonly tokenId: string
}

/** Which document: the item it belongs to and which of its attachments, from 0. */
export interface PeerDocument {
  readonly sourceId: string
  readonly group: Group
  readonly itemId: string
  readonly attachment: number
  /** Which image of a study, `{series}/{instance}` by their UIDs: an image is fetched one at a time. */
  readonly image?: string
}

/** What a professional says of items: that they are not about this person. */
export interface PeerReported {
  readonly itemIds: readonly string[]
  readonly words?: string
}
