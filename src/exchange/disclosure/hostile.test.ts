import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRules, mayLeave } from './disclose.ts'
import { services } from './for-tests.ts'
import { createMask } from './mask.ts'
import { firstSet } from './rules/first-set.ts'

/** What makes a careless expression take the square of a length; a minute at that length is the test's own limit. */
const pieces = [
  '<',
  '&',
  'a.',
  "A'",
  'Aaa ',
  '0 ',
  'syphilitic aortitis ',
  'antenatal hiv screening ',
  'third-party ',
  '\u00ad',
  'B1 ',
  '&#105;',
  'male to ',
]
test('HAZ-012: a text of half a million characters is read in one go, whatever it is made of', () => {
  const rules = createRules(firstSet, services)
  const mask = createMask({ organisations: [], services })
  for (const piece of pieces) {
    const text = `${piece.repeat(Math.ceil(500_000 / piece.length))} end é`
    const left = mayLeave(text, rules.against('gp'))
    assert.ok(left === undefined || left === text)
    assert.ok(mask.text(text).length > 0)
    assert.equal(mayLeave(`${text} HIV positive`, rules.against('gp')), undefined, `after ${piece}`)
  }
})
