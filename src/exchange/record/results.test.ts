import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResultEntry } from '../../care-record/entry.ts'
import type { Disclosed, Item } from '../../care-record/item.ts'
import { converted, isConvertible, unitKey } from './analytes.ts'
import { answer, bySource, item, newRecord, result } from './for-tests.ts'
import type { CareRecord } from './record.ts'

const recordOf = (...items: Disclosed<Item>[]): CareRecord => {
  const record = newRecord()
  record.add(bySource(items))
  return record
}
const results = (...items: Disclosed<Item>[]): readonly ResultEntry[] =>
  [
    ...recordOf(...items)
      .snapshot()
      .values(),
  ].flat() as ResultEntry[]
const GLUCOSE = '997671000000106'
const CRP = '135842001'
const vital = (source: string, id: string, code: string, words: string, value: number, at: string, over: object = {}) =>
  item(source, id, 'observations', {
    resourceType: 'Observation',
    status: 'final',
    code: { text: words, coding: [{ system: 'http://snomed.info/sct', code }] },
    effectiveDateTime: at,
    valueQuantity: { value, unit: 'mmHg' },
    ...over,
  })

test('D53 R015: glucose in mmol/L and in mg/dL is one line in the unit of the newest; each converted point says what was reported', () => {
  const [newest, older] = results(
    result('KCH', 'a', 'Blood glucose level', GLUCOSE, 6, 'mmol/L', '2026-11-02T09:00:00Z'),
    result('RFH', 'b', 'Blood glucose level', GLUCOSE, 90, 'mg/dL', '2026-11-01T09:00:00Z', {
      referenceRange: [{ low: { value: 70 }, high: { value: 100 } }],
    }),
  )
  assert.deepEqual(newest?.series, [
    { at: '2026-11-01T09:00:00Z', words: '4.996 mmol/L', converted: '90 mg/dL', short: 'RFH', number: 4.996, low: 3.886, high: 5.551 },
    { at: '2026-11-02T09:00:00Z', words: '6 mmol/L', short: 'KCH', number: 6 },
  ])
  assert.deepEqual(newest?.previous, { value: '90 mg/dL', date: '2026-11-01T09:00:00Z' })
  assert.deepEqual([older?.value, older?.unit, older?.series], ['90', 'mg/dL', []], 'the row keeps what was reported')
})

test('D53: LOINC names a test by mass and by amount of substance: one line', () => {
  const loinc = (code: string, words: string) => ({ code: { text: words, coding: [{ system: 'http://loinc.org', code }] } })
  const [newest] = results(
    result('KCH', 'a', '', '', 5, 'mmol/L', '2026-11-02', loinc('14749-6', 'Glucose [Moles/volume]')),
    result('RFH', 'b', '', '', 90, 'mg/dL', '2026-11-01', loinc('2345-7', 'Glucose [Mass/volume]')),
  )
  assert.deepEqual(
    newest?.series.map(p => [p.words, p.converted]),
    [
      ['4.996 mmol/L', '90 mg/dL'],
      ['5 mmol/L', undefined],
    ],
  )
})

const HBA1C = '999791000000106'
const apart: readonly [name: string, a: Disclosed<Item>, b: Disclosed<Item>][] = [
  [
    'HbA1c in % and in mmol/mol, which a regression joins and no unit',
    result('KCH', 'a', 'HbA1c', HBA1C, 48, 'mmol/mol', '2026-11-02'),
    result('RFH', 'b', 'HbA1c', HBA1C, 6.5, '%', '2026-11-01'),
  ],
  [
    'units that nobody listed',
    result('KCH', 'a', 'Urate', '1', 300, 'umol/L', '2026-11-02'),
    result('RFH', 'b', 'Urate', '1', 5, 'mg/dL', '2026-11-01'),
  ],
  [
    'two tests of one substance',
    result('KCH', 'a', 'Fasting glucose', '2', 6, 'mmol/L', '2026-11-02'),
    result('RFH', 'b', 'Random glucose', '3', 9, 'mmol/L', '2026-11-01'),
  ],
  [
    'two specimens',
    result('KCH', 'a', 'Glucose', GLUCOSE, 6, 'mmol/L', '2026-11-02', { specimen: { reference: 'Specimen/1', display: 'Serum' } }),
    result('RFH', 'b', 'Glucose', GLUCOSE, 9, 'mmol/L', '2026-11-01', { specimen: { reference: 'Specimen/1', display: 'Urine' } }),
  ],
]
for (const [name, a, b] of apart)
  test(`D53: never one line: ${name}`, () => {
    assert.deepEqual(
      results(a, b).map(r => r.series.length),
      [1, 1],
    )
  })

