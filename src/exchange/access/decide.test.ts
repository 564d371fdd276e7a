import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Agreement, DspToolkit, Organisation } from '../../care-record/catalogue.ts'
import type { DecisionInput, EvidenceFact, PeerDecisionInput } from '../../care-record/decision.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { Narrowing, ObjectionScope } from '../../care-record/objection.ts'
import { RELATIONSHIPS, type Purpose } from '../../care-record/person.ts'
import { decide, decideForPeer } from './decide.ts'
import {
  NOW,
  ago,
  asserted,
  catalogue,
  daysAgo,
  fact,
  input,
  objecting,
  peer,
  peerInput,
  person,
  role,
  roles,
  said,
  standing,
  viewer,
} from './for-tests.ts'
import { firstRules } from './rules/first-rules.ts'

type Over = Partial<DecisionInput>
type Case = readonly [name: string, over: Over, expected: string]
const facts = (over: Partial<EvidenceFact>): Over => ({ facts: [fact(over)] })
const check = (ids: string, cases: readonly Case[]): void => {
  for (const [name, over, expected] of cases)
    test(`${ids} access: ${name}: ${expected}`, () => {
      const decision = decide(input(over))
      assert.equal(said(decision), expected)
      assert.equal(decision.reasons.at(-1)?.held, decision.verdict === 'permit', 'the last reason is the one that decided')
    })
}

check('R037 R038', [
  ['an open attendance', {}, 'permit'],
  ['no evidence', { facts: [] }, 'claim'],
  ['no evidence, and a system that did not answer', { facts: [], unavailable: ['KCH'] }, 'claim'],
  ['no evidence, for a role that may not claim', { facts: [], viewer: viewer({ roleCode: 'S:G:R8014' }) }, 'refuse relationship'],
  ['somebody else in the bed', facts({ nhsNumber: '9990000026' }), 'claim'],
  [
    'in the bed under a number that the register has replaced',
    { ...facts({ nhsNumber: '9990000026' }), person: person({ replacedNumbers: ['9990000026' as NhsNumber] }) },
    'permit',
  ],
  [
    'in the bed under a number of which the register no longer says that it was replaced',
    { ...facts({ nhsNumber: '9990000026' }), person: person({ formerNumbers: ['9990000026' as NhsNumber], replacedNumbers: [] }) },
    'claim',
  ],
  [
    'in the bed under a number that was another’s',
    { ...facts({ nhsNumber: '9990000034' }), person: person({ replacedNumbers: ['9990000026' as NhsNumber] }) },
    'claim',
  ],
  ['in the care of another hospital', facts({ odsCode: 'RJ1' }), 'claim'],
  ['an attendance of tomorrow', facts({ from: ago(-24), lastMessageAt: ago(-24) }), 'claim'],
  ['an attendance whose dates cannot be read', facts({ from: 'yesterday' }), 'claim'],
  ['a stay whose end cannot be read', facts({ ended: 'soon' }), 'claim'],
  ['a stay whose last message has no time', facts({ lastMessageAt: '' }), 'claim'],
  ['a stay that its source took back an hour ago', facts({ revokedAt: ago(1) }), 'claim'],
  ['a stay taken back this instant', facts({ revokedAt: NOW }), 'claim'],
  ['a stay that is to be taken back in an hour', facts({ revokedAt: ago(-1) }), 'permit'],
  ['a stay taken back at a time that cannot be read', facts({ revokedAt: '?' }), 'claim'],
  ['one that is over beside one that is open', { facts: [fact({ ended: daysAgo(9) }), fact({ evidenceId: '2' })] }, 'permit'],
  ['registered with this practice', { facts: [], person: person({ practice: 'RJZ' }) }, 'permit'],
  ['registered with another practice', { facts: [], person: person({ practice: 'G85001' }) }, 'claim'],
  [
    'registered here, but for a role that registration is not for',
    { facts: [], person: person({ practice: 'RJZ' }), viewer: viewer({ roleCode: 'S:G:R8014' }) },
    'refuse relationship',
  ],
  [
    'registered here as a feed says, against the register',
    { ...facts({ type: 'registered-practice' }), person: person({ practice: 'G85001' }) },
    'claim',
  ],
  [
    'registered here as a feed says, the register being silent',
    { ...facts({ type: 'registered-practice' }), person: person({ basis: 'local-registration' }) },
    'permit',
  ],
])

