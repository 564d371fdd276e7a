import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { NhsNumber } from '../../../care-record/nhs-number.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { cleanResource } from '../shared/clean.ts'
import { demographicsOf, NHS_NUMBER_SYSTEM } from '../shared/demographics.ts'
import { readJson, type Failed, type Read } from '../shared/http-read.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../shared/json.ts'
import { odsOf } from '../shared/references.ts'
import type { TokenSource } from '../shared/tokens.ts'

/** One stay or visit, status fields only: enough to say whether someone is in an organisation's care. */
export interface EncounterFact {
  readonly sourceId: string
  /** ODS code of the service provider, else of the source. */
  readonly odsCode: string
  /** The source's own identifier of the encounter. */
  readonly identifier: string
  /** FHIR R4 EncounterStatus. */
  readonly status: string
  /** v3 ActEncounterCode, for example `EMER`, `IMP`, `AMB`. */
  readonly encounterClass?: string
  /** FHIR dateTime. */
  readonly start?: string
  readonly end?: string
}

export type EvidenceReader = (source: SourceConfig, nhsNumber: NhsNumber, signal: AbortSignal) => Promise<Result<readonly EncounterFact[]>>

const ANSWER_BYTES = 512 * 1024
const ELEMENTS = 'identifier,status,class,period,serviceProvider,subject'

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
      'x-purpose-of-use': 'authorisation-check',
    }
    const get = (path: string): Promise<Read | Failed> =>
      readJson({ dispatcher: ports.dispatcher, url: `${base}/${path}`, method: 'GET', headers, signal, budget })
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
      `Encounter?${new URLSearchParams({ patient: ids.join(','), _elements: ELEMENTS, _sort: '-date', _count: '100' }).toString()}`,
    )
    if (!answer.ok) return faultOf(answer)
    if (answer.body['resourceType'] !== 'Bundle') return unreadable
    const persons = new Set(ids.map(id => `Patient/${id}`))
    return ok(
      resourcesOf(answer.body, 'Encounter')
        .filter(e => {
          const subject = textOf(objectOf(e['subject'])['reference'])
          return subject === undefined || persons.has(subject.replace(`${base}/`, ''))
        })
        .map(e => factOf(source, e)),
    )
  }
}

const unreadable = fail('unavailable', 'The system sent something that could not be read.')

const resourcesOf = (bundle: JsonObject, type: string): readonly JsonObject[] =>
  objectsOf(bundle['entry']).flatMap(entry => {
    const resource = cleanResource(entry['resource'])
    return resource?.['resourceType'] === type ? [resource] : []
  })

function factOf(source: SourceConfig, encounter: JsonObject): EncounterFact {
  const period = objectOf(encounter['period'])
  const provider = odsOf(objectOf(objectOf(encounter['serviceProvider'])['identifier']))
  const encounterClass = textOf(objectOf(encounter['class'])['code'])
  const start = textOf(period['start'])
  const end = textOf(period['end'])
  return {
    sourceId: source.id,
    odsCode: provider ?? source.odsCode,
    identifier: textOf(objectsOf(encounter['identifier'])[0]?.['value']) ?? `Encounter/${String(encounter['id'])}`,
    status: textOf(encounter['status']) ?? 'unknown',
    ...(encounterClass === undefined ? {} : { encounterClass }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  }
}

function faultOf(failed: Failed): Result<never> {
  if (failed.outcome === 'late' || failed.cause === 'timed-out') return fail('timeout', 'The system did not answer in time.')
  if (failed.outcome === 'refused') return fail('forbidden', 'The system refused this request.')
  return fail('unavailable', 'The system could not be reached.')
}
