import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { EvidenceFact } from '../care-record/decision.ts'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { createAcceptableUse } from './accept-use.ts'
import { createAccess } from './access/access.ts'
import { decide } from './access/decide.ts'
import { input } from './access/for-tests.ts'
import { auditWords } from './access/reasons.ts'
import { basisOf } from './access/replay.ts'
import { createRuleHistory } from './access/rules/history.ts'
import { isSampled } from './access/claims.ts'
import { firstRules } from './access/rules/first-rules.ts'
import { createStanding } from './access/standing.ts'
import { createAudit, type Audit } from './audit/audit.ts'
import { sealKey, signingKey } from './audit/for-tests.ts'
import { createDecisionReplay } from './decision-replay.ts'
import { raiseAlerts, recordClaim } from './record-claim.ts'
import { createClaimReview, type ClaimReview } from './review-claims.ts'
import type { ViewRequest } from './view-ports.ts'

const DAY = 86_400_000
const START = Date.parse('2026-11-10T09:00:00Z')
const staff = (n: number, odsCode = 'RJZ', name = `Dr Number ${n}`): Viewer => ({
  sdsUserId: `5550000001${String(n).padStart(2, '0')}`,
  name,
  sdsRoleProfileId: `55500001${n}`,
  roleCode: 'S8000:G8000:R8000',
  roleName: 'Registrar',
  odsCode,
  organisationName: odsCode,
  assurance: 'AAL2',
})
const [doctor, colleague, elsewhere] = [staff(1), staff(2), staff(3, 'RJ1')]
const officer = staff(27, 'RJZ', 'Ms Ruth Abelson')
const person = (nhsNumber: string, restricted: Person['restricted'] = 'no'): Person => ({
  nhsNumber: nhsNumber as NhsNumber,
  name: { family: 'Test', given: ['Ada'] },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  restricted,
  basis: 'pds',
  asOf: '2026-11-10T09:00:00Z',
})
const ada = person('9990000018')
const bea = person('9990000026')
const protectedOne = person('9990000034', 'yes')

let server: TestServer
let pool: Pool
let audit: Audit
let review: ClaimReview
let keep: ReturnType<typeof createRuleHistory>['keep']
let nowMs = START
const now = (): Date => new Date(nowMs)
const root = mkdtempSync(join(tmpdir(), 'lcr-review-'))
before(async () => {
  server = await serverForTests(['review'])
  pool = openPool({ url: server.url('review'), max: 4 })
  await migrate(pool)
  audit = createAudit({
    pool,
    exchange: 'SEL',
    processTag: 'p1',
    signingKey,
    keyId: 'k1',
    sealKey,
    spoolDir: join(root, 'spool'),
    now,
    log: { warn() {}, info() {} },
  })
  await audit.drain()
  const history = createRuleHistory({ db: pool, now })
  const { replay } = createDecisionReplay({ pool, history, audit, sealKey, newId: randomUUID })
  keep = history.keep
  review = createClaimReview({ pool, audit, now, newId: randomUUID, replay })
})
after(async () => {
  await audit.stop()
  await pool.end()
  await server.remove()
  rmSync(root, { recursive: true, force: true })
})

const requestOf = (viewer: Viewer, of: Person): ViewRequest => ({ viewer, sessionId: 's', purpose: 'direct-care', nhsNumber: of.nhsNumber })
const claimed = async (viewer: Viewer, of: Person, form: Readonly<Record<string, string>>, renews?: string): Promise<string> => {
  const transaction = randomUUID()
  const done = await recordClaim({ pool, audit, now })(requestOf(viewer, of), of, form, {
    transaction,
    viewId: `v-${transaction}`,
    ...(renews === undefined ? {} : { renews }),
  })
  assert.ok(done.ok)
  const { rows } = await pool.query<{ id: string }>('select id from claim where transaction_id = $1', [transaction])
  return rows[0]?.id ?? ''
}
/** Until one that the sample leaves alone, or takes. */
const everyday = async (viewer: Viewer, of: Person, sampled: boolean): Promise<string> => {
  for (;;) {
    const id = await claimed(viewer, of, { reason: 'claim-referred' })
    if (isSampled(id) === sampled) return id
    await pool.query('update alert set claim_id = null where claim_id = $1', [id])
    await pool.query('delete from claim where id = $1', [id])
  }
}
const said = async (of: Person, over: Partial<EvidenceFact> = {}): Promise<void> => {
  const fact: EvidenceFact = {
    evidenceId: `kch/Encounter/${of.nhsNumber}`,
    nhsNumber: of.nhsNumber,
    odsCode: 'RJZ',
    type: 'inpatient',
    from: now().toISOString(),
    ended: null,
    lastMessageAt: now().toISOString(),
    assertedBy: 'kch',
    seenAt: now().toISOString(),
    ...over,
  }
  const access = createAccess({ db: pool, now })
  await access.storeFacts(pool, { nhsNumber: of.nhsNumber, odsCode: fact.odsCode, sourceId: 'kch' }, [fact])
}
const value = <T>(result: Result<T>): T => {
  assert.ok(result.ok, result.ok ? '' : result.fault.detail)
  return result.value
}
const listed = async (viewer = officer): Promise<readonly string[]> => value(await review.claims(viewer)).toReview.map(claim => claim.id)
const events = async (kind: string): Promise<number> =>
  (await pool.query<{ n: number }>('select count(*)::int as n from audit_event where kind = $1', [kind])).rows[0]?.n ?? 0
