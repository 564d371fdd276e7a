import { randomBytes } from 'node:crypto'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import type { PeerConfig, RoleGroup } from '../care-record/catalogue.ts'
import { consultationOf, shownConsultation } from '../care-record/consultation.ts'
import type { Part, SectionChange, SourceState } from '../care-record/entry.ts'
import type { Item } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import { outcomeWords } from '../care-record/outcome.ts'
import type { Pass, Person } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import { resolveEntry, stateKey } from '../care-record/snapshot.ts'
import { takeItems } from './fhir-items.ts'
import { gather, type DisclosedGroup, type Heard, type Round } from './gather.ts'
import { createItemStore } from './item-store.ts'
import { watchLastLook } from './last-look.ts'
import { createQuietEnd } from './quiet-end.ts'
import type { Told } from './record/record.ts'
import { createTurns } from './turns.ts'
import { askOlder, tryAgain } from './view-again.ts'
import { createKeptDocuments, documentOriginal, documentPage, openDocument } from './view-document.ts'
import { imageOf, openImages } from './view-images.ts'
import { about, decided, until, wake, type Live } from './view-live.ts'
import type { Evidence, RevokedBecause, ViewPorts, ViewRequest } from './view-ports.ts'
import { emergencyUntil, renewEmergency } from './view-renew.ts'
import { reportNotTheirs } from './view-report.ts'
import { attemptsOf, lessWhatCame, peerSource, stateOf, waiting, waitingFor, waitingForPeer } from './view-states.ts'
import { withdrawHeld } from './view-withdraw.ts'
import { createAttendance, createPartList, done, mustEnd, notFound, type Statement, type View } from './view.ts'

