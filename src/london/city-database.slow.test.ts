import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { startCityDatabase } from './city-database.ts'

const dir = mkdtempSync(join(tmpdir(), 'lcr-city-database-'))
chmodSync(dir, 0o711) // the database server may be another user
const crashes: string[] = []
const database = await startCityDatabase({ dir, databases: ['sel'], durable: false, onCrash: () => crashes.push('ended') })
after(() => database.remove())

const said = async (text: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: database.url('sel'), connectionTimeoutMillis: 1_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<{ said: unknown }>(text)).rows[0]?.said
  } catch {
    return 'away'
  } finally {
    await client.end().catch(() => undefined)
  }
}

test('R102: a database server that is killed comes back by itself, at its port, with what was written', async () => {
  await said('create table kept (word text)')
  await said("insert into kept values ('here')")
  await said('checkpoint')
  database.crash()
  while (crashes.length === 0) await pause(20)
  while ((await said('select word as said from kept')) !== 'here') await pause(50)
  while (!database.up()) await pause(20)
  assert.deepEqual(crashes, ['ended'])
})

test('one that was stopped stays away until it is started', async () => {
  await database.stop()
  assert.equal(await said("select 'up' as said"), 'away')
  assert.equal(database.up(), false)
  await database.start()
  assert.equal(await said("select 'up' as said"), 'up')
  assert.deepEqual(crashes, ['ended'], 'stopping is no crash')
})
