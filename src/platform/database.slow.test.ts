import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { migrate, openPool, readMigrations } from './database.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import type { EmbeddedPostgres } from './embedded-postgres.ts'

let server: EmbeddedPostgres
before(async () => {
  const databases = ['rooms', 'race', 'changed', 'broken', 'newer']
  server = await startEmbeddedPostgres({ dir: mkdtempSync(join(tmpdir(), 'lcr-database-test-')), databases, durable: false })
})
after(() => server.remove())

const file = (name: string, sql: string) => ({ name, sql, sha256: `hash of ${sql}` })

test('the tables of every room are made once, and a second start changes nothing', async () => {
  const pool = openPool({ url: server.url('rooms') })
  const all = readMigrations()
  assert.deepEqual(
    await migrate(pool, all),
    all.map(migration => migration.name),
  )
  assert.deepEqual(await migrate(pool, all), [])
  await pool.end()
})

test('processes that start together make the tables once', async () => {
  const pools = Array.from({ length: 4 }, () => openPool({ url: server.url('race') }))
  const made = await Promise.all(pools.map(pool => migrate(pool, [file('a/0001-a', 'CREATE TABLE a (n int)')])))
  assert.deepEqual(made.flat(), ['a/0001-a'])
  await Promise.all(pools.map(pool => pool.end()))
})

test('a table file that changed after it was applied stops the start', async () => {
  const pool = openPool({ url: server.url('changed') })
  await migrate(pool, [file('a/0001-a', 'CREATE TABLE a (n int)')])
  await assert.rejects(migrate(pool, [file('a/0001-a', 'CREATE TABLE a (n bigint)')]), /has changed since/)
  await pool.end()
})

test('a file that fails leaves nothing of the files before it', async () => {
  const pool = openPool({ url: server.url('broken') })
  await assert.rejects(migrate(pool, [file('a/0001-a', 'CREATE TABLE a (n int)'), file('a/0002-b', 'CREATE TABEL b')]))
  assert.equal((await pool.query(`SELECT to_regclass('a') AS a`)).rows[0]?.a, null)
  await pool.end()
})

test('a program started over the tables of a newer one works on: a rolling restart may go back', async () => {
  const pool = openPool({ url: server.url('newer') })
  const old = [file('a/0001-a', 'CREATE TABLE a (n int)')]
  await migrate(pool, [...old, file('a/0002-b', 'CREATE TABLE b (n int)')])
  assert.deepEqual(await migrate(pool, old), [])
  await pool.end()
})
