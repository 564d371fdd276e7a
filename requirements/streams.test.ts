import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { Page } from 'playwright-core'
import { faultProxy } from '../src/london/tcp/fault-proxy.ts'
import { told } from '../src/london/people/population.ts'
import type { PartMessage } from '../src/viewer/models.ts'
import { browserOfFile, noBrowser, openRecord, rowsIn, signInWith } from './support/browser.ts'
import { holdingProxy } from './support/holding-proxy.ts'
import { factOf } from './support/ledger.ts'
import { answeredBut, askedAbout, cardOf, stage, until } from './support/london.ts'
import { cardOf as card, rowsOf, stripOf, wordsOf } from './support/reading.ts'
import { createVisitor } from './support/visitor.ts'

const at = stage()
const browser = browserOfFile()
afterEach(async () => {
  for (const proxy of at().london.faults.values()) if (proxy.fault().mode !== 'pass') await proxy.set({ mode: 'pass' })
  await at().ledger.sound()
})

const messageOf = (data: string): PartMessage => JSON.parse(data) as PartMessage

test('R001 D115: a stream that is cut is taken up again behind the last part that came: each part once, none missing', async () => {
  const { ledger, london, signedIn } = at()
  const way = await faultProxy({ target: { port: Number(new URL(london.sel.url).port) } })
  try {
    await london.faults.get('gstt')?.set({ mode: 'delay', ms: 900 })
    const shah = await signedIn('Shah')
    const far = createVisitor(`http://localhost:${way.port}`, shah.cookies)
    const { id } = await shah.open(told.amara)
    const got: number[] = []
    const messages: PartMessage[] = []
    const take = async (lastEventId: number | undefined, enough: () => boolean): Promise<void> => {
      const stop = new AbortController()
      const options = lastEventId === undefined ? { after: 0, signal: stop.signal } : { lastEventId, signal: stop.signal }
      for await (const event of far.stream(id, options)) {
        if (event.event !== 'part') continue
        assert.equal(event.id, messageOf(event.data).n)
        got.push(event.id ?? 0)
        messages.push(messageOf(event.data))
        if (enough()) break
      }
    }
    await take(undefined, () => got.length >= 2 && (void way.set({ mode: 'pass' }), false)).catch(() => undefined)
    assert.ok(got.length >= 2 && /lcr-source--loading/.test(messages.at(-1)?.strip ?? ''), 'cut while somebody was still asked')
    await take(got.at(-1), () => !/lcr-source--loading/.test(messages.at(-1)?.strip ?? ''))
    assert.deepEqual(
      got,
      got.map((_, i) => i + 1),
    )
    const polled = await shah.settled(id)
    assert.deepEqual(messages, polled.slice(0, messages.length), 'the stream and polling tell the same')
    assert.match(messages.at(-1)?.count ?? '', answeredBut(0, askedAbout(told.amara)))
    await ledger.agrees(id, (await shah.get(`/r/${id}/sources`)).html)
  } finally {
    await way.stop()
  }
})

test('D117 HAZ-001 HAZ-015: without script the whole page comes after the deadline, and says who did not answer', async () => {
  const { ledger, london, signedIn } = at()
  await london.faults.get('gstt')?.set({ mode: 'hang' })
  const shah = await signedIn('Shah')
  const { id, page } = await shah.open(told.amara)
  assert.match(page.html, /<noscript><meta http-equiv="refresh" content="\d+;url=\/r\/[^"]+\?whole=1"/)
  const whole = await shah.whole(id)
  assert.doesNotMatch(whole.html, /http-equiv="refresh"/, 'it does not refresh for ever')
  assert.match(stripOf(whole.html), answeredBut(1, askedAbout(told.amara)))
  assert.match(stripOf(whole.html), /Guy's and St Thomas' timed out Try again/)
  for (const section of ['allergies', 'medicines', 'problems', 'encounters', 'results', 'documents', 'plans'])
    assert.match(
      card(whole.html, section),
      /Guy's and St Thomas' (could not be reached|did not answer).*Information may be missing|Information may be missing/,
      `${section}: says that somebody is missing`,
    )
  assert.doesNotMatch(whole.words, /Waiting for|loading/)
  const timedOut = (await ledger.events(id)).filter(
    event => event.kind === 'shown' && factOf(event, 'outcomes').some(o => /timed-out/.test(o)),
  )
  assert.ok(timedOut.length > 0)
})

/** The page has told everything: it has a strip, and nobody in it loads any more. */
const settledIn = async (page: Page): Promise<void> => {
  await page.locator('#strip-count').waitFor({ state: 'attached' })
  await until(
    async () =>
      (await page.locator('.lcr-source--loading').count()) === 0 && !(await page.locator('#strip-count').innerText()).startsWith('Asking'),
  )
}

async function inBrowser(url: string, script: boolean, work: (page: Page, viewId: string) => Promise<void>): Promise<void> {
  const context = await browser().newContext({ javaScriptEnabled: script })
  try {
    const page = await signInWith(context, at().london.sel.url, cardOf(at().london, 'Shah').card)
    const errors: string[] = []
    page.on('pageerror', error => errors.push(error.message))
    const viewId = await openRecord(page, url, told.amara)
    await work(page, viewId)
    assert.deepEqual(errors, [])
    const rows = await rowsIn(page)
    assert.equal(new Set(rows).size, rows.length, 'no row stands twice')
  } finally {
    await context.close()
  }
}

