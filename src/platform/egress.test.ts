import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Agent, fetch, request, setGlobalDispatcher, type Dispatcher } from 'undici'
import type { PeerConfig, SourceConfig } from '../care-record/catalogue.ts'
import { createEgress, EgressRefused, type EgressKind } from './egress.ts'

/** A real server that counts who knocks. */
async function house(location?: string): Promise<{ readonly url: string; readonly knocks: () => number; readonly server: Server }> {
  let knocks = 0
  const server = createServer((_request, reply) => {
    if (location === undefined) reply.end('here')
    else reply.writeHead(302, { location }).end()
  })
  server.on('connection', () => (knocks += 1))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, knocks: () => knocks, server }
}

const [kch, tokens, letters, register, issuer, userInfo, peer, stranger] = await Promise.all(Array.from({ length: 8 }, () => house()))
assert.ok(kch && tokens && letters && register && issuer && userInfo && peer && stranger)
const away = await house(`${stranger.url}/elsewhere`)
const agent = new Agent()
after(async () => {
  await agent.destroy()
  for (const { server } of [kch, tokens, letters, register, issuer, userInfo, peer, stranger, away]) {
    server.closeAllConnections()
    server.close()
  }
})

const source = (state: SourceConfig['state']): SourceConfig => ({
  id: 'kch',
  odsCode: 'RJZ',
  exchange: 'SEL',
  connector: 'fhir',
  baseUrl: `${kch.url}/fhir`,
  tokenUrl: `${tokens.url}/token`,
  documentsUrl: `${letters.url}/documents`,
  system: 'EPR',
  sections: [],
  hedge: false,
  maxConcurrent: 1,
  feed: 'live',
  indexLoadedAt: null,
  givesEvidence: false,
  state,
})
const neighbour = (state: PeerConfig['state'], exchange = 'NCL'): PeerConfig => ({
  exchange,
  title: exchange,
  baseUrl: peer.url,
  state,
  trustedEvidence: [],
})

function exchangeWith(sources: readonly SourceConfig[], peers: readonly PeerConfig[] = []) {
  let catalogue = { sources, peers }
  const refused: EgressKind[] = []
  const egress = createEgress({
    settings: {
      pds: { url: `${register?.url}/FHIR/R4`, tokenUrl: `${register?.url}/token`, clientId: 'lcr' },
      oidc: { issuer: `${issuer?.url}/realm`, clientId: 'lcr', origins: [userInfo?.url ?? ''] },
    },
    catalogue: () => catalogue,
    refused: kind => refused.push(kind),
  })
  return { egress, refused, change: (to: typeof catalogue) => (catalogue = to) }
}

const outcomeOf = (dispatcher: Dispatcher, url: string): Promise<string> =>
  request(url, { dispatcher }).then(
    async answer => answer.body.text(),
    (error: unknown) => (error instanceof EgressRefused ? 'refused' : String(error)),
  )

const port = (url: string): string => new URL(url).port
const ways: readonly [kind: EgressKind, what: string, url: string, expected: 'here' | 'refused'][] = [
  ['source', 'a live source', `${kch.url}/fhir/Patient`, 'here'],
  ['source', 'its token service', `${tokens.url}/token`, 'here'],
  ['source', 'its documents', `${letters.url}/documents/1`, 'here'],
  ['source', 'the national register', `${register.url}/FHIR/R4/Patient`, 'here'],
  ['source', 'somewhere nobody named', `${stranger.url}/fhir/Patient`, 'refused'],
  [
    'source',
    'somewhere else that begins with a name and secret of the source',
    `http://127.0.0.1:${port(kch.url)}@localhost:${port(stranger.url)}/`,
    'refused',
  ],
  ['source', 'the same port under another name', `http://localhost:${port(kch.url)}/fhir`, 'refused'],
  ['source', 'the same address by another scheme', kch.url.replace('http:', 'https:'), 'refused'],
  ['source', 'a peer', peer.url, 'refused'],
  ['source', 'the sign-in service', issuer.url, 'refused'],
  ['sign-in', 'the issuer', `${issuer.url}/realm/token`, 'here'],
  ['sign-in', 'its other address', `${userInfo.url}/me`, 'here'],
  ['sign-in', 'a source', kch.url, 'refused'],
  ['sign-in', 'somewhere nobody named', stranger.url, 'refused'],
  ['peer', 'that peer', peer.url, 'here'],
  ['peer', 'a source', kch.url, 'refused'],
  ['peer', 'somewhere nobody named', stranger.url, 'refused'],
]
for (const [kind, what, url, expected] of ways)
  test(`R052: by the way to a ${kind}, ${what} is ${expected === 'here' ? 'reached' : 'refused before a socket opens'}`, async () => {
    const { egress, refused } = exchangeWith([source('live')], [neighbour('live')])
    const way = { source: () => egress.sources(agent), 'sign-in': () => egress.signIn(agent), peer: () => egress.peers(() => agent)('NCL') }
    assert.equal(await outcomeOf(way[kind](), url), expected)
    assert.deepEqual(refused, expected === 'here' ? [] : [kind])
    assert.equal(stranger.knocks(), 0)
  })

