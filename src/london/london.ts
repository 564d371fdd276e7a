import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '../platform/embedded-postgres.ts'
import { clientIdOf, londonCatalogue } from './catalogue.ts'
import { startCity } from './city.ts'
import type { CitySystemId, StartedCity } from './city.ts'
import { boardOf, wayTo } from './city-board.ts'
import { startCityDatabase } from './city-database.ts'
import type { CityDatabase } from './city-database.ts'
import { runExchange } from './exchange-process.ts'
import type { ExchangeProcess } from './exchange-process.ts'
import { bringIntoForce } from './in-force.ts'
import type { InForce } from './in-force.ts'
import type { Loaded } from './load/load.ts'
import { listsWhole } from './lists-whole.ts'
import { applyLoaded } from './load/with-loaded.ts'
import { LONDON_TOOLS } from './identity-provider/fhir-tokens.ts'
import { preparePki } from './pki/pki.ts'
import type { ExchangeKeys } from './pki/pki.ts'
import { EXCHANGES, exchangeTitles } from './places.ts'
import type { ExchangeName } from './places.ts'
import { startConnectCare } from './systems/connect-care-start.ts'
import { startSwitchboard } from './switchboard/switchboard.ts'
import { faultProxy } from './tcp/fault-proxy.ts'
import type { Fault, FaultProxy } from './tcp/fault-proxy.ts'
import { roundRobin } from './tcp/round-robin.ts'

export interface LondonOptions {
  /** Folder of databases, keys and logs. */
  readonly dir: string
  /** Which exchanges run, with the systems of their areas; two unless told. */
  readonly exchanges?: readonly ExchangeName[]
  /** Ports that people know; each free one after it is tried when it is taken. Any where none is told. */
  readonly ports?: Readonly<Partial<Record<ExchangeName | 'switchboard', number>>>
  /** Processes of each exchange; 2 unless told. */
  readonly processes?: number | ((exchange: ExchangeName) => number)
  /** What is wrong with which system from the start; nothing unless told. */
  readonly faults?: Readonly<Partial<Record<CitySystemId, Fault>>>
  /** Systems take as long to answer as real ones do; else they answer at once. */
  readonly latencies?: boolean
  /** Somebody's own test data: systems of South East London, their people in King's emergency department. */
  readonly loaded?: Loaded
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
  /** Those that run, in the order of the table. */
  readonly exchanges: ReadonlyMap<ExchangeName, RunningExchange>
  /** @throws when that exchange does not run. */
  readonly exchange: (name: ExchangeName) => RunningExchange
  readonly sel: RunningExchange
  readonly ncl: RunningExchange
  readonly database: CityDatabase
  readonly city: StartedCity
  /** Who is connected with whom. */
  readonly inForce: InForce
  /** Every system by id, with `pds`, `nrl`, `sign-in` and, for each exchange, the way to it from others: `peer-sel`. */
  readonly faults: ReadonlyMap<string, FaultProxy>
  /** Every way between exchanges. */
  readonly peerLink: { set(fault: Fault): Promise<void> }
  readonly switchboard: string
  stop(): Promise<void>
}

/** What runs unless more is told. */
export const SMALL_CITY: readonly ExchangeName[] = ['SEL', 'NCL']
/** Accredited system id of an exchange, made up. */
const spineAsidOf = (exchange: ExchangeName): string => String(200_000_000_115 + EXCHANGES.indexOf(exchange))
const PORTS_TRIED = 50

