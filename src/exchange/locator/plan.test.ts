import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalogue, OrganisationKind, SourceConfig } from '../../care-record/catalogue.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { KeptApart } from '../../care-record/objection.ts'
import type { Pass, Person } from '../../care-record/person.ts'
import { SECTION_IDS } from '../../care-record/section.ts'
import { indexStates, plan, type PlanInput } from './plan.ts'

const source = (id: string, over: Partial<SourceConfig> = {}): SourceConfig => ({
  id,
  odsCode: id.toUpperCase(),
  exchange: 'SEL',
  connector: 'fhir',
  baseUrl: `https://${id}`,
  system: 'EPR',
  sections: ['medicines', 'results', 'encounters'],
  hedge: false,
  maxConcurrent: 4,
  feed: 'live',
  indexLoadedAt: '2026-11-21T06:00:00Z',
  givesEvidence: false,
  state: 'live',
  ...over,
})
const kinds = (kind: OrganisationKind, ...odsCodes: readonly string[]): Catalogue['organisations'] =>
  new Map(odsCodes.map(odsCode => [odsCode, { odsCode, name: odsCode, short: odsCode, kind }]))
const catalogue = (sources: readonly SourceConfig[], over: Partial<Catalogue> = {}): Catalogue => ({
  version: '1',
  exchange: 'SEL',
  title: 'South East London',
  organisations: kinds('acute', 'RJZ', 'RJ1', 'RAL'),
  sources,
  peers: [],
  agreements: sources.map(s => ({ id: s.id, provider: s.odsCode, consumer: '*', sections: '*', from: '2026-01-01', until: null })),
  roles: new Map(),
  services: [],
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
  asOf: '2026-11-21T09:00:00Z',
  practice: 'G1',
  ...over,
})
const pass = (sections: readonly string[] = SECTION_IDS): Pass => ({
  viewer: {
    sdsUserId: '1',
    name: 'Dr P',
    sdsRoleProfileId: '2',
    roleCode: 'S:G:R8000',
    roleName: 'Doctor',
    odsCode: 'RJZ',
    organisationName: 'KCH',
    assurance: 'AAL2',
  },
  purpose: 'direct-care',
  relationship: { type: 'inpatient', evidenceId: 'e', assertedBy: 'kch', seenAt: '', until: '' },
  role: { jobRole: 'R8000', group: 'doctor' },
  maySee: new Set(sections),
  maskPlaces: false,
  decidedAt: '2026-11-21T11:00:00Z',
  rulesVersion: '1',
})
const rules = { overdueDays: 30 }
const planned = (sources: readonly SourceConfig[], over: Partial<PlanInput> = {}): { asked: string; said: string } => {
  const { asks, named } = plan({
    rules,
    person: person(),
    pass: pass(),
    catalogue: catalogue(sources),
    pointers: new Set(sources.map(s => s.id)),
    groups: ['essentials', 'recent'],
    indexState: indexStates(sources, new Date('2026-11-21T11:00:00Z')),
    ...over,
  })
  return {
    asked: [...new Set(asks.map(a => a.source.id))].join(),
    said: named.map(n => `${n.source.id}:${n.outcome}:${n.cause}`).join(),
  }
}
const gp = source('g1', { connector: 'gp-connect' })
const other = source('g2', { connector: 'gp-connect' })
const nrl = source('nrl', { connector: 'nrl', indexLoadedAt: null, sections: ['plans', 'documents'] })

const national = { ...nrl, askedBy: 'viewer' as const }
const leeds = source('leeds', { connector: 'gp-connect', odsCode: 'B86998', askedBy: 'viewer' })
const visitor = person({ practice: 'B86998' })
const shared = source('lcr', { odsCode: 'QKK', members: ['RJZ', 'RJ1', '708'] })
for (const [state, until, served, asked] of [
  ['in-force', '2026-11-21', undefined, 'gstt'],
  ['in-force', '2026-11-20', undefined, ''],
  ['in-force', '2026-11-20', '2026-12-20', ''],
  ['overdue', '2026-11-20', undefined, ''],
  ['overdue', '2026-11-20', '2026-11-21', 'gstt'],
  ['overdue', '2026-11-01', '2026-11-20', ''],
  ['overdue', '2026-10-22', '2026-12-21', 'gstt'],
  ['overdue', '2026-10-21', '2026-12-21', ''],
  ['suspended', null, undefined, ''],
  ['ended', null, undefined, ''],
] as const)
  test(`care rules 5.6: an agreement ${state} with last day ${until}, served until ${served}: ${asked === '' ? 'not asked' : 'asked'} on 2026-11-21`, () => {
    const sources = [source('gstt')]
    const agreement = { id: 'a', provider: 'GSTT', consumer: 'RJZ', sections: '*', from: '2026-01-01', until, state } as const
    const agreements = [{ ...agreement, ...(served === undefined ? {} : { served }) }]
    assert.equal(planned(sources, { catalogue: catalogue(sources, { agreements }) }).asked, asked)
  })

