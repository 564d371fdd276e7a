import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import { assetPath, assets } from '../assets.ts'
import { bloodPressure, crp, daysAgo, happened, longModel, manyResults, point, potassium, vitals } from '../fixtures/charts.ts'
import { encounter, OPENED_AT, okaforModel, plain, result, snapshotOf, state } from '../fixtures/okafor.ts'
import { text, type Html } from '../html.ts'
import { happenings, KINDS, type Happening } from './happenings.ts'
import { lanesChart, lanesOf, laneSpan, laneWords, outsideWords, placed } from './lanes.ts'
import { instantOf, laidTicks, monthsFrom, placeOf, timeTicks, valueTicks } from './scale.ts'
import { bandsOf, joined, seriesHead, seriesWindow } from './series.ts'
import { sparkline } from './sparkline.ts'
import { alignedNumber, resultTable } from './table.ts'
import { timelineCard } from './timeline-card.ts'
import { MOST_MARKS, trendChart } from './trend.ts'
import { paged } from './paging.ts'
import { flagShape, seriesWords } from './words.ts'

const answered = [state('kch')]
const windowOf = (series: readonly ResultPoint[], all = false) => seriesWindow(series, OPENED_AT, all)
const drawn = (entry = potassium, all = false): string => text(trendChart(entry, windowOf(entry.series, all), OPENED_AT))
const countOf = (svg: string, what: RegExp): number => svg.match(what)?.length ?? 0
const sum = (svg: string): number => [...svg.matchAll(/data-count="(\d+)"/g)].reduce((total, [, count]) => total + Number(count), 0)
/** What is read, without markup. */
const read = (component: Html): string =>
  text(component)
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

// Scales

const instants: readonly (readonly [string | undefined, string | undefined])[] = [
  ['2026-11-21T11:20:00Z', '2026-11-21T11:20:00.000Z'],
  ['2026-07-01T11:20:00+01:00', '2026-07-01T10:20:00.000Z'],
  ['2026-11-21', '2026-11-21T12:00:00.000Z'],
  ['2026-11', undefined],
  ['2026', undefined],
  ['', undefined],
  ['not a date', undefined],
  [undefined, undefined],
]
for (const [value, expected] of instants)
  test(`D72 ${value} is placed at ${expected ?? 'no time: nothing is guessed'}`, () => {
    const at = instantOf(value)
    assert.equal(at === undefined ? undefined : new Date(at).toISOString(), expected)
  })

test('twelve months before the end of a month stay in the month', () => {
  assert.equal(new Date(monthsFrom(Date.parse('2028-02-29T10:00:00Z'), -12)).toISOString(), '2027-02-28T10:00:00.000Z')
  assert.equal(new Date(monthsFrom(Date.parse('2026-01-31T10:00:00Z'), 1)).toISOString(), '2026-02-28T10:00:00.000Z')
})

test('D54 places are in proportion to time, and ticks of values are round and hold every value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (a, b) => {
      const span = { from: 0, to: 1000 }
      assert.ok(Math.abs(placeOf(span, a) - a / 10) < 0.01)
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      const ticks = valueTicks(low, high)
      assert.ok((ticks[0] ?? Infinity) <= low && (ticks.at(-1) ?? -Infinity) >= high)
      assert.ok(ticks.length >= 2 && ticks.length <= 9)
    }),
  )
})

for (const [years, least, most] of [
  [1, 11, 13],
  [2, 7, 9],
  [6, 5, 7],
  [30, 5, 13],
  [90, 5, 13],
] as const)
  test(`a time axis of ${years} years has between ${least} and ${most} ticks, in order`, () => {
    const to = Date.parse(OPENED_AT)
    const ticks = timeTicks({ from: monthsFrom(to, -12 * years), to })
    assert.ok(ticks.length >= least && ticks.length <= most, String(ticks.length))
    assert.deepEqual(
      ticks.map(tick => tick.at),
      ticks.map(tick => tick.at).toSorted((a, b) => a - b),
    )
  })

