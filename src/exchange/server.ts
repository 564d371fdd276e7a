import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { importJWK, type CryptoKey, type JWK } from 'jose'
import { Agent, setGlobalDispatcher } from 'undici'
import type { Catalogue, RoleRow, SourceConfig } from '../care-record/catalogue.ts'
import { londonDay } from '../care-record/days.ts'
import type { AccessRules } from '../care-record/decision.ts'
import type { Isolated } from '../care-record/lists.ts'
import { ok } from '../care-record/result.ts'
import { migrate, openPool } from '../platform/database.ts'
import { createEgress } from '../platform/egress.ts'
import { createLog } from '../platform/log.ts'
import { readSettings, SYNTHETIC, type Settings } from '../platform/settings.ts'
import { assets } from '../viewer/assets.ts'
import { staffDate } from '../viewer/format.ts'
import { createAcceptableUse } from './accept-use.ts'
import { createAccess } from './access/access.ts'
import { jobRoleOf } from './access/decide.ts'
import { firstRules } from './access/rules/first-rules.ts'
import { createRuleHistory } from './access/rules/history.ts'
import { readAccessRules, rulesInForce } from './access/rules/load-rules.ts'
import { createGrounds } from './access/grounds.ts'
import { createStanding } from './access/standing.ts'
import { followCatalogue } from './agreements/catalogue-store.ts'
import { changesBetween } from './agreements/changes.ts'
import { answerPeer } from './answer-peer.ts'
import { createChanges } from './change-agreement.ts'
import { createCheckConnection } from './check-connection.ts'
import { nothingWaits } from './apply.ts'
import { cutOffBy, keysOfCertificate } from './isolate.ts'
import { createWhoMayLook } from './who-may-look.ts'
import { CALLS_MS, overdueCalls } from './decide-objection-intake.ts'
import { createCaseSteps } from './decide-objection.ts'
import { createBridges, parseBridges, type BridgeCorridor } from './bridge.ts'
import { documentForPeer, reportFromPeer } from './answer-peer-more.ts'
import { createAudit } from './audit/audit.ts'
import { disclosedTo, lastLook } from './audit/looks.ts'
import { maskSource } from './disclosure/mask.ts'
import { mayStart } from './disclosure/rules/in-force.ts'
import { loadRuleSets } from './disclosure/rules/load.ts'
import type { RuleSet } from './disclosure/rules/rule-set.ts'
import { readFhirClients } from './doors/fhir/clients.ts'
import { newProcessTag } from './doors/forward.ts'
import type { DoorEvent } from './doors/ports.ts'
import { createServers } from './doors/servers.ts'
import { createSignIn } from './doors/sign-in.ts'
import { createPostgresStore } from './doors/store-postgres.ts'
import { createViewerPages } from './doors/viewer-pages.ts'
import { createDataQuality } from './data-quality.ts'
import { createDecisionReplay } from './decision-replay.ts'
import { disclosureInForce } from './disclosure-in-force.ts'
import { gatherEvidence, type ReadEvidence } from './evidence.ts'
import { createDocuments } from './documents/documents.ts'
import type { DocumentPorts } from './fetch-document.ts'
import { createFhirIssuer } from './fhir-issuer.ts'
import { createFinder } from './find-person.ts'
import { followLists, LIST_TIMES } from './follow-lists.ts'
import { checkDemographics } from './identity/check-demographics.ts'
import { parseCriteria } from './identity/criteria.ts'
import { governDisclosure } from './govern-disclosure.ts'
import { createHeld } from './held.ts'
import { heldItemIds } from './identity/held-items.ts'
import { heedPracticeDissent } from './import-opt-outs-practice.ts'
import { createOffices } from './offices.ts'
import { createIdentity, type Pds } from './identity/identity.ts'
import { describe } from './record/describe.ts'
import { createRecord } from './record/record.ts'
import { createAsker } from './sources/asker.ts'
import { createDicomwebConnector } from './sources/dicomweb/dicomweb-connector.ts'
import { createDicomwebImages } from './sources/dicomweb/images.ts'
import { createFhirDocumentFetch } from './sources/fhir/document-fetch.ts'
import { createEvidenceReader } from './sources/fhir/evidence.ts'
import { createFhirConnector } from './sources/fhir/fhir-connector.ts'
import { createGpConnectConnector } from './sources/gp-connect/gp-connect-connector.ts'
import { createNrlDocumentFetch, type PointerHost } from './sources/nrl/document-fetch.ts'
import { createNrlConnector } from './sources/nrl/nrl-connector.ts'
import { custodianOf } from './sources/nrl/pointers.ts'
import { createGpConnectDocumentFetch } from './sources/gp-connect/document-fetch.ts'
import { createPdsClient, type PdsClient } from './sources/pds/pds-client.ts'
import { createPeerDocumentAsk } from './sources/peer/ask-peer-document.ts'
import { createPeerAsk, createPeerDispatchers, createPeerKeys } from './sources/peer/ask-peer.ts'
import { createPeerLists } from './sources/peer/ask-lists.ts'
import { createPeerHeld, createPeerReport } from './sources/peer/report-to-peer.ts'
import { createRecheck, revokedByAny } from './recheck.ts'
import { raiseAlerts, recordClaim } from './record-claim.ts'
import { processingSettings } from './record-of-processing.ts'
import { reportOwn } from './report-item.ts'
import { createClaimReview } from './review-claims.ts'
import { revokedViews } from './revoked-views.ts'
import { createTokenSource } from './sources/reading/tokens.ts'
import { createCaseReader } from './sources/social-care/evidence.ts'
import { createSocialCareConnector } from './sources/social-care/social-care-connector.ts'
import { createViews } from './view-record.ts'
import { admitForPeer, admitViewer, agreedIn, factsSuffice, identifyForPeer, identifyForViewer, locate, type Rooms } from './wiring.ts'

