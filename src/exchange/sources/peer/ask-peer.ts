import { randomBytes } from 'node:crypto'
import { SignJWT, type CryptoKey, type JWK } from 'jose'
import { Agent, Dispatcher } from 'undici'
import type { PeerConfig } from '../../../care-record/catalogue.ts'
import type { Cause, Outcome, PeerLine } from '../../../care-record/item.ts'
import { limits } from '../../../care-record/limits.ts'
import {
  exchangesNamed,
  PEER_BUDGET_HEADER,
  PEER_KEYS_PATH,
  PEER_RECORD_PATH,
  PEER_TOKEN_SECONDS,
  PEER_TOKEN_TYPE,
  type PeerClaims,
  type PeerSubject,
} from '../../../care-record/peer.ts'
import type { Pass, Person } from '../../../care-record/person.ts'
import type { Group } from '../../../care-record/section.ts'
import { linesOf, readLine } from './read-lines.ts'

export interface PeerAskContext {
  readonly peer: PeerConfig
  readonly person: Person
  readonly pass: Pass
  readonly groups: readonly Group[]
  /** One source again, in one group. */
  readonly only?: { readonly sourceId: string; readonly group: Group }
  readonly transaction: string
  readonly attempt: string
  /** Milliseconds the asker will wait. */
  readonly budgetMs: number
  readonly signal: AbortSignal
}
export type PeerAsk = (context: PeerAskContext) => AsyncIterable<PeerLine>

export interface PeerAskPorts {
  /** Connections to one peer, see `createPeerDispatchers`. */
  readonly dispatcher: (exchange: string) => Dispatcher
  /** ES256 private key; its public half is served at `PEER_KEYS_PATH`. */
  readonly tokenKey: CryptoKey
  readonly tokenKeyId?: string
  /** SHA-256 of our client certificate, base64url. */
  readonly certThumbprint: string
  /** This exchange. */
  readonly exchange: string
  readonly now: () => Date
}

const fault = (outcome: Outcome, cause: Cause): PeerLine => ({ protocol: 1, type: 'fault', outcome, cause })

/** What a status of the peer means for everything it would have answered. */
function faultOfStatus(status: number): PeerLine {
  if (status === 401 || status === 403) return fault('refused', 'source-refused')
  if (status === 504) return fault('late', 'timed-out')
  return fault('unavailable', 'server-error')
}

const faultOfError = (budget: AbortSignal): PeerLine =>
  budget.aborted ? fault('late', 'timed-out') : fault('unavailable', 'connection-failed')

/**
 * Asks another exchange for one person on behalf of one professional, and yields its lines as they come.
 *
 * @returns lines in the peer's order, the last of them `end` or `fault`. Never throws: no connection, a cut or unreadable
 *   stream, a refusal and a spent budget each end in a `fault` line. A stream without its `end` is a broken one.
 */
export function createPeerAsk(ports: PeerAskPorts): PeerAsk {
  return async function* ask(context) {
    const budget = AbortSignal.timeout(context.budgetMs)
    const stop = new AbortController()
    const signal = AbortSignal.any([context.signal, budget, stop.signal])
    try {
      const answer = await ports.dispatcher(context.peer.exchange).request({
        origin: new URL(context.peer.baseUrl).origin,
        path: PEER_RECORD_PATH,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/x-ndjson',
          authorization: `Bearer ${await signToken(ports, context)}`,
          // The peer stops a little before we do, so that what it has by then still arrives.
          [PEER_BUDGET_HEADER]: String(Math.max(1, Math.floor(context.budgetMs - limits.peerMarginMs))),
        },
        body: JSON.stringify(subjectOf(context)),
        signal,
      })
      if (answer.statusCode !== 200) {
        await answer.body.dump({ limit: 16_384 })
        return yield faultOfStatus(answer.statusCode)
      }
      for await (const bytes of linesOf(answer.body)) {
        if (bytes === undefined) return yield fault('unavailable', 'too-large')
        const line = readLine(bytes, context.peer.exchange)
        if (!line.ok) return yield fault('unavailable', 'unreadable')
        yield line.value
        if (line.value.type === 'end' || line.value.type === 'fault') return undefined
      }
      return yield faultOfError(budget)
    } catch {
      return yield context.signal.aborted ? fault('late', 'cancelled') : faultOfError(budget)
    } finally {
      stop.abort()
    }
  }
}

