import type { Observation, Resource } from '@medplum/fhirtypes'
import type { Entry } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import { draftAllergy } from './allergies.ts'
import { isVirusTest } from './analytes.ts'
import type { Draft } from './draft.ts'
import { draftEncounter } from './encounters.ts'
import { draftMedicine, type MedicineResource } from './medicines.ts'
import { readingOf } from './observation.ts'
import { draftBare, draftPlain } from './plain.ts'
import { each, isCommentNote, term } from './reading.ts'
import { draftProblem } from './problems.ts'
import { draftResult } from './results.ts'

/**
 * How one item reads, by itself. Pure: also what the check at the exit looks at.
 * @param today FHIR date of the reader; by default the day the item was retrieved.
 */
export function draftEntry(item: Item, today: string = item.provenance.retrievedAt.slice(0, 10)): Draft {
  try {
    const draft = readEntry(item, today)
    return isSound(draft.entry) ? draft : draftBare(item)
  } catch {
    // A source that puts a text where FHIR has a list must not cost the others of its answer: the panel says what was sent.
    return draftBare(item)
  }
}

/** Parts of an entry that are more than one word. */
const PARTS: ReadonlySet<string> = new Set([
  'recordedBy',
  'alsoRecordedBy',
  'conflicts',
  'marks',
  'facts',
  'opens',
  'images',
  'reactions',
  'qualifiers',
  'lastIssued',
  'series',
])

const TRUTHS: ReadonlySet<string> = new Set(['coded', 'matchedByDemographics', 'collectedNotStated', 'noEndRecorded', 'virus'])

/** What a page writes as text is text. */
function isSound(entry: Entry): boolean {
  for (const name in entry) {
    const value: unknown = entry[name as keyof Entry]
    if (typeof value === 'string') continue
    if (typeof value === 'boolean' ? !TRUTHS.has(name) : typeof value === 'object' ? !PARTS.has(name) : name !== 'statements') return false
  }
  return true
}

function readEntry(item: Item, today: string): Draft {
  const { resource, section } = item
  if (resource.resourceType === 'AllergyIntolerance' && section === 'allergies') return draftAllergy(item, resource)
  if (section === 'medicines' && isMedicine(resource)) return draftMedicine(item, resource, today)
  if (resource.resourceType === 'Condition' && section === 'problems') return draftProblem(item, resource)
  if (resource.resourceType === 'Observation' && isMeasured(resource, section)) return draftResult(item, resource)
  if (resource.resourceType === 'Encounter' && (section === 'encounters' || section === 'appointments'))
    return draftEncounter(item, resource, today)
  return draftPlain(item, today)
}

const isMedicine = (resource: Resource): resource is MedicineResource =>
  /^Medication(?:Statement|Request|Dispense|Administration)$/.test(resource.resourceType)

/** Said of it that it is a laboratory's: a result then, even where nothing could be measured. */
const isLaboratory = (o: Observation): boolean =>
  o.specimen !== undefined ||
  o.dataAbsentReason !== undefined ||
  o.referenceRange !== undefined ||
  each(o.category).some(c => each(c.coding).some(coding => coding.code === 'laboratory'))

/** A result or a measurement; what was only found, without a value, reads in words. */
const isMeasured = (o: Observation, section: Item['section']): boolean =>
  isCommentNote(o)
    ? false
    : section === 'results'
      ? !isPanel(o) &&
        (readingOf(o, false) !== undefined || o.component !== undefined || isLaboratory(o) || isVirusTest(o, term(o.code) ?? ''))
      : section === 'observations' && readingOf(o, false) !== undefined

/** A group of tests without a value of its own: its members carry them. */
const isPanel = (resource: Observation): boolean =>
  (resource.hasMember?.length ?? 0) > 0 && !resource.component && !Object.keys(resource).some(field => field.startsWith('value'))
