import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { factOf } from './support/ledger.ts'
import { answeredBut, askedAbout, stage, until } from './support/london.ts'
import { asPeer } from './support/peer.ts'
import { sourceRowsOf, stripOf } from './support/reading.ts'

const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

const NORTH = 'North Central London'

for (const [state, words] of [
  ['suspended', 'suspended'],
  ['planned', 'not connected'],
] as const)
  test(`R028 R029: an area that is ${state} is named as ${words} within seconds, asked nothing and answered nothing; live again it answers`, async () => {
    const { london, ledger, signedIn, dir } = at()
    const shah = await signedIn('Shah')
    const look = async () => {
      const { id } = await shah.open(told.amara)
      await shah.settled(id)
      return { strip: stripOf((await shah.whole(id)).html), sources: sourceRowsOf((await shah.get(`/r/${id}/sources`)).html) }
    }
    const whole = async (): Promise<boolean> => answeredBut(0, askedAbout(told.amara)).test((await look()).strip)
    await until(whole)

    await london.inForce.setLink('NCL', state)
    await until(async () => (await look()).sources.some(row => row.name === NORTH && row.state === words))
    const calls = london.city.calls('rfl')
    const { strip, sources } = await look()
    assert.match(strip, new RegExp(`${NORTH} ${words}`))
    assert.ok(!sources.some(row => row.name === 'Royal Free London'), 'nothing is asked of what is not connected')
    assert.equal(london.city.calls('rfl'), calls)
    const lines = await asPeer(london, dir, { nhsNumber: told.amara })
    assert.deepEqual(
      lines.map(line => line.type),
      ['fault'],
      'it is answered nothing',
    )

    await london.inForce.setLink('NCL', 'live')
    await until(whole)
    const changes = (await ledger.ofKind('catalogue-changed')).flatMap(event => factOf(event, 'changes'))
    assert.ok(changes.includes(`peer NCL: live -> ${state}`), 'the log says when it ended')
    assert.ok(changes.includes(`peer NCL: ${state} -> live`), 'and when it began again')
  })
