import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import type { Item, SourceName } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { createRules, disclose } from './disclose.ts'
import { answerOf, itemOf, observation, pass, services, source, subject } from './for-tests.ts'
import { firstSet } from './rules/first-set.ts'

const rules = createRules(firstSet, services)
const clerk = pass({
  role: { jobRole: 'R8008', group: 'clerk' },
  maySee: new Set<SectionId>(['appointments', 'contacts']),
  limits: { appointments: 'administrative', contacts: 'administrative' },
})
const own: SourceName = { ...source, id: 'own', odsCode: clerk.viewer.odsCode }
const at = (kind: string): SourceName => ({ ...source, id: kind, odsCode: 'RX9', kind })

const SECRET = 'Memory clinic'
const item = (from: SourceName, resource: Resource, section: SectionId): Item => {
  const made = itemOf({ resource, section, to: ['Encounter/secret'], contained: [{ resourceType: 'HealthcareService', name: SECRET }] })
  const { id, odsCode } = from
  return { ...made, id: `${id}/1`, marks: ['degraded'], provenance: { ...made.provenance, sourceId: id, odsCode, author: `Dr ${SECRET}` } }
}
const appointment = (over: object = {}): Resource => ({
  resourceType: 'Appointment',
  id: '1',
  status: 'booked',
  start: '2026-11-24T14:10:00Z',
  description: SECRET,
  serviceType: [{ text: SECRET }],
  specialty: [{ text: SECRET }],
  reasonCode: [{ text: SECRET }],
  comment: SECRET,
  participant: [{ actor: { display: SECRET }, status: 'accepted' }],
  ...over,
})
const relative: Resource = {
  resourceType: 'RelatedPerson',
  id: '1',
  patient: subject,
  name: [{ text: 'Mrs Ngozi Adebayo' }],
  relationship: [{ text: 'Daughter' }],
  telecom: [{ system: 'phone', value: '07700 900118' }],
  text: { status: 'generated', div: `<div>${SECRET}</div>` },
  extension: [{ url: 'https://kch.nhs.uk/note', valueString: SECRET }],
}
const team: Resource = { resourceType: 'CareTeam', id: '1', name: SECRET, participant: [{ member: { display: SECRET } }] }

const shown = (from: SourceName, resource: Resource, section: SectionId): readonly Item[] =>
  disclose([answerOf([item(from, resource, section)], { source: from, sections: [section] })], clerk, rules).answers.flatMap(
    answer => answer.items,
  )

const CASES: readonly (readonly [
  name: string,
  from: SourceName,
  resource: Resource,
  section: SectionId,
  seen: 'whole' | 'bare' | 'not',
])[] = [
  ['an appointment of the own hospital', own, appointment(), 'appointments', 'whole'],
  ['a care team of the own hospital', own, team, 'contacts', 'whole'],
  ['who is next of kin at the own hospital', own, relative, 'contacts', 'whole'],
  ['a coming appointment of another hospital', at('acute'), appointment(), 'appointments', 'bare'],
  ['a coming appointment of the practice', at('gp-practice'), appointment(), 'appointments', 'bare'],
  ['who is next of kin at the practice', at('gp-practice'), relative, 'contacts', 'bare'],
  ['an appointment that was', at('acute'), appointment({ start: '2026-11-20T14:10:00Z' }), 'appointments', 'not'],
  ['an appointment without a time', at('acute'), appointment({ start: undefined }), 'appointments', 'not'],
  ['an appointment that was missed', at('acute'), appointment({ status: 'noshow' }), 'appointments', 'not'],
  ['an appointment that was cancelled', at('acute'), appointment({ status: 'cancelled' }), 'appointments', 'not'],
  ['an appointment of mental health', at('mental-health'), appointment(), 'appointments', 'not'],
  ['an appointment at home', at('community'), appointment(), 'appointments', 'not'],
  ['an appointment of social care', at('social-care'), appointment(), 'appointments', 'not'],
  ['an appointment of a kind nobody knows', at('other'), appointment(), 'appointments', 'not'],
  ['a care team of another hospital', at('acute'), team, 'contacts', 'not'],
  ['a care team of mental health', at('mental-health'), team, 'contacts', 'not'],
  ['a care team of the practice', at('gp-practice'), team, 'contacts', 'not'],
  ['who is next of kin at mental health', at('mental-health'), relative, 'contacts', 'not'],
  ['who is next of kin at another hospital', at('acute'), relative, 'contacts', 'not'],
  ['anything else filed as an appointment', at('acute'), observation('1', SECRET), 'appointments', 'not'],
]
for (const [name, from, resource, section, seen] of CASES)
  test(`R108 care rules 1.5: to a ward clerk ${name} is ${seen === 'not' ? 'not shown' : `shown ${seen}`}`, () => {
    const [one, ...more] = shown(from, resource, section)
    assert.deepEqual(more, [])
    assert.equal(one !== undefined, seen !== 'not')
    if (seen === 'whole') assert.match(JSON.stringify(one), new RegExp(SECRET))
    if (seen === 'bare') assert.doesNotMatch(JSON.stringify(one), new RegExp(`${SECRET}|secret|degraded`))
  })

test('R108 care rules 1.5: what is kept for the call is who, how close, and the number; of an appointment the time', () => {
  const [kin] = shown(at('gp-practice'), relative, 'contacts')
  assert.deepEqual(Object.keys(kin?.resource ?? {}), ['resourceType', 'id', 'patient', 'relationship', 'name', 'telecom'])
  const [booked] = shown(at('acute'), appointment(), 'appointments')
  assert.deepEqual(booked?.resource, {
    resourceType: 'Appointment',
    id: '1',
    status: 'booked',
    description: 'Appointment',
    start: '2026-11-24T14:10:00Z',
    participant: [],
  })
})

test('R062 HAZ-012: the law comes first: a bare appointment of a restricted clinic is not shown either', () => {
  const gum = appointment({ serviceType: [{ text: 'Sexual health clinic' }] })
  for (const from of [own, at('acute')]) assert.deepEqual(shown(from, gum, 'appointments'), [])
})

test('R108 D120: another organisation that holds only what a clerk does not see answers as one that holds nothing', () => {
  const kind = at('mental-health')
  const answered = (items: readonly Item[]) =>
    disclose([answerOf(items, { source: kind, sections: ['appointments', 'contacts'] })], clerk, rules)
  assert.deepEqual(answered([item(kind, appointment(), 'appointments'), item(kind, team, 'contacts')]).answers, answered([]).answers)
})
