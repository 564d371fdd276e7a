/**
 * One source's breaker, in memory. Closed until `FAILURES_TO_OPEN` failures in a row; then open for `OPEN_MS` with
 * jitter; then one probe decides. A refusal or an empty answer is not a failure: the source is there.
 */
const FAILURES_TO_OPEN = 5
const OPEN_MS = 5_000

export interface Breaker {
  /** May a request go out now? In the half-open state only one caller is told yes. */
  readonly allows: () => boolean
  readonly succeeded: () => void
  readonly failed: () => void
  /** The request that was let through ended without telling anything: cancelled, or never sent. */
  readonly released: () => void
  readonly state: () => 'closed' | 'open' | 'half-open'
}

/** @param nowMs monotonic milliseconds. @param random 0 to 1, spreads probes of several processes. */
export function createBreaker(nowMs: () => number, random: () => number = Math.random): Breaker {
  let failures = 0
  let openUntil = 0
  let probing = false
  const state = (): ReturnType<Breaker['state']> => (failures < FAILURES_TO_OPEN ? 'closed' : nowMs() < openUntil ? 'open' : 'half-open')
  return {
    state,
    allows() {
      const now = state()
      if (now === 'closed') return true
      if (now === 'open' || probing) return false
      probing = true
      return true
    },
    succeeded() {
      failures = 0
      probing = false
    },
    released() {
      probing = false
    },
    failed() {
      failures += 1
      probing = false
      if (failures >= FAILURES_TO_OPEN) openUntil = nowMs() + OPEN_MS * (0.75 + random() / 2)
    },
  }
}
