import type { Agreement, DspToolkit, Organisation, RoleRow, SectionLimits } from '../../src/care-record/catalogue.ts'
import type { DecisionInput, EvidenceFact, PeerDecisionInput, RefusalCode } from '../../src/care-record/decision.ts'
import type { Isolated } from '../../src/care-record/lists.ts'
import type { Narrowing, ObjectionInForce } from '../../src/care-record/objection.ts'
import type { RelationshipType } from '../../src/care-record/person.ts'
import { dayOf, daysBetween, instantOf, latestOf, londonDayOf, nextMidnight } from './calendar.ts'
import { DAY_MS, KINDS } from './kinds.ts'
import type { Kind } from './kinds.ts'

/** What the care rules make of one input. Sets are sorted lists. */
export type Expected =
  | {
      readonly verdict: 'permit'
      /** ISO; after it the relationship grants nothing. */
      readonly until: string
      /** Any of these may be named: they are as good and as long. */
      readonly relationships: readonly RelationshipType[]
      readonly maySee: readonly string[]
      readonly limits: SectionLimits
      readonly keptApart: Record<'organisations' | 'organisationKinds' | 'sections' | 'policyClasses', readonly string[]>
      readonly maskPlaces: boolean
    }
  | { readonly verdict: 'claim'; readonly unavailable: readonly string[] }
  | { readonly verdict: 'refuse'; readonly code: RefusalCode }

interface Grant {
  readonly type: RelationshipType
  readonly until: number
  /** Seen here, not another exchange's word. */
  readonly own: boolean
}

/** One input with what every question of it needs read once. */
interface Scene extends DecisionInput {
  readonly peerSide?: Pick<PeerDecisionInput, 'peer' | 'asserted'>
  readonly at: number
  readonly today: Temporal.PlainDate
  readonly row: RoleRow | undefined
  readonly organisation: Organisation | undefined
  readonly grants: readonly Grant[]
}

interface Question {
  readonly refusal: RefusalCode
  readonly holds: (scene: Scene) => boolean
}

/** In the order in which they are asked; the first that does not hold is the answer. */
const QUESTIONS: readonly Question[] = [
  { refusal: 'purpose', holds: ({ purpose, rules }) => purpose === 'direct-care' && rules.purposes.includes(purpose) },
  { refusal: 'isolated', holds: scene => !cutOff(scene).some(Boolean) },
  { refusal: 'role', holds: ({ row }) => row !== undefined && row.sections.length > 0 },
  { refusal: 'standing', holds: ({ standing }) => standing.employment === 'active' },
  { refusal: 'standing', holds: scene => scene.row?.register !== 'needed' || onRegister(scene) },
  { refusal: 'acceptable-use', holds: acceptedLately },
  {
    refusal: 'organisation',
    holds: ({ organisation }) => organisation !== undefined && (organisation.state ?? 'connected') === 'connected',
  },
  { refusal: 'organisation', holds: scene => !scene.organisation?.dspToolkit || toolkitCounts(scene.organisation.dspToolkit, scene) },
  { refusal: 'agreement', holds: scene => scene.catalogue.agreements.some(agreement => binds(agreement, scene)) },
  { refusal: 'peer', holds: ({ peerSide }) => !peerSide || peerSide.peer.state === 'live' },
  { refusal: 'relationship', holds: ({ grants }) => grants.length > 0 },
  { refusal: 'objections-unknown', holds: ({ objections }) => objections.state === 'known' },
  { refusal: 'objection', holds: scene => !standingObjections(scene).some(one => one.closes) },
]

const isCut = ({ catalogue }: Scene, what: Isolated, which: string): boolean =>
  (catalogue.isolations ?? []).some(one => one.what === what && one.which === which)
const cutOff = (scene: Scene): readonly boolean[] => [
  isCut(scene, 'user', scene.viewer.sdsUserId),
  isCut(scene, 'organisation', scene.viewer.odsCode),
  isCut(scene, 'exchange', scene.catalogue.exchange),
  scene.peerSide !== undefined && isCut(scene, 'exchange', scene.peerSide.peer.exchange),
]

