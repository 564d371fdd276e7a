import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorityOf, type Asker, type Findings } from './asker.ts'
import { noticeOf, type ObjectionCase } from './case.ts'
import { dueOf } from './due.ts'
import type { Actor, Happening } from './events.ts'
import { CASE_RULES } from './rules.ts'
import { step } from './step.ts'

const seen = { parentalResponsibility: 'seen', courtOrders: 'none', lookedAfter: 'no' } as const
const competent = (child: 'agrees' | 'disagrees', is = true) => ({ competent: is, clinician: 'Dr Shah', child })
const lacks = { withoutCapacity: { clinician: 'Dr Shah' } } as const

const cases: readonly (readonly [asker: Asker, age: number | undefined, found: Findings, verdict: string, because?: RegExp])[] = [
  ['self', 40, {}, 'may'],
  ['self', 16, {}, 'may'],
  ['self', undefined, {}, 'may'],
  ['self', 15, {}, 'needs', /clinician/],
  ['self', 14, { competence: competent('agrees') }, 'may'],
  ['self', 14, { competence: competent('agrees', false) }, 'conflict', /parental/],
  ['self', 14, { competence: competent('disagrees') }, 'may-not'],
  ['self', 12, {}, 'may-not', /parental responsibility/],
  ['self', 40, lacks, 'conflict', /attorney/],
  ['parent', 5, {}, 'needs', /court orders/],
  ['parent', 5, { courtOrders: 'none' }, 'needs', /looked after/],
  ['parent', 5, { courtOrders: 'none', lookedAfter: 'no' }, 'needs', /Proof/],
  ['parent', 5, seen, 'may'],
  ['parent', 12, seen, 'may'],
  ['parent', 5, { ...seen, courtOrders: 'forbid' }, 'conflict', /court order/],
  ['parent', 5, { ...seen, lookedAfter: 'yes' }, 'conflict', /council/],
  ['council', 5, { ...seen, lookedAfter: 'yes' }, 'may'],
  ['council', 5, seen, 'may-not', /not looked after/],
  ['parent', 14, seen, 'needs', /clinician/],
  ['parent', 14, { ...seen, competence: competent('agrees') }, 'may'],
  ['parent', 14, { ...seen, competence: competent('disagrees') }, 'conflict', /child’s word counts/],
  ['parent', 14, { ...seen, competence: competent('disagrees', false) }, 'may'],
  ['parent', 16, { ...seen, competence: competent('agrees') }, 'may-not', /own decision/],
  ['parent', undefined, seen, 'needs', /birth date/],
  ['attorney', 80, { document: 'seen' }, 'needs', /cannot decide/],
  ['attorney', 80, lacks, 'needs', /document/],
  ['attorney', 80, { ...lacks, document: 'seen' }, 'may'],
  ['deputy', 80, { ...lacks, document: 'seen' }, 'may'],
  ['attorney', 12, { ...lacks, document: 'seen' }, 'may-not', /parental/],
  ['best-interests', 80, lacks, 'needs', /best interests/],
  ['best-interests', 80, { ...lacks, bestInterests: { clinician: 'Dr Shah', words: 'As she always wished.' } }, 'may'],
  ['best-interests', 80, { bestInterests: { clinician: 'Dr Shah', words: 'As she always wished.' } }, 'needs', /cannot decide/],
  ['carer', 80, { ...lacks, document: 'seen' }, 'may-not', /carer alone/],
]
for (const [asker, age, found, verdict, because] of cases)
  test(`R082: ${asker}, of somebody ${age ?? 'of unknown age'}, ${JSON.stringify(found)}: ${verdict}`, () => {
    const authority = authorityOf(asker, age, found, CASE_RULES)
    assert.equal(authority.verdict, verdict)
    if (because) assert.match(authority.verdict === 'may' ? '' : authority.because, because)
  })

