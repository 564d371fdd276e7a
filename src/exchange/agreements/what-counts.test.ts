import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrganisationState, SourceConfig } from '../../care-record/catalogue.ts'
import type { Isolated } from '../../care-record/lists.ts'
import { catalogueDocument } from './for-tests.ts'
import { whatCounts } from './what-counts.ts'

const { organisations, sources, peers } = catalogueDocument()
const [kch] = sources
const counted = (over: {
  readonly state?: OrganisationState
  readonly source?: SourceConfig['state']
  readonly cut?: readonly [Isolated, string]
}) =>
  whatCounts({
    organisations: organisations.map(o => (o.odsCode === 'RJZ' && over.state ? { ...o, state: over.state } : o)),
    sources: [{ ...kch!, state: over.source ?? 'live', members: ['RJZ', 'RJ1', 'RXX', 'G85001'] }],
    peers,
    isolations: over.cut ? [{ what: over.cut[0], which: over.cut[1] }] : [],
  })

const cases: readonly (readonly [string, Parameters<typeof counted>[0], SourceConfig['state'], string, string])[] = [
  ['connected', {}, 'live', 'RJZ,G85001', 'live'],
  ['applied', { state: 'applied' }, 'planned', 'G85001', 'live'],
  ['reviewed', { state: 'reviewed' }, 'planned', 'G85001', 'live'],
  ['suspended', { state: 'suspended' }, 'suspended', 'G85001', 'live'],
  ['left', { state: 'left' }, 'suspended', 'G85001', 'live'],
  ['connected, its source planned', { source: 'planned' }, 'planned', 'RJZ,G85001', 'live'],
  ['left, its source planned', { state: 'left', source: 'planned' }, 'planned', 'G85001', 'live'],
  ['its organisation cut off', { cut: ['organisation', 'RJZ'] }, 'suspended', 'G85001', 'live'],
  ['its source cut off', { cut: ['source', 'kch'] }, 'suspended', 'RJZ,G85001', 'live'],
  ['another source cut off', { cut: ['source', 'gstt'] }, 'live', 'RJZ,G85001', 'live'],
  ['a peer cut off', { cut: ['exchange', 'NEL'] }, 'live', 'RJZ,G85001', 'suspended'],
  ['a user of that name cut off', { cut: ['user', 'RJZ'] }, 'live', 'RJZ,G85001', 'live'],
]
for (const [name, over, state, members, peer] of cases)
  test(`R029: a source whose organisation is ${name} reads ${state}`, () => {
    const now = counted(over)
    assert.equal(now.sources[0]?.state, state)
    assert.equal(now.sources[0]?.members?.join(), members, 'who is not connected, or unknown, shows nothing through a shared system')
    assert.equal(now.peers[0]?.state, peer)
  })