const VERSION = '0.4.0'
const TEND_MS = 5_000
/** Lists are asked for this often until all are there, milliseconds. */
const EARLY_MS = 500
const REAP_MS = 15_000
/** Claims that evidence has confirmed since are looked for this often, milliseconds. */
const CONFIRM_MS = 120_000
/** What dates bring about for who takes part is looked at this often, milliseconds. */
const DATES_MS = 60_000
/** Peers are asked what they hold this often, milliseconds. */
const PEER_HELD_MS = 10_000
/** Local codes that no register has are told this often, milliseconds. */
const UNKNOWN_MS = 3_600_000
/** And kept for the list of their owners this often, by day alone. */
const NOTE_MS = 300_000

export interface Exchange {
  readonly tag: string
  readonly port: number
  readonly mtlsPort: number
  readonly stop: () => Promise<void>
}

/** The register as the identity room asks it. */
const pdsFor = (client: PdsClient): Pds => ({
  async read(nhsNumber, { transaction, signal, ...viewer }) {
    const answer = await client.read(nhsNumber, { viewer, transaction, signal })
    if (!answer.ok) return answer
    const { person, superseded } = answer.value
    return ok({ person, ...(superseded === undefined ? {} : { supersededBy: person.nhsNumber }) })
  },
  async search(criteria, { transaction, signal, ...viewer }) {
    if (criteria.by === 'number') {
      const answer = await client.read(criteria.nhsNumber, { viewer, transaction, signal })
      return answer.ok ? ok([answer.value.person]) : answer
    }
    const { by: _, ...details } = criteria
    const found = await client.search(details, { viewer, transaction, signal })
    return found.ok ? ok(found.value.map(candidate => candidate.person)) : found
  },
})

