import type { Organisation, PlannedAsk, SourceConfig } from '../../care-record/catalogue.ts'
import type { AnsweredDemographics, Cause, DemographicCheck, Facts, Outcome, SectionAnswer } from '../../care-record/item.ts'
import { limits } from '../../care-record/limits.ts'
import type { Pass, Person } from '../../care-record/person.ts'
import { fail } from '../../care-record/result.ts'
import { sourceName } from '../../care-record/source-name.ts'
import { createBreaker, type Breaker } from './breaker.ts'
import type { DocumentAsk, FetchDocument } from './document.ts'
import { createPace, type Pace } from './pace.ts'

/** All a connector needs to ask one source for one group. */
export interface AskContext {
  readonly ask: PlannedAsk
  readonly person: Person
  readonly pass: Pass
  readonly transaction: string
  readonly organisation: Organisation
  readonly viewerOrganisation: Organisation
  readonly now: () => Date
  readonly sieve: (source: { readonly id: string; readonly odsCode: string }, facts: readonly Facts[]) => ReadonlySet<string>
  readonly checkDemographics: (person: Person, answered: AnsweredDemographics) => DemographicCheck
  readonly signal: AbortSignal
}
/** Asks one source for one group. Never rejects: what went wrong is an outcome with a cause. */
export type Ask = (context: AskContext) => Promise<readonly SectionAnswer[]>

export interface Asked {
  readonly answers: readonly SectionAnswer[]
  /** A second request was sent and the slower of the two was beaten. */
  readonly superseded: boolean
}

export interface Asker {
  /**
   * Asks one source within `budgetMs`. Always resolves, at the latest when the budget ends or `signal` aborts:
   * a source that has not answered by then is `late` (`timed-out` or `cancelled`), and its request is aborted.
   */
  readonly ask: (context: Omit<AskContext, 'signal'>, budgetMs: number, signal: AbortSignal) => Promise<Asked>
  /**
   * The same fetch within the bulkhead of its source: a few documents at once beside what is asked of records, a few more
   * waiting in order, and none of a source that is known to be away. Faults of its own are `unavailable`.
   *
   * @param sourceOf id of the source that has it, where that is not the one that told of it.
   */
  readonly fetching: (fetch: FetchDocument, sourceOf?: (ask: DocumentAsk) => string | undefined) => FetchDocument
}

/** Documents of one source at once, and how many more may wait. Each may have 20 MB and take 10 s. */
const DOCUMENTS_AT_ONCE = 3
const DOCUMENTS_WAITING = 12
const BUSY = fail('unavailable', 'The document could not be fetched now. Try again.')

interface Places {
  running: number
  readonly queue: (() => void)[]
}
interface Bulkhead extends Places {
  readonly breaker: Breaker
  readonly pace: Pace
  readonly documents: Places
}

/** Rings once after so many milliseconds, unless what it gives back is called before. */
export type After = (ms: number, ring: () => void) => () => void
const realAfter: After = (ms, ring) => {
  const timer = setTimeout(ring, ms)
  return () => clearTimeout(timer)
}

const sourceFailed = (answers: readonly SectionAnswer[]): boolean =>
  answers.length > 0 && answers.every(a => a.outcome === 'unavailable' || a.outcome === 'late')

/**
 * Bulkhead, breaker and hedge round the connectors: each source has its own concurrency cap, its own memory of
 * failures and its own p95, so that one that hangs, fails or lies costs the others nothing.
 *
 * @param nowMs monotonic milliseconds. @param after timers; those of the process unless told.
 */
