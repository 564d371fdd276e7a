import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, jwtVerify } from 'jose'
import { ok } from '../../../care-record/result.ts'
import { answering, json, patientOf } from '../reading/answering.ts'
import { personOf } from '../reading/fixtures.ts'
import { createTokenSource } from '../reading/tokens.ts'
import { createPdsClient } from './pds-client.ts'
import { readPatient } from './translate.ts'

const now = (): Date => new Date('2026-11-21T10:00:00Z')
const number = personOf().nhsNumber
const label = (code: string): object => ({ security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code }] })
const patient = (over: object = {}): object => patientOf({ id: number, meta: label('U'), ...over })
const context = { viewer: { sdsRoleProfileId: '222222222222', odsCode: 'RJ1' }, transaction: 't', signal: new AbortController().signal }

async function withPds<T>(status: number, body: unknown, work: (client: ReturnType<typeof createPdsClient>) => Promise<T>): Promise<T> {
  const server = await answering((_, response) => json(response, body, status))
  try {
    return await work(
      createPdsClient({ dispatcher: server.dispatcher, tokens: { token: async () => ok('t') }, baseUrl: server.url, client: {}, now }),
    )
  } finally {
    await server.close()
  }
}
const outcome = (code: string): object => ({ resourceType: 'OperationOutcome', issue: [{ details: { coding: [{ code }] } }] })

test('a person is read with their flag, and a number that was replaced is named', async () => {
  const read = await withPds(
    200,
    patient({ id: '9990000026', identifier: [], meta: label('R'), address: [{ line: ['1 Hidden Road'], postalCode: 'SE1 1AA' }] }),
    c => c.read(number, context),
  )
  assert.ok(read.ok)
  assert.deepEqual([read.value.superseded, read.value.person.restricted], [number, 'yes'])
  assert.doesNotMatch(JSON.stringify(read.value), /Hidden|SE1/)
})

for (const [name, status, body, kind] of [
  ['nobody', 404, outcome('RESOURCE_NOT_FOUND'), 'not-found'],
  ['an invalidated number', 200, patient({ meta: label('REDACTED') }), 'not-found'],
  ['a refusal', 403, outcome('ACCESS_DENIED'), 'forbidden'],
  ['a failure', 503, outcome('x'), 'unavailable'],
  ['something else', 200, { resourceType: 'Bundle' }, 'unavailable'],
  ['two numbers at once', 200, patient({ id: '9990000026' }), 'unavailable'],
] as const)
  test(`the register answering with ${name} is ${kind}`, async () => {
    const read = await withPds(status, body, c => c.read(number, context))
    assert.equal(!read.ok && read.fault.kind, kind)
  })

test('a protected person, or one whose flag is not known, is never found by postcode or practice', async () => {
  const found = {
    resourceType: 'Bundle',
    entry: [patient(), patient({ meta: label('R') }), patient({ meta: {} })].map(resource => ({ resource, search: { score: 1 } })),
  }
  const criteria = { family: 'Test', birthDate: '1956-03-08' }
  for (const [more, count] of [
    [{ postcode: 'SE1 1AA' }, 1],
    [{ practice: 'G85001' }, 1],
    [{ given: 'Ada' }, 3],
  ] as const) {
    const candidates = await withPds(200, found, c => c.search({ ...criteria, ...more }, context))
    assert.equal(candidates.ok && candidates.value.length, count)
  }
})

test('more than five people is too many, said or sent', async () => {
  const criteria = { family: 'Test', birthDate: '1956-03-08', given: 'A' }
  const six = { resourceType: 'Bundle', entry: Array.from({ length: 6 }, () => ({ resource: patient() })) }
  for (const body of [six, outcome('TOO_MANY_MATCHES')]) {
    const candidates = await withPds(200, body, c => c.search(criteria, context))
    assert.equal(!candidates.ok && candidates.fault.kind, 'too-large')
  }
})

const corpora = process.env['LCR_CORPORA']
const folder = join(corpora ?? '', 'pds-fhir-r4', 'patients')
test(
  'every recorded patient of the register can be read',
  { skip: corpora === undefined || !existsSync(folder) ? 'set LCR_CORPORA' : false },
  () => {
    for (const file of readdirSync(folder))
      assert.ok(readPatient(JSON.parse(readFileSync(join(folder, file), 'utf8')), now().toISOString()).ok, file)
  },
)

test('one token is fetched for all who wait, signed by our key, and kept until near its end', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES384')
  assert.equal((await exportJWK(publicKey)).crv, 'P-384')
  const server = await answering((_, response) => json(response, { access_token: 'abc', expires_in: 300 }))
  let clock = Date.now()
  const tokens = createTokenSource({ dispatcher: server.dispatcher, privateKey, keyId: 'k1', now: () => new Date(clock) })
  const client = { id: 's', tokenUrl: `${server.url}/token`, clientId: 'us' }
  const { signal } = new AbortController()
  try {
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.token(client, signal)))
    assert.ok(all.every(t => t.ok && t.value === 'abc'))
    assert.equal(server.seen.length, 1)
    const form = new URLSearchParams(server.seen[0]?.body)
    const { payload } = await jwtVerify(form.get('client_assertion') ?? '', publicKey, { audience: client.tokenUrl, issuer: 'us' })
    assert.equal(payload.sub, 'us')
    clock += 280_000
    await tokens.token(client, signal)
    assert.equal(server.seen.length, 2)
    assert.deepEqual(await tokens.token({ id: 'none' }, signal), ok(undefined))
  } finally {
    await server.close()
  }
})
