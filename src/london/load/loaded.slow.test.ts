import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { GROUPS, SECTION_IDS } from '../../care-record/section.ts'
import { accountOf } from '../../exchange/sources/conservation.for-tests.ts'
import { everythingTypes, searchesOf } from '../../exchange/sources/fhir/searches.ts'
import { isSupport } from '../../exchange/sources/reading/sections.ts'
import { loadFolder } from './load.ts'
import { readerOf, type ReadBack } from './read-for-tests.ts'

const corpora = process.env['LCR_CORPORA'] ?? ''
const skip = existsSync(corpora) ? false : 'set LCR_CORPORA to a folder of recorded answers'
const ASKED: ReadonlySet<string> = new Set(GROUPS.flatMap(group => everythingTypes(searchesOf(group, SECTION_IDS))))

/** Everything an item tells or is judged with, by `Type/id`. */
const toldBy = ({ items }: ReadBack): ReadonlySet<string> =>
  new Set(items.flatMap(item => [item.resource, ...item.contained, ...item.parents].map(one => `${one.resourceType}/${String(one.id)}`)))

for (const folder of ['synthea-r4-bundles', 'ips-r4', 'ukcore-r4-examples'])
  test(`R003: every clinical resource of ${folder} is read back as an item or counted as unreadable`, { skip }, async t => {
    const loaded = await loadFolder(join(corpora, folder), () => false)
    assert.ok(loaded.people.length > 0)
    const reader = await readerOf(loaded)
    t.after(reader.close)
    let seen = 0
    for (const person of loaded.people)
      for (const system of person.systems) {
        const read = await reader.read(person, system.id)
        // Somebody else under the same number: refused at the point of view, as it must be.
        if (read.outcomes.includes('mismatch')) continue
        const told = toldBy(read)
        for (const [type, count] of Object.entries(system.items)) {
          if (!ASKED.has(type) || (isSupport({ resourceType: type }) && type !== 'Device')) continue
          const back = [...told].filter(key => key.startsWith(`${type}/`)).length
          assert.ok(back + read.unreadable >= count, `${system.file}: of ${count} ${type} ${back} came back, ${read.unreadable} unreadable`)
          seen += count
        }
      }
    assert.ok(seen > 0)
  })

test('R003: a GP Connect file told over the wire tells what the same file tells when read whole', { skip }, async t => {
  const folder = join(corpora, 'gpconnect-structured-stu3')
  const loaded = await loadFolder(folder, () => false)
  const reader = await readerOf(loaded)
  t.after(reader.close)
  let seen = 0
  for (const person of loaded.people)
    for (const system of person.systems) {
      if (/faulty|nopat/.test(system.file)) continue
      const read = await reader.read(person, system.id)
      const { items } = await accountOf(join(folder, system.file), true)
      const told = toldBy(read)
      // Lists and notes without an id of their own get one when they are loaded, and another when read as they lie.
      const missing = items
        .filter(item => !item.id.includes('unnamed-'))
        .map(item => `${item.resource.resourceType}/${String(item.resource.id)}`)
        .filter(key => !told.has(key))
      assert.ok(missing.length <= read.unreadable, `${system.file}: ${missing.join(' ')}`)
      seen += items.length
    }
  assert.ok(seen > 0)
})
