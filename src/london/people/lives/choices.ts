import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests, words } from '../terms.ts'
import type { Life } from '../told.ts'
import { flag, plan } from './fhir.ts'
import { tellerOf } from './tell.ts'

/** Mr Prentice objected to Connect Care in 2019. He need not ask again: nothing of his is shown, wherever he goes. */
export function formerObjector(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'bromley-gp': {
      problems: [t.problem('copd', conditions.copd, '2012-01'), t.problem('mood', conditions.anxietyDepression, '2019-03')],
      medicines: [t.repeat('tiotropium', drugs.tiotropium, 'One capsule inhaled once a day', 2000, { times: 8 })],
      flags: [{ id: 'opt-out', term: words('Objected to sharing through Connect Care, form received 14 May 2019'), on: '2019-05-14' }],
    },
    oxleas: {
      encounters: [t.caseload('nurse', 'Respiratory nursing caseload', 'DN', 200), t.home('visit', 'Respiratory nurse visit', 'DN', 20)],
    },
    lewisham: {
      encounters: [t.emergency('ed', 12, conditions.chestInfection)],
      allergies: [t.allergy('penicillin', allergens.penicillin, c.day(12), { reactions: [reactions.rash], encounter: 'ed' })],
    },
  }
}

/** Mrs Drake refused the Summary Care Record. That is another record: this one shows as anybody's does. */
export function summaryObjector(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      allergies: [t.allergy('codeine', allergens.codeine, '2008-09-01', { reactions: [reactions.vomiting], severity: 'moderate' })],
      problems: [
        t.problem('hypertension', conditions.hypertension, '2005'),
        t.problem('gout', conditions.gout, '2016-07', { significance: 'minor' }),
      ],
      medicines: [t.repeat('amlodipine', drugs.amlodipine, 'One tablet once a day', 3000, { times: 12 })],
      flags: [{ id: 'dissent', term: { ...words('Express dissent for Summary Care Record'), read: '9Ndo.' }, on: '2013-11-20' }],
      results: t.results(
        tests.creatinine,
        [45, 84],
        [
          [300, 78],
          [60, 81],
        ],
      ),
      measures: t.pressures([
        [300, 144, 86],
        [60, 138, 80],
      ]),
    },
    gstt: {
      encounters: [t.clinic('cataract', 'Eye clinic', 'EYE', 44)],
      documents: [
        t.letter('cataract', 'Letter, eye clinic', 41, ['Listed for cataract surgery, right eye. Takes no blood thinner.'], {
          encounter: 'cataract',
          service: 'EYE',
        }),
      ],
      appointments: [t.appointment('surgery', 'Cataract surgery, day case', 'EYE', 26)],
    },
  }
}

/** Mrs Salter's practice coded in 2019 that she refused the local shared record, and told nobody. She was in A&E yesterday. */
export function practiceObjector(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      problems: [t.problem('hypertension', conditions.hypertension, '2004-09')],
      medicines: [t.repeat('amlodipine', drugs.amlodipine, 'One tablet once a day', 3000, { times: 12 })],
      flags: [
        { id: 'refused-local', term: { ...words('Refused consent for upload to local shared record'), read: '93C1.' }, on: '2019-06-18' },
      ],
    },
    kch: {
      encounters: [t.emergency('ed', 1, conditions.chestInfection)],
      allergies: [t.allergy('penicillin', allergens.penicillin, c.day(1), { reactions: [reactions.rash], encounter: 'ed' })],
    },
  }
}

