import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok } from '../care-record/result.ts'
import { readCase } from './agreements/objection-case/store.ts'
import { GP_CODES } from './agreements/opt-outs/gp-codes.ts'
import type { Entry } from './agreements/opt-outs/practice-dissent.ts'
import type { AuditDraft } from './audit/draft.ts'
import { createCaseSteps } from './decide-objection.ts'
import { objectionsForTests, person } from './decide-objection.for-tests.ts'
import { createIdentity } from './identity/identity.ts'
import { createPracticeDissent, hearPracticeDissent, heedPracticeDissent, type HeedPorts } from './import-opt-outs-practice.ts'

const robin = person('9990000018', '1970-05-01')
const child = person('9990000026', '2018-04-01')
const forTests = await objectionsForTests([robin, child])
const { pool, clock, ports, objections } = forTests
after(() => forTests.stop())

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
const asOffice = { as: 'office', viewer: officer } as const
let events: AuditDraft[] = []
let auditAway = false
let registerAway = false
const { now } = ports
const cases = createCaseSteps(ports)
const office = createPracticeDissent({
  pool,
  exchange: 'SEL',
  audit: {
    writeWith: async (_client, draft) => {
      if (auditAway) throw new Error('away')
      events.push(draft)
      return { id: 'e', at: now().toISOString() }
    },
  },
  identity: createIdentity({
    db: pool,
    now,
    pds: { read: async () => (registerAway ? fail('timeout', 'silent') : ok({ person: robin })), search: async () => ok([]) },
  }),
  cases,
  now,
  newId: randomUUID,
})
const warned: object[] = []
const heedPorts: HeedPorts = {
  pool,
  exchange: 'SEL',
  kindOf: odsCode => (odsCode.startsWith('G85') ? 'gp-practice' : odsCode === 'RJZ' ? 'acute' : undefined),
  cases,
  now,
  newId: randomUUID,
  log: { warn: fields => void warned.push(fields), error: () => assert.fail('an error') },
}
const heed = heedPracticeDissent(heedPorts)
const entry = (code: string, dated?: string, over: Partial<Entry> = {}): Entry => ({
  codings: [{ system: 'http://read.info/readv2', code }],
  resourceType: 'Observation',
  dated,
  ...over,
})
const source = { id: 'gp-g85001', odsCode: 'G85001' }
const rows = async (): Promise<readonly string[]> =>
  (
    await pool.query<{ line: string }>(
      `select trim(code || ' ' || said_on) || ' ' || state || case when case_id is null then '' else ' of' end as line from practice_dissent order by 1`,
    )
  ).rows.map(row => row.line)
/** Nobody waits for what is heard; here we do. */
async function kept(count: number): Promise<readonly string[]> {
  for (;;) {
    const found = await rows()
    if (found.length >= count) return found
    await pause(10)
  }
}
const heard = (entries: readonly Entry[], from = source, of = robin): Promise<void> => hearPracticeDissent(heedPorts)(of, from, entries)
const only = async (): Promise<string> => {
  const list = await office.list()
  assert.ok(list.ok)
  return list.value[0]?.id ?? assert.fail('nothing waits')
}
const inForce = async (of = robin): Promise<readonly string[]> =>
  (await objections.stateFor([of.nhsNumber])).inForce.map(
    ({ scope, basis }) => `${scope.kind} ${scope.kind === 'organisation' ? scope.odsCode : ''} ${basis}`,
  )
const openCases = async () =>
  (await pool.query<{ id: string }>('select id from objection_case order by opened_at, id')).rows.map(row => row.id)
const opened = async (n = 0) => (await readCase(pool, (await openCases())[n] ?? '')) ?? assert.fail('no case')

beforeEach(async () => {
  events = []
  auditAway = registerAway = false
  clock.now = new Date('2026-11-21T10:00:00.000Z')
  // What is in force ends as it does in life: lists are never emptied by hand.
  for (const id of await openCases()) {
    const read = await readCase(pool, id)
    if (read?.case.inForce !== undefined) {
      const done = await cases.step(
        id,
        [{ type: 'withdrawn', who: read.case.asker === 'self' ? 'person' : 'asker', seen: 'known-to-me', words: 'Over.' }],
        asOffice,
      )
      assert.ok(done.ok, done.ok ? '' : done.fault.detail)
    }
  }
  await pool.query('truncate practice_dissent, objection_step, objection_case cascade')
})

