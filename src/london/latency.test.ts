import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawLatency, FASTEST_MS, SLOWEST_MS } from './latency.ts'
import { createRandom } from './people/random.ts'
import { places, SYSTEM_IDS } from './places.ts'

const drawn = (latency: { p50: number; p95: number }, seed = 7): readonly number[] => {
  const random = createRandom(seed)
  return Array.from({ length: 4_000 }, () => drawLatency(latency, random)).toSorted((a, b) => a - b)
}

test('half of the answers take no longer than the median, nineteen in twenty no longer than the 95th percentile', () => {
  for (const id of SYSTEM_IDS) {
    const { p50, p95 } = places[id].latency
    const all = drawn(places[id].latency)
    const [median, late] = [all[2_000] ?? 0, all[3_800] ?? 0]
    assert.ok(Math.abs(median / p50 - 1) < 0.1, `${id}: ${median} for ${p50}`)
    assert.ok(Math.abs(late / p95 - 1) < 0.15, `${id}: ${late} for ${p95}`)
  }
})

test('every answer lies between 20 ms and 4 s, and the same seed draws the same', () => {
  const all = drawn({ p50: 1_400, p95: 4_000 })
  assert.ok((all[0] ?? 0) >= FASTEST_MS && (all.at(-1) ?? 0) <= SLOWEST_MS)
  assert.ok((drawn({ p50: 21, p95: 30 })[0] ?? 0) >= FASTEST_MS)
  assert.deepEqual(drawn({ p50: 150, p95: 700 }), drawn({ p50: 150, p95: 700 }))
  assert.notDeepEqual(drawn({ p50: 150, p95: 700 }, 8), drawn({ p50: 150, p95: 700 }))
})
