import type { JWK } from 'jose'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'

/** Software that may knock at the FHIR door, always for a named user. */
export interface FhirClient {
  readonly clientId: string
  /** ODS codes of the organisations whose staff it serves; `*`: any that is connected. */
  readonly organisations: readonly string[] | '*'
  /** Public keys of its user assertions; empty: it comes with tokens that name the user themselves. */
  readonly keys: readonly JWK[]
}

const PublicKey = Type.Object({
  kty: Type.Enum(['EC', 'RSA']),
  kid: Type.String({ minLength: 1, maxLength: 200 }),
  alg: Type.Enum(['ES256', 'ES384', 'PS256', 'RS384', 'RS512']),
})
const File = Compile(
  Type.Object(
    {
      clients: Type.Array(
        Type.Object(
          {
            clientId: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
            organisations: Type.Union([
              Type.Literal('*'),
              Type.Array(Type.String({ pattern: '^[A-Z0-9]{3,12}$' }), { minItems: 1, maxItems: 500 }),
            ]),
            jwks: Type.Optional(Type.Object({ keys: Type.Array(PublicKey, { minItems: 1, maxItems: 10 }) })),
          },
          { additionalProperties: false },
        ),
        { maxItems: 1_000 },
      ),
    },
    { additionalProperties: false },
  ),
)

/**
 * Reads the register of clients (setting `LCR_FHIR_CLIENTS`).
 *
 * @throws when it is not one, names a client twice or holds a private key: nothing starts then.
 */
export function readFhirClients(text: string): ReadonlyMap<string, FhirClient> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error('the register of FHIR clients is not JSON')
  }
  if (!File.Check(value)) throw new Error('the register of FHIR clients is not as it should be')
  const clients = new Map<string, FhirClient>()
  for (const { clientId, organisations, jwks } of value.clients) {
    if (clients.has(clientId)) throw new Error(`the register of FHIR clients names ${clientId} twice`)
    const keys = (jwks?.keys ?? []) as readonly JWK[]
    if (keys.some(key => 'd' in key)) throw new Error(`the register of FHIR clients holds a private key of ${clientId}`)
    clients.set(clientId, { clientId, organisations, keys })
  }
  return clients
}
