import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { Gender, HumanName } from '../../care-record/person.ts'
import type { ToldCare } from './told-care.ts'
import type { SystemId, SystemIdOf } from '../places.ts'

export type { SystemId } from '../places.ts'
/** Systems that tell a life as resources with services: all but practices and imaging archives. */
export type HospitalId = SystemIdOf<'fhir' | 'group' | 'social-care'>

/** One person as the national register knows them. */
export interface CityPerson {
  readonly nhsNumber: NhsNumber
  readonly name: HumanName
  readonly previousNames: readonly HumanName[]
  readonly preferredName?: string
  /** FHIR date. */
  readonly birthDate: string
  readonly gender: Gender
  readonly address: { readonly lines: readonly string[]; readonly postcode: string }
  readonly phone: string
  /** ODS code of the registered practice; empty when there is none. */
  readonly practice: string
  readonly restricted: boolean
  /** FHIR date. */
  readonly deceased?: string
  /** This number was replaced by another: the register answers with that one. */
  readonly supersededBy?: NhsNumber
  readonly interpreter?: string
}

/** A clinical term. Without a code it is what somebody typed. `text` is the clinician's own wording. */
export interface Term {
  readonly code?: string
  readonly display: string
  readonly text?: string
  /** Read version 2, as practices send it from before SNOMED CT. */
  readonly read?: string
}

interface ToldBase {
  /** Unique within one person at one system. */
  readonly id: string
  /** `id` of the encounter it was recorded in. */
  readonly encounter?: string
  readonly note?: string
  /** Who recorded it, by name and role; the organisation when left out. */
  readonly by?: string
  /** ODS code of whose it is, at a system that several organisations share. */
  readonly member?: string
}
export interface ToldAllergy extends ToldBase {
  readonly term: Term
  readonly recorded: string
  readonly status: 'active' | 'resolved' | 'refuted' | 'none-known'
  readonly reactions?: readonly Term[]
  readonly severity?: 'mild' | 'moderate' | 'severe'
  readonly category?: 'medication' | 'environment' | 'food'
  readonly ended?: string
}
export interface ToldMedicine extends ToldBase {
  readonly term: Term
  readonly kind: 'acute' | 'repeat' | 'repeat-dispensing' | 'discharge' | 'inpatient'
  readonly status: 'active' | 'on-hold' | 'completed' | 'stopped'
  /** Whole instruction, as prescribed. */
  readonly dose: string
  readonly amount?: { readonly value: number; readonly unit: string }
  readonly perDay?: number
  readonly asNeeded?: boolean
  readonly start: string
  readonly end?: string
  readonly reason?: string
  /** `id` of the problem it is for. */
  readonly forProblem?: string
  /** When issued, newest last, with the quantity in words. */
  readonly issues?: readonly { readonly on: string; readonly quantity: number }[]
}
export interface ToldProblem extends ToldBase {
  readonly term: Term
  readonly recorded: string
  readonly onset?: string
  readonly ended?: string
  readonly status: 'active' | 'inactive'
  readonly significance: 'major' | 'minor'
  readonly kind?: 'problem-list-item' | 'encounter-diagnosis'
  /** A practice's links of the problem, `Type/id` as it stands in its record: `MedicationStatement/apixaban`. */
  readonly linked?: readonly string[]
}
export interface LabTest {
  readonly term: Term
  readonly unit: string
  /** UCUM. */
  readonly ucum: string
  readonly specimen: 'Serum' | 'Blood' | 'Plasma' | 'Urine' | 'Swab'
  readonly panel: string
}
export interface ToldResult extends ToldBase {
  readonly test: LabTest
  readonly at: string
  readonly value?: number
  readonly comparator?: '<' | '>'
  readonly words?: string
  /** A result that is a finding, not a number. */
  readonly finding?: Term
  /** That laboratory's own range. */
  readonly range?: readonly [low: number | undefined, high: number | undefined]
  readonly status?: 'preliminary' | 'final' | 'corrected' | 'cancelled'
  readonly method?: string
}
export interface ToldEncounter extends ToldBase {
  readonly class: 'EMER' | 'IMP' | 'AMB' | 'VR' | 'HH' | 'FLD' | 'GP'
  readonly status: 'planned' | 'arrived' | 'in-progress' | 'finished' | 'cancelled'
  readonly title: string
  readonly start: string
  readonly end?: string
  /** Local code of the service (`services.ts`). */
  readonly service: string
  readonly reason?: Term
  /** What a practice files under this consultation's topic beside its notes, `Type/id`: `MedicationStatement/apixaban`. */
  readonly holds?: readonly string[]
  /** Headings of the note with their free text. */
  readonly headings?: readonly (readonly [heading: string, text: string])[]
}
export interface ToldThing extends ToldBase {
  readonly term: Term
  readonly on: string
  readonly status?: string
  readonly words?: string
}
/** What a document is made of when it is asked for. */
export interface DocumentFile {
  readonly kind: 'pdf' | 'html' | 'text' | 'cda' | 'png'
  readonly paragraphs: readonly string[]
  /** Who wrote it, where that is not the organisation that holds it. */
  readonly from?: string
  /** Who it is headed with, where that is not the person as the register knows them. */
  readonly headed?: Partial<Pick<CityPerson, 'name' | 'birthDate'>> & { readonly nhsNumber?: string }
  /** It carries what must never run: scripts, forms, remote images. */
  readonly hostile?: boolean
}
export interface ToldDocument extends ToldThing {
  readonly file?: DocumentFile
  readonly docStatus?: 'preliminary' | 'final' | 'amended'
  /** `id` of the document it takes the place of. */
  readonly replaces?: string
  /** Local code of the service (`services.ts`). */
  readonly service?: string
  /** Business identifier shared between systems, where the document has one. */
  readonly shared?: string
}
/** Pictures of one examination as an archive keeps them. */
export interface ToldStudy {
  /** DICOM modality: CR, CT, MR, US. */
  readonly modality: string
  /** The number the request was given; the report in the hospital's own record carries the same. */
  readonly accession: string
  readonly bodyPart: string
  readonly images: number
}
export interface ToldImaging extends ToldThing {
  readonly study?: ToldStudy
}
export interface ToldVaccination extends ToldThing {
  readonly product?: Term
  readonly batch?: string
  readonly dose?: number
  readonly site?: string
}
/** A resource told as FHIR R4, for what needs no words of its own here. References name `Type/local id` of the same person. */
export interface ToldResource extends ToldBase {
  readonly type: string
  readonly fields: Readonly<Record<string, unknown>>
}
export interface ToldMeasure extends ToldBase {
  readonly term: Term
  readonly at: string
  /** Systolic when there is a `second`. */
  readonly value: number
  /** Diastolic: the measure is a blood pressure, one observation of two parts. */
  readonly second?: number
  readonly unit: string
  readonly ucum: string
}
export interface ToldAppointment extends ToldBase {
  readonly title: string
  readonly start: string
  readonly service: string
  readonly status: 'booked' | 'cancelled' | 'noshow' | 'fulfilled'
  /** Whom it is with, by name and role. */
  readonly with?: string
}

