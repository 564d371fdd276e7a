import { createHash, webcrypto } from 'node:crypto'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { exportJWK, generateKeyPair } from 'jose'
import type { DocumentContent } from '../../care-record/document.ts'
import type { Part, PlainEntry } from '../../care-record/entry.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import { exchangeUri } from '../../care-record/peer.ts'
import type { Person, Viewer } from '../../care-record/person.ts'
import { fail, ok } from '../../care-record/result.ts'
import type { ImagesPage } from '../view-images.ts'
import { createPartList, type RawDocument, type View, type ViewStatus } from '../view.ts'
import type { Pages } from './pages.ts'
import type { DoorEvent, Ports } from './ports.ts'
import type { OfficeRoutes } from './office/home-routes.ts'
import { hashOf, opaque } from './seal.ts'
import { createServers, type DoorSettings, type Servers } from './servers.ts'
import { csrfOf, SESSION_COOKIE, stateOf } from './sessions.ts'
import type { Identity, SignIn } from './sign-in.ts'
import { LISTS_KEPT, PEOPLE_KEPT, type Role, type SessionRow, type SignInRow, type Store } from './store.ts'

/** The doors' tables in memory; held to the same contract as PostgreSQL's in `store.slow.test.ts`. */
export function createMemoryStore(): Store & { readonly away: (is: boolean) => void } {
  const sessions = new Map<string, { row: SessionRow; tokenHash: string }>()
  const people = new Map<string, { ref: string; sealed: string; viewId?: string; at: Date }[]>()
  const lists = new Map<string, { ref: string; sealed: string; at: Date }[]>()
  const signIns = new Map<string, SignInRow>()
  const processes = new Map<string, { address: string; seenAt: Date }>()
  const tokens = new Set<string>()
  let isAway = false
  const here = async <T>(work: () => T): Promise<T> => {
    if (isAway) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    return work()
  }
  const change = (id: string, to: (row: SessionRow) => Partial<SessionRow>): Promise<void> =>
    here(() => {
      const held = sessions.get(id)
      if (held) held.row = { ...held.row, ...to(held.row) }
    })
  return {
    away: is => void (isAway = is),
    addSession: (row, tokenHash) => here(() => void sessions.set(row.id, { row, tokenHash })),
    session: tokenHash => here(() => [...sessions.values()].find(s => s.tokenHash === tokenHash)?.row),
    sessionById: id => here(() => sessions.get(id)?.row),
    chooseRole: (id, roleProfileId) => change(id, () => ({ roleProfileId })),
    touch: (id, at) => change(id, row => (row.lockedAt === null && at > row.lastSeenAt ? { lastSeenAt: at } : {})),
    lock: (id, at, returnTo) => change(id, row => ({ lockedAt: row.lockedAt ?? at, returnTo: returnTo ?? row.returnTo })),
    async unlock(id, tokenHash, at) {
      await change(id, () => ({ lockedAt: null, lastSeenAt: at, returnTo: null }))
      const held = sessions.get(id)
      if (held) held.tokenHash = tokenHash
    },
    endSession: id =>
      here(() => {
        sessions.delete(id)
        people.delete(id)
        lists.delete(id)
      }),
    endSessionsOf: (users, organisations) =>
      here(() => {
        for (const { row } of sessions.values()) {
          const role = row.roles.find(r => r.sdsRoleProfileId === row.roleProfileId)
          if (users.includes(row.sdsUserId) || (role && organisations.includes(role.odsCode))) sessions.delete(row.id)
        }
      }),
    endedSessions: (ids, at) => here(() => new Set(ids.filter(id => ['none', 'over'].includes(stateOf(sessions.get(id)?.row, at))))),
    lockedSessions: (ids, at) => here(() => new Set(ids.filter(id => stateOf(sessions.get(id)?.row, at) === 'locked'))),
    addPeople: (sessionId, found, at) =>
      here(() => {
        const all = [...found.map(f => ({ ...f, at })), ...(people.get(sessionId) ?? [])]
        people.set(sessionId, all.slice(0, PEOPLE_KEPT))
      }),
    person: (sessionId, ref) => here(() => people.get(sessionId)?.find(p => p.ref === ref)?.sealed),
    addList: (sessionId, list, at) =>
      here(() => void lists.set(sessionId, [{ ...list, at }, ...(lists.get(sessionId) ?? [])].slice(0, LISTS_KEPT))),
    list: (sessionId, ref, since) => here(() => lists.get(sessionId)?.find(l => l.ref === ref && l.at >= since)?.sealed),
    openedAs: (sessionId, ref, viewId) =>
      here(() => {
        const found = people.get(sessionId)?.find(p => p.ref === ref)
        if (found) found.viewId = viewId
      }),
    viewOfRef: (sessionId, ref) => here(() => people.get(sessionId)?.find(p => p.ref === ref)?.viewId),
    refOfView: (sessionId, viewId) => here(() => people.get(sessionId)?.find(p => p.viewId === viewId)?.ref),
    addSignIn: (stateHash, row) => here(() => void signIns.set(stateHash, row)),
    takeSignIn: stateHash =>
      here(() => {
        const row = signIns.get(stateHash)
        signIns.delete(stateHash)
        return row
      }),
    heartbeat: ({ tag, address }, at) =>
      here(() => {
        processes.set(tag, { address, seenAt: at })
        return Array.from(processes, ([each, where]) => ({ tag: each, address: where.address }))
      }),
    processOf: tag => here(() => processes.get(tag)),
    endProcess: tag => here(() => void processes.delete(tag)),
    useToken: (exchange, jti) =>
      here(() => {
        const fresh = !tokens.has(`${exchange} ${jti}`)
        tokens.add(`${exchange} ${jti}`)
        return fresh
      }),
  }
}

