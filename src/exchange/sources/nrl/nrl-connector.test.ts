import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { Item, SectionAnswer } from '../../../care-record/item.ts'
import { parseNhsNumber } from '../../../care-record/nhs-number.ts'
import { ok } from '../../../care-record/result.ts'
import { sectionsOf, type Group } from '../../../care-record/section.ts'
import type { AskContext } from '../asker.ts'
import { answering, bundleOf, json, type Answering } from '../reading/answering.ts'
import { contextOf, organisationOf, personOf, sourceOf } from '../reading/fixtures.ts'
import { hostileLines, hostileSkip, underHostility } from '../reading/hostile-harness.for-tests.ts'
import { createNrlConnector } from './nrl-connector.ts'

const NUMBER = '9990000018'
const ods = (value: string): object => ({ identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value } })
const pointer = (over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  resourceType: 'DocumentReference',
  id: 'RQI-1',
  status: 'current',
  docStatus: 'final',
  type: { coding: [{ system: 'http://snomed.info/sct', code: '736253002', display: 'Mental health crisis plan' }] },
  category: [{ coding: [{ system: 'http://snomed.info/sct', code: '734163000', display: 'Care plan' }] }],
  subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: NUMBER } },
  author: [ods('RQI')],
  custodian: ods('RQI'),
  content: [{ attachment: { contentType: 'application/pdf', url: 'https://rqi.example/plan.pdf' } }],
  ...over,
})
const typed = (code: string): object => ({ coding: [{ system: 'http://snomed.info/sct', code }] })

const SECTIONS = ['plans', 'documents'] as const
const nrlSource: Partial<SourceConfig> = { id: 'nrl', odsCode: 'X26', connector: 'nrl', sections: SECTIONS }
const contextFor = (url: string, group: Group, over: Partial<AskContext> = {}): AskContext => ({
  ...contextOf(group, {}),
  ask: {
    source: sourceOf({ ...nrlSource, baseUrl: url }),
    group,
    sections: sectionsOf(group).filter(s => SECTIONS.some(own => own === s)),
  },
  organisation: organisationOf({ odsCode: 'X26', name: 'National Record Locator', short: 'NRL', kind: 'national' }),
  ...over,
})
const names = new Map([['RQI', organisationOf({ odsCode: 'RQI', name: 'North Trust', short: 'NT' })]])
const tokens = { token: async () => ok('signed-token') }

type Handle = (url: URL, response: ServerResponse, request: IncomingMessage) => void
async function ask(
  given: readonly unknown[] | Handle,
  group: Group = 'essentials',
  over: Partial<AskContext> = {},
): Promise<{ answers: readonly SectionAnswer[]; items: readonly Item[]; server: Answering }> {
  const server = await answering((url, response, request) =>
    typeof given === 'function' ? given(url, response, request) : json(response, bundleOf(...given)),
  )
  try {
    const connector = createNrlConnector({ dispatcher: server.dispatcher, tokens, organisation: code => names.get(code) })
    const answers = await connector(contextFor(server.url, group, over))
    return { answers, items: answers.flatMap(a => a.items), server }
  } finally {
    await server.close()
  }
}

test('a pointer is a plan of its custodian, asked for in the body, in the name of the user and with a signed token', async () => {
  const { items, answers, server } = await ask([pointer()])
  const [request] = server.seen
  assert.deepEqual([request?.method, request?.url], ['POST', '/DocumentReference/_search'], 'no number in an address')
  assert.deepEqual(JSON.parse(request?.body ?? ''), { 'subject:identifier': `https://fhir.nhs.uk/Id/nhs-number|${NUMBER}` })
  assert.equal(request?.headers['authorization'], 'Bearer signed-token')
  assert.equal(request?.headers['nhsd-end-user-organisation-ods'], 'RJ1')
  assert.ok(request?.headers['x-request-id'] !== undefined && request.headers['x-correlation-id'] === 'transaction-1')
  const [item] = items
  assert.deepEqual(
    [item?.id, item?.section, item?.provenance.odsCode, item?.provenance.organisationName, item?.provenance.short],
    ['nrl/DocumentReference/RQI-1', 'plans', 'RQI', 'North Trust', 'NT'],
  )
  assert.deepEqual(
    answers.map(a => [a.sections, a.outcome, a.complete]),
    [[['plans'], 'answered', true]],
  )
})

