import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JWK } from 'jose'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { PeerLine } from '../../care-record/item.ts'
import { limits } from '../../care-record/limits.ts'
import { LISTS, PEER_LISTS_PATH, type ListAsk, type ListPage } from '../../care-record/lists.ts'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import { outcomeWords } from '../../care-record/outcome.ts'
import {
  PEER_BUDGET_HEADER,
  PEER_CONTENT_TYPE_HEADER,
  PEER_DOCUMENT_PATH,
  PEER_HELD_PATH,
  PEER_KEYS_PATH,
  PEER_RECORD_PATH,
  PEER_REPORT_PATH,
  type PeerDocument,
  type PeerReported,
  type PeerRequest,
  type PeerSubject,
} from '../../care-record/peer.ts'
import { fail, ok, type Fault, type Result } from '../../care-record/result.ts'
import { GROUPS } from '../../care-record/section.ts'
import { errorCode, sendFault } from './faults.ts'
import type { Pages } from './pages.ts'
import { checkPeerToken } from './peer-token.ts'
import type { Ports } from './ports.ts'
import type { Route } from './routes.ts'
import type { Store } from './store.ts'

const Name = Type.Object({
  family: Type.String({ minLength: 1, maxLength: 200 }),
  given: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 20 }),
  prefix: Type.Optional(Type.String({ maxLength: 40 })),
})
const Subject = Compile(
  Type.Object(
    {
      nhsNumber: Type.String({ pattern: '^[0-9]{10}$' }),
      name: Name,
      otherNames: Type.Array(Name, { maxItems: 50 }),
      birthDate: Type.String({ pattern: '^[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?$' }),
      gender: Type.Enum(['female', 'male', 'other', 'unknown']),
      groups: Type.Array(Type.Enum([...GROUPS]), { minItems: 1, maxItems: GROUPS.length }),
      only: Type.Optional(Type.Object({ sourceId: Type.String({ minLength: 1, maxLength: 100 }), group: Type.Enum([...GROUPS]) })),
    },
    { additionalProperties: false },
  ),
)

