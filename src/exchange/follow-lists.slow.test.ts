import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Catalogue, PeerConfig } from '../care-record/catalogue.ts'
import { LIST_PAGE, type ListAsk, type ListName, type ListPage, type Notice, type ObjectionNotice } from '../care-record/lists.ts'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import type { AuditDraft } from './audit/draft.ts'
import { applyObjections, createPublish, followLists, LIST_TIMES, type FollowedLists } from './follow-lists.ts'

const NAMES = ['SEL', 'NCL', 'NWL'] as const
type Name = (typeof NAMES)[number]
const HOUR_MS = 3_600_000

let server: TestServer
const pools = new Map<Name, Pool>()
const poolOf = (name: Name): Pool => pools.get(name) ?? assert.fail(name)
let clockMs = Date.parse('2026-11-21T10:00:00Z')
const now = (): Date => new Date(clockMs)
/** What stands between reader and owner: the page as it arrives, or nothing. */
let way: (page: ListPage, reader: Name, owner: Name) => ListPage | undefined = page => page
const states = new Map<Name, PeerConfig['state']>()
const alarms: { readonly at: Name; readonly detail: AuditDraft['detail'] }[] = []
let isolations: NonNullable<Catalogue['isolations']> = []

const ends = new Map<Name, FollowedLists>()
const at = (name: Name): FollowedLists => ends.get(name) ?? assert.fail(name)
/** An end as one process has it; its keys are as they stand now. */
function end(name: Name): FollowedLists {
  const peers = (): readonly PeerConfig[] =>
    NAMES.filter(other => other !== name).map(other => ({
      exchange: other,
      title: other,
      baseUrl: 'https://peer.example',
      state: states.get(other) ?? 'live',
      trustedEvidence: [],
    }))
  return followLists({
    pool: poolOf(name),
    exchange: name,
    catalogue: () => ({ exchange: name, peers: peers(), isolations }) as unknown as Catalogue,
    audit: {
      writeOpenView: async draft => {
        alarms.push({ at: name, detail: draft.detail })
        return { ok: true, value: { id: 'event' } } as never
      },
    },
    log: { info() {}, warn() {}, error() {} } as never,
    now,
    newId: () => crypto.randomUUID(),
    key: keys.get(name) ?? assert.fail(name),
    peerKeys: async other => [(keys.get(other as Name) ?? assert.fail(other)).jwk],
    async readPeer(peer, ask) {
      const answer = await at(peer.exchange as Name).pageFor(name, ask)
      return answer.ok ? way(answer.value, name, peer.exchange as Name) : undefined
    },
  })
}
const newKey = (kid: string) => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { key: pair.privateKey, kid, jwk: pair.publicKey.export({ format: 'jwk' }) }
}
const keys = new Map(NAMES.map(name => [name, newKey('k1')]))

/** A round at each end, with nobody's turn still taken. */
async function round(...names: readonly Name[]): Promise<void> {
  for (const name of names.length === 0 ? NAMES : names) {
    await poolOf(name).query('update list_head set asked_at = null')
    await at(name).follow()
  }
}
async function publish(name: Name, list: ListName, ...notices: readonly Notice[]): Promise<void> {
  const client = await poolOf(name).connect()
  try {
    await client.query('begin')
    for (const notice of notices) await at(name).publish(client, list, notice)
    await client.query('commit')
  } finally {
    client.release()
  }
}
const objection = (id: string, nhsNumber: string, over: Partial<ObjectionNotice> = {}): ObjectionNotice => ({
  kind: 'objection',
  id,
  nhsNumbers: [nhsNumber],
  scope: { kind: 'everything' },
  basis: 'upheld',
  since: '2026-11-21',
  state: 'in-force',
  narrowings: [],
  ...over,
})
const inForce = async (name: Name, nhsNumber: string): Promise<readonly string[]> =>
  (await at(name).objections.stateFor(nhsNumber)).inForce.map(one => `${one.exchange}/${one.id}`)
const said = (name: Name): readonly string[] =>
  alarms
    .filter(alarm => alarm.at === name)
    .map(({ detail }) => `${String(detail?.['exchange'])} ${String(detail?.['list'])} ${String(detail?.['because'])}`)
const all = async <T>(ask: (name: Name) => Promise<T>): Promise<readonly T[]> => Promise.all(NAMES.map(ask))

before(async () => {
  server = await serverForTests(NAMES.map(name => name.toLowerCase()))
  for (const name of NAMES) {
    pools.set(name, openPool({ url: server.url(name.toLowerCase()), max: 4 }))
    await migrate(poolOf(name))
    ends.set(name, end(name))
  }
})
after(async () => {
  for (const pool of pools.values()) await pool.end()
  await server.remove()
})

