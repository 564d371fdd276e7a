import { places, type SystemId } from '../../../places.ts'
import type { Calendar } from '../../calendar.ts'
import type { CityPerson, Held, Life } from '../../told.ts'
import {
  ambulanceRecord,
  callRecord,
  careOf,
  carePlan,
  communityRecord,
  groupRecord,
  mentalHealthRecord,
  specialistRecord,
} from './around.ts'
import { practiceRecord } from './gp.ts'
import { archiveRecord, hospitalRecord } from './hospital.ts'
import { ARCHIVES, profileOf, type Profile } from './profile.ts'
import { telling, type Telling } from './teller.ts'

/** A life drawn from the person's own number: the same each time it is told. */
export function ordinary(person: CityPerson, c: Calendar): Life {
  const profile = profileOf(person, c)
  return Object.fromEntries([...profile.systems].map(system => [system, heldAt(system, person, c, profile)]))
}

function heldAt(system: SystemId, person: CityPerson, c: Calendar, profile: Profile): Held {
  const archiveOf = [...ARCHIVES].find(([, archive]) => archive === system)?.[0]
  // The pictures of an archive are those that its hospital tells of.
  const life = telling(person, c, profile, archiveOf ?? system)
  const { kind, sections } = places[system]
  if (archiveOf !== undefined) return archiveRecord(life, archiveOf)
  if (kind === 'gp') return practiceRecord(life)
  if (kind === 'social-care') return { care: careOf(life) }
  if (kind === 'group') return groupRecord(life)
  if (profile.hospitals.includes(system)) return hospitalRecord(life, system)
  return SPECIAL[system]?.(life) ?? (sections === undefined ? specialistRecord(life, system) : byKind(system, life))
}

const SPECIAL: Partial<Record<SystemId, (life: Telling) => Held>> = {
  las: ambulanceRecord,
  nhs111: life => callRecord(life, 'CAS'),
  'ncl-out-of-hours': life => callRecord(life, 'OOHGP'),
  ucp: carePlan,
}

/** Mental health records tell of the law on detention; community ones do not. */
const byKind = (system: SystemId, life: Telling): Held =>
  places[system].sections?.includes('legal') === true ? mentalHealthRecord(life) : communityRecord(life)
