import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecisionInput, PeerDecisionInput } from '../../care-record/decision.ts'
import type { Db } from './access.ts'
import { decide, decideForPeer } from './decide.ts'
import { ago, asserted, catalogue, fact, input, objecting, peerInput, person, said, standing, viewer } from './for-tests.ts'
import { basisOf, replay, type Basis } from './replay.ts'
import { firstRules } from './rules/first-rules.ts'
import { createRuleHistory } from './rules/history.ts'

/** A database of one table, as its two statements see it. */
function table(): Db & { readonly stored: Map<string, string>; away: boolean } {
  const stored = new Map<string, string>()
  return {
    stored,
    away: false,
    query(_, values = []) {
      if (this.away) return Promise.reject(new Error('away'))
      const [first] = values
      if (typeof first === 'string' && first.startsWith('[')) {
        for (const one of JSON.parse(first) as { sha256: string; kind: string; body: string }[])
          stored.set(`${one.kind} ${one.sha256}`, one.body)
        return Promise.resolve({ rows: [] })
      }
      const body = stored.get(`${String(values[1])} ${String(first)}`)
      return Promise.resolve({ rows: body === undefined ? [] : [{ body }] })
    },
  }
}
const now = (): Date => new Date('2026-11-21T11:00:00Z')
/** As an event gives it back. */
const stored = (basis: Basis): Basis => JSON.parse(JSON.stringify(basis)) as Basis
const isPeer = (given: DecisionInput | PeerDecisionInput): given is PeerDecisionInput => 'peer' in given

const cases: readonly (readonly [string, DecisionInput | PeerDecisionInput, string])[] = [
  ['a permit', input({ person: person({ restricted: 'yes', deceased: '2026-11-30' }) }), 'permit'],
  ['a permit that keeps a part apart', input({ objections: objecting({ scope: { kind: 'class', classId: 'social-care' } }) }), 'permit'],
  ['a registration', input({ facts: [], person: person({ practice: 'RJZ' }), viewer: viewer({ roleCode: 'S:G:R0260' }) }), 'permit'],
  ['a claim page', input({ facts: [], unavailable: ['KCH'] }), 'claim'],
  ['an objection', input({ objections: objecting({}) }), 'refuse objection'],
  ['a lapsed registration', input({ standing: standing({ register: 'lapsed' }) }), 'refuse standing'],
  ['an isolated user', input({ catalogue: catalogue({ isolations: [{ what: 'user', which: '1' }] }) }), 'refuse isolated'],
  ['a peer’s professional', peerInput(), 'permit'],
  ['a peer’s professional whose word does not count', peerInput({ asserted: asserted({ type: 'outpatient' }) }), 'refuse relationship'],
]
for (const [name, given, expected] of cases)
  test(`a past decision is taken again by the rules of its day: ${name}: ${expected}`, async () => {
    const history = createRuleHistory({ db: table(), now })
    const decision = isPeer(given) ? decideForPeer(given) : decide(given)
    assert.equal(said(decision), expected)
    const basis = stored(basisOf(given, decision, await history.keep(given.rules, given.catalogue)))
    const documents = await history.read(basis.documents)
    assert.ok(documents)
    const again = replay(basis, documents)
    assert.deepEqual(again.differs, [])
    assert.equal(said(again.decision), expected)
    assert.equal(again.rulesVersion, 'access-rules/1 catalogue/7')
  })

test('rules and roles that changed since do not change what was decided; by other rules the difference is named', async () => {
  const history = createRuleHistory({ db: table(), now })
  const given = input({ facts: [fact({ type: 'inpatient', from: ago(700), ended: ago(600) })] })
  const basis = stored(basisOf(given, decide(given), await history.keep(given.rules, given.catalogue)))
  const shorter = {
    ...firstRules,
    version: '2',
    windows: firstRules.windows.map(w => (w.type === 'inpatient' ? { ...w, afterEndMs: 0 } : w)),
  }
  const later = await history.keep(shorter, catalogue({ version: '8', roles: new Map() }))
  assert.notDeepEqual(later, basis.documents)

  const ofItsDay = await history.read(basis.documents)
  assert.ok(ofItsDay)
  assert.deepEqual(replay(basis, ofItsDay).differs, [])
  const today = replay(basis, { ...ofItsDay, rules: shorter })
  assert.deepEqual(
    today.differs.toSorted(),
    ['keptApart', 'maskPlaces', 'maySee', 'reasons', 'relationship', 'verdict'].filter(k => k !== 'keptApart'),
  )
  assert.equal(said(today.decision), 'claim')
})

test('each document is stored once, under the hash of its text; nothing is decided while it cannot be stored', async () => {
  const db = table()
  const history = createRuleHistory({ db, now })
  const one = catalogue()
  db.away = true
  await assert.rejects(history.keep(firstRules, one))
  db.away = false
  const names = await history.keep(firstRules, one)
  assert.deepEqual(await history.keep(firstRules, { ...one }), names, 'the same text has the same name')
  assert.equal(db.stored.size, 2)
  assert.equal(await history.read({ ...names, rules: '0'.repeat(64) }), undefined)
})

test('what is sealed of a decision names nobody beyond the numbers that were weighed', () => {
  const given = input({ person: person({ address: '1 Secret Street', phone: '020', preferredName: 'Mara' }) })
  const text = JSON.stringify(basisOf(given, decide(given), { rules: '', catalogue: '' }))
  for (const word of ['Okafor', 'Amara', 'Mara', 'Secret', '1956', 'Shah']) assert.equal(text.includes(word), false, word)
})
