import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { JWK } from 'jose'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { View } from '../view.ts'
import { arrivalRoutes } from './bridge-routes.ts'
import { errorCode, sendStatus } from './faults.ts'
import { createCallers, type FhirAccess } from './fhir/caller.ts'
import { isFhirPath, isOtherMethod } from './fhir/guard.ts'
import { sendRefusal } from './fhir/outcome.ts'
import { FHIR_BASE, fhirRoutes } from './fhir/routes.ts'
import { createFhirViews } from './fhir/views.ts'
import { findRoutes } from './find-routes.ts'
import { homeRoutes, type OfficeRoutes } from './office/home-routes.ts'
import { newProcessTag, siblingDispatcher, type MutualTls } from './forward.ts'
import { createGuards } from './guards.ts'
import { securityHeaders } from './headers.ts'
import type { Pages } from './pages.ts'
import { peerRoutes } from './peer-door.ts'
import type { Ports } from './ports.ts'
import { recordRoutes } from './record-routes.ts'
import { registerRoute, type Route, type Visitor } from './routes.ts'
import { createSealer, type Sealer } from './seal.ts'
import { createSessions, stateOf, viewerOf } from './sessions.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { useRoutes } from './use-routes.ts'
import type { SignIn } from './sign-in.ts'
import type { Store } from './store.ts'

export interface DoorSettings {
  readonly exchange: string
  /** As browsers see us, through whatever stands in front. */
  readonly publicUrl: string
  readonly issuer: string
  readonly host: string
  readonly port: number
  /** Without it the public door listens on loopback only. */
  readonly publicTls?: { readonly cert: string; readonly key: string }
  /** Listener for siblings and peers. */
  readonly mtls: MutualTls & { readonly host: string; readonly port: number }
  /** Where siblings reach this process; `https://{mtls.host}:{port}` unless told. */
  readonly internalAddress?: string
  /** 32 bytes. */
  readonly sealKey: Uint8Array
  /** Public half of the key our peer tokens are signed with. */
  readonly tokenPublicKey: JWK
  /** Stylesheets, scripts and icons by path (`assets` of `src/viewer/assets.ts`). */
  readonly assets: ReadonlyMap<string, { readonly type: string; readonly body: Buffer }>
  /** Tag of this process; a new one unless told. Views carry it. */
  readonly tag?: string
  /** Whose software may read the record as FHIR; without it there is no such door. */
  readonly fhir?: FhirDoorSettings
  /** Addresses that may reach the public door, as its socket sees them; absent: every one. Health is told to any. */
  readonly mayReach?: (address: string) => boolean
  readonly heartbeatMs?: number
  readonly stalledMs?: number
}

export interface FhirDoorSettings extends Omit<FhirAccess, 'base' | 'issuer'> {
  /** What the issuer says of itself; `undefined` when it cannot be asked now. */
  readonly discovered: () => Promise<Readonly<Record<string, unknown>> | undefined>
  readonly title: () => string
  readonly version: string
}

export interface Servers {
  readonly tag: string
  readonly public: FastifyInstance
  readonly mtls: FastifyInstance
  readonly routes: { readonly public: readonly Route[]; readonly mtls: readonly Route[] }
  /** @returns the ports taken, for settings that said 0. */
  readonly listen: () => Promise<{ readonly port: number; readonly mtlsPort: number }>
  /** Not ready from now on: a load balancer sends new people elsewhere while readers finish. */
  readonly drain: () => void
  readonly close: () => Promise<void>
}

/** A process says that it lives this often, in milliseconds. */
const ALIVE_MS = 5_000
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])
/**
 * The two doors of a process: `public` for people, `mtls` for processes of this exchange and for other exchanges. Throws
 * when the public door would be open to a network without TLS, or the seal key is not one.
 */
