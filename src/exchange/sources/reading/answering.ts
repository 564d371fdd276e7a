import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'

export interface Answering {
  readonly url: string
  readonly dispatcher: Agent
  readonly seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string }[]
  /** Sockets open at the server now. */
  readonly open: () => number
  readonly close: () => Promise<void>
}

/** A real server on this machine that answers as told, for the tests of connectors. */
export async function answering(handle: (url: URL, response: ServerResponse, request: IncomingMessage) => void): Promise<Answering> {
  const seen: Answering['seen'] = []
  const sockets = new Set<unknown>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() })
      handle(new URL(request.url ?? '/', 'http://127.0.0.1'), response, request)
    })
  })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const dispatcher = new Agent({ connections: 16 })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dispatcher,
    seen,
    open: () => sockets.size,
    async close() {
      await dispatcher.destroy()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

export const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(body))
}

export const bundleOf = (...resources: readonly unknown[]): Readonly<Record<string, unknown>> => ({
  resourceType: 'Bundle',
  type: 'searchset',
  entry: resources.map(resource => ({ resource })),
})

export const patientOf = (over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' }],
  name: [{ family: 'Test', given: ['Ada'] }],
  birthDate: '1956-03-08',
  gender: 'female',
  ...over,
})
