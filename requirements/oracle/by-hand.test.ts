import assert from 'node:assert/strict'
import test from 'node:test'
import type { Agreement, DspToolkit } from '../../src/care-record/catalogue.ts'
import type { DecisionInput, PeerDecisionInput } from '../../src/care-record/decision.ts'
import { oracle, oracleForPeer } from './oracle.ts'
import type { Expected } from './oracle.ts'
import {
  NOW,
  as,
  agreed,
  agreements,
  catalogue,
  fact,
  hospital,
  input,
  isolated,
  objected,
  objection,
  opened,
  peerInput,
  standing,
} from './by-hand.ts'
import {
  COUNCIL,
  FORMER_NUMBER,
  HERE,
  HOSPITAL,
  INSURER,
  MENTAL_HEALTH,
  OTHER_HOSPITAL,
  OTHER_NUMBER,
  OTHER_PRACTICE,
  PEER,
  PERSON,
  PRACTICE,
  STRANGER,
  THERE,
} from './world.ts'

const inWords = (expected: Expected): string =>
  expected.verdict === 'permit'
    ? `${expected.relationships.join(' or ')} until ${expected.until.replace(/:00\.000Z$/, 'Z')}`
    : expected.verdict === 'refuse'
      ? `refuse ${expected.code}`
      : 'claim'

const practice = (over: Partial<DecisionInput> = {}): Partial<DecisionInput> => ({
  ...as('gp', PRACTICE),
  person: { ...PERSON, practice: PRACTICE },
  facts: [],
  ...over,
})
const overdueToolkit = (status: DspToolkit['status'], until: string, served: string): Partial<DecisionInput> =>
  hospital({ dspToolkit: { status, until, served } })
const overdue = (until: string, served: string): Partial<Agreement> => ({ state: 'overdue', until, served })
const everything = objection({ kind: 'everything' })

