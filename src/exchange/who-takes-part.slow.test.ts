import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { applyCatalogue, followCatalogue, readCatalogue } from './agreements/catalogue-store.ts'
import { putIsolation } from './agreements/isolations-in-force.ts'
import { createAudit, type Audit } from './audit/audit.ts'
import { sealKey, signingKey } from './audit/for-tests.ts'
import { createChanges, type Changes, type ConnectionForm } from './change-agreement.ts'
import { createPublish } from './follow-lists.ts'
import { createIsolation } from './isolate.ts'
import { DELIVERY, dayFields, faultOf, governor, takesPart, valueOf } from './takes-part.for-tests.ts'

let server: TestServer
let pool: Pool
let audit: Audit
let clock = new Date('2026-11-21T10:00:00Z')
let optOutsWorked = true
const told: unknown[] = []
let changes: Changes
let followed: Awaited<ReturnType<typeof followCatalogue>>
const now = (): Date => clock
before(async () => {
  server = await serverForTests(['lives'])
  pool = openPool({ url: server.url('lives') })
  await migrate(pool)
  const log = { warn: (line: unknown) => void told.push(line), info: () => {}, error: () => {} }
  audit = createAudit({
    pool,
    exchange: 'SEL',
    processTag: 'test',
    signingKey,
    keyId: 'sel-1',
    sealKey,
    spoolDir: mkdtempSync(join(tmpdir(), 'lcr-spool-')),
    now,
    log,
  })
  await audit.drain()
  valueOf(await applyCatalogue(pool, takesPart()))
  followed = await followCatalogue(pool, { everyMs: 20 })
  changes = createChanges({ pool, exchange: 'SEL', audit, goLiveAllowed: async () => optOutsWorked, now, newId: randomUUID, log })
})
after(async () => {
  followed.stop()
  await audit.stop()
  await pool.end()
  await server.remove()
})

const [writer, ann, bob, colleague, own] = [
  governor(1, 'RJ2'),
  governor(2, 'RV5'),
  governor(3, 'RQX'),
  governor(4, 'RV5'),
  governor(5, 'RPG'),
]
const until = async (holds: (catalogue: Catalogue) => boolean): Promise<Catalogue> => {
  while (!holds(followed.current())) await pause(10)
  return followed.current()
}
const kinds = async (kind: string): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from audit_event where kind = $1', [kind])
  return rows[0]?.n ?? 0
}
const form = (over: ConnectionForm = {}): ConnectionForm => ({
  organisation: { name: 'A hospice', short: 'Hospice', odsCode: '8HX01' },
  kind: { kind: 'hospice', area: 'Lewisham' },
  agreement: {
    reason: 'Cares for people of this area',
    contract: 'IG office, file 12',
    ...dayFields('from', '2026-11-21'),
    ...dayFields('until', '2027-11-20'),
  },
  'dsp-toolkit': { status: 'met', ...dayFields('until', '2027-06-30') },
  contacts: { phone: '020 7946 0999', web: 'https://hospice.example', contact: 'Information governance lead' },
  shares: { sharing: 'some', 'section-plans': 'yes', 'section-medicines': 'yes' },
  viewers: { who: 'everyone' },
  check: { result: 'passed' },
  'go-live': dayFields('date', '2026-11-23'),
  ...over,
})
const send = async (told: ConnectionForm, by = writer): Promise<Result<string>> => {
  const id = valueOf(await changes.begin(by))
  for (const [task, values] of Object.entries(told)) valueOf(await changes.saveTask(id, task, values, by))
  return changes.send(id, by)
}