/** What stands in the page is what the server would draw afresh. */
async function asDrawnAfresh(page: Page, viewId: string): Promise<void> {
  const fresh = await page.evaluate<string>(`fetch('/r/${viewId}/', { headers: { accept: 'text/html' } }).then(answer => answer.text())`)
  assert.deepEqual(new Set(await rowsIn(page)), new Set(rowsOf(fresh)))
  const strip = await page.locator('.lcr-strip').first().innerHTML()
  // The live region keeps what it said last.
  const said = (words: string): string => words.replace(/ in \d+\.\d seconds/, '').replace(/ \d+ items? in .* added\./, '')
  assert.equal(said(wordsOf(strip)), said(stripOf(fresh)))
}

test(
  'R042 D115 D116 D162: in a browser: parts arrive, a panel opens beside, Try again asks again, Lock covers all',
  { skip: noBrowser },
  async () => {
    const { ledger, london } = at()
    await london.faults.get('uclh')?.set({ mode: 'refuse' })
    await london.faults.get('gstt')?.set({ mode: 'delay', ms: 800 })
    await inBrowser(london.sel.url, true, async (page, viewId) => {
      await settledIn(page)
      await asDrawnAfresh(page, viewId)
      assert.match(await page.title(), /^OKAFOR, Amara – London Care Record$/)
      await page.locator('#l-medicines a.lcr-open').first().click()
      await page.locator('#panel .lcr-provenance').first().waitFor()
      assert.match(await page.locator('#panel').innerText(), /retrieved \d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d/)
      await page.keyboard.press('Escape')
      await london.faults.get('uclh')?.set({ mode: 'pass' })
      await until(async () => {
        const again = page.locator('.lcr-strip form[data-again] button:not([disabled])').first()
        if ((await again.count()) > 0) await again.click({ timeout: 500 }).catch(() => undefined)
        return answeredBut(0, askedAbout(told.amara)).test(await page.locator('#strip-count').innerText())
      })
      await asDrawnAfresh(page, viewId)
      assert.equal(await page.evaluate('Object.keys(localStorage).length + Object.keys(sessionStorage).length'), 0, 'D165')
      await page.getByRole('button', { name: 'Lock' }).click()
      await page.waitForURL(/\/locked$/)
      assert.doesNotMatch(await page.content(), /OKAFOR|apixaban/i)
      await page.goto(`${london.sel.url}/r/${viewId}/`)
      await page.waitForURL(/\/locked$/)
      assert.doesNotMatch(await page.content(), /OKAFOR|apixaban/i, 'nor by its address')
      await page.getByRole('button', { name: 'Unlock' }).click()
      await page.locator(`button[value="${cardOf(london, 'Shah').card}"]`).click()
      await page.waitForURL(new RegExp(`/r/${viewId}/`))
      await settledIn(page)
      assert.ok((await ledger.events(viewId)).some(event => event.kind === 'item-opened'))
    })
  },
)

test('R001 D115: in a browser: the connection breaks mid-view, and the page becomes whole', { skip: noBrowser }, async () => {
  const { london } = at()
  const way = await faultProxy({ target: { port: Number(new URL(london.sel.url).port) } })
  try {
    await london.faults.get('gstt')?.set({ mode: 'delay', ms: 1_500 })
    await inBrowser(`http://localhost:${way.port}`, true, async (page, viewId) => {
      await page.locator('.lcr-strip').waitFor()
      await page.locator('.lcr-source--loading').first().waitFor()
      await way.set({ mode: 'pass' })
      await settledIn(page)
      await asDrawnAfresh(page, viewId)
    })
  } finally {
    await way.stop()
  }
})

test(
  'R001 R002 D115: in a browser: behind a proxy that holds every answer to its end, the page becomes whole by polling',
  { skip: noBrowser },
  async () => {
    const { london } = at()
    const way = await holdingProxy(london.sel.url)
    try {
      await london.faults.get('gstt')?.set({ mode: 'delay', ms: 1_500 })
      await inBrowser(way.url, true, async (page, viewId) => {
        const polls: string[] = []
        page.on('request', request => void polls.push(request.url()))
        await settledIn(page)
        assert.ok(
          polls.some(url => url.includes('/parts?after=')),
          'it polled',
        )
        await asDrawnAfresh(page, viewId)
      })
    } finally {
      await way.stop()
    }
  },
)

test(
  'R104 D117: in a browser without script the page completes itself once and every control is a form or a link',
  { skip: noBrowser },
  async () => {
    const { london } = at()
    await london.faults.get('gstt')?.set({ mode: 'delay', ms: 1_200 })
    await inBrowser(london.sel.url, false, async page => {
      await page.waitForURL(/\?whole=1$/, { timeout: 15_000 })
      const html = await page.content()
      assert.match(stripOf(html), answeredBut(0, askedAbout(told.amara)))
      assert.match(card(html, 'medicines'), /apixaban/)
      await page.locator('#l-medicines a.lcr-open').first().click()
      await page.locator('.lcr-provenance').first().waitFor()
    })
  },
)
