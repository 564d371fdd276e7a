import type { DspToolkit, OrganisationState } from '../../care-record/catalogue.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import {
  mayAgree,
  mayApprove,
  mayTakeBack,
  NOT_INDEPENDENT,
  NOT_THE_SECOND,
  NOT_TO_TAKE_BACK,
  worksFor,
  type Act,
  type Actor,
  type Asked,
  type IsOut,
} from './two-people.ts'

/** Where one organisation stands on its way in and out, and who brought it there. */
export interface OrganisationLife {
  readonly odsCode: string
  readonly state: OrganisationState
  /** Stood in the area's file as connected before any step was made here: then nobody applied. */
  readonly fromFile: boolean
  readonly appliedBy: Actor | null
  readonly approvals: readonly Actor[]
  /** FHIR date on which it connects, once reviewed. */
  readonly goLive: string | null
  readonly asked: Asked | null
}

export type OrganisationStep =
  | { readonly step: 'apply'; readonly goLive: string }
  | { readonly step: 'approve' }
  | { readonly step: 'connect' }
  | { readonly step: 'suspend'; readonly breach: boolean }
  | { readonly step: 'resume' | 'leave' }
  | { readonly step: 'agree' }
  | { readonly step: 'withdraw' }

/** What a step is judged by beside the life so far. */
export interface OrganisationWorld {
  /** FHIR date. */
  readonly today: string
  /** Whether organisations of this kind may ever view (table `organisation_kind`); unknown kinds may not. */
  readonly kindMayView: boolean
  readonly dspToolkit: DspToolkit | undefined
  /** Each of its systems in the catalogue answered when it was asked last, or it has none. */
  readonly checked: boolean
  /** No unmatched opt-out waits for a steward (care rules 4.5). */
  readonly goLiveAllowed: boolean
  readonly deliveryTeam: readonly string[]
  readonly isOut: IsOut
}

/** The state in which nobody has applied. */
export const outside = (odsCode: string): OrganisationLife => ({
  odsCode,
  state: 'left',
  fromFile: false,
  appliedBy: null,
  approvals: [],
  goLive: null,
  asked: null,
})

/** An organisation that the area's file has always named as connected. */
export const fromFile = (odsCode: string, state: OrganisationState): OrganisationLife => ({ ...outside(odsCode), state, fromFile: true })

/** Whether the published status of the DSP Toolkit lets an organisation view on a day (R059). */
export const dspCounts = (dsp: DspToolkit | undefined, today: string): boolean =>
  dsp !== undefined && dsp.until >= today && (dsp.status === 'met' || dsp.status === 'exceeded' || dsp.status === 'approaching')

const no = (words: string): ReturnType<typeof fail> => fail('conflict', words)
const may = (words: string): ReturnType<typeof fail> => fail('forbidden', words)

/**
 * One step of one person. Pure; nothing is written.
 *
 * @returns fault `forbidden` when this person may not do it or the kind of organisation never may take part (R047-R051),
 *   `conflict` when the organisation does not stand where the step begins or something is missing.
 */
// oxlint-disable-next-line typescript/consistent-return -- every step returns; the compiler holds the table whole
export function organisationStep(
  life: OrganisationLife,
  taken: OrganisationStep,
  actor: Actor,
  world: OrganisationWorld,
): Result<OrganisationLife> {
  if (!world.kindMayView && taken.step !== 'suspend' && taken.step !== 'leave' && taken.step !== 'agree')
    return may('An organisation of this kind can never take part.')
  switch (taken.step) {
    case 'apply':
      return life.state === 'left'
        ? ok({ ...outside(life.odsCode), state: 'applied', appliedBy: actor, goLive: taken.goLive })
        : no('This organisation takes part already, or has applied.')
    case 'approve':
      return approve(life, actor, world)
    case 'connect':
      return connect(life, world)
    case 'suspend':
      if (life.state !== 'connected') return no('Only a connected organisation can be suspended.')
      if (life.asked?.act === 'suspend' && (!taken.breach || mayAgree(actor, life.asked) === null)) return agree(life, actor)
      return ok({
        ...life,
        state: taken.breach ? 'suspended' : life.state,
        asked: { act: 'suspend', by: actor, done: taken.breach },
      })
    case 'resume':
      return ask(life, 'resume', actor, life.state === 'suspended', 'Only a suspended organisation can come back.')
    case 'leave':
      return ask(
        life,
        'leave',
        actor,
        life.state === 'connected' || life.state === 'suspended',
        'Only an organisation that takes part can leave.',
      )
    case 'agree':
      return agree(life, actor)
    case 'withdraw':
      if (life.state === 'applied' || life.state === 'reviewed') return ok(outside(life.odsCode))
      if (life.asked === null || life.asked.done) return no('There is nothing to withdraw.')
      return mayTakeBack(actor, life.asked, [life.odsCode]) ? ok({ ...life, asked: null }) : may(NOT_TO_TAKE_BACK)
  }
}

function approve(life: OrganisationLife, actor: Actor, { deliveryTeam, isOut }: OrganisationWorld): Result<OrganisationLife> {
  if (life.state !== 'applied' || life.appliedBy === null) return no('There is no application to approve.')
  const { appliedBy } = life
  const approvals = life.approvals.filter(one => !isOut(one))
  const not = mayApprove(actor, { appliedBy, applicants: [life.odsCode], deliveryTeam, approvals, isOut })
  if (not !== null) return may(NOT_INDEPENDENT[not])
  const given = [...approvals, actor]
  return ok({ ...life, approvals: given, state: given.length >= 2 ? 'reviewed' : 'applied' })
}

function connect(life: OrganisationLife, world: OrganisationWorld): Result<OrganisationLife> {
  if (life.state !== 'reviewed') return no('Two people have to approve the application first.')
  if (life.goLive === null || life.goLive > world.today) return no('The go-live date has not come.')
  if (life.approvals.some(world.isOut))
    return no('Somebody who approved it was cut off since, or their organisation takes no part any more. It has to be applied for again.')
  if (!dspCounts(world.dspToolkit, world.today)) return no('The DSP Toolkit status does not count on this day.')
  if (!world.checked)
    return no('A system of this organisation has not been checked, or did not answer when it was. Check its connection first.')
  if (!world.goLiveAllowed) return no('An opt-out that could not be matched waits for a data steward. Nothing goes live before that.')
  return ok({ ...life, state: 'connected' })
}

function ask(life: OrganisationLife, act: Act, actor: Actor, here: boolean, words: string): Result<OrganisationLife> {
  if (!here) return no(words)
  if (life.asked?.act === act) return agree(life, actor)
  if (life.asked?.done === true) return no('The suspension has to be confirmed first.')
  return ok({ ...life, asked: { act, by: actor, done: false } })
}

const AFTER: Readonly<Record<Act, OrganisationState>> = { suspend: 'suspended', resume: 'connected', leave: 'left' }

function agree(life: OrganisationLife, actor: Actor): Result<OrganisationLife> {
  const { asked } = life
  if (asked === null) return no('Nobody has asked for anything that needs a second person.')
  const not = mayAgree(actor, asked)
  if (not !== null) return may(NOT_THE_SECOND[not])
  // An organisation does not let itself back in.
  if (asked.act === 'resume' && [...worksFor(actor), ...worksFor(asked.by)].includes(life.odsCode))
    return may('Two people of other organisations have to let this organisation back in.')
  return ok({ ...life, state: AFTER[asked.act], asked: null })
}
