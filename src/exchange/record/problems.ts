import type { Condition } from '@medplum/fhirtypes'
import type { Conflict, ProblemEntry } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import { type Agreement, differing, origin, type ProblemDraft, saidAt, sortKey, valuesOf, type Writable } from './draft.ts'
import { isSafeguarding } from './plain/ranks.ts'
import { codesOf, context, datesAgree, dayOf, hashed, isCoded, laterality, newestFirst, normal, statedPerson, term } from './reading.ts'

const VERIFICATION: Readonly<Record<string, string>> = {
  unconfirmed: 'Unconfirmed',
  provisional: 'Provisional',
  differential: 'Differential',
  refuted: 'Ruled out',
  'entered-in-error': 'Entered in error',
}

/** How one problem reads: its own term with side, certainty and negation beside it (D81, D82). */
export function draftProblem(item: Item, condition: Condition): ProblemDraft {
  const own = term(condition.code) ?? 'Problem not stated'
  const verification = condition.verificationStatus?.coding?.[0]?.code ?? ''
  const doubt = VERIFICATION[verification]
  const void_ = verification === 'refuted' || verification === 'entered-in-error'
  const clinical = condition.clinicalStatus?.coding?.[0]?.code ?? ''
  const ended = condition.abatementDateTime ?? condition.abatementPeriod?.end ?? condition.abatementPeriod?.start
  const status: ProblemEntry['status'] = /^(?:active|recurrence|relapse)$/.test(clinical)
    ? 'Active'
    : /^(?:inactive|remission|resolved)$/.test(clinical) || (clinical === '' && ended !== undefined)
      ? 'Inactive'
      : 'Status not stated'
  const side = laterality(own, condition.bodySite)
  const onset = condition.onsetDateTime ?? condition.onsetPeriod?.start
  const date = onset ?? condition.recordedDate
  const significance = significanceOf(condition)
  const qualifiers = [
    ...(side && !laterality(own) ? [side] : []),
    ...(doubt ? [doubt] : []),
    ...[term(condition.severity), condition.stage?.[0] ? term(condition.stage[0].summary) : undefined].filter(q => q !== undefined),
    ...(clinical === 'remission'
      ? ['In remission']
      : clinical === 'recurrence'
        ? ['Recurrence']
        : clinical === 'relapse'
          ? ['Relapse']
          : []),
    ...[condition.onsetString, condition.onsetAge?.value === undefined ? undefined : `from age ${condition.onsetAge.value}`].filter(
      q => q !== undefined,
    ),
  ]
  const entry: Writable<ProblemEntry> = {
    ...origin(item, void_ && doubt ? `${doubt}: ${own}` : own, date, isCoded(condition.code)),
    kind: 'problem',
    status,
    qualifiers,
  }
  if (void_ || status === 'Inactive') entry.list = 'past'
  if (onset) entry.onset = onset
  if (ended) entry.ended = ended
  if (significance) entry.significance = significance
  if (isSafeguarding(condition, own, [condition.code])) entry.rank = 'safeguarding'
  const tie = hashed(item.id)
  entry.sort = sortKey(sortProblem(entry), tie)
  const codes = codesOf(condition.code)
  const words = normal(own)
  return {
    kind: 'problem',
    itemId: item.id,
    version: item.version,
    tie,
    sourceId: item.provenance.sourceId,
    entry,
    keys: [...codes.map(c => `problems/c/${c}`), `problems/t/${words}`],
    guard: `${side}|${doubt ?? ''}|${context(own)}|${statedPerson(condition)}`,
    at: saidAt(item, condition.recordedDate ?? date),
    links: item.links,
    codes,
    words,
    side,
  }
}

function significanceOf(condition: Condition): ProblemEntry['significance'] {
  const said = condition.extension?.find(e => /ProblemSignificance/.test(e.url ?? ''))
  const code = said?.valueCode ?? said?.valueCodeableConcept?.coding?.[0]?.code ?? said?.valueString
  return code === 'major' ? 'Major' : code === 'minor' ? 'Minor' : undefined
}

