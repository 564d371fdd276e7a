import { randomBytes } from 'node:crypto'
import { errors, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { fail, ok, type Result } from '../../care-record/result.ts'

/** `typ` of the token that takes a user and a person from one product to another. */
export const CONTEXT_TOKEN_TYPE = 'lcr-context+jwt'
/** It lives this long at most, in seconds, and is used once. */
export const CONTEXT_TOKEN_SECONDS = 60

const short = (maxLength = 200) => Type.String({ minLength: 1, maxLength })
const claims = Type.Object({
  user: Type.Object({ sdsUserId: Type.String({ pattern: '^[0-9]{1,20}$' }), name: short() }),
  role: Type.Object({ roleCode: Type.String({ pattern: '^S[0-9]{4}:G[0-9]{4}:R[0-9]{4}$' }), roleName: short(300) }),
  organisation: Type.Object({ odsCode: Type.String({ pattern: '^[A-Z0-9]{3,12}$' }), name: short() }),
  person: Type.Object({
    nhsNumber: Type.String({ pattern: '^[0-9]{10}$' }),
    birthDate: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
  }),
  purpose: Type.Literal('direct-care'),
  transaction: Type.String({ pattern: '^[A-Za-z0-9._-]{8,100}$' }),
})
/** Who wishes to see whose record, and why: nothing of what is in it, and no proof of a relationship. */
export type Context = Static<typeof claims>
const Claims = Compile(
  Type.Intersect([
    claims,
    Type.Object({ jti: Type.String({ pattern: '^[A-Za-z0-9_-]{16,100}$' }), iat: Type.Integer(), exp: Type.Integer() }),
  ]),
)

/** A token for one click: ES256, to one audience. */
export function signContext(
  context: Context,
  by: { readonly key: CryptoKey; readonly keyId: string; readonly issuer: string; readonly audience: string; readonly now: Date },
): Promise<string> {
  const issued = Math.floor(by.now.getTime() / 1000)
  return new SignJWT({ ...context })
    .setProtectedHeader({ alg: 'ES256', typ: CONTEXT_TOKEN_TYPE, kid: by.keyId })
    .setIssuer(by.issuer)
    .setAudience(by.audience)
    .setIssuedAt(issued)
    .setExpirationTime(issued + CONTEXT_TOKEN_SECONDS)
    .setJti(randomBytes(24).toString('base64url'))
    .sign(by.key)
}

export interface CheckedContext {
  readonly context: Context
  readonly tokenId: string
  readonly expires: Date
}

const refused = (detail: string, cause?: unknown) => fail('unauthenticated', detail, cause)
const signedBut = (detail: string, cause?: unknown) => fail('forbidden', detail, cause)

/**
 * Checks a token of another product: ES256 by one of the keys registered for it, by it, for us, at most 60 s old and long.
 * Replay is checked by the caller, by `tokenId`. Faults: `unauthenticated` for what anybody can send, `forbidden` for what that
 * product did sign and is wrong all the same.
 */
export async function checkContext(
  token: string,
  checks: { readonly issuer: string; readonly audience: string; readonly keys: readonly JWK[]; readonly now: Date },
): Promise<Result<CheckedContext>> {
  if (token.length > 8_192) return refused('The token is too long.')
  let payload: JWTPayload | undefined
  for (const jwk of checks.keys) {
    try {
      const key = await importJWK({ ...jwk, alg: 'ES256' }, 'ES256')
      const verified = await jwtVerify(token, key, {
        algorithms: ['ES256'],
        typ: CONTEXT_TOKEN_TYPE,
        issuer: checks.issuer,
        audience: checks.audience,
        currentDate: checks.now,
        maxTokenAge: CONTEXT_TOKEN_SECONDS,
        clockTolerance: 5,
      })
      payload = verified.payload
      break
    } catch (cause) {
      if (cause instanceof errors.JWSSignatureVerificationFailed) continue
      const isSigned = cause instanceof errors.JWTClaimValidationFailed || cause instanceof errors.JWTExpired
      return isSigned ? signedBut('The token is not valid.', cause) : refused('The token is not valid.', cause)
    }
  }
  if (!payload) return refused('The token is not signed by who it names.')
  if (!Claims.Check(payload)) return signedBut('The token does not say who asks, about whom and why.')
  const { jti, iat, exp, user, role, organisation, person, purpose, transaction } = payload
  if (exp - iat > CONTEXT_TOKEN_SECONDS || exp <= iat) return signedBut('The token lives too long.')
  return ok({
    context: { user, role, organisation, person, purpose, transaction },
    tokenId: jti,
    expires: new Date(exp * 1000),
  })
}
