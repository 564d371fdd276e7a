import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Office } from '../care-record/catalogue.ts'
import type { Person } from '../care-record/person.ts'
import { assets } from '../viewer/assets.ts'
import { browserOfFile, faultsOf, noBrowser, WCAG_22_AA } from '../viewer/browser-for-tests.ts'
import { putObjection } from './access/objections.ts'
import { firstRules } from './access/rules/first-rules.ts'
import { objectionsForTests, person } from './decide-objection.for-tests.ts'
import { createObjectionCases } from './decide-objection.ts'
import { createObjectionRoutes } from './decide-objection-routes.ts'
import { createHouse, doctorRole, okafor, other, shah } from './doors/for-tests.ts'
import { createViewerPages } from './doors/viewer-pages.ts'

const robin = person('9990000018', '1970-05-01')
const late: { -readonly [K in keyof Person]: Person[K] } = person('9990000131', '1940-05-01')
const forTests = await objectionsForTests([robin, okafor, late])
const { pool, ports, objections } = forTests
const offices: Readonly<Record<string, readonly Office[]>> = { R1989: ['objections'], R5105: ['guardian'], R0001: ['privacy'] }
const routes = createObjectionRoutes({
  ...ports,
  objections,
  rooms: { rules: () => firstRules },
  identity: {
    identify: async nhsNumber => {
      const traced = await ports.trace(nhsNumber, {} as never)
      return traced.ok ? { ok: true, value: { person: traced.value, formerNumbers: [], replacedNumbers: [] } } : traced
    },
  },
})
const house = await createHouse({ offices: routes, ports: { officesOf: code => offices[code.split(':').at(-1) ?? ''] ?? [] } })
const app = house.servers.public
after(async () => {
  await house.servers.close()
  await forTests.stop()
})

const as = (jobRole: string, sdsUserId: string, odsCode = 'RJZ') => ({
  ...shah,
  sdsUserId,
  roles: [{ ...doctorRole, sdsRoleProfileId: `${sdsUserId}1`, roleCode: `S8002:G8003:${jobRole}`, odsCode }],
})
const doctor = await house.session({ ...shah, sdsUserId: '555000000001' })
const clerk = await house.session(as('R1989', '555000000042'))
const second = await house.session(as('R1989', '555000000043', 'RJ2'))
const guardian = await house.session(as('R5105', '555000000040'))
const privacy = await house.session(as('R0001', '555000000027'))
type Seat = typeof doctor
const get = (seat: Seat | undefined, url: string) =>
  app.inject({ url, headers: { accept: 'text/html', ...(seat ? { cookie: seat.cookie } : {}) } })
const post = (seat: Seat | undefined, url: string, fields: Readonly<Record<string, string>>) =>
  app.inject({
    method: 'POST',
    url,
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...(seat ? { cookie: seat.cookie } : {}) },
    payload: new URLSearchParams({ ...(seat ? { csrf: seat.csrf } : {}), ...fields }).toString(),
  })
const view = house.openView(doctor)
const sharing = `/r/${view.view.id}/sharing`
const asked = { asker: 'self', scope: 'everything', words: 'Please stop.', seen: 'known-to-me', explained: 'yes', how: 'face-to-face' }
const CASES = '/office/objections'
const caseId = async (): Promise<string> =>
  String(
    (await pool.query<{ id: string }>(`select id from objection_case where state = 'held' and channel = 'record' limit 1`)).rows[0]?.id,
  )

test('R077: the page explains, and says what other opt-outs do not do', async () => {
  const page = await get(doctor, sharing)
  assert.equal(page.statusCode, 200)
  assert.match(page.body, /also holds in an emergency/)
  assert.match(page.body, /Summary Care Record[^<]*change nothing here/)
  assert.match(page.body, /No objection is in force/)
})

test('R069: a form that is not whole comes back with each thing to mend, and writes nothing', async () => {
  const page = await post(doctor, `${sharing}/object`, { words: 'Please stop.', scope: 'organisation', organisation: 'nowhere' })
  assert.equal(page.statusCode, 400)
  assert.match(page.body, /There is a problem/)
  for (const words of ['Choose who is asking', 'Enter the code of one organisation', 'Choose how you know who it is'])
    assert.match(page.body, new RegExp(words))
  assert.equal((await pool.query('select 1 from objection_case')).rowCount, 0)
})

