import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createQuietEnd } from './quiet-end.ts'

test('D124: a view that may not be shown ends after a time that finding nothing took, one of the last by lot', () => {
  let lot = 0
  const end = createQuietEnd(() => lot)
  assert.ok(end.take() > 0, 'before the first there is a time too')
  for (const ms of [10, 20, 30]) end.note(ms)
  assert.equal(end.take(), 10)
  lot = 0.99
  assert.equal(end.take(), 30)
  for (let ms = 100; ms < 164; ms++) end.note(ms)
  lot = 0
  assert.equal(end.take(), 100, 'what is long ago is forgotten')
})
