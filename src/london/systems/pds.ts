import type { JSONWebKeySet } from 'jose'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import { languageCodes } from '../people/names.ts'
import type { CityPerson } from '../people/told.ts'
import type { System } from './serve.ts'
import { tidy, type Json } from './tidy.ts'
import { createTokens } from './tokens.ts'

export interface PdsOptions {
  readonly person: (nhsNumber: string) => CityPerson | undefined
  readonly everyone: () => Iterable<CityPerson>
  /** Public keys of each client that may ask for a token at `/oauth2/token`. */
  readonly clients: Readonly<Record<string, JSONWebKeySet>>
  readonly now: () => Date
}

const CODES = 'https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode'
const UKCORE = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-'
const UKCORE_CODES = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const DEFAULT_RESULTS = 50
const MAX_RESULTS = 50
const KNOWN = new Set([
  'family',
  'given',
  'birthdate',
  'gender',
  'address-postalcode',
  'address-postcode',
  'general-practitioner',
  'phone',
  '_fuzzy-match',
  '_exact-match',
  '_history',
  '_max-results',
])

const displays = {
  INVALID_RESOURCE_ID: 'Resource Id is invalid',
  RESOURCE_NOT_FOUND: 'Resource not found',
  ACCESS_DENIED: 'Access Denied',
  MISSING_VALUE: 'Required value is missing',
  INVALID_VALUE: 'Provided value is invalid',
  INVALID_SEARCH_DATA: 'Search data is invalid',
  TOO_FEW_VALUES_SUBMITTED: 'Too few values submitted',
  TOO_MANY_MATCHES: 'Too Many Matches',
  UNSUPPORTED_SERVICE: 'Unsupported Service',
} as const

const refuse = (
  status: number,
  code: keyof typeof displays,
  issue: string,
  diagnostics: string | undefined,
  headers: Readonly<Record<string, string>>,
): Response =>
  Response.json(
    tidy({
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: code === 'TOO_MANY_MATCHES' ? 'information' : 'error',
          code: issue,
          details: { coding: [{ system: CODES, version: '1', code, display: displays[code] }] },
          diagnostics,
        },
      ],
    }),
    { status, headers },
  )

/**
 * The national register of people (Personal Demographics Service, R4): `GET /Patient/{number}` and
 * `GET /Patient?…`, tokens at `/oauth2/token`. A restricted person is answered without address, telecom or
 * practice; a superseded number with the person's number of today.
 */
