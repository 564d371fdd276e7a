import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Agent } from 'undici'
import type { SectionId } from '../src/care-record/section.ts'
import { createAuthority } from '../src/exchange/doors/for-tests.ts'
import type { StoredEvent } from '../src/exchange/audit/verify.ts'
import { FORWARDED } from '../src/exchange/doors/forward.ts'
import { told } from '../src/london/people/told-people.ts'
import { londonUsers, type CityUser } from '../src/london/users.ts'
import { factOf } from './support/ledger.ts'
import { stage } from './support/london.ts'
import { nameOf, rowOf, servedRoutes, unspoken } from './support/route-table.ts'
import { ask, namesSomebody, sawOf, takeSeat, tokenOf, type Answer, type Seat } from './support/seat.ts'
import { fhirAsks, resourcesIn, softwareOf } from './support/fhir-seat.ts'
import { each, entriesIn, NO_ENTRIES, opened, createSweep, sendTo } from './support/sweep.ts'
import { hasLapsed, otherOf, ownOf, reachOf, stateOf, type State } from './support/who-may.ts'

/**
 * Every route of the running table by every user of two exchanges, for people in their care, people who are not, and people whom
 * the law, the register or their own wish sets apart; views of others, of another session and closed ones. What should come is
 * in `support/route-table.ts` and `support/who-may.ts`, which are written from the care rules.
 */
const at = stage({ processes: 1 })
const users = londonUsers.filter(user => user.exchange === 'SEL' || user.exchange === 'NCL')
/** Of those who do the same work at the same place, the first. */
const kindOf = (user: CityUser): string => JSON.stringify([user.exchange, user.roles[0]?.orgCode, user.roles[0]?.roleCode, hasLapsed(user)])
const first = users.filter((user, n) => users.findIndex(one => kindOf(one) === kindOf(user)) === n)
const here = first.filter(user => typeof reachOf(user) !== 'string')
const routes = await servedRoutes()
const { tally, wrong, viewRoutes, judge, sweep, soundSoFar } = createSweep(routes.public)
const seats = new Map<CityUser, Seat>()
const seatOf = (user: CityUser): Seat => {
  const seat = seats.get(user)
  assert.ok(seat, user.family)
  return seat
}

const NO_OWN = ['Fenwick']
const views = new Map<CityUser, { readonly own?: string; readonly other?: string }>()

