import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { stage, systemsAbout, until } from '../../requirements/support/london.ts'
import { factOf } from '../../requirements/support/ledger.ts'
import { formsOf } from '../../requirements/support/reading.ts'
import type { Visitor } from '../../requirements/support/visitor.ts'
import { told } from '../london/people/population.ts'
import { heldForSteward, releaseHeld } from './report-item.ts'

const at = stage()
afterEach(() => at().ledger.sound())

const documentIds = (html: string): readonly string[] => [
  ...new Set([...html.matchAll(/\/documents\/([A-Za-z0-9-]{36})/g)].map(([, id = '']) => id)),
]
/** The entry whose document page says these words. */
async function find(visitor: Visitor, viewId: string, words: RegExp): Promise<string> {
  for (const id of documentIds((await visitor.get(`/r/${viewId}/documents`)).html))
    if (words.test((await visitor.get(`/r/${viewId}/documents/${id}`)).words)) return id
  return assert.fail(`no document says ${words}`)
}
const opened = async (family: string, nhsNumber = told.amara) => {
  const visitor = await at().signedIn(family)
  const { id } = await visitor.open(nhsNumber)
  await visitor.settled(id)
  return { visitor, id }
}

test('D131 D133: documents of a hospital, a practice and another exchange open, each with its events at both ends', async () => {
  const { ledger } = at()
  const { visitor: shah, id } = await opened('Shah')
  for (const words of [/Letter, kidney clinic.*Royal Free/, /Discharge summary, orthopaedics.*Camberwell/, /Letter, falls clinic/]) {
    const entry = await find(shah, id, words)
    const body = await shah.get(`/r/${id}/documents/${entry}/body`)
    assert.equal(body.status, 200)
    assert.doesNotMatch(body.html, /<script|javascript:/i)
  }
  const other = await find(shah, id, /Check: this document names another person/)
  const page = await shah.get(`/r/${id}/documents/${other}`)
  assert.doesNotMatch(page.words, /Pacemaker|Adaeze/)
  for (const path of ['/original', '/pages/1']) assert.equal((await shah.get(`/r/${id}/documents/${other}${path}`)).status, 404)
  const opening = await ledger.events(id)
  assert.ok(opening.filter(e => e.kind === 'document-opened' && e.outcome === 'success').length >= 4)
  const disclosed = (await ledger.ofKind('peer-disclosed', 'ncl')).filter(e => factOf(e, 'what').includes('document'))
  assert.ok(disclosed.some(e => e.outcome === 'success' && e.transaction === opening[0]?.transaction))
  assert.doesNotMatch(at().logs(), /OKAFOR|kidney|9991234/i)
})

