import type { CodeableConcept, Resource } from '@medplum/fhirtypes'
import type { Fact, PlainEntry } from '../../care-record/entry.ts'
import { FLAG_RANKS } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { type Agreement, type ContactKeys, differing, NONE, origin, type PlainDraft, saidAt, sortKey, type Writable } from './draft.ts'
import { readAny } from './plain/any.ts'
import { readAnswers, readFamily, readImpression, readObservation } from './plain/assessments.ts'
import { readAppointment, readCommunication, readRequest, readTask } from './plain/bookings.ts'
import { readCondition, readDeviceRequest, readDeviceUse, readProcedure } from './plain/care.ts'
import { readCareTeam, readEpisode, readProfessional, readRelatedPerson } from './plain/contacts.ts'
import { readComposition, readDocument } from './plain/documents.ts'
import { readAdverseEvent, readFlag, readIssue, readRisk } from './plain/flags.ts'
import { sameExamination } from './plain/examination.ts'
import { foldExamination } from './plain/examination-fold.ts'
import { readMedia, readReport, readStudy } from './plain/imaging.ts'
import { isSafeguarding } from './plain/ranks.ts'
import { readConsent, readGoal, readNutrition, readPlan } from './plain/plans.ts'
import { type PlainRead, say } from './plain/read.ts'
import { readImmunization, readRecommendation } from './plain/vaccinations.ts'
import {
  dayOf,
  each,
  hashed,
  identifiersOf,
  inOrder,
  isCommentNote,
  laterality,
  newestFirst,
  normal,
  orderable,
  statedPerson,
} from './reading.ts'

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
  const rank = rankIn(item, said, error)
  if (rank) entry.rank = rank
  if (said.opens && !error) entry.opens = said.opens
  if (said.images && !error) entry.images = said.images
  const tie = hashed(item.id)
  const comparable = normal(title)
  entry.sort = sortKey(sortPlain(entry, today, comparable), tie)
  const named = identifiersOf(resource)
  const identifiers = said.alsoKnown?.length ? [...named, ...said.alsoKnown] : named
  const isDocument = DOCUMENTS.has(resource.resourceType)
  const base = isDocument ? section : `${section}/${resource.resourceType}`
  const keys = identifiers.map(i => `${base}/i/${i}`)
  const day = dayOf(date)
  const same = said.sameness ?? `${words ?? ''}|${said.status ?? ''}|${facts.map(fact => fact[1]).join('|')}`
  if (day) keys.push(`${base}/s/${comparable}|${day}|${same === '' ? '' : hashed(same.toLowerCase())}`)
  if (keys.length === 0) keys.push(`${base}/o/${item.id}`)
  const person = statedPerson(resource)
  const isWhole = said.not === undefined || said.not === ''
  const parts = isWhole && said.parts?.length ? targetsOf(item, said.parts).map(id => partKey(section, id, person)) : NONE
  const own = isWhole && said.isPart === true ? partKey(section, item.id, person) : ''
  keys.push(...parts)
  if (own !== '') keys.push(own)
  const contact = isWhole ? said.contact : undefined
  const examination = isWhole ? said.examination : undefined
  for (const key of examination?.keys ?? NONE) keys.push(`${section}/x/${key}`)
  if (contact) for (const one of [...contact.keys.phones, ...contact.keys.ties]) keys.push(`${base}/who/${contact.name}|${one}`)
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
    guard: `${laterality(title, said.sites)}|${said.not ?? ''}|${person}|${note}`,
    at: saidAt(item, date),
    links: item.links,
    identifiers,
    isDocument,
    replaces: said.replaces?.length ? targetsOf(item, said.replaces) : NONE,
    parts,
    partKey: own,
    ...(examination && { examination }),
    ...(contact && { contact: contact.keys }),
  }
}

const partKey = (section: SectionId, itemId: string, person: string): string => `${section}/part/${itemId}|${person}`

