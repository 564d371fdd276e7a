import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { consultationOf, type ConsultationHeading } from '../../../care-record/consultation.ts'
import type { Item } from '../../../care-record/item.ts'
import { SECTION_IDS, sectionsOf, type Group, type SectionId } from '../../../care-record/section.ts'
import { withoutReferences } from '../../../care-record/without-references.ts'
import { organisationOf, sourceOf } from '../reading/fixtures.ts'
import { atOnce, type JsonObject } from '../reading/json.ts'
import { sift, takeIn } from '../reading/take-in.ts'
import { hoistContained, translateGpConnect } from './translate.ts'

const about = { subject: { reference: 'Patient/p1' } }
const term = (text: string, code = '1'): object => ({ coding: [{ system: 'http://snomed.info/sct', code, display: text }] })
const list = (code: string, id: string, items: readonly string[], over: object = {}): object => ({
  resourceType: 'List',
  id,
  status: 'current',
  mode: 'snapshot',
  code: { coding: [{ system: 'http://snomed.info/sct', code }] },
  entry: items.map(reference => ({ item: { reference } })),
  ...over,
})
const visit = { resourceType: 'Encounter', id: 'e1', status: 'finished', period: { start: '2026-07-08' }, ...about }
const observation = (id: string, words: string, over: object = {}): object => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: term(words),
  effectiveDateTime: '2026-07-08',
  context: { reference: 'Encounter/e1' },
  ...about,
  ...over,
})
const extension = (name: string, value: object): object => ({
  url: `https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-${name}-1`,
  ...value,
})

interface Told {
  readonly sections?: readonly SectionId[]
  readonly maySee?: readonly SectionId[]
  readonly inGroup?: (section: SectionId, date: string | undefined) => boolean
  readonly withheld?: readonly string[]
}
function tell(resources: readonly object[], told: Told = {}): readonly Item[] {
  const entries = structuredClone(resources).map(resource => ({ resource }))
  const taken = atOnce(takeIn(entries, 'https://gp.example'))
  hoistContained(taken)
  atOnce(sift(taken, new Set(), () => new Set(told.withheld ?? [])))
  return atOnce(
    translateGpConnect({
      stu3: taken.resources,
      source: sourceOf({ id: 'gp' }),
      organisation: organisationOf(),
      retrievedAt: '2026-11-21T10:00:00Z',
      sections: new Set(told.sections ?? SECTION_IDS),
      ...(told.maySee === undefined ? {} : { maySee: new Set(told.maySee) }),
      inGroup: told.inGroup ?? (() => true),
    }),
  ).items
}
const one = (items: readonly Item[], id: string): Item => {
  const found = items.find(item => item.id === `gp/${id}`)
  assert.ok(found, `${id} is an item`)
  return found
}
const said = (item: Item): JsonObject => item.resource as unknown as JsonObject
const words = (headings: readonly ConsultationHeading[] | undefined): unknown =>
  headings?.map(h => [h.title ?? h.problem?.words ?? '', ...h.lines.map(l => l.words), ...(words(h.headings) as unknown[])])

const consultation = [
  visit,
  list('325851000000107', 'c1', ['List/t1', 'List/t2'], { encounter: { reference: 'Encounter/e1' }, title: 'GP Surgery' }),
  list('25851000000105', 't1', ['List/h1', 'List/h2'], {
    extension: [extension('RelatedProblemHeader', { extension: [{ url: 'target', valueReference: { reference: 'Condition/p' } }] })],
  }),
  list('24781000000107', 'h1', ['Observation/o1', 'Observation/note'], { title: 'History' }),
  list('24781000000107', 'h2', ['MedicationRequest/plan', 'Referral items are not supported', 'Observation/gone'], { title: 'Plan' }),
  list('25851000000105', 't2', ['Observation/bp'], { title: 'Blood pressure' }),
  { resourceType: 'Condition', id: 'p', clinicalStatus: 'active', code: term('Asthma', '195967001'), ...about },
  observation('o1', 'Wheeze', { comment: 'at night' }),
  observation('note', 'Comment note', { code: term('Comment note', '37331000000100'), comment: 'Worse since March' }),
  observation('bp', 'Blood pressure', {
    component: [
      { code: term('Systolic'), valueQuantity: { value: 138, unit: 'mmHg' } },
      { code: term('Diastolic'), valueQuantity: { value: 82, unit: 'mmHg' } },
    ],
  }),
  {
    resourceType: 'MedicationRequest',
    id: 'plan',
    intent: 'plan',
    status: 'active',
    medicationReference: { reference: 'Medication/m' },
    dosageInstruction: [{ text: 'two puffs' }],
    context: { reference: 'Encounter/e1' },
    ...about,
  },
  {
    resourceType: 'MedicationStatement',
    id: 'ms',
    status: 'active',
    basedOn: [{ reference: 'MedicationRequest/plan' }],
    medicationReference: { reference: 'Medication/m' },
    ...about,
  },
  { resourceType: 'Medication', id: 'm', code: term('Salbutamol 100micrograms/dose inhaler') },
]

