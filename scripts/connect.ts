import { readFileSync, writeFileSync } from 'node:fs'
import { importJWK, importPKCS8, type CryptoKey, type JWK } from 'jose'
import { Agent } from 'undici'
import { ok } from '../src/care-record/result.ts'
import { check } from '../src/connect/check.ts'
import { readOptions, USAGE, type ConnectOptions } from '../src/connect/options.ts'
import { wordsOf } from '../src/connect/words.ts'
import { createTokenSource, type TokenSource } from '../src/exchange/sources/reading/tokens.ts'

/** Checks an endpoint before it is connected. Exit code 0: it can be; 1: it cannot; 2: wrong use. */
const BUDGET_MS = 180_000

async function tokensOf({ token, client }: ConnectOptions, dispatcher: Agent): Promise<TokenSource> {
  if (client === undefined) return { token: () => Promise.resolve(ok(token)) }
  const text = readFileSync(client.keyFile, 'utf8')
  const jwk = text.trimStart().startsWith('{') ? (JSON.parse(text) as JWK) : undefined
  const privateKey = jwk ? await importJWK(jwk, 'ES384') : await importPKCS8(text, 'ES384')
  return createTokenSource({ dispatcher, privateKey: privateKey as CryptoKey, keyId: jwk?.kid ?? client.keyId, now: () => new Date() })
}

const options = readOptions(process.argv.slice(2))
if (!options.ok) {
  process.stderr.write(`${options.fault.detail}\n\n${USAGE}\n`)
  process.exit(2)
}
const dispatcher = new Agent({ connections: 4, connect: { timeout: 5_000 } })
const tokens = await tokensOf(options.value, dispatcher).catch(() => undefined)
if (tokens === undefined) {
  process.stderr.write('The key cannot be read: it is a private key for ES384 (P-384), as PKCS #8 PEM or JWK.\n')
  process.exit(2)
}
process.stderr.write('Asking each section three times, and the whole ten times. This takes up to three minutes.\n')
const report = await check(options.value, { dispatcher, tokens, now: () => new Date(), budgetMs: BUDGET_MS })
await dispatcher.destroy()
process.stdout.write(`${wordsOf(report)}\n`)
if (report.row && options.value.out !== undefined) writeFileSync(options.value.out, `${JSON.stringify(report.row, undefined, 2)}\n`)
process.exitCode = report.connectable ? 0 : 1
