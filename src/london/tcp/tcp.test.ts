import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { faultProxy } from './fault-proxy.ts'
import type { Fault, FaultProxy } from './fault-proxy.ts'
import { roundRobin } from './round-robin.ts'

const LONG = 'x'.repeat(2_000)
const serve = async (words: string) => {
  const server = createServer((_request, response) => response.end(words)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, stop: () => new Promise(resolve => server.close(resolve).closeAllConnections()) }
}

/** The body, or the code of what went wrong, or `silence` when nothing came. */
async function ask(port: number): Promise<string> {
  const abort = new AbortController()
  const answer = (async () => {
    const [response] = (await once(get({ port, host: '127.0.0.1', agent: false, signal: abort.signal }), 'response')) as [IncomingMessage]
    let body = ''
    for await (const chunk of response) body += String(chunk)
    return body
  })().catch((error: NodeJS.ErrnoException) => error.code ?? error.name)
  const first = await Promise.race([answer, pause(1_500, 'silence')])
  abort.abort()
  return first
}

let proxy: FaultProxy
let system: Awaited<ReturnType<typeof serve>>
before(async () => {
  system = await serve(LONG)
  proxy = await faultProxy({ target: { port: system.port } })
})
after(async () => {
  await proxy.stop()
  await system.stop()
})

const cases: [fault: Fault, expected: RegExp][] = [
  [{ mode: 'pass' }, /^x{2000}$/],
  [{ mode: 'delay', ms: 30 }, /^x{2000}$/],
  [{ mode: 'drip', bytesPerSecond: 20_000 }, /^x{2000}$/],
  [{ mode: 'drip', bytesPerSecond: 10 }, /^silence$/],
  [{ mode: 'hang' }, /^silence$/],
  [{ mode: 'half-open' }, /^silence$/],
  [{ mode: 'cut', afterBytes: 300 }, /^ECONNRESET$/],
  [{ mode: 'garbage' }, /^HPE_/],
  [{ mode: 'refuse' }, /^ECONNREFUSED$/],
  [{ mode: 'pass' }, /^x{2000}$/],
]
for (const [fault, expected] of cases) {
  test(`a system behind a proxy that is told ${JSON.stringify(fault)}`, async () => {
    await proxy.set(fault)
    assert.match(await ask(proxy.port), expected)
    assert.deepEqual(proxy.fault(), fault)
  })
}

for (const bytes of [1, 2, 3, 4, 7, 11])
  test(`a system that lies, ${bytes} bytes at a time, tells of somebody else and leaves longer numbers alone`, async t => {
    const words = '{"id":"9991234519","phone":"19991234519","next":"99912345190","last":"9991234527"}'
    const cut = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': String(words.length) })
      const send = (at: number): void => {
        if (at >= words.length) response.end()
        else response.write(words.slice(at, at + bytes), () => setImmediate(send, at + bytes))
      }
      send(0)
    }).listen(0, '127.0.0.1')
    await once(cut, 'listening')
    const liar = await faultProxy({ target: { port: (cut.address() as AddressInfo).port } })
    t.after(async () => {
      await liar.stop()
      cut.close()
    })
    await liar.set({ mode: 'lie' })
    assert.equal(await ask(liar.port), '{"id":"9990000018","phone":"19991234519","next":"99912345190","last":"9990000018"}')
  })

test('a fault reaches a request that is already waiting', async () => {
  await proxy.set({ mode: 'hang' })
  const waiting = ask(proxy.port)
  await pause(50)
  await proxy.set({ mode: 'refuse' })
  assert.equal(await waiting, 'ECONNRESET')
})

test('connections go round, past a process that is gone; with nobody left they are reset', async () => {
  const [one, two] = [await serve('one'), await serve('two')]
  const balancer = await roundRobin({ targets: () => [one.port, two.port] })
  assert.deepEqual([await ask(balancer.port), await ask(balancer.port), await ask(balancer.port)], ['one', 'two', 'one'])
  await one.stop()
  assert.deepEqual([await ask(balancer.port), await ask(balancer.port)], ['two', 'two'])
  await two.stop()
  assert.equal(await ask(balancer.port), 'ECONNRESET')
  await balancer.stop()
})
