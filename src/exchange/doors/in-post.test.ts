import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { exchangeUri } from '../../care-record/peer.ts'
import { createAuthority, createHouse, shah } from './for-tests.ts'

const signed = await createAuthority()
let left = false
const house = await createHouse({
  certificate: await signed([exchangeUri('SEL')]),
  ports: { officesOf: () => ['privacy'], inPost: async () => !left },
  offices: () => [
    {
      method: 'GET',
      path: '/office/names',
      permission: 'office',
      offices: ['privacy'],
      serve: async (_request, reply) => reply.send('names'),
    },
  ],
})
after(() => house.servers.close())

test('R045: an office is worth nothing to whoever has left, signed in or not', async () => {
  const { cookie } = await house.session(shah)
  const open = () => house.servers.public.inject({ url: '/office/names', headers: { accept: 'text/html', cookie } })
  assert.equal((await open()).statusCode, 200)
  left = true
  const refused = await open()
  assert.deepEqual([refused.statusCode, refused.body.includes('names')], [403, false])
  assert.match(refused.body, /no longer work there/)
  assert.equal(house.events.at(-1)?.reason, 'not-in-post')
  left = false
  assert.equal((await open()).statusCode, 200)
})
