import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { IsolationNotice, ObjectionNotice } from '../src/care-record/lists.ts'
import { told } from '../src/london/people/population.ts'
import { EXCHANGES, places, type ExchangeName } from '../src/london/places.ts'
import { factOf, type Side } from './support/ledger.ts'
import { isolationOf, objectionOf, publishAt } from './support/lists.ts'
import { cardOf, stage, until } from './support/london.ts'
import { formsOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

/** How many objections, `LCR_DRILL_ROUNDS`; of what takes longer a fifth as many. */
const ROUNDS = Number(process.env['LCR_DRILL_ROUNDS'] ?? 21)
const FEWER = Math.ceil(ROUNDS / 5)
const TEST_MS = 10 * 60_000
const at = stage({ exchanges: EXCHANGES, processes: 1, ephemeral: false })
const sideOf = (exchange: ExchangeName): Side => exchange.toLowerCase() as Side

/** Somebody at each exchange who may say why, and so opens anybody. */
const doctors: Readonly<Record<ExchangeName, string>> = {
  SEL: 'Shah',
  NCL: 'Goldberg',
  NEL: 'Karim',
  SWL: 'Doyle',
  NWL: 'Adeniyi',
  MK: 'Lowe',
  HWE: 'Fairweather',
}

async function opened(doctor: Visitor, nhsNumber: string): Promise<string> {
  const { id, page } = await doctor.open(nhsNumber)
  const reason = formsOf(page.html).find(form => form.action.endsWith('/reason'))
  if (reason) await doctor.submit(reason, { reason: 'claim-treating' })
  await until(async () => (await doctor.poll(id)).status !== 'deciding')
  return id
}

/** Whether an exchange decides by it now. */
async function has(exchange: ExchangeName, id: string): Promise<boolean> {
  const known = `select from objection_in_force where id = $1 union all select from isolation_in_force where id like '%' || $1`
  return ((await at().ledger.pool(sideOf(exchange)).query(known, [id])).rowCount ?? 0) > 0
}
const inTurn = (count: number, first: ExchangeName = 'SEL'): readonly ExchangeName[] =>
  Array.from({ length: count }, (_, n) => EXCHANGES[(EXCHANGES.indexOf(first) + n) % EXCHANGES.length] ?? assert.fail())

/** Milliseconds from now until each exchange has it. */
async function arrivals(id: string, among: readonly ExchangeName[]): Promise<ReadonlyMap<ExchangeName, number>> {
  const from = performance.now()
  const arrived = new Map<ExchangeName, number>()
  await Promise.all(
    among.map(async exchange => {
      await until(() => has(exchange, id))
      arrived.set(exchange, performance.now() - from)
    }),
  )
  return arrived
}

const seconds = (values: readonly number[], part: number): string => {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN) / 1000).toFixed(1)
}
const figures = (values: readonly number[]): string => `p50 ${seconds(values, 0.5)} s, p99 ${seconds(values, 0.99)} s, n ${values.length}`

/** Puts it in at one exchange; milliseconds until each open view is cut, by exchange. */
async function cut(
  notice: ObjectionNotice | IsolationNotice,
  owner: ExchangeName,
  views: ReadonlyMap<ExchangeName, string>,
): Promise<ReadonlyMap<ExchangeName, number>> {
  const list = notice.kind === 'objection' ? 'objections' : 'isolations'
  const from = performance.now()
  await publishAt(at().ledger.pool(sideOf(owner)), owner, list, notice)
  const took = await Promise.all(
    Array.from(views, async ([exchange, id]) => {
      const events = await at().ledger.until(id, 'closed', sideOf(exchange))
      const ms = performance.now() - from
      const [why = 'nothing'] = events.flatMap(event => (event.kind === 'closed' ? factOf(event, 'why') : []))
      // Who is isolated loses the session too; whichever comes first ends the view.
      assert.ok(why === 'revoked' || (why === 'ended' && notice.kind === 'isolation'), `${exchange}: ${why}`)
      return [exchange, ms] as const
    }),
  )
  return new Map(took)
}
const release = (notice: ObjectionNotice | IsolationNotice, owner: ExchangeName): Promise<void> =>
  publishAt(
    at().ledger.pool(sideOf(owner)),
    owner,
    notice.kind === 'objection' ? 'objections' : 'isolations',
    notice.kind === 'objection' ? { ...notice, state: 'ended' } : { ...notice, state: 'released' },
  )

test('R080: an objection taken down anywhere in London is in force at all seven exchanges', { timeout: TEST_MS }, async t => {
  const all: number[] = []
  for (const owner of inTurn(ROUNDS)) {
    await pause(Math.random() * 2_000)
    const notice = objectionOf(told.amara)
    await publishAt(at().ledger.pool(sideOf(owner)), owner, 'objections', notice)
    const arrived = await arrivals(notice.id, EXCHANGES)
    all.push(Math.max(...arrived.values()))
    await release(notice, owner)
    await gone(notice)
  }
  t.diagnostic(`the last of seven exchanges refuses after: ${figures(all)}`)
  assert.equal(all.length, ROUNDS)
})

