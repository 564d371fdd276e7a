import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { ok } from '../../care-record/result.ts'
import type { BridgeCorridor } from '../bridge.ts'
import { ARRIVAL_COOKIE, ARRIVED_PATH } from './bridge-routes.ts'
import { createHouse, okafor } from './for-tests.ts'

const bridges = {
  offered: () => [],
  arrive: async () =>
    ok({
      bridge: 'connect-care',
      title: 'Connect Care',
      sdsUserId: '555000000001',
      nhsNumber: okafor.nhsNumber,
      birthDate: okafor.birthDate,
      transaction: 't-1',
    }),
  admit: async () => ok(undefined),
} as unknown as BridgeCorridor
const house = await createHouse({ ports: { bridges } })
after(() => house.servers.close())
const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('R033: who came from another product can open the same person again, should the view be lost with its process', async () => {
  const session = await house.session()
  const came = await house.servers.public.inject({ method: 'POST', url: '/bridge/open', headers: form, payload: 'context=x' })
  const arrival = came.cookies.find(({ name }) => name === ARRIVAL_COOKIE)?.value ?? ''
  const cookie = `${session.cookie}; ${ARRIVAL_COOKIE}=${arrival}`
  const opened = await house.servers.public.inject({ url: ARRIVED_PATH, headers: { accept: 'text/html', cookie } })
  const viewId = /^\/r\/([^/]+)\/$/.exec(opened.headers.location ?? '')?.[1]
  assert.ok(viewId, `${opened.statusCode}`)
  const ref = await house.store.refOfView(session.row.id, viewId)
  assert.match(ref ?? '', /^[A-Za-z0-9_-]{43}$/)
  const again = await house.servers.public.inject({
    method: 'POST',
    url: '/open',
    headers: { ...form, accept: 'text/html', cookie: session.cookie },
    payload: `csrf=${encodeURIComponent(session.csrf)}&ref=${ref ?? ''}`,
  })
  assert.equal(again.statusCode, 303)
  assert.match(again.headers.location ?? '', /^\/r\//)
  assert.notEqual(again.headers.location, opened.headers.location, 'a view of its own')
})
