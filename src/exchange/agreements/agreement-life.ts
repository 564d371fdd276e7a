import type { Agreement } from '../../care-record/catalogue.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import {
  mayAgree,
  mayApprove,
  mayTakeBack,
  NOT_INDEPENDENT,
  NOT_THE_SECOND,
  NOT_TO_TAKE_BACK,
  worksFor,
  type Actor,
  type Asked,
  type IsOut,
} from './two-people.ts'

/** Days before the last day on which a lapse is told; from the last of them on every day (care rules 5.6). */
export const AGREEMENT_WARNINGS = [90, 30, 7] as const
/** The same for the DSP Toolkit, and 60 days (R059). */
export const DSP_WARNINGS = [90, 60, 30, 7] as const
/** Days after its last day on which an agreement may still be served on the named decision of a senior information risk owner. */
export const OVERDUE_DAYS = 30

export type AgreementState = 'applied' | 'in-force' | 'overdue' | 'suspended' | 'ended'

export interface OverdueDecision {
  /** Name of the senior information risk owner who decided. */
  readonly owner: string
  readonly reason: string
  readonly recordedBy: Actor
  /** FHIR date, its last day. */
  readonly until: string
}

export interface AgreementLife {
  readonly id: string
  readonly provider: string
  /** ODS code, or `*`. */
  readonly consumer: string
  /** FHIR dates. */
  readonly from: string
  readonly until: string | null
  readonly state: AgreementState
  readonly fromFile: boolean
  readonly appliedBy: Actor | null
  readonly approvals: readonly Actor[]
  readonly asked: Asked | null
  readonly overdue: OverdueDecision | null
}

export type AgreementStep =
  | { readonly step: 'approve' }
  | { readonly step: 'suspend'; readonly breach: boolean }
  | { readonly step: 'resume' | 'leave' | 'agree' | 'withdraw' }
  | { readonly step: 'serve-overdue'; readonly owner: string; readonly reason: string; readonly until: string }

export interface AgreementWorld {
  readonly today: string
  readonly deliveryTeam: readonly string[]
  readonly isOut: IsOut
}

const DAY_MS = 86_400_000
/** Whole days from one FHIR date to another; negative when it has gone by. */
export const daysUntil = (day: string, today: string): number =>
  Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / DAY_MS)
const dayAfter = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/**
 * Which warning is due: the smallest threshold reached, or the day itself once the last threshold is; `null` while there is time
 * or no end. One warning is told once: thresholds by their number, days by their count.
 */
export function warningDue(until: string | null, today: string, thresholds: readonly number[]): number | null {
  if (until === null) return null
  const left = daysUntil(until, today)
  const last = thresholds.at(-1) ?? 0
  if (left <= last) return left
  return thresholds.filter(days => left <= days).at(-1) ?? null
}

/** How an agreement reads on a day, whatever is written of it. */
export type AgreementPhase = 'applied' | 'not-begun' | 'in-force' | 'lapsed' | 'overdue' | 'suspended' | 'ended'
export function phaseOf(life: Pick<AgreementLife, 'state' | 'from' | 'until' | 'overdue'>, today: string): AgreementPhase {
  if (life.state === 'applied' || life.state === 'suspended' || life.state === 'ended') return life.state
  if (life.from > today) return 'not-begun'
  if (life.until === null || life.until >= today) return 'in-force'
  return life.state === 'overdue' && life.overdue !== null && life.overdue.until >= today ? 'overdue' : 'lapsed'
}

const no = (words: string): ReturnType<typeof fail> => fail('conflict', words)
const may = (words: string): ReturnType<typeof fail> => fail('forbidden', words)

/**
 * One step of one person. Pure; nothing is written.
 *
 * @returns fault `forbidden` when this person may not, `conflict` when the agreement does not stand where the step begins,
 *   `invalid` when a decision lacks its name, its reason or a date that may be.
 */
