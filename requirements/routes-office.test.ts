import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, test } from 'node:test'
import { apply } from '../src/exchange/apply.ts'
import type { Route } from '../src/exchange/doors/routes.ts'
import type { ApplyDocument } from '../src/london/catalogue.ts'
import { told } from '../src/london/people/told-people.ts'
import { cityOrganisations } from '../src/london/places.ts'
import { londonUsers, type CityUser } from '../src/london/users.ts'
import { fhirAsks, softwareOf, type Software } from './support/fhir-seat.ts'
import { stage, until } from './support/london.ts'
import { formsOf } from './support/reading.ts'
import { nameOf, rowOf, servedRoutes, type Row } from './support/route-table.ts'
import { ask, namesSomebody, sawOf, takeSeat, tokenOf, type Answer, type Saw, type Seat } from './support/seat.ts'
import { officesOf, onFirstDay, reachOf } from './support/who-may.ts'

/**
 * Every route of work beside the record by every role of two exchanges; what is somebody else's office; forms that are not ours,
 * methods that there are not; whoever is cut off, lapses or leaves in the middle of a session.
 */
const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

const users = londonUsers.filter(user => user.exchange === 'SEL' || user.exchange === 'NCL')
const tally = { asked: 0, permits: 0, refusals: 0 }
const wrong: string[] = []
const soundSoFar = (): void => assert.deepEqual(wrong.splice(0), [])
after(() => {
  process.stdout.write(`# offices: ${users.length} users: ${tally.asked} requests, ${tally.permits} permitted, ${tally.refusals} refused\n`)
})

const routes: readonly Route[] = (await servedRoutes()).public
const officeRoutes = routes.filter(route => rowOf(route).needs === 'office')

const sideOf = (user: CityUser): 'sel' | 'ncl' => (user.exchange === 'SEL' ? 'sel' : 'ncl')
const userCalled = (family: string): CityUser => {
  const user = users.find(one => one.family === family)
  assert.ok(user, family)
  return user
}
const seats = new Map<CityUser, Seat>()
async function seatOf(user: CityUser): Promise<Seat> {
  const held = seats.get(user)
  if (held) return held
  const seat = await takeSeat(user, at().london.exchange(user.exchange).url, { accepting: false })
  // Who may see nothing is given no form: the token is read where it is kept, so that it is the role that stops them.
  const taken = seat.csrf === '' ? seat.with(await tokenOf(at().ledger.pool(sideOf(user)), user)) : seat
  seats.set(user, taken)
  return taken
}
const seatCalled = (family: string): Promise<Seat> => seatOf(userCalled(family))

const MADE_UP: string = randomUUID()
/** Nobody decides on their own organisation's papers: one at which none of the users works. */
const ELSEWHERE =
  cityOrganisations.find(({ odsCode }) => !users.some(user => user.roles.some(role => role.orgCode === odsCode)))?.odsCode ?? ''
const pathOf = (route: Route, view = MADE_UP): string =>
  route.path
    .replace(':view', view)
    .replace(':ods', ELSEWHERE)
    .replace(':kind', 'service')
    .replace(':subject', 'new')
    .replace(':step', 'identity')
    .replace(':task', 'organisation')
    .replaceAll(/:[a-z]+/g, MADE_UP)
/** A page that is there, or words for what was sent; never a fault of ours. */
const WORK: readonly number[] = [200, 303, 400, 404, 409]
const NOT_YOURS = 'Your role does not include this.'

/** What a user should get of a route of work beside the record. */
const expectedOf = (user: CityUser, row: Row): Saw | 'work' => {
  if (reachOf(user) === 'nothing') return 'role'
  if (onFirstDay(user)) return 'use'
  assert.ok(row.needs === 'office')
  return row.offices.some(office => officesOf(user).includes(office)) ? 'work' : 'denied'
}

