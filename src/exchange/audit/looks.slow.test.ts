import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openPool } from '../../platform/database.ts'
import { serverForTests } from '../../platform/server-for-tests.ts'
import { createAudit } from './audit.ts'
import type { AuditDraft, Manifest } from './draft.ts'
import { draft, sealKey, signingKey } from './for-tests.ts'
import { disclosedTo, lastLook, whoSaw } from './looks.ts'

const server = await serverForTests(['looks'])
const pool = openPool({ url: server.url('looks'), max: 4 })
const spoolDir = mkdtempSync(join(tmpdir(), 'lcr-looks-'))
for (const file of ['0040-audit.sql', '0041-audit-looks.sql'])
  await pool.query(readFileSync(join(import.meta.dirname, 'tables', file), 'utf8'))
let clock = new Date('2026-11-21T09:00:00Z')
const audit = createAudit({
  pool,
  exchange: 'SEL',
  processTag: 'p1',
  signingKey,
  keyId: 'sel-1',
  sealKey,
  spoolDir,
  now: () => clock,
  log: { warn: () => {}, info: () => {} },
})
await audit.drain()
after(async () => {
  await audit.stop()
  await pool.end()
  await server.remove()
  rmSync(spoolDir, { recursive: true })
})
const [ada, bob, amara, old] = ['555000000001', '555000000009', '9990000018', '9990000034']
const viewer = draft().viewer ?? assert.fail()
const manifest = (...items: readonly (readonly [id: string, version: string])[]): Manifest => ({
  sourceId: 'kch',
  sections: ['allergies'],
  items: items.map(([id, version]) => ({ id, version })),
})
const write = async (over: Partial<AuditDraft>): Promise<void> => {
  const { manifests: _, ...plain } = draft()
  const written = await audit.write({ ...plain, ...over })
  assert.ok(written.ok)
}
const view = async (viewId: string, at: string, over: Partial<AuditDraft>, shown: readonly Manifest[]): Promise<void> => {
  clock = new Date(at)
  await write({ kind: 'view-opened', viewId, ...over })
  for (const one of shown) await write({ kind: 'shown', viewId, manifests: [one], ...over })
}
await view('v1', '2026-11-01T09:00:00Z', {}, [manifest(['kch/A/1', '1'])])
await view('v2', '2026-11-20T09:00:00Z', { nhsNumber: old }, [manifest(['kch/A/1', '2'], ['kch/A/2', '1']), manifest(['gstt/A/9', '1'])])
await view('v3', '2026-11-20T10:00:00Z', {}, [])
await view('v4', '2026-11-20T11:00:00Z', { viewer: { ...viewer, sdsUserId: bob, name: 'BOB' } }, [manifest(['kch/A/3', '1'])])
await view('v5', '2026-11-21T09:00:00Z', {}, [manifest(['kch/A/1', '3'])])
clock = new Date('2026-11-21T09:00:01Z')
await write({
  kind: 'peer-disclosed',
  transaction: 'far-1',
  assertingExchange: 'NCL',
  viewer: { ...viewer, sdsUserId: '555000000077', name: 'FAR', odsCode: 'RAL' },
  manifests: [manifest(['kch/A/3', '1'])],
})

test('the last look is the newest earlier view of this user and person that showed something, under whatever number', async () => {
  const of = { sdsUserId: ada, nhsNumbers: [amara, old], beforeView: 'v5', before: '2026-11-21T09:00:00Z' }
  const look = await lastLook(pool, of)
  assert.equal(look?.at, '2026-11-20T09:00:00.000Z')
  assert.deepEqual(Object.fromEntries(look?.versions ?? []), { 'kch/A/1': '2', 'kch/A/2': '1', 'gstt/A/9': '1' })
  assert.equal((await lastLook(pool, { ...of, nhsNumbers: [amara] }))?.at, '2026-11-01T09:00:00.000Z')
})
test('who never looked has no last look, and another user’s looks are not theirs', async () => {
  for (const over of [{ sdsUserId: '1' }, { nhsNumbers: ['9990000026'] }, { beforeView: 'v1', before: '2026-11-01T09:00:00Z' }])
    assert.equal(
      await lastLook(pool, { sdsUserId: ada, nhsNumbers: [amara], beforeView: 'v5', before: '2026-11-21T09:00:00Z', ...over }),
      undefined,
    )
})
test('R091: everyone who was shown an item, here and through another exchange, each once; nobody else', async () => {
  const since = new Date('2026-10-22T00:00:00Z')
  const seen = await whoSaw(pool, { itemIds: ['kch/A/3'], nhsNumbers: [amara, old], since })
  assert.deepEqual(
    seen.map(s => [s.sdsUserId, s.name, s.odsCode, s.exchange]),
    [
      [bob, 'BOB', 'RJZ', 'SEL'],
      ['555000000077', 'FAR', 'RAL', 'NCL'],
    ],
  )
  assert.deepEqual(
    (await whoSaw(pool, { itemIds: ['kch/A/1'], nhsNumbers: [amara, old], since })).map(s => [s.sdsUserId, s.at]),
    [[ada, '2026-11-01T09:00:00.000Z']],
  )
  assert.deepEqual(await whoSaw(pool, { itemIds: ['kch/A/1'], nhsNumbers: [amara], since: new Date('2026-11-22T00:00:00Z') }), [])
})
test('what was disclosed to another exchange is known by exchange, transaction and user, and not to others', async () => {
  const of = { exchange: 'NCL', transaction: 'far-1', sdsUserId: '555000000077', nhsNumbers: [amara] }
  assert.deepEqual([...(await disclosedTo(pool, of))], ['kch/A/3'])
  for (const over of [{ exchange: 'NEL' }, { transaction: 'far-2' }, { sdsUserId: ada }, { nhsNumbers: [old] }])
    assert.equal((await disclosedTo(pool, { ...of, ...over })).size, 0)
})
