import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test, { after } from 'node:test'
import pg from 'pg'
import { serverForTests } from '../../platform/server-for-tests.ts'
import { createMemoryStore, doctorRole, otherRole } from './for-tests.ts'
import { opaque } from './seal.ts'
import { createPostgresStore } from './store-postgres.ts'
import { IDLE_MS, LISTS_KEPT, PEOPLE_KEPT, SESSION_MS, SIGN_IN_MS, type SessionRow, type Store } from './store.ts'

const server = await serverForTests(['doors'])
const pool = new pg.Pool({ connectionString: server.url('doors'), max: 4 })
pool.on('error', () => {})
after(async () => {
  await pool.end()
  await server.remove()
})
for (const file of ['0060-doors.sql', '0061-found-list.sql'])
  await pool.query(readFileSync(new URL(`./tables/${file}`, import.meta.url), 'utf8'))
const postgres = createPostgresStore(pool)

const at = new Date('2026-11-21T10:00:00Z')
const later = (ms: number): Date => new Date(at.getTime() + ms)
const rowOf = (over: Partial<SessionRow> = {}): SessionRow => ({
  id: opaque(),
  csrf: opaque(),
  sdsUserId: '555000000001',
  name: 'Dr Priya Shah',
  assurance: 'AAL2',
  roles: [doctorRole, otherRole],
  roleProfileId: null,
  createdAt: at,
  lastSeenAt: at,
  lockedAt: null,
  returnTo: null,
  ...over,
})

