import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { exchangesNamed } from '../../care-record/peer.ts'
import { preparePki } from './pki.ts'

const dir = mkdtempSync(join(tmpdir(), 'lcr-pki-'))
after(() => rmSync(dir, { recursive: true }))
const now = new Date()
const wanted = [
  { exchange: 'SEL', processes: 2 },
  { exchange: 'NCL', processes: 1 },
]

test('two exchanges meet over mutual TLS, and each certificate names its exchange', async () => {
  const { exchanges } = await preparePki(dir, wanted, now)
  const files = (exchange: string) => {
    const keys = exchanges.get(exchange)?.processes[0]
    assert.ok(keys)
    return { cert: readFileSync(keys.cert), key: readFileSync(keys.key), ca: readFileSync(keys.ca) }
  }
  const server = createServer({ ...files('NCL'), requestCert: true, rejectUnauthorized: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asked = once(server, 'secureConnection') as Promise<[TLSSocket]>
  const socket = connect({ ...files('SEL'), host: 'localhost', port: (server.address() as AddressInfo).port, servername: 'localhost' })
  await once(socket, 'secureConnect')
  const [incoming] = await asked
  assert.deepEqual(exchangesNamed(socket.getPeerCertificate().subjectaltname), ['NCL'])
  assert.deepEqual(exchangesNamed(incoming.getPeerCertificate().subjectaltname), ['SEL'])
  incoming.on('error', () => undefined)
  socket.destroy()
  server.close()
})

test('keys are made once, certificates again near their end, all for their owner alone', async () => {
  const first = await preparePki(dir, wanted, now)
  const read = (path: string | undefined) => readFileSync(path ?? '', 'utf8')
  const before = { cert: read(first.exchanges.get('SEL')?.processes[1]?.cert), token: read(first.exchanges.get('SEL')?.tokenKey) }
  const same = await preparePki(dir, wanted, now)
  assert.equal(read(same.exchanges.get('SEL')?.processes[1]?.cert), before.cert)
  const later = await preparePki(dir, wanted, new Date(now.getTime() + 390 * 86_400_000))
  assert.notEqual(read(later.exchanges.get('SEL')?.processes[1]?.cert), before.cert)
  assert.equal(read(later.exchanges.get('SEL')?.tokenKey), before.token)
  for (const name of readdirSync(dir)) assert.equal(statSync(join(dir, name)).mode & 0o777, 0o600, name)
  assert.equal('d' in (later.exchanges.get('SEL')?.clientJwk ?? {}), false, 'the public half is public')
})