export async function createServers(options: {
  readonly settings: DoorSettings
  readonly ports: Ports
  readonly pages: Pages
  readonly store: Store
  readonly signIn: SignIn
  /** Work beside the record: routes of whoever does it. */
  readonly offices?: OfficeRoutes
}): Promise<Servers> {
  const { settings, ports, pages, store, signIn } = options
  if (!settings.publicTls && !LOOPBACK.has(settings.host))
    throw new Error('without a TLS certificate the public door listens on loopback only')
  const tag = settings.tag ?? newProcessTag()
  const sessions = createSessions(store, ports.now)
  const sealer = createSealer(settings.sealKey)
  const siblings = siblingDispatcher(settings.mtls, settings.exchange)
  const headers = securityHeaders(settings)
  let draining = false
  /** Where the processes of this exchange were at the last heartbeat, for when the database is away. */
  let neighbours: ReadonlyMap<string, string> = new Map()

  const streams = new Map<string, Set<AbortController>>()
  const streaming = (sessionId: string, abort: AbortController): (() => void) => {
    const of = streams.get(sessionId) ?? new Set()
    streams.set(sessionId, of.add(abort))
    return () => {
      of.delete(abort)
      if (of.size === 0 && streams.get(sessionId) === of) streams.delete(sessionId)
    }
  }
  const cut = (sessionId: string): void => {
    for (const abort of streams.get(sessionId) ?? []) abort.abort()
  }
  /** The session as it is now, not as it was when the stream began. */
  const mayRead = async (visitor: Visitor, view: View): Promise<boolean> => {
    const row = await sessions.asNow(visitor.session)
    if (!row || stateOf(row, ports.now()) !== 'open') return false
    const viewer = viewerOf(row)
    if (ports.cutOff({ user: row.sdsUserId, organisation: viewer?.odsCode })) return false
    return viewer !== undefined && ports.roleKnown(viewer.roleCode) && ports.views.find(view.id, row.id, row.sdsUserId) === view
  }

  const record = recordRoutes({
    ports,
    pages,
    mayRead,
    streaming,
    ...(settings.heartbeatMs === undefined ? {} : { heartbeatMs: settings.heartbeatMs }),
    ...(settings.stalledMs === undefined ? {} : { stalledMs: settings.stalledMs }),
  })
  const fhir = settings.fhir && fhirDoor(settings, settings.fhir, { ports, store, sealer })
  const offices = options.offices?.({ ports, pages, store, sealer }) ?? []
  const publicRoutes: readonly Route[] = [
    ...healthRoutes(ports, settings.exchange, () => draining),
    assetRoute(settings.assets, pages),
    ...signInRoutes({ settings, ports, pages, store, sessions, signIn, cut }),
    ...findRoutes({ ports, pages, store, sealer }),
    ...(ports.bridges ? arrivalRoutes({ ports, pages, sealer, store, bridges: ports.bridges }) : []),
    ...record,
    ...homeRoutes({ ports, pages }),
    ...(ports.use ? useRoutes(ports.use) : []),
    ...offices,
    ...(fhir?.routes ?? []),
  ]
  const mtlsRoutes: readonly Route[] = [
    ...record,
    // Pages of one view are served where the view is.
    ...offices.filter(route => route.permission === 'view'),
    ...(fhir?.routes ?? []).filter(route => route.permission === 'fhir'),
    ...peerRoutes({ exchange: settings.exchange, ports, pages, store, tokenPublicKey: settings.tokenPublicKey }),
  ]

  const shared = { genReqId: () => randomUUID(), logger: false, trustProxy: false, requestTimeout: 30_000 } as const
  const atPublic = Fastify({
    ...shared,
    ...(settings.publicTls ? { https: { ...settings.publicTls, minVersion: 'TLSv1.2' } } : {}),
  } as object)
  const { cert, key, ca } = settings.mtls
  const atMtls = Fastify({
    ...shared,
    https: { cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
  }) as unknown as FastifyInstance
  const guardPorts = {
    exchange: settings.exchange,
    publicUrl: settings.publicUrl,
    tag,
    ports,
    pages,
    store,
    sessions,
    ...(fhir ? { fhir: { callers: fhir.callers, store } } : {}),
  }

  for (const [app, routes, guards] of [
    [atPublic, publicRoutes, createGuards({ ...guardPorts, siblings, lastAddress: sibling => neighbours.get(sibling) })],
    [atMtls, mtlsRoutes, createGuards(guardPorts)],
  ] as const) {
    await app.register(cookie)
    await app.register(formbody, { bodyLimit: 16 * 1024 })
    app.addContentTypeParser('application/fhir+json', { parseAs: 'string' }, (request, body, parsed) => {
      // Operations may come without a body.
      if (body === '') return parsed(null)
      return app.getDefaultJsonParser('error', 'error')(request, body as string, parsed)
    })
    app.addHook('onRequest', async (_request, reply) => void reply.headers(headers))
    if (app === atPublic && settings.mayReach) app.addHook('onRequest', outsideHook(settings.mayReach, ports, pages))
    app.addHook('onResponse', async (request, reply) =>
      ports.log({ code: 'answered', requestId: request.id, status: reply.statusCode, tookMs: Math.round(reply.elapsedTime) }),
    )
    app.setNotFoundHandler(async (request, reply) =>
      isFhirPath(request.url)
        ? sendRefusal(reply, { status: settings.fhir && isOtherMethod(request) ? 405 : 404 })
        : sendStatus(request, reply, pages, 404),
    )
    app.setErrorHandler(async (error, request, reply) => {
      const status = statusOf(error)
      if (status >= 500) ports.log({ code: 'failed', requestId: request.id, error: errorCode(error) })
      if (isFhirPath(request.url)) return sendRefusal(reply, { status })
      return sendStatus(request, reply, pages, status)
    })
    for (const route of routes) registerRoute(app, route, guards)
  }

  let beat: NodeJS.Timeout | undefined
  return {
    tag,
    public: atPublic,
    mtls: atMtls,
    routes: { public: publicRoutes, mtls: mtlsRoutes },
    async listen() {
      await atMtls.listen({ host: settings.mtls.host, port: settings.mtls.port })
      await atPublic.listen({ host: settings.host, port: settings.port })
      const mtlsPort = portOf(atMtls)
      const address = settings.internalAddress ?? `https://${settings.mtls.host}:${mtlsPort}`
      const alive = (): Promise<void> =>
        store
          .heartbeat({ tag, exchange: settings.exchange, address }, ports.now())
          .then(living => void (neighbours = new Map(living.map(each => [each.tag, each.address]))))
          .catch((error: unknown) => ports.log({ code: 'heartbeat-failed', error: errorCode(error) }))
      await alive()
      beat = setInterval(() => void alive(), ALIVE_MS)
      return { port: portOf(atPublic), mtlsPort }
    },
    drain() {
      draining = true
    },
    async close() {
      draining = true
      clearInterval(beat)
      for (const of of streams.values()) for (const abort of of) abort.abort()
      await sessions.close()
      await store.endProcess(tag).catch(() => undefined)
      await Promise.all([atPublic.close(), atMtls.close()])
      await siblings.close()
    },
  }
}

/** The FHIR door of this exchange: who may ask, and what is answered. */
function fhirDoor(
  settings: DoorSettings,
  fhir: FhirDoorSettings,
  p: { readonly ports: Ports; readonly store: Store; readonly sealer: Sealer },
) {
  const { exchange, issuer, publicUrl, sealKey } = settings
  const base = `${publicUrl}${FHIR_BASE}`
  const views = createFhirViews({ ...p, publicUrl })
  const { discovered, title, version, ...access } = fhir
  return {
    callers: createCallers({ ...p, access: { ...access, base, issuer } }),
    routes: fhirRoutes({ ...p, views, idKey: sealKey, base, issuer, discovered, exchange: { name: exchange, title }, version }),
  }
}

/** A refusal of an address is written down at most this often, milliseconds: a scan from outside fills no audit. */
const OUTSIDE_MS = 60_000

/** Turns away who comes from outside the networks that may reach this door. */
function outsideHook(mayReach: (address: string) => boolean, ports: Ports, pages: Pages) {
  let toldAt = -Infinity
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (mayReach(request.ip) || request.url === '/health' || request.url === '/ready') return undefined
    const nowMs = ports.now().getTime()
    ports.log({ code: 'network-refused', requestId: request.id, status: 403 })
    if (nowMs - toldAt >= OUTSIDE_MS) {
      toldAt = nowMs
      await ports.note({ kind: 'request-refused', reason: 'network' })
    }
    return sendStatus(request, reply, pages, 403, 'The record cannot be reached from this network.')
  }
}

