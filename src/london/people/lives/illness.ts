import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, procedures, reactions, tests, vaccines, words } from '../terms.ts'
import type { Life } from '../told.ts'
import { careTeam, flag, plan } from './fhir.ts'
import { archived, study, tellerOf } from './tell.ts'

/** Ms Hollis has breast cancer, treated at the Marsden; a fever took her to another hospital eight days ago. */
export function cancer(c: Calendar): Life {
  const t = tellerOf(c)
  const cycles = [84, 63, 42, 21]
  const alert = flag(
    'chemotherapy',
    'Chemotherapy alert',
    'On chemotherapy: temperature of 37.5 or more, antibiotics within the hour. 24-hour line 020 7946 0235.',
    c.day(84),
  )
  return {
    'balham-gp': {
      problems: [
        t.problem('cancer', conditions.breastCancer, c.day(150)),
        t.problem('asthma', conditions.asthma, '1982', { significance: 'minor' }),
      ],
      medicines: [t.repeat('salbutamol', drugs.salbutamol, '2 puffs when required', 8000, { times: 3, quantity: 1 })],
      encounters: [
        t.consultation('lump', 'Breast lump', 171, [
          ['Examination', '2 cm, firm, upper outer left breast.'],
          ['Plan', 'Two-week wait referral.'],
        ]),
      ],
      referrals: [{ id: 'breast', term: words('Urgent suspected cancer referral, breast'), on: c.day(171) }],
      documents: [
        t.letter(
          'oncology',
          'Letter, medical oncology',
          80,
          ['Chemotherapy every three weeks, six cycles, then radiotherapy. Please give no live vaccine.'],
          { shared: 'marsden-985-plan' },
        ),
      ],
      vaccinations: [{ id: 'flu', term: vaccines.influenza, on: c.day(47), dose: 1 }],
    },
    'st-georges': {
      encounters: [t.clinic('breast', 'One-stop breast clinic', 'SURG', 158)],
      imaging: [
        t.picture('mammogram', 'Mammogram and ultrasound, both breasts', 158, 'Suspicious mass left breast, 22 mm. Axilla normal.', {
          encounter: 'breast',
        }),
      ],
      referrals: [{ id: 'marsden', term: words('Referral to The Royal Marsden'), on: c.day(150), encounter: 'breast' }],
    },
    marsden: {
      allergies: [t.allergy('contrast', allergens.contrast, c.day(120), { reactions: [reactions.rash], severity: 'moderate' })],
      problems: [
        t.problem('cancer', conditions.breastCancer, c.day(145), { note: 'Grade 3, oestrogen receptor positive, HER2 negative, T2 N0.' }),
      ],
      procedures: [
        { id: 'surgery', term: procedures.mastectomy, on: c.day(118), encounter: 'surgery' },
        ...cycles.map((ago, i) => ({
          id: `cycle-${i + 1}`,
          term: words(`Chemotherapy, EC, cycle ${i + 1} of 6`),
          on: c.day(ago),
          encounter: `cycle-${i + 1}`,
        })),
      ],
      encounters: [
        t.stay('surgery', 'Inpatient stay, breast surgery', 'BREAST', 119, 117),
        ...cycles.map((ago, i) => t.clinic(`cycle-${i + 1}`, `Chemotherapy day unit, cycle ${i + 1}`, 'CHEMO', ago)),
        t.clinic('oncology', 'Medical oncology clinic', 'ONC', 82),
      ],
      medicines: [
        t.discharged('ondansetron', drugs.ondansetron, '8 mg twice a day for 3 days after each cycle', 84),
        t.discharged('filgrastim', drugs.filgrastim, '30 million units under the skin, days 5 to 9', 63, { note: 'Added after cycle 1.' }),
      ],
      results: [
        ...t.results(
          tests.neutrophils,
          [2, 7.5],
          [
            [85, 4.1],
            [64, 1.1],
            [43, 2.4],
            [22, 2.2],
            [7, 0.3],
            [2, 2.9],
          ],
        ),
        ...t.results(
          tests.haemoglobin,
          [115, 165],
          [
            [85, 128],
            [64, 117],
            [43, 109],
            [22, 104],
            [2, 101],
          ],
        ),
        ...t.results(
          tests.platelets,
          [150, 450],
          [
            [85, 260],
            [43, 190],
            [2, 166],
          ],
        ),
      ],
      documents: [
        t.letter(
          'plan',
          'Letter, medical oncology',
          80,
          ['Chemotherapy every three weeks, six cycles, then radiotherapy. Please give no live vaccine.'],
          {
            encounter: 'oncology',
            service: 'ONC',
            shared: 'marsden-985-plan',
          },
        ),
        t.letter(
          'cycle-4',
          'Chemotherapy summary, cycle 4',
          20,
          ['Given at 80 % of the dose after low counts. Next cycle if neutrophils are above 1.0.'],
          { encounter: 'cycle-4', service: 'CHEMO' },
        ),
      ],
      appointments: [
        t.appointment('cycle-5', 'Chemotherapy day unit, cycle 5', 'CHEMO', 1),
        t.appointment('radiotherapy', 'Radiotherapy planning', 'CLONC', 55),
      ],
      resources: [
        alert,
        ...plan('treatment', {
          title: 'Cancer treatment plan',
          category: 'Oncology treatment plan',
          on: c.at(82, '15:00'),
          words: 'Six cycles of EC, radiotherapy, then tamoxifen for five years. Aim: cure.',
          by: 'Dr Meera Pathak, consultant medical oncologist',
        }),
        careTeam('team', 'Breast unit', '020 7946 0235', [
          ['Consultant', 'Dr Meera Pathak'],
          ['Clinical nurse specialist', 'Anne Doyle'],
        ]),
      ],
    },
    'epsom-st-helier': {
      encounters: [
        t.emergency('ed', 8, words('Fever during chemotherapy')),
        t.stay('stay', 'Inpatient stay, neutropenic sepsis', 'AMU', 8, 4),
      ],
      results: [
        ...t.results(
          tests.neutrophils,
          [1.8, 7.5],
          [
            [8, 0.2],
            [6, 0.4],
          ],
          { encounter: 'stay' },
        ),
        ...t.results(
          tests.crp,
          [0, 5],
          [
            [8, 188],
            [6, 96],
            [4, 31],
          ],
          { encounter: 'stay' },
        ),
      ],
      documents: [
        t.letter(
          'summary',
          'Discharge summary',
          4,
          ['Neutropenic sepsis, treated within 50 minutes. Marsden told. Next cycle to be decided there.'],
          { encounter: 'stay', service: 'AMU' },
        ),
      ],
    },
  }
}

