import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshBytes } from './random.ts'

test('no bytes are given out twice, and never fewer than asked for', () => {
  const seen = new Set<string>()
  for (const count of Array.from({ length: 2_000 }, (_, n) => 16 + (n % 48))) {
    const bytes = freshBytes(count)
    assert.equal(bytes.length, count)
    seen.add(bytes.toString('hex', 0, 16))
  }
  assert.equal(seen.size, 2_000)
  assert.equal(freshBytes(10_000).length, 10_000)
})
