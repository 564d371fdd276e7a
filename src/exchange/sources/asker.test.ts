import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { everyConnector, type SourceConfig } from '../../care-record/catalogue.ts'
import type { SectionAnswer } from '../../care-record/item.ts'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import type { Pass, Person } from '../../care-record/person.ts'
import { ok, type Result } from '../../care-record/result.ts'
import { sourceName } from '../../care-record/source-name.ts'
import { createAsker, type Ask, type AskContext } from './asker.ts'
import { createBreaker } from './breaker.ts'
import type { DocumentAsk } from './document.ts'
import { limits } from '../../care-record/limits.ts'
import { createPace } from './pace.ts'

const organisation = { odsCode: 'RJZ', name: 'Hospital', short: 'KCH', kind: 'acute' } as const
const source = (over: Partial<SourceConfig> = {}): SourceConfig => ({
  id: 'kch',
  odsCode: 'RJZ',
  exchange: 'SEL',
  connector: 'fhir',
  baseUrl: 'http://127.0.0.1:1',
  system: 'EHR',
  sections: ['allergies'],
  hedge: false,
  maxConcurrent: 2,
  feed: 'live',
  indexLoadedAt: null,
  givesEvidence: false,
  state: 'live',
  ...over,
})
const number = parseNhsNumber('9990000018')
const person: Person = {
  nhsNumber: number.ok ? number.value : assert.fail('test number'),
  name: { family: 'TEST', given: ['A'] },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  restricted: 'no',
  basis: 'pds',
  asOf: '2026-11-21T10:00:00Z',
}
const viewer = {
  sdsUserId: '1',
  name: 'Dr',
  sdsRoleProfileId: '2',
  roleCode: 'S8000:G8000:R8000',
  roleName: 'Doctor',
  odsCode: 'RJZ',
  organisationName: 'Hospital',
  assurance: 'AAL2',
}
const pass: Pass = {
  viewer,
  purpose: 'direct-care',
  relationship: { type: 'inpatient', evidenceId: 'e', assertedBy: 'RJZ', seenAt: '2026-11-21T10:00:00Z', until: '2026-11-22T10:00:00Z' },
  role: { jobRole: 'R8000', group: 'doctor' },
  maySee: new Set(['allergies']),
  maskPlaces: false,
  decidedAt: '2026-11-21T10:00:00Z',
  rulesVersion: '1',
}
const context = (over: Partial<SourceConfig> = {}): Omit<AskContext, 'signal'> => ({
  ask: { source: source(over), group: 'essentials', sections: ['allergies'] },
  person,
  pass,
  transaction: 't',
  organisation,
  viewerOrganisation: organisation,
  now: () => new Date('2026-11-21T10:00:00Z'),
  sieve: () => new Set(),
  checkDemographics: () => ({ verdict: 'same' }),
})
const answer = (over: Partial<SectionAnswer> = {}): SectionAnswer => ({
  source: sourceName(source(), organisation),
  group: 'essentials',
  sections: ['allergies'],
  complete: true,
  asOf: '2026-11-21T10:00:00Z',
  outcome: 'answered',
  cause: 'none',
  items: [],
  warnings: [],
  unreadable: 0,
  tookMs: 1,
  ...over,
})
const asker = (fhir: Ask, nowMs: () => number = () => performance.now()) => createAsker({ connectors: everyConnector(fhir), nowMs })
const never: Ask = () => new Promise(() => {})
const open = new AbortController().signal

test('HAZ-001: a source that never answers is late and timed out, never empty', async () => {
  const { answers } = await asker(never).ask(context(), 20, open)
  assert.deepEqual(
    answers.map(a => [a.outcome, a.cause, a.items.length, a.complete]),
    [['late', 'timed-out', 0, false]],
  )
})

test('a view that ends cancels its requests and frees the place', async () => {
  const ended = new AbortController()
  let heard = false
  const hanging: Ask = ({ signal }) => new Promise(() => signal.addEventListener('abort', () => (heard = true)))
  const one = asker(hanging)
  const asked = one.ask(context({ maxConcurrent: 1 }), 5_000, ended.signal)
  await turn()
  ended.abort()
  assert.equal((await asked).answers[0]?.cause, 'cancelled')
  assert.ok(heard, 'the connector was told')
  const again = await Promise.race([one.ask(context({ maxConcurrent: 1 }), 20, open), wait(2_000, 'stuck' as const)])
  assert.notEqual(again, 'stuck')
})

test('a connector that throws is unavailable, and says so', async () => {
  const broken: Ask = () => Promise.reject(new Error('bug'))
  assert.deepEqual(
    (await asker(broken).ask(context(), 1_000, open)).answers.map(a => [a.outcome, a.cause]),
    [['unavailable', 'unreadable']],
  )
})

