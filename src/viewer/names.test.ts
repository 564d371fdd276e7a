import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const files = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: root }).filter(path => !/\.test\.ts$|for-tests\.ts$|\/fixtures\//.test(path))
const withMatch = (paths: readonly string[], what: RegExp): readonly string[] =>
  paths.filter(path => what.test(readFileSync(join(root, path), 'utf8')))

/** Names of the national summary, which is another record. */
const SUMMARY = /summary care record|\bSCR\b/i
/** Where it has to be named, as another record: what to tell somebody who refused it, what codes of practices do not mean, alerts of national form. */
const NAMED_AS_ANOTHER: Readonly<Record<string, RegExp>> = {
  'src/viewer/pages/sharing-words.ts': /Opting out of the Summary Care Record, .* change nothing here\./,
  'src/viewer/pages/office/opt-outs-practice.ts': /Summary Care Record or about other uses has no part in this record\./,
  'src/exchange/agreements/opt-outs/gp-codes.ts': /Express dissent for Summary Care Record',\s+effect: 'none'/,
  'src/exchange/access/alerts.ts': /fhir\.nhs\.uk\/CodeSystem\/SCR-/,
}
/** Files that name it otherwise than as another record. */
const named = (paths: readonly string[], what: RegExp): readonly string[] =>
  withMatch(paths, what).filter(path => NAMED_AS_ANOTHER[path]?.test(readFileSync(join(root, path), 'utf8')) !== true)

test('R053: no page, style, script or answer of ours calls this record by the name of the national summary', () => {
  const shown = files('src/{viewer,patient,exchange/doors,care-record}/**/*.{ts,css,js,html}')
  assert.ok(shown.length > 80)
  assert.deepEqual(named(shown, SUMMARY), [])
})

test('R053 R077: nothing that decides, asks or withholds knows of a consent to the national summary', () => {
  // Express consent and dissent to it, to uploads to the national record, and to uses beyond care, as practices code them.
  const codes = /\b(?:9Nd[lmno]\.|XaXb[YZ]|XaXj6|93C[23]\.|XaKR[vy]|9Nu0\.|XaZ89|9Nu4\.|XaaVL)/
  const deciding = files('src/exchange/{access,identity,locator,agreements,disclosure}/**/*.{ts,sql}').concat(files('src/exchange/*.ts'))
  const reading = files('src/exchange/sources/**/*.ts')
  assert.ok(deciding.length > 60 && reading.length > 50)
  assert.deepEqual(named(deciding, SUMMARY), [])
  assert.deepEqual(named([...deciding, ...reading], codes), [])
})