/** One process of an exchange: settings -> ports -> doors. The only file that knows everyone. */
export async function startExchange(settings: Settings): Promise<Exchange> {
  const tag = newProcessTag()
  const log = createLog({ level: settings.logLevel, exchange: settings.exchange, process: tag })
  const now = (): Date => new Date()
  const nowMs = (): number => performance.now()
  const newId = randomUUID

  const pool = openPool({
    url: settings.database.url,
    pooled: settings.database.pooled,
    max: settings.database.connections,
    applicationName: `lcr-${settings.exchange}`,
    onError: error => log.warn({ code: 'database-connection-lost', err: error }, 'a database connection broke while idle'),
  })
  await migrate(pool)
  const followed = await followCatalogue(pool, {
    onError: cause => log.warn({ code: 'catalogue-unread', err: cause }, 'the catalogue could not be read again'),
    onChange: (after, before) => void noteCatalogue(after, before),
  })

  const audit = createAudit({
    pool,
    exchange: settings.exchange,
    processTag: tag,
    signingKey: settings.signingKey,
    keyId: createHash('sha256').update(settings.mtls.cert).digest('hex').slice(0, 16),
    sealKey: settings.sealKey,
    spoolDir: settings.spoolDir,
    now,
    log,
  })

  const ruleSets = await ruleSetsOf(settings, now())
  const governed = await governDisclosure({
    pool,
    audit,
    catalogue: () => followed.current(),
    loaded: ruleSets,
    shareClasses: () => firstRules.shareClasses,
    now,
    newId,
    onError: cause => log.warn({ code: 'disclosure-changes-unread', err: cause }, 'what was decided of disclosure could not be read again'),
  })
  const catalogue = (): Catalogue => governed.catalogue()
  const egress = createEgress({
    settings,
    catalogue,
    refused: kind => log.error({ code: 'egress-refused', kind }, 'a connection to an address that nobody named was refused'),
  })
  // `fetch` is for the sign-in service alone, whoever calls it.
  const toSignIn = new Agent({ connect: { timeout: 2_000 } })
  setGlobalDispatcher(egress.signIn(toSignIn))
  const toSources = new Agent({ connections: 32, pipelining: 1, keepAliveTimeout: 30_000, connect: { timeout: 2_000 } })
  const dispatcher = egress.sources(toSources)
  const tokens = createTokenSource({ dispatcher, privateKey: await privateKey(settings.clientKey), keyId: settings.clientKey.kid, now })
  const pds = pdsFor(
    createPdsClient({
      dispatcher,
      tokens,
      baseUrl: settings.pds.url,
      client: { tokenUrl: settings.pds.tokenUrl, clientId: settings.pds.clientId },
      now,
    }),
  )
  const readFhirEvidence = createEvidenceReader({ dispatcher, tokens })
  const readCases = createCaseReader({ dispatcher, tokens })
  const readEvidence: ReadEvidence = (source, nhsNumber, signal, enough) =>
    source.connector === 'social-care' ? readCases(source, nhsNumber, signal) : readFhirEvidence(source, nhsNumber, signal, enough)
  const spine = {
    asidFrom: settings.spineAsid,
    issuer: settings.publicUrl,
    device: { system: `${settings.publicUrl}/device`, value: settings.exchange, model: 'London Care Record', version: VERSION },
  }
  const quality = createDataQuality(log)
  const asker = createAsker({
    connectors: {
      fhir: createFhirConnector({
        dispatcher,
        tokens,
        organisation: odsCode => catalogue().organisations.get(odsCode),
        unreadable: quality.unreadable,
      }),
      'gp-connect': createGpConnectConnector({ dispatcher, spine, unreadable: quality.unreadable }),
      nrl: createNrlConnector({
        dispatcher,
        tokens,
        organisation: odsCode => catalogue().organisations.get(odsCode),
        unreadable: quality.unreadable,
      }),
      'social-care': createSocialCareConnector({ dispatcher, tokens, unreadable: quality.unreadable }),
      dicomweb: createDicomwebConnector({ dispatcher, tokens, unreadable: quality.unreadable }),
    },
    nowMs,
  })

  const peerConnections = createPeerDispatchers({ cert: settings.mtls.cert, key: settings.mtls.key, ca: settings.mtls.ca }, certificate =>
    cutOffBy(catalogue().isolations, { keys: keysOfCertificate(certificate) }),
  )
  const peerDispatcher = egress.peers(peerConnections.dispatcher)
  const toPeers = {
    dispatcher: peerDispatcher,
    tokenKey: await privateKey(settings.tokenKey),
    tokenKeyId: settings.tokenKey.kid,
    certThumbprint: thumbprint(settings.mtls.cert),
    exchange: settings.exchange,
    now,
  }
  const askPeer = createPeerAsk(toPeers)
  const peerKeys = createPeerKeys({
    dispatcher: peerDispatcher,
    baseUrl: exchange => catalogue().peers.find(p => p.exchange === exchange && p.state === 'live')?.baseUrl,
    now,
  })

  const lists = followLists({
    pool,
    exchange: settings.exchange,
    catalogue,
    audit,
    log,
    now,
    newId,
    key: { key: createPrivateKey({ key: { ...settings.tokenKey }, format: 'jwk' }), kid: settings.tokenKey.kid },
    peerKeys,
    readPeer: createPeerLists(toPeers),
  })

  const identity = createIdentity({ db: pool, pds, now })
  const access = createAccess({ db: pool, now })
  const standing = createStanding({ db: pool, now })
  const inForce = disclosureInForce({ catalogue, loaded: ruleSets, seenBy: governed.seenBy, now })
  const accessRules = accessRulesOf(settings)
  const history = createRuleHistory({ db: pool, now })
  const rooms: Rooms = {
    pool,
    catalogue,
    rules: () => governed.rulesOver(rulesInForce(accessRules, londonDay(now().getTime()))),
    history,
    audit,
    access,
    objections: lists.objections,
    grounds: createGrounds({ db: pool, listsKnown: lists.known, now }),
    identity,
    now,
  }
  const held = createHeld({
    exchange: settings.exchange,
    readOwn: () => heldItemIds(pool),
    peers: () => catalogue().peers,
    readPeer: createPeerHeld(toPeers),
    isAskedByAll: sourceId => catalogue().sources.some(s => s.id === sourceId && s.askedBy === 'viewer'),
  })
  await held.refresh()
  const gathering = {
    catalogue,
    asker,
    askPeer,
    sieve: inForce.sieve,
    heedWishes: heedPracticeDissent({
      pool,
      exchange: settings.exchange,
      kindOf: odsCode => catalogue().organisations.get(odsCode)?.kind,
      cases: createCaseSteps({ pool, audit, publish: lists.publish, now, newId, log }),
      now,
      newId,
      log,
    }),
    checkDemographics,
    isHeld: held.isHeld,
    disclose: inForce.disclose,
    now,
    nowMs,
    log,
  }
  const room = createDocuments()
  const fetchDocument: DocumentPorts['fetch'] = {
    fhir: asker.fetching(createFhirDocumentFetch({ dispatcher, tokens })),
    'gp-connect': asker.fetching(createGpConnectDocumentFetch({ dispatcher, spine })),
    nrl: asker.fetching(
      createNrlDocumentFetch({ dispatcher, tokens, spine, host: custodian => hostOf(catalogue().sources, custodian) }),
      ({ resource }) => hostSource(catalogue().sources, custodianOf({ ...resource }) ?? '')?.id,
    ),
    dicomweb: asker.fetching(createDicomwebImages({ dispatcher, tokens })),
  }
  const documents = { fetch: fetchDocument, read: room.read, draw: room.drawPage, isAgreed: agreedIn(rooms), mayShow: inForce.mayShow }

  const store = createPostgresStore(pool)
  const evidence = gatherEvidence({ db: pool, catalogue, access, readEvidence, suffices: factsSuffice(rooms), now })
  const views = createViews({
    ...gathering,
    processTag: tag,
    newId,
    audit,
    identify: identifyForViewer(rooms),
    evidence,
    admit: admitViewer(rooms),
    recordClaim: recordClaim(rooms),
    raiseAlerts: raiseAlerts(rooms),
    locate: locate(rooms, 'own'),
    createRecord: () => createRecord({ mintId: () => randomUUID(), today: () => londonDay(now().getTime()) }),
    raiseTask: task => identity.raiseTask(pool, task),
    describe: item => describe(item, staffDate),
    mayLeave: inForce.mayLeave,
    maskEntry: inForce.maskEntry,
    maskSource,
    revoked: revokedByAny(
      revokedViews({ objections: lists.objections, catalogue, admit: admitViewer(rooms), log }),
      createRecheck({ evidence, admit: admitViewer(rooms), now, log }),
    ),
    lastLook: of => lastLook(pool, of),
    documents: { ...documents, askPeer: createPeerDocumentAsk(toPeers) },
    report: { own: reportOwn(rooms), peer: createPeerReport(toPeers) },
    held,
    sessions: async ids => ({ ended: await store.endedSessions(ids, now()), locked: await store.lockedSessions(ids, now()) }),
  })
  const peers = {
    ...gathering,
    audit,
    identify: identifyForPeer(rooms),
    admit: admitForPeer(rooms),
    locate: locate(rooms, 'peer'),
    documents,
    disclosedTo: (of: Parameters<typeof disclosedTo>[1]) => disclosedTo(pool, of),
    report: reportOwn(rooms),
  }
  const roleKnown = (roleCode: string): boolean => catalogue().roles.has(jobRoleOf(roleCode))
  const roleOf = (roleCode: string): RoleRow | undefined => catalogue().roles.get(jobRoleOf(roleCode))
  const look = createWhoMayLook({ catalogue, standing })
  const finder = createFinder({
    parse: parseCriteria,
    async find(criteria, { transaction, viewer }) {
      const found = await identity.find(criteria, {
        transaction,
        sdsRoleProfileId: viewer.sdsRoleProfileId,
        odsCode: viewer.odsCode,
        signal: AbortSignal.timeout(3_000),
      })
      if (!found.ok) return found
      const note = found.value.tooMany
        ? 'More people match than may be listed. Add another detail.'
        : found.value.basis === 'pds'
          ? undefined
          : 'The national register did not answer. These are people known at organisations of this area; check each detail.'
      return ok({ candidates: found.value.candidates, ...(note === undefined ? {} : { note }) })
    },
    audit,
    // Who may open nothing has nobody to find: an officer works through the audit.
    mayFind: viewer => look.mayFind(viewer),
    newId,
  })

  const bridges = await bridgesOf(settings, {
    audit,
    useToken: store.useToken,
    isCutOff: name => cutOffBy(catalogue().isolations, { keys: [name] }),
    newId,
    now,
  })
  const replayed = createDecisionReplay({ pool, history, audit, sealKey: settings.sealKey, newId })
  const review = createClaimReview({ pool, audit, now, newId, replay: replayed.replay })
  const clientKey = await privateKey(settings.clientKey)
  const connection = createCheckConnection({
    pool,
    audit,
    toEntry: source => egress.entry(toSources, source.id),
    tokensBy: way => createTokenSource({ dispatcher: way, privateKey: clientKey, keyId: settings.clientKey.kid, now }),
    now,
    newId,
    log,
  })
  const changes = createChanges({ pool, exchange: settings.exchange, audit, goLiveAllowed: nothingWaits, now, newId, log })
  const servers = await createServers({
    settings: {
      exchange: settings.exchange,
      publicUrl: settings.publicUrl,
      issuer: settings.oidc.issuer,
      host: settings.host,
      port: settings.port,
      ...(settings.publicTls ? { publicTls: settings.publicTls } : {}),
      mtls: { cert: settings.mtls.cert, key: settings.mtls.key, ca: settings.mtls.ca, host: settings.host, port: settings.mtls.port },
      ...(settings.internalAddress === undefined ? {} : { internalAddress: settings.internalAddress }),
      ...(settings.allowedNetworks ? { mayReach: settings.allowedNetworks } : {}),
      sealKey: settings.sealKey,
      tokenPublicKey: publicJwk(settings.tokenKey),
      assets,
      tag,
      ...(settings.fhirClients === undefined
        ? {}
        : {
            fhir: {
              clients: readFhirClients(settings.fhirClients),
              ...createFhirIssuer(settings.oidc.issuer, now),
              title: () => catalogue().title,
              version: VERSION,
            },
          }),
    },
    ports: {
      views,
      finder,
      ...(bridges ? { bridges } : {}),
      gatherForPeer: (request, signal) => answerPeer(request, peers, signal),
      documentForPeer: (request, wanted, signal) => documentForPeer(request, wanted, peers, signal),
      async reportForPeer(request, reported, signal) {
        const told = await reportFromPeer(request, reported, peers, signal)
        if (told.ok) await withdrawHeld().catch(() => undefined)
        return told
      },
      heldItems: held.own,
      listForPeer: lists.pageFor,
      peerKeys,
      mayPeerAsk: exchange => catalogue().peers.some(p => p.exchange === exchange && p.state === 'live'),
      roleKnown,
      use: createAcceptableUse({ pool, standing, rules: rooms.rules, audit, now, newId }),
      inPost: look.inPost,
      officesOf: roleCode => roleOf(roleCode)?.offices ?? [],
      opensNothing: roleCode => (roleOf(roleCode)?.sections.length ?? 0) === 0,
      organisation: odsCode => catalogue().organisations.get(odsCode),
      cutOff: who => cutOffBy(catalogue().isolations, who),
      databaseUp: () =>
        pool.query('select 1').then(
          () => true,
          () => false,
        ),
      note: event => noteDoorEvent(event),
      sessionEnded: views.closeSession,
      now,
      log: line => log.info(line, 'door'),
    },
    offices: createOffices({
      pool,
      catalogue,
      audit,
      governed,
      access,
      objections: lists.objections,
      publish: lists.publish,
      identity,
      changes,
      connection,
      processing: processingSettings(settings),
      review,
      rooms,
      now,
      newId,
      log,
    }),
    pages: createViewerPages(odsCode => catalogue().organisations.get(odsCode), bridges?.offered),
    store,
    signIn: createSignIn(
      { issuer: settings.oidc.issuer, clientId: settings.oidc.clientId, clientKey: settings.clientKey, publicUrl: settings.publicUrl },
      odsCode => catalogue().organisations.get(odsCode)?.name ?? odsCode,
    ),
  })

  async function noteDoorEvent(event: DoorEvent): Promise<void> {
    const kinds = { 'sign-in-refused': 'refused', 'request-refused': 'refused' } as const
    const kind =
      event.kind in kinds ? kinds[event.kind as keyof typeof kinds] : (event.kind as Exclude<DoorEvent['kind'], keyof typeof kinds>)
    const detail = {
      event: event.kind,
      ...(event.sdsUserId === undefined ? {} : { user: event.sdsUserId }),
      ...(event.odsCode === undefined ? {} : { organisation: event.odsCode }),
      ...(event.reason === undefined ? {} : { reason: event.reason }),
    }
    const written = await audit.writeOpenView({
      kind,
      outcome: event.kind.endsWith('refused') ? 'refused' : 'success',
      transaction: newId(),
      detail,
      ...(event.exchange === undefined ? {} : { assertingExchange: event.exchange }),
    })
    if (!written.ok) log.error({ code: 'door-event-unwritten', kind: event.kind }, 'a door event could not be written')
  }

  /** Each process writes down when a change of who takes part began to hold in it. */
  async function noteCatalogue(after: Catalogue, before: Catalogue): Promise<void> {
    const cutOff = (what: Isolated): readonly string[] => (after.isolations ?? []).filter(one => one.what === what).map(one => one.which)
    await store
      .endSessionsOf(cutOff('user'), cutOff('organisation'))
      .catch((error: unknown) => log.error({ code: 'sessions-not-ended', err: error }, 'sessions of who is cut off could not be ended'))
    const changes = changesBetween(before, after)
    if (changes.length === 0) return
    const detail = { version: after.version, changes }
    const written = await audit.writeOpenView({ kind: 'catalogue-changed', outcome: 'success', transaction: newId(), detail })
    if (!written.ok) log.error({ code: 'catalogue-change-unwritten' }, 'a change of who takes part could not be written')
  }

  /** Every process reads the list this often, so that what is reported anywhere is hidden everywhere within a minute. */
  async function withdrawHeld(): Promise<void> {
    await held.refresh()
    await views.withdraw()
  }
  const { port, mtlsPort } = await servers.listen()
  await audit.drain()
  const every = (ms: number, work: () => Promise<unknown>): NodeJS.Timeout =>
    setInterval(() => void work().catch((error: unknown) => log.error({ code: 'tending-failed', err: error }, 'tending failed')), ms)
  const timers = [
    every(TEND_MS, views.tend),
    every(TEND_MS, withdrawHeld),
    every(PEER_HELD_MS, held.refreshPeers),
    every(LIST_TIMES.askMs, lists.follow),
    every(REAP_MS, () => audit.reap()),
    every(DATES_MS, changes.tend),
    every(CONFIRM_MS, review.confirm),
    every(CALLS_MS, () => overdueCalls({ pool, now, log })),
    every(UNKNOWN_MS, async () => quality.unknownServices(inForce.unknownServices())),
    every(NOTE_MS, () => governed.noteServices(inForce.unknownServices())),
  ]
  void held.refreshPeers()
  // Exchanges that start together have each other's lists as soon as they are up.
  const early = every(EARLY_MS, async () => {
    await lists.follow()
    if (nowMs() > LIST_TIMES.startMs || (await lists.known())) clearInterval(early)
  })
  timers.push(early)
  log.info({ code: 'listening', port }, 'listening')

  return {
    tag,
    port,
    mtlsPort,
    async stop() {
      servers.drain()
      for (const timer of timers) clearInterval(timer)
      await views.stop()
      await room.stop()
      await servers.close()
      await audit.stop()
      followed.stop()
      governed.stop()
      await Promise.all([peerConnections.close(), toSources.close(), toSignIn.close(), pool.end()])
    },
  }
}

