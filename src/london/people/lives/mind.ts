import type { Calendar } from '../calendar.ts'
import { conditions, drugs, measures, tests } from '../terms.ts'
import type { Life } from '../told.ts'
import { careTeam, flag, plan, relative } from './fhir.ts'

/** Mr Campbell, 44, on a depot and clozapine under a community treatment order; well for a year, known to the crisis line. */
export const mind = (c: Calendar): Life => ({
  'camberwell-gp': {
    problems: [{ id: 'schizophrenia', term: conditions.schizophrenia, recorded: '2004-03', status: 'active', significance: 'major' }],
    results: [150, 60, 4].map((ago, i) => ({
      id: `neutrophils-${i}`,
      test: tests.platelets,
      at: c.at(ago, '08:40'),
      value: 240 - i * 10,
      range: [150, 450],
    })),
  },
  kch: {
    encounters: [
      {
        id: 'ed',
        class: 'EMER',
        status: 'finished',
        title: 'Emergency department',
        start: c.at(1, '22:10'),
        end: c.at(0, '00:30'),
        service: 'ED',
      },
    ],
  },
  slam: {
    encounters: [
      { id: 'cmht', class: 'HH', status: 'in-progress', title: 'Community mental health team', start: c.at(330, '10:00'), service: 'CMHT' },
      {
        id: 'ward',
        class: 'IMP',
        status: 'finished',
        title: 'Inpatient stay, acute ward',
        start: c.at(420, '16:00'),
        end: c.at(372, '11:00'),
        service: 'WARD',
      },
      {
        id: 'therapy',
        class: 'AMB',
        status: 'finished',
        title: 'Psychological therapies',
        start: c.at(35, '14:00'),
        end: c.at(35, '14:50'),
        service: 'LTHER',
      },
      ...[84, 56, 28].map(
        ago =>
          ({
            id: `depot-${ago}`,
            class: 'AMB',
            status: 'finished',
            title: 'Depot clinic',
            start: c.at(ago, '10:00'),
            end: c.at(ago, '10:15'),
            service: 'CMHT',
          }) as const,
      ),
    ],
    problems: [{ id: 'schizophrenia', term: conditions.schizophrenia, recorded: '2004-03-11', status: 'active', significance: 'major' }],
    medicines: [
      {
        id: 'depot',
        term: drugs.depot,
        kind: 'inpatient',
        status: 'active',
        dose: '100 mg by deep intramuscular injection every 28 days, next due in the depot clinic',
        start: c.day(365),
        forProblem: 'schizophrenia',
        note: 'Last given at the depot clinic.',
      },
      {
        id: 'clozapine',
        term: drugs.clozapine,
        kind: 'discharge',
        status: 'active',
        dose: '250 mg at night, supplied by the trust pharmacy',
        amount: { value: 250, unit: 'mg' },
        perDay: 1,
        start: c.day(360),
        forProblem: 'schizophrenia',
      },
    ],
    measures: [{ id: 'weight', term: measures.weight, at: c.at(28, '10:05'), value: 94, unit: 'kg', ucum: 'kg', encounter: 'depot-28' }],
    appointments: [{ id: 'depot-next', title: 'Depot clinic', start: c.at(-1, '10:00'), service: 'CMHT', status: 'booked' }],
    documents: [
      {
        id: 'therapy',
        term: { display: 'Psychotherapy session notes' },
        on: c.day(35),
        service: 'LTHER',
        by: 'Dr Ines Caballero, clinical psychologist',
        encounter: 'therapy',
        file: { kind: 'text', paragraphs: ['He spoke of the house in Mandeville for the first time.'] },
      },
    ],
    resources: [
      ...plan('crisis', {
        title: 'Crisis and safety plan',
        code: '736253002',
        category: 'Mental health crisis plan',
        on: c.at(90, '11:00'),
        words: 'Signs: sleeps in the day, stops the radio, thinks neighbours listen.',
        activities: ['Crisis line, 020 7946 0210, day and night', 'Ask for a quiet room; his sister can be called'],
        by: 'Abena Osei, care coordinator',
      }),
      careTeam('team', 'Community mental health team, Southwark', '020 7946 0211', [
        ['Care coordinator', 'Abena Osei'],
        ['Consultant psychiatrist', 'Dr Martin Lowe'],
      ]),
      flag('cto', 'Mental Health Act status', 'Community treatment order, section 17A of the Mental Health Act', c.day(372)),
      flag('clozapine', 'Risk', 'On clozapine: sore throat or fever needs a full blood count today', c.day(360)),
      relative('sister', { name: 'Marcia Campbell', relationship: 'Sister', phone: '07700 900119', roles: ['Nearest relative'] }),
    ],
  },
})
