import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MedicineEntry } from '../../care-record/entry.ts'
import type { Disclosed, Item } from '../../care-record/item.ts'
import { stoppedLately } from './compare.ts'
import { answer, bySource, doseOf, encounter, item, medicine, newRecord, problem, result, TODAY } from './for-tests.ts'
import type { CareRecord } from './record.ts'

const linked = (given: Disclosed<Item>, ...to: Disclosed<Item>[]): Disclosed<Item> => ({ ...given, links: to.map(one => one.id) })
const recordOf = (...items: Disclosed<Item>[]): CareRecord => {
  const record = newRecord()
  record.add(bySource(items))
  return record
}
const titles = (record: CareRecord, ids: readonly string[]): readonly (string | undefined)[] => ids.map(id => record.entry(id)?.title)

const asthma = problem('GP', 'a', 'Asthma', '195967001')
const visit = encounter('GP', 'v', 'finished', 'AMB', '2026-10-24T09:30:00Z', '2026-10-24T09:40:00Z')
const inhaler = linked(medicine('GP', 'i', 'Salbutamol 100micrograms/dose inhaler', '1', 'Two puffs'), asthma, visit)
const peak = result('GP', 'p', 'Peak flow', '2', 400, 'L/min', '2026-10-24T09:35:00Z')

test('a second view by problem and by encounter: links hold in both directions, what nobody linked is in none', () => {
  const record = recordOf(asthma, linked(visit, peak), inhaler, peak, problem('KCH', 'x', 'Gout', '3'))
  const { byProblem, byEncounter } = record.threads()
  assert.deepEqual(
    byProblem.map(t => [record.entry(t.head)?.title, titles(record, t.members)]),
    [['Asthma', ['salbutamol']]],
  )
  assert.deepEqual(
    byEncounter.map(t => [record.entry(t.head)?.title, titles(record, t.members)]),
    [['Outpatient attendance', ['salbutamol', 'Peak flow']]],
  )
})

const report = (id: string, ...to: Disclosed<Item>[]): Disclosed<Item> =>
  linked(item('GP', id, 'results', { resourceType: 'DiagnosticReport', status: 'final', code: { text: 'Renal profile' } }), ...to)
const ofVisit = (...items: Disclosed<Item>[]): readonly (string | undefined)[] => {
  const record = recordOf(...items)
  const [thread, ...others] = record.threads().byEncounter
  assert.equal(others.length, 0)
  return titles(record, thread?.members ?? []).toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1))
}
const group = item('GP', 'g', 'results', {
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'Urea and electrolytes' },
  hasMember: [{ reference: 'Observation/k' }],
})
const potassium = result('GP', 'k', 'Potassium', '5', 4.1, 'mmol/L', '2026-10-24T09:35:00Z')
const sodium = result('GP', 'n', 'Sodium', '6', 140, 'mmol/L', '2026-10-24T09:35:00Z')

test('what a report is made of belongs where the report does, whichever names which, through a group of tests too', () => {
  assert.deepEqual(ofVisit(visit, report('r', visit, potassium), potassium), ['Potassium', 'Renal profile'])
  assert.deepEqual(ofVisit(linked(potassium, report('r')), report('r', visit), visit), ['Potassium', 'Renal profile'])
  assert.deepEqual(ofVisit(linked(visit, report('r')), report('r', linked(group)), linked(group, potassium), potassium, sodium), [
    'Potassium',
    'Renal profile',
    'Urea and electrolytes',
  ])
})
test('a step further than its report nothing is guessed: not what hangs on a result, a medicine or another report', () => {
  const other = report('other', sodium)
  assert.deepEqual(ofVisit(visit, report('r', visit, other), other, sodium), ['Renal profile'])
  assert.deepEqual(ofVisit(visit, report('r', visit, potassium), potassium, linked(sodium, potassium)), ['Potassium', 'Renal profile'])
  const cream = linked(medicine('GP', 'm', 'Emollient cream', '7', 'As needed'), report('r'))
  assert.deepEqual(ofVisit(visit, report('r', visit), cream), ['Renal profile'])
})
test('R003 rule 11: parts of reports stand in the same threads in any order', () => {
  const all = [visit, report('r', visit, group), linked(group, potassium), potassium, linked(sodium, report('r')), asthma, inhaler]
  const said = (record: CareRecord): unknown => {
    const { byProblem, byEncounter } = record.threads()
    return [byProblem, byEncounter].map(threads =>
      threads.map(t => [record.statementIds(t.head), t.members.map(id => record.statementIds(id))]),
    )
  }
  const expected = said(recordOf(...all))
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), shuffled => {
      const record = newRecord()
      for (const one of shuffled) record.add([answer([one], { source: { ...answer([one]).source, id: one.id } })])
      assert.deepEqual(said(record), expected)
    }),
    { numRuns: 30 },
  )
})