const page = (name: string, said = ''): string => `<!doctype html><title>${name}</title>${said}`
/** Pages that say only which page they are and what they were given. */
export const plainPages: Pages = {
  signIn: m => page('sign-in', m.unavailable ? 'unavailable' : m.href),
  roles: m => page('roles', m.roles.map(r => r.sdsRoleProfileId).join(' ')),
  noRole: m => page('no-role', m.call?.phone),
  locked: m => page('locked', m.viewer?.name),
  find: m => page('find', m.fault),
  candidates: m => page('candidates', m.candidates.map(c => `[${c.ref}] ${c.name.family}`).join(' ')),
  unknownPerson: () => page('unknown-person'),
  *record(m, snapshot) {
    yield page('record', m.view.person?.name.family)
    yield `[n=${snapshot.n}]`
  },
  deciding: () => page('deciding'),
  reason: m => page('reason', m.fault),
  denied: m => page('denied', m.call?.name),
  noInformation: () => page('no-information'),
  leaving: m => page('leaving', `${m.title} ${m.url} ${m.token}`),
  unavailable: () => page('unavailable'),
  viewClosed: () => page('view-closed'),
  ownerLost: m => page('owner-lost', `[${m.ref}]`),
  item: (_m, panel, fragment) => (fragment ? panel.entry.id : page('item', panel.entry.id)),
  section: (_m, section, at) => page('section', `${section} ${at}`),
  sources: m => page('sources', String(m.view.snapshot.states.size)),
  timeline: (_m, at) => page('timeline', String(at)),
  trend: (_m, entry, { all }) => page('trend', `${entry.id} ${all}`),
  compare: (_m, _comparison, { all }) => page('compare', String(all)),
  threads: (_m, of) => page('threads', of),
  changes: () => page('changes'),
  search: (_m, query, fragment) => (fragment ? JSON.stringify(query) : page('search', JSON.stringify(query))),
  print: (m, at) => page('print', `${m.viewer.name} ${at}`),
  document: (_m, { entry, content }, fragment) => (fragment ? content.text : page('document', `${entry.id} ${content.text}`)),
  documentBody: content => content.html ?? '',
  noDocument: () => page('no-document'),
  documentUnavailable: () => page('document-unavailable'),
  images: (_m, { entry, open, shown }) => page('images', `${entry.id} ${open} ${shown}`),
  noImages: () => page('no-images'),
  imagesUnavailable: () => page('images-unavailable'),
  imageInstead: gone => page(gone ? 'no image' : 'image unavailable'),
  notTheirs: (_m, panel, state) => page('not-theirs', `${panel.entry.id} ${state?.errors['words'] ?? ''}`),
  notTheirsDone: () => page('not-theirs-done'),
  error: m => page('error', `${m.status} ${m.words}`),
  part: (_m, after, part) => ({ n: part.n, folded: after.n }),
}

