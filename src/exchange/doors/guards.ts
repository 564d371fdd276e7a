import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dispatcher } from 'undici'
import { USE_PATH } from '../../viewer/pages/acceptable-use.ts'
import type { View } from '../view.ts'
import { ARRIVED_PATH } from './bridge-routes.ts'
import { sendStatus } from './faults.ts'
import { exchangeOfClient, forward, keysOfClient, FORWARDED, NOT_MINE, tagOf } from './forward.ts'
import { createFhirGuards, type FhirGuardPorts } from './fhir/guard.ts'
import { frameOf } from './find-routes.ts'
import { fromOurPages, sendHtml, wantsHtml } from './headers.ts'
import type { Pages } from './pages.ts'
import type { Ports } from './ports.ts'
import type { Guards, Route, Visitor } from './routes.ts'
import { csrfFits, csrfOf, SESSION_COOKIE, stateOf, viewerOf, type Sessions } from './sessions.ts'
import { SESSION_MS, type SessionRow, type Store } from './store.ts'

export interface GuardPorts {
  readonly exchange: string
  readonly publicUrl: string
  readonly tag: string
  readonly ports: Ports
  readonly pages: Pages
  readonly store: Store
  readonly sessions: Sessions
  /** Connections to siblings; absent on the mutual-TLS door, which never forwards. */
  readonly siblings?: Dispatcher
  /** Where a sibling was last seen, should the database be away. */
  readonly lastAddress?: (tag: string) => string | undefined
  /** Who may ask as FHIR; absent where there is no such door. */
  readonly fhir?: FhirGuardPorts
}

/** Whoever is cut off is told so, and not why. */
export const CUT_OFF = 'Your access to the record has been stopped. Call your organisation’s service desk or privacy officer.'

const NOT_IN_POST = 'Your organisation says that you no longer work there. Call its service desk if that is wrong.'

/** May be done while locked: nothing of anyone is shown by it. */
const WHILE_LOCKED: ReadonlySet<string> = new Set(['/lock', '/unlock', '/log-out'])

/**
 * The guards of one door. On the mutual-TLS door every route of people is a sibling's: it is served only to a process of
 * this exchange, and the session is checked again there.
 */
