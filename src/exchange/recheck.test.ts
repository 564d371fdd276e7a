import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Pass, Person, Viewer } from '../care-record/person.ts'
import { ok, fail, type Result } from '../care-record/result.ts'
import { createRecheck, revokedByAny } from './recheck.ts'
import type { Admission, Evidence, OpenView } from './view-ports.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-21T11:00:00Z')
const viewer = { sdsUserId: '555000000101', odsCode: 'RJZ' } as Viewer
const person = { nhsNumber: '9990000018' as NhsNumber } as Person
const view = (over: Partial<Pass['relationship']> = {}): OpenView =>
  ({
    id: 'v1',
    nhsNumbers: [person.nhsNumber],
    request: { viewer },
    person,
    evidence: { facts: [], unavailable: [], asked: [] },
    pass: {
      relationship: {
        type: 'inpatient',
        evidenceId: 'kch/Encounter/1',
        assertedBy: 'kch',
        seenAt: new Date(START).toISOString(),
        until: new Date(START + 30 * 24 * 60 * MINUTE).toISOString(),
        ...over,
      },
    },
  }) as unknown as OpenView
const permit = ok({ verdict: 'permit', reasons: [], pass: view().pass } satisfies Admission)
const claim = ok({ verdict: 'claim', reasons: [], unavailable: [] } satisfies Admission)
const refused = (code: string): Result<Admission> => ok({ verdict: 'refuse', reasons: [], code })

function recheck(given: { readonly admission: Result<Admission>; readonly unavailable?: readonly string[]; readonly view?: OpenView }) {
  let nowMs = START
  let admission = given.admission
  let asked = 0
  const look = createRecheck({
    evidence: async (_person, _viewer, { afresh }): Promise<Evidence> => {
      assert.equal(afresh, true, 'what is stored is not believed')
      asked += 1
      return { facts: [], unavailable: given.unavailable ?? [], asked: ['RJZ'] }
    },
    admit: async () => admission,
    now: () => new Date(nowMs),
    log: { warn() {}, error() {}, info() {} } as never,
  })
  const open = [given.view ?? view()]
  return {
    asked: () => asked,
    say: (next: Result<Admission>) => void (admission = next),
    /** What is known after a tending at so many minutes and another one five seconds later. */
    async at(minutes: number, views = open) {
      nowMs = START + minutes * MINUTE
      await look(views)
      await setImmediate()
      nowMs += 5_000
      return (await look(views)).get('v1')
    },
  }
}

test('R039: a person whose organisation has taken its word back is closed within fifteen minutes, and asked about once in ten', async () => {
  const r = recheck({ admission: permit })
  for (const minute of [0, 3, 6, 9.9]) assert.equal(await r.at(minute), undefined)
  assert.equal(r.asked(), 0)
  for (const minute of [10, 11, 15, 19.8]) assert.equal(await r.at(minute), undefined)
  assert.equal(r.asked(), 1)
  r.say(claim)
  assert.equal(await r.at(20.1), 'not-in-care')
  assert.equal(r.asked(), 2)
})
test('R039: evidence that was already old when the view opened is read again the sooner', async () => {
  const r = recheck({ admission: claim, view: view({ seenAt: new Date(START - 14 * MINUTE).toISOString() }) })
  assert.equal(await r.at(0), 'not-in-care')
})
test('care rules 1.2: a silent feed takes nothing back, and is asked again within minutes', async () => {
  const r = recheck({ admission: claim, unavailable: ["King's College Hospital"] })
  assert.equal(await r.at(10), undefined)
  assert.equal(await r.at(11.2), undefined)
  assert.equal(r.asked(), 2)
})
test('care rules 1.5: a silent system keeps nobody in who has left, or whom the register has suspended', async () => {
  const r = recheck({ admission: permit, unavailable: ["King's College Hospital"], view: view({ assertedBy: 'pds' }) })
  assert.equal(await r.at(10), undefined)
  r.say(refused('standing'))
  assert.equal(await r.at(12), 'not-permitted')
})
test('what is needed to decide cannot be read: the view stays', async () => {
  assert.equal(await recheck({ admission: fail('unavailable', 'away') }).at(10), undefined)
})
test('care rules 1.3: a claim is nobody’s to take back; it ends when its time is over', async () => {
  const until = new Date(START + 5 * MINUTE).toISOString()
  const r = recheck({ admission: claim, view: view({ type: 'emergency-access', assertedBy: viewer.sdsUserId, until }) })
  assert.equal(await r.at(4.5), undefined)
  assert.equal(r.asked(), 0)
  assert.equal(await r.at(5), 'not-in-care')
})
for (const [code, because] of [
  ['relationship', 'not-in-care'],
  ['standing', 'not-permitted'],
  ['agreement', 'not-permitted'],
  ['objection', undefined],
  ['objections-unknown', undefined],
] as const)
  test(`a look that is refused now for ${code}: ${because ?? 'left to those who follow the lists'}`, async () => {
    assert.equal(await recheck({ admission: refused(code) }).at(10), because)
  })
test('a view that is closed is forgotten', async () => {
  const r = recheck({ admission: claim })
  assert.equal(await r.at(10), 'not-in-care')
  assert.equal(await r.at(11, []), undefined)
})
test('of two that find a view, the first says why', async () => {
  const find = revokedByAny(
    async () => new Map([['v1', 'objection' as const]]),
    async () =>
      new Map([
        ['v1', 'not-in-care' as const],
        ['v2', 'not-in-care' as const],
      ]),
  )
  assert.deepEqual(
    [...(await find([]))].toSorted(([a], [b]) => a.localeCompare(b)),
    [
      ['v1', 'objection'],
      ['v2', 'not-in-care'],
    ],
  )
})
