import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Result } from '../../care-record/result.ts'
import {
  dspCounts,
  fromFile,
  organisationStep,
  outside,
  type OrganisationLife,
  type OrganisationStep,
  type OrganisationWorld,
} from './organisation-life.ts'
import type { Actor } from './two-people.ts'

const person = (userId: string, odsCode: string): Actor => ({ userId, odsCode, name: userId })
const [writer, ann, bob, cat, own, helper] = [
  person('writer', 'RJ2'),
  person('ann', 'RJ1'),
  person('bob', 'RJZ'),
  person('cat', 'RJ1'),
  person('own', 'RPG'),
  person('helper', 'QKK'),
]
const world = (over: Partial<OrganisationWorld> = {}): OrganisationWorld => ({
  today: '2026-11-21',
  kindMayView: true,
  dspToolkit: { status: 'met', until: '2027-06-30' },
  checked: true,
  goLiveAllowed: true,
  deliveryTeam: ['QKK'],
  isOut: () => false,
  ...over,
})
const valueOf = <T>(result: Result<T>): T => (result.ok ? result.value : assert.fail(result.fault.detail))
type Taken = readonly [OrganisationStep['step'] | 'breach', Actor]
const stepOf = (name: Taken[0]): OrganisationStep =>
  name === 'apply'
    ? { step: 'apply', goLive: '2026-11-21' }
    : name === 'breach'
      ? { step: 'suspend', breach: true }
      : name === 'suspend'
        ? { step: 'suspend', breach: false }
        : { step: name }
const walk = (start: OrganisationLife, taken: readonly Taken[], at = world()): OrganisationLife =>
  taken.reduce((life, [name, actor]) => valueOf(organisationStep(life, stepOf(name), actor, at)), start)

const reviewed: readonly Taken[] = [
  ['apply', writer],
  ['approve', ann],
  ['approve', bob],
]
const connected: readonly Taken[] = [...reviewed, ['connect', writer]]

const taken: readonly (readonly [string, readonly Taken[], OrganisationLife['state']])[] = [
  ['applied', [['apply', writer]], 'applied'],
  ['one approval is not enough', reviewed.slice(0, 2), 'applied'],
  ['R058: two of different organisations', reviewed, 'reviewed'],
  ['connected on its date', connected, 'connected'],
  ['one person asks to suspend: still connected', [...connected, ['suspend', ann]], 'connected'],
  ['two people suspend', [...connected, ['suspend', ann], ['agree', cat]], 'suspended'],
  ['asking a second time by another agrees', [...connected, ['suspend', ann], ['suspend', bob]], 'suspended'],
  ['a breach suspends at once', [...connected, ['breach', ann]], 'suspended'],
  ['a breach is at once after the same person asked', [...connected, ['suspend', ann], ['breach', ann]], 'suspended'],
  ['and is confirmed by a second', [...connected, ['breach', ann], ['agree', cat]], 'suspended'],
  [
    'two of two organisations let it back in',
    [...connected, ['breach', ann], ['agree', cat], ['resume', ann], ['agree', bob]],
    'connected',
  ],
  ['two let it leave', [...connected, ['leave', own], ['agree', ann]], 'left'],
  ['an application is withdrawn', [...reviewed, ['withdraw', writer]], 'left'],
  ['what was asked is withdrawn', [...connected, ['leave', own], ['withdraw', own]], 'connected'],
  ['who left applies again, with nothing approved', [...connected, ['leave', own], ['agree', ann], ['apply', writer]], 'applied'],
]
for (const [name, steps, state] of taken)
  test(`R029: organisation: ${name} (${state})`, () => assert.equal(walk(outside('RPG'), steps).state, state))

