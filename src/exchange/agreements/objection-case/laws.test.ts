import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { noticeOf, type ObjectionCase } from './case.ts'
import { CASE_LETTERS, EXPLAINED_HOW, IDENTITY_SEEN, ROUTES, type Actor, type CaseEvent, type Happening } from './events.ts'
import { ASKERS, type Findings } from './asker.ts'
import { CASE_RULES } from './rules.ts'
import { step } from './step.ts'

const people = ['555000000040', '555000000041', '555000000042', '555000000043'] as const
const actor: fc.Arbitrary<Actor> = fc.record({
  sdsUserId: fc.constantFrom(...people),
  odsCode: fc.constant('RJZ'),
  as: fc.constantFrom('professional', 'office', 'guardian', 'office', 'guardian'),
})
const words = fc.constantFrom('', 'Because of what was said today.')
const findings: fc.Arbitrary<Findings> = fc.constantFrom<Findings>(
  {},
  { parentalResponsibility: 'seen', courtOrders: 'none', lookedAfter: 'no' },
  { competence: { competent: true, clinician: 'x', child: 'agrees' } },
  { competence: { competent: true, clinician: 'x', child: 'disagrees' } },
  { withoutCapacity: { clinician: 'x' }, document: 'seen' },
)
const of = <K extends Happening['type']>(
  type: K,
  fields: { readonly [F in Exclude<keyof Extract<Happening, { type: K }>, 'type'>]: fc.Arbitrary<unknown> },
) =>
  // Each kind names all its fields; their values are loose on purpose, for a step has to judge whatever it is given.
  fc.record({ type: fc.constant(type), ...fields }) as unknown as fc.Arbitrary<Happening>

const happening: fc.Arbitrary<Happening> = fc.oneof(
  of('authority-checked', { findings }),
  of('died', { deceased: fc.constantFrom('2026-12-01', undefined) }),
  of('explained', { how: fc.constantFrom(...EXPLAINED_HOW), understood: fc.boolean(), script: fc.constant('1') }),
  of('scope-changed', {
    scope: fc.constantFrom({ kind: 'everything' }, { kind: 'organisation', odsCode: 'RJZ' }),
    words,
    seen: fc.constantFrom(undefined, 'photo-document'),
  }),
  of('more-needed', { needs: fc.constantFrom([], ['proof-of-identity']) }),
  of('upheld', { words }),
  of('refusal-proposed', {
    ground: fc.constantFrom(...CASE_RULES.grounds.map(each => each.id), 'made-up'),
    evidence: words,
    words,
    alternative: words,
  }),
  of('advised', { supports: fc.boolean(), words }),
  of('refusal-reviewed', { agrees: fc.boolean(), words }),
  of('route-confirmed', { route: fc.constantFrom(...ROUTES), where: fc.constant('there') }),
  of('letter-made', {
    letter: fc.constantFrom(...CASE_LETTERS),
    letterId: fc.constantFrom('l1', 'l2'),
    language: fc.constant('en'),
    pageOnly: fc.constant(undefined),
  }),
  of('letter-sent', { letterId: fc.constantFrom('l1', 'l2'), route: fc.constantFrom(...ROUTES) }),
  of('telling-limited', {
    how: fc.constantFrom('delayed', 'shortened'),
    because: words,
    reviewOn: fc.constantFrom('2026-11-01', '2027-06-01'),
  }),
  of('telling-freed', { because: words }),
  of('shared-again', {}),
  of('narrowing-asked', {
    id: fc.constantFrom('n1', 'n2'),
    reason: fc.constantFrom('safeguarding', 'serious-risk', 'public-interest'),
    words,
    sdsUserIds: fc.constantFrom([], ['555000000001']),
    hours: fc.constantFrom(0, 4, 48, 400),
    role: fc.constantFrom('doctor', 'clerk', undefined),
  }),
  of('narrowing-answered', { id: fc.constantFrom('n1', 'n2'), agrees: fc.boolean(), words }),
  of('safeguarding-told', { whom: words }),
  of('withdrawn', {
    who: fc.constantFrom('person', 'asker'),
    seen: fc.constantFrom('photo-document', 'not-needed'),
    words,
    birthDate: fc.constant(undefined),
  }),
  of('asked-again', { keeps: fc.boolean(), seen: fc.constant('photo-document'), words }),
  of('reopened', { because: words }),
  of('expired', { because: fc.constantFrom('no-answer', 'no-right') }),
  of('closed', {}),
)
const checked = of('identity-checked', {
  seen: fc.constantFrom(...IDENTITY_SEEN),
  nhsNumbers: fc.constantFrom(['9990000018'], []),
  birthDate: fc.constantFrom('1970-01-01', '2012-01-01', '2018-01-01', '2010-12-24'),
  deceased: fc.constant(undefined),
})
const begun = fc.record({ asker: fc.constantFrom(...ASKERS, 'self', 'self', 'self'), channel: fc.constantFrom('record', 'form') })

