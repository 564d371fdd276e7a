import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AllergyEntry, Entry, MedicineEntry, ProblemEntry, ResultEntry, SectionChange } from '../../care-record/entry.ts'
import type { Disclosed, Item, SectionAnswer } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { allergy, answer, bySource, doseOf, encounter, item, medicine, newRecord, problem, result } from './for-tests.ts'
import type { CareRecord } from './record.ts'

const APIXABAN = '21254911000001100'
const POTASSIUM = '1000651000000109'
const PENICILLIN = '764146007'

const recordOf = (...items: Disclosed<Item>[]): CareRecord => {
  const record = newRecord()
  record.add(bySource(items))
  return record
}
const entries = <E extends Entry>(record: CareRecord, section: SectionId, _kind?: E['kind']): readonly E[] =>
  (record.snapshot().get(section) ?? []) as readonly E[]
const kinds = (entry: Entry | undefined): string[] => entry?.conflicts.map(c => c.kind) ?? []

const okafor = (): Disclosed<Item>[] => [
  medicine('GP', 'apixaban', 'Apixaban 5mg tablets', APIXABAN, doseOf(5, 'mg', 2)),
  medicine('GSTT', 'apixaban', 'Apixaban 5mg tablets', APIXABAN, doseOf(2.5, 'mg', 2), { dateAsserted: '2026-10-28' }),
  medicine('GSTT', 'ramipril', 'Ramipril 5mg capsules', '318900000', doseOf(5, 'mg', 1), { status: 'on-hold', dateAsserted: '2026-10-28' }),
  medicine('GP', 'paracetamol', 'Paracetamol 500mg tablets', '322236009', 'Two to be taken up to four times a day'),
  allergy('GP', 'penicillin', 'Penicillin', PENICILLIN, { reaction: [{ severity: 'severe', manifestation: [{ text: 'Anaphylaxis' }] }] }),
  allergy('KCH', 'penicillin', 'Penicillin allergy', undefined),
  allergy('GSTT', 'none', 'No known allergies', '716186003', { recordedDate: '2026-02-05' }),
  allergy('GP', 'trimethoprim', 'Trimethoprim', '387170002', { reaction: [{ manifestation: [{ text: 'Rash' }] }] }),
  result('KCH', 'k3', 'Potassium', POTASSIUM, 5.6, 'mmol/L', '2026-11-21T11:20:00Z', {
    interpretation: [{ coding: [{ code: 'H' }] }],
    referenceRange: [{ low: { value: 3.5 }, high: { value: 5.3 } }],
  }),
  result('KCH', 'k2', 'Potassium', POTASSIUM, 4.9, 'mmol/L', '2026-10-26T09:00:00Z'),
  result('GP', 'k2', 'Potassium', POTASSIUM, 4.9, 'mmol/L', '2026-10-26T09:00:00Z'),
  result('GP', 'k1', 'Potassium', POTASSIUM, 4.4, 'mmol/L', '2026-01-26T09:00:00Z'),
  problem('GP', 'af', 'Atrial fibrillation', '49436004', { onsetDateTime: '2021-06-02' }),
  problem('KCH', 'af', 'Atrial fibrillation', '49436004', { onsetDateTime: '2021' }),
  problem('GSTT', 'nof', 'Fracture of neck of left femur', '5913000', { onsetDateTime: '2026-10-18' }),
  encounter('KCH', 'ed', 'in-progress', 'EMER', '2026-11-21T10:42:00Z'),
  encounter('GSTT', 'stay', 'finished', 'IMP', '2026-10-18T10:00:00Z', '2026-10-28T12:00:00Z'),
]

test('R020 D38: apixaban 5 mg at the practice and 2.5 mg at discharge is one entry that names both, newest first, no winner', () => {
  const [apixaban] = entries<MedicineEntry>(recordOf(...okafor()), 'medicines')
  assert.equal(apixaban?.title, 'apixaban')
  assert.equal(apixaban?.strengthAndForm, '5 mg tablets')
  assert.equal(apixaban?.dose, '5 mg')
  assert.equal(apixaban?.frequency, 'twice a day')
  assert.equal(apixaban?.statements, 2)
  assert.deepEqual(
    apixaban?.conflicts.map(c => [c.kind, c.values.map(v => `${v.by.short} ${v.words}`)]),
    [['dose', ['GP 5 mg twice a day', 'GSTT 2.5 mg twice a day']]],
  )
})

