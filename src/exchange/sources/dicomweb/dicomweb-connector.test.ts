import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { ImagingStudy } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { IMAGES_ON_DEMAND } from '../../../care-record/images.ts'
import type { Item, SectionAnswer } from '../../../care-record/item.ts'
import { fail, ok } from '../../../care-record/result.ts'
import type { Group } from '../../../care-record/section.ts'
import type { AskContext } from '../asker.ts'
import { answering, type Answering } from '../reading/answering.ts'
import { contextOf } from '../reading/fixtures.ts'
import type { Refusal } from '../reading/take-in.ts'
import { createDicomwebConnector } from './dicomweb-connector.ts'
import { dicomJson, setOf, study, STUDY_UID } from './for-tests.ts'

const tokens = { token: async () => ok('signed-token') }
type Handle = (url: URL, response: ServerResponse) => void

async function ask(
  given: readonly unknown[] | Handle,
  group: Group = 'recent',
  over: Partial<AskContext> = {},
  ports: Partial<Parameters<typeof createDicomwebConnector>[0]> = {},
): Promise<{ answer: SectionAnswer; items: readonly Item[]; server: Answering; refused: readonly Refusal[] }> {
  const server = await answering((url, response) => (typeof given === 'function' ? given(url, response) : dicomJson(response, given)))
  const refused: Refusal[] = []
  try {
    const context = contextOf(group, { id: 'archive', connector: 'dicomweb', baseUrl: `${server.url}/dicom-web`, sections: ['imaging'] })
    const connector = createDicomwebConnector({
      dispatcher: server.dispatcher,
      tokens,
      unreadable: (_, told) => refused.push(...told),
      ...ports,
    })
    const answers = await connector({ ...context, ask: { ...context.ask, sections: ['imaging'] }, ...over })
    const [answer] = answers
    assert.ok(answer && answers.length === 1)
    return { answer, items: answer.items, server, refused }
  } finally {
    await server.close()
  }
}

test('R019: a study is told with its date, kind, words, size and number, as from its hospital', async () => {
  const { answer, items, server } = await ask([study()])
  assert.deepEqual([answer.outcome, answer.complete], ['answered', true])
  const [item] = items
  const resource = item?.resource as ImagingStudy
  assert.equal(item?.id, `archive/ImagingStudy/${STUDY_UID}`)
  assert.equal(item?.section, 'imaging')
  assert.equal(item?.provenance.odsCode, 'RJZ')
  assert.deepEqual(
    [resource.started, resource.description, resource.numberOfInstances, resource.modality?.[0]?.display],
    ['2026-11-20T10:15:00+00:00', 'CT head', 42, 'CT'],
  )
  assert.deepEqual(
    resource.identifier?.map(one => one.value),
    [`urn:oid:${STUDY_UID}`, 'RJZ-77'],
  )
  assert.deepEqual(
    item?.parents.map(parent => (parent.resourceType === 'HealthcareService' ? (parent.name ?? '') : '')).toSorted(),
    ['Radiology', 'Test Hospital'],
    'what it is of is judged with it and not shown by it',
  )
  const [asked] = server.seen
  const url = new URL(asked?.url ?? '', 'http://x')
  assert.equal(url.pathname, '/dicom-web/studies')
  assert.equal(url.searchParams.get('PatientID'), '9990000018')
  assert.equal(asked?.headers.accept, 'application/dicom+json')
  assert.equal(asked?.headers.authorization, 'Bearer signed-token')
  assert.ok(url.searchParams.getAll('includefield').includes('00100021'), 'whose number it is is asked')
})

test('a source without a token address is asked without one', async () => {
  const { server } = await ask([study()], 'recent', {}, { tokens: { token: async () => ok(undefined) } })
  assert.equal(server.seen[0]?.headers.authorization, undefined)
})

const groups: readonly (readonly [name: string, date: string | undefined, recent: boolean])[] = [
  ['of this year', '20260102', true],
  ['of the first day of the recent window', '20251121', true],
  ['of the day before it', '20251120', false],
  ['without a date', undefined, false],
  ['with a date that is none', '20261341', false],
]
for (const [name, date, recent] of groups)
  test(`a study ${name} is told once: ${recent ? 'recent' : 'older'}`, async () => {
    const sets = [study(date === undefined ? {} : { studyDate: date }, date === undefined ? ['studyDate'] : [])]
    assert.equal((await ask(sets, 'recent')).items.length, recent ? 1 : 0)
    assert.equal((await ask(sets, 'older')).items.length, recent ? 0 : 1)
  })

test('a time without its offset from UTC is not made up: the day stands alone', async () => {
  const { items } = await ask([study({}, ['timezone'])])
  assert.equal((items[0]?.resource as ImagingStudy | undefined)?.started, '2026-11-20')
})

