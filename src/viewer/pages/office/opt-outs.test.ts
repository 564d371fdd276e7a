import assert from 'node:assert/strict'
import { test } from 'node:test'
import { text } from '../../html.ts'
import type { OfficeFrame } from './office.ts'
import { practiceDissentOnePage, practiceDissentPage, type WishEffect } from './opt-outs-practice.ts'
import { optOutPage, optOutsPage, type OptOutListModel, type OptOutModel } from './opt-outs.ts'

const frame: OfficeFrame = {
  viewer: {
    sdsUserId: '555000000013',
    name: 'OYELARAN, Tunde (Mr)',
    sdsRoleProfileId: '555000000014',
    roleCode: 'S8002:G8003:R8013',
    roleName: 'Health Records Manager',
    odsCode: 'RJZ',
    organisationName: 'Hospital',
    assurance: 'AAL2',
  },
  csrf: 'token-of-this-session',
  offices: ['stewarding'],
}
const hostile = '<script>alert(1)</script>'
const waitingRow = {
  id: 'a1',
  system: 'connect-care',
  systemId: hostile,
  saidOn: '2019-03-02',
  scope: { kind: 'everything' },
  withheld: 2,
} as const
const list: OptOutListModel = {
  goLive: { allowed: false, unworked: 1, refusedLines: 3, brokenOff: 1 },
  counts: { matched: 5, unmatched: 1, nobody: 2, withheld: 2 },
  waiting: [waitingRow],
  imports: [],
  gone: [],
}
const one: OptOutModel = {
  id: 'a1',
  system: 'connect-care',
  systemId: 'CC-1',
  state: 'unmatched',
  canAsk: true,
  register: 'not-asked',
  said: {
    number: 'None',
    name: hostile,
    birthDate: '17-May-1984',
    saidOn: '2019-03-02',
    scope: { kind: 'organisation', odsCode: 'RPG' },
    takenBy: hostile,
  },
  waiting: [{ id: 'p1', nhsNumber: '9990000018', name: hostile, birthDate: null, postcode: 'differs', because: 'details' }],
}

test('R076: the list says what keeps an exchange from going live, and where to begin', () => {
  const page = text(optOutsPage(frame, list))
  for (const words of [
    'Nothing goes live',
    'wait for you: 1',
    'could not be read: 3',
    'broken off, to be run again: 1',
    'href="/office/opt-outs/a1"',
  ])
    assert.ok(page.includes(words), words)
  assert.ok(
    !text(optOutsPage(frame, { ...list, goLive: { allowed: true, unworked: 0, refusedLines: 0, brokenOff: 0 } })).includes(
      'Nothing goes live',
    ),
  )
})

test('R076: nothing out of a file is markup, and every form carries the token', () => {
  const pages = [
    text(optOutsPage(frame, { ...list, pasted: { text: `${hostile}</textarea>`, fault: 'Line 2: there is a problem.' } })),
    text(optOutPage(frame, one)),
    text(
      practiceDissentOnePage(frame, {
        id: 'w1',
        practice: 'The Surgery',
        effect: 'review',
        saidOn: '2019-05-14',
        firstSeen: '2026-11-21T10:00:00Z',
        nhsNumber: '9990000018',
        name: hostile,
        state: 'waiting',
      }),
    ),
  ]
  for (const page of pages) {
    assert.ok(!page.includes('<script>alert'))
    const forms = page
      .split('<form ')
      .slice(1)
      .filter(form => form.includes('/office/'))
    assert.ok(forms.length > 0)
    for (const form of forms) assert.ok(form.includes('value="token-of-this-session"'))
  }
})

test('R076: import is offered only for what was counted', () => {
  const counts = { lines: 1, unmatched: 1, withheld: 2 }
  const counted = text(
    optOutsPage(frame, {
      ...list,
      pasted: { text: 'x', report: { dryRun: true, counts, refused: [{ line: 7, words: 'The id is missing.' }] } },
    }),
  )
  assert.ok(counted.includes('value="import"') && counted.includes('Nothing was written') && counted.includes('Line 7: The id is missing.'))
  assert.ok(!text(optOutsPage(frame, list)).includes('value="import"'))
})

test('R076: each person is a question of its own; nobody here only when there is none', () => {
  const page = text(optOutPage(frame, one))
  assert.ok(page.includes('name="p-p1"') && page.includes('999 000 0018') && !page.includes('name="nobody"'))
  assert.ok(!/\/office[^"]*999/.test(page), 'no number in an address')
  const nobodyIsOffered = (over: Partial<typeof one>): boolean =>
    text(optOutPage(frame, { ...one, waiting: [], ...over })).includes('name="nobody"')
  assert.deepEqual(
    (['not-asked', 'silent', 'answered', 'too-many'] as const).map(register => nobodyIsOffered({ register, canAsk: true })),
    [false, false, true, true],
    'the national register is asked before: another area may know them',
  )
  assert.ok(nobodyIsOffered({ register: 'not-asked', canAsk: false }))
  assert.ok(!text(optOutPage(frame, { ...one, state: 'matched' })).includes('Save'))
})

test('R076: what is wrong with a form is said at its top and leads to it', () => {
  const page = text(optOutPage(frame, { ...one, fault: 'Decide on at least one person.' }))
  assert.match(page, /nhsuk-error-summary[\s\S]*href="#p-p1"[\s\S]*id="p-p1"/)
  assert.match(text(optOutsPage(frame, { ...list, pasted: { text: '', fault: 'Paste the lines first.' } })), /href="#csv"[\s\S]*id="csv"/)
})

for (const effect of ['local-objection-case', 'review', 'closes-after-review', 'capacity-note'] satisfies readonly WishEffect[])
  test(`R077: what a practice says (${effect}) is told in words, without its code or a name`, () => {
    const page = text(
      practiceDissentPage(frame, {
        waiting: [{ id: 'w1', practice: 'The Surgery', effect, saidOn: '', firstSeen: '2026-11-21T10:00:00Z' }],
      }),
    )
    assert.ok(page.includes('The practice has written'))
    assert.ok(!page.includes(effect))
  })

for (const [effect, may] of [
  ['local-objection-case', true],
  ['review', true],
  ['closes-after-review', false],
  ['capacity-note', false],
] satisfies readonly (readonly [WishEffect, boolean])[])
  test(`R076: of what a practice says (${effect}) a case can ${may ? '' : 'not '}be opened, and it can be left`, () => {
    const entry = {
      id: 'w1',
      practice: 'The Surgery',
      effect,
      saidOn: '',
      firstSeen: '2026-11-21T10:00:00Z',
      nhsNumber: '9990000018',
      name: 'N',
    }
    const page = text(practiceDissentOnePage(frame, { ...entry, state: 'waiting' }))
    assert.deepEqual([page.includes('value="case"'), page.includes('value="nothing"')], [may, true])
    const done = text(practiceDissentOnePage(frame, { ...entry, state: 'case', caseId: 'c1' }))
    assert.ok(done.includes('href="/office/objections/c1"') && !done.includes('value="nothing"'))
  })
