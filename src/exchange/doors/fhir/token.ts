import { createHash } from 'node:crypto'
import { decodeProtectedHeader, errors, importJWK, jwtVerify, type JWK, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { FhirClient } from './clients.ts'

/** An access token lives this long at most, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60
/** A signed user assertion lives this long at most, in seconds, and is used once. */
export const ASSERTION_SECONDS = 60
export const ASSERTION_HEADER = 'lcr-user-assertion'
export const ASSERTION_TYPE = 'lcr-user+jwt'
/** How an organisation is named in `subject_organization_id`. */
const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code|'
const ROLE_SYSTEM = 'https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode'
const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
/** v3-ActReason codes that are direct care here; any other, or none, is refused. `BTG` is a claim, which needs a page. */
const DIRECT_CARE: ReadonlySet<string> = new Set(['TREAT', 'ETREAT', 'COC', 'CAREMGT'])
const ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'RS384', 'RS512']
/** Clocks may be this far apart, in seconds. */
const TOLERANCE = 5

const short = (maxLength = 200) => Type.String({ minLength: 1, maxLength })
const concept = (system: string) => Type.Object({ system: Type.Literal(system), code: short(60), display: Type.Optional(short(300)) })
/** IHE IUA 3.71.4.2.2.1, with the national user and role profile beside it. */
const Extensions = Type.Object({
  ihe_iua: Type.Object({
    subject_name: short(),
    subject_organization: short(),
    subject_organization_id: Type.String({ pattern: '^https://fhir\\.nhs\\.uk/Id/ods-organization-code\\|[A-Z0-9]{3,12}$' }),
    subject_role: Type.Array(concept(ROLE_SYSTEM), { minItems: 1, maxItems: 1 }),
    purpose_of_use: Type.Array(concept(ACT_REASON), { minItems: 1, maxItems: 1 }),
  }),
  nhs_sds: Type.Object({
    user_id: Type.String({ pattern: '^[0-9]{1,20}$' }),
    role_profile_id: short(40),
  }),
})
const times = { jti: Type.String({ pattern: '^[A-Za-z0-9_.-]{8,200}$' }), iat: Type.Integer(), exp: Type.Integer() }
const Access = Compile(
  Type.Object({
    ...times,
    sub: short(),
    client_id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    scope: Type.String({ maxLength: 4_000 }),
    acr: Type.Optional(short(40)),
    extensions: Type.Optional(Type.Unknown()),
  }),
)
const Asserted = Compile(Type.Object({ ...times, ath: Type.String(), acr: Type.Optional(short(40)), extensions: Type.Unknown() }))
const Named = Compile(Extensions)

/** Who asks, as a token or an assertion names them. */
export interface NamedUser {
  readonly sdsUserId: string
  readonly name: string
  readonly sdsRoleProfileId: string
  /** `S8000:G8000:R8000` */
  readonly roleCode: string
  readonly roleName: string
  readonly odsCode: string
  readonly organisationName: string
  readonly assurance: string
  /** v3-ActReason. */
  readonly purposeOfUse: string
}
export interface AccessToken {
  readonly clientId: string
  readonly scope: string
  readonly user?: NamedUser
}

const refused = (detail: string, cause?: unknown) => fail('unauthenticated', detail, cause)

/** SHA-256 of an access token, base64url: what an assertion is bound to. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** The one bearer token of a request. */
export const bearerOf = (header: unknown): string | undefined =>
  typeof header === 'string' ? /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1] : undefined

/**
 * Checks an access token (RFC 9068): of our issuer, for this very door, signed, at most 15 minutes long. Without IUA claims it
 * is a client's own; with any they must be whole. Fault `unauthenticated`.
 */
