import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from 'jose'
import { fail } from '../../../care-record/result.ts'
import { createFhirConnector } from '../fhir/fhir-connector.ts'
import { createNrlConnector } from '../nrl/nrl-connector.ts'
import { answering, json } from './answering.ts'
import { contextOf } from './fixtures.ts'
import { createTokenSource, withoutToken, type TokenSource } from './tokens.ts'

const { privateKey } = await generateKeyPair('ES384')
const never = new AbortController().signal

for (const [name, handle, kind] of [
  ['hangs', () => {}, 'timeout'],
  ['says that it took too long', response => void response.writeHead(504).end(), 'timeout'],
  ['refuses', response => void response.writeHead(401).end(), 'forbidden'],
  ['says that the request is bad', response => void response.writeHead(400).end(), 'forbidden'],
  ['breaks', response => void response.writeHead(500).end(), 'unavailable'],
  ['hangs up', response => void response.destroy(), 'unavailable'],
  ['sends no token', response => json(response, {}), 'unavailable'],
] as const satisfies readonly [string, (response: Parameters<Parameters<typeof answering>[0]>[1]) => void, string][])
  test(`HAZ-001 D117: a token service that ${name} is ${kind}`, async () => {
    const server = await answering((_, response) => handle(response))
    try {
      const tokens = createTokenSource({ dispatcher: server.dispatcher, privateKey, keyId: 'k1', now: () => new Date(), fetchMs: 100 })
      const token = await tokens.token({ id: 'kch', tokenUrl: `${server.url}/token`, clientId: 'lcr' }, never)
      assert.equal(token.ok || token.fault.kind, kind)
    } finally {
      await server.close()
    }
  })

const STATES = [
  ['timeout', 'late', 'timed-out'],
  ['forbidden', 'refused', 'source-refused'],
  ['unavailable', 'unavailable', 'connection-failed'],
  ['internal', 'unavailable', 'connection-failed'],
] as const
for (const [kind, outcome, cause] of STATES)
  test(`HAZ-001 D117: a source whose token service is ${kind} reads ${cause} in every section`, async () => {
    const tokens: TokenSource = { token: async () => fail(kind, 'No token.') }
    const server = await answering((_, response) => json(response, {}))
    try {
      for (const connector of [createFhirConnector, createNrlConnector]) {
        const answers = await connector({ dispatcher: server.dispatcher, tokens, organisation: () => undefined })(
          contextOf('essentials', { baseUrl: server.url }),
        )
        assert.deepEqual(
          answers.map(answer => [answer.outcome, answer.cause]),
          [[outcome, cause]],
        )
      }
      assert.equal(server.seen.length, 0)
    } finally {
      await server.close()
    }
  })

test('a view that ends first says which end it was', () => {
  const { fault } = fail('unavailable', 'No token.')
  assert.equal(withoutToken(fault, AbortSignal.abort(new DOMException('late', 'TimeoutError'))).cause, 'timed-out')
  assert.equal(withoutToken(fault, AbortSignal.abort()).cause, 'cancelled')
})
