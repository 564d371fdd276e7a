import type { JSONWebKeySet } from 'jose'
import type { CityPerson, Held } from '../people/told.ts'
import type { System } from './serve.ts'
import { opaqueId, tidy, type Json } from './tidy.ts'
import { createTokens } from './tokens.ts'

export interface SocialCareOptions {
  readonly id: string
  readonly person: (nhsNumber: string) => CityPerson | undefined
  readonly held: (nhsNumber: string) => Held | undefined
  /** NHS numbers of all it holds, to find a person again by its own id. */
  readonly everyone: () => Iterable<string>
  /** Public keys of each client that may ask for a token at `/oauth2/token`. */
  readonly clients: Readonly<Record<string, JSONWebKeySet>>
  readonly now: () => Date
}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 500
const GENDER = { male: '1', female: '2', other: '9', unknown: '0' } as const
const headers = { 'cache-control': 'no-store' }
const fault = (status: number, code: string): Response => Response.json({ error: { code } }, { status, headers })

/**
 * A council's case management system (docs/wires/social-care.md): tokens at `/oauth2/token`; `POST …/v1/persons/search` by NHS
 * number; `GET …/v1/persons/{id}/{collection}`, paged by a cursor.
 */
export function createSocialCare(options: SocialCareOptions): System {
  const tokens = createTokens(options)
  const numberOf = new Map<string, string>()
  let calls = 0
  const personIdOf = (nhsNumber: string): string => opaqueId(options.id, 'person', nhsNumber)

  const search = async (request: Request): Promise<Response> => {
    const asked = (await request.json().catch(() => undefined)) as { readonly nhsNumber?: unknown } | undefined
    if (typeof asked?.nhsNumber !== 'string' || !/^\d{10}$/.test(asked.nhsNumber)) return fault(400, 'NHS_NUMBER_INVALID')
    const person = options.person(asked.nhsNumber)
    const held = options.held(asked.nhsNumber)
    return page(person && held ? [personRow(personIdOf(asked.nhsNumber), person, held)] : [], null)
  }
  const page = (data: readonly Json[], next: string | null): Response =>
    Response.json({ asOf: options.now().toISOString(), data: data.map(tidy), next }, { headers })

  const collection = (personId: string, name: string, params: URLSearchParams): Response => {
    if (numberOf.size === 0) for (const nhsNumber of options.everyone()) numberOf.set(personIdOf(nhsNumber), nhsNumber)
    const nhsNumber = numberOf.get(personId)
    const held = nhsNumber === undefined ? undefined : options.held(nhsNumber)
    if (!held) return fault(404, 'PERSON_NOT_FOUND')
    const rows = collectionsOf(held)[name]
    if (!rows) return fault(404, 'COLLECTION_NOT_FOUND')
    const limit = Number(params.get('limit') ?? DEFAULT_LIMIT)
    const from = Number(Buffer.from(params.get('cursor') ?? '', 'base64url').toString() || '0')
    if (!Number.isInteger(limit) || limit < 1 || !Number.isInteger(from) || from < 0) return fault(400, 'PAGE_INVALID')
    const to = from + Math.min(limit, MAX_LIMIT)
    return page(rows.slice(from, to), to < rows.length ? Buffer.from(String(to)).toString('base64url') : null)
  }

  const handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    if (url.pathname === '/oauth2/token') return request.method === 'POST' ? tokens.grant(request) : fault(405, 'POST_ONLY')
    calls += 1
    if (!tokens.accepts(request)) return fault(401, 'TOKEN_INVALID')
    const [, personId = '', name] = /\/v1\/persons\/([^/]+)(?:\/([^/]+))?$/.exec(url.pathname) ?? []
    if (personId === 'search' && name === undefined) return request.method === 'POST' ? search(request) : fault(405, 'POST_ONLY')
    if (request.method !== 'GET') return fault(405, 'GET_ONLY')
    return name === undefined ? fault(404, 'NOT_FOUND') : collection(decodeURIComponent(personId), name, url.searchParams)
  }
  return { handle, calls: () => calls }
}

function personRow(personId: string, person: CityPerson, held: Held): Json {
  const { name, birthDate, gender, nhsNumber } = { ...person, ...held.demographics }
  return {
    personId,
    nhsNumber,
    title: name.prefix,
    familyName: name.family,
    givenNames: name.given,
    birthDate,
    genderCode: GENDER[gender],
  }
}

type Rows = Readonly<Record<string, readonly Json[]>>
const CASE = { true: 'CLOSED', false: 'OPEN' } as const
const teamId = (name: string): string => name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60)

