import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RELATIONSHIPS } from '../../../care-record/person.ts'
import { decide } from '../decide.ts'
import { daysAgo, fact, input, said } from '../for-tests.ts'
import { isClaim } from '../windows.ts'
import { firstRules } from './first-rules.ts'
import { readAccessRules, rulesInForce } from './load-rules.ts'

const approver = (name: string, odsCode: string) => ({ name, office: 'Caldicott Guardian', odsCode })
const window = (over: object = {}) => ({ ...firstRules.windows[1], type: 'inpatient', afterEndMs: 14 * 86_400_000, ...over })
const set = (over: object = {}) => {
  const { id: _id, purposes: _purposes, ...rest } = firstRules
  return { ...rest, version: '2', inForceFrom: '2027-01-01', approvedBy: [approver('A B', 'RJ1'), approver('C D', 'RJ2')], ...over }
}
const file = (...sets: readonly unknown[]): string => JSON.stringify({ accessRules: 1, sets })

const refused: readonly (readonly [name: string, text: string, words: RegExp])[] = [
  ['text that is not JSON', '{', /not JSON/],
  ['no sets', file(), /sets/],
  ['another kind of file', JSON.stringify({ sets: [set()] }), /not as it should be/],
  ['a member that nobody knows', file(set({ purposes: ['research'] })), /not as it should be/],
  ['one approver', file(set({ approvedBy: [approver('A B', 'RJ1')] })), /approvedBy/],
  ['two approvers of one organisation', file(set({ approvedBy: [approver('A B', 'RJ1'), approver('C D', 'RJ1')] })), /one organisation/],
  ['one person for two organisations', file(set({ approvedBy: [approver('A B', 'RJ1'), approver('a b ', 'RJ2')] })), /twice/],
  ['a version that is taken', file(set({ version: '1' })), /taken/],
  ['one version twice', file(set(), set()), /taken/],
  ['a day that is none', file(set({ inForceFrom: '2027-02-30' })), /no day/],
  ['two windows of one kind', file(set({ windows: [window(), window()] })), /two windows/],
  ['a window without an end', file(set({ windows: [window({ silenceMs: null })] })), /no end/],
  ['a window of a kind that nobody knows', file(set({ windows: [window({ type: 'friend' })] })), /windows/],
  ['a window for a group that nobody knows', file(set({ windows: [window({ groups: ['insurer'] })] })), /windows/],
  ['a window for no group', file(set({ windows: [window({ groups: [] })] })), /windows/],
  ['a negative window', file(set({ windows: [window({ afterEndMs: -1 })] })), /windows/],
  [
    'a claim of two days',
    file(set({ windows: [window({ type: 'claim-night', silenceMs: null, longestMs: 48 * 3_600_000 })] })),
    /longer than 24 hours/,
  ],
  ['a class twice', file(set({ shareClasses: [...firstRules.shareClasses, firstRules.shareClasses[0]] })), /one id/],
  ['a good set beside a bad one', file(set(), set({ version: '3', approvedBy: [approver('A B', 'RJ1')] })), /approvedBy/],
]
for (const [name, text, words] of refused)
  test(`access rules with ${name} are not loaded, and none of the file are`, () => {
    const read = readAccessRules(text)
    assert.ok(!read.ok)
    assert.match(read.fault.detail, words)
  })

test('a reviewed set decides from its day on, the one before until then', () => {
  const read = readAccessRules(file(set({ windows: [window()] })))
  assert.ok(read.ok)
  const sets = [firstRules, ...read.value] as const
  assert.equal(rulesInForce(sets, '2026-12-31').version, '1')
  assert.equal(rulesInForce(sets, '2027-01-01').version, '2')
  assert.equal(rulesInForce(sets, '2020-01-01').version, '1', 'a clock that is behind opens nothing new')
  const [, later = firstRules] = sets
  assert.deepEqual(later.purposes, ['direct-care'])
  assert.deepEqual(later.approvedBy, ['Caldicott Guardian, RJ1', 'Caldicott Guardian, RJ2'])
  const discharged = input({ facts: [fact({ type: 'inpatient', from: daysAgo(40), ended: daysAgo(20) })] })
  assert.equal(said(decide(discharged)), 'permit')
  assert.equal(said(decide({ ...discharged, rules: later })), 'claim')
})

test('R039 HAZ-080: the first rules have one window for each kind of relationship, each with an end', () => {
  assert.deepEqual(firstRules.windows.map(one => one.type).toSorted(), RELATIONSHIPS.toSorted())
  for (const one of firstRules.windows) {
    assert.ok(one.silenceMs !== null || one.longestMs !== null || one.thatDay === true || one.againMs !== undefined, one.type)
    if (isClaim(one.type)) assert.ok(one.longestMs !== null && one.longestMs <= 24 * 3_600_000, one.type)
  }
  assert.equal(new Set(firstRules.approvedBy.map(one => one.split(', ').at(-1))).size, 2)
})