test('R076 R070: a practice’s word opens one case by itself, and what the practice holds is held from then on', async () => {
  heed(robin, source, [entry('93C1.', '2019-05-14')])
  assert.deepEqual(await kept(1), ['93C1. 2019-05-14 case of'])
  assert.deepEqual(await inForce(), ['organisation G85001 held'])
  const { case: c, steps } = await opened()
  assert.deepEqual(
    [c.state, c.channel, c.asker, c.scope, c.identity?.seen, c.nhsNumbers],
    ['held', 'practice', 'self', { kind: 'organisation', odsCode: 'G85001' }, 'practice-record', [robin.nhsNumber]],
  )
  assert.match(c.words, /The practice has written: Refused upload to local shared record, 2019-05-14/)
  assert.deepEqual(
    steps.map(({ type, by }) => [type, by.as, by.odsCode]),
    [
      ['received', 'import', 'G85001'],
      ['identity-checked', 'import', 'G85001'],
    ],
  )
  const list = await office.list()
  assert.deepEqual(list.ok && list.value, [], 'nobody has to look at an entry: the case waits at Objections')
})

test('R076: the same entry opens nothing again: in another code, in another answer, at the same moment, under an old number', async () => {
  await Promise.all(['93C1.', '93C1.00', '93C1.', '93C1.00'].map(code => heard([entry(code, '2019-05-14')])))
  assert.deepEqual(await rows(), ['93C1. 2019-05-14 case of'])
  await heard([{ codings: [{ system: 'http://read.info/ctv3', code: 'XaKRw' }], dated: '2019-05-14T09:30:00Z' }])
  await heard([entry('93C1.', '2019-05-14'), entry('93C1.', '2011-01-01')])
  await heard([entry('93C1.')])
  assert.deepEqual(await rows(), ['93C1. 2019-05-14 case of'], 'what is older, or has no day, says nothing new')
  await heard([entry('93C1.', '2019-05-14')], source, { ...robin, nhsNumber: child.nhsNumber, formerNumbers: [robin.nhsNumber] })
  assert.equal((await openCases()).length, 1)
})

test('R076 R073: a case that was not upheld is not opened again by its entry, nor by one found later that is older', async () => {
  await heard([entry('93C1.', '2019-05-14')])
  const [id = ''] = await openCases()
  const done = await cases.step(id, [{ type: 'withdrawn', who: 'person', seen: 'known-to-me', words: 'I am well now.' }], asOffice)
  assert.ok(done.ok, done.ok ? '' : done.fault.detail)
  assert.deepEqual(await inForce(), [])
  await heard([entry('93C1.', '2019-05-14')])
  assert.deepEqual([(await openCases()).length, await inForce()], [1, []])
  // Written after it was first found, and before it was taken back.
  await heard([entry('93C1.', '2026-11-20')])
  assert.deepEqual(await rows(), ['93C1. 2019-05-14 case of', '93C1. 2026-11-20 waiting'])
  assert.deepEqual(await inForce(), [], 'somebody looks first')
  clock.now = new Date('2026-12-02T10:00:00.000Z')
  await heard([entry('93C1.', '2026-12-01')])
  assert.deepEqual([(await openCases()).length, await inForce()], [2, ['organisation G85001 held']], 'said again, later: it is held again')
})

