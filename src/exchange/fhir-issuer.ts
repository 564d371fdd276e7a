import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'

/** The issuer is asked what it says of itself this often at most, milliseconds. */
const DISCOVERY_MS = 10 * 60_000
const TIMEOUT_MS = 3_000

export interface FhirIssuer {
  /** Public keys of its access tokens. Rejects with a timeout of JOSE's when they cannot be had. */
  readonly keys: JWTVerifyGetKey
  /** Its discovery document (OpenID Connect Discovery 1.0); `undefined` when it cannot be asked now. */
  readonly discovered: () => Promise<Readonly<Record<string, unknown>> | undefined>
}

/** @param issuer as set (`LCR_OIDC_ISSUER`): a document that names another is not taken. @param now wall clock. */
export function createFhirIssuer(issuer: string, now: () => Date): FhirIssuer {
  let known: { readonly at: number; readonly document: Readonly<Record<string, unknown>> } | undefined
  let keys: { readonly uri: string; readonly of: JWTVerifyGetKey } | undefined

  async function discovered(): Promise<Readonly<Record<string, unknown>> | undefined> {
    if (known !== undefined && now().getTime() - known.at < DISCOVERY_MS) return known.document
    try {
      const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
      })
      const document: unknown = answer.ok ? await answer.json() : undefined
      if (typeof document !== 'object' || document === null || Reflect.get(document, 'issuer') !== issuer) return known?.document
      known = { at: now().getTime(), document: document as Readonly<Record<string, unknown>> }
      return known.document
    } catch {
      return known?.document
    }
  }

  return {
    discovered,
    async keys(header, token) {
      const uri = (await discovered())?.['jwks_uri']
      if (typeof uri !== 'string') throw new errors.JWKSTimeout('the issuer cannot be asked')
      if (keys?.uri !== uri) keys = { uri, of: createRemoteJWKSet(new URL(uri), { timeoutDuration: TIMEOUT_MS, cooldownDuration: 5_000 }) }
      return keys.of(header, token)
    },
  }
}
