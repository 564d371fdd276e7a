import type { Group, SectionId } from '../../../care-record/section.ts'

/** One search of one type, and the sections its matches can stand in. */
export interface Search {
  readonly type: string
  readonly sections: readonly SectionId[]
  readonly params: readonly (readonly [name: string, value: string])[]
  /** Name of the search parameter that takes the recent window. */
  readonly date?: string
}

const PAGE = '200'
const includes = (type: string, ...names: readonly string[]): readonly (readonly [string, string])[] =>
  names.map(name => ['_include', `${type}:${name}`] as const)
const search = (
  type: string,
  sections: readonly SectionId[],
  include: readonly string[] = [],
  more: { params?: readonly (readonly [string, string])[]; date?: string } = {},
): Search => ({
  type,
  sections,
  params: [['_count', PAGE], ...includes(type, ...include), ...(more.params ?? [])],
  ...(more.date === undefined ? {} : { date: more.date }),
})

const encounterIncludes = ['service-provider', 'location', 'practitioner', 'episode-of-care']

const ESSENTIALS: readonly Search[] = [
  search('AllergyIntolerance', ['allergies'], ['recorder', 'asserter']),
  search('MedicationRequest', ['medicines'], ['medication', 'requester', 'encounter']),
  search('MedicationStatement', ['medicines'], ['medication', 'source', 'context']),
  search('Condition', ['problems'], ['encounter', 'asserter']),
  search('Flag', ['alerts', 'about-me'], ['author', 'encounter']),
  search('CarePlan', ['plans'], ['encounter', 'care-team']),
  search('Encounter', ['encounters'], encounterIncludes, { params: [['status', 'planned,arrived,triaged,in-progress,onleave']] }),
  search('Consent', ['legal']),
]
const RECENT: readonly Search[] = [
  search('Observation', ['results', 'observations', 'imaging', 'social-context'], ['performer', 'encounter', 'specimen'], { date: 'date' }),
  search('DiagnosticReport', ['results', 'imaging'], ['performer', 'encounter', 'specimen', 'based-on'], { date: 'date' }),
  search('ImagingStudy', ['imaging'], ['encounter', 'basedon'], { date: 'started' }),
  search('Encounter', ['encounters'], encounterIncludes, { date: 'date' }),
  search('Appointment', ['appointments'], ['location', 'practitioner', 'based-on'], { date: 'date' }),
  search('Procedure', ['procedures'], ['encounter', 'performer', 'location'], { date: 'date' }),
  search('Immunization', ['vaccinations'], ['performer', 'location'], { date: 'date' }),
  search('DocumentReference', ['documents'], ['author', 'custodian', 'encounter'], { date: 'date' }),
  search('ServiceRequest', ['referrals'], ['requester', 'performer', 'encounter'], { date: 'authored' }),
  search('DeviceUseStatement', ['social-care'], ['device']),
  search('CareTeam', ['contacts'], ['participant']),
  search('RelatedPerson', ['contacts']),
  search('FamilyMemberHistory', ['family-history']),
  search('QuestionnaireResponse', ['observations'], ['author', 'encounter'], { date: 'authored' }),
]
const OLDER: readonly Search[] = [
  ...RECENT.map(({ type, sections, params }) => ({ type, sections, params })),
  search('MedicationDispense', ['medicines'], ['medication', 'performer', 'context']),
  search('MedicationAdministration', ['medicines'], ['medication', 'performer', 'context']),
]
const BY_GROUP: Readonly<Record<Group, readonly Search[]>> = { essentials: ESSENTIALS, recent: RECENT, older: OLDER }

/** Searches that can bring something of the sections asked in this group. */
export const searchesOf = (group: Group, sections: readonly SectionId[]): readonly Search[] =>
  BY_GROUP[group].filter(s => s.sections.some(section => sections.includes(section)))

/** Types a Patient/$everything is narrowed to: those asked, and those their words and judgement need. */
export const everythingTypes = (searches: readonly Search[]): readonly string[] => [
  ...new Set([
    ...searches.map(s => s.type),
    'Encounter',
    'Practitioner',
    'PractitionerRole',
    'Organization',
    'Location',
    'Medication',
    'HealthcareService',
    'EpisodeOfCare',
    'Specimen',
  ]),
]
