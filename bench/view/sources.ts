import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { baseUrlOf, PERSON, type Behaviour, type Cell, type Spent, type Stubs } from './cell.ts'
import { clockMs } from './measure.ts'
import { holdingsOf, odsCodeOf } from './records.ts'

/** The simulated record systems, the national register and the token service, in a process of their own. */
const DELAY_MS = 20
const SOURCES = 40
const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'

type Step = 'patient' | 'record' | 'named'
interface Account {
  requests: number
  records: number
  firstWrittenMs: number
  /** When each thing that was asked of each source was first answered. */
  readonly written: Map<string, number>
  readonly bySource: Map<number, Record<Step, number>>
}
let behaviour: Behaviour = { delay: 'fixed', faults: {} }
const accounts = new Map<string, Account>()
const bodies = new Map<string, Buffer>()

const patient = (id: string, nhsNumber: string) => ({
  resourceType: 'Patient',
  id,
  meta: {
    versionId: '1',
    security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'U', display: 'unrestricted' }],
  },
  identifier: [{ system: NHS_NUMBER, value: nhsNumber }],
  name: [{ use: 'usual', family: PERSON.family, given: [PERSON.given] }],
  birthDate: PERSON.birthDate,
  gender: PERSON.gender,
})
const bundle = (...entry: readonly unknown[]): Buffer =>
  Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: entry.length, entry }))

interface Held {
  readonly fullUrl: string
  readonly resource: Readonly<Record<string, unknown>>
}
const holdings = new Map<string, readonly Held[]>()
function heldBy(cell: Cell, source: number, base: string): readonly Held[] {
  const key = `${cell.sources}/${cell.items}/${cell.planted ?? 0}/${source}`
  let held = holdings.get(key)
  if (!held) holdings.set(key, (held = holdingsOf(cell, source, base, new Date()) as unknown as readonly Held[]))
  return held
}
const typeOf = (held: Held): string => String(held.resource['resourceType'])

/** The answer to a read of the record, made once and kept. */
function bodyOf(cell: Cell, source: number, base: string, path: readonly string[], params: URLSearchParams): Buffer {
  const key = `${base}/${path.join('/')}?${params.toString()}`
  let body = bodies.get(key)
  if (body) return body
  const held = heldBy(cell, source, base)
  if (path[0] === 'Patient') {
    const types = new Set((params.get('_type') ?? '').split(','))
    body = bundle(...held.filter(h => types.has(typeOf(h))).map(h => ({ ...h, search: { mode: 'match' } })))
  } else if (params.has('_id')) {
    const ids = new Set((params.get('_id') ?? '').split(','))
    body = bundle(...held.filter(h => typeOf(h) === path[0] && ids.has(String(h.resource['id']))))
  } else {
    const open = params.has('status')
    const matches = open ? [] : held.filter(h => typeOf(h) === path[0])
    const named = new Set(matches.flatMap(h => [...JSON.stringify(h.resource).matchAll(/"reference":"([^"]+)"/g)].map(found => found[1])))
    const included = held.filter(h => typeOf(h) !== path[0] && named.has(`${typeOf(h)}/${String(h.resource['id'])}`))
    body = bundle(...matches.map(h => ({ ...h, search: { mode: 'match' } })), ...included.map(h => ({ ...h, search: { mode: 'include' } })))
  }
  bodies.set(key, body)
  return body
}

function send(response: ServerResponse, body: Buffer, type = 'application/fhir+json'): void {
  response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body)
}

function answer(source: number, port: number, request: IncomingMessage, response: ServerResponse): void {
  const arrivedMs = clockMs()
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, sources, items = '', , ...path] = url.pathname.split('/')
  const [ordinary, planted] = items.split('-').map(Number)
  const cell: Cell = { sources: Number(sources), items: ordinary ?? 0, read: 'everything', planted: planted ?? 0 }
  const base = baseUrlOf(cell, port)
  const asked = url.searchParams.get('identifier')?.split('|')[1]
  if (request.headers['x-purpose-of-use'] === 'authorisation-check') {
    if (path[0] === 'Patient') return send(response, bundle({ resource: patient('p1', asked ?? '') }))
    const now = new Date().toISOString()
    const provider = { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: odsCodeOf(source) } }
    const stay = {
      resourceType: 'Encounter',
      id: 'now',
      meta: { lastUpdated: now },
      status: 'in-progress',
      class: { code: 'IMP' },
      period: { start: now.slice(0, 10) },
    }
    return send(response, bundle({ resource: { ...stay, subject: { reference: 'Patient/p1' }, serviceProvider: provider } }))
  }
  const step: Step = asked !== undefined ? 'patient' : url.searchParams.has('_id') ? 'named' : 'record'
  const body = step === 'patient' ? bundle({ resource: patient('p1', asked ?? '') }) : bodyOf(cell, source, base, path, url.searchParams)
  const correlation = String(request.headers['x-correlation-id'])
  let account = accounts.get(correlation)
  if (!account)
    accounts.set(
      correlation,
      (account = { requests: 0, records: 0, firstWrittenMs: Number.POSITIVE_INFINITY, written: new Map(), bySource: new Map() }),
    )
  account.requests += 1
  if (step === 'record') account.records += 1
  response.on('finish', () => {
    const writtenMs = clockMs()
    let own = account.bySource.get(source)
    if (!own) account.bySource.set(source, (own = { patient: 0, record: 0, named: 0 }))
    own[step] = Math.max(own[step], writtenMs - arrivedMs)
    if (step !== 'record') return
    account.firstWrittenMs = Math.min(account.firstWrittenMs, writtenMs)
    const asked = `${source} ${request.url ?? ''}`
    if (!account.written.has(asked)) account.written.set(asked, writtenMs)
  })
  const fault = behaviour.faults[source]
  if (fault === 'hang') return
  if (fault === 'fail') return void response.writeHead(503).end()
  if (fault === 'lie') return send(response, LIE)
  const delayMs = behaviour.delay === 'fixed' || step !== 'record' ? DELAY_MS : tailMs(`${correlation} ${source}`)
  if (delayMs !== undefined) setTimeout(() => send(response, body), delayMs)
}

