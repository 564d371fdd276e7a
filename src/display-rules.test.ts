import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const rows = readFileSync(join(root, 'docs/display-rules.md'), 'utf8')
  .split('\n')
  .flatMap(line => {
    const [, id, state, tests] = /^\| (D\d{2,3})\s*\|[^|]+\|[^|]+\| ([^|]+?)\s*\| ([^|]+)\|$/.exec(line) ?? []
    return id === undefined || state === undefined || tests === undefined
      ? []
      : [{ id, state, tests: Array.from(tests.matchAll(/`([^`]+)`/g), m => m[1] ?? '') }]
  })

/** First and last rule of each chapter. */
const CHAPTERS: readonly (readonly [first: number, last: number])[] = [
  [1, 14],
  [20, 28],
  [30, 40],
  [50, 63],
  [70, 76],
  [80, 89],
  [100, 106],
  [110, 119],
  [120, 126],
  [130, 135],
  [140, 143],
  [150, 153],
  [160, 167],
  [170, 174],
]

test('docs/display-rules.md has every rule once, in order', () => {
  assert.deepEqual(
    rows.map(row => row.id),
    CHAPTERS.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => `D${String(first + n).padStart(2, '0')}`)),
  )
  assert.deepEqual([...new Set(rows.map(row => row.state))].toSorted(), ['first form', 'not yet', 'other issue', 'yes'])
})

test('a test that docs/display-rules.md names is there and carries the rule; what is said to be shown has one', () => {
  for (const { id, state, tests } of rows) {
    for (const path of tests)
      assert.ok(existsSync(join(root, path)) && new RegExp(`\\b${id}\\b`).test(readFileSync(join(root, path), 'utf8')), `${id}: ${path}`)
    if (state === 'yes' || state === 'first form') assert.ok(tests.length > 0, `${id} names no test`)
  }
})
