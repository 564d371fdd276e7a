import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { after } from 'node:test'
import { generateKeyPair } from 'jose'
import { Agent } from 'undici'
import type { PeerLine } from '../../../care-record/item.ts'
import type { Pass, Person } from '../../../care-record/person.ts'
import { createPeerAsk } from './ask-peer.ts'
import { LINE_BYTES, linesOf, readLine } from './read-lines.ts'

let answerWith: (reply: ServerResponse) => void = reply => reply.end()
const server = createServer((_request, reply) => answerWith(reply)).listen(0, '127.0.0.1')
await once(server, 'listening')
const agent = new Agent()
after(async () => {
  await agent.destroy()
  server.closeAllConnections()
  server.close()
})
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const { privateKey } = await generateKeyPair('ES256')
const ask = createPeerAsk({
  dispatcher: () => agent,
  tokenKey: privateKey,
  certThumbprint: 'a'.repeat(43),
  exchange: 'SEL',
  now: () => new Date(),
})
const person = {
  nhsNumber: '9991234578',
  name: { family: 'OKAFOR', given: [] },
  otherNames: [],
  birthDate: '1956',
  gender: 'female',
} as unknown as Person
const pass = { viewer: { sdsUserId: '1', name: 'Dr' }, purpose: 'direct-care', relationship: {} } as unknown as Pass
async function lines(over: { baseUrl?: string; budgetMs?: number; signal?: AbortSignal } = {}): Promise<PeerLine[]> {
  const heard: PeerLine[] = []
  const context = {
    peer: { exchange: 'NCL', title: 'North Central London', baseUrl: over.baseUrl ?? baseUrl, state: 'live', trustedEvidence: [] },
    person,
    pass,
    groups: ['essentials'],
    transaction: 't',
    attempt: 'a',
    budgetMs: over.budgetMs ?? 2_000,
    signal: over.signal ?? new AbortController().signal,
  } as const
  for await (const line of ask(context)) heard.push(line)
  return heard
}
const fault = (outcome: string, cause: string) => ({ protocol: 1, type: 'fault', outcome, cause })
const source = { id: 'rfl', odsCode: 'RAL', name: 'Royal Free', short: 'RFL', kind: 'acute', exchange: 'NCL' }
const plan = { protocol: 1, type: 'plan', asks: [{ source, group: 'essentials', sections: ['allergies'] }] }
const item = {
  id: 'rfl/AllergyIntolerance/1',
  version: '1',
  section: 'allergies',
  resource: { resourceType: 'AllergyIntolerance' },
  provenance: {
    sourceId: 'rfl',
    odsCode: 'RAL',
    organisationName: 'Royal Free',
    short: 'RFL',
    system: 'EPR',
    originalIdentifier: '1',
    retrievedAt: '2026-11-21T10:00:00Z',
    feed: 'live',
    matchedBy: 'nhs-number',
  },
  marks: [],
  contained: [],
  links: [],
  unresolved: [],
}
const inAnswer = {
  source,
  group: 'essentials',
  sections: ['allergies'],
  complete: true,
  asOf: '2026-11-21T10:00:00Z',
  outcome: 'answered',
  cause: 'none',
  items: [item],
  warnings: [],
  unreadable: 0,
  tookMs: 5,
}
const answer = { protocol: 1, type: 'answer', answer: inAnswer }
const end = { protocol: 1, type: 'end' }
const send = (...sent: unknown[]) => void (answerWith = reply => reply.end(sent.map(l => `${JSON.stringify(l)}\n`).join('')))

test('lines come through in order; parents stay behind even when sent', async () => {
  send(plan, { ...answer, answer: { ...inAnswer, items: [{ ...item, parents: [{ resourceType: 'Encounter' }] }] } }, end)
  assert.deepEqual(await lines(), [plan, { ...answer, answer: { ...inAnswer, items: [{ ...item, parents: [] }] } }, end])
})

