import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import fc from 'fast-check'
import type { EncounterEntry } from '../../care-record/entry.ts'
import type { Disclosed, Item } from '../../care-record/item.ts'
import { answer, encounter, medicine, newRecord, result } from './for-tests.ts'
import type { CareRecord } from './record.ts'

const line = (reference: string, display: string) => ({ reference, display })
const visit: Disclosed<Item> = {
  ...encounter('GP', 'v', 'finished', 'AMB', '2026-10-24T09:30:00Z', '2026-10-24T09:40:00Z'),
  contained: [
    {
      resourceType: 'Composition',
      section: [
        { title: 'History', entry: [line('Observation/p', 'Peak flow 400 L/min')] },
        { title: 'Plan', entry: [line('MedicationStatement/i', 'Salbutamol inhaler'), { display: 'Referral items are not supported' }] },
      ],
    } as unknown as Resource,
  ],
}
const peak = result('GP', 'p', 'Peak flow', '2', 400, 'L/min', '2026-10-24T09:35:00Z')
const inhaler = medicine('GP', 'i', 'Salbutamol 100micrograms/dose inhaler', '1', 'Two puffs')
const told = (record: CareRecord): unknown => {
  const [entry] = (record.snapshot().get('encounters') ?? []) as readonly EncounterEntry[]
  return [entry?.written, entry?.starts]
}

test('R016 R003: of a consultation the record says how much was written, of what stands in it and no word more, in any order', () => {
  const whole = [3, 'History: Peak flow 400 L/min; Plan: Salbutamol inhaler; Referral items are not supported']
  fc.assert(
    fc.property(fc.shuffledSubarray([visit, peak, inhaler], { minLength: 3 }), items => {
      const record = newRecord()
      let sent: EncounterEntry | undefined
      for (const one of items) {
        const changes = record.add([answer([one])])
        for (const entry of changes.flatMap(c => c.upserts)) if (entry.kind === 'encounter') sent = entry
        if (!items.slice(0, items.indexOf(one) + 1).includes(peak)) assert.doesNotMatch(JSON.stringify(changes), /Peak flow/)
      }
      assert.deepEqual(told(record), whole)
      assert.equal(sent?.starts, whole[1], 'what changed is sent')
    }),
  )
})
test('care rules 3.3: a line goes with its item, and is back with it', () => {
  const record = newRecord()
  record.add([answer([visit]), answer([peak]), answer([inhaler])])
  const changes = record.add([answer([], { source: answer([peak]).source, sections: ['results'], asOf: '2026-11-21T12:00:00.000Z' })])
  assert.deepEqual(told(record), [2, 'Plan: Salbutamol inhaler; Referral items are not supported'])
  assert.ok(changes.some(change => change.section === 'encounters' && change.upserts.length === 1))
  record.add([answer([peak], { asOf: '2026-11-21T13:00:00.000Z' })])
  assert.deepEqual(told(record), [3, 'History: Peak flow 400 L/min; Plan: Salbutamol inhaler; Referral items are not supported'])
})
test('D80: a line too long for a list is not cut: the consultation says how much was written', () => {
  const record = newRecord()
  const section = [{ title: 'History', entry: [{ display: 'Not '.repeat(60) }, { display: 'Short' }] }]
  record.add([answer([{ ...visit, contained: [{ resourceType: 'Composition', section } as unknown as Resource] }])])
  assert.deepEqual(told(record), [2, undefined])
})
test('a visit without a consultation says none', () => {
  const record = newRecord()
  record.add([answer([{ ...visit, contained: [] }])])
  assert.deepEqual(told(record), [undefined, undefined])
})