test('R029 R058: an application, two approvals, its day: connected without a restart, and written down', async () => {
  const half = valueOf(await changes.begin(writer))
  assert.equal(faultOf(await changes.send(half, writer)), 'invalid', 'nine tasks are not done')
  assert.equal(faultOf(await changes.saveTask(half, 'kind', {}, ann)), 'forbidden', 'another organisation does not write in it')
  assert.equal(faultOf(await changes.saveTask(half, 'bribe', {}, writer)), 'not-found')
  assert.equal(valueOf(await send(form())), '8HX01')
  assert.equal(faultOf(await send(form())), 'conflict', 'it has applied already')

  const applied = await until(c => c.organisations.get('8HX01')?.state === 'applied')
  assert.equal(
    applied.agreements.some(a => a.provider === '8HX01'),
    false,
    'nothing is in force',
  )
  assert.deepEqual(applied.organisations.get('8HX01')?.dspToolkit, { status: 'met', until: '2027-06-30' })

  const approve = (viewer: Viewer) => changes.stepOrganisation('8HX01', { step: 'approve' }, viewer)
  for (const viewer of [writer, own, governor(6, DELIVERY), governor(7, '8HX01')])
    assert.equal(faultOf(await approve(viewer)), viewer === own ? 'ok' : 'forbidden', viewer.odsCode)
  assert.equal(faultOf(await approve(governor(8, 'RPG'))), 'forbidden', 'a second of the same organisation')
  valueOf(await approve(ann))
  const reviewed = await until(c => c.organisations.get('8HX01')?.state === 'reviewed')
  assert.equal(reviewed.agreements.find(a => a.provider === '8HX01')?.sections.length, 2, 'its agreement was approved with it')

  valueOf(await changes.tend())
  assert.equal((await changes.organisation('8HX01'))?.row.life.state, 'reviewed', 'its day has not come')
  clock = new Date('2026-11-23T00:01:00Z')
  optOutsWorked = false
  valueOf(await changes.tend())
  assert.equal((await changes.organisation('8HX01'))?.row.life.state, 'reviewed', 'an unmatched opt-out waits')
  optOutsWorked = true
  valueOf(await changes.tend())
  await until(c => c.organisations.get('8HX01')?.state === 'connected')
  const { steps } = (await changes.organisation('8HX01')) ?? assert.fail()
  assert.deepEqual(
    steps.map(s => s.step),
    ['connect', 'approve', 'approve', 'apply'],
  )
  assert.equal(await kinds('organisation-changed'), 4, 'what was refused left no event')
})

test('R029: the next file changes the words of an organisation, and not where it stands', async () => {
  const suspended = valueOf(await changes.stepOrganisation('RJ1', { step: 'suspend', breach: true }, ann, { words: 'Cards were shared' }))
  assert.equal(suspended.state, 'suspended')
  await until(c => c.organisations.get('RJ1')?.state === 'suspended')
  const renamed = takesPart().organisations.map(o => (o.odsCode === 'RJ1' ? { ...o, name: 'Renamed' } : o))
  valueOf(await applyCatalogue(pool, takesPart({ organisations: renamed })))
  const after = await until(c => c.organisations.get('RJ1')?.name === 'Renamed')
  assert.equal(after.organisations.get('RJ1')?.state, 'suspended')
  assert.equal(after.organisations.get('8HX01')?.state, 'connected', 'what began on a page stays')
  assert.equal(
    after.agreements.some(a => a.provider === '8HX01'),
    true,
  )

  valueOf(
    await applyCatalogue(pool, takesPart({ organisations: renamed.map(o => (o.odsCode === 'RJ1' ? { ...o, state: 'connected' } : o)) })),
  )
  assert.equal((await changes.organisation('RJ1'))?.row.state, 'suspended', 'a file lets nobody back in')
  assert.equal(faultOf(await changes.stepOrganisation('RJ1', { step: 'agree' }, ann)), 'forbidden', 'the second is somebody else')
  valueOf(await changes.stepOrganisation('RJ1', { step: 'agree' }, colleague))
  valueOf(await changes.stepOrganisation('RJ1', { step: 'resume' }, ann))
  assert.equal(faultOf(await changes.stepOrganisation('RJ1', { step: 'agree' }, colleague)), 'forbidden', 'back with two organisations')
  valueOf(await changes.stepOrganisation('RJ1', { step: 'agree' }, bob))
  await until(c => c.organisations.get('RJ1')?.state === 'connected')

  const closed = renamed.map(o => (o.odsCode === '8HX01' || o.odsCode === 'RJ1' ? { ...o, state: 'left' as const } : o))
  valueOf(await applyCatalogue(pool, takesPart({ organisations: closed })))
  await until(c => c.organisations.get('RJ1')?.state === 'left')
  assert.equal(faultOf(await changes.stepOrganisation('RJ1', { step: 'resume' }, ann)), 'conflict', 'what a file closes no page opens')
  valueOf(await applyCatalogue(pool, takesPart()))
})

test('care rules 5.6: a source whose organisation is suspended is not asked; it comes back with it', async () => {
  valueOf(await changes.stepOrganisation('RJZ', { step: 'suspend', breach: false }, ann))
  assert.equal(followed.current().sources[0]?.state, 'live', 'one person alone suspends for a breach only')
  valueOf(await changes.stepOrganisation('RJZ', { step: 'agree' }, bob))
  const cut = await until(c => c.sources[0]?.state === 'suspended')
  assert.deepEqual(cut.sources[0]?.members, [])
  valueOf(await changes.stepOrganisation('RJZ', { step: 'resume' }, ann))
  valueOf(await changes.stepOrganisation('RJZ', { step: 'agree' }, bob))
  await until(c => c.sources[0]?.state === 'live')
})

