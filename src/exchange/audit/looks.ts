import type { AuditEvent } from '@medplum/fhirtypes'
import type { Pool } from 'pg'
import { readManifest } from './record.ts'

/** What a professional was shown in one earlier view of a person. */
export interface Look {
  /** ISO instant at which that view was opened. */
  readonly at: string
  /** Item id -> the version that was shown. */
  readonly versions: ReadonlyMap<string, string>
}

/** Somebody who was shown an item. */
export interface Seen {
  readonly sdsUserId: string
  readonly name: string
  readonly odsCode: string
  /** Exchange the professional works at. */
  readonly exchange: string
  /** ISO instant of the first time. */
  readonly at: string
}

/** Earlier views that were opened and showed nothing are passed over, at most this many. */
const VIEWS_TRIED = 20

/**
 * This user's last view of this person before one view, with what it showed. `undefined`: never looked.
 * Rejects with the driver's error.
 *
 * @param nhsNumbers every number the person has had: a view may have been opened by any of them.
 */
export async function lastLook(
  pool: Pick<Pool, 'query'>,
  of: { readonly sdsUserId: string; readonly nhsNumbers: readonly string[]; readonly beforeView: string; readonly before: string },
): Promise<Look | undefined> {
  const { rows } = await pool.query<{ at: Date; manifests: string[] }>(
    `with opened as (
       select view_id, at from audit_event
       where kind = 'view-opened' and sds_user_id = $1 and nhs_number = any($2) and at <= $4 and view_id <> $3
       order by at desc limit ${VIEWS_TRIED}
     )
     select o.at, s.manifests from opened o cross join lateral (
       select array_agg(m) as manifests from audit_event e cross join unnest(e.manifests) as m
       where e.view_id = o.view_id and e.at >= o.at and e.kind = 'shown'
     ) s where s.manifests is not null order by o.at desc limit 1`,
    [of.sdsUserId, [...of.nhsNumbers], of.beforeView, of.before],
  )
  const [last] = rows
  if (!last) return undefined
  const versions = new Map<string, string>()
  for (const { manifest } of await manifestsOf(pool, last.manifests))
    for (const { id, version } of manifest.items) versions.set(id, version)
  return { at: last.at.toISOString(), versions }
}

/**
 * Everyone who was shown any of these items since an instant, here or through another exchange, each once. Read from the
 * manifests of what was shown, so it holds however the record looks today. Rejects with the driver's error.
 */
export async function whoSaw(
  pool: Pick<Pool, 'query'>,
  of: { readonly itemIds: readonly string[]; readonly nhsNumbers: readonly string[]; readonly since: Date },
): Promise<readonly Seen[]> {
  const { rows } = await pool.query<{ at: Date; body: string; manifests: string[]; sds_user_id: string; ods_code: string | null }>(
    `select at, body, manifests, sds_user_id, ods_code from audit_event
     where nhs_number = any($1) and at >= $2 and kind in ('shown', 'peer-disclosed') and sds_user_id is not null
       and cardinality(manifests) > 0 order by at`,
    [[...of.nhsNumbers], of.since],
  )
  const wanted = new Set(of.itemIds)
  const held = await manifestsOf(pool, [...new Set(rows.flatMap(row => row.manifests))])
  const holding = new Set(held.filter(({ manifest }) => manifest.items.some(({ id }) => wanted.has(id))).map(({ sha256 }) => sha256))
  const seen = new Map<string, Seen>()
  for (const row of rows) {
    if (!row.manifests.some(sha256 => holding.has(sha256))) continue
    const key = `${row.sds_user_id} ${row.ods_code ?? ''}`
    if (!seen.has(key)) seen.set(key, seenBy(row))
  }
  return [...seen.values()]
}

/** Ids of the items that were disclosed to one other exchange in one transaction, which its other peers share. Rejects with the driver's error. */
export async function disclosedTo(
  pool: Pick<Pool, 'query'>,
  of: { readonly exchange: string; readonly transaction: string; readonly sdsUserId: string; readonly nhsNumbers: readonly string[] },
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ body: string; manifests: string[] }>(
    `select body, manifests from audit_event
     where transaction_id = $1 and kind = 'peer-disclosed' and sds_user_id = $2 and nhs_number = any($3)`,
    [of.transaction, of.sdsUserId, [...of.nhsNumbers]],
  )
  const manifests = await manifestsOf(
    pool,
    rows.filter(({ body }) => askedBy(JSON.parse(body) as AuditEvent) === of.exchange).flatMap(row => row.manifests),
  )
  return new Set(manifests.flatMap(({ manifest }) => manifest.items.map(({ id }) => id)))
}

async function manifestsOf(pool: Pick<Pool, 'query'>, hashes: readonly string[]): Promise<readonly ReturnType<typeof readManifest>[]> {
  if (hashes.length === 0) return []
  const { rows } = await pool.query<{ zstd: Buffer }>('select zstd from audit_manifest where sha256 = any($1) and items > 0', [
    [...new Set(hashes)],
  ])
  return rows.map(row => readManifest(row.zstd))
}

function seenBy(row: { readonly at: Date; readonly body: string; readonly sds_user_id: string; readonly ods_code: string | null }): Seen {
  const event = JSON.parse(row.body) as AuditEvent
  return {
    sdsUserId: row.sds_user_id,
    name: event.agent?.find(agent => agent.requestor)?.name ?? '',
    odsCode: row.ods_code ?? '',
    exchange: askedBy(event) ?? event.source?.site ?? '',
    at: row.at.toISOString(),
  }
}

/** The exchange on whose word something was disclosed. */
const askedBy = (event: AuditEvent): string | undefined =>
  event.agent?.find(agent => agent.type?.coding?.[0]?.code === 'INF')?.who?.identifier?.value