/** Mr Rahim had a stroke two days ago: scanned at King's, the clot pulled out at UCLH. Both archives keep pictures. */
export function stroke(c: Calendar): Life {
  const t = tellerOf(c)
  const first = t.picture('ct', 'CT head and CT angiogram', 2, 'No bleed. Occlusion of the left middle cerebral artery.', {
    clock: '08:55',
    encounter: 'ed',
    ...study('CT', 'KCH993001', 'HEAD', 160),
  })
  const second = t.picture('mr', 'MRI head', 1, 'Small infarct in the left insula. Artery open.', {
    encounter: 'unit',
    ...study('MR', 'UCLH993004', 'HEAD', 84),
  })
  return {
    'camberwell-gp': {
      problems: [t.problem('af', conditions.atrialFibrillation, c.day(500)), t.problem('diabetes', conditions.diabetes, '2009')],
      medicines: [
        t.repeat('metformin', drugs.metformin, 'One tablet twice a day with meals', 5000, { times: 8, quantity: 56 }),
        t.repeat('apixaban', drugs.apixaban5, '5 mg twice a day', 480, { times: 3, quantity: 56, last: 74 }),
      ],
      encounters: [
        t.consultation('missed', 'Anticoagulant review, did not attend', 45, [['Plan', 'Last collected ten weeks ago. Text in Bengali.']]),
      ],
    },
    las: {
      encounters: [
        {
          id: 'incident',
          class: 'FLD',
          status: 'finished',
          title: 'Ambulance incident, FAST positive, conveyed to hospital',
          start: c.at(2, '07:50'),
          end: c.at(2, '08:35'),
          service: 'CREW',
        },
      ],
      measures: [t.measure('news', 'news2', c.at(2, '08:05'), 5, 'incident')],
    },
    kch: {
      encounters: [t.emergency('ed', 2, conditions.stroke, { start: c.at(2, '08:38'), end: c.at(2, '10:05') })],
      imaging: [first],
      medicines: [
        {
          id: 'alteplase',
          term: drugs.alteplase,
          kind: 'inpatient',
          status: 'completed',
          dose: '0.9 mg/kg intravenously',
          start: c.at(2, '09:10'),
          end: c.at(2, '10:05'),
          encounter: 'ed',
        },
      ],
      referrals: [
        {
          id: 'thrombectomy',
          term: words('Transfer to University College London Hospitals for thrombectomy'),
          on: c.day(2),
          encounter: 'ed',
        },
      ],
      allergies: [{ id: 'nka', term: allergens.noneKnown, recorded: c.day(2), status: 'none-known' }],
    },
    uclh: {
      encounters: [
        {
          id: 'unit',
          class: 'IMP',
          status: 'in-progress',
          title: 'Hyper-acute stroke unit',
          start: c.at(2, '10:45'),
          service: 'HASU',
          reason: conditions.stroke,
        },
      ],
      procedures: [{ id: 'thrombectomy', term: procedures.thrombectomy, on: c.day(2), encounter: 'unit' }],
      problems: [t.problem('stroke', conditions.stroke, c.day(2), { encounter: 'unit', kind: 'encounter-diagnosis' })],
      imaging: [second],
      medicines: [
        {
          id: 'aspirin',
          term: drugs.aspirin300,
          kind: 'inpatient',
          status: 'active',
          dose: '300 mg once a day for 14 days',
          start: c.at(1, '10:00'),
          encounter: 'unit',
        },
      ],
      measures: [{ ...t.pressures([[1, 148, 84]])[0]!, encounter: 'unit' }, t.measure('news', 'news2', c.minutesAgo(150), 1, 'unit')],
    },
    'kch-imaging': { imaging: archived([first]) },
    'uclh-imaging': { imaging: archived([second]) },
  }
}

