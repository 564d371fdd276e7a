import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { Entry } from '../care-record/entry.ts'
import type { Facts, Item } from '../care-record/item.ts'
import { disclosureInForce } from './disclosure-in-force.ts'
import { pass } from './disclosure/for-tests.ts'
import type { ReadDocument } from './fetch-document.ts'

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
const studyOf = (odsCode: string): Item =>
  ({
    id: 's/ImagingStudy/1.2.3',
    resource: { resourceType: 'ImagingStudy', id: '1.2.3', status: 'available', subject: {} },
    provenance: { odsCode },
    section: 'imaging',
  }) as unknown as Item
const content = (over: Partial<ReadDocument> = {}): ReadDocument => ({
  format: 'image',
  contentType: 'image/png',
  text: '',
  pages: 1,
  printed: {},
  names: 'nobody',
  ...over,
})

const letterOver = (words: string, labels: readonly string[] = []): ReadDocument =>
  content({ format: 'text', text: 'Echocardiogram: normal', beneath: { words, labels } })

const cases: [name: string, item: Item, content: ReadDocument, shown: boolean][] = [
  ['a tracing of a trust without a restricted service', documentOf('RAL'), content(), true],
  ['a tracing of an emergency department', documentOf('RJZ', { system: SETTINGS, code: '180' }), content(), true],
  ['a tracing of a SNOMED setting', documentOf('RJZ', { system: 'http://snomed.info/sct', code: '225728007' }), content(), true],
  ['a scan of nobody knows which clinic', documentOf('RJZ'), content(), false],
  ['a scan of a clinic by its own code', documentOf('RJZ', { system: 'urn:rjz:clinics', code: 'C7' }), content(), false],
  ['a scan of a clinic in words', documentOf('RJZ', { text: 'Level 5' }), content(), false],
  ['a picture of an examination, judged with its department', studyOf('RJZ'), content(), true],
  ['a picture with restricted words beneath', studyOf('RJZ'), content({ beneath: { words: 'HIV positive', labels: [] } }), false],
  ['a series with restricted words', studyOf('RJZ'), content({ format: 'text', text: 'Seen in the genitourinary medicine clinic' }), false],
  ['a letter in ordinary words', documentOf('RJZ'), content({ format: 'text', text: 'Echocardiogram: normal' }), true],
  [
    'a letter of restricted words',
    documentOf('RJZ'),
    content({ format: 'text', text: 'Seen in the genitourinary medicine clinic' }),
    false,
  ],
  ['a letter with restricted words beneath', documentOf('RAL'), letterOver('Deleted: seen in the genitourinary medicine clinic'), false],
  ['a letter with ordinary words beneath', documentOf('RAL'), letterOver('Author: Dr Who. Page 1 of 2. code="38341003"'), true],
  ['a letter with a restricted coded entry beneath', documentOf('RAL'), letterOver('observation code code="86406008"'), false],
  ['a letter that calls itself restricted', documentOf('RAL'), letterOver('', ['R']), false],
  ['a letter that calls itself normal', documentOf('RAL'), letterOver('', ['N']), true],
  ['a tracing with restricted words beneath', documentOf('RAL'), content({ beneath: { words: 'HIV positive', labels: [] } }), false],
  [
    'a letter with a picture',
    documentOf('RAL'),
    content({ format: 'html', text: 'Seen', html: '<p>Seen<img src="data:image/png;base64,AAA/HIV/positive+A" /></p>' }),
    true,
  ],
]
for (const [name, item, given, shown] of cases) {
  test(`HAZ-029 HAZ-035 R062 R063: ${name} is ${shown ? 'shown' : 'withheld'}`, async () =>
    assert.equal(await inForce.mayShow(item, given, pass({ role: { jobRole: 'R0', group: 'emergency-doctor' } })), shown))
}