const [first, , clerk, second] = people
const as = (sdsUserId: string, capacity: Actor['as']): Actor => ({ sdsUserId, odsCode: 'RJZ', as: capacity })
type Said = readonly [Happening, Actor]
const office = as(clerk, 'office')
const guardian = as(first, 'guardian')
const WORDS = 'Because of what was said today.'
const OPENING: readonly Said[] = [
  [{ type: 'identity-checked', seen: 'photo-document', nhsNumbers: ['9990000018'], birthDate: '1970-01-01' }, office],
  [{ type: 'explained', how: 'telephone', understood: true, script: '1' }, office],
]
const REFUSING: readonly Said[] = [
  [{ type: 'refusal-proposed', ground: 'risk-to-others', evidence: WORDS, words: WORDS }, office],
  [{ type: 'advised', supports: true, words: WORDS }, guardian],
  [{ type: 'refusal-reviewed', agrees: true, words: WORDS }, as(second, 'office')],
  [{ type: 'route-confirmed', route: 'handed', where: 'here' }, office],
  [{ type: 'letter-made', letter: 'not-upheld', letterId: 'l1', language: 'en' }, office],
  [{ type: 'letter-sent', letterId: 'l1', route: 'handed' }, office],
  [{ type: 'shared-again' }, office],
  [{ type: 'closed' }, office],
  [{ type: 'reopened', because: WORDS }, office],
]
const UPHOLDING: readonly Said[] = [
  [{ type: 'upheld', words: WORDS }, office],
  [
    { type: 'narrowing-asked', id: 'n1', reason: 'serious-risk', words: WORDS, sdsUserIds: ['555000000001'], hours: 4, role: 'doctor' },
    as(second, 'professional'),
  ],
  [{ type: 'narrowing-answered', id: 'n1', agrees: true, words: WORDS }, guardian],
]
/** A way a case may go, of which steps are left out, between which anything may happen, and anybody may do it. */
const story: fc.Arbitrary<readonly Said[]> = fc
  .tuple(
    fc.constantFrom([...OPENING, ...REFUSING], [...OPENING, ...UPHOLDING], OPENING, []),
    fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 11 }), fc.oneof(happening, checked), actor), {
      minLength: 16,
      maxLength: 16,
    }),
    fc.array(fc.tuple(happening, actor), { maxLength: 20 }),
  )
  .map(([way, between, rest]) => [
    ...between.flatMap(([also, kept, other, by], n): readonly Said[] => {
      const next = way[n]
      return [...(next && kept > 0 ? [next] : []), ...(also && kept % 3 === 0 ? [[other, by] as const] : [])]
    }),
    ...rest,
  ])

interface Taken {
  readonly event: CaseEvent
  readonly before: ObjectionCase | undefined
  readonly after: ObjectionCase
}

/** Every step that was taken; those refused change nothing. */
function live(
  start: { readonly asker: (typeof ASKERS)[number]; readonly channel: 'record' | 'form' },
  steps: readonly (readonly [Happening, Actor])[],
): readonly Taken[] {
  const taken: Taken[] = []
  let now: ObjectionCase | undefined
  const first: Happening = { type: 'received', id: 'c', exchange: 'SEL', scope: { kind: 'everything' }, words: 'No.', ...start }
  const by: Actor = { sdsUserId: people[0], odsCode: 'RJZ', as: 'office' }
  for (const [n, [happening, who]] of [[first, by] as const, ...steps].entries()) {
    const event: CaseEvent = { ...happening, by: who, at: new Date(Date.UTC(2026, 10, 21 + n * 2)).toISOString() }
    const stepped = step(now, event, CASE_RULES)
    if (!stepped.ok) continue
    taken.push({ event, before: now, after: stepped.value.case })
    const [was, is] = [now && noticeOf(now), noticeOf(stepped.value.case)]
    assert.deepEqual(
      stepped.value.publish,
      JSON.stringify(was) === JSON.stringify(is) ? undefined : is,
      'lists hear exactly of what changes',
    )
    now = stepped.value.case
  }
  return taken
}
const isOn = (c: ObjectionCase | undefined): boolean => c !== undefined && noticeOf(c)?.state === 'in-force'

