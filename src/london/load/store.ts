import { createHash } from 'node:crypto'
import { isObject, objectOf, objectsOf, textOf, type JsonObject } from '../../exchange/sources/reading/json.ts'
import { isSupport } from '../../exchange/sources/reading/sections.ts'
import { identityOf, NHS_NUMBER_SYSTEMS, sameIdentity } from './identity-of.ts'
import type { LoadedFile } from './read-files.ts'

/** All of one system, as a server holds it once it has taken the files in. */
export interface Store {
  /** `Type/id` to resource; references among them read `Type/id`. */
  readonly resources: ReadonlyMap<string, JsonObject>
  /** By `Patient/id`: what is theirs, the Patient first. Of what is about several people each has it. */
  readonly ofPatient: ReadonlyMap<string, readonly string[]>
  /** What is somebody's own. */
  readonly owned: ReadonlySet<string>
  /** File each resource came from. */
  readonly fileOf: ReadonlyMap<string, string>
  /** About somebody who is in none of the files, or about nobody: by type. */
  readonly aboutNobody: Readonly<Record<string, number>>
  /** References that lead to nothing that was loaded. */
  readonly unresolved: number
  /** Resources told again under the same id by a later file, which counts. */
  readonly replaced: number
}

type Writable = Record<string, unknown>
const ID = /^[A-Za-z0-9\-._]{1,128}$/

/**
 * Takes files in as a server takes transactions: gives ids to what has none, lets a later file replace what an earlier one
 * said under the same id, and points relative, absolute, `urn:uuid` and conditional references at what they name. Where one id
 * is two different people in two files, the later file's ids are its own.
 */
export function createStore(files: readonly LoadedFile[]): Store {
  const resources = new Map<string, JsonObject>()
  const fileOf = new Map<string, string>()
  const scopes = new Map<string, ReadonlyMap<string, string>>()
  let replaced = 0
  for (const file of files) {
    const clashes = file.entries.some(({ resource }) => {
      const before = resource['resourceType'] === 'Patient' ? resources.get(`Patient/${String(resource['id'])}`) : undefined
      return before !== undefined && !sameIdentity(identityOf(before), identityOf(resource))
    })
    const scope = new Map<string, string>()
    for (const [place, { resource, fullUrl }] of file.entries.entries()) {
      const type = String(resource['resourceType'])
      const own = typeof resource['id'] === 'string' ? resource['id'] : undefined
      const fromUrl = fullUrl?.slice(Math.max(fullUrl.lastIndexOf('/'), fullUrl.lastIndexOf(':')) + 1)
      const minted = (): string => createHash('sha1').update(`${file.path} ${place}`).digest('hex').slice(0, 24)
      const named = own ?? (fromUrl !== undefined && ID.test(fromUrl) ? fromUrl : minted())
      const id = clashes ? createHash('sha1').update(`${file.path} ${type} ${named}`).digest('hex').slice(0, 24) : named
      const key = `${type}/${id}`
      scope.set(`${type}/${named}`, key)
      if (fullUrl !== undefined) scope.set(fullUrl, key)
      const before = resources.get(key)
      if (before !== undefined && JSON.stringify({ ...before, id }) !== JSON.stringify({ ...resource, id })) replaced += 1
      resources.set(key, { ...resource, id })
      fileOf.set(key, file.path)
    }
    scopes.set(file.path, scope)
  }
  let unresolved = 0
  const search = conditions(resources)
  for (const [key, resource] of resources) {
    const scope = scopes.get(fileOf.get(key) ?? '') ?? new Map<string, string>()
    unresolved += pointAll(resource, reference => resolve(reference, scope, resources, search), search)
  }
  return { resources, fileOf, unresolved, replaced, ...compartments(resources, onlyPatients(files, scopes), fileOf) }
}