/** What it is about: as its reader found, but safeguarding before all but resuscitation (D153). */
function rankIn(item: Item, said: PlainRead, error: boolean): PlainEntry['rank'] {
  if (said.rank === 'resuscitation') return error ? undefined : said.rank
  const { code, category, type } = item.resource as unknown as Readonly<Record<string, unknown>>
  const concepts = [code, category, type].flatMap(one => each(one as CodeableConcept | undefined))
  return isSafeguarding(item.resource, said.title, concepts) ? 'safeguarding' : error ? undefined : said.rank
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
    parts: NONE,
    partKey: '',
  }
}

/** Ids of the items that a statement names: of its own source, as references never leave it. */
const targetsOf = (item: Item, references: NonNullable<PlainRead['replaces']>): readonly string[] =>
  references.flatMap(reference => {
    const key = /(?:^|\/)([A-Z][A-Za-z]+\/[^/]+)$/.exec(reference?.reference ?? '')?.[1]
    return key === undefined ? [] : [`${item.provenance.sourceId}/${key}`]
  })

/** Same identifier or file, the same contact, or the same in everything that is shown. */
export function samePlain(a: PlainDraft, b: PlainDraft): Agreement | undefined {
  if (holds(a, b) || holds(b, a)) return { score: 2, why: 'part of the plan' }
  if (a.examination && b.examination && a.entry.section === b.entry.section && sameExamination(a.examination, b.examination))
    return { score: 2, why: 'same examination' }
  if (a.guard !== b.guard) return undefined
  const shared = a.keys.find(k => b.keys.includes(k) && !k.includes('/part/'))
  if (shared === undefined) return undefined
  const one = a.identifiers.find(i => b.identifiers.includes(i))
  if (one !== undefined) {
    const why = one.startsWith('sha1|') ? 'same file' : 'same identifier'
    // A document is what its identifier or its bytes are; of anything else the identifier may be that of a whole request.
    return a.isDocument || one.startsWith('sha1|') || normal(a.entry.title) === normal(b.entry.title) ? { score: 2, why } : undefined
  }
  if (a.contact && b.contact && shared.includes('/who/')) return sameContact(a, a.contact, b, b.contact)
  // Without an identifier one source that says a thing twice means two.
  return a.sourceId === b.sourceId || !shared.includes('/s/') ? undefined : { score: 1, why: 'same words, same day' }
}

/** What a group is of, without what is said within it; the head of a group is never a part of another member. */
export const wholesOf = (group: readonly PlainDraft[]): readonly PlainDraft[] => {
  if (group.every(d => d.parts.length === 0)) return group
  return group.filter(d => !group.some(whole => holds(whole, d)))
}

/** Whether the one is said within the other, as a goal within its plan. */
export const holds = (whole: PlainDraft, part: PlainDraft): boolean => part.partKey !== '' && whole.parts.includes(part.partKey)

/** Somebody of one name, told by two systems, who shares a number or a tie and is not of another family tie or sex. */
function sameContact(a: PlainDraft, one: ContactKeys, b: PlainDraft, other: ContactKeys): Agreement | undefined {
  if (a.sourceId === b.sourceId || a.entry.list !== b.entry.list) return undefined
  if (differ(one.kin, other.kin) || differ(one.title, other.title)) return undefined
  if (one.phones.some(phone => other.phones.includes(phone))) return { score: 2, why: 'same name, same phone' }
  return { score: 1, why: one.kin === '' ? 'same name, same organisation or relationship' : 'same name, same relationship' }
}
const differ = (a: string, b: string): boolean => a !== '' && b !== '' && a !== b

