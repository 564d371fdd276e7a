import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import type { JSONWebKeySet } from 'jose'
import type { Agreement, Organisation, SourceConfig } from '../../care-record/catalogue.ts'
import { GROUPS, SECTION_IDS } from '../../care-record/section.ts'
import { GP_SECTIONS } from '../../connect/gp-sections.ts'
import { everythingTypes, searchesOf } from '../../exchange/sources/fhir/searches.ts'
import type { CityPerson } from '../people/told.ts'
import type { System } from '../systems/serve.ts'
import { createLoadedFhir } from './loaded-fhir.ts'
import { createLoadedPractice } from './loaded-practice.ts'
import { inRegister, peopleOf } from './people.ts'
import { readFolder, type LoadedFile, type Untaken } from './read-files.ts'
import { createStore, nameOfHolder, type Store } from './store.ts'

/** A record system made of files. */
export interface LoadedSystem {
  readonly id: `loaded-${string}`
  readonly kind: 'fhir' | 'gp'
  readonly organisation: Organisation
  /** What it is called on the switchboard and in the catalogue. */
  readonly system: string
  /** Files or the folder it was made of, for people. */
  readonly from: string
  /** Serves it. The keys are those of the clients that may ask for a token. */
  readonly create: (options: { readonly clients: Readonly<Record<string, JSONWebKeySet>>; readonly now: () => Date }) => System
  /**
   * Its row in the catalogue of its exchange.
   *
   * @param url where it listens, without a path.
   */
  readonly source: (options: {
    readonly url: string
    readonly exchange: string
    readonly clientId: string
    /** ISO instant. */
    readonly indexLoadedAt: string
  }) => SourceConfig
}

/** Somebody who was loaded, for the table and for `city.json`. */
export interface LoadedPerson {
  readonly register: CityPerson
  readonly systems: readonly {
    readonly id: string
    readonly organisation: string
    readonly file: string
    /** What is about this person, by type of resource; the Patient itself is not among them. */
    readonly items: Readonly<Record<string, number>>
  }[]
  readonly warnings: readonly string[]
}

export interface Loaded {
  readonly folder: string
  readonly systems: readonly LoadedSystem[]
  readonly people: readonly LoadedPerson[]
  /** Files, or parts of them, that were not taken. */
  readonly untaken: readonly Untaken[]
  /** Rows of the exchange that is home to them. */
  readonly organisations: readonly Organisation[]
  readonly agreements: readonly Agreement[]
  readonly pointers: readonly { readonly nhsNumber: string; readonly sourceId: string }[]
  readonly registrations: readonly {
    readonly sourceId: string
    readonly nhsNumber: string
    readonly family: string
    readonly given: readonly string[]
    readonly birthDate: string
    readonly gender: string
    readonly postcode?: string
  }[]
}

/** Accredited system id of every loaded practice, made up. */
const LOADED_ASID = '918999198199'
/** Types that are asked of a FHIR source; of others nothing comes into a record. */
const ASKED: ReadonlySet<string> = new Set(GROUPS.flatMap(group => everythingTypes(searchesOf(group, SECTION_IDS))))

const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex')

/**
 * Makes record systems of the FHIR files of a folder: of each file, of each sub-folder, and of the single resources that lie
 * loose in it. Ids, organisation codes and given numbers are the same from run to run.
 *
 * @param isTaken NHS numbers of the city's own people.
 * @throws when the folder cannot be read.
 */
export async function loadFolder(folder: string, isTaken: (nhsNumber: string) => boolean): Promise<Loaded> {
  const { files, untaken } = await readFolder(folder)
  const problems: Untaken[] = [...untaken]
  const stores = new Map<string, Store>()
  const made: Omit<LoadedSystem, 'create'>[] = []
  const root = basename(resolve(folder))
  for (const [group, some] of grouped(files)) {
    const [name = '', format = ''] = group.split('\n')
    const store = createStore(some)
    const from = name === '' ? root : name
    problems.push(...problemsOf(from, store, format === 'gp'))
    if (store.ofPatient.size === 0) continue
    const hash = hashOf(group)
    const id = `loaded-${hash.slice(0, 10)}` as const
    stores.set(id, store)
    made.push(
      systemOf(id, `ZL${hash.slice(0, 5).toUpperCase()}`, format === 'gp' ? 'gp' : 'fhir', from, nameOfHolder(store), made.length + 1),
    )
  }

  const { people, skipped } = peopleOf(stores, isTaken)
  for (const { file, reason } of skipped) problems.push({ file, reason: `Somebody in it ${reason}.` })
  const systemById = new Map<string, (typeof made)[number]>(made.map(system => [system.id, system]))
  const numbers = new Map<string, Map<string, string>>(made.map(({ id }) => [id, new Map()]))
  for (const { nhsNumber, at } of people) for (const { systemId, patient } of at) numbers.get(systemId)?.set(patient, nhsNumber)

  const loaded = people.map((person): LoadedPerson => {
    const ids = [...new Set(person.at.map(one => one.systemId))]
    const practices = ids.filter(id => systemById.get(id)?.kind === 'gp')
    // The register knows one practice, and only that is asked through GP Connect: the one that holds most.
    const sizeAt = (id: string): number =>
      person.at.reduce((sum, one) => sum + (one.systemId === id ? (stores.get(id)?.ofPatient.get(one.patient)?.length ?? 0) : 0), 0)
    const [main] = practices.toSorted((a, b) => sizeAt(b) - sizeAt(a))
    const practice = systemById.get(main ?? '')?.organisation.odsCode ?? ''
    return {
      register: inRegister(person, practice),
      systems: ids.map(id => {
        const patients = person.at.filter(one => one.systemId === id)
        return {
          id,
          organisation: systemById.get(id)?.organisation.name ?? '',
          file: [...new Set(patients.map(one => one.file))].join(', '),
          items: countsOf(stores.get(id), patients),
        }
      }),
      warnings: [
        ...(ids.length > 1 ? [`is one person in ${ids.length} systems`] : []),
        ...(practices.length > 1 ? [`is a patient of ${practices.length} practices: only the one that holds most is asked`] : []),
        ...person.warnings,
      ],
    }
  })
  const registerOf = new Map<string, CityPerson>(loaded.map(({ register }) => [register.nhsNumber, register]))
  const held = loaded.flatMap(({ register, systems }) => systems.map(({ id }) => ({ register, sourceId: id })))
  return {
    folder: resolve(folder),
    systems: made.map(system => ({
      ...system,
      create: options => {
        const of = { store: stores.get(system.id)!, numbers: numbers.get(system.id)! }
        return system.kind === 'fhir'
          ? createLoadedFhir({ ...of, ...options })
          : createLoadedPractice({
              ...of,
              odsCode: system.organisation.odsCode,
              name: system.organisation.name,
              phone: system.organisation.phone ?? '',
              person: nhsNumber => registerOf.get(nhsNumber),
              asid: LOADED_ASID,
              now: options.now,
            })
      },
    })),
    people: loaded,
    untaken: problems,
    organisations: made.map(({ organisation }) => organisation),
    agreements: made.map(({ id, organisation }) => ({
      id: `${id}-all`,
      provider: organisation.odsCode,
      consumer: '*',
      sections: '*',
      from: '2026-01-01',
      until: null,
    })),
    pointers: held.map(({ register, sourceId }) => ({ nhsNumber: register.nhsNumber, sourceId })),
    registrations: held.map(({ register, sourceId }) => ({
      sourceId,
      nhsNumber: register.nhsNumber,
      family: register.name.family,
      given: register.name.given,
      birthDate: register.birthDate,
      gender: register.gender,
      ...(register.address.postcode !== '' && { postcode: register.address.postcode }),
    })),
  }
}

