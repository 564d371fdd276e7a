import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failed, Read } from '../reading/http-read.ts'
import { createSharedSearch } from './shared-search.ts'

const answered = (status: number): Read => ({ ok: true, status, body: {}, bytes: 2, plain: true })

function reader() {
  const requests: { readonly signal: AbortSignal; readonly answer: (read: Read | Failed) => void }[] = []
  const read = (signal: AbortSignal): Promise<Read | Failed> => new Promise(answer => requests.push({ signal, answer }))
  return { requests, read }
}
const live = (): AbortSignal => new AbortController().signal

test('two groups of a view that ask at the same moment share one request, others do not', async () => {
  const search = createSharedSearch()
  const { requests, read } = reader()
  const both = [search('view', 'essentials', live(), read), search('view', 'recent', live(), read)]
  const other = search('another view', 'essentials', live(), read)
  assert.equal(requests.length, 2)
  requests[0]?.answer(answered(200))
  requests[1]?.answer(answered(201))
  const [first, second] = await Promise.all(both)
  assert.ok(first !== undefined && first === second)
  assert.equal((await other).status, 201)

  const later = search('view', 'older', live(), read)
  assert.equal(requests.length, 3, 'what is answered is not kept')
  requests[2]?.answer(answered(200))
  await later
})

test('a hedge of the same group is a request of its own', async () => {
  const search = createSharedSearch()
  const { requests, read } = reader()
  const hangs = new AbortController()
  const first = search('view', 'recent', hangs.signal, read)
  const second = search('view', 'recent', live(), read)
  requests[1]?.answer(answered(200))
  assert.equal((await second).ok, true)
  hangs.abort()
  assert.equal((await first).ok, false)
  assert.equal(requests[0]?.signal.aborted, true)
})

test('a request ends early only when nobody waits for it, and then nobody joins it', async () => {
  const search = createSharedSearch()
  const { requests, read } = reader()
  const [one, two] = [new AbortController(), new AbortController()]
  const first = search('view', 'essentials', one.signal, read)
  const second = search('view', 'recent', two.signal, read)
  one.abort(new DOMException('', 'TimeoutError'))
  assert.deepEqual(await first, { ok: false, outcome: 'late', cause: 'timed-out' })
  assert.equal(requests[0]?.signal.aborted, false)
  two.abort()
  assert.deepEqual(await second, { ok: false, outcome: 'late', cause: 'cancelled' })
  assert.equal(requests[0]?.signal.aborted, true)
  const third = search('view', 'older', live(), read)
  requests[1]?.answer(answered(200))
  assert.equal((await third).ok, true)
  assert.deepEqual(await search('view', 'older', AbortSignal.abort(), read), { ok: false, outcome: 'late', cause: 'cancelled' })
  assert.equal(requests.length, 2, 'who no longer waits asks nothing')
})
