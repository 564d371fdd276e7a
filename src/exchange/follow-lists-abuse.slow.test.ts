import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { LIST_PAGE, NO_ENTRY, type ListAsk, type ListName, type ListPage, type Notice, type ObjectionNotice } from '../care-record/lists.ts'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { catalogue, peer } from './access/for-tests.ts'
import type { AuditDraft } from './audit/draft.ts'
import { applyObjections, createPublish, followLists, LIST_TIMES, type FollowedLists } from './follow-lists.ts'
import { append, signHead } from './lists/chain.ts'

/** One exchange (NCL) before two owners of lists: SEL, which is broken or means harm, and NWL, which does as it should. */
const HOUR_MS = 3_600_000
let server: TestServer
let pool: Pool
let clockMs = Date.parse('2026-11-21T10:00:00Z')
const now = (): Date => new Date(clockMs)
const alarms: AuditDraft['detail'][] = []
const said = (): readonly string[] => alarms.map(detail => `${String(detail?.['exchange'])} ${String(detail?.['because'])}`)

interface Owner {
  readonly key: ReturnType<typeof newKey>
  entries: readonly (ReturnType<typeof append> & { readonly notice: Notice })[]
  inForce?: number
}
const newKey = (kid: string) => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { key: pair.privateKey, kid, jwk: pair.publicKey.export({ format: 'jwk' }) }
}
const owner = (): Owner => ({ key: newKey('k'), entries: [] })
const owners = { SEL: owner(), NWL: owner() }
type Name = keyof typeof owners
/** What SEL does before it answers. */
let beforeAnswer = (): void => {}

function say(name: Name, notice: Notice, at = now().toISOString()): void {
  const of = { exchange: name, list: 'objections' as const }
  const { entries } = owners[name]
  owners[name].entries = [...entries, { ...append(of, entries.at(-1) ?? NO_ENTRY, notice, at), notice }]
}
/** As the true owner answers: for objections what was said, for isolations an empty list. */
function answer(name: Name, ask: ListAsk): ListPage {
  const all = ask.list === 'objections' ? owners[name].entries : []
  const page = all.slice(ask.holds.sequence, ask.holds.sequence + LIST_PAGE)
  const place = ({ sequence, hash } = NO_ENTRY) => ({ sequence, hash })
  const inForce = new Map(all.flatMap(({ notice }) => (notice.kind === 'objection' ? [[notice.id, notice.state] as const] : [])))
  const counted = [...inForce.values()].filter(state => state === 'in-force').length
  const head = {
    exchange: name,
    list: ask.list,
    nonce: ask.nonce,
    after: place(ask.holds),
    upTo: place(page.at(-1) ?? ask.holds),
    ...place(all.at(-1)),
    inForce: (ask.list === 'objections' ? owners[name].inForce : undefined) ?? counted,
  }
  return { entries: page, signed: signHead(head, owners[name].key) }
}

let lists: FollowedLists
const following = (over: { readonly pool?: Pool } = {}): FollowedLists =>
  followLists({
    pool,
    exchange: 'NCL',
    catalogue: () =>
      catalogue({
        exchange: 'NCL',
        peers: Object.keys(owners).map(exchange => peer({ exchange, title: exchange, baseUrl: 'https://peer.example', state: 'live' })),
      }),
    audit: {
      writeOpenView: async draft => {
        alarms.push(draft.detail)
        return { ok: true, value: { id: 'event' } } as never
      },
    },
    log: { info() {}, warn() {}, error() {} } as never,
    now,
    newId: randomUUID,
    key: newKey('ncl'),
    peerKeys: async other => [owners[other as Name].key.jwk],
    async readPeer({ exchange }, ask) {
      if (exchange === 'SEL' && ask.list === 'objections') beforeAnswer()
      return answer(exchange as Name, ask)
    },
    ...over,
  })
const objection = (id: string, over: Partial<ObjectionNotice> = {}): ObjectionNotice => ({
  kind: 'objection',
  id,
  nhsNumbers: ['9990000018'],
  scope: { kind: 'everything' },
  basis: 'upheld',
  since: '2026-11-21',
  state: 'in-force',
  narrowings: [],
  ...over,
})
const inForce = async (exchange: string): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ id: string }>('select id from objection_in_force where exchange = $1 order by id', [exchange])
  return rows.map(row => row.id)
}
async function round(): Promise<void> {
  await pool.query('update list_head set asked_at = null')
  await lists.follow()
}

before(async () => {
  server = await serverForTests(['ncl'])
  pool = openPool({ url: server.url('ncl'), max: 6 })
  await migrate(pool)
})
beforeEach(async () => {
  await pool.query('truncate list_entry, list_head, list_reader, list_alarm, objection_in_force, objection_of, isolation_in_force')
  Object.assign(owners, { SEL: owner(), NWL: owner() })
  beforeAnswer = () => {}
  alarms.length = 0
  lists = following()
  await applyObjections(pool, { exchange: 'NCL', objections: [] }, now())
})
after(async () => {
  await pool.end()
  await server.remove()
})

