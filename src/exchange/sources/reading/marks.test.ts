import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mark } from '../../../care-record/item.ts'
import type { JsonObject } from './json.ts'
import { marksOf } from './marks.ts'

const coded = { coding: [{ system: 'http://snomed.info/sct', code: '1' }] }
const of = (over: JsonObject): JsonObject => ({ resourceType: 'Condition', id: 'c', code: coded, ...over })
const marked: readonly [name: string, resource: JsonObject, marks: readonly Mark[]][] = [
  ['what is coded', of({}), []],
  ['text without a code', of({ code: { text: 'Asthma' } }), ['not-coded']],
  ['a code of no system', of({ code: { coding: [{ code: 'X' }] } }), ['unknown-code']],
  ['what a transfer degraded', of({ code: { coding: [{ system: 'http://snomed.info/sct', code: '196421000000109' }] } }), ['degraded']],
  ['a reference in words', of({ asserter: { reference: 'Dr Shah at the clinic' } }), ['free-text-reference']],
  ['an extension of the UK', of({ extension: [{ url: 'https://fhir.hl7.org.uk/x' }] }), []],
  ['an extension of a vendor', of({ extension: [{ url: 'https://vendor.example/x' }] }), ['unknown-extension']],
  ['a modifier of a vendor', of({ modifierExtension: [{ url: 'https://vendor.example/not' }] }), ['unknown-modifier']],
  ['a modifier of the standard', of({ modifierExtension: [{ url: 'http://hl7.org/fhir/StructureDefinition/x' }] }), ['unknown-modifier']],
  ['a modifier deep inside', of({ stage: [{ modifierExtension: [{ url: 'https://vendor.example/not' }] }] }), ['unknown-modifier']],
]
for (const [name, resource, marks] of marked)
  test(`D40: ${name} is shown with ${marks.join(', ') || 'no mark'}`, () => assert.deepEqual(marksOf(resource, [], '2026-01-01'), marks))

test('a date that is only a month is marked', () => assert.deepEqual(marksOf(of({}), [], '2026-01'), ['partial-date']))