test('D35: ramipril on hold stays in the current list and reads Suspended; the list is alphabetical', () => {
  const list = entries<MedicineEntry>(recordOf(...okafor()), 'medicines')
  assert.deepEqual(
    list.map(m => m.title),
    ['apixaban', 'paracetamol', 'ramipril'],
  )
  assert.deepEqual([list[2]?.status, list[2]?.list], ['Suspended', 'current'])
})

test('D102: another strength of the same drug is a row of its own, and both rows say that sources differ', () => {
  const rows = entries<MedicineEntry>(
    recordOf(
      medicine('GP', 'a', 'Apixaban 5mg tablets', '1', 'One tablet twice a day'),
      medicine('GSTT', 'a', 'Apixaban 2.5mg tablets', '2', 'One tablet twice a day'),
    ),
    'medicines',
  )
  assert.equal(rows.length, 2)
  for (const row of rows) assert.deepEqual(kinds(row), ['dose'])
})

test('R012 D23: penicillin beats no known allergies, and each says what the other said', () => {
  const list = entries<AllergyEntry>(recordOf(...okafor()), 'allergies')
  assert.deepEqual(
    list.map(a => [a.title.toLowerCase(), a.state, a.statements, kinds(a).join()]),
    [
      ['penicillin', 'active', 2, 'presence'],
      ['trimethoprim', 'active', 1, 'presence'],
      ['no known allergies', 'negative', 1, 'presence'],
    ],
  )
})

test('D21: a negative without any positive stands alone; a source that later recorded an allergy has corrected itself', () => {
  const alone = entries<AllergyEntry>(recordOf(allergy('GP', 'n', 'No known allergies', '716186003')), 'allergies')
  assert.deepEqual(
    alone.map(a => [a.state, a.conflicts.length]),
    [['negative', 0]],
  )
  const corrected = recordOf(
    allergy('GP', 'n', 'NKDA', undefined),
    allergy('GP', 'p', 'Penicillin', PENICILLIN, { recordedDate: '2024-01-01' }),
  )
  assert.deepEqual(entries(corrected, 'allergies').map(kinds), [[], []])
})

test('D27: refuted, entered in error and resolved allergies are in the past list, and an active one elsewhere says so', () => {
  const past = (id: string, verification: string, clinical: string) =>
    allergy('KCH', id, `Agent ${id}`, undefined, {
      verificationStatus: { coding: [{ code: verification }] },
      clinicalStatus: { coding: [{ code: clinical }] },
    })
  const record = recordOf(
    past('a', 'refuted', 'active'),
    past('b', 'entered-in-error', 'active'),
    past('c', 'confirmed', 'resolved'),
    allergy('GP', 'a', 'Agent a'),
    allergy('GP', 'b', 'Agent b'),
    allergy('GP', 'c', 'Agent c'),
  )
  const list = entries<AllergyEntry>(record, 'allergies')
  assert.equal(list.filter(a => a.list === 'past').length, 3)
  assert.deepEqual(
    list.filter(a => a.list === 'current').map(a => [a.title, kinds(a).join()]),
    [
      ['Agent a', 'verification'],
      ['Agent b', ''],
      ['Agent c', 'status'],
    ],
  )
})

test('D25: certainty that sources share is said once, with all who say it', () => {
  const said = (source: string, certainty: string) =>
    allergy(source, 'p', 'Penicillin', PENICILLIN, { verificationStatus: { coding: [{ code: certainty }] } })
  const [mixed] = entries<AllergyEntry>(
    recordOf(said('GSTT', 'confirmed'), said('KCH', 'confirmed'), said('GP', 'unconfirmed')),
    'allergies',
  )
  assert.deepEqual(new Set(mixed?.certainty?.split(/, (?=[A-Z][a-z])/)), new Set(['Confirmed (GSTT, KCH)', 'Unconfirmed (GP)']))
  const [same] = entries<AllergyEntry>(recordOf(said('GSTT', 'confirmed'), said('KCH', 'confirmed')), 'allergies')
  assert.equal(same?.certainty, 'Confirmed')
})

