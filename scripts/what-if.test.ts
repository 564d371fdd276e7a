import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '../src/exchange/govern-disclosure.ts'
import { parseTrial } from '../src/exchange/disclosure/trial.ts'
import { reportHtml, reportText } from './what-if-report.ts'
import { tryChange, tryChangeAtOnce } from './what-if.ts'

/** The people told by hand come first; among them are a child with a plan and an adult whose safety is asked after. */
const PEOPLE = 45
const narrower: Change = { kind: 'class', classId: 'safeguarding', seenBy: ['gp'] }

test('R066: a trial run says what would be hidden of whom, the same each time, and its summary can go with its proposal', async () => {
  const report = tryChange(narrower, PEOPLE)
  assert.ok(report.trial.hidden > 0 && report.trial.shown === 0)
  assert.ok(
    report.trial.byRoleGroup.every(({ of }) => of !== 'GPs' && of !== 'Care home staff'),
    'only whom the change is about',
  )
  assert.deepEqual(await tryChangeAtOnce(narrower, PEOPLE), report, 'by several processors at once')
  assert.ok(parseTrial(JSON.stringify(report.trial)).ok)
  assert.match(reportText(report), /would be hidden/)
  assert.match(reportHtml(report), /<caption>By role<\/caption>/)
})
test('R108: a trial run of a wider class shows, and one that changes nothing touches nobody', () => {
  const wider = tryChange({ kind: 'class', classId: 'third-party', seenBy: ['gp'] }, PEOPLE).trial
  assert.equal(wider.hidden, 0)
  const stands = tryChange({ kind: 'class', classId: 'therapy-notes', seenBy: [] }, PEOPLE).trial
  assert.deepEqual([stands.hidden, stands.shown, stands.peopleTouched], [0, 0, 0])
})
test('R066: a trial run of a profile counts what one provider holds, and no other', () => {
  const { trial } = tryChange({ kind: 'profile', odsCode: 'RJZ', sections: ['results'], documentClasses: [], policyClasses: [] }, PEOPLE)
  assert.ok(trial.hidden > 0)
  assert.deepEqual([trial.byOrganisation.length, trial.bySection.map(({ of }) => of)], [1, ['Results']])
})
