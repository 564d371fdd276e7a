import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bySource, encounter, newRecord } from './for-tests.ts'

test('care on scene is an emergency, and is not called a department', () => {
  const record = newRecord()
  record.add(
    bySource([
      encounter('LAS', 'a', 'finished', 'FLD', '2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z'),
      encounter('LAS', 'b', 'finished', 'FLD', '2026-11-19T09:00:00Z', '2026-11-19T10:00:00Z', { type: [{ text: 'Ambulance incident' }] }),
      encounter('KCH', 'c', 'finished', 'EMER', '2026-11-18T09:00:00Z', '2026-11-18T10:00:00Z'),
    ]),
  )
  assert.deepEqual(
    record
      .snapshot()
      .get('encounters')
      ?.map(entry => [entry.title, entry.kind === 'encounter' && entry.encounterClass]),
    [
      ['Care on scene', 'Emergency'],
      ['Ambulance incident', 'Emergency'],
      ['Emergency department', 'Emergency'],
    ],
  )
})
