import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { XMLValidator } from 'fast-xml-parser'
import { generateKeyPair } from 'jose'
import { createCity } from '../people/city.ts'
import { told } from '../people/population.ts'
import type { HospitalId } from '../people/told.ts'
import { askToken, clients, now, tokenFrom, type Bundle, type Resource } from './for-tests.ts'
import { createHospital } from './hospital.ts'
import { serve } from './serve.ts'

const city = createCity({ now })
const ORIGIN = 'http://hospital.test'
const hospital = (id: HospitalId) =>
  createHospital({
    id,
    odsCode: 'RJZ',
    name: 'Hospital',
    person: city.person,
    held: n => city.held(id, n),
    everyone: () => city.people.map(p => p.nhsNumber),
    clients,
    now: () => now,
  })
const kch = hospital('kch')
const token = await tokenFrom(kch.handle, ORIGIN)
const get = async (path: string, system = kch, bearer = token): Promise<Bundle> => {
  const url = path.startsWith('http') ? path : `${ORIGIN}/fhir/${path}`
  return (await (await system.handle(new Request(url, { headers: { authorization: `Bearer ${bearer}` } }))).json()) as Bundle
}
const patientOf = async (nhsNumber: string, system = kch, bearer = token): Promise<Resource | undefined> =>
  (await get(`Patient?identifier=${encodeURIComponent(`https://fhir.nhs.uk/Id/nhs-number|${nhsNumber}`)}`, system, bearer)).entry?.[0]
    ?.resource
const allPages = async (path: string, system = kch, bearer = token): Promise<Bundle['entry'] & object> => {
  const entries = []
  for (let url: string | undefined = path; url !== undefined;) {
    const page: Bundle = await get(url, system, bearer)
    entries.push(...(page.entry ?? []))
    url = page.link?.find(l => l.relation === 'next')?.url
  }
  return entries
}

test('token: a good assertion once, and never again', async () => {
  assert.equal((await askToken(kch.handle, ORIGIN, { jti: 'once' })).status, 200)
  assert.equal((await askToken(kch.handle, ORIGIN, { jti: 'once' })).status, 401)
})
const stranger = (await generateKeyPair('ES256')).privateKey
const refused: [name: string, over: Parameters<typeof askToken>[2]][] = [
  ['an unknown client', { clientId: 'somebody' }],
  ['another audience', { audience: 'https://elsewhere.test/token' }],
  ['an assertion of more than five minutes', { seconds: 301 }],
  ['an expired assertion', { seconds: -10 }],
  ["a stranger's key", { key: stranger }],
]
for (const [name, over] of refused)
  test(`token: ${name} is refused`, async () => assert.equal((await askToken(kch.handle, ORIGIN, over)).status, 401))

test('no record without a token', async () => {
  const answer = await kch.handle(new Request(`${ORIGIN}/fhir/Patient?identifier=x`, { headers: { authorization: 'Bearer made-up' } }))
  assert.equal(answer.status, 401)
  assert.ok(answer.headers.has('www-authenticate'))
})

test('a number nobody has is an empty answer', async () => {
  assert.equal((await get('Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990000000')).total, 0)
})

test('Mrs Okafor: her open attendance with its place and department', async () => {
  const patient = await patientOf(told.amara)
  const bundle = await get(`Encounter?patient=${patient?.id}&status=in-progress,arrived&_include=Encounter:location`)
  assert.equal(bundle.total, 1)
  assert.match(JSON.stringify(bundle.entry), /Emergency department/)
  assert.deepEqual(
    bundle.entry?.map(e => [e.resource.resourceType, e.search?.mode]),
    [
      ['Encounter', 'match'],
      ['Location', 'include'],
    ],
  )
})

test('POST _search finds as GET does, with the number out of the address', async () => {
  const body = new URLSearchParams({ identifier: `https://fhir.nhs.uk/Id/nhs-number|${told.amara}` })
  const answer = await kch.handle(
    new Request(`${ORIGIN}/fhir/Patient/_search`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } }),
  )
  assert.equal(((await answer.json()) as Bundle).total, 1)
})

test('paging loses nothing and repeats nothing, whatever the page', async () => {
  const patient = await patientOf(told.long)
  const whole = (await get(`Observation?patient=${patient?.id}&_count=200`)).total
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async count => {
      const ids = (await allPages(`Observation?patient=${patient?.id}&_count=${count}`)).map(e => e.resource.id)
      assert.equal(ids.length, whole)
      assert.equal(new Set(ids).size, whole)
    }),
    { numRuns: 8 },
  )
})

test('$everything brings each resource once and every reference with it', async () => {
  const gstt = hospital('gstt')
  const bearer = await tokenFrom(gstt.handle, ORIGIN)
  for (const who of [told.amara, told.restricted, told.child, told.long]) {
    const patient = await patientOf(who, gstt, bearer)
    const entries = await allPages(`Patient/${patient?.id}/$everything?_count=37`, gstt, bearer)
    const refs = new Set(entries.map(e => `${e.resource.resourceType}/${e.resource.id}`))
    assert.equal(refs.size, entries.length)
    for (const [, target = ''] of JSON.stringify(entries).matchAll(/"reference":"([^"]+)"/g)) assert.ok(refs.has(target), target)
  }
})