/** Mrs Whitaker is a patient of Oxleas and restricted nothing. She has fallen ill at her sister's, in Hampstead. */
export function oxleas(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'bromley-gp': {
      allergies: [t.allergy('trimethoprim', allergens.trimethoprim, '2017', { reactions: [reactions.rash] })],
      problems: [t.problem('diabetes', conditions.diabetes, '2006-02'), t.problem('ulcer', conditions.legUlcer, c.day(160))],
      medicines: [
        t.repeat('insulin', drugs.insulin, '14 units at night, given by the district nurse', 700, { times: 6, quantity: 5 }),
        t.repeat('metformin', drugs.metformin, 'One tablet twice a day with meals', 4000, { times: 8, quantity: 56 }),
      ],
      results: t.results(
        tests.hba1c,
        [20, 41],
        [
          [520, 66],
          [330, 71],
          [150, 69],
          [35, 74],
        ],
      ),
    },
    oxleas: {
      encounters: [
        t.caseload('caseload', 'District nursing caseload', 'DN', 158),
        ...[30, 23, 16, 9, 2].map(ago => t.home(`visit-${ago}`, 'District nurse visit, leg ulcer and insulin', 'DN', ago)),
      ],
      resources: plan('insulin', {
        title: 'Insulin administration plan',
        category: 'District nursing care plan',
        on: c.at(158, '11:00'),
        words: 'Insulin 14 units at 20:00. Call the practice under 5 or over 20 mmol/L.',
        activities: [
          { what: 'Insulin', when: 'Every evening', by: 'District nurses' },
          { what: 'Compression bandage', when: 'Twice a week', by: 'District nurses' },
        ],
        by: 'Grace Mensah, district nurse',
      }),
      appointments: [t.appointment('next', 'District nurse visit, leg ulcer', 'DN', 2, 'Grace Mensah, district nurse')],
    },
    rfl: {
      encounters: [
        {
          id: 'now',
          class: 'EMER',
          status: 'in-progress',
          title: 'Emergency department',
          start: c.minutesAgo(70),
          service: 'ED',
          reason: words('Confused, low blood sugar'),
        },
      ],
      results: [{ id: 'glucose', test: tests.glucose, at: c.minutesAgo(55), value: 2.6, range: [3.9, 7.8], encounter: 'now' }],
    },
  }
}

/** Mr Garrity objects. His objection cannot be upheld: an adult at risk in his house depends on what is shared. */
export function refused(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'ealing-gp': {
      problems: [t.problem('dependence', conditions.opioidDependence, '2009')],
      medicines: [t.repeat('methadone', drugs.methadone, '40 ml once a day, supervised', 900, { times: 4, quantity: 280 })],
    },
    wlt: {
      encounters: [
        t.caseload('cmht', 'Community mental health team', 'CMHT', 500),
        ...[70, 34, 6].map(ago => t.home(`contact-${ago}`, 'Care coordinator, contact', 'CMHT', ago)),
      ],
      problems: [t.problem('bipolar', conditions.bipolar, '2010-06')],
      medicines: [t.discharged('lithium', drugs.lithium, 'Two tablets at night', 300)],
      resources: [
        ...plan('crisis', {
          title: 'Crisis and safety plan',
          code: '736253002',
          category: 'Mental health crisis plan',
          on: c.at(70, '14:00'),
          words: 'When high: no visit alone.',
          activities: ['Crisis line, 020 7946 0210, day and night'],
          by: 'Rukmini Iyer, care coordinator',
        }),
        flag('risk', 'Risk', 'Risk to others when unwell: visit in pairs', c.day(70)),
      ],
    },
    imperial: { encounters: [t.emergency('ed', 34, words('Overdose, heroin')), t.emergency('ed-2', 210, words('Overdose, heroin'))] },
    las: {
      encounters: [
        t.caseload('incident', 'Ambulance incident, naloxone given, conveyed to hospital', 'CREW', 34, {
          class: 'FLD',
          status: 'finished',
          end: c.at(34, '10:10'),
        }),
      ],
    },
    'hammersmith-fulham': {
      care: {
        cases: [
          {
            id: 'case',
            title: 'Adult social care case',
            team: 'Safeguarding adults',
            opened: c.day(33),
            reason: 'Support for mental health',
          },
        ],
        safeguarding: [
          {
            id: 'enquiry',
            kind: 'adult-enquiry',
            title: 'Safeguarding enquiry',
            opened: c.day(33),
            words: 'Concern for another adult at the address.',
          },
        ],
      },
    },
  }
}

/** Mrs Shah's daughter works in the emergency department where she is treated, and may not look. */
export function staffRelative(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      problems: [t.problem('diabetes', conditions.diabetes, '2011-03'), t.problem('thyroid', conditions.thyroid, '2003')],
      medicines: [
        t.repeat('metformin', drugs.metformin, 'One tablet twice a day with meals', 3000, { times: 10, quantity: 56 }),
        t.repeat('levothyroxine', drugs.levothyroxine, 'One tablet each morning', 5000, { times: 10 }),
      ],
      results: [
        ...t.results(
          tests.hba1c,
          [20, 41],
          [
            [420, 53],
            [230, 55],
            [48, 52],
          ],
        ),
        ...t.results(tests.tsh, [0.3, 4.5], [[230, 2.1]]),
      ],
    },
    kch: {
      encounters: [t.emergency('ed', 2, conditions.chestPain), t.clinic('chest', 'Rapid access chest pain clinic', 'CARD', 1)],
      results: t.results(tests.troponin, [0, 14], [[2, 6]], { encounter: 'ed' }),
    },
  }
}
