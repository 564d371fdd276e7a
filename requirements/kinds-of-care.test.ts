import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { ToldStatement } from '../src/london/people/told-care.ts'
import type { ToldAllergy } from '../src/london/people/told.ts'
import { told } from '../src/london/people/population.ts'
import { allergens, reactions } from '../src/london/people/terms.ts'
import { cityOrganisations, places, type SystemId } from '../src/london/places.ts'
import { stage } from './support/london.ts'
import { formsOf, pagesOf, rowsOf, sourceRowsOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

const at = stage({ exchanges: ['SEL', 'NCL', 'NEL', 'NWL'], processes: 1 })
afterEach(() => at().ledger.sound())

const nameOf = (id: SystemId): string => cityOrganisations.find(each => each.odsCode === places[id].odsCode)?.name ?? id

/** Every page of a record, every panel and every document of it, with the reason given where one is asked for. */
async function readAll(visitor: Visitor, nhsNumber: string): Promise<{ readonly id: string; readonly html: string }> {
  const { id, page } = await visitor.open(nhsNumber)
  const form = formsOf((page.url.pathname.endsWith('/reason') ? page : await visitor.whole(id)).html).find(f =>
    f.action.endsWith('/reason'),
  )
  if (form !== undefined) await visitor.submit(form, { reason: 'claim-treating' })
  await visitor.settled(id)
  const whole = await visitor.whole(id)
  const read = [whole.html]
  for (const path of pagesOf(whole.html)) read.push((await visitor.get(path)).html)
  const rows = new Set(read.flatMap(html => rowsOf(html)))
  for (const row of rows) read.push((await visitor.get(`/r/${id}/item/${row}`, { 'x-fragment': '1' })).html)
  const documents = read.flatMap(html => Array.from(html.matchAll(/href="(\/r\/[^"/]+\/documents\/[^"/]+)"/g), ([, path = '']) => path))
  for (const path of new Set(documents)) read.push((await visitor.get(path)).html, (await visitor.get(`${path}/body`)).html)
  return { id, html: read.join('\n') }
}

for (const [id, nhsNumber, family, words] of [
  ['oxleas', told.oxleas, 'Goldberg', [/District nurse visit, leg ulcer/, /Insulin administration plan/, /Compression bandage/]],
  ['nelft', told.twinMother, 'Karim', [/Health visitor, new birth visit/, /Health visiting caseload/]],
  ['clch', told.careHome, 'Gill', [/District nurse visit, pressure area/, /Pressure area care plan/, /Samuel Oduya/]],
] as const)
  test(`R024: what ${id}, a community trust, knows stands in the record`, async () => {
    const visitor = await at().signedIn(family)
    const { id: view, html } = await readAll(visitor, nhsNumber)
    for (const each of words) assert.ok(each.test(html), String(each))
    const rows = sourceRowsOf((await visitor.get(`/r/${view}/sources`)).html).filter(row => row.name === nameOf(id))
    assert.ok(rows.length > 0 && rows.every(row => row.state === 'answered'), nameOf(id))
  })

for (const [id, nhsNumber, families, shown, kept] of [
  [
    'slam',
    told.mind,
    ['Shah', 'Balogun'],
    [/Crisis and safety plan/, /paliperidone/i, /clozapine/i, /Community treatment order/, /Abena Osei/, /Psychological therapies/],
    /session notes|Mandeville|Ines Caballero/i,
  ],
  [
    'beh',
    told.overdose,
    ['Shah', 'Goldberg'],
    [/Crisis and safety plan/, /mirtazapine/i, /Risk of suicide/, /Maya Fenton/, /Not detained/],
    /session notes|toolbox/i,
  ],
] as const)
  for (const family of families)
    test(`R027: of ${id}, a mental health trust, ${family} reads plan, medicines, risks, status and team; therapy notes stay there`, async () => {
      const { london, signedIn } = at()
      const held = JSON.stringify(london.city.people.held(id, nhsNumber)?.documents)
      assert.match(held, kept, 'it holds them')
      const visitor = await signedIn(family)
      const { id: view, html } = await readAll(visitor, nhsNumber)
      for (const each of shown) assert.ok(each.test(html), String(each))
      assert.ok(!kept.test(visitor.received()), String(kept.exec(visitor.received())))
      const rows = sourceRowsOf((await visitor.get(`/r/${view}/sources`)).html).filter(row => row.name === nameOf(id))
      assert.ok(rows.length > 0 && rows.every(row => row.state === 'answered'), 'it is named, and has answered')
    })

test('R053 R077: who refused the Summary Care Record, which is another record, is read as anybody is', async () => {
  const { london, signedIn } = at()
  assert.match(JSON.stringify(london.city.people.held('camberwell-gp', told.summaryObjector)), /dissent for Summary Care Record/i)
  const { html } = await readAll(await signedIn('Lindqvist'), told.summaryObjector)
  for (const each of [/Codeine/i, /amlodipine/i, /Letter, eye clinic/, /Cataract surgery/]) assert.ok(each.test(html), String(each))
})

test('R109: what a practice and a council write down now is there when the record is opened next, in their own area and in another', async () => {
  const { london, signedIn } = at()
  const [shah, goldberg] = [await signedIn('Shah'), await signedIn('Goldberg')]
  const news = [/gentamicin/i, /Two dogs, ring before you enter/]
  const before = await readAll(shah, told.amara)
  for (const each of news) assert.ok(!each.test(before.html), String(each))

  const { people } = london.city
  const atPractice = people.held('camberwell-gp', told.amara)?.allergies as ToldAllergy[]
  atPractice.push({
    id: 'gentamicin',
    term: allergens.gentamicin,
    recorded: new Date().toISOString(),
    status: 'active',
    reactions: [reactions.rash],
  })
  const atCouncil = people.held('southwark', told.amara)?.care?.alerts as ToldStatement[]
  atCouncil.push({ id: 'dogs', kind: 'Alert', text: 'Two dogs, ring before you enter', on: new Date().toISOString().slice(0, 10) })

  for (const visitor of [shah, goldberg]) {
    const { html } = await readAll(visitor, told.amara)
    for (const each of news) assert.ok(each.test(html), String(each))
  }
})
