import type { LegalClass } from './rule-set.ts'

interface Marks {
  readonly names: readonly string[]
  readonly labels: readonly string[]
  readonly wording: readonly string[]
  readonly terms: readonly string[]
}
const ready = (id: string, { names, labels, wording, terms }: Marks): LegalClass => ({
  id,
  maySee: [],
  service: { treatmentFunctions: [], organisations: [], names, documentClasses: [], labels, seeds: [] },
  content: { snomed: [], icd10: [], opcs4: [], services: [], labels, wording },
  outgoing: { labels, terms },
})

/**
 * Classes a board may put in force (care rules 5.1), each by an approved change that says who sees it. None stands of itself; a
 * register row that names one is withheld from everyone until it does.
 */
export const boardClasses: readonly LegalClass[] = [
  ready('sexual-assault-referral', {
    names: ['sexual assault referral', 'haven sexual assault', 'sarc'],
    labels: ['SARC'],
    wording: ['sexual assault referral cent', String.raw`\bsarc\b`, String.raw`\bhavens? (paddington|camberwell|whitechapel)\b`],
    terms: ['sexual assault referral cent-', 'sarc', 'haven paddington', 'haven camberwell', 'haven whitechapel'],
  }),
  ready('occupational-health', {
    names: ['occupational health', 'staff health'],
    labels: ['OCCUPATIONAL-HEALTH'],
    wording: ['occupational health', 'staff health (service|clinic|record)'],
    terms: ['occupational health', 'staff health service-', 'staff health clinic-', 'staff health record-'],
  }),
  ready('custody', {
    names: ['custody', 'prison', 'detention'],
    labels: ['CUSTODY'],
    wording: [
      String.raw`\b(police|in) custody\b`,
      'custody (suite|nurse|record|healthcare)',
      String.raw`\bhm prison\b`,
      String.raw`\bhmp\b`,
      'prison (healthcare|record|service)',
    ],
    terms: [
      'police custody',
      'in custody',
      'custody suite',
      'custody nurse-',
      'custody record-',
      'custody healthcare',
      'hm prison',
      'hmp',
      'prison healthcare',
      'prison record-',
      'prison service',
    ],
  }),
]