test('D53: one unit spelt in several ways is one unit, and nothing is converted', () => {
  const [newest] = results(
    result('KCH', 'a', 'Creatinine', '1', 80, 'umol/L', '2026-11-03'),
    result('RFH', 'b', 'Creatinine', '1', 81, 'µmol/L', '2026-11-02'),
    result('GP', 'c', 'Creatinine', '1', 82, 'micromol/L', '2026-11-01'),
  )
  assert.deepEqual(
    newest?.series.map(p => [p.number, p.converted]),
    [
      [82, undefined],
      [81, undefined],
      [80, undefined],
    ],
  )
})

const factors: readonly [substance: string, value: number, from: string, to: string, expected: number | undefined][] = [
  ['glucose', 90, 'mg/dL', 'mmol/L', 4.996],
  ['cholesterol', 200, 'mg/dL', 'mmol/L', 5.173],
  ['creatinine', 1, 'mg/dL', 'umol/L', 88.4],
  ['urea', 30, 'mg/dL', 'mmol/L', 4.995],
  ['urea nitrogen', 14, 'mg/dL', 'mmol/L', 4.998],
  ['bilirubin', 1, 'mg/dL', 'umol/L', 17.1],
  ['calcium', 10, 'mg/dL', 'mmol/L', 2.495],
  ['haemoglobin', 13.5, 'g/dL', 'g/L', 135],
  ['HbA1c', 6.5, '%', 'mmol/mol', undefined],
  ['glucose', 5, 'mmol/L', 'g/L', undefined],
]
for (const [substance, value, from, to, expected] of factors)
  test(`D53: ${value} ${from} of ${substance} is ${expected ?? 'not converted'} ${to}`, () => {
    assert.equal(converted(substance, value, from, to), expected)
    assert.equal(isConvertible(substance, from) && isConvertible(substance, to), expected !== undefined)
  })

test('D53: a conversion there and back is what was reported, to its figures', () => {
  fc.assert(
    fc.property(fc.constantFrom('glucose', 'cholesterol', 'bilirubin', 'calcium'), fc.integer({ min: 1, max: 999 }), (substance, n) => {
      const [si = '', mass = ''] = substance === 'bilirubin' ? ['umol/L', 'mg/dL'] : ['mmol/L', 'mg/dL']
      const there = converted(substance, n / 10, mass, si) ?? 0
      assert.ok(Math.abs((converted(substance, there, si, mass) ?? 0) - n / 10) <= n / 1000)
    }),
  )
})

test('D59: what is below or above a limit stands as written, with its limit, and is no number', () => {
  const [text, quantity] = results(
    result('KCH', 'a', 'CRP', CRP, '<5', '', '2026-11-02'),
    result('KCH', 'b', 'eGFR', '1', 90, 'mL/min', '2026-11-01', { valueQuantity: { value: 90, comparator: '>', unit: 'mL/min' } }),
  )
  assert.deepEqual([text?.value, text?.series[0]?.number, text?.series[0]?.limit], ['<5', undefined, 5])
  assert.deepEqual([quantity?.value, quantity?.series[0]?.number, quantity?.series[0]?.limit], ['>90', undefined, 90])
  const [spoilt] = results(result('KCH', 'c', 'Potassium', '2', 'haemolysed', '', '2026-11-02'))
  assert.deepEqual([spoilt?.value, spoilt?.series[0]?.number, spoilt?.series[0]?.limit], ['haemolysed', undefined, undefined])
})

test('D60: a corrected result keeps what it was before, a provisional one says so, a cancelled one is in no line', () => {
  const identifier = [{ system: 'lab', value: '1' }]
  const [corrected] = results(
    result('KCH', 'a', 'Sodium', '1', 140, 'mmol/L', '2026-11-02', { identifier, status: 'final', issued: '2026-11-02T10:00:00Z' }),
    result('KCH', 'b', 'Sodium', '1', 142, 'mmol/L', '2026-11-02', { identifier, status: 'corrected', issued: '2026-11-02T12:00:00Z' }),
  )
  assert.deepEqual(
    [corrected?.value, corrected?.status, corrected?.conflicts.map(c => c.values.map(v => v.words))],
    ['142', 'Corrected', [['142 mmol/L', '140 mmol/L']]],
  )
  const [cancelled, provisional] = results(
    result('KCH', 'c', 'Sodium', '1', 'not processed', '', '2026-11-04', { status: 'cancelled' }),
    result('KCH', 'd', 'Sodium', '1', 139, 'mmol/L', '2026-11-03', { status: 'preliminary' }),
  )
  assert.deepEqual(
    [cancelled?.status, cancelled?.series, provisional?.status, provisional?.series.length],
    ['Cancelled', [], 'Provisional', 1],
  )
})

