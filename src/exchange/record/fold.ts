import type { Chip, Conflict, Entry } from '../../care-record/entry.ts'
import type { Mark } from '../../care-record/item.ts'
import { allergyAcross, foldAllergies, sameAllergy, sortAllergy } from './allergies.ts'
import {
  type Agreement,
  type AllergyDraft,
  type Draft,
  type EncounterDraft,
  type MedicineDraft,
  NONE,
  type PlainDraft,
  type ProblemDraft,
  type ResultDraft,
  sortKey,
  type Writable,
} from './draft.ts'
import { foldEncounters, sameEncounter, sortEncounter } from './encounters.ts'
import { foldMedicines, medicineAcross, sameMedicine, sortMedicine } from './medicines.ts'
import { examinationsAmong } from './plain/examination-fold.ts'
import { foldPlain, holds, samePlain, wholesOf } from './plain.ts'
import { foldProblems, problemAcross, sameProblem, sortProblem } from './problems.ts'
import { foldResults, sameResult, sortResult, unpaired } from './results.ts'

/** Whether two statements are one, and why; `undefined` is no or in doubt, which is two rows (D102). */
export function agree(a: Draft, b: Draft): Agreement | undefined {
  if (a.kind === 'allergy') return b.kind === 'allergy' ? sameAllergy(a, b) : undefined
  if (a.kind === 'medicine') return b.kind === 'medicine' ? sameMedicine(a, b) : undefined
  if (a.kind === 'problem') return b.kind === 'problem' ? sameProblem(a, b) : undefined
  if (a.kind === 'result') return b.kind === 'result' ? sameResult(a, b) : undefined
  if (a.kind === 'encounter') return b.kind === 'encounter' ? sameEncounter(a, b) : undefined
  return b.kind === 'plain' ? samePlain(a, b) : undefined
}

/** Newest first; the item id decides between equals, so that the order is a function of the set. */
export const byNewest = (a: Draft, b: Draft): number =>
  a.at !== b.at ? (a.at < b.at ? 1 : -1) : a.itemId < b.itemId ? -1 : a.itemId > b.itemId ? 1 : 0

/**
 * Groups of statements in which all pairs agree. Similarity is not transitive, so the groups are a function of the
 * whole set: newest first, each statement joins the group it agrees with best, else begins one.
 */
export function cluster(drafts: readonly Draft[]): readonly (readonly Draft[])[] {
  if (drafts.length === 1) return [drafts]
  const within = drafts[0]?.kind === 'plain' ? partsAmong(drafts as readonly PlainDraft[]) : undefined
  if (within) return withParts(drafts as readonly PlainDraft[], within)
  const pictured = drafts[0]?.kind === 'plain' ? examinationsAmong(drafts as readonly PlainDraft[]) : NONE
  if (pictured.length > 0) return withPictures(drafts as readonly PlainDraft[], pictured)
  const groups: Draft[][] = []
  const doubtful = drafts[0]?.kind === 'result' ? unpaired(drafts as readonly ResultDraft[]) : undefined
  for (const draft of [...drafts].sort(byNewest)) {
    let best: Draft[] | undefined
    let bestScore = 0
    for (const group of groups) {
      let score = 3
      for (const member of group) {
        score = Math.min(score, inDoubt(draft, member, doubtful) ? 0 : (agree(draft, member)?.score ?? 0))
        if (score <= bestScore) break
      }
      if (score > bestScore) {
        best = group
        bestScore = score
      }
    }
    if (best) best.push(draft)
    else groups.push([draft])
  }
  return groups
}

/** What is said within something else of the same component. */
function partsAmong(drafts: readonly PlainDraft[]): ReadonlySet<PlainDraft> | undefined {
  const wholes = drafts.filter(d => d.parts.length > 0)
  if (wholes.length === 0) return undefined
  const parts = new Set(drafts.filter(d => wholes.some(whole => whole !== d && holds(whole, d))))
  return parts.size === 0 ? undefined : parts
}

/** Groups of what stands by itself, each with what is said within it behind it; of two that say it, in that of the newest. */
function withParts(drafts: readonly PlainDraft[], parts: ReadonlySet<PlainDraft>): readonly (readonly Draft[])[] {
  const standing = drafts.filter(d => !parts.has(d))
  const groups = cluster(standing).map(group => [...group])
  for (const part of [...parts].sort(byNewest)) {
    const whole = standing.filter(d => holds(d, part)).sort(byNewest)[0]
    if (whole) groups.find(group => group.includes(whole))?.push(part)
  }
  return groups
}

