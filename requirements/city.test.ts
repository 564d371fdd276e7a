import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { apply } from '../src/exchange/apply.ts'
import { loadPointers } from '../src/exchange/locator/pointers.ts'
import type { ApplyDocument } from '../src/london/catalogue.ts'
import { told } from '../src/london/people/population.ts'
import { cityOrganisations, EXCHANGES, exchangeTitles, places, type ExchangeName } from '../src/london/places.ts'
import { itemsOf, type Side } from './support/ledger.ts'
import { stage, until } from './support/london.ts'
import { cardOf, formsOf, rowsOf, sourceRowsOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

const at = stage({ exchanges: EXCHANGES, processes: 1 })
afterEach(() => at().ledger.sound())

const nameOf = (odsCode: string): string => cityOrganisations.find(each => each.odsCode === odsCode)?.name ?? odsCode

/** Opens, with a reason where one is asked for, and waits for everybody. */
async function look(visitor: Visitor, nhsNumber: string): Promise<{ readonly id: string; readonly rows: ReturnType<typeof sourceRowsOf> }> {
  const { id, page } = await visitor.open(nhsNumber)
  const at = page.url.pathname.endsWith('/reason') ? page : await visitor.whole(id)
  const reason = formsOf(at.html).find(form => form.action.endsWith('/reason'))
  if (reason !== undefined) await visitor.submit(reason, { reason: 'claim-treating' })
  await visitor.settled(id)
  return { id, rows: sourceRowsOf((await visitor.get(`/r/${id}/sources`)).html) }
}
const answers = (row: { readonly state: string }): boolean => row.state === 'answered' || row.state === 'nothing held'
async function whole(visitor: Visitor, nhsNumber: string) {
  for (;;) {
    const seen = await look(visitor, nhsNumber)
    if (seen.rows.length > 0 && seen.rows.every(answers)) return seen
  }
}
/** Puts a changed catalogue in force at one exchange, as `npm run apply` does. */
async function applied(exchange: ExchangeName, change: (catalogue: ApplyDocument) => object): Promise<void> {
  const { london, ledger } = at()
  const catalogue = london.inForce.catalogue(exchange) as ApplyDocument
  const done = await apply(ledger.pool(exchange.toLowerCase() as Side), change(catalogue), new Date())
  assert.ok(done.ok, done.ok ? '' : done.fault.detail)
}
const unchanged = (catalogue: ApplyDocument): object => catalogue

/** Opens until every source has answered, and returns what the page All sources says of each. */
async function sourcesOf(visitor: Visitor, nhsNumber: string) {
  let rows: ReturnType<typeof sourceRowsOf> = []
  await until(async () => {
    const { id } = await visitor.open(nhsNumber)
    await visitor.settled(id)
    rows = sourceRowsOf((await visitor.get(`/r/${id}/sources`)).html)
    return rows.length > 0 && rows.every(row => row.state === 'answered' || row.state === 'nothing held')
  })
  return rows
}

test('R028: a practice in South West London sees what nine organisations of five exchanges know of its patient', async () => {
  const { london, signedIn } = at()
  const known = london.city.people.systemsOf(told.nine)
  assert.ok(known.length >= 9)
  assert.ok(new Set(known.map(id => places[id].exchange)).size >= 5)
  const rows = await sourcesOf(await signedIn('Nkemelu'), told.nine)
  for (const id of known)
    assert.ok(
      rows.some(row => row.name === nameOf(places[id].odsCode)),
      `${id} is among the sources`,
    )
})

test('R030: Milton Keynes asks London and is answered', async () => {
  const rows = await sourcesOf(await at().signedIn('Hollis'), told.miltonKeynes)
  for (const odsCode of ['RD8', 'RRV'])
    assert.ok(
      rows.some(row => row.name === nameOf(odsCode)),
      nameOf(odsCode),
    )
})

test('R028 HAZ-001: an area that nobody reaches is named; the rest of the record stands', async () => {
  const { london, signedIn } = at()
  const nkemelu = await signedIn('Nkemelu')
  await london.faults.get('peer-nel')?.set({ mode: 'refuse' })
  const { id } = await nkemelu.open(told.nine)
  await nkemelu.settled(id)
  const rows = sourceRowsOf((await nkemelu.get(`/r/${id}/sources`)).html)
  const north = rows.find(row => row.name === exchangeTitles.NEL)
  assert.ok(north && north.state !== 'answered', 'the area is named with what happened')
  assert.ok(rows.some(row => row.state === 'answered'))
  await london.faults.get('peer-nel')?.set({ mode: 'pass' })
})

test('R005 R028: the same person read in three areas is the same record: every statement, of every source', async () => {
  const { signedIn, ledger } = at()
  const read: Record<string, readonly string[]> = {}
  for (const [family, side] of [
    ['Nkemelu', 'swl'],
    ['Karim', 'nel'],
    ['Adeniyi', 'nwl'],
  ] as const) {
    const { id } = await whole(await signedIn(family), told.nine)
    const shown = (await ledger.events(id, side)).filter(event => event.kind === 'shown')
    read[family] = [...new Set(itemsOf(shown))].toSorted()
  }
  assert.ok((read['Nkemelu']?.length ?? 0) > 50)
  assert.deepEqual(read['Karim'], read['Nkemelu'])
  assert.deepEqual(read['Adeniyi'], read['Nkemelu'])
})

test('R028 R029: each area of London is switched off and on; a view says which, and nothing is asked of it', async () => {
  const { london, signedIn } = at()
  const off = ['NEL', 'SEL', 'NCL', 'NWL'] as const
  const nkemelu = await signedIn('Nkemelu')
  const shah = await signedIn('Shah')
  for (const [n, exchange] of off.entries()) await london.inForce.setLink(exchange, n % 2 === 0 ? 'suspended' : 'planned')
  const said = (rows: ReturnType<typeof sourceRowsOf>) =>
    off.map(exchange => rows.find(row => row.name === exchangeTitles[exchange])?.state)
  await until(async () =>
    said((await look(nkemelu, told.nine)).rows).every(state => state !== undefined && !['answered', 'nothing held'].includes(state)),
  )
  const calls = london.city.calls('barts')
  assert.deepEqual(said((await look(nkemelu, told.nine)).rows), ['suspended', 'not connected', 'suspended', 'not connected'])
  assert.equal(london.city.calls('barts'), calls)
  for (const exchange of off) await london.inForce.setLink(exchange, 'live')
  await london.inForce.setLink('SWL', 'suspended')
  await until(async () => (await look(shah, told.amara)).rows.some(row => row.name === exchangeTitles.SWL && row.state === 'suspended'))
  await london.inForce.setLink('SWL', 'live')
  await until(async () => (await look(nkemelu, told.nine)).rows.every(answers))
})

test('R030: Milton Keynes answers under its own agreement; without one London is refused, and told so', async () => {
  const { signedIn } = at()
  const hartmann = await signedIn('Hartmann')
  const hospital = nameOf('RD8')
  await whole(hartmann, told.miltonKeynes)
  await applied('MK', catalogue => ({ ...catalogue, agreements: catalogue.agreements.filter(agreement => agreement.provider !== 'RD8') }))
  await until(async () => !(await look(hartmann, told.miltonKeynes)).rows.some(row => row.name === hospital && answers(row)))
  const { rows } = await look(hartmann, told.miltonKeynes)
  assert.equal(rows.find(row => row.name === hospital)?.state, 'no agreement')
  assert.ok(
    rows.some(row => row.name === nameOf('RRV') && answers(row)),
    'the rest of the record stands',
  )
  await applied('MK', unchanged)
  await until(async () => (await look(hartmann, told.miltonKeynes)).rows.some(row => row.name === hospital && answers(row)))
})

test('R032: an organisation of a new kind takes part by configuration alone: a row for the kind, and an apply file', async () => {
  const { signedIn, ledger, london } = at()
  const shah = await signedIn('Shah')
  const name = 'The Sydenham Dental Practice'
  const before = await whole(shah, told.amara)
  assert.ok(!before.rows.some(row => row.name === name))
  const withDentist = (catalogue: ApplyDocument): object => {
    const [lewisham] = catalogue.sources.filter(source => source.id === 'lewisham')
    assert.ok(lewisham)
    const agreement = { id: 'dentist-all', provider: '8HN97', consumer: '*', sections: '*', from: '2026-01-01', until: null }
    return {
      ...catalogue,
      organisations: [...catalogue.organisations, { odsCode: '8HN97', name, short: 'TSD', kind: 'dental-practice' }],
      sources: [...catalogue.sources, { ...lewisham, id: 'dentist', odsCode: '8HN97', system: 'Dental record' }],
      agreements: [...catalogue.agreements, agreement],
    }
  }
  const unknown = await apply(ledger.pool('sel'), withDentist(london.inForce.catalogue('SEL') as ApplyDocument), new Date())
  assert.ok(!unknown.ok && /kind of organisation that is not known/.test(unknown.fault.detail))
  await ledger
    .pool('sel')
    .query("insert into organisation_kind (kind, may_view, reason) values ('dental-practice', true, 'joined in November 2026')")
  await applied('SEL', withDentist)
  await loadPointers(ledger.pool('sel'), ['dentist'], [{ nhsNumber: told.amara, sourceId: 'dentist' }], new Date())
  await until(async () => (await look(shah, told.amara)).rows.some(row => row.name === name && answers(row)))
  await applied('SEL', unchanged)
  await until(async () => !(await look(shah, told.amara)).rows.some(row => row.name === name))
})

test('R054: who was treated only in South East London: no doctor elsewhere reads it without a reason; the A&E they come to does', async () => {
  const { signedIn } = at()
  for (const family of ['Gill', 'Doyle', 'Karim']) {
    const visitor = await signedIn(family)
    const { id } = await visitor.open(told.southEastOnly)
    assert.match((await visitor.whole(id)).url.pathname, /reason$/, family)
    assert.equal((await visitor.poll(id)).parts.length, 0)
  }
  const adeniyi = await signedIn('Adeniyi')
  const { id } = await adeniyi.open(told.southEastOnly)
  await adeniyi.settled(id)
  const { html } = await adeniyi.get(`/r/${id}/sources`)
  assert.ok(sourceRowsOf(html).some(row => row.name === nameOf('RJZ') && answers(row)))
})

test('R078 R079: a first attendance tells where to ask, a new registration who it is; nobody enrols', async () => {
  const { signedIn, ledger } = at()
  const thorne = await signedIn('Thorne')
  const lewisham = nameOf('RJ2')
  const { rows } = await whole(thorne, told.weekendHub)
  assert.ok(!rows.some(row => row.name === lewisham))
  const pool = ledger.pool('sel')
  const { rows: known } = await pool.query<{ nhs_number: string }>("select nhs_number from pointer where source_id = 'lewisham'")
  const as = (numbers: readonly string[]) => numbers.map(nhsNumber => ({ nhsNumber, sourceId: 'lewisham' }))
  const before = known.map(row => row.nhs_number)
  await loadPointers(pool, ['lewisham'], as([...before, told.weekendHub]), new Date())
  await until(async () => (await look(thorne, told.weekendHub)).rows.some(row => row.name === lewisham))
  await loadPointers(pool, ['lewisham'], as(before), new Date())
  await until(async () => !(await look(thorne, told.weekendHub)).rows.some(row => row.name === lewisham))
})

test('R102: one of everything lost, one after the other: what matters now stands each time', async () => {
  const { london, signedIn } = at()
  const shah = await signedIn('Shah')
  const essentials = async (): Promise<boolean> => {
    const { id } = await shah.open(told.amara).catch(() => ({ id: '' }))
    if (id === '') return false
    const { html } = await shah.whole(id)
    // Who is not there is named; what the others say of allergies and medicines stands.
    return rowsOf(html).length > 10 && /penicillin/i.test(cardOf(html, 'allergies')) && /apixaban/i.test(cardOf(html, 'medicines'))
  }
  await until(essentials)
  for (const [n, id] of [
    'kch',
    'gstt',
    'rfl',
    'nrl',
    'pds',
    'sign-in',
    'peer-ncl',
    'peer-nel',
    'ucp',
    'southwark',
    'kch-imaging',
  ].entries()) {
    await london.faults.get(id)?.set({ mode: n % 2 === 0 ? 'refuse' : 'hang' })
    assert.ok(await essentials(), id)
    await london.faults.get(id)?.set({ mode: 'pass' })
  }
  for (const process of london.exchange('NEL').processes) {
    await process.kill()
    assert.ok(await essentials(), `${process.name} killed`)
    await process.restart()
  }
  await london.database.stop()
  assert.ok(!(await essentials()), 'nothing is shown that cannot be written down')
  await london.database.start()
  await until(essentials)
})
