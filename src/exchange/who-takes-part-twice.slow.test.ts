import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Agent } from 'undici'
import type { Viewer } from '../care-record/person.ts'
import { fail, type Result } from '../care-record/result.ts'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { createEgress } from '../platform/egress.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { applyCatalogue, readCatalogue } from './agreements/catalogue-store.ts'
import { putIsolation } from './agreements/isolations-in-force.ts'
import { createAudit, type Audit } from './audit/audit.ts'
import { sealKey, signingKey } from './audit/for-tests.ts'
import { createCheckConnection } from './check-connection.ts'
import type { TokenSource } from './sources/reading/tokens.ts'
import { createChanges, type Changes, type ConnectionForm } from './change-agreement.ts'
import { DELIVERY, dayFields, faultOf, governor, takesPart, valueOf } from './takes-part.for-tests.ts'

/** Ways to come past two people: applying twice, reading one thing and approving another, two hats, an approver who is gone. */

let server: TestServer
let pool: Pool
let audit: Audit
let changes: Changes
const lines: { readonly code: string }[] = []
const now = (): Date => new Date('2026-11-21T10:00:00Z')
before(async () => {
  server = await serverForTests(['twice'])
  pool = openPool({ url: server.url('twice') })
  await migrate(pool)
  const log = { warn: () => {}, info: () => {}, error: (line: unknown) => void lines.push(line as { code: string }) }
  const spoolDir = mkdtempSync(join(tmpdir(), 'lcr-spool-'))
  audit = createAudit({ pool, exchange: 'SEL', processTag: 'test', signingKey, keyId: 'sel-1', sealKey, spoolDir, now, log })
  await audit.drain()
  valueOf(await applyCatalogue(pool, takesPart()))
  changes = createChanges({ pool, exchange: 'SEL', audit, goLiveAllowed: async () => true, now, newId: randomUUID, log })
})
after(async () => {
  await audit.stop()
  await pool.end()
  await server.remove()
})

const [writer, ann, bob, cat] = [governor(1, 'RJ2'), governor(2, 'RV5'), governor(3, 'RQX'), governor(4, 'RPG')]
const form = (odsCode: string, over: ConnectionForm = {}): ConnectionForm => ({
  organisation: { name: 'A hospice', short: 'Hospice', odsCode },
  kind: { kind: 'hospice', area: 'Lewisham' },
  agreement: { reason: 'Cares for people', contract: 'File 12', ...dayFields('from', '2026-11-21'), ...dayFields('until', '2027-11-20') },
  'dsp-toolkit': { status: 'met', ...dayFields('until', '2027-06-30') },
  contacts: { phone: '020 7946 0999', web: 'https://hospice.example', contact: 'Information governance lead' },
  shares: { sharing: 'some', 'section-plans': 'yes' },
  viewers: { who: 'everyone' },
  check: { result: 'views-only' },
  'go-live': dayFields('date', '2026-11-21'),
  ...over,
})
const send = async (told: ConnectionForm, by = writer): Promise<Result<string>> => {
  const id = valueOf(await changes.begin(by))
  for (const [task, values] of Object.entries(told)) valueOf(await changes.saveTask(id, task, values, by))
  return changes.send(id, by)
}
const step = (odsCode: string, taken: 'approve' | 'connect' | 'withdraw' | 'leave' | 'agree', by: Viewer) =>
  changes.stepOrganisation(odsCode, { step: taken }, by)
const lifeOf = async (odsCode: string) => (await changes.organisation(odsCode))?.row.life ?? assert.fail()
const sharedBy = async (odsCode: string) => (await readCatalogue(pool)).agreements.filter(a => a.provider === odsCode)

test('R058: what a withdrawn application asked for is not approved with the next one', async () => {
  valueOf(await send(form('8HX01', { shares: { sharing: 'all' } })))
  valueOf(await step('8HX01', 'withdraw', writer))
  valueOf(await send(form('8HX01')))
  valueOf(await step('8HX01', 'approve', ann))
  valueOf(await step('8HX01', 'approve', bob))
  assert.deepEqual(
    (await sharedBy('8HX01')).map(a => a.sections),
    [['plans']],
    'the whole record was asked for once, and taken back',
  )
})

