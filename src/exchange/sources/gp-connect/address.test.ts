import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostileFiles, hostileSkip } from '../reading/hostile-harness.for-tests.ts'
import { addressWithin } from './address.ts'

const BASE = 'https://gp.example/A1/STU3/1/gpconnect/documents'

const cases: readonly [address: string, within: boolean][] = [
  [`${BASE}/Binary/1`, true],
  ['Binary/1', true],
  [`${BASE}/Binary/1?x=1`, true],
  ['https://gp.example:443/A1/STU3/1/gpconnect/documents/Binary/1', true],
  ['https://gp.example/A1/STU3/1/gpconnect/documentsother/Binary/1', false],
  ['https://gp.example/A2/STU3/1/gpconnect/documents/Binary/1', false],
  ['http://gp.example/A1/STU3/1/gpconnect/documents/Binary/1', false],
  ['https://gp.example:8443/A1/STU3/1/gpconnect/documents/Binary/1', false],
  ['https://gp.example.evil.example/A1/STU3/1/gpconnect/documents/Binary/1', false],
  ['https://user:secret@gp.example/A1/STU3/1/gpconnect/documents/Binary/1', false],
  ['https://gp.example@evil.example/A1/STU3/1/gpconnect/documents/Binary/1', false],
  [`${BASE}/../../../admin`, false],
  [`${BASE}/Binary/%2e%2e/%2e%2e/%2e%2e/admin`, false],
  [`${BASE}/Binary/..%2f..%2fadmin`, false],
  [`${BASE}/Binary/..%252f..%252fadmin`, false],
  [`${BASE}\\..\\..\\admin`, false],
  ['//evil.example/Binary/1', false],
  ['/Binary/1', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['http://169.254.169.254/latest/meta-data', false],
  ['http://[::1]:5432/', false],
  ['', false],
]
for (const [address, within] of cases)
  test(`an address ${within ? 'inside' : 'outside'}: ${address || 'none'}`, () =>
    assert.equal(addressWithin(BASE, address) !== undefined && address !== '', within))

test('whatever an address says, what is asked lies inside the base', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.string(),
        fc.webPath().map(path => BASE + path),
      ),
      address => {
        const found = addressWithin(BASE, address)
        assert.ok(found === undefined || found.startsWith(`${BASE}/`), `${found}`)
      },
    ),
  )
})

test('no naughty string leads out of the base', { skip: hostileSkip }, () => {
  for (const line of JSON.parse(hostileFiles('strings')[0]?.bytes.toString() ?? '[]') as string[]) {
    const found = addressWithin(BASE, line)
    assert.ok(found === undefined || found.startsWith(`${BASE}/`), `${found}`)
  }
})

test('no address of another server, and no way up, leads out of the base', { skip: hostileSkip }, () => {
  const lines = ['ssrf', 'injection'].flatMap(folder => hostileFiles(folder).flatMap(({ bytes }) => bytes.toString().split('\n')))
  assert.ok(lines.length > 100)
  for (const line of lines)
    for (const address of [line, `${BASE}/${line}`, `${BASE}/Binary/${line}`]) {
      const found = addressWithin(BASE, address)
      assert.ok(found === undefined || (found.startsWith(`${BASE}/`) && !/%2e|%2f|%5c|\.\.\//i.test(new URL(found).pathname)), `${found}`)
    }
})