/** Each as a person reading the care rules would answer it. */
const windows: readonly (readonly [name: string, given: Partial<DecisionInput>, answer: string])[] = [
  [
    'A&E, arrived an hour ago',
    { facts: [fact('emergency-attendance', { from: '2026-11-21T11:00:00Z', lastMessageAt: '2026-11-21T11:00:00Z' })] },
    'emergency-attendance until 2026-11-23T11:00Z',
  ],
  [
    'A&E, left 72 h ago less a millisecond',
    { facts: [fact('emergency-attendance', { from: '2026-11-18T08:00:00Z', ended: '2026-11-18T12:00:00.001Z' })] },
    'emergency-attendance until 2026-11-21T12:00:00.001Z',
  ],
  [
    'A&E, left 72 h ago',
    { facts: [fact('emergency-attendance', { from: '2026-11-18T08:00:00Z', ended: '2026-11-18T12:00:00Z' })] },
    'claim',
  ],
  [
    'A&E, open and silent for 48 h',
    { facts: [fact('emergency-attendance', { from: '2026-11-18T08:00:00Z', lastMessageAt: '2026-11-19T12:00:00Z' })] },
    'claim',
  ],
  [
    'A&E, open, last word 47 h ago',
    { facts: [fact('emergency-attendance', { from: '2026-11-18T08:00:00Z', lastMessageAt: '2026-11-19T13:00:00Z' })] },
    'emergency-attendance until 2026-11-21T13:00Z',
  ],
  ['A&E, begins in a second', { facts: [fact('emergency-attendance', { from: '2026-11-21T12:00:01Z' })] }, 'claim'],
  [
    'A&E, begins this millisecond',
    { facts: [fact('emergency-attendance', { from: NOW, lastMessageAt: NOW })] },
    'emergency-attendance until 2026-11-23T12:00Z',
  ],
  [
    'A&E, last word from next year',
    { facts: [fact('emergency-attendance', { lastMessageAt: '2027-11-21T12:00:00Z' })] },
    'emergency-attendance until 2026-11-23T12:00Z',
  ],
  [
    'admission, discharged 29 days ago',
    { facts: [fact('inpatient', { from: '2026-10-01T00:00:00Z', ended: '2026-10-23T12:00:00Z' })] },
    'inpatient until 2026-11-22T12:00Z',
  ],
  [
    'R039: admission, discharged 31 days ago',
    { facts: [fact('inpatient', { from: '2026-10-01T00:00:00Z', ended: '2026-10-21T12:00:00Z' })] },
    'claim',
  ],
  [
    'admission, open, silent for 7 days',
    { facts: [fact('inpatient', { from: '2026-11-01T00:00:00Z', lastMessageAt: '2026-11-14T12:00:00Z' })] },
    'claim',
  ],
  [
    'admission of months, heard of yesterday',
    { facts: [fact('inpatient', { from: '2026-01-01T00:00:00Z', lastMessageAt: '2026-11-20T12:00:00Z' })] },
    'inpatient until 2026-11-27T12:00Z',
  ],
  [
    'outpatient, booked in spring, not yet ended',
    { facts: [fact('outpatient', { from: '2026-04-01T12:00:00Z', lastMessageAt: '2026-04-01T12:00:00Z' })] },
    'outpatient until 2027-04-01T12:00Z',
  ],
  ['outpatient, referred 365 days ago', { facts: [fact('outpatient', { from: '2025-11-21T12:00:00Z' })] }, 'claim'],
  [
    'outpatient, last contact 30 days ago',
    { facts: [fact('outpatient', { from: '2026-04-01T12:00:00Z', ended: '2026-10-22T12:00:00Z' })] },
    'claim',
  ],
  [
    'outpatient, last contact yesterday, referred 364 days ago',
    { facts: [fact('outpatient', { from: '2025-11-22T12:00:00Z', ended: '2026-11-20T12:00:00Z' })] },
    'outpatient until 2026-11-22T12:00Z',
  ],
  [
    'community caseload, closed 27 days ago',
    { facts: [fact('community-caseload', { from: '2026-05-01T00:00:00Z', ended: '2026-10-25T12:00:00Z' })] },
    'community-caseload until 2026-11-22T12:00Z',
  ],
  [
    'community caseload, closed 28 days ago',
    { facts: [fact('community-caseload', { from: '2026-05-01T00:00:00Z', ended: '2026-10-24T12:00:00Z' })] },
    'claim',
  ],
  [
    'community caseload of another team',
    { facts: [fact('community-caseload', { team: 'north' })], ...standing({ teams: ['south'] }) },
    'claim',
  ],
  [
    'community caseload of their team',
    { facts: [fact('community-caseload', { team: 'north' })], ...standing({ teams: ['south', 'north'] }) },
    'community-caseload until 2027-11-20T12:00Z',
  ],
  [
    'R051: social care case at the council of the viewer',
    { ...as('social-worker', COUNCIL), facts: [fact('social-care-case', { odsCode: COUNCIL })] },
    'social-care-case until 2027-11-20T12:00Z',
  ],
  [
    'social care case closed 28 days ago',
    {
      ...as('social-worker', COUNCIL),
      facts: [fact('social-care-case', { odsCode: COUNCIL, from: '2026-09-01T00:00:00Z', ended: '2026-10-24T12:00:00Z' })],
    },
    'claim',
  ],
  [
    'social care case of another council',
    { ...as('social-worker', COUNCIL), facts: [fact('social-care-case', { odsCode: 'X98' })] },
    'claim',
  ],
  [
    'notice to the council, 27 days old',
    { ...as('social-worker', COUNCIL), facts: [fact('social-care-notice', { odsCode: COUNCIL, from: '2026-10-25T12:00:00Z' })] },
    'social-care-notice until 2026-11-22T12:00Z',
  ],
  [
    'notice to the council, 28 days old',
    { ...as('social-worker', COUNCIL), facts: [fact('social-care-notice', { odsCode: COUNCIL, from: '2026-10-24T12:00:00Z' })] },
    'claim',
  ],
  ['notice to the council, and a nurse', { ...as('nurse', COUNCIL), facts: [fact('social-care-notice', { odsCode: COUNCIL })] }, 'claim'],
  [
    'incident, ended 23 h ago',
    { ...as('paramedic'), facts: [fact('incident', { ended: '2026-11-20T13:00:00Z' })] },
    'incident until 2026-11-21T13:00Z',
  ],
  ['incident, ended 24 h ago', { ...as('paramedic'), facts: [fact('incident', { ended: '2026-11-20T12:00:00Z' })] }, 'claim'],
  [
    'incident, open, last word 24 h ago',
    { ...as('paramedic'), facts: [fact('incident', { lastMessageAt: '2026-11-20T12:00:00Z' })] },
    'claim',
  ],
  [
    'R106: transfer accepted yesterday, nothing else came',
    { facts: [fact('transfer-accepted')] },
    'transfer-accepted until 2026-11-23T12:00Z',
  ],
  ['transfer accepted 72 h ago, nothing else came', { facts: [fact('transfer-accepted', { from: '2026-11-18T12:00:00Z' })] }, 'claim'],
  [
    'task at the practice this morning, to a clerk',
    { ...practice(as('clerk', PRACTICE)), facts: [fact('practice-task', { odsCode: PRACTICE, from: '2026-11-21T09:00:00Z' })] },
    'practice-task until 2026-11-22T00:00Z',
  ],
  [
    'task at the practice yesterday evening, to a clerk',
    { ...practice(as('clerk', PRACTICE)), facts: [fact('practice-task', { odsCode: PRACTICE, from: '2026-11-20T23:59:59Z' })] },
    'refuse relationship',
  ],
  [
    'task at 22:30 UTC in summer, which is 23:30 in London',
    {
      now: '2026-07-01T22:45:00Z',
      ...practice(as('clerk', PRACTICE)),
      ...standing({ acceptedUse: '2026-06-01T00:00:00Z' }),
      facts: [fact('practice-task', { odsCode: PRACTICE, from: '2026-07-01T22:30:00Z' })],
    },
    'practice-task until 2026-07-01T23:00Z',
  ],
  [
    'task on the day of 25 hours',
    {
      now: '2026-10-25T23:30:00Z',
      ...practice(as('clerk', PRACTICE)),
      ...standing({ acceptedUse: '2026-06-01T00:00:00Z' }),
      facts: [fact('practice-task', { odsCode: PRACTICE, from: '2026-10-24T23:00:00Z' })],
    },
    'practice-task until 2026-10-26T00:00Z',
  ],
  ['R037: their own practice', practice(), 'registered-practice until 2026-11-22T12:00Z'],
  ['their own practice, to its pharmacist', practice(as('pharmacist', PRACTICE)), 'registered-practice until 2026-11-22T12:00Z'],
  ['their own practice, to its clerk with no task', practice(as('clerk', PRACTICE)), 'refuse relationship'],
  ['their own practice, to its student', practice(as('student', PRACTICE)), 'refuse relationship'],
  ['another practice', practice({ person: { ...PERSON, practice: OTHER_PRACTICE } }), 'claim'],
  [
    'resident of the care home',
    { ...as('care-home', 'X09'), facts: [fact('care-home-residency', { odsCode: 'X09', from: '2020-01-01T00:00:00Z' })] },
    'care-home-residency until 2026-11-22T12:00Z',
  ],
  [
    'moved out of the care home this morning',
    { ...as('care-home', 'X09'), facts: [fact('care-home-residency', { odsCode: 'X09', ended: '2026-11-21T09:00:00Z' })] },
    'refuse relationship',
  ],
  [
    'safeguarding enquiry of their team',
    { facts: [fact('safeguarding-enquiry', { team: 'mash', from: '2024-01-01T00:00:00Z' })], ...standing({ teams: ['mash'] }) },
    'safeguarding-enquiry until 2026-11-22T12:00Z',
  ],
  [
    'safeguarding enquiry of another team',
    { facts: [fact('safeguarding-enquiry', { team: 'mash' })], ...standing({ teams: [] }) },
    'claim',
  ],
  [
    'safeguarding enquiry closed 28 days ago',
    {
      facts: [fact('safeguarding-enquiry', { team: 'mash', from: '2026-01-01T00:00:00Z', ended: '2026-10-24T12:00:00Z' })],
      ...standing({ teams: ['mash'] }),
    },
    'claim',
  ],
  [
    'R106: claimed an hour ago',
    { facts: [fact('claim-referred', { from: '2026-11-21T11:00:00Z' })] },
    'claim-referred until 2026-11-22T11:00Z',
  ],
  ['claimed 24 h ago', { facts: [fact('claim-referred', { from: '2026-11-20T12:00:00Z' })] }, 'claim'],
  ['claimed by a colleague', { facts: [fact('claim-referred', { from: '2026-11-21T11:00:00Z', assertedBy: '333333333333' })] }, 'claim'],
  [
    'emergency opened 3 h 59 min ago',
    { facts: [fact('emergency-access', { from: '2026-11-21T08:01:00Z' })] },
    'emergency-access until 2026-11-21T12:01Z',
  ],
  ['emergency opened 4 h ago', { facts: [fact('emergency-access', { from: '2026-11-21T08:00:00Z' })] }, 'claim'],
  [
    'evidence that is shorter than a claim',
    {
      facts: [
        fact('claim-night', { from: NOW }),
        fact('emergency-attendance', { from: '2026-11-18T09:00:00Z', ended: '2026-11-18T13:00:00Z' }),
      ],
    },
    'emergency-attendance until 2026-11-21T13:00Z',
  ],
  [
    'a claim that is shorter than an emergency',
    { facts: [fact('emergency-access', { from: NOW }), fact('claim-night', { from: '2026-11-20T13:00:00Z' })] },
    'claim-night until 2026-11-21T13:00Z',
  ],
  [
    'two stays, the longer',
    { facts: [fact('inpatient', { ended: '2026-11-21T10:00:00Z' }), fact('emergency-attendance', { ended: '2026-11-21T10:00:00Z' })] },
    'inpatient until 2026-12-21T10:00Z',
  ],
  ['R038: no fact at all', { facts: [] }, 'claim'],
  ['R038: a fact about somebody else', { facts: [fact('inpatient', { nhsNumber: OTHER_NUMBER })] }, 'claim'],
  ['a fact under a former number', { facts: [fact('inpatient', { nhsNumber: FORMER_NUMBER })] }, 'inpatient until 2026-11-28T08:00Z'],
  ['a stay elsewhere', { facts: [fact('inpatient', { odsCode: OTHER_HOSPITAL })] }, 'claim'],
  ['a stay that was taken back', { facts: [fact('inpatient', { revokedAt: '2026-11-21T11:59:59Z' })] }, 'claim'],
  ['a stay whose start cannot be read', { facts: [fact('inpatient', { from: 'yesterday' })] }, 'claim'],
  ['a stay whose end cannot be read', { facts: [fact('inpatient', { ended: '2026-13-01T00:00:00Z' })] }, 'claim'],
  ['no relationship, and a role that may not claim', { ...as('student'), facts: [] }, 'refuse relationship'],
  ['care rules 4.7: died two days before the admission', { person: { ...PERSON, deceased: '2026-11-18T12:00:00Z' } }, 'claim'],
  [
    'care rules 4.7: died after the admission',
    { person: { ...PERSON, deceased: '2026-11-21T09:00:00Z' } },
    'inpatient until 2026-11-28T08:00Z',
  ],
  [
    'care rules 4.7: marked dead by mistake, and an emergency',
    { person: { ...PERSON, deceased: '2026-01-01' }, facts: [fact('emergency-access', { from: NOW })] },
    'emergency-access until 2026-11-21T16:00Z',
  ],
  [
    'care rules 4.7: marked dead by mistake, and a claim',
    { person: { ...PERSON, deceased: '2026-01-01' }, facts: [fact('claim-treating', { from: NOW })] },
    'claim',
  ],
]

