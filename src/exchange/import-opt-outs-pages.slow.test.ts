import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fail, ok } from '../care-record/result.ts'
import type { Office } from '../care-record/catalogue.ts'
import { assets } from '../viewer/assets.ts'
import { faultsOf, noBrowser, startBrowser, WCAG_22_AA } from '../viewer/browser-for-tests.ts'
import { COLUMNS } from './agreements/opt-outs/line.ts'
import { createObjectionCases } from './decide-objection.ts'
import { objectionsForTests, person } from './decide-objection.for-tests.ts'
import { createHouse, doctorRole, type House } from './doors/for-tests.ts'
import { practiceDissentRoutes } from './doors/office/opt-out-practice-routes.ts'
import { optOutRoutes } from './doors/office/opt-out-routes.ts'
import { createIdentity, loadRegistrations } from './identity/identity.ts'
import { createOptOutOffice } from './import-opt-outs-office.ts'
import { createPracticeDissent, hearPracticeDissent } from './import-opt-outs-practice.ts'

const robin = person('9990000018', '1970-05-01')
const forTests = await objectionsForTests([robin])
const { pool, ports } = forTests
const { audit, now } = ports
const OFFICES: Readonly<Record<string, readonly Office[]>> = { R8013: ['stewarding'], R1989: ['objections'], R5105: ['guardian'] }
let house: House
before(async () => {
  const identity = createIdentity({
    db: pool,
    now,
    pds: {
      read: async nhsNumber => (nhsNumber === robin.nhsNumber ? ok({ person: robin }) : fail('not-found', 'Nobody.')),
      search: async () => ok([]),
    },
  })
  const cases = createObjectionCases(ports)
  const practice = { pool, exchange: 'SEL', cases, now, newId: randomUUID }
  house = await createHouse({
    settings: { assets },
    ports: { officesOf: roleCode => OFFICES[roleCode.split(':').at(-1) ?? ''] ?? [] },
    offices: door => [
      ...optOutRoutes(door, createOptOutOffice({ pool, exchange: 'SEL', audit, identity, now, newId: randomUUID })),
      ...practiceDissentRoutes(door, createPracticeDissent({ ...practice, audit, identity }), ports.catalogue),
    ],
  })
  const row = { sourceId: 'kch', family: 'Marlow', given: ['Robin'], birthDate: '1970-05-01', gender: 'male', postcode: 'SE8 4AA' }
  await loadRegistrations(pool, [{ ...row, nhsNumber: robin.nhsNumber }], now())
  const hear = hearPracticeDissent({ ...practice, kindOf: () => 'gp-practice', log: ports.log })
  for (const [code, odsCode] of [
    ['9Nd1.', 'G85001'],
    ['9Nd7.', 'G85002'],
    ['9NdR.', 'G85003'],
  ] as const)
    await hear(robin, { id: odsCode, odsCode }, [{ codings: [{ system: 'http://read.info/readv2', code }], dated: '2019-05-14' }])
  const willing = { ...robin, nhsNumber: '9730006482' as typeof robin.nhsNumber }
  const yes = { system: 'http://snomed.info/sct', code: '417528008' }
  await hear(willing, { id: 'G85004', odsCode: 'G85004' }, [{ codings: [yes], dated: '2019-05-14' }])
})
after(async () => {
  await house.servers.close()
  await forTests.stop()
})

const seatOf = (job: string) => {
  const role = { ...doctorRole, roleCode: `S8001:G8003:${job}`, odsCode: 'RJ2', sdsRoleProfileId: `5550219${job.slice(1)}` }
  return house.session({ sdsUserId: `55500000${job.slice(1)}`, name: 'Person', assurance: 'AAL2', roles: [role] })
}
type Seat = Awaited<ReturnType<typeof seatOf>>
const get = (seat: Seat, url: string) => house.servers.public.inject({ url, headers: { accept: 'text/html', cookie: seat.cookie } })
const post = (seat: Seat, url: string, fields: Readonly<Record<string, string>>) =>
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
const linkIn = async (seat: Seat, path: string): Promise<string> =>
  new RegExp(`href="(${path}/[0-9a-f-]{36})"`).exec((await get(seat, path)).body)?.[1] ?? assert.fail(`${path} leads to nothing`)
const csv = [COLUMNS.join(','), 'connect-care,CC-1,,Marlowe,Robin,1970-05-01,SE8 4AA,,2019-03-02,everything,,Desk', 'no line', ''].join(
  '\n',
)

