import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import { limits } from '../../../care-record/limits.ts'
import { ok } from '../../../care-record/result.ts'
import type { DocumentAsk, FetchDocument } from '../document.ts'
import { answering, json } from '../reading/answering.ts'
import { resourceXml } from '../reading/fhir-xml.for-tests.ts'
import { contextOf, sourceOf } from '../reading/fixtures.ts'
import { hostileFiles, hostileLines, hostileSkip } from '../reading/hostile-harness.for-tests.ts'
import { createFhirDocumentFetch } from './document-fetch.ts'

const text = Buffer.from('Dear Doctor')
const data = text.toString('base64')

async function fetchDocument(
  resource: (base: string) => object,
  handle: (url: URL, response: ServerResponse) => void = (_, response) => response.writeHead(404).end(),
  over: Partial<DocumentAsk> = {},
) {
  const server = await answering(handle)
  try {
    const { person, pass, transaction, organisation, viewerOrganisation, now, signal } = contextOf('recent', {})
    const baseUrl = `${server.url}/fhir`
    const fetch: FetchDocument = createFhirDocumentFetch({ dispatcher: server.dispatcher, tokens: { token: async () => ok('a-token') } })
    const answer = await fetch({
      source: sourceOf({ baseUrl }),
      person,
      pass,
      transaction,
      organisation,
      viewerOrganisation,
      now,
      signal,
      resource: resource(baseUrl) as Resource,
      attachment: 0,
      ...over,
    })
    const said = answer.ok ? [answer.value.contentType, answer.value.bytes.toString(), ...(answer.value.labels ?? [])] : [answer.fault.kind]
    return { said, seen: server.seen }
  } finally {
    await server.close()
  }
}
const letter = (attachment: object): object => ({ resourceType: 'DocumentReference', id: 'd1', content: [{ attachment }] })

const inline: readonly [name: string, resource: object, said: readonly string[]][] = [
  ['an attachment that carries its bytes', letter({ contentType: 'text/plain', data }), ['text/plain', 'Dear Doctor']],
  [
    'a report with a presented form',
    { resourceType: 'DiagnosticReport', presentedForm: [{ contentType: 'text/plain', data }] },
    ['text/plain', 'Dear Doctor'],
  ],
  ['a photograph', { resourceType: 'Media', content: { contentType: 'image/png', data } }, ['image/png', 'Dear Doctor']],
  [
    'a message',
    { resourceType: 'Communication', payload: [{ contentAttachment: { contentType: 'text/plain', data } }] },
    ['text/plain', 'Dear Doctor'],
  ],
  [
    'a Binary inside the resource',
    { ...letter({ url: '#b' }), contained: [{ resourceType: 'Binary', id: 'b', contentType: 'text/plain', data }] },
    ['text/plain', 'Dear Doctor'],
  ],
  ['a Binary that is not inside it', letter({ url: '#b' }), ['not-found']],
  ['no attachment', { resourceType: 'DocumentReference' }, ['not-found']],
  ['an attachment with neither bytes nor address', letter({ title: 'too large to send' }), ['not-found']],
  ['bytes that are no base64', letter({ data: '<>' }), ['unavailable']],
  ['more bytes than may be', letter({ data: 'A'.repeat(limits.groupBytes * 2) }), ['too-large']],
]
for (const [name, resource, said] of inline)
  test(`document of ${name}: ${said.join(' ')}, and nobody is asked`, async () => {
    const fetched = await fetchDocument(() => resource)
    assert.deepEqual(fetched.said, said)
    assert.equal(fetched.seen.length, 0)
  })

