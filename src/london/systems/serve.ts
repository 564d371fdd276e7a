import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A simulated system: a plain function, called in-process by tests and served over HTTP by the city. */
export type Handler = (request: Request) => Promise<Response>

export interface System {
  readonly handle: Handler
  /** Requests answered so far, whatever the answer; token requests not among them. */
  readonly calls: () => number
}

export interface Served {
  /** `http://127.0.0.1:{port}` */
  readonly url: string
  readonly close: () => Promise<void>
}

/** How a system misbehaves just now; read anew for each request, so a demo or a test can change its mind. */
export interface Behaviour {
  readonly delayMs?: number
  /** Connections are dropped without an answer. */
  readonly down?: boolean
}

const MAX_BODY_BYTES = 1_000_000

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Serves a handler on the loopback address. `port` 0 lets the machine choose one. Bodies stream; a reader that
 * goes away stops the answer.
 */
export async function serve(handle: Handler, port = 0, behaviour: (path: string) => Behaviour = () => ({})): Promise<Served> {
  const server = createServer((incoming, outgoing) => {
    const answer = async (): Promise<void> => {
      const { delayMs, down } = behaviour(incoming.url ?? '/')
      if (down) {
        incoming.destroy()
        return
      }
      const body = await readBody(incoming)
      if (body === undefined) {
        outgoing.writeHead(413).end()
        return
      }
      if (delayMs) await new Promise(resolve => setTimeout(resolve, delayMs))
      const headers = new Headers()
      for (const [name, value] of Object.entries(incoming.headers))
        if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
      const method = incoming.method ?? 'GET'
      const hasBody = method !== 'GET' && method !== 'HEAD'
      const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`)
      const response = await handle(new Request(url, { method, headers, ...(hasBody && { body: new Uint8Array(body) }) }))
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      if (response.body) await pipeline(Readable.fromWeb(response.body), outgoing)
      else outgoing.end()
    }
    answer().catch(() => {
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500).end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const STREAM_CHUNK = 32

/** A Bundle sent as it is written: the entries go out in small groups, nothing holds the whole text. */
export const streamBundle = (head: Readonly<Record<string, unknown>>, entries: readonly unknown[], init: ResponseInit): Response =>
  streamText(
    `${JSON.stringify({ resourceType: 'Bundle', ...head }).slice(0, -1)},"entry":[`,
    entries,
    (entry, i) => (i > 0 ? ',' : '') + JSON.stringify(entry),
    ']}',
    init,
  )

/** A text of many parts, each written only when the reader has taken those before it. */
export function streamText<T>(
  head: string,
  parts: readonly T[],
  write: (part: T, i: number) => string,
  tail: string,
  init: ResponseInit,
): Response {
  const encoder = new TextEncoder()
  let next = -1
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (next < 0) {
        next = 0
        controller.enqueue(encoder.encode(head))
        return
      }
      const from = next
      next += STREAM_CHUNK
      const text = parts
        .slice(from, next)
        .map((part, i) => write(part, from + i))
        .join('')
      controller.enqueue(encoder.encode(next < parts.length ? text : `${text}${tail}`))
      if (next >= parts.length) controller.close()
    },
  })
  return new Response(body, init)
}

/** Answers already built are kept for so many people, the longest unused forgotten first. */
export function remember<T>(size: number, build: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>()
  return key => {
    const value = kept.has(key) ? kept.get(key)! : build(key)
    kept.delete(key)
    if (value !== undefined) kept.set(key, value)
    if (kept.size > size) kept.delete(kept.keys().next().value!)
    return value
  }
}
