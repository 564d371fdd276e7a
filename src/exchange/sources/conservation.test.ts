import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Item } from '../../care-record/item.ts'
import { SECTION_IDS } from '../../care-record/section.ts'
import { accountOf, filesOf, FOLDERS } from './conservation.for-tests.ts'
import { isObject, objectOf, objectsOf } from './reading/json.ts'
import { parseBody } from './reading/parse-body.ts'

const corpora = process.env['LCR_CORPORA'] ?? ''
const skip = existsSync(corpora) ? false : 'set LCR_CORPORA to a folder of recorded answers'
const everySection = new Set(SECTION_IDS)

for (const [folder, stu3] of FOLDERS)
  test(`R003: every resource of ${folder} is an item, told within one, judged with one, or counted`, { skip }, async () => {
    const files = filesOf(corpora, folder)
    assert.ok(files.length > 0)
    for (const file of files) {
      const { sent, items, ledger } = await accountOf(join(corpora, folder, file), stu3)
      const told = Object.values(ledger).reduce((a, b) => a + b, 0)
      assert.equal(told, sent, `${file}: ${sent} came in, ${told} are accounted for`)
      const ids = new Set(items.map(i => i.id))
      assert.equal(ids.size, items.length, 'no id twice')
      assert.equal(items.length, ledger.item)
      for (const item of items) {
        assert.ok(everySection.has(item.section))
        assert.ok(item.version !== '' && item.provenance.originalIdentifier !== '' && item.provenance.organisationName !== '')
        for (const link of item.links) assert.ok(ids.has(link) && link !== item.id, 'links lead to items')
      }
      if (stu3) noMedicineTwice(items)
    }
  })

test('R003: docs/conservation.md says what became of every one of them', { skip }, async () => {
  const script = spawn(process.execPath, [join(import.meta.dirname, '../../../scripts/conservation.ts'), '--check'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  script.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(script, 'close')) as [number]
  assert.equal(code, 0, said)
})

/** A statement, its plan and its issues are one medicine. */
function noMedicineTwice(items: readonly Item[]): void {
  const told = new Set(items.flatMap(i => i.contained.map(c => `${c.resourceType}/${String(c.id)}`)))
  for (const item of items)
    if (item.resource.resourceType === 'MedicationRequest')
      assert.ok(!told.has(`MedicationRequest/${String(item.resource.id)}`), 'a plan or issue told twice')
}

test('no display a clinician chose is lost between STU3 and R4', { skip }, async () => {
  for (const file of filesOf(corpora, 'gpconnect-structured-stu3').slice(0, 8)) {
    const path = join(corpora, 'gpconnect-structured-stu3', file)
    const parsed = await parseBody(readFileSync(path))
    if (!parsed) continue
    const { items } = await accountOf(path, true)
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