test('R052: a redirect to somewhere nobody named is refused, by whoever follows redirects', async () => {
  const { egress, refused } = exchangeWith([{ ...source('live'), baseUrl: away.url }])
  await assert.rejects(
    fetch(`${away.url}/fhir`, { dispatcher: egress.sources(agent) }),
    ({ cause }: Error) => cause instanceof EgressRefused,
  )
  assert.deepEqual(refused, ['source'])
  assert.equal(away.knocks(), 1)
  assert.equal(stranger.knocks(), 0)
})

test('R052: what fetches without saying which way goes to the sign-in service or nowhere', async () => {
  const { egress, refused } = exchangeWith([source('live')])
  setGlobalDispatcher(egress.signIn(agent))
  assert.equal(await (await globalThis.fetch(`${issuer.url}/realm`)).text(), 'here')
  for (const { url } of [stranger, kch, register]) await assert.rejects(globalThis.fetch(url), TypeError)
  assert.deepEqual(refused, ['sign-in', 'sign-in', 'sign-in'])
  assert.equal(stranger.knocks(), 0)
})

for (const [words, sources] of [
  ['taken out of the catalogue', []],
  ['suspended', [source('suspended')]],
  ['planned again', [source('planned')]],
] as const)
  test(`R052: a source that is ${words} is refused from then on, over a connection that is still open too`, async () => {
    const { egress, change } = exchangeWith([source('live')])
    const way = egress.sources(agent)
    assert.equal(await outcomeOf(way, kch.url), 'here')
    const knocks = kch.knocks()
    change({ sources, peers: [] })
    assert.equal(await outcomeOf(way, kch.url), 'refused')
    assert.equal(await outcomeOf(way, tokens.url), 'refused')
    assert.equal(await outcomeOf(way, register.url), 'here')
    change({ sources: [source('live')], peers: [] })
    assert.equal(await outcomeOf(way, kch.url), 'here')
    assert.equal(kch.knocks(), knocks, 'it was open all the time')
  })

test('R052: a peer that is not live, or another one at that address, is refused', async () => {
  const { egress, change } = exchangeWith([], [neighbour('live')])
  const way = egress.peers(() => agent)
  assert.equal(await outcomeOf(way('NCL'), peer.url), 'here')
  assert.equal(await outcomeOf(way('NEL'), peer.url), 'refused')
  for (const peers of [[neighbour('suspended')], [neighbour('planned')], [neighbour('live', 'NEL')], []]) {
    change({ sources: [], peers })
    assert.equal(await outcomeOf(way('NCL'), peer.url), 'refused')
  }
})

/** Who may open a connection in what is deployed, and why nothing else does. */
const OPENERS: Readonly<Record<string, string>> = {
  'src/exchange/server.ts': 'behind the ways above',
  'src/exchange/sources/peer/ask-peer.ts': 'handed to the way to peers',
  'src/exchange/doors/forward.ts': 'to processes of the same exchange, by certificate',
  'src/platform/database.ts': 'to the database of the settings',
  'src/platform/embedded-postgres.ts': 'to a database of this machine',
}

test('R052: no other file of what is deployed can open a connection', () => {
  const root = join(import.meta.dirname, '../..')
  const files = globSync('src/{exchange,platform,care-record,viewer,edge,patient}/**/*.ts', { cwd: root })
    // What is sent to browsers runs in no process of ours.
    .filter(path => !/(?:\.test|for-tests|\/answering)\.ts$|^src\/viewer\/browser\//.test(path))
  const opens =
    /^import (?!type)\{[^}]*\b(?:Agent|Client|Pool|ProxyAgent|RetryAgent|EnvHttpProxyAgent|setGlobalDispatcher|fetch|WebSocket|EventSource)\b[^}]*\} from 'undici'|^import (?!type)[^\n]*from '(?:pg|node:(?:dgram|http2|https|tls))'|\b(?:http|https|net|tls)\.(?:request|get|connect|createConnection)\(|^import (?!type)\{[^}]*\b(?:connect|createConnection|request|get|Socket)\b[^}]*\} from 'node:(?:net|http)'|new (?:WebSocket|EventSource)\(/m
  assert.deepEqual(files.filter(path => opens.test(readFileSync(join(root, path), 'utf8'))).toSorted(), Object.keys(OPENERS).toSorted())
})
