import type { Cell } from './cell.ts'

type Json = Readonly<Record<string, unknown>>

const DAY_MS = 86_400_000
const UK = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-'
const DRUGS = [
  'Amlodipine 5mg tablets',
  'Metformin 500mg tablets',
  'Atorvastatin 20mg tablets',
  'Ramipril 2.5mg capsules',
  'Omeprazole 20mg capsules',
]
const PROBLEMS = [
  'Essential hypertension',
  'Type 2 diabetes mellitus',
  'Asthma',
  'Osteoarthritis of knee',
  'Chronic kidney disease stage 3',
]
const AGENTS = ['Penicillin', 'Peanut', 'Latex', 'Aspirin', 'Codeine phosphate']
const TESTS = [
  ['Serum potassium level', 'mmol/L', 3.5, 5.3],
  ['Serum sodium level', 'mmol/L', 133, 146],
  ['Haemoglobin concentration', 'g/L', 115, 165],
  ['Serum creatinine level', 'umol/L', 45, 84],
  ['Serum C reactive protein level', 'mg/L', 0, 5],
] as const
/** Twenty-five statements in the proportions of a busy record: half of it results. */
const KINDS = [
  'encounter',
  'observation',
  'medicine',
  'observation',
  'report',
  'problem',
  'observation',
  'observation',
  'allergy',
  'observation',
  'medicine',
  'encounter',
  'observation',
  'problem',
  'observation',
  'medicine',
  'observation',
  'report',
  'observation',
  'allergy',
  'observation',
  'encounter',
  'medicine',
  'problem',
  'observation',
] as const
const SHARED_EVERY = 10

const concept = (code: number, display: string): Json => ({
  coding: [
    { system: 'http://snomed.info/sct', version: 'http://snomed.info/sct/999000041000000102', code: String(38341003 + code * 11), display },
  ],
  text: display,
})
const narrative = (words: string): Json => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml"><table><tr><th>What</th><td>${words}</td></tr><tr><th>Recorded</th><td>by a clinician of this organisation and entered in its record system</td></tr></table></div>`,
})

/**
 * What one of the sources holds about the person: its share of the items of the cell, one in ten of them the same
 * statement as the next source has, and the people and places its items name. Plain made-up UK Core, about 1.4 KB each.
 */
