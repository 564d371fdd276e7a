import type { Office } from '../../src/care-record/catalogue.ts'
import type { SectionId } from '../../src/care-record/section.ts'
import { SECTION_IDS } from '../../src/care-record/section.ts'
import type { City } from '../../src/london/people/city.ts'
import { objectors } from '../../src/london/people/stories.ts'
import { told } from '../../src/london/people/told-people.ts'
import { places, SYSTEM_IDS, type SystemId } from '../../src/london/places.ts'
import type { CityUser } from '../../src/london/users.ts'

/**
 * Who may see what in the city, written from care rules 1 to 5 and the lives as they are told, for tests to hold the running
 * exchanges to. Nothing here leans on how an exchange decides.
 */

/** What a job role may open. `nothing`: it is turned away at the door. `no record`: it signs in, and there is no person for it. */
export type Reach = 'nothing' | 'no record' | { readonly sections: readonly SectionId[]; readonly mayClaim: boolean }

const but = (...off: readonly SectionId[]): readonly SectionId[] => SECTION_IDS.filter(section => !off.includes(section))
const professional: Reach = { sections: SECTION_IDS, mayClaim: true }
const byJobRole: Readonly<Record<string, Reach>> = {
  R8000: professional,
  R0050: professional,
  R0260: professional,
  R0700: professional,
  R1975: professional,
  R0600: professional,
  R8001: professional,
  R8016: professional,
  R1070: professional,
  // The board's own choice; the care rules leave it open.
  R1290: { sections: but('social-care', 'legal', 'family-history'), mayClaim: true },
  // Care rules 2.1: other laboratory results (within `results`), consultations and letters are off.
  R8014: {
    sections: but('imaging', 'documents', 'procedures', 'observations', 'family-history', 'social-context', 'other'),
    mayClaim: true,
  },
  // Care rules 1.5: nothing clinical, and no claim.
  R8008: { sections: ['appointments', 'contacts'], mayClaim: false },
  // Care rules 1.5: care workers are in. The care home view of the PRSB list; a reason is no way in for whoever no register keeps.
  R9725: {
    sections: but('problems', 'imaging', 'procedures', 'vaccinations', 'family-history', 'social-care', 'social-context', 'other'),
    mayClaim: false,
  },
  // Supervised and reduced: the board's own choice; the care rules leave it open.
  R0330: { sections: ['alerts', 'allergies', 'medicines', 'observations'], mayClaim: false },
  // Care rules 6: an officer sees looks, never what was looked at.
  R0001: 'no record',
  R5105: 'no record',
  R1989: 'no record',
  R8013: 'no record',
  R8015: 'no record',
}
const jobRoleOf = (user: CityUser): string => user.roles[0]?.roleCode.split(':').at(-1) ?? ''
/** Care rules 1.5: whose register let them go. */
export const hasLapsed = (user: CityUser): boolean => user.family === 'Trent'
/** R045: who has not said yes to the rules of use. */
export const onFirstDay = (user: CityUser): boolean => user.family === 'Whitfield'

/** Care rules 1.4: an unmapped role gets a page saying whom to call. */
export const reachOf = (user: CityUser): Reach => {
  const reach = byJobRole[jobRoleOf(user)] ?? 'nothing'
  // Care rules 1.5: nor is anybody found by who is not on the register they need.
  return hasLapsed(user) ? 'no record' : reach
}

/**
 * Work beside the record, by job role: care rules 6 (looks), 4.2 and 5.3 (the Guardian), 4 and 5.6 (governance), 3 and 4.5 (who is who);
 * whoever keeps the systems running works on them, and on nobody's record.
 */
const officesByJobRole: Readonly<Record<string, readonly Office[]>> = {
  R0001: ['privacy'],
  R5105: ['guardian'],
  R1989: ['objections', 'agreements', 'rules'],
  R8013: ['stewarding'],
  R8015: ['operations'],
}
export const officesOf = (user: CityUser): readonly Office[] => officesByJobRole[jobRoleOf(user)] ?? []

export const BY_BRIDGE: ReadonlySet<string> = new Set(['R8000', 'R0050', 'R0260', 'R8001'])

