import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createHouse, createMemoryStore, doctorRole, okafor, other, otherRole, shah, unmappedRole } from './for-tests.ts'
import { exchangesNamed } from '../../care-record/peer.ts'
import { createSealer, opaque } from './seal.ts'
import { createSessions } from './sessions.ts'
import { IDLE_MS } from './store.ts'
import { returnPath } from './sign-in-routes.ts'

const house = await createHouse()
after(() => house.servers.close())
const app = house.servers.public
const html = { accept: 'text/html' }

const get = (url: string, cookie = '', headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { ...html, cookie, ...headers } })
const post = (url: string, session: { cookie: string; csrf: string }, fields: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    headers: {
      ...html,
      cookie: session.cookie,
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'null',
      'sec-fetch-site': 'same-origin',
    },
    payload: new URLSearchParams({ csrf: session.csrf, ...fields }).toString(),
  })
type Answer = Awaited<ReturnType<typeof get>>
const cookiesOf = (answer: Answer): string => answer.cookies.flatMap(c => (c.value === '' ? [] : [`${c.name}=${c.value}`])).join('; ')
/** Begins a sign-in and comes back from it. */
async function signInAs(
  cookie = '',
  to = '',
  back?: (location: string, cookies: string) => { url: string; cookie: string },
): Promise<Answer> {
  const begun = await get(`/sign-in/start${to}`, cookie)
  assert.equal(begun.statusCode, 303)
  const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? ''
  const cookies = [cookie, cookiesOf(begun)].filter(Boolean).join('; ')
  const { url, cookie: sent } = back?.(state, cookies) ?? { url: `/sign-in/return?code=c&state=${state}`, cookie: cookies }
  return get(url, sent)
}

test('sign-in: one role goes straight in, the cookie is opaque and kept from scripts', async () => {
  house.signIn.identity = shah
  const answer = await signInAs()
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/'])
  const cookie = answer.cookies.find(c => c.name === '__Host-lcr')
  assert.match(cookie?.value ?? '', /^[A-Za-z0-9_-]{43}$/)
  assert.deepEqual([cookie?.httpOnly, cookie?.secure, cookie?.sameSite, cookie?.path, cookie?.domain], [true, true, 'Lax', '/', undefined])
  assert.equal((await get('/find', cookiesOf(answer))).statusCode, 200)
  assert.equal(house.events.at(-1)?.kind, 'signed-in')
})

test('sign-in: several roles are asked after, one is chosen once', async () => {
  house.signIn.identity = { ...shah, roles: [doctorRole, otherRole, unmappedRole] }
  const cookie = cookiesOf(await signInAs())
  assert.equal((await get('/find', cookie)).headers.location, '/roles')
  const roles = await get('/roles', cookie)
  assert.match(roles.body, new RegExp(`${doctorRole.sdsRoleProfileId} ${otherRole.sdsRoleProfileId}`))
  assert.doesNotMatch(roles.body, new RegExp(unmappedRole.sdsRoleProfileId))
  const row = [...(await rows())].at(-1)
  const session = { cookie, csrf: row?.csrf ?? '' }
  const { csrfOf } = await import('./sessions.ts')
  if (row) session.csrf = csrfOf(row)
  assert.equal((await post('/roles', session, { role: unmappedRole.sdsRoleProfileId })).headers.location, '/roles')
  assert.equal((await post('/roles', session, { role: otherRole.sdsRoleProfileId })).headers.location, '/')
  assert.equal((await get('/find', cookie)).statusCode, 200)
  assert.equal(
    (await post('/roles', session, { role: doctorRole.sdsRoleProfileId })).headers.location,
    '/roles',
    'not changed within a session',
  )
  house.signIn.identity = shah
})
const rows = async () => {
  const id = house.events.findLast(e => e.kind === 'signed-in')?.sessionId ?? ''
  const row = await house.store.sessionById(id)
  return row ? [row] : []
}

