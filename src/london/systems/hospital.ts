import type { Resource } from '@medplum/fhirtypes'
import type { JSONWebKeySet } from 'jose'
import type { CityPerson, Held } from '../people/told.ts'
import type { Bulk } from './bulk-record.ts'
import { resourceXml } from './fhir-xml.ts'
import { documentOf, hospitalRecord, patientIdAt, type HospitalIdentity } from './hospital-record.ts'
import { remember, streamBundle, streamText, type System } from './serve.ts'
import type { Json } from './tidy.ts'
import { createTokens } from './tokens.ts'

export interface HospitalOptions extends HospitalIdentity {
  readonly person: (nhsNumber: string) => CityPerson | undefined
  readonly held: (nhsNumber: string) => Held | undefined
  /** How it writes what it holds; as a hospital does, unless told. */
  readonly record?: typeof hospitalRecord
  /** What it holds beside that of somebody whose record is very long. */
  readonly bulk?: (nhsNumber: string) => Bulk | undefined
  /** Addresses of documents are written whole, not relative to the base. */
  readonly absoluteUrls?: boolean
  /** NHS numbers of all it holds, to find a person again by its own id. */
  readonly everyone: () => Iterable<string>
  /** Public keys of each client that may ask for a token at `/oauth2/token`. */
  readonly clients: Readonly<Record<string, JSONWebKeySet>>
  readonly now: () => Date
}

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'
const FHIR = 'application/fhir+json; charset=utf-8'
const headers = { 'content-type': FHIR, 'cache-control': 'no-store' }
const xmlHeaders = { 'content-type': 'application/fhir+xml; charset=utf-8', 'cache-control': 'no-store' }
const DEFAULT_COUNT = 50
const MAX_COUNT = 200
const KEPT_PEOPLE = 16
const DATE_OF: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ['recordedDate'],
  Appointment: ['start'],
  CarePlan: ['created'],
  Condition: ['recordedDate', 'onsetDateTime'],
  DiagnosticReport: ['effectiveDateTime', 'issued'],
  DocumentReference: ['date'],
  Encounter: ['period.end', 'period.start'],
  Immunization: ['occurrenceDateTime'],
  MedicationRequest: ['authoredOn'],
  Observation: ['effectiveDateTime'],
  Procedure: ['performedDateTime'],
  ServiceRequest: ['authoredOn'],
  Flag: ['period.start'],
  Specimen: ['collection.collectedDateTime'],
  QuestionnaireResponse: ['authored'],
}
const DATE_PARAMS = new Set(['date', 'authoredon', 'authored', 'created', 'started', 'recorded-date', 'onset-date', 'period', 'collected'])
/** Not about one person: reached by reference only. */
const SHARED_TYPES = new Set(['Organization', 'Location', 'HealthcareService', 'Practitioner', 'Medication'])
/** Searched like any other; most systems record none of them. */
const OTHER_TYPES = new Set([
  'CareTeam',
  'Composition',
  'Consent',
  'Goal',
  'DeviceUseStatement',
  'EpisodeOfCare',
  'FamilyMemberHistory',
  'ImagingStudy',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationStatement',
  'PractitionerRole',
  'RelatedPerson',
])

const outcome = (status: number, code: string, diagnostics: string, extra: Readonly<Record<string, string>> = {}): Response =>
  Response.json(
    { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] },
    { status, headers: { ...headers, ...extra } },
  )

const at = (json: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], json)

/** Every `Type/id` a resource names. */
function referencesIn(json: unknown, found: string[] = []): string[] {
  if (Array.isArray(json)) for (const inner of json) referencesIn(inner, found)
  else if (json !== null && typeof json === 'object')
    for (const [key, inner] of Object.entries(json)) {
      if (key === 'reference' && typeof inner === 'string') found.push(inner)
      else referencesIn(inner, found)
    }
  return found
}

interface Chart {
  readonly patient: Resource
  readonly resources: readonly Resource[]
  readonly byRef: ReadonlyMap<string, Resource>
  readonly bulk: Bulk | undefined
}
/** What a query found, of which only the part on the page is ever written. */
interface Found {
  readonly length: number
  readonly slice: (from: number, to: number) => readonly Resource[]
}
interface Query {
  readonly kind: 'search' | 'everything'
  readonly type: string
  readonly patient: string
  readonly filters: readonly (readonly [name: string, value: string])[]
  readonly includes: readonly string[]
  readonly count: number
  readonly offset: number
}

