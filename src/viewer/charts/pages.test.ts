import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MedicineComparison } from '../../care-record/entry.ts'
import { comparison, daysAgo, happened, longModel, manyResults, point, potassium } from '../fixtures/charts.ts'
import { allergy, medicine, okaforModel, OPENED_AT, plain, result, snapshotOf, state } from '../fixtures/okafor.ts'
import { text, type Html } from '../html.ts'
import { comparePage, lastStopped, medicinesPage } from '../pages/medicines.ts'
import { observationsPage } from '../pages/observations.ts'
import { resultsPage, trendFragment, trendPage } from '../pages/results.ts'
import { timelinePage } from '../pages/timeline.ts'
import { resultRow } from './rows.ts'

/** What eyes read, without markup, from the main part of the page on. */
const read = (page: Html): string => {
  const markup = text(page)
  const from = markup.indexOf('<main')
  return markup
    .slice(from < 0 ? 0 : from)
    .replace(/<footer[\s\S]*$/, '')
    .replace(/<span class="nhsuk-u-visually-hidden">[^<]*<\/span\s*>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, '’')
    .replace(/&lt;/g, '<')
    .replace(/\s+/g, ' ')
}
const model = longModel()
const answered = [state('kch', { group: 'essentials' }), state('kch', { group: 'recent' })]
const pages: Readonly<Record<string, (over?: Parameters<typeof longModel>[0]) => Html>> = {
  results: over => resultsPage(longModel(over)),
  trend: over => trendPage(longModel(over), potassium, false),
  observations: over => observationsPage(longModel(over)),
  medicines: over => medicinesPage(longModel(over)),
  compare: over => comparePage(longModel(over), comparison, true),
  timeline: over => timelinePage(longModel(over), 1),
}

