import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Disclosed, Item, SectionAnswer } from '../care-record/item.ts'
import { SECTION_IDS } from '../care-record/section.ts'
import { hoistContained, translateGpConnect } from './sources/gp-connect/translate.ts'
import { organisationOf, sourceOf } from './sources/reading/fixtures.ts'
import { atOnce, objectsOf, type JsonObject } from './sources/reading/json.ts'
import { parseBody } from './sources/reading/parse-body.ts'
import { parseXml } from './sources/reading/parse-xml.ts'
import { sift, takeIn } from './sources/reading/take-in.ts'
import { translate, type Placing } from './sources/reading/translate.ts'

const corpora = process.env['LCR_CORPORA']
/** Words for tests over recorded answers where there are none. */
export const noCorpora: string | false =
  corpora === undefined || !existsSync(corpora) ? 'set LCR_CORPORA to a folder of recorded answers' : false

export const TODAY = '2026-11-21'

/** The recorded answers of a folder, by path. */
export const filesUnder = (folder: string): readonly string[] =>
  readdirSync(join(corpora ?? '', folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(?:json|xml)$/.test(name))
    .map(name => join(corpora ?? '', folder, name))
    .sort()

/** The entries of a recorded answer, a resource alone as its only one; none where it cannot be read. */
export async function entriesOf(file: string): Promise<readonly JsonObject[]> {
  const body = readFileSync(file)
  const parsed = await (file.endsWith('.xml') ? parseXml(body) : parseBody(body))
  if (!parsed) return []
  return parsed['resourceType'] === 'Bundle' ? objectsOf(parsed['entry']) : [{ resource: parsed }]
}

/** What a source's entries read as, through the real translator; nothing is disclosed here but by the test. */
export function itemsOf(
  source: string,
  entries: readonly JsonObject[],
  stu3: boolean,
  placing: ReadonlyMap<string, Placing> = new Map(),
): readonly Disclosed<Item>[] {
  const taken = atOnce(takeIn(entries, 'https://source.example/fhir'))
  if (stu3) hoistContained(taken)
  atOnce(sift(taken, new Set(), () => new Set()))
  const input = {
    source: sourceOf({ id: source, odsCode: source }),
    organisation: organisationOf({ odsCode: source, name: source, short: source }),
    retrievedAt: `${TODAY}T10:00:00Z`,
    sections: new Set(SECTION_IDS),
    inGroup: () => true,
  }
  const { items } = atOnce(
    stu3 ? translateGpConnect({ ...input, stu3: taken.resources }) : translate({ ...input, resources: taken.resources, placing }),
  )
  return items as readonly Disclosed<Item>[]
}

/** All of it as one answer of that source. */
export const answerOf = (source: string, items: readonly Disclosed<Item>[]): SectionAnswer<Disclosed<Item>> => ({
  source: { id: source, odsCode: source, name: source, short: source, kind: 'acute', exchange: 'SEL' },
  group: 'essentials',
  sections: [...new Set(items.map(i => i.section))],
  complete: true,
  asOf: `${TODAY}T10:00:00Z`,
  outcome: 'answered',
  cause: 'none',
  items,
  warnings: [],
  unreadable: 0,
  tookMs: 1,
})
