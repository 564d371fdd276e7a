import type { SystemId } from '../../../places.ts'
import { conditions, drugs, measures, procedures, words } from '../../terms.ts'
import type { Held } from '../../told.ts'
import type { ToldCare } from '../../told-care.ts'
import { careTeam, flag, need, plan, relative } from '../fhir.ts'
import { medicinesOf, type Telling } from './teller.ts'

const NAMES = ['Grace Appiah', 'Ewan Burns', 'Joy Dela Cruz', 'Samuel Oduya', 'Helen Marsh', 'Ines Rocha', 'Patrick Nolan', 'Rukmini Iyer']
const AGENCIES = ['Sample Homecare', 'Pattern Care', 'Model Carers', 'Fable Support']

const next = ({ person }: Telling) =>
  relative('kin', {
    name: `${person.gender === 'male' ? 'Mrs' : 'Mr'} ${person.name.family}`,
    relationship: 'Family member',
    phone: `07700 900${person.nhsNumber.slice(6, 9)}`,
    roles: ['Next of kin'],
  })

/** District nurses for the old, health visitors for the small, podiatry for the rest. */
export function communityRecord(life: Telling): Held {
  const { c, t, profile, random, ago, since, alive } = life
  const nurse = random.pick(NAMES)
  const [service, title, visit] =
    profile.age < 5
      ? (['HV', 'Health visiting caseload', 'Health visitor, development review'] as const)
      : profile.frail
        ? (['DN', 'District nursing caseload', 'District nurse visit'] as const)
        : (['POD', 'Podiatry caseload', 'Podiatry visit'] as const)
  const began = ago(300)
  const open = alive && random.chance(60)
  const visits = [...new Set(Array.from({ length: 2 + random.below(8) }, () => 1 + random.below(Math.max(1, began - 1))))].toSorted(
    (a, b) => b - a,
  )
  return {
    encounters: [
      t.caseload('caseload', title, service, since(began + 1), open ? {} : { status: 'finished', end: c.at(1, '17:00') }),
      ...visits.map(on => t.home(`visit-${on}`, visit, service, on)),
    ],
    measures:
      profile.age < 5
        ? []
        : visits.slice(0, 2).map(on => t.measure(`pulse-${on}`, 'pulse', c.at(on, '09:45'), 62 + random.below(30), `visit-${on}`)),
    ...(open && {
      appointments: [
        t.appointment('next', visit, service, 2 + random.below(20), `${nurse}, ${service === 'HV' ? 'health visitor' : 'nurse'}`),
      ],
    }),
    ...(profile.frail && {
      resources: [
        ...plan('care', {
          title: random.pick(['Wound care plan', 'Insulin administration plan', 'Catheter care plan', 'Pressure area care plan']),
          category: 'District nursing care plan',
          on: c.at(since(began), '11:00'),
          activities: [{ what: 'Visit at home', when: random.pick(['Every day', 'Twice a week', 'Every third day']), by: nurse }],
          by: `${nurse}, district nurse`,
        }),
        careTeam('team', 'Community nursing', '020 7946 0230', [['District nurse', nurse]]),
      ],
    }),
  }
}

