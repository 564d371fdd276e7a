import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { signInWith, startBrowser } from '../requirements/support/browser.ts'
import { cardOf } from '../requirements/support/london.ts'
import { startLondon } from '../src/london/london.ts'
import { told } from '../src/london/people/population.ts'

/**
 * `npm run bench:pages`: the pages as a ward computer has them, over the whole city in a real browser. What the first
 * summary weighs, when the essentials stand there, how long the longest records keep a hand waiting. Prints; asserts nothing.
 */
const PROFILES = { quiet: undefined, ward: { cpu: 4, mbit: 10, latencyMs: 40 } } as const
type Profile = keyof typeof PROFILES

const dir = mkdtempSync(join(tmpdir(), 'lcr-bench-pages-'))
chmodSync(dir, 0o711)
const london = await startLondon({ dir, ephemeral: true })
const browser = await startBrowser()
const { card, url } = cardOf(london, 'Shah')

/** Watches, from the first byte of every page, what moves, paints and keeps waiting. */
const WATCH = `
  window.seen = { moved: 0, paints: {}, slow: [] }
  const on = (type, more, each) => new PerformanceObserver(list => list.getEntries().forEach(each)).observe({ type, buffered: true, ...more })
  on('layout-shift', {}, e => { if (!e.hadRecentInput) window.seen.moved += e.value })
  on('paint', {}, e => { window.seen.paints[e.name] = e.startTime })
  on('largest-contentful-paint', {}, e => { window.seen.paints.largest = e.startTime })
  on('event', { durationThreshold: 16 }, e => { if (e.interactionId) window.seen.slow.push([e.interactionId, e.duration, e.name]) })
`
interface Seen {
  readonly moved: number
  readonly paints: Readonly<Record<string, number>>
  readonly slow: readonly (readonly [id: number, ms: number, name: string])[]
}
const seenOn = (page: Page): Promise<Seen> => page.evaluate('window.seen')

interface Wire {
  readonly cdp: CDPSession
  readonly sums: { requests: number; bytes: number; script: number; style: number }
}
async function wired(page: Page, profile: Profile): Promise<Wire> {
  const cdp = await page.context().newCDPSession(page)
  const sums = { requests: 0, bytes: 0, script: 0, style: 0 }
  const kinds = new Map<string, string>()
  await cdp.send('Network.enable')
  cdp.on('Network.responseReceived', ({ requestId, type }) => {
    kinds.set(requestId, type)
    // What the browser asks of itself is no request of the page.
    if (type !== 'Other') sums.requests += 1
  })
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    sums.bytes += encodedDataLength
    if (kinds.get(requestId) === 'Script') sums.script += encodedDataLength
    if (kinds.get(requestId) === 'Stylesheet') sums.style += encodedDataLength
  })
  const slow = PROFILES[profile]
  if (slow) {
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow.cpu })
    const perSecond = (slow.mbit * 1_000_000) / 8
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: slow.latencyMs,
      downloadThroughput: perSecond,
      uploadThroughput: perSecond,
    })
  }
  return { cdp, sums }
}

const kb = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`
const ms = (value: number | undefined): string => (value === undefined ? 'none' : `${value.toFixed(0)} ms`)
const ESSENTIALS = ['allergies', 'medicines', 'problems']

/** Opens a record and says when its essentials and its last part stood there, milliseconds from the click. */
async function opened(page: Page, nhsNumber: string): Promise<{ view: string; essentials: number; whole: number }> {
  await page.goto(`${url}/find`)
  await page.getByLabel('NHS number').fill(nhsNumber)
  await page.getByRole('button', { name: 'Find by number' }).click()
  const button = page.getByRole('button', { name: /^Open record/ })
  await button.waitFor()
  const clicked = performance.now()
  await button.click()
  for (const section of ESSENTIALS) await page.locator(`#l-${section} > li`).first().waitFor()
  const essentials = performance.now() - clicked
  await page.locator('#strip-count', { hasText: /sources? answered/ }).waitFor()
  await page.locator('.lcr-source--loading').first().waitFor({ state: 'hidden', timeout: 20_000 })
  const whole = performance.now() - clicked
  return { view: new URL(page.url()).pathname.split('/')[2] ?? '', essentials, whole }
}

async function session(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } })
  await context.addInitScript(WATCH)
  return { context, page: await signInWith(context, url, card) }
}

for (const profile of Object.keys(PROFILES) as Profile[]) {
  const { context, page } = await session()
  const { sums } = await wired(page, profile)
  const first = await opened(page, told.amara)
  await pause(1_000)
  const { moved, paints } = await seenOn(page)
  // Of the way here, `/find` and its answer are three requests; the page itself is the rest.
  console.log(
    `${profile}: essentials ${ms(first.essentials)}, whole ${ms(first.whole)}, first paint ${ms(paints['first-contentful-paint'])}, ` +
      `largest ${ms(paints['largest'])}, layout shift ${moved.toFixed(3)}`,
  )
  const before = { ...sums }
  const html = await (await page.goto(`${url}/r/${first.view}/`))?.body()
  await page.locator('#l-medicines > li').first().waitFor()
  await pause(500)
  console.log(
    `${profile}: opened with find ${before.requests} requests, ${kb(before.bytes)} in all, script ${kb(before.script)}, style ${kb(before.style)}; ` +
      `summary again ${kb(sums.bytes - before.bytes)} in ${sums.requests - before.requests}, its page ${kb(gzipSync(html ?? '').length)} gzipped`,
  )
  await context.close()
}

for (const [name, nhsNumber] of [
  ['20,000 items', told.big],
  ['131,000 items', told.huge],
] as const) {
  const { context, page } = await session()
  const { cdp } = await wired(page, 'quiet')
  const at = await opened(page, nhsNumber)
  console.log(`${name}: essentials ${ms(at.essentials)}, whole ${ms(at.whole)}`)
  const filter = page.locator('input[type=search]').first()
  for (const words of ['creatinine', 'heart', 'x', '2024'])
    for (const letter of words) {
      await filter.press(letter === ' ' ? 'Space' : letter)
      if (letter === words.at(-1)) {
        await pause(400)
        await filter.fill('')
      }
    }
  for (let n = 0; n < 8; n++) {
    const rows = page.locator('#l-results > li a.lcr-open, #l-results > li button')
    await rows.nth(n % Math.max(1, await rows.count())).click()
    await pause(250)
    await page.keyboard.press('Escape')
  }
  const { slow } = await seenOn(page)
  const longest = new Map<number, number>()
  for (const [id, took] of slow) longest.set(id, Math.max(longest.get(id) ?? 0, took))
  const sorted = [...longest.values()].sort((a, b) => a - b)
  const heap = (await cdp.send('Runtime.getHeapUsage')).usedSize
  console.log(
    `${name}: ${sorted.length} interactions over 16 ms, p98 ${ms(sorted[Math.floor(sorted.length * 0.98)] ?? sorted.at(-1))}, ` +
      `longest ${ms(sorted.at(-1))}; page heap ${kb(heap)}, rows ${await page.locator('[id^=e-]').count()}`,
  )
  await context.close()
}

await browser.close()
await london.stop()
rmSync(dir, { recursive: true, force: true })
