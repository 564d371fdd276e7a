import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import type { CityPerson, Held } from '../people/told.ts'
import { createGpDocuments, DOCUMENT_INTERACTIONS } from './gp-documents.ts'
import { gpRecord, type AskedAreas, type PracticeIdentity } from './gp-record.ts'
import { streamBundle, type System } from './serve.ts'
import type { Json } from './tidy.ts'

export interface GpPracticeOptions extends PracticeIdentity {
  readonly person: (nhsNumber: string) => CityPerson | undefined
  readonly held: (nhsNumber: string) => Held | undefined
  /** Accredited system id of this practice's system; a request for another is refused. */
  readonly asid: string
  /** That of the system with its documents, at an address of its own; without it the practice offers none. */
  readonly documentsAsid?: string
  /** NHS numbers of all it holds, to find a document again by its own id. */
  readonly everyone: () => Iterable<string>
  /** A record that was written elsewhere, in the place of the told one. */
  readonly record?: (nhsNumber: string, asked: AskedAreas) => readonly Json[]
  /** Areas the practice has switched off, by parameter name. */
  readonly disabled?: readonly string[]
  readonly now: () => Date
}

const CODES = 'https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1'
const OUTCOME = 'https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-OperationOutcome-1'
const BUNDLE = 'https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-StructuredRecord-Bundle-1'
const OPERATION = 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1'
const METADATA = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1'
const STRUCTURED_METADATA = 'urn:nhs:names:services:gpconnect:structured:fhir:rest:read:metadata-1'
const headers = { 'content-type': 'application/fhir+json;charset=utf-8', 'cache-control': 'no-store' }
const TOKEN_SECONDS = 300
const CLOCK_SKEW_SECONDS = 60
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Every parameter of the operation with its parts. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  patientNHSNumber: [],
  includeAllergies: ['includeResolvedAllergies'],
  includeMedication: ['includePrescriptionIssues', 'medicationSearchFromDate', 'filterPrescriptionType'],
  includeConsultations: ['consultationSearchPeriod', 'includeNumberOfMostRecent'],
  includeProblems: ['filterStatus', 'filterSignificance'],
  includeImmunisations: ['includeNotGiven', 'includeStatus'],
  includeUncategorisedData: ['uncategorisedDataSearchPeriod'],
  includeInvestigations: ['investigationSearchPeriod'],
  includeReferrals: ['referralSearchPeriod'],
  includeDiaryEntries: ['diaryEntriesSearchDate'],
}

interface Part {
  readonly name?: string
  readonly valueBoolean?: boolean
  readonly valueDate?: string
  readonly valueCode?: string
  readonly valueInteger?: number
  readonly valuePeriod?: { readonly start?: string; readonly end?: string }
  readonly valueIdentifier?: { readonly system?: string; readonly value?: string }
  readonly part?: readonly Part[]
}

const refuse = (status: number, code: string, issue: string, diagnostics: string): Response =>
  Response.json(
    {
      resourceType: 'OperationOutcome',
      meta: { profile: [OUTCOME] },
      issue: [{ severity: 'error', code: issue, details: { coding: [{ system: CODES, code, display: code }] }, diagnostics }],
    },
    { status, headers },
  )
const badRequest = (diagnostics: string): Response => refuse(400, 'BAD_REQUEST', 'invalid', diagnostics)
const unprocessable = (diagnostics: string): Response => refuse(422, 'INVALID_PARAMETER', 'invalid', diagnostics)

/**
 * A practice's GP Connect endpoint (Access Record Structured): `POST …/Patient/$gpc.getstructuredrecord` and
 * `GET …/metadata`; where it has them, GP Connect Documents under `…/documents/fhir`. Strict about headers and token as a real one is. A sensitive, deceased or unknown person is
 * PATIENT_NOT_FOUND, which is never "no record exists".
 */
