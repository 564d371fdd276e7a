import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests } from '../terms.ts'
import type { Life } from '../told.ts'

/** A three-year-old in intensive care at one hospital, known to another: the call comes before any message does. */
export const child = (c: Calendar): Life => ({
  'camberwell-gp': {
    problems: [
      {
        id: 'asthma',
        term: conditions.asthma,
        recorded: c.day(300),
        status: 'active',
        significance: 'major',
        note: 'Viral wheeze, under review',
      },
    ],
    medicines: [
      {
        id: 'salbutamol',
        term: drugs.salbutamol,
        kind: 'repeat',
        status: 'active',
        dose: '2 to 4 puffs through a spacer when required',
        asNeeded: true,
        start: c.day(300),
        issues: [{ on: c.day(20), quantity: 1 }],
      },
    ],
  },
  kch: {
    allergies: [
      {
        id: 'penicillin',
        term: allergens.penicillin,
        recorded: c.day(2),
        status: 'active',
        reactions: [reactions.rash],
        severity: 'moderate',
        category: 'medication',
        encounter: 'picu',
      },
    ],
    encounters: [
      {
        id: 'ed',
        class: 'EMER',
        status: 'finished',
        title: 'Emergency department',
        start: c.at(3, '23:20'),
        end: c.at(2, '02:05'),
        service: 'ED',
      },
      {
        id: 'picu',
        class: 'IMP',
        status: 'in-progress',
        title: "Children's intensive care",
        start: c.at(2, '02:05'),
        service: 'PICU',
        reason: conditions.sepsis,
      },
    ],
    problems: [
      {
        id: 'sepsis',
        term: conditions.sepsis,
        recorded: c.at(2, '02:30'),
        status: 'active',
        significance: 'major',
        kind: 'encounter-diagnosis',
        encounter: 'picu',
      },
      {
        id: 'bronchiolitis',
        term: conditions.bronchiolitis,
        recorded: c.at(2, '02:30'),
        status: 'active',
        significance: 'major',
        encounter: 'picu',
      },
    ],
    medicines: [
      {
        id: 'ceftriaxone',
        term: drugs.ceftriaxone,
        kind: 'inpatient',
        status: 'active',
        dose: '80 mg/kg intravenously once a day',
        start: c.at(2, '03:00'),
        encounter: 'picu',
      },
      {
        id: 'midazolam',
        term: drugs.midazolam,
        kind: 'inpatient',
        status: 'active',
        dose: 'Continuous infusion, titrated',
        start: c.at(2, '03:10'),
        encounter: 'picu',
      },
    ],
    results: [
      { id: 'crp-1', test: tests.crp, at: c.at(2, '02:20'), value: 188, range: [0, 5], encounter: 'picu' },
      { id: 'crp-2', test: tests.crp, at: c.minutesAgo(300), value: 121, range: [0, 5], encounter: 'picu' },
      { id: 'plt', test: tests.platelets, at: c.minutesAgo(300), value: 96, range: [150, 450], encounter: 'picu', status: 'corrected' },
    ],
  },
  gstt: {
    encounters: [
      {
        id: 'heart',
        class: 'AMB',
        status: 'finished',
        title: "Children's heart clinic",
        start: c.at(120, '10:00'),
        end: c.at(120, '10:40'),
        service: 'CARD',
      },
    ],
    documents: [
      {
        id: 'letter',
        term: { display: "Letter, children's heart clinic" },
        on: c.day(118),
        encounter: 'heart',
        words: 'Small ventricular septal defect, closed. No further follow-up.',
      },
    ],
  },
})