test('HAZ-046: an owner whose list has no end, or takes a second a page, does not keep others’ from being read', async () => {
  say('NWL', objection('nwl'))
  let asked = 0
  beforeAnswer = () => {
    asked += 1
    clockMs += 1_000
    for (let n = 0; n <= LIST_PAGE; n++) say('SEL', { kind: 'canary', id: `c${asked}-${n}` })
  }
  await round()
  assert.ok(asked < 10, `${asked} pages in one round`)
  assert.deepEqual(await inForce('NWL'), ['nwl'])
  const before = asked
  await round()
  assert.ok(asked > before, 'it is read on from where it was left')
})

const unstorable: readonly (readonly [string, () => void])[] = [
  ['a character that cannot be kept', () => say('SEL', objection('a', { narrowings: [{ ...narrowing, decidedBy: ['Dr \u0000'] }] }))],
  ['half a character', () => say('SEL', objection('a', { narrowings: [{ ...narrowing, decidedBy: ['Dr \uD800'] }] }))],
  ['a month that does not exist', () => say('SEL', objection('a'), '2026-13-45T10:00:00.000Z')],
]
const narrowing = {
  id: 'n1',
  reason: 'safeguarding',
  sdsUserIds: ['555000000001'],
  from: '2026-11-21T10:00:00.000Z',
  until: '2026-11-22T10:00:00.000Z',
  decidedBy: ['Dr One'],
} as const
for (const [what, harm] of unstorable)
  test(`HAZ-046: ${what} in a list is refused and said, and the round goes on`, async () => {
    say('SEL', objection('whole'))
    await round()
    harm()
    say('NWL', objection('nwl'))
    await round()
    assert.deepEqual([await inForce('SEL'), await inForce('NWL')], [['whole'], ['nwl']])
    assert.ok(said().includes('SEL unreadable'), said().join(', '))
  })

test('HAZ-046: an owner that counts wrongly makes us build its list again once an hour, not every five seconds', async () => {
  say('SEL', objection('a'))
  owners.SEL.inForce = 7
  const written = async (): Promise<string> => {
    await round()
    const { rows } = await pool.query<{ at: string }>("select xmin::text as at from objection_in_force where exchange = 'SEL'")
    return rows[0]?.at ?? assert.fail('the objection is in force')
  }
  const first = await written()
  assert.deepEqual([await written(), await written(), await written()], [first, first, first])
  assert.ok(said().includes('SEL counts-differ'), said().join(', '))
  clockMs += HOUR_MS + 1
  assert.notEqual(await written(), first)
})

test('R080: what was lost from the tables is built again each time that it is found', async () => {
  for (const n of [1, 2, 3]) {
    say('SEL', objection(`a${n}`))
    await round()
    await pool.query("delete from objection_in_force where exchange = 'SEL'")
    say('SEL', { kind: 'canary', id: `c${n}` })
    await round()
    assert.equal((await inForce('SEL')).length, n)
  }
})

test('R080: what is put in while our list is built again is not lost', async () => {
  const publish = createPublish({ exchange: 'NCL', now })
  const put = async (notice: Notice): Promise<void> => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await publish(client, 'objections', notice)
      await client.query('commit')
    } finally {
      client.release()
    }
  }
  await put(objection('a'))
  let ending: Promise<void> | undefined
  /** Somebody ends the objection when the tables have just been cleared, and waits for a lock before building goes on. */
  const meanwhile = async (): Promise<void> => {
    ending = put(objection('a', { state: 'ended' }))
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    while ((await pool.query(waiting)).rowCount === 0) await pause(10)
  }
  const slow: ProxyHandler<ClientBase> = {
    get(client, name) {
      if (name !== 'query') return Reflect.get(client, name)
      return async (text: string, values?: unknown[]) => {
        const done = await client.query(text, values)
        if (ending === undefined && text.includes('delete from objection_in_force')) await meanwhile()
        return done
      }
    },
  }
  const watched = new Proxy(pool, {
    get: (target, name) =>
      name === 'connect'
        ? async () => new Proxy(await target.connect(), slow)
        : (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target),
  })
  const { rows } = await pool.query<{ hash: string }>("select hash from list_head where exchange = 'NCL' and list = 'objections'")
  const ask = {
    list: 'objections' as ListName,
    holds: { sequence: 1, hash: rows[0]?.hash ?? '', inForce: 7 },
    nonce: 'n'.repeat(16),
  }
  assert.ok((await following({ pool: watched }).pageFor('SEL', ask)).ok)
  await ending
  assert.ok(ending, 'it was built again')
  assert.deepEqual(await inForce('NCL'), [])
})

test('HAZ-046: after a clock that was ahead is set right, a silent owner is noticed', async () => {
  say('SEL', { kind: 'canary', id: 'c' }, '2031-01-01T00:00:00.000Z')
  clockMs += 48 * HOUR_MS
  await round()
  clockMs -= 48 * HOUR_MS
  await round()
  clockMs += LIST_TIMES.startMs + LIST_TIMES.canaryLateMs + 1_000
  await round()
  assert.ok(said().includes('SEL canary-late'), said().join(', '))
  owners.SEL.key.jwk.x = owners.NWL.key.jwk.x ?? ''
  clockMs += 24 * HOUR_MS
  await round()
  assert.equal((await lists.objections.stateFor('9990000018')).state, 'unknown')
})
