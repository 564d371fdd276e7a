import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests, words } from '../terms.ts'
import type { Life } from '../told.ts'
import { careTeam, flag, relative } from './fhir.ts'
import { tellerOf } from './tell.ts'

/**
 * Daniel Okonkwo, 8. A doctor of the Evelina was called about a transfer at the weekend and heard no more. King's has him
 * in intensive care under general anaesthetic; the Evelina holds nothing, and no message of a transfer exists.
 */
export function kidneyBoy(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      problems: [t.problem('eczema', conditions.eczema, c.day(2000), { significance: 'minor' })],
      encounters: [
        t.consultation('diarrhoea', 'Bloody diarrhoea', 4, [
          ['History', 'Four days, after a school farm visit.'],
          ['Plan', 'Sent to the emergency department today.'],
        ]),
      ],
    },
    kch: {
      allergies: [
        t.allergy('gentamicin', allergens.gentamicin, c.day(2), { reactions: [reactions.rash], severity: 'moderate', encounter: 'picu' }),
      ],
      encounters: [
        t.emergency('ed', 4, words('Bloody diarrhoea, drowsy'), { end: c.at(4, '20:10') }),
        t.stay('ward', "Children's ward", 'PAED', 4, 1, { end: c.at(1, '21:30'), start: c.at(4, '20:10') }),
        {
          id: 'picu',
          class: 'IMP',
          status: 'in-progress',
          title: "Children's intensive care, under general anaesthetic",
          start: c.at(1, '21:30'),
          service: 'PICU',
          reason: conditions.kidneyChild,
        },
      ],
      problems: [t.problem('kidney', conditions.kidneyChild, c.day(3), { encounter: 'ward', kind: 'encounter-diagnosis' })],
      medicines: [
        {
          id: 'propofol',
          term: drugs.propofol,
          kind: 'inpatient',
          status: 'active',
          dose: 'Continuous infusion, general anaesthetic',
          start: c.at(1, '21:50'),
          encounter: 'picu',
        },
        {
          id: 'furosemide',
          term: drugs.furosemide,
          kind: 'inpatient',
          status: 'stopped',
          dose: '1 mg/kg twice a day',
          start: c.at(3, '10:00'),
          encounter: 'ward',
          reason: 'No urine',
        },
      ],
      results: [
        ...t.results(
          tests.creatinine,
          [30, 60],
          [
            [4, 168],
            [3, 291],
            [2, 402],
          ],
        ),
        ...t.results(
          tests.potassium,
          [3.5, 5.3],
          [
            [4, 4.9],
            [3, 5.7],
            [2, 6.3],
          ],
        ),
        ...t.results(
          tests.platelets,
          [150, 450],
          [
            [4, 82],
            [3, 51],
            [2, 38],
          ],
        ),
        { id: 'creatinine-now', test: tests.creatinine, at: c.minutesAgo(200), value: 448, range: [30, 60], encounter: 'picu' },
        { id: 'potassium-now', test: tests.potassium, at: c.minutesAgo(200), value: 5.9, range: [3.5, 5.3], encounter: 'picu' },
      ],
      measures: [t.measure('pulse', 'pulse', c.minutesAgo(90), 118, 'picu'), t.measure('oxygen', 'oxygen', c.minutesAgo(90), 97, 'picu')],
      procedures: [{ id: 'line', term: words('Dialysis line, right internal jugular vein'), on: c.day(1), encounter: 'picu' }],
      resources: [
        relative('mother', {
          name: 'Mrs Chioma Okonkwo',
          relationship: 'Mother',
          phone: '07700 900371',
          roles: ['Parental responsibility'],
        }),
        careTeam('team', "Children's intensive care, King's", '020 7946 0201', [['Consultant', 'Dr Alex Winter']]),
      ],
    },
  }
}

