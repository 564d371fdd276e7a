import type { JWK } from 'jose'
import { freePort } from '../platform/embedded-postgres.ts'
import { asidOf, clientIdOf, documentsAsidOf } from './catalogue.ts'
import type { CityUrls } from './catalogue.ts'
import { startIdentityProvider } from './identity-provider/identity-provider.ts'
import type { CardHolder } from './identity-provider/identity-provider.ts'
import { drawLatency, FASTEST_MS } from './latency.ts'
import type { Loaded } from './load/load.ts'
import { withLoaded } from './load/with-loaded.ts'
import { createCity } from './people/city.ts'
import type { City } from './people/city.ts'
import { createRandom } from './people/random.ts'
import type { HospitalId } from './people/told.ts'
import { cityOrganisations, exchangeTitles, places, systemsOf } from './places.ts'
import type { ExchangeName, Latency, Place, SystemId, SystemKind } from './places.ts'
import { bulkRecord } from './systems/bulk-record.ts'
import { createCareGroup } from './systems/care-group.ts'
import { createGpPractice } from './systems/gp-practice.ts'
import { createHospital } from './systems/hospital.ts'
import { pointersOf } from './systems/pointers.ts'
import { createNrl } from './systems/nrl.ts'
import { createPacs } from './systems/pacs.ts'
import { createPds } from './systems/pds.ts'
import { serve } from './systems/serve.ts'
import { createSocialCare } from './systems/social-care.ts'
import type { Behaviour, System } from './systems/serve.ts'
import { faultProxy } from './tcp/fault-proxy.ts'
import type { Fault, FaultProxy } from './tcp/fault-proxy.ts'
import { londonUsers } from './users.ts'

/** One made of files that were loaded. */
type LoadedId = `loaded-${string}`
export type CitySystemId = SystemId | LoadedId | 'pds' | 'nrl' | 'sign-in'

export interface CityClient {
  readonly exchange: ExchangeName
  /** Where the sign-in service may send browsers back to. */
  readonly redirectUris: readonly string[]
  readonly publicJwk: JWK
}

export interface StartedCity {
  readonly people: City
  /** Of the sign-in service. */
  readonly issuer: string
  readonly pds: { readonly url: string; readonly tokenUrl: string }
  readonly systems: CityUrls['systems']
  /** Of the national locator of documents. */
  readonly nrl: string
  /** Of a system made of files that were loaded, by its id. */
  readonly loaded: (id: string) => string
  readonly faults: ReadonlyMap<CitySystemId, FaultProxy>
  /** Requests each system has answered. */
  readonly calls: (system: SystemId | 'pds' | 'nrl') => number
  readonly stop: () => Promise<void>
}

const LATENCY_SEED = 2026
/** Of the national services. */
const NATIONAL: Latency = { p50: 60, p95: 200 }

const isLoaded = (id: CitySystemId): id is LoadedId => id.startsWith('loaded-')

/** What the switchboard and the start say of each system. */
export const titleOf = (id: CitySystemId): string => {
  if (id === 'pds') return 'Personal Demographics Service'
  if (id === 'nrl') return 'National Record Locator'
  if (id === 'sign-in') return 'Sign-in (smartcards)'
  if (isLoaded(id)) return 'Loaded record'
  const { odsCode, system } = places[id]
  return `${cityOrganisations.find(organisation => organisation.odsCode === odsCode)?.name ?? odsCode}: ${system}`
}

/**
 * Starts London's record systems, its register of people and its sign-in, each on a loopback port behind a fault proxy.
 *
 * @param options.now the instant the people's lives are told from.
 * @param options.faults what is wrong from the start.
 */
export async function startCity(options: {
  readonly now: Date
  /** The exchanges that run: their systems are started, and those that every exchange asks. */
  readonly clients: readonly CityClient[]
  readonly faults?: Readonly<Partial<Record<CitySystemId, Fault>>>
  /** Systems take as long to answer as their places say; else they answer at once. */
  readonly latencies?: boolean
  /** Somebody's own test data: more people, and more systems. */
  readonly loaded?: Loaded
}): Promise<StartedCity> {
  const told = createCity({ now: options.now })
  const people = options.loaded ? withLoaded(told, options.loaded) : told
  const keys = Object.fromEntries(options.clients.map(client => [clientIdOf(client.exchange), { keys: [client.publicJwk] }]))
  const clock = (): Date => new Date()
  const running: (() => Promise<void>)[] = []
  const faults = new Map<CitySystemId, FaultProxy>()
  const urls = new Map<string, string>()
  const url = (id: string): string => urls.get(id) ?? ''
  const ids = systemsOf(options.clients.map(({ exchange }) => exchange)).filter(id => places[id].kind in kinds)
  const systems = new Map<SystemId | LoadedId | 'pds' | 'nrl', System>([
    ...ids.map((id): [SystemId, System] => [id, systemOf(places[id], people, keys, clock)]),
    ['pds', createPds({ person: people.person, everyone: () => people.people, clients: keys, now: clock })],
    ['nrl', createNrl({ pointers: () => pointersOf(people, url), clients: keys, now: clock })],
    ...(options.loaded?.systems ?? []).map(({ id, create }): [LoadedId, System] => [id, create({ clients: keys, now: clock })]),
  ])
  const random = createRandom(LATENCY_SEED)
  const pace =
    (id: SystemId | LoadedId | 'pds' | 'nrl') =>
    (path: string): Behaviour => {
      if (options.latencies !== true || isLoaded(id)) return {}
      const latency = id === 'pds' || id === 'nrl' ? NATIONAL : places[id].latency
      return { delayMs: path.startsWith('/oauth2/token') ? FASTEST_MS : drawLatency(latency, random) }
    }
  for (const [id, system] of systems) {
    const served = await serve(system.handle, 0, pace(id))
    const proxy = await faultProxy({ target: { port: Number(new URL(served.url).port) } })
    faults.set(id, proxy)
    urls.set(id, `http://127.0.0.1:${proxy.port}`)
    running.push(proxy.stop, served.close)
  }

  const port = await freePort()
  const signIn = await faultProxy({ target: { port } })
  const provider = await startIdentityProvider({
    port,
    publicPort: signIn.port,
    users: cardHolders(),
    clients: options.clients.map(({ exchange, redirectUris, publicJwk }) => ({
      clientId: clientIdOf(exchange),
      redirectUris,
      publicJwk,
      place: exchangeTitles[exchange],
    })),
  })
  faults.set('sign-in', signIn)
  running.push(signIn.stop, provider.stop)
  for (const [id, proxy] of faults) {
    const fault = options.faults?.[id]
    if (fault !== undefined) await proxy.set(fault)
  }

  return {
    people,
    issuer: provider.issuer,
    pds: { url: `${url('pds')}/personal-demographics/FHIR/R4`, tokenUrl: `${url('pds')}/oauth2/token` },
    systems: Object.fromEntries(ids.map(id => [id, url(id)])),
    nrl: url('nrl'),
    loaded: url,
    faults,
    calls: id => systems.get(id)?.calls() ?? 0,
    async stop() {
      await Promise.all(running.map(end => end()))
    },
  }
}

