import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { inSlices } from './json.ts'

function* steps(name: string, into: string[], count = 3): Generator<void, string> {
  for (let n = 0; n < count; n++) {
    into.push(name)
    yield
  }
  return name
}
// Whoever went before leaves in a turn of its own.
beforeEach(() => turn())

const slow = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('one piece of work at a time: the first is done before the second begins', async () => {
  const done: string[] = []
  assert.deepEqual(await Promise.all([inSlices(steps('a', done)), inSlices(steps('b', done))]), ['a', 'b'])
  assert.equal(done.join(''), 'aaabbb')
})

test('what finishes something begun goes before what has not begun', async () => {
  const done: string[] = []
  await Promise.all([inSlices(steps('a', done)), inSlices(steps('b', done)), inSlices(steps('c', done), undefined, 'next')])
  assert.equal(done.join(''), 'aaacccbbb')
})

test('a long piece lets the event loop go on, and others their turn', async () => {
  const done: string[] = []
  function* long(): Generator<void, void> {
    for (let n = 0; n < 12; n++) {
      slow(9)
      done.push('long')
      yield
    }
  }
  let turns = 0
  const counting = setInterval(() => turns++, 1)
  await Promise.all([inSlices(long()), inSlices(steps('short', done, 1))])
  clearInterval(counting)
  assert.ok(turns > 3, 'timers ran in between')
  assert.ok(done.indexOf('short') < done.lastIndexOf('long'), 'the short one did not wait for all of it')
})

test('work that fails or is given up holds nobody back', async () => {
  const done: string[] = []
  // oxlint-disable-next-line require-yield
  function* broken(): Generator<void, void> {
    throw new Error('broken')
  }
  const failing = inSlices(broken())
  const given = inSlices(steps('given up', done), AbortSignal.abort())
  const after = inSlices(steps('after', done))
  await assert.rejects(failing, /broken/)
  assert.equal(await given, undefined)
  assert.equal(await after, 'after')
  assert.equal(done.filter(name => name === 'given up').length, 1)
})
