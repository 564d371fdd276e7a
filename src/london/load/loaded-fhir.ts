import type { JSONWebKeySet } from 'jose'
import { objectOf, objectsOf, textOf, type JsonObject } from '../../exchange/sources/reading/json.ts'
import { streamBundle, type System } from '../systems/serve.ts'
import { createTokens } from '../systems/tokens.ts'
import { NHS_NUMBER_SYSTEMS } from './identity-of.ts'
import { reachedFrom, referencesIn, type Store } from './store.ts'

export interface LoadedFhirOptions {
  readonly store: Store
  /** The number each `Patient/id` is known by. */
  readonly numbers: ReadonlyMap<string, string>
  /** Public keys of each client that may ask for a token at `/oauth2/token`. */
  readonly clients: Readonly<Record<string, JSONWebKeySet>>
  readonly now: () => Date
}

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'
const headers = { 'content-type': 'application/fhir+json; charset=utf-8', 'cache-control': 'no-store' }
const DEFAULT_COUNT = 50
const MAX_COUNT = 500
const TYPE = /^[A-Z][A-Za-z]{1,39}$/
const DATE = /^(eq|ge|le|gt|lt)?(\d{4}[\d:.TZ+-]*)$/

const outcome = (status: number, code: string, diagnostics: string, extra: Readonly<Record<string, string>> = {}): Response =>
  Response.json(
    { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] },
    { status, headers: { ...headers, ...extra } },
  )

/**
 * A FHIR R4 server over what was loaded: tokens at `/oauth2/token`, everything else under `/fhir`. Answers
 * `Patient?identifier=`, searches by patient and by `_id` with dates and paging, reads, `Patient/{id}/$everything` and
 * `Binary/{id}`. Resources are answered as they were in the file but for ids and references; nothing is mended.
 */
export function createLoadedFhir(options: LoadedFhirOptions): System {
  const { store, numbers } = options
  const tokens = createTokens(options)
  let calls = 0
  const patientsOf = new Map<string, string[]>()
  for (const [key, number] of numbers) patientsOf.set(number, [...(patientsOf.get(number) ?? []), key])
  const answered = (key: string): JsonObject => withNumber(store.resources.get(key) ?? {}, numbers.get(key))

  const page = (matches: readonly string[], included: readonly string[], url: URL, params: URLSearchParams): Response => {
    const count = Math.min(Number(params.get('_count') ?? DEFAULT_COUNT), MAX_COUNT)
    const offset = Number(params.get('_offset') ?? 0)
    if (!Number.isInteger(count) || count < 1 || !Number.isInteger(offset) || offset < 0) return outcome(400, 'invalid', '_count')
    const base = `${url.origin}/fhir`
    const next = new URL(`${url.origin}${url.pathname.replace(/\/_search$/, '')}`)
    for (const [name, value] of params) next.searchParams.append(name, value)
    next.searchParams.set('_offset', String(offset + count))
    const more = offset + count < matches.length
    const entry = (key: string, mode: string) => ({ fullUrl: `${base}/${key}`, resource: answered(key), search: { mode } })
    const here = matches.slice(offset, offset + count)
    // What is only reached by reference stands on the last page, where nothing of it can come twice.
    const also = more ? [] : included
    return streamBundle(
      { type: 'searchset', total: matches.length, link: more ? [{ relation: 'next', url: next.href }] : [] },
      [...here.map(key => entry(key, 'match')), ...also.map(key => entry(key, 'include'))],
      { headers },
    )
  }

  /** What the parameters leave of somebody's resources of some types; `undefined`: a date that cannot be read. */
  const select = (patients: readonly string[], types: ReadonlySet<string>, params: URLSearchParams): readonly string[] | undefined => {
    const dates = [...params].filter(([name]) => DATE_PARAMS.has(name) || name === 'start' || name === 'end')
    for (const [name, value] of dates) if (!DATE.test(value) && !name.endsWith(':missing')) return undefined
    const undated = [...params].some(([name, value]) => name.endsWith(':missing') && value === 'true')
    const status = params.get('status')?.split(',')
    const found = new Set(patients.flatMap(patient => store.ofPatient.get(patient) ?? []))
    return [...found].filter(key => {
      const resource = store.resources.get(key) ?? {}
      const type = String(resource['resourceType'])
      if (types.size > 0 && !types.has(type)) return false
      if (type === 'Patient') return true
      if (status !== undefined && !status.includes(String(resource['status']))) return false
      if (undated) return lastDate(resource) === undefined
      return dates.every(([name, value]) => isWithin(resource, name, value))
    })
  }

  const search = (type: string, url: URL, params: URLSearchParams): Response => {
    if (!TYPE.test(type)) return outcome(400, 'not-supported', 'This type is not searched here')
    if (type === 'Patient' && params.has('identifier')) {
      const [system = '', value = ''] = params.get('identifier')?.split('|') ?? []
      return page(system === NHS_NUMBER ? (patientsOf.get(value) ?? []) : [], [], url, params)
    }
    const ids = params.get('_id')
    if (ids !== null) {
      const keys = ids.split(',').map(id => `${type}/${id}`)
      return page(
        keys.filter(key => store.resources.has(key)),
        [],
        url,
        params,
      )
    }
    const person = params.get('patient') ?? params.get('subject')
    if (person === null) return outcome(400, 'required', 'patient is needed')
    const patients = person.split(',').map(id => `Patient/${id.replace(/^Patient\//, '')}`)
    const matches = select(patients, new Set([type]), params)
    if (matches === undefined) return outcome(400, 'invalid', 'A date cannot be read')
    const named = params.has('_include') ? matches.flatMap(key => referencesIn(store.resources.get(key))) : []
    const included = [...new Set(named)].filter(key => store.resources.has(key) && !store.owned.has(key))
    return page(matches, included, url, params)
  }

  const everything = (id: string, url: URL): Response => {
    const key = `Patient/${id}`
    if (!store.ofPatient.has(key)) return outcome(404, 'not-found', 'Not known here')
    const types = new Set(url.searchParams.getAll('_type').flatMap(value => value.split(',')))
    const matches = select([key], types.size > 0 ? types.add('Patient') : types, url.searchParams)
    return matches ? page(matches, reachedFrom(store, matches), url, url.searchParams) : outcome(400, 'invalid', 'A date cannot be read')
  }

  const read = (key: string, request: Request): Response => {
    const resource = store.resources.get(key)
    if (!resource) return outcome(404, 'not-found', 'Not known here')
    const data = textOf(resource['data'])
    if (
      resource['resourceType'] !== 'Binary' ||
      data === undefined ||
      /fhir\+json/.test(request.headers.get('accept')?.split(',')[0] ?? '')
    )
      return Response.json(answered(key), { headers })
    const contentType = textOf(resource['contentType']) ?? 'application/octet-stream'
    return new Response(new Uint8Array(Buffer.from(data, 'base64')), { headers: { ...headers, 'content-type': contentType } })
  }

  const handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    if (url.pathname === '/oauth2/token')
      return request.method === 'POST' ? tokens.grant(request) : outcome(405, 'not-supported', 'POST only')
    calls += 1
    if (!tokens.accepts(request))
      return outcome(401, 'login', 'A valid token is needed', { 'www-authenticate': 'Bearer error="invalid_token"' })
    const [root, type = '', second, third, ...rest] = url.pathname.split('/').slice(1).map(decoded)
    if (root !== 'fhir' || rest.length > 0) return outcome(404, 'not-found', 'Nothing here')
    if (request.method === 'POST' && second === '_search') {
      const form = new URLSearchParams(await request.text())
      for (const [name, value] of url.searchParams) form.append(name, value)
      return search(type, url, form)
    }
    if (request.method !== 'GET') return outcome(405, 'not-supported', 'This is not done here')
    if (type === 'metadata') return Response.json(capability(options, store), { headers })
    if (second === undefined) return search(type, url, url.searchParams)
    if (type === 'Patient' && third === '$everything') return everything(second, url)
    return third === undefined ? read(`${type}/${second}`, request) : outcome(404, 'not-found', 'Nothing here')
  }
  return { handle, calls: () => calls }
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** A Patient as one who was traced: the number the register has, in the place of any other. */
function withNumber(resource: JsonObject, number: string | undefined): JsonObject {
  if (number === undefined) return resource
  const others = objectsOf(resource['identifier']).filter(one => !NHS_NUMBER_SYSTEMS.has(String(one['system'])))
  return { ...resource, identifier: [{ system: NHS_NUMBER, value: number }, ...others] }
}

