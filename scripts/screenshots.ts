import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { startLondon, type London } from '../src/london/london.ts'
import { told } from '../src/london/people/population.ts'
import { EXCHANGES } from '../src/london/places.ts'
import { RULES_PAGE } from './rules-page.ts'
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
  await page.waitForURL(/\/(?:find|roles|office)/)
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

  const carer = await signedIn(browser, url, 'Blessing Adeyemi')
  await openRecord(carer, url, told.resident)
  await settled(carer)
  await picture(carer, 'care-home', { whole: true })

  const paramedic = await signedIn(browser, url, 'Owen Pritchard', PHONE)
  await openRecord(paramedic, url, told.amara)
  await settled(paramedic)
  await picture(paramedic, 'paramedic')
}

/** Chooses in the form that posts to an address that ends so; what is folded away is left as it is. */
async function fillIn(page: Page, action: string, values: Readonly<Record<string, string>>): Promise<void> {
  const form = page.locator(`form[action$="${action}"]`).first()
  for (const [name, value] of Object.entries(values)) {
    const radio = form.locator(`input[type="radio"][name="${name}"][value="${value}"]`)
    if ((await radio.count()) > 0) await radio.check()
    else await form.locator(`[name="${name}"]`).first().fill(value)
  }
}

/** Pictures of a person who says no, and of those who work beside the record. */
async function takeOffices(london: London, browser: Browser): Promise<void> {
  const { url } = london.sel
  const doctor = await signedIn(browser, url, 'Priya Shah')
  await openRecord(doctor, url, told.objector)
  await doctor.getByRole('link', { name: 'Sharing of this person’s information' }).click()
  await doctor.locator('h1', { hasText: 'Sharing' }).waitFor()
  await picture(doctor, 'sharing')

  await openRecord(doctor, url, told.oxleas)
  await doctor.waitForURL(/\/reason/)
  await doctor.locator('textarea[name="words"]').fill('Unconscious in resus, no relatives')
  await doctor.getByRole('button', { name: 'Open in an emergency' }).click()
  await settled(doctor)
  await openRecord(doctor, url, told.amara)
  await settled(doctor)
  await doctor.goto(`${recordOf(doctor)}sharing/object`)
  const asked = { asker: 'self', scope: 'class-documents', words: 'My letters are for my own GP.' }
  await fillIn(doctor, '/sharing/object', { ...asked, seen: 'known-to-me', explained: 'yes', how: 'face-to-face' })
  await doctor.getByRole('button', { name: 'Send to the objections office' }).click()
  await doctor.waitForLoadState('domcontentloaded')

  const person = await browser.newPage({ viewport: PHONE })
  await person.goto(`${url}/object`)
  await picture(person, 'object')

  const office = await signedIn(browser, url, 'Parveen Akhtar')
  await office.goto(`${url}/office/objections`)
  await office.locator('main a[href*="/office/objections/"]', { hasText: 'OBJ-' }).first().click()
  await office.locator('h1').waitFor()
  await picture(office, 'objection-case', { whole: true })
  await office.goto(`${url}/office`)
  await picture(office, 'offices')
  await office.goto(`${url}/office/role-map`)
  await picture(office, 'role-map')
  await office.goto(`${url}/office/rules`)
  await picture(office, 'rules')
  await office.goto(`${url}/office/organisations`)
  await picture(office, 'organisations')

  const officer = await signedIn(browser, url, 'Ruth Abelson')
  await officer.goto(`${url}/office/privacy/claims`)
  await picture(officer, 'claims')
  await officer.goto(`${url}/office/privacy`)
  await officer.locator('a[href*="/privacy/alerts/"]').first().click()
  await officer.locator('a[href*="/privacy/decisions/"]').first().click()
  await officer.getByRole('button', { name: 'Decide again by the rules of that day' }).click()
  await officer.locator('h2', { hasText: 'Decided again' }).waitFor()
  await picture(officer, 'decision', { whole: true })

  const support = await signedIn(browser, url, 'Wendy Hobbs', PHONE)
  await support.goto(`${url}/office/isolation`)
  await picture(support, 'cut-off')

  const paper = await browser.newPage({ viewport: { width: 1_080, height: 1_180 } })
  await paper.goto(pathToFileURL(RULES_PAGE).href)
  await paper.evaluate("document.querySelector('#windows').scrollIntoView()")
  await picture(paper, 'rules-page')
}

const SETS = { record: take, tour: takeTour, offices: takeOffices } as const

/** `npm run screenshots`, or the names of some sets: `npm run screenshots -- offices`. */
mkdirSync(OUT, { recursive: true })
const london = await startLondon({ dir: mkdtempSync(join(tmpdir(), 'lcr-pictures-')), ephemeral: true, processes: 1, exchanges: EXCHANGES })
try {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-lcd-text'],
  })
  try {
    const wanted = process.argv.slice(2)
    for (const [name, set] of Object.entries(SETS)) if (wanted.length === 0 || wanted.includes(name)) await set(london, browser)
  } finally {
    await browser.close()
  }
} finally {
  await london.stop()
}
