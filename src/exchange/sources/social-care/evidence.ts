import type { EpisodeOfCare, ServiceRequest } from '@medplum/fhirtypes'
import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { NhsNumber } from '../../../care-record/nhs-number.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { isFhirDate } from '../reading/clean.ts'
import type { Failed } from '../reading/http-read.ts'
import type { TokenSource } from '../reading/tokens.ts'
import { answeredBy, baseOf, readCollection, searchPersons, type SocialCareWire } from './social-care-connector.ts'
import { readRow, type Row } from './wire.ts'

const ANSWER_BYTES = 512 * 1024
/** As the facts of cases read it. */
const CASE_KIND = 'urn:london-care-record:case-kind'
const STATUS: Readonly<Record<string, EpisodeOfCare['status']>> = { OPEN: 'active', PLANNED: 'planned', CLOSED: 'finished' }

/** What a council said of whose case it has, and of which types it could not be heard. */
export interface SaidOfCases {
  readonly resources: readonly (EpisodeOfCare | ServiceRequest)[]
  readonly unread: readonly string[]
}

/**
 * Asks a council whether it has a case, an enquiry or a referral of someone: status, days and team only, nothing of what it is about.
 * Never rejects. An empty list means asked and no case; a fault means not known, which is never 'no'.
 */
export function createCaseReader(ports: {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
}): (source: SourceConfig, nhsNumber: NhsNumber, signal: AbortSignal) => Promise<Result<SaidOfCases>> {
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
    const resources: (EpisodeOfCare | ServiceRequest)[] = []
    const unread = new Set<string>()
    for (const person of persons) {
      if (answeredBy(person).nhsNumber !== nhsNumber) continue
      const [cases, enquiries, referrals] = await Promise.all([
        readCollection(wire, person.personId, 'cases'),
        readCollection(wire, person.personId, 'safeguarding'),
        readCollection(wire, person.personId, 'referrals'),
      ])
      if (cases.failed) return faultOf(cases.failed)
      // An enquiry is bound to the team of the case it hangs on, so it is read with the cases or not at all.
      if (enquiries.failed) unread.add('EpisodeOfCare')
      if (referrals.failed) unread.add('ServiceRequest')
      const rows = cases.rows.flatMap(given => readRow('cases', given) ?? [])
      const teams = new Map(rows.map(row => [row.id, row.team.id]))
      resources.push(
        ...rows.flatMap(episodeOf),
        ...enquiries.rows.flatMap(given => enquiryOf(readRow('safeguarding', given), teams)),
        ...referrals.rows.flatMap(given => referralOf(readRow('referrals', given), source.odsCode)),
      )
    }
    return ok({ resources, unread: [...unread] })
  }
}

const isPast = (date: string | null | undefined): boolean => date == null || isFhirDate(date)
const changed = (at: string | null | undefined): Pick<EpisodeOfCare, 'meta'> =>
  at != null && isFhirDate(at) ? { meta: { lastUpdated: at } } : {}

function episodeOf(row: Row<'cases'>): readonly EpisodeOfCare[] {
  const status = STATUS[row.status]
  if (!status || !isFhirDate(row.opened) || !isPast(row.closed)) return []
  return [
    {
      resourceType: 'EpisodeOfCare',
      id: row.id,
      status,
      patient: {},
      period: { start: row.opened, ...(row.closed == null ? {} : { end: row.closed }) },
      team: [{ identifier: { value: row.team.id } }],
      ...changed(row.lastUpdated),
    },
  ]
}

/** Only of whom it is to protect: the record of who is alleged to do harm is opened to nobody by it. */
function enquiryOf(row: Row<'safeguarding'> | undefined, teams: ReadonlyMap<string, string>): readonly EpisodeOfCare[] {
  const team = row && teams.get(row.caseId ?? '')
  if (!row || team === undefined || row.role !== 'AT_RISK' || !isFhirDate(row.opened) || !isPast(row.closed)) return []
  return [
    {
      resourceType: 'EpisodeOfCare',
      id: `enquiry-${row.id}`,
      status: row.closed == null ? 'active' : 'finished',
      patient: {},
      type: [{ coding: [{ system: CASE_KIND, code: 'safeguarding' }] }],
      period: { start: row.opened, ...(row.closed == null ? {} : { end: row.closed }) },
      team: [{ identifier: { value: team } }],
      ...changed(row.lastUpdated),
    },
  ]
}

const REFERRAL: Readonly<Record<string, ServiceRequest['status']>> = {
  RECEIVED: 'active',
  ACCEPTED: 'active',
  WITHDRAWN: 'revoked',
}
/** The notice to the council, of a ward or anybody, before a case opens. */
function referralOf(row: Row<'referrals'> | undefined, odsCode: string): readonly ServiceRequest[] {
  const status = row && REFERRAL[row.status]
  if (!row || !status || !isFhirDate(row.received)) return []
  return [
    {
      resourceType: 'ServiceRequest',
      id: row.id,
      status,
      intent: 'order',
      subject: {},
      category: [{ coding: [{ system: 'http://snomed.info/sct', code: '3457005' }] }],
      performer: [{ identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: odsCode } }],
      authoredOn: row.received,
      ...changed(row.lastUpdated),
    },
  ]
}

function faultOf(failed: Failed): Result<never> {
  if (failed.outcome === 'late' || failed.cause === 'timed-out') return fail('timeout', 'The system did not answer in time.')
  if (failed.outcome === 'refused') return fail('forbidden', 'The system refused this request.')
  return fail('unavailable', 'The system could not be reached.')
}
