import type { KeyObject } from 'node:crypto'
import type { AuditEvent } from '@medplum/fhirtypes'
import type { Pool } from 'pg'
import type { Manifest } from './draft.ts'
import type { EventColumns } from './event.ts'
import { columnsOfRow, readManifest, tamperingOf, type EventRow, type Tampering } from './record.ts'

const PAGE = 1_000

const COLUMNS = `uuid, at, salt, commitment, node_id as "nodeId", key_id as "keyId", signature, transaction_id as transaction,
  view_id as "viewId", attempt_id as attempt, kind, outcome, nhs_number as "nhsNumber", sds_user_id as "sdsUserId",
  ods_code as "odsCode", body, manifests`

export interface Finding {
  /** Event uuid, or SHA-256 of a manifest. */
  readonly id: string
  readonly what: Tampering | 'event-missing' | 'manifest-missing' | 'manifest-changed'
}

/**
 * Recomputes every commitment, signature, column and manifest hash of a span of the log, and finds queue rows whose
 * event is gone. What it cannot see: an event and its queue row both removed (the log tree's work), or never written.
 *
 * @param publicKey Ed25519 public key of a key id; `undefined` = not one of ours.
 * @returns how many events were checked and what was found wrong. Rejects when the database does.
 */
export async function verifyEvents(
  pool: Pool,
  publicKey: (keyId: string) => KeyObject | undefined,
  span: { readonly from?: Date; readonly until?: Date } = {},
): Promise<{ readonly checked: number; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = []
  let checked = 0
  // Microseconds: what someone wrote past us may have a time that a JavaScript date cannot hold.
  let after: { at: string; uuid: string } = { at: (span.from ?? new Date(0)).toISOString(), uuid: '00000000-0000-0000-0000-000000000000' }
  for (;;) {
    const { rows } = await pool.query<EventRow & { exactly: string }>(
      `select ${COLUMNS}, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exactly from audit_event
       where (at, uuid) > ($1::timestamptz, $2::uuid) and ($3::timestamptz is null or at < $3) order by at, uuid limit ${PAGE}`,
      [after.at, after.uuid, span.until ?? null],
    )
    for (const row of rows) {
      const tampering = row.exactly.endsWith('000Z') ? tamperingOf(row, publicKey) : 'columns'
      if (tampering) findings.push({ id: row.uuid, what: tampering })
    }
    findings.push(...(await verifyManifests(pool, new Set(rows.flatMap(row => row.manifests)))))
    checked += rows.length
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) break
    after = { at: last.exactly, uuid: last.uuid }
  }
  const { rows: orphans } = await pool.query<{ uuid: string }>(
    `select uuid from audit_queue q where not exists (select from audit_event e where e.uuid = q.uuid and e.at = q.at and e.commitment = q.commitment)
     and at >= $1 and ($2::timestamptz is null or at < $2)`,
    [span.from ?? new Date(0), span.until ?? null],
  )
  findings.push(...orphans.map(({ uuid }): Finding => ({ id: uuid, what: 'event-missing' })))
  return { checked, findings }
}

async function verifyManifests(pool: Pool, wanted: ReadonlySet<string>): Promise<Finding[]> {
  if (wanted.size === 0) return []
  const { rows } = await pool.query<{ sha256: string; zstd: Buffer }>('select sha256, zstd from audit_manifest where sha256 = any($1)', [
    [...wanted],
  ])
  const there = new Map(rows.map(row => [row.sha256, row.zstd]))
  const findings: Finding[] = []
  for (const sha256 of wanted) {
    const zstd = there.get(sha256)
    if (!zstd) findings.push({ id: sha256, what: 'manifest-missing' })
    else if (hashOf(zstd) !== sha256) findings.push({ id: sha256, what: 'manifest-changed' })
  }
  return findings
}

/** `undefined` for bytes that are no manifest at all. */
function hashOf(zstd: Buffer): string | undefined {
  try {
    return readManifest(zstd).sha256
  } catch {
    return undefined
  }
}

/** One event as it stands in the log. */
export interface StoredEvent extends Omit<EventColumns, 'manifests'> {
  readonly event: AuditEvent
  readonly manifests: readonly Manifest[]
}

/**
 * The events of one view at this exchange, of one transaction over all its views and peers' requests, or of a kind, in order of time.
 * A kind is looked for in the whole log.
 */
export async function eventsOf(
  pool: Pool,
  of: { readonly viewId: string } | { readonly transaction: string } | { readonly kind: string },
): Promise<readonly StoredEvent[]> {
  const [column, value] = 'viewId' in of ? ['view_id', of.viewId] : 'kind' in of ? ['kind', of.kind] : ['transaction_id', of.transaction]
  const { rows } = await pool.query<EventRow>(`select ${COLUMNS} from audit_event where ${column} = $1 order by at, uuid`, [value])
  const { rows: packed } = await pool.query<{ sha256: string; zstd: Buffer }>(
    'select sha256, zstd from audit_manifest where sha256 = any($1)',
    [[...new Set(rows.flatMap(row => row.manifests))]],
  )
  const manifests = new Map(packed.map(({ sha256, zstd }) => [sha256, readManifest(zstd).manifest] as const))
  return rows.map(row => ({
    ...columnsOfRow(row),
    event: JSON.parse(row.body) as AuditEvent,
    manifests: row.manifests.flatMap(sha256 => manifests.get(sha256) ?? []),
  }))
}
