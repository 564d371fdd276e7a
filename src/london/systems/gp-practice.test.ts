import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCity } from '../people/city.ts'
import { CAMBERWELL_SURGERY, told } from '../people/population.ts'
import { now, type Bundle } from './for-tests.ts'
import { createGpPractice } from './gp-practice.ts'

const city = createCity({ now })
const practice = createGpPractice({
  odsCode: CAMBERWELL_SURGERY,
  name: 'The Camberwell Surgery',
  phone: '020 7946 0200',
  person: city.person,
  held: n => city.held('camberwell-gp', n),
  everyone: () => city.people.map(p => p.nhsNumber),
  asid: '918999198101',
  documentsAsid: '918999198102',
  disabled: ['includeReferrals'],
  now: () => now,
})
const iat = Math.floor(now.getTime() / 1000)
const goodClaims: Record<string, unknown> = {
  iss: 'https://sel.test',
  sub: '555000000101',
  aud: 'https://practice.test',
  iat,
  exp: iat + 300,
  reason_for_request: 'directcare',
  requested_scope: 'patient/*.read',
  requesting_device: {
    resourceType: 'Device',
    identifier: [{ system: 'https://sel.test', value: 'lcr' }],
    model: 'London Care Record',
    version: '1',
  },
  requesting_organization: {
    resourceType: 'Organization',
    identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RJZ' }],
    name: 'Hospital',
  },
  requesting_practitioner: {
    resourceType: 'Practitioner',
    id: '555000000101',
    name: [{ family: 'Shah' }],
    identifier: [
      { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: '555000000101' },
      { system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: '555000010101' },
      { system: 'https://sel.test/user', value: '1' },
    ],
  },
}
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (over: Record<string, unknown> = {}): string => `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...goodClaims, ...over })}.`
const allAreas = [
  { name: 'includeAllergies', part: [{ name: 'includeResolvedAllergies', valueBoolean: true }] },
  { name: 'includeMedication', part: [{ name: 'includePrescriptionIssues', valueBoolean: true }] },
  { name: 'includeConsultations', part: [{ name: 'includeNumberOfMostRecent', valueInteger: 30 }] },
  { name: 'includeProblems' },
  { name: 'includeImmunisations' },
  { name: 'includeUncategorisedData' },
  { name: 'includeInvestigations' },
  { name: 'includeDiaryEntries' },
]
const ask = async (
  nhsNumber: string,
  areas: readonly unknown[] = allAreas,
  over: Record<string, string> = {},
): Promise<{ status: number; body: Bundle }> => {
  const answer = await practice.handle(
    new Request('http://practice.test/G85997/STU3/1/gpconnect/structured/fhir/Patient/$gpc.getstructuredrecord', {
      method: 'POST',
      headers: {
        'content-type': 'application/fhir+json',
        'ssp-traceid': '0f6c2a54-66a2-4d69-a0a5-3b0e4f1a2b3c',
        'ssp-from': '918999198102',
        'ssp-to': '918999198101',
        'ssp-interactionid': 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1',
        authorization: `Bearer ${jwt()}`,
        ...over,
      },
      body: JSON.stringify({
        resourceType: 'Parameters',
        parameter: [
          { name: 'patientNHSNumber', valueIdentifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber } },
          ...areas,
        ],
      }),
    }),
  )
  return { status: answer.status, body: (await answer.json()) as Bundle }
}
const codeOf = (body: Bundle): string | undefined => body.issue?.[0]?.details?.coding?.[0]?.code

