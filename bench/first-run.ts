import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createVisitor } from '../requirements/support/visitor.ts'
import type { PartMessage } from '../src/viewer/models.ts'
import { keep, machine, table } from './view/report.ts'

/**
 * `npm run bench:first-run`: what somebody new waits for, from a fresh clone in an empty folder to the essentials of a record,
 * and what the city takes at rest. The ports of `npm start` must be free.
 *
 * `--short` writes nothing down.
 */
const ROOT = join(import.meta.dirname, '..')
const REST_MS = 20_000
const ESSENTIALS = ['allergies', 'medicines', 'problems']
const STORY = { doctor: 'Shah', person: '9991234519' } as const

const folder = mkdtempSync(join(tmpdir(), 'lcr-first-run-'))
chmodSync(folder, 0o711)
const clone = join(folder, 'london-care-record')
const now = (): number => performance.now()
const seconds = (ms: number): string => (ms / 1_000).toFixed(1)

function run(command: string, args: readonly string[], cwd: string): number {
  const began = now()
  const { status, stderr } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args[0] ?? ''} failed: ${stderr.slice(-500)}`)
  return now() - began
}

/** `npm start` until it says that London is running. */
async function start(): Promise<{ readonly child: ChildProcess; readonly tookMs: number }> {
  const began = now()
  // Its own group, so that it is stopped as by Ctrl-C.
  const child = spawn('npm', ['start'], { cwd: clone, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  let said = ''
  child.stdout.setEncoding('utf8')
  for await (const text of child.stdout as AsyncIterable<string>) {
    said += text
    if (said.includes('London is running')) break
  }
  if (!said.includes('London is running')) throw new Error(`London did not start: ${said.slice(-500)}`)
  child.stdout.resume()
  return { child, tookMs: now() - began }
}
async function stop(child: ChildProcess): Promise<number> {
  const began = now()
  const ended = once(child, 'exit')
  process.kill(-(child.pid ?? 0), 'SIGINT')
  await ended
  return now() - began
}

interface CityFile {
  readonly exchanges: readonly { readonly id: string; readonly viewer: string }[]
  readonly users: readonly { readonly card: string; readonly name: string }[]
}
const hasEssentials = (parts: readonly PartMessage[]): boolean => {
  const there = new Set(parts.flatMap(({ sections }) => sections.filter(({ upserts }) => upserts.length > 0).map(({ id }) => id)))
  return ESSENTIALS.every(section => there.has(section as PartMessage['sections'][number]['id']))
}
/** Milliseconds of signing in, and from asking for the record to its essentials on the wire. */
async function look(): Promise<{ readonly signInMs: number; readonly essentialsMs: number }> {
  const city = JSON.parse(readFileSync(join(clone, '.london', 'city.json'), 'utf8')) as CityFile
  const base = city.exchanges.find(({ id }) => id === 'SEL')?.viewer
  const card = city.users.find(({ name }) => name.includes(STORY.doctor) || name.includes(STORY.doctor.toUpperCase()))?.card
  if (base === undefined || card === undefined) throw new Error('city.json names no such exchange or doctor.')
  const visitor = createVisitor(base)
  const began = now()
  await visitor.signIn(card)
  const signedIn = now()
  const { id } = await visitor.open(STORY.person)
  await visitor.settled(id, hasEssentials)
  return { signInMs: signedIn - began, essentialsMs: now() - signedIn }
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly words: string
}
const processes = (): readonly Process[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .flatMap(pid => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        return [{ pid, parent, words: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }]
      } catch {
        return []
      }
    })
/** Proportional share of memory, bytes: what two processes share counts half for each. */
const pssOf = (pid: number): number => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1_024

/** What each kind of process of London takes, bytes. */
function atRest(root: number): ReadonlyMap<string, readonly number[]> {
  const all = processes()
  const tree = [root]
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map(({ pid: child }) => child))
  const kindOf = (words: string): string => {
    if (words.includes('exchange/server.ts')) return 'process of an exchange'
    if (words.includes('london/start.ts')) return 'the city: fifty systems, register, sign-in, switchboard'
    return words.includes('postgres') ? 'database, all of its processes' : 'npm'
  }
  const sizes = new Map<string, number[]>()
  for (const { pid, words } of all) {
    if (!tree.includes(pid)) continue
    const kind = kindOf(words)
    sizes.set(kind, [...(sizes.get(kind) ?? []), pssOf(pid)])
  }
  return sizes
}

run('git', ['clone', '--quiet', '--depth', '1', `file://${ROOT}`, clone], folder)
const installMs = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], clone)
const first = await start()
const firstLook = await look()
await stop(first.child)
const warm = await start()
const warmLook = await look()
await pause(REST_MS)
const sizes = atRest(warm.child.pid ?? 0)
const stopMs = await stop(warm.child)
rmSync(folder, { recursive: true, force: true })

const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const found = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}: a fresh clone in an empty folder, packages from npm's cache or its registry.`,
  table(
    ['what', 'seconds', 'aim'],
    [
      ['packages installed (`npm ci`)', seconds(installMs), '60'],
      ['first start to running', seconds(first.tookMs), '15'],
      [
        'sign in, then find and open until allergies, medicines and problems are there',
        `${seconds(firstLook.signInMs)}, ${seconds(firstLook.essentialsMs)}`,
        '',
      ],
      ['clone to a record, all of it', seconds(installMs + first.tookMs + firstLook.signInMs + firstLook.essentialsMs), '180'],
      ['start again', seconds(warm.tookMs), '15'],
      ['the same record then', `${seconds(warmLook.signInMs)}, ${seconds(warmLook.essentialsMs)}`, ''],
      ['Ctrl-C to nothing left', seconds(stopMs), ''],
    ],
  ),
  table(
    ['at rest, proportional share of memory', 'processes', 'MB each, least to most', 'MB'],
    [
      ...Array.from(sizes, ([kind, each]) => [
        kind,
        String(each.length),
        `${mb(Math.min(...each))} to ${mb(Math.max(...each))}`,
        mb(sum(each)),
      ]),
      ['all (aim 2,048)', String(sum([...sizes.values()].map(each => each.length))), '', `**${mb(sum([...sizes.values()].flat()))}**`],
    ],
  ),
].join('\n\n')
process.stdout.write(`${found}\n`)
if (!process.argv.includes('--short')) keep('first-run', found)