/** Rule sets from outside. Throws when they cannot be read whole or do not cover the classes of the law: nothing starts then. */
async function ruleSetsOf({ ruleSets }: Settings, now: Date): Promise<readonly RuleSet[]> {
  const on = londonDay(now.getTime())
  const loaded = ruleSets === SYNTHETIC ? { ok: true as const, value: [] } : await loadRuleSets(ruleSets, on)
  const may = loaded.ok ? mayStart(loaded.value, ruleSets === SYNTHETIC, on) : loaded
  if (!loaded.ok || !may.ok) throw new Error(`This process cannot start:\n  ${may.ok ? '' : may.fault.detail}`)
  return loaded.value
}

/** The first rules of access and those that came after. Throws when they cannot be read: nothing starts then. */
function accessRulesOf({ accessRules }: Settings): readonly [AccessRules, ...AccessRules[]] {
  if (accessRules === undefined) return [firstRules]
  const read = readAccessRules(accessRules)
  if (!read.ok) throw new Error(`This process cannot start:\n  ${read.fault.detail}`)
  return [firstRules, ...read.value]
}

/** Other products one can go to and come from. Throws when their register cannot be read: nothing starts then. */
async function bridgesOf(
  { bridges, tokenKey, publicUrl }: Settings,
  ports: Pick<Parameters<typeof createBridges>[0], 'audit' | 'useToken' | 'isCutOff' | 'newId' | 'now'>,
): Promise<BridgeCorridor | undefined> {
  if (bridges === undefined) return undefined
  const read = parseBridges(bridges)
  if (!read.ok) throw new Error(`This process cannot start:\n  ${read.fault.detail}`)
  return createBridges({ ...ports, bridges: read.value, key: await privateKey(tokenKey), keyId: tokenKey.kid, name: publicUrl })
}