const types: readonly [code: string, section: string][] = [
  ['736253002', 'plans'],
  ['1382601000000107', 'plans'],
  ['325691000000100', 'plans'],
  ['736373009', 'plans'],
  ['861421000000109', 'plans'],
  ['887701000000100', 'plans'],
  ['736366004', 'plans'],
  ['735324008', 'plans'],
  ['2181441000000107', 'plans'],
  ['1363501000000100', 'documents'],
  ['16521000000101', 'documents'],
  ['824321000000109', 'documents'],
  ['749001000000101', 'documents'],
]
test('every record type of the locator has its section', async () => {
  const pointers = types.map(([code], n) => pointer({ id: `RQI-${n}`, type: typed(code), category: [], date: '2026-06-01T10:00:00Z' }))
  const found = new Map(
    [...(await ask(pointers)).items, ...(await ask(pointers, 'recent')).items].map(item => [item.resource.id ?? '', item.section]),
  )
  for (const [n, [code, section]] of types.entries()) assert.equal(found.get(`RQI-${n}`), section, code)
})

test('a type nobody listed is a plan when its category says so', async () => {
  const { items } = await ask([pointer({ type: typed('1') })])
  assert.deepEqual(
    items.map(i => i.section),
    ['plans'],
  )
})

test('plans come with the essentials, documents by their date, each in one group', async () => {
  const documents = [undefined, '2020-01-01', '2026-06-01'].map((date, n) =>
    pointer({ id: `D-${n}`, type: typed('824321000000109'), ...(date ? { date } : {}) }),
  )
  const given = [pointer(), ...documents]
  const ids = async (group: Group) => (await ask(given, group)).items.map(i => i.resource.id)
  assert.deepEqual([await ids('essentials'), await ids('recent'), await ids('older')], [['RQI-1'], ['D-2'], ['D-0', 'D-1']])
})

test('a pointer that another replaces is superseded; one no longer current stays as it is', async () => {
  const { items } = await ask([
    pointer({ id: 'RQI-2', relatesTo: [{ code: 'replaces', target: { type: 'DocumentReference', identifier: { value: 'RQI-1' } } }] }),
    pointer(),
    pointer({ id: 'RQI-3', status: 'superseded' }),
    pointer({ id: 'RQI-4', relatesTo: [{ code: 'appends', target: { identifier: { value: 'RQI-2' } } }] }),
  ])
  assert.deepEqual(
    items.map(({ resource }) => [resource.id, 'status' in resource ? resource.status : undefined]),
    [
      ['RQI-2', 'current'],
      ['RQI-1', 'superseded'],
      ['RQI-3', 'superseded'],
      ['RQI-4', 'current'],
    ],
  )
})

test('static or dynamic is kept with the document', async () => {
  const extension = [
    {
      url: 'https://fhir.nhs.uk/England/StructureDefinition/Extension-England-ContentStability',
      valueCodeableConcept: { coding: [{ code: 'dynamic', display: 'dynamic' }] },
    },
  ]
  const { items } = await ask([
    pointer({ content: [{ attachment: { contentType: 'text/html', url: 'https://rqi.example/p' }, extension }] }),
  ])
  assert.match(JSON.stringify(items[0]?.resource), /ContentStability.*dynamic/)
  assert.deepEqual(items[0]?.marks, [])
})

test('an organisation nobody knows is named by its code, and the codes are found however the system is written', async () => {
  const { items } = await ask([
    pointer({ custodian: { identifier: { system: 'https://fhir.nhs.uk/id/ods-organization-code', value: 'rye' } } }),
  ])
  assert.deepEqual([items[0]?.provenance.odsCode, items[0]?.provenance.organisationName], ['RYE', 'RYE'])
})

test('disclosure judges the custodian before anything is translated', async () => {
  const judged: string[] = []
  const { items, answers } = await ask(
    [pointer(), pointer({ id: 'Y1-1', custodian: ods('Y1000'), author: [ods('Y1000')] })],
    'essentials',
    {
      sieve: (_, facts) => {
        judged.push(...facts.flatMap(f => f.organisations))
        return new Set(facts.filter(f => f.organisations.includes('Y1000')).map(f => f.key))
      },
    },
  )
  assert.ok(judged.includes('Y1000'))
  assert.deepEqual(
    items.map(i => i.resource.id),
    ['RQI-1'],
  )
  assert.equal(answers[0]?.unreadable, 0)
})

