import { isWith, standingOn, type Catalogue, type PeerConfig, type PlannedAsk, type SourceConfig } from '../../care-record/catalogue.ts'
import { londonDay } from '../../care-record/days.ts'
import type { AccessRules } from '../../care-record/decision.ts'
import type { SourceState } from '../../care-record/entry.ts'
import type { Cause, Outcome, SourceName } from '../../care-record/item.ts'
import type { Pass, Person } from '../../care-record/person.ts'
import { sourceName } from '../../care-record/source-name.ts'
import { SECTION_IDS, sectionsOf, type Group, type SectionId } from '../../care-record/section.ts'

export type IndexState = 'fresh' | 'late' | 'never'

export interface PlanInput {
  readonly person: Person
  readonly pass: Pass
  readonly catalogue: Catalogue
  readonly rules: Pick<AccessRules, 'overdueDays'>
  /** A viewer of our own, or one of a peer: then what each viewer's own exchange asks is not asked here. */
  readonly askedFor?: 'own' | 'peer'
  /** Ids of the sources whose index knows this person. */
  readonly pointers: ReadonlySet<string>
  readonly groups: readonly Group[]
  /** How each source's index of people stands. A source that is absent here counts as never loaded. */
  readonly indexState: ReadonlyMap<string, IndexState>
}
export interface Plan {
  readonly asks: readonly PlannedAsk[]
  /** What is said at once, for reasons that do not depend on the person. */
  readonly named: readonly SourceState[]
  /** Each locates for itself. */
  readonly peers: readonly PeerConfig[]
  /** Some source is asked because it knows the person, and not only because its index cannot be relied on. */
  readonly known: boolean
}

/** A batch index counts as late after this long; an index behind live messages after a quarter of it. Milliseconds. */
export const INDEX_LATE_MS = 48 * 3_600_000

/** How the index of every source stands at an instant. */
export function indexStates(sources: readonly SourceConfig[], now: Date): ReadonlyMap<string, IndexState> {
  return new Map(
    sources.map(source => {
      const loaded = source.indexLoadedAt === null ? Number.NaN : Date.parse(source.indexLoadedAt)
      const late = now.getTime() - loaded > (source.feed === 'batch' ? INDEX_LATE_MS : INDEX_LATE_MS / 4)
      return [source.id, Number.isNaN(loaded) ? 'never' : late ? 'late' : 'fresh']
    }),
  )
}

/**
 * Whom to ask, for what, in which groups; and what to say of those who are not asked. Pure.
 *
 * A source is asked when its index knows the person, or when its index cannot be relied on. GP Connect is asked only of
 * the practice the register names (by pointer when the register is silent), and of nobody for a flagged person; the
 * national locator is then asked for plans only. A source not asked for a reason that depends on the person leaves the plan
 * without a word; planned, suspended and without an agreement are said to everyone alike. A system that is shared is asked
 * for what at least one of its members has agreed to; a member that has not is said by its own name. What a provider does not
 * share is not asked for, and said to everyone.
 */
export function plan(input: PlanInput): Plan {
  const { pass, catalogue, groups } = input
  const asks: PlannedAsk[] = []
  const named: SourceState[] = []
  const day = londonDay(Date.parse(pass.decidedAt))
  const own = catalogue.sources.filter(
    source => source.exchange === catalogue.exchange && !(source.askedBy === 'viewer' && input.askedFor === 'peer'),
  )

  const hidden = SECTION_IDS.filter(id => !pass.maySee.has(id))
  const first = groups[0]
  if (first === undefined) return { asks, named, peers: [], known: false }
  for (const section of hidden) {
    const group = groups.find(g => sectionsOf(g).includes(section))
    if (group !== undefined) named.push(state(yourRole(input), group, [section], 'withheld', 'not-for-role'))
  }

  for (const source of own) {
    const name = sourceName(source, catalogue.organisations.get(source.odsCode))
    const visible = sectionsAsked(source, input).filter(id => pass.maySee.has(id) && groups.some(group => sectionsOf(group).includes(id)))
    if (visible.length === 0 || !couldHold(source, input)) continue
    if (source.state !== 'live') {
      named.push(state(name, first, visible, 'not-connected', source.state))
      continue
    }
    const providers = (source.members ?? [source.odsCode]).map(provider => {
      const mayShare = agreedSections(provider, pass.viewer.odsCode, input, day)
      const keepsBack = sectionsKeptBack(provider, pass.viewer.odsCode, catalogue, day)
      const its = source.members ? memberName(source, provider, catalogue) : name
      const unshared = visible.filter(id => !mayShare(id))
      if (unshared.length > 0) named.push(state(its, first, unshared, 'not-connected', 'no-agreement'))
      const keptBack = visible.filter(id => mayShare(id) && keepsBack.includes(id))
      if (keptBack.length > 0) named.push(state(its, first, keptBack, 'not-connected', 'not-shared'))
      return { provider, agreed: (id: SectionId) => mayShare(id) && !keepsBack.includes(id) && !isKeptApart(provider, id, input) }
    })
    if (!knows(source, input)) continue
    for (const group of groups) {
      const sections = visible.filter(id => sectionsOf(group).includes(id) && providers.some(({ agreed }) => agreed(id)))
      if (sections.length === 0) continue
      const members = source.members && new Map(providers.map(({ provider, agreed }) => [provider, sections.filter(id => agreed(id))]))
      asks.push({ source, group, sections, ...(members && { members }) })
    }
  }

  const peers = catalogue.peers.filter(peer => peer.state === 'live' && peer.exchange !== catalogue.exchange)
  for (const peer of catalogue.peers) {
    if (peer.state === 'live') continue
    const name: SourceName = {
      id: peer.exchange,
      odsCode: '',
      name: peer.title,
      short: peer.exchange,
      kind: 'exchange',
      exchange: peer.exchange,
    }
    const sections = SECTION_IDS.filter(id => pass.maySee.has(id) && groups.some(group => sectionsOf(group).includes(id)))
    named.push(state(name, first, sections, 'not-connected', peer.state))
  }
  return {
    asks: groups.flatMap(group => asks.filter(ask => ask.group === group)),
    named,
    peers,
    known: asks.some(({ source }) => source.connector === 'gp-connect' || input.pointers.has(source.id)),
  }
}