export function createPds(options: PdsOptions): System {
  const tokens = createTokens(options)
  let calls = 0
  const current = (nhsNumber: string): CityPerson | undefined => {
    const found = options.person(nhsNumber)
    return found?.supersededBy === undefined ? found : options.person(found.supersededBy)
  }
  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    if (url.pathname === '/oauth2/token') return tokens.grant(request)
    calls += 1
    const requestId = request.headers.get('x-request-id')
    const correlation = request.headers.get('x-correlation-id')
    const headers: Record<string, string> = {
      'content-type': 'application/fhir+json',
      'cache-control': 'no-store',
      ...(requestId !== null && { 'x-request-id': requestId }),
      ...(correlation !== null && { 'x-correlation-id': correlation }),
    }
    if (!tokens.accepts(request)) return refuse(401, 'ACCESS_DENIED', 'forbidden', 'Invalid access token', headers)
    if (requestId === null) return refuse(412, 'MISSING_VALUE', 'required', 'Required header X-Request-ID', headers)
    if (!UUID.test(requestId)) return refuse(400, 'INVALID_VALUE', 'value', 'X-Request-ID', headers)
    if (!/^\d{12}$/.test(request.headers.get('nhsd-session-urid') ?? ''))
      return refuse(400, 'INVALID_VALUE', 'value', 'NHSD-Session-URID', headers)
    const [, nhsNumber] = /\/Patient\/([^/]+)$/.exec(url.pathname) ?? []
    if (request.method !== 'GET' || (nhsNumber === undefined && !url.pathname.endsWith('/Patient')))
      return refuse(404, 'UNSUPPORTED_SERVICE', 'not-supported', undefined, headers)
    if (nhsNumber !== undefined) {
      if (!parseNhsNumber(nhsNumber).ok) return refuse(400, 'INVALID_RESOURCE_ID', 'value', 'NHS Number', headers)
      const person = current(nhsNumber)
      if (!person) return refuse(404, 'RESOURCE_NOT_FOUND', 'not-found', undefined, headers)
      return Response.json(patientOf(person), { headers: { ...headers, etag: 'W/"2"' } })
    }
    return search(url, headers)
  }

  const search = (url: URL, headers: Record<string, string>): Response => {
    const params = url.searchParams
    for (const name of params.keys())
      if (!KNOWN.has(name)) return refuse(400, 'INVALID_SEARCH_DATA', 'value', `Additional properties: ${name}`, headers)
    const family = params.get('family')
    const given = params.getAll('given')
    const births = params.getAll('birthdate')
    const postcode = params.get('address-postalcode') ?? params.get('address-postcode')
    if (births.length === 0 || (family === null && postcode === null))
      return refuse(400, 'TOO_FEW_VALUES_SUBMITTED', 'required', undefined, headers)
    for (const value of [family, ...given, postcode])
      if (value !== null && value.includes('*') && !/^[^*]{2,}/.test(value))
        return refuse(400, 'INVALID_SEARCH_DATA', 'value', 'A wildcard needs two characters before it', headers)
    for (const birth of births)
      if (!/^(eq|ge|le)?\d{4}-\d{2}-\d{2}$/.test(birth)) return refuse(400, 'INVALID_SEARCH_DATA', 'value', 'birthdate', headers)
    const max = Number(params.get('_max-results') ?? DEFAULT_RESULTS)
    if (!Number.isInteger(max) || max < 1 || max > MAX_RESULTS) return refuse(400, 'INVALID_SEARCH_DATA', 'value', '_max-results', headers)
    const fuzzy = params.get('_fuzzy-match') === 'true'
    if (fuzzy && [family, ...given].some(v => v?.includes('*')))
      return refuse(400, 'INVALID_SEARCH_DATA', 'value', 'No wildcards in a fuzzy search', headers)
    const history = fuzzy || params.get('_history') === 'true'
    const found: { person: CityPerson; score: number }[] = []
    for (const person of options.everyone()) {
      if (person.supersededBy !== undefined || !births.every(b => bornOn(person, b))) continue
      // Search by postcode, phone or practice never finds a restricted person.
      const byPlace = postcode !== null || params.has('phone') || params.has('general-practitioner')
      if (person.restricted && byPlace) continue
      const gender = params.get('gender')
      if (gender !== null && gender !== person.gender) continue
      if (postcode !== null && !like(person.address.postcode.replaceAll(' ', ''), postcode.replaceAll(' ', ''))) continue
      const practice = params.get('general-practitioner')
      if (practice !== null && practice !== person.practice) continue
      const phone = params.get('phone')
      if (phone !== null && phone.replaceAll(/\D/g, '') !== person.phone.replaceAll(/\D/g, '')) continue
      const names = [person.name, ...(history ? person.previousNames : [])]
      const score = Math.max(
        ...names.map(
          name =>
            scoreOf(name.family, family, fuzzy) * Math.min(1, ...given.map(g => Math.max(...name.given.map(n => scoreOf(n, g, fuzzy))))),
        ),
      )
      if (score > 0 && (params.get('_exact-match') !== 'true' || score === 1)) found.push({ person, score })
    }
    if (found.length > max) return refuse(200, 'TOO_MANY_MATCHES', 'multiple-matches', undefined, headers)
    found.sort((a, b) => b.score - a.score)
    return Response.json(
      tidy({
        resourceType: 'Bundle',
        type: 'searchset',
        timestamp: options.now().toISOString(),
        total: found.length,
        entry: found.map(({ person, score }) => ({
          fullUrl: `${url.origin}${url.pathname}/${person.nhsNumber}`,
          search: { score },
          resource: patientOf(person),
        })),
      }),
      { headers },
    )
  }
  return { handle: answer, calls: () => calls }
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