const refused: readonly (readonly [string, readonly Taken[], Taken, 'forbidden' | 'conflict', Partial<OrganisationWorld>?])[] = [
  ['who wrote the application approves it', [['apply', writer]], ['approve', writer], 'forbidden'],
  ['a colleague of who wrote it approves', [['apply', writer]], ['approve', person('colleague', 'RJ2')], 'forbidden'],
  ['the applicant approves itself', [['apply', writer]], ['approve', own], 'forbidden'],
  ['the delivery team approves', [['apply', writer]], ['approve', helper], 'forbidden'],
  ['one person approves twice', reviewed.slice(0, 2), ['approve', ann], 'forbidden'],
  ['the same person for another organisation', reviewed.slice(0, 2), ['approve', person('ann', 'RJZ')], 'forbidden'],
  ['two of one organisation', reviewed.slice(0, 2), ['approve', cat], 'forbidden'],
  ['a third approval', reviewed, ['approve', person('dan', 'RV5')], 'conflict'],
  ['connecting with one approval', reviewed.slice(0, 2), ['connect', bob], 'conflict'],
  ['connecting before the date', reviewed, ['connect', writer], 'conflict', { today: '2026-11-20' }],
  ['connecting with no DSP Toolkit', reviewed, ['connect', writer], 'conflict', { dspToolkit: undefined }],
  ['connecting with a lapsed one', reviewed, ['connect', writer], 'conflict', { dspToolkit: { status: 'met', until: '2026-11-20' } }],
  ['connecting with one not met', reviewed, ['connect', writer], 'conflict', { dspToolkit: { status: 'not-met', until: '2027-06-30' } }],
  ['connecting unchecked', reviewed, ['connect', writer], 'conflict', { checked: false }],
  ['connecting while an opt-out is unmatched', reviewed, ['connect', writer], 'conflict', { goLiveAllowed: false }],
  ['applying while connected', connected, ['apply', writer], 'conflict'],
  ['agreeing with oneself', [...connected, ['suspend', ann]], ['agree', ann], 'forbidden'],
  ['asking twice oneself', [...connected, ['suspend', ann]], ['suspend', ann], 'forbidden'],
  ['agreeing to nothing', connected, ['agree', ann], 'conflict'],
  ['two of one organisation let it back in', [...connected, ['breach', ann], ['agree', bob], ['resume', ann]], ['agree', cat], 'forbidden'],
  ['an organisation lets itself back in', [...connected, ['breach', ann], ['agree', bob], ['resume', own]], ['agree', ann], 'forbidden'],
  ['a return before the suspension is confirmed', [...connected, ['breach', ann]], ['resume', bob], 'conflict'],
  ['resuming what is connected', connected, ['resume', ann], 'conflict'],
  ['leaving before taking part', reviewed, ['leave', own], 'conflict'],
]
for (const [name, before, [step, actor], kind, over] of refused)
  test(`R058: organisation: ${name} is refused (${kind})`, () => {
    const done = organisationStep(walk(outside('RPG'), before), stepOf(step), actor, world(over))
    assert.equal(done.ok ? 'taken' : done.fault.kind, kind)
  })

const dates: readonly (readonly [Parameters<typeof dspCounts>[0], boolean])[] = [
  [undefined, false],
  [{ status: 'met', until: '2026-11-21' }, true],
  [{ status: 'exceeded', until: '2026-11-21' }, true],
  [{ status: 'approaching', until: '2026-11-21' }, true],
  [{ status: 'met', until: '2026-11-20' }, false],
  [{ status: 'not-met', until: '2027-01-01' }, false],
  [{ status: 'not-published', until: '2027-01-01' }, false],
]
for (const [dsp, counts] of dates)
  test(`R059: DSP Toolkit ${dsp ? `${dsp.status} until ${dsp.until}` : 'unknown'} counts on 2026-11-21: ${counts}`, () =>
    assert.equal(dspCounts(dsp, '2026-11-21'), counts))

const names = ['apply', 'approve', 'connect', 'suspend', 'breach', 'resume', 'leave', 'agree', 'withdraw'] as const
const steps = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(writer, ann, bob, cat, own, helper)), { maxLength: 30 })
const attempt = (start: OrganisationLife, all: readonly Taken[], at: OrganisationWorld): readonly OrganisationLife[] => {
  const seen = [start]
  for (const [name, actor] of all) {
    const done = organisationStep(seen.at(-1)!, stepOf(name), actor, at)
    if (done.ok) seen.push(done.value)
  }
  return seen
}

test('R058: by no order of steps does an organisation connect without two independent people of different organisations', () => {
  let reached = 0
  fc.assert(
    fc.property(steps, all => {
      for (const life of attempt(outside('RPG'), all, world()).filter(l => l.state === 'connected' || l.state === 'suspended')) {
        reached += 1
        const [first, second] = life.approvals
        assert.ok(first && second)
        assert.notEqual(first.userId, second.userId)
        assert.notEqual(first.odsCode, second.odsCode)
        for (const one of [first, second]) {
          assert.notEqual(one.userId, life.appliedBy?.userId)
          assert.equal(['RPG', 'QKK', life.appliedBy?.odsCode].includes(one.odsCode), false)
        }
      }
    }),
    { numRuns: 3_000, examples: [[connected as never]] },
  )
  assert.ok(reached > 0, 'some order connects')
})

test('R047 R048 R049 R050 R051: a kind that may never view is connected by no order of steps, from outside or from a file', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom('left', 'applied', 'reviewed', 'suspended'), (all, state) => {
      const lives = attempt({ ...fromFile('RPG', state), appliedBy: writer }, all, world({ kindMayView: false }))
      // What two people agree to is bounded too: nothing can be asked for that would connect it.
      assert.equal(
        lives.some(life => life.state === 'connected'),
        false,
      )
    }),
    { numRuns: 2_000 },
  )
})
