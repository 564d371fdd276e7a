import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { dot, spec } from 'node:test/reporters'

/**
 * Runs the tests: `fast` (beside the code), `all` (the slow ones and the requirements too) or `long` (only the long), and
 * says which files took longest. Further arguments choose the files whose path holds one of them; `--dot` prints only what
 * fails; others that begin with `--` go to node.
 */
const [which = 'fast', ...rest] = process.argv.slice(2)
const root = join(import.meta.dirname, '..')
/** A slow file has a whole city of its own, some forty processes: three at once on two cores, and waits of seconds run out. */
const CONCURRENCY = 2
/** A test that hangs fails after this many milliseconds; nothing is asserted about time. */
const HUNG_MS = 240_000

const found = (pattern: string): readonly string[] => globSync(pattern, { cwd: root, exclude: path => path.includes('node_modules') })
const named = found('{src,scripts,bench}/**/*.test.ts')
const isLong = (path: string): boolean => path.endsWith('.long.test.ts')
const length = (path: string): number => statSync(join(root, path)).size
/** The longest file first, so that none of them runs alone at the end. */
const longestFirst = (paths: readonly string[]): readonly string[] => paths.toSorted((a, b) => length(b) - length(a))

const slow = longestFirst([...named.filter(path => path.endsWith('.slow.test.ts')), ...found('requirements/**/*.test.ts')])
const fast = longestFirst(named.filter(path => !slow.includes(path) && !isLong(path)))
const sets = {
  fast,
  all: [...slow.filter(path => !isLong(path)), ...fast],
  long: [...new Set([...named, ...found('requirements/**/*.long.test.ts')].filter(isLong))],
}

const isSet = (name: string): name is keyof typeof sets => Object.hasOwn(sets, name)
const options = rest.filter(argument => argument.startsWith('--'))
const wanted = rest.filter(argument => !argument.startsWith('--'))
const files = isSet(which) ? sets[which].filter(path => wanted.length === 0 || wanted.some(part => path.includes(part))) : []
if (!isSet(which) || files.length === 0) {
  console.error(isSet(which) ? 'No test file matches.' : `No set of tests is called '${which}': fast, all or long.`)
  process.exit(2)
}
if (process.env['LCR_CORPORA'] === undefined || !existsSync(process.env['LCR_CORPORA'])) {
  console.error('LCR_CORPORA names no folder: the tests over outside data will be skipped.')
}

const took = new Map<string, number>()
const stream = run({
  cwd: root,
  files: files.map(path => join(root, path)),
  concurrency: CONCURRENCY,
  execArgv: [`--test-timeout=${HUNG_MS}`, ...options.filter(option => option !== '--dot')],
})
stream.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1
})
stream.on('test:summary', ({ file, duration_ms: ms }) => {
  if (file !== undefined) took.set(file, ms)
})
stream.on('end', () => {
  const slowest = [...took].toSorted(([, a], [, b]) => b - a).slice(0, 12)
  if (which !== 'fast')
    console.error(slowest.map(([file, ms]) => `${(ms / 1000).toFixed(0).padStart(5)} s  ${file.slice(root.length + 1)}`).join('\n'))
})
if (options.includes('--dot')) stream.compose(dot).pipe(process.stdout)
else stream.compose(spec).pipe(process.stdout)
