import { fork } from 'node:child_process'
import { createHash, generateKeyPairSync, randomBytes, randomUUID, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose'
import { Agent } from 'undici'
import { everyConnector } from '../src/care-record/catalogue.ts'
import { limits } from '../src/care-record/limits.ts'
import { parseNhsNumber } from '../src/care-record/nhs-number.ts'
import { PEER_HELD_PATH, PEER_KEYS_PATH } from '../src/care-record/peer.ts'
import type { Pass, Person } from '../src/care-record/person.ts'
import { SECTION_IDS } from '../src/care-record/section.ts'
import { firstRules } from '../src/exchange/access/rules/first-rules.ts'
import { readCatalogue } from '../src/exchange/agreements/catalogue-store.ts'
import { apply } from '../src/exchange/apply.ts'
import { createAudit } from '../src/exchange/audit/audit.ts'
import { disclosureInForce } from '../src/exchange/disclosure-in-force.ts'
import { gather, type GatherPorts, type Heard, type Round } from '../src/exchange/gather.ts'
import { checkDemographics } from '../src/exchange/identity/check-demographics.ts'
import { indexStates, plan } from '../src/exchange/locator/plan.ts'
import { createAsker } from '../src/exchange/sources/asker.ts'
import { createFhirConnector } from '../src/exchange/sources/fhir/fhir-connector.ts'
import { createPeerAsk, createPeerDispatchers } from '../src/exchange/sources/peer/ask-peer.ts'
import { createTokenSource } from '../src/exchange/sources/reading/tokens.ts'
import { runExchange } from '../src/london/exchange-process.ts'
import { preparePki } from '../src/london/pki/pki.ts'
import { migrate, openPool } from '../src/platform/database.ts'
import { freePort, startEmbeddedPostgres } from '../src/platform/embedded-postgres.ts'
import { documentOf, EXCHANGE, staff, viewer } from './view/catalogue.ts'
import { nhsNumberOf, PERSON, type Cell, type Stubs } from './view/cell.ts'
import { clockMs, cpuSecondsOf, median, quantile } from './view/measure.ts'
import { keep, machine, table } from './view/report.ts'

/**
 * `npm run bench:hop`: what the way through another exchange costs. The same sources asked directly, and by a whole exchange
 * process beside this one that is asked as a peer: mutual TLS kept open, a token signed for each request, checked there and
 * used once, person and permission decided there again, every event written at both ends. In turn.
 *
 * `--short` writes nothing down.
 */
const PEER = 'NCL'
const CELLS: readonly Cell[] = [
  { sources: 1, items: 20, read: 'everything' },
  { sources: 10, items: 200, read: 'everything' },
]
const short = process.argv.includes('--short')
const ROUNDS = 5
const EACH = short ? 20 : 100
/** Requests under way at once while processor time is counted. */
const AT_ONCE = 16

const folder = mkdtempSync(join(tmpdir(), 'lcr-hop-'))
const now = (): Date => new Date()
const nowMs = (): number => performance.now()
const log = { info: () => {}, warn: () => {}, error: (fields: object, event: string) => console.error(event, fields) }
const stubsProcess = fork(join(import.meta.dirname, 'view', 'sources.ts'))
const [stubs] = (await once(stubsProcess, 'message')) as [Stubs]
const postgres = await startEmbeddedPostgres({ dir: join(folder, 'database'), databases: ['asker', 'peer'] })
const [pool, peerPool] = ['asker', 'peer'].map(name => openPool({ url: postgres.url(name), max: 10 })) as [
  ReturnType<typeof openPool>,
  ReturnType<typeof openPool>,
]
await Promise.all([migrate(pool), migrate(peerPool)])
const pki = await preparePki(
  join(folder, 'pki'),
  [EXCHANGE, PEER].map(exchange => ({ exchange, processes: 1 })),
  now(),
)
const keysOf = (exchange: string) => {
  const keys = pki.exchanges.get(exchange)
  const [certificate] = keys?.processes ?? []
  if (!keys || !certificate) throw new Error(`No keys were made for ${exchange}.`)
  return { ...keys, ...certificate }
}
const [port, mtlsPort, askerPort] = [await freePort(), await freePort(), await freePort()]
const peerOf = (exchange: string, at: number) => ({
  exchange,
  title: `Bench ${exchange}`,
  baseUrl: `https://127.0.0.1:${at}`,
  state: 'live' as const,
  trustedEvidence: ['inpatient' as const],
})
async function putInForce(to: typeof pool, document: object): Promise<void> {
  const applied = await apply(to, { ...document, objections: [], staff }, now())
  if (!applied.ok) throw new Error(applied.fault.detail, { cause: applied.fault.cause })
}

/** The asker is no whole exchange: it has no list to be read. */
await peerPool.query(`insert into list_head (exchange, list, hash, whole_at) values ($1, 'objections', repeat('0', 64), now())`, [EXCHANGE])
const theirs = keysOf(PEER)
const national = `http://127.0.0.1:${stubs.nationalPort}`
const peerProcess = runExchange({
  name: PEER,
  port,
  log: join(folder, 'peer.log'),
  environment: {
    PATH: process.env['PATH'],
    LCR_EXCHANGE: PEER,
    LCR_DATABASE_URL: postgres.url('peer'),
    LCR_PUBLIC_URL: `http://127.0.0.1:${port}`,
    LCR_HOST: '127.0.0.1',
    LCR_PORT: String(port),
    LCR_MTLS_PORT: String(mtlsPort),
    LCR_MTLS_CERT: theirs.cert,
    LCR_MTLS_KEY: theirs.key,
    LCR_MTLS_CA: pki.ca,
    LCR_SIGNING_KEY: theirs.signingKey,
    LCR_CLIENT_KEY: theirs.clientKey,
    LCR_TOKEN_KEY: theirs.tokenKey,
    LCR_SEAL_KEY: theirs.sealKey,
    LCR_OIDC_ISSUER: national,
    LCR_OIDC_CLIENT_ID: 'bench',
    LCR_PDS_URL: `${national}/pds`,
    LCR_PDS_TOKEN_URL: `${national}/token`,
    LCR_PDS_CLIENT_ID: 'bench',
    LCR_SPINE_ASID: '200000000001',
    LCR_RULE_SETS: 'synthetic',
    LCR_SPOOL_DIR: join(folder, 'peer-spool'),
    LCR_LOG_LEVEL: 'error',
  },
})

const ours = keysOf(EXCHANGE)
const text = (path: string): string => readFileSync(path, 'utf8')
const tls = { cert: text(ours.cert), key: text(ours.key), ca: text(pki.ca) }
const jwkOf = (path: string): JWK & { readonly kid: string; readonly alg: string } =>
  JSON.parse(text(path)) as JWK & { readonly kid: string; readonly alg: string }
const tokenJwk = jwkOf(ours.tokenKey)
const { d: _, ...tokenPublicKey } = tokenJwk
/** Our public key, where the peer looks for it. */
const askerKeys = createServer({ ...tls, requestCert: true }, (request, response) =>
  request.url === PEER_KEYS_PATH
    ? response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [tokenPublicKey] }))
    : response.writeHead(404).end(),
)
askerKeys.listen(askerPort, '127.0.0.1')

