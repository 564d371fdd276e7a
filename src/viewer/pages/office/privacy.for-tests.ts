import { shah } from '../../fixtures/okafor.ts'
import type { AgainModel, AlertModel, ClaimModel, DecisionModel, PrivacyCounts } from './privacy.ts'
import type { OfficeFrame } from './office.ts'

/** An officer's morning, made up, for the tests of these pages. */
export const officeFrame: OfficeFrame = {
  viewer: { ...shah, name: 'Ms Ruth Abelson', roleName: 'Privacy officer' },
  csrf: 'token',
  offices: ['privacy'],
  path: '/office/privacy/claims',
}
export const counts: PrivacyCounts = { toReview: 42, asked: 1, waiting: 118, today: 31, emergenciesToday: 2 }
const id = (n: number): string => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`
const claim = (n: number, over: Partial<ClaimModel> = {}): ClaimModel => ({
  id: id(n),
  type: 'claim-referred',
  nhsNumber: '9990000018',
  sdsUserId: '555000000101',
  userName: 'Dr Priya Shah',
  roleName: 'Emergency medicine registrar',
  at: '2026-11-12T09:14:00Z',
  confirmed: false,
  renews: false,
  ...over,
})
export const toReview: readonly ClaimModel[] = [
  claim(1, {
    type: 'emergency-access',
    listed: 'emergency',
    words: 'Unconscious in resus, no relatives, need his medicines and allergies',
  }),
  claim(2, { type: 'emergency-access', listed: 'emergency', renews: true, words: 'Unconscious in resus', confirmed: true }),
  claim(3, { listed: 'sensitive' }),
  claim(4, { type: 'claim-night' }),
  claim(5, { listed: 'sample', confirmed: true }),
  claim(6, { listed: 'sample', confirmed: true, type: 'claim-advice' }),
]
export const asked: readonly ClaimModel[] = [claim(7, { note: 'Was she on duty that night?' })]
const alert = (n: number, over: Partial<AlertModel>): AlertModel => ({
  id: id(n),
  at: '2026-11-21T03:12:00Z',
  kind: 'emergency',
  nhsNumber: '9990000018',
  sdsUserId: '555000000101',
  userName: 'Dr Priya Shah',
  roleName: 'Emergency medicine registrar',
  ...over,
})
export const alerts: readonly AlertModel[] = [
  alert(11, { national: { type: '1', reason: '4' }, words: 'Unconscious in resus, no relatives' }),
  alert(12, { kind: 'staff-block' }),
  alert(13, { kind: 'narrowing', national: { type: '2', reason: '1' } }),
  alert(14, { kind: 'self-claim', national: { type: '1', reason: '6' } }),
]
export const decision: DecisionModel = {
  id: id(21),
  at: '2026-11-21T03:11:58Z',
  verdict: 'claim',
  nhsNumber: '9990000018',
  userName: 'Dr Priya Shah',
  asked: ['RJZ'],
  unavailable: ["King's College Hospital"],
  lines: [
    { check: 'purpose', held: true, words: 'direct care' },
    { check: 'role', held: true, words: 'Clinical practitioner' },
    { check: 'agreement', held: true, words: 'agreement SEL-1' },
    { check: 'relationship', held: false, words: 'no relationship known, and not every system answered' },
  ],
}
export const again: AgainModel = {
  same: true,
  rulesVersion: 'access-rules/1 catalogue/7',
  lines: [
    { question: 'Was it for direct care?', held: true, words: 'Direct care.', under: [] },
    {
      question: 'Is the person in their care now?',
      held: false,
      words: 'Nothing says so.',
      under: [{ question: 'Is the person in their care now?', held: false, words: 'a hospital stay: it has ended', under: [] }],
    },
  ],
}
