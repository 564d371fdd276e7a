import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faultProxy } from '../tcp/fault-proxy.ts'
import type { FaultProxy } from '../tcp/fault-proxy.ts'
import { startSwitchboard } from './switchboard.ts'

let proxy: FaultProxy
let board: Awaited<ReturnType<typeof startSwitchboard>>
before(async () => {
  proxy = await faultProxy({ target: { port: 1 } })
  board = await startSwitchboard({ lines: new Map([['kch', { title: "King's <College>", proxy }]]) })
})
after(async () => {
  await board.stop()
  await proxy.stop()
})

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${board.url}${path}`, { method: 'POST', redirect: 'manual', body, headers: { 'content-type': 'application/json', ...headers } })
const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('the page lists every system with plain forms, and what it is called is text', async () => {
  const page = await (await fetch(board.url)).text()
  assert.match(page, /King&#39;s &lt;College&gt;/)
  assert.match(page, /<form method="post" action="\/api\/systems\/kch">/)
  assert.doesNotMatch(page, /<script/)
})

test('a system is broken by JSON and mended by a form', async () => {
  assert.equal((await post('/api/systems/kch', '{"mode":"drip","bytesPerSecond":100}')).status, 200)
  assert.deepEqual(proxy.fault(), { mode: 'drip', bytesPerSecond: 100 })
  const listed = (await (await fetch(`${board.url}/api/systems`)).json()) as { systems: { id: string; fault: unknown }[] }
  assert.deepEqual(
    listed.systems.map(({ id, fault }) => ({ id, fault })),
    [{ id: 'kch', fault: { mode: 'drip', bytesPerSecond: 100 } }],
  )
  assert.equal((await post('/api/systems/kch', 'mode=pass', form)).status, 303)
  assert.deepEqual(proxy.fault(), { mode: 'pass' })
})

const denied: [what: string, path: string, body: string, headers: Record<string, string>, status: number][] = [
  ['a mode nobody knows', '/api/systems/kch', '{"mode":"explode"}', {}, 400],
  ['a negative delay', '/api/systems/kch', '{"mode":"delay","ms":-1}', {}, 400],
  ['no JSON', '/api/systems/kch', 'mode', {}, 400],
  ['a system that is not there', '/api/systems/none', '{"mode":"cut"}', {}, 404],
  ['a form on another site', '/api/systems/kch', 'mode=cut', { ...form, origin: 'https://elsewhere.example' }, 403],
]
for (const [what, path, body, headers, status] of denied) {
  test(`${what} changes nothing`, async () => {
    assert.equal((await post(path, body, headers)).status, status)
    assert.deepEqual(proxy.fault(), { mode: 'pass' })
  })
}
