import type { IncomingMessage, ServerResponse } from 'node:http'
import { SignJWT, type CryptoKey } from 'jose'
import { readLimited } from '../tcp/read-limited.ts'
import type { CardHolder, IdentityClient } from './identity-provider.ts'

/** Where the made-up sign-in service hands out access tokens for the FHIR doors of the city. */
export const FHIR_TOKENS_PATH = '/fhir-tokens'
/** Software that every exchange of the city has registered (`fhir-clients.json`): it comes with these tokens. */
export const LONDON_TOOLS = 'london-tools'
const SECONDS = 15 * 60

/** Signs what a real issuer would after signing somebody in (RFC 9068, IHE IUA): the user, their first role, treatment. */
export async function fhirToken(p: {
  readonly issuer: string
  readonly key: CryptoKey
  readonly kid: string
  readonly user: CardHolder
  /** FHIR base of one exchange. */
  readonly base: string
  readonly scope?: string
}): Promise<string | undefined> {
  const [role] = p.user.nhsid_nrbac_roles
  if (role === undefined) return undefined
  const organisation = p.user.nhsid_user_orgs?.find(one => one.org_code === role.org_code)?.org_name ?? role.org_code
  const system = 'https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode'
  const display = role.role_name.split(':').at(-1)?.replaceAll('"', '').trim() ?? role.role_code
  return new SignJWT({
    client_id: LONDON_TOOLS,
    scope: p.scope ?? 'user/*.rs',
    acr: 'AAL3',
    extensions: {
      ihe_iua: {
        subject_name: p.user.name,
        subject_organization: organisation,
        subject_organization_id: `https://fhir.nhs.uk/Id/ods-organization-code|${role.org_code}`,
        subject_role: [{ system, code: role.role_code, display }],
        purpose_of_use: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
      },
      nhs_sds: { user_id: p.user.nhsid_useruid, role_profile_id: role.person_roleid },
    },
  })
    .setProtectedHeader({ alg: 'RS256', kid: p.kid, typ: 'at+jwt' })
    .setIssuer(p.issuer)
    .setAudience(p.base)
    .setSubject(p.user.nhsid_useruid)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${SECONDS}s`)
    .sign(p.key)
}

/**
 * POST JSON `{ user, at }`: the card number of somebody of the city, and the client id of the exchange whose door it is for.
 * There is no secret, as at the page of cards; a page of another site cannot send this, nor read the answer.
 */
export async function answerFhirToken(
  request: IncomingMessage,
  response: ServerResponse,
  provider: {
    readonly issuer: string
    readonly key: CryptoKey
    readonly kid: string
    readonly users: readonly CardHolder[]
    readonly clients: readonly IdentityClient[]
  },
): Promise<void> {
  const send = (status: number, body: object): void =>
    void response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body))
  if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') return send(400, { error: 'invalid_request' })
  let asked: { readonly user?: unknown; readonly at?: unknown; readonly scope?: unknown } | null
  try {
    asked = JSON.parse(await readLimited(request)) as typeof asked
  } catch {
    return send(400, { error: 'invalid_request' })
  }
  const user = provider.users.find(one => one.nhsid_useruid === asked?.user)
  const home = provider.clients.find(one => one.clientId === asked?.at)?.redirectUris[0]
  if (user === undefined || home === undefined) return send(404, { error: 'unknown_user_or_exchange' })
  const base = `${new URL(home).origin}/fhir/R4`
  const scope = typeof asked?.scope === 'string' ? { scope: asked.scope } : {}
  const token = await fhirToken({ issuer: provider.issuer, key: provider.key, kid: provider.kid, user, base, ...scope })
  return token === undefined
    ? send(404, { error: 'unknown_user_or_exchange' })
    : send(200, { access_token: token, token_type: 'Bearer', expires_in: SECONDS, base })
}
