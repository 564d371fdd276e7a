import { randomUUID } from 'node:crypto'
import { SignJWT, type CryptoKey } from 'jose'
import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import { fail, ok, type Fault, type Result } from '../../../care-record/result.ts'
import { readJson, stopped, type Failed } from './http-read.ts'
import { textOf } from './json.ts'

/** What a token is asked for. */
export type TokenClient = Pick<SourceConfig, 'id' | 'tokenUrl' | 'clientId'> & { readonly scope?: string }

export interface TokenSource {
  /** A bearer token for this source; `undefined` when it wants none (no token URL). Never rejects. */
  readonly token: (client: TokenClient, signal: AbortSignal) => Promise<Result<string | undefined>>
}

/** A token is renewed this long before it ends, so that none ends on the way. */
const MARGIN_MS = 30_000
/** Client assertions live at most 5 minutes (SMART backend services). */
const ASSERTION_SECONDS = 240
/** One fetch serves everyone who waits, so no single view's patience may end it. */
const FETCH_MS = 4_000
const TOKEN_BYTES = 64 * 1024
const LATE = 'The token service did not answer in time.'

/**
 * Client credentials with private_key_jwt, ES384 (SMART backend services). One token a source, kept until near its
 * end, fetched once however many wait for it.
 */
export function createTokenSource(ports: {
  readonly dispatcher: Dispatcher
  readonly privateKey: CryptoKey
  readonly keyId: string
  readonly now: () => Date
  /** How long one fetch may take, in milliseconds. */
  readonly fetchMs?: number
}): TokenSource {
  const kept = new Map<string, { readonly token: string; readonly untilMs: number }>()
  const fetching = new Map<string, Promise<Result<string>>>()

  async function fetchToken(tokenUrl: string, clientId: string, scope: string, cacheKey: string): Promise<Result<string>> {
    const nowMs = ports.now().getTime()
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES384', kid: ports.keyId, typ: 'JWT' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(tokenUrl)
      .setJti(randomUUID())
      .setIssuedAt(Math.floor(nowMs / 1000))
      .setExpirationTime(Math.floor(nowMs / 1000) + ASSERTION_SECONDS)
      .sign(ports.privateKey)
    const answer = await readJson({
      dispatcher: ports.dispatcher,
      url: tokenUrl,
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
      signal: AbortSignal.timeout(ports.fetchMs ?? FETCH_MS),
      budget: { left: TOKEN_BYTES },
    })
    if (!answer.ok) {
      if (answer.status === 400 || answer.outcome === 'refused') return fail('forbidden', 'The source gave us no token.')
      return answer.cause === 'timed-out' ? fail('timeout', LATE) : fail('unavailable', 'The token service did not answer.')
    }
    const token = textOf(answer.body['access_token'])
    if (token === undefined || !/^[\x21-\x7e]+$/.test(token))
      return fail('unavailable', 'The token service sent something that could not be read.')
    const seconds = Number(answer.body['expires_in'])
    if (seconds > 0) kept.set(cacheKey, { token, untilMs: nowMs + seconds * 1000 - MARGIN_MS })
    return ok(token)
  }

  return {
    async token(client, signal) {
      const { tokenUrl, clientId } = client
      if (tokenUrl === undefined || clientId === undefined) return ok(undefined)
      const scope = client.scope ?? 'system/*.rs'
      const cacheKey = JSON.stringify([client.id, tokenUrl, clientId, scope])
      const held = kept.get(cacheKey)
      if (held && held.untilMs > ports.now().getTime()) return ok(held.token)
      let wait = fetching.get(cacheKey)
      if (!wait) {
        wait = fetchToken(tokenUrl, clientId, scope, cacheKey)
          .catch((cause: unknown) => fail('internal', 'No token could be asked for.', cause))
          .finally(() => fetching.delete(cacheKey))
        fetching.set(cacheKey, wait)
      }
      if (signal.aborted) return fail('timeout', LATE)
      let heard: (() => void) | undefined
      const aborted = new Promise<Result<string>>(resolve => {
        heard = () => resolve(fail('timeout', LATE))
        signal.addEventListener('abort', heard, { once: true })
      })
      try {
        return await Promise.race([wait, aborted])
      } finally {
        if (heard) signal.removeEventListener('abort', heard)
      }
    },
  }
}

/**
 * What a source that gave no token has said: `refused`, `late` by the deadline or because nobody waits, or that it could
 * not be reached. Its own silence reads `timed-out`, whether our patience with it or the view's ended first.
 */
export function withoutToken({ kind }: Fault, signal: AbortSignal): Failed {
  if (signal.aborted) return stopped(signal)
  if (kind === 'forbidden') return { ok: false, outcome: 'refused', cause: 'source-refused' }
  if (kind === 'timeout') return { ok: false, outcome: 'late', cause: 'timed-out' }
  return { ok: false, outcome: 'unavailable', cause: 'connection-failed' }
}
