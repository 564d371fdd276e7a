import type { Appointment, RelatedPerson } from '@medplum/fhirtypes'
import type { Item, SourceName } from '../../care-record/item.ts'
import type { Pass } from '../../care-record/person.ts'

/** Kinds of organisation of which it says nothing about a person that one of them has booked. */
const ORDINARY: ReadonlySet<string> = new Set(['acute', 'gp-practice'])
const COMING: ReadonlySet<string> = new Set(['proposed', 'pending', 'booked', 'waitlist'])

/**
 * What somebody who keeps the books of one organisation sees (care rules 1.5): all that it recorded itself in the section,
 * and nothing clinical of any other. Of hospitals and practices that is the time of a coming appointment, made anew
 * without clinic, reason or person; of practices also who is to be called. `undefined`: not theirs to see.
 */
export function administrative(
  item: Item,
  { viewer, decidedAt }: Pick<Pass, 'viewer' | 'decidedAt'>,
  source: SourceName | undefined,
): Item | undefined {
  if (item.provenance.odsCode === viewer.odsCode) return item
  if (source === undefined || !ORDINARY.has(source.kind)) return undefined
  const { resource } = item
  if (resource.resourceType === 'Appointment') return madeAnew(item, timeOf(resource, decidedAt))
  if (resource.resourceType === 'RelatedPerson' && source.kind === 'gp-practice') return madeAnew(item, whomToCall(resource))
  return undefined
}

function timeOf({ id, status, start, end }: Appointment, decidedAt: string): Appointment | undefined {
  if (start === undefined || Date.parse(start) < Date.parse(decidedAt) || status === undefined || !COMING.has(status)) return undefined
  return {
    resourceType: 'Appointment',
    ...(id === undefined ? {} : { id }),
    status,
    description: 'Appointment',
    start,
    ...(end === undefined ? {} : { end }),
    participant: [],
  }
}

const whomToCall = ({ id, active, patient, relationship, name, telecom, period }: RelatedPerson): RelatedPerson => ({
  resourceType: 'RelatedPerson',
  ...(id === undefined ? {} : { id }),
  ...(active === undefined ? {} : { active }),
  patient,
  ...(relationship === undefined ? {} : { relationship }),
  ...(name === undefined ? {} : { name }),
  ...(telecom === undefined ? {} : { telecom }),
  ...(period === undefined ? {} : { period }),
})

/** The item with this resource alone: no link, author or mark of what it was made from. */
function madeAnew(item: Item, resource: Appointment | RelatedPerson | undefined): Item | undefined {
  if (resource === undefined) return undefined
  const { author: _author, authorRole: _authorRole, ...others } = item.provenance
  const provenance = { ...others, originalIdentifier: resource.id ?? '' }
  return { ...item, resource, provenance, marks: [], contained: [], links: [], parents: [], unresolved: [] }
}
