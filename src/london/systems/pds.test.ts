import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCity } from '../people/city.ts'
import { told } from '../people/population.ts'
import { clients, now, tokenFrom, type Bundle, type Resource } from './for-tests.ts'
import { createPds } from './pds.ts'

const city = createCity({ now })
const pds = createPds({ person: city.person, everyone: () => city.people, clients, now: () => now })
const ORIGIN = 'http://pds.test'
const token = await tokenFrom(pds.handle, ORIGIN)
const good = {
  authorization: `Bearer ${token}`,
  'x-request-id': '60e0b220-8136-4ca5-ae46-1d97ef59d068',
  'nhsd-session-urid': '555000010101',
}
const get = (path: string, headers: Record<string, string> = good): Promise<Response> =>
  pds.handle(new Request(`${ORIGIN}/personal-demographics/FHIR/R4/${path}`, { headers }))
const read = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T
const codeOf = (body: Bundle): string | undefined => body.issue?.[0]?.details?.coding?.[0]?.code

test('one person, with a version', async () => {
  const answer = await get(`Patient/${told.amara}`)
  assert.match(answer.headers.get('etag') ?? '', /^W\/"\d+"$/)
  assert.equal(((await answer.json()) as Resource)['birthDate'], '1956-03-08')
})

test('a restricted person: no address, no telephone, no practice', async () => {
  const patient = await read<Resource>(`Patient/${told.flagged}`)
  for (const name of ['address', 'telecom', 'generalPractitioner']) assert.equal(patient[name], undefined)
  assert.match(JSON.stringify(patient['meta']), /"R"/)
})

test('a superseded number answers with the number of today', async () => {
  assert.equal((await read<Resource>(`Patient/${told.supersededOld}`)).id, told.superseded)
})

test('one who has died carries the notice', async () => {
  assert.match(JSON.stringify(await read<Resource>(`Patient/${told.dead}`)), /deceasedDateTime.*DeathNotificationStatus/)
})

test('two who are easily confused are both found, and a small maximum says too many', async () => {
  const query = 'Patient?family=Rahman&given=Mohammed&birthdate=eq1979-04-11&_fuzzy-match=true'
  const found = await read<Bundle>(query)
  assert.equal(found.total, 2)
  assert.equal(found.entry?.[0]?.search?.score, 1)
  assert.equal(codeOf(await read<Bundle>(`${query}&_max-results=1`)), 'TOO_MANY_MATCHES')
  assert.equal((await read<Bundle>('Patient?family=Rahman&given=Mohammed&birthdate=1979-04-11')).total, 1)
  assert.equal((await read<Bundle>('Patient?family=Ra*&birthdate=1979-04-11')).total, 1)
})

test('HAZ: a postcode never finds a restricted person; name and birth date do', async () => {
  assert.equal((await read<Bundle>('Patient?family=Haddad&birthdate=1985-02-27&address-postalcode=N1%200ZZ')).total, 0)
  assert.equal((await read<Bundle>('Patient?family=Haddad&birthdate=1985-02-27')).total, 1)
})

const refusals: [name: string, path: string, headers: Record<string, string>, status: number, code: string][] = [
  ['no token', `Patient/${told.amara}`, { ...good, authorization: '' }, 401, 'ACCESS_DENIED'],
  ['no request id', `Patient/${told.amara}`, { authorization: good.authorization }, 412, 'MISSING_VALUE'],
  ['a request id that is none', `Patient/${told.amara}`, { ...good, 'x-request-id': '1' }, 400, 'INVALID_VALUE'],
  ['no role profile', `Patient/${told.amara}`, { ...good, 'nhsd-session-urid': '' }, 400, 'INVALID_VALUE'],
  ['a number that is none', 'Patient/1234567890', good, 400, 'INVALID_RESOURCE_ID'],
  ['a number nobody has', 'Patient/9990000018', good, 404, 'RESOURCE_NOT_FOUND'],
  ['a name alone', 'Patient?family=Rahman', good, 400, 'TOO_FEW_VALUES_SUBMITTED'],
  ['a wildcard too early', 'Patient?family=R*&birthdate=1979-04-11', good, 400, 'INVALID_SEARCH_DATA'],
  ['an unknown parameter', 'Patient?family=Rahman&birthdate=1979-04-11&shoe=9', good, 400, 'INVALID_SEARCH_DATA'],
  ['another service', 'Coverage', good, 404, 'UNSUPPORTED_SERVICE'],
]
for (const [name, path, headers, status, code] of refusals)
  test(`the register refuses ${name}`, async () => {
    const answer = await get(path, headers)
    assert.deepEqual([answer.status, codeOf((await answer.json()) as Bundle)], [status, code])
  })
