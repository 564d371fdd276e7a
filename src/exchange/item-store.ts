import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { Disclosed, Item } from '../care-record/item.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** How long a walk must have rested before its items are compressed, milliseconds: the page comes first. */
const SHED_AFTER_MS = 1_500
/** What a parsed item is taken to need: a statement with its meta, narrative and codes. */
const PARSED_BYTES = 1_500

/**
 * The full items of one view, for the item panel. Parsed while the walk runs and shortly after; then only compressed
 * bytes, so that a view which is merely being read costs little memory. Nothing here outlives its view.
 */
export interface ItemStore {
  /** Replaces what stood under the same key (a source asked again). */
  readonly put: (key: string, items: readonly Disclosed<Item>[]) => void
  readonly get: (id: string) => Promise<Disclosed<Item> | undefined>
  /** All items that stand under a key, in the order they came. */
  readonly at: (key: string) => Promise<readonly Disclosed<Item>[]>
  /** The key an item stands under. */
  readonly homeOf: (id: string) => string | undefined
  /** Keys of one exchange (`stateKey` begins with it) under which any of these items stands. */
  readonly homesOf: (exchange: string, ids: ReadonlySet<string>) => ReadonlySet<string>
  /** Every item with its version. */
  readonly versions: () => Iterable<readonly [id: string, version: string]>
  /** The walk has come to rest: what is still parsed is compressed soon, unless more is put meanwhile. */
  readonly shedSoon: () => void
  /** Bytes kept, for the limit of one view: compressed, and an estimate of what is still parsed. */
  readonly bytes: () => number
  readonly clear: () => void
}

/** Several batches compressed together. */
interface Pack {
  readonly zstd: Buffer
  /** Being decompressed: the statements of one entry are asked for at once. */
  opening: Promise<Buffer> | undefined
}
interface Batch {
  readonly ids: readonly string[]
  held: { readonly items: readonly Disclosed<Item>[] } | { readonly pack: Pack; readonly from: number; readonly end: number }
}

/** @param shedAfterMs how long the walk must have rested, milliseconds. */
export function createItemStore(shedAfterMs = SHED_AFTER_MS): ItemStore {
  const batches = new Map<string, Batch>()
  const homes = new Map<string, { readonly key: string; readonly version: string }>()
  let timer: NodeJS.Timeout | undefined
  /** Counts what was put: a shedding that was overtaken gives way to the next. */
  let puts = 0

  async function shed(): Promise<void> {
    const began = puts
    const texts: { batch: Batch; bytes: Buffer }[] = []
    for (const batch of batches.values()) {
      if (!('items' in batch.held)) continue
      texts.push({ batch, bytes: Buffer.from(JSON.stringify(batch.held.items.map(item => ({ ...item, parents: [] })))) })
      // A view may hold thousands; others are not kept waiting for all of them.
      await turn()
      if (puts !== began) return
    }
    if (texts.length === 0) return
    const zstd = await compress(Buffer.concat(texts.map(({ bytes }) => bytes)))
    if (puts !== began) return
    const pack: Pack = { zstd, opening: undefined }
    let from = 0
    for (const { batch, bytes } of texts) {
      batch.held = { pack, from, end: from + bytes.length }
      from += bytes.length
    }
  }
  const open = (pack: Pack): Promise<Buffer> =>
    (pack.opening ??= decompress(pack.zstd).finally(() => {
      pack.opening = undefined
    }))

  const itemsIn = async ({ held }: Batch): Promise<readonly Disclosed<Item>[]> =>
    'items' in held ? held.items : (JSON.parse((await open(held.pack)).toString('utf8', held.from, held.end)) as readonly Disclosed<Item>[])

  return {
    put(key, items) {
      puts += 1
      clearTimeout(timer)
      for (const id of batches.get(key)?.ids ?? []) if (homes.get(id)?.key === key) homes.delete(id)
      batches.set(key, { ids: items.map(({ id }) => id), held: { items } })
      for (const { id, version } of items) homes.set(id, { key, version })
    },
    async get(id) {
      const batch = batches.get(homes.get(id)?.key ?? '')
      return batch && (await itemsIn(batch)).find(item => item.id === id)
    },
    async at(key) {
      const batch = batches.get(key)
      return batch ? itemsIn(batch) : []
    },
    homeOf: id => homes.get(id)?.key,
    homesOf(exchange, ids) {
      const keys = new Set<string>()
      for (const id of ids) {
        const key = homes.get(id)?.key
        if (key?.startsWith(`${exchange}/`) === true) keys.add(key)
      }
      return keys
    },
    *versions() {
      for (const [id, { version }] of homes) yield [id, version]
    },
    shedSoon() {
      clearTimeout(timer)
      // What could not be compressed stays parsed, and counts as that.
      timer = setTimeout(() => void shed().catch(() => {}), shedAfterMs).unref()
    },
    bytes() {
      let sum = 0
      const packs = new Set<Pack>()
      for (const { held, ids } of batches.values()) {
        if ('items' in held) sum += ids.length * PARSED_BYTES
        else packs.add(held.pack)
      }
      for (const pack of packs) sum += pack.zstd.length
      return sum
    },
    clear() {
      puts += 1
      clearTimeout(timer)
      batches.clear()
      homes.clear()
    },
  }
}
