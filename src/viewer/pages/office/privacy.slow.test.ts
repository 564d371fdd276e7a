import { join } from 'node:path'
import { test } from 'node:test'
import { assets } from '../../assets.ts'
import { assertReadsWell, browserOver, noBrowser } from '../../browser-for-tests.ts'
import { shah } from '../../fixtures/okafor.ts'
import { text, type Html } from '../../html.ts'
import { acceptableUsePage } from '../acceptable-use.ts'
import { leftCarePage } from '../refusals.ts'
import { again, alerts, asked, counts, decision, officeFrame, toReview } from './privacy.for-tests.ts'
import { alertPage, claimsPage, decisionPage, privacyPage } from './privacy.ts'

const skip = noBrowser
/** A folder for pictures of the pages; none are kept unless it is named. */
const pictures = process.env['LCR_PICTURES']

const frame = { viewer: shah, csrf: 'token' }
const [emergency, blocked] = alerts
if (!emergency || !blocked) throw new Error('the alerts of these tests are missing')
const fault = { claimId: toReview[2]?.id ?? '', words: 'Say what was not in order, in at least 10 characters.', note: '.' }
const pages: Readonly<Record<string, () => Html>> = {
  '/privacy': () => privacyPage(officeFrame, { counts, alerts, more: true }),
  '/claims': () => claimsPage(officeFrame, { counts, toReview, asked }),
  '/claims-fault': () => claimsPage(officeFrame, { counts, toReview, asked }, fault),
  '/claims-none': () => claimsPage(officeFrame, { counts: { ...counts, toReview: 0 }, toReview: [], asked: [] }),
  '/alert': () => alertPage(officeFrame, emergency, [decision]),
  '/alert-blocked': () => alertPage(officeFrame, blocked, []),
  '/decision': () => decisionPage(officeFrame, decision),
  '/decision-again': () => decisionPage(officeFrame, decision, again),
  '/acceptable-use': () => acceptableUsePage(frame, '/find'),
  '/acceptable-use-fault': () => acceptableUsePage(frame, '/find', 'Your answer could not be written down. Try again in a minute.'),
  '/left-care': () => leftCarePage(frame, 'R'.repeat(43)),
}

const { open } = browserOver((request, response) => {
  const path = request.url ?? '/'
  const asset = assets.get(path)
  if (asset) return void response.writeHead(200, { 'content-type': asset.type }).end(asset.body)
  const page = pages[path]?.()
  response.writeHead(page === undefined ? 404 : 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'",
  })
  return void response.end(page === undefined ? '' : text(page))
})

for (const path of Object.keys(pages))
  test(`axe finds nothing and nothing scrolls sideways: ${path} at 1366, 390, 320`, { skip }, async () => {
    const { page, close } = await open(path)
    await assertReadsWell(page, [1366, 390, 320], async width => {
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${path.slice(1)}-${width}.png`), fullPage: true })
    })
    await close()
  })