/**
 * A hospital's FHIR R4 server: tokens at `/oauth2/token`, everything else under `/fhir`. Searches by patient with
 * paging, `_include`, `status`, `category` and dates, and `Patient/{id}/$everything`. Numbers it does not know
 * answer as an empty search, as real ones do.
 */
export function createHospital(options: HospitalOptions): System {
  const tokens = createTokens(options)
  let calls = 0
  /** Whose chart a resource we have written stands in; any of them, for one that is shared. */
  const told = new Map<string, string>()
  const long = new Map<string, Bulk>()
  const numberOf = new Map<string, string>()
  let allNumbered = false
  const chartOf = remember(KEPT_PEOPLE, (nhsNumber): Chart | undefined => {
    const person = options.person(nhsNumber)
    const held = options.held(nhsNumber)
    if (!person || !held) return undefined
    const resources = (options.record ?? hospitalRecord)(options, person, held)
    const byRef = new Map(resources.map(r => [`${r.resourceType}/${r.id}`, r]))
    for (const reference of byRef.keys()) told.set(reference, nhsNumber)
    numberOf.set(patientIdAt(options.id, nhsNumber), nhsNumber)
    const bulk = options.bulk?.(nhsNumber)
    if (bulk) long.set(nhsNumber, bulk)
    return { patient: resources[0]!, resources, byRef, bulk }
  })
  /** A part of somebody's very long record, by its own id. */
  const inBulk = (type: string, id: string): Resource | undefined => {
    for (const bulk of long.values()) {
      const found = bulk.byId(type, id)
      if (found) return found
    }
    return undefined
  }
  const chartByPatientId = (patientIds: string): Chart | undefined => {
    if (!allNumbered) for (const nhsNumber of options.everyone()) numberOf.set(patientIdAt(options.id, nhsNumber), nhsNumber)
    allNumbered = true
    const nhsNumber = patientIds
      .split(',')
      .map(id => numberOf.get(id.replace(/^Patient\//, '')))
      .find(n => n !== undefined)
    return nhsNumber === undefined ? undefined : chartOf(nhsNumber)
  }

  const page = (chart: Chart | undefined, query: Query, base: string, xml: boolean): Response => {
    const found = chart ? select(chart, query) : NOTHING
    const matches = found.slice(query.offset, query.offset + query.count)
    const next = query.offset + query.count
    const more = next < found.length
    const included = chart && query.kind === 'search' ? follow(chart, matches, query.includes) : []
    const token = Buffer.from(JSON.stringify({ ...query, offset: next })).toString('base64url')
    const entry = (resource: Resource, mode: string): Json => ({
      fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
      resource: located(only(resource, query.filters), base),
      search: { mode },
    })
    return bundle(
      { type: 'searchset', total: found.length, link: more ? [{ relation: 'next', url: `${base}?_page=${token}` }] : [] },
      [...matches.map(r => entry(r, 'match')), ...included.map(r => entry(r, 'include'))],
      xml,
    )
  }

  /** Documents named by whole addresses, where this system does so. */
  const located = (resource: Json, base: string): Json =>
    options.absoluteUrls === true && resource['resourceType'] === 'DocumentReference'
      ? (JSON.parse(JSON.stringify(resource).replaceAll('"url":"Binary/', `"url":"${base}/Binary/`)) as Json)
      : resource

  const binary = (request: Request, documentId: string): Response => {
    const nhsNumber = told.get(`DocumentReference/${documentId}`) ?? numberOfDocument(documentId)
    const person = nhsNumber === undefined ? undefined : options.person(nhsNumber)
    const held = nhsNumber === undefined ? undefined : options.held(nhsNumber)
    const document = person && held && documentOf(options, person, held, documentId)
    if (!document) return outcome(404, 'not-found', 'Not known here')
    if (!/fhir\+(json|xml)/.test(request.headers.get('accept') ?? ''))
      return new Response(new Uint8Array(document.bytes), {
        headers: { 'content-type': document.contentType, 'cache-control': 'no-store' },
      })
    const resource = {
      resourceType: 'Binary',
      id: documentId,
      contentType: document.contentType,
      data: document.bytes.toString('base64'),
    }
    return wantsXml(request) ? new Response(resourceXml(resource), { headers: xmlHeaders }) : Response.json(resource, { headers })
  }
  /** A document whose person has not been asked about since the start. */
  const numberOfDocument = (documentId: string): string | undefined => {
    for (const nhsNumber of options.everyone()) {
      const person = options.person(nhsNumber)
      const held = options.held(nhsNumber)
      if (person && held && documentOf(options, person, held, documentId)) return nhsNumber
    }
    return undefined
  }

  /** `_elements`: what was asked for and what a resource cannot be without. */
  const only = (resource: Resource, filters: Query['filters']): Json => {
    const elements = filters.find(([name]) => name === '_elements')?.[1].split(',')
    const whole = resource as unknown as Json
    if (!elements) return whole
    return Object.fromEntries(Object.entries(whole).filter(([key]) => ['resourceType', 'id', 'meta', ...elements].includes(key)))
  }

  const findPatient = (params: URLSearchParams, base: string, xml: boolean): Response => {
    const identifier = params.get('identifier')
    if (identifier === null) return outcome(400, 'required', 'identifier is needed')
    const [system, value = ''] = identifier.split('|')
    const patient = system === NHS_NUMBER ? chartOf(value)?.patient : undefined
    const entries = patient
      ? [{ fullUrl: `${base}/Patient/${patient.id}`, resource: only(patient, [...params]), search: { mode: 'match' } }]
      : []
    return bundle({ type: 'searchset', total: entries.length }, entries, xml)
  }

  const search = (type: string, params: URLSearchParams, base: string, xml: boolean): Response => {
    if (type === 'Patient') return findPatient(params, base, xml)
    if (!Object.hasOwn(DATE_OF, type) && !OTHER_TYPES.has(type) && !SHARED_TYPES.has(type))
      return outcome(400, 'not-supported', 'This type is not searched here')
    const ids = params.get('_id')
    const patient = params.get('patient') ?? params.get('subject')
    if (patient === null && ids !== null) {
      const resources = ids.split(',').flatMap(id => {
        const nhsNumber = told.get(`${type}/${id}`)
        const found = nhsNumber === undefined ? undefined : chartOf(nhsNumber)?.byRef.get(`${type}/${id}`)
        return found ?? inBulk(type, id) ?? []
      })
      const entries = resources.map(r => ({
        fullUrl: `${base}/${type}/${r.id}`,
        resource: located(only(r, [...params]), base),
        search: { mode: 'match' },
      }))
      return bundle({ type: 'searchset', total: entries.length }, entries, xml)
    }
    if (!patient) return outcome(400, 'required', 'patient is needed')
    const query = queryOf('search', type, patient, params)
    if (!query) return outcome(400, 'invalid', 'A parameter cannot be read')
    return page(chartByPatientId(patient), query, base, xml)
  }

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    if (url.pathname === '/oauth2/token')
      return request.method === 'POST' ? tokens.grant(request) : outcome(405, 'not-supported', 'POST only')
    calls += 1
    const base = `${url.origin}/fhir`
    const xml = wantsXml(request)
    if (!tokens.accepts(request))
      return outcome(401, 'login', 'A valid token is needed', { 'www-authenticate': 'Bearer error="invalid_token"' })
    const [root, type, second, third] = url.pathname.split('/').slice(1)
    if (root !== 'fhir') return outcome(404, 'not-found', 'Nothing here')
    if (request.method === 'POST' && second === '_search' && type !== undefined) {
      const form = new URLSearchParams(await request.text())
      for (const [name, value] of url.searchParams) form.append(name, value)
      return search(type, form, base, xml)
    }
    if (request.method !== 'GET') return outcome(405, 'not-supported', 'This is not done here')
    if (type === undefined || type === '') {
      const query = readToken(url.searchParams.get('_page') ?? '')
      return query ? page(chartByPatientId(query.patient), query, base, xml) : outcome(400, 'invalid', 'This page is not known')
    }
    if (type === 'metadata') return Response.json(capability(options.now()), { headers })
    if (second === undefined) return search(type, url.searchParams, base, xml)
    if (type === 'Patient' && third === '$everything') {
      const chart = chartByPatientId(second)
      if (!chart) return outcome(404, 'not-found', 'Not known here')
      const query = queryOf('everything', '', second, url.searchParams)
      return query ? page(chart, query, base, xml) : outcome(400, 'invalid', 'A parameter cannot be read')
    }
    if (type === 'Binary' && third === undefined) return binary(request, second)
    return outcome(404, 'not-found', 'Nothing here')
  }
  return { handle: answer, calls: () => calls }
}

/** FHIR XML when it is asked for by name, and JSON otherwise. */
const wantsXml = (request: Request): boolean =>
  /xml/.test(new URL(request.url).searchParams.get('_format') ?? request.headers.get('accept')?.split(',')[0] ?? '')

function bundle(head: Json, entries: readonly Json[], xml: boolean): Response {
  if (!xml) return streamBundle(head, entries, { headers })
  const opened = resourceXml({ resourceType: 'Bundle', ...head }).replace(/<\/Bundle>$/, '')
  const part = ({ fullUrl, resource, search }: Json): string =>
    `<entry><fullUrl value="${String(fullUrl)}"/><resource>${resourceXml(resource as Json, false)}</resource><search><mode value="${String((search as Json)['mode'])}"/></search></entry>`
  return streamText(opened, entries, part, '</Bundle>', { headers: xmlHeaders })
}

function queryOf(kind: Query['kind'], type: string, patient: string, params: URLSearchParams): Query | undefined {
  const count = Number(params.get('_count') ?? DEFAULT_COUNT)
  if (!Number.isInteger(count) || count < 1) return undefined
  const filters = [...params].filter(([name]) => !['patient', 'subject', '_count', '_include', '_format', '_sort'].includes(name))
  for (const [name, value] of filters) if (isDate(name) && !/^(eq|ge|le|gt|lt)?\d{4}/.test(value)) return undefined
  return { kind, type, patient, filters, includes: params.getAll('_include'), count: Math.min(count, MAX_COUNT), offset: 0 }
}

const isDate = (name: string): boolean => DATE_PARAMS.has(name) || name === 'start' || name === 'end'

function readToken(token: string): Query | undefined {
  try {
    const query = JSON.parse(Buffer.from(token, 'base64url').toString()) as Query
    return Number.isInteger(query.offset) && Array.isArray(query.filters) && Array.isArray(query.includes) ? query : undefined
  } catch {
    return undefined
  }
}

const NOTHING: Found = { length: 0, slice: () => [] }

/** What matches, without what is only reached by reference; `$everything` has both, the Patient first. */
function select(chart: Chart, query: Query): Found {
  const types = query.filters.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','))
  if (query.kind === 'search')
    return chained(
      chart.resources.filter(r => r.resourceType === query.type && query.filters.every(f => matches(r, f))),
      bulkFound(chart.bulk, [query.type], query),
    )
  const chosen = chart.resources.filter(
    r =>
      !SHARED_TYPES.has(r.resourceType) &&
      (types.length === 0 || r.resourceType === 'Patient' || types.includes(r.resourceType)) &&
      query.filters.every(f => f[0] === '_type' || matches(r, f)),
  )
  const bulkTypes = chart.bulk?.types.filter(type => types.length === 0 || types.includes(type)) ?? []
  return chained([...chosen, ...follow(chart, chosen, ['*'])], bulkFound(chart.bulk, bulkTypes, query))
}

