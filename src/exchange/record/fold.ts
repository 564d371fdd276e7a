import type { Chip, Conflict, Entry } from '../../care-record/entry.ts'
import { allergyAcross, foldAllergies, sameAllergy, sortAllergy } from './allergies.ts'
import type { AllergyDraft, Agreement, Draft, EncounterDraft, MedicineDraft, ProblemDraft, ResultDraft } from './draft.ts'
import { foldEncounters, sameEncounter, sortEncounter } from './encounters.ts'
import { foldMedicines, medicineAcross, sameMedicine, sortMedicine } from './medicines.ts'
import { samePlain, sortPlain } from './plain.ts'
import { foldProblems, problemAcross, sameProblem, sortProblem } from './problems.ts'
import { hashed } from './reading.ts'
import { foldResults, sameResult, sortResult } from './results.ts'

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
  const groups: Draft[][] = []
  for (const draft of [...drafts].sort(byNewest)) {
    let best: Draft[] | undefined
    let bestScore = 0
    for (const group of groups) {
      let score = 3
      for (const member of group) {
        score = Math.min(score, agree(draft, member)?.score ?? 0)
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

/**
 * The entry of one group.
 * @param neighbours other groups that share a code or words with it: what they say against it stands beside it.
 */
export function compose(group: readonly Draft[], neighbours: readonly (readonly Draft[])[], id: string): Entry {
  const newest = group[0]
  if (!newest) throw new Error('an entry is made of at least one statement')
  const alone = group.length === 1 ? newest.entry : joined(group, newest)
  const across = neighbours.length === 0 ? [] : acrossOf(group, neighbours)
  const conflicts = across.length === 0 ? alone.conflicts : [...alone.conflicts, ...across]
  const tie = hashed(group.reduce((least, d) => (d.itemId < least ? d.itemId : least), newest.itemId))
  return { ...alone, id, conflicts, sort: `${sortOf(alone)}\u0001${tie}` }
}

function joined(group: readonly Draft[], newest: Draft): Entry {
  const folded = foldOf(group, newest.entry)
  const shown = group.find(d => d.entry.recordedBy === folded.recordedBy) ?? newest
  const also = new Map<string, Chip>()
  for (const draft of group) {
    const chip = draft.entry.recordedBy
    if (draft !== shown && chip.odsCode !== folded.recordedBy.odsCode && !also.has(chip.odsCode)) also.set(chip.odsCode, chip)
  }
  return {
    ...folded,
    alsoRecordedBy: [...also.values()],
    coded: group.some(d => d.entry.coded),
    marks: [...new Set(group.flatMap(d => d.entry.marks))].sort(),
    matchedByDemographics: group.some(d => d.entry.matchedByDemographics),
    statements: group.length,
  }
}

// A group never mixes kinds: `agree` keeps them apart.
function foldOf(group: readonly Draft[], newest: Entry): Entry {
  if (newest.kind === 'allergy') return foldAllergies(group as readonly AllergyDraft[], newest)
  if (newest.kind === 'medicine') return foldMedicines(group as readonly MedicineDraft[], newest)
  if (newest.kind === 'problem') return foldProblems(group as readonly ProblemDraft[], newest)
  if (newest.kind === 'result') return foldResults(group as readonly ResultDraft[], newest)
  if (newest.kind === 'encounter') return foldEncounters(group as readonly EncounterDraft[], newest)
  return newest
}

function acrossOf(group: readonly Draft[], neighbours: readonly (readonly Draft[])[]): readonly Conflict[] {
  const kind = group[0]?.kind
  if (kind === 'allergy') return allergyAcross(group as readonly AllergyDraft[], neighbours.flat() as readonly AllergyDraft[])
  if (kind === 'medicine') return medicineAcross(group as readonly MedicineDraft[], neighbours as readonly (readonly MedicineDraft[])[])
  if (kind === 'problem') return problemAcross(group as readonly ProblemDraft[], neighbours.flat() as readonly ProblemDraft[])
  return []
}

function sortOf(entry: Entry): string {
  if (entry.kind === 'allergy') return sortAllergy(entry)
  if (entry.kind === 'medicine') return sortMedicine(entry)
  if (entry.kind === 'problem') return sortProblem(entry)
  if (entry.kind === 'result') return sortResult(entry)
  if (entry.kind === 'encounter') return sortEncounter(entry)
  return sortPlain(entry)
}
