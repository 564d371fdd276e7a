import type { SectionId } from '../../care-record/section.ts'

/**
 * What pages say of what the law keeps apart (care rules 5). The same for everyone, whatever was withheld: none of these
 * words may hang on a person.
 */
export const LAW_WORDS = {
  /** Stands always, in the sections below. */
  notShownByLaw:
    'Not shown here by law: what only sexual health, fertility or gender services hold. This list may be incomplete. Ask before you prescribe.',
  sections: ['medicines', 'allergies', 'results', 'problems'],
  /** Instead of whatever names a place, for a person the national register marks. */
  organisationNotShown: 'Organisation not shown',
  nowInHospital: 'In hospital, place not shown',
  /** Reasons that do not hang on the person may be named; this one does and is said of nobody. */
  withheld: '',
} as const satisfies {
  readonly notShownByLaw: string
  readonly sections: readonly SectionId[]
  readonly organisationNotShown: string
  readonly nowInHospital: string
  readonly withheld: string
}

/** The sentence of a section; nothing where none stands. */
export const lawWordsOf = (section: SectionId): string | undefined =>
  LAW_WORDS.sections.some(one => one === section) ? LAW_WORDS.notShownByLaw : undefined
