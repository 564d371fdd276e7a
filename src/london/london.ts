import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { apply } from '../exchange/apply.ts'
import { migrate, openPool } from '../platform/database.ts'
import { freePort, startEmbeddedPostgres } from '../platform/embedded-postgres.ts'
import type { EmbeddedPostgres } from '../platform/embedded-postgres.ts'
import { EXCHANGES, clientIdOf, londonCatalogue } from './catalogue.ts'
import type { ExchangeName } from './catalogue.ts'
import { startCity, titleOf } from './city.ts'
import type { CitySystemId, StartedCity } from './city.ts'
import { runExchange } from './exchange-process.ts'
import type { ExchangeProcess } from './exchange-process.ts'
import { preparePki } from './pki/pki.ts'
import type { ExchangeKeys } from './pki/pki.ts'
import { startSwitchboard } from './switchboard/switchboard.ts'
import { faultProxy } from './tcp/fault-proxy.ts'
import type { Fault, FaultProxy } from './tcp/fault-proxy.ts'
import { roundRobin } from './tcp/round-robin.ts'

export interface LondonOptions {
  /** Folder of databases, keys and logs. */
  readonly dir: string
  /** Ports that people know; each free one after it is tried when it is taken. 0: any. */
  readonly ports?: { readonly SEL: number; readonly NCL: number; readonly switchboard: number }
  /** Processes of each exchange; 2 unless told. */
  readonly processes?: number
  /** What is wrong with which system from the start; nothing unless told. */
  readonly faults?: Readonly<Partial<Record<CitySystemId, Fault>>>
  /** The folder is deleted at the end and its data may be lost in a power cut. */
  readonly ephemeral?: boolean
  /** Told when a process ended unasked, and then it is started again. Without it, it stays down. */
  readonly onCrash?: (name: string) => void
}

export interface RunningExchange {
  /** As browsers see it, through the balancer: `http://localhost:8400`. */
  readonly url: string
  readonly databaseUrl: string
  readonly processes: readonly ExchangeProcess[]
}

export interface London {
  readonly sel: RunningExchange
  readonly ncl: RunningExchange
  readonly database: { stop(): Promise<void>; start(): Promise<void> }
  readonly city: StartedCity
  /** Every system by id, with `pds`, `sign-in`, `peer-sel` (the way to SEL) and `peer-ncl`. */
  readonly faults: ReadonlyMap<string, FaultProxy>
  /** Both directions between the exchanges. */
  readonly peerLink: { set(fault: Fault): Promise<void> }
  readonly switchboard: string
  stop(): Promise<void>
}

/** Accredited system ids of the two ends, made up. */
const SPINE_ASID: Readonly<Record<ExchangeName, string>> = { SEL: '200000000115', NCL: '200000000116' }
const PORTS_TRIED = 50

/**
 * Starts all of London on this machine: PostgreSQL, keys, the city, two exchanges of several processes each behind a balancer,
 * the ways between them. Resolves when every process is healthy; whatever fails on the way, nothing is left running.
 *
 * @throws with words for people.
 */
