import type { RoleGroup } from '../../src/care-record/catalogue.ts'
import type { DecisionInput, EvidenceFact, PeerDecisionInput } from '../../src/care-record/decision.ts'
import type { ObjectionInForce, ObjectionScope } from '../../src/care-record/objection.ts'
import { NO_OBJECTION } from '../../src/care-record/objection.ts'
import type { Catalogue, Organisation } from '../../src/care-record/catalogue.ts'
import type { Relationship, RelationshipType } from '../../src/care-record/person.ts'
import type { Standing } from '../../src/care-record/standing.ts'
import { AGREEMENT, CATALOGUE, HOSPITAL, PEER, PERSON, PERSON_NUMBER, RULES, THERE, roleOf, viewerOf } from './world.ts'

/** A Saturday in winter: London keeps UTC. */
export const NOW = '2026-11-21T12:00:00.000Z'
export const ME = viewerOf('T0002', HOSPITAL).sdsUserId

export const STANDING: Standing = { employment: 'active', register: 'registered', acceptedUse: '2026-11-01T09:00:00Z', teams: [] }

/** An inpatient stay of the last days, heard of this morning, unless told otherwise. */
export const fact = (type: RelationshipType = 'inpatient', over: Partial<EvidenceFact> = {}): EvidenceFact => ({
  evidenceId: `e-${type}`,
  nhsNumber: PERSON_NUMBER,
  odsCode: HOSPITAL,
  type,
  from: '2026-11-20T12:00:00Z',
  ended: null,
  lastMessageAt: '2026-11-21T08:00:00Z',
  assertedBy: type.startsWith('claim-') || type === 'emergency-access' ? ME : 'source',
  seenAt: '2026-11-21T08:00:00Z',
  ...over,
})

/** A doctor of a hospital in which the person lies, with everything in order, unless told otherwise. */
export const input = (over: Partial<DecisionInput> = {}): DecisionInput => ({
  viewer: viewerOf('T0002', HOSPITAL),
  standing: STANDING,
  purpose: 'direct-care',
  now: NOW,
  person: PERSON,
  facts: [fact()],
  unavailable: [],
  objections: NO_OBJECTION,
  catalogue: CATALOGUE,
  rules: RULES,
  ...over,
})

export const as = (group: RoleGroup, odsCode: string = HOSPITAL): Pick<DecisionInput, 'viewer'> => ({
  viewer: viewerOf(roleOf(group).jobRole, odsCode),
})
export const standing = (over: Partial<Standing>): Pick<DecisionInput, 'standing'> => ({ standing: { ...STANDING, ...over } })
export const catalogue = (over: Partial<Catalogue>): Pick<DecisionInput, 'catalogue'> => ({ catalogue: { ...CATALOGUE, ...over } })
/** The hospital of the viewer, otherwise. */
export const hospital = (over: Partial<Organisation>): Pick<DecisionInput, 'catalogue'> => {
  const own = CATALOGUE.organisations.get(HOSPITAL)
  if (!own) throw new Error('no hospital')
  return catalogue({ organisations: new Map([...CATALOGUE.organisations, [HOSPITAL, { ...own, ...over }]]) })
}
export const agreements = (...over: readonly Partial<typeof AGREEMENT>[]): Pick<Catalogue, 'agreements'> => ({
  agreements: over.map(one => ({ ...AGREEMENT, ...one })),
})
export const agreed = (...over: readonly Partial<typeof AGREEMENT>[]): Pick<DecisionInput, 'catalogue'> => catalogue(agreements(...over))
export const isolated = (what: 'user' | 'organisation' | 'exchange' | 'key' | 'source', which: string): Pick<DecisionInput, 'catalogue'> =>
  catalogue({ isolations: [{ what, which }] })
export const objection = (scope: ObjectionScope, over: Partial<ObjectionInForce> = {}): ObjectionInForce => ({
  id: `o-${scope.kind}`,
  exchange: 'AAA',
  scope,
  basis: 'upheld',
  since: '2026-01-01',
  narrowings: [],
  ...over,
})
export const objected = (...inForce: readonly ObjectionInForce[]): Pick<DecisionInput, 'objections'> => ({
  objections: { state: 'known', inForce },
})
export const opened = (over: Partial<ObjectionInForce['narrowings'][number]> = {}): Pick<ObjectionInForce, 'narrowings'> => ({
  narrowings: [
    {
      id: 'n-1',
      reason: 'serious-risk',
      sdsUserIds: [ME],
      from: '2026-11-21T11:00:00Z',
      until: '2026-11-21T13:00:00Z',
      decidedBy: ['444444444444', '555555555555'],
      ...over,
    },
  ],
})

/** A doctor of the same hospital, now asked about by its own exchange, which says that the person attends there. */
export const peerInput = (over: Partial<PeerDecisionInput> = {}, asserted: Partial<Relationship> = {}): PeerDecisionInput => ({
  ...input({ facts: [] }),
  peer: PEER,
  asserted: {
    type: 'emergency-attendance',
    evidenceId: 'e-there',
    assertedBy: THERE,
    seenAt: '2026-11-21T11:59:00Z',
    until: '2026-11-24T12:00:00.000Z',
    ...asserted,
  },
  ...over,
})