test('pages are asked of the locator itself, by token, whatever the link says; a locator that never ends is left', async () => {
  const pages = (next: (page: string | undefined) => string | undefined): Handle => {
    return (_, response, request) => {
      void request
      const { 'next-page-token': page } = JSON.parse(bodies.shift() ?? '{}') as { 'next-page-token'?: string }
      const token = next(page)
      json(response, {
        ...(bundleOf(pointer({ id: `RQI-${page ?? 'first'}` })) as object),
        ...(token === undefined ? {} : { link: [{ relation: 'next', url: `https://elsewhere.example/steal?next-page-token=${token}` }] }),
      })
    }
  }
  const bodies: string[] = []
  const asked = async (next: (page: string | undefined) => string | undefined) => {
    const server = await answering((url, response, request) => {
      bodies.push(server.seen.at(-1)?.body ?? '')
      pages(next)(url, response, request)
    })
    try {
      const connector = createNrlConnector({ dispatcher: server.dispatcher, tokens, organisation: () => undefined })
      return await connector(contextFor(server.url, 'essentials'))
    } finally {
      await server.close()
    }
  }
  const two = await asked(page => (page === undefined ? 'second' : undefined))
  assert.deepEqual(
    two.flatMap(a => a.items.map(i => i.resource.id)),
    ['RQI-first', 'RQI-second'],
  )
  const [endless] = await asked(() => 'again')
  assert.deepEqual([endless?.outcome, endless?.cause, endless?.complete], ['partial', 'unreadable', false])
})

test('a locator that knows only the search by address is asked so, and the next time at once', async () => {
  const handle: Handle = (_, response, request) =>
    request.method === 'POST' ? json(response, { resourceType: 'OperationOutcome' }, 405) : json(response, bundleOf(pointer()))
  const server = await answering(handle)
  try {
    const connector = createNrlConnector({ dispatcher: server.dispatcher, tokens, organisation: () => undefined })
    for (let n = 0; n < 2; n++) assert.equal((await connector(contextFor(server.url, 'essentials')))[0]?.items.length, 1)
    assert.deepEqual(
      server.seen.map(s => s.method),
      ['POST', 'GET', 'GET'],
    )
  } finally {
    await server.close()
  }
})

