import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { Disclosed, Item } from '../care-record/item.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/**
 * The full items of one view, for the item panel. Parsed while the walk runs; after `shed` only compressed bytes, so
 * that a view which is merely being read costs little memory. Nothing here outlives its view.
 */
export interface ItemStore {
  /** Replaces what stood under the same key (a source asked again). */
  readonly put: (key: string, items: readonly Disclosed<Item>[]) => void
  readonly get: (id: string) => Promise<Disclosed<Item> | undefined>
  /** Compresses all that is still parsed. */
  readonly shed: () => Promise<void>
  /** Bytes kept, compressed and parsed (as JSON), for the limit of one view. */
  readonly bytes: () => number
  readonly clear: () => void
}

interface Batch {
  parsed: readonly Disclosed<Item>[] | undefined
  packed: Buffer | undefined
  bytes: number
}

export function createItemStore(): ItemStore {
  const batches = new Map<string, Batch>()
  const homes = new Map<string, string>()
  return {
    put(key, items) {
      batches.set(key, { parsed: items, packed: undefined, bytes: 0 })
      for (const item of items) homes.set(item.id, key)
    },
    async get(id) {
      const batch = batches.get(homes.get(id) ?? '')
      if (!batch) return undefined
      const items =
        batch.parsed ?? (batch.packed ? (JSON.parse((await decompress(batch.packed)).toString('utf8')) as Disclosed<Item>[]) : [])
      return items.find(item => item.id === id)
    },
    async shed() {
      for (const [key, batch] of batches) {
        if (!batch.parsed) continue
        const packed = await compress(JSON.stringify(batch.parsed.map(item => ({ ...item, parents: [] }))))
        if (batches.get(key) !== batch) continue
        batch.packed = packed
        batch.parsed = undefined
        batch.bytes = packed.length
      }
    },
    bytes: () => [...batches.values()].reduce((sum, batch) => sum + batch.bytes, 0),
    clear() {
      batches.clear()
      homes.clear()
    },
  }
}