// oxlint-disable-next-line typescript/consistent-return -- every step returns; the compiler holds the table whole
export function agreementStep(life: AgreementLife, taken: AgreementStep, actor: Actor, world: AgreementWorld): Result<AgreementLife> {
  switch (taken.step) {
    case 'approve': {
      if (life.state !== 'applied' || life.appliedBy === null) return no('There is no application to approve.')
      const { appliedBy } = life
      const { deliveryTeam, isOut } = world
      const approvals = life.approvals.filter(one => !isOut(one))
      const not = mayApprove(actor, { appliedBy, applicants: [life.provider, life.consumer], deliveryTeam, approvals, isOut })
      if (not !== null) return may(NOT_INDEPENDENT[not])
      const given = [...approvals, actor]
      return ok({ ...life, approvals: given, state: given.length >= 2 ? 'in-force' : 'applied' })
    }
    case 'suspend':
      if (life.state !== 'in-force' && life.state !== 'overdue') return no('Only an agreement in force can be suspended.')
      if (life.asked?.act === 'suspend' && (!taken.breach || mayAgree(actor, life.asked) === null)) return agree(life, actor, world)
      return ok({ ...life, state: taken.breach ? 'suspended' : life.state, asked: { act: 'suspend', by: actor, done: taken.breach } })
    case 'resume':
      if (life.state !== 'suspended') return no('Only a suspended agreement can come back.')
      return ask(life, 'resume', actor, world)
    case 'leave':
      if (life.state === 'applied' || life.state === 'ended') return no('Only an agreement that was in force can be ended.')
      return ask(life, 'leave', actor, world)
    case 'agree':
      return agree(life, actor, world)
    case 'withdraw':
      if (life.state === 'applied') return ok({ ...life, state: 'ended', asked: null })
      if (life.asked === null || life.asked.done) return no('There is nothing to withdraw.')
      return mayTakeBack(actor, life.asked, [life.provider, life.consumer]) ? ok({ ...life, asked: null }) : may(NOT_TO_TAKE_BACK)
    case 'serve-overdue':
      return serveOverdue(life, taken, actor, world)
  }
}

function ask(life: AgreementLife, act: 'resume' | 'leave', actor: Actor, world: AgreementWorld): Result<AgreementLife> {
  if (life.asked?.act === act) return agree(life, actor, world)
  if (life.asked?.done === true) return no('The suspension has to be confirmed first.')
  return ok({ ...life, asked: { act, by: actor, done: false } })
}

function agree(life: AgreementLife, actor: Actor, world: AgreementWorld): Result<AgreementLife> {
  const { asked } = life
  if (asked === null) return no('Nobody has asked for anything that needs a second person.')
  const not = mayAgree(actor, asked)
  if (not !== null) return may(NOT_THE_SECOND[not])
  const served = life.overdue !== null && life.overdue.until >= world.today ? 'overdue' : 'in-force'
  const after = { suspend: 'suspended', resume: served, leave: 'ended' } as const
  return ok({ ...life, state: after[asked.act], asked: null })
}

/** Whether a decision to serve past the last day may be written down today. */
export const mayServeOverdue = ({ state, until }: AgreementLife, today: string): boolean =>
  (state === 'in-force' || state === 'overdue') &&
  until !== null &&
  daysUntil(until, today) <= 7 &&
  daysUntil(until, today) >= -OVERDUE_DAYS

function serveOverdue(
  life: AgreementLife,
  { owner, reason, until }: Extract<AgreementStep, { step: 'serve-overdue' }>,
  actor: Actor,
  { today }: AgreementWorld,
): Result<AgreementLife> {
  if (life.state !== 'in-force' && life.state !== 'overdue') return no('This agreement is not one that can be served past its date.')
  if (worksFor(actor).some(code => code === life.provider || code === life.consumer))
    return may('This agreement is one of an organisation you work for. Somebody of another organisation has to record the decision.')
  const decided = overdueDecision(life.until, { owner, reason, until }, today)
  return decided.ok ? ok({ ...life, state: 'overdue', overdue: { ...decided.value, recordedBy: actor } }) : decided
}

/**
 * Whether a paper may be served past its last day on this decision: named, with a reason, from 7 days before the last day on and
 * until 30 days after it (care rules 5.6).
 */
export function overdueDecision(
  lastDay: string | null,
  { owner, reason, until }: Omit<OverdueDecision, 'recordedBy'>,
  today: string,
): Result<Omit<OverdueDecision, 'recordedBy'>> {
  if (lastDay === null || daysUntil(lastDay, today) > 7) return no('A decision can be written down from 7 days before the last day on.')
  const latest = dayAfter(lastDay, OVERDUE_DAYS)
  if (latest < today) return no(`More than ${OVERDUE_DAYS} days have gone by. The paper has to be renewed.`)
  if (owner.trim() === '' || reason.trim() === '') return fail('invalid', 'Say who decided, and why.')
  if (until <= lastDay || until > latest || until < today)
    return fail('invalid', `The decision can last ${OVERDUE_DAYS} days after the last day at most.`)
  return ok({ owner: owner.trim(), reason: reason.trim(), until })
}

/** An agreement as an area's file has it, before any step was made here. */
export const agreementFromFile = ({ id, provider, consumer, from, until }: Agreement): AgreementLife => ({
  id,
  provider,
  consumer,
  from,
  until,
  state: 'in-force',
  fromFile: true,
  appliedBy: null,
  approvals: [],
  asked: null,
  overdue: null,
})
