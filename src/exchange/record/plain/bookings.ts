import type { Appointment, Communication, Reference, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Fact } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { isCoded, term } from '../reading.ts'
import { dayWords, inError, isBefore, joined, notesOf, people, type PlainRead, say, statusWords, terms, whoIs } from './read.ts'

const APPOINTMENT: Readonly<Record<string, string>> = {
  proposed: 'Requested',
  pending: 'Requested',
  booked: 'Booked',
  waitlist: 'Waiting',
  arrived: 'Arrived',
  'checked-in': 'Arrived',
  fulfilled: 'Attended',
  cancelled: 'Cancelled',
  noshow: 'Did not attend',
  'entered-in-error': 'Entered in error',
}

const isPlace = (reference: Reference | undefined): boolean =>
  /(?:^|\/)Location\//.test(reference?.reference ?? '') || reference?.type === 'Location'
const isService = (reference: Reference | undefined): boolean =>
  /(?:^|\/)HealthcareService\//.test(reference?.reference ?? '') || reference?.type === 'HealthcareService'
const isPerson = (reference: Reference | undefined): boolean => /(?:^|\/)(?:Patient|RelatedPerson)\//.test(reference?.reference ?? '')

/** An appointment: booked, attended, did not attend and cancelled are different words (D143, R010). */
export function readAppointment(item: Item, a: Appointment): PlainRead {
  const actors = (a.participant ?? []).map(p => p.actor)
  const specialty = terms(a.specialty)
  const service =
    terms(a.serviceType) ||
    actors
      .filter(isService)
      .map(s => whoIs(item, s))
      .find(Boolean)
  const title = service || specialty || a.description?.trim() || term(a.appointmentType) || 'Appointment'
  const said = terms(a.reasonCode) || people(item, a.reasonReference)
  const cancelled = term(a.cancelationReason)
  const missed = /did not attend|\bDNA\b/i.test(`${said} ${cancelled ?? ''}`)
  const facts: Fact[] = []
  say(facts, 'Place', people(item, actors.filter(isPlace)))
  say(
    facts,
    'With',
    people(
      item,
      actors.filter(actor => !isPlace(actor) && !isService(actor) && !isPerson(actor)),
    ),
  )
  if (specialty !== title) say(facts, 'Specialty', specialty)
  say(facts, 'Reason', joined(said, a.description === title ? undefined : a.description))
  if (cancelled) say(facts, missed ? 'Not attended' : 'Cancelled because', cancelled)
  if (a.appointmentType && term(a.appointmentType) !== title) say(facts, 'Kind', term(a.appointmentType))
  return {
    title,
    coded: a.serviceType || a.appointmentType ? isCoded(a.serviceType?.[0]) || isCoded(a.appointmentType) : true,
    date: a.start ?? a.requestedPeriod?.[0]?.start ?? a.created,
    until: a.end === a.start ? undefined : (a.end ?? a.requestedPeriod?.[0]?.end),
    words: joined(a.comment, a.patientInstruction),
    status: missed ? 'Did not attend' : (APPOINTMENT[a.status ?? ''] ?? 'Status not stated'),
    facts,
    not: inError(a.status),
    sameness: facts.find(([label]) => label === 'Place')?.[1] ?? '',
  }
}

const REQUEST: Readonly<Record<string, string>> = {
  draft: 'Draft',
  active: 'Open',
  'on-hold': 'On hold',
  revoked: 'Cancelled',
  completed: 'Completed',
  'entered-in-error': 'Entered in error',
  requested: 'Waiting',
  received: 'Received',
  accepted: 'Accepted',
  rejected: 'Rejected',
  ready: 'Accepted',
  'in-progress': 'In progress',
  cancelled: 'Cancelled',
  failed: 'Not completed',
}