for (const [path, job, is] of [
  ['/office/opt-outs', 'R8013', true],
  ['/office/opt-outs', 'R8000', false],
  ['/office/opt-outs', 'R5105', false],
  ['/office/opt-outs/called', 'R8013', true],
  ['/office/opt-outs/called', 'R5105', true],
  ['/office/opt-outs/called', 'R8000', false],
  ['/office/practice-codes', 'R8013', true],
  ['/office/practice-codes', 'R1989', true],
  ['/office/practice-codes', 'R8000', false],
] as const)
  test(`R076: ${path} is ${is ? 'open' : 'closed'} to ${job}`, async () => {
    assert.equal((await get(await seatOf(job), path)).statusCode, is ? 200 : 403)
  })

test('R076 R081: a yes waits for nobody where there is no no', async () => {
  const { body } = await get(await seatOf('R8013'), '/office/practice-codes')
  assert.equal(new Set(body.match(/\/office\/practice-codes\/[0-9a-f-]{36}/g)).size, 3)
})

test('R076: the pages of opt-outs and of what practices say hold WCAG 2.2 AA at a desk and on a phone', { skip: noBrowser }, async () => {
  const seat = await seatOf('R8013')
  assert.equal((await post(seat, '/office/opt-outs', { csv, do: 'import' })).statusCode, 200)
  const [optOut, entry] = [await linkIn(seat, '/office/opt-outs'), await linkIn(seat, '/office/practice-codes')]
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
        const request = route.request()
        const { pathname } = new URL(request.url())
        // Every form is sent empty: what comes back is its error summary.
        const answer = pathname.endsWith('/empty') ? await post(seat, pathname.slice(0, -6), {}) : await get(seat, pathname)
        await route.fulfill({
          status: answer.statusCode,
          headers: { 'content-type': String(answer.headers['content-type']) },
          body: answer.rawPayload,
        })
      })
      for (const path of [
        '/office/opt-outs',
        '/office/opt-outs/empty',
        '/office/opt-outs/called',
        optOut,
        `${optOut}/empty`,
        '/office/practice-codes',
        entry,
        `${entry}/empty`,
      ]) {
        await page.goto(`http://office.example${path}`)
        if (path.endsWith('/empty') && (await page.locator('.nhsuk-error-summary').count()) !== 1) faults.push(`${path}: no error summary`)
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

test('care rules 4.5: at night the Guardian on call lets a person be seen whose record another’s opt-out withholds', async () => {
  const [seat, guardian] = [await seatOf('R8013'), await seatOf('R5105')]
  await post(seat, '/office/opt-outs', { csv, do: 'import' })
  const { rows } = await pool.query<{ id: string }>('select id from objection_of where nhs_number = $1', [robin.nhsNumber])
  const reference = /^opt-out\/([0-9a-f]{8})-/.exec(rows[0]?.id ?? '')?.[1] ?? assert.fail('it withholds nobody')
  const found = await get(guardian, `/office/opt-outs/called?reference=${reference}`)
  assert.equal(found.statusCode, 303)
  const path = String(found.headers['location'])
  const page = (await get(guardian, path)).body
  assert.match(page, /href="\/office\/opt-outs\/called"/)
  const waits = /name="(p-[0-9a-f-]{36})"/.exec(page)?.[1] ?? assert.fail('nobody waits')
  const done = await post(guardian, path, { [waits]: 'is-not' })
  assert.deepEqual([done.statusCode, done.headers['location']], [303, path])
  assert.equal((await pool.query('select 1 from objection_of where nhs_number = $1', [robin.nhsNumber])).rowCount, 0)
  assert.equal((await get(guardian, `/office/opt-outs/called?reference=${reference}`)).statusCode, 404)
})

test('R076: the button on the page opens the case, and the entry then leads to it', async () => {
  const seat = await seatOf('R8013')
  // Three were heard in one moment: the one that a case may be opened of.
  const links = [...(await get(seat, '/office/practice-codes')).body.matchAll(/href="(\/office\/practice-codes\/[0-9a-f-]{36})"/g)]
  const pages = await Promise.all(links.map(async ([, link = '']) => ({ link, html: (await get(seat, link)).body })))
  const entry = pages.find(({ html }) => html.includes('Open a case'))?.link ?? assert.fail('no entry lets a case be opened')
  const done = await post(seat, entry, { word: 'case' })
  assert.deepEqual([done.statusCode, done.headers['location']], [303, entry])
  assert.match((await get(seat, entry)).body, /href="\/office\/objections\/[0-9a-f-]{36}"/)
  assert.equal((await post(seat, entry, { word: 'nothing' })).statusCode, 409)
})
