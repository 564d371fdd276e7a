import assert from 'node:assert/strict'
import { test } from 'node:test'
import { okaforModel } from '../fixtures/okafor.ts'
import { text } from '../html.ts'
import { bridgeItems, leavingPage } from './bridge.ts'
import { restItems } from './record.ts'

const model = { viewId: 'own1.abc', csrf: 'form-token' }
const said = (of: Parameters<typeof bridgeItems>[0]): string => bridgeItems(of).map(text).join('')

test('R033: a record has a way to another product only where one is offered', () => {
  assert.equal(said(model), '')
  assert.equal(said({ ...model, bridges: [] }), '')
  const html = said({ ...model, bridges: [{ id: 'connect-care', title: 'Connect Care' }] })
  assert.match(html, /<form method="post" action="\/r\/own1\.abc\/bridge\/connect-care" target="_blank"/)
  assert.match(html, /name="csrf" value="form-token"/)
  assert.match(html, />Open in Connect Care<\/button>/)
})

test('R033: what the register says is text, never markup or an address', () => {
  const html = said({ ...model, bridges: [{ id: '"><script>', title: '<img src=x>' }] })
  assert.doesNotMatch(html, /<script|<img/)
})

test('R033: the page that leaves has one form, to one place, without a token of our session', () => {
  const html = text(
    leavingPage({ csrf: 'form-token' }, { title: 'Connect Care', url: 'https://connect-care.example/open', token: 'a.b.c' }),
  )
  assert.deepEqual(
    [...html.matchAll(/<form[^>]* action="([^"]*)"/g)].map(([, action]) => action),
    ['https://connect-care.example/open'],
  )
  assert.match(html, /name="context" value="a\.b\.c"/)
  assert.doesNotMatch(html, /form-token/)
  assert.match(html, /decides for itself what you may see/)
})

test('a small screen has the way out in its index', () => {
  const html = text(restItems(okaforModel({ bridges: [{ id: 'connect-care', title: 'Connect Care' }] })))
  assert.match(html, /Sharing<\/a><\/li>\s*<li class="lcr-index__card">\s*<form[^>]*bridge\/connect-care/)
  assert.doesNotMatch(text(restItems(okaforModel())), /\/bridge\//)
})
