import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { settingsForTests } from '../platform/settings-for-tests.ts'
import { applyCatalogue, readCatalogue } from './agreements/catalogue-store.ts'
import { catalogueDocument } from './agreements/for-tests.ts'

const folder = mkdtempSync(join(tmpdir(), 'lcr-commands-'))
let server: TestServer
let pool: Pool
let environment: NodeJS.ProcessEnv
before(async () => {
  server = await serverForTests(['commands'])
  pool = openPool({ url: server.url('commands') })
  await migrate(pool)
  assert.ok((await applyCatalogue(pool, catalogueDocument())).ok)
  environment = { ...settingsForTests(folder, server.url('commands')), LCR_LOG_LEVEL: 'silent' }
})
after(async () => {
  await pool.end()
  await server.remove()
  rmSync(folder, { recursive: true })
})

const run = (
  script: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly said: string; readonly wrong: string }> =>
  new Promise(resolve => {
    const path = join(import.meta.dirname, '..', '..', 'scripts', script)
    const child = execFile(process.execPath, [path, ...args], { env: environment }, (_error, said, wrong) =>
      resolve({ code: child.exitCode ?? -1, said, wrong }),
    )
  })
const isolations = async () => (await readCatalogue(pool)).isolations

test('npm run isolate cuts off, says what is cut off, and lets in again with a second person', async () => {
  const refused: readonly (readonly [readonly string[], number])[] = [
    [[], 2],
    [['user', '555000000101'], 2],
    [['everybody', '555000000101', '--because', 'breach'], 2],
    [['exchange', 'SEL', '--because', 'breach'], 1],
    [['release', 'none'], 1],
    [['disregard', 'SEL'], 2],
    [['heed', 'NEL'], 1],
    [['user', '555000000101', '--because', 'breach', '--force'], 2],
  ]
  for (const [args, code] of refused) assert.equal((await run('isolate.ts', ...args)).code, code, args.join(' '))
  assert.deepEqual(await isolations(), [])

  const cut = await run('isolate.ts', 'user', '555000000101', '--because', 'lost-card')
  assert.equal(cut.code, 0, cut.wrong)
  assert.deepEqual(await isolations(), [{ what: 'user', which: '555000000101' }])
  const [, id = ''] = /release ([0-9a-f-]{36})/.exec(cut.said) ?? []
  assert.match((await run('isolate.ts', 'list')).said, new RegExp(`${id}  user 555000000101  lost-card`))
  assert.match((await run('isolate.ts', 'release', id)).said, /A second person/)
  const again = await run('isolate.ts', 'release', id)
  assert.equal(again.code, 1)
  assert.match(again.wrong, /Somebody else has to agree/)
  assert.deepEqual(await isolations(), [{ what: 'user', which: '555000000101' }])
  assert.match((await run('isolate.ts', 'disregard', 'NEL')).said, /A second person/)
  const { rows } = await pool.query<{ kind: string }>("select kind from audit_event where kind in ('isolated', 'released')")
  assert.deepEqual(rows, [{ kind: 'isolated' }])
})

test('R060: npm run processing-record prints every flow with its bases, and no secret', async () => {
  const printed = await run('processing-record.ts')
  assert.equal(printed.code, 0, printed.wrong)
  assert.equal(printed.said.match(/^## /gm)?.length, printed.said.match(/^\| UK GDPR Article 6 \| Article 6\(1\)/gm)?.length)
  assert.match(printed.said, /pds\.example/)
  assert.doesNotMatch(printed.said, /postgres:|LCR_|BEGIN/)
})