test('D61: a source that sends systolic and diastolic apart has measured one blood pressure', () => {
  const at = '2026-11-02T09:00:00Z'
  const record = recordOf(
    vital('GP', 's1', '271649006', 'Systolic blood pressure', 138, at),
    vital('GP', 'd1', '271650006', 'Diastolic blood pressure', 82, at),
    vital('KCH', 's2', '72313002', 'Systolic', 150, '2026-11-03T09:00:00Z'),
    vital('KCH', 'd2', '1091811000000102', 'Diastolic', 90, '2026-11-03T09:00:00Z'),
    item('SLAM', 'bp', 'observations', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Blood pressure', coding: [{ system: 'http://snomed.info/sct', code: '75367002' }] },
      effectiveDateTime: '2026-11-01T09:00:00Z',
      component: [
        { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 120, unit: 'mm[Hg]' } },
        { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 70, unit: 'mm[Hg]' } },
      ],
    }),
  )
  const list = record.snapshot().get('observations') as readonly ResultEntry[]
  assert.deepEqual(
    list.map(r => [r.title, r.value, r.statements, r.conflicts.length]),
    [
      ['Blood pressure', '150/90', 2, 0],
      ['Blood pressure', '138/82', 2, 0],
      ['Blood pressure', '120/70', 1, 0],
    ],
  )
  assert.deepEqual(
    list[0]?.series.map(p => [p.number, p.second, p.words]),
    [
      [120, 70, '120/70 mm[Hg]'],
      [138, 82, '138/82 mmHg'],
      [150, 90, '150/90 mmHg'],
    ],
  )
  assert.deepEqual(record.explain(list[0]?.id ?? ''), ['the two values of one blood pressure'])
})

test('D61 D102: two measurements of one moment are not paired: nobody said which belongs to which', () => {
  const at = '2026-11-02'
  const list = results(
    vital('GP', 's1', '271649006', 'Systolic', 138, at),
    vital('GP', 'd1', '271650006', 'Diastolic', 82, at),
    vital('GP', 's2', '271649006', 'Systolic', 160, at),
    vital('GP', 'd2', '271650006', 'Diastolic', 99, at),
  )
  assert.deepEqual(
    list.map(r => r.statements),
    [1, 1, 1, 1],
  )
})

test('D56: the method stands on the point, so that no line crosses a change of it', () => {
  const [newest] = results(
    result('KCH', 'a', 'Troponin', '1', 5, 'ng/L', '2026-11-02', { method: { text: 'High sensitivity' } }),
    result('KCH', 'b', 'Troponin', '1', 9, 'ng/L', '2026-11-01', { method: { text: 'Point of care' } }),
  )
  assert.deepEqual(
    newest?.series.map(p => p.method),
    ['Point of care', 'High sensitivity'],
  )
})

const crp = (source: string, value: number, at: string) => result(source, `${source}${at}`, 'CRP', CRP, value, 'mg/L', at)
test('D63 R096: the same test elsewhere within its interval stands beside each, by whom and when', () => {
  const [gstt, kch] = results(crp('KCH', 42, '2026-11-21T11:20:00Z'), crp('GSTT', 40, '2026-11-21T20:00:00Z'))
  assert.deepEqual(gstt?.elsewhere, {
    words: 'CRP 42 mg/L',
    by: { odsCode: 'KCH', name: 'KCH', short: 'KCH', date: '2026-11-21T11:20:00Z' },
  })
  assert.equal(kch?.elsewhere?.by.short, 'GSTT')
})
const unhinted: readonly [name: string, ...items: Disclosed<Item>[]][] = [
  ['after its interval', crp('KCH', 42, '2026-11-19T11:20:00Z'), crp('GSTT', 40, '2026-11-21T20:00:00Z')],
  ['by the same organisation', crp('KCH', 42, '2026-11-21T11:20:00Z'), crp('KCH', 40, '2026-11-21T20:00:00Z')],
  [
    'of a test where a series is the rule',
    result('KCH', 'a', 'Troponin', '1', 5, 'ng/L', '2026-11-21T11:20:00Z'),
    result('GSTT', 'b', 'Troponin', '1', 9, 'ng/L', '2026-11-21T12:20:00Z'),
  ],
  [
    'of a test that was cancelled',
    result('KCH', 'a', 'CRP', CRP, 'not processed', '', '2026-11-21T11:20:00Z', { status: 'cancelled' }),
    crp('GSTT', 40, '2026-11-21T20:00:00Z'),
  ],
]
for (const [name, ...items] of unhinted)
  test(`D63: no hint ${name}`, () => {
    assert.deepEqual(
      results(...items).map(r => r.elsewhere),
      [undefined, undefined],
    )
  })

