import { randomUUID } from 'node:crypto'
import type { Bundle, BundleEntry, OperationOutcome, OperationOutcomeIssue, Patient } from '@medplum/fhirtypes'
import type { Taken } from '../../view.ts'
import { OURS } from './outcome.ts'
import { outgoing, provenanceOf, type Names } from './resource.ts'

/** A page of an answer: which of the items, and where the rest is. */
export interface Page {
  readonly items: readonly Taken[]
  /** Of all pages. */
  readonly total: number
  readonly self: string
  readonly next?: string
}

const entryOf = (base: string, resource: NonNullable<BundleEntry['resource']>, mode: 'match' | 'include'): BundleEntry => ({
  fullUrl: `${base}/${resource.resourceType}/${resource.id ?? ''}`,
  resource,
  search: { mode },
})
const outcomeEntry = (resource: OperationOutcome): BundleEntry => ({
  fullUrl: `urn:uuid:${randomUUID()}`,
  resource,
  search: { mode: 'outcome' },
})

/** Something the answer as a whole has to say. */
export const note = (words: string, code: OperationOutcomeIssue['code'] = 'informational'): OperationOutcomeIssue => ({
  severity: code === 'informational' ? 'information' : 'warning',
  code,
  details: { coding: [{ system: `${OURS}:answer`, code }], text: words },
})

/** What every source said, and what the answer has to say for itself, as one outcome. */
export const together = (said: OperationOutcome | undefined, notes: readonly OperationOutcomeIssue[]): OperationOutcome | undefined => {
  const issue = [...notes, ...(said?.issue ?? [])]
  return issue.length === 0 ? undefined : { resourceType: 'OperationOutcome', issue }
}

/**
 * A searchset of what was found, the person first where asked, each statement with its Provenance where asked, and on the first
 * page one outcome for all.
 */
export function searchset(
  names: Names,
  page: Page,
  also: {
    readonly patient?: Patient
    readonly withProvenance: boolean
    readonly outcome?: OperationOutcome | undefined
    readonly countOnly?: boolean
    readonly now: Date
  },
): Bundle {
  const { base } = names
  const provenance = also.withProvenance
  const items = also.countOnly === true ? [] : page.items
  const entry: BundleEntry[] = [
    ...(also.patient === undefined ? [] : [entryOf(base, also.patient, 'match')]),
    ...items.map(one => entryOf(base, outgoing(one, names), 'match')),
    ...(provenance ? items.map(one => entryOf(base, provenanceOf(one, names), 'include')) : []),
    ...(also.outcome === undefined ? [] : [outcomeEntry(also.outcome)]),
  ]
  return {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { lastUpdated: also.now.toISOString() },
    type: 'searchset',
    total: page.total,
    link: [{ relation: 'self', url: page.self }, ...(page.next === undefined ? [] : [{ relation: 'next', url: page.next }])],
    ...(entry.length === 0 ? {} : { entry }),
  }
}
