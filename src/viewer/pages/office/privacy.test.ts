import assert from 'node:assert/strict'
import { test } from 'node:test'
import { text } from '../../html.ts'
import { alerts, asked, counts, decision, officeFrame, toReview } from './privacy.for-tests.ts'
import { alertPage, claimsPage, decisionPage, privacyPage } from './privacy.ts'

const claims = (fault?: Parameters<typeof claimsPage>[2]): string => text(claimsPage(officeFrame, { counts, toReview, asked }, fault))

test('care rules 1.3: one key decides the first claim, and the next stands first on a fresh page', () => {
  const keys = [...claims().matchAll(/accesskey="(\d)"/g)].map(([, key]) => key)
  assert.deepEqual(keys, ['1', '2', '3'])
  assert.ok(claims().indexOf('accesskey="1"') < claims().indexOf(toReview[1]?.id ?? ''))
})
test('care rules 1.3: many at once are those alone that evidence confirmed, and never an emergency', () => {
  const [, ids] = /name="ids" value="([^"]*)"/.exec(claims()) ?? []
  assert.deepEqual(
    ids?.split(','),
    toReview.filter(c => c.listed === 'sample' && c.confirmed).map(c => c.id),
  )
  const none = text(claimsPage(officeFrame, { counts, toReview: toReview.slice(0, 4), asked: [] }))
  assert.doesNotMatch(none, /name="ids"/)
})
test('a fault is said above the list and beside its own field, with what was typed', () => {
  const page = claims({ claimId: toReview[1]?.id ?? '', words: 'Say what was not in order', note: 'no <b>duty</b>' })
  assert.match(page, new RegExp(`href="#note-${toReview[1]?.id}"`))
  assert.match(page, new RegExp(`id="note-${toReview[1]?.id}"[\\s\\S]*?no &lt;b&gt;duty`))
  assert.equal(page.match(/nhsuk-form-group--error/g)?.length, 1)
})
test('no number or name of a person is in an address of these pages', () => {
  const all = [
    claims(),
    text(privacyPage(officeFrame, { counts, alerts, more: true })),
    ...alerts.map(alert => text(alertPage(officeFrame, alert, [decision]))),
    text(decisionPage(officeFrame, decision)),
  ].join('')
  const addresses = [...all.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, address]) => address ?? '')
  assert.ok(addresses.some(address => address.startsWith('/office/privacy/')))
  assert.deepEqual(
    addresses.filter(address => /999|shah|5550000/i.test(address)),
    [],
  )
})
test('R056: the officer reads what a member of staff tried, and the national alert only where there is one', () => {
  const pages = alerts.map(alert => text(alertPage(officeFrame, alert, [])))
  assert.deepEqual(
    pages.map(page => /National alert/.test(page)),
    [true, false, true, true],
  )
  assert.match(pages[1] ?? '', /saw nothing/)
})