for (const status of ['claim', 'denied', 'unavailable'] as const)
  test(`care rules 4.1: who has no relationship reads nothing about sharing: ${status}`, async () => {
    const theirs = house.openView(doctor, status)
    for (const rest of ['', '/object', '/change', '/narrow']) {
      const page = await get(doctor, `/r/${theirs.view.id}/sharing${rest}`)
      assert.deepEqual([page.statusCode, page.headers.location], [303, `/r/${theirs.view.id}/`])
    }
    const written = await post(doctor, `/r/${theirs.view.id}/sharing/object`, asked)
    assert.equal(written.statusCode, 303)
    assert.equal((await pool.query('select 1 from objection_case')).rowCount, 0)
  })

test('R083 D124: the page that shows nothing leads to sharing, with the same bytes for an objector and for nobody', async () => {
  const pages = createViewerPages(() => undefined)
  const empty = house.openView(doctor, 'no-information')
  const model = { viewer: empty.view.viewer, csrf: 'x', view: empty.view, n: 0, elapsedMs: 1 }
  const nobody = pages.noInformation({ ...model, view: { ...empty.view, person: undefined } })
  assert.equal(pages.noInformation(model), nobody)
  assert.ok(nobody.includes(`/r/${empty.view.id}/sharing`))
  assert.equal((await get(doctor, `/r/${empty.view.id}/sharing`)).statusCode, 200)
})

test('R068 R070: taken down in the record; the office sees a reference, never a number in an address', async () => {
  const done = await post(doctor, `${sharing}/object`, asked)
  assert.equal(done.statusCode, 200)
  assert.match(done.body, /Sharing has stopped/)
  assert.match(await get(doctor, sharing).then(page => page.body), /It is being decided/)
  const list = await get(clerk, CASES)
  assert.match(list.body, /OBJ-[A-Z2-9]{8}/)
  assert.doesNotMatch(list.body, /OKAFOR|9991234578/)
  const page = await get(clerk, `${CASES}/${await caseId()}`)
  assert.match(page.body, /OKAFOR/)
  for (const [, href] of page.body.matchAll(/(?:href|action)="([^"]+)"/g)) assert.doesNotMatch(href ?? '', /999|okafor/i)
})

test('R094: only the objections office and Caldicott Guardians work cases', async () => {
  const id = await caseId()
  for (const seat of [doctor, privacy, await house.session(other)])
    for (const url of [CASES, `${CASES}/contact`, `${CASES}/calls`, `${CASES}/calls/new`, `${CASES}/${id}`])
      assert.equal((await get(seat, url)).statusCode, 403, url)
  assert.equal((await post(doctor, `${CASES}/${id}/upheld`, {})).statusCode, 403)
  for (const url of [`${CASES}/x`, `${CASES}/${crypto.randomUUID()}`, `${CASES}/${id}/letters/x`, `${CASES}/calls/x`])
    assert.equal((await get(clerk, url)).statusCode, 404, url)
  assert.equal((await post(clerk, `${CASES}/${id}/made-up`, {})).statusCode, 404)
})