/** About whom a peer is asked: no more than it needs to check that it knows the same person. */
export function subjectOf({ person, groups, only }: Pick<PeerAskContext, 'person' | 'groups' | 'only'>): PeerSubject {
  return {
    nhsNumber: person.nhsNumber,
    name: person.name,
    otherNames: person.otherNames,
    birthDate: person.birthDate,
    gender: person.gender,
    groups,
    ...(only ? { only } : {}),
  }
}

/** Who asks, for whom, why: a token for one request to one peer. */
export function signToken(
  ports: Omit<PeerAskPorts, 'dispatcher'>,
  { peer, pass, transaction, attempt }: Pick<PeerAskContext, 'peer' | 'pass' | 'transaction' | 'attempt'>,
): Promise<string> {
  const { viewer } = pass
  const claims: PeerClaims = {
    user: { sdsUserId: viewer.sdsUserId, name: viewer.name },
    role: { sdsRoleProfileId: viewer.sdsRoleProfileId, roleCode: viewer.roleCode, roleName: viewer.roleName },
    organisation: { odsCode: viewer.odsCode, name: viewer.organisationName },
    assurance: viewer.assurance,
    purpose: pass.purpose,
    transaction,
    attempt,
    relationship: pass.relationship,
    ...(pass.keptApart === undefined ? {} : { keptApart: pass.keptApart }),
  }
  const issued = Math.floor(ports.now().getTime() / 1000)
  return new SignJWT({ ...claims, cnf: { 'x5t#S256': ports.certThumbprint } })
    .setProtectedHeader({ alg: 'ES256', typ: PEER_TOKEN_TYPE, ...(ports.tokenKeyId === undefined ? {} : { kid: ports.tokenKeyId }) })
    .setIssuer(ports.exchange)
    .setAudience(peer.exchange)
    .setIssuedAt(issued)
    .setExpirationTime(issued + PEER_TOKEN_SECONDS)
    .setJti(randomBytes(24).toString('base64url'))
    .sign(ports.tokenKey)
}

/**
 * Pooled mutual-TLS connections, one pool a peer. A server whose certificate does not name that very exchange, or is cut off, is
 * refused before a byte is sent, whatever its address; what is open to one that is cut off meanwhile ends with the next request.
 *
 * @param tls PEM texts of our certificate and key, and of the authority that signs exchanges.
 * @param isCutOff whether a certificate (DER) is cut off now.
 */
export function createPeerDispatchers(
  tls: { readonly cert: string; readonly key: string; readonly ca: string },
  isCutOff: (certificate: Buffer) => boolean = () => false,
): {
  readonly dispatcher: (exchange: string) => Dispatcher
  readonly close: () => Promise<void>
} {
  const ways = new Map<string, PeerWay>()
  return {
    dispatcher(exchange) {
      const way = ways.get(exchange) ?? new PeerWay(exchange, tls, isCutOff)
      ways.set(exchange, way)
      return way
    },
    close: async () => void (await Promise.all([...ways.values()].map(way => way.close()))),
  }
}

/** Connections to one peer, made anew when a certificate that it showed is cut off. */
class PeerWay extends Dispatcher {
  readonly #connect: () => Agent
  readonly #isCutOff: (certificate: Buffer) => boolean
  #agent: Agent
  #shown = new Map<string, Buffer>()

