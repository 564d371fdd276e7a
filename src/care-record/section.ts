/**
 * Sections of the record. Ids are ours; each is one or more headings of the PRSB Core Information
 * Standard (`prsb` in `SECTIONS`). The order here is the order of the page menu.
 */
export const SECTION_IDS = [
  'alerts',
  'allergies',
  'medicines',
  'problems',
  'encounters',
  'results',
  'imaging',
  'appointments',
  'referrals',
  'documents',
  'plans',
  'procedures',
  'vaccinations',
  'observations',
  'social-care',
  'contacts',
  'about-me',
  'legal',
  'family-history',
  'social-context',
  'other',
] as const
export type SectionId = (typeof SECTION_IDS)[number]

/** Asked in this order (docs/architecture.md): essentials at once, 12 months with them, the rest when opened. */
export const GROUPS = ['essentials', 'recent', 'older'] as const
export type Group = (typeof GROUPS)[number]

export interface Section {
  readonly id: SectionId
  readonly title: string
  /** Groups in which this section is asked. */
  readonly groups: readonly Group[]
  /** Titles of the PRSB Core Information Standard that this section carries. */
  readonly prsb: readonly string[]
}

const section = (id: SectionId, title: string, groups: readonly Group[], prsb: readonly string[]): Section => ({ id, title, groups, prsb })

/** Every section once, in menu order. The 38 headings of the PRSB standard each stand in exactly one row. */
export const SECTIONS: readonly Section[] = [
  section('alerts', 'Alerts', ['essentials'], ['Alerts', 'Risks']),
  section('allergies', 'Allergies and adverse reactions', ['essentials'], ['Allergies and adverse reactions']),
  section('medicines', 'Medicines', ['essentials', 'older'], ['Medications and medical devices']),
  section('problems', 'Problems', ['essentials'], ['Problem list', 'Pregnancy status', 'Formulation']),
  section(
    'encounters',
    'Encounters',
    ['essentials', 'recent', 'older'],
    ['Contacts with professionals', 'Admission details', 'Discharge details'],
  ),
  section('results', 'Results', ['recent', 'older'], ['Investigation results', 'Investigations requested']),
  section('imaging', 'Imaging', ['recent', 'older'], []),
  section('appointments', 'Appointments', ['recent', 'older'], ['Future appointments']),
  section('referrals', 'Referrals', ['recent', 'older'], ['Referral details']),
  section('documents', 'Documents', ['recent', 'older'], ['Documents (including correspondence, audio and images)']),
  section(
    'plans',
    'Care plans',
    ['essentials'],
    ['Plan and requested actions', 'Care and support plan', 'Contingency/safety plans', 'Additional support plans', 'End of life care'],
  ),
  section('procedures', 'Procedures', ['recent', 'older'], ['Procedures and therapies']),
  section('vaccinations', 'Vaccinations', ['recent', 'older'], ['Vaccinations']),
  section('observations', 'Observations', ['recent', 'older'], ['Examination findings', 'Assessments']),
  section(
    'social-care',
    'Social care',
    ['recent'],
    ['Services and care', 'Primary support reason', 'Equipment and adaptations', 'Safeguarding'],
  ),
  section('contacts', 'Contacts and team', ['recent'], ['Professional contacts', 'Personal contacts', 'GP practice']),
  section('about-me', 'About me and needs', ['essentials'], ['About me', 'Individual requirements']),
  section('legal', 'Legal', ['essentials'], ['Legal information']),
  section('family-history', 'Family history', ['recent', 'older'], ['Family history']),
  section('social-context', 'Social context', ['recent', 'older'], ['Social context']),
  section('other', 'Other', ['recent', 'older'], ['Person demographics', 'Participation in research']),
]

const byId: ReadonlyMap<string, Section> = new Map(SECTIONS.map(s => [s.id, s]))

/** The section of an id that came from our own tables or wire; `undefined` for anything else. */
export const findSection = (id: string): Section | undefined => byId.get(id)

/** Sections asked in a group. */
export const sectionsOf = (group: Group): readonly SectionId[] => SECTIONS.filter(s => s.groups.includes(group)).map(s => s.id)