test('R007: what is reported of another exchange’s hospital is held there for all, leaves open views, and comes back when released', async () => {
  const { ledger } = at()
  const [{ visitor: shah, id }, far] = await Promise.all([opened('Shah'), opened('Shah')])
  const [entry, theirs] = [await find(shah, id, /Letter, kidney clinic/), await find(far.visitor, far.id, /Letter, kidney clinic/)]
  const form = formsOf((await shah.get(`/r/${id}/item/${entry}/not-theirs`)).html).find(f => f.action.endsWith('/not-theirs'))
  assert.equal((await shah.submit(form, { words: 'too short' })).status, 400)
  const done = await shah.submit(form, { words: 'It is about another woman of that name.' })
  assert.equal(done.status, 200)
  assert.match(done.words, /It is hidden/)
  assert.equal((await shah.get(`/r/${id}/documents/${entry}`)).status, 404)
  await until(async () => (await far.visitor.get(`/r/${far.id}/documents/${theirs}`)).status === 404)
  assert.equal((await far.visitor.get(`/r/${far.id}/documents`)).status, 200, 'the other view goes on without it')
  const again = await opened('Shah')
  assert.doesNotMatch((await again.visitor.get(`/r/${again.id}/documents`)).words, /kidney clinic/)

  const pool = ledger.pool('ncl')
  const { rows } = await pool.query<{ notices: number; tasks: number }>(
    `select (select count(*)::int from held_item_notice) as notices,
       (select count(*)::int from steward_task where kind = 'not-this-person' and closed_at is null) as tasks`,
  )
  assert.deepEqual(rows[0], { notices: 2, tasks: 1 })
  const reported = (await ledger.ofKind('item-reported', 'ncl')).at(-1)
  assert.ok(reported?.event.agent?.some(agent => agent.who?.identifier?.value === 'SEL'))
  assert.equal((await ledger.ofKind('item-reported', 'sel')).at(-1)?.transaction, reported?.transaction)
  assert.doesNotMatch(JSON.stringify(reported?.event), /another woman/)

  const now = (): Date => new Date()
  const [held] = await heldForSteward({ pool, now }, async () => [])
  assert.ok(held)
  assert.equal(held.words, 'It is about another woman of that name.')
  assert.ok(held.seenBy.some(seen => seen.exchange === 'SEL' && /Shah/i.test(seen.name)))
  const audit = { writeWith: async () => ({ id: '', at: '' }) }
  const steward = {
    sdsUserId: '1',
    name: 'S',
    sdsRoleProfileId: '2',
    roleCode: '',
    roleName: '',
    odsCode: 'RAL',
    organisationName: '',
    assurance: '',
  }
  const release = { id: held.id, steward, transaction: 't' }
  assert.ok((await releaseHeld({ pool, now, audit: audit as never }, release)).ok)
  const twice = await releaseHeld({ pool, now, audit: audit as never }, release)
  assert.equal(!twice.ok && twice.fault.kind, 'not-found')
  await until(async () => {
    const view = await opened('Shah')
    return /kidney clinic/.test((await view.visitor.get(`/r/${view.id}/documents`)).words)
  })
})

test('D120 D171: what the law keeps apart is in no document, print or search of a record, though its words are those searched for', async () => {
  for (const nhsNumber of [told.restricted, told.restrictedTwin]) {
    const { visitor, id } = await opened('Lindqvist', nhsNumber)
    const listed = await visitor.get(`/r/${id}/documents`)
    for (const entry of documentIds(listed.html))
      for (const path of ['', '/body', '/pages/1', '/original']) await visitor.get(`/r/${id}/documents/${entry}${path}`)
    for (const path of ['print', 'timeline', 'changes', 'results', 'problems/threads', 'encounters/threads', 'medicines/compare'])
      assert.equal((await visitor.get(`/r/${id}/${path}`)).status, 200, path)
    const form = formsOf((await visitor.get(`/r/${id}/search`)).html).find(f => f.action.endsWith('/search'))
    const found = await visitor.submit(form, { words: 'asthma' })
    assert.match(found.words, /asthma/i)
    assert.doesNotMatch(
      visitor.received(),
      /chlamydia|gender identity|clomifene|assisted conception|partner notification|428015005|Marco\b/i,
    )
  }
})

test('D124: nothing held anywhere and an objection end in the same bytes and the same status', async () => {
  // Known only in areas that do not run here.
  const nobody = at().london.city.people.people.find(
    p => p.supersededBy === undefined && p.deceased === undefined && !p.restricted && systemsAbout(p.nhsNumber).length === 0,
  )
  assert.ok(nobody)
  const goldberg = await at().signedIn('Goldberg')
  const pages = []
  for (const nhsNumber of [told.objector, nobody.nhsNumber]) {
    const { id } = await goldberg.open(nhsNumber)
    const form = formsOf((await goldberg.get(`/r/${id}/reason`)).html).find(f => f.action.endsWith('/reason'))
    await goldberg.submit(form, { reason: 'claim-treating' })
    const { status, words, html } = await goldberg.whole(id)
    // An address of the view itself is all that may differ: it is made by chance.
    pages.push({ status, words, html: html.replaceAll(id, 'view') })
  }
  const [objects, holdsNothing] = pages
  assert.match(objects?.words ?? '', /No information is available to show for this person/)
  assert.deepEqual([holdsNothing?.status, holdsNothing?.html], [objects?.status, objects?.html])
})