test('R059: of the DSP Toolkit the newer word counts, page or file', async () => {
  const dsp = async (): Promise<string | undefined> => (await changes.organisation('RJ1'))?.row.dspToolkit?.until
  assert.equal(await dsp(), '2027-06-30')
  assert.equal(faultOf(await changes.recordDsp('RJ1', { status: 'met' }, ann)), 'invalid')
  assert.equal(faultOf(await changes.recordDsp('RXX', { status: 'met', ...dayFields('until', '2028-06-30') }, ann)), 'not-found')
  const own = await changes.recordDsp('RJ1', { status: 'met', ...dayFields('until', '2028-06-30') }, governor(9, 'RJ1'))
  assert.equal(faultOf(own), 'forbidden', 'nobody records their own organisation as fit')
  assert.equal(faultOf(await changes.recordDsp('RJ1', { status: 'met', ...dayFields('until', '2099-06-30') }, ann)), 'invalid')
  assert.equal(faultOf(await changes.recordDsp('RJ1', { status: 'constructor', ...dayFields('until', '2027-06-30') }, ann)), 'invalid')
  valueOf(await changes.recordDsp('RJ1', { status: 'met', ...dayFields('until', '2028-06-30') }, ann))
  await until(c => c.organisations.get('RJ1')?.dspToolkit?.until === '2028-06-30')
  valueOf(await applyCatalogue(pool, takesPart({ title: 'the same of it' })))
  assert.equal(await dsp(), '2028-06-30', 'a file that says nothing new of it changes nothing')
  const newer = takesPart().organisations.map(o =>
    o.odsCode === 'RJ1' ? { ...o, dspToolkit: { status: 'not-met' as const, until: '2027-01-31' } } : o,
  )
  valueOf(await applyCatalogue(pool, takesPart({ organisations: newer })))
  assert.equal(await dsp(), '2027-01-31')
})

test('R059, care rules 5.6: a lapsed DSP Toolkit status is served for 30 days at most, on a named decision, and of that status alone', async () => {
  const lapsing = takesPart().organisations.map(o =>
    o.odsCode === 'RJ1' ? { ...o, dspToolkit: { status: 'met' as const, until: '2026-11-20' } } : o,
  )
  valueOf(await applyCatalogue(pool, takesPart({ organisations: lapsing })))
  const decision = { owner: 'J. Owner', reason: 'Published next week', ...dayFields('servedUntil', '2026-12-20') }
  const refused: [Record<string, string>, string][] = [
    [{ ...decision, owner: ' ' }, 'invalid'],
    [{ ...decision, ...dayFields('servedUntil', '2026-12-21') }, 'invalid'],
    [{ owner: 'J. Owner', reason: 'r' }, 'invalid'],
  ]
  for (const [values, kind] of refused) assert.equal(faultOf(await changes.serveDspOverdue('RJ1', values, ann)), kind)
  assert.equal(faultOf(await changes.serveDspOverdue('RJZ', decision, ann)), 'conflict', 'nothing of it is known')
  assert.equal(faultOf(await changes.serveDspOverdue('RJ1', decision, governor(9, 'RJ1'))), 'forbidden')
  valueOf(await changes.serveDspOverdue('RJ1', decision, ann))
  const served = await until(c => c.organisations.get('RJ1')?.dspToolkit?.served === '2026-12-20')
  assert.equal(served.organisations.get('RJ1')?.dspToolkit?.until, '2026-11-20', 'its own last day stays what it is')
  const { row, steps } = (await changes.organisation('RJ1')) ?? assert.fail()
  assert.deepEqual([row.dspToolkit?.until, row.dspServed?.owner, steps[0]?.step], ['2026-11-20', 'J. Owner', 'serve-overdue'])
  valueOf(await changes.recordDsp('RJ1', { status: 'not-met', ...dayFields('until', '2026-11-22') }, ann))
  const newer = await until(c => c.organisations.get('RJ1')?.dspToolkit?.until === '2026-11-22')
  assert.equal(newer.organisations.get('RJ1')?.dspToolkit?.served, undefined)
})