const audit = createAudit({
  pool,
  exchange: EXCHANGE,
  processTag: 'bench',
  signingKey: generateKeyPairSync('ed25519').privateKey,
  keyId: 'bench',
  sealKey: randomBytes(32),
  spoolDir: join(folder, 'asker-spool'),
  now,
  log,
})
await audit.drain()
const dispatcher = new Agent({ connections: 64, pipelining: 1, keepAliveTimeout: 30_000 })
const tokens = createTokenSource({ dispatcher, privateKey: (await generateKeyPair('ES384')).privateKey, keyId: 'bench', now })
const peerConnections = createPeerDispatchers(tls)
const askPeer = createPeerAsk({
  dispatcher: peerConnections.dispatcher,
  tokenKey: (await importJWK(tokenJwk, 'ES256')) as CryptoKey,
  tokenKeyId: tokenJwk.kid,
  certThumbprint: createHash('sha256').update(new X509Certificate(tls.cert).raw).digest('base64url'),
  exchange: EXCHANGE,
  now,
})
const asker = createAsker({ connectors: everyConnector(createFhirConnector({ dispatcher, tokens })), nowMs })

/** As the view writes it: what is shown is durable first. */
async function show(transaction: string, [first, ...more]: Parameters<Heard['answered']>[0]['answers']): Promise<number> {
  if (!first) return 0
  const answers = [first, ...more]
  const written = await audit.writeOpenView({
    kind: 'shown',
    outcome: 'success',
    transaction,
    viewer,
    source: { id: first.source.id, odsCode: first.source.odsCode, exchange: first.source.exchange },
    sections: answers.flatMap(answer => answer.sections),
    detail: { group: first.group },
    manifests: answers.map(({ source, sections, items }) => ({
      sourceId: source.id,
      sections,
      items: items.map(({ id, version }) => ({ id, version })),
    })),
  })
  if (!written.ok) throw new Error(written.fault.detail)
  return answers.reduce((sum, { items }) => sum + items.length, 0)
}