test('HAZ-001: a pointer about another person, or about nobody, is not read', async () => {
  const other = { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000026' } }
  const { answers, items } = await ask([pointer(), pointer({ id: 'RQI-2', subject: other }), pointer({ id: 'RQI-3', subject: undefined })])
  assert.deepEqual(
    items.map(i => i.resource.id),
    ['RQI-1'],
  )
  assert.deepEqual([answers[0]?.outcome, answers[0]?.unreadable], ['partial', 2])
  const wrong = await ask([pointer({ subject: other })])
  assert.deepEqual([wrong.answers[0]?.outcome, wrong.answers[0]?.cause], ['mismatch', 'number-differs'])
})

test('R095: what could not be read is listed for its owner, by code only', async () => {
  const listed: unknown[] = []
  const server = await answering((_, response) =>
    json(
      response,
      bundleOf(pointer(), pointer({ id: 'RQI-2', date: '2026-02-31' }), pointer({ id: 'RQI-3', subject: { display: 'Ada' } })),
    ),
  )
  try {
    const connector = createNrlConnector({
      dispatcher: server.dispatcher,
      tokens,
      organisation: () => undefined,
      unreadable: (source, refused) => listed.push([source.id, ...refused]),
    })
    const [answer] = await connector(contextFor(server.url, 'essentials'))
    assert.equal(answer?.unreadable, 1)
  } finally {
    await server.close()
  }
  assert.deepEqual(listed, [
    [
      'nrl',
      { type: 'DocumentReference', id: 'RQI-2', section: 'documents', reason: 'date' },
      { type: 'DocumentReference', id: 'RQI-3', section: 'plans', reason: 'form' },
    ],
  ])
})

test('R009 HAZ-013: of a person the register protects plans are asked for as of any other; what is shown of them is disclosure’s', async () => {
  const { answers, server } = await ask([pointer()], 'essentials', { person: personOf({ restricted: 'yes' }) })
  const plain = await ask([pointer()], 'essentials')
  assert.deepEqual(
    answers.map(({ outcome, items }) => [outcome, items.length]),
    plain.answers.map(({ outcome, items }) => [outcome, items.length]),
  )
  assert.equal(server.seen.length, plain.server.seen.length)
})

const failures: readonly [status: number, body: object, outcome: string, cause: string][] = [
  [401, {}, 'refused', 'source-refused'],
  [403, {}, 'refused', 'source-refused'],
  [500, {}, 'unavailable', 'server-error'],
  [404, { issue: [{ details: { coding: [{ code: 'NO_RECORD_FOUND' }] } }] }, 'nothing-held', 'none'],
  [404, {}, 'unavailable', 'server-error'],
]
for (const [status, body, outcome, cause] of failures)
  test(`a locator that says ${status}${Object.keys(body).length > 0 ? ' NO_RECORD_FOUND' : ''} is ${outcome} (${cause})`, async () => {
    const { answers } = await ask((_, response) => json(response, { resourceType: 'OperationOutcome', ...body }, status))
    assert.deepEqual(
      answers.map(a => [a.outcome, a.cause]),
      [[outcome, cause]],
    )
  })

test('no pointer is nothing held', async () => {
  const { answers } = await ask([])
  assert.deepEqual([answers[0]?.outcome, answers[0]?.cause, answers[0]?.complete], ['nothing-held', 'none', true])
})

test('two groups that begin together are one request, and neither spoils the other', async () => {
  const server = await answering((_, response) =>
    json(response, bundleOf(pointer(), pointer({ id: 'D-1', type: typed('824321000000109'), date: '2026-06-01' }))),
  )
  try {
    const connector = createNrlConnector({ dispatcher: server.dispatcher, tokens, organisation: () => undefined })
    const [first, second] = await Promise.all([
      connector(contextFor(server.url, 'essentials')),
      connector(contextFor(server.url, 'recent')),
    ])
    assert.deepEqual([first[0]?.items.length, second[0]?.items.length, server.seen.length], [1, 1, 1])
  } finally {
    await server.close()
  }
})

const corpora = process.env['LCR_CORPORA']
const folder = join(corpora ?? '', 'nrl-pointers-r4')
const skip = corpora === undefined || !existsSync(folder) ? 'set LCR_CORPORA to a folder of recorded answers' : false

const recorded: readonly [file: string, section: string, odsCode: string, status: string][] = [
  ['RQI-736253002-Valid.json', 'plans', 'RQI', 'current'],
  ['Y05868-736253002-Valid-with-date.json', 'plans', 'Y05868', 'current'],
  ['Y05868-736253002-Valid-with-ssp-content.json', 'plans', 'Y05868', 'current'],
  ['1_bars_sample_original.json', 'documents', 'RYE', 'current'],
  ['3_bars_sample_accepted.json', 'documents', 'RYE', 'current'],
]
test('the fixtures of the national service are read as they are', { skip }, async () => {
  for (const [file, section, odsCode, status] of recorded) {
    const sent = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { subject: { identifier: { value: string } } }
    const nhsNumber = parseNhsNumber(sent.subject.identifier.value)
    assert.ok(nhsNumber.ok)
    const person = personOf({ nhsNumber: nhsNumber.value })
    const items = [
      ...(await ask([sent], 'essentials', { person })).items,
      ...(await ask([sent], 'recent', { person })).items,
      ...(await ask([sent], 'older', { person })).items,
    ]
    assert.deepEqual(
      items.map(i => [i.section, i.provenance.odsCode, 'status' in i.resource && i.resource.status]),
      [[section, odsCode, status]],
      file,
    )
  }
})

test('HAZ-011: hostile answers of a locator are a clear outcome and harm no other', { skip: hostileSkip }, async () => {
  const given = await underHostility({
    connector: dispatcher => createNrlConnector({ dispatcher, tokens, organisation: () => undefined }),
    group: 'essentials',
    source: nrlSource,
    good: (_, response) => json(response, bundleOf(pointer())),
    places: ['/DocumentReference/_search'],
    check: (answers, file) => assert.equal(answers.flatMap(a => a.items).length, 0, file.name),
  })
  assert.ok(given > 0)
})

test('HAZ-011: a hostile word in a link, a custodian, a reference or an id leads nowhere', { skip: hostileSkip }, async () => {
  const lines = ['ssrf/urls.txt', 'injection/crlf.txt', 'injection/sql-lines.txt'].flatMap(name => hostileLines(name).slice(0, 25))
  let word = ''
  const server = await answering((_, response) =>
    json(response, {
      ...(bundleOf(
        pointer({ custodian: ods(word), author: [{ reference: word }], relatesTo: [{ code: 'replaces', target: { reference: word } }] }),
        pointer({ id: word }),
      ) as object),
      link: [{ relation: 'next', url: word }],
    }),
  )
  const elsewhere: string[] = []
  const dispatcher = server.dispatcher.compose(dispatch => (options, handler) => {
    if (String(options.origin) !== server.url) elsewhere.push(String(options.origin))
    return dispatch(options, handler)
  })
  try {
    const connector = createNrlConnector({ dispatcher, tokens, organisation: () => undefined })
    for (word of lines) {
      const answers = await connector(contextFor(server.url, 'essentials'))
      assert.ok(
        answers.flatMap(a => a.items).some(i => i.resource.id === 'RQI-1'),
        word,
      )
    }
    assert.deepEqual(elsewhere, [])
    assert.ok(server.seen.every(s => s.url === '/DocumentReference/_search'))
  } finally {
    await server.close()
  }
})