test('D63: a hint goes when its source no longer says it, and the line stays', () => {
  const record = newRecord()
  record.add([answer([crp('GSTT', 40, '2026-11-21T20:00:00Z')])])
  record.add([answer([crp('KCH', 42, '2026-11-21T11:20:00Z')])])
  const newest = (): ResultEntry | undefined => record.snapshot().get('results')?.[0] as ResultEntry | undefined
  assert.deepEqual([newest()?.elsewhere?.by.short, newest()?.series.length], ['KCH', 2])
  record.add([answer([], { source: { ...answer([]).source, id: 'KCH' }, sections: ['results'], asOf: '2026-11-21T12:00:00.000Z' })])
  assert.deepEqual([newest()?.elsewhere, newest()?.series.length, newest()?.previous], [undefined, 1, undefined])
})

const PCR = '871562009'
const virus: readonly [name: string, code: string, over: object, value: string, isVirus: true | undefined][] = [
  ['Detection of SARS-CoV-2', PCR, { valueCodeableConcept: { text: 'Positive' } }, 'Positive', true],
  ['Detection of SARS-CoV-2', PCR, { valueCodeableConcept: { text: 'Negative' } }, 'Negative', true],
  ['Detection of SARS-CoV-2', PCR, { valueString: 'Void' }, 'Void', true],
  ['SARS-CoV-2 RNA detection result positive', '1240581000000104', {}, 'Positive', true],
  ['COVID-19 lateral flow test', '1', { valueString: 'Negative' }, 'Negative', true],
  ['HbA1c', HBA1C, { valueQuantity: { value: 48, unit: 'mmol/mol' } }, '48', undefined],
  ['Influenza A RNA', '2', { valueString: 'Detected' }, 'Detected', undefined],
  [
    'Respiratory panel with SARS-CoV-2',
    '3',
    {
      component: [
        { code: { text: 'SARS-CoV-2' }, valueString: 'Negative' },
        { code: { text: 'Influenza B' }, valueString: 'Positive' },
      ],
    },
    'SARS-CoV-2 Negative, Influenza B Positive',
    undefined,
  ],
]
for (const [name, code, over, value, isVirus] of virus)
  test(`R018 R034: ${name}, ${value}: ${isVirus ? 'a virus result with laboratory and date' : 'no virus result'}`, () => {
    const [entry] = results(result('KCH', 'v', name, code, '', '', '2021-01-04T10:00:00Z', { valueString: undefined, ...over }))
    assert.deepEqual([entry?.value, entry?.virus, entry?.recordedBy.short, entry?.date], [value, isVirus, 'KCH', '2021-01-04T10:00:00Z'])
  })

const units: readonly [given: string, ucum: string | undefined, key: string][] = [
  ['mmol/l', undefined, 'mmol/L'],
  ['millimeter of mercury', 'mm[Hg]', 'mmHg'],
  ['x10^9/L', undefined, '10*9/L'],
  ['mU/L', undefined, 'mU/L'],
  ['MU/L', undefined, 'MU/L'],
  ['', 'mg/L', 'mg/L'],
]
for (const [given, ucum, key] of units)
  test(`D102: the unit ${given || 'not written'}${ucum ? ` (${ucum})` : ''} is ${key}`, () => {
    assert.equal(unitKey(given, ucum), key)
  })

/** A quantity as the readers hand it on where its zeros at the end would be lost as a number. */
const reported = (value: number, places: number, over: object = {}) => ({
  value,
  _value: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/quantity-precision', valueInteger: places }] },
  unit: 'mmol/L',
  ...over,
})
const precise = (source: string, id: string, quantity: object, over: object = {}) =>
  result(source, id, 'Potassium', '88480006', 0, 'mmol/L', '2026-11-02T09:00:00Z', { valueQuantity: quantity, ...over })
