import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { AccessRules } from '../care-record/decision.ts'
import type { Viewer } from '../care-record/person.ts'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { createAccess } from './access/access.ts'
import { catalogue, fact, NOW, objecting, person, standing, viewer } from './access/for-tests.ts'
import { firstRules } from './access/rules/first-rules.ts'
import { createRuleHistory } from './access/rules/history.ts'
import { createAudit, type Audit } from './audit/audit.ts'
import { sealKey, signingKey } from './audit/for-tests.ts'
import { createDecisionReplay, type DecisionReplay } from './decision-replay.ts'
import type { Identity } from './identity/identity.ts'
import { admitViewer, type Rooms } from './wiring.ts'

let server: TestServer
let pool: Pool
let audit: Audit
let decisions: DecisionReplay
const root = mkdtempSync(join(tmpdir(), 'lcr-replay-'))
const now = (): Date => new Date(NOW)
before(async () => {
  server = await serverForTests(['replay'])
  pool = openPool({ url: server.url('replay'), max: 4 })
  await migrate(pool)
  const log = { warn() {}, info() {} }
  audit = createAudit({
    pool,
    exchange: 'SEL',
    processTag: 'p1',
    signingKey,
    keyId: 'k1',
    sealKey,
    spoolDir: join(root, 'spool'),
    now,
    log,
  })
  await audit.drain()
  decisions = createDecisionReplay({ pool, history: createRuleHistory({ db: pool, now }), audit, sealKey, newId: randomUUID })
})
after(async () => {
  await audit.stop()
  await pool.end()
  await server.remove()
  rmSync(root, { recursive: true, force: true })
})

/** Who is not asked in these tests. */
const nobody = new Proxy({} as Identity, {
  get() {
    throw new Error('nobody is identified here')
  },
})
const rooms = (of: { readonly rules?: AccessRules; readonly catalogue?: Catalogue; readonly objects?: boolean } = {}): Rooms => ({
  pool,
  catalogue: () => of.catalogue ?? catalogue(),
  rules: () => of.rules ?? firstRules,
  history: createRuleHistory({ db: pool, now }),
  audit,
  access: createAccess({ db: pool, now }),
  objections: { stateFor: () => assert.fail('not asked'), among: () => assert.fail('not asked') },
  grounds: () => Promise.resolve({ claims: [], standing: standing(), objections: of.objects === true ? objecting({}) : objecting() }),
  identity: nobody,
  now,
})
/** Decides as a view does and writes the event of it. */
async function decided(of: Rooms, who: Viewer = viewer()): Promise<string> {
  const transaction = randomUUID()
  const someone = person()
  const request = { viewer: who, sessionId: 's', purpose: 'direct-care' as const, nhsNumber: someone.nhsNumber }
  const admitted = await admitViewer(of)(request, someone, { facts: [fact()], unavailable: [], asked: [] })
  assert.ok(admitted.ok)
  const { verdict, reasons, basis } = admitted.value
  const written = await audit.write({
    ...basis,
    kind: 'evidence-checked',
    outcome: 'success',
    transaction,
    viewer: who,
    nhsNumber: someone.nhsNumber,
    detail: { verdict, reasons },
  })
  assert.ok(written.ok)
  return transaction
}
const command = { command: 'test' }

test('HAZ-081: a past decision is taken again by the rules and roles of its day, whatever stands today', async () => {
  const shorter: AccessRules = { ...firstRules, version: '2', windows: [] }
  const [first, second] = [await decided(rooms()), await decided(rooms({ rules: shorter, catalogue: catalogue({ version: '8' }) }))]
  const then = await decisions.replay(first, command)
  const later = await decisions.replay(second, command)
  assert.ok(then.ok && later.ok)
  assert.deepEqual(
    [...then.value, ...later.value].map(one => [one.verdict, one.same, one.rulesVersion]),
    [
      ['permit', true, 'access-rules/1 catalogue/7'],
      ['claim', true, 'access-rules/2 catalogue/8'],
    ],
  )
  assert.equal(then.value[0]?.lines.at(-1)?.question, 'Does the person’s wish allow it?')
})

test('an objection reads in full to whoever replays it, and nothing of the person is told', async () => {
  const replayed = await decisions.replay(await decided(rooms({ objects: true })), command)
  assert.ok(replayed.ok)
  assert.equal(replayed.value[0]?.verdict, 'refused: objection')
  const text = JSON.stringify(replayed.value)
  for (const word of ['9990000018', 'Okafor', 'Amara', '1956']) assert.equal(text.includes(word), false, word)
})

test('R106: an officer is told of their own organisation’s staff only; each replay is written down before it is told', async () => {
  const transaction = await decided(rooms())
  const written = async (): Promise<number> =>
    (await pool.query(`select 1 from audit_event where kind = 'decision-replayed'`)).rowCount ?? 0
  const before = await written()
  const elsewhere = await decisions.replay(transaction, { viewer: viewer({ odsCode: 'RJ1' }) })
  assert.equal(!elsewhere.ok && elsewhere.fault.kind, 'not-found')
  assert.equal(await written(), before)
  assert.ok((await decisions.replay(transaction, { viewer: viewer() })).ok)
  assert.equal(await written(), before + 1)
})

test('nothing is told of a transaction that is not known, by another key, or once its rules are gone', async () => {
  assert.equal((await decisions.replay(randomUUID(), command)).ok, false)
  const transaction = await decided(rooms())
  const history = createRuleHistory({ db: pool, now })
  const otherKey = createDecisionReplay({ pool, history, audit, sealKey: Buffer.alloc(32, 9), newId: randomUUID })
  const withKey = await otherKey.replay(transaction, command)
  assert.equal(!withKey.ok && withKey.fault.kind, 'forbidden')
  const gone = { read: () => Promise.resolve(undefined) }
  const without = await createDecisionReplay({ pool, history: gone, audit, sealKey, newId: randomUUID }).replay(transaction, command)
  assert.equal(!without.ok && without.fault.kind, 'invalid')
})

test('what decisions were taken by cannot be changed or taken away', async () => {
  await decided(rooms())
  for (const statement of [`update decision_document set version = 'x'`, 'delete from decision_document', 'truncate decision_document'])
    await assert.rejects(pool.query(statement), /written once/, statement)
})

test('HAZ-081: rules that somebody changed in the database all the same are not those of that day: nothing is told', async () => {
  const transaction = await decided(rooms())
  await pool.query('alter table decision_document disable trigger decision_document_unchangeable')
  const changed = await pool.query(
    `update decision_document set body = replace(body, '"silenceMs":172800000', '"silenceMs":0') where kind = 'access-rules'`,
  )
  await pool.query('alter table decision_document enable trigger decision_document_unchangeable')
  assert.ok((changed.rowCount ?? 0) > 0)
  const replayed = await decisions.replay(transaction, command)
  assert.equal(!replayed.ok && replayed.fault.kind, 'invalid')
})
