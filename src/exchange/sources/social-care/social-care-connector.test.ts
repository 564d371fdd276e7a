import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { ServerResponse } from 'node:http'
import type { Facts, SectionAnswer } from '../../../care-record/item.ts'
import type { Group } from '../../../care-record/section.ts'
import type { AskContext } from '../asker.ts'
import { answering, type Answering } from '../reading/answering.ts'
import { contextOf, personOf } from '../reading/fixtures.ts'
import { hostileFiles, hostileSkip, underHostility } from '../reading/hostile-harness.for-tests.ts'
import { createCaseReader } from './evidence.ts'
import { createSocialCareConnector } from './social-care-connector.ts'

const AS_OF = '2026-11-21T09:58:00Z'
const tokens = { token: async () => ({ ok: true as const, value: 'x' }) }
const person = {
  personId: 'p1',
  nhsNumber: '999 000 0018',
  title: 'Ms',
  familyName: 'Test',
  givenNames: ['Ada'],
  birthDate: '1956-03-08',
  genderCode: '2',
}
const team = { id: 'ASC', name: 'Adult social care' }
const openCase = {
  id: 'c1',
  title: 'Adult social care case',
  team,
  status: 'OPEN',
  opened: '2026-10-25',
  primarySupportReason: 'Personal care',
}

const say = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
type Held = Readonly<Record<string, unknown>>
/** Answers with what it holds; a collection that is not here is empty. */
const holding =
  (held: Held, persons: unknown = [person]) =>
  (url: URL, response: ServerResponse): void => {
    const name = url.pathname.split('/').at(-1) ?? ''
    const data = name === 'search' ? persons : (held[name] ?? [])
    say(response, Array.isArray(data) ? { asOf: AS_OF, data, next: null } : data)
  }
async function served(t: TestContext, handle: Parameters<typeof answering>[0]): Promise<Answering> {
  const system = await answering(handle)
  t.after(() => system.close())
  return system
}
async function ask(system: Answering, group: Group, over: Partial<AskContext> = {}): Promise<readonly SectionAnswer[]> {
  const connector = createSocialCareConnector({ dispatcher: system.dispatcher, tokens })
  return connector(contextOf(group, { baseUrl: `${system.url}/care`, connector: 'social-care', system: 'Cases' }, over))
}
const told = (answers: readonly SectionAnswer[]): readonly string[] =>
  answers.flatMap(a => a.items.map(i => `${i.section} ${i.resource.resourceType} ${i.id}`)).toSorted()
const outcomesOf = (answers: readonly SectionAnswer[], ...sections: readonly string[]): readonly string[] => [
  ...new Set(answers.filter(a => a.sections.some(s => sections.includes(s))).map(a => `${a.outcome}/${a.cause}`)),
]

const rows: Held = {
  cases: [openCase, { ...openCase, id: 'c0', status: 'CLOSED', opened: '2019-01-02', closed: '2019-06-01' }],
  assessments: [
    {
      id: 'a1',
      caseId: 'c1',
      title: 'Care needs assessment',
      status: 'COMPLETED',
      on: '2026-10-26',
      needs: ['Washing'],
      outcome: 'Eligible',
    },
  ],
  'care-plans': [
    {
      id: 'p',
      caseId: 'c1',
      title: 'Care and support plan',
      status: 'ACTIVE',
      written: '2026-10-28',
      goals: ['Walks'],
      activities: [{ what: 'Care worker' }],
    },
  ],
  'care-packages': [{ id: 'k', title: 'Home care', provider: 'Sample Homecare', status: 'ACTIVE', start: '2026-10-28', hoursPerWeek: 7 }],
  reviews: [{ id: 'r', title: 'Six-week review', due: '2026-12-09' }],
  equipment: [{ id: 'e', caseId: 'c1', title: 'Commode', supplied: '2026-10-28' }],
  safeguarding: [{ id: 's', caseId: 'c1', kind: 'ADULT_ENQUIRY', role: 'AT_RISK', title: 'Section 42 enquiry', opened: '2026-11-01' }],
  professionals: [{ id: 'w', name: 'B Cole', role: 'Social worker', team: 'Adult social care', phone: '020 7946 0205' }],
  contacts: [{ id: 'd', name: 'Mrs N A', relationship: 'Daughter', phone: '07700 900118', roles: ['Next of kin'] }],
  referrals: [{ id: 'f', title: 'Referral from the ward', received: '2026-10-24', from: 'Hospital', status: 'ACCEPTED' }],
  visits: [
    { id: 'v1', caseId: 'c1', title: 'Home visit', status: 'DONE', start: '2026-11-02T10:00:00Z' },
    { id: 'v2', title: 'Home visit', status: 'BOOKED', start: '2026-11-25T10:00:00Z', with: 'B Cole' },
    { id: 'v0', title: 'Old visit', status: 'DONE', start: '2020-11-02T10:00:00Z' },
  ],
  alerts: [{ id: 'k', kind: 'Access to home', text: 'Key safe', recorded: '2026-10-28' }],
  legal: [{ id: 'l', kind: 'Lasting power of attorney', text: 'Mrs N A', recorded: '2026-10-28' }],
  'about-me': [{ id: 'm', kind: 'About me', text: 'Call me Amy', recorded: '2026-10-28' }],
  circumstances: [{ id: 'h', kind: 'Living arrangements', text: 'Lives alone', recorded: '2022-10-28' }],
}

