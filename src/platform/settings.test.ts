import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { settingsForTests } from './settings-for-tests.ts'
import { readSettings, SettingsError } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'lcr-settings-'))
after(() => rmSync(folder, { recursive: true }))
const complete = settingsForTests(folder, 'postgres://lcr:secret@db/sel')
const certificate = complete['LCR_MTLS_CERT'] ?? ''
const short = join(folder, 'short')
writeFileSync(short, randomBytes(31))
const without = (name: string) => Object.fromEntries(Object.entries(complete).filter(([key]) => key !== name))

test('settings that are all there are read', () => {
  const settings = readSettings(complete)
  assert.equal(settings.exchange, 'SEL')
  assert.equal(settings.port, 8401)
  assert.equal(settings.publicUrl, 'https://record.example')
  assert.deepEqual(settings.database, { url: 'postgres://lcr:secret@db/sel', pooled: false, connections: 10 })
  assert.equal(settings.clientKey.alg, 'ES384')
  assert.equal(settings.sealKey.length, 32)
  assert.equal(settings.logLevel, 'info')
})

test('R044: networks that may reach the public port are read, or the process does not start', () => {
  assert.equal(readSettings(complete).allowedNetworks, undefined)
  const settings = readSettings({ ...complete, LCR_ALLOWED_NETWORKS: '10.0.0.0/8' })
  assert.deepEqual([settings.allowedNetworks?.('10.0.0.1'), settings.allowedNetworks?.('192.0.2.1')], [true, false])
  assert.throws(() => readSettings({ ...complete, LCR_ALLOWED_NETWORKS: '0.0.0.0/0' }), /LCR_ALLOWED_NETWORKS is not a list of networks/)
})

for (const name of Object.keys(complete)) {
  test(`without ${name} the process does not start, and is told why`, () => {
    assert.throws(() => readSettings(without(name)), { name: 'SettingsError', message: new RegExp(`${name} is missing`) })
  })
}

const wrong: [what: string, name: string, value: string][] = [
  ['a port that is a word', 'LCR_PORT', 'http'],
  ['a database that is not PostgreSQL', 'LCR_DATABASE_URL', 'mysql://lcr:secret@db/sel'],
  ['an exchange name with a space', 'LCR_EXCHANGE', 'South East'],
  ['a public address without scheme', 'LCR_PUBLIC_URL', 'record.example'],
  ['a key file that is not there', 'LCR_SIGNING_KEY', '/nowhere/key.pem'],
  ['a signing key of another kind', 'LCR_SIGNING_KEY', complete['LCR_CLIENT_KEY'] ?? ''],
  ['a client key on the wrong curve', 'LCR_CLIENT_KEY', complete['LCR_TOKEN_KEY'] ?? ''],
  ['a seal key that is too short', 'LCR_SEAL_KEY', short],
  ['a certificate that is not PEM', 'LCR_MTLS_CERT', complete['LCR_SEAL_KEY'] ?? ''],
  ['a log level nobody knows', 'LCR_LOG_LEVEL', 'chatty'],
  ['a public certificate without its key', 'LCR_PUBLIC_CERT', certificate],
]
for (const [what, name, value] of wrong) {
  test(`${what} stops the start`, () => {
    assert.throws(
      () => readSettings({ ...complete, [name]: value }),
      (error: unknown) => error instanceof SettingsError && error.message.includes(name) && !error.message.includes('secret'),
    )
  })
}

test('everything wrong is told at once', () => {
  assert.throws(
    () => readSettings({}),
    (error: Error) => error.message.split('\n').length > Object.keys(complete).length,
  )
})
