import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import { couldBe, judge, soundsLike, type KnownPerson, type NameComparison } from './agreements/opt-outs/could-be.ts'
import { optOut } from './agreements/opt-outs/for-tests.ts'
import type { OptOut } from './agreements/opt-outs/line.ts'
import { compareFamily, compareGiven, nameWords } from './identity/names.ts'

const names: NameComparison = { family: compareFamily, given: compareGiven, words: nameWords }
const A = '9990000018' as NhsNumber
const B = '9990000026' as NhsNumber
const known = (over: Partial<Omit<KnownPerson, 'names'>> & { family?: string; given?: readonly string[] } = {}): KnownPerson => ({
  nhsNumber: over.nhsNumber ?? A,
  names: [{ family: over.family ?? 'Okonkwo', given: over.given ?? ['Ngozi', 'Ruth'] }],
  birthDate: over.birthDate ?? '1984-05-17',
  postcode: over.postcode ?? 'SE8 4AA',
})
const away = 'N1 1AA'

const cases: readonly [name: string, optOut: Partial<OptOut>, person: KnownPerson, could: boolean][] = [
  ['the same in all', {}, known(), true],
  ['a surname with a slip', {}, known({ family: 'Okonkow', postcode: away }), true],
  ['a surname that sounds alike', { family: 'Smith' }, known({ family: 'Smythe', postcode: away }), true],
  ['a short form of the name', { given: ['Elizabeth'] }, known({ given: ['Liz'], postcode: away }), true],
  ['an initial', { given: ['N'] }, known({ postcode: away }), true],
  ['no given name', { given: [] }, known({ postcode: away }), true],
  ['the names changed over', { family: 'Ngozi', given: ['Okonkwo'] }, known({ given: ['Ngozi'], postcode: away }), true],
  ['one part of a double surname', {}, known({ family: 'Okonkwo-Adeyemi', postcode: away }), true],
  ['accents and case', { family: 'ŁOŚ', given: ['zoë'] }, known({ family: 'Los', given: ['Zoe'], postcode: away }), true],
  ['a new surname at the same address', {}, known({ family: 'Brown' }), true],
  ['a new surname, two given names, another address', {}, known({ family: 'Brown', postcode: away }), true],
  ['a new surname, one given name, another address', { given: ['Ngozi'] }, known({ family: 'Brown', postcode: away }), false],
  ['a twin at the same address', {}, known({ given: ['Chidi'] }), true],
  ['a stranger of that surname and day', {}, known({ given: ['Chidi'], postcode: away }), false],
  ['a stranger of that day', {}, known({ family: 'Brown', given: ['Chidi'], postcode: away }), false],
  ['another day, another address', {}, known({ birthDate: '1984-05-18', postcode: away }), false],
  ['another day, the same name and address', {}, known({ birthDate: '1948-05-17' }), true],
  ['another day, another name, the same address', {}, known({ birthDate: '2014-05-17', given: ['Chidi'] }), false],
  ['no birth date, the same name and address', { birthDate: '' }, known(), true],
  ['the year alone known', {}, known({ birthDate: '1984', postcode: away }), true],
  ['another year alone known', {}, known({ birthDate: '1985', postcode: away }), false],
  ['a script soundex does not know', { family: '李', given: ['明'] }, known({ family: '李', given: ['明'], postcode: away }), true],
  ['another name in that script', { family: '李', given: ['明'] }, known({ family: '王', given: ['芳'], postcode: away }), false],
  ['no postcode on either side, another day', { postcode: '' }, { ...known({ birthDate: '1999-01-01' }), postcode: '' }, false],
]
for (const [name, said, person, could] of cases)
  test(`R076: ${name} ${could ? 'could be' : 'is not taken for'} the person`, () => {
    const { birthDate, ...rest } = optOut(said)
    assert.equal(couldBe(birthDate ? { ...rest, birthDate } : rest, person, names), could)
  })

for (const [word, code] of [
  ['robert', 'r163'],
  ['rupert', 'r163'],
  ['ashcraft', 'a261'],
  ['tymczak', 't522'],
  ['pfister', 'p236'],
  ['lee', 'l000'],
] as const)
  test(`R076: ${word} sounds as ${code}`, () => assert.equal(soundsLike(word), code))
for (const word of ['', 'x', '李明', 'o’brien']) test(`R076: “${word}” has no sound`, () => assert.equal(soundsLike(word), undefined))

const NAMES = ['Okonkwo', 'Smith', 'Mohammed', 'Fitzgerald', 'Papadopoulos', 'Kowalska', 'Begum', 'Anderson', 'Nguyen', 'Silva']
const GIVEN = ['Ngozi', 'Elizabeth', 'Fatima', 'Zoë', 'Krzysztof', 'Ana', 'Mohammed', 'Yusuf']
const without =
  (key: keyof OptOut) =>
  (said: OptOut): OptOut =>
    Object.fromEntries(Object.entries(said).filter(([name]) => name !== key)) as unknown as OptOut