function judge(what: string, answer: Answer, expected: Saw | 'work', shows = false): void {
  tally.asked += 1
  const saw = sawOf(answer)
  const works = WORK.includes(answer.status) && !['role', 'use', 'sign-in', 'cut off'].includes(saw)
  const fits = expected === 'work' ? works : saw === expected
  tally[expected === 'work' ? 'permits' : 'refusals'] += 1
  if (!fits) {
    const meant = expected === 'work' ? 'WRONG REFUSAL' : works ? 'WRONG PERMIT' : 'unexpected'
    wrong.push(`${meant}: ${what}: ${saw} (${answer.status} ${answer.location}), expected ${expected}`)
  } else if (!shows && namesSomebody(answer.text)) wrong.push(`${what}: names somebody`)
}

const refusedBecause = async (user: CityUser, reason: string): Promise<number> => {
  const { rows } = await at()
    .ledger.pool(sideOf(user))
    .query<{ n: number }>(`select count(*)::int as n from audit_event where kind = 'refused' and body like $1 and body like $2`, [
      `%"${user.sdsUserId}"%`,
      `%"${reason}"%`,
    ])
  return rows[0]?.n ?? 0
}

test('R038 R050: every route of work beside the record, every user: whose role does it, and nobody else; who is turned away is written down', async () => {
  for (const user of users) {
    const seat = await seatOf(user)
    let denied = 0
    for (const route of officeRoutes) {
      const expected = expectedOf(user, rowOf(route))
      if (expected === 'denied') denied += 1
      const answer = await seat.send(route.method, pathOf(route))
      judge(`${user.family} ${nameOf(route)}`, answer, expected)
      if (expected === 'denied' && !answer.text.includes(NOT_YOURS)) wrong.push(`${user.family} ${nameOf(route)}: refused in other words`)
      // Without anything made up in its path it is a page; a made-up thing is not there.
      const known = !route.path.includes(':') || /:ods$|propose/.test(route.path)
      if (expected === 'work' && route.method === 'GET' && answer.status !== (known ? 200 : 404))
        wrong.push(`${user.family} ${nameOf(route)}: ${answer.status}`)
    }
    if ((await refusedBecause(user, 'office')) !== denied) wrong.push(`${user.family}: not each of ${denied} refusals was written down`)
  }
  soundSoFar()
})

test('R038: the first page of an office leads to what that role does, and to nothing that it may not', async () => {
  for (const user of users.filter(one => officesOf(one).length > 0)) {
    const seat = await seatOf(user)
    const { text } = await seat.send('GET', '/office')
    const links = new Set(Array.from(text.matchAll(/href="(\/office\/[a-z-]+)"/g), ([, path = '']) => path))
    const should = officeRoutes.filter(route => /^\/office\/[a-z-]+$/.test(route.path) && route.method === 'GET')
    for (const route of should)
      assert.equal(links.has(route.path), expectedOf(user, rowOf(route)) === 'work', `${user.family} ${route.path}`)
    for (const path of links) assert.equal((await seat.send('GET', path)).status, 200, `${user.family} ${path}`)
  }
})

test('R045: before the rules of use are accepted every route leads to them, and none of them shows anything', async () => {
  const whitfield = await seatCalled('Whitfield')
  const view = await openedBy(await seatCalled('Shah'), told.amara)
  for (const route of routes) {
    const { needs } = rowOf(route)
    if (needs === 'finding' || needs === 'record' || needs === 'reason' || needs === 'sharing') {
      const answer = await whitfield.send(route.method, pathOf(route, view))
      judge(`Whitfield ${nameOf(route)}`, answer, route.byScript === true ? 'denied' : 'use')
    }
  }
  assert.equal((await whitfield.send('POST', '/find', { nhsNumber: told.amara })).location.startsWith('/acceptable-use'), true)
  await softwareRefused(await softwareOf(at().london, whitfield.user), 'Whitfield', 'a'.repeat(24))
  const accepted = await whitfield.send('POST', '/acceptable-use', { to: '/find' })
  assert.equal(accepted.location, '/find')
  assert.notEqual((await whitfield.open(told.amara)).id, '')
  soundSoFar()
})