test('R057: an agreement is suspended for a breach at once, warned, and served past its date on a named decision', async () => {
  const inForce = (id: string) => (c: Catalogue) => c.agreements.some(a => a.id === id)
  valueOf(await applyCatalogue(pool, takesPart()))
  clock = new Date('2026-11-24T00:01:00Z')
  told.length = 0
  valueOf(await changes.tend())
  valueOf(await changes.tend())
  const about = (line: unknown): boolean => Reflect.get(line as object, 'which') === 'gp-kch'
  assert.deepEqual(told.filter(about).length, 1, 'told once a day')
  clock = new Date('2026-12-01T00:01:00Z')
  valueOf(await changes.tend())
  assert.equal(Reflect.get(told.filter(about).at(-1) as object, 'code'), 'lapsed')

  const decision = { step: 'serve-overdue', owner: 'J. Owner', reason: 'Signed copy on its way', until: '2026-12-10' } as const
  assert.equal(faultOf(await changes.stepAgreement('gp-kch', { ...decision, owner: '' }, ann)), 'invalid')
  valueOf(await changes.stepAgreement('gp-kch', decision, ann))
  const overdue = (await until(c => c.agreements.some(a => a.state === 'overdue'))).agreements.find(a => a.state === 'overdue')
  assert.deepEqual([overdue?.id, overdue?.until, overdue?.served], ['gp-kch', '2026-11-30', '2026-12-10'])
  clock = new Date('2026-12-11T00:01:00Z')
  valueOf(await changes.tend())
  await until(c => !c.agreements.some(a => a.state === 'overdue'))

  assert.ok(inForce('kch-all')(followed.current()))
  valueOf(await changes.stepAgreement('kch-all', { step: 'suspend', breach: true }, ann))
  await until(c => !inForce('kch-all')(c))
  valueOf(await applyCatalogue(pool, takesPart({ agreements: [] })))
  valueOf(await applyCatalogue(pool, takesPart()))
  assert.equal(inForce('kch-all')(followed.current()), false, 'left out of one file and named by the next, it stays suspended')
  assert.equal(faultOf(await changes.stepAgreement('../x', { step: 'approve' }, ann)), 'not-found')
})

test('R057 R058: an agreement applied for on a page is in force after two, and files neither take its id nor its provider away', async () => {
  const values = {
    provider: 'RJ1',
    who: 'named',
    consumer: 'RJZ',
    sharing: 'all',
    reason: 'Shared clinics',
    ...dayFields('from', '2026-12-11'),
    ...dayFields('until', '2027-12-10'),
  }
  assert.deepEqual(
    valueOf(await changes.applyAgreement({ ...values, consumer: 'RXX', until: '' }, writer)).errors.map(e => e.field),
    ['consumer'],
  )
  const { id = '' } = valueOf(await changes.applyAgreement(values, writer))
  for (const viewer of [writer, governor(6, 'RJ1'), governor(7, 'RJZ')])
    assert.equal(faultOf(await changes.stepAgreement(id, { step: 'approve' }, viewer)), 'forbidden')
  valueOf(await changes.stepAgreement(id, { step: 'approve' }, ann))
  valueOf(await changes.stepAgreement(id, { step: 'approve' }, bob))
  await until(c => c.agreements.some(a => a.id === id))
  const { agreements, organisations } = takesPart()
  const stolen = [...agreements, { id, provider: 'RJZ', consumer: '*', sections: '*' as const, from: '2026-01-01', until: null }]
  assert.equal(faultOf(await applyCatalogue(pool, takesPart({ agreements: stolen }))), 'conflict')
  assert.equal(
    faultOf(await applyCatalogue(pool, takesPart({ organisations: organisations.filter(o => o.odsCode !== 'RJ1') }))),
    'conflict',
  )
})

test('care rules 4.5: no source goes live while an unmatched opt-out waits', async () => {
  const sources = takesPart().sources.map(source => ({ ...source, state: 'live' as const }))
  assert.equal(faultOf(await applyCatalogue(pool, takesPart({ sources }), async () => false)), 'conflict')
  assert.equal(faultOf(await applyCatalogue(pool, takesPart({ title: 'only words' }), async () => false)), 'ok')
  assert.equal(faultOf(await applyCatalogue(pool, takesPart({ sources }), async () => true)), 'ok')
})

for (const kind of ['insurer', 'employer', 'police', 'benefits', 'research', 'broker', 'other', 'national'])
  test(`R047 R048 R049 R050 R051: an application of kind '${kind}' is never sent`, async () => {
    const sent = await send(form({ organisation: { name: 'X', short: 'X', odsCode: 'XKIND' }, kind: { kind, area: 'London' } }))
    assert.equal(faultOf(sent), 'invalid')
    assert.equal(await changes.organisation('XKIND'), undefined)
  })

