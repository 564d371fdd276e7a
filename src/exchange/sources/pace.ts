/** A source's own recent answer times, and the budget for asking twice. */
const KEPT = 200
const ENOUGH = 20

export interface Pace {
  readonly answered: (tookMs: number) => void
  /** Milliseconds after which 95 of 100 recent answers had come; `undefined` until `ENOUGH` are known. */
  readonly p95: () => number | undefined
  /** Counts a first request. */
  readonly asked: () => void
  /** Takes one hedge from the budget of `share` extra requests, if there is one to take. */
  readonly takeHedge: () => boolean
}

/** @param share extra requests allowed per request, for example 0.08. */
export function createPace(share: number): Pace {
  const times: number[] = []
  let next = 0
  let cached: number | undefined
  let credit = 0
  return {
    answered(tookMs) {
      times[next] = tookMs
      next = (next + 1) % KEPT
      cached = undefined
    },
    p95() {
      if (times.length < ENOUGH) return undefined
      cached ??= times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1]
      return cached
    },
    asked() {
      credit = Math.min(credit + share, 1 + share)
    },
    takeHedge() {
      if (credit < 1) return false
      credit -= 1
      return true
    },
  }
}
