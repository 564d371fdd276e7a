import { RELATIONSHIPS } from '../care-record/person.ts'
import type { Agreement, Organisation, PeerConfig, RoleRow, ServiceRegisterRow, SourceConfig } from '../care-record/catalogue.ts'
import type { SectionId } from '../care-record/section.ts'
import { roleRows } from '../exchange/access/roles/role-table.ts'
import type { StaffRow } from '../exchange/access/standing.ts'
import { createCity, type City } from './people/city.ts'
import { services } from './people/services.ts'
import { objectors, toldStories } from './people/stories.ts'
import type { HospitalId } from './people/told.ts'
import { EXCHANGES, LOCAL_CARE_RECORD, SYSTEM_IDS, cityOrganisations, exchangeTitles, places } from './places.ts'
import type { ExchangeName, Place, SystemId, SystemKind } from './places.ts'
import { staffOf } from './staff.ts'

/** Addresses that are known only once the city has started. */
export interface CityUrls {
  /** Where each record system that runs listens, without a path: `http://127.0.0.1:4101`. */
  readonly systems: Readonly<Partial<Record<SystemId, string>>>
  /** Where the national locator of documents listens, without a path. */
  readonly nrl: string
  /** Where each exchange that runs answers its peers. */
  readonly peers: Readonly<Partial<Record<ExchangeName, string>>>
}

export interface Registration {
  readonly sourceId: string
  readonly nhsNumber: string
  readonly family: string
  readonly given: readonly string[]
  readonly birthDate: string
  readonly gender: string
  readonly postcode?: string
  readonly preferredName?: string
}

/** Whose DSP Toolkit status lapses within weeks. */
const LAPSES_SOON = 'F83998'
const DAY_MS = 86_400_000

/** The organisations with their DSP Toolkit status, which counts until the end of June as it does everywhere. */
function withPapers(now: Date): readonly Organisation[] {
  const june = `${now.getUTCFullYear() + (now.getUTCMonth() < 2 ? 0 : 1)}-06-30`
  const soon = new Date(now.getTime() + 20 * DAY_MS).toISOString().slice(0, 10)
  return cityOrganisations.map(one =>
    one.kind === 'national' ? one : { ...one, dspToolkit: { status: 'met', until: one.odsCode === LAPSES_SOON ? soon : june } },
  )
}

/** What an exchange is given to apply: who takes part, and who is known where. */
export interface ApplyDocument {
  readonly exchange: ExchangeName
  readonly title: string
  /** Who builds and runs it: they approve nobody. */
  readonly deliveryTeam: readonly string[]
  readonly organisations: readonly Organisation[]
  readonly sources: readonly SourceConfig[]
  readonly peers: readonly PeerConfig[]
  readonly agreements: readonly Agreement[]
  readonly roles: readonly RoleRow[]
  readonly services: readonly ServiceRegisterRow[]
  readonly pointers: readonly { readonly nhsNumber: string; readonly sourceId: string }[]
  readonly registrations: readonly Registration[]
  readonly objections: readonly { readonly nhsNumber: string; readonly scope: 'everything'; readonly since: string }[]
  readonly staff: readonly StaffRow[]
}

/** The national locator is one for all: each viewer's own exchange asks it, of everybody. */
export const NRL = { id: 'nrl', odsCode: 'X26', exchange: 'SEL' } as const
/** Accredited system ids of a practice's record and of its documents, made up. */
export const asidOf = (id: SystemId): string => `9189991${String(98_101 + 2 * SYSTEM_IDS.indexOf(id)).padStart(5, '0')}`
export const documentsAsidOf = (id: SystemId): string => String(Number(asidOf(id)) + 1)
/** Client id of an exchange at every FHIR source and at the national register. */
export const clientIdOf = (exchange: ExchangeName): string => `lcr-${exchange.toLowerCase()}`

