import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Facts, Item } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { shareOut } from './members.ts'
import { contextOf, organisationOf, sourceOf } from './reading/fixtures.ts'
import { atOnce, type JsonObject } from './reading/json.ts'
import { sift, takeIn, type TakenIn } from './reading/take-in.ts'
import { translate } from './reading/translate.ts'

const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code'
const MEMBERS = ['RJZ', 'RJ1', 'RV5', '710', '708']
const source = sourceOf({ id: 'lcr', odsCode: 'QKK', system: 'Local Care Record', members: MEMBERS })
const names: Readonly<Record<string, string>> = { RJZ: 'KCH', RJ1: 'GSTT', RV5: 'SLaM', '710': 'SC', '708': 'LBL' }
const organisation = (odsCode: string) => organisationOf({ odsCode, name: `Organisation ${odsCode}`, short: names[odsCode] ?? odsCode })
const trust = (id: string, ods: string): JsonObject => ({
  resourceType: 'Organization',
  id,
  identifier: [{ system: ODS, value: ods }],
  name: id,
})
const organisations = [
  trust('kch', 'RJZ'),
  trust('site', 'RJZ01'),
  trust('gstt', 'RJ1'),
  trust('lambeth', '708'),
  trust('elsewhere', 'RAL'),
]
const by = (id: string): JsonObject => ({ reference: `Organization/${id}` })
const flag = (fields: JsonObject): JsonObject => ({ resourceType: 'Flag', id: 'f', status: 'active', code: { text: 'Falls' }, ...fields })

function read(
  resources: readonly JsonObject[],
  agreed: Readonly<Record<string, readonly SectionId[]>> = all,
): { items: readonly Item[]; taken: TakenIn } {
  const taken = atOnce(
    takeIn(
      [...organisations, ...resources].map(resource => ({ resource: structuredClone(resource) })),
      source.baseUrl,
    ),
  )
  const { ask } = contextOf('essentials', source)
  const shares = shareOut(taken, { ...ask, source, members: new Map(Object.entries(agreed)) }, organisation)
  const { items } = atOnce(
    translate({
      resources: taken.resources,
      placing: new Map(),
      source,
      organisation: organisation('QKK'),
      retrievedAt: '2026-11-21T10:00:00Z',
      sections: new Set(['alerts', 'plans', 'encounters']),
      inGroup: () => true,
    }),
  )
  return { items: shares.itemsOf(items), taken }
}
const all = Object.fromEntries(MEMBERS.map(member => [member, ['alerts', 'plans', 'encounters'] as SectionId[]]))

const cases: readonly (readonly [name: string, resources: readonly JsonObject[], member: string | undefined])[] = [
  ['its meta.source', [flag({ meta: { source: 'https://lcr.example/organisation/RJ1#x' } })], 'RJ1'],
  ['its meta.source, whoever wrote it', [flag({ meta: { source: 'urn:ods:RJ1' }, author: by('kch') })], 'RJ1'],
  ['its author', [flag({ author: by('kch') })], 'RJZ'],
  ['a site of a trust', [flag({ author: by('site') })], 'RJZ'],
  ['its author by ODS code', [flag({ author: { identifier: { system: ODS, value: '710' } } })], '710'],
  [
    "its author's employer",
    [flag({ author: { reference: 'PractitionerRole/r' } }), { resourceType: 'PractitionerRole', id: 'r', organization: by('gstt') }],
    'RJ1',
  ],
  [
    'the visit it was written in',
    [
      flag({ encounter: { reference: 'Encounter/e' } }),
      { resourceType: 'Encounter', id: 'e', status: 'finished', serviceProvider: by('gstt') },
    ],
    'RJ1',
  ],
  [
    'the Provenance that came with it',
    [flag({}), { resourceType: 'Provenance', id: 'p', target: [{ reference: 'Flag/f' }], agent: [{ who: by('lambeth') }] }],
    '708',
  ],
  ['nothing', [flag({})], undefined],
  ['an organisation that is no member', [flag({ author: by('elsewhere') })], undefined],
  [
    'two members at once',
    [{ resourceType: 'CarePlan', id: 'f', status: 'active', contributor: [], author: by('kch'), meta: { source: 'RJ1 RJZ' } }],
    undefined,
  ],
  ['a word in meta.source that only looks like a code', [flag({ meta: { source: 'https://lcr.example/XRJ1X' } })], undefined],
  [
    'two that Provenance names',
    [
      flag({}),
      { resourceType: 'Provenance', id: 'p', target: [{ reference: 'Flag/f' }], agent: [{ who: by('lambeth') }, { who: by('kch') }] },
    ],
    undefined,
  ],
]
for (const [name, resources, member] of cases)
  test(`R031: told by ${name}, a statement is ${member === undefined ? 'held back and counted' : `of ${member}`}`, () => {
    const { items, taken } = read(resources)
    const [item] = items.filter(({ id }) => id.endsWith('/f'))
    assert.deepEqual([item?.provenance.odsCode, item?.provenance.member], [member, member])
    if (item) {
      assert.deepEqual([item.provenance.short, item.provenance.organisationName], [names[member ?? ''], `Organisation ${member}`])
      assert.deepEqual([item.provenance.system, item.provenance.sourceId], ['Local Care Record', 'lcr'])
    } else {
      assert.deepEqual(
        taken.refused.map(({ id, reason }) => [id, reason]),
        [['f', 'no-member']],
      )
      assert.ok([...taken.unreadable.values()].some(count => count > 0))
    }
  })

