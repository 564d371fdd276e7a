import type { Entry, Part, SourceState } from './entry.ts'
import { outcomeWords } from './outcome.ts'
import type { SectionId } from './section.ts'

/** What the parts read so far add up to. Any reader that has folded the same parts has the same snapshot. */
export interface Snapshot {
  n: number
  readonly entries: Map<SectionId, Map<string, Entry>>
  readonly successors: Map<string, string>
  /** Keyed by `stateKey`. */
  readonly states: Map<string, SourceState>
  closed: Part['closed']
}

export const emptySnapshot = (): Snapshot => ({ n: 0, entries: new Map(), successors: new Map(), states: new Map(), closed: undefined })

/** A source has one state per group and set of sections. */
export const stateKey = (s: Pick<SourceState, 'source' | 'group' | 'sections'>): string =>
  `${s.source.exchange}/${s.source.id}/${s.group}/${s.sections.join('+')}`

/** Folds the next part in, in place. Parts come in order without gaps; one already folded changes nothing. */
export function fold(snapshot: Snapshot, part: Part): Snapshot {
  if (part.n <= snapshot.n) return snapshot
  snapshot.n = part.n
  for (const key of part.retired ?? []) snapshot.states.delete(key)
  for (const state of part.states) {
    if (!state.waiting) replaceWhatWaited(snapshot, state)
    snapshot.states.set(stateKey(state), state)
  }
  for (const change of part.changes) {
    let rows = snapshot.entries.get(change.section)
    if (!rows) snapshot.entries.set(change.section, (rows = new Map()))
    for (const { id, successor } of change.removed) {
      rows.delete(id)
      if (successor !== undefined) snapshot.successors.set(id, successor)
    }
    for (const entry of change.upserts) rows.set(entry.id, entry)
  }
  if (part.closed) snapshot.closed = part.closed
  return snapshot
}

/** A source that was waited for as one may answer in pieces: each piece replaces its part of what waited. */
function replaceWhatWaited(snapshot: Snapshot, state: SourceState): void {
  // What is set on the way is met too, and stays: nothing more of it is replaced.
  snapshot.states.forEach((old, key) => {
    if (!old.waiting || !sameAsk(old, state)) return
    const left = old.sections.filter(section => !state.sections.includes(section))
    if (left.length === old.sections.length && left.length > 0) return
    snapshot.states.delete(key)
    if (left.length > 0) snapshot.states.set(stateKey({ ...old, sections: left }), { ...old, sections: left })
  })
}

const sameAsk = (a: SourceState, b: SourceState): boolean =>
  a.source.id === b.source.id && a.source.exchange === b.source.exchange && a.group === b.group

/** Follows successors to the entry that stands today. */
export function resolveEntry(snapshot: Snapshot, id: string): Entry | undefined {
  let current = id
  for (let hops = 0; hops < 1000; hops++) {
    for (const rows of snapshot.entries.values()) {
      const found = rows.get(current)
      if (found) return found
    }
    const next = snapshot.successors.get(current)
    if (next === undefined) return undefined
    current = next
  }
  return undefined
}

/** Entries of one section and list in order. */
export const entriesOf = (snapshot: Snapshot, section: SectionId, list: Entry['list'] = 'current'): readonly Entry[] =>
  [...(snapshot.entries.get(section)?.values() ?? [])]
    .filter(e => e.list === list)
    .sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0))

/** How complete one section is: who has still to answer, who could not, who answered. Unnameable sources count as answered. */
export function completenessOf(
  snapshot: Snapshot,
  section: SectionId,
): { waiting: SourceState[]; missing: SourceState[]; answered: SourceState[] } {
  const waiting: SourceState[] = []
  const missing: SourceState[] = []
  const answered: SourceState[] = []
  for (const state of snapshot.states.values()) {
    if (!state.sections.includes(section)) continue
    if (state.waiting) waiting.push(state)
    else if (outcomeWords(state.outcome, state.cause).countsAsAnswered) answered.push(state)
    else missing.push(state)
  }
  return { waiting, missing, answered }
}
