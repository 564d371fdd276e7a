import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { generateKeyPair } from 'jose'
import { Agent } from 'undici'
import { everyConnector, type Catalogue } from '../../src/care-record/catalogue.ts'
import { parseNhsNumber } from '../../src/care-record/nhs-number.ts'
import { fail, ok } from '../../src/care-record/result.ts'
import { createAccess } from '../../src/exchange/access/access.ts'
import { createGrounds } from '../../src/exchange/access/grounds.ts'
import { createObjections } from '../../src/exchange/access/objections.ts'
import { firstRules } from '../../src/exchange/access/rules/first-rules.ts'
import { createRuleHistory } from '../../src/exchange/access/rules/history.ts'
import { readCatalogue } from '../../src/exchange/agreements/catalogue-store.ts'
import { apply } from '../../src/exchange/apply.ts'
import { createAudit } from '../../src/exchange/audit/audit.ts'
import { lastLook } from '../../src/exchange/audit/looks.ts'
import { disclosureInForce } from '../../src/exchange/disclosure-in-force.ts'
import { maskSource } from '../../src/exchange/disclosure/mask.ts'
import { checkDemographics } from '../../src/exchange/identity/check-demographics.ts'
import { listsKnown } from '../../src/exchange/follow-lists.ts'
import { createIdentity } from '../../src/exchange/identity/identity.ts'
import { describe } from '../../src/exchange/record/describe.ts'
import { createRecord } from '../../src/exchange/record/record.ts'
import { createAsker } from '../../src/exchange/sources/asker.ts'
import { gatherEvidence } from '../../src/exchange/evidence.ts'
import { createEvidenceReader } from '../../src/exchange/sources/fhir/evidence.ts'
import { createFhirConnector } from '../../src/exchange/sources/fhir/fhir-connector.ts'
import { createPdsClient } from '../../src/exchange/sources/pds/pds-client.ts'
import { createTokenSource } from '../../src/exchange/sources/reading/tokens.ts'
import { revokedViews } from '../../src/exchange/revoked-views.ts'
import { raiseAlerts, recordClaim } from '../../src/exchange/record-claim.ts'
import { createViews, type Views } from '../../src/exchange/view-record.ts'
import { admitViewer, factsSuffice, identifyForViewer, locate, type Rooms } from '../../src/exchange/wiring.ts'
import { migrate, openPool } from '../../src/platform/database.ts'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts'
import { staffDate } from '../../src/viewer/format.ts'
import { documentOf, EXCHANGE, staff, viewer } from './catalogue.ts'
import { nhsNumberOf, type Cell, type Done, type Order, type Seen, type Stubs } from './cell.ts'
import { clockMs } from './measure.ts'
import { READER_STAYS_MS, RESOLUTION_MS } from './pace.ts'

/** The real views with the real rooms over a real database, as `server.ts` wires them, without doors. */
const SETTLED_MS = 10_000
const folder = mkdtempSync(join(tmpdir(), 'lcr-bench-'))
const postgres = await startEmbeddedPostgres({ dir: join(folder, 'database'), databases: ['bench'] })
const pool = openPool({ url: postgres.url('bench'), max: 10 })
await migrate(pool)

const now = (): Date => new Date()
const nothing = fail('not-found', 'not part of the bench')
const quiet = { info: () => {}, warn: () => {}, error: (fields: object, event: string) => console.error(event, fields) }
const audit = createAudit({
  pool,
  exchange: EXCHANGE,
  processTag: 'bench',
  signingKey: generateKeyPairSync('ed25519').privateKey,
  keyId: 'bench',
  sealKey: randomBytes(32),
  spoolDir: join(folder, 'spool'),
  now,
  log: quiet,
})
await audit.drain()
const clientKey = (await generateKeyPair('ES384')).privateKey

/** `createViews` gives each view the first id it mints: the transaction that its requests carry. */
let minted = ''
const newId = (): string => (minted = randomUUID())

