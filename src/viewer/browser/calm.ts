import type { PartMessage } from '../models.ts'

/** What is read moves at most this often, milliseconds (D115). */
const BETWEEN_MS = 500

/** Parts that come one upon another are applied together; the first, and the one after which nobody is waited for, at once. */
export function calmly(apply: (part: PartMessage) => void): (part: PartMessage) => void {
  const held: PartMessage[] = []
  let lastMs = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    lastMs = performance.now()
    for (const part of held.splice(0)) apply(part)
  }
  return part => {
    held.push(part)
    const leftMs = lastMs + BETWEEN_MS - performance.now()
    if (leftMs <= 0 || part.settled || part.closed !== undefined) flush()
    else timer ??= setTimeout(flush, leftMs)
  }
}