test('R058: who has left comes back with what is approved then, not with what it shared before', async () => {
  valueOf(await send(form('8HX02', { shares: { sharing: 'all' } })))
  for (const [taken, by] of [
    ['approve', ann],
    ['approve', bob],
    ['connect', ann],
    ['leave', ann],
    ['agree', bob],
  ] as const)
    valueOf(await step('8HX02', taken, by))
  assert.equal((await lifeOf('8HX02')).state, 'left')
  valueOf(await send(form('8HX02')))
  for (const [taken, by] of [
    ['approve', ann],
    ['approve', cat],
    ['connect', ann],
  ] as const)
    valueOf(await step('8HX02', taken, by))
  assert.deepEqual(
    (await sharedBy('8HX02')).map(a => a.sections),
    [['plans']],
  )
})

test('R029: a second application is reviewed by its own words, not by those of the first', async () => {
  valueOf(await send(form('8HX03')))
  valueOf(await step('8HX03', 'withdraw', writer))
  const told = form('8HX03', {
    organisation: { name: 'B clinic', short: 'B', odsCode: '8HX03' },
    kind: { kind: 'pharmacy', area: 'Bexley' },
  })
  valueOf(await send(told))
  const { row } = (await changes.organisation('8HX03')) ?? assert.fail()
  assert.deepEqual([row.name, row.short, row.kind], ['B clinic', 'B', 'pharmacy'])
})

test('R029: what the file closed does not look like an application', async () => {
  const closed = takesPart().organisations.map(o => (o.odsCode === 'RJ1' ? { ...o, state: 'left' as const } : o))
  valueOf(await applyCatalogue(pool, takesPart({ organisations: closed })))
  assert.equal(faultOf(await send(form('RJ1'))), 'conflict')
  valueOf(await applyCatalogue(pool, takesPart()))
  assert.equal((await lifeOf('RJ1')).state, 'connected', 'nothing was left behind')
})

test('R058: nobody takes back what another asked about their own organisation', async () => {
  const own = governor(5, 'RJ1')
  valueOf(await changes.stepOrganisation('RJ1', { step: 'suspend', breach: false }, ann))
  assert.equal(faultOf(await step('RJ1', 'withdraw', own)), 'forbidden')
  valueOf(await step('RJ1', 'withdraw', cat))
  valueOf(await changes.stepAgreement('gp-kch', { step: 'suspend', breach: false }, ann))
  assert.equal(faultOf(await changes.stepAgreement('gp-kch', { step: 'withdraw' }, governor(6, 'RJZ'))), 'forbidden')
  valueOf(await changes.stepAgreement('gp-kch', { step: 'withdraw' }, ann))
})

test('care rules 5.6: who gains by it does not write down that a lapsed agreement is served on', async () => {
  const agreements = takesPart().agreements.map(a => (a.id === 'gp-kch' ? { ...a, until: '2026-11-20' } : a))
  valueOf(await applyCatalogue(pool, takesPart({ agreements })))
  const decision = { step: 'serve-overdue', owner: 'J. Owner', reason: 'Signed copy on its way', until: '2026-12-10' } as const
  assert.equal(faultOf(await changes.stepAgreement('gp-kch', decision, governor(6, 'RJZ'))), 'forbidden')
  valueOf(await changes.stepAgreement('gp-kch', decision, ann))
  valueOf(await applyCatalogue(pool, takesPart()))
})

test('R057: an agreement of a page without a review is in force nowhere', async () => {
  await pool.query(`insert into agreement (id, place, provider, consumer, sections, from_day, until_day, from_page)
    values ('page-alone', 99, 'RJ1', '*', null, '2026-01-01', null, true)`)
  assert.deepEqual(await sharedBy('RJ1'), [])
  assert.equal((await changes.agreement('page-alone'))?.row.life.state, 'applied')
  await pool.query(`delete from agreement where id = 'page-alone'`)
})

test('R058: with a second hat at the organisation itself, or at one that has approved, nobody is a second person', async () => {
  valueOf(await send(form('8HX05')))
  const hat = (by: Viewer, alsoOf: readonly string[]) => changes.stepOrganisation('8HX05', { step: 'approve' }, by, { alsoOf })
  assert.equal(faultOf(await hat(ann, ['8HX05'])), 'forbidden', 'works there too')
  assert.equal(faultOf(await hat(ann, ['RJ2'])), 'forbidden', 'works where it was written too')
  assert.equal(faultOf(await hat(ann, [DELIVERY])), 'forbidden', 'delivers the record too')
  valueOf(await hat(ann, ['RQX']))
  assert.equal(faultOf(await hat(bob, [])), 'forbidden', 'the first works there too')
  assert.equal(faultOf(await hat({ ...ann, odsCode: 'RPG', sdsRoleProfileId: '555000010999' }, [])), 'forbidden', 'one person, two roles')
  valueOf(await hat(cat, []))
})

