import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { AnsweredDemographics } from '../../care-record/item.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { Person } from '../../care-record/person.ts'
import { checkDemographics } from './check-demographics.ts'

const person = (over: Partial<Person> = {}): Person => ({
  nhsNumber: '9990000018' as NhsNumber,
  name: { family: 'Okafor', given: ['Amara', 'Ngozi'], prefix: 'Mrs' },
  otherNames: [{ family: 'Adeyemi', given: ['Amara'] }],
  birthDate: '1956-03-08',
  gender: 'female',
  restricted: 'no',
  basis: 'pds',
  asOf: '2026-11-21T09:00:00Z',
  ...over,
})
const name = (family: string, given: string, prefix?: string): AnsweredDemographics['names'][number] => ({
  family,
  given: given.split(' '),
  ...(prefix === undefined ? {} : { prefix }),
})
const answered = (over: Partial<AnsweredDemographics> = {}): AnsweredDemographics => ({
  nhsNumber: '9990000018',
  names: [name('Okafor', 'Amara Ngozi', 'Mrs')],
  birthDate: '1956-03-08',
  gender: 'female',
  ...over,
})
const called = (family: string, given: string, over: Partial<Person> = {}): Person =>
  person({ name: { family, given: given.split(' '), prefix: 'Mrs' }, ...over })
const answers = (family: string, given: string, over: Partial<AnsweredDemographics> = {}): AnsweredDemographics =>
  answered({ names: [name(family, given, 'Mrs')], ...over })

const cases: [name: string, person: Person, answered: AnsweredDemographics, expected: string][] = [
  ['everything the same', person(), answered(), 'same'],
  ['capitals', person(), answers('OKAFOR', 'AMARA'), 'same'],
  ['number with spaces', person(), answered({ nhsNumber: '999 000 0018' }), 'same'],
  ['gender not stated', person(), answered({ gender: 'unknown' }), 'same'],
  ['an accent left out', called('Núñez', 'Zoë'), answers('Nunez', 'Zoe'), 'same'],
  ['a decomposed accent', called('Núñez', 'Zoë'), answers('Nu\u0301n\u0303ez', 'Zoe\u0308'), 'same'],
  ['ø written o', called('Sørensen', 'Åse'), answers('Sorensen', 'Ase'), 'same'],
  ['a straight and a curly apostrophe', called('O’Brien', 'Mary'), answers("O'Brien", 'Mary'), 'same'],
  ['an apostrophe left out', called("O'Brien", 'Mary'), answers('OBrien', 'Mary'), 'same'],
  ['a hyphen written as a space', called('Smith-Jones', 'Mary'), answers('Smith Jones', 'Mary'), 'same'],
  ['a hyphen left out', called('Smith-Jones', 'Anne-Marie'), answers('SmithJones', 'Anne Marie'), 'same'],
  ['another script', called('Иванова', 'Анна'), answers('ИВАНОВА', 'Анна'), 'same'],
  ['the middle name left out', person(), answers('Okafor', 'Amara'), 'same'],
  ['the middle name used', person(), answers('Okafor', 'Ngozi'), 'given name'],
  [
    'a spelling variant of the given name',
    called('Khan', 'Mohammed', { gender: 'male' }),
    answers('Khan', 'Muhammad', { gender: 'male' }),
    'given name',
  ],
  ['a short given name', called('Hall', 'Elizabeth'), answers('Hall', 'Liz'), 'given name'],
  ['an initial', person(), answers('Okafor', 'A'), 'given name'],
  ['a letter mistyped in the surname', called('Thompson', 'Ann'), answers('Thomson', 'Ann'), 'surname'],
  ['Mac and Mc', called('MacDonald', 'Ann'), answers('McDonald', 'Ann'), 'surname'],
  ['a particle left out', called('de Souza', 'Ana'), answers('Souza', 'Ana'), 'surname'],
  ['one half of a double surname', called('Garcia Lopez', 'Ana'), answers('Garcia', 'Ana'), 'surname'],
  ['the maiden name the register knows', person(), answers('Adeyemi', 'Amara'), 'surname'],
  ['names in the other order', called('Nguyen', 'Linh'), answers('Linh', 'Nguyen'), 'surname, given name'],
  ['another surname, birth date and given name agree', person(), answers('Mensah', 'Amara'), 'surname'],
  ['another given name, birth date and surname agree', person(), answers('Okafor', 'Blessing'), 'given name'],
  ['another birth date, both names agree', person(), answered({ birthDate: '1956-08-03' }), 'date of birth'],
  ['birth date not stated, both names and the number agree', person(), answered({ birthDate: '' }), 'date of birth'],
  ['birth month only, agreeing', person(), answered({ birthDate: '1956-03' }), 'same'],
  ['another gender alone', person(), answered({ gender: 'male' }), 'gender'],
  ['two names, one of them right', person(), answered({ names: [name('Wrong', 'Person'), name('Okafor', 'Amara')] }), 'same'],
  ['another number', person(), answered({ nhsNumber: '9990000026' }), 'refused'],
  ['another number, everything else the same', person(), answered({ nhsNumber: '999-000-0026' }), 'refused'],
  ['a number that is none', person(), answered({ nhsNumber: 'unknown' }), 'refused'],
  ['birth date and surname differ', person(), answers('Mensah', 'Amara', { birthDate: '1957-03-08' }), 'held'],
  ['birth date and given name differ', person(), answers('Okafor', 'Blessing', { birthDate: '1957-03-08' }), 'held'],
  ['everything but the number differs', person(), answers('Mensah', 'Blessing', { birthDate: '1990-01-01' }), 'held'],
  ['birth date agrees, both names differ', person(), answers('Mensah', 'Blessing'), 'held'],
  ['no name at all', person(), answered({ names: [] }), 'held'],
  ['nothing at all', person(), { names: [] }, 'held'],
  ['birth year only proves nothing, one name differs', person(), answers('Okafor', 'Blessing', { birthDate: '1956' }), 'held'],
  ['no number, birth date differs, names agree', person(), { names: [name('Okafor', 'Amara')], birthDate: '1956-08-03' }, 'held'],
  ['no number, birth date not stated, names agree', person(), { names: [name('Okafor', 'Amara')] }, 'held'],
  ['no number, birth date and names agree', person(), { names: [name('Okafor', 'Amara')], birthDate: '1956-03-08' }, 'same'],
  ['given name, title and sex differ', person(), answered({ names: [name('Okafor', 'Daniel', 'Mr')], gender: 'male' }), 'held in silence'],
  ['given name and sex differ, no title', person(), answered({ names: [name('Okafor', 'Daniel')], gender: 'male' }), 'held in silence'],
  [
    'given name and sex differ, a title without sex',
    person({ name: { family: 'Okafor', given: ['Amara'], prefix: 'Dr' } }),
    answered({ names: [name('Okafor', 'Daniel', 'Dr')], gender: 'male' }),
    'held in silence',
  ],
  [
    'Daniela and Daniel, title and sex differ',
    called('Hall', 'Daniela'),
    answered({ names: [name('Hall', 'Daniel', 'Mr')], gender: 'male' }),
    'held in silence',
  ],
  [
    'given name and sex differ, surname too',
    person(),
    answered({ names: [name('Mensah', 'Daniel', 'Mr')], gender: 'male', birthDate: '1990-01-01' }),
    'held in silence',
  ],
  [
    'given name and sex differ, same title',
    person(),
    answered({ names: [name('Okafor', 'Grace', 'Mrs')], gender: 'male' }),
    'given name, gender',
  ],
]
for (const [said, asked, given, expected] of cases)
  test(`R007 HAZ-003 identity: ${said} is ${expected}`, () => {
    const check = checkDemographics(asked, given)
    const words =
      check.verdict === 'held'
        ? check.stewardTask
          ? 'held'
          : 'held in silence'
        : check.verdict === 'shown-with-difference'
          ? check.fields.join(', ')
          : check.verdict
    assert.equal(words, expected)
  })

