import type { PeerConfig } from '../care-record/catalogue.ts'
import type { SourceState } from '../care-record/entry.ts'
import { limits } from '../care-record/limits.ts'
import type { Pass, Person } from '../care-record/person.ts'
import type { Group } from '../care-record/section.ts'
import { gather, type Heard, type Round } from './gather.ts'
import { about, wake, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import type { Showing } from './view-show.ts'
import { attemptsOf, lessWhatCame, peerSource, waiting, waitingForPeer } from './view-states.ts'

/** What one round of a view asks, and of whom. */
export type RoundPlan = Pick<Round, 'asks' | 'peers' | 'groups'> & { readonly only?: { readonly sourceId: string; readonly group: Group } }
export type AskRound = (view: Live, pass: Pass, person: Person, plan: RoundPlan) => Promise<void>

/** Asks the sources and peers of a plan and hands on what they say, until nobody of them is to be heard any more. */
export function createRounds(ports: ViewPorts, { show, mergeSoon, cannotShow }: Showing): AskRound {
  /** One round of asking, from the first request to the last part. */
  async function askRound(view: Live, pass: Pass, person: Person, plan: RoundPlan): Promise<void> {
    const round: Round = {
      ...plan,
      person,
      pass,
      transaction: view.transaction,
      attempt: ports.newId(),
      budgetMs: limits.askMs,
      signal: view.abort.signal,
    }
    view.walking += 1
    const owing = createOwing(view, round)
    const merging: Promise<void>[] = []
    try {
      await gather(round, ports, heardBy(view, round, owing, merging))
      await Promise.all(merging)
    } finally {
      owing.nothing()
      view.walking -= 1
      wake(view)
    }
    if (view.walking === 0 && !view.closing) view.items.shedSoon()
  }

  /**
   * Sources and peers of a round that are still to be heard, and those whose answers are not durable; when nobody is, what
   * waits to be written or merged waits no longer.
   */
  function createOwing(view: Live, round: Round): { readonly heard: () => void; readonly less: () => void; readonly nothing: () => void } {
    let left = round.asks.length + round.peers.length
    let silent = left
    view.owing += left
    view.unheard += left
    const heard = (count: number): void => {
      silent -= count
      view.unheard -= count
      if (view.unheard === 0) view.writing.all()
    }
    const pay = (count: number): void => {
      left -= count
      view.owing -= count
      if (view.owing === 0 && view.ready.length > 0) mergeSoon(view)
    }
    return {
      heard: () => heard(Math.min(1, silent)),
      less: () => pay(Math.min(1, left)),
      nothing() {
        heard(silent)
        pay(left)
      },
    }
  }

  /** @param merging gets what is still to be merged of peers, whose next line does not wait for it. */
  function heardBy(view: Live, round: Round, owing: ReturnType<typeof createOwing>, merging: Promise<void>[]): Heard {
    // What this round itself still waits for from each peer; another round of the same peer keeps its own.
    const owed = new Map<string, SourceState[]>()
    for (const peer of round.peers) owed.set(peer.exchange, [...firstOwed(view, round, peer)])
    return {
      async answered(group, how) {
        if (how.peer !== undefined)
          owed.set(
            how.peer,
            (owed.get(how.peer) ?? []).flatMap(state => lessWhatCame(state, group.answers)),
          )
        else owing.heard()
        const shown = await show(view, round, group, how)
        if (how.peer === undefined) {
          owing.less()
          await shown.done
        } else merging.push(shown.done)
      },
      async peerPlanned(peer, asks) {
        if (view.abort.signal.aborted) return
        const planned = asks.map(({ source, group, sections }) => ({
          ...waiting(source, group, sections),
          attempts: attemptsOf(view.list.real, { source, group }),
        }))
        const event = await ports.audit.writeOpenView({
          ...about(view, round),
          kind: 'admitted',
          outcome: 'success',
          detail: { peer: peer.exchange, sources: asks.length },
        })
        if (!event.ok) return cannotShow(view)
        const before = owed.get(peer.exchange) ?? []
        const retired = before.filter(state => state.source.id === peerSource(peer).id)
        const named = before.filter(
          state => !retired.includes(state) && !planned.some(p => p.source.id === state.source.id && p.group === state.group),
        )
        owed.set(peer.exchange, [...planned, ...named])
        return view.list.append({ eventIds: [event.value.id], kind: 'plan', states: planned, retired })
      },
      async peerEnded(peer, fault) {
        owing.heard()
        owing.less()
        const left = owed.get(peer.exchange) ?? []
        if (left.length === 0 || view.abort.signal.aborted) return
        // What was planned and did not come is missing, whatever the peer's last line was: never `nothing held`.
        const { outcome, cause } = fault ?? ({ outcome: 'unavailable', cause: 'server-error' } as const)
        const event = await ports.audit.writeOpenView({
          ...about(view, round),
          kind: 'shown',
          outcome: 'failed',
          detail: { peer: peer.exchange, ended: cause },
        })
        if (!event.ok) return cannotShow(view)
        return view.list.append({
          eventIds: [event.value.id],
          kind: 'answer',
          states: left.map(state => ({ ...state, outcome, cause, waiting: false, asOf: ports.now().toISOString(), complete: false })),
        })
      },
    }
  }

  /** Before its plan a round waits for the peer itself, or for the one source it asks again. */
  function firstOwed(view: Live, round: Round, peer: PeerConfig): readonly SourceState[] {
    const { only } = round
    if (only === undefined) return waitingForPeer(peer, round.groups, round.pass)
    return [...view.list.real.states.values()].filter(
      s => s.waiting && s.source.exchange === peer.exchange && s.source.id === only.sourceId && s.group === only.group,
    )
  }

  return askRound
}