test('statements of two sources that fold into one entry bring their links together', () => {
  const again = problem('KCH', 'a', 'Asthma', '195967001')
  const steroid = linked(medicine('KCH', 's', 'Prednisolone 5mg tablets', '4', 'Eight once a day'), again)
  const record = recordOf(asthma, again, inhaler, visit, steroid)
  assert.deepEqual(
    record.threads().byProblem.map(t => new Set(titles(record, t.members))),
    [new Set(['salbutamol', 'prednisolone'])],
  )
})

test('an item leads to the entry it was folded into, and to none when its source no longer says it', () => {
  const again = problem('KCH', 'a', 'Asthma', '195967001')
  const record = recordOf(asthma, again)
  assert.equal(record.entryOf(asthma.id), record.entryOf(again.id))
  record.add([answer([], { source: answer([again]).source, sections: ['problems'], asOf: '2026-11-21T12:00:00.000Z' })])
  assert.equal(record.entryOf(again.id), undefined)
  assert.equal(record.entry(record.entryOf(asthma.id) ?? '')?.statements, 1)
})

const APIXABAN = '698090000'
test('D38: medicines side by side: a column an organisation, a tag a row, no column the right one', () => {
  const stopped = {
    status: 'stopped',
    effectivePeriod: { start: '2025-01-01', end: '2026-10-28' },
  }
  const record = recordOf(
    medicine('GP', 'a', 'Apixaban 5mg tablets', APIXABAN, doseOf(5, 'mg', 2)),
    medicine('GSTT', 'a', 'Apixaban 5mg tablets', APIXABAN, doseOf(2.5, 'mg', 2), { dateAsserted: '2026-10-28' }),
    medicine('GP', 'b', 'Bisoprolol 2.5mg tablets', '1', doseOf(2.5, 'mg', 1)),
    medicine('GSTT', 'b', 'Bisoprolol 2.5mg tablets', '1', doseOf(2.5, 'mg', 1)),
    medicine('GP', 'c', 'Cetirizine 10mg tablets', '2', doseOf(10, 'mg', 1)),
    medicine('GP', 'f', 'Furosemide 40mg tablets', '5', doseOf(40, 'mg', 1)),
    medicine('GSTT', 'f', 'Furosemide 40mg tablets', '5', doseOf(40, 'mg', 2)),
    medicine('GP', 'r', 'Ramipril 5mg capsules', '3', doseOf(5, 'mg', 1)),
    medicine('GSTT', 'r', 'Ramipril 5mg capsules', '3', doseOf(5, 'mg', 1), { status: 'on-hold' }),
    medicine('GSTT', 'w', 'Warfarin 1mg tablets', '4', doseOf(1, 'mg', 1), stopped),
    medicine('GP', 'z', 'Zopiclone 3.75mg tablets', '6', doseOf(3.75, 'mg', 1), {
      ...stopped,
      effectivePeriod: { start: '2020-01-01', end: '2021-01-01' },
    }),
  )
  const { columns, rows } = record.compareMedicines()
  assert.deepEqual(
    columns.map(c => c.short),
    ['GP', 'GSTT'],
  )
  assert.deepEqual(
    rows.map(r => [r.title, r.tag, ...r.cells.map(c => c && `${c.words}, ${c.status}`)]),
    [
      ['apixaban 5 mg tablets', 'Different dose', '5 mg oral twice a day, Started', '2.5 mg oral twice a day, Started'],
      ['bisoprolol 2.5 mg tablets', 'Same', '2.5 mg oral once a day, Started', '2.5 mg oral once a day, Started'],
      ['cetirizine 10 mg tablets', 'Only here', '10 mg oral once a day, Started', undefined],
      ['furosemide 40 mg tablets', 'Different frequency', '40 mg oral once a day, Started', '40 mg oral twice a day, Started'],
      ['ramipril 5 mg capsules', 'Different status', '5 mg oral once a day, Started', '5 mg oral once a day, Suspended'],
      ['warfarin 1 mg tablets', 'Stopped', undefined, '1 mg oral once a day, Discontinued'],
    ],
  )
})

