import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Part, SourceState } from '../care-record/entry.ts'
import { limits } from '../care-record/limits.ts'
import type { Person } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import { createItemStore } from './item-store.ts'
import { watchLastLook } from './last-look.ts'
import { createQuietEnd } from './quiet-end.ts'
import { createTurns } from './turns.ts'
import { createKeptDocuments } from './view-document.ts'
import { createHandles } from './view-handle.ts'
import { about, decided, wake, type Live } from './view-live.ts'
import { named } from './view-names.ts'
import type { Evidence, RevokedBecause, ViewPorts, ViewRequest } from './view-ports.ts'
import { createRounds } from './view-round.ts'
import { createShowing } from './view-show.ts'
import { waitingFor, waitingForPeer } from './view-states.ts'
import { withdrawHeld } from './view-withdraw.ts'
import { createAttendance, createPartList, mustEnd, type View } from './view.ts'

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

  const showing = createShowing(ports, { close, isRevoked: ({ id }) => revoked.has(id) })
  const askRound = createRounds(ports, showing)

  /** One after the other: two readings of the same answer would undo each other. */
  let withdrawing: Promise<void> = Promise.resolve()
  async function withdraw(): Promise<void> {
    const next = withdrawing.then(async () => {
      const held = ports.held.all()
      for (const view of views.values()) await withdrawHeld(view, held, { ports, onlyWhatMayLeave: showing.onlyWhatMayLeave })
    })
    withdrawing = next.catch((error: unknown) =>
      ports.log.error({ code: 'withdraw-failed', err: error }, 'held items could not be taken out'),
    )
    return next
  }

  const handle = createHandles({ ports, admit, askRound, start, withdraw, close })

  return {
    async open(request) {
      const id = `${ports.processTag}.${randomBytes(18).toString('base64url')}`
      const view: Live = {
        id,
        request,
        transaction: ports.newId(),
        openedAt: ports.now().toISOString(),
        openedMs: ports.nowMs(),
        list: createPartList(ports.now, state => named(view, state, ports)),
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