const afresh = async (): Promise<void> => {
  await pool.query('truncate claim, alert, relationship_fact cascade')
  nowMs = START
}

test('R106: a claim with no message in any feed opens at once, is told of, and closes itself when evidence arrives', async () => {
  await afresh()
  await everyday(doctor, ada, false)
  assert.deepEqual(await listed(), [], 'an everyday claim waits for evidence, not for a person')
  assert.equal(await review.confirm(), 0)
  const { counts, alerts } = value(await review.overview(officer))
  assert.deepEqual([counts.waiting, counts.today, alerts.length > 0, alerts[0]?.national], [1, 1, true, { type: '1', reason: '6' }])
  nowMs += 2 * DAY
  await said(ada)
  assert.equal(await review.confirm(), 1)
  assert.equal(await review.confirm(), 0, 'once')
  assert.equal(await events('claim-confirmed'), 1)
  nowMs += 6 * DAY
  assert.deepEqual(await listed(), [])
})

const nothingConfirms: readonly (readonly [name: string, over: Partial<EvidenceFact>, later?: number])[] = [
  ['what was taken back', { revokedAt: '2026-11-10T10:00:00Z' }],
  ['what ended before', { from: '2026-11-01T09:00:00Z', ended: '2026-11-09T09:00:00Z' }],
  ['what nobody had spoken of for a month', { from: '2026-09-01T09:00:00Z', lastMessageAt: '2026-10-01T09:00:00Z' }],
  ['what another organisation says', { odsCode: 'RJ1' }],
  ['what binds to a team they are not in', { team: 'mash', type: 'safeguarding-enquiry' }],
  ['what came on the eighth day', {}, 8],
]
for (const [name, over, later] of nothingConfirms)
  test(`care rules 1.3: ${name} confirms no claim, and after a week a person reads it`, async () => {
    await afresh()
    const id = await everyday(doctor, ada, false)
    nowMs += (later ?? 0) * DAY
    await said(ada, over)
    assert.equal(await review.confirm(), 0)
    nowMs = START + 7 * DAY
    assert.deepEqual(await listed(), [id])
  })

