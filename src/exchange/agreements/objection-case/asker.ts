import type { CaseRules } from './rules.ts'

/** Who says no. Everyone but `self` says it for the person. */
export const ASKERS = ['self', 'parent', 'council', 'attorney', 'deputy', 'best-interests', 'carer'] as const
export type Asker = (typeof ASKERS)[number]

/** What was found out about the right to say it (R082, care rules 4.6). What is not here was not looked at. */
export interface Findings {
  /** Proof of parental responsibility was seen. */
  readonly parentalResponsibility?: 'seen'
  readonly courtOrders?: 'none' | 'allow' | 'forbid'
  readonly lookedAfter?: 'yes' | 'no'
  /** A clinician's finding, and what the child says. */
  readonly competence?: { readonly competent: boolean; readonly clinician: string; readonly child: 'agrees' | 'disagrees' }
  /** The attorney's or deputy's document was seen and covers health and welfare. */
  readonly document?: 'seen'
  /** A clinician found that the person cannot decide this now. */
  readonly withoutCapacity?: { readonly clinician: string }
  /** A clinician's decision in the person's best interests. */
  readonly bestInterests?: { readonly clinician: string; readonly words: string }
}

/**
 * `may`: this person may say it. `needs`: something has to be found out first. `may-not`: never. `conflict`: what was found
 * disagrees, and a clinician has to see to it; nothing changes until then.
 */
export type Authority = { readonly verdict: 'may' } | { readonly verdict: 'needs' | 'may-not' | 'conflict'; readonly because: string }

const MAY: Authority = { verdict: 'may' }
const needs = (because: string): Authority => ({ verdict: 'needs', because })
const mayNot = (because: string): Authority => ({ verdict: 'may-not', because })
const conflict = (because: string): Authority => ({ verdict: 'conflict', because })

/** @param age whole years at the moment of asking; `undefined`: not known, which is never enough for anybody else to speak. */
export function authorityOf(asker: Asker, age: number | undefined, found: Findings, rules: CaseRules): Authority {
  if (asker === 'carer') return mayNot('A carer alone cannot object. An attorney, a deputy or a clinician’s best-interests decision can.')
  if (asker === 'self') return ofSelf(age, found, rules)
  if (age === undefined) return needs('The person’s birth date is not known.')
  if (asker === 'parent' || asker === 'council') return ofChild(asker, age, found, rules)
  return ofAdult(asker, age, found, rules)
}

function ofSelf(age: number | undefined, found: Findings, rules: CaseRules): Authority {
  if (age === undefined || age >= rules.ownFrom)
    return found.withoutCapacity === undefined
      ? MAY
      : conflict('A clinician found that the person cannot decide this now. An attorney, a deputy or a best-interests decision is needed.')
  if (age < rules.competenceFrom) return mayNot('For a child under 13 a person with parental responsibility has to ask.')
  if (found.competence === undefined) return needs('A clinician has to say whether the child can decide this.')
  if (found.competence.child === 'disagrees') return mayNot('The child does not want this any more.')
  return found.competence.competent
    ? MAY
    : conflict('A clinician found that the child cannot decide this. Speak to who has parental responsibility.')
}

function ofChild(asker: 'parent' | 'council', age: number, found: Findings, rules: CaseRules): Authority {
  if (age >= rules.ownFrom) return mayNot('From 16 it is the young person’s own decision. Ask them.')
  if (found.courtOrders === 'forbid') return conflict('A court order stands against this.')
  if (found.courtOrders === undefined) return needs('Ask about court orders.')
  if (found.lookedAfter === undefined) return needs('Ask whether the child is looked after by a council.')
  if (asker === 'parent' && found.lookedAfter === 'yes')
    return conflict('The child is looked after: the council shares parental responsibility and has to be asked.')
  if (asker === 'council' && found.lookedAfter === 'no') return mayNot('The child is not looked after: a parent has to ask.')
  if (found.parentalResponsibility === undefined) return needs('Proof of parental responsibility has to be seen.')
  if (age < rules.competenceFrom) return MAY
  if (found.competence === undefined) return needs('A clinician has to say whether the child can decide this.')
  if (!found.competence.competent) return MAY
  return found.competence.child === 'agrees' ? MAY : conflict('The child can decide this and does not want it. The child’s word counts.')
}

function ofAdult(asker: 'attorney' | 'deputy' | 'best-interests', age: number, found: Findings, rules: CaseRules): Authority {
  if (age < rules.ownFrom) return mayNot('For a child a person with parental responsibility has to ask.')
  if (found.withoutCapacity === undefined) return needs('A clinician has to say that the person cannot decide this now.')
  if (asker === 'best-interests')
    return found.bestInterests === undefined ? needs('A clinician has to decide in the person’s best interests.') : MAY
  return found.document === undefined ? needs('The document that names the attorney or deputy has to be seen.') : MAY
}
