import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createJudge } from './content.ts'
import { createExit } from './exit.ts'
import { firstSet } from './rules/first-set.ts'

const corpora = process.env['LCR_CORPORA']
const lists = ['Sexually_transmitted_disease', 'Gender_related_issues', 'Assisted_fertilisation', 'Termination_of_pregnancy']

/** A measure, not a bar: the national sets are loaded by their owner at deployment. */
for (const list of lists)
  test(`how much of ${list} the first set sees`, { skip: corpora === undefined ? 'LCR_CORPORA is not set' : false }, context => {
    const set = JSON.parse(readFileSync(join(corpora ?? '', 'sensitive-codes-london', `${list}_vs.json`), 'utf8')) as {
      compose: { include: { concept?: { code: string; display?: string }[] }[] }
    }
    const concepts = set.compose.include.flatMap(include => include.concept ?? [])
    const [judge, exit] = [createJudge(firstSet, []), createExit(firstSet)]
    const seen = { atTheExchange: 0, atTheExit: 0, byEither: 0 }
    for (const { code, display = '' } of concepts) {
      const coding = [{ system: 'http://snomed.info/sct', code, display }]
      const exchange = judge({ resourceType: 'Condition', subject: {}, code: { coding } }, 'RJZ') !== undefined
      const out = exit.text(display) === undefined
      if (exchange) seen.atTheExchange += 1
      if (out) seen.atTheExit += 1
      if (exchange || out) seen.byEither += 1
    }
    context.diagnostic(
      `${list}: ${concepts.length} concepts, exchange ${seen.atTheExchange}, exit ${seen.atTheExit}, either ${seen.byEither}`,
    )
    assert.ok(concepts.length > 0)
  })
