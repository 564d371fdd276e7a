import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { DocumentAsk, RawDocument } from '../document.ts'
import { answering, json, type Answering } from '../reading/answering.ts'
import { contextOf, personOf, sourceOf } from '../reading/fixtures.ts'
import { createNrlDocumentFetch, type NrlDocumentPorts } from './document-fetch.ts'

const spine = {
  asidFrom: '200000000001',
  issuer: 'https://record.example',
  device: { system: 'https://record.example/device', value: 'SEL', model: 'Record', version: '1' },
}
const pointer = (url: string | undefined, content: object = {}, over: Partial<DocumentReference> = {}): DocumentReference => ({
  resourceType: 'DocumentReference',
  id: 'RQI-1',
  status: 'current',
  custodian: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RQI' } },
  content: [{ attachment: { contentType: 'application/pdf', ...(url === undefined ? {} : { url }) }, ...content }],
  ...over,
})

const pdf = (response: ServerResponse): void => void response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.7')
async function fetch(
  resource: (url: string) => DocumentReference,
  over: Partial<DocumentAsk> & {
    ports?: Partial<NrlDocumentPorts>
    answer?: (response: ServerResponse, request: IncomingMessage) => void
  } = {},
): Promise<{ result: Result<RawDocument>; server: Answering }> {
  const server = await answering((_, response, request) => (over.answer ?? pdf)(response, request))
  const { pass, organisation, viewerOrganisation, now, transaction } = contextOf('recent', {})
  try {
    const result = await createNrlDocumentFetch({
      dispatcher: server.dispatcher,
      tokens: { token: async client => ok(`for-${client.id}`) },
      spine,
      host: custodian => (custodian === 'RQI' ? { baseUrl: `${server.url}/plans`, asid: '200000000009' } : undefined),
      ...over.ports,
    })({
      source: sourceOf({ id: 'nrl', connector: 'nrl', baseUrl: 'https://nrl.example' }),
      person: personOf(),
      pass,
      organisation,
      viewerOrganisation,
      transaction,
      now,
      resource: resource(`${server.url}/plans/1.pdf`),
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

test('a document is fetched from the host we have for its custodian, in the name of the user', async () => {
  const { result, server } = await fetch(url => pointer(url))
  assert.deepEqual(result, { ok: true, value: { bytes: Buffer.from('%PDF-1.7'), contentType: 'application/pdf' } })
  const [request] = server.seen
  assert.deepEqual(
    [request?.url, request?.headers['authorization'], request?.headers['nhsd-end-user-organisation-ods'], request?.headers['ssp-to']],
    ['/plans/1.pdf', 'Bearer for-nrl-RQI', 'RJ1', undefined],
  )
})

const retrieval = {
  extension: [
    {
      url: 'https://fhir.nhs.uk/England/StructureDefinition/Extension-England-RetrievalMechanism',
      valueCodeableConcept: { coding: [{ code: 'SSP' }] },
    },
  ],
}
const spineForms: readonly [name: string, resource: (url: string) => DocumentReference][] = [
  ['the address behind the proxy’s', url => pointer(`https://spine-proxy.example/${encodeURIComponent(url)}`)],
  ['the same as ssp:', url => pointer(`ssp://spine-proxy.example/${encodeURIComponent(url)}`)],
  ['not encoded', url => pointer(`https://spine-proxy.example/${url}`)],
  ['by its retrieval mechanism', url => pointer(url, retrieval)],
]
for (const [name, resource] of spineForms)
  test(`a pointer that asks for the Spine proxy is fetched with its headers: ${name}`, async () => {
    const { result, server } = await fetch(resource)
    assert.equal(words(result), '%PDF-1.7')
    const [request] = server.seen
    assert.deepEqual(
      [request?.url, request?.headers['ssp-from'], request?.headers['ssp-to'], request?.headers['ssp-interactionid']],
      ['/plans/1.pdf', '200000000001', '200000000009', 'urn:nhs:names:services:nrl:DocumentReference.content.read'],
    )
    assert.match(request?.headers['authorization'] ?? '', /^Bearer [^.]+\.[^.]+\.$/)
  })

test('where there is a proxy, the address goes behind it, encoded; ssp: stands for https:', async () => {
  const server = await answering((_, response) => pdf(response))
  try {
    const { result } = await fetch(() => pointer('ssp://rqi.example/plans/1.pdf', {}, ASID), {
      ports: {
        dispatcher: server.dispatcher,
        spine: { ...spine, proxyUrl: server.url },
        host: () => ({ baseUrl: 'https://rqi.example/plans' }),
      },
    })
    assert.equal(words(result), '%PDF-1.7')
    assert.equal(server.seen[0]?.url, `/${encodeURIComponent('https://rqi.example/plans/1.pdf')}`)
    assert.equal(server.seen[0]?.headers['ssp-to'], '012345678910', 'the system the pointer names')
  } finally {
    await server.close()
  }
})
const ASID = { context: { related: [{ identifier: { system: 'https://fhir.nhs.uk/Id/nhsSpineASID', value: '012345678910' } }] } }

const refused: readonly [name: string, resource: (url: string) => DocumentReference][] = [
  ['no custodian', url => pointer(url, {}, { custodian: {} })],
  ['another host', () => pointer('https://evil.example/plans/1.pdf')],
  ['another host behind the proxy', () => pointer(`https://spine-proxy.example/${encodeURIComponent('https://evil.example/plans/1.pdf')}`)],
  ['another host as ssp:', () => pointer('ssp://evil.example/plans/1.pdf')],
  ['another path', url => pointer(url.replace('/plans/', '/admin/'))],
  ['a way up behind the proxy', url => pointer(`https://spine-proxy.example/${encodeURIComponent(url.replace('1.pdf', '../admin'))}`)],
  ['a broken encoding', () => pointer('https://spine-proxy.example/https%3A%2F%2F%E0%A4%A')],
  ['words', () => pointer('http://fhir.nhs.uk/Id/dos-service-id|111111111')],
]
for (const [name, resource] of refused)
  test(`nothing is fetched: ${name}`, async () => {
    const { result, server } = await fetch(resource)
    assert.deepEqual([words(result), server.seen.length], ['unavailable', 0])
  })

test('of a custodian whose systems are none of ours nothing is fetched, and it is said so: trying again would not help', async () => {
  const custodian = { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RYE' } }
  const { result, server } = await fetch(url => pointer(url, {}, { custodian }))
  assert.ok(!result.ok && result.fault.kind === 'forbidden')
  assert.match(result.fault.detail, /Ask the organisation that keeps it/)
  assert.equal(server.seen.length, 0)
})

test('a pointer without an address is not found, nor is one of a person the register protects', async () => {
  assert.equal(words((await fetch(() => pointer(undefined))).result), 'not-found')
  const { result, server } = await fetch(url => pointer(url), { person: personOf({ restricted: 'yes' }) })
  assert.deepEqual([words(result), server.seen.length], ['not-found', 0])
})

test('without a token nothing is asked', async () => {
  const { result, server } = await fetch(url => pointer(url), { ports: { tokens: { token: async () => fail('unavailable', 'no') } } })
  assert.deepEqual([words(result), server.seen.length], ['unavailable', 0])
})

test('a Binary round the document is taken off', async () => {
  const binary = { resourceType: 'Binary', contentType: 'text/plain', data: Buffer.from('plan').toString('base64') }
  const { result } = await fetch(url => pointer(url), { answer: response => json(response, binary) })
  assert.deepEqual(result, { ok: true, value: { bytes: Buffer.from('plan'), contentType: 'text/plain' } })
})

const answers: readonly [name: string, answer: (response: ServerResponse) => void, kind: string][] = [
  ['404', response => void response.writeHead(404).end(), 'not-found'],
  ['410', response => void response.writeHead(410).end(), 'not-found'],
  ['500', response => void response.writeHead(500).end(), 'unavailable'],
  ['a redirect', response => void response.writeHead(302, { location: 'https://evil.example/' }).end(), 'unavailable'],
  ['something compressed', response => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'), 'unavailable'],
  ['half of it', response => void response.writeHead(200, { 'content-length': '10' }).write('x', () => response.destroy()), 'unavailable'],
]
for (const [name, answer, kind] of answers)
  test(`a custodian that answers ${name}: ${kind}`, async () => {
    assert.equal(words((await fetch(url => pointer(url), { answer })).result), kind)
  })
