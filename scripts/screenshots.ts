import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { startLondon, type London } from '../src/london/london.ts'
import { told } from '../src/london/people/population.ts'
import { EXCHANGES } from '../src/london/places.ts'
import { smallPng } from './small-png.ts'

/** Pictures of the running record for the documents: `npm run screenshots`. Everyone in them is made up. */

const OUT = fileURLToPath(new URL('../docs/img', import.meta.url))
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const WARD = { width: 1366, height: 768 }
const PHONE = { width: 390, height: 844 }
/** Systems that answer nothing for the picture of a record that is still loading. */
const LATE = ['rfl', 'gstt', 'oxleas'] as const
/** Longest edge of a picture of a whole page, pixels. */
const WHOLE_PX = 2_400

async function picture(page: Page, name: string, options: { readonly whole?: boolean } = {}): Promise<void> {
  const height = options.whole === true ? await page.evaluate<number>('document.documentElement.scrollHeight') : undefined
  const { width = WARD.width } = page.viewportSize() ?? {}
  const png = await page.screenshot({
    animations: 'disabled',
    caret: 'hide',
    ...(height === undefined ? {} : { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, WHOLE_PX) } }),
  })
  const bytes = smallPng(png)
  writeFileSync(join(OUT, `${name}.png`), bytes)
  process.stdout.write(`${name}.png ${Math.round(bytes.length / 1024)} KB\n`)
}

