import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf } from './facts.ts'
import { atOnce, isObject, objectsOf, type JsonObject } from './json.ts'
import { cleanResource, readingOf, refsOf, type Reading } from './reading.ts'
import { takeIn } from './take-in.ts'

const base = 'https://source.example/fhir'
const takenIn = (...resources: readonly object[]): ReadonlyMap<string, JsonObject> =>
  atOnce(
    takeIn(
      resources.map(resource => ({ resource })),
      base,
    ),
  ).resources
const ods = { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'rjz' }

const found: readonly [name: string, resource: JsonObject, expected: Partial<Record<keyof Reading, unknown>>][] = [
  ['an organisation by its ODS code', { provider: { identifier: ods } }, { organisations: ['RJZ'] }],
  ['a code of another system is no organisation', { provider: { identifier: { ...ods, system: 'x' } } }, { organisations: [] }],
  [
    'a specialty with its name',
    { serviceType: { coding: [{ system: 'x', code: '360', display: 'Genitourinary medicine' }], text: 'GUM' } },
    { treatmentFunctions: ['360'], serviceNames: ['Genitourinary medicine', 'GUM'] },
  ],
  ['a local code of a service', { serviceType: [{ coding: [{ code: 'W7' }] }] }, { localCodes: ['W7'], treatmentFunctions: [] }],
  ['the name a reference gives a service', { serviceProvider: { display: 'Clinic 7' } }, { serviceNames: ['Clinic 7'] }],
  ['no name of a person as one of a service', { subject: { display: 'Ada' } }, { serviceNames: [] }],
  [
    'a place inside a resource',
    { contained: [{ resourceType: 'Location', name: 'Ward 7', identifier: [{ value: 'W7' }] }] },
    { serviceNames: ['Ward 7'], localCodes: ['W7'] },
  ],
  [
    'a label apart from codings',
    { meta: { security: [{ code: 'R' }], tag: [{ code: 'T' }] } },
    { labels: [{ code: 'R' }], codings: [{ code: 'T' }] },
  ],
  [
    'nothing blank in a coding',
    { code: { coding: [{ system: ' ', code: 'C', display: '' }, { code: ' ' }] } },
    { codings: [{ code: 'C' }] },
  ],
  ['an extension nobody here knows', { extension: [{ url: 'https://elsewhere.example/x' }] }, { unknownExtension: true }],
  ['an extension inside another', { a: { extension: [{ url: 'a', extension: [{ url: 'urn:x' }] }] } }, { unknownExtension: true }],
  ['an extension of UK Core', { extension: [{ url: 'https://fhir.hl7.org.uk/x' }] }, { unknownExtension: false }],
]
for (const [name, resource, expected] of found)
  test(`read: ${name}`, () => {
    const reading = readingOf({ resourceType: 'Flag', ...resource })
    for (const [field, value] of Object.entries(expected)) assert.deepEqual(reading[field as keyof Reading], value, field)
  })

test('a document is judged by its class, another resource is not', () => {
  const type = { coding: [{ code: '371531000' }] }
  assert.deepEqual(readingOf({ resourceType: 'DocumentReference', type }).documentClasses, ['371531000'])
  assert.deepEqual(readingOf({ resourceType: 'Encounter', type }).documentClasses, [])
})

test('references point inside wherever they stand, and are the resource’s own only outside what it contains', () => {
  const taken = takenIn({
    resourceType: 'Condition',
    id: 'c1',
    encounter: { reference: `${base}/Encounter/e1/_history/2` },
    contained: [{ resourceType: 'Provenance', target: [{ reference: `${base}/Encounter/e2` }] }],
    note: [{ authorReference: { reference: 'somebody in the ward' } }],
  })
  const condition = taken.get('Condition/c1') ?? {}
  assert.deepEqual(
    refsOf(condition).map(r => [r.under, r.reference]),
    [
      ['encounter', 'Encounter/e1'],
      ['note', 'somebody in the ward'],
    ],
  )
  assert.deepEqual(condition['encounter'], { reference: 'Encounter/e1' })
  assert.deepEqual(objectsOf(condition['contained'])[0]?.['target'], [{ reference: 'Encounter/e2' }])
})

test('a service reached through the visit counts, one five references away does not', () => {
  const chain = Array.from({ length: 6 }, (_, n) => ({
    resourceType: 'Organization',
    id: `o${n}`,
    name: `Service ${n}`,
    partOf: { reference: `Organization/o${n + 1}` },
  }))
  const facts = atOnce(
    factsOf(
      takenIn(
        { resourceType: 'Condition', id: 'c1', encounter: { reference: 'Encounter/e1' } },
        { resourceType: 'Condition', id: 'c2', subject: { reference: 'Encounter/e1' } },
        { resourceType: 'Encounter', id: 'e1', serviceProvider: { reference: 'Organization/o0' } },
        ...chain,
      ),
    ),
  )
  const of = (key: string) => facts.find(f => f.key === key)
  assert.deepEqual(of('Condition/c1')?.serviceNames, ['Service 0', 'Service 1', 'Service 2'])
  assert.deepEqual(of('Condition/c2')?.serviceNames, [], 'nothing is reached by way of a subject')
  assert.ok(of('Encounter/e1')?.links.includes('Condition/c1'), 'links go both ways')
})

test('the texts of a resource are its words, without markup', () => {
  const [facts] = atOnce(
    factsOf(
      takenIn({ resourceType: 'Flag', id: 'f', text: { div: '<div>Lives <b>alone</b></div>' }, note: [{ text: 'x' }], status: 'active' }),
    ),
  )
  assert.deepEqual(facts?.texts.toSorted(), ['Lives alone', 'x'])
})

test('what is clean stays the same object, what is not is cleaned where it stands', () => {
  const clean = { resourceType: 'Flag', id: 'f', code: { text: 'Lives alone — naïve 日本\n' } }
  assert.equal(cleanResource(clean), clean)
  assert.deepEqual(clean, { resourceType: 'Flag', id: 'f', code: { text: 'Lives alone — naïve 日本\n' } })
  const sent: unknown = JSON.parse(
    '{"resourceType":"Flag","id":"f","constructor":1,"__proto__":"x","a":["\\u0000b","\\ud800"],"text":{"div":"<p>&lt;b&gt;  c</p>","id":"t"}}',
  )
  const cleaned = cleanResource(sent)
  assert.deepEqual(isObject(cleaned) && Object.entries(cleaned), [
    ['resourceType', 'Flag'],
    ['id', 'f'],
    ['a', [' b', '\ufffd']],
    ['text', { status: 'additional', div: '<div xmlns="http://www.w3.org/1999/xhtml">&lt;b&gt; c</div>' }],
  ])
  assert.deepEqual(cleanResource(cleaned), cleaned, 'what has been cleaned is clean')
})