const open = { ended: null }
const at = (type: EvidenceFact['type'], over: Partial<EvidenceFact>): Over => facts({ type, ...over })
const second = 1 / 3600
const longAgo: Over = { standing: standing({ acceptedUse: '2026-05-01T08:00:00Z' }) }
check('R039', [
  ['A&E, left 71 hours ago', facts({ from: ago(80), ended: ago(71) }), 'permit'],
  ['A&E, left 72 hours less a second ago', facts({ from: ago(80), ended: ago(72 - second) }), 'permit'],
  ['A&E, left 72 hours ago', facts({ from: ago(80), ended: ago(72) }), 'claim'],
  ['A&E, left 73 hours ago', facts({ from: ago(80), ended: ago(73) }), 'claim'],
  ['A&E, a pre-alert of this minute', facts({ from: NOW, lastMessageAt: NOW }), 'permit'],
  ['A&E, a pre-alert of the next second', facts({ from: ago(-second), lastMessageAt: NOW }), 'claim'],
  ['A&E, open with a message 47 hours ago', facts({ from: ago(60), lastMessageAt: ago(47) }), 'permit'],
  ['A&E, open and silent for 48 hours', facts({ from: ago(60), lastMessageAt: ago(48) }), 'claim'],
  ['A&E, open and silent for 49 hours', facts({ from: ago(60), lastMessageAt: ago(49) }), 'claim'],
  ['a stay of 20 days with a message today', at('inpatient', { ...open, from: daysAgo(20) }), 'permit'],
  ['a stay silent for 7 days less a second', at('inpatient', { from: daysAgo(20), lastMessageAt: ago(168 - second) }), 'permit'],
  ['a stay silent for 7 days', at('inpatient', { from: daysAgo(20), lastMessageAt: daysAgo(7) }), 'claim'],
  ['a stay silent for 8 days', at('inpatient', { from: daysAgo(20), lastMessageAt: daysAgo(8) }), 'claim'],
  ['a discharge 29 days ago', at('inpatient', { from: daysAgo(40), ended: daysAgo(29) }), 'permit'],
  ['a discharge 30 days less a second ago', at('inpatient', { from: daysAgo(40), ended: ago(720 - second) }), 'permit'],
  ['a discharge 30 days ago', at('inpatient', { from: daysAgo(40), ended: daysAgo(30) }), 'claim'],
  ['a discharge 31 days ago with no follow-up', at('inpatient', { from: daysAgo(40), ended: daysAgo(31) }), 'claim'],
  ['a booking 11 months ago', at('outpatient', { from: daysAgo(330), lastMessageAt: daysAgo(330) }), 'permit'],
  ['a booking 365 days ago', at('outpatient', { from: daysAgo(365), lastMessageAt: daysAgo(365) }), 'claim'],
  ['a booking 13 months ago', at('outpatient', { from: daysAgo(396), lastMessageAt: daysAgo(1) }), 'claim'],
  ['last seen in clinic 29 days ago', at('outpatient', { from: daysAgo(90), ended: daysAgo(29) }), 'permit'],
  ['last seen in clinic 30 days ago', at('outpatient', { from: daysAgo(90), ended: daysAgo(30) }), 'claim'],
  ['last seen in clinic yesterday, booked 13 months ago', at('outpatient', { from: daysAgo(396), ended: daysAgo(1) }), 'claim'],
  ['a caseload open for 11 months', at('community-caseload', { from: daysAgo(330) }), 'permit'],
  ['a caseload open for 12 months', at('community-caseload', { from: daysAgo(365) }), 'claim'],
  ['a caseload closed 27 days ago', at('community-caseload', { from: daysAgo(60), ended: daysAgo(27) }), 'permit'],
  ['a caseload closed 28 days ago', at('community-caseload', { from: daysAgo(60), ended: daysAgo(28) }), 'claim'],
  ['a social care case closed 27 days ago', at('social-care-case', { from: daysAgo(60), ended: daysAgo(27) }), 'permit'],
  ['a social care case closed 28 days ago', at('social-care-case', { from: daysAgo(60), ended: daysAgo(28) }), 'claim'],
  ['a 111 call that ended 23 hours ago', at('incident', { from: ago(30), ended: ago(23) }), 'permit'],
  ['a 111 call that ended 24 hours ago', at('incident', { from: ago(30), ended: ago(24) }), 'claim'],
  ['an open incident silent for 25 hours', at('incident', { from: ago(30), lastMessageAt: ago(25) }), 'claim'],
  ['a transfer accepted 71 hours ago', at('transfer-accepted', { from: ago(71), lastMessageAt: ago(71) }), 'permit'],
  ['a transfer accepted 72 hours ago', at('transfer-accepted', { from: ago(72) }), 'claim'],
  ['a transfer accepted 80 hours ago that has ended since', at('transfer-accepted', { from: ago(80), ended: ago(1) }), 'claim'],
  ['a task of this morning', at('practice-task', { from: ago(2) }), 'permit'],
  ['a task of this morning that is done', at('practice-task', { from: ago(2), ended: ago(1) }), 'permit'],
  ['a task of yesterday', at('practice-task', { from: ago(12) }), 'claim'],
  ['a task of this afternoon', at('practice-task', { from: ago(-3) }), 'claim'],
  [
    'a booking of the day, in summer, at 23:30 in London',
    { ...at('practice-task', { from: '2026-07-01T08:00:00Z' }), ...longAgo, now: '2026-07-01T22:30:00Z' },
    'permit',
  ],
  [
    'a booking of the day, in summer, after midnight in London',
    { ...at('practice-task', { from: '2026-07-01T08:00:00Z' }), ...longAgo, now: '2026-07-01T23:00:00Z' },
    'claim',
  ],
  [
    'a booking of the day the clocks go back, at its last minute',
    { ...at('practice-task', { from: '2026-10-24T23:00:00Z' }), ...longAgo, now: '2026-10-25T23:59:00Z' },
    'permit',
  ],
  [
    'a booking of the day the clocks go back, when it is over',
    { ...at('practice-task', { from: '2026-10-24T23:00:00Z' }), ...longAgo, now: '2026-10-26T00:00:00Z' },
    'claim',
  ],
  [
    'a resident, moved in a year ago',
    { ...at('care-home-residency', { from: daysAgo(400) }), viewer: viewer({ roleCode: 'S:G:R9725' }) },
    'permit',
  ],
  [
    'a resident who moved out an hour ago',
    { ...at('care-home-residency', { from: daysAgo(400), ended: ago(1) }), viewer: viewer({ roleCode: 'S:G:R9725' }) },
    'claim',
  ],
  ['a claim of 23 hours', at('claim-referred', { from: ago(23) }), 'permit'],
  ['a claim of 24 hours', at('claim-referred', { from: ago(24) }), 'claim'],
  ['a claim of 25 hours', at('claim-night', { from: ago(25) }), 'claim'],
  ['a claim of a colleague', at('claim-referred', { assertedBy: '2' }), 'claim'],
  ['emergency access of a colleague', at('emergency-access', { assertedBy: '2' }), 'claim'],
  ['a start without an offset', facts({ from: '2026-11-21T09:00:00' }), 'claim'],
  ['a start on the 30th of February', at('inpatient', { from: '2026-02-30T10:00:00Z' }), 'claim'],
  ['emergency access of 3 hours', at('emergency-access', { from: ago(3) }), 'permit'],
  ['emergency access of 4 hours less a second', at('emergency-access', { from: ago(4 - second) }), 'permit'],
  ['emergency access of 4 hours', at('emergency-access', { from: ago(4) }), 'claim'],
  ['a kind of evidence without a window', { ...facts({}), rules: { ...firstRules, windows: [] } }, 'claim'],
])

