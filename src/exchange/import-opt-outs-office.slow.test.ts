import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import pg from 'pg'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { migrate } from '../platform/database.ts'
import { serverForTests } from '../platform/server-for-tests.ts'
import { COLUMNS } from './agreements/opt-outs/line.ts'
import type { AuditDraft } from './audit/draft.ts'
import { createIdentity, loadRegistrations, type Pds } from './identity/identity.ts'
import { createOptOutOffice } from './import-opt-outs-office.ts'

const server = await serverForTests(['opt_out_office'])
const pool = new pg.Pool({ connectionString: server.url('opt_out_office'), max: 2 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
await migrate(pool)

const now = (): Date => new Date('2026-11-21T10:00:00Z')
const [A, B, C] = ['9990000018', '9990000026', '9990000034'] as const
const steward: Viewer = {
  sdsUserId: '555000000013',
  name: 'OYELARAN, Tunde (Mr)',
  sdsRoleProfileId: '555000000014',
  roleCode: 'S8002:G8003:R8013',
  roleName: 'Health Records Manager',
  odsCode: 'RJZ',
  organisationName: 'Hospital',
  assurance: 'AAL2',
}
const person = (nhsNumber: string): Person => ({
  nhsNumber: nhsNumber as NhsNumber,
  name: { family: 'Okonkwo', given: ['Ngozi'] },
  otherNames: [],
  birthDate: '1984-05-17',
  gender: 'female',
  restricted: 'no',
  basis: 'pds',
  asOf: now().toISOString(),
})
let register: { search: Result<readonly Person[]>; read: (number: string) => Result<{ person: Person }> }
let events: AuditDraft[] = []
let auditAway = false
const audit = {
  writeWith: async (_client: unknown, draft: AuditDraft) => {
    if (auditAway) throw new Error('away')
    events.push(draft)
    return { id: 'e', at: now().toISOString() }
  },
}
const pds: Pds = { read: async number => register.read(number), search: async () => register.search }
const ports = {
  // As the wiring hands it in: with a publisher of one notice, which is not for many.
  publish: () => assert.fail('one by one'),
  pool,
  exchange: 'SEL',
  audit,
  identity: createIdentity({ db: pool, pds, now }),
  now,
  newId: randomUUID,
}
const office = createOptOutOffice(ports)
const csv = [COLUMNS.join(','), 'connect-care,CC-1,,Okonkwo,Ngozi,1984-05-17,SE8 4AA,,2019-03-02,everything,,Desk', ''].join('\n')
const withheld = async (): Promise<readonly string[]> =>
  (await pool.query<{ n: string }>('select distinct nhs_number as n from objection_of order by 1')).rows.map(row => row.n)
const only = async (): Promise<string> => {
  const list = await office.list()
  assert.ok(list.ok)
  return list.value.waiting[0]?.id ?? assert.fail('nothing waits')
}

beforeEach(async () => {
  events = []
  auditAway = false
  register = { search: ok([]), read: () => fail('not-found', 'nobody') }
  await pool.query(
    'truncate opt_out_import, opt_out, opt_out_person, registration, objection_in_force, objection_of, list_entry, list_head, pds_fact',
  )
  const row = { sourceId: 'kch', family: 'Okonkwo', given: ['Ngozi'], birthDate: '1984-05-17', gender: 'female' }
  await loadRegistrations(
    pool,
    [
      { ...row, nhsNumber: A, postcode: 'N1 1AA' },
      { ...row, nhsNumber: B, postcode: 'SE8 4AA', given: ['Ngosi'] },
    ],
    now(),
  )
  assert.ok((await office.importText(csv, false, steward)).ok)
  events = []
})

test('R076: the list names nobody and says what waits', async () => {
  const list = await office.list()
  assert.ok(list.ok)
  assert.deepEqual([list.value.counts, list.value.goLive.allowed], [{ matched: 0, unmatched: 1, nobody: 0, withheld: 2 }, false])
  assert.doesNotMatch(JSON.stringify(list.value), /Okonkwo|999000|SE8/)
})

test('R084: who is shown to a steward is written down before, each of them, and no place is shown', async () => {
  const opened = await office.open(await only(), steward)
  assert.ok(opened.ok)
  assert.deepEqual(
    events.map(event => [event.kind, event.nhsNumber]),
    [
      ['office-opened', undefined],
      ['office-opened', A],
      ['office-opened', B],
    ],
  )
  assert.deepEqual(
    opened.value.waiting.map(one => [one.nhsNumber, one.postcode]),
    [
      [A, 'differs'],
      [B, 'agrees'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(opened.value.waiting), /N1 1AA|SE8/)
  auditAway = true
  assert.equal((await office.open(await only(), steward)).ok, false, 'not written, not shown')
})

test('R076: a decision and its event stand or fall together', async () => {
  const id = await only()
  const opened = await office.open(id, steward)
  assert.ok(opened.ok)
  const at = Object.fromEntries(opened.value.waiting.map(one => [one.nhsNumber, one.id]))
  auditAway = true
  assert.equal((await office.decide(id, { is: [], isNot: [at[A] ?? ''], nobody: false }, steward)).ok, false)
  assert.deepEqual(await withheld(), [A, B])
  auditAway = false
  events = []
  const done = await office.decide(id, { is: [at[B] ?? ''], isNot: [at[A] ?? ''], nobody: false }, steward)
  assert.deepEqual(done, ok({ state: 'matched' }))
  assert.deepEqual(await withheld(), [B])
  assert.deepEqual(
    events.map(event => [event.kind, event.nhsNumber, event.detail?.['word']]),
    [
      ['opt-out-worked', A, 'is-not'],
      ['opt-out-worked', B, 'is'],
    ],
  )
})

for (const [name, id] of [
  ['an id that is none', 'x'],
  ['an NHS number', A],
  ['an unknown id', '00000000-0000-4000-8000-000000000000'],
] as const)
  test(`R076: ${name} opens, decides and asks nothing`, async () => {
    const answers = [
      await office.open(id, steward),
      await office.decide(id, { is: [], isNot: [], nobody: true }, steward),
      await office.askRegister(id, steward),
    ]
    for (const answer of answers) assert.equal(!answer.ok && answer.fault.kind, 'not-found')
    assert.equal(events.length, 0)
  })

test('R076: whom the national register finds is withheld at once, and traced when shown', async () => {
  register = { search: ok([person(C)]), read: number => (number === C ? ok({ person: person(C) }) : fail('not-found', 'nobody')) }
  assert.deepEqual(await office.askRegister(await only(), steward), ok({ said: 'answered' }))
  assert.deepEqual(await withheld(), [A, B, C])
  assert.equal(events[0]?.kind, 'search')
  assert.doesNotMatch(JSON.stringify({ ...events[0], sealed: undefined }), /999000|Okonkwo/)
  const opened = await office.open(await only(), steward)
  assert.ok(opened.ok)
  assert.deepEqual(opened.value.waiting.find(one => one.nhsNumber === C)?.names, [{ family: 'Okonkwo', given: ['Ngozi'] }])
})

test('R076 R080: whom only another area knows is withheld there too, by number alone, and before anybody says that it is nobody', async () => {
  // Nobody of this area could be the person: each exchange knows its own people only.
  const elsewhere = csv.replaceAll('CC-1', 'CC-9').replace('Okonkwo,Ngozi,1984-05-17', 'Adeyemi,Folake,1990-02-03')
  assert.ok((await office.importText(elsewhere, false, steward)).ok)
  const list = await office.list()
  const id = (list.ok ? list.value.waiting : []).find(one => one.systemId === 'CC-9')?.id ?? assert.fail('it does not wait')
  const nobody = (): Promise<Result<unknown>> => office.decide(id, { is: [], isNot: [], nobody: true }, steward)
  const refused = await nobody()
  assert.equal(!refused.ok && refused.fault.kind, 'conflict')
  const theirs: Person = { ...person(C), name: { family: 'Adeyemi', given: ['Folake'] }, birthDate: '1990-02-03' }
  register = { search: ok([theirs]), read: () => ok({ person: theirs }) }
  assert.deepEqual(await office.askRegister(id, steward), ok({ said: 'answered' }))
  assert.deepEqual(await withheld(), [A, B, C])
  const { rows } = await pool.query<{ body: string }>(`select body from list_entry where body like '%' || $1 || '%'`, [C])
  assert.equal(rows.length, 1, 'the list that every exchange reads says it')
  const { nhsNumbers, basis, state } = JSON.parse(rows[0]?.body ?? '{}') as Record<string, unknown>
  assert.deepEqual([nhsNumbers, basis, state], [[C], 'unmatched', 'in-force'])
  assert.doesNotMatch(rows[0]?.body ?? '', /Adeyemi|Folake|1990/)
  assert.equal((await nobody()).ok, false, 'they are to be decided first')
})

test('care rules 4.2 4.5: who treats the person names the withholding by its reference, and nothing else finds it', async () => {
  const id = await only()
  const { rows } = await pool.query<{ id: string }>(`select id from objection_of where nhs_number = $1`, [A])
  const reference = rows[0]?.id.slice('opt-out/'.length, 'opt-out/'.length + 8) ?? ''
  assert.match(reference, /^[0-9a-f]{8}$/)
  assert.deepEqual(await office.called(`${reference.slice(0, 4).toUpperCase()} ${reference.slice(4)}`), ok(id))
  for (const wrong of ['', '%', '________', reference.slice(0, 7), `${reference}0`, id, A, '00000000']) {
    const found = await office.called(wrong)
    assert.equal(!found.ok && found.fault.kind, 'not-found', wrong)
  }
  const opened = await office.open(id, steward)
  assert.ok(opened.ok)
  const waits = opened.value.waiting.map(one => one.id)
  assert.ok((await office.decide(id, { is: [], isNot: waits, nobody: false }, steward)).ok)
  assert.equal((await office.called(reference)).ok, false, 'it is withheld no longer')
})

for (const [name, search, said] of [
  ['too many', fail('too-large', 'many'), 'too-many'],
  ['nobody', fail('not-found', 'nobody'), 'answered'],
  ['no answer', fail('timeout', 'silent'), 'silent'],
] as const)
  test(`R076: a register that says ${name} shows nobody again`, async () => {
    register = { search, read: () => fail('timeout', 'silent') }
    assert.deepEqual(await office.askRegister(await only(), steward), ok({ said }))
    assert.deepEqual(await withheld(), [A, B])
  })

test('R035: a pasted list is counted before it is taken, and who took it is written down', async () => {
  const again = csv.replace('CC-1', 'CC-2')
  const counted = await office.importText(again, true, steward)
  assert.ok(counted.ok && counted.value.dryRun)
  assert.equal(events.length, 0)
  const taken = await office.importText(again, false, steward)
  assert.ok(taken.ok)
  assert.deepEqual(taken.value.counts.unmatched, counted.value.counts.unmatched)
  assert.deepEqual(
    events.map(event => [event.kind, event.viewer?.sdsUserId]),
    [['opt-outs-imported', steward.sdsUserId]],
  )
})
