import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import * as oidc from 'openid-client'
import { startIdentityProvider } from './identity-provider.ts'
import type { CardHolder, IdentityProvider } from './identity-provider.ts'

const doctor: CardHolder = {
  nhsid_useruid: '910000000001',
  name: 'DOCTOR Test',
  nhsid_nrbac_roles: [
    {
      person_orgid: '555254239107',
      person_roleid: '555254240100',
      org_code: 'RJZ',
      role_code: 'S8000:G8000:R8000',
      role_name: '"Clinical":"Clinical Provision":"Clinical Practitioner Access Role"',
    },
  ],
  nhsid_user_orgs: [{ org_code: 'RJZ', org_name: 'A & E <Hospital>' }],
  hint: 'on shift',
}
const back = 'http://localhost:8400/sign-in/return'
const scope = 'openid profile nhsperson nationalrbacaccess selectedrole'

let provider: IdentityProvider
let keys: Awaited<ReturnType<typeof generateKeyPair>>
before(async () => {
  keys = await generateKeyPair('ES384', { extractable: true })
  const publicJwk = { ...(await exportJWK(keys.publicKey)), alg: 'ES384', kid: 'k1' }
  provider = await startIdentityProvider({ users: [doctor], clients: [{ clientId: 'lcr-sel', redirectUris: [back], publicJwk }] })
})
after(() => provider.stop())

const client = (key: CryptoKey) =>
  oidc.discovery(new URL(provider.issuer), 'lcr-sel', undefined, oidc.PrivateKeyJwt({ key, kid: 'k1' }), {
    execute: [oidc.allowInsecureRequests],
  })

/** A browser that keeps cookies and follows nothing by itself. */
function browser() {
  const cookies = new Map<string, string>()
  return async (url: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(new URL(url, provider.issuer), {
      redirect: 'manual',
      method: form === undefined ? 'GET' : 'POST',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    return response
  }
}
const next = (response: Response): string => response.headers.get('location') ?? assert.fail(`no way on from a ${response.status}`)

async function signIn(key: CryptoKey, verifierSent?: string) {
  const configuration = await client(key)
  const verifier = oidc.randomPKCECodeVerifier()
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()]
  const start = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: back,
    scope,
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    acr_values: 'AAL3_ANY',
    max_age: '0',
    prompt: 'login',
  })
  const go = browser()
  const cardsAt = next(await go(start.href))
  const cards = await (await go(cardsAt)).text()
  const returned = next(await go(next(await go(cardsAt, { card: doctor.nhsid_useruid }))))
  const tokens = await oidc.authorizationCodeGrant(configuration, new URL(returned), {
    pkceCodeVerifier: verifierSent ?? verifier,
    expectedState: state,
    expectedNonce: nonce,
    maxAge: 0,
  })
  return { configuration, cards, tokens }
}

test('a card is chosen and the record learns who, at what assurance, in which national roles', async () => {
  const { configuration, cards, tokens } = await signIn(keys.privateKey)
  const claims = tokens.claims()
  assert.equal(claims?.sub, doctor.nhsid_useruid)
  assert.equal(claims?.['id_assurance_level'], '3')
  assert.equal(claims?.['authentication_assurance_level'], '3')
  assert.equal(typeof claims?.auth_time, 'number')
  const { hint: _hint, ...shown } = doctor
  assert.deepEqual(await oidc.fetchUserInfo(configuration, tokens.access_token, doctor.nhsid_useruid), {
    sub: doctor.nhsid_useruid,
    ...shown,
  })
  assert.match(
    cards,
    /<html lang="en">[^]*<h1>Choose your smartcard<\/h1>[^]*<button name="card" value="910000000001">DOCTOR Test<\/button>/,
  )
  assert.match(cards, /A &amp; E &lt;Hospital&gt;/)
  assert.doesNotMatch(cards, /<script/)
})

test('a client with another key gets no token', async () => {
  const other = await generateKeyPair('ES384')
  await assert.rejects(signIn(other.privateKey), { error: 'invalid_client' })
})

test('a code without the verifier it was asked with is worth nothing', async () => {
  await assert.rejects(signIn(keys.privateKey, oidc.randomPKCECodeVerifier()), { error: 'invalid_grant' })
})

test('a request without PKCE, or to another address, gets no card list', async () => {
  const configuration = await client(keys.privateKey)
  const plain = oidc.buildAuthorizationUrl(configuration, { redirect_uri: back, scope, state: 's' })
  assert.match(next(await browser()(plain.href)), /error=invalid_request/)
  const elsewhere = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: 'http://localhost:9999/',
    scope,
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  })
  assert.equal((await browser()(elsewhere.href)).status, 400)
})

test('a card nobody has, and a sign-in that never began, are refused', async () => {
  const configuration = await client(keys.privateKey)
  const go = browser()
  const challenge = await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier())
  const cardsAt = next(
    await go(
      oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: back,
        scope,
        state: 's',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }).href,
    ),
  )
  assert.equal((await go(cardsAt, { card: '999999999999' })).status, 400)
  assert.equal((await browser()('/cards/none')).status, 400)
})
