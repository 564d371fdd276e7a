import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { KeptApart } from '../care-record/objection.ts'
import type { Pass, Person } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { person as somebody } from './access/for-tests.ts'
import { revokedViews } from './revoked-views.ts'
import type { Admission, OpenView } from './view-ports.ts'

const number = '9990000018' as NhsNumber
const former = '9990000026' as NhsNumber
const apart = (organisations: readonly string[]): KeptApart => ({ organisations, organisationKinds: [], sections: [], policyClasses: [] })
const passed = (keptApart?: KeptApart): Pass => (keptApart ? { keptApart } : {}) as Pass
const view = (over: Partial<OpenView> = {}): OpenView =>
  ({
    id: 'v',
    nhsNumbers: [number],
    request: { viewer: { sdsUserId: '555000000001', odsCode: 'RJZ' } },
    person: {},
    evidence: {},
    pass: passed(),
    ...over,
  }) as OpenView
const permit = (keptApart?: KeptApart): Result<Admission> => ok({ verdict: 'permit', pass: passed(keptApart), reasons: [] })
const refuse = (code: string): Result<Admission> => ok({ verdict: 'refuse', code, reasons: [] })

interface Now {
  readonly named?: readonly string[]
  readonly isolations?: Catalogue['isolations']
  readonly admission?: Result<Admission>
  readonly admissionOf?: (person: Person) => Result<Admission>
}
const warned: unknown[] = []
let cutOff: Catalogue['isolations']
function looking(now: () => Now) {
  let decided = 0
  const look = revokedViews({
    objections: { among: async numbers => new Set(numbers.filter(one => now().named?.includes(one))) },
    catalogue: () =>
      ({
        exchange: 'SEL',
        organisations: new Map([['RXS', { state: 'suspended' }]]),
        isolations: cutOff ?? now().isolations,
      }) as unknown as Catalogue,
    async admit(_request, person) {
      decided += 1
      return now().admissionOf?.(person) ?? now().admission ?? permit()
    },
    log: { warn: (line: unknown) => void warned.push(line), error() {} },
  })
  return { look, decided: () => decided }
}

const cases: readonly [string, Now, OpenView, string | undefined][] = [
  ['of somebody whom no objection names', { admission: refuse('objection') }, view(), undefined],
  ['of somebody who objects now', { named: [number], admission: refuse('objection') }, view(), 'objection'],
  [
    'of somebody who objected under a number since replaced',
    { named: [former], admission: refuse('objection') },
    view({ nhsNumbers: [number, former] }),
    'objection',
  ],
  [
    'whose viewer’s organisation was suspended meanwhile',
    {},
    view({ request: { viewer: { sdsUserId: '555000000001', odsCode: 'RXS' } } as OpenView['request'] }),
    'not-permitted',
  ],
  ['that a decision of two people still opens', { named: [number], admission: permit() }, view(), undefined],
  ['whose exception has run out', { named: [number], admission: refuse('objection') }, view({ pass: passed() }), 'objection'],
  [
    'whose relationship ended meanwhile',
    { named: [number], admission: ok({ verdict: 'claim', unavailable: [], reasons: [] }) },
    view(),
    'objection',
  ],
  ['that would now leave an organisation out', { named: [number], admission: permit(apart(['RJ1'])) }, view(), 'objection'],
  ['that leaves the same out', { named: [number], admission: permit(apart(['RJ1'])) }, view({ pass: passed(apart(['RJ1'])) }), undefined],
  [
    'that leaves something else out',
    { named: [number], admission: permit(apart(['RJ1', 'RV5'])) },
    view({ pass: passed(apart(['RJ1'])) }),
    'objection',
  ],
  ['of a user who is isolated', { isolations: [{ what: 'user', which: '555000000001' }] }, view(), 'isolated'],
  ['of another user', { isolations: [{ what: 'user', which: '555000000002' }] }, view(), undefined],
  ['at an organisation that is isolated', { isolations: [{ what: 'organisation', which: 'RJZ' }] }, view(), 'isolated'],
  ['at an exchange that is isolated', { isolations: [{ what: 'exchange', which: 'SEL' }] }, view(), 'isolated'],
  ['while another exchange is isolated', { isolations: [{ what: 'exchange', which: 'NCL' }] }, view(), undefined],
  ['at an organisation whose code is a user’s', { isolations: [{ what: 'user', which: 'RJZ' }] }, view(), undefined],
]
for (const [what, now, open, because] of cases)
  test(`R080: a view ${what} ${because === undefined ? 'stays' : `ends (${because})`}`, async () => {
    assert.deepEqual([...(await looking(() => now).look([open]))], because === undefined ? [] : [['v', because]])
  })

test('R080: only people whom an objection names are decided again', async () => {
  const { look, decided } = looking(() => ({ named: [number] }))
  await look([view(), view({ id: 'w', nhsNumbers: ['9990000034' as NhsNumber] })])
  assert.equal(decided(), 1)
})

const away = (): never => {
  throw new Error('away')
}
for (const [what, unread] of [
  [
    'the lists cannot be read',
    {
      get named() {
        return away()
      },
    },
  ],
  ['it cannot be decided', { named: [number], admission: fail('unavailable', 'away') }],
] as const)
  test(`R080: while ${what}, what was known stands, and who is isolated is cut all the same`, async () => {
    let now: Now = { named: [number], admission: refuse('objection') }
    const { look } = looking(() => now)
    await look([view()])
    warned.length = 0
    now = unread
    const isolated = view({ id: 'w', request: { viewer: { sdsUserId: '2', odsCode: 'RJ1' } } as OpenView['request'] })
    cutOff = [{ what: 'user', which: '2' }]
    assert.deepEqual(
      [...(await look([view(), isolated]))],
      [
        ['v', 'objection'],
        ['w', 'isolated'],
      ],
    )
    cutOff = undefined
    assert.equal(warned.length, 1)
  })

test('R080: a view that cannot be decided keeps no other open, and is no less revoked than before', async () => {
  const [first, second] = [somebody(), somebody()]
  const views = [view({ id: 'v', person: first }), view({ id: 'w', person: second })]
  let away: Person | undefined = first
  const { look } = looking(() => ({
    named: [number],
    admissionOf: person => (person === away ? fail('unavailable', 'away') : refuse('objection')),
  }))
  assert.deepEqual([...(await look(views))], [['w', 'objection']])
  away = second
  assert.deepEqual(
    [...(await look(views))],
    [
      ['v', 'objection'],
      ['w', 'objection'],
    ],
  )
})