/** Contacts say all that any of them says; numbers that differ are said by whom. */
function foldContacts(group: readonly PlainDraft[], newest: PlainEntry): PlainEntry {
  const facts: Fact[] = []
  for (const { entry } of group)
    for (const [label, words] of entry.facts ?? NONE)
      if (label !== 'Phone' || facts.every(([told]) => told !== 'Phone')) say(facts, label.replace(/ \d+$/, ''), words)
  const first = group.find(d => (d.contact?.phones.length ?? 0) > 0)?.contact?.phones ?? NONE
  // All numbers of one among those of the other: nobody contradicts anybody.
  const contradicted = group.some(d => d.contact?.phones.some(phone => !first.includes(phone)))
  const phone = contradicted
    ? differing(
        'value',
        group,
        d => [...(d.contact?.phones ?? NONE)].sort().join(' '),
        d => `Phone ${d.contact?.phoneWords ?? ''}`,
      )
    : NONE
  const entry: Writable<PlainEntry> = { ...newest, facts, conflicts: phone }
  const words = newest.words ?? group.find(d => d.entry.words)?.entry.words
  if (words) entry.words = words
  return entry
}

/** A plan says its goals itself; one that came without its words is added to it. */
function withParts(entry: PlainEntry, parts: readonly PlainDraft[]): PlainEntry {
  const facts: Fact[] = [...(entry.facts ?? NONE)]
  const said = facts.map(([, words]) => words.toLowerCase())
  for (const part of parts.toSorted((a, b) => inOrder(a.itemId, b.itemId))) {
    const { title, status, words, facts: own = NONE } = part.entry
    if (said.some(told => told.includes(title.toLowerCase()))) continue
    const more = own.map(([label, value]) => `${label.toLowerCase()} ${value}`)
    say(
      facts,
      part.itemId.includes('/Goal/') ? 'Goal' : 'Activity',
      [title, status === 'Active' ? '' : status, words, ...more].filter(Boolean).join(', '),
    )
  }
  return facts.length === 0 ? entry : { ...entry, facts: facts.sort((a, b) => placeInPlan(a) - placeInPlan(b)) }
}
/** As its reader says them: what for, goals, what is done, who wrote it. */
const placeInPlan = ([label]: Fact): number => {
  const at = [/^(?:Kind|For)\b/, /^Goal\b/, /^(?:Recommendation|Activity|Not to be done)\b/].findIndex(one => one.test(label))
  return at < 0 ? Number.MAX_SAFE_INTEGER : at
}

/** Several statements of one thing: the newest first, what only others say added, every difference said by whom. */
export function foldPlain(all: readonly PlainDraft[], newest: PlainEntry): PlainEntry {
  const group = wholesOf(all)
  if (group.length < all.length) {
    const whole = group.length === 1 ? newest : foldPlain(group, newest)
    return withParts(
      whole,
      all.filter(d => !group.includes(d)),
    )
  }
  if (group.every(d => d.contact && d.entry.list === newest.list)) return foldContacts(group, newest)
  if (group.some(d => d.examination?.as === 'study')) {
    const entry = foldExamination(group, newest)
    return { ...entry, sort: sortKey(sortPlain(entry, ''), '') }
  }
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
  if (entry.section === 'plans') entry.sort = sortKey(sortPlain(entry, ''), '')
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

/** What comes soonest first; what was newest first (D51); of plans, that of resuscitation before all (D150), then what is in force. */
const COMING: ReadonlySet<SectionId> = new Set<SectionId>(['appointments'])

export const sortPlain = (entry: PlainEntry, today: string, words = normal(entry.title)): string =>
  COMING.has(entry.section)
    ? entry.date !== undefined && entry.date.slice(0, 10) >= today && !/^(?:Cancelled|Entered in error)$/.test(entry.status ?? '')
      ? `0 ${orderable(entry.date)} ${words}`
      : `1 ${newestFirst(entry.date)} ${words}`
    : entry.section === 'plans'
      ? `${entry.rank === 'resuscitation' ? 0 : entry.status === 'Active' ? 1 : 2} ${newestFirst(entry.date)} ${words}`
      : `${newestFirst(entry.date)} ${words}`
