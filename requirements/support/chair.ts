import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { signInWith } from './browser.ts'
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
  /** Fills in the form that posts to an address that ends so, and sends it with its button. */
  readonly sends: (action: string, values: Readonly<Record<string, string>>, buttonWords: string | RegExp) => Promise<void>
}

const DESK = { width: 1366, height: 768 } as const

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
    async sends(action, values, buttonWords) {
      const form = page
        .locator(`form[action$="${action}"]`)
        .filter({ has: page.getByRole('button', { name: buttonWords, includeHidden: true }) })
        .first()
      // What a page keeps folded until it is wanted.
      for (const fold of await page.locator('details:not([open])').filter({ has: form }).all())
        await fold.locator('summary').first().click()
      for (const [name, value] of Object.entries(values)) {
        const radio = form.locator(`input[type="radio"][name="${name}"][value="${value}"]`)
        if ((await radio.count()) > 0) await radio.check()
        else await form.locator(`[name="${name}"]`).first().fill(value)
      }
      await form.getByRole('button', { name: buttonWords }).click()
      await page.waitForLoadState()
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

/** No rule of WCAG 2.2 AA is broken on this page, and it is no wider than the screen. */
export async function accessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  assert.deepEqual(
    violations.map(each => `${name}: ${each.id} ${each.nodes[0]?.html}`),
    [],
  )
  assert.equal(
    await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    0,
    `${name} is wider than the screen`,
  )
}
