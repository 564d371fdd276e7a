import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const CHROMIUM = process.env['LCR_CHROMIUM'] ?? '/usr/bin/chromium'
/** Words for tests that need a browser where there is none. */
export const noBrowser: string | false = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM}`

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** One browser for the tests of this file, started before them where there is one, closed after. */
export function browserOfFile(): () => Browser {
  let browser: Browser | undefined
  before(async () => {
    if (noBrowser === false) browser = await startBrowser()
  })
  after(() => browser?.close())
  return () => {
    if (browser === undefined) throw new Error('the browser has not started')
    return browser
  }
}

export interface Opened {
  readonly page: Page
  /** What the console of the page has said is wrong, so far. */
  readonly errors: readonly string[]
  readonly close: () => Promise<void>
}

/** A server of these answers and a browser for the tests of this file. */
export function browserOver(answer: RequestListener): {
  readonly origin: () => string
  /** A page in a window of its own: its cookies and what it keeps are its own too. */
  readonly open: (path: string, options?: BrowserContextOptions) => Promise<Opened>
} {
  const browser = browserOfFile()
  const server = createServer(answer)
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    async open(path, options = {}) {
      const context = await browser().newContext({ viewport: { width: 1366, height: 768 }, ...options })
      const page = await context.newPage()
      const errors: string[] = []
      page.on('console', said => void (said.type() === 'error' && errors.push(said.text())))
      page.on('pageerror', thrown => void errors.push(thrown.message))
      await page.goto(origin() + path)
      return { page, errors, close: () => context.close() }
    },
  }
}

/** Rules of the standard up to level AA, without what the checker calls good practice. */
export const WCAG_22_AA: readonly string[] = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/**
 * What the accessibility checker finds wrong on a page as it stands, `rule: element` each, and whether it scrolls sideways.
 *
 * @param tags only rules with one of these tags; all where none is told.
 */
export async function faultsOf(page: Page, tags?: readonly string[]): Promise<readonly string[]> {
  // A page of one frame is checked where it stands, with only what is wrong told, and the checker put into it once: a third of the time.
  const alone = page.frames().length === 1
  const there = alone && (await page.evaluate<boolean>('window.axe !== undefined'))
  const { violations } = await new AxeBuilder({ page, ...(there ? { axeSource: '0' } : {}) })
    .setLegacyMode(alone)
    .options({ resultTypes: ['violations'], ...(tags === undefined ? {} : { runOnly: { type: 'tag', values: [...tags] } }) })
    .analyze()
  const over = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  return [...violations.map(each => `${each.id}: ${each.nodes[0]?.html}`), ...(over > 0 ? [`scrolls sideways: ${over} px`] : [])]
}

/** That nothing is found wrong on a page at any of these widths, in pixels. */
export async function assertReadsWell(page: Page, widths: readonly number[], at?: (width: number) => Promise<void>): Promise<void> {
  const height = page.viewportSize()?.height ?? 768
  for (const width of widths) {
    await page.setViewportSize({ width, height })
    assert.deepEqual(await faultsOf(page), [], `${width} px`)
    await at?.(width)
  }
}