test('an answer of several pages is read whole, one page after the other', async () => {
  const all = Array.from({ length: 230 }, (_, n) => study({ studyUid: `1.2.3.${n}` }))
  const { items, server } = await ask((url, response) => {
    const from = Number(url.searchParams.get('offset'))
    dicomJson(response, all.slice(from, from + Number(url.searchParams.get('limit'))))
  })
  assert.equal(items.length, 230)
  assert.equal(server.seen.length, 3)
})

test('an archive that knows no pages sends all each time: nothing is told twice, and the asking ends', async () => {
  const all = Array.from({ length: 130 }, (_, n) => study({ studyUid: `1.2.3.${n}` }))
  const { items, server, answer } = await ask(all)
  assert.equal(items.length, 130)
  assert.equal(server.seen.length, 2)
  assert.equal(answer.complete, true)
})

test('204 is an empty answer, which is not silence', async () => {
  const { answer } = await ask((_, response) => response.writeHead(204).end())
  assert.deepEqual([answer.outcome, answer.cause, answer.complete], ['nothing-held', 'none', true])
})

const silences: readonly (readonly [name: string, Handle, outcome: string, cause: string])[] = [
  ['403', (_, r) => dicomJson(r, [], 403), 'refused', 'source-refused'],
  ['500', (_, r) => dicomJson(r, [], 500), 'unavailable', 'server-error'],
  ['504', (_, r) => dicomJson(r, [], 504), 'unavailable', 'timed-out'],
  [
    'a redirect, which is not followed',
    (_, r) => r.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    'unavailable',
    'server-error',
  ],
  ['a page of HTML', (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<p>Sign in</p>'), 'unavailable', 'unreadable'],
  ['an object', (_, r) => dicomJson(r, '{"a":1}'), 'unavailable', 'unreadable'],
  ['a list and something after it', (_, r) => dicomJson(r, '[],"other":[]'), 'unavailable', 'unreadable'],
  ['a list that is cut short', (_, r) => dicomJson(r, '[{"0020000D"'), 'unavailable', 'unreadable'],
  [
    'bytes that are no UTF-8',
    (_, r) => r.writeHead(200, { 'content-type': 'application/dicom+json' }).end(Buffer.from([0x5b, 0xff, 0x5d])),
    'unavailable',
    'unreadable',
  ],
  ['brackets without end', (_, r) => dicomJson(r, '['.repeat(100_000)), 'unavailable', 'unreadable'],
  ['a connection that breaks', (_, r) => r.destroy(), 'unavailable', 'connection-failed'],
]
for (const [name, handle, outcome, cause] of silences)
  test(`${name} reads ${outcome}, ${cause}, and nothing is said to be held`, async () => {
    const { answer, items } = await ask(handle)
    assert.deepEqual([answer.outcome, answer.cause, answer.complete, items.length], [outcome, cause, false, 0])
  })

test('more than 20 MB is left where it is, and said', async () => {
  const { answer } = await ask((_, response) => dicomJson(response, `[${' '.repeat(21 * 1024 * 1024)}]`))
  assert.deepEqual([answer.outcome, answer.cause], ['unavailable', 'too-large'])
})

test('a token service that refuses us is a refusal of the source', async () => {
  const { answer, server } = await ask([study()], 'recent', {}, { tokens: { token: async () => fail('forbidden', 'no') } })
  assert.deepEqual([answer.outcome, server.seen.length], ['refused', 0])
})

const people: readonly (readonly [name: string, ReturnType<typeof study>, shown: number, outcome: string, owner: number])[] = [
  ['without an issuer', study({}, ['issuer']), 1, 'answered', 0],
  ['with the number in groups', study({ patientId: '999 000 0018' }), 1, 'answered', 0],
  ['with another number', study({ patientId: '9990000026' }), 0, 'mismatch', 1],
  ['without a number', study({}, ['patientId']), 0, 'mismatch', 1],
  ['with the same digits of another issuer', study({ issuer: 'RJZ-LOCAL' }), 0, 'nothing-held', 1],
  ['with another birth date and name', study({ birthDate: '19800101', patientName: 'OTHER^Ben' }), 0, 'mismatch', 1],
  ['with another birth date', study({ birthDate: '19800101' }), 1, 'answered', 0],
]
for (const [name, set, shown, outcome, owner] of people)
  test(`HAZ-041: a study ${name} is ${shown ? 'shown' : 'not shown'}`, async () => {
    const { answer, items, refused } = await ask([set])
    assert.deepEqual([items.length, answer.outcome, refused.length], [shown, outcome, owner])
    assert.ok(!JSON.stringify(refused).includes('TEST'), 'codes only')
  })

test('HAZ-041: one study of somebody else among the person’s own goes alone, and the section says so', async () => {
  const { answer, items } = await ask([study(), study({ studyUid: '1.2.4', birthDate: '19800101', patientName: 'OTHER^Ben' })])
  assert.deepEqual([items.length, answer.outcome, answer.unreadable], [1, 'partial', 1])
})

test('a difference that does not hide a study is named', async () => {
  const { answer } = await ask([study({ birthDate: '19560309' })])
  assert.deepEqual(
    answer.warnings.map(warning => warning.words),
    ['The birth date held there differs from the national register.'],
  )
})

const uids: readonly unknown[] = [
  undefined,
  '',
  '../../etc',
  '1.2/3',
  '1.2?x=1',
  '1',
  `1.${'2'.repeat(70)}`,
  '1..2',
  7,
  null,
  { uid: 1 },
  '1.2.3\n',
]
for (const uid of uids)
  test(`a study whose UID is ${JSON.stringify(uid)?.slice(0, 20)} is not shown, counted, and told to its owner`, async () => {
    const set = uid === undefined ? study({}, ['studyUid']) : study({ studyUid: uid })
    const { items, answer, refused } = await ask([set, study()])
    const kept = uid === '1.2.3\n'
    assert.equal(items.length, kept ? 2 : 1)
    assert.equal(answer.unreadable, kept ? 0 : 1)
    assert.equal(refused.length, kept ? 0 : 1)
  })

test('a UID under another representation is none', async () => {
  const set = { ...study(), '0020000D': { vr: 'PN', Value: [STUDY_UID] } }
  assert.equal((await ask([set])).items.length, 0)
})

test('what is no set of attributes is counted', async () => {
  const { answer, items } = await ask([study(), 7, null, 'words', []])
  assert.deepEqual([items.length, answer.unreadable], [1, 4])
})

test('any value of any attribute is shown whole, left out or refused, and never breaks the answer', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom('1.2.3', '20261120', 'TEST^Ada', '\u202eevil\u0000'))
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom('0020000D', '00080020', '00081030', '00100010', '00100020', '00081032', '00080061'), value),
      async broken => {
        const { answer, items } = await ask([{ ...study(), ...broken }, study({ studyUid: '1.2.9' })])
        assert.ok(items.some(item => item.id.endsWith('/1.2.9')))
        assert.ok(['answered', 'partial'].includes(answer.outcome))
        // oxlint-disable-next-line no-control-regex -- none of these may come through
        assert.doesNotMatch(JSON.stringify(items), /\\u0000|\u202e/)
      },
    ),
    { numRuns: 40 },
  )
})

