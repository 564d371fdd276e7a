import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok } from '../care-record/result.ts'
import { migrate } from '../platform/database.ts'
import { serverForTests } from '../platform/server-for-tests.ts'
import type { AuditDraft } from './audit/draft.ts'
import { createIdentity } from './identity/identity.ts'
import { createPracticeDissent, heedPracticeDissent } from './import-opt-outs-practice.ts'

const server = await serverForTests(['practice_dissent'])
const pool = new pg.Pool({ connectionString: server.url('practice_dissent'), max: 2 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
await migrate(pool)

const now = (): Date => new Date('2026-11-21T10:00:00Z')
const person = { nhsNumber: '9990000018' as NhsNumber }
const officer: Viewer = {
  sdsUserId: '555000000015',
  name: 'QUAYE, Esi (Ms)',
  sdsRoleProfileId: '555000000016',
  roleCode: 'S8000:G8000:R1989',
  roleName: 'Complaints Coordinator',
  odsCode: 'RJZ',
  organisationName: 'Hospital',
  assurance: 'AAL2',
}
let events: AuditDraft[] = []
let auditAway = false
const office = createPracticeDissent({
  pool,
  audit: {
    writeWith: async (_client, draft) => {
      if (auditAway) throw new Error('away')
      events.push(draft)
      return { id: 'e', at: now().toISOString() }
    },
  },
  identity: createIdentity({ db: pool, now, pds: { read: async () => fail('timeout', 'silent'), search: async () => ok([]) } }),
  now,
  newId: randomUUID,
})
const warned: object[] = []
const heed = heedPracticeDissent({ pool, now, log: { warn: fields => void warned.push(fields), error: () => assert.fail('an error') } })
const entry = (code: string) => ({ codings: [{ system: 'http://read.info/readv2', code }] })
const source = { id: 'gp-g85001', odsCode: 'G85001' }
const rows = async (): Promise<readonly string[]> =>
  (await pool.query<{ line: string }>(`select effect || ' ' || state as line from practice_dissent order by 1`)).rows.map(row => row.line)
/** Nobody waits for what is heard; here we do. */
async function kept(count: number): Promise<readonly string[]> {
  for (;;) {
    const found = await rows()
    if (found.length >= count) return found
    await pause(10)
  }
}
const only = async (): Promise<string> => {
  const list = await office.list()
  assert.ok(list.ok)
  return list.value[0]?.id ?? assert.fail('nothing waits')
}

beforeEach(async () => {
  events = []
  auditAway = false
  await pool.query('truncate practice_dissent')
})

test('R077: codes for the Summary Care Record, other uses or one item ask nothing of anybody', async () => {
  heed(person, source, [entry('9Ndo.'), entry('9Nu0.'), entry('9Nu4.'), entry('93C3.'), entry('9R11.'), entry('H33..')])
  heed(person, source, [entry('93C1.')])
  assert.deepEqual(await kept(1), ['local-objection-case waiting'])
})

test('R076: a wish is kept once, changes no objection, and is not asked again when decided', async () => {
  heed(person, source, [entry('93C1.'), entry('93C1.00'), entry('9Nd1.')])
  assert.deepEqual(await kept(2), ['local-objection-case waiting', 'review waiting'])
  assert.equal((await pool.query('select 1 from objection_of')).rows.length, 0, 'shown as before')
  assert.ok((await office.decide(await only(), 'case', officer)).ok)
  heed(person, source, [entry('93C1.')])
  heed(person, { id: 'gp-g85002', odsCode: 'G85002' }, [entry('93C1.')])
  assert.deepEqual(await kept(3), ['local-objection-case case', 'local-objection-case waiting', 'review waiting'])
})

test('R084: the list names nobody; whom an entry is about is written down before it is shown', async () => {
  heed(person, source, [entry('93C1.')])
  await kept(1)
  const opened = await office.open(await only(), officer)
  assert.ok(opened.ok)
  assert.equal(opened.value.wish.nhsNumber, person.nhsNumber)
  assert.equal(opened.value.name, undefined, 'the register is silent')
  assert.deepEqual(
    events.map(event => [event.kind, event.nhsNumber]),
    [['office-opened', person.nhsNumber]],
  )
  auditAway = true
  assert.equal((await office.open(await only(), officer)).ok, false)
  assert.equal((await office.decide(await only(), 'nothing', officer)).ok, false)
  assert.deepEqual(await rows(), ['local-objection-case waiting'])
})

test('R076: an entry is decided once, with a word that is on the list', async () => {
  heed(person, source, [entry('9Ndb.')])
  await kept(1)
  const id = await only()
  assert.equal((await office.decide(id, 'perhaps', officer)).ok, false)
  assert.ok((await office.decide(id, 'nothing', officer)).ok)
  const again = await office.decide(id, 'case', officer)
  assert.equal(!again.ok && again.fault.kind, 'conflict')
  assert.deepEqual(
    events.map(event => [event.kind, event.detail?.['word']]),
    [['opt-out-worked', 'nothing']],
  )
  for (const wrong of ['x', person.nhsNumber, randomUUID()]) {
    const answer = await office.open(wrong, officer)
    assert.equal(!answer.ok && answer.fault.kind, 'not-found')
  }
})

test('R076: what cannot be kept stops no view and says nothing of the person', async () => {
  const away = { query: async () => Promise.reject(new Error('9990000018')) } as unknown as pg.Pool
  heedPracticeDissent({ pool: away, now, log: { warn: fields => void warned.push(fields), error: () => undefined } })(person, source, [
    entry('93C1.'),
  ])
  while (warned.length === 0) await pause(5)
  assert.deepEqual({ ...warned[0], err: undefined }, { code: 'practice-dissent-unwritten', source: 'gp-g85001', err: undefined })
})
