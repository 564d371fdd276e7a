import { decodeJwt, type CryptoKey } from 'jose'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { parseNhsNumber, type NhsNumber } from '../care-record/nhs-number.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Audit } from './audit/audit.ts'
import { checkContext, signContext } from './doors/bridge-token.ts'

const code = Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' })
const list = (pattern: string) => Type.Union([Type.Literal('*'), Type.Array(Type.String({ pattern }), { maxItems: 1_000 })])
const bridge = Type.Object(
  {
    /** In our addresses. */
    id: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
    /** What its users call it. */
    title: Type.String({ minLength: 1, maxLength: 80 }),
    /** Where a browser posts the context to: `context=…`. */
    url: Type.String({ pattern: '^https?://[^\\s#]+$', maxLength: 500 }),
    /** How it names itself in tokens, as their issuer and as their audience. */
    name: code,
    /** Public keys it signs with. */
    keys: Type.Array(Type.Object({ kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Type.String(), y: Type.String() }), {
      minItems: 1,
      maxItems: 5,
    }),
    /** Job-role codes and organisations it is open to. */
    roles: list('^R[0-9]{4}$'),
    organisations: list('^[A-Z0-9]{3,12}$'),
  },
  { additionalProperties: false },
)
/** Another product in use here, to which and from which a user may go with the person in hand. */
export type Bridge = Static<typeof bridge>
const Bridges = Compile(Type.Array(bridge, { maxItems: 20 }))

/** Reads the register of bridges. Fault `invalid` says where it is wrong, never with what. */
export function parseBridges(text: string): Result<readonly Bridge[]> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail('invalid', 'The register of bridges is not JSON.')
  }
  if (!Bridges.Check(value))
    return fail('invalid', `The register of bridges cannot be read at ${Bridges.Errors(value)[0]?.instancePath || '/'}.`)
  for (const key of ['id', 'name'] as const)
    if (new Set(value.map(one => one[key])).size < value.length) return fail('invalid', `The register of bridges has one ${key} twice.`)
  return ok(value)
}

/** A person of a view that is open, for whom the other product is to be opened. */
export interface Leaving {
  readonly viewId: string
  readonly viewer: Viewer
  readonly person: Person
  /** Places are masked: then nothing about the person goes to another product (care rules 3.4). */
  readonly maskPlaces: boolean
}

export interface Departure {
  readonly title: string
  readonly url: string
  readonly token: string
}

/** What the other product wishes for its user. It proves nothing: who signs in here, and what we decide, is ours alone. */
export interface Arrival {
  readonly bridge: string
  readonly title: string
  readonly transaction: string
  readonly sdsUserId: string
  readonly nhsNumber: NhsNumber
  readonly birthDate: string
}

export interface BridgePorts {
  readonly bridges: readonly Bridge[]
  readonly audit: Pick<Audit, 'write' | 'writeOpenView'>
  /** ES256 private key; its public half is registered at the other product. */
  readonly key: CryptoKey
  readonly keyId: string
  /** How we name ourselves in tokens. */
  readonly name: string
  /** True the first time a token of this issuer is used. */
  readonly useToken: (issuer: string, tokenId: string, expires: Date) => Promise<boolean>
  /** Whether the product of this name is cut off now. */
  readonly isCutOff: (name: string) => boolean
  readonly newId: () => string
  readonly now: () => Date
}