test('an isolation is in force here in its own transaction, one cuts off, two let in, and it is written down', async () => {
  const publish = createPublish({ exchange: 'SEL', now })
  const isolation = createIsolation({ pool, exchange: 'SEL', publish, audit, now, newId: randomUUID })
  const by = (viewer: Viewer) => ({ viewer })
  const refused: [string, string, string, string][] = [
    ['user', 'Dr Shah', 'breach', 'invalid'],
    ['everyone', '555000000101', 'breach', 'invalid'],
    ['user', '555000000101', 'dislike', 'invalid'],
    ['exchange', 'SEL', 'breach', 'conflict'],
    ['source', "kch'; drop table source", 'breach', 'invalid'],
  ]
  refused.push(['user', '555000000111', 'constructor', 'invalid'])
  for (const [what, which, because, kind] of refused) assert.equal(faultOf(await isolation.isolate(what, which, because, by(ann))), kind)

  const id = valueOf(await isolation.isolate('exchange', 'NEL', 'drill', by(ann)))
  const cut = await until(c => c.peers[0]?.state === 'suspended')
  assert.deepEqual(cut.isolations, [{ what: 'exchange', which: 'NEL' }])
  assert.equal(faultOf(await isolation.isolate('exchange', 'NEL', 'breach', by(bob))), 'conflict')
  assert.deepEqual(
    (await isolation.inForce()).map(i => [i.id, i.by?.name]),
    [[id, 'Person 2']],
  )

  assert.equal(valueOf(await isolation.release(id, by(ann))), 'asked')
  assert.equal(faultOf(await isolation.release(id, by(ann))), 'forbidden')
  assert.equal(followed.current().peers[0]?.state, 'suspended')
  assert.equal(valueOf(await isolation.release(id, { command: 'operator' })), 'released')
  await until(c => c.peers[0]?.state === 'live')
  assert.equal(faultOf(await isolation.release(id, by(bob))), 'not-found')
  assert.deepEqual([await kinds('isolated'), await kinds('release-asked'), await kinds('released')], [1, 1, 1])
})

test('HAZ-087: an exchange that cuts off everybody is disregarded by two people, here alone, and heeded again by one', async () => {
  const isolation = createIsolation({
    pool,
    exchange: 'SEL',
    publish: createPublish({ exchange: 'SEL', now }),
    audit,
    now,
    newId: randomUUID,
  })
  const [first, second] = [{ viewer: ann }, { viewer: bob }]
  for (const [what, which] of [
    ['exchange', 'NEL'],
    ['organisation', 'RJ2'],
    ['user', '555000000101'],
  ] as const)
    await putIsolation(pool, 'HWE', {
      kind: 'isolation',
      id: randomUUID(),
      what,
      which,
      state: 'isolated',
      because: 'breach',
      at: now().toISOString(),
    })
  const ours = valueOf(await isolation.isolate('user', '55500000999', 'breach', first))
  await until(c => c.isolations?.length === 4 && c.peers[0]?.state === 'suspended')
  assert.equal(faultOf(await isolation.disregard('SEL', first)), 'invalid', 'nobody disregards what their own exchange says')
  assert.equal(valueOf(await isolation.disregard('HWE', first)), 'asked')
  assert.equal(faultOf(await isolation.disregard('HWE', first)), 'forbidden')
  assert.equal((await readCatalogue(pool)).isolations?.length, 4, 'one person lets nobody in')
  assert.equal(valueOf(await isolation.disregard('HWE', second)), 'disregarded')
  assert.deepEqual((await until(c => c.peers[0]?.state === 'live')).isolations, [{ what: 'user', which: '55500000999' }])
  assert.equal(faultOf(await isolation.disregard('HWE', second)), 'conflict')
  assert.deepEqual(
    (await isolation.inForce()).map(one => [one.exchange, one.isDisregarded === true]),
    [
      ['SEL', false],
      ['HWE', true],
      ['HWE', true],
      ['HWE', true],
    ],
  )
  await isolation.heed('HWE', first)
  await until(c => c.isolations?.length === 4)
  assert.equal(faultOf(await isolation.heed('HWE', first)), 'not-found')
  assert.equal(valueOf(await isolation.release(ours, first)), 'asked')
  const { rows } = await pool.query<{ kind: string; n: number }>(
    "select kind, count(*)::int as n from audit_event where body like '%word-of-exchange%' group by kind order by kind",
  )
  assert.deepEqual(rows, [
    { kind: 'isolated', n: 1 },
    { kind: 'release-asked', n: 1 },
    { kind: 'released', n: 1 },
  ])
})
