import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { NRL } from '../src/london/catalogue.ts'
import { told } from '../src/london/people/population.ts'
import { EXCHANGES, places, SYSTEM_IDS, type ExchangeName, type SystemId } from '../src/london/places.ts'
import { londonUsers } from '../src/london/users.ts'
import { sourceOf, type Side } from './support/ledger.ts'
import { stage } from './support/london.ts'
import { cardOf, formsOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

const at = stage({ exchanges: EXCHANGES, processes: 1 })
afterEach(() => at().ledger.sound())

/** Whoever of an area may read everything and claim: the first on its list. */
const CLINICIANS = ['R8000', 'R0260', 'R0050', 'R8001']
const visitors = new Map<ExchangeName, Visitor>()
async function clinicianOf(exchange: ExchangeName): Promise<Visitor> {
  const [user] = londonUsers.filter(
    each => each.exchange === exchange && each.roles.length === 1 && CLINICIANS.some(role => each.roles[0]?.roleCode.endsWith(role)),
  )
  const visitor = visitors.get(exchange) ?? (await at().signedIn(user?.family ?? exchange))
  visitors.set(exchange, visitor)
  return visitor
}

/** Opens with the everyday reason where one is asked for, and reads to the end. */
async function read(visitor: Visitor, nhsNumber: string): Promise<string> {
  const { id, page } = await visitor.open(nhsNumber)
  const form = formsOf((page.url.pathname.endsWith('/reason') ? page : await visitor.whole(id)).html).find(f =>
    f.action.endsWith('/reason'),
  )
  if (form !== undefined) await visitor.submit(form, { reason: 'claim-treating' })
  await visitor.settled(id)
  return id
}

const shown = new Set<string>()
/** Somebody alive and without a mark whom this system knows, and as many others of its area that have not been heard of yet. */
function whomToAsk(id: SystemId): string | undefined {
  const { people } = at().london.city
  const fresh = (nhsNumber: string): number =>
    people.systemsOf(nhsNumber).filter(one => places[one].exchange === places[id].exchange && !shown.has(one)).length
  return people.people
    .filter(({ nhsNumber, restricted, deceased, supersededBy }) => !restricted && !deceased && !supersededBy && !UNUSUAL.has(nhsNumber))
    .filter(
      ({ nhsNumber, practice }) =>
        people.systemsOf(nhsNumber).includes(id) && (places[id].kind !== 'gp' || places[id].odsCode === practice),
    )
    .toSorted((a, b) => fresh(b.nhsNumber) - fresh(a.nhsNumber))[0]?.nhsNumber
}
const UNUSUAL: ReadonlySet<string> = new Set([told.objector, told.formerObjector, told.huge, told.big, told.long, told.wrongBirth])

const OUT_OF_HOURS: ReadonlySet<SystemId> = new Set(['nhs111', 'ncl-out-of-hours'])
for (const id of SYSTEM_IDS)
  test(`R001 R023${OUT_OF_HOURS.has(id) ? ' R025' : ''} ${id}: what this system of ${places[id].exchange} says of somebody is shown, and written down first`, async () => {
    if (!shown.has(id)) {
      const nhsNumber = whomToAsk(id)
      assert.ok(nhsNumber !== undefined, 'it knows somebody')
      const { exchange } = places[id]
      const view = await read(await clinicianOf(exchange), nhsNumber)
      const events = await at().ledger.events(view, exchange.toLowerCase() as Side)
      for (const event of events) if (event.kind === 'shown') shown.add(sourceOf(event) ?? '')
    }
    assert.ok(shown.has(id))
  })

test('R023: the national locator is among them', () => assert.ok(shown.has(NRL.id)))

test('R106 R108: the Evelina was called and heard no more: the record says that the boy is in intensive care at King’s', async () => {
  const moreira = await at().signedIn('Moreira')
  const id = await read(moreira, told.kidneyBoy)
  const { html } = await moreira.whole(id)
  assert.match(cardOf(html, 'encounters'), /Now: .*intensive care.*(?:from|since) .*King's College Hospital|Now: .*King's.*intensive care/s)
  const [claimed] = (await at().ledger.events(id)).filter(event => event.kind === 'claimed')
  assert.ok(claimed !== undefined, 'nothing but the call says so')
})
