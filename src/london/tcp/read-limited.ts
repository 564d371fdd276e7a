import type { IncomingMessage } from 'node:http'

const LIMIT_BYTES = 16_384

/** The body of a small form or JSON request as text. Rejects beyond 16 KB. */
export async function readLimited(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > LIMIT_BYTES) throw new RangeError('the request is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