export function holdingsOf(cell: Cell, source: number, base: string, today: Date): readonly Json[] {
  const share = Math.ceil(cell.items / cell.sources)
  const day = (n: number): string => new Date(today.getTime() - (2 + (n % 330)) * DAY_MS).toISOString().slice(0, 10)
  const reference = (type: string, id: string, display?: string): Json => ({ reference: `${type}/${id}`, ...(display ? { display } : {}) })
  const subject = reference('Patient', 'p1')
  const recorder = reference('Practitioner', `doctor${source}`, 'Dr Robin Bench')
  const organisation = reference('Organization', `trust${source}`, `Trust ${source}`)
  const encounterOf = (index: number): Json => reference('Encounter', `encounter-${source}-${index - (index % KINDS.length)}`)

  const make = (index: number): Json => {
    const kind = KINDS[index % KINDS.length] ?? 'observation'
    // The statement itself may be one that the next source also has; what it hangs on is always here.
    const shared = index % SHARED_EVERY === 1 && kind !== 'encounter' && kind !== 'report'
    const n = shared ? index * 7 : source * 1009 + index
    const id = shared ? `${kind}-shared-${index}` : `${kind}-${source}-${index}`
    const on = day(n)
    const common = (type: string, words: string): Json => ({
      resourceType: type,
      id,
      meta: { versionId: '3', lastUpdated: `${on}T11:32:05.120+00:00`, profile: [`${UK}${type}`], source: `urn:bench:system:${source}` },
      text: narrative(words),
      identifier: [{ use: 'official', system: `https://trust${source}.bench.example/ids/${type.toLowerCase()}`, value: `${id}-9f3c2e` }],
    })
    switch (kind) {
      case 'allergy': {
        const name = AGENTS[n % AGENTS.length] ?? ''
        return {
          ...common('AllergyIntolerance', `Allergy to ${name}`),
          clinicalStatus: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active', display: 'Active' }],
          },
          verificationStatus: {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed', display: 'Confirmed' },
            ],
          },
          type: 'allergy',
          category: ['medication'],
          criticality: 'high',
          code: concept(n % AGENTS.length, name),
          patient: subject,
          encounter: encounterOf(index),
          onsetDateTime: on,
          recordedDate: `${on}T10:15:00+00:00`,
          recorder,
          asserter: recorder,
          reaction: [
            {
              manifestation: [concept(90 + (n % 3), ['Skin rash', 'Wheeze', 'Swelling of lips'][n % 3] ?? '')],
              severity: 'moderate',
              onset: on,
            },
          ],
        }
      }
      case 'medicine': {
        const name = DRUGS[n % DRUGS.length] ?? ''
        return {
          ...common('MedicationRequest', name),
          status: 'active',
          intent: 'order',
          category: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'community', display: 'Community' },
              ],
            },
          ],
          medicationCodeableConcept: concept(200 + (n % DRUGS.length), name),
          subject,
          encounter: encounterOf(index),
          authoredOn: `${on}T10:20:00+00:00`,
          requester: recorder,
          dosageInstruction: [
            {
              sequence: 1,
              text: 'One tablet once a day in the morning',
              patientInstruction: 'Take with water',
              timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', when: ['MORN'] } },
              route: concept(300, 'Oral'),
              doseAndRate: [{ doseQuantity: { value: 1 + (n % 2), unit: 'tablet', system: 'http://unitsofmeasure.org', code: '{tbl}' } }],
            },
          ],
          dispenseRequest: {
            validityPeriod: { start: on },
            quantity: { value: 28, unit: 'tablet' },
            expectedSupplyDuration: { value: 28, unit: 'day' },
          },
        }
      }
      case 'problem': {
        const name = PROBLEMS[n % PROBLEMS.length] ?? ''
        return {
          ...common('Condition', name),
          clinicalStatus: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active', display: 'Active' }],
          },
          verificationStatus: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed', display: 'Confirmed' }],
          },
          category: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/condition-category',
                  code: 'problem-list-item',
                  display: 'Problem List Item',
                },
              ],
            },
          ],
          code: concept(400 + (n % PROBLEMS.length), name),
          subject,
          encounter: encounterOf(index),
          onsetDateTime: on,
          recordedDate: `${on}T10:25:00+00:00`,
          recorder,
          asserter: recorder,
          note: [
            {
              authorReference: recorder,
              time: `${on}T10:25:00+00:00`,
              text: 'Reviewed with the patient; continue as planned and review in six months.',
            },
          ],
        }
      }
      case 'encounter':
        return {
          ...common('Encounter', 'Outpatient attendance'),
          // One in each lot is what the statements of that lot refer to.
          ...(index % KINDS.length === 0 ? { id: `encounter-${source}-${index}` } : {}),
          status: 'finished',
          class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
          type: [concept(500, 'Outpatient attendance')],
          serviceType: {
            coding: [
              { system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-SpecialtyCode', code: '300', display: 'General internal medicine' },
            ],
          },
          subject,
          participant: [
            {
              type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'PPRF' }] }],
              individual: recorder,
            },
          ],
          period: { start: `${on}T09:${10 + (n % 50)}:00+00:00`, end: `${on}T10:${10 + (n % 50)}:00+00:00` },
          location: [{ location: reference('Location', `place${source}`, 'Outpatients'), status: 'completed' }],
          serviceProvider: organisation,
        }
      case 'report':
        return {
          ...common('DiagnosticReport', 'Laboratory report'),
          status: 'final',
          category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB', display: 'Laboratory' }] }],
          code: concept(600, 'Laboratory report'),
          subject,
          encounter: encounterOf(index),
          effectiveDateTime: `${on}T08:00:00+00:00`,
          issued: `${on}T12:00:00.000+00:00`,
          performer: [organisation],
          resultsInterpreter: [recorder],
          result: [1, 2, 3, 4].flatMap(step => {
            const at = index + step
            return KINDS[at % KINDS.length] === 'observation' && at % SHARED_EVERY !== 1 && at < share
              ? [reference('Observation', `observation-${source}-${at}`)]
              : []
          }),
          conclusion: 'Within the limits expected for this person.',
        }
      case 'observation':
      default: {
        const [name, unit, low, high] = TESTS[n % TESTS.length] ?? TESTS[0]
        const value = Math.round((low + ((n * 7) % 100) * 0.012 * (high - low)) * 10) / 10
        return {
          ...common('Observation', `${name} ${value} ${unit}`),
          status: 'final',
          category: [
            {
              coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory', display: 'Laboratory' }],
            },
          ],
          code: concept(700 + (n % TESTS.length), name),
          subject,
          encounter: encounterOf(index),
          effectiveDateTime: `${on}T0${n % 10}:15:00+00:00`,
          issued: `${on}T12:00:00.000+00:00`,
          performer: [organisation, recorder],
          valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
          interpretation:
            value > high
              ? [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'H', display: 'High' }] }]
              : undefined,
          referenceRange: [{ low: { value: low, unit }, high: { value: high, unit } }],
        }
      }
    }
  }

  const people: readonly Json[] = [
    {
      resourceType: 'Organization',
      id: `trust${source}`,
      meta: { versionId: '1', profile: [`${UK}Organization`] },
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: odsCodeOf(source) }],
      name: `Trust ${source}`,
    },
    {
      resourceType: 'Practitioner',
      id: `doctor${source}`,
      meta: { versionId: '1', profile: [`${UK}Practitioner`] },
      identifier: [{ system: 'https://fhir.nhs.uk/Id/sds-user-id', value: `55500000000${source}` }],
      name: [{ family: 'Bench', given: ['Robin'], prefix: ['Dr'] }],
    },
    {
      resourceType: 'Location',
      id: `place${source}`,
      meta: { versionId: '1', profile: [`${UK}Location`] },
      status: 'active',
      name: 'Outpatients',
      managingOrganization: organisation,
    },
  ]
  /** A visit to a sexual health clinic and what was found there: withheld, and so never counted among the items. */
  const planted = Array.from({ length: source === 0 ? (cell.planted ?? 0) : 0 }, (_, n): Json => {
    const on = day(n * 13)
    return {
      resourceType: 'Observation',
      id: `planted-${n}`,
      meta: { versionId: '1', lastUpdated: `${on}T11:32:05.120+00:00`, profile: [`${UK}Observation`] },
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
      code: { coding: [{ system: 'http://snomed.info/sct', code: '76272004', display: 'Syphilis' }], text: 'Syphilis serology' },
      subject,
      effectiveDateTime: `${on}T09:30:00+00:00`,
      valueString: 'Positive',
    }
  })
  return [...Array.from({ length: share }, (_, index) => make(index)), ...planted, ...people].map(resource => ({
    fullUrl: `${base}/${String(resource['resourceType'])}/${String(resource['id'])}`,
    resource,
  }))
}

export const odsCodeOf = (source: number): string => `B${100 + source}`
