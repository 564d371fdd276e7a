import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectOf, GP_CODES, type GpEffect } from './gp-codes.ts'

const v2 = (code: string) => ({ system: 'http://read.info/readv2', code })
const v3 = (code: string) => ({ system: 'http://read.info/ctv3', code })
const sct = (code: string, display?: string) => ({ system: 'http://snomed.info/sct', code, ...(display === undefined ? {} : { display }) })

const cases: readonly [name: string, codings: Parameters<typeof effectOf>[0], effect: GpEffect][] = [
  ['R077: dissent for the Summary Care Record', [v2('9Ndo.'), v3('XaXj6')], 'none'],
  ['R077: refused upload to the national record', [v2('93C3.')], 'none'],
  ['R077: dissent from secondary use (type 1)', [v3('XaZ89')], 'none'],
  ['R077: dissent from disclosure nationally', [v2('9Nu4.')], 'none'],
  ['R076: refused upload to the local record', [v2('93C1.')], 'local-objection-case'],
  ['R076: the same in version 3', [v3('XaKRw')], 'local-objection-case'],
  ['R076: no consent for sharing', [v2('9Nd1.')], 'review'],
  ['R076: a code of four characters is the one with a dot', [v2('9Nd3')], 'review'],
  ['R076: a code with its term code', [v2('93C1.00')], 'local-objection-case'],
  ['R076: a third party', [v3('XaNwU')], 'review'],
  ['R082: a parent declined', [v2('9Ndb.')], 'review'],
  ['R082: unable to consent', [v2('9NdR.')], 'capacity-note'],
  ['R062: staff not to see', [v2('9R11.')], 'item-confidential'],
  ['R081: consent closes nothing by itself', [v2('9Nd7')], 'closes-after-review'],
  ['R077: national and local dissent in one entry', [v2('9Nu0.'), v2('93C1.')], 'local-objection-case'],
  ['any other code', [v2('H33..'), { system: 'http://snomed.info/sct', code: '195967001' }], 'none'],
  ['a listed code of another system', [{ system: 'http://snomed.info/sct', code: '93C1.' }], 'none'],
  ['a code in the wrong case is another code', [v2('93c1.')], 'none'],
  [
    'R076: refused upload to the local record in SNOMED CT, told by its term',
    [sct('999000001', 'Refused consent for upload to local shared electronic record (finding)')],
    'local-objection-case',
  ],
  ['R077: the national one in SNOMED CT', [sct('999000002', 'Refused consent for upload to national shared electronic record')], 'none'],
  ['R077: type 1 in SNOMED CT', [sct('999000003', 'Dissent from secondary use of general practitioner patient identifiable data')], 'none'],
  ['R076: no consent in SNOMED CT', [sct('999000004', 'No consent for electronic record sharing')], 'review'],
  ['R081: a yes to the local record, as two GP systems send it', [v2('93C0.00'), sct('417528008')], 'closes-after-review'],
  [
    'R081: the same in SNOMED CT alone',
    [sct('417528008', 'Consent given for upload to local shared electronic record')],
    'closes-after-review',
  ],
  ['words around a term', [sct('999000005', 'Refused consent for upload to local shared electronic record discussed')], 'none'],
  ['a term of a system of nobody', [{ system: 'http://local', code: '1', display: 'No consent for electronic record sharing' }], 'none'],
  ['no code', [{}, { system: 'http://read.info/readv2' }], 'none'],
]
for (const [name, codings, effect] of cases) test(`${name} is ${effect}`, () => assert.equal(effectOf(codings), effect))

test('R077: the table is whole: every code once, version 2 codes of five characters', () => {
  const all = GP_CODES.flatMap(code => [...code.readV2, ...code.ctv3, ...(code.snomed ?? []), ...(code.terms ?? [])])
  assert.equal(new Set(all).size, all.length)
  for (const code of GP_CODES.flatMap(one => one.readV2)) assert.match(code, /^[0-9A-Za-z]{3}[0-9A-Za-z.]\.$|^[0-9A-Za-z]{5}$/)
})
