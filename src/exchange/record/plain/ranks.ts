import type { CodeableConcept, Resource } from '@medplum/fhirtypes'
import { FLAG_RANKS, type FlagRank } from '../../../care-record/entry.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { context, each, term } from '../reading.ts'

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
  '342191000000101': 'safeguarding', // Subject to child protection plan (England-ChildProtectionPlan)
  '818901000000100': 'safeguarding', // Unborn child subject to child protection plan (England-ChildProtectionPlan)
  '764841000000100': 'safeguarding', // Looked after child (England-ChildProtectionPlan)
  '766561000000109': 'safeguarding', // Adult safeguarding concern
  '878111000000109': 'safeguarding', // Unborn child is cause for safeguarding concern
}

/** The same in words, where no code says it. */
const BY_WORDS: Readonly<Record<FlagRank, RegExp>> = {
  resuscitation:
    /\bReSPECT\b|\bRESPECT\b|^respect (?:form|plan|process)|\bDNA?CPR\b|\bdnar\b|resuscitat|universal care plan|treatment escalation|advance (?:decision|care|statement)/i,
  safeguarding:
    /safeguard|child protection|protection (?:plan|register|conference)|looked[- ]after child|section 4[27] (?:enquir|inquir|investigation)|\b(?:domestic|elder|financial|child|physical|emotional|sexual) abuse\b|\bat risk of (?:abuse|neglect by|exploitation|trafficking)|\bMARAC\b|modern slavery/i,
  infection: /infect|\bmrsa\b|isolation|\bc\.? ?diff|covid|tubercul/i,
  violence: /violen|aggress/i,
  communication: /interpret|language|hearing|vision|sight|deaf|blind|communicat|large print|braille|sign language/i,
  adjustment: /adjust|lives alone|key ?safe/i,
}

/** Labels of a source for what protects somebody from somebody else. */
const LABELS: ReadonlySet<string> = new Set(['SAFEGUARDING', 'CPP', 'CHILD-PROTECTION'])

/**
 * Whether an item is about safeguarding: by its label, its codes, else by its words. Wherever it stands, it stays off
 * paper (D153). What says that there is no concern is no flag.
 */
export const isSafeguarding = (resource: Resource, title: string, concepts: readonly (CodeableConcept | undefined)[]): boolean =>
  each(resource.meta?.security).some(label => LABELS.has(label.code ?? '')) ||
  concepts.some(concept => each(concept?.coding).some(({ code }) => code !== undefined && byCode(code) === 'safeguarding')) ||
  saysSo(title) ||
  concepts.some(concept => {
    const words = term(concept)
    return words !== undefined && words !== title && saysSo(words)
  })

const saysSo = (words: string): boolean => BY_WORDS.safeguarding.test(words) && !NO_CONCERN.test(words)

/** `No safeguarding concerns`; not `No contact with the father: child protection`. */
const NO_CONCERN =
  /^(?:no|nil|denies|without|absence of|never)(?: (?:known|current|new|any|active|evidence of|longer))* (?:safeguarding|child protection|subject to|looked|abuse|(?:domestic|elder|child) abuse)/i

const byCode = (code: string): FlagRank | undefined => (Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined)

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
      const rank = byCode(coding.code ?? '')
      if (rank && (!isPlan || rank === 'resuscitation')) return rank
    }
  // `in respect of` is no plan; `not for resuscitation` is one.
  if (BY_WORDS.resuscitation.test(title.replaceAll(/\brespect\b(?! (?:form|plan|process))/g, ''))) return 'resuscitation'
  if (isPlan || context(title).includes('negated')) return undefined
  return FLAG_RANKS.find(rank => rank !== 'resuscitation' && BY_WORDS[rank].test(title))
}
