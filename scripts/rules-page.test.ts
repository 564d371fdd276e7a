import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CHECKS } from '../src/care-record/decision.ts'
import { reasonTable } from '../src/exchange/access/reason-table.ts'
import { questions, relationshipWords } from '../src/exchange/access/reasons.ts'
import { groupRows } from '../src/exchange/access/roles/groups.ts'
import { jobRoles } from '../src/exchange/access/roles/job-roles.ts'
import { firstRules } from '../src/exchange/access/rules/first-rules.ts'
import { policyClasses } from '../src/exchange/disclosure/rules/policy-classes.ts'
import { classTitle } from '../src/exchange/disclosure/rules/class-titles.ts'
import { html, text } from '../src/viewer/html.ts'
import { RULES_PAGE, rulesPage } from './rules-page.ts'

test('R039 R040: the page that is signed is the tables that decide (npm run rules -- --write)', () => {
  const page = readFileSync(RULES_PAGE, 'utf8')
  assert.equal(page, rulesPage())
  for (const [code] of jobRoles) assert.match(page, new RegExp(`<th scope="row">${code}</th>`))
  assert.match(page, /<html lang="en-GB">[^]*<caption>[^]*<th scope="col">/)
})

const page = rulesPage()
const on = (words: string): boolean => page.includes(text(html`${words}`))
const count = (inside: string): number => page.split(`<h2 id="${inside}">`)[1]?.split('<h2')[0]?.split('<tr>').length ?? 0

test('R038 R040: every question, window, group, class and answer stands on it, and nothing is left to fill in', () => {
  for (const check of CHECKS) assert.ok(on(questions[check]), check)
  for (const { type } of firstRules.windows) assert.ok(on((relationshipWords[type] ?? type).slice(1)), type)
  for (const { title } of [...groupRows, ...firstRules.shareClasses]) assert.ok(on(title), title)
  for (const { id } of policyClasses) assert.ok(on(classTitle(id)), id)
  assert.equal(count('answers') - 2, Object.keys(reasonTable).length)
  assert.equal(count('windows') - 2, firstRules.windows.length)
  assert.doesNotMatch(page.slice(page.indexOf('<main>')), /undefined|NaN|\{\w+|: \.|\(\)/)
})

test('the figures of a window are said as a person counts them', () => {
  for (const words of [
    'To its end and 72 hours after. No end recorded: to 48 hours after the last message.',
    'To its end and 30 days after. Never past 365 days from its start.',
    '28 days from its start.',
    'That day, to midnight in London.',
    '4 hours from when it was given.',
  ])
    assert.ok(on(words), words)
})
