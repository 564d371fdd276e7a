import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { SectionAnswer } from '../../../care-record/item.ts'
import type { AskContext } from '../asker.ts'
import { answering, json, patientOf, type Answering } from '../reading/answering.ts'
import { contextOf, personOf } from '../reading/fixtures.ts'
import { createGpConnectConnector } from './gp-connect-connector.ts'

const spine = {
  asidFrom: '200000000001',
  issuer: 'https://record.example',
  device: { system: 'https://record.example/device', value: 'SEL', model: 'Record', version: '1' },
}
const snomed = (code: string, display: string): object => ({ coding: [{ system: 'http://snomed.info/sct', code, display }] })
const list = (code: string, items: readonly string[], over: object = {}): object => ({
  resourceType: 'List',
  status: 'current',
  mode: 'snapshot',
  code: snomed(code, 'list'),
  entry: items.map(reference => ({ item: { reference } })),
  ...over,
})
const about = { subject: { reference: 'Patient/p1' } }

async function ask(
  resources: readonly object[] | ((response: ServerResponse) => void),
  group: AskContext['ask']['group'] = 'essentials',
  over: Partial<AskContext> = {},
): Promise<{ answers: readonly SectionAnswer[]; server: Answering }> {
  const server = await answering((_, response) => {
    if (typeof resources === 'function') resources(response)
    else json(response, { resourceType: 'Bundle', type: 'collection', entry: resources.map(resource => ({ resource })) })
  })
  try {
    const context = contextOf(group, { baseUrl: server.url, connector: 'gp-connect', asidTo: '200000000002' })
    return { answers: await createGpConnectConnector({ dispatcher: server.dispatcher, spine })({ ...context, ...over }), server }
  } finally {
    await server.close()
  }
}
const answerOf = (answers: readonly SectionAnswer[], section: string): SectionAnswer | undefined =>
  answers.find(a => a.sections.some(s => s === section))
const itemsOf = (answers: readonly SectionAnswer[], section: string) => answers.flatMap(a => a.items).filter(i => i.section === section)

test('R022: the request names the user, role and organisation, and always says whether issues are wanted', async () => {
  const { server } = await ask([patientOf()])
  const request = server.seen[0]
  const [head, claims, signature] = (request?.headers['authorization'] ?? '').replace('Bearer ', '').split('.')
  const read = (part: string | undefined): Record<string, never> =>
    JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, never>
  assert.deepEqual([read(head), signature], [{ alg: 'none', typ: 'JWT' }, ''])
  const said = read(claims) as unknown as {
    sub: string
    iat: number
    exp: number
    reason_for_request: string
    requesting_practitioner: { id: string }
    requesting_organization: { identifier: { value: string }[] }
  }
  assert.deepEqual(
    [
      said.sub,
      said.requesting_practitioner.id,
      said.exp - said.iat,
      said.reason_for_request,
      said.requesting_organization.identifier[0]?.value,
    ],
    ['111111111111', '111111111111', 300, 'directcare', 'RJ1'],
  )
  assert.equal(request?.url, '/Patient/$gpc.getstructuredrecord')
  assert.deepEqual([request?.headers['ssp-from'], request?.headers['ssp-to']], ['200000000001', '200000000002'])
  assert.match(request?.body ?? '', /"includeMedication","part":\[\{"name":"includePrescriptionIssues","valueBoolean":true\}\]/)
  assert.match(request?.body ?? '', /"includeResolvedAllergies","valueBoolean":true/)
})

