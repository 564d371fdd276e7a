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

const warned = (code: string, valueCode: string, over: object = {}): object =>
  list(code, [], {
    extension: [{ url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ListWarningCode-1', valueCode }],
    ...over,
  })
const inTransit =
  'Patient record transfer from previous GP practice not yet complete; information recorded before 15-Oct-2020 may be missing.'
const secondary = (text: string, valueCode: string, note?: string): object => ({
  ...warned('', valueCode, note === undefined ? {} : { note: [{ text: note }] }),
  title: text,
  code: { text },
})
const warnings: readonly [name: string, group: AskContext['ask']['group'], sent: object, section: string, code: string, words: RegExp][] = [
  [
    'confidential items of allergies',
    'essentials',
    warned('886921000000105', 'confidential-items'),
    'allergies',
    'confidential-items',
    /^Items excluded due to confidentiality and\/or patient preferences\.$/,
  ],
  [
    'a transfer without a date',
    'essentials',
    warned('933361000000108', 'data-in-transit'),
    'medicines',
    'data-in-transit',
    /not yet complete; information may be missing/,
  ],
  [
    'a transfer with its date, first in the note',
    'essentials',
    warned('717711000000103', 'data-in-transit', { note: [{ text: inTransit }] }),
    'problems',
    'data-in-transit',
    /recorded before 15-Oct-2020 may be missing\.$/,
  ],
  [
    'a transfer with its date, after another notice',
    'essentials',
    warned('717711000000103', 'data-in-transit', {
      note: [{ text: `Items excluded due to confidentiality and/or patient preferences. ${inTransit} Information not available` }],
    }),
    'problems',
    'data-in-transit',
    /^Patient record transfer.*may be missing\.$/,
  ],
  [
    'data awaiting filing of investigations',
    'recent',
    warned('887191000000108', 'data-awaiting-filing'),
    'results',
    'data-awaiting-filing',
    /third party awaiting review/,
  ],
  ['immunisations', 'recent', warned('1102181000000102', 'confidential-items'), 'vaccinations', 'confidential-items', /./],
  ['consultations', 'recent', warned('1149501000000101', 'confidential-items'), 'encounters', 'confidential-items', /./],
  ['referrals', 'recent', warned('792931000000107', 'confidential-items'), 'referrals', 'confidential-items', /./],
  ['diary', 'recent', warned('714311000000108', 'confidential-items'), 'appointments', 'confidential-items', /./],
  ['uncategorised data', 'recent', warned('826501000000100', 'confidential-items'), 'observations', 'confidential-items', /./],
  [
    'uncategorised data in consultations',
    'recent',
    secondary('consultations-uncategorised-data-contained-in-consultations', 'confidential-items'),
    'observations',
    'confidential-items',
    /./,
  ],
  [
    'medicines in consultations, which are asked for elsewhere',
    'recent',
    secondary('Consultations - medications contained in consultations', 'confidential-items'),
    'encounters',
    'confidential-items',
    /./,
  ],
  [
    'observations of problems, which are asked for elsewhere',
    'essentials',
    secondary('problems-uncategorised-data-related-to-problems', 'confidential-items'),
    'problems',
    'confidential-items',
    /./,
  ],
]
for (const [name, group, sent, section, code, said] of warnings)
  test(`D118: the warning of ${name} stands in its section`, async () => {
    const { answers } = await ask([patientOf(), sent], group)
    const found = answers.flatMap(a => a.warnings).filter(w => w.code === code)
    assert.deepEqual(
      found.map(w => w.section),
      [section],
    )
    assert.match(found[0]?.words ?? '', said)
  })

test('D118: a note about the person, or a warning nobody knows, is not passed on', async () => {
  const { answers } = await ask([
    patientOf(),
    warned('886921000000105', 'confidential-items', { note: [{ text: 'Mrs Test asked for this' }] }),
    warned('717711000000103', 'made-up'),
  ])
  assert.doesNotMatch(JSON.stringify(answers.map(a => a.warnings)), /Mrs Test|made-up/)
})

test('an empty List with its reason is nothing held, and a warning beside it stays', async () => {
  const emptyReason = { coding: [{ code: 'no-content-recorded', display: 'No Content Recorded' }] }
  const { answers } = await ask([
    patientOf(),
    list('886921000000105', [], { emptyReason, note: [{ text: 'Information not available.' }] }),
    warned('933361000000108', 'confidential-items', { emptyReason }),
  ])
  assert.deepEqual([answerOf(answers, 'allergies')?.outcome, answerOf(answers, 'allergies')?.cause], ['nothing-held', 'none'])
  assert.deepEqual(
    ['allergies', 'medicines'].flatMap(section =>
      answers.flatMap(a => a.warnings).flatMap(w => (w.section === section ? [[section, w.code]] : [])),
    ),
    [['medicines', 'confidential-items']],
  )
})

test('a part that a practice does not know takes no area away', async () => {
  const { answers } = await ask(
    [
      patientOf(),
      { resourceType: 'Immunization', id: 'i', date: '2026-01-01', vaccineCode: { text: 'x' }, patient: { reference: 'Patient/p1' } },
      {
        resourceType: 'OperationOutcome',
        issue: [
          { severity: 'warning', code: 'not-supported', diagnostics: 'includeImmunisations.includeStatus' },
          { severity: 'warning', code: 'not-supported', details: { text: 'includeReferrals has been disabled' } },
        ],
      },
    ],
    'recent',
  )
  assert.equal(answerOf(answers, 'vaccinations')?.outcome, 'answered')
  assert.deepEqual([answerOf(answers, 'referrals')?.outcome, answerOf(answers, 'referrals')?.cause], ['nothing-held', 'area-disabled'])
})

/** A system that answers 422 while the request names what it does not know. */
const older =
  (unknown: RegExp, said: object = {}): ((response: ServerResponse, body: string) => void) =>
  (response, body) =>
    unknown.test(body)
      ? json(
          response,
          { resourceType: 'OperationOutcome', issue: [{ code: 'invalid', details: { coding: [{ code: 'INVALID_PARAMETER' }] }, ...said }] },
          422,
        )
      : json(response, {
          resourceType: 'Bundle',
          entry: [
            patientOf(),
            { resourceType: 'AllergyIntolerance', id: 'a', code: { text: 'x' }, patient: { reference: 'Patient/p1' } },
          ].map(resource => ({ resource })),
        })

async function askOlder(answer: (response: ServerResponse, body: string) => void, group: AskContext['ask']['group'] = 'essentials') {
  const server = await answering((_, response) => answer(response, server.seen.at(-1)?.body ?? ''))
  try {
    const context = contextOf(group, { baseUrl: server.url, connector: 'gp-connect', asidTo: '200000000002' })
    return {
      answers: await createGpConnectConnector({ dispatcher: server.dispatcher, spine })(context),
      bodies: server.seen.map(s => s.body),
    }
  } finally {
    await server.close()
  }
}

test('a parameter an older system refuses is left out once; its section is not available from this practice, the rest is', async () => {
  for (const said of [{ diagnostics: 'includeProblems' }, { expression: ['Parameters.parameter.includeProblems'] }, {}]) {
    const { answers, bodies } = await askOlder(older(/includeProblems/, said))
    assert.equal(bodies.length, 2)
    assert.doesNotMatch(bodies[1] ?? '', /includeProblems/)
    const problems = answerOf(answers, 'problems')
    assert.deepEqual([problems?.outcome, problems?.cause, problems?.complete], ['nothing-held', 'area-disabled', true])
    assert.ok(problems?.warnings.some(w => w.words === 'Not available from this practice.'))
    assert.equal(answerOf(answers, 'allergies')?.items.length, 1)
  }
})

test('a part an older system refuses is left out, and its area is asked', async () => {
  const { answers, bodies } = await askOlder(older(/includeStatus/, { diagnostics: 'includeImmunisations.includeStatus' }), 'recent')
  assert.match(bodies[1] ?? '', /"name":"includeImmunisations","part":\[\{"name":"includeNotGiven"/)
  assert.deepEqual([answerOf(answers, 'vaccinations')?.outcome, answerOf(answers, 'vaccinations')?.cause], ['nothing-held', 'none'])
})

test('a system that refuses again, or refuses all, is asked no third time', async () => {
  const again = await askOlder(older(/./, { diagnostics: 'includeProblems' }))
  assert.deepEqual([again.bodies.length, again.answers.map(a => [a.outcome, a.cause])], [2, [['unavailable', 'server-error']]])
  const all = await askOlder(older(/./), 'recent')
  assert.equal(all.bodies.length, 1)
})

test('HAZ-017: not found, no record, no consent and an identity that was left are one and the same answer', async () => {
  const said = async (given: Parameters<typeof ask>[0], over: Partial<AskContext> = {}): Promise<string[]> => {
    const found: string[] = []
    for (const group of ['essentials', 'recent', 'older'] as const) {
      const { answers } = await ask(given, group, over)
      found.push(JSON.stringify(answers.map(answer => ({ ...answer, tookMs: 0 }))))
    }
    return found
  }
  const error =
    (status: number, code: string) =>
    (response: ServerResponse): void =>
      json(response, { resourceType: 'OperationOutcome', issue: [{ details: { coding: [{ code }] } }] }, status)
  const expected = await said(error(404, 'PATIENT_NOT_FOUND'))
  assert.deepEqual(await said(error(404, 'NO_RECORD_FOUND')), expected)
  assert.deepEqual(await said(error(403, 'NO_PATIENT_CONSENT')), expected)
  assert.deepEqual(await said([patientOf()], { checkDemographics: () => ({ verdict: 'held', stewardTask: false }) }), expected)
})

test('diary entries are asked for once: among what is older none is missing', async () => {
  const { answers, server } = await ask([patientOf()], 'older')
  assert.deepEqual([answerOf(answers, 'appointments')?.outcome, answerOf(answers, 'appointments')?.cause], ['nothing-held', 'none'])
  assert.doesNotMatch(server.seen[0]?.body ?? '', /Diary|Period/)
})
