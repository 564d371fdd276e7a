import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLAG_RANKS, type Entry, type Thread } from '../../care-record/entry.ts'
import type { RoleGroup } from '../../care-record/catalogue.ts'
import { SECTION_IDS, SECTIONS, type SectionId } from '../../care-record/section.ts'
import { flags } from '../components/banner.ts'
import { foundList } from '../components/filter.ts'
import { entryRow } from '../components/rows.ts'
import { sectionCard } from '../components/section-card.ts'
import { sinceLine } from '../components/since.ts'
import {
  allergy,
  encounter,
  medicine,
  okafor,
  okaforModel,
  OPENED_AT,
  plain,
  problem,
  result,
  shah,
  snapshotAfter,
  snapshotOf,
  state,
} from '../fixtures/okafor.ts'
import { read, seen } from '../fixtures/reading.ts'
import { html, text, whole } from '../html.ts'
import type { ItemPanelModel, RecordPageModel } from '../models.ts'
import { partMessage } from '../parts.ts'
import { changesPage } from './changes.ts'
import { notTheirsDonePage, notTheirsPage } from './not-theirs.ts'
import { printPage } from './print.ts'
import { cardsOf, recordBody, recordPage } from './record.ts'
import { itemFragment, itemPage, sourcesPage } from './record-tools.ts'
import { reasonPage } from './refusals.ts'
import { searchFragment, searchPage } from './search.ts'
import { sectionPage } from './section.ts'
import { threadsPage } from './threads.ts'

const answered = [state('kch'), state('kch', { group: 'recent' })]
const of = (...rows: Entry[]): RecordPageModel => okaforModel({ snapshot: snapshotOf(rows, answered) })
const model = okaforModel({ snapshot: snapshotAfter(6) })
const page = (m: RecordPageModel, section: SectionId, n = 1): string => seen(sectionPage(m, section, n))
const panelOf = (entry: Entry): ItemPanelModel => ({ entry, statements: [], explain: [] })
const [firstMedicine] = model.snapshot.entries.get('medicines')?.values() ?? []
assert.ok(firstMedicine)
const stamp = { by: shah, at: '2026-11-21T11:45:00Z' }
const threads: readonly Thread[] = [
  {
    head: [...(model.snapshot.entries.get('problems')?.keys() ?? [])][0] ?? '',
    members: [firstMedicine.id, [...(model.snapshot.entries.get('documents')?.keys() ?? [])][0] ?? ''],
  },
]

