import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { CHECKS, type DecisionInput, type PeerDecisionInput, type Reason } from '../../care-record/decision.ts'
import type { ObjectionScope } from '../../care-record/objection.ts'
import { RELATIONSHIPS } from '../../care-record/person.ts'
import { decide, decideForPeer } from './decide.ts'
import {
  ago,
  asserted,
  catalogue,
  daysAgo,
  fact,
  input,
  objecting,
  objection,
  peer,
  peerInput,
  person,
  standing,
  viewer,
} from './for-tests.ts'
import { reasonTable } from './reason-table.ts'
import { auditWords, letterWords, no, officerWords, pageWords, READERS, wordsOf, yes } from './reasons.ts'
import { firstRules } from './rules/first-rules.ts'

const flat = (reasons: readonly Reason[]): readonly Reason[] => reasons.flatMap(r => [r, ...flat(r.parts ?? [])])

/** Inputs that reach far into the decision, in many ways at once. */
const anyInput: fc.Arbitrary<PeerDecisionInput> = fc
  .record({
    code: fc.constantFrom('R8000', 'R8000', 'R8000', 'R8014', 'R9725', 'R0001', 'R9999'),
    purpose: fc.constantFrom('direct-care' as const, 'direct-care' as const, 'research' as const),
    employment: fc.constantFrom('active' as const, 'active' as const, 'active' as const, 'ended' as const, 'unknown' as const),
    register: fc.constantFrom(
      'registered',
      'registered',
      'registered',
      'fee-unpaid',
      'suspended',
      'lapsed',
      'not-regulated',
      'unknown' as const,
    ),
    since: fc.constantFrom('2026-11-01', '2026-01-01'),
    accepted: fc.constantFrom(daysAgo(3), daysAgo(3), daysAgo(3), daysAgo(900), null),
    state: fc.constantFrom('connected', 'connected', 'connected', 'suspended' as const),
    toolkit: fc.constantFrom(undefined, undefined, '2026-11-30', '2026-11-10', '2025-01-01'),
    agreement: fc.constantFrom('in-force', 'in-force', 'overdue', 'suspended' as const),
    isolated: fc.constantFrom(undefined, undefined, undefined, 'user', 'organisation', 'exchange' as const),
    deceased: fc.constantFrom(undefined, undefined, '2026-10-01'),
    objections: fc.constantFrom(
      objecting(),
      objecting({}),
      { ...objecting(), state: 'unknown' as const },
      objecting({ scope: { kind: 'class', classId: 'documents' } }),
      objecting({ scope: { kind: 'class', classId: 'unknown' } }),
      objecting({ scope: { kind: 'staff', sdsUserId: '1' } }),
      objecting({ scope: { kind: 'workplace', odsCode: 'RJZ' } }),
      objecting({ sparesSafeguarding: true }),
      objecting(
        objection({
          narrowings: [{ id: 'n', reason: 'safeguarding', sdsUserIds: ['1'], from: ago(1), until: ago(-1), decidedBy: ['a', 'b'] }],
        }),
      ),
    ),
    facts: fc.array(
      fc
        .record({
          type: fc.constantFrom(...RELATIONSHIPS),
          hours: fc.integer({ min: -10, max: 2_000 }),
          ended: fc.option(fc.integer({ min: -10, max: 900 })),
          elsewhere: fc.boolean(),
          team: fc.constantFrom(undefined, 'a', 'b'),
          back: fc.boolean(),
          bad: fc.constantFrom(false, false, false, true),
        })
        .map(f =>
          fact({
            type: f.type,
            from: f.bad ? 'x' : ago(f.hours),
            ended: f.ended === null ? null : ago(f.ended),
            lastMessageAt: ago(Math.max(0, f.hours)),
            ...(f.elsewhere ? { odsCode: 'RJ1' } : {}),
            ...(f.team === undefined ? {} : { team: f.team }),
            ...(f.back ? { revokedAt: ago(1) } : {}),
          }),
        ),
      { maxLength: 4 },
    ),
    unavailable: fc.constantFrom([], ['KCH']),
    trusted: fc.constantFrom([], RELATIONSHIPS),
    peerState: fc.constantFrom('live', 'live', 'suspended' as const),
  })
  .map(f => ({
    ...input({
      viewer: viewer({ roleCode: `S:G:${f.code}` }),
      purpose: f.purpose,
      standing: standing({ employment: f.employment, register: f.register, registerSince: f.since, acceptedUse: f.accepted, teams: ['a'] }),
      person: person(f.deceased === undefined ? {} : { deceased: f.deceased }),
      facts: f.facts,
      unavailable: f.unavailable,
      objections: f.objections,
      catalogue: catalogue({
        organisations: new Map([
          [
            'RJZ',
            {
              odsCode: 'RJZ',
              name: 'KCH',
              short: 'KCH',
              kind: 'acute',
              state: f.state,
              ...(f.toolkit === undefined ? {} : { dspToolkit: { status: 'met', until: f.toolkit } }),
            },
          ],
        ]),
        agreements: [{ id: 'a', provider: 'RJ1', consumer: '*', sections: '*', from: '2026-01-01', until: null, state: f.agreement }],
        ...(f.isolated === undefined
          ? {}
          : { isolations: [{ what: f.isolated, which: { user: '1', organisation: 'RJZ', exchange: 'SEL' }[f.isolated] }] }),
      }),
    }),
    peer: peer({ state: f.peerState, trustedEvidence: f.trusted }),
    asserted: asserted(),
  }))

