import type { CodeableConcept } from '@medplum/fhirtypes'
import { FLAG_RANKS, type FlagRank } from '../../../care-record/entry.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { context } from '../reading.ts'

/** What a code says a flag is about, whatever its words. Owner: the clinical safety officer of the deployment. */
const BY_CODE: Readonly<Record<string, FlagRank>> = {
  '1382601000000107': 'resuscitation', // ReSPECT form
  '304252001': 'resuscitation', // For resuscitation
  '304253006': 'resuscitation', // Not for resuscitation
  '365870005': 'resuscitation', // Finding of resuscitation status
  '450475007': 'resuscitation', // For cardiopulmonary resuscitation
  '450476008': 'resuscitation', // Not for cardiopulmonary resuscitation
  '143021000119109': 'resuscitation', // Do not resuscitate status with supporting documentation
  '845151000000104': 'resuscitation', // Not aware of do not attempt cardiopulmonary resuscitation decision
  'advance-directive': 'resuscitation', // HL7 flag-category
  dnr: 'resuscitation', // HL7 consent category
  '980981000006107': 'violence', // Threats or reports of violence
  'safeguarding-issues': 'safeguarding',
}

/** The same in words, where no code says it. */
const BY_WORDS: Readonly<Record<FlagRank, RegExp>> = {
  resuscitation:
    /\bReSPECT\b|\bRESPECT\b|^respect (?:form|plan|process)|\bDNA?CPR\b|\bdnar\b|resuscitat|universal care plan|treatment escalation|advance (?:decision|care|statement)/i,
  safeguarding: /safeguard|child protection/i,
  infection: /infect|\bmrsa\b|isolation|\bc\.? ?diff|covid|tubercul/i,
  violence: /violen|aggress/i,
  communication: /interpret|language|hearing|vision|sight|deaf|blind|communicat|large print|braille|sign language/i,
  adjustment: /adjust|lives alone|key ?safe/i,
}

const RANKED: ReadonlySet<SectionId> = new Set<SectionId>(['alerts', 'about-me', 'legal', 'social-care'])

/**
 * What a flag is about, in the order flags stand above the fold (D150): by its codes, else by its words. A plan is
 * ranked only as one of resuscitation (D151): any other stands with the plans.
 */
export function rankOf(section: SectionId, title: string, concepts: readonly (CodeableConcept | undefined)[]): FlagRank | undefined {
  const isPlan = section === 'plans'
  if (!isPlan && !RANKED.has(section)) return undefined
  for (const concept of concepts)
    for (const coding of concept?.coding ?? []) {
      const rank = Object.hasOwn(BY_CODE, coding.code ?? '') ? BY_CODE[coding.code ?? ''] : undefined
      if (rank && (!isPlan || rank === 'resuscitation')) return rank
    }
  // `in respect of` is no plan; `not for resuscitation` is one.
  if (BY_WORDS.resuscitation.test(title.replaceAll(/\brespect\b(?! (?:form|plan|process))/g, ''))) return 'resuscitation'
  if (isPlan || context(title).includes('negated')) return undefined
  return FLAG_RANKS.find(rank => rank !== 'resuscitation' && BY_WORDS[rank].test(title))
}
