import type {
  Age,
  ClinicalImpression,
  FamilyMemberHistory,
  Observation,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
} from '@medplum/fhirtypes'
import type { Fact } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { componentsOf, valueOf, withUnit } from '../observation.ts'
import { isCoded, quantityWords, term } from '../reading.ts'
import { rankOf } from './ranks.ts'
import { dayWords, inError, joined, notesOf, people, type PlainRead, say, statusWords, terms, whoIs } from './read.ts'

/** A form that was filled in: each answered question a fact, in the form's order (R097). */
export function readAnswers(item: Item, q: QuestionnaireResponse): PlainRead {
  const facts: Fact[] = []
  for (const one of q.item ?? []) answers(item, one, facts)
  say(facts, 'Answered by', whoIs(item, q.source))
  say(facts, 'Filled in by', whoIs(item, q.author))
  const title = titleOf(item, q)
  return {
    title,
    coded: true,
    date: q.authored,
    status:
      q.status === 'in-progress'
        ? 'Draft'
        : q.status === undefined
          ? undefined
          : q.status === 'amended'
            ? 'Amended'
            : statusWords(q.status),
    facts,
    past: q.status === 'stopped',
    not: inError(q.status),
    rank: rankOf(item.section, title, []),
    replaces: [],
  }
}

function titleOf(item: Item, q: QuestionnaireResponse): string {
  const said = (q as unknown as { _questionnaire?: { extension?: { url?: string; valueString?: string }[] } })._questionnaire?.extension
  const display = said?.find(e => e.url?.endsWith('display'))?.valueString
  if (display) return display
  const form = item.contained.find(r => r.resourceType === 'Questionnaire')
  if (form?.resourceType === 'Questionnaire' && (form.title ?? form.name)) return form.title ?? form.name ?? ''
  // A form of one group is called what the group is called.
  const [only, second] = q.item ?? []
  return (second === undefined && only?.item?.length ? only.text : undefined) ?? 'Assessment'
}

function answers(item: Item, question: QuestionnaireResponseItem, facts: Fact[]): void {
  const words = (question.answer ?? []).map(answer => answerWords(item, answer)).filter(said => said !== '')
  if (words.length > 0) say(facts, question.text?.trim() || (question.linkId ?? 'Answer'), words.join(', '))
  for (const inner of question.item ?? []) answers(item, inner, facts)
  for (const answer of question.answer ?? []) for (const inner of answer.item ?? []) answers(item, inner, facts)
}

function answerWords(item: Item, a: QuestionnaireResponseItemAnswer): string {
  if (a.valueBoolean !== undefined) return a.valueBoolean ? 'Yes' : 'No'
  if (a.valueCoding) return a.valueCoding.display ?? a.valueCoding.code ?? ''
  if (a.valueQuantity) return quantityWords(a.valueQuantity)
  const date = a.valueDate ?? a.valueDateTime
  if (date !== undefined) return dayWords(date)
  if (a.valueReference) return whoIs(item, a.valueReference)
  return a.valueString ?? (a.valueInteger ?? a.valueDecimal)?.toString() ?? a.valueTime ?? a.valueUri ?? a.valueAttachment?.title ?? ''
}

/** What a clinician made of it all. */
export function readImpression(item: Item, c: ClinicalImpression): PlainRead {
  const facts: Fact[] = []
  for (const finding of c.finding ?? [])
    say(
      facts,
      'Finding',
      [term(finding.itemCodeableConcept) ?? whoIs(item, finding.itemReference), finding.basis].filter(Boolean).join(', '),
    )
  say(facts, 'Problem', people(item, c.problem))
  say(facts, 'Prognosis', terms(c.prognosisCodeableConcept))
  say(facts, 'Assessed by', whoIs(item, c.assessor))
  return {
    title: term(c.code) ?? 'Clinical impression',
    coded: c.code === undefined || isCoded(c.code),
    date: c.effectiveDateTime ?? c.effectivePeriod?.start ?? c.date,
    words: joined(c.description, c.summary, notesOf(c.note)),
    status: c.status === undefined ? undefined : statusWords(c.status),
    facts,
    not: inError(c.status),
  }
}

/** An observation that is no measurement: what was found, in words; its parts as facts. */
export function readObservation(item: Item, o: Observation): PlainRead {
  const title = term(o.code) ?? 'Observation'
  const value = valueOf(o)
  const facts: Fact[] = []
  for (const [label, words] of componentsOf(o)) say(facts, label, words)
  say(facts, 'Site', term(o.bodySite))
  say(facts, 'Method', term(o.method))
  const status = o.status
  return {
    title,
    coded: isCoded(o.code),
    date: o.effectiveDateTime ?? o.effectivePeriod?.start ?? o.effectiveInstant ?? o.issued,
    words: joined(value && withUnit(value), notesOf(o.note)) ?? unsaid(item, o),
    status:
      status === undefined || status === 'final'
        ? undefined
        : status === 'preliminary' || status === 'registered'
          ? 'Provisional'
          : statusWords(status),
    facts,
    not: inError(status),
    past: status === 'cancelled',
    sites: o.bodySite ? [o.bodySite] : undefined,
    rank: rankOf(item.section, title, [o.code, o.valueCodeableConcept]),
  }
}
const ageWords = (age: Age | undefined): string =>
  age?.value === undefined
    ? ''
    : `age ${age.value}${/^(?:a|years?)$/.test(age.code ?? age.unit ?? 'a') ? '' : ` ${age.unit ?? age.code ?? ''}`}`

/** Among results a finding without any value says so: a row that only names a test would read as a test to come. */
const unsaid = (item: Item, o: Observation): string | undefined =>
  item.section === 'results' && !o.hasMember?.length && !o.component?.length ? 'No value recorded' : undefined

/** A disease of a relative: `Family history` travels with it (D81). */
export function readFamily(_item: Item, f: FamilyMemberHistory): PlainRead {
  const relative = term(f.relationship) ?? f.name ?? 'relative'
  const conditions = (f.condition ?? []).flatMap(c => term(c.code)?.replace(/^(?:family history|fh)\s*(?::|of)\s*/i, '') ?? [])
  const facts: Fact[] = []
  for (const c of f.condition ?? []) {
    const onset = ageWords(c.onsetAge) || c.onsetString || (c.onsetPeriod?.start ? dayWords(c.onsetPeriod.start) : '')
    const more = [
      onset && `from ${onset}`,
      term(c.outcome),
      c.contributedToDeath === true ? 'contributed to death' : undefined,
      notesOf(c.note),
    ]
      .filter(Boolean)
      .join(', ')
    if (more) say(facts, term(c.code) ?? 'Condition', more)
  }
  if (f.deceasedBoolean === true || f.deceasedDate || f.deceasedAge || f.deceasedString)
    say(facts, 'Died', [ageWords(f.deceasedAge), dayWords(f.deceasedDate), f.deceasedString].filter(Boolean).join(', ') || 'Yes')
  say(facts, 'Reason', terms(f.reasonCode))
  return {
    title: `Family history: ${[relative, conditions.join(', ')].filter(Boolean).join(', ')}`,
    coded: f.condition?.[0] === undefined || isCoded(f.condition[0].code),
    date: f.date,
    words: notesOf(f.note) || undefined,
    status:
      f.status === undefined || f.status === 'completed' ? undefined : f.status === 'health-unknown' ? 'Not known' : statusWords(f.status),
    facts,
    not: inError(f.status),
  }
}
