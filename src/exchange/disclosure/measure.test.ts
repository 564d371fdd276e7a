import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import { ok } from '../../care-record/result.ts'
import { createRules } from './disclose.ts'
import { factsOf, observation, pass, source } from './for-tests.ts'
import { firstSet } from './rules/first-set.ts'
import { rulesInForce } from './rules/in-force.ts'
import { readRuleSets } from './rules/load.ts'
import { sparedCodes, type RuleSet } from './rules/rule-set.ts'
import { createSieve } from './sieve.ts'

const corpora = process.env['LCR_CORPORA']
const skip = corpora === undefined ? 'LCR_CORPORA is not set' : false
const ON = '2026-11-21'
const SNOMED = 'http://snomed.info/sct'

/** Lists that others made, with the number of codes that a spreadsheet rounded in each. */
const lists: readonly [file: string, ofClass: string, damagedCodes: number][] = [
  ['Sexually_transmitted_disease', 'sexual-health', 16],
  ['Gender_related_issues', 'gender-reassignment', 0],
  ['Assisted_fertilisation', 'fertility', 0],
  ['Termination_of_pregnancy', 'termination-of-pregnancy', 1],
]
const bytesOf = (file: string): Buffer => readFileSync(join(corpora ?? '', 'sensitive-codes-london', file))
async function loaded(): Promise<RuleSet> {
  const sets = lists.map(([name, ofClass, damagedCodes]) => ({
    id: name.toLowerCase().replaceAll('_', '-'),
    version: '1',
    inForceFrom: '2025-08-13',
    owner: 'Data service of London',
    clinicalOwner: 'Clinical owner of the data service',
    reason: 'General practice summary exclusions',
    class: ofClass,
    files: [
      {
        path: `${name}_vs.json`,
        sha256: createHash('sha256')
          .update(bytesOf(`${name}_vs.json`))
          .digest('hex'),
        format: 'fhir-valueset',
        damagedCodes,
      },
    ],
  }))
  const manifest = new TextEncoder().encode(JSON.stringify({ manifest: 1, sets }))
  const read = await readRuleSets(manifest, path => Promise.resolve(ok(bytesOf(path))), ON)
  assert.ok(read.ok, read.ok ? '' : read.fault.detail)
  return rulesInForce([firstSet, ...read.value], ON)
}
const conceptsOf = (file: string): readonly { readonly code: string; readonly display: string }[] =>
  (
    JSON.parse(bytesOf(`${file}_vs.json`).toString()) as { compose: { include: { concept?: { code: string; display: string }[] }[] } }
  ).compose.include.flatMap(include => include.concept ?? [])
const coded = (system: string, code: string, display?: string): Resource => ({
  resourceType: 'Condition',
  id: 'o',
  subject: {},
  code: { coding: [{ system, code, ...(display === undefined ? {} : { display }) }] },
})
const bare = (term: string): string => term.replace(/\s*\([a-z /]+\)$/, '')

for (const [file, ofClass] of lists)
  test(`R062 HAZ-012: every code of ${file} is withheld by each mechanism alone, lookalikes apart`, { skip }, async context => {
    const set = await loaded()
    const { judge, exit } = createRules(set, []).against('nobody')
    const sieve = createSieve(set, [])
    const spared = sparedCodes(set.lookalikes)
    const seen = { codes: 0, spared: 0, damaged: 0, firstSetAlone: 0 }
    const first = createRules(firstSet, []).against('nobody')
    const sparedTerms = new Set(conceptsOf(file).flatMap(({ code, display }) => (spared.has(code) ? [bare(display).toLowerCase()] : [])))
    for (const { code, display } of conceptsOf(file)) {
      if (spared.has(code) || sparedTerms.has(bare(display).toLowerCase())) {
        seen.spared += 1
        assert.equal(exit.text(bare(display)), bare(display), display)
        continue
      }
      const inCode = coded(SNOMED, code)
      const inWords = observation('o', bare(display))
      if (first.judge(inCode, 'X') !== undefined || first.exit.text(display) === undefined) seen.firstSetAlone += 1
      if (code.includes('E+')) seen.damaged += 1
      else {
        seen.codes += 1
        assert.ok(judge(inCode, 'X'), `${code} at the exchange`)
        assert.equal(
          sieve(source, [factsOf({ resource: inCode })], pass({ role: { jobRole: 'R0', group: 'nobody' } })).size,
          1,
          `${code} at the source`,
        )
      }
      for (const text of [display, bare(display)]) assert.ok(judge(observation('o', text), 'X'), `${text} at the exchange`)
      assert.ok(judge(inWords, 'X'))
      assert.equal(exit.text(display), undefined, `${display} at the exit`)
    }
    context.diagnostic(`${file} (${ofClass}): ${JSON.stringify(seen)}`)
    assert.ok(seen.codes > 100)
  })

