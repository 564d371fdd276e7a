import { fail, type Result } from '../../../care-record/result.ts'
import type { DueLetter, ObjectionCase } from './case.ts'
import type { CaseEvent, CaseLetter, Happening } from './events.ts'
import type { CaseRules } from './rules.ts'

/** What a step changes; `undefined` takes something out. */
type MayBeAbsent = { [K in keyof ObjectionCase]-?: object extends Pick<ObjectionCase, K> ? K : never }[keyof ObjectionCase]
export type Change = Partial<Omit<ObjectionCase, MayBeAbsent>> & { readonly [K in MayBeAbsent]?: ObjectionCase[K] | undefined }
export type Of<K extends Happening['type']> = Extract<CaseEvent, { readonly type: K }>
/** One kind of step: what changes, or why it may not be taken. */
export type Steps<K extends Happening['type']> = {
  readonly [T in K]: (c: ObjectionCase, e: Of<T>, rules: CaseRules) => Result<Change>
}

export const no = (words: string): Result<never> => fail('conflict', words)
/** Words people wrote: there are some, and not a book. */
export const said = (words: string, least = 3): boolean => words.trim().length >= least && words.length <= 4_000

/** Letters that were not sent have to be made anew: they say, or go, what no longer holds. */
export const unmade = (letters: readonly DueLetter[]): readonly DueLetter[] =>
  letters.map(each => (each.sent === undefined ? { letter: each.letter, since: each.since, must: each.must } : each))

/** A letter owed from now on, in place of one of its kind that was never sent. */
export const owed = (c: ObjectionCase, letter: CaseLetter, since: string, must = true): readonly DueLetter[] => [
  ...c.letters.filter(each => each.letter !== letter || each.sent !== undefined),
  { letter, since, must },
]