/** A browser of its own, as someone who has signed in with their card. */
async function signedIn(browser: Browser, url: string, who: string, viewport = WARD): Promise<Page> {
  const context = await browser.newContext({ viewport, timezoneId: 'Europe/London', locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(url)
  await page
    .getByRole('button', { name: /sign in/i })
    .or(page.getByRole('link', { name: /sign in/i }))
    .first()
    .click()
  await page.getByRole('button', { name: new RegExp(who) }).click()
  await page.waitForURL(/\/(?:find|roles)/)
  return page
}

/** Finds someone by number and opens the record; resolves when the page that answers is there. */
async function openRecord(page: Page, url: string, nhsNumber: string, found?: () => Promise<void>): Promise<void> {
  await page.goto(`${url}/find`)
  await page
    .getByLabel(/NHS number/i)
    .first()
    .fill(nhsNumber)
  await page.getByRole('button', { name: /^find/i }).first().click()
  await found?.()
  await page.getByRole('button', { name: /open/i }).first().click()
  await page.waitForLoadState('domcontentloaded')
}

/** No source is waited for any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('#strip-count', { hasText: 'answered' }).waitFor()
  await page.locator('.lcr-source--loading').first().waitFor({ state: 'detached' })
}

const fault = async (london: London, id: string, set: { mode: 'pass' | 'hang' | 'refuse' }): Promise<void> => {
  await london.faults.get(id)?.set(set)
}

/** Opens a page of the record that is open, by the words of its link, and takes its picture. */
async function pagePicture(page: Page, name: string, path: string, options: { readonly whole?: boolean } = {}): Promise<void> {
  await page.goto(new URL(path, recordOf(page)).href)
  await page.locator('h2').first().waitFor()
  await page.waitForLoadState('networkidle')
  await picture(page, name, options)
}

/** Address of the summary of the record that a page shows. */
const recordOf = (page: Page): string => /^.*?\/r\/[^/]+\//.exec(page.url())?.[0] ?? page.url()

/** The first link of a list of the summary whose words match. */
const linkOf = async (page: Page, list: string, words: RegExp): Promise<string> =>
  (await page.locator(`#l-${list} a.lcr-open`).filter({ hasText: words }).first().getAttribute('href')) ?? ''

async function take(london: London, browser: Browser): Promise<void> {
  const { url } = london.sel
  const page = await signedIn(browser, url, 'Priya Shah')
  // The first view fetches tokens and keys; the pictures are of a service that is warm.
  await openRecord(page, url, told.amara)
  await settled(page)

  await openRecord(page, url, told.amara, () => picture(page, 'find'))
  await settled(page)
  await picture(page, 'complete', { whole: true })
  await page.locator('#l-medicines .lcr-title').first().click()
  await page.locator('#panel-title').waitFor()
  await picture(page, 'item')
  const [trend, letter, medicine] = [
    await linkOf(page, 'results', /creatinine/i),
    await linkOf(page, 'documents', /discharge summary/i),
    await linkOf(page, 'medicines', /apixaban/i),
  ]
  await pagePicture(page, 'timeline', 'timeline')
  await pagePicture(page, 'trend', trend)
  await pagePicture(page, 'compare', 'medicines/compare')
  await pagePicture(page, 'document', letter)
  await pagePicture(page, 'by-problem', 'problems/threads')
  await pagePicture(page, 'print', 'print')
  await pagePicture(page, 'not-theirs', `${medicine}/not-theirs`)

  await fault(london, 'uclh', { mode: 'refuse' })
  await openRecord(page, url, told.amara)
  await settled(page)
  await picture(page, 'partial', { whole: true })
  await page.setViewportSize(PHONE)
  await picture(page, 'phone')
  await page.setViewportSize(WARD)
  await fault(london, 'uclh', { mode: 'pass' })

  for (const id of LATE) await fault(london, id, { mode: 'hang' })
  await openRecord(page, url, told.amara)
  await page.locator('#strip-count', { hasText: /^10 of 13/ }).waitFor()
  await picture(page, 'loading')
  for (const id of LATE) await fault(london, id, { mode: 'pass' })

  await openRecord(page, url, told.superseded)
  await page.waitForURL(/\/reason/)
  await picture(page, 'claim')

  const desk = await signedIn(browser, url, 'Jason Reid')
  await picture(desk, 'denied')
}

/** Pictures of the other chairs of the tour, and of the switchboard while a hospital hangs. */
async function takeTour(london: London, browser: Browser): Promise<void> {
  const { url } = london.sel
  const board = await browser.newPage({ viewport: { ...WARD, height: 1_180 } })
  const press = async (title: string): Promise<void> => {
    await board.goto(london.switchboard)
    await board.getByRole('button', { name: title }).click()
    await board.locator('#said', { hasText: 'Done.' }).waitFor()
  }
  const doctor = await signedIn(browser, url, 'Priya Shah')
  await press('A&E at 3 a.m.')
  await openRecord(doctor, url, told.overdose)
  await settled(doctor)
  await picture(doctor, 'overdose')
  await openRecord(doctor, url, told.amara)
  await board.locator('.dot.asked').nth(5).waitFor()
  await picture(board, 'switchboard')
  await press('All well')

  const gp = await signedIn(browser, london.exchange('SWL').url, 'Peter Nkemelu')
  await openRecord(gp, london.exchange('SWL').url, told.nine)
  await settled(gp)
  await picture(gp, 'nine')
  await pagePicture(gp, 'sources', 'sources')
  await gp.goto(recordOf(gp))
  const scan = (await linkOf(gp, 'imaging', /CT head/)).split('/').at(-1)
  await gp.goto(`${recordOf(gp)}images/${scan}`)
  await gp.waitForLoadState('networkidle')
  await picture(gp, 'images', { whole: true })

  const social = await signedIn(browser, url, 'Bernadette Cole')
  await openRecord(social, url, told.serviceUser)
  await settled(social)
  await picture(social, 'social-worker')

  const paramedic = await signedIn(browser, url, 'Owen Pritchard', PHONE)
  await openRecord(paramedic, url, told.amara)
  await settled(paramedic)
  await picture(paramedic, 'paramedic')
}

mkdirSync(OUT, { recursive: true })
const london = await startLondon({ dir: mkdtempSync(join(tmpdir(), 'lcr-pictures-')), ephemeral: true, processes: 1, exchanges: EXCHANGES })
try {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-lcd-text'],
  })
  try {
    await take(london, browser)
    await takeTour(london, browser)
  } finally {
    await browser.close()
  }
} finally {
  await london.stop()
}
