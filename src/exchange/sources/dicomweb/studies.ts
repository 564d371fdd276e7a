import { hash } from 'node:crypto'
import { IMAGES_ON_DEMAND } from '../../../care-record/images.ts'
import type { AnsweredDemographics, Facts } from '../../../care-record/item.ts'
import { isUid } from '../../../care-record/images.ts'
import { defined, type JsonObject } from '../reading/json.ts'
import { codesAt, dateAt, genderAt, nameAt, numberAt, startOf, textAt, textsAt, type Attribute, type DataSet } from './dicom-json.ts'

/** Attributes of a study that are asked for: what is shown, whom it is about, and what says which service it is of. */
export const STUDY_FIELDS: readonly Attribute[] = [
  'studyUid',
  'studyDate',
  'studyTime',
  'timezone',
  'accession',
  'modalities',
  'studyDescription',
  'procedureCodes',
  'requestedProcedure',
  'requestingService',
  'institution',
  'department',
  'imagesInStudy',
  'patientName',
  'patientId',
  'issuer',
  'birthDate',
  'sex',
]

const DICOM = 'http://dicom.nema.org/resources/ontology/DCM'
/** Words of the modalities a record is read for; another is told by its code. */
const MODALITIES: Readonly<Record<string, string>> = {
  CR: 'X-ray',
  DX: 'X-ray',
  CT: 'CT',
  MR: 'MRI',
  US: 'Ultrasound',
  MG: 'Mammogram',
  NM: 'Nuclear medicine',
  PT: 'PET',
  XA: 'Angiogram',
  RF: 'Fluoroscopy',
  OP: 'Eye photograph',
  OPT: 'Eye scan',
  ES: 'Endoscopy',
  ECG: 'ECG',
}
/** What is kept in a study beside its pictures: no kind of imaging by itself. */
const BESIDE: ReadonlySet<string> = new Set(['SR', 'PR', 'KO', 'SEG', 'REG', 'DOC', 'OT', 'RTSTRUCT', 'RTPLAN', 'RTDOSE'])

/** Coding schemes as FHIR names them; a scheme of the archive's own stays with its code. */
const SCHEMES: Readonly<Record<string, string>> = {
  SCT: 'http://snomed.info/sct',
  'SNOMED-CT': 'http://snomed.info/sct',
  LN: 'http://loinc.org',
  DCM: DICOM,
}

/** How NHS numbers are named as their issuer; an identifier of any other issuer is not one. */
const NHS_ISSUERS = /^(?:NHS|NHS ?NUMBER|NHSNBR|NHSNMBR|2\.16\.840\.1\.113883\.2\.1\.4\.1|https:\/\/fhir\.nhs\.uk\/Id\/nhs-number)$/i

/** Whether what the archive says under the number is said under an NHS number. An archive that names no issuer has one kind. */
export const isOfNhsNumber = (study: DataSet, nhsNumber: string): boolean => {
  const issuer = textAt(study, 'issuer')
  return textAt(study, 'patientId')?.replaceAll(/[\s-]/g, '') === nhsNumber && (issuer === undefined || NHS_ISSUERS.test(issuer))
}

/** Whom a study is about, as it says itself. */
export function demographicsOf(study: DataSet): AnsweredDemographics {
  const [nhsNumber, name, birthDate, gender] = [
    textAt(study, 'patientId')?.replaceAll(/[\s-]/g, ''),
    nameAt(study),
    dateAt(study, 'birthDate'),
    genderAt(study),
  ]
  return {
    ...(nhsNumber === undefined ? {} : { nhsNumber }),
    names: name === undefined ? [] : [name],
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(gender === undefined ? {} : { gender }),
  }
}

/** One study as R4, with the services it is of: judged with it and shown nowhere. `undefined`: it has no UID that is one. */
export interface Study {
  readonly key: string
  readonly resource: JsonObject
  readonly services: readonly JsonObject[]
  readonly facts: Facts
}

export function studyOf(set: DataSet): Study | undefined {
  const uid = textAt(set, 'studyUid')
  if (!isUid(uid)) return undefined
  const modalities = textsAt(set, 'modalities').filter(code => /^[A-Z0-9]{2,16}$/.test(code))
  const taken = modalities.filter(code => !BESIDE.has(code))
  const modality = (taken.length > 0 ? taken : modalities).map(code => ({ system: DICOM, code, display: MODALITIES[code] ?? code }))
  const description = textAt(set, 'studyDescription')
  const requested = textAt(set, 'requestedProcedure')
  const coding = codesAt(set, 'procedureCodes').map(({ code, scheme, meaning }) => ({
    system: SCHEMES[scheme.toUpperCase()] ?? `urn:dicom:scheme:${encodeURIComponent(scheme)}`,
    code,
    ...(meaning === undefined ? {} : { display: meaning }),
  }))
  const accession = textAt(set, 'accession')
  const images = numberAt(set, 'imagesInStudy')
  const names = [textAt(set, 'department'), textAt(set, 'requestingService'), textAt(set, 'institution')].filter(name => name !== undefined)
  const services = [...new Set(names)].map(name => ({
    resourceType: 'HealthcareService',
    id: `service-${hash('sha1', name).slice(0, 16)}`,
    name,
  }))
  const resource = defined({
    resourceType: 'ImagingStudy',
    id: uid,
    meta: { tag: [IMAGES_ON_DEMAND] },
    identifier: [
      { system: 'urn:dicom:uid', value: `urn:oid:${uid}` },
      ...(accession === undefined ? [] : [{ type: { coding: [ACSN] }, value: accession }]),
    ],
    status: 'available',
    modality: modality.length === 0 ? undefined : modality,
    subject: { display: 'The person of the record' },
    started: startOf(set),
    numberOfInstances: images,
    procedureCode:
      coding.length === 0 && requested === undefined
        ? undefined
        : [defined({ coding: coding.length === 0 ? undefined : coding, text: requested })],
    description,
  })
  const key = `ImagingStudy/${uid}`
  return {
    key,
    resource,
    services,
    facts: {
      key,
      resourceType: 'ImagingStudy',
      organisations: [],
      treatmentFunctions: [],
      localCodes: [],
      // An archive has no clinics: what a study is called is where one would be named.
      serviceNames: [...names, description, requested].filter(name => name !== undefined),
      documentClasses: [],
      codings: coding,
      labels: [],
      links: [],
      unresolved: [],
      texts: [description, requested].filter(text => text !== undefined),
    },
  }
}
const ACSN = { system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }
