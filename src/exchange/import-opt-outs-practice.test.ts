import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GP_CODES } from './agreements/opt-outs/gp-codes.ts'
import { firstSet } from './disclosure/rules/first-set.ts'

test('R062: every code by which a practice marks one item as confidential is of the class that nobody sees', () => {
  const confidential = firstSet.classes.find(({ id }) => id === 'confidential')
  const codes = GP_CODES.flatMap(line => (line.effect === 'item-confidential' ? [...line.readV2, ...line.ctv3] : []))
  assert.ok(codes.length > 0)
  assert.deepEqual(confidential?.maySee, [])
  assert.deepEqual(confidential?.content.read, codes)
  for (const code of codes) assert.ok(confidential?.service.seeds.includes(`read2 ${code}`), code)
})

test('R077: no other code about sharing withholds the entry it stands in', () => {
  const others = new Set(GP_CODES.flatMap(line => (line.effect === 'item-confidential' ? [] : [...line.readV2, ...line.ctv3])))
  for (const { id, content, service } of firstSet.classes) {
    for (const code of content.read ?? []) assert.ok(!others.has(code), `${id} ${code}`)
    for (const seed of service.seeds) assert.ok(!others.has(seed.split(' ')[1] ?? ''), `${id} ${seed}`)
  }
})