const word = fc.constantFrom('Okafor', 'Amara', 'Mensah', 'Blessing', 'Nguyen', 'Linh', 'Núñez', 'O’Brien', 'Smith-Jones', 'Иванова')
const date = fc.constantFrom('1956-03-08', '1956-08-03', '1990-01-01')
const anyone = fc.record({
  family: word,
  given: word,
  birthDate: date,
  gender: fc.constantFrom('female' as const, 'male' as const),
  title: fc.constantFrom('Mr', 'Mrs', 'Dr'),
})

test('R007 HAZ-003: another number is never shown, whatever agrees', () => {
  fc.assert(
    fc.property(anyone, a => {
      const who = called(a.family, a.given, { birthDate: a.birthDate, gender: a.gender })
      return (
        checkDemographics(who, answers(a.family, a.given, { nhsNumber: '9990000026', birthDate: a.birthDate, gender: a.gender }))
          .verdict === 'refused'
      )
    }),
  )
})
test('R007 HAZ-003: a birth date and a name that differ are never shown; given name, title and sex that differ never raise a task', () => {
  fc.assert(
    fc.property(anyone, anyone, (a, b) => {
      const who = person({
        name: { family: a.family, given: [a.given], prefix: a.title },
        otherNames: [],
        birthDate: a.birthDate,
        gender: a.gender,
      })
      const check = checkDemographics(
        who,
        answered({ names: [name(b.family, b.given, b.title)], birthDate: b.birthDate, gender: b.gender }),
      )
      const shown = check.verdict === 'same' || check.verdict === 'shown-with-difference'
      if (a.birthDate !== b.birthDate && (a.family !== b.family || a.given !== b.given) && !(a.family === b.given && a.given === b.family))
        assert.ok(!shown)
      if (a.given !== b.given && a.gender !== b.gender && a.title !== b.title)
        assert.deepEqual(check, { verdict: 'held', stewardTask: false })
    }),
  )
})
test('R007 HAZ-003: case, spacing, hyphens and marks change nothing', () => {
  const dress = fc.constantFrom<(s: string) => string>(
    s => s.toUpperCase(),
    s => s.toLowerCase(),
    s => s.normalize('NFD'),
    s => s.replaceAll('-', ' '),
    s => `  ${s} `,
  )
  fc.assert(
    fc.property(anyone, dress, (a, dressed) => {
      const who = called(a.family, a.given, { birthDate: a.birthDate, gender: a.gender })
      return (
        checkDemographics(who, answers(dressed(a.family), dressed(a.given).trim(), { birthDate: a.birthDate, gender: a.gender }))
          .verdict === 'same'
      )
    }),
  )
})