for (const [from, until, at, asked] of [
  ['2026-01-01', '2026-07-01', '2026-07-01T22:30:00Z', 'gstt'],
  ['2026-01-01', '2026-07-01', '2026-07-01T23:30:00Z', ''],
  ['2026-07-02', null, '2026-07-01T22:30:00Z', ''],
  ['2026-07-02', null, '2026-07-01T23:30:00Z', 'gstt'],
  ['2026-01-01', '2026-10-25', '2026-10-25T23:30:00Z', 'gstt'],
  ['2026-01-01', '2026-10-25', '2026-10-26T00:30:00Z', ''],
  ['2026-01-01', 'some day', '2026-07-01T12:00:00Z', ''],
  ['soon', null, '2026-07-01T12:00:00Z', ''],
] as const)
  test(`R057: an agreement from ${from} until ${until} is counted by days of London: ${asked === '' ? 'not asked' : 'asked'} at ${at}`, () => {
    const sources = [source('gstt')]
    const agreements = [{ id: 'a', provider: 'GSTT', consumer: 'RJZ', sections: '*', from, until }] as const
    assert.equal(planned(sources, { catalogue: catalogue(sources, { agreements }), pass: { ...pass(), decidedAt: at } }).asked, asked)
  })

const memberAgreement = (provider: string, sections: readonly string[] | '*' = '*', until: string | null = null) => ({
  id: provider,
  provider,
  consumer: 'RAL',
  sections: sections as '*',
  from: '2026-01-01',
  until,
})
const consumer = (odsCode: string): Pass => ({ ...pass(), viewer: { ...pass().viewer, odsCode } })