const hostSource = (sources: readonly SourceConfig[], custodian: string): SourceConfig | undefined =>
  sources.find(s => s.odsCode === custodian && s.connector !== 'nrl' && s.connector !== 'dicomweb' && s.state === 'live')

/** Where documents of a custodian may be fetched: from its own systems as we know them, whatever a pointer says. */
function hostOf(sources: readonly SourceConfig[], custodian: string): PointerHost | undefined {
  const source = hostSource(sources, custodian)
  if (!source) return undefined
  const asid = source.documentsAsid ?? source.asidTo
  return {
    baseUrl: source.documentsUrl ?? source.baseUrl,
    ...(asid === undefined ? {} : { asid }),
    ...(source.tokenUrl === undefined ? {} : { tokenUrl: source.tokenUrl }),
    ...(source.clientId === undefined ? {} : { clientId: source.clientId }),
  }
}

const privateKey = async (jwk: JWK): Promise<CryptoKey> => {
  const key = await importJWK(jwk, jwk.alg)
  if (key instanceof Uint8Array) throw new TypeError('a private key was expected')
  return key
}
const publicJwk = ({ kty, crv, x, y, kid, alg }: JWK): JWK => ({ kty, crv, x, y, kid, alg, use: 'sig' }) as JWK
const thumbprint = (pem: string): string => createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')

if (import.meta.main) {
  const exchange = await startExchange(readSettings(process.env)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'This process cannot start.'}\n`)
    process.exit(1)
  })
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    void exchange.stop().finally(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
