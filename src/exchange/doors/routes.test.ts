import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import Fastify from 'fastify'
import { createHouse, other, unmappedRole, shah } from './for-tests.ts'
import { registerRoute, type Guards, type Route } from './routes.ts'

const house = await createHouse()
after(() => house.servers.close())
const app = house.servers.public
const html = { accept: 'text/html' }
const fill = (path: string, view: string): string =>
  path.replace(':view', view).replace(':entry', 'e1').replace(':page', '1').replace(':list', 'L'.repeat(43)).replace('*', 'record.js')
const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('a route that names no permission does not register', () => {
  const bare = { method: 'GET', path: '/bare', serve: async () => 'served' } as unknown as Route
  assert.throws(() => registerRoute(Fastify(), bare, {} as Guards), /names no permission/)
})

test('R048 R049 R094: every registered route names its permission, and only these are open to anyone', () => {
  const open = house.servers.routes.public
    .filter(r => r.permission === 'public' || r.permission === 'health')
    .map(r => `${r.method} ${r.path}`)
  assert.deepEqual(open.sort(), [
    'GET /assets/*',
    'GET /health',
    'GET /locked',
    'GET /ready',
    'GET /sign-in',
    'GET /sign-in/return',
    'GET /sign-in/start',
  ])
})

/** Routes of people; those of software have `fhir/fhir-routes.test.ts`. */
const guarded = house.servers.routes.public.filter(r => r.permission !== 'public' && r.permission !== 'health' && r.permission !== 'fhir')
for (const route of guarded) {
  const name = `${route.method} ${route.path}`
  const send = (over: { view?: string; headers?: Record<string, string>; body?: string }) =>
    app.inject({
      method: route.method,
      url: fill(route.path, over.view ?? 'own1.nobody'),
      headers: { ...html, ...(route.method === 'POST' ? form : {}), ...over.headers },
      ...(route.method === 'POST' ? { payload: over.body ?? '' } : {}),
    })

  test(`${name}: without a session nothing is served`, async () => {
    const page = await send({})
    if (route.byScript) assert.equal(page.statusCode, 401)
    else {
      assert.equal(page.statusCode, 303)
      assert.match(String(page.headers.location), /^\/sign-in(?:\?to=|$)/)
    }
    const system = await send({ headers: { accept: 'application/json' } })
    assert.equal(system.statusCode, 401)
    assert.match(String(system.headers['content-type']), /^application\/problem\+json/)
  })

  test(`${name}: a made-up cookie is no session`, async () => {
    const page = await send({ headers: { cookie: `__Host-lcr=${'A'.repeat(43)}`, accept: 'application/json' } })
    assert.equal(page.statusCode, 401)
  })

  if (!['/lock', '/unlock', '/log-out'].includes(route.path))
    for (const [why, over] of [
      ['locked', { lockedAt: house.clock.now }],
      ['idle for 30 minutes', { lastSeenAt: new Date(house.clock.now.getTime() - 30 * 60_000) }],
    ] as const)
      test(`D162: ${name}: a session that is ${why} gets the locked page and nothing else`, async () => {
        const session = await house.session(shah, over)
        const view = house.openView(session)
        const body = new URLSearchParams({ csrf: session.csrf }).toString()
        const answer = await send({ view: view.view.id, headers: { cookie: session.cookie }, body })
        if (route.byScript) assert.equal(answer.statusCode, 401)
        else assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/locked'])
        assert.doesNotMatch(answer.body, /OKAFOR/)
        assert.equal(view.status, 'open')
      })

  test(`${name}: a session older than 12 hours is over`, async () => {
    const session = await house.session(shah, { createdAt: new Date(house.clock.now.getTime() - 12 * 3_600_000) })
    const answer = await send({ headers: { cookie: session.cookie, accept: 'application/json' } })
    assert.equal(answer.statusCode, 401)
  })

  if (route.permission === 'session' || route.permission === 'view')
    test(`${name}: a role that is not in the table gets nowhere`, async () => {
      const session = await house.session({ ...shah, roles: [unmappedRole] })
      const view = house.openView(session)
      const body = new URLSearchParams({ csrf: session.csrf }).toString()
      const answer = await send({ view: view.view.id, headers: { cookie: session.cookie }, body })
      assert.deepEqual([answer.statusCode, answer.headers.location], route.byScript ? [401, undefined] : [303, '/roles'])
    })

  if (route.permission === 'view')
    test(`D164: ${name}: another's view, another user's and an unknown one are the same bytes`, async () => {
      const mine = await house.session()
      const foreign = house.openView(await house.session(other))
      const alsoMine = house.openView(await house.session(shah))
      const body = new URLSearchParams({ csrf: mine.csrf }).toString()
      const answers = await Promise.all(
        [foreign.view.id, alsoMine.view.id, 'own1.unknown', 'gone1.unknown', 'x', '..', 'own1.%00'].map(view =>
          send({ view, headers: { cookie: mine.cookie }, body }),
        ),
      )
      for (const answer of answers.slice(0, 5)) {
        assert.equal(answer.statusCode, 404)
        assert.equal(answer.body, answers[0]?.body)
        assert.deepEqual(Object.keys(answer.headers).sort(), Object.keys(answers[0]?.headers ?? {}).sort())
      }
      for (const answer of answers) assert.ok(answer.statusCode >= 303 && answer.statusCode < 500)
      assert.equal(foreign.status, 'open')
    })

  if (route.method === 'POST')
    for (const [why, headers, token] of [
      ['no form token', {}, 'none'],
      ["another session's form token", {}, 'other'],
      ['the right token from another origin', { origin: 'https://evil.example' }, 'own'],
      ['the right token, cross-site', { 'sec-fetch-site': 'cross-site' }, 'own'],
      ['the right token from another site of the same domain', { 'sec-fetch-site': 'same-site' }, 'own'],
      ['the right token and an origin that is hidden', { origin: 'null' }, 'own'],
    ] as const)
      test(`${name}: ${why} is refused`, async () => {
        const session = await house.session()
        const view = house.openView(session)
        const stranger = await house.session(other)
        const csrf = { none: '', other: stranger.csrf, own: session.csrf }[token]
        const answer = await send({
          view: view.view.id,
          headers: { cookie: session.cookie, ...headers },
          body: new URLSearchParams({ csrf }).toString(),
        })
        assert.equal(answer.statusCode, 403)
        assert.ok(await house.store.sessionById(session.row.id), 'nothing happened to the session')
        assert.equal(view.status, 'open')
        assert.deepEqual(view.tried, [])
      })
}