test('R016: a consultation reads as written: topics by their problem, headings, lines, what could not be sent', () => {
  assert.deepEqual(words(consultationOf(one(tell(consultation), 'Encounter/e1'))), [
    [
      'Asthma',
      ['History', 'Wheeze. at night', 'Worse since March'],
      ['Plan', 'Salbutamol 100micrograms/dose inhaler. two puffs', 'Referral items are not supported'],
    ],
    ['Blood pressure', 'Blood pressure. Systolic 138 mmHg, Diastolic 82 mmHg'],
  ])
})

test('each line leads to its item, a prescription to its medicine, and the visit to all of them', () => {
  const items = tell(consultation)
  const encounter = one(items, 'Encounter/e1')
  const lines = (headings: readonly ConsultationHeading[]): readonly (string | undefined)[] =>
    headings.flatMap(h => [...h.lines.map(l => l.itemId), ...lines(h.headings)])
  const led = lines(consultationOf(encounter) ?? []).filter(id => id !== undefined)
  assert.deepEqual(led, ['gp/Observation/o1', 'gp/Observation/note', 'gp/MedicationStatement/ms', 'gp/Observation/bp'])
  for (const id of led) assert.ok(items.some(item => item.id === id) && encounter.links.includes(id), id)
  assert.ok(one(items, 'MedicationStatement/ms').links.includes('gp/Encounter/e1'))
})

test('a consultation is told with when it was and who it was with, not with when it was asked for', () => {
  const gp = { resourceType: 'Practitioner', id: 'gp', name: [{ text: 'Dr Priya Shah' }] }
  const individual = { reference: 'Practitioner/gp' }
  const given = (consultation as readonly JsonObject[]).map(one =>
    one['resourceType'] === 'Encounter'
      ? { ...one, period: { start: '2026-03-02T09:00:00Z' }, participant: [{ individual }, { individual }] }
      : one['id'] === 'c1'
        ? { ...one, date: '2026-11-21T10:00:00Z' }
        : one,
  )
  const [composition] = one(tell([...given, gp]), 'Encounter/e1').contained.filter(c => c.resourceType === 'Composition')
  assert.deepEqual([composition?.date, composition?.author], ['2026-03-02T09:00:00Z', [individual]])
})