const like = (value: string, asked: string): boolean => {
  const [have, want] = [plain(value), plain(asked)]
  const star = want.indexOf('*')
  return star < 0 ? have === want : have.startsWith(want.slice(0, star)) && have.endsWith(want.slice(star + 1))
}

/** 1 for the same name, 0 for another; in a fuzzy search one letter in four may differ. */
function scoreOf(name: string, asked: string | null, fuzzy: boolean): number {
  if (asked === null || like(name, asked)) return 1
  if (!fuzzy) return 0
  const [a, b] = [plain(name), plain(asked)]
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  const share = row[b.length]! / Math.max(a.length, b.length, 1)
  return share <= 0.25 ? Math.round((1 - share) * 10_000) / 10_000 : 0
}

const bornOn = ({ birthDate }: CityPerson, asked: string): boolean => {
  const date = asked.slice(-10)
  return asked.startsWith('ge') ? birthDate >= date : asked.startsWith('le') ? birthDate <= date : birthDate === date
}

function patientOf(person: CityPerson): Json {
  const open = !person.restricted
  return tidy({
    resourceType: 'Patient',
    id: person.nhsNumber,
    meta: {
      versionId: '2',
      security: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
          code: open ? 'U' : 'R',
          display: open ? 'unrestricted' : 'restricted',
        },
      ],
    },
    identifier: [
      {
        system: 'https://fhir.nhs.uk/Id/nhs-number',
        value: person.nhsNumber,
        extension: [
          {
            url: `${UKCORE}NHSNumberVerificationStatus`,
            valueCodeableConcept: {
              coding: [
                {
                  system: `${UKCORE_CODES}NHSNumberVerificationStatus`,
                  version: '1.0.0',
                  code: '01',
                  display: 'Number present and verified',
                },
              ],
            },
          },
        ],
      },
    ],
    name: [
      { id: 'n1', use: 'usual', family: person.name.family, given: person.name.given, prefix: person.name.prefix && [person.name.prefix] },
      ...(person.preferredName === undefined
        ? []
        : [{ id: 'n2', use: 'nickname', family: person.name.family, given: [person.preferredName] }]),
      ...person.previousNames.map((name, i) => ({ id: `o${i}`, use: 'old', family: name.family, given: name.given })),
    ],
    gender: person.gender,
    birthDate: person.birthDate,
    deceasedDateTime: person.deceased === undefined ? undefined : `${person.deceased}T00:00:00+00:00`,
    telecom: open ? [{ id: 't1', system: 'phone', use: 'home', value: person.phone }] : undefined,
    address: open ? [{ id: 'a1', use: 'home', line: person.address.lines, postalCode: person.address.postcode }] : undefined,
    generalPractitioner:
      open && person.practice !== ''
        ? [
            {
              id: 'g1',
              type: 'Organization',
              identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: person.practice },
            },
          ]
        : undefined,
    extension: [
      ...(person.deceased === undefined
        ? []
        : [
            {
              url: `${UKCORE}DeathNotificationStatus`,
              extension: [
                {
                  url: 'deathNotificationStatus',
                  valueCodeableConcept: {
                    coding: [
                      {
                        system: `${UKCORE_CODES}DeathNotificationStatus`,
                        version: '1.0.0',
                        code: '2',
                        display: 'Formal - death notice received from Registrar of Deaths',
                      },
                    ],
                  },
                },
                { url: 'systemEffectiveDate', valueDateTime: `${person.deceased}T00:00:00+00:00` },
              ],
            },
          ]),
      ...(person.interpreter === undefined
        ? []
        : [
            {
              url: `${UKCORE}NHSCommunication`,
              extension: [
                {
                  url: 'language',
                  valueCodeableConcept: {
                    coding: [
                      {
                        system: `${UKCORE_CODES}HumanLanguage`,
                        version: '1.0.0',
                        code: languageCodes[person.interpreter] ?? 'und',
                        display: person.interpreter,
                      },
                    ],
                  },
                },
                { url: 'interpreterRequired', valueBoolean: true },
              ],
            },
          ]),
    ],
  })
}
