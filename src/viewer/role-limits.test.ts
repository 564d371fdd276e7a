import assert from 'node:assert/strict'
import { test } from 'node:test'
import { okaforModel, result, shah, snapshotOf, state } from './fixtures/okafor.ts'
import { text, type Html } from './html.ts'
import type { RecordPageModel } from './models.ts'
import { printPage } from './pages/print.ts'
import { recordPage } from './pages/record.ts'
import { sectionPage } from './pages/section.ts'
import { limitWords } from './role-limits.ts'

const WORDS = /[Oo]nly COVID-19 results are part of your role/
const worker = (over: Partial<RecordPageModel> = {}): RecordPageModel =>
  okaforModel({ roleGroup: 'social-worker', maySee: new Set(['referrals', 'results']), limits: { results: 'virus' }, ...over })
const whole = (pieces: Iterable<Html>): string => Array.from(pieces, text).join('')
const answered = state('kch', { sections: ['referrals', 'results'], outcome: 'answered', cause: 'none', waiting: false, complete: true })
const people: readonly [what: string, model: RecordPageModel][] = [
  ['somebody with one', worker({ snapshot: snapshotOf([result('COVID-19 PCR', 'KCH', '2026-10-04')], [answered]) })],
  ['somebody without any', worker({ snapshot: snapshotOf([], [answered]) })],
]
for (const [what, model] of people)
  test(`R034 D122: the page of results of ${what} says that only COVID-19 results are part of the role; so do summary and print`, () => {
    assert.match(text(sectionPage(model, 'results')), WORDS)
    assert.match(whole(recordPage(model)), /Results: only COVID-19 results are part of your role/)
    assert.match(text(printPage(model, { by: shah, at: '2026-11-21T11:40:00Z' })), WORDS)
    assert.doesNotMatch(text(sectionPage(model, 'referrals')), WORDS)
  })

test('R034: before it says that none are recorded, a section says of what', () => {
  const page = text(sectionPage(worker({ snapshot: snapshotOf([], [answered]) }), 'results'))
  assert.match(page, /Only COVID-19 results are part of your role[^]*None recorded/)
})

test('D122: a role without limits reads none of it; a class that has no words yet is still said', () => {
  const { limits: _limits, ...everything } = worker()
  assert.doesNotMatch(text(sectionPage(everything, 'results')) + whole(recordPage(everything)), WORDS)
  assert.match(limitWords({ limits: { results: 'bacteria' } } as never, 'results') ?? '', /part of your role/)
})