/** Going to and coming from other products, with what is passed and what is written down of it (requirement R033). */
export function createBridges(ports: BridgePorts) {
  const isOpenTo = (one: Bridge, { roleCode, odsCode }: Viewer): boolean =>
    !ports.isCutOff(one.name) &&
    (one.roles === '*' || one.roles.includes(roleCode.split(':').at(-1) ?? '')) &&
    (one.organisations === '*' || one.organisations.includes(odsCode))
  const refuse = async (reason: string, from: string, transaction: string): Promise<void> => {
    await ports.audit.write({ kind: 'bridge-received', outcome: 'refused', transaction, detail: { reason, bridge: from } })
  }
  return {
    /** Where this user may go about this person; nowhere about one whose places are masked. */
    offered: ({
      viewer,
      maskPlaces,
    }: Pick<Leaving, 'viewer' | 'maskPlaces'>): readonly { readonly id: string; readonly title: string }[] =>
      maskPlaces ? [] : ports.bridges.filter(one => isOpenTo(one, viewer)).map(({ id, title }) => ({ id, title })),

    /**
     * A token that takes this user with this person to the other product, written down before it exists. Faults:
     * `not-found` (no such bridge for them), `unavailable` (it cannot be written down).
     */
    async leave(id: string, leaving: Leaving): Promise<Result<Departure>> {
      const { viewer, person, viewId } = leaving
      const one = leaving.maskPlaces ? undefined : ports.bridges.find(each => each.id === id && isOpenTo(each, viewer))
      if (!one) return fail('not-found', 'There is no such way out of this record.')
      const transaction = ports.newId()
      const written = await ports.audit.writeOpenView({
        kind: 'bridge-sent',
        outcome: 'success',
        transaction,
        viewer,
        nhsNumber: person.nhsNumber,
        purpose: 'direct-care',
        // A transaction of its own, which the other product is told; the view has another.
        detail: { bridge: one.id, view: viewId, passed: ['user', 'role', 'organisation', 'nhs-number', 'birth-date'] },
      })
      if (!written.ok) return written
      const token = await signContext(
        {
          user: { sdsUserId: viewer.sdsUserId, name: viewer.name },
          role: { roleCode: viewer.roleCode, roleName: viewer.roleName },
          organisation: { odsCode: viewer.odsCode, name: viewer.organisationName },
          person: { nhsNumber: person.nhsNumber, birthDate: person.birthDate },
          purpose: 'direct-care',
          transaction,
        },
        { key: ports.key, keyId: ports.keyId, issuer: ports.name, audience: one.name, now: ports.now() },
      )
      return ok({ title: one.title, url: one.url, token })
    },

    /**
     * Reads a wish. Fault `unauthenticated`, one word for all that is wrong with it; what a registered product signed is written
     * down. Anybody can send what none did: that fills no audit.
     */
    async arrive(token: unknown): Promise<Result<Arrival>> {
      const refusal = fail('unauthenticated', 'This link from another product is not valid. Go back to it and try again.')
      if (typeof token !== 'string') return refusal
      const one = ports.bridges.find(each => each.name === issuerOf(token))
      if (!one) return refusal
      const checked = await checkContext(token, {
        issuer: one.name,
        audience: ports.name,
        keys: one.keys,
        now: ports.now(),
      })
      if (!checked.ok) {
        if (checked.fault.kind === 'forbidden') await refuse('token', one.id, ports.newId())
        return refusal
      }
      const { context, tokenId, expires } = checked.value
      if (ports.isCutOff(one.name)) {
        await refuse('cut-off', one.id, context.transaction)
        return refusal
      }
      const about = { bridge: one.id, transaction: context.transaction }
      const nhsNumber = parseNhsNumber(context.person.nhsNumber)
      const first = await ports.useToken(`bridge:${one.id}`, tokenId, expires).catch(() => false)
      if (!first || !nhsNumber.ok) {
        await refuse(first ? 'number' : 'used', one.id, context.transaction)
        return refusal
      }
      return ok({
        ...about,
        title: one.title,
        sdsUserId: context.user.sdsUserId,
        nhsNumber: nhsNumber.value,
        birthDate: context.person.birthDate,
      })
    },

    /**
     * Writes down that somebody signed in here comes with a wish, before anything is asked. Fault `forbidden`: they are not
     * the user it was made for, or its product was cut off meanwhile; `unavailable`: it cannot be written down.
     */
    async admit(arrival: Arrival, viewer: Viewer): Promise<Result<void>> {
      const same = arrival.sdsUserId === viewer.sdsUserId
      const one = ports.bridges.find(each => each.id === arrival.bridge)
      if (!one || ports.isCutOff(one.name)) {
        await refuse('cut-off', arrival.bridge, arrival.transaction)
        return fail('forbidden', 'The product that this link comes from has been cut off. Nothing was opened.')
      }
      const written = await ports.audit.write({
        kind: 'bridge-received',
        outcome: same ? 'success' : 'refused',
        transaction: arrival.transaction,
        viewer,
        ...(same ? { nhsNumber: arrival.nhsNumber, purpose: 'direct-care' as const } : {}),
        detail: { bridge: arrival.bridge, ...(same ? {} : { reason: 'other-user' }) },
      })
      if (!written.ok) return written
      return same ? ok(undefined) : fail('forbidden', 'This link was made for another user. Nothing was opened.')
    },
  }
}
export type BridgeCorridor = ReturnType<typeof createBridges>

function issuerOf(token: string): string | undefined {
  try {
    return token.length > 8_192 ? undefined : decodeJwt(token).iss
  } catch {
    return undefined
  }
}