export const doctorRole: Role = {
  sdsRoleProfileId: '555021935107',
  roleCode: 'S8000:G8000:R8000',
  roleName: 'Clinical Practitioner',
  odsCode: 'RJZ',
  organisationName: "King's College Hospital",
}
export const otherRole: Role = { ...doctorRole, sdsRoleProfileId: '555021935108', odsCode: 'RJ1', organisationName: "Guy's and St Thomas'" }
export const unmappedRole: Role = {
  ...doctorRole,
  sdsRoleProfileId: '555021935109',
  roleCode: 'S8000:G8000:R8009',
  roleName: 'Receptionist',
}
export const shah: Identity = { sdsUserId: '555000000001', name: 'Dr Priya Shah', assurance: 'IAL3 AAL2', roles: [doctorRole] }
export const other: Identity = { ...shah, sdsUserId: '555000000002', name: 'Dr Tom Reed' }

export const okafor: Person = {
  nhsNumber: '9991234578' as NhsNumber,
  name: { family: 'OKAFOR', given: ['Amara'], prefix: 'Mrs' },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  restricted: 'no',
  basis: 'pds',
  asOf: '2026-11-21T10:00:00Z',
}

const gone = fail('not-found', 'This is no longer part of the view.')
/** The one entry every view of these tests has. */
export const testEntry: PlainEntry = {
  kind: 'plain',
  id: 'entry-1',
  section: 'documents',
  list: 'current',
  sort: '1',
  title: 'Letter',
  coded: false,
  recordedBy: { odsCode: 'RJZ', name: 'Hospital', short: 'KCH' },
  alsoRecordedBy: [],
  conflicts: [],
  marks: [],
  matchedByDemographics: false,
  statements: 1,
}

export interface TestView {
  readonly view: View
  readonly append: (closed?: NonNullable<Part['closed']>) => void
  status: ViewStatus
  readonly tried: string[]
  readonly reported: string[]
  readers: number
  older: boolean
  printable: boolean
  printed: number
  document: { readonly raw: RawDocument; readonly content: DocumentContent } | undefined
  images: ImagesPage | undefined
}

/** Signs in as whoever `identity` is at the moment; no network. */
export function fakeSignIn(): SignIn & { identity: Identity | undefined; away: boolean; lastSince: Date | undefined } {
  return {
    identity: shah,
    away: false,
    lastSince: undefined,
    async begin() {
      if (this.away) return fail('unavailable', 'away')
      const state = opaque()
      return ok({ url: `https://id.example/authorize?state=${state}`, state, nonce: opaque(), verifier: opaque() })
    },
    async finish(_returned, checks) {
      this.lastSince = checks.since
      return this.identity ? ok(this.identity) : fail('unauthenticated', 'Sign-in did not succeed. Try again.')
    },
  }
}

x509.cryptoProvider.set(webcrypto as never)
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly ca: string
  /** SHA-256, base64url. */
  readonly thumbprint: string
}

/** An authority that signs certificates naming whatever it is told to. */
export async function createAuthority(): Promise<(uris: readonly string[], days?: number) => Promise<Certificate>> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const day = 86_400_000
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test authority',
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: new Date(Date.now() + day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true), await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)],
  })
  let serial = 1
  return async (uris, days = 1) => {
    const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    serial += 1
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial.toString(16).padStart(4, '0'),
      subject: 'CN=Test process',
      issuer: authority.subject,
      notBefore: new Date(Date.now() - 2 * day),
      notAfter: new Date(Date.now() + days * day),
      signingAlgorithm: algorithm,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension([
          ...uris.map(value => ({ type: 'url' as const, value })),
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    })
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64')
    return {
      cert: certificate.toString('pem'),
      key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
      ca: authority.toString('pem'),
      thumbprint: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('base64url'),
    }
  }
}

