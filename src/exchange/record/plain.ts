import type { Annotation, Attachment, CodeableConcept, FamilyMemberHistory, Period, Resource } from '@medplum/fhirtypes'
import type { PlainEntry } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { type Agreement, origin, type PlainDraft, saidAt, sortKey, type Writable } from './draft.ts'
import { dayOf, hashed, identifiersOf, isCoded, laterality, newestFirst, normal, statedPerson, term } from './reading.ts'

/** Where resources of the sections without a page of their own keep their name, dates and words. */
interface Loose {
  readonly extension?: readonly { readonly url?: string; readonly valueCodeableConcept?: CodeableConcept }[]
  readonly code?: CodeableConcept
  readonly type?: CodeableConcept | readonly CodeableConcept[]
  readonly vaccineCode?: CodeableConcept
  readonly category?: CodeableConcept | readonly CodeableConcept[]
  readonly serviceType?: CodeableConcept | readonly CodeableConcept[]
  readonly relationship?: CodeableConcept | readonly CodeableConcept[]
  readonly bodySite?: CodeableConcept | readonly CodeableConcept[]
  readonly name?: unknown
  readonly title?: string
  readonly description?: string
  readonly conclusion?: string
  readonly status?: unknown
  readonly note?: readonly Annotation[]
  readonly content?: readonly { readonly attachment?: Attachment }[]
  readonly presentedForm?: readonly Attachment[]
  readonly period?: Period
  readonly text?: { readonly div?: string }
  readonly [field: string]: unknown
}

const DATES = [
  'effectiveDateTime',
  'effectiveInstant',
  'occurrenceDateTime',
  'performedDateTime',
  'date',
  'started',
  'authoredOn',
  'recordedDate',
  'created',
  'issued',
  'dateTime',
  'authored',
  'receivedTime',
  'sent',
  'start',
] as const
const PERIODS = ['effectivePeriod', 'occurrencePeriod', 'performedPeriod', 'period'] as const

const TYPE_WORDS: Readonly<Record<string, string>> = {
  DiagnosticReport: 'Report',
  DocumentReference: 'Document',
  ServiceRequest: 'Request',
  ReferralRequest: 'Referral',
  CarePlan: 'Care plan',
  ImagingStudy: 'Imaging study',
  Immunization: 'Vaccination',
  QuestionnaireResponse: 'Assessment',
  Flag: 'Alert',
  RelatedPerson: 'Contact',
  CareTeam: 'Care team',
  EpisodeOfCare: 'Episode of care',
  FamilyMemberHistory: 'Family history',
}

/** Sections of what stands until it is ended: what is over there is past. */
const STANDING: ReadonlySet<SectionId> = new Set<SectionId>(['alerts', 'plans', 'about-me', 'legal', 'contacts', 'social-care'])

/** `unknown` and its kin of v3 NullFlavor: a practice often knows the procedure only (UK Core, VaccinationProcedure). */
const NULL_FLAVOURS: ReadonlySet<string> = new Set(['UNK', 'NI', 'NA', 'OTH', 'NASK', 'ASKU', 'NAV'])