test('a goal is whose the plan is that names it', () => {
  const { items } = read([
    { resourceType: 'CarePlan', id: 'p', status: 'active', author: by('kch'), goal: [{ reference: 'Goal/g' }] },
    { resourceType: 'Goal', id: 'g', lifecycleStatus: 'active', description: { text: 'Walks' } },
  ])
  assert.deepEqual(
    items.map(i => [i.id, i.provenance.odsCode]),
    [
      ['lcr/CarePlan/p', 'RJZ'],
      ['lcr/Goal/g', 'RJZ'],
    ],
  )
})

test('R031 HAZ-039: a member without an agreement shows nothing, is not counted, and nothing names what it holds', () => {
  const resources = [
    flag({ id: 'mine', author: by('kch'), encounter: { reference: 'Encounter/theirs' } }),
    flag({ id: 'theirs', author: by('gstt') }),
    { resourceType: 'Encounter', id: 'theirs', status: 'finished', serviceProvider: by('gstt') },
  ]
  const { items, taken } = read(resources, { ...all, RJ1: [] })
  assert.deepEqual(
    items.map(i => i.id),
    ['lcr/Flag/mine'],
  )
  assert.doesNotMatch(JSON.stringify(items), /theirs|RJ1/)
  assert.deepEqual([taken.refused, taken.unreadable.size, taken.unknown], [[], 0, 0])
  const absent = read(resources, { RJZ: ['alerts'] })
  assert.deepEqual(absent.items, items, 'as if it were not listed')
})

test('R031 R066: a member that agreed to some sections shows those', () => {
  const { items } = read([flag({ author: by('kch') }), { resourceType: 'CarePlan', id: 'p', status: 'active', author: by('kch') }], {
    RJZ: ['plans'],
  })
  assert.deepEqual(
    items.map(i => i.section),
    ['plans'],
  )
})

test('R031 HAZ-038: a local code is judged by the register of the member it is of, and by no other', () => {
  const visit = (id: string, provider: string): JsonObject => ({
    resourceType: 'Encounter',
    id,
    status: 'finished',
    serviceProvider: by(provider),
    serviceType: { coding: [{ system: 'https://local.example/clinic', code: 'W7' }] },
  })
  const taken = atOnce(
    takeIn(
      [...organisations, visit('a', 'kch'), visit('b', 'gstt')].map(resource => ({ resource })),
      source.baseUrl,
    ),
  )
  const { ask } = contextOf('essentials', source)
  const shares = shareOut(taken, { ...ask, source, members: new Map(Object.entries(all)) }, organisation)
  const restrictedAt: Readonly<Record<string, string>> = { RJZ: 'W7' }
  const judge = (member: string, facts: readonly Facts[]): ReadonlySet<string> =>
    new Set(facts.filter(f => f.localCodes.includes(restrictedAt[member] ?? '-')).map(f => f.key))
  const asked: string[] = []
  const dropped = atOnce(
    sift(taken, new Set(), facts =>
      shares.sieve(facts, (member, of) => {
        asked.push(member)
        return judge(member, of)
      }),
    ),
  )
  assert.deepEqual([dropped, taken.resources.has('Encounter/a'), taken.resources.has('Encounter/b')], [1, false, true])
  assert.deepEqual(asked, MEMBERS)
})

test('R031 R062 HAZ-012: what belongs to a visit of a restricted service goes with it, whichever member the visit is of', () => {
  const resources = [
    ...organisations,
    flag({ author: by('kch'), encounter: { reference: 'Encounter/e' } }),
    flag({ id: 'other', author: by('kch') }),
    {
      resourceType: 'Encounter',
      id: 'e',
      status: 'finished',
      serviceProvider: by('gstt'),
      serviceType: { coding: [{ system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-TreatmentFunctionCode', code: '360' }] },
    },
  ]
  const restricted = (_member: string, facts: readonly Facts[]): ReadonlySet<string> =>
    new Set(facts.filter(({ treatmentFunctions }) => treatmentFunctions.includes('360')).map(({ key }) => key))
  const { ask } = contextOf('essentials', source)
  for (const theirs of [['alerts', 'encounters'], []] as SectionId[][]) {
    const taken = atOnce(
      takeIn(
        resources.map(resource => ({ resource: structuredClone(resource) })),
        source.baseUrl,
      ),
    )
    const shares = shareOut(taken, { ...ask, source, members: new Map(Object.entries({ ...all, RJ1: theirs })) }, organisation)
    atOnce(sift(taken, new Set(), facts => shares.sieve(facts, restricted)))
    const left = [...taken.resources.keys()].filter(key => !key.startsWith('Organization/'))
    assert.deepEqual(left, ['Flag/other'], theirs.length === 0 ? 'a member without an agreement' : 'a member with one')
  }
})
