import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createHouse } from './for-tests.ts'
import { bearer, createTokens } from './fhir/for-tests.ts'

const clock = { now: new Date('2026-11-21T10:00:00Z') }
const tokens = await createTokens(() => clock.now)
const house = await createHouse({ settings: { fhir: tokens.settings } })
after(() => house.servers.close())
const { routes, public: app } = house.servers
const named = (all: readonly { readonly method: string; readonly path: string }[]): readonly string[] =>
  all.map(({ method, path }) => `${method} ${path}`).toSorted()

test('R048 R049: what is read of a record is read of one view of one person; there is no other way to it', () => {
  const ofViews = routes.public.filter(route => route.permission === 'view')
  assert.ok(ofViews.length > 10)
  for (const { path } of ofViews) assert.match(path, /^\/r\/:view\//)
  assert.deepEqual(
    named(routes.public.filter(route => route.permission === 'session' || route.permission === 'signed-in')),
    [
      'GET /',
      'GET /find',
      'GET /find/:list',
      'GET /find/unknown',
      'GET /roles',
      'POST /find',
      'POST /lock',
      'POST /log-out',
      'POST /open',
      'POST /roles',
      'POST /unlock',
    ],
    'finding one person, one’s own session, and nothing else',
  )
})

test('R048 R049: between exchanges too, one person at a time; of many are the held ids, which name nobody, and the lists of who objected and who is cut off, which hold nothing else', () => {
  assert.deepEqual(named(routes.mtls.filter(route => route.permission === 'peer')), [
    'GET /peer/v1/held',
    'GET /peer/v1/keys',
    'POST /peer/v1/document',
    'POST /peer/v1/lists',
    'POST /peer/v1/record',
    'POST /peer/v1/report',
  ])
})

const BULK = [
  ['GET', '/$export'],
  ['POST', '/$export'],
  ['GET', '/Patient/$export'],
  ['POST', '/Patient/$export'],
  ['GET', '/Group/all/$export'],
  ['GET', '/$export-poll-status'],
  ['GET', '/Patient'],
  ['GET', '/Patient?birthdate=1956-03-08'],
  ['GET', '/Patient/$everything'],
  ['POST', '/Patient/_search'],
  ['GET', '/Observation'],
  ['GET', '/Observation?code=http://snomed.info/sct|1'],
  ['GET', '/Observation?patient=a,b'],
  ['GET', '/Observation?subject:Patient.gender=female'],
  ['GET', '/Condition?_has:Patient:gender=female'],
  ['GET', '/Group'],
  ['GET', '/List'],
  ['GET', '/MeasureReport'],
  ['GET', '/_history'],
  ['GET', '/Observation/_history'],
  ['POST', '/'],
  ['POST', '/$graphql'],
] as const
for (const [method, path] of BULK)
  test(`R047 R048 R049: ${method} ${path} answers nobody, with a token of a user or without`, async () => {
    for (const headers of [{ accept: 'application/fhir+json' }, bearer(await tokens.userToken()), bearer(await tokens.clientToken())]) {
      const body = method === 'POST' ? { payload: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry: [] }) } : {}
      const answer = await app.inject({
        method,
        url: `/fhir/R4${path}`,
        headers: { ...headers, ...(method === 'POST' ? { 'content-type': 'application/fhir+json' } : {}) },
        ...body,
      })
      assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${answer.statusCode}`)
      assert.doesNotMatch(answer.body, /"resourceType":"(?!OperationOutcome)|OKAFOR/)
    }
  })
