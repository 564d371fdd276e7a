import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests, words } from '../terms.ts'
import type { Life, ToldEncounter } from '../told.ts'
import { archived, study, tellerOf } from './tell.ts'

const now = (c: Calendar, minutes: number, reason: ToldEncounter['reason'], more: Partial<ToldEncounter> = {}): ToldEncounter => ({
  id: 'now',
  class: 'EMER',
  status: 'in-progress',
  title: 'Emergency department',
  start: c.minutesAgo(minutes),
  service: 'ED',
  ...(reason && { reason }),
  ...more,
})

/** Mr Thackray came from Leeds to see his grandchildren. His practice is in no area of London's; it answers all the same. */
export function leeds(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'leeds-gp': {
      allergies: [t.allergy('aspirin', allergens.aspirin, '1994', { reactions: [reactions.wheeze], severity: 'severe' })],
      problems: [
        t.problem('heart', conditions.ischaemicHeart, '2016-05-11'),
        t.problem('infarct', conditions.infarction, '2016-05-11', { status: 'inactive', ended: '2016-06' }),
        t.problem('clot', conditions.pulmonaryEmbolism, '2019-08'),
      ],
      medicines: [
        t.repeat('warfarin', drugs.warfarin, 'As directed by the INR clinic, in the evening', 2600, { times: 10, quantity: 84 }),
        t.repeat('clopidogrel', drugs.clopidogrel, 'One tablet once a day', 3800, { times: 10 }),
        t.repeat('atorvastatin', drugs.atorvastatin, '40 mg at night', 3800, { times: 10 }),
      ],
      results: t.results(
        tests.inr,
        [2, 3],
        [
          [84, 2.4],
          [56, 2.7],
          [28, 3.1],
          [8, 2.6],
        ],
      ),
      encounters: [t.consultation('review', 'Heart disease review', 90, [['Examination', 'Walks three miles a day without pain.']])],
    },
    kch: {
      encounters: [now(c, 50, conditions.chestPain)],
      results: [{ id: 'troponin', test: tests.troponin, at: c.minutesAgo(35), value: 61, range: [0, 14], encounter: 'now' }],
      measures: [t.measure('pulse', 'pulse', c.minutesAgo(45), 96, 'now')],
    },
    las: {
      encounters: [
        {
          id: 'incident',
          class: 'FLD',
          status: 'finished',
          title: 'Ambulance incident, chest pain, conveyed to hospital',
          start: c.minutesAgo(105),
          end: c.minutesAgo(52),
          service: 'CREW',
        },
      ],
      measures: [t.measure('news', 'news2', c.minutesAgo(90), 3, 'incident')],
      medicines: [
        {
          id: 'morphine',
          term: drugs.morphine,
          kind: 'inpatient',
          status: 'completed',
          dose: '5 mg once',
          start: c.minutesAgo(80),
          end: c.minutesAgo(80),
          encounter: 'incident',
          by: 'Owen Pritchard, paramedic',
        },
      ],
    },
  }
}

/** Mr Pollard of Milton Keynes: his own hospital found it, UCLH took it out. */
export function miltonKeynes(c: Calendar): Life {
  const t = tellerOf(c)
  const scan = t.picture(
    'mri',
    'MRI head with contrast',
    58,
    'Extra-axial mass over the left convexity, 3 cm, in keeping with a meningioma.',
    {
      encounter: 'before',
      ...study('MR', 'UCLH810002', 'HEAD', 96),
    },
  )
  const after = t.picture('ct-after', 'CT head', 21, 'Expected changes after surgery. No bleed.', {
    encounter: 'stay',
    ...study('CT', 'UCLH810007', 'HEAD', 40),
  })
  return {
    'bletchley-gp': {
      problems: [t.problem('tumour', words('Meningioma, removed'), c.day(60)), t.problem('hypertension', conditions.hypertension, '2018')],
      medicines: [
        t.repeat('levetiracetam', drugs.levetiracetam, 'One tablet twice a day', 60, { times: 2, quantity: 56 }),
        t.repeat('amlodipine', drugs.amlodipine, 'One tablet once a day', 2500, { times: 8 }),
      ],
      documents: [
        t.letter(
          'summary',
          'Discharge summary, neurosurgery',
          17,
          ['Craniotomy and removal of meningioma. No driving for six months. Clips out on day ten.'],
          { shared: 'uclh-810-summary' },
        ),
      ],
    },
    mkuh: {
      encounters: [t.emergency('ed', 66, words('First seizure'))],
      imaging: [t.picture('ct', 'CT head', 66, 'Mass over the left convexity. Neurosurgical opinion advised.', { encounter: 'ed' })],
      referrals: [
        { id: 'uclh', term: words('Referral to neurosurgery, University College London Hospitals'), on: c.day(66), encounter: 'ed' },
      ],
      allergies: [t.allergy('contrast', allergens.contrast, c.day(66), { reactions: [reactions.rash], encounter: 'ed' })],
    },
    uclh: {
      encounters: [
        t.clinic('before', 'Neurosurgery outpatient', 'NEUR', 58),
        t.stay('stay', 'Inpatient stay, removal of meningioma', 'SURG', 23, 18),
      ],
      procedures: [{ id: 'craniotomy', term: words('Craniotomy and excision of meningioma'), on: c.day(22), encounter: 'stay' }],
      medicines: [
        t.discharged('levetiracetam', drugs.levetiracetam, '750 mg twice a day', 18, {
          encounter: 'stay',
          note: 'Raised from 500 mg before discharge.',
        }),
      ],
      imaging: [scan, after],
      documents: [
        t.letter(
          'summary',
          'Discharge summary, neurosurgery',
          17,
          ['Craniotomy and removal of meningioma. No driving for six months. Clips out on day ten.'],
          {
            encounter: 'stay',
            service: 'SURG',
            shared: 'uclh-810-summary',
          },
        ),
      ],
      appointments: [t.appointment('follow-up', 'Neurosurgery outpatient', 'NEUR', 17)],
    },
    'uclh-imaging': { imaging: archived([scan, after]) },
  }
}

