/**
 * One thing at a time, and what arrives meanwhile together: an idle lane carries a thing at once, alone; a busy one
 * gathers until it is free. There is no waiting for more to come.
 *
 * @param most at most this many in one go.
 * @param carry must settle every thing it is given and never reject.
 */
export function createLane<T>(
  most: number,
  carry: (things: readonly T[]) => Promise<void>,
): { add(thing: T): void; idle(): Promise<void> } {
  const waiting: T[] = []
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    while (waiting.length > 0) await carry(waiting.splice(0, most))
    running = undefined
  }
  return {
    add(thing) {
      waiting.push(thing)
      running ??= run()
    },
    async idle() {
      await running
    },
  }
}
