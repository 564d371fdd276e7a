import type { SectionId } from '../../../care-record/section.ts'
import { narrativeText } from './clean.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from './json.ts'
import { saidSection } from './sections.ts'
import type { Placing } from './translate.ts'

/** Sections of FHIR documents: LOINC of the International Patient Summary, SNOMED CT of PRSB, headers of the Summary Care Record. */
const BY_CODE: ReadonlyMap<string, SectionId> = new Map(
  Object.entries({
    allergies: '48765-2 886921000000105 AllergiesHeader',
    medicines: '10160-0 933361000000108 AcuteMedsHeader RepeatMedsHeader DiscRepeatMedsHeader 46264-8',
    problems: '11450-4 11348-0 717711000000103 DiagnosesHeader ProblemsHeader 82810-3 10162-6',
    vaccinations: '11369-6 1102181000000102',
    procedures: '47519-4 TreatmentsHeader 887171000000109 ProceduresHeader',
    results: '30954-2 ResultsHeader 887191000000108',
    observations: '8716-3 ObservationsHeader 826501000000100 47420-5',
    'social-context': '29762-2 CircumstancesHeader LifestyleHeader 887051000000101',
    plans: '18776-5 42348-3 887201000000105 PreferencesHeader',
    alerts: '104605-1 RisksToPatientHeader 886931000000107 RisksToOthersHeader',
    'family-history': '10157-6 887111000000104 FamilyHistoryHeader HistoryHeader',
    'about-me': '81338-6 1077891000000108',
    legal: '886961000000102 PersonalPrefsHeader',
    encounters: 'EventsHeader 1149501000000101',
  } satisfies Partial<Record<SectionId, string>>).flatMap(([section, codes]) => codes.split(' ').map(code => [code, section as SectionId])),
)

/** Sections asked whenever observations are: one put elsewhere would be in no answer. */
const OF_OBSERVATIONS: ReadonlySet<SectionId> = new Set([
  'results',
  'observations',
  'imaging',
  'procedures',
  'social-context',
  'family-history',
])
/** Deeper than this no document sets its headings. */
const MAX_HEADINGS = 8

export interface Documents {
  /** Where a document puts an observation that does not say itself what it is. */
  readonly placing: ReadonlyMap<string, Placing>
  /** Sections of which a document has words that are in no entry: they can be read there and nowhere else. */
  readonly textOnly: ReadonlySet<SectionId>
}

/** What the Compositions of an answer say of where things stand. */
export function documentsIn(resources: ReadonlyMap<string, JsonObject>): Documents {
  const placing = new Map<string, Placing>()
  const textOnly = new Set<SectionId>()
  const walk = (holder: JsonObject, above: SectionId | undefined, depth: number): void => {
    for (const section of objectsOf(holder['section'])) {
      const codes = objectsOf(objectOf(section['code'])['coding']).map(coding => BY_CODE.get(textOf(coding['code']) ?? ''))
      const stands = codes.find(found => found !== undefined) ?? above
      const entries = objectsOf(section['entry'])
      if (stands !== undefined) {
        for (const { reference } of entries) {
          const target = typeof reference === 'string' ? resources.get(reference) : undefined
          if (target?.['resourceType'] === 'Observation' && saidSection(target) === undefined)
            placing.set(String(reference), { section: OF_OBSERVATIONS.has(stands) ? stands : 'observations' })
        }
        if (entries.length === 0 && narrativeText(objectOf(section['text'])['div']) !== undefined) textOnly.add(stands)
      }
      if (depth < MAX_HEADINGS) walk(section, stands, depth + 1)
    }
  }
  for (const resource of resources.values()) if (resource['resourceType'] === 'Composition') walk(resource, undefined, 0)
  return { placing, textOnly }
}