test('R038 R048 R049: every route of the running exchanges is there, and has a row in the table', async () => {
  await each(first, async user => void seats.set(user, await takeSeat(user, at().london.exchange(user.exchange).url)))
  assert.deepEqual(unspoken([...routes.public, ...routes.mtls]), { routes: [], rows: [] })
  // The process that runs has these routes: one that it does not have answers that there is nothing.
  const { base } = seatOf(users[0] as CityUser)
  for (const route of routes.public.filter(one => one.permission !== 'public')) {
    const path = route.path.replaceAll(/:[a-z]+/g, 'Patient')
    const answer = await ask(
      base,
      route.method,
      path,
      { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      route.method === 'POST' ? '' : undefined,
    )
    assert.notEqual(answer.status, 404, nameOf(route))
  }
})

test('R040 R046 R050 R051: who may open nothing gets nowhere, with whatever view, list or person in hand', async () => {
  const shah = seatOf(users.find(user => user.family === 'Shah') as CityUser)
  const theirs = await opened(shah, told.amara)
  assert.equal(theirs.state, 'open')
  await each(
    first.filter(user => typeof reachOf(user) === 'string'),
    async user => {
      const unmapped = reachOf(user) === 'nothing'
      const seat = unmapped
        ? seatOf(user).with(await tokenOf(at().ledger.pool(user.exchange === 'SEL' ? 'sel' : 'ncl'), user))
        : seatOf(user)
      for (const route of viewRoutes) {
        const answer = await sendTo(seat, route, theirs.id, NO_ENTRIES)
        judge(`${user.family} ${nameOf(route)}`, answer, sawOf(answer), unmapped ? ['role', 'sign-in'] : ['not here'])
      }
      for (const route of routes.public.filter(one => rowOf(one).needs === 'finding')) {
        const path = route.path.replace(':list', 'L'.repeat(43))
        const answer = await seat.send(route.method, path, { nhsNumber: told.amara, ref: 'x'.repeat(43) })
        // Who has a role that opens nothing sees the page to search on, and finds nobody by it.
        const saw = unmapped || /OKAFOR/.test(answer.text) || answer.location.startsWith('/r/') ? sawOf(answer) : 'denied'
        judge(`${user.family} ${nameOf(route)}`, answer, saw, unmapped ? ['role'] : ['denied'])
      }
      for (const person of ['amara', otherOf(user), 'flagged', 'objector'] as const) {
        const { id } = await seat.open(told[person])
        assert.equal(id, '', `${user.family} opened ${person}`)
      }
    },
  )
  soundSoFar()
})

test('R038 R039 R040: every route, every user, a person in their care', async () => {
  await each(here, async user => {
    const seat = seatOf(user)
    const own = ownOf(user, at().london.city.people)
    if (own === undefined) return
    const id = await sweep(seat, own.nhsNumber, stateOf(user, own.who), 'own')
    if (id !== '') views.set(user, { own: id })
  })
  assert.deepEqual(
    here.filter(user => !views.has(user)).map(({ family }) => family),
    NO_OWN,
    'all but whose organisation has no system of its own here',
  )
  soundSoFar()
})

test('R038 R054: every route, every user, a person whom their organisation has never met', async () => {
  await each(here, async user => {
    const id = await sweep(seatOf(user), told[otherOf(user)], stateOf(user, otherOf(user)), 'other')
    views.set(user, { ...views.get(user), other: id })
  })
  soundSoFar()
})

const ID = { flagged: 'D09 R009', objector: 'R076 D112', restricted: 'R062', restrictedTwin: 'R062' } as const
for (const person of ['flagged', 'objector', 'restricted', 'restrictedTwin'] as const)
  test(`${ID[person]}: every route, every user: ${person}`, async () => {
    await each(
      here,
      async user =>
        void (await sweep(seatOf(user), told[person], stateOf(user, person), person, {
          masked: person === 'flagged',
          third: here.indexOf(user),
        })),
    )
    soundSoFar()
  })

test("D164: every route, every user, another's view with an item of it, and one's own view from another session", async () => {
  const donors = here.filter(user => views.get(user)?.own !== undefined)
  await each(here, async user => {
    const others = donors.filter(one => one.exchange === user.exchange && one !== user)
    const donor = others[here.indexOf(user) % others.length] as CityUser
    const theirs = views.get(donor)?.own ?? ''
    const reach = reachOf(donor)
    const entries = await entriesIn(seatOf(donor), theirs, typeof reach === 'object' ? reach.sections.slice(0, 12) : [])
    const again = await takeSeat(user, seatOf(user).base)
    const mine = views.get(user)?.own ?? views.get(user)?.other ?? ''
    for (const route of viewRoutes) {
      for (const [what, seat, view] of [
        [`with a view of ${donor.family}`, seatOf(user), theirs],
        ['in another session', again, mine],
      ] as const) {
        const answer = await sendTo(seat, route, view, entries)
        judge(`${user.family} ${what} ${nameOf(route)}`, answer, sawOf(answer), ['not here'])
      }
      // An item of another's view in one's own.
      const row = rowOf(route)
      const link = row.needs === 'record' ? row.link : undefined
      if (link === undefined || entries.of(link) === undefined || views.get(user)?.own === undefined) continue
      const answer = await sendTo(seatOf(user), route, mine, entries)
      judge(`${user.family} with an item of ${donor.family} ${nameOf(route)}`, answer, sawOf(answer), ['not here'], 'open')
    }
  })
  soundSoFar()
})

test('R038 care rules 1.3: a claim opens for who may make one, and never past an objection', async () => {
  await each(here, async user => {
    const seat = seatOf(user)
    const reach = reachOf(user)
    for (const [person, after] of [
      [otherOf(user), 'open'],
      ['objector', 'nothing'],
    ] as const) {
      if (!stateOf(user, person).includes('claim')) continue
      const { id } = await opened(seat, told[person])
      await seat.send('POST', `/r/${id}/reason`, { reason: 'claim-treating' })
      const answer = await seat.send('GET', `/r/${id}/?whole=1`)
      judge(`${user.family} after a claim: ${person}`, answer, sawOf(answer), [after === 'open' ? 'record' : 'nothing'])
    }
    if (typeof reach === 'object' && !reach.mayClaim) {
      const { id } = await opened(seat, told[otherOf(user)])
      await seat.send('POST', `/r/${id}/reason`, { reason: 'claim-treating' })
      const answer = await seat.send('GET', `/r/${id}/?whole=1`)
      judge(`${user.family} may make no claim`, answer, sawOf(answer), ['denied', 'not here'])
    }
  })
  soundSoFar()
})

/** What a job role may see as FHIR: types by the section they stand in, from the profile of each and not from the door's table. */
const TYPES: Readonly<Record<string, readonly SectionId[]>> = {
  AllergyIntolerance: ['allergies'],
  Condition: ['problems'],
  MedicationRequest: ['medicines'],
  MedicationStatement: ['medicines'],
  Immunization: ['vaccinations'],
  Procedure: ['procedures'],
  Encounter: ['encounters'],
  Appointment: ['appointments'],
  ServiceRequest: ['referrals', 'results', 'imaging'],
  CarePlan: ['plans'],
  Flag: ['alerts', 'about-me'],
  ImagingStudy: ['imaging'],
  FamilyMemberHistory: ['family-history'],
  DocumentReference: ['documents', 'plans'],
  Observation: ['results', 'observations', 'imaging', 'social-context', 'family-history', 'social-care', 'problems'],
  DiagnosticReport: ['results', 'imaging'],
  CareTeam: ['contacts'],
  RelatedPerson: ['contacts'],
}
const typeNames = Object.keys(TYPES)

/** Asked again where somebody who was asked whether the person is in care did not answer in time, which is no answer. */
async function decided(send: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await send()
    if (answer.status !== 503) return answer
  }
}
const STATUS = { open: 200, claim: 403, denied: 403, nothing: 404 } as const

