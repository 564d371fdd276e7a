import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlainEntry } from '../care-record/entry.ts'
import { okaforModel } from './fixtures/okafor.ts'
import { text } from './html.ts'
import { itemPanel } from './components/item-panel.ts'
import { imagesPage, imagesUnavailable, instead, noImages, type ImagesModel } from './pages/images.ts'

const entry: PlainEntry = {
  kind: 'plain',
  id: 'e1',
  section: 'imaging',
  list: 'current',
  sort: 'a',
  title: 'CT head',
  coded: true,
  date: '2026-07-13T21:05:00Z',
  words: 'No intracranial haemorrhage.',
  status: 'Final',
  recordedBy: { odsCode: 'RJZ', name: "King's College Hospital", short: 'KCH', date: '2026-07-13' },
  alsoRecordedBy: [],
  conflicts: [],
  marks: [],
  matchedByDemographics: false,
  statements: 2,
  facts: [['Images', '42 images, CT HEAD']],
  images: { count: 42 },
}
const page = (over: Partial<ImagesModel> = {}, masked = false): string =>
  text(
    imagesPage(okaforModel({ maskPlaces: masked }), {
      entry,
      series: [
        { description: 'Axial', images: 21 },
        { description: 'Coronal', images: 21 },
      ],
      open: 1,
      page: 1,
      first: 1,
      images: 12,
      more: true,
      shown: 3,
      ...over,
    }),
  )
const words = (html: string): string => html.replaceAll(/<[^>]+>|\s+/g, ' ').replaceAll(/ +/g, ' ')

test('D134 HAZ-044: the report stands above the pictures, and that they are not for diagnosis', () => {
  assert.match(words(page()), /CT head.*No intracranial haemorrhage.*Not for diagnosis.*Image 3 of 21, Axial/)
  assert.equal(page().match(/\/small"/g)?.length, 12)
  assert.equal(page().match(/loading="lazy"/g)?.length, 12)
})

test('D134: pictures without a report say so on their own page', () => {
  const { words: _words, ...without } = entry
  assert.match(words(page({ entry: { ...without, status: 'Report not yet available' } })), /CT head Report not yet available/)
})

test('HAZ-043: what the pictures and the report say differently stands above them', () => {
  const conflicts: PlainEntry['conflicts'] = [
    {
      kind: 'laterality',
      values: [
        { words: 'X-ray left wrist', by: entry.recordedBy },
        { words: 'XR RIGHT WRIST', by: entry.recordedBy },
      ],
    },
  ]
  assert.match(words(page({ entry: { ...entry, conflicts } })), /Differs between sources.*XR RIGHT WRIST.*Not for diagnosis/)
})

const steps: readonly (readonly [name: string, Partial<ImagesModel>, before: string, after: string])[] = [
  ['in the middle', { shown: 3 }, 'page=1&amp;image=2', 'page=1&amp;image=4'],
  ['the last of a page', { shown: 12 }, 'page=1&amp;image=11', 'page=2&amp;image=13'],
  ['the first of the next page', { page: 2, first: 13, images: 9, more: false, shown: 13 }, 'page=1&amp;image=12', 'page=2&amp;image=14'],
  ['the first of all', { shown: 1 }, '', 'page=1&amp;image=2'],
  ['the last of all', { page: 2, first: 13, images: 9, more: false, shown: 21 }, 'page=2&amp;image=20', ''],
]
for (const [name, over, before, after] of steps)
  test(`previous and next are links that need no script: ${name}`, () => {
    const html = page(over)
    const href = (rel: string): string => new RegExp(`rel="${rel}" href="[^"]*series=1&amp;([^"]*)"`).exec(html)?.[1] ?? ''
    assert.deepEqual([href('prev'), href('next')], [before, after])
  })

test('HAZ-045: an archive that has nothing here to show says so; nothing to show says only that', () => {
  assert.match(words(page({ open: 0, images: 0, series: [] })), /has no images here that can be shown/)
  assert.match(words(text(noImages(okaforModel()))), /Nothing to show/)
  assert.match(words(text(imagesUnavailable(okaforModel(), entry))), /archive could not be reached. The images may be there. Try again/)
})

test('care rules 3.4: of a person whose places are hidden it is said why there are no images', () => {
  assert.match(
    words(text(noImages(okaforModel({ maskPlaces: true })))),
    /not shown for this person: where they were taken may be written into them/,
  )
})

test('D134: the panel has the report first, then the way to the pictures; an entry without pictures has none', () => {
  const panel = text(itemPanel({ viewId: 'v' }, { entry, statements: [], explain: [] }))
  assert.ok(panel.indexOf('No intracranial') < panel.indexOf('/r/v/images/e1') && panel.includes('Show images'))
  const { images: _images, ...none } = entry
  assert.doesNotMatch(text(itemPanel({ viewId: 'v' }, { entry: none, statements: [], explain: [] })), /images\/e1/)
})

test('in place of a picture stand words: that it did not come is not that there is none', () => {
  assert.match(words(text(instead(false))).trim(), /^This image could not be shown. The archive may still have it.$/)
  assert.match(words(text(instead(true))).trim(), /^Nothing to show here$/)
  assert.doesNotMatch(text(instead(false)), /<script|href|style=/)
})