test('R083: nothing is known until every live list was loaded, our own too; an empty list is a list', async () => {
  const known = (): Promise<readonly string[]> => all(async name => (await at(name).objections.stateFor('9990000018')).state)
  await round()
  assert.deepEqual(await known(), ['unknown', 'unknown', 'unknown'])
  for (const name of ['SEL', 'NCL'] as const) await applyObjections(poolOf(name), { exchange: name, objections: [] }, now())
  await round()
  await round()
  assert.deepEqual(await known(), ['unknown', 'unknown', 'unknown'], 'NWL has never loaded its own')
  states.set('NWL', 'planned')
  assert.deepEqual(await known(), ['known', 'known', 'unknown'], 'a peer that is planned does not count')
  states.set('NWL', 'live')
  await applyObjections(poolOf('NWL'), { exchange: 'NWL', objections: [] }, now())
  await round()
  await round()
  assert.deepEqual(await known(), ['known', 'known', 'known'])
  assert.deepEqual((await at('SEL').objections.stateFor([])).state, 'unknown')
})

test('R080: what one exchange puts in force is in force there at once and at every other after a round, and ends likewise', async () => {
  await publish('SEL', 'objections', objection('a', '9990000018', { nhsNumbers: ['9990000018', '9990000026'] }))
  assert.deepEqual(await all(name => inForce(name, '9990000018')), [['SEL/a'], [], []])
  await round()
  assert.deepEqual(await all(name => inForce(name, '9990000026')), [['SEL/a'], ['SEL/a'], ['SEL/a']])
  const narrowing = {
    id: 'n1',
    reason: 'safeguarding',
    sdsUserIds: ['555000000001'],
    from: '2026-11-21T10:00:00.000Z',
    until: '2026-11-22T10:00:00.000Z',
    decidedBy: ['Dr One', 'Dr Two'],
  } as const
  const changed = objection('a', '9990000018', {
    scope: { kind: 'organisation', odsCode: 'RJZ' },
    narrowings: [narrowing],
    sparesSafeguarding: true,
  })
  await publish('SEL', 'objections', changed)
  await round()
  assert.deepEqual(await inForce('NCL', '9990000026'), [], 'a number it no longer names')
  assert.deepEqual((await at('NWL').objections.stateFor('9990000018')).inForce, [
    {
      id: 'a',
      exchange: 'SEL',
      scope: { kind: 'organisation', odsCode: 'RJZ' },
      basis: 'upheld',
      since: '2026-11-21',
      narrowings: [narrowing],
      sparesSafeguarding: true,
    },
  ])
  await publish('NCL', 'objections', objection('a', '9990000018', { state: 'ended' }))
  await round()
  assert.deepEqual(await all(name => inForce(name, '9990000018')), [['SEL/a'], ['SEL/a'], ['SEL/a']], 'nobody ends another’s')
  await publish('SEL', 'objections', objection('a', '9990000018', { state: 'ended' }))
  await round()
  assert.deepEqual(await all(name => inForce(name, '9990000018')), [[], [], []])
})

test('HAZ-046: who is isolated at one exchange is isolated at every other, until that exchange lets them in again', async () => {
  const isolated = (name: Name): Promise<readonly unknown[]> =>
    poolOf(name)
      .query('select what, which, exchange from isolation_in_force')
      .then(({ rows }) => rows)
  const notice = (state: 'isolated' | 'released') =>
    ({ kind: 'isolation', id: 'i1', what: 'user', which: '555000000001', state, because: 'drill', at: '2026-11-21T10:00:00.000Z' }) as const
  await publish('NCL', 'isolations', notice('isolated'))
  await round()
  const row = { what: 'user', which: '555000000001', exchange: 'NCL' }
  assert.deepEqual(await all(isolated), [[row], [row], [row]])
  await publish('SEL', 'isolations', notice('released'))
  await round()
  assert.deepEqual(await all(isolated), [[row], [row], [row]])
  await publish('NCL', 'isolations', notice('released'))
  await round()
  assert.deepEqual(await all(isolated), [[], [], []])
})

test('R080: many publishers at once leave no gap, and a transaction that is given up leaves nothing', async () => {
  const pool = poolOf('SEL')
  const before = Number(
    (await pool.query("select sequence from list_head where exchange = 'SEL' and list = 'objections'")).rows[0]?.['sequence'],
  )
  await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await createPublish({ exchange: 'SEL', now })(client, 'objections', objection(`many/${n}`, '9990000034'))
        await client.query(n % 3 === 0 ? 'rollback' : 'commit')
      } finally {
        client.release()
      }
    }),
  )
  const { rows } = await pool.query(
    "select sequence from list_entry where exchange = 'SEL' and list = 'objections' and sequence > $1 order by 1",
    [before],
  )
  assert.deepEqual(
    rows.map(row => Number(row['sequence'])),
    [1, 2, 3, 4, 5, 6, 7, 8].map(n => before + n),
  )
  await round()
  assert.equal((await inForce('NWL', '9990000034')).length, 8)
  assert.deepEqual(
    said('NWL').filter(words => words.includes('objections')),
    [],
  )
})

