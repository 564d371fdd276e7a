import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Part } from '../../care-record/entry.ts'
import { limits } from '../../care-record/limits.ts'
import { GROUPS, type Group } from '../../care-record/section.ts'
import { emptySnapshot, fold, type Snapshot } from '../../care-record/snapshot.ts'
import type { View } from '../view.ts'
import { sse, streamParts } from './events.ts'
import { sendFault, sendStatus } from './faults.ts'
import { formValues, frameOf } from './find-routes.ts'
import { sendHtml, wantsHtml } from './headers.ts'
import type { Pages, ViewFrame } from './pages.ts'
import type { Ports } from './ports.ts'
import { departureRoutes } from './bridge-routes.ts'
import { documentRoutes } from './document-routes.ts'
import { imageRoutes } from './image-routes.ts'
import { isFragment, partNumber, recordPageRoutes } from './record-page-routes.ts'
import type { Route, Visitor } from './routes.ts'

/** Milliseconds the first page waits for the decision before it shows frames only. */
export const DECISION_MS = 1_000

export interface RecordPorts {
  readonly ports: Ports
  readonly pages: Pages
  /** The session may still read, seen afresh. */
  readonly mayRead: (visitor: Visitor, view: View) => Promise<boolean>
  /** Keeps a stream where locking and logging out can cut it. @returns what takes it out again. */
  readonly streaming: (sessionId: string, abort: AbortController) => () => void
  readonly heartbeatMs?: number
  readonly stalledMs?: number
}

const foldTo = (parts: readonly Part[], n: number): Snapshot => {
  const snapshot = emptySnapshot()
  for (const part of parts) if (part.n <= n) fold(snapshot, part)
  return snapshot
}

/** Milliseconds from opening to a part, or to `now` before the first. */
const elapsedAt = (view: View, at: string | undefined, now: Date): number =>
  Math.max(0, (at === undefined ? now : new Date(at)).getTime() - new Date(view.openedAt).getTime())

/** Where a script goes when the view is no longer one that shows parts. */
function place(view: View): string {
  if (view.status === 'claim') return `/r/${view.id}/reason`
  return `/r/${view.id}/`
}
const stateMessage = (view: View): string => JSON.stringify({ status: view.status, href: place(view) })

