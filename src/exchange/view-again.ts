import type { SourceState } from '../care-record/entry.ts'
import { outcomeWords } from '../care-record/outcome.ts'
import type { Pass, Person } from '../care-record/person.ts'
import { ok, type Result } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import { about, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import type { AskRound } from './view-round.ts'
import { peerSource, waitingFor, waitingForPeer } from './view-states.ts'
import { done, notFound } from './view.ts'

export interface AgainPorts {
  readonly ports: Pick<ViewPorts, 'admit' | 'locate' | 'audit' | 'catalogue'>
  readonly close: (view: Live, why: 'revoked') => Promise<void>
  readonly askRound: AskRound
  readonly start: (view: Live, running: Promise<void>) => void
}

/**
 * May this professional still look? Decided anew before anything more is asked; a view for which the answer has become no
 * ends. Faults: `not-found` for a view that is not open, `unavailable` when it cannot be decided now.
 */
export async function admitAgain(
  view: Live,
  { ports, close }: Pick<AgainPorts, 'close'> & { readonly ports: Pick<ViewPorts, 'admit'> },
): Promise<Result<{ readonly pass: Pass; readonly person: Person }>> {
  const { person, evidence } = view
  if (view.status !== 'open' || !person || !evidence) return notFound()
  const admission = await ports.admit(view.request, person, evidence)
  if (!admission.ok) return admission
  if (view.status !== 'open') return notFound()
  if (admission.value.verdict !== 'permit') {
    await close(view, 'revoked')
    return notFound()
  }
  view.pass = admission.value.pass
  return ok({ pass: view.pass, person })
}

/** Asks again what stayed silent: decided, located and written down anew, of that source and group only. */
export async function tryAgain(view: Live, sourceId: string, exchange: string, group: Group, again: AgainPorts): Promise<Result<void>> {
  const { ports } = again
  if (view.status !== 'open') return notFound()
  const now = [...view.list.real.states.values()].filter(
    s => s.source.id === sourceId && s.source.exchange === exchange && s.group === group,
  )
  const silent = now.filter(s => !s.waiting && outcomeWords(s.outcome, s.cause).mayRetry)
  if (silent.length === 0) return now.some(s => s.waiting) ? done : notFound()
  const key = `${exchange}/${sourceId}/${group}`
  if (view.asking.has(key)) return done
  view.asking.add(key)
  try {
    const admitted = await admitAgain(view, again)
    if (!admitted.ok) return admitted
    const { pass, person } = admitted.value
    const holds = await ports.locate(person, pass, [group])
    const peer = holds.peers.find(p => p.exchange === exchange)
    const ask = holds.asks.find(a => a.source.id === sourceId && a.source.exchange === exchange && a.group === group)
    if (!peer && !ask) return notFound()
    const event = await ports.audit.writeOpenView({
      ...about(view),
      kind: 'section-opened',
      outcome: 'success',
      detail: { again: sourceId, group },
      sections: silent.flatMap(s => s.sections),
    })
    if (!event.ok) return event
    view.list.append({
      eventIds: [event.value.id],
      kind: 'plan',
      states: silent.map(s => ({ ...s, outcome: 'late', cause: 'asking', waiting: true, attempts: s.attempts + 1 })),
    })
    const asked = new Set(silent.flatMap(s => s.sections))
    const only = peer && sourceId !== peerSource(peer).id ? { only: { sourceId, group } } : {}
    again.start(
      view,
      again.askRound(view, pass, person, {
        asks: ask ? [{ ...ask, sections: ask.sections.filter(section => asked.has(section)) }] : [],
        peers: peer ? [peer] : [],
        groups: [group],
        ...only,
      }),
    )
    return done
  } finally {
    view.asking.delete(key)
  }
}

/** Asks every source and peer for what is older than the view asks at once; asked twice it is asked once. */
export async function askOlder(view: Live, again: AgainPorts): Promise<Result<void>> {
  const { ports } = again
  if (view.status !== 'open') return notFound()
  if (view.olderAsked) return done
  view.olderAsked = true
  let asked = false
  try {
    const admitted = await admitAgain(view, again)
    if (!admitted.ok) return admitted
    const { pass, person } = admitted.value
    const holds = await ports.locate(person, pass, ['older'])
    const states: readonly SourceState[] = [
      ...holds.asks.map(ask => waitingFor(ask, ports.catalogue())),
      ...holds.named.filter(state => !isSaid(view, state)),
      ...holds.peers.flatMap(peer => waitingForPeer(peer, ['older'], pass)),
    ]
    const event = await ports.audit.writeOpenView({
      ...about(view),
      kind: 'section-opened',
      outcome: 'success',
      detail: { group: 'older', sources: holds.asks.length, peers: holds.peers.length },
      sections: [...new Set(states.flatMap(state => state.sections))],
    })
    if (!event.ok) return event
    asked = true
    view.list.append({ eventIds: [event.value.id], kind: 'plan', states })
    again.start(view, again.askRound(view, pass, person, { asks: holds.asks, peers: holds.peers, groups: ['older'] }))
    return done
  } finally {
    view.olderAsked = asked
  }
}

/** A source that is not asked is named once, whatever the group. */
const isSaid = (view: Live, { source, cause }: SourceState): boolean =>
  [...view.list.real.states.values()].some(
    state => state.source.id === source.id && state.source.exchange === source.exchange && state.cause === cause,
  )
