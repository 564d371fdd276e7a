import { titleOf } from './city.ts'
import type { CitySystemId, StartedCity } from './city.ts'
import type { CityDatabase } from './city-database.ts'
import type { InForce } from './in-force.ts'
import type { RunningExchange } from './london.ts'
import { exchangeTitles, places, SYSTEM_IDS } from './places.ts'
import type { ExchangeName, SystemId } from './places.ts'
import { NATIONAL_GROUP, WAYS_GROUP } from './switchboard/board.ts'
import type { Board, Line } from './switchboard/board.ts'
import type { FaultProxy } from './tcp/fault-proxy.ts'

const LOADED_GROUP = 'Loaded from your own files'

const isSystem = (id: string): id is SystemId => SYSTEM_IDS.some(known => known === id)
const isNational = (id: CitySystemId): id is 'pds' | 'nrl' | 'sign-in' => id === 'pds' || id === 'nrl' || id === 'sign-in'

export const wayTo = (exchange: ExchangeName): string => `peer-${exchange.toLowerCase()}`

/** The switchboard's view of a city: every system under its area, every way between areas, every process. */
export function boardOf(given: {
  readonly city: StartedCity
  readonly exchanges: ReadonlyMap<ExchangeName, RunningExchange>
  readonly ways: ReadonlyMap<ExchangeName, FaultProxy>
  /** Titles of systems made of somebody's own files. */
  readonly loadedTitles: ReadonlyMap<string, string>
  readonly inForce: InForce
  readonly database: CityDatabase
}): Board {
  const { city, exchanges, ways, loadedTitles, inForce, database } = given
  const groupOf = (id: CitySystemId): string =>
    isNational(id) ? NATIONAL_GROUP : isSystem(id) ? exchangeTitles[places[id].exchange] : LOADED_GROUP
  const systems = [...city.faults].map(([id, proxy]): [string, Line] => [
    id,
    {
      title: loadedTitles.get(id) ?? titleOf(id),
      proxy,
      group: groupOf(id),
      ...((isSystem(id) || id === 'pds' || id === 'nrl') && { calls: () => city.calls(id) }),
    },
  ])
  const named = (id: string): ExchangeName => id as ExchangeName
  return {
    lines: new Map([
      ...systems,
      ...[...ways].map(([exchange, proxy]): [string, Line] => [
        wayTo(exchange),
        { title: `The way to ${exchangeTitles[exchange]} from other exchanges`, proxy, group: WAYS_GROUP },
      ]),
    ]),
    areas: [...exchanges].map(([exchange, { url, processes }]) => ({
      id: exchange,
      title: exchangeTitles[exchange],
      url,
      way: wayTo(exchange),
      processes,
    })),
    links: { link: id => inForce.link(named(id)), setLink: (id, state) => inForce.setLink(named(id), state) },
    database,
  }
}