test('HAZ: a fact of a restricted service reaches its treatment function by reference', async () => {
  const gstt = hospital('gstt')
  const bearer = await tokenFrom(gstt.handle, ORIGIN)
  const patient = await patientOf(told.restricted, gstt, bearer)
  const bundle = await get(
    `MedicationRequest?patient=${patient?.id}&_include=MedicationRequest:encounter&_include=MedicationRequest:medication`,
    gstt,
    bearer,
  )
  const functions = JSON.stringify(bundle.entry?.filter(e => e.resource.resourceType === 'Encounter'))
  assert.match(functions, /"code":"360"/)
  assert.match(functions, /"code":"504"/)
})

test('what an answer names can be fetched by its id, and elements can be narrowed', async () => {
  const patient = await patientOf(told.amara)
  const encounter = (await get(`Encounter?patient=${patient?.id}&status=in-progress&_elements=status,period`)).entry?.[0]?.resource
  assert.deepEqual(Object.keys(encounter ?? {}).sort(), ['id', 'meta', 'period', 'resourceType', 'status'])
  assert.equal((await get(`Encounter?_id=${encounter?.id}`)).total, 1)
})

test('dates: only what is not older; a stay without end is never too old', async () => {
  const patient = await patientOf(told.amara)
  const recent = await get(`Observation?patient=${patient?.id}&date=ge2026-10-01&_count=200`)
  const all = await get(`Observation?patient=${patient?.id}&_count=200`)
  assert.ok((recent.total ?? 0) > 0 && (recent.total ?? 0) < (all.total ?? 0))
  assert.ok(((await get(`Encounter?patient=${patient?.id}&date=ge2026-11-01`)).total ?? 0) >= 1)
})

for (const path of [
  'Observation',
  'Observation?patient=x&_count=0',
  'Observation?patient=x&date=yesterday',
  'Claim?patient=x',
  '?_page=garbage',
])
  test(`a request that cannot be read is answered with an OperationOutcome: ${path}`, async () => {
    assert.equal((await get(path)).resourceType, 'OperationOutcome')
  })

test('every person of the city a hospital holds is served over HTTP, and calls are counted', async () => {
  const rfl = hospital('rfl')
  const served = await serve(rfl.handle)
  try {
    const bearer = await tokenFrom(rfl.handle, served.url)
    const held = city.people.filter(p => city.held('rfl', p.nhsNumber))
    for (const { nhsNumber } of held) {
      const answer = await fetch(`${served.url}/fhir/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|${nhsNumber}`, {
        headers: { authorization: `Bearer ${bearer}` },
      })
      assert.equal(((await answer.json()) as Bundle).total, 1)
    }
    assert.equal(rfl.calls(), held.length)
  } finally {
    await served.close()
  }
})

test('a system that is down drops the connection, one that is up answers', async () => {
  let down = true
  const served = await serve(kch.handle, 0, () => ({ down }))
  try {
    await assert.rejects(fetch(`${served.url}/fhir/metadata`))
    down = false
    assert.equal((await fetch(`${served.url}/fhir/metadata`)).status, 401)
  } finally {
    await served.close()
  }
})

test('a document is answered as itself, or as a Binary round it in JSON or XML, to those with a token only', async () => {
  const patient = await patientOf(told.amara)
  const [found] = await allPages(`DocumentReference?patient=${patient?.id}`)
  const reference = JSON.stringify(found?.resource)
  const [, url = ''] = /"url":"(Binary\/[^"]+)"/.exec(reference) ?? []
  const read = (accept: string, bearer = token) =>
    kch.handle(new Request(`${ORIGIN}/fhir/${url}`, { headers: { authorization: `Bearer ${bearer}`, accept } }))
  const bytes = Buffer.from(await (await read('*/*')).arrayBuffer())
  assert.equal((await read('*/*')).headers.get('content-type'), JSON.parse(reference).content[0].attachment.contentType)
  const json = (await (await read('application/fhir+json')).json()) as { resourceType: string; data: string }
  assert.deepEqual([json.resourceType, Buffer.from(json.data, 'base64').equals(bytes)], ['Binary', true])
  assert.match(await (await read('application/fhir+xml')).text(), /^<Binary xmlns="http:\/\/hl7\.org\/fhir"><id value=/)
  assert.equal((await read('*/*', 'made-up')).status, 401)
  assert.equal((await kch.handle(new Request(`${ORIGIN}/fhir/Binary/none`, { headers: { authorization: `Bearer ${token}` } }))).status, 404)
})

test('FHIR XML is answered to who asks for it: the same entries, well formed, in the namespace', async () => {
  const patient = await patientOf(told.amara)
  const ask = (accept: string) =>
    kch.handle(new Request(`${ORIGIN}/fhir/Observation?patient=${patient?.id}`, { headers: { authorization: `Bearer ${token}`, accept } }))
  const xml = await ask('application/fhir+xml')
  assert.equal(xml.headers.get('content-type'), 'application/fhir+xml; charset=utf-8')
  const text = await xml.text()
  assert.equal(XMLValidator.validate(text), true)
  assert.match(text, /^<Bundle xmlns="http:\/\/hl7\.org\/fhir"><type value="searchset"\/>/)
  const bundle = (await (await ask('application/fhir+json')).json()) as Bundle
  assert.equal(text.split('<entry>').length - 1, bundle.entry?.length)
})
