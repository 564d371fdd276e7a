import type { PeerConfig } from '../../../care-record/catalogue.ts'
import { limits } from '../../../care-record/limits.ts'
import { PEER_BUDGET_HEADER, PEER_HELD_PATH, PEER_REPORT_PATH, type PeerReported } from '../../../care-record/peer.ts'
import type { Pass, Person } from '../../../care-record/person.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { signToken, subjectOf, type PeerAskPorts } from './ask-peer.ts'

export interface PeerReportContext {
  readonly peer: PeerConfig
  readonly person: Person
  readonly pass: Pass
  readonly reported: PeerReported
  readonly transaction: string
  readonly attempt: string
  readonly signal: AbortSignal
}

/** Reports items to the exchange that owns their sources. Never rejects. Fault `unavailable`: it is not known to be held there. */
export type PeerReport = (context: PeerReportContext) => Promise<Result<void>>

const AWAY = 'The organisation that holds this could not be told now. Try again in a minute.'

export const createPeerReport =
  (ports: PeerAskPorts): PeerReport =>
  async context => {
    const { peer, person, reported } = context
    try {
      const answer = await ports.dispatcher(peer.exchange).request({
        origin: new URL(peer.baseUrl).origin,
        path: PEER_REPORT_PATH,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await signToken(ports, context)}`,
          [PEER_BUDGET_HEADER]: String(limits.askMs),
        },
        body: JSON.stringify({ subject: subjectOf({ person, groups: ['essentials'] }), report: reported }),
        signal: AbortSignal.any([context.signal, AbortSignal.timeout(limits.askMs)]),
      })
      await answer.body.dump({ limit: 16_384 })
      return answer.statusCode === 204 ? ok(undefined) : fail('unavailable', AWAY)
    } catch (cause) {
      return fail('unavailable', AWAY, cause)
    }
  }

/** Bytes of a list of held ids: some ten thousand of them. */
const LIST_BYTES = 4 * 1024 * 1024

/**
 * Ids of the items a peer holds now. Never rejects; `undefined` when it could not be asked.
 */
export const createPeerHeld =
  (ports: Pick<PeerAskPorts, 'dispatcher'>) =>
  async (peer: PeerConfig): Promise<readonly string[] | undefined> => {
    try {
      const answer = await ports.dispatcher(peer.exchange).request({
        origin: new URL(peer.baseUrl).origin,
        path: PEER_HELD_PATH,
        method: 'GET',
        signal: AbortSignal.timeout(limits.askMs),
      })
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > LIST_BYTES) {
          answer.body.destroy()
          return undefined
        }
        chunks.push(chunk)
      }
      const parsed: unknown = answer.statusCode === 200 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : undefined
      const ids: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'held') : undefined
      return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string' && id.length <= 400) : undefined
    } catch {
      return undefined
    }
  }
