import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseCriteria } from './criteria.ts'

const whole = { family: 'Okafor', birthDate: '1956-03-08', given: 'Amara' }
const taken: [name: string, form: unknown, expected: unknown][] = [
  ['a number with spaces', { nhsNumber: ' 943 476 5919 ' }, { by: 'number', nhsNumber: '9434765919' }],
  ['surname, birth date, given name', whole, { by: 'details', ...whole }],
  ['birth date as people write it', { ...whole, birthDate: '8/3/1956' }, { by: 'details', ...whole }],
  [
    'birth date in three fields',
    { family: 'Okafor', day: '8', month: '03', year: '1956', gender: 'Female' },
    { by: 'details', family: 'Okafor', birthDate: '1956-03-08', gender: 'female' },
  ],
  [
    'a postcode without its space',
    { family: "O'Brien-Núñez", birthDate: '1956-03-08', postcode: 'se59rs' },
    { by: 'details', family: "O'Brien-Núñez", birthDate: '1956-03-08', postcode: 'SE5 9RS' },
  ],
  ['a name in another script', { ...whole, family: '李', given: '小龙' }, { by: 'details', ...whole, family: '李', given: '小龙' }],
  ['empty fields are left out', { ...whole, postcode: '  ', gender: '' }, { by: 'details', ...whole }],
]
for (const [name, form, expected] of taken)
  test(`R008 HAZ-014 find takes ${name}`, () => {
    const parsed = parseCriteria(form)
    assert.deepEqual(parsed.ok && parsed.value, expected)
  })

const refused: [name: string, form: unknown][] = [
  ['nothing', {}],
  ['no form', null],
  ['a list', []],
  ['text', 'Okafor'],
  ['a surname alone', { family: 'Okafor' }],
  ['surname and birth date alone', { family: 'Okafor', birthDate: '1956-03-08' }],
  ['a birth date and a postcode alone', { birthDate: '1956-03-08', postcode: 'SE5 9RS' }],
  ['half a postcode', { family: 'Okafor', birthDate: '1956-03-08', postcode: 'SE5' }],
  ['a wildcard surname', { ...whole, family: 'Ok*' }],
  ['a wildcard given name', { ...whole, given: '*' }],
  ['a surname of marks only', { ...whole, family: "'-'" }],
  ['a very long surname', { ...whole, family: 'a'.repeat(71) }],
  ['a day that is none', { ...whole, birthDate: '1957-02-29' }],
  ['a partial birth date', { ...whole, birthDate: '1956-03' }],
  ['a gender that is none', { ...whole, gender: 'f' }],
  ['a field twice', { ...whole, family: ['Okafor', 'Mensah'] }],
  ['an object as a field', { ...whole, given: { $ne: null } }],
  ['a control character', { ...whole, family: 'Oka\u0000for' }],
  ['a line break', { ...whole, given: 'Amara\r\nX-Header: 1' }],
  ['a right-to-left override is no letter', { ...whole, family: 'Oka\u202efor' }],
  ['markup', { ...whole, family: '<b>Okafor</b>' }],
  ['a number with a wrong check digit', { nhsNumber: '9434765918' }],
  ['a placeholder number', { nhsNumber: '9999999999' }],
]
for (const [name, form] of refused) test(`R008 HAZ-014 find refuses ${name}`, () => assert.equal(parseCriteria(form).ok, false))

test('find reads anything without throwing, and what it takes has a surname, a birth date and one more', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.dictionary(fc.constantFrom('family', 'given', 'birthDate', 'gender', 'postcode', 'nhsNumber'), fc.string()),
      ),
      form => {
        const parsed = parseCriteria(form)
        if (parsed.ok && parsed.value.by === 'details') assert.ok(parsed.value.given ?? parsed.value.gender ?? parsed.value.postcode)
      },
    ),
  )
})

test('an empty form says what of it is missing: the number in the one, the surname in the other', () => {
  const words = (form: unknown): string => {
    const parsed = parseCriteria(form)
    return parsed.ok ? 'taken' : parsed.fault.detail
  }
  assert.equal(words({ csrf: 'x', nhsNumber: '' }), 'Enter an NHS number.')
  assert.match(words({ csrf: 'x', family: '', given: '' }), /surname/)
})
