import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SECTION_IDS } from '../../care-record/section.ts'
import type { Item } from '../../care-record/item.ts'
import { organisationOf, sourceOf } from './reading/fixtures.ts'
import { hoistContained, translateGpConnect } from './gp-connect/translate.ts'
import { atOnce, isObject, objectOf, objectsOf, type JsonObject } from './reading/json.ts'
import { parseBody } from './reading/parse-body.ts'
import { sift, takeIn } from './reading/take-in.ts'
import { translate, type Ledger } from './reading/translate.ts'

const corpora = process.env['LCR_CORPORA']
const skip = corpora === undefined || !existsSync(corpora) ? 'set LCR_CORPORA to a folder of recorded answers' : false

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(join(corpora ?? '', folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.json'))
    .map(name => join(corpora ?? '', folder, name))
    .sort()

const everySection = new Set(SECTION_IDS)
const input = {
  source: sourceOf(),
  organisation: organisationOf(),
  retrievedAt: '2026-11-21T10:00:00Z',
  sections: everySection,
  inGroup: () => true,
}

interface Account {
  readonly sent: number
  readonly items: readonly Item[]
  readonly ledger: Ledger
  readonly unreadable: number
}

function account(bundle: JsonObject, stu3: boolean): Account {
  const entries = objectsOf(bundle['entry'])
  const taken = atOnce(takeIn(entries, 'https://source.example/fhir'))
  let sent = Array.isArray(bundle['entry']) ? bundle['entry'].length : 0
  if (stu3) {
    sent += entries
      .map(e => objectOf(e['resource']))
      .filter(r => r['resourceType'] === 'List')
      .reduce((sum, list) => sum + objectsOf(list['contained']).length, 0)
    hoistContained(taken)
  }
  const withheld = atOnce(sift(taken, new Set(), () => new Set()))
  const translation = atOnce(
    stu3
      ? translateGpConnect({ ...input, stu3: taken.resources })
      : translate({ ...input, resources: taken.resources, placing: new Map() }),
  )
  const unreadable =
    [...taken.unreadable.values()].reduce((a, b) => a + b, 0) +
    taken.unknown +
    (sent - entries.length - (stu3 ? sent - (Array.isArray(bundle['entry']) ? bundle['entry'].length : 0) : 0))
  const ledger = { ...translation.ledger }
  ledger.duplicate += taken.duplicates
  ledger.message += taken.messages
  ledger.unreadable += unreadable
  ledger.withheld += withheld
  return { sent, items: translation.items, ledger, unreadable }
}

/** A single resource is looked at as an answer of one. */
const asBundle = (parsed: JsonObject): JsonObject =>
  parsed['resourceType'] === 'Bundle' ? parsed : { resourceType: 'Bundle', entry: [{ resource: parsed }] }

for (const [folder, stu3] of [
  ['gpconnect-structured-stu3', true],
  ['gpconnect-api-examples-stu3', true],
  ['synthea-r4-bundles', false],
  ['ips-r4', false],
  ['ukcore-r4-examples', false],
] as const)
  test(`every entry of ${folder} is an item, told within one, judged with one, or counted`, { skip }, async () => {
    const rows: Record<string, number>[] = []
    for (const file of filesUnder(folder)) {
      const parsed = await parseBody(readFileSync(file))
      if (!parsed) {
        rows.push({ sent: 0 })
        continue
      }
      const { sent, items, ledger } = account(asBundle(parsed), stu3)
      const told = Object.values(ledger).reduce((a, b) => a + b, 0)
      assert.equal(told, sent, `${sent} came in, ${told} are accounted for`)
      assert.equal(new Set(items.map(i => i.id)).size, items.length, 'no id twice')
      assert.equal(items.length, ledger.item)
      for (const item of items) {
        assert.ok(everySection.has(item.section))
        assert.ok(item.version !== '' && item.provenance.originalIdentifier !== '' && item.provenance.organisationName !== '')
        for (const link of item.links) assert.ok(items.some(i => i.id === link) && link !== item.id, 'links lead to items')
      }
      if (stu3) noMedicineTwice(items)
      rows.push({ sent, ...Object.fromEntries(Object.entries(ledger).filter(([, n]) => n > 0)) })
    }
    console.table(rows.slice(0, 40))
    assert.ok(rows.length > 0)
  })

/** A statement, its plan and its issues are one medicine. */
function noMedicineTwice(items: readonly Item[]): void {
  const told = new Set(items.flatMap(i => i.contained.map(c => `${c.resourceType}/${String(c.id)}`)))
  for (const item of items)
    if (item.resource.resourceType === 'MedicationRequest')
      assert.ok(!told.has(`MedicationRequest/${String(item.resource.id)}`), 'a plan or issue told twice')
}

test('no display a clinician chose is lost between STU3 and R4', { skip }, async () => {
  for (const file of filesUnder('gpconnect-structured-stu3').slice(0, 8)) {
    const parsed = await parseBody(readFileSync(file))
    if (!parsed) continue
    const { items } = account(parsed, true)
    const chosen = (value: unknown): readonly string[] =>
      Array.isArray(value)
        ? value.flatMap(chosen)
        : isObject(value)
          ? value['url'] === 'descriptionDisplay'
            ? [String(value['valueString'])]
            : Object.values(value).flatMap(v => (typeof v === 'object' ? chosen(v) : []))
          : []
    const shown = new Set(chosen(items.flatMap(i => [i.resource, ...i.contained])))
    const clinical = objectsOf(parsed['entry'])
      .map(e => objectOf(e['resource']))
      .filter(r => /^(AllergyIntolerance|Condition|Observation|Immunization)$/.test(String(r['resourceType'])))
    for (const words of chosen(clinical)) assert.ok(shown.has(words))
  }
})