function judgeFhir(what: string, answer: Answer, expected: readonly number[]): void {
  tally.asked += 1
  const [shows, may] = [answer.status === 200, expected.includes(200)]
  tally[shows ? 'permits' : 'refusals'] += 1
  if (!expected.includes(answer.status))
    wrong.push(
      `${shows ? 'WRONG PERMIT' : may ? 'WRONG REFUSAL' : 'unexpected'}: ${what}: ${answer.status}, expected ${expected.join(' or ')}`,
    )
  else if (!shows && namesSomebody(answer.text)) wrong.push(`${what}: a refusal that names somebody`)
}

test('R001 R040 R048: every route of the FHIR door, every user, everybody, and a patient of another user', async () => {
  const patients = new Map<string, string>()
  await each(first, async user => {
    const software = await softwareOf(at().london, user)
    const reach = reachOf(user)
    const type = typeNames[first.indexOf(user) % typeNames.length] ?? 'Condition'
    if (typeof reach === 'string') {
      judgeFhir(`${user.family} $match`, (await software.match(told.amara)).answer, [403])
      for (const [method, path, body] of fhirAsks('a'.repeat(24), type))
        judgeFhir(`${user.family} ${method} ${path}`, await software.send(method, path, body), reach === 'nothing' ? [403] : [403, 404])
      return
    }
    const own = ownOf(user, at().london.city.people)
    const people: readonly (readonly [what: string, nhsNumber: string, states: readonly State[]])[] = [
      ...(own === undefined ? [] : [['own', own.nhsNumber, stateOf(user, own.who)] as const]),
      ['other', told[otherOf(user)], ['open', 'claim', 'denied']],
      ...(['flagged', 'objector', 'restrictedTwin'] as const).map(
        who =>
          [
            who,
            told[who],
            who === 'objector' ? [...stateOf(user, who), 'nothing' as const] : [...stateOf(user, who), 'open' as const],
          ] as const,
      ),
    ]
    for (const [what, nhsNumber, states] of people) {
      const { ref, answer } = await software.match(nhsNumber)
      judgeFhir(`${user.family} ${what} $match`, answer, [200])
      if (ref === undefined) {
        wrong.push(`${user.family} ${what}: not found`)
        continue
      }
      if (what === 'own') patients.set(user.family, ref)
      const absent = (path: string): boolean => path.includes('0'.repeat(32))
      // Everything and a summary are much work: of somebody in their care each user asks for one of the four, of others for two routes
      // in turn. All are asked by somebody in each case.
      const turn = first.indexOf(user) + people.findIndex(one => one[0] === what)
      const heavy = ['GET $everything', 'POST $everything', 'GET $summary', 'POST $summary'][turn % 4] ?? ''
      const all = fhirAsks(ref, type)
      const asks =
        what === 'own'
          ? all.filter(([method, path]) => !path.includes('$') || `${method} ${path.split('/').at(-1) ?? ''}` === heavy)
          : [0, 1].flatMap(n => [all[(turn * 2 + n) % all.length]].filter(one => one !== undefined))
      for (const [method, path, body] of asks) {
        const expected = states
          .map(state => STATUS[state])
          .flatMap(status => (absent(path) ? (status === 200 ? [404] : [404, status]) : [status]))
        judgeFhir(
          `${user.family} ${what} ${method} ${path.replace(ref, ':id')}`,
          await decided(() => software.send(method, path, body)),
          expected,
        )
      }
      if (what !== 'own' || !states.includes('open')) continue
      const foremost = here.find(one => JSON.stringify(reachOf(one)) === JSON.stringify(reach))
      for (const one of user === foremost ? typeNames : [type]) {
        const found = await software.send('GET', `/${one}?patient=${ref}`)
        judgeFhir(`${user.family} own ${one}`, found, [200])
        const matches = resourcesIn(found)
        if (matches.length > 0 && !TYPES[one]?.some(section => reach.sections.includes(section)))
          wrong.push(`WRONG PERMIT: ${user.family} ${one}: ${matches.length} statements of sections that are not theirs`)
        const [item] = matches
        if (item !== undefined)
          judgeFhir(`${user.family} own ${one} by id`, await software.send('GET', `/${item.resourceType}/${item.id}`), [200])
      }
    }
  })
  await each(here, async user => {
    const [family, ref] = [...patients].find(([theirs]) => theirs !== user.family) ?? ['', '']
    const software = await softwareOf(at().london, user)
    for (const [method, path, body] of fhirAsks(ref, 'Condition'))
      judgeFhir(
        `${user.family} with a patient of ${family} ${method} ${path.replace(ref, ':id')}`,
        await software.send(method, path, body),
        [404],
      )
  })
  soundSoFar()
})

