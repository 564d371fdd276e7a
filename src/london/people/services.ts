import type { HospitalId } from './told.ts'

/** One clinic, ward or department of a hospital, with the national treatment function its local code stands for. */
export interface CityService {
  readonly localCode: string
  readonly treatmentFunction: string
  readonly treatmentFunctionName: string
  readonly name: string
  readonly place: string
  /** Class protected by law, if any. */
  readonly legalClass: 'sexual-health' | 'fertility' | 'gender-reassignment' | null
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
/** What any general hospital runs. */
const general: readonly CityService[] = [
  ...common,
  service('RESP', '340', 'Respiratory medicine', 'Chest clinic'),
  service('GAST', '301', 'Gastroenterology', 'Gastroenterology clinic'),
  service('NEUR', '400', 'Neurology', 'Neurology clinic'),
  service('STRK', '328', 'Stroke medicine', 'Stroke medicine', 'Stroke unit'),
  service('SURG', '100', 'General surgery', 'General surgery', 'Surgical ward'),
  service('UROL', '101', 'Urology', 'Urology clinic'),
  service('PAED', '420', 'Paediatrics', "Children's medicine", "Children's ward"),
  service('MAT', '501', 'Obstetrics', 'Maternity', 'Maternity unit'),
  service('NICU', '422', 'Neonatal critical care', 'Neonatal care', 'Neonatal unit'),
  service('GERI', '430', 'Elderly medicine', 'Care of older people', 'Older people’s ward'),
  service('RHEU', '410', 'Rheumatology', 'Rheumatology clinic'),
  service('HAEM', '303', 'Clinical haematology', 'Blood clinic'),
  service('EYE', '130', 'Ophthalmology', 'Eye clinic'),
  service('DERM', '330', 'Dermatology', 'Skin clinic'),
  service('ONC', '370', 'Medical oncology', 'Cancer day unit'),
  service('ICU', '192', 'Intensive care medicine', 'Intensive care', 'Intensive care unit'),
  service('PHYS', '650', 'Physiotherapy', 'Physiotherapy'),
]
const kidney = service('RENAL', '361', 'Renal medicine', 'Kidney clinic')
const dialysis = service('DIAL', '361', 'Renal medicine', 'Dialysis unit')
const childrensKidney = service('PRENAL', '259', 'Paediatric nephrology', "Children's kidney service", "Children's kidney ward")
const sexualHealth = (localCode: string, name: string): CityService =>
  service(localCode, '360', 'Genitourinary medicine', name, name, 'sexual-health')
/** Filed under a function that says nothing of it: the register alone tells. */
const fertility = (localCode: string, name: string): CityService => service(localCode, '502', 'Gynaecology', name, name, 'fertility')

const mentalHealth = (borough: string, ward: string): readonly CityService[] => [
  service('CMHT', '710', 'Adult mental illness', `Community mental health team, ${borough}`),
  service('OACMHT', '715', 'Old age psychiatry', 'Older adults community team'),
  service('CRHT', '710', 'Adult mental illness', 'Crisis resolution and home treatment team'),
  service('LIAISON', '710', 'Adult mental illness', 'Liaison psychiatry'),
  service('CAMHS', '711', 'Child and adolescent psychiatry', 'Child and adolescent mental health service'),
  service('WARD', '710', 'Adult mental illness', 'Acute ward', ward),
]
const nursing: readonly CityService[] = [
  service('DN', '318', 'Intermediate care', 'District nursing'),
  service('REAB', '318', 'Intermediate care', 'Reablement therapy'),
]
const community: readonly CityService[] = [
  ...nursing,
  service('HV', '290', 'Community paediatrics', 'Health visiting'),
  service('POD', '653', 'Podiatry', 'Podiatry'),
  service('SALT', '652', 'Speech and language therapy', 'Speech and language therapy'),
]
const council: readonly CityService[] = [service('ASC', '318', 'Intermediate care', 'Adult social care')]
const childrensCouncil: readonly CityService[] = [...council, service('CSC', '290', 'Community paediatrics', "Children's social care")]

/** What each system's organisation runs. The same table becomes its FHIR resources and its exchange's service register. */
export const services: Readonly<Record<HospitalId, readonly CityService[]>> = {
  kch: [
    ...general,
    service('PICU', '420', 'Paediatrics', "Children's intensive care", "Children's intensive care unit"),
    kidney,
    sexualHealth('SHC', 'Sexual health clinic'),
  ],
  gstt: [
    ...general,
    service('FRAC', '110', 'Trauma and orthopaedics', 'Fracture clinic'),
    service('EVEL', '242', 'Paediatric intensive care', "Evelina children's intensive care", "Evelina children's intensive care unit"),
    childrensKidney,
    kidney,
    dialysis,
    sexualHealth('BSC', 'Bridge Street clinic'),
    service('ACU', '504', 'Community sexual and reproductive health', 'Assisted conception unit', 'Assisted conception unit', 'fertility'),
  ],
  lewisham: [...general, sexualHealth('RWC', 'Riverside clinic')],
  slam: [...mentalHealth('Southwark', 'Ruskin ward'), service('LTHER', '713', 'Medical psychotherapy', 'Psychological therapies')],
  oxleas: [...community],
  southwark: childrensCouncil,
  'peckham-rye': [service('HOME', '318', 'Intermediate care', 'Peckham Rye House')],
  'local-care-record': [...common, ...childrensCouncil, service('CMHT', '710', 'Adult mental illness', 'Community mental health team')],
  las: [service('CREW', '180', 'Emergency medicine', 'Ambulance crew')],
  nhs111: [service('CAS', '180', 'Emergency medicine', 'Clinical assessment service')],
  ucp: [service('PLAN', '315', 'Palliative medicine', 'Universal Care Plan')],
  rfl: [...general, kidney, dialysis],
  uclh: [
    ...general,
    service('HASU', '328', 'Stroke medicine', 'Hyper-acute stroke unit'),
    kidney,
    service('SHW', '360', 'Genitourinary medicine', 'Wellbeing clinic W', 'Wellbeing clinic W', 'sexual-health'),
    fertility('RMU', 'Reproductive medicine unit'),
  ],
  whittington: [...general, sexualHealth('ARC', 'Archway clinic')],
  gosh: [
    service('PCARD', '321', 'Paediatric cardiology', "Children's heart clinic"),
    childrensKidney,
    service('PNEUR', '421', 'Paediatric neurology', "Children's neurology clinic"),
    service('PHAEM', '253', 'Paediatric clinical haematology', "Children's blood clinic"),
    service('PICU', '242', 'Paediatric intensive care', "Children's intensive care", "Children's intensive care unit"),
    service('PWARD', '420', 'Paediatrics', "Children's ward", 'Badger ward'),
    service('SGTEAM', '420', 'Paediatrics', "Children's social work and safeguarding team"),
  ],
  moorfields: [
    service('EYE', '130', 'Ophthalmology', 'Eye clinic'),
    service('GLAU', '130', 'Ophthalmology', 'Glaucoma clinic'),
    service('RET', '460', 'Medical ophthalmology', 'Medical retina clinic'),
    service('EYEED', '130', 'Ophthalmology', 'Eye emergency department'),
  ],
  beh: mentalHealth('Islington', 'Thames ward'),
  islington: childrensCouncil,
  'ncl-out-of-hours': [
    service('OOHGP', '180', 'Emergency medicine', 'Out-of-hours GP'),
    service('HUB', '180', 'Emergency medicine', 'Weekend GP hub', 'Weekend GP hub, Archway'),
  ],
  barts: [...general, kidney, dialysis, sexualHealth('ASH', 'All East sexual health')],
  homerton: [...general, sexualHealth('CLIF', 'Clifden centre'), fertility('HFC', 'Homerton fertility centre')],
  bhrut: [...general, dialysis, sexualHealth('OPAL', 'Opal clinic')],
  elft: mentalHealth('Tower Hamlets', 'Roman ward'),
  nelft: community,
  hackney: childrensCouncil,
  'st-georges': [
    ...general,
    service('HASU', '328', 'Stroke medicine', 'Hyper-acute stroke unit'),
    kidney,
    dialysis,
    sexualHealth('CRT', 'Courtyard clinic'),
  ],
  croydon: [...general, sexualHealth('CSH', 'Croydon sexual health')],
  'epsom-st-helier': [...general, kidney, dialysis],
  marsden: [
    service('ONC', '370', 'Medical oncology', 'Medical oncology clinic'),
    service('CHEMO', '370', 'Medical oncology', 'Chemotherapy day unit'),
    service('CLONC', '800', 'Clinical oncology', 'Radiotherapy'),
    service('HAEM', '303', 'Clinical haematology', 'Lymphoma clinic'),
    service('BREAST', '103', 'Breast surgery', 'Breast unit'),
    service('PALL', '315', 'Palliative medicine', 'Symptom control team'),
  ],
  swlstg: mentalHealth('Wandsworth', 'Lilacs ward'),
  imperial: [
    ...general,
    service('HASU', '328', 'Stroke medicine', 'Hyper-acute stroke unit'),
    kidney,
    dialysis,
    sexualHealth('JEF', 'Jefferiss wing'),
    fertility('WFC', 'Wolfson fertility centre'),
  ],
  chelwest: [...general, sexualHealth('SOHO', 'Soho clinic')],
  clch: [
    ...community,
    service('CASH', '504', 'Community sexual and reproductive health', 'Contraception clinic', 'Contraception clinic', 'sexual-health'),
  ],
  wlt: [
    ...mentalHealth('Ealing', 'Horizon ward'),
    service('GIC', '710', 'Adult mental illness', 'Gender identity clinic', 'Gender identity clinic', 'gender-reassignment'),
  ],
  'hammersmith-fulham': childrensCouncil,
  mkuh: [...general, dialysis, sexualHealth('MKSH', 'MK sexual health')],
  'west-herts': [...general, sexualHealth('WHSH', 'Watford sexual health')],
  'princess-alexandra': general,
  'herts-community': community,
}

export const serviceOf = (system: HospitalId, localCode: string): CityService =>
  services[system].find(s => s.localCode === localCode) ?? services[system][0]!
