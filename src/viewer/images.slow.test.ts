import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import type { PlainEntry } from '../care-record/entry.ts'
import { assets } from './assets.ts'
import { browserOver, faultsOf, noBrowser } from './browser-for-tests.ts'
import { okaforModel } from './fixtures/okafor.ts'
import { text } from './html.ts'
import { imagesPage } from './pages/images.ts'

const skip = noBrowser
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'"
const canvas = createCanvas(512, 512)
canvas.getContext('2d').fillRect(0, 0, 512, 512)
const png = canvas.toBuffer('image/png')
const model = okaforModel()
const entry: PlainEntry = {
  kind: 'plain',
  id: 'e1',
  section: 'imaging',
  list: 'current',
  sort: 'a',
  title: 'CT head',
  coded: true,
  date: '2026-07-13',
  words: 'No intracranial haemorrhage and no skull fracture. Mild small vessel change.',
  recordedBy: { odsCode: 'RJZ', name: "King's College Hospital", short: 'KCH', date: '2026-07-13' },
  alsoRecordedBy: [],
  conflicts: [],
  marks: [],
  matchedByDemographics: false,
  statements: 2,
  images: { count: 42 },
}
const asked: string[] = []
const { open } = browserOver((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
  const asset = assets.get(pathname)
  if (asset) return void response.writeHead(200, { 'content-type': asset.type }).end(asset.body)
  if (/\/images\/e1\/\d+\/\d+(?:\/small)?$/.test(pathname)) {
    asked.push(pathname)
    return void response.writeHead(200, { 'content-type': 'image/png' }).end(png)
  }
  const shown = Number(searchParams.get('image') ?? 1)
  const series = [
    { description: 'Axial, without contrast', images: 21 },
    { description: 'Coronal', images: 21 },
  ]
  const html = imagesPage(model, { entry, series, open: 1, page: 1, first: 1, images: 12, more: true, shown })
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CSP }).end(text(html))
  return undefined
})

for (const width of [1366, 768, 390, 320])
  test(`D134 D88: images at ${width}: axe finds nothing, nothing scrolls sideways, no script is needed`, { skip }, async () => {
    // The checker is a script of its own, put in from outside the page.
    const { page, close } = await open('/r/v/images/e1', { viewport: { width, height: 844 } })
    assert.deepEqual(await faultsOf(page), [])
    await close()
  })

test('D134: by keyboard from one image to the next, without script', { skip }, async () => {
  const { page, close } = await open('/r/v/images/e1', { javaScriptEnabled: false })
  await page.getByRole('link', { name: 'Next image' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Image 2 of 21').waitFor()
  assert.ok(asked.some(path => path.endsWith('/e1/1/2')))
  await close()
})
