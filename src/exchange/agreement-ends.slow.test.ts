import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { factOf } from '../../requirements/support/ledger.ts'
import { stage, until } from '../../requirements/support/london.ts'
import { told } from '../london/people/population.ts'

/** Where Dr Shah works: with itself it needs no agreement. */
const OWN = 'RJZ'
const at = stage()
afterEach(() => at().ledger.sound())

const opened = async () => {
  const shah = await at().signedIn('Shah')
  const { id } = await shah.open(told.amara)
  await shah.settled(id)
  const { html } = await shah.get(`/r/${id}/documents`)
  const documents = [...new Set([...html.matchAll(/\/documents\/([A-Za-z0-9-]{36})/g)].map(([, one = '']) => one))]
  return { shah, id, documents }
}
type Opened = Awaited<ReturnType<typeof opened>>
/** Opens every document. Statuses, and what the audit says of each: its source and what became of it. */
async function read({ shah, id, documents }: Opened) {
  const statuses = []
  for (const one of documents) statuses.push((await shah.get(`/r/${id}/documents/${one}`)).status)
  const events = (await at().ledger.events(id)).filter(({ kind }) => kind === 'document-opened')
  return { statuses, events: events.map(event => ({ items: factOf(event, 'items').join(' '), outcome: event.outcome })) }
}

test('R057: an agreement that ends while a view is open opens nothing more of its provider, and the next look says why', async () => {
  const { ledger } = at()
  const pool = ledger.pool('sel')
  const [before, open] = [await opened(), await opened()]
  const { statuses, events } = await read(before)
  assert.ok(statuses.every(status => status === 200))
  const { rows } = await pool.query<{ id: string; ods_code: string }>(
    `select id, ods_code from source where exchange = 'SEL' and members is null and ods_code <> $1`,
    [OWN],
  )
  const isOf = (id: string, items: string): boolean => items.includes(`${id}/`)
  const provider =
    rows.find(({ id }) => events.some(({ items }) => isOf(id, items))) ??
    assert.fail(`nobody else of ours has a document: ${JSON.stringify(events)}`)

  const ended = await pool.query<{ agreement_id: string }>(
    `insert into agreement_review (agreement_id, state, from_file) select id, 'suspended', true from agreement where provider = $1
     returning agreement_id`,
    [provider.ods_code],
  )
  // Each of the two processes writes down when it has read the change.
  await until(async () => {
    const changes = (await ledger.ofKind('catalogue-changed', 'sel')).map(event => factOf(event, 'changes').join(' '))
    return changes.filter(change => change.includes(`agreement ${ended.rows[0]?.agreement_id}:`)).length >= 2
  })
  const after = await read(open)
  assert.ok(after.statuses.includes(404) && after.statuses.includes(200))
  assert.ok(after.events.some(({ items }) => isOf(provider.id, items)))
  for (const { items, outcome } of after.events) assert.equal(outcome, isOf(provider.id, items) ? 'failed' : 'success', items)
  assert.equal((await open.shah.get(`/r/${open.id}/`)).status, 200, 'what was shown under the agreement stands')
  const next = await opened()
  assert.match((await next.shah.get(`/r/${next.id}/sources`)).words, /no agreement/i)
  assert.ok((await read(next)).events.every(({ items }) => !isOf(provider.id, items)))
})
