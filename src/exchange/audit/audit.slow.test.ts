import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Result } from '../../care-record/result.ts'
import { openPool } from '../../platform/database.ts'
import { startEmbeddedPostgres } from '../../platform/embedded-postgres.ts'
import { createAudit, type Audit, type AuditPorts } from './audit.ts'
import { draft, publicKey, sealKey, signingKey } from './for-tests.ts'
import { ensurePartitions } from './store.ts'
import { eventsOf, verifyEvents } from './verify.ts'

const tables = readFileSync(join(import.meta.dirname, 'tables/0040-audit.sql'), 'utf8')
const root = mkdtempSync(join(tmpdir(), 'lcr-audit-spool-'))
after(() => rmSync(root, { recursive: true }))

const valueOf = <T>(result: Result<T>): T => (result.ok ? result.value : assert.fail(result.fault.detail))
const faultOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.kind)

/** Waits for what must come; a test that waits in vain is ended by the runner. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await pause(20)
}

/** A database of its own on a server, with our tables. */
async function freshDatabase(server: string): Promise<{ url: string; pool: pg.Pool; end: () => Promise<void> }> {
  const name = `audit_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  const address = new URL(server)
  address.pathname = `/${name}`
  const pool = openPool({ url: address.href, max: 8 })
  await pool.query(tables)
  await ensurePartitions(pool, new Date())
  return {
    url: address.href,
    pool,
    async end() {
      await pool.end()
      const admin = new pg.Client({ connectionString: server })
      admin.on('error', () => {})
      await admin.connect()
      await admin.query(`drop database if exists ${name} with (force)`)
      await admin.end()
    },
  }
}

const logged: string[] = []
const log = {
  warn: (facts: object, words: string) => void logged.push(JSON.stringify(facts) + words),
  info: (facts: object, words: string) => void logged.push(JSON.stringify(facts) + words),
}
const audits: Audit[] = []
after(() => Promise.all(audits.map(audit => audit.stop())))
const start = (pool: pg.Pool, over: Partial<AuditPorts> = {}): Audit => {
  const spoolDir = over.spoolDir ?? mkdtempSync(join(root, 's'))
  const audit = createAudit({
    pool,
    exchange: 'SEL',
    processTag: 'a1',
    signingKey,
    keyId: 'sel-1',
    sealKey,
    spoolDir,
    now: () => new Date(),
    log,
    ...over,
  })
  audits.push(audit)
  return audit
}
const count = async (pool: pg.Pool, table: string): Promise<number> =>
  (await pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]!.n
/** On a connection that was not cut by the test itself a moment ago. */
const idsIn = async (pool: pg.Pool): Promise<Set<string>> => {
  for (;;) {
    try {
      return new Set((await pool.query<{ uuid: string }>('select uuid from audit_event')).rows.map(row => row.uuid))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === '57P01')) throw error
    }
  }
}

const cluster = { dir: mkdtempSync(join(root, 'server')), databases: [] }
let running = await startEmbeddedPostgres(cluster)
const { port } = running
/** Stops as a crash or a failover does for its clients, and starts again in the same place. */
const embedded = {
  url: (database: string): string => running.url(database),
  stop: (): Promise<void> => running.stop(),
  async start(): Promise<void> {
    running = await startEmbeddedPostgres({ ...cluster, port })
  },
}
after(() => running.remove())
const servers: [name: string, url: string][] = [['embedded', embedded.url('postgres')]]
if (process.env['LCR_TEST_DATABASE_URL']) servers.push(['given', process.env['LCR_TEST_DATABASE_URL']])

for (const [server, url] of servers) {
  describe(`audit on the ${server} server`, () => {
    let db: Awaited<ReturnType<typeof freshDatabase>>
    before(async () => {
      db = await freshDatabase(url)
    })
    after(() => db.end())

    test('R084 R091: an event answered is in the log with its queue row, its columns and its manifest, once', async () => {
      const audit = start(db.pool)
      const first = valueOf(await audit.write(draft({ viewId: 'v-once', detail: { system: 'EHR' } })))
      valueOf(await audit.write(draft({ viewId: 'v-once', kind: 'item-opened' })))
      const events = await eventsOf(db.pool, { viewId: 'v-once' })
      assert.deepEqual(
        events.map(e => [e.kind, e.nhsNumber, e.sdsUserId, e.odsCode, e.manifests[0]?.items.length]),
        [
          ['shown', '9990000018', '555000000001', 'RJZ', 2],
          ['item-opened', '9990000018', '555000000001', 'RJZ', 2],
        ],
      )
      assert.equal(events[0]!.uuid, first.id)
      assert.equal(events[0]!.at, first.at)
      assert.equal(await count(db.pool, 'audit_manifest'), 1, 'the same list is stored once')
      assert.equal(await count(db.pool, 'audit_queue'), await count(db.pool, 'audit_event'))
      assert.deepEqual(audit.health(), { database: true, spooled: 0 })
    })

    test('many at once are all stored, in far fewer transactions than events', async () => {
      const audit = start(db.pool)
      const transactions = async (): Promise<number> =>
        (await db.pool.query<{ n: number }>('select count(distinct xmin::text)::int as n from audit_event where view_id = $1', ['v-many']))
          .rows[0]!.n
      const results = await Promise.all(Array.from({ length: 500 }, () => audit.write(draft({ viewId: 'v-many' }))))
      const stored = await idsIn(db.pool)
      for (const result of results) assert.ok(stored.has(valueOf(result).id))
      assert.ok((await transactions()) < 100)
    })

    test('several writers with the same manifests in different order never wait for each other in a ring', async () => {
      const writers = ['b1', 'b2', 'b3'].map(processTag => start(db.pool, { processTag }))
      const manifest = (i: number) => ({ sourceId: `ring-${i}`, sections: ['results' as const], items: [{ id: `${i}`, version: '1' }] })
      const results = await Promise.all(
        Array.from({ length: 150 }, (_, i) =>
          writers[i % 3]!.write(
            draft({ viewId: 'v-ring', manifests: i % 2 ? [manifest(i % 7), manifest(i % 5)] : [manifest(i % 5), manifest(i % 7)] }),
          ),
        ),
      )
      assert.deepEqual([...new Set(results.map(faultOf))], ['ok'])
      assert.equal((await eventsOf(db.pool, { viewId: 'v-ring' })).length, 150)
    })

    test('an event the database refuses is said, and does not take its neighbours with it', async () => {
      const audit = start(db.pool)
      const results = await Promise.all([
        audit.write(draft({ viewId: 'v-neighbour' })),
        audit.write(draft({ viewId: 'v-\u0000' })),
        audit.write(draft({ viewId: 'v-neighbour' })),
      ])
      assert.deepEqual(results.map(faultOf), ['ok', 'internal', 'ok'])
      assert.deepEqual(audit.health(), { database: true, spooled: 0 })
    })

    test("the caller's transaction: no change without its event, no event without its change", async () => {
      const audit = start(db.pool)
      const client = await db.pool.connect()
      for (const end of ['rollback', 'commit']) {
        await client.query('begin')
        await audit.writeWith(client, draft({ viewId: `v-${end}`, kind: 'claimed' }))
        await client.query(end)
      }
      client.release()
      assert.equal((await eventsOf(db.pool, { viewId: 'v-rollback' })).length, 0)
      assert.equal((await eventsOf(db.pool, { viewId: 'v-commit' })).length, 1)
    })

    test('R090: what was written cannot be changed, taken out or emptied', async () => {
      const month = `audit_event_${new Date().toISOString().slice(0, 7).replace('-', '_')}`
      for (const statement of [
        "update audit_event set outcome = 'failed'",
        'delete from audit_event',
        'truncate audit_event',
        `update ${month} set nhs_number = null`,
        `delete from ${month}`,
        `truncate ${month}`,
        'truncate audit_event_default',
        "update audit_manifest set zstd = ''",
        'delete from audit_manifest',
        'truncate audit_manifest',
      ])
        await assert.rejects(db.pool.query(statement), { code: '42501' }, statement)
    })

    test('each month has its partition, made once by many; a month that came too early stays where it is', async () => {
      const june = new Date('2031-06-15T00:00:00Z')
      const rounds = await Promise.all(Array.from({ length: 4 }, () => ensurePartitions(db.pool, june)))
      assert.deepEqual(rounds.flat(), [])
      let clock = june
      const early = start(db.pool, { now: () => clock })
      await early.drain()
      clock = new Date('2032-01-05T00:00:00Z')
      const august = start(db.pool, { now: () => new Date('2031-08-31T23:59:59.999Z') })
      valueOf(await early.write(draft({ viewId: 'v-early' })))
      valueOf(await august.write(draft({ viewId: 'v-august' })))
      const home = async (view: string): Promise<string> =>
        (await db.pool.query<{ home: string }>('select tableoid::regclass::text as home from audit_event where view_id = $1', [view]))
          .rows[0]!.home
      assert.equal(await home('v-august'), 'audit_event_2031_08')
      assert.equal(await home('v-early'), 'audit_event_default')
      assert.deepEqual(await ensurePartitions(db.pool, new Date('2031-12-01T00:00:00Z')), ['2032-01-01'])
      assert.equal((await eventsOf(db.pool, { viewId: 'v-early' })).length, 1)
    })

    test('a month split off in the midst of writing refuses no event', async () => {
      const later = new Date('2033-03-10T00:00:00Z')
      const audit = start(db.pool, { now: () => later })
      const results = []
      for (let round = 0; round < 10; round++) {
        const month = new Date(Date.UTC(2034, round * 3, 1))
        const writer = start(db.pool, { now: () => month })
        results.push(
          ...Array.from({ length: 10 }, () => writer.write(draft({ viewId: 'v-split' }))),
          audit.write(draft({ viewId: 'v-split' })),
        )
      }
      assert.deepEqual([...new Set((await Promise.all(results)).map(faultOf))], ['ok'])
      assert.equal((await eventsOf(db.pool, { viewId: 'v-split' })).length, 110)
    })

    test('a view is open from its opening event to its closing one', async () => {
      const audit = start(db.pool)
      const open = async (): Promise<string[]> =>
        (await db.pool.query<{ view_id: string }>("select view_id from audit_open_view where view_id like 'v-life%' order by 1")).rows.map(
          row => row.view_id,
        )
      for (const viewId of ['v-life-1', 'v-life-2']) valueOf(await audit.write(draft({ viewId, kind: 'view-opened' })))
      assert.deepEqual(await open(), ['v-life-1', 'v-life-2'])
      assert.deepEqual(valueOf(await audit.keepAlive(['v-life-1', 'v-life-2', 'v-gone'])), ['v-gone'])
      valueOf(await audit.writeOpenView(draft({ viewId: 'v-life-1', kind: 'closed' })))
      assert.deepEqual(await open(), ['v-life-2'])
      assert.deepEqual(valueOf(await audit.keepAlive([])), [])
    })

    test('a view silent for a minute is closed as lost, once, by whichever process looks first', async () => {
      let now = 0
      const owner = start(db.pool)
      for (const viewId of ['v-silent', 'v-alive'])
        valueOf(await owner.write(draft({ viewId, kind: 'view-opened', detail: { launch: 'stand-alone' } })))
      await db.pool.query("update audit_open_view set heartbeat_at = now() - interval '61 seconds' where view_id = 'v-silent'")
      const reapers = ['c1', 'c2', 'c3'].map(processTag => start(db.pool, { processTag, lostMs: 100, nowMs: () => now }))
      assert.deepEqual(await Promise.all(reapers.map(r => r.reap())), [0, 0, 0], 'not before the database was in touch for that long')
      // The server of this test is younger than a minute: let silence be short, and the living be heard.
      await pause(150)
      now += 1_000
      await db.pool.query("update audit_open_view set heartbeat_at = now() + interval '1 minute' where view_id <> 'v-silent'")
      const closed = await Promise.all(reapers.map(r => r.reap()))
      assert.equal(
        closed.reduce((sum, n) => sum + n, 0),
        1,
      )
      const events = await eventsOf(db.pool, { viewId: 'v-silent' })
      assert.deepEqual(
        events.map(e => [e.kind, e.outcome, e.nhsNumber]),
        [
          ['view-opened', 'success', '9990000018'],
          ['closed', 'failed', '9990000018'],
        ],
      )
      assert.match(JSON.stringify(events[1]!.event), /"type":"reason","valueString":"lost"/)
      assert.equal((await eventsOf(db.pool, { viewId: 'v-alive' })).length, 1)
      assert.deepEqual(valueOf(await owner.keepAlive(['v-silent', 'v-alive'])), ['v-silent'])
    })

    test('connections cut again and again under load lose nothing that was answered', async () => {
      const audit = start(db.pool)
      const answered: string[] = []
      let over = false
      const writing = (): boolean => !over
      const load = Array.from({ length: 12 }, async () => {
        while (writing()) answered.push(valueOf(await audit.writeOpenView(draft({ viewId: 'v-cut' }))).id)
      })
      for (let cut = 1; cut <= 5; cut++) {
        const soFar = answered.length
        await until(() => answered.length > soFar + 30)
        await db.pool
          .query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
          .catch(() => undefined)
      }
      over = true
      await Promise.all(load)
      await audit.drain()
      assert.equal(audit.health().spooled, 0)
      const stored = await idsIn(db.pool)
      assert.deepEqual(
        answered.filter(id => !stored.has(id)),
        [],
      )
    })

    test('a database that hangs is not waited for; what it took after all is not stored twice', async () => {
      const audit = start(db.pool)
      valueOf(await audit.write(draft({ viewId: 'v-hang' })))
      const client = await db.pool.connect()
      await client.query('begin; lock table audit_event in access exclusive mode')
      const [refused, spooled] = await Promise.all([
        audit.write(draft({ viewId: 'v-hang', kind: 'search' })),
        audit.writeOpenView(draft({ viewId: 'v-hang' })),
      ])
      assert.equal(faultOf(refused), 'unavailable')
      assert.equal(valueOf(spooled).spooled, true)
      await client.query('commit')
      client.release()
      await until(() => audit.health().spooled === 0)
      const shown = (await eventsOf(db.pool, { viewId: 'v-hang' })).filter(event => event.kind === 'shown')
      assert.equal(shown.length, 2)
    })

    test('kill -9 of a writer in mid-burst: all it answered is stored, or in its spool for the next process', async () => {
      const spoolDir = mkdtempSync(join(root, 's'))
      const env = { ...process.env, SIGNING_KEY: signingKey.export({ type: 'pkcs8', format: 'pem' }) }
      const answered: string[] = []
      for (let round = 1; round <= 2; round++) {
        const writer = spawn(process.execPath, [join(import.meta.dirname, 'writer-for-tests.ts'), db.url, spoolDir, `k${round}`], {
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const aim = answered.length + 150
        for await (const line of createInterface(writer.stdout)) {
          answered.push(line.split(' ')[0]!)
          if (answered.length === aim) writer.kill('SIGKILL')
        }
        if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
      }
      const next = start(db.pool, { spoolDir })
      await next.drain()
      const stored = await idsIn(db.pool)
      assert.ok(answered.length >= 300)
      assert.deepEqual(
        answered.filter(id => id.length === 36 && !stored.has(id)),
        [],
      )
    })

    test('R090: the log as written verifies; any row changed, forged or taken out is found', async () => {
      const audit = start(db.pool)
      const ids = (await Promise.all(Array.from({ length: 6 }, (_, i) => audit.write(draft({ viewId: `v-tamper-${i}` }))))).map(
        r => valueOf(r).id,
      )
      const manifests = [{ sourceId: 'gone', sections: [], items: [{ id: 'x', version: '1' }] }]
      const withManifest = valueOf(await audit.write(draft({ viewId: 'v-tamper-m', manifests })))
      const sha256 = (await db.pool.query<{ m: string }>('select manifests[1] as m from audit_event where uuid = $1', [withManifest.id]))
        .rows[0]!.m
      const whole = await verifyEvents(db.pool, publicKey)
      assert.deepEqual(whole.findings, [])
      assert.equal(whole.checked, await count(db.pool, 'audit_event'))

      // As the owner of the server can, past every trigger and grant.
      const client = await db.pool.connect()
      await client.query('begin')
      await client.query('set local session_replication_role = replica')
      await client.query("update audit_event set body = replace(body, 'direct-care', 'research') where uuid = $1", [ids[0]])
      await client.query("update audit_event set nhs_number = '9990000026' where uuid = $1", [ids[1]])
      await client.query('delete from audit_event where uuid = $1', [ids[2]])
      await client.query('update audit_event set commitment = sha256(salt || convert_to($2, $3)), body = $2 where uuid = $1', [
        ids[3],
        '{}',
        'UTF8',
      ])
      await client.query("update audit_event set key_id = 'theirs' where uuid = $1", [ids[4]])
      await client.query("update audit_event set at = at + interval '1 microsecond' where uuid = $1", [ids[5]])
      await client.query('delete from audit_manifest where sha256 = $1', [sha256])
      await client.query('commit')
      client.release()
      const { findings } = await verifyEvents(db.pool, publicKey)
      const found = (id: string): string[] => findings.filter(f => f.id === id).map(f => f.what)
      assert.deepEqual(
        [...ids, sha256].map(id => found(id)),
        [
          ['commitment'],
          ['columns'],
          ['event-missing'],
          ['signature', 'event-missing'],
          ['unknown-key'],
          ['columns', 'event-missing'],
          ['manifest-missing'],
        ],
      )
      assert.equal(findings.length, 9)
    })
  })
}

describe('the database stops', () => {
  let db: Awaited<ReturnType<typeof freshDatabase>>
  before(async () => {
    db = await freshDatabase(embedded.url('postgres'))
  })
  after(() => db.end())

  test('views already admitted go on through the spool, new ones are refused; all is drained once, oldest first', async () => {
    const spoolDir = mkdtempSync(join(root, 's'))
    const audit = start(db.pool, { spoolDir })
    valueOf(await audit.write(draft({ viewId: 'v-out', kind: 'view-opened' })))
    await embedded.stop()

    assert.equal(faultOf(await audit.write(draft({ viewId: 'v-new', kind: 'view-opened' }))), 'unavailable')
    assert.equal(faultOf(await audit.keepAlive(['v-out'])), 'unavailable')
    const spooled = []
    for (let i = 0; i < 5; i++) spooled.push(valueOf(await audit.writeOpenView(draft({ viewId: 'v-out', attempt: `${i}` }))))
    spooled.push(valueOf(await audit.writeOpenView(draft({ viewId: 'v-out', kind: 'closed' }))))
    assert.ok(spooled.every(written => written.spooled))
    assert.deepEqual(audit.health(), { database: false, spooled: 6 })
    assert.equal(await audit.drain(), 0)
    assert.equal(await audit.reap(), 0)
    assert.ok(!logged.some(line => line.includes('9990000018') || line.includes('TESTER')), 'no person in the log')

    await embedded.start()
    await until(() => audit.health().spooled === 0)
    valueOf(await audit.write(draft({ viewId: 'v-out', kind: 'item-opened' })))
    const events = await eventsOf(db.pool, { viewId: 'v-out' })
    assert.deepEqual(
      events.slice(1, 7).map(e => e.uuid),
      spooled.map(written => written.id),
    )
    assert.equal(events.length, 8)
    assert.equal(await count(db.pool, 'audit_open_view'), 0, 'the spooled closing closed it')
    assert.equal(await count(db.pool, 'audit_queue'), await count(db.pool, 'audit_event'))
    assert.deepEqual((await verifyEvents(db.pool, publicKey)).findings, [])
    assert.deepEqual(readdirSync(spoolDir), [])
  })

  test('a process that stops while the database is away leaves its spool to the next, and a spool drained twice is stored once', async () => {
    const spoolDir = mkdtempSync(join(root, 's'))
    const audit = start(db.pool, { spoolDir })
    valueOf(await audit.write(draft({ viewId: 'v-left' })))
    await embedded.stop()
    valueOf(await audit.writeOpenView(draft({ viewId: 'v-left' })))
    await audit.stop()
    assert.equal(faultOf(await audit.writeOpenView(draft({ viewId: 'v-left' }))), 'unavailable')
    assert.equal(readdirSync(spoolDir).length, 1)
    await embedded.start()
    const next = start(db.pool, { spoolDir, processTag: 'a2' })
    await until(async () => (await eventsOf(db.pool, { viewId: 'v-left' })).length === 2)
    await until(() => next.health().spooled === 0)
    assert.equal(await next.drain(), 0)
    assert.equal((await eventsOf(db.pool, { viewId: 'v-left' })).length, 2)
  })

  test('neither database nor spool: the view is refused, in words and without a person', async () => {
    const spoolDir = mkdtempSync(join(root, 's'))
    const audit = start(db.pool, { spoolDir })
    valueOf(await audit.write(draft({ viewId: 'v-none' })))
    await embedded.stop()
    rmSync(spoolDir, { recursive: true })
    const result = await audit.writeOpenView(draft({ viewId: 'v-none' }))
    assert.deepEqual(!result.ok && result.fault, {
      kind: 'unavailable',
      detail: 'The record of who looked cannot be written at the moment.',
    })
    await embedded.start()
    await until(async () => (await audit.write(draft({ viewId: 'v-none' }))).ok)
  })
})
