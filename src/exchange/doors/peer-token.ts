import { errors, importJWK, jwtVerify, type JWK, type JWTPayload } from 'jose'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { PEER_TOKEN_SECONDS, PEER_TOKEN_TYPE, type PeerClaims } from '../../care-record/peer.ts'
import type { KeptApart } from '../../care-record/objection.ts'
import { RELATIONSHIPS } from '../../care-record/person.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'

const short = (maxLength = 200) => Type.String({ minLength: 1, maxLength })
const instant = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}(?:Z|[+-][0-9]{2}:[0-9]{2})$' })

const codes = Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }), { maxItems: 200 })

const Claims = Compile(
  Type.Object({
    jti: Type.String({ pattern: '^[A-Za-z0-9_-]{16,100}$' }),
    iat: Type.Integer(),
    exp: Type.Integer(),
    cnf: Type.Object({ 'x5t#S256': Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) }),
    user: Type.Object({ sdsUserId: Type.String({ pattern: '^[0-9]{1,20}$' }), name: short() }),
    role: Type.Object({
      sdsRoleProfileId: short(40),
      roleCode: Type.String({ pattern: '^S[0-9]{4}:G[0-9]{4}:R[0-9]{4}$' }),
      roleName: short(300),
    }),
    organisation: Type.Object({ odsCode: Type.String({ pattern: '^[A-Z0-9]{3,12}$' }), name: short() }),
    assurance: Type.String({ maxLength: 40 }),
    purpose: Type.Literal('direct-care'),
    transaction: short(100),
    attempt: short(100),
    relationship: Type.Object({
      type: Type.Enum([...RELATIONSHIPS]),
      evidenceId: short(300),
      assertedBy: short(),
      seenAt: instant,
      until: instant,
    }),
    keptApart: Type.Optional(Type.Object({ organisations: codes, organisationKinds: codes, sections: codes, policyClasses: codes })),
  }),
)

export interface PeerToken {
  readonly claims: PeerClaims
  readonly tokenId: string
  readonly expires: Date
}

export interface PeerTokenChecks {
  /** Exchange named by the client certificate: the only issuer this connection may speak for. */
  readonly from: string
  /** This exchange: the audience. */
  readonly exchange: string
  /** SHA-256 of the client certificate, base64url. */
  readonly thumbprint: string
  readonly keys: readonly JWK[]
  readonly now: Date
}

const refused = (detail: string, cause?: unknown) => fail('unauthenticated', detail, cause)

/**
 * Checks a token of another exchange: ES256 by a key of the exchange its certificate names, for us, at most 60 s old and
 * long, bound to that very certificate. Replay is checked by the caller, by `tokenId`, never by the token's text.
 */
export async function checkPeerToken(token: string, checks: PeerTokenChecks): Promise<Result<PeerToken>> {
  if (token.length > 8_192) return refused('The token is too long.')
  let payload: JWTPayload | undefined
  for (const jwk of checks.keys) {
    try {
      const key = await importJWK({ ...jwk, alg: 'ES256' }, 'ES256')
      const verified = await jwtVerify(token, key, {
        algorithms: ['ES256'],
        typ: PEER_TOKEN_TYPE,
        issuer: checks.from,
        audience: checks.exchange,
        currentDate: checks.now,
        maxTokenAge: PEER_TOKEN_SECONDS,
        clockTolerance: 5,
      })
      payload = verified.payload
      break
    } catch (cause) {
      if (cause instanceof errors.JWSSignatureVerificationFailed) continue
      return refused('The token is not valid.', cause)
    }
  }
  if (!payload) return refused('The token is not signed by its exchange.')
  if (!Claims.Check(payload)) return refused('The token does not say who asks, for whom and why.')
  const { jti, iat, exp, cnf, user, role, organisation, assurance, purpose, transaction, attempt, relationship, keptApart } = payload
  if (exp - iat > PEER_TOKEN_SECONDS || exp <= iat) return refused('The token lives too long.')
  if (cnf['x5t#S256'] !== checks.thumbprint) return refused('The token belongs to another certificate.')
  return ok({
    claims: {
      user,
      role,
      organisation,
      assurance,
      purpose,
      transaction,
      attempt,
      relationship,
      // A kind or section that is not known here is of nothing that is held here.
      ...(keptApart ? { keptApart: keptApart as KeptApart } : {}),
    },
    tokenId: jti,
    expires: new Date(exp * 1000),
  })
}
