import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PeerLine, SectionAnswer } from '../care-record/item.ts'
import { gather, type GatherPorts, type Round } from './gather.ts'

const answerOf = (id: string, asOf: string): PeerLine => ({
  protocol: 1,
  type: 'answer',
  answer: {
    source: { id, odsCode: 'RAL', name: 'Royal Free', short: 'RFL', kind: 'acute', exchange: 'NCL' },
    group: 'essentials',
    sections: ['allergies'],
    complete: true,
    asOf,
    outcome: 'nothing-held',
    cause: 'none',
    items: [],
    warnings: [],
    unreadable: 0,
    tookMs: 1,
  },
})
const END: PeerLine = { protocol: 1, type: 'end' }

const peer = { exchange: 'NCL', title: 'North Central London', baseUrl: 'https://ncl.example', state: 'live' as const, trustedEvidence: [] }
const round = {
  person: {},
  pass: { viewer: { odsCode: 'RJ1' }, role: { group: 'doctor' } },
  asks: [],
  peers: [peer],
  groups: ['essentials'],
  transaction: 't',
  attempt: 'a',
  budgetMs: 1_000,
  signal: new AbortController().signal,
} as unknown as Round
const portsFor = (...lines: readonly PeerLine[]): GatherPorts =>
  ({
    catalogue: () => ({ organisations: new Map() }),
    askPeer: async function* () {
      yield* lines
    },
    isHeld: () => false,
    disclose: async (answers: readonly SectionAnswer[]) => ({ answers }),
    nowMs: () => 0,
    log: { warn: () => {}, error: () => {} },
  }) as unknown as GatherPorts

test('sources of a peer are heard beside each other, each in its order, and the peer ends when all are', async () => {
  const heard: string[] = []
  const other = Promise.withResolvers<void>()
  await gather(round, portsFor(answerOf('one', 'first'), answerOf('one', 'second'), answerOf('two', 'first'), END), {
    async answered({ answers: [answer] }) {
      const name = `${answer?.source.id} ${answer?.asOf}`
      // The first source is not written down before the second one has been heard.
      if (name === 'one first') await other.promise
      if (name === 'two first') other.resolve()
      heard.push(name)
    },
    peerPlanned: async () => {},
    peerEnded: async (_, fault) => void heard.push(fault ? fault.cause : 'end'),
  })
  assert.deepEqual(heard, ['two first', 'one first', 'one second', 'end'])
})

test('HAZ-peer: one source of a peer that cannot be heard is a fault, told after the others have been', async () => {
  const heard: string[] = []
  await gather(round, portsFor(answerOf('one', 'first'), answerOf('two', 'first'), END), {
    async answered({ answers: [answer] }) {
      if (answer?.source.id === 'one') throw new Error('a slip')
      heard.push(String(answer?.source.id))
    },
    peerPlanned: async () => {},
    peerEnded: async (_, fault) => void heard.push(fault ? fault.cause : 'end'),
  })
  assert.deepEqual(heard, ['two', 'connection-failed'])
})
