import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Disclosed, Item } from '../care-record/item.ts'
import { createItemStore } from './item-store.ts'

const item = (id: string, words = 'Æsthma'): Disclosed<Item> =>
  ({
    id,
    version: '1',
    section: 'problems',
    resource: { resourceType: 'Condition', id, subject: {}, code: { text: words } },
    parents: [],
  }) as unknown as Disclosed<Item>
const many = (of: string, count: number): readonly Disclosed<Item>[] => Array.from({ length: count }, (_, n) => item(`${of}/${n}`))
/** Until a store whose walk has come to rest has let go of what is parsed. */
const shed = async (store: ReturnType<typeof createItemStore>, parsed: number): Promise<void> => {
  while (store.bytes() >= parsed) await pause(2)
}

test('what was put is got, before it is compressed and after', async () => {
  const store = createItemStore(0)
  store.put('a', many('a', 40))
  store.put('b', many('b', 40))
  const before = await Promise.all(['a/3', 'b/39', 'c/1'].map(store.get))
  const parsed = store.bytes()
  store.shedSoon()
  await shed(store, parsed)
  assert.ok(store.bytes() > 0)
  assert.deepEqual(await Promise.all(['a/3', 'b/39', 'c/1'].map(store.get)), before)
  assert.deepEqual(before, [item('a/3'), item('b/39'), undefined])
})

test('a source asked again replaces what it said, also when that is compressed', async () => {
  const store = createItemStore(0)
  store.put('a', many('a', 20))
  store.put('b', many('b', 20))
  const parsed = store.bytes()
  store.shedSoon()
  await shed(store, parsed)
  store.put('a', [item('a/1', 'said again')])
  assert.deepEqual(await Promise.all(['a/1', 'a/2', 'b/2'].map(store.get)), [item('a/1', 'said again'), undefined, item('b/2')])
  const mixed = store.bytes()
  store.shedSoon()
  await shed(store, mixed)
  assert.deepEqual(await Promise.all(['a/1', 'a/2', 'b/2'].map(store.get)), [item('a/1', 'said again'), undefined, item('b/2')])
})

test('what is put while the rest is being compressed is neither lost nor left under the old', async () => {
  const store = createItemStore(0)
  store.put('a', many('a', 500))
  store.put('b', many('b', 500))
  store.shedSoon()
  for (let round = 0; round < 20; round++) {
    await pause(0)
    store.put('a', [item('a/1', `round ${round}`)])
    store.shedSoon()
  }
  await shed(store, 1_500 * 501)
  assert.deepEqual(await Promise.all(['a/1', 'b/499'].map(store.get)), [item('a/1', 'round 19'), item('b/499')])
})

test('the limit of a view counts what is parsed and what is compressed; a view that ended holds nothing', async () => {
  const store = createItemStore(0)
  assert.equal(store.bytes(), 0)
  store.put('a', many('a', 1000))
  assert.equal(store.bytes(), 1_500_000)
  store.shedSoon()
  store.clear()
  await pause(10)
  assert.equal(store.bytes(), 0)
  assert.equal(await store.get('a/1'), undefined)
})
