import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PlainEntry } from '../../../care-record/entry.ts'
import { IMAGES_ON_DEMAND } from '../../../care-record/images.ts'
import type { Disclosed, Item } from '../../../care-record/item.ts'
import { bySource, item, newRecord } from '../for-tests.ts'

const acsn = (value: string): object => ({ type: { coding: [{ code: 'ACSN' }] }, value })
const uid = (value: string): object => ({ system: 'urn:dicom:uid', value: `urn:oid:${value}` })
const RJZ = { odsCode: 'RJZ' }

const report = (over: object = {}, from = 'kch', id = 'r1', by: object = RJZ): Disclosed<Item> =>
  item(
    from,
    id,
    'imaging',
    {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: 'CT head' },
      category: [{ coding: [{ code: 'RAD' }] }],
      effectiveDateTime: '2026-11-20T10:15:00Z',
      conclusion: 'No intracranial bleed.',
      identifier: [acsn('77')],
      ...over,
    },
    by,
  )
const study = (over: object = {}, from = 'kch-imaging', id = '1.2.3', by: object = RJZ): Disclosed<Item> =>
  item(
    from,
    id,
    'imaging',
    {
      resourceType: 'ImagingStudy',
      status: 'available',
      meta: { tag: [IMAGES_ON_DEMAND] },
      description: 'CT HEAD PLAIN',
      started: '2026-11-20T10:15:00Z',
      numberOfInstances: 42,
      identifier: [uid(id), acsn('77')],
      ...over,
    },
    by,
  )

const told = (...items: readonly Disclosed<Item>[]): readonly PlainEntry[] => {
  const record = newRecord()
  record.add(bySource(items))
  return (record.snapshot().get('imaging') ?? []) as readonly PlainEntry[]
}

test('D134 R019: a report and its pictures from the archive are one: report first, the pictures as a fact, asked for on demand', () => {
  const [entry, ...others] = told(report(), study())
  assert.equal(others.length, 0)
  assert.deepEqual([entry?.title, entry?.words, entry?.status, entry?.statements], ['CT head', 'No intracranial bleed.', 'Final', 2])
  assert.deepEqual(
    entry?.facts?.find(([label]) => label === 'Images'),
    ['Images', '42 images, CT HEAD PLAIN'],
  )
  assert.deepEqual(entry?.images, { count: 42 })
  assert.deepEqual(entry?.conflicts, [])
})

test('D134 HAZ-042: pictures without a report say that it is not yet available', () => {
  const [entry] = told(study())
  assert.deepEqual([entry?.status, entry?.words, entry?.images?.count], ['Report not yet available', undefined, 42])
})

test('D134: a report that is only registered says so beside its pictures', () => {
  const [entry, ...others] = told(report({ status: 'registered', conclusion: undefined }), study())
  assert.deepEqual([entry?.status, entry?.images?.count, others.length], ['Report not yet available', 42, 0])
})

