import { isWith, servedUntil, standingOn, type Agreement, type DspToolkit, type RoleRow } from '../../care-record/catalogue.ts'
import type { Decision, DecisionInput, PeerDecisionInput, Reason, RefusalCode } from '../../care-record/decision.ts'
import { isBy, londonDay } from '../../care-record/days.ts'
import type { Pass, Relationship } from '../../care-record/person.ts'
import { instantOf } from './dates.ts'
import { heed } from './heed.ts'
import { no, yes } from './reasons.ts'
import { standingReason } from './standing-check.ts'
import { weigh, type Said } from './windows.ts'

/** `R8000` of `S8000:G8000:R8000`. */
export const jobRoleOf = (roleCode: string): string => roleCode.split(':').at(-1) ?? ''

/** By which rules and which catalogue a decision is taken, as events name it. */
export const rulesVersionOf = ({ rules, catalogue }: Pick<DecisionInput, 'rules' | 'catalogue'>): string =>
  `${rules.id}/${rules.version} catalogue/${catalogue.version}`

/**
 * May this professional look, now, at this person? Pure. Deny by default: an unknown purpose, role, standing, organisation,
 * agreement or state of objections means no. What does not depend on the person comes first and is named to everyone; objections
 * come last, so that somebody without a relationship sees the same page for everyone. A claim widens the relationship only and never
 * reaches past an objection.
 */
export const decide = (input: DecisionInput): Decision => walk(input, input.catalogue.exchange, () => ({ said: own(input), reasons: [] }))

/**
 * The same decision for a peer's professional, with our own rules. The peer's word on the relationship counts only if
 * its type is one we accept from that peer (unlisted = no), and never for longer than our own window; else our own
 * facts must do. There is no claim page here: what is not permitted is refused.
 */
export function decideForPeer(input: PeerDecisionInput): Decision {
  const decision = walk(input, input.peer.exchange, () => onTheirWord(input))
  return decision.verdict === 'claim' ? { verdict: 'refuse', code: 'relationship', reasons: decision.reasons } : decision
}

/** What speaks for a relationship, and what there is to say of who said it; or why nothing of it counts. */
type Evidence = { readonly said: readonly Said[]; readonly reasons: readonly Reason[] } | Refusal
interface Refusal {
  readonly refuse: RefusalCode
  readonly why: Reason
}

/** @param exchange whose professional this is. */
function walk(input: DecisionInput, exchange: string, evidence: () => Evidence): Decision {
  const { viewer, person, catalogue, rules, now } = input
  const reasons: Reason[] = []
  const refuse = (code: RefusalCode, why: Reason): Decision => ({ verdict: 'refuse', code, reasons: [...reasons, why] })

  for (const [code, why] of [
    ['purpose', purposeReason(input)],
    ['isolated', isolationReason(input, exchange)],
  ] as const) {
    if (!why.held) return refuse(code, why)
    reasons.push(why)
  }
  const role = catalogue.roles.get(jobRoleOf(viewer.roleCode))
  if (role === undefined) return refuse('role', no('role', 'role-unlisted'))
  if (role.sections.length === 0) return refuse('role', no('role', 'role-sees-nothing'))
  reasons.push(yes('role', 'role-listed', { title: role.title }))

  const standing = standingReason(input, role)
  if (!standing.why.held) return refuse(standing.code, standing.why)
  reasons.push(standing.why)
  for (const [code, why] of [
    ['organisation', organisationReason(input)],
    ['agreement', agreementReason(input)],
  ] as const) {
    if (!why.held) return refuse(code, why)
    reasons.push(why)
  }

  const known = evidence()
  if ('refuse' in known) return refuse(known.refuse, known.why)
  reasons.push(...known.reasons)
  const { granted, parts } = weigh(known.said, { viewer, teams: input.standing.teams, person, role, now, rules })
  const [best] = granted
  if (best === undefined) {
    const why = no('relationship', input.unavailable.length > 0 ? 'relationship-none-silent' : 'relationship-none', {}, parts)
    return role.mayClaim ? { verdict: 'claim', unavailable: input.unavailable, reasons: [...reasons, why] } : refuse('relationship', why)
  }
  const heeded = heed(input, granted)
  const relationship = heeded.relationship ?? best
  reasons.push(yes('relationship', 'relationship-known', { type: relationship.type }, parts))
  if ('refuse' in heeded) return refuse(heeded.refuse, heeded.why)
  return {
    verdict: 'permit',
    pass: passOf(input, role, relationship, heeded.keptApart),
    reasons: [...reasons, heeded.why],
  }
}

const passOf = (
  { viewer, person, catalogue, rules, now }: DecisionInput,
  role: RoleRow,
  relationship: Relationship,
  keptApart: Pass['keptApart'],
): Pass => ({
  viewer,
  purpose: 'direct-care',
  relationship,
  role: { jobRole: role.jobRole, group: role.group },
  maySee: new Set(role.sections),
  ...(role.limits === undefined ? {} : { limits: role.limits }),
  ...(keptApart === undefined ? {} : { keptApart }),
  maskPlaces: person.restricted !== 'no',
  decidedAt: now,
  rulesVersion: rulesVersionOf({ rules, catalogue }),
})

