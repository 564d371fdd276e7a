/** Lets what comes in quick succession go together. */
export interface Turns {
  /**
   * `undefined`: go at once, and all who wait go too. Else a promise to wait for, until the time since the last turn is over.
   *
   * @param now wait for nobody.
   */
  readonly mine: (now: boolean) => Promise<void> | undefined
  /** Whoever waits goes now. */
  readonly all: () => void
}

/** @param everyMs between the last turn and the next, milliseconds; the first goes at once. @param nowMs monotonic milliseconds. */
export function createTurns(everyMs: number, nowMs: () => number): Turns {
  let waiting: (() => void)[] = []
  let lastMs = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  const all = (): void => {
    clearTimeout(timer)
    timer = undefined
    lastMs = nowMs()
    const woken = waiting
    waiting = []
    for (const go of woken) go()
  }
  return {
    all,
    mine(now) {
      const waitMs = now ? 0 : lastMs + everyMs - nowMs()
      if (waitMs <= 0) {
        all()
        return undefined
      }
      return new Promise(resolve => {
        waiting.push(resolve)
        timer ??= setTimeout(all, waitMs)
      })
    },
  }
}
