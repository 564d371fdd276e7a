import type { PartMessage } from '../models.ts'

/** What `/r/{view}/parts` answers. */
interface Poll {
  readonly status: string
  readonly href: string
  readonly parts: readonly PartMessage[]
  readonly closed: string | null
}

export interface Reader {
  readonly apply: (part: PartMessage) => void
  /** The view is no longer one that shows parts here. */
  readonly state: (status: string, href: string) => void
  readonly ended: (why: string) => void
}

const FIRST_BYTE_MS = 1_000
const POLL_MS = 500
const IDLE_POLL_MS = 3_000

/** Reads the parts of one view in order, each once: by stream, and by polling where nothing of the stream arrives. */
export function readParts(view: string, after: number, reader: Reader): { readonly again: () => void; readonly poll: () => Promise<void> } {
  let n = after
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let polling = false
  let over = false

  const take = (part: PartMessage): boolean => {
    if (part.n <= n) return true
    if (part.n !== n + 1) return false
    n = part.n
    reader.apply(part)
    if (part.closed !== undefined) end(part.closed)
    return true
  }
  const end = (why: string): void => {
    if (over) return
    over = true
    source?.close()
    clearTimeout(timer)
    reader.ended(why)
  }
  const poll = async (): Promise<void> => {
    const answer = await fetch(`/r/${view}/parts?after=${n}`, { headers: { accept: 'application/json' }, redirect: 'manual' })
    if (answer.type === 'opaqueredirect' || [401, 403, 404, 410].includes(answer.status)) return end('gone')
    if (!answer.ok) return
    const page = (await answer.json()) as Poll
    reader.state(page.status, page.href)
    for (const part of page.parts) if (!take(part)) break
    if (page.closed !== null) end(page.closed)
  }
  const pollOn = (waitMs: number): void => {
    clearTimeout(timer)
    if (over) return
    timer = setTimeout(() => {
      const before = n
      poll()
        .catch(() => undefined)
        .finally(() => pollOn(n === before ? IDLE_POLL_MS : POLL_MS))
    }, waitMs)
  }
  const startPolling = (): void => {
    if (polling) return
    polling = true
    source?.close()
    pollOn(0)
  }
  const start = (): void => {
    if (over) return
    polling = false
    source?.close()
    source = new EventSource(`/r/${view}/events?after=${n}`)
    clearTimeout(timer)
    timer = setTimeout(startPolling, FIRST_BYTE_MS)
    const heard = (): void => clearTimeout(timer)
    source.addEventListener('state', event => {
      heard()
      const { status, href } = JSON.parse((event as MessageEvent<string>).data) as { status: string; href: string }
      reader.state(status, href)
    })
    source.addEventListener('part', event => {
      heard()
      if (!take(JSON.parse((event as MessageEvent<string>).data) as PartMessage)) startPolling()
    })
    source.addEventListener('error', startPolling)
  }
  start()
  return { again: start, poll }
}
