import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { createCity } from '../src/london/people/city.ts'
import { itemsOf } from './support/ledger.ts'
import { stage } from './support/london.ts'
import { formsOf, rowsOf } from './support/reading.ts'

const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

const city = createCity({ now: new Date() })
const told = (nhsNumber: string): string => JSON.stringify(city.held('local-care-record', nhsNumber) ?? {})
/** What is older than a year is not asked for at first. */
const LATELY = new Date(Date.now() - 300 * 86_400_000).toISOString().slice(0, 10)
/** Somebody of whom a member tells in the shared record. */
const toldBy = (member: string): string => {
  const found = city.people.find(({ nhsNumber, restricted, deceased, supersededBy }) => {
    const said = told(nhsNumber)
    const on = /"on":"([^"]+)"/.exec(said)?.[1]
    return !restricted && !deceased && !supersededBy && said.includes(`"member":"${member}"`) && (on === undefined || on > LATELY)
  })
  assert.ok(found, member)
  return found.nhsNumber
}
/** Lambeth has no system of its own here, King's has; who looks, and through which exchange. */
const looks = [
  ['708', 'Lambeth Council', 'Shah', 'sel'],
  ['708', 'Lambeth Council', 'Goldberg', 'ncl'],
  ['RJZ', "King's College Hospital", 'Goldberg', 'ncl'],
] as const

test('R031: in the running city each statement of the Local Care Record carries its own organisation, and the record as its system', async () => {
  const { signedIn, ledger } = at()
  for (const [member, name, family, side] of looks) {
    const doctor = await signedIn(family)
    const { id, page } = await doctor.open(toldBy(member))
    const reason = formsOf((page.url.pathname.endsWith('/reason') ? page : await doctor.whole(id)).html).find(f =>
      f.action.endsWith('/reason'),
    )
    if (reason !== undefined) await doctor.submit(reason, { reason: 'claim-treating' })
    await doctor.settled(id)
    const panels: string[] = []
    for (const section of ['encounters', 'documents', 'plans', 'social-care', 'contacts', 'referrals', 'alerts'])
      for (const row of rowsOf((await doctor.get(`/r/${id}/${section}`)).html).slice(0, 30)) {
        const { words } = await doctor.get(`/r/${id}/item/${row}`, { 'x-fragment': '1' })
        if (words.includes('Local Care Record')) panels.push(words)
      }
    assert.ok(panels.length > 0, `${family} ${name}`)
    for (const words of panels) assert.ok(words.includes(name), words)
    const shown = itemsOf(await ledger.ofKind('shown', side))
    assert.ok(
      shown.some(item => item.startsWith('local-care-record/')),
      family,
    )
  }
})