const broken: [why: string, serve: (reply: ServerResponse) => void, last: object][] = [
  ['refuses the token', r => void r.writeHead(401).end('{}'), fault('refused', 'source-refused')],
  ['refuses us', r => void r.writeHead(403).end('{}'), fault('refused', 'source-refused')],
  ['fails', r => void r.writeHead(500).end(), fault('unavailable', 'server-error')],
  ['redirects', r => void r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), fault('unavailable', 'server-error')],
  ['says nothing', r => void r.end(), fault('unavailable', 'connection-failed')],
  ['stops without its end', r => void r.end(`${JSON.stringify(plan)}\n`), fault('unavailable', 'connection-failed')],
  ['stops in the middle of a line', r => void r.end(JSON.stringify(end)), fault('unavailable', 'connection-failed')],
  ['is cut', r => void r.write(`${JSON.stringify(plan)}\n`, () => r.destroy()), fault('unavailable', 'connection-failed')],
  ['sends no JSON', r => void r.end('<html>\n'), fault('unavailable', 'unreadable')],
  ['sends bytes that are not UTF-8', r => void r.end(Buffer.from([0x22, 0xff, 0x22, 10])), fault('unavailable', 'unreadable')],
  ['speaks protocol 2', r => void r.end('{"protocol":2,"type":"end"}\n'), fault('unavailable', 'unreadable')],
  ['sends a line without end', r => void r.end(Buffer.alloc(LINE_BYTES + 2, 32)), fault('unavailable', 'too-large')],
]
for (const [why, serve, last] of broken)
  test(`HAZ-peer: a peer that ${why} ends in a fault, never in an exception or in silence`, async () => {
    answerWith = serve
    assert.deepEqual((await lines()).at(-1), last)
  })

test('a peer that is not there, one that is late, and a view that has gone', async () => {
  assert.deepEqual(await lines({ baseUrl: 'http://127.0.0.1:1' }), [fault('unavailable', 'connection-failed')])
  answerWith = () => {}
  assert.deepEqual(await lines({ budgetMs: 30 }), [fault('late', 'timed-out')])
  assert.deepEqual(await lines({ signal: AbortSignal.abort() }), [fault('late', 'cancelled')])
})

const bytes = (line: unknown): Uint8Array => Buffer.from(JSON.stringify(line))
const withItem = (over: object) => ({ ...answer, answer: { ...inAnswer, items: [{ ...item, ...over }] } })
for (const [why, line] of [
  ['plans for a source of another exchange', { ...plan, asks: [{ ...plan.asks[0], source: { ...source, exchange: 'NWL' } }] }],
  ['answers for a source of another exchange', { ...answer, answer: { ...inAnswer, source: { ...source, exchange: 'SEL' } } }],
  ["answers with another source's item", withItem({ id: 'kch/AllergyIntolerance/1' })],
  ["answers with another source's provenance", withItem({ provenance: { ...item.provenance, sourceId: 'kch' } })],
  ['answers with an item of a section it was not about', withItem({ section: 'results' })],
  ['answers with an item that is no resource', withItem({ resource: {} })],
  ['answers with a mark nobody knows', withItem({ marks: ['trusted'] })],
  ['answers with an outcome nobody knows', { ...answer, answer: { ...inAnswer, outcome: 'fine' } }],
  ['answers without its outcome', { ...answer, answer: { ...inAnswer, outcome: undefined } }],
  ['answers with a section nobody knows', { ...answer, answer: { ...inAnswer, sections: ['__proto__'] } }],
  ['counts below nothing', { ...answer, answer: { ...inAnswer, unreadable: -1 } }],
  ['is a list', [end]],
  ['is nothing', null],
] as const)
  test(`a line that ${why} is refused`, () => assert.equal(readLine(bytes(line), 'NCL').ok, false))

test('lines are the same however the bytes are cut', async () => {
  const all = Buffer.from([plan, answer, end].map(l => `${JSON.stringify(l)}\n`).join(''))
  for (const size of [1, 2, 7, 64, all.length]) {
    async function* cut() {
      for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size)
    }
    const got: string[] = []
    for await (const line of linesOf(cut())) got.push(Buffer.from(line ?? []).toString())
    assert.deepEqual(
      got,
      [plan, answer, end].map(l => JSON.stringify(l)),
    )
  }
})