/** Mrs Sivakumar is on dialysis three times a week, and on the list for a kidney. */
export function dialysis(c: Calendar): Life {
  const t = tellerOf(c)
  const sessions = Array.from({ length: 24 }, (_, i) => 1 + Math.round(i * (7 / 3)))
  return {
    'balham-gp': {
      allergies: [t.allergy('gentamicin', allergens.gentamicin, '2020-02', { severity: 'moderate' })],
      problems: [
        t.problem('kidney', conditions.kidneyFailure, '2022-03-14'),
        t.problem('diabetes', conditions.diabetes, '1999'),
        t.problem('hypertension', conditions.hypertension, '2001'),
      ],
      medicines: [
        t.repeat('sevelamer', drugs.sevelamer, 'Two tablets with each meal', 1500, { times: 6, quantity: 168 }),
        t.repeat('insulin', drugs.insulin, '10 units at night', 2500, { times: 6, quantity: 5 }),
        t.repeat('amlodipine', drugs.amlodipine, 'One tablet at night', 5000, { times: 8 }),
      ],
    },
    'epsom-st-helier': {
      encounters: sessions.map(ago =>
        t.clinic(`session-${ago}`, 'Haemodialysis', 'DIAL', ago, { start: c.at(ago, '07:10'), end: c.at(ago, '11:20') }),
      ),
      results: sessions
        .filter((_, i) => i % 4 === 0)
        .flatMap(ago => [
          ...t.results(tests.potassium, [3.5, 5.3], [[ago, 5.1 + ((ago * 7) % 9) / 10]], { encounter: `session-${ago}` }),
          ...t.results(tests.creatinine, [45, 84], [[ago, 610 + ((ago * 13) % 140)]], { encounter: `session-${ago}` }),
          ...t.results(tests.haemoglobin, [115, 165], [[ago, 98 + ((ago * 5) % 14)]], { encounter: `session-${ago}` }),
        ]),
      medicines: [
        t.discharged('erythropoietin', drugs.erythropoietin, '30 micrograms once a week at dialysis', 700),
        t.discharged('amlodipine', drugs.amlodipine, 'Stopped: pressure falls on dialysis', 30, {
          status: 'stopped',
          reason: 'Pressure falls during dialysis',
        }),
      ],
      measures: sessions
        .slice(0, 6)
        .map(ago => t.measure(`weight-${ago}`, 'weight', c.at(ago, '11:15'), 54 + (ago % 3) / 2, `session-${ago}`)),
      appointments: [t.appointment('next', 'Haemodialysis', 'DIAL', 1)],
      resources: [flag('arm', 'Access', 'Fistula in the left arm: no blood, no cuff, no line in that arm', c.day(900))],
    },
    'st-georges': {
      encounters: [t.clinic('list', 'Kidney transplant clinic', 'RENAL', 75)],
      procedures: [{ id: 'fistula', term: procedures.fistula, on: c.day(1000) }],
      documents: [
        t.letter('list', 'Letter, kidney transplant clinic', 71, ['Active on the list since March. Must be reachable day and night.'], {
          encounter: 'list',
          service: 'RENAL',
        }),
      ],
    },
    moorfields: { encounters: [t.clinic('retina', 'Medical retina clinic', 'RET', 48)] },
  }
}
