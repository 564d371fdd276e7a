import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests, words } from '../terms.ts'
import type { Life } from '../told.ts'
import { need, relative } from './fhir.ts'
import { archived, study, tellerOf } from './tell.ts'

/**
 * Ms Ashworth-Bell moves about London for work and has been ill in five of its areas. Her penicillin allergy is active at
 * her practice, resolved at one hospital, refuted at another and unknown to a third; two doses differ; two hospitals have
 * her under names she no longer uses.
 */
export function nine(c: Calendar): Life {
  const t = tellerOf(c)
  const head = t.picture('head', 'CT head', 75, 'No bleed. Old small infarct in the left cerebellum.', {
    encounter: 'ed',
    ...study('CT', 'UCLH705001', 'HEAD', 38),
  })
  return {
    'balham-gp': {
      allergies: [
        t.allergy('penicillin', allergens.penicillin, '1987', { reactions: [reactions.anaphylaxis], severity: 'severe' }),
        t.allergy('plasters', allergens.plasters, '2011-04', { category: 'environment', reactions: [reactions.rash], severity: 'mild' }),
      ],
      problems: [
        t.problem('af', conditions.atrialFibrillation, '2022-11', { onset: '2022-11' }),
        t.problem('hypertension', conditions.hypertension, '2014-02-03'),
        t.problem('migraine', words('Migraine'), '1999', { significance: 'minor' }),
        t.problem('cancer', conditions.breastCancer, '2018-06-19', { status: 'inactive', ended: '2023-06' }),
      ],
      medicines: [
        t.repeat('apixaban', drugs.apixaban5, '5 mg twice a day', 1400, { quantity: 56, times: 12, last: 9 }),
        t.repeat('bisoprolol', drugs.bisoprolol, '2.5 mg once a day', 1400, { times: 12, last: 9 }),
        t.repeat('amlodipine', drugs.amlodipine, 'One tablet once a day', 2500, { times: 8, last: 9 }),
        t.repeat('omeprazole', drugs.omeprazole, 'One capsule once a day', 500, { times: 6, last: 9 }),
      ],
      results: [
        ...t.results(
          tests.creatinine,
          [45, 84],
          [
            [620, 71],
            [400, 74],
            [190, 79],
            [40, 83],
          ],
        ),
        ...t.results(
          tests.potassium,
          [3.5, 5.3],
          [
            [620, 4.1],
            [400, 4.3],
            [190, 4.4],
            [40, 4.6],
          ],
        ),
        ...t.results(
          tests.cholesterol,
          [undefined, 5],
          [
            [400, 5.6],
            [40, 4.8],
          ],
        ),
      ],
      measures: t.pressures([
        [400, 152, 92],
        [190, 146, 88],
        [40, 138, 84],
      ]),
      encounters: [
        t.consultation('palpitations', 'Palpitations', 40, [
          ['History', 'Two spells of fast heartbeat since the hospital raised her dose.'],
          ['Plan', 'Ask which dose of bisoprolol is meant. Bloods today.'],
        ]),
        t.consultation('review', 'Anticoagulant review', 190, [['Examination', 'No bleeding. Weight 66 kg.']]),
      ],
      documents: [
        t.letter('rhythm', 'Letter, heart rhythm clinic', 28, ['Bisoprolol raised to 5 mg. Please change the repeat prescription.'], {
          shared: 'st-georges-705-rhythm',
        }),
      ],
    },
    'st-georges': {
      encounters: [t.clinic('rhythm', 'Heart rhythm clinic', 'CARD', 31, { reason: conditions.atrialFibrillation })],
      medicines: [
        t.discharged('bisoprolol', drugs.bisoprolol, '5 mg once a day', 31, {
          amount: { value: 5, unit: 'mg' },
          perDay: 1,
          encounter: 'rhythm',
          note: 'Raised from 2.5 mg.',
        }),
      ],
      documents: [
        t.letter('rhythm', 'Letter, heart rhythm clinic', 28, ['Bisoprolol raised to 5 mg. Please change the repeat prescription.'], {
          encounter: 'rhythm',
          service: 'CARD',
          shared: 'st-georges-705-rhythm',
        }),
      ],
      appointments: [t.appointment('ablation', 'Catheter ablation, pre-assessment', 'CARD', 13)],
    },
    kch: {
      allergies: [t.allergy('penicillin', allergens.penicillin, c.day(800), { reactions: [reactions.rash], severity: 'mild' })],
      encounters: [t.emergency('ed', 800, conditions.headache)],
      results: t.results(tests.haemoglobin, [115, 165], [[800, 131]], { encounter: 'ed' }),
    },
    gstt: {
      demographics: { name: { family: 'Ashworth', given: ['Philippa'], prefix: 'Miss' } },
      encounters: [t.clinic('migraine', 'Neurology outpatient', 'NEUR', 2900)],
      documents: [
        t.letter('migraine', 'Letter, neurology', 2896, ['Migraine without aura. Propranolol tried, stopped for tiredness.'], {
          encounter: 'migraine',
          service: 'NEUR',
        }),
      ],
    },
    uclh: {
      allergies: [
        t.allergy('penicillin', allergens.penicillin, c.day(1700), {
          status: 'resolved',
          ended: c.day(1690),
          note: 'Had amoxicillin in 2022 without harm.',
          reactions: [reactions.rash],
        }),
      ],
      encounters: [t.emergency('ed', 75, conditions.transient, { title: 'Emergency department, sudden dizziness' })],
      problems: [t.problem('tia', conditions.transient, c.day(75), { encounter: 'ed' })],
      medicines: [
        t.discharged('apixaban', drugs.apixaban2, '2.5 mg twice a day', 75, {
          amount: { value: 2.5, unit: 'mg' },
          perDay: 2,
          encounter: 'ed',
          note: 'Dose taken from the ambulance sheet; practice to confirm.',
        }),
      ],
      imaging: [head],
      results: t.results(tests.creatinine, [49, 92], [[75, 88]], { encounter: 'ed' }),
    },
    'uclh-imaging': { imaging: archived([head]) },
    moorfields: {
      encounters: [t.clinic('eyes', 'Medical retina clinic', 'RET', 140)],
      documents: [
        t.letter('eyes', 'Letter, medical retina clinic', 137, ['Small branch vein occlusion, left eye. Injections not needed.'], {
          encounter: 'eyes',
          service: 'RET',
        }),
      ],
    },
    barts: {
      demographics: { name: { family: 'Bell', given: ['Philippa'], prefix: 'Mrs' } },
      allergies: [{ id: 'nka', term: allergens.noneKnown, recorded: c.day(420), status: 'none-known' }],
      encounters: [t.stay('stay', 'Inpatient stay, chest infection', 'AMU', 420, 416, { reason: conditions.chestInfection })],
      medicines: [
        t.discharged('amoxicillin', drugs.amoxicillin, 'One capsule 3 times a day for 5 days', 416, {
          status: 'completed',
          end: c.day(411),
          encounter: 'stay',
        }),
      ],
      results: [
        ...t.results(
          tests.crp,
          [0, 5],
          [
            [420, 143],
            [417, 38],
          ],
          { encounter: 'stay' },
        ),
      ],
    },
    imperial: {
      allergies: [
        t.allergy('penicillin', allergens.penicillin, c.day(210), {
          status: 'refuted',
          note: 'Allergy clinic: skin and oral challenge negative. Label removed.',
        }),
      ],
      encounters: [t.clinic('allergy', 'Drug allergy clinic', 'DERM', 210)],
      documents: [
        t.letter(
          'allergy',
          'Letter, drug allergy clinic',
          205,
          ['Penicillin challenge passed. She may have any penicillin. Please remove the label.'],
          {
            encounter: 'allergy',
            service: 'DERM',
          },
        ),
      ],
    },
    chelwest: {
      encounters: [t.clinic('physio', 'Physiotherapy', 'PHYS', 330)],
      resources: [
        need('needs', 'Communication', 'Deaf in the right ear. Sit on the left.', c.day(330)),
        relative('friend', { name: 'Ms Joan Tully', relationship: 'Friend', phone: '07700 900370', roles: ['Emergency contact'] }),
      ],
    },
  }
}
