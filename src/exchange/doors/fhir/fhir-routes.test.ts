import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { OperationOutcome } from '@medplum/fhirtypes'
import { generateKeyPair } from 'jose'
import { createHouse, shah } from '../for-tests.ts'
import { readFhirClients } from './clients.ts'
import { BASE, bearer, createTokens, saysWho, type Signing } from './for-tests.ts'

const NOW = new Date('2026-11-21T10:00:00Z')
const clock = { now: NOW }
const tokens = await createTokens(() => clock.now)
const good = await tokens.clientToken()
const stranger = (await generateKeyPair('ES256')).privateKey
const strangers384 = (await generateKeyPair('ES384')).privateKey
const house = await createHouse({
  settings: { fhir: tokens.settings },
  ports: { organisation: odsCode => (odsCode === 'RXX' ? undefined : { name: 'Hospital' }) },
})
after(() => house.servers.close())
const app = house.servers.public
const routes = house.servers.routes.public.filter(route => route.path.startsWith('/fhir/') && route.permission === 'fhir')

interface Sent {
  readonly status: number
  readonly outcome: OperationOutcome
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}
const send = async (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Sent> => {
  const answer = await app.inject({
    method,
    url: `/fhir/R4${path}`,
    headers: body === undefined ? headers : { 'content-type': 'application/fhir+json', ...headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  })
  return { status: answer.statusCode, outcome: answer.json<OperationOutcome>(), headers: answer.headers, text: answer.body }
}
/** Of a form that says nothing but our own words. */
const isOutcome = ({ outcome, headers }: Sent): void => {
  assert.equal(outcome.resourceType, 'OperationOutcome')
  assert.match(String(headers['content-type']), /^application\/fhir\+json/)
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['access-control-allow-origin'], undefined)
}
const someone = (over: object = {}) => ({
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'resource',
      resource: {
        resourceType: 'Patient',
        identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9991234578' }],
        birthDate: '1956-03-08',
        ...over,
      },
    },
  ],
})
const refOf = async (headers: Record<string, string>): Promise<string> => {
  const found = await send('POST', '/Patient/$match', headers, someone())
  assert.equal(found.status, 200, found.text)
  return (JSON.parse(found.text) as { entry: { resource: { id: string } }[] }).entry[0]?.resource.id ?? ''
}

test('R048 R049: only what says nothing of anybody is open to anyone', () => {
  const open = house.servers.routes.public.filter(route => /fhir|well-known/.test(route.path) && route.permission !== 'fhir')
  assert.deepEqual(
    open.map(route => `${route.permission} ${route.method} ${route.path}`),
    ['public GET /fhir/R4/metadata', 'public GET /fhir/R4/.well-known/smart-configuration', 'public GET /.well-known/smart-configuration'],
  )
})

test('R004 R048 R049: no route writes, exports, or finds anybody but $match', () => {
  assert.deepEqual(
    routes.map(route => `${route.method} ${route.path.replace('/fhir/R4', '')}`),
    [
      'POST /Patient/$match',
      'GET /Patient/:id',
      'GET /Patient/:id/$everything',
      'POST /Patient/:id/$everything',
      'GET /Patient/:id/$summary',
      'POST /Patient/:id/$summary',
      'GET /Binary/:id',
      'GET /:type',
      'POST /:type/_search',
      'GET /:type/:id',
    ],
  )
})

type Make = () => Promise<Record<string, string>>
const by =
  (over: Signing): Make =>
  async () =>
    bearer(await tokens.userToken(over))
const claims = (over: Signing['claims'] & object): Make => by({ claims: over })
const iua = (over: object): Make => claims({ extensions: saysWho({ iua: over }) })
const asserted =
  (over: Signing): Make =>
  async () =>
    bearer(good, await tokens.assertion(good, over))
const system = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
const roles = 'https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode'
const none = (token: string): string => `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${token.split('.')[1]}.`

