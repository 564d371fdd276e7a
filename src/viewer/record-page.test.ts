import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry, SourceState } from '../care-record/entry.ts'
import type { Cause, Outcome } from '../care-record/item.ts'
import { outcomePairs, outcomeWords } from '../care-record/outcome.ts'
import type { Person } from '../care-record/person.ts'
import { emptySnapshot } from '../care-record/snapshot.ts'
import { sparkline } from './charts/sparkline.ts'
import { flags, personBanner } from './components/banner.ts'
import { entryRow, medicineLine } from './components/rows.ts'
import { cardFoot, cardHead, LAW_LINE, sectionCard } from './components/section-card.ts'
import { sourcesStrip } from './components/sources.ts'
import {
  allergy,
  encounter,
  medicine,
  okafor,
  okaforModel,
  okaforParts,
  OPENED_AT,
  problem,
  result,
  shah,
  snapshotAfter,
  snapshotOf,
  state,
} from './fixtures/okafor.ts'
import { text, whole, type Html } from './html.ts'
import type { RecordPageModel } from './models.ts'
import { candidatesPage, findPage, lockedPage, signInPage, unknownPersonPage } from './pages/find.ts'
import { LAW_NOTICE } from './pages/layout.ts'
import { cardsOf, decidingPage, recordPage } from './pages/record.ts'
import { itemPage, sectionPage, sourcesPage } from './pages/record-tools.ts'
import {
  deniedPage,
  errorPage,
  noInformationPage,
  ownerLostPage,
  reasonPage,
  recordUnavailablePage,
  viewClosedPage,
} from './pages/refusals.ts'
import { partMessage } from './parts.ts'

