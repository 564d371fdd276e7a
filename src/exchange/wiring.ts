import type { Resource } from '@medplum/fhirtypes'
import type { Catalogue, SourceConfig } from '../care-record/catalogue.ts'
import type { AccessRules, Decision, EvidenceFact } from '../care-record/decision.ts'
import { limits } from '../care-record/limits.ts'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import { NO_OBJECTION } from '../care-record/objection.ts'
import type { Pass, Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import type { Standing } from '../care-record/standing.ts'
import type { Pool } from '../platform/database.ts'
import type { Access } from './access/access.ts'
import { parseClaim } from './access/claim-form.ts'
import { decide, decideForPeer } from './access/decide.ts'
import { auditWords } from './access/reasons.ts'
import { factsFromCases } from './access/case-facts.ts'
import { factsFromEncounters } from './access/encounter-facts.ts'
import type { StandingStore } from './access/standing.ts'
import { viewerOf, type AnswerPeerPorts } from './answer-peer.ts'
import type { Audit } from './audit/audit.ts'
import type { Identified, Identity } from './identity/identity.ts'
import { checkDemographics } from './identity/check-demographics.ts'
import { indexStates, plan } from './locator/plan.ts'
import { readPointers } from './locator/pointers.ts'
import type { Admission, Evidence, ViewPorts, WhoHolds } from './view-ports.ts'

/** How the corridors' questions are put to the rooms. No decision is taken here. */
export interface Rooms {
  readonly pool: Pool
  readonly catalogue: () => Catalogue
  readonly audit: Audit
  readonly access: Access
  readonly standing: StandingStore
  readonly identity: Identity
  /** The rules of access in force now. */
  readonly rules: () => AccessRules
  readonly readEncounters: (source: SourceConfig, nhsNumber: NhsNumber, signal: AbortSignal) => Promise<Result<readonly Resource[]>>
  readonly now: () => Date
}

const admission = (decision: Decision): Admission => ({ ...decision, reasons: auditWords(decision.reasons) })

/**
 * Evidence of a relationship: what is stored and fresh answers without asking; else the viewer's own organisation is
 * asked, status fields only. A silent system is named, never read as `no relationship`.
 */
export const gatherEvidence =
  (rooms: Rooms): ViewPorts['evidence'] =>
  async (person, viewer, { signal }): Promise<Evidence> => {
    const [stored, standing] = await Promise.all([
      rooms.access.storedFacts(person, viewer).catch(() => ({ facts: [], fresh: false })),
      rooms.standing.standingOf(viewer).catch(() => undefined),
    ])
    const catalogue = rooms.catalogue()
    const own = catalogue.sources.filter(
      s => s.givesEvidence && s.odsCode === viewer.odsCode && s.exchange === catalogue.exchange && s.state === 'live',
    )
    if (own.length === 0 || (stored.fresh && standing !== undefined && suffices(stored.facts, person, viewer, standing, rooms)))
      return { facts: stored.facts, unavailable: [], asked: [] }
    const heard = await Promise.all(
      own.map(async source => ({ source, encounters: await rooms.readEncounters(source, person.nhsNumber, signal) })),
    )
    const facts: EvidenceFact[] = []
    const unavailable: string[] = []
    for (const { source, encounters } of heard) {
      if (!encounters.ok) {
        unavailable.push(catalogue.organisations.get(source.odsCode)?.name ?? source.system)
        // The last known word of a source that is silent now still stands; its window decides (care rules 1.2).
        facts.push(...stored.facts.filter(fact => fact.assertedBy === source.id))
        continue
      }
      const about = { nhsNumber: person.nhsNumber, odsCode: viewer.odsCode, sourceId: source.id }
      const said = [
        ...factsFromEncounters(
          encounters.value.filter(r => r.resourceType === 'Encounter'),
          about,
          rooms.now(),
        ),
        ...factsFromCases(
          encounters.value.filter(r => r.resourceType === 'EpisodeOfCare'),
          about,
          rooms.now(),
        ),
      ]
      facts.push(...said)
      await rooms.access.storeFacts(rooms.pool, about, said).catch(() => undefined)
    }
    return { facts, unavailable, asked: own.map(source => source.odsCode) }
  }

/** Fresh facts spare the asking only when they open the record: an arrival of the last minutes must be heard. */
const suffices = (facts: readonly EvidenceFact[], person: Person, viewer: Viewer, standing: Standing, rooms: Rooms): boolean =>
  decide({
    viewer,
    standing,
    purpose: 'direct-care',
    now: rooms.now().toISOString(),
    person,
    facts,
    unavailable: [],
    objections: NO_OBJECTION,
    catalogue: rooms.catalogue(),
    rules: rooms.rules(),
  }).verdict === 'permit'

const UNREADABLE = fail('unavailable', 'What is needed to decide could not be read. Try again in a minute.')

export const admitViewer =
  (rooms: Rooms): ViewPorts['admit'] =>
  async (request, person, evidence) => {
    try {
      const [objections, claims, standing] = await Promise.all([
        rooms.access.objectionsFor(numbersOf(person)),
        rooms.access.openClaims(person, request.viewer),
        rooms.standing.standingOf(request.viewer),
      ])
      const unavailable = [...evidence.unavailable, ...(person.basis === 'pds' ? [] : ['Personal Demographics Service'])]
      return ok(
        admission(
          decide({
            viewer: request.viewer,
            standing,
            purpose: request.purpose,
            now: rooms.now().toISOString(),
            person,
            facts: [...(evidence.facts as readonly EvidenceFact[]), ...claims],
            unavailable,
            objections,
            catalogue: rooms.catalogue(),
            rules: rooms.rules(),
          }),
        ),
      )
    } catch {
      return UNREADABLE
    }
  }

/** The claim and its event stand or fall together. */
export const recordClaim =
  (rooms: Rooms): ViewPorts['recordClaim'] =>
  async (request, person, form, { transaction, viewId }) => {
    const claim = parseClaim(form)
    if (!claim.ok) return claim
    const client = await rooms.pool.connect().catch(() => undefined)
    if (!client) return UNREADABLE
    try {
      await client.query('begin')
      const fact = await rooms.access.recordClaim(client, {
        nhsNumber: person.nhsNumber,
        viewer: request.viewer,
        form: claim.value,
        transaction,
      })
      await rooms.audit.writeWith(client, {
        kind: 'claimed',
        outcome: 'success',
        transaction,
        viewId,
        viewer: request.viewer,
        nhsNumber: person.nhsNumber,
        purpose: request.purpose,
        detail: { claim: claim.value.type, evidence: fact.evidenceId },
        ...(claim.value.words === undefined ? {} : { sealed: { words: claim.value.words } }),
      })
      await client.query('commit')
      return ok(undefined)
    } catch {
      await client.query('rollback').catch(() => undefined)
      return UNREADABLE
    } finally {
      client.release()
    }
  }

/** Pointers that cannot be read make every index unreliable: then each source is asked. */
export const locate =
  (rooms: Rooms, askedFor: 'own' | 'peer') =>
  async (person: Person, pass: Pass, groups: readonly Group[]): Promise<WhoHolds> => {
    const catalogue = rooms.catalogue()
    const pointers = await readPointers(rooms.pool, person.nhsNumber).catch(() => undefined)
    const indexState = pointers ? indexStates(catalogue.sources, rooms.now()) : new Map<string, 'never'>()
    return plan({ person, pass, catalogue, askedFor, pointers: pointers ?? new Set(), groups, indexState })
  }

export const identifyForViewer =
  (rooms: Rooms): ViewPorts['identify'] =>
  async (nhsNumber, { transaction, viewer, signal }) => {
    const identified = await rooms.identity.identify(nhsNumber, pdsContext(viewer, transaction, signal))
    return identified.ok ? ok(withFormer(identified.value)) : identified
  }

const withFormer = ({ person, formerNumbers }: Identified): Person => (formerNumbers.length === 0 ? person : { ...person, formerNumbers })

/** Every number something may have been said under. */
const numbersOf = (person: Person): readonly NhsNumber[] => [person.nhsNumber, ...(person.formerNumbers ?? [])]

const pdsContext = (viewer: Viewer, transaction: string, signal: AbortSignal) => ({
  transaction,
  sdsRoleProfileId: viewer.sdsRoleProfileId,
  odsCode: viewer.odsCode,
  signal: AbortSignal.any([signal, AbortSignal.timeout(limits.evidenceMs)]),
})

/** Our own trace; what the asker says of the person must be the person we know under that number. */
export const identifyForPeer =
  (rooms: Rooms): AnswerPeerPorts['identify'] =>
  async (request, signal) => {
    const { subject, claims } = request
    const identified = await rooms.identity.identify(subject.nhsNumber, pdsContext(viewerOf(request), claims.transaction, signal))
    if (!identified.ok) return identified
    const person = withFormer(identified.value)
    const names = [subject.name, ...subject.otherNames].map(name => ({
      family: name.family,
      given: name.given,
      ...(name.prefix === undefined ? {} : { prefix: name.prefix }),
    }))
    const check = checkDemographics(person, { nhsNumber: subject.nhsNumber, names, birthDate: subject.birthDate, gender: subject.gender })
    return check.verdict === 'held' || check.verdict === 'refused'
      ? fail('conflict', 'The details given are not those of this number.')
      : ok(person)
  }

/** How a peer's professional stands is the peer's word: it has let them in. Whose team they are in is not said. */
const onTheirWord = (now: string): Standing => ({ employment: 'active', register: 'registered', acceptedUse: now, teams: [] })

/** Our own decision on our own facts, and on the asker's word where the agreement with that peer lets it count. */
export const admitForPeer =
  (rooms: Rooms): AnswerPeerPorts['admit'] =>
  async (request, peer, person) => {
    const viewer = viewerOf(request)
    const now = rooms.now().toISOString()
    try {
      const [objections, stored] = await Promise.all([
        rooms.access.objectionsFor(numbersOf(person)),
        rooms.access.storedFacts(person, viewer),
      ])
      return ok(
        admission(
          decideForPeer({
            viewer,
            standing: onTheirWord(now),
            purpose: request.claims.purpose,
            now,
            person,
            facts: stored.facts,
            unavailable: [],
            objections,
            catalogue: rooms.catalogue(),
            rules: rooms.rules(),
            peer,
            asserted: request.claims.relationship,
          }),
        ),
      )
    } catch {
      return UNREADABLE
    }
  }

/** Views whose person has an objection in force now. The database away: what was read last stands, and it is said. */
export const revokedViews = (rooms: Rooms, log: ViewPorts['log']): ViewPorts['revoked'] => {
  let known: ReadonlySet<string> = new Set()
  return async views => {
    try {
      const { rows } = await rooms.pool.query<{ nhs_number: string }>(
        'select distinct nhs_number from objection where nhs_number = any($1)',
        [views.flatMap(v => v.nhsNumbers)],
      )
      known = new Set(rows.map(row => row.nhs_number))
    } catch (error) {
      log.warn({ code: 'objections-unread', err: error }, 'objections could not be read')
    }
    return new Set(views.filter(v => v.nhsNumbers.some(number => known.has(number))).map(v => v.id))
  }
}
