import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { titleOf } from './city.ts'
import { loadedForCityFile } from './load/table.ts'
import type { Loaded } from './load/load.ts'
import type { London } from './london.ts'
import { toldStories } from './people/stories.ts'
import { exchangeTitles, places, SYSTEM_IDS } from './places.ts'
import { londonUsers } from './users.ts'

const NAME = 'city.json'

/** What a running city is, for other programs: `docs/operating.md` describes it. Nobody in it is real. */
export const describeCity = (london: London, loaded?: Loaded) => ({
  format: 1,
  startedAt: new Date().toISOString(),
  switchboard: london.switchboard,
  signIn: london.city.issuer,
  pds: london.city.pds.url,
  exchanges: Array.from(london.exchanges, ([exchange, { url, databaseUrl, processes }]) => ({
    id: exchange,
    title: exchangeTitles[exchange],
    viewer: url,
    fhir: `${url}/fhir/R4`,
    databaseUrl,
    processes: processes.map(process => process.name),
  })),
  users: londonUsers
    .filter(user => london.exchanges.has(user.exchange))
    .map(user => ({
      card: user.sdsUserId,
      name: user.name,
      exchange: user.exchange,
      roles: user.roles.map(role => ({
        id: role.roleProfileId,
        code: role.roleCode,
        role: role.roleName,
        odsCode: role.orgCode,
        organisation: role.orgName,
      })),
    })),
  systems: [
    ...SYSTEM_IDS.flatMap(id => {
      const url = london.city.systems[id]
      const { odsCode, exchange, kind } = places[id]
      return url === undefined ? [] : [{ id, title: titleOf(id), odsCode, exchange, kind, url }]
    }),
    ...(loaded?.systems ?? []).map(({ id, kind, organisation, system }) => ({
      id,
      title: `${organisation.name}: ${system}`,
      odsCode: organisation.odsCode,
      exchange: 'SEL',
      kind,
      url: london.city.loaded(id),
    })),
  ],
  people: toldStories.map(({ nhsNumber, name, story, firstLookedAt }) => ({ nhsNumber, name, story, signInAs: firstLookedAt })),
  loaded: loaded === undefined ? [] : loadedForCityFile(loaded),
})

/**
 * Puts `city.json` into the folder, whole or not at all, and beside it each exchange's `catalogue/SEL.json` for `npm run apply`,
 * readable by their owner alone. @returns what takes them away again.
 */
export function writeCityFile(dir: string, london: London, loaded?: Loaded): () => void {
  const path = join(dir, NAME)
  writeFileSync(`${path}.new`, `${JSON.stringify(describeCity(london, loaded), null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  const catalogues = join(dir, 'catalogue')
  mkdirSync(catalogues, { recursive: true, mode: 0o700 })
  for (const exchange of london.exchanges.keys())
    writeFileSync(join(catalogues, `${exchange}.json`), `${JSON.stringify(london.inForce.catalogue(exchange), null, 2)}\n`, { mode: 0o600 })
  return () => {
    rmSync(path, { force: true })
    rmSync(catalogues, { recursive: true, force: true })
  }
}
