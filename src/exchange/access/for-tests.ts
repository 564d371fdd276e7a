import type { Catalogue, PeerConfig, RoleRow } from '../../care-record/catalogue.ts'
import type { Decision, DecisionInput, EvidenceFact, PeerDecisionInput } from '../../care-record/decision.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import { NO_OBJECTION, type ObjectionInForce, type ObjectionState } from '../../care-record/objection.ts'
import type { Person, Relationship, Viewer } from '../../care-record/person.ts'
import type { Standing } from '../../care-record/standing.ts'
import { firstRules } from './rules/first-rules.ts'
import { isClaim } from './windows.ts'

export const NOW = '2026-11-21T11:00:00.000Z'
/** An instant some hours before now. */
export const ago = (hours: number): string => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString()
/** The same in days. */
export const daysAgo = (days: number): string => ago(24 * days)

export const role = (
  jobRole: string,
  group: RoleRow['group'],
  mayClaim: boolean,
  sections: RoleRow['sections'] = ['medicines', 'allergies'],
  over: Partial<RoleRow> = {},
): [string, RoleRow] => [jobRole, { jobRole, title: group, group, sections, mayClaim, ...over }]

export const roles = new Map([
  role('R8000', 'doctor', true, undefined, { register: 'needed' }),
  role('R8014', 'social-worker', false, undefined, { register: 'needed' }),
  role('R9725', 'care-home', true),
  role('R0260', 'gp', true, undefined, { register: 'needed' }),
  role('R0001', 'privacy-officer', false, []),
])

export const catalogue = (over: Partial<Catalogue> = {}): Catalogue => ({
  version: '7',
  exchange: 'SEL',
  title: 'South East London',
  organisations: new Map([
    ['RJZ', { odsCode: 'RJZ', name: 'KCH', short: 'KCH', kind: 'acute' }],
    ['RAL', { odsCode: 'RAL', name: 'RFL', short: 'RFL', kind: 'acute' }],
  ]),
  sources: [],
  peers: [],
  agreements: [{ id: 'a1', provider: 'RJ1', consumer: '*', sections: '*', from: '2026-01-01', until: null }],
  roles,
  services: [],
  ...over,
})

export const viewer = (over: Partial<Viewer> = {}): Viewer => ({
  sdsUserId: '1',
  name: 'Dr Shah',
  sdsRoleProfileId: '2',
  roleCode: 'S8000:G8000:R8000',
  roleName: 'Doctor',
  odsCode: 'RJZ',
  organisationName: 'KCH',
  assurance: 'AAL2',
  ...over,
})

export const person = (over: Partial<Person> = {}): Person => ({
  nhsNumber: '9990000018' as NhsNumber,
  name: { family: 'Okafor', given: ['Amara'] },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  restricted: 'no',
  basis: 'pds',
  asOf: ago(0),
  ...over,
})

export const fact = (over: Partial<EvidenceFact> = {}): EvidenceFact => ({
  evidenceId: 'kch/Encounter/1',
  nhsNumber: '9990000018',
  odsCode: 'RJZ',
  type: 'emergency-attendance',
  from: ago(2),
  ended: null,
  lastMessageAt: ago(1),
  assertedBy: over.type !== undefined && isClaim(over.type) ? '1' : 'kch',
  seenAt: ago(0),
  ...over,
})

/** Employed, registered, accepted ten days ago, in no team. */
export const standing = (over: Partial<Standing> = {}): Standing => ({
  employment: 'active',
  register: 'registered',
  acceptedUse: daysAgo(10),
  teams: [],
  ...over,
})

export const objection = (over: Partial<ObjectionInForce> = {}): ObjectionInForce => ({
  id: 'o1',
  exchange: 'SEL',
  scope: { kind: 'everything' },
  basis: 'upheld',
  since: '2026-10-01',
  narrowings: [],
  ...over,
})
export const objecting = (...inForce: readonly Partial<ObjectionInForce>[]): ObjectionState => ({
  state: 'known',
  inForce: inForce.map(objection),
})

/** An emergency attendance of two hours ago, of somebody who does not object, and a doctor of that hospital. */
export const input = (over: Partial<DecisionInput> = {}): DecisionInput => ({
  viewer: viewer(),
  standing: standing(),
  purpose: 'direct-care',
  now: NOW,
  person: person(),
  facts: [fact()],
  unavailable: [],
  objections: NO_OBJECTION,
  catalogue: catalogue(),
  rules: firstRules,
  ...over,
})

export const peer = (over: Partial<PeerConfig> = {}): PeerConfig => ({
  exchange: 'NCL',
  title: 'North Central London',
  baseUrl: 'https://ncl',
  state: 'live',
  trustedEvidence: ['inpatient', 'claim-referred'],
  ...over,
})
export const asserted = (over: Partial<Relationship> = {}): Relationship => ({
  type: 'inpatient',
  evidenceId: 'rfl/Encounter/9',
  assertedBy: 'RAL',
  seenAt: ago(0.1),
  until: ago(-24),
  ...over,
})
/** A doctor of another exchange's hospital, on that exchange's word. */
export const peerInput = (over: Partial<PeerDecisionInput> = {}): PeerDecisionInput => ({
  ...input({ viewer: viewer({ odsCode: 'RAL' }), facts: [] }),
  peer: peer(),
  asserted: asserted(),
  ...over,
})

/** `permit`, `claim`, or `refuse` and its code. */
export const said = (decision: Decision): string => (decision.verdict === 'refuse' ? `refuse ${decision.code}` : decision.verdict)