test('R058: whoever approves sees what is approved', async () => {
  valueOf(await send(form('8HX06')))
  const { seen } = (await changes.organisation('8HX06')) ?? assert.fail()
  valueOf(await step('8HX06', 'withdraw', writer))
  valueOf(await send(form('8HX06', { shares: { sharing: 'all' } })))
  const stale = await changes.stepOrganisation('8HX06', { step: 'approve' }, ann, { seen })
  assert.equal(faultOf(stale), 'conflict')
  assert.equal((await lifeOf('8HX06')).approvals.length, 0)
  const fresh = (await changes.organisation('8HX06'))?.seen
  valueOf(await changes.stepOrganisation('8HX06', { step: 'approve' }, ann, { seen: fresh }))

  const { seen: read } = (await changes.agreement('kch-all')) ?? assert.fail()
  valueOf(await changes.stepAgreement('kch-all', { step: 'suspend', breach: false }, ann))
  assert.equal(faultOf(await changes.stepAgreement('kch-all', { step: 'leave' }, bob, { seen: read })), 'conflict')
  valueOf(await changes.stepAgreement('kch-all', { step: 'withdraw' }, ann))
})

test('R058 HAZ-071: an approval of somebody who was cut off, or whose organisation went, lets nobody in', async () => {
  const cut = (state: 'isolated' | 'released', what: 'user' | 'organisation', which: string) =>
    pool.connect().then(async client => {
      const notice = { id: `n-${which}`, what, which, because: 'lost-card', at: now().toISOString(), state } as const
      await putIsolation(client, 'SEL', notice as Parameters<typeof putIsolation>[2])
      client.release()
    })
  valueOf(await send(form('8HX07')))
  valueOf(await step('8HX07', 'approve', ann))
  await cut('isolated', 'user', ann.sdsUserId)
  valueOf(await step('8HX07', 'approve', bob))
  assert.deepEqual([(await lifeOf('8HX07')).state, (await lifeOf('8HX07')).approvals.length], ['applied', 1], 'hers counts no more')
  assert.equal(faultOf(await step('8HX07', 'approve', ann)), 'forbidden')
  valueOf(await step('8HX07', 'approve', cat))
  await cut('isolated', 'organisation', 'RPG')
  assert.equal(faultOf(await step('8HX07', 'connect', writer)), 'conflict')
  await cut('released', 'organisation', 'RPG')
  valueOf(await step('8HX07', 'connect', writer))
  await cut('released', 'user', ann.sdsUserId)

  valueOf(await changes.stepOrganisation('RJ1', { step: 'suspend', breach: true }, ann, { words: 'Cards were shared' }))
  valueOf(await send(form('8HX08')))
  assert.equal(faultOf(await step('8HX08', 'approve', governor(5, 'RJ1'))), 'forbidden', 'a suspended organisation judges nobody')
})

test('R058: the tables know who delivers the record', async () => {
  const approvals = JSON.stringify(
    [ann, { ...bob, odsCode: DELIVERY }].map(p => ({ userId: p.sdsUserId, name: p.name, odsCode: p.odsCode })),
  )
  const appliedBy = JSON.stringify({ userId: writer.sdsUserId, name: writer.name, odsCode: writer.odsCode })
  const put = (table: string, key: string, state: string) =>
    pool.query(`insert into ${table} (${key}, state, from_file, applied_by, approvals) values ('XTEAM', $1, false, $2, $3)`, [
      state,
      appliedBy,
      approvals,
    ])
  await assert.rejects(put('organisation_life', 'ods_code', 'reviewed'), { code: '23514' })
  await assert.rejects(put('agreement_review', 'agreement_id', 'in-force'), { code: '23514' })
})