test('statement, plan and issues are one medicine, its issues newest first', async () => {
  const medicationReference = { reference: 'Medication/m1' }
  const order = (id: string, authoredOn: string): object => ({
    resourceType: 'MedicationRequest',
    id,
    intent: 'order',
    status: 'completed',
    basedOn: [{ reference: 'MedicationRequest/plan' }],
    authoredOn,
    medicationReference,
    ...about,
  })
  const { answers } = await ask([
    patientOf(),
    {
      resourceType: 'MedicationStatement',
      id: 's1',
      status: 'active',
      taken: 'unk',
      basedOn: [{ reference: 'MedicationRequest/plan' }],
      medicationReference,
      ...about,
    },
    {
      resourceType: 'MedicationRequest',
      id: 'plan',
      intent: 'plan',
      status: 'active',
      medicationReference,
      requester: { agent: { reference: 'Practitioner/d1' } },
      ...about,
    },
    order('o1', '2026-01-01'),
    order('o2', '2026-03-01'),
    { resourceType: 'Medication', id: 'm1', code: snomed('353205009', 'Xylometazoline') },
    list('933361000000108', ['MedicationStatement/s1']),
  ])
  const items = itemsOf(answers, 'medicines')
  assert.deepEqual(
    items.map(i => i.id),
    ['th/MedicationStatement/s1'],
  )
  assert.deepEqual(
    items[0]?.contained.map(c => c.id),
    ['m1', 'plan', 'o2', 'o1'],
  )
  assert.ok(!('taken' in (items[0]?.resource ?? {})))
})

test('HAZ-002: an allergy that ended, contained in its List, is shown as resolved and in the words the clinician chose', async () => {
  const { answers } = await ask([
    patientOf(),
    list('1103671000000101', ['#a1'], {
      contained: [
        {
          resourceType: 'AllergyIntolerance',
          id: 'a1',
          clinicalStatus: 'resolved',
          verificationStatus: 'unconfirmed',
          assertedDate: '2019-01-01',
          patient: { reference: 'Patient/p1' },
          code: {
            coding: [
              {
                system: 'http://snomed.info/sct',
                code: '300916003',
                display: 'Allergy to latex',
                extension: [
                  {
                    url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-coding-sctdescid',
                    extension: [{ url: 'descriptionDisplay', valueString: 'Latex allergy' }],
                  },
                ],
              },
            ],
          },
        },
      ],
    }),
  ])
  const [item] = itemsOf(answers, 'allergies')
  assert.match(JSON.stringify(item?.resource), /allergyintolerance-clinical","code":"resolved"/)
  assert.match(JSON.stringify(item?.resource), /Extension-UKCore-CodingSCTDescDisplay.*Latex allergy/)
  assert.equal(item?.provenance.recorded, '2019-01-01')
})

test('a transfer-degraded allergy says so', async () => {
  const { answers } = await ask([
    patientOf(),
    {
      resourceType: 'AllergyIntolerance',
      id: 'a1',
      patient: { reference: 'Patient/p1' },
      code: snomed('196461000000101', 'Transfer-degraded drug allergy'),
    },
  ])
  assert.deepEqual(itemsOf(answers, 'allergies')[0]?.marks, ['degraded'])
})

test('a consultation is one encounter with its headings, and its items belong to it', async () => {
  const { answers } = await ask(
    [
      patientOf(),
      {
        resourceType: 'Encounter',
        id: 'e1',
        status: 'finished',
        type: [{ text: 'GP Surgery' }],
        period: { start: '2026-07-08T14:35:00+01:00' },
        ...about,
      },
      list('325851000000107', ['List/topic'], { id: 'c1', encounter: { reference: 'Encounter/e1' } }),
      list('25851000000105', ['Observation/o1'], { id: 'topic', title: 'Cough' }),
      {
        resourceType: 'Observation',
        id: 'o1',
        status: 'final',
        code: snomed('49727002', 'Cough'),
        effectiveDateTime: '2026-07-08',
        comment: 'three days',
        ...about,
      },
    ],
    'recent',
  )
  const [encounter] = itemsOf(answers, 'encounters')
  assert.deepEqual(encounter?.links, ['th/Observation/o1'])
  assert.deepEqual(
    encounter?.contained.map(c => c.resourceType),
    ['Composition'],
  )
  const [consultation] = encounter?.contained ?? []
  assert.deepEqual(consultation && 'section' in consultation && consultation.section, [
    { title: 'Cough', entry: [{ reference: 'Observation/o1', display: 'Cough. three days' }] },
  ])
  const [observation] = itemsOf(answers, 'observations')
  assert.deepEqual(
    observation?.parents.map(p => p.id),
    ['e1'],
  )
  assert.match(JSON.stringify(observation?.resource), /"note":\[\{"text":"three days"\}\]/)
})

test('what belongs to older is not in recent, and the other way round', async () => {
  const record = [
    patientOf(),
    ...['2020-01-01', '2026-06-01', undefined].map((effectiveDateTime, n) => ({
      resourceType: 'Observation',
      id: `o${n}`,
      status: 'final',
      code: { text: 'x' },
      ...(effectiveDateTime ? { effectiveDateTime } : {}),
      ...about,
    })),
  ]
  const ids = async (group: 'recent' | 'older') => itemsOf((await ask(record, group)).answers, 'observations').map(i => i.resource.id)
  assert.deepEqual([await ids('recent'), await ids('older')], [['o1'], ['o0', 'o2']])
})

test('the mandatory warnings come in generic words, and an area switched off is never none', async () => {
  const { answers } = await ask([
    patientOf(),
    list('886921000000105', [], {
      extension: [
        {
          url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ListWarningCode-1',
          valueCode: 'confidential-items',
        },
      ],
    }),
    {
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'warning',
          code: 'not-supported',
          details: { text: 'includeProblems has been disabled' },
          diagnostics: 'includeProblems',
        },
      ],
    },
  ])
  assert.deepEqual(
    answerOf(answers, 'allergies')?.warnings.map(w => [w.code, w.section]),
    [['confidential-items', 'allergies']],
  )
  assert.deepEqual([answerOf(answers, 'problems')?.outcome, answerOf(answers, 'problems')?.cause], ['nothing-held', 'area-disabled'])
  assert.equal(answerOf(answers, 'medicines')?.cause, 'none')
})

