import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import type { Person, Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import { putObjection } from './access/objections.ts'
import { step } from './agreements/objection-case/step.ts'
import { COLUMNS } from './agreements/opt-outs/line.ts'
import type { ObjectionCase } from './agreements/objection-case/case.ts'
import { CASE_RULES } from './agreements/objection-case/rules.ts'
import { readCase } from './agreements/objection-case/store.ts'
import { createIntake, overdueCalls } from './decide-objection-intake.ts'
import { createObjectionLetters } from './decide-objection-letter-steps.ts'
import { createSharing } from './decide-objection-sharing.ts'
import { objectionsForTests, person } from './decide-objection.for-tests.ts'
import { createObjectionCases, type Who } from './decide-objection.ts'
import { applyObjections } from './follow-lists.ts'
import { loadRegistrations } from './identity/identity.ts'
import { runImport, transact } from './import-opt-outs.ts'

const robin = person('9990000018', '1970-05-01')
const teenager = person('9990000026', '2012-04-01')
const forTests = await objectionsForTests([robin, teenager])
const { pool, clock, ports, objections } = forTests
after(() => forTests.stop())
const cases = createObjectionCases(ports)
const letters = createObjectionLetters(cases, ports)
const sharing = createSharing(cases, ports)
const intake = createIntake(cases, ports)
await ports.publish(pool, 'objections', {
  kind: 'objection',
  id: 'connect-care/1',
  nhsNumbers: ['9990000034'],
  scope: { kind: 'everything' },
  basis: 'imported',
  since: '2021-03-02',
  state: 'in-force',
  narrowings: [],
})

const viewer = (sdsUserId: string, odsCode = 'RJZ'): Viewer => ({
  sdsUserId,
  name: 'TESTER, Ada (Dr)',
  sdsRoleProfileId: '555000000002',
  roleCode: 'S8000:G8000:R8000',
  roleName: 'Clinician',
  odsCode,
  organisationName: 'Hospital',
  assurance: 'AAL2',
})
const doctor = viewer('555000000001')
const office: Who & { viewer: Viewer } = { as: 'office', viewer: viewer('555000000042') }
const second: Who = { as: 'office', viewer: viewer('555000000043', 'RJ2') }
const guardian: Who = { as: 'guardian', viewer: viewer('555000000040', 'RJ1') }
const here = (of: Person, who = doctor) => ({ person: of, viewer: who, viewId: 'own1.view', transaction: 'transaction-1' })
const value = <T>(result: Result<T>): T => {
  assert.ok(result.ok, result.ok ? '' : result.fault.detail)
  return result.value
}
const wordsOf = (result: Result<unknown>): string => (result.ok ? 'taken' : result.fault.detail)
const inForce = async (of: Person): Promise<readonly string[]> =>
  (await objections.stateFor(of.nhsNumber)).inForce.map(one => `${one.scope.kind} ${one.basis}`)
const eventsOf = async (caseId: string): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ kind: string; body: string }>('select kind, body::text as body from audit_event order by uuid')
  return rows.flatMap(row => (JSON.stringify(row.body).includes(caseId) ? [row.kind] : []))
}
/** The case as its steps alone make it. */
async function folded(id: string): Promise<ObjectionCase> {
  const read = await readCase(pool, id)
  assert.ok(read)
  let c: ObjectionCase | undefined
  for (const event of read.steps) c = value(step(c, event, CASE_RULES)).case
  assert.deepEqual(c, read.case, 'a case is what its steps made it')
  return read.case
}
const idOf = async (reference: string): Promise<string> =>
  String((await pool.query<{ id: string }>('select id from objection_case where reference = $1', [reference])).rows[0]?.id)
