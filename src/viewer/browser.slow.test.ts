import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { assets } from './assets.ts'
import { okafor, okaforModel, okaforParts, OPENED_AT, shah, snapshotAfter } from './fixtures/okafor.ts'
import { text, whole } from './html.ts'
import { candidatesPage, findPage, lockedPage, rolesPage, signInPage, unknownPersonPage } from './pages/find.ts'
import { recordPage } from './pages/record.ts'
import { itemFragment, itemPage, sectionPage, sourcesPage } from './pages/record-tools.ts'
import { deniedPage, noInformationPage, reasonPage, viewClosedPage } from './pages/refusals.ts'
import { partMessage } from './parts.ts'

const CHROMIUM = '/usr/bin/chromium'
const skip = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM}`

const frame = { viewer: shah, csrf: 'token' }
const model = okaforModel()
const [apixaban] = model.snapshot.entries.get('medicines')?.values() ?? []
const panel = {
  entry: apixaban as NonNullable<typeof apixaban>,
  explain: ['same product'],
  statements: [
    {
      organisationName: 'The Camberwell Sample Surgery',
      short: 'GP',
      system: 'Practice system',
      recorded: '2026-11-02',
      originalIdentifier: 'a1b2',
      retrievedAt: OPENED_AT,
      feed: 'live' as const,
      matchedBy: 'nhs-number' as const,
      said: [['Dose', '5 mg twice a day'] as const],
    },
  ],
}
const recordAt = (n: number): string => whole(recordPage(okaforModel({ snapshot: snapshotAfter(n), elapsedMs: n * 280 })))
const pages: Readonly<Record<string, () => string>> = {
  '/frames': () => recordAt(0),
  '/loading': () => recordAt(1),
  '/partial': () => recordAt(5),
  '/complete': () => recordAt(6),
  '/sources': () => text(sourcesPage(model)),
  '/section': () => text(sectionPage(model, 'medicines')),
  '/item': () => text(itemPage(model, panel)),
  '/claim': () =>
    text(reasonPage({ ...model, unavailableEvidence: ['King’s College Hospital'] }, { errors: { reason: 'Choose a reason.' } })),
  '/denied': () => text(deniedPage(frame, { name: 'Service desk', phone: '020 7946 0000' })),
  '/nothing': () => text(noInformationPage(frame)),
  '/closed': () => text(viewClosedPage(frame)),
  '/find': () => text(findPage(frame, { errors: { nhsNumber: 'An NHS number has ten digits.' } })),
  '/candidates': () =>
    text(
      candidatesPage(frame, [
        { ref: 'r', name: okafor.name, birthDate: okafor.birthDate, gender: 'female', lastThreeDigits: '561', postcodeDistrict: 'SE5' },
      ]),
    ),
  '/unknown': () => text(unknownPersonPage(frame)),
  '/roles': () => text(rolesPage(frame, [{ sdsRoleProfileId: '1', roleName: 'Doctor', organisationName: 'King’s' }])),
  '/sign-in': () => text(signInPage({}, { action: '/sign-in/start' })),
  '/locked': () => text(lockedPage(frame)),
}

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
const streams = new Set<ServerResponse>()
/** Parts the open view has so far; the test puts them there. */
let reached = 1
/** The stream is held back, as a buffering proxy would. */
let buffering = false
const posted: string[] = []

const messagesAfter = (n: number) => okaforParts.slice(n, reached).map(part => partMessage(snapshotAfter(part.n), part, model))

const arrive = (n: number): void => {
  const before = reached
  reached = n
  for (const message of messagesAfter(before).slice(0, n - before))
    for (const stream of streams) stream.write(`event: part\nid: ${message.n}\ndata: ${JSON.stringify(message)}\n\n`)
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost')
  const asset = assets.get(path)
  if (asset) {
    response.writeHead(200, { 'content-type': asset.type }).end(asset.body)
    return
  }
  const from = Number(query.get('after') ?? '0')
  if (path.endsWith('/events')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (buffering) return
    response.write('event: state\ndata: {"status":"open","href":"/"}\n\n')
    for (const message of messagesAfter(from)) response.write(`event: part\ndata: ${JSON.stringify(message)}\n\n`)
    streams.add(response)
    response.once('close', () => streams.delete(response))
  } else if (path.endsWith('/parts')) {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ status: 'open', href: '/', parts: messagesAfter(from), closed: null }))
  } else if (path.includes('/item/')) {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(text(itemFragment(model, panel)))
  } else if (path.endsWith('/try-again')) {
    request.setEncoding('utf8').on('data', (body: string) => posted.push(new URLSearchParams(body).get('group') ?? ''))
    request.on('end', () => response.writeHead(202).end())
  } else {
    const page = path === '/live' ? recordAt(reached) : pages[path]?.()
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CSP })
    response.end(page ?? '')
  }
}

let server: Server
let browser: Browser
let origin: string
before(async () => {
  if (skip !== false) return
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
})
after(async () => {
  if (skip !== false) return
  await browser.close()
  server.closeAllConnections()
  server.close()
})

const open = async (
  path: string,
  options: { width?: number; height?: number; script?: boolean } = {},
): Promise<{ page: Page; errors: string[]; close: () => Promise<void> }> => {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1366, height: options.height ?? 768 },
    javaScriptEnabled: options.script ?? true,
  })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', said => void (said.type() === 'error' && errors.push(said.text())))
  page.on('pageerror', thrown => void errors.push(thrown.message))
  await page.goto(origin + path)
  return { page, errors, close: () => context.close() }
}

for (const path of Object.keys(pages))
  test(`axe finds nothing and nothing scrolls sideways: ${path} at 1366, 1024, 683, 390, 320 (D88)`, { skip }, async () => {
    const { page, errors, close } = await open(path)
    for (const width of [1366, 1024, 683, 390, 320]) {
      await page.setViewportSize({ width, height: 768 })
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(
        violations.map(v => `${v.id}: ${v.nodes[0]?.html}`),
        [],
        `${width} px`,
      )
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')) <= 0, `sideways at ${width} px`)
    }
    assert.deepEqual(errors, [], 'the strict policy is kept')
    await close()
  })

test('D02 D10 three names of 35 letters at 320 x 256: whole, and 60 % of the height left', { skip }, async () => {
  const name = { family: 'Abcdefghijklmnopqrstuvwxyzabcdefghi', given: ['Abcdefghijklmnopqrstuvwxyzabcdefghi'], prefix: 'Mr' }
  const long = whole(recordPage(okaforModel({ person: { ...okafor, name } })))
  const { page, close } = await open('/sign-in', { width: 320, height: 256 })
  await page.route('**/long', route => route.fulfill({ contentType: 'text/html', body: long }))
  await page.goto(`${origin}/long`)
  assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 320)
  assert.ok((await page.evaluate<number>("document.querySelector('.lcr-banner__who').getBoundingClientRect().height")) <= 256 * 0.4)
  await close()
})

test('D115 parts arrive: rows keep their place, focus stays, each part once, one live region', { skip }, async () => {
  reached = 2
  const { page, errors, close } = await open('/live')
  const link = page.locator('#l-medicines .lcr-title').first()
  await link.focus()
  const focused = await page.evaluate('document.activeElement.href')
  arrive(4)
  arrive(6)
  await page.locator('#strip-count', { hasText: '12 of 13' }).waitFor()
  assert.equal(await page.evaluate('document.activeElement.href'), focused, 'focus is kept')
  const more = page.locator('#s-medicines [data-more] button')
  assert.equal(await more.textContent(), '1 more. Show')
  const before = await page.locator('#l-medicines > li').count()
  await more.click()
  assert.equal(await page.locator('#l-medicines > li').count(), before + 1)
  assert.equal(await page.locator('#l-results > li').count(), 5)
  const sorts = await page.locator('#l-results > li').evaluateAll(rows => rows.map(row => row.getAttribute('data-sort') ?? ''))
  assert.deepEqual(
    sorts,
    [...sorts].sort((a, b) => (a < b ? -1 : 1)),
  )
  assert.equal(await page.locator('[aria-live], [role=status]').count(), 1)
  assert.deepEqual(errors, [])
  await close()
})

test('CLS stays under 0.05 while sources arrive one by one', { skip }, async t => {
  reached = 1
  const { page, close } = await open('/live')
  await page.evaluate(
    `window.moved = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) window.moved += e.value }).observe({ type: 'layout-shift', buffered: true })`,
  )
  for (let n = 2; n <= 6; n++) {
    arrive(n)
    await page.locator('#strip-count', { hasText: `${[0, 0, 2, 5, 8, 11, 12][n]} of 13` }).waitFor()
    await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
  }
  const moved = await page.evaluate<number>('window.moved')
  t.diagnostic(`layout shift ${moved.toFixed(3)}`)
  assert.ok(moved <= 0.05, `layout shift ${moved}`)
  await close()
})

test('a proxy that buffers the stream: everything comes by polling', { skip }, async () => {
  reached = 1
  buffering = true
  const { page, close } = await open('/live')
  arrive(6)
  await page.locator('#strip-count', { hasText: '12 of 13' }).waitFor()
  assert.equal(await page.locator('#l-problems > li').count(), 5)
  buffering = false
  await close()
})

test('D100 detail opens beside the list, Escape gives the focus back', { skip }, async () => {
  reached = 5
  const { page, close } = await open('/live')
  const link = page.locator('#l-medicines .lcr-title').first()
  await link.focus()
  await page.keyboard.press('Enter')
  await page.locator('#panel-title').waitFor()
  assert.equal(await page.evaluate('document.activeElement.id'), 'panel-title')
  await page.keyboard.press('Escape')
  assert.ok(await page.locator('#panel').isHidden())
  assert.match(await page.evaluate('document.activeElement.className'), /lcr-title/)
  await close()
})

test('D116 Try again asks without leaving the page', { skip }, async () => {
  reached = 5
  const { page, close } = await open('/live')
  await page
    .getByRole('button', { name: /Try again/ })
    .first()
    .click()
  await page.locator('[data-again] button[disabled]').waitFor()
  await page.waitForLoadState('networkidle')
  assert.deepEqual(posted.sort(), ['essentials', 'recent'], 'one press asks for all that failed of the source')
  await close()
})

test('D01 keyboard: the skip link is first, and everything that acts is reached', { skip }, async () => {
  reached = 5
  const { page, close } = await open('/live')
  await page.keyboard.press('Tab')
  assert.match(await page.evaluate('document.activeElement.className'), /skip-link/)
  const total = await page.evaluate<number>(
    "[...document.querySelectorAll('a[href], button, summary')].filter(e => e.checkVisibility()).length",
  )
  const reachedOnes = new Set<number>()
  for (let n = 0; n < total + 5; n++) {
    reachedOnes.add(
      await page.evaluate<number>(
        "[...document.querySelectorAll('a[href], button, summary')].filter(e => e.checkVisibility()).indexOf(document.activeElement)",
      ),
    )
    await page.keyboard.press('Tab')
  }
  reachedOnes.delete(-1)
  assert.equal(reachedOnes.size, total)
  await close()
})

test('without script the whole page is readable and every form posts', { skip }, async () => {
  const { page, close } = await open('/partial', { script: false })
  assert.match((await page.locator('#l-medicines').textContent()) ?? '', /apixaban/)
  assert.equal(await page.locator('form:not([method=post])').count(), 0)
  await close()
})

test('D05 the NHS number copies as ten digits', { skip }, async () => {
  const { page, close } = await open('/complete')
  const copied = await page.evaluate(
    "(() => { const range = document.createRange(); range.selectNodeContents(document.querySelector('.lcr-nhs')); const s = getSelection(); s.removeAllRanges(); s.addRange(range); return s.toString() })()",
  )
  assert.equal(copied, okafor.nhsNumber)
  await close()
})
