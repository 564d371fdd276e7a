import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Result } from '../../care-record/result.ts'
import { openPool, type Pool } from '../../platform/database.ts'
import { serverForTests, type TestServer } from '../../platform/server-for-tests.ts'
import { applyCatalogue, followCatalogue, readCatalogue } from './catalogue-store.ts'
import { catalogueDocument } from './for-tests.ts'

const folder = join(import.meta.dirname, 'tables')
const tables = readdirSync(folder)
  .sort()
  .map(name => readFileSync(join(folder, name), 'utf8'))
  .join('\n')
let server: TestServer
const pools: Pool[] = []
before(async () => {
  server = await serverForTests(['empty', 'rows', 'kinds', 'follow', 'race'])
})
after(async () => {
  await Promise.all(pools.map(pool => pool.end()))
  await server.remove()
})
const database = async (name: string): Promise<Pool> => {
  const pool = openPool({ url: server.url(name) })
  pools.push(pool)
  await pool.query(tables)
  return pool
}
const valueOf = <T>(result: Result<T>): T => (result.ok ? result.value : assert.fail(result.fault.detail))
const faultOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.kind)
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await pause(10)
}

test('no catalogue: nothing is served, rather than something empty', async () => {
  const pool = await database('empty')
  await assert.rejects(readCatalogue(pool), /no catalogue/)
  await assert.rejects(followCatalogue(pool), /no catalogue/)
})

test('R032 R115: what was applied is what is read; the same again changes nothing; the wrong changes nothing', async () => {
  const pool = await database('rows')
  const document = catalogueDocument()
  assert.deepEqual(valueOf(await applyCatalogue(pool, document)), { version: '1', changed: true })
  const { organisations, roles, version, isolations, ...rest } = await readCatalogue(pool)
  assert.deepEqual({ ...rest, organisations: [...organisations.values()], roles: [...roles.values()] }, document)
  assert.equal(organisations.get('RJZ')?.phone, '020 7946 0000')
  assert.deepEqual(isolations, [])
  assert.equal(version, '1')

  assert.deepEqual(valueOf(await applyCatalogue(pool, { ...document, pointers: [1] })), { version: '1', changed: false })
  const wrong: [unknown, string][] = [
    [{ ...document, title: 7 }, 'invalid'],
    [{ ...document, exchange: 'NEL', peers: [], sources: document.sources.map(source => ({ ...source, exchange: 'NEL' })) }, 'conflict'],
  ]
  for (const [input, kind] of wrong) assert.equal(faultOf(await applyCatalogue(pool, input)), kind)
  assert.equal((await readCatalogue(pool)).version, '1')

  const less = catalogueDocument({ organisations: document.organisations.filter(o => o.odsCode !== 'RJ1'), agreements: [], services: [] })
  assert.deepEqual(valueOf(await applyCatalogue(pool, less)), { version: '2', changed: true })
  const after = await readCatalogue(pool)
  assert.equal(after.organisations.has('RJ1'), false)
  assert.deepEqual([after.agreements, after.services], [[], []])
})

let kindsPool: Pool | undefined
const kinds = async (): Promise<Pool> => (kindsPool ??= await database('kinds'))
for (const kind of ['insurer', 'employer', 'police', 'benefits', 'research']) {
  test(`R047: an organisation of kind '${kind}' cannot take part, by document or by hand`, async () => {
    const pool = await kinds()
    const document = catalogueDocument()
    const organisations = [...document.organisations, { odsCode: 'INS01', name: 'X', short: 'X', kind }]
    assert.equal(faultOf(await applyCatalogue(pool, { ...document, organisations })), 'forbidden')
    await assert.rejects(readCatalogue(pool), /no catalogue/, 'and nothing else of that document was kept')
    const insert = "insert into organisation (ods_code, name, short, kind, may_view) values ('INS01', 'X', 'X', $1, $2)"
    await assert.rejects(pool.query(insert, [kind, true]), { code: '23503' })
    await assert.rejects(pool.query(insert, [kind, false]), { code: '23514' })
  })
}

test('R050: support and privacy officers see no section, by document or by hand', async () => {
  const pool = await kinds()
  const insert = `insert into role_map (job_role, place, title, role_group, sections, may_claim) values ('R9999', 99, 'Support', $1, $2, $3)`
  for (const group of ['support', 'privacy-officer']) {
    await assert.rejects(pool.query(insert, [group, ['allergies'], false]), { code: '23514' })
    await assert.rejects(pool.query(insert, [group, [], true]), { code: '23514' })
    await pool.query(insert, [group, [], false])
    await pool.query("delete from role_map where job_role = 'R9999'")
  }
})

