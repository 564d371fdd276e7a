import type { JSONWebKeySet } from 'jose'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import type { System } from './serve.ts'
import { tidy, type Json } from './tidy.ts'
import { createTokens } from './tokens.ts'

/** One pointer: what there is about somebody, at whom, where to fetch it. */
export interface Pointer {
  /** Unique within its custodian. */
  readonly id: string
  readonly nhsNumber: string
  readonly custodian: string
  readonly type: { readonly code: string; readonly display: string }
  /** ISO instant. */
  readonly date: string
  readonly url: string
  readonly contentType: string
  readonly practiceSetting?: { readonly code: string; readonly display: string }
  readonly label?: 'N' | 'R' | 'V'
  readonly replaces?: string
}

const CODES = 'https://fhir.nhs.uk/ValueSet/NRL-ResponseCode'
const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code'
const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'
const SNOMED = 'http://snomed.info/sct'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const headers = { 'content-type': 'application/fhir+json', 'cache-control': 'no-store' }
const PARAMETERS = new Set(['subject:identifier', 'custodian:identifier', 'type', 'category', 'next-page-token'])

const refuse = (status: number, code: string, diagnostics: string): Response =>
  Response.json(
    {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'invalid', details: { coding: [{ system: CODES, code, display: code }] }, diagnostics }],
    },
    { status, headers },
  )

/**
 * The National Record Locator, version 3, as a consumer sees it: `GET /DocumentReference` or `POST …/_search` by
 * NHS number, `GET /DocumentReference/{id}`, tokens at `/oauth2/token`. It has pointers only: what they point at is
 * with their custodians.
 */
export function createNrl(options: {
  readonly pointers: () => readonly Pointer[]
  readonly clients: Readonly<Record<string, JSONWebKeySet>>
  readonly now: () => Date
}): System {
  const tokens = createTokens(options)
  let calls = 0
  const handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    if (url.pathname === '/oauth2/token') return tokens.grant(request)
    calls += 1
    if (!tokens.accepts(request)) return refuse(401, 'ACCESS_DENIED', 'Invalid access token')
    if (!UUID.test(request.headers.get('x-request-id') ?? '')) return refuse(400, 'MISSING_OR_INVALID_HEADER', 'X-Request-ID')
    if (!/^[A-Z0-9]{3,12}$/i.test(request.headers.get('nhsd-end-user-organisation-ods') ?? ''))
      return refuse(400, 'MISSING_OR_INVALID_HEADER', 'NHSD-End-User-Organisation-ODS')
    const [, tail] = /\/DocumentReference(?:\/([^/]+))?$/.exec(url.pathname) ?? [undefined, '']
    if (tail === '_search' && request.method === 'POST') return search(await asked(request))
    if (request.method !== 'GET') return refuse(405, 'NOT_SUPPORTED', 'Read only')
    if (tail === undefined) return search(url.searchParams)
    const found = options.pointers().find(pointer => idOf(pointer) === tail)
    return found ? Response.json(resourceOf(found), { headers }) : refuse(404, 'NO_RECORD_FOUND', 'No such pointer')
  }
  const search = (params: URLSearchParams): Response => {
    for (const name of params.keys()) if (!PARAMETERS.has(name)) return refuse(400, 'INVALID_PARAMETER', name)
    const [system, value = ''] = (params.get('subject:identifier') ?? '').split('|')
    if (system !== NHS_NUMBER) return refuse(400, 'INVALID_IDENTIFIER_SYSTEM', 'subject:identifier')
    if (!parseNhsNumber(value).ok) return refuse(400, 'INVALID_NHS_NUMBER', 'subject:identifier')
    const custodian = params.get('custodian:identifier')?.split('|')[1]
    const type = params.get('type')?.split('|')[1]
    const found = options
      .pointers()
      .filter(
        pointer =>
          pointer.nhsNumber === value &&
          (custodian === undefined || pointer.custodian === custodian) &&
          (type === undefined || pointer.type.code === type),
      )
    return Response.json(
      {
        resourceType: 'Bundle',
        type: 'searchset',
        total: found.length,
        entry: found.map(pointer => ({ resource: resourceOf(pointer) })),
      },
      { headers },
    )
  }
  return { handle, calls: () => calls }
}

/** A search by `POST` says what it looks for as JSON or as a form. */
async function asked(request: Request): Promise<URLSearchParams> {
  const text = await request.text()
  if (!/json/.test(request.headers.get('content-type') ?? '')) return new URLSearchParams(text)
  try {
    return new URLSearchParams(Object.entries(JSON.parse(text) as Record<string, string>))
  } catch {
    return new URLSearchParams()
  }
}

const idOf = ({ custodian, id }: Pointer): string => `${custodian}-${id}`
const ods = (value: string): Json => ({ identifier: { system: ODS, value } })

function resourceOf(pointer: Pointer): Json {
  const subject = { identifier: { system: NHS_NUMBER, value: pointer.nhsNumber } }
  return tidy({
    resourceType: 'DocumentReference',
    id: idOf(pointer),
    meta: { lastUpdated: pointer.date },
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: SNOMED, ...pointer.type }] },
    category: [{ coding: [{ system: SNOMED, code: '734163000', display: 'Care plan' }] }],
    subject,
    date: pointer.date,
    author: [ods(pointer.custodian)],
    custodian: ods(pointer.custodian),
    relatesTo:
      pointer.replaces === undefined
        ? undefined
        : [{ code: 'replaces', target: { type: 'DocumentReference', identifier: { value: `${pointer.custodian}-${pointer.replaces}` } } }],
    securityLabel: pointer.label && [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: pointer.label }] },
    ],
    content: [
      {
        attachment: { contentType: pointer.contentType, url: pointer.url, title: pointer.type.display, creation: pointer.date },
        format: {
          system: 'https://fhir.nhs.uk/England/CodeSystem/England-NRLFormatCode',
          code: 'urn:nhs-ic:unstructured',
          display: 'Unstructured document',
        },
        extension: [
          {
            url: 'https://fhir.nhs.uk/England/StructureDefinition/Extension-England-ContentStability',
            valueCodeableConcept: {
              coding: [{ system: 'https://fhir.nhs.uk/England/CodeSystem/England-NRLContentStability', code: 'static', display: 'Static' }],
            },
          },
        ],
      },
    ],
    context: {
      practiceSetting: pointer.practiceSetting && { coding: [{ system: SNOMED, ...pointer.practiceSetting }] },
      sourcePatientInfo: subject,
    },
  })
}
