import type { Entry, Thread } from '../../care-record/entry.ts'
import type { Draft } from './draft.ts'
import { inOrder, newestFirst } from './reading.ts'

/** The same entries a second and a third time: by problem and by encounter. */
export interface Threads {
  readonly byProblem: readonly Thread[]
  readonly byEncounter: readonly Thread[]
}

interface Told {
  readonly entry: Entry
  readonly members: readonly Draft[]
}

/**
 * Each problem and each encounter with the entries that a source linked to it, whichever of the two said so. One step
 * only: what a source linked to something else is not guessed to belong here too. A report brings the results it is made
 * of, and a group of tests its tests: they are part of it.
 * @param rowOf the entry an item was folded into.
 */
export function threadsOf<T extends Told>(rows: Iterable<T>, rowOf: (itemId: string) => T | undefined): Threads {
  const beside = new Map<T, Set<T>>()
  const parts = new Map<T, Set<T>>()
  const put = (at: Map<T, Set<T>>, key: T, one: T): void => {
    const others = at.get(key)
    if (others) others.add(one)
    else at.set(key, new Set([one]))
  }
  const join = (a: T, b: T): void => {
    if (a.entry.kind === 'problem' || a.entry.kind === 'encounter') put(beside, a, b)
    else if (isMadeOf(a, b)) put(parts, a, b)
  }
  for (const row of rows)
    for (const { links } of row.members)
      for (const link of links) {
        const other = rowOf(link)
        if (!other || other === row) continue
        join(row, other)
        join(other, row)
      }
  const heads = [...beside.keys()].sort((a, b) => inOrder(a.entry.list, b.entry.list) || inOrder(a.entry.sort, b.entry.sort))
  const membersOf = (head: T): ReadonlySet<T> => {
    const members = new Set(beside.get(head))
    // A set that grows is walked to its new end: report, group of tests, test.
    for (const member of members) for (const part of parts.get(member) ?? []) members.add(part)
    return members
  }
  const threadOf = (head: T): Thread => ({
    head: head.entry.id,
    members: [...membersOf(head)]
      .map(({ entry }) => ({ entry, at: newestFirst(entry.date) }))
      .sort((a, b) => inOrder(a.at, b.at) || inOrder(a.entry.section, b.entry.section) || inOrder(a.entry.sort, b.entry.sort))
      .map(({ entry }) => entry.id),
  })
  return {
    byProblem: heads.filter(head => head.entry.kind === 'problem').map(threadOf),
    byEncounter: heads.filter(head => head.entry.kind === 'encounter').map(threadOf),
  }
}

/** A report and a result, or a group of tests without a value of its own and a test. */
const isMadeOf = (whole: Told, part: Told): boolean =>
  whole.entry.kind === 'plain' &&
  isOf(part, 'Observation') &&
  (isOf(whole, 'DiagnosticReport') || (isOf(whole, 'Observation') && whole.entry.section === 'results' && part.entry.kind === 'result'))

const isOf = ({ members }: Told, type: string): boolean => members.some(({ itemId }) => itemId.split('/').at(-2) === type)