const portOf = (app: FastifyInstance): number => (app.server.address() as AddressInfo).port

/** Fastify's own refusals (too large, not readable) keep their status; anything else is ours to mend. */
function statusOf(error: unknown): number {
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined
  if (typeof status === 'number' && status >= 400 && status < 500) return status
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && /^(?:ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|57P|08|53)/.test(code) ? 503 : 500
}

function healthRoutes(ports: Ports, exchange: string, draining: () => boolean): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/health',
      permission: 'health',
      async serve(_request, reply) {
        const database = (await ports.databaseUp()) ? 'up' : 'down'
        return reply.type('application/json').send(JSON.stringify({ status: 'up', exchange, database }))
      },
    },
    {
      method: 'GET',
      path: '/ready',
      permission: 'health',
      async serve(_request, reply) {
        const ready = !draining()
        return reply
          .code(ready ? 200 : 503)
          .type('application/json')
          .send(JSON.stringify({ ready }))
      },
    },
  ]
}

/** The files pages load. A path names its bytes, so a browser may keep them. */
const assetRoute = (assets: DoorSettings['assets'], pages: Pages): Route => ({
  method: 'GET',
  path: '/assets/*',
  permission: 'public',
  async serve(request, reply) {
    const asset = assets.get(new URL(request.url, 'http://localhost').pathname)
    if (!asset) return sendStatus(request, reply, pages, 404)
    return reply.header('cache-control', 'public, max-age=31536000, immutable').type(asset.type).send(asset.body)
  },
})
