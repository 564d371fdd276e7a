import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  NO_ENTRY,
  type CanaryNotice,
  type ListAsk,
  type ListEntry,
  type ListPage,
  type ListPlace,
  type Notice,
} from '../../care-record/lists.ts'
import { append, signHead, verify, type ListOf } from './chain.ts'
import { readNotice } from './notice.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = { key: pair.privateKey, kid: 'k1' }
const keys = [pair.publicKey.export({ format: 'jwk' })]
const of: ListOf = { exchange: 'NCL', list: 'objections' }

const objection = (id: string): Notice => ({
  kind: 'objection',
  id,
  nhsNumbers: ['9990000018'],
  scope: { kind: 'everything' },
  basis: 'upheld',
  since: '2026-11-21',
  state: 'in-force',
  narrowings: [],
})
type Placed = ListEntry & { readonly hash: string }
const chain = (notices: readonly Notice[], from: ListPlace = NO_ENTRY): readonly Placed[] => {
  const entries: Placed[] = []
  for (const notice of notices) entries.push(append(of, entries.at(-1) ?? from, notice, '2026-11-21T10:00:00.000Z'))
  return entries
}
const placeOf = (entries: readonly Placed[], n: number): ListPlace => entries[n - 1] ?? NO_ENTRY
const ask = (holds: ListPlace, nonce = 'n1'): ListAsk => ({
  list: 'objections',
  holds: { sequence: holds.sequence, hash: holds.hash, inForce: 0 },
  nonce,
})
const place = ({ sequence, hash }: ListPlace): ListPlace => ({ sequence, hash })
/** What the owner of `entries` answers to somebody who holds `after`, with a page that ends at `upTo`. */
const answer = (entries: readonly Placed[], after: number, upTo = entries.length, nonce = 'n1'): ListPage => ({
  entries: entries.slice(after, upTo),
  signed: signHead(
    {
      ...of,
      nonce,
      after: place(placeOf(entries, after)),
      upTo: place(placeOf(entries, upTo)),
      ...place(placeOf(entries, entries.length)),
      inForce: entries.length,
    },
    key,
  ),
})
const notices = fc.array(
  fc.integer({ min: 0, max: 20 }).map(n => (n === 0 ? ({ kind: 'canary', id: 'c' } satisfies CanaryNotice) : objection(`o${n}`))),
  { minLength: 1, maxLength: 12 },
)

test('R080: any page of a list that goes on from what is held is taken, whole', () => {
  fc.assert(
    fc.property(notices, fc.nat(), fc.nat(), (said, a, b) => {
      const entries = chain(said)
      const after = a % entries.length
      const upTo = after + 1 + (b % (entries.length - after))
      const verified = verify(of, ask(placeOf(entries, after)), answer(entries, after, upTo), keys)
      assert.ok(verified.ok)
      assert.deepEqual(
        verified.entries.map(entry => entry.notice),
        said.slice(after, upTo),
      )
      assert.deepEqual(verified.place, place(placeOf(entries, upTo)))
    }),
  )
})

type Harm = (entries: readonly ListEntry[], at: number) => readonly ListEntry[]
const harms: readonly [string, Harm][] = [
  ['cut at the end', (entries, at) => entries.slice(0, at)],
  ['cut at the start', (entries, at) => entries.slice(at + 1)],
  ['dropped', (entries, at) => entries.filter((_, n) => n !== at)],
  ['doubled', (entries, at) => entries.flatMap((entry, n) => (n === at ? [entry, entry] : [entry]))],
  [
    'dropped, and numbered anew',
    (entries, at) => entries.filter((_, n) => n !== at).map((entry, n) => ({ ...entry, sequence: (entries[0]?.sequence ?? 1) + n })),
  ],
  ['said of somebody else', (entries, at) => entries.map((e, n) => (n === at ? { ...e, body: JSON.stringify(objection('other')) } : e))],
  ['dated anew', (entries, at) => entries.map((e, n) => (n === at ? { ...e, at: '2026-11-21T10:00:00.001Z' } : e))],
  ['with a space more', (entries, at) => entries.map((e, n) => (n === at ? { ...e, body: `${e.body} ` } : e))],
  [
    'swapped with the next',
    (entries, at) => {
      const [one, two] = [entries[at], entries[at + 1]]
      if (!one || !two || one.body === two.body) return entries.slice(1)
      return entries.map((e, n) => (n === at ? { ...two, sequence: one.sequence } : n === at + 1 ? { ...one, sequence: two.sequence } : e))
    },
  ],
]
for (const [what, harm] of harms)
  test(`R080: a page with an entry ${what} is refused`, () => {
    fc.assert(
      fc.property(notices, fc.nat(), fc.nat(), (said, a, b) => {
        const entries = chain(said)
        const after = a % entries.length
        const page = answer(entries, after)
        const harmed = harm(page.entries, b % page.entries.length)
        assert.equal(verify(of, ask(placeOf(entries, after)), { ...page, entries: harmed }, keys).ok, false)
      }),
    )
  })

