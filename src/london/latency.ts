import type { Random } from './people/random.ts'
import type { Latency } from './places.ts'

/** Nothing in the city answers sooner or later than this, milliseconds. */
export const FASTEST_MS = 20
export const SLOWEST_MS = 4_000
/** Of the standard normal distribution: nineteen in twenty lie below. */
const NORMAL_P95 = 1.644_853_627

/** How long the next answer takes, milliseconds: log-normal, as response times are, with the place's median and 95th percentile. */
export function drawLatency({ p50, p95 }: Latency, random: Random): number {
  const spread = Math.log(p95 / p50) / NORMAL_P95
  const ms = p50 * Math.exp(spread * normal(random))
  return Math.round(Math.min(SLOWEST_MS, Math.max(FASTEST_MS, ms)))
}

const STEPS = 1_000_000

/** Box and Muller's transform of two even draws. */
function normal(random: Random): number {
  const [one, two] = [(1 + random.below(STEPS)) / STEPS, random.below(STEPS) / STEPS]
  return Math.sqrt(-2 * Math.log(one)) * Math.cos(2 * Math.PI * two)
}
