import type { PeerConfig } from '../../../care-record/catalogue.ts'
import { limits } from '../../../care-record/limits.ts'
import { PEER_BUDGET_HEADER, PEER_CONTENT_TYPE_HEADER, PEER_DOCUMENT_PATH, type PeerDocument } from '../../../care-record/peer.ts'
import type { Pass, Person } from '../../../care-record/person.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { RawDocument } from '../document.ts'
import { signToken, subjectOf, type PeerAskPorts } from './ask-peer.ts'

export interface PeerDocumentContext {
  readonly peer: PeerConfig
  readonly person: Person
  readonly pass: Pass
  readonly document: PeerDocument
  readonly transaction: string
  readonly attempt: string
  /** Milliseconds the asker will wait. */
  readonly budgetMs: number
  readonly signal: AbortSignal
}

/**
 * Fetches one document of a peer's own source. Never rejects. Faults: `not-found` (it has none, or may not say),
 * `conflict` (it names another person), `unavailable` (no connection, no answer in time, a refusal), `too-large`.
 */
export type PeerDocumentAsk = (context: PeerDocumentContext) => Promise<Result<RawDocument>>

const AWAY = 'The document could not be fetched now. Try again.'

export const createPeerDocumentAsk =
  (ports: PeerAskPorts): PeerDocumentAsk =>
  async context => {
    const { peer, document } = context
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(Math.max(1, Math.floor(context.budgetMs)))])
    const groups = [document.group]
    const only = { sourceId: document.sourceId, group: document.group }
    try {
      const answer = await ports.dispatcher(peer.exchange).request({
        origin: new URL(peer.baseUrl).origin,
        path: PEER_DOCUMENT_PATH,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/octet-stream',
          authorization: `Bearer ${await signToken(ports, context)}`,
          [PEER_BUDGET_HEADER]: String(Math.max(1, Math.floor(context.budgetMs - limits.peerMarginMs))),
        },
        body: JSON.stringify({ subject: subjectOf({ person: context.person, groups, only }), document }),
        signal,
      })
      if (answer.statusCode !== 200) {
        await answer.body.dump({ limit: 16_384 })
        if (answer.statusCode === 404) return fail('not-found', 'There is no such document.')
        if (answer.statusCode === 409) return fail('conflict', 'The document names another person.')
        return answer.statusCode === 413 ? fail('too-large', 'The document is too large to be shown.') : fail('unavailable', AWAY)
      }
      const named = answer.headers[PEER_CONTENT_TYPE_HEADER]
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > limits.documentBytes) {
          answer.body.destroy()
          return fail('too-large', 'The document is too large to be shown.')
        }
        chunks.push(chunk)
      }
      return ok({ bytes: Buffer.concat(chunks), contentType: typeof named === 'string' ? named.slice(0, 200) : '' })
    } catch (cause) {
      return fail('unavailable', AWAY, cause)
    }
  }
