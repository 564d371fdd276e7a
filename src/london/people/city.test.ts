import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import { calendarOf } from './calendar.ts'
import { createCity } from './city.ts'
import { CITY_SIZE, told } from './population.ts'
import { SYSTEM_IDS } from '../places.ts'
import type { Held } from './told.ts'

const now = new Date('2026-11-21T12:17:00Z')
const city = createCity({ now })

const countOf = (held: Held | undefined): number =>
  held ? Object.values(held).reduce((sum: number, part: unknown) => sum + (Array.isArray(part) ? part.length : 0), 0) : 0

test('the city: 2,000 people, each with a valid number of the test range, none twice', () => {
  assert.equal(city.people.length, CITY_SIZE)
  for (const p of city.people) assert.ok(p.nhsNumber.startsWith('999') && parseNhsNumber(p.nhsNumber).ok)
  assert.equal(new Set(city.people.map(p => p.nhsNumber)).size, CITY_SIZE)
})

test('the city: the same seed gives the same people, another seed others', () => {
  assert.deepEqual(createCity({ now, seed: 7 }).people, createCity({ now, seed: 7 }).people)
  assert.notDeepEqual(createCity({ now, seed: 7 }).people, createCity({ now, seed: 8 }).people)
  const again = createCity({ now })
  for (const { nhsNumber } of city.people.slice(0, 400).toReversed())
    for (const system of again.systemsOf(nhsNumber)) assert.deepEqual(city.held(system, nhsNumber), again.held(system, nhsNumber))
})

test('the city: every told life is held somewhere, and an old number nowhere', () => {
  for (const [who, nhsNumber] of Object.entries(told)) {
    const systems = SYSTEM_IDS.filter(system => city.held(system, nhsNumber))
    if (who === 'supersededOld') assert.deepEqual(systems, [])
    else if (who !== 'dead') assert.ok(systems.length > 0, who)
  }
})

test('the long life: over a thousand items', () => {
  assert.ok(SYSTEM_IDS.reduce((sum, system) => sum + countOf(city.held(system, told.long)), 0) > 1000)
})

test('Mrs Okafor: her attendance is open now, whenever now is', () => {
  for (const at of ['2026-11-21T00:10:00Z', '2027-06-30T23:59:00Z']) {
    const open = createCity({ now: new Date(at) })
      .held('kch', told.amara)
      ?.encounters?.find(e => e.status === 'in-progress')
    const hoursAgo = (Date.parse(at) - Date.parse(open?.start ?? '')) / 3_600_000
    assert.ok(hoursAgo > 0 && hoursAgo < 3)
  }
})

test('the calendar writes London time in winter and in summer', () => {
  assert.equal(calendarOf(new Date('2026-11-21T12:00:00Z')).at(0, '09:30'), '2026-11-21T09:30:00+00:00')
  assert.equal(calendarOf(new Date('2026-06-30T23:30:00Z')).at(0, '09:30'), '2026-07-01T09:30:00+01:00')
  assert.equal(calendarOf(new Date('2026-01-15T12:00:00Z')).month(2), '2025-11')
})

test('the city: who comes to a department while it runs is known there from then on, and once', () => {
  const running = createCity({ now: new Date('2026-11-21T12:17:00Z') })
  assert.equal(running.held('imperial', told.summaryObjector), undefined)
  const before = running.systemsOf(told.summaryObjector)
  running.arrives(told.summaryObjector, 'imperial', { title: 'Emergency department', service: 'ED' })
  assert.equal(running.held('imperial', told.summaryObjector)?.encounters?.[0]?.status, 'in-progress')
  assert.deepEqual(new Set(running.systemsOf(told.summaryObjector)), new Set([...before, 'imperial']))
  assert.ok(running.held('camberwell-gp', told.summaryObjector), 'the rest of the life stands')
  assert.throws(() => running.arrives(told.summaryObjector, 'imperial', { title: 'Emergency department', service: 'ED' }))
})