const terms: readonly (readonly [name: string, given: Partial<DecisionInput>, answer: string])[] = [
  ['R049: research', { purpose: 'research' }, 'refuse purpose'],
  ['R047: insurance', { purpose: 'insurance' }, 'refuse purpose'],
  ['R051: benefits', { purpose: 'benefits' }, 'refuse purpose'],
  ['R046: employment', { purpose: 'employment' }, 'refuse purpose'],
  ['R046: billing, and an isolated user', { purpose: 'billing', ...isolated('user', '111111111111') }, 'refuse purpose'],
  ['this user is cut off', isolated('user', '111111111111'), 'refuse isolated'],
  ['this organisation is cut off', isolated('organisation', HOSPITAL), 'refuse isolated'],
  ['this exchange is cut off', isolated('exchange', HERE), 'refuse isolated'],
  ['another user is cut off', isolated('user', '333333333333'), 'inpatient until 2026-11-28T08:00Z'],
  ['a source with the code of the organisation is cut off', isolated('source', HOSPITAL), 'inpatient until 2026-11-28T08:00Z'],
  ['R040: an unlisted role', { viewer: { ...input().viewer, roleCode: 'S0000:G0000:R1860' } }, 'refuse role'],
  ['R050: support', as('support'), 'refuse role'],
  ['a privacy officer', as('privacy-officer'), 'refuse role'],
  ['a Caldicott Guardian', as('guardian'), 'refuse role'],
  ['a role without a code', { viewer: { ...input().viewer, roleCode: '' } }, 'refuse role'],
  ['R041: no longer employed', standing({ employment: 'ended' }), 'refuse standing'],
  ['R041: nobody says that they are employed', standing({ employment: 'unknown' }), 'refuse standing'],
  ['R041: suspended from the register', standing({ register: 'suspended' }), 'refuse standing'],
  ['R041: lapsed from the register', standing({ register: 'lapsed' }), 'refuse standing'],
  ['R041: not on a register that is needed', standing({ register: 'not-regulated' }), 'refuse standing'],
  [
    'a care worker, on no register',
    { ...as('care-home', 'X09'), ...standing({ register: 'not-regulated' }), facts: [fact('care-home-residency', { odsCode: 'X09' })] },
    'care-home-residency until 2026-11-22T12:00Z',
  ],
  ['fee unpaid for a week', standing({ register: 'fee-unpaid', registerSince: '2026-11-14' }), 'inpatient until 2026-11-28T08:00Z'],
  ['fee unpaid for two months', standing({ register: 'fee-unpaid', registerSince: '2026-09-21' }), 'refuse standing'],
  ['fee unpaid since nobody knows when', standing({ register: 'fee-unpaid' }), 'refuse standing'],
  ['R045: never accepted the rules of use', standing({ acceptedUse: null }), 'refuse acceptable-use'],
  ['R045: accepted 365 days ago', standing({ acceptedUse: '2025-11-21T12:00:00Z' }), 'refuse acceptable-use'],
  ['R045: accepted 365 days ago less a second', standing({ acceptedUse: '2025-11-21T12:00:01Z' }), 'inpatient until 2026-11-28T08:00Z'],
  ['an organisation that is not in the catalogue', as('doctor', STRANGER), 'refuse organisation'],
  ['an organisation still under review', hospital({ state: 'reviewed' }), 'refuse organisation'],
  ['an organisation that is suspended', hospital({ state: 'suspended' }), 'refuse organisation'],
  ['R059: toolkit not met', hospital({ dspToolkit: { status: 'not-met', until: '2027-06-30' } }), 'refuse organisation'],
  ['R059: toolkit met', hospital({ dspToolkit: { status: 'met', until: '2027-06-30' } }), 'inpatient until 2026-11-28T08:00Z'],
  ['R059: toolkit a day past, and nobody decided', hospital({ dspToolkit: { status: 'met', until: '2026-11-20' } }), 'refuse organisation'],
  ['R059: toolkit a day past, and decided', overdueToolkit('met', '2026-11-20', '2026-12-20'), 'inpatient until 2026-11-28T08:00Z'],
  ['R059: toolkit 31 days past, and decided', overdueToolkit('met', '2026-10-21', '2026-12-20'), 'refuse organisation'],
  ['R059: toolkit a week past, decided until yesterday', overdueToolkit('met', '2026-11-14', '2026-11-20'), 'refuse organisation'],
  ['R059: toolkit not met, and decided', overdueToolkit('not-met', '2026-11-20', '2026-12-20'), 'refuse organisation'],
  [
    'R059: toolkit past, and decided of an agreement only',
    {
      catalogue: {
        ...hospital({ dspToolkit: { status: 'met', until: '2026-11-20' } }).catalogue,
        ...agreements(overdue('2026-11-19', '2026-12-19')),
      },
    },
    'refuse organisation',
  ],
  ['R059: toolkit lapsed long ago', hospital({ dspToolkit: { status: 'met', until: '2026-06-30' } }), 'refuse organisation'],
  ['R057: no agreement', agreed(), 'refuse agreement'],
  ['R057: agreement with another organisation', agreed({ consumer: OTHER_HOSPITAL }), 'refuse agreement'],
  ['R057: agreement begins tomorrow', agreed({ from: '2026-11-22' }), 'refuse agreement'],
  ['R057: agreement ends today', agreed({ until: '2026-11-21' }), 'inpatient until 2026-11-28T08:00Z'],
  ['R057: agreement ended yesterday', agreed({ until: '2026-11-20' }), 'refuse agreement'],
  ['R057: agreement overdue for 30 days', agreed(overdue('2026-10-22', '2026-11-21')), 'inpatient until 2026-11-28T08:00Z'],
  ['R057: agreement overdue for 31 days', agreed(overdue('2026-10-21', '2026-12-21')), 'refuse agreement'],
  ['R057: agreement overdue, and nobody decided', agreed({ until: '2026-11-10', state: 'overdue' }), 'refuse agreement'],
  ['R057: agreement overdue, decided until yesterday', agreed(overdue('2026-11-10', '2026-11-20')), 'refuse agreement'],
  ['R057: agreement suspended', agreed({ state: 'suspended' }), 'refuse agreement'],
  [
    'R047: an insurer, by the agreement with everyone',
    { ...as('doctor', INSURER), facts: [fact('inpatient', { odsCode: INSURER })] },
    'refuse agreement',
  ],
  ['R068: objection to everything', objected(everything), 'refuse objection'],
  ['R068: objection, and no relationship', { ...objected(everything), facts: [] }, 'claim'],
  ['R068: objection, and an emergency', { ...objected(everything), facts: [fact('emergency-access', { from: NOW })] }, 'refuse objection'],
  [
    'R076: an unmatched objector, of one organisation only',
    objected(objection({ kind: 'organisation', odsCode: OTHER_HOSPITAL }, { basis: 'unmatched' })),
    'refuse objection',
  ],
  ['care rules 4.2: opened for this user', objected(objection({ kind: 'everything' }, opened())), 'inpatient until 2026-11-28T08:00Z'],
  [
    'care rules 4.2: opened for another user',
    objected(objection({ kind: 'everything' }, opened({ sdsUserIds: ['333333333333'] }))),
    'refuse objection',
  ],
  ['care rules 4.2: opened until now', objected(objection({ kind: 'everything' }, opened({ until: NOW }))), 'refuse objection'],
  [
    'care rules 4.2: opened from now',
    objected(objection({ kind: 'everything' }, opened({ from: NOW }))),
    'inpatient until 2026-11-28T08:00Z',
  ],
  [
    'care rules 4.2: opened by one person twice',
    objected(objection({ kind: 'everything' }, opened({ decidedBy: ['444444444444', '444444444444'] }))),
    'refuse objection',
  ],
  [
    'care rules 4.2: a hold opened by one person',
    objected(objection({ kind: 'everything' }, { basis: 'held', ...opened({ decidedBy: ['444444444444'] }) })),
    'inpatient until 2026-11-28T08:00Z',
  ],
  [
    'care rules 4.2: a hold opened by one person in the public interest',
    objected(objection({ kind: 'everything' }, { basis: 'held', ...opened({ reason: 'public-interest', decidedBy: ['444444444444'] }) })),
    'refuse objection',
  ],
  [
    'care rules 4.2: an upheld one opened by one person',
    objected(objection({ kind: 'everything' }, opened({ decidedBy: ['444444444444'] }))),
    'refuse objection',
  ],
  [
    'care rules 4.2: a hold opened by nobody',
    objected(objection({ kind: 'everything' }, { basis: 'held', ...opened({ decidedBy: [] }) })),
    'refuse objection',
  ],
  [
    'care rules 4.5: an unmatched one opened by two people',
    objected(objection({ kind: 'everything' }, { basis: 'unmatched', ...opened() })),
    'refuse objection',
  ],
  [
    'care rules 4.6: said for somebody else, and an enquiry',
    {
      ...objected(objection({ kind: 'everything' }, { sparesSafeguarding: true })),
      ...standing({ teams: ['mash'] }),
      facts: [fact('safeguarding-enquiry', { team: 'mash' })],
    },
    'safeguarding-enquiry until 2026-11-22T12:00Z',
  ],
  [
    'care rules 4.6: said for somebody else, and a stay',
    objected(objection({ kind: 'everything' }, { sparesSafeguarding: true })),
    'refuse objection',
  ],
  ['care rules 4.2: one of two objections opened', objected(objection({ kind: 'everything' }, opened()), everything), 'refuse objection'],
  ['R056: this member of staff', objected(objection({ kind: 'staff', sdsUserId: '111111111111' })), 'refuse objection'],
  ['R056: another member of staff', objected(objection({ kind: 'staff', sdsUserId: '333333333333' })), 'inpatient until 2026-11-28T08:00Z'],
  ['R056: this workplace', objected(objection({ kind: 'workplace', odsCode: HOSPITAL })), 'refuse objection'],
  ['R056: another workplace', objected(objection({ kind: 'workplace', odsCode: OTHER_HOSPITAL })), 'inpatient until 2026-11-28T08:00Z'],
  ['a class nobody knows', objected(objection({ kind: 'class', classId: 'unheard-of' })), 'refuse objection'],
  ['care rules 4.4: objections unknown', { objections: { state: 'unknown', inForce: [] } }, 'refuse objections-unknown'],
  ['care rules 4.4: objections unknown, and no relationship', { objections: { state: 'unknown', inForce: [] }, facts: [] }, 'claim'],
]

