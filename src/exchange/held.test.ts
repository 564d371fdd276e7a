import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PeerConfig } from '../care-record/catalogue.ts'
import { createHeld } from './held.ts'

const peer = { exchange: 'NCL', state: 'live' } as PeerConfig
const made = () => {
  const answers: PromiseWithResolvers<readonly string[] | undefined>[] = []
  const next = (): Promise<readonly string[] | undefined> => {
    const answer = Promise.withResolvers<readonly string[] | undefined>()
    answers.push(answer)
    return answer.promise
  }
  const held = createHeld({
    exchange: 'SEL',
    readOwn: async () => (await next()) ?? assert.fail('unread'),
    peers: () => [peer],
    readPeer: next,
    isAskedByAll: id => id === 'ucp',
  })
  const hear = async (reading: Promise<void>, ids: readonly string[] | undefined): Promise<void> => {
    answers.at(-1)?.resolve(ids)
    await reading
  }
  return { held, answers, hear }
}

for (const [exchange, reads] of [
  ['SEL', 'refresh'],
  ['NCL', 'refreshPeers'],
] as const) {
  test(`R007: what is reported while the list of ${exchange} is on its way stays held`, async () => {
    const { held, hear } = made()
    const reading = held[reads]()
    held.add(exchange, ['a'])
    await hear(reading, ['b'])
    assert.ok(held.isHeld(exchange, 'a') && held.isHeld(exchange, 'b'))
    await hear(held[reads](), ['a', 'b'])
    await hear(held[reads](), ['a', 'b'])
    await hear(held[reads](), ['b'])
    assert.equal(held.isHeld(exchange, 'a'), false, 'a steward has let it be shown')
  })
  test(`R007: a list of ${exchange} that was asked for earlier and comes later takes nothing out`, async () => {
    const { held, answers } = made()
    const [early, late] = [held[reads](), held[reads]()]
    answers[1]?.resolve(['a'])
    await late
    answers[0]?.resolve([])
    await early
    assert.ok(held.isHeld(exchange, 'a'))
  })
}

test('a peer that does not say holds what it held; it never holds for us', async () => {
  const { held, hear } = made()
  await hear(held.refreshPeers(), ['a'])
  await hear(held.refreshPeers(), undefined)
  assert.ok(held.isHeld('NCL', 'a'))
  assert.equal(held.isHeld('SEL', 'a'), false)
  assert.deepEqual(held.own(), [])
})

test('R007: what a peer holds of a source that every exchange asks is held here too, and told to nobody as ours', async () => {
  const { held, hear } = made()
  await hear(held.refreshPeers(), ['ucp/CarePlan/1', 'rfl/Flag/1'])
  assert.deepEqual(
    [held.isHeld('SEL', 'ucp/CarePlan/1'), held.isHeld('SEL', 'rfl/Flag/1'), held.isHeld('NCL', 'rfl/Flag/1')],
    [true, false, true],
  )
  assert.deepEqual([...(held.all().get('SEL') ?? [])], ['ucp/CarePlan/1'])
  assert.deepEqual(held.own(), [])
  await hear(held.refreshPeers(), [])
  assert.equal(held.isHeld('SEL', 'ucp/CarePlan/1'), false, 'a steward there has let it be shown')
})