test('every answer carries the constant headers', async () => {
  for (const [url, accept] of [
    ['/', 'text/html'],
    ['/nowhere', 'text/html'],
    ['/nowhere', 'application/json'],
    ['/health', '*/*'],
    ['/assets/record.0123456789.js', '*/*'],
  ]) {
    const { headers } = await app.inject({ url: url ?? '', headers: { accept } })
    assert.equal(
      headers['content-security-policy'],
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self' https://id.example; frame-ancestors 'self'; base-uri 'none'",
    )
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cache-control'], url?.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store')
    assert.equal(headers['strict-transport-security'], undefined)
  }
})

test('R094: errors are our own words: problem details or a page by Accept, no stack, no echo', async () => {
  const problem = await app.inject({ url: '/%3Cscript%3E?nhs=9991234567', headers: { accept: 'application/json' } })
  assert.equal(problem.statusCode, 404)
  assert.deepEqual(
    { ...problem.json<object>(), instance: '' },
    { type: 'about:blank', title: 'Not Found', status: 404, detail: 'There is nothing here.', instance: '' },
  )
  const session = await house.session()
  const large = await app.inject({
    method: 'POST',
    url: '/find',
    headers: { ...html, ...form, cookie: session.cookie },
    payload: 'family='.padEnd(20_000, 'a'),
  })
  assert.equal(large.statusCode, 413)
  const strange = await app.inject({
    method: 'POST',
    url: '/find',
    headers: { ...html, 'content-type': 'text/xml', cookie: session.cookie },
    payload: '<a/>',
  })
  assert.equal(strange.statusCode, 415)
  await app.inject({ url: '/find', headers: { ...html, cookie: session.cookie } })
  house.store.away(true)
  const away = await app.inject({ url: '/find', headers: { ...html, cookie: session.cookie } })
  assert.equal(away.statusCode, 200, 'a session seen lately goes on without the database')
  const unseen = await app.inject({ url: '/find', headers: { ...html, cookie: `__Host-lcr=${'B'.repeat(43)}` } })
  assert.equal(unseen.statusCode, 503)
  assert.doesNotMatch(unseen.body, /ECONNREFUSED|at .*\.ts/)
  house.store.away(false)
})

test('assets: only what pages load, by a path that names its bytes', async () => {
  const file = await app.inject({ url: '/assets/record.0123456789.js' })
  assert.deepEqual([file.statusCode, file.headers['content-type']], [200, 'text/javascript; charset=utf-8'])
  for (const url of [
    '/assets/notes.txt',
    '/assets/../../package.json',
    '/assets/%2e%2e/package.json',
    '/assets/',
    '/assets/record.0123456789.js%00',
  ])
    assert.ok((await app.inject({ url })).statusCode >= 400, url)
})

test('R044 R061: the public door is not opened to a network without TLS', async () => {
  await assert.rejects(createHouse({ settings: { host: '0.0.0.0' } }), /loopback/)
})
