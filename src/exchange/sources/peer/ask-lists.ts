import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { PeerConfig } from '../../../care-record/catalogue.ts'
import {
  LIST_BODY,
  LIST_PAGE,
  LISTS,
  PEER_LISTS_PATH,
  type ListAsk,
  type ListEntry,
  type ListPage,
  type SignedHead,
} from '../../../care-record/lists.ts'
import { limits } from '../../../care-record/limits.ts'
import type { PeerAskPorts } from './ask-peer.ts'
import { linesOf } from './read-lines.ts'

const hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const number = Type.Integer({ minimum: 0 })
const place = Type.Object({ sequence: number, hash })
const Line = Compile(
  Type.Union([
    Type.Object({
      protocol: Type.Literal(1),
      type: Type.Literal('entry'),
      sequence: number,
      at: Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$` }),
      body: Type.String({ maxLength: LIST_BODY }),
    }),
    Type.Object({
      protocol: Type.Literal(1),
      type: Type.Literal('head'),
      keyId: Type.String({ maxLength: 200 }),
      signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }),
      head: Type.Object({
        exchange: Type.String({ maxLength: 32 }),
        list: Type.Enum([...LISTS]),
        nonce: Type.String({ maxLength: 100 }),
        after: place,
        upTo: place,
        sequence: number,
        hash,
        inForce: number,
      }),
    }),
  ]),
)

/** What a peer answers when asked for its list. `undefined`: it could not be asked, or its answer is not one. Never rejects. */
export type PeerLists = (peer: PeerConfig, ask: ListAsk) => Promise<ListPage | undefined>

/** Asks over mutual TLS: the certificate says who asks, no token is needed. An answer without its last line is none. */
export const createPeerLists =
  (ports: Pick<PeerAskPorts, 'dispatcher'>): PeerLists =>
  async (peer, ask) => {
    try {
      const answer = await ports.dispatcher(peer.exchange).request({
        origin: new URL(peer.baseUrl).origin,
        path: PEER_LISTS_PATH,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
        body: JSON.stringify(ask),
        signal: AbortSignal.timeout(limits.askMs),
      })
      if (answer.statusCode !== 200) {
        await answer.body.dump({ limit: 16_384 })
        return undefined
      }
      const entries: ListEntry[] = []
      for await (const bytes of linesOf(answer.body)) {
        if (bytes === undefined || entries.length > LIST_PAGE) break
        const line: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
        if (!Line.Check(line)) break
        if (line.type === 'head')
          return { entries, signed: { head: line.head, keyId: line.keyId, signature: line.signature } satisfies SignedHead }
        entries.push({ sequence: line.sequence, at: line.at, body: line.body })
      }
      answer.body.destroy()
      return undefined
    } catch {
      return undefined
    }
  }