let asked = 1
type Way = 'direct' | 'hop'
/** The rooms between person and items, for one cell, by either way. */
async function waysOf(cell: Cell): Promise<(way: Way) => Promise<number>> {
  await putInForce(pool, documentOf(cell, stubs, EXCHANGE, [peerOf(PEER, mtlsPort)]))
  await putInForce(peerPool, documentOf(cell, stubs, PEER, [peerOf(EXCHANGE, askerPort)]))
  const inForce = await readCatalogue(pool)
  const catalogue = (): typeof inForce => inForce
  const disclosing = disclosureInForce({ catalogue, loaded: [], now })
  const ports: GatherPorts = {
    catalogue,
    asker,
    askPeer,
    sieve: disclosing.sieve,
    disclose: disclosing.disclose,
    checkDemographics,
    isHeld: () => false,
    now,
    nowMs,
    log,
  }
  return async way => {
    const nhsNumber = parseNhsNumber(nhsNumberOf(asked++))
    if (!nhsNumber.ok) throw new Error(nhsNumber.fault.detail)
    const at = now()
    const person: Person = {
      nhsNumber: nhsNumber.value,
      name: { family: PERSON.family, given: [PERSON.given] },
      otherNames: [],
      birthDate: PERSON.birthDate,
      gender: PERSON.gender,
      restricted: 'no',
      basis: 'pds',
      asOf: at.toISOString(),
    }
    const pass: Pass = {
      viewer,
      purpose: 'direct-care',
      relationship: {
        type: 'inpatient',
        evidenceId: 'trust0/Encounter/now',
        assertedBy: 'trust0',
        seenAt: at.toISOString(),
        until: new Date(at.getTime() + 3_600_000).toISOString(),
      },
      role: { jobRole: 'R0260', group: 'doctor' },
      maySee: new Set(SECTION_IDS),
      maskPlaces: false,
      decidedAt: at.toISOString(),
      rulesVersion: inForce.version,
    }
    const transaction = randomUUID()
    const groups = ['essentials'] as const
    const { asks } = plan({
      person,
      pass,
      catalogue: inForce,
      rules: firstRules,
      askedFor: 'own',
      pointers: new Set(),
      groups,
      indexState: indexStates(inForce.sources, at),
    })
    const round: Round = {
      person,
      pass,
      asks: way === 'direct' ? asks : [],
      peers: way === 'hop' ? inForce.peers : [],
      groups,
      transaction,
      attempt: randomUUID(),
      budgetMs: limits.askMs,
      signal: new AbortController().signal,
    }
    let items = 0
    let fault: string | undefined
    const began = clockMs()
    await gather(round, ports, {
      answered: async ({ answers }) => void (items += await show(transaction, answers)),
      peerPlanned: async () => {},
      peerEnded: async (_peer, ended) => void (fault = ended && `${ended.outcome}/${ended.cause}`),
    })
    const tookMs = clockMs() - began
    if (items === 0)
      throw new Error(`Nothing was shown ${way === 'hop' ? 'through the peer' : 'by the source'}: ${fault ?? 'it holds nothing'}.`)
    return tookMs
  }
}