/**
 * Starts London on this machine: PostgreSQL, keys, the city, its exchanges of one or several processes each behind a balancer,
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
  const names = EXCHANGES.filter(exchange => (options.exchanges ?? SMALL_CITY).includes(exchange))
  const { processes = 2 } = options
  const countOf = (exchange: ExchangeName): number => (typeof processes === 'number' ? processes : processes(exchange))
  const { onCrash } = options
  const database = await startCityDatabase({
    dir: join(dir, 'postgres'),
    databases: names.map(databaseOf),
    durable: options.ephemeral !== true,
    ...(onCrash === undefined ? {} : { onCrash: () => onCrash('The database') }),
  })
  started({ stop: options.ephemeral === true ? database.remove : database.stop })
  const { exchanges: keys } = await preparePki(
    join(dir, 'pki'),
    names.map(exchange => ({ exchange, processes: countOf(exchange) })),
    now,
  )

  const planned = new Map<ExchangeName, Plan>()
  for (const exchange of names) planned.set(exchange, await plan(options.ports?.[exchange] ?? 0, countOf(exchange), started))
  const plans = [...planned]
  const city = started(
    await startCity({
      now,
      clients: plans.map(([exchange, { url }]) => ({
        exchange,
        redirectUris: [`${url}/sign-in/return`],
        publicJwk: keysOf(keys, exchange).clientJwk,
      })),
      ...(options.faults === undefined ? {} : { faults: options.faults }),
      latencies: options.latencies === true,
      ...(options.loaded === undefined ? {} : { loaded: options.loaded }),
    }),
  )
  const peers = Object.fromEntries(plans.map(([exchange, { peerWay }]) => [exchange, `https://localhost:${peerWay.port}`]))
  const told = londonCatalogue({ now, urls: { systems: city.systems, nrl: city.nrl, peers }, city: city.people })
  const { loaded } = options
  const home = told.get('SEL')
  const documents = loaded && home ? new Map([...told, ['SEL', applyLoaded(home, loaded, city.loaded, now)] as const]) : told
  const inForce = started(await bringIntoForce(documents, exchange => database.url(databaseOf(exchange)), now))

  const fhirClients = join(dir, 'fhir-clients.json')
  writeFileSync(fhirClients, JSON.stringify({ clients: [{ clientId: LONDON_TOOLS, organisations: '*' }] }))
  const joined = planned.get('SEL')
  const connectCare =
    joined &&
    started(
      await startConnectCare({
        dir,
        exchange: { url: joined.url, tokenKey: keysOf(keys, 'SEL').tokenKey },
        person: city.people.person,
      }),
    )
  // Where `npm run london:token` asks.
  writeFileSync(join(dir, 'sign-in.json'), JSON.stringify({ issuer: city.issuer }))
  const logs = join(dir, 'log')
  mkdirSync(logs, { recursive: true, mode: 0o700 })
  const exchanges = new Map(
    plans.map(([exchange, { url, processes: ports }]): [ExchangeName, RunningExchange] => [
      exchange,
      {
        url,
        databaseUrl: database.url(databaseOf(exchange)),
        processes: ports.map((each, n) => {
          const name = `${exchange.toLowerCase()}-${n + 1}`
          const spool = join(dir, 'spool', name)
          return started(
            runExchange({
              name,
              port: each.port,
              environment: {
                ...environmentOf(exchange, n, each, url, keysOf(keys, exchange), database, city, spool),
                LCR_FHIR_CLIENTS: fhirClients,
                ...(exchange === 'SEL' && connectCare ? { LCR_BRIDGES: connectCare.register } : {}),
              },
              log: join(logs, `${name}.log`),
              ...(onCrash === undefined ? {} : { onCrash }),
            }),
          )
        }),
      },
    ]),
  )

  const ways = new Map(plans.map(([exchange, { peerWay }]) => [exchange, peerWay]))
  const faults = new Map<string, FaultProxy>([
    ...city.faults,
    ...[...ways].map(([exchange, way]): [string, FaultProxy] => [wayTo(exchange), way]),
  ])
  const loadedTitles = new Map<string, string>(loaded?.systems.map(one => [one.id, `${one.organisation.name}: ${one.system}`]))
  const board = boardOf({ city, exchanges, ways, loadedTitles, inForce, database })
  const switchboard = started(await startSwitchboard({ board, port: await portFrom(options.ports?.switchboard ?? 0) }))
  await Promise.all([...exchanges.values()].flatMap(each => each.processes).map(each => each.healthy()))
  await Promise.all([...exchanges].map(([name, { databaseUrl }]) => listsWhole(exchangeTitles[name], databaseUrl)))
  const exchange = (name: ExchangeName): RunningExchange => {
    const found = exchanges.get(name)
    if (found === undefined) throw new Error(`${exchangeTitles[name]} does not run in this city.`)
    return found
  }
  return {
    exchanges,
    exchange,
    get sel() {
      return exchange('SEL')
    },
    get ncl() {
      return exchange('NCL')
    },
    database,
    city,
    inForce,
    faults,
    peerLink: {
      async set(fault) {
        await Promise.all(Array.from(ways.values(), way => way.set(fault)))
      },
    },
    switchboard: switchboard.url,
    stop,
  }
}

const databaseOf = (exchange: ExchangeName): string => exchange.toLowerCase()

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

async function plan(preferred: number, count: number, started: Started): Promise<Plan> {
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
  database: CityDatabase,
  city: StartedCity,
  spool: string,
): NodeJS.ProcessEnv {
  const certificate = keys.processes[n]
  if (certificate === undefined) throw new Error(`No certificate was made for process ${n + 1} of ${exchange}.`)
  mkdirSync(spool, { recursive: true, mode: 0o700 })
  return {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    NODE_OPTIONS: process.env['NODE_OPTIONS'],
    LCR_EXCHANGE: exchange,
    LCR_DATABASE_URL: database.url(databaseOf(exchange)),
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
    LCR_SPINE_ASID: spineAsidOf(exchange),
    LCR_RULE_SETS: 'synthetic',
    LCR_SPOOL_DIR: spool,
    LCR_LOG_LEVEL: 'info',
  }
}
