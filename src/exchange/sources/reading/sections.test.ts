import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SectionId } from '../../../care-record/section.ts'
import { documentsIn } from './documents.ts'
import { atOnce, type JsonObject } from './json.ts'
import { isSupport, sectionOf } from './sections.ts'
import { takeIn } from './take-in.ts'

const concept = (code: string) => ({ coding: [{ code }] })
const placed: readonly [name: string, resource: JsonObject, section: SectionId][] = [
  ['a laboratory result', { resourceType: 'Observation', category: [concept('laboratory')] }, 'results'],
  ['an observation that says nothing of itself', { resourceType: 'Observation', code: { text: 'x' } }, 'results'],
  ['a blood pressure without a category', { resourceType: 'Observation', code: concept('75367002') }, 'observations'],
  ['an early warning score without a category', { resourceType: 'Observation', code: concept('1104051000000101') }, 'observations'],
  ['smoking without a category', { resourceType: 'Observation', code: concept('72166-2') }, 'social-context'],
  ['a category before a code', { resourceType: 'Observation', category: [concept('laboratory')], code: concept('75367002') }, 'results'],
  ['a risk of the Summary Care Record', { resourceType: 'Observation', category: [concept('163231000000100')] }, 'observations'],
  ['a radiology report', { resourceType: 'DiagnosticReport', category: [concept('RAD')] }, 'imaging'],
  ['a laboratory report', { resourceType: 'DiagnosticReport', category: [concept('LAB')] }, 'results'],
  ['a referral', { resourceType: 'ServiceRequest' }, 'referrals'],
  ['a request for a test', { resourceType: 'ServiceRequest', category: [concept('108252007')] }, 'results'],
  ['a request for a scan', { resourceType: 'ServiceRequest', category: [concept('363679005')] }, 'imaging'],
  ['a flag of a risk', { resourceType: 'Flag', category: [concept('safety')] }, 'alerts'],
  ['a flag of a reasonable adjustment', { resourceType: 'Flag', category: [concept('NRAF')] }, 'about-me'],
  ['a device of a person', { resourceType: 'Device', patient: { reference: 'Patient/p1' } }, 'medicines'],
  ['a type nobody foresaw', { resourceType: 'Novelty' }, 'other'],
]
for (const [name, resource, section] of placed) test(`${name} stands in ${section}`, () => assert.equal(sectionOf(resource), section))

test('a device that is somebody’s is a statement, one that is nobody’s is told within others', () => {
  assert.equal(isSupport({ resourceType: 'Device', patient: { reference: 'Patient/p1' } }), false)
  assert.equal(isSupport({ resourceType: 'Device' }), true)
})

const observation = (id: string, over: object = {}) => ({ resource: { resourceType: 'Observation', id, ...over } })
const section = (code: string, over: object) => ({ title: 'A heading', code: concept(code), ...over })
const words = { div: '<div>Penicillin, rash</div>' }
test('a document says where its observations stand that do not say so themselves, and of what it has words only', () => {
  const { resources } = atOnce(
    takeIn(
      [
        {
          resource: {
            resourceType: 'Composition',
            id: 'c',
            section: [
              section('29762-2', { entry: [{ reference: 'Observation/plain' }, { reference: 'Observation/lab' }] }),
              section('RisksToPatientHeader', { entry: [{ reference: 'Observation/risk' }] }),
              section('48765-2', { text: words }),
              section('10160-0', { text: { div: '<div> </div>' } }),
              section('unknown', {
                text: words,
                section: [section('8716-3', { section: [section('unknown', { entry: [{ reference: 'Observation/deep' }] })] })],
              }),
            ],
          },
        },
        observation('plain'),
        observation('lab', { category: [concept('laboratory')] }),
        observation('risk'),
        observation('deep'),
      ],
      'https://source.example',
    ),
  )
  const { placing, textOnly } = documentsIn(resources)
  assert.deepEqual(
    [...placing].map(([key, { section: to }]) => [key, to]),
    [
      ['Observation/plain', 'social-context'],
      ['Observation/risk', 'observations'],
      ['Observation/deep', 'observations'],
    ],
  )
  assert.deepEqual([...textOnly], ['allergies'])
})