/** Contacts, plan and risk; what is said in therapy stays with the therapist. */
export function mentalHealthRecord(life: Telling): Held {
  const { c, t, profile, random, ago, since, alive } = life
  const has = (id: string): boolean => profile.ailments.some(a => a.id === id)
  const severe = has('psychosis') || has('bipolar')
  const service = profile.age < 18 ? 'CAMHS' : profile.age > 70 ? 'OACMHT' : severe ? 'CMHT' : 'LIAISON'
  const worker = random.pick(NAMES)
  const began = since(60 + random.below(900))
  const open = alive && (severe || random.chance(30))
  const contacts = [...new Set(Array.from({ length: 1 + random.below(severe ? 8 : 3) }, () => 1 + random.below(Math.min(300, began))))]
  return {
    encounters: [
      t.caseload('care', severe ? 'Community mental health team' : 'Assessment and short-term care', service, began, {
        reason: severe ? (has('bipolar') ? conditions.bipolar : conditions.schizophrenia) : conditions.anxietyDepression,
        ...(!open && { status: 'finished', end: c.at(1, '17:00') }),
      }),
      ...contacts.map(on => t.home(`contact-${on}`, 'Mental health nurse, contact', service, on)),
      ...(severe && random.chance(30) && began > 200
        ? [t.stay('ward', 'Inpatient stay, acute ward', 'WARD', began - 20, began - 20 - (10 + random.below(40)))]
        : []),
    ],
    problems: severe
      ? [t.problem('main', has('bipolar') ? conditions.bipolar : conditions.schizophrenia, c.day(began))]
      : [t.problem('main', conditions.anxietyDepression, c.day(began))],
    medicines: medicinesOf(life)
      .filter(({ id }) => ['olanzapine', 'lithium', 'sertraline'].includes(id))
      .map(({ id, term, dose }) => t.discharged(id, term, dose, ago(200))),
    resources: [
      ...plan('crisis', {
        title: 'Crisis and safety plan',
        code: '736253002',
        category: 'Mental health crisis plan',
        on: c.at(since(20 + random.below(300)), '14:00'),
        words: random.pick(['Stops answering the telephone when unwell.', 'Sleeps less and spends more.', 'Goes quiet and stops eating.']),
        activities: [
          'Crisis line, 020 7946 0210, day and night',
          random.pick(['Call the sister first', 'A quiet room helps', 'Do not come alone']),
        ],
        by: `${worker}, care coordinator`,
      }),
      careTeam('team', 'Mental health team', '020 7946 0231', [['Care coordinator', worker]]),
      flag('mha', 'Mental Health Act status', 'Not detained under the Mental Health Act (informal)', c.day(began)),
      ...(severe
        ? [
            flag(
              'risk',
              'Risk',
              random.pick(['Risk of self-neglect when unwell', 'History of overdose', 'Vulnerable to being exploited']),
              c.day(began),
            ),
          ]
        : []),
    ],
  }
}

/** A council's case: assessment, package, equipment, carers; for a few children, a plan. */
export function careOf({ c, profile, random, ago, since, alive, person }: Telling): ToldCare {
  const worker = random.pick(NAMES)
  const opened = ago(400)
  const agency = random.pick(AGENCIES)
  const child = profile.age < 18
  const closed = !alive || random.chance(25) ? since(Math.max(1, Math.floor(opened / 2))) : undefined
  const team = child ? "Children's social care" : 'Adult social care'
  return {
    workers: [{ id: 'worker', name: worker, role: 'Social worker', team, phone: '020 7946 0232', from: c.day(opened) }],
    cases: [
      {
        id: 'case',
        title: `${team} case`,
        team,
        worker: 'worker',
        opened: c.day(opened),
        ...(closed !== undefined && { closed: c.day(closed) }),
        reason: child ? 'Family support' : profile.frail ? 'Physical support: personal care' : 'Support with memory and cognition',
      },
    ],
    assessments: [
      {
        id: 'assessment',
        title: child ? 'Child and family assessment' : 'Care needs assessment',
        at: c.at(Math.max(1, opened - 1), '14:00'),
        status: 'completed',
        worker: 'worker',
        case: 'case',
        needs: child
          ? ['Housing', 'School attendance']
          : random.pick([['Washing and dressing', 'Meals'], ['Getting about at home'], ['Shopping', 'Medicines prompt']]),
        outcome: 'Eligible',
      },
    ],
    ...(child
      ? random.chance(40) && {
          safeguarding: [
            { id: 'need', kind: 'child-in-need', title: 'Child in need plan', opened: c.day(opened), words: 'Visits every four weeks.' },
          ],
        }
      : {
          packages: [
            {
              id: 'package',
              title: `Home care, ${1 + random.below(4)} visits a day`,
              provider: agency,
              phone: '020 7946 0233',
              start: c.day(Math.max(1, opened - 4)),
              ...(closed === undefined ? { status: 'active' } : { status: 'ended', end: c.day(closed) }),
              visits: [{ what: 'Care worker, 30 minutes, washing and dressing', when: 'Every day at 08:00', by: agency }],
              hoursPerWeek: 3.5 + 3.5 * random.below(4),
              worker: 'worker',
            },
          ],
          reviews: [{ id: 'review', title: 'Review of the package', due: c.day(-random.below(60)) }],
          equipment: [
            {
              id: 'rail',
              title: random.pick(['Grab rails', 'Commode', 'Raised toilet seat', 'Pendant alarm', 'Walking frame']),
              supplied: c.day(Math.max(1, opened - 2)),
            },
          ],
          carers: [
            {
              id: 'carer',
              name: `${person.gender === 'male' ? 'Mrs' : 'Mr'} ${person.name.family}`,
              relationship: 'Family member',
              phone: `07700 900${person.nhsNumber.slice(6, 9)}`,
              roles: ['Carer'],
            },
          ],
          circumstances: [
            {
              id: 'home',
              kind: 'Living arrangements',
              text: random.pick(['Lives alone in a flat', 'Lives with family', 'Sheltered housing']),
              on: c.day(opened),
            },
          ],
        }),
    ...(random.chance(30) && {
      aboutMe: [
        {
          id: 'about',
          kind: 'About me',
          text: random.pick(['Please speak slowly.', 'I am up late; no visit before ten.', 'My cat comes first.']),
          on: c.day(opened),
        },
      ],
    }),
  }
}

