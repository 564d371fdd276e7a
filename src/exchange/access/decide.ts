import { isWith, type Catalogue, type PeerConfig, type RoleRow } from '../../care-record/catalogue.ts'
import type { Pass, Person, Purpose, Relationship, RelationshipType, Viewer } from '../../care-record/person.ts'
import { isClaim, windowOf, windows, type WindowTable } from './windows.ts'

/** One thing a system, or the professional, has said that may amount to a relationship. Instants are ISO. */
export interface EvidenceFact {
  readonly evidenceId: string
  readonly nhsNumber: string
  /** Organisation it gives a relationship with. */
  readonly odsCode: string
  readonly type: RelationshipType
  readonly from: string
  /** Recorded end; `null`: none yet. */
  readonly ended: string | null
  /** Last word of the source on it. */
  readonly lastMessageAt: string
  /** Who says so: source id, or the user's own id for a claim. */
  readonly assertedBy: string
  /** When we saw it. */
  readonly seenAt: string
}

export interface ObjectionState {
  /** `unknown`: the list was never loaded. Then nothing is shown. */
  readonly state: 'known' | 'unknown'
  readonly inForce: boolean
}

export interface DecideInput {
  readonly viewer: Viewer
  readonly purpose: Purpose
  /** ISO instant. */
  readonly now: string
  readonly person: Person
  readonly facts: readonly EvidenceFact[]
  /** Names of systems that were asked for evidence and did not answer. */
  readonly unavailable: readonly string[]
  readonly objections: ObjectionState
  readonly catalogue: Catalogue
  readonly table?: WindowTable
}

/** One question of the decision and its answer; the whole path is kept for the audit and for a complaint. */
export interface Reason {
  readonly check: 'purpose' | 'role' | 'organisation' | 'agreement' | 'relationship' | 'objection' | 'peer'
  readonly held: boolean
  /** Our own words, never about the person by name. */
  readonly because: string
  readonly parts?: readonly Reason[]
}

export type RefusalCode = 'purpose' | 'role' | 'agreement' | 'relationship' | 'objection' | 'objections-unknown' | 'peer'
export type Decision =
  | { readonly verdict: 'permit'; readonly pass: Pass; readonly reasons: readonly Reason[] }
  | { readonly verdict: 'claim'; readonly unavailable: readonly string[]; readonly reasons: readonly Reason[] }
  | { readonly verdict: 'refuse'; readonly code: RefusalCode; readonly reasons: readonly Reason[] }

const yes = (check: Reason['check'], because: string, parts?: readonly Reason[]): Reason => ({
  check,
  held: true,
  because,
  ...(parts ? { parts } : {}),
})
const no = (check: Reason['check'], because: string, parts?: readonly Reason[]): Reason => ({
  check,
  held: false,
  because,
  ...(parts ? { parts } : {}),
})

/** `R8000` of `S8000:G8000:R8000`. */
export const jobRoleOf = (roleCode: string): string => roleCode.split(':').at(-1)?.trim() ?? ''

/**
 * May this professional look, now, at this person? Pure. Deny by default: an unknown purpose, role, organisation,
 * agreement or state of objections means no. Objections come last, so that somebody without a relationship sees the
 * same page for everyone; a claim widens the relationship only and never reaches past an objection.
 */
export function decide(input: DecideInput): Decision {
  return walk(input, input.facts, [], input.catalogue.organisations.has(input.viewer.odsCode))
}

export interface PeerInput extends DecideInput {
  readonly peer: PeerConfig
  /** What the peer says of its professional's relationship. */
  readonly asserted: Relationship
}

/**
 * The same decision for a peer's professional, with our own rules. The peer's word on the relationship counts only if
 * its type is one we accept from that peer (unlisted = no), and never for longer than our own window; else our own
 * facts must do. There is no claim page here: what is not permitted is refused.
 */
