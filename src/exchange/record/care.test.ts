import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncounterEntry, Entry } from '../../care-record/entry.ts'
import type { Disclosed, Item } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { bySource, encounter, newRecord } from './for-tests.ts'

function entriesOf<E extends Entry = Entry>(items: readonly Disclosed<Item>[], section: SectionId): readonly E[] {
  const record = newRecord()
  record.add(bySource(items))
  return (record.snapshot().get(section) ?? []) as readonly E[]
}

const OPEN: readonly (readonly [name: string, status: string, kind: string, title: string, when: EncounterEntry['when'], said: string])[] =
  [
    ['a stay on a ward', 'in-progress', 'IMP', 'Acute medicine', 'now', 'In progress'],
    ['an emergency department', 'arrived', 'EMER', 'Emergency department', 'now', 'In progress'],
    ['a virtual ward', 'in-progress', 'VR', 'Virtual ward', 'now', 'In progress'],
    ['an ambulance crew on scene', 'in-progress', 'FLD', 'Ambulance incident', 'now', 'In progress'],
    ['a class nobody knows', 'in-progress', 'XX', 'Stay', 'now', 'In progress'],
    ['a caseload at home', 'in-progress', 'HH', 'District nursing caseload', 'open', 'Open'],
    ['a social care case', 'in-progress', 'HH', 'Adult social care case', 'open', 'Open'],
    ['a caseload of remote contacts', 'in-progress', 'VR', 'Heart failure caseload', 'open', 'Open'],
    ['a course of outpatients', 'in-progress', 'AMB', 'Diabetes clinic', 'open', 'Open'],
    ['a caseload that is closed', 'finished', 'HH', 'District nursing caseload', 'past', 'Finished'],
    ['a caseload yet to begin', 'planned', 'HH', 'District nursing caseload', 'past', 'Booked'],
    ['a stay that is over', 'finished', 'IMP', 'Acute medicine', 'past', 'Finished'],
  ]
for (const [name, status, kind, title, when, said] of OPEN)
  test(`D142 ${name} is ${when}`, () => {
    const over = { type: [{ text: title }] }
    const [entry] = entriesOf<EncounterEntry>([encounter('RJ1', 'a', status, kind, '2026-11-20T09:00:00Z', undefined, over)], 'encounters')
    assert.deepEqual([entry?.when, entry?.status], [when, said])
  })

test('D142 care that goes on stands between where the person is and what comes next', () => {
  const found = entriesOf<EncounterEntry>(
    [
      encounter('KCH', 'ed', 'in-progress', 'EMER', '2026-11-21T10:42:00Z'),
      encounter('RPG', 'dn', 'in-progress', 'HH', '2026-10-29T09:00:00Z'),
      encounter('RPG', 'next', 'planned', 'HH', '2026-11-23T09:00:00Z'),
      encounter('RPG', 'seen', 'finished', 'HH', '2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z'),
    ],
    'encounters',
  )
  assert.deepEqual(
    found.map(e => e.when),
    ['now', 'open', 'next', 'past'],
  )
})