const peers: readonly (readonly [name: string, given: PeerDecisionInput, answer: string])[] = [
  ['on the word of the peer', peerInput({}, { until: '2026-11-23T12:00:00Z' }), 'emergency-attendance until 2026-11-23T12:00Z'],
  ['on its word, longer than 72 h from when it was seen', peerInput(), 'emergency-attendance until 2026-11-24T11:59Z'],
  [
    'on its word, seen by a clock that is ahead',
    peerInput({}, { seenAt: '2026-11-21T12:00:02Z' }),
    'emergency-attendance until 2026-11-24T12:00Z',
  ],
  [
    'on its word, a discharge heard of 20 days ago',
    peerInput({}, { type: 'inpatient', seenAt: '2026-11-01T12:00:00Z', until: '2026-12-01T12:00:00Z' }),
    'inpatient until 2026-12-01T12:00Z',
  ],
  ['on its word, seen nobody knows when', peerInput({}, { seenAt: '' }), 'refuse relationship'],
  ['on its word, a millisecond past its end', peerInput({}, { until: '2026-11-21T11:59:59.999Z' }), 'refuse relationship'],
  ['on its word, at its end', peerInput({}, { until: NOW }), 'refuse relationship'],
  ['on its word, with an end that cannot be read', peerInput({}, { until: 'soon' }), 'refuse relationship'],
  ['a kind that is not taken on trust', peerInput({}, { type: 'claim-treating' }), 'refuse relationship'],
  [
    'a kind that is not taken on trust, and seen here',
    peerInput({ facts: [fact()] }, { type: 'claim-treating' }),
    'inpatient until 2026-11-28T08:00Z',
  ],
  [
    'a registration that the register denies',
    peerInput({ ...as('gp', PRACTICE), person: { ...PERSON, practice: OTHER_PRACTICE } }, { type: 'registered-practice' }),
    'refuse relationship',
  ],
  [
    'a registration on its word, the register silent',
    peerInput({ ...as('gp', PRACTICE), person: { ...PERSON, basis: 'local-registration' } }, { type: 'registered-practice' }),
    'registered-practice until 2026-11-22T12:00Z',
  ],
  ['this exchange is cut off', peerInput(isolated('exchange', HERE)), 'refuse isolated'],
  ['R047: an organisation that is not in the catalogue', peerInput(as('doctor', STRANGER)), 'refuse organisation'],
  [
    'a registration that the register confirms',
    peerInput({ ...as('gp', PRACTICE), person: { ...PERSON, practice: PRACTICE } }, { type: 'registered-practice' }),
    'registered-practice until 2026-11-22T12:00Z',
  ],
  ['R046: research, said by a peer', peerInput({ purpose: 'research' }), 'refuse purpose'],
  ['a peer that is suspended', peerInput({ peer: { ...PEER, state: 'suspended' } }), 'refuse peer'],
  ['a peer that is only planned', peerInput({ peer: { ...PEER, state: 'planned' } }), 'refuse peer'],
  ['a peer that is cut off', peerInput(isolated('exchange', THERE)), 'refuse isolated'],
  ['a peer’s unlisted role', peerInput({ viewer: { ...input().viewer, roleCode: 'S0000:G0000:R1860' } }), 'refuse role'],
  ['R030: a peer’s organisation without an agreement', peerInput(agreed({ consumer: OTHER_HOSPITAL })), 'refuse agreement'],
  ['R080: an objector', peerInput(objected(everything)), 'refuse objection'],
  ['care rules 4.4: objections unknown', peerInput({ objections: { state: 'unknown', inForce: [] } }), 'refuse objections-unknown'],
]