function onRegister({ standing, rules, today }: Scene): boolean {
  if (standing.register === 'registered') return true
  const unpaidFrom = standing.registerSince === undefined ? undefined : dayOf(standing.registerSince)
  return standing.register === 'fee-unpaid' && unpaidFrom !== undefined && daysBetween(unpaidFrom, today) < rules.feeUnpaidDays
}

function acceptedLately({ standing, rules, at }: Scene): boolean {
  const accepted = standing.acceptedUse === null ? undefined : instantOf(standing.acceptedUse)
  return accepted !== undefined && accepted <= at && at < accepted + rules.acceptedUseDays * DAY_MS
}

/** Past its last day, or not published, it counts while its own decision stands. */
function toolkitCounts({ status, until, served }: DspToolkit, scene: Scene): boolean {
  const last = dayOf(until)
  if (status === 'not-met' || last === undefined) return false
  return (status !== 'not-published' && daysBetween(last, scene.today) <= 0) || isServed(last, served, scene)
}

/** Somebody decided to serve it until a day, and that day and the rules' number of days have not gone by. */
function isServed(last: Temporal.PlainDate, served: string | undefined, { rules, today }: Scene): boolean {
  const decided = served === undefined ? undefined : dayOf(served)
  return decided !== undefined && daysBetween(decided, today) <= 0 && daysBetween(last, today) <= rules.overdueDays
}

/** Named, or with everyone: everyone is every organisation of a kind that gives care. */
const isParty = ({ consumer }: Agreement, { viewer, organisation }: Scene): boolean =>
  consumer === viewer.odsCode || (consumer === '*' && organisation !== undefined && organisation.kind !== 'other')

function binds(agreement: Agreement, scene: Scene): boolean {
  const { today } = scene
  const { state = 'in-force' } = agreement
  if (state === 'suspended' || state === 'ended' || !isParty(agreement, scene)) return false
  const first = dayOf(agreement.from)
  const last = agreement.until === null ? today : dayOf(agreement.until)
  if (!first || !last || daysBetween(first, today) < 0) return false
  return daysBetween(last, today) <= 0 || (state === 'overdue' && isServed(last, agreement.served, scene))
}

/** When a relationship of a kind closes, by each column of its row that says something. */
function closings(kind: Kind, fact: Pick<EvidenceFact, 'ended' | 'lastMessageAt' | 'revokedAt'>, from: number, at: number): number[] {
  const cells: (number | undefined)[] = []
  if (kind.afterEnd !== null && fact.ended !== null) cells.push(plus(instantOf(fact.ended), kind.afterEnd))
  if (kind.afterSilence !== null && fact.ended === null) cells.push(plus(least(instantOf(fact.lastMessageAt), at), kind.afterSilence))
  if (kind.afterStart !== null) cells.push(kind.afterStart === 'midnight' ? nextMidnight(from) : from + kind.afterStart)
  if (kind.afterLook !== null && fact.ended === null) cells.push(at + kind.afterLook)
  if (fact.revokedAt !== undefined) cells.push(instantOf(fact.revokedAt))
  return cells.map(cell => cell ?? -Infinity)
}
const plus = (ms: number | undefined, more: number): number | undefined => (ms === undefined ? undefined : ms + more)
const least = (ms: number | undefined, other: number): number | undefined => (ms === undefined ? undefined : Math.min(ms, other))

const isClaim = (kind: Kind): boolean => kind.claimantOnly
const suits = (kind: Kind, { row }: Scene): boolean =>
  row !== undefined && (kind.groups === '*' || kind.groups.includes(row.group)) && (!isClaim(kind) || row.mayClaim)

/** Begun more than a day after the last instant that the recorded death may mean; an emergency is let in (a death may be marked wrongly). */
function isAfterDeath(from: number, kind: Kind, { person }: Scene): boolean {
  const death = person.deceased === undefined ? undefined : latestOf(person.deceased)
  return death !== undefined && from > death + DAY_MS && kind.type !== 'emergency-access'
}