/** Mr Adeleke has only ever been treated in South East London. Tonight he is in an emergency department in the North West. */
export function southEastOnly(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      allergies: [t.allergy('nuts', allergens.nuts, '1996', { reactions: [reactions.anaphylaxis], severity: 'severe', category: 'food' })],
      problems: [
        t.problem('asthma', conditions.asthma, '1995'),
        t.problem('sickle-trait', words('Sickle cell trait'), '1988', { significance: 'minor' }),
      ],
      medicines: [
        t.repeat('beclometasone', drugs.beclometasoneFormoterol, '2 puffs twice a day', 900, { times: 6, quantity: 1 }),
        t.repeat('salbutamol', drugs.salbutamol, '2 puffs when required', 5000, { times: 4, quantity: 1 }),
      ],
      encounters: [t.consultation('asthma', 'Asthma review', 70, [['Examination', 'Peak flow 510. Best 540.']])],
    },
    kch: {
      encounters: [t.emergency('ed', 160, conditions.asthma), t.clinic('chest', 'Chest clinic', 'RESP', 120)],
      documents: [
        t.letter('chest', 'Letter, chest clinic', 117, ['One admission to intensive care in 2014. Treat any attack as severe.'], {
          encounter: 'chest',
          service: 'RESP',
        }),
      ],
    },
    imperial: {
      encounters: [now(c, 25, words('Breathless, wheeze'))],
      measures: [t.measure('oxygen', 'oxygen', c.minutesAgo(20), 91, 'now')],
    },
  }
}

/** Mr Petrauskas has no address. Three hospitals know him, one under a name that another made of his. */
export function homeless(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'bow-gp': {
      problems: [t.problem('drink', words('Alcohol dependence'), '2018'), t.problem('epilepsy', conditions.epilepsy, '2019')],
      medicines: [
        t.repeat('levetiracetam', drugs.levetiracetam, 'One tablet twice a day, weekly pick-up', 400, { times: 3, quantity: 14, last: 40 }),
      ],
      encounters: [t.consultation('outreach', 'Outreach clinic at the hostel', 41, [['Plan', 'Tablets lost again. Chest X-ray offered.']])],
    },
    barts: {
      encounters: [t.emergency('ed-1', 92, words('Seizure in the street')), now(c, 130, words('Found collapsed'))],
      results: [{ id: 'sodium', test: tests.sodium, at: c.minutesAgo(110), value: 127, range: [133, 146], encounter: 'now' }],
    },
    homerton: {
      demographics: { name: { family: 'Petrovskas', given: ['Darius'], prefix: 'Mr' } },
      allergies: [t.allergy('penicillin', allergens.penicillin, c.day(240), { reactions: [reactions.swelling], severity: 'severe' })],
      encounters: [t.emergency('ed', 240, conditions.cellulitis)],
    },
    uclh: { encounters: [t.emergency('ed', 19, words('Cold, cannot walk'))] },
    las: {
      encounters: [
        {
          id: 'incident',
          class: 'FLD',
          status: 'finished',
          title: 'Ambulance incident, collapsed, conveyed to hospital',
          start: c.minutesAgo(190),
          end: c.minutesAgo(132),
          service: 'CREW',
        },
      ],
      measures: [t.measure('temperature', 'temperature', c.minutesAgo(180), 33.4, 'incident')],
    },
  }
}

/** Mr Nicolaou has a weekend appointment at the hub. The doctor there has never met him. */
export function weekendHub(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'holloway-gp': {
      allergies: [t.allergy('penicillin', allergens.penicillin, '1980', { reactions: [reactions.rash], severity: 'mild' })],
      problems: [t.problem('diabetes', conditions.diabetes, '2013-05')],
      medicines: [t.repeat('metformin', drugs.metformin, 'One tablet twice a day with meals', 4000, { times: 12, quantity: 56 })],
      encounters: [t.consultation('foot', 'Sore foot', 3, [['Plan', 'Photograph sent. Hub on Saturday if redder.']])],
      results: t.results(
        tests.hba1c,
        [20, 41],
        [
          [390, 61],
          [200, 64],
          [25, 68],
        ],
      ),
    },
    whittington: {
      encounters: [t.clinic('feet', 'Diabetes foot clinic', 'DIAB', 88)],
      procedures: [{ id: 'toe', term: words('Nail surgery, right great toe'), on: c.day(88), encounter: 'feet' }],
    },
    'ncl-out-of-hours': {
      encounters: [
        {
          id: 'hub',
          class: 'AMB',
          status: 'arrived',
          title: 'Weekend GP hub, booked appointment',
          start: c.minutesAgo(12),
          service: 'HUB',
          reason: conditions.cellulitis,
        },
      ],
      appointments: [
        {
          id: 'hub',
          title: 'Weekend GP hub',
          start: c.minutesAgo(12),
          service: 'HUB',
          status: 'booked',
          with: 'Dr Leon Abrahams, hub doctor',
        },
      ],
    },
  }
}
