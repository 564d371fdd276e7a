import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Agent } from 'undici'
import type { Catalogue, Office } from '../care-record/catalogue.ts'
import { fail } from '../care-record/result.ts'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { assets } from '../viewer/assets.ts'
import { faultsOf, noBrowser, startBrowser, WCAG_22_AA } from '../viewer/browser-for-tests.ts'
import { applyCatalogue, readCatalogue } from './agreements/catalogue-store.ts'
import { catalogueDocument } from './agreements/for-tests.ts'
import { createAudit, type Audit } from './audit/audit.ts'
import { sealKey, signingKey } from './audit/for-tests.ts'
import { createChanges } from './change-agreement.ts'
import { createCheckConnection } from './check-connection.ts'
import { createHouse, doctorRole, type House } from './doors/for-tests.ts'
import { agreementRoutes } from './doors/office/agreement-routes.ts'
import { isolationRoutes } from './doors/office/isolation-routes.ts'
import { organisationRoutes } from './doors/office/organisation-routes.ts'
import { processingRoutes } from './doors/office/processing-routes.ts'
import { roleMapRoutes } from './doors/office/role-map-routes.ts'
import { createPublish } from './follow-lists.ts'
import { createIsolation } from './isolate.ts'
import { dayFields } from './takes-part.for-tests.ts'

const now = (): Date => new Date('2026-11-21T10:00:00Z')
let server: TestServer
let pool: Pool
let audit: Audit
let house: House
let catalogue: Catalogue
const log = { warn: () => {}, info: () => {}, error: () => {} }
const agent = new Agent({ connect: { timeout: 2_000 } })
before(async () => {
  server = await serverForTests(['pages'])
  pool = openPool({ url: server.url('pages') })
  await migrate(pool)
  const { organisations, sources, ...rest } = catalogueDocument()
  const closed = sources.map(source => ({ ...source, baseUrl: 'http://127.0.0.1:1/fhir' }))
  const ready = organisations.map(o => ({ ...o, state: 'connected' as const }))
  assert.ok((await applyCatalogue(pool, { ...rest, sources: closed, organisations: ready, deliveryTeam: ['QKK'] })).ok)
  const spoolDir = mkdtempSync(join(tmpdir(), 'lcr-spool-'))
  audit = createAudit({ pool, exchange: 'SEL', processTag: 'pages', signingKey, keyId: 'sel-1', sealKey, spoolDir, now, log })
  await audit.drain()
  const ports = { pool, exchange: 'SEL', audit, now, newId: randomUUID, log }
  const changes = createChanges({ ...ports, goLiveAllowed: async () => true })
  const toEntry = (): Agent => agent
  const tokensBy = () => ({ token: async () => fail('unavailable', 'No token is given here.') })
  const connection = createCheckConnection({ ...ports, toEntry, tokensBy })
  const isolation = createIsolation({ ...ports, publish: createPublish({ exchange: 'SEL', now }) })
  const processing = { exchange: 'SEL', software: [], bridges: [], signIn: 'id.example', demographics: 'pds.example' }
  catalogue = await readCatalogue(pool)
  house = await createHouse({
    settings: { assets },
    ports: { officesOf: roleCode => OFFICES_OF[roleCode] ?? [] },
    offices: door => [
      ...organisationRoutes({ door, changes, connection }),
      ...agreementRoutes({ door, changes }),
      ...roleMapRoutes(door, () => catalogue),
      ...isolationRoutes(door, 'SEL', isolation),
      ...processingRoutes(door, () => catalogue, processing),
    ],
  })
})
after(async () => {
  await house.servers.close()
  await agent.destroy()
  await audit.stop()
  await pool.end()
  await server.remove()
})

const OFFICES_OF: Readonly<Record<string, readonly Office[]>> = {
  'S8001:G8003:R1989': ['agreements', 'rules'],
  'S8001:G8003:R8015': ['operations'],
  'S8001:G8003:R0001': ['privacy'],
}
const roleOf = (job: string, odsCode: string) => ({
  ...doctorRole,
  roleCode: `S8001:G8003:${job}`,
  odsCode,
  sdsRoleProfileId: `5550219${job.slice(1)}${odsCode}`,
})
const seatOf = (n: number, job: string, odsCode: string) =>
  house.session({ sdsUserId: `55500000020${n}`, name: `Person ${n}`, assurance: 'AAL2', roles: [roleOf(job, odsCode)] })