/** What is read, in order, without markup. */
const read = (component: Html | string): string =>
  component
    .toString()
    .replace(/<(?=span class="lcr-(?:by|value|when|previous|range|aside|plot|main)\b|t[dh]\b)/g, ' <')
    .replace(/<[^>]+>/g, '')
    .replace(/&#39;/g, '’')
    .replace(/&gt;/g, '>')
    .replace(/&lt;/g, '<')
    .replace(/\s+/g, ' ')
    .trim()
/** The same as eyes see it. */
const seen = (component: Html): string => read(text(component).replace(/<span class="nhsuk-u-visually-hidden">[^<]*<\/span\s*>/g, ''))

const model = okaforModel()
const frame = { viewer: shah, csrf: 'token' }
const bannerOf = (person: Partial<Person>, over: Partial<RecordPageModel> = {}): string =>
  seen(personBanner(okaforModel({ person: { ...okafor, ...person }, ...over })))
const answered = [state('kch'), state('gstt')]

test('D01 name, born with age, gender, NHS number, in that order and first', () => {
  assert.match(bannerOf({}), /^OKAFOR, Amara \(Mrs\) Born 08-Mar-1956 \(70y\) Gender Female NHS No\. 999 123 4561/)
})
test('D01 D13 every page of a record carries the banner and a name-first title', () => {
  const [first] = model.snapshot.entries.get('medicines')?.values() ?? []
  assert.ok(first)
  for (const page of [
    whole(recordPage(model)),
    text(sourcesPage(model)),
    text(sectionPage(model, 'results')),
    text(itemPage(model, { entry: first, statements: [], explain: [] })),
    text(reasonPage({ ...model, unavailableEvidence: [] })),
  ]) {
    assert.match(page, /lcr-banner__name/)
    assert.match(page, /<title>OKAFOR/)
  }
})
test('D03 preferred name when held, never instead', () => {
  assert.match(bannerOf({}), /Preferred name Amy/)
  assert.doesNotMatch(bannerOf({ preferredName: undefined as never }), /Preferred/)
})
test('D05 a number not checked with the register says so beside it', () => {
  assert.match(bannerOf({ basis: 'local-registration' }), /999 123 4561 not checked with the national register/)
})
for (const [gender, words] of [
  ['female', 'Female'],
  ['male', 'Male'],
  ['other', 'Other'],
  ['unknown', 'Not known'],
] as const)
  test(`D07 gender ${gender} reads ${words}`, () => assert.match(bannerOf({ gender }), new RegExp(`Gender ${words} `)))
test('D08 someone who has died: words, age at death, no age in brackets', () => {
  const banner = bannerOf({ deceased: '2026-02-01' })
  assert.match(banner, /DECEASED Died 01-Feb-2026 Age at death 69y/)
  assert.doesNotMatch(banner, /\(70y\)/)
})
for (const [name, over, person] of [
  ['flag set', {}, { restricted: 'yes' }],
  ['flag cannot be checked', {}, { restricted: 'unknown' }],
  ['view masked', { maskPlaces: true }, {}],
] as const)
  test(`D09 ${name}: no address, phone, practice or place anywhere in the page`, () => {
    const page = whole(recordPage(okaforModel({ snapshot: emptySnapshot(), ...over, person: { ...okafor, ...person } })))
    assert.match(read(page), /Address not shown/)
    assert.match(read(page), /Places are not shown for this person\. Letters are left out\./)
    assert.doesNotMatch(page, /Sample Road|SE5|020 7946|Camberwell/)
  })
test('D11 no banner where several people are listed; each row is whole', () => {
  const page = text(
    candidatesPage(frame, [
      { ref: 'r1', name: okafor.name, birthDate: okafor.birthDate, gender: 'female', lastThreeDigits: '561', postcodeDistrict: 'SE5' },
    ]),
  )
  assert.doesNotMatch(page, /lcr-banner|999/)
  assert.match(read(page), /OKAFOR, Amara \(Mrs\) 08-Mar-1956/)
})
test('D14 no photograph', () => assert.doesNotMatch(whole(recordPage(model)), /<img|<picture/))

const penicillin = allergy('Penicillin', 'GP', '2011-06-14', { reactions: [['Anaphylaxis']] })
const none = allergy('No known allergies', 'GSTT', '2026-02-05', { state: 'negative' })
const waiting = state('rfh', { name: 'Royal Free', waiting: true, outcome: 'late', cause: 'asking' })
const gone = state('111', { name: 'NHS 111', outcome: 'unavailable', cause: 'connection-failed' })
const flagCases: readonly (readonly [
  name: string,
  rows: Parameters<typeof snapshotOf>[0],
  states: Parameters<typeof snapshotOf>[1],
  expected: RegExp,
])[] = [
  ['D20 known', [penicillin], answered, /^Known allergies penicillin \(anaphylaxis\)$/],
  ['D20 D21 none known, who and when', [none], answered, /^No known allergies recorded by GSTT 05-Feb-2026$/],
  ['D21 an empty list is not recorded', [], answered, /^Allergies not recorded$/],
  ['D20 nobody could be reached', [], [gone], /^Allergies unavailable 1 source could not be reached$/],
  ['D22 none known while one is waited for', [none], [...answered, waiting], /^No known allergies so far, 1 source still to answer/],
  [
    'D22 none known while one could not be reached',
    [none],
    [...answered, gone],
    /^No known allergies so far, 1 source could not be reached/,
  ],
  ['D22 not recorded while one is waited for', [], [...answered, waiting], /^Allergies not recorded so far, 1 source still to answer$/],
  ['D22 nothing yet from anyone', [], [waiting], /^Allergies unavailable so far, 1 source still to answer$/],
  [
    'D22 known while one is waited for',
    [penicillin],
    [...answered, waiting],
    /^Known allergies so far penicillin \(anaphylaxis\) \(1 source still to answer\)$/,
  ],
  ['D23 a positive beats a negative', [penicillin, none], answered, /^Known allergies penicillin/],
]
/** The line of allergies, without that of the flags under it. */
const allergyLine = (rows: readonly Entry[], states: readonly SourceState[]): string =>
  seen(flags(okaforModel({ snapshot: snapshotOf(rows, states) }))).replace(/ No alerts (?:recorded|so far)$/, '')
for (const [name, rows, states, expected] of flagCases)
  test(`${name}, in the banner`, () => assert.match(allergyLine(rows, states), expected))
test('D20 not part of the role is said, and never as none', () => {
  const line = seen(flags(okaforModel({ snapshot: snapshotOf([], answered), maySee: new Set(['contacts']) })))
  assert.equal(line, 'Allergies unavailable not part of your role')
})
test('D20 each state has its own icon', () => {
  const icons = flagCases.map(
    ([, rows, states]) => /lcr-icon--(\w+)/.exec(text(flags(okaforModel({ snapshot: snapshotOf(rows, states) }))))?.[1],
  )
  assert.deepEqual(new Set(icons), new Set(['allergy', 'none', 'blank', 'unavailable']))
})
test('D22 delaying each source in turn never leaves a bare negative', () => {
  for (const late of ['a', 'b', 'c', 'd']) {
    const states = ['a', 'b', 'c', 'd'].map(id => state(id, id === late ? { waiting: true, outcome: 'late', cause: 'asking' } : {}))
    assert.match(seen(flags(okaforModel({ snapshot: snapshotOf([none], states) }))), /^No known allergies so far/)
  }
})
test('D23 the disagreement stands in the banner and beside the allergy', () => {
  assert.match(seen(flags(model)), /penicillin \(anaphylaxis; sources disagree\)/)
  assert.match(
    seen(sectionCard(model, 'allergies')),
    /penicillin .*GP also 2 14-Jun-2011 Sources disagree\. GSTT recorded “No known allergies” on 05-Feb-2026\. Compare/,
  )
})
for (const [reactions, expected] of [
  [[['Rash', 'Wheeze'], ['Nausea']], 'Rash AND Wheeze, Nausea'],
  [[['Rash']], 'Rash'],
  [[], 'Reaction not recorded'],
] as const)
  test(`D24 reactions: ${expected}`, () =>
    assert.match(seen(entryRow(allergy('Latex', 'GP', '2019', { reactions }), model)), new RegExp(expected)))
test('D24 agent bold lower case when coded, as written when free text', () => {
  assert.match(text(entryRow(penicillin, model)), /<b>penicillin<\/b/)
  const free = text(entryRow(allergy('Some cream', 'GP', '2019', { coded: false, marks: ['not-coded'] }), model))
  assert.doesNotMatch(free, /<b>/)
  assert.match(free, /Not coded, no automatic checks/)
})
test('D26 the first five agents, then how many more', () => {
  const many = Array.from({ length: 12 }, (_, n) => allergy(`Agent ${n + 1}`, 'GP', '2019'))
  assert.match(allergyLine(many, answered), /agent 5 and 7 more$/)
})
test('D27 past or ruled out apart, with its status', () => {
  const card = seen(
    sectionCard(
      okaforModel({ snapshot: snapshotOf([allergy('Latex', 'GP', '2019', { list: 'past', state: 'refuted' })], answered) }),
      'allergies',
    ),
  )
  assert.match(card, /Past or ruled out \(1 item\) latex Ruled out/)
  assert.match(card, /None recorded by the 2 sources that answered\./)
})
test('D28 kinds of reaction are told apart by label', () =>
  assert.match(seen(entryRow(allergy('Latex', 'GP', '2019', { label: 'Side effect' }), model)), /latex Side effect/))

test('D30 name, strength and form, DOSE, route, frequency, reason, with long dashes', () => {
  const line = medicineLine(
    medicine('Apixaban', 'GP', '2026', {
      brand: 'Eliquis',
      strengthAndForm: '5 mg tablets',
      dose: '5 mg',
      route: 'oral',
      frequency: 'twice a day',
      reasonOrDuration: 'for atrial fibrillation',
    }),
  )
  assert.equal(read(line), 'apixaban ELIQUIS — 5 mg tablets — DOSE 5 mg — oral — twice a day — for atrial fibrillation')
  assert.match(text(line), /<b>apixaban<\/b/)
})
for (const status of ['Started', 'Not started', 'Suspended', 'Completed', 'Discontinued', 'Status not stated'] as const)
  test(`D35 ${status} is said in words`, () =>
    assert.match(seen(entryRow(medicine('Ramipril', 'GP', '2026', { status }), model)), new RegExp(status)))
test('D36 past medicines are a list of their own', () =>
  assert.match(seen(sectionCard(model, 'medicines')), /Past medicines \(1 item\) furosemide — 40 mg tablets Discontinued/))
for (const statement of ['Prescribed', 'Dispensed', 'Administered', 'Patient reported'] as const)
  test(`D37 ${statement} is labelled`, () =>
    assert.match(seen(entryRow(medicine('Ramipril', 'GP', '2026', { statement }), model)), new RegExp(statement)))
test('D38 what differs names each source, its value and date, and chooses none', () =>
  assert.match(
    seen(sectionCard(model, 'medicines')),
    /Differs between sources\. Dose: 5 mg twice a day GP 02-Nov-2026; 2\.5 mg twice a day GSTT 28-Oct-2026/,
  ))
test('D39 last issued, and not issued since', () => {
  assert.match(seen(sectionCard(model, 'medicines')), /Started · Prescribed · last issued 02-Nov-2026, 56 tablets/)
  assert.match(seen(entryRow(medicine('X', 'GP', '2026', { notIssuedSince: '2026-06-01' }), model)), /Not issued since 01-Jun-2026/)
})
test('D40 degraded medicines say that nothing is checked', () =>
  assert.match(
    seen(entryRow(medicine('White tablets', 'GP', '2026', { coded: false, marks: ['degraded'] }), model)),
    /White tablets.*Not coded, no automatic checks/,
  ))

test('D50 value, unit, flag by word and shape, and that laboratory’s range', () => {
  const row = seen(sectionCard(model, 'results'))
  assert.match(row, /Potassium 5\.6 mmol\/L ▲ High .*range 3\.5 to 5\.3/)
  assert.match(row, /104 g\/L ▼ Low/)
})
for (const flag of ['High', 'Low', 'Critical high', 'Critical low', 'Abnormal'] as const)
  test(`D50 ${flag} has a word and a shape`, () =>
    assert.match(seen(entryRow(result('X', 'KCH', '2026', { flag }), model)), new RegExp(`[▲▼◆] ${flag}`)))
test('D52 previous value and its date beside the latest', () => assert.match(seen(sectionCard(model, 'results')), /was 4\.9, 26-Oct-2026/))
const series = (points: readonly (readonly [string, number | undefined, string])[], low = 1, high = 5) =>
  points.map(([at, number, short]) => ({
    at,
    words: String(number ?? '<1'),
    short,
    low,
    high,
    ...(number === undefined ? {} : { number }),
  }))
test('D54 D57 sparkline of 84 by 24, straight, with words for its numbers', () => {
  const drawn = text(
    sparkline(
      result('K', 'KCH', '2026', {
        unit: 'mmol/L',
        series: series([
          ['2026-01-10', 2, 'KCH'],
          ['2026-10-10', 4, 'KCH'],
        ]),
      }),
      OPENED_AT,
    ),
  )
  assert.match(drawn, /viewBox="0 0 84 24"/)
  assert.match(drawn, /aria-label="2 results from 10-Jan-2026 to 10-Oct-2026: first 2, last 4, lowest 2, highest 4 mmol\/L"/)
  assert.match(drawn, /class="band"/)
})
test('D55 no band when laboratories differ', () => {
  const drawn = text(
    sparkline(
      result('K', 'KCH', '2026', {
        series: series([
          ['2026-01-10', 2, 'KCH'],
          ['2026-10-10', 4, 'GSTT'],
        ]),
      }),
      OPENED_AT,
    ),
  )
  assert.doesNotMatch(drawn, /class="band"/)
})
test('D58 points before the twelve months are announced', () => {
  const drawn = text(
    sparkline(
      result('K', 'KCH', '2026', {
        series: series([
          ['2024-01-10', 9, 'KCH'],
          ['2026-01-10', 2, 'KCH'],
          ['2026-10-10', 4, 'KCH'],
        ]),
      }),
      OPENED_AT,
    ),
  )
  assert.match(drawn, /1 outside these 12 months not drawn/)
})
test('D59 what is not a number is an open mark, never a number', () => {
  const drawn = text(
    sparkline(
      result('K', 'KCH', '2026', {
        series: series([
          ['2026-01-10', 2, 'KCH'],
          ['2026-05-10', undefined, 'KCH'],
          ['2026-10-10', 4, 'KCH'],
        ]),
      }),
      OPENED_AT,
    ),
  )
  assert.equal(drawn.match(/class="open"/g)?.length, 1)
})
test('D60 provisional, corrected and cancelled are words on the row', () => {
  for (const status of ['Provisional', 'Corrected', 'Cancelled'] as const)
    assert.match(seen(entryRow(result('X', 'KCH', '2026', { status }), model)), new RegExp(status))
})
test('D62 a collection time not stated says so', () =>
  assert.match(
    seen(entryRow(result('X', 'KCH', '2026-05-01', { collectedNotStated: true }), model)),
    /Collection time not stated, reported/,
  ))

test('D70 no numeric month, ISO date or American date is seen on any page', () => {
  const pages = [whole(recordPage(model)), text(sourcesPage(model)), text(sectionPage(model, 'results')), text(findPage(frame))]
  for (const page of pages) assert.doesNotMatch(read(page), /\b\d{1,2}\/\d{1,2}\/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b/)
})
test('D82 the term as recorded is shown whole, D81 with what turns its meaning', () => {
  for (const title of ['No history of MI', '?PE', 'FH: ischaemic heart disease'])
    assert.match(read(entryRow(problem(title, 'GP', '2020'), model)), new RegExp(`${title.replace('?', '\\?')} `))
})
test('D83 no empty cell: not recorded is written', () => {
  assert.match(seen(entryRow(problem('Asthma', 'GP', undefined as never), model)), /Date not recorded/)
  assert.doesNotMatch(text(sourcesPage(model)), /<td[^>]*>\s*<\/td>/)
})
test('D86 a count is unfinished while a source is', () => {
  assert.match(seen(cardHead(model, 'medicines')), /Current medicines 6 so far/)
  assert.match(seen(cardHead(okaforModel({ snapshot: snapshotOf([penicillin], answered) }), 'allergies')), /reactions 1 View all/)
})
test('D89 at most 100 rows, and the total said', () => {
  const many = okaforModel({
    snapshot: snapshotOf(
      Array.from({ length: 250 }, (_, n) => result(`Test ${n}`, 'KCH', '2026-01-01')),
      [state('kch', { group: 'recent' })],
    ),
  })
  assert.equal(text(sectionCard(many, 'results')).match(/id="e-/g)?.length, 40)
  assert.match(seen(cardHead(many, 'results')), /Recent results 250 40 of 250 tests shown ?Show 40 tests ?View all/)
  assert.equal(text(sectionPage(many, 'results', 3)).match(/id="e-/g)?.length, 50)
  assert.equal(text(sectionPage(many, 'results', Number.NaN)).match(/id="e-/g)?.length, 100)
})

test('D100 every entry has organisation and date', () => {
  for (const rows of model.snapshot.entries.values())
    for (const entry of rows.values()) assert.match(text(entryRow(entry, model)), /lcr-chip[\s\S]*(<time|Date not recorded)/)
})
test('D101 merged statements read also N', () => assert.match(seen(sectionCard(model, 'medicines')), /GP also 2 02-Nov-2026/))
test('D105 what came by feed carries as at', () =>
  assert.match(seen(entryRow({ ...penicillin, asAt: '2026-11-21T06:00:00Z' }, model)), /As at 21-Nov-2026 06:00/))
test('D106 what the person reported is labelled', () =>
  assert.match(seen(entryRow({ ...penicillin, marks: ['patient-reported'] }, model)), /Reported by the person/))

test('D110 count, time, then each exception by name with its words', () => {
  const strip = seen(sourcesStrip(model))
  assert.match(
    strip,
    /^11 of 13 sources answered in 1\.4 seconds NHS 111 timed out Try again Try again: last 12 months Royal Free loading Social care as at 06:00 All sources$/,
  )
  assert.match(text(sourcesStrip(model)), /role="status"/)
})
test('D105 D110 older than a day: not updated since, and amber', () => {
  const old = okaforModel({ snapshot: snapshotOf([], [state('sc', { name: 'Social care', asOf: '2026-11-20T06:00:00Z' })]) })
  assert.match(seen(sourcesStrip(old)), /Social care not updated since 20-Nov-2026 06:00/)
  assert.match(text(sourcesStrip(old)), /lcr-source--late/)
})
for (const [outcome, cause] of outcomePairs())
  test(`D110 D113 HAZ-SILENCE: ${outcome} because ${cause} is never silence`, () => {
    const words = outcomeWords(outcome, cause)
    const only = okaforModel({ snapshot: snapshotOf([], [state('x', { name: 'Trust X', outcome, cause, waiting: cause === 'asking' })]) })
    const strip = seen(sourcesStrip(only))
    const foot = seen(cardFoot(only, 'allergies'))
    if (!words.mayBeNamed) {
      assert.doesNotMatch(strip + foot, /Trust X/, 'never named')
      assert.match(foot, /^None recorded by the 1 source that answered\./)
      return
    }
    if (words.strip !== 'answered') assert.match(strip, new RegExp(`Trust X ${words.strip}`))
    if (!words.countsAsAnswered) assert.doesNotMatch(foot, /None recorded/)
    assert.equal(strip.includes('Try again'), words.mayRetry)
    assert.notEqual(foot.replace(LAW_LINE, ''), '')
  })
test('D111 waiting, no answer, not of the role, not connected: different words, icons and shapes', () => {
  const four: readonly (readonly [Outcome, Cause])[] = [
    ['late', 'asking'],
    ['unavailable', 'connection-failed'],
    ['withheld', 'not-for-role'],
    ['not-connected', 'planned'],
  ]
  assert.equal(new Set(four.map(pair => outcomeWords(...pair).icon)).size, 4)
  assert.equal(new Set(four.map(pair => outcomeWords(...pair).strip)).size, 4)
})
test('D112 objection, law and no record are the same bytes; no page says that no record exists', () => {
  const pageOf = (outcome: Outcome, cause: Cause): string =>
    whole(recordPage(okaforModel({ snapshot: snapshotOf([], [state('x', { outcome, cause })]) })))
  const held = pageOf('nothing-held', 'none')
  for (const cause of ['objection', 'restricted-by-law', 'restricted-person'] as const) {
    assert.equal(pageOf('nothing-held', cause), held)
    assert.equal(pageOf('withheld', cause), held)
  }
  assert.doesNotMatch(held, /no record exists/i)
})
for (const [name, states, expected] of [
  ['none recorded', answered, /^None recorded by the 2 sources that answered\./],
  ['nothing to show', [], /^Nothing to show\. What this can mean There may be no record/],
  ['waiting', [waiting], /^Waiting for Royal Free\. Allergies and adverse reactions may not be complete\./],
  ['could not be reached', [gone], /^NHS 111 could not be reached at 11:40\. Information may be missing\./],
] as const)
  test(`D114 an empty section: ${name}`, () =>
    assert.match(seen(cardFoot(okaforModel({ snapshot: snapshotOf([], states) }), 'allergies')), expected))
test('D118 a warning of a source stands in its section, and only there', () => {
  const warned = state('gp', {
    name: 'Camberwell',
    warnings: [
      { code: 'data-in-transit', section: 'medicines', words: 'Patient record transfer from previous GP practice not yet complete.' },
    ],
  })
  const m = okaforModel({ snapshot: snapshotOf([], [warned]) })
  assert.match(seen(cardFoot(m, 'medicines')), /Camberwell: Patient record transfer/)
  assert.doesNotMatch(seen(cardFoot(m, 'problems')), /transfer/)
})
test('D121 the law’s notice is on every page, the same; care-rules 5.2 line in four sections', () => {
  for (const page of [
    whole(recordPage(model)),
    text(signInPage({}, { action: '/sign-in/start' })),
    text(noInformationPage(frame)),
    text(deniedPage(frame)),
  ])
    assert.ok(page.includes(LAW_NOTICE))
  for (const section of ['medicines', 'allergies', 'results', 'problems'] as const)
    assert.ok(read(cardFoot(model, section)).includes(LAW_LINE))
  assert.ok(!read(cardFoot(model, 'imaging')).includes(LAW_LINE))
})
test('D122 what is not of the role depends on the role alone', () => {
  const maySee = new Set(['contacts', 'appointments'])
  const page = whole(recordPage(okaforModel({ maySee, snapshot: snapshotOf([], answered) })))
  assert.match(read(page), /Not part of your role: Alerts, Allergies and adverse reactions, Medicines/)
  assert.doesNotMatch(page, /id="s-medicines"/)
  const other = partMessage(snapshotAfter(2), okaforParts[1] as never, okaforModel({ maySee }))
  assert.deepEqual(
    other.sections.map(s => s.id).filter(id => !maySee.has(id)),
    [],
  )
})
test('D143 cancelled, booked and attended are different words', () => {
  for (const status of ['Cancelled', 'Did not attend', 'Booked'])
    assert.match(seen(entryRow(encounter('Clinic', 'KCH', '2026-01-01', { status }), model)), new RegExp(status))
  assert.match(seen(entryRow(encounter('Ward', 'KCH', '2026-01-01', { noEndRecorded: true }), model)), /no end recorded/)
})
test('D142 Now says since when and by whom', () =>
  assert.match(seen(sectionCard(model, 'encounters')), /Now: Emergency department, King’s College Hospital, from 21-Nov-2026 10:42 KCH/))
test('D164 no link or form holds a person’s number, name or birth date', () => {
  // A path of an asset is a hash of its bytes, which may be digits only.
  for (const [, target] of whole(recordPage(model)).matchAll(/(?:href|action)="(?!\/assets\/)([^"]*)"/g))
    assert.doesNotMatch(target ?? '', /\d{10}|okafor|amara|1956/i)
})
test('strict CSP: no inline script, style or handler on any page', () => {
  for (const page of [
    whole(recordPage(model)),
    text(findPage(frame)),
    text(lockedPage(frame)),
    text(decidingPage({ ...frame, viewId: 'v' })),
    text(unknownPersonPage(frame)),
    text(recordUnavailablePage(frame)),
    text(errorPage(frame, { title: 'Page not found' })),
  ])
    assert.doesNotMatch(page, /<style|\sstyle="|<script(?![^>]* src=)|\son[a-z]+="|javascript:/)
})
test('D162 nothing of a person is on the locked, closed, lost and deciding pages', () => {
  for (const page of [
    lockedPage(frame),
    viewClosedPage(frame),
    ownerLostPage(frame, { ref: 'abc' }),
    decidingPage({ ...frame, viewId: 'v' }),
  ])
    assert.doesNotMatch(text(page), /okafor|1956|999/i)
  assert.match(text(lockedPage(frame)), /<title>Locked/)
})

test('D115 parts: rows by id and sort, in order, and what was added is said once', () => {
  const messages = okaforParts.map(part => partMessage(snapshotAfter(part.n), part, model))
  assert.deepEqual(
    messages.map(m => m.n),
    okaforParts.map(p => p.n),
  )
  assert.match(messages[1]?.say ?? '', /items in Medicines.* added\.$/)
  assert.equal(messages[0]?.say, '')
  const rows = messages.flatMap(m => m.sections.flatMap(s => s.upserts))
  const cards = cardsOf(model)
  const all = [...snapshotAfter(6).entries].flatMap(([section, entries]) => (cards.has(section) ? [...entries.keys()] : []))
  assert.deepEqual(new Set(rows.map(r => r.id)), new Set(all))
  for (const row of rows) assert.match(row.html, new RegExp(`^<li[^>]*id="e-${row.id}"`))
})
test('the page before anything has answered is frames, each saying who is waited for', () => {
  const page = read(whole(recordPage(okaforModel({ snapshot: snapshotAfter(1), elapsedMs: 0 }))))
  assert.match(page, /0 of 13 sources answered /)
  assert.match(
    page,
    /Waiting for The Camberwell Sample Surgery, King’s College Hospital, Guy’s and St Thomas’ and 10 more\. Medicines may not be complete\./,
  )
})
test('HAZ-001 D114: where only 12 months were asked, an empty section says so, and the menu shows no nought', () => {
  const snapshot = snapshotOf([], [state('x', { sections: ['documents'], group: 'recent' }), state('x', { sections: ['allergies'] })])
  const m = okaforModel({ snapshot })
  assert.match(seen(cardFoot(m, 'documents')), /^None recorded in the last 12 months by the 1 source that answered\./)
  assert.match(seen(cardFoot(m, 'allergies')), /^None recorded by the 1 source that answered\./)
  const page = whole(recordPage(m))
  assert.match(page, /<span>Allergies<\/span> <span class="lcr-menu__count">0<\/span>/)
  assert.match(page, /<span>Documents<\/span> <span class="lcr-menu__count"><\/span>/)
  assert.match(page, /<span>Referrals<\/span> <span class="lcr-menu__count"><\/span>/)
})
test('D110 the viewer’s role is no source: named where it leaves something out, counted nowhere', () => {
  const role = { ...state('your-role', { outcome: 'withheld', cause: 'not-for-role', sections: ['imaging'] }) }
  const strip = seen(
    sourcesStrip(
      okaforModel({
        snapshot: snapshotOf(
          [],
          [
            { ...role, source: { ...role.source, kind: 'role' } },
            state('x', { sections: ['allergies'] }),
            state('y', { sections: ['allergies'], outcome: 'unavailable', cause: 'server-error' }),
          ],
        ),
      }),
    ),
  )
  assert.match(strip, /1 of 2 sources answered/)
})
