import type { AuditEvent } from '@medplum/fhirtypes'
import type { Check } from '../care-record/decision.ts'
import { CHECKS } from '../care-record/decision.ts'
import type { Db } from './access/access.ts'

/** One question of a past decision, in the words its event keeps: codes and dates, nothing of the person. */
export interface DecisionLine {
  readonly check: Check
  readonly held: boolean
  readonly words: string
}
export interface PastDecision {
  /** Of its event. */
  readonly id: string
  /** ISO instant. */
  readonly at: string
  readonly verdict: string
  readonly transaction: string
  readonly nhsNumber: string
  readonly sdsUserId: string
  readonly userName: string
  readonly lines: readonly DecisionLine[]
  /** Organisations asked for evidence, and those that did not answer. */
  readonly asked: readonly string[]
  readonly unavailable: readonly string[]
}

/** Decisions of one view of this organisation's staff, oldest first. */
export async function decisionsOf(
  db: Db,
  of: { readonly transaction: string; readonly odsCode: string },
): Promise<readonly PastDecision[]> {
  const { rows } = await db.query(
    `select uuid, at, transaction_id, body, nhs_number, sds_user_id from audit_event
     where transaction_id = $1 and kind = 'evidence-checked' and ods_code = $2 order by at, uuid limit 20`,
    [of.transaction, of.odsCode],
  )
  return rows.map(decisionOf)
}

/** One decision about this organisation's own staff. Another organisation's and none are alike. */
export async function oneDecision(db: Db, of: { readonly eventId: string; readonly odsCode: string }): Promise<PastDecision | undefined> {
  const { rows } = await db.query(
    `select uuid, at, transaction_id, body, nhs_number, sds_user_id from audit_event where uuid = $1 and kind = 'evidence-checked' and ods_code = $2`,
    [of.eventId, of.odsCode],
  )
  return rows[0] && decisionOf(rows[0])
}

function decisionOf(row: Readonly<Record<string, unknown>>): PastDecision {
  const event = JSON.parse(row['body'] as string) as AuditEvent
  const facts = event.entity?.find(entity => entity.type?.code === 'facts')?.detail ?? []
  const all = (type: string): readonly string[] => facts.flatMap(fact => (fact.type === type ? (fact.valueString ?? []) : []))
  const [userName = ''] = event.agent.flatMap(agent => (agent.requestor ? (agent.name ?? []) : []))
  return {
    id: String(row['uuid']),
    at: (row['at'] as Date).toISOString(),
    verdict: all('verdict')[0] ?? '',
    transaction: row['transaction_id'] as string,
    nhsNumber: (row['nhs_number'] as string | null) ?? '',
    sdsUserId: (row['sds_user_id'] as string | null) ?? '',
    userName,
    lines: all('reasons').flatMap(lineOf),
    asked: all('asked'),
    unavailable: all('unavailable'),
  }
}

/** `relationship: no, no relationship known`. */
function lineOf(said: string): readonly DecisionLine[] {
  const [, name, held, words] = /^([a-z]+): (yes|no), (.*)$/s.exec(said) ?? []
  const check = CHECKS.find(one => one === name)
  return check === undefined || words === undefined ? [] : [{ check, held: held === 'yes', words }]
}
