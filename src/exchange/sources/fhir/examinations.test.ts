import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answering, bundleOf, json, patientOf } from '../reading/answering.ts'
import { contextOf } from '../reading/fixtures.ts'
import { ok } from '../../../care-record/result.ts'
import type { Facts } from '../../../care-record/item.ts'
import { joinExaminations } from './examinations.ts'
import { createFhirConnector } from './fhir-connector.ts'

const acsn = (value: string): object => ({ type: { coding: [{ code: 'ACSN' }] }, value })
const subject = { reference: 'Patient/p1' }
const report = (over: object): object => ({
  resourceType: 'DiagnosticReport',
  id: 'r1',
  status: 'final',
  category: [{ coding: [{ code: 'RAD' }] }],
  code: { text: 'Ultrasound' },
  effectiveDateTime: '2026-11-01',
  subject,
  ...over,
})
const study = (over: object): object => ({
  resourceType: 'ImagingStudy',
  id: 's1',
  status: 'available',
  started: '2026-11-01',
  subject,
  ...over,
})

/** Ids of what is told when this of it is withheld at the source. */
async function told(of: readonly object[], withheld: (fact: Facts) => boolean): Promise<readonly string[]> {
  const server = await answering((url, response) =>
    json(
      response,
      url.pathname.endsWith('/Patient')
        ? bundleOf(patientOf())
        : bundleOf(...of.filter(one => url.pathname.endsWith(`/${String(Reflect.get(one, 'resourceType'))}`))),
    ),
  )
  try {
    const connector = createFhirConnector({ dispatcher: server.dispatcher, tokens: { token: async () => ok('t') } })
    const answers = await connector(
      contextOf(
        'recent',
        { baseUrl: server.url },
        {
          sieve: (_, facts) => {
            const seeds = facts.filter(withheld)
            return new Set(seeds.flatMap(({ key, links }) => [key, ...links.filter(link => !link.startsWith('Patient/'))]))
          },
        },
      ),
    )
    return answers.flatMap(answer => answer.items.map(item => item.id)).toSorted((a, b) => (a < b ? -1 : 1))
  } finally {
    await server.close()
  }
}
const both = ['th/DiagnosticReport/r1', 'th/ImagingStudy/s1']

const cases: readonly (readonly [name: string, object, object, together: boolean])[] = [
  ['the same accession number', { identifier: [acsn('77')] }, { identifier: [acsn('77')] }, true],
  ['the number of the request', { basedOn: [{ identifier: acsn('77') }] }, { identifier: [acsn('77')] }, true],
  [
    'the UID of the study',
    { imagingStudy: [{ identifier: { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' } }] },
    { identifier: [{ system: 'urn:dicom:uid', value: '1.2.3' }] },
    true,
  ],
  ['a reference', { imagingStudy: [{ reference: 'ImagingStudy/s1' }] }, {}, true],
  ['another number', { identifier: [acsn('77')] }, { identifier: [acsn('78')] }, false],
  ['a number of another kind', { identifier: [{ system: 'x', value: '77' }] }, { identifier: [{ system: 'x', value: '77' }] }, false],
]
for (const [name, ofReport, ofStudy, together] of cases)
  test(`HAZ-012: tied by ${name}: what withholds the one ${together ? 'withholds' : 'leaves'} the other`, async () => {
    const of = [report(ofReport), study(ofStudy)]
    assert.deepEqual(await told(of, () => false), both)
    assert.deepEqual(await told(of, fact => fact.resourceType === 'DiagnosticReport'), together ? [] : both.slice(1))
    assert.deepEqual(await told(of, fact => fact.resourceType === 'ImagingStudy'), together ? [] : both.slice(0, 1))
  })

test('HAZ-041: where several organisations share a source a number is no tie; a UID is', () => {
  const uid = { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }
  const tied = (identifier: object, accessions: boolean): boolean => {
    const resources = new Map([
      ['DiagnosticReport/r1', report({ identifier: [identifier] }) as Record<string, unknown>],
      ['ImagingStudy/s1', study({ identifier: [identifier] }) as Record<string, unknown>],
    ])
    joinExaminations(resources, accessions)
    return resources.get('DiagnosticReport/r1')?.['imagingStudy'] !== undefined
  }
  assert.deepEqual([tied(acsn('77'), true), tied(acsn('77'), false), tied(uid, false)], [true, false, true])
})
