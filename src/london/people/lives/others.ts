import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests } from '../terms.ts'
import type { Life } from '../told.ts'

/** Ms Haddad carries the national sensitive flag: her practice denies knowing her and no place may show. */
export const flagged = (c: Calendar): Life => ({
  'camberwell-gp': { problems: [{ id: 'asthma', term: conditions.asthma, recorded: '1999', status: 'active', significance: 'major' }] },
  kch: {
    allergies: [
      {
        id: 'latex',
        term: allergens.latex,
        recorded: c.day(400),
        status: 'active',
        reactions: [reactions.dermatitis],
        category: 'environment',
      },
    ],
    encounters: [
      {
        id: 'ward',
        class: 'IMP',
        status: 'in-progress',
        title: 'Inpatient stay',
        start: c.at(1, '11:00'),
        service: 'AMU',
        reason: conditions.asthma,
      },
    ],
    problems: [{ id: 'asthma', term: conditions.asthma, recorded: c.day(1), status: 'active', significance: 'major', encounter: 'ward' }],
  },
})

/** Mr Byrne objected, and his objection was upheld. His hospitals still hold what they hold. */
export const objector = (c: Calendar): Life => ({
  'camberwell-gp': {
    problems: [{ id: 'copd', term: conditions.copd, recorded: '2016-02', status: 'active', significance: 'major' }],
    medicines: [
      {
        id: 'salbutamol',
        term: drugs.salbutamol,
        kind: 'repeat',
        status: 'active',
        dose: '2 puffs when required',
        asNeeded: true,
        start: c.day(1200),
      },
    ],
  },
  kch: {
    encounters: [
      {
        id: 'clinic',
        class: 'AMB',
        status: 'finished',
        title: 'Acute medicine follow-up',
        start: c.at(14, '09:00'),
        end: c.at(14, '09:30'),
        service: 'AMU',
      },
    ],
    allergies: [
      {
        id: 'penicillin',
        term: allergens.penicillin,
        recorded: c.day(14),
        status: 'active',
        reactions: [reactions.rash],
        category: 'medication',
        encounter: 'clinic',
      },
    ],
  },
})

/** Mr Mensah was registered twice as a baby; the register answers his old number with the new one. */
export const superseded = (c: Calendar): Life => ({
  'camberwell-gp': {
    problems: [{ id: 'hypertension', term: conditions.hypertension, recorded: '1994', status: 'active', significance: 'major' }],
    medicines: [
      {
        id: 'amlodipine',
        term: drugs.amlodipine,
        kind: 'repeat-dispensing',
        status: 'active',
        dose: 'One tablet once a day',
        start: c.day(3000),
        issues: [{ on: c.day(25), quantity: 28 }],
      },
    ],
  },
  rfl: {
    encounters: [
      {
        id: 'renal',
        class: 'AMB',
        status: 'finished',
        title: 'Kidney clinic',
        start: c.at(45, '14:00'),
        end: c.at(45, '14:20'),
        service: 'RENAL',
      },
    ],
    results: [{ id: 'creat', test: tests.creatinine, at: c.at(45, '14:05'), value: 118, range: [59, 104], encounter: 'renal' }],
  },
})