/** What GP Connect Access Record Structured brings; of the rest nothing is asked of a practice. */
const GP_SECTIONS: readonly SectionId[] = [
  'allergies',
  'medicines',
  'problems',
  'encounters',
  'results',
  'referrals',
  'procedures',
  'vaccinations',
  'observations',
  'family-history',
  'social-context',
  'documents',
  'other',
]
const HOSPITAL_SECTIONS: readonly SectionId[] = [
  'alerts',
  'about-me',
  'allergies',
  'medicines',
  'problems',
  'encounters',
  'results',
  'imaging',
  'appointments',
  'referrals',
  'documents',
  'plans',
  'procedures',
  'vaccinations',
  'observations',
  'contacts',
  'family-history',
  'social-context',
]

/** What differs from one kind of system to the next. A kind that is not here stands in no catalogue. */
type Wire = Pick<SourceConfig, 'connector' | 'baseUrl' | 'sections' | 'maxConcurrent'> & Partial<SourceConfig>
const client = (url: string, exchange: ExchangeName) => ({ tokenUrl: `${url}/oauth2/token`, clientId: clientIdOf(exchange) })
const fhir = (place: Place, url: string, exchange: ExchangeName): Wire => ({
  connector: 'fhir',
  baseUrl: `${url}/fhir`,
  sections: place.sections ?? HOSPITAL_SECTIONS,
  maxConcurrent: 16,
  fhirRead: place.read ?? 'search',
  ...client(url, exchange),
  ...(place.format && { fhirFormat: place.format }),
})
const wires: Readonly<Partial<Record<SystemKind, (place: Place, url: string, exchange: ExchangeName) => Wire>>> = {
  gp: (place, url) => ({
    connector: 'gp-connect',
    baseUrl: `${url}/${place.odsCode}/STU3/1/gpconnect/structured/fhir`,
    sections: place.sections ?? GP_SECTIONS,
    maxConcurrent: 4,
    asidTo: asidOf(place.id),
    documentsUrl: `${url}/${place.odsCode}/STU3/1/gpconnect/documents/fhir`,
    documentsAsid: documentsAsidOf(place.id),
  }),
  fhir,
  group: fhir,
  'social-care': (place, url, exchange) => ({
    connector: 'social-care',
    baseUrl: `${url}/care`,
    sections: place.sections ?? [],
    maxConcurrent: 16,
    ...client(url, exchange),
  }),
  pacs: (place, url, exchange) => ({
    connector: 'dicomweb',
    baseUrl: `${url}/dicom-web`,
    sections: place.sections ?? [],
    maxConcurrent: 16,
    ...client(url, exchange),
  }),
}

/** A system as the catalogue of an exchange has it: its home's, or for a system that every viewer's exchange asks, each one's. */
function source(place: Place, url: string, exchange: ExchangeName, now: Date): readonly SourceConfig[] {
  const wire = wires[place.kind]
  if (wire === undefined) return []
  return [
    {
      id: place.id,
      odsCode: place.odsCode,
      exchange,
      ...wire(place, url, exchange),
      system: place.system,
      hedge: place.hedge === true,
      feed: 'live',
      indexLoadedAt: new Date(now.getTime() - 3_600_000).toISOString(),
      givesEvidence: place.evidence === true,
      state: 'live',
      ...(place.askedBy && { askedBy: place.askedBy }),
      ...(place.members && { members: place.members }),
    },
  ]
}

const locator = (urls: CityUrls, exchange: ExchangeName): SourceConfig => ({
  ...NRL,
  exchange,
  askedBy: 'viewer',
  connector: 'nrl',
  baseUrl: `${urls.nrl}/record-locator/consumer/FHIR/R4`,
  system: 'National Record Locator',
  sections: ['plans', 'documents'],
  tokenUrl: `${urls.nrl}/oauth2/token`,
  clientId: clientIdOf(exchange),
  hedge: false,
  maxConcurrent: 16,
  feed: 'live',
  // It has no index of people: it is asked about everybody.
  indexLoadedAt: null,
  givesEvidence: false,
  state: 'live',
})

/** The role table of every exchange of the city. */
export const cityRoles: readonly RoleRow[] = roleRows()

