import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { createReader } from './exit.ts'
import { firstSet } from './rules/first-set.ts'
import { beginningsOf, createWording } from './wording.ts'

/** Pieces of what is looked for and of what hides it, in every order. */
const phrases = [
  ...firstSet.classes.flatMap(c => c.outgoing.terms),
  ...firstSet.lookalikes.flatMap(one => one.phrases),
  'Oak Suite',
  'x',
  'zz-',
  'naïve clinic',
  'in жя clinic',
  'on naïve days',
]
const pieces = [
  ...phrases.flatMap(p => [p, p.replace(/-$/, 'ing'), p.toUpperCase(), p.slice(0, 4), p.replaceAll(' ', '  '), p.replaceAll(' ', '-')]),
  ...firstSet.classes.flatMap(c => c.content.wording.map(w => w.replace(/\\b|[()?+[\]\\]/g, ''))),
  'in vitro',
  'IN-VITRO FERTILISATION',
  'genito-urinary',
  'genito  urinary',
  'genitourinary',
  'egg',
  'male to',
  'female',
  'sub',
  'in',

  '<b>',
  '</b>',
  '<br/>',
  '<a title="hiv">',
  '<i\u00ad>',
  '\uff1c',
  '\uff1e',
  '<',
  '>',
  '< 5',
  '&amp;',
  '&nbsp;',
  '&#105;',
  '&#x69;',
  '&',
  '\u00ad',
  '\u200b',
  '\u00a0',
  '\ufb01',
  'é',
  'ſ',
  '\u212a',
  'µ',
  '°',
  '’',
  'the',
  'patient',
  'x',
  'zz',
  '1',
  '2',
  '_',
  '-',
  '.',
  '\n',
  'clinic',
  'oak',
  'suite',
  'Ｈ',
  'hiv',
  'HIV1',
  '🙂',
  '\ud83d',
]
const text = fc
  .array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom('', ' ', ' ', '-', '  ', '\n', '\u00ad')), { maxLength: 6 })
  .map(all => all.flat().join(''))
const anyText = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) })

const reader = createReader(
  phrases,
  firstSet.lookalikes.flatMap(one => one.phrases),
)
test('HAZ-012: the quick look of the exit never changes what is found', () => {
  fc.assert(
    fc.property(anyText, words => assert.equal(reader.reads(words), reader.readsSlowly(words))),
    { numRuns: 4000 },
  )
})
for (const phrase of phrases)
  test(`HAZ-012: the exit finds "${phrase}" as slowly as fast`, () =>
    assert.equal(reader.reads(phrase.replace(/-$/, '')), reader.readsSlowly(phrase.replace(/-$/, ''))))

const wording = createWording(firstSet)
test('HAZ-012: the quick look of the exchange never changes what is found', () => {
  fc.assert(
    fc.property(anyText, words => assert.equal(wording.classOf(words), wording.classOfSlowly(words))),
    { numRuns: 4000 },
  )
})
test('HAZ-012: whatever a wording matches passes the quick look', () => {
  for (const source of firstSet.classes.flatMap(c => c.content.wording)) {
    const only = createWording({
      ...firstSet,
      classes: firstSet.classes.slice(0, 1).map(c => ({ ...c, content: { ...c.content, wording: [source] } })),
      lookalikes: [],
    })
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(source.replaceAll(String.raw`\b`, ''))), words =>
        assert.equal(only.classOf(words), only.classOfSlowly(words)),
      ),
      { numRuns: 60 },
    )
  }
})

const unclear = [
  String.raw`(?=hiv)`,
  String.raw`\w+itis`,
  '.x',
  '[a-z]oak',
  '[^a]b',
  '(a',
  'a)',
  String.raw`\p{L}b`,
  String.raw`(?<n>a)`,
  '',
  'a*',
  String.raw`\1`,
  '[a',
  'a{2',
]
for (const source of unclear)
  test(`a wording whose beginning is not understood, ${source}, is looked for in every text`, () =>
    assert.ok(beginningsOf(source).some(one => one.length === 0)))