/** Lists of HIV in other codes than the national set's: what of them the rules see without a list in those codes. */
for (const [file, system, term] of [
  ['kuan_hiv_5rrCQ6iL8uVpnEahtfFW9s_Read2.csv', 'http://read.info/readv2', 3],
  ['kuan_hiv_5rrCQ6iL8uVpnEahtfFW9s_ICD10.csv', 'http://hl7.org/fhir/sid/icd-10', 2],
  ['opensafely-hiv.csv', 'http://read.info/ctv3', 1],
] as const)
  test(`R062: of ${file} what its words or category tell is withheld, and all of it when it is loaded`, { skip }, async context => {
    const rows = rowsOf(readFileSync(join(corpora ?? '', 'code-lists', 'sensitive', file), 'utf8')).slice(1)
    const { judge } = createRules(await loaded(), []).against('nobody')
    const codeAt = file.startsWith('kuan') ? 1 : 0
    const coding = (row: readonly string[]): Resource => coded(system, row[codeAt] ?? '', row[term] ?? '')
    const missed = rows.filter(row => judge(coding(row), 'X') === undefined)
    context.diagnostic(
      `${file}: ${rows.length} codes, ${missed.length} not seen without a list: ${missed.map(row => row[codeAt]).join(' ')}`,
    )
    const csv = ['code', ...rows.map(row => row[codeAt] ?? '')].join('\n')
    const kind = system.includes('icd') ? 'icd10' : system.includes('ctv3') ? 'ctv3' : 'read2'
    const sets = [
      {
        id: 'hiv',
        version: '1',
        inForceFrom: '2026-01-01',
        owner: 'Owner',
        clinicalOwner: 'Owner',
        reason: 'Test of a list',
        class: 'sexual-health',
        files: [{ path: 'a', sha256: createHash('sha256').update(csv).digest('hex'), format: 'csv', system: kind }],
      },
    ]
    const read = await readRuleSets(
      new TextEncoder().encode(JSON.stringify({ manifest: 1, sets })),
      () => Promise.resolve(ok(new TextEncoder().encode(csv))),
      ON,
    )
    assert.ok(read.ok, read.ok ? '' : read.fault.detail)
    const set = rulesInForce([firstSet, ...read.value], ON)
    const rules = createRules(set, [])
    const sieve = createSieve(set, [])
    for (const row of rows) {
      const resource = coded(system, row[codeAt] ?? '')
      assert.ok(rules.judge(resource, 'X'), row[codeAt] ?? '')
      assert.equal(sieve(source, [factsOf({ resource })]).size, 1, row[codeAt] ?? '')
    }
  })

/** The table of docs/withholding.md: codes of lists that have nothing to do with the classes. */
test('R062: how much of ordinary lists is withheld with the national sets loaded', { skip }, async context => {
  const rules = createRules(await loaded(), [])
  let [codes, withheld, unexplained] = [0, 0, 0]
  const table: string[] = []
  for (const folder of ['opensafely-open-pathology', 'opensafely-post-covid-vaccinated', 'opensafely-sro-measures'])
    for (const file of readdirSync(join(corpora ?? '', 'code-lists', folder))) {
      const [header = [], ...rows] = rowsOf(readFileSync(join(corpora ?? '', 'code-lists', folder, file), 'utf8'))
      const at = Math.max(
        0,
        header.findIndex(name => CODE_COLUMN.test(name.trim())),
      )
      const term = header.findIndex(name => /term|name|desc|nm|label/i.test(name))
      const caught: string[] = []
      for (const row of rows) {
        const code = (row[at] ?? '').trim()
        const display = (row[term] ?? '').trim()
        if (code === '') continue
        codes += 1
        const system = /icd/i.test(file) ? 'http://hl7.org/fhir/sid/icd-10' : /^\d{6,}$/.test(code) ? SNOMED : 'http://read.info/ctv3'
        const resource = coded(system, code, display)
        const byLaw = rules.judge(resource, 'X') !== undefined || (display !== '' && rules.exit.text(display) === undefined)
        const { judge, exit } = rules.against('clerk')
        if (!byLaw && judge(resource, 'X') === undefined && (display === '' || exit.text(display) !== undefined)) continue
        withheld += 1
        if (byLaw) caught.push(`${code} ${display}`)
        if (byLaw && !EXPLAINED.test(display)) {
          unexplained += 1
          context.diagnostic(`${file}: ${code} ${display}`)
        }
      }
      if (caught.length > 0) table.push(`${file}: ${caught.length} of ${rows.length} by law`)
    }
  for (const line of table) context.diagnostic(line)
  context.diagnostic(`${codes} codes, ${withheld} withheld from someone, ${unexplained} by law without a word of the class`)
  assert.ok(codes > 30_000)
  assert.ok(unexplained <= 40, `${unexplained}`)
})
const CODE_COLUMN = /^(?:code|id|dmd_id|snomedcode|snomed|conceptid|icd10code|icd10|icd|readcode|ctv3id|snomedct_id|dmd)$/i
/** Words by which anyone can see that a code is of a class of the law. */
const EXPLAINED =
  /immunodef|immune deficiency|\bhiv\b|\baids\b|syphil|gonoc|chlamyd|gender|transs|transvest|fertili[sz]|surroga|assisted|retroviral|herpes|trichomon|venereal|tabes|insemination/i

/** Rows of a list that has commas inside quotation marks. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split(/\r?\n/)
    .filter(line => line !== '')
    .map(line => Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), cell => cell[1] ?? cell[2] ?? ''))
