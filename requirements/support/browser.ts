import type { BrowserContext, Page } from 'playwright-core'

export { browserOfFile, faultsOf, noBrowser, startBrowser, WCAG_22_AA } from '../../src/viewer/browser-for-tests.ts'

/** Signs in with a card at the exchange's own address; cookies hold for every port of this host. */
export async function signInWith(context: BrowserContext, url: string, card: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${url}/sign-in`)
  await page
    .getByRole('button', { name: 'Sign in' })
    .or(page.getByRole('link', { name: 'Sign in' }))
    .first()
    .click()
  await page.locator(`button[value="${card}"]`).click()
  // Who has no records to find works beside them.
  await page.waitForURL(/\/(find|office)$/)
  return page
}

/** Finds by number and opens, by the forms of the pages. @returns the id of the view. */
export async function openRecord(page: Page, url: string, nhsNumber: string): Promise<string> {
  await page.goto(`${url}/find`)
  await page.getByLabel('NHS number').fill(nhsNumber)
  await page.getByRole('button', { name: 'Find by number' }).click()
  await page.getByRole('button', { name: /^Open record/ }).click()
  await page.waitForURL(/\/r\/[^/]+\//)
  return new URL(page.url()).pathname.split('/')[2] ?? ''
}

/** Ids of the rows that stand in the page, in its order, with those that stand twice twice. */
export const rowsIn = (page: Page): Promise<readonly string[]> =>
  page.evaluate("[...document.querySelectorAll('[id^=e-]')].map(row => row.id.slice(2))")