const systems: readonly [stu3: string, r4: string][] = [
  ['http://hl7.org/fhir/observation-category', 'http://terminology.hl7.org/CodeSystem/observation-category'],
  ['http://hl7.org/fhir/v2/0074', 'http://terminology.hl7.org/CodeSystem/v2-0074'],
  ['http://hl7.org/fhir/v2/0078', 'http://terminology.hl7.org/CodeSystem/v2-0078'],
  ['http://hl7.org/fhir/v3/NullFlavor', 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor'],
  ['http://hl7.org/fhir/v3/ParticipationType', 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'],
  ['http://hl7.org/fhir/sid/icd-10', 'http://hl7.org/fhir/sid/icd-10'],
  ['http://hl7.org/fhir/administrative-gender', 'http://hl7.org/fhir/administrative-gender'],
  ['http://snomed.info/sct', 'http://snomed.info/sct'],
]
for (const [stu3, r4] of systems)
  test(`the code system ${stu3} is ${r4} in R4`, () => {
    const [item] = tell([{ ...observation('s', 'Sodium', { category: [{ coding: [{ system: stu3, code: 'x' }] }], valueString: stu3 }) }])
    const { category, valueString } = said(item as Item)
    assert.deepEqual([category, valueString], [[{ coding: [{ system: r4, code: 'x' }] }], stu3])
  })

const readers: readonly [name: string, maySee: readonly SectionId[], expected: unknown][] = [
  ['visits only: nothing of what was written', ['encounters'], undefined],
  ['medicines beside: the prescription', ['encounters', 'medicines'], [['Plan', 'Salbutamol 100micrograms/dose inhaler. two puffs']]],
  [
    'no problems: topics without their name',
    ['encounters', 'observations'],
    [
      ['History', 'Wheeze. at night', 'Worse since March'],
      ['Plan', 'Referral items are not supported'],
      ['Blood pressure', 'Blood pressure. Systolic 138 mmHg, Diastolic 82 mmHg'],
    ],
  ],
]
for (const [name, maySee, expected] of readers)
  test(`care rules 2.1: of a consultation a reader sees ${name}`, () => {
    assert.deepEqual(words(consultationOf(one(tell(consultation, { maySee, sections: ['encounters'] }), 'Encounter/e1'))), expected)
  })

test('what the sieve takes leaves neither line nor heading nor link', () => {
  const items = tell(consultation, { withheld: ['Observation/bp', 'Condition/p'] })
  const encounter = one(items, 'Encounter/e1')
  assert.doesNotMatch(JSON.stringify(encounter), /pressure|Systolic|Asthma|Condition|bp/i)
  assert.deepEqual(words(consultationOf(encounter)), [
    ['History', 'Wheeze. at night', 'Worse since March'],
    ['Plan', 'Salbutamol 100micrograms/dose inhaler. two puffs', 'Referral items are not supported'],
  ])
})

test('a line goes with its item when that is withheld later, and a heading with its last line', () => {
  const [composition] = one(tell(consultation), 'Encounter/e1').contained.filter(c => c.resourceType === 'Composition')
  const gone = new Set(['Observation/o1', 'Observation/note', 'Observation/bp'])
  const left = withoutReferences(composition, reference => gone.has(reference)) as Resource
  assert.doesNotMatch(JSON.stringify(left), /Wheeze|March|History|pressure/)
  assert.match(JSON.stringify(left), /Asthma.*Plan.*Salbutamol/)
  const problem = withoutReferences(composition, reference => reference === 'Condition/p')
  assert.doesNotMatch(JSON.stringify(problem), /Asthma|Wheeze|Salbutamol/, 'what was about the problem goes with it')
})

test('a line that is no item of this answer travels with the visit to be judged with it, and is linked', () => {
  const encounter = one(tell(consultation, { sections: sectionsOf('recent'), maySee: SECTION_IDS }), 'Encounter/e1')
  assert.deepEqual(
    encounter.contained.map(c => `${c.resourceType}/${c.id}`),
    ['Composition/c1', 'MedicationRequest/plan', 'Medication/m'],
  )
  assert.deepEqual(encounter.links.toSorted(), [
    'gp/Condition/p',
    'gp/MedicationStatement/ms',
    'gp/Observation/bp',
    'gp/Observation/note',
    'gp/Observation/o1',
  ])
})

test('a problem keeps its links into other groups, both ways, and is judged with what it links to', () => {
  const related = extension('RelatedClinicalContent', { valueReference: { reference: 'Observation/o1' } })
  const actual = {
    url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ActualProblem-1',
    valueReference: { reference: 'Observation/bp' },
  }
  const parent = extension('RelatedProblemHeader', {
    extension: [
      { url: 'type', valueCode: 'parent' },
      { url: 'target', valueReference: { reference: 'Condition/q' } },
    ],
  })
  const problem = { resourceType: 'Condition', id: 'p', code: term('Asthma'), extension: [related, actual, parent], ...about }
  const record = [visit, problem, { ...problem, id: 'q', extension: [] }, observation('o1', 'Wheeze'), observation('bp', 'BP')]
  const essentials = one(tell(record, { sections: sectionsOf('essentials'), inGroup: section => section === 'problems' }), 'Condition/p')
  assert.deepEqual(essentials.links.toSorted(), ['gp/Condition/q', 'gp/Observation/bp', 'gp/Observation/o1'])
  for (const id of ['bp', 'o1'])
    assert.ok(
      essentials.parents.some(p => p.id === id),
      id,
    )
  assert.match(JSON.stringify(essentials.resource), /Extension-UKCore-ActualProblem.*Observation\/bp/)
  const recent = one(tell(record, { sections: ['observations'] }), 'Observation/o1')
  assert.deepEqual(recent.links.toSorted(), ['gp/Condition/p', 'gp/Encounter/e1'])
  const sifted = one(tell(record, { sections: ['problems'], withheld: ['Observation/bp'] }), 'Condition/p')
  assert.doesNotMatch(JSON.stringify(sifted), /\bbp\b|ActualProblem/)
})

test('a referral and a procedure request of the same id are two, each with its references', () => {
  const items = tell([
    { resourceType: 'ReferralRequest', id: '1', status: 'active', intent: 'order', serviceRequested: [term('Dermatology')], ...about },
    {
      resourceType: 'ProcedureRequest',
      id: '1',
      status: 'active',
      intent: 'plan',
      code: term('Medication review'),
      occurrenceDateTime: '2027-01-01',
      ...about,
    },
    { resourceType: 'ProcedureRequest', id: '2', status: 'active', intent: 'order', code: term('Full blood count'), ...about },
    {
      resourceType: 'DiagnosticReport',
      id: 'r',
      status: 'final',
      code: term('FBC'),
      basedOn: [{ reference: 'ProcedureRequest/2' }],
      ...about,
    },
    {
      resourceType: 'Condition',
      id: 'p',
      code: term('Eczema'),
      extension: [extension('RelatedClinicalContent', { valueReference: { reference: 'ReferralRequest/1' } })],
      ...about,
    },
  ])
  const places = items.map(item => [item.id, item.section])
  assert.deepEqual(places.slice(0, 4), [
    ['gp/ServiceRequest/referral-1', 'referrals'],
    ['gp/ServiceRequest/procedure-1', 'appointments'],
    ['gp/ServiceRequest/procedure-2', 'referrals'],
    ['gp/DiagnosticReport/r', 'results'],
  ])
  assert.deepEqual(one(items, 'Condition/p').links, ['gp/ServiceRequest/referral-1'])
  assert.deepEqual(one(items, 'DiagnosticReport/r').links, ['gp/ServiceRequest/procedure-2'])
})

test('a report holds its groups and tests as results, its specimen within them, the filing comment as a note', () => {
  const items = tell([
    {
      resourceType: 'DiagnosticReport',
      id: 'r',
      status: 'final',
      issued: '2026-07-09',
      code: term('Renal profile'),
      specimen: [{ reference: 'Specimen/s' }],
      result: [{ reference: 'Observation/g' }],
      ...about,
    },
    { resourceType: 'Specimen', id: 's', type: term('Serum'), ...about },
    observation('g', 'Urea and electrolytes', {
      related: [
        { type: 'has-member', target: { reference: 'Observation/k' } },
        { type: 'has-member', target: { reference: 'Observation/f' } },
      ],
    }),
    observation('k', 'Potassium', { valueQuantity: { value: 4.1, unit: 'mmol/L' }, specimen: { reference: 'Specimen/s' } }),
    observation('f', 'Comment note', {
      code: term('Comment note', '37331000000100'),
      comment: 'Normal, no action',
      related: [{ type: 'derived-from', target: { reference: 'Observation/g' } }],
    }),
    observation('h', 'Height', { valueQuantity: { value: 170, unit: 'cm' } }),
  ])
  assert.deepEqual(
    items.map(item => [item.id, item.section]),
    [
      ['gp/DiagnosticReport/r', 'results'],
      ['gp/Observation/g', 'results'],
      ['gp/Observation/k', 'results'],
      ['gp/Observation/h', 'observations'],
    ],
  )
  const group = one(items, 'Observation/g')
  assert.deepEqual(said(group)['note'], [{ text: 'Normal, no action' }])
  assert.deepEqual(said(group)['hasMember'], [{ reference: 'Observation/k' }])
  assert.deepEqual(
    group.contained.map(c => c.id),
    ['f'],
  )
  assert.deepEqual(
    one(items, 'Observation/k').contained.map(c => c.id),
    ['s'],
  )
  assert.ok(one(items, 'Observation/k').parents.some(p => p.id === 'g'))
})

test('a vaccination that was not given says so and why; a product nobody knows is marked', () => {
  const [item] = tell([
    {
      resourceType: 'Immunization',
      id: 'i',
      status: 'completed',
      notGiven: true,
      vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/v3/NullFlavor', code: 'UNK' }] },
      explanation: { reasonNotGiven: [term('Patient declined')] },
      extension: [
        extension('VaccinationProcedure', { valueCodeableConcept: term('Influenza vaccination') }),
        extension('DateRecorded', { valueDateTime: '2026-10-01' }),
      ],
      patient: { reference: 'Patient/p1' },
    },
  ])
  assert.ok(item)
  assert.deepEqual(
    [said(item)['status'], said(item)['recorded'], item.section, item.marks],
    ['not-done', '2026-10-01', 'vaccinations', ['unknown-code']],
  )
  assert.match(JSON.stringify(said(item)['statusReason']), /Patient declined/)
  assert.match(JSON.stringify(said(item)['extension']), /Extension-UKCore-VaccinationProcedure.*Influenza/)
})

test('a medicine says why it was stopped and when it was last issued, in the words of R4', () => {
  const [item] = tell([
    {
      resourceType: 'MedicationRequest',
      id: 'p',
      intent: 'plan',
      status: 'stopped',
      medicationReference: { reference: 'Medication/m' },
      extension: [
        {
          url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-MedicationStatusReason-1',
          extension: [{ url: 'statusReason', valueCodeableConcept: { text: 'Side effects' } }],
        },
        {
          url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-PrescriptionType-1',
          valueCodeableConcept: term('Repeat'),
        },
        {
          url: 'https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-MedicationStatementLastIssueDate-1',
          valueDateTime: '2026-05-01',
        },
      ],
      ...about,
    },
    {
      resourceType: 'Medication',
      id: 'm',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '196421000000109' }], text: 'Old tablets' },
    },
  ])
  assert.ok(item)
  assert.deepEqual([said(item)['statusReason'], item.marks], [{ text: 'Side effects' }, ['degraded']])
  assert.match(JSON.stringify(said(item)), /"courseOfTherapyType".*Repeat/)
  assert.match(JSON.stringify(said(item)), /Extension-UKCore-MedicationStatementLastIssueDate/)
})

