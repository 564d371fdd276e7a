import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import type { Candidate } from '../find-person.ts'
import { sendFault, sendStatus } from './faults.ts'
import { sendHtml } from './headers.ts'
import type { Frame, Pages } from './pages.ts'
import { OFFICE_PATH } from '../../viewer/pages/office/office.ts'
import type { Ports } from './ports.ts'
import type { Route, Visitor } from './routes.ts'
import { opaque, type Sealer } from './seal.ts'
import { LIST_MS, type Store } from './store.ts'

export interface FindPorts {
  readonly ports: Ports
  readonly pages: Pages
  readonly store: Store
  readonly sealer: Sealer
}

/** Text fields of a form, each at most so many characters; anything else of it is dropped. */
export function formValues(body: unknown, longest = 200): Readonly<Record<string, string>> {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' && name !== 'csrf' ? [[name, value.slice(0, longest)]] : [],
    ),
  )
}

export const frameOf = (visitor: Visitor): Frame => ({ viewer: visitor.viewer, csrf: visitor.csrf })

const AWAY = { away: 'the database' } as const

/** What a search found, as its page shows it. */
interface FoundList {
  readonly candidates: readonly (Candidate & { readonly ref: string })[]
  readonly note?: string
}

const listOf = (sessionId: string, ref: string): string => `${sessionId} list ${ref}`

export const placeOf = (sessionId: string, ref: string): string => `${sessionId} ${ref}`

/** Finding one person, and opening their record. The number is in the form's body and sealed in the session's rows, never in a URL. */
export function findRoutes(p: FindPorts): readonly Route[] {
  const { ports, pages, store, sealer } = p

  const open = async (request: FastifyRequest, reply: FastifyReply, visitor: Visitor): Promise<unknown> => {
    const values = formValues(request.body)
    const ref = values['ref'] ?? ''
    const sealed = /^[A-Za-z0-9_-]{43}$/.test(ref) ? await store.person(visitor.session.id, ref).catch(() => AWAY) : undefined
    // Without the database nothing is written down either, so nothing is opened.
    if (typeof sealed === 'object') return sendHtml(reply, pages.unavailable(frameOf(visitor)), 503)
    const number = sealed === undefined ? undefined : sealer.open(sealed, placeOf(visitor.session.id, ref))
    const nhsNumber = number === undefined ? undefined : parseNhsNumber(number)
    if (!nhsNumber?.ok) return sendStatus(request, reply, pages, 404)
    const workstation = values['workstation']
    const opened = await ports.views.open({
      viewer: visitor.viewer,
      sessionId: visitor.session.id,
      purpose: 'direct-care',
      nhsNumber: nhsNumber.value,
      ...(workstation === undefined ? {} : { workstation }),
    })
    if (!opened.ok)
      return opened.fault.kind === 'unavailable'
        ? sendHtml(reply, pages.unavailable(frameOf(visitor)), 503)
        : sendFault(request, reply, pages, opened.fault)
    await store.openedAs(visitor.session.id, ref, opened.value.id)
    return reply.redirect(`/r/${opened.value.id}/`, 303)
  }

  return [
    {
      method: 'GET',
      path: '/',
      permission: 'session',
      serve: async (_request, reply, { viewer }) =>
        reply.redirect(ports.opensNothing(viewer.roleCode) && ports.officesOf(viewer.roleCode).length > 0 ? OFFICE_PATH : '/find', 303),
    },
    {
      method: 'GET',
      path: '/find',
      permission: 'session',
      serve: async (_request, reply, visitor) => sendHtml(reply, pages.find({ ...frameOf(visitor), values: {} })),
    },
    {
      method: 'GET',
      path: '/find/unknown',
      permission: 'session',
      serve: async (_request, reply, visitor) => sendHtml(reply, pages.unknownPerson(frameOf(visitor))),
    },
    {
      method: 'POST',
      path: '/find',
      permission: 'session',
      async serve(request, reply, visitor) {
        const values = formValues(request.body)
        const found = await ports.finder.find({ viewer: visitor.viewer, sessionId: visitor.session.id, form: values })
        if (!found.ok) {
          if (found.fault.kind === 'invalid')
            return sendHtml(reply, pages.find({ ...frameOf(visitor), values, fault: found.fault.detail }), 400)
          return sendFault(request, reply, pages, found.fault)
        }
        const candidates = found.value.candidates.map(candidate => ({ ...candidate, ref: opaque() }))
        await store.addPeople(
          visitor.session.id,
          candidates.map(({ ref, nhsNumber }) => ({ ref, sealed: sealer.seal(nhsNumber, placeOf(visitor.session.id, ref)) })),
          ports.now(),
        )
        const { note } = found.value
        const list: FoundList = { candidates, ...(note === undefined ? {} : { note }) }
        const ref = opaque()
        await store.addList(
          visitor.session.id,
          { ref, sealed: sealer.seal(JSON.stringify(list), listOf(visitor.session.id, ref)) },
          ports.now(),
        )
        return reply.redirect(`/find/${ref}`, 303)
      },
    },
    {
      method: 'GET',
      path: '/find/:list',
      permission: 'session',
      async serve(request, reply, visitor) {
        const ref = String(Reflect.get(request.params as object, 'list'))
        const since = new Date(ports.now().getTime() - LIST_MS)
        const sealed = /^[A-Za-z0-9_-]{43}$/.test(ref) ? await store.list(visitor.session.id, ref, since) : undefined
        const text = sealed === undefined ? undefined : sealer.open(sealed, listOf(visitor.session.id, ref))
        // Foreign, unknown and too old alike: search again.
        if (text === undefined) return reply.redirect('/find', 303)
        return sendHtml(reply, pages.candidates({ ...frameOf(visitor), ...(JSON.parse(text) as FoundList) }))
      },
    },
    { method: 'POST', path: '/open', permission: 'session', serve: open },
  ]
}