test('R073 R074 R075: not upheld by two people, told by a letter that says why, and shared again', async () => {
  const id = await caseId()
  const go = (seat: Seat, step: string, fields: Readonly<Record<string, string>>) => post(seat, `${CASES}/${id}/${step}`, fields)
  const proposal = {
    ground: 'service-cannot-be-provided',
    evidence: 'No other record at the weekend.',
    words: 'The weekend doctors need your record to treat you safely.',
  }
  const unfinished = await go(clerk, 'refusal', proposal)
  assert.equal(unfinished.statusCode, 400)
  assert.match(unfinished.body, /choose not to attend/)
  assert.match(unfinished.body, /No other record at the weekend/, 'what was typed is still there')
  assert.equal(
    (await go(clerk, 'refusal', { ...proposal, alternative: 'You can choose not to attend and see your own practice on Monday.' }))
      .statusCode,
    303,
  )
  const agree = { agrees: 'yes', words: 'No other way was found.' }
  assert.match((await go(clerk, 'review', agree)).body, /has to be another person/)
  assert.equal((await go(second, 'review', agree)).statusCode, 303)
  assert.match((await go(clerk, 'share-again', {})).body, /told first/)
  assert.match((await go(clerk, 'route', { route: 'post', where: 'elsewhere', read: '1' })).body, /worked on this case meanwhile/)
  const contact = {
    team: 'Objections office',
    address: 'Denmark Hill',
    phone: '020 3299 9000',
    email: 'a@example.nhs.uk',
    dayAndNight: '020 3299 9000',
    palsName: 'PALS',
    palsPhone: '020 3299 3601',
    palsEmail: 'p@example.nhs.uk',
    dpoEmail: 'd@example.nhs.uk',
    dpoAddress: 'Denmark Hill',
  }
  assert.equal((await post(clerk, `${CASES}/contact`, contact)).statusCode, 400)
  assert.equal((await post(clerk, `${CASES}/contact`, { ...contact, organisation: 'King’s College Hospital' })).statusCode, 303)
  assert.match((await get(clerk, `${CASES}/contact`)).body, /Denmark Hill/)
  assert.equal((await go(clerk, 'route', { route: 'handed', where: 'At the practice' })).statusCode, 303)
  const made = await go(clerk, 'letter', { letter: 'not-upheld', language: 'en', to: 'Amara Okafor' })
  assert.equal(made.statusCode, 303, made.body.slice(0, 2_000))
  const page = await get(clerk, `${CASES}/${id}`)
  assert.match(page.body, /Confirmed by the person[^]*Handed over[^]*At the practice/, 'the way is said before it goes')
  const letterId = /name="letterId"[^>]*value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const letter = await get(clerk, `${CASES}/${id}/letters/${letterId}`)
  assert.match(letter.body, /Information Commissioner/)
  assert.match(String(letter.headers['content-security-policy']), /sandbox/)
  const pdf = await get(clerk, `${CASES}/${id}/letters/${letterId}/pdf`)
  assert.deepEqual([pdf.headers['content-type'], pdf.rawPayload.subarray(0, 5).toString()], ['application/pdf', '%PDF-'])
  assert.match((await go(clerk, 'sent', { letterId, route: 'post' })).body, /only the way/)
  assert.equal((await go(clerk, 'sent', { letterId, route: 'handed' })).statusCode, 303)
  assert.equal((await go(clerk, 'share-again', {})).statusCode, 303)
  assert.equal((await go(clerk, 'closed', {})).statusCode, 303)
  assert.match((await get(doctor, sharing)).body, /No objection is in force/)
})

test('care rules 4.2: a Caldicott Guardian answers who asks to see past a decision', async () => {
  await post(doctor, `${sharing}/object`, asked)
  const id = await caseId()
  await post(clerk, `${CASES}/${id}/upheld`, { words: '' })
  const narrow = { objection: id, reason: 'public-interest', words: 'A child may be in danger.', people: '', hours: '4' }
  assert.match((await post(doctor, `${sharing}/narrow`, narrow)).body, /waits for a Caldicott Guardian/)
  const page = await get(guardian, `${CASES}/${id}`)
  const asksFor = /name="id"[^>]*value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  assert.match(
    (await post(clerk, `${CASES}/${id}/narrowing`, { id: asksFor, agrees: 'yes', words: 'Yes.' })).body,
    /Only a Caldicott Guardian/,
  )
  assert.equal((await post(guardian, `${CASES}/${id}/narrowing`, { id: asksFor, agrees: 'yes', words: 'Life at risk.' })).statusCode, 303)
  assert.equal((await objections.stateFor(okafor.nhsNumber)).inForce[0]?.narrowings.length, 1)
  const changed = await post(doctor, `${sharing}/change`, { objection: id, who: 'person', seen: 'known-to-me', words: 'Share again.' })
  assert.match(changed.body, /It is shared again/)
})

test('R081: a case that waits for nothing is found by what the person or another area reads out, and by nothing else', async () => {
  const { rows } = await pool.query<{ id: string; reference: string; objection_id: string }>(
    `select id, reference, objection_id from objection_case where closed_at is not null limit 1`,
  )
  const [closed] = rows
  assert.ok(closed)
  assert.doesNotMatch((await get(clerk, CASES)).body, new RegExp(closed.reference), 'it is in no list')
  const find = (seat: Seat, reference: string) => get(seat, `${CASES}/called?${new URLSearchParams({ reference }).toString()}`)
  for (const said of [closed.reference, closed.reference.slice(4).toLowerCase(), closed.objection_id.slice(0, 8)]) {
    const found = await find(clerk, said)
    assert.deepEqual([found.statusCode, found.headers['location']], [303, `${CASES}/${closed.id}`], said)
  }
  for (const said of ['%', 'OBJ-', '________', closed.objection_id.slice(0, 7), okafor.nhsNumber, 'Okafor', 'OBJ-AAAAAAAA'])
    assert.equal((await find(clerk, said)).statusCode, 404, said)
  assert.equal((await find(doctor, closed.reference)).statusCode, 403)
})

