import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, findings, reactions, tests, vaccines, words } from '../terms.ts'
import type { Life } from '../told.ts'
import { careTeam, flag, need, plan, relative } from './fhir.ts'
import { tellerOf } from './tell.ts'

const SOCIAL_WORKER = {
  id: 'worker',
  name: 'Bernadette Cole',
  role: 'Social worker',
  team: 'Adult social care, Camberwell',
  phone: '020 7946 0205',
} as const

/** Mr Baptiste is on a ward at King's. The ward has told the council that he will need help; no case is open yet. */
export function beforeTheCase(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      problems: [
        t.problem('parkinsons', conditions.parkinsons, '2017-10'),
        t.problem('prostate', conditions.prostateCancer, '2019', { status: 'inactive' }),
      ],
      medicines: [t.repeat('co-careldopa', drugs.coCareldopa, 'One tablet at 7, 11, 3 and 7 o’clock', 3000, { times: 12, quantity: 112 })],
      flags: [{ id: 'time', term: words('Parkinson’s medicines on time, always'), on: c.day(900) }],
    },
    kch: {
      encounters: [
        t.stay('stay', 'Inpatient stay, fall and chest infection', 'GERI', 6, undefined, { reason: conditions.chestInfection }),
        t.emergency('ed', 6, conditions.fall),
      ],
      medicines: [
        {
          id: 'co-careldopa',
          term: drugs.coCareldopa,
          kind: 'inpatient',
          status: 'active',
          dose: 'One tablet at 7, 11, 3 and 7 o’clock',
          start: c.day(6),
          encounter: 'stay',
        },
        {
          id: 'doxycycline',
          term: drugs.doxycycline,
          kind: 'inpatient',
          status: 'active',
          dose: '100 mg once a day',
          start: c.day(6),
          encounter: 'stay',
        },
      ],
      referrals: [
        {
          id: 'notice',
          term: words('Assessment notice to Southwark Council, adult social care'),
          on: c.day(1),
          encounter: 'stay',
          words: 'Lived alone, needs two to stand. Home date in three days.',
        },
      ],
      results: t.results(
        tests.crp,
        [0, 5],
        [
          [6, 131],
          [4, 64],
          [1, 22],
        ],
        { encounter: 'stay' },
      ),
      resources: [
        relative('niece', { name: 'Ms Claudette Baptiste', relationship: 'Niece', phone: '07700 900374', roles: ['Next of kin'] }),
      ],
    },
    southwark: {
      care: {
        referrals: [
          {
            id: 'notice',
            title: 'Assessment notice from hospital',
            on: c.day(1),
            from: "King's College Hospital",
            status: 'received',
            words: 'Home date in three days. Hospital social work team.',
          },
        ],
      },
    },
  }
}

