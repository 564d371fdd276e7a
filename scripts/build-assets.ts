import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from 'sass'
import { build } from 'vite'

const viewer = fileURLToPath(new URL('../src/viewer', import.meta.url))
const out = join(viewer, 'assets')

const stem = /nhsuk-[a-z0-9]+(?:[-_]+[a-z0-9]+)*(?:--)?/g

/** Classes of nhsuk-frontend that the pages write; one that ends in `--` stands for all its variants. */
export function usedClasses(): readonly string[] {
  const used = new Set<string>()
  for (const file of readdirSync(viewer, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.ts') && !file.endsWith('.test.ts'))
      for (const [name] of readFileSync(join(viewer, file), 'utf8').matchAll(stem)) used.add(name)
  return [...used].sort()
}

/** Leaves out of compressed CSS every selector that needs a class of nhsuk-frontend which no page writes. */
export function purged(css: string, used: readonly string[]): string {
  const exact = new Set(used)
  const families = used.filter(name => name.endsWith('--'))
  const isUsed = (selector: string): boolean =>
    Array.from(selector.replace(/:not\([^)]*\)/g, '').matchAll(/\.(nhsuk-[\w-]+)/g), m => m[1] ?? '').every(
      name => exact.has(name) || families.some(family => name.startsWith(family)),
    )
  const within = (text: string): string => {
    let out = ''
    for (let at = 0; at < text.length;) {
      const open = text.indexOf('{', at)
      if (open < 0) return out + text.slice(at)
      const statement = text.lastIndexOf(';', open)
      if (statement >= at) {
        out += text.slice(at, statement + 1)
        at = statement + 1
      }
      let end = open + 1
      for (let depth = 1; depth > 0 && end < text.length; end++) depth += text[end] === '{' ? 1 : text[end] === '}' ? -1 : 0
      const [head, body] = [text.slice(at, open), text.slice(open + 1, end - 1)]
      if (/^@(?:media|supports)/.test(head)) {
        const left = within(body)
        if (left !== '') out += `${head}{${left}}`
      } else {
        const left = head.startsWith('@') ? head : selectorsOf(head).filter(isUsed).join(',')
        if (left !== '') out += `${left}{${body}}`
      }
      at = end
    }
    return out
  }
  return within(css)
}

/** Splits at commas outside brackets. */
function selectorsOf(head: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at <= head.length; at++) {
    const char = head[at]
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    if (at === head.length || (char === ',' && depth === 0)) {
      found.push(head.slice(from, at))
      from = at + 1
    }
  }
  return found
}

/** Hash of everything the assets are made from; a test compares it with the one written beside them. */
export function sourceHash(): string {
  const hash = createHash('sha256').update(usedClasses().join(' '))
  for (const folder of ['browser', 'styles'])
    for (const file of readdirSync(join(viewer, folder), { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|scss|svg)$/.test(file)) hash.update(`${folder}/${file}\n`).update(readFileSync(join(viewer, folder, file)))
  hash.update(readFileSync(fileURLToPath(import.meta.resolve('nhsuk-frontend/package.json'))))
  return hash.digest('hex')
}

/** Makes `src/viewer/assets` from `browser/` and `styles/`: a file of styles for each that is no part (`_`) of another. */
export async function buildAssets(): Promise<void> {
  mkdirSync(out, { recursive: true })
  const used = usedClasses()
  const styles = readdirSync(join(viewer, 'styles')).filter(file => /^[a-z].*\.scss$/.test(file))
  for (const file of styles) {
    const { css } = compile(join(viewer, 'styles', file), {
      style: 'compressed',
      quietDeps: true,
      silenceDeprecations: ['import', 'global-builtin'],
    })
    writeFileSync(join(out, file.replace('.scss', '.css')), purged(css, used))
  }
  copyFileSync(join(viewer, 'styles/icon.svg'), join(out, 'icon.svg'))
  for (const script of ['record', 'chart'])
    await build({
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      build: {
        outDir: out,
        emptyOutDir: false,
        target: 'es2022',
        minify: true,
        lib: { entry: join(viewer, `browser/${script}.ts`), formats: ['iife'], name: 'londonCareRecord', fileName: () => `${script}.js` },
      },
    })
  writeFileSync(join(out, 'sources.sha256'), `${sourceHash()}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAssets()