const AT = '2026-11-21T10:00:00.000Z'
const office: Actor = { sdsUserId: '555000000042', odsCode: 'RJ2', as: 'office' }
function take(c: ObjectionCase | undefined, happening: Happening, at = AT): ObjectionCase {
  const stepped = step(c, { ...happening, at, by: office }, CASE_RULES)
  assert.ok(stepped.ok, stepped.ok ? '' : stepped.fault.detail)
  return stepped.value.case
}
const words = (c: ObjectionCase, happening: Happening, at = AT): string => {
  const stepped = step(c, { ...happening, at, by: office }, CASE_RULES)
  return stepped.ok ? 'taken' : stepped.fault.detail
}
const begun = (asker: Asker, birthDate: string): ObjectionCase =>
  take(
    take(undefined, { type: 'received', id: 'c', exchange: 'SEL', channel: 'record', asker, scope: { kind: 'everything' }, words: 'No.' }),
    { type: 'identity-checked', seen: 'two-documents', nhsNumbers: ['9990000018'], birthDate },
  )
const found = (c: ObjectionCase, findings: Findings): ObjectionCase => take(c, { type: 'authority-checked', findings })
const dues = (c: ObjectionCase, at = AT): readonly string[] => dueOf(c, at, CASE_RULES).map(each => each.due)

test('R082: a parent’s request starts no hold until the right was checked, and never one on safeguarding', () => {
  const asked = begun('parent', '2019-04-01')
  assert.equal(noticeOf(asked), undefined)
  const checked = found(asked, seen)
  assert.deepEqual([noticeOf(checked)?.state, noticeOf(checked)?.sparesSafeguarding], ['in-force', true])
  assert.ok(dues(checked).includes('tell-safeguarding'), 'the safeguarding lead is told')
})
test('R082: a parent against a child of 14 who can decide goes to a clinician, and changes nothing', () => {
  const c = found(begun('parent', '2012-04-01'), { ...seen, competence: competent('disagrees') })
  assert.equal(noticeOf(c), undefined)
  assert.ok(dues(c).includes('see-clinician'))
  assert.match(words(c, { type: 'upheld', words: '' }), /Only a hold/)
})
test('R082: a child of 14 who asks is heard at once, and decided on when a clinician has said that they can decide', () => {
  const asked = take(begun('self', '2012-04-01'), { type: 'explained', how: 'face-to-face', understood: true, script: '1' })
  assert.deepEqual([noticeOf(asked)?.state, noticeOf(asked)?.sparesSafeguarding], ['in-force', undefined])
  assert.match(words(asked, { type: 'upheld', words: '' }), /clinician/)
  const c = found(asked, { competence: competent('agrees') })
  assert.equal(take(c, { type: 'upheld', words: '' }).state, 'upheld')
  assert.match(words(c, { type: 'withdrawn', who: 'asker', seen: 'photo-document', words: '' }), /child’s word counts/)
})
test('R082: at 16 an objection of a parent stands and is asked again', () => {
  const checked = found(begun('parent', '2011-01-10'), { ...seen, competence: competent('agrees') })
  const c = take(take(checked, { type: 'explained', how: 'face-to-face', understood: true, script: '1' }), { type: 'upheld', words: '' })
  const at = '2027-01-10T09:00:00.000Z'
  assert.equal(dues(c).includes('ask-again'), false)
  assert.ok(dues(c, at).includes('ask-again'))
  assert.match(words(c, { type: 'withdrawn', who: 'asker', seen: 'photo-document', words: '' }, at), /own decision/)
  const kept = take(c, { type: 'asked-again', keeps: true, seen: 'photo-document', words: 'Yes.' }, at)
  assert.deepEqual([noticeOf(kept)?.state, noticeOf(kept)?.sparesSafeguarding], ['in-force', undefined])
  const not = take(c, { type: 'asked-again', keeps: false, seen: 'photo-document', words: 'No.' }, at)
  assert.deepEqual([noticeOf(not)?.state, not.state], ['ended', 'withdrawn'])
})
test('R082: a carer alone changes nothing, and the request is ended with that reason', () => {
  const c = begun('carer', '1940-01-01')
  assert.equal(noticeOf(c), undefined)
  assert.equal(take(c, { type: 'expired', because: 'no-right' }).state, 'expired')
})