type ClientKeys = Parameters<typeof createPds>[0]['clients']

/** What a system is made from: what it holds of whom, who may ask it. */
export interface Telling {
  readonly place: Place
  readonly name: string
  readonly phone: string
  readonly people: City
  readonly held: (nhsNumber: string) => ReturnType<City['held']>
  /** NHS numbers of all it holds. */
  readonly everyone: () => Iterable<string>
  readonly clients: ClientKeys
  readonly now: () => Date
}

const practice = ({ place, name, phone, people, held, everyone, now }: Telling): System => {
  const { id } = place
  const ids = { asid: asidOf(id), documentsAsid: documentsAsidOf(id) }
  return createGpPractice({ odsCode: place.odsCode, name, phone, person: people.person, held, everyone, ...ids, now })
}

const hospital = ({ place, name, people, held, everyone, clients, now }: Telling): System => {
  const identity = { id: place.id as HospitalId, odsCode: place.odsCode, name }
  const bulk = (nhsNumber: string) => {
    const more = people.more(identity.id, nhsNumber)
    const person = people.person(nhsNumber)
    return more && person && bulkRecord(identity, person, people.calendar, more.items, more.years)
  }
  return createHospital({ ...identity, person: people.person, held, bulk, everyone, absoluteUrls: place.id === 'gstt', clients, now })
}

const nameOf = (odsCode: string): string => cityOrganisations.find(each => each.odsCode === odsCode)?.name ?? odsCode

/** How each kind of system is made. A kind that is not here is not started. */
const kinds: Readonly<Partial<Record<SystemKind, (telling: Telling) => System>>> = {
  gp: practice,
  fhir: hospital,
  group: ({ place, name, people, held, everyone, clients, now }) =>
    createCareGroup({
      id: place.id as HospitalId,
      odsCode: place.odsCode,
      name,
      members: (place.members ?? []).map(odsCode => ({ odsCode, name: nameOf(odsCode) })),
      person: people.person,
      held,
      everyone,
      clients,
      now,
    }),
  'social-care': ({ place, people, held, everyone, clients, now }) =>
    createSocialCare({ id: place.id, person: people.person, held, everyone, clients, now }),
  pacs: ({ place, name, people, held, everyone, clients, now }) =>
    createPacs({ id: place.id, name, person: people.person, held, everyone, clients, now }),
}

function systemOf(place: Place, people: City, clients: ClientKeys, now: () => Date): System {
  const make = kinds[place.kind]
  if (make === undefined) throw new Error(`No system of kind ${place.kind} can be made.`)
  const organisation = cityOrganisations.find(each => each.odsCode === place.odsCode)
  const held = (nhsNumber: string) => people.held(place.id, nhsNumber)
  const everyone = function* (): Iterable<string> {
    for (const { nhsNumber } of people.people) if (people.systemsOf(nhsNumber).includes(place.id)) yield nhsNumber
  }
  const name = organisation?.name ?? place.odsCode
  return make({ place, name, phone: organisation?.phone ?? '', people, held, everyone, clients, now })
}

const cardHolders = (): readonly CardHolder[] =>
  londonUsers.map(user => ({
    nhsid_useruid: user.sdsUserId,
    name: user.name,
    nhsid_nrbac_roles: user.roles.map(role => ({
      person_orgid: role.roleProfileId,
      person_roleid: role.roleProfileId,
      org_code: role.orgCode,
      role_code: role.roleCode,
      role_name: `"Clinical":"Clinical Provision":"${role.roleName}"`,
    })),
    nhsid_user_orgs: user.roles.map(role => ({ org_code: role.orgCode, org_name: role.orgName })),
    place: exchangeTitles[user.exchange],
  }))
