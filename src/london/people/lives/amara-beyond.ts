import type { Calendar } from '../calendar.ts'
import { conditions, drugs, measures } from '../terms.ts'
import type { Held, SystemId } from '../told.ts'
import type { ToldCare, ToldCarer } from '../told-care.ts'
import { careTeam, flag, need, plan, relative } from './fhir.ts'

/** Mrs Okafor outside the hospitals: who visits her, who pays for it, who came when she fell, what she wishes. */
export function amaraBeyond(c: Calendar): Partial<Record<SystemId, Held>> {
  const daughter = {
    name: 'Mrs Ngozi Adebayo',
    relationship: 'Daughter',
    phone: '07700 900118',
    roles: ['Next of kin'],
    note: 'Holds a key. Lives in Croydon.',
  }
  return {
    oxleas: {
      encounters: [
        {
          id: 'caseload',
          class: 'HH',
          status: 'in-progress',
          title: 'District nursing caseload',
          start: c.at(23, '09:00'),
          service: 'DN',
        },
        ...[20, 17, 13, 9, 6, 2].map(
          ago =>
            ({
              id: `visit-${ago}`,
              class: 'HH',
              status: 'finished',
              title: 'District nurse visit, wound care',
              start: c.at(ago, '09:40'),
              end: c.at(ago, '10:10'),
              service: 'DN',
            }) as const,
        ),
      ],
      appointments: [
        {
          id: 'next-visit',
          title: 'District nurse visit, wound care and clips',
          start: c.at(-1, '09:30'),
          service: 'DN',
          status: 'booked',
          with: 'Grace Mensah, district nurse',
        },
        { id: 'rehab-visit', title: 'Reablement therapy at home', start: c.at(-2, '14:00'), service: 'REAB', status: 'booked' },
        { id: 'missed', title: 'Reablement therapy at home', start: c.at(12, '14:00'), service: 'REAB', status: 'noshow' },
      ],
      measures: [
        {
          id: 'bp',
          term: measures.bloodPressure,
          at: c.at(6, '09:50'),
          value: 138,
          second: 82,
          unit: 'mmHg',
          ucum: 'mm[Hg]',
          encounter: 'visit-6',
        },
        { id: 'pulse', term: measures.pulse, at: c.at(6, '09:50'), value: 76, unit: 'beats/min', ucum: '/min', encounter: 'visit-6' },
      ],
      resources: [
        flag(
          'key-safe',
          'Access to home',
          'Key safe to the right of the front door. The code is with the community nursing office, 020 7946 0207.',
          c.day(23),
        ),
        ...plan('wound', {
          title: 'Wound care plan, right hip',
          category: 'District nursing care plan',
          on: c.at(23, '11:00'),
          goals: ['Wound healed and clips out by four weeks'],
          activities: [
            { what: 'Redress the wound', when: 'Every third day', by: 'Grace Mensah, district nurse' },
            { what: 'Remove clips', when: c.day(-1) },
          ],
          by: 'Grace Mensah, district nurse',
        }),
        careTeam('team', 'Community nursing, Camberwell', '020 7946 0207', [
          ['District nurse', 'Grace Mensah'],
          ['Reablement therapist', 'Ewan Burns'],
        ]),
        relative('daughter', daughter),
      ],
    },
    southwark: { care: atTheCouncil(c, daughter) },
    las: {
      encounters: [
        {
          id: 'incident',
          class: 'FLD',
          status: 'finished',
          title: 'Ambulance incident, fall at home, conveyed to hospital',
          start: c.minutesAgo(142),
          end: c.minutesAgo(96),
          service: 'CREW',
          reason: conditions.fall,
        },
        {
          id: 'incident-feb',
          class: 'FLD',
          status: 'finished',
          title: 'Ambulance incident, palpitations, conveyed to hospital',
          start: c.at(290, '17:10'),
          end: c.at(290, '18:00'),
          service: 'CREW',
        },
      ],
      measures: [
        { id: 'news', term: measures.news2, at: c.minutesAgo(120), value: 4, unit: 'score', ucum: '{score}', encounter: 'incident' },
        {
          id: 'bp',
          term: measures.bloodPressure,
          at: c.minutesAgo(120),
          value: 108,
          second: 62,
          unit: 'mmHg',
          ucum: 'mm[Hg]',
          encounter: 'incident',
        },
        { id: 'pulse', term: measures.pulse, at: c.minutesAgo(120), value: 102, unit: 'beats/min', ucum: '/min', encounter: 'incident' },
      ],
      medicines: [
        {
          id: 'paracetamol',
          term: drugs.paracetamol,
          kind: 'inpatient',
          status: 'completed',
          dose: '1 g once',
          start: c.minutesAgo(115),
          end: c.minutesAgo(115),
          encounter: 'incident',
          by: 'Owen Pritchard, paramedic',
        },
      ],
    },
    nhs111: {
      encounters: [
        {
          id: 'call',
          class: 'VR',
          status: 'finished',
          title: 'NHS 111 call, ambulance sent',
          start: c.minutesAgo(165),
          end: c.minutesAgo(155),
          service: 'CAS',
          reason: conditions.fall,
        },
        {
          id: 'call-summer',
          class: 'VR',
          status: 'finished',
          title: 'NHS 111 call, advice given',
          start: c.at(140, '21:15'),
          end: c.at(140, '21:28'),
          service: 'CAS',
        },
      ],
    },
    ucp: {
      resources: [
        ...plan('ucp', {
          title: 'Universal Care Plan with ReSPECT recommendations',
          code: '1382601000000107',
          category: 'ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) plan',
          on: c.at(75, '12:20'),
          words:
            'CPR attempts NOT recommended. Life-sustaining treatment that gets her home, balanced with comfort. Hospital for a fall, a fracture or an infection that tablets do not help. Not for intensive care.',
          goals: ['To go on living in my own home', 'To be able to go to church'],
          activities: [
            'Fall or suspected fracture: take to hospital',
            'Chest infection: treat at home first, hospital if no better in 48 hours',
            'Speak to her daughter before any decision, 07700 900118',
          ],
          by: 'Dr Karin Lindqvist, general practitioner',
        }),
        need('about-me', 'About me', 'A retired school cook, a widow since last year. Church matters to me. I am called Amy.', c.day(75)),
        relative('daughter', daughter),
      ],
    },
    slam: {
      encounters: [
        {
          id: 'caseload',
          class: 'HH',
          status: 'in-progress',
          title: 'Older adults community team',
          start: c.at(190, '11:00'),
          service: 'OACMHT',
          reason: conditions.lowMood,
        },
        ...[110, 80, 48, 19].map(
          ago =>
            ({
              id: `contact-${ago}`,
              class: 'HH',
              status: 'finished',
              title: 'Community mental health nurse, home visit',
              start: c.at(ago, '13:30'),
              end: c.at(ago, '14:15'),
              service: 'OACMHT',
            }) as const,
        ),
      ],
      problems: [
        { id: 'mood', term: conditions.lowMood, recorded: c.day(190), status: 'active', significance: 'major', encounter: 'caseload' },
      ],
      medicines: [
        {
          id: 'mirtazapine',
          term: drugs.mirtazapine,
          kind: 'discharge',
          status: 'active',
          dose: '15 mg at night',
          amount: { value: 15, unit: 'mg' },
          perDay: 1,
          start: c.day(185),
          forProblem: 'mood',
          by: 'Dr Helen Ashby, consultant old age psychiatrist',
        },
      ],
      appointments: [
        {
          id: 'next',
          title: 'Community mental health nurse, home visit',
          start: c.at(-11, '13:30'),
          service: 'OACMHT',
          status: 'booked',
          with: 'Tunde Balogun, community mental health nurse',
        },
      ],
      resources: [
        ...plan('crisis', {
          title: 'Crisis and safety plan',
          code: '736253002',
          category: 'Mental health crisis plan',
          on: c.at(48, '14:00'),
          words: 'Signs: stops answering the telephone, does not eat. What helps: a call from her daughter, a visit from Pastor Joseph.',
          activities: [
            'Call the older adults team, 020 7946 0209, weekdays 09:00 to 17:00',
            'Out of hours call the crisis line, 020 7946 0210',
          ],
          by: 'Tunde Balogun, community mental health nurse',
        }),
        careTeam('cmht', 'Older adults community team, Southwark', '020 7946 0209', [
          ['Care coordinator', 'Tunde Balogun'],
          ['Consultant psychiatrist', 'Dr Helen Ashby'],
        ]),
        flag('mha', 'Mental Health Act status', 'Not detained under the Mental Health Act (informal)', c.day(190)),
        flag('risk', 'Risk', 'Risk of self-neglect when low in mood', c.day(48)),
      ],
    },
  }
}

