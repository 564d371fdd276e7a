import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { Catalogue } from '../../care-record/catalogue.ts'
import type { DocumentContent } from '../../care-record/document.ts'
import { fail, type Result } from '../../care-record/result.ts'
import { createHouse, doctorRole, okafor, testEntry } from './for-tests.ts'
import { processingRoutes } from './office/processing-routes.ts'
import { csrfOf } from './sessions.ts'
import { sharingRoutes } from './sharing-routes.ts'
import { createViewerPages } from './viewer-pages.ts'

const catalogue = { organisations: new Map() } as unknown as Catalogue
const unread = async (): Promise<Result<never>> => fail('unavailable', 'Not here.')
const sharing = { read: unread, receive: unread, withdraw: unread, narrow: unread }
const processing = { exchange: 'SEL', software: [], bridges: [], signIn: 'id.example', demographics: 'pds.example' }
const house = await createHouse({
  offices: door => [
    ...sharingRoutes({ sharing, catalogue: () => catalogue, shareClasses: () => [] })(door),
    ...processingRoutes(door, () => catalogue, processing),
  ],
})
after(() => house.servers.close())
const pages = createViewerPages(() => ({ name: 'Service desk', phone: '020 0000 0000' }))
const session = await house.session()
const opened = house.openView(session)
opened.append()
const { view } = opened
const csrf = csrfOf(session.row)
const frame = { viewer: view.viewer, csrf }
const model = { ...frame, view, n: 1, elapsedMs: 900 }

const pdf: DocumentContent = {
  format: 'pdf',
  contentType: 'application/pdf',
  text: 'Dear doctor',
  pages: 2,
  printed: { nhsNumber: '9990000018' },
  names: 'this-person',
}

const withPerson: [name: string, html: string][] = [
  ['record', [...pages.record(model, view.snapshot)].join('')],
  ['reason', pages.reason({ ...model, values: {}, fault: 'Choose a reason.' })],
  ['sources', pages.sources(model)],
  ['section', pages.section(model, 'allergies', 1)],
  ['timeline', pages.timeline(model, 1)],
  ['changes', pages.changes(model)],
  ['print', pages.print(model, '2026-11-21T10:00:00.000Z')],
  ['search', pages.search(model, { words: 'penicillin' }, false)],
  ['compare', pages.compare(model, { columns: [], rows: [] }, { all: false, page: 1 })],
  ['threads by problem', pages.threads(model, 'problems', [], 1)],
  ['threads by encounter', pages.threads(model, 'encounters', [], 1)],
  ['document', pages.document(model, { entry: testEntry, content: pdf, at: '2026-11-21T10:00:00.000Z' }, false)],
  [
    'document of another',
    pages.document(model, { entry: testEntry, content: { ...pdf, names: 'another-person' }, at: '2026-11-21T10:00:00.000Z' }, false),
  ],
  ['no document', pages.noDocument(model)],
  ['document unavailable', pages.documentUnavailable(model, testEntry)],
  ['item', pages.item(model, { entry: testEntry, statements: [], explain: [] }, false)],
  ['not theirs', pages.notTheirs(model, { entry: testEntry, statements: [], explain: [] }, { errors: { words: 'Say why.' }, values: {} })],
  ['not theirs, done', pages.notTheirsDone(model)],
]
const withNobody: [name: string, html: string][] = [
  ['sign in', pages.signIn({ href: '/sign-in/start', unavailable: true })],
  ['roles', pages.roles({ name: session.row.name, csrf, roles: [doctorRole] })],
  ['no role', pages.noRole({ name: session.row.name, csrf, call: { name: 'Service desk' } })],
  ['locked', pages.locked({ viewer: view.viewer, csrf })],
  ['find', pages.find({ ...frame, values: {}, fault: 'An NHS number has ten digits.' })],
  ['unknown person', pages.unknownPerson(frame)],
  ['deciding', pages.deciding(model)],
  ['denied', pages.denied({ ...model, call: undefined })],
  ['no information', pages.noInformation(model)],
  ['unavailable', pages.unavailable(frame)],
  ['view closed', pages.viewClosed(frame)],
  ['owner lost', pages.ownerLost({ ...frame, ref: 'opaque' })],
  ['error', pages.error({ status: 500, words: 'Something went wrong.', requestId: 'id' })],
]

