import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { JWTVerifyGetKey } from 'jose'
import type { Viewer } from '../../../care-record/person.ts'
import type { Ports } from '../ports.ts'
import { hashOf, opaque } from '../seal.ts'
import { SESSION_MS, type SessionRow, type Store } from '../store.ts'
import type { FhirClient } from './clients.ts'
import { refusalOf, type Refusal } from './outcome.ts'
import { readScopes, type Scopes } from './scopes.ts'
import { ASSERTION_HEADER, bearerOf, checkAccessToken, checkUserAssertion, isDirectCare, type NamedUser } from './token.ts'

/** A named professional, asking through registered software. */
export interface FhirCaller {
  readonly client: FhirClient
  readonly viewer: Viewer
  readonly scopes: Scopes
  /** Of this client, user and role profile: people found and views are bound to it. */
  readonly session: SessionRow
}

/** Whom the FHIR door trusts. */
export interface FhirAccess {
  /** `https://record.example/fhir/R4`: audience of every token. */
  readonly base: string
  readonly issuer: string
  readonly clients: ReadonlyMap<string, FhirClient>
  /** Public keys of the issuer. */
  readonly keys: JWTVerifyGetKey
}

export type Known = { readonly ok: true; readonly caller: FhirCaller } | { readonly ok: false; readonly refusal: Refusal }

/** A use is written down at most this often, in milliseconds. */
const TOUCH_MS = 30_000

/** Finds out who calls, from the token of a request and, with a client's own token, its signed user assertion. */
export function createCallers(p: {
  readonly access: FhirAccess
  readonly ports: Pick<Ports, 'cutOff' | 'log' | 'note' | 'now' | 'organisation' | 'roleKnown' | 'use'>
  readonly store: Store
}) {
  const { access, ports, store } = p
  const refuseAnd =
    (isTold: boolean) =>
    async (refusal: Refusal, reason: string, user?: NamedUser): Promise<Known> => {
      if (isTold)
        await ports.note({
          kind: 'request-refused',
          reason: `fhir-${reason}`,
          ...(user === undefined ? {} : { sdsUserId: user.sdsUserId, odsCode: user.odsCode }),
        })
      return { ok: false, refusal }
    }

  return {
    /**
     * @param uses an assertion is worth nothing after; `false` only finds out who it is, for handing the request over.
     */
    async of(request: FastifyRequest, uses = true): Promise<Known> {
      const refuse = refuseAnd(uses)
      const token = bearerOf(request.headers.authorization)
      if (token === undefined) return { ok: false, refusal: { status: 401 } }
      const checks = { audience: access.base, now: ports.now() }
      const checked = await checkAccessToken(token, { ...checks, issuer: access.issuer, keys: access.keys })
      if (!checked.ok) {
        if (checked.fault.kind === 'unavailable') return { ok: false, refusal: refusalOf(checked.fault) }
        // Anybody can send what is no token: that is counted, and fills no audit.
        ports.log({ code: 'fhir-token-refused', requestId: request.id, status: 401 })
        return { ok: false, refusal: refusalOf(checked.fault) }
      }
      const { clientId, scope } = checked.value
      const client = access.clients.get(clientId)
      if (ports.cutOff({ keys: [clientId] }))
        return refuse({ status: 403, words: 'This software has been cut off.', code: 'client' }, 'cut-off')
      if (client === undefined) return refuse({ status: 403, words: 'This software is not registered here.', code: 'client' }, 'client')

      const assertion = request.headers[ASSERTION_HEADER]
      let { user } = checked.value
      if (user !== undefined && assertion !== undefined)
        return refuse({ status: 401, words: 'The request names its user twice.' }, 'two-users', user)
      if (user === undefined) {
        if (typeof assertion !== 'string')
          return refuse(
            { status: 403, words: 'Software by itself gets the CapabilityStatement only: each request names its user.', code: 'user' },
            'no-user',
          )
        const asserted = await checkUserAssertion(assertion, { ...checks, client, accessToken: token })
        if (!asserted.ok) return refuse(refusalOf(asserted.fault), 'assertion')
        const { tokenId, expires } = asserted.value
        if (uses && !(await store.useToken(`fhir:${clientId}`, tokenId, expires)))
          return refuse({ status: 401, words: 'The user assertion was used before.' }, 'replay', asserted.value.user)
        ;({ user } = asserted.value)
      }
      if (!isDirectCare(user.purposeOfUse))
        return refuse({ status: 403, words: 'The record is for direct care only.', code: 'purpose' }, 'purpose', user)
      const organisation = ports.organisation(user.odsCode)
      if (organisation === undefined || (client.organisations !== '*' && !client.organisations.includes(user.odsCode)))
        return refuse(
          { status: 403, words: 'This software does not ask for this organisation here.', code: 'organisation' },
          'organisation',
          user,
        )
      if (ports.cutOff({ user: user.sdsUserId, organisation: user.odsCode }))
        return refuse(
          { status: 403, words: 'Access has been stopped for this user. Call your service desk.', code: 'user' },
          'cut-off',
          user,
        )
      if (!ports.roleKnown(user.roleCode))
        return refuse({ status: 403, words: 'This role does not open the record. Call your service desk.', code: 'role' }, 'role', user)
      const { purposeOfUse: _, ...named } = user
      const viewer: Viewer = { ...named, organisationName: organisation.name }
      if ((await ports.use?.accepted(viewer)) === false)
        return refuse(
          {
            status: 403,
            words: 'This user has to sign in to the London Care Record and accept the rules of use first.',
            code: 'acceptable-use',
          },
          'acceptable-use',
          user,
        )
      return {
        ok: true,
        caller: { client, viewer, scopes: readScopes(scope), session: await sessionOf(viewer, clientId, store, ports.now()) },
      }
    },
  }
}

/** The session of a client, user, role profile and organisation: no cookie opens it. Rejects when the database is away. */
async function sessionOf(viewer: Viewer, clientId: string, store: Store, now: Date): Promise<SessionRow> {
  const of = JSON.stringify([clientId, viewer.sdsUserId, viewer.sdsRoleProfileId, viewer.roleCode, viewer.odsCode])
  const id = `fhir-${createHash('sha256').update(of).digest('base64url')}`
  const known = await store.sessionById(id)
  if (known !== undefined && now.getTime() - known.createdAt.getTime() < SESSION_MS) {
    if (now.getTime() - known.lastSeenAt.getTime() >= TOUCH_MS) await store.touch(id, now)
    return known
  }
  if (known !== undefined) await store.endSession(id)
  const { sdsUserId, name, assurance, ...role } = viewer
  const row: SessionRow = {
    id,
    csrf: opaque(),
    sdsUserId,
    name,
    assurance,
    roles: [role],
    roleProfileId: role.sdsRoleProfileId,
    createdAt: now,
    lastSeenAt: now,
    lockedAt: null,
    returnTo: null,
  }
  try {
    await store.addSession(row, hashOf(opaque()))
    return row
  } catch (error) {
    // Another request of the same user was first.
    const first = await store.sessionById(id)
    if (first === undefined) throw error
    return first
  }
}
