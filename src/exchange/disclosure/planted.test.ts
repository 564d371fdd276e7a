import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { SectionAnswer } from '../../care-record/item.ts'
import { createRules, disclose, mayLeave } from './disclose.ts'
import {
  answerOf,
  condition,
  encounter,
  factsOfPlace,
  itemOf,
  medicine,
  observation,
  pass,
  services,
  walk,
  type Missing,
  type Sent,
} from './for-tests.ts'
import { createExit } from './exit.ts'
import {
  chain,
  GIVEAWAYS,
  ORDINARY,
  PLACES_OF_ENTRIES,
  PLACES_OF_WORDS,
  PLANTED_CODES,
  PLANTED_LABELS,
  PLANTED_MARKS,
  PLANTED_SERVICES,
  TELLS_RESULT,
  TESTS,
} from './planted-for-tests.ts'
import { firstSet } from './rules/first-set.ts'
import { rulesInForce } from './rules/in-force.ts'
import type { RuleSet } from './rules/rule-set.ts'

/** Beside the first set, a list in codes that the first set has none of. */
const readCodes: RuleSet = {
  ...firstSet,
  id: 'read-codes',
  version: '1',
  lookalikes: [],
  ordinaryLabels: [],
  ordinaryAtTheExit: [],
  classes: firstSet.classes.slice(0, 1).map(c => ({
    ...c,
    service: {
      treatmentFunctions: [],
      organisations: [],
      names: [],
      documentClasses: [],
      labels: [],
      seeds: ['read2 43C3.', 'ctv3 XaPgE'],
    },
    content: { snomed: [], icd10: [], opcs4: [], read: ['43C3.', 'XaPgE'], services: [], labels: [], wording: [] },
    outgoing: { labels: [], terms: [] },
  })),
}
const set = rulesInForce([firstSet, readCodes], '2026-11-21')
const all = createRules(set, services)

const visit = encounter('e-card', '320', 'Cardiology')
const ordinary: readonly Sent[] = [
  { resource: visit, section: 'encounters', facts: factsOfPlace(visit) },
  { resource: observation('k', 'Potassium'), section: 'results', to: ['Encounter/e-card'] },
  { resource: medicine('apix', 'Apixaban 5 mg tablets'), section: 'medicines', parents: [visit] },
  { resource: condition('af', 'Atrial fibrillation', '49436004'), section: 'problems', to: ['Encounter/e-card'] },
]
const masked = pass({ maskPlaces: true })
const bytes = (sent: readonly Sent[], missing: Missing, given = pass()): string => JSON.stringify(walk(sent, missing, given, set).answers)
const withoutAny = new Map<string, string>()
/** What the record reads without anything planted, by what is taken away. */
const expected = (missing: Missing, given: typeof masked): string => {
  const key = `${missing}${String(given.maskPlaces)}`
  const known = withoutAny.get(key) ?? bytes(ordinary, missing, given)
  withoutAny.set(key, known)
  return known
}

let facts = 0
let walks = 0
/** Nothing of it leaves with any one mechanism away, and nothing with only one of its guards left. */
function leavesNothing(planted: readonly Sent[], guards: readonly Missing[], what: string): void {
  facts += 1
  const ways: readonly Missing[] = ['none', 'sieve', 'exchange', 'exit', ...guards]
  for (const missing of ways)
    for (const given of missing === 'none' ? [pass(), masked] : [pass()]) {
      walks += 1
      const out = bytes([...ordinary.slice(0, 2), ...planted, ...ordinary.slice(2)], missing, given)
      if (out !== expected(missing, given)) assert.fail(`${what} leaves a byte with ${missing} away`)
    }
}

const WORDS_GUARDS: readonly Missing[] = ['all-but-exchange', 'all-but-exit']
for (const [path, plant] of PLACES_OF_WORDS)
  test(`R062 R063 R064 R065 R067 HAZ-012: words of each class leave no byte by ${path}`, () => {
    for (const words of GIVEAWAYS) leavesNothing([plant('secret-1', words)], WORDS_GUARDS, `${words}, ${path},`)
  })
test('R062 R063 R064 R065 R067 HAZ-012: a code without a word leaves no byte', () => {
  for (const [path, plant] of PLANTED_CODES) leavesNothing([plant('secret-1')], ['all-but-sieve', 'all-but-exchange'], path)
})
test('R063 R064 R065 R067 HAZ-012: what only the service tells leaves no byte', () => {
  for (const [path, plant] of PLANTED_SERVICES) leavesNothing([plant('secret-1')], ['all-but-sieve', 'all-but-exchange'], path)
})
test('R062 R067 HAZ-012: a label leaves no byte, and each mechanism alone sees it', () => {
  for (const [path, plant] of PLANTED_LABELS) leavesNothing([plant('secret-1')], ['all-but-sieve', ...WORDS_GUARDS], path)
})
test('R062 R067 HAZ-012: marks of confidence and results of tests leave no byte, whichever way the test went', () => {
  for (const [path, plant] of PLANTED_MARKS) leavesNothing([plant('secret-1')], WORDS_GUARDS, path)
})
test('R062 R067 HAZ-012: what is tied to a restricted thing leaves no byte, at any distance', () => {
  const ends = [
    condition('secret-0', 'Genital herpes simplex', '33839006'),
    condition('secret-0', 'In vitro fertilisation', '393132003'),
    condition('secret-0', 'Gender dysphoria', '93461009'),
    { ...encounter('secret-0', '360', 'Outpatients') },
  ]
  for (const end of ends)
    for (const length of [1, 2, 3, 5, 8, 20])
      leavesNothing(chain('secret', length, end), ['all-but-sieve', 'all-but-exchange'], `${end.resourceType} after ${length} links`)
})

