import { randomUUID } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose'

/** Client credentials with a signed assertion, as SMART backend services and the national APIs ask (RFC 7523). */
export interface Tokens {
  /** Answers `POST` of the token form. */
  readonly grant: (request: Request) => Promise<Response>
  /** Whether a request carries a live token of ours. */
  readonly accepts: (request: Request) => boolean
}

const TOKEN_SECONDS = 300
const ASSERTION_MAX_SECONDS = 300
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const refuse = (status: number, error: string): Response => Response.json({ error }, { status, headers: { 'cache-control': 'no-store' } })

/**
 * @param clients public keys of each client id; an unlisted client gets nothing.
 * @param audience what an assertion must be meant for; left out, the address it was posted to.
 */
export function createTokens({
  clients,
  now,
  audience,
}: {
  readonly clients: Readonly<Record<string, JSONWebKeySet>>
  readonly now: () => Date
  readonly audience?: string
}): Tokens {
  const live = new Map<string, number>()
  const seen = new Map<string, number>()
  const forget = (map: Map<string, number>, at: number): void => {
    for (const [key, until] of map) if (until < at) map.delete(key)
  }
  return {
    grant: async request => {
      const form = new URLSearchParams(await request.text())
      if (form.get('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type')
      const assertion = form.get('client_assertion')
      if (form.get('client_assertion_type') !== ASSERTION_TYPE || !assertion) return refuse(400, 'invalid_request')
      const at = now()
      try {
        const clientId = decodeJwt(assertion).iss ?? ''
        const keys = Object.hasOwn(clients, clientId) ? clients[clientId] : undefined
        if (!keys) return refuse(401, 'invalid_client')
        const { origin, pathname } = new URL(request.url)
        const { payload } = await jwtVerify(assertion, createLocalJWKSet(keys), {
          algorithms: ['ES256', 'ES384', 'RS384', 'RS512', 'PS256'],
          issuer: clientId,
          subject: clientId,
          audience: audience ?? `${origin}${pathname}`,
          currentDate: at,
          requiredClaims: ['exp', 'jti'],
        })
        const nowSeconds = at.getTime() / 1000
        const replayKey = `${clientId} ${payload.jti}`
        forget(seen, nowSeconds)
        if ((payload.exp ?? 0) - nowSeconds > ASSERTION_MAX_SECONDS || seen.has(replayKey)) return refuse(401, 'invalid_client')
        seen.set(replayKey, payload.exp ?? 0)
        forget(live, nowSeconds)
        const token = randomUUID()
        live.set(token, nowSeconds + TOKEN_SECONDS)
        return Response.json(
          { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS, scope: form.get('scope') ?? 'system/*.rs' },
          { headers: { 'cache-control': 'no-store' } },
        )
      } catch {
        return refuse(401, 'invalid_client')
      }
    },
    accepts: request => {
      const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? []
      return (live.get(token) ?? 0) > now().getTime() / 1000
    },
  }
}
