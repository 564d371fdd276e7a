import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok } from '../care-record/result.ts'
import type { CityPerson } from '../london/people/told.ts'
import { createConnectCare, type ConnectCareEvent } from '../london/systems/connect-care.ts'
import type { AuditDraft } from './audit/draft.ts'
import { createBridges, parseBridges, type Bridge } from './bridge.ts'
import { CONTEXT_TOKEN_TYPE } from './doors/bridge-token.ts'
import { createHouse, okafor, other, shah, type House } from './doors/for-tests.ts'

const OURS = 'http://localhost:8400'
const NOW = new Date('2026-11-21T10:00:00Z')
const [own, theirs, stranger] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256'), generateKeyPair('ES256')])
const publicJwk = async (pair: typeof own): Promise<JWK> => exportJWK(pair.publicKey)
const folder = mkdtempSync(join(tmpdir(), 'lcr-bridge-'))
after(() => rmSync(folder, { recursive: true }))

const bridge: Bridge = {
  id: 'connect-care',
  title: 'Connect Care',
  url: 'https://connect-care.example/open',
  name: 'connect-care',
  keys: [(await publicJwk(theirs)) as Bridge['keys'][number]],
  roles: ['R8000'],
  organisations: '*',
}

interface Stage {
  readonly house: House
  readonly written: AuditDraft[]
  readonly their: { open: (token: string) => Promise<{ status: number; html: string }>; audit: () => readonly ConnectCareEvent[] }
  readonly clock: { auditAway: boolean; cutOff: string }
}
let stages = 0
async function stage(
  over: { readonly users?: readonly string[]; readonly optedOut?: readonly string[]; readonly bridge?: Partial<Bridge> } = {},
): Promise<Stage> {
  const written: AuditDraft[] = []
  const clock = { auditAway: false, cutOff: '' }
  const write = async (draft: AuditDraft) => {
    if (clock.auditAway) return fail('unavailable', 'It cannot be written down now.')
    written.push(draft)
    return ok({ uuid: 'x' } as never)
  }
  const tokens = new Set<string>()
  let n = 0
  const bridges = createBridges({
    bridges: [{ ...bridge, ...over.bridge }],
    audit: { write, writeOpenView: write },
    key: own.privateKey,
    keyId: 'own',
    name: OURS,
    useToken: async (issuer, id) => !tokens.has(`${issuer} ${id}`) && !!tokens.add(`${issuer} ${id}`),
    isCutOff: name => name === clock.cutOff,
    newId: () => `transaction-${(n += 1)}`,
    now: () => NOW,
  })
  const house = await createHouse({ ports: { bridges } })
  after(() => house.servers.close())
  const auditFile = join(folder, `audit-${(stages += 1)}.jsonl`)
  const system = createConnectCare({
    name: 'connect-care',
    key: theirs.privateKey,
    keyId: 'theirs',
    partner: { name: OURS, keys: [await publicJwk(own)], arrivals: `${OURS}/bridge/open` },
    person: number => (number === okafor.nhsNumber ? ({ ...okafor, previousNames: [] } as unknown as CityPerson) : undefined),
    users: new Set(over.users ?? [shah.sdsUserId]),
    optedOut: new Set(over.optedOut ?? []),
    auditFile,
    now: () => NOW,
  })
  return {
    house,
    written,
    clock,
    their: {
      async open(token) {
        const answer = await system.handle(
          new Request('https://connect-care.example/open', { method: 'POST', body: new URLSearchParams({ context: token }).toString() }),
        )
        return { status: answer.status, html: await answer.text() }
      },
      audit: () => {
        try {
          return readFileSync(auditFile, 'utf8')
            .trim()
            .split('\n')
            .map(line => JSON.parse(line) as ConnectCareEvent)
        } catch {
          return []
        }
      },
    },
  }
}