test('sign-in: an unmapped role gets a page that says whom to call', async () => {
  house.signIn.identity = { ...shah, roles: [unmappedRole] }
  const cookie = cookiesOf(await signInAs())
  house.signIn.identity = shah
  const page = await get('/roles', cookie)
  assert.equal(page.statusCode, 403)
  assert.match(page.body, /no-role.*020 0000 0000/)
  assert.equal((await get('/find', cookie)).headers.location, '/roles')
})

const refusedReturns: [why: string, back: (state: string, cookies: string) => { url: string; cookie: string }][] = [
  ['an unknown state', (_s, cookie) => ({ url: `/sign-in/return?code=c&state=${opaque()}`, cookie })],
  ['no state', (_s, cookie) => ({ url: '/sign-in/return?code=c', cookie })],
  ['two states', (s, cookie) => ({ url: `/sign-in/return?code=c&state=${s}&state=${s}`, cookie })],
  ["another browser's sign-in", s => ({ url: `/sign-in/return?code=c&state=${s}`, cookie: `__Host-lcr-sign-in=${opaque()}` })],
  ['no sign-in of this browser', s => ({ url: `/sign-in/return?code=c&state=${s}`, cookie: '' })],
]
for (const [why, back] of refusedReturns)
  test(`sign-in: ${why} is refused and leaves no session`, async () => {
    const answer = await signInAs('', '', back)
    assert.equal(answer.headers.location, '/sign-in')
    assert.equal(
      answer.cookies.find(c => c.name === '__Host-lcr'),
      undefined,
    )
    assert.equal(house.events.at(-1)?.kind, 'sign-in-refused')
  })

test('sign-in: a return is good once, and for 10 minutes', async () => {
  let kept = { url: '', cookie: '' }
  const first = await signInAs('', '', (state, cookie) => (kept = { url: `/sign-in/return?code=c&state=${state}`, cookie }))
  assert.equal(first.headers.location, '/')
  assert.equal((await get(kept.url, kept.cookie)).headers.location, '/sign-in')
  const before = house.clock.now
  const late = await signInAs('', '', (state, cookie) => {
    house.clock.now = new Date(before.getTime() + 11 * 60_000)
    return { url: `/sign-in/return?code=c&state=${state}`, cookie }
  })
  house.clock.now = before
  assert.equal(late.headers.location, '/sign-in')
})

test('the identity provider away: sign-in says so, running sessions go on', async () => {
  const session = await house.session()
  house.signIn.away = true
  const start = await get('/sign-in/start')
  assert.equal(start.statusCode, 503)
  assert.match(start.body, /unavailable/)
  assert.equal((await get('/find', session.cookie)).statusCode, 200)
  house.signIn.away = false
})

test('D162 D163: lock hides everything; the same user unlocks to the same spot under a new cookie', async () => {
  const session = await house.session()
  const { view } = house.openView(session)
  const locked = await post('/lock', session, { to: `/r/${view.id}/sources` })
  assert.equal(locked.headers.location, '/locked')
  assert.match((await get('/locked', session.cookie)).body, /Dr Priya Shah/)
  assert.equal((await get(`/r/${view.id}/`, session.cookie)).headers.location, '/locked')
  const back = await signInAs(session.cookie)
  assert.equal(back.headers.location, `/r/${view.id}/sources`)
  assert.ok(house.signIn.lastSince, 'a fresh sign-in is asked for')
  assert.equal((await get(`/r/${view.id}/`, cookiesOf(back))).statusCode, 200)
  assert.equal((await get(`/r/${view.id}/`, session.cookie)).headers.location?.toString().startsWith('/sign-in'), true)
})

test('D162: another user at a locked screen gets none of it', async () => {
  const session = await house.session()
  const { view } = house.openView(session)
  await post('/lock', session, { to: `/r/${view.id}/` })
  house.signIn.identity = other
  const came = await signInAs(session.cookie)
  house.signIn.identity = shah
  assert.equal(came.headers.location, '/')
  assert.equal((await get(`/r/${view.id}/`, cookiesOf(came))).statusCode, 404)
  assert.equal(await house.store.sessionById(session.row.id), undefined)
  assert.ok(house.ended.includes(session.row.id))
})