test('R080: a notice that no reader could read is not put in', async () => {
  const broken = objection('b', '9990000018', { scope: { kind: 'some' } as never })
  await assert.rejects(publish('SEL', 'objections', broken), TypeError)
})

test('R035: the list of an apply file: the same again changes nothing, who is gone from it is let go', async () => {
  const list = (...numbers: readonly string[]) => ({
    exchange: 'NCL',
    objections: numbers.map(nhsNumber => ({ nhsNumber, scope: 'everything' as const, since: '2019-05-01T00:00:00.000Z' })),
  })
  const pool = poolOf('NCL')
  assert.equal(await applyObjections(pool, list('9990000042', '9990000050'), now()), 2)
  assert.equal(await applyObjections(pool, list('9990000042', '9990000050'), now()), 0)
  await round()
  assert.deepEqual((await at('SEL').objections.stateFor('9990000042')).inForce, [
    { id: 'applied/9990000042', exchange: 'NCL', scope: { kind: 'everything' }, basis: 'imported', since: '2019-05-01', narrowings: [] },
  ])
  assert.equal(await applyObjections(pool, list('9990000050'), now()), 1)
  await round()
  assert.deepEqual([await inForce('SEL', '9990000042'), (await inForce('SEL', '9990000050')).length], [[], 1])
})

test('R080: a list of several pages arrives whole, page by page', async () => {
  const count = LIST_PAGE * 2 + 7
  await publish('NWL', 'objections', ...Array.from({ length: count }, (_, n) => objection(`page/${n}`, '9990000069')))
  await round('SEL')
  assert.equal((await inForce('SEL', '9990000069')).length, count)
})

const losses: readonly [string, (page: ListPage) => ListPage, string][] = [
  ['an entry is dropped', page => ({ ...page, entries: page.entries.slice(1) }), 'gap'],
  [
    'an entry is changed',
    page => ({ ...page, entries: page.entries.map(e => ({ ...e, body: e.body.replace('everything', 'some') })) }),
    'unreadable',
  ],
  [
    'an entry is put in place of another',
    page => ({ ...page, entries: page.entries.map(e => ({ ...e, at: '2026-11-21T10:00:00.007Z' })) }),
    'forged',
  ],
]
for (const [n, [what, harm, because]] of losses.entries())
  test(`R080 HAZ-046: when ${what} on the way it is not taken, it is said, and the next round mends it`, async () => {
    const nhsNumber = ['9990000077', '9990000085', '9990000093'][n] ?? assert.fail()
    alarms.length = 0
    await poolOf('NCL').query('delete from list_alarm')
    await publish('SEL', 'objections', objection(`lost/${n}`, nhsNumber))
    way = (page, reader, owner) => (reader === 'NCL' && owner === 'SEL' && page.entries.length > 0 ? harm(page) : page)
    await round('NCL')
    way = page => page
    assert.deepEqual(await inForce('NCL', nhsNumber), [])
    assert.ok(said('NCL').includes(`SEL objections ${because}`), said('NCL').join(', '))
    await round('NCL')
    assert.equal((await inForce('NCL', nhsNumber)).length, 1)
  })

test('R080 HAZ-046: an exchange that never hears of what was put in is found by the owner, and itself knows nothing after a day', async () => {
  alarms.length = 0
  for (const name of NAMES) await poolOf(name).query('delete from list_alarm')
  await publish('SEL', 'objections', objection('unheard', '9990000107'))
  // Everything that carries an entry of SEL's is lost on its way to NWL.
  way = (page, reader, owner) => (reader === 'NWL' && owner === 'SEL' && page.entries.length > 0 ? undefined : page)
  await round()
  clockMs += LIST_TIMES.behindMs + 1000
  await round()
  assert.ok(said('SEL').includes('NWL objections reader-behind'), said('SEL').join(', '))
  assert.ok(said('NWL').includes('SEL objections list-stale'), said('NWL').join(', '))
  assert.equal((await at('NWL').objections.stateFor('9990000018')).state, 'known', 'its last copy stands')
  clockMs += 2 * HOUR_MS
  await round()
  assert.equal((await at('NWL').objections.stateFor('9990000018')).state, 'known')
  clockMs += 22 * HOUR_MS
  await round()
  assert.deepEqual(await all(async name => (await at(name).objections.stateFor('9990000018')).state), ['known', 'known', 'unknown'])
  isolations = [{ what: 'exchange', which: 'SEL' }]
  assert.equal((await at('NWL').objections.stateFor('9990000018')).state, 'known', 'an exchange that is cut off does not count')
  isolations = []
  way = page => page
  await round()
  assert.deepEqual(
    await all(async name => [(await at(name).objections.stateFor('9990000107')).state, (await inForce(name, '9990000107')).length]),
    [
      ['known', 1],
      ['known', 1],
      ['known', 1],
    ],
  )
})

