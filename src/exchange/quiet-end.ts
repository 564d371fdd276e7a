/** How many endings are remembered, and what is taken before the first, milliseconds. */
const REMEMBERED = 64
const FIRST_MS = 30

/**
 * How long it takes to find that nobody holds anything, as it went the last times. A view that may not be shown ends
 * after one of these, so that its time says nothing (D124).
 */
export interface QuietEnd {
  readonly note: (tookMs: number) => void
  /** @returns milliseconds: one of those noted, by lot. */
  readonly take: () => number
}

/** @param lot 0 to 1, 1 excluded. */
export function createQuietEnd(lot: () => number = Math.random): QuietEnd {
  const noted: number[] = []
  return {
    note(tookMs) {
      noted.push(tookMs)
      if (noted.length > REMEMBERED) noted.shift()
    },
    take: () => noted[Math.floor(lot() * noted.length)] ?? FIRST_MS,
  }
}