for (const [name, store] of [
  ['in PostgreSQL', postgres],
  ['in memory', createMemoryStore()],
] as [string, Store][]) {
  test(`${name}: which sessions ended, and which are only locked`, async () => {
    const [open, locked, idle, old, out] = [
      rowOf(),
      rowOf({ lockedAt: at }),
      rowOf({ lastSeenAt: later(-IDLE_MS) }),
      rowOf({ createdAt: later(-SESSION_MS) }),
      rowOf(),
    ]
    for (const row of [open, locked, idle, old, out]) await store.addSession(row, `hash ${row.id}`)
    await store.endSession(out.id)
    const all = [open.id, locked.id, idle.id, old.id, out.id, 'never known']
    assert.deepEqual(await store.endedSessions(all, at), new Set([old.id, out.id, 'never known']))
    assert.deepEqual(await store.lockedSessions(all, at), new Set([locked.id, idle.id]))
    assert.deepEqual(await store.endedSessions([], at), new Set())
    for (const row of [open, locked, idle, old]) await store.endSession(row.id)
  })
  test(`${name}: sessions of a user, or of a role at an organisation, end together`, async () => {
    const chosen = { roleProfileId: doctorRole.sdsRoleProfileId }
    const [hers, his, elsewhere, unchosen] = [
      rowOf(chosen),
      rowOf({ ...chosen, sdsUserId: '555000000009' }),
      rowOf({ sdsUserId: '555000000009', roleProfileId: otherRole.sdsRoleProfileId }),
      rowOf({ sdsUserId: '555000000009' }),
    ]
    const all = [hers.id, his.id, elsewhere.id, unchosen.id]
    for (const row of [hers, his, elsewhere, unchosen]) await store.addSession(row, `hash ${row.id}`)
    await store.endSessionsOf([], [])
    assert.deepEqual(await store.endedSessions(all, at), new Set())
    await store.endSessionsOf(['555000000001'], [])
    assert.deepEqual(await store.endedSessions(all, at), new Set([hers.id]))
    await store.endSessionsOf([], [doctorRole.odsCode])
    assert.deepEqual(await store.endedSessions(all, at), new Set([hers.id, his.id]))
    for (const row of [elsewhere, unchosen]) await store.endSession(row.id)
  })
  test(`${name}: a session is what was put in, changes as told, and ends`, async () => {
    const row = rowOf()
    await store.addSession(row, `hash ${row.id}`)
    assert.deepEqual(await store.session(`hash ${row.id}`), row)
    assert.deepEqual(await store.sessionById(row.id), row)
    assert.equal(await store.session('another hash'), undefined)
    await store.chooseRole(row.id, otherRole.sdsRoleProfileId)
    await store.touch(row.id, later(1_000))
    await store.touch(row.id, later(500))
    assert.deepEqual((await store.sessionById(row.id))?.lastSeenAt, later(1_000))
    await store.lock(row.id, later(2_000), '/find')
    await store.lock(row.id, later(3_000), null)
    await store.touch(row.id, later(4_000))
    const locked = await store.sessionById(row.id)
    assert.deepEqual([locked?.lockedAt, locked?.returnTo, locked?.lastSeenAt], [later(2_000), '/find', later(1_000)])
    await store.unlock(row.id, `new ${row.id}`, later(5_000))
    assert.equal(await store.session(`hash ${row.id}`), undefined)
    assert.deepEqual(await store.session(`new ${row.id}`), {
      ...row,
      roleProfileId: otherRole.sdsRoleProfileId,
      lastSeenAt: later(5_000),
    })
    await store.endSession(row.id)
    assert.equal(await store.sessionById(row.id), undefined)
  })

  test(`${name}: a session keeps its newest people, for itself alone`, async () => {
    const [mine, theirs] = [rowOf(), rowOf()]
    await store.addSession(mine, mine.id)
    await store.addSession(theirs, theirs.id)
    for (let search = 0; search < 5; search++)
      await store.addPeople(
        mine.id,
        Array.from({ length: 5 }, (_, n) => ({ ref: `${search}-${n}`, sealed: `sealed ${search}-${n}` })),
        later(search),
      )
    assert.equal(PEOPLE_KEPT, 20)
    assert.equal(await store.person(mine.id, '0-0'), undefined)
    assert.equal(await store.person(mine.id, '1-0'), 'sealed 1-0')
    assert.equal(await store.person(theirs.id, '4-0'), undefined)
    await store.openedAs(mine.id, '4-0', 'one.view')
    assert.equal(await store.refOfView(mine.id, 'one.view'), '4-0')
    assert.equal(await store.refOfView(theirs.id, 'one.view'), undefined)
    await store.endSession(mine.id)
    assert.equal(await store.person(mine.id, '4-0'), undefined)
  })

  test(`D164: ${name}: a session keeps the newest lists it found, for minutes, for itself alone`, async () => {
    const [mine, theirs] = [rowOf(), rowOf()]
    await store.addSession(mine, mine.id)
    await store.addSession(theirs, theirs.id)
    for (let n = 0; n <= LISTS_KEPT; n++) await store.addList(mine.id, { ref: `list-${n}`, sealed: `sealed ${n}` }, later(n))
    assert.equal(await store.list(mine.id, 'list-0', at), undefined)
    assert.equal(await store.list(mine.id, 'list-1', at), 'sealed 1')
    assert.equal(await store.list(mine.id, 'list-1', later(2)), undefined)
    assert.equal(await store.list(theirs.id, 'list-1', at), undefined)
    await store.endSession(mine.id)
    assert.equal(await store.list(mine.id, 'list-1', at), undefined)
  })

  test(`${name}: a sign-in and a token are good once, even at the same moment`, async () => {
    const row = { browserHash: 'b', nonce: 'n', verifier: 'v', returnTo: null, unlocks: null, startedAt: at }
    await store.addSignIn('state', row)
    const taken = await Promise.all([store.takeSignIn('state'), store.takeSignIn('state'), store.takeSignIn('state')])
    assert.deepEqual(
      taken.filter(t => t !== undefined),
      [row],
    )
    const used = await Promise.all([1, 2, 3, 4].map(() => store.useToken('NCL', 'jti', later(60_000))))
    assert.equal(used.filter(Boolean).length, 1)
    assert.equal(await store.useToken('NWL', 'jti', later(60_000)), true)
  })

  test(`${name}: a process says where it is until it ends`, async () => {
    await store.heartbeat({ tag: 'one', exchange: 'SEL', address: 'https://127.0.0.1:1' }, at)
    await store.heartbeat({ tag: 'one', exchange: 'SEL', address: 'https://127.0.0.1:2' }, later(5_000))
    assert.deepEqual(await store.processOf('one'), { address: 'https://127.0.0.1:2', seenAt: later(5_000) })
    await store.endProcess('one')
    assert.equal(await store.processOf('one'), undefined)
  })
}

test('a heartbeat clears away what is over', async () => {
  const old = rowOf()
  await postgres.addSession(old, old.id)
  await postgres.addSignIn('old', { browserHash: 'b', nonce: 'n', verifier: 'v', returnTo: null, unlocks: null, startedAt: at })
  await postgres.useToken('NCL', 'old', later(0))
  await postgres.addList(old.id, { ref: 'old', sealed: 's' }, at)
  await postgres.heartbeat({ tag: 'two', exchange: 'SEL', address: 'https://127.0.0.1:1' }, later(SIGN_IN_MS + 1))
  assert.equal(await postgres.takeSignIn('old'), undefined)
  assert.equal(await postgres.list(old.id, 'old', at), undefined)
  assert.ok(await postgres.sessionById(old.id))
  assert.equal(await postgres.useToken('NCL', 'old', later(0)), true)
  await postgres.heartbeat({ tag: 'two', exchange: 'SEL', address: 'https://127.0.0.1:1' }, later(SESSION_MS + 1))
  assert.equal(await postgres.sessionById(old.id), undefined)
})