for (const [name, page] of Object.entries(pages)) {
  test(`D01 ${name} carries the banner`, () => assert.match(text(page()), /class="lcr-banner[\s\S]*OKAFOR/))
  test(`D89 ${name} has at most 100 rows of a list in the page`, () => {
    const rows = text(page()).match(/class="lcr-row lcr-row--|<tr/g)?.length ?? 0
    assert.ok(rows <= 100 + 10, `${rows} with the latest and the heads`)
  })
  test(`D70 ${name} has no month in digits and no time of twelve hours`, () => {
    assert.doesNotMatch(read(page()), /\b\d{1,2}\/\d{1,2}\/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\d(?:am|pm)\b/)
  })
  test(`D83 ${name} has no empty cell`, () => assert.doesNotMatch(text(page()), /<td class="nhsuk-table__cell">\s*<\/td>/))
  test(`D164 ${name} has no person in its addresses`, () => {
    for (const [, href] of text(page()).matchAll(/(?:href|action)="([^"]+)"/g))
      assert.doesNotMatch(href ?? '', /okafor|9991234561|potassium/i)
  })
  test(`D122 ${name} for a role without it says so, whoever the person is`, () => {
    const nobody = { maySee: new Set<string>() }
    assert.match(read(page(nobody)), /not part of your role/)
    assert.doesNotMatch(read(page(nobody)), /Potassium|apixaban|Blood pressure|Visit/i)
  })
}

// Results

test('D51 D86 results: newest first by day and laboratory, 100 of all, then the next page', () => {
  const total = manyResults.length + 2
  const first = read(resultsPage(model))
  assert.match(first, new RegExp(`100 of ${total} shown, page 1 of ${Math.ceil(total / 100)}`))
  const days = [...text(resultsPage(model)).matchAll(/<h3 class="lcr-list-title">[\s\S]*?datetime="([^"]+)"/g)].map(m => m[1] ?? '')
  assert.deepEqual(days, days.toSorted().reverse())
  assert.match(text(resultsPage(model, 2)), /href="[^"]*\/results\?page=1"[\s\S]*href="[^"]*\/results\?page=3"/)
  assert.match(read(resultsPage(model, 99)), /page 3 of 3/)
})
test('a result opens the plot of its series; one alone opens what its source said', () => {
  const context = { viewId: 'v', openedAt: OPENED_AT }
  assert.match(text(resultRow(potassium, context)), /href="\/r\/v\/results\/entry\d+"/)
  assert.match(text(resultRow(result('INR', 'GP', daysAgo(3)), context)), /href="\/r\/v\/item\/entry\d+"/)
})
test('an earlier result of a series opens the plot that the newest carries', () => {
  const newest = result('Sodium', 'KCH', daysAgo(1), { value: '140', series: [point(daysAgo(30), '135'), point(daysAgo(1), '140')] })
  const older = result('Sodium', 'KCH', daysAgo(30), { value: '135', series: [] })
  const page = text(resultsPage(okaforModel({ snapshot: snapshotOf([newest, older], answered) })))
  assert.equal(page.match(new RegExp(`/results/${newest.id}"`, 'g'))?.length, 2)
})
test('D50 D63 a row has value, unit, flag by word and shape, range, and the same test elsewhere', () => {
  const row = read(resultRow(potassium, { viewId: 'v', openedAt: OPENED_AT }))
  assert.match(row, /Potassium .*Serum 5\.6 mmol\/L ▲ High .*was 4\.9, 26-Oct-2026 range 3\.5 to 5\.3/)
  assert.match(row, /Also tested: Potassium 5\.1 mmol\/L, GSTT 19-Nov-2026 08:10/)
})
test('D60 provisional, corrected and cancelled are words, and a cancelled value is struck through', () => {
  for (const status of ['Provisional', 'Corrected', 'Cancelled'] as const) {
    const row = text(resultRow(result('X', 'KCH', daysAgo(1), { status, value: '4' }), { viewId: 'v', openedAt: OPENED_AT }))
    assert.match(row, new RegExp(status))
    assert.equal(row.includes('<s>4</s>'), status === 'Cancelled')
  }
})
test('D62 a collection time not stated says so', () => {
  const entry = result('X', 'KCH', daysAgo(1), { collectedNotStated: true })
  assert.match(read(trendPage(model, entry, false)), /Collection time not stated, reported/)
})

// One test

test('D52 the latest value with the one before it, its date and whose range', () => {
  assert.match(
    read(trendPage(model, potassium, false)),
    /5\.6 mmol\/L ▲ High KCH 21-Nov-2026 11:20 before 4\.9 26-Oct-2026 · range 3\.5 to 5\.3 \(KCH\)/,
  )
})
test('D58 what lies outside the twelve months is counted, and leads to all', () => {
  const page = trendPage(model, potassium, false)
  assert.match(read(page), /12 months All 11 8 of 11 shown/)
  assert.match(read(page), /← 2 earlier results, to the left/)
  assert.match(text(page), /href="[^"]*\?all=1"/)
  assert.match(read(trendPage(model, potassium, true)), /10 of 11 shown/)
})
test('D57 a plot has Show as table', () => assert.match(read(trendPage(model, potassium, false)), /Show as table/))
test('D89 a table of a long series is paged, and keeps what was asked', () => {
  const series = Array.from({ length: 230 }, (_, n) => point(`${daysAgo(300 - n)}T0${n % 10}:00:00Z`, '5'))
  const page = trendPage(model, { ...potassium, series }, true, 2)
  assert.match(read(page), /100 of 230 shown, page 2 of 3/)
  assert.match(text(page), /\?all=1&amp;page=3"/)
  assert.match(text(page), /<details class="nhsuk-details"\s+open/)
})
test('the fragment beside a list is the same plot with a heading to go to', () => {
  const fragment = text(trendFragment(model, potassium, false))
  assert.match(fragment, /id="panel-title" tabindex="-1"/)
  assert.match(fragment, /<svg\s+class="lcr-chart__plot"/)
  assert.doesNotMatch(fragment, /<html|<main/)
  assert.match(text(trendFragment(longModel({ maySee: new Set() }), potassium, false)), /not part of your role/)
})
test('a test without a value in twelve months says so and shows how many are earlier', () => {
  const old = { ...potassium, series: [point('2019-02-01', '4.1'), point('2020-02-01', '4.2')] }
  const page = read(trendPage(model, old, false))
  assert.match(page, /No results between 21-Nov-2025 and 21-Nov-2026/)
  assert.match(page, /2 earlier results/)
})

// Observations

test('observations: the latest of each in the order of NEWS2, then all', () => {
  const page = read(observationsPage(model))
  const order = [
    'NEWS2 total score',
    'Respiratory rate',
    'Oxygen saturation',
    'Blood pressure',
    'Heart rate',
    'Body temperature',
    'Body weight',
  ]
  const places = order.map(name => page.indexOf(name))
  assert.ok(places.every(place => place > 0))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.match(page, /138\/82 mmHg/)
})
test('observations: no id stands twice in the page', () => {
  const ids = [...text(observationsPage(model)).matchAll(/\sid="([^"]+)"/g)].map(m => m[1])
  assert.equal(new Set(ids).size, ids.length)
})
test('observations without a series stand in the list', () => {
  const entries = [plain('observations', 'Waterlow score', 'COM', daysAgo(9), { words: '14, at risk' })]
  assert.match(read(observationsPage(okaforModel({ snapshot: snapshotOf(entries, answered) }))), /Waterlow score .*14, at risk/)
})

// Medicines

test('D36 current and past are lists of their own, and what stopped in three months is told', () => {
  const page = read(medicinesPage(model))
  const [current, past] = [page.indexOf('Current medicines'), page.indexOf('Past medicines')]
  assert.ok(current > 0 && past > current)
  assert.match(page.slice(current, past), /apixaban[\s\S]*ramipril/)
  assert.doesNotMatch(page.slice(current, past), /omeprazole/)
  assert.match(page, /2 medicines stopped in the last 3 months\. furosemide stopped 28-Oct-2026 KCH amoxicillin stopped 11-Sep-2026/)
})
const stops: readonly (readonly [string, string | undefined, boolean])[] = [
  ['on the day', '2026-11-21', true],
  ['within three months', '2026-08-22', true],
  ['three months and a day ago', '2026-08-20', false],
  ['later than opening', '2026-12-01', false],
  ['in a month without a day', '2026-10', false],
  ['without a date', undefined, false],
]
for (const [name, stopped, told] of stops)
  test(`D36 a medicine stopped ${name} is ${told ? '' : 'not '}counted`, () => {
    const entry = medicine('X', 'GP', daysAgo(400), { list: 'past', status: 'Discontinued', ...(stopped === undefined ? {} : { stopped }) })
    assert.equal(lastStopped(okaforModel({ snapshot: snapshotOf([entry], answered) })).length, told ? 1 : 0)
  })
test('D36 D114 an empty list has a sentence', () => {
  const page = read(medicinesPage(okaforModel({ snapshot: snapshotOf([], answered) })))
  assert.match(page, /Current medicines 0 None recorded/)
  assert.match(page, /Past medicines 0 None recorded/)
})
test('D22 D113 while a source has not answered nothing is said to be none', () => {
  const waiting = [state('kch', { waiting: true, outcome: 'late', cause: 'asking', name: 'King’s College Hospital' })]
  const page = read(medicinesPage(okaforModel({ snapshot: snapshotOf([], waiting) })))
  assert.match(page, /so far/)
  assert.doesNotMatch(page, /None recorded/)
  assert.match(page, /Medicines may not be complete/)
})
test('D89 a long list of medicines goes on on the next page', () => {
  const many = Array.from({ length: 130 }, (_, n) =>
    medicine(`Drug ${n}`, 'GP', daysAgo(n), n < 90 ? {} : { list: 'past', status: 'Completed' }),
  )
  const page = okaforModel({ snapshot: snapshotOf(many, answered) })
  assert.match(read(medicinesPage(page)), /100 of 130 shown, page 1 of 2[\s\S]*Current medicines 90[\s\S]*Past medicines 40/)
  assert.match(read(medicinesPage(page, 2)), /Current medicines 90 On another page\./)
})
test('D38 compare: every source says its own, none is chosen, differences only unless asked', () => {
  const page = read(comparePage(model, comparison, false))
  assert.match(page, /4 of 6 shown/)
  assert.match(page, /no source is taken as the right one/)
  assert.match(
    page,
    /apixaban Different dose 5 mg twice a day Started ?, 02-Nov-2026 2\.5 mg twice a day Started ?, 28-Oct-2026 Not listed/i,
  )
  assert.doesNotMatch(page, /bisoprolol/i)
  const whole = read(comparePage(model, comparison, true))
  assert.match(whole, /6 of 6 shown/)
  assert.match(whole, /bisoprolol Same/i)
  assert.doesNotMatch(whole, /correct|right value|winner/i)
})
test('D38 every cell of the comparison stands in the page, under its source', () => {
  const page = text(comparePage(model, comparison, true))
  assert.equal(page.match(/class="lcr-cell"/g)?.length, comparison.rows.flatMap(row => row.cells.filter(cell => cell !== undefined)).length)
  assert.equal(page.match(/<th class="nhsuk-table__header" scope="col">/g)?.length, 2 + comparison.columns.length)
})
test('compare without a difference, and without a medicine, is a sentence', () => {
  const same: MedicineComparison = { ...comparison, rows: comparison.rows.filter(row => row.tag === 'Same') }
  assert.match(read(comparePage(model, same, false)), /No differences between the sources that answered, in 2 medicines\./)
  assert.match(read(comparePage(okaforModel({ snapshot: snapshotOf([], answered) }), { columns: [], rows: [] }, false)), /None recorded/)
})

// Timeline

test('D141 the table of the timeline holds everything, newest first, what is not drawn too', () => {
  const page = text(timelinePage(model, 1))
  assert.equal((page.match(/<tr class="nhsuk-table__row">/g)?.length ?? 0) - 1, happened.length)
  assert.match(read(timelinePage(model, 1)), /Wed 03-Mar-2027 09:30 Booked contact Eye screening/)
  assert.match(read(timelinePage(model, 1)), /Mar-2026 Document Clinic letter, diabetes/)
})
test('D142 Now says where the person is, since when and by whom', () => {
  assert.match(read(timelinePage(model)), /Now: Emergency department ?, King’s College Hospital ?, from 21-Nov-2026 10:42/)
})
test('HAZ-001 what is older than twelve months was not asked for, and the page says so until it is', () => {
  for (const page of [resultsPage, observationsPage, timelinePage]) {
    assert.match(read(page(longModel())), /What is older has not been asked for\./)
    assert.match(text(page(longModel())), /action="\/r\/[^"]+\/older"[\s\S]*name="csrf"/)
    assert.doesNotMatch(read(page(longModel({ olderAsked: true }))), /has not been asked for/)
  }
})
test('the timeline of nobody is a sentence', () => {
  assert.match(read(timelinePage(okaforModel({ snapshot: snapshotOf([allergy('X', 'GP', '2020')], answered) }))), /Nothing to show\./)
})