test('R006: the door of exchanges and processes: no route for a certificate that is not the one it needs', async () => {
  const { london, dir } = at()
  const port = london.faults.get('peer-sel')?.port ?? 0
  const shah = seatOf(users.find(user => user.family === 'Shah') as CityUser)
  const { id } = await opened(shah, told.amara)
  const file = (name: string): string => readFileSync(join(dir, 'pki', name), 'utf8')
  const ca = file('ca.pem')
  const stranger = await (await createAuthority())(['urn:lcr:exchange:NCL'])
  const holders: readonly (readonly [who: string, connect: object | undefined, forwarded: boolean])[] = [
    ['nobody', { ca }, false],
    ['a stranger', { ca, cert: stranger.cert, key: stranger.key }, false],
    ['another exchange', { ca, cert: file('ncl-1.pem'), key: file('ncl-1.key') }, false],
    ['another exchange that says it is a process of this one', { ca, cert: file('ncl-1.pem'), key: file('ncl-1.key') }, true],
    ['this exchange itself, not handing over', { ca, cert: file('sel-1.pem'), key: file('sel-1.key') }, false],
  ]
  for (const [who, connect, forwarded] of holders) {
    const through = new Agent({ connections: 4, connect: { ...connect, servername: 'localhost' } })
    for (const route of routes.mtls) {
      const path = route.path
        .replace(':view', id)
        .replace(':type', 'Condition')
        .replaceAll(/:[a-z]+/g, 'x')
      const headers = {
        accept: 'text/html',
        cookie: shah.cookie,
        ...(forwarded && { [FORWARDED]: '1' }),
        ...(route.method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
      }
      const body = route.method === 'POST' ? `csrf=${shah.csrf}` : undefined
      const answer = await ask(`https://localhost:${port}`, route.method, path, headers, body, through).catch(() => undefined)
      tally.asked += 1
      // Its public keys, and ids of what is held, are for any exchange that is connected.
      const theirs = who.startsWith('another exchange') && route.permission === 'peer' && route.method === 'GET'
      const got = answer?.status ?? 0
      const turnedAway = who === 'nobody' || who === 'a stranger' ? [0] : [401, 403, 415]
      // Nor does it say a list to who does not ask for one in the words of exchanges.
      const fits = (theirs ? [200] : route.path === '/peer/v1/lists' ? [...turnedAway, 400] : turnedAway).includes(got)
      tally[theirs ? 'permits' : 'refusals'] += 1
      if (!fits || namesSomebody(answer?.text ?? ''))
        wrong.push(`${got === 200 ? 'WRONG PERMIT' : 'unexpected'}: ${who} ${nameOf(route)}: ${got}`)
    }
    await through.close()
  }
  soundSoFar()
})

test('every route, every user, a view that is closed', async () => {
  await each(here, async user => {
    const seat = seatOf(user)
    const mine = views.get(user)?.own
    if (mine === undefined) return
    assert.equal(sawOf(await seat.send('POST', `/r/${mine}/close`)), 'moved')
    for (const route of viewRoutes) {
      const answer = await sendTo(seat, route, mine, NO_ENTRIES)
      judge(`${user.family} closed ${nameOf(route)}`, answer, sawOf(answer), ['not here'])
    }
  })
  soundSoFar()
})

test('R038 R040 R046: what both exchanges wrote down that they showed is of permitted roles, sections and people', async t => {
  const { ledger } = at()
  const byId = new Map<string, CityUser>(users.map(user => [user.sdsUserId, user]))
  let shown = 0
  for (const side of ['sel', 'ncl'] as const) {
    const { rows } = await ledger.pool(side).query<{ kind: string; sds_user_id: string; nhs_number: string; body: string }>(
      `select kind, sds_user_id, nhs_number, body from audit_event
       where kind in ('shown', 'document-opened', 'section-opened', 'printed')`,
    )
    for (const { kind, sds_user_id, nhs_number, body } of rows) {
      const user = byId.get(sds_user_id)
      const reach = user && reachOf(user)
      assert.ok(user && typeof reach === 'object', `${kind} to ${user?.family}`)
      assert.notEqual(nhs_number, told.objector, `${kind} of somebody who objects`)
      for (const section of factOf({ event: JSON.parse(body) as StoredEvent['event'] }, 'section')) {
        shown += 1
        assert.ok(
          reach.sections.some(one => one === section),
          `${kind} of ${section} to ${user.family}`,
        )
      }
    }
  }
  assert.ok(shown > 1_000)
  t.diagnostic(
    `${new Set([...routes.public, ...routes.mtls].map(nameOf)).size} routes, ${first.length} users: ${tally.asked} requests, ${tally.permits} permitted, ${tally.refusals} refused, 0 wrong`,
  )
  assert.equal(tally.permits + tally.refusals, tally.asked)
})