type Seat = Awaited<ReturnType<typeof seatOf>>
const get = (seat: Seat, url: string) => house.servers.public.inject({ url, headers: { accept: 'text/html', cookie: seat.cookie } })
const post = (seat: Seat, url: string, fields: Readonly<Record<string, string>> = {}) =>
  house.servers.public.inject({
    method: 'POST',
    url,
    headers: {
      accept: 'text/html',
      cookie: seat.cookie,
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'null',
      'sec-fetch-site': 'same-origin',
    },
    payload: new URLSearchParams({ csrf: seat.csrf, ...fields }).toString(),
  })
/** As somebody does it who has the page of it open. */
const step = async (seat: Seat, url: string, fields: Readonly<Record<string, string>>) => {
  const page = await get(seat, url)
  const [, seen = ''] = /name="seen" value="([^"]*)"/.exec(page.body) ?? []
  return post(seat, `${url}/step`, { seen, ...fields })
}
const to = (answer: { readonly headers: Record<string, unknown> }): string => String(answer.headers['location'])
const TASKS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  organisation: { name: 'A hospice <b>', short: 'Hospice', odsCode: '8hx01' },
  kind: { kind: 'hospice', area: 'Lewisham' },
  agreement: {
    reason: 'Cares for people here',
    contract: 'IG office',
    ...dayFields('from', '2026-11-21'),
    ...dayFields('until', '2027-11-20'),
  },
  'dsp-toolkit': { status: 'met', ...dayFields('until', '2027-06-30') },
  contacts: { phone: '020 7946 0999', web: 'https://hospice.example', contact: 'IG lead' },
  shares: { sharing: 'some', 'section-plans': 'yes' },
  viewers: { who: 'everyone' },
  check: { result: 'passed' },
  'go-live': dayFields('date', '2026-11-21'),
}

const WHO: readonly (readonly [string, string, Readonly<Record<string, boolean>>])[] = [
  [
    'who looks after agreements',
    'R1989',
    {
      '/office/organisations': true,
      '/office/organisations/new': true,
      '/office/agreements': true,
      '/office/isolation': true,
      '/office/role-map': true,
      '/office/processing': true,
    },
  ],
  [
    'who runs the systems',
    'R8015',
    {
      '/office/organisations': true,
      '/office/organisations/new': false,
      '/office/agreements': true,
      '/office/isolation': true,
      '/office/role-map': false,
      '/office/processing': true,
    },
  ],
  [
    'a privacy officer',
    'R0001',
    {
      '/office/organisations': false,
      '/office/organisations/new': false,
      '/office/agreements': false,
      '/office/isolation': false,
      '/office/role-map': true,
      '/office/processing': true,
    },
  ],
  [
    'a doctor',
    'R8000',
    {
      '/office/organisations': false,
      '/office/organisations/new': false,
      '/office/agreements': false,
      '/office/isolation': false,
      '/office/role-map': false,
      '/office/processing': false,
    },
  ],
]
for (const [who, job, may] of WHO)
  for (const [path, is] of Object.entries(may))
    test(`R058: ${path} is ${is ? 'open' : 'closed'} to ${who}`, async () => {
      const seat = await seatOf(1, job, 'RJ2')
      assert.equal((await get(seat, path)).statusCode, is ? 200 : 403)
    })

test('R058: whoever may read an organisation and not change it has no button and no way', async () => {
  const seat = await seatOf(1, 'R8015', 'RJ1')
  const page = await get(seat, '/office/organisations/RJZ')
  assert.equal(page.statusCode, 200)
  assert.doesNotMatch(page.body, /What can be done/)
  assert.equal((await post(seat, '/office/organisations/RJZ/step', { step: 'suspend-for-breach', words: 'x' })).statusCode, 403)
  assert.equal((await post(seat, '/office/agreements/kch-all/step', { step: 'suspend-for-breach', words: 'x' })).statusCode, 403)
})

