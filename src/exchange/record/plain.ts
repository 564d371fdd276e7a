import type { Resource } from '@medplum/fhirtypes'
import type { Fact, PlainEntry } from '../../care-record/entry.ts'
import { FLAG_RANKS } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { type Agreement, differing, NONE, origin, type PlainDraft, saidAt, sortKey, type Writable } from './draft.ts'
import { readAny } from './plain/any.ts'
import { readAnswers, readFamily, readImpression, readObservation } from './plain/assessments.ts'
import { readAppointment, readCommunication, readRequest, readTask } from './plain/bookings.ts'
import { readCondition, readDeviceRequest, readDeviceUse, readProcedure } from './plain/care.ts'
import { readCareTeam, readEpisode, readProfessional, readRelatedPerson } from './plain/contacts.ts'
import { readComposition, readDocument } from './plain/documents.ts'
import { readAdverseEvent, readFlag, readIssue, readRisk } from './plain/flags.ts'
import { readMedia, readReport, readStudy } from './plain/imaging.ts'
import { readConsent, readGoal, readNutrition, readPlan } from './plain/plans.ts'
import { type PlainRead, say } from './plain/read.ts'
import { readImmunization, readRecommendation } from './plain/vaccinations.ts'
import { dayOf, hashed, identifiersOf, isCommentNote, laterality, newestFirst, normal, orderable, statedPerson } from './reading.ts'

/** Resources that are one document however they are wrapped. */
const DOCUMENTS: ReadonlySet<string> = new Set(['DocumentReference', 'Composition'])

/** One reader a kind of resource. */
const READERS: { readonly [T in Resource['resourceType']]?: (item: Item, resource: never, today: string) => PlainRead } = {
  Appointment: readAppointment,
  ServiceRequest: readRequest,
  Task: readTask,
  Communication: readCommunication,
  Immunization: readImmunization,
  ImmunizationRecommendation: readRecommendation,
  DocumentReference: readDocument,
  Composition: readComposition,
  DiagnosticReport: readReport,
  ImagingStudy: readStudy,
  Media: readMedia,
  CarePlan: readPlan,
  Goal: readGoal,
  NutritionOrder: readNutrition,
  Consent: readConsent,
  Flag: readFlag,
  RiskAssessment: readRisk,
  DetectedIssue: readIssue,
  AdverseEvent: readAdverseEvent,
  QuestionnaireResponse: readAnswers,
  ClinicalImpression: readImpression,
  Observation: readObservation,
  FamilyMemberHistory: readFamily,
  RelatedPerson: readRelatedPerson,
  CareTeam: readCareTeam,
  EpisodeOfCare: readEpisode,
  Practitioner: readProfessional,
  PractitionerRole: readProfessional,
  Organization: readProfessional,
  Patient: readProfessional,
  Procedure: readProcedure,
  DeviceUseStatement: readDeviceUse,
  DeviceRequest: readDeviceRequest,
  Condition: readCondition,
} satisfies {
  readonly [T in Resource['resourceType']]?: (item: Item, resource: Extract<Resource, { resourceType: T }>, today: string) => PlainRead
}

const read = (item: Item, resource: Resource, today: string): PlainRead =>
  (Object.hasOwn(READERS, resource.resourceType) ? READERS[resource.resourceType] : undefined)?.(item, resource as never, today) ??
  readAny(item, resource)

/**
 * How an item of any kind without an entry of its own reads: its own term, date, status, words and facts. Negation
 * stands in the title (D81).
 * @param today FHIR date of the reader: what ended before it reads so.
 */
export function draftPlain(item: Item, today: string): PlainDraft {
  const { resource, section } = item
  const said = read(item, resource, today)
  const error = said.not === 'in-error'
  const title = error ? `Entered in error: ${said.title.trim()}` : said.title.trim()
  const { date, words, facts = NONE } = said
  const entry: Writable<PlainEntry> = { ...origin(item, title, date, said.coded), kind: 'plain' }
  if (error || said.past) entry.list = 'past'
  if (words) entry.words = words
  if (said.status) entry.status = said.status
  if (facts.length > 0) entry.facts = facts
  if (said.until && said.until !== date) entry.until = said.until
  if (said.rank && !error) entry.rank = said.rank
  if (said.opens && !error) entry.opens = said.opens
  const tie = hashed(item.id)
  const comparable = normal(title)
  entry.sort = sortKey(sortPlain(entry, today, comparable), tie)
  const own = identifiersOf(resource)
  const identifiers = said.alsoKnown?.length ? [...own, ...said.alsoKnown] : own
  const isDocument = DOCUMENTS.has(resource.resourceType)
  const base = isDocument ? section : `${section}/${resource.resourceType}`
  const keys = identifiers.map(i => `${base}/i/${i}`)
  const day = dayOf(date)
  const same = said.sameness ?? `${words ?? ''}|${said.status ?? ''}|${facts.map(fact => fact[1]).join('|')}`
  if (day) keys.push(`${base}/s/${comparable}|${day}|${same === '' ? '' : hashed(same.toLowerCase())}`)
  if (keys.length === 0) keys.push(`${base}/o/${item.id}`)
  // Notes have one title between them: only the same words of the same day are one.
  const note = isCommentNote(resource) ? hashed(`${day ?? item.id}|${same.toLowerCase()}`) : ''
  return {
    kind: 'plain',
    itemId: item.id,
    version: item.version,
    tie,
    sourceId: item.provenance.sourceId,
    entry,
    keys,
    guard: `${laterality(title, said.sites)}|${said.not ?? ''}|${statedPerson(resource)}|${note}`,
    at: saidAt(item, date),
    links: item.links,
    identifiers,
    isDocument,
    replaces: said.replaces?.length ? replaced(item, said.replaces) : NONE,
  }
}