/** Her case: what was assessed, who comes, who speaks for her. */
function atTheCouncil(c: Calendar, daughter: Omit<ToldCarer, 'id'>): ToldCare {
  return {
    workers: [
      {
        id: 'cole',
        name: 'Bernadette Cole',
        role: 'Social worker',
        team: 'Adult social care, Camberwell',
        phone: '020 7946 0205',
        from: c.day(27),
      },
    ],
    cases: [
      {
        id: 'case',
        title: 'Adult social care case',
        team: 'Adult social care, Camberwell',
        worker: 'cole',
        opened: c.at(27, '10:00'),
        reason: 'Physical support: personal care',
      },
    ],
    assessments: [
      {
        id: 'assessment',
        title: 'Care needs assessment on the ward',
        at: c.at(26, '14:00'),
        status: 'completed',
        worker: 'cole',
        case: 'case',
        needs: ['Washing and dressing', 'Meals', 'Medicines prompt'],
        outcome: 'Eligible: reablement for six weeks',
      },
    ],
    packages: [
      {
        id: 'package',
        title: 'Care and support plan',
        provider: 'Sample Homecare',
        phone: '020 7946 0208',
        start: c.day(24),
        end: c.day(-18),
        status: 'active',
        words: 'Reablement package for six weeks after discharge from hospital.',
        goals: ['Washes and dresses without help', 'Back to church on Sundays'],
        visits: [
          { what: 'Care worker, 30 minutes, washing and dressing', when: 'Every day at 08:00', by: 'Sample Homecare' },
          { what: 'Care worker, 30 minutes, supper and medicines prompt', when: 'Every day at 18:00', by: 'Sample Homecare' },
        ],
        hoursPerWeek: 7,
        worker: 'cole',
        note: 'Home care, 2 visits a day. Review in week five.',
      },
      { id: 'meals', title: 'Hot meals, 5 days a week', provider: 'Sample Meals', start: c.day(20), status: 'active', note: 'Started.' },
    ],
    reviews: [{ id: 'week-five', title: 'Review of the package', due: c.day(-11) }],
    equipment: [
      { id: 'commode', title: 'Commode and raised toilet seat', supplied: c.day(24) },
      { id: 'alarm', title: 'Pendant alarm', supplied: c.day(22) },
    ],
    carers: [{ id: 'daughter', ...daughter }],
    legal: [
      {
        id: 'attorney',
        kind: 'Lasting power of attorney',
        text: 'Lasting power of attorney, health and welfare: Mrs Ngozi Adebayo (daughter), registered, document seen',
        on: c.day(26),
      },
    ],
    alerts: [{ id: 'reason', kind: 'Primary support reason', text: 'Physical support: personal care', on: c.day(26) }],
    aboutMe: [
      {
        id: 'about',
        kind: 'About me',
        text: 'I like to be called Amy. Speak slowly and face me. Yoruba is easier when I am unwell.',
        on: c.day(26),
      },
    ],
    circumstances: [
      { id: 'lives', kind: 'Living arrangements', text: 'Lives alone in a ground-floor council flat', on: c.day(26) },
      { id: 'work', kind: 'Occupation', text: 'Retired school cook', on: c.day(26) },
    ],
  }
}
