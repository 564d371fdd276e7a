import type { Catalogue } from '../care-record/catalogue.ts'
import { londonDay } from '../care-record/days.ts'
import type { AccessRules, Decision, DecisionInput, EvidenceFact, PeerDecisionInput } from '../care-record/decision.ts'
import { limits } from '../care-record/limits.ts'
import { bothKeptApart, NO_OBJECTION, type KeptApart } from '../care-record/objection.ts'
import type { Pass, Person, Viewer } from '../care-record/person.ts'
import { fail, ok } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import type { Standing } from '../care-record/standing.ts'
import type { Pool } from '../platform/database.ts'
import { wishNumbers, type Access } from './access/access.ts'
import { alertsOfDecision } from './access/alerts.ts'
import type { ReadGrounds } from './access/grounds.ts'
import type { Objections } from './access/objections.ts'
import { decide, decideForPeer, rulesVersionOf } from './access/decide.ts'
import { auditWords } from './access/reasons.ts'
import { basisOf } from './access/replay.ts'
import type { RuleHistory } from './access/rules/history.ts'
import { viewerOf, type AnswerPeerPorts } from './answer-peer.ts'
import type { Audit } from './audit/audit.ts'
import type { DocumentPorts } from './fetch-document.ts'
import type { Identified, Identity } from './identity/identity.ts'
import { checkDemographics } from './identity/check-demographics.ts'
import { agreedSections, indexStates, plan } from './locator/plan.ts'
import { readPointers } from './locator/pointers.ts'
import type { Admission, ViewPorts, WhoHolds } from './view-ports.ts'

/** How the corridors' questions are put to the rooms. No decision is taken here. */
export interface Rooms {
  readonly pool: Pool
  readonly catalogue: () => Catalogue
  readonly audit: Audit
  readonly access: Access
  readonly objections: Objections
  readonly grounds: ReadGrounds
  readonly identity: Identity
  /** The rules of access in force now. */
  readonly rules: () => AccessRules
  /** Keeps what decisions are taken by. */
  readonly history: Pick<RuleHistory, 'keep'>
  readonly now: () => Date
}

/** Whether a provider shares a section with a consumer now. */
export const agreedIn =
  (rooms: Pick<Rooms, 'catalogue' | 'rules' | 'now'>): DocumentPorts['isAgreed'] =>
  (provider, consumer, section) =>
    agreedSections(provider, consumer, { catalogue: rooms.catalogue(), rules: rooms.rules() }, londonDay(rooms.now().getTime()))(section)

/** A decision with all that it rests on, once the rules it was taken by are stored. */
async function admission<T extends DecisionInput>(rooms: Rooms, input: T, decideOn: (input: T) => Decision): Promise<Admission> {
  const documents = await rooms.history.keep(input.rules, input.catalogue)
  const decision = decideOn(input)
  return {
    ...decision,
    reasons: auditWords(decision.reasons),
    alerts: alertsOfDecision(decision.reasons),
    basis: { rulesVersion: rulesVersionOf(input), sealed: basisOf(input, decision, documents) },
  }
}

/**
 * Whether these facts alone open the record for as long as a view lasts, whatever the person objects to. Never where somebody else
 * objected for the person: an enquiry that is not among them may see all the same (care rules 4.6).
 */
export const factsSuffice =
  (rooms: Pick<Rooms, 'catalogue' | 'rules' | 'grounds' | 'now'>) =>
  async (facts: readonly EvidenceFact[], person: Person, viewer: Viewer): Promise<boolean> => {
    const { standing, objections } = await rooms.grounds(person, viewer)
    if (objections.inForce.some(one => one.sparesSafeguarding === true)) return false
    const now = rooms.now()
    const decision = decide({
      viewer,
      standing,
      purpose: 'direct-care',
      now: now.toISOString(),
      person,
      facts,
      unavailable: [],
      objections: NO_OBJECTION,
      catalogue: rooms.catalogue(),
      rules: rooms.rules(),
    })
    return decision.verdict === 'permit' && Date.parse(decision.pass.relationship.until) >= now.getTime() + limits.viewMs
  }

const UNREADABLE = fail('unavailable', 'What is needed to decide could not be read. Try again in a minute.')

export const admitViewer =
  (rooms: Rooms): ViewPorts['admit'] =>
  async (request, person, evidence) => {
    try {
      const { claims, standing, objections } = await rooms.grounds(person, request.viewer)
      const unavailable = [...evidence.unavailable, ...(person.basis === 'pds' ? [] : ['Personal Demographics Service'])]
      return ok(
        await admission(
          rooms,
          {
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
          },
          decide,
        ),
      )
    } catch {
      return UNREADABLE
    }
  }

/** Pointers that cannot be read make every index unreliable: then each source is asked. */
export const locate =
  (rooms: Rooms, askedFor: 'own' | 'peer') =>
  async (person: Person, pass: Pass, groups: readonly Group[]): Promise<WhoHolds> => {
    const catalogue = rooms.catalogue()
    const pointers = await readPointers(rooms.pool, person.nhsNumber).catch(() => undefined)
    const indexState = pointers ? indexStates(catalogue.sources, rooms.now()) : new Map<string, 'never'>()
    return plan({ person, pass, catalogue, rules: rooms.rules(), askedFor, pointers: pointers ?? new Set(), groups, indexState })
  }

export const identifyForViewer =
  (rooms: Rooms): ViewPorts['identify'] =>
  async (nhsNumber, { transaction, viewer, signal }) => {
    const identified = await rooms.identity.identify(nhsNumber, pdsContext(viewer, transaction, signal))
    return identified.ok ? ok(withFormer(identified.value)) : identified
  }

const withFormer = ({ person, formerNumbers, replacedNumbers }: Identified): Person =>
  formerNumbers.length === 0 ? person : { ...person, formerNumbers, replacedNumbers }

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

/** In force is what our lists say, and what the asker says of its own (ADR 11). */
function withKeptApart(asserted: KeptApart | undefined, decided: Admission): Admission {
  if (asserted === undefined || decided.verdict !== 'permit') return decided
  const keptApart = bothKeptApart(decided.pass.keptApart, asserted)
  return { ...decided, pass: { ...decided.pass, ...(keptApart ? { keptApart } : {}) } }
}

/** Our own decision on our own facts, and on the asker's word where the agreement with that peer lets it count. */
export const admitForPeer =
  (rooms: Rooms): AnswerPeerPorts['admit'] =>
  async (request, peer, person) => {
    const viewer = viewerOf(request)
    const now = rooms.now().toISOString()
    try {
      const [objections, stored] = await Promise.all([
        rooms.objections.stateFor(wishNumbers(person)),
        rooms.access.storedFacts(person, viewer),
      ])
      return ok(
        withKeptApart(
          request.claims.keptApart,
          await admission<PeerDecisionInput>(
            rooms,
            {
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
            },
            decideForPeer,
          ),
        ),
      )
    } catch {
      return UNREADABLE
    }
  }