const chained = (first: readonly Resource[], rest: Found): Found => ({
  length: first.length + rest.length,
  slice: (from, to) => [...first.slice(from, to), ...rest.slice(Math.max(0, from - first.length), Math.max(0, to - first.length))],
})

/** The part of a very long record that a query asks for: whole types, cut by date. */
function bulkFound(bulk: Bulk | undefined, types: readonly string[], { filters }: Query): Found {
  if (!bulk) return NOTHING
  const from = filters.find(([name, value]) => isDate(name) && (name === 'start' || /^g[et]/.test(value)))?.[1].replace(/^g[et]/, '')
  const open = filters.some(([name, value]) => name === 'status' && !value.split(',').includes('finished'))
  const runs = types.map(type => {
    if (type === 'Encounter' && open) return { type, length: 0 }
    return { type, length: from === undefined ? bulk.count(type) : bulk.since(type, from) }
  })
  return {
    length: runs.reduce((sum, run) => sum + run.length, 0),
    slice: (first, end) => {
      const resources: Resource[] = []
      let before = 0
      for (const { type, length } of runs) {
        for (let place = Math.max(0, first - before); place < Math.min(length, end - before); place++) resources.push(bulk.at(type, place))
        before += length
      }
      return resources
    },
  }
}

function matches(resource: Resource, [name, value]: readonly [string, string]): boolean {
  if (name === 'status') return value.split(',').includes(String(at(resource, 'status')))
  if (name === '_id') return value.split(',').includes(resource.id ?? '')
  if (name === 'clinical-status' || name === 'category' || name === 'class') {
    const wanted = value.split(',').map(v => v.split('|').at(-1))
    const concept = JSON.stringify(at(resource, name === 'clinical-status' ? 'clinicalStatus' : name) ?? null)
    return wanted.some(code => concept.includes(`"code":"${code}"`))
  }
  if (!isDate(name)) return true
  const [, prefix, date = ''] = /^(eq|ge|le|gt|lt)?(.*)$/.exec(value) ?? []
  const comparator = name === 'start' ? 'ge' : name === 'end' ? 'le' : (prefix ?? 'eq')
  const start = at(resource, 'period.start')
  if (resource.resourceType === 'Encounter' && comparator.startsWith('g') && at(resource, 'period.end') === undefined) return true
  const path = comparator.startsWith('l') && start !== undefined ? 'period.start' : undefined
  const held = path ? start : DATE_OF[resource.resourceType]?.map(p => at(resource, p)).find(v => v !== undefined)
  if (typeof held !== 'string') return true
  // A partial date matches whatever it might be.
  const length = Math.min(held.length, date.length, 10)
  const [a, b] = [held.slice(0, length), date.slice(0, length)]
  return comparator === 'eq' ? a === b : comparator.startsWith('g') ? a >= b : a <= b
}

