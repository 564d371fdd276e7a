import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COLUMNS, hashOf, isHeader, parseLine } from './line.ts'

const good = {
  system: 'connect-care',
  id: 'CC-1',
  nhs_number: '999 000 0018',
  family: 'Okonkwo',
  given: 'Ngozi Ruth',
  birth_date: '17/05/1984',
  postcode: 'se8 4aa',
  address: '1 High Street',
  said_on: '2019-03-02',
  scope: 'everything',
  organisation: '',
  taken_by: 'Front desk',
}
const line = (over: Partial<typeof good> = {}): string[] => COLUMNS.map(column => ({ ...good, ...over })[column])
const today = '2026-11-21'

test('R035: a line is read as it is written', () => {
  const read = parseLine(line(), today)
  assert.ok(read.ok)
  assert.deepEqual(read.value, {
    system: 'connect-care',
    systemId: 'CC-1',
    nhsNumber: '9990000018',
    family: 'Okonkwo',
    given: ['Ngozi', 'Ruth'],
    birthDate: '1984-05-17',
    postcode: 'SE84AA',
    address: '1 High Street',
    saidOn: '2019-03-02',
    scope: { kind: 'everything' },
    takenBy: 'Front desk',
  })
})

const taken: readonly [name: string, over: Partial<typeof good>, expected: object][] = [
  [
    'R055: a restriction at Oxleas stays one on what Oxleas holds',
    { scope: 'organisation', organisation: 'rpg' },
    { scope: { kind: 'organisation', odsCode: 'RPG' } },
  ],
  ['R055: one that says everything is about everything', { scope: 'everything' }, { scope: { kind: 'everything' } }],
  ['R035: a number that is none is not passed over', { nhs_number: '999 000 0019' }, { nhsNumber: 'wrong' }],
  ['R035: a number of zeros is none', { nhs_number: '0000000000' }, { nhsNumber: 'wrong' }],
  [
    'R035: a name of hostile letters is a name',
    { family: '<script>', given: "'; drop table" },
    { family: '<script>', given: ["';", 'drop', 'table'] },
  ],
]
for (const [name, over, expected] of taken)
  test(name, () => {
    const read = parseLine(line(over), today)
    assert.ok(read.ok)
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(read.value[key as keyof typeof read.value], value)
  })

test('R035: what is not known is left out, not made up', () => {
  const read = parseLine(line({ nhs_number: '', birth_date: '', postcode: '', address: '', taken_by: '', given: '' }), today)
  assert.deepEqual(read, {
    ok: true,
    value: { system: 'connect-care', systemId: 'CC-1', family: 'Okonkwo', given: [], saidOn: '2019-03-02', scope: { kind: 'everything' } },
  })
})

const refused: readonly [name: string, fields: readonly string[]][] = [
  ['eleven columns', line().slice(1)],
  ['thirteen columns', [...line(), '']],
  ['no system', line({ system: '' })],
  ['a system nobody named', line({ system: 'summary-care-record' })],
  ['no id', line({ id: '' })],
  ['an id of two words', line({ id: 'a b' })],
  ['a day that is none', line({ birth_date: '30/02/1984' })],
  ['an American day', line({ birth_date: '05/17/1984' })],
  ['a birth tomorrow', line({ birth_date: '2026-11-22' })],
  ['no day it was said on', line({ said_on: '' })],
  ['a scope nobody knows', line({ scope: 'some' })],
  ['an organisation without the scope', line({ organisation: 'RPG' })],
  ['the scope without an organisation', line({ scope: 'organisation' })],
  ['neither number nor name', line({ nhs_number: '', family: '', given: ' ' })],
  ['a name of 201 letters', line({ family: 'x'.repeat(201) })],
  ['a name that turns the page round', line({ family: 'a\u202eb' })],
]
for (const [name, fields] of refused)
  test(`R035: a line with ${name} is refused in our own words`, () => {
    const read = parseLine(fields, today)
    assert.ok(!read.ok && read.fault.kind === 'invalid')
    assert.doesNotMatch(read.fault.detail, /Okonkwo|9990000018|High Street/)
  })

test('R077: an opt-out of the Summary Care Record is no opt-out here', () => {
  assert.equal(parseLine(line({ system: 'scr' }), today).ok, false)
})

test('R035: the first line names the columns, in their order', () => {
  assert.ok(isHeader(COLUMNS))
  assert.ok(isHeader(COLUMNS.map(column => ` ${column.toUpperCase()} `)))
  assert.ok(!isHeader(COLUMNS.toReversed()))
  assert.ok(!isHeader(COLUMNS.slice(1)))
})

test('R035: the same line again is the same, another is another', () => {
  const hash = (over: Partial<typeof good>): string => {
    const read = parseLine(line(over), today)
    assert.ok(read.ok)
    return hashOf(read.value)
  }
  assert.equal(hash({ postcode: 'SE84AA', birth_date: '1984-05-17' }), hash({}))
  assert.notEqual(hash({ scope: 'organisation', organisation: 'RPG' }), hash({}))
})
