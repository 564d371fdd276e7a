/** Somebody at their work: who acts, and for which organisation. */
export interface Actor {
  /** SDS user id. */
  readonly userId: string
  readonly name: string
  readonly odsCode: string
}

/** Why somebody may not give one of two approvals; `null`: they may. */
export type NotIndependent = 'own-application' | 'applicant-organisation' | 'delivery-team' | 'same-person' | 'same-organisation'

/**
 * Who may review a new use or connection (R058): two people of two organisations, neither of them of those that ask for it, nor
 * of those that deliver the record.
 *
 * @param about.applicants ODS codes of the organisations the application is for, and of whoever wrote it.
 */
export function mayApprove(
  actor: Actor,
  about: {
    readonly appliedBy: Pick<Actor, 'userId'>
    readonly applicants: readonly string[]
    readonly deliveryTeam: readonly string[]
    readonly approvals: readonly Actor[]
  },
): NotIndependent | null {
  if (actor.userId === about.appliedBy.userId) return 'own-application'
  if (about.applicants.includes(actor.odsCode)) return 'applicant-organisation'
  if (about.deliveryTeam.includes(actor.odsCode)) return 'delivery-team'
  if (about.approvals.some(one => one.userId === actor.userId)) return 'same-person'
  if (about.approvals.some(one => one.odsCode === actor.odsCode)) return 'same-organisation'
  return null
}

export const NOT_INDEPENDENT: Readonly<Record<NotIndependent, string>> = {
  'own-application': 'You wrote this application. Two other people have to review it.',
  'applicant-organisation': 'Your organisation asks for this. Two people of other organisations have to review it.',
  'delivery-team': 'Your organisation delivers the record. Two people of other organisations have to review it.',
  'same-person': 'You have approved this already. Somebody else has to give the other approval.',
  'same-organisation': 'Somebody of your organisation has approved this. The other approval has to come from another organisation.',
}

/** What takes two people beside an approval: one asks, another agrees. */
export const ACTS = ['suspend', 'resume', 'leave'] as const
export type Act = (typeof ACTS)[number]

/** The first of two has asked. `done`: it holds already (a breach) and waits for the second to confirm it. */
export interface Asked {
  readonly act: Act
  readonly by: Actor
  readonly done: boolean
}

/** Whether this person completes what another asked. The first may not be the second; a return needs two organisations. */
export const mayAgree = (actor: Actor, asked: Asked): 'same-person' | 'same-organisation' | null =>
  actor.userId === asked.by.userId
    ? 'same-person'
    : asked.act === 'resume' && actor.odsCode === asked.by.odsCode
      ? 'same-organisation'
      : null

export const NOT_THE_SECOND: Readonly<Record<'same-person' | 'same-organisation', string>> = {
  'same-person': 'You asked for this. Somebody else has to agree.',
  'same-organisation': 'Somebody of another organisation has to agree to this.',
}
