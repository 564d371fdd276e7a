import assert from 'node:assert/strict'
import test from 'node:test'
import { text } from '../../html.ts'
import { isolationPage } from './isolation.ts'

const frame = {
  product: 'London Care Record',
  user: { name: 'TESTER, Ada (Ms)', role: 'Privacy officer', organisation: 'Hospital' },
  organisation: 'Hospital',
  csrf: 't',
  path: '/office/isolation',
  offices: ['operations'],
} as unknown as Parameters<typeof isolationPage>[0]

for (const because of ['constructor', '__proto__', 'toString', 'a code of a newer exchange'])
  test(`R107: the page of who is cut off is there when another exchange says why as ${because}`, () => {
    const inForce = [{ id: 'i1', what: 'user', which: '555000000001', because, at: '2026-11-21T10:00:00.000Z', exchange: 'NEL' }] as const
    const page = text(isolationPage(frame, { exchange: 'SEL', inForce, reasons: { drill: 'A drill' }, values: {} }))
    assert.match(page, /Another reason/)
    assert.match(page, /Only NEL can/)
  })

test('R107: the page says whose word does not count here', () => {
  const one = { id: 'i1', what: 'user', which: '555000000001', because: 'drill', at: '2026-11-21T10:00:00.000Z', exchange: 'NEL' } as const
  const page = text(
    isolationPage(frame, { exchange: 'SEL', inForce: [{ ...one, isDisregarded: true }], reasons: { drill: 'A drill' }, values: {} }),
  )
  assert.match(page, /what NEL says does not count/)
  assert.doesNotMatch(page, /Only NEL can/)
})
