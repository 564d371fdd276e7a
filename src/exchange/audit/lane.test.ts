import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLane } from './lane.ts'

test('what comes while the first of a go is made ready goes with it, what comes while they are carried goes next', async () => {
  const gone: string[][] = []
  const carrying = Promise.withResolvers<void>()
  const ready = Promise.withResolvers<void>()
  const lane = createLane<string>(
    3,
    thing => (thing === 'first' ? ready.promise : undefined),
    async things => {
      gone.push([...things])
      if (gone.length === 1) await carrying.promise
    },
  )
  assert.equal(lane.busy(), false)
  lane.add('first')
  lane.add('second')
  assert.equal(lane.busy(), true)
  ready.resolve()
  await ready.promise
  await Promise.resolve()
  for (const thing of ['third', 'fourth', 'fifth', 'sixth']) lane.add(thing)
  carrying.resolve()
  await lane.idle()
  assert.deepEqual(gone, [['first', 'second'], ['third', 'fourth', 'fifth'], ['sixth']])
  assert.equal(lane.busy(), false)
})
