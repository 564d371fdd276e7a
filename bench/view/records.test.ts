import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNhsNumber } from '../../src/care-record/nhs-number.ts'
import { nhsNumberOf, type Cell } from './cell.ts'
import { quantile } from './measure.ts'
import { holdingsOf } from './records.ts'

const cell: Cell = { sources: 5, items: 200, read: 'everything' }
const entries = holdingsOf(cell, 2, 'http://127.0.0.1:1/fhir', new Date('2026-11-21')) as unknown as readonly {
  readonly resource: Readonly<Record<string, unknown>>
}[]
const keys = entries.map(({ resource }) => `${String(resource['resourceType'])}/${String(resource['id'])}`)

test('made-up records: a share of the items, none twice, about 1.4 KB each', () => {
  assert.equal(entries.length, 40 + 3)
  assert.equal(new Set(keys).size, keys.length)
  const bytes = JSON.stringify(entries).length / entries.length
  assert.ok(bytes > 1_100 && bytes < 1_700, `${Math.round(bytes)} bytes`)
})

test('made-up records: every reference is answered by the source itself, so that nothing is fetched apart', () => {
  const held = new Set([...keys, 'Patient/p1'])
  const named = [...JSON.stringify(entries).matchAll(/"reference":"([^"]+)"/g)].map(found => found[1] ?? '')
  assert.deepEqual(
    named.filter(reference => !held.has(reference)),
    [],
  )
})

test('each view is of another person with a valid number', () => {
  const numbers = Array.from({ length: 200 }, (_, n) => nhsNumberOf(n))
  assert.equal(new Set(numbers).size, 200)
  assert.ok(numbers.every(number => parseNhsNumber(number).ok))
})

for (const [values, share, expected] of [
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 4], 0.99, 4],
  [[5], 0.01, 5],
] as const)
  test(`quantile ${share} of ${values.join(' ')} is ${expected}`, () => assert.equal(quantile(values, share), expected))
