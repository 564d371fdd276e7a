import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assetPath, assets } from './assets.ts'
import { browserOver, noBrowser } from './browser-for-tests.ts'
import { okaforModel, snapshotAfter } from './fixtures/okafor.ts'
import { whole } from './html.ts'
import { recordPage } from './pages/record.ts'

const model = okaforModel({ snapshot: snapshotAfter(6), settled: true })
const summary = whole(recordPage(model))
const { open } = browserOver((request, response) => {
  const path = request.url ?? ''
  const asset = path === assetPath('record.js') ? undefined : assets.get(path)
  if (asset !== undefined) return void response.writeHead(200, { 'content-type': asset.type }).end(asset.body)
  return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(path === '/summary' ? summary : '')
})

/** What has the focus, when something that stays on the screen lies over it; else nothing. */
const HIDDEN = `(() => {
  const it = document.activeElement
  if (it === null || it === document.body) return 'end'
  const at = it.getClientRects()[0] ?? it.getBoundingClientRect()
  const over = document.elementFromPoint(Math.max(0, at.left) + Math.min(at.width, 20) / 2, at.top + at.height / 2)
  const seen = over !== null && (it.contains(over) || over.contains(it) || over.closest('label')?.contains(it) || it.id === over.getAttribute?.('for'))
  return seen ? '' : it.outerHTML.slice(0, 90) + ' under ' + (over?.outerHTML ?? 'the edge').slice(0, 90)
})()`
/** More than the page has, both ways. */
const STOPS = 500

for (const [width, height] of [
  [1366, 768],
  [390, 844],
  [320, 480],
] as const)
  test(`WCAG 2.4.11 at ${width} x ${height}: whatever has the focus is seen, forwards and backwards`, { skip: noBrowser }, async () => {
    const { page, close } = await open('/summary', { viewport: { width, height } })
    let stops = 0
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let said = ''; said !== 'end'; stops++) {
        assert.ok(stops < STOPS, 'the focus comes to an end')
        await page.keyboard.press(key)
        said = await page.evaluate<string>(HIDDEN)
        assert.match(said, /^(?:end)?$/, key)
      }
    }
    assert.ok(stops > 100)
    await close()
  })