const golden: readonly [sent: object, shown: string][] = [
  [reported(5.6, 2), '5.60'],
  [reported(5, 1), '5.0'],
  [reported(0, 2), '0.00'],
  [reported(1200, 1), '1,200.0'],
  [reported(5.1, 1, { comparator: '<' }), '<5.1'],
  [reported(5, 2, { comparator: '>' }), '>5.00'],
  [reported(5.678, 1), '5.678'],
  [reported(0.1, 20), '0.10000000000000000000'],
  [reported(5.6, 400), '5.6'],
  [reported(5.6, -1), '5.6'],
  [{ value: 5.6, unit: 'mmol/L' }, '5.6'],
  [reported(1e-7, 9), '1e-7'],
  [{ value: 5.6, unit: 'mmol/L', _value: { extension: 'x' } }, '5.6'],
]
for (const [sent, shown] of golden)
  test(`D52: a value is shown with the precision it was reported with: ${JSON.stringify(sent).slice(0, 30)} reads ${shown}`, () => {
    const [entry] = results(precise('KCH', 'a', sent))
    assert.equal(entry?.value, shown)
    assert.equal(entry?.series[0]?.words, `${shown} mmol/L`)
  })
test('D52: the range too, and each half of a pair', () => {
  const half = (code: string, value: number) => ({ code: { coding: [{ code }] }, valueQuantity: reported(value, 1, { unit: 'mmHg' }) })
  const [pair] = results(
    item('KCH', 'bp', 'observations', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Blood pressure' },
      effectiveDateTime: '2026-11-02T09:00:00Z',
      component: [half('271649006', 138), half('271650006', 82)],
    }),
  )
  assert.equal(pair?.value, '138.0/82.0')
  const [entry] = results(precise('KCH', 'a', reported(5.6, 2), { referenceRange: [{ low: reported(3.5, 2), high: reported(5.3, 2) }] }))
  assert.deepEqual([entry?.range, entry?.series[0]?.low], ['3.50 to 5.30', 3.5])
})
test('D52 D102: zeros at the end make no second result and no conflict', () => {
  const both = results(precise('KCH', 'a', reported(5.6, 2)), precise('GSTT', 'b', { value: 5.6, unit: 'mmol/L' }))
  assert.deepEqual([both.length, both[0]?.statements, both[0]?.conflicts], [1, 2, []])
  const limits = results(
    precise('KCH', 'a', reported(5, 1, { comparator: '<' })),
    precise('GSTT', 'b', { value: 5, unit: 'mmol/L', comparator: '<' }),
  )
  assert.equal(limits.length, 1)
  for (const other of [
    { value: 5.61, unit: 'mmol/L' },
    { value: 5.6, unit: 'mmol/L', comparator: '>' },
  ])
    assert.equal(results(precise('KCH', 'a', reported(5.6, 2)), precise('GSTT', 'b', other)).length, 2)
})

test('R003 D102: notes of a practice are never a line, and one only where the same words stand on the same day', () => {
  const note = (source: string, id: string, words: string, at = '2026-11-02T09:00:00Z', over: object = {}) =>
    item(source, id, 'observations', {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '37331000000100', display: 'Comment note' }] },
      effectiveDateTime: at,
      note: [{ text: words }],
      ...over,
    })
  const count = (...notes: Disclosed<Item>[]): readonly (readonly [kind: string, statements: number])[] =>
    results(...notes).map(entry => [entry.kind, entry.statements])
  const visit = { identifier: [{ system: 'https://emis.example/request', value: '1' }] }
  assert.deepEqual(count(note('GP', 'a', 'Worse since March'), note('KCH', 'b', 'Worse since March')), [['plain', 2]])
  assert.equal(count(note('GP', 'a', 'Worse since March'), note('KCH', 'b', 'Better')).length, 2)
  assert.equal(count(note('GP', 'a', 'Worse', undefined, visit), note('KCH', 'b', 'Better', undefined, visit)).length, 2)
  assert.equal(count(note('GP', 'a', 'Stable', undefined, visit), note('KCH', 'b', 'Stable', '2026-11-03', visit)).length, 2)
  assert.equal(count(note('GP', 'a', 'Stable', undefined, visit), note('KCH', 'b', 'Stable', undefined, visit)).length, 1)
  const asValue = { note: undefined, valueString: '5' }
  assert.deepEqual(count(note('GP', 'a', '', '2026-11-01', asValue), note('GP', 'b', '', '2026-11-02', asValue)), [
    ['plain', 1],
    ['plain', 1],
  ])
})