test('R047: a kind that nobody has judged is refused too', async () => {
  const pool = await kinds()
  const document = catalogueDocument()
  const organisations = [...document.organisations, { odsCode: 'INS01', name: 'X', short: 'X', kind: 'broker' }]
  assert.equal(faultOf(await applyCatalogue(pool, { ...document, organisations })), 'invalid')
})

const person = (userId: string, odsCode: string) => ({ userId, odsCode, name: userId })
const ONE = person('1', 'RV5')
const approvals: [string, readonly object[], boolean][] = [
  ['nobody', [], false],
  ['one person', [ONE], false],
  ['two of one organisation', [ONE, person('2', 'RV5')], false],
  ['one person for two organisations', [ONE, person('1', 'RQX')], false],
  ['the applicant', [ONE, person('2', 'RJZ')], false],
  ['who wrote the application', [ONE, person('9', 'RQX')], false],
  ['a colleague of who wrote it', [ONE, person('2', 'RJ2')], false],
  ['two people of two organisations', [ONE, person('2', 'RQX')], true],
]
for (const [name, by, taken] of approvals)
  test(`R058: a connection approved by ${name} is ${taken ? 'taken' : 'refused'} by the tables themselves`, async () => {
    const pool = await kinds()
    const written = pool.query(
      "insert into organisation_life (ods_code, state, from_file, applied_by, approvals) values ('RJZ', 'connected', false, $1, $2)",
      [JSON.stringify(person('9', 'RJ2')), JSON.stringify(by)],
    )
    if (taken) await written
    else await assert.rejects(written, { code: '23514' })
    await pool.query('delete from organisation_life')
  })

test('R047 R049: an agreement for another purpose than direct care, and a step made undone, are refused by the tables themselves', async () => {
  const pool = await kinds()
  const insert = "insert into agreement (id, place, provider, consumer, from_day, purposes) values ('x', 1, 'RJZ', '*', '2026-01-01', $1)"
  for (const purposes of [['research'], ['direct-care', 'insurance'], []])
    await assert.rejects(pool.query(insert, [purposes]), { code: '23514' })
  await pool.query(
    "insert into life_step (at, subject, which, step, state_after, by_person) values (now(), 'organisation', 'RJZ', 'apply', 'applied', '{}')",
  )
  for (const undo of ['delete from life_step', "update life_step set step = 'approve'"])
    await assert.rejects(pool.query(undo), { code: '23514' })
})

test('applied by several at once: one version after another, never a mixture', async () => {
  const pool = await database('race')
  const titles = Array.from({ length: 6 }, (_, i) => `T${i}`)
  const done = await Promise.all(titles.map(title => applyCatalogue(pool, catalogueDocument({ title }))))
  assert.deepEqual(
    done.map(result => Number(valueOf(result).version)).sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6],
  )
  assert.equal((await readCatalogue(pool)).sources.length, 2)
})

test('R029, R057: a change reaches a running process; a suspended agreement is gone; the last stands while the database is away', async () => {
  const pool = await database('follow')
  valueOf(await applyCatalogue(pool, catalogueDocument()))
  let errors = 0
  const followed = await followCatalogue(pool, { everyMs: 20, onError: () => errors++ })
  const first = followed.current()
  valueOf(await applyCatalogue(pool, catalogueDocument({ sources: [{ ...catalogueDocument().sources[0]!, state: 'suspended' }] })))
  await until(() => followed.current().sources[0]?.state === 'suspended')
  assert.equal(first.sources[0]?.state, 'live', 'a snapshot does not change under its reader')

  const overdue = (words: object): Promise<unknown> =>
    pool.query("insert into agreement_review (agreement_id, state, overdue) values ('gp-kch', 'overdue', $1)", [JSON.stringify(words)])
  await assert.rejects(overdue({ until: '2026-12-20' }), { code: '23514' }, 'overdue on the word of nobody')
  await overdue({ owner: 'A senior information risk owner', until: '2026-12-20' })
  await until(() => followed.current().version === '3')
  assert.equal(followed.current().agreements.length, 2, 'overdue paper is still served')
  await pool.query("update agreement_review set state = 'suspended'")
  await until(() => followed.current().agreements.length === 1)

  await server.away()
  await until(() => errors > 0)
  assert.equal(followed.current().agreements.length, 1)
  assert.equal(faultOf(await applyCatalogue(pool, catalogueDocument())), 'unavailable')
  await server.back()
  valueOf(await applyCatalogue(pool, catalogueDocument({ title: 'back' })))
  await until(() => followed.current().title === 'back')
  assert.equal(followed.current().agreements.length, 1, 'a suspension outlives a new document')
  followed.stop()
})