const changes: readonly [name: string, change: (said: OptOut) => OptOut][] = [
  ['all in capitals', said => ({ ...said, family: (said.family ?? '').toUpperCase(), given: said.given.map(name => name.toUpperCase()) })],
  ['without accents', said => ({ ...said, given: said.given.map(name => name.normalize('NFD').replace(/\p{M}/gu, '')) })],
  ['two letters of a name changed over', said => ({ ...said, family: (said.family ?? '').replace(/^(.)(.)(.)/, '$1$3$2') })],
  ['an initial', said => ({ ...said, given: said.given.map(name => name.charAt(0)) })],
  ['the names changed over', said => ({ ...said, family: said.given.join(' '), given: [said.family ?? ''] })],
  ['no given name', said => ({ ...said, given: [] })],
  ['no surname', without('family')],
  ['a double surname', said => ({ ...said, family: `${said.family}-Adeyemi` })],
  ['no postcode', without('postcode')],
  ['another postcode', said => ({ ...said, postcode: 'N19ZZ' })],
  ['no number', without('nhsNumber')],
  ['a wrong number', said => ({ ...said, nhsNumber: 'wrong' })],
  ['somebody else’s number', said => ({ ...said, nhsNumber: B })],
]
const person = fc.record({ family: fc.constantFrom(...NAMES), given: fc.constantFrom(...GIVEN), born: fc.integer({ min: 0, max: 30_000 }) })

test('R076: whatever was written down badly, the person’s own record is never left showing', () => {
  fc.assert(
    fc.property(
      person,
      fc.subarray([...changes.keys()].slice(0, 2)),
      fc.constantFrom(...changes.keys()),
      fc.boolean(),
      (who, small, one, numbered) => {
        const birthDate = new Date(Date.UTC(1930, 0, 1) + who.born * 86_400_000).toISOString().slice(0, 10)
        const truth = known({ family: who.family, given: [who.given], birthDate })
        const said = [...small, one].reduce(
          (before, at) => changes[at]?.[1](before) ?? before,
          optOut({ family: who.family, given: [who.given], birthDate, ...(numbered ? { nhsNumber: A } : {}) }),
        )
        const judged = judge(said, [truth], new Set(), names)
        const withheld = judged.verdict === 'matched' ? [judged.nhsNumber] : judged.persons.map(one => one.nhsNumber)
        assert.ok(withheld.includes(A))
      },
    ),
    { numRuns: 500 },
  )
})

test('R076: strangers of another day and another address are never withheld', () => {
  fc.assert(
    fc.property(person, person, (one, other) => {
      fc.pre(one.born !== other.born)
      const day = (born: number): string => new Date(Date.UTC(1930, 0, 1) + born * 86_400_000).toISOString().slice(0, 10)
      assert.ok(
        !couldBe(
          optOut({ family: one.family, given: [one.given], birthDate: day(one.born) }),
          known({ family: other.family, given: [other.given], birthDate: day(other.born), postcode: away }),
          names,
        ),
      )
    }),
  )
})

const none: ReadonlySet<string> = new Set()
const { family: _family, ...unnamed } = optOut()
const judged: readonly [name: string, said: OptOut, all: readonly KnownPerson[], isNot: ReadonlySet<string>, expected: object][] = [
  ['number and details agree', optOut({ nhsNumber: A }), [known()], none, { verdict: 'matched', by: 'number', nhsNumber: A }],
  [
    'number, birth date and one name agree',
    optOut({ nhsNumber: A }),
    [known({ family: 'Brown', postcode: away })],
    none,
    { verdict: 'matched', by: 'number', nhsNumber: A },
  ],
  [
    'the number is of somebody else',
    optOut({ nhsNumber: B }),
    [known({ nhsNumber: B, family: 'Brown', given: ['Ann'], birthDate: '1950-01-01', postcode: away }), known()],
    none,
    {
      verdict: 'unmatched',
      persons: [
        { nhsNumber: B, because: 'number-details-differ' },
        { nhsNumber: A, because: 'details' },
      ],
    },
  ],
  [
    'nobody has the number',
    optOut({ nhsNumber: B }),
    [],
    none,
    { verdict: 'unmatched', persons: [{ nhsNumber: B, because: 'number-unknown' }] },
  ],
  ['every detail agrees and nobody else could be', optOut(), [known()], none, { verdict: 'matched', by: 'details', nhsNumber: A }],
  [
    'every detail agrees and somebody else could be',
    optOut(),
    [known(), known({ nhsNumber: B, given: ['Ngozi'], postcode: away })],
    none,
    {
      verdict: 'unmatched',
      persons: [
        { nhsNumber: A, because: 'details' },
        { nhsNumber: B, because: 'details' },
      ],
    },
  ],
  [
    'without a number a slip is for a steward',
    optOut(),
    [known({ family: 'Okonkow' })],
    none,
    { verdict: 'unmatched', persons: [{ nhsNumber: A, because: 'details' }] },
  ],
  [
    'number and birth date agree, no name stands there',
    { ...unnamed, given: [], nhsNumber: A },
    [known()],
    none,
    { verdict: 'unmatched', persons: [{ nhsNumber: A, because: 'number-details-differ' }] },
  ],
  ['the steward has said no to that one', optOut({ nhsNumber: A }), [known()], new Set([A]), { verdict: 'unmatched', persons: [] }],
  ['nobody', optOut(), [], none, { verdict: 'unmatched', persons: [] }],
]
for (const [name, said, all, isNot, expected] of judged)
  test(`R076: ${name}`, () => assert.deepEqual(judge(said, all, isNot, names), expected))
