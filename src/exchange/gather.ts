import { setImmediate as turn } from 'node:timers/promises'
import type { Catalogue, PeerConfig, PlannedAsk } from '../care-record/catalogue.ts'
import type { AnsweredDemographics, DemographicCheck, Disclosed, Facts, Item, PeerLine, SectionAnswer } from '../care-record/item.ts'
import type { Pass, Person } from '../care-record/person.ts'
import type { Group, SectionId } from '../care-record/section.ts'
import { sourceName } from '../care-record/source-name.ts'
import type { Asker } from './sources/asker.ts'
import type { PeerAsk } from './sources/peer/ask-peer.ts'
import { withoutHeld } from './without-held.ts'

/** What disclosure makes of one whole group of one source. */
export interface DisclosedGroup {
  readonly answers: readonly SectionAnswer<Disclosed<Item>>[]
  /** Withheld counts per legal class: for the sealed part of the event only. */
  readonly sealed?: unknown
}

export interface GatherPorts {
  readonly catalogue: () => Catalogue
  readonly asker: Asker
  readonly askPeer: PeerAsk
  /** @param pass some classes stand against some roles only, some things stay with who holds them. */
  readonly sieve: (source: { readonly id: string; readonly odsCode: string }, facts: readonly Facts[], pass: Pass) => ReadonlySet<string>
  /** Hears what an answer's codes say of the person's wish about sharing; nothing that is shown depends on it. */
  readonly heedWishes?: (person: Person, source: { readonly id: string; readonly odsCode: string }, facts: readonly Facts[]) => void
  readonly checkDemographics: (person: Person, answered: AnsweredDemographics) => DemographicCheck
  /** An item that somebody says is not about this person waits for a steward: it is shown to nobody. */
  readonly isHeld: (exchange: string, itemId: string) => boolean
  readonly disclose: (answers: readonly SectionAnswer[], pass: Pass) => Promise<DisclosedGroup>
  readonly now: () => Date
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  readonly log: { readonly warn: (fields: object, event: string) => void; readonly error: (fields: object, event: string) => void }
}

/** One round of asking: everything in the plan, or one source again. */
export interface Round {
  readonly person: Person
  readonly pass: Pass
  readonly asks: readonly PlannedAsk[]
  readonly peers: readonly PeerConfig[]
  readonly groups: readonly Group[]
  readonly only?: { readonly sourceId: string; readonly group: Group }
  readonly transaction: string
  readonly attempt: string
  readonly budgetMs: number
  readonly signal: AbortSignal
}

/** What the round tells as it goes. Each call is awaited before the same source is heard again; other sources go on. */
export interface Heard {
  readonly answered: (group: DisclosedGroup, how: { readonly superseded: boolean; readonly peer?: string }) => Promise<void>
  readonly peerPlanned: (
    peer: PeerConfig,
    asks: readonly { readonly source: SectionAnswer['source']; readonly group: Group; readonly sections: readonly SectionId[] }[],
  ) => Promise<void>
  /** The peer is done; `fault` when it broke off. What it still owed will not come. */
  readonly peerEnded: (peer: PeerConfig, fault?: Extract<PeerLine, { type: 'fault' }>) => Promise<void>
}

/**
 * ask -> disclose, for every source and peer of a round at once. Resolves when all have answered, failed or run out of
 * time; never rejects. Essentials are sent first to each source, recent right behind them.
 */
