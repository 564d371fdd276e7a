import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, findings, measures, procedures, reactions, tests, vaccines, words } from '../terms.ts'
import type { Held, LabTest, Life, SystemId, ToldMeasure, ToldResult } from '../told.ts'
import { amaraBeyond } from './amara-beyond.ts'
import { amaraDocuments } from './amara-documents.ts'
import { need, relative } from './fhir.ts'
import { study } from './tell.ts'

/**
 * Mrs Okafor, 70, in A&E after a fall. Her practice gives apixaban 5 mg; the hospital that mended her hip sent her
 * home on 2.5 mg and stopped her ramipril. One hospital knows of no allergy, her practice of an anaphylaxis.
 */
export function amara(c: Calendar): Life {
  const life: Life = { ...clinical(c), ...amaraBeyond(c) }
  for (const [system, documents] of Object.entries(amaraDocuments(c))) {
    const held: Held = life[system as SystemId] ?? {}
    life[system as SystemId] = { ...held, documents }
  }
  return life
}

function clinical(c: Calendar): Life {
  const arrived = c.minutesAgo(95)
  const series = (test: LabTest, range: ToldResult['range'], points: readonly (readonly [at: string, value: number])[]): ToldResult[] =>
    points.map(([at, value], i) => ({
      id: `${test.term.text?.toLowerCase()}-${i + 1}`,
      test,
      at,
      value,
      ...(range && { range }),
      ...(at === bloods && { encounter: 'ed-now' }),
    }))
  const bloods = c.minutesAgo(57)
  const earlier = (daysAgo: number): string => c.at(daysAgo, '09:40')
  const repeat = (id: string, term: (typeof drugs)[keyof typeof drugs], dose: string, startedDaysAgo: number, quantity: number) =>
    ({
      id,
      term,
      kind: 'repeat',
      status: 'active',
      dose,
      start: c.day(startedDaysAgo),
      issues: [77, 47, 19].map(ago => ({ on: c.day(ago), quantity })),
    }) as const

  const pressures = (points: readonly (readonly [daysAgo: number, systolic: number, diastolic: number])[]): ToldMeasure[] =>
    points.map(([daysAgo, value, second]) => ({
      id: `bp-${daysAgo}`,
      term: measures.bloodPressure,
      at: c.at(daysAgo, '10:25'),
      value,
      second,
      unit: 'mmHg',
      ucum: 'mm[Hg]',
    }))
  const hip = study('CR', 'KCH26112101', 'HIP', 2)
  const head = study('CT', 'KCH26071302', 'HEAD', 42)
  return {
    'camberwell-gp': {
      allergies: [
        {
          id: 'penicillin',
          term: allergens.penicillin,
          recorded: '1998-05-12',
          status: 'active',
          reactions: [reactions.anaphylaxis],
          severity: 'severe',
          category: 'medication',
        },
        {
          id: 'trimethoprim',
          term: allergens.trimethoprim,
          recorded: '2014',
          status: 'active',
          reactions: [reactions.rash],
          severity: 'mild',
          category: 'medication',
        },
      ],
      medicines: [
        repeat('apixaban', drugs.apixaban5, '5 mg twice a day', 1998, 56),
        repeat('bisoprolol', drugs.bisoprolol, '2.5 mg once a day', 1990, 28),
        repeat('metformin', drugs.metforminMr, '1 g with evening meal', 2600, 56),
        repeat('atorvastatin', drugs.atorvastatin, '40 mg at night', 2600, 28),
        repeat('paracetamol', drugs.paracetamol, '1 g up to 4 times a day when required', 33, 100),
        repeat('omeprazole', drugs.omeprazole, '20 mg once a day', 900, 28),
        {
          id: 'ramipril',
          term: drugs.ramipril,
          kind: 'repeat',
          status: 'active',
          dose: '5 mg once a day',
          start: c.day(2400),
          issues: [{ on: c.day(77), quantity: 28 }],
        },
        {
          id: 'amoxicillin-not',
          term: drugs.doxycycline,
          kind: 'acute',
          status: 'completed',
          dose: '200 mg on day 1, then 100 mg once a day',
          start: c.day(240),
          end: c.day(233),
          issues: [{ on: c.day(240), quantity: 8 }],
        },
      ],
      problems: [
        {
          id: 'hypertension',
          term: conditions.hypertension,
          recorded: '2009-05-21',
          onset: '2009-05',
          status: 'active',
          significance: 'major',
        },
        {
          id: 'diabetes',
          term: conditions.diabetes,
          recorded: '2014-09-09',
          onset: '2014',
          status: 'active',
          significance: 'major',
          linked: ['MedicationStatement/metformin', 'Encounter/review'],
        },
        {
          id: 'af',
          term: conditions.atrialFibrillation,
          recorded: '2021-06-02',
          onset: '2021-06-02',
          status: 'active',
          significance: 'major',
          linked: ['MedicationStatement/apixaban', 'MedicationStatement/bisoprolol'],
        },
        { id: 'ckd', term: conditions.kidney, recorded: '2023-01-17', status: 'active', significance: 'major' },
        { id: 'oa', term: conditions.osteoarthritis, recorded: '2017', onset: '2017', status: 'active', significance: 'minor' },
        {
          id: 'pneumonia',
          term: conditions.pneumonia,
          recorded: '2019-02-03',
          onset: '2019-02',
          ended: '2019-03',
          status: 'inactive',
          significance: 'minor',
        },
      ],
      results: [
        ...series(
          tests.hba1c,
          [20, 41],
          [
            [earlier(610), 55],
            [earlier(428), 57],
            [earlier(255), 58],
            [earlier(68), 61],
          ],
        ),
        ...series(
          tests.potassium,
          [3.5, 5.3],
          [
            [earlier(430), 4.4],
            [earlier(255), 4.6],
          ],
        ),
        ...series(
          tests.cholesterol,
          [undefined, 5],
          [
            [earlier(428), 5.4],
            [earlier(68), 4.3],
          ],
        ),
        { id: 'crp-low', test: tests.crp, at: earlier(120), value: 5, comparator: '<', range: [0, 5] },
        { id: 'covid-positive', test: tests.covid, at: earlier(200), finding: findings.positive },
        { id: 'covid-void', test: tests.covid, at: earlier(90), finding: findings.void, note: 'Sample leaked in transit' },
      ],
      encounters: [
        {
          id: 'ankle',
          class: 'GP',
          status: 'finished',
          title: 'GP consultation, ankle swelling',
          start: c.at(40, '10:20'),
          service: 'GP',
          headings: [
            ['History', 'Both ankles swollen at the end of the day for two weeks.'],
            ['Examination', 'Mild pitting oedema. Chest clear.'],
            ['Plan', 'Check kidney function. Review in a month.'],
          ],
        },
        {
          id: 'review',
          class: 'GP',
          status: 'finished',
          title: 'Diabetes review',
          start: c.at(68, '09:10'),
          service: 'GP',
          headings: [['Result', 'Foot check normal.']],
          holds: ['MedicationStatement/metformin'],
        },
        ...[330, 255, 180, 120, 12].map(
          ago =>
            ({
              id: `contact-${ago}`,
              class: 'GP',
              status: 'finished',
              title: ago === 12 ? 'Telephone consultation, after discharge' : 'Blood pressure check',
              start: c.at(ago, '10:20'),
              service: 'GP',
              headings: [['Plan', ago === 12 ? 'Blood test this week, then decide on ramipril.' : 'Continue. Recheck in three months.']],
            }) as const,
        ),
      ],
      measures: [
        ...pressures([
          [330, 156, 92],
          [255, 150, 88],
          [180, 146, 86],
          [120, 142, 84],
          [68, 144, 86],
        ]),
        {
          id: 'bp-40',
          term: measures.bloodPressure,
          at: c.at(40, '10:25'),
          value: 148,
          second: 84,
          unit: 'mmHg',
          ucum: 'mm[Hg]',
          encounter: 'ankle',
        },
        { id: 'weight', term: measures.weight, at: c.at(68, '09:15'), value: 71, unit: 'kg', ucum: 'kg', encounter: 'review' },
      ],
      vaccinations: [
        {
          id: 'flu',
          term: vaccines.influenza,
          on: c.day(45),
          product: words('Adjuvanted trivalent influenza vaccine suspension for injection 0.5ml pre-filled syringes'),
          batch: 'AF5521B',
          dose: 1,
          site: 'Left upper arm',
        },
        { id: 'pneumo', term: vaccines.pneumococcal, on: '2021-11-03', batch: 'P77120', dose: 1, site: 'Right upper arm' },
        { id: 'covid', term: vaccines.covid, on: c.day(45), status: 'not-done', words: 'Declined today' },
      ],
      flags: [{ id: 'interpreter', term: words('Yoruba interpreter. Hearing aid, left. Large print letters.'), on: c.day(255) }],
      referrals: [
        { id: 'fracture', term: words('Referral to fracture clinic'), on: c.day(22), words: 'Routine follow-up after hip fracture' },
      ],
    },
    kch: {
      flags: [{ id: 'home', term: words('Lives alone. Key safe, call community nursing.'), on: c.day(22) }],
      allergies: [
        {
          id: 'latex',
          term: allergens.latex,
          recorded: c.day(290),
          status: 'active',
          reactions: [reactions.dermatitis],
          severity: 'moderate',
          category: 'environment',
        },
      ],
      encounters: [
        {
          id: 'ed-now',
          class: 'EMER',
          status: 'in-progress',
          title: 'Emergency department',
          start: arrived,
          service: 'ED',
          reason: conditions.fall,
        },
        {
          id: 'ed-feb',
          class: 'EMER',
          status: 'finished',
          title: 'Emergency department',
          start: c.at(290, '18:05'),
          end: c.at(290, '22:40'),
          service: 'ED',
        },
        {
          id: 'ed-jul',
          class: 'EMER',
          status: 'finished',
          title: 'Emergency department',
          start: c.at(131, '20:40'),
          end: c.at(131, '23:55'),
          service: 'ED',
          reason: conditions.fall,
        },
        {
          id: 'echo',
          class: 'AMB',
          status: 'finished',
          title: 'Cardiology outpatient',
          start: c.at(86, '11:00'),
          end: c.at(86, '11:30'),
          service: 'CARD',
        },
      ],
      problems: [
        { id: 'af', term: conditions.atrialFibrillation, recorded: c.day(86), status: 'active', significance: 'major', encounter: 'echo' },
        {
          id: 'fall',
          term: conditions.fall,
          recorded: arrived,
          status: 'active',
          significance: 'minor',
          kind: 'encounter-diagnosis',
          encounter: 'ed-now',
        },
      ],
      results: [
        ...series(
          tests.potassium,
          [3.5, 5.3],
          [
            [earlier(300), 4.5],
            [earlier(86), 4.7],
            [bloods, 5.6],
          ],
        ),
        ...series(
          tests.creatinine,
          [45, 84],
          [
            [earlier(300), 96],
            [earlier(86), 104],
            [bloods, 142],
          ],
        ),
        ...series(
          tests.haemoglobin,
          [115, 165],
          [
            [earlier(300), 127],
            [earlier(86), 124],
            [bloods, 104],
          ],
        ),
        ...series(
          tests.crp,
          [0, 5],
          [
            [earlier(300), 3],
            [earlier(86), 4],
            [bloods, 42],
          ],
        ),
        {
          id: 'potassium-haemolysed',
          test: tests.potassium,
          at: c.at(131, '21:10'),
          words: 'Haemolysed, not processed',
          range: [3.5, 5.3],
          encounter: 'ed-jul',
        },
        {
          id: 'creatinine-corrected',
          test: tests.creatinine,
          at: c.at(131, '21:10'),
          value: 109,
          range: [45, 84],
          status: 'corrected',
          note: 'Corrected: first reported as 190 umol/L',
          encounter: 'ed-jul',
        },
        {
          id: 'troponin-cancelled',
          test: tests.troponin,
          at: bloods,
          status: 'cancelled',
          words: 'Cancelled: wrong tube',
          encounter: 'ed-now',
        },
        { id: 'covid-negative', test: tests.covid, at: bloods, finding: findings.negative, encounter: 'ed-now' },
      ],
      imaging: [
        { id: 'hip', term: words('X-ray right hip'), on: c.minutesAgo(45), status: 'registered', encounter: 'ed-now', ...hip },
        { id: 'echo', term: words('Echocardiogram'), on: c.day(86), words: 'Normal systolic function, EF 58%', encounter: 'echo' },
        {
          id: 'head',
          term: words('CT head'),
          on: c.at(131, '22:05'),
          words: 'No intracranial haemorrhage and no skull fracture. Mild small vessel change.',
          encounter: 'ed-jul',
          ...head,
        },
      ],
      measures: [
        { id: 'pulse', term: measures.pulse, at: c.minutesAgo(90), value: 104, unit: 'beats/min', ucum: '/min', encounter: 'ed-now' },
        { id: 'news2', term: measures.news2, at: c.minutesAgo(90), value: 5, unit: 'score', ucum: '{score}', encounter: 'ed-now' },
        {
          id: 'bp',
          term: measures.bloodPressure,
          at: c.minutesAgo(90),
          value: 104,
          second: 58,
          unit: 'mmHg',
          ucum: 'mm[Hg]',
          encounter: 'ed-now',
        },
        { id: 'spo2', term: measures.oxygen, at: c.minutesAgo(90), value: 95, unit: '%', ucum: '%', encounter: 'ed-now' },
      ],
      resources: [
        need('needs', 'Communication', 'Yoruba interpreter. Hearing aid, left. Large print letters.', c.day(255)),
        relative('daughter', {
          name: 'Mrs Ngozi Adebayo',
          relationship: 'Daughter',
          phone: '07700 900118',
          roles: ['Next of kin'],
          note: 'Told of the attendance.',
        }),
      ],
    },
    // The pictures are there before anybody has read them.
    'kch-imaging': {
      imaging: [
        { id: 'hip', term: words('XR HIP RT'), on: c.minutesAgo(45), ...hip },
        { id: 'head', term: words('CT HEAD'), on: c.at(131, '22:05'), ...head },
      ],
    },
    gstt: {
      allergies: [{ id: 'nka', term: allergens.noneKnown, recorded: c.day(289), status: 'none-known' }],
      medicines: [
        {
          id: 'apixaban',
          term: drugs.apixaban2,
          kind: 'discharge',
          status: 'active',
          dose: '2.5 mg twice a day',
          amount: { value: 2.5, unit: 'mg' },
          perDay: 2,
          start: c.day(24),
          encounter: 'hip-stay',
          note: 'Changed at discharge: reduced from 5 mg twice a day for kidney function and weight.',
          by: 'Dr Emmanuel Asante, consultant, orthopaedics',
        },
        {
          id: 'bisoprolol',
          term: drugs.bisoprolol,
          kind: 'discharge',
          status: 'active',
          dose: '2.5 mg once a day',
          amount: { value: 2.5, unit: 'mg' },
          perDay: 1,
          start: c.day(24),
          encounter: 'hip-stay',
        },
        {
          id: 'ramipril',
          term: drugs.ramipril,
          kind: 'discharge',
          status: 'on-hold',
          dose: '5 mg once a day',
          amount: { value: 5, unit: 'mg' },
          perDay: 1,
          start: c.day(24),
          reason: 'Kidney function fell during the stay; practice to review',
          encounter: 'hip-stay',
          note: 'Changed at discharge: suspended.',
          by: 'Dr Emmanuel Asante, consultant, orthopaedics',
        },
      ],
      problems: [
        {
          id: 'hip',
          term: conditions.hipFracture,
          recorded: c.day(34),
          onset: c.day(34),
          status: 'active',
          significance: 'major',
          encounter: 'hip-stay',
        },
        { id: 'diabetes', term: conditions.diabetes, recorded: c.day(34), status: 'active', significance: 'major', encounter: 'hip-stay' },
        { id: 'ckd', term: conditions.kidney, recorded: c.day(34), status: 'active', significance: 'major', encounter: 'hip-stay' },
      ],
      results: [
        ...series(tests.potassium, [3.5, 5.0], [[earlier(26), 4.9]]),
        ...series(tests.creatinine, [44, 80], [[earlier(26), 112]]),
        ...series(tests.haemoglobin, [115, 160], [[earlier(26), 118]]),
        { id: 'covid-preop', test: tests.covid, at: earlier(34), finding: findings.negative, encounter: 'hip-stay' },
        ...series(
          tests.inr,
          [0.8, 1.2],
          [
            [earlier(34), 1],
            [earlier(26), 1.1],
          ],
        ),
      ],
      encounters: [
        {
          id: 'hip-stay',
          class: 'IMP',
          status: 'finished',
          title: 'Inpatient stay, hip fracture',
          start: c.at(34, '19:12'),
          end: c.at(24, '15:30'),
          service: 'ORTH',
          reason: conditions.hipFracture,
        },
      ],
      imaging: [
        {
          id: 'pelvis',
          term: words('X-ray pelvis and right hip'),
          on: c.at(34, '20:10'),
          words: 'Displaced intracapsular fracture of the neck of the right femur.',
          encounter: 'hip-stay',
        },
      ],
      measures: [
        {
          id: 'bp',
          term: measures.bloodPressure,
          at: c.at(25, '08:00'),
          value: 118,
          second: 66,
          unit: 'mmHg',
          ucum: 'mm[Hg]',
          encounter: 'hip-stay',
        },
        { id: 'news2', term: measures.news2, at: c.at(25, '08:00'), value: 1, unit: 'score', ucum: '{score}', encounter: 'hip-stay' },
      ],
      procedures: [{ id: 'hemi', term: procedures.hipReplacement, on: c.day(33), encounter: 'hip-stay' }],
      plans: [
        { id: 'rehab', term: words('Reablement plan, 2 visits a day'), on: c.day(23), words: 'Walks with a frame. Key safe by the door.' },
      ],
      appointments: [{ id: 'fracture', title: 'Fracture clinic', start: c.at(-3, '14:10'), service: 'FRAC', status: 'booked' }],
    },
    rfl: {
      allergies: [
        {
          id: 'penicillin',
          term: allergens.penicillin,
          recorded: c.day(700),
          status: 'active',
          reactions: [reactions.anaphylaxis],
          severity: 'severe',
          category: 'medication',
        },
      ],
      medicines: [
        {
          id: 'bisoprolol',
          term: drugs.bisoprolol,
          kind: 'discharge',
          status: 'active',
          dose: '2.5 mg once a day',
          amount: { value: 2.5, unit: 'mg' },
          perDay: 1,
          start: c.day(120),
          encounter: 'kidney',
        },
      ],
      problems: [
        { id: 'ckd', term: conditions.kidney, recorded: c.day(120), status: 'active', significance: 'major', encounter: 'kidney' },
      ],
      results: [
        ...series(tests.creatinine, [49, 90], [[c.at(120, '14:20'), 101]]),
        {
          id: 'swab-covid',
          test: tests.covidOfPanel,
          at: earlier(61),
          finding: findings.negative,
          note: 'Influenza A RNA detected on the same swab',
        },
        { id: 'swab-influenza', test: tests.influenzaA, at: earlier(61), finding: words('Detected') },
        { id: 'swab-syncytial', test: tests.syncytial, at: earlier(61), finding: words('Not detected') },
        ...series(tests.potassium, [3.5, 5.1], [[c.at(120, '14:20'), 4.6]]),
      ],
      encounters: [
        {
          id: 'kidney',
          class: 'AMB',
          status: 'finished',
          title: 'Kidney clinic',
          start: c.at(120, '14:00'),
          end: c.at(120, '14:25'),
          service: 'RENAL',
        },
      ],
      appointments: [{ id: 'kidney-next', title: 'Kidney clinic', start: c.at(-12, '09:30'), service: 'RENAL', status: 'booked' }],
    },
    uclh: {
      encounters: [
        {
          id: 'rhythm',
          class: 'AMB',
          status: 'finished',
          title: 'Heart rhythm clinic',
          start: c.at(200, '10:00'),
          end: c.at(200, '10:30'),
          service: 'CARD',
        },
      ],
      results: [
        { id: 'cholesterol', test: tests.cholesterolMg, at: c.at(200, '10:15'), value: 174, range: [undefined, 193], encounter: 'rhythm' },
      ],
      problems: [
        {
          id: 'af',
          term: conditions.atrialFibrillation,
          recorded: c.day(200),
          status: 'active',
          significance: 'major',
          encounter: 'rhythm',
        },
      ],
    },
  }
}
