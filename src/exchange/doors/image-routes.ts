import type { FastifyReply, FastifyRequest } from 'fastify'
import { wire, type Fault } from '../../care-record/result.ts'
import { resolveEntry } from '../../care-record/snapshot.ts'
import type { View } from '../view.ts'
import { sendFault, sendStatus } from './faults.ts'
import { sendHtml } from './headers.ts'
import { paramOf, partNumber, type RecordPages } from './record-page-routes.ts'
import type { Route, Visitor } from './routes.ts'

/** Pixels across a picture, and across a small one. */
const WIDTH = 1_200
const SMALL = 320

/**
 * Images of one examination: a page of them, and each as a picture drawn here. They are named by series and place, from 1:
 * whatever a browser sends, nothing but the study's own images can be asked for.
 */
export function imageRoutes(p: RecordPages): readonly Route[] {
  const { pages } = p
  const queryOf = (request: FastifyRequest, name: string): number => partNumber(Reflect.get(request.query as object, name))
  const cannot = (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, view: View, fault: Fault): FastifyReply => {
    const model = p.frame(visitor, view, view.parts.length)
    if (view.status === 'open' && fault.kind === 'not-found') return sendHtml(reply, pages.noImages(model), 404)
    const entry = resolveEntry(view.snapshot, paramOf(request, 'entry'))
    if (view.status === 'open' && fault.kind === 'unavailable' && entry) return sendHtml(reply, pages.imagesUnavailable(model, entry), 503)
    return sendFault(request, reply, pages, fault)
  }
  const picture = (rest: string, width: number): Route => ({
    method: 'GET',
    path: `/r/:view/images/:entry/:series/:place${rest}`,
    permission: 'view',
    byScript: true,
    async serve(request, reply, visitor, view) {
      const other = p.instead(reply, visitor, view)
      if (other !== undefined) return other
      return p.present(view, async () => {
        const at = { series: partNumber(paramOf(request, 'series')), place: partNumber(paramOf(request, 'place')) }
        if (at.series < 1 || at.place < 1) return sendStatus(request, reply, pages, 404)
        const drawn = await view.image(paramOf(request, 'entry'), at, width)
        if (drawn.ok) return reply.type('image/png').send(drawn.value)
        // A browser that wants a picture draws one, whatever its status: words, where a broken one would say nothing.
        return request.headers['sec-fetch-dest'] === 'image'
          ? reply
              .code(wire[drawn.fault.kind].status)
              .type('image/svg+xml')
              .send(pages.imageInstead(drawn.fault.kind === 'not-found'))
          : sendFault(request, reply, pages, drawn.fault)
      })
    },
  })
  return [
    {
      method: 'GET',
      path: '/r/:view/images/:entry',
      permission: 'view',
      async serve(request, reply, visitor, view) {
        const other = p.instead(reply, visitor, view)
        if (other !== undefined) return other
        return p.present(view, async () => {
          const at = { series: queryOf(request, 'series') || 1, page: queryOf(request, 'page') || 1 }
          const opened = await view.images(paramOf(request, 'entry'), at)
          if (!opened.ok) return cannot(request, reply, visitor, view, opened.fault)
          const { first, images } = opened.value
          const asked = queryOf(request, 'image')
          const shown = asked >= first && asked < first + images ? asked : first
          return sendHtml(reply, pages.images(p.frame(visitor, view, view.parts.length), { ...opened.value, page: at.page, shown }))
        })
      },
    },
    picture('', WIDTH),
    picture('/small', SMALL),
  ]
}
