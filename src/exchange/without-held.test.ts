import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import type { PeerConfig } from '../care-record/catalogue.ts'
import type { Item, SectionAnswer } from '../care-record/item.ts'
import { createHeld } from './held.ts'
import { withoutHeld } from './without-held.ts'

const item = (id: string, resource: object, links: readonly string[] = []): Item => ({
  id,
  version: '1',
  section: 'results',
  resource: resource as Resource,
  provenance: {
    sourceId: 'kch',
    odsCode: 'RJZ',
    organisationName: 'Hospital',
    short: 'KCH',
    system: 'EHR',
    originalIdentifier: id,
    retrievedAt: '2026-11-21T10:00:00Z',
    feed: 'live',
    matchedBy: 'nhs-number',
  },
  marks: [],
  contained: [],
  links,
  parents: [],
  unresolved: [],
})
const potassium = item('kch/Observation/k', { resourceType: 'Observation', id: 'k' }, ['kch/DiagnosticReport/r'])
const sodium = item('kch/Observation/na', { resourceType: 'Observation', id: 'na' }, ['kch/DiagnosticReport/r'])
const report = item(
  'kch/DiagnosticReport/r',
  { resourceType: 'DiagnosticReport', id: 'r', result: [{ reference: 'Observation/k' }, { reference: 'Observation/na' }] },
  [potassium.id, sodium.id],
)
const answers: readonly SectionAnswer[] = [
  {
    source: { id: 'kch', odsCode: 'RJZ', name: 'Hospital', short: 'KCH', kind: 'acute', exchange: 'SEL' },
    group: 'recent',
    sections: ['results'],
    complete: true,
    asOf: '2026-11-21T10:00:00Z',
    outcome: 'answered',
    cause: 'none',
    items: [potassium, sodium, report],
    warnings: [],
    unreadable: 0,
    tookMs: 1,
  },
]

test('care rule 3.3: a held item leaves no link and no reference behind; all else is as it was', () => {
  const [left] = withoutHeld(answers, (exchange, id) => exchange === 'SEL' && id === potassium.id)
  assert.deepEqual(
    left?.items.map(i => i.id),
    [sodium.id, report.id],
  )
  assert.doesNotMatch(JSON.stringify(left), /Observation\/k"/)
  assert.match(JSON.stringify(left), /Observation\/na/)
  assert.equal(left?.items[0], sodium)
})
test('care rule 3.3: a line of a consultation goes with the item it leads to, whichever group that came in', () => {
  const composition = {
    resourceType: 'Composition',
    section: [
      { title: 'History', entry: [{ reference: 'Observation/k', display: 'Potassium 5.6' }] },
      { title: 'Plan', entry: [{ reference: 'MedicationRequest/m', display: 'Resonium' }] },
    ],
  }
  const visit: Item = {
    ...item('kch/Encounter/v', { resourceType: 'Encounter', id: 'v' }, [potassium.id, 'kch/MedicationRequest/m']),
    contained: [composition, { resourceType: 'MedicationRequest', id: 'm' }] as unknown as readonly Resource[],
  }
  const told = answers.map(answer => ({ ...answer, items: [visit, sodium] }))
  const [left] = withoutHeld(told, (exchange, id) => exchange === 'SEL' && id === potassium.id)
  assert.doesNotMatch(JSON.stringify(left), /Potassium|History|Observation\/k/)
  assert.match(JSON.stringify(left), /Plan.*Resonium/)
  const [without] = withoutHeld(told, (_, id) => id === 'kch/MedicationRequest/m')
  assert.doesNotMatch(JSON.stringify(without), /Resonium|Plan|MedicationRequest/)
  assert.equal(withoutHeld(told, () => false)[0]?.items[0], visit)
})
test('nothing held, or held by another exchange under the same id: the very same answers', () => {
  assert.equal(
    withoutHeld(answers, () => false),
    answers,
  )
  assert.equal(
    withoutHeld(answers, exchange => exchange === 'NCL'),
    answers,
  )
})

const peer = (exchange: string, state: PeerConfig['state'] = 'live'): PeerConfig => ({
  exchange,
  title: '',
  baseUrl: '',
  state,
  trustedEvidence: [],
})
test('lists of what is held: ours as last read, each peer’s for its own sources; one that cannot be asked keeps its last', async () => {
  let ncl: readonly string[] | undefined = ['rfl/Observation/1']
  let own: readonly string[] = ['kch/Observation/k']
  const held = createHeld({
    exchange: 'SEL',
    readOwn: async () => own,
    peers: () => [peer('NCL'), peer('NWL', 'suspended')],
    readPeer: async ({ exchange }) => (exchange === 'NCL' ? ncl : assert.fail('not asked')),
  })
  await held.refresh()
  await held.refreshPeers()
  ncl = undefined
  await held.refreshPeers()
  assert.ok(held.isHeld('SEL', 'kch/Observation/k') && held.isHeld('NCL', 'rfl/Observation/1'))
  assert.ok(!held.isHeld('NCL', 'kch/Observation/k') && !held.isHeld('SEL', 'rfl/Observation/1'))
  held.add('SEL', ['kch/Observation/na'])
  assert.deepEqual(held.own(), ['kch/Observation/k', 'kch/Observation/na'])
  own = []
  for (let reading = 0; reading < 3; reading++) await held.refresh()
  assert.deepEqual(held.own(), [], 'a release brings it back, once every list knows of the report')
})