export function createGuards(g: GuardPorts): Guards {
  const { ports, pages, sessions } = g
  const internal = g.siblings === undefined

  const turnAway = (request: FastifyRequest, reply: FastifyReply, route: Route, to: string): undefined => {
    if (route.byScript === true || !wantsHtml(request)) sendStatus(request, reply, pages, 401)
    else reply.redirect(to, 303)
    return undefined
  }
  const refuse = (request: FastifyRequest, reply: FastifyReply, status: number, detail?: string): undefined => {
    sendStatus(request, reply, pages, status, detail)
    return undefined
  }

  /** The rules of use first; then on to where the user was going (R045). Never a blank record. */
  const askToAccept = (request: FastifyRequest, reply: FastifyReply, route: Route): undefined => {
    if (route.byScript === true || !wantsHtml(request)) return refuse(request, reply, 403, 'Read and accept the rules of use first.')
    const to = route.method === 'GET' ? new URL(request.url, g.publicUrl).pathname : '/'
    reply.redirect(to === '/' ? USE_PATH : `${USE_PATH}?to=${encodeURIComponent(to)}`, 303)
    return undefined
  }

  const signInPath = (request: FastifyRequest, route: Route): string =>
    route.path === ARRIVED_PATH
      ? `/sign-in/start?to=${encodeURIComponent(ARRIVED_PATH)}`
      : route.method === 'GET' && route.permission === 'view'
        ? `/sign-in?to=${encodeURIComponent(new URL(request.url, g.publicUrl).pathname)}`
        : '/sign-in'

  /** Session in any state but over, form token checked. */
  const signedIn = async (request: FastifyRequest, reply: FastifyReply, route: Route): Promise<SessionRow | undefined> => {
    if (internal && !fromSibling(request)) return refuse(request, reply, 403)
    // Who leaves is let go for as long as a session can last, the database away or not.
    const leaving = WHILE_LOCKED.has(route.path)
    const session = await sessions.of(request.cookies[SESSION_COOKIE], leaving ? SESSION_MS : undefined)
    const state = stateOf(session, ports.now())
    if (!session || state === 'none' || state === 'over') return turnAway(request, reply, route, signInPath(request, route))
    if (!leaving && ports.cutOff({ user: session.sdsUserId, organisation: viewerOf(session)?.odsCode })) {
      await sessions.end(session)
      await ports.note({ kind: 'request-refused', sdsUserId: session.sdsUserId, sessionId: session.id, reason: 'cut-off' })
      return refuse(request, reply, 403, CUT_OFF)
    }
    if (state === 'locked' && !leaving) return turnAway(request, reply, route, '/locked')
    if (route.method === 'POST' && !postIsOurs(request, session)) {
      await ports.note({ kind: 'request-refused', sdsUserId: session.sdsUserId, sessionId: session.id, reason: 'form-token' })
      return refuse(request, reply, 403, 'This form is no longer valid. Go back and try again.')
    }
    return session
  }
  const postIsOurs = (request: FastifyRequest, session: SessionRow): boolean => {
    const { body } = request
    const inForm: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'csrf') : undefined
    return fromOurPages(request, g.publicUrl) && csrfFits(session, inForm ?? request.headers['x-csrf'])
  }
  const fromSibling = (request: FastifyRequest): boolean =>
    request.headers[FORWARDED] === '1' && exchangeOfClient(request) === g.exchange && !ports.cutOff({ keys: keysOfClient(request) })

  const viewId = (request: FastifyRequest): string => {
    const id: unknown = Reflect.get(request.params as object, 'view')
    return typeof id === 'string' ? id : ''
  }

  /** Foreign, unknown and expired alike. */
  const closed = (request: FastifyRequest, reply: FastifyReply, visitor: Visitor): void => {
    if (wantsHtml(request)) sendHtml(reply, pages.viewClosed(frameOf(visitor)), 404)
    else sendStatus(request, reply, pages, 404)
  }

  const fhir = g.fhir && createFhirGuards(g.fhir)

  return {
    signedIn,
    async visitor(request, reply, route): Promise<Visitor | undefined> {
      const session = await signedIn(request, reply, route)
      if (!session) return undefined
      const viewer = viewerOf(session)
      if (!viewer || !ports.roleKnown(viewer.roleCode)) return turnAway(request, reply, route, '/roles')
      if (route.path !== USE_PATH && (await ports.use?.accepted(viewer)) === false) return askToAccept(request, reply, route)
      if (route.byScript !== true) await sessions.used(session)
      return { session, viewer, csrf: csrfOf(session) }
    },
    async view(request, reply, visitor): Promise<View | undefined> {
      const id = viewId(request)
      const view = ports.views.find(id, visitor.session.id, visitor.viewer.sdsUserId)
      if (view) return view
      if (wantsHtml(request) && ports.views.leftCare?.(id, visitor.session.id, visitor.viewer.sdsUserId) === true) {
        const ref = await g.store.refOfView(visitor.session.id, id).catch(() => undefined)
        sendHtml(reply, pages.viewClosed({ ...frameOf(visitor), leftCare: ref === undefined ? {} : { ref } }), 410)
      } else closed(request, reply, visitor)
      return undefined
    },
    async office(request, reply, visitor, offices) {
      const theirs = ports.officesOf(visitor.viewer.roleCode)
      const holds = offices.some(office => theirs.includes(office))
      if (holds && (await ports.inPost?.(visitor.viewer)) !== false) return true
      const { sdsUserId, odsCode } = visitor.viewer
      await ports.note({
        kind: 'request-refused',
        sdsUserId,
        odsCode,
        sessionId: visitor.session.id,
        reason: holds ? 'not-in-post' : 'office',
      })
      refuse(request, reply, 403, holds ? NOT_IN_POST : 'Your role does not include this.')
      return false
    },
    async fhir(request, reply) {
      if (internal && !fromSibling(request)) return refuse(request, reply, 403)
      return fhir?.caller(request, reply)
    },
    async handOver(request, reply, route): Promise<boolean> {
      if (route.permission === 'fhir') {
        const tag = g.siblings && tagOf((await fhir?.viewOf(request)) ?? '')
        if (!g.siblings || tag === undefined || tag === g.tag) return false
        // Its process is gone: the person is asked about anew, here.
        return forward(request, reply, { tag, store: g.store, lastAddress: g.lastAddress, dispatcher: g.siblings, now: ports.now })
      }
      const tag = tagOf(viewId(request))
      if (tag === undefined || tag === g.tag) return false
      if (!g.siblings) {
        // Meant for who was at this address before: its views went with it.
        sendStatus(request, reply, pages, NOT_MINE)
        return true
      }
      // Only for who has a session of ours: nobody else makes us knock at a sibling.
      const session = await sessions.of(request.cookies[SESSION_COOKIE])
      if (stateOf(session, ports.now()) !== 'open') return false
      const viewer = session && viewerOf(session)
      if (!session || !viewer) return false
      if (await forward(request, reply, { tag, store: g.store, lastAddress: g.lastAddress, dispatcher: g.siblings, now: ports.now }))
        return true
      // Its process is gone, or never was. Who had this view may open the same person again, with an event of its own.
      const visitor = { session, viewer, csrf: csrfOf(session) }
      const ref = await g.store.refOfView(session.id, viewId(request)).catch(() => undefined)
      if (ref === undefined) closed(request, reply, visitor)
      else if (wantsHtml(request)) sendHtml(reply, pages.ownerLost({ ...frameOf(visitor), ref }), 410)
      else sendStatus(request, reply, pages, 410, 'This view ended because a part of the service stopped.')
      return true
    },
    async sibling(request, reply): Promise<string | undefined> {
      return fromSibling(request) ? g.exchange : refuse(request, reply, 403)
    },
    async peer(request, reply): Promise<string | undefined> {
      const from = exchangeOfClient(request)
      if (ports.cutOff({ keys: keysOfClient(request) })) {
        await ports.note({ kind: 'peer-refused', reason: 'cut-off', ...(from === undefined ? {} : { exchange: from }) })
        return refuse(request, reply, 403, 'This certificate has been cut off.')
      }
      if (from !== undefined && from !== g.exchange) return from
      await ports.note({ kind: 'peer-refused', reason: 'certificate', ...(from === undefined ? {} : { exchange: from }) })
      return refuse(request, reply, 403, 'This certificate does not name another exchange.')
    },
  }
}
