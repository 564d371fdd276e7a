import type { SectionId } from '../../../care-record/section.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from './json.ts'

const BY_TYPE: Readonly<Record<string, SectionId>> = {
  AllergyIntolerance: 'allergies',
  AdverseEvent: 'allergies',
  MedicationRequest: 'medicines',
  MedicationStatement: 'medicines',
  MedicationDispense: 'medicines',
  MedicationAdministration: 'medicines',
  Condition: 'problems',
  Flag: 'alerts',
  RiskAssessment: 'alerts',
  DetectedIssue: 'alerts',
  CarePlan: 'plans',
  Goal: 'plans',
  NutritionOrder: 'plans',
  Encounter: 'encounters',
  EpisodeOfCare: 'encounters',
  DiagnosticReport: 'results',
  Specimen: 'results',
  ImagingStudy: 'imaging',
  Media: 'imaging',
  Appointment: 'appointments',
  ServiceRequest: 'referrals',
  DocumentReference: 'documents',
  Composition: 'documents',
  Procedure: 'procedures',
  Immunization: 'vaccinations',
  ImmunizationRecommendation: 'vaccinations',
  QuestionnaireResponse: 'observations',
  ClinicalImpression: 'observations',
  DeviceUseStatement: 'social-care',
  DeviceRequest: 'social-care',
  CareTeam: 'contacts',
  RelatedPerson: 'contacts',
  Consent: 'legal',
  FamilyMemberHistory: 'family-history',
}
const OBSERVATION_CATEGORY: Readonly<Record<string, SectionId>> = {
  laboratory: 'results',
  imaging: 'imaging',
  'vital-signs': 'observations',
  exam: 'observations',
  survey: 'observations',
  activity: 'observations',
  procedure: 'observations',
  therapy: 'observations',
  'social-history': 'social-context',
}
const IMAGING: ReadonlySet<string> = new Set([
  'RAD',
  'imaging',
  'RUS',
  'RX',
  'NMR',
  'CT',
  'XRC',
  'NMS',
  'OUS',
  '363679005',
  '4201000179104',
])

/** Types that say who, where and with what; they come with the items that name them. */
export const SUPPORT_TYPES: ReadonlySet<string> = new Set([
  'Organization',
  'OrganizationAffiliation',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'HealthcareService',
  'Medication',
  'Substance',
  'Endpoint',
  'Device',
  'Provenance',
  'Binary',
  'Patient',
  'Person',
  'List',
  'Slot',
  'Schedule',
])

/** The first code of the concepts that is one of those wanted. */
function findCode(concepts: unknown, wanted: (code: string) => boolean): string | undefined {
  for (const concept of objectsOf(concepts))
    for (const coding of objectsOf(concept['coding'])) {
      const code = textOf(coding['code'])
      if (code !== undefined && wanted(code)) return code
    }
  return undefined
}
const isCategory = (code: string): boolean => Object.hasOwn(OBSERVATION_CATEGORY, code)
const isImaging = (code: string): boolean => IMAGING.has(code)

/** Where an R4 resource stands in the record; a type nobody foresaw stands in `other`. */
export function sectionOf(resource: JsonObject): SectionId {
  const type = String(resource['resourceType'])
  if (type === 'Observation') return OBSERVATION_CATEGORY[findCode(resource['category'], isCategory) ?? ''] ?? 'results'
  if (type === 'DiagnosticReport' && findCode(resource['category'], isImaging) !== undefined) return 'imaging'
  return Object.hasOwn(BY_TYPE, type) ? (BY_TYPE[type] ?? 'other') : 'other'
}

const DATE_ELEMENTS = [
  'effectiveDateTime',
  'effectiveInstant',
  'occurrenceDateTime',
  'performedDateTime',
  'start',
  'authoredOn',
  'started',
  'date',
  'recordedDate',
  'onsetDateTime',
  'dateTime',
  'issued',
  'authored',
  'created',
  'whenHandedOver',
  'dateAsserted',
  'received',
] as const
const PERIOD_ELEMENTS = ['effectivePeriod', 'period', 'performedPeriod', 'occurrencePeriod'] as const

/** The date a statement is about, FHIR dateTime, possibly partial. */
export function dateOf(resource: JsonObject): string | undefined {
  for (const name of PERIOD_ELEMENTS) {
    const start = textOf(objectOf(resource[name])['start'])
    if (start !== undefined) return start
  }
  for (const name of DATE_ELEMENTS) {
    const value = textOf(resource[name])
    if (value !== undefined) return value
  }
  return undefined
}