export function createGpPractice(options: GpPracticeOptions): System {
  let calls = 0
  const structuredRecord = async (request: Request): Promise<Response> => {
    const wrong = wrongHeader(request, options.asid, OPERATION) ?? wrongToken(request, options.now())
    if (wrong !== undefined) return badRequest(wrong)
    if (!/^application\/(fhir\+json|json\+fhir)/.test(request.headers.get('content-type') ?? ''))
      return refuse(415, 'BAD_REQUEST', 'invalid', 'Content-Type')
    const parameters = await readParameters(request)
    if (!parameters) return refuse(422, 'INVALID_RESOURCE', 'invalid', 'A Parameters resource is needed')
    const numbers = parameters.filter(p => p.name === 'patientNHSNumber')
    if (numbers.length !== 1) return unprocessable('patientNHSNumber is needed once')
    const identifier = numbers[0]?.valueIdentifier
    if (identifier?.system !== 'https://fhir.nhs.uk/Id/nhs-number')
      return refuse(400, 'INVALID_IDENTIFIER_SYSTEM', 'value', 'patientNHSNumber')
    const nhsNumber = parseNhsNumber(identifier.value ?? '')
    if (!nhsNumber.ok) return refuse(400, 'INVALID_NHS_NUMBER', 'value', 'patientNHSNumber')
    const asked = readAreas(parameters, options)
    if (typeof asked === 'string') return unprocessable(asked)
    const person = options.person(nhsNumber.value)
    const held = options.held(nhsNumber.value)
    if (!person || !held || person.restricted || person.deceased !== undefined || person.practice !== options.odsCode)
      return refuse(404, 'PATIENT_NOT_FOUND', 'not-found', 'No such patient at this practice')
    const entries = options.record?.(nhsNumber.value, asked.areas) ?? gpRecord(options, person, held, asked.areas, options.now())
    return streamBundle(
      { meta: { profile: [BUNDLE] }, type: 'collection' },
      [...entries, ...(asked.warnings.length > 0 ? [{ resource: warningOutcome(asked.warnings) }] : [])],
      { headers },
    )
  }
  const documents = createGpDocuments(options)
  const ofDocuments = (request: Request): Response => {
    const url = new URL(request.url)
    const [base = '', path = ''] = url.pathname.split(/(?<=\/documents\/fhir)\//)
    const [type, id, second] = path.split('/')
    const kind = type === 'Binary' ? 'binary' : type === 'metadata' ? 'metadata' : second === 'DocumentReference' ? 'search' : 'patient'
    const wrong =
      wrongHeader(request, options.documentsAsid ?? '', DOCUMENT_INTERACTIONS[kind]) ??
      (kind === 'metadata' ? undefined : wrongToken(request, options.now()))
    if (wrong !== undefined) return badRequest(wrong)
    if (request.method !== 'GET') return refuse(405, 'NOT_IMPLEMENTED', 'not-supported', 'GET only')
    const origin = `${url.origin}${base}`
    if (kind === 'metadata') return Response.json(capability(), { headers })
    if (kind === 'patient' && id === undefined) return documents.patient(url.searchParams.get('identifier') ?? '')
    if (kind === 'search')
      return documents.search(id ?? '', url.searchParams, origin) ?? refuse(404, 'PATIENT_NOT_FOUND', 'not-found', 'No such patient')
    if (kind === 'binary') return documents.binary(id ?? '') ?? refuse(404, 'NO_RECORD_FOUND', 'not-found', 'No such document')
    return refuse(501, 'NOT_IMPLEMENTED', 'not-supported', 'Not offered here')
  }
  return {
    handle: async request => {
      calls += 1
      const { pathname } = new URL(request.url)
      if (options.documentsAsid !== undefined && pathname.includes('/documents/fhir/')) return ofDocuments(request)
      if (pathname.endsWith('/Patient/$gpc.getstructuredrecord'))
        return request.method === 'POST' ? structuredRecord(request) : refuse(405, 'NOT_IMPLEMENTED', 'not-supported', 'POST only')
      if (pathname.endsWith('/metadata') && request.method === 'GET') {
        const wrong = wrongHeader(request, options.asid, METADATA, STRUCTURED_METADATA)
        return wrong === undefined ? Response.json(capability(), { headers }) : badRequest(wrong)
      }
      return refuse(501, 'NOT_IMPLEMENTED', 'not-supported', 'Not offered here')
    },
    calls: () => calls,
  }
}

function wrongHeader(request: Request, asid: string, ...interactions: readonly string[]): string | undefined {
  if (!UUID.test(request.headers.get('ssp-traceid') ?? '')) return 'Ssp-TraceID'
  if (!/^\d{12}$/.test(request.headers.get('ssp-from') ?? '')) return 'Ssp-From'
  if (request.headers.get('ssp-to') !== asid) return 'Ssp-To'
  return interactions.includes(request.headers.get('ssp-interactionid') ?? '') ? undefined : 'Ssp-InteractionID'
}

/** Reads the unsigned token the Spine asks for; answers the name of the first claim that is wrong. */
function wrongToken(request: Request, now: Date): string | undefined {
  const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? []
  const [head, body, signature, ...rest] = token.split('.')
  if (!head || !body || signature !== '' || rest.length > 0) return 'JWT'
  const claims = readJson(body)
  const header = readJson(head)
  if (!claims || header?.['alg'] !== 'none' || header['typ'] !== 'JWT') return 'JWT header'
  const nowSeconds = now.getTime() / 1000
  const { iat, exp } = claims
  if (typeof iat !== 'number' || iat > nowSeconds + CLOCK_SKEW_SECONDS) return 'JWT iat'
  if (typeof exp !== 'number' || exp !== iat + TOKEN_SECONDS || exp < nowSeconds) return 'JWT exp'
  if (claims['reason_for_request'] !== 'directcare') return 'JWT reason_for_request'
  if (claims['requested_scope'] !== 'patient/*.read') return 'JWT requested_scope'
  for (const name of ['iss', 'aud', 'sub']) if (typeof claims[name] !== 'string' || claims[name] === '') return `JWT ${name}`
  const device = claims['requesting_device'] as Json | undefined
  if (device?.['resourceType'] !== 'Device' || !device['identifier'] || !device['model'] || !device['version'])
    return 'JWT requesting_device'
  const organisation = claims['requesting_organization'] as Json | undefined
  if (organisation?.['resourceType'] !== 'Organization' || !organisation['name'] || !hasIdentifier(organisation, 'ods-organization-code'))
    return 'JWT requesting_organization'
  const practitioner = claims['requesting_practitioner'] as Json | undefined
  if (practitioner?.['resourceType'] !== 'Practitioner' || !practitioner['name'] || practitioner['id'] !== claims['sub'])
    return 'JWT requesting_practitioner'
  const known = hasIdentifier(practitioner, 'sds-user-id') && hasIdentifier(practitioner, 'sds-role-profile-id')
  return known && (practitioner['identifier'] as unknown[]).length >= 3 ? undefined : 'JWT requesting_practitioner'
}

const hasIdentifier = (resource: Json, system: string): boolean =>
  Array.isArray(resource['identifier']) &&
  resource['identifier'].some(
    (i: Json) => i['system'] === `https://fhir.nhs.uk/Id/${system}` && typeof i['value'] === 'string' && i['value'] !== '',
  )

function readJson(base64url: string): Json | undefined {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString()) as Json
  } catch {
    return undefined
  }
}