/** Files by the system they make: name, then `gp` for what GP Connect sends. */
function grouped(files: readonly LoadedFile[]): ReadonlyMap<string, readonly LoadedFile[]> {
  const groups = new Map<string, LoadedFile[]>()
  for (const file of files) {
    const [first = '', ...rest] = file.path.split('/')
    const isRecord = !file.single && file.entries.some(({ resource }) => resource['resourceType'] === 'Patient')
    const name = `${rest.length > 0 ? first : isRecord ? file.path : ''}\n${file.stu3 ? 'gp' : 'fhir'}`
    const group = groups.get(name)
    if (group) group.push(file)
    else groups.set(name, [file])
  }
  return groups
}

/** What of a system will not be seen, in words. */
function problemsOf(from: string, store: Store, isGp: boolean): readonly Untaken[] {
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([type, count]) => `${type} ${count}`)
      .join(', ')
  const found: Untaken[] = []
  const nobodys = listed(store.aboutNobody)
  if (store.ofPatient.size === 0) return [{ file: from, reason: `It holds no Patient${nobodys === '' ? '' : ` (but ${nobodys})`}.` }]
  if (nobodys !== '') found.push({ file: from, reason: `About nobody who is in it, and shown for nobody: ${nobodys}.` })
  if (store.replaced > 0) found.push({ file: from, reason: `Told again under the same id, the last counts: ${store.replaced}.` })
  if (store.unresolved > 0) found.push({ file: from, reason: `References that lead to nothing in it: ${store.unresolved}.` })
  const others: Record<string, number> = {}
  for (const keys of store.ofPatient.values())
    for (const key of keys) {
      const [type = ''] = key.split('/')
      if (!isGp && type !== 'Patient' && !ASKED.has(type)) others[type] = (others[type] ?? 0) + 1
    }
  if (Object.keys(others).length > 0) found.push({ file: from, reason: `Not part of a care record, never asked for: ${listed(others)}.` })
  return found
}

function systemOf(
  id: LoadedSystem['id'],
  odsCode: string,
  kind: LoadedSystem['kind'],
  from: string,
  named: string | undefined,
  place: number,
): Omit<LoadedSystem, 'create'> {
  const organisation: Organisation = {
    odsCode,
    name: named ?? `Loaded: ${from}`.slice(0, 200),
    short: kind === 'gp' ? 'GP' : `File ${place}`,
    kind: kind === 'gp' ? 'gp-practice' : 'other',
  }
  const system = kind === 'gp' ? 'GP record' : 'Loaded record'
  return {
    id,
    kind,
    organisation,
    system,
    from,
    source: ({ url, exchange, clientId, indexLoadedAt }) => ({
      id,
      odsCode,
      exchange,
      connector: kind === 'gp' ? 'gp-connect' : 'fhir',
      baseUrl: kind === 'gp' ? `${url}/${odsCode}/STU3/1/gpconnect/structured/fhir` : `${url}/fhir`,
      system,
      sections: kind === 'gp' ? GP_SECTIONS : SECTION_IDS,
      ...(kind === 'gp' ? { asidTo: LOADED_ASID } : { fhirRead: 'everything', tokenUrl: `${url}/oauth2/token`, clientId }),
      hedge: false,
      maxConcurrent: 8,
      feed: 'live',
      indexLoadedAt,
      givesEvidence: false,
      state: 'live',
    }),
  }
}

function countsOf(store: Store | undefined, patients: readonly { readonly patient: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const key of new Set(patients.flatMap(({ patient }) => store?.ofPatient.get(patient) ?? []))) {
    const [type = ''] = key.split('/')
    if (type !== 'Patient') counts[type] = (counts[type] ?? 0) + 1
  }
  return counts
}