const worker = { viewer: viewer({ roleCode: 'S:G:R8014' }) }
check('R037 R039 social care', [
  ['a notice from the hospital, before a case opens', { ...worker, ...at('social-care-notice', { from: daysAgo(27) }) }, 'permit'],
  ['a notice of 28 days ago', { ...worker, ...at('social-care-notice', { from: daysAgo(28) }) }, 'refuse relationship'],
  ['a notice, for a doctor', at('social-care-notice', { from: daysAgo(1) }), 'claim'],
  [
    'an enquiry of the own team',
    { ...worker, standing: standing({ teams: ['mash'] }), ...at('safeguarding-enquiry', { from: daysAgo(200), team: 'mash' }) },
    'permit',
  ],
  [
    'an enquiry of another team',
    { ...worker, standing: standing({ teams: ['adults'] }), ...at('safeguarding-enquiry', { team: 'mash' }) },
    'refuse relationship',
  ],
  ['an enquiry, for somebody of no team', { ...worker, ...at('safeguarding-enquiry', { team: 'mash' }) }, 'refuse relationship'],
  [
    'an enquiry that names no team',
    { ...worker, standing: standing({ teams: ['mash'] }), ...at('safeguarding-enquiry', {}) },
    'refuse relationship',
  ],
  [
    'an enquiry closed 29 days ago',
    {
      ...worker,
      standing: standing({ teams: ['mash'] }),
      ...at('safeguarding-enquiry', { from: daysAgo(60), ended: daysAgo(29), team: 'mash' }),
    },
    'refuse relationship',
  ],
  [
    'a case of the own team',
    { ...worker, standing: standing({ teams: ['north'] }), ...at('social-care-case', { team: 'north' }) },
    'permit',
  ],
  [
    'a case of another team',
    { ...worker, standing: standing({ teams: ['south'] }), ...at('social-care-case', { team: 'north' }) },
    'refuse relationship',
  ],
  ['a case that names no team', { ...worker, standing: standing({ teams: ['south'] }), ...at('social-care-case', {}) }, 'permit'],
  ['a caseload of another team', { standing: standing({ teams: ['b'] }), ...at('community-caseload', { team: 'a' }) }, 'claim'],
])

check('R040', [
  ['a role that is not in the table', { viewer: viewer({ roleCode: 'S8000:G8000:R8009' }) }, 'refuse role'],
  ['no role', { viewer: viewer({ roleCode: '' }) }, 'refuse role'],
  ['a role code in small letters', { viewer: viewer({ roleCode: 'S:G:r8000' }) }, 'refuse role'],
  ['a role that sees nothing', { viewer: viewer({ roleCode: 'S:G:R0001' }) }, 'refuse role'],
  ['a claim by a role that may not', { ...at('claim-referred', {}), viewer: viewer({ roleCode: 'S:G:R8014' }) }, 'refuse relationship'],
  [
    'emergency access by a role that may not',
    { ...at('emergency-access', {}), viewer: viewer({ roleCode: 'S:G:R8014' }) },
    'refuse relationship',
  ],
])

const stands = (over: Parameters<typeof standing>[0]): Over => ({ standing: standing(over) })
check('R041', [
  ['an employment that ended', stands({ employment: 'ended' }), 'refuse standing'],
  ['an employment of which nobody has said anything', stands({ employment: 'unknown' }), 'refuse standing'],
  ['suspended from the register', stands({ register: 'suspended' }), 'refuse standing'],
  ['a lapsed registration', stands({ register: 'lapsed' }), 'refuse standing'],
  ['a register that says nothing', stands({ register: 'unknown' }), 'refuse standing'],
  ['somebody unregistered in a role that a register keeps', stands({ register: 'not-regulated' }), 'refuse standing'],
  ['a fee unpaid for 27 days', stands({ register: 'fee-unpaid', registerSince: '2026-10-25' }), 'permit'],
  ['a fee unpaid for 28 days', stands({ register: 'fee-unpaid', registerSince: '2026-10-24' }), 'refuse standing'],
  ['a fee unpaid since nobody knows when', stands({ register: 'fee-unpaid' }), 'refuse standing'],
  ['a fee unpaid since a day that cannot be read', stands({ register: 'fee-unpaid', registerSince: 'May' }), 'refuse standing'],
  [
    'a care worker whom no register keeps',
    { viewer: viewer({ roleCode: 'S:G:R9725' }), ...stands({ register: 'not-regulated' }) },
    'permit',
  ],
  [
    'a care worker of whom no register says anything',
    { viewer: viewer({ roleCode: 'S:G:R9725' }), ...stands({ register: 'unknown' }) },
    'permit',
  ],
  ['a care worker who has left', { viewer: viewer({ roleCode: 'S:G:R9725' }), ...stands({ employment: 'ended' }) }, 'refuse standing'],
])
check('R045', [
  ['rules of use accepted this minute', stands({ acceptedUse: NOW }), 'permit'],
  ['rules of use accepted 364 days ago', stands({ acceptedUse: daysAgo(364) }), 'permit'],
  ['rules of use accepted 365 days ago', stands({ acceptedUse: daysAgo(365) }), 'refuse acceptable-use'],
  ['rules of use accepted in an hour', stands({ acceptedUse: ago(-1) }), 'refuse acceptable-use'],
  ['rules of use never accepted', stands({ acceptedUse: null }), 'refuse acceptable-use'],
  ['rules of use accepted at a time that cannot be read', stands({ acceptedUse: 'once' }), 'refuse acceptable-use'],
  ['rules never accepted, by somebody who has left', stands({ acceptedUse: null, employment: 'ended' }), 'refuse standing'],
])

check('R046 R047 R049 R051', [
  ...(['research', 'insurance', 'benefits', 'employment', 'billing', 'other'] as const satisfies readonly Purpose[]).map(
    (purpose): Case => [`purpose ${purpose}`, { purpose }, 'refuse purpose'],
  ),
  [
    'purpose research, where a rule set would allow it',
    { purpose: 'research', rules: { ...firstRules, purposes: ['research'] } },
    'refuse purpose',
  ],
  ['direct care, where no purpose is allowed', { rules: { ...firstRules, purposes: [] } }, 'refuse purpose'],
])

