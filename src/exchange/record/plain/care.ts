import type { Condition, DeviceRequest, DeviceUseStatement, Procedure, Reference } from '@medplum/fhirtypes'
import type { Fact } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { isCoded, resolve, term } from '../reading.ts'
import { rankOf } from './ranks.ts'
import { dayWords, inError, isBefore, joined, notesOf, people, type PlainRead, say, SAYS_NOT, statusWords, terms, whoIs } from './read.ts'

/** Something done to the person, or not done: then its title says so (D81). */
export function readProcedure(item: Item, p: Procedure): PlainRead {
  const bare = term(p.code) ?? (term(p.category) || 'Procedure')
  const facts: Fact[] = []
  say(facts, 'Site', terms(p.bodySite))
  say(facts, 'Reason', terms(p.reasonCode) || people(item, p.reasonReference))
  say(facts, 'Outcome', term(p.outcome))
  say(facts, 'Complication', terms(p.complication))
  say(facts, 'Follow-up', terms(p.followUp))
  say(facts, 'Used', terms(p.usedCode))
  say(
    facts,
    'By',
    people(
      item,
      p.performer?.map(one => one.actor),
    ),
  )
  say(facts, 'Place', whoIs(item, p.location))
  const notDone = p.status === 'not-done'
  if (p.statusReason) say(facts, notDone ? 'Reason not done' : 'Why', term(p.statusReason))
  return {
    title: notDone && !SAYS_NOT.test(bare) ? `Not done: ${bare}` : bare,
    coded: p.code === undefined || isCoded(p.code),
    date: p.performedDateTime ?? p.performedPeriod?.start ?? p.performedString,
    until: p.performedPeriod?.end,
    words: notesOf(p.note) || undefined,
    status: p.status === undefined || notDone ? undefined : p.status === 'preparation' ? 'Planned' : statusWords(p.status),
    facts,
    not: inError(p.status),
    sites: p.bodySite,
    rank: rankOf(item.section, bare, [p.code]),
  }
}

/** Equipment the person uses. */
export function readDeviceUse(item: Item, d: DeviceUseStatement, today: string): PlainRead {
  const facts: Fact[] = []
  say(facts, 'Reason', terms(d.reasonCode) || people(item, d.reasonReference))
  say(facts, 'Site', term(d.bodySite))
  const period = d.timingPeriod
  const status = d.status
  const over = /^(?:completed|stopped)$/.test(status ?? '') || isBefore(period?.end, today)
  return {
    title: deviceName(item, d.device) || 'Equipment',
    coded: true,
    date: d.timingDateTime ?? period?.start ?? d.recordedOn,
    until: period?.end,
    words: notesOf(d.note) || undefined,
    status: status === undefined ? undefined : statusWords(status),
    facts,
    past: over,
    not: inError(status),
    sites: d.bodySite ? [d.bodySite] : undefined,
  }
}

function deviceName(item: Item, reference: Reference | undefined): string {
  const found = resolve(item, reference)
  return whoIs(item, reference) || (found?.resourceType === 'Device' ? (found.identifier?.[0]?.type?.text ?? '') : '')
}

/** Equipment or an adaptation that was asked for. */
export function readDeviceRequest(item: Item, d: DeviceRequest): PlainRead {
  const facts: Fact[] = []
  say(facts, 'Reason', terms(d.reasonCode) || people(item, d.reasonReference))
  say(facts, 'Asked by', whoIs(item, d.requester))
  say(facts, 'With', whoIs(item, d.performer))
  const due = d.occurrenceDateTime ?? d.occurrencePeriod?.start
  say(facts, 'Due', due === undefined ? undefined : dayWords(due))
  return {
    title: (term(d.codeCodeableConcept) ?? deviceName(item, d.codeReference)) || 'Equipment',
    coded: d.codeCodeableConcept === undefined || isCoded(d.codeCodeableConcept),
    date: d.authoredOn ?? due,
    words: notesOf(d.note) || undefined,
    status: d.status === undefined ? undefined : d.status === 'active' ? 'Open' : statusWords(d.status),
    facts,
    past: /^(?:completed|revoked)$/.test(d.status ?? ''),
    not: inError(d.status),
  }
}

/** A finding that stands elsewhere than among the problems, for example a need or a circumstance. */
export function readCondition(item: Item, c: Condition): PlainRead {
  const bare = term(c.code) ?? 'Not stated'
  const verification = c.verificationStatus?.coding?.[0]?.code
  const clinical = c.clinicalStatus?.coding?.[0]?.code
  const ended = c.abatementDateTime ?? c.abatementPeriod?.end
  const facts: Fact[] = []
  say(facts, 'Severity', term(c.severity))
  say(facts, 'Site', terms(c.bodySite))
  say(facts, 'Stage', terms(c.stage?.map(stage => stage.summary)))
  if (verification && /^(?:unconfirmed|provisional|differential)$/.test(verification)) say(facts, 'Certainty', statusWords(verification))
  const refuted = verification === 'refuted'
  return {
    title: refuted ? `Ruled out: ${bare}` : bare,
    coded: isCoded(c.code),
    date: c.onsetDateTime ?? c.onsetPeriod?.start ?? c.recordedDate,
    until: ended,
    words: joined(c.onsetString, notesOf(c.note)),
    status: clinical === undefined ? undefined : statusWords(clinical),
    facts,
    past: refuted || /^(?:inactive|remission|resolved)$/.test(clinical ?? ''),
    not: inError(verification),
    sites: c.bodySite,
    sameness: refuted ? 'refuted' : '',
    rank: rankOf(item.section, bare, [c.code]),
  }
}
