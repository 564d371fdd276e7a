import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Result } from '../../care-record/result.ts'
import {
  AGREEMENT_WARNINGS,
  agreementFromFile,
  agreementStep,
  DSP_WARNINGS,
  phaseOf,
  warningDue,
  type AgreementLife,
  type AgreementStep,
} from './agreement-life.ts'
import type { Actor } from './two-people.ts'

const person = (userId: string, odsCode: string): Actor => ({ userId, odsCode, name: userId })
const [writer, ann, bob, cat] = [person('writer', 'RJ2'), person('ann', 'RJ1'), person('bob', 'RV5'), person('cat', 'RJ1')]
const [provider, consumer, helper] = [person('provider', 'RPG'), person('consumer', 'RJZ'), person('helper', 'QKK')]
const world = { today: '2026-11-21', deliveryTeam: ['QKK'], isOut: () => false }
const applied = (over: Partial<AgreementLife> = {}): AgreementLife => ({
  ...agreementFromFile({ id: 'a', provider: 'RPG', consumer: 'RJZ', sections: '*', from: '2026-01-01', until: '2026-11-25' }),
  state: 'applied',
  fromFile: false,
  appliedBy: writer,
  ...over,
})
const valueOf = <T>(result: Result<T>): T => (result.ok ? result.value : assert.fail(result.fault.detail))
type Taken = readonly [AgreementStep['step'] | 'breach', Actor]
const stepOf = (name: Taken[0], until = '2026-12-25'): AgreementStep =>
  name === 'breach'
    ? { step: 'suspend', breach: true }
    : name === 'suspend'
      ? { step: 'suspend', breach: false }
      : name === 'serve-overdue'
        ? { step: name, owner: 'J. Owner', reason: 'Signed copy on its way', until }
        : { step: name }
const walk = (start: AgreementLife, taken: readonly Taken[]): AgreementLife =>
  taken.reduce((life, [name, actor]) => valueOf(agreementStep(life, stepOf(name), actor, world)), start)
const inForce: readonly Taken[] = [
  ['approve', ann],
  ['approve', bob],
]

const taken: readonly (readonly [string, readonly Taken[], AgreementLife['state']])[] = [
  ['one approval is not enough', inForce.slice(0, 1), 'applied'],
  ['R057 R058: two of different organisations', inForce, 'in-force'],
  ['one asks to suspend', [...inForce, ['suspend', ann]], 'in-force'],
  ['two suspend', [...inForce, ['suspend', ann], ['agree', cat]], 'suspended'],
  ['a breach suspends at once', [...inForce, ['breach', ann]], 'suspended'],
  ['two of two organisations lift it', [...inForce, ['breach', ann], ['agree', bob], ['resume', ann], ['agree', bob]], 'in-force'],
  ['two end it', [...inForce, ['leave', provider], ['agree', consumer]], 'ended'],
  ['served past its date on a named decision', [...inForce, ['serve-overdue', ann]], 'overdue'],
  ['and suspended all the same', [...inForce, ['serve-overdue', ann], ['breach', ann]], 'suspended'],
  ['an application is withdrawn', [['withdraw', writer]], 'ended'],
]
for (const [name, steps, state] of taken)
  test(`R057: agreement: ${name} (${state})`, () => assert.equal(walk(applied(), steps).state, state))

const refused: readonly (readonly [string, readonly Taken[], Taken, string])[] = [
  ['its writer approves', [], ['approve', writer], 'forbidden'],
  ['its provider approves', [], ['approve', provider], 'forbidden'],
  ['its consumer approves', [], ['approve', consumer], 'forbidden'],
  ['the delivery team approves', [], ['approve', helper], 'forbidden'],
  ['two of one organisation', inForce.slice(0, 1), ['approve', cat], 'forbidden'],
  ['the same twice', inForce.slice(0, 1), ['approve', ann], 'forbidden'],
  ['suspending an application', [], ['breach', ann], 'conflict'],
  ['agreeing with oneself', [...inForce, ['suspend', ann]], ['agree', ann], 'forbidden'],
  ['lifting with one organisation', [...inForce, ['breach', ann], ['agree', bob], ['resume', ann]], ['agree', cat], 'forbidden'],
  ['lifting what is in force', inForce, ['resume', ann], 'conflict'],
  ['serving an application past its date', [], ['serve-overdue', ann], 'conflict'],
]
for (const [name, before, [step, actor], kind] of refused)
  test(`R057: agreement: ${name} is refused (${kind})`, () => {
    const done = agreementStep(walk(applied(), before), stepOf(step), actor, world)
    assert.equal(done.ok ? 'taken' : done.fault.kind, kind)
  })

