import { GROUPS, SECTION_IDS, type SectionId } from '../care-record/section.ts'
import { areasOf } from '../exchange/sources/gp-connect/request.ts'

/** What GP Connect Access Record Structured can bring, in any group; documents come with the consultations that name them. */
export const GP_SECTIONS: readonly SectionId[] = SECTION_IDS.filter(
  section =>
    section === 'documents' ||
    GROUPS.some(group => areasOf({ ask: { group, sections: SECTION_IDS } as never }, '', '').some(area => area.sections.includes(section))),
)