/** Opens by a claim and waits until it is decided. @returns the view. */
async function claimed(family: string, nhsNumber: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const seat = await seatCalled(family)
  const { id } = await seat.open(nhsNumber)
  await until(async () => sawOf(await seat.send('GET', `/r/${id}/?whole=1`)) !== 'deciding')
  await seat.send('POST', `/r/${id}/reason`, fields)
  await until(async () => sawOf(await seat.send('GET', `/r/${id}/?whole=1`)) === 'record')
  return id
}

const EMERGENCY = { reason: 'emergency-access', words: 'Unconscious in resus, no relatives' }

test("R106 care rules 6: an officer sees claims, alerts and decisions of their own organisation's staff, and no other's, whatever id they have", async () => {
  const { ledger } = at()
  const of = { RJZ: await claimed('Shah', told.weekendHub, EMERGENCY), RJ1: await claimed('Asante', told.weekendHub, EMERGENCY) }
  const officer = await seatCalled('Abelson')
  const elsewhere = await seatCalled('Tull')
  const idsOf = async (odsCode: 'RJZ' | 'RJ1') => {
    const claims = await ledger.pool('sel').query<{ id: string }>('select id from claim where ods_code = $1', [odsCode])
    const alerts = await ledger.pool('sel').query<{ id: string }>('select id from alert where ods_code = $1', [odsCode])
    const decisions = (await ledger.until(of[odsCode], 'admitted'))
      .filter(event => event.kind === 'evidence-checked')
      .map(event => event.uuid)
    return { claims: claims.rows.map(row => row.id), alerts: alerts.rows.map(row => row.id), decisions }
  }
  const [theirs, others] = [await idsOf('RJZ'), await idsOf('RJ1')]
  for (const ids of [theirs, others]) for (const kind of ['claims', 'alerts', 'decisions'] as const) assert.ok(ids[kind].length > 0, kind)
  const list = await officer.send('GET', '/office/privacy/claims')
  for (const id of theirs.claims) assert.ok(list.text.includes(id))
  for (const id of others.claims) assert.ok(!list.text.includes(id), 'a claim at another organisation')
  const pathsOf = ({ alerts, decisions }: typeof theirs): readonly (readonly ['GET' | 'POST', string])[] => [
    ...alerts.map(id => ['GET', `/office/privacy/alerts/${id}`] as const),
    ...decisions.flatMap(id => [
      ['GET', `/office/privacy/decisions/${id}`] as const,
      ['POST', `/office/privacy/decisions/${id}/again`] as const,
    ]),
  ]
  for (const [method, path] of pathsOf(theirs)) {
    const answer = await officer.send(method, path)
    assert.equal(answer.status, 200, path)
    judge(`Abelson ${path}`, answer, 'work', true)
    // One digit away is nothing.
    const near = path.replace(/[0-9a-f](?=(?:\/again)?$)/, digit => (digit === '0' ? '1' : '0'))
    judge(`Abelson ${near}`, await officer.send(method, near), 'not here')
    judge(`Tull ${path}`, await elsewhere.send(method, path), 'not here')
  }
  for (const [method, path] of pathsOf(others)) judge(`Abelson ${path}`, await officer.send(method, path), 'not here')
  const review = { outcome: 'in-order', note: '' }
  for (const id of others.claims)
    judge(`Abelson reviews ${id}`, await officer.send('POST', `/office/privacy/claims/${id}`, review), 'not here')
  await officer.send('POST', '/office/privacy/claims', { ids: others.claims.join(',') })
  const { rows } = await ledger.pool('sel').query('select from claim where id = any($1) and reviewed_at is not null', [others.claims])
  assert.equal(rows.length, 0, 'nothing of theirs was reviewed')
  soundSoFar()
})