/** Until nobody has it in force any more. */
async function gone({ id }: { readonly id: string }): Promise<void> {
  for (const exchange of EXCHANGES) await until(async () => !(await has(exchange, id)))
}

test('R080: open records are cut everywhere', { timeout: TEST_MS }, async t => {
  const visitors = new Map<ExchangeName, Visitor>()
  for (const exchange of EXCHANGES) visitors.set(exchange, await at().signedIn(doctors[exchange]))
  const last: number[] = []
  for (const owner of inTurn(FEWER)) {
    const views = new Map(
      await Promise.all(Array.from(visitors, async ([exchange, doctor]) => [exchange, await opened(doctor, told.amara)] as const)),
    )
    const notice = objectionOf(told.amara)
    const took = await cut(notice, owner, views)
    last.push(Math.max(...took.values()))
    await Promise.all(
      Array.from(visitors, async ([exchange, doctor]) => {
        const page = await doctor.whole(await opened(doctor, told.amara))
        assert.match(page.words, /No information is available to show for this person\./, exchange)
      }),
    )
    await release(notice, owner)
    await gone(notice)
  }
  t.diagnostic(`the last of seven open records is cut after: ${figures(last)}`)
})

test('HAZ-046: a user, and an organisation, isolated at one exchange are cut off where they work', { timeout: TEST_MS }, async t => {
  for (const [what, which, exchange] of [
    ['user', cardOf(at().london, doctors.SWL).card, 'SWL'],
    ['organisation', places.mkuh.odsCode, 'MK'],
  ] as const) {
    const known: number[] = []
    const ended: number[] = []
    for (let n = 0; n < FEWER; n++) {
      const doctor = await at().signedIn(doctors[exchange])
      const views = new Map([[exchange, await opened(doctor, told.amara)]])
      const notice = isolationOf(what, which)
      const began = arrivals(notice.id, EXCHANGES)
      ended.push(...(await cut(notice, 'HWE', views)).values())
      known.push(Math.max(...(await began).values()))
      await release(notice, 'HWE')
      await gone(notice)
      // Its process reads who takes part each two seconds.
      await pause(3_000)
    }
    t.diagnostic(`${what}: the last of seven exchanges knows after: ${figures(known)}`)
    t.diagnostic(`${what}: the open record is cut after: ${figures(ended)}`)
  }
})

test('R080 HAZ-046: an exchange that was down has it as soon as it is back', { timeout: TEST_MS }, async t => {
  const meanwhile: number[] = []
  const back: number[] = []
  for (const down of inTurn(FEWER, 'NWL')) {
    const owner = EXCHANGES.find(exchange => exchange !== down) ?? assert.fail()
    const [process] = at().london.exchange(down).processes
    assert.ok(process)
    await process.kill()
    const notices = Array.from({ length: 5 }, () => objectionOf(told.nine))
    const last = notices.at(-1) ?? assert.fail()
    const others = EXCHANGES.filter(exchange => exchange !== down)
    const arriving = arrivals(last.id, others)
    for (const notice of notices) await publishAt(at().ledger.pool(sideOf(owner)), owner, 'objections', notice)
    meanwhile.push(Math.max(...(await arriving).values()))
    const from = performance.now()
    await process.restart()
    await arrivals(last.id, [down])
    back.push(performance.now() - from)
    const visitor = await at().signedIn(doctors[down])
    assert.match((await visitor.whole(await opened(visitor, told.nine))).words, /No information is available/)
    for (const notice of notices) await release(notice, owner)
    for (const notice of notices) await gone(notice)
  }
  t.diagnostic(`with one down the last of the others has it after: ${figures(meanwhile)}`)
  t.diagnostic(`from its start on, who was down has it after: ${figures(back)}`)
})

test('R080 HAZ-046: what is lost at a reader, or at its owner, is found by the next canary and put back', { timeout: TEST_MS }, async t => {
  for (const lostAt of ['a reader', 'its owner'] as const) {
    const found: number[] = []
    for (const owner of inTurn(FEWER)) {
      const loser = lostAt === 'its owner' ? owner : (EXCHANGES.find(exchange => exchange !== owner) ?? assert.fail())
      const notice = objectionOf(told.amara)
      const arriving = arrivals(notice.id, EXCHANGES)
      await publishAt(at().ledger.pool(sideOf(owner)), owner, 'objections', notice)
      await arriving
      for (const exchange of [owner, loser]) await at().ledger.pool(sideOf(exchange)).query('delete from list_alarm')
      await at().ledger.pool(sideOf(loser)).query('delete from objection_in_force where id = $1', [notice.id])
      const from = performance.now()
      // Each exchange puts one in every hour; the drill does not wait for it.
      await publishAt(at().ledger.pool(sideOf(owner)), owner, 'objections', { kind: 'canary', id: randomUUID() })
      await until(() => has(loser, notice.id))
      found.push(performance.now() - from)
      await release(notice, owner)
      await gone(notice)
    }
    t.diagnostic(`lost at ${lostAt}, it is back after the canary within: ${figures(found)}`)
  }
})
