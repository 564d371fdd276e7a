import type { Resource } from '@medplum/fhirtypes'
import type { Organisation, SourceConfig } from '../../care-record/catalogue.ts'
import type { Pass, Person } from '../../care-record/person.ts'
import type { Result } from '../../care-record/result.ts'

/** A document as its source sent it: hostile until `exchange/documents` has read it. */
export interface RawDocument {
  readonly bytes: Buffer
  /** As the source names it; never believed. */
  readonly contentType: string
  /** How confidential what it came in calls itself: lost with that, so it is kept beside the bytes. */
  readonly labels?: readonly string[]
}

/** All a connector needs to fetch the bytes behind one attachment of an item it has translated. */
export interface DocumentAsk {
  readonly source: SourceConfig
  readonly organisation: Organisation
  readonly viewerOrganisation: Organisation
  readonly person: Person
  readonly pass: Pass
  readonly transaction: string
  /** The item's R4 resource: DocumentReference, DiagnosticReport, Composition or Media. */
  readonly resource: Resource
  /** Which of its attachments, from 0. */
  readonly attachment: number
  /** Of an ImagingStudy: which image, `{series}/{instance}` by their UIDs. */
  readonly image?: string
  readonly now: () => Date
  readonly signal: AbortSignal
}

/**
 * Fetches a document. Never rejects. Faults: `not-found` (no such attachment, or the source knows it no more),
 * `unavailable` (no answer in time, an error, an address that is not the source's own), `too-large`.
 */
export type FetchDocument = (ask: DocumentAsk) => Promise<Result<RawDocument>>