const hrefsOf = (html: string): readonly string[] => Array.from(html.matchAll(/(?:href|action)="([^"]*)"/g), ([, path = '']) => path)

test('R048 R070 R082: a case is open to the office of its own exchange under an id that says nothing, and is not there for another', async () => {
  const { sel, ncl } = at().london
  const said = {
    name: 'Somebody Unmet',
    bornDay: '2',
    bornMonth: '3',
    bornYear: '1970',
    phone: '020 7946 0999',
    words: 'Please stop.',
    asker: 'self',
  }
  const form = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
  const sent = await ask(sel.url, 'POST', '/object', form, new URLSearchParams(said).toString())
  assert.equal(sent.status, 200)
  assert.doesNotMatch(sent.text, /Somebody|7946/, 'it says back nothing of what was said')
  const office = await seatCalled('Akhtar')
  const list = await office.send('GET', '/office/objections')
  const [path = ''] = hrefsOf(list.text).filter(href => /^\/office\/objections\/[0-9a-f-]{36}$/.test(href))
  const opened = await office.send('GET', path)
  assert.match(opened.text, /Somebody Unmet/)
  for (const href of [list, opened].flatMap(({ text }) => hrefsOf(text))) assert.doesNotMatch(href, /\d{10}|unmet|1970/i)
  const guardian = await seatCalled('Osei')
  assert.equal((await guardian.send('GET', path)).status, 200)

  const north = await seatCalled('Brandon')
  const before = await at().ledger.pool('sel').query('select count(*)::int as n from audit_event where kind like $1', ['objection-%'])
  for (const route of officeRoutes.filter(one => one.path.includes('/:case'))) {
    const theirs = pathOf({ ...route, path: route.path.replace('/office/objections/:case', path) })
    judge(`Brandon ${nameOf(route)}`, await north.send(route.method, theirs), 'not here')
    // The session of one exchange is nobody at another.
    judge(
      `Brandon at the other exchange ${nameOf(route)}`,
      await ask(sel.url, route.method, theirs, headersOf(north, route.method), `csrf=${north.csrf}`),
      'sign-in',
    )
  }
  const after = await at().ledger.pool('sel').query('select count(*)::int as n from audit_event where kind like $1', ['objection-%'])
  assert.deepEqual(after.rows, before.rows)
  assert.equal(
    (await ask(ncl.url, 'POST', '/object', { ...form, 'sec-fetch-site': 'cross-site' }, new URLSearchParams(said).toString())).status,
    403,
  )
  soundSoFar()
})

