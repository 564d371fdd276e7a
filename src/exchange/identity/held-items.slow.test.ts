import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { serverForTests } from '../../platform/server-for-tests.ts'
import { heldItemIds, heldItems, holdItems, releaseItem } from './held-items.ts'

const server = await serverForTests(['held'])
const pool = new pg.Pool({ connectionString: server.url('held'), max: 2 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
for (const file of ['0010-identity.sql', '0012-held-item.sql'])
  await pool.query(readFileSync(join(import.meta.dirname, 'tables', file), 'utf8'))
const now = new Date('2026-11-21T09:00:00Z')
const request = {
  items: [
    { itemId: 'kch/AllergyIntolerance/1', sourceId: 'kch' },
    { itemId: 'gstt/AllergyIntolerance/7', sourceId: 'gstt' },
  ],
  nhsNumber: '9990000018',
  reportedBy: '555000000001',
  odsCode: 'RJZ',
  exchange: 'SEL',
  words: 'She has never been there.',
}
const counts = async (): Promise<readonly number[]> => {
  const { rows } = await pool.query<{ held: number; notices: number; tasks: number }>(
    `select (select count(*)::int from held_item where released_at is null) as held, (select count(*)::int from held_item_notice) as notices,
       (select count(*)::int from steward_task where closed_at is null) as tasks`,
  )
  return [rows[0]?.held ?? 0, rows[0]?.notices ?? 0, rows[0]?.tasks ?? 0]
}

test('a report holds each item once, asks a steward a source, and writes to source and safety officer', async () => {
  assert.equal(await holdItems(pool, request, now), 2)
  assert.equal(await holdItems(pool, { ...request, reportedBy: 'another' }, now), 0)
  assert.deepEqual(await counts(), [2, 4, 2])
  assert.deepEqual([...(await heldItemIds(pool))].toSorted(), ['gstt/AllergyIntolerance/7', 'kch/AllergyIntolerance/1'])
})
test('a release ends the hold and its task; a second release and an unknown one change nothing', async () => {
  const [held] = await heldItems(pool)
  assert.ok(held)
  assert.deepEqual([held.reportedBy, held.words, held.reportedAt], ['555000000001', request.words, now.toISOString()])
  assert.equal((await releaseItem(pool, { id: held.id, by: 'steward' }, now))?.itemId, held.itemId)
  assert.equal(await releaseItem(pool, { id: held.id, by: 'steward' }, now), undefined)
  assert.deepEqual(await counts(), [1, 4, 1])
  assert.equal(await holdItems(pool, request, now), 1, 'it may be reported again')
})
test('a hold that is rolled back never was', async () => {
  const before = await counts()
  const client = await pool.connect()
  await client.query('begin')
  await holdItems(client, { ...request, items: [{ itemId: 'kch/Condition/2', sourceId: 'kch' }] }, now)
  await client.query('rollback')
  client.release()
  assert.deepEqual(await counts(), before)
})
