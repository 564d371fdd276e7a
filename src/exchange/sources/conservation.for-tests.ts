import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts, Item } from '../../care-record/item.ts'
import { SECTION_IDS } from '../../care-record/section.ts'
import { hoistContained, translateGpConnect } from './gp-connect/translate.ts'
import { documentsIn } from './reading/documents.ts'
import { organisationOf, sourceOf } from './reading/fixtures.ts'
import { atOnce, isObject, objectOf, objectsOf, type JsonObject } from './reading/json.ts'
import { parseBody } from './reading/parse-body.ts'
import { parseXml } from './reading/parse-xml.ts'
import { keyOf } from './reading/references.ts'
import { sift, takeIn } from './reading/take-in.ts'
import { emptyLedger, translate, type Ledger } from './reading/translate.ts'

/** Folders of recorded answers, and whether they are STU3 as GP Connect sends it. */
export const FOLDERS: readonly (readonly [folder: string, stu3: boolean])[] = [
  ['gpconnect-structured-stu3', true],
  ['gpconnect-api-examples-stu3', true],
  ['ukcore-r4-examples', false],
  ['synthea-r4-bundles', false],
  ['immunisation-r4', false],
  ['ips-r4', false],
  ['nrl-pointers-r4', false],
  ['summary-care-record', false],
]

/** Every FHIR file of a folder, in order, by its path inside the folder. */
export const filesOf = (corpora: string, folder: string): readonly string[] =>
  readdirSync(join(corpora, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(?:json|xml)$/.test(name))
    .toSorted()

/** Where everything in one file went. */
export interface Account {
  /** Resources in it, those inside Lists and Bundles too; a file that is not FHIR counts as one. */
  readonly sent: number
  readonly items: readonly Item[]
  /** Adds up to `sent`. */
  readonly ledger: Ledger
}

const BASE = 'https://source.example/fhir'

/** Reads a file as the answer of a system, all sections and all time. */
export async function accountOf(
  path: string,
  stu3: boolean,
  sieve: (facts: readonly Facts[]) => ReadonlySet<string> = () => new Set(),
): Promise<Account> {
  const bytes = readFileSync(path)
  const parsed = await (path.endsWith('.xml') ? parseXml : parseBody)(bytes)
  if (!parsed) return { sent: 1, items: [], ledger: { ...emptyLedger(), unreadable: 1 } }
  const isBundle = parsed['resourceType'] === 'Bundle'
  const entries: readonly unknown[] = isBundle ? listOf(parsed['entry']) : [{ resource: parsed }]
  const sent = countOf(entries, stu3)
  const taken = atOnce(takeIn(objectsOf(entries), BASE))
  if (stu3) hoistContained(taken)
  const patients = [...taken.resources.values()].filter(r => r['resourceType'] === 'Patient')
  const withheld = atOnce(sift(taken, new Set(patients.length === 1 ? patients.map(keyOf) : []), sieve))
  const input = {
    source: sourceOf({ baseUrl: BASE }),
    organisation: organisationOf(),
    retrievedAt: '2026-11-21T10:00:00Z',
    sections: new Set(SECTION_IDS),
    inGroup: () => true,
  }
  const { items, ledger } = atOnce(
    stu3
      ? translateGpConnect({ ...input, stu3: taken.resources })
      : translate({ ...input, resources: taken.resources, placing: documentsIn(taken.resources).placing }),
  )
  const unreadable = [...taken.unreadable.values()].reduce((a, b) => a + b, 0) + taken.unknown + entries.filter(e => !isObject(e)).length
  return {
    sent,
    items,
    ledger: {
      ...ledger,
      duplicate: ledger.duplicate + taken.duplicates,
      message: ledger.message + taken.messages,
      withheld: ledger.withheld + withheld,
      unreadable: ledger.unreadable + unreadable,
    },
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Counted from the bytes' own structure, apart from what reads it. */
function countOf(entries: readonly unknown[], stu3: boolean, depth = 0): number {
  let count = 0
  for (const entry of entries) {
    const resource: JsonObject = objectOf(objectOf(entry)['resource'])
    count += 1
    if (stu3 && resource['resourceType'] === 'List') count += objectsOf(resource['contained']).length
    if (resource['resourceType'] === 'Bundle' && depth < 2) count += countOf(listOf(resource['entry']), stu3, depth + 1)
  }
  return count
}
