import { Worker } from 'node:worker_threads'
import type { WordKind, Words } from './words.ts'

export type Problem = 'damaged' | 'protected' | 'too-large' | 'no-such-page' | 'busy' | 'timeout'

/** What the worker is asked. */
export type DrawRequest =
  | { readonly do: 'read'; readonly bytes: Uint8Array }
  | { readonly do: 'words'; readonly kind: WordKind; readonly bytes: Uint8Array }
  | { readonly do: 'draw'; readonly kind: 'pdf' | 'image'; readonly bytes: Uint8Array; readonly page: number; readonly width: number }
export type DrawAnswer =
  | { readonly ok: true; readonly pages: number; readonly text: string; readonly beneath: string }
  | Words
  | { readonly ok: true; readonly png: Uint8Array }
  | { readonly ok: false; readonly problem: Problem }

/** A document may take this long to be read or a page to be drawn, milliseconds. */
const MOST_MS = 8_000
/** A worker without work is let go after this, milliseconds: it holds some 60 MB. */
const IDLE_MS = 30_000
const MOST_WAITING = 32
const MEMORY_MB = 384

export interface Drawing {
  readonly ask: (request: DrawRequest) => Promise<DrawAnswer>
  readonly stop: () => Promise<void>
}

interface Job {
  readonly request: DrawRequest
  readonly done: (answer: DrawAnswer) => void
}

/**
 * Reads and draws documents apart from everything else: one at a time in a thread with a memory of its own, which is
 * ended when it takes too long or dies. Nothing in a document can reach the exchange but words and pictures.
 */
export function createDrawing(): Drawing {
  let worker: Worker | undefined
  let job: Job | undefined
  let clock: NodeJS.Timeout | undefined
  const waiting: Job[] = []

  const answer = (of: DrawAnswer): void => {
    clearTimeout(clock)
    const { done } = job ?? {}
    job = undefined
    done?.(of)
    next()
  }
  const end = async (): Promise<void> => {
    clearTimeout(clock)
    const ending = worker
    worker = undefined
    await ending?.terminate()
  }
  const start = (): Worker => {
    const made = new Worker(new URL('./drawing-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      env: {},
      // None of what the process itself was started with: a hook of that would be a hook of ours.
      execArgv: [],
      stdout: true,
      stderr: true,
    })
    made.unref()
    made.on('message', (of: DrawAnswer) => {
      if (worker === made) answer(of)
    })
    const failed = (): void => {
      if (worker !== made) return
      worker = undefined
      // What made it die is not known to say anything: it stays unread.
      if (job) answer({ ok: false, problem: 'timeout' })
    }
    made.on('error', failed)
    made.on('exit', failed)
    return made
  }
  const next = (): void => {
    if (job) return
    job = waiting.shift()
    if (!job) {
      clock = setTimeout(() => void end(), IDLE_MS).unref()
      return
    }
    worker ??= start()
    clock = setTimeout(() => {
      void end()
      answer({ ok: false, problem: 'timeout' })
    }, MOST_MS).unref()
    worker.ref()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage({ ...job.request, bytes: Uint8Array.from(job.request.bytes) })
  }
  return {
    ask: request =>
      new Promise(resolve => {
        if (waiting.length >= MOST_WAITING) return resolve({ ok: false, problem: 'busy' })
        if (!job) clearTimeout(clock)
        waiting.push({
          request,
          done: of => {
            worker?.unref()
            resolve(of)
          },
        })
        next()
        return undefined
      }),
    async stop() {
      for (const { done } of waiting.splice(0)) done({ ok: false, problem: 'busy' })
      await end()
      if (job) answer({ ok: false, problem: 'busy' })
      clearTimeout(clock)
    },
  }
}