const ties: readonly (readonly [name: string, Disclosed<Item>, Disclosed<Item>, together: boolean])[] = [
  ['the number of the request, of one organisation', report(), study(), true],
  ['the same number at another organisation', report(), study({}, 'uclh-imaging', '1.2.4', { odsCode: 'RRV' }), false],
  ['another number', report(), study({ identifier: [uid('1.2.3'), acsn('78')] }), false],
  [
    'the study’s UID, whoever has it',
    report({ identifier: [], imagingStudy: [{ identifier: uid('1.2.3') }] }),
    study({}, 'x', '1.2.3', { odsCode: 'RRV' }),
    true,
  ],
  ['the number on the request it is based on', report({ identifier: [], basedOn: [{ identifier: acsn('77') }] }), study(), true],
  [
    'the number under a system that is named so',
    report({ identifier: [{ system: 'https://kch.example/accession', value: '77' }] }),
    study(),
    true,
  ],
  [
    'a reference inside one source',
    report({ identifier: [], imagingStudy: [{ reference: 'ImagingStudy/s1' }] }),
    study({ identifier: [] }, 'kch', 's1'),
    true,
  ],
  ['a number that is no accession', report({ identifier: [{ system: 'https://kch.example/order', value: '77' }] }), study(), false],
  [
    'an empty place, as of a person whose places are masked',
    report({}, 'kch', 'r1', { odsCode: '' }),
    study({}, 'k', '1.2.3', { odsCode: '' }),
    false,
  ],
  [
    'pictures of another person',
    report({ subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' } } }),
    study({ subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000026' } } }),
    false,
  ],
  ['a report entered in error', report({ status: 'entered-in-error' }), study(), false],
]
for (const [name, one, other, together] of ties)
  test(`HAZ-041: tied by ${name}: ${together ? 'one' : 'two'}`, () => assert.equal(told(one, other).length, together ? 1 : 2))

test('a place that may not be told takes the numbers with it: then nothing is said of whether there is a report', () => {
  const [entry] = told(study({ identifier: undefined }))
  assert.equal(entry?.status, 'Images available')
})

test('HAZ-043: pictures of another day, side or part than their report are shown with that', () => {
  const cases: readonly (readonly [string, object, object, string])[] = [
    ['day', {}, { started: '2024-02-01' }, 'date'],
    ['side', { code: { text: 'X-ray left wrist' } }, { description: 'XR RIGHT WRIST' }, 'laterality'],
    ['part', { code: { text: 'CT head' } }, { description: 'CT CHEST' }, 'value'],
  ]
  for (const [name, ofReport, ofStudy, kind] of cases) {
    const [entry, ...others] = told(report(ofReport), study(ofStudy))
    assert.equal(others.length, 0, name)
    assert.deepEqual(
      entry?.conflicts.map(conflict => conflict.kind),
      [kind],
      name,
    )
    assert.equal(entry?.conflicts[0]?.values.length, 2)
  }
})

test('a report that says only when it was issued is read by when the pictures were taken', () => {
  const [entry] = told(report({ effectiveDateTime: undefined, issued: '2026-11-21T09:00:00Z' }), study())
  assert.equal(entry?.date, '2026-11-20T10:15:00Z')
  assert.deepEqual(entry?.conflicts, [])
})

test('two studies of one request are one entry with all their pictures; one study in two archives counts once', () => {
  const [both, ...none] = told(report(), study(), study({ numberOfInstances: 8 }, 'kch-imaging', '1.2.5'))
  assert.deepEqual([both?.images?.count, none.length], [50, 0])
  const [once] = told(report({ imagingStudy: [{ identifier: uid('1.2.3') }] }), study(), study({}, 'central', '1.2.3', { odsCode: 'RRV' }))
  assert.equal(once?.images?.count, 42)
})

test('pictures whose archive cannot be asked are told, and offered to nobody', () => {
  const [entry] = told(report(), study({ meta: undefined }))
  assert.equal(entry?.images, undefined)
  assert.ok(entry?.facts?.some(([label]) => label === 'Images'))
})

test('HAZ-042: a copy in another archive does not part pictures from their report', () => {
  const entries = told(report(), study(), study({}, 'central', '1.2.3', { odsCode: 'RRV' }))
  assert.deepEqual(
    entries.map(entry => [entry.words, entry.statements]),
    [['No intracranial bleed.', 3]],
  )
})

test('two reports of one request stay two, each with its words', () => {
  const entries = told(
    report(),
    report({ code: { text: 'CT head, addendum' }, conclusion: 'Small bleed after all.' }, 'kch', 'r2'),
    study(),
  )
  assert.deepEqual(entries.map(entry => entry.words ?? '').toSorted(), ['No intracranial bleed.', 'Small bleed after all.'])
})

test('D134 rule 11: any order and grouping of reports and pictures gives the same', () => {
  const all = [
    report(),
    study(),
    report({ identifier: [acsn('78')], code: { text: 'X-ray chest' }, conclusion: 'Clear.' }, 'kch', 'r2'),
    study({ identifier: [uid('1.2.5'), acsn('77')] }, 'kch-imaging', '1.2.5'),
    study({ identifier: [uid('1.2.6'), acsn('79')] }, 'kch-imaging', '1.2.6'),
    study({}, 'central', '1.2.3', { odsCode: 'RRV' }),
    report({}, 'lcr', 'r1', RJZ),
  ]
  const plain = (entries: readonly PlainEntry[]): unknown => entries.map(({ id: _id, sort: _sort, ...entry }) => entry)
  const expected = plain(told(...all))
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }), order => {
      const record = newRecord()
      for (const one of bySource(order)) record.add([one])
      assert.deepEqual(plain((record.snapshot().get('imaging') ?? []) as readonly PlainEntry[]), expected)
    }),
    { numRuns: 60 },
  )
})
