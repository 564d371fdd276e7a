import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { stage } from './support/london.ts'
import { formsOf } from './support/reading.ts'

const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

test('R106 care rules 1.3: emergency access says its end, is renewed in one action, and is read by the officer of that hospital', async () => {
  const { signedIn, ledger } = at()
  const shah = await signedIn('Shah')
  const { id } = await shah.open(told.oxleas)
  const reason = await shah.get(`/r/${id}/reason`)
  const emergency = formsOf(reason.html).find(form => form.fields['reason'] === 'emergency-access')
  await shah.submit(emergency, { words: 'Unconscious in resus, no relatives' })
  await shah.settled(id)
  const record = await shah.get(`/r/${id}/`)
  assert.match(record.words, /Emergency access until \d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d/)
  const renewed = await shah.submit(formsOf(record.html).find(form => form.action.endsWith('/renew')))
  assert.equal(renewed.status, 200)
  const kinds = (await ledger.events(id)).map(event => event.kind)
  assert.equal(kinds.filter(kind => kind === 'claimed').length, 2)
  assert.equal(kinds.filter(kind => kind === 'alert-raised').length, 2)

  const ruth = await signedIn('Abelson')
  const overview = await ruth.get('/office/privacy')
  assert.match(overview.words, /2 claims.*Emergency access.*Shah/s)
  const [, alert = ''] = /href="(\/office\/privacy\/alerts\/[^"]+)"/.exec(overview.html) ?? []
  const opened = await ruth.get(alert)
  assert.match(opened.words, /Unconscious in resus.*Type 1.*reason 4/s)
  const [, decision = ''] = /href="(\/office\/privacy\/decisions\/[^"]+)"/.exec(opened.html) ?? []
  const decided = await ruth.get(decision)
  assert.match(decided.words, /Was the person in their care\? No/)
  const again = await ruth.submit(formsOf(decided.html).find(form => form.action.endsWith('/again')))
  assert.match(again.words, /It comes out the same\./)

  const claims = await ruth.get('/office/privacy/claims')
  const [first] = formsOf(claims.html).filter(form => /\/claims\/[0-9a-f-]{36}$/.test(form.action))
  const wordless = await ruth.submit(first, { outcome: 'not-in-order', note: '' })
  assert.deepEqual([wordless.status, /Say what was not in order/.test(wordless.words)], [400, true])
  const left = await ruth.submit(first, { outcome: 'in-order', note: '' })
  assert.match(left.words, /1 claim waits for you/)

  const tull = await signedIn('Tull')
  assert.equal((await tull.get(alert)).status, 404, 'an officer of another hospital')
  assert.equal((await shah.get('/office/privacy')).status, 403)
})
test('R045: on the first day the rules of use come first, in one tap, and then where one was going', async () => {
  const whitfield = await at().signedIn('Whitfield')
  const asked = await whitfield.get('/find')
  assert.equal(asked.url.pathname, '/acceptable-use')
  const on = await whitfield.submit(formsOf(asked.html).find(form => form.action === '/acceptable-use'))
  assert.equal(on.url.pathname, '/find')
  assert.equal((await whitfield.get('/find')).url.pathname, '/find')
})
test('R041: a nurse whose registration has lapsed finds nobody, and so opens nobody’s record; her colleague does', async () => {
  const [trent, eze] = [await at().signedIn('Trent'), await at().signedIn('Eze')]
  const refused = await trent.find({ nhsNumber: told.amara })
  assert.equal(refused.status, 403)
  assert.doesNotMatch(refused.html, /OKAFOR/)
  assert.match((await eze.find({ nhsNumber: told.amara })).html, /OKAFOR/)
})
