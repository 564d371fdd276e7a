import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GROUPS, SECTIONS, type Group, type SectionId } from '../../../care-record/section.ts'
import { R4_ELEMENTS } from '../reading/r4-elements.ts'
import { isSupport, sectionOf } from '../reading/sections.ts'
import { askedElsewhere, everythingTypes, searchesOf } from './searches.ts'

const all = GROUPS.flatMap(group =>
  searchesOf(
    group,
    SECTIONS.map(s => s.id),
  ).map(search => ({ group, search })),
)

for (const { id, groups, prsb } of SECTIONS)
  test(`R003: ${id} (${prsb.join(', ') || 'no heading of its own'}) is brought by a search in each of its groups, or whole in another`, () => {
    for (const group of groups) assert.ok(searchesOf(group, [id]).length > 0 || askedElsewhere(group, id), group)
    assert.ok(all.some(({ search }) => search.sections.includes(id)))
  })

test('R003: what a search brings stands in a section that is asked in the same group', () => {
  for (const { group, search } of all) {
    const section = sectionOf({ resourceType: search.type, patient: { reference: 'Patient/p1' } })
    const asked: readonly Group[] = SECTIONS.find(s => s.id === section)?.groups ?? []
    assert.ok(asked.includes(group), `${search.type} of ${group} stands in ${section}`)
    assert.ok(search.type === 'Observation' || search.sections.includes(section), search.type)
  }
})

/** About a person but nothing that a professional reads, or told within another. */
const UNREAD: ReadonlySet<string> = new Set(['Invoice', 'ChargeItem'])
test('every type of R4 that is about a person has a section of its own, is told within others, or is named here', () => {
  const types = Array.from(R4_ELEMENTS.matchAll(/^\+(\w+) (.*)$/gm), ([, type = '', elements = '']) => ({ type, elements }))
  const aboutPerson = types.filter(({ elements }) => /(?:^| )(?:subject|patient):Reference(?: |$)/.test(elements))
  assert.ok(aboutPerson.length > 40)
  const other = aboutPerson
    .map(({ type }) => ({ resourceType: type }))
    .filter(resource => sectionOf(resource) === 'other' && !isSupport(resource) && !UNREAD.has(resource.resourceType))
  assert.deepEqual(
    other.map(r => r.resourceType),
    ['Basic', 'GuidanceResponse'],
    'these stand in `other` and are searched for it',
  )
})

test('a whole record is asked for with what its words and its judgement need', () => {
  const types = everythingTypes(searchesOf('essentials', ['allergies'] satisfies readonly SectionId[]))
  for (const type of ['AllergyIntolerance', 'Practitioner', 'Organization', 'Encounter', 'Location', 'HealthcareService'])
    assert.ok(types.includes(type), type)
})
