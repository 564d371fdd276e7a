import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { JWK } from 'jose'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parseNetworks, type InNetworks } from './networks.ts'

const text = (description: string) => Type.String({ minLength: 1, description })
const port = (description: string) => Type.String({ pattern: '^[0-9]{1,5}$', description })
const url = (description: string) => Type.String({ pattern: '^https?://[^\\s]+$', description })

/** Every setting of a process of an exchange, by the name it has in the environment. Files hold secrets; the environment their paths. */
export const SettingsSchema = Type.Object({
  LCR_EXCHANGE: Type.String({
    pattern: '^[A-Za-z0-9-]{1,32}$',
    description: 'name of the exchange, as in its certificate, for example SEL',
  }),
  LCR_DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://', description: 'PostgreSQL connection URL' }),
  LCR_DATABASE_POOLED: Type.Optional(
    Type.Union([Type.Literal('yes'), Type.Literal('no')], { description: 'yes: the URL is a transaction pooler' }),
  ),
  LCR_DATABASE_CONNECTIONS: Type.Optional(
    Type.String({ pattern: '^[1-9][0-9]{0,2}$', description: 'connections of this process at most' }),
  ),
  LCR_PUBLIC_URL: url('as browsers see this exchange'),
  LCR_HOST: text('address to listen on'),
  LCR_PORT: port('port for people and EHRs'),
  LCR_PUBLIC_CERT: Type.Optional(text('file: certificate of the public port, PEM; without it that port listens on loopback only')),
  LCR_PUBLIC_KEY: Type.Optional(text('file: key of that certificate, PEM')),
  LCR_MTLS_PORT: port('port for other exchanges and processes of this one'),
  LCR_MTLS_CERT: text('file: certificate of this process, PEM'),
  LCR_MTLS_KEY: text('file: key of that certificate, PEM'),
  LCR_MTLS_CA: text('file: certificates of the authorities that name exchanges, PEM'),
  LCR_INTERNAL_ADDRESS: Type.Optional(url('where processes of this exchange reach this one')),
  LCR_SIGNING_KEY: text('file: Ed25519 private key that signs audit events, PEM'),
  LCR_CLIENT_KEY: text('file: ES384 private JWK for private_key_jwt'),
  LCR_TOKEN_KEY: text('file: ES256 private JWK that signs tokens for other exchanges'),
  LCR_SEAL_KEY: text('file: 32 random bytes that seal what few may read'),
  LCR_OIDC_ISSUER: url('issuer of the sign-in service'),
  LCR_OIDC_ORIGINS: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s,]+(,https?://[^\\s,]+)*$',
      description: 'addresses of the sign-in service beside its issuer, with commas between',
    }),
  ),
  LCR_OIDC_CLIENT_ID: text('client id at the sign-in service'),
  LCR_PDS_URL: url('FHIR base of the Personal Demographics Service'),
  LCR_PDS_TOKEN_URL: url('token endpoint for it'),
  LCR_PDS_CLIENT_ID: text('client id there'),
  LCR_SPINE_ASID: Type.String({ pattern: '^[0-9]{12}$', description: 'accredited system id of this exchange, 12 digits, for GP Connect' }),
  LCR_RULE_SETS: text('folder of the rule sets that withhold what the law keeps apart; synthetic: people that are not real'),
  LCR_ACCESS_RULES: Type.Optional(text('file: sets of access rules that came after the first, JSON; without it the first set decides')),
  LCR_FHIR_CLIENTS: Type.Optional(text('file: register of software that may read as FHIR, JSON; without it there is no FHIR door')),
  LCR_BRIDGES: Type.Optional(text('file: register of other products one can go to and come from with a person, JSON')),
  LCR_ALLOWED_NETWORKS: Type.Optional(
    text('networks whose people and software may reach the public port, CIDR with commas between; without it every network may'),
  ),
  LCR_SPOOL_DIR: text('folder of this host for audit events while the database is away'),
  LCR_LOG_LEVEL: Type.Optional(
    Type.Union([Type.Literal('silent'), Type.Literal('error'), Type.Literal('warn'), Type.Literal('info'), Type.Literal('debug')], {
      description: 'silent, error, warn, info or debug',
    }),
  ),
})

