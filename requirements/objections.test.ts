import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { IsolationNotice, Notice, ObjectionNotice } from '../src/care-record/lists.ts'
import { told } from '../src/london/people/population.ts'
import { places } from '../src/london/places.ts'
import { factOf } from './support/ledger.ts'
import { isolationOf, objectionOf, publishAt } from './support/lists.ts'
import { cardOf, stage, until } from './support/london.ts'
import { formsOf, sourceRowsOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

const at = stage()
afterEach(() => at().ledger.sound())

const say = (side: 'sel' | 'ncl', notice: Notice): Promise<void> =>
  publishAt(at().ledger.pool(side), side.toUpperCase(), notice.kind === 'isolation' ? 'isolations' : 'objections', notice)

/** Opens, says why where that is asked, and waits until everybody has answered. */
async function opened(doctor: Visitor, nhsNumber: string): Promise<string> {
  const { id, page } = await doctor.open(nhsNumber)
  const reason = formsOf(page.html).find(form => form.action.endsWith('/reason'))
  if (reason) await doctor.submit(reason, { reason: 'claim-treating' })
  await until(async () => (await doctor.poll(id)).status !== 'deciding')
  if ((await doctor.poll(id)).status === 'open') await doctor.settled(id)
  return id
}

/** The two doctors, each with the record of one person open. */
async function both(
  nhsNumber: string,
): Promise<readonly { readonly side: 'sel' | 'ncl'; readonly doctor: Visitor; readonly id: string }[]> {
  const open = async (family: string, side: 'sel' | 'ncl') => {
    const doctor = await at().signedIn(family)
    const id = await opened(doctor, nhsNumber)
    return { side, doctor, id }
  }
  return [await open('Shah', 'sel'), await open('Goldberg', 'ncl')]
}
const becauseOf = async (id: string, side: 'sel' | 'ncl', kind: string, fact: string): Promise<readonly string[]> =>
  (await at().ledger.until(id, kind, side)).flatMap(event => (event.kind === kind ? factOf(event, fact) : []))

/** Says it, and takes it back at the end, whatever became of the work; then both exchanges have heard that too. */
async function during(side: 'sel' | 'ncl', notice: ObjectionNotice | IsolationNotice, work: () => Promise<void>): Promise<void> {
  await say(side, notice)
  try {
    await work()
  } finally {
    await say(side, notice.kind === 'objection' ? { ...notice, state: 'ended' } : { ...notice, state: 'released' })
    const left = `select from objection_in_force where id = $1 union all select from isolation_in_force where id like '%' || $1`
    for (const each of ['sel', 'ncl'] as const)
      await until(async () => (await at().ledger.pool(each).query(left, [notice.id])).rowCount === 0)
  }
}

test('R080 D124: an objection taken down at one exchange ends the open record at both, and neither opens it again', async () => {
  const open = await both(told.oxleas)
  await during('ncl', objectionOf(told.oxleas), async () => {
    for (const { id, side } of open) {
      assert.deepEqual(await becauseOf(id, side, 'closed', 'why'), ['revoked'])
      assert.deepEqual(await becauseOf(id, side, 'revoked', 'because'), ['objection'])
    }
    for (const { doctor } of open) {
      const page = await doctor.whole(await opened(doctor, told.oxleas))
      const known = await doctor.whole(await opened(doctor, told.objector))
      assert.match(page.words, /No information is available to show for this person\./)
      assert.doesNotMatch(page.html, /WHITAKER|objection/i)
      assert.deepEqual([page.status, page.words], [known.status, known.words], 'as for anybody who has objected')
    }
  })
})

test('R076 R080: an objection to one trust takes it out, here and from across London, and nothing says that it was there', async () => {
  const isNamed = async ({ doctor, id }: { readonly doctor: Visitor; readonly id: string }): Promise<boolean> =>
    sourceRowsOf((await doctor.get(`/r/${id}/sources`)).html).some(row => row.name.includes('Oxleas'))
  const before = await both(told.oxleas)
  for (const open of before) assert.equal(await isNamed(open), true, `${open.side}: it is there to begin with`)
  await during('sel', objectionOf(told.oxleas, { scope: { kind: 'organisation', odsCode: places.oxleas.odsCode } }), async () => {
    for (const { id, side } of before) assert.deepEqual(await becauseOf(id, side, 'revoked', 'because'), ['objection'])
    for (const open of await both(told.oxleas)) {
      assert.equal(await isNamed(open), false, open.side)
      const whole = await open.doctor.whole(open.id)
      assert.match(whole.html, /WHITAKER/, 'the rest is shown')
      assert.doesNotMatch(whole.html, /Oxleas/, open.side)
      assert.equal((await open.doctor.poll(open.id)).closed, null, 'and stays')
    }
  })
})

test('HAZ-046: a user isolated by the other exchange loses what is open and opens nothing more; somebody else is not touched', async () => {
  const [shah, goldberg] = await both(told.oxleas)
  assert.ok(shah && goldberg)
  await during('ncl', isolationOf('user', cardOf(at().london, 'Shah').card), async () => {
    const [why = 'nothing'] = await becauseOf(shah.id, 'sel', 'closed', 'why')
    assert.ok(why === 'ended' || why === 'revoked', why)
    const page = await shah.doctor.get('/find')
    assert.equal(page.words.includes('Find by number'), false)
    assert.equal((await goldberg.doctor.poll(goldberg.id)).closed, null)
  })
})

test('R080 HAZ-046: while one cannot reach the other its last copy stands; what was said meanwhile is in force when it can again', async () => {
  const way = at().london.faults.get('peer-ncl')
  assert.ok(way)
  await way.set({ mode: 'refuse' })
  await during('ncl', objectionOf(told.oxleas), async () => {
    try {
      const doctor = await at().signedIn('Lindqvist')
      assert.match((await doctor.whole(await opened(doctor, told.objector))).words, /No information is available/)
      const id = await opened(doctor, told.oxleas)
      assert.equal((await doctor.poll(id)).closed, null, 'SEL has not heard of it, and a short loss closes nobody’s record')
      await way.set({ mode: 'pass' })
      assert.deepEqual(await becauseOf(id, 'sel', 'revoked', 'because'), ['objection'])
    } finally {
      await way.set({ mode: 'pass' })
    }
  })
})
