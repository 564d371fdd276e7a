import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { atOnce } from './json.ts'
import { isFhirDate, narrativeText } from './clean.ts'
import { MAX_DEPTH, parseBody } from './parse-body.ts'
import { cleanResource } from './reading.ts'
import { takeIn } from './take-in.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const padded = (text: string): Buffer => bytes(text.replace('"pad"', `"${'x'.repeat(1_200_000)}"`))

test('whatever JSON object goes in comes out the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), async value => {
      const text = JSON.stringify(value)
      assert.deepEqual(await parseBody(bytes(text)), JSON.parse(text))
    }),
    { numRuns: 200 },
  )
})

test('a big Bundle read entry by entry is the same as read at once', async () => {
  const text = '{"resourceType":"Bundle","pad":"pad","entry":[ {"a":"]}\\"[{"} , {"b":[[1],[2]]}\n],"total":2}'
  assert.deepEqual(await parseBody(padded(text)), JSON.parse(padded(text).toString()))
})

for (const [name, text] of [
  ['two lists of entries', '{"pad":"pad","entry":[{}],"entry":[{}]}'],
  ['no comma between entries', '{"pad":"pad","entry":[{} {}]}'],
  ['a comma too many', '{"pad":"pad","entry":[{},]}'],
  ['something after the end', '{"pad":"pad","entry":[{}]} {}'],
  ['a broken entry', '{"pad":"pad","entry":[{"a":}]}'],
  ['a bare value between entries', '{"pad":"pad","entry":[{}, 1]}'],
] as const)
  test(`a big answer with ${name} is refused whole`, async () => assert.equal(await parseBody(padded(text)), undefined))

test('D52: a number keeps the places it was reported with', async () => {
  const places = (text: string) => parseBody(bytes(text))
  const precision = (n: number) => ({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/quantity-precision', valueInteger: n }] })
  assert.deepEqual(await places('{"a":{"value" : 5.10 , "unit":"x"}}'), { a: { value: 5.1, _value: precision(2), unit: 'x' } })
  assert.deepEqual(await places('{"value":-0.0}'), { value: -0, _value: precision(1) })
  assert.deepEqual(await places('{"value":5.1}'), { value: 5.1 })
  assert.deepEqual(
    await places('{"value":5.10,"_value":{"id":"own"}}'),
    { value: 5.1, _value: { id: 'own' } },
    'what the source says stands',
  )
  assert.deepEqual(await places(JSON.stringify({ text: 'said "value":5.10, and \\"value":5.10}' })), {
    text: 'said "value":5.10, and \\"value":5.10}',
  })
})

test('bytes that are not UTF-8 are refused, not repaired', async () => {
  assert.equal(await parseBody(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])), undefined)
})

test('depth has a limit', async () => {
  const nested = (depth: number): Buffer => bytes(`{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`)
  assert.ok(await parseBody(nested(MAX_DEPTH)))
  assert.equal(await parseBody(nested(MAX_DEPTH + 1)), undefined)
})

for (const [text, valid] of [
  ['2020', true],
  ['2020-02', true],
  ['2020-02-29', true],
  ['2021-02-29', false],
  ['1961-04-93', false],
  ['19', false],
  ['2020-01-01T10:00:00Z', true],
  ['2020-01-01T24:00:00Z', false],
  ['', false],
] as const)
  test(`'${text}' is ${valid ? 'a' : 'no'} FHIR date`, () => assert.equal(isFhirDate(text), valid))

const times: readonly [type: string, fields: Readonly<Record<string, unknown>>][] = [
  ['Appointment', { start: 'next Tuesday' }],
  ['Appointment', { start: '2026-11-21T10:00:00Z', end: '2026-11-21T25:00:00Z' }],
  ['Appointment', { requestedPeriod: [{ start: 'soon' }] }],
  ['Slot', { start: '<b>' }],
  ['Encounter', { period: { start: '2026-02-30' } }],
  ['ImagingStudy', { started: 'yesterday' }],
  ['Goal', { startDate: '32/12/2026' }],
  ['DeviceUseStatement', { recordedOn: 'today' }],
  ['DeviceUseStatement', { timingDateTime: 'daily' }],
  ['Specimen', { collection: { collectedDateTime: 'morning' } }],
  ['Specimen', { receivedTime: '9am' }],
  ['Communication', { sent: 'x' }],
  ['Communication', { received: 'x' }],
  ['Media', { createdDateTime: 'x' }],
  ['DetectedIssue', { identifiedDateTime: 'x' }],
  ['Observation', { effectiveInstant: 'now' }],
]
for (const [resourceType, fields] of times)
  test(`a date that is none makes a ${resourceType} unreadable, told to its owner as a date: ${Object.keys(fields).join(', ')}`, () => {
    const taken = atOnce(takeIn([{ resource: { resourceType, id: 'a', ...fields } }, { resource: { resourceType, id: 'b' } }], 'https://x'))
    assert.deepEqual(
      [[...taken.resources.keys()], taken.refused.map(one => [one.id, one.reason])],
      [[`${resourceType}/b`], [['a', 'date']]],
    )
  })

test('an appointment without a time yet is one', () =>
  assert.ok(cleanResource({ resourceType: 'Appointment', id: 'a', status: 'proposed' })))

test('narrative keeps its words and none of its markup', () => {
  assert.equal(narrativeText('<div>Peanut <b>allergy</b><script>alert(1)</script> &amp; hay fever</div>'), 'Peanut allergy & hay fever')
})

test('a resource cannot carry a prototype in', () => {
  const resource = cleanResource(JSON.parse('{"resourceType":"Flag","id":"f","__proto__":{"polluted":true}}'))
  assert.equal((resource as unknown as { polluted?: boolean }).polluted, undefined)
})

test('what comes without an id keeps what it holds, under the same name each time; the same thing again is told once', () => {
  const lists = () => [{ resource: { resourceType: 'List', title: 'a' } }, { resource: { resourceType: 'List', title: 'b' } }]
  const taken = atOnce(takeIn([...lists(), ...lists()], 'https://x'))
  assert.deepEqual([taken.resources.size, taken.duplicates], [2, 2])
  assert.deepEqual([...atOnce(takeIn(lists(), 'https://x')).resources.keys()], [...taken.resources.keys()])
})

test('entries of a Bundle inside an answer are entries of the answer', () => {
  const flag = (id: string) => ({ resource: { resourceType: 'Flag', id } })
  const inner = {
    resource: {
      resourceType: 'Bundle',
      type: 'document',
      entry: [flag('b'), { resource: { resourceType: 'Bundle', entry: [flag('c')] } }],
    },
  }
  const taken = atOnce(takeIn([flag('a'), inner], 'https://x'))
  assert.deepEqual([...taken.resources.keys()], ['Flag/a', 'Flag/b', 'Flag/c'])
  assert.equal(taken.messages, 2)
})