/** Whether a word may be said of this source at all: practices are asked about only for their own patients. */
function couldHold(source: SourceConfig, { person, pointers }: PlanInput): boolean {
  if (source.connector !== 'gp-connect') return true
  // No practice is asked about someone the register protects (care rules 3.4).
  if (person.restricted === 'yes') return false
  return person.basis === 'pds' ? person.practice === source.odsCode : pointers.has(source.id)
}

/** Of somebody the register protects the locator's letters would be held anyway; a plan for an emergency may be needed. */
const sectionsAsked = ({ connector, sections }: SourceConfig, { person }: PlanInput): readonly SectionId[] =>
  connector === 'nrl' && person.restricted === 'yes' ? sections.filter(id => id === 'plans') : sections

function knows(source: SourceConfig, { pointers, indexState }: PlanInput): boolean {
  if (source.connector === 'gp-connect' || pointers.has(source.id)) return true
  return indexState.get(source.id) !== 'fresh'
}

/** A member of a shared system, told apart from the system and from a system of its own. */
const memberName = (source: SourceConfig, odsCode: string, catalogue: Catalogue): SourceName => ({
  ...sourceName({ ...source, odsCode }, catalogue.organisations.get(odsCode)),
  id: `${source.id}.${odsCode}`,
})

/** What a provider shares with a consumer on a FHIR date, by agreements in force and those served past their last day. */
export function agreedSections(
  provider: string,
  consumer: string,
  { catalogue, rules }: Pick<PlanInput, 'catalogue' | 'rules'>,
  day: string,
): (section: SectionId) => boolean {
  // An organisation needs no agreement with itself.
  if (provider === consumer) return () => true
  const inForce = catalogue.agreements.filter(
    a => a.provider === provider && isWith(a, consumer, catalogue.organisations) && standingOn(a, day, rules.overdueDays) !== undefined,
  )
  return section => inForce.some(a => a.sections === '*' || a.sections.includes(section))
}

/** What an objection of the person takes out: not asked, and not a word of it, as if nothing were known there (D124). */
function isKeptApart(provider: string, section: SectionId, { pass: { keptApart, viewer }, catalogue }: PlanInput): boolean {
  if (keptApart === undefined) return false
  if (keptApart.sections.includes(section)) return true
  if (provider === viewer.odsCode) return false
  const kind = catalogue.organisations.get(provider)?.kind
  // Nobody can say that who is not known is not of a kind that is kept apart.
  const ofKind = kind === undefined ? keptApart.organisationKinds.length > 0 : keptApart.organisationKinds.includes(kind)
  return ofKind || keptApart.organisations.includes(provider)
}

/** What a provider has chosen not to share with anybody else (R066). */
const sectionsKeptBack = (provider: string, consumer: string, { profiles = [] }: Catalogue, day: string): readonly SectionId[] =>
  provider === consumer ? [] : profiles.filter(one => one.odsCode === provider && one.from <= day).flatMap(one => one.sections)

const yourRole = ({ pass, catalogue }: PlanInput): SourceName => ({
  id: 'your-role',
  odsCode: pass.viewer.odsCode,
  name: 'Some sections',
  short: 'Role',
  kind: 'role',
  exchange: catalogue.exchange,
})

const state = (source: SourceName, group: Group, sections: readonly SectionId[], outcome: Outcome, cause: Cause): SourceState => ({
  source,
  group,
  sections,
  outcome,
  cause,
  waiting: false,
  attempts: 0,
  warnings: [],
  unreadable: 0,
  complete: false,
})
