import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalogue } from '../../care-record/catalogue.ts'
import { changesBetween } from './changes.ts'
import { catalogueDocument } from './for-tests.ts'

const catalogue = (over: Parameters<typeof catalogueDocument>[0] = {}): Catalogue => {
  const { organisations, roles, ...rest } = catalogueDocument(over)
  return {
    ...rest,
    version: '1',
    organisations: new Map(organisations.map(o => [o.odsCode, o])),
    roles: new Map(roles.map(r => [r.jobRole, r])),
  }
}
const { peers, sources, agreements } = catalogueDocument()
const cases: [what: string, after: Catalogue, changes: readonly string[]][] = [
  ['nothing', catalogue(), []],
  ['another address', catalogue({ peers: peers.map(peer => ({ ...peer, baseUrl: 'https://elsewhere.example' })) }), []],
  ['a peer suspended', catalogue({ peers: peers.map(peer => ({ ...peer, state: 'suspended' })) }), ['peer NEL: live -> suspended']],
  ['a peer gone', catalogue({ peers: [] }), ['peer NEL: live -> none']],
  ['a source goes live', catalogue({ sources: sources.map(s => ({ ...s, state: 'live' })) }), ['source a-practice: planned -> live']],
  ['an agreement ended', catalogue({ agreements: agreements.slice(1) }), ['agreement kch-all: 2026-01-01/ -> none']],
  [
    'an organisation suspended',
    catalogue({ organisations: catalogueDocument().organisations.map(o => (o.odsCode === 'RJZ' ? { ...o, state: 'suspended' } : o)) }),
    ['organisation RJZ: connected -> suspended'],
  ],
  ['a user cut off', { ...catalogue(), isolations: [{ what: 'user', which: '555000000001' }] }, ['user 555000000001 cut off: none -> yes']],
]
for (const [what, after, changes] of cases)
  test(`R029: ${what} is told as ${changes.length === 0 ? 'no change of who takes part' : changes.join()}`, () => {
    assert.deepEqual(changesBetween(catalogue(), after), changes)
  })
