import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncounterEntry } from '../../care-record/entry.ts'
import { encounter, OPENED_AT, okaforModel, plain, problem, result, snapshotOf, state } from '../fixtures/okafor.ts'
import { seen } from '../fixtures/reading.ts'
import { text } from '../html.ts'
import type { PanelStatement } from '../models.ts'
import { itemFragment } from '../pages/record-tools.ts'
import { sectionPage } from '../pages/section.ts'
import { listedOf } from '../words.ts'
import { conflictBoxes } from './conflict.ts'
import { entryRow } from './rows.ts'

const context = { viewId: 'v1', openedAt: OPENED_AT }
const row = (over: Partial<EncounterEntry>): string =>
  seen(entryRow(encounter('Inpatient stay', 'KCH', '2026-11-19T10:00:00Z', { when: 'now', status: 'In progress', ...over }), context))

const PICU = { place: 'Thistle Ward', ward: 'Paediatric intensive care' }
const now: readonly [name: string, over: Partial<EncounterEntry>, words: RegExp][] = [
  ['no ward', { place: 'Thistle Ward' }, /Inpatient stay, Thistle Ward, from 19-Nov-2026 10:00/],
  ['a ward, since the stay began', PICU, /Thistle Ward, in paediatric intensive care since 19-Nov-2026 10:00/],
  [
    'a ward, later',
    { ...PICU, placeSince: '2026-11-20T14:05:00Z' },
    /Thistle Ward, from 19-Nov-2026 10:00, in paediatric intensive care since 20-Nov-2026 14:05/,
  ],
  [
    'a ward that is named so',
    { ...PICU, place: 'Paediatric Intensive Care Unit', placeSince: '2026-11-20T14:05:00Z' },
    /Unit, from 19-Nov-2026 10:00, there since 20-Nov-2026 14:05/,
  ],
  [
    'a ward without its place, masked',
    { ward: 'Paediatric intensive care' },
    /Inpatient stay, in paediatric intensive care since 19-Nov-2026/,
  ],
]
for (const [name, over, words] of now) test(`R105: where someone is now, ${name}`, () => assert.match(row(over), words))
test('R105: what is past and what is next say nothing of since', () => {
  for (const when of ['past', 'next'] as const) assert.doesNotMatch(row({ ...PICU, when }), /since/)
})

const said: PanelStatement = {
  organisationName: 'Camberwell Practice',
  short: 'GP',
  system: 'EMIS',
  originalIdentifier: '1',
  retrievedAt: OPENED_AT,
  feed: 'live',
  matchedBy: 'nhs-number',
  said: [],
}
const visit = encounter('GP consultation', 'GP', '2026-10-24T09:30:00Z', {
  written: 3,
  starts: 'Asthma: History: Wheeze at night',
})
const panel = (consultation: PanelStatement['consultation']): string =>
  text(
    itemFragment(context, {
      entry: visit,
      statements: [{ ...said, ...(consultation === undefined ? {} : { consultation }) }],
      explain: [],
    }),
  )

test('R016: the panel of a visit reads the consultation as written: nested headings, lines that lead to their entries', () => {
  const markup = panel([
    {
      problem: { words: 'Asthma', entryId: 'e1' },
      lines: [],
      headings: [
        { title: 'History', lines: [{ words: 'Wheeze <b>at night</b>', entryId: 'e2' }], headings: [] },
        { title: 'Plan', lines: [{ words: 'Referral items are not supported' }], headings: [] },
      ],
    },
  ])
  const words = markup.replaceAll(/\s+/g, ' ')
  assert.match(words, /<h4>Consultation as written<\/h4>/)
  assert.match(words, /<h5><a class="lcr-open" href="\/r\/v1\/item\/e1">Asthma<\/a><\/h5>/)
  assert.match(
    words,
    /<h6>History<\/h6>.*<a class="lcr-open" href="\/r\/v1\/item\/e2">Wheeze &lt;b&gt;at night&lt;\/b&gt;<\/a>.*<h6>Plan<\/h6>/,
  )
  assert.match(words, /<li class="lcr-words">Referral items are not supported<\/li>/)
  assert.doesNotMatch(panel(undefined), /Consultation as written/)
})
test('R016: the encounters page says how much was written, how it begins, and opens it in one click; the summary does not', () => {
  const model = okaforModel({ snapshot: snapshotOf([visit], [state('gp')]) })
  const page = sectionPage(model, 'encounters', 1)
  assert.match(seen(page), /Consultation, 3 entries.*: Asthma: History: Wheeze at night/)
  assert.match(text(page), new RegExp(`<a class="lcr-open" href="/r/${model.viewId}/item/${visit.id}"\\s*>Consultation, 3 entries`))
  assert.match(seen(entryRow({ ...visit, written: 1 }, { ...context, whole: true })), /Consultation, 1 entry\b/)
  assert.doesNotMatch(seen(entryRow(visit, context)), /Wheeze/)
})

test('R019: a report without words of its own is listed when it opens a document or says facts', () => {
  const bare = plain('results', 'Renal profile', 'KCH', '2026-11-02')
  const rows = [
    bare,
    plain('results', '12-lead ECG', 'KCH', '2026-11-02', { opens: { format: 'application/pdf' } }),
    plain('results', 'Spirometry', 'KCH', '2026-11-02', { facts: [['Quality', 'Good']] }),
    result('Potassium', 'KCH', '2026-11-02', { value: '5.6' }),
  ]
  const listed = listedOf(snapshotOf(rows, [state('kch')]), 'results').map(entry => entry.title)
  assert.deepEqual(listed.toSorted(), ['12-lead ECG', 'Potassium', 'Spirometry'])
})

test('D103 D70: a value that several sources share stands once, with each of them and its date', () => {
  const by = (short: string, date: string) => ({ odsCode: short, name: short, short, date })
  const entry = problem('Asthma', 'KCH', '2026-11-02', {
    conflicts: [
      {
        kind: 'verification',
        values: [
          { words: 'Confirmed', by: by('KCH', '2026-11-02') },
          { words: 'Ruled out', by: by('GP', '2026-11-04') },
          { words: 'Confirmed', by: by('GSTT', '2026-11-03') },
        ],
      },
      {
        kind: 'date',
        values: [
          { words: '2026-10-29T12:00:00+00:00', by: by('KCH', '2026-11-02') },
          { words: '2026-10', by: by('GP', '2026-11-04') },
        ],
      },
    ],
  })
  const words = seen(conflictBoxes(entry))
  assert.match(words, /Confirmed KCH 02-Nov-2026 ?, GSTT 03-Nov-2026 ?; Ruled out GP 04-Nov-2026/)
  assert.match(words, /Date: 29-Oct-2026 12:00 KCH .*; Oct-2026 GP/)
  assert.doesNotMatch(words, /T12/)
})