test('D26: twelve allergies come by severity, then agent', () => {
  const severity = ['mild', 'severe', 'moderate', undefined]
  const list = Array.from({ length: 12 }, (_x, n) =>
    allergy('GP', `a${n}`, `Agent ${String.fromCharCode(108 - n)}`, undefined, {
      reaction: [{ manifestation: [{ text: 'Rash' }], ...(severity[n % 4] ? { severity: severity[n % 4] } : {}) }],
    }),
  )
  assert.deepEqual(
    entries<AllergyEntry>(recordOf(...list), 'allergies').map(a => `${a.severity ?? '-'} ${a.title.slice(-1)}`),
    ['severe c', 'severe g', 'severe k', 'moderate b', 'moderate f', 'moderate j', 'mild d', 'mild h', 'mild l', '- a', '- e', '- i'],
  )
})

test('D28: an allergy and an intolerance to one agent stay apart', () => {
  const record = recordOf(allergy('GP', 'a', 'Codeine', '1'), allergy('KCH', 'a', 'Codeine', '1', { type: 'intolerance' }))
  assert.equal(entries(record, 'allergies').length, 2)
})

test('R015 D52, D53: potassium shows the newest with its previous; the line is one point a result, oldest first', () => {
  const list = entries<ResultEntry>(recordOf(...okafor()), 'results')
  assert.deepEqual(
    list.map(r => [r.value, r.previous?.value, r.statements]),
    [
      ['5.6', '4.9', 1],
      ['4.9', '4.4', 2],
      ['4.4', undefined, 1],
    ],
  )
  assert.deepEqual([list[0]?.flag, list[0]?.range, list[0]?.series.map(p => p.number)], ['High', '3.5 to 5.3', [4.4, 4.9, 5.6]])
})

