import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as plainRequest } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import test, { after } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { Agent } from 'undici'
import { PEER_RECORD_PATH, type PeerRequest } from '../care-record/peer.ts'
import type { PeerLine } from '../care-record/item.ts'
import { createPeerAsk, createPeerDispatchers, createPeerKeys } from './sources/peer/ask-peer.ts'
import { createAuthority, createHouse, createMemoryStore, okafor, shah, type Certificate } from './doors/for-tests.ts'

const issue = await createAuthority()
const SEL = 'urn:lcr:exchange:SEL'
const NCL = 'urn:lcr:exchange:NCL'
const closing: (() => Promise<unknown>)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})
const own = await issue([SEL])

/** Two processes of one exchange over the same tables. */
const store = createMemoryStore()
const clock = { now: new Date() }
const first = await createHouse({ store, certificate: own, settings: { tag: 'one' } })
const second = await createHouse({ store, certificate: await issue([SEL]), settings: { tag: 'two', heartbeatMs: 50 } })
first.clock.now = second.clock.now = clock.now
const [at, behind] = [await first.servers.listen(), await second.servers.listen()]
closing.push(first.servers.close, second.servers.close)
const firstUrl = `http://127.0.0.1:${at.port}`
const page = (path: string, cookie: string, headers: Record<string, string> = {}) =>
  fetch(`${firstUrl}${path}`, { headers: { accept: 'text/html', cookie, ...headers }, redirect: 'manual' })

