import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Runs the tests: `fast` (beside the code), `all` (the slow ones and the requirements too) or `long` (only the long).
 * Further arguments choose the files whose path holds one of them, or go to node when they begin with `--`.
 */
const root = join(import.meta.dirname, '..')
const CONCURRENCY = 2
/** A test that hangs fails after this many milliseconds; nothing is asserted about time. */
const HUNG_MS = 240_000

const found = (pattern: string): readonly string[] => globSync(pattern, { cwd: root, exclude: path => path.includes('node_modules') })
const named = found('{src,scripts,bench}/**/*.test.ts')
const slow = [...named.filter(path => path.endsWith('.slow.test.ts')), ...found('requirements/**/*.test.ts')]
const long = [...named, ...found('requirements/**/*.long.test.ts')].filter(path => path.endsWith('.long.test.ts'))
const fast = named.filter(path => !slow.includes(path) && !long.includes(path))

const sets: Readonly<Record<string, readonly string[]>> = {
  fast,
  all: [...fast, ...slow.filter(path => !long.includes(path))],
  long: [...new Set(long)],
}

const [which = 'fast', ...rest] = process.argv.slice(2)
const options = rest.filter(argument => argument.startsWith('--'))
const wanted = rest.filter(argument => !argument.startsWith('--'))
const files = sets[which]?.filter(path => wanted.length === 0 || wanted.some(part => path.includes(part))).toSorted()

if (files === undefined || files.length === 0) {
  console.error(files === undefined ? `No set of tests is called '${which}': fast, all or long.` : 'No test file matches.')
  process.exit(2)
}
if (process.env['LCR_CORPORA'] === undefined || !existsSync(process.env['LCR_CORPORA'])) {
  console.error('LCR_CORPORA names no folder: the tests over outside data will be skipped.')
}

const child = spawn(process.execPath, ['--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${HUNG_MS}`, ...options, ...files], {
  cwd: root,
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