export async function checkAccessToken(
  token: string,
  checks: { readonly issuer: string; readonly audience: string; readonly keys: JWTVerifyGetKey; readonly now: Date },
): Promise<Result<AccessToken>> {
  if (token.length > 16_384) return refused('The token is too long.')
  let payload: JWTPayload
  try {
    const verified = await jwtVerify(token, checks.keys, {
      algorithms: ALGORITHMS,
      typ: 'at+jwt',
      issuer: checks.issuer,
      audience: checks.audience,
      currentDate: checks.now,
      clockTolerance: TOLERANCE,
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    })
    payload = verified.payload
  } catch (cause) {
    // The keys cannot be had: nothing is wrong with the token.
    if (!(cause instanceof errors.JOSEError) || cause instanceof errors.JWKSTimeout || cause.code === 'ERR_JOSE_GENERIC')
      return fail('unavailable', 'Tokens cannot be checked now. Try again shortly.', cause)
    return refused('The token is not valid.', cause)
  }
  if (!Access.Check(payload)) return refused('The token does not say which client asks for what.')
  if (!livesAtMost(payload, ACCESS_TOKEN_SECONDS, checks.now)) return refused('The token lives too long.')
  const { client_id: clientId, scope, sub, acr, extensions } = payload
  if (extensions === undefined) return ok({ clientId, scope })
  const user = userOf(extensions, acr)
  if (user === undefined) return refused('The token does not say who asks, in which role, where and why.')
  return user.sdsUserId === sub ? ok({ clientId, scope, user }) : refused('The token names two users.')
}

/**
 * Checks who a client says it asks for: signed with a registered key of that client, for this door and this very access token,
 * at most 60 s long and old. That it was not used before is checked by the caller, by `tokenId`. Fault `unauthenticated`.
 */
export async function checkUserAssertion(
  assertion: string,
  checks: { readonly client: FhirClient; readonly audience: string; readonly accessToken: string; readonly now: Date },
): Promise<Result<{ readonly user: NamedUser; readonly tokenId: string; readonly expires: Date }>> {
  if (assertion.length > 16_384) return refused('The user assertion is too long.')
  const jwk = keyOf(assertion, checks.client.keys)
  if (jwk === undefined) return refused('The user assertion is not signed by a key of this client.')
  let payload: JWTPayload
  try {
    const verified = await jwtVerify(assertion, await importJWK(jwk), {
      algorithms: [jwk.alg ?? ''],
      typ: ASSERTION_TYPE,
      issuer: checks.client.clientId,
      audience: checks.audience,
      currentDate: checks.now,
      maxTokenAge: ASSERTION_SECONDS,
      clockTolerance: TOLERANCE,
    })
    payload = verified.payload
  } catch (cause) {
    return refused('The user assertion is not valid.', cause)
  }
  if (!Asserted.Check(payload)) return refused('The user assertion does not say who asks.')
  if (!livesAtMost(payload, ASSERTION_SECONDS, checks.now)) return refused('The user assertion lives too long.')
  if (payload.ath !== hashOfToken(checks.accessToken)) return refused('The user assertion belongs to another token.')
  const user = userOf(payload.extensions, payload.acr)
  if (user === undefined) return refused('The user assertion does not say who asks, in which role, where and why.')
  return ok({ user, tokenId: payload.jti, expires: new Date(payload.exp * 1000) })
}

export const isDirectCare = (purposeOfUse: string): boolean => DIRECT_CARE.has(purposeOfUse)

const livesAtMost = ({ iat, exp }: { iat: number; exp: number }, seconds: number, now: Date): boolean =>
  exp > iat && exp - iat <= seconds && iat <= now.getTime() / 1000 + TOLERANCE

function keyOf(token: string, keys: readonly JWK[]): JWK | undefined {
  try {
    const { kid, alg } = decodeProtectedHeader(token)
    return keys.find(key => key.kid === kid && key.alg === alg)
  } catch {
    return undefined
  }
}

function userOf(extensions: unknown, acr: string | undefined): NamedUser | undefined {
  if (!Named.Check(extensions)) return undefined
  const { ihe_iua: said, nhs_sds: sds }: Static<typeof Extensions> = extensions
  const [role] = said.subject_role
  const [purpose] = said.purpose_of_use
  if (role === undefined || purpose === undefined || !/^S[0-9]{4}:G[0-9]{4}:R[0-9]{4}$/.test(role.code)) return undefined
  return {
    sdsUserId: sds.user_id,
    name: said.subject_name,
    sdsRoleProfileId: sds.role_profile_id,
    roleCode: role.code,
    roleName: role.display ?? role.code,
    odsCode: said.subject_organization_id.slice(ODS.length),
    organisationName: said.subject_organization,
    assurance: acr ?? 'not stated',
    purposeOfUse: purpose.code,
  }
}
