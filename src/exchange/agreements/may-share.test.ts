import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SectionId } from '../../care-record/section.ts'
import { catalogueDocument } from './for-tests.ts'
import { mayShare } from './may-share.ts'

const { organisations, agreements } = catalogueDocument({
  agreements: [
    ...catalogueDocument().agreements,
    { id: 'rj1-later', provider: 'RJ1', consumer: 'RJZ', sections: '*', from: '2027-01-01', until: null },
  ],
})
const catalogue = { organisations: new Map(organisations.map(o => [o.odsCode, o])), agreements }

const cases: [name: string, provider: string, consumer: string, section: SectionId, day: string, expected: string][] = [
  ['a named pair, a section in it', 'G85001', 'RJZ', 'medicines', '2026-06-01', 'gp-kch'],
  ['its first day', 'G85001', 'RJZ', 'medicines', '2026-02-01', 'gp-kch'],
  ['its last day', 'G85001', 'RJZ', 'medicines', '2026-11-30', 'gp-kch'],
  ['the day after', 'G85001', 'RJZ', 'medicines', '2026-12-01', 'ended'],
  ['the day before', 'G85001', 'RJZ', 'medicines', '2026-01-31', 'not-begun'],
  ['a section left out', 'G85001', 'RJZ', 'documents', '2026-06-01', 'section-not-covered'],
  ['the pair the other way round, which is an agreement of its own', 'RJZ', 'G85001', 'documents', '2026-06-01', 'kch-all'],
  ['a consumer not in it', 'G85001', 'RJ1', 'medicines', '2026-06-01', 'no-agreement'],
  ['every connected organisation', 'RJZ', 'RJ1', 'legal', '2026-06-01', 'kch-all'],
  ['a stranger, even where all connected may', 'RJZ', 'XYZ99', 'legal', '2026-06-01', 'consumer-unknown'],
  ['the star itself as a consumer', 'RJZ', '*', 'legal', '2026-06-01', 'consumer-unknown'],
  ['a provider nobody knows', 'XYZ99', 'RJZ', 'legal', '2026-06-01', 'provider-unknown'],
  ['an agreement of next year', 'RJ1', 'RJZ', 'legal', '2026-06-01', 'not-begun'],
  ['no agreement, not even with itself', 'RJ1', 'RJ1', 'legal', '2026-06-01', 'no-agreement'],
]
for (const [name, provider, consumer, section, day, expected] of cases) {
  test(`R057: ${name}: ${expected}`, () => {
    const sharing = mayShare(catalogue, provider, consumer, section, day)
    assert.equal(sharing.may ? sharing.agreement.id : sharing.because, expected)
  })
}

test("R057: a peer's organisation is connected through the peer that vouches for it, and bound by the same agreements", () => {
  assert.equal(mayShare(catalogue, 'RJZ', 'R1H', 'legal', '2026-06-01', true).may, true)
  assert.equal(mayShare(catalogue, 'G85001', 'R1H', 'medicines', '2026-06-01', true).may, false)
})
