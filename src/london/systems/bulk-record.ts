import type { Resource } from '@medplum/fhirtypes'
import type { Calendar } from '../people/calendar.ts'
import { createRandom } from '../people/random.ts'
import { conditions, drugs, measures, tests, vaccines, words } from '../people/terms.ts'
import type { CityPerson, LabTest, Term } from '../people/told.ts'
import { patientIdAt, type HospitalIdentity } from './hospital-record.ts'
import { opaqueId, type Json } from './tidy.ts'

/** A very long record, never in memory: each resource is written when its place in the list is asked for. */
export interface Bulk {
  /** Types in the order in which `$everything` sends them. */
  readonly types: readonly string[]
  readonly count: (type: string) => number
  /** The resource at this place of its type's list, newest first. */
  readonly at: (type: string, place: number) => Resource
  /** How many of a type are not older than a day, FHIR date: they come first in its list. */
  readonly since: (type: string, day: string) => number
  readonly byId: (type: string, id: string) => Resource | undefined
}

const SNOMED = 'http://snomed.info/sct'
const HL7 = 'http://terminology.hl7.org/CodeSystem/'
const UKCORE = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-'
/** Of each hundred resources; whatever the caps leave over is observations. */
const SHARES: Readonly<Record<string, { readonly percent: number; readonly most?: number }>> = {
  Encounter: { percent: 8 },
  DiagnosticReport: { percent: 10 },
  Procedure: { percent: 4 },
  DocumentReference: { percent: 6 },
  Appointment: { percent: 1, most: 200 },
  Condition: { percent: 2, most: 40 },
  MedicationRequest: { percent: 3, most: 60 },
  Immunization: { percent: 1, most: 40 },
}
const LABS: readonly (readonly [test: LabTest, usual: number, spread: number, range: readonly [number, number]])[] = [
  [tests.potassium, 4.4, 0.9, [3.5, 5.3]],
  [tests.sodium, 139, 6, [133, 146]],
  [tests.creatinine, 110, 40, [59, 104]],
  [tests.haemoglobin, 122, 20, [130, 180]],
  [tests.platelets, 230, 80, [150, 450]],
  [tests.crp, 8, 14, [0, 5]],
]
const coded = (system: string, code: string): Json => ({ coding: [{ system, code }] })
const concept = (term: Term): Json => ({
  ...(term.code !== undefined && { coding: [{ system: SNOMED, code: term.code, display: term.display }] }),
  text: term.text ?? term.display,
})

/**
 * @param items how many resources this system holds beside those told by hand.
 * @param years over how many years they are spread, evenly, newest first.
 */
