import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import { subject, walk, type Sent } from './for-tests.ts'

const related = (relationship: string, coded = false): Sent => ({
  section: 'contacts',
  resource: {
    resourceType: 'RelatedPerson',
    id: 'secret',
    patient: subject,
    relationship: [
      coded ? { coding: [{ system: 'https://kch.nhs.uk/relationship', code: '7', display: relationship }] } : { text: relationship },
    ],
    name: [{ text: 'Giovanni Bellandi' }],
  },
})
const letter = (text: string): Sent => ({
  section: 'documents',
  resource: {
    resourceType: 'Composition',
    id: 'secret',
    status: 'final',
    title: 'Letter',
    section: [{ text: { div: `<p>${text}</p>` } }],
  } as Resource,
})
const shown = (sent: Sent, missing: 'none' | 'sieve' | 'exchange' | 'exit'): number =>
  walk([sent], missing).answers.flatMap(answer => answer.items).length

const RELATED: readonly string[] = [
  'Donor',
  'donor ',
  'Sperm donor',
  'Donor (sperm)',
  'Egg donor',
  'Donor father',
  'Donor sibling',
  'Known donor',
  'Genetic father',
  'Surrogate mother',
  'Intended parent',
  'Gestational carrier',
]
const OTHERS: readonly string[] = [
  'Father',
  'Mother',
  'Foster father',
  'Adoptive parent',
  'Biological father',
  'Blood donor',
  'Organ donor',
  'Kidney donor',
  'Living donor',
  'Living kidney donor (sister)',
  'Bone marrow donor',
  'Carer',
]
const TEXTS: readonly string[] = [
  'Conceived with donor sperm.',
  'She is donor-conceived.',
  'Conceived using a donor, number unknown.',
  'Donor number 4471.',
  'Two embryos stored.',
  'Frozen embryo replacement planned.',
  'Born to a surrogate; parental order granted.',
  'HFEA form completed.',
  'Egg sharing scheme.',
  'The intended parents attended.',
]
const ORDINARY: readonly string[] = [
  'Blood donor since 2010.',
  'On the organ donor register.',
  'Living kidney donor work-up.',
  'Transplant from a matched unrelated donor.',
  'Skin graft, donor site dry.',
  'Embryonal rhabdomyosarcoma.',
  'Single live embryo on ultrasound.',
  'CRP as a surrogate marker.',
  'Eggs cause a rash.',
  'Donor heart accepted.',
]

for (const missing of ['none', 'sieve', 'exchange', 'exit'] as const)
  test(`HAZ-012: with ${missing} of the mechanisms away nobody is named who had a part in a conception`, () => {
    for (const words of RELATED)
      for (const coded of [false, true]) assert.equal(shown(related(words, coded), missing), 0, `${words} ${coded ? 'in code' : ''}`)
    for (const words of TEXTS) assert.equal(shown(letter(words), missing), 0, words)
  })

test('R062: relatives, and donors of blood and organs, are shown', () => {
  for (const words of OTHERS) for (const coded of [false, true]) assert.equal(shown(related(words, coded), 'none'), 1, words)
  for (const words of ORDINARY) assert.equal(shown(letter(words), 'none'), 1, words)
})
