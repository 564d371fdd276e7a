import { fail, ok, type Result } from '../../care-record/result.ts'
import { LETTER_GROUNDS, LETTER_KINDS, LETTER_NEEDS, type LetterFacts, type LetterKind } from './letter.ts'

/** Characters at most. */
const LONGEST_LINE = 200
const LONGEST_WORDS = 2_000
const MOST_LINES = 8

/** Text on paper: no control characters, none that turn the direction of what stands beside it, no half characters. */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cn}\p{Co}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()

const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}
const DAYS: ReadonlySet<string> = new Set([
  'date',
  'askedOn',
  'decideBy',
  'answerBy',
  'decidedOn',
  'sharedAgainFrom',
  'endedOn',
  'since',
  'until',
])

class NoLetter extends Error {}

function cleaned(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    if (DAYS.has(name) && !isDay(value)) throw new NoLetter('A date of this letter is not a day.')
    if (name === 'words') return wordsOf(value)
    const text = printable(value)
    if (text.length > LONGEST_LINE) throw new NoLetter('A name or line of an address is too long for a letter.')
    if (text === '') throw new NoLetter('A line of this letter is empty.')
    return text
  }
  if (Array.isArray(value)) {
    if (value.length > MOST_LINES) throw new NoLetter('An address or list is too long for a letter.')
    return value.map(item => cleaned(name, item))
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(key, inner)]))
  return value
}

function wordsOf(value: string): string {
  if (value.length > LONGEST_WORDS) throw new NoLetter('Write at most 2,000 characters to the person.')
  const text = value
    .split(/\r\n?|\n/)
    .map(printable)
    .filter(line => line !== '')
    .join('\n')
  if (text === '') throw new NoLetter('A line of this letter is empty.')
  return text
}

/**
 * Facts as they may stand on paper: control characters and turns of direction taken out, lines of an address that are empty left
 * out. Fault `invalid` names what is wrong in our words, never what was entered.
 */
export function checkFacts<K extends LetterKind>(kind: K, facts: LetterFacts<K>): Result<LetterFacts<K>> {
  if (!LETTER_KINDS.includes(kind)) return fail('invalid', 'There is no letter of this kind.')
  try {
    const { to, from } = facts
    const withoutBlanks = (lines: readonly string[]): readonly string[] => lines.filter(line => printable(line) !== '')
    const clean = cleaned('', {
      ...facts,
      to: { ...to, address: withoutBlanks(to.address) },
      from: { ...from, address: withoutBlanks(from.address) },
    }) as LetterFacts<K>
    if (!/^[A-Za-z0-9-]{1,20}$/.test(clean.reference)) return fail('invalid', 'The reference of this letter cannot be printed.')
    const { grounds, outcome, needs } = clean as Partial<LetterFacts<'re-decided'> & LetterFacts<'more-needed'>>
    if (grounds?.some(ground => !LETTER_GROUNDS.includes(ground)) === true || needs?.some(need => !LETTER_NEEDS.includes(need)) === true)
      return fail('invalid', 'This letter gives a reason that is not on the list.')
    if ((kind === 'not-upheld' || outcome === 'not-upheld') && (grounds ?? []).length === 0)
      return fail('invalid', 'A letter that says no gives a reason.')
    if (kind === 'more-needed' && (needs ?? []).length === 0) return fail('invalid', 'Say what the person should send.')
    return ok(clean)
  } catch (cause) {
    if (cause instanceof NoLetter) return fail('invalid', cause.message)
    throw cause
  }
}