export function decideForPeer(input: PeerInput): Decision {
  const { peer, asserted, viewer, person } = input
  if (peer.state !== 'live') return { verdict: 'refuse', code: 'peer', reasons: [no('peer', `this peer is ${peer.state}`)] }
  // Where the register answered us, it has said at which practice the person is; nobody's word goes beyond that.
  const known = asserted.type === 'registered-practice' && person.basis === 'pds'
  const trusted = !known && peer.trustedEvidence.includes(asserted.type)
  const reasons = [
    trusted
      ? yes('peer', `${asserted.type} is taken on the word of ${peer.exchange}`)
      : no('peer', known ? 'registration is read from the register' : `${asserted.type} is not taken on the word of ${peer.exchange}`),
  ]
  const fact: EvidenceFact = {
    evidenceId: asserted.evidenceId,
    nhsNumber: person.nhsNumber,
    odsCode: viewer.odsCode,
    type: asserted.type,
    from: asserted.seenAt,
    // Its own end of the window travels; ours is counted from when it was seen.
    ended: null,
    lastMessageAt: asserted.seenAt,
    assertedBy: asserted.assertedBy,
    seenAt: asserted.seenAt,
  }
  const stillSaid = Date.parse(asserted.until) > Date.parse(input.now)
  const decision = walk(input, trusted && stillSaid ? [...input.facts, fact] : input.facts, reasons, true)
  if (decision.verdict === 'claim') return { verdict: 'refuse', code: 'relationship', reasons: decision.reasons }
  if (decision.verdict !== 'permit') return decision
  const { relationship } = decision.pass
  const shorter = relationship.evidenceId === asserted.evidenceId && Date.parse(asserted.until) < Date.parse(relationship.until)
  return shorter ? { ...decision, pass: { ...decision.pass, relationship: { ...relationship, until: asserted.until } } } : decision
}

function walk(input: DecideInput, facts: readonly EvidenceFact[], before: readonly Reason[], connected: boolean): Decision {
  const { viewer, purpose, person, catalogue, now, objections } = input
  const table = input.table ?? windows
  const reasons = [...before]
  const refuse = (code: RefusalCode, reason: Reason): Decision => ({ verdict: 'refuse', code, reasons: [...reasons, reason] })

  if (purpose !== 'direct-care') return refuse('purpose', no('purpose', 'the purpose is not direct care'))
  reasons.push(yes('purpose', 'direct care'))

  const role = catalogue.roles.get(jobRoleOf(viewer.roleCode))
  if (role === undefined) return refuse('role', no('role', 'the role is not in the role table'))
  if (role.sections.length === 0) return refuse('role', no('role', 'the role may see no section'))
  reasons.push(yes('role', role.title))

  if (!connected) return refuse('agreement', no('organisation', 'the organisation is not connected'))
  const agreement = catalogue.agreements.find(
    a =>
      isWith(a, viewer.odsCode, catalogue.organisations) && a.from <= now.slice(0, 10) && (a.until === null || a.until >= now.slice(0, 10)),
  )
  if (agreement === undefined) return refuse('agreement', no('agreement', 'no agreement with this organisation is in force'))
  reasons.push(yes('agreement', `agreement ${agreement.id}`))

  const { best, parts } = weigh(facts, { viewer, person, role, now, table })
  if (best === undefined) {
    const why = no(
      'relationship',
      input.unavailable.length > 0 ? 'no relationship known, and not every system answered' : 'no relationship known',
      parts,
    )
    if (role.mayClaim) return { verdict: 'claim', unavailable: input.unavailable, reasons: [...reasons, why] }
    return refuse('relationship', why)
  }
  reasons.push(yes('relationship', best.type, parts))

  if (objections.state === 'unknown') return refuse('objections-unknown', no('objection', 'the list of objections is not known'))
  if (objections.inForce) return refuse('objection', no('objection', 'an objection is in force'))
  reasons.push(yes('objection', 'none in force'))

  const pass: Pass = {
    viewer,
    purpose,
    relationship: best,
    role: { jobRole: role.jobRole, group: role.group },
    maySee: new Set(role.sections),
    ...(role.limits === undefined ? {} : { limits: role.limits }),
    maskPlaces: person.restricted !== 'no',
    decidedAt: now,
    rulesVersion: `${table.id}/${table.version} catalogue/${catalogue.version}`,
  }
  return { verdict: 'permit', pass, reasons }
}