/** All one system holds about one person, before it is written in that system's format. */
export interface Held {
  /** What this system believes, where it differs from the national register. `unnumbered`: it does not know the person's number. */
  readonly demographics?: Partial<Pick<CityPerson, 'name' | 'birthDate' | 'gender'>> & {
    readonly nhsNumber?: NhsNumber
    readonly unnumbered?: true
  }
  readonly allergies?: readonly ToldAllergy[]
  readonly medicines?: readonly ToldMedicine[]
  readonly problems?: readonly ToldProblem[]
  readonly results?: readonly ToldResult[]
  readonly encounters?: readonly ToldEncounter[]
  readonly procedures?: readonly ToldThing[]
  readonly vaccinations?: readonly ToldVaccination[]
  readonly documents?: readonly ToldDocument[]
  readonly imaging?: readonly ToldImaging[]
  readonly referrals?: readonly ToldThing[]
  readonly plans?: readonly ToldThing[]
  readonly flags?: readonly ToldThing[]
  readonly measures?: readonly ToldMeasure[]
  readonly appointments?: readonly ToldAppointment[]
  readonly resources?: readonly ToldResource[]
  /** A council's case record; no other system has one. */
  readonly care?: ToldCare
  /** GP Connect list warnings, by list. */
  readonly warnings?: readonly {
    readonly list: 'allergies' | 'medicines' | 'problems' | 'consultations' | 'investigations'
    readonly code: 'confidential-items' | 'data-in-transit' | 'data-awaiting-filing'
  }[]
}

export type Life = Partial<Record<SystemId, Held>>
