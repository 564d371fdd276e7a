import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose'
import type { Handler } from './serve.ts'

export const now = new Date('2026-11-21T12:17:00Z')
const pair = await generateKeyPair('ES256')
export const clients: Readonly<Record<string, JSONWebKeySet>> = {
  'lcr-test': { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' }] },
}

interface Assertion {
  readonly clientId?: string
  readonly audience?: string
  readonly seconds?: number
  readonly jti?: string
  readonly key?: typeof pair.privateKey
}
/** Posts a signed assertion to a system's token endpoint; every part of it can be made wrong. */
export async function askToken(handle: Handler, origin: string, over: Assertion = {}): Promise<Response> {
  const clientId = over.clientId ?? 'lcr-test'
  const issued = Math.floor(now.getTime() / 1000)
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(over.audience ?? `${origin}/oauth2/token`)
    .setIssuedAt(issued)
    .setExpirationTime(issued + (over.seconds ?? 240))
    .setJti(over.jti ?? randomUUID())
    .sign(over.key ?? pair.privateKey)
  return handle(
    new Request(`${origin}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    }),
  )
}

export async function tokenFrom(handle: Handler, origin: string): Promise<string> {
  const answer = (await (await askToken(handle, origin)).json()) as { access_token: string }
  return answer.access_token
}

export interface Bundle {
  readonly resourceType: string
  readonly type?: string
  readonly total?: number
  readonly link?: readonly { readonly relation: string; readonly url: string }[]
  readonly entry?: readonly {
    readonly fullUrl?: string
    readonly resource: Resource
    readonly search?: { readonly mode?: string; readonly score?: number }
  }[]
  readonly issue?: readonly {
    readonly severity: string
    readonly details?: { readonly text?: string; readonly coding?: readonly { readonly code: string }[] }
  }[]
}
export interface Resource extends Record<string, unknown> {
  readonly resourceType: string
  readonly id: string
}
