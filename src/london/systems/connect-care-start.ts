import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { told } from '../people/population.ts'
import type { CityPerson } from '../people/told.ts'
import { londonUsers } from '../users.ts'
import { createConnectCare } from './connect-care.ts'
import { serve } from './serve.ts'

export interface StartedConnectCare {
  readonly url: string
  /** File with the register of bridges for the exchange it is joined to. */
  readonly register: string
  readonly auditFile: string
  readonly stop: () => Promise<void>
}

/** Its users: one consultant of the city never joined. */
const USERS: ReadonlySet<string> = new Set(londonUsers.filter(user => user.family !== 'Asante').map(user => user.sdsUserId))
/** Job roles it is open to: doctors and nurses. */
const ROLES = ['R8000', 'R0050', 'R0110', 'R0260', 'R8001']

/**
 * Starts Connect Care beside one exchange, each registered at the other.
 *
 * @param options.exchange where its pages are, and the file of the private JWK it signs with.
 */
export async function startConnectCare(options: {
  readonly dir: string
  readonly exchange: { readonly url: string; readonly tokenKey: string }
  readonly person: (nhsNumber: string) => CityPerson | undefined
}): Promise<StartedConnectCare> {
  const { dir, exchange, person } = options
  const pair = await generateKeyPair('ES256')
  const { kty, crv, x, y } = await exportJWK(pair.publicKey)
  const ours = JSON.parse(readFileSync(exchange.tokenKey, 'utf8')) as JWK
  const auditFile = join(dir, 'connect-care-audit.jsonl')
  const system = createConnectCare({
    name: 'connect-care',
    key: pair.privateKey,
    keyId: 'connect-care',
    partner: {
      name: exchange.url,
      keys: [{ kty: ours.kty, crv: ours.crv, x: ours.x, y: ours.y } as JWK],
      arrivals: `${exchange.url}/bridge/open`,
    },
    person,
    users: USERS,
    optedOut: new Set([told.superseded]),
    auditFile,
    now: () => new Date(),
  })
  const served = await serve(system.handle)
  const register = join(dir, 'bridges.json')
  const bridge = {
    id: 'connect-care',
    title: 'Connect Care',
    url: `${served.url}/open`,
    name: 'connect-care',
    keys: [{ kty, crv, x, y }],
    roles: ROLES,
    organisations: '*',
  }
  writeFileSync(register, JSON.stringify([bridge]), { mode: 0o600 })
  return { url: served.url, register, auditFile, stop: served.close }
}