test('care rules 4.2: for who treats the person in another area two people of this one open it, neither alone', async () => {
  await post(doctor, `${sharing}/object`, asked)
  const id = await caseId()
  await post(clerk, `${CASES}/${id}/upheld`, { words: '' })
  const go = (seat: Seat, step: string, fields: Readonly<Record<string, string>>) => post(seat, `${CASES}/${id}/${step}`, fields)
  const asks = {
    people: '555000000077',
    reason: 'serious-risk',
    words: 'Dr Adeyemi, Hillingdon A&E, called back there: unconscious.',
    hours: '4',
  }
  assert.match((await go(guardian, 'ask-to-see', { ...asks, people: '' })).body, /user numbers of 12 digits/)
  assert.equal((await go(guardian, 'ask-to-see', asks)).statusCode, 303)
  const waits = /name="id"[^>]*value="([^"]+)"/.exec((await get(guardian, `${CASES}/${id}`)).body)?.[1] ?? ''
  const agree = { id: waits, agrees: 'yes', words: 'Life at risk.' }
  assert.match((await go(guardian, 'narrowing', agree)).body, /takes a second person/)
  assert.match((await go(clerk, 'narrowing', agree)).body, /Only a Caldicott Guardian/)
  const another = await house.session(as('R5105', '555000000041', 'RJ2'))
  assert.equal((await go(another, 'narrowing', agree)).statusCode, 303)
  const [narrowing] = (await objections.stateFor(okafor.nhsNumber)).inForce[0]?.narrowings ?? []
  assert.deepEqual([narrowing?.sdsUserIds, narrowing?.decidedBy], [['555000000077'], ['555000000040', '555000000041']])
  assert.match(
    (await post(doctor, `${sharing}/change`, { objection: id, who: 'person', seen: 'known-to-me', words: 'Share again.' })).body,
    /It is shared again/,
  )
})

test('care rules 4.7: the office takes nothing back of who has died, and whom the register wrongly called dead is not locked out', async () => {
  const { nhsNumber, birthDate } = late
  const begun = await createObjectionCases(ports).begin(
    [
      {
        type: 'received',
        id: crypto.randomUUID(),
        exchange: 'SEL',
        channel: 'call-back',
        asker: 'self',
        scope: { kind: 'everything' },
        words: 'No.',
      },
      { type: 'identity-checked', seen: 'photo-document', nhsNumbers: [nhsNumber], birthDate },
    ],
    { as: 'office' },
  )
  assert.ok(begun.ok)
  const back = () =>
    post(clerk, `${CASES}/${begun.ok ? begun.value.id : ''}/withdrawn`, { who: 'person', seen: 'photo-document', words: 'Share again.' })
  const isInForce = async (): Promise<boolean> => (await objections.stateFor(nhsNumber)).inForce.length > 0
  late.deceased = '2026-11-20'
  assert.match((await back()).body, /lives on/)
  assert.equal(await isInForce(), true)
  delete late.deceased
  assert.equal((await back()).statusCode, 303)
  assert.equal(await isInForce(), false)
})

test('care rules 4.5: a record that another’s opt-out may withhold says whom to call, and by which reference', async () => {
  const one = {
    kind: 'objection',
    id: 'opt-out/1a2b3c4d-0000-4000-8000-000000000001',
    nhsNumbers: [okafor.nhsNumber],
    scope: { kind: 'everything' },
    basis: 'unmatched',
    since: '2019-01-01',
    narrowings: [],
  } as const
  await ports.publish(pool, 'objections', { ...one, state: 'in-force' })
  assert.match((await get(doctor, sharing)).body, /Caldicott Guardian on call[^]*South East London[^]*1a2b 3c4d/)
  await ports.publish(pool, 'objections', { ...one, state: 'ended' })
  assert.doesNotMatch((await get(doctor, sharing)).body, /Guardian on call/)
  // Another area's can be neither opened nor ended here.
  const theirs = { ...one, id: '5e6f7a8b-0000-4000-8000-000000000002', basis: 'upheld' } as const
  await putObjection(pool, 'NCL', { ...theirs, state: 'in-force' })
  assert.match((await get(doctor, sharing)).body, /Guardian on call[^]*5e6f 7a8b/)
  await putObjection(pool, 'NCL', { ...theirs, state: 'ended' })
})

