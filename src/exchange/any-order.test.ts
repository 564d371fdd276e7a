import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Disclosed, Item, SectionAnswer } from '../care-record/item.ts'
import { SECTION_IDS } from '../care-record/section.ts'
import { createRecord, type CareRecord } from './record/record.ts'
import { answerOf, entriesOf, filesUnder, itemsOf, noCorpora, TODAY } from './translated.for-tests.ts'

/** Every order and grouping of a large file costs a whole merge: the largest are merged in fewer orders, items. */
const LARGE = 400

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
  test(
    `R003 rule 11: ${folder}: any order and grouping of what the translators made gives the same record`,
    { skip: noCorpora },
    async () => {
      let items = 0
      for (const file of filesUnder(folder)) {
        const first = itemsOf('KCH', await entriesOf(file), stu3)
        if (first.length === 0) continue
        const second = itemsOf('GSTT', await entriesOf(file), stu3)
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
    },
  )
