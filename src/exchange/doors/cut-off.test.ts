import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import test, { after } from 'node:test'
import { Agent, request } from 'undici'
import type { Catalogue } from '../../care-record/catalogue.ts'
import { exchangeUri } from '../../care-record/peer.ts'
import { cutOffBy } from '../isolate.ts'
import { bearer, createTokens } from './fhir/for-tests.ts'
import { createAuthority, createHouse, doctorRole, other, otherRole, shah } from './for-tests.ts'
import { hashOf } from './seal.ts'

type Isolations = NonNullable<Catalogue['isolations']>
let isolations: Isolations = []
const signed = await createAuthority()
const certificate = await signed([exchangeUri('SEL')])
const peer = await signed([exchangeUri('NEL')])
const clock = { now: new Date('2026-11-21T10:00:00Z') }
const tokens = await createTokens(() => clock.now)
const house = await createHouse({
  certificate,
  settings: { fhir: tokens.settings },
  ports: { cutOff: who => cutOffBy(isolations, who) },
})
const { mtlsPort } = await house.servers.listen()
const asPeer = new Agent({ connect: { cert: peer.cert, key: peer.key, ca: peer.ca } })
after(async () => {
  await asPeer.close()
  await house.servers.close()
})
const app = house.servers.public
const html = { accept: 'text/html' }
const during = async <T>(cut: Isolations, work: () => Promise<T>): Promise<T> => {
  isolations = cut
  try {
    return await work()
  } finally {
    isolations = []
  }
}
const fingerprint = createHash('sha256').update(new X509Certificate(peer.cert).raw).digest('hex')
const USER: Isolations = [{ what: 'user', which: shah.sdsUserId }]
const ORGANISATION: Isolations = [{ what: 'organisation', which: doctorRole.odsCode }]

const cases: readonly (readonly [string, Isolations, typeof shah, number])[] = [
  ['nobody is cut off', [], shah, 200],
  ['this user is', USER, shah, 403],
  ['another user is', USER, other, 200],
  ['this organisation is', ORGANISATION, shah, 403],
  ['another organisation is', [{ what: 'organisation', which: 'RXX' }], shah, 200],
  ['a source with the code of the organisation is', [{ what: 'source', which: doctorRole.odsCode }], shah, 200],
]
for (const [name, cut, who, status] of cases)
  test(`cut off: when ${name}, a page open before answers ${status}`, async () => {
    const session = await house.session(who)
    const before = house.events.length
    const answer = await during(cut, () => app.inject({ url: '/find', headers: { ...html, cookie: session.cookie } }))
    assert.equal(answer.statusCode, status)
    if (status === 200) return
    assert.match(answer.body, /has been stopped/)
    assert.equal(await house.store.sessionById(session.row.id), undefined, 'the session is over')
    assert.deepEqual(
      house.events.slice(before).map(event => [event.kind, event.reason]),
      [['request-refused', 'cut-off']],
    )
    const after = await app.inject({ url: '/find', headers: { ...html, cookie: session.cookie } })
    assert.equal(after.statusCode, 303, 'let in again, one signs in anew')
  })

test('cut off: sign-in is refused with words, and roles of a cut-off organisation cannot be chosen', async () => {
  const signIn = async (): Promise<Awaited<ReturnType<typeof app.inject>>> => {
    const begun = await app.inject({ url: '/sign-in/start', headers: html })
    const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? ''
    const cookie = begun.cookies.map(c => `${c.name}=${c.value}`).join('; ')
    return app.inject({ url: `/sign-in/return?code=c&state=${state}`, headers: { ...html, cookie } })
  }
  house.signIn.identity = shah
  const refused = await during(USER, signIn)
  assert.equal(refused.statusCode, 403)
  assert.equal(
    refused.cookies.some(c => c.name === '__Host-lcr'),
    false,
    'no session was begun',
  )

  house.signIn.identity = { ...shah, roles: [doctorRole, otherRole] }
  const one = await during(ORGANISATION, signIn)
  const token = one.cookies.find(c => c.name === '__Host-lcr')?.value ?? ''
  assert.equal((await house.store.session(hashOf(token)))?.roleProfileId, otherRole.sdsRoleProfileId, 'the one role that is left')
})

test('cut off: a role at a cut-off organisation is not offered to a session that has yet to choose', async () => {
  const session = await house.session({ ...shah, roles: [doctorRole, otherRole] }, { roleProfileId: null })
  const get = () => app.inject({ url: '/roles', headers: { ...html, cookie: session.cookie } })
  assert.match((await get()).body, new RegExp(doctorRole.sdsRoleProfileId))
  assert.doesNotMatch((await during(ORGANISATION, get)).body, new RegExp(doctorRole.sdsRoleProfileId))
})

const software: readonly (readonly [string, Isolations, number])[] = [
  ['nobody', [], 400],
  ['its user', USER, 403],
  ['the organisation of its user', ORGANISATION, 403],
  ['this software', [{ what: 'key', which: 'ward' }], 403],
  ['other software', [{ what: 'key', which: 'ehr-2' }], 400],
]
for (const [name, cut, status] of software)
  test(`cut off: software that names a user answers ${status} when ${name} is cut off`, async () => {
    const token = await tokens.userToken()
    const answer = await during(cut, () => app.inject({ url: '/fhir/R4/Condition', headers: bearer(token) }))
    assert.equal(answer.statusCode, status, answer.body)
  })

const keys: readonly (readonly [string, Isolations, number])[] = [
  ['nothing', [], 200],
  ['its certificate, by fingerprint', [{ what: 'key', which: fingerprint }], 403],
  ['the same with colons and capitals', [{ what: 'key', which: fingerprint.toUpperCase().replace(/(..)(?!$)/g, '$1:') }], 403],
  ['another certificate', [{ what: 'key', which: 'ab'.repeat(32) }], 200],
]
for (const [name, cut, status] of keys)
  test(`cut off: another exchange is answered ${status} when ${name} is cut off`, async () => {
    const answer = await during(cut, () => request(`https://localhost:${mtlsPort}/peer/v1/held`, { dispatcher: asPeer }))
    await answer.body.dump()
    assert.equal(answer.statusCode, status)
  })
