import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createHouse, testEntry, type TestView } from './for-tests.ts'

const house = await createHouse()
after(() => house.servers.close())
const session = await house.session()
const opened = (): TestView => {
  const view = house.openView(session)
  view.append()
  view.images = { entry: testEntry, series: [{ modality: 'CT' }], open: 1, first: 13, images: 12, more: true }
  return view
}
const get = (view: TestView, path: string, headers: Record<string, string> = {}) =>
  house.servers.public.inject({
    url: `/r/${view.view.id}/images/${path}`,
    headers: { accept: 'text/html', cookie: session.cookie, ...headers },
  })

test('D134: a page of images, the one that is asked for large, the first where none of the page is asked for', async () => {
  const view = opened()
  for (const [query, shown] of [
    ['', 13],
    ['?page=2&image=15', 15],
    ['?image=12', 13],
    ['?image=25', 13],
    ['?image=x&page=-1&series=1e9', 13],
  ] as const) {
    const page = await get(view, `entry-1${query}`)
    assert.equal(page.statusCode, 200)
    assert.match(page.body, new RegExp(`images</title>entry-1 1 ${shown}`))
    assert.equal(page.headers['cache-control'], 'no-store')
  }
})

test('a picture is PNG, kept by nobody, and nothing else', async () => {
  const view = opened()
  for (const path of ['entry-1/1/1', 'entry-1/1/1/small']) {
    const picture = await get(view, path)
    assert.deepEqual([picture.statusCode, picture.headers['content-type']], [200, 'image/png'])
    assert.equal(picture.headers['cache-control'], 'no-store')
    assert.equal(picture.headers['x-content-type-options'], 'nosniff')
  }
  for (const path of [
    'entry-1/0/1',
    'entry-1/1/0',
    'entry-1/1/99',
    'entry-1/1.2.3/1',
    'entry-1/1/..',
    'entry-9/1/1',
    'entry-1/1/1/original',
  ])
    assert.equal((await get(view, path)).statusCode, 404, path)
})

test('a picture that cannot be drawn says so where a picture is wanted, and with its status anywhere', async () => {
  const view = opened()
  const wanted = { 'sec-fetch-dest': 'image' }
  const gone = await get(view, 'entry-1/1/99', wanted)
  assert.deepEqual([gone.statusCode, gone.headers['content-type']], [404, 'image/svg+xml'])
  assert.match(gone.body, /no image/)
  assert.equal(gone.headers['cache-control'], 'no-store')
  const page = await get(view, 'entry-1/1/99', { 'sec-fetch-dest': 'document' })
  assert.equal(page.statusCode, 404)
  assert.match(String(page.headers['content-type']), /text\/html/)
})

test('D120 HAZ-045: no images, an unknown entry, and images that may not be shown are one page', async () => {
  const view = opened()
  view.images = undefined
  const [none, unknown] = [await get(view, 'entry-1'), await get(view, 'entry-9')]
  assert.deepEqual([none.statusCode, none.body], [404, unknown.body])
})

for (const status of ['denied', 'no-information', 'unavailable', 'claim', 'closed'] as const)
  test(`a view that is ${status} shows no image`, async () => {
    const view = opened()
    view.status = status
    for (const path of ['entry-1', 'entry-1/1/1', 'entry-1/1/1/small']) {
      const answer = await get(view, path)
      assert.notEqual(answer.headers['content-type'], 'image/png')
      assert.doesNotMatch(answer.body, /images<\/title>/)
    }
  })

test('another session sees nothing of them', async () => {
  const view = opened()
  const other = await house.session()
  for (const path of ['entry-1', 'entry-1/1/1']) {
    const answer = await get(view, path, { cookie: other.cookie })
    assert.equal(answer.statusCode, 404)
    assert.doesNotMatch(answer.body, /images<\/title>|PNG/)
  }
})
