import { createHash, createPublicKey, sign, verify as verifySignature, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import {
  LIST_PAGE,
  type ListAsk,
  type ListEntry,
  type ListHead,
  type ListName,
  type ListPage,
  type ListPlace,
  type Notice,
  type SignedHead,
} from '../../care-record/lists.ts'
import { readNotice } from './notice.ts'

export interface ListOf {
  readonly exchange: string
  readonly list: ListName
}

/** Why a page is not taken. `gap`: entries are missing or too many. `forked`: the owner has something else where we stand. */
export type Refused = 'gap' | 'forked' | 'forged' | 'another-question' | 'unreadable'
export type Verified =
  | { readonly ok: true; readonly entries: readonly TakenEntry[]; readonly place: ListPlace }
  | { readonly ok: false; readonly refused: Refused }
export interface TakenEntry extends ListEntry {
  readonly hash: string
  readonly notice: Notice
}

const hashOf = ({ exchange, list }: ListOf, before: ListPlace, { sequence, at, body }: ListEntry): string =>
  createHash('sha256')
    .update(['lcr-list/1', exchange, list, String(sequence), at, before.hash, body].join('\n'))
    .digest('hex')

/** The next entry of a list. Pure. */
export function append(of: ListOf, before: ListPlace, notice: Notice, at: string): ListEntry & { readonly hash: string } {
  const entry = { sequence: before.sequence + 1, at, body: JSON.stringify(notice) }
  return { ...entry, hash: hashOf(of, before, entry) }
}

const headText = ({ exchange, list, nonce, after, upTo, sequence, hash, inForce }: ListHead): Buffer =>
  Buffer.from(
    [
      'lcr-list-head/1',
      exchange,
      list,
      nonce,
      ...[after, upTo, { sequence, hash }].flatMap(p => [String(p.sequence), p.hash]),
      String(inForce),
    ].join('\n'),
  )

/** @param key ES256 private key of this exchange, whose public half peers can ask for. */
export const signHead = (head: ListHead, key: { readonly key: KeyObject; readonly kid: string }): SignedHead => ({
  head,
  keyId: key.kid,
  signature: sign('sha256', headText(head), { key: key.key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
})

const isSigned = ({ head, signature }: SignedHead, keys: readonly JWK[]): boolean =>
  keys.some(jwk => {
    try {
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
      return verifySignature('sha256', headText(head), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))
    } catch {
      return false
    }
  })

/**
 * Whether a page is what its owner put after what we hold: signed by it for this question, in number, in order and byte for
 * byte. Nothing of a page that is not is taken. Pure.
 *
 * @param keys public keys of the owner, proved by mutual TLS.
 */
export function verify(of: ListOf, ask: ListAsk, page: ListPage, keys: readonly JWK[]): Verified {
  const refuse = (refused: Refused): Verified => ({ ok: false, refused })
  const { head } = page.signed
  if (!isSigned(page.signed, keys)) return refuse('forged')
  if (head.exchange !== of.exchange || head.list !== of.list || ask.list !== of.list || head.nonce !== ask.nonce)
    return refuse('another-question')
  if (head.sequence < ask.holds.sequence || head.after.sequence !== ask.holds.sequence || head.after.hash !== ask.holds.hash)
    return refuse('forked')
  if (head.upTo.sequence > head.sequence || (head.upTo.sequence === head.sequence && head.upTo.hash !== head.hash)) return refuse('forged')
  if (page.entries.length !== head.upTo.sequence - ask.holds.sequence || page.entries.length > LIST_PAGE) return refuse('gap')
  const entries: TakenEntry[] = []
  let place: ListPlace = { sequence: ask.holds.sequence, hash: ask.holds.hash }
  for (const { sequence, at, body } of page.entries) {
    if (sequence !== place.sequence + 1) return refuse('gap')
    const hash = hashOf(of, place, { sequence, at, body })
    const notice = readNotice(of.list, body)
    if (notice === undefined) return refuse('unreadable')
    entries.push({ sequence, at, body, hash, notice })
    place = { sequence, hash }
  }
  if (place.hash !== head.upTo.hash) return refuse('forged')
  // A list that goes on without a page that goes on would never come to an end.
  if (place.sequence < head.sequence && entries.length === 0) return refuse('gap')
  return { ok: true, entries, place }
}
