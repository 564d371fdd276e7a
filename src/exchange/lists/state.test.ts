import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stateOf, STANDS, type ListStanding, type ListState } from './lists.ts'

const MINUTE = 60_000
const now = new Date('2026-11-21T12:00:00Z')
const head = (wholeMinutesAgo: number | null, refused = 0): ListStanding => ({
  exchange: 'MK',
  list: 'objections',
  sequence: 4,
  hash: 'a'.repeat(64),
  inForce: 2,
  wholeAt: wholeMinutesAgo === null ? null : new Date(now.getTime() - wholeMinutesAgo * MINUTE),
  canaryAt: null,
  refused,
  code: null,
})
const DAY = 24 * 60

// Care rules 4.4: unknown is never loaded or older than 24 h; a shorter loss is the last copy and an alarm.
for (const [words, standing, own, state, stands] of [
  ['nothing was ever heard', undefined, false, 'never', false],
  ['it never came whole', head(null, 9), false, 'never', false],
  ['our own, loaded once', head(9 * DAY), true, 'whole', true],
  ['our own, never loaded', head(null), true, 'never', false],
  ['read just now', head(0), false, 'whole', true],
  ['one page refused', head(1, 1), false, 'stale', true],
  ['silent for an hour', head(60), false, 'stale', true],
  ['refused three times within two minutes', head(1.9, 3), false, 'stale', true],
  ['refused three times over two minutes', head(2, 3), false, 'broken', true],
  ['refused for a day less a minute', head(DAY - 1, 900), false, 'broken', true],
  ['refused for a day', head(DAY, 900), false, 'dead', false],
  ['read an hour from now', head(-60), false, 'stale', true],
  ['silent for a day', head(DAY), false, 'dead', false],
] as const satisfies readonly (readonly [string, ListStanding | undefined, boolean, ListState, boolean])[])
  test(`R080 HAZ-046: a list of which ${words} is ${state}, and ${stands ? 'stands' : 'nothing is known'}`, () => {
    assert.equal(stateOf(standing, now, own), state)
    assert.equal(STANDS.has(state), stands)
  })