const down = { scope: { kind: 'everything' }, asker: 'self', words: 'Please stop sharing.', seen: 'known-to-me', findings: {} } as const
const explained = { explained: { how: 'face-to-face', script: '2026-11-01' } } as const
const contact = {
  organisation: 'King’s College Hospital',
  team: 'Objections office',
  address: ['Denmark Hill', 'London SE5 9RS'],
  phone: '020 3299 9000',
  email: 'objections@example.nhs.uk',
  pals: { name: 'PALS', phone: '020 3299 3601', email: 'pals@example.nhs.uk' },
  dataProtectionOfficer: { email: 'dpo@example.nhs.uk', address: ['Denmark Hill', 'London SE5 9RS'] },
  dayAndNight: '020 3299 9000',
}
const to = 'Robin Marlow'

let first = ''
test('R068 R070 R080: taken down in the record, held at once, in the same transaction as its event', async () => {
  const { reference, held } = value(await sharing.receive({ ...down, ...explained }, here(robin)))
  assert.equal(held, true)
  assert.match(reference, /^OBJ-[A-Z2-9]{8}$/)
  first = await idOf(reference)
  assert.deepEqual(await inForce(robin), ['everything held'])
  assert.deepEqual(await eventsOf(first), ['objection-received', 'objection-changed', 'objection-changed'])
  assert.equal((await folded(first)).state, 'held')
  const seen = value(await sharing.read(here(robin)))
  const { rows } = await pool.query<object>(`select transaction_id, view_id from audit_event where kind = 'sharing-read'`)
  assert.deepEqual(rows, [{ transaction_id: 'transaction-1', view_id: 'own1.view' }], 'among the events of the view')
  assert.deepEqual([seen.state, seen.inForce.length, seen.inForce[0]?.ours], ['known', 1, true])
  assert.equal(seen.inForce[0]?.reference, reference, 'it can be read out again, should the first answer be lost')
})

test('R075: upheld; the letter cannot be made before it says how to reach us, nor sent by a way nobody confirmed', async () => {
  value(await cases.step(first, [{ type: 'upheld', words: 'As asked.' }], office))
  assert.deepEqual(await inForce(robin), ['everything upheld'])
  const wanted = { letter: 'upheld', language: 'en', to } as const
  assert.match(wordsOf(await letters.make(first, wanted, office)), /how people reach your office/)
  value(await letters.saveContact(contact, office.viewer))
  assert.match(wordsOf(await letters.make(first, wanted, office)), /confirm with the person/)
  const confirm = (where: string) => cases.step(first, [{ type: 'route-confirmed', route: 'post', where }], office)
  value(await confirm('1 Test Street, London SE5 1AA'))
  const { letterId: before } = value(await letters.make(first, wanted, office))
  value(await confirm('c/o Jo Marlow\n7 Other Road\nLondon SE8 4AA'))
  assert.match(wordsOf(await letters.sent(first, before, 'post', office)), /not the one to send/, 'it says where the person is no more')
  const { letterId } = value(await letters.make(first, wanted, office))
  assert.match(wordsOf(await letters.sent(first, letterId, 'email', office)), /only the way/)
  value(await letters.sent(first, letterId, 'post', office))
  const letter = value(await letters.read(first, letterId, office.viewer))
  assert.match(letter.html, /OBJ-/)
  assert.match(letter.html, /7 Other Road/)
  assert.doesNotMatch(letter.html, /1 Test Street/)
  assert.equal(letter.pdf?.subarray(0, 5).toString(), '%PDF-')
  assert.match(wordsOf(await cases.step(first, [{ type: 'closed' }], office)), /post 3 days/)
  clock.now = new Date('2026-11-25T10:00:00.000Z')
  value(await cases.step(first, [{ type: 'closed' }], office))
  const kinds = await eventsOf(first)
  assert.ok(kinds.includes('letter-made') && kinds.includes('letter-sent'))
  await folded(first)
})

