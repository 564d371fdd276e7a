import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserOver, noBrowser } from './browser-for-tests.ts'
import { allergy, encounter, medicine, okaforModel, plain, problem, result, snapshotOf, state } from './fixtures/okafor.ts'
import { text, whole } from './html.ts'
import { assets } from './assets.ts'
import { recordPage } from './pages/record.ts'
import { sectionPage } from './pages/record-tools.ts'

/* Names and doses as long as the dictionary of medicines and practices write them, and one word that nothing parts. */
const INSULIN = 'Insulin glargine 100units/ml solution for injection 3ml pre-filled disposable devices'
const UNPARTED = 'Hydroxypropylmethylcelluloseacetatesuccinatepolyvinylpyrrolidone'
const model = okaforModel({
  snapshot: snapshotOf(
    [
      medicine(INSULIN, 'GP', '2026-11-02', {
        dose: '14 units at 20:00, given by the district nurse, 10 units when less than half of a meal',
      }),
      medicine(UNPARTED, 'KCH', '2026-11-01', { coded: false, brand: INSULIN, dose: UNPARTED, frequency: INSULIN }),
      allergy(INSULIN, 'GP', '2019', { reactions: [[UNPARTED]] }),
      problem(`${INSULIN}, adverse reaction to`, 'GP', '2018'),
      result(UNPARTED, 'KCH', '2026-11-20', { value: '<0.000001', unit: 'nanograms per litre of plasma' }),
      encounter(UNPARTED, 'KCH', '2026-11-19'),
      plain('documents', UNPARTED, 'GP', '2026-11-18', { facts: [['Type', INSULIN]] }),
      plain('alerts', UNPARTED, 'GP', '2026-11-18'),
    ],
    [state('kch'), state('gp')],
  ),
})
const pages: Readonly<Record<string, () => string>> = {
  '/summary': () => whole(recordPage(model)),
  ...Object.fromEntries(
    (['medicines', 'allergies', 'problems', 'results', 'encounters', 'documents', 'alerts'] as const).map(id => [
      `/${id}`,
      () => text(sectionPage(model, id)),
    ]),
  ),
}
const { open } = browserOver((request, response) => {
  const asset = assets.get(request.url ?? '')
  if (asset !== undefined) return void response.writeHead(200, { 'content-type': asset.type }).end(asset.body)
  const page = pages[request.url ?? '']
  return void response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(page?.() ?? '')
})

/** Words that reach past the cell of the row they stand in, where something else stands or nothing can be read. */
const PAST = `[...document.querySelectorAll('.lcr-row > *, .lcr-allergies')].flatMap(cell => {
  const edge = cell.getBoundingClientRect().right + 1
  const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
  const past = []
  while (walk.nextNode()) {
    if (walk.currentNode.parentElement.closest('.nhsuk-u-visually-hidden') !== null) continue
    const words = document.createRange()
    words.selectNodeContents(walk.currentNode)
    if ([...words.getClientRects()].some(at => at.right > edge)) past.push(cell.className + ': ' + walk.currentNode.data.trim().slice(0, 60))
  }
  return past
})`

const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

for (const path of Object.keys(pages))
  test(`HAZ-016 D31 D80 ${path}: long words wrap within their own cell, nothing stands over them`, { skip: noBrowser }, async () => {
    const { page, close } = await open(path, { javaScriptEnabled: false })
    for (const width of [1366, 1024, 683, 390, 320]) {
      await page.setViewportSize({ width, height: 768 })
      assert.deepEqual(await page.evaluate<readonly string[]>(PAST), [], `at ${width}`)
      assert.equal(await page.evaluate(SIDEWAYS), 0, `at ${width}`)
    }
    await close()
  })