/** A person found at home or in the street, and what the crew did. */
export function ambulanceRecord({ c, t, random, ago, profile }: Telling): Held {
  const times = 1 + random.below(profile.frail ? 4 : 1)
  const on = [...new Set(Array.from({ length: times }, () => ago(700)))]
  return {
    encounters: on.map(day => ({
      id: `incident-${day}`,
      class: 'FLD',
      status: 'finished',
      title: random.pick([
        'Ambulance incident, conveyed to hospital',
        'Ambulance incident, treated at the scene',
        'Ambulance incident, referred to the practice',
      ]),
      start: c.at(day, '15:10'),
      end: c.at(day, '16:20'),
      service: 'CREW',
    })),
    measures: on.flatMap(day => [
      t.measure(`news-${day}`, 'news2', c.at(day, '15:25'), random.below(7), `incident-${day}`),
      {
        id: `bp-${day}`,
        term: measures.bloodPressure,
        at: c.at(day, '15:25'),
        value: 100 + random.below(60),
        second: 58 + random.below(30),
        unit: 'mmHg',
        ucum: 'mm[Hg]',
        encounter: `incident-${day}`,
      },
    ]),
  }
}

/** Calls to 111, or to a GP out of hours. */
export function callRecord({ c, random, ago }: Telling, service: 'CAS' | 'OOHGP'): Held {
  const on = [...new Set(Array.from({ length: 1 + random.below(3) }, () => ago(800)))]
  return {
    encounters: on.map(day => ({
      id: `call-${day}`,
      class: 'VR',
      status: 'finished',
      title:
        service === 'CAS'
          ? random.pick([
              'NHS 111 call, advice given',
              'NHS 111 call, seen by the practice next day',
              'NHS 111 call, sent to the emergency department',
            ])
          : 'Out-of-hours GP, telephone',
      start: c.at(day, '20:15'),
      end: c.at(day, '20:29'),
      service,
    })),
    ...(service === 'OOHGP' &&
      random.chance(40) && {
        medicines: [
          {
            id: 'course',
            term: drugs.amoxicillin,
            kind: 'discharge',
            status: 'completed',
            dose: 'One capsule 3 times a day for 5 days',
            start: c.day(on[0]!),
            end: c.day(Math.max(0, on[0]! - 5)),
            encounter: `call-${on[0]}`,
          },
        ],
      }),
  }
}

