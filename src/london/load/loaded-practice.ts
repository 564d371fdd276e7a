import { objectOf, objectsOf, textOf, type JsonObject } from '../../exchange/sources/reading/json.ts'
import type { CityPerson } from '../people/told.ts'
import { createGpPractice } from '../systems/gp-practice.ts'
import type { AskedAreas, PracticeIdentity } from '../systems/gp-record.ts'
import type { System } from '../systems/serve.ts'
import { NHS_NUMBER_SYSTEMS } from './identity-of.ts'
import { referencesIn, type Store } from './store.ts'

export interface LoadedPracticeOptions extends PracticeIdentity {
  readonly store: Store
  /** The number each `Patient/id` is known by. */
  readonly numbers: ReadonlyMap<string, string>
  readonly person: (nhsNumber: string) => CityPerson | undefined
  readonly asid: string
  readonly now: () => Date
}

type AreaName = keyof AskedAreas
/** The area in which GP Connect sends a resource of a type by itself; what stands in none comes with what names it. */
const AREA_OF: Readonly<Record<string, AreaName>> = {
  AllergyIntolerance: 'allergies',
  MedicationStatement: 'medication',
  MedicationRequest: 'medication',
  MedicationDispense: 'medication',
  Condition: 'problems',
  Encounter: 'consultations',
  EpisodeOfCare: 'consultations',
  DocumentReference: 'consultations',
  DiagnosticReport: 'investigations',
  Specimen: 'investigations',
  Immunization: 'immunisations',
  ReferralRequest: 'referrals',
}
/** Codes of the lists of GP Connect Access Record Structured, by area. */
const AREA_OF_LIST: Readonly<Record<string, AreaName>> = {
  '886921000000105': 'allergies',
  '1103671000000101': 'allergies',
  '933361000000108': 'medication',
  '717711000000103': 'problems',
  '1149501000000101': 'consultations',
  '325851000000107': 'consultations',
  '25851000000105': 'consultations',
  '24781000000107': 'consultations',
  '1102181000000102': 'immunisations',
  '887191000000108': 'investigations',
  '792931000000107': 'referrals',
  '714311000000108': 'diary',
  '826501000000100': 'uncategorised',
}

/**
 * A practice over GP Connect files: the wire is that of any other practice of the city; what it answers is what the files hold of
 * the areas asked, as they hold it. Periods are not narrowed: what is older than was asked for is left to who asks.
 */
export function createLoadedPractice(options: LoadedPracticeOptions): System {
  const { store, numbers, odsCode } = options
  return createGpPractice({
    odsCode,
    name: options.name,
    phone: options.phone,
    // Somebody who has moved on is still answered about by the practice that was left.
    person: nhsNumber => {
      const person = options.person(nhsNumber)
      return person && { ...person, practice: odsCode }
    },
    held: nhsNumber => ([...numbers.values()].includes(nhsNumber) ? {} : undefined),
    everyone: () => new Set(numbers.values()),
    asid: options.asid,
    now: options.now,
    record: (nhsNumber, asked) => recordOf(store, numbers, nhsNumber, asked),
  })
}

function recordOf(store: Store, numbers: ReadonlyMap<string, string>, nhsNumber: string, asked: AskedAreas): readonly JsonObject[] {
  // A practice answers with one Patient; where files have several of one person the last one is the record of today.
  const patients = [...numbers].flatMap(([key, number]) => (number === nhsNumber ? [key] : []))
  const patient = patients.at(-1)
  if (patient === undefined) return []
  const own = patients.flatMap(key => store.ofPatient.get(key) ?? []).filter(key => !key.startsWith('Patient/'))
  const inLists = areasInLists(store, own)
  const chosen = new Set<string>(own.filter(key => areasOf(store, key, inLists).some(area => asked[area] !== undefined)))
  // With a list or visit comes what it names, and so on: consultations hold notes, problems hold what they are about.
  for (const key of chosen)
    for (const reference of referencesIn(store.resources.get(key)))
      if (store.resources.has(reference) && !reference.startsWith('Patient/')) chosen.add(reference)
  return [patient, ...chosen].map(key => ({ resource: pointed(store.resources.get(key) ?? {}, patient, patients, nhsNumber) }))
}

const listArea = (list: JsonObject): AreaName | undefined =>
  objectsOf(objectOf(list['code'])['coding'])
    .map(coding => AREA_OF_LIST[textOf(coding['code']) ?? ''])
    .find(area => area !== undefined)

function areasInLists(store: Store, keys: readonly string[]): ReadonlyMap<string, ReadonlySet<AreaName>> {
  const found = new Map<string, Set<AreaName>>()
  for (const key of keys) {
    const resource = store.resources.get(key) ?? {}
    const area = resource['resourceType'] === 'List' ? listArea(resource) : undefined
    if (area === undefined) continue
    for (const reference of objectsOf(resource['entry']).flatMap(entry => textOf(objectOf(entry['item'])['reference']) ?? [])) {
      const there = found.get(reference)
      if (there) there.add(area)
      else found.set(reference, new Set([area]))
    }
  }
  return found
}

function areasOf(store: Store, key: string, inLists: ReadonlyMap<string, ReadonlySet<AreaName>>): readonly AreaName[] {
  const resource = store.resources.get(key) ?? {}
  const type = String(resource['resourceType'])
  const listed = [...(inLists.get(key) ?? [])]
  if (type === 'List') return [listArea(resource) ?? 'uncategorised']
  if (type === 'ProcedureRequest') return [...listed, resource['intent'] === 'plan' ? 'diary' : 'investigations']
  const own = AREA_OF[type]
  // What is in no list and of no area is sent as what a practice has not put anywhere.
  return own !== undefined ? [own, ...listed] : listed.length > 0 ? listed : ['uncategorised']
}

/** About the one Patient that is answered, by the number the register has. */
function pointed(resource: JsonObject, patient: string, patients: readonly string[], nhsNumber: string): JsonObject {
  if (resource['resourceType'] === 'Patient') {
    const others = objectsOf(resource['identifier'])
    const [first] = others.filter(one => NHS_NUMBER_SYSTEMS.has(String(one['system'])))
    const rest = others.filter(one => !NHS_NUMBER_SYSTEMS.has(String(one['system'])))
    return { ...resource, identifier: [{ ...first, system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber }, ...rest] }
  }
  if (patients.length === 1) return resource
  const old = new Set(patients)
  return JSON.parse(JSON.stringify(resource), (name, value: unknown) =>
    name === 'reference' && typeof value === 'string' && old.has(value) ? patient : value,
  ) as JsonObject
}
