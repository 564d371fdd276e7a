import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Disclosed, Item, SectionAnswer } from '../care-record/item.ts'
import { SECTION_IDS } from '../care-record/section.ts'
import { createRecord, type CareRecord } from './record/record.ts'
import { hoistContained, translateGpConnect } from './sources/gp-connect/translate.ts'
import { organisationOf, sourceOf } from './sources/reading/fixtures.ts'
import { atOnce, objectsOf, type JsonObject } from './sources/reading/json.ts'
import { parseBody } from './sources/reading/parse-body.ts'
import { parseXml } from './sources/reading/parse-xml.ts'
import { sift, takeIn } from './sources/reading/take-in.ts'
import { translate } from './sources/reading/translate.ts'

const corpora = process.env['LCR_CORPORA']
const skip = corpora === undefined || !existsSync(corpora) ? 'set LCR_CORPORA to a folder of recorded answers' : false

const TODAY = '2026-11-21'
const everySection = new Set(SECTION_IDS)
/** Every order and grouping of a large file costs a whole merge: the largest are merged in fewer orders, items. */
const LARGE = 400

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(join(corpora ?? '', folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(?:json|xml)$/.test(name))
    .map(name => join(corpora ?? '', folder, name))
    .sort()

/** What one source would say of one file: real bytes through the real translator. */
async function itemsOf(file: string, stu3: boolean, source: string): Promise<readonly Disclosed<Item>[]> {
  const body = readFileSync(file)
  const parsed = await (file.endsWith('.xml') ? parseXml(body) : parseBody(body))
  if (!parsed) return []
  const bundle: JsonObject = parsed['resourceType'] === 'Bundle' ? parsed : { resourceType: 'Bundle', entry: [{ resource: parsed }] }
  const taken = atOnce(takeIn(objectsOf(bundle['entry']), 'https://source.example/fhir'))
  if (stu3) hoistContained(taken)
  atOnce(sift(taken, new Set(), () => new Set()))
  const input = {
    source: sourceOf({ id: source, odsCode: source }),
    organisation: organisationOf({ odsCode: source, name: source, short: source }),
    retrievedAt: `${TODAY}T10:00:00Z`,
    sections: everySection,
    inGroup: () => true,
  }
  const { items } = atOnce(
    stu3
      ? translateGpConnect({ ...input, stu3: taken.resources })
      : translate({ ...input, resources: taken.resources, placing: new Map() }),
  )
  return items as readonly Disclosed<Item>[]
}

const answerOf = (source: string, items: readonly Disclosed<Item>[]): SectionAnswer<Disclosed<Item>> => ({
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

const newRecord = (): CareRecord => {
  let n = 0
  return createRecord({ mintId: () => `e${++n}`, today: () => TODAY })
}

/** The record without its ids, each entry with the items that were folded into it, each thread by its items. */
function content(record: CareRecord): unknown {
  const items = (id: string): readonly string[] => record.statementIds(id)
  const { byProblem, byEncounter } = record.threads()
  const compared = record.compareMedicines()
  return {
    entries: SECTION_IDS.map(section => (record.snapshot().get(section) ?? []).map(e => [{ ...e, id: '' }, items(e.id)])),
    threads: [...byProblem, ...byEncounter].map(t => [items(t.head), t.members.map(items)]),
    compared: { ...compared, rows: compared.rows.map(row => ({ ...row, entryId: items(row.entryId) })) },
  }
}

/** One answer a section, as when sections come at different times; the same file told by two sources makes twins. */
const answersOf = (told: ReadonlyMap<string, readonly Disclosed<Item>[]>): readonly SectionAnswer<Disclosed<Item>>[] =>
  [...told].flatMap(([source, items]) => [...Map.groupBy(items, i => i.section).values()].map(of => answerOf(source, of)))

function inAnyOrder(told: ReadonlyMap<string, readonly Disclosed<Item>[]>, runs: number): void {
  const all = [...told.values()].flat()
  const answers = answersOf(told)
  const whole = newRecord()
  whole.add(answers)
  const expected = content(whole)
  const entries = [...whole.snapshot().values()].flat()
  assert.deepEqual(entries.flatMap(e => whole.statementIds(e.id)).sort(), all.map(i => i.id).sort(), 'every item is in exactly one entry')
  for (const { id } of all) assert.ok(whole.entry(whole.entryOf(id) ?? ''), 'an item leads to its entry')
  for (const entry of entries)
    assert.ok(entry.kind !== 'plain' || entry.words !== 'Open to see what was sent.', 'a reader follows every shape of the corpora')
  for (const list of whole.snapshot().values())
    assert.equal(new Set(list.map(e => `${e.list} ${e.sort}`)).size, list.length, 'sort keys are unique')
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), numbers => {
      const next = (): number => numbers.next().value ?? 0
      const shuffled = answers
        .map(answer => ({ answer, n: next() }))
        .sort((a, b) => a.n - b.n)
        .map(({ answer }) => answer)
      const bits = newRecord()
      while (shuffled.length > 0) bits.add(shuffled.splice(0, 1 + (next() % 4)))
      assert.deepEqual(content(bits), expected)
    }),
    { numRuns: runs },
  )
}

for (const [folder, stu3] of [
  ['gpconnect-structured-stu3', true],
  ['synthea-r4-bundles', false],
  ['ips-r4', false],
  ['ukcore-r4-examples', false],
  ['immunisation-r4', false],
  ['nrl-pointers-r4', false],
  ['summary-care-record', false],
] as const)
  test(`R003 rule 11: ${folder}: any order and grouping of what the translators made gives the same record`, { skip }, async () => {
    let items = 0
    for (const file of filesUnder(folder)) {
      const first = await itemsOf(file, stu3, 'KCH')
      if (first.length === 0) continue
      const second = await itemsOf(file, stu3, 'GSTT')
      items += first.length
      inAnyOrder(
        new Map([
          ['KCH', first],
          ['GSTT', second],
        ]),
        first.length > LARGE ? 2 : 8,
      )
    }
    assert.ok(items > 0)
  })
