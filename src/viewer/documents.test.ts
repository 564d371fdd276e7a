import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentContent } from '../care-record/document.ts'
import type { PlainEntry } from '../care-record/entry.ts'
import { okaforModel } from './fixtures/okafor.ts'
import { text } from './html.ts'
import { documentBody, documentFragment, documentPage, documentUnavailable, noDocument } from './pages/documents.ts'

const entry: PlainEntry = {
  kind: 'plain',
  id: 'e1',
  section: 'documents',
  list: 'current',
  sort: 'a',
  title: 'Discharge summary, orthopaedics',
  coded: true,
  date: '2026-10-28',
  recordedBy: { odsCode: 'RJ1', name: "Guy's and St Thomas'", short: 'GSTT', date: '2026-10-28' },
  alsoRecordedBy: [],
  conflicts: [],
  marks: [],
  matchedByDemographics: false,
  statements: 1,
  facts: [
    ['Specialty', 'Trauma and orthopaedics'],
    ['Starts', 'Dear Dr Lindqvist'],
  ],
}
const content = (over: Partial<DocumentContent> = {}): DocumentContent => ({
  format: 'html',
  contentType: 'text/html',
  text: 'Echo normal',
  html: '<p>Echo normal</p>',
  pages: 1,
  printed: { name: 'Mrs Amara OKAFOR', birthDate: '1956-03-08', nhsNumber: '9991234519' },
  names: 'this-person',
  ...over,
})
const shown = (over: Partial<DocumentContent> = {}, of: Partial<PlainEntry> = {}): string =>
  text(documentFragment(okaforModel(), { ...entry, ...of }, content(over), '2026-11-21T11:02:00Z'))

test('D131 D132: words stand in a frame that can do nothing; pages are pictures; the original is one link away', () => {
  assert.match(shown(), /<iframe[^>]*\ssandbox=""\s[^>]*src="\/r\/[^"]+\/documents\/e1\/body"/)
  assert.doesNotMatch(shown(), /Echo normal/, 'nothing of the document stands in our own page')
  const pdf = shown({ format: 'pdf', contentType: 'application/pdf', pages: 2, text: 'one\n\f\ntwo' })
  assert.equal(pdf.match(/<img/g)?.length, 2)
  assert.match(pdf, /pages\/2"[^>]*alt="Page 2 of 2/)
  assert.match(pdf, /Show the words of the document/)
  assert.match(pdf, /\/original">Take the original <span>\(PDF, 2 pages\)/)
})

test('HAZ-019 HAZ-021 D133: who the document names stands above it; another person hides its body, its original and its words', () => {
  assert.match(shown().replaceAll(/<[^>]+>|\s+/g, ' '), /In the document: Mrs Amara OKAFOR, born/)
  assert.match(shown({ names: 'nobody', printed: {} }), /does not say in its words whom it is about/)
  const other = shown({ names: 'another-person', printed: { nhsNumber: '9990000018' } })
  assert.match(other, /Check: this document names another person/)
  for (const gone of ['<iframe', 'original', 'Echo', '999 000 0018']) assert.ok(!other.includes(gone), gone)
  assert.doesNotMatch(documentBody(content({ names: 'another-person' })), /Echo/)
  assert.match(documentBody(content()), /<main><p>Echo normal<\/p><\/main>/)
})

test('D135: a draft, amended or superseded document says so; a final one says nothing', () => {
  for (const status of ['Draft', 'Amended', 'Superseded']) assert.ok(shown({}, { status }).includes(status))
  assert.ok(!shown({}, { status: 'Final' }).includes('Final'))
})

test('what cannot be shown says why; no script, no style of the document, markup is escaped', () => {
  assert.match(shown({ format: 'other', problem: 'protected', pages: 0 }), /protected by a password/)
  assert.match(shown({ format: 'other', pages: 0 }), /cannot be shown here/)
  const hostile = shown({ format: 'pdf', text: '<script>alert(1)</script>', contentType: 'application/pdf' }, { title: '<b>x</b>' })
  assert.doesNotMatch(hostile, /<script|<b>x/)
})

test('D112: gone, never there and not for this reader are one page; a silent source says so', () => {
  assert.match(text(noDocument(okaforModel())), /Nothing to show\./)
  assert.match(text(documentUnavailable(okaforModel(), entry)), /Guy&#39;s and St Thomas&#39; could not be reached/)
  assert.match(text(documentPage(okaforModel(), entry, content(), '2026-11-21T11:02:00Z')), /OKAFOR, Amara/, 'D01 D13')
})
