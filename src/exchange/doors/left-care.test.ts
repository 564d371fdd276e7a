import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { fail } from '../../care-record/result.ts'
import { createHouse, shah } from './for-tests.ts'

const VIEW = 'own1.leftleftleft'
const house = await createHouse({
  ports: {
    views: {
      open: async () => fail('unavailable', 'not here'),
      find: () => undefined,
      leftCare: (viewId, _sessionId, sdsUserId) => viewId === VIEW && sdsUserId === shah.sdsUserId,
    },
  },
})
after(() => house.servers.close())

test('R039: a page of a person no longer in care says so once, and any other view reads as closed', async () => {
  const session = await house.session(shah)
  const get = (view: string, accept = 'text/html') =>
    house.servers.public.inject({ method: 'GET', url: `/r/${view}/`, headers: { accept, cookie: session.cookie } })
  const [left, other, script] = [await get(VIEW), await get('own1.anotheranother'), await get(VIEW, 'application/json')]
  assert.deepEqual([left.statusCode, other.statusCode, script.statusCode], [410, 404, 404])
})