const decisions: readonly (readonly [string, string | null, string, string, string, string])[] = [
  ['30 days after the last day', '2026-11-25', '2026-11-21', 'J. Owner', '2026-12-25', 'taken'],
  ['31 days after', '2026-11-25', '2026-11-21', 'J. Owner', '2026-12-26', 'invalid'],
  ['not past the last day', '2026-11-25', '2026-11-21', 'J. Owner', '2026-11-25', 'invalid'],
  ['long before', '2026-12-25', '2026-11-21', 'J. Owner', '2026-12-28', 'conflict'],
  ['by nobody', '2026-11-25', '2026-11-21', ' ', '2026-12-25', 'invalid'],
  ['30 days gone by', '2026-10-21', '2026-11-21', 'J. Owner', '2026-11-22', 'conflict'],
  ['the last day that may be', '2026-10-22', '2026-11-21', 'J. Owner', '2026-11-21', 'taken'],
  ['with no end', null, '2026-11-21', 'J. Owner', '2026-12-25', 'conflict'],
]
for (const [name, until, today, owner, last, kind] of decisions)
  test(`care rules 5.6: serving past the date: ${name}: ${kind}`, () => {
    const life = applied({ until, state: 'in-force' })
    const done = agreementStep(life, { step: 'serve-overdue', owner, reason: 'r', until: last }, ann, { ...world, today })
    assert.equal(done.ok ? 'taken' : done.fault.kind, kind)
  })

const warnings: readonly (readonly [string, string | null, readonly number[], number | null])[] = [
  ['no end', null, AGREEMENT_WARNINGS, null],
  ['91 days', '2027-02-20', AGREEMENT_WARNINGS, null],
  ['90 days', '2027-02-19', AGREEMENT_WARNINGS, 90],
  ['31 days', '2026-12-22', AGREEMENT_WARNINGS, 90],
  ['30 days', '2026-12-21', AGREEMENT_WARNINGS, 30],
  ['8 days', '2026-11-29', AGREEMENT_WARNINGS, 30],
  ['7 days', '2026-11-28', AGREEMENT_WARNINGS, 7],
  ['6 days', '2026-11-27', AGREEMENT_WARNINGS, 6],
  ['the last day', '2026-11-21', AGREEMENT_WARNINGS, 0],
  ['the day after', '2026-11-20', AGREEMENT_WARNINGS, -1],
  ['60 days, DSP Toolkit', '2027-01-20', DSP_WARNINGS, 60],
  ['60 days, agreement', '2027-01-20', AGREEMENT_WARNINGS, 90],
]
for (const [name, until, thresholds, due] of warnings)
  test(`R059, care rules 5.6: warned with ${name} left: ${due}`, () => assert.equal(warningDue(until, '2026-11-21', thresholds), due))

const phases: readonly (readonly [string, Partial<AgreementLife>, string])[] = [
  ['not begun', { state: 'in-force', from: '2026-11-22' }, 'not-begun'],
  ['its first day', { state: 'in-force', from: '2026-11-21' }, 'in-force'],
  ['its last day', { state: 'in-force', until: '2026-11-21' }, 'in-force'],
  ['the day after', { state: 'in-force', until: '2026-11-20' }, 'lapsed'],
  [
    'the day after, decided',
    { state: 'overdue', until: '2026-11-20', overdue: { owner: 'o', reason: 'r', recordedBy: ann, until: '2026-11-21' } },
    'overdue',
  ],
  [
    'the decision over',
    { state: 'overdue', until: '2026-11-01', overdue: { owner: 'o', reason: 'r', recordedBy: ann, until: '2026-11-20' } },
    'lapsed',
  ],
  ['suspended', { state: 'suspended' }, 'suspended'],
]
for (const [name, over, phase] of phases)
  test(`R057: an agreement on ${name} reads ${phase}`, () => assert.equal(phaseOf(applied(over), '2026-11-21'), phase))

test('R057 R058: by no order of steps is an agreement in force without two independent people of different organisations', () => {
  const names = ['approve', 'suspend', 'breach', 'resume', 'leave', 'agree', 'withdraw', 'serve-overdue'] as const
  const people = fc.constantFrom(writer, ann, bob, cat, provider, consumer, helper)
  let reached = 0
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...names), people), { maxLength: 25 }), all => {
      let life = applied()
      for (const [name, actor] of all) {
        const done = agreementStep(life, stepOf(name), actor, world)
        if (done.ok) life = done.value
        if (life.state !== 'in-force' && life.state !== 'overdue') continue
        reached += 1
        assert.equal(new Set(life.approvals.map(one => one.odsCode)).size, 2)
        assert.equal(new Set(life.approvals.map(one => one.userId)).size, 2)
        assert.equal(
          life.approvals.some(one => ['RPG', 'RJZ', 'RJ2', 'QKK'].includes(one.odsCode)),
          false,
        )
      }
    }),
    { numRuns: 3_000, examples: [[[...inForce] as never]] },
  )
  assert.ok(reached > 0, 'some order brings it in force')
})