const cases: [name: string, sources: readonly SourceConfig[], over: Partial<PlanInput>, asked: string, said: string][] = [
  ['a source that knows the person', [source('kch')], {}, 'kch', ''],
  ['a source whose fresh index does not', [source('kch')], { pointers: new Set() }, '', ''],
  ['a source whose index was never loaded', [source('kch', { indexLoadedAt: null })], { pointers: new Set() }, 'kch', ''],
  ['a source whose index is late', [source('kch', { indexLoadedAt: '2026-11-10T06:00:00Z' })], { pointers: new Set() }, 'kch', ''],
  ['a source whose index date cannot be read', [source('kch', { indexLoadedAt: 'never' })], { pointers: new Set() }, 'kch', ''],
  ['a planned source, known or not', [source('kch', { state: 'planned' })], { pointers: new Set() }, '', 'kch:not-connected:planned'],
  ['a suspended source', [source('kch', { state: 'suspended' })], {}, '', 'kch:not-connected:suspended'],
  [
    'a source without an agreement, known or not',
    [source('kch')],
    { catalogue: catalogue([source('kch')], { agreements: [] }), pointers: new Set() },
    '',
    'kch:not-connected:no-agreement',
  ],
  [
    'a source with an agreement with everyone, for an organisation of no known kind (R047)',
    [source('kch')],
    {
      catalogue: catalogue([source('kch')], {
        organisations: new Map([['RAL', { odsCode: 'RAL', name: 'X', short: 'X', kind: 'other' }]]),
      }),
      pass: consumer('RAL'),
    },
    '',
    'kch:not-connected:no-agreement',
  ],
  [
    'a source with an agreement with everyone, for an organisation that is not in the catalogue',
    [source('kch')],
    { pass: consumer('8HV10') },
    '',
    'kch:not-connected:no-agreement',
  ],
  ['a source of another exchange', [source('rfl', { exchange: 'NCL' })], {}, '', ''],
  ["the person's practice", [gp], { pointers: new Set() }, 'g1', ''],
  ['another practice, though its index knows the person', [gp, other], {}, 'g1', ''],
  ['the national locator, which has no index of people', [nrl], { pointers: new Set() }, 'nrl', ''],
  ['the national locator for a flagged person', [nrl], { person: person({ restricted: 'yes' }) }, 'nrl', ''],
  [
    'a suspended national locator of a flagged person',
    [{ ...nrl, state: 'suspended' }],
    { person: person({ restricted: 'yes' }) },
    '',
    'nrl:not-connected:suspended',
  ],
  ["a national system, for the exchange's own viewer", [national], { askedFor: 'own', pointers: new Set() }, 'nrl', ''],
  ['a national system, for a peer: its own exchange asks it', [national], { askedFor: 'peer', pointers: new Set(['nrl']) }, '', ''],
  ['a planned national system, for a peer', [{ ...national, state: 'planned' }], { askedFor: 'peer' }, '', ''],
  ['the practice of a visitor, for our own viewer', [leeds], { person: visitor, pointers: new Set() }, 'leeds', ''],
  ['the practice of a visitor, for a peer', [leeds], { person: visitor, askedFor: 'peer' }, '', ''],
  ['that practice about somebody who is not registered there', [leeds], { pointers: new Set() }, '', ''],
  ['that practice of a flagged visitor', [leeds], { person: { ...visitor, restricted: 'yes' } }, '', ''],
  ['a system with a pointer that viewers ask', [source('ucp', { askedBy: 'viewer' })], { askedFor: 'own' }, 'ucp', ''],
  ['the same without a pointer', [source('ucp', { askedBy: 'viewer' })], { askedFor: 'own', pointers: new Set() }, '', ''],
  ['a system of home, for a peer', [source('kch', { askedBy: 'home' })], { askedFor: 'peer' }, 'kch', ''],
  [
    'a shared system whose members all agreed',
    [shared],
    { catalogue: catalogue([shared], { agreements: ['RJZ', 'RJ1', '708'].map(m => memberAgreement(m)) }), pass: consumer('RAL') },
    'lcr',
    '',
  ],
  [
    'a shared system of which one member did not',
    [shared],
    {
      catalogue: catalogue([shared], {
        agreements: [memberAgreement('RJZ'), memberAgreement('RJ1', '*', '2026-11-20'), memberAgreement('QKK')],
      }),
      pass: consumer('RAL'),
    },
    'lcr',
    'lcr.RJ1:not-connected:no-agreement,lcr.708:not-connected:no-agreement',
  ],
  [
    'a shared system none of whose members did, though its keeper did',
    [shared],
    { catalogue: catalogue([shared], { agreements: [memberAgreement('QKK')] }), pass: consumer('RAL') },
    '',
    'lcr.RJZ:not-connected:no-agreement,lcr.RJ1:not-connected:no-agreement,lcr.708:not-connected:no-agreement',
  ],
  ['a practice for a flagged person', [gp], { person: person({ restricted: 'yes' }) }, '', ''],
  ['a suspended practice of a flagged person', [{ ...gp, state: 'suspended' }], { person: person({ restricted: 'yes' }) }, '', ''],
  [
    'a practice by pointer when the register is silent',
    [gp, other],
    { person: person({ basis: 'local-registration', restricted: 'unknown' }), pointers: new Set(['g2']) },
    'g2',
    '',
  ],
  [
    'no practice when the register is silent and no index knows',
    [gp, other],
    { person: person({ basis: 'local-registration' }), pointers: new Set() },
    '',
    '',
  ],
]
for (const [name, sources, over, asked, said] of cases)
  test(`R022 R029 R066 ${name}: asked [${asked}] said [${said}]`, () => assert.deepEqual(planned(sources, over), { asked, said }))