/** Of them alone a system may believe something else than the register. */
const toldByHand: ReadonlySet<string> = new Set(toldStories.map(story => story.nhsNumber))

/** Of each person the systems that know them, told once for all exchanges. */
const systemsKnowing = (city: City, ids: readonly SystemId[]) =>
  city.people.map(person => ({ person, ids: new Set(city.systemsOf(person.nhsNumber).filter(id => ids.includes(id))) }))

/**
 * The documents that bring each exchange of the city into force: apply them once its systems listen.
 *
 * @param given.urls the exchanges that run are those with a way for peers, the systems those that listen.
 */
export function londonCatalogue({
  now,
  urls,
  city = createCity({ now }),
}: {
  readonly now: Date
  readonly urls: CityUrls
  readonly city?: City
}): ReadonlyMap<ExchangeName, ApplyDocument> {
  const running = EXCHANGES.filter(exchange => urls.peers[exchange] !== undefined)
  const listening = SYSTEM_IDS.filter(id => urls.systems[id] !== undefined)
  const knowing = systemsKnowing(city, listening)
  const of = (exchange: ExchangeName): ApplyDocument => {
    const ids = listening.filter(id => places[id].askedBy === 'viewer' || places[id].exchange === exchange)
    const sources = ids.flatMap(id => source(places[id], urls.systems[id] ?? '', exchange, now))
    const known = ids.flatMap(id => knowing.filter(each => each.ids.has(id)).map(({ person }) => ({ id, person })))
    return {
      exchange,
      title: exchangeTitles[exchange],
      deliveryTeam: [LOCAL_CARE_RECORD],
      organisations: withPapers(now),
      sources: [...sources, locator(urls, exchange)],
      peers: running
        .filter(other => other !== exchange)
        .map(other => ({
          exchange: other,
          title: exchangeTitles[other],
          baseUrl: urls.peers[other] ?? '',
          state: 'live',
          trustedEvidence: RELATIONSHIPS,
        })),
      agreements: [
        ...ids.flatMap(id =>
          (places[id].members ?? [places[id].odsCode]).map(provider => [provider, places[id].members ? `${id}-${provider}` : id] as const),
        ),
        [NRL.odsCode, NRL.id] as const,
      ]
        // One of each organisation, however many systems it has: named after the first.
        .filter(([provider], place, all) => all.findIndex(one => one[0] === provider) === place)
        .map(([provider, id]) => ({
          id: `${id}-all`,
          provider,
          consumer: '*',
          sections: '*',
          from: '2026-01-01',
          until: null,
        })),
      roles: cityRoles,
      services: ids.flatMap(id =>
        (id in services ? services[id as HospitalId] : []).map(({ localCode, treatmentFunction, name, legalClass }) => ({
          odsCode: places[id].odsCode,
          localCode,
          treatmentFunction,
          name,
          legalClass,
        })),
      ),
      pointers: known.map(({ id, person }) => ({ nhsNumber: person.nhsNumber, sourceId: id })),
      registrations: known.map(({ id, person }) => {
        const believed = toldByHand.has(person.nhsNumber) ? { ...person, ...city.held(id, person.nhsNumber)?.demographics } : person
        return {
          sourceId: id,
          nhsNumber: person.nhsNumber,
          family: believed.name.family,
          given: believed.name.given,
          birthDate: believed.birthDate,
          gender: believed.gender,
          ...(!person.restricted && { postcode: person.address.postcode }),
          ...(person.preferredName !== undefined && { preferredName: person.preferredName }),
        }
      }),
      // Taken down at one; the others read it there.
      objections: (exchange === running[0] ? objectors : []).map(({ nhsNumber, daysAgo }) => ({
        nhsNumber,
        scope: 'everything',
        since: new Date(now.getTime() - daysAgo * 86_400_000).toISOString(),
      })),
      staff: staffOf(exchange, now),
    }
  }
  return new Map(running.map(exchange => [exchange, of(exchange)]))
}
