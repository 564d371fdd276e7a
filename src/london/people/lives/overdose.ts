import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions, tests, words } from '../terms.ts'
import type { Life } from '../told.ts'
import { careTeam, flag, plan, relative } from './fhir.ts'
import { tellerOf } from './tell.ts'

/** Mr Hughes, brought in unconscious in the small hours. What he may have taken was prescribed elsewhere. */
export const overdose = (c: Calendar): Life => ({
  'camberwell-gp': {
    allergies: [tellerOf(c).allergy('ibuprofen', allergens.ibuprofen, c.day(900), { reactions: [reactions.wheeze], severity: 'moderate' })],
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
  beh: {
    encounters: [
      tellerOf(c).caseload('crisis', 'Crisis resolution and home treatment team', 'CRHT', 13, { reason: conditions.anxietyDepression }),
      ...[11, 8, 5, 2].map(ago => tellerOf(c).home(`contact-${ago}`, 'Crisis team, home visit', 'CRHT', ago)),
    ],
    problems: [tellerOf(c).problem('mood', conditions.anxietyDepression, c.day(410))],
    medicines: [
      tellerOf(c).discharged('mirtazapine', drugs.mirtazapine, '15 mg at night, given three days at a time', 11, {
        amount: { value: 15, unit: 'mg' },
        perDay: 1,
        by: 'Dr Laila Darwish, consultant psychiatrist',
      }),
      tellerOf(c).discharged('lithium', drugs.lithium, 'One tablet at night, given three days at a time', 9, {
        by: 'Dr Laila Darwish, consultant psychiatrist',
      }),
    ],
    appointments: [tellerOf(c).appointment('next', 'Crisis team, home visit', 'CRHT', 1)],
    documents: [
      {
        id: 'therapy',
        term: { display: 'Psychological therapy session notes' },
        on: c.day(9),
        service: 'CRHT',
        by: 'Maya Fenton, crisis nurse',
        file: { kind: 'text', paragraphs: ['He spoke of the letter he has kept in the toolbox.'] },
      },
    ],
    resources: [
      ...plan('safety', {
        title: 'Crisis and safety plan',
        code: '736253002',
        category: 'Mental health crisis plan',
        on: c.at(12, '16:00'),
        words:
          'Overdose in the past of what he is prescribed. Signs: gives things away, goes quiet. Keep no more than three days of tablets.',
        activities: ['Crisis line, 020 7946 0239, day and night', 'His brother Gareth can be called at any hour'],
        by: 'Maya Fenton, crisis nurse',
      }),
      careTeam('team', 'Crisis resolution and home treatment team', '020 7946 0239', [
        ['Named nurse', 'Maya Fenton'],
        ['Consultant psychiatrist', 'Dr Laila Darwish'],
      ]),
      flag('risk', 'Risk', 'Risk of suicide: raised since the loss of his work', c.day(12)),
      flag('mha', 'Mental Health Act status', 'Not detained under the Mental Health Act (informal)', c.day(13)),
      relative('brother', { name: 'Gareth Hughes', relationship: 'Brother', phone: '07700 900377', roles: ['Next of kin'] }),
    ],
  },
})
