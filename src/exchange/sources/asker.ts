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

const sourceFailed = (answers: readonly SectionAnswer[]): boolean =>
  answers.length > 0 && answers.every(a => a.outcome === 'unavailable' || a.outcome === 'late')

/**
 * Bulkhead, breaker and hedge round the connectors: each source has its own concurrency cap, its own memory of
 * failures and its own p95, so that one that hangs, fails or lies costs the others nothing.
 *
 * @param nowMs monotonic milliseconds.
 */
export function createAsker(ports: {
  readonly connectors: Readonly<Record<SourceConfig['connector'], Ask>>
  readonly nowMs: () => number
}): Asker {
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

  async function once(context: AskContext, bulkhead: Bulkhead): Promise<readonly SectionAnswer[]> {
    const startedMs = ports.nowMs()
    const answers = await ports.connectors[context.ask.source.connector](context)
    if (context.signal.aborted) return answers
    if (sourceFailed(answers)) bulkhead.breaker.failed()
    else {
      bulkhead.breaker.succeeded()
      bulkhead.pace.answered(ports.nowMs() - startedMs)
    }
    return answers
  }

  /** First of one or two requests that did not fail; the other is aborted. */
  async function hedged(context: Omit<AskContext, 'signal'>, bulkhead: Bulkhead, signal: AbortSignal): Promise<Asked> {
    const hedgeAfterMs = context.ask.source.hedge ? bulkhead.pace.p95() : undefined
    const aborts = [new AbortController(), new AbortController()] as const
    const start = (which: 0 | 1): Promise<{ which: 0 | 1; answers: readonly SectionAnswer[] }> =>
      once({ ...context, signal: AbortSignal.any([signal, aborts[which].signal]) }, bulkhead).then(answers => ({ which, answers }))
    bulkhead.pace.asked()
    const first = start(0)
    if (hedgeAfterMs === undefined) return { answers: (await first).answers, superseded: false }
    const early = await within(first, hedgeAfterMs)
    if (early || signal.aborted || bulkhead.breaker.state() !== 'closed' || !bulkhead.pace.takeHedge())
      return { answers: (early ?? (await first)).answers, superseded: false }
    const second = start(1)
    let won = await Promise.race([first, second])
    if (sourceFailed(won.answers)) won = await (won.which === 0 ? second : first)
    aborts[won.which === 0 ? 1 : 0].abort()
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

      const deadline = AbortSignal.timeout(Math.max(1, Math.round(budgetMs)))
      const stop = AbortSignal.any([signal, deadline])
      const stopped = aborted(stop)
      const place = takeSlot(bulkhead, source.maxConcurrent)
      const slot = await Promise.race([place, stopped.promise])
      if (slot === undefined) {
        stopped.forget()
        void place.then(release => release())
        bulkhead.breaker.released()
        return deadline.aborted ? silent('late', 'timed-out') : silent('late', 'cancelled')
      }
      try {
        const asked = await Promise.race([hedged(context, bulkhead, stop), stopped.promise])
        if (asked !== undefined && !(stop.aborted && sourceFailed(asked.answers))) return asked
        if (deadline.aborted) bulkhead.breaker.failed()
        else bulkhead.breaker.released()
        return deadline.aborted ? silent('late', 'timed-out') : silent('late', 'cancelled')
      } catch {
        bulkhead.breaker.failed()
        return silent('unavailable', 'unreadable')
      } finally {
        stopped.forget()
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

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([promise, tooLate])
  } finally {
    clearTimeout(timer)
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