const organised = (over: Partial<Organisation>, agreements?: readonly Agreement[]): Over => ({
  catalogue: catalogue({
    organisations: new Map([['RJZ', { odsCode: 'RJZ', name: 'KCH', short: 'KCH', kind: 'acute', ...over }]]),
    ...(agreements && { agreements }),
  }),
})
const agreement = (over: Partial<Agreement>): Agreement => ({
  id: 'a',
  provider: 'RJ1',
  consumer: 'RJZ',
  sections: '*',
  from: '2026-01-01',
  until: null,
  ...over,
})
/** Past its last day, and served until another on a decision. */
const overdue = (until: string, served: string): Partial<Agreement> => ({ state: 'overdue', until, served })
const late = overdue('2026-11-01', '2026-11-30')
/** One with this last day, and until when it was decided to serve it; under one agreement. */
const toolkit = (until: string, served?: string, status: DspToolkit['status'] = 'met', over: Partial<Agreement> = {}): Over =>
  organised({ dspToolkit: { status, until, ...(served === undefined ? {} : { served }) } }, [agreement(over)])
const agreed = (...agreements: readonly Partial<Agreement>[]): Over => ({ catalogue: catalogue({ agreements: agreements.map(agreement) }) })
check('R047 R057 R058', [
  [
    'an organisation that is not in the catalogue',
    { viewer: viewer({ odsCode: 'RXX' }), ...facts({ odsCode: 'RXX' }) },
    'refuse organisation',
  ],
  ['an organisation that applied', organised({ state: 'applied' }), 'refuse organisation'],
  ['an organisation that was reviewed', organised({ state: 'reviewed' }), 'refuse organisation'],
  ['a connected organisation', organised({ state: 'connected' }), 'permit'],
  ['a suspended organisation', organised({ state: 'suspended' }), 'refuse organisation'],
  ['an organisation that left', organised({ state: 'left' }), 'refuse organisation'],
  ['no agreement', agreed(), 'refuse agreement'],
  ['an agreement that ended yesterday', agreed({ until: '2026-11-20' }), 'refuse agreement'],
  ['an agreement on its last day', agreed({ until: '2026-11-21' }), 'permit'],
  [
    'an agreement past its last day in London, before midnight UTC',
    {
      ...agreed({ until: '2026-10-24' }),
      ...facts({ from: '2026-10-24T20:00:00Z', lastMessageAt: '2026-10-24T20:00:00Z' }),
      ...longAgo,
      now: '2026-10-24T23:30:00Z',
    },
    'refuse agreement',
  ],
  ['an agreement whose last day cannot be read', agreed({ until: 'some day' }), 'refuse agreement'],
  ['an agreement that begins tomorrow', agreed({ from: '2026-11-22' }), 'refuse agreement'],
  ['an agreement that begins today', agreed({ from: '2026-11-21' }), 'permit'],
  ['an agreement with somebody else', agreed({ consumer: 'RAL' }), 'refuse agreement'],
  ['a suspended agreement', agreed({ state: 'suspended' }), 'refuse agreement'],
  ['an agreement that was ended', agreed({ state: 'ended' }), 'refuse agreement'],
  ['a suspended agreement beside one in force', agreed({ state: 'suspended' }, { id: 'b' }), 'permit'],
  ['an agreement 30 days overdue, served on a decision', agreed(overdue('2026-10-22', '2026-11-21')), 'permit'],
  ['an agreement 31 days overdue, whatever was decided', agreed(overdue('2026-10-21', '2026-12-21')), 'refuse agreement'],
  ['an agreement overdue, on the last day that was decided', agreed(overdue('2026-11-10', '2026-11-21')), 'permit'],
  ['an agreement overdue, the day after', agreed(overdue('2026-11-10', '2026-11-20')), 'refuse agreement'],
  ['an agreement overdue, decided before its last day has come', agreed(overdue('2026-11-25', '2026-12-20')), 'permit'],
  ['an agreement of the same date without a decision', agreed({ until: '2026-10-22' }), 'refuse agreement'],
  ['an agreement called overdue, of which nobody decided', agreed({ state: 'overdue', until: '2026-11-10' }), 'refuse agreement'],
  ['an agreement with a decision, that was ended', agreed({ ...overdue('2026-11-10', '2026-12-10'), state: 'ended' }), 'refuse agreement'],
  ['an agreement overdue since a day that cannot be read', agreed(overdue('x', '2026-12-10')), 'refuse agreement'],
  ['an agreement served until a day that cannot be read', agreed(overdue('2026-11-10', 'soon')), 'refuse agreement'],
  ['an organisation of no known kind, under an agreement with everyone', organised({ kind: 'other' }), 'refuse agreement'],
  ['an organisation of no known kind that an agreement names', organised({ kind: 'other' }, [agreement({})]), 'permit'],
])
check('R059', [
  ['a toolkit that counts', organised({ dspToolkit: { status: 'met', until: '2027-06-30' } }), 'permit'],
  ['a toolkit on its last day', organised({ dspToolkit: { status: 'met', until: '2026-11-21' } }), 'permit'],
  ['a toolkit that approaches standards', organised({ dspToolkit: { status: 'approaching', until: '2027-06-30' } }), 'permit'],
  ['a toolkit whose last day cannot be read', organised({ dspToolkit: { status: 'met', until: 'never' } }), 'refuse organisation'],
  ['a toolkit past its day', organised({ dspToolkit: { status: 'met', until: '2026-11-20' } }), 'refuse organisation'],
  ['a toolkit not met', organised({ dspToolkit: { status: 'not-met', until: '2027-06-30' } }), 'refuse organisation'],
  ['a toolkit not met, whatever was decided', toolkit('2026-11-10', '2026-12-10', 'not-met'), 'refuse organisation'],
  ['a toolkit not published', organised({ dspToolkit: { status: 'not-published', until: '2027-06-30' } }), 'refuse organisation'],
  ['a toolkit not published in time, served on a decision', toolkit('2026-11-10', '2026-12-10', 'not-published'), 'permit'],
  ['a toolkit 30 days past its day, served on a decision', toolkit('2026-10-22', '2026-11-21'), 'permit'],
  ['a toolkit 31 days past its day, whatever was decided', toolkit('2026-10-21', '2026-12-21'), 'refuse organisation'],
  ['a toolkit past its day, on the last day that was decided', toolkit('2026-11-10', '2026-11-21'), 'permit'],
  ['a toolkit past its day, the day after', toolkit('2026-11-10', '2026-11-20'), 'refuse organisation'],
  ['a toolkit served until a day that cannot be read', toolkit('2026-11-10', 'soon'), 'refuse organisation'],
  ['a toolkit past its day, the decision being one of an agreement', toolkit('2026-11-10', undefined, 'met', late), 'refuse organisation'],
  ['a toolkit that counts, under an agreement that is served', toolkit('2027-06-30', undefined, 'met', late), 'permit'],
  ['a toolkit and an agreement past their day, both served', toolkit('2026-10-25', '2026-11-24', 'met', late), 'permit'],
  ['both served, the toolkit to its 30th day and the agreement longer', toolkit('2026-10-22', '2026-11-21', 'met', late), 'permit'],
  ['both, the toolkit on its 31st day', toolkit('2026-10-21', '2026-11-20', 'met', late), 'refuse organisation'],
  [
    'both, the agreement on its 31st day',
    toolkit('2026-11-10', '2026-12-10', 'met', overdue('2026-10-21', '2026-11-20')),
    'refuse agreement',
  ],
])

