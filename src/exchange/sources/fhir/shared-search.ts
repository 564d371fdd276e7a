import type { Group } from '../../../care-record/section.ts'
import { stopped, type Failed, type Read } from '../reading/http-read.ts'

interface Flight {
  readonly answer: Promise<Read | Failed>
  readonly groups: Set<Group>
  readonly stop: AbortController
  waiting: number
  ended: boolean
}

/** One request for several groups of a view. `key` must say for whom and about whom it is made. Never rejects. */
export type SharedSearch = (
  key: string,
  group: Group,
  signal: AbortSignal,
  read: (signal: AbortSignal) => Promise<Read | Failed>,
) => Promise<Read | Failed>

/**
 * Groups that begin together wait for one request, which ends early only when none of them waits any more. The same
 * group asking again wants an answer of its own: it is a hedge against the first, or a second try.
 */
export function createSharedSearch(): SharedSearch {
  const flights = new Map<string, Flight>()

  return async (key, group, signal, read) => {
    if (signal.aborted) return stopped(signal)
    let flight = flights.get(key)
    if (!flight || flight.groups.has(group)) {
      const stop = new AbortController()
      const begun: Flight = { answer: read(stop.signal), groups: new Set(), stop, waiting: 0, ended: false }
      flight = begun
      flights.set(key, begun)
      void begun.answer.finally(() => {
        begun.ended = true
        forget(key, begun)
      })
    }
    flight.groups.add(group)
    flight.waiting += 1
    let heard = (): void => {}
    const aborted = new Promise<Failed>(resolve => {
      heard = () => resolve(stopped(signal))
      signal.addEventListener('abort', heard, { once: true })
    })
    try {
      return await Promise.race([flight.answer, aborted])
    } finally {
      signal.removeEventListener('abort', heard)
      flight.waiting -= 1
      if (flight.waiting === 0) {
        forget(key, flight)
        // Of one that is over nothing is left to end, and an abort makes an error with its stack.
        if (!flight.ended) flight.stop.abort()
      }
    }
  }

  function forget(key: string, flight: Flight): void {
    if (flights.get(key) === flight) flights.delete(key)
  }
}
