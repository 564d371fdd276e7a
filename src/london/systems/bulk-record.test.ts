import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCity } from '../people/city.ts'
import { told } from '../people/population.ts'
import { bulkRecord, type Bulk } from './bulk-record.ts'

const now = new Date('2026-11-21T12:17:00Z')
const city = createCity({ now })
const person = city.person(told.big)!
const bulkAt = (id: 'kch' | 'rfl', items: number, years = 10): Bulk =>
  bulkRecord({ id, odsCode: 'RJZ', name: 'Hospital' }, person, city.calendar, items, years)
const everything = (bulk: Bulk): readonly { readonly type: string; readonly id: string; readonly text: string }[] =>
  bulk.types.flatMap(type =>
    Array.from({ length: bulk.count(type) }, (_, place) => {
      const resource = bulk.at(type, place)
      return { type, id: resource.id ?? '', text: JSON.stringify(resource) }
    }),
  )

test('as many resources as told, no id twice, each the same whenever it is written, and found again by its id', () => {
  const bulk = bulkAt('kch', 5_000)
  const all = everything(bulk)
  assert.equal(all.length, 5_000)
  assert.equal(new Set(all.map(r => `${r.type}/${r.id}`)).size, 5_000)
  assert.deepEqual(everything(bulkAt('kch', 5_000)), all)
  for (const { type, id, text } of all.filter((_, i) => i % 97 === 0)) assert.equal(JSON.stringify(bulk.byId(type, id)), text)
  assert.equal(bulk.byId('Observation', 'elsewhere-observ-3'), undefined)
})

test('newest first, and a day cuts each list where its dates do', () => {
  const bulk = bulkAt('kch', 3_000)
  for (const type of bulk.types) {
    const days = Array.from(
      { length: bulk.count(type) },
      (_, place) => /\d{4}-\d{2}-\d{2}(?=T)/.exec(JSON.stringify(bulk.at(type, place)))?.[0] ?? '',
    )
    assert.deepEqual(days, days.toSorted().toReversed(), type)
    const day = city.calendar.day(365)
    assert.equal(bulk.since(type, day), days.filter(d => d >= day).length, type)
  }
})

test('two hospitals do not tell the same values', () => {
  const [one, other] = [everything(bulkAt('kch', 1_000)), everything(bulkAt('rfl', 1_000))]
  const values = (all: typeof one): ReadonlySet<string> => new Set(all.map(r => /"effectiveDateTime":"[^"]+"/.exec(r.text)?.[0] ?? r.id))
  const shared = Array.from(values(one)).filter(value => values(other).has(value))
  assert.ok(shared.length < 50)
})

test('every reference leads to a resource of the same record or to the shell round it', () => {
  const bulk = bulkAt('kch', 800)
  for (const { text } of everything(bulk))
    for (const [, type = '', id = ''] of text.matchAll(/"reference":"([A-Za-z]+)\/([^"]+)"/g))
      assert.ok(type === 'Patient' || type === 'Organization' || bulk.byId(type, id) !== undefined, `${type}/${id}`)
})
