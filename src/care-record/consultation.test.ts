import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import { consultationOf, itemsIn, linesOf, shownConsultation } from './consultation.ts'
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

const written = [
  {
    title: 'Asthma review',
    problem: { words: 'Asthma', itemId: 'gp/Condition/c1' },
    lines: [],
    headings: [
      { title: 'History', lines: [{ words: 'Wheeze', itemId: 'gp/Observation/o1' }], headings: [] },
      { title: 'Plan', lines: [{ words: 'Salbutamol', itemId: 'gp/MedicationStatement/m' }, { words: 'See again' }], headings: [] },
    ],
  },
]
test('R016: in a view a line leads to its entry; one whose item is not there is not there either, nor a heading left empty', () => {
  const entries: Record<string, string> = { 'gp/Condition/c1': 'e1', 'gp/Observation/o1': 'e2', 'gp/MedicationStatement/m': 'e3' }
  const all = shownConsultation(written, id => entries[id])
  assert.deepEqual(all[0]?.problem, { words: 'Asthma', entryId: 'e1' })
  assert.deepEqual(linesOf(all), ['Asthma review: History: Wheeze', 'Plan: Salbutamol', 'See again'])
  const without = (gone: string) => shownConsultation(written, id => (id === gone ? undefined : entries[id]))
  assert.doesNotMatch(JSON.stringify(without('gp/Observation/o1')), /Wheeze|History|e2/)
  assert.deepEqual(linesOf(without('gp/Observation/o1')), ['Asthma review: Plan: Salbutamol', 'See again'])
  assert.doesNotMatch(JSON.stringify(without('gp/MedicationStatement/m')), /Salbutamol|e3/)
  assert.doesNotMatch(JSON.stringify(without('gp/Condition/c1')), /"Asthma"|e1/)
  assert.deepEqual(
    shownConsultation(
      written.map(one => ({ ...one, headings: one.headings.slice(0, 1) })),
      () => undefined,
    ),
    [],
  )
  assert.deepEqual(itemsIn(written), ['gp/Condition/c1', 'gp/Observation/o1', 'gp/MedicationStatement/m'])
})