const onForm = { asker: 'self', name: 'Robin Marlow', bornDay: '1', bornMonth: '5', bornYear: '1970', phone: '020 7946 0000', words: '' }
test('R069 R070: the public form needs no sign-in and changes nothing; the office checks who it is with the register', async () => {
  const form = await get(undefined, '/object')
  assert.equal(form.statusCode, 200)
  assert.match(form.body, /call <strong>020 3299 9000<\/strong>/, 'the number that its letters say')
  const bad = await post(undefined, '/object', { ...onForm, bornDay: '31', bornMonth: '2' })
  assert.equal(bad.statusCode, 400)
  assert.match(bad.body, /date of birth/)
  const elsewhere = await app.inject({
    method: 'POST',
    url: '/object',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(onForm).toString(),
  })
  assert.equal(elsewhere.statusCode, 403)
  const sent = await post(undefined, '/object', onForm)
  assert.match(sent.body, /OBJ-[A-Z2-9]{8}/)
  assert.deepEqual((await objections.stateFor(robin.nhsNumber)).inForce, [])
  const { rows } = await pool.query<{ id: string }>(`select id from objection_case where channel = 'form'`)
  const id = rows[0]?.id ?? ''
  const page = await get(clerk, `${CASES}/${id}`)
  assert.match(page.body, /nobody has checked/)
  assert.match(page.body, /Robin Marlow · born 1 May 1970/)
  const said = {
    nhsNumber: robin.nhsNumber,
    family: 'Marlow',
    seen: 'call-to-known-number',
    bornDay: '1',
    bornMonth: '5',
    bornYear: '1971',
  }
  assert.match((await post(clerk, `${CASES}/${id}/identity`, said)).body, /another family name or birth date/)
  assert.deepEqual((await objections.stateFor(robin.nhsNumber)).inForce, [])
  assert.equal((await post(clerk, `${CASES}/${id}/identity`, { ...said, bornYear: '1970' })).statusCode, 303)
  assert.equal((await objections.stateFor(robin.nhsNumber)).inForce.length, 1)
})

test('R071: a message on the telephone line, called back, ends in the same kind of case', async () => {
  assert.equal((await post(clerk, `${CASES}/calls/new`, { name: 'Robin', phone: '' })).statusCode, 400)
  assert.equal((await post(clerk, `${CASES}/calls/new`, { name: 'Robin', phone: '020 7946 0000' })).statusCode, 303)
  const list = await get(clerk, `${CASES}/calls`)
  const href = /href="([^"]+\/calls\/[0-9a-f-]{36})"/.exec(list.body)?.[1] ?? ''
  assert.match(list.body, /020 7946 0000/)
  assert.equal((await post(clerk, href, { outcome: 'called' })).statusCode, 400)
  const done = await post(clerk, href, { outcome: 'called', asker: 'self', scope: 'everything', words: 'Stop.' })
  assert.equal(done.statusCode, 303)
  assert.match((await get(clerk, String(done.headers.location))).body, /Came by<\/dt>\s*<dd[^>]*>Telephone/)
})

const browser = browserOfFile()

for (const width of [1366, 390])
  test(
    `every page of objections reads well at ${width}: no rule of WCAG 2.2 AA broken, nothing wider than the screen`,
    { skip: noBrowser },
    async () => {
      await post(doctor, `${sharing}/object`, asked)
      const id = await caseId()
      const context = await browser().newContext({ viewport: { width, height: 768 } })
      const page = await context.newPage()
      let seat: Seat | undefined
      let fields: Readonly<Record<string, string>> | undefined
      await page.route('**/*', async route => {
        const { pathname } = new URL(route.request().url())
        const asset = assets.get(pathname)
        if (asset) return route.fulfill({ contentType: asset.type, body: asset.body })
        const answer = await (fields ? post(seat, pathname, fields) : get(seat, pathname))
        return route.fulfill({ status: 200, contentType: 'text/html; charset=utf-8', body: answer.body })
      })
      const shots = process.env['LCR_SCREENSHOTS']
      for (const [name, who, path, wrong] of [
        ['sharing', doctor, sharing],
        ['take-down', doctor, `${sharing}/object`],
        ['take-down-wrong', doctor, `${sharing}/object`, { scope: 'staff' }],
        ['change', doctor, `${sharing}/change`],
        ['narrow', doctor, `${sharing}/narrow`],
        ['queue', clerk, CASES],
        ['case', clerk, `${CASES}/${id}`],
        ['case-wrong', clerk, `${CASES}/${id}/refusal`, { evidence: 'x' }],
        ['calls', clerk, `${CASES}/calls`],
        ['call-new', clerk, `${CASES}/calls/new`],
        ['contact', clerk, `${CASES}/contact`],
        ['called', clerk, `${CASES}/called`],
        ['public', undefined, '/object'],
        ['public-wrong', undefined, '/object', { name: '' }],
      ] as const) {
        seat = who
        fields = wrong
        await page.goto(`http://objections.test${path}`)
        if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true })
        assert.deepEqual(await faultsOf(page, WCAG_22_AA), [], name)
      }
      await context.close()
    },
  )