const three = chain([objection('a'), objection('b'), objection('c')])
const other = chain([objection('a'), objection('x'), objection('c')])
const holds = placeOf(three, 1)
const refusals: readonly [string, ListPage, ListAsk, string][] = [
  [
    'signed by somebody else',
    { ...answer(three, 1), signed: signHead(answer(three, 1).signed.head, { key: stranger.privateKey, kid: 'k1' }) },
    ask(holds),
    'forged',
  ],
  [
    'whose head was changed after it was signed',
    { ...answer(three, 1), signed: { ...answer(three, 1).signed, head: { ...answer(three, 1).signed.head, inForce: 2 } } },
    ask(holds),
    'forged',
  ],
  ['given to an earlier question', answer(three, 1, 3, 'n0'), ask(holds), 'another-question'],
  ['of another list', answer(three, 1), { ...ask(holds), list: 'isolations' }, 'another-question'],
  ['of an owner that has something else where we stand', answer(three, 2), ask(placeOf(other, 2)), 'forked'],
  ['of an owner that has lost what we hold', answer(three.slice(0, 2), 2), ask(placeOf(three, 3)), 'forked'],
  ['that goes on from another place than was asked', answer(three, 0), ask(holds), 'forked'],
  ['that ends before it begins though there is more', answer(three, 1, 1), ask(holds), 'gap'],
]
for (const [what, page, asked, because] of refusals)
  test(`R080: a page ${what} is refused as ${because}`, () => {
    assert.deepEqual(verify(of, asked, page, keys), { ok: false, refused: because })
  })

test('R080: a page of another exchange is not this one’s, whoever signs', () => {
  assert.deepEqual(verify({ ...of, exchange: 'NWL' }, ask(holds), answer(three, 1), keys), { ok: false, refused: 'another-question' })
  assert.deepEqual(verify(of, ask(holds), answer(three, 1), []), { ok: false, refused: 'forged' })
})

test('R080: a notice that cannot be read is not passed over', () => {
  const strange = chain([objection('a'), { ...objection('b'), scope: { kind: 'some' } } as unknown as Notice])
  assert.deepEqual(verify(of, ask(NO_ENTRY), answer(strange, 0), keys), { ok: false, refused: 'unreadable' })
})

const narrowing = {
  id: 'n1',
  reason: 'safeguarding',
  sdsUserIds: ['555000000001'],
  from: '2026-11-21T10:00:00.000Z',
  until: '2026-11-22T10:00:00.000Z',
}
const read: readonly (readonly [string, 'objections' | 'isolations', unknown, boolean])[] = [
  ['an objection', 'objections', objection('a'), true],
  ['an objection that spares safeguarding', 'objections', { ...objection('a'), sparesSafeguarding: true }, true],
  ['a canary', 'isolations', { kind: 'canary', id: 'c1' }, true],
  ['an objection among isolations', 'isolations', objection('a'), false],
  [
    'an isolation among objections',
    'objections',
    { kind: 'isolation', id: 'i', what: 'user', which: '1', state: 'isolated', because: 'drill', at: '2026-11-21T10:00:00.000Z' },
    false,
  ],
  [
    'an isolation',
    'isolations',
    { kind: 'isolation', id: 'i', what: 'user', which: '1', state: 'isolated', because: 'drill', at: '2026-11-21T10:00:00.000Z' },
    true,
  ],
  ['an objection of nobody', 'objections', { ...objection('a'), nhsNumbers: [] }, false],
  ['a number that is none', 'objections', { ...objection('a'), nhsNumbers: ['999000001'] }, false],
  ['a state that is not known', 'objections', { ...objection('a'), state: 'paused' }, false],
  ['a member that is not known', 'objections', { ...objection('a'), until: '2027' }, false],
  ...(
    [
      ['narrowed by one person', ['555000000001'], true],
      ['narrowed by two', ['555000000001', '555000000002'], true],
      ['narrowed by nobody', [], false],
      ['narrowed by somebody without a name', ['555000000001', ''], false],
    ] as const
  ).map(
    ([what, decidedBy, isRead]) =>
      [`an objection ${what}`, 'objections', { ...objection('a'), narrowings: [{ ...narrowing, decidedBy }] }, isRead] as const,
  ),
]
const long = Array.from({ length: 10 }, () => 'x'.repeat(200))
for (const [what, narrowed, isRead] of [
  ['as often as a page can carry', 40, true],
  ['more often than a page could carry', 60, false],
] as const)
  test(`R080: an objection narrowed ${what} is ${isRead ? 'read' : 'not read, and so never put in'}`, () => {
    const notice = { ...objection('a'), narrowings: Array.from({ length: narrowed }, () => ({ ...narrowing, decidedBy: long })) }
    assert.equal(readNotice('objections', JSON.stringify(notice)) !== undefined, isRead)
  })
for (const [what, list, notice, isRead] of read)
  test(`R080: ${what} is ${isRead ? 'read' : 'not read'} in the list of ${list}`, () => {
    assert.deepEqual(readNotice(list, JSON.stringify(notice)), isRead ? notice : undefined)
  })