for (const [name, html] of [...withPerson, ...withNobody])
  test(`page ${name}: a document, every form with its token, no script or style inside`, () => {
    assert.match(html, /^<!doctype html>/i)
    assert.equal((html.match(/<form[^>]*method="post"/g) ?? []).length, (html.match(/name="csrf"/g) ?? []).length)
    assert.doesNotMatch(html, /<script(?![^>]* src=)|<style|\son[a-z]+=| style=/i)
    assert.doesNotMatch(html, /(?:href|action|src)="[^"]*9991234578/, 'D164: no number in a URL')
  })
for (const [name, html] of withNobody)
  test(`page ${name}: says nothing of a person`, () => assert.doesNotMatch(html, /OKAFOR|9991234578|999 123 4578/))

for (const [because, words] of [
  [undefined, 'Your role does not include this.'],
  ['role', 'Your role does not include this.'],
  ['purpose', 'This service is for direct care only.'],
  ['agreement', 'Your organisation has no agreement to see this.'],
  ['relationship', 'You are not shown as caring for this person, and your role may not say so itself.'],
  ['objections-unknown', 'Records cannot be opened now.'],
] as const)
  test(`D122: refused because of ${because ?? 'what is not said'}: ${words}`, () => {
    const refused = { ...view, refusedBecause: because }
    const html = pages.denied({ ...model, view: refused, call: { name: 'Service desk', phone: '020 0000 0000' } })
    assert.ok(html.includes(`<h1>${words}</h1>`), html)
    assert.match(html, /Service desk/)
    assert.doesNotMatch(html, /OKAFOR|objection/i)
  })

test('every form and link of the pages leads to a route that is registered', () => {
  const routes = house.servers.routes.public.map(r => ({
    method: r.method,
    path: new RegExp(`^${r.path.replaceAll(/:[a-z]+/g, '[^/]+').replace('*', '.+')}$`),
  }))
  const all = [...withPerson, ...withNobody].map(([, html]) => html).join('')
  const found = [
    ...[...all.matchAll(/<form[^>]*action="([^"]+)"/g)].map(m => ['POST', m[1]]),
    ...[...all.matchAll(/(?:href|src)="(\/[^"#?]*)[^"]*"/g)].map(m => ['GET', m[1]]),
  ]
  assert.ok(found.length > 10)
  for (const [method, path = ''] of found)
    assert.ok(
      routes.some(r => r.method === method && r.path.test(path)),
      `${method} ${path}`,
    )
})

test('candidates: an opaque reference, the last three digits, the first half of the postcode, never the number', () => {
  const html = pages.candidates({ ...frame, candidates: [{ ...okafor, outwardCode: 'SE5', ref: 'opaque-ref' }] })
  assert.match(html, /value="opaque-ref"/)
  assert.match(html, /578/)
  assert.match(html, /SE5/, 'care rule 1.6')
  assert.doesNotMatch(html, /9991234578|999 123 4578/)
})

test('claim: what the page posts is what a claim is read from', () => {
  const html = pages.reason({ ...model, values: {}, fault: 'Choose a reason.' })
  assert.match(html, /name="reason"[^>]*value="claim-treating"/)
  assert.match(html, /name="reason" value="emergency-access"/)
  assert.match(html, /<textarea[^>]*name="words"/)
  assert.match(html, /href="#reason"[^>]*>Choose a reason\./)
  assert.match(pages.reason({ ...model, values: {}, fault: 'Say why in at least 10 characters.' }), /href="#words"/)
})

test('D162: a page of a record says where to come back to after a lock', () => {
  for (const [html, path] of [
    [[...pages.record(model, view.snapshot)].join(''), `/r/${view.id}/`],
    [pages.sources(model), `/r/${view.id}/sources`],
    [pages.section(model, 'allergies', 1), `/r/${view.id}/allergies`],
    [pages.timeline(model, 1), `/r/${view.id}/timeline`],
    [pages.compare(model, { columns: [], rows: [] }, { all: false, page: 1 }), `/r/${view.id}/medicines/compare`],
    [pages.threads(model, 'problems', [], 1), `/r/${view.id}/problems/threads`],
    [pages.search(model, { words: '' }, false), `/r/${view.id}/search`],
    [pages.document(model, { entry: testEntry, content: pdf, at: '2026-11-21T10:00:00.000Z' }, false), `/r/${view.id}/documents/entry-1`],
    [pages.notTheirs(model, { entry: testEntry, statements: [], explain: [] }), `/r/${view.id}/item/entry-1/not-theirs`],
  ] as const)
    assert.ok(html.includes(`<input type="hidden" name="to" value="${path}" />`), path)
})