/** Readers of one view: the page, the stream, polling, its panels and its forms. */
export function recordRoutes(p: RecordPorts): readonly Route[] {
  const { ports, pages } = p
  const frame = (visitor: Visitor, view: View, n: number): ViewFrame => ({
    ...frameOf(visitor),
    view,
    n,
    elapsedMs: elapsedAt(view, view.parts[n - 1]?.at, ports.now()),
  })
  const present = async <T>(view: View, work: () => Promise<T>): Promise<T> => {
    const leave = view.attach()
    try {
      return await work()
    } finally {
      leave()
    }
  }
  const shows = (view: View): boolean => view.status === 'open'
  /** Pages of a view that shows no record; `undefined` when it does. */
  const instead = (reply: FastifyReply, visitor: Visitor, view: View): unknown => {
    if (shows(view)) return undefined
    const model = frame(visitor, view, view.parts.length)
    switch (view.status) {
      case 'deciding':
        return sendHtml(reply, pages.deciding(model))
      case 'claim':
        return reply.redirect(`/r/${view.id}/reason`, 303)
      case 'denied':
        return sendHtml(reply, pages.denied({ ...model, call: ports.organisation(visitor.viewer.odsCode) }), 403)
      case 'no-information':
        return sendHtml(reply, pages.noInformation(model))
      case 'unavailable':
        return view.refusedBecause === 'objections-unknown'
          ? sendHtml(reply, pages.denied({ ...model, call: ports.organisation(visitor.viewer.odsCode) }), 503)
          : sendHtml(reply, pages.unavailable(model), 503)
      case 'open':
      case 'closed':
        break
    }
    return sendHtml(reply, pages.viewClosed(frameOf(visitor)), 404)
  }
  const panel = async (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, view: View): Promise<unknown> => {
    if (!shows(view)) return instead(reply, visitor, view)
    const entryId: unknown = Reflect.get(request.params as object, 'entry')
    const opened = await present(view, () => view.entry(typeof entryId === 'string' ? entryId : ''))
    if (!opened.ok) return sendFault(request, reply, pages, opened.fault)
    return sendHtml(reply, pages.item(frame(visitor, view, view.parts.length), opened.value, isFragment(request)))
  }

  return [
    ...recordPageRoutes({ ports, pages, frame, present, instead }),
    ...documentRoutes({ ports, pages, frame, present, instead }),
    ...imageRoutes({ ports, pages, frame, present, instead }),
    ...(ports.bridges ? departureRoutes({ ports, pages, frame, present, instead }, ports.bridges) : []),
    {
      method: 'GET',
      path: '/r/:view/',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        const wholePage: unknown = Reflect.get(request.query as object, 'whole')
        const leave = view.attach()
        let handed = false
        try {
          await view.decided(wholePage === '1' ? limits.askMs : DECISION_MS)
          if (wholePage === '1' && view.status === 'open') await view.settled(limits.askMs)
          const other = instead(reply, visitor, view)
          if (other !== undefined) return other
          const parts = [...view.parts]
          const pieces = pages.record({ ...frame(visitor, view, parts.length), settled: wholePage === '1' }, foldTo(parts, parts.length))
          const body = Readable.from(pieces)
          body.once('close', leave)
          handed = true
          return reply.type('text/html; charset=utf-8').send(body)
        } finally {
          if (!handed) leave()
        }
      },
    },
    {
      method: 'GET',
      path: '/r/:view/events',
      permission: 'view',
      byScript: true,
      async serve(request, reply, visitor, view) {
        const query: unknown = Reflect.get(request.query as object, 'after')
        const header = request.headers['last-event-id']
        const after = Math.min(partNumber(header ?? query), view.parts.length)
        const abort = new AbortController()
        const release = p.streaming(visitor.session.id, abort)
        const leave = view.attach()
        const snapshot = foldTo(view.parts, after)
        const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }
        reply.hijack()
        reply.raw.writeHead(200, headers as Record<string, string>)
        try {
          await streamParts({
            raw: reply.raw,
            abort,
            first: sse('state', stateMessage(view)),
            parts: decidedParts(view, after, abort.signal, text => void (abort.signal.aborted || reply.raw.write(text))),
            message: part => JSON.stringify(pages.part(frame(visitor, view, part.n), fold(snapshot, part), part)),
            mayRead: () => p.mayRead(visitor, view),
            ...(p.heartbeatMs === undefined ? {} : { heartbeatMs: p.heartbeatMs }),
            ...(p.stalledMs === undefined ? {} : { stalledMs: p.stalledMs }),
          })
        } finally {
          leave()
          release()
        }
        return reply
      },
    },
    {
      method: 'GET',
      path: '/r/:view/parts',
      permission: 'view',
      byScript: true,
      async serve(request, reply, visitor, view) {
        return present(view, async () => {
          const parts = shows(view) ? view.parts : NO_PARTS
          const after = Math.min(partNumber(Reflect.get(request.query as object, 'after')), parts.length)
          const snapshot = foldTo(parts, after)
          const messages = parts.slice(after).map(part => pages.part(frame(visitor, view, part.n), fold(snapshot, part), part))
          const { closed } = snapshot
          return reply
            .type('application/json; charset=utf-8')
            .send(JSON.stringify({ status: view.status, href: place(view), parts: messages, closed: closed ?? null }))
        })
      },
    },
    { method: 'GET', path: '/r/:view/item/:entry', permission: 'view', serve: panel },
    { method: 'POST', path: '/r/:view/item/:entry', permission: 'view', serve: panel },
    {
      method: 'POST',
      path: '/r/:view/try-again',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        if (!shows(view)) return instead(reply, visitor, view)
        const { source = '', exchange = '', group = '' } = formValues(request.body)
        if (!isGroup(group)) return sendStatus(request, reply, pages, 400)
        const asked = await present(view, () => view.tryAgain(source, exchange, group))
        if (!asked.ok) return sendFault(request, reply, pages, asked.fault)
        return wantsHtml(request) ? reply.redirect(`/r/${view.id}/`, 303) : reply.code(202).send()
      },
    },
    {
      method: 'GET',
      path: '/r/:view/reason',
      permission: 'view',
      async serve(_request, reply, visitor, view) {
        if (shows(view)) return reply.redirect(`/r/${view.id}/`, 303)
        if (view.status !== 'claim') return instead(reply, visitor, view)
        return present(view, async () => sendHtml(reply, pages.reason({ ...frame(visitor, view, view.parts.length), values: {} })))
      },
    },
    {
      method: 'POST',
      path: '/r/:view/reason',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        if (view.status !== 'claim') return reply.redirect(`/r/${view.id}/`, 303)
        const values = formValues(request.body, LONGEST_WORDS)
        const claimed = await present(view, () => view.claim(values))
        if (claimed.ok) return reply.redirect(`/r/${view.id}/`, 303)
        if (claimed.fault.kind !== 'invalid') return sendFault(request, reply, pages, claimed.fault)
        const model = frame(visitor, view, view.parts.length)
        return sendHtml(reply, pages.reason({ ...model, values, fault: claimed.fault.detail }), 400)
      },
    },
    {
      method: 'POST',
      path: '/r/:view/renew',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        if (!shows(view)) return instead(reply, visitor, view)
        // A page that was open when it was renewed elsewhere, or when evidence came.
        if (view.emergencyUntil === undefined) return reply.redirect(`/r/${view.id}/`, 303)
        const renewed = await present(view, () => view.renewEmergency())
        if (!renewed.ok) return sendFault(request, reply, pages, renewed.fault)
        return reply.redirect(`/r/${view.id}/`, 303)
      },
    },
    {
      method: 'POST',
      path: '/r/:view/close',
      permission: 'view',
      async serve(_request, reply, _visitor, view) {
        await view.close('ended')
        return reply.redirect('/find', 303)
      },
    },
  ]
}

const isGroup = (text: string): text is Group => (GROUPS as readonly string[]).includes(text)

/** A claim's reason may have 500 characters (ux: 10 to 500); longer words come back as they were typed. */
const LONGEST_WORDS = 2_000

/** Of a view without a record: those it has would tell one that nobody knows from one of a person who objects (D124). */
const NO_PARTS: readonly Part[] = []

/** Parts once the view is decided; tells the reader when the decision falls. A view without a record has none. */
async function* decidedParts(view: View, after: number, signal: AbortSignal, tell: (text: string) => void): AsyncIterable<Part> {
  if (view.status === 'deciding') {
    await view.decided(limits.askMs)
    if (view.status !== 'deciding') tell(sse('state', stateMessage(view)))
  }
  if (view.status === 'open') yield* view.read(after, signal)
}