/** What somebody wishes when they fall ill, in a Universal Care Plan. */
export function carePlan(life: Telling): Held {
  const { c, random, since } = life
  const forResuscitation = random.chance(45)
  return {
    resources: [
      ...plan('ucp', {
        title: 'Universal Care Plan',
        category: 'Personalised care and support plan',
        on: c.at(since(20 + random.below(400)), '12:00'),
        words: forResuscitation
          ? 'CPR attempts recommended.'
          : 'CPR attempts NOT recommended. Comfort first; hospital if it brings comfort.',
        goals: [random.pick(['To stay at home', 'To be with my family', 'To see my garden'])],
        activities: [random.pick(['Infection: treat at home first', 'Fall: take to hospital', 'Call the family before any decision'])],
        by: 'General practitioner',
      }),
      need(
        'about',
        'About me',
        random.pick(['I was a bus driver for thirty years.', 'I like the radio on.', 'Please call me by my first name.']),
        c.day(since(300)),
      ),
      next(life),
    ],
  }
}

/** What the Local Care Record's members share: Lambeth's social care, King's and St Thomas' letters. */
export function groupRecord(life: Telling): Held {
  const { c, t, random, ago, profile } = life
  const holder = random.pick(profile.hospitals.includes('gstt') ? (['RJ1', '708'] as const) : (['RJZ', '708'] as const))
  const on = ago(500)
  if (holder === '708')
    return {
      encounters: [
        t.caseload('lambeth-case', 'Adult social care case', 'ASC', on, {
          member: '708',
          ...(random.chance(40) && { status: 'finished', end: c.at(1, '12:00') }),
        }),
      ],
      resources: plan('lambeth-plan', {
        title: 'Care and support plan',
        category: 'Social care package',
        on: c.at(on, '16:00'),
        activities: [{ what: 'Care worker, 30 minutes', when: 'Every day at 09:00', by: random.pick(AGENCIES) }],
        by: `${random.pick(NAMES)}, social worker`,
      }).map(resource => ({ ...resource, member: '708' })),
    }
  return {
    documents: [
      {
        ...t.letter('shared-letter', 'Letter, shared in the Local Care Record', on, [
          'Seen for follow-up. All well. Discharged to the practice.',
        ]),
        member: holder,
      },
    ],
  }
}

/** A children's, an eye or a cancer hospital: one clinic, followed for years. */
export function specialistRecord({ c, t, random, ago, since, alive }: Telling, system: SystemId): Held {
  const [service, title, letter] =
    system === 'gosh'
      ? random.pick([
          ['PCARD', "Children's heart clinic", 'Small defect, closing by itself. See again in two years.'],
          ['PNEUR', "Children's neurology clinic", 'No seizure since spring. Same dose for the new weight.'],
          ['PHAEM', "Children's blood clinic", 'Count stable. Vaccinations reviewed.'],
        ] as const)
      : system === 'moorfields'
        ? random.pick([
            ['GLAU', 'Glaucoma clinic', 'Pressures 15 and 17. Fields unchanged. Continue drops.'],
            ['RET', 'Medical retina clinic', 'Early diabetic changes. Laser not needed.'],
            ['EYE', 'Cataract clinic', 'Listed for surgery to the right eye.'],
          ] as const)
        : (['ONC', 'Medical oncology clinic', 'No sign of recurrence. Seen again in six months.'] as const)
  const on = ago(330)
  return {
    encounters: [t.clinic('clinic', title, service, on), t.clinic('clinic-before', title, service, since(on + 190))],
    documents: [t.letter('letter', `Letter, ${title.toLowerCase()}`, since(on - 4), [letter], { encounter: 'clinic', service })],
    ...(alive && { appointments: [t.appointment('next', title, service, 20 + random.below(160))] }),
    ...(system === 'moorfields' &&
      service === 'EYE' && { procedures: [{ id: 'cataract', term: procedures.cataract, on: c.day(since(on - 30)), status: 'completed' }] }),
    ...(random.chance(20) && { flags: [{ id: 'note', term: words('Interpreter asked for'), on: c.day(on) }] }),
  }
}
