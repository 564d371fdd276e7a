/** Somebody at their work: who acts, and for which organisation. */
export interface Actor {
  /** SDS user id. */
  readonly userId: string
  readonly name: string
  readonly odsCode: string
  /** Where they hold another role, as their sign-in says. */
  readonly alsoOf?: readonly string[]
}

/** Every organisation that somebody works for: in another hat nobody is somebody else. */
export const worksFor = ({ odsCode, alsoOf = [] }: Pick<Actor, 'odsCode' | 'alsoOf'>): readonly string[] => [odsCode, ...alsoOf]
const share = (some: readonly string[], others: readonly string[]): boolean => some.some(one => others.includes(one))

/** Why somebody may not give one of two approvals; `null`: they may. */
export type NotIndependent =
  'takes-no-part' | 'own-application' | 'applicant-organisation' | 'delivery-team' | 'same-person' | 'same-organisation'

/**
 * Who may review a new use or connection (R058): two people of two organisations, neither of them of those that ask for it, nor
 * of those that deliver the record. A second role elsewhere makes nobody independent of the first.
 *
 * @param about.applicants ODS codes of the organisations the application is for.
 * @param about.approvals those that count: of people who still take part.
 */
export function mayApprove(
  actor: Actor,
  about: {
    readonly appliedBy: Actor
    readonly applicants: readonly string[]
    readonly deliveryTeam: readonly string[]
    readonly approvals: readonly Actor[]
    readonly isOut: IsOut
  },
): NotIndependent | null {
  const theirs = worksFor(actor)
  if (about.isOut(actor)) return 'takes-no-part'
  if (actor.userId === about.appliedBy.userId) return 'own-application'
  if (share(theirs, [...about.applicants, ...worksFor(about.appliedBy)])) return 'applicant-organisation'
  if (share(theirs, about.deliveryTeam)) return 'delivery-team'
  if (about.approvals.some(one => one.userId === actor.userId)) return 'same-person'
  if (about.approvals.some(one => share(theirs, worksFor(one)))) return 'same-organisation'
  return null
}

/** Whether somebody, or their organisation, is cut off, suspended or gone: what they say or said lets nobody in. */
export type IsOut = (actor: Actor) => boolean

export const NOT_INDEPENDENT: Readonly<Record<NotIndependent, string>> = {
  'takes-no-part': 'Your organisation does not take part at present. It approves nothing.',
  'own-application': 'You wrote this application. Two other people have to review it.',
  'applicant-organisation': 'An organisation you work for asks for this. Two people of other organisations have to review it.',
  'delivery-team': 'An organisation you work for delivers the record. Two people of other organisations have to review it.',
  'same-person': 'You have approved this already. Somebody else has to give the other approval.',
  'same-organisation':
    'Somebody of an organisation you work for has approved this. The other approval has to come from another organisation.',
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
    : asked.act === 'resume' && share(worksFor(actor), worksFor(asked.by))
      ? 'same-organisation'
      : null

/** Whether this person may take back what another asked: not to spare an organisation they work for. */
export const mayTakeBack = (actor: Actor, asked: Asked, about: readonly string[]): boolean =>
  asked.act !== 'suspend' || actor.userId === asked.by.userId || !share(worksFor(actor), about)

export const NOT_TO_TAKE_BACK =
  'This is about an organisation you work for. Only who asked, or somebody of another organisation, takes it back.'

export const NOT_THE_SECOND: Readonly<Record<'same-person' | 'same-organisation', string>> = {
  'same-person': 'You asked for this. Somebody else has to agree.',
  'same-organisation': 'Somebody of another organisation has to agree to this.',
}