const last: readonly [name: string, entries: readonly Entry[], kept: readonly string[], inForce: number][] = [
  [
    'a yes written later: somebody looks',
    [entry('93C1.', '2014-01-01'), entry('9Nd7.', '2018-03-02')],
    ['93C1. 2014-01-01 waiting', '9Nd7. 2018-03-02 waiting'],
    0,
  ],
  [
    'a yes written before',
    [entry('9Nd7.', '2012-03-02'), entry('93C1.', '2014-01-01')],
    ['93C1. 2014-01-01 case of', '9Nd7. 2012-03-02 waiting'],
    1,
  ],
  [
    'a yes on the same day',
    [entry('9Nd7.', '2014-01-01'), entry('93C1.', '2014-01-01')],
    ['93C1. 2014-01-01 case of', '9Nd7. 2014-01-01 waiting'],
    1,
  ],
  [
    'a yes of the same year, no month',
    [entry('9Nd7.', '2014'), entry('93C1.', '2014-01-01')],
    ['93C1. 2014-01-01 case of', '9Nd7. 2014 waiting'],
    1,
  ],
  ['a yes of no day', [entry('9Nd7.'), entry('93C1.', '2014-01-01')], ['93C1. 2014-01-01 case of', '9Nd7. waiting'], 1],
  ['a no of no day and a yes', [entry('9Nd7.', '2018-03-02'), entry('93C1.')], ['93C1. case of', '9Nd7. 2018-03-02 waiting'], 1],
  [
    'a yes dated after today',
    [entry('9Nd7.', '2099-03-02'), entry('93C1.', '2014-01-01')],
    ['93C1. 2014-01-01 case of', '9Nd7. waiting'],
    1,
  ],
  [
    'a yes entered in error',
    [entry('9Nd7.', '2018-03-02', { isInError: true }), entry('93C1.', '2014-01-01')],
    ['93C1. 2014-01-01 case of'],
    1,
  ],
]
for (const [name, entries, expected, held] of last)
  test(`R081: the person’s last word counts: ${name}`, async () => {
    await heard(entries)
    assert.deepEqual(await rows(), expected)
    assert.equal((await inForce()).length, held)
  })

test('R081: a yes that comes after a case was opened ends nothing: somebody looks', async () => {
  await heard([entry('93C1.', '2014-01-01')])
  await heard([entry('9Nd7.', '2018-03-02')])
  assert.deepEqual(await rows(), ['93C1. 2014-01-01 case of', '9Nd7. 2018-03-02 waiting'])
  assert.deepEqual(await inForce(), ['organisation G85001 held'])
})

for (const line of GP_CODES)
  for (const coding of [
    ...line.readV2.map(code => ({ system: 'http://read.info/readv2', code })),
    ...line.ctv3.map(code => ({ system: 'http://read.info/ctv3', code })),
  ])
    test(`${line.effect === 'none' ? 'R077' : 'R076'}: ${line.meaning} (${coding.code}) does what the table says: ${line.effect}`, async () => {
      await heard([{ codings: [coding], resourceType: 'Observation', dated: '2019-05-14' }])
      const state = { 'local-objection-case': ' case of', 'item-confidential': undefined, none: undefined }
      const expected = line.effect in state ? state[line.effect as keyof typeof state] : ' waiting'
      assert.deepEqual(await rows(), expected === undefined ? [] : [`${line.readV2[0]} 2019-05-14${expected}`])
      assert.equal((await inForce()).length, line.effect === 'local-objection-case' ? 1 : 0)
    })

test('R076: entered in error, of a relative, or said by another kind of organisation opens nothing', async () => {
  await heard([entry('93C1.', '2019-05-14', { isInError: true }), entry('93C1.', '2019-05-14', { resourceType: 'FamilyMemberHistory' })])
  assert.deepEqual(await rows(), [])
  await heard([entry('93C1.', '2019-05-14')], { id: 'kch', odsCode: 'RJZ' })
  await heard([entry('93C1.', '2019-05-14')], { id: 'unknown', odsCode: 'X2600' })
  assert.deepEqual(await rows(), ['93C1. 2019-05-14 waiting', '93C1. 2019-05-14 waiting'])
  assert.deepEqual(await inForce(), [])
})

test('R082: of a child under 13 a case is opened for whoever has parental responsibility; nothing is held before that is checked', async () => {
  await heard([entry('93C1.', '2019-05-14')], source, child)
  const { case: c } = await opened()
  assert.deepEqual([c.asker, c.state, c.authority.verdict, await inForce(child)], ['parent', 'received', 'needs', []])
})

test('R084: the list names nobody; whom an entry is about is written down before it is shown', async () => {
  registerAway = true
  await heard([entry('9Nd1.', '2020-02-02')])
  const shown = await office.open(await only(), officer)
  assert.ok(shown.ok)
  assert.equal(shown.value.wish.nhsNumber, robin.nhsNumber)
  assert.equal(shown.value.name, undefined, 'the register is silent')
  assert.deepEqual(
    events.map(event => [event.kind, event.nhsNumber]),
    [['office-opened', robin.nhsNumber]],
  )
  auditAway = true
  assert.equal((await office.open(await only(), officer)).ok, false)
  assert.equal((await office.leave(await only(), officer)).ok, false)
  assert.deepEqual(await rows(), ['9Nd1. 2020-02-02 waiting'])
})

