import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import type { Taken } from '../../view.ts'
import { namesOf, outgoing, provenanceOf } from './resource.ts'

const BASE = 'https://sel.example.nhs.uk/fhir/R4'
const names = namesOf(BASE, new Uint8Array(32), 'session', 'person', [])
const takenOf = (resource: object, originalIdentifier = '1'): Taken => ({
  id: 'council/Flag/a',
  version: '1',
  section: 'alerts',
  resource: resource as Resource,
  provenance: {
    sourceId: 'council',
    odsCode: '211',
    organisationName: 'Council',
    short: 'C',
    system: 'Cases',
    originalIdentifier,
    retrievedAt: '2026-11-21T10:00:00Z',
    feed: 'live',
    matchedBy: 'nhs-number',
  },
  contained: [],
  entryId: 'e',
})
const leaves = (resource: object): Readonly<Record<string, unknown>> =>
  outgoing(takenOf(resource), names) as unknown as Readonly<Record<string, unknown>>

const inner = [
  'http://127.0.0.1:4001/care/teams',
  'https://10.2.3.4/fhir',
  'http://localhost:9/x',
  'http://[::1]:80/x',
  'https://pas01/fhir',
  'https://pas.trust.local/fhir',
  'https://user:secret@pas.internal/x',
  'tcp://192.168.0.4',
]
for (const address of inner)
  test(`HAZ-013: ${address} leaves nowhere in a statement, and the rest of it does`, () => {
    const coding = { system: address, code: 'c', display: 'Words' }
    const out = JSON.stringify([
      leaves({
        resourceType: 'Flag',
        id: 'a',
        meta: { profile: [address, 'https://fhir.hl7.org.uk/p'], tag: [coding], security: [coding] },
        implicitRules: address,
        identifier: [{ system: address, value: '7' }],
        code: { coding: [coding], text: 'Said' },
        extension: [{ url: address, valueString: 'Odd' }],
        contained: [{ resourceType: 'Location', id: 'l', identifier: [{ system: address, value: address }], name: 'Ward' }],
      }),
      provenanceOf(takenOf({ resourceType: 'Flag', id: 'a' }, address), names),
    ])
    assert.ok(!out.includes(address), out)
    assert.match(out, /fhir\.hl7\.org\.uk\/p.*Ward.*Words.*Said/)
    assert.doesNotMatch(out, /Odd/)
  })

test('names of code systems leave as they are', () => {
  for (const system of [
    'http://snomed.info/sct',
    'urn:oid:2.16.840.1',
    'https://kch.example.nhs.uk/team',
    'urn:uuid:1',
    'http://loinc.org',
  ])
    assert.match(JSON.stringify(leaves({ resourceType: 'Flag', id: 'a', code: { coding: [{ system, code: 'c' }] } })), new RegExp(system))
})

const nhsNumber = { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9991234519' }
const abouts: readonly [name: string, given: object, expected: object | undefined][] = [
  ['words only', { display: 'The person of the record' }, { reference: 'Patient/person' }],
  ['their number', { identifier: nhsNumber }, { identifier: nhsNumber, reference: 'Patient/person' }],
  ['a type and words', { type: 'Patient', display: 'Her' }, { reference: 'Patient/person' }],
  ['a group', { type: 'Group', display: 'Ward 7' }, { type: 'Group', display: 'Ward 7' }],
  ['a number of another kind', { identifier: { system: 'urn:x', value: '1' } }, { identifier: { system: 'urn:x', value: '1' } }],
  ['a place', { reference: 'Location/x', display: 'Bed' }, { display: 'Bed' }],
]
for (const [name, subject, expected] of abouts)
  test(`a statement about ${name} is about the right one`, () =>
    assert.deepEqual(leaves({ resourceType: 'ImagingStudy', id: 'a', status: 'available', subject })['subject'], expected))

test('a consent without its rule says that the rule is not known; one with it keeps it', () => {
  const consent = { resourceType: 'Consent', id: 'a', status: 'active' }
  assert.match(JSON.stringify(leaves(consent)['policyRule']), /data-absent-reason.*unknown/)
  assert.deepEqual(leaves({ ...consent, policyRule: { text: 'Rule' } })['policyRule'], { text: 'Rule' })
  assert.equal(leaves({ ...consent, policy: [{ uri: 'https://legislation.gov.uk/x' }] })['policyRule'], undefined)
})

test('what was masked is still FHIR: a profile is an address or none, an appointment has somebody who takes part', () => {
  const out = leaves({
    resourceType: 'Appointment',
    id: 'a',
    meta: { profile: ['Organisation not shown'] },
    status: 'booked',
    start: '2026-12-03T09:30:00Z',
    participant: [],
  })
  assert.equal((out['meta'] as { profile?: unknown }).profile, undefined)
  assert.deepEqual(out['participant'], [{ actor: { reference: 'Patient/person' }, status: 'accepted' }])
})