/** An item whose shape no reader can follow: that it is there, where from, and that it must be opened to be read. */
export function draftBare(item: Item): PlainDraft {
  const kind = item.resource.resourceType.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
  const entry: Writable<PlainEntry> = { ...origin(item, kind, undefined, true), kind: 'plain', words: 'Open to see what was sent.' }
  const tie = hashed(item.id)
  entry.sort = sortKey(`~ ${normal(kind)}`, tie)
  return {
    kind: 'plain',
    itemId: item.id,
    version: item.version,
    tie,
    sourceId: item.provenance.sourceId,
    entry,
    keys: [`${item.section}/o/${item.id}`],
    guard: '',
    at: '',
    links: item.links,
    identifiers: NONE,
    isDocument: false,
    replaces: NONE,
  }
}

/** Ids of the items that a statement takes the place of: of its own source, as references never leave it. */
const replaced = (item: Item, references: NonNullable<PlainRead['replaces']>): readonly string[] =>
  references.flatMap(reference => {
    const key = /(?:^|\/)([A-Z][A-Za-z]+\/[^/]+)$/.exec(reference?.reference ?? '')?.[1]
    return key === undefined ? [] : [`${item.provenance.sourceId}/${key}`]
  })

/** Same identifier or file, or the same in everything that is shown. */
export function samePlain(a: PlainDraft, b: PlainDraft): Agreement | undefined {
  if (a.guard !== b.guard) return undefined
  const shared = a.keys.find(k => b.keys.includes(k))
  if (shared === undefined) return undefined
  const one = a.identifiers.find(i => b.identifiers.includes(i))
  if (one !== undefined) {
    const why = one.startsWith('sha1|') ? 'same file' : 'same identifier'
    // A document is what its identifier or its bytes are; of anything else the identifier may be that of a whole request.
    return a.isDocument || one.startsWith('sha1|') || normal(a.entry.title) === normal(b.entry.title) ? { score: 2, why } : undefined
  }
  // Without an identifier one source that says a thing twice means two.
  return a.sourceId === b.sourceId || !shared.includes('/s/') ? undefined : { score: 1, why: 'same words, same day' }
}

/** Several statements of one thing: the newest first, what only others say added, every difference said by whom. */
export function foldPlain(group: readonly PlainDraft[], newest: PlainEntry): PlainEntry {
  // A pointer to a document says less than the document beside it.
  const shown =
    newest.opens === undefined ? (group.find(d => d.entry.opens !== undefined && d.entry.list === newest.list)?.entry ?? newest) : newest
  const facts: Fact[] = []
  for (const { entry } of [{ entry: shown }, ...group])
    for (const [label, words] of entry.facts ?? NONE)
      if (facts.every(([told]) => told.replace(/ \d+$/, '') !== label.replace(/ \d+$/, '')) || entry === shown) say(facts, label, words)
  const entry: Writable<PlainEntry> = { ...shown, list: group.some(d => d.entry.list === 'current') ? 'current' : 'past' }
  if (facts.length > 0) entry.facts = facts
  const words = shown.words ?? group.find(d => d.entry.words)?.entry.words
  if (words) entry.words = words
  const ranks = group.flatMap(d => d.entry.rank ?? [])
  const rank = FLAG_RANKS.find(one => ranks.includes(one))
  if (rank) entry.rank = rank
  entry.conflicts = [
    ...differing(
      'status',
      group,
      d => d.entry.status ?? '',
      d => d.entry.status ?? '',
    ),
    ...(new Set(group.map(d => dayOf(d.entry.date))).size > 1
      ? differing(
          'date',
          group,
          d => dayOf(d.entry.date) ?? '',
          d => d.entry.date ?? '',
        )
      : NONE),
  ]
  return entry
}

/** What comes soonest first; what was newest first (D51). */
const COMING: ReadonlySet<SectionId> = new Set<SectionId>(['appointments'])

export const sortPlain = (entry: PlainEntry, today: string, words = normal(entry.title)): string =>
  COMING.has(entry.section)
    ? entry.date !== undefined && entry.date.slice(0, 10) >= today && !/^(?:Cancelled|Entered in error)$/.test(entry.status ?? '')
      ? `0 ${orderable(entry.date)} ${words}`
      : `1 ${newestFirst(entry.date)} ${words}`
    : `${newestFirst(entry.date)} ${words}`