const seen = new Set<string>()
const decisions = (given: PeerDecisionInput): readonly (readonly Reason[])[] => {
  const { peer: _peer, asserted: _asserted, ...own } = given
  return [decide(own), decideForPeer(given)].map(decision => decision.reasons)
}

test('every reason that a decision gives has words for page, audit, officer and letter, with nothing left open', () => {
  fc.assert(
    fc.property(anyInput, given => {
      for (const reasons of decisions(given))
        for (const reason of flat(reasons)) {
          seen.add(reason.code)
          assert.ok(reason.code in reasonTable, reason.code)
          assert.ok(CHECKS.includes(reason.check))
          for (const reader of READERS) {
            const words = wordsOf(reader, reason)
            assert.ok(words.length > 1, `${reason.code} ${reader}`)
            assert.doesNotMatch(words, /[{}]|undefined|NaN/, `${reason.code} ${reader}`)
          }
        }
    }),
    { numRuns: 3_000 },
  )
  assert.ok(seen.size > 40, `${seen.size} of ${Object.keys(reasonTable).length} codes were reached`)
})

test('care rules 5.4: what a page says of a reason that rests on the person is the same whatever it is', () => {
  const said = new Map<string, Set<string>>()
  const last = (over: Partial<DecisionInput>): readonly Reason[] => decide(input(over)).reasons
  for (const over of [
    { objections: objecting({}) },
    { objections: objecting({ basis: 'unmatched' as const }) },
    { objections: objecting({ scope: { kind: 'staff' as const, sdsUserId: '1' } }) },
    { objections: objecting({ scope: { kind: 'workplace' as const, odsCode: 'RJZ' } }) },
    { objections: objecting({ scope: { kind: 'class' as const, classId: 'x' } }) },
    { objections: { ...objecting(), state: 'unknown' as const } },
    { facts: [] },
    { facts: [], unavailable: ['KCH'] },
    { facts: [fact({ revokedAt: ago(1) })] },
    { facts: [fact({ nhsNumber: '9990000026' })] },
    { person: person({ deceased: '2026-01-01' }) },
  ]) {
    const reasons = last(over)
    const check = reasons.at(-1)?.check ?? ''
    said.set(check, (said.get(check) ?? new Set()).add(pageWords(reasons)))
  }
  assert.deepEqual([...(said.get('objection') ?? [])], ['No information is available to show for this person.'])
  assert.deepEqual([...(said.get('relationship') ?? [])], ['You are not shown as caring for this person.'])
})

test('the words for audit are flat lines; the officer’s stand under their question; a letter speaks to the person', () => {
  const { reasons } = decide(input({ facts: [fact({ odsCode: 'RJ1' })], unavailable: ['KCH'] }))
  assert.deepEqual(auditWords(reasons).slice(-2), [
    'relationship: no, no relationship known, and not every system answered',
    'relationship: no, emergency-attendance: with another organisation',
  ])
  const line = officerWords(reasons).at(-1)
  assert.equal(line?.question, 'Is the person in their care now?')
  assert.deepEqual(
    line?.under.map(one => one.words),
    ['a visit to A&E: with another organisation.'],
  )
  assert.equal(letterWords(decide(input()).reasons).at(-2), 'You were in their care: a visit to A&E.')
})