test('every person of the practice is answered as GP Connect asks: a collection, relative references that resolve, Lists with known codes', async () => {
  for (const p of city.people) {
    if (!city.held('camberwell-gp', p.nhsNumber) || p.restricted || p.deceased !== undefined || p.practice !== CAMBERWELL_SURGERY) continue
    const { status, body } = await ask(p.nhsNumber)
    assert.equal(status, 200)
    assert.equal(body.type, 'collection')
    const refs = new Set(body.entry?.map(e => `${e.resource.resourceType}/${e.resource.id}`))
    assert.equal(refs.size, body.entry?.length, 'each resource once')
    assert.ok(body.entry?.every(e => e.fullUrl === undefined))
    for (const [, target = ''] of JSON.stringify(body).matchAll(/"reference":"([^"#]+)"/g)) assert.ok(refs.has(target), target)
    for (const { resource } of body.entry ?? [])
      if (resource.resourceType === 'List')
        assert.ok(resource['title'] && resource['status'] === 'current' && resource['mode'] === 'snapshot')
  }
})

test('medicines are a statement on a plan, with an order for each issue; without issues no order', async () => {
  const requests = (body: Bundle): unknown[] =>
    body.entry?.filter(e => e.resource.resourceType === 'MedicationRequest').map(e => e.resource['intent']) ?? []
  const whole = (await ask(told.amara)).body
  assert.ok(requests(whole).includes('order') && requests(whole).includes('plan'))
  const plans = (await ask(told.amara, [{ name: 'includeMedication', part: [{ name: 'includePrescriptionIssues', valueBoolean: false }] }]))
    .body
  assert.deepEqual(new Set(requests(plans)), new Set(['plan']))
  for (const e of plans.entry ?? [])
    if (e.resource.resourceType === 'MedicationStatement') assert.equal((e.resource['basedOn'] as unknown[]).length, 1)
})

test('resolved allergies are contained in their List; degraded and typed entries are sent as they are', async () => {
  const { body } = await ask(told.long)
  const ended = body.entry?.find(e => e.resource['title'] === 'Ended allergies')?.resource
  assert.equal((ended?.['contained'] as unknown[] | undefined)?.length, 1)
  assert.match(JSON.stringify(body), /196461000000101/)
  assert.match(JSON.stringify(body), /Chesty, worse in winter/)
})

test('warnings stand on their List in words; a list with nothing says so', async () => {
  const lists = (await ask(told.restricted)).body.entry?.filter(e => e.resource.resourceType === 'List').map(e => e.resource) ?? []
  assert.match(
    JSON.stringify(lists.find(l => l['title'] === 'Medications and medical devices')),
    /confidential-items.*Items excluded due to confidentiality/,
  )
  assert.match(JSON.stringify(lists.find(l => l['title'] === 'Immunisations')), /no-content-recorded/)
})

test('an unknown parameter and a switched-off area are one warning OperationOutcome', async () => {
  const { status, body } = await ask(told.amara, [{ name: 'includeProblems' }, { name: 'includeDreams' }, { name: 'includeReferrals' }])
  assert.equal(status, 200)
  const outcomes = body.entry?.filter(e => e.resource.resourceType === 'OperationOutcome') ?? []
  assert.equal(outcomes.length, 1)
  const issues = outcomes[0]?.resource['issue'] as { severity: string; details: { text: string } }[]
  assert.deepEqual(
    issues.map(i => [i.severity, i.details.text]),
    [
      ['warning', 'includeDreams is an unrecognised parameter'],
      ['warning', 'includeReferrals has been disabled'],
    ],
  )
})

const hidden: [who: string, nhsNumber: string][] = [
  ['a sensitive person', told.flagged],
  ['one who has died', told.dead],
  ['an old number', told.supersededOld],
  ['a stranger', '9990000018'],
]
for (const [who, nhsNumber] of hidden)
  test(`${who} is not found, in the same words`, async () => {
    const { status, body } = await ask(nhsNumber)
    assert.equal(status === 404 || codeOf(body) === 'INVALID_NHS_NUMBER', true)
    if (status === 404) assert.equal(codeOf(body), 'PATIENT_NOT_FOUND')
  })

const bad: [name: string, over: Record<string, string>][] = [
  ['no trace id', { 'ssp-traceid': 'x' }],
  ['no sender', { 'ssp-from': '' }],
  ['another system', { 'ssp-to': '000000000000' }],
  ['another interaction', { 'ssp-interactionid': 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1' }],
  ['no token', { authorization: '' }],
  ['a signed token', { authorization: `Bearer ${jwt()}sig` }],
  ...Object.keys(goodClaims).map((claim): [string, Record<string, string>] => [
    `no claim ${claim}`,
    { authorization: `Bearer ${jwt({ [claim]: undefined })}` },
  ]),
  ['research', { authorization: `Bearer ${jwt({ reason_for_request: 'research' })}` }],
  ['an expired token', { authorization: `Bearer ${jwt({ iat: iat - 400, exp: iat - 100 })}` }],
  ['a token for an hour', { authorization: `Bearer ${jwt({ exp: iat + 3600 })}` }],
]
for (const [name, over] of bad)
  test(`refused: ${name}`, async () => {
    const { status, body } = await ask(told.amara, allAreas, over)
    assert.deepEqual([status, codeOf(body)], [400, 'BAD_REQUEST'])
  })

const wrongParameters: [name: string, areas: readonly unknown[]][] = [
  ['allergies without saying which', [{ name: 'includeAllergies' }]],
  ['a search from the future', [{ name: 'includeMedication', part: [{ name: 'medicationSearchFromDate', valueDate: '2099-01-01' }] }]],
  [
    'a period and a number',
    [
      {
        name: 'includeConsultations',
        part: [
          { name: 'consultationSearchPeriod', valuePeriod: {} },
          { name: 'includeNumberOfMostRecent', valueInteger: 1 },
        ],
      },
    ],
  ],
]
for (const [name, areas] of wrongParameters)
  test(`unprocessable: ${name}`, async () => {
    const { status, body } = await ask(told.amara, areas)
    assert.deepEqual([status, codeOf(body)], [422, 'INVALID_PARAMETER'])
  })

const DOCUMENTS = 'http://practice.test/G85997/STU3/1/gpconnect/documents/fhir'
const askDocuments = async (path: string, interaction: string, over: Record<string, string> = {}) => {
  const answer = await practice.handle(
    new Request(path.startsWith('http') ? path : `${DOCUMENTS}/${path}`, {
      headers: {
        'ssp-traceid': '0f6c2a54-66a2-4d69-a0a5-3b0e4f1a2b3c',
        'ssp-from': '918999198103',
        'ssp-to': '918999198102',
        'ssp-interactionid': `urn:nhs:names:services:gpconnect:documents:fhir:rest:${interaction}-1`,
        authorization: `Bearer ${jwt()}`,
        ...over,
      },
    }),
  )
  return { status: answer.status, body: (await answer.json()) as Bundle & { readonly contentType?: string; readonly content?: string } }
}
const byNumber = (nhsNumber: string): string => `Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C${nhsNumber}`

test('R017: documents of a person are found by the practice’s own id and read as Binaries, at the system that has them', async () => {
  const found = await askDocuments(byNumber(told.amara), 'search:patient')
  const patient = found.body.entry?.[0]?.resource.id ?? ''
  const list = await askDocuments(`Patient/${patient}/DocumentReference`, 'search:documentreference')
  const urls = Array.from(JSON.stringify(list.body).matchAll(/"url":"([^"]+)"/g), ([, url = '']) => url)
  assert.equal(urls.length, 3)
  for (const url of urls) {
    const { status, body } = await askDocuments(url, 'read:binary')
    assert.deepEqual([status, body.resourceType], [200, 'Binary'])
    assert.ok(Buffer.from(body.content ?? '', 'base64').length > 50)
  }
  const recent = await askDocuments(`Patient/${patient}/DocumentReference?created=ge2026-01-01`, 'search:documentreference')
  assert.equal(JSON.stringify(recent.body).match(/"DocumentReference"/g)?.length, 2)
})

test('documents: the wrong system, interaction or token, and a person it may not speak of, get nothing', async () => {
  assert.equal((await askDocuments(byNumber(told.amara), 'search:patient', { 'ssp-to': '918999198101' })).status, 400)
  assert.equal((await askDocuments(byNumber(told.amara), 'read:binary')).status, 400)
  assert.equal((await askDocuments(byNumber(told.amara), 'search:patient', { authorization: 'Bearer x' })).status, 400)
  assert.equal((await askDocuments(byNumber(told.flagged), 'search:patient')).body.entry?.length ?? 0, 0)
  assert.equal((await askDocuments('Binary/NONE', 'read:binary')).status, 404)
  assert.equal((await askDocuments('Patient/NONE/DocumentReference', 'search:documentreference')).status, 404)
})
