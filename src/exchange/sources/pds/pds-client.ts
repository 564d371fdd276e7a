import { randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import { limits } from '../../../care-record/limits.ts'
import type { NhsNumber } from '../../../care-record/nhs-number.ts'
import type { Viewer } from '../../../care-record/person.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { readJson, type Failed } from '../reading/http-read.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import type { TokenClient, TokenSource } from '../reading/tokens.ts'
import { readPatient, type PdsAnswer, type PdsCandidate } from './translate.ts'

/** For whom the register is asked, and how long. */
export interface PdsContext {
  readonly viewer: Pick<Viewer, 'sdsRoleProfileId' | 'odsCode'>
  readonly transaction: string
  readonly signal: AbortSignal
}

/** A search by surname and birth date, with one thing more (care-rules, 'find a person'). */
export interface PdsCriteria {
  readonly family: string
  /** FHIR date. */
  readonly birthDate: string
  readonly given?: string
  readonly gender?: 'female' | 'male' | 'other' | 'unknown'
  readonly postcode?: string
  readonly practice?: string
}

export interface PdsClient {
  /**
   * @returns `not-found` when nobody has the number or it was invalidated, `unavailable` or `timeout` when the
   *   register was silent, `forbidden` when it refused. Follows a superseded number to the one that stands.
   */
  readonly read: (nhsNumber: NhsNumber, context: PdsContext) => Promise<Result<PdsAnswer>>
  /** At most five; more is `too-large`. A protected person is never found by postcode or practice. */
  readonly search: (criteria: PdsCriteria, context: PdsContext) => Promise<Result<readonly PdsCandidate[]>>
}

const ANSWER_BYTES = 1024 * 1024

/** The Personal Demographics Service, FHIR R4, in the user's own role. */
export function createPdsClient(ports: {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
  /** `https://…/personal-demographics/FHIR/R4` */
  readonly baseUrl: string
  readonly client: Omit<TokenClient, 'id'>
  readonly now: () => Date
}): PdsClient {
  const base = ports.baseUrl.replace(/\/+$/, '')
  const get = async (url: string, context: PdsContext): Promise<Result<{ body: JsonObject; etag?: string }>> => {
    const token = await ports.tokens.token({ id: 'pds', ...ports.client }, context.signal)
    if (!token.ok) return token
    const answer = await readJson({
      dispatcher: ports.dispatcher,
      url,
      method: 'GET',
      headers: {
        'x-request-id': randomUUID(),
        'x-correlation-id': context.transaction,
        'nhsd-session-urid': context.viewer.sdsRoleProfileId,
        'nhsd-end-user-organisation-ods': context.viewer.odsCode,
        ...(token.value === undefined ? {} : { authorization: `Bearer ${token.value}` }),
      },
      signal: context.signal,
      budget: { left: ANSWER_BYTES },
    })
    return answer.ok ? ok({ body: answer.body, ...(answer.etag === undefined ? {} : { etag: answer.etag }) }) : faultOf(answer)
  }

  return {
    async read(nhsNumber, context) {
      const answer = await get(`${base}/Patient/${nhsNumber}`, context)
      if (!answer.ok) return answer
      const asOf = ports.now().toISOString()
      const person = readPatient(answer.value.body, asOf)
      if (!person.ok) return person
      return ok({
        person: person.value,
        ...(person.value.nhsNumber === nhsNumber ? {} : { superseded: nhsNumber }),
        ...(answer.value.etag === undefined ? {} : { etag: answer.value.etag }),
      })
    },
    async search(criteria, context) {
      const params = new URLSearchParams({
        family: criteria.family,
        birthdate: `eq${criteria.birthDate}`,
        '_max-results': String(limits.candidates),
      })
      if (criteria.given !== undefined) params.set('given', criteria.given)
      if (criteria.gender !== undefined) params.set('gender', criteria.gender)
      if (criteria.postcode !== undefined) params.set('address-postalcode', criteria.postcode)
      if (criteria.practice !== undefined) params.set('general-practitioner', criteria.practice)
      const answer = await get(`${base}/Patient?${params.toString()}`, context)
      if (!answer.ok) return answer
      const { body } = answer.value
      if (tooMany(body)) return TOO_MANY
      if (body['resourceType'] !== 'Bundle') return fail('unavailable', 'The national register sent something that could not be read.')
      const byPlace = criteria.postcode !== undefined || criteria.practice !== undefined
      const asOf = ports.now().toISOString()
      const candidates = objectsOf(body['entry']).flatMap(entry => {
        const person = readPatient(entry['resource'], asOf)
        const score = Number(objectOf(entry['search'])['score'] ?? 1)
        return person.ok ? [{ person: person.value, score: score >= 0 && score <= 1 ? score : 0 }] : []
      })
      if (candidates.length > limits.candidates) return TOO_MANY
      return ok(candidates.filter(c => !byPlace || c.person.restricted === 'no').sort((a, b) => b.score - a.score))
    },
  }
}

const TOO_MANY = fail('too-large', 'Too many people match. Add something more.')

const codes = (outcome: JsonObject | undefined): readonly string[] =>
  objectsOf(outcome?.['issue']).flatMap(issue => objectsOf(objectOf(issue['details'])['coding']).flatMap(c => textOf(c['code']) ?? []))

const tooMany = (body: JsonObject | undefined): boolean => codes(body).includes('TOO_MANY_MATCHES')

function faultOf(failed: Failed): Result<never> {
  if (tooMany(failed.body)) return TOO_MANY
  const said = codes(failed.body)
  if (failed.status === 404 || failed.status === 410 || said.includes('INVALIDATED_RESOURCE'))
    return fail('not-found', 'Nobody was found in the national register.')
  if (failed.outcome === 'late' || failed.cause === 'timed-out') return fail('timeout', 'The national register did not answer in time.')
  if (failed.outcome === 'refused') return fail('forbidden', 'The national register refused this request.')
  if (failed.status === 400 || failed.status === 422) return fail('invalid', 'The national register could not use these details.')
  return fail('unavailable', 'The national register could not be reached.')
}