test('HAZ-017: who matches is shown though somebody else is held under the same number, of whom no row is asked', async t => {
  const asked: string[] = []
  const other = { ...person, personId: 'other', familyName: 'Elsewhere', birthDate: '1990-01-01' }
  const system = await served(t, (url, response) => {
    asked.push(url.pathname)
    holding(rows, [other, person])(url, response)
  })
  const answers = await ask(system, 'essentials')
  assert.ok(told(answers).length > 0)
  assert.ok(answers.every(a => a.outcome === 'partial' && a.cause === 'demographics-differ' && !a.complete))
  assert.ok(asked.every(path => !path.includes('/other/')))
  const alone = await ask(await served(t, holding(rows, [other])), 'essentials')
  assert.deepEqual(outcomesOf(alone, 'alerts'), ['mismatch/demographics-differ'])
})

test('R026 R031: every collection of a council becomes items of its section, in the group that is asked', async t => {
  const system = await served(t, holding(rows))
  assert.deepEqual(told(await ask(system, 'essentials')), [
    'about-me Flag th/Flag/about-me.m',
    'alerts Flag th/Flag/alerts.k',
    'alerts Flag th/Flag/safeguarding.s',
    'encounters Encounter th/Encounter/cases.c1',
    'legal Consent th/Consent/legal.l',
    'plans CarePlan th/CarePlan/care-plans.p',
  ])
  const recent = await ask(system, 'recent')
  assert.deepEqual(told(recent), [
    'appointments Appointment th/Appointment/visits.v2',
    'contacts CareTeam th/CareTeam/professionals.w',
    'contacts RelatedPerson th/RelatedPerson/contacts.d',
    'encounters Encounter th/Encounter/cases.c1',
    'encounters Encounter th/Encounter/visits.v1',
    'referrals ServiceRequest th/ServiceRequest/referrals.f',
    'social-care DeviceUseStatement th/DeviceUseStatement/equipment.e',
    'social-care QuestionnaireResponse th/QuestionnaireResponse/assessments.a1',
    'social-care ServiceRequest th/ServiceRequest/care-packages.k',
    'social-care ServiceRequest th/ServiceRequest/reviews.r',
    'social-context Observation th/Observation/circumstances.h',
  ])
  assert.deepEqual(told(await ask(system, 'older')), [
    'encounters Encounter th/Encounter/cases.c0',
    'encounters Encounter th/Encounter/visits.v0',
  ])
  assert.deepEqual(outcomesOf(recent, 'results'), ['nothing-held/area-disabled'], 'a council has no laboratory')
  assert.deepEqual([...new Set(recent.map(a => a.asOf))], ['2026-11-21T09:58:00.000Z'], 'as of when the council says')
})

test('R026: an item says which council, which row, and of which case it is', async t => {
  const answers = await ask(await served(t, holding(rows)), 'essentials')
  const item = answers.flatMap(a => a.items).find(i => i.id.endsWith('safeguarding.s'))
  assert.equal(item?.provenance.originalIdentifier, 's')
  assert.equal(item?.provenance.system, 'Cases')
  assert.deepEqual(
    item?.parents.map(p => `${p.resourceType}/${p.id}`),
    ['Encounter/cases.c1'],
  )
})