const cpuSeconds = (): number => cpuSecondsOf(process.pid) + cpuSecondsOf(postgres.pid) - cpuSecondsOf(stubsProcess.pid ?? 0)
/** So many, some at once; CPU milliseconds each: this process, the peer's and the database. */
async function costOf(ask: () => Promise<number>): Promise<number> {
  const before = cpuSeconds()
  let left = EACH * 4
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await ask()
    }),
  )
  return ((cpuSeconds() - before) * 1_000) / (EACH * 4)
}

await putInForce(peerPool, documentOf(CELLS[0] as Cell, stubs, PEER, [peerOf(EXCHANGE, askerPort)]))
await peerProcess.healthy()
const bare = async (): Promise<number> => {
  const began = clockMs()
  const answer = await peerConnections
    .dispatcher(PEER)
    .request({ origin: `https://127.0.0.1:${mtlsPort}`, path: PEER_HELD_PATH, method: 'GET' })
  await answer.body.dump()
  return clockMs() - began
}
const lines: string[][] = []
for (const cell of CELLS) {
  const ask = await waysOf(cell)
  // A change of who takes part bites within 5 s.
  await new Promise(resolve => setTimeout(resolve, 6_000))
  const [direct, hop, kept] = [[] as number[], [] as number[], [] as number[]]
  for (let n = 0; n < EACH; n++) for (const way of ['direct', 'hop'] as const) await ask(way)
  for (let n = 0; n < EACH * ROUNDS; n++) {
    direct.push(await ask('direct'))
    hop.push(await ask('hop'))
    kept.push(await bare())
  }
  const cpu = { direct: [] as number[], hop: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) for (const way of ['direct', 'hop'] as const) cpu[way].push(await costOf(() => ask(way)))
  const [cpuDirect, cpuHop] = [median(cpu.direct), median(cpu.hop)]
  const [p50, p99] = [0.5, 0.99].map(share => (times: readonly number[]) => quantile(times, share)) as [
    (times: readonly number[]) => number,
    (times: readonly number[]) => number,
  ]
  const pair = (times: readonly number[]): string => `${p50(times).toFixed(1)} / ${p99(times).toFixed(1)}`
  lines.push([
    `${cell.sources} x ${cell.items / cell.sources}`,
    pair(direct),
    pair(hop),
    `**${(p50(hop) - p50(direct)).toFixed(1)} / ${(p99(hop) - p99(direct)).toFixed(1)}**`,
    pair(kept),
    `${cpuDirect.toFixed(1)}, ${cpuHop.toFixed(1)}`,
    (1_000 / (cpuHop - cpuDirect)).toFixed(0),
  ])
}
await peerProcess.stop()
await audit.stop()
await Promise.all([dispatcher.close(), peerConnections.close(), pool.end(), peerPool.end()])
askerKeys.closeAllConnections()
askerKeys.close()
stubsProcess.disconnect()
await postgres.stop()
rmSync(folder, { recursive: true, force: true })
const found = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}; ${EACH * ROUNDS} of each in turn, one at a time; then ${AT_ONCE} at once for the processor time. Milliseconds p50 / p99.`,
  table(
    [
      'sources x items of each',
      'asked directly',
      'asked through a peer',
      'the way through it adds',
      'bare request, kept mutual TLS',
      'CPU ms each, direct and through the peer, all processes',
      'ways through a peer per CPU-second',
    ],
    lines,
  ),
].join('\n\n')
process.stdout.write(`${found}\n`)
if (!short) keep('hop', found)
