import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './turns.ts'

const settled = async (promise: Promise<void> | undefined): Promise<boolean> =>
  Promise.race([Promise.resolve(promise).then(() => true), new Promise<boolean>(resolve => setImmediate(() => resolve(false)))])

test('the first goes at once, the next waits for its turn, and then all who wait go together', async () => {
  let atMs = 0
  const turns = createTurns(1_000, () => atMs)
  assert.equal(turns.mine(false), undefined)
  const waiting = [turns.mine(false), turns.mine(false)]
  assert.deepEqual(await Promise.all(waiting.map(settled)), [false, false])
  atMs = 1_000
  assert.equal(turns.mine(false), undefined, 'time is over')
  assert.deepEqual(await Promise.all(waiting.map(settled)), [true, true])
  const after = turns.mine(false)
  assert.equal(await settled(after), false, 'the time begins anew')
  turns.all()
  assert.equal(await settled(after), true)
})

test('who waits for nobody takes along who waits', async () => {
  const turns = createTurns(1_000, () => 0)
  void turns.mine(false)
  const waiting = turns.mine(false)
  assert.equal(turns.mine(true), undefined)
  assert.equal(await settled(waiting), true)
})

test('a turn comes by itself', async () => {
  const turns = createTurns(1, () => 0)
  void turns.mine(false)
  await turns.mine(false)
})