test('a view of another process is answered by it, through this one', async () => {
  const session = await first.session()
  const opened = second.openView(session)
  opened.append()
  const answer = await page(`/r/${opened.view.id}/`, session.cookie)
  assert.equal(answer.status, 200)
  assert.match(await answer.text(), /record.*OKAFOR.*\[n=1\]/)
  assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  const body = new URLSearchParams({ csrf: session.csrf, source: 'kch', exchange: 'SEL', group: 'recent' }).toString()
  const tried = await fetch(`${firstUrl}/r/${opened.view.id}/try-again`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { accept: 'text/html', cookie: session.cookie, 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(tried.status, 303)
  assert.deepEqual(opened.tried, ['SEL/kch/recent'])
})

test("the owner checks again: another's session, no session, a wrong form token", async () => {
  const opened = second.openView(await first.session())
  const stranger = await first.session(shah)
  assert.equal((await page(`/r/${opened.view.id}/`, stranger.cookie)).status, 404)
  assert.equal((await page(`/r/${opened.view.id}/`, '')).status, 303)
})

test('events are passed on as they come, not at the end', async () => {
  const session = await first.session()
  const opened = second.openView(session)
  const stop = new AbortController()
  const answer = await fetch(`${firstUrl}/r/${opened.view.id}/events`, { headers: { cookie: session.cookie }, signal: stop.signal })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const until = async (what: RegExp): Promise<void> => {
    while (!what.test(text)) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
      if (done) throw new Error('ended')
      text += value
    }
  }
  await until(/: here/)
  opened.append()
  await until(/^id: 1$/m)
  opened.append()
  await until(/^id: 2$/m)
  await store.endSession(session.row.id)
  await assert.rejects(until(/^id: 99$/m), /ended/, 'a session that is over reads no further')
})

test('D119: the owner is gone: the page offers the same person afresh; to others the view was never there', async () => {
  const session = await first.session()
  await store.addPeople(session.row.id, [{ ref: 'r'.repeat(43), sealed: 's' }], clock.now)
  await store.openedAs(session.row.id, 'r'.repeat(43), 'three.abc')
  await store.heartbeat({ tag: 'three', exchange: 'SEL', address: 'https://127.0.0.1:1' }, clock.now)
  const lost = await page('/r/three.abc/', session.cookie)
  assert.equal(lost.status, 410)
  assert.match(await lost.text(), /owner-lost\[?.*r{43}/)
  const unknown = await page('/r/nobody.abc/', session.cookie)
  const foreign = await page('/r/three.abc/', (await first.session()).cookie)
  assert.deepEqual([unknown.status, foreign.status], [404, 404])
  assert.equal(await unknown.text(), await foreign.text())
})

test('D119: a process started again at the address of one that is gone does not pass for it', async () => {
  const session = await first.session()
  await store.addPeople(session.row.id, [{ ref: 'g'.repeat(43), sealed: 's' }], clock.now)
  await store.openedAs(session.row.id, 'g'.repeat(43), 'four.abc')
  await store.heartbeat({ tag: 'four', exchange: 'SEL', address: `https://127.0.0.1:${behind.mtlsPort}` }, clock.now)
  const lost = await page('/r/four.abc/', session.cookie)
  assert.equal(lost.status, 410)
  assert.match(await lost.text(), /owner-lost/)
})

test('R102: with the database away a view is still found at its process; one whose process is not known is not called gone', async () => {
  const session = await first.session()
  const opened = first.openView(session)
  opened.append()
  const through = (path: string) =>
    fetch(`http://127.0.0.1:${behind.port}${path}`, { headers: { accept: 'text/html', cookie: session.cookie }, redirect: 'manual' })
  assert.equal((await through('/find')).status, 200)
  assert.equal((await page('/find', session.cookie)).status, 200)
  store.away(true)
  try {
    const answer = await through(`/r/${opened.view.id}/`)
    assert.equal(answer.status, 200)
    assert.match(await answer.text(), /record.*OKAFOR/)
    assert.equal((await through('/r/nobody.abc/')).status, 503)
  } finally {
    store.away(false)
  }
})

test('R102: after an outage every row is old until the next heartbeat: who was there is knocked at all the same', async () => {
  const session = await first.session()
  const opened = first.openView(session)
  const address = `https://127.0.0.1:${at.mtlsPort}`
  await store.heartbeat({ tag: 'one', exchange: 'SEL', address }, new Date(clock.now.getTime() - 60_000))
  const answer = await fetch(`http://127.0.0.1:${behind.port}/r/${opened.view.id}/`, {
    headers: { accept: 'text/html', cookie: session.cookie },
    redirect: 'manual',
  })
  await store.heartbeat({ tag: 'one', exchange: 'SEL', address }, clock.now)
  assert.equal(answer.status, 200)
})

const knock = (certificate: Certificate | undefined, path: string, headers: Record<string, string> = {}) => {
  const agent = new Agent({
    connect: { ca: own.ca, ...(certificate ? { cert: certificate.cert, key: certificate.key } : {}), checkServerIdentity: () => undefined },
  })
  return agent
    .request({ origin: `https://127.0.0.1:${behind.mtlsPort}`, path, method: 'GET', headers })
    .then(async answer => {
      await answer.body.dump()
      return answer.statusCode
    })
    .catch(() => 'refused')
    .finally(() => void agent.destroy())
}

test('R006: the mutual-TLS door: table of who may not', async () => {
  const session = await first.session()
  const opened = second.openView(session)
  const path = `/r/${opened.view.id}/`
  const headers = { cookie: session.cookie, 'lcr-forwarded': '1' }
  const strangers = await createAuthority()
  for (const [why, certificate, over, expected] of [
    ['a process of ours', own, headers, 200],
    ['a process of ours that does not say it forwards', own, { cookie: session.cookie }, 403],
    ['no certificate', undefined, headers, 'refused'],
    ['another authority', await strangers([SEL]), headers, 'refused'],
    ['an expired certificate', await issue([SEL], -1), headers, 'refused'],
    ['another exchange, with the session', await issue([NCL]), headers, 403],
    ['two exchanges in one certificate', await issue([SEL, NCL]), headers, 403],
    ['no exchange in the certificate', await issue([]), headers, 403],
  ] as const)
    assert.equal(await knock(certificate, path, over), expected, why)
  const socket = connect(behind.mtlsPort, '127.0.0.1')
  socket.write('GET /r/x/ HTTP/1.1\r\nHost: x\r\n\r\n')
  let plain = ''
  socket.on('data', chunk => void (plain += String(chunk)))
  socket.on('error', () => {})
  await once(socket, 'close')
  assert.doesNotMatch(plain, /HTTP\/1.1 [2-4]/, 'plain HTTP is no HTTP here')
})

test('HAZ: behind a proxy that holds events back to the end, polling tells everything', async () => {
  const session = await first.session()
  const opened = second.openView(session)
  const proxy = createServer((request, reply) => {
    const through = plainRequest(`${firstUrl}${request.url}`, { headers: request.headers }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => void chunks.push(chunk))
      answer.on('end', () => reply.writeHead(answer.statusCode ?? 500).end(Buffer.concat(chunks)))
    })
    through.on('error', () => reply.destroy())
    reply.on('close', () => through.destroy())
    through.end()
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  closing.push(async () => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/r/${opened.view.id}`
  const stop = new AbortController()
  let heard = false
  const events = fetch(`${url}/events`, { headers: { cookie: session.cookie }, signal: stop.signal }).then(
    () => (heard = true),
    () => undefined,
  )
  const got: number[] = []
  for (let round = 1; round <= 3; round++) {
    opened.append(round === 3 ? 'ended' : undefined)
    if (round === 2) {
      assert.equal(heard, false, 'nothing came through the stream')
      stop.abort()
      await events
    }
    const answer = await fetch(`${url}/parts?after=${got.at(-1) ?? 0}`, { headers: { cookie: session.cookie } })
    const { parts } = (await answer.json()) as { parts: { n: number }[] }
    got.push(...parts.map(p => p.n))
  }
  assert.deepEqual(got, [1, 2, 3])
})

test('R006: exchange to exchange over mutual TLS: asked, answered, replay and borrowed tokens refused', async () => {
  const ncl = await issue([NCL])
  const nclKeys = await generateKeyPair('ES256', { extractable: true })
  const asked: PeerRequest[] = []
  const nclHouse = await createHouse({
    exchange: 'NCL',
    certificate: ncl,
    settings: { tag: 'ncl', tokenPublicKey: await exportJWK(nclKeys.publicKey) },
  })
  const nclAt = await nclHouse.servers.listen()
  closing.push(nclHouse.servers.close)
  const outOf = (certificate: Certificate) => {
    const { dispatcher, close } = createPeerDispatchers(certificate)
    closing.push(close)
    return dispatcher
  }
  const sel = await issue([SEL])
  const source = { id: 'kch', odsCode: 'RJZ', name: 'KCH', short: 'KCH', kind: 'acute', exchange: 'SEL' }
  const selHouse = await createHouse({
    certificate: sel,
    settings: { tag: 'sel' },
    ports: {
      now: () => new Date(),
      peerKeys: createPeerKeys({
        dispatcher: outOf(sel),
        baseUrl: exchange => (exchange === 'NCL' ? `https://127.0.0.1:${nclAt.mtlsPort}` : undefined),
        now: () => new Date(),
      }),
      async *gatherForPeer(request): AsyncIterable<PeerLine> {
        asked.push(request)
        yield { protocol: 1, type: 'plan', asks: [{ source, group: 'essentials', sections: ['allergies'] }] }
        yield { protocol: 1, type: 'end' }
      },
    },
  })
  const selAt = await selHouse.servers.listen()
  closing.push(selHouse.servers.close)
  const address = `https://127.0.0.1:${selAt.mtlsPort}`
  const session = await nclHouse.session()
  const { viewer } = nclHouse.openView(session).view
  const seenAt = new Date().toISOString()
  const relationship = { type: 'emergency-attendance', evidenceId: 'e', assertedBy: 'RAL', seenAt, until: seenAt } as const
  const pass = {
    viewer,
    purpose: 'direct-care',
    relationship,
    role: { jobRole: 'R8000', group: 'doctor' },
    maySee: new Set<string>(),
    maskPlaces: false,
    decidedAt: seenAt,
    rulesVersion: '1',
  } as const
  const askWith = async (
    certificate: Certificate,
    over: { exchange?: string; thumbprint?: string; peer?: string } = {},
  ): Promise<PeerLine[]> => {
    const ask = createPeerAsk({
      dispatcher: outOf(certificate),
      tokenKey: nclKeys.privateKey,
      certThumbprint: over.thumbprint ?? certificate.thumbprint,
      exchange: over.exchange ?? 'NCL',
      now: () => new Date(),
    })
    const heard: PeerLine[] = []
    const peer = { exchange: over.peer ?? 'SEL', title: '', baseUrl: address, state: 'live', trustedEvidence: [] } as const
    for await (const line of ask({
      peer,
      person: okafor,
      pass,
      groups: ['essentials'],
      transaction: 't',
      attempt: 'a',
      budgetMs: 4_000,
      signal: new AbortController().signal,
    }))
      heard.push(line)
    return heard
  }
  assert.deepEqual(
    (await askWith(ncl)).map(l => l.type),
    ['plan', 'end'],
  )
  assert.equal(asked[0]?.from, 'NCL')
  assert.equal(asked[0]?.subject.nhsNumber, okafor.nhsNumber)
  assert.equal(asked[0]?.claims.user.sdsUserId, shah.sdsUserId)

  const refused = { protocol: 1, type: 'fault', outcome: 'refused', cause: 'source-refused' }
  const unreached = { protocol: 1, type: 'fault', outcome: 'unavailable', cause: 'connection-failed' }
  const nwl = await issue(['urn:lcr:exchange:NWL'])
  const stolen = await (await createAuthority())([NCL])
  assert.deepEqual(await askWith(ncl, { thumbprint: nwl.thumbprint }), [refused], 'a token of another certificate')
  assert.deepEqual(await askWith(nwl, { thumbprint: ncl.thumbprint }), [refused], "another exchange with somebody else's token")
  assert.deepEqual(await askWith(nwl), [refused], 'an exchange that speaks for another')
  assert.deepEqual(await askWith(ncl, { exchange: 'NWL' }), [refused], 'an issuer that is not the certificate')
  assert.deepEqual(await askWith(own), [refused], 'ourselves as a peer')
  assert.deepEqual(await askWith({ ...stolen, ca: own.ca }), [unreached], 'a certificate of an unknown authority')
  assert.deepEqual(await askWith(ncl, { peer: 'NWL' }), [unreached], 'a server that is not the exchange that was asked')
  assert.equal(asked.length, 1, 'none of these came to the corridor')

  let header = ''
  const base = outOf(ncl)('SEL')
  const listening = base.compose(dispatch => (options, handler) => {
    header = (options.headers as Record<string, string>)['authorization'] ?? ''
    return dispatch(options, handler)
  })
  const once1 = createPeerAsk({
    dispatcher: () => listening,
    tokenKey: nclKeys.privateKey,
    certThumbprint: ncl.thumbprint,
    exchange: 'NCL',
    now: () => new Date(),
  })
  const peer = { exchange: 'SEL', title: '', baseUrl: address, state: 'live', trustedEvidence: [] } as const
  for await (const line of once1({
    peer,
    person: okafor,
    pass,
    groups: ['essentials'],
    transaction: 't',
    attempt: 'b',
    budgetMs: 4_000,
    signal: new AbortController().signal,
  }))
    assert.notEqual(line.type, 'fault')
  const { nhsNumber, name, otherNames, birthDate, gender } = okafor
  const again = await base.request({
    origin: address,
    path: PEER_RECORD_PATH,
    method: 'POST',
    headers: { authorization: header, 'content-type': 'application/json', 'lcr-budget-ms': '1000' },
    body: JSON.stringify({ nhsNumber, name, otherNames, birthDate, gender, groups: ['essentials'] }),
  })
  assert.equal(again.statusCode, 401)
  assert.match(await again.body.text(), /used before/)
  assert.equal(createHash('sha256').update(new X509Certificate(ncl.cert).raw).digest('base64url'), ncl.thumbprint)
})