test('no more than maxConcurrent requests run at one source, and those who wait are served in turn', async () => {
  let running = 0
  let most = 0
  const slow: Ask = async () => {
    running += 1
    most = Math.max(most, running)
    await wait(5)
    running -= 1
    return [answer()]
  }
  const one = asker(slow)
  const all = await Promise.all(Array.from({ length: 9 }, () => one.ask(context(), 5_000, open)))
  assert.equal(most, 2)
  assert.ok(all.every(a => a.answers[0]?.outcome === 'answered'))
})

test('one that gave up waiting for a place does not keep it', async () => {
  const one = asker(
    ({ signal }) =>
      new Promise(resolve => signal.addEventListener('abort', () => resolve([answer({ outcome: 'late', cause: 'timed-out' })]))),
  )
  const cap = context({ maxConcurrent: 1 })
  await Promise.all([one.ask(cap, 30, open), one.ask(cap, 10, open)])
  const last = await one.ask(cap, 10, open)
  assert.equal(last.answers[0]?.cause, 'timed-out', 'asked, not stuck behind a ghost')
})

test('after five failures in a row the source is left alone, then probed once', async () => {
  let nowMs = 0
  let calls = 0
  let well = false
  const failing: Ask = async () => {
    calls += 1
    return [answer(well ? {} : { outcome: 'unavailable', cause: 'server-error', complete: false })]
  }
  const one = asker(failing, () => nowMs)
  for (let i = 0; i < 5; i++) await one.ask(context(), 1_000, open)
  assert.equal((await one.ask(context(), 1_000, open)).answers[0]?.cause, 'breaker-open')
  assert.equal(calls, 5)
  nowMs += 10_000
  well = true
  assert.equal((await one.ask(context(), 1_000, open)).answers[0]?.outcome, 'answered')
  assert.equal((await one.ask(context(), 1_000, open)).answers[0]?.outcome, 'answered')
})

test('a refusal and an empty answer never open the breaker', async () => {
  const refusing = asker(async () => [answer({ outcome: 'refused', cause: 'source-refused' })])
  for (let i = 0; i < 20; i++) assert.equal((await refusing.ask(context(), 1_000, open)).answers[0]?.outcome, 'refused')
})

test('a slow request is asked once more at the p95 of its source, only where the provider agreed, and the beaten one is aborted', async () => {
  for (const hedge of [true, false]) {
    let calls = 0
    let slowNow = false
    let beaten = 0
    const one = asker(async ({ signal }) => {
      calls += 1
      const mine = calls
      if (slowNow && mine === 81) {
        await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
        beaten += 1
      }
      return [answer()]
    })
    for (let i = 0; i < 80; i++) await one.ask(context({ hedge }), 1_000, open)
    slowNow = true
    const asked = await one.ask(context({ hedge }), 300, open)
    assert.equal(asked.superseded, hedge)
    assert.equal(asked.answers[0]?.outcome, hedge ? 'answered' : 'late')
    assert.equal(calls, hedge ? 82 : 81)
    await turn()
    assert.equal(beaten, 1)
  }
})

test('hedges never exceed their share of requests', () => {
  const pace = createPace(0.08)
  let hedges = 0
  for (let i = 0; i < 1_000; i++) {
    pace.asked()
    if (pace.takeHedge()) hedges += 1
  }
  assert.ok(hedges > 0 && hedges <= 80, `${hedges} of 1000`)
})

test('p95 is unknown until enough answers are known', () => {
  const pace = createPace(0.08)
  for (let i = 1; i < 20; i++) pace.answered(i)
  assert.equal(pace.p95(), undefined)
  pace.answered(20)
  assert.equal(pace.p95(), 19)
})

test('a half-open breaker lets one through and waits for what it says', () => {
  let nowMs = 0
  const breaker = createBreaker(
    () => nowMs,
    () => 0.5,
  )
  for (let i = 0; i < 5; i++) breaker.failed()
  assert.equal(breaker.allows(), false)
  nowMs = 6_000
  assert.deepEqual([breaker.allows(), breaker.allows()], [true, false])
  breaker.failed()
  assert.equal(breaker.state(), 'open')
})

test('HAZ-008: a probe that is cancelled does not leave the source shut out', async () => {
  let nowMs = 0
  let well = false
  const one = asker(
    ({ signal }) =>
      well
        ? new Promise(resolve => signal.addEventListener('abort', () => resolve([answer({ outcome: 'late', cause: 'cancelled' })])))
        : Promise.resolve([answer({ outcome: 'unavailable', cause: 'server-error', complete: false })]),
    () => nowMs,
  )
  for (let i = 0; i < 5; i++) await one.ask(context(), 1_000, open)
  nowMs += 10_000
  well = true
  const closing = new AbortController()
  const probe = one.ask(context(), 1_000, closing.signal)
  await turn()
  closing.abort()
  assert.equal((await probe).answers[0]?.cause, 'cancelled')
  assert.notEqual((await one.ask(context(), 20, open)).answers[0]?.cause, 'breaker-open')
})

