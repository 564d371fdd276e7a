import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import type { ConnectCareEvent } from '../src/london/systems/connect-care.ts'
import { stage } from './support/london.ts'
import { formsOf } from './support/reading.ts'
import type { Page, Visitor } from './support/visitor.ts'

const at = stage({ processes: 1, exchanges: ['SEL'] })
afterEach(() => at().ledger.sound())

const theirAudit = (): readonly ConnectCareEvent[] =>
  readFileSync(join(at().dir, 'connect-care-audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as ConnectCareEvent)

/** From an open record to the other product, as its user presses. */
async function across(visitor: Visitor, nhsNumber: string): Promise<Page> {
  const { id } = await visitor.open(nhsNumber)
  await visitor.settled(id)
  const way = formsOf((await visitor.whole(id)).html).find(form => form.action.endsWith('/bridge/connect-care'))
  const leaving = await visitor.submit(way)
  assert.match(leaving.words, /Connect Care is another product/)
  return visitor.submit(formsOf(leaving.html).find(form => form.action.endsWith('/open')))
}

test('R033: a doctor opens a person in Connect Care and comes back; each product decides and writes down for itself', async () => {
  const { signedIn, ledger } = at()
  const shah = await signedIn('Shah')
  const there = await across(shah, told.amara)
  assert.equal(there.status, 200)
  assert.match(there.words, /OKAFOR/)
  assert.match(there.words, /Seen by Dr Priya Shah/)

  const back = formsOf(there.html).find(form => form.action.endsWith('/bridge/open'))
  const here = await shah.submit(back)
  assert.equal(here.status, 200)
  assert.match(here.url.pathname, /^\/r\//)
  const again = await shah.submit(back)
  assert.equal(again.status, 401, 'once')

  const transactions = async (kind: string): Promise<readonly string[]> => (await ledger.ofKind(kind)).map(event => event.transaction)
  const theirs = theirAudit()
  assert.deepEqual(
    theirs.filter(e => e.what === 'opened').map(e => e.transaction),
    await transactions('bridge-sent'),
  )
  const received = await transactions('bridge-received')
  for (const { transaction } of theirs.filter(e => e.what === 'sent')) assert.ok(received.includes(transaction))
})

test('R033: Connect Care refuses whom it does not know, whatever we let pass', async () => {
  const asante = await at().signedIn('Asante')
  const { words } = await asante.get('/roles')
  assert.match(words, /King/)
  const roles = formsOf((await asante.get('/roles')).html).find(form => form.action === '/roles')
  await asante.submit(roles, { role: '555000010302' })
  const { id, page } = await asante.open(told.amara)
  const reason = formsOf((page.url.pathname.endsWith('/reason') ? page : await asante.whole(id)).html).find(f =>
    f.action.endsWith('/reason'),
  )
  if (reason !== undefined) await asante.submit(reason, { reason: 'claim-treating' })
  const there = await across(asante, told.amara)
  assert.equal(there.status, 403)
  assert.doesNotMatch(there.words, /OKAFOR/)
  assert.equal(theirAudit().at(-1)?.because, 'user')
})
