import { Socket } from 'node:net'

/*
 * Loaded into a process before its own code (`--import`): says on standard output where each connection of it went, whichever
 * library opened it. One line a connection, read by `requirements/egress.test.ts`.
 */
type Connect = (this: Socket, ...given: unknown[]) => Socket
const connect = Reflect.get(Socket.prototype, 'connect') as Connect
const told: Connect = function told(...given) {
  this.on('connectionAttempt', (address: string, port: number) => {
    process.stdout.write(`connected by ${process.env['LCR_EXCHANGE'] ?? 'nobody'} to ${address} ${port}\n`)
  })
  return connect.apply(this, given)
}
Reflect.set(Socket.prototype, 'connect', told)
