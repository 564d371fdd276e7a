import type { RoleGroup, RoleRow } from '../../../care-record/catalogue.ts'
import { SECTION_IDS, type SectionId } from '../../../care-record/section.ts'

/** What every role of a group sees and may do. */
export interface GroupRow extends Pick<RoleRow, 'sections' | 'limits' | 'mayClaim' | 'register' | 'offices'> {
  readonly group: RoleGroup
  readonly title: string
  readonly reason: string
  /** Where the view comes from. */
  readonly source: string
}

const ALL: readonly SectionId[] = SECTION_IDS
const but = (...off: readonly SectionId[]): readonly SectionId[] => SECTION_IDS.filter(section => !off.includes(section))

type Given = Omit<GroupRow, 'group'>
const treating = (title: string, reason: string, over: Partial<Given> = {}): Given => ({
  title,
  sections: ALL,
  mayClaim: true,
  register: 'needed',
  reason,
  source: 'Care rules 1.5: registered professionals who are authorised',
  ...over,
})
const beside = (title: string, offices: NonNullable<RoleRow['offices']>, reason: string, source: string): Given => ({
  title,
  sections: [],
  mayClaim: false,
  offices,
  reason,
  source,
})

const groups: Readonly<Record<RoleGroup, Given>> = {
  'emergency-doctor': treating('Emergency doctors and clinical practitioners', 'Treats whoever comes, with nothing known before'),
  doctor: treating('Hospital and community doctors', 'Treats the person in a stay, a clinic or the community'),
  gp: treating('General practitioners', 'Keeps the whole of the person’s care in view'),
  nurse: treating('Nurses', 'Nurses the person in a stay, a clinic or a practice'),
  'community-nurse': treating('Community nurses', 'Nurses the person at home'),
  midwife: treating('Midwives', 'Cares for mother and child'),
  'allied-health': treating('Allied health professionals', 'Treats the person by a therapy, a picture or an operation'),
  'mental-health': treating('Mental health professionals', 'Treats the person in a mental health service or beside another one', {
    source: 'Care rules 2.2: mental health trusts are named, and see as others do',
  }),
  'nhs-111': treating('NHS 111 clinicians', 'Advises whoever calls'),
  pharmacist: treating('Pharmacists and pharmacy technicians', 'Checks medicines against illness, results and allergies', {
    sections: but('social-care', 'legal', 'family-history'),
    source: 'Choice of the board; the care rules leave it open',
  }),
  paramedic: treating('Paramedics', 'Treats whoever calls, at home and on the way'),
  'social-worker': treating('Social workers and council care staff', 'Plans care and protects; sees no laboratory but COVID-19', {
    sections: [
      'alerts',
      'allergies',
      'medicines',
      'problems',
      'encounters',
      'appointments',
      'referrals',
      'results',
      'plans',
      'vaccinations',
      'social-care',
      'contacts',
      'about-me',
      'legal',
    ],
    limits: { results: 'virus' },
    source: 'Care rules 2.1: what council care staff see. No other laboratory results, consultations or letters',
  }),
  'care-home': {
    title: 'Care home and residential care staff',
    sections: [
      'alerts',
      'allergies',
      'medicines',
      'encounters',
      'results',
      'appointments',
      'referrals',
      'documents',
      'plans',
      'observations',
      'contacts',
      'about-me',
      'legal',
    ],
    mayClaim: false,
    reason: 'Looks after a resident day and night; care workers are in, though no register keeps them',
    source: 'PRSB Core Information Standard, care home view v1.1; care rules 1.5. Safeguarding comes as alerts',
  },
  student: {
    title: 'Students of health professions',
    sections: ['alerts', 'allergies', 'medicines', 'observations'],
    mayClaim: false,
    reason: 'Learns beside a registered professional of the same organisation, who answers for what is looked at',
    source: 'National role R8004: supervised and reduced',
  },
  clerk: {
    title: 'Ward clerks',
    sections: ['appointments', 'contacts'],
    limits: { appointments: 'administrative', contacts: 'administrative' },
    mayClaim: false,
    reason: 'Keeps the books of one organisation: nothing clinical of any other',
    source: 'Care rules 1.5',
  },
  'privacy-officer': beside('Privacy officers', ['privacy'], 'Reviews looks, claims and alerts of the own organisation', 'Care rules 6'),
  guardian: beside('Caldicott Guardians', ['guardian'], 'Advises on cases, second person where two are needed', 'Care rules 4.2, 5.3'),
  governance: beside(
    'Information governance and objections office',
    ['objections', 'agreements', 'rules'],
    'Decides objections, keeps agreements, owns the rules',
    'Care rules 4, 5.6',
  ),
  steward: beside('Data stewards', ['stewarding'], 'Decides who is who', 'Care rules 3, 4.5'),
  support: beside('Systems support', ['operations'], 'Keeps the systems running; no clinical field (R050)', 'Requirement R050'),
}

/** Every group, in the order of the table. */
export const groupRows: readonly GroupRow[] = Object.entries(groups).map(([group, row]) => ({ group: group as RoleGroup, ...row }))
