import { randomBytes } from 'node:crypto'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../platform/embedded-postgres.ts'

export const faultModes = ['pass', 'delay', 'drip', 'hang', 'cut', 'refuse', 'garbage', 'half-open', 'lie'] as const
export type FaultMode = (typeof faultModes)[number]

export interface Fault {
  /**
   * `pass`: as it is. `delay`: each answer begins `ms` later. `drip`: `bytesPerSecond` of the answer. `hang`: takes the request, never
   * answers. `cut`: the answer breaks off after `afterBytes`. `refuse`: no connection. `garbage`: random bytes for an answer.
   * `half-open`: the connection is held and nothing moves, not even its end. `lie`: every NHS number in the answer is somebody else's.
   */
  readonly mode: FaultMode
  readonly ms?: number
  readonly bytesPerSecond?: number
  readonly afterBytes?: number
}

export interface FaultProxy {
  readonly port: number
  readonly fault: () => Fault
  /** Holds for new connections at once; open ones are closed, so that a pooled connection does not escape the fault. */
  readonly set: (fault: Fault) => Promise<void>
  readonly stop: () => Promise<void>
}

const DRIP_EVERY_MS = 100
const DEFAULTS = { ms: 500, bytesPerSecond: 1_000, afterBytes: 200 }

/** Stands before one system, on loopback, and makes its network as bad as told. Bytes only: it knows no HTTP. */
export async function faultProxy(options: {
  readonly target: { readonly host?: string; readonly port: number }
  readonly port?: number
}): Promise<FaultProxy> {
  let fault: Fault = { mode: 'pass' }
  let server: Server | undefined
  const open = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => open.delete(socket))
    return socket
  }
  const dial = (): Socket => keep(connect({ host: options.target.host ?? '127.0.0.1', port: options.target.port }))
  const listen = async (port: number): Promise<number> => {
    server = createServer({ allowHalfOpen: true }, client => through(keep(client), fault, dial))
    return listening(server, port)
  }
  // Kept for when it listens again after a refusal.
  const port = await listen(options.port ?? (await freePort()))
  return {
    port,
    fault: () => fault,
    async set(next) {
      fault = next
      for (const socket of open) socket.destroy()
      if (next.mode === 'refuse') {
        await closed(server)
        server = undefined
      } else if (server === undefined) await listen(port)
    },
    async stop() {
      for (const socket of open) socket.destroy()
      await closed(server)
      server = undefined
    },
  }
}

function through(client: Socket, fault: Fault, dial: () => Socket): void {
  switch (fault.mode) {
    case 'refuse':
      client.resetAndDestroy()
      return
    case 'half-open':
      client.pause()
      return
    case 'hang':
      client.resume()
      client.once('end', () => client.end())
      return
    case 'garbage':
      client.once('data', () => client.end(randomBytes(512)))
      return
    case 'pass':
    case 'delay':
    case 'drip':
    case 'lie':
    case 'cut': {
      const upstream = dial()
      client.pipe(upstream)
      upstream.once('error', () => client.resetAndDestroy())
      client.once('close', () => upstream.destroy())
      const change = changed(fault, client)
      if (change === undefined) upstream.pipe(client)
      else upstream.pipe(change).pipe(client)
    }
  }
}

/** What happens to the bytes of the answer; undefined when nothing does. */
function changed(fault: Fault, client: Socket): Transform | undefined {
  const { ms, bytesPerSecond, afterBytes } = { ...DEFAULTS, ...fault }
  switch (fault.mode) {
    case 'delay': {
      // A pause between the last byte asked and the first answered; within an answer bytes follow as they come.
      let lastAskedMs = performance.now()
      client.on('data', () => (lastAskedMs = performance.now()))
      return new Transform({
        async transform(chunk: Buffer, _encoding, done) {
          const waitMs = lastAskedMs + ms - performance.now()
          if (waitMs > 0) await pause(waitMs, undefined, { ref: false })
          done(null, chunk)
        },
      })
    }
    case 'drip': {
      const step = Math.max(1, Math.round((bytesPerSecond * DRIP_EVERY_MS) / 1000))
      return new Transform({
        async transform(this: Transform, chunk: Buffer, _encoding, done) {
          for (let at = 0; at < chunk.length && !client.destroyed; at += step) {
            this.push(chunk.subarray(at, at + step))
            await pause(DRIP_EVERY_MS, undefined, { ref: false })
          }
          done()
        },
      })
    }
    case 'cut': {
      let left = afterBytes
      return new Transform({
        transform(chunk: Buffer, _encoding, done) {
          const part = chunk.subarray(0, left)
          left -= part.length
          if (left > 0) done(null, part)
          else client.write(part, () => client.resetAndDestroy())
        },
      })
    }
    case 'lie':
      return lying()
    case 'pass':
    case 'hang':
    case 'refuse':
    case 'garbage':
    case 'half-open':
      return undefined
    default:
      return fault.mode satisfies never
  }
}

/** A valid number of the test range that nobody in the city has. */
const SOMEBODY_ELSE = '9990000018'
const NUMBER = /(?<!\d)999\d{7}(?!\d)/g
/** The beginning of a number at the end of what has come so far, or a number of which it is not known whether it ends there. */
const BEGUN = /(?<!\d)9(?:9(?:9\d{0,7})?)?$/

/** Numbers have one length, so that an answer that says how long it is stays true in that. */
function lying(): Transform {
  let held = ''
  // What stands for what went out last: a number that may begin is held, so digits behind a digit are the rest of a longer one.
  let last = ' '
  const told = (text: string): Buffer => {
    const changedText = (last + text).replaceAll(NUMBER, SOMEBODY_ELSE).slice(1)
    if (text !== '') last = /\d$/.test(text) ? '0' : ' '
    return Buffer.from(changedText, 'latin1')
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = held + chunk.toString('latin1')
      const begun = BEGUN.exec(last + text)
      const from = begun === null ? text.length : Math.max(0, begun.index - 1)
      held = text.slice(from)
      done(null, told(text.slice(0, from)))
    },
    flush(done) {
      done(null, told(held))
    },
  })
}

/** Listens on loopback. @returns the port. Rejects when it is taken. */
export async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  server.on('error', () => undefined)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port could be had.')
  return address.port
}

export async function closed(server: Server | undefined): Promise<void> {
  if (server?.listening !== true) return
  await new Promise(resolve => server.close(resolve))
}