test('care rules 5.5: a local code that the register has not is noted where the sieve judges, until a new register has it', () => {
  let now = catalogue
  const changing = disclosureInForce({ catalogue: () => now, loaded: [], now: () => new Date('2026-11-21T11:00:00Z') })
  const none = { organisations: [], serviceNames: [], documentClasses: [], codings: [], labels: [], links: [], unresolved: [], texts: [] }
  const facts: readonly Facts[] = [
    { ...none, key: 'Encounter/1', resourceType: 'Encounter', localCodes: ['GUM', 'NEW7'], treatmentFunctions: ['320'] },
  ]
  const listed = (): readonly string[] => changing.unknownServices().map(({ localCode }) => localCode)
  assert.deepEqual([...changing.sieve({ id: 'kch', odsCode: 'RJZ' }, facts, pass())], ['Encounter/1'])
  assert.deepEqual(listed(), ['NEW7'], 'whether it was shown is not told')
  now = { ...catalogue, version: '1b' }
  assert.deepEqual(listed(), ['NEW7'], 'another change of the catalogue forgets nothing')
  now = {
    ...catalogue,
    version: '2',
    services: [...catalogue.services, { odsCode: 'RJZ', localCode: 'NEW7', treatmentFunction: '320', name: 'New', legalClass: null }],
  }
  changing.sieve({ id: 'kch', odsCode: 'RJZ' }, facts, pass())
  assert.deepEqual(listed(), [])
})

const apart = { organisations: [], organisationKinds: [], sections: [], policyClasses: [] }
const openedAgain: [name: string, keptApart: typeof apart | object, document: ReadDocument, shown: boolean][] = [
  ['of no objection', {}, content({ format: 'text', text: 'Safeguarding concern raised' }), true],
  ['of an organisation kept apart', { organisations: ['RAL'] }, content({ format: 'text', text: 'Echocardiogram: normal' }), false],
  ['of another organisation', { organisations: ['RJZ'] }, content({ format: 'text', text: 'Echocardiogram: normal' }), true],
  ['of a section kept apart', { sections: ['documents'] }, content({ format: 'text', text: 'Echocardiogram: normal' }), false],
  [
    'in words of a class kept apart',
    { policyClasses: ['safeguarding'] },
    content({ format: 'text', text: 'Safeguarding concern raised' }),
    false,
  ],
  ['in ordinary words', { policyClasses: ['safeguarding'] }, content({ format: 'text', text: 'Echocardiogram: normal' }), true],
  [
    'with a class that nobody can tell apart',
    { policyClasses: ['unknown'] },
    content({ format: 'text', text: 'Echocardiogram: normal' }),
    false,
  ],
]
for (const [name, keptApart, document, shown] of openedAgain)
  test(`R055: a document ${name} is ${shown ? 'shown' : 'not shown'} when it is opened`, async () => {
    const role = { jobRole: 'R0', group: 'emergency-doctor' }
    assert.equal(await inForce.mayShow(documentOf('RAL'), document, pass({ role, keptApart: { ...apart, ...keptApart } })), shown)
  })
test('R055: an entry in words of a class kept apart is held at the exit, and shown where none is', () => {
  const entry: Entry = {
    kind: 'plain',
    id: 'e',
    section: 'problems',
    list: 'current',
    sort: 'a',
    title: 'Safeguarding concern raised',
    coded: true,
    recordedBy: { odsCode: 'RAL', name: 'Royal Free London', short: 'RFL' },
    alsoRecordedBy: [],
    conflicts: [],
    marks: [],
    matchedByDemographics: false,
    statements: 1,
  }
  const role = { jobRole: 'R0', group: 'gp' }
  const may = (policyClasses: readonly string[]): boolean => inForce.mayLeave(entry, pass({ role, keptApart: { ...apart, policyClasses } }))
  assert.deepEqual([may([]), may(['crime']), may(['safeguarding'])], [true, true, false])
  assert.equal(inForce.mayLeave(entry, undefined), false, 'without a pass nothing bound to a role leaves')
})
