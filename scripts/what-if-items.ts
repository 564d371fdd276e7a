import type { Catalogue, Organisation, SourceConfig } from '../src/care-record/catalogue.ts'
import type { Facts, Item, SectionAnswer } from '../src/care-record/item.ts'
import { SECTION_IDS } from '../src/care-record/section.ts'
import { sourceName } from '../src/care-record/source-name.ts'
import { hoistContained, translateGpConnect } from '../src/exchange/sources/gp-connect/translate.ts'
import { documentsIn } from '../src/exchange/sources/reading/documents.ts'
import { atOnce, objectsOf, type JsonObject } from '../src/exchange/sources/reading/json.ts'
import { sift, takeIn } from '../src/exchange/sources/reading/take-in.ts'
import { translate, type Placing, type TranslateInput } from '../src/exchange/sources/reading/translate.ts'
import { translateRow } from '../src/exchange/sources/social-care/translate.ts'
import { COLLECTION_NAMES, readRow, type Collection } from '../src/exchange/sources/social-care/wire.ts'
import { cityRoles } from '../src/london/catalogue.ts'
import type { City } from '../src/london/people/city.ts'
import { services } from '../src/london/people/services.ts'
import type { CityPerson, Held, HospitalId, SystemId } from '../src/london/people/told.ts'
import { cityOrganisations, places, SYSTEM_IDS } from '../src/london/places.ts'
import { gpRecord } from '../src/london/systems/gp-record.ts'
import { hospitalRecord } from '../src/london/systems/hospital-record.ts'
import { collectionsOf } from '../src/london/systems/social-care.ts'

/** What one system says of one person, as its connector hears it before anything is withheld. */
export interface Told {
  readonly source: SourceConfig
  readonly answer: SectionAnswer
  readonly facts: readonly Facts[]
}

/** The items that are left when a source's keys are gone: what a practice sends is renamed in translation by its own id. */
export function without({ source, answer, facts }: Told, gone: ReadonlySet<string>): readonly Item[] {
  if (gone.size === 0) return answer.items
  const sent = new Set(facts.map(fact => fact.key))
  const ids = new Set([...gone].map(key => key.slice(key.indexOf('/') + 1)))
  return answer.items.filter(({ id }) => {
    const key = id.slice(source.id.length + 1)
    return sent.has(key) ? !gone.has(key) : !ids.has(key.slice(key.indexOf('/') + 1).replace(/^(?:referral|procedure)-/, ''))
  })
}

const organisations = new Map(cityOrganisations.map(one => [one.odsCode, one]))

/** The whole city as one exchange: whatever it is home to, a change is tried on all of it. */
export const cityCatalogue: Catalogue = {
  version: 'what-if',
  exchange: 'LONDON',
  title: 'The synthetic city',
  organisations,
  sources: [],
  peers: [],
  agreements: [],
  roles: new Map(cityRoles.map(role => [role.jobRole, role])),
  services: SYSTEM_IDS.flatMap(id =>
    (id in services ? services[id as HospitalId] : []).map(({ localCode, treatmentFunction, name, legalClass }) => ({
      odsCode: places[id].odsCode,
      localCode,
      treatmentFunction,
      name,
      legalClass,
    })),
  ),
}

const BASE = 'https://what-if.example/fhir'
const EVERYTHING = {
  allergies: { resolved: true },
  medication: { issues: true },
  problems: {},
  consultations: {},
  investigations: {},
  immunisations: { notGiven: true },
  uncategorised: {},
  referrals: {},
  diary: {},
}

/** All that the systems of the city say of one person. Imaging archives and the national locator are left out. */
export function toldOf(city: City, person: CityPerson, now: Date): readonly Told[] {
  return city.systemsOf(person.nhsNumber).flatMap(id => {
    const held = city.held(id, person.nhsNumber)
    const organisation = organisations.get(places[id].odsCode)
    if (held === undefined || organisation === undefined || places[id].kind === 'pacs') return []
    return toldBy(id, organisation, person, held, now) ?? []
  })
}

function toldBy(id: SystemId, organisation: Organisation, person: CityPerson, held: Held, now: Date): Told | undefined {
  const { odsCode, exchange, system, kind } = places[id]
  const source: SourceConfig = {
    id,
    odsCode,
    exchange,
    connector: kind === 'gp' ? 'gp-connect' : kind === 'social-care' ? 'social-care' : 'fhir',
    baseUrl: BASE,
    system,
    sections: SECTION_IDS,
    hedge: false,
    maxConcurrent: 1,
    feed: 'live',
    indexLoadedAt: null,
    givesEvidence: false,
    state: 'live',
  }
  const input = {
    source,
    organisation,
    retrievedAt: now.toISOString(),
    sections: new Set(SECTION_IDS),
    inGroup: () => true,
  } satisfies Omit<TranslateInput, 'resources' | 'placing'>
  let facts: readonly Facts[] = []
  const note = (all: readonly Facts[]): ReadonlySet<string> => {
    facts = all
    return new Set()
  }
  const { name, phone = '' } = organisation
  const entries: readonly unknown[] =
    kind === 'gp'
      ? gpRecord({ odsCode, name, phone }, person, held, EVERYTHING, now)
      : kind === 'social-care'
        ? []
        : hospitalRecord({ id: id as HospitalId, odsCode, name }, person, held).map(resource => ({ resource }))
  const taken = atOnce(takeIn(objectsOf(JSON.parse(JSON.stringify(entries))), BASE))
  const placing = new Map<string, Placing>()
  if (kind === 'social-care') rowsOf(held, odsCode, taken.resources, placing)
  if (kind === 'gp') hoistContained(taken)
  atOnce(sift(taken, new Set(), note))
  const { items } = atOnce(
    kind === 'gp'
      ? translateGpConnect({ ...input, stu3: taken.resources })
      : translate({
          ...input,
          resources: taken.resources,
          placing: kind === 'social-care' ? placing : documentsIn(taken.resources).placing,
        }),
  )
  if (items.length === 0) return undefined
  const answer: SectionAnswer = {
    source: sourceName(source, organisation),
    group: 'recent',
    sections: SECTION_IDS,
    complete: true,
    asOf: now.toISOString(),
    outcome: 'answered',
    cause: 'none',
    items,
    warnings: [],
    unreadable: 0,
    tookMs: 0,
  }
  return { source, answer, facts }
}

function rowsOf(held: Held, odsCode: string, resources: Map<string, JsonObject>, placing: Map<string, Placing>): void {
  const collections = collectionsOf(held)
  const take = (collection: Collection): void => {
    for (const one of collections[collection] ?? []) {
      const row = readRow(collection, JSON.parse(JSON.stringify(one)))
      const made = row && translateRow(collection, row, 'Patient/p', odsCode)
      if (!made) continue
      const key = `${String(made.resource['resourceType'])}/${String(made.resource['id'])}`
      resources.set(key, made.resource)
      placing.set(key, made.placing)
    }
  }
  for (const collection of COLLECTION_NAMES) take(collection)
}
