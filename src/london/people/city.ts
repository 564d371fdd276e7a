import { calendarOf, type Calendar } from './calendar.ts'
import { amara } from './lives/amara.ts'
import { child } from './lives/child.ts'
import { kidneyBoy, safeguarded, transfer } from './lives/children.ts'
import { formerObjector, oxleas, practiceObjector, refused, staffRelative, summaryObjector } from './lives/choices.ts'
import { beforeTheCase, careHome, councilOnly, serviceUser } from './lives/councils.ts'
import { homeless, leeds, miltonKeynes, southEastOnly, weekendHub } from './lives/elsewhere.ts'
import { married, unnumbered, wrongBirth } from './lives/identity.ts'
import { cancer, dialysis, stroke } from './lives/illness.ts'
import { flaggedBaby, twinBoy, twinGirl, twinMother } from './lives/newborns.ts'
import { nine } from './lives/nine.ts'
import { long } from './lives/long.ts'
import { ordinary } from './lives/ordinary/ordinary.ts'
import { profileOf } from './lives/ordinary/profile.ts'
import { flagged, objector, superseded } from './lives/others.ts'
import { overdose } from './lives/overdose.ts'
import { mind } from './lives/mind.ts'
import { resident } from './lives/resident.ts'
import { donorChild, restricted, restrictedTwin } from './lives/restricted.ts'
import { veryLong } from './lives/very-long.ts'
import { populate, told } from './population.ts'
import type { CityPerson, Held, HospitalId, Life, SystemId, ToldEncounter } from './told.ts'

export interface City {
  readonly people: readonly CityPerson[]
  readonly person: (nhsNumber: string) => CityPerson | undefined
  /** What one system holds about one person, not to be changed; `undefined` when it has never met them. */
  readonly held: (system: SystemId, nhsNumber: string) => Held | undefined
  /** Every system that holds something about one person: those for which `held` answers. No life is told for it. */
  readonly systemsOf: (nhsNumber: string) => readonly SystemId[]
  /** How much more than that a system holds of somebody whose record is very long: written only when asked for. */
  readonly more: (system: SystemId, nhsNumber: string) => { readonly items: number; readonly years: number } | undefined
  readonly calendar: Calendar
  /** While the city runs: somebody comes to a department that has never met them, now. Their life tells it from here on. */
  readonly arrives: (nhsNumber: string, system: HospitalId, encounter: Pick<ToldEncounter, 'title' | 'service'>) => void
}

const lives: Readonly<Record<string, (calendar: Calendar) => Life>> = {
  [told.amara]: amara,
  [told.overdose]: overdose,
  [told.child]: child,
  [told.restricted]: restricted,
  [told.flagged]: flagged,
  [told.objector]: objector,
  [told.superseded]: superseded,
  [told.long]: long,
  [told.restrictedTwin]: restrictedTwin,
  [told.donorChild]: donorChild,
  [told.mind]: mind,
  [told.big]: veryLong,
  [told.huge]: veryLong,
  [told.nine]: nine,
  [told.twinMother]: twinMother,
  [told.twinGirl]: twinGirl,
  [told.twinBoy]: twinBoy,
  [told.flaggedBaby]: flaggedBaby,
  [told.formerObjector]: formerObjector,
  [told.summaryObjector]: summaryObjector,
  [told.married]: married,
  [told.leeds]: leeds,
  [told.miltonKeynes]: miltonKeynes,
  [told.southEastOnly]: southEastOnly,
  [told.oxleas]: oxleas,
  [told.beforeTheCase]: beforeTheCase,
  [told.kidneyBoy]: kidneyBoy,
  [told.transfer]: transfer,
  [told.weekendHub]: weekendHub,
  [told.staffRelative]: staffRelative,
  [told.careHome]: careHome,
  [told.homeless]: homeless,
  [told.unnumbered]: unnumbered,
  [told.safeguarded]: safeguarded,
  [told.wrongBirth]: wrongBirth,
  [told.dialysis]: dialysis,
  [told.councilOnly]: councilOnly,
  [told.cancer]: cancer,
  [told.stroke]: stroke,
  [told.serviceUser]: serviceUser,
  [told.refused]: refused,
  [told.practiceObjector]: practiceObjector,
  [told.resident]: resident,
}

const VERY_LONG_AT: ReadonlySet<SystemId> = new Set(['kch', 'gstt', 'rfl', 'uclh'])
/** Beside what `veryLong` tells: 20,000 and 131,000 items over four systems. */
const veryLongLives: Readonly<Record<string, { readonly items: number; readonly years: number }>> = {
  [told.big]: { items: 5_000, years: 10 },
  [told.huge]: { items: 32_750, years: 25 },
}

const DEFAULT_SEED = 2026
/** Lives of the people last asked about are kept: one view asks many systems about one person at once. */
const KEPT_LIVES = 64

/**
 * London's people and their lives, all relative to `now`: an attendance told as open is open at that instant.
 *
 * @param seed chooses the people who are not told by hand; the same seed and `now` give the same city.
 */
export function createCity({ now, seed = DEFAULT_SEED }: { readonly now: Date; readonly seed?: number }): City {
  const calendar = calendarOf(now)
  const people = populate(seed, calendar)
  const byNumber = new Map<string, CityPerson>(people.map(p => [p.nhsNumber, p]))
  const kept = new Map<string, Life>()
  const known = new Map<string, readonly SystemId[]>()
  const arrived = new Map<string, Life>()

  const told = (nhsNumber: string): CityPerson | undefined => {
    const person = byNumber.get(nhsNumber)
    return person?.supersededBy === undefined ? person : undefined
  }
  const lifeOf = (person: CityPerson): Life => {
    const life = kept.get(person.nhsNumber) ?? {
      ...(lives[person.nhsNumber]?.(calendar) ?? ordinary(person, calendar)),
      ...arrived.get(person.nhsNumber),
    }
    kept.delete(person.nhsNumber)
    kept.set(person.nhsNumber, life)
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_LIVES) break
      kept.delete(oldest)
    }
    return life
  }
  return {
    people,
    calendar,
    more: (system, nhsNumber) => (VERY_LONG_AT.has(system) ? veryLongLives[nhsNumber] : undefined),
    person: nhsNumber => byNumber.get(nhsNumber),
    held: (system, nhsNumber) => {
      const person = told(nhsNumber)
      return person && lifeOf(person)[system]
    },
    systemsOf: nhsNumber => {
      const person = told(nhsNumber)
      if (person === undefined) return []
      let systems = known.get(nhsNumber)
      if (systems === undefined) {
        systems = nhsNumber in lives ? (Object.keys(lifeOf(person)) as SystemId[]) : [...profileOf(person, calendar).systems]
        known.set(nhsNumber, systems)
      }
      return systems
    },
    arrives(nhsNumber, system, { title, service }) {
      const person = told(nhsNumber)
      if (person === undefined || lifeOf(person)[system] !== undefined) throw new Error(`${system} cannot meet them for the first time`)
      const encounter = { id: 'arrived', class: 'EMER', status: 'in-progress', title, service, start: new Date().toISOString() } as const
      arrived.set(nhsNumber, { ...arrived.get(nhsNumber), [system]: { encounters: [encounter] } })
      kept.delete(nhsNumber)
      known.set(nhsNumber, Object.keys(lifeOf(person)) as SystemId[])
    },
  }
}
