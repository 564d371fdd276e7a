import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { DocumentContent } from '../care-record/document.ts'
import type { Item } from '../care-record/item.ts'
import { disclosureInForce } from './disclosure-in-force.ts'

const catalogue: Catalogue = {
  version: '1',
  exchange: 'SEL',
  title: 'South East London',
  organisations: new Map(),
  sources: [],
  peers: [],
  agreements: [],
  roles: new Map(),
  services: [{ odsCode: 'RJZ', localCode: 'GUM', treatmentFunction: '360', name: 'Caldecot Centre', legalClass: 'sexual-health' }],
}
const inForce = disclosureInForce({ catalogue: () => catalogue, loaded: [], now: () => new Date('2026-11-21T11:00:00Z') })

const SETTINGS = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-PracticeSettingCode'
const documentOf = (odsCode: string, setting?: { system?: string; code?: string; text?: string }): Item => {
  const { text, ...coding } = setting ?? {}
  const practiceSetting = { ...(text === undefined ? {} : { text }), ...(coding.code === undefined ? {} : { coding: [coding] }) }
  const resource = { resourceType: 'DocumentReference', id: 'd1', ...(setting ? { context: { practiceSetting } } : {}) } as Resource
  return { id: 's/DocumentReference/d1', resource, provenance: { odsCode }, section: 'documents' } as unknown as Item
}
const content = (over: Partial<DocumentContent> = {}): DocumentContent => ({
  format: 'image',
  contentType: 'image/png',
  text: '',
  pages: 1,
  printed: {},
  names: 'nobody',
  ...over,
})

const cases: [name: string, item: Item, content: DocumentContent, shown: boolean][] = [
  ['a tracing of a trust without a restricted service', documentOf('RAL'), content(), true],
  ['a tracing of an emergency department', documentOf('RJZ', { system: SETTINGS, code: '180' }), content(), true],
  ['a tracing of a SNOMED setting', documentOf('RJZ', { system: 'http://snomed.info/sct', code: '225728007' }), content(), true],
  ['a scan of nobody knows which clinic', documentOf('RJZ'), content(), false],
  ['a scan of a clinic by its own code', documentOf('RJZ', { system: 'urn:rjz:clinics', code: 'C7' }), content(), false],
  ['a scan of a clinic in words', documentOf('RJZ', { text: 'Level 5' }), content(), false],
  ['a letter in ordinary words', documentOf('RJZ'), content({ format: 'text', text: 'Echocardiogram: normal' }), true],
  [
    'a letter of restricted words',
    documentOf('RJZ'),
    content({ format: 'text', text: 'Seen in the genitourinary medicine clinic' }),
    false,
  ],
]
for (const [name, item, given, shown] of cases) {
  test(`HAZ-029 HAZ-035 R062 R063: ${name} is ${shown ? 'shown' : 'withheld'}`, () =>
    assert.equal(inForce.mayShow(item, given, 'emergency-doctor'), shown))
}
