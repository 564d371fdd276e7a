import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { assets } from './assets.ts'
import { assertReadsWell, browserOver, noBrowser } from './browser-for-tests.ts'
import { bloodPressure, comparison, crp, longModel, point, potassium } from './fixtures/charts.ts'
import { text } from './html.ts'
import { comparePage, medicinesPage } from './pages/medicines.ts'
import { observationsPage } from './pages/observations.ts'
import { resultsPage, trendFragment, trendPage } from './pages/results.ts'
import { timelinePage } from './pages/timeline.ts'

const skip = noBrowser

const model = longModel()
// Hours apart for months: drawn by columns.
const hourly = {
  ...potassium,
  series: Array.from({ length: 3_000 }, (_, n) =>
    point(new Date(Date.parse(model.openedAt) - (3_000 - n) * 2 * 3_600_000).toISOString(), String(4 + (n % 17) / 10)),
  ),
}
const pages: Readonly<Record<string, () => string>> = {
  '/timeline': () => text(timelinePage(model, 1)),
  '/results': () => text(resultsPage(model)),
  '/potassium': () => text(trendPage(model, potassium, false)),
  '/all': () => text(trendPage(model, potassium, true)),
  '/crp': () => text(trendPage(model, crp, false)),
  '/blood-pressure': () => text(trendPage(model, bloodPressure, false)),
  '/hourly': () => text(trendPage(model, hourly, false)),
  '/observations': () => text(observationsPage(model)),
  '/medicines': () => text(medicinesPage(model)),
  '/compare': () => text(comparePage(model, comparison, true)),
  '/other-role': () => text(resultsPage(longModel({ maySee: new Set(['contacts']) }))),
}

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname: path } = new URL(request.url ?? '/', 'http://localhost')
  const asset = assets.get(path)
  const send = (type: string, body: string | Buffer): void =>
    void response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP }).end(body)
  if (asset) send(asset.type, asset.body)
  else if (path.endsWith('/events'))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: state\ndata: {"status":"open","href":"/"}\n\n')
  else if (path.endsWith('/parts')) send('application/json', JSON.stringify({ status: 'open', href: '/', parts: [], closed: null }))
  else if (path.includes('/results/') && request.headers['x-fragment'] === '1')
    send('text/html; charset=utf-8', text(trendFragment(model, potassium, request.url?.includes('all=1') === true)))
  else if (path.includes('/results/')) send('text/html; charset=utf-8', text(trendPage(model, potassium, false)))
  else if (pages[path]) send('text/html; charset=utf-8', pages[path]())
  else response.writeHead(404).end()
}

const { open } = browserOver(answer)

for (const path of Object.keys(pages))
  test(
    `axe finds nothing and nothing scrolls sideways: ${path} at 1366, 1024, 683, 390, 320 (D57, D88)`,
    { skip, timeout: 240_000 },
    async () => {
      const { page, errors, close } = await open(path)
      await page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
      await assertReadsWell(page, [1366, 1024, 683, 390, 320])
      assert.deepEqual(errors, [], 'the strict policy is kept')
      await close()
    },
  )

/** Pairs of marks of one drawing that cover each other by more than two pixels, as they are laid out. */
const OVERLAPS = `[...document.querySelectorAll('.lcr-lane svg[role=img]')].filter(s => s.checkVisibility()).flatMap(svg => {
  const boxes = [...svg.querySelectorAll('[data-count]')].filter(m => !m.matches('g')).map(m => m.getBoundingClientRect())
  return boxes.flatMap((a, n) => boxes.slice(n + 1).filter(b => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2))
}).length`

test('D141 no mark of a lane covers another, at any width', { skip }, async () => {
  const { page, close } = await open('/timeline')
  for (const width of [1366, 1024, 902, 683, 390, 320]) {
    await page.setViewportSize({ width, height: 768 })
    assert.equal(await page.evaluate<number>(OVERLAPS), 0, `${width} px`)
  }
  await close()
})

test('D141 one of the two drawings is shown, and it counts every item of the window', { skip }, async () => {
  const { page, close } = await open('/timeline')
  const counts = []
  for (const width of [1366, 390]) {
    await page.setViewportSize({ width, height: 768 })
    counts.push(
      await page.evaluate<number>(
        "[...document.querySelectorAll('.lcr-lanes [data-count]')].filter(m => m.checkVisibility()).reduce((sum, m) => sum + Number(m.dataset.count), 0)",
      ),
    )
  }
  assert.equal(counts[0], counts[1])
  assert.ok((counts[0] ?? 0) > 50)
  await close()
})

