import type { JWK } from 'jose'
import * as oidc from 'openid-client'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { fail, ok, type Result } from '../../care-record/result.ts'
import type { Role } from './store.ts'

export interface SignInSettings {
  readonly issuer: string
  readonly clientId: string
  /** Private JWK for `private_key_jwt` (ES384 in production). */
  readonly clientKey: JWK
  readonly publicUrl: string
  readonly scope?: string
  readonly acrValues?: string
}

/** Who came back from the identity provider. */
export interface Identity {
  readonly sdsUserId: string
  readonly name: string
  readonly assurance: string
  readonly roles: readonly Role[]
}

export interface SignIn {
  /** Where the browser goes. Fault `unavailable` when the identity provider does not answer. */
  readonly begin: (
    again: boolean,
  ) => Promise<Result<{ readonly url: string; readonly state: string; readonly nonce: string; readonly verifier: string }>>
  /** Fault `unauthenticated` for whatever is not right with what came back. `since`: the sign-in must be newer than this. */
  readonly finish: (
    returned: URL,
    checks: { readonly state: string; readonly nonce: string; readonly verifier: string; readonly since?: Date },
  ) => Promise<Result<Identity>>
}

export const SIGN_IN_RETURN = '/sign-in/return'
const SCOPE = 'openid profile nhsperson nationalrbacaccess selectedrole'
/** Seconds of difference between the clocks of the two ends that is forgiven. */
const SKEW_SECONDS = 30

const UserInfo = Compile(
  Type.Object({
    nhsid_useruid: Type.String({ pattern: '^[0-9]{12}$' }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    nhsid_nrbac_roles: Type.Optional(
      Type.Array(
        Type.Object({
          person_roleid: Type.String({ minLength: 1, maxLength: 40 }),
          org_code: Type.String({ pattern: '^[A-Za-z0-9]{3,12}$' }),
          role_code: Type.String({ pattern: '^S[0-9]{4}:G[0-9]{4}:R[0-9]{4}$' }),
          role_name: Type.String({ maxLength: 300 }),
          org_name: Type.Optional(Type.String({ maxLength: 200 })),
        }),
        { maxItems: 200 },
      ),
    ),
    nhsid_user_orgs: Type.Optional(
      Type.Array(Type.Object({ org_code: Type.String(), org_name: Type.Optional(Type.String({ maxLength: 200 })) }), { maxItems: 200 }),
    ),
  }),
)

/** `"Clinical":"Clinical Provision":"Health Professional"` -> `Health Professional` */
const jobTitle = (roleName: string): string => roleName.split(':').at(-1)?.replaceAll('"', '').trim() ?? ''

/** Reads the user information of CIS2. Fault `unauthenticated` when it does not say who and as what. */
export function readUserInfo(
  userInfo: unknown,
  claims: Readonly<Record<string, unknown>>,
  organisationName: (ods: string) => string,
): Result<Identity> {
  if (!UserInfo.Check(userInfo)) return fail('unauthenticated', 'The sign-in service did not say who you are.')
  const level = claims['authentication_assurance_level']
  const identity = claims['id_assurance_level']
  const named = new Map((userInfo.nhsid_user_orgs ?? []).map(o => [o.org_code, o.org_name]))
  return ok({
    sdsUserId: userInfo.nhsid_useruid,
    name: userInfo.name,
    assurance: [typeof identity === 'string' ? `IAL${identity}` : '', typeof level === 'string' ? `AAL${level}` : '']
      .filter(Boolean)
      .join(' '),
    roles: (userInfo.nhsid_nrbac_roles ?? []).map(r => ({
      sdsRoleProfileId: r.person_roleid,
      roleCode: r.role_code,
      roleName: jobTitle(r.role_name),
      odsCode: r.org_code.toUpperCase(),
      organisationName: r.org_name ?? named.get(r.org_code) ?? organisationName(r.org_code.toUpperCase()),
    })),
  })
}

const algorithmOf = (key: JWK): string =>
  key.alg ?? ({ 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' } as Record<string, string>)[key.crv ?? ''] ?? 'RS512'

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const how =
    jwk.kty === 'EC'
      ? { name: 'ECDSA', namedCurve: jwk.crv ?? '' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: `SHA-${algorithmOf(jwk).slice(-3)}` }
  const { alg: _alg, key_ops: _ops, ...bare } = jwk
  return crypto.subtle.importKey('jwk', bare, how, false, ['sign'])
}

/**
 * Authorization code flow with PKCE, state and nonce, `private_key_jwt` (NHS CIS2). The provider is discovered when first
 * needed and again after a failure: a provider that is away stops sign-in only.
 *
 * @param organisationName for a role whose organisation the provider does not name.
 */
export function createSignIn(settings: SignInSettings, organisationName: (ods: string) => string): SignIn {
  let discovered: Promise<oidc.Configuration> | undefined
  const discover = async (): Promise<oidc.Configuration> => {
    const key = {
      key: await importKey(settings.clientKey),
      ...(settings.clientKey.kid === undefined ? {} : { kid: settings.clientKey.kid }),
    }
    const insecure = new URL(settings.issuer).protocol === 'http:' && ['localhost', '127.0.0.1'].includes(new URL(settings.issuer).hostname)
    return oidc.discovery(
      new URL(settings.issuer),
      settings.clientId,
      { token_endpoint_auth_method: 'private_key_jwt', [oidc.clockTolerance]: SKEW_SECONDS },
      oidc.PrivateKeyJwt(key),
      { timeout: 5, ...(insecure ? { execute: [oidc.allowInsecureRequests] } : {}) },
    )
  }
  const configuration = (): Promise<oidc.Configuration> => {
    discovered ??= discover().catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return discovered
  }
  const away = (cause: unknown) => fail('unavailable', 'The sign-in service cannot be reached. Try again shortly.', cause)
  return {
    async begin(again) {
      try {
        const state = oidc.randomState()
        const nonce = oidc.randomNonce()
        const verifier = oidc.randomPKCECodeVerifier()
        const url = oidc.buildAuthorizationUrl(await configuration(), {
          redirect_uri: new URL(SIGN_IN_RETURN, settings.publicUrl).href,
          scope: settings.scope ?? SCOPE,
          state,
          nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...(settings.acrValues === undefined ? {} : { acr_values: settings.acrValues }),
          ...(again ? { prompt: 'login', max_age: '0' } : {}),
        })
        return ok({ url: url.href, state, nonce, verifier })
      } catch (cause) {
        return away(cause)
      }
    },
    async finish(returned, checks) {
      let config: oidc.Configuration
      try {
        config = await configuration()
      } catch (cause) {
        return away(cause)
      }
      try {
        const tokens = await oidc.authorizationCodeGrant(config, returned, {
          expectedState: checks.state,
          expectedNonce: checks.nonce,
          pkceCodeVerifier: checks.verifier,
          idTokenExpected: true,
          ...(checks.since ? { maxAge: 60 * 60 } : {}),
        })
        const claims = tokens.claims()
        if (!claims) return fail('unauthenticated', 'The sign-in service did not say who you are.')
        if (checks.since && (claims.auth_time ?? 0) + SKEW_SECONDS < checks.since.getTime() / 1000)
          return fail('unauthenticated', 'Sign in again to unlock.')
        const userInfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
        return readUserInfo(userInfo, claims, organisationName)
      } catch (cause) {
        return fail('unauthenticated', 'Sign-in did not succeed. Try again.', cause)
      }
    },
  }
}