test('D163: a session left for 30 minutes is locked, use keeps it open, scripts that read do not', async () => {
  const start = house.clock.now
  const session = await house.session()
  const { view } = house.openView(session)
  house.clock.now = new Date(start.getTime() + IDLE_MS - 60_000)
  await get(`/r/${view.id}/parts?after=0`, session.cookie)
  assert.equal((await house.store.sessionById(session.row.id))?.lastSeenAt.getTime(), start.getTime())
  await get('/find', session.cookie)
  house.clock.now = new Date(start.getTime() + IDLE_MS + 60_000)
  assert.equal((await get('/find', session.cookie)).statusCode, 200)
  house.clock.now = new Date(start.getTime() + 3 * IDLE_MS)
  assert.equal((await get('/find', session.cookie)).headers.location, '/locked')
  house.clock.now = start
})

test('log out ends the session, its cookie and its views', async () => {
  const session = await house.session()
  const answer = await post('/log-out', session)
  assert.equal(answer.headers.location, '/sign-in')
  assert.equal(answer.cookies.find(c => c.name === '__Host-lcr')?.value, '')
  assert.equal((await get('/find', session.cookie)).headers.location, '/sign-in')
  assert.ok(house.ended.includes(session.row.id))
})

test('D164: find, open: an opaque reference of this session; the number is in no URL and not readable in the tables', async () => {
  const session = await house.session()
  const found = await post('/find', session, { nhsNumber: '999 123 4578' })
  assert.equal(found.statusCode, 303)
  const list = await get(String(found.headers.location), session.cookie)
  const ref = /\[(.+?)\]/.exec(list.body)?.[1] ?? ''
  assert.match(ref, /^[A-Za-z0-9_-]{43}$/)
  assert.doesNotMatch((await house.store.person(session.row.id, ref)) ?? '', /9991234578/)
  const stranger = await house.session(other)
  assert.equal((await post('/open', stranger, { ref })).statusCode, 404)
  assert.equal((await post('/open', session, { ref: opaque() })).statusCode, 404)
  assert.equal((await post('/open', session)).statusCode, 404)
  const opened = await post('/open', session, { ref })
  assert.equal(opened.statusCode, 303)
  assert.match(String(opened.headers.location), /^\/r\/own1\.[A-Za-z0-9_-]{43}\/$/)
  assert.equal((await get(String(opened.headers.location), session.cookie)).statusCode, 200)
})

test('D164: Back and refresh show what was found, for minutes, to that session alone, and search nothing again', async () => {
  const session = await house.session()
  const place = String((await post('/find', session, { nhsNumber: '999 123 4578' })).headers.location)
  assert.match(place, /^\/find\/[A-Za-z0-9_-]{43}$/)
  house.found.people = []
  const again = await get(place, session.cookie)
  house.found.people = [okafor]
  assert.match(again.body, /candidates.*OKAFOR/)
  assert.doesNotMatch((await house.store.list(session.row.id, place.slice(6), new Date(0))) ?? '', /OKAFOR|9991234578/)
  assert.equal((await get(place, (await house.session(other)).cookie)).headers.location, '/find')
  const { now } = house.clock
  house.clock.now = new Date(now.getTime() + 10 * 60_000 + 1)
  assert.equal((await get(place, session.cookie)).headers.location, '/find')
  house.clock.now = now
})

test('find: faults of the form come back with their words', async () => {
  const session = await house.session()
  house.found.fault = 'An NHS number has ten digits.'
  const page = await post('/find', session, { nhsNumber: '1' })
  delete house.found.fault
  assert.equal(page.statusCode, 400)
  assert.match(page.body, /ten digits/)
})