/** Who may not: none of these comes to anything behind the guard. */
const denials: readonly (readonly [why: string, headers: Make, status: 401 | 403])[] = [
  ['no token', async () => ({}), 401],
  ['another scheme', async () => ({ authorization: 'Basic dTpw' }), 401],
  ['a session cookie instead', async () => ({ cookie: (await house.session()).cookie }), 401],
  ['a token that is none', async () => bearer('abc'), 401],
  ['a token signed by nobody', async () => bearer(none(await tokens.userToken())), 401],
  ["a stranger's token", by({ key: stranger }), 401],
  ['another issuer', claims({ iss: 'https://evil.example' }), 401],
  ['a token for another door', claims({ aud: 'https://other.example/fhir/R4' }), 401],
  ['a token that names nobody it is for', claims({ aud: undefined }), 401],
  ['an ID token', by({ header: { typ: 'JWT' } }), 401],
  ['an expired token', by({ iat: -400, lasts: 300 }), 401],
  ['a token of tomorrow', by({ iat: 3_600 }), 401],
  ['a token that lives for a day', by({ lasts: 86_400 }), 401],
  ['a token without an id of its own', claims({ jti: undefined }), 401],
  ['a token with a piece of a user', claims({ extensions: { ihe_iua: saysWho().ihe_iua } }), 401],
  ['a token of two users', claims({ sub: '555000000099' }), 401],
  ['a user without a name', iua({ subject_name: '' }), 401],
  ['a user with two roles', iua({ subject_role: [...saysWho().ihe_iua.subject_role, { system: roles, code: 'S8000:G8000:R0050' }] }), 401],
  ['a role of another register', iua({ subject_role: [{ system: 'urn:x', code: 'S8000:G8000:R8000' }] }), 401],
  ['an organisation that is no ODS code', iua({ subject_organization_id: 'urn:oid:1.2.3' }), 401],
  ['no purpose', iua({ purpose_of_use: [] }), 401],
  [
    'two purposes',
    iua({
      purpose_of_use: [
        { system, code: 'TREAT' },
        { system, code: 'HRESCH' },
      ],
    }),
    401,
  ],
  ['R046 research', iua({ purpose_of_use: [{ system, code: 'HRESCH' }] }), 403],
  ['R047 payment', iua({ purpose_of_use: [{ system, code: 'HPAYMT' }] }), 403],
  ['R046 operations', iua({ purpose_of_use: [{ system, code: 'HOPERAT' }] }), 403],
  ['a broken glass: that needs a page', iua({ purpose_of_use: [{ system, code: 'BTG' }] }), 403],
  ['R040 a role that is not in the table', iua({ subject_role: [{ system: roles, code: 'S8000:G8000:R8009' }] }), 403],
  ['an organisation that is not connected', iua({ subject_organization_id: 'https://fhir.nhs.uk/Id/ods-organization-code|RXX' }), 403],
  ['software that is not registered', claims({ client_id: 'nobody' }), 403],
  [
    'software of another organisation',
    async () => {
      const elsewhere = saysWho({ iua: { subject_organization_id: 'https://fhir.nhs.uk/Id/ods-organization-code|RJ1' } })
      return bearer(good, await tokens.assertion(good, { claims: { extensions: elsewhere } }))
    },
    403,
  ],
  ['software by itself', async () => bearer(good), 403],
  [
    'a user named twice',
    async () => {
      const token = await tokens.userToken()
      return bearer(token, await tokens.assertion(token))
    },
    401,
  ],
  ["an assertion with a stranger's key", asserted({ key: strangers384 }), 401],
  ['an assertion for another door', asserted({ claims: { aud: 'https://other.example' } }), 401],
  ['an assertion of other software', asserted({ claims: { iss: 'ward' } }), 401],
  ['an assertion of another type', asserted({ header: { typ: 'JWT' } }), 401],
  ['an old assertion', asserted({ iat: -120 }), 401],
  ['an assertion that lives for five minutes', asserted({ lasts: 300 }), 401],
  ['an assertion bound to another token', async () => bearer(good, await tokens.assertion(await tokens.clientToken())), 401],
  ['an assertion bound to none', asserted({ claims: { ath: undefined } }), 401],
  ['an assertion without an id', asserted({ claims: { jti: undefined } }), 401],
  ['an assertion without a user', asserted({ claims: { extensions: undefined } }), 401],
  [
    'an assertion for research',
    asserted({ claims: { extensions: saysWho({ iua: { purpose_of_use: [{ system, code: 'HRESCH' }] } }) } }),
    403,
  ],
  [
    "software's assertion with a token of software that has no keys",
    async () => {
      const token = await tokens.clientToken({ claims: { sub: 'ward', client_id: 'ward' } })
      return bearer(token, await tokens.assertion(token, { claims: { iss: 'ward' } }))
    },
    401,
  ],
]
const paths: readonly (readonly ['GET' | 'POST', string])[] = [
  ['POST', '/Patient/$match'],
  ['GET', `/Patient/${'a'.repeat(24)}`],
  ['GET', `/Patient/${'a'.repeat(24)}/$everything`],
  ['POST', `/Patient/${'a'.repeat(24)}/$everything`],
  ['GET', `/Patient/${'a'.repeat(24)}/$summary`],
  ['POST', `/Patient/${'a'.repeat(24)}/$summary`],
  ['GET', `/Binary/${'a'.repeat(24)}.x`],
  ['GET', `/Observation?patient=${'a'.repeat(24)}`],
  ['POST', '/Observation/_search'],
  ['GET', `/Observation/${'a'.repeat(24)}.x`],
]
test('the table of paths has every route', () => assert.equal(paths.length, routes.length))

