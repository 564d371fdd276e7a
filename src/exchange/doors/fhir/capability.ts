import type { CapabilityStatement } from '@medplum/fhirtypes'
import { ASSERTION_HEADER } from './token.ts'
import { SEARCHES } from './searches.ts'

const OPERATION = 'http://hl7.org/fhir/OperationDefinition'

/** What this door can do, and how it is entered. Says nothing of anybody. */
export const capabilityStatement = (p: {
  readonly base: string
  readonly title: string
  readonly version: string
  readonly date: string
}): CapabilityStatement => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: p.date,
  publisher: p.title,
  kind: 'instance',
  software: { name: 'London Care Record', version: p.version },
  implementation: { description: `${p.title}: one live record, read only`, url: p.base },
  fhirVersion: '4.0.1',
  format: ['application/fhir+json', 'json'],
  instantiates: ['https://profiles.ihe.net/ITI/PDQm/CapabilityStatement/IHE.PDQm.MatchSupplier'],
  rest: [
    {
      mode: 'server',
      documentation:
        'Read only, for direct care by a named professional. A person is found with Patient/$match alone; every other request is about one person by the opaque id found there, and is audited as a view of the record. Each answer says what every source said.',
      security: {
        cors: false,
        service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
        description: `Bearer access token of the issuer in .well-known/smart-configuration (RFC 9068, IHE IUA claims of the user), or a client's own token with a signed assertion of the user in ${ASSERTION_HEADER} at each request. A token without a user reads this statement only.`,
      },
      resource: [
        {
          type: 'Patient',
          interaction: [{ code: 'read' }],
          operation: [
            { name: 'match', definition: `${OPERATION}/Patient-match` },
            { name: 'everything', definition: `${OPERATION}/Patient-everything` },
            { name: 'summary', definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary' },
          ],
        },
        ...SEARCHES.map(({ type, parameters, ihe }) => ({
          type: type as 'Observation',
          ...(ihe === undefined ? {} : { documentation: ihe }),
          interaction: [{ code: 'read' as const }, { code: 'search-type' as const }],
          searchRevInclude: ['Provenance:target'],
          searchParam: [
            { name: 'patient', type: 'reference' as const, documentation: 'Mandatory: the opaque id of one person.' },
            ...Object.entries(parameters).map(([name, { kind }]) => ({ name, type: kind })),
          ],
        })),
        { type: 'Provenance', interaction: [{ code: 'read' }] },
        { type: 'Binary', interaction: [{ code: 'read' }], documentation: 'IHE MHD ITI-68. Opened, judged and audited as on the page.' },
      ],
    },
  ],
})

/** SMART 2.2 discovery, from what the issuer says of itself. */
export const smartConfiguration = (issuer: string, discovered: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  issuer,
  ...Object.fromEntries(
    ['jwks_uri', 'authorization_endpoint', 'token_endpoint'].flatMap(name =>
      typeof discovered[name] === 'string' ? [[name, discovered[name]]] : [],
    ),
  ),
  grant_types_supported: ['authorization_code', 'client_credentials'],
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['user/*.rs', 'user/*.read'],
  capabilities: ['client-confidential-asymmetric', 'permission-user', 'permission-v1', 'permission-v2'],
})