/** What one fact grants this professional now: one grant, or none. */
function granted(fact: EvidenceFact, scene: Scene): readonly Grant[] {
  const kind = KINDS.get(fact.type)
  const { person, viewer, standing, at } = scene
  if (!kind || !suits(kind, scene)) return []
  if (kind.type === 'registered-practice' && person.basis === 'pds') return []
  if (![person.nhsNumber, ...(person.replacedNumbers ?? [])].some(number => number === fact.nhsNumber)) return []
  if (fact.odsCode !== viewer.odsCode || (isClaim(kind) && fact.assertedBy !== viewer.sdsUserId)) return []
  if (fact.team === undefined ? kind.teamOnly : !standing.teams.includes(fact.team)) return []
  const from = instantOf(fact.from)
  if (from === undefined || from > at) return []
  if (isAfterDeath(from, kind, scene)) return []
  const until = Math.min(...closings(kind, fact, from, at))
  return at < until ? [{ type: kind.type, until, own: true }] : []
}

/** What the register of practices says by itself. */
function byRegistration(scene: Scene): readonly Grant[] {
  const kind = KINDS.get('registered-practice')
  if (!kind?.afterLook || scene.person.practice !== scene.viewer.odsCode || !suits(kind, scene)) return []
  return [{ type: kind.type, until: scene.at + kind.afterLook, own: true }]
}

/**
 * What is taken on another exchange's word, and no longer than it could be true: the kind's row, counted from when that exchange
 * saw it. Of a registration the register's word is enough, so nobody else's is taken.
 */
function onTrust(scene: Scene): readonly Grant[] {
  const { peerSide, person, at } = scene
  const kind = peerSide && KINDS.get(peerSide.asserted.type)
  if (!kind || !suits(kind, scene) || !peerSide.peer.trustedEvidence.includes(kind.type)) return []
  if (kind.type === 'registered-practice' && person.basis === 'pds') return []
  const seen = least(instantOf(peerSide.asserted.seenAt), at)
  if (seen === undefined || (isClaim(kind) && isAfterDeath(seen, kind, scene))) return []
  const { afterStart, afterEnd, afterSilence, afterLook } = kind
  const cells = [instantOf(peerSide.asserted.until) ?? -Infinity]
  if (afterStart !== null) cells.push(afterStart === 'midnight' ? nextMidnight(seen) : seen + afterStart)
  if (afterSilence !== null) cells.push(seen + Math.max(afterSilence, afterEnd ?? 0))
  if (afterLook !== null) cells.push(at + afterLook)
  const until = Math.min(...cells)
  return at < until ? [{ type: kind.type, until, own: false }] : []
}

/** Evidence before claims before emergencies, then what was seen here, then the longest: all that are equally so. */
function best(grants: readonly Grant[]): readonly Grant[] {
  const rank = ({ type, own }: Grant): number => (type === 'emergency-access' ? 0 : type.startsWith('claim-') ? 2 : 4) + (own ? 1 : 0)
  const highest = Math.max(...grants.map(rank))
  const longest = Math.max(...grants.filter(one => rank(one) === highest).map(one => one.until))
  return grants.filter(one => rank(one) === highest && one.until === longest)
}

interface Effect {
  readonly closes: boolean
  readonly apart: {
    organisations?: readonly string[]
    organisationKinds?: readonly string[]
    sections?: readonly string[]
    policyClasses?: readonly string[]
  }
}
const CLOSES: Effect = { closes: true, apart: {} }
const NOTHING: Effect = { closes: false, apart: {} }

/** Effects of every objection that nobody has opened for this professional, and that an enquiry does not pass over. */
const standingObjections = (scene: Scene): readonly Effect[] =>
  unopened(scene)
    .filter(one => !isSpared(one, scene))
    .map(one => effect(one, scene))

const unopened = (scene: Scene): readonly ObjectionInForce[] => scene.objections.inForce.filter(one => !isOpenedFor(one, scene))

const isSpared = ({ sparesSafeguarding }: ObjectionInForce, { grants }: Scene): boolean =>
  sparesSafeguarding === true && grants.some(isEnquiry)
const isEnquiry = ({ type }: Grant): boolean => type === 'safeguarding-enquiry'

const isOpenedFor = (objection: ObjectionInForce, { viewer, at }: Scene): boolean =>
  objection.narrowings.some(one => {
    const from = instantOf(one.from)
    const until = instantOf(one.until)
    if (from === undefined || until === undefined || at < from || until <= at) return false
    return one.sdsUserIds.includes(viewer.sdsUserId) && isWellDecided(one, objection)
  })

