import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import type { Organisation, OrganisationKind, SharingProfile } from '../../care-record/catalogue.ts'
import type { Item, SectionAnswer, SourceName } from '../../care-record/item.ts'
import type { KeptApart } from '../../care-record/objection.ts'
import type { SectionId } from '../../care-record/section.ts'
import { createRules, disclose } from './disclose.ts'
import { answerOf, condition, factsOf, itemOf, letter, medicine, observation, pass, type Sent } from './for-tests.ts'
import { NO_HOLDERS, type Holders } from './kept-apart.ts'
import { firstSet } from './rules/first-set.ts'
import { createSieve } from './sieve.ts'

const places: readonly (readonly [odsCode: string, kind: OrganisationKind])[] = [
  ['RJZ', 'acute'],
  ['RV5', 'mental-health'],
  ['G85001', 'gp-practice'],
  ['X26', 'national'],
]
const organisations = new Map<string, Organisation>(
  places.map(([odsCode, kind]) => [odsCode, { odsCode, name: `The ${odsCode}`, short: odsCode, kind }]),
)
const nothingApart: KeptApart = { organisations: [], organisationKinds: [], sections: [], policyClasses: [] }

interface Held extends Sent {
  readonly by: string
  /** Whose it is, where that is not whose system it stands in. */
  readonly of?: string
}
const holder = (odsCode: string): SourceName => ({
  id: `at-${odsCode}`,
  odsCode,
  name: `The ${odsCode}`,
  short: odsCode,
  kind: organisations.get(odsCode)?.kind ?? 'other',
  exchange: 'SEL',
})
const heldItem = (held: Held): Item => {
  const item = itemOf(held)
  const odsCode = held.of ?? held.by
  return {
    ...item,
    id: item.id.replace('kch/', `at-${held.by}/`),
    links: item.links.map(link => link.replace('kch/', `at-${held.by}/`)),
    provenance: { ...item.provenance, sourceId: `at-${held.by}`, odsCode },
  }
}
type Missing = 'none' | 'sieve' | 'exchange'
/** What a viewer is shown of all that is held, each source sifted and all judged; one mechanism may know nothing of who holds what. */
function shown(all: readonly Held[], over: Partial<ReturnType<typeof pass>>, missing: Missing, holders: Holders): readonly SectionAnswer[] {
  const given = pass(over)
  const sieve = createSieve(firstSet, [], missing === 'sieve' ? NO_HOLDERS : holders)
  const without = missing === 'sieve' ? { ...given, keptApart: nothingApart } : given
  const rules = createRules(firstSet, [], { holders: missing === 'exchange' ? NO_HOLDERS : holders })
  const answers = places.map(([odsCode]) => {
    const held = all.filter(one => one.by === odsCode)
    const facts = held.map(one => factsOf({ ...one, facts: { organisations: [one.of ?? one.by], ...one.facts } }))
    const gone = sieve({ id: `at-${odsCode}`, odsCode }, facts, without)
    const items = held.filter(({ resource }) => !gone.has(`${resource.resourceType}/${resource.id ?? ''}`)).map(heldItem)
    return answerOf(items, { source: holder(odsCode) })
  })
  const judged = missing === 'exchange' ? { ...given, keptApart: nothingApart } : given
  return disclose(answers, judged, rules).answers
}
const ids = (answers: readonly SectionAnswer[]): readonly string[] => answers.flatMap(a => a.items.map(i => i.resource.id ?? '')).toSorted()
const held = (by: string, resource: Resource, section: SectionId = 'other', more: Partial<Held> = {}): Held => ({
  by,
  resource,
  section,
  ...more,
})