export interface Jwk extends JWK {
  readonly kid: string
  readonly alg: string
}

export interface Settings {
  readonly exchange: string
  readonly database: { readonly url: string; readonly pooled: boolean; readonly connections: number }
  readonly publicUrl: string
  readonly host: string
  readonly port: number
  readonly publicTls?: { readonly cert: string; readonly key: string }
  /** PEM texts. */
  readonly mtls: { readonly port: number; readonly cert: string; readonly key: string; readonly ca: string }
  readonly internalAddress?: string
  readonly signingKey: KeyObject
  readonly clientKey: Jwk
  readonly tokenKey: Jwk
  /** 32 bytes. */
  readonly sealKey: Buffer
  /** `origins`: where the service answers beside its issuer. */
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly origins: readonly string[] }
  readonly pds: { readonly url: string; readonly tokenUrl: string; readonly clientId: string }
  readonly spineAsid: string
  /** Folder, or `SYNTHETIC`. */
  readonly ruleSets: string
  /** JSON text. */
  readonly fhirClients?: string
  /** JSON text. */
  readonly bridges?: string
  /** JSON text. */
  readonly accessRules?: string
  /** Who may reach the public port; absent: every network. */
  readonly allowedNetworks?: InNetworks
  readonly spoolDir: string
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}

/** Said instead of a folder of rule sets where nobody is real: then the small first set is enough. */
export const SYNTHETIC = 'synthetic'

