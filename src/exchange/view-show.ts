import { setImmediate as turn } from 'node:timers/promises'
import type { SectionChange } from '../care-record/entry.ts'
import { outcomeWords } from '../care-record/outcome.ts'
import type { Result } from '../care-record/result.ts'
import { stateKey } from '../care-record/snapshot.ts'
import type { DisclosedGroup, Round } from './gather.ts'
import type { Told } from './record/record.ts'
import { about, decided, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import { attemptsOf, stateOf } from './view-states.ts'

/** Items folded in one step; more go in several so that the event loop is never held. */
const MERGED_AT_ONCE = 1_500

/**
 * While others are still to answer, what becomes durable within this time of the last merge is merged together,
 * milliseconds. Each merge reads again whatever lines and groups it touches, and sends them again.
 */
const MERGE_EVERY_MS = 20

export type Showing = ReturnType<typeof createShowing>

/** What has been disclosed becomes parts of a view, save of one that `isRevoked`: that would not be opened now as it is. */
export function createShowing(
  ports: ViewPorts,
  {
    isRevoked,
    close,
  }: { readonly isRevoked: (view: Live) => boolean; readonly close: (view: Live, why: 'ended' | 'unwritable') => Promise<void> },
) {
  /**
   * disclosed -> shown (durable) -> merge -> part. Nothing can be read before its event is written.
   * @returns when it is durable; `done` when it is merged too.
   */
  async function show(
    view: Live,
    round: Round,
    group: DisclosedGroup,
    how: { readonly superseded: boolean; readonly peer?: string },
  ): Promise<{ readonly done: Promise<void> }> {
    if (view.abort.signal.aborted || isRevoked(view)) return NOT_SHOWN
    const first = group.answers[0]
    if (!first) return NOT_SHOWN
    const draft = {
      ...about(view, round),
      source: { id: first.source.id, odsCode: first.source.odsCode, exchange: first.source.exchange },
      sections: group.answers.flatMap(a => a.sections),
    }
    // Read while the event is being written; folded only once it is durable.
    const writing = async (): Promise<Result<{ readonly id: string }> | undefined> => {
      // The next line of a peer is not heard before this one is durable.
      await view.writing.mine(how.peer !== undefined || view.unheard === 0)
      if (view.abort.signal.aborted || isRevoked(view)) return undefined
      const event = ports.audit.writeOpenView({
        ...draft,
        kind: 'shown',
        outcome: group.answers.some(a => outcomeWords(a.outcome, a.cause).countsAsAnswered) ? 'success' : 'failed',
        detail: { group: first.group, outcomes: group.answers.map(a => `${a.sections.join('+')}=${a.outcome}/${a.cause}`) },
        manifests: group.answers.map(a => ({
          sourceId: a.source.id,
          sections: a.sections,
          items: a.items.map(({ id, version }) => ({ id, version })),
        })),
        ...(group.sealed === undefined ? {} : { sealed: group.sealed }),
      })
      if (how.superseded) await ports.audit.writeOpenView({ ...draft, kind: 'superseded', outcome: 'success' })
      return event
    }
    const [event, told] = await Promise.all([writing(), view.record.read(group.answers, () => turn())])
    if (!event) return NOT_SHOWN
    if (!event.ok) {
      cannotShow(view)
      return NOT_SHOWN
    }
    if (view.abort.signal.aborted) return NOT_SHOWN
    for (const { cause, source } of how.peer === undefined ? group.answers : []) {
      if (!view.person || (cause !== 'demographics-differ' && cause !== 'number-differs')) continue
      ports
        .raiseTask({ kind: cause, sourceId: source.id, nhsNumber: view.person.nhsNumber })
        .catch((error: unknown) =>
          ports.log.error({ code: 'task-not-raised', source: source.id, err: error }, 'a steward could not be asked'),
        )
    }
    const done = new Promise<void>(resolve => view.ready.push({ eventId: event.value.id, answers: group.answers, told, merged: resolve }))
    const waitMs = view.owing === 0 ? 0 : view.mergedMs + MERGE_EVERY_MS - ports.nowMs()
    if (waitMs <= 0) mergeSoon(view)
    else view.mergeTimer ??= setTimeout(() => mergeSoon(view), waitMs)
    return { done }
  }

  /** What becomes durable together is merged together: one commit of the audit often carries several sources. */
  function mergeSoon(view: Live): void {
    clearTimeout(view.mergeTimer)
    view.mergeTimer = undefined
    if (view.mergeDue) return
    view.mergeDue = true
    setImmediate(() => {
      view.mergeDue = false
      merge(view)
    })
  }

  /** Merges all that is durable and appends it as parts: one, unless there is so much that others must have a turn in between. */
  function merge(view: Live): void {
    const ready = view.ready.splice(0)
    if (ready.length === 0) return
    view.mergedMs = ports.nowMs()
    const eventIds = ready.map(one => one.eventId)
    const answers = ready.flatMap(one => one.answers)
    const told = ready.flatMap(one => one.told)
    const steps = stepsOf(told)
    const done = (): void => {
      for (const { merged } of ready) merged()
    }
    const step = (n: number): void => {
      if (view.abort.signal.aborted || n >= steps.length) return done()
      try {
        fold(n)
      } catch (error) {
        ports.log.error({ code: 'merge-failed', view: view.id, err: error }, 'merging failed')
        done()
        void close(view, 'ended')
        return undefined
      }
      if (n === steps.length - 1) done()
      else setImmediate(() => step(n + 1))
      return undefined
    }
    const fold = (n: number): void => {
      const last = n === steps.length - 1
      if (n === 0) for (const answer of answers) keep(view, answer)
      view.list.append({
        eventIds,
        kind: 'answer',
        // A source has answered when all it said stands there.
        states: last ? answers.map(answer => stateOf(answer, attemptsOf(view.list.real, answer))) : [],
        changes: view.record.fold(steps[n] ?? []).map(change => onlyWhatMayLeave(view, change)),
      })
    }
    step(0)
  }

  /** What an answer held, for the item panel, for documents, and for taking an item out of it. */
  function keep(view: Live, { items, ...answered }: DisclosedGroup['answers'][number]): void {
    const key = stateKey(answered)
    if (items.length === 0 && !view.answered.has(key)) return
    view.items.put(key, items)
    view.answered.set(key, answered)
  }

  function onlyWhatMayLeave(view: Live, made: SectionChange): SectionChange {
    const change = view.pass?.maskPlaces === true ? { ...made, upserts: made.upserts.map(ports.maskEntry) } : made
    const held = change.upserts.filter(entry => !ports.mayLeave(entry, view.pass))
    if (held.length === 0) return change
    ports.log.error({ code: 'exit-held-entries', section: change.section, count: held.length }, 'the exit held entries back')
    return {
      ...change,
      upserts: change.upserts.filter(entry => !held.includes(entry)),
      removed: [...change.removed, ...held.map(({ id }) => ({ id }))],
    }
  }

  /** The audit can be written nowhere: nothing more is shown, and the view says so. */
  function cannotShow(view: Live): void {
    ports.log.error({ code: 'audit-unwritable', view: view.id }, 'an event of an open view could be written nowhere')
    decided(view, 'unavailable')
    void close(view, 'unwritable')
  }

  return { show, mergeSoon, onlyWhatMayLeave, cannotShow }
}

/** Nothing to wait for. */
const NOT_SHOWN = { done: Promise.resolve() }

/** What was told in steps of at most `MERGED_AT_ONCE` items, save where one answer says more of one section. */
function stepsOf(told: Told): readonly Told[] {
  const steps: Told[number][][] = [[]]
  let items = 0
  for (const slot of told) {
    if (items > 0 && items + slot.drafts.size > MERGED_AT_ONCE) {
      steps.push([])
      items = 0
    }
    items += slot.drafts.size
    steps.at(-1)?.push(slot)
  }
  return steps
}
