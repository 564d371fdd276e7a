import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ageWords, dateTag, nameTag, nameText, nhsNumberTag, numberWords, patientDate, staffDate, staffFuture } from './format.ts'
import { text } from './html.ts'

const written: readonly (readonly [name: string, value: string | undefined, expected: string])[] = [
  ['D70 a whole date', '1956-03-08', '08-Mar-1956'],
  ['D71 winter, sent as UTC', '2026-11-21T11:20:00Z', '21-Nov-2026 11:20'],
  ['D71 summer, sent as UTC, reads an hour later', '2026-07-01T23:30:00Z', '02-Jul-2026 00:30'],
  ['D71 midnight is 00:00', '2026-01-05T00:00:00Z', '05-Jan-2026 00:00'],
  ['D71 another offset is labelled', '2026-11-21T11:20:00+05:30', '21-Nov-2026 05:50 UK time'],
  ['D71 the hour that comes twice, first', '2026-10-25T00:30:00Z', '25-Oct-2026 01:30 BST'],
  ['D71 the hour that comes twice, second', '2026-10-25T01:30:00Z', '25-Oct-2026 01:30 GMT'],
  ['D71 a time without offset is local', '2026-11-21T11:20:00', '21-Nov-2026 11:20'],
  ['D72 a month', '2019-03', 'Mar-2019'],
  ['D72 a year', '2019', '2019'],
  ['D72 nothing', undefined, 'Date not recorded'],
  ['D72 not a date', '1900-13-45', 'Date not recorded'],
  ['D72 a day that is not', '2025-02-29', 'Date not recorded'],
]
for (const [name, value, expected] of written) test(`staff date, ${name}`, () => assert.equal(staffDate(value), expected))

test('D70 no staff date is numeric or American', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), at => {
      assert.match(staffDate(at.toISOString()), /^\d{2}-[A-Z][a-z]{2}-\d{4} \d{2}:\d{2}( BST| GMT)?$/)
    }),
  )
})
test('D70 a future event has its day of the week', () => assert.equal(staffFuture('2026-11-24T14:10:00Z'), 'Tue 24-Nov-2026 14:10'))
test('D73 eyes have the short form, ears the long one, in one time element', () => {
  const tag = text(dateTag('1956-03-08')).replace(/\s+/g, ' ')
  assert.match(tag, /<time datetime="1956-03-08" ?><span aria-hidden="true" class="lcr-date">08-Mar-1956<\/span/)
  assert.match(tag, /visually-hidden">8 March 1956<\/span/)
})
for (const [value, expected] of [
  ['1956-03-08', '8 March 1956'],
  ['2026-11-21T17:30:00Z', '21 November 2026, 5:30pm'],
  ['2026-11-21T12:00:00Z', '21 November 2026, midday'],
  ['2026-11-21T00:05:00Z', '21 November 2026, 12:05am'],
  ['2019-03', 'March 2019'],
] as const)
  test(`D74 the person reads ${expected}`, () => assert.equal(patientDate(value), expected))

for (const [birth, on, expected] of [
  ['2026-11-21', '2026-11-21', '0d'],
  ['2026-11-20', '2026-11-21', '1d'],
  ['2026-10-25', '2026-11-21', '27d'],
  ['2026-10-24', '2026-11-21', '4w'],
  ['2026-10-20', '2026-11-21', '4w 4d'],
  ['2025-11-22', '2026-11-21', '52w'],
  ['2025-11-21', '2026-11-21', '12m'],
  ['2025-11-18', '2026-11-21', '12m 3d'],
  ['2024-11-22', '2026-11-21', '23m 30d'],
  ['2024-11-21', '2026-11-21', '2y'],
  ['2024-02-29', '2026-02-28', '23m 30d'],
  ['2024-02-29', '2026-03-01', '2y'],
  ['2020-08-01', '2026-11-21', '6y 3m'],
  ['2008-11-22', '2026-11-21', '17y 11m'],
  ['2008-11-21', '2026-11-21', '18y'],
  ['1956-03-08', '2026-11-21', '70y'],
  ['1956-12-08', '2026-11-21', '69y'],
  ['1956', '2026-11-21', 'about 70y'],
  ['2027-01-01', '2026-11-21', undefined],
  ['not a date', '2026-11-21', undefined],
] as const)
  test(`D06 born ${birth}, on ${on}: ${expected ?? 'no age'}`, () => assert.equal(ageWords(birth, on), expected))

test('D02 SURNAME, Given (Title), no full stop, parts kept whole', () => {
  const name = { family: 'Okafor', given: ['Amara', 'Ngozi'], prefix: 'Mrs.' }
  assert.equal(nameText(name), 'OKAFOR, Amara Ngozi (Mrs)')
  assert.equal(text(nameTag(name)).match(/lcr-part/g)?.length, 3)
  assert.equal(nameText({ family: 'Li', given: [] }), 'LI')
})
test('D05 NHS number reads 3 3 4', () => assert.equal(text(nhsNumberTag('9991234567')).replace(/<[^>]+>/g, ''), '999 123 4567'))
for (const [value, expected] of [
  ['.5', '0.5'],
  ['5.0', '5.0'],
  ['1234', '1,234'],
  ['1234567.25', '1,234,567.25'],
  ['-0.3', '-0.3'],
  ['<5', '<5'],
  ['>90', '>90'],
  ['haemolysed', 'haemolysed'],
  ['.', '.'],
] as const)
  test(`D33 D52 D59 ${value} is shown as ${expected}`, () => assert.equal(numberWords(value), expected))
