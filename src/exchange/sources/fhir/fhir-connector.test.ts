import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { outcomeWords } from '../../../care-record/outcome.ts'
import { ok } from '../../../care-record/result.ts'
import type { AskContext } from '../asker.ts'
import { answering, bundleOf, json, patientOf, type Answering } from '../reading/answering.ts'
import { resourceXml } from '../reading/fhir-xml.for-tests.ts'
import { contextOf } from '../reading/fixtures.ts'
import type { TokenSource } from '../reading/tokens.ts'
import { createFhirConnector } from './fhir-connector.ts'

const tokens: TokenSource = { token: async () => ok('a-token') }
const allergy = (id: string, over: object = {}): object => ({
  resourceType: 'AllergyIntolerance',
  id,
  meta: { versionId: '3' },
  patient: { reference: 'Patient/p1' },
  code: { coding: [{ system: 'http://snomed.info/sct', code: '91936005', display: 'Allergy to penicillin' }] },
  recordedDate: '2020-05-01',
  recorder: { reference: 'Practitioner/d1' },
  ...over,
})

async function ask(
  handle: (url: URL, response: ServerResponse) => void,
  group: AskContext['ask']['group'] = 'essentials',
  over: Partial<AskContext> = {},
): Promise<{ answers: Awaited<ReturnType<ReturnType<typeof createFhirConnector>>>; server: Answering }> {
  const server = await answering(handle)
  try {
    const context = contextOf(group, { baseUrl: server.url })
    return { answers: await createFhirConnector({ dispatcher: server.dispatcher, tokens })({ ...context, ...over }), server }
  } finally {
    await server.close()
  }
}
const answerOf = (answers: Awaited<ReturnType<typeof ask>>['answers'], section: string) =>
  answers.find(a => a.sections.some(s => s === section))
const fhir =
  (byType: Readonly<Record<string, unknown>>, patient: unknown = bundleOf(patientOf())) =>
  (url: URL, response: ServerResponse): void =>
    json(response, url.pathname === '/Patient' ? patient : (byType[url.pathname.slice(1)] ?? bundleOf()))

test('an allergy comes with its author, date, version and place in the record', async () => {
  const { answers, server } = await ask(
    fhir({
      AllergyIntolerance: bundleOf(allergy('a1'), {
        resourceType: 'Practitioner',
        id: 'd1',
        name: [{ family: 'SHAH', given: ['Priya'], prefix: ['Dr'] }],
      }),
    }),
  )
  const answer = answerOf(answers, 'allergies')
  const item = answer?.items.find(i => i.section === 'allergies')
  assert.deepEqual([answer?.outcome, answer?.cause, answer?.complete], ['answered', 'none', true])
  assert.deepEqual(
    [item?.id, item?.version, item?.provenance.author, item?.provenance.recorded],
    ['th/AllergyIntolerance/a1', '3', 'Dr Priya SHAH', '2020-05-01'],
  )
  assert.equal(answerOf(answers, 'problems')?.outcome, 'nothing-held')
  assert.ok(
    server.seen.every(r => r.headers['nhsd-session-urid'] === '222222222222' && r.headers['authorization'] === 'Bearer a-token'),
    'a named user in every request',
  )
})

