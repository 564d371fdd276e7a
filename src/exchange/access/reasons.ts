import type { Check, Reason } from '../../care-record/decision.ts'
import { reasonTable, type ReasonCode } from './reason-table.ts'

export type { ReasonCode } from './reason-table.ts'

/** Whom a reason is told to. Each has words of its own for the same tree. */
export const READERS = ['page', 'audit', 'officer', 'letter'] as const
export type Reader = (typeof READERS)[number]

const reason = (check: Check, held: boolean, code: ReasonCode, said?: Reason['with'], parts?: readonly Reason[]): Reason => ({
  check,
  held,
  code,
  ...(said === undefined || Object.keys(said).length === 0 ? {} : { with: said }),
  ...(parts === undefined ? {} : { parts }),
})
export const yes = (check: Check, code: ReasonCode, said?: Reason['with'], parts?: readonly Reason[]): Reason =>
  reason(check, true, code, said, parts)
export const no = (check: Check, code: ReasonCode, said?: Reason['with'], parts?: readonly Reason[]): Reason =>
  reason(check, false, code, said, parts)

const isCode = (code: string): code is ReasonCode => code in reasonTable

/** One reason in the words of one reader. A code that this table does not know is given as it is, to those who work with codes. */
export function wordsOf(reader: Reader, { code, with: said = {} }: Reason): string {
  if (!isCode(code)) return reader === 'audit' || reader === 'officer' ? code : 'Another rule decided this.'
  return reasonTable[code][reader].replaceAll(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, how?: string) => {
    const value = said[name] ?? ''
    return how === 'words' ? (relationshipWords[value] ?? value) : value
  })
}

/**
 * The whole tree as one line a reason, as events keep it: `relationship: no, no relationship known`. Codes and dates, never
 * anything of the person.
 */
export const auditWords = (reasons: readonly Reason[]): readonly string[] =>
  reasons.flatMap(r => [`${r.check}: ${r.held ? 'yes' : 'no'}, ${wordsOf('audit', r)}`, ...auditWords(r.parts ?? [])])

/** One line of a decision for an officer: what was asked, whether it held, why; what that rests on stands under it. */
export interface OfficerLine {
  readonly question: string
  readonly held: boolean
  readonly words: string
  readonly under: readonly OfficerLine[]
}

/** What each step of the decision asks. */
export const questions: Readonly<Record<Check, string>> = {
  purpose: 'Was it for direct care?',
  isolation: 'Was everybody still connected?',
  role: 'Does the role open records?',
  standing: 'Employed, registered, rules of use accepted?',
  organisation: 'Does the organisation take part?',
  agreement: 'Is there an agreement?',
  peer: 'May the other exchange’s word count?',
  relationship: 'Is the person in their care now?',
  objection: 'Does the person’s wish allow it?',
}

/** The tree for a privacy officer or Caldicott Guardian. */
export const officerWords = (reasons: readonly Reason[]): readonly OfficerLine[] =>
  reasons.map(r => ({
    question: questions[r.check],
    held: r.held,
    words: wordsOf('officer', r),
    under: officerWords(r.parts ?? []),
  }))

/** What a page says of a refusal: of the reason that decided, and never anything that depends on the person. */
export const pageWords = (reasons: readonly Reason[]): string => {
  const last = reasons.at(-1)
  return last === undefined ? 'This record cannot be opened.' : wordsOf('page', last)
}

/** What a letter to the person says: the reasons in order, in plain sentences. Who looked and when is said around it. */
export const letterWords = (reasons: readonly Reason[]): readonly string[] => reasons.map(r => wordsOf('letter', r))

/** A kind of relationship in plain words. */
export const relationshipWords: Readonly<Record<string, string>> = {
  'emergency-attendance': 'a visit to A&E',
  inpatient: 'a hospital stay',
  outpatient: 'an appointment or referral',
  'community-caseload': 'care in the community',
  'registered-practice': 'registration with a GP practice',
  'social-care-case': 'an open social care case',
  incident: 'a 111 or ambulance call',
  'transfer-accepted': 'a transfer that was accepted',
  'practice-task': 'a booking or task at the practice that day',
  'care-home-residency': 'living in the care home',
  'social-care-notice': 'a notice from the hospital to the council',
  'safeguarding-enquiry': 'a safeguarding enquiry',
  'claim-treating': 'their own word that they were treating',
  'claim-referred': 'their own word that there was a referral to them',
  'claim-advice': 'their own word that their advice was asked',
  'claim-discharge': 'their own word that they were preparing a discharge',
  'claim-night': 'their own word that they were on night duty',
  'emergency-access': 'emergency access with a written reason',
}
