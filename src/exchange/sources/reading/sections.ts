import type { SectionId } from '../../../care-record/section.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from './json.ts'

const BY_TYPE: Readonly<Record<string, SectionId>> = {
  AllergyIntolerance: 'allergies',
  AdverseEvent: 'allergies',
  MedicationRequest: 'medicines',
  MedicationStatement: 'medicines',
  MedicationDispense: 'medicines',
  MedicationAdministration: 'medicines',
  Device: 'medicines',
  SupplyRequest: 'medicines',
  SupplyDelivery: 'medicines',
  Condition: 'problems',
  Flag: 'alerts',
  RiskAssessment: 'alerts',
  DetectedIssue: 'alerts',
  CarePlan: 'plans',
  Goal: 'plans',
  NutritionOrder: 'plans',
  RequestGroup: 'plans',
  Encounter: 'encounters',
  EpisodeOfCare: 'encounters',
  DiagnosticReport: 'results',
  Specimen: 'results',
  MolecularSequence: 'results',
  ImagingStudy: 'imaging',
  Media: 'imaging',
  Appointment: 'appointments',
  AppointmentResponse: 'appointments',
  ServiceRequest: 'referrals',
  Task: 'referrals',
  DocumentReference: 'documents',
  DocumentManifest: 'documents',
  Composition: 'documents',
  Communication: 'documents',
  CommunicationRequest: 'documents',
  Procedure: 'procedures',
  Immunization: 'vaccinations',
  ImmunizationRecommendation: 'vaccinations',
  ImmunizationEvaluation: 'vaccinations',
  QuestionnaireResponse: 'observations',
  ClinicalImpression: 'observations',
  VisionPrescription: 'observations',
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
  // Headings of the Summary Care Record, which it gives as categories.
  '163131000000108': 'observations',
  '163231000000100': 'observations',
  '162961000000108': 'observations',
  '163141000000104': 'results',
  '163001000000104': 'results',
  '163021000000107': 'social-context',
  '163051000000102': 'family-history',
}
/** Observations that many systems send without a category: SNOMED CT and LOINC codes of those that say what they are. */
const OBSERVATION_CODE: ReadonlyMap<string, SectionId> = new Map([
  ...(
    '75367002 163020007 85354-9 55284-4 8480-6 8462-4 72313002 271649006 1091811000000102 271650006 1091841000000101 ' +
    '27113001 162763007 29463-7 50373000 162755006 8302-2 60621009 39156-5 78564009 364075005 8867-4 386725007 276885007 8310-5 ' +
    '86290005 9279-1 431314004 103228002 59408-5 2708-6 1104051000000101 445551004 1104441000000107 365933000'
  )
    .split(' ')
    .map(code => [code, 'observations'] as const),
  ...'365981007 266918002 77176002 8517006 266919005 229819007 72166-2 160573003 1082641000000106 11367-0 74013-4 228273003 '
    .trim()
    .split(' ')
    .map(code => [code, 'social-context'] as const),
])
/** Requests for an investigation are no referral of the person. */
const REQUEST_CATEGORY: Readonly<Record<string, SectionId>> = {
  '108252007': 'results',
  laboratory: 'results',
  LAB: 'results',
  '363679005': 'imaging',
  imaging: 'imaging',
  RAD: 'imaging',
}
/** A flag about what the person needs of others, not about a risk: reasonable adjustments, communication, language. */
const NEED: ReadonlySet<string> = new Set(['NRAF', '1108111000000107', 'reasonable-adjustment', 'communication', 'contact'])
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
const SUPPORT_TYPES: ReadonlySet<string> = new Set([
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
  'BodyStructure',
  'BiologicallyDerivedProduct',
  'Group',
  'Account',
  'Coverage',
  'AuditEvent',
  'Claim',
  'ClaimResponse',
  'ExplanationOfBenefit',
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

const isNeed = (code: string): boolean => NEED.has(code)
const isRequested = (code: string): boolean => Object.hasOwn(REQUEST_CATEGORY, code)

/**
 * Where an observation stands that says so itself, by its category or its code; `undefined`: it does not.
 */
export function saidSection(resource: JsonObject): SectionId | undefined {
  const category = findCode(resource['category'], isCategory)
  if (category !== undefined) return OBSERVATION_CATEGORY[category]
  const code = findCode(resource['code'], one => OBSERVATION_CODE.has(one))
  return code === undefined ? undefined : OBSERVATION_CODE.get(code)
}

/** Where an R4 resource stands in the record; a type nobody foresaw stands in `other`. */
export function sectionOf(resource: JsonObject): SectionId {
  const type = String(resource['resourceType'])
  if (type === 'Observation') return saidSection(resource) ?? 'results'
  if (type === 'DiagnosticReport' && findCode(resource['category'], isImaging) !== undefined) return 'imaging'
  if (type === 'ServiceRequest') return REQUEST_CATEGORY[findCode(resource['category'], isRequested) ?? ''] ?? 'referrals'
  if (type === 'Flag' && (findCode(resource['category'], isNeed) ?? findCode(resource['code'], isNeed)) !== undefined) return 'about-me'
  return Object.hasOwn(BY_TYPE, type) ? (BY_TYPE[type] ?? 'other') : 'other'
}

/** Says who, where or with what. A device that is somebody's is a statement about them. */
export const isSupport = (resource: JsonObject): boolean =>
  SUPPORT_TYPES.has(String(resource['resourceType'])) && !(resource['resourceType'] === 'Device' && resource['patient'] !== undefined)

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
  'sent',
  'identifiedDateTime',
  'createdDateTime',
  'recorded',
] as const
const PERIOD_ELEMENTS = ['effectivePeriod', 'period', 'performedPeriod', 'occurrencePeriod', 'executionPeriod'] as const

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