test('R029: an organisation goes live when its systems answer this exchange, at the addresses of the catalogue', async () => {
  valueOf(await send(form('8HX10', { check: { result: 'passed' } })))
  valueOf(await step('8HX10', 'approve', ann))
  valueOf(await step('8HX10', 'approve', bob))
  let status = 302
  const endpoint = createServer((_request, reply) => void reply.writeHead(status, { location: 'http://127.0.0.1:1/' }).end())
  await new Promise<void>(resolve => endpoint.listen(0, '127.0.0.1', resolve))
  const port = (endpoint.address() as AddressInfo).port
  const [kch] = takesPart().sources
  assert.ok(kch)
  const system = (over: Partial<typeof kch>) => ({ ...kch, id: 'hospice', odsCode: '8HX10', members: ['8HX10'], ...over })
  const named = (baseUrl: string) => {
    const organisations = [
      ...takesPart().organisations,
      { odsCode: '8HX10', name: 'A hospice', short: 'Hospice', kind: 'hospice' as const },
    ]
    return takesPart({ organisations, sources: [...takesPart().sources, system({ baseUrl })] })
  }
  const refused: string[] = []
  const agent = new Agent({ connect: { timeout: 2_000 } })
  let catalogue = await readCatalogue(pool)
  const settings = {
    pds: { url: 'https://pds.example', tokenUrl: 'https://pds.example' },
    oidc: { issuer: 'https://id.example', origins: [] },
  }
  const egress = createEgress({ settings: settings as never, catalogue: () => catalogue, refused: kind => void refused.push(kind) })
  const log = { error: () => {} }
  const tokensBy = (): TokenSource => ({ token: async () => fail('unavailable', 'No token.') })
  const toEntry = (source: { readonly id: string }) => egress.entry(agent, source.id)
  const connection = createCheckConnection({ pool, audit, toEntry, tokensBy, now, newId: randomUUID, log })
  try {
    valueOf(await applyCatalogue(pool, named(`http://127.0.0.1:${port}/fhir`)))
    catalogue = await readCatalogue(pool)
    assert.equal(catalogue.sources.find(one => one.id === 'hospice')?.state, 'planned', 'nothing is asked of it for a view')
    assert.equal(faultOf(await step('8HX10', 'connect', writer)), 'conflict', 'it was never checked')
    assert.equal(faultOf(await connection.check('8HX10', 'kch', ann)), 'not-found', 'a system of another organisation')
    assert.equal(faultOf(await connection.check('8HX10', `http://127.0.0.1:${port}/`, ann)), 'not-found', 'an address is no system')
    const first = valueOf(await connection.check('8HX10', 'hospice', ann))
    assert.deepEqual([first.works, first.findings[0]], [false, 'It answers with a redirect (302), which is never followed.'])
    assert.equal(faultOf(await step('8HX10', 'connect', writer)), 'conflict', 'its check failed')
    status = 200
    assert.equal(valueOf(await connection.check('8HX10', 'hospice', ann)).works, true)
    assert.equal((await connection.of('8HX10'))[0]?.last?.by.userId, ann.sdsUserId)

    valueOf(await applyCatalogue(pool, named(`http://127.0.0.1:${port}/other`)))
    assert.equal(faultOf(await step('8HX10', 'connect', writer)), 'conflict', 'another address was never asked')
    valueOf(await applyCatalogue(pool, named('http://127.0.0.1:1/fhir')))
    assert.equal(valueOf(await connection.check('8HX10', 'hospice', ann)).works, false)
    assert.deepEqual(refused, ['source'], 'this process does not know that address yet: no connection was opened')
    catalogue = await readCatalogue(pool)
    valueOf(await applyCatalogue(pool, named(`http://127.0.0.1:${port}/fhir`)))
    valueOf(await step('8HX10', 'connect', writer))
    const { rows } = await pool.query(`select outcome from audit_event where kind = 'organisation-changed' and outcome = 'failed'`)
    assert.equal(rows.length, 2)
  } finally {
    await agent.destroy()
    endpoint.closeAllConnections()
    endpoint.close()
    valueOf(await applyCatalogue(pool, takesPart()))
  }
})

test('two who approve at one moment are one after the other, and neither stops a file that is taken in', async () => {
  valueOf(await send(form('8HX09')))
  const all = await Promise.all([
    step('8HX09', 'approve', ann),
    step('8HX09', 'approve', { ...ann, odsCode: 'RPG' }),
    step('8HX09', 'approve', bob),
    step('8HX09', 'approve', cat),
    ...Array.from({ length: 6 }, (_, n) => applyCatalogue(pool, takesPart({ title: `South East London ${n}` }))),
    ...Array.from({ length: 6 }, () => changes.recordDsp('RJZ', { status: 'met', ...dayFields('until', '2027-06-30') }, ann)),
  ])
  assert.deepEqual(
    all.map(faultOf).filter(kind => kind === 'unavailable'),
    [],
  )
  const { state, approvals } = await lifeOf('8HX09')
  assert.equal(state, 'reviewed')
  assert.equal(new Set(approvals.map(a => a.odsCode)).size, 2)
  assert.equal(new Set(approvals.map(a => a.userId)).size, 2)
})

test('what dates bring about is not left undone in silence', async () => {
  await pool.query('alter table lapse_warning rename to lapse_warning_away')
  await changes.tend()
  await pool.query('alter table lapse_warning_away rename to lapse_warning')
  assert.deepEqual(
    lines.map(line => line.code),
    ['dates-not-tended'],
  )
})