test('letters are in plain English: short sentences, no codes, no words of the trade', () => {
  for (const [code, { letter }] of Object.entries(reasonTable)) {
    for (const sentence of letter.split(/(?<=\.) /)) assert.ok(sentence.split(' ').length <= 22, `${code}: ${sentence}`)
    assert.doesNotMatch(letter, /\b(ODS|NHS number|peer|exchange|token|catalogue|isolated|verdict|RBAC|legitimate relationship)\b/i, code)
    assert.match(letter, /\.$/, code)
  }
})

test('a code that the table does not know is told as it is to those who work with codes, to others not at all', () => {
  const strange: Reason = { ...yes('role', 'role-listed'), code: 'of-tomorrow' }
  assert.deepEqual(
    READERS.map(reader => wordsOf(reader, strange)),
    ['Another rule decided this.', 'of-tomorrow', 'of-tomorrow', 'Another rule decided this.'],
  )
  assert.equal(pageWords([]), 'This record cannot be opened.')
  assert.equal(pageWords([no('role', 'role-unlisted')]), 'Your role does not include this.')
})

test('every code of the table is given by some decision', () => {
  const reached = new Set<string>()
  for (const given of fc.sample(anyInput, { seed: 7, numRuns: 3_000 }))
    for (const reasons of decisions(given)) for (const reason of flat(reasons)) reached.add(reason.code)
  const more: readonly Partial<PeerDecisionInput>[] = [
    { catalogue: catalogue({ agreements: [] }) },
    { viewer: viewer({ odsCode: 'RXX' }) },
    { rules: { ...firstRules, windows: [] } },
    { rules: { ...firstRules, windows: firstRules.windows.map(w => ({ ...w, silenceMs: null, longestMs: null })) } },
    { facts: [fact({ nhsNumber: '9990000026' }), fact({ from: ago(-3) }), fact({ lastMessageAt: ago(90) })] },
    { objections: { ...objecting(), state: 'unknown' } },
    { objections: objecting({ scope: { kind: 'class', classId: 'documents' } }), facts: [fact(), fact({ type: 'social-care-notice' })] },
    { viewer: viewer({ roleCode: 'S:G:R8014' }), facts: [fact({ type: 'claim-night' })] },
    { facts: [fact({ type: 'claim-night', assertedBy: '2' })] },
    { objections: objecting({ scope: JSON.parse('{"kind":"household"}') as ObjectionScope }) },
    { peer: peer({ trustedEvidence: ['registered-practice'] }), asserted: asserted({ type: 'registered-practice' }) },
    { standing: standing({ register: 'fee-unpaid', registerSince: '2026-11-20' }) },
    {
      catalogue: catalogue({
        organisations: new Map([
          [
            'RJZ',
            {
              odsCode: 'RJZ',
              name: '',
              short: '',
              kind: 'acute',
              dspToolkit: { status: 'met', until: '2026-11-10', served: '2026-12-10' },
            },
          ],
        ]),
        agreements: [
          {
            id: 'a',
            provider: 'RJ1',
            consumer: '*',
            sections: '*',
            from: '2026-01-01',
            until: '2026-11-10',
            state: 'overdue',
            served: '2026-12-10',
          },
        ],
      }),
    },
    {
      standing: standing({ teams: ['a'] }),
      facts: [fact({ type: 'safeguarding-enquiry', team: 'a' })],
      objections: objecting({ sparesSafeguarding: true }),
    },
  ]
  for (const over of more) {
    for (const reasons of [
      ...decisions({ ...peerInput({ viewer: viewer(), facts: [fact()] }), ...over }),
      decideForPeer(peerInput(over)).reasons,
    ])
      for (const reason of flat(reasons)) reached.add(reason.code)
  }
  assert.deepEqual(
    Object.keys(reasonTable).filter(code => !reached.has(code)),
    [],
  )
})