for (const [why, headers, status] of denials)
  test(`R038 ${why}: ${status} at every route`, async () => {
    const before = house.views.size
    for (const [method, path] of paths) {
      const answer = await send(method, path, await headers(), method === 'POST' && !path.endsWith('_search') ? someone() : undefined)
      assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`)
      isOutcome(answer)
      assert.equal(answer.headers['www-authenticate'] !== undefined, status === 401)
      assert.doesNotMatch(answer.text, /OKAFOR|999|Shah/)
    }
    assert.equal(house.views.size, before, 'no view was opened')
  })

test('what is refused for who asks is written down; what says nobody is not', async () => {
  const before = house.events.length
  await send('GET', '/Patient/x', {})
  assert.equal(house.events.length, before)
  await send('GET', '/Patient/x', await iua({ purpose_of_use: [{ system, code: 'HRESCH' }] })())
  assert.deepEqual(house.events.at(-1), { kind: 'request-refused', reason: 'fhir-purpose', sdsUserId: shah.sdsUserId, odsCode: 'RJZ' })
})

test('an assertion is worth one request', async () => {
  const headers = bearer(good, await tokens.assertion(good))
  assert.equal((await send('POST', '/Patient/$match', headers, someone())).status, 200)
  const again = await send('POST', '/Patient/$match', headers, someone())
  assert.equal(again.status, 401)
  assert.match(again.text, /used before/)
})

test('coordination of care, and an emergency, are direct care', async () => {
  for (const code of ['TREAT', 'ETREAT', 'COC', 'CAREMGT'])
    assert.equal((await send('POST', '/Patient/$match', await iua({ purpose_of_use: [{ system, code }] })(), someone())).status, 200)
})

test('a person found is known to the software and user who found them, and to nobody else', async () => {
  const mine = bearer(await tokens.userToken())
  const ref = await refOf(mine)
  assert.match(ref, /^[0-9a-f]{24}$/)
  assert.equal((await send('GET', `/Patient/${ref}`, mine)).status, 200)
  const others: Record<string, Record<string, string>> = {
    'another user': await by({ claims: { sub: '555000000002', extensions: saysWho({ sds: { user_id: '555000000002' } }) } })(),
    'the same user in another role': await claims({ extensions: saysWho({ sds: { role_profile_id: '555021935199' } }) })(),
    'the same user at another organisation': await iua({ subject_organization_id: 'https://fhir.nhs.uk/Id/ods-organization-code|RJ1' })(),
    'the same user by other software': bearer(good, await tokens.assertion(good)),
  }
  const unknown = await send('GET', `/Patient/${'b'.repeat(24)}`, mine)
  for (const [who, headers] of Object.entries(others)) {
    const answer = await send('GET', `/Patient/${ref}`, headers)
    assert.equal(answer.status, 404, who)
    assert.equal(answer.text, unknown.text, 'foreign and unknown are the same bytes')
  }
})

test('a person found is forgotten with the session, after 12 hours', async () => {
  const mine = bearer(
    await tokens.userToken({ claims: { sub: '555000000003', extensions: saysWho({ sds: { user_id: '555000000003' } }) } }),
  )
  const ref = await refOf(mine)
  const at = async (hours: number): Promise<number> => {
    house.clock.now = clock.now = new Date(NOW.getTime() + hours * 3_600_000)
    const who = { claims: { sub: '555000000003', extensions: saysWho({ sds: { user_id: '555000000003' } }) } }
    return (await send('GET', `/Patient/${ref}`, bearer(await tokens.userToken(who)))).status
  }
  assert.deepEqual([await at(11.9), await at(12)], [200, 404])
  house.clock.now = clock.now = NOW
})

for (const [scope, allowed] of [
  ['user/*.rs', ['match', 'read', 'search', 'everything', 'summary']],
  ['user/*.read', ['match', 'read', 'search', 'everything', 'summary']],
  ['openid user/Patient.rs', ['match', 'read', 'everything']],
  ['user/Observation.s', ['search']],
  ['user/Observation.r', []],
  ['patient/*.rs system/*.rs', []],
  ['user/*.cud', []],
  ['user/Observation.rs?category=laboratory', []],
  ['', []],
] as const)
  test(`scope ${scope || 'none'} opens ${allowed.join(', ') || 'nothing'}`, async () => {
    const ref = await refOf(bearer(await tokens.userToken()))
    const headers = bearer(await tokens.userToken({ claims: { scope } }))
    const before = house.events.filter(event => event.reason === 'fhir-scope').length
    const seen = {
      match: await send('POST', '/Patient/$match', headers, someone()),
      read: await send('GET', `/Patient/${ref}`, headers),
      search: await send('GET', `/Observation?patient=${ref}`, headers),
      everything: await send('GET', `/Patient/${ref}/$everything`, headers),
      summary: await send('GET', `/Patient/${ref}/$summary`, headers),
    }
    for (const [what, answer] of Object.entries(seen)) {
      const may = (allowed as readonly string[]).includes(what)
      assert.equal(answer.status, may ? 200 : 403, `${what}: ${answer.text}`)
      if (!may) assert.match(answer.text, /scopes/)
    }
    const written = house.events.filter(event => event.reason === 'fhir-scope').length - before
    assert.equal(written, Object.keys(seen).length - allowed.length, 'each refusal is written down')
  })

test('$match: at most five, as the page lists them, and never by a URL', async () => {
  const mine = bearer(await tokens.userToken())
  const found = await send('POST', '/Patient/$match', mine, someone())
  const bundle = JSON.parse(found.text) as {
    type: string
    total: number
    entry: { resource: object; search: { mode: string; score: number; extension: { valueCode: string }[] } }[]
  }
  assert.deepEqual([bundle.type, bundle.total], ['searchset', 1])
  assert.deepEqual(bundle.entry[0]?.search, {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/match-grade', valueCode: 'certain' }],
    mode: 'match',
    score: 1,
  })
  assert.doesNotMatch(found.text, /9991234578/)
  for (const url of ['/Patient?family=Okafor&birthdate=1956-03-08', '/Patient?identifier=9991234578'])
    assert.equal((await send('GET', url, mine)).status, 404)
  assert.equal((await send('GET', '/Patient/$match', mine)).status, 404)
})

test('$match: a number whose birth date or surname is not theirs finds nobody; a number alone is not certain', async () => {
  const mine = bearer(await tokens.userToken())
  for (const [over, grade] of [
    [{ birthDate: '1999-01-01' }, undefined],
    [{ name: [{ family: 'Smith' }] }, undefined],
    [{ name: [{ family: 'okafor' }] }, 'certain'],
    [{ birthDate: undefined }, 'probable'],
  ] as const) {
    const answer = await send('POST', '/Patient/$match', mine, someone(over))
    assert.equal(/"valueCode":"(\w+)"/.exec(answer.text)?.[1], grade)
  }
  const certain = {
    ...someone({ birthDate: undefined }),
    parameter: [...someone({ birthDate: undefined }).parameter, { name: 'onlyCertainMatches', valueBoolean: true }],
  }
  assert.equal((JSON.parse((await send('POST', '/Patient/$match', mine, certain)).text) as { total: number }).total, 0)
})

test('$match: who asks for one of several that fit is not told that one fits', async () => {
  const { people } = house.found
  const details = { identifier: undefined, name: [{ family: 'Okafor', given: ['Amara'] }] }
  const one = { ...someone(details), parameter: [...someone(details).parameter, { name: 'count', valueInteger: 1 }] }
  const gradeOf = async (): Promise<unknown> => {
    const { text } = await send('POST', '/Patient/$match', bearer(await tokens.userToken()), one)
    return [(JSON.parse(text) as { total: number }).total, /"valueCode":"(\w+)"/.exec(text)?.[1]]
  }
  assert.deepEqual(await gradeOf(), [1, 'probable'])
  house.found.people = [...people, ...people]
  assert.deepEqual(await gradeOf(), [1, 'possible'])
  house.found.people = people
})

for (const [why, method, path, headers, status] of [
  ['XML', 'GET', '/metadata', { accept: 'application/fhir+xml' }, 406],
  ['XML by _format', 'GET', '/metadata?_format=xml', {}, 406],
  ['_format speaks over Accept', 'GET', '/metadata?_format=json', { accept: 'application/fhir+xml' }, 200],
  ['a browser', 'GET', '/metadata', { accept: 'text/html,*/*;q=0.8' }, 200],
  ['nothing there', 'GET', '/a/b/c/d', {}, 404],
  ['putting', 'PUT', '/Patient/1', {}, 405],
  ['deleting', 'DELETE', '/Observation/1', {}, 405],
  ['creating', 'POST', '/Observation', {}, 405],
  ['a batch', 'POST', '', {}, 404],
] as const)
  test(`${why}: ${status}`, async () => {
    const answer = await send(method, path, headers)
    assert.equal(answer.status, status, answer.text)
    if (status !== 200) isOutcome(answer)
  })

test('a body that is none, too large or of another kind is told as an outcome', async () => {
  const headers = bearer(await tokens.userToken())
  for (const [payload, type, status] of [
    ['{', 'application/fhir+json', 400],
    ['{"__proto__":{"a":1}}', 'application/fhir+json', 400],
    ['x'.repeat(20_000), 'application/fhir+json', 413],
    ['<Parameters/>', 'application/fhir+xml', 415],
    ['{"resourceType":"Patient"}', 'application/fhir+json', 400],
  ] as const) {
    const answer = await app.inject({
      method: 'POST',
      url: '/fhir/R4/Patient/$match',
      headers: { ...headers, 'content-type': type },
      payload,
    })
    assert.equal(answer.statusCode, status)
    assert.equal(answer.json<OperationOutcome>().resourceType, 'OperationOutcome')
  }
})

test('the CapabilityStatement and the way to a token are for anyone, and of one place', async () => {
  const statement = JSON.parse((await send('GET', '/metadata', {})).text) as {
    fhirVersion: string
    implementation: { url: string }
    rest: { resource: { type: string }[] }[]
  }
  assert.equal(statement.fhirVersion, '4.0.1')
  assert.equal(statement.implementation.url, BASE)
  assert.ok(statement.rest[0]?.resource.some(resource => resource.type === 'AllergyIntolerance'))
  assert.equal((await send('GET', '/metadata', bearer(good))).status, 200)
  const smart = (await app.inject({ url: '/fhir/R4/.well-known/smart-configuration' })).json<Record<string, unknown>>()
  assert.equal(smart['token_endpoint'], 'https://id.example/realm/token')
  assert.equal(smart['registration_endpoint'], undefined)
})

test('the database away: nothing is opened, and it is said', async () => {
  const headers = bearer(await tokens.userToken())
  house.store.away(true)
  try {
    const answer = await send('GET', `/Patient/${'a'.repeat(24)}`, headers)
    assert.equal(answer.status, 503)
    isOutcome(answer)
  } finally {
    house.store.away(false)
  }
})

test('keys of the issuer that cannot be had are our trouble, not a bad token', async () => {
  const away = await createHouse({
    settings: { fhir: { ...tokens.settings, keys: async () => Promise.reject(new TypeError('fetch failed')) } },
  })
  const answer = await away.servers.public.inject({ url: '/fhir/R4/Patient/x', headers: bearer(await tokens.userToken()) })
  assert.equal(answer.statusCode, 503)
  await away.servers.close()
})

test('R045: software of a user who has not accepted the rules of use is refused, with words', async () => {
  const asking = await createHouse({
    settings: { fhir: tokens.settings },
    ports: {
      organisation: () => ({ name: 'Hospital' }),
      use: { accepted: async () => false, accept: async () => assert.fail('nobody taps') },
    },
  })
  const answer = await asking.servers.public.inject({ url: '/fhir/R4/Patient/x', headers: bearer(await tokens.userToken()) })
  const [issue] = answer.json<OperationOutcome>().issue
  assert.deepEqual([answer.statusCode, issue?.details?.coding?.[0]?.code], [403, 'acceptable-use'])
  assert.match(issue?.details?.text ?? '', /accept the rules of use/)
  await asking.servers.close()
})

test('without a register of clients there is no FHIR door', async () => {
  const closed = await createHouse()
  for (const url of ['/fhir/R4/metadata', '/fhir/R4/Patient/x']) assert.equal((await closed.servers.public.inject({ url })).statusCode, 404)
  await closed.servers.close()
})

for (const [why, text] of [
  ['no JSON', '{'],
  ['a list', '[]'],
  ['a client without organisations', '{"clients":[{"clientId":"a"}]}'],
  ['a name twice', '{"clients":[{"clientId":"a","organisations":"*"},{"clientId":"a","organisations":"*"}]}'],
  ['a private key', '{"clients":[{"clientId":"a","organisations":"*","jwks":{"keys":[{"kty":"EC","kid":"k","alg":"ES256","d":"x"}]}}]}'],
  ['a shared secret', '{"clients":[{"clientId":"a","organisations":"*","jwks":{"keys":[{"kty":"oct","kid":"k","alg":"HS256","k":"x"}]}}]}'],
] as const)
  test(`a register of clients that is ${why} stops the start`, () => assert.throws(() => readFhirClients(text)))
