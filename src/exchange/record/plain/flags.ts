import type { AdverseEvent, DetectedIssue, Flag, RiskAssessment } from '@medplum/fhirtypes'
import type { Fact } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { isCoded, term } from '../reading.ts'
import { rankOf } from './ranks.ts'
import { dayWords, inError, isBefore, notesOf, people, type PlainRead, say, statusWords, terms, whoIs } from './read.ts'

/** An alert with what it is about (D150); one whose time is over is past. */
export function readFlag(item: Item, f: Flag, today: string): PlainRead {
  const title = term(f.code) ?? (terms(f.category) || 'Alert')
  const facts: Fact[] = []
  if (terms(f.category) !== title) say(facts, 'Kind', terms(f.category))
  const detail = f.extension?.find(e => e.url?.endsWith('flag-detail'))
  say(facts, 'About', whoIs(item, detail?.valueReference))
  say(facts, 'Raised by', whoIs(item, f.author))
  const ended = f.status === 'active' && isBefore(f.period?.end, today)
  return {
    title,
    coded: isCoded(f.code),
    date: f.period?.start,
    until: f.period?.end,
    status: ended ? 'Ended' : f.status === undefined ? undefined : statusWords(f.status),
    facts,
    past: f.status === 'inactive' || ended,
    not: inError(f.status),
    rank: rankOf(item.section, title, [f.code, ...(f.category ?? [])]),
  }
}

/** A risk as it was judged, with what is done against it. */
export function readRisk(item: Item, r: RiskAssessment): PlainRead {
  const outcomes = (r.prediction ?? []).map(p => term(p.outcome))
  const title = term(r.code) ?? (outcomes.filter(Boolean).join(', ') || (term(r.method) ?? 'Risk assessment'))
  const facts: Fact[] = []
  for (const p of r.prediction ?? []) {
    const likely = term(p.qualitativeRisk) ?? (p.probabilityDecimal === undefined ? undefined : `probability ${p.probabilityDecimal}`)
    const outcome = term(p.outcome)
    say(
      facts,
      'Risk',
      [outcome === title ? undefined : outcome, likely, p.rationale, p.whenPeriod?.end ? `until ${dayWords(p.whenPeriod.end)}` : undefined]
        .filter(Boolean)
        .join(', '),
    )
  }
  say(facts, 'Method', term(r.method) === title ? undefined : term(r.method))
  say(facts, 'Reason', terms(r.reasonCode))
  say(facts, 'Because of', people(item, r.basis))
  say(facts, 'Mitigation', r.mitigation)
  return {
    title,
    coded: r.code === undefined || isCoded(r.code),
    date: r.occurrenceDateTime ?? r.occurrencePeriod?.start,
    until: r.occurrencePeriod?.end,
    words: notesOf(r.note) || undefined,
    status:
      r.status === undefined ? undefined : r.status === 'final' ? 'Final' : r.status === 'preliminary' ? 'Draft' : statusWords(r.status),
    facts,
    past: r.status === 'cancelled',
    not: inError(r.status),
    rank: rankOf(item.section, title, [r.code]),
  }
}

/** Something a system noticed, such as an interaction, as it said it. */
export function readIssue(item: Item, d: DetectedIssue): PlainRead {
  const facts: Fact[] = []
  if (d.severity) say(facts, 'Severity', statusWords(d.severity))
  say(facts, 'About', people(item, d.implicated))
  for (const m of d.mitigation ?? []) say(facts, 'Mitigation', [term(m.action), dayWords(m.date)].filter(Boolean).join(', '))
  return {
    title: term(d.code) ?? 'Issue',
    coded: d.code === undefined || isCoded(d.code),
    date: d.identifiedDateTime ?? d.identifiedPeriod?.start,
    words: d.detail,
    status: d.status === undefined ? undefined : statusWords(d.status),
    facts,
    not: inError(d.status),
  }
}

/** Harm that came of care, or nearly did. */
export function readAdverseEvent(item: Item, a: AdverseEvent): PlainRead {
  const facts: Fact[] = []
  say(
    facts,
    'Suspected',
    people(
      item,
      a.suspectEntity?.map(s => s.instance),
    ),
  )
  say(facts, 'Seriousness', term(a.seriousness))
  say(facts, 'Severity', term(a.severity))
  say(facts, 'Outcome', term(a.outcome))
  say(facts, 'Kind', terms(a.category))
  say(facts, 'Result', people(item, a.resultingCondition))
  say(facts, 'Place', whoIs(item, a.location))
  const near = a.actuality === 'potential'
  const title = term(a.event) ?? 'Adverse event'
  return {
    title: near ? `Nearly happened: ${title}` : title,
    coded: a.event === undefined || isCoded(a.event),
    date: a.date ?? a.detected ?? a.recordedDate,
    facts,
  }
}