/** Every page of a record that is ours. */
const pages: readonly (readonly [name: string, markup: string])[] = [
  ['summary', whole(recordPage(model))],
  ...SECTIONS.map(({ id }) => [id, text(sectionPage(model, id))] as const),
  ['search', text(searchPage(model, { words: 'echo' }))],
  ['changes', text(changesPage({ ...model, lastLook: { at: '2026-11-12T09:14:00Z', changed: new Set([firstMedicine.id]) } }))],
  ['threads', text(threadsPage(model, 'problems', threads))],
  ['not theirs', text(notTheirsPage(model, panelOf(firstMedicine)))],
  ['hidden', text(notTheirsDonePage(model))],
  ['item', text(itemPage(model, panelOf(firstMedicine)))],
  ['sources', text(sourcesPage(model))],
  ['print', text(printPage(model, stamp))],
]
for (const [name, markup] of pages) {
  test(`D01 D13 ${name}: says whose it is before anything else of the record, name first in the title`, () => {
    assert.match(markup, /<title>OKAFOR, Amara/)
    assert.match(
      seen(markup.slice(markup.indexOf('<h1'))),
      /^OKAFOR, Amara \(Mrs\) Born 08-Mar-1956 \(70y\).{0,8}Gender Female.{0,3}NHS No\. 999 123 4561/,
    )
  })
  test(`D164 D162 ${name}: no address names the person, every lock comes back to a page of the view`, () => {
    for (const [, target] of markup.matchAll(/(?:href|action)="(?!\/assets\/)([^"]*)"/g))
      assert.doesNotMatch(target ?? '', /\d{10}|okafor|amara|1956|words=/i)
    assert.match(markup, /<input type="hidden" name="to" value="\/r\/p1\.kq3v8t2m\//)
  })
  test(`D167 D161 ${name}: nothing that looks like changing the record, no single-key shortcut, no script inside`, () => {
    assert.doesNotMatch(markup, /contenteditable|accesskey|<button[^>]*>\s*(?:Edit|Save|Add|Delete|Update)\b/i)
    assert.doesNotMatch(markup, /<style|\sstyle="|<script(?![^>]* src=)|\son[a-z]+="|javascript:/)
  })
  test(`D70 D83 ${name}: dates in letters, no empty cell`, () => {
    assert.doesNotMatch(read(markup), /\b\d{1,2}\/\d{1,2}\/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b/)
    assert.doesNotMatch(markup, /<(?:td|dd)[^>]*>\s*<\/(?:td|dd)>/)
  })
}

const roles: readonly (readonly [group: RoleGroup, first: readonly SectionId[]])[] = [
  ['emergency-doctor', ['medicines', 'allergies', 'about-me', 'problems']],
  ['nurse', ['medicines', 'allergies']],
  ['gp', ['medicines', 'allergies']],
  ['paramedic', ['plans', 'alerts']],
  ['nhs-111', ['plans', 'alerts']],
  ['pharmacist', ['medicines', 'about-me', 'allergies', 'results']],
  ['social-worker', ['about-me', 'social-care', 'contacts', 'encounters', 'referrals']],
  ['mental-health', ['plans', 'alerts', 'about-me', 'encounters']],
]
for (const [roleGroup, first] of roles)
  test(`R012 the summary of ${roleGroup} starts with ${first.join(', ')}`, () => {
    const order = [...whole(recordPage({ ...model, roleGroup })).matchAll(/data-section="([\w-]+)"/g)].map(m => m[1])
    assert.deepEqual(order.slice(0, first.length), first)
    for (const must of ['medicines', 'allergies', 'problems', 'encounters', 'plans']) assert.ok(order.includes(must), must)
  })
test('D122 a clerk has contacts and appointments, and no page says more', () => {
  const clerk = { ...model, roleGroup: 'clerk' as const, maySee: new Set(['contacts', 'appointments']) }
  const markup = whole(recordPage(clerk))
  assert.deepEqual(
    [...markup.matchAll(/data-section="([\w-]+)"/g)].map(m => m[1]),
    ['contacts', 'appointments'],
  )
  assert.doesNotMatch(markup, /penicillin|apixaban|ReSPECT/i)
  for (const { id } of SECTIONS.filter(s => !clerk.maySee.has(s.id))) assert.match(page(clerk, id), /is not part of your role/)
  assert.match(seen(threadsPage(clerk, 'problems', threads)), /is not part of your role/)
  assert.doesNotMatch(seen(threadsPage({ ...clerk, maySee: new Set(['problems']) }, 'problems', threads)), /apixaban/)
  assert.match(seen(searchPage(clerk, { words: 'apixaban' })), /0 of 3 items match “apixaban”\./)
  assert.doesNotMatch(text(printPage(clerk, stamp)), /penicillin|apixaban|ReSPECT/i)
})

test('D150 flags stand by rank, whatever section and order they come in: what fits in one line, then how many more', () => {
  const rows = [
    plain('alerts', 'Dog in the house', 'COM', '2026-01-01'),
    ...FLAG_RANKS.map((rank, n) => plain(n % 2 === 0 ? 'alerts' : 'about-me', `About ${rank}`, 'GP', '2026-01-01', { rank })).toReversed(),
  ]
  const tags = [...text(flags(of(...rows))).matchAll(/<b>([^<]+)<\/b/g)].map(m => m[1] ?? '')
  assert.deepEqual(
    tags,
    FLAG_RANKS.slice(0, tags.length).map(rank => `About ${rank}`),
  )
  assert.ok(tags.length >= 4)
  const line = seen(flags(of(...rows)))
  assert.match(line, new RegExp(`and ${rows.length - tags.length} more and`), 'at 1366')
  assert.match(line, new RegExp(`and ${rows.length - 2} more$`), 'on a phone: the plan and one more')
})
test('D80 D81 a flag is whole or counted: however long, the first stands, and none is cut', () => {
  const long = 'No known contact with a resistant organism, screened on admission and again after ten days on the ward. '.repeat(3).trim()
  const line = seen(flags(of(...[long, `${long} B`].map(title => plain('alerts', title, 'KCH', '2026-01-01', { rank: 'infection' })))))
  assert.ok(line.includes(long))
  assert.match(line, /and 1 more$/)
})
test('D150 where `and N more` leads, every flag stands, from whatever section', () =>
  assert.match(
    seen(sectionPage(of(respect, plain('about-me', 'Hearing loop', 'GP', '2026-01-01', { rank: 'communication' })), 'alerts')),
    /Also flagged, from care plans and needs ReSPECT plan .*Hearing loop/,
  ))
test('D22 nothing flagged is said in words: so far, recorded, or to show', () => {
  assert.match(seen(flags(okaforModel({ snapshot: snapshotAfter(1) }))), /No alerts so far$/)
  assert.match(seen(flags(of())), /No alerts recorded$/)
  assert.doesNotMatch(seen(flags({ ...of(), maySee: new Set(['contacts']) })), /alerts/, 'a role without them reads nothing of them')
})
const respect = plain('plans', 'ReSPECT plan', 'UCP', '2026-06-30', {
  rank: 'resuscitation',
  status: 'Active',
  facts: [['Recommendation', 'For hospital treatment, not for intensive care']],
})
test('D151 a resuscitation plan names itself, date and organisation, and opens its wording in one click', () => {
  const flag = text(flags(of(respect)))
  assert.match(seen(flag), /ReSPECT plan 30-Jun-2026 UCP read wording/)
  assert.match(flag, new RegExp(`lcr-open" href="/r/p1\\.kq3v8t2m/item/${respect.id}"`))
  assert.match(seen(itemFragment(model, panelOf(respect))), /Recommendation For hospital treatment, not for intensive care/)
  assert.doesNotMatch(seen(sectionCard(of(respect), 'plans')), /not for intensive care/, 'a line in the summary')
  assert.match(seen(sectionPage(of(respect), 'plans')), /For hospital treatment, not for intensive care/)
  for (const roleGroup of ['paramedic', 'nhs-111'] as const)
    assert.match(seen(sectionCard({ ...of(respect), roleGroup }, 'plans')), /For hospital treatment, not for intensive care/)
})
for (const status of ['Expired', 'Superseded', 'Draft'])
  test(`D151 a resuscitation plan that is ${status} says so in its flag`, () =>
    assert.match(seen(flags(of({ ...respect, status }))), new RegExp(`UCP ${status} read wording`)))

const letter = plain('documents', 'Discharge summary', 'GSTT', '2026-10-28', {
  opens: { format: 'application/pdf', pages: 3 },
  status: 'Superseded',
  facts: [
    ['Type', 'Discharge summary'],
    ['Specialty', 'Orthopaedics'],
    ['Author role', 'Registrar'],
    ['Starts', 'Admitted after a fall at home.'],
  ],
})
test('D130 D135 a document: type, specialty, author role, pages, first lines, organisation and event date; superseded is tagged', () => {
  const row = page(of(letter), 'documents')
  assert.match(
    row,
    /Newest first Discharge summary Superseded Type Discharge summary Specialty Orthopaedics Author role Registrar Pages 3 Admitted after a fall at home\. GSTT 28-Oct-2026/,
  )
  assert.match(text(sectionPage(of(letter), 'documents')), new RegExp(`href="/r/p1\\.kq3v8t2m/documents/${letter.id}"`))
})
for (const [name, entry, expected] of [
  [
    'booked, with its day',
    plain('appointments', 'Review', 'GP', '2026-12-03T09:30:00Z', { status: 'Booked', facts: [['Place', 'Room 4']] }),
    /Coming, soonest first Thu 03-Dec-2026 09:30 Review Booked Place Room 4/,
  ],
  [
    'not attended',
    plain('appointments', 'Eyes', 'GP', '2026-09-03', { status: 'Did not attend' }),
    /Earlier, newest first Eyes Did not attend/,
  ],
  ['cancelled', plain('appointments', 'Eyes', 'GP', '2026-09-03', { status: 'Cancelled' }), /Eyes Cancelled/],
  ['attended', plain('appointments', 'Eyes', 'GP', '2026-09-03', { status: 'Attended' }), /Eyes Attended/],
] as const)
  test(`D143 D70 an appointment ${name}`, () => assert.match(page(of(entry), 'appointments'), expected))
test('D143 a referral always says where it is', () => {
  for (const status of ['Waiting', 'Accepted', 'Completed', 'Cancelled'])
    assert.match(
      page(of(plain('referrals', 'To memory clinic', 'GP', '2026-10-12', { status })), 'referrals'),
      new RegExp(`clinic ${status}`),
    )
})
test('D142 encounters: now, next and past apart; two open stays are both shown', () => {
  const stay = (place: string, short: 'KCH' | 'GSTT') => encounter('Inpatient', short, '2026-11-20T08:00:00Z', { when: 'now', place })
  const said = page(
    of(
      stay('King’s', 'KCH'),
      stay('Guy’s', 'GSTT'),
      encounter('Clinic', 'KCH', '2026-12-24T14:10:00Z', { when: 'next', status: 'Booked' }),
      encounter('Visit', 'GP', '2026-01-02'),
    ),
    'encounters',
  )
  assert.match(
    said,
    /Now Now: Inpatient, King’s, from 20-Nov-2026 08:00 KCH 20-Nov-2026 Now: Inpatient, Guy’s.* Next, soonest first Thu 24-Dec-2026 14:10 Clinic.* Past, newest first Visit/,
  )
})
test('D134 imaging: its report first, and that there is none yet in words', () => {
  assert.match(
    page(of(plain('imaging', 'Echo', 'KCH', '2026-08-27', { words: 'Normal.', facts: [['Requested by', 'Dr X']] })), 'imaging'),
    /Echo Normal\. Requested by Dr X KCH/,
  )
  assert.match(
    page(of(plain('imaging', 'X-ray', 'KCH', '2026-08-27', { status: 'Report not yet available' })), 'imaging'),
    /X-ray Report not yet available/,
  )
})
test('D83 vaccinations in columns; one not given says why, and nothing is left blank', () => {
  const said = page(model, 'vaccinations')
  assert.match(said, /Vaccine Recorded by Dose Product Batch Site Influenza GP 02-Oct-2026 1 Influvac sub-unit A12B Left upper arm/)
  assert.match(said, /Shingles Not given Reason not given: Declined GP 02-May-2025 Not stated Not stated Not stated Not stated/)
})
test('D27 allergies past or ruled out stand apart on their own page too', () =>
  assert.match(
    page(of(allergy('Latex', 'GP', '2019', { list: 'past', state: 'refuted' })), 'allergies'),
    /Past or ruled out latex Ruled out/,
  ))
test('D80 contacts, social care, about me: facts are whole on their page', () => {
  const long = 'Ring the bell twice. '.repeat(30).trim()
  for (const section of [
    'contacts',
    'social-care',
    'about-me',
    'legal',
    'family-history',
    'social-context',
    'other',
    'alerts',
    'procedures',
    'plans',
  ] as const)
    assert.ok(
      page(of(plain(section, 'Something', 'GP', '2026-01-01', { facts: [['Note', long]] })), section).includes(`Note ${long}`),
      section,
    )
})
test('D84 every list of a section page says its order or what it is', () => {
  for (const { id } of SECTIONS.filter(
    s => (model.snapshot.entries.get(s.id)?.size ?? 0) > 0 && s.id !== 'medicines' && s.id !== 'results' && s.id !== 'observations',
  ))
    assert.match(text(sectionPage(model, id)), /<h3 class="lcr-list-title">/, id)
})
test('D89 250 entries of any section: 100 rows a page, the total said', () => {
  const many = of(...Array.from({ length: 250 }, (_, n) => plain('documents', `Letter ${n}`, 'GP', '2026-01-01')))
  for (const [n, rows] of [
    [1, 100],
    [3, 50],
    [9, 50],
    [Number.NaN, 100],
  ] as const)
    assert.equal(text(sectionPage(many, 'documents', n)).match(/<li class="lcr-row/g)?.length, rows)
  assert.match(page(many, 'documents', 3), /50 of 250 shown, page 3 of 3/)
})

test('HAZ-001 what is older is offered once where it was not asked for, and an empty section stops saying 12 months once it was', () => {
  assert.match(
    page(of(), 'documents'),
    /None recorded in the last 12 months.* What is older has not been asked for\. Ask for what is older/,
  )
  const asked = okaforModel({ snapshot: snapshotOf([], [...answered, state('kch', { group: 'older' })]), olderAsked: true })
  assert.match(page(asked, 'documents'), /None recorded by the 1 source that answered\./)
  assert.doesNotMatch(page(asked, 'documents'), /older/)
  assert.doesNotMatch(page(of(), 'allergies'), /older/)
})

const looked: RecordPageModel = {
  ...model,
  lastLook: {
    at: '2026-11-12T09:14:00Z',
    changed: new Set([firstMedicine.id, ...[...(model.snapshot.entries.get('results')?.keys() ?? [])].slice(0, 2), 'gone']),
  },
}
test('since the last look: counts by section, each leading to its list; what is new is tagged', () => {
  assert.equal(seen(sinceLine(looked)), 'Since you last looked, 12-Nov-2026 09:14 1 medicine 2 results Show only what is new')
  assert.match(seen(entryRow(firstMedicine, looked)), /twice a day New/)
  assert.doesNotMatch(seen(entryRow(firstMedicine, model)), /New/)
  assert.match(seen(changesPage(looked)), /3 items new or changed\. Medicines 1 item apixaban/)
  assert.match(text(changesPage(looked)), /id="new-results"/)
})
test('never looked, or not known: nothing is said of it, and nothing is tagged', () => {
  assert.equal(seen(sinceLine(model)), 'No earlier look of yours is known')
  assert.match(seen(changesPage(model)), /first time that you look at this record, or it is not known/)
})
test('D86 nothing new is said as so far while a source is still to answer', () => {
  const waiting = okaforModel({ snapshot: snapshotAfter(2), lastLook: { at: OPENED_AT, changed: new Set() } })
  assert.match(seen(sinceLine(waiting)), /nothing new so far/)
})

test('D85 D86 a filter in force: shown and total counts, one press to clear', () => {
  assert.match(
    seen(foundList(model, { words: ' echo ' })),
    /^2 of 42 items match “echo”\. Clear filter Newest first\. Imaging 1 item Echocardiogram/,
  )
  assert.match(seen(foundList(model, { words: 'x ray spex' })), /^0 of 42 items match “x ray spex”\. Clear filter$/)
  assert.match(
    seen(foundList(model, { words: '', organisation: 'RJZ', months: 12 })),
    /match King’s College Hospital, the last 12 months\./,
  )
  assert.match(seen(foundList(okaforModel({ snapshot: snapshotAfter(3) }), { words: 'gp' })), /match “gp” so far\./)
  assert.equal(text(searchFragment(model, { words: '  ' })), '')
})
test('D89 what is found is at most 100 rows, and says how many there are', () => {
  const many = of(...Array.from({ length: 1_250 }, (_, n) => result(`Test ${n}`, 'KCH', '2026-01-01')))
  const found = foundList(many, { words: 'test' })
  assert.equal(text(found).match(/<li\s+class="lcr-row/g)?.length, 100)
  assert.match(seen(found), /^1,250 of 1,250 items match “test”\. Clear filter Newest first: the newest 100 of 1,250 shown\./)
})
test('D85 what was looked for is escaped, and stands in no address', () => {
  const markup = text(searchPage(model, { words: '"><script>zorp(1)</script>' }))
  assert.doesNotMatch(markup, /<script>zorp/)
  assert.doesNotMatch(markup, /(?:href|action)="[^"]*zorp/)
})

test('by problem: each with what its sources linked to it; by encounter alike', () => {
  assert.match(seen(threadsPage(model, 'problems', threads)), /By problem, with what belongs to it 1 As the sources linked them.* apixaban/)
  assert.match(seen(threadsPage(model, 'encounters', [])), /Nothing is linked by the sources that answered\./)
  assert.match(text(sectionPage(model, 'problems')), /href="\/r\/p1\.kq3v8t2m\/problems\/threads"/)
})
test('a report that only gathers results is no member of its own', () => {
  const [head, report] = [problem('Asthma', 'GP', '2020'), plain('results', 'Full blood count', 'KCH', '2026-01-01')]
  assert.match(seen(threadsPage(of(head, report), 'problems', [{ head: head.id, members: [report.id] }])), /Nothing is linked/)
})
test('D70 D103 dates that differ between sources are said as dates', () => {
  const by = letter.recordedBy
  const values = [
    { words: '2026-10-29T12:00:00+00:00', by },
    { words: '2026-10', by },
  ]
  assert.match(
    seen(entryRow({ ...letter, conflicts: [{ kind: 'date', values }] }, model)),
    /Date: 29-Oct-2026 12:00 GSTT .*; Oct-2026 GSTT/,
  )
})
test('D89 threads have 100 linked items a page; every one stands on one page', () => {
  const [one, two] = [problem('Asthma', 'GP', '2020'), problem('Eczema', 'GP', '2021')]
  const rows = Array.from({ length: 250 }, (_, n) => plain('documents', `Letter ${n}`, 'GP', '2026-01-01'))
  const ids = rows.map(entry => entry.id)
  const threads = [
    { head: one.id, members: ids.slice(0, 130) },
    { head: two.id, members: ids.slice(130) },
  ]
  const pagesOf = [1, 2, 3].map(page => threadsPage(of(one, two, ...rows), 'problems', threads, page))
  const letters = pagesOf.map(page => [...new Set(seen(page).match(/Letter \d+/g))])
  assert.deepEqual(
    letters.map(found => found.length),
    [100, 100, 50],
  )
  assert.equal(new Set(letters.flat()).size, 250)
  assert.match(seen(pagesOf[0] ?? html``), /100 of 250 shown, page 1 of 3.*100 of 130 items on this page\..*Next page/)
  assert.match(text(pagesOf[1] ?? html``), /problems\/threads\?page=1".*problems\/threads\?page=3"/s)
})

test('R034 every item says that it may not be this person’s, and what then happens, before it does', () => {
  assert.match(text(itemFragment(model, panelOf(firstMedicine))), new RegExp(`/item/${firstMedicine.id}/not-theirs`))
  const confirm = notTheirsPage(model, panelOf(firstMedicine), {
    errors: { words: 'Say why in at least 10 characters.' },
    values: { words: 'no' },
  })
  const said = seen(confirm)
  assert.match(said, /Apixaban GP 02-Nov-2026/)
  assert.match(said, /hidden from everyone, everywhere, within a minute.*steward.*safety officer are told.*last 30 days/)
  assert.match(text(confirm), new RegExp(`method="post" action="/r/p1\\.kq3v8t2m/item/${firstMedicine.id}/not-theirs"`))
  assert.match(text(confirm), /href="#words">Say why in at least 10 characters\.[\s\S]*<textarea[^>]*name="words"/)
  assert.doesNotMatch(seen(notTheirsDonePage(model)).replace(/^.*It is hidden/, ''), /apixaban/i)
})
test('D100 D166 the panel copies its entry as text, and leads to the plot, the document or the comparison', () => {
  assert.match(text(itemFragment(model, panelOf(firstMedicine))), /data-copy="Apixaban — 5 mg tablets — DOSE 5 mg[^"]*GP 02-Nov-2026"/)
  assert.match(text(itemFragment(model, panelOf(letter))), new RegExp(`/documents/${letter.id}"`))
  assert.match(text(itemFragment(model, panelOf(medicine('X', 'GP', '2026')))), /medicines\/compare/)
})

test('D170 print: who it is about, by whom, when, who did not answer, and that it may not be complete', () => {
  const said = seen(printPage(model, stamp))
  assert.match(said, /Printed by Dr Priya Shah, emergency medicine registrar, King’s College Hospital, 21-Nov-2026 11:45/)
  assert.match(said, /May not be complete\. Did not answer, or not whole: NHS 111\./)
  assert.match(said, /Known allergies so far penicillin/)
  assert.match(text(printPage(model, stamp)), /<thead>[\s\S]*<h1>[\s\S]*<\/thead>/)
  assert.match(
    seen(printPage(okaforModel({ snapshot: snapshotAfter(2) }), stamp)),
    /Sources were still being asked when this was printed\./,
  )
})
test('D153 safeguarding is never on paper: no flag, row, count or word of it', () => {
  const alert = (title: string, over = {}): Entry => plain('alerts', title, 'GP', '2026-01-01', over)
  const withIt = of(alert('Interpreter', { rank: 'communication' }), alert('Child protection plan', { rank: 'safeguarding' }))
  const without = of(alert('Interpreter', { rank: 'communication' }))
  assert.match(whole(recordPage(withIt)), /Child protection/)
  const paper = (m: RecordPageModel): string => text(printPage(m, stamp)).replaceAll(/entry\d+|data-sort="\d+"/g, '')
  assert.equal(paper(withIt), paper(without))
})
test('D171 D09 what is masked on screen is masked on paper', () => {
  assert.doesNotMatch(
    text(printPage({ ...model, maskPlaces: true, person: { ...okafor, restricted: 'yes' } }, stamp)),
    /Sample Road|SE5|020 7946 0018/,
  )
})

test('D115 D89 a part carries the rows of a card only as far as the card draws them', () => {
  const rows = Array.from({ length: 3_000 }, (_, n) => plain('documents', `Letter ${n}`, 'GP', '2026-01-01'))
  const snapshot = snapshotOf(rows, answered)
  const message = partMessage(
    snapshot,
    { n: 1, at: OPENED_AT, eventIds: [], kind: 'answer', states: [], changes: [{ section: 'documents', upserts: rows, removed: [] }] },
    okaforModel({ snapshot }),
  )
  const [documents] = message.sections
  assert.equal(documents?.upserts.length, 40)
  assert.equal(documents?.changed, 3_000)
  assert.equal(message.say, '3,000 items in Documents added.')
})
test('D53 of a series the summary lists the newest; an earlier one leaves the card when a newer comes', () => {
  const newer = result('Potassium', 'KCH', '2026-11-21')
  const older = { ...result('Potassium', 'KCH', '2026-10-26'), series: [] }
  const snapshot = snapshotOf([newer, older], answered)
  assert.equal(text(sectionCard(okaforModel({ snapshot }), 'results')).match(/id="e-/g)?.length, 1)
  assert.match(seen(sectionCard(okaforModel({ snapshot }), 'results')), /^Recent results 2 /)
  const message = partMessage(
    snapshot,
    {
      n: 1,
      at: OPENED_AT,
      eventIds: [],
      kind: 'answer',
      states: [],
      changes: [{ section: 'results', upserts: [newer, older], removed: [] }],
    },
    okaforModel({ snapshot }),
  )
  assert.deepEqual(
    message.sections[0]?.upserts.map(u => u.id),
    [newer.id],
  )
  assert.deepEqual(message.sections[0]?.removed, [{ id: older.id }])
})
test('D162 the page that asks for a reason comes back to itself after a lock', () =>
  assert.match(text(reasonPage({ ...model, unavailableEvidence: [] })), /name="to" value="\/r\/p1\.kq3v8t2m\/reason"/))
test('each role has its cards among what it may see', () => {
  for (const [roleGroup] of roles) assert.ok([...cardsOf({ roleGroup, maySee: new Set(['plans']) })].every(id => id === 'plans'))
  assert.ok(SECTION_IDS.length === 21)
})

test('ux 3 D122: no column stands empty for a role that sees none of it; who works from plans reads them in the summary', () => {
  const columns = (over: Partial<RecordPageModel>): readonly string[] =>
    whole(recordPage(okaforModel({ snapshot: snapshotAfter(6), ...over }))).match(
      /<div class="lcr-column">(?:(?!<div class="lcr-column">)[^])*?<section[^>]*>/g,
    ) ?? []
  const student = { roleGroup: 'student', maySee: new Set<SectionId>(['alerts', 'allergies', 'medicines', 'observations']) } as const
  assert.equal(columns(student).length, 2)
  assert.match(whole(recordPage(okaforModel(student))), /lcr-grid--2/)
  const plan = plain('plans', 'Daily care plan', 'GP', '2026-11-01', {
    words: 'Weigh before breakfast, every day, and tell the practice of 2 kg in 3 days, at night NHS 111.',
  })
  const summary = (roleGroup: RoleGroup): string => seen(recordBody({ ...of(plan), roleGroup }))
  assert.match(summary('care-home'), /Weigh before breakfast/)
  assert.doesNotMatch(summary('pharmacist'), /Weigh before breakfast/)
})
