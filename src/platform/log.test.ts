import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codesOnly, createLog } from './log.ts'

const cases: [what: string, line: Record<string, unknown>, kept: Record<string, unknown>][] = [
  [
    'a code and its milliseconds stay',
    { code: 'source.late', source: 'kch', tookMs: 5000 },
    { code: 'source.late', source: 'kch', tookMs: 5000 },
  ],
  ['a name nobody listed goes', { code: 'x', patient: 'Amara Okafor' }, { code: 'x' }],
  ['an NHS number goes, in any spelling', { reason: '999 000 0018' }, { reason: '[left out]' }],
  ['an NHS number as a number goes', { count: 9990000018 }, { count: '[left out]' }],
  ['free words with marks go', { reason: "O'Neil, born 3 March" }, { reason: '[left out]' }],
  ['an object goes', { reason: { body: 'x' } }, { reason: '[left out]' }],
  ['an error keeps class and code', { err: Object.assign(new Error('Amara'), { code: 'ECONNREFUSED' }) }, { error: 'Error ECONNREFUSED' }],
  [
    'a transaction id is no number of a person',
    { transaction: '01912345-6789-7abc-8def-0123456789ab' },
    { transaction: '01912345-6789-7abc-8def-0123456789ab' },
  ],
]
for (const [what, line, kept] of cases) test(`log: ${what}`, () => assert.deepEqual(codesOnly(line), kept))

test('a line that is written holds codes, not people', () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', exchange: 'SEL', process: 'p1', to: { write: line => void lines.push(line) } })
  log.warn({ code: 'view.failed', nhsNumber: '9990000018', err: new RangeError('9990000018') }, 'a view failed')
  const { at, ...rest } = JSON.parse(lines[0] ?? '{}') as Record<string, unknown>
  assert.equal(typeof at, 'string')
  assert.deepEqual(rest, { level: 'warn', exchange: 'SEL', process: 'p1', code: 'view.failed', error: 'RangeError', msg: 'a view failed' })
})
