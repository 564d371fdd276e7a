import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { cityOrganisations, EXCHANGES, exchangeTitles, places } from '../src/london/places.ts'
import { stage, until } from './support/london.ts'
import { sourceRowsOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

const at = stage({ exchanges: EXCHANGES, processes: 1 })
afterEach(() => at().ledger.sound())

const nameOf = (odsCode: string): string => cityOrganisations.find(each => each.odsCode === odsCode)?.name ?? odsCode

/** Opens until every source has answered, and returns what the page All sources says of each. */
async function sourcesOf(visitor: Visitor, nhsNumber: string) {
  let rows: ReturnType<typeof sourceRowsOf> = []
  await until(async () => {
    const { id } = await visitor.open(nhsNumber)
    await visitor.settled(id)
    rows = sourceRowsOf((await visitor.get(`/r/${id}/sources`)).html)
    return rows.length > 0 && rows.every(row => row.state === 'answered' || row.state === 'nothing held')
  })
  return rows
}

test('R028: a practice in South West London sees what nine organisations of five exchanges know of its patient', async () => {
  const { london, signedIn } = at()
  const known = london.city.people.systemsOf(told.nine)
  assert.ok(known.length >= 9)
  assert.ok(new Set(known.map(id => places[id].exchange)).size >= 5)
  const rows = await sourcesOf(await signedIn('Nkemelu'), told.nine)
  for (const id of known)
    assert.ok(
      rows.some(row => row.name === nameOf(places[id].odsCode)),
      `${id} is among the sources`,
    )
})

test('R030: Milton Keynes asks London and is answered', async () => {
  const rows = await sourcesOf(await at().signedIn('Hollis'), told.miltonKeynes)
  for (const odsCode of ['RD8', 'RRV'])
    assert.ok(
      rows.some(row => row.name === nameOf(odsCode)),
      nameOf(odsCode),
    )
})

test('R028 HAZ-001: an area that nobody reaches is named; the rest of the record stands', async () => {
  const { london, signedIn } = at()
  const nkemelu = await signedIn('Nkemelu')
  await london.faults.get('peer-nel')?.set({ mode: 'refuse' })
  const { id } = await nkemelu.open(told.nine)
  await nkemelu.settled(id)
  const rows = sourceRowsOf((await nkemelu.get(`/r/${id}/sources`)).html)
  const north = rows.find(row => row.name === exchangeTitles.NEL)
  assert.ok(north && north.state !== 'answered', 'the area is named with what happened')
  assert.ok(rows.some(row => row.state === 'answered'))
  await london.faults.get('peer-nel')?.set({ mode: 'pass' })
})
