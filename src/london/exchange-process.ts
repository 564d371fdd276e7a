import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface ExchangeProcess {
  readonly name: string
  /** Its own port for people, past the balancer. */
  readonly port: number
  /** Undefined while it is down. */
  pid(): number | undefined
  /** Ends it at once (SIGKILL unless told) and resolves when it is gone; it stays down until `restart`. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** As when it is lost: SIGKILL. It comes back by itself where `onCrash` is told. */
  crash(): void
  /** Starts it again and resolves when it is healthy. */
  restart(): Promise<void>
  /** Resolves when it answers `GET /health`; rejects when it ended or 30 s passed. */
  healthy(): Promise<void>
  /** As an operator stops it: SIGTERM, then after 8 s SIGKILL. */
  stop(): Promise<void>
}

const SERVER = join(import.meta.dirname, '..', 'exchange', 'server.ts')
const END_WITH_PARENT = join(import.meta.dirname, 'end-with-parent.ts')
const HEALTHY_MS = 30_000
const STOP_MS = 8_000
const AGAIN_MS = 1_000

/**
 * One process of an exchange, as its operator runs it: `server.ts` with settings in the environment.
 *
 * @param options.onCrash told when it ended unasked; it is then started again after a second. Without it, it stays down.
 */
export function runExchange(options: {
  readonly name: string
  readonly port: number
  readonly environment: NodeJS.ProcessEnv
  readonly log: string
  readonly onCrash?: (name: string) => void
}): ExchangeProcess {
  let child: ChildProcess | undefined
  let wanted = true
  // A process that never came up has a reason that starting it again does not mend.
  let wasHealthy = false

  const start = (): void => {
    wanted = true
    const log = openSync(options.log, 'a', 0o600)
    const started = spawn(process.execPath, ['--import', END_WITH_PARENT, SERVER], {
      // Its own group: Ctrl-C in a terminal reaches the program that runs London, which stops each in turn.
      detached: true,
      env: options.environment,
      stdio: ['pipe', log, log],
    })
    closeSync(log)
    started.stdin?.on('error', () => undefined)
    started.once('exit', () => {
      if (child === started) child = undefined
      if (!wanted || !wasHealthy || options.onCrash === undefined) return
      options.onCrash(options.name)
      setTimeout(() => {
        if (wanted && child === undefined) start()
      }, AGAIN_MS).unref()
    })
    child = started
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    wanted = false
    const ending = child
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise<void>(resolve => ending.once('exit', () => resolve()))
    ending.kill(signal)
    const timer = setTimeout(() => ending.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(timer)
  }
  const healthy = async (): Promise<void> => {
    const deadlineMs = performance.now() + HEALTHY_MS
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${options.port}/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
      if (answer?.ok === true) {
        wasHealthy = true
        return
      }
      const ended = child === undefined && (!wasHealthy || options.onCrash === undefined)
      if (ended || performance.now() > deadlineMs) {
        throw new Error(`${options.name} ${ended ? 'ended while starting' : 'was not healthy within 30 s'}:\n${lastLines(options.log)}`)
      }
      await pause(50)
    }
  }
  start()
  return {
    name: options.name,
    port: options.port,
    pid: () => child?.pid,
    kill: (signal = 'SIGKILL') => end(signal),
    crash: () => void child?.kill('SIGKILL'),
    async restart() {
      await end('SIGTERM')
      start()
      await healthy()
    },
    healthy,
    stop: () => end('SIGTERM'),
  }
}

const lastLines = (path: string): string => readFileSync(path, 'utf8').trim().split('\n').slice(-15).join('\n')