test('no word of the axis runs into Today', () => {
  const span = laneSpan(OPENED_AT)
  const today = placeOf(span, Date.parse(OPENED_AT))
  for (const tick of laidTicks(span, today, 'middle')) assert.ok(tick.words === '' || Math.abs(tick.x - today) > 2)
})

// Series

test('D58 the window is twelve months whatever is in it; what lies outside is counted left and right', () => {
  const window = windowOf([...potassium.series, point('2027-01-01', '5')])
  assert.equal(new Date(window.span.from).toISOString(), '2025-11-21T11:40:00.000Z')
  assert.equal(window.span.to, Date.parse(OPENED_AT))
  assert.deepEqual([window.before, window.shown.length, window.after, window.undated.length], [2, 8, 1, 1])
})
test('D58 all: from the first value', () => {
  const window = windowOf(potassium.series, true)
  assert.equal(window.span.from, Date.parse('2021-02-11T12:00:00Z'))
  assert.deepEqual([window.before, window.shown.length, window.after], [0, 10, 0])
})
test('HAZ-001 no point is lost: shown, before, after and undated are all of them', () => {
  const date = fc.oneof(
    fc.date({ min: new Date('2010-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }).map(d => d.toISOString()),
    fc.constantFrom('2026', '2026-03', '', '2026-11-21', '2025-11-21', 'yesterday'),
  )
  fc.assert(
    fc.property(
      fc.array(
        date.map(at => point(at, '4')),
        { maxLength: 40 },
      ),
      fc.boolean(),
      (series, all) => {
        const { shown, before, after, undated } = windowOf(series, all)
        assert.equal(shown.length + before + after + undated.length, series.length)
        if (all) assert.equal(before + after, 0)
      },
    ),
  )
})

const at = (n: number): string => daysAgo(300 - n * 20)
const joinCases: readonly (readonly [string, readonly ResultPoint[], number])[] = [
  ['two values', [point(at(1), '4'), point(at(2), '5')], 1],
  ['a value past a limit between', [point(at(1), '4'), point(at(2), '<2', { limit: 2 }), point(at(3), '5')], 0],
  ['words without a number between', [point(at(1), '4'), point(at(2), 'Haemolysed'), point(at(3), '5')], 1],
  ['another method', [point(at(1), '4', { method: 'A' }), point(at(2), '5', { method: 'B' })], 0],
  ['one method, named once', [point(at(1), '4', { method: 'A' }), point(at(2), '5')], 1],
  ['24 months to the day', [point('2022-01-10', '4'), point('2024-01-10', '5')], 1],
  ['more than 24 months', [point('2022-01-10', '4'), point('2024-01-12', '5')], 0],
  ['one value', [point(at(1), '4')], 0],
]
for (const [name, series, lines] of joinCases)
  test(`D56 a line over ${name}: ${lines}`, () => {
    assert.equal(joined(windowOf(series, true).shown).length, lines)
  })
test('D56 D59 lines drawn are the pairs that may be joined, and a change of method is marked', () => {
  const svg = drawn(crp)
  assert.equal(countOf(svg, /class="line"/g), 1)
  assert.equal(countOf(svg, /class="change"/g), 1)
  assert.match(svg, /Method changed/)
})

test('D55 a band for each range over the time of its values, with the laboratory that gave it', () => {
  const { bands, unmatched } = bandsOf(windowOf(potassium.series))
  assert.deepEqual(
    bands.map(({ low, high, by }) => [low, high, by]),
    [
      [3.5, 5.3, ['KCH']],
      [3.5, 5.1, ['GSTT']],
      [3.5, 5.3, ['KCH']],
    ],
  )
  assert.equal(unmatched, false)
  assert.equal(bands[0]?.to, bands[1]?.from)
  const svg = drawn()
  assert.equal(countOf(svg, /class="band"/g), 3)
  assert.match(svg, /3\.5 to 5\.1, range of GSTT, 20-Oct-2026 to 26-Oct-2026/)
})
test('D55 one range of two laboratories is one band of both', () => {
  const { bands } = bandsOf(windowOf([point(at(1), '4', { low: 3, high: 5 }), point(at(2), '4', { low: 3, high: 5, short: 'GSTT' })]))
  assert.deepEqual(
    bands.map(band => band.by),
    [['KCH', 'GSTT']],
  )
})
test('D55 ranges that keep changing are no band, and the words say so', () => {
  const series = Array.from({ length: 12 }, (_, n) => point(at(n), '4', { low: n % 2, high: 5 }))
  assert.deepEqual(bandsOf(windowOf(series)), { bands: [], unmatched: true })
  assert.match(drawn({ ...potassium, series }), /Ranges differ between laboratories and times/)
})
test('D55 values without a range have no band; a range with one end has one', () => {
  assert.deepEqual(bandsOf(windowOf([point(at(1), '4')])).bands, [])
  assert.match(drawn(crp), /up to 5, range of KCH/)
  assert.match(drawn(crp), /class="band"[^>]*height/)
})

test('D53 converted values are ringed, and the table says what was reported', () => {
  assert.equal(countOf(drawn(crp), /class="converted"/g), 1)
  assert.match(drawn(crp), /Ringed: converted to this unit/)
  assert.match(read(resultTable(crp, paged(crp.series, 1), '/', false)), /7 \.5 .*High .*0\.75 mg\/dL/)
})
test('D54 points have an outline, lines are straight, thinner than the points, and nothing is curved', () => {
  const svg = drawn()
  const line = Number(/class="line"[^>]*stroke-width="([\d.]+)"/.exec(svg)?.[1])
  const radius = Number(/<circle class="point"[^>]* r="([\d.]+)"/.exec(svg)?.[1])
  assert.ok(line < 2 * radius)
  assert.match(svg, /<circle class="point"[^>]*stroke-width="1\.5"/)
  assert.doesNotMatch(svg, /[CcQqSsTtAa]\d[^"]*"\s*\/>|<(?:linear|radial)Gradient|transform=/)
})
test('D59 what is no number is an open mark: at its limit where it names one, else on the base line', () => {
  const open = (svg: string): readonly string[] => [...svg.matchAll(/class="open" cx="[^"]+%" cy="([^"]+)"/g)].map(m => m[1] ?? '')
  assert.deepEqual(open(drawn()), ['220'])
  assert.ok(open(drawn(crp)).every(y => Number(y) < 220))
  assert.equal(open(drawn(crp)).length, 2)
  assert.match(drawn(), /Haemolysed, not processed/)
})
test('D50 a flagged point has the shape of its flag, and its word in the legend', () => {
  assert.equal(countOf(drawn(), /class="out"/g) - 1, 2, 'two points and the legend')
  assert.match(drawn(), /▲ High/)
  for (const [flag, shape] of [
    ['High', '▲'],
    ['Low', '▼'],
    ['Critical high', '▲▲'],
    ['Critical low', '▼▼'],
    ['Abnormal', '◆'],
  ] as const)
    assert.equal(flagShape(flag), shape)
})
test('D61 a blood pressure is one pair: two points joined by a bar, no line between readings', () => {
  const svg = drawn(bloodPressure)
  assert.equal(countOf(svg, /class="joined"/g), 8)
  assert.equal(countOf(svg, /class="point"/g), 16)
  assert.equal(countOf(svg, /class="line"/g), 0)
  assert.equal(sum(svg), 8)
  for (const [, x1, x2] of svg.matchAll(/class="joined"\s+x1="([^"]+)"\s+x2="([^"]+)"/g)) assert.equal(x1, x2)
  assert.match(text(sparkline(bloodPressure, OPENED_AT)), /class="joined"/)
})
test('D57 the words of a plot name count, span, first, last, lowest and highest', () => {
  assert.match(
    drawn(),
    /aria-label="Potassium: 8 results from 10-Jan-2026 to 21-Nov-2026: first 4\.4, last 5\.6, lowest 4\.3, highest 5\.6 mmol\/L"/,
  )
  assert.match(
    drawn(bloodPressure),
    /8 results from .*: first 142\/84, last 138\/82, systolic lowest 118, highest 151, diastolic lowest 64, highest 90 mmHg/,
  )
  assert.match(seriesWords(windowOf([point(at(1), 'Clotted')]).shown, 'g/L'), /1 result .* no number among them$/)
})
test('D52 the lowest and highest are said with the decimals they were reported with', () => {
  assert.match(seriesWords(windowOf([point(at(1), '4.10'), point(at(2), '5.0')]).shown, undefined), /lowest 4\.10, highest 5\.0$/)
})
test('D57 every shown point stands in the table with the same words, newest first (D51)', () => {
  const window = windowOf(potassium.series)
  const rows = [...window.undated, ...window.shown.map(placed => placed.point).reverse()]
  const words = read(resultTable(potassium, paged(rows, 1), '/', false))
  for (const { point } of window.shown) assert.ok(words.includes(point.words.replace(/\.\d+$/, '')), point.words)
  assert.ok(words.indexOf('21-Nov-2026') < words.indexOf('26-Oct-2026'))
  assert.match(words, /1|Mar-2019/, 'what has no day stands there too')
})
test('D76 numbers stand on their decimal point; anything else as written', () => {
  assert.match(text(alignedNumber('5.6', 2)), /lcr-number">5<span class="lcr-fraction lcr-fraction--2">\.6</)
  assert.match(text(alignedNumber('1200', 1)), /1,200</)
  assert.match(text(alignedNumber('<5', 1)), /&lt;5/)
  assert.match(text(alignedNumber('138/82', 0)), /138\/82/)
})
test('every point is counted in the drawing, few or many', () => {
  for (const length of [1, 2, 50, MOST_MARKS, MOST_MARKS + 1, 5_000]) {
    const series = Array.from({ length }, (_, n) =>
      point(new Date(Date.parse(OPENED_AT) - n * 3_600_000).toISOString(), String(90 + (n % 40)), n % 97 === 0 ? { flag: 'High' } : {}),
    ).reverse()
    const svg = drawn({ ...potassium, series })
    assert.equal(sum(svg), length)
    assert.ok(countOf(svg, /data-count/g) <= MOST_MARKS)
  }
})
test('nothing in a plot is markup of its values', () => {
  const svg = drawn({ ...potassium, title: '<b>"K"</b>', series: [point(at(1), '<script>', { short: '"><i>' })] })
  assert.doesNotMatch(svg, /<script|<b>|<i>/)
})
test('an older result opens the series that the newest of its test carries', () => {
  const newest = result('Sodium', 'KCH', daysAgo(1), { value: '140', series: [point(daysAgo(30), '135'), point(daysAgo(1), '140')] })
  const older = result('Sodium', 'KCH', daysAgo(30), { value: '135', series: [] })
  const other = result('Sodium', 'KCH', daysAgo(30), { value: '136', series: [] })
  const snapshot = snapshotOf([newest, older, other], answered)
  assert.equal(seriesHead(snapshot, newest), newest)
  assert.equal(seriesHead(snapshot, older)?.id, newest.id)
  assert.equal(seriesHead(snapshot, other), undefined)
})

// Timeline

const model = longModel()
const items = happenings(model)
const span = laneSpan(OPENED_AT)
const lanes = (given: readonly Happening[] = items): string => text(lanesChart(given, OPENED_AT))
/** One of the two drawings. */
const drawing = (svg: string, name: 'wide' | 'narrow'): string =>
  [
    ...svg.matchAll(
      new RegExp(`<svg\\s+class="lcr-lane__plot lcr-lane__plot--${name}"[\\s\\S]*?</svg>\\s*(?=<svg\\s+class="lcr-lane__plot|</div>)`, 'g'),
    ),
  ]
    .map(([found]) => found)
    .join('')

test('everything of the timeline is there, newest first, and what has no day last', () => {
  assert.equal(items.length, happened.length)
  assert.equal(items.at(-1)?.date, '2026-03')
  const times = items.flatMap(({ at }) => at ?? [])
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  )
})
test('D141 nothing is dropped: marks counted, earlier, later and undated are all items, in both drawings', () => {
  const { before, after, undated } = placed(items, span)
  for (const name of ['wide', 'narrow'] as const) assert.equal(sum(drawing(lanes(), name)) + before + after + undated, items.length, name)
  assert.match(outsideWords(items, span), /1 later, to the right; 1 without a day/)
})
test('D141 the same for any items', () => {
  const happening = fc.record({
    day: fc.integer({ min: -60, max: 800 }),
    length: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
    kind: fc.constantFrom('Inpatient', 'Emergency', 'GP', 'Community', 'Virtual'),
    by: fc.constantFrom('KCH', 'GP', 'GSTT', 'COM'),
    when: fc.constantFrom('now', 'past', 'next'),
  } as const)
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), given => {
      const entries = given.map(({ day, length, kind, by, when }) =>
        encounter('Visit', by, daysAgo(day), {
          encounterClass: kind,
          when,
          ...(length === undefined ? { noEndRecorded: when === 'past' } : { end: daysAgo(day - length) }),
        }),
      )
      const all = happenings(okaforModel({ snapshot: snapshotOf(entries, answered) }))
      const svg = lanes(all)
      const { before, after, undated } = placed(all, span)
      for (const name of ['wide', 'narrow'] as const) assert.equal(sum(drawing(svg, name)) + before + after + undated, entries.length)
      assert.equal(
        lanesOf(all, 2).reduce((total, lane) => total + lane.items.length, 0),
        entries.length,
      )
    }),
    { numRuns: 60 },
  )
})
test('D140 a lane for each organisation, time from left to right, today marked', () => {
  assert.deepEqual(new Set(lanesOf(items).map(lane => lane.name)), new Set(items.map(item => item.by.name)))
  const svg = lanes()
  assert.equal(countOf(svg, /class="today"/g), 2 * lanesOf(items).length)
  assert.match(svg, /Today<\/text>/)
  const xs = [...drawing(svg, 'wide').matchAll(/class="mark mark--contact" cx="([\d.]+)%"/g)].map(m => Number(m[1]))
  assert.ok(xs.length > 5)
})
test('D140 stays are bars with their true start and end', () => {
  assert.match(drawing(lanes(), 'wide'), /class="bar"[^>]*data-start="2026-10-18"\s+data-end="2026-10-28"/)
  assert.match(drawing(lanes(), 'narrow'), />\s*10 days\s*</)
  assert.match(drawing(lanes(), 'wide'), />\s*Inpatient, hip fracture, 10 days\s*</)
})
test('D140 a stay that began before the window is drawn to its edge and keeps its true start', () => {
  assert.match(drawing(lanes(), 'wide'), /class="bar"\s+x="0%"[^>]*data-start="2025-11-02"\s+data-end="2025-12-04"/)
})
test('D140 an unknown end is an open bar labelled no end recorded', () => {
  assert.match(drawing(lanes(), 'wide'), /class="bar bar--unknown"[\s\S]*?>[^<]*no end recorded</)
  assert.match(lanes(), /stroke-dasharray/)
})
test('D142 two stays that contradict each other are both drawn, one under the other', () => {
  const both = happenings(
    okaforModel({
      snapshot: snapshotOf(
        [
          encounter('Inpatient', 'KCH', daysAgo(20), { encounterClass: 'Inpatient', when: 'now' }),
          encounter('Inpatient', 'KCH', daysAgo(12), { encounterClass: 'Inpatient', when: 'now' }),
        ],
        answered,
      ),
    }),
  )
  const ys = [...drawing(lanes(both), 'wide').matchAll(/class="bar bar--going"[^>]*\sy="(\d+)"/g)].map(m => m[1])
  assert.equal(new Set(ys).size, 2)
})
const KIND_OF: readonly (readonly [name: string, over: Parameters<typeof encounter>[3], kind: Happening['kind'], long: boolean])[] = [
  ['a call that is over', { encounterClass: 'Virtual', end: daysAgo(5) }, 'contact', false],
  ['a call without an end', { encounterClass: 'Virtual', status: 'Finished' }, 'contact', false],
  ['a virtual ward that is over', { encounterClass: 'Virtual', end: daysAgo(1) }, 'stay', true],
  ['a virtual ward the person is on', { encounterClass: 'Virtual', when: 'now' }, 'stay', true],
  ['a virtual ward without an end', { encounterClass: 'Virtual', noEndRecorded: true }, 'stay', true],
  ['a stay of hours', { encounterClass: 'Inpatient', end: daysAgo(5) }, 'stay', true],
  ['an ambulance incident', { encounterClass: 'Emergency', end: daysAgo(5) }, 'emergency', false],
  ['a visit at home', { encounterClass: 'Community', end: daysAgo(5) }, 'contact', false],
]
for (const [name, over, kind, long] of KIND_OF)
  test(`D140 D141 ${name} is drawn as ${kind}`, () => {
    const [one] = happenings(okaforModel({ snapshot: snapshotOf([encounter('Visit', 'KCH', daysAgo(5), over)], answered) }))
    assert.deepEqual([one?.kind, one?.long], [kind, long])
  })
test('D141 each kind has a look of its own without colour, named in the legend', () => {
  const legend = /<ul class="lcr-legend">([\s\S]*?)<\/ul>/.exec(lanes())?.[1] ?? ''
  const keys = legend.split('<li>').slice(1)
  assert.equal(keys.length, KINDS.length + 1)
  const shapes = keys.map(
    key => / d="([^"]+)"/.exec(key)?.[1] ?? /class="(?:mark )?(mark--booked|mark--contact|lcr-key lcr-key--\w+)/.exec(key)?.[1] ?? '',
  )
  assert.equal(new Set(shapes).size, keys.length)
})
test('D141 marks that overlap are one with their number; an emergency among them shows', () => {
  const busy = happenings(
    okaforModel({
      snapshot: snapshotOf(
        [
          ...Array.from({ length: 5 }, () => encounter('Visit', 'KCH', daysAgo(40), { encounterClass: 'GP' })),
          encounter('Emergency', 'KCH', daysAgo(40), { encounterClass: 'Emergency' }),
        ],
        answered,
      ),
    }),
  )
  const svg = drawing(lanes(busy), 'wide')
  assert.match(svg, /class="several urgent"/)
  assert.match(svg, />6</)
  assert.match(svg, /1 emergency contact and 5 contacts/)
})
test('D57 a lane says what it holds to those who do not see it', () => {
  const [nursing] = lanesOf(items).filter(lane => lane.name === 'Community nursing')
  assert.ok(nursing)
  assert.match(laneWords(nursing, span), /^Community nursing: 23 contacts, first 08-Jul-2026, last 19-Nov-2026$/)
})
test('D143 booked, attended, cancelled and did not attend are different words', () => {
  const appointments = (['Booked', 'Attended', 'Cancelled', 'Did not attend'] as const).map((status, place) =>
    plain('appointments', 'Clinic', 'KCH', daysAgo(100 + 60 * place), { status }),
  )
  const svg = lanes(happenings(okaforModel({ snapshot: snapshotOf(appointments, answered) })))
  for (const status of ['Booked', 'Attended', 'Cancelled', 'Did not attend']) assert.match(svg, new RegExp(`Clinic \\(${status}\\)`))
})
test('D122 what is not of the role leaves no mark, lane or count', () => {
  const without = longModel({ maySee: new Set(['encounters']) })
  assert.ok(happenings(without).every(item => happened.some(entry => entry.id === item.id && entry.section === 'encounters')))
  assert.equal(text(timelineCard(longModel({ maySee: new Set(['medicines']) }))), '')
})
test('D113 a timeline whose sources have not all answered says so', () => {
  const waiting = okaforModel({
    snapshot: snapshotOf([], [state('kch', { waiting: true, outcome: 'late', cause: 'asking', sections: ['encounters'] })]),
  })
  assert.match(read(timelineCard(waiting)), /Waiting for 1 source\. The timeline may not be complete\./)
  assert.doesNotMatch(read(timelineCard(waiting)), /Nothing to show/)
})
test('the card keeps at most eight lanes; the last holds the rest', () => {
  const many = Array.from({ length: 12 }, (_, n) => ({
    ...encounter('Visit', 'KCH', daysAgo(n)),
    recordedBy: { odsCode: `X${n}`, name: `Place ${n}`, short: `P${n}` },
  }))
  const card = text(timelineCard(okaforModel({ snapshot: snapshotOf(many, answered) })))
  assert.equal(countOf(card, /class="lcr-lane__name"/g), 8)
  assert.match(card, /5 other organisations/)
})
test('D09 where places are not shown there is one lane, and no number of organisations', () => {
  const hidden = { odsCode: '', name: 'Not shown', short: 'Not shown' }
  const entries = (['KCH', 'GP', 'GSTT'] as const).map((by, n) => ({ ...encounter('Visit', by, daysAgo(n * 40)), recordedBy: hidden }))
  const card = read(timelineCard(okaforModel({ snapshot: snapshotOf(entries, answered) })))
  assert.equal(lanesOf(happenings(okaforModel({ snapshot: snapshotOf(entries, answered) }))).length, 1)
  assert.doesNotMatch(card, /organisation/)
})
test('the script of the charts is at most 3 KB gzip, their style at most 4 KB, and nothing is kept in the browser', () => {
  const bytes = (name: 'chart.js' | 'charts.css'): Buffer => assets.get(assetPath(name))?.body ?? Buffer.alloc(0)
  for (const [name, most] of [
    ['chart.js', 3],
    ['charts.css', 4],
  ] as const) {
    assert.ok(bytes(name).length > 0)
    assert.ok(gzipSync(bytes(name)).length <= most * 1024)
  }
  assert.doesNotMatch(bytes('chart.js').toString(), /localStorage|sessionStorage|indexedDB|caches\.|clipboard|fetch\(/)
  assert.doesNotMatch(bytes('charts.css').toString(), /https?:|@font-face|@import/)
})
const points = [point(daysAgo(30), '5.0 mmol/L', { number: 5, converted: '90 mg/dL' }), point(daysAgo(1), '6.1 mmol/L', { number: 6.1 })]
const head = (title: string) => result(title, 'KCH', daysAgo(1), { value: '6.1', unit: 'mmol/L', series: points })
const earlier = (over: Partial<ResultEntry>) => result('Glucose', 'KCH', daysAgo(30), { value: '90', unit: 'mg/dL', series: [], ...over })
const found: readonly (readonly [string, readonly ResultEntry[], Partial<ResultEntry>, number | undefined])[] = [
  ['one reported in another unit (D53)', [head('Glucose')], {}, 0],
  ['of two lines the one of its name', [head('Sodium'), head('Glucose')], {}, 1],
  ['of two lines neither of its name: none', [head('Sodium'), head('Urea')], {}, undefined],
  ['another value', [head('Glucose')], { value: '91' }, undefined],
  ['another day', [head('Glucose')], { date: daysAgo(29) }, undefined],
  ['another laboratory', [head('Glucose')], { recordedBy: { odsCode: 'X', name: 'X', short: 'X' } }, undefined],
]
for (const [name, heads, over, place] of found)
  test(`an older result and its line: ${name}`, () => {
    const entry = earlier(over)
    assert.equal(seriesHead(snapshotOf([...heads, entry], answered), entry)?.id, place === undefined ? undefined : heads[place]?.id)
  })
test('fixtures hold what these tests lean on', () => {
  assert.ok(manyResults.length > 200 && vitals.length === 7)
})