/** Ella Novak, 5: the Evelina has accepted her from Lewisham and she is on her way. */
export function transfer(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'bromley-gp': {
      problems: [t.problem('epilepsy', conditions.epilepsy, c.day(600))],
      medicines: [t.repeat('levetiracetam', drugs.levetiracetam, '250 mg twice a day', 580, { times: 6 })],
    },
    lewisham: {
      encounters: [
        {
          id: 'ward',
          class: 'IMP',
          status: 'in-progress',
          title: 'High dependency, prolonged seizure',
          start: c.minutesAgo(610),
          service: 'PAED',
          reason: conditions.epilepsy,
        },
      ],
      medicines: [
        {
          id: 'midazolam',
          term: drugs.midazolam,
          kind: 'inpatient',
          status: 'active',
          dose: 'Continuous infusion, titrated',
          start: c.minutesAgo(540),
          encounter: 'ward',
        },
      ],
      referrals: [
        {
          id: 'transfer',
          term: words('Transfer to Evelina children’s intensive care, accepted'),
          on: c.minutesAgo(75),
          encounter: 'ward',
          words: 'Retrieval team on the way.',
        },
      ],
      resources: [
        relative('father', { name: 'Mr Jan Novak', relationship: 'Father', phone: '07700 900372', roles: ['Parental responsibility'] }),
      ],
    },
    gstt: {
      encounters: [
        {
          id: 'expected',
          class: 'IMP',
          status: 'planned',
          title: 'Transfer accepted from Lewisham',
          start: c.minutesAgo(-60),
          service: 'EVEL',
          reason: conditions.epilepsy,
        },
      ],
    },
  }
}

/** Tia Marsh, 6, under a child protection plan of Hackney's, known to Great Ormond Street for her heart. */
export function safeguarded(c: Calendar): Life {
  const t = tellerOf(c)
  const mother = { name: 'Ms Kelly Marsh', relationship: 'Mother', phone: '07700 900373', roles: ['Parental responsibility'] }
  return {
    'bow-gp': {
      problems: [t.problem('heart', words('Ventricular septal defect, small'), c.day(2100))],
      encounters: [
        t.consultation('weight', 'Weight check', 33, [
          ['Examination', 'On the 9th centile, was on the 25th.'],
          ['Plan', 'Told the social worker. Dietitian.'],
        ]),
      ],
      measures: [t.measure('weight-33', 'weight', c.at(33, '09:30'), 17.4), t.measure('weight-300', 'weight', c.at(300, '09:30'), 17.9)],
    },
    gosh: {
      encounters: [
        t.clinic('heart', "Children's heart clinic", 'PCARD', 64),
        t.clinic('team', "Children's social work and safeguarding team, meeting", 'SGTEAM', 58),
      ],
      documents: [
        t.letter('heart', "Letter, children's heart clinic", 61, ['Defect smaller. Growth has slowed; please see with the dietitian.'], {
          encounter: 'heart',
          service: 'PCARD',
        }),
      ],
      appointments: [t.appointment('heart-next', "Children's heart clinic", 'PCARD', 90)],
      resources: [
        flag('plan', 'Safeguarding', 'Child protection plan, Hackney. Call the duty social worker before discharge.', c.day(120)),
        relative('mother', mother),
      ],
    },
    homerton: {
      encounters: [t.emergency('ed-1', 121, words('Bruise to the cheek')), t.emergency('ed-2', 40, words('Burn to the hand, small'))],
      resources: [
        flag('alert', 'Safeguarding', 'Known to children’s social care. Tell the safeguarding nurse of every attendance.', c.day(121)),
      ],
    },
    hackney: {
      care: {
        workers: [
          {
            id: 'worker',
            name: 'Femi Lawal',
            role: 'Social worker',
            team: 'Children in need, East',
            phone: '020 7946 0234',
            from: c.day(120),
          },
        ],
        cases: [
          {
            id: 'case',
            title: "Children's social care case",
            team: 'Children in need, East',
            worker: 'worker',
            opened: c.day(121),
            reason: 'Neglect',
          },
        ],
        safeguarding: [
          {
            id: 'plan',
            kind: 'child-protection-plan',
            title: 'Child protection plan, neglect',
            opened: c.day(110),
            words: 'Visits every ten working days. School and practice to report missed days.',
          },
        ],
        assessments: [
          {
            id: 'section-47',
            title: 'Child and family assessment',
            at: c.at(115, '11:00'),
            status: 'completed',
            worker: 'worker',
            case: 'case',
            outcome: 'Conference held',
          },
        ],
        reviews: [{ id: 'conference', title: 'Review child protection conference', due: c.day(-19) }],
        carers: [{ id: 'mother', ...mother }],
        visits: [{ id: 'visit', title: 'Statutory visit', start: c.at(-3, '16:00'), status: 'booked', with: 'Femi Lawal, social worker' }],
      },
    },
  }
}