async function viewsOf(cell: Cell, stubs: Stubs): Promise<Views> {
  const applied = await apply(pool, { ...documentOf(cell, stubs), objections: [], staff }, now())
  if (!applied.ok) throw new Error(applied.fault.detail, { cause: applied.fault.cause })
  const inForce = await readCatalogue(pool)
  const catalogue = (): Catalogue => inForce
  const dispatcher = new Agent({ connections: 32, pipelining: 1, keepAliveTimeout: 30_000, connect: { timeout: 2_000 } })
  const tokens = createTokenSource({ dispatcher, privateKey: clientKey, keyId: 'bench', now })
  const national = `http://127.0.0.1:${stubs.nationalPort}`
  const pds = createPdsClient({
    dispatcher,
    tokens,
    baseUrl: `${national}/pds`,
    client: { tokenUrl: `${national}/token`, clientId: 'bench' },
    now,
  })
  const identity = createIdentity({
    db: pool,
    now,
    pds: {
      async read(nhsNumber, { transaction, signal, ...asker }) {
        const answer = await pds.read(nhsNumber, { viewer: asker, transaction, signal })
        return answer.ok ? ok({ person: answer.value.person }) : answer
      },
      search: () => Promise.resolve(ok([])),
    },
  })
  const connector = createFhirConnector({ dispatcher, tokens })
  const nowMs = (): number => performance.now()
  const rooms: Rooms = {
    pool,
    catalogue,
    audit,
    access: createAccess({ db: pool, now }),
    rules: () => firstRules,
    history: createRuleHistory({ db: pool, now }),
    objections: createObjections({ db: pool, listsKnown: () => listsKnown(pool, catalogue(), now()) }),
    grounds: createGrounds({ db: pool, listsKnown: () => listsKnown(pool, catalogue(), now()), now }),
    identity,
    now,
  }
  const disclosing = disclosureInForce({ catalogue, loaded: [], now })
  return createViews({
    catalogue,
    asker: createAsker({ connectors: everyConnector(connector), nowMs }),
    askPeer: async function* () {},
    sieve: disclosing.sieve,
    checkDemographics,
    disclose: disclosing.disclose,
    now,
    nowMs,
    processTag: 'bench',
    newId,
    audit,
    identify: identifyForViewer(rooms),
    evidence: gatherEvidence({
      db: pool,
      catalogue: rooms.catalogue,
      access: rooms.access,
      readEvidence: createEvidenceReader({ dispatcher, tokens }),
      suffices: factsSuffice(rooms),
      now,
    }),
    admit: admitViewer(rooms),
    recordClaim: recordClaim(rooms),
    raiseAlerts: raiseAlerts(rooms),
    locate: locate(rooms, 'own'),
    createRecord: () => createRecord({ mintId: () => randomUUID(), today: () => now().toISOString().slice(0, 10) }),
    describe: item => describe(item, staffDate),
    mayLeave: disclosing.mayLeave,
    raiseTask: task => identity.raiseTask(pool, task),
    maskEntry: disclosing.maskEntry,
    maskSource,
    revoked: revokedViews({ objections: rooms.objections, catalogue, admit: admitViewer(rooms), log: quiet }),
    lastLook: of => lastLook(pool, of),
    isHeld: () => false,
    held: { add: () => {}, all: () => new Map() },
    report: { own: async () => nothing, peer: async () => nothing },
    documents: {
      fetch: { fhir: async () => nothing, 'gp-connect': async () => nothing, nrl: async () => nothing },
      askPeer: async () => nothing,
      read: async () => Promise.reject(new Error('no document is opened here')),
      draw: async () => nothing,
      isAgreed: () => true,
      mayShow: () => false,
    },
    sessions: () => Promise.resolve({ ended: new Set<string>(), locked: new Set<string>() }),
    log: quiet,
  })
}

async function view(views: Views, { from: first, faulty = [], perSecond }: Order, n: number): Promise<Seen> {
  const person = first + n
  const isFaulty = new Set(faulty.map(source => `trust${source}`))
  const nhsNumber = parseNhsNumber(nhsNumberOf(person))
  if (!nhsNumber.ok) throw new Error(nhsNumber.fault.detail)
  const openedMs = clockMs()
  const opening = views.open({ viewer, sessionId: 'bench', purpose: 'direct-care', nhsNumber: nhsNumber.value })
  const correlation = minted
  const opened = await opening
  if (!opened.ok) throw new Error(opened.fault.detail)
  const one = opened.value
  const leave = one.attach()
  let [planMs, firstMs, lastMs] = [0, 0, 0]
  const gone = new AbortController()
  const reading = (async () => {
    for await (const part of one.read(0, gone.signal)) {
      const atMs = clockMs()
      if (part.kind === 'plan') planMs = atMs
      if (part.kind === 'answer' && part.states.some(state => !isFaulty.has(state.source.id))) lastMs = atMs
      if (firstMs === 0 && part.changes.some(change => change.upserts.length > 0)) firstMs = atMs
    }
  })()
  await one.settled(SETTLED_MS)
  await pause(READER_STAYS_MS)
  gone.abort()
  await reading
  const states = [...one.snapshot.states.values()].filter(state => !isFaulty.has(state.source.id))
  const missed = states
    .filter(state => state.waiting || (state.outcome !== 'answered' && state.outcome !== 'nothing-held'))
    .map(state => (state.waiting ? 'waiting' : `${state.outcome}/${state.cause}`))
  const entries = [...one.snapshot.entries.values()].reduce((sum, rows) => sum + rows.size, 0)
  // In turn and with systems that all answer in time a view is whole, or the figures are of something else.
  if (one.status !== 'open' || entries === 0 || (missed.length > 0 && perSecond === undefined))
    throw new Error(`A view came out ${one.status}, ${entries} entries, ${missed[0] ?? 'answered'}.`)
  leave()
  await one.close('ended')
  return { correlation, openedMs, planMs, firstMs, lastMs, entries, whole: missed.length === 0, missed }
}

const open = new Map<string, Views>()
async function run(order: Order): Promise<Done> {
  const { cell, stubs, views, perSecond } = order
  const key = JSON.stringify(cell)
  let measured = open.get(key)
  if (!measured) open.set(key, (measured = await viewsOf(cell, stubs)))
  const held = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  held.enable()
  const seen: Seen[] = []
  let refused = 0
  if (perSecond === undefined) for (let n = 0; n < views; n++) seen.push(await view(measured, order, n))
  else {
    const began = performance.now()
    const running: Promise<void>[] = []
    for (let n = 0; n < views; n++) {
      await pause(Math.max(0, began + (n * 1_000) / perSecond - performance.now()))
      running.push(
        view(measured, order, n).then(
          one => void seen.push(one),
          () => void refused++,
        ),
      )
    }
    await Promise.all(running)
  }
  held.disable()
  return { seen, refused, residentBytes: process.memoryUsage.rss(), heldMs: held.max / 1e6 - RESOLUTION_MS }
}

process.on('message', (order: Order | 'end') => {
  void (async () => {
    if (order !== 'end') return process.send?.(await run(order))
    await audit.stop()
    await pool.end()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
    return process.exit(0)
  })()
})
process.send?.('ready')