for (const papers of ['toolkit', 'agreement', 'both'] as const)
  test(`care rules 5.6: ${papers} served as long as can be decided: 30 days after the first of them lapsed, and no day more`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 70 }), (toolkitDays, agreementDays) => {
        const [its, theirs] = [daysAgo(toolkitDays).slice(0, 10), daysAgo(agreementDays).slice(0, 10)]
        const decision = decide(
          input(
            papers === 'agreement'
              ? agreed(overdue(theirs, '2027-12-31'))
              : toolkit(its, '2027-12-31', 'met', papers === 'both' ? overdue(theirs, '2027-12-31') : {}),
          ),
        )
        const longest = Math.max(papers === 'agreement' ? 0 : toolkitDays, papers === 'toolkit' ? 0 : agreementDays)
        assert.equal(decision.verdict === 'permit', longest <= firstRules.overdueDays)
      }),
    )
  })

const cutOff = (what: 'user' | 'organisation' | 'exchange' | 'key' | 'source', which: string): Over => ({
  catalogue: catalogue({ isolations: [{ what, which }] }),
})
check('isolation', [
  ['an isolated user', cutOff('user', '1'), 'refuse isolated'],
  ['another user isolated', cutOff('user', '2'), 'permit'],
  ['an isolated organisation', cutOff('organisation', 'RJZ'), 'refuse isolated'],
  ['another organisation isolated', cutOff('organisation', 'RJ1'), 'permit'],
  ['the own exchange isolated', cutOff('exchange', 'SEL'), 'refuse isolated'],
  ['another exchange isolated', cutOff('exchange', 'NCL'), 'permit'],
  ['a source isolated', cutOff('source', 'RJZ'), 'permit'],
  ['an isolated user, without a relationship', { ...cutOff('user', '1'), facts: [] }, 'refuse isolated'],
])

const narrowing = (over: Partial<Narrowing> = {}): Narrowing => ({
  id: 'n1',
  reason: 'serious-risk',
  sdsUserIds: ['1'],
  from: ago(1),
  until: ago(-1),
  decidedBy: ['a', 'b'],
  ...over,
})
const scoped = (scope: ObjectionScope, narrowings: readonly Narrowing[] = []): Over => ({ objections: objecting({ scope, narrowings }) })
const all: ObjectionScope = { kind: 'everything' }
check('R069 R070 objections', [
  ['an objection', { objections: objecting({}) }, 'refuse objection'],
  ['an objection on hold', { objections: objecting({ basis: 'held' }) }, 'refuse objection'],
  ['an objection said to Connect Care', { objections: objecting({ basis: 'imported' }) }, 'refuse objection'],
  ['one who may be the person objected', { objections: objecting({ basis: 'unmatched' }) }, 'refuse objection'],
  ['an objection, against emergency access', { ...at('emergency-access', {}), objections: objecting({}) }, 'refuse objection'],
  ['an objection, before any relationship: the same page as for everyone', { facts: [], objections: objecting({}) }, 'claim'],
  ['objections never loaded', { objections: { state: 'unknown', inForce: [] } }, 'refuse objections-unknown'],
  ['objections never loaded, and one in force', { objections: { ...objecting({}), state: 'unknown' } }, 'refuse objections-unknown'],
  [
    'objections never loaded, and a decision for this user',
    { objections: { ...objecting({ narrowings: [narrowing()] }), state: 'unknown' } },
    'refuse objections-unknown',
  ],
  ['a decision for this user', scoped(all, [narrowing()]), 'permit'],
  ['a decision that begins this instant', scoped(all, [narrowing({ from: NOW })]), 'permit'],
  ['a decision that ends this instant', scoped(all, [narrowing({ until: NOW })]), 'refuse objection'],
  ['a decision that begins in an hour', scoped(all, [narrowing({ from: ago(-1), until: ago(-2) })]), 'refuse objection'],
  ['a decision of one person, twice', scoped(all, [narrowing({ decidedBy: ['a', 'a'] })]), 'refuse objection'],
  ['a decision of one person', scoped(all, [narrowing({ decidedBy: ['a'] })]), 'refuse objection'],
  ['a decision of one person and of nobody', scoped(all, [narrowing({ decidedBy: ['a', ' '] })]), 'refuse objection'],
  ...(
    [
      ['on a hold, for serious risk', 'held', 'serious-risk', ['a'], 'permit'],
      ['on a hold, for safeguarding', 'held', 'safeguarding', ['a'], 'permit'],
      ['on a hold, in the public interest', 'held', 'public-interest', ['a'], 'refuse objection'],
      ['on a hold, in the public interest, of two', 'held', 'public-interest', ['a', 'b'], 'permit'],
      ['on a hold, of nobody', 'held', 'serious-risk', [], 'refuse objection'],
      ['on what was said to Connect Care', 'imported', 'serious-risk', ['a'], 'refuse objection'],
      ['on what was said to Connect Care, of two', 'imported', 'serious-risk', ['a', 'b'], 'permit'],
      ['on what may be somebody else’s', 'unmatched', 'serious-risk', ['a', 'b'], 'refuse objection'],
    ] as const
  ).map(
    ([name, basis, reason, decidedBy, expected]) =>
      [`a decision ${name}`, { objections: objecting({ basis, narrowings: [narrowing({ reason, decidedBy })] }) }, expected] as const,
  ),
  // What a newer exchange may say: no type of ours has it.
  ['an objection of a scope of tomorrow', scoped({ kind: 'household' } as unknown as ObjectionScope), 'refuse objection'],
  ['a decision for another user', scoped(all, [narrowing({ sdsUserIds: ['2'] })]), 'refuse objection'],
  ['a decision whose times cannot be read', scoped(all, [narrowing({ until: '' })]), 'refuse objection'],
  ['a decision on one of two objections', { objections: objecting({ narrowings: [narrowing()] }, { id: 'o2' }) }, 'refuse objection'],
  ['an objection to an organisation', scoped({ kind: 'organisation', odsCode: 'RJ1' }), 'permit'],
  ['an objection to a class', scoped({ kind: 'class', classId: 'mental-health' }), 'permit'],
  ['an objection to a class that nobody knows', scoped({ kind: 'class', classId: 'horoscopes' }), 'refuse objection'],
  ['an objection to a class that nobody knows, and a decision', scoped({ kind: 'class', classId: 'horoscopes' }, [narrowing()]), 'permit'],
  ['R056: this member of staff is named', scoped({ kind: 'staff', sdsUserId: '1' }), 'refuse objection'],
  [
    'R056: this member of staff is named, and two people decided for them',
    scoped({ kind: 'staff', sdsUserId: '1' }, [narrowing()]),
    'permit',
  ],
  [
    'R056: named, and two people decided for another',
    scoped({ kind: 'staff', sdsUserId: '1' }, [narrowing({ sdsUserIds: ['2'] })]),
    'refuse objection',
  ],
  [
    'one who may be the person named another workplace',
    { objections: objecting({ basis: 'unmatched', scope: { kind: 'workplace', odsCode: 'RJ1' } }) },
    'refuse objection',
  ],
  ['R056: another member of staff is named', scoped({ kind: 'staff', sdsUserId: '2' }), 'permit'],
  ['R056: this workplace is named', scoped({ kind: 'workplace', odsCode: 'RJZ' }), 'refuse objection'],
  ['R056: another workplace is named', scoped({ kind: 'workplace', odsCode: 'RJ1' }), 'permit'],
  [
    'R056: named, without a relationship: the same page as for everyone',
    { ...scoped({ kind: 'staff', sdsUserId: '1' }), facts: [] },
    'claim',
  ],
  [
    'a parent’s objection, against a safeguarding enquiry',
    {
      ...worker,
      standing: standing({ teams: ['m'] }),
      ...at('safeguarding-enquiry', { team: 'm' }),
      objections: objecting({ sparesSafeguarding: true }),
    },
    'permit',
  ],
  ['a parent’s objection, against an attendance', { objections: objecting({ sparesSafeguarding: true }) }, 'refuse objection'],
  [
    'the person’s own objection, against a safeguarding enquiry',
    { ...worker, standing: standing({ teams: ['m'] }), ...at('safeguarding-enquiry', { team: 'm' }), objections: objecting({}) },
    'refuse objection',
  ],
])

