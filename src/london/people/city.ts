import { calendarOf, type Calendar } from './calendar.ts'
import { amara } from './lives/amara.ts'
import { child } from './lives/child.ts'
import { long } from './lives/long.ts'
import { ordinary } from './lives/ordinary.ts'
import { flagged, objector, superseded } from './lives/others.ts'
import { overdose } from './lives/overdose.ts'
import { restricted } from './lives/restricted.ts'
import { populate, told } from './population.ts'
import type { CityPerson, Held, Life, SystemId } from './told.ts'

export interface City {
  readonly people: readonly CityPerson[]
  readonly person: (nhsNumber: string) => CityPerson | undefined
  /** What one system holds about one person, told afresh each time; `undefined` when it has never met them. */
  readonly held: (system: SystemId, nhsNumber: string) => Held | undefined
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
}

const DEFAULT_SEED = 2026

/**
 * London's people and their lives, all relative to `now`: an attendance told as open is open at that instant.
 *
 * @param seed chooses the people who are not told by hand; the same seed and `now` give the same city.
 */
export function createCity({ now, seed = DEFAULT_SEED }: { readonly now: Date; readonly seed?: number }): City {
  const calendar = calendarOf(now)
  const people = populate(seed, calendar)
  const byNumber = new Map<string, CityPerson>(people.map(p => [p.nhsNumber, p]))
  return {
    people,
    person: nhsNumber => byNumber.get(nhsNumber),
    held: (system, nhsNumber) => {
      const person = byNumber.get(nhsNumber)
      if (!person || person.supersededBy) return undefined
      return (lives[nhsNumber]?.(calendar) ?? ordinary(person, calendar))[system]
    },
  }
}