const apart: readonly [name: string, a: Disclosed<Item>, b: Disclosed<Item>][] = [
  ['units', result('GP', 'g', 'Glucose', '1', 5, 'mmol/L', '2026-01-01'), result('KCH', 'g', 'Glucose', '1', 5, 'mg/dL', '2026-01-01')],
  ['values', result('GP', 'g', 'Glucose', '1', 5, 'mmol/L', '2026-01-01'), result('KCH', 'g', 'Glucose', '1', 6, 'mmol/L', '2026-01-01')],
  [
    'times',
    result('GP', 'g', 'CRP', '1', 5, 'mg/L', '2026-01-01T09:00:00Z'),
    result('KCH', 'g', 'CRP', '1', 5, 'mg/L', '2026-01-01T10:00:00Z'),
  ],
  ['side', problem('GP', 'n', 'Fracture of left hip', '1'), problem('KCH', 'n', 'Fracture of right hip', '1')],
  ['negation', problem('GP', 'n', 'Myocardial infarction', '1'), problem('KCH', 'n', 'No history of MI', '1')],
  ['family', problem('GP', 'n', 'Breast cancer', '1'), problem('KCH', 'n', 'FH: Breast cancer', '1')],
  ['query', problem('GP', 'n', 'PE', '1'), problem('KCH', 'n', '?PE', '1')],
  [
    'verification',
    problem('GP', 'n', 'PE', '1'),
    problem('KCH', 'n', 'PE', '1', { verificationStatus: { coding: [{ code: 'provisional' }] } }),
  ],
  [
    'persons',
    problem('GP', 'n', 'PE', '1', { subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000001' } } }),
    problem('KCH', 'n', 'PE', '1', { subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000002' } } }),
  ],
]
for (const [name, a, b] of apart)
  test(`D102: merging never crosses ${name}`, () => {
    assert.deepEqual(
      entries(recordOf(a, b), a.section).map(e => e.statements),
      [1, 1],
    )
  })

test('D103: the same fracture on two sides the same day is two rows with a conflict of laterality', () => {
  const record = recordOf(
    problem('GP', 'n', 'Fracture of left hip', '1', { onsetDateTime: '2026-10-18' }),
    problem('KCH', 'n', 'Fracture of right hip', '1', { onsetDateTime: '2026-10-18' }),
  )
  assert.deepEqual(entries(record, 'problems').map(kinds), [['laterality'], ['laterality']])
})

const conflicts: readonly [kind: string, a: Disclosed<Item>, b: Disclosed<Item>][] = [
  [
    'dose',
    medicine('GP', 'm', 'Bisoprolol 5mg tablets', '1', 'One tablet once a day'),
    medicine('KCH', 'm', 'Bisoprolol 5mg tablets', '1', 'Two tablets once a day'),
  ],
  [
    'frequency',
    medicine('GP', 'm', 'Bisoprolol 5mg tablets', '1', 'One tablet once a day'),
    medicine('KCH', 'm', 'Bisoprolol 5mg tablets', '1', 'One tablet twice a day'),
  ],
  [
    'status',
    medicine('GP', 'm', 'Bisoprolol 5mg tablets', '1', undefined),
    medicine('KCH', 'm', 'Bisoprolol 5mg tablets', '1', undefined, { status: 'stopped' }),
  ],
  ['date', problem('GP', 'p', 'Gout', '1', { onsetDateTime: '2014' }), problem('KCH', 'p', 'Gout', '1', { onsetDateTime: '2016-01-01' })],
  ['status', problem('GP', 'p', 'Gout', '1'), problem('KCH', 'p', 'Gout', '1', { clinicalStatus: { coding: [{ code: 'resolved' }] } })],
  [
    'value',
    result('GP', 'r', 'Sodium', '1', 140, 'mmol/L', '2026-01-01', { identifier: [{ system: 'lab', value: '7' }] }),
    result('KCH', 'r', 'Sodium', '1', 142, 'mmol/L', '2026-01-01', { identifier: [{ system: 'lab', value: '7' }], status: 'corrected' }),
  ],
]
for (const [kind, a, b] of conflicts)
  test(`D103: ${a.section}: a difference of ${kind} is one entry that says so`, () => {
    const list = entries(recordOf(a, b), a.section)
    assert.equal(list.length, 1)
    assert.deepEqual(kinds(list[0]), [kind])
    assert.equal(list[0]?.conflicts[0]?.values.length, 2)
    assert.equal(list[0]?.list, 'current')
  })

test('D37, R011: forty statements from four origins fold to ten medicines, nothing dropped, each reachable', () => {
  const items = Array.from({ length: 10 }, (_x, n) =>
    ['GP', 'KCH', 'GSTT', 'COM'].map(source =>
      medicine(
        source,
        `m${n}`,
        `Drug${String.fromCharCode(97 + n)} 10mg tablets`,
        source === 'COM' ? undefined : `${n}`,
        'One tablet once a day',
      ),
    ),
  ).flat()
  const record = recordOf(...items)
  const list = entries<MedicineEntry>(record, 'medicines')
  assert.equal(list.length, 10)
  for (const entry of list) {
    assert.deepEqual([entry.statements, entry.alsoRecordedBy.length, entry.conflicts.length], [4, 3, 0])
    assert.deepEqual(record.explain(entry.id).length > 0, true)
  }
  assert.deepEqual(list.flatMap(e => record.statementIds(e.id)).sort(), items.map(i => i.id).sort())
})

test('D40: a degraded entry is marked and matches nothing by its code', () => {
  const record = recordOf(
    medicine('GP', 'a', 'Some old drug', '196421000000109', undefined),
    medicine('KCH', 'b', 'Another old drug', '196421000000109', undefined),
  )
  const list = entries<MedicineEntry>(record, 'medicines')
  assert.deepEqual(
    list.map(e => [e.coded, e.marks.includes('degraded')]),
    [
      [false, true],
      [false, true],
    ],
  )
})

test('R100 D39: a repeat not issued within twice its interval says since when', () => {
  const order = {
    resourceType: 'MedicationRequest',
    id: 'o',
    intent: 'order',
    status: 'completed',
    authoredOn: '2026-06-01',
    dispenseRequest: { quantity: { value: 28, unit: 'tablet' }, expectedSupplyDuration: { value: 28, code: 'd' } },
  }
  const given = {
    ...medicine('GP', 'm', 'Atorvastatin 40mg tablets', '1', 'One at night'),
    contained: [order],
  } as unknown as Disclosed<Item>
  const [entry] = entries<MedicineEntry>(recordOf(given), 'medicines')
  assert.deepEqual([entry?.lastIssued, entry?.notIssuedSince], [{ date: '2026-06-01', quantity: '28 tablets' }, '2026-06-01'])
})

test('D59, D61, D62: text stays text, blood pressure is a pair, a missing collection time is said', () => {
  const bp = result('GP', 'bp', 'Blood pressure', '75367002', '', '', '2026-01-01', {
    valueString: undefined,
    component: [
      { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 142, unit: 'mmHg' } },
      { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 88, unit: 'mmHg' } },
    ],
  })
  const less = result('GP', 'l', 'CRP', '1', '<5', '', '', { issued: '2026-01-02T00:00:00Z' })
  const [crp, pressure] = entries<ResultEntry>(recordOf(bp, less), 'results')
  assert.deepEqual([crp?.value, crp?.collectedNotStated, crp?.series[0]?.number], ['<5', true, undefined])
  assert.deepEqual([pressure?.value, pressure?.unit], ['142/88', 'mmHg'])
})

test('D72: partial dates stay partial and never contradict the whole date they begin', () => {
  const [af] = entries<ProblemEntry>(recordOf(...okafor()), 'problems').filter(p => p.title === 'Atrial fibrillation')
  assert.deepEqual([af?.statements, af?.conflicts, af?.marks], [2, [], ['partial-date']])
})

test('R105 R016 D142: contradictory open stays are both shown, before what is next and what is past', () => {
  const record = recordOf(
    encounter('KCH', 'a', 'in-progress', 'EMER', '2026-11-21T10:42:00Z'),
    encounter('GSTT', 'b', 'in-progress', 'IMP', '2026-11-20T10:42:00Z'),
    encounter('GP', 'c', 'planned', 'AMB', '2026-12-03T09:30:00Z'),
    encounter('GP', 'd', 'planned', 'AMB', '2026-11-24T09:30:00Z'),
    encounter('GP', 'e', 'finished', 'AMB', '2026-10-24T09:30:00Z', '2026-10-24T09:40:00Z'),
    item(
      'MSG',
      'f',
      'encounters',
      { resourceType: 'Encounter', status: 'in-progress', class: { code: 'IMP' }, period: { start: '2026-11-01T00:00:00Z' } },
      { feed: 'message' },
    ),
  )
  assert.deepEqual(
    record
      .snapshot()
      .get('encounters')
      ?.map(e => (e.kind === 'encounter' ? [e.recordedBy.short, e.when, e.noEndRecorded] : [])),
    [
      ['KCH', 'now', false],
      ['GSTT', 'now', false],
      ['GP', 'next', false],
      ['GP', 'next', false],
      ['MSG', 'past', true],
      ['GP', 'past', false],
    ],
  )
})

test('D116: the same answer again changes nothing; a failed try leaves what stands; a refusal takes it away', () => {
  const record = recordOf(...okafor())
  const gp = okafor().filter(i => i.provenance.sourceId === 'GP')
  assert.deepEqual(record.add([answer(gp, { asOf: '2026-11-21T11:05:00.000Z' })]), [])
  assert.deepEqual(
    record.add([answer([], { source: answer(gp).source, sections: ['medicines'], outcome: 'late', cause: 'timed-out' })]),
    [],
  )
  const changes = record.add([answer([], { source: answer(gp).source, sections: ['medicines'], outcome: 'withheld', cause: 'objection' })])
  assert.deepEqual(
    changes.map(c => [c.section, c.removed.length, c.upserts.length]),
    [['medicines', 1, 1]],
  )
  assert.equal(record.snapshot().get('medicines')?.[0]?.statements, 1)
})

test('entries that join keep one id and the other answers with its successor; what parts gets a new id', () => {
  const record = newRecord()
  const uncoded = medicine('COM', 'm', 'Bisoprolol 5mg tablets', undefined, 'One tablet once a day')
  const other = medicine('KCH', 'm', 'Bisoprolol fumarate 5mg tablets', '1', 'One tablet once a day')
  record.add(bySource([uncoded, other]))
  const [a, b] = (record.snapshot().get('medicines') ?? []).map(e => e.id)
  const both = { ...medicine('COM', 'm', 'Bisoprolol 5mg tablets', '1', 'One tablet once a day'), version: '2' } as Disclosed<Item>
  const joined = record.add([answer([both], { asOf: '2026-11-21T12:00:00.000Z' })])
  const [gone] = joined[0]?.removed ?? []
  assert.equal(record.snapshot().get('medicines')?.length, 1)
  assert.ok(gone?.successor !== undefined && [a, b].includes(gone.id) && [a, b].includes(gone.successor))
  assert.equal(record.entry(gone.id)?.id, gone.successor)
  const parted = record.add([answer([{ ...uncoded, version: '3' }], { asOf: '2026-11-21T13:00:00.000Z' })])
  assert.equal(parted[0]?.removed.length, 0)
  assert.ok(
    record
      .snapshot()
      .get('medicines')
      ?.some(e => e.id !== a && e.id !== b),
  )
})

/** A statement of the tests points at one or two others, which may or may not be there. */
const linksOf = (id: string): readonly string[] =>
  ['Condition', 'Encounter', 'Observation'].map(type => `${id.slice(0, id.indexOf('/'))}/${type}/x${id.length % 7}`)

const sources = ['GP', 'KCH', 'GSTT', 'COM', 'RFH'] as const
const generated: fc.Arbitrary<Disclosed<Item>> = fc
  .record({
    source: fc.constantFrom(...sources),
    id: fc.nat({ max: 40 }).map(n => `x${n}`),
    kind: fc.constantFrom('allergy', 'medicine', 'problem', 'result', 'listed', 'pressure', 'document', 'encounter', 'plain'),
    link: fc.nat({ max: 9999 }),
    code: fc.constantFrom('1', '2', undefined),
    text: fc.constantFrom('Alpha 5mg tablets', 'Beta 10mg capsules', 'left hip', 'right hip', 'Gamma', '?Gamma'),
    day: fc.constantFrom('2026-01-01', '2026-01-01T09:00:00Z', '2026-01-01T10:00:00+01:00', '2026-01', '2025-06-01'),
    value: fc.constantFrom(1, 2),
    status: fc.constantFrom('active', 'completed', 'stopped', 'on-hold'),
    verification: fc.constantFrom('confirmed', 'refuted', 'unconfirmed', 'provisional'),
  })
  .map(g => {
    const verified = {
      verificationStatus: { coding: [{ code: g.verification }] },
      clinicalStatus: { coding: [{ code: g.status === 'active' ? 'active' : 'resolved' }] },
    }
    if (g.kind === 'allergy')
      return g.value === 2 && g.code === '2'
        ? allergy(g.source, g.id, 'No known allergies', '716186003')
        : allergy(g.source, g.id, g.text, g.code, { ...verified, recordedDate: g.day })
    if (g.kind === 'medicine')
      return medicine(g.source, g.id, g.text, g.code, doseOf(g.value, 'tablet', g.value), {
        status: g.status,
        dateAsserted: g.day,
        effectivePeriod: { start: g.day },
      })
    if (g.kind === 'problem') return problem(g.source, g.id, g.text, g.code, { ...verified, onsetDateTime: g.day })
    if (g.kind === 'result')
      return result(
        g.source,
        g.id,
        g.text,
        g.code ?? '3',
        g.value,
        'g',
        g.day,
        g.status === 'stopped' ? { identifier: [{ system: 's', value: '1' }] } : {},
      )
    if (g.kind === 'listed')
      return result(
        g.source,
        g.id,
        'Glucose',
        '997671000000106',
        g.value * (g.code === '1' ? 90 : 5),
        g.code === '1' ? 'mg/dL' : 'mmol/L',
        g.day,
        g.status === 'stopped' ? { identifier: [{ system: 's', value: '2' }], status: 'corrected' } : {},
      )
    if (g.kind === 'pressure')
      return result(g.source, g.id, 'Pressure', g.value === 1 ? '271649006' : '271650006', 100 + g.value, 'mmHg', g.day, {})
    if (g.kind === 'document')
      return item(g.source, g.id, 'documents', {
        resourceType: 'DocumentReference',
        status: g.status === 'stopped' ? 'superseded' : 'current',
        date: g.day,
        description: g.text,
        ...(g.code === undefined ? {} : { masterIdentifier: { system: 'd', value: g.code } }),
        relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/x${g.link % 40}` } }],
      })
    if (g.kind === 'encounter') return encounter(g.source, g.id, g.status === 'active' ? 'in-progress' : 'finished', 'IMP', g.day)
    return item(g.source, g.id, 'procedures', {
      resourceType: 'Procedure',
      status: 'completed',
      code: { text: g.text },
      performedDateTime: g.day,
    })
  })
  .map(one => ({ ...one, links: linksOf(one.id) }))
const manyItems = fc.uniqueArray(generated, { selector: i => i.id, maxLength: 30 })

/** The record without its ids, each entry with what was folded into it. */
const content = (record: CareRecord): unknown => {
  const items = (id: string): readonly string[] => record.statementIds(id)
  const { byProblem, byEncounter } = record.threads()
  const compared = record.compareMedicines()
  return [
    [...record.snapshot()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([section, list]) => [section, list.map(e => [{ ...e, id: '' }, items(e.id)])]),
    [...byProblem, ...byEncounter].map(t => [items(t.head), t.members.map(items)]),
    compared.columns,
    compared.rows.map(row => ({ ...row, entryId: items(row.entryId) })),
  ]
}

test('R001 rule 11: any order and grouping of the same answers gives the same record', () => {
  fc.assert(
    fc.property(manyItems, fc.infiniteStream(fc.nat()), (items, numbers) => {
      const answers = [...Map.groupBy(items, i => `${i.provenance.sourceId}/${i.section}`).values()].map(i => answer(i))
      const whole = newRecord()
      whole.add(answers)
      const shuffled = answers
        .map(a => ({ a, n: numbers.next().value ?? 0 }))
        .sort((x, y) => x.n - y.n)
        .map(x => x.a)
      const bits = newRecord()
      while (shuffled.length > 0) bits.add(shuffled.splice(0, 1 + ((numbers.next().value ?? 0) % 3)))
      assert.deepEqual(content(bits), content(whole))
    }),
    { numRuns: 300 },
  )
})

test('rule 11: what was answered and then answered otherwise leaves no trace', () => {
  fc.assert(
    fc.property(manyItems, manyItems, (first, second) => {
      const direct = newRecord()
      const later = bySource(second).map(a => ({ ...a, sections: SECTIONS, asOf: '2026-11-21T12:00:00.000Z' }))
      direct.add(later)
      const retried = newRecord()
      retried.add(bySource(first))
      retried.add(later)
      retried.add(
        sources
          .filter(s => !later.some(a => a.source.id === s))
          .map(s =>
            answer([], {
              source: { ...answer([]).source, id: s },
              sections: SECTIONS,
              outcome: 'nothing-held',
              asOf: '2026-11-21T12:00:00.000Z',
            }),
          ),
      )
      assert.deepEqual(content(retried), content(direct))
    }),
    { numRuns: 200 },
  )
})
const SECTIONS: readonly SectionId[] = ['allergies', 'medicines', 'problems', 'results', 'encounters', 'procedures', 'documents']

test('every statement is in exactly one entry, and applying the changes row by row gives the same record', () => {
  fc.assert(
    fc.property(manyItems, items => {
      const record = newRecord()
      const page = new Map<string, Entry>()
      const apply = (changes: readonly SectionChange[]): void => {
        for (const change of changes) {
          for (const { id } of change.removed) page.delete(id)
          for (const entry of change.upserts) page.set(entry.id, entry)
        }
      }
      for (const one of bySource(items)) apply(record.add([one]))
      const all = [...record.snapshot().values()].flat()
      assert.deepEqual(
        [...page.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
        [...all].sort((a, b) => (a.id < b.id ? -1 : 1)),
      )
      assert.deepEqual(all.flatMap(e => record.statementIds(e.id)).sort(), items.map(i => i.id).sort())
      assert.equal(
        all.reduce((sum, e) => sum + e.statements, 0),
        items.length,
      )
      for (const list of record.snapshot().values())
        assert.equal(new Set(list.map(e => `${e.list} ${e.sort}`)).size, list.length, 'sort keys are unique')
    }),
    { numRuns: 300 },
  )
})

test('rule 11: a record kept through retries, losses and refusals equals one made of what stands at the end', async () => {
  const step = fc.record({
    items: fc.uniqueArray(generated, { selector: i => i.id, maxLength: 12 }),
    outcome: fc.constantFrom('answered', 'answered', 'answered', 'late', 'withheld'),
    sliced: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async steps => {
      const kept = newRecord()
      const standing = new Map<string, SectionAnswer<Disclosed<Item>>>()
      for (const [n, { items, outcome, sliced }] of steps.entries())
        for (const said of bySource(items)) {
          const one = {
            ...said,
            sections: SECTIONS,
            outcome,
            items: outcome === 'answered' ? said.items : [],
            asOf: `2026-11-21T12:00:${10 + n}.000Z`,
          } as const
          if (outcome !== 'late') standing.set(one.source.id, one)
          if (sliced) for (const slot of await kept.read([one], () => Promise.resolve())) kept.fold([slot])
          else kept.add([one])
        }
      const afresh = newRecord()
      afresh.add([...standing.values()])
      assert.deepEqual(content(kept), content(afresh))
    }),
    { numRuns: 200 },
  )
})

test('a large answer is read in slices, and nothing is folded before the last', async () => {
  const items = Array.from({ length: 1100 }, (_x, n) => problem('GP', `p${n}`, `Problem ${n}`, String(n)))
  const record = newRecord()
  let pauses = 0
  const told = await record.read([answer(items)], () => {
    pauses++
    assert.equal(record.snapshot().size, 0)
    return Promise.resolve()
  })
  assert.equal(pauses, 4)
  assert.equal(record.fold(told)[0]?.upserts.length, 1100)
})

test('HAZ-018 D39: an issue by another source than the one shown first is said to be theirs', () => {
  const issued = (over: object) => ({
    ...over,
    extension: [
      { url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationStatementLastIssueDate', valueDateTime: '2026-11-02' },
    ],
  })
  const [both] = entries<MedicineEntry>(
    recordOf(
      medicine('GP', 'apixaban', 'Apixaban 5mg tablets', APIXABAN, doseOf(5, 'mg', 2), issued({ dateAsserted: '2021-06-02' })),
      medicine('GSTT', 'apixaban', 'Apixaban 5mg tablets', APIXABAN, doseOf(2.5, 'mg', 2), { dateAsserted: '2026-10-28' }),
    ),
    'medicines',
  )
  assert.deepEqual([both?.recordedBy.short, both?.lastIssued], ['GSTT', { date: '2026-11-02', by: 'GP' }])
  const [alone] = entries<MedicineEntry>(
    recordOf(medicine('GP', 'apixaban', 'Apixaban 5mg tablets', APIXABAN, doseOf(5, 'mg', 2), issued({}))),
    'medicines',
  )
  assert.equal(alone?.lastIssued?.by, undefined)
})

test('R013: a vaccination whose product nobody knows is named by its procedure, not by `unknown`', () => {
  const vaccination = item('GP', 'flu', 'vaccinations', {
    resourceType: 'Immunization',
    status: 'completed',
    patient: {},
    occurrenceDateTime: '2026-10-07',
    vaccineCode: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK', display: 'unknown' }] },
    extension: [
      {
        url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure',
        valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '86198006', display: 'Influenza vaccination' }] },
      },
    ],
  })
  assert.equal(entries(recordOf(vaccination), 'vaccinations')[0]?.title, 'Influenza vaccination')
})
