import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import type { JWK } from 'jose'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { catalogue, peer } from './access/for-tests.ts'
import { applyObjections, createPublish, followLists, type FollowedLists } from './follow-lists.ts'

/** Some two in a hundred of everybody in London. */
const MANY = Number(process.env['LCR_LIST_MANY'] ?? 200_000)
/** Megabytes of heap the reader has. */
const READER_MB = 96

interface Start {
  readonly owner: string
  readonly reader: string
  readonly key: JWK
}

/** An end of a list, SEL's or NCL's, each with the other's answers in hand. */
function end(exchange: 'SEL' | 'NCL', pool: Pool, key: JWK, owner?: FollowedLists): FollowedLists {
  const other = exchange === 'SEL' ? 'NCL' : 'SEL'
  const privateKey = createPrivateKey({ key, format: 'jwk' })
  return followLists({
    pool,
    exchange,
    catalogue: () =>
      catalogue({ exchange, peers: [peer({ exchange: other, title: other, baseUrl: 'https://peer.example', state: 'live' })] }),
    audit: { writeOpenView: async () => ({ ok: true, value: { id: 'event' } }) as never },
    log: { info() {}, warn() {}, error() {} } as never,
    now: () => new Date(),
    newId: randomUUID,
    key: { key: privateKey, kid: 'k' },
    peerKeys: async () => [createPublicKey(privateKey).export({ format: 'jwk' })],
    async readPeer(_peer, ask) {
      const page = await owner?.pageFor(exchange, ask)
      return page?.ok === true ? page.value : undefined
    },
  })
}

/** A process of NCL that reads SEL's list to its end, one round after the other. */
async function read({ owner, reader, key }: Start): Promise<void> {
  const [from, into] = [openPool({ url: owner, max: 2 }), openPool({ url: reader, max: 4 })]
  const lists = end('NCL', into, key, end('SEL', from, key))
  for (let isAll = false; !isAll;) {
    await into.query('update list_head set asked_at = null')
    await lists.follow()
    const { rows } = await into.query<{ all: boolean }>(
      "select whole_at is not null as all from list_head where exchange = 'SEL' and list = 'objections'",
    )
    isAll = rows[0]?.all === true
  }
  await Promise.all([from.end(), into.end()])
}

if (isMainThread) {
  let server: TestServer
  let start: Start
  let owner: Pool
  let reader: Pool
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  before(async () => {
    server = await serverForTests(['sel', 'ncl'])
    start = { owner: server.url('sel'), reader: server.url('ncl'), key }
    owner = openPool({ url: start.owner, max: 4 })
    reader = openPool({ url: start.reader, max: 4 })
    await Promise.all([migrate(owner), migrate(reader)])
    await applyObjections(reader, { exchange: 'NCL', objections: [] }, new Date())
  })
  after(async () => {
    await Promise.all([owner.end(), reader.end()])
    await server.remove()
  })
  const seconds = async (work: () => Promise<unknown>): Promise<string> => {
    const from = performance.now()
    await work()
    return ((performance.now() - from) / 1000).toFixed(1)
  }
  const count = async (pool: Pool, table: 'list_entry' | 'objection_in_force'): Promise<number> => {
    const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from ${table} where exchange = 'SEL'`)
    return rows[0]?.n ?? 0
  }
  const numberOf = (n: number): string => String(9_000_000_000 + n)
  const objections = Array.from({ length: MANY }, (_, n) => ({
    nhsNumber: numberOf(n),
    scope: 'everything' as const,
    since: '2019-05-01',
  }))

  /** Reads until it is whole, or is killed when `stop` says so. Out of memory it rejects. */
  const reading = (stop: () => Promise<boolean>): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: start, resourceLimits: { maxOldGenerationSizeMb: READER_MB } })
      const over = new AbortController()
      void (async () => {
        while (!over.signal.aborted && !(await stop())) await pause(50)
        await worker.terminate()
      })()
      worker.on('error', reject)
      worker.on('exit', () => {
        over.abort()
        resolve()
      })
    })

  test(`R080: ${MANY} objections are loaded, read by another exchange through a restart, and one more arrives at once`, async t => {
    t.diagnostic(`loaded in ${await seconds(() => applyObjections(owner, { exchange: 'SEL', objections }, new Date()))} s`)
    assert.equal(await count(owner, 'objection_in_force'), MANY)

    const half = async (): Promise<boolean> => (await count(reader, 'list_entry')) > MANY / 2
    const first = await seconds(() => reading(half))
    const held = await count(reader, 'list_entry')
    assert.ok(held > MANY / 2 && held < MANY, `${held} entries when its process was killed`)
    const second = await seconds(() => reading(async () => false))
    t.diagnostic(`read to half in ${first} s, from there in ${second} s, with ${READER_MB} MB of heap`)
    assert.deepEqual([await count(reader, 'list_entry'), await count(reader, 'objection_in_force')], [MANY, MANY])

    const client = await owner.connect()
    await client.query('begin')
    await createPublish({ exchange: 'SEL', now: () => new Date() })(client, 'objections', {
      kind: 'objection',
      id: 'one-more',
      nhsNumbers: ['9990000018'],
      scope: { kind: 'everything' },
      basis: 'held',
      since: '2026-11-21',
      state: 'in-force',
      narrowings: [],
    })
    await client.query('commit')
    client.release()
    t.diagnostic(`one more is read in ${await seconds(() => reading(async () => (await count(reader, 'list_entry')) > MANY))} s`)
    const lists = end('NCL', reader, key)
    t.diagnostic(`asked about one of them: ${await seconds(() => lists.objections.stateFor(numberOf(MANY - 1)))} s`)
    assert.deepEqual((await lists.objections.stateFor(numberOf(MANY - 1))).inForce.length, 1)

    await reader.query("delete from objection_in_force where exchange = 'SEL' and id = 'one-more'")
    await reader.query("update list_head set in_force = in_force - 1 where exchange = 'SEL' and list = 'objections'")
    const mended = async (): Promise<boolean> => (await count(reader, 'objection_in_force')) > MANY
    t.diagnostic(`all built again from the list in ${await seconds(() => reading(mended))} s`)
    assert.equal(await count(reader, 'objection_in_force'), MANY + 1)
    t.diagnostic(`the same file again: ${await seconds(() => applyObjections(owner, { exchange: 'SEL', objections }, new Date()))} s`)
    assert.equal(await count(owner, 'list_entry'), MANY + 1)
  })
} else await read(workerData as Start)