const itemId = Type.String({ pattern: '^[A-Za-z0-9_.-]{1,100}/[A-Za-z]{1,64}/[^/\\s]{1,200}$' })
const DocumentAsked = Compile(
  Type.Object(
    {
      subject: Type.Unknown(),
      document: Type.Object(
        {
          sourceId: Type.String({ minLength: 1, maxLength: 100 }),
          group: Type.Enum([...GROUPS]),
          itemId,
          attachment: Type.Integer({ minimum: 0, maximum: 50 }),
          image: Type.Optional(Type.String({ maxLength: 129, pattern: String.raw`^\d+(?:\.\d+)+(?:/\d+(?:\.\d+)+)?$` })),
        },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
)
const ReportSaid = Compile(
  Type.Object(
    {
      subject: Type.Unknown(),
      report: Type.Object(
        {
          itemIds: Type.Array(itemId, { minItems: 1, maxItems: limits.reportItems }),
          words: Type.Optional(Type.String({ maxLength: 500 })),
        },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
)

const ListAsked = Compile(
  Type.Object(
    {
      list: Type.Enum([...LISTS]),
      holds: Type.Object(
        {
          sequence: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
          hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
          inForce: Type.Integer({ minimum: 0, maximum: 0x7fff_ffff }),
        },
        { additionalProperties: false },
      ),
      nonce: Type.String({ pattern: '^[A-Za-z0-9_-]{16,100}$' }),
    },
    { additionalProperties: false },
  ),
)

/** How much of a list another exchange holds. */
export const readListAsk = (body: unknown): Result<ListAsk> => (ListAsked.Check(body) ? ok(body) : MISREAD)

/** A page of a list, a line an entry, its signed head last. */
export const linesOfPage = ({ entries, signed }: ListPage): string =>
  [...entries.map(entry => ({ protocol: 1, type: 'entry', ...entry })), { protocol: 1, type: 'head', ...signed }]
    .map(line => `${JSON.stringify(line)}\n`)
    .join('')

/** A request and what is asked beside the person, out of its body. */
type Asked<T> = { readonly subject: PeerSubject; readonly beside: T }
const askedOf = <T>(body: { readonly subject: unknown }, beside: T): Result<Asked<T>> => {
  const subject = readPeerSubject(body.subject)
  return subject.ok ? ok({ subject: subject.value, beside }) : subject
}
const MISREAD = fail('invalid', 'The request could not be read.')

/** Which document another exchange asks for. */
export const readDocumentAsk = (body: unknown): Result<Asked<PeerDocument>> =>
  DocumentAsked.Check(body) && body.document.itemId.startsWith(`${body.document.sourceId}/`) ? askedOf(body, body.document) : MISREAD

/** What another exchange's professional says of items. */
export const readReport = (body: unknown): Result<Asked<PeerReported>> => {
  if (!ReportSaid.Check(body)) return MISREAD
  const { itemIds, words } = body.report
  return askedOf(body, { itemIds, ...(words === undefined ? {} : { words }) })
}

/** About whom another exchange asks. Fault `invalid` for anything but one person with a verified number. */
export function readPeerSubject(body: unknown): Result<PeerSubject> {
  if (!Subject.Check(body)) return fail('invalid', 'The request does not say about whom it asks.')
  const nhsNumber = parseNhsNumber(body.nhsNumber)
  if (!nhsNumber.ok) return nhsNumber
  const nameOf = ({ family, given, prefix }: (typeof body)['name']) => ({ family, given, ...(prefix === undefined ? {} : { prefix }) })
  return ok({
    nhsNumber: nhsNumber.value,
    name: nameOf(body.name),
    otherNames: body.otherNames.map(nameOf),
    birthDate: body.birthDate,
    gender: body.gender,
    groups: body.groups,
    ...(body.only ? { only: body.only } : {}),
  })
}

/** A budget in whole milliseconds, at most what a view may wait for it. */
export function readBudget(header: unknown, mostMs: number = limits.askMs): Result<number> {
  if (typeof header !== 'string' || !/^[0-9]{1,6}$/.test(header) || Number(header) === 0)
    return fail('invalid', 'The request has no budget.')
  return ok(Math.min(Number(header), mostMs))
}

/**
 * A line as it may leave: without parents, and without a trace of a reason that depends on the person (a wholly withheld
 * group counts as answered and holds nothing). The corridor has seen to that already; this is the second lock.
 */
export function lineForPeer(line: PeerLine): unknown {
  if (line.type !== 'answer') return line
  const { answer } = line
  const silent = !outcomeWords(answer.outcome, answer.cause).mayBeNamed
  const items = silent ? [] : answer.items.map(({ parents: _parents, ...item }) => item)
  return {
    ...line,
    answer: { ...answer, items, ...(silent ? { outcome: 'nothing-held', cause: 'none', warnings: [], unreadable: 0 } : {}) },
  }
}

async function* bytesOf(lines: AsyncIterable<PeerLine>, log: (error: unknown) => void): AsyncIterable<string> {
  let ended = false
  const broken: PeerLine = { protocol: 1, type: 'fault', outcome: 'unavailable', cause: 'server-error' }
  try {
    for await (const line of lines) {
      ended = line.type === 'end' || line.type === 'fault'
      yield `${JSON.stringify(lineForPeer(line))}\n`
      if (ended) return
    }
  } catch (error) {
    log(error)
  }
  if (!ended) yield `${JSON.stringify(broken)}\n`
}

export interface PeerDoorPorts {
  readonly exchange: string
  readonly ports: Ports
  readonly pages: Pages
  readonly store: Store
  /** Public half of our token key, as JWK. */
  readonly tokenPublicKey: JWK
}

/** What one exchange answers another. Everything before `gatherForPeer` is who asks; whether and what it may see is decided there. */
export function peerRoutes(p: PeerDoorPorts): readonly Route[] {
  const { ports, store } = p
  const refuse = async (
    request: FastifyRequest,
    reply: FastifyReply,
    from: string,
    fault: Fault,
    reason: string,
  ): Promise<FastifyReply> => {
    await ports.note({ kind: 'peer-refused', exchange: from, reason })
    return sendFault(request, reply, p.pages, fault)
  }
  const admit = async <T>(
    request: FastifyRequest,
    from: string,
    read: (body: unknown) => Result<Asked<T>>,
    mostMs: number = limits.askMs,
  ): Promise<Result<PeerRequest & { readonly beside: T }>> => {
    if (!ports.mayPeerAsk(from)) return fail('forbidden', 'This exchange is not connected.')
    const token = /^Bearer ([A-Za-z0-9._-]+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) return fail('unauthenticated', 'The request has no token.')
    const checked = await checkPeerToken(token, {
      from,
      exchange: p.exchange,
      thumbprint: clientThumbprint(request),
      keys: await ports.peerKeys(from),
      now: ports.now(),
    })
    if (!checked.ok) return checked
    const budget = readBudget(request.headers[PEER_BUDGET_HEADER], mostMs)
    if (!budget.ok) return budget
    const asked = read(request.body)
    if (!asked.ok) return asked
    const { claims, tokenId, expires } = checked.value
    if (!(await store.useToken(from, tokenId, expires))) return fail('unauthenticated', 'The token was used before.')
    return ok({ from, claims, ...asked.value, budgetMs: budget.value, tokenId })
  }
  return [
    {
      method: 'GET',
      path: PEER_KEYS_PATH,
      permission: 'peer',
      serve: async (_request, reply) => reply.type('application/json').send(JSON.stringify({ keys: [p.tokenPublicKey] })),
    },
    {
      method: 'POST',
      path: PEER_RECORD_PATH,
      permission: 'peer',
      async serve(request, reply, from) {
        const admitted = await admit(request, from, recordAsk)
        if (!admitted.ok) return refuse(request, reply, from, admitted.fault, admitted.fault.kind)
        const { beside: _, ...asked } = admitted.value
        const gone = new AbortController()
        // Who gathers keeps to the budget and then says which sources are late: that still has to be written down and sent.
        const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(asked.budgetMs + limits.peerMarginMs)])
        const lines = ports.gatherForPeer(asked, signal)
        const body = Readable.from(
          bytesOf(lines, error => ports.log({ code: 'peer-broke', requestId: request.id, error: errorCode(error) })),
        )
        reply.raw.once('close', () => gone.abort())
        return reply.type('application/x-ndjson; charset=utf-8').send(body)
      },
    },
    {
      method: 'POST',
      path: PEER_DOCUMENT_PATH,
      permission: 'peer',
      async serve(request, reply, from) {
        const admitted = await admit(request, from, readDocumentAsk, limits.documentMs)
        if (!admitted.ok) return refuse(request, reply, from, admitted.fault, admitted.fault.kind)
        const { beside, ...asked } = admitted.value
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(asked.budgetMs)])
        const document = await ports.documentForPeer(asked, beside, signal)
        if (!document.ok) return sendFault(request, reply, p.pages, document.fault)
        return reply
          .header(PEER_CONTENT_TYPE_HEADER, asHeader(document.value.contentType))
          .type('application/octet-stream')
          .send(document.value.bytes)
      },
    },
    {
      method: 'POST',
      path: PEER_REPORT_PATH,
      permission: 'peer',
      bodyLimit: REPORT_BYTES,
      async serve(request, reply, from) {
        const admitted = await admit(request, from, readReport)
        if (!admitted.ok) return refuse(request, reply, from, admitted.fault, admitted.fault.kind)
        const { beside, ...asked } = admitted.value
        const held = await ports.reportForPeer(asked, beside, AbortSignal.timeout(asked.budgetMs))
        return held.ok ? reply.code(204).send() : sendFault(request, reply, p.pages, held.fault)
      },
    },
    {
      method: 'GET',
      path: PEER_HELD_PATH,
      permission: 'peer',
      async serve(request, reply, from) {
        if (!ports.mayPeerAsk(from))
          return refuse(request, reply, from, { kind: 'forbidden', detail: 'This exchange is not connected.' }, 'forbidden')
        return reply.type('application/json').send(JSON.stringify({ held: ports.heldItems() }))
      },
    },
    {
      method: 'POST',
      path: PEER_LISTS_PATH,
      permission: 'peer',
      async serve(request, reply, from) {
        if (!ports.mayPeerAsk(from))
          return refuse(request, reply, from, { kind: 'forbidden', detail: 'This exchange is not connected.' }, 'forbidden')
        const ask = readListAsk(request.body)
        if (!ask.ok) return refuse(request, reply, from, ask.fault, ask.fault.kind)
        const page = await ports.listForPeer(from, ask.value)
        if (!page.ok) return sendFault(request, reply, p.pages, page.fault)
        return reply.type('application/x-ndjson; charset=utf-8').send(linesOfPage(page.value))
      },
    },
  ]
}

/** Bytes of a report of as many items as one may have. */
const REPORT_BYTES = 256 * 1024

const recordAsk = (body: unknown): Result<Asked<undefined>> => askedOf({ subject: body }, undefined)

/** As a source named it, as far as a header can say it. */
const asHeader = (contentType: string): string => contentType.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 200)

/** SHA-256 of the client certificate, base64url, as `cnf.x5t#S256` (RFC 8705) has it. Empty without one: equals no token's. */
function clientThumbprint(request: FastifyRequest): string {
  const raw = (request.raw.socket as Partial<TLSSocket>).getPeerCertificate?.().raw
  return raw ? createHash('sha256').update(raw).digest('base64url') : ''
}
