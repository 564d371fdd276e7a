/**
 * One go at a time, and what arrives meanwhile together: an idle lane carries a thing as soon as it is ready, with what has
 * come by then; a busy one gathers until it is free. There is no waiting for more to come.
 *
 * @param most at most this many in one go.
 * @param ready of the first thing of a go; never rejects.
 * @param carry must settle every thing it is given and never reject.
 */
export function createLane<T>(
  most: number,
  ready: (thing: T) => Promise<unknown> | undefined,
  carry: (things: readonly T[]) => Promise<void>,
): { add(thing: T): void; busy(): boolean; idle(): Promise<void> } {
  const waiting: T[] = []
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      await ready(first)
      await carry(waiting.splice(0, most))
    }
    running = undefined
  }
  return {
    add(thing) {
      waiting.push(thing)
      running ??= run()
    },
    busy: () => running !== undefined,
    async idle() {
      await running
    },
  }
}
