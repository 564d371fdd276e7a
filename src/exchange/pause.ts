import { setImmediate as turn } from 'node:timers/promises'

/**
 * Lets others have a turn when work has gone on for `sliceMs` milliseconds since the last: `undefined` until then, so that
 * short work is never split. One for each piece of work.
 */
export function createPause(sliceMs = 4): () => Promise<void> | undefined {
  let endsMs = performance.now() + sliceMs
  return () => {
    if (performance.now() < endsMs) return undefined
    return turn().then(() => {
      endsMs = performance.now() + sliceMs
    })
  }
}