export function bulkRecord(hospital: HospitalIdentity, person: CityPerson, c: Calendar, items: number, years: number): Bulk {
  const counts = new Map<string, number>()
  for (const [type, { percent, most }] of Object.entries(SHARES))
    counts.set(type, Math.min(Math.floor((items * percent) / 100), most ?? items))
  counts.set('Observation', items - [...counts.values()].reduce((sum, n) => sum + n, 0))
  const types = ['Encounter', ...[...counts.keys()].filter(type => type !== 'Encounter')]
  const count = (type: string): number => counts.get(type) ?? 0
  const span = years * 365
  const daysAgo = (type: string, place: number): number => 2 + Math.floor((place * span) / count(type))
  const prefix = opaqueId(hospital.id, person.nhsNumber, 'bulk').slice(0, 8)
  const idAt = (type: string, place: number): string => `${prefix}-${type.toLowerCase().slice(0, 6)}-${place}`
  const subject = { reference: `Patient/${patientIdAt(hospital.id, person.nhsNumber)}` }
  const ofHospital = { reference: `Organization/${opaqueId(hospital.id, 'Organization', hospital.odsCode)}`, display: hospital.name }
  const seed = createRandom(Number.parseInt(prefix, 16)).below(1_000_000_000)
  const drawn = (type: string, place: number) => createRandom(seed + place * 7919 + type.length)
  const encounterOf = (type: string, place: number): Json => ({
    reference: `Encounter/${idAt('Encounter', Math.floor((place * count('Encounter')) / count(type)))}`,
  })
  const at = (type: string, place: number): Json => {
    const random = drawn(type, place)
    const on = c.at(daysAgo(type, place), `${String(8 + random.below(9)).padStart(2, '0')}:${String(random.below(60)).padStart(2, '0')}`)
    const shell = {
      resourceType: type,
      id: idAt(type, place),
      meta: { versionId: '1', profile: [`${UKCORE}${type}`] },
      identifier: [{ system: `https://fhir.${hospital.id}.example.nhs.uk/Id/${type.toLowerCase()}`, value: idAt(type, place) }],
    }
    switch (type) {
      case 'Encounter':
        return {
          ...shell,
          status: 'finished',
          class: { system: `${HL7}v3-ActCode`, code: 'AMB' },
          type: [{ text: random.pick(['Heart failure clinic', 'Respiratory clinic', 'Anticoagulation clinic', 'Dialysis session']) }],
          subject,
          period: { start: on, end: on },
          serviceProvider: ofHospital,
        }
      case 'DiagnosticReport': {
        const each = Math.max(1, Math.floor(count('Observation') / count(type)))
        return {
          ...shell,
          status: 'final',
          category: [coded(`${HL7}v2-0074`, 'LAB')],
          code: { text: 'Blood tests' },
          subject,
          encounter: encounterOf(type, place),
          effectiveDateTime: on,
          performer: [ofHospital],
          result: Array.from({ length: Math.min(each, 5) }, (_, i) => ({
            reference: `Observation/${idAt('Observation', Math.min(place * each + i, count('Observation') - 1))}`,
          })),
        }
      }
      case 'Procedure':
        return { ...shell, status: 'completed', code: { text: `Haemodialysis session, ${hospital.name}` }, subject, performedDateTime: on }
      case 'DocumentReference':
        return {
          ...shell,
          status: 'current',
          type: { text: 'Clinic letter' },
          subject,
          date: on,
          author: [ofHospital],
          custodian: ofHospital,
          description: 'Clinic letter',
          content: [
            {
              attachment: {
                contentType: 'text/plain',
                title: 'Clinic letter',
                data: Buffer.from(`Seen at ${hospital.name}, visit ${count(type) - place}. Continue as before.`).toString('base64'),
              },
            },
          ],
        }
      case 'Appointment':
        return {
          ...shell,
          status: random.pick(['fulfilled', 'noshow', 'cancelled']),
          description: `Clinic review, ${hospital.name}`,
          start: on,
          end: on,
          participant: [{ actor: subject, status: 'accepted' }],
        }
      case 'Condition':
        return {
          ...shell,
          clinicalStatus: coded(`${HL7}condition-clinical`, place % 4 === 0 ? 'active' : 'resolved'),
          verificationStatus: coded(`${HL7}condition-ver-status`, 'confirmed'),
          category: [coded(`${HL7}condition-category`, 'problem-list-item')],
          code: concept(place % 4 === 0 ? random.pick(Object.values(conditions)) : words(`Past episode ${place}`)),
          subject,
          recordedDate: on,
        }
      case 'MedicationRequest':
        return {
          ...shell,
          status: place % 6 === 0 ? 'active' : 'completed',
          intent: 'order',
          medicationCodeableConcept: concept(random.pick([drugs.furosemide, drugs.bisoprolol, drugs.metformin, drugs.omeprazole])),
          subject,
          authoredOn: on,
          requester: ofHospital,
          dosageInstruction: [{ text: 'One each morning' }],
        }
      case 'Immunization':
        return { ...shell, status: 'completed', vaccineCode: concept(vaccines.influenza), patient: subject, occurrenceDateTime: on }
      default: {
        const vital = place % 5 === 4
        const [test, usual, spread, [low, high]] = LABS[random.below(LABS.length)]!
        const value = Math.round((usual + ((random.below(1000) - 500) / 500) * spread) * 10) / 10
        const quantity = (n: number): Json => ({ value: n, unit: test.unit, system: 'http://unitsofmeasure.org', code: test.ucum })
        return {
          ...shell,
          status: 'final',
          category: [coded(`${HL7}observation-category`, vital ? 'vital-signs' : 'laboratory')],
          code: concept(vital ? measures.weight : test.term),
          subject,
          encounter: encounterOf(type, place),
          effectiveDateTime: on,
          performer: [ofHospital],
          valueQuantity: vital
            ? { value: 70 + random.below(20), unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }
            : quantity(value),
          ...(!vital && { referenceRange: [{ low: quantity(low), high: quantity(high) }] }),
        }
      }
    }
  }
  return {
    types,
    count,
    at: (type, place) => at(type, place) as unknown as Resource,
    since: (type, day) => {
      const days = Math.round((Date.parse(c.day(0)) - Date.parse(day.slice(0, 10))) / 86_400_000)
      if (days < 2) return 0
      return Math.min(count(type), Math.ceil(((days - 1) * count(type)) / span))
    },
    byId: (type, id) => {
      const place = Number(id.split('-').at(-1))
      return Number.isInteger(place) && place >= 0 && place < count(type) && idAt(type, place) === id
        ? (at(type, place) as unknown as Resource)
        : undefined
    },
  }
}