test('R062 HAZ-012: lines between exchanges are judged again, though the peer withheld nothing', () => {
  for (const [, plant] of PLACES_OF_WORDS)
    for (const words of GIVEAWAYS.filter((_, at) => at % 3 === 0)) {
      const line = JSON.stringify(answerOf([...ordinary, plant('secret-1', words)].map(itemOf)))
      const out = disclose([JSON.parse(line) as SectionAnswer], pass(), all)
      assert.equal(JSON.stringify(out.answers), JSON.stringify(disclose([answerOf(ordinary.map(itemOf))], pass(), all).answers), words)
    }
})

/** As text of a letter, a page, a CDA narrative, words of an audit detail, a warning. */
const TEXTS: readonly [format: string, of: (words: string) => string][] = [
  ['letter', words => `Dear Dr Roe,\n\nThis person was seen in May. ${words}.\n\nYours sincerely`],
  ['letter broken over lines', words => `seen in May,\n${words.split(' ').join('\n')}\nand discharged`],
  ['page', words => `<html><body><table><tr><td>${words}</td></tr></table></body></html>`],
  [
    'clinical document',
    words => `<text><paragraph><content ID="a">${words.replaceAll(' ', '</content> <content>')}</content></paragraph></text>`,
  ],
  ['capitals', words => words.toUpperCase()],
  ['full-width', words => words.replaceAll(/[A-Za-z]/g, one => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0))],
  ['audit detail', words => `section opened: ${words}`],
]
for (const [format, of] of TEXTS)
  test(`R062 R065 HAZ-012: the text of a ${format} does not leave, by either mechanism alone`, () => {
    for (const words of GIVEAWAYS) {
      facts += 1
      const none = { item: () => undefined, entry: () => undefined, text: (text: string) => text } as const
      assert.equal(
        mayLeave(of(words), { judge: all.judge, exit: { ...all.exit, ...none, item: all.exit.item, entry: all.exit.entry } }),
        undefined,
        words,
      )
      assert.equal(mayLeave(of(words), { judge: () => undefined, exit: all.exit }), undefined, words)
    }
    for (const words of ORDINARY) assert.equal(mayLeave(of(words), all.against('gp')), of(words), words)
  })
for (const [path, plant] of PLACES_OF_ENTRIES)
  test(`R062 HAZ-012: an entry does not leave with it as ${path}`, () => {
    for (const words of GIVEAWAYS) {
      facts += 1
      assert.equal(all.exit.entry(plant(words)), undefined, words)
    }
    for (const words of ORDINARY) assert.ok(all.exit.entry(plant(words)), words)
  })
test('R062 HAZ-012: a warning of a source does not leave with it', () => {
  for (const words of GIVEAWAYS) {
    facts += 1
    const warned = (text: string) => answerOf(ordinary.map(itemOf), { warnings: [{ code: 'other', section: 'problems', words: text }] })
    const [out] = disclose([warned(`Not all of ${words} was sent`)], pass(), all).answers
    assert.deepEqual(out?.warnings, [])
    assert.equal(disclose([warned('Items excluded due to confidentiality.')], pass(), all).answers[0]?.warnings.length, 1)
  }
})

let shown = 0
for (const [path, plant] of PLACES_OF_WORDS)
  test(`R062: ordinary care is shown by ${path}`, () => {
    for (const words of ORDINARY) {
      if (TELLS_RESULT.has(path) && TESTS.has(words)) continue
      shown += 1
      const [answer] = walk([plant('o-1', words)], 'none', pass(), set).answers
      if (answer?.items.length !== 1) assert.fail(`${words} is withheld by ${path}`)
    }
  })
test('R062: codes of ordinary care are shown, one of a long list of digits too', () => {
  for (const code of ['49436004', '26604007', '38341003', '195967001', '171121004', '9482002', '20735004', '86406008123', '0', '1']) {
    shown += 1
    assert.equal(walk([{ resource: observation('o', 'Test', code) }], 'none', pass(), set).answers[0]?.items.length, 1, code)
  }
})

test('HAZ-012: any mix of planted facts in any order changes no byte', () => {
  const plants = PLACES_OF_WORDS.map(([, plant]) => plant)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...plants), fc.constantFrom(...GIVEAWAYS)), { maxLength: 8 }),
      fc.nat(4),
      fc.constantFrom<Missing>('none', 'sieve', 'exchange', 'exit'),
      (some, at, missing) => {
        const planted = some.map(([plant, words], n) => plant(`secret-${n}`, words))
        assert.equal(bytes([...ordinary.slice(0, at), ...planted, ...ordinary.slice(at)], missing), expected(missing, pass()))
      },
    ),
    { numRuns: 100 },
  )
})
test('HAZ-012: whatever stands around it, words of a class do not leave', () => {
  const exit = createExit(set, services)
  const around = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '<', '>', '&', ';', '-', '.', '\n', '\u00ad', '9') })
  fc.assert(
    fc.property(around, fc.constantFrom(...GIVEAWAYS), around, (before, words, after) => {
      // A tag left open would swallow what follows it; that, too, is read nowhere.
      const text = `${before.replaceAll(/[<&]/g, '')} ${words} ${after.replaceAll(/[<&]/g, '')}`
      assert.equal(exit.text(text), undefined)
    }),
  )
})

test('R062: how much was planted', context => {
  context.diagnostic(`${facts} planted facts, ${walks} walks, ${shown} ordinary ones shown`)
  assert.ok(facts >= 300 && shown >= facts)
})
