import { limits } from '../care-record/limits.ts'
import type { gatherEvidence } from './evidence.ts'
import type { Admission, OpenView, RevokedBecause, ViewPorts } from './view-ports.ts'

/** The evidence an open view rests on is read afresh this often, milliseconds: what was taken back closes it within fifteen minutes. */
export const RECHECK_MS = 10 * 60_000
/** After a check that could not be made, milliseconds. */
const RETRY_MS = 60_000
/** Checks of one process under way at a time. */
const AT_ONCE = 4

export interface RecheckPorts {
  readonly evidence: ReturnType<typeof gatherEvidence>
  readonly admit: ViewPorts['admit']
  readonly now: () => Date
  readonly log: ViewPorts['log']
}

/**
 * Which open views the viewer's own organisation no longer stands behind: the person has left its care, or was never in it. Asked in
 * the background, one organisation, status fields only, so that the answer is that of a look before; what is silent takes nothing
 * back (care rules 1.2). A relationship whose time is over ends its view too.
 */
export function createRecheck(ports: RecheckPorts): ViewPorts['revoked'] {
  /** Epoch milliseconds at which each view is due. */
  const due = new Map<string, number>()
  const lost = new Map<string, RevokedBecause>()
  let under = 0

  const check = async (view: OpenView): Promise<void> => {
    const { request, person, pass } = view
    const signal = AbortSignal.timeout(limits.evidenceMs)
    const evidence = await ports.evidence(person, request.viewer, { signal, afresh: true })
    const admission = await ports.admit(request, person, evidence)
    const nowMs = ports.now().getTime()
    if (!admission.ok) return void due.set(view.id, nowMs + RETRY_MS)
    const isOver = Date.parse(pass.relationship.until) <= nowMs
    const silent = evidence.unavailable.length > 0 && !isOver
    const why = whyNot(admission.value)
    // Employment, register, agreement: not for the silent system to say, so its silence keeps nothing open (care rules 1.5).
    const because = silent && why === 'not-in-care' ? undefined : why
    if (because !== undefined) lost.set(view.id, because)
    else due.set(view.id, nowMs + (silent ? RETRY_MS : RECHECK_MS))
  }

  return async views => {
    const open = new Set(views.map(view => view.id))
    for (const id of due.keys()) if (!open.has(id)) due.delete(id)
    for (const id of lost.keys()) if (!open.has(id)) lost.delete(id)
    const nowMs = ports.now().getTime()
    for (const view of views) {
      if (!due.has(view.id)) due.set(view.id, firstDue(view))
      if (under >= AT_ONCE || lost.has(view.id) || (due.get(view.id) ?? 0) > nowMs) continue
      under += 1
      due.set(view.id, nowMs + RETRY_MS)
      check(view)
        .catch((error: unknown) =>
          ports.log.warn({ code: 'recheck-failed', err: error }, 'evidence of an open view could not be read again'),
        )
        .finally(() => (under -= 1))
    }
    return new Map(lost)
  }
}

/** An objection is seen to by those who follow the lists, and says nothing here. */
function whyNot(admission: Admission): RevokedBecause | undefined {
  if (admission.verdict === 'permit') return undefined
  if (admission.verdict === 'claim' || admission.code === 'relationship') return 'not-in-care'
  return admission.code.startsWith('objection') ? undefined : 'not-permitted'
}

/** What a system of the organisation said is read again; who looks, and on what terms, is looked at again as often. */
function firstDue({ pass }: OpenView): number {
  const { seenAt, until } = pass.relationship
  return Math.min(Date.parse(until), Date.parse(seenAt) + RECHECK_MS)
}

/** Views that one or another of these finds; the first to say why is heard. */
export const revokedByAny =
  (...finders: readonly ViewPorts['revoked'][]): ViewPorts['revoked'] =>
  async views => {
    const found = await Promise.all(finders.map(find => find(views)))
    return new Map(found.toReversed().flatMap(each => [...each]))
  }
