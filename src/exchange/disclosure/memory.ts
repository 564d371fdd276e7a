/** What was found in texts that are met again and again, each mechanism in one of its own. */
export interface Memory<Found> {
  /** What `look` finds in a text, or found lately in the same. */
  readonly of: (text: string) => Found
}

/** Terms, units, days and doses are shorter; what is longer is mostly met once, and is looked at each time. */
const REMEMBERED_LENGTH = 96
/** Texts of one generation: what was not met while this many others were is forgotten, so that ids and instants push out no term. */
const GENERATION = 8_000

/** @param look says the same of the same text at any time. */
export function createMemory<Found extends string | null>(look: (text: string) => Found): Memory<Found> {
  let now = new Map<string, Found>()
  let before = new Map<string, Found>()
  return {
    of(text) {
      if (text.length > REMEMBERED_LENGTH) return look(text)
      const known = now.get(text)
      if (known !== undefined) return known
      const former = before.get(text)
      const found = former === undefined ? look(text) : former
      if (now.size >= GENERATION) {
        before = now
        now = new Map()
      }
      now.set(text, found)
      return found
    },
  }
}