/** What matched resources name, once each, and what those name in turn; only what was asked to be included. */
function follow(chart: Chart, from: readonly Resource[], includes: readonly string[]): readonly Resource[] {
  if (includes.length === 0) return []
  const known = new Set(from.map(r => `${r.resourceType}/${r.id}`))
  const wanted = (source: Resource, target: string): boolean =>
    includes.some(include => {
      const [type, param = ''] = include.split(':')
      if (type === '*' && param === '') return true
      return (type === '*' || type === source.resourceType) && (targetsOf[param] ?? []).includes(target.split('/')[0]!)
    })
  const included: Resource[] = []
  let frontier = from
  while (frontier.length > 0) {
    const reached: Resource[] = []
    for (const source of frontier)
      for (const reference of referencesIn(source)) {
        const [type = '', id = ''] = reference.split('/')
        const target = chart.byRef.get(reference) ?? chart.bulk?.byId(type, id)
        if (!target || known.has(reference) || target.resourceType === 'Patient' || !wanted(source, reference)) continue
        known.add(reference)
        reached.push(target)
      }
    included.push(...reached)
    frontier = reached
  }
  return included
}

const targetsOf: Readonly<Record<string, readonly string[]>> = {
  medication: ['Medication'],
  encounter: ['Encounter'],
  location: ['Location'],
  practitioner: ['Practitioner'],
  context: ['Encounter'],
  'service-provider': ['Organization'],
  participant: ['Practitioner'],
  actor: ['Location', 'HealthcareService'],
  'healthcare-service': ['HealthcareService'],
  organization: ['Organization'],
  result: ['Observation'],
  specimen: ['Specimen'],
  performer: ['Organization', 'Practitioner'],
  requester: ['Organization', 'Practitioner'],
  custodian: ['Organization'],
  author: ['Organization'],
}

const capability = (now: Date): Json => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: now.toISOString(),
  kind: 'instance',
  fhirVersion: '4.0.1',
  format: ['application/fhir+json', 'application/fhir+xml'],
  rest: [
    { mode: 'server', resource: ['Patient', ...Object.keys(DATE_OF)].map(type => ({ type, interaction: [{ code: 'search-type' }] })) },
  ],
})