for (const [status, code, said] of [
  ['deciding', 200, /deciding/],
  ['open', 200, /record.*OKAFOR.*\[n=2\]/],
  ['denied', 403, /denied/],
  ['no-information', 200, /no-information/],
  ['unavailable', 503, /unavailable/],
  ['closed', 404, /view-closed/],
] as const)
  test(`a view that is ${status} shows its own page`, async () => {
    const session = await house.session()
    const test = house.openView(session, status)
    test.append()
    test.append()
    const page = await get(`/r/${test.view.id}/`, session.cookie)
    assert.equal(page.statusCode, code)
    assert.match(page.body, said)
    if (status !== 'open') assert.doesNotMatch(page.body, /OKAFOR/)
    await new Promise(resolve => setImmediate(resolve))
    assert.equal(test.readers, 0, 'nobody is left waiting at the view')
  })

test('claim: asked, refused without a reason, opened with one', async () => {
  const session = await house.session()
  const claim = house.openView(session, 'claim')
  const path = `/r/${claim.view.id}`
  assert.equal((await get(`${path}/`, session.cookie)).headers.location, `${path}/reason`)
  const refused = await post(`${path}/reason`, session)
  assert.equal(refused.statusCode, 400)
  assert.match(refused.body, /Choose a reason/)
  assert.equal((await post(`${path}/reason`, session, { reason: 'claim-treating' })).headers.location, `${path}/`)
  assert.equal((await get(`${path}/`, session.cookie)).statusCode, 200)
})

test('D116: try again re-asks that source and group only', async () => {
  const session = await house.session()
  const opened = house.openView(session)
  const path = `/r/${opened.view.id}`
  const fields = { source: 'kch', exchange: 'SEL', group: 'essentials' }
  assert.equal((await post(`${path}/try-again`, session, fields)).headers.location, `${path}/`)
  assert.equal((await post(`${path}/try-again`, session, { ...fields, group: 'everything' })).statusCode, 400)
  assert.deepEqual(opened.tried, ['SEL/kch/essentials'])
})