const DATE_PARAMS: ReadonlySet<string> = new Set([
  'date',
  'authoredon',
  'authored',
  'authored-on',
  'created',
  'started',
  'sent',
  'recorded-date',
  'onset-date',
  'period',
])
const DATED = [
  'effectiveDateTime',
  'effectiveInstant',
  'occurrenceDateTime',
  'performedDateTime',
  'start',
  'authoredOn',
  'started',
  'date',
  'recordedDate',
  'issued',
  'authored',
  'created',
  'createdDateTime',
  'sent',
  'whenHandedOver',
]
const PERIODS = ['effectivePeriod', 'period', 'performedPeriod', 'occurrencePeriod', 'createdPeriod', 'executionPeriod']
const OPEN = '9999'

/** The last day a statement speaks of; `9999` while it goes on. */
function lastDate(resource: JsonObject): string | undefined {
  const ends = PERIODS.map(name => objectOf(resource[name])).flatMap(period =>
    period['end'] === undefined ? (period['start'] === undefined ? [] : [OPEN]) : (textOf(period['end']) ?? []),
  )
  return [...ends, ...DATED.flatMap(name => textOf(resource[name]) ?? [])].toSorted().at(-1)
}

function isWithin(resource: JsonObject, name: string, value: string): boolean {
  const [, prefix, date = ''] = DATE.exec(value) ?? []
  const comparator = name === 'start' ? 'ge' : name === 'end' ? 'le' : (prefix ?? 'eq')
  const held = lastDate(resource)
  // Of `$everything` what has no date is a part; a search by date never finds it.
  if (held === undefined) return name === 'start' || name === 'end'
  const length = Math.min(held.length, date.length, 10)
  const [a, b] = [held.slice(0, length), date.slice(0, length)]
  return comparator === 'eq' ? a === b : comparator.startsWith('g') ? a >= b : a <= b
}

function capability({ now }: LoadedFhirOptions, { resources }: Store): JsonObject {
  const types = [...new Set(['Patient', ...[...resources.values()].map(one => String(one['resourceType']))])].toSorted()
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: now().toISOString(),
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: {
          service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
        },
        resource: types.map(type => ({
          type,
          interaction: [{ code: 'read' }, { code: 'search-type' }],
          ...(type === 'Patient' && {
            operation: [{ name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' }],
          }),
        })),
      },
    ],
  }
}
