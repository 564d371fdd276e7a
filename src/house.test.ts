import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = (folder: string): readonly string[] => globSync(`src/${folder}/**/*.ts`, { cwd: root })
const isTest = (path: string): boolean => /\.test\.ts$|\bfor-tests\.ts$/.test(path)

/** Every specifier a file imports: static, re-exported, for side effects, and dynamic. */
function imports(path: string): readonly { readonly from: string; readonly onlyTypes: boolean }[] {
  const text = read(path)
  const fixed = [...text.matchAll(/^\s*(import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)]
  const dynamic = [...text.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)]
  return [
    ...fixed.map(([, , type, from = '']) => ({ from, onlyTypes: type !== undefined })),
    ...dynamic.map(([, from = '']) => ({ from, onlyTypes: false })),
  ]
}

/** Where a relative import leads, from `src` on; undefined for packages. */
const home = (path: string, from: string): string | undefined =>
  from.startsWith('.') ? relative('src', join(dirname(path), from)) : undefined

const leansOn = (files: readonly string[], allowed: (home: string, path: string) => boolean): readonly string[] =>
  files.flatMap(path =>
    imports(path).flatMap(({ from }) => {
      const target = home(path, from)
      return target === undefined || allowed(target, path) ? [] : [`${path} imports ${target}`]
    }),
  )

const rooms = existsSync(join(root, 'src/exchange'))
  ? readdirSync(join(root, 'src/exchange'), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name)
  : []

// Tests may also start a real database.
const forTests = (target: string, path: string): boolean => isTest(path) && target.startsWith('platform/')

for (const room of rooms.filter(name => name !== 'doors')) {
  test(`exchange/${room} leans only on itself and care-record`, () => {
    const inside = (target: string, path: string): boolean =>
      target.startsWith(`exchange/${room}/`) || target.startsWith('care-record/') || forTests(target, path)
    assert.deepEqual(leansOn(sources(`exchange/${room}`), inside), [])
  })
}

test('doors open corridors and pages, never rooms', () => {
  const inside = (target: string, path: string): boolean =>
    /^(exchange\/doors\/|exchange\/[^/]+\.ts$|care-record\/|viewer\/)/.test(target) ||
    forTests(target, path) ||
    (isTest(path) && target.startsWith('london/'))
  assert.deepEqual(leansOn(sources('exchange/doors'), inside), [])
})

test('the viewer leans only on itself and care-record', () => {
  assert.deepEqual(
    leansOn(
      sources('viewer'),
      (target, path) => /^(viewer|care-record)\//.test(target) || (isTest(path) && target.startsWith('../scripts/')),
    ),
    [],
  )
})

test('care-record leans on itself alone, and on packages for types only', () => {
  assert.deepEqual(
    leansOn(sources('care-record'), target => target.startsWith('care-record/')),
    [],
  )
  const used = sources('care-record')
    .filter(path => !isTest(path))
    .flatMap(path => imports(path).filter(({ from, onlyTypes }) => !from.startsWith('.') && !from.startsWith('node:') && !onlyTypes))
  assert.deepEqual(used, [])
})

test('the synthetic city is in nothing that is deployed', () => {
  const deployed = ['exchange', 'platform', 'viewer', 'care-record'].flatMap(sources).filter(path => !isTest(path))
  assert.deepEqual(
    leansOn(deployed, target => !target.startsWith('london/')),
    [],
  )
})

test('every dependency is pinned to one version', () => {
  const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>
  const loose = ['dependencies', 'devDependencies', 'optionalDependencies']
    .flatMap(kind => Object.entries(manifest[kind] ?? {}))
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
  assert.deepEqual(loose, [])
})

test('no file is unfinished or tells of the machine it was written on', () => {
  const unfinished = ['TO', 'DO', '|FIX', 'ME|X', 'XX'].join('')
  const elsewhere = ['/wo', 'rk/(main|sha', 'red)'].join('')
  const marks = new RegExp(`\\b(${unfinished})\\b|${elsewhere}`)
  const files = globSync('{src,scripts,requirements,bench,docs}/**/*.{ts,mjs,md,sql,css}', { cwd: root }).filter(
    path => path !== 'src/house.test.ts',
  )
  assert.deepEqual(
    files.filter(path => marks.test(read(path))),
    [],
  )
})

test('no test waits for a clock to have gone a certain way', () => {
  const timed = /assert\.[a-z]+\([^)]*\b(performance\.now|Date\.now)\(\)[^)]*[<>]/i
  const files = globSync('{src,requirements}/**/*.test.ts', { cwd: root })
  assert.deepEqual(
    files.filter(path => timed.test(read(path))),
    [],
  )
})

test('data tables: each file has its own number and room', () => {
  const names = globSync('src/exchange/*/tables/*.sql', { cwd: root }).map(path => path.split('/').at(-1) ?? '')
  assert.deepEqual(
    names.filter(name => !/^\d{4}-[a-z0-9-]+\.sql$/.test(name)),
    [],
  )
  assert.equal(new Set(names.map(name => name.slice(0, 4))).size, names.length, 'numbers are used once')
})