/** Pictures behind the newest report of their examination; without a report by themselves. */
function withPictures(drafts: readonly PlainDraft[], examinations: readonly (readonly PlainDraft[])[]): readonly (readonly Draft[])[] {
  const pictures = new Set(examinations.flat().filter(d => d.examination?.as === 'study'))
  const standing = drafts.filter(d => !pictures.has(d))
  const groups = standing.length === 0 ? [] : cluster(standing).map(group => [...group])
  for (const examination of examinations) {
    const [report] = examination.filter(d => !pictures.has(d)).sort(byNewest)
    const theirs = examination.filter(d => pictures.has(d)).sort(byNewest)
    const group = report && groups.find(one => one.includes(report))
    if (group) group.push(...theirs)
    else groups.push(theirs)
  }
  return groups
}

const inDoubt = (a: Draft, b: Draft, doubtful: ReadonlySet<Draft> | undefined): boolean =>
  doubtful !== undefined && doubtful.has(a) && doubtful.has(b) && (a as ResultDraft).pressure !== (b as ResultDraft).pressure

/** The entry of one group, by itself: its id is empty, what other groups say against it is not in it. */
export function compose(all: readonly Draft[]): Entry {
  const newest = all[0]
  if (!newest) throw new Error('an entry is made of at least one statement')
  if (all.length === 1) return newest.entry
  const entry = foldOf(all, newest.entry)
  const group = newest.kind === 'plain' ? wholesOf(all as readonly PlainDraft[]) : all
  const shown = group.find(d => d.entry.recordedBy === entry.recordedBy) ?? newest
  const also = new Map<string, Chip>()
  const marks = new Set<Mark>()
  let least = newest
  for (const draft of group) {
    const { recordedBy } = draft.entry
    if (draft !== shown && recordedBy.odsCode !== entry.recordedBy.odsCode && !also.has(recordedBy.odsCode))
      also.set(recordedBy.odsCode, recordedBy)
    for (const mark of draft.entry.marks) marks.add(mark)
    if (draft.itemId < least.itemId) least = draft
  }
  entry.alsoRecordedBy = [...also.values()]
  entry.coded = group.some(d => d.entry.coded)
  entry.marks = [...marks].sort()
  entry.matchedByDemographics = group.some(d => d.entry.matchedByDemographics)
  entry.statements = all.length
  if (group.some(d => d.entry.rank === 'safeguarding')) entry.rank ??= 'safeguarding'
  entry.sort = sortKey(sortOf(entry), least.tie)
  return entry
}

// A group never mixes kinds: `agree` keeps them apart.
function foldOf(group: readonly Draft[], newest: Entry): Writable<Entry> {
  if (newest.kind === 'allergy') return foldAllergies(group as readonly AllergyDraft[], newest)
  if (newest.kind === 'medicine') return foldMedicines(group as readonly MedicineDraft[], newest)
  if (newest.kind === 'problem') return foldProblems(group as readonly ProblemDraft[], newest)
  if (newest.kind === 'result') return foldResults(group as readonly ResultDraft[], newest)
  if (newest.kind === 'encounter') return foldEncounters(group as readonly EncounterDraft[], newest)
  return foldPlain(group as readonly PlainDraft[], newest)
}

/** Kinds whose rows say what the rows beside them say against them. */
const ACROSS: ReadonlySet<Draft['kind']> = new Set<Draft['kind']>(['allergy', 'medicine', 'problem'])

/**
 * What other groups that share a code or words with one say against it: stands beside it in its entry.
 * @param groups all groups of one component, `group` among them.
 */
export function acrossOf(group: readonly Draft[], groups: readonly (readonly Draft[])[]): readonly Conflict[] {
  const kind = group[0]?.kind
  if (groups.length === 1 || !kind || !ACROSS.has(kind)) return NONE
  const others = groups.filter(other => other !== group)
  if (kind === 'allergy') return allergyAcross(group as readonly AllergyDraft[], others.flat() as readonly AllergyDraft[])
  if (kind === 'medicine') return medicineAcross(group as readonly MedicineDraft[], others as readonly (readonly MedicineDraft[])[])
  return problemAcross(group as readonly ProblemDraft[], others.flat() as readonly ProblemDraft[])
}

function sortOf(entry: Entry): string {
  if (entry.kind === 'allergy') return sortAllergy(entry)
  if (entry.kind === 'medicine') return sortMedicine(entry)
  if (entry.kind === 'problem') return sortProblem(entry)
  if (entry.kind === 'result') return sortResult(entry)
  if (entry.kind === 'encounter') return sortEncounter(entry)
  // Made where the day is known: the words of the order stand before the tie.
  return entry.sort.slice(0, entry.sort.indexOf('\u0001'))
}
