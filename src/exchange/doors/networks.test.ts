import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createTokens, bearer } from './fhir/for-tests.ts'
import { createHouse } from './for-tests.ts'

const tokens = await createTokens(() => new Date('2026-11-21T10:00:00Z'))
const house = await createHouse({ settings: { mayReach: address => address.startsWith('10.'), fhir: tokens.settings } })
after(() => house.servers.close())
const { public: app, mtls } = house.servers

const paths: readonly (readonly [string, number, number])[] = [
  ['/sign-in', 200, 403],
  ['/find', 200, 403],
  ['/health', 200, 200],
  ['/ready', 200, 200],
  ['/health?x', 200, 403],
  ['/assets/none', 404, 403],
  ['/nothing', 404, 403],
]
for (const [url, inside, outside] of paths)
  test(`R044: ${url} answers ${inside} inside the networks and ${outside} outside, whatever a header says`, async () => {
    const { cookie } = await house.session()
    const ask = async (remoteAddress: string): Promise<number> =>
      (
        await app.inject({
          url,
          remoteAddress,
          headers: { accept: 'text/html', cookie, 'x-forwarded-for': '10.0.0.1', forwarded: 'for=10.0.0.1', 'x-real-ip': '10.0.0.1' },
        })
      ).statusCode
    assert.deepEqual([await ask('10.1.2.3'), await ask('192.0.2.1')], [inside, outside])
  })

test('R044: software is turned away from outside too, with a token or not', async () => {
  const headers = bearer(await tokens.userToken())
  const ask = async (remoteAddress: string): Promise<number> =>
    (await app.inject({ url: '/fhir/R4/Condition', headers, remoteAddress })).statusCode
  assert.deepEqual([await ask('10.1.2.3'), await ask('192.0.2.1')], [400, 403])
})

test('R044: a refusal is written down without whose it was, once a minute', async () => {
  const before = house.events.length
  house.clock.now = new Date(house.clock.now.getTime() + 60_000)
  for (let i = 0; i < 5; i++) await app.inject({ url: '/sign-in', remoteAddress: '192.0.2.1' })
  assert.deepEqual(house.events.slice(before), [{ kind: 'request-refused', reason: 'network' }])
  house.clock.now = new Date(house.clock.now.getTime() + 60_000)
  await app.inject({ url: '/sign-in', remoteAddress: '192.0.2.1' })
  assert.equal(house.events.length - before, 2)
})

test('other exchanges come by their certificate, from any network', async () => {
  const answer = await mtls.inject({ url: '/peer/v1/held', remoteAddress: '192.0.2.1' })
  assert.match(answer.body, /certificate/)
})