test('R009 HAZ-013: nothing is asked about a person the register protects', async () => {
  const { answers, server } = await ask([patientOf()], 'essentials', { person: personOf({ restricted: 'yes' }) })
  assert.deepEqual([answers[0]?.outcome, server.seen.length], ['nothing-held', 0])
})

const refusals: readonly [status: number, code: string, outcome: string, cause: string][] = [
  [404, 'PATIENT_NOT_FOUND', 'nothing-held', 'area-disabled'],
  [403, 'NO_PATIENT_CONSENT', 'nothing-held', 'area-disabled'],
  [403, 'ACCESS_DENIED', 'refused', 'source-refused'],
  [500, 'INTERNAL_SERVER_ERROR', 'unavailable', 'server-error'],
  [400, 'INVALID_PATIENT_DEMOGRAPHICS', 'mismatch', 'demographics-differ'],
]
for (const [status, code, outcome, cause] of refusals)
  test(`GP Connect ${code} is ${outcome} (${cause})`, async () => {
    const { answers } = await ask(response =>
      json(response, { resourceType: 'OperationOutcome', issue: [{ details: { coding: [{ code }] } }] }, status),
    )
    assert.deepEqual(
      answers.map(a => [a.outcome, a.cause, a.items.length]),
      [[outcome, cause, 0]],
    )
  })

test('HAZ-017: an answer that may be about an identity the person has left is the same as a patient not found', async () => {
  const { answers } = await ask([patientOf()], 'essentials', { checkDemographics: () => ({ verdict: 'held', stewardTask: false }) })
  assert.deepEqual(
    answers.map(a => [a.outcome, a.cause, a.items.length, a.warnings.length]),
    [['nothing-held', 'area-disabled', 0, 0]],
  )
})

test('an answer without the patient, or about another, gives nothing', async () => {
  const other = patientOf({ identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000026' }] })
  assert.deepEqual(
    (await ask([])).answers.map(a => a.outcome),
    ['unavailable'],
  )
  assert.deepEqual(
    (await ask([other])).answers.map(a => a.cause),
    ['number-differs'],
  )
  assert.deepEqual(
    (await ask([patientOf(), other])).answers.map(a => a.cause),
    ['unreadable'],
  )
})