const letter = ok({ bytes: Buffer.from('Dear doctor'), contentType: 'text/plain' })
const documentAsk = (over: Partial<DocumentAsk> = {}): DocumentAsk => ({
  source: source({ maxConcurrent: 8 }),
  organisation,
  viewerOrganisation: organisation,
  person,
  pass,
  transaction: 't',
  resource: { resourceType: 'DocumentReference', status: 'current', content: [] },
  attachment: 0,
  now: () => new Date('2026-11-21T10:00:00Z'),
  signal: open,
  ...over,
})

test('documents: a few at once of one source, some in line, the rest is told to come again; others are not kept waiting', async () => {
  const coming: PromiseWithResolvers<typeof letter>[] = []
  const fetch = asker(never).fetching(() => {
    const one = Promise.withResolvers<typeof letter>()
    coming.push(one)
    return one.promise
  })
  const fetched = Array.from({ length: 20 }, () => fetch(documentAsk()))
  await turn()
  assert.equal(coming.length, 3)
  const kinds = (await Promise.all(fetched.slice(15))).map(result => (result.ok ? 'ok' : result.fault.kind))
  assert.deepEqual(
    kinds,
    Array.from({ length: 5 }, () => 'unavailable'),
  )
  void fetch(documentAsk({ source: source({ id: 'gstt' }) }))
  await turn()
  assert.equal(coming.length, 4, 'another source has places of its own')
  for (let n = 0; n < 16; n++) {
    coming[n]?.resolve(letter)
    await turn()
  }
  assert.ok((await Promise.all(fetched.slice(0, 15))).every(result => result.ok))
})

test('documents: one whose reader went away leaves the line and its place', async () => {
  const coming = Promise.withResolvers<Result<never>>()
  let begun = 0
  const fetch = asker(never).fetching(() => {
    begun += 1
    return coming.promise
  })
  const one = source({ maxConcurrent: 1 })
  void fetch(documentAsk({ source: one }))
  const gone = new AbortController()
  const waiting = fetch(documentAsk({ source: one, signal: gone.signal }))
  gone.abort()
  assert.equal((await waiting).ok, false)
  coming.resolve({ ok: false, fault: { kind: 'unavailable', detail: 'no' } })
  await turn()
  await fetch(documentAsk({ source: one }))
  assert.equal(begun, 2)
})

test('documents: nothing is fetched of a source that is known to be away; what fails to be fetched says nothing of records', async () => {
  let fetched = 0
  const made = asker(async () => [answer({ outcome: 'unavailable', cause: 'server-error' })])
  const fetch = made.fetching(async () => {
    fetched += 1
    return { ok: false, fault: { kind: 'unavailable', detail: 'no' } }
  })
  for (let n = 0; n < 10; n++) await fetch(documentAsk())
  assert.equal(fetched, 10)
  for (let n = 0; n < 5; n++) await made.ask(context(), 1_000, open)
  assert.equal((await fetch(documentAsk())).ok, false)
  assert.equal(fetched, 10)
  const elsewhere = made.fetching(
    async () => letter,
    () => 'gstt',
  )
  assert.ok((await elsewhere(documentAsk())).ok, 'it is the source that has it that counts')
})

test('what is saved for asking twice is enough for slow answers that come together, and no more than its share', () => {
  const pace = createPace(0.08)
  for (let n = 0; n < 100; n++) pace.asked()
  assert.deepEqual(
    Array.from({ length: 10 }, () => pace.takeHedge()),
    [true, true, true, true, true, true, true, true, false, false],
  )
})

test('a slow one that was beaten still counts as slow; one whose reader went away early says nothing', () => {
  const pace = createPace(0.08)
  for (let n = 1; n <= 100; n++) pace.answered(n)
  assert.equal(pace.p95(), 95)
  for (let n = 0; n < 20; n++) pace.gaveUp(5)
  assert.equal(pace.p95(), 95)
  for (let n = 0; n < 20; n++) pace.gaveUp(200)
  assert.equal(pace.p95(), 200)
})

const HALF_MS = limits.completeMs / 2
for (const [saved, asks, fast, slow] of [
  ['little', 0, HALF_MS, 2_850],
  ['enough', 100, 95, 2_850],
  ['much', 200, 95, HALF_MS],
] as const)
  test(`with ${saved} saved a source is asked again after ${fast} ms when its p95 is 95, after ${slow} ms when it is 2,850`, () => {
    const [quick, late] = [createPace(0.08), createPace(0.08)]
    assert.equal(quick.hedgeAfter(), undefined, 'nothing is known of it yet')
    for (let n = 1; n <= 100; n++) {
      quick.answered(n)
      late.answered(n * 30)
    }
    for (let n = 0; n < asks; n++) {
      quick.asked()
      late.asked()
    }
    assert.deepEqual([quick.hedgeAfter(), late.hedgeAfter()], [fast, slow])
  })