const binary = { resourceType: 'Binary', id: 'b1', contentType: 'text/plain', data }
const bodies: readonly [name: string, (response: ServerResponse) => void, said: readonly string[]][] = [
  ['a Binary in JSON', r => json(r, binary), ['text/plain', 'Dear Doctor']],
  [
    'a Binary in XML',
    r => r.writeHead(200, { 'content-type': 'application/fhir+xml' }).end(resourceXml(binary)),
    ['text/plain', 'Dear Doctor'],
  ],
  ['the bytes themselves', r => r.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF'), ['application/pdf', '%PDF']],
  [
    'a Binary that calls itself restricted',
    r => json(r, { ...binary, meta: { security: [{ code: 'R' }] } }),
    ['text/plain', 'Dear Doctor', 'R'],
  ],
  ['a resource that is no document', r => json(r, { resourceType: 'Condition', meta: { security: [{ code: 'R' }] } }), ['not-found']],
  [
    'such a resource under another name',
    r => r.writeHead(200, { 'content-type': 'text/xml' }).end(resourceXml({ resourceType: 'Condition', id: 'c' })),
    ['not-found'],
  ],
  [
    'a CDA',
    r => r.writeHead(200, { 'content-type': 'text/xml' }).end('<ClinicalDocument xmlns="urn:hl7-org:v3"/>'),
    ['text/xml', '<ClinicalDocument xmlns="urn:hl7-org:v3"/>'],
  ],
  ['a Binary without bytes', r => json(r, { resourceType: 'Binary' }), ['not-found']],
  ['nothing there', r => r.writeHead(404).end(), ['not-found']],
  ['gone', r => r.writeHead(410).end(), ['not-found']],
  ['an error', r => r.writeHead(500).end(), ['unavailable']],
  ['a redirect', r => r.writeHead(302, { location: '/elsewhere' }).end(), ['unavailable']],
  ['squeezed bytes', r => r.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end('x'), ['unavailable']],
  ['a cut', r => r.writeHead(200, { 'content-length': '99' }).write('x', () => r.destroy()), ['unavailable']],
  ['no end', endless, ['too-large']],
]
function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/pdf' })
  const chunk = Buffer.alloc(1024 * 1024)
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more)
  }
  more()
}
for (const [name, answer, said] of bodies)
  test(`a document by reference that answers with ${name}: ${said.join(' ')}`, async () => {
    const fetched = await fetchDocument(
      () => letter({ contentType: 'application/pdf', url: 'Binary/b1' }),
      (url, response) => (url.pathname === '/fhir/Binary/b1' ? answer(response) : response.writeHead(418).end()),
    )
    assert.deepEqual(fetched.said, said)
    assert.equal(fetched.seen.length, 1)
    const [{ headers }] = fetched.seen as [(typeof fetched.seen)[0]]
    assert.deepEqual(
      [headers['nhsd-session-urid'], headers.authorization],
      ['222222222222', 'Bearer a-token'],
      'a named user in every request',
    )
  })

