import { createReadStream, lstatSync, readdirSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { isObject, objectOf, objectsOf, textOf, type JsonObject } from '../../exchange/sources/reading/json.ts'
import { parseBody } from '../../exchange/sources/reading/parse-body.ts'
import { parseXml } from '../../exchange/sources/reading/parse-xml.ts'

/** One resource of a file, and the address by which others of that file name it. */
export interface LoadedEntry {
  readonly resource: JsonObject
  readonly fullUrl?: string
}
/** A file that was read whole. */
export interface LoadedFile {
  /** Inside the folder, with `/`. */
  readonly path: string
  readonly entries: readonly LoadedEntry[]
  /** One resource alone, as an example or an export of one thing. */
  readonly single: boolean
  /** FHIR STU3 as GP Connect sends it; else R4. */
  readonly stu3: boolean
}
/** What was not taken, and why, in words for whoever loads it. */
export interface Untaken {
  readonly file: string
  readonly reason: string
}

const MAX_FILE_BYTES = 200_000_000
const TYPE = /^[A-Z][A-Za-z]{1,39}$/
const KINDS: Readonly<Record<string, 'json' | 'xml' | 'ndjson'>> = {
  '.json': 'json',
  '.xml': 'xml',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
}

/**
 * Reads every JSON, XML and NDJSON file of a folder and its sub-folders, in the order of their names. A file is taken whole or
 * not at all; hidden files, links and files of other kinds are left.
 *
 * @throws with words for people when the folder itself cannot be read.
 */
export async function readFolder(folder: string): Promise<{ readonly files: readonly LoadedFile[]; readonly untaken: readonly Untaken[] }> {
  const files: LoadedFile[] = []
  const untaken: Untaken[] = []
  const names = listOf(folder)
    .map(name => name.split(sep).join('/'))
    .filter(name => !name.split('/').some(part => part.startsWith('.')))
    .toSorted()
  for (const path of names) {
    const stat = lstatSync(join(folder, path))
    const kind = KINDS[extname(path).toLowerCase()]
    if (!stat.isFile() || kind === undefined) continue
    const read = stat.size > MAX_FILE_BYTES ? 'It is larger than 200 MB.' : await readOne(join(folder, path), kind)
    if (typeof read === 'string') untaken.push({ file: path, reason: read })
    else files.push({ path, ...read })
  }
  return { files, untaken }
}

function listOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (cause) {
    throw new Error('The folder to load cannot be read: is it there, and may it be read?', { cause })
  }
}

async function readOne(path: string, kind: 'json' | 'xml' | 'ndjson'): Promise<Omit<LoadedFile, 'path'> | string> {
  const bytes = await bytesOf(path)
  if (bytes === undefined) return 'It cannot be read from the disk.'
  const values = kind === 'ndjson' ? await linesOf(bytes) : [kind === 'xml' ? await parseXml(bytes) : await parseBody(bytes)]
  if (typeof values === 'string') return values
  const entries: LoadedEntry[] = []
  for (const value of values) {
    if (value === undefined) {
      if (kind === 'xml') return 'It is not well-formed FHIR XML. CDA documents are not loaded.'
      return 'It is not one well-formed JSON object in UTF-8, at most 64 levels deep.'
    }
    const wrong = collect(value, undefined, entries, 0)
    if (wrong !== undefined) return wrong
  }
  if (entries.length === 0) return 'It holds no resource.'
  if (entries.some(({ resource }) => DSTU2.has(String(resource['resourceType'])))) return 'It is FHIR DSTU2, which is not read.'
  const own = values.length === 1 && textOf(values[0]?.['resourceType'])
  return { entries, single: own !== 'Bundle' && own !== 'Parameters' && values.length === 1, stu3: entries.some(isStu3) }
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of createReadStream(path)) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  } catch {
    return undefined
  }
}

async function linesOf(bytes: Buffer): Promise<readonly (JsonObject | undefined)[] | string> {
  const values: JsonObject[] = []
  let line = 0
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0x0a, from)
    const to = end < 0 ? bytes.length : end
    const text = bytes.subarray(from, to)
    line += 1
    from = to + 1
    if (text.toString('latin1').trim() === '') continue
    const value = await parseBody(text)
    if (value === undefined) return `Line ${line} is not one well-formed JSON object.`
    values.push(value)
  }
  return values
}

/** A Bundle in a Bundle in a Bundle is no file that any system writes. */
const MAX_NESTED = 3

/** Adds what a resource holds; answers why it cannot be taken. */
function collect(value: JsonObject, fullUrl: string | undefined, into: LoadedEntry[], depth: number): string | undefined {
  const { resourceType } = value
  if (typeof resourceType !== 'string' || !TYPE.test(resourceType)) return 'It is not FHIR: something in it has no resourceType.'
  if (depth > MAX_NESTED) return 'It has Bundles inside Bundles inside Bundles.'
  if (resourceType === 'Bundle') {
    for (const entry of objectsOf(value['entry'])) {
      // An entry that only tells of a deletion or of an answer holds nothing.
      if (!isObject(entry['resource'])) continue
      const wrong = collect(entry['resource'], textOf(entry['fullUrl']), into, depth + 1)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  if (resourceType === 'Parameters') return collectParts(value['parameter'], into, depth + 1)
  into.push({ resource: value, ...(fullUrl === undefined ? {} : { fullUrl }) })
  return undefined
}

function collectParts(parts: unknown, into: LoadedEntry[], depth: number): string | undefined {
  if (depth > MAX_NESTED * 2) return 'It has parts inside parts too deep.'
  for (const part of objectsOf(parts)) {
    const wrong = isObject(part['resource'])
      ? collect(part['resource'], undefined, into, depth)
      : collectParts(part['part'], into, depth + 1)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

const DSTU2: ReadonlySet<string> = new Set(['MedicationOrder', 'DiagnosticOrder', 'DeviceUseRequest', 'ProcedureLog'])
const STU3_TYPES: ReadonlySet<string> = new Set([
  'ProcedureRequest',
  'ReferralRequest',
  'Sequence',
  'BodySite',
  'ProcessRequest',
  'ImagingManifest',
])
const STU3_PROFILE = /\/STU3\/|CareConnect/

/** By its profile, or by what only STU3 writes so. */
function isStu3({ resource }: LoadedEntry): boolean {
  const type = String(resource['resourceType'])
  const { profile } = objectOf(resource['meta'])
  const profiles: readonly unknown[] = Array.isArray(profile) ? profile : [profile]
  if (profiles.some(one => typeof one === 'string' && STU3_PROFILE.test(one)) || STU3_TYPES.has(type)) return true
  if (type === 'AllergyIntolerance' || type === 'Condition') return typeof resource['clinicalStatus'] === 'string'
  if (type === 'MedicationRequest') return isObject(objectOf(resource['requester'])['agent'])
  return (
    (type === 'MedicationStatement' && resource['taken'] !== undefined) || (type === 'Immunization' && resource['notGiven'] !== undefined)
  )
}
