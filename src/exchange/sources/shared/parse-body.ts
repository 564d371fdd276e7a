import { createPause, isObject, type JsonObject } from './json.ts'

/** Deeper than this no clinical answer goes; a parser asked to go on would spend the stack. */
export const MAX_DEPTH = 64
/** Bytes looked at between two chances for others to run. */
const SCAN_SLICE = 512 * 1024
/** Below this a body is parsed in one call: measured, JSON.parse takes about 10 ms for it on one core. */
const PARSE_AT_ONCE = 1024 * 1024

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const COMMA = 0x2c

/** Where the elements of the outermost `entry` list stand in the bytes. */
interface Entries {
  readonly listFrom: number
  readonly listTo: number
  readonly elements: readonly (readonly [from: number, to: number])[]
}

/**
 * Reads a JSON object strictly: UTF-8 without any repair, at most `MAX_DEPTH` deep, nothing after its end.
 * Big Bundles are parsed entry by entry so that the event loop is never held for long.
 *
 * @returns `undefined` for anything that is not one well-formed JSON object; it never throws.
 */
export async function parseBody(body: Buffer): Promise<JsonObject | undefined> {
  const map = await scan(body)
  if (map === undefined) return undefined
  try {
    if (map === 'no-list' || body.length <= PARSE_AT_ONCE) return asObject(JSON.parse(decode(body, 0, body.length)))
    const head = decode(body, 0, map.listFrom + 1)
    const envelope = asObject(JSON.parse(`${head}${decode(body, map.listTo, body.length)}`))
    if (!envelope) return undefined
    const pause = createPause()
    const entry: unknown[] = []
    let end = map.listFrom + 1
    for (const [index, [from, to]] of map.elements.entries()) {
      if (!gapIs(body, end, from, index === 0 ? 0 : 1)) return undefined
      entry.push(JSON.parse(decode(body, from, to)))
      end = to
      await pause()
    }
    return gapIs(body, end, map.listTo, 0) ? { ...envelope, entry } : undefined
  } catch {
    return undefined
  }
}

const asObject = (value: unknown): JsonObject | undefined => (isObject(value) ? value : undefined)

function decode(body: Buffer, from: number, to: number): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body.subarray(from, to))
}

/** Between two elements stands white space and exactly this many commas. */
function gapIs(body: Buffer, from: number, to: number, commas: number): boolean {
  let found = 0
  for (let at = from; at < to; at++) {
    const byte = body[at]
    if (byte === COMMA) found += 1
    else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false
  }
  return found === commas
}

/** One pass over the bytes: depth, and where the entries are. `undefined` when too deep or never closed. */
async function scan(body: Buffer): Promise<Entries | 'no-list' | undefined> {
  const elements: (readonly [number, number])[] = []
  const pause = createPause()
  let depth = 0
  let listFrom = -1
  let listTo = -1
  let elementFrom = -1
  let stringFrom = -1
  let lastString: readonly [number, number] = [0, 0]
  let nextStop = SCAN_SLICE
  for (let at = 0; at < body.length; at++) {
    if (at >= nextStop) {
      nextStop = at + SCAN_SLICE
      await pause()
    }
    const byte = body[at]
    if (stringFrom >= 0) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) {
        if (depth === 1) lastString = [stringFrom, at]
        stringFrom = -1
      }
      continue
    }
    if (byte === QUOTE) stringFrom = at + 1
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1
      if (depth > MAX_DEPTH) return undefined
      if (depth === 2 && byte === OPEN_BRACKET && body.toString('latin1', lastString[0], lastString[1]) === 'entry') {
        // A key given twice has two meanings; which one holds must not depend on who reads it.
        if (listFrom >= 0) return undefined
        listFrom = at
      } else if (depth === 3 && listFrom >= 0 && listTo < 0) elementFrom = at
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 3 && elementFrom >= 0) {
        elements.push([elementFrom, at + 1])
        elementFrom = -1
      } else if (depth === 2 && listFrom >= 0 && listTo < 0) listTo = at
      depth -= 1
      if (depth < 0) return undefined
    }
  }
  if (depth !== 0 || stringFrom >= 0) return undefined
  return listFrom >= 0 && listTo >= 0 ? { listFrom, listTo, elements } : 'no-list'
}