/** The Patient of each file that has one alone; what names nobody in it is theirs. */
function onlyPatients(
  files: readonly LoadedFile[],
  scopes: ReadonlyMap<string, ReadonlyMap<string, string>>,
): ReadonlyMap<string, { readonly patient: string; readonly stu3: boolean }> {
  return new Map(
    files.flatMap(({ path, stu3 }) => {
      const patients = new Set([...(scopes.get(path)?.values() ?? [])].filter(key => key.startsWith('Patient/')))
      const [patient] = patients
      return patients.size === 1 && patient !== undefined ? [[path, { patient, stu3 }] as const] : []
    }),
  )
}

type Search = (type: string, system: string | undefined, value: string) => string | undefined

/** Finds a resource by a business identifier, as a server does for a conditional reference; one that finds two finds none. */
function conditions(resources: ReadonlyMap<string, JsonObject>): Search {
  const byIdentifier = new Map<string, Set<string>>()
  for (const [key, resource] of resources)
    for (const identifier of objectsOf(resource['identifier'])) {
      const value = textOf(identifier['value'])
      if (value === undefined) continue
      for (const system of [textOf(identifier['system']) ?? '', '*']) {
        const name = `${String(resource['resourceType'])} ${system} ${value}`
        const found = byIdentifier.get(name)
        if (found) found.add(key)
        else byIdentifier.set(name, new Set([key]))
      }
    }
  return (type, system, value) => {
    const found = [...(byIdentifier.get(`${type} ${system ?? '*'} ${value}`) ?? [])]
    return found.length === 1 ? found[0] : undefined
  }
}

const CONDITIONAL = /^([A-Z][A-Za-z]+)\?(?:.*&)?identifier=(?:([^|&]*)\|)?([^&]+)/
const TAIL = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9\-._]{1,128})(?:\/_history\/[^/]+)?$/

function resolve(
  reference: string,
  scope: ReadonlyMap<string, string>,
  resources: ReadonlyMap<string, JsonObject>,
  search: Search,
): string | undefined {
  const exact = scope.get(reference)
  if (exact !== undefined) return exact
  const tail = TAIL.exec(reference)?.[1]
  if (tail !== undefined) return scope.get(tail) ?? (resources.has(tail) ? tail : undefined)
  const [, type, system, value] = CONDITIONAL.exec(reference) ?? []
  if (type === undefined || value === undefined) return undefined
  const plain = (text: string): string => {
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  }
  return search(type, system === undefined ? undefined : plain(system), plain(value))
}

/** Points every reference and every address of a document; answers how many lead to nothing. */
function pointAll(value: unknown, point: (reference: string) => string | undefined, search: Search, name = ''): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + pointAll(one, point, search, name), 0)
  if (!isObject(value)) return 0
  let lost = 0
  const { reference, url } = value
  if (typeof reference === 'string' && !reference.startsWith('#')) {
    const found = point(reference)
    if (found === undefined) lost += 1
    else (value as Writable)['reference'] = found
  } else if (reference === undefined && (name === 'subject' || name === 'patient') && isObject(value['identifier'])) {
    // Named by NHS number alone.
    const { system, value: number } = value['identifier']
    const known = typeof system === 'string' && NHS_NUMBER_SYSTEMS.has(system) && typeof number === 'string'
    const found = known ? search('Patient', system, number) : undefined
    if (found !== undefined) (value as Writable)['reference'] = found
  }
  if (typeof url === 'string' && (name === 'attachment' || name.endsWith('Attachment') || name === 'presentedForm' || name === 'content')) {
    const found = point(url)
    if (found?.startsWith('Binary/')) (value as Writable)['url'] = found
  }
  for (const [inner, part] of Object.entries(value)) if (typeof part === 'object') lost += pointAll(part, point, search, inner)
  return lost
}

/** Every `Type/id` a resource names, outside what it contains. */
export function referencesIn(value: unknown, found: string[] = []): readonly string[] {
  if (Array.isArray(value)) for (const one of value) referencesIn(one, found)
  else if (isObject(value))
    for (const [name, inner] of Object.entries(value))
      if (name === 'reference' && typeof inner === 'string') found.push(inner)
      else if (typeof inner === 'object') referencesIn(inner, found)
  return found
}

const ABOUT = ['subject', 'patient', 'beneficiary', 'for', 'individual'] as const

