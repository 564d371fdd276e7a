import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { stage } from '../../requirements/support/london.ts'
import { factOf } from '../../requirements/support/ledger.ts'
import { formsOf } from '../../requirements/support/reading.ts'
import type { Visitor } from '../../requirements/support/visitor.ts'
import { told } from '../london/people/population.ts'

const at = stage()
afterEach(() => at().ledger.sound())

async function opened(visitor: Visitor, nhsNumber: string): Promise<string> {
  const { id, page } = await visitor.open(nhsNumber)
  const asked = page.url.pathname.endsWith('/reason') ? page : await visitor.whole(id)
  const form = formsOf(asked.html).find(f => f.action.endsWith('/reason'))
  if (form) await visitor.submit(form, { reason: 'claim-treating' })
  await visitor.settled(id)
  return id
}
/** The entry of the imaging section under this title, with its pictures where they are wanted. */
async function entryOf(visitor: Visitor, id: string, title: RegExp): Promise<string> {
  const page = await visitor.get(`/r/${id}/imaging`)
  for (const [, entry = '', words = ''] of page.html.matchAll(/\/item\/([A-Za-z0-9-]{36})">([^<]+)</g)) if (title.test(words)) return entry
  return assert.fail(`nothing is called ${title}: ${page.words.slice(0, 2_000)}`)
}

test('D134 R019: the report first, then its images from the archive of the same hospital, each written down before it is shown', async () => {
  const { ledger } = at()
  const shah = await at().signedIn('Shah')
  const id = await opened(shah, told.amara)
  const head = await entryOf(shah, id, /^CT head/)
  const panel = await shah.get(`/r/${id}/item/${head}`)
  assert.match(panel.words, /No intracranial haemorrhage.*42 images, CT HEAD.*Show images/)
  const before = await shah.get(`/r/${id}/images/${head}/1/1`)
  assert.equal(before.status, 404, 'nothing of it before its page is opened')
  const page = await shah.get(`/r/${id}/images/${head}`)
  assert.equal(page.status, 200)
  assert.match(page.words, /No intracranial haemorrhage.*Not for diagnosis.*Axial.*21 images.*Coronal.*Image 1 of 21/)
  assert.doesNotMatch(page.html, /2\.25\.\d/, 'no UID reaches a browser')
  const image = await shah.get(`/r/${id}/images/${head}/1/12`)
  assert.deepEqual([image.status, image.html.slice(1, 4)], [200, 'PNG'])
  assert.equal((await shah.get(`/r/${id}/images/${head}/1/12/small`)).status, 200)
  assert.equal((await shah.get(`/r/${id}/images/${head}/1/13`)).status, 404, 'of another page, which nobody opened')
  const second = await shah.get(`/r/${id}/images/${head}?series=2&page=2&image=21`)
  assert.match(second.words, /Image 21 of 21.*Last image/)
  for (const path of ['?series=3', '?series=1&page=3', '?series=9999999999']) {
    const none = await shah.get(`/r/${id}/images/${head}${path}`)
    assert.ok(none.status === 404 || /Image 1 of 21/.test(none.words), path)
  }
  for (const path of ['/0/1', '/1/0', '/1/99', '/2.25.1/1', '/1/..%2f..'])
    assert.equal((await shah.get(`/r/${id}/images/${head}${path}`)).status, 404)
  const events = (await ledger.events(id)).filter(e => e.kind === 'document-opened' && e.outcome === 'success')
  assert.ok(events.length >= 2)
  assert.equal(factOf(events[0] ?? assert.fail(), 'images').length, 12)
  assert.doesNotMatch(at().logs(), /OKAFOR|2\.25\.\d{20}|9991234/i)
})

test('D134 HAZ-042: taken and not yet reported: the images open, and it is said that there is no report', async () => {
  const shah = await at().signedIn('Shah')
  const id = await opened(shah, told.amara)
  const hip = await entryOf(shah, id, /^X-ray right hip/)
  const page = await shah.get(`/r/${id}/images/${hip}`)
  assert.match(page.words, /X-ray right hip Report not yet available.*Image 1 of 2/)
})

test('R019 HAZ-041 HAZ-044: images of another exchange’s archive come through it, with its own events, as pictures drawn here', async () => {
  const { ledger } = at()
  const goldberg = await at().signedIn('Goldberg')
  const id = await opened(goldberg, told.amara)
  const head = await entryOf(goldberg, id, /^CT head/)
  const page = await goldberg.get(`/r/${id}/images/${head}`)
  assert.match(page.words, /Not for diagnosis.*Image 1 of 21/)
  const image = await goldberg.get(`/r/${id}/images/${head}/1/2`)
  assert.deepEqual([image.status, image.html.slice(1, 4)], [200, 'PNG'])
  const [first] = await ledger.events(id, 'ncl')
  const there = (await ledger.ofKind('peer-disclosed', 'sel')).filter(
    e => e.transaction === first?.transaction && factOf(e, 'what').includes('images'),
  )
  assert.equal(there.length, 3, 'the series, the images of one, and one image')
})

test('D134: an entry without images, or of nobody, has none to open', async () => {
  const shah = await at().signedIn('Shah')
  const id = await opened(shah, told.amara)
  const echo = await entryOf(shah, id, /^Echocardiogram/)
  for (const entry of [echo, '00000000-0000-4000-8000-000000000000']) {
    const none = await shah.get(`/r/${id}/images/${entry}`)
    assert.equal(none.status, 404)
    assert.doesNotMatch(none.words, /Image 1/)
  }
})
