import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { html } from 'hono/html'
import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose'
import { Provider } from 'oidc-provider'
import type { Configuration } from 'oidc-provider'
import { readLimited } from '../tcp/read-limited.ts'
import { answerFhirToken, FHIR_TOKENS_PATH } from './fhir-tokens.ts'

/** A role on a smartcard, as CIS2's user information spells it. */
export interface CardRole {
  readonly person_orgid: string
  readonly person_roleid: string
  readonly org_code: string
  readonly role_code: string
  readonly role_name: string
}

export interface CardHolder {
  /** 12 digits. */
  readonly nhsid_useruid: string
  readonly name: string
  readonly nhsid_nrbac_roles: readonly CardRole[]
  readonly nhsid_user_orgs?: readonly { readonly org_code: string; readonly org_name: string }[]
  /** A line for people choosing among the cards: what this person is for. */
  readonly hint?: string
  /** Where this person works. Cards of the same place as the client asking come first, others are folded away. */
  readonly place?: string
}

export interface IdentityClient {
  readonly clientId: string
  readonly redirectUris: readonly string[]
  /** Public half of the key that signs its `private_key_jwt`, ES384 or RS512. */
  readonly publicJwk: JWK
  readonly place?: string
}

export interface IdentityProvider {
  readonly issuer: string
  readonly port: number
  readonly stop: () => Promise<void>
}

const KID = 'cards'
const SESSION_SECONDS = 60 * 60
const USER_CLAIMS = ['nhsid_useruid', 'nhsid_nrbac_roles', 'nhsid_user_orgs']

/**
 * A sign-in service of the shape of NHS CIS2 for a city of made-up staff: code flow with PKCE, `private_key_jwt`, national roles
 * in the user information. Signing in is choosing a smartcard from a list; there is no secret, so it listens on loopback only.
 *
 * @param options.publicPort the port browsers and clients use when something stands in front; it becomes part of the issuer.
 */
export async function startIdentityProvider(options: {
  readonly users: readonly CardHolder[]
  readonly clients: readonly IdentityClient[]
  readonly port?: number
  readonly publicPort?: number
}): Promise<IdentityProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const issuer = `http://localhost:${options.publicPort ?? port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const provider = new Provider(issuer, await configuration(options.users, options.clients, privateKey))
  // Requests come over plain HTTP on loopback; the page that picks a card is ours.
  const rest = provider.callback()
  handle = (request, response) => {
    const path = new URL(request.url ?? '/', issuer).pathname
    const answer = path.startsWith('/cards/')
      ? pickCard(provider, options, request, response)
      : path === FHIR_TOKENS_PATH
        ? answerFhirToken(request, response, { ...options, issuer, key: privateKey, kid: KID })
        : rest(request, response)
    void Promise.resolve(answer).catch(async () => {
      if (response.headersSent) response.destroy()
      else await page(response, 400, 'Sign in again', html`<p>This sign-in has ended. Go back to the record and sign in again.</p>`)
    })
  }
  return {
    issuer,
    port,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function configuration(
  users: readonly CardHolder[],
  clients: readonly IdentityClient[],
  privateKey: CryptoKey,
): Promise<Configuration> {
  return {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: KID }] },
    clients: clients.map(client => ({
      client_id: client.clientId,
      redirect_uris: [...client.redirectUris],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: client.publicJwk.alg === 'RS512' ? 'RS512' : 'ES384',
      jwks: { keys: [client.publicJwk as never] },
      id_token_signed_response_alg: 'RS256',
    })),
    enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS512'] },
    clientAuthMethods: ['private_key_jwt'],
    pkce: { required: () => true },
    responseTypes: ['code'],
    scopes: ['openid', 'profile', 'nhsperson', 'nationalrbacaccess', 'selectedrole', 'associatedorgs'],
    acrValues: ['AAL2_OR_AAL3_ANY', 'AAL3_ANY'],
    claims: {
      openid: ['sub', 'id_assurance_level', 'authentication_assurance_level', 'auth_time', 'acr', 'amr'],
      profile: ['name'],
      nhsperson: ['nhsid_useruid', 'name'],
      nationalrbacaccess: ['nhsid_nrbac_roles'],
      associatedorgs: ['nhsid_user_orgs'],
      selectedrole: ['nhsid_user_orgs'],
    },
    conformIdTokenClaims: true,
    async findAccount(_context, id) {
      const user = users.find(user => user.nhsid_useruid === id)
      if (user === undefined) return undefined
      const { hint: _hint, place: _place, ...shown } = user
      return {
        accountId: id,
        claims: use =>
          use === 'userinfo' ? { sub: id, ...shown } : { sub: id, id_assurance_level: '3', authentication_assurance_level: '3' },
      }
    },
    // Whoever may sign in may be told to the record: there is no page of consent between NHS systems.
    async loadExistingGrant(context) {
      const { client, session } = context.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid profile nhsperson nationalrbacaccess selectedrole associatedorgs')
      grant.addOIDCClaims(USER_CLAIMS)
      await grant.save()
      return grant
    },
    interactions: { url: (_context, interaction) => `/cards/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    ttl: {
      Session: SESSION_SECONDS,
      Interaction: SESSION_SECONDS,
      Grant: SESSION_SECONDS,
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
    },
    cookies: { keys: [crypto.randomUUID()], long: { signed: true }, short: { signed: true } },
    async renderError(context, out) {
      context.type = 'html'
      const text = await layout(
        'Sign-in did not work',
        html`<p>The sign-in service could not go on (${out.error}). Go back and sign in again.</p>`,
      )
      context.body = text.toString()
    },
  }
}

