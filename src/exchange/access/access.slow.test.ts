import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { Person, Viewer } from '../../care-record/person.ts'
import { serverForTests } from '../../platform/server-for-tests.ts'
import { addClaim } from './claims.ts'
import { createAccess } from './access.ts'
import { person as somebody } from './for-tests.ts'
import { createGrounds } from './grounds.ts'
import { createObjections, putObjection } from './objections.ts'
import { createStanding, loadStaff } from './standing.ts'
import type { EvidenceFact } from '../../care-record/decision.ts'

const server = await serverForTests(['access'])
const pool = new pg.Pool({ connectionString: server.url('access'), max: 2 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
for (const file of ['0020-access.sql', '0021-objections-in-force.sql', '0024-standing-and-claims.sql'])
  await pool.query(readFileSync(join(import.meta.dirname, 'tables', file), 'utf8'))

let clock = new Date('2026-11-21T11:00:00Z')
const access = createAccess({ db: pool, now: () => clock })
const known = { yes: true as boolean }
const now = (): Date => clock
const grounds = createGrounds({ db: pool, listsKnown: async () => known.yes, now })
const claimsOn = async (who: Person, by: Viewer): Promise<readonly EvidenceFact[]> => (await grounds(who, by)).claims
const nhsNumber = '9990000018' as NhsNumber
const person = { nhsNumber } as Person
const viewer = { sdsUserId: '1', odsCode: 'RJZ', name: 'Dr A', roleName: 'Doctor' } as Viewer
const about = { nhsNumber, odsCode: 'RJZ', sourceId: 'kch' }
const fact = (id: string, over: Partial<EvidenceFact> = {}): EvidenceFact => ({
  evidenceId: `kch/Encounter/${id}`,
  nhsNumber,
  odsCode: 'RJZ',
  type: 'inpatient',
  from: '2026-11-20T09:00:00.000Z',
  ended: null,
  lastMessageAt: '2026-11-21T10:00:00.000Z',
  assertedBy: 'kch',
  seenAt: '2026-11-21T11:00:00.000Z',
  ...over,
})

test('what a source says now stands in place of what it said; others keep theirs', async () => {
  await access.storeFacts(pool, about, [fact('1'), fact('2', { ended: '2026-11-21T08:00:00.000Z' })])
  await access.storeFacts(pool, { ...about, sourceId: 'feed' }, [fact('9', { assertedBy: 'feed' })])
  await access.storeFacts(pool, about, [fact('1')])
  const { facts, fresh } = await access.storedFacts(person, viewer)
  assert.deepEqual(facts.map(f => f.evidenceId).toSorted(), ['kch/Encounter/1', 'kch/Encounter/9'])
  assert.deepEqual(fresh, facts)
  assert.deepEqual(
    facts.find(f => f.assertedBy === 'kch'),
    fact('1'),
  )
  assert.deepEqual((await access.storedFacts(person, { ...viewer, odsCode: 'RJ1' })).facts, [])
  clock = new Date('2026-11-21T11:15:01Z')
  assert.deepEqual((await access.storedFacts(person, viewer)).fresh, [])
})
test('care rules 3: what is known under a number that the register has replaced counts, under one it has not it does not', async () => {
  const [replaced, other] = ['9990000042', '9990000050'] as const
  for (const nhsNumber of [replaced, other] as NhsNumber[]) {
    await access.storeFacts(pool, { ...about, nhsNumber }, [fact('1', { nhsNumber })])
    const claim = { nhsNumber, viewer, form: { type: 'claim-referred' }, transaction: 't', viewId: 'v', sensitive: false } as const
    await addClaim(pool, { ...claim, id: `5e0f1a52-0000-4000-8000-00${nhsNumber}` }, clock)
  }
  const numbersFor = async (over: Partial<Person>): Promise<readonly (readonly string[])[]> => {
    const who = { nhsNumber: '9990000069', ...over } as Person
    const [{ facts }, claims] = await Promise.all([access.storedFacts(who, viewer), claimsOn(who, viewer)])
    return [facts, claims].map(all => all.map(one => one.nhsNumber))
  }
  const [first, second] = [replaced as NhsNumber, other as NhsNumber]
  assert.deepEqual(await numbersFor({ formerNumbers: [first, second], replacedNumbers: [first] }), [[replaced], [replaced]])
  assert.deepEqual(await numbersFor({ formerNumbers: [first, second] }), [[], []])
  assert.deepEqual(await numbersFor({}), [[], []])
})
test('R039: what evidence is bound to, and that it was taken back, is kept and read', async () => {
  const enquiry = fact('7', { type: 'safeguarding-enquiry', team: 'mash', revokedAt: '2026-11-21T10:30:00.000Z' })
  await access.storeFacts(pool, { ...about, sourceId: 'council' }, [{ ...enquiry, assertedBy: 'council' }])
  const { facts } = await access.storedFacts(person, viewer)
  assert.deepEqual(
    facts.find(f => f.assertedBy === 'council'),
    { ...enquiry, assertedBy: 'council' },
  )
})
test('a claim is one user’s, in one organisation, for one person and a day', async () => {
  const made = await addClaim(
    pool,
    {
      id: '5e0f1a52-0000-4000-8000-000000000001',
      nhsNumber,
      viewer,
      form: { type: 'claim-referred' },
      transaction: 't',
      viewId: 'v',
      sensitive: false,
    },
    clock,
  )
  assert.deepEqual(await claimsOn(person, viewer), [made])
  assert.deepEqual(await claimsOn(person, { ...viewer, sdsUserId: '2' }), [])
  assert.deepEqual(await claimsOn(person, { ...viewer, odsCode: 'RJ1' }), [])
  assert.deepEqual(await claimsOn({ nhsNumber: '9990000026' as NhsNumber } as Person, viewer), [])
  clock = new Date('2026-11-22T11:15:02Z')
  assert.deepEqual(await claimsOn(person, viewer), [])
})

test('R041 R068: one statement reads of standing and wishes what each of them reads apart', async () => {
  const who = somebody({ nhsNumber: '9990000077' as NhsNumber, formerNumbers: ['9990000085' as NhsNumber] })
  const by = { ...viewer, sdsUserId: '555900000001' }
  const apart = {
    objections: createObjections({ db: pool, listsKnown: async () => known.yes }),
    standing: createStanding({ db: pool, now }),
  }
  const same = async (): Promise<void> => {
    const read = await grounds(who, by)
    assert.deepEqual(read.standing, await apart.standing.standingOf(by))
    assert.deepEqual(read.objections, await apart.objections.stateFor(['9990000077', '9990000085']))
  }
  await same()
  assert.deepEqual((await grounds(who, by)).standing, { employment: 'unknown', register: 'unknown', acceptedUse: null, teams: [] })
  const row = { sdsUserId: by.sdsUserId, odsCode: by.odsCode, employment: 'active', register: 'fee-unpaid' } as const
  const staff = [{ ...row, registerSince: '2026-10-25', teams: ['a', 'b'], acceptedUse: '2026-11-01T08:00:00.123Z' }]
  await loadStaff(pool, { saidBy: 'test', staff }, clock)
  const notice = {
    kind: 'objection',
    id: 'o1',
    state: 'in-force',
    scope: { kind: 'class', classId: 'documents' },
    basis: 'upheld',
    since: '2026-10-01',
  } as const
  const narrowing = {
    id: 'n',
    reason: 'serious-risk',
    sdsUserIds: ['1'],
    from: '2026-11-21T10:00:00Z',
    until: '2026-11-21T12:00:00Z',
    decidedBy: ['a'],
  } as const
  for (const [exchange, nhsNumbers, more] of [
    ['SEL', ['9990000085'], { sparesSafeguarding: true }],
    ['NCL', ['9990000077'], {}],
    ['NWL', ['9990000093'], {}],
  ] as const)
    await putObjection(pool, exchange, { ...notice, nhsNumbers, narrowings: [narrowing], ...more })
  await same()
  const read = await grounds(who, by)
  assert.deepEqual(
    read.objections.inForce.map(one => one.exchange),
    ['NCL', 'SEL'],
    'under every number they ever had, of every list',
  )
  assert.deepEqual([read.standing.registerSince, read.standing.teams], ['2026-10-25', ['a', 'b']])
  known.yes = false
  assert.equal((await grounds(who, by)).objections.state, 'unknown')
  known.yes = true
  assert.equal((await grounds(who, by)).objections.state, 'known')
})
test('care rules 4.4: lists that cannot be read leave nothing to decide on', async () => {
  const away = createGrounds({ db: pool, listsKnown: async () => Promise.reject(new Error('away')), now })
  for (let n = 0; n < 2; n++) await assert.rejects(away(person, viewer))
})