test('R081: taken back in the record, with both kept; the list says that it ended', async () => {
  assert.match(
    wordsOf(await sharing.withdraw({ objectionId: randomUUID(), who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(robin))),
    /not in force/,
  )
  value(await sharing.withdraw({ objectionId: first, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(robin)))
  assert.deepEqual(await inForce(robin), [])
  assert.equal((await folded(first)).state, 'withdrawn')
  const steps = (await readCase(pool, first))?.steps.map(each => each.type)
  assert.deepEqual([steps?.includes('received'), steps?.includes('withdrawn')], [true, true])
})

test('R073 R074 R075: refused by two people on a ground; told by letter; shared again only then', async () => {
  const { reference } = value(await sharing.receive({ ...down, ...explained }, here(robin)))
  const id = await idOf(reference)
  const proposal = {
    type: 'refusal-proposed',
    evidence: 'Weekend service has no other record.',
    words: 'The weekend doctors need your record to treat you safely.',
  } as const
  assert.match(wordsOf(await cases.step(id, [{ ...proposal, ground: 'service-cannot-be-provided' }], office)), /choose not to attend/)
  const alternative = 'You can choose not to have the appointment, and see your own practice on Monday.'
  value(await cases.step(id, [{ ...proposal, ground: 'service-cannot-be-provided', alternative }], office))
  const agree = { type: 'refusal-reviewed', agrees: true, words: 'No other way was found.' } as const
  assert.match(wordsOf(await cases.step(id, [agree], office)), /another person/)
  value(await cases.step(id, [agree], second))
  assert.deepEqual(await inForce(robin), ['everything held'])
  assert.match(wordsOf(await cases.step(id, [{ type: 'shared-again' }], office)), /told first/)
  value(await cases.step(id, [{ type: 'route-confirmed', route: 'handed', where: 'At the practice' }], office))
  const { letterId } = value(await letters.make(id, { letter: 'not-upheld', language: 'en', to }, office))
  const letter = value(await letters.read(id, letterId, office.viewer))
  assert.match(letter.html, /choose not to have the appointment/)
  assert.match(letter.html, /Information Commissioner/)
  const limited = { type: 'telling-limited', how: 'delayed', because: 'He reads her letters.', reviewOn: '2026-12-01' } as const
  value(await cases.step(id, [limited], guardian))
  assert.match(wordsOf(await letters.sent(id, letterId, 'handed', office)), /not the one to send/)
  assert.match(wordsOf(await cases.step(id, [{ type: 'shared-again' }], office)), /told first/)
  assert.deepEqual(await inForce(robin), ['everything held'], 'care rules 4.2: a letter that waits keeps the hold')
  value(await cases.step(id, [{ ...limited, how: 'shortened' }], guardian))
  const { letterId: shorter } = value(await letters.make(id, { letter: 'not-upheld', language: 'en', to }, office))
  assert.doesNotMatch(value(await letters.read(id, shorter, office.viewer)).html, /weekend doctors need your record/)
  value(await letters.sent(id, shorter, 'handed', office))
  value(await cases.step(id, [{ type: 'shared-again' }, { type: 'closed' }], office))
  assert.deepEqual(await inForce(robin), [])
  assert.equal((await folded(id)).state, 'not-upheld')
})

test('R082: a parent against a child of 14 changes nothing and waits for a clinician', async () => {
  const findings = {
    parentalResponsibility: 'seen',
    courtOrders: 'none',
    lookedAfter: 'no',
    competence: { competent: true, clinician: 'Dr Shah', child: 'disagrees' },
  } as const
  const { reference, held } = value(await sharing.receive({ ...down, ...explained, asker: 'parent', findings }, here(teenager)))
  assert.equal(held, false)
  assert.deepEqual(await inForce(teenager), [])
  const row = value(await cases.queue(office.viewer)).find(each => each.reference === reference)
  assert.ok(row)
  assert.ok(row.due.some(each => each.due === 'see-clinician'))
  assert.ok(row.due.some(each => each.due === 'tell-safeguarding'))
  assert.match(wordsOf(await cases.step(row.id, [{ type: 'upheld', words: '' }], office)), /Only a hold/)
  value(await cases.step(row.id, [{ type: 'expired', because: 'no-right' }], office))
})

test('R056: an objection to one member of staff is in force, and is not told to them', async () => {
  const { reference } = value(
    await sharing.receive({ ...down, ...explained, scope: { kind: 'staff', sdsUserId: '555000000009' } }, here(robin)),
  )
  assert.deepEqual(await inForce(robin), ['staff held'])
  const named = value(await sharing.read(here(robin, viewer('555000000009'))))
  assert.deepEqual([named.inForce, named.waiting], [[], []])
  assert.equal(value(await sharing.read(here(robin))).inForce.length, 1)
  const objectionId = await idOf(reference)
  const back = { objectionId, who: 'person', seen: 'known-to-me', words: 'Take it back.' } as const
  assert.match(wordsOf(await sharing.withdraw(back, here(robin, viewer('555000000009')))), /not in force/)
  value(await sharing.withdraw(back, here(robin)))
})

test('care rules 4.2: one clinician narrows a hold for a day; past a decision it takes a Caldicott Guardian too', async () => {
  const { reference } = value(await sharing.receive({ ...down, ...explained }, here(robin)))
  const objectionId = await idOf(reference)
  const asked = {
    objectionId,
    reason: 'serious-risk',
    words: 'Found unconscious, no history.',
    sdsUserIds: [doctor.sdsUserId],
    hours: 4,
  } as const
  assert.equal(value(await sharing.narrow(asked, here(robin))).opens, true)
  assert.equal((await objections.stateFor(robin.nhsNumber)).inForce[0]?.narrowings.length, 1)
  value(await cases.step(objectionId, [{ type: 'upheld', words: 'As asked.' }], office))
  assert.equal(value(await sharing.narrow(asked, here(robin))).opens, false)
  const open = value(await cases.open(objectionId, office.viewer))
  const [waits] = open.case.asked
  assert.ok(waits && open.due.some(each => each.due === 'answer-narrowing'))
  const answer = { type: 'narrowing-answered', id: waits.id, agrees: true, words: 'Life at risk.' } as const
  assert.match(wordsOf(await cases.step(objectionId, [answer], office)), /Only a Caldicott Guardian/)
  value(await cases.step(objectionId, [answer], guardian))
  const both = (await objections.stateFor(robin.nhsNumber)).inForce[0]?.narrowings.at(-1)?.decidedBy
  assert.deepEqual(both, [doctor.sdsUserId, guardian.viewer?.sdsUserId])
  value(await sharing.withdraw({ objectionId, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(robin)))
})

test('care rules 4.2: a clerk narrows nothing alone, and no Caldicott Guardian for themselves', async () => {
  const { reference } = value(await sharing.receive({ ...down, ...explained }, here(robin)))
  const objectionId = await idOf(reference)
  const clerk = { ...viewer('555000000003'), roleCode: 'S8000:G8000:R8009' }
  const sdsUserIds = [clerk.sdsUserId, guardian.viewer?.sdsUserId ?? '']
  const asked = { objectionId, reason: 'serious-risk', words: 'Wants to see it all.', sdsUserIds, hours: 24 } as const
  assert.equal(value(await sharing.narrow(asked, here(robin, clerk))).opens, false)
  assert.deepEqual((await objections.stateFor(robin.nhsNumber)).inForce[0]?.narrowings, [])
  const [waits] = value(await cases.open(objectionId, office.viewer)).case.asked
  const answer = { type: 'narrowing-answered', id: waits?.id ?? '', agrees: true, words: 'I want to see it.' } as const
  assert.match(wordsOf(await cases.step(objectionId, [answer], guardian)), /Another Caldicott Guardian/)
  value(await cases.step(objectionId, [answer], { as: 'guardian', viewer: viewer('555000000041', 'RJ1') }))
  value(await sharing.withdraw({ objectionId, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(robin)))
})

test('R076 R081: what was said to Connect Care is taken back by a case of its own', async () => {
  const imported = person('9990000034', '1950-01-01')
  const [one] = value(await sharing.read(here(imported))).inForce
  assert.deepEqual([one?.basis, one?.ours], ['imported', true])
  value(await sharing.withdraw({ objectionId: one?.id ?? '', who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(imported)))
  assert.deepEqual(await inForce(imported), [])
})

test('R081: a hold is not made smaller without a check of who asked for it', async () => {
  const { reference } = value(await sharing.receive(down, here(robin)))
  const id = await idOf(reference)
  const smaller = { type: 'scope-changed', scope: { kind: 'workplace', odsCode: 'RJZ' }, words: 'Only there.' } as const
  assert.match(wordsOf(await cases.step(id, [smaller], office)), /Check who it is/)
  assert.deepEqual(await inForce(robin), ['everything held'])
  value(await cases.step(id, [{ ...smaller, seen: 'call-to-known-number' }], office))
  assert.deepEqual(await inForce(robin), ['workplace held'])
  value(await cases.step(id, [{ ...smaller, scope: { kind: 'everything' } }], office))
  assert.deepEqual(await inForce(robin), ['everything held'], 'more is kept apart without')
  value(await sharing.withdraw({ objectionId: id, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(robin)))
})

test('R081: what the person took back stays taken back when the same file is applied again', async () => {
  const applied = person('9990000069', '1951-01-01')
  const apply = (since: string): Promise<number> =>
    transact(pool, tx =>
      applyObjections(tx, { exchange: 'SEL', objections: [{ nhsNumber: applied.nhsNumber, scope: 'everything', since }] }, clock.now),
    )
  assert.equal(await apply('2020-01-01'), 1)
  value(
    await sharing.withdraw(
      { objectionId: `applied/${applied.nhsNumber}`, who: 'person', seen: 'known-to-me', words: 'Share again.' },
      here(applied),
    ),
  )
  for (const since of ['2020-01-01', '2020-01-02']) {
    assert.equal(await apply(since), 0)
    assert.deepEqual(await inForce(applied), [])
  }
})

test('R081: an objection of ours is taken back though another area has one of the same id', async () => {
  const applied = person('9990000085', '1953-01-01')
  const id = `applied/${applied.nhsNumber}`
  const notice = { kind: 'objection', id, nhsNumbers: [applied.nhsNumber], since: '2020-01-01', state: 'in-force', narrowings: [] } as const
  const said = { ...notice, scope: { kind: 'everything' }, basis: 'imported' } as const
  for (const exchange of ['NCL', 'SEL']) await transact(pool, tx => putObjection(tx, exchange, said))
  value(await sharing.withdraw({ objectionId: id, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(applied)))
  const left = (await objections.stateFor(applied.nhsNumber)).inForce.map(one => one.exchange)
  assert.deepEqual(left, ['NCL'])
})

test('R076 R081: what the person took back stays taken back when its line of the file changes', async () => {
  const former = person('9990000077', '1952-02-02', 'Okonkwo')
  const registration = { sourceId: 'kch', nhsNumber: former.nhsNumber, family: 'Okonkwo', given: ['Robin'], birthDate: '1952-02-02' }
  await transact(pool, tx => loadRegistrations(tx, [{ ...registration, gender: 'female' }], clock.now))
  const lines = (takenBy: string, address: string): string =>
    [
      COLUMNS.join(','),
      `connect-care,CC-77,${former.nhsNumber},Okonkwo,Robin,1952-02-02,,${address},2019-03-02,everything,,${takenBy}`,
    ].join('\n')
  const load = async (text: string): Promise<void> => {
    const open = async function* () {
      yield Buffer.from(text)
    }
    value(await runImport({ ...ports, exchange: 'SEL' }, open, { dryRun: false, by: 'operator' }))
  }
  await load(lines('A', ''))
  const [one] = value(await sharing.read(here(former))).inForce
  assert.equal(one?.basis, 'imported')
  value(await sharing.withdraw({ objectionId: one.id, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(former)))
  for (const text of [lines('A', ''), lines('B', ''), lines('B', '1 High Street')]) {
    await load(text)
    assert.deepEqual(await inForce(former), [])
  }
})

test('care rules 4.5: what may be somebody else’s is not taken back at the bedside', async () => {
  const one = {
    kind: 'objection',
    id: 'unmatched/7',
    scope: { kind: 'everything' },
    basis: 'unmatched',
    since: '2020-01-01',
    state: 'in-force',
  } as const
  await ports.publish(pool, 'objections', { ...one, nhsNumbers: ['9990000042', '9990000050'], narrowings: [] })
  const maybe = person('9990000042', '1980-01-01')
  const [seen] = value(await sharing.read(here(maybe))).inForce
  assert.deepEqual([seen?.basis, seen?.ours], ['unmatched', false])
  const back = { objectionId: one.id, who: 'person', seen: 'known-to-me', words: 'Not me.' } as const
  assert.match(wordsOf(await sharing.withdraw(back, here(maybe))), /steward/)
  const asked = {
    objectionId: one.id,
    reason: 'serious-risk',
    words: 'Found unconscious.',
    sdsUserIds: [doctor.sdsUserId],
    hours: 4,
  } as const
  assert.match(wordsOf(await sharing.narrow(asked, here(maybe))), /steward/)
  assert.deepEqual(await inForce(maybe), ['everything unmatched'])
  // Nor does it stand for what this person says themselves: it ends when it is found to be somebody else's.
  value(await sharing.receive({ ...down, ...explained }, here(maybe)))
  await ports.publish(pool, 'objections', { ...one, nhsNumbers: ['9990000042'], narrowings: [], state: 'ended' })
  assert.deepEqual(await inForce(maybe), ['everything held'])
})

test('R082: what somebody else has said for a person does not stand for what they say themselves', async () => {
  const child = person('9990000107', '2012-03-01')
  const findings = {
    parentalResponsibility: 'seen',
    courtOrders: 'none',
    lookedAfter: 'no',
    competence: { competent: true, clinician: 'Dr Shah', child: 'agrees' },
  } as const
  value(await sharing.receive({ ...down, ...explained, asker: 'parent', findings }, here(child)))
  const spares = async (): Promise<readonly boolean[]> =>
    (await objections.stateFor(child.nhsNumber)).inForce.map(each => each.sparesSafeguarding === true)
  assert.deepEqual(await spares(), [true])
  const { competence } = findings
  value(await sharing.receive({ ...down, ...explained, findings: { competence } }, here(child)))
  assert.deepEqual([...(await spares())].filter(Boolean).length, 1)
  assert.equal((await spares()).length, 2)
  assert.match(wordsOf(await sharing.receive({ ...down, ...explained, findings: { competence } }, here(child))), /in force already/)
})

test('care rules 4.3: who speaks for a child does not read that it was opened to keep the child safe', async () => {
  const baby = person('9990000115', '2025-03-01')
  const findings = { parentalResponsibility: 'seen', courtOrders: 'none', lookedAfter: 'no' } as const
  const reasonIsTold = async (asker: 'self' | 'parent', of: Person): Promise<boolean> => {
    const { reference } = value(await sharing.receive({ ...down, ...explained, asker, findings }, here(of)))
    const id = await idOf(reference)
    const asked = { reason: 'safeguarding', words: 'Bruises that nobody explains.', sdsUserIds: [doctor.sdsUserId], hours: 4 } as const
    assert.ok(value(await sharing.narrow({ ...asked, objectionId: id }, here(of))).opens)
    value(await cases.step(id, [{ type: 'route-confirmed', route: 'handed', where: 'At the clinic' }], office))
    const { letterId } = value(await letters.make(id, { letter: 'narrowed', language: 'en', to }, office))
    const { html } = value(await letters.read(id, letterId, office.viewer))
    assert.match(html, /made this choice at once/)
    return html.includes('They did so')
  }
  assert.deepEqual([await reasonIsTold('parent', baby), await reasonIsTold('self', person('9990000123', '1980-01-01'))], [false, true])
})

test('R056: who is named in an objection has no part in its case, whatever office they hold', async () => {
  const named = viewer('555000000042')
  const scope = { kind: 'staff', sdsUserId: named.sdsUserId } as const
  const { reference } = value(await sharing.receive({ ...down, scope }, here(robin)))
  const id = await idOf(reference)
  const listed = async (of: Viewer): Promise<boolean> => value(await cases.queue(of)).some(row => row.id === id)
  assert.deepEqual([await listed(named), await listed(second.viewer ?? named)], [false, true])
  assert.match(wordsOf(await cases.open(id, named)), /no such case/)
  assert.match(wordsOf(await cases.step(id, [{ type: 'upheld', words: 'So be it.' }], office)), /no such case/)
  const to = { letter: 'received', language: 'en', to: 'Robin Marlow' } as const
  assert.match(wordsOf(await letters.make(id, to, office)), /no such case/)
  value(await cases.open(id, second.viewer ?? named))
  value(await sharing.withdraw({ objectionId: id, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(robin)))
})

test('R056: who is named in an objection and says the same again learns nothing by it', async () => {
  const scope = { kind: 'staff', sdsUserId: '555000000009' } as const
  const { reference } = value(await sharing.receive({ ...down, scope }, here(robin)))
  assert.match(wordsOf(await sharing.receive({ ...down, scope }, here(robin))), /in force already/)
  assert.equal((await sharing.receive({ ...down, scope }, here(robin, viewer('555000000009')))).ok, true)
  for (const row of (await objections.stateFor(robin.nhsNumber)).inForce)
    value(await sharing.withdraw({ objectionId: row.id, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(robin)))
  assert.ok(reference)
})

test('R069 R070: the public form and the telephone end in the same kind of case, and change nothing by themselves', async () => {
  const seal = (text: string): string => `sealed ${text.length}`
  const said = {
    asker: 'self',
    scope: { kind: 'everything' },
    words: 'No more.',
    about: 'Robin Marlow, 1 May 1970',
    callBack: false,
  } as const
  const { reference } = value(await intake.publicForm(said, seal))
  const byForm = await idOf(reference ?? '')
  assert.deepEqual(await inForce(robin), [])
  const stored = await pool.query<{ row: string }>(
    'select row_to_json(c)::text || (select string_agg(event::text, $2) from objection_step where case_id = c.id) as row from objection_case c where id = $1',
    [byForm, ' '],
  )
  assert.doesNotMatch(stored.rows[0]?.row ?? '', /Marlow|No more/)
  value(await intake.publicForm({ ...said, callBack: true }, seal))
  value(await intake.leftOnLine('Robin, 020 7946 0000', seal, office.viewer))
  const waiting = value(await intake.waitingCalls(office.viewer))
  assert.deepEqual(
    waiting.map(call => [call.channel, call.overdue]),
    [
      ['form', false],
      ['telephone', false],
    ],
  )
  value(await intake.called(waiting[0]?.id ?? '', 'no-answer', undefined, office))
  const { caseId } = value(
    await intake.called(waiting[1]?.id ?? '', 'called', { asker: 'self', scope: { kind: 'everything' }, words: 'Stop.' }, office),
  )
  assert.match(wordsOf(await intake.called(waiting[1]?.id ?? '', 'called', undefined, office)), /Nobody waits/)
  assert.deepEqual([(await folded(byForm)).state, (await folded(caseId ?? '')).state], ['received', 'received'])
  assert.deepEqual(await inForce(robin), [])
  const wrong = await cases.traceAs({ nhsNumber: robin.nhsNumber, family: 'Marlow', birthDate: '1971-05-01' }, office.viewer)
  assert.match(wordsOf(wrong), /another family name or birth date/)
  const traced = value(await cases.traceAs({ nhsNumber: robin.nhsNumber, family: ' marlow', birthDate: '1970-05-01' }, office.viewer))
  const { nhsNumber, birthDate } = traced
  value(await cases.step(byForm, [{ type: 'identity-checked', seen: 'call-to-known-number', nhsNumbers: [nhsNumber], birthDate }], office))
  assert.deepEqual(await inForce(robin), ['everything held'])
})

test('R071: a call back that nobody made in two working days is overdue, and said', async () => {
  clock.now = new Date('2026-12-02T10:00:00.000Z')
  assert.equal(await overdueCalls(ports), 1)
  assert.equal(value(await intake.waitingCalls(office.viewer))[0]?.overdue, true)
})

test('R070: more forms in an hour than anybody could read are turned to the telephone', async () => {
  const few = createIntake(createObjectionCases({ ...ports, rules: { ...CASE_RULES, formsPerHour: 1 } }), ports)
  const said = { asker: 'self', scope: { kind: 'everything' }, words: 'No.', about: 'x', callBack: false } as const
  value(await few.publicForm(said, () => 'x'))
  assert.match(wordsOf(await few.publicForm(said, () => 'x')), /Many people have written/)
  assert.equal(await few.phone(), contact.phone, 'the number that its letters say')
  const away = { query: () => Promise.reject(new Error('away')) }
  const none = createIntake(cases, { ...ports, pool: Object.assign(Object.create(pool), away) })
  assert.equal(await none.phone(), undefined, 'never a number that nobody read')
})

test('R075: a letter whose name no PDF can write is a page alone', async () => {
  const { reference } = value(await sharing.receive({ ...down, ...explained, asker: 'self' }, here(teenager)))
  const id = await idOf(reference)
  value(await cases.step(id, [{ type: 'route-confirmed', route: 'handed', where: 'At school' }], office))
  const { letterId } = value(await letters.make(id, { letter: 'received', language: 'en', to: '李明' }, office))
  const letter = value(await letters.read(id, letterId, office.viewer))
  assert.deepEqual([letter.pdf, letter.html.includes('李明')], [undefined, true])
  const made = (await readCase(pool, id))?.case.letters.find(each => each.letterId === letterId)
  assert.equal(made?.pageOnly, true)
})

test('two at once: nobody decides on a case that has changed since they read it', async () => {
  const other = person('9990000093', '1971-05-01')
  const { reference } = value(await sharing.receive({ ...down, ...explained }, here(other)))
  const id = await idOf(reference)
  const proposal = {
    type: 'refusal-proposed',
    ground: 'service-cannot-be-provided',
    evidence: 'Weekend service has no other record.',
    words: 'The weekend doctors need your record.',
    alternative: 'You may choose not to attend.',
  } as const
  value(await cases.step(id, [proposal], office))
  const read = (await readCase(pool, id))?.steps.length
  value(await cases.step(id, [{ ...proposal, words: 'Other words that the second person never read.' }], office))
  const agree = { type: 'refusal-reviewed', agrees: true, words: 'No other way was found.' } as const
  assert.match(wordsOf(await cases.step(id, [agree], second, { read })), /worked on this case meanwhile/)
  assert.equal((await readCase(pool, id))?.case.decision, undefined)
  value(await sharing.withdraw({ objectionId: id, who: 'person', seen: 'known-to-me', words: 'Share again.' }, here(other)))
})

test('R073: steps of a case cannot be changed or taken out afterwards', async () => {
  await assert.rejects(pool.query(`update objection_step set by_user = 'x'`), /only added/)
  await assert.rejects(pool.query('delete from objection_step'), /only added/)
})

test('what cannot be published is not written either', async () => {
  const broken = createObjectionCases({ ...ports, publish: async () => Promise.reject(new Error('away')) })
  const before = (await pool.query('select 1 from objection_case')).rowCount
  const begun = await createSharing(broken, ports).receive({ ...down }, here(teenager))
  assert.equal(begun.ok, false)
  assert.equal((await pool.query('select 1 from objection_case')).rowCount, before)
})
