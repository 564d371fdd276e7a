import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Arrival, BridgeCorridor } from '../bridge.ts'
import { sendFault, sendStatus } from './faults.ts'
import { formValues, frameOf, placeOf } from './find-routes.ts'
import { sendHtml } from './headers.ts'
import type { Pages } from './pages.ts'
import type { Ports } from './ports.ts'
import type { RecordPages } from './record-page-routes.ts'
import { paramOf } from './record-page-routes.ts'
import type { Route } from './routes.ts'
import { opaque, type Sealer } from './seal.ts'
import { COOKIE } from './sessions.ts'
import { SIGN_IN_MS, type Store } from './store.ts'

/** What another product wishes to open, sealed, while its user signs in here. */
export const ARRIVAL_COOKIE = '__Host-lcr-arrival'
export const ARRIVED_PATH = '/bridge/arrived'
/** Token and form around it. */
const BODY_BYTES = 16 * 1024

/** The way out of a record to another product: a page with the one form that may leave us, good for a minute. */
export const departureRoutes = ({ pages, frame, present, instead }: RecordPages, bridges: BridgeCorridor): readonly Route[] => [
  {
    method: 'POST',
    path: '/r/:view/bridge/:id',
    permission: 'view',
    async serve(request, reply, visitor, view) {
      const { person } = view
      if (view.status !== 'open' || !person) return instead(reply, visitor, view)
      const { maskPlaces } = view
      const left = await present(view, () =>
        bridges.leave(paramOf(request, 'id'), { viewId: view.id, viewer: visitor.viewer, person, maskPlaces }),
      )
      if (!left.ok) return sendFault(request, reply, pages, left.fault)
      const policy = String(reply.getHeader('content-security-policy'))
      reply.header('content-security-policy', policy.replace(/form-action [^;]*/, `form-action ${new URL(left.value.url).origin}`))
      return sendHtml(reply, pages.leaving({ ...frame(visitor, view, view.parts.length), ...left.value }))
    },
  },
]

export interface ArrivalPorts {
  readonly ports: Ports
  readonly pages: Pages
  readonly sealer: Sealer
  readonly store: Pick<Store, 'addPeople' | 'openedAs'>
  readonly bridges: BridgeCorridor
}

/**
 * The way in. A browser posts the token from the other product's page, so none of our cookies come with it: the wish is kept,
 * sealed, by the browser itself until its user has a session here. Then all is as if they had searched by number.
 */
export function arrivalRoutes({ ports, pages, sealer, store, bridges }: ArrivalPorts): readonly Route[] {
  const kept = (request: FastifyRequest): Arrival | undefined => {
    const text = sealer.open(request.cookies[ARRIVAL_COOKIE] ?? '', ARRIVAL_COOKIE)
    if (text === undefined) return undefined
    const { until, ...arrival } = JSON.parse(text) as Arrival & { readonly until: number }
    return until > ports.now().getTime() ? arrival : undefined
  }
  const forget = (reply: FastifyReply): void => void reply.clearCookie(ARRIVAL_COOKIE, COOKIE)
  return [
    {
      method: 'POST',
      path: '/bridge/open',
      permission: 'public',
      bodyLimit: BODY_BYTES,
      async serve(request, reply) {
        const arrival = await bridges.arrive(formValues(request.body, BODY_BYTES)['context'])
        if (!arrival.ok) return sendFault(request, reply, pages, arrival.fault)
        const sealed = sealer.seal(JSON.stringify({ ...arrival.value, until: ports.now().getTime() + SIGN_IN_MS }), ARRIVAL_COOKIE)
        return reply.setCookie(ARRIVAL_COOKIE, sealed, { ...COOKIE, maxAge: SIGN_IN_MS / 1000 }).redirect(ARRIVED_PATH, 303)
      },
    },
    {
      method: 'GET',
      path: ARRIVED_PATH,
      permission: 'session',
      async serve(request, reply, visitor) {
        const arrival = kept(request)
        forget(reply)
        if (!arrival) return reply.redirect('/find', 303)
        const { viewer, session } = visitor
        const admitted = await bridges.admit(arrival, viewer)
        if (!admitted.ok) return sendFault(request, reply, pages, admitted.fault)
        const found = await ports.finder.find({ viewer, sessionId: session.id, form: { nhsNumber: arrival.nhsNumber } })
        if (!found.ok) return sendFault(request, reply, pages, found.fault)
        const person = found.value.candidates.find(one => one.birthDate === arrival.birthDate)
        // One answer for nobody and for somebody else: who is under a number is not for another product to find out.
        if (!person) return sendStatus(request, reply, pages, 404, 'The details passed are not those of one person. Search here instead.')
        const opened = await ports.views.open({
          viewer,
          sessionId: session.id,
          purpose: 'direct-care',
          nhsNumber: person.nhsNumber,
          workstation: `bridge:${arrival.bridge}:${arrival.transaction}`,
        })
        if (!opened.ok)
          return opened.fault.kind === 'unavailable'
            ? sendHtml(reply, pages.unavailable(frameOf(visitor)), 503)
            : sendFault(request, reply, pages, opened.fault)
        // As whoever was found here: should this view be lost with its process, the same person can be opened again.
        const ref = opaque()
        await store.addPeople(session.id, [{ ref, sealed: sealer.seal(person.nhsNumber, placeOf(session.id, ref)) }], ports.now())
        await store.openedAs(session.id, ref, opened.value.id)
        return reply.redirect(`/r/${opened.value.id}/`, 303)
      },
    },
  ]
}
