import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { faultsOf, signInWith, WCAG_22_AA } from './browser.ts'
import { cardOf, type Stage } from './london.ts'

/** What comes when somebody opens a record. */
export type Met = 'record' | 'reason' | 'nothing' | 'refused'

/** Somebody at their desk, from sign-in to the end, in a browser of their own. */
export interface Chair {
  readonly page: Page
  /** Finds by number and opens, and waits until the exchange has decided. */
  readonly open: (nhsNumber: string) => Promise<{ readonly view: string; readonly met: Met }>
  /** What stands there now, once it is decided. */
  readonly met: () => Promise<Met>
  /** Goes to an address of the exchange. */
  readonly go: (path: string) => Promise<void>
  /** What stands on the page: all of it, or a part. Waits until nothing is being loaded. */
  readonly reads: (within?: string) => Promise<string>
  /**
   * Fills in the form that posts to an address that ends so, and sends it with its button.
   *
   * @param problem what the page says when it comes back to be mended; without it, it may not come back.
   */
  readonly sends: (
    action: string,
    values: Readonly<Record<string, string>>,
    buttonWords: string | RegExp,
    problem?: RegExp,
  ) => Promise<void>
}

/** A part of a page that has not come by then does not come, milliseconds. */
const PATIENCE_MS = 15_000
const DESK = { width: 1366, height: 768 } as const
const PHONE = { width: 390, height: 844 } as const

/** Signs in with somebody's card, does what a story does, and leaves. */
export async function sits(stage: Stage, browser: Browser, family: string, story: (chair: Chair) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: DESK })
  try {
    const { card, url } = cardOf(stage.london, family)
    await story(chairAt(await signInWith(context, url, card), url))
  } finally {
    await leave(context)
  }
}

/** Somebody without a sign-in, at the public pages of an exchange. */
export async function fromHome(url: string, browser: Browser, story: (chair: Chair) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: DESK })
  try {
    await story(chairAt(await context.newPage(), url))
  } finally {
    await leave(context)
  }
}

// A page that still loads would be heard of as an error of the test.
async function leave(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) await page.goto('about:blank').catch(() => undefined)
  await context.close()
}

function chairAt(page: Page, url: string): Chair {
  page.setDefaultTimeout(PATIENCE_MS)
  const chair: Chair = {
    page,
    async open(nhsNumber) {
      await chair.go('/find')
      await page.getByLabel('NHS number').fill(nhsNumber)
      await page.getByRole('button', { name: 'Find by number' }).click()
      await page.getByRole('button', { name: /^Open record/ }).click()
      await page.waitForURL(/\/r\/[^/]+\//)
      return { view: new URL(page.url()).pathname.split('/')[2] ?? '', met: await met(page) }
    },
    met: () => met(page),
    async go(path) {
      await page.goto(url + path)
    },
    async reads(within = 'body') {
      for (const loading of await page.locator('.lcr-source--loading').all()) await loading.waitFor({ state: 'detached', timeout: 20_000 })
      return (await page.locator(within).first().innerText()).replaceAll(/\s+/g, ' ')
    },
    async sends(action, values, buttonWords, problem) {
      const form = page
        .locator(`form[action$="${action}"]`)
        .filter({ has: page.getByRole('button', { name: buttonWords, includeHidden: true }) })
        .first()
      // What a page keeps folded until it is wanted.
      for (const fold of await page.locator('details:not([open])').filter({ has: form }).all())
        await fold.locator('summary').first().click()
      for (const fold of await form.locator('details:not([open])').all()) await fold.locator('summary').first().click()
      for (const [name, value] of Object.entries(values)) {
        const radios = form.locator(`input[type="radio"][name="${name}"]`)
        if ((await radios.count()) > 0) await radios.and(page.locator(`[value="${value}"]`)).check()
        else await form.locator(`[name="${name}"]`).first().fill(value)
      }
      // The same page may come back: it is another when the mark is gone.
      await page.evaluate('document.documentElement.dataset.before = "yes"')
      await form.getByRole('button', { name: buttonWords }).click()
      await page.locator('html:not([data-before])').waitFor({ state: 'attached' })
      await page.waitForLoadState()
      const summary = page.locator('.nhsuk-error-summary')
      const said = (await summary.count()) === 0 ? '' : await summary.innerText()
      if (problem === undefined) assert.equal(said, '', action)
      else assert.match(said, problem)
    },
  }
  return chair
}

/** What came, once it is decided. */
async function met(page: Page): Promise<Met> {
  const record = page.locator('.lcr-strip')
  const reason = page.locator('input[name="reason"][type="radio"]')
  const words = page.locator('body:not(.lcr-deciding) h1')
  await record.or(reason).or(words).first().waitFor()
  if ((await reason.count()) > 0) return 'reason'
  if ((await record.count()) > 0) return 'record'
  return (await words.filter({ hasText: 'No information is available' }).count()) > 0 ? 'nothing' : 'refused'
}

/** At a desk and on a phone: no rule of WCAG 2.2 AA is broken and nothing is wider than the screen. `LCR_SCREENSHOTS` keeps pictures. */
export async function looksRight({ page }: Chair, name: string): Promise<void> {
  const shots = process.env['LCR_SCREENSHOTS']
  for (const viewport of [DESK, PHONE]) {
    await page.setViewportSize(viewport)
    const faults = await faultsOf(page, WCAG_22_AA)
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}-${viewport.width}.png`), fullPage: true })
    assert.deepEqual(faults, [], `${name} at ${viewport.width}`)
  }
  await page.setViewportSize(DESK)
}