test('D36: a medicine stopped in the last three months is countable, by its end or by the day its state was changed, with the reason', () => {
  const reason = (date: string) => [
    {
      url: 'https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-MedicationStatusReason-1',
      extension: [
        { url: 'statusReason', valueCodeableConcept: { text: 'Bleeding' } },
        { url: 'statusChangeDate', valueDateTime: date },
      ],
    },
  ]
  const record = recordOf(
    medicine('GP', 'a', 'Aspirin 75mg tablets', '1', doseOf(75, 'mg', 1), { status: 'stopped', extension: reason('2026-10-01') }),
    medicine('GP', 'b', 'Naproxen 250mg tablets', '2', doseOf(250, 'mg', 2), { status: 'stopped', extension: reason('2019-10-01') }),
    medicine('GP', 'c', 'Amoxicillin 500mg capsules', '3', doseOf(500, 'mg', 3), {
      status: 'completed',
      effectivePeriod: { start: '2026-11-01', end: '2026-11-08' },
    }),
  )
  const past = (record.snapshot().get('medicines') ?? []) as readonly MedicineEntry[]
  assert.deepEqual(
    past.map(m => [m.title, m.list, m.stopped, m.reasonOrDuration, stoppedLately(m, TODAY)]),
    [
      ['amoxicillin', 'past', undefined, undefined, false],
      ['aspirin', 'past', '2026-10-01', 'Stopped: Bleeding', true],
      ['naproxen', 'past', '2019-10-01', 'Stopped: Bleeding', false],
    ],
  )
})

test('R020 D37: one medicine of four settings is one line that says how each knows of it', () => {
  const said = (source: string, resourceType: string, over: object) =>
    item(source, 'm', 'medicines', {
      resourceType,
      medicationCodeableConcept: { text: 'Apixaban 5mg tablets', coding: [{ system: 'http://snomed.info/sct', code: APIXABAN }] },
      ...over,
    })
  const record = recordOf(
    medicine('GP', 'm', 'Apixaban 5mg tablets', APIXABAN, doseOf(5, 'mg', 2)),
    said('KCH', 'MedicationRequest', {
      status: 'active',
      intent: 'order',
      authoredOn: '2026-11-01',
      dosageInstruction: [doseOf(5, 'mg', 2)],
    }),
    said('COM', 'MedicationAdministration', { status: 'in-progress', effectiveDateTime: '2026-11-20T08:00:00Z' }),
    said('PHARM', 'MedicationDispense', { status: 'completed', whenHandedOver: '2026-11-15', quantity: { value: 56, unit: 'tablet' } }),
    medicine('OOH', 'm', 'Apixaban 5mg tablets', APIXABAN, doseOf(5, 'mg', 2), { informationSource: { reference: 'Patient/1' } }),
  )
  const [entry, ...others] = record.snapshot().get('medicines') ?? []
  assert.deepEqual([others.length, entry?.statements, entry?.alsoRecordedBy.length, entry?.conflicts.length], [0, 5, 4, 0])
  assert.deepEqual(
    record.compareMedicines().rows.map(row => [row.tag, row.cells.map(cell => cell?.words)]),
    [['Same', ['Administered', '5 mg oral twice a day', '5 mg oral twice a day', '5 mg oral twice a day, Patient reported', 'Dispensed']]],
  )
})