/** Mrs Castle has a social worker, who may read her referrals and virus results, and nothing else of the laboratory. */
export function serviceUser(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      problems: [t.problem('diabetes', conditions.diabetes, '2004'), t.problem('arthritis', conditions.rheumatoid, '2012')],
      medicines: [t.repeat('metformin', drugs.metformin, 'One tablet twice a day with meals', 6000, { times: 8, quantity: 56 })],
      results: t.results(
        tests.hba1c,
        [20, 41],
        [
          [400, 59],
          [180, 62],
          [22, 66],
        ],
      ),
      encounters: [
        t.consultation('private', 'Low mood', 60, [
          ['History', 'Told in confidence.'],
          ['Plan', 'Talking therapy.'],
        ]),
      ],
    },
    southwark: {
      care: {
        workers: [{ ...SOCIAL_WORKER, from: c.day(90) }],
        cases: [
          {
            id: 'case',
            title: 'Adult social care case',
            team: SOCIAL_WORKER.team,
            worker: 'worker',
            opened: c.day(90),
            reason: 'Physical support: personal care',
          },
        ],
        assessments: [
          {
            id: 'assessment',
            title: 'Care needs assessment',
            at: c.at(88, '14:00'),
            status: 'completed',
            worker: 'worker',
            case: 'case',
            needs: ['Washing and dressing', 'Shopping'],
            outcome: 'Eligible',
          },
        ],
        packages: [
          {
            id: 'package',
            title: 'Home care, 1 visit a day',
            provider: 'Sample Homecare',
            phone: '020 7946 0208',
            start: c.day(80),
            status: 'suspended',
            words: 'Suspended while she was in hospital; care worker asks for a virus test before starting again.',
            visits: [{ what: 'Care worker, 45 minutes', when: 'Every day at 08:30', by: 'Sample Homecare' }],
            hoursPerWeek: 5.25,
            worker: 'worker',
          },
        ],
        visits: [{ id: 'next', title: 'Home visit', start: c.at(-2, '11:00'), status: 'booked', with: 'Bernadette Cole, social worker' }],
      },
    },
    uclh: {
      encounters: [t.stay('stay', 'Inpatient stay, chest infection', 'RESP', 11, 4, { reason: conditions.covid })],
      results: [
        { id: 'covid-1', test: tests.covid, at: c.at(11, '18:10'), finding: findings.positive, encounter: 'stay' },
        { id: 'covid-2', test: tests.covid, at: c.at(5, '09:00'), finding: findings.negative, encounter: 'stay' },
        ...t.results(
          tests.crp,
          [0, 5],
          [
            [11, 92],
            [6, 20],
          ],
          { encounter: 'stay' },
        ),
      ],
      referrals: [{ id: 'physio', term: words('Referral to community physiotherapy'), on: c.day(4), encounter: 'stay' }],
    },
    barts: {
      results: [
        { id: 'covid', test: tests.covidOfPanel, at: c.at(26, '10:00'), finding: findings.negative },
        { id: 'influenza', test: tests.influenzaA, at: c.at(26, '10:00'), finding: words('Detected') },
      ],
      encounters: [t.clinic('rheumatology', 'Rheumatology outpatient', 'RHEU', 26)],
      referrals: [{ id: 'hand', term: words('Referral to hand therapy'), on: c.day(25), encounter: 'rheumatology' }],
    },
  }
}

/** Mr Lowe is known to a council and to nobody else: the practice he left behind is not connected, and he has been well. */
export function councilOnly(c: Calendar): Life {
  return {
    'hammersmith-fulham': {
      care: {
        workers: [
          {
            id: 'worker',
            name: 'Dermot Quigley',
            role: 'Social worker',
            team: 'Adult social care, South',
            phone: '020 7946 0236',
            from: c.day(300),
          },
        ],
        cases: [
          {
            id: 'case',
            title: 'Adult social care case',
            team: 'Adult social care, South',
            worker: 'worker',
            opened: c.day(300),
            reason: 'Support with memory and cognition',
          },
        ],
        packages: [{ id: 'day', title: 'Day centre, 2 days a week', provider: 'Fable Day Centre', start: c.day(280), status: 'active' }],
        equipment: [{ id: 'alarm', title: 'Pendant alarm', supplied: c.day(295) }],
        carers: [
          { id: 'sister', name: 'Mrs Rita Lowe-Dean', relationship: 'Sister', phone: '07700 900375', roles: ['Carer', 'Next of kin'] },
        ],
        aboutMe: [{ id: 'about', kind: 'About me', text: 'I worked on the railway. Ask me about engines.', on: c.day(298) }],
        reviews: [{ id: 'year', title: 'Yearly review', due: c.day(-40) }],
      },
    },
  }
}

