import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reason } from '../../care-record/decision.ts'
import {
  alertOfClaim,
  alertsOfDecision,
  auditEventOf,
  mayStandTogether,
  NATIONAL_REASONS,
  type Alert,
  type NationalReason,
  type NationalType,
} from './alerts.ts'
import { claimReasons } from './claim-form.ts'

for (const type of ['1', '2'] as const satisfies readonly NationalType[])
  for (const reason of Object.keys(NATIONAL_REASONS) as readonly NationalReason[]) {
    const refused = ['1+5', '2+4', '2+6'].includes(`${type}+${reason}`)
    test(`national alert ${type} with reason ${reason} ${refused ? 'is refused' : 'stands'}`, () =>
      assert.equal(mayStandTogether({ type, reason }), !refused))
  }

test('R106: every claim is an alert whose type and reason may stand together; emergency access has its own', () => {
  for (const { type } of claimReasons) {
    const { kind, national } = alertOfClaim(type)
    assert.ok(national && mayStandTogether(national), type)
    assert.equal(kind, type === 'emergency-access' ? 'emergency' : 'self-claim')
    assert.deepEqual(national, { type: '1', reason: type === 'emergency-access' ? '4' : '6' })
  }
})

const objection = (code: string, over: Partial<Reason> = {}): Reason => ({ check: 'objection', held: false, code, ...over })
const decisions: readonly (readonly [name: string, reasons: readonly Reason[], told: readonly string[]])[] = [
  ['a person who named this member of staff', [objection('staff-blocked')], ['staff-block none']],
  ['a person who named this workplace', [objection('workplace-blocked')], ['staff-block none']],
  [
    'an objection narrowed for safeguarding',
    [objection('objection-passed-by', { held: true, parts: [objection('objection-narrowed', { with: { reason: 'safeguarding' } })] })],
    ['narrowing 2+1'],
  ],
  ['one narrowed for serious risk', [objection('objection-narrowed', { with: { reason: 'serious-risk' } })], ['narrowing 2+5']],
  [
    'two narrowed at once',
    [objection('x', { parts: [1, 2].map(() => objection('objection-narrowed', { with: { reason: 'public-interest' } })) })],
    ['narrowing 2+1'],
  ],
  ['any other objection', [objection('objection-everything')], []],
  ['no relationship', [{ check: 'relationship', held: false, code: 'no-relationship' }], []],
]
for (const [name, reasons, told] of decisions)
  test(`R056: an officer is told of ${name}: ${told.length > 0 ? 'yes' : 'no'}`, () =>
    assert.deepEqual(
      alertsOfDecision(reasons).map(a => `${a.kind} ${a.national ? `${a.national.type}+${a.national.reason}` : 'none'}`),
      told,
    ))

const alert: Alert = {
  id: 'a',
  at: '2026-11-21T11:00:00.000Z',
  kind: 'emergency',
  national: { type: '1', reason: '4' },
  nhsNumber: '9990000018',
  sdsUserId: '555000000101',
  userName: 'Dr Priya Shah',
  roleName: 'Emergency medicine registrar',
  odsCode: 'RJZ',
  words: 'Unconscious, no relatives',
  transaction: 't',
}
test('the national form of an alert says who, where, about whom and why, and nothing else', () => {
  const event = auditEventOf(alert, 'urn:lcr:exchange:SEL')
  assert.deepEqual(
    [event?.type.code, event?.subtype?.[0]?.code, event?.agent.map(a => a.who?.identifier?.value), event?.extension?.[0]?.valueString],
    ['1', '4', ['9990000018', 'RJZ', '555000000101'], 'Unconscious, no relatives'],
  )
  assert.ok(!JSON.stringify(event).includes('Priya'))
  const { national: _, ...refused } = alert
  assert.equal(auditEventOf({ ...refused, kind: 'staff-block' }, 'urn:lcr:exchange:SEL'), undefined)
})
