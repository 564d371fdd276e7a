import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Part, SourceState } from './entry.ts'
import { parseNhsNumber, spacedNhsNumber } from './nhs-number.ts'
import { bothKeptApart } from './objection.ts'
import { parseOdsCode } from './ods-code.ts'
import { outcomePairs, outcomeWords } from './outcome.ts'
import { findSection, GROUPS, SECTION_IDS, SECTIONS, sectionsOf, type SectionId } from './section.ts'
import { completenessOf, emptySnapshot, fold } from './snapshot.ts'

for (const [text, expected] of [
  ['943 476 5919', '9434765919'],
  ['943-476-5919', '9434765919'],
  ['9434765918', undefined],
  ['9999999999', undefined],
  ['0000000000', undefined],
  ['1234567890', undefined],
  ['94347659191', undefined],
  ['943476591O', undefined],
  ['９４３４７６５９１９', undefined],
  ['', undefined],
  ["9434765919' or 1=1", undefined],
] as const) {
  test(`R008: NHS number ${JSON.stringify(text)} is ${expected ?? 'refused'}`, () => {
    const parsed = parseNhsNumber(text)
    assert.equal(parsed.ok ? parsed.value : undefined, expected)
  })
}

test('R008: one wrong digit is always refused, and so is swapping two neighbours', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), (place, add) => {
      const wrong = Array.from('9434765919')
        .map((d, i) => (i === place ? String((Number(d) + add) % 10) : d))
        .join('')
      assert.ok(!parseNhsNumber(wrong).ok)
      if (place < 9) {
        const [a, b] = ['9434765919'[place], '9434765919'[place + 1]]
        const swapped = '9434765919'.slice(0, place) + b + a + '9434765919'.slice(place + 2)
        assert.ok(a === b || !parseNhsNumber(swapped).ok)
      }
    }),
  )
})

test('D05: an NHS number reads 3 3 4', () => assert.equal(spacedNhsNumber('9434765919'), '943 476 5919'))

for (const [text, okay] of [
  ['rjz', true],
  ['G85001', true],
  ['R', false],
  ['RJZ/..', false],
  ['', false],
] as const) {
  test(`organisation code ${JSON.stringify(text)} is ${okay ? 'read' : 'refused'}`, () => assert.equal(parseOdsCode(text).ok, okay))
}

test('every section stands once, in order, in at least one group, with its PRSB headings nowhere twice', () => {
  assert.deepEqual(
    SECTIONS.map(s => s.id),
    SECTION_IDS,
  )
  assert.ok(SECTIONS.every(s => s.groups.length > 0))
  const headings = SECTIONS.flatMap(s => s.prsb)
  assert.deepEqual([headings.length, new Set(headings).size], [38, 38])
  assert.deepEqual(
    GROUPS.flatMap(sectionsOf).filter(id => !findSection(id)),
    [],
  )
})

test('HAZ-001: no outcome but an answer counts as answered unless it is about the role, the area or nothing that may be named', () => {
  for (const [outcome, cause] of outcomePairs()) {
    const words = outcomeWords(outcome, cause)
    if (['late', 'unavailable', 'mismatch', 'refused', 'not-asked', 'not-connected'].includes(outcome))
      assert.equal(words.countsAsAnswered && cause !== 'too-large', false, `${outcome}/${cause}`)
    if (!words.mayBeNamed)
      assert.deepEqual([words.strip, words.section, words.countsAsAnswered], ['', '', true], `${outcome}/${cause} leaves no trace`)
  }
  assert.equal(outcomeWords('answered', 'planned').countsAsAnswered, false, 'a pair that cannot be reads as failed')
})

const state = (id: string, sections: readonly SectionId[], over: Partial<SourceState> = {}): SourceState => ({
  source: { id, odsCode: 'RJZ', name: id, short: id, kind: 'acute', exchange: 'SEL' },
  group: 'essentials',
  sections,
  outcome: 'late',
  cause: 'asking',
  waiting: true,
  attempts: 1,
  warnings: [],
  unreadable: 0,
  complete: false,
  ...over,
})
const part = (n: number, states: readonly SourceState[]): Part => ({
  n,
  at: '2026-11-21T10:00:00Z',
  eventIds: ['e'],
  kind: 'answer',
  states,
  changes: [],
})
const answered = { outcome: 'answered', cause: 'none', waiting: false, complete: true } as const

test('HAZ-001: however a source answers in pieces, what has not come is still waited for, and each section has one word on it', () => {
  const sections: readonly SectionId[] = ['allergies', 'medicines', 'problems', 'plans', 'alerts']
  fc.assert(
    fc.property(fc.shuffledSubarray([...sections]), fc.integer({ min: 1, max: 3 }), (coming, size) => {
      const snapshot = fold(emptySnapshot(), part(1, [state('a', sections), state('b', sections)]))
      let n = 1
      for (let i = 0; i < coming.length; i += size) fold(snapshot, part((n += 1), [state('a', coming.slice(i, i + size), answered)]))
      for (const section of sections) {
        const { waiting, answered: done, missing } = completenessOf(snapshot, section)
        assert.deepEqual(
          [waiting.map(s => s.source.id).toSorted(), done.length, missing.length],
          coming.includes(section) ? [['b'], 1, 0] : [['a', 'b'], 0, 0],
        )
      }
    }),
  )
})

test('a part folded twice changes nothing', () => {
  const snapshot = fold(emptySnapshot(), part(1, [state('a', ['allergies'])]))
  fold(snapshot, part(1, [state('b', ['allergies'])]))
  assert.deepEqual(
    [...snapshot.states.values()].map(s => s.source.id),
    ['a'],
  )
})

test('R076: what either leaves out is left out', () => {
  const one = { organisations: ['RJ1'], organisationKinds: [], sections: ['results'], policyClasses: [] } as const
  const other = {
    organisations: ['RJ1', 'RV5'],
    organisationKinds: ['mental-health'],
    sections: [],
    policyClasses: ['termination'],
  } as const
  assert.deepEqual(bothKeptApart(one, other), {
    organisations: ['RJ1', 'RV5'],
    organisationKinds: ['mental-health'],
    sections: ['results'],
    policyClasses: ['termination'],
  })
  assert.deepEqual(
    [bothKeptApart(one, undefined), bothKeptApart(undefined, other), bothKeptApart(undefined, undefined)],
    [one, other, undefined],
  )
})