check('the dead', [
  ['an attendance of the day after a death of a day', { ...facts({ from: ago(2) }), person: person({ deceased: '2026-11-20' }) }, 'permit'],
  ['an attendance this year, a death some time this year', { person: person({ deceased: '2026' }) }, 'permit'],
  ['an attendance in November, a death in October', { person: person({ deceased: '2026-10' }) }, 'claim'],
  ['a death that cannot be read', { person: person({ deceased: 'lately' }) }, 'permit'],
  ['an attendance that began after the recorded death', { person: person({ deceased: '2026-11-01' }) }, 'claim'],
  ['an attendance that began within a day of it', { person: person({ deceased: '2026-11-20T10:00:00Z' }) }, 'permit'],
  [
    'emergency access after a recorded death, which may be wrong',
    { ...at('emergency-access', {}), person: person({ deceased: '2026-11-01' }) },
    'permit',
  ],
  ['a claim after a recorded death', { ...at('claim-treating', {}), person: person({ deceased: '2026-11-01' }) }, 'claim'],
  [
    'a stay before the recorded death',
    { ...at('inpatient', { from: daysAgo(20), ended: daysAgo(8) }), person: person({ deceased: '2026-11-12' }) },
    'permit',
  ],
  ['their practice, while they are registered there', { facts: [], person: person({ practice: 'RJZ', deceased: '2026-11-12' }) }, 'permit'],
])

