import 'reflect-metadata'
import { X509Certificate as NodeCertificate, generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509'
import type { JWK } from 'jose'
import { exchangeUri } from '../../care-record/peer.ts'

cryptoProvider.set(webcrypto)

/** Paths of what one process needs to start, all files readable by their owner alone. */
export interface ProcessKeys {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

export interface ExchangeKeys {
  readonly signingKey: string
  readonly clientKey: string
  readonly tokenKey: string
  readonly sealKey: string
  /** Public half of the client key, for those who check `private_key_jwt`. */
  readonly clientJwk: JWK & { readonly kid: string; readonly alg: 'ES384'; readonly use: 'sig' }
  readonly processes: readonly ProcessKeys[]
}

const DAY_MS = 86_400_000
const LIFE_DAYS = 397
/** A certificate with fewer days to go is made again. */
const RENEW_DAYS = 30
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * The certificates and keys of a demonstration: one authority, for each exchange its keys, for each of its processes a
 * certificate that names the exchange (`urn:lcr:exchange:SEL`), localhost and 127.0.0.1. Made once; certificates again when
 * they near their end. A production exchange gets its certificates from its own authority.
 */
export async function preparePki(
  dir: string,
  exchanges: readonly { readonly exchange: string; readonly processes: number }[],
  now: Date,
): Promise<{ readonly ca: string; readonly exchanges: ReadonlyMap<string, ExchangeKeys> }> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const authority = await authorityIn(dir, now)
  const made = new Map<string, ExchangeKeys>()
  for (const { exchange, processes } of exchanges) made.set(exchange, await exchangeKeys(dir, exchange, processes, authority, now))
  return { ca: authority.path, exchanges: made }
}

interface Authority {
  readonly path: string
  readonly certificate: X509Certificate
  readonly key: CryptoKey
}

async function authorityIn(dir: string, now: Date): Promise<Authority> {
  const [path, keyPath] = [join(dir, 'ca.pem'), join(dir, 'ca.key')]
  if (!current(path, now) || !existsSync(keyPath)) {
    const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: 'CN=London Care Record demonstration authority',
      notBefore: new Date(now.getTime() - DAY_MS),
      notAfter: new Date(now.getTime() + LIFE_DAYS * DAY_MS),
      signingAlgorithm: EC,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    })
    write(keyPath, await privatePem(keys.privateKey))
    write(path, certificate.toString('pem'))
  }
  return {
    path,
    certificate: new X509Certificate(readFileSync(path, 'utf8')),
    key: await webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(readFileSync(keyPath, 'utf8')), EC, false, ['sign']),
  }
}

async function exchangeKeys(dir: string, exchange: string, processes: number, authority: Authority, now: Date): Promise<ExchangeKeys> {
  const file = (name: string): string => join(dir, `${exchange.toLowerCase()}-${name}`)
  const once = (name: string, make: () => string | Buffer): string => {
    const path = file(name)
    if (!existsSync(path)) write(path, make())
    return path
  }
  const jwk = (name: string, curve: 'P-256' | 'P-384', alg: string): string =>
    once(name, () =>
      JSON.stringify({
        ...generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ format: 'jwk' }),
        kid: `${exchange.toLowerCase()}-${randomBytes(6).toString('hex')}`,
        alg,
        use: 'sig',
      }),
    )
  const clientKey = jwk('client.jwk', 'P-384', 'ES384')
  const { d: _private, ...clientJwk } = JSON.parse(readFileSync(clientKey, 'utf8')) as ExchangeKeys['clientJwk']
  const certificates: ProcessKeys[] = []
  for (let n = 1; n <= processes; n++) certificates.push(await processKeys(file(`${n}`), exchange, authority, now))
  return {
    signingKey: once('signing.pem', () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
    clientKey,
    tokenKey: jwk('token.jwk', 'P-256', 'ES256'),
    sealKey: once('seal.key', () => randomBytes(32)),
    clientJwk,
    processes: certificates,
  }
}

async function processKeys(stem: string, exchange: string, authority: Authority, now: Date): Promise<ProcessKeys> {
  const [cert, key] = [`${stem}.pem`, `${stem}.key`]
  if (!current(cert, now, authority.certificate) || !existsSync(key)) {
    const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: `CN=${exchange}`,
      issuer: authority.certificate.subject,
      notBefore: new Date(now.getTime() - DAY_MS),
      notAfter: new Date(Math.min(now.getTime() + LIFE_DAYS * DAY_MS, authority.certificate.notAfter.getTime())),
      signingAlgorithm: EC,
      publicKey: keys.publicKey,
      signingKey: authority.key,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension([
          { type: 'url', value: exchangeUri(exchange) },
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    })
    write(key, await privatePem(keys.privateKey))
    write(cert, certificate.toString('pem'))
  }
  return { cert, key, ca: authority.path }
}

function current(path: string, now: Date, issuer?: X509Certificate): boolean {
  if (!existsSync(path)) return false
  const certificate = new X509Certificate(readFileSync(path, 'utf8'))
  const good = certificate.notBefore <= now && certificate.notAfter.getTime() - now.getTime() > RENEW_DAYS * DAY_MS
  return good && (issuer === undefined || signedBy(path, issuer))
}

// A new authority has the name of the old one: only the signature tells them apart.
function signedBy(path: string, issuer: X509Certificate): boolean {
  return new NodeCertificate(readFileSync(path)).verify(new NodeCertificate(issuer.toString('pem')).publicKey)
}

const serial = (): string => `00${randomBytes(15).toString('hex')}`.replace(/^00/, '01')

async function privatePem(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

/** Whole or not at all, and never readable by others, not even for a moment. */
function write(path: string, content: string | Buffer): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
