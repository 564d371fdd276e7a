import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'
import type { FhirDoorSettings } from '../servers.ts'
import { doctorRole, shah } from '../for-tests.ts'
import { readFhirClients } from './clients.ts'
import { ASSERTION_HEADER, ASSERTION_TYPE, hashOfToken } from './token.ts'

export const ISSUER = 'https://id.example/realm'
export const BASE = 'http://localhost:8400/fhir/R4'

/** What IUA and the national register say of Dr Shah. */
export const saysWho = (over: { readonly iua?: object; readonly sds?: object } = {}) => ({
  ihe_iua: {
    subject_name: shah.name,
    subject_organization: doctorRole.organisationName,
    subject_organization_id: `https://fhir.nhs.uk/Id/ods-organization-code|${doctorRole.odsCode}`,
    subject_role: [
      { system: 'https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode', code: doctorRole.roleCode, display: doctorRole.roleName },
    ],
    purpose_of_use: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
    ...over.iua,
  },
  nhs_sds: { user_id: shah.sdsUserId, role_profile_id: doctorRole.sdsRoleProfileId, ...over.sds },
})

export interface Signing {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: { readonly typ?: string; readonly alg?: string }
  readonly key?: CryptoKey
  /** Seconds from now; negative: ago. */
  readonly iat?: number
  readonly lasts?: number
}

/** An issuer, two registered clients and whatever tokens of theirs. @param now of the door. */
export async function createTokens(now: () => Date) {
  const issuer = await generateKeyPair('ES256')
  const client = await generateKeyPair('ES384', { extractable: true })
  const issuerJwk = { ...(await exportJWK(issuer.publicKey)), kid: 'i1', alg: 'ES256' }
  const clientJwk = { ...(await exportJWK(client.publicKey)), kid: 'c1', alg: 'ES384' }
  const register = {
    clients: [
      { clientId: 'ehr', organisations: ['RJZ'], jwks: { keys: [clientJwk] } },
      { clientId: 'ward', organisations: '*' },
    ],
  }
  const seconds = (offset: number): number => Math.floor(now().getTime() / 1000) + offset
  const sign = (
    payload: JWTPayload,
    { header, key, iat = 0, lasts = 300 }: Signing,
    by: { key: CryptoKey; alg: string; kid: string; typ: string },
  ) =>
    new SignJWT({ jti: crypto.randomUUID(), ...payload })
      .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: by.typ, ...header })
      .setIssuedAt(seconds(iat))
      .setExpirationTime(seconds(iat + lasts))
      .sign(key ?? by.key)
  const atIssuer = { key: issuer.privateKey, alg: 'ES256', kid: 'i1', typ: 'at+jwt' }
  const common = { iss: ISSUER, aud: BASE, scope: 'user/*.rs' }
  const settings: FhirDoorSettings = {
    clients: readFhirClients(JSON.stringify(register)),
    keys: createLocalJWKSet({ keys: [issuerJwk] }),
    discovered: async () => ({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, token_endpoint: `${ISSUER}/token`, registration_endpoint: 'x' }),
    title: () => 'South East London',
    version: '0.1.0',
  }
  return {
    settings,
    issuerKey: issuer.privateKey,
    clientKey: client.privateKey,
    /** Names the user itself. */
    userToken: (over: Signing = {}) =>
      sign({ ...common, sub: shah.sdsUserId, client_id: 'ward', acr: 'AAL2', extensions: saysWho(), ...over.claims }, over, atIssuer),
    /** A client's own. */
    clientToken: (over: Signing = {}) => sign({ ...common, sub: 'ehr', client_id: 'ehr', ...over.claims }, over, atIssuer),
    assertion: (token: string, over: Signing = {}) =>
      sign(
        { iss: 'ehr', aud: BASE, ath: hashOfToken(token), extensions: saysWho(), ...over.claims },
        { lasts: 60, ...over },
        { key: client.privateKey, alg: 'ES384', kid: 'c1', typ: ASSERTION_TYPE },
      ),
  }
}
export type Tokens = Awaited<ReturnType<typeof createTokens>>

export const bearer = (token: string, assertion?: string): Record<string, string> => ({
  accept: 'application/fhir+json',
  authorization: `Bearer ${token}`,
  ...(assertion === undefined ? {} : { [ASSERTION_HEADER]: assertion }),
})