test('the NHS number is in no address, and every request says who asks and why', async t => {
  const system = await served(t, holding(rows))
  await ask(system, 'recent')
  assert.ok(system.seen.length > 5)
  for (const { url, headers } of system.seen) {
    assert.doesNotMatch(url, /9990000018/)
    assert.equal(headers['authorization'], 'Bearer x')
    assert.equal(headers['nhsd-identity-uuid'], '111111111111')
    assert.equal(headers['x-purpose-of-use'], 'direct-care')
  }
  assert.deepEqual(
    system.seen.filter(({ body }) => body.includes('9990000018')).map(({ method, url }) => `${method} ${url}`),
    ['POST /care/v1/persons/search'],
  )
})

const persons: readonly (readonly [name: string, persons: unknown, outcome: string])[] = [
  ['nobody under the number', [], 'nothing-held/none'],
  ['another number', [{ ...person, nhsNumber: '9990000026' }], 'mismatch/number-differs'],
  ['no number', [{ ...person, nhsNumber: null }], 'mismatch/number-differs'],
  ['another birth date and name', [{ ...person, familyName: 'Else', birthDate: '1970-01-01' }], 'mismatch/demographics-differ'],
  ['a person that cannot be read', [{ personId: '../x' }], 'unavailable/unreadable'],
  ['no list at all', { asOf: AS_OF }, 'unavailable/unreadable'],
]
for (const [name, answer, outcome] of persons)
  test(`HAZ-036: of ${name} nothing is shown: ${outcome}`, async t => {
    const answers = await ask(await served(t, holding(rows, answer)), 'essentials')
    assert.deepEqual([answers.flatMap(a => a.items).length, ...answers.map(a => `${a.outcome}/${a.cause}`)], [0, outcome])
  })

test('care rules 3.1: a name that differs is named, and the record shown', async t => {
  const answers = await ask(await served(t, holding(rows, [{ ...person, familyName: 'Else' }])), 'essentials')
  assert.ok(answers.flatMap(a => a.items).length > 0)
  assert.match(answers.flatMap(a => a.warnings.map(w => w.words)).join(), /The name held there differs/)
})

test('HAZ-037: a row that cannot be read is counted for its section, and the rest stands', async t => {
  const bad = [{ id: 'x', title: 'Commode', supplied: '2026-02-30' }, { id: 'y', title: 7, supplied: '2026-02-03' }, 'row', null]
  const told: unknown[] = []
  const system = await served(t, holding({ ...rows, equipment: [...bad, ...(rows['equipment'] as unknown[])] }))
  const connector = createSocialCareConnector({ dispatcher: system.dispatcher, tokens, unreadable: (_, refused) => told.push(...refused) })
  const answers = await connector(contextOf('recent', { baseUrl: system.url, connector: 'social-care' }))
  const [socialCare] = answers.filter(a => a.sections.includes('social-care'))
  assert.deepEqual(
    [socialCare?.outcome, socialCare?.cause, socialCare?.unreadable, socialCare?.items.length],
    ['partial', 'unreadable', 4, 4],
  )
  assert.deepEqual(told, [
    { type: 'equipment', id: 'x', section: 'social-care', reason: 'form' },
    { type: 'equipment', id: 'y', section: 'social-care', reason: 'form' },
    { type: 'equipment', section: 'social-care', reason: 'form' },
    { type: 'equipment', section: 'social-care', reason: 'form' },
  ])
})

test('an unknown code is told as such, an unknown member is left alone', async t => {
  const system = await served(
    t,
    holding({
      cases: [{ ...openCase, status: 'PENDING-X', surprise: { deep: [1] } }],
      safeguarding: [{ ...(rows['safeguarding'] as object[])[0], kind: 'NEW_KIND' }],
    }),
  )
  const items = [...(await ask(system, 'essentials')), ...(await ask(system, 'recent'))].flatMap(a => a.items)
  assert.deepEqual(
    items.map(i => [i.id, i.marks.includes('unknown-code'), (i.resource as { status?: string }).status]),
    [
      ['th/Flag/safeguarding.s', true, 'active'],
      ['th/Encounter/cases.c1', true, 'unknown'],
    ],
  )
})

