import type { PeerConfig, PlannedAsk } from '../care-record/catalogue.ts'
import type { PeerLine, SectionAnswer } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import { outcomeWords } from '../care-record/outcome.ts'
import type { Pass, Person, Relationship, Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import type { AuditPort } from './audit-port.ts'
import { gather, type DisclosedGroup, type GatherPorts } from './gather.ts'
import { sourceName } from './sources/asker.ts'
import type { Admission, WhoHolds } from './view-record.ts'

/** What the peer door has verified: certificate, token, body. */
export interface PeerRequest {
  /** From the client certificate. */
  readonly exchange: string
  readonly viewer: Viewer
  readonly purpose: string
  readonly relationship: Relationship
  /** NHS number, name, birth date and gender as the asker's PDS trace gave them. */
  readonly person: Pick<Person, 'nhsNumber' | 'name' | 'birthDate' | 'gender'>
  readonly groups: readonly Group[]
  readonly only?: { readonly sourceId: string; readonly group: Group }
  readonly transaction: string
  readonly attempt: string
  readonly budgetMs: number
}

export interface AnswerPeerPorts extends GatherPorts {
  readonly audit: AuditPort
  /** Our own trace of the number; the asker's details must agree with it. */
  readonly identify: (request: PeerRequest, signal: AbortSignal) => Promise<Result<Person>>
  /** Our own decision on what we can check; what we take on the asker's word is in its reasons. */
  readonly admit: (request: PeerRequest, peer: PeerConfig, person: Person) => Promise<Result<Admission>>
  readonly locate: (person: Person, pass: Pass, groups: readonly Group[]) => Promise<WhoHolds>
}

/** `knows nothing` and `may not say` are one message. */
const SILENT: readonly PeerLine[] = [
  { protocol: 1, type: 'plan', asks: [] },
  { protocol: 1, type: 'end' },
]

/**
 * The gather half for another exchange's professional: the same walk up to disclose, with our own rules, each line
 * written down before it leaves. We never ask our own peers.
 */
export async function* answerPeer(request: PeerRequest, ports: AnswerPeerPorts, signal: AbortSignal): AsyncIterable<PeerLine> {
  const startedMs = ports.nowMs()
  const about = {
    transaction: request.transaction,
    attempt: request.attempt,
    viewer: request.viewer,
    assertingExchange: request.exchange,
    nhsNumber: request.person.nhsNumber,
    relationship: request.relationship,
    ...(request.purpose === 'direct-care' ? { purpose: 'direct-care' as const } : {}),
  }
  const opened = await ports.audit.write({
    ...about,
    kind: 'evidence-checked',
    outcome: 'success',
    detail: { asked: request.relationship.type, assertedBy: request.relationship.assertedBy },
  })
  if (!opened.ok) return yield unavailable('server-error')
  const refuse = async (because: string): Promise<void> => {
    await ports.audit.write({ ...about, kind: 'peer-refused', outcome: 'refused', detail: { because } })
  }
  const peer = ports.catalogue().peers.find(p => p.exchange === request.exchange && p.state === 'live')
  if (!peer) {
    await refuse('not-a-peer')
    return yield { protocol: 1, type: 'fault', outcome: 'not-connected', cause: 'suspended' }
  }
  const person = await ports.identify(request, signal)
  if (!person.ok) {
    await refuse(
      person.fault.kind === 'not-found' ? 'not-found' : person.fault.kind === 'conflict' ? 'demographics-differ' : 'identity-unavailable',
    )
    return yield* person.fault.kind === 'not-found' || person.fault.kind === 'conflict' ? SILENT : [unavailable('server-error')]
  }
  const admission = await ports.admit(request, peer, person.value)
  if (!admission.ok) return yield unavailable('server-error')
  if (admission.value.verdict !== 'permit') {
    await refuse(admission.value.verdict === 'refuse' ? admission.value.code : 'no-relationship')
    return yield* SILENT
  }
  const { pass } = admission.value
  const { asks, named } = await ports.locate(person.value, pass, request.groups)
  const wanted = asks.filter(
    ask => request.only === undefined || (ask.source.id === request.only.sourceId && ask.group === request.only.group),
  )
  yield { protocol: 1, type: 'plan', asks: wanted.flatMap(ask => planned(ask, ports)) }

  const lines = createQueue<PeerLine>()
  for (const state of request.only ? [] : named) {
    if (outcomeWords(state.outcome, state.cause).mayBeNamed)
      lines.push({ protocol: 1, type: 'answer', answer: { ...state, asOf: state.asOf ?? ports.now().toISOString(), tookMs: 0, items: [] } })
  }
  const write = async (group: DisclosedGroup): Promise<void> => {
    for (const answer of group.answers) {
      const event = await ports.audit.writeOpenView({
        ...about,
        kind: 'peer-disclosed',
        outcome: outcomeWords(answer.outcome, answer.cause).countsAsAnswered ? 'success' : 'failed',
        source: { id: answer.source.id, odsCode: answer.source.odsCode, exchange: answer.source.exchange },
        sections: answer.sections,
        rulesVersion: pass.rulesVersion,
        detail: { group: answer.group, outcome: `${answer.outcome}/${answer.cause}` },
        manifests: [
          { sourceId: answer.source.id, sections: answer.sections, items: answer.items.map(({ id, version }) => ({ id, version })) },
        ],
        ...(group.sealed === undefined ? {} : { sealed: group.sealed }),
      })
      // Unwritten means unsaid: the asker then sees a source that did not answer.
      if (event.ok) lines.push({ protocol: 1, type: 'answer', answer: forTheWire(answer) })
      else
        lines.push({
          protocol: 1,
          type: 'answer',
          answer: { ...answer, items: [], complete: false, outcome: 'unavailable', cause: 'server-error' },
        })
    }
  }
  const budgetMs = Math.min(limits.askMs, Math.max(1, request.budgetMs - (ports.nowMs() - startedMs)))
  const round = {
    person: person.value,
    pass,
    asks: wanted,
    peers: [],
    groups: request.groups,
    transaction: request.transaction,
    attempt: request.attempt,
    budgetMs,
    signal,
  }
  const gathering = gather(round, ports, {
    async answered(group, { superseded }) {
      if (superseded) await ports.audit.writeOpenView({ ...about, kind: 'superseded', outcome: 'success' })
      await write(group)
    },
    peerPlanned: async () => {},
    peerEnded: async () => {},
  }).finally(() => lines.end())
  yield* lines.read()
  await gathering
  yield { protocol: 1, type: 'end' }
}

const unavailable = (cause: 'server-error'): PeerLine => ({ protocol: 1, type: 'fault', outcome: 'unavailable', cause })

function planned(
  ask: PlannedAsk,
  ports: AnswerPeerPorts,
): { source: SectionAnswer['source']; group: Group; sections: PlannedAsk['sections'] }[] {
  const organisation = ports.catalogue().organisations.get(ask.source.odsCode)
  return organisation ? [{ source: sourceName(ask.source, organisation), group: ask.group, sections: ask.sections }] : []
}

/** Parents were judged with their items and never leave; neither do references that led nowhere. */
const forTheWire = (answer: SectionAnswer): SectionAnswer => ({
  ...answer,
  items: answer.items.map(item => ({ ...item, parents: [], unresolved: [] })),
})

interface Queue<T> {
  readonly push: (value: T) => void
  readonly end: () => void
  readonly read: () => AsyncIterable<T>
}

function createQueue<T>(): Queue<T> {
  const values: T[] = []
  let ended = false
  let wake: () => void = () => {}
  return {
    push(value) {
      values.push(value)
      wake()
    },
    end() {
      ended = true
      wake()
    },
    async *read() {
      for (;;) {
        const next = values.shift()
        if (next !== undefined) yield next
        else if (ended) return
        else
          await new Promise<void>(resolve => {
            wake = resolve
          })
      }
    },
  }
}