/** Mrs Penfold, 93, lives in a care home. What she wishes is written in a plan that everybody should read first. */
export function careHome(c: Calendar): Life {
  const t = tellerOf(c)
  const son = {
    name: 'Mr Peter Penfold',
    relationship: 'Son',
    phone: '07700 900376',
    roles: ['Next of kin', 'Attorney for health and welfare'],
  }
  return {
    'ealing-gp': {
      allergies: [
        t.allergy('penicillin', allergens.penicillin, '1959', { reactions: [reactions.rash] }),
        t.allergy('morphine', allergens.morphine, '2019-06', { reactions: [reactions.vomiting], severity: 'moderate' }),
      ],
      problems: [
        t.problem('dementia', conditions.vascularDementia, '2018-04'),
        t.problem('heart', conditions.heartFailure, '2020-10'),
        t.problem('bones', conditions.osteoporosis, '2009'),
        t.problem('hearing', conditions.hearing, '2012', { significance: 'minor' }),
      ],
      medicines: [
        t.repeat('furosemide', drugs.furosemide, '40 mg each morning', 2000, { times: 12 }),
        t.repeat('bisoprolol', drugs.bisoprolol, '1.25 mg once a day', 2000, { times: 12 }),
        t.repeat('paracetamol', drugs.paracetamol, '1 g 4 times a day', 900, { times: 6, quantity: 224 }),
      ],
      encounters: [
        t.consultation('round', 'Care home round', 6, [
          ['Examination', 'Comfortable. Eats half of what she is given.'],
          ['Plan', 'No more blood tests. Plan read again with her son.'],
        ]),
      ],
      measures: [t.measure('weight-6', 'weight', c.at(6, '10:00'), 44.5), t.measure('weight-180', 'weight', c.at(180, '10:00'), 49)],
      vaccinations: [{ id: 'flu', term: vaccines.influenza, on: c.day(40), dose: 1, site: 'Left upper arm' }],
    },
    ucp: {
      resources: [
        ...plan('ucp', {
          title: 'Universal Care Plan with ReSPECT recommendations',
          code: '1382601000000107',
          category: 'ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) plan',
          on: c.at(120, '15:00'),
          words:
            'CPR attempts NOT recommended. Comfort comes first. Treat infections at the home with tablets. Hospital only for a broken bone or pain that cannot be settled.',
          goals: ['To stay at Fable House', 'Not to be in pain'],
          activities: [
            'Call the home’s own practice first, then the palliative line 020 7946 0237',
            'Medicines for the last days are in the home’s cupboard',
          ],
          by: 'Dr Anil Perera, general practitioner',
        }),
        need('about', 'About me', 'A dressmaker. Likes her door open and the radio on. Face her when you speak.', c.day(120)),
        relative('son', son),
      ],
      documents: [
        t.letter('respect', 'ReSPECT form', 120, [
          'Priority: comfort. CPR attempts not recommended. Discussed with Mr Peter Penfold, attorney.',
        ]),
      ],
    },
    clch: {
      encounters: [
        t.caseload('caseload', 'District nursing caseload', 'DN', 210),
        ...[24, 17, 10, 3].map(ago => t.home(`visit-${ago}`, 'District nurse visit, pressure area', 'DN', ago)),
      ],
      resources: [
        ...plan('pressure', {
          title: 'Pressure area care plan',
          category: 'District nursing care plan',
          on: c.at(60, '11:00'),
          activities: [{ what: 'Turn and check skin', when: 'Every four hours, by the home' }],
          by: 'Samuel Oduya, district nurse',
        }),
        careTeam('team', 'Community nursing, Ealing', '020 7946 0238', [['District nurse', 'Samuel Oduya']]),
      ],
      measures: [t.measure('pulse', 'pulse', c.at(10, '09:50'), 84, 'visit-10')],
    },
    chelwest: {
      encounters: [
        t.stay('stay', 'Inpatient stay, hip fracture', 'ORTH', 700, 682, { reason: conditions.hipFracture }),
        t.emergency('ed', 130, conditions.urineInfection),
      ],
      resources: [flag('dementia', 'Dementia', 'Lives with dementia. Calm place, same nurse, son may stay.', c.day(130))],
    },
    'hammersmith-fulham': {
      care: {
        cases: [
          {
            id: 'case',
            title: 'Adult social care case, care home placement',
            team: 'Long-term care',
            opened: c.day(1500),
            reason: 'Support with memory and cognition',
          },
        ],
        packages: [
          {
            id: 'home',
            title: 'Care home with nursing',
            provider: 'Fable House Care Home',
            phone: '020 7946 0315',
            start: c.day(1490),
            status: 'active',
            words: 'Permanent placement.',
          },
        ],
        legal: [
          { id: 'dols', kind: 'Deprivation of Liberty Safeguards', text: 'Standard authorisation, Fable House', on: c.day(200) },
          {
            id: 'lpa',
            kind: 'Lasting power of attorney',
            text: 'Health and welfare: Mr Peter Penfold (son), document seen',
            on: c.day(1400),
          },
        ],
        carers: [{ id: 'son', ...son }],
        reviews: [{ id: 'review', title: 'Placement review', due: c.day(-25) }],
      },
    },
    las: {
      encounters: [
        {
          id: 'incident',
          class: 'FLD',
          status: 'finished',
          title: 'Ambulance incident, treated at the scene, plan followed',
          start: c.at(51, '03:10'),
          end: c.at(51, '04:25'),
          service: 'CREW',
        },
      ],
      measures: [t.measure('news', 'news2', c.at(51, '03:30'), 6, 'incident')],
    },
  }
}