test('care rules 1.1: whoever is said to have done it, the enquiry is not told of on their record, nor counted', async t => {
  const enquiry = (rows['safeguarding'] as readonly object[])[0]
  const alleged = [
    { ...enquiry, role: 'ALLEGED' },
    { id: 7, role: 'ALLEGED' },
    { ...enquiry, role: 'Alleged' },
    { ...enquiry, role: 'ALLEGED_PERPETRATOR' },
    { ...enquiry, role: 'Person alleged to have caused harm' },
  ]
  const with_ = await ask(await served(t, holding({ safeguarding: alleged })), 'essentials')
  const without = await ask(await served(t, holding({ safeguarding: [] })), 'essentials')
  const plain = (answers: readonly SectionAnswer[]): unknown => answers.map(a => ({ ...a, tookMs: 0 }))
  assert.deepEqual(plain(with_), plain(without), 'as if there were none')
})

test('care rules 1.1: an enquiry in a role that is not known is held back and counted', async t => {
  const enquiry = (rows['safeguarding'] as readonly object[])[0]
  const system = await served(t, holding({ safeguarding: [{ ...enquiry, role: 'INVOLVED' }] }))
  const alerts = (await ask(system, 'essentials')).find(answer => answer.sections.includes('alerts'))
  assert.deepEqual([alerts?.items, alerts?.unreadable], [[], 1])
})

test('R051 HAZ-038: the sieve is told the team of the case, and what hangs on a case that may not come in goes with it', async t => {
  const system = await served(t, holding({ ...rows, cases: [{ ...openCase, team: { id: 'SHS', name: 'Sexual health support' } }] }))
  const seen: Facts[] = []
  const sieve: AskContext['sieve'] = (_, facts) => {
    seen.push(...facts)
    const key = facts.find(f => f.localCodes.includes('SHS') && f.resourceType === 'Encounter')?.key ?? ''
    return new Set([key, ...facts.filter(f => f.links.includes(key)).map(f => f.key)])
  }
  const items = told([...(await ask(system, 'essentials', { sieve })), ...(await ask(system, 'recent', { sieve }))])
  assert.ok(seen.some(f => f.serviceNames.includes('Sexual health support')))
  for (const gone of ['cases.c1', 'safeguarding.s', 'care-plans.p', 'assessments.a1', 'equipment.e', 'visits.v1'])
    assert.ok(!items.some(id => id.endsWith(gone)), gone)
  assert.ok(items.some(id => id.endsWith('contacts.d')))
})

test('pages are followed by their cursor; one that leads in a circle is a part', async t => {
  const visit = (id: string): object => ({ id, title: 'Home visit', status: 'DONE', start: '2026-11-02T10:00:00Z' })
  const system = await served(t, (url, response, request) => {
    if (!url.pathname.endsWith('/visits')) return holding({})(url, response)
    const cursor = url.searchParams.get('cursor')
    return say(response, {
      asOf: AS_OF,
      data: [visit(`v${cursor ?? 0}`)],
      next: cursor === null ? 'a' : cursor === 'a' ? 'b' : (request.headers['x-circle'] ?? 'a'),
    })
  })
  const answers = await ask(system, 'recent')
  const [visits] = answers.filter(a => a.sections.includes('encounters'))
  assert.deepEqual([visits?.items.length, visits?.outcome, visits?.cause], [3, 'partial', 'unreadable'])
})

const failures: readonly (readonly [name: string, status: number, outcome: string])[] = [
  ['a collection it does not have', 404, 'nothing-held/area-disabled'],
  ['a refusal', 403, 'refused/source-refused'],
  ['an error', 500, 'unavailable/server-error'],
  ['too slow a gateway', 504, 'unavailable/timed-out'],
]
for (const [name, status, outcome] of failures)
  test(`${name} is said of its section and of no other`, async t => {
    const system = await served(t, (url, response) =>
      url.pathname.endsWith('/legal') ? say(response, { error: {} }, status) : holding(rows)(url, response),
    )
    const answers = await ask(system, 'essentials')
    assert.deepEqual(outcomesOf(answers, 'legal'), [outcome])
    assert.deepEqual(outcomesOf(answers, 'plans'), ['answered/none'])
  })

test('HAZ-036: silence is late, not empty', async t => {
  const system = await served(t, (url, response) => (url.pathname.endsWith('/search') ? holding(rows)(url, response) : undefined))
  const answers = await ask(system, 'essentials', { signal: AbortSignal.timeout(200) })
  assert.deepEqual(
    answers.map(a => `${a.outcome}/${a.cause}`),
    ['late/timed-out'],
  )
})

test('a clock of the source that is ahead is not believed', async t => {
  const system = await served(t, (url, response) =>
    say(response, { asOf: '2099-01-01T00:00:00Z', data: url.pathname.endsWith('search') ? [person] : [], next: null }),
  )
  assert.deepEqual([...new Set((await ask(system, 'essentials')).map(a => a.asOf))], ['2026-11-21T10:00:00.000Z'])
})