test('R031: an ask of a shared system says whose statements may be shown, and in which sections', () => {
  const { asks } = plan({
    rules,
    person: person(),
    pass: consumer('RJ1'),
    catalogue: catalogue([shared], { agreements: [{ ...memberAgreement('RJZ', ['medicines']), consumer: '*' }] }),
    pointers: new Set(['lcr']),
    groups: ['essentials', 'recent'],
    indexState: new Map(),
  })
  assert.deepEqual(
    asks.map(({ group, sections, members }) => [group, sections, [...(members ?? [])]]),
    [
      [
        'essentials',
        ['medicines', 'encounters'],
        [
          ['RJZ', ['medicines']],
          ['RJ1', ['medicines', 'encounters']],
          ['708', []],
        ],
      ],
      [
        'recent',
        ['results', 'encounters'],
        [
          ['RJZ', []],
          ['RJ1', ['results', 'encounters']],
          ['708', []],
        ],
      ],
    ],
  )
})
test('sections outside the role are said once each, whatever the number of sources, and asked of none', () => {
  const sources = [source('kch'), source('gstt')]
  const { asks, named } = plan({
    rules,
    person: person(),
    pass: pass(SECTION_IDS.filter(s => s !== 'results' && s !== 'other')),
    catalogue: catalogue(sources),
    pointers: new Set(['kch', 'gstt']),
    groups: ['essentials', 'recent'],
    indexState: new Map(),
  })
  assert.deepEqual(
    named.map(n => [n.cause, ...n.sections]),
    [
      ['not-for-role', 'results'],
      ['not-for-role', 'other'],
    ],
  )
  assert.ok(asks.every(a => !a.sections.includes('results')))
  assert.deepEqual(
    asks.map(a => `${a.source.id} ${a.group} ${a.sections.join('+')}`),
    ['kch essentials medicines+encounters', 'gstt essentials medicines+encounters', 'kch recent encounters', 'gstt recent encounters'],
  )
})
test('R066 R057: an agreement over some sections asks for those and names the rest', () => {
  const { asks, named } = plan({
    rules,
    person: person(),
    pass: pass(),
    catalogue: catalogue([source('gstt')], {
      agreements: [{ id: 'a', provider: 'GSTT', consumer: 'RJZ', sections: ['medicines'], from: '2026-01-01', until: '2026-11-21' }],
    }),
    pointers: new Set(['gstt']),
    groups: ['essentials', 'recent'],
    indexState: new Map(),
  })
  assert.deepEqual(
    asks.map(a => a.sections),
    [['medicines']],
  )
  assert.deepEqual(
    named.map(n => [n.cause, ...n.sections]),
    [['no-agreement', 'results', 'encounters']],
  )
})
test('R066: a section that its provider does not share is asked of nobody else and named to everyone, from its day on', () => {
  const keepsResults = (from: string) =>
    catalogue([source('kch', { odsCode: 'RJ1' })], {
      profiles: [{ odsCode: 'RJ1', sections: ['results'], documentClasses: [], policyClasses: [], from }],
    })
  const asked = (given: Partial<PlanInput>) => {
    const { asks, named } = plan({
      rules,
      person: person(),
      pass: pass(),
      catalogue: keepsResults('2026-11-21'),
      pointers: new Set(),
      groups: ['recent'],
      indexState: new Map([['kch', 'fresh']]),
      ...given,
    })
    return [asks.flatMap(ask => ask.sections), named.filter(n => n.cause === 'not-shared').flatMap(n => n.sections)]
  }
  const knows = new Set(['kch'])
  assert.deepEqual(asked({ catalogue: keepsResults('2026-11-21'), pointers: knows }), [['encounters'], ['results']])
  assert.deepEqual(asked({ catalogue: keepsResults('2026-11-21') }), [[], ['results']], 'whether it knows the person or not')
  assert.deepEqual(asked({ catalogue: keepsResults('2026-11-22'), pointers: knows }), [['results', 'encounters'], []])
  const own = { ...pass(), viewer: { ...pass().viewer, odsCode: 'RJ1' } }
  assert.deepEqual(asked({ catalogue: keepsResults('2026-11-21'), pointers: knows, pass: own }), [['results', 'encounters'], []])
})
test('R009 HAZ-013 care rules 3.4: of a flagged person the national locator is asked for plans, and for no letters', () => {
  const asked = (restricted: Person['restricted']) =>
    plan({
      rules,
      person: person({ restricted }),
      pass: pass(),
      catalogue: catalogue([nrl]),
      pointers: new Set(),
      groups: ['essentials', 'recent'],
      indexState: new Map(),
    }).asks.flatMap(({ sections }) => sections)
  assert.deepEqual([asked('yes'), asked('no'), asked('unknown')], [['plans'], ['plans', 'documents'], ['plans', 'documents']])
})
test('all live peers are asked, planned ones are named', () => {
  const peer = { title: 'x', baseUrl: 'https://x', trustedEvidence: [] }
  const { peers, named } = plan({
    rules,
    person: person(),
    pass: pass(),
    catalogue: catalogue([], {
      peers: [
        { ...peer, exchange: 'NCL', state: 'live' },
        { ...peer, exchange: 'NWL', state: 'planned' },
      ],
    }),
    pointers: new Set(),
    groups: ['essentials'],
    indexState: new Map(),
  })
  assert.deepEqual([peers.map(p => p.exchange), named.map(n => n.source.exchange)], [['NCL'], ['NWL']])
})

