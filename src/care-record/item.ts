import type { Resource } from '@medplum/fhirtypes'
import type { Group, SectionId } from './section.ts'

export interface Coding {
  readonly system?: string
  readonly code?: string
  readonly display?: string
}

/** Where a statement comes from, good for a chip on a page and for an expert witness. */
export interface Provenance {
  readonly sourceId: string
  readonly odsCode: string
  /** Of a statement in a shared system: the member it is of, by whose register of services it is judged. */
  readonly member?: string
  readonly organisationName: string
  /** Short name for a chip. */
  readonly short: string
  readonly system: string
  readonly author?: string
  readonly authorRole?: string
  /** When the statement was recorded, FHIR dateTime, possibly partial. */
  readonly recorded?: string
  /** The source's own identifier of the statement. */
  readonly originalIdentifier: string
  /** ISO instant at which we got it. */
  readonly retrievedAt: string
  readonly feed: 'live' | 'message' | 'batch'
  readonly matchedBy: 'nhs-number' | 'name-and-birth-date'
}

/** Said about an item on the page in words; none of these hides it. */
export type Mark =
  | 'not-coded'
  | 'unknown-code'
  | 'degraded'
  | 'free-text-reference'
  | 'unknown-extension'
  /** Says something that changes its meaning, in a way that is not known here (FHIR modifierExtension). */
  | 'unknown-modifier'
  | 'patient-reported'
  | 'partial-date'

/**
 * What disclosure judges of one resource, gathered from the raw answer by the connector: every coding,
 * organisation, service and reference anywhere in it, whether or not the translation keeps them. It never
 * outlives the connector: the later mechanisms look at the item itself (docs/adr/0004).
 */
export interface Facts {
  /** `Type/id` inside its answer. */
  readonly key: string
  readonly resourceType: string
  /** ODS codes of every organisation and site it names or reaches by reference. */
  readonly organisations: readonly string[]
  /** Treatment function and specialty codes of its services, encounters, locations. */
  readonly treatmentFunctions: readonly string[]
  /** Local clinic, ward and location codes. */
  readonly localCodes: readonly string[]
  /** Names of services, clinics, wards, practitioners' departments. */
  readonly serviceNames: readonly string[]
  readonly documentClasses: readonly string[]
  readonly codings: readonly Coding[]
  /** `meta.security` */
  readonly labels: readonly Coding[]
  /** `Type/id` of every reference, in either direction of parenthood, that resolves inside the source. */
  readonly links: readonly string[]
  /** References that resolve to nothing we hold. */
  readonly unresolved: readonly string[]
  /** Every free text in it: narratives, notes, displays. */
  readonly texts: readonly string[]
  /** FHIR date or instant at which it was said, as far as the source knows. */
  readonly dated?: string | undefined
  /** The source has taken it back: it was entered in error. */
  readonly isInError?: boolean
}

/** One statement of one source, in FHIR R4 UK Core shape. */
export interface Item {
  /** `{sourceId}/{Type}/{id}`: the same each time the source is asked. */
  readonly id: string
  /** `meta.versionId`, else a hash of the source's bytes. */
  readonly version: string
  readonly section: SectionId
  readonly resource: Resource
  readonly provenance: Provenance
  readonly marks: readonly Mark[]
  /** Other resources of the same answer that the words of this one need (Medication, Practitioner…), already R4. */
  readonly contained: readonly Resource[]
  /** Ids of the items this one belongs to or is part of (encounter, report, request, problem…), in either direction. */
  readonly links: readonly string[]
  /** Resources it belongs to that are judged with it and not shown by it (Encounter, Location, HealthcareService…). Never leave the exchange. */
  readonly parents: readonly Resource[]
  /** References to parents that resolve to nothing we hold. */
  readonly unresolved: readonly string[]
}

declare const disclosed: unique symbol
/** An item that may leave and may be seen. Made only by `exchange/disclosure`. */
export type Disclosed<T> = T & { readonly [disclosed]: true }

export const OUTCOMES = [
  'answered',
  'partial',
  'nothing-held',
  'not-asked',
  'late',
  'unavailable',
  'mismatch',
  'refused',
  'withheld',
  'not-connected',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Why, as far as the words on the page differ by it. */
export const CAUSES = [
  'none',
  'asking',
  'timed-out',
  'connection-failed',
  'server-error',
  'unreadable',
  'too-large',
  'breaker-open',
  'cancelled',
  'index-late',
  'area-disabled',
  'demographics-differ',
  'number-differs',
  'source-refused',
  'not-for-role',
  'no-agreement',
  'not-shared',
  'suspended',
  'planned',
  'restricted-by-law',
  'restricted-person',
  'objection',
  'no-number',
] as const
export type Cause = (typeof CAUSES)[number]

/** Says something about a whole answer in the source's sense, for example `confidential-items`. */
export interface SourceWarning {
  readonly code:
    | 'confidential-items'
    | 'data-in-transit'
    | 'data-awaiting-filing'
    | 'date-limited'
    | 'area-disabled'
    | 'unreadable-items'
    | 'too-many-items'
    | 'demographics-differ'
    | 'other'
  readonly section: SectionId
  /** The provider's generic words or ours; never about the person. */
  readonly words: string
}

/** Who is asked, as a page or a peer may name it. */
export interface SourceName {
  readonly id: string
  readonly odsCode: string
  readonly name: string
  readonly short: string
  readonly kind: string
  readonly exchange: string
}

/** The unit of everything after asking: what one source said of some sections of one group. */
export interface SectionAnswer<T = Item> {
  readonly source: SourceName
  readonly group: Group
  readonly sections: readonly SectionId[]
  /** First day asked for, FHIR date; absent = all time. */
  readonly window?: { readonly from: string }
  readonly complete: boolean
  /** ISO instant at which this was true at the source. */
  readonly asOf: string
  readonly outcome: Outcome
  readonly cause: Cause
  readonly items: readonly T[]
  readonly warnings: readonly SourceWarning[]
  /** Resources the source sent that could not be parsed: never shown, counted for the section and for their owner. */
  readonly unreadable: number
  readonly tookMs: number
}

/** What a source said of who it answered about. */
export interface AnsweredDemographics {
  readonly nhsNumber?: string
  readonly names: readonly { readonly family?: string; readonly given: readonly string[]; readonly prefix?: string }[]
  readonly birthDate?: string
  readonly gender?: string
}

/** care-rules of identity at the point of view: `same`, shown with the differing fields named, held, or refused. */
export type DemographicCheck =
  | { readonly verdict: 'same' }
  | { readonly verdict: 'shown-with-difference'; readonly fields: readonly string[] }
  | { readonly verdict: 'held'; readonly stewardTask: boolean }
  | { readonly verdict: 'refused' }

/** A line of the wire between exchanges, protocol 1: one JSON object a line. */
export type PeerLine =
  | {
      readonly protocol: 1
      readonly type: 'plan'
      readonly asks: readonly { readonly source: SourceName; readonly group: Group; readonly sections: readonly SectionId[] }[]
    }
  | { readonly protocol: 1; readonly type: 'answer'; readonly answer: SectionAnswer }
  | { readonly protocol: 1; readonly type: 'end' }
  | { readonly protocol: 1; readonly type: 'fault'; readonly outcome: Outcome; readonly cause: Cause }