/** A referral, a request or an entry of a practice's diary. What a source leaves open stays `Open`: nobody said more (R099). */
export function readRequest(item: Item, r: ServiceRequest, today: string): PlainRead {
  const diary = item.section === 'appointments'
  const reason = joined(terms(r.reasonCode), people(item, r.reasonReference))
  const named = term(r.code) ?? (terms(r.orderDetail) || reason)
  const kind = diary ? 'Diary entry' : item.section === 'referrals' ? 'Referral' : 'Request'
  const title = named ?? (terms(r.category) || kind)
  const facts: Fact[] = []
  say(facts, 'Place', joined(terms(r.locationCode), people(item, r.locationReference)))
  say(facts, 'With', people(item, r.performer))
  say(facts, 'Specialty', term(r.performerType))
  if (reason !== title) say(facts, 'Reason', reason)
  if (r.priority !== undefined && r.priority !== 'routine')
    say(facts, 'Priority', r.priority === 'stat' ? 'Immediate' : statusWords(r.priority))
  say(facts, 'Asked by', whoIs(item, r.requester))
  const due = r.occurrenceDateTime ?? r.occurrencePeriod?.start
  if (!diary && due !== undefined && due.slice(0, 10) !== r.authoredOn?.slice(0, 10)) say(facts, 'Due', dayWords(due))
  const date = diary ? (due ?? r.authoredOn) : (r.authoredOn ?? due)
  const status =
    diary && r.status === 'active' ? (isBefore(date, today) ? 'Was due' : 'Due') : (REQUEST[r.status ?? ''] ?? 'Status not stated')
  return {
    title: r.doNotPerform === true ? `Not to be done: ${title}` : title,
    coded: r.code === undefined ? r.reasonCode === undefined || isCoded(r.reasonCode[0]) : isCoded(r.code),
    date,
    until: diary ? undefined : r.occurrencePeriod?.end,
    words: joined(notesOf(r.note), r.patientInstruction),
    status,
    facts,
    not: inError(r.status),
    isPart: true,
    sites: r.bodySite,
    replaces: r.replaces ?? [],
  }
}

/** A task: what is to be done about something, and whether it was taken on. */
export function readTask(item: Item, t: Task): PlainRead {
  const title = t.description?.trim() || (term(t.code) ?? 'Task')
  const facts: Fact[] = []
  if (term(t.code) !== title) say(facts, 'Kind', term(t.code))
  say(facts, 'About', whoIs(item, t.focus))
  say(facts, 'With', whoIs(item, t.owner))
  say(facts, 'Reason', term(t.reasonCode))
  say(facts, 'Stage', term(t.businessStatus))
  if (t.statusReason) say(facts, 'Why', term(t.statusReason))
  return {
    title,
    coded: t.description !== undefined || isCoded(t.code),
    date: t.authoredOn ?? t.executionPeriod?.start ?? t.lastModified,
    until: t.executionPeriod?.end,
    words: notesOf(t.note) || undefined,
    status: REQUEST[t.status ?? ''] ?? (t.status === undefined ? undefined : statusWords(t.status)),
    facts,
    not: inError(t.status),
    isPart: true,
  }
}

/** A message between professionals, or to the person. */
export function readCommunication(item: Item, c: Communication): PlainRead {
  const words = (c.payload ?? []).flatMap(p => p.contentString ?? p.contentAttachment?.title ?? whoIs(item, p.contentReference) ?? [])
  const facts: Fact[] = []
  say(facts, 'From', whoIs(item, c.sender))
  say(facts, 'To', people(item, c.recipient))
  say(facts, 'Reason', terms(c.reasonCode))
  if (c.statusReason) say(facts, 'Why', term(c.statusReason))
  return {
    title: term(c.topic) ?? (terms(c.category) || 'Message'),
    coded: c.topic === undefined || isCoded(c.topic),
    date: c.sent ?? c.received,
    words: joined(...words, notesOf(c.note)),
    status: c.status === undefined ? undefined : c.status === 'not-done' ? 'Not sent' : statusWords(c.status),
    facts,
    not: inError(c.status),
  }
}
