import type { Calendar } from '../calendar.ts'
import { conditions, drugs, tests, words } from '../terms.ts'
import type { Life } from '../told.ts'

/** Ms Marino's hospital also runs a sexual health clinic and a fertility unit she has used. Neither may be guessed from her record. */
export const restricted = (c: Calendar): Life => ({
  'camberwell-gp': {
    problems: [{ id: 'asthma', term: conditions.asthma, recorded: '2001-10', status: 'active', significance: 'minor' }],
    medicines: [
      {
        id: 'salbutamol',
        term: drugs.salbutamol,
        kind: 'repeat',
        status: 'active',
        dose: '2 puffs when required',
        asNeeded: true,
        start: c.day(900),
        issues: [{ on: c.day(50), quantity: 1 }],
      },
    ],
    warnings: [{ list: 'medicines', code: 'confidential-items' }],
  },
  gstt: {
    encounters: [
      {
        id: 'asthma',
        class: 'AMB',
        status: 'finished',
        title: 'Acute medicine follow-up',
        start: c.at(60, '09:30'),
        end: c.at(60, '09:55'),
        service: 'AMU',
        reason: conditions.asthma,
      },
      {
        id: 'gum',
        class: 'AMB',
        status: 'finished',
        title: 'Clinic attendance',
        start: c.at(31, '13:00'),
        end: c.at(31, '13:20'),
        service: 'BSC',
        reason: { code: '428015005', display: 'Chlamydia trachomatis infection of genital structure' },
      },
      {
        id: 'acu',
        class: 'AMB',
        status: 'finished',
        title: 'Assisted conception consultation',
        start: c.at(25, '15:00'),
        end: c.at(25, '15:45'),
        service: 'ACU',
      },
    ],
    problems: [
      {
        id: 'chlamydia',
        term: { code: '428015005', display: 'Chlamydia trachomatis infection of genital structure' },
        recorded: c.day(31),
        status: 'active',
        significance: 'minor',
        kind: 'encounter-diagnosis',
        encounter: 'gum',
      },
      { id: 'asthma', term: conditions.asthma, recorded: c.day(60), status: 'active', significance: 'minor', encounter: 'asthma' },
    ],
    medicines: [
      {
        id: 'doxycycline',
        term: drugs.doxycycline,
        kind: 'discharge',
        status: 'completed',
        dose: '100 mg twice a day for 7 days',
        amount: { value: 100, unit: 'mg' },
        perDay: 2,
        start: c.day(31),
        end: c.day(24),
        encounter: 'gum',
      },
      {
        id: 'clomifene',
        term: drugs.clomifene,
        kind: 'discharge',
        status: 'active',
        dose: '50 mg once a day, days 2 to 6',
        amount: { value: 50, unit: 'mg' },
        perDay: 1,
        start: c.day(25),
        encounter: 'acu',
      },
    ],
    procedures: [
      {
        id: 'ivf',
        term: { code: '393132003', display: 'In vitro fertilisation procedure' },
        on: c.day(25),
        status: 'preparation',
        encounter: 'acu',
      },
    ],
    documents: [
      {
        id: 'acu-letter',
        term: words('Letter, assisted conception unit'),
        on: c.day(24),
        encounter: 'acu',
        words: 'Plan for the next cycle as discussed.',
      },
      {
        id: 'asthma-letter',
        term: words('Letter, acute medicine'),
        on: c.day(59),
        encounter: 'asthma',
        words: 'Asthma well controlled. Discharged.',
      },
    ],
    results: [{ id: 'hb', test: tests.haemoglobin, at: c.at(60, '09:40'), value: 131, range: [115, 160], encounter: 'asthma' }],
    appointments: [
      { id: 'acu-next', title: 'Assisted conception review', start: c.at(-10, '15:00'), service: 'ACU', status: 'booked' },
      { id: 'chest', title: 'Acute medicine review', start: c.at(-20, '09:30'), service: 'AMU', status: 'booked' },
    ],
  },
})
