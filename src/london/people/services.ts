import type { HospitalId } from './told.ts'

/** One clinic, ward or department of a hospital, with the national treatment function its local code stands for. */
export interface CityService {
  readonly localCode: string
  readonly treatmentFunction: string
  readonly treatmentFunctionName: string
  readonly name: string
  readonly place: string
  /** Class protected by law, if any. */
  readonly legalClass: 'sexual-health' | 'fertility' | null
}

const service = (
  localCode: string,
  tf: string,
  tfName: string,
  name: string,
  place = name,
  legalClass: CityService['legalClass'] = null,
): CityService => ({
  localCode,
  treatmentFunction: tf,
  treatmentFunctionName: tfName,
  name,
  place,
  legalClass,
})

const common: readonly CityService[] = [
  service('ED', '180', 'Emergency medicine', 'Emergency department'),
  service('AMU', '300', 'General internal medicine', 'Acute medicine', 'Acute medical unit'),
  service('DIAB', '302', 'Endocrinology and diabetes', 'Diabetes clinic'),
  service('CARD', '320', 'Cardiology', 'Cardiology clinic'),
  service('ORTH', '110', 'Trauma and orthopaedics', 'Orthopaedics', 'Orthopaedic ward'),
]

/** What each hospital runs. The same table becomes its FHIR resources and its exchange's service register. */
export const services: Readonly<Record<HospitalId, readonly CityService[]>> = {
  kch: [
    ...common,
    service('PICU', '420', 'Paediatrics', "Children's intensive care", "Children's intensive care unit"),
    service('SHC', '360', 'Genitourinary medicine', 'Sexual health clinic', 'Sexual health clinic', 'sexual-health'),
  ],
  gstt: [
    ...common,
    service('FRAC', '110', 'Trauma and orthopaedics', 'Fracture clinic'),
    service('BSC', '360', 'Genitourinary medicine', 'Bridge Street clinic', 'Bridge Street clinic', 'sexual-health'),
    service('ACU', '504', 'Community sexual and reproductive health', 'Assisted conception unit', 'Assisted conception unit', 'fertility'),
  ],
  slam: [
    service('CMHT', '710', 'Adult mental illness', 'Community mental health team, Southwark'),
    service('OACMHT', '715', 'Old age psychiatry', 'Older adults community team'),
    service('WARD', '710', 'Adult mental illness', 'Acute ward', 'Ruskin ward'),
  ],
  oxleas: [
    service('DN', '318', 'Intermediate care', 'District nursing'),
    service('REAB', '318', 'Intermediate care', 'Reablement therapy'),
  ],
  southwark: [service('ASC', '318', 'Intermediate care', 'Adult social care')],
  las: [service('CREW', '180', 'Emergency medicine', 'Ambulance crew')],
  nhs111: [service('CAS', '180', 'Emergency medicine', 'Clinical assessment service')],
  ucp: [service('PLAN', '315', 'Palliative medicine', 'Universal Care Plan')],
  rfl: [...common, service('RENAL', '361', 'Renal medicine', 'Kidney clinic')],
  uclh: [...common, service('SHW', '360', 'Genitourinary medicine', 'Wellbeing clinic W', 'Wellbeing clinic W', 'sexual-health')],
}

export const serviceOf = (system: HospitalId, localCode: string): CityService =>
  services[system].find(s => s.localCode === localCode) ?? services[system][0]!
