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
 * only: what a source linked to something else is not guessed to belong here too.
 * @param rowOf the entry an item was folded into.
 */
export function threadsOf<T extends Told>(rows: Iterable<T>, rowOf: (itemId: string) => T | undefined): Threads {
  const beside = new Map<T, Set<T>>()
  const join = (a: T, b: T): void => {
    if (a.entry.kind !== 'problem' && a.entry.kind !== 'encounter') return
    const others = beside.get(a)
    if (others) others.add(b)
    else beside.set(a, new Set([b]))
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
  const threadOf = (head: T): Thread => ({
    head: head.entry.id,
    members: [...(beside.get(head) ?? [])]
      .map(({ entry }) => ({ entry, at: newestFirst(entry.date) }))
      .sort((a, b) => inOrder(a.at, b.at) || inOrder(a.entry.section, b.entry.section) || inOrder(a.entry.sort, b.entry.sort))
      .map(({ entry }) => entry.id),
  })
  return {
    byProblem: heads.filter(head => head.entry.kind === 'problem').map(threadOf),
    byEncounter: heads.filter(head => head.entry.kind === 'encounter').map(threadOf),
  }
}
