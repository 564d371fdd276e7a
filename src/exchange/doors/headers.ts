import type { FastifyReply, FastifyRequest } from 'fastify'

/** Constant headers of every answer, pages and JSON alike. */
export function securityHeaders(settings: { readonly publicUrl: string; readonly issuer: string }): Readonly<Record<string, string>> {
  const https = new URL(settings.publicUrl).protocol === 'https:'
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "frame-src 'self'",
      `form-action 'self' ${new URL(settings.issuer).origin}`,
      "frame-ancestors 'self'",
      "base-uri 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    ...(https ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

/** Of the words of a document in their frame: an origin of its own that runs, loads, sends and opens nothing. */
export const DOCUMENT_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'"

/**
 * A browser that says where a request comes from must say: from our own pages. One that says nothing is left to the form
 * token. Pages sent with `no-referrer` post with origin `null`, so then Sec-Fetch-Site must say it.
 */
export function fromOurPages(request: FastifyRequest, publicUrl: string): boolean {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin === 'null') return site === 'same-origin'
  if (origin !== undefined && origin !== new URL(publicUrl).origin) return false
  return site === undefined || site === 'same-origin' || site === 'none'
}

/** A person is reading, not a script or a system. */
export const wantsHtml = (request: FastifyRequest): boolean => (request.headers.accept ?? '').includes('text/html')

export const sendHtml = (reply: FastifyReply, html: string, status = 200): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').send(html)
