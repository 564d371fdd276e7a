import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { decide, decideForPeer } from '../../src/exchange/access/decide.ts'
import { firstRules } from '../../src/exchange/access/rules/first-rules.ts'
import { cases, peerCases } from './cases.ts'
import { compare } from './compare.ts'
import { oracle, oracleForPeer } from './oracle.ts'
import { RULES } from './world.ts'

/** The shipped rules, with classes that reach every part of what may be kept apart. */
const rules = { ...firstRules, shareClasses: RULES.shareClasses }

const SIDES = [
  {
    side: 'their own exchange',
    run: (numRuns: number, seed: number) => compare({ cases: cases(rules), decide, oracle }, numRuns, seed),
    only: ['claim'],
  },
  {
    side: 'a peer',
    run: (numRuns: number, seed: number) =>
      compare({ cases: peerCases(rules), decide: decideForPeer, oracle: oracleForPeer }, numRuns, seed),
    only: ['refuse peer'],
  },
] as const

/** What has to come up, so that agreeing means something. */
const HEADINGS = [
  ...[
    'purpose',
    'isolated',
    'role',
    'standing',
    'acceptable-use',
    'organisation',
    'agreement',
    'relationship',
    'objection',
    'objections-unknown',
  ].map(code => `refuse ${code}`),
  'permit',
  'permit on a claim',
  'permit on emergency-access',
  'permit with parts kept apart',
  'permit with places masked',
  ...rules.windows
    .map(({ type }) => type)
    .filter(type => !type.startsWith('claim-'))
    .map(type => `permit on ${type}`),
]
/** Fewer cases than this say nothing about shares. */
const ENOUGH = 20_000

/** Compares decision and oracle over so many cases for each side. `LCR_ORACLE_SEED` repeats a run, `LCR_ORACLE_CASES` sizes it. */
export const agreement = SIDES.map(({ side, run, only }) => ({
  name: `R038, R039, R040, R054: at ${side}, what is decided is what the rules say`,
  run: (t: TestContext, usual: number): void => {
    const numRuns = Number(process.env['LCR_ORACLE_CASES'] ?? usual)
    const seed = Number(process.env['LCR_ORACLE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    t.diagnostic(`${numRuns} cases, LCR_ORACLE_SEED=${seed}`)
    const counts = run(numRuns, seed)
    const shares = [...counts]
      .map(([heading, count]) => ({ heading, percent: (100 * count) / numRuns }))
      .toSorted((a, b) => b.percent - a.percent)
    t.diagnostic(shares.map(({ heading, percent }) => `${heading} ${percent.toFixed(1)} %`).join(', '))
    if (numRuns < ENOUGH) return
    for (const heading of [...HEADINGS, ...only]) assert.ok((counts.get(heading) ?? 0) >= numRuns / 200, `${heading} comes up`)
  },
}))
