import { isUtf8 } from 'node:buffer'
import { atOnce, inSlices, isObject, type JsonObject } from './json.ts'

/** Deeper than this no clinical answer goes; a parser asked to go on would spend the stack. */
export const MAX_DEPTH = 64
/** Bytes looked at between two chances for others to run. */
const SCAN_SLICE = 512 * 1024
/** Below this a body does not wait for others to be parsed. */
const PARSE_BETWEEN = 32 * 1024
/** Below this a body is parsed in one call: measured, JSON.parse takes about 5 ms for it on one core. */
const PARSE_AT_ONCE = 512 * 1024
/** Entries of a bigger one are parsed together up to this many bytes: a call for each costs more than it reads. */
const PARSE_TOGETHER = 128 * 1024

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
export const parseBody = async (body: Buffer): Promise<JsonObject | undefined> =>
  body.length <= PARSE_BETWEEN ? atOnce(parse(body)) : inSlices(parse(body))

function* parse(body: Buffer): Generator<void, JsonObject | undefined> {
  if (!isUtf8(body)) return undefined
  try {
    if (body.length > PARSE_AT_ONCE) return yield* parseEntries(body)
    const text = decode(body, 0, body.length)
    const value = asObject(parseText(text))
    // A key given twice has two meanings; which one holds must not depend on who reads it.
    if (!value || (namesTwice(text) && (yield* scan(body)) === undefined)) return undefined
    return isWithin(value, MAX_DEPTH) ? value : undefined
  } catch {
    return undefined
  }
}

function* parseEntries(body: Buffer): Generator<void, JsonObject | undefined> {
  const map = yield* scan(body)
  if (map === undefined) return undefined
  if (map === 'no-list') return asObject(parseText(decode(body, 0, body.length)))
  const { listFrom, listTo, elements } = map
  const envelope = asObject(JSON.parse(`${decode(body, 0, listFrom + 1)}${decode(body, listTo, body.length)}`))
  if (!envelope) return undefined
  const entry: unknown[] = []
  let end = listFrom + 1
  for (let first = 0; first < elements.length;) {
    const from = elements[first]?.[0] ?? 0
    let last = first
    while (last + 1 < elements.length && (elements[last + 1]?.[1] ?? 0) - from <= PARSE_TOGETHER) last += 1
    const to = elements[last]?.[1] ?? 0
    if (!gapIs(body, end, from, first === 0 ? 0 : 1)) return undefined
    const some = parseText(`[${decode(body, from, to)}]`) as readonly unknown[]
    // A bare value between two of them is an element that the scan did not see.
    if (some.length !== last - first + 1) return undefined
    for (const one of some) entry.push(one)
    end = to
    first = last + 1
    yield
  }
  return gapIs(body, end, listTo, 0) ? { ...envelope, entry } : undefined
}

/** Whether `entry` may be named more than once, wherever. */
function namesTwice(text: string): boolean {
  ENTRY.lastIndex = 0
  return ENTRY.test(text) && ENTRY.test(text)
}
// With what must follow it the search may look at every seventh character, without at each.
const ENTRY = /"entry"\s*:/g

/** Whether nothing in it stands deeper than this; itself is one deep. */
function isWithin(value: object, depth: number): boolean {
  if (depth === 0) return false
  if (Array.isArray(value)) {
    for (const inner of value as readonly unknown[])
      if (typeof inner === 'object' && inner !== null && !isWithin(inner, depth - 1)) return false
    return true
  }
  const members = value as JsonObject
  for (const name in members) {
    const inner = members[name]
    if (typeof inner === 'object' && inner !== null && !isWithin(inner, depth - 1)) return false
  }
  return true
}

/**
 * A result reported as 5.10 was measured to two places, which a number of JavaScript cannot say: its places stand beside
 * it as the extension FHIR has for them. A quote that no backslash stands before is one of a name or value, never inside one.
 */
const parseText = (text: string): unknown => JSON.parse(TRAILING_ZERO.test(text) ? text.replaceAll(TRAILING_ZEROS, withPlaces) : text)
const TRAILING_ZERO = /"value"\s*:\s*-?\d+\.\d*0\s*[,}]/
const TRAILING_ZEROS = /(?<!\\)"value"(\s*:\s*-?\d+\.(\d*0))(?=\s*[,}])/g
const withPlaces = (_: string, number: string, places: string): string =>
  `"value"${number},"_value":{"extension":[${JSON.stringify(precisionOf(places.length))}]}`

/** @param places decimal places, trailing zeros among them. */
export const precisionOf = (places: number): JsonObject => ({
  url: 'http://hl7.org/fhir/StructureDefinition/quantity-precision',
  valueInteger: places,
})

const asObject = (value: unknown): JsonObject | undefined => (isObject(value) ? value : undefined)

/** Of bytes that are UTF-8. A mark of their order before them is not of the text. */
const decode = (body: Buffer, from: number, to: number): string =>
  body.toString('utf8', from === 0 && body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : from, to)

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

/** Bytes that a scan acts on; the others it passes over. */
const ACTS = new Uint8Array(256)
for (const byte of [QUOTE, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE]) ACTS[byte] = 1

/** One pass over the bytes: depth, and where the entries are. `undefined` when too deep or never closed. */
function* scan(body: Buffer): Generator<void, Entries | 'no-list' | undefined> {
  const found: Scan = { at: 0, depth: 0, listFrom: -1, listTo: -1, elementFrom: -1, stringFrom: -1, stringTo: -1, elements: [] }
  while (found.at < body.length) {
    if (!scanOn(body, Math.min(body.length, found.at + SCAN_SLICE), found)) return undefined
    yield
  }
  const { depth, listFrom, listTo, elements } = found
  if (depth !== 0 || found.at > body.length) return undefined
  return listFrom >= 0 && listTo >= 0 ? { listFrom, listTo, elements } : 'no-list'
}

interface Scan {
  /** Past the last byte looked at; beyond the end when a string never ended. */
  at: number
  depth: number
  listFrom: number
  listTo: number
  elementFrom: number
  /** The last string of the outermost object. */
  stringFrom: number
  stringTo: number
  readonly elements: (readonly [number, number])[]
}

/** Scans to `until` and to the end of the string it falls in. `false`: refused. */
function scanOn(body: Buffer, until: number, found: Scan): boolean {
  let { at, depth } = found
  for (; at < until; at++) {
    const byte = body[at] ?? 0
    if (ACTS[byte] === 0) continue
    if (byte === QUOTE) {
      const from = at + 1
      at = endOfString(body, from)
      if (depth === 1) {
        found.stringFrom = from
        found.stringTo = at
      }
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1
      if (depth > MAX_DEPTH) return false
      if (depth === 2 && byte === OPEN_BRACKET && body.toString('latin1', found.stringFrom, found.stringTo) === 'entry') {
        // A key given twice has two meanings; which one holds must not depend on who reads it.
        if (found.listFrom >= 0) return false
        found.listFrom = at
      } else if (depth === 3 && found.listFrom >= 0 && found.listTo < 0) found.elementFrom = at
    } else {
      if (depth === 3 && found.elementFrom >= 0) {
        found.elements.push([found.elementFrom, at + 1])
        found.elementFrom = -1
      } else if (depth === 2 && found.listFrom >= 0 && found.listTo < 0) found.listTo = at
      depth -= 1
      if (depth < 0) return false
    }
  }
  found.at = at
  found.depth = depth
  return true
}

/** Where the closing quote stands; beyond the end when there is none. */
function endOfString(body: Buffer, from: number): number {
  for (let at = from; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) return at
    if (byte === BACKSLASH) at += 1
  }
  return body.length + 1
}
