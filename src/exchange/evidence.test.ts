import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { OrganisationKind } from '../care-record/catalogue.ts'
import type { EvidenceFact } from '../care-record/decision.ts'
import { NO_OBJECTION } from '../care-record/objection.ts'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { ok } from '../care-record/result.ts'
import { decide } from './access/decide.ts'
import { catalogue, role, standing } from './access/for-tests.ts'
import { firstRules } from './access/rules/first-rules.ts'
import { gatherEvidence } from './evidence.ts'
import { createRecheck } from './recheck.ts'
import { createEvidenceReader } from './sources/fhir/evidence.ts'
import { NHS_NUMBER_SYSTEM } from './sources/reading/demographics.ts'
import { answering, bundleOf, json, patientOf } from './sources/reading/answering.ts'
import { personOf, sourceOf } from './sources/reading/fixtures.ts'
import type { Admission, OpenView, ViewRequest } from './view-ports.ts'

const START = Date.parse('2026-11-21T11:00:00Z') // a Saturday
const HOUR = 3_600_000
const iso = (ms: number): string => new Date(ms).toISOString()
type Held = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
const subject = { reference: 'Patient/p1' }
const admitted = (over: Readonly<Record<string, unknown>> = {}): Held => ({
  Encounter: [
    {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'in-progress',
      class: { code: 'IMP' },
      period: { start: iso(START - HOUR) },
      subject,
      ...over,
    },
  ],
})

/** One organisation with a real FHIR server, our own store of facts, our clock, the rules in force. */
async function house(
  t: TestContext,
  of: { readonly kind?: OrganisationKind; readonly roleCode?: string; readonly person?: Partial<Person>; readonly knownAs?: string } = {},
) {
  const person = personOf(of.person)
  let knownAs: string = of.knownAs ?? person.nhsNumber
  let held: Held = {}
  let up = true
  let nowMs = START
  const system = await answering((url, response) => {
    const type = url.pathname.split('/').at(-1) ?? ''
    if (!up) return json(response, {}, 503)
    if (type !== 'Patient') return json(response, bundleOf(...(held[type] ?? [])))
    const isKnown = url.searchParams.get('identifier') === `${NHS_NUMBER_SYSTEM}|${knownAs}`
    return json(response, bundleOf(...(isKnown ? [patientOf({ identifier: [{ system: NHS_NUMBER_SYSTEM, value: knownAs }] })] : [])))
  })
  t.after(() => system.close())
  const source = sourceOf({ id: 'th', baseUrl: system.url, givesEvidence: true })
  const kind = of.kind ?? 'acute'
  const house = catalogue({
    sources: [source],
    organisations: new Map([['RJZ', { odsCode: 'RJZ', name: 'The House', short: 'TH', kind }]]),
    roles: new Map([
      role('R8000', 'doctor', true),
      role('R0260', 'gp', true),
      role('R8014', 'social-worker', false),
      role('R8010', 'clerk', false),
      role('R0600', 'community-nurse', true),
      role('R0110', 'paramedic', true),
      role('R9725', 'care-home', true),
    ]),
  })
  const viewer: Viewer = {
    sdsUserId: '1',
    name: 'Dr A',
    sdsRoleProfileId: '2',
    roleCode: of.roleCode ?? 'S8000:G8000:R8000',
    roleName: 'Doctor',
    odsCode: 'RJZ',
    organisationName: 'The House',
    assurance: 'AAL2',
  }
  let stored: readonly EvidenceFact[] = []
  const now = (): Date => new Date(nowMs)
  const admission = (facts: readonly EvidenceFact[], unavailable: readonly string[] = []): Admission => ({
    ...decide({
      viewer,
      standing: standing({ acceptedUse: iso(START - HOUR) }),
      purpose: 'direct-care',
      now: iso(nowMs),
      person,
      facts,
      unavailable,
      objections: NO_OBJECTION,
      catalogue: house,
      rules: firstRules,
    }),
    reasons: [],
  })
  const evidence = gatherEvidence({
    db: { query: async () => ({ rows: [] }) },
    catalogue: () => house,
    access: {
      storedFacts: async () => ({ facts: stored, fresh: stored.filter(fact => Date.parse(fact.seenAt) > nowMs - 15 * 60_000) }),
      storeFacts: async (_tx, about, facts) => void (stored = [...stored.filter(one => one.nhsNumber !== about.nhsNumber), ...facts]),
    },
    readEvidence: createEvidenceReader({ dispatcher: system.dispatcher, tokens: { token: async () => ok('x') } }),
    suffices: async facts => admission(facts).verdict === 'permit',
    now,
  })
  return {
    person,
    viewer,
    evidence,
    now,
    catalogue: () => house,
    admission,
    holds: (next: Held) => void (held = next),
    goesAway: (away = true) => void (up = !away),
    knows: (nhsNumber: string) => void (knownAs = nhsNumber),
    at: (ms: number) => void (nowMs = ms),
    asked: () => system.seen.length,
    stored: () => stored,
    async looks() {
      const found = await evidence(person, viewer, { signal: AbortSignal.timeout(2_000) })
      return { ...admission(found.facts as readonly EvidenceFact[], found.unavailable), unavailable: found.unavailable }
    },
  }
}

