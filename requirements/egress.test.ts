import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import type { CatalogueDocument } from '../src/exchange/agreements/document.ts'
import { stage } from './support/london.ts'
import { pagesOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

process.env['NODE_OPTIONS'] = `--import ${join(import.meta.dirname, 'support/connections.ts')}`
const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

const portOf = (url: string): number => Number(new URL(url).port)

/** Ports that the catalogue in force and the settings of an exchange name, by what stands behind them. */
function namedOf(exchange: 'SEL' | 'NCL'): ReadonlyMap<number, string> {
  const { london } = at()
  const { sources, peers } = london.inForce.catalogue(exchange) as CatalogueDocument
  return new Map([
    ...sources.flatMap(s =>
      [s.baseUrl, s.tokenUrl, s.documentsUrl].flatMap(url => (url === undefined ? [] : [[portOf(url), 'source'] as const])),
    ),
    ...peers.map(p => [portOf(p.baseUrl), 'peer'] as const),
    [portOf(london.city.issuer), 'sign-in'],
    [portOf(london.city.pds.url), 'register'],
    [portOf(london.city.pds.tokenUrl), 'register'],
    [portOf(london.exchange(exchange).databaseUrl), 'database'],
  ])
}

/** Ports a process has a connection to now, by the kernel; those that others opened to it are left out. */
function kernelSays(pid: number): readonly number[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    }),
  )
  const rows = ['tcp', 'tcp6']
    .flatMap(name => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1))
    .map(line => line.trim().split(/\s+/))
    .filter(cells => own.has(cells[9] ?? ''))
    .map(([, local = '', remote = '', state]) => ({ local: local.split(':')[1], remote: remote.split(':')[1] ?? '', state }))
  const listening = new Set(rows.filter(row => row.state === '0A').map(row => row.local))
  return rows.filter(row => row.state !== '0A' && !listening.has(row.local)).map(row => Number.parseInt(row.remote, 16))
}

/** A record read as far as it goes: pages, documents, images. */
async function readOn(visitor: Visitor, nhsNumber: string): Promise<void> {
  const { id } = await visitor.open(nhsNumber)
  await visitor.settled(id)
  const whole = await visitor.whole(id)
  const seen = [whole.html]
  for (const path of pagesOf(whole.html)) seen.push((await visitor.get(path)).html)
  const opens = seen.flatMap(html =>
    Array.from(html.matchAll(/href="(\/r\/[^"/]+\/(?:documents|images)\/[^"]+)"/g), ([, path = '']) => path),
  )
  for (const path of new Set(opens)) await visitor.get(path)
}

test('R052: in all that professionals of two exchanges do, no connection goes where neither catalogue nor settings lead', async () => {
  const { london, signedIn, logs } = at()
  const shah = await signedIn('Shah')
  for (const person of [told.amara, told.stroke]) await readOn(shah, person)
  await shah.find({ family: 'Okafor', birthDate: '1956-03-08', given: 'Amara' })
  await readOn(await signedIn('Hartmann'), told.stroke)
  for (const exchange of ['SEL', 'NCL'] as const) {
    const named = namedOf(exchange)
    const heard = Array.from(
      logs().matchAll(new RegExp(`^connected by ${exchange} to (\\S+) (\\d+)$`, 'gm')),
      ([, address = '', port]) => ({
        address,
        port: Number(port),
      }),
    )
    assert.deepEqual(
      heard.filter(({ address, port }) => !['127.0.0.1', '::1'].includes(address) || !named.has(port)),
      [],
      exchange,
    )
    const reached = new Set(heard.map(({ port }) => named.get(port)))
    assert.deepEqual(reached, new Set(['source', 'peer', 'sign-in', 'register', 'database']), `${exchange} reached one of each`)
    const pid = london.exchange(exchange).processes[0]?.pid()
    if (pid === undefined || !existsSync(`/proc/${pid}/net/tcp`)) continue
    const open = kernelSays(pid)
    assert.ok(open.some(port => named.get(port) === 'database'))
    assert.deepEqual(
      open.filter(port => !named.has(port)),
      [],
      `${exchange}, by the kernel`,
    )
  }
  assert.doesNotMatch(logs(), /egress-refused/, 'and nothing tried to')
})
