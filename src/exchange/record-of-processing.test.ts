import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { CONNECTORS, type Catalogue } from '../care-record/catalogue.ts'
import { fail } from '../care-record/result.ts'
import { catalogueDocument } from './agreements/for-tests.ts'
import { createHouse } from './doors/for-tests.ts'
import { createTokens } from './doors/fhir/for-tests.ts'
import { FLOW_WORDS, processingRoutes } from './doors/office/processing-routes.ts'
import { FLOW_OF_CONNECTOR, FLOW_OF_EGRESS, flowOfRoute, FLOWS, processingRecord, processingSettings } from './record-of-processing.ts'

const { organisations, roles, ...rest } = catalogueDocument()
const catalogue: Catalogue = {
  ...rest,
  version: '1',
  organisations: new Map(organisations.map(o => [o.odsCode, o])),
  roles: new Map(roles.map(r => [r.jobRole, r])),
}
const settings = { exchange: 'SEL', software: ['ward'], bridges: ['A product'], signIn: 'id.example', demographics: 'pds.example' }
const record = processingRecord(catalogue, settings)
const tokens = await createTokens(() => new Date('2026-11-21T10:00:00Z'))
const gone = async (): Promise<ReturnType<typeof fail>> => fail('not-found', 'nothing')
const house = await createHouse({
  settings: { fhir: tokens.settings },
  ports: { bridges: { offered: () => [], leave: gone, arrive: gone, open: gone } as never },
})
after(() => house.servers.close())
const routes = [...house.servers.routes.public, ...house.servers.routes.mtls]
const others = routes.filter(route => route.permission === 'peer' || route.permission === 'fhir' || route.path.includes('bridge'))

test('R060: every way that another system or exchange uses has its row in the record of processing', () => {
  assert.ok(others.filter(route => route.permission === 'peer').length >= 6)
  assert.ok(others.filter(route => route.permission === 'fhir').length >= 4)
  assert.ok(others.filter(route => route.path.includes('bridge')).length >= 3)
  for (const route of others) {
    const flow = flowOfRoute(route)
    assert.ok(flow !== undefined && record.some(row => row.id === flow), `${route.method} ${route.path} has no legal basis written down`)
  }
})
for (const path of ['/peer/v1/export', '/peer/v2/record', '/peer/v1/record/all', '/peer/v1/constructor', 'constructor'])
  test(`R060: a route ${path} that nobody wrote a basis for is found`, () =>
    assert.equal(flowOfRoute({ permission: 'peer', path }), undefined))

test('R060: every connector and every kind of connection out has its row', () => {
  const rows = new Set<string>(record.map(row => row.id))
  for (const kind of CONNECTORS) assert.ok(rows.has(FLOW_OF_CONNECTOR[kind]), kind)
  for (const flows of Object.values(FLOW_OF_EGRESS)) for (const flow of flows) assert.ok(rows.has(flow), flow)
  assert.deepEqual(
    record.map(row => row.id),
    [...FLOWS],
  )
})

test('R060: each row says its basis under Articles 6 and 9, the common law, how long and how safe', () => {
  for (const row of record) {
    assert.match(row.article6, /^Article 6\(1\)\([a-f]\)/, row.id)
    assert.match(row.article9, row.id === 'sign-in' ? /^None/ : /^Article 9\(2\)\([a-j]\)/, row.id)
    for (const words of [row.purpose, row.data, row.commonLaw, row.retention, row.safeguards, row.from, row.to])
      assert.ok(words.length > 3, row.id)
  }
})

test('R060: who is at the other end is who takes part now', () => {
  const partiesOf = (id: string, now: Catalogue = catalogue): readonly string[] | undefined =>
    processingRecord(now, settings).find(row => row.id === id)?.parties
  assert.deepEqual(partiesOf('source-fhir'), ['Hospital'])
  assert.deepEqual(partiesOf('source-gp-connect'), [], 'planned is not asked')
  assert.deepEqual(partiesOf('viewer'), ['Hospital', 'Practice'], 'who is only reviewed does not view')
  assert.deepEqual(partiesOf('peer-asked'), ['North East London'])
  const cut = { ...catalogue, sources: catalogue.sources.map(source => ({ ...source, state: 'suspended' as const })) }
  assert.deepEqual(partiesOf('source-fhir', cut), [])
  assert.deepEqual([partiesOf('software'), partiesOf('bridge')], [['ward'], ['A product']])
})

test('R060: addresses of the national services come from the settings, without a path or a secret', () => {
  const of = processingSettings({
    exchange: 'SEL',
    oidc: { issuer: 'https://id.example/realm?x=secret', clientId: 'secret', origins: [] },
    pds: { url: 'https://pds.example/R4', tokenUrl: 'https://pds.example/token', clientId: 'secret' },
    fhirClients: '{"clients":[{"clientId":"ward"}]}',
  })
  assert.deepEqual(of, { exchange: 'SEL', software: ['ward'], bridges: [], signIn: 'id.example', demographics: 'pds.example' })
})

test('R060: the public reads the same flows in plain words, and nothing of how we are built', async () => {
  const served = await createHouse({ offices: door => processingRoutes(door, () => catalogue, settings) })
  after(() => served.servers.close())
  const { statusCode, body } = await served.servers.public.inject({ url: '/privacy', headers: { accept: 'text/html' } })
  assert.equal(statusCode, 200)
  for (const { words } of Object.values(FLOW_WORDS)) assert.ok(body.includes(words), words)
  assert.match(body, /Hospital/)
  assert.match(body, /href="\/object"/)
  assert.match(body, /ico\.org\.uk\/make-a-complaint/)
  for (const secret of ['pds.example', 'id.example', 'ward', 'csrf']) assert.doesNotMatch(body, new RegExp(`>[^<]*\\b${secret}\\b`), secret)
})
