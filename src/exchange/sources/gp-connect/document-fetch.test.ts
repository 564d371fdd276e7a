import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DocumentReference, Resource } from '@medplum/fhirtypes'
import type { Result } from '../../../care-record/result.ts'
import type { DocumentAsk, RawDocument } from '../document.ts'
import { answering, json, type Answering } from '../reading/answering.ts'
import { contextOf, personOf, sourceOf } from '../reading/fixtures.ts'
import { hostileFiles, hostileSkip } from '../reading/hostile-harness.for-tests.ts'
import { createGpConnectDocumentFetch } from './document-fetch.ts'

const spine = {
  asidFrom: '200000000001',
  issuer: 'https://record.example',
  device: { system: 'https://record.example/device', value: 'SEL', model: 'Record', version: '1' },
}
const BINARY = { resourceType: 'Binary', id: 'b1', contentType: 'text/plain', content: Buffer.from('a letter').toString('base64') }
const reference = (attachment: object): DocumentReference => ({
  resourceType: 'DocumentReference',
  id: 'd1',
  status: 'current',
  content: [{ attachment }],
})

interface Fetched {
  readonly result: Result<RawDocument>
  readonly server: Answering
}
async function fetch(
  attachment: (base: string) => object,
  answer: (response: ServerResponse) => void = response => json(response, BINARY),
  over: Partial<DocumentAsk> = {},
  proxy = false,
): Promise<Fetched> {
  const server = await answering((_, response) => answer(response))
  const documentsUrl = proxy ? 'https://gp.example/documents' : `${server.url}/documents`
  const { pass, organisation, viewerOrganisation, now, transaction } = contextOf('recent', {})
  try {
    const ports = { dispatcher: server.dispatcher, spine: proxy ? { ...spine, proxyUrl: server.url } : spine }
    const result = await createGpConnectDocumentFetch(ports)({
      source: sourceOf({
        connector: 'gp-connect',
        baseUrl: `${server.url}/structured`,
        documentsUrl,
        asidTo: '200000000002',
        documentsAsid: '200000000003',
      }),
      person: personOf(),
      pass,
      organisation,
      viewerOrganisation,
      transaction,
      now,
      resource: reference(attachment(documentsUrl)),
      attachment: 0,
      signal: AbortSignal.timeout(5_000),
      ...over,
    })
    return { result, server }
  } finally {
    await server.close()
  }
}
const words = (result: Result<RawDocument>): string => (result.ok ? result.value.bytes.toString() : result.fault.kind)

test('the Binary is read at the practice in the name of the user, for the system that has the documents', async () => {
  const { result, server } = await fetch(base => ({ url: `${base}/Binary/b1` }))
  assert.deepEqual(result, { ok: true, value: { bytes: Buffer.from('a letter'), contentType: 'text/plain' } })
  const [request] = server.seen
  assert.deepEqual(
    [request?.method, request?.url, request?.headers['ssp-to'], request?.headers['ssp-interactionid']],
    ['GET', '/documents/Binary/b1', '200000000003', 'urn:nhs:names:services:gpconnect:documents:fhir:rest:read:binary-1'],
  )
  const claims = JSON.parse(Buffer.from((request?.headers['authorization'] ?? '').split('.')[1] ?? '', 'base64url').toString()) as {
    aud: string
    sub: string
  }
  assert.deepEqual([claims.aud, claims.sub], [`${server.url}/documents`, '111111111111'])
})

test('behind the Spine proxy the same address is asked of the proxy', async () => {
  const { result, server } = await fetch(base => ({ url: `${base}/Binary/b1` }), undefined, {}, true)
  assert.equal(words(result), 'a letter')
  assert.equal(server.seen[0]?.url, '/https://gp.example/documents/Binary/b1')
})

test('a Binary of R4 and bytes inside the attachment are read too', async () => {
  const r4 = { resourceType: 'Binary', contentType: 'text/html', data: Buffer.from('<p>x</p>').toString('base64') }
  assert.equal(
    words(
      (
        await fetch(
          base => ({ url: `${base}/Binary/1` }),
          response => json(response, r4),
        )
      ).result,
    ),
    '<p>x</p>',
  )
  const inline = await fetch(() => ({ contentType: 'text/plain', data: Buffer.from('within').toString('base64') }))
  assert.deepEqual([words(inline.result), inline.server.seen.length], ['within', 0])
})

