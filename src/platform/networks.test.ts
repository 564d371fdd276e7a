import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNetworks } from './networks.ts'

const lists: readonly (readonly [list: string, address: string, inside: boolean])[] = [
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['10.0.0.0/8', '::ffff:11.1.2.3', false],
  ['10.0.0.0/8', '', false],
  ['10.0.0.0/8', 'localhost', false],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['192.0.2.0/31, 198.51.100.0/24', '198.51.100.200', true],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:db8::/32', '10.1.2.3', false],
]
for (const [list, address, inside] of lists)
  test(`R044: ${address || 'no address'} is ${inside ? 'in' : 'outside'} ${list}`, () => {
    const isIn = parseNetworks(list)
    assert.ok(isIn)
    assert.equal(isIn(address), inside)
  })

for (const wrong of [
  '',
  ' ',
  '10.0.0.0/0',
  '::/0',
  '10.0.0.0/33',
  '2001:db8::/129',
  '10.0.0/8',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  '10.0.0.0/8,',
  'any',
  '10.0.0.0/8;11.0.0.0/8',
])
  test(`R044: networks written as '${wrong}' are refused whole`, () => assert.equal(parseNetworks(wrong), undefined))