test('care rules 1.2: what is stored and fresh spares the asking, only when it opens the record', async t => {
  const h = await house(t)
  assert.equal((await h.looks()).verdict, 'claim')
  const before = h.asked()
  h.holds(admitted())
  assert.equal((await h.looks()).verdict, 'permit', 'an arrival of the last minutes is heard')
  assert.ok(h.asked() > before)
  const after = h.asked()
  assert.equal((await h.looks()).verdict, 'permit')
  assert.equal(h.asked(), after)
})
const [former, others] = ['9990000042' as NhsNumber, '9990000050' as NhsNumber]
for (const [name, numbers, knownAs, verdict] of [
  ['their number', {}, '9990000018', 'permit'],
  ['one the register has replaced by theirs', { formerNumbers: [former], replacedNumbers: [former] }, former, 'permit'],
  ['one of which the register says so no longer', { formerNumbers: [former], replacedNumbers: [] }, former, 'claim'],
  ['one it never said so of', { formerNumbers: [former], replacedNumbers: [former] }, others, 'claim'],
] as const)
  test(`care rules 1.1: somebody lies in the hospital that knows them by ${name}: ${verdict}`, async t => {
    const h = await house(t, { person: numbers, knownAs })
    h.holds(admitted())
    assert.equal((await h.looks()).verdict, verdict)
  })
