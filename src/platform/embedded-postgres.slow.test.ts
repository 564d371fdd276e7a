import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openPool } from './database.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

const root = process.getuid?.() === 0
const folders: string[] = []
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'lcr-postgres-test-'))
  folders.push(path)
  return path
}
after(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

const alive = (pid: number): boolean => existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
async function gone(pid: number): Promise<void> {
  while (alive(pid)) await pause(20)
}

const program = `
  const { startEmbeddedPostgres } = await import(process.argv[1])
  const server = await startEmbeddedPostgres({ dir: process.argv[2], databases: ['one'], durable: false })
  console.log(JSON.stringify({ pid: server.pid, dataDir: server.dataDir }))
  process.stdin.resume()
  process.stdin.on('end', () => server.stop().then(() => process.exit(0)))
`
async function another(dir: string, as: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, join(import.meta.dirname, 'embedded-postgres.ts'), dir], {
    ...as,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  for await (const line of createInterface({ input: child.stdout })) {
    const { pid, dataDir } = JSON.parse(line) as { pid: number; dataDir: string }
    return { child, ended, pid, dataDir }
  }
  throw new Error('The child said nothing.')
}

test('it starts, makes its databases in UTF-8 whatever the host speaks, keeps the data, and leaves no process', async () => {
  const dir = join(folder(), 'pg')
  const first = await startEmbeddedPostgres({ dir, databases: ['sel', 'ncl'], durable: false })
  const pool = openPool({ url: first.url('sel') })
  await pool.query('CREATE TABLE kept (words text)')
  await pool.query('INSERT INTO kept VALUES ($1)', ['Zoë Ngũgĩ'])
  const { rows } = await pool.query<{ encoding: string; collation: string; address: string; sockets: string; wal: string }>(
    `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collation, current_setting('listen_addresses') AS address,
      current_setting('unix_socket_directories') AS sockets, current_setting('max_wal_size') AS wal
     FROM pg_database WHERE datname = 'sel'`,
  )
  assert.deepEqual(rows, [{ encoding: 'UTF8', collation: 'C.UTF-8', address: '127.0.0.1', sockets: '', wal: '512MB' }])
  await pool.end()
  await first.stop()
  assert.equal(alive(first.pid), false)

  const second = await startEmbeddedPostgres({ dir, databases: ['sel', 'nel'], durable: false })
  const again = openPool({ url: second.url('sel') })
  assert.equal((await again.query<{ words: string }>('SELECT words FROM kept')).rows[0]?.words, 'Zoë Ngũgĩ')
  await again.end()
  await second.remove()
  assert.equal(existsSync(dir), false)
})

test('nobody gets in without the password', async () => {
  const server = await startEmbeddedPostgres({ dir: join(folder(), 'pg'), databases: ['one'], durable: false })
  const pool = openPool({ url: server.url('one').replace(/:[^:@]+@/, ':wrong@') })
  await assert.rejects(pool.query('SELECT 1'), { code: '28P01' })
  await pool.end()
  await server.remove()
})

test('started by root, the server is not root', { skip: !root }, async () => {
  const server = await startEmbeddedPostgres({ dir: join(folder(), 'pg'), databases: [], durable: false })
  const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]
  assert.notEqual(uid, '0')
  await server.remove()
})

test('a folder in a home that is closed to the server (0700) still gets its database', { skip: !root }, async () => {
  const server = await startEmbeddedPostgres({ dir: join(folder(), 'pg'), databases: ['one'], durable: false })
  assert.match(server.dataDir, /^\/var\/tmp\//)
  await server.remove()
  assert.equal(existsSync(server.dataDir), false)
})

test(
  'a folder made anew where another stood starts with a database of its own; the same folder finds its data',
  { skip: !root },
  async () => {
    const dir = join(folder(), 'pg')
    const old = await startEmbeddedPostgres({ dir, databases: ['one'], durable: false })
    await old.stop()
    const same = await startEmbeddedPostgres({ dir, databases: ['one'], durable: false })
    assert.equal(same.dataDir, old.dataDir)
    await same.stop()
    rmSync(dir, { recursive: true })
    const anew = await startEmbeddedPostgres({ dir, databases: ['one'], durable: false })
    assert.notEqual(anew.dataDir, old.dataDir, 'what the old one left has another password')
    await anew.remove()
    rmSync(dirname(old.dataDir), { recursive: true, force: true })
  },
)

test('an ordinary user starts it as himself', { skip: !root }, async () => {
  const nobody = { uid: 65534, gid: 65534 }
  const dir = folder()
  chownSync(dir, nobody.uid, nobody.gid)
  const { child, ended, pid } = await another(dir, nobody)
  assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /^Uid:\s+65534/m)
  child.stdin.end()
  await ended
  await gone(pid)
})

test('a parent that is killed outright leaves no server behind, and the next start finds the data', async () => {
  const dir = folder()
  const { child, ended, pid } = await another(dir)
  child.kill('SIGKILL')
  await ended
  await gone(pid)
  const server = await startEmbeddedPostgres({ dir, databases: ['one'], durable: false })
  await server.remove()
})

test('parent and keeper both killed: the server that lives on is stopped by its own pid file', async () => {
  const dir = folder()
  const { child, ended, pid } = await another(dir)
  const keeper = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  const helpers = readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'utf8').trim().split(' ').map(Number)
  for (const helper of helpers.filter(helper => helper !== pid)) process.kill(helper, 'SIGKILL')
  process.kill(keeper, 'SIGKILL')
  child.kill('SIGKILL')
  await ended
  assert.equal(alive(pid), true, 'nobody told it')
  const server = await startEmbeddedPostgres({ dir, databases: ['one'], durable: false })
  assert.notEqual(server.pid, pid)
  assert.equal(alive(pid), false)
  await server.remove()
})

test('two programs never share a folder', async () => {
  const dir = join(folder(), 'pg')
  const server = await startEmbeddedPostgres({ dir, databases: [], durable: false })
  await assert.rejects(startEmbeddedPostgres({ dir, databases: [] }), /in use by process/)
  await server.remove()
})