const dead = person({ deceased: '2026-11-01' })
const foreignFact = (over: Partial<EvidenceFact> = {}): EvidenceFact => fact({ odsCode: 'RAL', ...over })
const peerCases: readonly (readonly [name: string, over: Partial<PeerDecisionInput>, expected: string])[] = [
  ['an accepted type', {}, 'permit'],
  ['a type that is not accepted', { asserted: asserted({ type: 'outpatient' }) }, 'refuse relationship'],
  ['nothing accepted', { peer: peer({ trustedEvidence: [] }) }, 'refuse relationship'],
  ['nothing accepted, but our own evidence', { facts: [foreignFact()], peer: peer({ trustedEvidence: [] }) }, 'permit'],
  ['our own evidence of another hospital', { facts: [fact()], peer: peer({ trustedEvidence: [] }) }, 'refuse relationship'],
  ['a relationship that has run out', { asserted: asserted({ until: ago(1) }) }, 'refuse relationship'],
  ['a relationship that runs out this instant', { asserted: asserted({ until: NOW }) }, 'refuse relationship'],
  ['an end that cannot be read', { asserted: asserted({ until: 'never' }) }, 'refuse relationship'],
  [
    'a claim longer than our own window',
    { asserted: asserted({ type: 'claim-referred', seenAt: ago(25), until: ago(-100) }) },
    'refuse relationship',
  ],
  ['evidence seen a moment ahead of our clock', { asserted: asserted({ seenAt: ago(-second) }) }, 'permit'],
  [
    'a registration that our register contradicts',
    {
      person: person({ practice: 'G85001' }),
      peer: peer({ trustedEvidence: ['registered-practice'] }),
      asserted: asserted({ type: 'registered-practice' }),
    },
    'refuse relationship',
  ],
  [
    'a registration of which our register says nothing',
    { peer: peer({ trustedEvidence: ['registered-practice'] }), asserted: asserted({ type: 'registered-practice' }) },
    'refuse relationship',
  ],
  [
    'a registration that our register confirms',
    { person: person({ practice: 'RAL' }), peer: peer({ trustedEvidence: [] }), asserted: asserted({ type: 'registered-practice' }) },
    'permit',
  ],
  [
    'a registration, our register being silent',
    {
      person: person({ basis: 'local-registration' }),
      peer: peer({ trustedEvidence: ['registered-practice'] }),
      asserted: asserted({ type: 'registered-practice' }),
    },
    'permit',
  ],
  [
    'a safeguarding enquiry, whose team the asker has seen to',
    { peer: peer({ trustedEvidence: ['safeguarding-enquiry'] }), asserted: asserted({ type: 'safeguarding-enquiry' }) },
    'permit',
  ],
  ['a safeguarding enquiry that is not accepted', { asserted: asserted({ type: 'safeguarding-enquiry' }) }, 'refuse relationship'],
  ['a stay of somebody recorded as dead since, whose beginning the asker has seen to', { person: dead }, 'permit'],
  ['a claim on somebody recorded as dead', { person: dead, asserted: asserted({ type: 'claim-referred' }) }, 'refuse relationship'],
  ['a stay last seen 20 days ago, which may have ended then', { asserted: asserted({ seenAt: daysAgo(20) }) }, 'permit'],
  ['a stay last seen 30 days ago', { asserted: asserted({ seenAt: daysAgo(30) }) }, 'refuse relationship'],
  ['objections never loaded here', { objections: { state: 'unknown', inForce: [] } }, 'refuse objections-unknown'],
  ['a suspended peer', { peer: peer({ state: 'suspended' }) }, 'refuse peer'],
  ['a planned peer', { peer: peer({ state: 'planned' }) }, 'refuse peer'],
  ['an objection we hold', { objections: objecting({}) }, 'refuse objection'],
  ['an objection we hold that names them', { objections: objecting({ scope: { kind: 'staff', sdsUserId: '1' } }) }, 'refuse objection'],
  ['a role we do not know', { viewer: viewer({ odsCode: 'RAL', roleCode: 'S:G:R8010' }) }, 'refuse role'],
  ['another purpose', { purpose: 'insurance' }, 'refuse purpose'],
  ['no agreement of ours', { catalogue: catalogue({ agreements: [] }) }, 'refuse agreement'],
  [
    'an organisation that is not in our catalogue, under an agreement with everyone',
    { viewer: viewer({ odsCode: 'RXX' }), facts: [foreignFact({ odsCode: 'RXX' })] },
    'refuse organisation',
  ],
  ['our own exchange isolated', { catalogue: catalogue({ isolations: [{ what: 'exchange', which: 'SEL' }] }) }, 'refuse isolated'],
  ['their exchange isolated', { catalogue: catalogue({ isolations: [{ what: 'exchange', which: 'NCL' }] }) }, 'refuse isolated'],
  ['the user isolated', { catalogue: catalogue({ isolations: [{ what: 'user', which: '1' }] }) }, 'refuse isolated'],
  ['their organisation isolated', { catalogue: catalogue({ isolations: [{ what: 'organisation', which: 'RAL' }] }) }, 'refuse isolated'],
  [
    'their organisation suspended in our catalogue too',
    {
      catalogue: catalogue({
        organisations: new Map([['RAL', { odsCode: 'RAL', name: 'RFL', short: 'RFL', kind: 'acute', state: 'suspended' }]]),
      }),
    },
    'refuse organisation',
  ],
  ['a standing that its exchange says is over', { standing: standing({ employment: 'ended' }) }, 'refuse standing'],
]
for (const [name, over, expected] of peerCases)
  test(`R006 R033 a peer's professional with ${name}: ${expected}`, () => {
    const given = peerInput(over)
    const decision = decideForPeer(given)
    assert.equal(said(decision), expected)
    if (decision.verdict === 'permit' && decision.pass.relationship.evidenceId === given.asserted.evidenceId)
      assert.ok(Date.parse(decision.pass.relationship.until) <= Date.parse(given.asserted.until))
  })

test('a pass says what may be seen, until when, and by which rules', () => {
  const decision = decide(
    input({ person: person({ restricted: 'unknown' }), facts: [fact({ type: 'claim-treating' }), fact({ ended: ago(1) })] }),
  )
  assert.ok(decision.verdict === 'permit')
  assert.deepEqual([...decision.pass.maySee], ['medicines', 'allergies'])
  assert.equal(decision.pass.maskPlaces, true)
  assert.equal(decision.pass.relationship.type, 'emergency-attendance', 'evidence stands before a claim')
  assert.equal(decision.pass.relationship.until, ago(1 - 72))
  assert.equal(decision.pass.rulesVersion, 'access-rules/1 catalogue/7')
  assert.equal('keptApart' in decision.pass, false)
})

test('R077: what an objection of a part keeps apart goes with the pass; of the own organisation nothing is kept', () => {
  const apart = (...scopes: readonly ObjectionScope[]) => {
    const decision = decide(input({ objections: objecting(...scopes.map(scope => ({ scope }))) }))
    return decision.verdict === 'permit' ? decision.pass.keptApart : decision.verdict
  }
  assert.equal(apart({ kind: 'organisation', odsCode: 'RJZ' }), undefined)
  assert.deepEqual(
    apart(
      { kind: 'organisation', odsCode: 'RV5' },
      { kind: 'organisation', odsCode: 'RJ1' },
      { kind: 'organisation', odsCode: 'RJZ' },
      { kind: 'class', classId: 'mental-health' },
      { kind: 'class', classId: 'documents' },
      { kind: 'class', classId: 'social-care' },
    ),
    {
      organisations: ['RJ1', 'RV5'],
      organisationKinds: ['care-home', 'mental-health', 'social-care'],
      sections: ['documents', 'social-care'],
      policyClasses: [],
    },
  )
})

test('evidence that is to be taken back grants until then', () => {
  const decision = decide(input(facts({ revokedAt: ago(-5) })))
  assert.equal(decision.verdict === 'permit' && decision.pass.relationship.until, ago(-5))
})

