import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { html, joined, text, type Child } from './html.ts'

test('text is escaped, a component is not escaped twice', () => {
  const inner = html`<b>${'<script>&"\''}</b>`
  assert.equal(text(html`<p>${inner}</p>`), '<p><b>&lt;script&gt;&amp;&quot;&#39;</b></p>')
})
test('no text leaves markup, inside or as an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), words => {
      assert.doesNotMatch(text(html`${words}`), /[<>"']/)
    }),
  )
})
test('an object that claims to be escaped is refused', () => {
  const hostile = JSON.parse('{"isEscaped":true,"length":3}') as unknown as Child
  assert.throws(() => html`<p>${hostile}</p>`, TypeError)
  assert.throws(() => html`<p>${[hostile]}</p>`, TypeError)
})
test('nothing is left of false and undefined, and zero stays', () => {
  assert.equal(text(html`${false}${undefined}${null}${0}`), '0')
  assert.equal(text(joined(['a', 'b', 'c'], ', ')), 'a, b, c')
})
