import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { LinkState } from '../in-force.ts'
import { faultProxy } from '../tcp/fault-proxy.ts'
import type { FaultProxy } from '../tcp/fault-proxy.ts'
import { applyPreset, NATIONAL_GROUP, presets, WAYS_GROUP } from './board.ts'
import type { Board, BoardState } from './board.ts'
import { startSwitchboard } from './switchboard.ts'

const proxies = new Map<string, FaultProxy>()
const links = new Map<string, LinkState>()
let up = true
let crashed: string[] = []
const groups = {
  kch: 'South East <London>',
  gstt: 'South East <London>',
  uclh: 'North',
  rfl: 'North',
  pds: NATIONAL_GROUP,
  'peer-nwl': WAYS_GROUP,
}
let board: Board
let switchboard: Awaited<ReturnType<typeof startSwitchboard>>
before(async () => {
  for (const id of Object.keys(groups)) proxies.set(id, await faultProxy({ target: { port: 1 } }))
  board = {
    lines: new Map(
      Object.entries(groups).flatMap(([id, group]) => {
        const proxy = proxies.get(id)
        return proxy === undefined ? [] : [[id, { title: `The <system> ${id}`, group, proxy, calls: () => 7 }] as const]
      }),
    ),
    areas: ['NWL', 'MK'].map(id => ({
      id,
      title: `Area ${id}`,
      url: 'http://localhost:1',
      way: id === 'NWL' ? 'peer-nwl' : 'none',
      processes: [{ name: `${id.toLowerCase()}-1`, pid: () => 1, crash: () => crashed.push(id) }],
    })),
    links: {
      link: area => links.get(area) ?? 'live',
      async setLink(area, state) {
        links.set(area, state)
      },
    },
    database: {
      up: () => up,
      crash: () => crashed.push('database'),
      async stop() {
        up = false
      },
      async start() {
        up = true
      },
    },
  }
  switchboard = await startSwitchboard({ board })
})
beforeEach(async () => {
  for (const proxy of proxies.values()) await proxy.set({ mode: 'pass' })
  links.clear()
  up = true
  crashed = []
})
after(async () => {
  await switchboard.stop()
  for (const proxy of proxies.values()) await proxy.stop()
})

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${switchboard.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const state = async (): Promise<BoardState> => (await (await fetch(`${switchboard.url}/api/state`)).json()) as BoardState
const broken = async (): Promise<readonly string[]> =>
  (await state()).systems.flatMap(({ id, fault }) => (fault.mode === 'pass' ? [] : [`${id} ${fault.mode}`]))

test('the page has every system under its area, with plain forms, and what it is called is text', async () => {
  const answer = await fetch(switchboard.url)
  const page = await answer.text()
  for (const id of ['kch', 'gstt', 'uclh', 'pds', 'peer-nwl']) {
    assert.match(page, new RegExp(`The &lt;system&gt; ${id}`))
    assert.match(page, new RegExp(`<form method="post" action="/api/systems/${id}"`))
  }
  assert.ok(page.indexOf('South East &lt;London&gt;') < page.indexOf('id="mode-kch"'))
  assert.doesNotMatch(page, /<script(?! type="module" src="\/switchboard\.js">)/, 'no script but its own file')
  assert.match(answer.headers.get('content-security-policy') ?? '', /script-src 'self'/)
})

test('a system is broken by JSON and mended by a form', async () => {
  assert.equal((await post('/api/systems/kch', '{"mode":"drip","bytesPerSecond":100}')).status, 200)
  assert.deepEqual(proxies.get('kch')?.fault(), { mode: 'drip', bytesPerSecond: 100 })
  assert.deepEqual(await broken(), ['kch drip'])
  assert.equal((await post('/api/systems/kch', 'mode=pass', form)).status, 303)
  assert.deepEqual(await broken(), [])
})

const wanted: Readonly<Record<string, readonly string[]>> = {
  'all-well': [],
  hanging: ['rfl hang'],
  'cut-off': ['peer-nwl refuse'],
  slow: ['kch delay', 'gstt delay', 'uclh delay', 'rfl delay'],
  lying: ['gstt lie'],
  'not-yet': [],
  'register-down': ['pds refuse'],
}
for (const { id } of presets)
  test(`the preset ${id} breaks what it says, mends the rest, and starts a stopped database`, async () => {
    await post('/api/systems/kch', '{"mode":"cut"}')
    await post('/api/database', '{"action":"stop"}')
    await post('/api/links/NWL', '{"state":"suspended"}')
    assert.equal((await post(`/api/presets/${id}`, '', form)).status, 303)
    assert.deepEqual(await broken(), wanted[id])
    const { areas, database } = await state()
    assert.deepEqual(
      areas.map(area => area.link),
      ['live', id === 'not-yet' ? 'planned' : 'live'],
    )
    assert.equal(database.up, true)
  })

test('a preset leaves the connections of what it does not change alone', async () => {
  const kch = proxies.get('kch')
  const mend = kch?.set
  let cut = 0
  assert.ok(kch && mend)
  Object.assign(kch, { set: (fault: Parameters<typeof mend>[0]) => ((cut += 1), mend(fault)) })
  for (const preset of presets.filter(each => each.id === 'all-well' || each.id === 'lying')) await applyPreset(board, preset)
  Object.assign(kch, { set: mend })
  assert.equal(cut, 0)
})

test('a process is killed, the database is killed, stopped and started, a connection is planned and live again', async () => {
  assert.equal((await post('/api/processes/mk-1', '{}')).status, 200)
  assert.equal((await post('/api/database', 'action=kill', form)).status, 303)
  assert.deepEqual(crashed, ['MK', 'database'])
  await post('/api/database', '{"action":"stop"}')
  assert.equal((await state()).database.up, false)
  await post('/api/links/MK', 'state=planned', form)
  assert.equal((await state()).areas[1]?.linkWords, 'Planned')
})

const denied: [what: string, path: string, body: string, headers: Record<string, string>, status: number][] = [
  ['a mode nobody knows', '/api/systems/kch', '{"mode":"explode"}', {}, 400],
  ['a negative delay', '/api/systems/kch', '{"mode":"delay","ms":-1}', {}, 400],
  ['no JSON', '/api/systems/kch', 'mode', {}, 400],
  ['a list for an object', '/api/systems/kch', 'null', {}, 400],
  ['a system that is not there', '/api/systems/none', '{"mode":"cut"}', {}, 404],
  ['a preset that is not there', '/api/presets/none', '{}', {}, 404],
  ['a process that is not there', '/api/processes/sel-9', '{}', {}, 404],
  ['an exchange that is not there', '/api/links/SEL', '{"state":"live"}', {}, 404],
  ['a state nobody knows', '/api/links/MK', '{"state":"gone"}', {}, 400],
  ['an action nobody knows', '/api/database', '{"action":"drop"}', {}, 400],
  ['another address', '/api/everything', '{}', {}, 404],
  ['a form on another site', '/api/systems/kch', 'mode=cut', { ...form, origin: 'https://elsewhere.example' }, 403],
  ['a press on another site', '/api/presets/lying', '', { ...form, origin: 'https://elsewhere.example' }, 403],
]
for (const [what, path, body, headers, status] of denied) {
  test(`${what} changes nothing`, async () => {
    assert.equal((await post(path, body, headers)).status, status)
    assert.deepEqual(await broken(), [])
    assert.deepEqual([links.size, up, crashed], [0, true, []])
  })
}
