import type { FastifyReply, FastifyRequest } from 'fastify'
import { SECTION_IDS } from '../../care-record/section.ts'
import { resolveEntry } from '../../care-record/snapshot.ts'
import type { View } from '../view.ts'
import { sendFault, sendStatus } from './faults.ts'
import { formValues } from './find-routes.ts'
import { sendHtml, wantsHtml } from './headers.ts'
import type { Pages, Query, ViewFrame } from './pages.ts'
import type { Ports } from './ports.ts'
import type { Route, Visitor } from './routes.ts'

/** What the routes of one record share. */
export interface RecordPages {
  readonly ports: Ports
  readonly pages: Pages
  /** The model of a page with the parts up to `n` folded. */
  readonly frame: (visitor: Visitor, view: View, n: number) => ViewFrame
  /** Counts as a reader while it works. */
  readonly present: <T>(view: View, work: () => Promise<T>) => Promise<T>
  /** The page of a view that shows no record; `undefined` when it does. */
  readonly instead: (reply: FastifyReply, visitor: Visitor, view: View) => unknown
}

export const partNumber = (text: unknown): number => (typeof text === 'string' && /^[0-9]{1,9}$/.test(text) ? Number(text) : 0)
export const paramOf = (request: FastifyRequest, name: string): string => {
  const value: unknown = Reflect.get(request.params as object, name)
  return typeof value === 'string' ? value : ''
}
const queryOf = (request: FastifyRequest, name: string): unknown => Reflect.get(request.query as object, name)
const pageOf = (request: FastifyRequest): number => Math.max(1, partNumber(queryOf(request, 'page')))
const isAll = (request: FastifyRequest): boolean => queryOf(request, 'all') === '1'
/** The page is open and wants what goes into it. */
export const isFragment = (request: FastifyRequest): boolean =>
  request.headers['x-fragment'] !== undefined || (request.headers.accept ?? '').includes('fragment=1')

/** Pages of one record: sections, timeline, results, comparisons, threads, what is new, search within, print, reports. */
export function recordPageRoutes(p: RecordPages): readonly Route[] {
  const { ports, pages } = p
  type Show = (model: ViewFrame, request: FastifyRequest, view: View) => string | undefined
  /** A page of what the view holds now; nothing more is asked or written down for it. */
  const page = (path: string, show: Show): Route => ({
    method: 'GET',
    path: `/r/:view/${path}`,
    permission: 'view',
    async serve(request, reply, visitor, view) {
      const other = p.instead(reply, visitor, view)
      if (other !== undefined) return other
      return p.present(view, async () => {
        const html = show(p.frame(visitor, view, view.parts.length), request, view)
        return html === undefined ? sendStatus(request, reply, pages, 404) : sendHtml(reply, html)
      })
    },
  })
  const search = (request: FastifyRequest, query: Query, model: ViewFrame): string => pages.search(model, query, isFragment(request))

  return [
    ...SECTION_IDS.map(section => page(section, (model, request) => pages.section(model, section, pageOf(request)))),
    page('sources', model => pages.sources(model)),
    page('timeline', (model, request) => pages.timeline(model, pageOf(request))),
    page('changes', model => pages.changes(model)),
    page('medicines/compare', (model, request, view) =>
      pages.compare(model, view.compareMedicines(), { all: isAll(request), page: pageOf(request) }),
    ),
    page('problems/threads', (model, request, view) => pages.threads(model, 'problems', view.threads().byProblem, pageOf(request))),
    page('encounters/threads', (model, request, view) => pages.threads(model, 'encounters', view.threads().byEncounter, pageOf(request))),
    page('results/:entry', (model, request, view) => {
      const entry = resolveEntry(view.snapshot, paramOf(request, 'entry'))
      if (entry?.kind !== 'result') return undefined
      return pages.trend(model, entry, { all: isAll(request), page: pageOf(request), fragment: isFragment(request) })
    }),
    page('search', (model, request) => search(request, { words: '' }, model)),
    {
      method: 'POST',
      path: '/r/:view/search',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        const other = p.instead(reply, visitor, view)
        if (other !== undefined) return other
        const { words = '', organisation = '', months = '' } = formValues(request.body)
        const query: Query = {
          words,
          ...(/^[A-Z0-9]{1,12}$/.test(organisation) ? { organisation } : {}),
          ...(months === '12' ? { months: 12 } : {}),
        }
        return p.present(view, async () => sendHtml(reply, search(request, query, p.frame(visitor, view, view.parts.length))))
      },
    },
    {
      method: 'GET',
      path: '/r/:view/print',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        const other = p.instead(reply, visitor, view)
        if (other !== undefined) return other
        return p.present(view, async () => {
          const written = await view.printed()
          if (!written.ok) return sendFault(request, reply, pages, written.fault)
          return sendHtml(reply, pages.print(p.frame(visitor, view, view.parts.length), ports.now().toISOString()))
        })
      },
    },
    {
      method: 'POST',
      path: '/r/:view/older',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        const other = p.instead(reply, visitor, view)
        if (other !== undefined) return other
        const asked = await p.present(view, () => view.askOlder())
        if (!asked.ok) return sendFault(request, reply, pages, asked.fault)
        const { to = '' } = formValues(request.body)
        return wantsHtml(request) ? reply.redirect(backTo(view, to), 303) : reply.code(202).send()
      },
    },
    {
      method: 'GET',
      path: '/r/:view/item/:entry/not-theirs',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        const other = p.instead(reply, visitor, view)
        if (other !== undefined) return other
        const opened = await p.present(view, () => view.entry(paramOf(request, 'entry')))
        if (!opened.ok) return sendFault(request, reply, pages, opened.fault)
        return sendHtml(reply, pages.notTheirs(p.frame(visitor, view, view.parts.length), opened.value))
      },
    },
    {
      method: 'POST',
      path: '/r/:view/item/:entry/not-theirs',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        const other = p.instead(reply, visitor, view)
        if (other !== undefined) return other
        const entryId = paramOf(request, 'entry')
        const values = formValues(request.body, LONGEST_WORDS)
        return p.present(view, async () => {
          const reported = await view.reportNotTheirs(entryId, values)
          const model = p.frame(visitor, view, view.parts.length)
          if (reported.ok) return sendHtml(reply, pages.notTheirsDone(model))
          if (reported.fault.kind !== 'invalid') return sendFault(request, reply, pages, reported.fault)
          const opened = await view.entry(entryId)
          if (!opened.ok) return sendFault(request, reply, pages, opened.fault)
          return sendHtml(reply, pages.notTheirs(model, opened.value, { errors: { words: reported.fault.detail }, values }), 400)
        })
      },
    },
  ]
}

/** Words come back as they were typed, longer than may be sent. */
const LONGEST_WORDS = 2_000

/** A page of this very view, or its summary. */
const backTo = (view: View, to: string): string => {
  const home = `/r/${view.id}/`
  return to.startsWith(home) && /^[a-z-]{0,20}(?:\/[A-Za-z0-9_-]{1,100}){0,2}$/.test(to.slice(home.length)) ? to : home
}