const refused: readonly [name: string, attachment: (base: string) => object][] = [
  ['another host', () => ({ url: 'https://evil.example/documents/Binary/b1' })],
  ['the metadata of the machine', () => ({ url: 'http://169.254.169.254/latest/meta-data' })],
  ['another path of the host', base => ({ url: base.replace('/documents', '/admin/Binary/b1') })],
  ['a way up', base => ({ url: `${base}/Binary/../../admin` })],
  ['a way up in disguise', base => ({ url: `${base}/Binary/..%2f..%2fadmin` })],
  ['no Binary', base => ({ url: `${base}/Patient/p1` })],
  ['a file', () => ({ url: 'file:///etc/passwd' })],
]
for (const [name, attachment] of refused)
  test(`an address that is not the practice's own is never asked: ${name}`, async () => {
    const { result, server } = await fetch(attachment)
    assert.deepEqual([words(result), server.seen.length], ['unavailable', 0])
  })

test('an attachment that only says why there is none, and one that is not there, are not found', async () => {
  assert.equal(words((await fetch(() => ({ title: 'File size greater than maximum allowable (5MB)' }))).result), 'not-found')
  assert.equal(words((await fetch(base => ({ url: `${base}/Binary/b1` }), undefined, { attachment: 1 })).result), 'not-found')
  const patient: Resource = { resourceType: 'Patient' }
  assert.equal(words((await fetch(base => ({ url: `${base}/Binary/b1` }), undefined, { resource: patient })).result), 'not-found')
})

test('R009 HAZ-013: no document of a person the register protects is fetched', async () => {
  const { result, server } = await fetch(base => ({ url: `${base}/Binary/b1` }), undefined, { person: personOf({ restricted: 'yes' }) })
  assert.deepEqual([words(result), server.seen.length], ['not-found', 0])
})

const answers: readonly [name: string, answer: (response: ServerResponse) => void, kind: string][] = [
  ['404', response => json(response, { resourceType: 'OperationOutcome' }, 404), 'not-found'],
  ['403', response => json(response, { resourceType: 'OperationOutcome' }, 403), 'unavailable'],
  ['500', response => json(response, {}, 500), 'unavailable'],
  ['a redirect', response => void response.writeHead(302, { location: 'https://evil.example/' }).end(), 'unavailable'],
  ['no Binary', response => json(response, { resourceType: 'Patient' }), 'unavailable'],
  ['an empty Binary', response => json(response, { resourceType: 'Binary' }), 'not-found'],
  ['no base64', response => json(response, { ...BINARY, content: '<html>' }), 'unavailable'],
  ['bytes as they are', response => void response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF'), 'unavailable'],
  [
    'more than can be shown',
    response => void response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': String(2 ** 30) }).end(),
    'too-large',
  ],
]
for (const [name, answer, kind] of answers)
  test(`a practice that answers ${name}: ${kind}`, async () => {
    assert.equal(words((await fetch(base => ({ url: `${base}/Binary/b1` }), answer)).result), kind)
  })

const corpora = process.env['LCR_CORPORA']
const folder = join(corpora ?? '', 'gpconnect-api-examples-stu3', 'binary-documents')
const skip = corpora === undefined || !existsSync(folder) ? 'set LCR_CORPORA to a folder of recorded answers' : false

test('recorded Binary answers of every type come as they were sent', { skip }, async () => {
  for (const file of readdirSync(folder)) {
    const sent = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { contentType: string; content: string }
    const { result } = await fetch(
      base => ({ url: `${base}/Binary/b1` }),
      response => json(response, sent),
    )
    assert.ok(result.ok, file)
    assert.equal(result.value.contentType, sent.contentType)
    assert.equal(result.value.bytes.length, Buffer.from(sent.content, 'base64').length)
  }
})

test('HAZ-011: hostile bytes in place of a Binary are never a document', { skip: hostileSkip }, async () => {
  for (const { name, bytes } of hostileFiles())
    assert.notEqual(
      (
        await fetch(
          base => ({ url: `${base}/Binary/b1` }),
          response => void response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(bytes),
        )
      ).result.ok,
      true,
      name,
    )
})
