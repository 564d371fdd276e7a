import type { FastifyReply, FastifyRequest } from 'fastify'
import { Agent, type Dispatcher } from 'undici'
import type { TLSSocket } from 'node:tls'
import { exchangesNamed } from '../../care-record/peer.ts'
import { keysOfCertificate } from '../isolate.ts'
import { opaque } from './seal.ts'
import { PROCESS_GONE_MS, type Store } from './store.ts'

/** Marks a request handed over by a sibling: its receiver answers itself, whatever the view. */
export const FORWARDED = 'lcr-forwarded'

/** Tag of this process's views; new with each start, so a restarted process is another one. */
export const newProcessTag = (): string =>
  opaque()
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 8)

/** Tag of the process that owns a view: what stands before the first dot of its id. */
export const tagOf = (viewId: string): string | undefined => /^([A-Za-z0-9]{1,16})\.[A-Za-z0-9_-]{1,80}$/.exec(viewId)?.[1]

export interface MutualTls {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** Connections to processes of this exchange only: a certificate that names any other is refused before a byte is sent. */
export function siblingDispatcher(tls: MutualTls, exchange: string): Dispatcher {
  return new Agent({
    connect: {
      ...tls,
      minVersion: 'TLSv1.3',
      timeout: 1_000,
      checkServerIdentity: (_host, certificate) =>
        exchangesNamed(certificate.subjectaltname).includes(exchange) ? undefined : new Error('not a process of this exchange'),
    },
    headersTimeout: 15_000,
    // A quiet stream of events says something every 10 s.
    bodyTimeout: 30_000,
    pipelining: 1,
  })
}

/** The one exchange a client certificate names; none when it is not authorised or names several. */
export function exchangeOfClient(request: FastifyRequest): string | undefined {
  const socket = request.raw.socket as Partial<TLSSocket>
  if (socket.authorized !== true || !socket.getPeerCertificate) return undefined
  const named = exchangesNamed(socket.getPeerCertificate().subjectaltname)
  return named.length === 1 ? named[0] : undefined
}

/** What the certificate of a client can be cut off by; nothing without one. */
export function keysOfClient(request: FastifyRequest): readonly string[] {
  const socket = request.raw.socket as Partial<TLSSocket>
  const raw = socket.getPeerCertificate?.().raw
  return raw === undefined ? [] : keysOfCertificate(raw)
}

/** A process answers this to a request for a view of another: it has the address of one that is gone. */
export const NOT_MINE = 421

const PASSED_ON = [
  'accept',
  'authorization',
  'cookie',
  'lcr-user-assertion',
  'prefer',
  'content-type',
  'content-length',
  'last-event-id',
  'origin',
  'sec-fetch-site',
  'user-agent',
  'x-fragment',
]
const PASSED_BACK = [
  'content-type',
  'content-disposition',
  'content-security-policy',
  'location',
  'set-cookie',
  'www-authenticate',
  'cache-control',
  'x-accel-buffering',
]

interface Owner {
  readonly tag: string
  readonly store: Store
  readonly lastAddress: ((tag: string) => string | undefined) | undefined
  readonly now: () => Date
}

/** Where the owner answers; while the database is away, where it was last seen. Rejects when that is not known either. */
async function addressOf(owner: Owner): Promise<string | undefined> {
  try {
    const process = await owner.store.processOf(owner.tag)
    if (!process) return undefined
    const isFresh = owner.now().getTime() - process.seenAt.getTime() <= PROCESS_GONE_MS
    // After an outage of the database every row is old until the next heartbeat: who was there is knocked at all the same.
    return isFresh || owner.lastAddress?.(owner.tag) === process.address ? process.address : undefined
  } catch (error) {
    const last = owner.lastAddress?.(owner.tag)
    // Not known now is not gone.
    if (last === undefined) throw error
    return last
  }
}

/**
 * Hands a request over to the process that owns its view and passes the answer back as it comes, events too. The owner
 * checks the session again. Resolves when the answer is through or the reader has left.
 *
 * @returns false when no living process has that tag; nothing has been answered then, and the body may be spent.
 */
export async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  owner: Owner & { readonly dispatcher: Dispatcher },
): Promise<boolean> {
  const address = await addressOf(owner)
  if (address === undefined) return false
  const headers: Record<string, string> = { [FORWARDED]: '1', 'x-request-id': request.id }
  for (const name of PASSED_ON) {
    const value = request.headers[name]
    if (typeof value === 'string') headers[name] = value
  }
  const left = new AbortController()
  const leave = (): void => left.abort()
  reply.raw.once('close', leave)
  let answer: Dispatcher.ResponseData
  try {
    answer = await owner.dispatcher.request({
      origin: address,
      path: request.url,
      method: request.method,
      headers,
      signal: left.signal,
      body: request.method === 'POST' ? request.raw : null,
    })
  } catch {
    reply.raw.removeListener('close', leave)
    return false
  }
  if (answer.statusCode === NOT_MINE) {
    reply.raw.removeListener('close', leave)
    await answer.body.dump()
    return false
  }
  const back: Record<string, string | string[] | number | undefined> = { ...reply.getHeaders() }
  for (const name of PASSED_BACK) {
    const value = answer.headers[name]
    if (value !== undefined) back[name] = value
  }
  reply.hijack()
  const { raw } = reply
  raw.writeHead(answer.statusCode, back)
  raw.flushHeaders()
  try {
    for await (const chunk of answer.body) {
      if (raw.destroyed) break
      if (!raw.write(chunk)) await drained(raw, left.signal)
    }
    raw.end()
  } catch {
    // The owner broke off: so does the answer, and the page reads on by polling or learns that its owner is lost.
    raw.destroy()
  } finally {
    raw.removeListener('close', leave)
    answer.body.destroy()
  }
  return true
}

const drained = (raw: FastifyReply['raw'], signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const gone = (): void => {
      raw.removeListener('drain', done)
      reject(new Error('the reader left'))
    }
    const done = (): void => {
      signal.removeEventListener('abort', gone)
      resolve()
    }
    if (signal.aborted) return reject(new Error('the reader left'))
    raw.once('drain', done)
    signal.addEventListener('abort', gone, { once: true })
  })
