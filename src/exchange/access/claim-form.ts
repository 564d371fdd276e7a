import type { RelationshipType } from '../../care-record/person.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'

export type ClaimType = Extract<RelationshipType, `claim-${string}` | 'emergency-access'>
export interface ClaimForm {
  readonly type: ClaimType
  /** The professional's own words; always there for emergency access. */
  readonly words?: string
}

/** The reasons of the claim page in its order, with the words of each. */
export const claimReasons: readonly { readonly type: ClaimType; readonly title: string; readonly hours: number }[] = [
  { type: 'claim-treating', title: 'Treating now', hours: 24 },
  { type: 'claim-referred', title: 'Referred to me', hours: 24 },
  { type: 'claim-advice', title: 'Advice asked of me', hours: 24 },
  { type: 'claim-discharge', title: 'Preparing discharge', hours: 24 },
  { type: 'claim-night', title: 'Night duty', hours: 24 },
  { type: 'emergency-access', title: 'Emergency access', hours: 4 },
]
const SHORTEST = 10
const LONGEST = 500

/**
 * Reads the claim page: `reason`, a type of `claimReasons` or its last word (`treating`, `emergency`), and `words`, free
 * text of any script, 10 to 500 characters as people count them, needed for emergency access. Fault `invalid`.
 */
export function parseClaim(form: unknown): Result<ClaimForm> {
  if (typeof form !== 'object' || form === null) return fail('invalid', 'Choose a reason.')
  const fields = new Map<string, unknown>(Object.entries(form))
  const reason = fields.get('reason')
  const found =
    typeof reason === 'string'
      ? claimReasons.find(r => reason === r.type || r.type === `claim-${reason}` || r.type === `${reason}-access`)
      : undefined
  if (found === undefined) return fail('invalid', 'Choose a reason.')
  const words = plainWords(fields.get('words'))
  if (!words.ok) return words
  const needed = found.type === 'emergency-access'
  if (needed && !saysSomething(words.value)) return fail('invalid', `Say why in at least ${SHORTEST} characters.`)
  return ok(words.value === '' ? { type: found.type } : { type: found.type, words: words.value })
}

const countOf = (words: string): number => [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(words)].length

/** Free text of any script as it may be kept: one line, at most 500 characters as people count them. Nothing is ''. Fault `invalid`. */
export function plainWords(said: unknown = ''): Result<string> {
  if (typeof said !== 'string' || said.length > 20 * LONGEST) return fail('invalid', `Write at most ${LONGEST} characters.`)
  const words = said.normalize('NFC').replace(/\s+/gu, ' ').trim()
  if (/[\p{Cc}\p{Cs}\p{Co}\u202A-\u202E\u2066-\u2069]/u.test(words)) return fail('invalid', 'Write your reason in plain text.')
  return countOf(words) > LONGEST ? fail('invalid', `Write at most ${LONGEST} characters.`) : ok(words)
}

/** At least ten characters, with a letter among them. */
export const saysSomething = (words: string): boolean => countOf(words) >= SHORTEST && /\p{L}/u.test(words)