/** No rule set opens another purpose: what follows is made for direct care alone (R046). */
const purposeReason = ({ purpose, rules }: DecisionInput): Reason =>
  purpose === 'direct-care' && rules.purposes.includes(purpose)
    ? yes('purpose', 'direct-care')
    : no('purpose', 'other-purpose', { purpose })

function isolationReason({ viewer, catalogue }: DecisionInput, exchange: string): Reason {
  const isolated = (what: string, which: string): boolean =>
    catalogue.isolations?.some(one => one.what === what && one.which === which) ?? false
  if (isolated('user', viewer.sdsUserId)) return no('isolation', 'user-isolated')
  if (isolated('organisation', viewer.odsCode)) return no('isolation', 'organisation-isolated', { organisation: viewer.odsCode })
  for (const one of [exchange, catalogue.exchange])
    if (isolated('exchange', one)) return no('isolation', 'exchange-isolated', { exchange: one })
  return yes('isolation', 'none-isolated')
}

/** One that is not in our catalogue does not take part, a peer's neither: an agreement with everyone lets in no unknown kind (R047). */
function organisationReason(input: DecisionInput): Reason {
  const { viewer, catalogue } = input
  const organisation = catalogue.organisations.get(viewer.odsCode)
  if (organisation === undefined) return no('organisation', 'organisation-unknown')
  const state = organisation.state ?? 'connected'
  if (state !== 'connected') return no('organisation', 'organisation-not-connected', { state })
  const { dspToolkit } = organisation
  // Nothing known of it is not checked here.
  if (dspToolkit === undefined || isCurrent(dspToolkit, day(input))) return yes('organisation', 'organisation-connected')
  const { status, until } = dspToolkit
  const lastDay = servedUntil(dspToolkit, input.rules.overdueDays)
  return status !== 'not-met' && isBy(day(input), lastDay)
    ? yes('organisation', 'toolkit-overdue', { until: lastDay })
    : no('organisation', 'toolkit-lapsed', { since: until })
}

const PUBLISHED: ReadonlySet<string> = new Set(['exceeded', 'met', 'approaching'])
const isCurrent = ({ status, until }: DspToolkit, today: string): boolean => PUBLISHED.has(status) && isBy(today, until)

function agreementReason(input: DecisionInput): Reason {
  const current = agreementThat(input, 'in-force')
  if (current !== undefined) return yes('agreement', 'agreement-in-force', { id: current.id })
  const overdue = agreementThat(input, 'overdue')
  return overdue === undefined ? no('agreement', 'agreement-none') : yes('agreement', 'agreement-overdue', { id: overdue.id })
}

/** One with the viewer's organisation that counts today. */
const agreementThat = (input: DecisionInput, is: 'in-force' | 'overdue'): Agreement | undefined => {
  const { viewer, catalogue, rules } = input
  const today = day(input)
  return catalogue.agreements.find(
    one => isWith(one, viewer.odsCode, catalogue.organisations) && standingOn(one, today, rules.overdueDays) === is,
  )
}

/** FHIR date of now in London. */
const day = ({ now }: Pick<DecisionInput, 'now'>): string => londonDay(instantOf(now))
/** What is known here; registration is read from the person's details. */
const own = (input: DecisionInput): readonly Said[] => [
  ...input.facts.filter(fact => fact.type !== 'registered-practice' || input.person.basis !== 'pds').map(fact => ({ fact })),
  ...registration(input),
]

function registration({ viewer, person, now }: DecisionInput): readonly Said[] {
  if (person.practice === undefined || person.practice !== viewer.odsCode) return []
  return [
    {
      fact: {
        evidenceId: `registration/${person.practice}`,
        nhsNumber: person.nhsNumber,
        odsCode: person.practice,
        type: 'registered-practice',
        from: person.asOf < now ? person.asOf : now,
        ended: null,
        lastMessageAt: now,
        assertedBy: person.basis,
        seenAt: now,
      },
      by: 'register',
    },
  ]
}

/** Our own facts, and the peer's word where we take it: its end of the window travels, ours is counted from when it was seen. */
function onTheirWord(input: PeerDecisionInput): Evidence {
  const { peer, asserted, viewer, person } = input
  if (peer.state !== 'live') return { refuse: 'peer', why: no('peer', 'peer-not-live', { state: peer.state }) }
  // Where the register answered us, it has said at which practice the person is; nobody's word goes beyond that.
  const known = asserted.type === 'registered-practice' && person.basis === 'pds'
  const told = { type: asserted.type, exchange: peer.exchange }
  if (known) return { said: own(input), reasons: [no('peer', 'peer-register-says', told)] }
  if (!peer.trustedEvidence.includes(asserted.type)) return { said: own(input), reasons: [no('peer', 'peer-not-trusted', told)] }
  const fact = {
    evidenceId: asserted.evidenceId,
    nhsNumber: person.nhsNumber,
    odsCode: viewer.odsCode,
    type: asserted.type,
    from: asserted.seenAt,
    ended: null,
    lastMessageAt: asserted.seenAt,
    assertedBy: asserted.assertedBy,
    seenAt: asserted.seenAt,
  }
  return { said: [...own(input), { fact, until: asserted.until, by: 'peer' }], reasons: [yes('peer', 'peer-trusted', told)] }
}