test('D160 arrow keys step through the points, oldest to newest, and say each', { skip }, async () => {
  const { page, close } = await open('/potassium')
  const chart = page.locator('[data-chart]')
  await chart.focus()
  assert.equal(await chart.getAttribute('role'), 'slider')
  await page.keyboard.press('End')
  assert.equal(await chart.getAttribute('aria-valuetext'), '21-Nov-2026 11:20: 5.6 mmol/L, ▲ High, KCH')
  assert.equal(await chart.getAttribute('aria-valuenow'), '8')
  await page.keyboard.press('ArrowLeft')
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^26-Oct-2026 06:40: 4\.9 mmol\/L, GSTT/)
  await page.keyboard.press('Home')
  assert.match((await page.locator('.lcr-readout').textContent()) ?? '', /^10-Jan-2026: 4\.4 mmol\/L, KCH/)
  assert.equal(await page.locator('.lcr-chart__plot line.focus').count(), 1)
  await page.keyboard.press('Tab')
  assert.notEqual(await page.evaluate('document.activeElement.getAttribute("role")'), 'slider', 'the keyboard is not kept')
  await close()
})

test('D160 a pointer reads a mark, and so does a touch: nothing is shown on hover alone', { skip }, async () => {
  const { page, close } = await open('/blood-pressure')
  const last = page.locator('.lcr-chart__plot [data-words]').last()
  const box = await last.boundingBox()
  assert.ok(box)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  assert.match((await page.locator('.lcr-readout').textContent()) ?? '', /138\/82 mmHg/)
  assert.match((await page.locator('main details').first().textContent()) ?? '', /138\/82/, 'the table has it too')
  await close()
})

test('the plot opens right of the list by keyboard, its keys work there, Escape gives the focus back', { skip }, async () => {
  const { page, errors, close } = await open('/results')
  const link = page.locator('a.lcr-title', { hasText: 'Potassium' }).first()
  await link.focus()
  await page.keyboard.press('Enter')
  await page.locator('#panel-title').waitFor()
  const [list, panel] = [await page.locator('main').boundingBox(), await page.locator('#panel').boundingBox()]
  assert.ok(list && panel && panel.x >= list.x + list.width - 1, 'right of the list')
  const chart = page.locator('#panel [data-chart]')
  await chart.focus()
  await page.keyboard.press('End')
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /5\.6 mmol\/L/)
  await page.locator('#panel a', { hasText: 'All 11' }).press('Enter')
  await page.locator('#panel', { hasText: '10 of 11 shown' }).waitFor()
  await page.keyboard.press('Escape')
  assert.ok(await page.locator('#panel').isHidden())
  assert.deepEqual(errors, [])
  await close()
})

test('the plot is a page of its own where there is no room beside the list', { skip }, async () => {
  const { page, close } = await open('/results', { viewport: { width: 683, height: 768 } })
  await page.locator('a.lcr-title', { hasText: 'Potassium' }).first().click()
  await page.waitForURL(/\/results\/entry\d+$/)
  await page.locator('main .lcr-chart__plot').waitFor()
  await close()
})

test('without script every plot is drawn and every table opens', { skip }, async () => {
  for (const path of ['/potassium', '/timeline']) {
    const { page, close } = await open(path, { javaScriptEnabled: false })
    assert.ok((await page.locator('main svg [data-count]').count()) > 5)
    assert.equal(await page.locator('.lcr-readout, [role=slider]').count(), 0)
    await close()
  }
})

test('forced colours: marks, lines and bars keep a colour of the system', { skip }, async () => {
  const { page, close } = await open('/timeline', { forcedColors: 'active' })
  const looks = await page.evaluate<string[][]>(
    "[...document.querySelectorAll('.lcr-lanes .mark--contact, .lcr-lanes .mark--booked, .lcr-lanes .bar')].map(m => [getComputedStyle(m).fill, getComputedStyle(m).stroke])",
  )
  const background = await page.evaluate<string>("getComputedStyle(document.querySelector('.lcr-card')).backgroundColor")
  assert.ok(looks.length > 5)
  assert.ok(looks.every(([fill, stroke]) => [fill, stroke].some(colour => colour !== background && colour !== 'none')))
  await close()
})

test('print: drawings stay, what only acts goes, and fills are black or white', { skip }, async () => {
  const { page, close } = await open('/potassium')
  await page.emulateMedia({ media: 'print' })
  assert.ok(await page.locator('.lcr-chart__plot').isVisible())
  assert.ok(await page.locator('.lcr-readout').isHidden())
  assert.equal(await page.evaluate("getComputedStyle(document.querySelector('.lcr-chart__plot .point')).fill"), 'rgb(0, 0, 0)')
  await close()
})

test('D76 values of a table end on one decimal point', { skip }, async () => {
  const { page, close } = await open('/crp')
  await page.evaluate("document.querySelector('main details').open = true")
  const points = await page.evaluate<number[]>(
    "[...document.querySelectorAll('.lcr-fraction')].map(f => Math.round(f.getBoundingClientRect().left))",
  )
  assert.ok(points.length >= 4)
  assert.equal(new Set(points).size, 1)
  await close()
})
