import type { SectionId } from '../../../care-record/section.ts'

export type ParameterKind = 'token' | 'date'

/** A type that can be searched for within one person's record. */
export interface Searchable {
  readonly type: string
  /** Sections its statements stand in: whose sources are waited for and told of. */
  readonly sections: readonly SectionId[]
  /** FHIR search parameter -> the elements it looks at, the first that stands. */
  readonly parameters: Readonly<Record<string, { readonly kind: ParameterKind; readonly elements: readonly string[] }>>
  /** IHE profile and transaction, where one describes this search. */
  readonly ihe?: string
}

const token = (...elements: readonly string[]) => ({ kind: 'token' as const, elements })
const date = (...elements: readonly string[]) => ({ kind: 'date' as const, elements })
const QEDM = 'IHE QEDm PCC-44'

/** What can be asked of one person: each takes `patient`, which is mandatory, and nothing else finds anybody. */
export const SEARCHES: readonly Searchable[] = [
  {
    type: 'AllergyIntolerance',
    sections: ['allergies'],
    ihe: QEDM,
    parameters: { 'clinical-status': token('clinicalStatus'), code: token('code'), date: date('recordedDate') },
  },
  {
    type: 'Condition',
    sections: ['problems'],
    ihe: QEDM,
    parameters: {
      'clinical-status': token('clinicalStatus'),
      category: token('category'),
      code: token('code'),
      'recorded-date': date('recordedDate'),
      'onset-date': date('onsetDateTime', 'onsetPeriod'),
    },
  },
  {
    type: 'MedicationRequest',
    sections: ['medicines'],
    ihe: QEDM,
    parameters: {
      status: token('status'),
      intent: token('intent'),
      code: token('medicationCodeableConcept'),
      authoredon: date('authoredOn'),
    },
  },
  {
    type: 'MedicationStatement',
    sections: ['medicines'],
    ihe: QEDM,
    parameters: {
      status: token('status'),
      code: token('medicationCodeableConcept'),
      effective: date('effectiveDateTime', 'effectivePeriod'),
    },
  },
  {
    type: 'MedicationDispense',
    sections: ['medicines'],
    parameters: { status: token('status'), code: token('medicationCodeableConcept'), whenhandedover: date('whenHandedOver') },
  },
  {
    type: 'MedicationAdministration',
    sections: ['medicines'],
    parameters: {
      status: token('status'),
      code: token('medicationCodeableConcept'),
      'effective-time': date('effectiveDateTime', 'effectivePeriod'),
    },
  },
  {
    type: 'Observation',
    sections: ['results', 'observations', 'imaging', 'social-context', 'family-history', 'social-care', 'problems'],
    ihe: QEDM,
    parameters: {
      category: token('category'),
      code: token('code'),
      status: token('status'),
      date: date('effectiveDateTime', 'effectivePeriod', 'effectiveInstant'),
    },
  },
  {
    type: 'DiagnosticReport',
    sections: ['results', 'imaging'],
    ihe: QEDM,
    parameters: {
      category: token('category'),
      code: token('code'),
      status: token('status'),
      date: date('effectiveDateTime', 'effectivePeriod', 'issued'),
      issued: date('issued'),
    },
  },
  {
    type: 'Immunization',
    sections: ['vaccinations'],
    ihe: QEDM,
    parameters: { status: token('status'), 'vaccine-code': token('vaccineCode'), date: date('occurrenceDateTime') },
  },
  {
    type: 'Procedure',
    sections: ['procedures'],
    ihe: QEDM,
    parameters: { status: token('status'), code: token('code'), date: date('performedDateTime', 'performedPeriod') },
  },
  {
    type: 'Encounter',
    sections: ['encounters'],
    ihe: QEDM,
    parameters: { status: token('status'), class: token('class'), date: date('period') },
  },
  { type: 'EpisodeOfCare', sections: ['encounters'], parameters: { status: token('status'), date: date('period') } },
  { type: 'Appointment', sections: ['appointments'], parameters: { status: token('status'), date: date('start') } },
  {
    type: 'ServiceRequest',
    sections: ['referrals', 'results', 'imaging'],
    parameters: { status: token('status'), intent: token('intent'), code: token('code'), authored: date('authoredOn') },
  },
  {
    type: 'CarePlan',
    sections: ['plans'],
    parameters: { status: token('status'), category: token('category'), date: date('period', 'created') },
  },
  { type: 'Goal', sections: ['plans'], parameters: { 'lifecycle-status': token('lifecycleStatus'), 'start-date': date('startDate') } },
  { type: 'CareTeam', sections: ['contacts'], parameters: { status: token('status') } },
  { type: 'RelatedPerson', sections: ['contacts'], parameters: { active: token('active') } },
  {
    type: 'Flag',
    sections: ['alerts', 'about-me'],
    parameters: { status: token('status'), category: token('category'), date: date('period') },
  },
  { type: 'RiskAssessment', sections: ['alerts'], parameters: { date: date('occurrenceDateTime', 'occurrencePeriod') } },
  {
    type: 'DocumentReference',
    sections: ['documents', 'plans'],
    ihe: 'IHE MHD ITI-67',
    parameters: {
      status: token('status'),
      type: token('type'),
      category: token('category'),
      date: date('date'),
      format: token('content.format'),
    },
  },
  {
    type: 'ImagingStudy',
    sections: ['imaging'],
    parameters: { status: token('status'), started: date('started'), modality: token('modality') },
  },
  { type: 'QuestionnaireResponse', sections: ['observations'], parameters: { status: token('status'), authored: date('authored') } },
  { type: 'ClinicalImpression', sections: ['observations'], parameters: { status: token('status'), date: date('date') } },
  { type: 'FamilyMemberHistory', sections: ['family-history'], parameters: { status: token('status'), date: date('date') } },
  { type: 'DeviceUseStatement', sections: ['social-care'], parameters: { status: token('status') } },
  { type: 'Consent', sections: ['legal'], parameters: { status: token('status') } },
  { type: 'Task', sections: ['referrals'], parameters: { status: token('status') } },
  { type: 'Communication', sections: ['documents'], parameters: { status: token('status') } },
]

export const searchOf = (type: string): Searchable | undefined => SEARCHES.find(one => one.type === type)