test('care rules 1.3: every emergency access is reviewed, renewed in one action in the words of the first, confirmed or not', async () => {
  await afresh()
  const first = await claimed(doctor, ada, { reason: 'emergency-access', words: 'Unconscious, no relatives' })
  nowMs += 3 * 3_600_000
  const second = await claimed(doctor, ada, {}, first)
  nowMs += 60_000
  const third = await claimed(doctor, ada, {}, second)
  await said(ada)
  assert.equal(await review.confirm(), 3)
  const { toReview } = value(await review.claims(officer))
  assert.deepEqual(
    toReview.map(c => [c.id, c.words, c.renews, c.listed, c.confirmed]),
    [first, second, third].map((id, i) => [id, 'Unconscious, no relatives', i > 0, 'emergency', true]),
  )
  assert.equal(value(await review.reviewConfirmed(officer, [first, second])), 0, 'never many at once')
  const none = await recordClaim({ pool, audit, now })(
    requestOf(doctor, ada),
    ada,
    {},
    { transaction: 't', viewId: 'v', renews: randomUUID() },
  )
  assert.equal(!none.ok && none.fault.kind, 'not-found', 'there is nothing to renew')
})
test('care rules 1.3: everyone whose whereabouts are protected, and one in ten of what was confirmed, is read by a person', async () => {
  await afresh()
  const sensitive = await everyday(doctor, protectedOne, false)
  const sampled = await everyday(doctor, bea, true)
  assert.deepEqual(await listed(), [sensitive])
  await said(bea)
  await review.confirm()
  assert.deepEqual((await listed()).toSorted(), [sensitive, sampled].toSorted())
  assert.equal(value(await review.reviewConfirmed(officer, [sensitive, sampled])), 1)
  assert.deepEqual(await listed(), [sensitive])
})
test('care rules 6: an officer sees and decides about their own organisation’s staff, never another’s and never their own claim', async () => {
  await afresh()
  const theirs = await claimed(elsewhere, ada, { reason: 'emergency', words: 'Unconscious, no relatives' })
  const own = await claimed(officer, ada, { reason: 'emergency', words: 'Unconscious, no relatives' })
  assert.deepEqual(await listed(), [own])
  for (const id of [theirs, own, randomUUID(), 'x']) {
    const refused = await review.review(officer, id, 'in-order', '')
    assert.equal(!refused.ok && refused.fault.kind, 'not-found')
  }
  const { rows } = await pool.query<{ id: string }>('select id from alert where ods_code = $1', ['RJ1'])
  const alert = await review.alert(officer, rows[0]?.id ?? '')
  assert.equal(!alert.ok && alert.fault.kind, 'not-found')
})
test('care rules 1.3: asking the line manager keeps a claim open, what was not in order needs words, and every word is written down', async () => {
  await afresh()
  const id = await claimed(doctor, ada, { reason: 'emergency', words: 'Unconscious, no relatives' })
  const before = await events('claim-reviewed')
  assert.equal((await review.review(officer, id, 'perhaps', '')).ok, false)
  const wordless = await review.review(officer, id, 'not-in-order', ' . ')
  assert.equal(!wordless.ok && wordless.fault.kind, 'invalid')
  value(await review.review(officer, id, 'ask-manager', 'Was she on duty?'))
  const { toReview, asked } = value(await review.claims(officer))
  assert.deepEqual([toReview.length, asked.map(c => [c.id, c.note])], [0, [[id, 'Was she on duty?']]])
  value(await review.review(officer, id, 'not-in-order', 'Not on duty, no reason given'))
  assert.deepEqual(value(await review.claims(officer)).asked, [])
  assert.equal((await review.review(officer, id, 'in-order', '')).ok, false, 'closed is closed')
  assert.equal((await events('claim-reviewed')) - before, 2)
})
test('R056: that a member of staff the person named has tried is told to their officer, with no national alert', async () => {
  await afresh()
  const transaction = randomUUID()
  const opened = await audit.write({
    kind: 'evidence-checked',
    outcome: 'success',
    transaction,
    viewer: colleague,
    nhsNumber: ada.nhsNumber,
    detail: {
      verdict: 'refuse',
      reasons: ['purpose: yes, direct care', 'objection: no, named by the person'],
      asked: ['RJZ'],
      unavailable: [],
    },
  })
  value(opened)
  value(await raiseAlerts({ pool, audit, now })(requestOf(colleague, ada), ada, [{ kind: 'staff-block' }], { transaction, viewId: 'v' }))
  const { alerts } = value(await review.overview(officer))
  assert.deepEqual(
    alerts.map(a => [a.kind, a.national, a.userName]),
    [['staff-block', undefined, colleague.name]],
  )
  const { alert, decisions } = value(await review.alert(officer, alerts[0]?.id ?? ''))
  assert.equal(alert.nhsNumber, ada.nhsNumber)
  const [decision] = decisions
  assert.deepEqual(
    decision?.lines.map(line => `${line.check} ${line.held}`),
    ['purpose true', 'objection false'],
  )
  assert.equal(value(await review.decision(officer, decision?.id ?? '')).userName, colleague.name)
  assert.equal((await review.decision({ ...officer, odsCode: 'RJ1' }, decision?.id ?? '')).ok, false)
  assert.deepEqual(value(await review.overview(officer)).alerts, [], 'opened is seen')
})
test('every page of an officer is written down before it is shown; what cannot be is not shown', async () => {
  await afresh()
  await claimed(doctor, ada, { reason: 'emergency', words: 'Unconscious, no relatives' })
  const before = await events('office-opened')
  await review.overview(officer)
  await review.claims(officer)
  assert.equal((await events('office-opened')) - before, 2)
  const unwritten = createClaimReview({
    pool,
    audit: { ...audit, write: async () => ({ ok: false, fault: { kind: 'unavailable', detail: 'away' } }) },
    now,
    newId: randomUUID,
    replay: async () => assert.fail('nothing is taken again'),
  })
  const refused = await unwritten.claims(officer)
  assert.equal(!refused.ok && refused.fault.kind, 'unavailable')
})
test('a past decision is taken again by the rules of its day, for the officer of its own organisation alone', async () => {
  await afresh()
  const asked = input({ viewer: colleague, facts: [] })
  const decided = decide(asked)
  const documents = await keep(asked.rules, asked.catalogue)
  const event = value(
    await audit.write({
      kind: 'evidence-checked',
      outcome: 'success',
      transaction: randomUUID(),
      viewer: colleague,
      nhsNumber: asked.person.nhsNumber,
      detail: { verdict: decided.verdict, reasons: auditWords(decided.reasons), asked: [], unavailable: [] },
      sealed: basisOf(asked, decided, documents),
    }),
  )
  const { decision, again } = value(await review.decideAgain(officer, event.id))
  assert.deepEqual([decision.verdict, again.same, again.differs], ['claim', true, []])
  assert.ok(again.lines.some(line => !line.held))
  const refused = await review.decideAgain({ ...officer, odsCode: 'RJ1' }, event.id)
  assert.equal(!refused.ok && refused.fault.kind, 'not-found')
})
test('R045: an acceptance of the rules of use lasts a year, and is written down with its event', async () => {
  await afresh()
  const standing = createStanding({ db: pool, now })
  const use = createAcceptableUse({ pool, standing, rules: () => firstRules, audit, now, newId: randomUUID })
  assert.equal(await use.accepted(doctor), false)
  value(await use.accept(doctor))
  assert.deepEqual([await use.accepted(doctor), await use.accepted(colleague)], [true, false])
  assert.equal(await events('use-accepted'), 1)
  nowMs = START + 365 * DAY - 1
  assert.equal(await use.accepted(doctor), true)
  nowMs = START + 365 * DAY
  assert.equal(await use.accepted(doctor), false)
})
