import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Catalogue, Organisation } from '../care-record/catalogue.ts'
import type { Item, SectionAnswer } from '../care-record/item.ts'
import type { Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import { migrate, openPool, readMigrations, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { createAudit, type Audit } from './audit/audit.ts'
import { sealKey, signingKey } from './audit/for-tests.ts'
import { disclosureInForce } from './disclosure-in-force.ts'
import { answerOf, condition, itemOf, letter, observation, pass } from './disclosure/for-tests.ts'
import { changeHash, governDisclosure, type GovernDisclosure, type Proposal } from './govern-disclosure.ts'

const NOW = new Date('2026-11-21T11:00:00Z')
const organisation = (odsCode: string): Organisation => ({ odsCode, name: `The ${odsCode}`, short: odsCode, kind: 'acute' })
const catalogue: Catalogue = {
  version: '7',
  exchange: 'SEL',
  title: 'South East London',
  organisations: new Map(
    [...['RJZ', 'RJ1'].map(organisation), { ...organisation('RXL'), state: 'suspended' as const }].map(one => [one.odsCode, one]),
  ),
  sources: [],
  peers: [],
  agreements: [],
  roles: new Map(),
  services: [{ odsCode: 'RJZ', localCode: 'CARD', treatmentFunction: '320', name: 'Cardiology clinic', legalClass: null }],
}
const officer = (sdsUserId: string, odsCode: string): Viewer => ({ ...pass().viewer, sdsUserId, odsCode, name: `Officer ${sdsUserId}` })
const [ada, ben, cato] = [officer('1', 'RJZ'), officer('2', 'RJ1'), officer('3', 'RJZ')]

let server: TestServer
let pool: Pool
let audit: Audit
let now = NOW
const governed: GovernDisclosure[] = []
const root = mkdtempSync(join(tmpdir(), 'lcr-govern-'))
const process = async (): Promise<GovernDisclosure> => {
  const one = await governDisclosure({
    pool,
    audit,
    catalogue: () => catalogue,
    loaded: [],
    shareClasses: () => [],
    now: () => now,
    newId: randomUUID,
    everyMs: 20,
  })
  governed.push(one)
  return one
}
before(async () => {
  server = await serverForTests(['govern'])
  pool = openPool({ url: server.url('govern'), max: 6 })
  await migrate(
    pool,
    readMigrations().filter(({ name }) => /^(audit|disclosure)\//.test(name)),
  )
  const log = { warn: () => {}, info: () => {} }
  audit = createAudit({ pool, exchange: 'SEL', processTag: 'g', signingKey, keyId: 'g-1', sealKey, spoolDir: root, now: () => now, log })
  await audit.drain()
})
after(async () => {
  for (const one of governed) one.stop()
  await audit.stop()
  await pool.end()
  await server.remove()
  rmSync(root, { recursive: true })
})
const valueOf = <T>(result: Result<T>): T => (result.ok ? result.value : assert.fail(result.fault.detail))
const faultOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.kind)
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await pause(10)
}
const propose = (change: unknown, over: Partial<Proposal> = {}): Proposal => ({
  change,
  from: '2026-11-21',
  reason: 'Decided by the board',
  trial: '',
  ...over,
})
const events = async (id: string): Promise<readonly string[]> =>
  (await pool.query<{ body: string }>(`select body from audit_event where transaction_id = $1 order by at, uuid`, [id])).rows.map(
    row => row.body,
  )

const profile = { kind: 'profile', odsCode: 'RJZ', sections: ['results'], documentClasses: ['373942005'], policyClasses: [] }
const service = { kind: 'service', odsCode: 'RJZ', localCode: 'new9', name: 'Fern Room', treatmentFunction: null, legalClass: 'fertility' }

test('R066 R058: a change of two people of two organisations bites in every process, and to take it back is a new change', async () => {
  const [one, other] = [await process(), await process()]
  assert.equal(one.catalogue(), catalogue, 'nothing is decided: nothing is laid over')
  const inForce = disclosureInForce({ catalogue: other.catalogue, loaded: [], seenBy: other.seenBy, now: () => now })
  const discharge = { ...letter('d', 'Discharge summary'), type: { coding: [{ code: '373942005' }] } } as Item['resource']
  const answer: SectionAnswer = answerOf([
    itemOf({ resource: observation('k', 'Potassium'), section: 'results' }),
    itemOf({ resource: discharge, section: 'documents' }),
    itemOf({ resource: condition('s', 'Safeguarding concern raised', '1'), section: 'problems' }),
  ])
  const seen = async (group: string): Promise<readonly string[]> =>
    (await inForce.disclose([answer], pass({ role: { jobRole: 'R0', group } }))).answers.flatMap(a => a.items.map(i => i.resource.id ?? ''))
  assert.deepEqual(
    [await seen('gp'), await seen('allied-health')],
    [
      ['k', 'd', 's'],
      ['k', 'd'],
    ],
  )

  const { id } = valueOf(await one.propose(ada, propose(profile)))
  assert.deepEqual(await seen('gp'), ['k', 'd', 's'], 'a proposal changes nothing')
  valueOf(await one.decide(ben, id, 'approved'))
  await until(() => other.catalogue().profiles !== undefined)
  assert.deepEqual(await seen('gp'), ['s'])
  assert.deepEqual(await seen('allied-health'), [])
  assert.notEqual(other.catalogue().version, catalogue.version)

  const classes = valueOf(await other.propose(ben, propose({ kind: 'class', classId: 'safeguarding', seenBy: ['allied-health'] })))
  valueOf(await other.decide(ada, classes.id, 'approved'))
  await until(() => other.seenBy().size > 0)
  assert.deepEqual([await seen('gp'), await seen('allied-health')], [[], ['s']])

  const back = valueOf(await one.propose(ben, propose({ ...profile, sections: [], documentClasses: [] })))
  valueOf(await one.decide(ada, back.id, 'approved'))
  await until(() => other.catalogue().profiles?.[0]?.sections.length === 0)
  assert.deepEqual(await seen('allied-health'), ['k', 'd', 's'])
  assert.equal(valueOf(await one.changes()).length, 3, 'history is kept')
  const [proposed, approved] = await events(id)
  assert.match(proposed ?? '', /rules-changed/)
  assert.match(approved ?? '', /approved/)
})

test('R058: nobody decides alone, for their own organisation, or twice; each attempt leaves the change as it was', async () => {
  const one = await process()
  const { id } = valueOf(await one.propose(ada, propose(service)))
  assert.equal(faultOf(await one.decide(ada, id, 'approved')), 'forbidden')
  assert.equal(faultOf(await one.decide(cato, id, 'approved')), 'forbidden')
  assert.equal(faultOf(await one.decide(ben, id, 'withdrawn')), 'forbidden')
  assert.equal(faultOf(await one.decide(officer('9', 'RXL'), id, 'approved')), 'forbidden', 'a suspended organisation decides nothing')
  assert.equal(faultOf(await one.decide(ben, randomUUID(), 'approved')), 'not-found')
  assert.equal(faultOf(await one.decide(ben, "' or 1=1", 'approved')), 'not-found')
  assert.equal(valueOf(await one.change(id)).state, 'proposed')
  const both = await Promise.all([one.decide(ben, id, 'refused'), one.decide(ben, id, 'approved')])
  assert.deepEqual(both.map(faultOf).toSorted(), ['conflict', 'ok'])
  assert.equal((await events(id)).length, 2, 'one event for each step that was made')
  const sql = `update disclosure_change set state = 'approved', decided_by = '9', decider_organisation = 'RJ1', decided_at = now(), decision = 900 where id = $1`
  await assert.rejects(pool.query(sql, [id]), /stands/, 'not by hand either')
  await assert.rejects(pool.query('delete from disclosure_change where id = $1', [id]), /stands/)
  const own = valueOf(await one.propose(ada, propose(service))).id
  await assert.rejects(pool.query(sql.replace("'RJ1'", "'RJZ'"), [own]), { code: '23514' })
  assert.equal(valueOf(await one.decide(ada, own, 'withdrawn')).state, 'withdrawn')
})

test('care rules 5.5: a register row decided today withholds today; one of tomorrow waits for its day', async () => {
  const [one, other] = [await process(), await process()]
  await one.noteServices([{ odsCode: 'RJZ', localCode: 'OAK7', treatmentFunctions: ['320'] }])
  await one.noteServices([{ odsCode: 'RJZ', localCode: 'OAK7', treatmentFunctions: ['502'] }])
  assert.deepEqual(valueOf(await one.unknownServices()), [
    { odsCode: 'RJZ', localCode: 'OAK7', treatmentFunctions: ['320', '502'], firstSeen: '2026-11-21', lastSeen: '2026-11-21' },
  ])
  const { id } = valueOf(await one.propose(ada, propose({ ...service, localCode: 'oak7' }, { from: '2026-11-22' })))
  valueOf(await one.decide(ben, id, 'approved'))
  const approvals = await pool.query<{ version: string }>('select version::text from disclosure_version')
  await until(() => other.catalogue().version.includes(`+${approvals.rows[0]?.version}.`))
  const has = (): boolean => other.catalogue().services.some(row => row.localCode === 'oak7')
  assert.equal(has(), false)
  now = new Date('2026-11-22T00:00:01Z')
  assert.equal(has(), true)
  await until(() => one.catalogue().services.some(row => row.localCode === 'oak7'))
  assert.deepEqual(valueOf(await one.unknownServices()), [], 'in a register now')
  now = NOW
})

const refused: readonly [name: string, proposal: Proposal, fault: string][] = [
  ['a class of the law', propose({ kind: 'class', classId: 'fertility', seenBy: ['gp'] }), 'forbidden'],
  ['a class nobody knows', propose({ kind: 'class', classId: 'astrology', seenBy: ['gp'] }), 'invalid'],
  ['a role beside the record', propose({ kind: 'class', classId: 'crime', seenBy: ['support'] }), 'invalid'],
  ['an organisation nobody knows', propose({ ...profile, odsCode: 'ZZZ' }), 'invalid'],
  ['a section nobody knows', propose({ ...profile, sections: ['everything'] }), 'invalid'],
  ['a code as long as a number of a person', propose({ ...service, localCode: '9990000018' }), 'invalid'],
  ['a register row of a class nobody knows', propose({ ...service, legalClass: 'astrology' }), 'invalid'],
  ['a member more', propose({ ...profile, everything: true }), 'invalid'],
  ['nothing', propose(undefined), 'invalid'],
  ['a day gone by', propose(profile, { from: '2026-11-20' }), 'invalid'],
  ['a day that cannot be', propose(profile, { from: '2026-02-30' }), 'invalid'],
  ['no reason', propose(profile, { reason: ' ' }), 'invalid'],
  ['a report that is none', propose(profile, { trial: '{}' }), 'invalid'],
  [
    'the report of another change',
    propose(profile, {
      trial: JSON.stringify({
        trial: 1,
        change: 'a'.repeat(64),
        people: 1,
        items: 1,
        hidden: 0,
        shown: 0,
        peopleTouched: 0,
        bySection: [],
        byOrganisation: [],
        byRoleGroup: [],
      }),
    }),
    'invalid',
  ],
]
test('R066: what cannot stand is not even proposed', async () => {
  const one = await process()
  const before = valueOf(await one.changes()).length
  for (const [name, proposal, fault] of refused) assert.equal(faultOf(await one.propose(ada, proposal)), fault, name)
  assert.equal(valueOf(await one.changes()).length, before)
  assert.equal(changeHash({ kind: 'class', classId: 'crime', seenBy: [] }), changeHash({ seenBy: [], classId: 'crime', kind: 'class' }))
})