function compartments(
  resources: ReadonlyMap<string, JsonObject>,
  onlyPatient: ReturnType<typeof onlyPatients>,
  fileOf: ReadonlyMap<string, string>,
): Pick<Store, 'ofPatient' | 'owned' | 'aboutNobody'> {
  const ofPatient = new Map<string, string[]>()
  for (const [key, { resourceType }] of resources) if (resourceType === 'Patient') ofPatient.set(key, [key])
  const owners = new Map<string, ReadonlySet<string>>()
  const open: string[] = []
  for (const [key, resource] of resources) {
    if (resource['resourceType'] === 'Patient') continue
    const about = ABOUT.flatMap(name => objectsOf(resource[name]).flatMap(one => textOf(one['reference']) ?? []))
    const people = about.filter(reference => /(^|\/)Patient[/?]|^urn:/.test(reference))
    const named = (people.length > 0 ? people : referencesIn(resource)).filter(reference => ofPatient.has(reference))
    const only = onlyPatient.get(fileOf.get(key) ?? '')
    if (named.length > 0) owners.set(key, new Set(named))
    // A practice answers about one person: what its answer holds is theirs, whatever it calls them.
    else if (only && !isSupport(resource) && (people.length === 0 || only.stu3)) owners.set(key, new Set([only.patient]))
    else if (only?.stu3 === true && resource['resourceType'] === 'List') owners.set(key, new Set([only.patient]))
    else if (people.length === 0 && !isSupport(resource)) open.push(key)
  }
  // What names nobody is theirs whose statements it is about: a document without a subject, a result inside a report.
  const pointedAtBy = new Map<string, string[]>()
  for (const [key, resource] of resources)
    for (const reference of referencesIn(resource)) {
      const from = pointedAtBy.get(reference)
      if (from) from.push(key)
      else pointedAtBy.set(reference, [key])
    }
  for (const key of open) {
    const near = [...referencesIn(resources.get(key)), ...(pointedAtBy.get(key) ?? [])]
    const theirs = new Set(near.flatMap(other => [...(owners.get(other) ?? [])]))
    if (theirs.size === 1) owners.set(key, theirs)
  }
  const aboutNobody: Record<string, number> = {}
  for (const [key, resource] of resources) {
    for (const patient of owners.get(key) ?? []) ofPatient.get(patient)?.push(key)
    const type = String(resource['resourceType'])
    if (type !== 'Patient' && !owners.has(key) && !isSupport(resource)) aboutNobody[type] = (aboutNobody[type] ?? 0) + 1
  }
  return { ofPatient, owned: new Set([...ofPatient.keys(), ...owners.keys()]), aboutNobody }
}

/** What those resources name, and what that names in turn, as far as it is nobody's own: staff, places, products. */
export function reachedFrom(store: Store, keys: readonly string[]): readonly string[] {
  const seen = new Set(keys)
  const reached: string[] = []
  let frontier = keys
  while (frontier.length > 0) {
    const next: string[] = []
    for (const key of frontier)
      for (const reference of referencesIn(store.resources.get(key))) {
        const target = store.resources.get(reference)
        if (target === undefined || seen.has(reference) || store.owned.has(reference)) continue
        seen.add(reference)
        next.push(reference)
      }
    reached.push(...next)
    frontier = next
  }
  return reached
}

/** `managingOrganization` of the patients or custodian of their documents, where all agree on one name. */
export function nameOfHolder({ resources, ofPatient }: Store): string | undefined {
  const names = new Set<string>()
  const add = (reference: JsonObject): void => {
    const name = textOf(resources.get(textOf(reference['reference']) ?? '')?.['name']) ?? textOf(reference['display'])
    if (name !== undefined) names.add(name)
  }
  for (const key of ofPatient.keys()) add(objectOf(resources.get(key)?.['managingOrganization']))
  if (names.size === 0)
    for (const resource of resources.values()) if (resource['resourceType'] === 'Composition') add(objectOf(resource['custodian']))
  const [name] = names
  return names.size === 1 && name !== undefined && name.length <= 120 ? name : undefined
}
