import assert from 'node:assert/strict'
import test from 'node:test'
import { firstRules } from '../../src/exchange/access/rules/first-rules.ts'
import { RELATIONSHIPS } from '../../src/care-record/person.ts'
import { KINDS } from './kinds.ts'

test('R039: every kind of relationship has one window in the rules', () => {
  assert.deepEqual(firstRules.windows.map(({ type }) => type).toSorted(), [...RELATIONSHIPS].toSorted())
  assert.deepEqual([...KINDS.keys()].toSorted(), [...RELATIONSHIPS].toSorted())
})

for (const window of firstRules.windows) {
  test(`R039: the window of ${window.type} is that of the care rules`, () => {
    const kind = KINDS.get(window.type) ?? assert.fail()
    assert.equal(window.afterEndMs, kind.afterEnd)
    assert.equal(window.silenceMs, kind.afterSilence)
    assert.equal(window.longestMs, kind.afterStart === 'midnight' ? null : kind.afterStart)
    assert.equal(window.thatDay ?? false, kind.afterStart === 'midnight')
    assert.equal(window.againMs ?? null, kind.afterLook)
    assert.equal(window.teamOnly, kind.teamOnly)
    assert.deepEqual(window.groups === '*' ? '*' : window.groups.toSorted(), kind.groups === '*' ? '*' : kind.groups.toSorted())
  })
}

test('R046: the rules know one purpose', () => assert.deepEqual(firstRules.purposes, ['direct-care']))
test('R045: an acceptance of use lasts a year', () => assert.equal(firstRules.acceptedUseDays, 365))
test('R057, R059: what is overdue is served for 30 days at most', () => assert.equal(firstRules.overdueDays, 30))
test('R058: two people of different organisations approved the rules', () => {
  const [one, two, ...others] = firstRules.approvedBy.map(who => who.split(', ').at(-1))
  assert.ok(one && two && one !== two && others.length === 0)
})
