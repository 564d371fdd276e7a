import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { fail, ok } from '../../care-record/result.ts'
import { createHouse, other, shah } from './for-tests.ts'

const accepted = new Set<string>()
let written = true
const house = await createHouse({
  ports: {
    use: {
      accepted: async viewer => accepted.has(viewer.sdsUserId),
      accept: async viewer => {
        if (!written) return fail('unavailable', 'away')
        accepted.add(viewer.sdsUserId)
        return ok(undefined)
      },
    },
  },
})
after(() => house.servers.close())
const app = house.servers.public
const html = { accept: 'text/html' }
const form = { ...html, 'content-type': 'application/x-www-form-urlencoded', origin: 'http://localhost:8400' }

test('R045: a user who has not accepted the rules of use is led to them, and on to where they were going', async () => {
  const session = await house.session(shah)
  const { view } = house.openView(session)
  const asked = await app.inject({ method: 'GET', url: `/r/${view.id}/`, headers: { ...html, cookie: session.cookie } })
  assert.equal(asked.statusCode, 303)
  assert.equal(asked.headers.location, `/acceptable-use?to=${encodeURIComponent(`/r/${view.id}/`)}`)
  assert.doesNotMatch(asked.body, /OKAFOR/)

  const page = await app.inject({ method: 'GET', url: asked.headers.location, headers: { ...html, cookie: session.cookie } })
  assert.match(page.body, /Rules of use/)
  assert.match(page.body, new RegExp(`name="to" value="/r/${view.id}/"`))

  const body = new URLSearchParams({ csrf: session.csrf, to: `/r/${view.id}/` }).toString()
  written = false
  const away = await app.inject({ method: 'POST', url: '/acceptable-use', headers: { ...form, cookie: session.cookie }, payload: body })
  assert.deepEqual([away.statusCode, /could not be written down/.test(away.body)], [503, true])
  written = true
  const tapped = await app.inject({ method: 'POST', url: '/acceptable-use', headers: { ...form, cookie: session.cookie }, payload: body })
  assert.deepEqual([tapped.statusCode, tapped.headers.location], [303, `/r/${view.id}/`])
  assert.equal((await app.inject({ method: 'GET', url: `/r/${view.id}/`, headers: { ...html, cookie: session.cookie } })).statusCode, 200)
  const again = await app.inject({ method: 'GET', url: '/acceptable-use?to=/find', headers: { ...html, cookie: session.cookie } })
  assert.deepEqual([again.statusCode, again.headers.location], [303, '/find'], 'asked once a year')
})
test('R045: scripts and other software are refused with words, nothing is served, and nobody accepts for another', async () => {
  const session = await house.session(other)
  const { view } = house.openView(session)
  for (const url of [`/r/${view.id}/parts?after=0`, `/r/${view.id}/events`]) {
    const answer = await app.inject({ method: 'GET', url, headers: { accept: 'application/json', cookie: session.cookie } })
    assert.deepEqual([answer.statusCode, /rules of use/.test(answer.body)], [403, true])
  }
  const posted = await app.inject({
    method: 'POST',
    url: '/find',
    headers: { ...form, cookie: session.cookie },
    payload: new URLSearchParams({ csrf: session.csrf, nhsNumber: '999 000 0018' }).toString(),
  })
  assert.deepEqual([posted.statusCode, posted.headers.location], [303, '/acceptable-use'])
})
for (const to of ['https://elsewhere.example/', '//elsewhere.example', '/r/../../office', 'javascript:alert(1)'])
  test(`R045: accepting leads to no other place than ours: ${to}`, async () => {
    const session = await house.session(shah)
    const answer = await app.inject({
      method: 'POST',
      url: '/acceptable-use',
      headers: { ...form, cookie: session.cookie },
      payload: new URLSearchParams({ csrf: session.csrf, to }).toString(),
    })
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/'])
  })