test('D82: the description the clinician picked is found whichever host the extension is written with', () => {
  for (const host of [
    'fhir.hl7.org.uk/STU3/StructureDefinition/Extension-coding-sctdescid',
    'fhir.nhs.uk/STU3/StructureDefinition/Extension-coding-sctdescid',
    'fhir.hl7.org.uk/STU3/StructureDefinition/Extension-coding-sctdecsid',
  ]) {
    const [item] = tell([
      {
        resourceType: 'Condition',
        id: 'c',
        code: {
          coding: [
            {
              system: 'http://snomed.info/sct',
              code: '1',
              display: 'x',
              extension: [{ url: `https://${host}`, extension: [{ url: 'descriptionDisplay', valueString: 'Old words' }] }],
            },
          ],
        },
        ...about,
      },
    ])
    assert.match(JSON.stringify(item?.resource), /Extension-UKCore-CodingSCTDescDisplay.*Old words/, host)
    assert.deepEqual(item?.marks, [])
  }
})

test('an attachment that could not be sent says why in the document’s description', () => {
  const [item] = tell([
    {
      resourceType: 'DocumentReference',
      id: 'd',
      status: 'current',
      type: { text: 'Letter' },
      indexed: '2026-07-09',
      created: '2026-07-01',
      description: 'Letter',
      content: [{ attachment: { contentType: 'application/pdf', title: 'File size 18 MB greater than maximum allowable (5MB)' } }],
      ...about,
    },
  ])
  assert.ok(item)
  assert.deepEqual(
    [said(item)['description'], said(item)['date'], said(item)['context']],
    ['Letter. File size 18 MB greater than maximum allowable (5MB)', '2026-07-09', { period: { start: '2026-07-01' } }],
  )
})

