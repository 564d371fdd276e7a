import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { wire, type Fault } from '../../care-record/result.ts'
import { sendHtml, wantsHtml } from './headers.ts'
import type { Pages } from './pages.ts'

/** Words for a status that did not come with a fault of ours. */
const words: Readonly<Record<number, string>> = {
  400: 'The request could not be read.',
  401: 'Sign in to continue.',
  403: 'This is not allowed.',
  404: 'There is nothing here.',
  405: 'This cannot be done here.',
  413: 'The request is too large.',
  415: 'The request could not be read.',
  503: 'The service cannot answer now. Try again shortly.',
}

/** A page for a person, problem details (RFC 9457) for anything else. Our own words; no stack, no text from outside. */
export function sendStatus(request: FastifyRequest, reply: FastifyReply, pages: Pages, status: number, detail?: string): FastifyReply {
  const said = detail ?? words[status] ?? 'Something went wrong. Try again. If it keeps happening, call your service desk.'
  if (wantsHtml(request)) return sendHtml(reply, pages.error({ status, words: said, requestId: request.id }), status)
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: said,
        instance: `urn:uuid:${request.id}`,
      }),
    )
}

/** A fault says its own words, except `internal`, which says nothing about itself. */
export const sendFault = (request: FastifyRequest, reply: FastifyReply, pages: Pages, fault: Fault): FastifyReply =>
  sendStatus(request, reply, pages, wire[fault.kind].status, fault.kind === 'internal' ? undefined : fault.detail)

/** Class and code of an error, all that a log may hold of it. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(code) ? `${error.name} ${code}` : error.name
}
