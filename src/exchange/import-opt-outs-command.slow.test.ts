import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { serverForTests } from '../platform/server-for-tests.ts'
import { settingsForTests } from '../platform/settings-for-tests.ts'
import { COLUMNS } from './agreements/opt-outs/line.ts'

const server = await serverForTests(['command'])
const folder = mkdtempSync(join(tmpdir(), 'lcr-opt-outs-'))
const pool = new pg.Pool({ connectionString: server.url('command'), max: 1 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
  rmSync(folder, { recursive: true })
})
const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const settings = settingsForTests(folder, server.url('command'))

async function command(...args: string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../scripts/import-opt-outs.ts'), ...args], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', chunk => (said += String(chunk)))
  child.stderr.on('data', chunk => (said += String(chunk)))
  const code = await new Promise<number | null>((done, broken) => child.on('close', done).on('error', broken))
  return { code, said }
}

const opted = file(
  'opt-outs.csv',
  `${COLUMNS.join(',')}\nconnect-care,CC-1,9990000018,Okonkwo,Ngozi,1984-05-17,,,2019-03-02,everything,,\nconnect-care,CC-2\n`,
)
const inForce = async (): Promise<number> => (await pool.query('select 1 from objection_in_force')).rows.length

test('R035: the command counts, imports, writes it down, and says nothing of anybody', { timeout: 120_000 }, async () => {
  const dry = await command(opted, '--dry-run')
  assert.equal(dry.code, 0, dry.said)
  assert.match(dry.said, /Dry run: nothing was written/)
  assert.equal(await inForce(), 0)

  const done = await command(opted)
  assert.equal(done.code, 0, done.said)
  assert.match(done.said, /2 lines, of connect-care; 1 refused/)
  assert.match(done.said, /Line 3: There are 2 columns/)
  assert.equal(await inForce(), 1)
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from audit_event where kind = 'opt-outs-imported'`)
  assert.equal(rows[0]?.n, 1)

  const report = join(folder, 'report.txt')
  const again = await command(opted, '--report', report)
  assert.equal(again.code, 0, again.said)
  assert.match(readFileSync(report, 'utf8'), /0 new, 0 changed, 1 as before/)
  assert.equal(statSync(report).mode & 0o077, 0)
  assert.doesNotMatch(dry.said + done.said + again.said + readFileSync(report, 'utf8'), /Okonkwo|9990000018|1984/)
})

test('R035: a file that is not there, or not whole, and a wrong use end in words', { timeout: 120_000 }, async () => {
  const missing = await command(join(folder, 'none.csv'))
  assert.equal(missing.code, 1)
  assert.equal(missing.said, 'There is no such file.\n')
  const broken = await command(file('broken.csv', `${COLUMNS.join(',')}\n"x`))
  assert.equal(broken.code, 1)
  assert.match(broken.said, /never closed\. Nothing of the file was taken/)
  assert.equal((await command()).code, 2)
  assert.equal((await command(opted, '--force')).code, 2)
})