export interface House {
  readonly servers: Servers
  readonly store: ReturnType<typeof createMemoryStore>
  readonly signIn: ReturnType<typeof fakeSignIn>
  readonly events: DoorEvent[]
  readonly views: Map<string, TestView>
  readonly clock: { now: Date }
  readonly ended: string[]
  readonly found: { people: readonly Person[]; fault?: string }
  /** A session in the store. */
  readonly session: (who?: Identity, over?: Partial<SessionRow>) => Promise<{ row: SessionRow; cookie: string; csrf: string }>
  readonly openView: (session: { row: SessionRow }, status?: ViewStatus) => TestView
  auditAway: boolean
}

/** Both doors over real part lists, plain pages and tables in memory. */
export async function createHouse(
  options: {
    readonly exchange?: string
    readonly settings?: Partial<DoorSettings>
    readonly ports?: Partial<Ports>
    readonly store?: ReturnType<typeof createMemoryStore>
    readonly certificate?: Certificate
    readonly offices?: OfficeRoutes
  } = {},
): Promise<House> {
  const exchange = options.exchange ?? 'SEL'
  const store = options.store ?? createMemoryStore()
  const signIn = fakeSignIn()
  const clock = { now: new Date('2026-11-21T10:00:00Z') }
  const events: DoorEvent[] = []
  const views = new Map<string, TestView>()
  const ended: string[] = []
  const found: House['found'] = { people: [okafor] }
  const tag = options.settings?.tag ?? 'own1'
  const mtls = options.certificate ?? (await (await createAuthority())([exchangeUri(exchange)]))
  const assets = new Map([['/assets/record.0123456789.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('void 0') }]])

  const makeView = (viewer: Viewer, sessionId: string, status: ViewStatus): TestView => {
    const list = createPartList(() => clock.now)
    const test: TestView = {
      status,
      tried: [],
      reported: [],
      readers: 0,
      older: false,
      printable: true,
      printed: 0,
      document: undefined,
      images: undefined,
      append: closed => list.append({ eventIds: [opaque()], kind: closed ? 'closed' : 'answer', ...(closed ? { closed } : {}) }),
      view: {
        id: `${tag}.${opaque()}`,
        transaction: opaque(),
        openedAt: clock.now.toISOString(),
        viewer,
        sessionId,
        get status() {
          return test.status
        },
        person: okafor,
        unavailableEvidence: [],
        refusedBecause: undefined,
        emergencyUntil: undefined,
        renewEmergency: async () => gone,
        maySee: new Set(['allergies', 'documents']),
        limits: {},
        maskPlaces: false,
        parts: list.parts,
        snapshot: list.snapshot,
        decided: async () => {},
        settled: async () => {},
        read: list.read,
        attach() {
          test.readers += 1
          return () => void (test.readers -= 1)
        },
        roleGroup: 'doctor',
        get olderAsked() {
          return test.older
        },
        lastLook: undefined,
        threads: () => ({ byProblem: [], byEncounter: [] }),
        compareMedicines: () => ({ columns: [], rows: [] }),
        async askOlder() {
          test.older = true
          return ok(undefined)
        },
        document: async id => (test.document && id === testEntry.id ? ok({ entry: testEntry, content: test.document.content }) : gone),
        documentPage: async id => (test.document && id === testEntry.id ? ok(Buffer.from('PNG')) : gone),
        images: async id => (test.images && id === testEntry.id ? ok(test.images) : gone),
        image: async (id, { place }) => (test.images && id === testEntry.id && place <= test.images.images ? ok(Buffer.from('PNG')) : gone),
        documentOriginal: async id => (test.document && id === testEntry.id ? ok(test.document.raw) : gone),
        async reportNotTheirs(id, form) {
          if (id !== testEntry.id) return gone
          const words: unknown = Reflect.get(form as object, 'words')
          if (typeof words === 'string' && words.length > 500) return fail('invalid', 'Say why in at most 500 characters.')
          test.reported.push(id)
          return ok(undefined)
        },
        async printed() {
          if (!test.printable) return fail('unavailable', 'It cannot be written down now.')
          test.printed += 1
          return ok(undefined)
        },
        entry: async id => (id === testEntry.id ? ok({ entry: testEntry, statements: [], explain: [] }) : gone),
        async tryAgain(source, from, group) {
          test.tried.push(`${from}/${source}/${group}`)
          return ok(undefined)
        },
        take: async () => ok({ items: [], standing: new Set() }),
        async claim(form) {
          if (Reflect.get(form as object, 'reason') !== 'claim-treating') return fail('invalid', 'Choose a reason.')
          test.status = 'open'
          return ok(undefined)
        },
        async close() {
          test.status = 'closed'
        },
      },
    }
    views.set(test.view.id, test)
    return test
  }
  const house: { auditAway: boolean } = { auditAway: false }
  const { publicKey } = await generateKeyPair('ES256')
  const ports: Ports = {
    views: {
      async open({ viewer, sessionId }) {
        if (house.auditAway) return fail('unavailable', 'The opening of this record cannot be written down now.')
        return ok(makeView(viewer, sessionId, 'open').view)
      },
      find(id, sessionId, sdsUserId) {
        const view = views.get(id)?.view
        return view && view.sessionId === sessionId && view.viewer.sdsUserId === sdsUserId ? view : undefined
      },
    },
    finder: {
      find: async () =>
        found.fault === undefined
          ? ok({ candidates: found.people.map(person => ({ ...person, outwardCode: person.postcode?.split(' ')[0] })) })
          : fail('invalid', found.fault),
    },
    async *gatherForPeer() {
      yield { protocol: 1, type: 'end' }
    },
    documentForPeer: async () => gone,
    reportForPeer: async () => gone,
    heldItems: () => [],
    listForPeer: async () => fail('unavailable', 'This list was not loaded yet.'),
    peerKeys: async () => [],
    mayPeerAsk: () => true,
    roleKnown: code => code !== unmappedRole.roleCode,
    officesOf: () => [],
    opensNothing: () => false,
    cutOff: () => false,
    organisation: () => ({ name: 'Service desk', phone: '020 0000 0000' }),
    databaseUp: async () => true,
    note: async event => void events.push(event),
    sessionEnded: async id => void ended.push(id),
    now: () => clock.now,
    log: () => {},
    ...options.ports,
  }
  const servers = await createServers({
    settings: {
      exchange,
      publicUrl: 'http://localhost:8400',
      issuer: 'https://id.example/realm',
      host: '127.0.0.1',
      port: 0,
      mtls: { ...mtls, host: '127.0.0.1', port: 0 },
      sealKey: createHash('sha256').update(exchange).digest(),
      tokenPublicKey: await exportJWK(publicKey),
      assets,
      tag,
      ...options.settings,
    },
    ports,
    pages: plainPages,
    store,
    signIn,
    ...(options.offices ? { offices: options.offices } : {}),
  })
  return Object.assign(house, {
    servers,
    store,
    signIn,
    events,
    views,
    clock,
    ended,
    found,
    async session(who: Identity = shah, over: Partial<SessionRow> = {}) {
      const token = opaque()
      const row: SessionRow = {
        id: opaque(),
        csrf: opaque(),
        sdsUserId: who.sdsUserId,
        name: who.name,
        assurance: who.assurance,
        roles: who.roles,
        roleProfileId: who.roles[0]?.sdsRoleProfileId ?? null,
        createdAt: clock.now,
        lastSeenAt: clock.now,
        lockedAt: null,
        returnTo: null,
        ...over,
      }
      await store.addSession(row, hashOf(token))
      return { row, cookie: `${SESSION_COOKIE}=${token}`, csrf: csrfOf(row) }
    },
    openView({ row }: { row: SessionRow }, status: ViewStatus = 'open') {
      const role = row.roles[0] ?? doctorRole
      return makeView({ ...role, sdsUserId: row.sdsUserId, name: row.name, assurance: row.assurance }, row.id, status)
    },
  })
}
