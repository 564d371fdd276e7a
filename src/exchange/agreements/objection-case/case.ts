import type { ObjectionNotice } from '../../../care-record/lists.ts'
import type { Narrowing, ObjectionBasis, ObjectionScope } from '../../../care-record/objection.ts'
import type { Asker, Authority, Findings } from './asker.ts'
import type { Actor, CaseLetter, Channel, ExplainedHow, IdentitySeen, Route } from './events.ts'
import { ageOn, monthsAfter, type CaseRules, type Ground } from './rules.ts'

/**
 * `received`: said, nothing changes. `held`: identity checked, sharing has stopped, to be decided and, if not upheld, to be told.
 * `not-upheld`: told, and shared again. `expired`: never got as far as an identity, or nobody with a right asked.
 */
export const CASE_STATES = ['received', 'held', 'upheld', 'not-upheld', 'withdrawn', 'expired'] as const
export type CaseState = (typeof CASE_STATES)[number]

export interface DueLetter {
  readonly letter: CaseLetter
  /** ISO instant from which it is owed. */
  readonly since: string
  /** The case does not close before it is sent. */
  readonly must: boolean
  readonly letterId?: string
  /** Its PDF is not whole: the page alone is the letter. */
  readonly pageOnly?: true
  readonly sent?: { readonly at: string; readonly route: Route; readonly by: string }
}

export interface Refusal {
  readonly ground: Ground['id']
  readonly evidence: string
  readonly words: string
  readonly alternative?: string
  readonly by: string
  readonly at: string
  readonly advice?: { readonly by: string; readonly at: string; readonly supports: boolean; readonly words: string }
  readonly review?: { readonly by: string; readonly at: string; readonly agrees: boolean; readonly words: string }
}

export interface AskedNarrowing {
  readonly id: string
  readonly reason: Narrowing['reason']
  readonly words: string
  readonly sdsUserIds: readonly string[]
  readonly hours: number
  readonly by: string
  readonly at: string
}

/** An objection case as its steps have made it. Every value comes from a step; nothing is kept beside them. */
export interface ObjectionCase {
  readonly id: string
  readonly exchange: string
  /** Under which lists carry it. */
  readonly objectionId: string
  readonly state: CaseState
  readonly channel: Channel
  /** ISO instant from which it is to be decided: said, or opened again. */
  readonly openedAt: string
  /** FHIR date on which the person first said it, to us or to an earlier record. */
  readonly askedOn: string
  readonly openedBy: Actor
  readonly asker: Asker
  readonly scope: ObjectionScope
  readonly words: string
  /** Empty until the identity is checked. */
  readonly nhsNumbers: readonly string[]
  readonly birthDate?: string
  readonly deceased?: string
  readonly identity?: { readonly seen: IdentitySeen | 'practice-record'; readonly at: string; readonly by: string }
  readonly findings: Findings
  readonly authority: Authority
  readonly explained?: { readonly how: ExplainedHow; readonly at: string; readonly by: string; readonly script: string }
  readonly needs: readonly string[]
  /** Why it is in force now; absent: it is not. */
  readonly inForce?: Exclude<ObjectionBasis, 'unmatched'>
  /** FHIR date from which it is in force. */
  readonly since?: string
  readonly refusal?: Refusal
  readonly decision?: { readonly outcome: 'upheld' | 'not-upheld'; readonly at: string; readonly by: string; readonly words: string }
  /** What was decided before it was opened again. */
  readonly before?: 'upheld' | 'not-upheld'
  readonly letters: readonly DueLetter[]
  readonly route?: { readonly route: Route; readonly where: string; readonly at: string; readonly by: string }
  readonly telling?: { readonly how: 'delayed' | 'shortened'; readonly because: string; readonly reviewOn: string; readonly by: string }
  readonly narrowings: readonly Narrowing[]
  readonly asked: readonly AskedNarrowing[]
  /** A representative's request is noted to the safeguarding lead. */
  readonly safeguarding?: 'to-tell' | { readonly whom: string; readonly at: string }
  /** Times it was opened again. */
  readonly round: number
  readonly closedAt?: string
}

/** What lists say of it; `undefined`: it was never in force, and no list speaks of it. */
export function noticeOf(c: ObjectionCase): ObjectionNotice | undefined {
  if (c.since === undefined || c.nhsNumbers.length === 0) return undefined
  return {
    kind: 'objection',
    id: c.objectionId,
    nhsNumbers: c.nhsNumbers,
    scope: c.scope,
    basis: c.inForce ?? 'held',
    since: c.since,
    state: c.inForce === undefined ? 'ended' : 'in-force',
    narrowings: c.narrowings,
    ...(saidForSomebody(c.asker) ? { sparesSafeguarding: true } : {}),
  }
}

export const saidForSomebody = (asker: Asker): boolean => asker !== 'self'

/** By when it has to be decided: a month after it was said, or said again. */
export const decideBy = (c: ObjectionCase, rules: CaseRules): string => monthsAfter(c.openedAt, rules.decideWithinMonths)

/** The letter of the decision, whichever it is. */
export const decisionLetter = (c: ObjectionCase): DueLetter | undefined =>
  c.letters.findLast(({ letter }) => letter === 'upheld' || letter === 'not-upheld' || letter === 're-decided')

/** Asked by somebody else while a child, and now old enough to decide alone (care rules 4.6). */
export function isToBeAskedAgain(c: ObjectionCase, at: string, rules: CaseRules): boolean {
  const age = c.birthDate === undefined ? undefined : ageOn(c.birthDate, at)
  return (c.asker === 'parent' || c.asker === 'council') && c.inForce !== undefined && age !== undefined && age >= rules.ownFrom
}
