import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noticeOf, type ObjectionCase } from './case.ts'
import { dueOf } from './due.ts'
import type { Actor, Happening } from './events.ts'
import { ageOn, CASE_RULES, monthsAfter, workingDaysAfter } from './rules.ts'
import { step } from './step.ts'

const clerk: Actor = { sdsUserId: '555000000042', odsCode: 'RJ2', as: 'office' }
const second: Actor = { sdsUserId: '555000000043', odsCode: 'RJZ', as: 'office' }
const guardian: Actor = { sdsUserId: '555000000040', odsCode: 'RJ1', as: 'guardian' }
const nurse: Actor = { sdsUserId: '555000000001', odsCode: 'RJZ', as: 'professional' }

type Step = readonly [happening: Happening, by?: Actor, at?: string]
const NOW = '2026-11-21T10:00:00.000Z'
const LATER = '2026-11-27T10:00:00.000Z'

/** @returns the case after all steps, or the words of the step that was refused. */
function walk(steps: readonly Step[], from?: ObjectionCase): ObjectionCase | string {
  let now: ObjectionCase | undefined = from
  for (const [happening, by = clerk, at = NOW] of steps) {
    const stepped = step(now, { ...happening, by, at }, CASE_RULES)
    if (!stepped.ok) return stepped.fault.detail
    now = stepped.value.case
  }
  assert.ok(now)
  return now
}
const after = (...steps: readonly Step[]): ObjectionCase => {
  const c = walk(steps)
  assert.ok(typeof c !== 'string', c as string)
  return c
}

const wordsOf = (walked: ObjectionCase | string): string => (typeof walked === 'string' ? walked : `taken: ${walked.state}`)

const received = (over: Partial<Extract<Happening, { type: 'received' }>> = {}): Step => [
  {
    type: 'received',
    id: 'c1',
    exchange: 'SEL',
    channel: 'record',
    asker: 'self',
    scope: { kind: 'everything' },
    words: 'Please stop.',
    ...over,
  },
]
const identity = (birthDate = '1970-05-01'): Step => [
  { type: 'identity-checked', seen: 'photo-document', nhsNumbers: ['9990000018'], birthDate },
]
const explained: Step = [{ type: 'explained', how: 'face-to-face', understood: true, script: '2026-11-01' }]
const upheld: Step = [{ type: 'upheld', words: 'As asked.' }]
const proposed = (over: Partial<Extract<Happening, { type: 'refusal-proposed' }>> = {}, by = clerk): Step => [
  {
    type: 'refusal-proposed',
    ground: 'safeguarding-child',
    evidence: 'Strategy meeting of 14 November.',
    words: 'A child you care for has to be kept safe.',
    ...over,
  },
  by,
]
const weekend = proposed({
  ground: 'service-cannot-be-provided',
  alternative: 'You may choose not to attend and see your own practice on Monday.',
})
const advised: Step = [{ type: 'advised', supports: true, words: 'Sharing is proportionate here.' }, guardian]
const reviewed = (agrees = true, by = second): Step => [{ type: 'refusal-reviewed', agrees, words: 'The evidence bears it.' }, by]
const route: Step = [{ type: 'route-confirmed', route: 'handed', where: 'At the clinic on Monday' }]
const made = (letter: 'upheld' | 'not-upheld' | 'withdrawn' | 're-decided' | 'narrowed', letterId = letter): Step => [
  { type: 'letter-made', letter, letterId, language: 'en' },
]
const sent = (letterId: string, by: 'handed' | 'post' = 'handed', at = NOW): Step => [
  { type: 'letter-sent', letterId, route: by },
  clerk,
  at,
]
const delayed: Step = [{ type: 'telling-limited', how: 'delayed', because: 'He reads her post.', reviewOn: '2026-12-01' }, guardian]
const shortened: Step = [{ type: 'telling-limited', how: 'shortened', because: 'He reads her post.', reviewOn: '2026-12-01' }, guardian]
const freed: Step = [{ type: 'telling-freed', because: 'She has moved out.' }, guardian]
const asksToSee: Step = [
  {
    type: 'narrowing-asked',
    id: 'n1',
    reason: 'serious-risk',
    words: 'Found unconscious, no history.',
    sdsUserIds: ['555000000001'],
    hours: 4,
    role: 'doctor',
  },
  nurse,
]
const resumed = (at = LATER): Step => [{ type: 'shared-again' }, clerk, at]
const closed = (at = LATER): Step => [{ type: 'closed' }, clerk, at]
const withdrawn = (over: Partial<Extract<Happening, { type: 'withdrawn' }>> = {}): Step => [
  { type: 'withdrawn', who: 'person', seen: 'photo-document', words: 'I changed my mind.', ...over },
]

