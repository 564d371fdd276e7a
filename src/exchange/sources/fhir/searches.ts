import type { Group, SectionId } from '../../../care-record/section.ts'

/** One search of one type, and the sections its matches can stand in. */
export interface Search {
  readonly type: string
  readonly sections: readonly SectionId[]
  /** How the type is searched by person. */
  readonly by: 'patient' | 'subject'
  readonly params: readonly (readonly [name: string, value: string])[]
  /** Search parameter that takes the recent window, and the elements it looks at. Without it the type is asked once, whole. */
  readonly dated?: { readonly param: string; readonly elements: readonly string[] }
  /** Held by some systems only: asked unless the server's own capability statement says that it has no such type. */
  readonly seldom: boolean
}

const PAGE = '200'
interface More {
  readonly include?: readonly string[]
  readonly params?: readonly (readonly [string, string])[]
  readonly dated?: readonly [param: string, ...elements: readonly string[]]
  readonly by?: 'subject'
  readonly seldom?: true
}
const search = (type: string, sections: readonly SectionId[], { include = [], params = [], dated, by, seldom }: More = {}): Search => ({
  type,
  sections,
  by: by ?? 'patient',
  params: [['_count', PAGE], ...include.map(name => ['_include', `${type}:${name}`] as const), ...params],
  ...(dated ? { dated: { param: dated[0], elements: dated.slice(1) } } : {}),
  seldom: seldom === true,
})

const encounters = { include: ['service-provider', 'location', 'practitioner', 'episode-of-care'] }
const seldom = true

const ESSENTIALS: readonly Search[] = [
  search('AllergyIntolerance', ['allergies'], { include: ['recorder', 'asserter'] }),
  search('MedicationRequest', ['medicines'], { include: ['medication', 'requester', 'encounter'] }),
  search('MedicationStatement', ['medicines'], { include: ['medication', 'source', 'context'] }),
  search('Condition', ['problems'], { include: ['encounter', 'asserter'] }),
  search('Flag', ['alerts', 'about-me'], { include: ['author', 'encounter'] }),
  search('CarePlan', ['plans'], { include: ['encounter', 'care-team'] }),
  search('Goal', ['plans'], { seldom }),
  search('Encounter', ['encounters'], { ...encounters, params: [['status', 'planned,arrived,triaged,in-progress,onleave']] }),
  search('Consent', ['legal']),
  search('AdverseEvent', ['allergies'], { by: 'subject', seldom }),
  search('Device', ['medicines'], { seldom }),
  search('RiskAssessment', ['alerts'], { seldom }),
  search('DetectedIssue', ['alerts'], { seldom }),
  search('NutritionOrder', ['plans'], { seldom }),
  search('RequestGroup', ['plans'], { seldom }),
]
const RECENT: readonly Search[] = [
  search('Observation', ['results', 'observations', 'imaging', 'social-context'], {
    include: ['performer', 'encounter', 'specimen'],
    dated: ['date', 'effectiveDateTime', 'effectivePeriod', 'effectiveInstant'],
  }),
  search('DiagnosticReport', ['results', 'imaging'], {
    include: ['performer', 'encounter', 'specimen', 'based-on'],
    dated: ['date', 'effectiveDateTime', 'effectivePeriod'],
  }),
  search('ImagingStudy', ['imaging'], { include: ['encounter', 'basedon'], dated: ['started', 'started'] }),
  search('Media', ['imaging'], { dated: ['created', 'createdDateTime', 'createdPeriod'], seldom }),
  search('Encounter', ['encounters'], { ...encounters, dated: ['date', 'period'] }),
  search('EpisodeOfCare', ['encounters'], { dated: ['date', 'period'], seldom }),
  search('Appointment', ['appointments'], { include: ['location', 'practitioner', 'based-on'], dated: ['date', 'start'] }),
  search('Procedure', ['procedures'], {
    include: ['encounter', 'performer', 'location'],
    dated: ['date', 'performedDateTime', 'performedPeriod'],
  }),
  search('Immunization', ['vaccinations'], { include: ['performer', 'location'], dated: ['date', 'occurrenceDateTime'] }),
  search('ImmunizationRecommendation', ['vaccinations'], { dated: ['date', 'date'], seldom }),
  search('DocumentReference', ['documents'], { include: ['author', 'custodian', 'encounter'], dated: ['date', 'date'] }),
  search('Composition', ['documents'], { include: ['author', 'encounter'], dated: ['date', 'date'], seldom }),
  search('Communication', ['documents'], { dated: ['sent', 'sent'], seldom }),
  search('ServiceRequest', ['referrals', 'results', 'imaging'], {
    include: ['requester', 'performer', 'encounter'],
    dated: ['authored', 'authoredOn'],
  }),
  search('Task', ['referrals'], { dated: ['authored-on', 'authoredOn'], seldom }),
  search('DeviceUseStatement', ['social-care'], { include: ['device'] }),
  search('DeviceRequest', ['social-care'], { seldom }),
  search('CareTeam', ['contacts'], { include: ['participant'] }),
  search('RelatedPerson', ['contacts']),
  search('FamilyMemberHistory', ['family-history']),
  search('QuestionnaireResponse', ['observations'], { include: ['author', 'encounter'], dated: ['authored', 'authored'] }),
  search('ClinicalImpression', ['observations'], { dated: ['date', 'date'], seldom }),
  search('ResearchSubject', ['other'], { seldom }),
  search('Basic', ['other'], { seldom }),
  search('GuidanceResponse', ['other'], { seldom }),
]
const OLDER: readonly Search[] = [
  ...RECENT.filter(({ dated }) => dated !== undefined),
  search('MedicationDispense', ['medicines'], { include: ['medication', 'performer', 'context'] }),
  search('MedicationAdministration', ['medicines'], { include: ['medication', 'performer', 'context'] }),
  search('SupplyDelivery', ['medicines'], { seldom }),
]
const BY_GROUP: Readonly<Record<Group, readonly Search[]>> = { essentials: ESSENTIALS, recent: RECENT, older: OLDER }

/** Searches that can bring something of the sections asked in this group. */
export const searchesOf = (group: Group, sections: readonly SectionId[]): readonly Search[] =>
  BY_GROUP[group].filter(s => s.sections.some(section => sections.includes(section)))

/** Whether the section is brought by the searches of another group: what this one does not ask of it is asked there. */
export const askedElsewhere = (group: Group, section: SectionId): boolean =>
  Object.entries(BY_GROUP).some(([other, searches]) => other !== group && searches.some(s => s.sections.includes(section)))

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
