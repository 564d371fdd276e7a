import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Fault } from '../../care-record/result.ts'
import { resolveEntry } from '../../care-record/snapshot.ts'
import type { View } from '../view.ts'
import { sendFault, sendStatus } from './faults.ts'
import { DOCUMENT_POLICY, sendHtml } from './headers.ts'
import { isFragment, paramOf, partNumber, type RecordPages } from './record-page-routes.ts'
import type { Route, Visitor } from './routes.ts'

/** Pixels across a drawn page. */
const PAGE_WIDTH = 1_000

/** What the file of an original is called: never by its title, which may name somebody. */
const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/rtf': 'rtf',
  'application/rtf': 'rtf',
  'application/xml': 'xml',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/tiff': 'tif',
}

/** A document of one entry: its page, its words in a frame of their own, its pages as pictures, its original to take. */
export function documentRoutes(p: RecordPages): readonly Route[] {
  const { ports, pages } = p
  const opening = (
    path: string,
    byScript: boolean,
    serve: (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, view: View, entryId: string) => Promise<unknown>,
  ): Route => ({
    method: 'GET',
    path: `/r/:view/documents/:entry${path}`,
    permission: 'view',
    ...(byScript ? { byScript } : {}),
    async serve(request, reply, visitor, view) {
      const other = p.instead(reply, visitor, view)
      if (other !== undefined) return other
      return p.present(view, () => serve(request, reply, visitor, view, paramOf(request, 'entry')))
    },
  })
  const cannot = (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, view: View, fault: Fault): FastifyReply => {
    const model = p.frame(visitor, view, view.parts.length)
    if (view.status === 'open' && fault.kind === 'not-found') return sendHtml(reply, pages.noDocument(model), 404)
    const entry = resolveEntry(view.snapshot, paramOf(request, 'entry'))
    if (view.status === 'open' && fault.kind === 'unavailable' && entry)
      return sendHtml(reply, pages.documentUnavailable(model, entry), 503)
    return sendFault(request, reply, pages, fault)
  }

  return [
    opening('', false, async (request, reply, visitor, view, entryId) => {
      const opened = await view.document(entryId)
      if (!opened.ok) return cannot(request, reply, visitor, view, opened.fault)
      const at = ports.now().toISOString()
      return sendHtml(reply, pages.document(p.frame(visitor, view, view.parts.length), { ...opened.value, at }, isFragment(request)))
    }),
    opening('/body', true, async (request, reply, _visitor, view, entryId) => {
      const opened = await view.document(entryId)
      if (!opened.ok) return sendFault(request, reply, pages, opened.fault)
      return sendHtml(reply.header('content-security-policy', DOCUMENT_POLICY), pages.documentBody(opened.value.content))
    }),
    opening('/pages/:page', true, async (request, reply, _visitor, view, entryId) => {
      const n = partNumber(paramOf(request, 'page'))
      if (n < 1) return sendStatus(request, reply, pages, 404)
      const drawn = await view.documentPage(entryId, n, PAGE_WIDTH)
      if (!drawn.ok) return sendFault(request, reply, pages, drawn.fault)
      return reply.type('image/png').send(drawn.value)
    }),
    opening('/original', false, async (request, reply, visitor, view, entryId) => {
      const original = await view.documentOriginal(entryId)
      if (!original.ok) return cannot(request, reply, visitor, view, original.fault)
      const { bytes, contentType } = original.value
      return reply
        .header('content-security-policy', DOCUMENT_POLICY)
        .header('content-disposition', `attachment; filename="document.${ENDINGS[contentType] ?? 'bin'}"`)
        .type('application/octet-stream')
        .send(bytes)
    }),
  ]
}
