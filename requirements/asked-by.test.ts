import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { itemsOf } from './support/ledger.ts'
import { stage } from './support/london.ts'
import { formsOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

async function read(visitor: Visitor, nhsNumber: string): Promise<string> {
  const { id, page } = await visitor.open(nhsNumber)
  const reason = formsOf((page.url.pathname.endsWith('/reason') ? page : await visitor.whole(id)).html).find(f =>
    f.action.endsWith('/reason'),
  )
  if (reason !== undefined) await visitor.submit(reason, { reason: 'claim-treating' })
  await visitor.settled(id)
  return id
}
/** Systems whose items were shown or told. */
const systems = (events: Parameters<typeof itemsOf>[0]): ReadonlySet<string> =>
  new Set(itemsOf(events).map(item => item.slice(0, item.indexOf('/'))))

test('R022 R030 design 4: a doctor of another area reads the Universal Care Plan through their own exchange, never through a peer', async () => {
  const { signedIn, ledger } = at()
  const goldberg = await signedIn('Goldberg')
  const id = await read(goldberg, told.amara)
  assert.match((await goldberg.get(`/r/${id}/plans`)).words, /ReSPECT/)
  const here = systems(await ledger.ofKind('shown', 'ncl'))
  const byPeer = systems(await ledger.ofKind('peer-disclosed', 'sel'))
  assert.ok(here.has('ucp'))
  assert.ok(byPeer.has('kch'))
  for (const national of ['ucp', 'nrl', 'leeds-gp']) assert.ok(!byPeer.has(national), national)
})

test('R022: a visitor from Leeds: whichever exchange looks, it asks his practice itself', async () => {
  const { signedIn, ledger } = at()
  for (const [family, side] of [
    ['Goldberg', 'ncl'],
    ['Shah', 'sel'],
  ] as const) {
    const doctor = await signedIn(family)
    const id = await read(doctor, told.leeds)
    assert.match((await doctor.get(`/r/${id}/sources`)).words, /Headingley Practice/, family)
    assert.ok(systems(await ledger.ofKind('shown', side)).has('leeds-gp'), family)
  }
  for (const side of ['sel', 'ncl'] as const) assert.ok(!systems(await ledger.ofKind('peer-disclosed', side)).has('leeds-gp'))
})
