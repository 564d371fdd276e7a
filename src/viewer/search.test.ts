import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SECTION_IDS } from '../care-record/section.ts'
import { encounter, medicine, OPENED_AT, plain, problem, result, snapshotOf } from './fixtures/okafor.ts'
import { organisationsOf, searchEntries, type SearchQuery } from './search.ts'

const echo = plain('imaging', 'Echocardiogram', 'KCH', '2026-08-27', {
  words: 'Normal systolic function',
  facts: [['Requested by', 'Dr Ångström']],
})
const apixaban = medicine('Apixaban', 'GP', '2026-11-02', { brand: 'Eliquis', frequency: 'twice a day' })
const clinic = encounter('Fracture clinic', 'GSTT', '2026-11-24T14:10:00Z', { when: 'next', place: 'Guy’s' })
const old = problem('Appendicectomy', 'GP', '1971')
const undated = problem('Left handed', 'GP', undefined as never)
const carePlan = plain('plans', 'Reablement plan', 'SC', '2026-10-29')
const snapshot = snapshotOf([echo, apixaban, clinic, old, undated, carePlan], [])
const every = new Set<string>(SECTION_IDS)
const found = (query: Partial<SearchQuery>, maySee: ReadonlySet<string> = every): readonly string[] =>
  searchEntries(snapshot, { words: '', ...query }, OPENED_AT, maySee).entries.map(entry => entry.title)

const cases: readonly (readonly [name: string, query: Partial<SearchQuery>, expected: readonly string[]])[] = [
  ['part of a title', { words: 'echo' }, ['Echocardiogram']],
  ['a brand', { words: 'ELIQUIS' }, ['Apixaban']],
  ['words of a report', { words: 'systolic' }, ['Echocardiogram']],
  ['a fact, whatever its accents', { words: 'angstrom' }, ['Echocardiogram']],
  ['all words, wherever each stands', { words: 'twice surgery' }, ['Apixaban']],
  ['one word that stands nowhere', { words: 'apixaban ward' }, []],
  ['the name of an organisation', { words: 'southwark' }, ['Reablement plan']],
  ['a typed apostrophe', { words: "guy's clinic" }, ['Fracture clinic']],
  ['the title of a section', { words: 'imaging' }, ['Echocardiogram']],
  ['one organisation', { organisation: 'RJZ' }, ['Echocardiogram']],
  ['an organisation that recorded nothing', { organisation: 'RAL' }, []],
  [
    'twelve months: what is to come and what has no date stay',
    { months: 12 },
    ['Fracture clinic', 'Apixaban', 'Reablement plan', 'Echocardiogram', 'Left handed'],
  ],
  ['a pattern is only words', { words: '.*' }, []],
]
for (const [name, query, expected] of cases) test(`search within: ${name}`, () => assert.deepEqual(found(query), expected))

test('search within looks at nothing outside the role, nor counts it', () => {
  assert.deepEqual(found({ words: 'apixaban' }, new Set(['contacts', 'plans'])), [])
  assert.equal(searchEntries(snapshot, { words: '' }, OPENED_AT, new Set(['plans'])).of, 1)
  assert.deepEqual(
    organisationsOf(snapshot, new Set(['plans'])).map(chip => chip.short),
    ['SC'],
  )
})

test('D85 one word more never finds more, and everything found has every word', () => {
  const words = ['echo', 'normal', 'gp', 'clinic', 'twice', 'plan', 'zz', 'a']
  fc.assert(
    fc.property(fc.subarray(words), fc.constantFrom(...words), (some, more) => {
      const fewer = new Set(found({ words: [...some, more].join(' ') }))
      const all = new Set(found({ words: some.join(' ') }))
      assert.ok([...fewer].every(title => all.has(title)))
    }),
  )
})

test('D89 20,000 entries are looked through in an array', t => {
  const many = snapshotOf(
    Array.from({ length: 20_000 }, (_, n) => result(`Test ${n % 500}`, 'KCH', `20${String(10 + (n % 16))}-01-01`, { value: String(n) })),
    [],
  )
  searchEntries(many, { words: 'test 4' }, OPENED_AT, every)
  const from = performance.now()
  const { entries, of } = searchEntries(many, { words: 'test 42' }, OPENED_AT, every)
  t.diagnostic(`${(performance.now() - from).toFixed(1)} ms for ${of} entries`)
  assert.equal(of, 20_000)
  assert.ok(entries.length >= 40)
})
