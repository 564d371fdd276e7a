import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests, words } from '../terms.ts'
import type { Life } from '../told.ts'
import { tellerOf } from './tell.ts'

/** Mrs Fernandes married in June. The hospital that saw her anaphylaxis knows her as Miss Whitmore. */
export function married(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'ealing-gp': {
      problems: [t.problem('asthma', conditions.asthma, '2004')],
      encounters: [t.consultation('new', 'New patient check', 35, [['History', 'Moved here in summer. Old record awaited.']])],
      warnings: [{ list: 'allergies', code: 'data-in-transit' }],
    },
    chelwest: {
      demographics: { name: { family: 'Whitmore', given: ['Chloe'], prefix: 'Miss' } },
      allergies: [t.allergy('penicillin', allergens.penicillin, '2019-03-04', { reactions: [reactions.anaphylaxis], severity: 'severe' })],
      encounters: [t.emergency('ed', 2800, words('Collapse after a first tablet of amoxicillin'))],
      documents: [
        t.letter(
          'summary',
          'Discharge summary',
          2799,
          ['Anaphylaxis to amoxicillin. Adrenaline given twice. Must not have penicillin again.'],
          { encounter: 'ed', service: 'ED' },
        ),
      ],
    },
    imperial: {
      allergies: [{ id: 'nka', term: allergens.noneKnown, recorded: c.day(0), status: 'none-known' }],
      encounters: [
        {
          id: 'now',
          class: 'EMER',
          status: 'in-progress',
          title: 'Emergency department',
          start: c.minutesAgo(80),
          service: 'ED',
          reason: conditions.tonsillitis,
        },
      ],
      results: [{ id: 'white', test: tests.whiteCells, at: c.minutesAgo(60), value: 16.2, range: [4.2, 10.6], encounter: 'now' }],
    },
  }
}

/** Mr Pinnock gave no number when the Whittington first met him: it holds him by name and birth date alone. */
export function unnumbered(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'holloway-gp': {
      problems: [t.problem('epilepsy', conditions.epilepsy, '2006')],
      medicines: [t.repeat('levetiracetam', drugs.levetiracetam, 'One tablet twice a day', 3000, { times: 8, quantity: 56 })],
    },
    whittington: {
      demographics: { unnumbered: true },
      allergies: [t.allergy('ibuprofen', allergens.ibuprofen, c.day(33), { reactions: [reactions.wheeze], severity: 'moderate' })],
      encounters: [t.emergency('ed', 33, words('Seizure, wallet lost'))],
      documents: [
        t.letter('letter', 'Emergency department letter', 33, ['Seizure after two missed doses. NHS number not known at the time.'], {
          encounter: 'ed',
          service: 'ED',
        }),
      ],
    },
  }
}

/** Mr Fernando's birth date is written day for month at one hospital. Another has somebody else under his number. */
export function wrongBirth(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'balham-gp': {
      allergies: [t.allergy('codeine', allergens.codeine, '2015', { reactions: [reactions.vomiting], severity: 'mild' })],
      problems: [t.problem('hypertension', conditions.hypertension, '2017')],
      medicines: [t.repeat('ramipril', drugs.ramipril, '5 mg once a day', 2500, { times: 8 })],
    },
    croydon: {
      demographics: { birthDate: '1972-06-04' },
      encounters: [t.clinic('stones', 'Urology outpatient', 'UROL', 70)],
      results: t.results(tests.creatinine, [59, 104], [[70, 96]], { encounter: 'stones' }),
    },
    'epsom-st-helier': {
      demographics: { name: { family: 'Fernandez', given: ['Ricardo'], prefix: 'Mr' }, birthDate: '1927-04-06' },
      allergies: [t.allergy('penicillin', allergens.penicillin, '1966', { reactions: [reactions.anaphylaxis], severity: 'severe' })],
      problems: [t.problem('dementia', conditions.dementia, c.day(900))],
    },
  }
}