async function pickCard(
  provider: Provider,
  { users, clients }: { readonly users: readonly CardHolder[]; readonly clients: readonly IdentityClient[] },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response) // throws when there is no such sign-in
  const here = clients.find(client => client.clientId === params['client_id'])?.place
  if (request.method === 'GET') {
    await page(response, 200, 'Choose your smartcard', cards(users, here))
    return
  }
  const form = new URLSearchParams(await readLimited(request))
  const user = users.find(user => user.nhsid_useruid === form.get('card'))
  if (request.method !== 'POST' || user === undefined) {
    await page(response, 400, 'Choose your smartcard', cards(users, here, 'Choose one of the cards below.'))
    return
  }
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: user.nhsid_useruid, acr: 'AAL3_ANY', amr: ['N3_SMARTCARD'], remember: false } },
    { mergeWithLastSubmission: false },
  )
}

const roleWords = (role: CardRole): string => role.role_name.split(':').at(-1)?.replaceAll('"', '').trim() ?? ''

const list = (users: readonly CardHolder[]) =>
  html`<ul>
    ${users.map(
      user =>
        html`<li>
          <button name="card" value="${user.nhsid_useruid}">${user.name}</button>
          <p>
            ${user.nhsid_nrbac_roles.map(role => `${roleWords(role)}, ${nameOf(user, role)}`).join('; ')}${
              user.hint === undefined ? '' : html`<br />${user.hint}`
            }
          </p>
        </li>`,
    )}
  </ul>`

const cards = (users: readonly CardHolder[], here: string | undefined, problem?: string) => {
  const others = users.filter(user => user.place !== here)
  return html`
    ${problem === undefined ? '' : html`<p role="alert"><strong>${problem}</strong></p>`}
    <p>Nobody here is real. Each card belongs to a made-up member of staff.</p>
    <form method="post">
      ${list(users.filter(user => user.place === here))}
      ${
        others.length === 0
          ? ''
          : html`<details>
              <summary>Staff of other areas</summary>
              ${list(others)}
            </details>`
      }
    </form>
  `
}

const nameOf = (user: CardHolder, role: CardRole): string =>
  user.nhsid_user_orgs?.find(org => org.org_code === role.org_code)?.org_name ?? role.org_code

const layout = (title: string, body: unknown) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          body {
            font:
              1.1875rem/1.5 Arial,
              sans-serif;
            color: #212b32;
            background: #f0f4f5;
            max-width: 44rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          ul {
            list-style: none;
            padding: 0;
          }
          li {
            background: #fff;
            border: 1px solid #768692;
            padding: 1rem;
            margin-bottom: 1rem;
          }
          li p {
            margin: 0.5rem 0 0;
          }
          button {
            font: inherit;
            font-weight: bold;
            min-height: 44px;
            padding: 0.5rem 1rem;
            color: #fff;
            background: #005eb8;
            border: 0;
            border-radius: 4px;
            cursor: pointer;
          }
          summary {
            min-height: 44px;
            cursor: pointer;
            color: #005eb8;
            text-decoration: underline;
          }
          summary:focus-visible,
          button:focus-visible {
            outline: 4px solid #212b32;
            background: #ffeb3b;
            color: #212b32;
          }
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`

async function page(response: ServerResponse, status: number, title: string, body: unknown): Promise<void> {
  const text = await layout(title, body)
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  })
  response.end(text.toString()) // a String object, which a socket does not take
}