test('contained statements of the same id as another are another, unless they say the same', () => {
  const allergy = (id: string, text: string): object => ({
    resourceType: 'AllergyIntolerance',
    id,
    code: { text },
    patient: { reference: 'Patient/p1' },
  })
  const ended = (id: string, ...contained: readonly object[]): object =>
    list(
      '1103671000000101',
      id,
      contained.map((_, n) => `#${n}`),
      { contained },
    )
  const items = tell([
    allergy('1', 'Latex'),
    ended('l', { ...allergy('1', 'Nuts') }, allergy('2', 'Eggs')),
    ended('k', allergy('2', 'Eggs')),
  ])
  assert.deepEqual(
    items.map(item => [item.id, (said(item)['code'] as JsonObject)['text']]),
    [
      ['gp/AllergyIntolerance/1', 'Latex'],
      ['gp/AllergyIntolerance/l-1', 'Nuts'],
      ['gp/AllergyIntolerance/2', 'Eggs'],
    ],
  )
})

const FROM = '2025-11-21'
const day = fc.option(fc.constantFrom('2019-01-01', '2025-06-01', '2025-11-20', '2025-11-21', '2025-12-01', '2026-11-01', '2027-03-01'), {
  nil: undefined,
})
/** What a practice sends of each area in each group: its own reading of the period (GP Connect Structured 1.5.1). */
test('R095: nothing falls between recent and older, whatever the dates of a statement', () => {
  fc.assert(
    fc.property(day, day, day, day, (own, visited, issued, authored) => {
      const dated = (name: string, value: string | undefined): object => (value === undefined ? {} : { [name]: value })
      const encounter = {
        resourceType: 'Encounter',
        id: 'e1',
        status: 'finished',
        ...(visited === undefined ? {} : { period: { start: visited } }),
        ...about,
      }
      const noted = { ...observation('o', 'Cough'), ...dated('effectiveDateTime', own) } as JsonObject
      const test = { ...observation('t', 'Potassium', { context: undefined }), ...dated('effectiveDateTime', own) } as JsonObject
      const report = {
        resourceType: 'DiagnosticReport',
        id: 'r',
        status: 'final',
        code: term('U&E'),
        result: [{ reference: 'Observation/t' }],
        ...dated('effectiveDateTime', own),
        ...dated('issued', issued),
        ...about,
      }
      const referral = {
        resourceType: 'ReferralRequest',
        id: 'f',
        status: 'active',
        intent: 'order',
        ...dated('occurrenceDateTime', own),
        ...dated('authoredOn', authored),
        ...about,
      }
      const inPeriod = (date: string | undefined): boolean => date === undefined || date >= FROM
      const sent = (group: Group): readonly object[] =>
        group === 'older'
          ? [encounter, noted, test, report, referral]
          : [
              ...(inPeriod(visited) ? [encounter, noted] : inPeriod(own) ? [noted] : []),
              ...(inPeriod(issued ?? own) ? [report, test] : []),
              ...(inPeriod(authored ?? own) ? [referral] : []),
            ]
      const seen = new Set(
        (['recent', 'older'] as const).flatMap(group =>
          tell(sent(group), { inGroup: (_, date) => (group === 'recent') === (date !== undefined && date >= FROM) }).map(item => item.id),
        ),
      )
      assert.deepEqual([...seen].toSorted(), [
        'gp/DiagnosticReport/r',
        'gp/Encounter/e1',
        'gp/Observation/o',
        'gp/Observation/t',
        'gp/ServiceRequest/referral-f',
      ])
    }),
  )
})

