import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Catalogue, PeerConfig, RoleRow } from '../../care-record/catalogue.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import { RELATIONSHIPS, type Person, type Purpose, type Relationship, type Viewer } from '../../care-record/person.ts'
import { decide, decideForPeer, type DecideInput, type EvidenceFact } from './decide.ts'

const NOW = '2026-11-21T11:00:00.000Z'
const ago = (hours: number): string => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString()
const role = (
  jobRole: string,
  group: RoleRow['group'],
  mayClaim: boolean,
  sections: RoleRow['sections'] = ['medicines', 'allergies'],
): [string, RoleRow] => [jobRole, { jobRole, title: group, group, sections, mayClaim }]
const catalogue = (over: Partial<Catalogue> = {}): Catalogue => ({
  version: '7',
  exchange: 'SEL',
  title: 'South East London',
  organisations: new Map([['RJZ', { odsCode: 'RJZ', name: 'KCH', short: 'KCH', kind: 'acute' }]]),
  sources: [],
  peers: [],
  agreements: [{ id: 'a1', provider: 'RJ1', consumer: '*', sections: '*', from: '2026-01-01', until: null }],
  roles: new Map([role('R8000', 'doctor', true), role('R8014', 'social-worker', false), role('R0001', 'privacy-officer', false, [])]),
  services: [],
  ...over,
})
const viewer = (over: Partial<Viewer> = {}): Viewer => ({
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
const person = (over: Partial<Person> = {}): Person => ({
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
const fact = (over: Partial<EvidenceFact> = {}): EvidenceFact => ({
  evidenceId: 'kch/Encounter/1',
  nhsNumber: '9990000018',
  odsCode: 'RJZ',
  type: 'emergency-attendance',
  from: ago(2),
  ended: null,
  lastMessageAt: ago(1),
  assertedBy: 'kch',
  seenAt: ago(0),
  ...over,
})
const input = (over: Partial<DecideInput> = {}): DecideInput => ({
  viewer: viewer(),
  purpose: 'direct-care',
  now: NOW,
  person: person(),
  facts: [fact()],
  unavailable: [],
  objections: { state: 'known', inForce: false },
  catalogue: catalogue(),
  ...over,
})
const facts = (over: Partial<EvidenceFact>): Partial<DecideInput> => ({ facts: [fact(over)] })

const cases: [name: string, over: Partial<DecideInput>, expected: string][] = [
  ['an open attendance', {}, 'permit'],
  ['an attendance that ended 71 hours ago', facts({ from: ago(80), ended: ago(71) }), 'permit'],
  ['an attendance that ended 73 hours ago', facts({ from: ago(80), ended: ago(73) }), 'claim'],
  ['an open attendance with a message 47 hours ago', facts({ from: ago(60), lastMessageAt: ago(47) }), 'permit'],
  ['an open attendance silent for 49 hours', facts({ from: ago(60), lastMessageAt: ago(49) }), 'claim'],
  ['an attendance of tomorrow', facts({ from: ago(-24), lastMessageAt: ago(-24) }), 'claim'],
  ['an attendance whose dates cannot be read', facts({ from: 'yesterday' }), 'claim'],
  ['an open stay of 20 days with a message today', facts({ type: 'inpatient', from: ago(480) }), 'permit'],
  ['an open stay silent for 8 days', facts({ type: 'inpatient', from: ago(480), lastMessageAt: ago(192) }), 'claim'],
  ['a discharge 29 days ago', facts({ type: 'inpatient', from: ago(900), ended: ago(29 * 24) }), 'permit'],
  ['a discharge 31 days ago', facts({ type: 'inpatient', from: ago(900), ended: ago(31 * 24) }), 'claim'],
  ['a booking 11 months ago', facts({ type: 'outpatient', from: ago(330 * 24), lastMessageAt: ago(330 * 24) }), 'permit'],
  ['a booking 13 months ago', facts({ type: 'outpatient', from: ago(396 * 24), lastMessageAt: ago(396 * 24) }), 'claim'],
  ['somebody else in the bed', facts({ nhsNumber: '9990000026' }), 'claim'],
  ['in the care of another hospital', facts({ odsCode: 'RJ1' }), 'claim'],
  ['no evidence', { facts: [] }, 'claim'],
  ['no evidence, and a system that did not answer', { facts: [], unavailable: ['KCH'] }, 'claim'],
  ['registered with this practice', { facts: [], person: person({ practice: 'RJZ' }) }, 'permit'],
  ['registered with another practice', { facts: [], person: person({ practice: 'G85001' }) }, 'claim'],
  [
    'registered here, but for a role that registration is not for',
    { facts: [], person: person({ practice: 'RJZ' }), viewer: viewer({ roleCode: 'S:G:R8014' }) },
    'refuse relationship',
  ],
  ['a claim of 23 hours', facts({ type: 'claim-referred', from: ago(23) }), 'permit'],
  ['a claim of 25 hours', facts({ type: 'claim-referred', from: ago(25) }), 'claim'],
  ['emergency access of 3 hours', facts({ type: 'emergency-access', from: ago(3) }), 'permit'],
  ['emergency access of 5 hours', facts({ type: 'emergency-access', from: ago(5) }), 'claim'],
  [
    'a claim by a role that may not',
    { ...facts({ type: 'claim-referred' }), viewer: viewer({ roleCode: 'S:G:R8014' }) },
    'refuse relationship',
  ],
  ['a role that may not claim, without evidence', { facts: [], viewer: viewer({ roleCode: 'S:G:R8014' }) }, 'refuse relationship'],
  ['a role that is not in the table', { viewer: viewer({ roleCode: 'S8000:G8000:R8009' }) }, 'refuse role'],
  ['no role', { viewer: viewer({ roleCode: '' }) }, 'refuse role'],
  ['a role that sees nothing', { viewer: viewer({ roleCode: 'S:G:R0001' }) }, 'refuse role'],
  ['an organisation that is not connected', { viewer: viewer({ odsCode: 'RXX' }), ...facts({ odsCode: 'RXX' }) }, 'refuse agreement'],
  ['no agreement', { catalogue: catalogue({ agreements: [] }) }, 'refuse agreement'],
  [
    'an agreement that has ended',
    {
      catalogue: catalogue({
        agreements: [{ id: 'a', provider: 'RJ1', consumer: 'RJZ', sections: '*', from: '2026-01-01', until: '2026-11-20' }],
      }),
    },
    'refuse agreement',
  ],
  [
    'an agreement that begins tomorrow',
    {
      catalogue: catalogue({ agreements: [{ id: 'a', provider: 'RJ1', consumer: 'RJZ', sections: '*', from: '2026-11-22', until: null }] }),
    },
    'refuse agreement',
  ],
  [
    'an agreement with somebody else',
    {
      catalogue: catalogue({ agreements: [{ id: 'a', provider: 'RJ1', consumer: 'RAL', sections: '*', from: '2026-01-01', until: null }] }),
    },
    'refuse agreement',
  ],
  [
    'R047: an organisation of no known kind, under an agreement with everyone',
    { catalogue: catalogue({ organisations: new Map([['RJZ', { odsCode: 'RJZ', name: 'X', short: 'X', kind: 'other' }]]) }) },
    'refuse agreement',
  ],
  [
    'an organisation of no known kind that an agreement names',
    {
      catalogue: catalogue({
        organisations: new Map([['RJZ', { odsCode: 'RJZ', name: 'X', short: 'X', kind: 'other' }]]),
        agreements: [{ id: 'a', provider: 'RJ1', consumer: 'RJZ', sections: '*', from: '2026-01-01', until: null }],
      }),
    },
    'permit',
  ],
  ['an objection', { objections: { state: 'known', inForce: true } }, 'refuse objection'],
  [
    'an objection, against emergency access',
    { ...facts({ type: 'emergency-access' }), objections: { state: 'known', inForce: true } },
    'refuse objection',
  ],
  [
    'an objection, before any relationship: the same page as for everyone',
    { facts: [], objections: { state: 'known', inForce: true } },
    'claim',
  ],
  ['objections never loaded', { objections: { state: 'unknown', inForce: false } }, 'refuse objections-unknown'],
  ['objections never loaded, and one in force', { objections: { state: 'unknown', inForce: true } }, 'refuse objections-unknown'],
  ['an attendance that began after the recorded death', { person: person({ deceased: '2026-11-01' }) }, 'claim'],
  [
    'emergency access after a recorded death, which may be wrong',
    { ...facts({ type: 'emergency-access' }), person: person({ deceased: '2026-11-01' }) },
    'permit',
  ],
  [
    'a stay before the recorded death',
    { ...facts({ type: 'inpatient', from: ago(480), ended: ago(200) }), person: person({ deceased: '2026-11-12' }) },
    'permit',
  ],
  ...(['research', 'insurance', 'benefits', 'employment', 'billing', 'other'] as const satisfies readonly Purpose[]).map(
    (purpose): [string, Partial<DecideInput>, string] => [`purpose ${purpose}`, { purpose }, 'refuse purpose'],
  ),
]
for (const [name, over, expected] of cases)
  test(`R037 R038 R039 R040 R046 R054 access: ${name}: ${expected}`, () => {
    const decision = decide(input(over))
    assert.equal(decision.verdict === 'refuse' ? `refuse ${decision.code}` : decision.verdict, expected)
    assert.equal(decision.reasons.at(-1)?.held, decision.verdict === 'permit', 'the last reason is the one that decided')
  })

test('a pass says what may be seen, until when, and by which rules', () => {
  const decision = decide(
    input({ person: person({ restricted: 'unknown' }), facts: [fact({ type: 'claim-treating' }), fact({ ended: ago(1) })] }),
  )
  assert.ok(decision.verdict === 'permit')
  assert.deepEqual([...decision.pass.maySee], ['medicines', 'allergies'])
  assert.equal(decision.pass.maskPlaces, true)
  assert.equal(decision.pass.relationship.type, 'emergency-attendance', 'evidence stands before a claim')
  assert.equal(decision.pass.relationship.until, ago(1 - 72))
  assert.match(decision.pass.rulesVersion, /relationship-windows\/1 catalogue\/7/)
})
test('the claim page names the systems that did not answer', () => {
  const decision = decide(input({ facts: [], unavailable: ['KCH'] }))
  assert.deepEqual(decision.verdict === 'claim' && decision.unavailable, ['KCH'])
})

const peer = (over: Partial<PeerConfig> = {}): PeerConfig => ({
  exchange: 'NCL',
  title: 'North Central London',
  baseUrl: 'https://ncl',
  state: 'live',
  trustedEvidence: ['inpatient', 'claim-referred'],
  ...over,
})
const asserted = (over: Partial<Relationship> = {}): Relationship => ({
  type: 'inpatient',
  evidenceId: 'rfl/Encounter/9',
  assertedBy: 'RAL',
  seenAt: ago(0.1),
  until: ago(-24),
  ...over,
})
const foreign = viewer({ odsCode: 'RAL' })
const peerCases: [name: string, over: Partial<DecideInput>, peer: PeerConfig, asserted: Relationship, expected: string][] = [
  ['an accepted type', { viewer: foreign, facts: [] }, peer(), asserted(), 'permit'],
  ['a type that is not accepted', { viewer: foreign, facts: [] }, peer(), asserted({ type: 'outpatient' }), 'refuse relationship'],
  ['nothing accepted', { viewer: foreign, facts: [] }, peer({ trustedEvidence: [] }), asserted(), 'refuse relationship'],
  [
    'nothing accepted, but our own evidence',
    { viewer: foreign, facts: [fact({ odsCode: 'RAL' })] },
    peer({ trustedEvidence: [] }),
    asserted(),
    'permit',
  ],
  ['a relationship that has run out', { viewer: foreign, facts: [] }, peer(), asserted({ until: ago(1) }), 'refuse relationship'],
  [
    'a claim longer than our own window',
    { viewer: foreign, facts: [] },
    peer(),
    asserted({ type: 'claim-referred', seenAt: ago(25), until: ago(-100) }),
    'refuse relationship',
  ],
  ['evidence seen in the future', { viewer: foreign, facts: [] }, peer(), asserted({ seenAt: ago(-1) }), 'refuse relationship'],
  [
    'a registration that our register contradicts',
    { viewer: foreign, facts: [], person: person({ practice: 'G85001' }) },
    peer({ trustedEvidence: ['registered-practice'] }),
    asserted({ type: 'registered-practice' }),
    'refuse relationship',
  ],
  [
    'a registration of which our register says nothing',
    { viewer: foreign, facts: [] },
    peer({ trustedEvidence: ['registered-practice'] }),
    asserted({ type: 'registered-practice' }),
    'refuse relationship',
  ],
  [
    'a registration that our register confirms',
    { viewer: foreign, facts: [], person: person({ practice: 'RAL' }) },
    peer({ trustedEvidence: [] }),
    asserted({ type: 'registered-practice' }),
    'permit',
  ],
  [
    'a registration, our register being silent',
    { viewer: foreign, facts: [], person: person({ basis: 'local-registration' }) },
    peer({ trustedEvidence: ['registered-practice'] }),
    asserted({ type: 'registered-practice' }),
    'permit',
  ],
  [
    'objections never loaded here',
    { viewer: foreign, facts: [], objections: { state: 'unknown', inForce: false } },
    peer(),
    asserted(),
    'refuse objections-unknown',
  ],
  ['a suspended peer', { viewer: foreign, facts: [] }, peer({ state: 'suspended' }), asserted(), 'refuse peer'],
  [
    'an objection we hold',
    { viewer: foreign, facts: [], objections: { state: 'known', inForce: true } },
    peer(),
    asserted(),
    'refuse objection',
  ],
  ['a role we do not know', { viewer: { ...foreign, roleCode: 'S:G:R8010' }, facts: [] }, peer(), asserted(), 'refuse role'],
  ['another purpose', { viewer: foreign, facts: [], purpose: 'insurance' }, peer(), asserted(), 'refuse purpose'],
  [
    'no agreement of ours',
    { viewer: foreign, facts: [], catalogue: catalogue({ agreements: [] }) },
    peer(),
    asserted(),
    'refuse agreement',
  ],
]
for (const [name, over, from, said, expected] of peerCases)
  test(`R006 R033 a peer's professional with ${name}: ${expected}`, () => {
    const decision = decideForPeer({ ...input(over), peer: from, asserted: said })
    assert.equal(decision.verdict === 'refuse' ? `refuse ${decision.code}` : decision.verdict, expected)
    if (decision.verdict === 'permit')
      assert.ok(decision.pass.relationship.until <= said.until || decision.pass.relationship.evidenceId !== said.evidenceId)
  })

test('R038 R046: no fact of any kind and age opens past purpose, role, agreement or objection; a pass never outlives its window', () => {
  const anyFact = fc.record({
    type: fc.constantFrom(...RELATIONSHIPS),
    hours: fc.integer({ min: -50, max: 10_000 }),
    length: fc.option(fc.integer({ min: 0, max: 5000 })),
  })
  const breaks = fc.constantFrom<Partial<DecideInput>>(
    { purpose: 'research' },
    { viewer: viewer({ roleCode: 'S:G:R9999' }) },
    { catalogue: catalogue({ agreements: [] }) },
    { objections: { state: 'known', inForce: true } },
    { objections: { state: 'unknown', inForce: false } },
  )
  const made = (all: readonly { type: EvidenceFact['type']; hours: number; length: number | null }[]): EvidenceFact[] =>
    all.map(f =>
      fact({
        type: f.type,
        from: ago(f.hours),
        ended: f.length === null ? null : ago(f.hours - f.length),
        lastMessageAt: ago(Math.max(0, f.hours)),
      }),
    )
  fc.assert(fc.property(fc.array(anyFact), breaks, (all, broken) => decide(input({ facts: made(all), ...broken })).verdict !== 'permit'))
  fc.assert(
    fc.property(fc.array(anyFact), all => {
      const decision = decide(input({ facts: made(all) }))
      if (decision.verdict === 'permit') assert.ok(decision.pass.relationship.until > NOW)
    }),
  )
})

test('R034: the limits of the own role table go with the pass, for the own professional and for a peer’s', () => {
  const [jobRole, row] = role('R8014', 'social-worker', false, ['referrals', 'results'])
  const base = input({ catalogue: catalogue({ roles: new Map([[jobRole, { ...row, limits: { results: 'virus' } }]]) }), facts: [fact()] })
  const worker = { ...base, viewer: viewer({ roleCode: 'S8000:G8000:R8014' }) }
  const own = decide(worker)
  assert.deepEqual(own.verdict === 'permit' && own.pass.limits, { results: 'virus' })
  const peer = { exchange: 'NCL', title: 'NCL', baseUrl: 'https://ncl', state: 'live', trustedEvidence: [] } as const
  const asserted = { type: 'social-care-case', evidenceId: 'c', assertedBy: '318', seenAt: ago(1), until: ago(-24) } as const
  const theirs = decideForPeer({ ...worker, peer, asserted })
  assert.deepEqual(theirs.verdict === 'permit' && theirs.pass.limits, { results: 'virus' })
  const other = decide(input({ facts: [fact()] }))
  assert.equal(other.verdict === 'permit' && 'limits' in other.pass, false)
})
