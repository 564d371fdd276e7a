import type { AuditEvent } from '@medplum/fhirtypes'
import type { Reason } from '../../care-record/decision.ts'
import type { Narrowing } from '../../care-record/objection.ts'
import type { Viewer } from '../../care-record/person.ts'
import type { Db } from './access.ts'
import type { ClaimType } from './claim-form.ts'

/** Alert types of the national summary record (`SCR-AlertType`): a relationship made by oneself, or a look without permission. */
export type NationalType = '1' | '2'
/** Its reasons (`SCR-AlertReason`), as an officer reads them. */
export const NATIONAL_REASONS = {
  1: 'Public interest',
  2: 'Statute',
  3: 'Court order',
  4: 'Emergency, by the professional’s own word',
  5: 'Emergency',
  6: 'Other, for example the person agreed',
} as const
export type NationalReason = `${keyof typeof NATIONAL_REASONS}`
export interface National {
  readonly type: NationalType
  readonly reason: NationalReason
}

/** Pairs the national service refuses. */
const FORBIDDEN: ReadonlySet<string> = new Set(['1+5', '2+4', '2+6'])
export const mayStandTogether = ({ type, reason }: National): boolean => !FORBIDDEN.has(`${type}+${reason}`)

export type AlertKind = 'self-claim' | 'emergency' | 'staff-block' | 'narrowing'

/** Something an officer is told of, before it has an id. */
export interface AlertDraft {
  readonly kind: AlertKind
  /** None where nothing was opened: the national service knows no alert for it. */
  readonly national?: National
}

/** A claim as an alert. */
export const alertOfClaim = (type: ClaimType): AlertDraft =>
  type === 'emergency-access'
    ? { kind: 'emergency', national: { type: '1', reason: '4' } }
    : { kind: 'self-claim', national: { type: '1', reason: '6' } }

const NARROWED: Readonly<Record<Narrowing['reason'], NationalReason>> = {
  safeguarding: '1',
  'public-interest': '1',
  'serious-risk': '5',
}

/**
 * What a decision itself has to be told of: that the person named this member of staff, or their workplace, and they tried (R056);
 * that an objection was passed by on a recorded decision of two people. Nothing else of a decision is.
 */
export function alertsOfDecision(reasons: readonly Reason[]): readonly AlertDraft[] {
  const found = new Map<AlertKind, AlertDraft>()
  const look = (all: readonly Reason[]): void => {
    for (const reason of all) {
      if (reason.code === 'staff-blocked' || reason.code === 'workplace-blocked') found.set('staff-block', { kind: 'staff-block' })
      const narrowed = reason.code === 'objection-narrowed' ? NARROWED[reason.with?.['reason'] as Narrowing['reason']] : undefined
      if (narrowed !== undefined) found.set('narrowing', { kind: 'narrowing', national: { type: '2', reason: narrowed } })
      look(reason.parts ?? [])
    }
  }
  look(reasons)
  return [...found.values()]
}

export interface Alert extends AlertDraft {
  readonly id: string
  /** ISO instant. */
  readonly at: string
  readonly nhsNumber: string
  readonly sdsUserId: string
  readonly userName: string
  readonly roleName: string
  readonly odsCode: string
  /** The professional's own words. */
  readonly words?: string
  readonly claimId?: string
  readonly transaction: string
  readonly seenAt?: string
}

/** Keeps an alert; the caller's transaction also writes its audit event. @returns its id. */
export async function raiseAlert(
  tx: Db,
  of: AlertDraft & {
    readonly nhsNumber: string
    readonly viewer: Viewer
    readonly transaction: string
    readonly words?: string
    readonly claimId?: string
  },
  now: Date,
): Promise<string> {
  if (of.national && !mayStandTogether(of.national)) throw new TypeError('this alert type does not stand with this reason')
  const { viewer } = of
  const { rows } = await tx.query(
    `insert into alert (at, kind, national_type, national_reason, nhs_number, sds_user_id, user_name, role_name, ods_code, words,
       claim_id, transaction_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
    [
      now,
      of.kind,
      of.national?.type ?? null,
      of.national?.reason ?? null,
      of.nhsNumber,
      viewer.sdsUserId,
      viewer.name,
      viewer.roleName,
      viewer.odsCode,
      of.words ?? null,
      of.claimId ?? null,
      of.transaction,
    ],
  )
  return String(rows[0]?.['id'])
}

const alertOf = (row: Readonly<Record<string, unknown>>): Alert => ({
  id: String(row['id']),
  at: (row['at'] as Date).toISOString(),
  kind: row['kind'] as AlertKind,
  ...(row['national_type'] === null
    ? {}
    : { national: { type: row['national_type'] as NationalType, reason: row['national_reason'] as NationalReason } }),
  nhsNumber: String(row['nhs_number']),
  sdsUserId: String(row['sds_user_id']),
  userName: String(row['user_name']),
  roleName: String(row['role_name']),
  odsCode: String(row['ods_code']),
  ...(row['words'] === null ? {} : { words: row['words'] as string }),
  ...(row['claim_id'] === null ? {} : { claimId: row['claim_id'] as string }),
  transaction: String(row['transaction_id']),
  ...(row['seen_at'] === null ? {} : { seenAt: (row['seen_at'] as Date).toISOString() }),
})

/** Alerts about this organisation's own staff that nobody has opened, oldest first. */
export async function unseenAlerts(db: Db, odsCode: string, most: number): Promise<readonly Alert[]> {
  const { rows } = await db.query('select * from alert where ods_code = $1 and seen_at is null order by at, id limit $2', [odsCode, most])
  return rows.map(alertOf)
}

/** One alert about this organisation's own staff. Another organisation's and none are alike. */
export async function alertById(db: Db, id: string, odsCode: string): Promise<Alert | undefined> {
  const { rows } = await db.query('select * from alert where id = $1 and ods_code = $2', [id, odsCode])
  return rows[0] && alertOf(rows[0])
}

export async function seeAlert(tx: Db, id: string, sdsUserId: string, now: Date): Promise<void> {
  await tx.query('update alert set seen_at = $3, seen_by = $2 where id = $1 and seen_at is null', [id, sdsUserId, now])
}

const SCR = 'https://fhir.nhs.uk/CodeSystem/SCR-'

/**
 * The national form of an alert (Summary Care Record, POST /AuditEvent). `undefined` where the national service has none: what was
 * refused is told to the officer alone.
 *
 * @param observer who tells: URI of this exchange.
 */
export function auditEventOf(alert: Alert, observer: string): AuditEvent | undefined {
  const { national } = alert
  if (national === undefined) return undefined
  return {
    resourceType: 'AuditEvent',
    type: { system: `${SCR}AlertType`, code: national.type },
    subtype: [{ system: `${SCR}AlertReason`, code: national.reason, display: NATIONAL_REASONS[national.reason] }],
    recorded: alert.at,
    ...(alert.words === undefined
      ? {}
      : {
          extension: [{ url: 'https://fhir.nhs.uk/StructureDefinition/Extension-SCR-NotificationMessage', valueString: alert.words }],
        }),
    agent: [
      { who: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: alert.nhsNumber } }, requestor: false },
      { who: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: alert.odsCode } }, requestor: false },
      {
        who: { identifier: { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: alert.sdsUserId } },
        role: [{ text: alert.roleName }],
        requestor: true,
      },
    ],
    source: { observer: { identifier: { value: observer } } },
  }
}
