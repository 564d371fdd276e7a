import { request, type Dispatcher } from 'undici'
import { limits } from '../../../care-record/limits.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { RawDocument } from '../document.ts'
import { NO_DOCUMENT, NOT_FETCHED } from '../gp-connect/attachment.ts'

/**
 * The bytes at an address, whatever they are. Never rejects and never follows a redirect; at most `groupBytes` of the limits.
 * Faults as `FetchDocument` has them.
 */
export async function readBytes(ask: {
  readonly dispatcher: Dispatcher
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}): Promise<Result<RawDocument>> {
  try {
    const answer = await request(ask.url, {
      dispatcher: ask.dispatcher,
      method: 'GET',
      headers: { 'accept-encoding': 'identity', ...ask.headers },
      signal: ask.signal,
    })
    const { statusCode: status, body } = answer
    const single = (value: string | string[] | undefined): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? ''))
    const encoding = single(answer.headers['content-encoding'])
    if (status !== 200 || (encoding !== '' && encoding !== 'identity')) {
      body.on('error', () => {})
      body.destroy()
      return status === 404 || status === 410 ? NO_DOCUMENT : NOT_FETCHED
    }
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limits.groupBytes) return fail('too-large', 'The document is too large to be shown.')
      chunks.push(chunk)
    }
    const contentType = single(answer.headers['content-type'])
    return ok({ bytes: Buffer.concat(chunks), contentType: contentType === '' ? 'application/octet-stream' : contentType })
  } catch {
    return NOT_FETCHED
  }
}