const ours: readonly string[] = ['Binary/b1', '/fhir/Binary/b1', 'files/letter.pdf?version=2']
const foreign: readonly string[] = [
  'http://127.0.0.2/fhir/Binary/b1',
  'https://169.254.169.254/latest',
  '/admin',
  '../admin',
  'files/../../admin',
  'files/%2e%2e/%2e%2e/admin',
  'file:///etc/passwd',
  'data:text/html,x',
  'urn:uuid:1',
  '//127.0.0.2/x',
  '\\\\127.0.0.2\\x',
]
for (const url of [...ours, ...foreign])
  test(`the address ${url} is ${ours.includes(url) ? '' : 'not '}asked`, async () => {
    const { said, seen } = await fetchDocument(
      () => letter({ url }),
      (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('x'),
    )
    assert.equal(said[0] === 'text/plain', ours.includes(url))
    assert.equal(seen.length, ours.includes(url) ? 1 : 0)
  })

test('no hostile address leads out of the source, and no hostile bytes do more than be bytes', { skip: hostileSkip }, async () => {
  for (const url of [...hostileLines('ssrf/urls.txt'), ...hostileLines('injection/path-traversal.txt').slice(0, 200)]) {
    const { seen } = await fetchDocument(
      () => letter({ url }),
      (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('x'),
    )
    for (const request of seen) assert.match(request.url, /^\/fhir\//, url)
  }
  for (const { name, bytes } of hostileFiles())
    for (const type of ['application/fhir+json', 'application/fhir+xml', 'application/pdf']) {
      const { said } = await fetchDocument(
        () => letter({ url: 'Binary/b1' }),
        (_, response) => response.writeHead(200, { 'content-type': type }).end(bytes),
      )
      assert.ok(['not-found', 'unavailable', type].includes(said[0] ?? ''), `${name}: ${said[0]}`)
    }
})

const composition = {
  resourceType: 'Composition',
  id: 'c1',
  title: 'Discharge <summary>',
  subject: { reference: 'Patient/p1' },
  section: [
    { title: 'Allergies', text: { div: '<div><table><tr><td>Penicillin</td><td>Rash</td></tr></table></div>' } },
    { title: 'Plan', emptyReason: { text: 'Nil known' }, section: [{ title: 'Review', text: { div: '<div>In six weeks</div>' } }] },
    { title: 'Nothing said' },
  ],
}
const words =
  '<!DOCTYPE html><html><body><h1>Discharge &lt;summary&gt;</h1><h2>Allergies</h2><div><table><tr><td>Penicillin</td><td>Rash</td></tr></table></div>' +
  '<h2>Plan</h2><p>Nil known</p><h3>Review</h3><div>In six weeks</div></body></html>'
const html = 'text/html; charset=utf-8'
test('a Composition opens as the narrative its source set; what is known there no more opens as its words', async () => {
  const kept = { ...composition, section: [{ title: 'Allergies', text: { div: '<div>Penicillin Rash</div>' } }] }
  const asKept = (await fetchDocument(() => kept)).said
  assert.deepEqual(asKept, [
    html,
    '<!DOCTYPE html><html><body><h1>Discharge &lt;summary&gt;</h1><h2>Allergies</h2><div>Penicillin Rash</div></body></html>',
  ])
  assert.deepEqual(
    (
      await fetchDocument(
        () => kept,
        (_, response) => json(response, composition),
      )
    ).said,
    [html, words],
  )
  const another = { ...composition, subject: { reference: 'Patient/p2' } }
  assert.deepEqual(
    (
      await fetchDocument(
        () => kept,
        (_, response) => json(response, another),
      )
    ).said,
    asKept,
    'never about someone else',
  )
  assert.deepEqual((await fetchDocument(() => ({ resourceType: 'Composition', id: 'c1' }))).said, ['not-found'])
})

test('a document Bundle behind an address opens as its narrative', async () => {
  const bundle = { resourceType: 'Bundle', type: 'document', entry: [{ resource: composition }] }
  assert.deepEqual(
    (
      await fetchDocument(
        () => letter({ url: 'Bundle/b1' }),
        (_, response) => json(response, bundle),
      )
    ).said,
    [html, words],
  )
})

test('HAZ-019 HAZ-035: a document Bundle names whose it is, and is as confidential as anything in it', async () => {
  const patient = {
    resourceType: 'Patient',
    name: [{ prefix: ['Mr'], given: ['Sam'], family: 'O<br>' }],
    identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' }],
    birthDate: '1960-01-02',
  }
  const restricted = { resourceType: 'Condition', meta: { security: [{ code: 'R' }] } }
  const entry = [{ ...composition, confidentiality: 'N' }, patient, restricted].map(resource => ({ resource }))
  const { said } = await fetchDocument(
    () => letter({ url: 'Bundle/b1' }),
    (_, response) => json(response, { resourceType: 'Bundle', type: 'document', entry }),
  )
  const head = '<p>Patient: Mr Sam O&lt;br&gt;</p><p>NHS number: 9990000018</p><p>Date of birth: 02/01/1960</p>'
  assert.deepEqual(said, [html, words.replace('<body>', `<body>${head}`), 'N', 'R'])
})

test('a document whose reader has gone is fetched no more', async () => {
  const { said } = await fetchDocument(
    () => letter({ url: 'Binary/b1' }),
    () => {},
    { signal: AbortSignal.timeout(20) },
  )
  assert.deepEqual(said, ['unavailable'])
})
