/** A repeatable stream of numbers: the same seed gives the same city. */
export interface Random {
  /** Whole number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number
  readonly pick: <T>(from: readonly T[]) => T
  /** True so many times in a hundred. */
  readonly chance: (percent: number) => boolean
  readonly weighted: <T>(from: readonly (readonly [weight: number, value: T])[]) => T
}

/** Mulberry32 (public domain, T. Ettinger). Good enough for a synthetic city, never for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    pick: from => from[below(from.length)]!,
    chance: percent => next() * 100 < percent,
    weighted: from => {
      let left = next() * from.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, value] of from) if ((left -= weight) < 0) return value
      return from[from.length - 1]![1]
    },
  }
}