test('R029 R058: nine tasks, two approvals on pages, connected', async () => {
  const [writer, ann, bob] = [await seatOf(1, 'R1989', 'RJ2'), await seatOf(2, 'R1989', 'RV5'), await seatOf(3, 'R1989', 'RQX')]
  const at = to(await post(writer, '/office/organisations/new'))
  assert.match(at, /^\/office\/connections\/[0-9a-f-]{36}$/)
  assert.equal((await post(writer, at)).statusCode, 400, 'not sent with tasks to do')
  for (const [task, values] of Object.entries(TASKS)) {
    const empty = await post(writer, `${at}/${task}`)
    assert.equal(empty.statusCode, 400)
    assert.match(empty.body, /There is a problem/, task)
    const [, href = ''] = /error-summary__list">\s*<li><a href="#([^"]+)"/.exec(empty.body) ?? []
    assert.match(empty.body, new RegExp(`id="${href}"`), `${task}: the first error leads to its field`)
    assert.equal(to(await post(writer, `${at}/${task}`, values)), at, task)
  }
  assert.equal((await get(writer, `${at}/bribe`)).statusCode, 404)
  assert.equal((await post(ann, `${at}/kind`, TASKS['kind'])).statusCode, 403, 'another organisation does not write in it')
  const sent = await post(writer, at)
  assert.equal(to(sent), '/office/organisations/8HX01')
  const page = await get(writer, to(sent))
  assert.match(page.body, /A hospice &lt;b&gt;/)
  assert.equal((await step(writer, '/office/organisations/8HX01', { step: 'approve' })).statusCode, 403)
  const stale = await post(ann, '/office/organisations/8HX01/step', { step: 'approve', seen: 'none' })
  assert.equal(stale.statusCode, 409)
  assert.match(stale.body, /This has changed since you opened the page/)
  assert.equal((await post(ann, '/office/organisations/8HX01/step', { step: 'approve' })).statusCode, 409, 'unread')
  assert.equal((await step(ann, '/office/organisations/8HX01', { step: 'approve' })).statusCode, 303)
  assert.equal((await step(bob, '/office/organisations/8HX01', { step: 'promote' })).statusCode, 400)
  assert.equal((await step(bob, '/office/organisations/8HX01', { step: 'approve' })).statusCode, 303)
  assert.equal((await step(bob, '/office/organisations/8HX01', { step: 'connect' })).statusCode, 303)
  assert.match((await get(bob, '/office/organisations')).body, /A hospice[^]*Connected/)
  assert.equal((await readCatalogue(pool)).organisations.get('8HX01')?.state, 'connected')
  assert.equal((await get(writer, at)).statusCode, 404, 'what was sent is not written on')
})

test('R029: a system is checked from the page of its organisation, and its address is nobody’s to type', async () => {
  const [ann, doctor] = [await seatOf(2, 'R1989', 'RV5'), await seatOf(4, 'R8000', 'RV5')]
  const [at, check] = ['/office/organisations/RJZ', '/office/organisations/RJZ/check']
  assert.match((await get(ann, at)).body, /EHR \(kch\)[^]*Not checked at this address yet/)
  assert.equal((await post(doctor, check, { source: 'kch' })).statusCode, 403)
  assert.equal((await post(await seatOf(1, 'R8015', 'RJ1'), check, { source: 'kch' })).statusCode, 403)
  assert.equal((await post(ann, check, { source: 'https://elsewhere.example' })).statusCode, 404)
  assert.equal((await post(ann, check, { source: 'kch', url: 'https://elsewhere.example' })).statusCode, 303)
  assert.match((await get(ann, at)).body, /It does not[^]*Person 2, RV5[^]*Nothing listens there/)
})

test('R057: an agreement applied for, suspended with a reason, decided past its date', async () => {
  const [writer, ann] = [await seatOf(1, 'R1989', 'RJ2'), await seatOf(2, 'R1989', 'RV5')]
  const wrong = await post(writer, '/office/agreements/new', { provider: 'RJZ' })
  assert.equal(wrong.statusCode, 400)
  const applied = await post(writer, '/office/agreements/new', {
    provider: 'rj1',
    who: 'named',
    consumer: 'RJZ',
    sharing: 'all',
    reason: 'Shared clinics',
    ...dayFields('from', '2026-11-21'),
    ...dayFields('until', '2027-11-20'),
  })
  assert.match(to(applied), /^\/office\/agreements\/page-/)
  assert.equal((await step(ann, to(applied), { step: 'approve' })).statusCode, 303)

  const noReason = await step(ann, '/office/agreements/gp-kch', { step: 'suspend' })
  assert.equal(noReason.statusCode, 400)
  assert.match(noReason.body, /Say why/)
  assert.equal((await step(ann, '/office/agreements/gp-kch', { step: 'suspend', words: 'Papers are missing' })).statusCode, 303)
  assert.match((await get(writer, '/office/agreements/gp-kch')).body, /Person 2, RV5\s+asks to suspend it/)
  assert.equal((await step(ann, '/office/agreements/gp-kch', { step: 'agree' })).statusCode, 403)
  assert.equal((await step(writer, '/office/agreements/gp-kch', { step: 'withdraw' })).statusCode, 303)
  assert.equal((await get(writer, '/office/agreements/none')).statusCode, 404)
})