/** All that a council holds of one person, in the rows of the wire. */
export function collectionsOf(held: Held): Rows {
  const { care = {} } = held
  const { workers = [], cases = [], assessments = [], packages = [], reviews = [], equipment = [] } = care
  const { safeguarding = [], carers = [], referrals = [], visits = [] } = care
  const workerOf = (id: string | undefined): string | undefined => {
    const worker = workers.find(one => one.id === id)
    return worker && `${worker.name}, ${worker.role.toLowerCase()}`
  }
  // Where there is one case, all else hangs on it.
  const only = cases.length === 1 ? cases[0]?.id : undefined
  const statements = (kind: 'alerts' | 'legal' | 'aboutMe' | 'circumstances'): readonly Json[] =>
    (care[kind] ?? []).map(({ id, kind, text, on, note }) => ({ id, caseId: only, kind, text, recorded: on, note }))
  return {
    cases: cases.map(({ id, title, team, worker, opened, closed, reason, note }) => ({
      id,
      title,
      team: { id: teamId(team), name: team },
      worker: workerOf(worker),
      status: CASE[`${closed !== undefined}`],
      opened,
      closed,
      lastUpdated: closed ?? opened,
      primarySupportReason: reason,
      note,
    })),
    assessments: assessments.map(({ id, title, at, status, worker, case: of, needs, outcome, note }) => ({
      id,
      caseId: of ?? only,
      title,
      on: at,
      status: { planned: 'PLANNED', 'in-progress': 'STARTED', completed: 'COMPLETED' }[status],
      recordedBy: workerOf(worker),
      needs,
      outcome,
      note,
    })),
    'care-plans': packages
      .filter(({ goals, visits, words }) => goals !== undefined || visits !== undefined || words !== undefined)
      .map(({ id, title, start, end, status, words, visits, goals, worker, provider }) => ({
        id,
        caseId: only,
        title: /plan/i.test(title) ? title : `Care and support plan: ${title}`,
        kind: 'Social care package',
        status: PLAN[status],
        written: start,
        until: end,
        summary: words,
        goals,
        activities: visits?.map(({ what, when, by }) => ({
          what,
          when: when === '' ? undefined : when,
          by: by ?? (provider === '' ? undefined : provider),
        })),
        recordedBy: workerOf(worker) ?? worker,
      })),
    'care-packages': packages
      .filter(({ provider }) => provider !== '')
      .map(({ id, title, provider, phone, start, end, status, hoursPerWeek, note }) => ({
        id,
        caseId: only,
        // What its plan is called is not called so twice.
        title: /plan/i.test(title) ? 'Care package' : title,
        provider,
        phone,
        status: PLAN[status],
        start,
        end,
        hoursPerWeek,
        note,
      })),
    reviews: reviews.map(({ id, title, due, done, outcome, note }) => ({ id, caseId: only, title, due, done, outcome, note })),
    equipment: equipment.map(({ id, title, supplied, returned, note }) => ({ id, caseId: only, title, supplied, returned, note })),
    safeguarding: safeguarding.map(({ id, kind, title, opened, closed, words, note }) => ({
      id,
      caseId: only,
      kind: SAFEGUARDING[kind],
      role: 'AT_RISK',
      title,
      opened,
      closed,
      summary: words,
      note,
    })),
    professionals: workers.map(({ id, name, role, team, phone, from, to }) => ({ id, caseId: only, name, role, team, phone, from, to })),
    contacts: carers.map(({ id, name, relationship, phone, roles, note }) => ({ id, name, relationship, phone, roles, note })),
    referrals: referrals.map(({ id, title, on, from, status, words }) => ({
      id,
      caseId: only,
      title,
      received: on,
      from,
      status: { received: 'RECEIVED', accepted: 'ACCEPTED', completed: 'COMPLETED', declined: 'DECLINED' }[status],
      note: words,
    })),
    visits: visits.map(({ id, title, start, end, status, with: whom, note }) => ({
      id,
      caseId: only,
      title,
      start,
      end,
      status: { booked: 'BOOKED', done: 'DONE', cancelled: 'CANCELLED', noshow: 'NOSHOW' }[status],
      with: whom,
      note,
    })),
    alerts: statements('alerts'),
    legal: statements('legal'),
    'about-me': statements('aboutMe'),
    circumstances: statements('circumstances'),
  }
}
const PLAN = { active: 'ACTIVE', suspended: 'SUSPENDED', ended: 'ENDED', planned: 'PLANNED' } as const
const SAFEGUARDING = {
  'adult-enquiry': 'ADULT_ENQUIRY',
  'child-protection-plan': 'CHILD_PROTECTION_PLAN',
  'child-in-need': 'CHILD_IN_NEED',
  'looked-after': 'LOOKED_AFTER',
} as const
