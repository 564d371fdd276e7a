import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import test, { after } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { generateKeyPair } from 'jose'
import { Agent, request } from 'undici'
import type { PeerConfig } from '../care-record/catalogue.ts'
import { exchangeUri } from '../care-record/peer.ts'
import { whatCounts } from './agreements/what-counts.ts'
import { createBridges } from './bridge.ts'
import { FORWARDED } from './doors/forward.ts'
import { bearer, createTokens } from './doors/fhir/for-tests.ts'
import { createAuthority, createHouse, doctorRole, shah, type Certificate } from './doors/for-tests.ts'
import { PERMISSIONS, type Permission, type Route } from './doors/routes.ts'
import { cutOffBy, keysOfCertificate } from './isolate.ts'
import { createPeerDispatchers } from './sources/peer/ask-peer.ts'

// Who or what is cut off finds every door shut: each route of both servers, with each kind of isolation.

type Cut = { readonly what: 'user' | 'organisation' | 'exchange' | 'key'; readonly which: string }
let isolations: readonly Cut[] = []
const during = async <T>(cut: readonly Cut[], work: () => Promise<T>): Promise<T> => {
  isolations = cut
  try {
    return await work()
  } finally {
    isolations = []
  }
}
const fingerprint = ({ cert }: Certificate): string => createHash('sha256').update(new X509Certificate(cert).raw).digest('hex')
const keyPrint = ({ cert }: Certificate): string =>
  createHash('sha256')
    .update(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
const CUT = {
  user: { what: 'user', which: shah.sdsUserId },
  organisation: { what: 'organisation', which: doctorRole.odsCode },
} as const
const SOFTWARE = { what: 'key', which: 'ward' } as const

const signed = await createAuthority()
const own = await signed([exchangeUri('SEL')])
const peer = await signed([exchangeUri('NEL')])
const clock = { now: new Date('2026-11-21T10:00:00Z') }
const tokens = await createTokens(() => clock.now)
const nel: PeerConfig = { exchange: 'NEL', title: '', baseUrl: 'https://nel.example', state: 'live', trustedEvidence: [] }
const cutOff = (who: Parameters<typeof cutOffBy>[1]): boolean => cutOffBy(isolations, who)
const key = (await generateKeyPair('ES256')).privateKey
const house = await createHouse({
  certificate: own,
  settings: { fhir: tokens.settings, heartbeatMs: 20 },
  ports: {
    cutOff,
    mayPeerAsk: exchange =>
      whatCounts({ organisations: [], sources: [], peers: [nel], isolations }).peers.some(
        p => p.exchange === exchange && p.state === 'live',
      ),
    officesOf: () => ['operations'],
    bridges: createBridges({
      bridges: [],
      audit: { write: async () => assert.fail(), writeOpenView: async () => assert.fail() },
      key,
      keyId: 'k',
      name: 'us',
      useToken: async () => true,
      isCutOff: name => cutOff({ keys: [name] }),
      newId: () => 't',
      now: () => clock.now,
    }),
    listForPeer: async () => ({ ok: false, fault: { kind: 'not-found', detail: 'none' } }),
  },
  offices: () => [
    {
      method: 'GET',
      path: '/office/work',
      permission: 'office',
      offices: ['operations'],
      serve: async (_request, reply) => reply.send('done'),
    },
  ],
})
const { port, mtlsPort } = await house.servers.listen()
const agents = [own, peer].map(({ cert, key: secret, ca }) => new Agent({ connect: { cert, key: secret, ca } }))
const [asSibling, asPeer] = agents
after(async () => {
  await Promise.all(agents.map(agent => agent.close()))
  await house.servers.close()
})

const fill = (path: string, view: string): string =>
  path
    .replace(':view', view)
    .replace(':entry', 'e1')
    .replace(':page', '1')
    .replace(':list', 'L'.repeat(43))
    .replaceAll(/:[a-z]+/g, 'x')
interface Sent {
  readonly status: number
  readonly body: string
}
const WITHIN = 'application/x-www-form-urlencoded'

/** A request of somebody signed in, whose view is here; by a sibling of this process when `by` says so. */
async function signedIn(route: Route, by?: Agent): Promise<Sent> {
  const session = await house.session()
  const { view } = house.openView(session)
  const url = fill(route.path, view.id)
  const headers = { accept: 'text/html', cookie: session.cookie, ...(route.method === 'POST' ? { 'content-type': WITHIN } : {}) }
  const payload = new URLSearchParams({ csrf: session.csrf }).toString()
  const at = by ? `https://localhost:${mtlsPort}` : `http://127.0.0.1:${port}`
  const left = new AbortController()
  const answer = await request(`${at}${url}`, {
    method: route.method,
    headers: { ...headers, origin: 'http://localhost:8400', ...(by ? { [FORWARDED]: '1' } : {}) },
    body: route.method === 'POST' ? payload : null,
    signal: left.signal,
    ...(by ? { dispatcher: by } : {}),
  })
  // A stream has no end.
  const body = String(answer.headers['content-type']).startsWith('text/event-stream') ? '' : await answer.body.text()
  left.abort()
  return { status: answer.statusCode, body }
}
async function asSoftware(route: Route): Promise<Sent> {
  const url = `http://127.0.0.1:${port}${fill(route.path, 'x')}`
  const answer = await request(url, { method: route.method, headers: bearer(await tokens.userToken()) })
  return { status: answer.statusCode, body: await answer.body.text() }
}
async function ofPeer(route: Route): Promise<Sent> {
  const answer = await request(`https://localhost:${mtlsPort}${route.path}`, {
    method: route.method,
    headers: { 'content-type': 'application/json' },
    body: route.method === 'POST' ? '{}' : null,
    ...(asPeer ? { dispatcher: asPeer } : {}),
  })
  return { status: answer.statusCode, body: await answer.body.text() }
}

const STOPPED = /has been stopped|cut off|not connected|403/
/** Whoever is cut off may still lock and leave: nothing of anybody is shown by it. */
const LEAVING: ReadonlySet<string> = new Set(['/lock', '/unlock', '/log-out'])
/** Every exchange may learn a public key. */
const OPEN_TO_PEERS: ReadonlySet<string> = new Set(['/peer/v1/keys'])

/** What each permission makes of each kind of isolation. `none`: nobody is known there yet, or nothing of anybody is shown. */
const people = Object.entries(CUT)
const doors: Readonly<Record<Permission, readonly (readonly [what: string, cut: Cut])[] | 'none'>> = {
  public: 'none',
  health: 'none',
  'signed-in': people,
  session: people,
  view: people,
  office: people,
  fhir: [...people, ['software', SOFTWARE]],
  sibling: 'none',
  peer: [
    ['exchange', { what: 'exchange', which: 'NEL' }],
    ['certificate', { what: 'key', which: fingerprint(peer) }],
    ['key of a certificate', { what: 'key', which: keyPrint(peer) }],
  ],
}
test('R107: every permission is in the table of doors, and no door is without a route', () => {
  assert.deepEqual(Object.keys(doors).sort(), [...PERMISSIONS].sort())
  const seen = new Set([...house.servers.routes.public, ...house.servers.routes.mtls].map(route => route.permission))
  assert.deepEqual(
    Object.keys(doors).filter(name => doors[name as Permission] !== 'none' && !seen.has(name as Permission)),
    [],
  )
})

const sendOf = (route: Route): ((route: Route) => Promise<Sent>) =>
  route.permission === 'fhir' ? asSoftware : route.permission === 'peer' ? ofPeer : signedIn
const routes = [...house.servers.routes.public, ...house.servers.routes.mtls.filter(route => route.permission === 'peer')]
for (const route of routes) {
  const cuts = doors[route.permission]
  if (cuts === 'none' || LEAVING.has(route.path)) continue
  for (const [what, cut] of cuts) {
    const isShut = !(what === 'exchange' && OPEN_TO_PEERS.has(route.path))
    test(`R107: ${route.method} ${route.path}: with its ${what} cut off, ${isShut ? 'refused' : 'answered'}; else not`, async () => {
      const send = sendOf(route)
      const before = await send(route)
      assert.notEqual(before.status, 403, before.body)
      const shut = await during([cut], () => send(route))
      if (!isShut) return assert.equal(shut.status, before.status)
      assert.equal(shut.status, 403, shut.body)
      assert.match(shut.body, STOPPED)
    })
  }
}

for (const route of house.servers.routes.mtls.filter(one => one.permission === 'view'))
  for (const [what, cut] of [...people, ['own certificate', { what: 'key', which: fingerprint(own) }] as const])
    test(`R107: ${route.method} ${route.path} handed over by a sibling: with the ${what} cut off, refused`, async () => {
      const shut = await during([cut], () => signedIn(route, asSibling))
      assert.equal(shut.status, 403, shut.body)
    })

for (const [what, cut] of people)
  test(`R107: a stream that is open ends when its ${what} is cut off`, async () => {
    const session = await house.session()
    const { view } = house.openView(session)
    const answer = await request(`http://127.0.0.1:${port}/r/${view.id}/events`, { headers: { cookie: session.cookie } })
    assert.equal(answer.statusCode, 200)
    let hasEnded = false
    const ended = answer.body.dump({ limit: 1e9 }).then(() => (hasEnded = true))
    await pause(100)
    assert.equal(hasEnded, false)
    await during([cut], () => ended)
  })

for (const [what, which] of [
  ['its certificate', fingerprint],
  ['the key in it', keyPrint],
] as const)
  test(`R107: we connect to no exchange that shows what is cut off: ${what}, on connections that are open too`, async () => {
    const { dispatcher, close } = createPeerDispatchers(peer, certificate => cutOff({ keys: keysOfCertificate(certificate) }))
    const ask = async (): Promise<number> => {
      const answer = await dispatcher('SEL').request({ origin: `https://127.0.0.1:${mtlsPort}`, path: '/peer/v1/keys', method: 'GET' })
      await answer.body.dump()
      return answer.statusCode
    }
    try {
      assert.equal(await ask(), 200)
      await during([{ what: 'key', which: which(own) }], async () => {
        await assert.rejects(ask)
        await assert.rejects(ask)
      })
      assert.equal(await ask(), 200, 'let in again')
      assert.equal(await during([{ what: 'key', which: 'ab'.repeat(32) }], ask), 200, 'another is cut off')
    } finally {
      await close()
    }
  })
