import type { Cause, Item, Outcome, SectionAnswer, SourceWarning } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { sourceName } from '../../../care-record/source-name.ts'
import type { AskContext } from '../asker.ts'
import type { Failed } from './http-read.ts'

/** What is known of one section once its requests are done. */
export interface SectionState {
  readonly section: SectionId
  readonly items: readonly Item[]
  /** The section's request failed: nothing of it, or only a part, is known. */
  readonly failed?: Failed
  readonly areaDisabled?: boolean
  readonly tooLarge?: boolean
  /** Somebody else is held there under the same number, of whom nothing is shown (`Matched.doubt`). */
  readonly doubt?: Cause | undefined
  readonly unreadable: number
  readonly warnings: readonly SourceWarning[]
}

interface Said {
  readonly outcome: Outcome
  readonly cause: Cause
  readonly complete: boolean
}

function said(state: SectionState): Said {
  if (state.failed && state.items.length === 0) return { outcome: state.failed.outcome, cause: state.failed.cause, complete: false }
  if (state.doubt !== undefined) return { outcome: 'partial', cause: state.doubt, complete: false }
  if (state.failed?.cause === 'too-large' || state.tooLarge) return { outcome: 'partial', cause: 'too-large', complete: false }
  if (state.failed || state.unreadable > 0) return { outcome: 'partial', cause: 'unreadable', complete: false }
  if (state.areaDisabled)
    return state.items.length > 0
      ? { outcome: 'partial', cause: 'area-disabled', complete: false }
      : { outcome: 'nothing-held', cause: 'area-disabled', complete: true }
  return { outcome: state.items.length > 0 ? 'answered' : 'nothing-held', cause: 'none', complete: true }
}

/** Sections that fared alike become one answer; a section that fared otherwise has its own. */
export function answersOf(
  context: AskContext,
  startedMs: number,
  states: readonly SectionState[],
  windowFrom: string | undefined,
): readonly SectionAnswer[] {
  const groups = new Map<string, { said: Said; states: SectionState[] }>()
  for (const state of states) {
    const outcome = said(state)
    const key = `${outcome.outcome}/${outcome.cause}/${outcome.complete}/${state.unreadable > 0 ? state.section : ''}`
    const group = groups.get(key) ?? { said: outcome, states: [] }
    group.states.push(state)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ said, states }) => ({
    source: sourceName(context.ask.source, context.organisation),
    group: context.ask.group,
    sections: states.map(s => s.section),
    ...(windowFrom === undefined ? {} : { window: { from: windowFrom } }),
    complete: said.complete,
    asOf: context.now().toISOString(),
    outcome: said.outcome,
    cause: said.cause,
    items: states.flatMap(s => s.items),
    warnings: states.flatMap(s => s.warnings),
    unreadable: states.reduce((sum, s) => sum + s.unreadable, 0),
    tookMs: Math.round(performance.now() - startedMs),
  }))
}

/** One answer for all that was asked: the source said nothing of any section. */
export const wholeAnswer = (
  context: AskContext,
  startedMs: number,
  outcome: Outcome,
  cause: Cause,
  unreadable = 0,
): readonly SectionAnswer[] => [
  {
    source: sourceName(context.ask.source, context.organisation),
    group: context.ask.group,
    sections: context.ask.sections,
    complete: outcome === 'nothing-held',
    asOf: context.now().toISOString(),
    outcome,
    cause,
    items: [],
    warnings: [],
    unreadable,
    tookMs: Math.round(performance.now() - startedMs),
  },
]

/** First day of the recent group, FHIR date in UTC. */
export function recentFrom(now: Date, months: number): string {
  const from = new Date(now)
  from.setUTCMonth(from.getUTCMonth() - months)
  return from.toISOString().slice(0, 10)
}
