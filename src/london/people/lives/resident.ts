import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests, vaccines } from '../terms.ts'
import type { Life } from '../told.ts'
import { careTeam, flag, need, plan, relative } from './fhir.ts'
import { tellerOf } from './tell.ts'

/** Mrs Fairbrother, 89, lives at Peckham Rye House. Its staff look after her day and night and read what that takes, and no more. */
export function resident(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      allergies: [t.allergy('codeine', allergens.codeine, '2016-05', { reactions: [reactions.vomiting], severity: 'moderate' })],
      problems: [
        t.problem('dementia', conditions.dementia, '2021-03'),
        t.problem('heart', conditions.heartFailure, '2019-11'),
        t.problem('mood', conditions.bipolar, '1989', { status: 'inactive' }),
      ],
      medicines: [
        t.repeat('furosemide', drugs.furosemide, '40 mg each morning', 1800, { times: 12 }),
        t.repeat('donepezil', drugs.donepezil, '10 mg at night', 1200, { times: 12 }),
        t.repeat('paracetamol', drugs.paracetamol, '1 g up to 4 times a day', 700, { times: 6, quantity: 224 }),
      ],
      encounters: [
        t.consultation('round', 'Care home round', 5, [
          ['Examination', 'Ankles less swollen. Weight steady.'],
          ['Plan', 'Same dose. Call the practice if her weight goes up by 2 kg in 3 days.'],
        ]),
      ],
      vaccinations: [{ id: 'flu', term: vaccines.influenza, on: c.day(44), dose: 1, site: 'Left upper arm' }],
    },
    'peckham-rye': {
      encounters: [t.caseload('residency', 'Lives at Peckham Rye House', 'HOME', 410)],
      measures: [t.measure('weight-1', 'weight', c.at(1, '07:30'), 61.5), t.measure('weight-8', 'weight', c.at(8, '07:30'), 61)],
      resources: [
        ...plan('daily', {
          title: 'Daily care plan',
          category: 'Care home care plan',
          on: c.at(30, '11:00'),
          activities: [
            { what: 'Weigh before breakfast', when: 'Every day' },
            { what: 'Two to help her stand', when: 'Always' },
          ],
          by: 'Blessing Adeyemi, senior care worker',
        }),
        need('talk', 'How to talk with me', 'Taught school for forty years. Say her name first, and who you are.', c.day(400)),
        flag('swallow', 'Risk', 'Thickened drinks, level 2', c.day(90)),
      ],
    },
    kch: {
      encounters: [
        t.stay('stay', 'Inpatient stay, heart failure', 'CARD', 34, 27, { reason: conditions.heartFailure }),
        t.emergency('ed', 34, conditions.heartFailure),
      ],
      results: t.results(
        tests.potassium,
        [3.5, 5.3],
        [
          [34, 3.4],
          [28, 4.1],
        ],
        { encounter: 'stay' },
      ),
      documents: [
        t.letter('discharge', 'Discharge summary', 27, [
          'Water tablets doubled for a week, then back to 40 mg.',
          'Please weigh her each morning and tell the practice of 2 kg in 3 days.',
        ]),
      ],
      appointments: [t.appointment('heart', 'Heart failure clinic', 'CARD', 9, 'Dr Mina Aslan, cardiologist')],
    },
    southwark: {
      care: {
        workers: [
          {
            id: 'worker',
            name: 'Bernadette Cole',
            role: 'Social worker',
            team: 'Adult social care, Camberwell',
            phone: '020 7946 0205',
            from: c.day(430),
          },
        ],
        cases: [
          {
            id: 'case',
            title: 'Adult social care case',
            team: 'Adult social care, Camberwell',
            worker: 'worker',
            opened: c.day(430),
            reason: 'Support with memory and cognition',
          },
        ],
        packages: [
          { id: 'home', title: 'Care home place', provider: 'Peckham Rye House', start: c.day(410), status: 'active', worker: 'worker' },
        ],
        legal: [
          {
            id: 'dols',
            kind: 'Deprivation of Liberty Safeguards',
            text: 'Standard authorisation at Peckham Rye House, 12 months',
            on: c.day(60),
          },
        ],
      },
    },
    oxleas: {
      encounters: [t.home('visit', 'District nurse visit, heels', 'DN', 4)],
      resources: [careTeam('team', 'District nursing, Peckham', '020 7946 0239', [['District nurse', 'Grace Mensah']])],
    },
    ucp: {
      resources: [
        ...plan('ucp', {
          title: 'Universal Care Plan with ReSPECT recommendations',
          code: '1382601000000107',
          category: 'ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) plan',
          on: c.at(20, '14:30'),
          words:
            'CPR attempts NOT recommended. Treat what can be treated at the home. Hospital for heart failure that tablets do not settle.',
          goals: ['To be at home, with her books'],
          activities: ['Call the practice first, at night NHS 111 with this plan in hand'],
          by: 'Dr Karin Lindqvist, general practitioner',
        }),
        relative('daughter', {
          name: 'Mrs Ruth Fairbrother-Mills',
          relationship: 'Daughter',
          phone: '07700 900381',
          roles: ['Next of kin', 'Attorney for health and welfare'],
        }),
      ],
    },
  }
}
