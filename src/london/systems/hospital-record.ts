import { createHash } from 'node:crypto'
import type { Resource } from '@medplum/fhirtypes'
import { writeDocument } from '../documents/write-document.ts'
import { serviceOf } from '../people/services.ts'
import type { CityPerson, Held, HospitalId, LabTest, Term, ToldDocument, ToldMeasure, ToldMedicine } from '../people/told.ts'
import { opaqueId, tidy, type Json } from './tidy.ts'

/** One hospital as it signs what it sends. */
export interface HospitalIdentity {
  readonly id: HospitalId
  readonly odsCode: string
  readonly name: string
}

const SNOMED = 'http://snomed.info/sct'
const UKCORE = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-'
/** One identifier for one thing, whichever system holds a copy. */
export const CROSS_SETTING = 'https://fhir.nhs.uk/Id/cross-care-setting-identifier'
const SPECIALTY = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-PracticeSettingCode'
const HL7 = 'http://terminology.hl7.org/CodeSystem/'

const concept = (term: Term): Json => ({
  coding: term.code === undefined ? undefined : [{ system: SNOMED, code: term.code, display: term.display }],
  text: term.text ?? term.display,
})
const coded = (system: string, code: string, display?: string): Json => ({ coding: [{ system, code, display }] })
const classes = {
  EMER: 'emergency',
  IMP: 'inpatient encounter',
  AMB: 'ambulatory',
  VR: 'virtual',
  HH: 'home health',
  FLD: 'field',
  GP: 'ambulatory',
} as const

const medicineStatus = { active: 'active', 'on-hold': 'on-hold', completed: 'completed', stopped: 'stopped' } as const

