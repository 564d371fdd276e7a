import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { CAMBERWELL_SURGERY } from '../src/london/places.ts'
import { factOf } from './support/ledger.ts'
import { stage, until } from './support/london.ts'
import { sourceRowsOf } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

/*
 * What practices have coded of sharing, through the real connector of GP Connect.
 */
const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

const namesPractice = async (doctor: Visitor, id: string): Promise<boolean> =>
  sourceRowsOf((await doctor.get(`/r/${id}/sources`)).html).some(row => row.name.includes('Camberwell'))
const casesOf = async (nhsNumber: string) =>
  (
    await at()
      .ledger.pool('sel')
      .query<{ id: string; facts: { readonly state: string; readonly scope: unknown; readonly channel: string } }>(
        'select id, facts from objection_case where $1 = any(nhs_numbers)',
        [nhsNumber],
      )
  ).rows

test('R076 R080: a practice coded a refusal of the local record: the first look opens a case, and ends; the next leaves the practice out', async () => {
  const doctor = await at().signedIn('Shah')
  const { id } = await doctor.open(told.practiceObjector)
  const events = await at().ledger.until(id, 'revoked', 'sel')
  assert.deepEqual(
    events.flatMap(event => (event.kind === 'revoked' ? factOf(event, 'because') : [])),
    ['objection'],
  )
  const [opened, ...more] = await casesOf(told.practiceObjector)
  assert.deepEqual(more, [])
  assert.deepEqual(
    [opened?.facts.state, opened?.facts.channel, opened?.facts.scope],
    ['held', 'practice', { kind: 'organisation', odsCode: CAMBERWELL_SURGERY }],
  )
  const again = await doctor.open(told.practiceObjector)
  const whole = await doctor.whole(again.id)
  assert.match(whole.html, /SALTER/, 'the rest is shown')
  assert.match(whole.html, /penicillin/i)
  assert.doesNotMatch(whole.html, /amlodipine|hypertension/i)
  assert.equal(await namesPractice(doctor, again.id), false, 'as if it held nothing')
  assert.equal((await doctor.poll(again.id)).closed, null)
  assert.equal((await casesOf(told.practiceObjector)).length, 1)
})

test('R077: who refused the Summary Care Record has no case, and her practice is heard like any', async () => {
  const doctor = await at().signedIn('Lindqvist')
  const { id } = await doctor.open(told.summaryObjector)
  const whole = await doctor.whole(id)
  assert.match(whole.html, /codeine/i)
  assert.equal(await namesPractice(doctor, id), true)
  const kept = 'select 1 from practice_dissent where nhs_number = $1'
  assert.equal((await at().ledger.pool('sel').query(kept, [told.summaryObjector])).rowCount, 0)
  assert.deepEqual(await casesOf(told.summaryObjector), [])
  // The same question of who refused the local one finds it: what is asked for is where it is kept.
  await until(async () => ((await at().ledger.pool('sel').query(kept, [told.practiceObjector])).rowCount ?? 0) > 0)
})
