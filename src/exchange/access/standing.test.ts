import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStaff } from './standing.ts'

const NOW = new Date('2026-11-21T11:00:00Z')
const row = (over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  sdsUserId: '555000000101',
  odsCode: 'RJZ',
  employment: 'active',
  register: 'registered',
  ...over,
})

const taken: readonly (readonly [name: string, rows: unknown])[] = [
  ['nobody', []],
  ['a registered doctor', [row()]],
  ['a nurse whose register let them go', [row({ register: 'lapsed', registerSince: '2026-11-11' })]],
  ['a social worker in two teams', [row({ teams: ['Adult-social-care-South', 'Long-term-care'] })]],
  ['who accepted the rules of use before', [row({ acceptedUse: '2026-10-22T09:00:00.000Z' })]],
  ['one user in two organisations', [row(), row({ odsCode: 'RJ1' })]],
]
for (const [name, rows] of taken) test(`R041: a list of staff takes ${name}`, () => assert.equal(parseStaff(rows, NOW).ok, true))

const refused: readonly (readonly [name: string, rows: unknown, words: string])[] = [
  ['what is no list', {}, 'The list of staff is not a list.'],
  ['nothing for a row', [null], 'Row 1 of the list of staff cannot be read.'],
  ['a user id that is none', [row({ sdsUserId: '5550' })], 'Row 1 of the list of staff cannot be read.'],
  ['an organisation in lower case', [row({ odsCode: 'rjz' })], 'Row 1 of the list of staff cannot be read.'],
  ['an employment nobody knows', [row(), row({ odsCode: 'RJ1', employment: 'retired' })], 'Row 2 of the list of staff cannot be read.'],
  ['a register that says `unknown`', [row({ register: 'unknown' })], 'Row 1 of the list of staff cannot be read.'],
  ['a day that is none', [row({ registerSince: '2026-13-01' })], 'Row 1 of the list of staff cannot be read.'],
  ['a day that there is not', [row({ registerSince: '2026-02-30' })], 'Row 1 of the list of staff cannot be read.'],
  ['an acceptance at no instant', [row({ acceptedUse: '1' })], 'Row 1 of the list of staff cannot be read.'],
  ['an acceptance without an offset', [row({ acceptedUse: '2026-11-01T09:00:00' })], 'Row 1 of the list of staff cannot be read.'],
  ['a team of many words', [row({ teams: ['a team'] })], 'Row 1 of the list of staff cannot be read.'],
  ['a slip of the pen', [row({ registred: 'yes' })], 'Row 1 of the list of staff cannot be read.'],
  ['an acceptance that is still to come', [row({ acceptedUse: '2026-11-22T09:00:00Z' })], 'Row 1 of the list of staff cannot be read.'],
  ['the same user in the same place twice', [row(), row()], 'Row 2 of the list of staff says again what another row says.'],
]
for (const [name, rows, words] of refused)
  test(`R041: a list of staff refuses ${name}`, () => {
    const parsed = parseStaff(rows, NOW)
    assert.equal(parsed.ok ? 'taken' : parsed.fault.detail, words)
  })
