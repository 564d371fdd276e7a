import { randomBytes, randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { decodeProtectedHeader, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose'
import type { CityPerson } from '../people/told.ts'
import type { System } from './serve.ts'

/** A line of its audit. */
export interface ConnectCareEvent {
  readonly at: string
  readonly what: 'opened' | 'refused' | 'sent'
  /** One id over both products. */
  readonly transaction: string
  readonly user?: string
  readonly nhsNumber?: string
  readonly because?: string
}

export interface ConnectCareOptions {
  /** How it names itself in tokens. */
  readonly name: string
  readonly key: CryptoKey
  readonly keyId: string
  /** The London Care Record, as it is registered here: its name in tokens, its keys, where its door for arrivals is. */
  readonly partner: { readonly name: string; readonly keys: readonly JWK[]; readonly arrivals: string }
  readonly person: (nhsNumber: string) => CityPerson | undefined
  /** Its own users, by national id: who is not here may not look, whatever the partner says. */
  readonly users: ReadonlySet<string>
  /** Its own list of those who have said no. */
  readonly optedOut: ReadonlySet<string>
  /** File its audit is appended to. */
  readonly auditFile: string
  readonly now: () => Date
}

const TYPE = 'lcr-context+jwt'
const SECONDS = 60
interface Context {
  readonly user: { readonly sdsUserId: string; readonly name: string }
  readonly role: { readonly roleCode: string; readonly roleName: string }
  readonly organisation: { readonly odsCode: string; readonly name: string }
  readonly person: { readonly nhsNumber: string; readonly birthDate: string }
  readonly purpose: string
  readonly transaction: string
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
} as const
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)
const page = (title: string, inside: string, status = 200): Response =>
  new Response(
    `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${inside}</body></html>`,
    { status, headers },
  )

/**
 * Connect Care, the product that was here before: another vendor's, with its own users, its own opt-outs, its own decision and its
 * own audit. It opens a person's page for a context that is posted to `/open`, and leads back with one of its own.
 */
export function createConnectCare(options: ConnectCareOptions): System {
  const used = new Set<string>()
  let calls = 0
  const note = (event: Omit<ConnectCareEvent, 'at'>): void =>
    appendFileSync(options.auditFile, `${JSON.stringify({ at: options.now().toISOString(), ...event })}\n`, { mode: 0o600 })

  const verified = async (token: string): Promise<Context | undefined> => {
    for (const jwk of options.partner.keys)
      try {
        if (decodeProtectedHeader(token).typ !== TYPE) return undefined
        const { payload } = await jwtVerify(token, await importJWK({ ...jwk, alg: 'ES256' }, 'ES256'), {
          algorithms: ['ES256'],
          issuer: options.partner.name,
          audience: options.name,
          currentDate: options.now(),
          maxTokenAge: SECONDS,
          requiredClaims: ['jti', 'exp'],
        })
        if (used.has(payload.jti ?? '')) return undefined
        used.add(payload.jti ?? '')
        return payload as unknown as Context
      } catch {
        continue
      }
    return undefined
  }

  const open = async (request: Request): Promise<Response> => {
    const context = await verified(new URLSearchParams(await request.text()).get('context') ?? '')
    if (!context) {
      note({ what: 'refused', transaction: '', because: 'token' })
      return page('Connect Care: not opened', '<p>This link is not valid. It works once, and for one minute.</p>', 401)
    }
    const { user, person: asked, transaction } = context
    const about = { transaction, user: user.sdsUserId, nhsNumber: asked.nhsNumber }
    const person = options.person(asked.nhsNumber)
    const because = !options.users.has(user.sdsUserId)
      ? 'user'
      : person?.birthDate !== asked.birthDate
        ? 'person'
        : options.optedOut.has(asked.nhsNumber)
          ? 'opted-out'
          : undefined
    if (because !== undefined || !person) {
      note({ what: 'refused', ...about, because: because ?? 'person' })
      return page('Connect Care: not opened', '<p>Connect Care has nothing to show here. Its own rules decide.</p>', 403)
    }
    note({ what: 'opened', ...about })
    const back = randomUUID()
    note({ what: 'sent', ...about, transaction: back })
    const token = await sign({ ...context, transaction: back })
    return page(
      'Connect Care',
      `<p>${escape(person.name.given.join(' '))} ${escape(person.name.family.toUpperCase())}, born ${escape(person.birthDate)}</p>
      <p>Seen by ${escape(user.name)}. Letters and tests from before the two records were joined.</p>
      <form method="post" action="${escape(options.partner.arrivals)}"><input type="hidden" name="context" value="${token}">
      <button>Open in London Care Record</button></form>`,
    )
  }
  const sign = (context: Context): Promise<string> => {
    const issued = Math.floor(options.now().getTime() / 1000)
    const { user, role, organisation, person, purpose, transaction } = context
    return new SignJWT({ user, role, organisation, person, purpose, transaction })
      .setProtectedHeader({ alg: 'ES256', typ: TYPE, kid: options.keyId })
      .setIssuer(options.name)
      .setAudience(options.partner.name)
      .setIssuedAt(issued)
      .setExpirationTime(issued + SECONDS)
      .setJti(randomBytes(24).toString('base64url'))
      .sign(options.key)
  }

  return {
    async handle(request) {
      calls += 1
      const { pathname } = new URL(request.url)
      if (pathname === '/open' && request.method === 'POST') return open(request)
      return page('Connect Care', '<p>Open a person from the record you work in.</p>')
    },
    calls: () => calls,
  }
}