export async function gather(round: Round, ports: GatherPorts, heard: Heard): Promise<void> {
  const catalogue = ports.catalogue()
  const endsMs = ports.nowMs() + round.budgetMs
  const viewerOrganisation = catalogue.organisations.get(round.pass.viewer.odsCode)
  const byGroup = round.groups.flatMap(group => round.asks.filter(ask => ask.group === group))
  const own = byGroup.map(async ask => {
    const { source } = ask
    const organisation = catalogue.organisations.get(source.odsCode) ?? {
      odsCode: source.odsCode,
      name: source.system,
      short: source.odsCode,
      kind: 'other',
    }
    try {
      const asked = await ports.asker.ask(
        {
          ask,
          person: round.person,
          pass: round.pass,
          transaction: round.transaction,
          organisation,
          viewerOrganisation: viewerOrganisation ?? {
            odsCode: round.pass.viewer.odsCode,
            name: round.pass.viewer.organisationName,
            short: round.pass.viewer.odsCode,
            kind: 'other',
          },
          now: ports.now,
          sieve: (from, facts) => {
            ports.heedWishes?.(round.person, from, facts)
            return ports.sieve(from, facts, round.pass)
          },
          checkDemographics: ports.checkDemographics,
        },
        endsMs - ports.nowMs(),
        round.signal,
      )
      await heard.answered(await ports.disclose(withoutHeld(whole(asked.answers, ask, organisation, ports), ports.isHeld), round.pass), {
        superseded: asked.superseded,
      })
    } catch (error) {
      // One source's data must not blank the others': it reads as unreadable, and the fault is ours to mend (rule 3).
      ports.log.error({ code: 'source-round-failed', source: source.id, group: ask.group, err: error }, 'hearing a source failed')
      await heard.answered(await ports.disclose(whole([], ask, organisation, ports), round.pass), { superseded: false })
    }
    await turn()
  })

  const peers = round.peers.map(peer => hearPeer(round, peer, Math.max(1, Math.floor(endsMs - ports.nowMs())), ports, heard))
  await Promise.all([...own, ...peers])
}

/** Sections a connector forgot to answer for are said to be missing, never silently empty. */
function whole(
  answers: readonly SectionAnswer[],
  ask: PlannedAsk,
  organisation: Parameters<typeof sourceName>[1],
  ports: GatherPorts,
): readonly SectionAnswer[] {
  const missing = ask.sections.filter(section => !answers.some(answer => answer.sections.includes(section)))
  if (missing.length === 0) return answers
  return [
    ...answers,
    {
      source: sourceName(ask.source, organisation),
      group: ask.group,
      sections: missing,
      complete: false,
      asOf: ports.now().toISOString(),
      outcome: 'unavailable',
      cause: 'unreadable',
      items: [],
      warnings: [],
      unreadable: 0,
      tookMs: 0,
    },
  ]
}

async function hearPeer(round: Round, peer: PeerConfig, budgetMs: number, ports: GatherPorts, heard: Heard): Promise<void> {
  let fault: Extract<PeerLine, { type: 'fault' }> | undefined
  let ended = false
  const context = {
    peer,
    person: round.person,
    pass: round.pass,
    groups: round.groups,
    transaction: round.transaction,
    attempt: round.attempt,
    budgetMs,
    signal: round.signal,
    ...(round.only ? { only: round.only } : {}),
  }
  /** Sources of a peer are heard beside each other, as one's own are: each is written down before the same one is heard again. */
  const bySource = new Map<string, Promise<void>>()
  const hear = (answer: SectionAnswer): void => {
    const before = bySource.get(answer.source.id) ?? Promise.resolve()
    const hearing = before.then(async () =>
      heard.answered(await ports.disclose(withoutHeld([answer], ports.isHeld), round.pass), { superseded: false, peer: peer.exchange }),
    )
    hearing.catch(() => undefined)
    bySource.set(answer.source.id, hearing)
  }
  try {
    for await (const line of ports.askPeer(context)) {
      if (line.type === 'plan')
        await heard.peerPlanned(
          peer,
          line.asks.filter(ask => ask.source.exchange === peer.exchange),
        )
      else if (line.type === 'answer' && line.answer.source.exchange === peer.exchange) hear(line.answer)
      else if (line.type === 'fault') fault = line
      else if (line.type === 'end') ended = true
    }
    await Promise.all(bySource.values())
  } catch (error) {
    // No wire throws here; a bug must not read as a peer that is away without leaving a trace.
    ports.log.error({ code: 'peer-round-failed', exchange: peer.exchange, err: error }, 'hearing a peer failed')
    fault = { protocol: 1, type: 'fault', outcome: 'unavailable', cause: 'connection-failed' }
  }
  await Promise.allSettled(bySource.values())
  if (!ended && !fault) fault = { protocol: 1, type: 'fault', outcome: 'unavailable', cause: 'connection-failed' }
  await heard.peerEnded(peer, fault)
}
