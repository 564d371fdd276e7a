import type { Encounter } from '@medplum/fhirtypes'
import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { NhsNumber } from '../../../care-record/nhs-number.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { cleanResource } from '../reading/reading.ts'
import { demographicsOf, NHS_NUMBER_SYSTEM } from '../reading/demographics.ts'
import { acceptOf } from '../reading/headers.ts'
import { readFhir, type Failed, type Read } from '../reading/http-read.ts'
import { defined, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { odsOf } from '../reading/reading.ts'
import type { TokenSource } from '../reading/tokens.ts'

export type EvidenceReader = (source: SourceConfig, nhsNumber: NhsNumber, signal: AbortSignal) => Promise<Result<readonly Encounter[]>>

const ANSWER_BYTES = 512 * 1024
const ELEMENTS = 'identifier,status,class,period,serviceProvider,subject,meta'

/**
 * Asks a system whether someone is, was or will be in its care: encounters, status fields only, nothing clinical.
 * Never rejects. An empty list means asked and nobody known; a fault means not known, which is never 'no'.
 */
export function createEvidenceReader(ports: { readonly dispatcher: Dispatcher; readonly tokens: TokenSource }): EvidenceReader {
  return async (source, nhsNumber, signal) => {
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
    if (!patients.ok) return patients.status === 404 ? ok([]) : faultOf(patients)
    if (patients.body['resourceType'] !== 'Bundle') return unreadable
    const ids = resourcesOf(patients.body, 'Patient')
      .filter(p => demographicsOf(p).nhsNumber === nhsNumber)
      .map(p => String(p['id']))
    if (ids.length === 0) return ok([])
    const answer = await get(
      `Encounter?${new URLSearchParams({ patient: ids.join(','), _elements: ELEMENTS, _include: 'Encounter:service-provider', _sort: '-date', _count: '100' }).toString()}`,
    )
    if (!answer.ok) return faultOf(answer)
    if (answer.body['resourceType'] !== 'Bundle') return unreadable
    const persons = new Set(ids.map(id => `Patient/${id}`))
    const providers = new Map(resourcesOf(answer.body, 'Organization').map(o => [`Organization/${String(o['id'])}`, o]))
    return ok(
      resourcesOf(answer.body, 'Encounter')
        .filter(e => {
          const subject = textOf(objectOf(e['subject'])['reference'])
          return subject === undefined || persons.has(subject.replace(`${base}/`, ''))
        })
        .map(e => statusOnly(e, providers)),
    )
  }
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
    meta:
      textOf(objectOf(encounter['meta'])['lastUpdated']) === undefined
        ? undefined
        : { lastUpdated: objectOf(encounter['meta'])['lastUpdated'] },
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
