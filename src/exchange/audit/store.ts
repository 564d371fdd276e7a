import type { ClientBase, Pool, PoolClient } from 'pg'
import { bytesArray, integerArray, textArray, timeArray, uuidArray } from './arrays.ts'
import type { EventRecord } from './record.ts'

/**
 * One statement, so one transaction also behind a transaction pooler: manifests not yet known, events, their queue
 * rows, and the views they open and close. An event already stored (same uuid and time) changes nothing.
 */
const INSERT = `
with manifest as (
  insert into audit_manifest (sha256, zstd, items)
  select * from unnest($1::text[], $2::bytea[], $3::int[]) on conflict do nothing
), given as (
  select * from unnest($4::uuid[], $5::timestamptz[], $6::bytea[], $7::bytea[], $8::text[], $9::text[], $10::bytea[], $11::text[],
    $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[])
    as g (uuid, at, salt, commitment, node_id, key_id, signature, transaction_id,
      view_id, attempt_id, kind, outcome, nhs_number, sds_user_id, ods_code, body, manifests)
), event as (
  insert into audit_event (uuid, at, salt, commitment, node_id, key_id, signature, transaction_id,
    view_id, attempt_id, kind, outcome, nhs_number, sds_user_id, ods_code, body, manifests)
  select uuid, at, salt, commitment, node_id, key_id, signature, transaction_id,
    view_id, attempt_id, kind, outcome, nhs_number, sds_user_id, ods_code, body, string_to_array(manifests, ',') from given
  on conflict (uuid, at) do nothing
  returning uuid, at, commitment
), queued as (
  insert into audit_queue (uuid, at, commitment) select uuid, at, commitment from event on conflict do nothing
), opened as (
  insert into audit_open_view (view_id, node_id, process_tag, opened_at, opened)
  select * from unnest($21::text[], $22::text[], $23::text[], $24::timestamptz[], $25::text[]) on conflict do nothing
), closed as (
  delete from audit_open_view where view_id = any($26::text[])
)
select count(*)::int as written from event`

/** pg reads this of a query though its types do not list it. */
interface BoundedQuery {
  readonly text: string
  readonly values: readonly unknown[]
  readonly query_timeout: number
}

/** Writes records in one transaction. Rejects with the driver's error; then none of them was written, or it is not known. */
export async function insertRecords(client: ClientBase, records: readonly EventRecord[], timeoutMs: number): Promise<number> {
  const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')
  // In order of their key, so that two writers with the same manifests never wait for each other in a ring.
  const manifests = [...new Map(records.flatMap(r => r.stored.map(m => [m.sha256, m] as const))).values()].sort((a, b) =>
    a.sha256 < b.sha256 ? -1 : 1,
  )
  const closes = new Set(records.flatMap(r => (r.closes === null ? [] : [r.closes])))
  const opens = records.filter(r => r.opens !== null && !closes.has(r.opens.viewId))
  const query: BoundedQuery = {
    text: INSERT,
    values: [
      textArray(manifests.map(m => m.sha256)),
      bytesArray(manifests.map(m => bytes(m.zstd))),
      integerArray(manifests.map(m => m.items)),
      uuidArray(records.map(r => r.uuid)),
      timeArray(records.map(r => r.at)),
      bytesArray(records.map(r => bytes(r.salt))),
      bytesArray(records.map(r => bytes(r.commitment))),
      textArray(records.map(r => r.nodeId)),
      textArray(records.map(r => r.keyId)),
      bytesArray(records.map(r => bytes(r.signature))),
      textArray(records.map(r => r.transaction)),
      textArray(records.map(r => r.viewId)),
      textArray(records.map(r => r.attempt)),
      textArray(records.map(r => r.kind)),
      textArray(records.map(r => r.outcome)),
      textArray(records.map(r => r.nhsNumber)),
      textArray(records.map(r => r.sdsUserId)),
      textArray(records.map(r => r.odsCode)),
      textArray(records.map(r => r.body)),
      textArray(records.map(r => r.manifests.join(','))),
      textArray(opens.map(r => r.opens!.viewId)),
      textArray(opens.map(r => r.nodeId)),
      textArray(opens.map(r => r.opens!.processTag)),
      timeArray(opens.map(r => r.at)),
      textArray(opens.map(r => r.opens!.draft)),
      textArray([...closes]),
    ],
    query_timeout: timeoutMs,
  }
  const result = await client.query<{ written: number }>(query as unknown as { text: string; values: unknown[] })
  return result.rows[0]?.written ?? 0
}

/** Runs `work` on a pooled connection that must be got and done within `timeoutMs`; a connection that failed is not used again. */
export async function within<T>(pool: Pool, timeoutMs: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let late = false
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true
      reject(new Error('no answer in time'))
    }, timeoutMs).unref()
  })
  const connecting = pool.connect().then(connected => {
    // Nobody waits for it any more.
    if (late) connected.release()
    return connected
  })
  try {
    const client = await Promise.race([connecting, tooLate])
    const dead = (): void => {}
    client.on('error', dead)
    try {
      const done = await Promise.race([work(client), tooLate])
      client.off('error', dead)
      client.release()
      return done
    } catch (cause) {
      client.release(true)
      throw cause
    }
  } finally {
    clearTimeout(timer)
  }
}

/** The database refused these very values (SQLSTATE class 22 or 23); trying again changes nothing. */
export const isAboutTheData = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(22|23)/.test(cause.code)

/** SQLSTATE check_violation, which is also how a partition refuses a row that is not its own. */
export const isCheck = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === '23514'

/**
 * Makes the partitions of this month and the next two (UTC). Call at start and once a day; safe from several processes.
 *
 * @returns first days of months that could not be split off because rows of them already lie in the default partition.
 */
export async function ensurePartitions(pool: Pool | ClientBase, now: Date): Promise<readonly string[]> {
  const left: string[] = []
  for (let ahead = 0; ahead <= 2; ahead++) {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)).toISOString().slice(0, 10)
    const { rows } = await pool.query<{ made: boolean }>('select audit_ensure_month($1::date) as made', [month])
    if (rows[0]?.made !== true) left.push(month)
  }
  return left
}