export function createAsker(ports: {
  readonly connectors: Readonly<Record<SourceConfig['connector'], Ask>>
  readonly nowMs: () => number
  readonly after?: After
}): Asker {
  const after = ports.after ?? realAfter
  const bulkheads = new Map<string, Bulkhead>()
  const bulkheadOf = (id: string): Bulkhead => {
    let found = bulkheads.get(id)
    if (!found)
      bulkheads.set(
        id,
        (found = {
          breaker: createBreaker(ports.nowMs),
          pace: createPace(limits.hedgeShare),
          running: 0,
          queue: [],
          documents: { running: 0, queue: [] },
        }),
      )
    return found
  }

  async function once(
    context: Omit<AskContext, 'signal'>,
    bulkhead: Bulkhead,
    { signal }: AbortController,
  ): Promise<readonly SectionAnswer[]> {
    const startedMs = ports.nowMs()
    const answers = await ports.connectors[context.ask.source.connector]({ ...context, signal })
    if (signal.aborted) {
      bulkhead.pace.gaveUp(ports.nowMs() - startedMs)
      return answers
    }
    if (sourceFailed(answers)) bulkhead.breaker.failed()
    else {
      bulkhead.breaker.succeeded()
      bulkhead.pace.answered(ports.nowMs() - startedMs)
    }
    return answers
  }

  /** First of one or two requests that did not fail; the other is aborted. */
  async function hedged(context: Omit<AskContext, 'signal'>, bulkhead: Bulkhead, patience: Patience): Promise<Asked> {
    const hedgeAfterMs = context.ask.source.hedge ? bulkhead.pace.hedgeAfter() : undefined
    bulkhead.pace.asked()
    const firstRequest = patience.request()
    const first = once(context, bulkhead, firstRequest)
    if (hedgeAfterMs === undefined) return { answers: await first, superseded: false }
    const early = await within(first, hedgeAfterMs, after)
    if (early || patience.ended() !== undefined || bulkhead.breaker.state() !== 'closed' || !bulkhead.pace.takeHedge())
      return { answers: early ?? (await first), superseded: false }
    const secondRequest = patience.request()
    const second = once(context, bulkhead, secondRequest)
    let won = await Promise.race([first.then(answers => ({ answers, second: false })), second.then(answers => ({ answers, second: true }))])
    if (sourceFailed(won.answers)) won = won.second ? { answers: await first, second: false } : { answers: await second, second: true }
    ;(won.second ? firstRequest : secondRequest).abort()
    return { answers: won.answers, superseded: true }
  }

  return {
    async ask(context, budgetMs, signal) {
      const { source } = context.ask
      const bulkhead = bulkheadOf(source.id)
      const startedMs = ports.nowMs()
      const silent = (outcome: Outcome, cause: Cause): Asked => ({
        answers: [silentAnswer(context, outcome, cause, ports.nowMs() - startedMs)],
        superseded: false,
      })
      if (!bulkhead.breaker.allows()) return silent('unavailable', 'breaker-open')

      const patience = createPatience(after, budgetMs, signal)
      const place = takeSlot(bulkhead, source.maxConcurrent)
      const slot = await Promise.race([place, patience.over])
      if (slot === undefined) {
        patience.forget()
        void place.then(release => release())
        bulkhead.breaker.released()
        return silent('late', patience.ended() ?? 'cancelled')
      }
      try {
        const asked = await Promise.race([hedged(context, bulkhead, patience), patience.over])
        const ended = patience.ended()
        if (asked !== undefined && !(ended !== undefined && sourceFailed(asked.answers))) return asked
        if (ended === 'timed-out') bulkhead.breaker.failed()
        else bulkhead.breaker.released()
        return silent('late', ended ?? 'cancelled')
      } catch {
        bulkhead.breaker.failed()
        return silent('unavailable', 'unreadable')
      } finally {
        patience.forget()
        slot()
      }
    },
    fetching: (fetch, sourceOf) => async ask => {
      const { breaker, documents } = bulkheadOf(sourceOf?.(ask) ?? ask.source.id)
      // Whether it is back is found out by asking for a record; one document that fails says nothing of its source.
      if (breaker.state() === 'open' || documents.queue.length >= DOCUMENTS_WAITING || ask.signal.aborted) return BUSY
      const stopped = aborted(ask.signal)
      const place = takeSlot(documents, Math.min(DOCUMENTS_AT_ONCE, ask.source.maxConcurrent))
      const slot = await Promise.race([place, stopped.promise])
      stopped.forget()
      if (slot === undefined) {
        void place.then(release => release())
        return BUSY
      }
      try {
        return await fetch(ask)
      } finally {
        slot()
      }
    },
  }
}

/** A free place at this source, given back by calling what is returned. Waits in order of arrival. */
function takeSlot(places: Places, maxConcurrent: number): Promise<() => void> {
  let released = false
  const release = (): void => {
    if (released) return
    released = true
    places.running -= 1
    places.queue.shift()?.()
  }
  return new Promise(resolve => {
    const enter = (): void => {
      places.running += 1
      resolve(release)
    }
    if (places.running < maxConcurrent) enter()
    else places.queue.push(enter)
  })
}

function aborted(signal: AbortSignal): { readonly promise: Promise<undefined>; readonly forget: () => void } {
  let forget = (): void => {}
  const promise = new Promise<undefined>(resolve => {
    if (signal.aborted) return resolve(undefined)
    const heard = (): void => resolve(undefined)
    signal.addEventListener('abort', heard, { once: true })
    forget = () => signal.removeEventListener('abort', heard)
    return undefined
  })
  return { promise, forget: () => forget() }
}

/** How long one ask may go on: its own budget, and as long as somebody waits. */
interface Patience {
  /** Resolves when it has ended. */
  readonly over: Promise<undefined>
  readonly ended: () => 'timed-out' | 'cancelled' | undefined
  /** For one request, aborted when patience ends. */
  readonly request: () => AbortController
  readonly forget: () => void
}
/** As `AbortSignal.timeout` says it: connectors tell by it that the budget ended. */
const TIMED_OUT = new DOMException('The operation was aborted due to timeout', 'TimeoutError')

/** One timer and one listener, whatever is asked under it: signals made of signals cost more than many an answer. */
function createPatience(after: After, budgetMs: number, signal: AbortSignal): Patience {
  const { promise: over, resolve } = Promise.withResolvers<undefined>()
  const requests: AbortController[] = []
  let ended: 'timed-out' | 'cancelled' | undefined
  const end = (cause: 'timed-out' | 'cancelled'): void => {
    if (ended !== undefined) return
    ended = cause
    for (const request of requests) request.abort(cause === 'timed-out' ? TIMED_OUT : signal.reason)
    resolve(undefined)
  }
  const cancel = (): void => end('cancelled')
  const stopTimer = after(Math.max(1, Math.round(budgetMs)), () => end('timed-out'))
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel, { once: true })
  return {
    over,
    ended: () => ended,
    request() {
      const request = new AbortController()
      requests.push(request)
      return request
    },
    forget() {
      stopTimer()
      signal.removeEventListener('abort', cancel)
    },
  }
}

async function within<T>(promise: Promise<T>, ms: number, after: After): Promise<T | undefined> {
  const { promise: tooLate, resolve } = Promise.withResolvers<undefined>()
  const stopTimer = after(ms, () => resolve(undefined))
  try {
    return await Promise.race([promise, tooLate])
  } finally {
    stopTimer()
  }
}

const silentAnswer = (context: Omit<AskContext, 'signal'>, outcome: Outcome, cause: Cause, tookMs: number): SectionAnswer => ({
  source: sourceName(context.ask.source, context.organisation),
  group: context.ask.group,
  sections: context.ask.sections,
  complete: false,
  asOf: context.now().toISOString(),
  outcome,
  cause,
  items: [],
  warnings: [],
  unreadable: 0,
  tookMs: Math.round(tookMs),
})
