import { randomBytes } from 'node:crypto'

const SUPPLY_BYTES = 8192
let supply = Buffer.alloc(0)
let taken = 0

/** Random bytes of the operating system's quality, given out once each: fetched many at a time, as asking costs more than the bytes. */
export function freshBytes(count: number): Buffer {
  if (count > SUPPLY_BYTES) return randomBytes(count)
  if (taken + count > supply.length) {
    supply = randomBytes(SUPPLY_BYTES)
    taken = 0
  }
  taken += count
  return supply.subarray(taken - count, taken)
}
