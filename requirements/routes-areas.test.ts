import assert from 'node:assert/strict'
import { test } from 'node:test'
import { told } from '../src/london/people/told-people.ts'
import { EXCHANGES } from '../src/london/places.ts'
import { londonUsers } from '../src/london/users.ts'
import { stage } from './support/london.ts'
import { nameOf, rowOf, servedRoutes } from './support/route-table.ts'
import { sawOf, takeSeat, type Seat } from './support/seat.ts'
import { createSweep, each, NO_ENTRIES, sendTo } from './support/sweep.ts'
import { otherOf, ownOf, stateOf } from './support/who-may.ts'

/** Every route of one's own record by every user of the five areas that joined last: somebody in their care, and somebody who is not. */
const at = stage({ exchanges: EXCHANGES, processes: 1 })
const users = londonUsers.filter(user => user.exchange !== 'SEL' && user.exchange !== 'NCL')
const routes = (await servedRoutes()).public
const { tally, viewRoutes, judge, sweep, soundSoFar } = createSweep(routes)

const seats = new Map<string, Seat>()
const seatOf = (family: string): Seat => {
  const seat = seats.get(family)
  assert.ok(seat, family)
  return seat
}
/** View of somebody in their care, by family name. */
const views = new Map<string, string>()

test('R028 R038 R039: every route, every user of the newer areas, a person in their care', async () => {
  await each(users, async user => void seats.set(user.family, await takeSeat(user, at().london.exchange(user.exchange).url)))
  await each(users, async user => {
    const own = ownOf(user, at().london.city.people)
    if (own !== undefined) views.set(user.family, await sweep(seatOf(user.family), own.nhsNumber, stateOf(user, own.who), 'own'))
  })
  const without = users.filter(({ family }) => !views.has(family)).map(({ family }) => family)
  assert.deepEqual(without, ['Lowe'], 'all but the emergency department of Milton Keynes, where nobody is now')
  soundSoFar()
})

test('R038 R054: every route, every user of the newer areas, a person whom their organisation has never met', async () => {
  await each(users, async user => {
    const person = otherOf(user)
    await sweep(seatOf(user.family), told[person], stateOf(user, person), 'other')
  })
  soundSoFar()
})

test('R028 R038: work beside the record is for nobody who has no such role, and a view of another area is not there', async t => {
  await each(users, async user => {
    const seat = seatOf(user.family)
    for (const route of routes.filter(one => rowOf(one).needs === 'office')) {
      const answer = await seat.send(route.method, route.path.replaceAll(/:[a-z]+/g, 'AAAAAAAA'))
      judge(`${user.family} ${nameOf(route)}`, answer, sawOf(answer), ['denied'])
    }
    const [, theirs = ''] = [...views].find(([family]) => users.find(one => one.family === family)?.exchange !== user.exchange) ?? []
    for (const route of viewRoutes) {
      const answer = await sendTo(seat, route, theirs, NO_ENTRIES)
      judge(`${user.family} with a view of another area ${nameOf(route)}`, answer, sawOf(answer), ['not here'])
    }
  })
  soundSoFar()
  t.diagnostic(
    `${routes.length} routes, ${users.length} users: ${tally.asked} requests, ${tally.permits} permitted, ${tally.refusals} refused`,
  )
})