test('a form of another site, or without its token, changes nothing', async () => {
  const seat = await seatOf(1, 'R1989', 'RJ2')
  const forged = await post({ ...seat, csrf: 'other' }, '/office/isolation', { what: 'organisation', which: 'RJZ', because: 'breach' })
  assert.equal(forged.statusCode, 403)
  assert.match((await get(seat, '/office/isolation')).body, /Nobody and nothing is cut off/)
})

test('cutting off on the page: by one, let in again by two', async () => {
  const [ann, bob] = [await seatOf(2, 'R8015', 'RV5'), await seatOf(3, 'R8015', 'RV5')]
  assert.equal((await post(ann, '/office/isolation', { what: 'user', which: 'Dr Shah', because: 'breach' })).statusCode, 400)
  assert.equal((await post(ann, '/office/isolation', { what: 'user', which: '555000000101', because: 'lost-card' })).statusCode, 303)
  const [, release = ''] = /action="(\/office\/isolation\/[^"]+\/release)"/.exec((await get(bob, '/office/isolation')).body) ?? []
  assert.equal((await post(ann, release)).statusCode, 303)
  assert.equal((await post(ann, release)).statusCode, 403)
  assert.equal((await post(bob, release)).statusCode, 303)
  assert.match((await get(bob, '/office/isolation')).body, /Nobody and nothing is cut off/)
})

test('the role map says each code once, and of a role with limits which', async () => {
  const page = await get(await seatOf(1, 'R0001', 'RJZ'), '/office/role-map')
  for (const { jobRole, title } of catalogue.roles.values()) assert.match(page.body, new RegExp(`${jobRole}[^]*${title}`))
  assert.match(page.body, /Results \(COVID-19 tests only\)/)
  assert.match(page.body, /Nothing of any record/)
})

test('the pages hold WCAG 2.2 AA at a desk and on a phone', { skip: noBrowser }, async () => {
  const seat = await seatOf(1, 'R1989', 'RJ2')
  const at = to(await post(seat, '/office/organisations/new'))
  await post(seat, '/office/isolation', { what: 'source', which: 'kch', because: 'drill' })
  const paths = [
    '/office/organisations',
    '/office/organisations/8HX01',
    '/office/agreements/gp-kch',
    '/office/role-map',
    '/office/isolation',
    '/office/processing',
    at,
    // Of the tasks those that have every kind of field.
    ...['agreement', 'shares'].map(task => `${at}/${task}`),
  ]
  const shots = process.env['LCR_SCREENSHOTS']
  if (shots !== undefined) mkdirSync(shots, { recursive: true })
  const browser = await startBrowser()
  const faults: string[] = []
  try {
    for (const viewport of [
      { width: 1366, height: 768 },
      { width: 390, height: 844 },
    ]) {
      const page = await (await browser.newContext({ viewport, reducedMotion: 'reduce' })).newPage()
      await page.route('**/*', async route => {
        const url = new URL(route.request().url())
        const answer = await house.servers.public.inject({ url: url.pathname, headers: { accept: 'text/html', cookie: seat.cookie } })
        await route.fulfill({
          status: answer.statusCode,
          headers: { 'content-type': String(answer.headers['content-type']) },
          body: answer.rawPayload,
        })
      })
      for (const path of paths) {
        await page.goto(`http://office.example${path}`)
        faults.push(...(await faultsOf(page, WCAG_22_AA)).map(fault => `${path} at ${viewport.width}: ${fault}`))
        if (shots !== undefined)
          writeFileSync(
            join(shots, `${path.replaceAll('/', '_').replace(/[0-9a-f-]{36}/, 'id')}-${viewport.width}.png`),
            await page.screenshot({ fullPage: true }),
          )
      }
    }
  } finally {
    await browser.close()
  }
  assert.deepEqual(faults, [])
})