test('care rules 1.2: once the hospital knows the new number, nothing is left of what it said under the old one', async t => {
  const h = await house(t, { person: { formerNumbers: [former], replacedNumbers: [former] }, knownAs: former })
  h.holds(admitted())
  assert.equal((await h.looks()).verdict, 'permit')
  assert.deepEqual(
    h.stored().map(fact => fact.nhsNumber),
    [former],
  )
  h.goesAway()
  h.at(START + 20 * 60_000)
  const silent = await h.looks()
  assert.deepEqual([silent.verdict, silent.unavailable], ['permit', ['The House']], 'its last word stands under either')
  h.goesAway(false)
  h.knows(h.person.nhsNumber)
  assert.equal((await h.looks()).verdict, 'permit')
  assert.deepEqual(
    h.stored().map(fact => fact.nhsNumber),
    [h.person.nhsNumber],
  )
  h.holds(admitted({ status: 'entered-in-error' }))
  h.at(START + 40 * 60_000)
  assert.equal((await h.looks()).verdict, 'claim')
})
test('care rules 1.2: a stay that opens the record spares asking for bookings; those known before wait, and are asked for when it does not', async t => {
  const h = await house(t)
  const booked = {
    Appointment: [
      {
        resourceType: 'Appointment',
        id: 'a1',
        status: 'booked',
        created: iso(START - HOUR),
        start: iso(START + 24 * HOUR),
        participant: [{ actor: subject, status: 'accepted' }],
      },
    ],
  }
  const typesOf = (facts: unknown): readonly string[] => (facts as readonly EvidenceFact[]).map(fact => fact.type)
  const heard = async (): Promise<readonly string[]> =>
    typesOf((await h.evidence(h.person, h.viewer, { signal: AbortSignal.timeout(2_000) })).facts)
  h.holds(booked)
  assert.deepEqual(await heard(), ['outpatient'])
  h.at(START + 20 * 60_000)
  h.holds({ ...admitted(), ...booked })
  const before = h.asked()
  assert.deepEqual(await heard(), ['inpatient'], 'what was not heard now grants nothing now')
  assert.equal(h.asked() - before, 2, 'the person and their encounters')
  assert.deepEqual(typesOf(h.stored()).toSorted(), ['inpatient', 'outpatient'], 'it is kept')
  h.at(START + 40 * 60_000)
  h.holds({ ...admitted({ status: 'entered-in-error' }), Appointment: [{ ...booked.Appointment[0], status: 'cancelled' }] })
  assert.equal((await h.looks()).verdict, 'claim', 'and what was taken back is heard')
})
test('care rules 1.2: a late feed is no revocation: the last word stands, its window decides, and the silent one is named', async t => {
  const h = await house(t)
  h.holds(admitted())
  await h.looks()
  h.goesAway()
  h.at(START + 6 * 24 * HOUR)
  const silent = await h.looks()
  assert.deepEqual([silent.verdict, silent.unavailable], ['permit', ['The House']])
  h.at(START + 7 * 24 * HOUR)
  assert.equal((await h.looks()).verdict, 'claim', 'seven days without a message')
})
test('R107: a Saturday booking at a hub opens the record to its GP from the booking on, and thirty days after', async t => {
  const h = await house(t, { kind: 'gp-practice', roleCode: 'S8000:G8000:R0260' })
  const booking = (over: Readonly<Record<string, unknown>> = {}): Held => ({
    Appointment: [
      {
        resourceType: 'Appointment',
        id: 'a1',
        status: 'booked',
        created: iso(START - 24 * HOUR),
        start: iso(START + 3 * HOUR),
        end: iso(START + 3.25 * HOUR),
        participant: [{ actor: subject, status: 'accepted' }],
        ...over,
      },
    ],
  })
  assert.equal((await h.looks()).verdict, 'claim', 'before anybody has booked')
  h.holds(booking())
  assert.equal((await h.looks()).verdict, 'permit')
  h.at(START + 3.25 * HOUR + 30 * 24 * HOUR - 1)
  assert.equal((await h.looks()).verdict, 'permit')
  h.at(START + 3.25 * HOUR + 30 * 24 * HOUR)
  assert.equal((await h.looks()).verdict, 'claim')
})
test('R107: a booking that is cancelled opens nothing from then on', async t => {
  const h = await house(t, { kind: 'gp-practice', roleCode: 'S8000:G8000:R0260' })
  const appointment = {
    resourceType: 'Appointment',
    id: 'a1',
    created: iso(START - HOUR),
    start: iso(START + HOUR),
    participant: [{ actor: subject }],
  }
  h.holds({ Appointment: [{ ...appointment, status: 'booked' }] })
  assert.equal((await h.looks()).verdict, 'permit')
  h.at(START + 20 * 60_000)
  h.holds({ Appointment: [{ ...appointment, status: 'cancelled' }] })
  assert.equal((await h.looks()).verdict, 'claim')
})
test('R106: a transfer that was accepted opens the record before arrival, for three days', async t => {
  const h = await house(t)
  h.holds({
    ServiceRequest: [
      {
        resourceType: 'ServiceRequest',
        id: 's1',
        status: 'active',
        intent: 'order',
        subject,
        category: [{ coding: [{ system: 'http://snomed.info/sct', code: '107724000' }] }],
        performer: [{ identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RJZ' } }],
        authoredOn: iso(START - 2 * HOUR),
        meta: { lastUpdated: iso(START - HOUR) },
      },
    ],
  })
  assert.equal((await h.looks()).verdict, 'permit')
  h.at(START - HOUR + 72 * HOUR)
  assert.equal((await h.looks()).verdict, 'claim')
})

const visit = (code: string, status: string, over: Readonly<Record<string, unknown>> = {}): Held =>
  admitted({ status, class: { code }, meta: { lastUpdated: iso(START - HOUR) }, ...over })
const caseload = (status: string, end?: number): Held => ({
  EpisodeOfCare: [
    {
      resourceType: 'EpisodeOfCare',
      id: 'c1',
      status,
      patient: subject,
      period: { start: iso(START - 40 * 24 * HOUR), ...(end === undefined ? {} : { end: iso(end) }) },
      meta: { lastUpdated: iso(START - 30 * 24 * HOUR) },
    },
  ],
})
const bookedAt = (start: string, status = 'booked'): Held => ({
  Appointment: [
    {
      resourceType: 'Appointment',
      id: 'a1',
      status,
      created: iso(START - 24 * HOUR),
      start,
      participant: [{ actor: subject, status: 'accepted' }],
    },
  ],
})
const day = (days: number): number => START + days * 24 * HOUR
const registered = { practice: 'RJZ' }
/** From what their own system says to what they may do, at hours of the story. Nothing else is known of the person. */
const stories: readonly (readonly [
  name: string,
  who: { readonly kind: OrganisationKind; readonly role: string; readonly person?: Partial<Person> },
  held: Held,
  then: readonly (readonly [atMs: number, verdict: Admission['verdict']])[],
])[] = [
  [
    'a pre-alert to this A&E, who never arrives',
    { kind: 'acute', role: 'R8000' },
    visit('EMER', 'planned'),
    [
      [START, 'permit'],
      [START + 47 * HOUR - 1, 'permit'],
      [START + 47 * HOUR, 'claim'],
    ],
  ],
  [
    'a decision to admit, the bed not yet free',
    { kind: 'acute', role: 'R8000' },
    visit('IMP', 'planned', { period: {} }),
    [
      [START, 'permit'],
      [day(20), 'permit'],
    ],
  ],
  [
    'a patient who left A&E without being discharged by anybody',
    { kind: 'acute', role: 'R8000' },
    visit('EMER', 'in-progress'),
    [
      [START, 'permit'],
      [START + 47 * HOUR, 'claim'],
    ],
  ],
  [
    'an ambulance crew, writing up the next morning',
    { kind: 'ambulance', role: 'R0110' },
    visit('FLD', 'finished', { period: { start: iso(START - HOUR), end: iso(START) } }),
    [
      [START + 23 * HOUR, 'permit'],
      [START + 24 * HOUR, 'claim'],
    ],
  ],
  [
    'a 111 nurse, called back within the day',
    { kind: 'nhs-111', role: 'R0600' },
    visit('VR', 'finished', { period: { start: iso(START - HOUR), end: iso(START) } }),
    [
      [START + 23 * HOUR, 'permit'],
      [START + 24 * HOUR, 'claim'],
    ],
  ],
  [
    'a district nurse with the person on the caseload',
    { kind: 'community', role: 'R0600' },
    caseload('active'),
    [
      [START, 'permit'],
      [day(320), 'permit'],
      [day(326), 'claim'],
    ],
  ],
  [
    'a district nurse, four weeks after the caseload was closed',
    { kind: 'community', role: 'R0600' },
    caseload('finished', START),
    [
      [day(27), 'permit'],
      [day(28), 'claim'],
    ],
  ],
  [
    'a receptionist with today’s booking at the person’s practice',
    { kind: 'gp-practice', role: 'R8010', person: registered },
    bookedAt('2026-11-21T15:00:00Z'),
    [
      [START, 'permit'],
      [Date.parse('2026-11-21T23:59:59Z'), 'permit'],
      [Date.parse('2026-11-22T00:00:00Z'), 'refuse'],
    ],
  ],
  [
    'a receptionist with tomorrow’s booking',
    { kind: 'gp-practice', role: 'R8010', person: registered },
    bookedAt('2026-11-22T09:00:00Z'),
    [
      [START, 'refuse'],
      [Date.parse('2026-11-22T00:00:00Z'), 'permit'],
    ],
  ],
  ['a receptionist of the practice without a booking', { kind: 'gp-practice', role: 'R8010', person: registered }, {}, [[START, 'refuse']]],
  ['a GP of the practice without a booking', { kind: 'gp-practice', role: 'R0260', person: registered }, {}, [[START, 'permit']]],
  [
    'a GP whose patient moved to another practice, the booking of next week still standing',
    { kind: 'gp-practice', role: 'R0260', person: { practice: 'G85001' } },
    bookedAt(iso(day(7))),
    [[START, 'permit']],
  ],
  [
    'a GP whose patient moved to another practice',
    { kind: 'gp-practice', role: 'R0260', person: { practice: 'G85001' } },
    {},
    [[START, 'claim']],
  ],
  ['a clinic the person did not come to', { kind: 'acute', role: 'R8000' }, bookedAt(iso(START - HOUR), 'noshow'), [[START, 'claim']]],
  [
    'a carer of the home where the person lives',
    { kind: 'care-home', role: 'R9725' },
    visit('IMP', 'in-progress', { period: { start: iso(day(-900)) } }),
    [
      [START, 'permit'],
      [day(30), 'permit'],
    ],
  ],
  [
    'a carer of the home that the person has left',
    { kind: 'care-home', role: 'R9725' },
    visit('IMP', 'finished', { period: { start: iso(day(-900)), end: iso(START) } }),
    [[START, 'claim']],
  ],
  [
    'a carer while the person is in hospital for a night',
    { kind: 'care-home', role: 'R9725' },
    visit('IMP', 'onleave', { period: { start: iso(day(-900)) } }),
    [[START, 'permit']],
  ],
]
for (const [name, { kind, role: jobRole, person }, held, then] of stories)
  test(`R037 care rules 1.1: ${name}: ${then.map(([, verdict]) => verdict).join(', then ')}`, async t => {
    const h = await house(t, { kind, roleCode: `S8000:G8000:${jobRole}`, ...(person === undefined ? {} : { person }) })
    h.holds(held)
    for (const [atMs, verdict] of then) {
      h.at(atMs)
      assert.equal((await h.looks()).verdict, verdict, iso(atMs))
    }
  })

const takenBack: readonly (readonly [name: string, then: Held | 'away', because: string | undefined])[] = [
  ['still there', admitted(), undefined],
  ['discharged an hour ago', admitted({ status: 'finished', period: { start: iso(START - HOUR), end: iso(START) } }), undefined],
  ['entered in error', admitted({ status: 'entered-in-error' }), 'not-in-care'],
  ['cancelled', admitted({ status: 'cancelled' }), 'not-in-care'],
  ['no longer listed at all', {}, 'not-in-care'],
  ['not to be heard', 'away', undefined],
]
for (const [name, then, because] of takenBack)
  test(`R039: of an open view whose stay is now ${name}: ${because ?? 'it stays open'}`, async t => {
    const h = await house(t)
    h.holds(admitted())
    const opened = await h.looks()
    assert.ok(opened.verdict === 'permit')
    const request: ViewRequest = { viewer: h.viewer, sessionId: 's', purpose: 'direct-care', nhsNumber: h.person.nhsNumber }
    const view: OpenView = {
      id: 'v1',
      nhsNumbers: [h.person.nhsNumber],
      request,
      person: h.person,
      evidence: { facts: [], unavailable: [], asked: [] },
      pass: opened.pass,
    }
    const look = createRecheck({
      evidence: h.evidence,
      admit: async (_request, _person, evidence) => ok(h.admission(evidence.facts as readonly EvidenceFact[], evidence.unavailable)),
      now: h.now,
      log: { warn() {}, error() {}, info() {} } as never,
    })
    if (then === 'away') h.goesAway()
    else h.holds(then)
    // The person, then four types; of a system that is away the first request alone.
    const all = h.asked() + (then === 'away' ? 1 : 5)
    h.at(START + 10 * 60_000)
    await look([view])
    while (h.asked() < all) await pause(5)
    await pause(20)
    assert.equal((await look([view])).get('v1'), because)
  })