interface Weighing {
  readonly viewer: Viewer
  readonly person: Person
  readonly role: RoleRow
  readonly now: string
  readonly table: WindowTable
}

/** The relationship that holds longest, evidence before claims. */
function weigh(facts: readonly EvidenceFact[], at: Weighing): { best: Relationship | undefined; parts: readonly Reason[] } {
  const parts: Reason[] = []
  let best: Relationship | undefined
  for (const fact of [...facts, ...registration(at)]) {
    const granted = grants(fact, at)
    parts.push(
      granted.until === undefined
        ? no('relationship', `${fact.type}: ${granted.because}`)
        : yes('relationship', `${fact.type}: ${granted.because}`),
    )
    if (granted.until === undefined) continue
    const one: Relationship = {
      type: fact.type,
      evidenceId: fact.evidenceId,
      assertedBy: fact.assertedBy,
      seenAt: fact.seenAt,
      until: new Date(granted.until).toISOString(),
    }
    if (best === undefined || rank(one) > rank(best) || (rank(one) === rank(best) && one.until > best.until)) best = one
  }
  return { best, parts }
}

const rank = (relationship: Relationship): number => (relationship.type === 'emergency-access' ? 0 : isClaim(relationship.type) ? 1 : 2)

/** Registration is read from the person's details, never from a stored fact. */
function registration({ viewer, person, now }: Weighing): readonly EvidenceFact[] {
  if (person.practice === undefined || person.practice !== viewer.odsCode) return []
  return [
    {
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
  ]
}

/** Registration is looked up again at least this often. */
const REGISTRATION_MS = 24 * 3_600_000

/**
 * Until when one fact grants a relationship, in epoch milliseconds, or why it does not. A fact about another person or
 * organisation, in the future, past its window, or open but silent for too long grants nothing.
 */
export function grants(fact: EvidenceFact, at: Weighing): { readonly until: number | undefined; readonly because: string } {
  const none = (because: string): { until: undefined; because: string } => ({ until: undefined, because })
  const window = windowOf(at.table, fact.type)
  if (window === undefined) return none('no window is set for this kind')
  if (fact.nhsNumber !== at.person.nhsNumber) return none('about another person')
  if (fact.odsCode !== at.viewer.odsCode) return none('with another organisation')
  if (isClaim(fact.type) && !at.role.mayClaim) return none('this role may not claim')
  if (window.groups !== '*' && !window.groups.includes(at.role.group)) return none('not for this role')
  const now = Date.parse(at.now)
  const from = Date.parse(fact.from)
  const ended = fact.ended === null ? null : Date.parse(fact.ended)
  const last = Date.parse(fact.lastMessageAt)
  if (Number.isNaN(from) || Number.isNaN(last) || (ended !== null && Number.isNaN(ended))) return none('its dates cannot be read')
  if (from > now) return none('not begun')
  // A death marked wrongly must not lock out a living patient: emergency access stays open, each use reviewed.
  if (at.person.deceased !== undefined && fact.type !== 'emergency-access' && from > Date.parse(at.person.deceased) + 24 * 3_600_000)
    return none('begun after the recorded death')
  const ends: number[] = []
  if (ended !== null) ends.push(ended + window.afterEndMs)
  else if (window.silenceMs !== null) ends.push(Math.min(last, now) + window.silenceMs)
  if (window.longestMs !== null) ends.push(from + window.longestMs)
  if (fact.type === 'registered-practice') ends.push(now + REGISTRATION_MS)
  const until = Math.min(...ends)
  if (!Number.isFinite(until)) return none('no end can be set')
  if (until <= now)
    return none(ended === null && window.silenceMs !== null ? 'no end recorded, and no message since' : 'its window has passed')
  return { until, because: window.reason }
}