const all: readonly Held[] = [
  held('RJZ', condition('af', 'Atrial fibrillation', '49436004'), 'problems'),
  held('RJZ', observation('potassium', 'Potassium'), 'results', { to: ['Condition/af'] }),
  held('RV5', condition('low', 'Depressive disorder', '35489007'), 'problems'),
  held('RV5', medicine('sertraline', 'Sertraline 50 mg tablets'), 'medicines', { to: ['Condition/low'] }),
  held('G85001', medicine('apixaban', 'Apixaban 5 mg tablets'), 'medicines'),
  held('G85001', { ...condition('abuse', 'Victim of domestic abuse', '1'), meta: { security: [{ code: 'SDV' }] } }, 'problems'),
  held('X26', letter('crisis', 'Crisis plan'), 'plans', { of: 'RV5' }),
  held('X26', letter('respect', 'ReSPECT form'), 'plans', { of: 'RJZ' }),
]
const everything = ids(shown(all, {}, 'none', { ...NO_HOLDERS, organisations }))

const cases: readonly [name: string, apart: Partial<KeptApart>, gone: readonly string[], viewerAt?: string][] = [
  ['nothing', {}, []],
  ['one organisation', { organisations: ['RV5'] }, ['low', 'sertraline', 'crisis']],
  ['an organisation that holds nothing', { organisations: ['RAL'] }, []],
  ['two organisations', { organisations: ['RV5', 'G85001'] }, ['low', 'sertraline', 'crisis', 'apixaban', 'abuse']],
  ['an organisation, to its own staff', { organisations: ['RV5'] }, [], 'RV5'],
  ['a kind', { organisationKinds: ['mental-health'] }, ['low', 'sertraline', 'crisis']],
  ['a kind, to one of that kind', { organisationKinds: ['mental-health'] }, [], 'RV5'],
  ['a policy class', { policyClasses: ['domestic-violence'] }, ['abuse']],
  ['a class of the law, which is withheld anyway', { policyClasses: ['fertility'] }, []],
  ['a class that nobody here can tell apart', { policyClasses: ['a-class-nobody-knows'] }, everything],
]
for (const [name, apart, gone, viewerAt] of cases)
  for (const missing of ['none', 'sieve', 'exchange'] as const)
    test(`R055 R067: kept apart, ${name}: leaves as if it were not held, with ${missing} away`, () => {
      const viewer = { ...pass().viewer, ...(viewerAt === undefined ? {} : { odsCode: viewerAt }) }
      const over = { viewer, role: { jobRole: 'R0', group: 'gp' }, keptApart: { ...nothingApart, ...apart } }
      const holders = { ...NO_HOLDERS, organisations }
      const rest = all.filter(({ resource }) => !gone.includes(resource.id ?? ''))
      assert.deepEqual(
        ids(shown(all, over, missing, holders)),
        ids(rest.map(one => ({ items: [heldItem(one)] }) as unknown as SectionAnswer)),
      )
      assert.equal(
        JSON.stringify(shown(all, over, missing, holders)),
        JSON.stringify(shown(rest, { ...over, keptApart: nothingApart }, missing, holders)),
      )
    })

