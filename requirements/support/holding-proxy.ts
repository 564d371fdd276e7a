import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy between browser and exchange that keeps each answer until it is whole, as some hospital networks do. */
export async function holdingProxy(target: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const server = createServer((request, reply) => {
    const through = ask(new URL(request.url ?? '/', target), { method: request.method ?? 'GET', headers: request.headers }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => void chunks.push(chunk))
      answer.on('end', () => reply.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks)))
      answer.on('error', () => reply.destroy())
    })
    through.on('error', () => reply.destroy())
    reply.on('close', () => through.destroy())
    request.pipe(through)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
