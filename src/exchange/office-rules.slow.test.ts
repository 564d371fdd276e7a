import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Catalogue, Organisation } from '../care-record/catalogue.ts'
import { migrate, openPool, readMigrations, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { assets } from '../viewer/assets.ts'
import { faultsOf, noBrowser, startBrowser } from '../viewer/browser-for-tests.ts'
import { createAudit, type Audit } from './audit/audit.ts'
import { sealKey, signingKey } from './audit/for-tests.ts'
import { createHouse, doctorRole, other, otherRole, shah, type House } from './doors/for-tests.ts'
import { rulesRoutes } from './doors/office/rules-routes.ts'
import { changeHash, governDisclosure, type Change, type GovernDisclosure } from './govern-disclosure.ts'

const PICTURES = process.env['LCR_PICTURES']

const organisation = (odsCode: string, name: string): Organisation => ({ odsCode, name, short: odsCode, kind: 'acute' })
const catalogue: Catalogue = {
  version: '1',
  exchange: 'SEL',
  title: 'South East London',
  organisations: new Map([
    ['RJZ', organisation('RJZ', "King's College Hospital")],
    ['RJ1', organisation('RJ1', "Guy's and St Thomas'")],
  ]),
  sources: [],
  peers: [],
  agreements: [],
  roles: new Map(),
  services: [{ odsCode: 'RJZ', localCode: 'CARD', treatmentFunction: '320', name: 'Cardiology clinic', legalClass: null }],
}
const mental = {
  id: 'mental-health',
  title: 'What mental health services hold',
  organisationKinds: ['mental-health' as const],
  sections: [],
  policyClasses: [],
  owner: 'Information governance lead of the board',
}
const NOW = new Date('2026-11-21T10:00:00Z')
/** What went wrong beneath, for whoever reads a failed test. */
const causes: unknown[] = []
const root = mkdtempSync(join(tmpdir(), 'lcr-rules-'))
let server: TestServer
let pool: Pool
let audit: Audit
let govern: GovernDisclosure
let house: House
type Session = Awaited<ReturnType<House['session']>>
let kings: Session
let guys: Session
before(async () => {
  server = await serverForTests(['rules'])
  pool = openPool({ url: server.url('rules'), max: 4 })
  await migrate(
    pool,
    readMigrations().filter(({ name }) => /^(audit|disclosure)\//.test(name)),
  )
  const log = { warn: () => {}, info: () => {} }
  audit = createAudit({ pool, exchange: 'SEL', processTag: 'r', signingKey, keyId: 'r-1', sealKey, spoolDir: root, now: () => NOW, log })
  await audit.drain()
  govern = await governDisclosure({
    pool,
    audit,
    catalogue: () => catalogue,
    loaded: [],
    shareClasses: () => [mental],
    now: () => NOW,
    newId: randomUUID,
    everyMs: 20,
    onError: cause => causes.push(cause),
  })
  house = await createHouse({
    offices: door => rulesRoutes(door, govern),
    ports: { officesOf: role => (role === doctorRole.roleCode ? ['rules'] : []) },
    settings: { assets },
  })
  kings = await house.session(shah)
  guys = await house.session({ ...other, roles: [{ ...otherRole, roleCode: doctorRole.roleCode }] })
})
after(async () => {
  await house.servers.close()
  govern.stop()
  await audit.stop()
  await pool.end()
  await server.remove()
  rmSync(root, { recursive: true })
})
const html = { accept: 'text/html' }
const get = (url: string, { cookie }: Session) => house.servers.public.inject({ url, headers: { ...html, cookie } })
const post = (url: string, { cookie, csrf }: Session, fields: Record<string, string>) =>
  house.servers.public.inject({
    method: 'POST',
    url,
    headers: { ...html, cookie, 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'same-origin' },
    payload: new URLSearchParams({ csrf, ...fields }).toString(),
  })
const today = { fromDay: '21', fromMonth: '11', fromYear: '2026' }
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(done => setTimeout(done, 10))
}
/** The change whose report the forms carry. */
const withheld: Change = { kind: 'class', classId: 'crime', seenBy: ['gp'] }
const trial = JSON.stringify({
  trial: 1,
  change: changeHash(withheld),
  people: 2000,
  items: 81234,
  hidden: 12,
  shown: 0,
  peopleTouched: 4,
  bySection: [{ of: 'Problems', hidden: 12, shown: 0 }],
  byOrganisation: [{ of: "King's College Hospital", hidden: 12, shown: 0 }],
  byRoleGroup: [{ of: 'Hospital doctors', hidden: 12, shown: 0 }],
})

test('R066 R058: proposed at one hospital, decided at another, in force; the page says who and since when', async () => {
  const form = await get('/office/rules/propose/class/crime', kings)
  assert.match(form.body, /id="seenBy-gp"[^>]*checked/, 'what stands now is ticked')
  const asked = await post('/office/rules/propose/class/crime', kings, {
    ...today,
    'seenBy-gp': 'yes',
    reason: 'Decided by the board',
    trial,
  })
  assert.equal(asked.statusCode, 303, `${asked.body} ${causes.map(String).join()}`)
  const page = String(asked.headers.location)
  assert.match((await get(page, kings)).body, /Take back/)
  assert.equal((await post(page, kings, { decision: 'approved' })).statusCode, 403)
  const shown = (await get(page, guys)).body
  assert.match(shown, /81234 statements of 2000 synthetic people/)
  assert.equal((await post(page, guys, { decision: 'approved' })).statusCode, 303)
  await until(() => govern.seenBy().size > 0)
  assert.deepEqual(govern.seenBy().get('crime'), ['gp'])
  assert.equal((await post(page, guys, { decision: 'refused' })).statusCode, 409)
  assert.match((await get('/office/rules', kings)).body, /a change of two people/)
})

const wrong: readonly [name: string, path: string, fields: Record<string, string>, status: number, words: RegExp][] = [
  ['no day', 'class/crime', { reason: 'Because' }, 400, /href="#from">Give a day from today on/],
  ['no reason', 'class/crime', today, 400, /href="#reason">Say why/],
  [
    'a report of another change',
    'class/crime',
    { ...today, reason: 'Because', trial },
    400,
    /href="#trial">The report is of the trial run/,
  ],
  ['a class of the law', 'class/fertility', { ...today, reason: 'Because' }, 403, /nobody’s to show/],
  ['a role beside the record', 'class/crime', { ...today, reason: 'Because', 'seenBy-support': 'yes' }, 400, /cannot be read/],
  [
    'no name of a clinic',
    'service/new',
    { ...today, reason: 'Because', odsCode: 'RJZ', localCode: 'X1' },
    400,
    /href="#name">Give the name/,
  ],
]
test('R066: what is wrong is said at its field, and nothing is proposed', async () => {
  for (const [name, path, fields, status, words] of wrong) {
    const answer = await post(`/office/rules/propose/${path}`, kings, fields)
    assert.equal(answer.statusCode, status, name)
    assert.match(answer.body, words, name)
  }
  assert.equal((await get('/office/rules/propose/anything/x', kings)).statusCode, 404)
  assert.equal((await get('/office/rules/changes/1', kings)).statusCode, 404)
})
test('R050: whose role does not do this work sees none of it', async () => {
  const doctor = await house.session({ ...shah, roles: [{ ...doctorRole, roleCode: 'S8000:G8000:R8001' }] })
  for (const path of ['', '/services', '/propose/class/crime']) assert.equal((await get(`/office/rules${path}`, doctor)).statusCode, 403)
  assert.equal((await post('/office/rules/propose/class/crime', doctor, today)).statusCode, 403)
})

test('care rules 5.5: the morning list names the clinic, its organisation and its function', async () => {
  await govern.noteServices([{ odsCode: 'RJZ', localCode: 'NEW9', treatmentFunctions: ['320'] }])
  const list = (await get('/office/rules/services', kings)).body
  assert.match(list, /King(?:'|&#39;)s College Hospital[\s\S]*NEW9[\s\S]*New[\s\S]*320/)
  const form = await get('/office/rules/propose/service/RJZ%3ANEW9', kings)
  assert.match(form.body, /value="NEW9"/)
})

for (const width of [1366, 390])
  test(`D88: pages of rules at ${width}: axe finds nothing, nothing scrolls sideways`, { skip: noBrowser }, async () => {
    const waiting = await post('/office/rules/propose/profile/RJZ', kings, {
      ...today,
      reason: 'Asked by the trust',
      'section-results': 'yes',
    })
    const browser = await startBrowser()
    try {
      const context = await browser.newContext({ viewport: { width, height: 844 } })
      const page = await context.newPage()
      await page.route('**/*', async route => {
        const { pathname, search } = new URL(route.request().url())
        const answer = await get(pathname + search, guys)
        await route.fulfill({ status: answer.statusCode, contentType: String(answer.headers['content-type']), body: answer.rawPayload })
      })
      const paths = [
        '/office/rules',
        '/office/rules/services',
        String(waiting.headers.location),
        ...['class/safeguarding', 'profile/RJZ', 'service/RJZ%3ANEW9', 'share-class/mental-health'].map(
          one => `/office/rules/propose/${one}`,
        ),
      ]
      for (const [place, path] of paths.entries()) {
        await page.goto(`http://record.test${path}`)
        assert.deepEqual(await faultsOf(page), [], path)
        if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `rules-${place}-${width}.png`), fullPage: true })
      }
    } finally {
      await browser.close()
    }
  })