type Session = Awaited<ReturnType<House['session']>>
const HTML = { accept: 'text/html' }
async function leave({ house }: Stage, session: Session, id = 'connect-care', status: 'open' | 'claim' = 'open') {
  const { view } = house.openView(session, status)
  return house.servers.public.inject({
    method: 'POST',
    url: `/r/${view.id}/bridge/${id}`,
    headers: { ...HTML, cookie: session.cookie, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    payload: new URLSearchParams({ csrf: session.csrf }).toString(),
  })
}
/** As a browser brings it from the other product's page: without any of our cookies. */
const post = ({ house }: Stage, token: string) =>
  house.servers.public.inject({
    method: 'POST',
    url: '/bridge/open',
    headers: {
      ...HTML,
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://connect-care.example',
      'sec-fetch-site': 'cross-site',
    },
    payload: new URLSearchParams({ context: token }).toString(),
  })
const arrivalOf = (answer: Awaited<ReturnType<typeof post>>): string =>
  answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
const arrived = ({ house }: Stage, cookies: string) =>
  house.servers.public.inject({
    method: 'GET',
    url: '/bridge/arrived',
    headers: { ...HTML, cookie: cookies, 'sec-fetch-site': 'cross-site' },
  })

const tokenIn = (html: string): string => /eyJ[A-Za-z0-9_.-]+/.exec(html)?.[0] ?? ''
const context = {
  user: { sdsUserId: shah.sdsUserId, name: shah.name },
  role: { roleCode: 'S8000:G8000:R8000', roleName: 'Doctor' },
  organisation: { odsCode: 'RJ2', name: 'Lewisham and Greenwich' },
  person: { nhsNumber: okafor.nhsNumber, birthDate: okafor.birthDate },
  purpose: 'direct-care',
  transaction: 'their-transaction-1',
}
interface Token {
  readonly claims?: object
  readonly issuer?: string
  readonly audience?: string
  readonly key?: typeof own.privateKey
  readonly secondsAgo?: number
  readonly lives?: number
  readonly typ?: string
  readonly jti?: string
}
const tokenOf = ({
  claims = {},
  issuer = 'connect-care',
  audience = OURS,
  key = theirs.privateKey,
  secondsAgo = 1,
  lives = 60,
  typ = CONTEXT_TOKEN_TYPE,
  jti = 'jti-0123456789abcdef',
}: Token = {}): Promise<string> => {
  const issued = Math.floor(NOW.getTime() / 1000) - secondsAgo
  return new SignJWT({ ...context, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issued)
    .setExpirationTime(issued + lives)
    .setJti(jti)
    .sign(key)
}

test('R033: the way out passes user and person to the other product, which opens; both audits hold the transaction', async () => {
  const at = await stage()
  const answer = await leave(at, await at.house.session())
  assert.equal(answer.statusCode, 200)
  assert.match(String(answer.headers['content-security-policy']), /form-action https:\/\/connect-care\.example(;|$)/)
  assert.doesNotMatch(answer.body.replace(tokenIn(answer.body), ''), new RegExp(okafor.nhsNumber))
  const opened = await at.their.open(tokenIn(answer.body))
  assert.deepEqual([opened.status, /OKAFOR, born 1956-03-08/.test(opened.html), /Dr Priya Shah/.test(opened.html)], [200, true, true])
  const [sent] = at.written
  assert.deepEqual([sent?.kind, sent?.nhsNumber, sent?.viewer?.sdsUserId], ['bridge-sent', okafor.nhsNumber, shah.sdsUserId])
  const [heard] = at.their.audit()
  assert.deepEqual([heard?.what, heard?.transaction, heard?.user], ['opened', sent?.transaction, shah.sdsUserId])
  assert.equal((await at.their.open(tokenIn(answer.body))).status, 401, 'it works once')
})

for (const [name, over, because] of [
  ['its own opt-out', { optedOut: [okafor.nhsNumber] }, 'opted-out'],
  ['a user it does not know', { users: [] }, 'user'],
] as const)
  test(`R033: the other product decides for itself: ${name} is refused there though we let it go, and both audits say so`, async () => {
    const at = await stage(over)
    const answer = await leave(at, await at.house.session())
    const opened = await at.their.open(tokenIn(answer.body))
    assert.deepEqual([opened.status, /OKAFOR/.test(opened.html)], [403, false])
    assert.deepEqual(
      at.their.audit().map(e => [e.what, e.because, e.transaction]),
      [['refused', because, at.written[0]?.transaction]],
    )
  })

test('R033: the way back opens a view for the same user, said in our audit with their transaction', async () => {
  const at = await stage()
  const session = await at.house.session()
  const out = await at.their.open(tokenIn((await leave(at, session)).body))
  const came = await post(at, tokenIn(out.html))
  assert.deepEqual([came.statusCode, came.headers.location], [303, '/bridge/arrived'])
  assert.doesNotMatch(arrivalOf(came), new RegExp(`${okafor.nhsNumber}|${shah.sdsUserId}`), 'the browser keeps it sealed')
  const views = at.house.views.size
  const opened = await arrived(at, `${session.cookie}; ${arrivalOf(came)}`)
  assert.deepEqual([opened.statusCode, String(opened.headers.location).startsWith('/r/'), at.house.views.size], [303, true, views + 1])
  const received = at.written.find(draft => draft.kind === 'bridge-received')
  assert.deepEqual(
    [received?.outcome, received?.transaction, received?.viewer?.sdsUserId, received?.nhsNumber],
    ['success', at.their.audit().find(e => e.what === 'sent')?.transaction, shah.sdsUserId, okafor.nhsNumber],
  )
})

const wrong: readonly (readonly [name: string, token: Token, reason: string | undefined])[] = [
  ['of an issuer nobody registered', { issuer: 'someone-else' }, undefined],
  ['signed with a key that is not its own', { key: stranger.privateKey }, undefined],
  ['signed with our own key', { key: own.privateKey }, undefined],
  ['for somebody else', { audience: 'https://other.example' }, 'token'],
  ['that has ended', { secondsAgo: 120 }, 'token'],
  ['from the future', { secondsAgo: -600 }, 'token'],
  ['that lives an hour', { lives: 3_600 }, 'token'],
  ['of another type', { typ: 'lcr-peer+jwt' }, 'token'],
  ['for another purpose', { claims: { purpose: 'research' } }, 'token'],
  ['without a user', { claims: { user: {} } }, 'token'],
  ['about a number that is none', { claims: { person: { nhsNumber: '1234567890', birthDate: '1956-03-08' } } }, 'number'],
]
for (const [name, token, reason] of wrong)
  test(`R033 HAZ-040: a token ${name} is refused in one word and ${reason === undefined ? 'fills no audit' : 'written down'}`, async () => {
    const at = await stage()
    const answer = await post(at, await tokenOf(token))
    assert.deepEqual([answer.statusCode, answer.cookies.length], [401, 0])
    assert.deepEqual(
      at.written.map(d => [d.kind, d.outcome, d.detail?.['reason'], d.nhsNumber]),
      reason === undefined ? [] : [['bridge-received', 'refused', reason, undefined]],
    )
    assert.doesNotMatch(answer.body, /OKAFOR|9991234578/)
  })
for (const token of ['', 'x.y.z', 'a'.repeat(20_000)])
  test(`R033: ${token.length} characters that are no token are refused`, async () => {
    const at = await stage()
    assert.ok([401, 413].includes((await post(at, token)).statusCode))
    assert.deepEqual([at.house.views.size, at.written.length], [0, 0])
  })

test('R033 HAZ-040: a token is used once', async () => {
  const at = await stage()
  const token = await tokenOf()
  assert.equal((await post(at, token)).statusCode, 303)
  assert.equal((await post(at, token)).statusCode, 401)
  assert.deepEqual(
    at.written.map(d => [d.outcome, d.detail?.['reason'], d.transaction]),
    [['refused', 'used', 'their-transaction-1']],
  )
})

test('R033 HAZ-040: another user signed in here opens nothing with it, and it is written down without the person', async () => {
  const at = await stage()
  const came = await post(at, await tokenOf())
  const session = await at.house.session(other)
  const answer = await arrived(at, `${session.cookie}; ${arrivalOf(came)}`)
  assert.deepEqual([answer.statusCode, at.house.views.size], [403, 0])
  assert.deepEqual(
    at.written.map(d => [d.outcome, d.detail?.['reason'], d.nhsNumber, d.viewer?.sdsUserId]),
    [['refused', 'other-user', undefined, other.sdsUserId]],
  )
})

test('R033: who is not signed in signs in first, and comes back to it', async () => {
  const at = await stage()
  const came = await post(at, await tokenOf())
  const answer = await arrived(at, arrivalOf(came))
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/sign-in/start?to=%2Fbridge%2Farrived'])
  assert.equal(at.house.views.size, 0)
})

test('R033: it proves a wish and nothing else: a birth date that is not theirs opens nothing', async () => {
  const at = await stage()
  const came = await post(at, await tokenOf({ claims: { person: { nhsNumber: okafor.nhsNumber, birthDate: '1970-01-01' } } }))
  const session = await at.house.session()
  const answer = await arrived(at, `${session.cookie}; ${arrivalOf(came)}`)
  assert.deepEqual([answer.statusCode, at.house.views.size], [404, 0])
})

test('a wish that was altered, or is of another house, is none', async () => {
  const at = await stage()
  const came = await post(at, await tokenOf())
  const session = await at.house.session()
  const answer = await arrived(at, `${session.cookie}; ${arrivalOf(came)}x`)
  assert.deepEqual([answer.headers.location, at.house.views.size], ['/find', 0])
})

test('what cannot be written down is not done: no token leaves, nothing is opened', async () => {
  const at = await stage()
  const session = await at.house.session()
  const came = await post(at, await tokenOf())
  at.clock.auditAway = true
  const left = await leave(at, session)
  assert.deepEqual([left.statusCode, tokenIn(left.body)], [503, ''])
  const views = at.house.views.size
  assert.equal((await arrived(at, `${session.cookie}; ${arrivalOf(came)}`)).statusCode, 503)
  assert.equal(at.house.views.size, views)
})

const denied: readonly (readonly [name: string, over: Partial<Bridge>, id: string, status: 'open' | 'claim', code: number])[] = [
  ['a role it is not open to', { roles: ['R0260'] }, 'connect-care', 'open', 404],
  ['an organisation it is not open to', { organisations: ['RJ2'] }, 'connect-care', 'open', 404],
  ['a product that is not registered', {}, 'other', 'open', 404],
  ['a record that is not open yet', {}, 'connect-care', 'claim', 303],
]
for (const [name, over, id, status, code] of denied)
  test(`R033: ${name} has no way out, and nothing is passed`, async () => {
    const at = await stage({ bridge: over })
    const answer = await leave(at, await at.house.session(), id, status)
    assert.deepEqual([answer.statusCode, tokenIn(answer.body), at.written.length], [code, '', 0])
  })

test('R009 care rules 3.4: nothing about somebody whose places are masked goes to another product', async () => {
  const bridges = createBridges({
    bridges: [bridge],
    audit: { write: async () => assert.fail(), writeOpenView: async () => assert.fail() },
    key: own.privateKey,
    keyId: 'own',
    name: OURS,
    useToken: async () => true,
    isCutOff: () => false,
    newId: () => 't',
    now: () => NOW,
  })
  const viewer = { roleCode: 'S8000:G8000:R8000', odsCode: 'RJZ' } as Viewer
  assert.deepEqual(bridges.offered({ viewer, maskPlaces: false }), [{ id: 'connect-care', title: 'Connect Care' }])
  assert.deepEqual(bridges.offered({ viewer, maskPlaces: true }), [])
  const left = await bridges.leave('connect-care', { viewId: 'v', viewer, person: okafor, maskPlaces: true })
  assert.equal(!left.ok && left.fault.kind, 'not-found')
})

test('R107: to and from a product that is cut off nobody goes, in the middle of signing in either', async () => {
  const at = await stage()
  const session = await at.house.session()
  const arrival = arrivalOf(await post(at, await tokenOf()))
  at.clock.cutOff = 'connect-care'
  assert.deepEqual(
    [(await leave(at, session)).statusCode, (await post(at, await tokenOf({ jti: 'jti-of-somebody-1' }))).statusCode],
    [404, 401],
  )
  assert.equal((await arrived(at, `${arrival}; ${session.cookie}`)).statusCode, 403)
  assert.deepEqual(
    at.written.map(({ kind, outcome, detail }) => [kind, outcome, detail?.['reason']]),
    [
      ['bridge-received', 'refused', 'cut-off'],
      ['bridge-received', 'refused', 'cut-off'],
    ],
  )
  at.clock.cutOff = 'another'
  assert.equal((await leave(at, session)).statusCode, 200)
})

const registers: readonly (readonly [name: string, text: string])[] = [
  ['text', 'bridges'],
  ['an object', '{}'],
  ['an unknown member', JSON.stringify([{ ...bridge, secret: 'x' }])],
  ['an address that is none', JSON.stringify([{ ...bridge, url: 'javascript:alert(1)' }])],
  ['no key', JSON.stringify([{ ...bridge, keys: [] }])],
  ['one twice', JSON.stringify([bridge, bridge])],
]
for (const [name, text] of registers)
  test(`a register of bridges with ${name} is refused`, () => assert.equal(parseBridges(text).ok, false))
test('a register of bridges that is right is read', () => assert.deepEqual(parseBridges(JSON.stringify([bridge])), ok([bridge])))