const law = (name: string, holds: (step: Taken, earlier: readonly Taken[]) => boolean): void => {
  test(`law: ${name}`, () => {
    fc.assert(
      fc.property(begun, story, (start, said) => {
        const taken = live(start, said)
        for (const [n, each] of taken.entries()) assert.ok(holds(each, taken.slice(0, n)), `${each.event.type} to ${each.after.state}`)
      }),
      { numRuns: 2_000 },
    )
  })
}

law('R070: nothing is in force before the identity is checked', ({ after }) => !isOn(after) || after.identity !== undefined)
law('R072: no case closes without the recorded explanation', ({ after }) => after.closedAt === undefined || after.explained !== undefined)
law(
  'R073: not upheld only on a listed ground, with evidence, by two people, advised by a Guardian where the public interest is the ground',
  ({ after: { decision, refusal } }) => {
    if (decision?.outcome !== 'not-upheld') return true
    const ground = CASE_RULES.grounds.find(each => each.id === refusal?.ground)
    return (
      ground !== undefined &&
      refusal !== undefined &&
      refusal.evidence.length > 9 &&
      refusal.review?.agrees === true &&
      refusal.review.by !== refusal.by &&
      (!ground.publicInterest || (refusal.advice !== undefined && refusal.advice.by !== refusal.by)) &&
      (!ground.alternative || (refusal.alternative ?? '').length > 9)
    )
  },
)
law('R075: sharing begins again only when the person was told, delayed or not, or the person wants it', ({ before, after, event }) => {
  if (!isOn(before) || isOn(after)) return true
  if (event.type === 'withdrawn' || event.type === 'asked-again') return true
  const told = after.letters.filter(each => each.must).every(each => each.sent !== undefined)
  return event.type === 'shared-again' && told
})
law(
  'R075: a case closes only when every letter it owes was sent, and nobody waits for an answer in a closed one',
  ({ after }) =>
    after.closedAt === undefined || (after.asked.length === 0 && after.letters.every(each => !each.must || each.sent !== undefined)),
)
law(
  'a letter goes only the way that the person confirmed',
  ({ after, event }) => event.type !== 'letter-sent' || after.route?.route === event.route,
)
law(
  'a letter goes only as it was made since the person confirmed the way, and since the Guardian last said what it may tell',
  ({ event }, earlier) => {
    if (event.type !== 'letter-sent') return true
    const last = (...types: readonly string[]): number => earlier.findLastIndex(each => types.includes(each.event.type))
    return last('letter-made') > last('route-confirmed', 'telling-limited', 'telling-freed')
  },
)
law('not upheld is of what the person asks now: nobody decides on what was asked before', ({ after, event }, earlier) => {
  if (event.type !== 'refusal-reviewed' || after.decision === undefined) return true
  const last = (type: string): number => earlier.findLastIndex(each => each.event.type === type)
  return last('refusal-proposed') > last('scope-changed')
})
law(
  'an upheld objection ends by the person, or by being decided again and told',
  ({ before, after, event }) =>
    !(before?.inForce === 'upheld' && !isOn(after)) ||
    ['withdrawn', 'asked-again'].includes(event.type) ||
    (event.type === 'shared-again' && after.round > 0),
)
law(
  'the objection of somebody who has died lives on',
  ({ before, after, event }) => before?.deceased === undefined || !isOn(before) || isOn(after) || event.type === 'shared-again',
)
law('nobody but two people opens an upheld one, and one alone a hold at most for a day', ({ after }) =>
  after.narrowings.every(
    ({ decidedBy, from, until, reason, sdsUserIds }) =>
      sdsUserIds.length > 0 &&
      decidedBy.length > 0 &&
      (new Set(decidedBy).size === 2 || (reason !== 'public-interest' && Date.parse(until) - Date.parse(from) <= 24 * 3_600_000)),
  ),
)
law('what was said first stays said', ({ after }, earlier) =>
  earlier.every(({ after: was }) => was.words === after.words && was.id === after.id),
)

test('the stories reach every state', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(begun, story, (start, said) => {
      for (const { after } of live(start, said)) {
        seen.add(after.state)
        if (after.closedAt !== undefined) seen.add('closed')
        if (after.decision?.outcome === 'not-upheld') seen.add('refused')
        if (after.narrowings.length > 0) seen.add('narrowed')
        if (after.round > 0) seen.add('again')
      }
    }),
    { numRuns: 2_000, seed: 7 },
  )
  const all = ['again', 'closed', 'expired', 'held', 'narrowed', 'not-upheld', 'received', 'refused', 'upheld', 'withdrawn']
  assert.deepEqual([...seen].toSorted(), all)
})