const imported: Step = [
  {
    type: 'imported',
    id: 'c1',
    exchange: 'SEL',
    scope: { kind: 'everything' },
    nhsNumbers: ['9990000018'],
    objectionId: 'cc-1',
    since: '2021-03-02',
    words: '',
  },
]

const HELD = [received(), identity()] as const
const REFUSED = [...HELD, explained, proposed(), advised, reviewed()] as const
const UPHELD = [...HELD, explained, upheld] as const
const TOLD = [...REFUSED, route, made('not-upheld'), sent('not-upheld')] as const

const taken: readonly (readonly [name: string, steps: readonly Step[], state: string, inForce: string | undefined, closed: boolean])[] = [
  ['R068: a request alone', [received()], 'received', undefined, false],
  ['R070: a request whose person is checked', HELD, 'held', 'held', false],
  ['R068: upheld', UPHELD, 'upheld', 'upheld', false],
  ['R068: upheld, told and closed', [...UPHELD, route, made('upheld'), sent('upheld'), closed()], 'upheld', 'upheld', true],
  ['R073: refused, before the person is told', REFUSED, 'held', 'held', false],
  [
    'R075: refused, told and shared again',
    [...REFUSED, route, made('not-upheld'), sent('not-upheld'), resumed()],
    'not-upheld',
    undefined,
    false,
  ],
  [
    'R075: refused, told and closed',
    [...REFUSED, route, made('not-upheld'), sent('not-upheld'), resumed(), closed()],
    'not-upheld',
    undefined,
    true,
  ],
  ['R074: the weekend service, without advice of the Guardian', [...HELD, explained, weekend, reviewed()], 'held', 'held', false],
  ['4.2: a letter the Guardian delayed keeps the hold', [...REFUSED, delayed], 'held', 'held', false],
  [
    '4.3: a letter the Guardian shortened tells the person',
    [...REFUSED, route, shortened, made('not-upheld'), sent('not-upheld'), resumed()],
    'not-upheld',
    undefined,
    false,
  ],
  [
    '4.3: a delayed letter that the Guardian freed',
    [...REFUSED, delayed, freed, route, made('not-upheld'), sent('not-upheld'), resumed(), closed()],
    'not-upheld',
    undefined,
    true,
  ],
  [
    '4.2: asked to see past an upheld and closed one: it comes back to the office',
    [...UPHELD, route, made('upheld'), sent('upheld'), closed(), asksToSee],
    'upheld',
    'upheld',
    false,
  ],
  [
    'a second reviewer who disagrees leaves it to be decided',
    [...HELD, explained, proposed(), advised, reviewed(false)],
    'held',
    'held',
    false,
  ],
  ['… and it is upheld then', [...HELD, explained, proposed(), advised, reviewed(false), upheld], 'upheld', 'upheld', false],
  ['upheld after all, before the person was told', [...REFUSED, upheld], 'upheld', 'upheld', false],
  ['R081: taken back while held', [...HELD, withdrawn()], 'withdrawn', undefined, false],
  [
    'R081: taken back after it was upheld and closed',
    [...UPHELD, route, made('upheld'), sent('upheld'), closed(), withdrawn()],
    'withdrawn',
    undefined,
    false,
  ],
  ['R070: taken back before anybody was checked', [received(), withdrawn({ seen: 'not-needed' })], 'withdrawn', undefined, false],
  [
    'an upheld one opened again stays in force',
    [...UPHELD, [{ type: 'reopened', because: 'New evidence came.' }]],
    'held',
    'upheld',
    false,
  ],
  [
    'a refused one opened again stops sharing again',
    [...TOLD, resumed(), [{ type: 'reopened', because: 'The complaint was right.' }]],
    'held',
    'held',
    false,
  ],
  ['said to Connect Care before', [imported], 'upheld', 'imported', false],
  [
    '4.7: taken back by who was wrongly said to have died',
    [...UPHELD, [{ type: 'died', deceased: '2026-11-22' }], [{ type: 'died' }], withdrawn()],
    'withdrawn',
    undefined,
    false,
  ],
  [
    'R081: said to Connect Care for a child of 8, taken back by who speaks for the child',
    [imported, withdrawn({ who: 'asker', birthDate: '2018-05-01' })],
    'withdrawn',
    undefined,
    false,
  ],
  [
    'nobody answered for four weeks',
    [received(), [{ type: 'expired', because: 'no-answer' }, clerk, '2026-12-20T10:00:00.000Z']],
    'expired',
    undefined,
    false,
  ],
  [
    'who was never reached has the case closed with that on record',
    [
      received(),
      [{ type: 'expired', because: 'no-answer' }, clerk, '2026-12-20T10:00:00.000Z'],
      [{ type: 'explained', how: 'not-reached', understood: false, script: '2026-11-01' }, clerk, '2026-12-20T10:00:00.000Z'],
      closed('2026-12-20T10:00:00.000Z'),
    ],
    'expired',
    undefined,
    true,
  ],
]
for (const [name, steps, state, inForce, isClosed] of taken)
  test(`objection case: ${name}`, () => {
    const c = after(...steps)
    assert.deepEqual([c.state, c.inForce, c.closedAt !== undefined], [state, inForce, isClosed])
    const notice = noticeOf(c)
    assert.equal(notice?.state === 'in-force', inForce !== undefined)
  })

