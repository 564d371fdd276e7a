import type { Catalogue, PeerConfig, PlannedAsk } from '../care-record/catalogue.ts'
import type { SourceState } from '../care-record/entry.ts'
import type { SectionAnswer } from '../care-record/item.ts'
import type { Pass } from '../care-record/person.ts'
import { sectionsOf, type Group } from '../care-record/section.ts'
import type { Snapshot } from '../care-record/snapshot.ts'
import { sourceName } from '../care-record/source-name.ts'

/** How a peer that has not yet named its own sources stands in the strip. */
export const peerSource = (peer: PeerConfig): SourceState['source'] => ({
  id: `peer:${peer.exchange}`,
  odsCode: peer.exchange,
  name: peer.title,
  short: peer.exchange,
  kind: 'exchange',
  exchange: peer.exchange,
})

export const waiting = (source: SourceState['source'], group: Group, sections: SourceState['sections']): SourceState => ({
  source,
  group,
  sections,
  outcome: 'late',
  cause: 'asking',
  waiting: true,
  attempts: 1,
  warnings: [],
  unreadable: 0,
  complete: false,
})

export const waitingFor = (ask: PlannedAsk, catalogue: Catalogue): SourceState =>
  waiting(sourceName(ask.source, catalogue.organisations.get(ask.source.odsCode)), ask.group, ask.sections)

export const waitingForPeer = (peer: PeerConfig, groups: readonly Group[], pass: Pass): readonly SourceState[] =>
  groups.map(group =>
    waiting(
      peerSource(peer),
      group,
      sectionsOf(group).filter(section => pass.maySee.has(section)),
    ),
  )

/** What is left to wait for of a state once these answers are in. */
export function lessWhatCame(state: SourceState, answers: readonly SectionAnswer<unknown>[]): SourceState[] {
  const came = new Set(answers.filter(a => a.source.id === state.source.id && a.group === state.group).flatMap(a => a.sections))
  const sections = state.sections.filter(section => !came.has(section))
  return sections.length === state.sections.length ? [state] : sections.length === 0 ? [] : [{ ...state, sections }]
}

/** How often a source was asked for a group, as far as the states say. */
export function attemptsOf(real: Snapshot, answer: Pick<SourceState, 'source' | 'group'>): number {
  let most = 1
  for (const state of real.states.values()) {
    if (state.source.id === answer.source.id && state.source.exchange === answer.source.exchange && state.group === answer.group)
      most = Math.max(most, state.attempts)
  }
  return most
}

export const stateOf = (answer: SectionAnswer<unknown>, attempts: number): SourceState => ({
  source: answer.source,
  group: answer.group,
  sections: answer.sections,
  outcome: answer.outcome,
  cause: answer.cause,
  waiting: false,
  asOf: answer.asOf,
  tookMs: answer.tookMs,
  attempts,
  warnings: answer.warnings,
  unreadable: answer.unreadable,
  complete: answer.complete,
})