test('R080: a canary goes out every hour, and a list without one for two is said to be wrong', async () => {
  alarms.length = 0
  for (const name of NAMES) await poolOf(name).query('delete from list_alarm')
  const canaries = async (): Promise<number> =>
    Number(
      (await poolOf('NCL').query(`select count(*) from list_entry where exchange = 'SEL' and list = 'objections' and body like '%canary%'`))
        .rows[0]?.['count'],
    )
  const before = await canaries()
  clockMs += HOUR_MS
  await round('SEL', 'NCL')
  await round('SEL', 'NCL')
  assert.equal((await canaries()) - before, 1)
  clockMs += 2 * HOUR_MS + 1000
  // SEL answers and puts in nothing, as when the part that puts canaries in hangs.
  await round('NCL')
  assert.ok(said('NCL').includes('SEL objections canary-late'), said('NCL').join(', '))
  await round()
})

test('R080: a projection that lost an objection is found by counting and built again from the list', async () => {
  alarms.length = 0
  for (const name of NAMES) await poolOf(name).query('delete from list_alarm')
  await poolOf('NWL').query("delete from objection_in_force where exchange = 'SEL' and id = 'unheard'")
  await publish('SEL', 'objections', { kind: 'canary', id: 'c' })
  await round('NWL')
  assert.equal((await inForce('NWL', '9990000107')).length, 1)
  await poolOf('SEL').query("delete from objection_in_force where exchange = 'SEL' and id = 'unheard'")
  await publish('SEL', 'objections', { kind: 'canary', id: 'd' })
  await round('NWL')
  await round('NWL')
  assert.ok(said('NWL').includes('SEL objections counts-differ'))
  assert.ok(said('SEL').includes('NWL objections reader-counts-differently'))
  assert.equal((await inForce('SEL', '9990000107')).length, 1, 'the owner built its own again')
})

test('R080 HAZ-046: an owner that says something else under the same number, or less than before, is not believed', async () => {
  await round()
  alarms.length = 0
  for (const name of NAMES) await poolOf(name).query('delete from list_alarm')
  await poolOf('SEL').query(
    "update list_entry set hash = repeat('a', 64) where exchange = 'SEL' and list = 'objections' and sequence = (select sequence from list_head where exchange = 'SEL' and list = 'objections')",
  )
  for (let n = 0; n < 3; n++) await round('NCL')
  assert.ok(said('NCL').includes('SEL objections forked'), said('NCL').join(', '))
  assert.ok(said('SEL').includes('NCL objections reader-forked'), said('SEL').join(', '))
  assert.equal((await at('NCL').objections.stateFor('9990000018')).state, 'known')
  clockMs += 3 * 60_000
  assert.equal((await at('NCL').objections.stateFor('9990000018')).state, 'known', 'the last whole copy stands, with an alarm')
  await poolOf('SEL').query(
    "update list_entry e set hash = h.hash from list_head h where e.exchange = 'SEL' and e.list = 'objections' and h.exchange = 'SEL' and h.list = 'objections' and e.sequence = h.sequence",
  )
  await round('NCL')
  assert.equal((await at('NCL').objections.stateFor('9990000018')).state, 'known')
})

test('R080: an owner with a new key is believed as soon as its new key is known', async () => {
  keys.set('SEL', newKey('k2'))
  ends.set('SEL', end('SEL'))
  await publish('SEL', 'objections', objection('new-key', '9990000115'))
  await round()
  assert.equal((await inForce('NWL', '9990000115')).length, 1)
})

test('two processes of one exchange ask once', async () => {
  await round('SEL')
  let asked = 0
  way = (page, reader) => {
    if (reader === 'SEL') asked += 1
    return page
  }
  await poolOf('SEL').query('update list_head set asked_at = null')
  await Promise.all([at('SEL').follow(), end('SEL').follow()])
  way = page => page
  assert.equal(asked, 4)
})

test('a peer that asks before our list is loaded is told so, and nothing of it is taken for a list', async () => {
  const ask: ListAsk = { list: 'objections', holds: { sequence: 0, hash: '0'.repeat(64), inForce: 0 }, nonce: 'n'.repeat(16) }
  await poolOf('NWL').query("update list_head set whole_at = null where exchange = 'NWL' and list = 'objections'")
  const answer = await at('NWL').pageFor('SEL', ask)
  assert.ok(!answer.ok && answer.fault.kind === 'unavailable')
})
