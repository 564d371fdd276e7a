import { limits } from '../../care-record/limits.ts'

/** A source's own recent answer times, and the budget for asking twice. */
const KEPT = 200
const ENOUGH = 20
/** Answers after which it is worked out anew. */
const ANEW = 8
/** Hedges saved up at most: slow answers come in pairs oftener than in turn, and a source that is slow as a whole gets this many. */
const SAVED = 20
/** With fewer than these left only an answer that would keep a view from being whole is asked for again. */
const FEW = 5
/** Half of the time in which a view should be whole: a second request that leaves later hardly comes in time, milliseconds. */
const HALF_MS = limits.completeMs / 2

export interface Pace {
  readonly answered: (tookMs: number) => void
  /**
   * One was given up after so long: how long it would have taken is not known. One that had been slow by then counts as that,
   * or the slow would be forgotten as they are beaten; one whose reader went away early says nothing.
   */
  readonly gaveUp: (afterMs: number) => void
  /** Milliseconds after which 95 of 100 recent answers had come; `undefined` until `ENOUGH` are known. */
  readonly p95: () => number | undefined
  /**
   * Milliseconds after which it is asked again: its p95. With much saved not after half of the time for a whole view, with little
   * not before: neither a p95 that is off by chance nor a spent budget leaves the slowest unasked. `undefined` until p95 is known.
   */
  readonly hedgeAfter: () => number | undefined
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
  let since = 0
  let credit = 0
  const answered = (tookMs: number): void => {
    times[next] = tookMs
    next = (next + 1) % KEPT
    since += 1
  }
  const p95 = (): number | undefined => {
    if (times.length < ENOUGH) return undefined
    if (cached === undefined || since >= ANEW) {
      cached = times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1]
      since = 0
    }
    return cached
  }
  return {
    answered,
    p95,
    hedgeAfter() {
      const slow = p95()
      if (slow === undefined) return undefined
      if (credit > SAVED / 2) return Math.min(slow, HALF_MS)
      return credit < FEW ? Math.max(slow, HALF_MS) : slow
    },
    gaveUp(afterMs) {
      if (afterMs >= (p95() ?? Number.POSITIVE_INFINITY)) answered(afterMs)
    },
    asked() {
      credit = Math.min(credit + share, SAVED)
    },
    takeHedge() {
      if (credit < 1) return false
      credit -= 1
      return true
    },
  }
}
