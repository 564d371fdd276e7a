import { clientIdOf, type ApplyDocument } from '../catalogue.ts'
import type { City } from '../people/city.ts'
import type { Held } from '../people/told.ts'
import type { Loaded } from './load.ts'

/** London with the loaded people in its register, each in King's emergency department now: status only, nothing clinical. */
export function withLoaded(city: City, { people }: Pick<Loaded, 'people'>): City {
  const registered = new Map<string, City['people'][number]>(people.map(({ register }) => [register.nhsNumber, register]))
  const attending: Held = {
    encounters: [
      {
        id: 'loaded-attendance',
        class: 'EMER',
        status: 'arrived',
        title: 'Attendance',
        start: city.calendar.minutesAgo(20),
        service: 'ED',
      },
    ],
  }
  return {
    ...city,
    people: [...city.people, ...registered.values()],
    person: nhsNumber => city.person(nhsNumber) ?? registered.get(nhsNumber),
    held: (system, nhsNumber) => {
      if (!registered.has(nhsNumber)) return city.held(system, nhsNumber)
      return system === 'kch' ? attending : undefined
    },
    systemsOf: nhsNumber => (registered.has(nhsNumber) ? ['kch'] : city.systemsOf(nhsNumber)),
  }
}

/**
 * A catalogue with the loaded systems, and with who is known at each.
 *
 * @param urlOf where a loaded system listens, without a path.
 */
export function applyLoaded(document: ApplyDocument, loaded: Loaded, urlOf: (id: string) => string, now: Date): ApplyDocument {
  const { exchange } = document
  const of = { exchange, clientId: clientIdOf(exchange), indexLoadedAt: now.toISOString() }
  return {
    ...document,
    organisations: [...document.organisations, ...loaded.organisations],
    sources: [...document.sources, ...loaded.systems.map(system => system.source({ ...of, url: urlOf(system.id) }))],
    agreements: [...document.agreements, ...loaded.agreements],
    pointers: [...document.pointers, ...loaded.pointers],
    registrations: [...document.registrations, ...loaded.registrations],
  }
}