/** A setting is missing or wrong. The message names the settings, never their values. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/**
 * Reads the settings of a process. Nothing has a default that would suit a demonstration only.
 *
 * @throws SettingsError with one line a setting that is missing or wrong, all of them at once.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(
    Object.keys(SettingsSchema.properties).flatMap(name =>
      environment[name] === undefined || environment[name] === '' ? [] : [[name, environment[name]]],
    ),
  )
  const wrong: string[] = []
  for (const [name, schema] of Object.entries(SettingsSchema.properties)) {
    const value: unknown = given[name]
    const optional = !SettingsSchema.required.includes(name as never)
    if (value === undefined ? !optional : !Value.Check(schema, value)) {
      const { description = '' } = schema as { description?: string }
      wrong.push(`${name} is ${value === undefined ? 'missing' : 'not as it should be'}: ${description}`)
    }
  }
  const file = (name: string): Buffer => {
    const path = given[name]
    if (path === undefined) return Buffer.alloc(0)
    try {
      return readFileSync(path)
    } catch (error) {
      wrong.push(`${name} names a file that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
      return Buffer.alloc(0)
    }
  }
  const attempt = <T>(name: string, what: string, read: (bytes: Buffer) => T): T | undefined => {
    const before = wrong.length
    const bytes = file(name)
    if (given[name] === undefined || wrong.length > before) return undefined
    try {
      return read(bytes)
    } catch {
      wrong.push(`${name} is not ${what}`)
      return undefined
    }
  }
  const signingKey = attempt('LCR_SIGNING_KEY', 'an Ed25519 private key in PEM', bytes => ed25519(bytes))
  const clientKey = attempt('LCR_CLIENT_KEY', 'a private JWK on P-384 with kid', bytes => privateJwk(bytes, 'P-384', 'ES384'))
  const tokenKey = attempt('LCR_TOKEN_KEY', 'a private JWK on P-256 with kid', bytes => privateJwk(bytes, 'P-256', 'ES256'))
  const sealKey = attempt('LCR_SEAL_KEY', '32 bytes', exactly32)
  const [cert, key, ca] = (['LCR_MTLS_CERT', 'LCR_MTLS_KEY', 'LCR_MTLS_CA'] as const).map(name => attempt(name, 'PEM', pem))
  const publicCert = attempt('LCR_PUBLIC_CERT', 'PEM', pem)
  const publicKey = attempt('LCR_PUBLIC_KEY', 'PEM', pem)
  const fhirClients = attempt('LCR_FHIR_CLIENTS', 'text', bytes => bytes.toString('utf8'))
  const bridges = attempt('LCR_BRIDGES', 'text', bytes => bytes.toString('utf8'))
  const accessRules = attempt('LCR_ACCESS_RULES', 'text', bytes => bytes.toString('utf8'))
  const allowedNetworks = given['LCR_ALLOWED_NETWORKS'] === undefined ? undefined : parseNetworks(given['LCR_ALLOWED_NETWORKS'])
  if (given['LCR_ALLOWED_NETWORKS'] !== undefined && !allowedNetworks)
    wrong.push('LCR_ALLOWED_NETWORKS is not a list of networks, each written as 10.0.0.0/8')
  if ((publicCert === undefined) !== (publicKey === undefined)) wrong.push('LCR_PUBLIC_CERT and LCR_PUBLIC_KEY go together')

  if (
    wrong.length > 0 ||
    !Value.Check(SettingsSchema, given) ||
    !signingKey ||
    !clientKey ||
    !tokenKey ||
    !sealKey ||
    !cert ||
    !key ||
    !ca
  ) {
    throw new SettingsError(`This process cannot start:\n${wrong.map(line => `  ${line}`).join('\n')}`)
  }
  return {
    exchange: given.LCR_EXCHANGE,
    database: {
      url: given.LCR_DATABASE_URL,
      pooled: given.LCR_DATABASE_POOLED === 'yes',
      connections: Number(given.LCR_DATABASE_CONNECTIONS ?? 10),
    },
    publicUrl: given.LCR_PUBLIC_URL.replace(/\/$/, ''),
    host: given.LCR_HOST,
    port: Number(given.LCR_PORT),
    ...(publicCert !== undefined && publicKey !== undefined ? { publicTls: { cert: publicCert, key: publicKey } } : {}),
    mtls: { port: Number(given.LCR_MTLS_PORT), cert, key, ca },
    ...(given.LCR_INTERNAL_ADDRESS === undefined ? {} : { internalAddress: given.LCR_INTERNAL_ADDRESS }),
    signingKey,
    clientKey,
    tokenKey,
    sealKey,
    oidc: {
      issuer: given.LCR_OIDC_ISSUER,
      clientId: given.LCR_OIDC_CLIENT_ID,
      origins: given.LCR_OIDC_ORIGINS?.split(',') ?? [],
    },
    pds: { url: given.LCR_PDS_URL, tokenUrl: given.LCR_PDS_TOKEN_URL, clientId: given.LCR_PDS_CLIENT_ID },
    spineAsid: given.LCR_SPINE_ASID,
    ruleSets: given.LCR_RULE_SETS,
    ...(fhirClients === undefined ? {} : { fhirClients }),
    ...(bridges === undefined ? {} : { bridges }),
    ...(accessRules === undefined ? {} : { accessRules }),
    ...(allowedNetworks ? { allowedNetworks } : {}),
    spoolDir: given.LCR_SPOOL_DIR,
    logLevel: given.LCR_LOG_LEVEL ?? 'info',
  }
}

function ed25519(bytes: Buffer): KeyObject {
  const key = createPrivateKey(bytes)
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('another kind of key')
  return key
}

function privateJwk(bytes: Buffer, curve: string, algorithm: string): Jwk {
  const jwk = JSON.parse(bytes.toString('utf8')) as Partial<Jwk>
  if (jwk.kty !== 'EC' || jwk.crv !== curve || jwk.d === undefined || jwk.kid === undefined) throw new TypeError('another kind of key')
  createPrivateKey({ key: jwk, format: 'jwk' })
  return { ...jwk, kid: jwk.kid, alg: algorithm }
}

function exactly32(bytes: Buffer): Buffer {
  if (bytes.length !== 32) throw new TypeError('another length')
  return bytes
}

function pem(bytes: Buffer): string {
  const found = bytes.toString('utf8')
  if (!found.includes('-----BEGIN ')) throw new TypeError('not PEM')
  return found
}
