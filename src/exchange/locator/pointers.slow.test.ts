import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import { serverForTests } from '../../platform/server-for-tests.ts'
import { loadPointers, readPointers } from './pointers.ts'

const server = await serverForTests(['locator'])
const pool = new pg.Pool({ connectionString: server.url('locator'), max: 1 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
await pool.query(readFileSync(join(import.meta.dirname, 'tables/0030-locator.sql'), 'utf8'))

test('R079 R078: loading puts a source’s pointers in place of its earlier ones, and leaves other sources alone', async () => {
  const [amara, ben] = ['9990000018' as NhsNumber, '9990000026' as NhsNumber]
  const now = new Date('2026-11-21T11:00:00Z')
  const both = [
    { nhsNumber: amara, sourceId: 'kch' },
    { nhsNumber: ben, sourceId: 'kch' },
    { nhsNumber: amara, sourceId: 'gstt' },
    { nhsNumber: amara, sourceId: 'gstt' },
  ]
  for (let i = 0; i < 2; i++) await loadPointers(pool, ['kch', 'gstt'], both, now)
  assert.deepEqual([...(await readPointers(pool, amara))].toSorted(), ['gstt', 'kch'])
  await loadPointers(pool, ['kch'], [{ nhsNumber: ben, sourceId: 'kch' }], now)
  assert.deepEqual([...(await readPointers(pool, amara))], ['gstt'])
  assert.deepEqual([...(await readPointers(pool, ben))], ['kch'])
})
