import type { Calendar } from '../calendar.ts'
import { conditions, drugs, tests, words } from '../terms.ts'
import type { Life } from '../told.ts'

/** Mr Hughes, brought in unconscious in the small hours. What he may have taken was prescribed elsewhere. */
export const overdose = (c: Calendar): Life => ({
  'camberwell-gp': {
    medicines: [
      {
        id: 'propranolol',
        term: drugs.propranolol,
        kind: 'repeat',
        status: 'active',
        dose: 'One capsule each morning',
        start: c.day(420),
        issues: [
          { on: c.day(36), quantity: 28 },
          { on: c.day(6), quantity: 56 },
        ],
      },
      {
        id: 'sertraline',
        term: drugs.sertraline,
        kind: 'repeat',
        status: 'active',
        dose: 'One tablet each morning',
        start: c.day(420),
        issues: [{ on: c.day(6), quantity: 28 }],
      },
    ],
    problems: [
      { id: 'mood', term: conditions.anxietyDepression, recorded: c.day(431), onset: c.year(3), status: 'active', significance: 'major' },
    ],
    flags: [{ id: 'plan', term: words('Crisis plan held: call the crisis line first'), on: c.day(200) }],
    warnings: [{ list: 'consultations', code: 'confidential-items' }],
  },
  rfl: {
    medicines: [
      {
        id: 'amitriptyline',
        term: drugs.amitriptyline,
        kind: 'discharge',
        status: 'active',
        dose: '50 mg at night',
        amount: { value: 50, unit: 'mg' },
        perDay: 1,
        start: c.day(9),
        encounter: 'pain',
      },
      {
        id: 'zopiclone',
        term: drugs.zopiclone,
        kind: 'discharge',
        status: 'active',
        dose: '3.75 mg at night for 7 nights',
        amount: { value: 3.75, unit: 'mg' },
        perDay: 1,
        start: c.day(9),
        end: c.day(2),
        encounter: 'pain',
      },
      {
        id: 'cocodamol',
        term: drugs.coCodamol,
        kind: 'discharge',
        status: 'active',
        dose: 'Two capsules up to 4 times a day when required',
        asNeeded: true,
        start: c.day(9),
        encounter: 'pain',
      },
    ],
    encounters: [
      {
        id: 'pain',
        class: 'EMER',
        status: 'finished',
        title: 'Emergency department, back pain',
        start: c.at(9, '21:14'),
        end: c.at(8, '01:50'),
        service: 'ED',
      },
    ],
    problems: [
      {
        id: 'earlier',
        term: conditions.intentionalOverdose,
        recorded: c.day(410),
        onset: c.day(410),
        ended: c.day(408),
        status: 'inactive',
        significance: 'major',
      },
    ],
  },
  kch: {
    encounters: [
      {
        id: 'ed-now',
        class: 'EMER',
        status: 'in-progress',
        title: 'Emergency department, resuscitation',
        start: c.minutesAgo(42),
        service: 'ED',
        reason: conditions.overdose,
      },
    ],
    results: [
      {
        id: 'k-now',
        test: tests.potassium,
        at: c.minutesAgo(30),
        value: 3.2,
        range: [3.5, 5.3],
        encounter: 'ed-now',
        status: 'preliminary',
      },
      {
        id: 'paracetamol',
        test: { term: words('Paracetamol level'), unit: 'mg/L', ucum: 'mg/L', specimen: 'Plasma', panel: 'Toxicology' },
        at: c.minutesAgo(30),
        words: 'Awaiting 4-hour sample',
        encounter: 'ed-now',
        status: 'preliminary',
      },
    ],
  },
})
