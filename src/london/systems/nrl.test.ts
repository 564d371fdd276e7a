import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCity } from '../people/city.ts'
import { told } from '../people/population.ts'
import { clients, now, tokenFrom, type Bundle } from './for-tests.ts'
import { createNrl } from './nrl.ts'
import { pointersOf } from './pointers.ts'

const ORIGIN = 'http://nrl.test'
const nrl = createNrl({ pointers: () => pointersOf(createCity({ now }), system => `http://${system}.test`), clients, now: () => now })
const token = await tokenFrom(nrl.handle, ORIGIN)
const headers = {
  authorization: `Bearer ${token}`,
  'x-request-id': '1d3cf3fb-1c4e-4c3c-9a1f-8f4a7a1b2c3d',
  'nhsd-end-user-organisation-ods': 'RJZ',
}
const subject = (nhsNumber: string): string => `https://fhir.nhs.uk/Id/nhs-number|${nhsNumber}`
const search = (params: Readonly<Record<string, string>>, over: Readonly<Record<string, string>> = {}): Promise<Response> =>
  nrl.handle(
    new Request(`${ORIGIN}/FHIR/R4/DocumentReference?${new URLSearchParams(params).toString()}`, { headers: { ...headers, ...over } }),
  )

test('pointers of one person, each at its custodian and at the address where the document is', async () => {
  const bundle = (await (await search({ 'subject:identifier': subject(told.amara) })).json()) as Bundle
  assert.equal(bundle.total, 2)
  const text = JSON.stringify(bundle)
  assert.match(text, /"1382601000000107".*http:\/\/ucp\.test\/fhir\/Binary\/.*"736253002".*http:\/\/slam\.test\/fhir\/Binary\//s)
  const one = (await (
    await nrl.handle(new Request(`${ORIGIN}/FHIR/R4/DocumentReference/${bundle.entry?.[0]?.resource.id}`, { headers }))
  ).json()) as { resourceType: string }
  assert.equal(one.resourceType, 'DocumentReference')
})

test('the plan of whoever lives in a care home is found by whoever comes there at night', async () => {
  const bundle = (await (await search({ 'subject:identifier': subject(told.careHome) })).json()) as Bundle
  assert.equal(bundle.total, 1)
  assert.match(JSON.stringify(bundle), /"1382601000000107".*"YUC97".*http:\/\/ucp\.test\/fhir\/Binary\//s)
})

test('a search by POST, as JSON or as a form, answers the same, and keeps the number out of the address', async () => {
  for (const [type, body] of [
    ['application/json', JSON.stringify({ 'subject:identifier': subject(told.amara) })],
    ['application/x-www-form-urlencoded', new URLSearchParams({ 'subject:identifier': subject(told.amara) }).toString()],
  ] as const) {
    const answer = await nrl.handle(
      new Request(`${ORIGIN}/FHIR/R4/DocumentReference/_search`, { method: 'POST', headers: { ...headers, 'content-type': type }, body }),
    )
    assert.equal(((await answer.json()) as Bundle).total, 2, type)
  }
})

const wrong: readonly [name: string, params: Readonly<Record<string, string>>, over: Readonly<Record<string, string>>, status: number][] = [
  ['no token', { 'subject:identifier': subject(told.amara) }, { authorization: 'Bearer made-up' }, 401],
  ['no request id', { 'subject:identifier': subject(told.amara) }, { 'x-request-id': 'x' }, 400],
  ['no organisation', { 'subject:identifier': subject(told.amara) }, { 'nhsd-end-user-organisation-ods': '' }, 400],
  ['a number that cannot be', { 'subject:identifier': subject('9991234510') }, {}, 400],
  ['another identifier', { 'subject:identifier': `https://elsewhere|${told.amara}` }, {}, 400],
  ['an unknown parameter', { 'subject:identifier': subject(told.amara), patient: 'x' }, {}, 400],
]
for (const [name, params, over, status] of wrong)
  test(`refused: ${name}`, async () => assert.equal((await search(params, over)).status, status))

test('somebody without pointers is an empty search', async () => {
  assert.equal(((await (await search({ 'subject:identifier': subject(told.child) })).json()) as Bundle).total, 0)
})
