import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The environment of one process that has all it needs: its keys and certificate stand as files in `folder`. */
export function settingsForTests(folder: string, databaseUrl: string): Readonly<Record<string, string>> {
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }
  const jwk = (namedCurve: string): string =>
    JSON.stringify({ ...generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' }), kid: 'k1' })
  const certificate = file('cert.pem', '-----BEGIN CERTIFICATE-----\n')
  return {
    LCR_EXCHANGE: 'SEL',
    LCR_DATABASE_URL: databaseUrl,
    LCR_PUBLIC_URL: 'https://record.example/',
    LCR_HOST: '127.0.0.1',
    LCR_PORT: '8401',
    LCR_MTLS_PORT: '8441',
    LCR_MTLS_CERT: certificate,
    LCR_MTLS_KEY: certificate,
    LCR_MTLS_CA: certificate,
    LCR_SIGNING_KEY: file('signing.pem', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
    LCR_CLIENT_KEY: file('client.json', jwk('P-384')),
    LCR_TOKEN_KEY: file('token.json', jwk('P-256')),
    LCR_SEAL_KEY: file('seal', randomBytes(32)),
    LCR_OIDC_ISSUER: 'https://sign-in.example',
    LCR_OIDC_CLIENT_ID: 'lcr',
    LCR_PDS_URL: 'https://pds.example/FHIR/R4',
    LCR_PDS_TOKEN_URL: 'https://pds.example/token',
    LCR_PDS_CLIENT_ID: 'lcr',
    LCR_SPINE_ASID: '200000000115',
    LCR_RULE_SETS: 'synthetic',
    LCR_SPOOL_DIR: folder,
  }
}