test('any order of the entries gives the same items', () => {
  const shown = (items: readonly Item[]): unknown =>
    items
      .map(item => ({
        ...item,
        links: item.links.toSorted(),
        contained: item.contained.map(c => JSON.stringify(c)).toSorted(),
        parents: item.parents.map(p => JSON.stringify(p)).toSorted(),
      }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const expected = JSON.stringify(shown(tell(consultation)))
  fc.assert(
    fc.property(fc.shuffledSubarray(consultation, { minLength: consultation.length }), order => {
      assert.equal(JSON.stringify(shown(tell(order))), expected)
    }),
    { numRuns: 40 },
  )
})

test('Lists that hold each other, or a thousand of them, end', () => {
  const circle = [
    visit,
    list('325851000000107', 'c1', ['List/t1'], { encounter: { reference: 'Encounter/e1' } }),
    list('25851000000105', 't1', ['List/t2', 'Observation/o1'], { title: 'A' }),
    list('25851000000105', 't2', ['List/t1', 'List/c1'], { title: 'B' }),
    observation('o1', 'Wheeze'),
  ]
  assert.deepEqual(words(consultationOf(one(tell(circle), 'Encounter/e1'))), [['A', 'Wheeze']])
  const deep = Array.from({ length: 2000 }, (_, n) => list('25851000000105', `d${n}`, [`List/d${n + 1}`], { title: `${n}` }))
  assert.ok(
    tell([
      visit,
      list('325851000000107', 'c1', ['List/d0'], { encounter: { reference: 'Encounter/e1' } }),
      ...deep,
      list('25851000000105', 'd2000', ['Observation/o1']),
      observation('o1', 'x'),
    ]).length > 0,
  )
})