  constructor(exchange: string, tls: object, isCutOff: (certificate: Buffer) => boolean) {
    super()
    this.#isCutOff = isCutOff
    this.#connect = () => {
      const shown = (this.#shown = new Map<string, Buffer>())
      return new Agent({
        connections: 64,
        pipelining: 1,
        headersTimeout: 10_000,
        bodyTimeout: 10_000,
        connect: {
          ...tls,
          minVersion: 'TLSv1.3',
          timeout: 2_000,
          // Not asked when a session is resumed: of each pool once for each certificate, and kept as long.
          checkServerIdentity: (_host, certificate) => {
            const named = exchangesNamed(certificate.subjectaltname)
            if (named.length !== 1 || named[0] !== exchange) return new Error('not the exchange that was asked')
            if (isCutOff(certificate.raw)) return new Error('a certificate that is cut off')
            shown.set(certificate.fingerprint256, certificate.raw)
            return undefined
          },
        },
      })
    }
    this.#agent = this.#connect()
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if ([...this.#shown.values()].some(this.#isCutOff)) {
      const gone = this.#agent
      this.#agent = this.#connect()
      void gone.destroy()
    }
    return this.#agent.dispatch(options, handler)
  }

  override close(): Promise<void> {
    return this.#agent.close()
  }
}

/** Milliseconds for which a peer's keys are taken as fetched; an unknown key at a peer that changed it waits this long at most. */
const KEYS_MS = 60_000

/**
 * Public token keys of a peer, fetched over the mutual TLS that proves whose they are. Single flight; those held stand for
 * `KEYS_MS`, and longer while the peer cannot be asked.
 *
 * @param baseUrl of a peer by exchange name; `undefined` = not connected.
 * @returns an empty list when they were never fetched and cannot be.
 */
export function createPeerKeys(ports: {
  readonly dispatcher: (exchange: string) => Dispatcher
  readonly baseUrl: (exchange: string) => string | undefined
  readonly now: () => Date
}): (exchange: string) => Promise<readonly JWK[]> {
  const held = new Map<string, { keys: readonly JWK[]; at: number }>()
  const flying = new Map<string, Promise<readonly JWK[]>>()
  const fetchKeys = async (exchange: string): Promise<readonly JWK[]> => {
    const baseUrl = ports.baseUrl(exchange)
    if (baseUrl === undefined) return []
    try {
      const answer = await ports.dispatcher(exchange).request({
        origin: new URL(baseUrl).origin,
        path: PEER_KEYS_PATH,
        method: 'GET',
        signal: AbortSignal.timeout(2_000),
      })
      const bytes = await answer.body.bytes()
      const parsed: unknown =
        answer.statusCode === 200 && bytes.byteLength < 16_384 ? JSON.parse(Buffer.from(bytes).toString('utf8')) : undefined
      const keys = keysOf(parsed)
      if (keys.length > 0) held.set(exchange, { keys, at: ports.now().getTime() })
    } catch {
      // Those held stand.
    }
    return held.get(exchange)?.keys ?? []
  }
  return exchange => {
    const known = held.get(exchange)
    if (known && ports.now().getTime() - known.at < KEYS_MS) return Promise.resolve(known.keys)
    let flight = flying.get(exchange)
    if (!flight) {
      flight = fetchKeys(exchange).finally(() => flying.delete(exchange))
      flying.set(exchange, flight)
    }
    return flight
  }
}

/** P-256 public keys of a key set; whatever else it has is left out. */
function keysOf(parsed: unknown): readonly JWK[] {
  const keys: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'keys') : undefined
  if (!Array.isArray(keys)) return []
  return keys.slice(0, 8).flatMap((key: unknown) => {
    if (typeof key !== 'object' || key === null) return []
    const { kty, crv, x, y } = key as Record<string, unknown>
    return kty === 'EC' && crv === 'P-256' && typeof x === 'string' && typeof y === 'string' ? [{ kty, crv, x, y }] : []
  })
}
