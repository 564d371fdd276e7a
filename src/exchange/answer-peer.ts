import type { PeerConfig, PlannedAsk } from '../care-record/catalogue.ts'
import type { PeerLine, SectionAnswer } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import { outcomeWords } from '../care-record/outcome.ts'
import type { PeerRequest } from '../care-record/peer.ts'
import type { Pass, Person, Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import type { Audit } from './audit/audit.ts'
import type { AuditDraft } from './audit/draft.ts'
import { gather, type DisclosedGroup, type GatherPorts } from './gather.ts'
import { sourceName } from '../care-record/source-name.ts'
import type { Admission, WhoHolds } from './view-ports.ts'

export interface AnswerPeerPorts extends GatherPorts {
  readonly audit: Pick<Audit, 'write' | 'writeOpenView'>
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

/** Refusals that do not depend on the person are named (care rules 5.4); all others are silence. */
const REFUSED: Readonly<Record<string, readonly PeerLine[]>> = {
  role: [{ protocol: 1, type: 'fault', outcome: 'refused', cause: 'source-refused' }],
  purpose: [{ protocol: 1, type: 'fault', outcome: 'refused', cause: 'source-refused' }],
  isolated: [{ protocol: 1, type: 'fault', outcome: 'refused', cause: 'source-refused' }],
  standing: [{ protocol: 1, type: 'fault', outcome: 'refused', cause: 'source-refused' }],
  'acceptable-use': [{ protocol: 1, type: 'fault', outcome: 'refused', cause: 'source-refused' }],
  organisation: [{ protocol: 1, type: 'fault', outcome: 'refused', cause: 'no-agreement' }],
  agreement: [{ protocol: 1, type: 'fault', outcome: 'refused', cause: 'no-agreement' }],
  peer: [{ protocol: 1, type: 'fault', outcome: 'not-connected', cause: 'suspended' }],
  'not-connected': [{ protocol: 1, type: 'fault', outcome: 'not-connected', cause: 'suspended' }],
  'objections-unknown': [{ protocol: 1, type: 'fault', outcome: 'unavailable', cause: 'server-error' }],
}

/** A request of a peer that we have decided ourselves to answer. */
export interface AdmittedPeer {
  readonly peer: PeerConfig
  readonly person: Person
  readonly pass: Pass
  readonly reasons: readonly string[]
  /** What our decision rests on, for the event that says so. */
  readonly sealed: unknown
  /** Of every event about it from here on. */
  readonly about: Pick<
    AuditDraft,
    'transaction' | 'attempt' | 'viewer' | 'assertingExchange' | 'nhsNumber' | 'relationship' | 'purpose' | 'rulesVersion'
  >
}

/** Why it is not answered: `silent` where knowing nothing and not saying are one. */
export type RefusedPeer = { readonly because: string }

/**
 * Identifies and decides for another exchange's professional with our own rules, and writes down what it was asked and
 * why it was refused.
 */
export async function admitPeerRequest(
  request: PeerRequest,
  ports: Pick<AnswerPeerPorts, 'audit' | 'identify' | 'admit' | 'catalogue'>,
  signal: AbortSignal,
): Promise<{ readonly ok: true; readonly value: AdmittedPeer } | ({ readonly ok: false } & RefusedPeer)> {
  const { claims, subject } = request
  const { transaction, attempt, relationship, purpose } = claims
  const about = {
    transaction,
    attempt,
    viewer: viewerOf(request),
    assertingExchange: request.from,
    nhsNumber: subject.nhsNumber,
    relationship,
    purpose,
  }
  const opened = await ports.audit.write({
    ...about,
    kind: 'evidence-checked',
    outcome: 'success',
    detail: { asked: relationship.type, assertedBy: relationship.assertedBy, token: request.tokenId },
  })
  if (!opened.ok) return { ok: false, because: 'unavailable' }
  const refuse = async (because: string): Promise<void> => {
    await ports.audit.write({ ...about, kind: 'peer-refused', outcome: 'refused', detail: { because } })
  }
  const peer = ports.catalogue().peers.find(p => p.exchange === request.from && p.state === 'live')
  if (!peer) {
    await refuse('not-a-peer')
    return { ok: false, because: 'not-connected' }
  }
  const person = await ports.identify(request, signal)
  if (!person.ok) {
    await refuse(
      person.fault.kind === 'not-found' ? 'not-found' : person.fault.kind === 'conflict' ? 'demographics-differ' : 'identity-unavailable',
    )
    return { ok: false, because: person.fault.kind === 'not-found' || person.fault.kind === 'conflict' ? 'silent' : 'unavailable' }
  }
  const admission = await ports.admit(request, peer, person.value)
  if (!admission.ok) return { ok: false, because: 'unavailable' }
  if (admission.value.verdict !== 'permit') {
    const code = admission.value.verdict === 'refuse' ? admission.value.code : 'relationship'
    await ports.audit.write({
      ...about,
      ...admission.value.basis,
      kind: 'peer-refused',
      outcome: 'refused',
      detail: { because: code, reasons: admission.value.reasons },
    })
    return { ok: false, because: code in REFUSED ? code : 'silent' }
  }
  const { pass, reasons, basis } = admission.value
  return {
    ok: true,
    value: {
      peer,
      person: person.value,
      pass,
      reasons,
      sealed: basis?.sealed,
      about: { ...about, relationship: pass.relationship, rulesVersion: pass.rulesVersion },
    },
  }
}

/**
 * The gather half for another exchange's professional: the same walk up to disclose, with our own rules, each line
 * written down before it leaves. We never ask our own peers.
 */
export async function* answerPeer(request: PeerRequest, ports: AnswerPeerPorts, signal: AbortSignal): AsyncIterable<PeerLine> {
  const startedMs = ports.nowMs()
  const { subject } = request
  const { transaction, attempt } = request.claims
  const admission = await admitPeerRequest(request, ports, signal)
  if (!admission.ok) {
    yield* admission.because === 'unavailable' ? [unavailable('server-error')] : (REFUSED[admission.because] ?? SILENT)
    return
  }
  const { person, pass, reasons, sealed, about: decided } = admission.value
  const { asks, named } = await ports.locate(person, pass, subject.groups)
  const isAsked = (sourceId: string, group: Group): boolean =>
    subject.only === undefined || (sourceId === subject.only.sourceId && group === subject.only.group)
  const wanted = asks.filter(ask => isAsked(ask.source.id, ask.group))
  // Our own decision, what it rests on, and whom we are about to name: written before the plan leaves.
  const admitted = await ports.audit.write({
    ...decided,
    kind: 'admitted',
    outcome: 'success',
    detail: { reasons, sources: wanted.map(ask => `${ask.source.id}/${ask.group}`) },
    ...(sealed === undefined ? {} : { sealed }),
  })
  if (!admitted.ok) {
    yield unavailable('server-error')
    return
  }
  yield { protocol: 1, type: 'plan', asks: wanted.flatMap(ask => planned(ask, ports)) }

  const lines = createQueue<PeerLine>()
  for (const state of named) {
    if (!outcomeWords(state.outcome, state.cause).mayBeNamed || (subject.only !== undefined && state.source.id !== subject.only.sourceId))
      continue
    lines.push({ protocol: 1, type: 'answer', answer: { ...state, asOf: state.asOf ?? ports.now().toISOString(), tookMs: 0, items: [] } })
  }
  /** One event a group, as at the asker's end; then its lines. Unwritten means unsaid. */
  const write = async (group: DisclosedGroup): Promise<void> => {
    const [first] = group.answers
    if (first === undefined || signal.aborted) return
    const event = await ports.audit.writeOpenView({
      ...decided,
      kind: 'peer-disclosed',
      outcome: group.answers.some(a => outcomeWords(a.outcome, a.cause).countsAsAnswered) ? 'success' : 'failed',
      source: { id: first.source.id, odsCode: first.source.odsCode, exchange: first.source.exchange },
      sections: group.answers.flatMap(a => a.sections),
      detail: { group: first.group, outcomes: group.answers.map(a => `${a.sections.join('+')}=${a.outcome}/${a.cause}`) },
      manifests: group.answers.map(a => ({
        sourceId: a.source.id,
        sections: a.sections,
        items: a.items.map(({ id, version }) => ({ id, version })),
      })),
      ...(group.sealed === undefined ? {} : { sealed: group.sealed }),
    })
    for (const answer of group.answers) {
      const said = event.ok
        ? forTheWire(answer)
        : { ...answer, items: [], complete: false, outcome: 'unavailable' as const, cause: 'server-error' as const }
      lines.push({ protocol: 1, type: 'answer', answer: said })
    }
  }
  const budgetMs = Math.min(limits.askMs, Math.max(1, request.budgetMs - (ports.nowMs() - startedMs)))
  const round = { person, pass, asks: wanted, peers: [], groups: subject.groups, transaction, attempt, budgetMs, signal }
  const gathering = gather(round, ports, {
    async answered(group, { superseded }) {
      if (superseded) await ports.audit.writeOpenView({ ...decided, kind: 'superseded', outcome: 'success' })
      await write(group)
    },
    peerPlanned: async () => {},
    peerEnded: async () => {},
  }).finally(() => lines.end())
  // The asker may leave while we gather: nobody awaits it then, and nothing of it may end the process.
  gathering.catch((error: unknown) =>
    ports.log.error({ code: 'answering-peer-failed', exchange: request.from, err: error }, 'answering a peer failed'),
  )
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

/** The asker's user as our rules and our events know them. */
export const viewerOf = ({ claims }: PeerRequest): Viewer => ({
  sdsUserId: claims.user.sdsUserId,
  name: claims.user.name,
  sdsRoleProfileId: claims.role.sdsRoleProfileId,
  roleCode: claims.role.roleCode,
  roleName: claims.role.roleName,
  odsCode: claims.organisation.odsCode,
  organisationName: claims.organisation.name,
  assurance: claims.assurance,
})

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