test('events: parts with their numbers, from where the reader was, to the closed one; polling tells the same', async () => {
  const session = await house.session()
  const opened = house.openView(session)
  opened.append()
  opened.append()
  opened.append('ended')
  const whole = await get(`/r/${opened.view.id}/events`, session.cookie)
  assert.equal(whole.headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.match(String(whole.headers['content-security-policy']), /default-src 'none'/)
  assert.deepEqual(
    [...whole.body.matchAll(/^id: (\d+)$/gm)].map(m => m[1]),
    ['1', '2', '3'],
  )
  assert.match(whole.body, /event: state\ndata: \{"status":"open"/)
  const resumed = await get(`/r/${opened.view.id}/events`, session.cookie, { 'last-event-id': '2' })
  assert.deepEqual(
    [...resumed.body.matchAll(/^id: (\d+)$/gm)].map(m => m[1]),
    ['3'],
  )
  const polled = await get(`/r/${opened.view.id}/parts?after=1`, session.cookie)
  assert.deepEqual(polled.json<{ parts: object[] }>().parts, [
    { n: 2, folded: 2 },
    { n: 3, folded: 3 },
  ])
  assert.equal(polled.json<{ closed: string }>().closed, 'ended')
  assert.deepEqual((await get(`/r/${opened.view.id}/parts?after=999`, session.cookie)).json<{ parts: object[] }>().parts, [])
  assert.deepEqual((await get(`/r/${opened.view.id}/parts?after=-1`, session.cookie)).json<{ parts: object[] }>().parts.length, 3)
  assert.equal(opened.readers, 0)
})

test('D124: a view without a record says nothing by its parts, whatever was asked before: polled, streamed or ended', async () => {
  const session = await house.session()
  for (const status of ['deciding', 'no-information', 'denied', 'claim', 'unavailable', 'closed'] as const) {
    const answers = []
    for (const asked of [0, 3]) {
      const opened = house.openView(session, status)
      for (let n = 0; n < asked; n++) opened.append()
      if (status === 'closed') opened.append('ended')
      const polled = await get(`/r/${opened.view.id}/parts`, session.cookie)
      const streamed = status === 'deciding' ? '' : (await get(`/r/${opened.view.id}/events`, session.cookie)).body
      answers.push(`${polled.body}${streamed}`.replaceAll(opened.view.id, ''))
    }
    assert.equal(answers[0], answers[1], status)
    assert.match(answers[0] ?? '', /"parts":\[\],"closed":null/)
  }
})

test('locking ends what is still streaming', async () => {
  const session = await house.session()
  const opened = house.openView(session)
  const streaming = get(`/r/${opened.view.id}/events`, session.cookie)
  while (opened.readers === 0) await new Promise(resolve => setImmediate(resolve))
  await post('/lock', session)
  opened.append()
  assert.doesNotMatch((await streaming).body, /^id: /m)
  assert.equal(opened.readers, 0)
})

test('the audit away: a new view is refused in words', async () => {
  const session = await house.session()
  const list = await get(String((await post('/find', session)).headers.location), session.cookie)
  house.auditAway = true
  const page = await post('/open', session, { ref: /\[(.+?)\]/.exec(list.body)?.[1] ?? '' })
  house.auditAway = false
  assert.deepEqual([page.statusCode, /unavailable/.test(page.body)], [503, true])
})

for (const [given, expected] of [
  ['/r/a1.b-c/', '/r/a1.b-c/'],
  ['/r/a1.b-c/item/e_1', '/r/a1.b-c/item/e_1'],
  ['/r/a1.b-c/item/e_1/not-theirs', '/r/a1.b-c/item/e_1/not-theirs'],
  ['/r/a1.b-c/medicines/compare', '/r/a1.b-c/medicines/compare'],
  ['/find', '/find'],
  [`/find/${'a'.repeat(43)}`, `/find/${'a'.repeat(43)}`],
  ['/office', '/office'],
  ['/office/objections', '/office/objections'],
  ['/office/rules/changes/0c8f2a6e-58f1-4a8f-9d3a-2f1f6e2b9a10', '/office/rules/changes/0c8f2a6e-58f1-4a8f-9d3a-2f1f6e2b9a10'],
  ['//evil.example/r/x/', '/'],
  ['//office/objections', '/'],
  ['/office//evil.example', '/'],
  ['/office/../r/x/', '/'],
  ['/office/..', '/'],
  ['/office/%2e%2e/find', '/'],
  ['/office/\\evil.example', '/'],
  ['/office@evil.example', '/'],
  ['/office.evil.example', '/'],
  ['/office/objections?next=https://evil.example', '/'],
  ['/office/objections#top', '/'],
  ['/office/objections\n', '/'],
  ['/office/a\r\nset-cookie: a', '/'],
  ['office/objections', '/'],
  ['https://evil.example/office', '/'],
  ['javascript:alert(1)//office', '/'],
  [['/office'], '/'],
  ['https://evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/r/x/?nhs=1', '/'],
  ['/r/x/\r\nset-cookie: a', '/'],
  [undefined, '/'],
] as const)
  test(`a sign-in that wants to lead to ${JSON.stringify(given)} leads to ${expected}`, () => assert.equal(returnPath(given), expected))

test('what is sealed opens with its key, in its place, whole', () => {
  const one = createSealer(new Uint8Array(32).fill(1))
  const sealed = one.seal('9991234578', 'here')
  assert.equal(one.open(sealed, 'here'), '9991234578')
  assert.equal(one.open(sealed, 'there'), undefined)
  assert.equal(createSealer(new Uint8Array(32)).open(sealed, 'here'), undefined)
  assert.equal(one.open(sealed.slice(0, -2), 'here'), undefined)
  assert.equal(one.open('', 'here'), undefined)
  assert.throws(() => createSealer(new Uint8Array(16)), /32 bytes/)
})

for (const [names, expected] of [
  ['URI:urn:lcr:exchange:NCL', ['NCL']],
  ['DNS:localhost, URI:urn:lcr:exchange:NCL, IP Address:127.0.0.1', ['NCL']],
  ['URI:urn:lcr:exchange:NCL, URI:urn:lcr:exchange:SEL', ['NCL', 'SEL']],
  ['DNS:"a, URI:urn:lcr:exchange:NCL, b"', []],
  ['DNS:urn:lcr:exchange:NCL', []],
  ['URI:urn:lcr:exchange:NCL/x', []],
  ['', []],
  [undefined, []],
] as const)
  test(`R006: a certificate with ${names} names ${expected.join(' and ') || 'nobody'}`, () =>
    assert.deepEqual(exchangesNamed(names), expected))

const awayFor = async (store: typeof house.store, work: () => Promise<void>): Promise<void> => {
  store.away(true)
  try {
    await work()
  } finally {
    store.away(false)
  }
}
const settled = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20))
}

