import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { closed, listening } from './fault-proxy.ts'

export interface RoundRobin {
  readonly port: number
  readonly stop: () => Promise<void>
}

/**
 * Hands each connection to the next of the targets that takes one: what stands before the processes of an exchange.
 *
 * @param targets asked for each connection; ports on 127.0.0.1. When none takes it, the connection is reset.
 */
export async function roundRobin(options: { readonly port?: number; readonly targets: () => readonly number[] }): Promise<RoundRobin> {
  let turn = 0
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, client => {
    open.add(client)
    client.on('error', () => client.destroy())
    client.once('close', () => open.delete(client))
    const targets = options.targets()
    const first = turn++
    hand(
      client,
      targets.map((_, n) => targets[(first + n) % targets.length] ?? 0),
    )
  })
  const port = await listening(server, options.port ?? 0)
  return {
    port,
    async stop() {
      for (const socket of open) socket.destroy()
      await closed(server)
    },
  }
}

function hand(client: Socket, targets: readonly number[]): void {
  const [target, ...others] = targets
  if (target === undefined || client.destroyed) {
    client.resetAndDestroy()
    return
  }
  const upstream = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true })
  const tryNext = (): void => hand(client, others)
  upstream.once('error', tryNext)
  upstream.once('connect', () => {
    upstream.off('error', tryNext)
    upstream.on('error', () => upstream.destroy())
    client.pipe(upstream).pipe(client)
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroySoon())
  })
}