test('R037 R051: a council says whose case it has by status, days and team only', async t => {
  const system = await served(
    t,
    holding({
      cases: rows['cases'],
      safeguarding: [
        { id: 's1', caseId: 'c1', kind: 'ADULT_ENQUIRY', role: 'AT_RISK', title: 'Enquiry', opened: '2026-11-01', summary: 'Bruising' },
        { id: 's2', caseId: 'c1', kind: 'ADULT_ENQUIRY', role: 'ALLEGED', title: 'Enquiry', opened: '2026-11-01' },
        { id: 's3', kind: 'ADULT_ENQUIRY', role: 'AT_RISK', title: 'Enquiry of no team', opened: '2026-11-01' },
      ],
      referrals: [
        { id: 'r1', title: 'Discharge notice', received: '2026-11-20', from: 'Ward 7', status: 'RECEIVED' },
        { id: 'r2', title: 'Declined', received: '2026-11-19', status: 'DECLINED' },
      ],
    }),
  )
  const read = createCaseReader({ dispatcher: system.dispatcher, tokens })
  const { ask: planned } = contextOf('essentials', { baseUrl: system.url, connector: 'social-care' })
  const answer = await read(planned.source, personOf().nhsNumber, AbortSignal.timeout(5_000))
  const episode = { resourceType: 'EpisodeOfCare', patient: {}, team: [{ identifier: { value: 'ASC' } }] }
  assert.deepEqual(answer.ok && answer.value, {
    resources: [
      { ...episode, id: 'c1', status: 'active', period: { start: '2026-10-25' } },
      { ...episode, id: 'c0', status: 'finished', period: { start: '2019-01-02', end: '2019-06-01' } },
      {
        ...episode,
        id: 'enquiry-s1',
        status: 'active',
        type: [{ coding: [{ system: 'urn:london-care-record:case-kind', code: 'safeguarding' }] }],
        period: { start: '2026-11-01' },
      },
      {
        resourceType: 'ServiceRequest',
        id: 'r1',
        status: 'active',
        intent: 'order',
        subject: {},
        category: [{ coding: [{ system: 'http://snomed.info/sct', code: '3457005' }] }],
        performer: [{ identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: planned.source.odsCode } }],
        authoredOn: '2026-11-20',
      },
    ],
    unread: [],
  })
  assert.deepEqual(
    new Set(system.seen.map(({ url }) => url.split('?')[0])),
    new Set(['/v1/persons/search', '/v1/persons/p1/cases', '/v1/persons/p1/safeguarding', '/v1/persons/p1/referrals']),
  )
})
test('R051: a council whose enquiries cannot be read has not closed them', async t => {
  const system = await served(t, (url, response) =>
    url.pathname.endsWith('/safeguarding') ? say(response, {}, 503) : holding({ cases: rows['cases'] })(url, response),
  )
  const { ask: planned } = contextOf('essentials', { baseUrl: system.url, connector: 'social-care' })
  const answer = await createCaseReader({ dispatcher: system.dispatcher, tokens })(
    planned.source,
    personOf().nhsNumber,
    AbortSignal.timeout(5_000),
  )
  assert.deepEqual(answer.ok && [answer.value.resources.length, answer.value.unread], [2, ['EpisodeOfCare']])
})
test('R051: a council that is away has not said no', async t => {
  const system = await served(t, (_, response) => say(response, {}, 503))
  const { ask: planned } = contextOf('essentials', { baseUrl: system.url, connector: 'social-care' })
  const answer = await createCaseReader({ dispatcher: system.dispatcher, tokens })(
    planned.source,
    personOf().nhsNumber,
    AbortSignal.timeout(5_000),
  )
  assert.equal(!answer.ok && answer.fault.kind, 'unavailable')
})

test('hostile answers end in one clear outcome each', { skip: hostileSkip }, async () => {
  const given = await underHostility(
    {
      connector: dispatcher => createSocialCareConnector({ dispatcher, tokens }),
      group: 'essentials',
      source: { connector: 'social-care' },
      good: (url, response) => holding(rows)(url, response),
      places: ['/v1/persons/search', '/v1/persons/p1/alerts'],
    },
    hostileFiles().filter((_, i) => i % 4 === 0),
  )
  assert.ok(given > 0)
})