const refused: readonly (readonly [name: string, steps: readonly Step[], words: RegExp])[] = [
  ['R070: a decision before anybody was checked', [received(), explained, upheld], /Only a hold/],
  ['R072: a decision without the explanation', [...HELD, upheld], /explain/],
  [
    'R072: an explanation that was not understood',
    [...HELD, [{ type: 'explained', how: 'telephone', understood: false, script: 'x' }]],
    /interpreter/,
  ],
  [
    'R072: an explanation to nobody, of a hold',
    [...HELD, [{ type: 'explained', how: 'not-reached', understood: false, script: 'x' }]],
    /not reached/,
  ],
  ['R072: closing without the explanation', [...HELD, withdrawn(), route, made('withdrawn'), sent('withdrawn'), closed()], /explain/],
  [
    'R073: a refusal on a ground that is not listed',
    [...HELD, explained, proposed({ ground: 'too-much-work' as 'risk-to-self' })],
    /from the list/,
  ],
  ['R073: a refusal without evidence', [...HELD, explained, proposed({ evidence: '' })], /evidence/],
  ['R073: a refusal without words for the person', [...HELD, explained, proposed({ words: ' ' })], /words for the person/],
  [
    'R073: a public-interest refusal without the Guardian’s advice',
    [...HELD, explained, proposed(), reviewed()],
    /Caldicott Guardian has to advise/,
  ],
  ['R073: a second reviewer who is the first', [...HELD, explained, weekend, reviewed(true, clerk)], /another person/],
  [
    'R073: a Guardian who advises on what they proposed',
    [...HELD, explained, proposed({}, { ...guardian, as: 'guardian' }), advised],
    /Somebody else/,
  ],
  ['R073: advice by somebody else than a Guardian', [...HELD, explained, proposed(), [advised[0], second]], /Only a Caldicott Guardian/],
  ['R073: a refusal by a clinician at the bedside', [...HELD, explained, proposed({}, nurse)], /office decides/],
  ['upheld by a clinician at the bedside', [...HELD, explained, [upheld[0], nurse]], /office decides/],
  [
    'R074: a service that cannot be given, without what the person can do instead',
    [...HELD, explained, proposed({ ground: 'service-cannot-be-provided' })],
    /choose not to attend/,
  ],
  ['R075: sharing again before the person is told', [...REFUSED, resumed()], /told first/],
  ['R075: sharing again when the letter is only made', [...REFUSED, route, made('not-upheld'), resumed()], /told first/],
  [
    'R075: sharing again the day it was posted',
    [...REFUSED, [{ ...route[0], route: 'post' } as Happening], made('not-upheld'), sent('not-upheld', 'post'), resumed(NOW)],
    /post/,
  ],
  ['R075: closing before it is shared again', [...REFUSED, closed()], /not decided/],
  ['R075: closing an upheld one untold', [...UPHELD, closed()], /told first/],
  ['a letter by a way nobody confirmed', [...UPHELD, made('upheld')], /confirm with the person/],
  [
    'a letter to where the person was before they confirmed another place',
    [...UPHELD, route, made('upheld'), [{ ...route[0], where: 'At her sister’s' } as Happening], sent('upheld')],
    /not the one to send/,
  ],
  [
    '4.3: the whole letter, made before the Guardian shortened it',
    [...REFUSED, route, made('not-upheld'), shortened, sent('not-upheld')],
    /not the one to send/,
  ],
  ['a letter by another way than the confirmed one', [...UPHELD, route, made('upheld'), sent('upheld', 'post')], /only the way/],
  ['a letter the Guardian delayed, sent all the same', [...REFUSED, route, delayed, made('not-upheld'), sent('not-upheld')], /delayed/],
  [
    'a delayed letter, sent because its day has come and nobody looked',
    [...REFUSED, route, delayed, made('not-upheld'), sent('not-upheld', 'handed', '2026-12-05T10:00:00.000Z')],
    /looked at it again/,
  ],
  ['4.2: sharing again while a letter is delayed', [...REFUSED, delayed, resumed()], /told first/],
  ['closing while a letter is delayed', [...UPHELD, delayed, closed()], /told first/],
  ['a delayed letter freed by the office', [...REFUSED, delayed, [freed[0], clerk]], /Only a Caldicott Guardian/],
  ['freeing a letter that nobody delayed', [...REFUSED, freed], /No letter is delayed/],
  [
    'R073: what was proposed of another scope, agreed to',
    [
      ...HELD,
      explained,
      weekend,
      [{ type: 'scope-changed', scope: { kind: 'workplace', odsCode: 'RJZ' }, words: 'Only there.', seen: 'photo-document' }],
      reviewed(),
    ],
    /nothing to review/,
  ],
  [
    'another scope once it is decided',
    [...REFUSED, [{ type: 'scope-changed', scope: { kind: 'everything' }, words: 'All of it.' }]],
    /decided already/,
  ],
  [
    'a letter of a decision that is being decided again',
    [...UPHELD, route, made('upheld'), [{ type: 'reopened', because: 'New evidence came.' }], sent('upheld')],
    /not the one to send/,
  ],
  ['a delay by the office', [...REFUSED, [delayed[0], clerk]], /Only a Caldicott Guardian/],
  ['a delay without a day to look again', [...REFUSED, [{ ...delayed[0], reviewOn: '2026-11-21' } as Happening, guardian]], /later day/],
  [
    'a hold that is let run out',
    [...HELD, [{ type: 'expired', because: 'no-answer' }, clerk, '2028-01-01T00:00:00.000Z']],
    /never ends by itself/,
  ],
  [
    'a request ended before four weeks',
    [received(), [{ type: 'expired', because: 'no-answer' }, clerk, '2026-12-01T00:00:00.000Z']],
    /Wait 28 days/,
  ],
  ['R081: taken back by nobody knows whom', [...HELD, withdrawn({ seen: 'not-needed' })], /Check who it is/],
  ['R082: a grown-up’s own objection, taken back by somebody else', [...UPHELD, withdrawn({ who: 'asker' })], /themselves/],
  [
    'R082: what a grown-up said to Connect Care, taken back by somebody else',
    [imported, withdrawn({ who: 'asker', birthDate: '1980-01-01' })],
    /themselves/,
  ],
  [
    'R082: what was said for a child of 8, taken back by the child',
    [imported, withdrawn({ birthDate: '2018-05-01' })],
    /parental responsibility/,
  ],
  [
    'R082: what was said to Connect Care of a child of 14, taken back by a parent',
    [imported, withdrawn({ who: 'asker', birthDate: '2012-05-01' })],
    /child’s word counts/,
  ],
  ['R081: taken back twice', [...HELD, withdrawn(), withdrawn()], /nothing to take back/],
  ['a step of a closed case', [...UPHELD, route, made('upheld'), sent('upheld'), closed(), upheld], /closed/],
  ['a case begun twice', [received(), received()], /begun/],
  ['no words of the person', [received({ words: ' ' })], /what the person said/],
  ['an organisation that is none', [received({ scope: { kind: 'organisation', odsCode: '' } })], /kept from sharing/],
  ['a member of staff without a number', [received({ scope: { kind: 'staff', sdsUserId: 'Dr Smith' } })], /kept from sharing/],
  ['the objection of somebody who has died, taken back', [...UPHELD, [{ type: 'died', deceased: '2026-11-22' }], withdrawn()], /lives on/],
  [
    'a person who cannot be traced',
    [received(), [{ type: 'identity-checked', seen: 'photo-document', nhsNumbers: [], birthDate: '1970-05-01' }]],
    /traced/,
  ],
]
for (const [name, steps, words] of refused) test(`objection case, refused: ${name}`, () => assert.match(wordsOf(walk(steps)), words))