const PATIENT_FIELD: ReadonlySet<string> = new Set([
  'RelatedPerson',
  'Consent',
  'FamilyMemberHistory',
  'AllergyIntolerance',
  'Immunization',
])
const MMHG = { unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' } as const

/** A value, or the two parts of a blood pressure. */
const measured = (m: ToldMeasure): Json =>
  m.second === undefined
    ? { valueQuantity: { value: m.value, unit: m.unit, system: 'http://unitsofmeasure.org', code: m.ucum } }
    : {
        component: [
          { code: coded(SNOMED, '271649006', 'Systolic blood pressure'), valueQuantity: { value: m.value, ...MMHG } },
          { code: coded(SNOMED, '271650006', 'Diastolic blood pressure'), valueQuantity: { value: m.second, ...MMHG } },
        ],
      }

/** The document behind one DocumentReference of a person, by its id; a document that was sent within it has none. */
export function documentOf(
  hospital: HospitalIdentity,
  person: CityPerson,
  held: Held,
  documentId: string,
): { readonly bytes: Buffer; readonly contentType: string } | undefined {
  const found = held.documents?.find(d => opaqueId(hospital.id, person.nhsNumber, 'DocumentReference', d.id) === documentId)
  return found?.file && writeDocument(found.file, found.term.display, hospital.name, { ...person, ...held.demographics })
}

/** The hospital's own id of a person. */
export const patientIdAt = (hospital: HospitalId, nhsNumber: string): string => opaqueId(hospital, nhsNumber, 'Patient', '')

/** Writes what a hospital holds about one person as UK Core R4 resources, the Patient first. */
export function hospitalRecord(hospital: HospitalIdentity, person: CityPerson, held: Held): readonly Resource[] {
  const base = `https://fhir.${hospital.id}.example.nhs.uk/Id/`
  const id = (kind: string, local: string): string => opaqueId(hospital.id, person.nhsNumber, kind, local)
  const own = (kind: string, local: string): string => opaqueId(hospital.id, kind, local)
  const ref = (type: string, target: string, display?: string): Json => ({ reference: `${type}/${target}`, display })
  const patientId = patientIdAt(hospital.id, person.nhsNumber)
  const subject = ref('Patient', patientId)
  const made: Json[] = []
  const shared = new Map<string, Json>()
  const share = (resourceType: string, resourceId: string, fields: Json): string => {
    shared.set(`${resourceType}/${resourceId}`, { resourceType, id: resourceId, ...fields })
    return resourceId
  }
  const localIds = new Map<string, string>([['Patient/', patientId]])
  const add = (resourceType: string, kind: string, local: string, profile: string, fields: Json): string => {
    const resourceId = id(kind, local)
    localIds.set(`${resourceType}/${local}`, resourceId)
    made.push({
      resourceType,
      id: resourceId,
      meta: { versionId: '1', profile: [`${UKCORE}${profile}`] },
      identifier: [{ system: `${base}${resourceType.toLowerCase()}`, value: resourceId }],
      ...fields,
    })
    return resourceId
  }
  const organisation = share('Organization', own('Organization', hospital.odsCode), {
    meta: { profile: [`${UKCORE}Organization`] },
    identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: hospital.odsCode }],
    active: true,
    name: hospital.name,
  })
  const ofHospital = ref('Organization', organisation, hospital.name)
  const placeOf = (localCode: string): { service: string; location: string; name: string; place: string; tf: Json } => {
    const s = serviceOf(hospital.id, localCode)
    const tf = coded(SPECIALTY, s.treatmentFunction, s.treatmentFunctionName)
    const location = share('Location', own('Location', s.localCode), {
      meta: { profile: [`${UKCORE}Location`] },
      identifier: [{ system: `${base}location`, value: s.localCode }],
      status: 'active',
      name: s.place,
      managingOrganization: ofHospital,
    })
    const service = share('HealthcareService', own('HealthcareService', s.localCode), {
      meta: { profile: [`${UKCORE}HealthcareService`] },
      identifier: [{ system: `${base}service`, value: s.localCode }],
      active: true,
      providedBy: ofHospital,
      specialty: [tf],
      location: [ref('Location', location)],
      name: s.name,
    })
    return { service, location, name: s.name, place: s.place, tf }
  }
  const encounterRef = (local: string | undefined): Json | undefined =>
    local === undefined ? undefined : ref('Encounter', id('Encounter', local))
  const note = (text: string | undefined): Json[] => (text === undefined ? [] : [{ text }])
  /** Somebody named with their role: a practitioner of the system, reached by reference. */
  const personOf = (by: string | undefined): Json | undefined => {
    if (by === undefined) return undefined
    const practitioner = share('Practitioner', own('Practitioner', by), {
      meta: { profile: [`${UKCORE}Practitioner`] },
      identifier: [{ system: `${base}practitioner`, value: own('Practitioner', by).slice(0, 8) }],
      name: [{ text: by }],
    })
    return ref('Practitioner', practitioner, by)
  }

  const who = { ...person, ...held.demographics }
  made.push({
    resourceType: 'Patient',
    id: patientId,
    meta: { versionId: '1', profile: [`${UKCORE}Patient`] },
    identifier: [
      held.demographics?.unnumbered === true
        ? undefined
        : {
            extension: [
              {
                url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
                valueCodeableConcept: coded(
                  'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus',
                  '01',
                  'Number present and verified',
                ),
              },
            ],
            system: 'https://fhir.nhs.uk/Id/nhs-number',
            value: held.demographics?.nhsNumber ?? person.nhsNumber,
          },
      { system: `${base}hospital-number`, value: patientId.slice(0, 8).toUpperCase() },
    ],
    active: true,
    name: [{ use: 'official', family: who.name.family, given: who.name.given, prefix: who.name.prefix && [who.name.prefix] }],
    telecom: [{ system: 'phone', use: 'home', value: person.phone }],
    gender: who.gender,
    birthDate: who.birthDate,
    deceasedDateTime: person.deceased,
    address: [{ use: 'home', line: person.address.lines, postalCode: person.address.postcode }],
    managingOrganization: ofHospital,
  })

  for (const e of held.encounters ?? []) {
    const { service, location, place, name, tf } = placeOf(e.service)
    const consultant = share('Practitioner', own('Practitioner', e.service), {
      meta: { profile: [`${UKCORE}Practitioner`] },
      identifier: [{ system: `${base}practitioner`, value: `C-${e.service}` }],
      name: [{ text: `Consultant, ${name}` }],
    })
    add('Encounter', 'Encounter', e.id, 'Encounter', {
      status: e.status,
      class: { system: `${HL7}v3-ActCode`, code: e.class === 'GP' ? 'AMB' : e.class, display: classes[e.class] },
      type: [{ text: e.title }],
      serviceType: tf,
      subject,
      participant: [{ individual: ref('Practitioner', consultant) }],
      period: { start: e.start, end: e.end },
      reasonCode: e.reason && [concept(e.reason)],
      location: [{ location: ref('Location', location, place), status: e.end ? 'completed' : 'active' }],
      serviceProvider: ofHospital,
      extension: [{ url: `${base}extension-healthcare-service`, valueReference: ref('HealthcareService', service, name) }],
    })
  }
  for (const a of held.allergies ?? [])
    add('AllergyIntolerance', 'AllergyIntolerance', a.id, 'AllergyIntolerance', {
      clinicalStatus: coded(
        `${HL7}allergyintolerance-clinical`,
        a.status === 'resolved' ? 'resolved' : a.status === 'refuted' ? 'inactive' : 'active',
      ),
      verificationStatus: coded(`${HL7}allergyintolerance-verification`, a.status === 'refuted' ? 'refuted' : 'confirmed'),
      category: a.category && [a.category],
      code: concept(a.term),
      patient: subject,
      encounter: encounterRef(a.encounter),
      recordedDate: a.recorded,
      reaction: a.reactions && [{ manifestation: a.reactions.map(concept), severity: a.severity }],
      note: note(a.note),
    })
  for (const p of held.problems ?? [])
    add('Condition', 'Condition', p.id, 'Condition', {
      clinicalStatus: coded(`${HL7}condition-clinical`, p.status === 'active' ? 'active' : p.ended ? 'resolved' : 'inactive'),
      verificationStatus: coded(`${HL7}condition-ver-status`, 'confirmed'),
      category: [coded(`${HL7}condition-category`, p.kind ?? 'problem-list-item')],
      code: concept(p.term),
      subject,
      encounter: encounterRef(p.encounter),
      onsetDateTime: p.onset,
      abatementDateTime: p.ended,
      recordedDate: p.recorded,
      note: note(p.note),
    })
  const dosage = (m: ToldMedicine): Json => ({
    text: m.dose,
    asNeededBoolean: m.asNeeded,
    timing: m.perDay && { repeat: { frequency: m.perDay, period: 1, periodUnit: 'd' } },
    route: m.kind === 'inpatient' ? undefined : coded(SNOMED, '26643006', 'Oral'),
    doseAndRate: m.amount && [
      { doseQuantity: { value: m.amount.value, unit: m.amount.unit, system: 'http://unitsofmeasure.org', code: m.amount.unit } },
    ],
  })
  for (const m of held.medicines ?? []) {
    const medication = share('Medication', own('Medication', m.term.text ?? m.term.display), {
      meta: { profile: [`${UKCORE}Medication`] },
      code: concept(m.term),
    })
    add('MedicationRequest', 'MedicationRequest', m.id, 'MedicationRequest', {
      status: medicineStatus[m.status],
      statusReason: m.reason === undefined ? undefined : { text: m.reason },
      intent: 'order',
      category: [coded(`${HL7}medicationrequest-category`, m.kind === 'inpatient' ? 'inpatient' : 'discharge')],
      medicationReference: ref('Medication', medication, m.term.text ?? m.term.display),
      subject,
      encounter: encounterRef(m.encounter),
      authoredOn: m.start,
      requester: personOf(m.by) ?? ofHospital,
      reasonReference: m.forProblem === undefined ? undefined : [ref('Condition', id('Condition', m.forProblem))],
      dosageInstruction: [dosage(m)],
      dispenseRequest: m.end === undefined ? undefined : { validityPeriod: { start: m.start, end: m.end } },
      note: note(m.note),
    })
  }
  for (const measure of held.measures ?? [])
    add('Observation', 'Observation', measure.id, measure.second === undefined ? 'Observation' : 'Observation-VitalSigns-BloodPressure', {
      status: 'final',
      category: [coded(`${HL7}observation-category`, 'vital-signs', 'Vital Signs')],
      code: concept(measure.term),
      subject,
      encounter: encounterRef(measure.encounter),
      effectiveDateTime: measure.at,
      issued: measure.at,
      performer: [ofHospital],
      ...measured(measure),
      note: note(measure.note),
    })
  addResults()
  for (const p of held.procedures ?? [])
    add('Procedure', 'Procedure', p.id, 'Procedure', {
      status: p.status ?? 'completed',
      code: concept(p.term),
      subject,
      encounter: encounterRef(p.encounter),
      performedDateTime: p.on,
      note: note(p.words),
    })
  for (const v of held.vaccinations ?? [])
    add('Immunization', 'Immunization', v.id, 'Immunization', {
      status: v.status ?? 'completed',
      statusReason: v.words === undefined ? undefined : { text: v.words },
      vaccineCode: concept(v.product ?? v.term),
      extension: [
        { url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure', valueCodeableConcept: concept(v.term) },
      ],
      patient: subject,
      encounter: encounterRef(v.encounter),
      occurrenceDateTime: v.on,
      lotNumber: v.batch,
      site: v.site === undefined ? undefined : { text: v.site },
      protocolApplied: v.dose === undefined ? undefined : [{ doseNumberPositiveInt: v.dose }],
      performer: [{ actor: personOf(v.by) ?? ofHospital }],
    })
  for (const d of held.documents ?? []) {
    const documentId = id('DocumentReference', d.id)
    const place = d.service === undefined ? undefined : placeOf(d.service)
    add('DocumentReference', 'DocumentReference', d.id, 'DocumentReference', {
      masterIdentifier:
        d.shared === undefined ? { system: `${base}document`, value: documentId } : { system: CROSS_SETTING, value: d.shared },
      status: d.status ?? 'current',
      docStatus: d.docStatus,
      type: concept(d.term),
      category: [coded(SNOMED, '823651000000106', 'Clinical note')],
      subject,
      date: d.on.length > 10 ? d.on : `${d.on}T12:00:00Z`,
      author: [personOf(d.by) ?? ofHospital],
      custodian: ofHospital,
      relatesTo:
        d.replaces === undefined
          ? undefined
          : [{ code: 'replaces', target: ref('DocumentReference', id('DocumentReference', d.replaces)) }],
      description: d.term.display,
      content: [{ attachment: attachmentOf(d, documentId) }],
      context: {
        encounter: d.encounter === undefined ? undefined : [encounterRef(d.encounter)],
        practiceSetting: place?.tf,
        period: { start: d.on },
      },
    })
  }
  for (const i of held.imaging ?? [])
    add('DiagnosticReport', 'Imaging', i.id, 'DiagnosticReport', {
      status: i.status ?? 'final',
      basedOn:
        i.study === undefined
          ? undefined
          : [
              {
                identifier: {
                  type: { coding: [{ system: `${HL7}v2-0203`, code: 'ACSN' }] },
                  system: `${base}accession`,
                  value: i.study.accession,
                },
              },
            ],
      category: [coded(`${HL7}v2-0074`, 'RAD', 'Radiology')],
      code: concept(i.term),
      subject,
      encounter: encounterRef(i.encounter),
      effectiveDateTime: i.on,
      issued: i.status === 'registered' || i.on.length <= 10 ? undefined : i.on,
      performer: [ofHospital],
      conclusion: i.words,
    })
  for (const r of held.resources ?? []) {
    const patientField = PATIENT_FIELD.has(r.type) ? 'patient' : 'subject'
    // FHIR has no note of a relative: what there is to say stands in the text.
    const said =
      r.type !== 'RelatedPerson'
        ? { note: note(r.note) }
        : r.note === undefined
          ? {}
          : { text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${r.note}</div>` } }
    add(r.type, r.type, r.id, r.type, { [patientField]: subject, ...(located(r.fields) as Json), ...said })
  }
  for (const p of held.plans ?? [])
    add('CarePlan', 'CarePlan', p.id, 'CarePlan', {
      status: p.status ?? 'active',
      intent: 'plan',
      title: p.term.display,
      description: p.words,
      subject,
      encounter: encounterRef(p.encounter),
      created: p.on,
      author: ofHospital,
    })
  for (const f of held.flags ?? [])
    add('Flag', 'Flag', f.id, 'Flag', {
      status: f.status ?? 'active',
      code: concept(f.term),
      subject,
      period: { start: f.on },
      author: ofHospital,
    })
  for (const r of held.referrals ?? [])
    add('ServiceRequest', 'Referral', r.id, 'ServiceRequest', {
      status: r.status ?? 'active',
      intent: 'order',
      category: [coded(SNOMED, '3457005', 'Patient referral')],
      code: concept(r.term),
      subject,
      encounter: encounterRef(r.encounter),
      authoredOn: r.on,
      requester: ofHospital,
      note: note(r.words),
    })
  for (const a of held.appointments ?? []) {
    const { service, location, name, tf } = placeOf(a.service)
    add('Appointment', 'Appointment', a.id, 'Appointment', {
      status: a.status,
      specialty: [tf],
      description: a.title,
      start: a.start,
      end: a.start,
      participant: [
        { actor: subject, status: 'accepted' },
        { actor: ref('Location', location), status: 'accepted' },
        { actor: ref('HealthcareService', service, name), status: 'accepted' },
        ...(a.with === undefined ? [] : [{ actor: personOf(a.with), status: 'accepted' }]),
      ],
    })
  }
  return [...made, ...shared.values()].map(json => tidy(json) as unknown as Resource)

  /** References of what is told as FHIR name local ids; on the wire they name the system's own. */
  function located(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(located)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (key === 'reference' && typeof inner === 'string') {
          if (inner === 'Organization/') return [key, `Organization/${organisation}`]
          const [type = '', local = ''] = inner.split('/')
          return [key, localIds.has(inner) ? `${type}/${localIds.get(inner)}` : `${type}/${id(type, local)}`]
        }
        return [key, located(inner)]
      }),
    )
  }

  function attachmentOf(d: ToldDocument, documentId: string): Json {
    const title = d.term.display
    if (!d.file) return { contentType: 'text/plain', title, data: Buffer.from(d.words ?? title).toString('base64') }
    const { bytes, contentType } = writeDocument(d.file, title, hospital.name, { ...person, ...held.demographics })
    return {
      contentType,
      language: 'en-GB',
      url: `Binary/${documentId}`,
      size: bytes.length,
      hash: createHash('sha1').update(bytes).digest('base64'),
      title,
      creation: d.on.slice(0, 10),
    }
  }

  // One report per request: the tests of one panel taken at one moment, each with its own laboratory's range.
  function addResults(): void {
    const reports = new Map<string, { test: LabTest; at: string; encounter: string | undefined; results: string[]; preliminary: boolean }>()
    for (const r of held.results ?? []) {
      const specimen = add('Specimen', 'Specimen', `${r.at}${r.test.specimen}${r.encounter ?? ''}`, 'Specimen', {
        type: { text: r.test.specimen },
        subject,
        collection: { collectedDateTime: r.at },
      })
      const [low, high] = r.range ?? []
      const quantity = (value: number): Json => ({ value, unit: r.test.unit, system: 'http://unitsofmeasure.org', code: r.test.ucum })
      const interpretation =
        r.value === undefined
          ? undefined
          : high !== undefined && r.value > high
            ? 'H'
            : low !== undefined && r.value < low
              ? 'L'
              : undefined
      const observation = add('Observation', 'Observation', r.id, 'Observation-Lab', {
        status: r.status ?? 'final',
        category: [coded(`${HL7}observation-category`, 'laboratory', 'Laboratory')],
        code: concept(r.test.term),
        subject,
        encounter: encounterRef(r.encounter),
        effectiveDateTime: r.at,
        issued: r.at,
        performer: [ofHospital],
        specimen: ref('Specimen', specimen),
        method: r.method === undefined ? undefined : { text: r.method },
        valueQuantity: r.value === undefined ? undefined : { ...quantity(r.value), comparator: r.comparator },
        valueCodeableConcept: r.finding && concept(r.finding),
        valueString: r.value === undefined ? r.words : undefined,
        interpretation: interpretation && [
          coded(`${HL7}v3-ObservationInterpretation`, interpretation, interpretation === 'H' ? 'High' : 'Low'),
        ],
        referenceRange: r.range && [
          { low: low === undefined ? undefined : quantity(low), high: high === undefined ? undefined : quantity(high) },
        ],
        note: note(r.note),
      })
      const key = `${r.at} ${r.test.panel} ${r.encounter ?? ''}`
      const report = reports.get(key) ?? { test: r.test, at: r.at, encounter: r.encounter, results: [], preliminary: false }
      report.results.push(observation)
      report.preliminary ||= r.status === 'preliminary'
      reports.set(key, report)
    }
    const specimens = new Set<string>()
    for (let i = made.length - 1; i >= 0; i--) {
      const { resourceType, id: resourceId } = made[i] as { resourceType: string; id: string }
      if (resourceType !== 'Specimen') continue
      if (specimens.has(resourceId)) made.splice(i, 1)
      specimens.add(resourceId)
    }
    for (const [key, report] of reports)
      add('DiagnosticReport', 'DiagnosticReport', key, 'DiagnosticReport-Lab', {
        status: report.preliminary ? 'preliminary' : 'final',
        category: [coded(`${HL7}v2-0074`, 'LAB', 'Laboratory')],
        code: { text: report.test.panel },
        subject,
        encounter: encounterRef(report.encounter),
        effectiveDateTime: report.at,
        issued: report.at,
        performer: [ofHospital],
        specimen: [ref('Specimen', id('Specimen', `${report.at}${report.test.specimen}${report.encounter ?? ''}`))],
        result: report.results.map(r => ref('Observation', r)),
      })
  }
}