/** Same code or, where one is not coded, same words; one episode. */
export function sameProblem(a: ProblemDraft, b: ProblemDraft): Agreement | undefined {
  if (a.guard !== b.guard) return undefined
  const coded = a.codes.some(c => b.codes.includes(c))
  if (!coded && (a.words !== b.words || (a.codes.length > 0 && b.codes.length > 0))) return undefined
  const why = coded ? 'same code' : 'same words'
  const { entry: x } = a
  const { entry: y } = b
  const sameOnset = x.onset !== undefined && y.onset !== undefined && datesAgree(x.onset, y.onset)
  if (a.sourceId === b.sourceId)
    return x.status === y.status && (sameOnset || (x.onset === y.onset && x.date === y.date))
      ? { score: 2, why: `${why}, same onset` }
      : undefined
  if (x.list === 'past' && y.list === 'past' && !sameOnset) return undefined
  if (x.list !== y.list) {
    const [past, current] = x.list === 'past' ? [x, y] : [y, x]
    const began = dayOf(current.onset ?? current.date)
    const over = dayOf(past.ended)
    // An episode that was over before this one began is another episode.
    if (over && began && over < began) return undefined
  }
  return sameOnset ? { score: 2, why: `${why}, same onset` } : { score: 1, why }
}

/** Several statements of one problem; active as long as one source says so, every difference said by whom. */
export function foldProblems(group: readonly ProblemDraft[], newest: ProblemEntry): ProblemEntry {
  const shown = group.find(d => d.entry.list === 'current')?.entry ?? newest
  const onset = shown.onset ?? group.find(d => d.entry.onset)?.entry.onset
  const significance = group.find(d => d.entry.significance === 'Major') ? 'Major' : shown.significance
  const entry: Writable<ProblemEntry> = { ...shown, qualifiers: [...new Set(group.flatMap(d => d.entry.qualifiers))] }
  if (onset) {
    entry.onset = onset
    entry.date = onset
  }
  if (significance) entry.significance = significance
  entry.conflicts = [
    ...differing(
      'status',
      group,
      d => (d.entry.status === 'Status not stated' ? '' : d.entry.status),
      d => d.entry.status,
    ),
    ...onsetsOf(group),
  ]
  return entry
}

function onsetsOf(group: readonly ProblemDraft[]): readonly Conflict[] {
  const stated = group.filter(d => d.entry.onset)
  const disagree = stated.some(a => stated.some(b => !datesAgree(a.entry.onset ?? '', b.entry.onset ?? '')))
  return disagree ? [{ kind: 'date', values: valuesOf(stated, d => d.entry.onset ?? '') }] : []
}

/** The same problem, begun the same day, on another side or ruled out elsewhere: rows of their own that say so. */
export function problemAcross(group: readonly ProblemDraft[], others: readonly ProblemDraft[]): readonly Conflict[] {
  const first = group[0]
  if (!first || first.entry.list === 'past') return []
  const sources = new Set(group.map(d => d.sourceId))
  const foreign = others.filter(
    o => !sources.has(o.sourceId) && group.some(d => d.words === o.words || d.codes.some(c => o.codes.includes(c))),
  )
  const day = (d: ProblemDraft): string | undefined => dayOf(d.entry.onset)
  const sided = foreign.filter(o => first.side && o.side && o.side !== first.side && day(o) && group.some(d => day(d) === day(o)))
  const refuted = foreign.filter(o => o.entry.qualifiers.includes('Ruled out'))
  return [
    ...(sided.length > 0
      ? [{ kind: 'laterality' as const, values: [...valuesOf(group, d => d.side), ...valuesOf(sided, d => d.side)] }]
      : []),
    ...(refuted.length > 0
      ? [{ kind: 'verification' as const, values: [...valuesOf(group, d => d.entry.title), ...valuesOf(refuted, d => d.entry.title)] }]
      : []),
  ]
}

export const sortProblem = (entry: ProblemEntry): string =>
  `${entry.status === 'Inactive' ? '1' : '0'} ${newestFirst(entry.onset ?? entry.date)} ${normal(entry.title)}`