test('R082: a parent’s objection is passed by on the enquiry, and the pass rests on it alone', () => {
  const decision = decide(
    input({
      standing: standing({ teams: ['m'] }),
      facts: [fact({ type: 'inpatient' }), fact({ evidenceId: 'e', type: 'safeguarding-enquiry', team: 'm' })],
      objections: objecting({ sparesSafeguarding: true }),
    }),
  )
  assert.equal(decision.verdict === 'permit' && decision.pass.relationship.type, 'safeguarding-enquiry')
})

test('a peer’s professional: what we know ourselves stands before the peer’s word, however long that is', () => {
  const decision = decideForPeer(peerInput({ facts: [foreignFact({ ended: ago(71) })] }))
  assert.equal(decision.verdict === 'permit' && decision.pass.relationship.type, 'emergency-attendance')
  const claimed = decideForPeer(peerInput({ facts: [foreignFact({ type: 'claim-treating' })] }))
  assert.equal(claimed.verdict === 'permit' && claimed.pass.relationship.type, 'inpatient')
})

test('the claim page names the systems that did not answer', () => {
  const decision = decide(input({ facts: [], unavailable: ['KCH'] }))
  assert.deepEqual(decision.verdict === 'claim' && decision.unavailable, ['KCH'])
})

test('R054: somebody treated in South East London only is seen in North West London when treated there, not before', () => {
  const there = {
    viewer: viewer({ odsCode: 'RYJ' }),
    catalogue: catalogue({ organisations: new Map([['RYJ', { odsCode: 'RYJ', name: 'ICHT', short: 'ICHT', kind: 'acute' }]]) }),
  }
  assert.equal(said(decide(input({ ...there, facts: [fact()] }))), 'claim')
  assert.equal(said(decide(input({ ...there, facts: [fact(), fact({ odsCode: 'RYJ', from: ago(0.1) })] }))), 'permit')
})

test('R051: the benefits team of a council is refused beside an open case that opens for its social worker', () => {
  const council = {
    ...at('social-care-case', { odsCode: '710' }),
    catalogue: catalogue({ organisations: new Map([['710', { odsCode: '710', name: 'Southwark', short: 'SWK', kind: 'social-care' }]]) }),
  }
  assert.equal(said(decide(input({ ...council, viewer: viewer({ odsCode: '710', roleCode: 'S:G:R8014' }) }))), 'permit')
  for (const code of ['R5080', 'R8010', 'R1930', 'R1850'])
    assert.equal(said(decide(input({ ...council, viewer: viewer({ odsCode: '710', roleCode: `S:G:${code}` }) }))), 'refuse role', code)
})

test('R034: the limits of the own role table go with the pass, for the own professional and for a peer’s', () => {
  const limited = catalogue({
    roles: new Map([
      role('R8014', 'social-worker', false, ['referrals', 'results'], { limits: { results: 'virus' } }),
      ...[...roles].filter(([code]) => code !== 'R8014'),
    ]),
  })
  const theirs = decideForPeer(peerInput({ catalogue: limited, viewer: viewer({ odsCode: 'RAL', roleCode: 'S8000:G8000:R8014' }) }))
  const own = decide(input({ ...worker, catalogue: limited }))
  assert.deepEqual(own.verdict === 'permit' && own.pass.limits, { results: 'virus' })
  assert.deepEqual(theirs.verdict === 'permit' && theirs.pass.limits, { results: 'virus' })
  const other = decide(input())
  assert.equal(other.verdict === 'permit' && 'limits' in other.pass, false)
})

const anyFact = fc
  .record({
    type: fc.constantFrom(...RELATIONSHIPS),
    hours: fc.integer({ min: -50, max: 10_000 }),
    length: fc.option(fc.integer({ min: 0, max: 5000 })),
    team: fc.option(fc.constantFrom('a', 'b')),
  })
  .map(f =>
    fact({
      type: f.type,
      from: ago(f.hours),
      ended: f.length === null ? null : ago(f.hours - f.length),
      lastMessageAt: ago(Math.max(0, f.hours)),
      ...(f.team === null ? {} : { team: f.team }),
    }),
  )

test('R038: random people and professionals without evidence or claim are denied, every one', () => {
  const odsCodes = ['RJZ', 'RJ1', 'RAL', 'G85001', '710']
  const anyCatalogue = catalogue({
    organisations: new Map(odsCodes.map(odsCode => [odsCode, { odsCode, name: odsCode, short: odsCode, kind: 'acute' as const }])),
  })
  const anyone = fc.record({
    code: fc.constantFrom('R8000', 'R8014', 'R9725', 'R0260', 'R0001', 'R9999'),
    at: fc.constantFrom(...odsCodes),
    practice: fc.constantFrom(...odsCodes),
    others: fc.array(fc.tuple(anyFact, fc.constantFrom(...odsCodes), fc.boolean())),
  })
  fc.assert(
    fc.property(anyone, ({ code, at: odsCode, practice, others }) => {
      const decision = decide(
        input({
          catalogue: anyCatalogue,
          viewer: viewer({ odsCode, roleCode: `S:G:${code}` }),
          person: practice === odsCode ? person() : person({ practice }),
          // Facts of other organisations about this person, and of this organisation about another.
          facts: others.map(([one, elsewhere, them]) => ({
            ...one,
            ...(them || elsewhere === odsCode ? { odsCode, nhsNumber: '9990000026' } : { odsCode: elsewhere }),
          })),
        }),
      )
      return decision.verdict !== 'permit'
    }),
  )
})

test('R038 R046: no fact of any kind and age opens past what is refused; a pass never outlives its window', () => {
  const breaks = fc.constantFrom<Over>(
    { purpose: 'research' },
    { viewer: viewer({ roleCode: 'S:G:R9999' }) },
    agreed(),
    organised({ state: 'suspended' }),
    cutOff('user', '1'),
    stands({ register: 'suspended' }),
    stands({ acceptedUse: null }),
    { objections: objecting({}) },
    { objections: { state: 'unknown', inForce: [] } },
  )
  fc.assert(fc.property(fc.array(anyFact), breaks, (all, broken) => decide(input({ facts: all, ...broken })).verdict !== 'permit'))
  fc.assert(
    fc.property(fc.array(anyFact), all => {
      const decision = decide(input({ facts: all, standing: standing({ teams: ['a'] }) }))
      if (decision.verdict === 'permit') assert.ok(decision.pass.relationship.until > NOW)
    }),
  )
})