export async function startLondon(options: LondonOptions): Promise<London> {
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const running: (() => Promise<void>)[] = []
  const started = <T extends { readonly stop: () => Promise<void> }>(part: T): T => {
    running.unshift(part.stop)
    return part
  }
  const stop = async (): Promise<void> => {
    for (const end of running.splice(0)) await end()
    if (options.ephemeral === true) rmSync(dir, { recursive: true, force: true })
  }
  try {
    return await build(dir, options, started, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

type Started = <T extends { readonly stop: () => Promise<void> }>(part: T) => T

async function build(dir: string, options: LondonOptions, started: Started, stop: () => Promise<void>): Promise<London> {
  const now = new Date()
  const count = options.processes ?? 2
  const database = await restartable(dir, options.ephemeral === true)
  started({ stop: options.ephemeral === true ? database.remove : database.stop })
  const { exchanges: keys } = await preparePki(
    join(dir, 'pki'),
    EXCHANGES.map(exchange => ({ exchange, processes: count })),
    now,
  )

  const plans: Record<ExchangeName, Plan> = {
    SEL: await plan('SEL', options.ports?.SEL ?? 0, count, started),
    NCL: await plan('NCL', options.ports?.NCL ?? 0, count, started),
  }
  const city = started(
    await startCity({
      now,
      clients: EXCHANGES.map(exchange => ({
        exchange,
        redirectUris: [`${plans[exchange].url}/sign-in/return`],
        publicJwk: keysOf(keys, exchange).clientJwk,
      })),
      ...(options.faults === undefined ? {} : { faults: options.faults }),
    }),
  )
  const peers = { SEL: `https://localhost:${plans.SEL.peerWay.port}`, NCL: `https://localhost:${plans.NCL.peerWay.port}` }
  const documents = londonCatalogue({ now, urls: { systems: city.systems, nrl: city.nrl, peers }, city: city.people })
  for (const exchange of EXCHANGES) await applyTo(database.url(exchange.toLowerCase()), documents[exchange], now)

  const logs = join(dir, 'log')
  mkdirSync(logs, { recursive: true, mode: 0o700 })
  const processesOf = (exchange: ExchangeName): readonly ExchangeProcess[] =>
    plans[exchange].processes.map((ports, n) => {
      const name = `${exchange.toLowerCase()}-${n + 1}`
      return started(
        runExchange({
          name,
          port: ports.port,
          environment: environmentOf(
            exchange,
            n,
            ports,
            plans[exchange].url,
            keysOf(keys, exchange),
            database,
            city,
            join(dir, 'spool', name),
          ),
          log: join(logs, `${name}.log`),
          ...(options.onCrash === undefined ? {} : { onCrash: options.onCrash }),
        }),
      )
    })
  const running = (exchange: ExchangeName): RunningExchange => ({
    url: plans[exchange].url,
    databaseUrl: database.url(exchange.toLowerCase()),
    processes: processesOf(exchange),
  })
  const [sel, ncl] = [running('SEL'), running('NCL')]

  const faults = new Map<string, FaultProxy>([...city.faults, ['peer-sel', plans.SEL.peerWay], ['peer-ncl', plans.NCL.peerWay]])
  const lines = new Map([
    ...[...city.faults].map(([id, proxy]): [string, { title: string; proxy: FaultProxy }] => [id, { title: titleOf(id), proxy }]),
    ...EXCHANGES.map((exchange): [string, { title: string; proxy: FaultProxy }] => [
      `peer-${exchange.toLowerCase()}`,
      { title: `The way to ${exchange} from other exchanges`, proxy: plans[exchange].peerWay },
    ]),
  ])
  const switchboard = started(await startSwitchboard({ lines, port: await portFrom(options.ports?.switchboard ?? 0) }))
  await Promise.all([...sel.processes, ...ncl.processes].map(each => each.healthy()))
  return {
    sel,
    ncl,
    database,
    city,
    faults,
    peerLink: {
      async set(fault) {
        await Promise.all(EXCHANGES.map(exchange => plans[exchange].peerWay.set(fault)))
      },
    },
    switchboard: switchboard.url,
    stop,
  }
}

interface ProcessPorts {
  readonly port: number
  readonly mtlsPort: number
}

interface Plan {
  readonly url: string
  readonly processes: readonly ProcessPorts[]
  /** What other exchanges come through. */
  readonly peerWay: FaultProxy
}

async function plan(exchange: ExchangeName, preferred: number, count: number, started: Started): Promise<Plan> {
  const processes: ProcessPorts[] = []
  for (let n = 0; n < count; n++) processes.push({ port: await freePort(), mtlsPort: await freePort() })
  const publicWay = started(await roundRobin({ port: await portFrom(preferred), targets: () => processes.map(({ port }) => port) }))
  const balancer = started(await roundRobin({ targets: () => processes.map(({ mtlsPort }) => mtlsPort) }))
  const peerWay = started(await faultProxy({ target: { port: balancer.port } }))
  return { url: `http://localhost:${publicWay.port}`, processes, peerWay }
}

/** The first free port from one on; any when it is 0. */
async function portFrom(preferred: number): Promise<number> {
  if (preferred === 0) return freePort()
  for (let port = preferred; port < preferred + PORTS_TRIED; port++) {
    const free = await freePort('127.0.0.1', port).catch(() => undefined)
    if (free !== undefined) return free
  }
  throw new Error(`Ports ${preferred} to ${preferred + PORTS_TRIED - 1} are all taken.`)
}

/** A cluster that can be stopped and started again in the same place, as when a database fails over. */
async function restartable(dir: string, ephemeral: boolean) {
  const databases = EXCHANGES.map(exchange => exchange.toLowerCase())
  const options = { dir: join(dir, 'postgres'), databases, durable: !ephemeral }
  let server: EmbeddedPostgres = await startEmbeddedPostgres(options)
  const { port } = server
  return {
    url: (name: string) => server.url(name),
    stop: () => server.stop(),
    remove: () => server.remove(),
    async start() {
      server = await startEmbeddedPostgres({ ...options, port })
    },
  }
}

async function applyTo(url: string, document: unknown, now: Date): Promise<void> {
  const pool = openPool({ url, max: 1, statementTimeoutMs: 60_000 })
  try {
    await migrate(pool)
    const applied = await apply(pool, document, now)
    if (!applied.ok) throw new Error(`The catalogue was not taken: ${applied.fault.detail}`, { cause: applied.fault.cause })
  } finally {
    await pool.end()
  }
}

function keysOf(keys: ReadonlyMap<string, ExchangeKeys>, exchange: ExchangeName): ExchangeKeys {
  const found = keys.get(exchange)
  if (found === undefined) throw new Error(`No keys were made for ${exchange}.`)
  return found
}

function environmentOf(
  exchange: ExchangeName,
  n: number,
  ports: ProcessPorts,
  publicUrl: string,
  keys: ExchangeKeys,
  database: { url(name: string): string },
  city: StartedCity,
  spool: string,
): NodeJS.ProcessEnv {
  const certificate = keys.processes[n]
  if (certificate === undefined) throw new Error(`No certificate was made for process ${n + 1} of ${exchange}.`)
  mkdirSync(spool, { recursive: true, mode: 0o700 })
  return {
    PATH: process.env['PATH'],
    LCR_EXCHANGE: exchange,
    LCR_DATABASE_URL: database.url(exchange.toLowerCase()),
    LCR_PUBLIC_URL: publicUrl,
    LCR_HOST: '127.0.0.1',
    LCR_PORT: String(ports.port),
    LCR_MTLS_PORT: String(ports.mtlsPort),
    LCR_MTLS_CERT: certificate.cert,
    LCR_MTLS_KEY: certificate.key,
    LCR_MTLS_CA: certificate.ca,
    LCR_SIGNING_KEY: keys.signingKey,
    LCR_CLIENT_KEY: keys.clientKey,
    LCR_TOKEN_KEY: keys.tokenKey,
    LCR_SEAL_KEY: keys.sealKey,
    LCR_OIDC_ISSUER: city.issuer,
    LCR_OIDC_CLIENT_ID: clientIdOf(exchange),
    LCR_PDS_URL: city.pds.url,
    LCR_PDS_TOKEN_URL: city.pds.tokenUrl,
    LCR_PDS_CLIENT_ID: clientIdOf(exchange),
    LCR_SPINE_ASID: SPINE_ASID[exchange],
    LCR_RULE_SETS: 'synthetic',
    LCR_SPOOL_DIR: spool,
    LCR_LOG_LEVEL: 'info',
  }
}
