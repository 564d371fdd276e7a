import type { Observation, Resource } from '@medplum/fhirtypes'
import type { Item } from '../../care-record/item.ts'
import { draftAllergy } from './allergies.ts'
import type { Draft } from './draft.ts'
import { draftEncounter } from './encounters.ts'
import { draftMedicine, type MedicineResource } from './medicines.ts'
import { readingOf } from './observation.ts'
import { draftPlain } from './plain.ts'
import { draftProblem } from './problems.ts'
import { draftResult } from './results.ts'

/**
 * How one item reads, by itself. Pure: also what the check at the exit looks at.
 * @param today FHIR date of the reader; by default the day the item was retrieved.
 */
export function draftEntry(item: Item, today: string = item.provenance.retrievedAt.slice(0, 10)): Draft {
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

/** A result is one whatever it says; elsewhere an observation is a measurement when it has a value of its own. */
const isMeasured = (resource: Observation, section: Item['section']): boolean =>
  section === 'results' ? !isPanel(resource) : section === 'observations' && readingOf(resource, false) !== undefined

/** A group of tests without a value of its own: its members carry them. */
const isPanel = (resource: Observation): boolean =>
  (resource.hasMember?.length ?? 0) > 0 && !resource.component && !Object.keys(resource).some(field => field.startsWith('value'))
