import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { after } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'
import { createSignIn, readUserInfo } from './sign-in.ts'

const publicUrl = 'http://localhost:8400'
const keys = await generateKeyPair('ES384', { extractable: true })
const signing = await generateKeyPair('RS256', { extractable: true })
const privateJwk = { ...(await exportJWK(keys.privateKey)), kid: 'k1', alg: 'ES384' }
const userInfo = {
  nhsid_useruid: '555000000001',
  name: 'SHAH Priya',
  nhsid_nrbac_roles: [
    {
      person_orgid: '555254239107',
      person_roleid: '555254240100',
      org_code: 'RJZ',
      role_code: 'S8000:G8000:R8000',
      role_name: '"Clinical":"Clinical Provision":"Clinical Practitioner Access Role"',
    },
  ],
}

const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'lcr-sel',
      redirect_uris: [`${publicUrl}/sign-in/return`],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES384',
      jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES384', use: 'sig' }] },
    },
  ],
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: ['ES384'] },
  jwks: { keys: [{ ...(await exportJWK(signing.privateKey)), kid: 's1', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['only for this test'] },
  pkce: { required: () => true },
  scopes: ['openid', 'profile', 'nhsperson', 'nationalrbacaccess', 'selectedrole'],
  claims: { openid: ['sub', 'auth_time'], nhsperson: ['nhsid_useruid', 'name'], nationalrbacaccess: ['nhsid_nrbac_roles'] },
  findAccount: async (_context, sub) => ({ accountId: sub, claims: async () => ({ sub, ...userInfo }) }),
  features: { devInteractions: { enabled: true } },
})
const answer = provider.callback()
server.on('request', (request, reply) => void answer(request, reply))
after(() => {
  server.closeAllConnections()
  server.close()
})

/** Walks the provider's own pages as a browser would, to the way back. */
async function throughProvider(start: string): Promise<URL> {
  const jar = new Map<string, string>()
  let url = new URL(start)
  let form: URLSearchParams | undefined
  for (let hops = 0; hops < 12; hops++) {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      jar.set(name, value)
    }
    form = undefined
    const location = answer.headers.get('location')
    if (location === null) {
      const page = await answer.text()
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? assert.fail(`no form on a page with status ${answer.status}`)
      url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', url)
      form = new URLSearchParams({ prompt, login: 'shah', password: 'any' })
      continue
    }
    url = new URL(location, url)
    if (url.origin === publicUrl) return url
  }
  return assert.fail('no way back')
}

const signIn = createSignIn({ issuer, clientId: 'lcr-sel', clientKey: privateJwk, publicUrl }, () => "King's")
const begin = async (again = false) => {
  const begun = await signIn.begin(again)
  assert.ok(begun.ok)
  return begun.value
}

test('R042: sign-in by code, PKCE, nonce and private_key_jwt tells who, as what, where', async () => {
  const begun = await begin()
  const identity = await signIn.finish(await throughProvider(begun.url), begun)
  assert.ok(identity.ok, JSON.stringify(identity))
  assert.deepEqual(identity.value, {
    sdsUserId: '555000000001',
    name: 'SHAH Priya',
    assurance: '',
    roles: [
      {
        sdsRoleProfileId: '555254240100',
        roleCode: 'S8000:G8000:R8000',
        roleName: 'Clinical Practitioner Access Role',
        odsCode: 'RJZ',
        organisationName: "King's",
      },
    ],
  })
})

test('unlocking asks for a fresh sign-in and gets one', async () => {
  const since = new Date()
  const begun = await begin(true)
  assert.equal(new URL(begun.url).searchParams.get('prompt'), 'login')
  const back = await throughProvider(begun.url)
  const identity = await signIn.finish(back, { ...begun, since })
  assert.ok(identity.ok, JSON.stringify(identity))
})

test('unlocking with a sign-in from before is refused', async () => {
  const begun = await begin(true)
  const identity = await signIn.finish(await throughProvider(begun.url), { ...begun, since: new Date(Date.now() + 120_000) })
  assert.equal(identity.ok, false)
})

for (const [why, over] of [
  ['another state', { state: 'other' }],
  ['another nonce', { nonce: 'other' }],
  ['another verifier', { verifier: 'v'.repeat(43) }],
] as const)
  test(`a return with ${why} is refused`, async () => {
    const begun = await begin()
    const identity = await signIn.finish(await throughProvider(begun.url), { ...begun, ...over })
    assert.equal(!identity.ok && identity.fault.kind, 'unauthenticated')
  })

test('a provider that is not there is unavailable, not a failure', async () => {
  const away = createSignIn({ issuer: 'http://127.0.0.1:1', clientId: 'lcr-sel', clientKey: privateJwk, publicUrl }, () => '')
  const begun = await away.begin(false)
  assert.equal(!begun.ok && begun.fault.kind, 'unavailable')
})

for (const [why, given] of [
  ['no user id', { ...userInfo, nhsid_useruid: undefined }],
  ['a user id of another shape', { ...userInfo, nhsid_useruid: '1' }],
  ['no name', { ...userInfo, name: '' }],
  ['a role code of another shape', { ...userInfo, nhsid_nrbac_roles: [{ ...userInfo.nhsid_nrbac_roles[0], role_code: 'admin' }] }],
] as const)
  test(`user information with ${why} is refused`, () => assert.equal(readUserInfo(given, {}, () => '').ok, false))