test('D162: the database away, a lock holds at once and is written down when it is back', async () => {
  const session = await house.session()
  const { view } = house.openView(session)
  assert.equal((await get(`/r/${view.id}/`, session.cookie)).statusCode, 200)
  await awayFor(house.store, async () => {
    const locked = await post('/lock', session, { to: `/r/${view.id}/` })
    assert.deepEqual([locked.statusCode, locked.headers.location], [303, '/locked'])
    assert.match((await get('/locked', session.cookie)).body, /<title>locked</)
    assert.equal((await get(`/r/${view.id}/`, session.cookie)).headers.location, '/locked', 'the next person presses Back')
    assert.equal((await get(`/r/${view.id}/parts`, session.cookie)).statusCode, 401)
  })
  assert.equal((await get('/find', session.cookie)).headers.location, '/locked', 'before it is written')
  await settled(async () => (await house.store.sessionById(session.row.id))?.lockedAt !== null)
  const row = await house.store.sessionById(session.row.id)
  assert.equal(row?.returnTo, `/r/${view.id}/`)
})

test('the database away, logging out ends the session, closes its views and takes the cookie', async () => {
  const session = await house.session()
  const { view } = house.openView(session)
  assert.equal((await get(`/r/${view.id}/`, session.cookie)).statusCode, 200)
  await awayFor(house.store, async () => {
    const out = await post('/log-out', session)
    assert.deepEqual([out.statusCode, out.headers.location], [303, '/sign-in'])
    assert.equal(out.cookies.find(c => c.name === '__Host-lcr')?.value, '')
    assert.ok(house.ended.includes(session.row.id))
  })
  assert.match(String((await get(`/r/${view.id}/`, session.cookie)).headers.location), /^\/sign-in/, 'Back, before it is written')
  await settled(async () => (await house.store.sessionById(session.row.id)) === undefined)
})

test('the database away for longer than reading goes on, one may still log out', async () => {
  const session = await house.session()
  assert.equal((await get('/find', session.cookie)).statusCode, 200)
  const before = house.clock.now
  await awayFor(house.store, async () => {
    house.clock.now = new Date(before.getTime() + 11 * 60_000)
    assert.equal((await get('/find', session.cookie)).statusCode, 503)
    assert.equal((await post('/log-out', session)).headers.location, '/sign-in')
  })
  house.clock.now = before
  await settled(async () => (await house.store.sessionById(session.row.id)) === undefined)
})

test('an unlock is not undone by a lock that was still being written', async () => {
  const store = createMemoryStore()
  const sessions = createSessions(store, () => house.clock.now)
  const { row, token } = await sessions.begin({ ...shah, roleProfileId: doctorRole.sdsRoleProfileId })
  store.away(true)
  const written = sessions.lock(row, null)
  store.away(false)
  const fresh = await sessions.unlock(row)
  await written
  assert.equal((await sessions.of(fresh))?.lockedAt, null)
  assert.equal(await sessions.of(token), undefined)
})