test('R055: a section kept apart goes with its links; what it was linked to stays, and notes that tell it in other words go', () => {
  const note: Resource = { resourceType: 'Composition', id: 'n', title: 'Potassium was 6.1', status: 'final' } as Resource
  const sent: readonly Held[] = [
    held('RJZ', condition('af', 'Atrial fibrillation', '49436004'), 'problems', { to: ['Observation/k'], contained: [note] }),
    held('RJZ', observation('k', 'Potassium'), 'results'),
  ]
  const over = { keptApart: { ...nothingApart, sections: ['results' as const] } }
  const left = shown(sent, over, 'none', { ...NO_HOLDERS, organisations })
  assert.deepEqual(ids(left), ['af'])
  assert.doesNotMatch(JSON.stringify(left), /Potassium|Observation/)
})
test('R055 HAZ-012: what hangs on something of the law stays withheld where that itself is kept apart by its section', () => {
  const sent: readonly Held[] = [
    held('RJZ', condition('hiv', 'Human immunodeficiency virus infection', '86406008'), 'problems'),
    held('RJZ', medicine('plain', 'Doxycycline 100 mg'), 'medicines', { to: ['Condition/hiv'] }),
  ]
  for (const sections of [[], ['problems' as const]])
    assert.deepEqual(ids(shown(sent, { keptApart: { ...nothingApart, sections } }, 'sieve', { ...NO_HOLDERS, organisations })), [])
})
test('R055: an organisation of a kind nobody knows is held back where a kind is kept apart, and shown where none is', () => {
  const unknown = answerOf([heldItem(held('ZZ9', observation('k', 'Potassium'), 'results'))], {
    source: { ...holder('RJZ'), id: 'at-ZZ9' },
  })
  const rules = createRules(firstSet, [], { holders: { ...NO_HOLDERS, organisations } })
  const count = (apart: Partial<KeptApart>) =>
    ids(disclose([unknown], pass({ keptApart: { ...nothingApart, ...apart } }), rules).answers).length
  assert.deepEqual([count({}), count({ organisations: ['RV5'] }), count({ organisationKinds: ['hospice'] })], [1, 1, 0])
})
test('care rules 5.3: what an objection keeps apart is counted nowhere, not even sealed', () => {
  const keptApart = { ...nothingApart, organisations: ['RV5'] }
  const rules = createRules(firstSet, [], { holders: { ...NO_HOLDERS, organisations } })
  const answers = [answerOf(all.filter(one => one.by === 'RV5').map(heldItem), { source: holder('RV5') })]
  const { sealedWithheld, answers: left } = disclose(answers, pass({ keptApart }), rules)
  assert.deepEqual([...sealedWithheld.open()], [])
  assert.equal(left[0]?.outcome, 'nothing-held')
})

const profile = (over: Partial<SharingProfile>): SharingProfile => ({
  odsCode: 'RJZ',
  sections: [],
  documentClasses: [],
  policyClasses: [],
  from: '2026-11-01',
  ...over,
})
const discharge: Resource = { ...letter('discharge', 'Discharge summary'), type: { coding: [{ code: '373942005' }] } } as Resource
const profiled: readonly Held[] = [
  ...all,
  held('RJZ', discharge, 'documents', { facts: { documentClasses: ['373942005'] } }),
  held('G85001', { ...discharge, id: 'copy' }, 'documents', { facts: { documentClasses: ['373942005'] } }),
]
const profiles: readonly [name: string, profile: SharingProfile, gone: readonly string[], missing: readonly Missing[]][] = [
  ['of nothing', profile({}), [], ['none', 'sieve', 'exchange']],
  ['of a section', profile({ sections: ['results'] }), ['potassium'], ['none', 'sieve']],
  ['of a class of document', profile({ documentClasses: ['373942005'] }), ['discharge'], ['none', 'sieve', 'exchange']],
  ['of a policy class', profile({ odsCode: 'G85001', policyClasses: ['domestic-violence'] }), ['abuse'], ['none', 'sieve', 'exchange']],
]
for (const [name, one, gone, ways] of profiles)
  for (const missing of ways)
    test(`R066: a profile ${name} holds for everyone but its own, with ${missing} away`, () => {
      const holders = { ...NO_HOLDERS, organisations, profiles: [one] }
      const gp = { jobRole: 'R0', group: 'gp' }
      const before = ids(shown(profiled, { role: gp }, 'none', { ...NO_HOLDERS, organisations }))
      assert.deepEqual(
        ids(shown(profiled, { role: gp }, missing, holders)),
        before.filter(id => !gone.includes(id)),
      )
      const own = { role: gp, viewer: { ...pass().viewer, odsCode: one.odsCode } }
      assert.deepEqual(ids(shown(profiled, own, missing, holders)), before)
    })
test('R066: that kinds of document are not shared is said by name to everyone, whether there are any or not', () => {
  const holders = { ...NO_HOLDERS, organisations, profiles: [profile({ documentClasses: ['373942005'] })] }
  const words = (sent: readonly Held[]): readonly string[] => shown(sent, {}, 'none', holders).flatMap(a => a.warnings.map(w => w.words))
  assert.deepEqual(words(profiled), ['Some kinds of document are not shared by The RJZ.'])
  assert.deepEqual(words([]), words(profiled))
})