const apart = (over: Partial<KeptApart>): Pass => ({
  ...pass(),
  keptApart: { organisations: [], organisationKinds: [], sections: [], policyClasses: [], ...over },
})
const two = [source('kch', { odsCode: 'RJZ' }), source('gstt', { odsCode: 'RJ1' })]
const inKinds = catalogue(two, { organisations: new Map([...kinds('acute', 'RJZ'), ...kinds('mental-health', 'RJ1')]) })
const left: [name: string, over: Partial<PlanInput>, asked: string][] = [
  ['nothing', { pass: pass() }, 'kch,gstt'],
  ['an organisation', { pass: apart({ organisations: ['RJ1'] }) }, 'kch'],
  ['an organisation that nobody here has', { pass: apart({ organisations: ['RV5'] }) }, 'kch,gstt'],
  ['the viewer’s own organisation', { pass: apart({ organisations: ['RJZ'] }) }, 'kch,gstt'],
  ['a kind', { pass: apart({ organisationKinds: ['mental-health'] }), catalogue: inKinds }, 'kch'],
  ['the kind of the viewer’s own', { pass: apart({ organisationKinds: ['acute'] }), catalogue: inKinds }, 'kch,gstt'],
  [
    'a kind, where it is not known who is of it',
    { pass: apart({ organisationKinds: ['mental-health'] }), catalogue: catalogue(two, { organisations: kinds('acute', 'RJZ') }) },
    'kch',
  ],
  ['all its sections', { pass: apart({ sections: ['medicines', 'results', 'encounters'] }) }, ''],
]
for (const [name, over, asked] of left)
  test(`R076: an objection to ${name} is not asked about, and not a word is said of it`, () => {
    assert.deepEqual(planned(two, over), { asked, said: '' })
  })
test('R076: a section that is kept apart is asked of nobody; what is said to everyone is said all the same', () => {
  const { asks } = plan({
    rules,
    person: person(),
    pass: apart({ sections: ['results'] }),
    catalogue: catalogue(two),
    pointers: new Set(['kch', 'gstt']),
    groups: ['essentials', 'recent'],
    indexState: new Map(),
  })
  assert.deepEqual([asks.length > 0, asks.some(ask => ask.sections.includes('results'))], [true, false])
  const without = [source('kch'), source('gstt', { state: 'planned' })]
  assert.equal(planned(without, { pass: apart({ organisations: ['GSTT'] }) }).said, 'gstt:not-connected:planned')
})
test('R076: of a shared system a member that is kept apart shows nothing, the others stay', () => {
  const over = { catalogue: catalogue([shared], { agreements: ['RJZ', 'RJ1', '708'].map(code => memberAgreement(code)) }) }
  const viewer = consumer('RAL').viewer
  const { asks, named } = plan({
    rules,
    person: person(),
    pass: { ...apart({ organisations: ['RJ1'] }), viewer },
    pointers: new Set(['lcr']),
    groups: ['recent'],
    indexState: new Map(),
    ...over,
  })
  assert.deepEqual(
    asks.map(({ members }) => [...(members ?? [])].filter(([, sections]) => sections.length > 0).map(([code]) => code)),
    [['RJZ', '708']],
  )
  assert.deepEqual(named, [])
  const all = { ...apart({ organisations: ['RJZ', 'RJ1', '708'] }), viewer }
  assert.deepEqual(planned([shared], { ...over, pass: all }), { asked: '', said: '' })
})
