import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { Person } from '../../care-record/person.ts'
import { fail, ok } from '../../care-record/result.ts'
import { serverForTests } from '../../platform/server-for-tests.ts'
import { createIdentity, loadRegistrations, type Pds, type PdsContext, type RegistrationRow } from './identity.ts'

const server = await serverForTests(['identity'])
const pool = new pg.Pool({ connectionString: server.url('identity'), max: 2 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
for (const file of ['0010-identity.sql', '0011-superseded.sql'])
  await pool.query(readFileSync(join(import.meta.dirname, 'tables', file), 'utf8'))

const number = (text: string): NhsNumber => text as NhsNumber
const [amara, ben, old] = [number('9990000018'), number('9990000026'), number('9990000034')]
let clock = new Date('2026-11-21T09:00:00Z')
const now = (): Date => clock
const ctx: PdsContext = { transaction: 't', sdsRoleProfileId: '1', odsCode: 'RJZ', signal: AbortSignal.timeout(60_000) }
const person = (nhsNumber: NhsNumber, over: Partial<Person> = {}): Person => ({
  nhsNumber,
  name: { family: 'Okafor', given: ['Amara'] },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  postcode: 'SE5 9RS',
  practice: 'G1',
  restricted: 'no',
  basis: 'pds',
  asOf: now().toISOString(),
  ...over,
})
const row = (nhsNumber: string, over: Partial<RegistrationRow> = {}): RegistrationRow => ({
  sourceId: 'kch',
  nhsNumber,
  family: 'Okafor',
  given: ['Amara'],
  birthDate: '1956-03-08',
  gender: 'female',
  postcode: 'SE5 9RS',
  ...over,
})
const silent: Pds = { read: async () => fail('timeout', 'no answer'), search: async () => fail('unavailable', 'no answer') }
const register = (people: ReadonlyMap<string, { person: Person; supersededBy?: NhsNumber }>, found: readonly Person[] = []): Pds => ({
  read: async n => {
    const one = people.get(n)
    return one ? ok(one) : fail('not-found', 'no such person')
  },
  search: async () => ok(found),
})
const identityOf = (pds: Pds): ReturnType<typeof createIdentity> => createIdentity({ db: pool, pds, now })

test('registrations load as often as one likes', async () => {
  const rows = [row(amara), row(amara, { sourceId: 'gstt' }), row(ben, { given: ['Ben'], gender: 'male', sourceId: 'gstt' })]
  for (let i = 0; i < 2; i++) assert.equal(await loadRegistrations(pool, rows, now()), 3)
  assert.equal((await pool.query('select count(*)::int as n from registration')).rows[0].n, 3)
})
test('R102 HAZ-013 a silent register: local registration, flag unknown, no place shown', async () => {
  const one = await identityOf(silent).identify(amara, ctx)
  assert.ok(one.ok)
  assert.deepEqual(
    [one.value.person.basis, one.value.person.restricted, one.value.person.postcode],
    ['local-registration', 'unknown', undefined],
  )
  const nobody = await identityOf(silent).identify(old, ctx)
  assert.equal(!nobody.ok && nobody.fault.kind, 'unavailable')
})
test('a flag under 24 h old stands when the register falls silent, an older one does not', async () => {
  assert.ok((await identityOf(register(new Map([[amara, { person: person(amara) }]]))).identify(amara, ctx)).ok)
  clock = new Date('2026-11-22T08:59:00Z')
  const young = await identityOf(silent).identify(amara, ctx)
  assert.deepEqual(young.ok && [young.value.person.restricted, young.value.person.practice], ['no', 'G1'])
  clock = new Date('2026-11-22T09:01:00Z')
  const stale = await identityOf(silent).identify(amara, ctx)
  assert.deepEqual(stale.ok && [stale.value.person.restricted, stale.value.person.practice], ['unknown', undefined])
})
test('HAZ-013: a flagged person has no place, and is not found by postcode', async () => {
  const flagged = person(amara, { restricted: 'yes' })
  const pds = register(new Map([[amara, { person: flagged }]]), [flagged])
  const one = await identityOf(pds).identify(amara, ctx)
  assert.ok(one.ok && one.value.person.postcode === undefined && one.value.person.practice === undefined)
  const details = { by: 'details', family: 'Okafor', birthDate: '1956-03-08' } as const
  const byPostcode = await identityOf(pds).find({ ...details, postcode: 'SE5 9RS' }, ctx)
  assert.deepEqual(byPostcode.ok && byPostcode.value.candidates, [])
  const byName = await identityOf(pds).find({ ...details, given: 'Amara' }, ctx)
  assert.deepEqual(byName.ok && byName.value.candidates.map(c => [c.nhsNumber, c.outwardCode]), [[amara, undefined]])
  const inSilence = await identityOf(silent).find({ ...details, postcode: 'SE5 9RS' }, ctx)
  assert.deepEqual(inSilence.ok && inSilence.value.candidates, [])
})
test('a replaced number leads to the one that stands; a ring of them leads nowhere', async () => {
  const chain = register(
    new Map([
      [old, { person: person(old), supersededBy: ben }],
      [ben, { person: person(ben) }],
    ]),
  )
  const one = await identityOf(chain).identify(old, ctx)
  assert.deepEqual(one.ok && [one.value.person.nhsNumber, one.value.supersededFrom], [ben, old])
  const ring = register(
    new Map([
      [old, { person: person(old), supersededBy: ben }],
      [ben, { person: person(ben), supersededBy: old }],
    ]),
  )
  assert.equal((await identityOf(ring).identify(old, ctx)).ok, false)
  const wrong = register(new Map([[old, { person: person(ben) }]]))
  assert.equal((await identityOf(wrong).identify(old, ctx)).ok, false, 'an answer about someone else')
})
test('care rule 1.6: a list shows the first half of the postcode, however it is written', async () => {
  for (const [postcode, outward] of [
    ['SE5 9RS', 'SE5'],
    ['se59rs', 'SE5'],
    ['EC1A 1BB', 'EC1A'],
    ['abroad', undefined],
    [undefined, undefined],
  ] as const) {
    const { postcode: _postcode, ...without } = person(amara)
    const one = postcode === undefined ? without : { ...without, postcode }
    const found = await identityOf(register(new Map(), [one])).find(
      { by: 'details', family: 'Okafor', birthDate: '1956-03-08', given: 'Amara' },
      ctx,
    )
    assert.deepEqual(found.ok && found.value.candidates.map(c => c.outwardCode), [outward])
  }
})
test('a replaced number is kept with the one that stands: opening by either tells the former', async () => {
  const [oldest, standing] = [number('9990000042'), number('9990000050')]
  const merged = register(
    new Map([
      [oldest, { person: person(oldest), supersededBy: standing }],
      [standing, { person: person(standing) }],
    ]),
  )
  const before = await identityOf(merged).identify(standing, ctx)
  assert.deepEqual(before.ok && before.value.formerNumbers, [])
  const byOld = await identityOf(merged).identify(oldest, ctx)
  assert.deepEqual(byOld.ok && [byOld.value.person.nhsNumber, byOld.value.formerNumbers], [standing, [oldest]])
  const byNew = await identityOf(merged).identify(standing, ctx)
  assert.deepEqual(byNew.ok && [byNew.value.formerNumbers, byNew.value.supersededFrom], [[oldest], undefined])

  const newest = number('9990000069')
  const again = register(
    new Map([
      [standing, { person: person(standing), supersededBy: newest }],
      [newest, { person: person(newest) }],
    ]),
  )
  await identityOf(again).identify(standing, ctx)
  const last = await identityOf(again).identify(newest, ctx)
  assert.deepEqual(last.ok && last.value.formerNumbers.toSorted(), [oldest, standing].toSorted(), 'through every number between')

  await loadRegistrations(pool, [row(newest)], now())
  const inSilence = await identityOf(silent).identify(oldest, ctx)
  assert.deepEqual(
    inSilence.ok && [inSilence.value.person.nhsNumber, inSilence.value.supersededFrom, inSilence.value.formerNumbers.toSorted()],
    [newest, oldest, [oldest, standing].toSorted()],
  )
  const parted = await identityOf(register(new Map([[standing, { person: person(standing) }]]))).identify(standing, ctx)
  assert.deepEqual(parted.ok && parted.value.formerNumbers, [oldest], 'the register let it stand again')
})
test('care rules 3.2: a number opens something only while the register says that this one replaced it', async () => {
  const [former, standing, between] = [number('9990000077'), number('9990000085'), number('9990000093')]
  let asked: NhsNumber[] = []
  const said = new Map<NhsNumber, { person: Person; supersededBy?: NhsNumber }>()
  const of = async (from: Pds = { ...register(said), read: n => (asked.push(n), register(said).read(n, ctx)) }) => {
    asked = []
    const one = await identityOf(from).identify(standing, ctx)
    return one.ok ? { former: one.value.formerNumbers.toSorted(), replaced: one.value.replacedNumbers.toSorted() } : assert.fail()
  }
  const merged = (): void => {
    said.set(former, { person: person(former), supersededBy: standing })
    said.set(standing, { person: person(standing) })
  }
  const later = (minutes: number): void => void (clock = new Date(now().getTime() + minutes * 60_000))
  await loadRegistrations(pool, [row(standing)], now())
  merged()
  assert.deepEqual(await of(), { former: [], replaced: [] }, 'nobody has asked by the old one yet')
  await identityOf(register(said)).identify(former, ctx)
  assert.deepEqual(await of(), { former: [former], replaced: [former] })
  assert.deepEqual(asked, [standing], 'said a moment ago')
  later(16)
  assert.deepEqual(await of(), { former: [former], replaced: [former] })
  assert.deepEqual(asked, [standing, former, standing], 'asked again')

  later(16)
  assert.deepEqual(await of(silent), { former: [former], replaced: [former] }, 'the register is silent: its last word stands')
  later(24 * 60)
  assert.deepEqual(await of(silent), { former: [former], replaced: [] }, 'for a day, for wishes always')
  said.delete(former)
  assert.deepEqual(await of(), { former: [former], replaced: [] }, 'a number the register knows no more')

  for (const [how, put, kept] of [
    ['that is somebody else’s again', () => said.set(former, { person: person(former) }), false],
    [
      'that now leads to somebody else',
      () => said.set(former, { person: person(former), supersededBy: ben }).set(ben, { person: person(ben) }),
      false,
    ],
    ['of which the register contradicts itself', () => said.set(former, { person: person(ben) }), true],
  ] as const) {
    merged()
    await identityOf(register(said)).identify(former, ctx)
    later(16)
    put()
    const now = await of()
    assert.deepEqual(now.replaced, [], how)
    assert.deepEqual(now.former, kept ? [former] : [], how)
  }

  merged()
  said.set(former, { person: person(former), supersededBy: between }).set(between, { person: person(between), supersededBy: standing })
  await identityOf(register(said)).identify(former, ctx)
  assert.deepEqual((await of()).replaced, [former, between])
  said.set(between, { person: person(between) })
  later(16)
  assert.deepEqual(await of(), { former: [], replaced: [] }, 'the one between stands by itself again')
})
test('at most five candidates, else none and a request to refine', async () => {
  const six = ['18', '26', '34', '42', '50', '69'].map(end => person(number(`99900000${end}`)))
  const found = await identityOf(register(new Map(), six)).find(
    { by: 'details', family: 'Okafor', birthDate: '1956-03-08', given: 'Amara' },
    ctx,
  )
  assert.deepEqual(found.ok && [found.value.candidates.length, found.value.tooMany], [0, true])
})
test('a steward has one open task a source, person and kind; evidence of links is never changed', async () => {
  const identity = identityOf(silent)
  for (let i = 0; i < 2; i++) await identity.raiseTask(pool, { kind: 'demographics-differ', sourceId: 'kch', nhsNumber: amara })
  assert.equal((await pool.query('select count(*)::int as n from steward_task')).rows[0].n, 1)
  await pool.query(
    `insert into link_evidence (at, source_id, nhs_number, decision, basis, model_version) values (now(), 'kch', $1, 'linked', 'number', '1')`,
    [amara],
  )
  await assert.rejects(pool.query('delete from link_evidence'), /append-only/)
  await assert.rejects(pool.query('update link_evidence set basis = $1', ['x']), /append-only/)
})
