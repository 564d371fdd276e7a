import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..', '..')
const given = process.env['LCR_TEST_DATABASE_URL']
/** Every storage test but the audit's, which holds itself to both servers. */
const files = [
  'src/exchange/access/access.slow.test.ts',
  'src/exchange/agreements/catalogue-store.slow.test.ts',
  'src/exchange/doors/store.slow.test.ts',
  'src/exchange/identity/identity.slow.test.ts',
  'src/exchange/locator/pointers.slow.test.ts',
]

for (const file of files) {
  test(`${file} holds on the given PostgreSQL too`, { skip: given === undefined && 'LCR_TEST_DATABASE_URL names no server' }, () => {
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env
    const ran = spawnSync(process.execPath, ['--test', '--test-timeout=120000', file], {
      cwd: root,
      env: { ...environment, LCR_STORAGE: 'given' },
      encoding: 'utf8',
    })
    assert.equal(ran.status, 0, ran.stdout)
    assert.match(ran.stdout, /pass [1-9]/)
  })
}