test('R068: what a case waits for, in order, with the day by which', () => {
  const due = (...steps: readonly Step[]): string =>
    dueOf(after(...steps), NOW, CASE_RULES)
      .map(each => each.due)
      .join(' ')
  assert.equal(due(received()), 'check-identity explain')
  assert.equal(due(...HELD, explained), 'decide')
  assert.equal(due(...HELD, explained, proposed()), 'advise')
  assert.equal(due(...HELD, explained, proposed(), advised), 'review')
  assert.equal(due(...REFUSED), 'confirm-route')
  assert.equal(due(...REFUSED, route), 'make-letter')
  assert.equal(due(...REFUSED, route, made('not-upheld')), 'send-letter')
  assert.equal(due(...REFUSED, route, made('not-upheld'), sent('not-upheld')), 'share-again')
  assert.equal(due(...REFUSED, delayed), 'review-telling')
  assert.equal(due(...UPHELD, route, made('upheld'), sent('upheld'), closed(), asksToSee), 'answer-narrowing')
  assert.equal(due(...UPHELD, route, made('upheld'), sent('upheld')), 'close')
  const [decide] = dueOf(after(...HELD, explained), '2026-12-21T10:00:00.000Z', CASE_RULES)
  assert.deepEqual([decide?.by, decide?.overdue], ['2026-12-21T10:00:00.000Z', true])
})

test('days and ages as people count them', () => {
  assert.equal(monthsAfter('2026-01-31T09:00:00.000Z', 1), '2026-02-28T09:00:00.000Z')
  assert.equal(workingDaysAfter('2026-11-20T16:00:00.000Z', 2), '2026-11-24T16:00:00.000Z')
  assert.deepEqual(
    [ageOn('2010-11-21', NOW), ageOn('2010-11-22', NOW), ageOn('2010', NOW), ageOn('2010-11', NOW), ageOn('', NOW)],
    [16, 15, 15, 15, undefined],
  )
})
