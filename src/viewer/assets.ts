import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

export interface Asset {
  readonly type: string
  readonly body: Buffer
}

const types = {
  'record.js': 'text/javascript; charset=utf-8',
  'chart.js': 'text/javascript; charset=utf-8',
  'viewer.css': 'text/css; charset=utf-8',
  'charts.css': 'text/css; charset=utf-8',
  'print.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const
type Name = keyof typeof types

const files = (Object.keys(types) as Name[]).map(name => {
  const file = new URL(`./assets/${name}`, import.meta.url)
  const body = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const [stem, ending] = name.split('.')
  const path = `/assets/${stem}.${createHash('sha256').update(body).digest('hex').slice(0, 10)}.${ending}`
  return { name, path, asset: { type: types[name], body } }
})

/** Everything the pages load, by path. A path names its bytes, so it may be kept for ever (`immutable`). */
export const assets: ReadonlyMap<string, Asset> = new Map(files.map(({ path, asset }) => [path, asset]))

const paths = Object.fromEntries(files.map(({ name, path }) => [name, path])) as Record<Name, string>

export const assetPath = (name: Name): string => paths[name]
