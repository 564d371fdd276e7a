// Runs under whatever Node the machine has (18 and later): nothing here may be newer than that.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const OLDEST = [24, 14]

function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Packages are those of package-lock.json: installed when they are missing or older than the lock file. */
export function installPackages() {
  const lock = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && (!existsSync(lock) || statSync(installed).mtimeMs >= statSync(lock).mtimeMs)) return
  if (existsSync(installed)) {
    // A checkout touches the lock file without changing it; npm knows the difference quickly.
    const same = spawnSync('npm', ['ls', '--all', '--silent'], { cwd: root, stdio: 'ignore' })
    if (same.status === 0 && existsSync(pinnedNodePath())) return
  }
  say('Installing packages (npm ci). The first time this takes about a minute.')
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (install.status === 0) return
  say('The packages could not be installed: `npm ci` failed, its words are above.')
  say('It needs npm on the PATH and a package registry it can reach. Then run the same command again.')
  process.exit(1)
}

function pinnedNodePath() {
  return join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
}

/** Path of the Node the project is written for: the pinned one, else this one when it is new enough. */
export function pinnedNode() {
  const pinned = pinnedNodePath()
  if (existsSync(pinned) && spawnSync(pinned, ['--version'], { stdio: 'ignore' }).status === 0) return pinned
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return process.execPath
  say(`This is Node ${process.versions.node}; London Care Record needs Node ${OLDEST.join('.')} or later.`)
  say(
    `On Linux (x64, arm64) npm installs one with the packages; for ${process.platform} ${process.arch} please install it from nodejs.org.`,
  )
  return process.exit(1)
}

/**
 * The environment children get: the pinned Node first in PATH, so that `node` means the same everywhere, and a place where it keeps
 * what it has compiled, which halves the start of a process.
 */
export function environment(node) {
  const { PATH, NODE_COMPILE_CACHE = join(root, 'node_modules', '.cache', 'compiled') } = process.env
  return { ...process.env, NODE_COMPILE_CACHE, PATH: [dirname(node), join(root, 'node_modules', '.bin'), PATH].filter(Boolean).join(':') }
}

/**
 * Runs one file of the project under the pinned Node and passes signals on to it.
 *
 * @returns its exit code; a child ended by a signal counts as 128 and the signal's number.
 */
export function run(file, args = [], nodeArgs = []) {
  const node = pinnedNode()
  const child = spawn(node, [...nodeArgs, file, ...args], { cwd: root, stdio: 'inherit', env: environment(node) })
  const pass = signal => child.kill(signal)
  // A terminal sends Ctrl-C to both; the child decides when all is stopped.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) pass('SIGINT')
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => pass(signal))
  return new Promise(resolve => {
    child.on('error', error => {
      say(`${node} could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}