test('R023: a source that speaks XML is asked for it, and says the same as one that speaks JSON', async () => {
  const observation = {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Sodium &amp; <b>140</b></p></div>' },
    category: [{ coding: [{ code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://snomed.info/sct', code: '1000661000000107' }], text: 'Sodium' },
    subject: { reference: 'Patient/p1' },
    effectiveDateTime: '2026-11-01T10:00:00Z',
    valueQuantity: { value: 140.5, unit: 'mmol/L' },
    note: [{ text: 'a < b & "c"\nd' }],
  }
  const said = async (format: 'json' | 'xml') => {
    const server = await answering((url, response) => {
      const body =
        url.pathname === '/Patient' ? bundleOf(patientOf()) : url.pathname === '/Observation' ? bundleOf(observation) : bundleOf()
      if (format === 'json') json(response, body)
      else response.writeHead(200, { 'content-type': 'application/fhir+xml; charset=utf-8' }).end(resourceXml(body))
    })
    try {
      const answers = await createFhirConnector({ dispatcher: server.dispatcher, tokens })(
        contextOf('recent', { baseUrl: server.url, fhirFormat: format }),
      )
      assert.ok(server.seen.every(r => r.headers.accept === `application/fhir+${format}`))
      return answers.map(({ outcome, items }) => ({ outcome, items: items.map(({ id, resource, marks }) => ({ id, resource, marks })) }))
    } finally {
      await server.close()
    }
  }
  const [xml, asJson] = [await said('xml'), await said('json')]
  assert.equal(asJson.flatMap(a => a.items).length, 1)
  assert.deepEqual(xml, asJson)
})

test('R102 HAZ-001: one type that fails leaves the others, each section with its own outcome', async () => {
  const { answers } = await ask((url, response) => {
    if (url.pathname === '/Condition') json(response, { resourceType: 'OperationOutcome', issue: [] }, 500)
    else fhir({ AllergyIntolerance: bundleOf(allergy('a1')) })(url, response)
  })
  assert.deepEqual([answerOf(answers, 'problems')?.outcome, answerOf(answers, 'problems')?.cause], ['unavailable', 'server-error'])
  assert.equal(answerOf(answers, 'allergies')?.outcome, 'answered')
  assert.deepEqual(
    answers.flatMap(a => a.sections).sort(),
    [...contextOf('essentials', {}).ask.sections].sort(),
    'every section asked is answered once',
  )
})

const people: readonly [name: string, patient: object, outcome: string, cause: string][] = [
  [
    'another number',
    patientOf({ identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000026' }] }),
    'mismatch',
    'number-differs',
  ],
  ['no number', patientOf({ identifier: [] }), 'mismatch', 'number-differs'],
  ['another name and birth date', patientOf({ name: [{ family: 'Other' }], birthDate: '1990-01-01' }), 'mismatch', 'demographics-differ'],
  ['an impossible birth date', patientOf({ birthDate: '1961-04-93' }), 'unavailable', 'unreadable'],
]
for (const [name, patient, outcome, cause] of people)
  test(`an answer about ${name} is ${outcome}, and nothing clinical is asked`, async () => {
    const { answers, server } = await ask(fhir({ AllergyIntolerance: bundleOf(allergy('a1')) }, bundleOf(patient)))
    assert.deepEqual(
      answers.map(a => [a.outcome, a.cause, a.items.length]),
      [[outcome, cause, 0]],
    )
    assert.equal(server.seen.length, 1)
  })

const seconds: readonly [name: string, patient: object, expected: readonly [outcome: string, cause: string]][] = [
  ['another name and birth date', { name: [{ family: 'Other' }], birthDate: '1990-01-01' }, ['partial', 'demographics-differ']],
  ['another number', { identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000026' }] }, ['partial', 'number-differs']],
  ['an impossible birth date', { birthDate: '1961-04-93' }, ['partial', 'unreadable']],
]
for (const [name, other, expected] of seconds)
  for (const order of ['first', 'second'] as const)
    test(`HAZ-017: who matches is shown though ${name} comes ${order} under the same number, of whom nothing is asked`, async () => {
      const second = patientOf({ ...other, id: 'p2' })
      const known = order === 'first' ? bundleOf(second, patientOf()) : bundleOf(patientOf(), second)
      const foreign = { ...allergy('a2'), patient: { reference: 'Patient/p2' } }
      const { answers, server } = await ask(fhir({ AllergyIntolerance: bundleOf(allergy('a1'), foreign) }, known))
      assert.deepEqual(
        answers.flatMap(a => a.items.map(item => item.resource.id)),
        ['a1'],
      )
      assert.ok(answers.every(a => a.outcome === expected[0] && a.cause === expected[1] && !a.complete))
      assert.ok(server.seen.every(r => !JSON.stringify(r).includes('p2')))
      assert.match(outcomeWords(...(expected as Parameters<typeof outcomeWords>)).section, /could not be (?:matched|read)/)
    })

test('HAZ-017: an answer that may be about an identity the person has left is the same as nobody known there', async () => {
  const silent = { checkDemographics: () => ({ verdict: 'held', stewardTask: false }) as const }
  const [left, unknown] = [
    await ask(fhir({ AllergyIntolerance: bundleOf(allergy('a1')) }, bundleOf(patientOf())), 'essentials', silent),
    await ask(fhir({}, bundleOf())),
  ]
  const said = ({ answers }: typeof left) =>
    answers.map(({ outcome, cause, complete, sections, items, warnings }) => ({ outcome, cause, complete, sections, items, warnings }))
  assert.deepEqual(said(left), said(unknown))
})

test('a birth date that differs alone is shown and named', async () => {
  const { answers } = await ask(fhir({ AllergyIntolerance: bundleOf(allergy('a1')) }, bundleOf(patientOf({ birthDate: '1956-03-09' }))))
  assert.match(answerOf(answers, 'allergies')?.warnings[0]?.words ?? '', /birth date/)
})

test('nobody known under the number is nothing held', async () => {
  const { answers } = await ask(fhir({}, bundleOf()))
  assert.deepEqual(
    answers.map(a => [a.outcome, a.cause]),
    [['nothing-held', 'none']],
  )
})

test('one resource that cannot be read, or is about someone else, is counted and listed for its owner; the rest go on', async () => {
  const server = await answering(
    fhir({
      AllergyIntolerance: bundleOf(
        allergy('a1'),
        allergy('a2', { recordedDate: '2020-13-01' }),
        allergy('a3', { patient: { reference: 'Patient/p9' } }),
        allergy('a4', { code: 7 }),
        allergy('Ada Test', {}),
        'Ada',
      ),
    }),
  )
  const listed: unknown[] = []
  const answers = await createFhirConnector({ dispatcher: server.dispatcher, tokens, unreadable: (_, refused) => listed.push(...refused) })(
    contextOf('essentials', { baseUrl: server.url }),
  )
  await server.close()
  const answer = answerOf(answers, 'allergies')
  assert.deepEqual([answer?.outcome, answer?.cause, answer?.complete, answer?.unreadable], ['partial', 'unreadable', false, 4])
  assert.deepEqual(
    answer?.items.map(i => i.id),
    ['th/AllergyIntolerance/a1'],
  )
  const of = { type: 'AllergyIntolerance', section: 'allergies' }
  assert.deepEqual(listed, [
    { ...of, id: 'a2', reason: 'date' },
    { ...of, id: 'a4', reason: 'form' },
    { ...of, reason: 'id' },
    { type: 'unknown', reason: 'no-resource' },
    { ...of, id: 'a3', reason: 'another-person' },
  ])
})

test('withheld at the source before translation: what the sieve names is in no item, no contained, no link', async () => {
  const { answers } = await ask(
    fhir({
      Condition: bundleOf({
        resourceType: 'Condition',
        id: 'c1',
        subject: { reference: 'Patient/p1' },
        encounter: { reference: 'Encounter/secret' },
        code: { text: 'x' },
      }),
      Encounter: bundleOf({ resourceType: 'Encounter', id: 'secret', status: 'in-progress', subject: { reference: 'Patient/p1' } }),
    }),
    'essentials',
    {
      sieve: (_, facts) => new Set(facts.filter(f => f.key === 'Encounter/secret' || f.links.includes('Encounter/secret')).map(f => f.key)),
    },
  )
  assert.doesNotMatch(JSON.stringify(answers), /secret/)
  assert.ok(
    answers.every(a => a.outcome === 'nothing-held'),
    'as if nothing were held',
  )
})

test('an encounter an item belongs to is fetched and travels as its parent', async () => {
  const { answers } = await ask((url, response) => {
    if (url.pathname === '/Encounter' && url.searchParams.get('_id')?.includes('e1') === true)
      json(
        response,
        bundleOf({
          resourceType: 'Encounter',
          id: 'e1',
          status: 'finished',
          subject: { reference: 'Patient/p1' },
          location: [{ location: { reference: 'Location/l1' } }],
        }),
      )
    else if (url.pathname === '/Location') json(response, bundleOf({ resourceType: 'Location', id: 'l1', name: 'Ward 7' }))
    else if (url.pathname === '/Condition')
      json(
        response,
        bundleOf(
          {
            resourceType: 'Condition',
            id: 'c1',
            subject: { reference: 'Patient/p1' },
            encounter: { reference: 'Encounter/e1' },
            code: { text: 'Asthma' },
          },
          { resourceType: 'Condition', id: 'c2', subject: { reference: 'Patient/p1' }, encounter: { reference: 'Encounter/gone' } },
        ),
      )
    else fhir({})(url, response)
  })
  const items = answerOf(answers, 'problems')?.items ?? []
  assert.deepEqual(
    items[0]?.parents.map(p => `${p.resourceType}/${p.id}`),
    ['Encounter/e1', 'Location/l1'],
  )
  assert.deepEqual([items[0]?.unresolved, items[1]?.unresolved], [[], ['Encounter/gone']])
  assert.deepEqual(items[0]?.marks, ['not-coded'])
})

test('pages are followed at the same origin only, and what was read stays as a part', async () => {
  for (const [next, outcome, count] of [
    ['/AllergyIntolerance?page=2', 'answered', 2],
    ['http://127.0.0.2:1/AllergyIntolerance?page=2', 'partial', 1],
    ['file:///etc/passwd', 'partial', 1],
    ['/AllergyIntolerance?loop', 'partial', 2],
  ] as const) {
    const { answers } = await ask((url, response) => {
      const page = { ...(bundleOf(allergy(url.search.includes('patient=') ? 'a1' : 'a2')) as object) }
      if (url.pathname !== '/AllergyIntolerance') return fhir({})(url, response)
      json(response, url.search.includes('page=2') ? page : { ...page, link: [{ relation: 'next', url: next }] })
    })
    const answer = answerOf(answers, 'allergies')
    assert.deepEqual([answer?.outcome, answer?.items.length], [outcome, count], next)
  }
})

const wires: readonly [name: string, (response: ServerResponse) => void, outcome: string, cause: string][] = [
  ['redirects', r => r.writeHead(302, { location: 'http://127.0.0.2/' }).end(), 'unavailable', 'server-error'],
  ['answers in HTML', r => r.writeHead(200, { 'content-type': 'text/html' }).end('<p>'), 'unavailable', 'unreadable'],
  [
    'answers no JSON',
    r => r.writeHead(200, { 'content-type': 'application/fhir+json' }).end('{"resourceType":'),
    'unavailable',
    'unreadable',
  ],
  [
    'is cut off',
    r => r.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': '99' }).write('{', () => r.destroy()),
    'unavailable',
    'connection-failed',
  ],
  ['says no', r => json(r, {}, 403), 'refused', 'source-refused'],
  [
    'says it sends too much',
    r => r.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': '99999999' }).end('{'),
    'unavailable',
    'too-large',
  ],
  ['sends without end', r => endless(r), 'unavailable', 'too-large'],
  [
    'nests without end',
    r => r.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(100_000)),
    'unavailable',
    'unreadable',
  ],
]
function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/fhir+json' })
  const chunk = Buffer.alloc(1024 * 1024, 0x20)
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more)
  }
  more()
}
for (const [name, handle, outcome, cause] of wires)
  test(`a source that ${name} is ${outcome} (${cause})`, async () => {
    const { answers } = await ask((_, response) => handle(response))
    assert.deepEqual(
      answers.map(a => [a.outcome, a.cause, a.complete]),
      [[outcome, cause, false]],
    )
  })

test('a source that hangs is late, its request is aborted and its socket freed', async () => {
  const stop = new AbortController()
  const server = await answering(() => stop.abort(new DOMException('', 'TimeoutError')))
  const answers = await createFhirConnector({ dispatcher: server.dispatcher, tokens })({
    ...contextOf('essentials', { baseUrl: server.url }),
    signal: stop.signal,
  })
  assert.deepEqual(
    answers.map(a => [a.outcome, a.cause]),
    [['late', 'timed-out']],
  )
  while (server.open() > 0) await new Promise(resolve => setImmediate(resolve))
  await server.close()
})

test('two groups of a view that are asked together look the person up once; what sends all and names nobody else is asked no more', async () => {
  const server = await answering((url, response) =>
    json(
      response,
      url.pathname === '/Patient'
        ? bundleOf(patientOf())
        : url.pathname === '/Patient/p1/$everything'
          ? bundleOf(allergy('a1', { recorder: { reference: 'Practitioner/d1', display: 'Dr Priya SHAH' } }))
          : bundleOf(),
    ),
  )
  const connector = createFhirConnector({ dispatcher: server.dispatcher, tokens })
  const source = { baseUrl: server.url, fhirRead: 'everything' } as const
  const [essentials] = await Promise.all([connector(contextOf('essentials', source)), connector(contextOf('recent', source))])
  assert.deepEqual(
    server.seen.map(r => r.url.split('?')[0] ?? '').toSorted((a, b) => a.length - b.length),
    ['/Patient', '/Patient/p1/$everything', '/Patient/p1/$everything', '/Patient/p1/$everything'],
  )
  const windows = server.seen.map(r => new URL(r.url, server.url).searchParams).filter(params => params.has('start'))
  assert.equal(windows.length, 1)
  const types = windows[0]?.get('_type')?.split(',') ?? []
  assert.ok(types.includes('Observation') && !types.includes('FamilyMemberHistory'), 'what is asked once is asked whole')
  const item = essentials.flatMap(a => a.items).find(i => i.section === 'allergies')
  assert.equal(item?.provenance.author, 'Dr Priya SHAH')
  await connector(contextOf('older', source))
  assert.equal(server.seen.filter(r => r.url.startsWith('/Patient?')).length, 2, 'who is known there is asked anew each time')
  await server.close()
})