export interface Views {
  /** Writes down that the view was opened, durably, and starts the walk. Fault `unavailable` when it could not be written. */
  readonly open: (request: ViewRequest) => Promise<Result<View>>
  /** A view of this session and user; anything else, foreign or expired, is `undefined`. */
  readonly find: (viewId: string, sessionId: string, sdsUserId: string) => View | undefined
  /** A view of this session and user that ended because their organisation no longer shows the person in its care. */
  readonly leftCare: (viewId: string, sessionId: string, sdsUserId: string) => boolean
  readonly closeSession: (sessionId: string) => Promise<void>
  readonly count: () => number
  /** Ends what must end, keeps the rest alive, cuts what was revoked. Called every few seconds. */
  readonly tend: () => Promise<void>
  /** Takes what is held now out of every open view. Called whenever the list of held items was read. */
  readonly withdraw: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Items folded in one step; more go in several so that the event loop is never held. */
const MERGED_AT_ONCE = 1_500

/**
 * While others are still to answer, what becomes durable within this time of the last merge is merged together,
 * milliseconds. Each merge reads again whatever lines and groups it touches, and sends them again.
 */
const MERGE_EVERY_MS = 20
/** What our own sources answer within this time of the last write is written down together, likewise: a commit costs as much as many events. */
const WRITE_EVERY_MS = 20

/** Groups asked as soon as a view opens; `older` is asked when somebody opens it. */
const AT_ONCE: readonly Group[] = ['essentials', 'recent']

/**
 * The main job: opens a person's record for one professional and shows it as it comes.
 *
 * view opened (durable) -> identify -> evidence -> admit -> locate -> ask -> disclose -> shown (durable) -> merge -> part
 *
 * Each view belongs to the process that runs its walk; others forward to it. Nothing of a view is in shared storage.
 */
export function createViews(ports: ViewPorts): Views {
  const views = new Map<string, Live>()
  /** Views that would not be opened now as they are, as last read; consulted at every part, closed at the next look. */
  let revoked: ReadonlyMap<string, RevokedBecause> = new Map()
  /** Sessions that ended in this process, so that a view opened meanwhile does not outlive them. */
  const ended = new Set<string>()
  const quietEnd = createQuietEnd()
  /** Views that ended because the person has left the viewer's care, so that their page can say so. */
  const left = new Map<string, ViewRequest>()
  const remember = ({ id, request }: Live): void => {
    if (left.size > 10_000) left.clear()
    left.set(id, request)
  }

  async function walk(view: Live): Promise<void> {
    const { viewer, nhsNumber } = view.request
    const signal = view.abort.signal
    const person = await ports.identify(nhsNumber, { transaction: view.transaction, viewer, signal })
    if (signal.aborted) return
    if (!person.ok) {
      if (person.fault.kind !== 'not-found') return decided(view, 'unavailable')
      const written = await ports.audit.writeOpenView({
        ...about(view),
        kind: 'refused',
        outcome: 'failed',
        detail: { because: 'not-found' },
      })
      return decided(view, written.ok ? 'no-information' : 'unavailable')
    }
    view.person = person.value
    view.evidence = await ports.evidence(person.value, viewer, {
      transaction: view.transaction,
      signal: AbortSignal.any([signal, AbortSignal.timeout(limits.evidenceMs)]),
    })
    await admit(view, person.value, view.evidence)
  }

  async function admit(view: Live, person: Person, evidence: Evidence): Promise<void> {
    const { signal } = view.abort
    const admission = await ports.admit(view.request, person, evidence)
    const admittedMs = ports.nowMs()
    if (view.abort.signal.aborted) return
    if (!admission.ok) return decided(view, 'unavailable')
    const decision = admission.value
    const told = ports.raiseAlerts(view.request, person, decision.alerts ?? [], { transaction: view.transaction, viewId: view.id })
    const by = decision.basis === undefined ? {} : { rulesVersion: decision.basis.rulesVersion }
    const checked = ports.audit.writeOpenView({
      ...about(view),
      ...decision.basis,
      kind: 'evidence-checked',
      outcome: 'success',
      detail: {
        verdict: decision.verdict,
        reasons: decision.reasons,
        asked: evidence.asked,
        unavailable: evidence.unavailable,
        demographics: person.basis,
      },
    })
    if (decision.verdict === 'refuse') {
      const written = await Promise.all([
        checked,
        ports.audit.writeOpenView({ ...about(view), ...by, kind: 'refused', outcome: 'refused', detail: { because: decision.code } }),
        told,
      ])
      if (written.some(w => !w.ok)) return decided(view, 'unavailable')
      view.refusedBecause = decision.code
      if (decision.code === 'objection')
        await wait(Math.max(0, quietEnd.take() - (ports.nowMs() - admittedMs)), undefined, { signal }).catch(() => {})
      return decided(
        view,
        decision.code === 'objection' ? 'no-information' : decision.code === 'objections-unknown' ? 'unavailable' : 'denied',
      )
    }
    if (decision.verdict === 'claim') {
      const written = await Promise.all([
        checked,
        ports.audit.writeOpenView({ ...about(view), ...by, kind: 'claim-asked', outcome: 'success' }),
      ])
      return decided(view, written.every(w => w.ok) ? 'claim' : 'unavailable')
    }
    view.pass = decision.pass
    watchLastLook(view, ports)
    const holds = await ports.locate(person, decision.pass, AT_ONCE)
    const [evidenceWritten, alerted, admitted] = await Promise.all([
      checked,
      told,
      ports.audit.writeOpenView({
        ...about(view),
        kind: 'admitted',
        outcome: 'success',
        detail: { sources: holds.asks.length, peers: holds.peers.length, basis: decision.pass.relationship.type },
      }),
    ])
    if (view.abort.signal.aborted) return
    if (!evidenceWritten.ok || !alerted.ok || !admitted.ok) return decided(view, 'unavailable')
    const catalogue = ports.catalogue()
    const states = [
      ...holds.asks.map(ask => waitingFor(ask, catalogue)),
      ...holds.named,
      ...holds.peers.flatMap(peer => waitingForPeer(peer, AT_ONCE, decision.pass)),
    ]
    view.list.append({ eventIds: [admitted.value.id], kind: 'plan', states })
    const round = askRound(view, decision.pass, person, { asks: holds.asks, peers: holds.peers, groups: AT_ONCE })
    if (holds.known) decided(view, 'open')
    else void openWhenSomebodyKnows(view)
    await round
    if (view.status !== 'open' && view.status !== 'deciding') return
    if (holds.known || !isNobodys(view)) return decided(view, 'open')
    // Nobody holds anything: the same page as an objection (`No information is available to show for this person`).
    quietEnd.note(ports.nowMs() - admittedMs)
    decided(view, 'no-information')
  }

  /**
   * Nobody of ours is known to hold anything: those asked all the same, and peers, have to say so first. Until then there
   * may be nothing to show, and a page that shows nothing is like the one of an objection, with nothing before it (D124).
   */
  async function openWhenSomebodyKnows(view: Live): Promise<void> {
    const { signal } = view.abort
    while (view.status === 'deciding' && !signal.aborted) {
      if (!isNobodys(view)) return decided(view, 'open')
      await view.list.changed(signal)
    }
  }

  /** Nothing held as far as it is known, and nobody of whom that cannot be said. */
  function isNobodys(view: Live): boolean {
    const says = ({ source, waiting: asking, outcome }: SourceState): boolean =>
      asking || source.kind === 'role' || outcome === 'not-connected' || outcome === 'nothing-held'
    const { snapshot, real } = view.list
    return [...real.states.values()].every(says) && [...snapshot.entries.values()].every(rows => rows.size === 0)
  }

  /** One round of asking, from the first request to the last part. */
  async function askRound(
    view: Live,
    pass: Pass,
    person: Person,
    plan: Pick<Round, 'asks' | 'peers' | 'groups'> & { readonly only?: { sourceId: string; group: Group } },
  ): Promise<void> {
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
    if (view.abort.signal.aborted || revoked.has(view.id)) return NOT_SHOWN
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
      if (view.abort.signal.aborted || revoked.has(view.id)) return undefined
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

  /** A source as this view may name it. */
  function named(view: Live, what: SourceState): SourceState {
    if (!view.pass?.maskPlaces || what.source.kind === 'role') return what
    const key = `${what.source.exchange}/${what.source.id}`
    let alias = view.aliases.get(key)
    if (!alias) view.aliases.set(key, (alias = ports.maskSource(what.source, `${view.aliases.size + 1}`)))
    return { ...what, source: alias }
  }

  /** The source behind the name a page gives back. */
  function behind(view: Live, sourceId: string, exchange: string): readonly [sourceId: string, exchange: string] {
    for (const [key, alias] of view.aliases) {
      if (alias.id === sourceId && alias.exchange === exchange) return [key.slice(key.indexOf('/') + 1), key.slice(0, key.indexOf('/'))]
    }
    return [sourceId, exchange]
  }

  /** @param lost somebody else has written its end already. */
  async function close(view: Live, why: NonNullable<Part['closed']>, lost = false): Promise<void> {
    view.closing ??= (async () => {
      view.abort.abort()
      view.writing.all()
      view.status = 'closed'
      const event = lost
        ? undefined
        : await ports.audit.writeOpenView({
            ...about(view),
            kind: 'closed',
            outcome: 'success',
            detail: { why, parts: view.list.parts.length },
          })
      view.list.append({ eventIds: event?.ok ? [event.value.id] : [], kind: 'closed', closed: why })
      views.delete(view.id)
      view.items.clear()
      view.documents.clear()
      view.answered.clear()
      wake(view)
    })()
    return view.closing
  }

  function start(view: Live, running: Promise<void>): void {
    running.catch((cause: unknown) => {
      ports.log.error({ code: 'walk-failed', view: view.id, err: cause }, 'a walk failed')
      void close(view, 'ended')
    })
  }

  const again = { ports, close, askRound, start }

  /** One after the other: two readings of the same answer would undo each other. */
  let withdrawing: Promise<void> = Promise.resolve()
  async function withdraw(): Promise<void> {
    const next = withdrawing.then(async () => {
      const held = ports.held.all()
      for (const view of views.values()) await withdrawHeld(view, held, { ports, onlyWhatMayLeave })
    })
    withdrawing = next.catch((error: unknown) =>
      ports.log.error({ code: 'withdraw-failed', err: error }, 'held items could not be taken out'),
    )
    return next
  }

  const handle = (view: Live): View =>
    (view.handle ??= {
      id: view.id,
      transaction: view.transaction,
      openedAt: view.openedAt,
      viewer: view.request.viewer,
      sessionId: view.request.sessionId,
      get status() {
        return view.status
      },
      get person() {
        return view.person
      },
      get unavailableEvidence() {
        return [
          ...(view.person?.basis === 'local-registration' ? ['Personal Demographics Service'] : []),
          ...(view.evidence?.unavailable ?? []),
        ]
      },
      get refusedBecause() {
        return view.refusedBecause
      },
      get maySee() {
        return view.pass?.maySee ?? new Set<string>()
      },
      get limits() {
        return view.pass?.limits ?? {}
      },
      get maskPlaces() {
        return view.pass?.maskPlaces ?? view.person?.restricted !== 'no'
      },
      parts: view.list.parts,
      snapshot: view.list.snapshot,
      decided: ms => until(view, () => view.status !== 'deciding', ms),
      settled: ms => until(view, () => view.status !== 'deciding' && (view.status !== 'open' || view.walking === 0), ms),
      read: view.list.read,
      attach: view.attendance.attach,
      async entry(entryId) {
        const entry = resolveEntry(view.list.snapshot, entryId)
        if (view.status !== 'open' || !entry) return notFound()
        const statementIds = view.record.statementIds(entry.id)
        const event = await ports.audit.writeOpenView({
          ...about(view),
          kind: 'item-opened',
          outcome: 'success',
          sections: [entry.section],
          detail: { items: statementIds },
        })
        if (!event.ok) return event
        const items = (await Promise.all(statementIds.map(view.items.get))).filter(item => item !== undefined)
        const entryOf = (itemId: string): string | undefined => {
          const found = view.record.entryOf(itemId)
          return found === undefined ? undefined : resolveEntry(view.list.snapshot, found)?.id
        }
        return ok({
          entry,
          statements: items.map(item => statement(item, ports.describe, entryOf)),
          explain: view.record.explain(entry.id),
        })
      },
      get roleGroup() {
        return (view.pass?.role.group ?? 'support') as RoleGroup
      },
      get olderAsked() {
        return view.olderAsked
      },
      get lastLook() {
        return view.lastLook()
      },
      threads: () => view.record.threads(),
      compareMedicines: () => view.record.compareMedicines(),
      tryAgain: (sourceId, exchange, group) => tryAgain(view, ...behind(view, sourceId, exchange), group, again),
      askOlder: () => askOlder(view, again),
      document: entryId => openDocument(view, entryId, again),
      documentPage: (entryId, page, width) => documentPage(view, entryId, page, width, again),
      documentOriginal: entryId => documentOriginal(view, entryId, again),
      images: (entryId, at) => openImages(view, entryId, at, again),
      image: (entryId, at, width) => imageOf(view, entryId, at, width, again),
      reportNotTheirs: (entryId, form) => reportNotTheirs(view, entryId, form, { ...again, withdraw }),
      async printed() {
        if (view.status !== 'open') return notFound()
        const event = await ports.audit.writeOpenView({
          ...about(view),
          kind: 'printed',
          outcome: 'success',
          sections: [...view.list.snapshot.entries.keys()],
          detail: { parts: view.list.parts.length },
        })
        return event.ok ? done : event
      },
      take: taking => takeItems(view, taking, ports),
      async claim(form) {
        const { person, evidence } = view
        if (view.status !== 'claim' || !person || !evidence) return notFound()
        view.status = 'deciding' // a second submit of the same page finds nothing to claim
        const recorded = await ports.recordClaim(view.request, person, form, { transaction: view.transaction, viewId: view.id })
        if (!recorded.ok) {
          decided(view, 'claim')
          return recorded
        }
        start(view, admit(view, person, evidence))
        return done
      },
      get emergencyUntil() {
        return emergencyUntil(view)
      },
      renewEmergency: () => renewEmergency(view, again),
      close: why => close(view, why),
    })

  return {
    async open(request) {
      const id = `${ports.processTag}.${randomBytes(18).toString('base64url')}`
      const view: Live = {
        id,
        request,
        transaction: ports.newId(),
        openedAt: ports.now().toISOString(),
        openedMs: ports.nowMs(),
        list: createPartList(ports.now, state => named(view, state)),
        attendance: createAttendance(ports.nowMs),
        abort: new AbortController(),
        record: ports.createRecord(),
        items: createItemStore(),
        documents: createKeptDocuments(),
        status: 'deciding',
        refusedBecause: undefined,
        person: undefined,
        evidence: undefined,
        pass: undefined,
        aliases: new Map(),
        asking: new Set(),
        olderAsked: false,
        lastLook: () => undefined,
        ready: [],
        writing: createTurns(WRITE_EVERY_MS, ports.nowMs),
        mergedMs: Number.NEGATIVE_INFINITY,
        mergeDue: false,
        mergeTimer: undefined,
        answered: new Map(),
        walking: 0,
        owing: 0,
        unheard: 0,
        changed: [],
        closing: undefined,
        handle: undefined,
      }
      const opened = await ports.audit.write({ ...about(view), kind: 'view-opened', outcome: 'success' })
      if (!opened.ok)
        return fail(
          'unavailable',
          'A record cannot be opened now, because the opening cannot be written down. Use the national record or call the organisations.',
          opened.fault.cause,
        )
      views.set(id, view)
      if (ended.has(request.sessionId)) await close(view, 'ended')
      else start(view, walk(view))
      return ok(handle(view))
    },
    find(viewId, sessionId, sdsUserId) {
      const view = views.get(viewId)
      return view && view.request.sessionId === sessionId && view.request.viewer.sdsUserId === sdsUserId ? handle(view) : undefined
    },
    leftCare(viewId, sessionId, sdsUserId) {
      const request = left.get(viewId)
      return request !== undefined && request.sessionId === sessionId && request.viewer.sdsUserId === sdsUserId
    },
    async closeSession(sessionId) {
      ended.add(sessionId)
      if (ended.size > 10_000) ended.clear()
      await Promise.all([...views.values()].filter(v => v.request.sessionId === sessionId).map(v => close(v, 'ended')))
    },
    count: () => views.size,
    withdraw,
    async tend() {
      const nowMs = ports.nowMs()
      if (views.size === 0) return
      const ids = [...new Set([...views.values()].map(v => v.request.sessionId))]
      const sessions = await ports.sessions(ids).catch(() => undefined)
      const ending = [...views.values()].flatMap(view => {
        const why = mustEnd(
          {
            openedMs: view.openedMs,
            walking: view.walking > 0,
            bytes: view.items.bytes() + view.documents.bytes(),
            locked: sessions?.locked.has(view.request.sessionId) === true,
          },
          view.attendance,
          nowMs,
        )
        const end = sessions?.ended.has(view.request.sessionId) === true ? 'ended' : why
        return end ? [close(view, end)] : []
      })
      await Promise.all(ending)
      if (views.size === 0) return
      // A view that shows nothing has nothing to cut; to end it would tell that it is about somebody who objects (D124).
      revoked = await ports.revoked(
        [...views.values()].flatMap(({ id, status, request, person, evidence, pass }) =>
          pass !== undefined && person && evidence && (status === 'open' || status === 'deciding')
            ? [{ id, nhsNumbers: [person.nhsNumber, request.nhsNumber, ...(person.formerNumbers ?? [])], request, person, evidence, pass }]
            : [],
        ),
      )
      await Promise.all(
        [...revoked].map(async ([id, because]) => {
          const view = views.get(id)
          if (!view || view.closing) return
          // It is cut whether or not that can be written down; its end is written too.
          await ports.audit.writeOpenView({ ...about(view), kind: 'revoked', outcome: 'success', detail: { because } })
          if (because === 'not-in-care') remember(view)
          await close(view, 'revoked')
        }),
      )
      const gone = await ports.audit.keepAlive([...views.keys()])
      const lost = gone.ok ? gone.value.flatMap(id => views.get(id) ?? []) : []
      await Promise.all(lost.map(view => close(view, 'ended', true)))
    },
    async stop() {
      await Promise.all([...views.values()].map(view => close(view, 'ended')))
    },
  }
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

function statement(item: Item, describe: (item: Item) => Statement['said'], entryOf: (itemId: string) => string | undefined): Statement {
  const written = shownConsultation(consultationOf(item) ?? [], entryOf)
  const { organisationName, short, system, author, authorRole, recorded, originalIdentifier, retrievedAt, feed, matchedBy } =
    item.provenance
  return {
    organisationName,
    short,
    system,
    ...(author === undefined ? {} : { author }),
    ...(authorRole === undefined ? {} : { authorRole }),
    ...(recorded === undefined ? {} : { recorded }),
    originalIdentifier,
    retrievedAt,
    feed,
    matchedBy,
    said: describe(item),
    ...(written.length === 0 ? {} : { consultation: written }),
  }
}
