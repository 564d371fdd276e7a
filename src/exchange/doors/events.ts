import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Part } from '../../care-record/entry.ts'

/** Milliseconds between comments that keep a quiet stream open and ask again whether its session may still read. */
export const HEARTBEAT_MS = 10_000
/** Milliseconds a reader may leave its buffer full before it is dropped; it comes back with `Last-Event-ID`. */
export const STALLED_MS = 10_000

export interface Stream {
  readonly raw: ServerResponse
  readonly parts: AsyncIterable<Part>
  readonly message: (part: Part) => string
  /** Said first: the state of the view, or nothing. */
  readonly first: string
  /** Asked at each heartbeat; false ends the stream. */
  readonly mayRead: () => Promise<boolean>
  readonly abort: AbortController
  readonly heartbeatMs?: number
  readonly stalledMs?: number
}

/** One server-sent event. Newlines in `data` become lines of it. */
export const sse = (event: string, data: string, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\n${data
    .split(/\r\n|\n|\r/)
    .map(line => `data: ${line}\n`)
    .join('')}\n`

/**
 * Writes parts as they come, each with its number as id. The first byte leaves at once. At most one part is buffered
 * beyond the socket's own mark: whoever makes the parts never waits, and a reader that does not read is dropped.
 */
export async function streamParts(stream: Stream): Promise<void> {
  const { raw, abort } = stream
  const { signal } = abort
  const gone = (): void => abort.abort()
  raw.once('close', gone)
  const write = async (text: string): Promise<void> => {
    if (signal.aborted || raw.destroyed || raw.write(text)) return
    const stalled = AbortSignal.timeout(stream.stalledMs ?? STALLED_MS)
    try {
      await once(raw, 'drain', { signal: AbortSignal.any([signal, stalled]) })
    } catch {
      gone()
      raw.destroy()
    }
  }
  const heartbeat = async (): Promise<void> => {
    while (!signal.aborted) {
      await delay(stream.heartbeatMs ?? HEARTBEAT_MS, undefined, { signal, ref: false })
      if (!(await stream.mayRead())) return gone()
      await write(': here\n\n')
    }
  }
  await write(`retry: 1000\n: here\n\n${stream.first}`)
  const beating = heartbeat().catch(gone)
  try {
    for await (const part of stream.parts) {
      if (signal.aborted) break
      await write(sse('part', stream.message(part), part.n))
    }
  } finally {
    gone()
    await beating
    raw.removeListener('close', gone)
    if (!raw.writableEnded && !raw.destroyed) raw.end()
  }
}
