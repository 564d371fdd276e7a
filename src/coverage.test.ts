import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { EXCHANGES, SYSTEM_IDS } from './london/places.ts'

const root = join(import.meta.dirname, '..')
const rows = readFileSync(join(root, 'docs/coverage.md'), 'utf8')
  .split('\n')
  .flatMap(line => {
    const [, id, state, , tests] = /^\| (R\d{3}) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/.exec(line) ?? []
    return id === undefined || state === undefined || tests === undefined
      ? []
      : [{ id, state: state.trim(), tests: Array.from(tests.matchAll(/`([^`]+)`/g), m => m[1] ?? '') }]
  })

test('docs/coverage.md has every requirement once, in order', () => {
  assert.deepEqual(
    rows.map(row => row.id),
    Array.from({ length: 116 }, (_, n) => `R${String(n + 1).padStart(3, '0')}`),
  )
  assert.deepEqual([...new Set(rows.map(row => row.state))].toSorted(), ['first form', 'not yet', 'yes'])
})

test('a test that docs/coverage.md names is there and carries the id; what is said to be there has one', () => {
  for (const { id, state, tests } of rows) {
    for (const path of tests)
      assert.ok(existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8').includes(id), `${id}: ${path}`)
    if (state === 'yes') assert.ok(tests.length > 0, `${id} names no test`)
  }
})

test('the table of systems that the sources name has every system of the city, none that is not there, and tests that are', () => {
  const text = readFileSync(join(root, 'docs/coverage.md'), 'utf8')
  const table = /^## Systems the sources name$[^]*?(?=^## )/m.exec(text)?.[0] ?? ''
  const named = Array.from(table.matchAll(/`([^`]+)`/g), ([, name = '']) => name)
  const paths = named.filter(name => /\.(?:ts|md)$/.test(name))
  assert.ok(paths.length > 20)
  for (const path of paths) assert.ok(existsSync(join(root, path)), path)
  const known = new Set<string>([...SYSTEM_IDS, ...EXCHANGES])
  const ids = named.filter(name => !paths.includes(name) && !name.startsWith('$'))
  assert.deepEqual(
    ids.filter(id => !known.has(id)),
    [],
  )
  // The Universal Care Plan and a care home's own system are in none of the descriptions.
  assert.deepEqual([...known].filter(id => !ids.includes(id)).toSorted(), ['peckham-rye', 'ucp'])
})

test('every hazard of the log that names a test by file names one that is there', () => {
  const log = readFileSync(join(root, 'docs/safety/hazard-log.md'), 'utf8')
  const ids = Array.from(log.matchAll(/^\| (HAZ-\d{3}) \|/gm), m => m[1])
  assert.equal(new Set(ids).size, ids.length)
  for (const [, path = ''] of log.matchAll(/`([^`]+\.test\.ts)`/g)) {
    assert.ok(
      [path, `src/exchange/${path}`, `src/${path}`].some(at => existsSync(join(root, at))),
      path,
    )
  }
})