/** By two people; a hold for safeguarding or serious risk by one; of what somebody else may have said, by nobody. */
function isWellDecided({ reason, decidedBy }: Narrowing, { basis }: ObjectionInForce): boolean {
  const [first, ...others] = decidedBy.map(who => who.trim()).filter(Boolean)
  if (first === undefined || basis === 'unmatched') return false
  return others.some(other => other !== first) || (basis === 'held' && reason !== 'public-interest')
}

/** The relationships that let in: where an objection was passed over for an enquiry, the enquiry alone. */
function lettingIn(scene: Scene): readonly Grant[] {
  const passedOver = unopened(scene).some(one => isSpared(one, scene) && effect(one, scene) !== NOTHING)
  return best(passedOver ? scene.grants.filter(isEnquiry) : scene.grants)
}

function effect({ basis, scope }: ObjectionInForce, { viewer, rules }: Scene): Effect {
  if (basis === 'unmatched') return CLOSES
  switch (scope.kind) {
    case 'staff':
      return scope.sdsUserId === viewer.sdsUserId ? CLOSES : NOTHING
    case 'workplace':
      return scope.odsCode === viewer.odsCode ? CLOSES : NOTHING
    case 'organisation':
      return scope.odsCode === viewer.odsCode ? NOTHING : { closes: false, apart: { organisations: [scope.odsCode] } }
    case 'class': {
      const known = rules.shareClasses.find(one => one.id === scope.classId)
      return known ? { closes: false, apart: known } : CLOSES
    }
    case 'everything':
    default:
      return CLOSES
  }
}

const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].toSorted()

function answer(bare: Omit<Scene, 'grants'>): Expected {
  const empty: Scene = { ...bare, grants: [] }
  const grants = [...empty.facts.flatMap(fact => granted(fact, empty)), ...byRegistration(empty), ...onTrust(empty)]
  const scene: Scene = { ...empty, grants }
  const failed = QUESTIONS.find(question => !question.holds(scene))
  if (failed?.refusal === 'relationship' && scene.row?.mayClaim && !scene.peerSide)
    return { verdict: 'claim', unavailable: sorted(scene.unavailable) }
  if (failed) return { verdict: 'refuse', code: failed.refusal }
  const chosen = lettingIn(scene)
  const apart = standingObjections(scene).map(one => one.apart)
  return {
    verdict: 'permit',
    until: new Date(chosen[0]?.until ?? 0).toISOString(),
    relationships: chosen.map(one => one.type),
    maySee: sorted(scene.row?.sections ?? []),
    limits: scene.row?.limits ?? {},
    keptApart: {
      organisations: sorted(apart.flatMap(one => one.organisations ?? [])),
      organisationKinds: sorted(apart.flatMap(one => one.organisationKinds ?? [])),
      sections: sorted(apart.flatMap(one => one.sections ?? [])),
      policyClasses: sorted(apart.flatMap(one => one.policyClasses ?? [])),
    },
    maskPlaces: scene.person.restricted !== 'no',
  }
}

function sceneOf(input: DecisionInput): Omit<Scene, 'grants'> {
  const at = instantOf(input.now)
  if (at === undefined) throw new Error(`no instant: ${input.now}`)
  const jobRole = input.viewer.roleCode.slice(input.viewer.roleCode.lastIndexOf(':') + 1)
  return {
    ...input,
    at,
    today: londonDayOf(at),
    row: input.catalogue.roles.get(jobRole),
    organisation: input.catalogue.organisations.get(input.viewer.odsCode),
  }
}

/**
 * The access decision a second time, written from the care rules alone (`readings.md` says where they left a choice). Who is let
 * in, on which relationship, until when, and what is kept apart; never why in words.
 */
export const oracle = (input: DecisionInput): Expected => answer(sceneOf(input))

/** The same for another exchange's professional: own evidence first, else what that exchange is trusted in. Nobody claims here. */
export const oracleForPeer = (input: PeerDecisionInput): Expected =>
  answer({ ...sceneOf(input), peerSide: { peer: input.peer, asserted: input.asserted } })