/** Well begun, of the right type, and no end to it. */
const LIE = Buffer.from(
  `{"resourceType":"Bundle","type":"searchset","entry":[${'{"resource":{"resourceType":"Observation"},'.repeat(2_000)}`,
)

/**
 * What one system takes at one moment, milliseconds: points of its distribution with straight lines between. All that is
 * asked of it for one view within a second meets the same moment; asked again later it is another. `undefined`: it is silent.
 */
const TAIL: readonly (readonly [share: number, ms: number])[] = [
  [0, 20],
  [0.5, 250],
  [0.95, 1_450],
  [0.99, 3_000],
  [0.995, 4_500],
]
const moments = new Map<string, { readonly atMs: number; readonly ms: number | undefined }>()
function tailMs(moment: string): number | undefined {
  const atMs = clockMs()
  const known = moments.get(moment)
  if (known && atMs - known.atMs < SAME_MOMENT_MS) return known.ms
  if (moments.size > 100_000) moments.clear()
  const drawn = nextRandom()
  const upper = TAIL.findIndex(([share]) => share > drawn)
  const [from, to] = [TAIL[upper - 1], TAIL[upper]]
  const ms = from && to ? from[1] + ((to[1] - from[1]) * (drawn - from[0])) / (to[0] - from[0]) : undefined
  moments.set(moment, { atMs, ms })
  return ms
}
const SAME_MOMENT_MS = 500
/** Mulberry32 of a fixed seed: the same run meets the same luck. */
let state = 2026
function nextRandom(): number {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

function national(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const number = (request.url ?? '').split('/').at(-1) ?? ''
  if (request.method === 'POST')
    return send(
      response,
      Buffer.from(JSON.stringify({ access_token: 'bench', token_type: 'bearer', expires_in: 3600 })),
      'application/json',
    )
  return send(response, Buffer.from(JSON.stringify(patient(number, number))))
}

const listening = (handle: (port: () => number, request: IncomingMessage, response: ServerResponse) => void): Promise<number> =>
  new Promise(resolve => {
    const server = createServer((request, response) => handle(port, request, response))
    const port = (): number => (server.address() as AddressInfo).port
    server.keepAliveTimeout = 60_000
    server.listen(0, '127.0.0.1', () => resolve(port()))
  })

const stubs: Stubs = {
  sourcePorts: await Promise.all(
    Array.from({ length: SOURCES }, (_, source) => listening((port, request, response) => answer(source, port(), request, response))),
  ),
  nationalPort: await listening((_, request, response) => national(request, response)),
}
process.on('message', (message: 'spent' | Behaviour) => {
  if (message !== 'spent') {
    behaviour = message
    process.send?.('so be it')
    return
  }
  const spent = [...accounts].map(([correlation, account]): [string, Spent] => [
    correlation,
    {
      slowestMs: Math.max(...[...account.bySource.values()].map(own => own.patient + own.record + own.named)),
      firstWrittenMs: account.firstWrittenMs,
      lastWrittenMs: Math.max(...account.written.values()),
      requests: account.requests,
      records: account.records,
    },
  ])
  accounts.clear()
  process.send?.(spent)
})
process.on('disconnect', () => process.exit(0))
process.send?.(stubs)
