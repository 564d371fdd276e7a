/** What was found in texts that are met again and again, each mechanism in one of its own. */
export interface Memory<Found> {
  /** What `look` finds in a text, or found in the same before. */
  readonly of: (text: string) => Found
}

/** Terms, units, days and doses are shorter; what is longer is mostly met once, and is looked at each time. */
const REMEMBERED_LENGTH = 96
/** Places; a power of two. */
const PLACES = 4_096

/**
 * One text a place, the last that fell there: ids and instants, each met once, push out a term only where they fall. Whether
 * it is the same text is a comparison; that is several times faster than a map, which reads each text whole for its hash.
 *
 * @param look says the same of the same text at any time.
 */
export function createMemory<Found>(look: (text: string) => Found): Memory<Found> {
  const texts: string[] = Array.from({ length: PLACES }, () => '')
  const nothing = look('')
  const found: Found[] = Array.from({ length: PLACES }, () => nothing)
  return {
    of(text) {
      const { length } = text
      if (length > REMEMBERED_LENGTH || length === 0) return look(text)
      const place = placeOf(text, length)
      if (texts[place] === text) return found[place]!
      const now = look(text)
      texts[place] = text
      found[place] = now
      return now
    },
  }
}

/** By its length and six characters, which part the days, codes and ids of one kind. */
function placeOf(text: string, length: number): number {
  let place = length
  place = (place * 31 + text.charCodeAt(0)) | 0
  place = (place * 31 + text.charCodeAt(length >> 2)) | 0
  place = (place * 31 + text.charCodeAt(length >> 1)) | 0
  place = (place * 31 + text.charCodeAt((length >> 1) + (length >> 2))) | 0
  place = (place * 31 + text.charCodeAt(length - 1)) | 0
  if (length > 1) place = (place * 31 + text.charCodeAt(length - 2)) | 0
  return (place ^ (place >>> 12)) & (PLACES - 1)
}
