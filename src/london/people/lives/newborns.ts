import type { Calendar } from '../calendar.ts'
import { conditions, drugs, procedures, tests, vaccines, words } from '../terms.ts'
import type { Life } from '../told.ts'
import { flag, relative } from './fhir.ts'
import { tellerOf } from './tell.ts'

const MOTHER = { name: 'Mrs Nasrin Choudhury', relationship: 'Mother', phone: '020 7946 0301', roles: ['Parental responsibility'] }

/** Mrs Choudhury, nine days after her twins. */
export function twinMother(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'bow-gp': {
      problems: [t.problem('anaemia', conditions.anaemia, c.day(120), { significance: 'minor' })],
      medicines: [t.repeat('iron', drugs.ferrous, 'One tablet once a day', 120, { times: 4, last: 20 })],
      encounters: [
        t.consultation('booking', 'Pregnancy confirmed', 230, [
          ['Plan', 'Referred to the maternity unit. Bengali interpreter for every visit.'],
        ]),
      ],
      referrals: [{ id: 'maternity', term: words('Referral to maternity'), on: c.day(229), words: 'Twin pregnancy, dates by scan' }],
      results: t.results(
        tests.haemoglobin,
        [115, 165],
        [
          [120, 98],
          [60, 106],
        ],
      ),
    },
    homerton: {
      encounters: [
        ...[200, 160, 110, 60, 25].map(ago => t.clinic(`antenatal-${ago}`, 'Antenatal clinic, twins', 'MAT', ago)),
        t.stay('birth', 'Inpatient stay, birth of twins', 'MAT', 10, 5, { reason: conditions.twinPregnancy }),
      ],
      problems: [t.problem('twins', conditions.twinPregnancy, c.day(200), { status: 'inactive', ended: c.day(9), encounter: 'birth' })],
      procedures: [
        { id: 'birth-1', term: procedures.normalDelivery, on: c.day(9), encounter: 'birth', words: 'First twin' },
        { id: 'birth-2', term: procedures.instrumentalDelivery, on: c.day(9), encounter: 'birth', words: 'Second twin, forceps' },
      ],
      results: t.results(
        tests.haemoglobin,
        [115, 165],
        [
          [10, 109],
          [8, 84],
        ],
        { encounter: 'birth' },
      ),
      medicines: [
        t.discharged('enoxaparin', drugs.enoxaparin, '40 mg under the skin once a day for 10 days', 5, {
          encounter: 'birth',
          end: c.day(-5),
        }),
      ],
      documents: [
        t.letter(
          'maternity',
          'Maternity discharge summary',
          5,
          ['Twins at 35 weeks. Blood loss 900 ml. Iron and daily injections. Second twin stays on the neonatal unit.'],
          {
            encounter: 'birth',
            service: 'MAT',
          },
        ),
      ],
      appointments: [t.appointment('six-weeks', 'Postnatal check', 'MAT', 33)],
    },
    nelft: {
      encounters: [
        t.caseload('visiting', 'Health visiting caseload, mother and twins', 'HV', 4),
        t.home('first', 'Health visitor, new birth visit', 'HV', 2),
      ],
    },
  }
}

/** Amina: the first twin, at home. The hospital wrote her down before she had a name. */
export function twinGirl(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'bow-gp': {
      problems: [t.problem('early', conditions.premature, c.day(4), { significance: 'minor' })],
      encounters: [t.consultation('registered', 'New registration', 3, [['Plan', 'Six-week check booked. Vaccinations at eight weeks.']])],
    },
    homerton: {
      demographics: { name: { family: 'Choudhury', given: ['Twin One'] } },
      encounters: [t.stay('birth', 'Birth, first twin', 'MAT', 9, 5)],
      problems: [t.problem('early', conditions.premature, c.day(9), { encounter: 'birth' })],
      measures: [
        t.measure('weight', 'weight', c.at(9, '05:20'), 2.3, 'birth'),
        t.measure('weight-home', 'weight', c.at(5, '09:00'), 2.2, 'birth'),
      ],
      resources: [relative('mother', MOTHER)],
    },
    nelft: { encounters: [t.home('first', 'Health visitor, new birth visit', 'HV', 2)], resources: [relative('mother', MOTHER)] },
  }
}

/** Yusuf: the second twin, still in an incubator. His number follows his sister's. */
export function twinBoy(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    homerton: {
      demographics: { name: { family: 'Choudhury', given: ['Twin Two'] } },
      encounters: [t.stay('birth', 'Neonatal unit', 'NICU', 9, undefined, { reason: conditions.premature })],
      problems: [
        t.problem('early', conditions.premature, c.day(9), { encounter: 'birth' }),
        t.problem('jaundice', conditions.jaundice, c.day(7), { encounter: 'birth', significance: 'minor' }),
      ],
      measures: [
        t.measure('weight', 'weight', c.at(9, '05:31'), 1.9, 'birth'),
        t.measure('weight-now', 'weight', c.at(1, '09:00'), 1.8, 'birth'),
      ],
      results: t.results(
        tests.crp,
        [0, 5],
        [
          [8, 14],
          [6, 3],
        ],
        { encounter: 'birth' },
      ),
      resources: [relative('mother', MOTHER), flag('feeding', 'Feeding', 'Fed by tube; mother expresses milk', c.day(8))],
    },
  }
}

/** Noor: two months old. Her mother's places may not be known, so hers may not. */
export function flaggedBaby(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    'camberwell-gp': {
      vaccinations: [{ id: 'six-1', term: vaccines.sixInOne, on: c.day(3), dose: 1, batch: 'C40177' }],
    },
    kch: {
      encounters: [t.stay('birth', 'Birth', 'MAT', 61, 59), t.emergency('ed', 6, conditions.bronchiolitis)],
      problems: [t.problem('chest', conditions.bronchiolitis, c.day(6), { encounter: 'ed', status: 'inactive', ended: c.day(2) })],
      measures: [t.measure('weight', 'weight', c.at(6, '17:30'), 4.9, 'ed')],
      documents: [
        t.letter('summary', 'Emergency department letter', 6, ['Bronchiolitis, feeding well, home. Return if fewer than half of feeds.'], {
          encounter: 'ed',
          service: 'ED',
        }),
      ],
    },
    oxleas: { encounters: [t.caseload('visiting', 'Health visiting caseload', 'HV', 50)] },
  }
}
