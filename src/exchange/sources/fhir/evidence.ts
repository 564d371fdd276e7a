import type { Encounter, Resource } from '@medplum/fhirtypes'
import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import { limits } from '../../../care-record/limits.ts'
import type { NhsNumber } from '../../../care-record/nhs-number.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { cleanResource } from '../reading/reading.ts'
import { demographicsOf, NHS_NUMBER_SYSTEM } from '../reading/demographics.ts'
import { acceptOf } from '../reading/headers.ts'
import { readFhir, type Failed, type Read } from '../reading/http-read.ts'
import { defined, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { odsOf } from '../reading/reading.ts'
import type { TokenSource } from '../reading/tokens.ts'

/** What a system said of who is in its care, and of which types it could not be heard. */
export interface Said {
  readonly resources: readonly Resource[]
  readonly unread: readonly string[]
  /** Types that it was not asked for, as its encounters were enough. */
  readonly unasked?: readonly string[]
}
/** @param enough whether encounters alone will do. Without it all types are asked for. */
export type EvidenceReader = (
  source: SourceConfig,
  nhsNumber: NhsNumber,
  signal: AbortSignal,
  enough?: (encounters: readonly Resource[]) => Promise<boolean>,
) => Promise<Result<Said>>

const ANSWER_BYTES = 512 * 1024
/** Status fields of each type that tells who is in whose care; never a reason, a word or a value. */
const ELEMENTS = {
  Encounter: 'identifier,status,class,period,serviceProvider,subject,meta',
  EpisodeOfCare: 'status,period,team,managingOrganization,patient,meta',
  Appointment: 'status,created,start,end,participant,meta',
  ServiceRequest: 'status,category,performer,authoredOn,subject,meta',
} as const
type EvidenceType = keyof typeof ELEMENTS
const BESIDE_ENCOUNTERS = ['EpisodeOfCare', 'Appointment', 'ServiceRequest'] as const satisfies readonly EvidenceType[]
interface Heard {
  readonly type: EvidenceType
  readonly answer: Read | Failed
}
const FURTHER: Readonly<Record<EvidenceType, Readonly<Record<string, string>>>> = {
  Encounter: { _include: 'Encounter:service-provider', _sort: '-date' },
  EpisodeOfCare: {},
  Appointment: { _sort: '-date' },
  ServiceRequest: { status: 'active,revoked,entered-in-error' },
}

/**
 * Asks a system whether someone is, was or will be in its care: encounters, episodes, bookings and accepted requests, status fields
 * only, nothing clinical. Where encounters alone do, and come soon, no more is asked. Never rejects. An empty list means asked and
 * nobody known; a fault means not known, which is never 'no'.
 * A type the system does not have says nothing; one that fails beside others is named, so that what it said before still stands.
 */
export function createEvidenceReader(ports: { readonly dispatcher: Dispatcher; readonly tokens: TokenSource }): EvidenceReader {
  return async (source, nhsNumber, signal, enough) => {
    const token = await ports.tokens.token(source, signal)
    if (!token.ok) return token
    const base = source.baseUrl.replace(/\/+$/, '')
    const budget = { left: ANSWER_BYTES }
    const headers = {
      ...(token.value === undefined ? {} : { authorization: `Bearer ${token.value}` }),
      ...acceptOf(source),
      'x-purpose-of-use': 'authorisation-check',
    }
    const get = (path: string): Promise<Read | Failed> =>
      readFhir({ dispatcher: ports.dispatcher, url: `${base}/${path}`, method: 'GET', headers, signal, budget })
    const patients = await get(
      `Patient?${new URLSearchParams({ identifier: `${NHS_NUMBER_SYSTEM}|${nhsNumber}`, _elements: 'identifier' }).toString()}`,
    )
    if (!patients.ok) return patients.status === 404 ? ok(NOBODY) : faultOf(patients)
    if (patients.body['resourceType'] !== 'Bundle') return unreadable
    const ids = resourcesOf(patients.body, 'Patient')
      .filter(p => demographicsOf(p).nhsNumber === nhsNumber)
      .map(p => String(p['id']))
    if (ids.length === 0) return ok(NOBODY)
    const persons = new Set(ids.map(id => `Patient/${id}`))
    const search = async (type: EvidenceType): Promise<Heard> => {
      const asked = { patient: ids.join(','), _elements: ELEMENTS[type], _count: '100', ...FURTHER[type] }
      return { type, answer: await get(`${type}?${new URLSearchParams(asked).toString()}`) }
    }
    const encounters = search('Encounter')
    const alone = enough && encounters.then(({ answer }) => !answer.ok || enough(statusesIn(answer.body, 'Encounter', base, persons)))
    const unasked = alone && (await soon(alone, limits.encountersFirstMs)) ? BESIDE_ENCOUNTERS : []
    const heard = await Promise.all([encounters, ...(unasked.length > 0 ? [] : BESIDE_ENCOUNTERS).map(search)])
    const resources: Resource[] = []
    const unread: string[] = []
    for (const { type, answer } of heard) {
      if (answer.ok && answer.body['resourceType'] === 'Bundle') {
        resources.push(...statusesIn(answer.body, type, base, persons))
        continue
      }
      // Who is in its care at all is asked of every system; the rest some have and some have not.
      if (type === 'Encounter') return answer.ok ? unreadable : faultOf(answer)
      if (answer.ok || !doesNotHave(answer)) unread.push(type)
    }
    return ok({ resources, unread, unasked })
  }
}

/** Whether it is so, and known within that time. */
async function soon(is: Promise<boolean>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(resolve, ms, false)
  return await Promise.race([is, late]).finally(() => clearTimeout(timer))
}

const NOBODY: Said = { resources: [], unread: [] }
/** The system does not have this type, or does not give it to us: it will not say anything of it tomorrow either. */
const doesNotHave = ({ status }: Failed): boolean => status !== undefined && [400, 403, 404, 405, 501].includes(status)

/** What is about these persons, as status fields. */
function statusesIn(bundle: JsonObject, type: EvidenceType, base: string, persons: ReadonlySet<string>): readonly Resource[] {
  const providers = new Map(resourcesOf(bundle, 'Organization').map(o => [`Organization/${String(o['id'])}`, o]))
  const isTheirs = (reference: unknown): boolean => {
    const subject = textOf(objectOf(reference)['reference'])
    return subject === undefined || persons.has(subject.replace(`${base}/`, ''))
  }
  return resourcesOf(bundle, type)
    .filter(r =>
      type === 'Appointment'
        ? objectsOf(r['participant']).some(p => textOf(objectOf(p['actor'])['reference']) !== undefined && isTheirs(p['actor']))
        : isTheirs(r['subject'] ?? r['patient']),
    )
    .map(r => (type === 'Encounter' ? statusOnly(r, providers) : pick(r, PICKED[type])))
}

const PICKED: Readonly<Record<Exclude<EvidenceType, 'Encounter'>, readonly string[]>> = {
  EpisodeOfCare: ['status', 'period', 'team', 'managingOrganization'],
  Appointment: ['status', 'created', 'start', 'end'],
  ServiceRequest: ['status', 'category', 'performer', 'authoredOn'],
}
/** Fields as the system sent them: the facts read each as hostile. */
const pick = (resource: JsonObject, names: readonly string[]): Resource =>
  defined({
    resourceType: resource['resourceType'],
    id: resource['id'],
    meta: lastUpdatedOf(resource),
    ...Object.fromEntries(names.map(name => [name, resource[name]])),
  }) as unknown as Resource

const lastUpdatedOf = (resource: JsonObject): JsonObject | undefined => {
  const at = objectOf(resource['meta'])['lastUpdated']
  return textOf(at) === undefined ? undefined : { lastUpdated: at }
}

const unreadable = fail('unavailable', 'The system sent something that could not be read.')

const resourcesOf = (bundle: JsonObject, type: string): readonly JsonObject[] =>
  objectsOf(bundle['entry']).flatMap(entry => {
    const resource = cleanResource(entry['resource'])
    return resource?.['resourceType'] === type ? [resource] : []
  })

/** Whatever the system sent, no more than this enters: status fields, and the provider's code. */
function statusOnly(encounter: JsonObject, providers: ReadonlyMap<string, JsonObject>): Encounter {
  const given = objectOf(encounter['serviceProvider'])
  const provider = providers.get(textOf(given['reference']) ?? '')
  const ods = [given['identifier'], ...objectsOf(provider?.['identifier'])].map(objectOf).find(i => odsOf(i) !== undefined)
  return defined({
    resourceType: 'Encounter',
    id: encounter['id'],
    meta: lastUpdatedOf(encounter),
    identifier: objectsOf(encounter['identifier']).length > 0 ? objectsOf(encounter['identifier']) : undefined,
    status: textOf(encounter['status']) ?? 'unknown',
    class: encounter['class'],
    period: encounter['period'],
    serviceProvider: ods ? { identifier: ods } : undefined,
  }) as unknown as Encounter
}

function faultOf(failed: Failed): Result<never> {
  if (failed.outcome === 'late' || failed.cause === 'timed-out') return fail('timeout', 'The system did not answer in time.')
  if (failed.outcome === 'refused') return fail('forbidden', 'The system refused this request.')
  return fail('unavailable', 'The system could not be reached.')
}
