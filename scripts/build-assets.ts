import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from 'sass'
import { build } from 'vite'

const viewer = fileURLToPath(new URL('../src/viewer', import.meta.url))
const out = join(viewer, 'assets')

/** Hash of everything the assets are made from; a test compares it with the one written beside them. */
export function sourceHash(): string {
  const hash = createHash('sha256')
  for (const folder of ['browser', 'styles'])
    for (const file of readdirSync(join(viewer, folder), { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|scss|svg)$/.test(file)) hash.update(`${folder}/${file}\n`).update(readFileSync(join(viewer, folder, file)))
  hash.update(readFileSync(fileURLToPath(import.meta.resolve('nhsuk-frontend/package.json'))))
  return hash.digest('hex')
}

/** Makes `src/viewer/assets` from `browser/` and `styles/`. */
export async function buildAssets(): Promise<void> {
  mkdirSync(out, { recursive: true })
  const { css } = compile(join(viewer, 'styles/viewer.scss'), {
    style: 'compressed',
    quietDeps: true,
    silenceDeprecations: ['import', 'global-builtin'],
  })
  writeFileSync(join(out, 'viewer.css'), css)
  copyFileSync(join(viewer, 'styles/icon.svg'), join(out, 'icon.svg'))
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: out,
      emptyOutDir: false,
      target: 'es2022',
      minify: true,
      lib: { entry: join(viewer, 'browser/record.ts'), formats: ['iife'], name: 'londonCareRecord', fileName: () => 'record.js' },
    },
  })
  writeFileSync(join(out, 'sources.sha256'), `${sourceHash()}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAssets()