type Told = keyof typeof told
/** Care rules 1.1 over the lives of these people: with whom they are in care now. */
const inCare: Readonly<Partial<Record<Told, readonly string[]>>> = {
  // A&E now; registered; discharged 24 days ago; two caseloads; called 111 and came by ambulance today; an open case.
  amara: ['RJZ', 'G85997', 'RJ1', 'RPG', 'RV5', 'YGM97', 'RRU', '710'],
  flagged: ['RJZ'],
  objector: ['RJZ', 'G85997'],
  restricted: ['G85997', '710'],
  restrictedTwin: ['G85997', '710'],
  oxleas: ['RAL', 'RPG', 'G85996'],
  stroke: ['RRV', 'RJZ', 'G85997', 'YGM97'],
  weekendHub: ['YDD97', 'F83998'],
  // In its A&E now; twins expected; an open case of children's services, bound to its team; registered; on chemotherapy; an open case.
  southEastOnly: ['RYJ'],
  twinMother: ['RQX', 'F84998'],
  safeguarded: ['704'],
  nine: ['H85998'],
  married: ['E85998'],
  miltonKeynes: ['K82998'],
  cancer: ['RPY'],
  councilOnly: ['705'],
  kidneyBoy: ['RJZ', 'G85997'],
  // Lives there; registered; discharged 27 days ago; an open case; visited.
  resident: ['VN998', 'G85997', 'RJZ', '710', 'RPG'],
}
/**
 * Where the rules say yes and what is known here says less: booked at a hospital without a contact in the last 30 days; registered
 * at a practice that the register does not name for somebody whose place is sensitive. Both ways are right; a reason is asked.
 */
const unsaid: Readonly<Partial<Record<Told, readonly string[]>>> = {
  flagged: ['G85997'],
  restricted: ['RJZ', 'RJ1'],
  restrictedTwin: ['RJ1'],
}

export type State = 'open' | 'claim' | 'denied' | 'nothing'

/** What opening this person's record comes to, or both of what it may. */
export function stateOf(user: CityUser, person: Told | { readonly inCareOf: string }): readonly State[] {
  const reach = reachOf(user)
  if (typeof reach === 'string') return []
  const odsCode = user.roles[0]?.orgCode ?? ''
  const here = typeof person === 'string' ? inCare[person]?.includes(odsCode) === true : person.inCareOf === odsCode
  const without: State = reach.mayClaim ? 'claim' : 'denied'
  if (typeof person === 'string' && unsaid[person]?.includes(odsCode) === true) return ['open', without]
  if (!here) return [without]
  const objects = typeof person === 'string' && objectors.some(one => one.nhsNumber === told[person])
  return [objects ? 'nothing' : 'open']
}

const HOUR_MS = 3_600_000
/** Lives by which an organisation knows somebody, the first that fits. */
const OWN = ['amara', 'stroke', 'oxleas', 'weekendHub', 'southEastOnly', 'twinMother', 'safeguarded', 'nine', 'married'] as const
const OWN_TOO = ['miltonKeynes', 'cancer', 'councilOnly', 'resident'] as const

/**
 * Somebody in this user's care now: told by hand, else the first with an attendance in the last weeks, in an emergency department now
 * or since the day before yesterday, or registered.
 */
export function ownOf(
  user: CityUser,
  city: City,
): { readonly nhsNumber: string; readonly who: Told | { readonly inCareOf: string } } | undefined {
  const odsCode = user.roles[0]?.orgCode ?? ''
  const hand = [...OWN, ...OWN_TOO].find(who => inCare[who]?.includes(odsCode))
  if (hand !== undefined) return { nhsNumber: told[hand], who: hand }
  const ago = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString()
  const systems = SYSTEM_IDS.filter(id => places[id].odsCode === odsCode)
  const attends = (id: SystemId, nhsNumber: string): boolean =>
    city.systemsOf(nhsNumber).includes(id) &&
    city.held(id, nhsNumber)?.encounters?.some(e => {
      if (e.class === 'EMER') return e.status === 'finished' ? (e.end ?? '') > ago(48) : e.start > ago(24)
      return e.class !== 'GP' && e.status === 'finished' && e.start > ago(20 * 24)
    }) === true
  const living = city.people.filter(person => !person.restricted && person.deceased === undefined)
  const found =
    living.find(({ nhsNumber }) => systems.some(id => attends(id, nhsNumber))) ?? living.find(person => person.practice === odsCode)
  return found && { nhsNumber: found.nhsNumber, who: { inCareOf: odsCode } }
}

/** Somebody of the same city whom this user's organisation has never met. */
export const otherOf = (user: CityUser): Told => (user.exchange === 'NCL' ? 'kidneyBoy' : 'weekendHub')