test('HAZ-012: a service is known by any of department, requesting service, institution and description', async () => {
  for (const attribute of ['department', 'requestingService', 'institution', 'studyDescription', 'requestedProcedure'] as const) {
    const { items, answer } = await ask([study({ [attribute]: 'Burrell Street clinic' }), study({ studyUid: '1.2.9' })], 'recent', {
      sieve: (_, facts) => new Set(facts.filter(fact => fact.serviceNames.includes('Burrell Street clinic')).map(fact => fact.key)),
    })
    assert.deepEqual(
      items.map(item => item.id),
      ['archive/ImagingStudy/1.2.9'],
      attribute,
    )
    assert.deepEqual([answer.outcome, answer.unreadable], ['answered', 0], 'no trace of it')
  }
})

test('codes of a procedure are judged and shown under the systems that FHIR names', async () => {
  const coded = setOf({ codeValue: '77477000', codeScheme: 'SCT', codeMeaning: 'CT' })
  const { items } = await ask([study({ procedureCodes: [coded] })], 'recent', {
    sieve: (_, facts) => {
      assert.deepEqual(facts[0]?.codings, [{ system: 'http://snomed.info/sct', code: '77477000', display: 'CT' }])
      return new Set()
    },
  })
  assert.equal((items[0]?.resource as ImagingStudy | undefined)?.procedureCode?.[0]?.coding?.[0]?.system, 'http://snomed.info/sct')
})

test('what an archive does not say stands nowhere: no empty list, no empty text', async () => {
  const { items } = await ask([
    study({ requestedProcedure: 'CT of the head' }, [
      'accession',
      'modalities',
      'imagesInStudy',
      'studyDescription',
      'department',
      'institution',
    ]),
  ])
  const { subject: _subject, ...resource } = (items[0]?.resource ?? {}) as ImagingStudy
  assert.deepEqual(resource, {
    resourceType: 'ImagingStudy',
    id: STUDY_UID,
    meta: { tag: [IMAGES_ON_DEMAND] },
    identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${STUDY_UID}` }],
    status: 'available',
    started: '2026-11-20T10:15:00+00:00',
    procedureCode: [{ text: 'CT of the head' }],
  })
})
