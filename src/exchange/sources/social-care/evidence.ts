import type { EpisodeOfCare } from '@medplum/fhirtypes'
import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { NhsNumber } from '../../../care-record/nhs-number.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { isFhirDate } from '../reading/clean.ts'
import type { Failed } from '../reading/http-read.ts'
import type { TokenSource } from '../reading/tokens.ts'
import { answeredBy, baseOf, readCollection, searchPersons, type SocialCareWire } from './social-care-connector.ts'
import { readRow } from './wire.ts'

const ANSWER_BYTES = 512 * 1024
const STATUS: Readonly<Record<string, EpisodeOfCare['status']>> = { OPEN: 'active', PLANNED: 'planned', CLOSED: 'finished' }

/**
 * Asks a council whether it has a case of someone: status and days only, nothing of what it is about. Never rejects. An empty list
 * means asked and no case; a fault means not known, which is never 'no'.
 */
export function createCaseReader(ports: {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
}): (source: SourceConfig, nhsNumber: NhsNumber, signal: AbortSignal) => Promise<Result<readonly EpisodeOfCare[]>> {
  return async (source, nhsNumber, signal) => {
    const token = await ports.tokens.token(source, signal)
    if (!token.ok) return token
    const wire: SocialCareWire = {
      dispatcher: ports.dispatcher,
      base: baseOf(source),
      headers: {
        accept: 'application/json',
        'x-purpose-of-use': 'authorisation-check',
        ...(token.value === undefined ? {} : { authorization: `Bearer ${token.value}` }),
      },
      signal,
      budget: { left: ANSWER_BYTES },
      now: () => new Date(),
    }
    const persons = await searchPersons(wire, nhsNumber)
    if ('outcome' in persons) return faultOf(persons)
    const episodes: EpisodeOfCare[] = []
    for (const person of persons) {
      if (answeredBy(person).nhsNumber !== nhsNumber) continue
      const { rows, failed } = await readCollection(wire, person.personId, 'cases')
      if (failed) return faultOf(failed)
      for (const given of rows) {
        const row = readRow('cases', given)
        const status = row && STATUS[row.status]
        if (!status || !isFhirDate(row.opened) || (row.closed != null && !isFhirDate(row.closed))) continue
        episodes.push({
          resourceType: 'EpisodeOfCare',
          id: row.id,
          status,
          patient: {},
          period: { start: row.opened, ...(row.closed == null ? {} : { end: row.closed }) },
          ...(row.lastUpdated != null && isFhirDate(row.lastUpdated) ? { meta: { lastUpdated: row.lastUpdated } } : {}),
        })
      }
    }
    return ok(episodes)
  }
}

function faultOf(failed: Failed): Result<never> {
  if (failed.outcome === 'late' || failed.cause === 'timed-out') return fail('timeout', 'The system did not answer in time.')
  if (failed.outcome === 'refused') return fail('forbidden', 'The system refused this request.')
  return fail('unavailable', 'The system could not be reached.')
}
