import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import { consultationOf } from './consultation.ts'
import type { Item } from './item.ts'

const visit = (contained: readonly unknown[], resourceType = 'Encounter'): Pick<Item, 'resource' | 'contained' | 'provenance'> => ({
  resource: { resourceType } as Resource,
  contained: contained as readonly Resource[],
  provenance: {
    sourceId: 'gp',
    odsCode: 'G1',
    organisationName: 'Practice',
    short: 'GP',
    system: 'GP',
    originalIdentifier: '1',
    retrievedAt: '2026-11-21T10:00:00Z',
    feed: 'live',
    matchedBy: 'nhs-number',
  },
})

test('a consultation reads as it was written: headings, the problem they were about, lines that lead to their items', () => {
  const section = [
    {
      focus: { reference: 'Condition/c1', display: 'Asthma' },
      section: [{ title: 'History', entry: [{ reference: 'Observation/o1', display: 'Wheeze' }] }],
    },
    { entry: [{ display: 'Referral items are not supported' }, { reference: 'Observation/o2' }] },
  ]
  assert.deepEqual(consultationOf(visit([{ resourceType: 'Practitioner' }, { resourceType: 'Composition', section }])), [
    {
      problem: { words: 'Asthma', itemId: 'gp/Condition/c1' },
      lines: [],
      headings: [{ title: 'History', lines: [{ words: 'Wheeze', itemId: 'gp/Observation/o1' }], headings: [] }],
    },
    { lines: [{ words: 'Referral items are not supported' }], headings: [] },
  ])
})

test('any other visit, and anything else, has none', () => {
  assert.equal(consultationOf(visit([])), undefined)
  assert.equal(consultationOf(visit([{ resourceType: 'Composition' }])), undefined)
  assert.equal(consultationOf(visit([{ resourceType: 'Composition', section: [{ title: 'x' }] }], 'Observation')), undefined)
})

test('headings without end are cut, and what is no heading is none', () => {
  let section: unknown = 'x'
  for (let n = 0; n < 1000; n++) section = [{ title: String(n), section }, null, 'y']
  let depth = 0
  for (let at = consultationOf(visit([{ resourceType: 'Composition', section }])); at?.[0]; at = at[0].headings) depth += 1
  assert.equal(depth, 8)
})