const headersOf = (seat: Seat, method: string): Readonly<Record<string, string>> => ({
  accept: 'text/html',
  cookie: seat.cookie,
  ...(method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
})
/** Somebody whose role does what this route is for. */
const rightfulFor = (row: Row): string =>
  row.needs === 'office' ? (users.find(user => row.offices.some(office => officesOf(user).includes(office)))?.family ?? '') : 'Shah'

test('R048: a form without its token, or sent by a page elsewhere, does nothing for anybody, and is written down', async () => {
  const shah = await seatCalled('Shah')
  const { id } = await shah.open(told.amara)
  const posts = routes.filter(route => route.method === 'POST' && !['public', 'health', 'fhir'].includes(route.permission))
  assert.ok(posts.length > 20)
  const counts = new Map<string, number>()
  for (const route of posts) {
    const family = rightfulFor(rowOf(route))
    const seat = await seatCalled(family)
    const path = pathOf(route, id)
    const whole = headersOf(seat, 'POST')
    for (const [what, headers, body] of [
      ['without a token', whole, 'nothing=here'],
      ['with the token of another', whole, `csrf=${family === 'Shah' ? (await seatCalled('Abelson')).csrf : shah.csrf}`],
      ['from elsewhere', { ...whole, 'sec-fetch-site': 'cross-site' }, `csrf=${seat.csrf}`],
      ['from another origin', { ...whole, origin: 'https://elsewhere.example' }, `csrf=${seat.csrf}`],
    ] as const) {
      judge(`${family} ${what} ${nameOf(route)}`, await ask(seat.base, 'POST', path, headers, body), 'denied')
      counts.set(family, (counts.get(family) ?? 0) + 1)
    }
  }
  for (const [family, count] of counts) assert.equal(await refusedBecause(userCalled(family), 'form-token'), count, family)
  assert.equal(sawOf(await shah.send('GET', `/r/${id}/?whole=1`)), 'record', 'the session and its view are as they were')
  soundSoFar()
})

test('R048: no path answers to a method that it has no row for', async () => {
  const shah = await seatCalled('Shah')
  const { id } = await shah.open(told.amara)
  const methods = ['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
  for (const path of new Set(routes.map(route => route.path))) {
    const served = new Set(routes.filter(route => route.path === path).map(route => route.method as string))
    const sample = routes.find(route => route.path === path)
    assert.ok(sample)
    const seat = await seatCalled(rightfulFor(rowOf(sample)))
    for (const method of methods.filter(one => !served.has(one))) {
      const target = pathOf(sample, id).replace('*', 'record.js')
      // Another row may have this path for its own: `/office/objections/contact` is no case.
      if ((method === 'GET' || method === 'POST') && routes.some(route => route.method === method && fits(route.path, target))) continue
      const answer = await ask(seat.base, method, target, headersOf(seat, 'GET'))
      tally.asked += 1
      tally.refusals += 1
      if (![404, 405].includes(answer.status) || namesSomebody(answer.text)) wrong.push(`${method} ${path}: ${answer.status}`)
    }
  }
  soundSoFar()
})
const fits = (pattern: string, path: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll('.', '\\.')
      .replaceAll('$', '\\$')
      .replaceAll(/:[a-z]+/g, '[^/]+')
      .replace('*', '.*')}$`,
  ).test(path)

/** Every route of the FHIR door, by software of somebody who may not: refused, and nobody named. */
async function softwareRefused(software: Software, family: string, ref: string): Promise<void> {
  const answers = [
    { what: '$match', answer: (await software.match(told.amara)).answer },
    ...(await Promise.all(
      fhirAsks(ref, 'Condition').map(async ([method, path, body]) => ({
        what: `${method} ${path.replaceAll(ref, ':id')}`,
        answer: await software.send(method, path, body),
      })),
    )),
  ]
  for (const { what, answer } of answers) {
    tally.asked += 1
    tally.refusals += 1
    if (![401, 403].includes(answer.status) || namesSomebody(answer.text)) wrong.push(`software of ${family} ${what}: ${answer.status}`)
  }
}

/** Every route of people, asked by somebody who may no longer: none shows anything. */
async function goneFor(seat: Seat, view: string, expected: readonly Saw[]): Promise<void> {
  for (const route of routes) {
    const row = rowOf(route)
    if (!['finding', 'record', 'reason', 'sharing', 'office', 'use'].includes(row.needs)) continue
    const answer = await seat.send(route.method, pathOf(route, view), { nhsNumber: told.amara })
    const saw = sawOf(answer)
    tally.asked += 1
    tally.refusals += 1
    if (!expected.includes(saw))
      wrong.push(`${seat.user.family} ${nameOf(route)}: ${saw} (${answer.status}), expected ${expected.join(' or ')}`)
    else if (namesSomebody(answer.text)) wrong.push(`${seat.user.family} ${nameOf(route)}: names somebody`)
  }
}
const openedBy = async (seat: Seat, nhsNumber: string): Promise<string> => {
  const { id } = await seat.open(nhsNumber)
  await until(async () => sawOf(await seat.send('GET', `/r/${id}/?whole=1`)) === 'record')
  return id
}

test('R026 HAZ-046: a user cut off in the middle of a session has no route left, nor another sign-in; two let them in again', async () => {
  const eze = await seatCalled('Eze')
  const id = await openedBy(eze, told.amara)
  const software = await softwareOf(at().london, eze.user)
  const { ref = '' } = await software.match(told.amara)
  assert.notEqual(ref, '')
  const hobbs = await seatCalled('Hobbs')
  const done = await hobbs.send('POST', '/office/isolation', { what: 'user', which: eze.user.sdsUserId, because: 'drill' })
  assert.equal(done.location, '/office/isolation')
  await until(async () => sawOf(await eze.send('GET', '/find')) !== 'record')
  await goneFor(eze, id, ['cut off', 'sign-in'])
  await softwareRefused(software, 'Eze', ref)
  const again = await takeSeat(eze.user, eze.base)
  await goneFor(again, id, ['cut off', 'sign-in'])
  const shah = await seatCalled('Shah')
  assert.equal((await shah.send('GET', '/find')).status, 200, 'nobody else is touched')

  const listed = await hobbs.send('GET', '/office/isolation')
  const release = formsOf(listed.text).find(form => form.action.endsWith('/release'))?.action ?? ''
  assert.equal((await hobbs.send('POST', release)).status, 303)
  assert.equal((await hobbs.send('POST', release)).status, 403, 'the same person twice')
  assert.ok(['cut off', 'sign-in'].includes(sawOf(await eze.send('GET', '/find'))))
  const second = await seatCalled('Carvalho')
  assert.equal((await second.send('POST', release)).status, 303)
  let fresh = await takeSeat(eze.user, eze.base)
  await until(async () => {
    const { status } = await fresh.send('GET', '/find')
    if (status !== 200) fresh = await takeSeat(eze.user, eze.base)
    return status === 200
  })
  soundSoFar()
})

test('R040 R041: a role that is taken from the table, or employment that ends, between sign-in and request', async () => {
  const { london, ledger } = at()
  const document = london.inForce.catalogue('SEL') as ApplyDocument
  const now = new Date()
  const put = async (over: Partial<ApplyDocument>): Promise<void> => {
    const applied = await apply(ledger.pool('sel'), { ...document, ...over }, now)
    assert.ok(applied.ok, applied.ok ? '' : applied.fault.detail)
  }
  const nurse = await seatCalled('Mensah')
  const view = await openedBy(nurse, told.amara)
  const software = await softwareOf(london, nurse.user)
  const { ref = '' } = await software.match(told.amara)
  const code = nurse.user.roles[0]?.roleCode.split(':').at(-1)
  const officer = await seatCalled('Pell')
  const steward = officer.user.roles[0]?.roleCode.split(':').at(-1)
  const isOf = ({ jobRole }: { readonly jobRole: string }): boolean => jobRole === code || jobRole === steward
  assert.equal(document.roles.filter(isOf).length, 2)
  try {
    await put({ roles: document.roles.filter(role => !isOf(role)) })
    await until(async () => sawOf(await nurse.send('GET', '/find')) === 'role')
    await until(async () => sawOf(await officer.send('GET', '/office/opt-outs')) === 'role')
    await goneFor(nurse, view, ['role', 'sign-in'])
    await softwareRefused(software, 'Mensah', ref)
    await goneFor(officer, view, ['role', 'sign-in'])
  } finally {
    await put({})
  }
  await until(async () => (await nurse.send('GET', '/find')).status === 200)

  const { sdsUserId, roles } = nurse.user
  const standing = {
    sdsUserId,
    odsCode: roles[0]?.orgCode ?? '',
    register: 'registered',
    teams: [],
    acceptedUse: now.toISOString(),
  } as const
  await put({ staff: [{ ...standing, employment: 'ended' }] })
  const { id } = await nurse.open(told.amara)
  const answer = await nurse.send('GET', `/r/${id}/?whole=1`)
  judge('Mensah has left', id === '' ? (await nurse.open(told.amara)).found : answer, 'denied')
  soundSoFar()
})