async function readParameters(request: Request): Promise<readonly Part[] | undefined> {
  try {
    const body = (await request.json()) as { resourceType?: string; parameter?: readonly Part[] }
    return body.resourceType === 'Parameters' && Array.isArray(body.parameter) ? body.parameter : undefined
  } catch {
    return undefined
  }
}

type Warning = readonly [diagnostics: string, text: string]

/** Areas and warnings, or what cannot be honoured. An unknown parameter is a warning, never a failure. */
function readAreas(parameters: readonly Part[], options: GpPracticeOptions): { areas: AskedAreas; warnings: readonly Warning[] } | string {
  const warnings: Warning[] = []
  const asked = new Map<string, ReadonlyMap<string, Part>>()
  for (const { name = '', part = [] } of parameters) {
    if (name === 'patientNHSNumber') continue
    const parts = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined
    if (!parts) warnings.push([name, `${name} is an unrecognised parameter`])
    else if (options.disabled?.includes(name)) warnings.push([name, `${name} has been disabled`])
    else if (asked.has(name)) return `${name} is given twice`
    else {
      for (const p of part)
        if (!parts.includes(p.name ?? '')) warnings.push([`${name}.${p.name}`, `${name}.${p.name} is an unrecognised parameter`])
      asked.set(name, new Map(part.map(p => [p.name ?? '', p])))
    }
  }
  const today = options.now().toISOString().slice(0, 10)
  const resolved = asked.get('includeAllergies')?.get('includeResolvedAllergies')?.valueBoolean
  if (asked.has('includeAllergies') && resolved === undefined) return 'includeAllergies.includeResolvedAllergies is needed'
  const medication = asked.get('includeMedication')
  const medicationFrom = medication?.get('medicationSearchFromDate')?.valueDate
  if (medicationFrom !== undefined && (!/^\d{4}-\d{2}-\d{2}$/.test(medicationFrom) || medicationFrom > today))
    return 'includeMedication.medicationSearchFromDate'
  const consultations = asked.get('includeConsultations')
  if (consultations?.has('consultationSearchPeriod') && consultations.has('includeNumberOfMostRecent'))
    return 'includeConsultations: a period or a number, not both'
  const most = consultations?.get('includeNumberOfMostRecent')?.valueInteger
  const period = (area: string, part: string): { from?: string; to?: string } => {
    const { start, end } = asked.get(area)?.get(part)?.valuePeriod ?? {}
    return { ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) }
  }
  const status = asked.get('includeProblems')?.get('filterStatus')?.valueCode
  const diary = asked.get('includeDiaryEntries')?.get('diaryEntriesSearchDate')?.valueDate
  return {
    warnings,
    areas: {
      ...(resolved !== undefined && { allergies: { resolved } }),
      ...(medication && {
        medication: {
          issues: medication.get('includePrescriptionIssues')?.valueBoolean ?? false,
          ...(medicationFrom !== undefined && { from: medicationFrom }),
        },
      }),
      ...(asked.has('includeProblems') && { problems: status === undefined ? {} : { status } }),
      ...(consultations && {
        consultations: { ...period('includeConsultations', 'consultationSearchPeriod'), ...(most !== undefined && { most }) },
      }),
      ...(asked.has('includeInvestigations') && { investigations: period('includeInvestigations', 'investigationSearchPeriod') }),
      ...(asked.has('includeImmunisations') && {
        immunisations: { notGiven: asked.get('includeImmunisations')?.get('includeNotGiven')?.valueBoolean ?? true },
      }),
      ...(asked.has('includeUncategorisedData') && { uncategorised: period('includeUncategorisedData', 'uncategorisedDataSearchPeriod') }),
      ...(asked.has('includeReferrals') && { referrals: period('includeReferrals', 'referralSearchPeriod') }),
      ...(asked.has('includeDiaryEntries') && { diary: diary === undefined ? {} : { until: diary } }),
    },
  }
}

const warningOutcome = (warnings: readonly Warning[]): Json => ({
  resourceType: 'OperationOutcome',
  meta: { profile: [OUTCOME] },
  issue: warnings.map(([diagnostics, text]) => ({
    severity: 'warning',
    code: 'not-supported',
    details: { coding: [{ system: CODES, code: 'NOT_IMPLEMENTED', display: 'Not implemented' }], text },
    diagnostics,
  })),
})

const capability = (): Json => ({
  resourceType: 'CapabilityStatement',
  version: '1.5.1',
  status: 'active',
  kind: 'capability',
  fhirVersion: '3.0.1',
  acceptUnknown: 'both',
  format: ['application/fhir+json'],
  rest: [
    {
      mode: 'server',
      operation: [
        {
          name: 'gpc.getstructuredrecord',
          definition: { reference: 'https://fhir.nhs.uk/STU3/OperationDefinition/GPConnect-GetStructuredRecord-Operation-1' },
        },
      ],
    },
  ],
})