/** How an item of any other section reads: its own term, date, status and words. Negation stands in the title (D81). */
export function draftPlain(item: Item): PlainDraft {
  const resource: Resource = item.resource
  const loose = resource as unknown as Loose
  const vaccine =
    NULL_FLAVOURS.has(loose.vaccineCode?.coding?.[0]?.code ?? '') && loose.vaccineCode?.text === undefined ? undefined : loose.vaccineCode
  const concept = [
    vaccine,
    loose.extension?.find(e => e.url?.endsWith('VaccinationProcedure') === true)?.valueCodeableConcept,
    loose.code,
    ...list(loose.type),
    ...list(loose.serviceType),
    ...list(loose.relationship),
    ...list(loose.category),
  ].find(c => term(c) !== undefined)
  const named =
    resource.resourceType === 'FamilyMemberHistory' ? familyTitle(resource) : (documentTitle(loose) ?? term(concept) ?? nameOf(loose.name))
  const bare = named ?? TYPE_WORDS[resource.resourceType] ?? resource.resourceType.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
  const status = typeof loose.status === 'string' ? loose.status : undefined
  const title = status === 'not-done' ? `Not done: ${bare}` : status === 'entered-in-error' ? `Entered in error: ${bare}` : bare
  const date = dateOf(loose)
  const words = wordsOf(loose, title)
  const side = laterality(title, list(loose.bodySite))
  const over =
    status !== undefined && /^(?:inactive|completed|revoked|cancelled|entered-in-error|superseded|resolved|finished)$/.test(status)
  const entry: Writable<PlainEntry> = { ...origin(item, title, date, concept === undefined || isCoded(concept)), kind: 'plain' }
  if (status === 'entered-in-error' || (over && STANDING.has(item.section))) entry.list = 'past'
  if (words) entry.words = words
  if (status) entry.status = statusWords(status)
  const tie = hashed(item.id)
  const comparable = normal(title)
  entry.sort = sortKey(sortPlain(entry, comparable), tie)
  const identifiers = identifiersOf(resource)
  const hashes = [...(loose.content ?? []).map(c => c.attachment), ...(loose.presentedForm ?? [])].flatMap(a => (a?.hash ? [a.hash] : []))
  const base = `${item.section}/${resource.resourceType}`
  const keys = [...identifiers.map(i => `${base}/i/${i}`), ...hashes.map(h => `${base}/h/${h}`)]
  const day = dayOf(date)
  if (day) keys.push(`${base}/s/${comparable}|${day}|${normal(words ?? '')}|${status ?? ''}`)
  if (keys.length === 0) keys.push(`${base}/o/${item.id}`)
  return {
    kind: 'plain',
    itemId: item.id,
    version: item.version,
    tie,
    sourceId: item.provenance.sourceId,
    entry,
    keys,
    guard: `${side}|${status === 'not-done' || status === 'entered-in-error' ? status : ''}|${statedPerson(resource)}`,
    at: saidAt(item, date),
    identifiers: [...identifiers, ...hashes],
  }
}

const list = (field: unknown): readonly CodeableConcept[] =>
  Array.isArray(field) ? (field as CodeableConcept[]) : field && typeof field === 'object' ? [field] : []

const documentTitle = (loose: Loose): string | undefined =>
  loose.title ?? (loose.content ? (loose.description ?? loose.content[0]?.attachment?.title) : undefined)

function nameOf(name: unknown): string | undefined {
  if (typeof name === 'string') return name
  const [first] = Array.isArray(name) ? (name as { text?: string; family?: string; given?: string[]; prefix?: string[] }[]) : []
  return first
    ? (first.text ?? ([...(first.prefix ?? []), ...(first.given ?? []), first.family ?? ''].join(' ').trim() || undefined))
    : undefined
}

function familyTitle(history: FamilyMemberHistory): string {
  const conditions = (history.condition ?? []).flatMap(c => term(c.code) ?? [])
  return `Family history: ${[term(history.relationship) ?? history.name ?? 'relative', conditions.join(', ')].filter(Boolean).join(', ')}`
}

function dateOf(loose: Loose): string | undefined {
  for (const field of DATES) {
    const value = loose[field]
    if (typeof value === 'string' && /^\d{4}/.test(value)) return value
  }
  for (const field of PERIODS) {
    const start = (loose[field] as Period | undefined)?.start
    if (start) return start
  }
  return undefined
}

function wordsOf(loose: Loose, title: string): string | undefined {
  const said = [loose.conclusion, loose.description === title ? undefined : loose.description, ...(loose.note ?? []).map(n => n.text)]
  const dose = loose['protocolApplied'] as readonly { doseNumberPositiveInt?: number; doseNumberString?: string }[] | undefined
  const number = dose?.[0]?.doseNumberPositiveInt ?? dose?.[0]?.doseNumberString
  if (number !== undefined) said.unshift(`Dose ${number}`)
  return said.filter(Boolean).join('. ') || undefined
}

const statusWords = (status: string): string => `${status[0]?.toUpperCase() ?? ''}${status.slice(1).replaceAll('-', ' ')}`

/** Same identifier or file, or the same in everything that is shown. */
export function samePlain(a: PlainDraft, b: PlainDraft): Agreement | undefined {
  if (a.guard !== b.guard) return undefined
  const shared = a.keys.find(k => b.keys.includes(k))
  if (shared === undefined) return undefined
  if (a.identifiers.some(i => b.identifiers.includes(i)))
    return normal(a.entry.title) === normal(b.entry.title) ? { score: 2, why: 'same identifier' } : undefined
  // Without an identifier one source that says a thing twice means two.
  return a.sourceId === b.sourceId ? undefined : { score: 1, why: 'same words, same day' }
}

export const sortPlain = (entry: PlainEntry, words = normal(entry.title)): string => `${newestFirst(entry.date)} ${words}`