for (const [name, given, answer] of [...windows, ...terms])
  test(`${name}: ${answer}`, () => assert.equal(inWords(oracle(input(given))), answer))
for (const [name, given, answer] of peers) test(`peer, ${name}: ${answer}`, () => assert.equal(inWords(oracleForPeer(given)), answer))

const permitted = (given: Partial<DecisionInput>): Extract<Expected, { verdict: 'permit' }> => {
  const expected = oracle(input(given))
  assert.equal(expected.verdict, 'permit')
  return expected.verdict === 'permit' ? expected : assert.fail()
}

test('R034: a social worker sees the sections of the role, and of results one class only', () => {
  const given = { ...as('social-worker', COUNCIL), facts: [fact('social-care-case', { odsCode: COUNCIL })] }
  const { maySee, limits } = permitted(given)
  assert.deepEqual(maySee, ['alerts', 'referrals', 'results'])
  assert.deepEqual(limits, { results: 'virus' })
})

test('objections of a part keep those parts away, and never an organisation from what is its own', () => {
  const { keptApart } = permitted(
    objected(
      objection({ kind: 'organisation', odsCode: MENTAL_HEALTH }),
      objection({ kind: 'organisation', odsCode: HOSPITAL }),
      objection({ kind: 'class', classId: 'social' }),
      objection({ kind: 'class', classId: 'plans' }, opened()),
    ),
  )
  assert.deepEqual(keptApart, {
    organisations: [MENTAL_HEALTH],
    organisationKinds: ['care-home', 'social-care'],
    sections: ['social-care'],
    policyClasses: [],
  })
})

test('places are masked for a flagged person, and for one whose flag cannot be checked', () => {
  const masked = (restricted: 'no' | 'yes' | 'unknown'): boolean => permitted({ person: { ...PERSON, restricted } }).maskPlaces
  assert.deepEqual([masked('no'), masked('yes'), masked('unknown')], [false, true, true])
})

test('a claim names the systems that did not answer', () => {
  assert.deepEqual(oracle(input({ facts: [], unavailable: ['EPR', 'A&E'] })), { verdict: 'claim', unavailable: ['A&E', 'EPR'] })
  assert.deepEqual(oracle(input({ ...catalogue({ roles: new Map() }), unavailable: ['EPR'] })), { verdict: 'refuse', code: 'role' })
})
