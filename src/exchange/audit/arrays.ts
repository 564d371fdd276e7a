/**
 * Arrays in PostgreSQL's binary form (`array_send`): the driver writes an array as text, each element searched for what
 * must be escaped. One dimension, counted from one.
 */
const TEXT = 25
const BYTEA = 17
const INT4 = 23
const UUID = 2950
const TIMESTAMPTZ = 1184

const HEAD_BYTES = 20
/** Its times count from 2000-01-01. */
const EPOCH_MS = Date.UTC(2000, 0, 1)

/** @param put writes an element at a place in the array; its bytes were reserved. */
function arrayOf<T>(
  type: number,
  elements: readonly (T | null)[],
  sizeOf: (element: T) => number,
  put: (array: Buffer, element: T, at: number) => void,
): Buffer {
  const sizes = elements.map(element => (element === null ? -1 : sizeOf(element)))
  const array = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + 4 + Math.max(0, size), HEAD_BYTES))
  array.writeInt32BE(1, 0)
  array.writeInt32BE(sizes.includes(-1) ? 1 : 0, 4)
  array.writeInt32BE(type, 8)
  array.writeInt32BE(elements.length, 12)
  array.writeInt32BE(1, 16)
  let at = HEAD_BYTES
  for (const [n, element] of elements.entries()) {
    at = array.writeInt32BE(sizes[n]!, at)
    if (element === null) continue
    put(array, element, at)
    at += sizes[n]!
  }
  return array
}

export const textArray = (texts: readonly (string | null)[]): Buffer =>
  arrayOf(
    TEXT,
    texts,
    text => Buffer.byteLength(text),
    (array, text, at) => array.write(text, at),
  )
export const bytesArray = (all: readonly Buffer[]): Buffer =>
  arrayOf(
    BYTEA,
    all,
    bytes => bytes.length,
    (array, bytes, at) => bytes.copy(array, at),
  )
export const integerArray = (numbers: readonly number[]): Buffer =>
  arrayOf(
    INT4,
    numbers,
    () => 4,
    (array, number, at) => array.writeInt32BE(number, at),
  )
export const uuidArray = (uuids: readonly string[]): Buffer =>
  arrayOf(
    UUID,
    uuids,
    () => 16,
    (array, uuid, at) => array.write(uuid.replaceAll('-', ''), at, 'hex'),
  )
/** ISO instants, to the millisecond. */
export const timeArray = (instants: readonly string[]): Buffer =>
  arrayOf(
    TIMESTAMPTZ,
    instants,
    () => 8,
    (array, instant, at) => array.writeBigInt64BE(BigInt(Date.parse(instant) - EPOCH_MS) * 1000n, at),
  )
