import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { DocumentContent } from '../../care-record/document.ts'
import type { ResultEntry } from '../../care-record/entry.ts'
import { createHouse, testEntry, type TestView } from './for-tests.ts'

const house = await createHouse()
after(() => house.servers.close())
const app = house.servers.public
const session = await house.session()
const content: DocumentContent = {
  format: 'html',
  contentType: 'text/html',
  text: 'Dear doctor',
  html: '<p>Dear doctor</p>',
  pages: 2,
  printed: {},
  names: 'this-person',
}
const opened = (): TestView => {
  const view = house.openView(session)
  view.append()
  return view
}
const get = (view: TestView, path: string, headers: Record<string, string> = {}) =>
  app.inject({ url: `/r/${view.view.id}/${path}`, headers: { accept: 'text/html', cookie: session.cookie, ...headers } })
const post = (view: TestView, path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: `/r/${view.view.id}/${path}`,
    headers: { accept: 'text/html', cookie: session.cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams({ csrf: session.csrf, ...fields }).toString(),
  })

for (const [path, said] of [
  ['allergies', /section<\/title>allergies 1/],
  ['medicines?page=3', /medicines 3/],
  ['medicines?page=-1', /medicines 1/],
  ['timeline', /timeline/],
  ['changes', /changes/],
  ['medicines/compare?all=1', /compare<\/title>true/],
  ['problems/threads', /threads<\/title>problems/],
  ['encounters/threads', /threads<\/title>encounters/],
  ['sources', /sources/],
  ['search', /search<\/title>\{"words":""\}/],
] as const)
  test(`page ${path}`, async () => {
    const page = await get(opened(), path)
    assert.equal(page.statusCode, 200)
    assert.match(page.body, said)
    assert.equal(page.headers['cache-control'], 'no-store')
  })

for (const status of ['denied', 'no-information', 'unavailable', 'claim', 'closed'] as const)
  test(`a view that is ${status} shows none of the record's pages and writes down no print`, async () => {
    const view = opened()
    view.document = { raw: { bytes: Buffer.from('x'), contentType: 'text/html' }, content }
    view.status = status
    for (const path of ['allergies', 'timeline', 'print', 'documents/entry-1', 'documents/entry-1/original', 'item/entry-1/not-theirs']) {
      const page = await get(view, path)
      assert.ok(page.statusCode !== 200 || status === 'no-information', `${path} ${page.statusCode}`)
      assert.doesNotMatch(page.body, /Dear doctor|entry-1|Letter/)
    }
    assert.equal(view.printed, 0)
  })

test('one result over time: a result of this view only, whole or as what goes into the open page', async () => {
  const view = opened()
  const { status: _status, words: _words, ...entry } = testEntry
  const result = {
    ...entry,
    id: 'r1',
    section: 'results',
    kind: 'result',
    value: '5',
    series: [],
    collectedNotStated: false,
  } as ResultEntry
  view.view.snapshot.entries.set('results', new Map([['r1', result]]))
  view.view.snapshot.entries.set('documents', new Map([['entry-1', testEntry]]))
  assert.match((await get(view, 'results/r1?all=1')).body, /trend<\/title>r1 true/)
  for (const id of ['entry-1', 'r2']) assert.equal((await get(view, `results/${id}`)).statusCode, 404)
})

test('search within is posted: its words are in no URL; a fragment for the open page', async () => {
  const view = opened()
  const fields = { words: 'penicillin', organisation: 'RJZ', months: '12' }
  const page = await post(view, 'search', fields)
  assert.match(page.body, /search<\/title>\{"words":"penicillin","organisation":"RJZ","months":12\}/)
  assert.equal(page.headers.location, undefined)
  const fragment = await post(view, 'search', { ...fields, organisation: '<b>', months: '99' }, { 'x-fragment': '1' })
  assert.equal(fragment.body, '{"words":"penicillin"}')
})

test('D171: a print is written down before its page is made; unwritten it is not made', async () => {
  const view = opened()
  assert.match((await get(view, 'print')).body, /print<\/title>Dr Priya Shah 2026-11-21/)
  assert.equal(view.printed, 1)
  view.printable = false
  const page = await get(view, 'print')
  assert.deepEqual([page.statusCode, /print/.test(page.body)], [503, false])
})

test('older is asked by a form and leads back to a page of this very view', async () => {
  const view = opened()
  for (const [to, expected] of [
    [`/r/${view.view.id}/allergies`, `/r/${view.view.id}/allergies`],
    ['/r/other.view/allergies', `/r/${view.view.id}/`],
    [`/r/${view.view.id}/../find`, `/r/${view.view.id}/`],
    ['https://evil.example', `/r/${view.view.id}/`],
  ] as const) {
    const answer = await post(view, 'older', { to })
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, expected])
  }
  assert.ok(view.older)
  assert.equal((await post(view, 'older', {}, { accept: 'application/json' })).statusCode, 202)
})

test('D132: the words of a document stand in a frame of their own that runs, loads, sends and opens nothing', async () => {
  const view = opened()
  view.document = { raw: { bytes: Buffer.from('<p>Dear doctor</p><script>'), contentType: 'text/html' }, content }
  assert.match((await get(view, 'documents/entry-1')).body, /document<\/title>entry-1 Dear doctor/)
  assert.equal((await get(view, 'documents/entry-1', { 'x-fragment': '1' })).body, 'Dear doctor')
  const body = await get(view, 'documents/entry-1/body')
  assert.equal(body.body, '<p>Dear doctor</p>')
  assert.equal(
    body.headers['content-security-policy'],
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'",
  )
  assert.equal(body.headers['cache-control'], 'no-store')
})

test('a page of a document is a picture; the original is taken as a file without a name of anyone', async () => {
  const view = opened()
  view.document = { raw: { bytes: Buffer.from('%PDF'), contentType: 'application/pdf' }, content }
  const page = await get(view, 'documents/entry-1/pages/1')
  assert.deepEqual([page.statusCode, page.headers['content-type'], page.body], [200, 'image/png', 'PNG'])
  for (const n of ['0', 'x', '-1']) assert.equal((await get(view, `documents/entry-1/pages/${n}`)).statusCode, 404)
  const original = await get(view, 'documents/entry-1/original')
  assert.equal(original.body, '%PDF')
  assert.deepEqual(
    [original.headers['content-type'], original.headers['content-disposition']],
    ['application/octet-stream', 'attachment; filename="document.pdf"'],
  )
  assert.match(String(original.headers['content-security-policy']), /^sandbox;/)
})

test('no document, none that may be shown and none of this view are one page', async () => {
  const view = opened()
  const none = await get(view, 'documents/entry-1')
  const unknown = await get(view, 'documents/entry-9')
  assert.deepEqual([none.statusCode, unknown.statusCode, none.body], [404, 404, unknown.body])
})

test('not this person’s information: said once more before it is done; too long words come back', async () => {
  const view = opened()
  assert.match((await get(view, 'item/entry-1/not-theirs')).body, /not-theirs<\/title>entry-1/)
  assert.equal(view.reported.length, 0)
  const long = await post(view, 'item/entry-1/not-theirs', { words: 'a'.repeat(501) })
  assert.deepEqual([long.statusCode, /at most 500/.test(long.body)], [400, true])
  assert.match((await post(view, 'item/entry-1/not-theirs', { words: 'another name' })).body, /not-theirs-done/)
  assert.deepEqual(view.reported, ['entry-1'])
  assert.equal((await post(view, 'item/entry-9/not-theirs', { words: 'another name' })).statusCode, 404)
})