test('R076: one button opens the case of what somebody looked at, once; not for a number alone, and not unwritten', async () => {
  await heard([entry('9Nd3.', '2020-02-02')])
  const id = await only()
  registerAway = true
  const silent = await office.openCase(id, officer)
  assert.equal(!silent.ok && silent.fault.kind, 'unavailable')
  registerAway = false
  auditAway = true
  assert.equal((await office.openCase(id, officer)).ok, false)
  assert.deepEqual([await openCases(), await inForce()], [[], []])
  auditAway = false
  const done = await office.openCase(id, officer)
  assert.ok(done.ok, done.ok ? '' : done.fault.detail)
  assert.deepEqual(await inForce(), ['organisation G85001 held'])
  assert.equal(done.value.caseId, (await openCases())[0])
  const again = await office.openCase(id, officer)
  assert.equal(!again.ok && again.fault.kind, 'conflict')
  assert.deepEqual(
    events.map(event => [event.kind, event.detail?.['word']]),
    [['opt-out-worked', 'case']],
  )
  assert.equal((await openCases()).length, 1)
  // What stands already is not opened beside itself.
  await heard([entry('9NdH.', '2021-02-02')])
  const second = await office.openCase(await only(), officer)
  assert.deepEqual([second.ok && second.value.caseId, (await openCases()).length], [done.value.caseId, 1])
})

test('R076: an entry is left once; of a yes, or of no capacity, no case is opened', async () => {
  await heard([entry('9Ndb.', '2020-02-02')])
  const id = await only()
  assert.ok((await office.leave(id, officer)).ok)
  for (const again of [await office.leave(id, officer), await office.openCase(id, officer)])
    assert.equal(!again.ok && again.fault.kind, 'conflict')
  await heard([entry('9NdR.', '2020-02-02')])
  const no = await office.openCase(await only(), officer)
  assert.equal(!no.ok && no.fault.kind, 'conflict')
  for (const wrong of ['x', robin.nhsNumber, randomUUID()])
    for (const answer of [await office.open(wrong, officer), await office.leave(wrong, officer), await office.openCase(wrong, officer)])
      assert.equal(!answer.ok && answer.fault.kind, 'not-found')
  assert.deepEqual(await openCases(), [])
})

test('R076: what cannot be kept stops no view, says nothing of the person, and is heard with the next answer', async () => {
  const away = { query: async () => Promise.reject(new Error(robin.nhsNumber)) } as unknown as pg.Pool
  heedPracticeDissent({ ...heedPorts, pool: away })(robin, source, [entry('93C1.')])
  while (warned.length === 0) await pause(5)
  assert.deepEqual({ ...warned.pop(), err: undefined }, { code: 'practice-dissent-unwritten', source: 'gp-g85001', err: undefined })
  const unlisted = createCaseSteps({ ...ports, publish: async () => Promise.reject(new Error('away')) })
  heedPracticeDissent({ ...heedPorts, cases: unlisted })(robin, source, [entry('93C1.', '2019-05-14')])
  while (warned.length === 0) await pause(5)
  assert.deepEqual([await rows(), await openCases()], [[], []])
  await heard([entry('93C1.', '2019-05-14')])
  assert.deepEqual(await inForce(), ['organisation G85001 held'])
})

test('R076: what a carer asked in vain answers nothing that the practice writes of its patient', async () => {
  const begun = await cases.begin(
    [
      {
        type: 'received',
        id: randomUUID(),
        exchange: 'SEL',
        channel: 'record',
        asker: 'carer',
        scope: { kind: 'everything' },
        words: 'Stop.',
      },
      { type: 'identity-checked', seen: 'known-to-me', nhsNumbers: [robin.nhsNumber], birthDate: robin.birthDate },
    ],
    asOffice,
  )
  assert.ok(begun.ok)
  assert.deepEqual(await inForce(), [])
  await heard([entry('93C1.', '2019-05-14')])
  assert.deepEqual(await inForce(), ['organisation G85001 held'])
  assert.equal((await openCases()).length, 2)
})
