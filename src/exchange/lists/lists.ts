import type { KeyObject } from 'node:crypto'
import {
  LIST_PAGE,
  NO_ENTRY,
  type ListAsk,
  type ListEntry,
  type ListName,
  type ListPage,
  type ListPlace,
  type Notice,
} from '../../care-record/lists.ts'
import { append, signHead, type ListOf, type Refused, type TakenEntry } from './chain.ts'
import { readNotice } from './notice.ts'

/** A pool, or one connection inside a transaction. */
export interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

/** How a list stands at an instant. */
export interface ListStanding extends ListPlace {
  readonly exchange: string
  readonly list: ListName
  readonly inForce: number
  /** When it was last known to be all there is; `null`: never. */
  readonly wholeAt: Date | null
  readonly canaryAt: Date | null
  readonly refused: number
  readonly code: string | null
}

/** Past this without being known whole a copy says nothing any more (care rules 4.4). Milliseconds. */
export const LIST_DEAD_MS = 24 * 3_600_000
/** Pages in a row that could not be taken, */
const BROKEN_AFTER = 3
/** and time since the last whole one, milliseconds: from here on it is not the way's fault, nor a key that has just changed. */
export const LIST_BROKEN_MS = 2 * 60_000
/** `whole_at` and readers' rows are written this often while nothing changes. Milliseconds. */
const WRITE_EVERY = '20 seconds'

/** Whether a time written down is not of the time before `at`: too long ago, or ahead of it, when a clock was set right. */
const isNot = (written: string, at: string, within: string): string =>
  `${written} not between ${at} - interval '${within}' and ${at} + interval '${within}'`

/**
 * `whole`: all there is, as far as is known. `stale`, and `broken` where its owner's pages are refused: the last whole copy stands, with
 * an alarm. `dead` and `never` are not known (care rules 4.4).
 */
export type ListState = 'whole' | 'stale' | 'broken' | 'dead' | 'never'
/** After this without a word a list counts as stale. Milliseconds. */
export const LIST_STALE_MS = 5 * 60_000

/** States in which a copy stands, be it the last whole one. */
export const STANDS: ReadonlySet<ListState> = new Set(['whole', 'stale', 'broken'])

/** How much a list can be relied on now. Pure. @param own nobody has to bring us our own. */
export function stateOf(head: ListStanding | undefined, now: Date, own: boolean): ListState {
  if (head?.wholeAt === null || head?.wholeAt === undefined) return 'never'
  if (own) return 'whole'
  const ageMs = now.getTime() - head.wholeAt.getTime()
  if (ageMs >= LIST_DEAD_MS) return 'dead'
  if (head.refused >= BROKEN_AFTER && ageMs >= LIST_BROKEN_MS) return 'broken'
  // Read in what is the future: a clock was set right since, and how old it is is not known.
  return Math.abs(ageMs) >= LIST_STALE_MS || head.refused > 0 ? 'stale' : 'whole'
}

const dateOf = (value: unknown): Date | null => (value instanceof Date ? value : null)
const standing = (row: Record<string, unknown>): ListStanding => ({
  exchange: String(row['exchange']),
  list: row['list'] as ListName,
  sequence: Number(row['sequence']),
  hash: String(row['hash']),
  inForce: Number(row['in_force']),
  wholeAt: dateOf(row['whole_at']),
  canaryAt: dateOf(row['canary_at']),
  refused: Number(row['refused']),
  code: typeof row['code'] === 'string' ? row['code'] : null,
})

const entryOf = (row: Record<string, unknown>): ListEntry => ({
  sequence: Number(row['sequence']),
  at: String(row['at_text']),
  body: String(row['body']),
})

/** How every list stands that we have heard of. */
export const standings = async (db: Db): Promise<readonly ListStanding[]> =>
  (await db.query('select * from list_head order by exchange, list')).rows.map(standing)

/** One list, held against other writers to the end of the transaction; made when it is new. */
export async function holdHead(tx: Db, { exchange, list }: ListOf): Promise<ListStanding> {
  await tx.query('insert into list_head (exchange, list, hash) values ($1, $2, $3) on conflict do nothing', [exchange, list, NO_ENTRY.hash])
  const { rows } = await tx.query('select * from list_head where exchange = $1 and list = $2 for update', [exchange, list])
  return standing(rows[0] ?? {})
}

/**
 * Puts notices at the end of one's own list. Writers wait for one another until their transactions end, so that numbers have
 * no gap whoever commits.
 *
 * @throws TypeError for a notice that no reader could read: it would stop the list everywhere.
 */
export async function appendOwn(tx: Db, of: ListOf, notices: readonly Notice[], now: Date): Promise<ListStanding> {
  const head = await holdHead(tx, of)
  const entries: TakenEntry[] = []
  for (const notice of notices) {
    const entry = append(of, entries.at(-1) ?? head, notice, now.toISOString())
    if (readNotice(of.list, entry.body) === undefined) throw new TypeError(`not a notice of ${of.list}`)
    entries.push({ ...entry, notice })
  }
  await putEntries(tx, of, entries, now)
  const { sequence, hash } = entries.at(-1) ?? head
  return { ...head, sequence, hash }
}

/** Our own list of objections is all there is from here on: what was said before this product has been put in it. */
export const openOwn = async (tx: Db, of: ListOf, now: Date): Promise<void> =>
  void (await tx.query('update list_head set whole_at = $3 where exchange = $1 and list = $2', [of.exchange, of.list, now]))

export const countInForce = async (tx: Db, of: ListOf, inForce: number): Promise<void> =>
  void (await tx.query('update list_head set in_force = $3 where exchange = $1 and list = $2', [of.exchange, of.list, inForce]))

/** Puts verified entries behind those held. `false`: somebody else was faster, and nothing was done. */
export async function takeEntries(tx: Db, of: ListOf, from: ListPlace, entries: readonly TakenEntry[], now: Date): Promise<boolean> {
  const head = await holdHead(tx, of)
  if (head.sequence !== from.sequence || head.hash !== from.hash) return false
  await putEntries(tx, of, entries, now)
  return true
}

/** Entries behind those that are there, which the caller holds. */
async function putEntries(tx: Db, { exchange, list }: ListOf, entries: readonly TakenEntry[], now: Date): Promise<void> {
  const last = entries.at(-1)
  if (last === undefined) return
  await tx.query(
    `insert into list_entry (exchange, list, sequence, at, at_text, body, hash)
     select $1, $2, sequence, at::timestamptz, at, body, hash from jsonb_to_recordset($3) as e (sequence bigint, at text, body text, hash text)`,
    [exchange, list, JSON.stringify(entries.map(({ sequence, at, body, hash }) => ({ sequence, at, body, hash })))],
  )
  const canary = entries.findLast(({ notice }) => notice.kind === 'canary')
  // No canary is from the future: an owner whose clock is ahead would not be missed when it falls silent.
  await tx.query(
    `update list_head set sequence = $3, hash = $4, canary_at = coalesce(least($5::timestamptz, $6), canary_at) where exchange = $1 and list = $2`,
    [exchange, list, last.sequence, last.hash, canary?.at ?? null, now],
  )
}

/** The list is all there is at `at`; what its owner signed of it is kept. */
export const markWhole = async (db: Db, of: ListOf, at: Date, signed: unknown): Promise<void> =>
  void (await db.query(
    `update list_head set whole_at = $3, refused = 0, code = null, signed_head = $4 where exchange = $1 and list = $2
       and (whole_at is null or refused > 0 or code is not null or ${isNot('whole_at', '$3::timestamptz', WRITE_EVERY)})`,
    [of.exchange, of.list, at, JSON.stringify(signed)],
  ))

/** A page that could not be taken, or no answer: that one counts for nothing but its age. */
export async function markRefused(db: Db, of: ListOf, code: Refused | 'no-answer'): Promise<void> {
  await db.query('insert into list_head (exchange, list, hash) values ($1, $2, $3) on conflict do nothing', [
    of.exchange,
    of.list,
    NO_ENTRY.hash,
  ])
  await db.query(
    `update list_head set refused = refused + $4, code = $3, asked_at = case when $4 = 0 then null else asked_at end
     where exchange = $1 and list = $2`,
    [of.exchange, of.list, code, code === 'no-answer' ? 0 : 1],
  )
}

/** Whether this process is the one to ask for a list now; one of an exchange does. @param everyMs milliseconds. */
export async function isOurTurn(db: Db, of: ListOf, everyMs: number): Promise<boolean> {
  await db.query('insert into list_head (exchange, list, hash) values ($1, $2, $3) on conflict do nothing', [
    of.exchange,
    of.list,
    NO_ENTRY.hash,
  ])
  const { rows } = await db.query(
    `update list_head set asked_at = clock_timestamp() where exchange = $1 and list = $2
       and (asked_at is null or asked_at < clock_timestamp() - $3 * interval '1 millisecond' or asked_at > clock_timestamp() + interval '1 minute')
     returning 1`,
    [of.exchange, of.list, everyMs],
  )
  return rows.length > 0
}

/** Every notice of a list in its order, page by page, for building again what rests on it. */
export async function* pagesOf(db: Db, { exchange, list }: ListOf): AsyncIterable<readonly Notice[]> {
  for (let after = 0; ;) {
    const { rows } = await db.query(
      'select sequence, at_text, body from list_entry where exchange = $1 and list = $2 and sequence > $3 order by sequence limit $4',
      [exchange, list, after, LIST_PAGE],
    )
    const entries = rows.map(entryOf)
    yield entries.flatMap(({ body }) => readNotice(list, body) ?? [])
    after = entries.at(-1)?.sequence ?? after
    if (rows.length < LIST_PAGE) return
  }
}

/** What a reader holds that our list does not bear out. */
export type ReaderDiffers = 'reader-forked' | 'reader-counts-differently' | undefined

/**
 * What comes after what the reader holds, signed; and whether what it holds is ours. One statement, so one snapshot: the
 * entries are those of the head they end in.
 */
export async function pageFor(
  db: Db,
  ours: string,
  ask: ListAsk,
  key: { readonly key: KeyObject; readonly kid: string },
): Promise<{ readonly page: ListPage; readonly differs: ReaderDiffers }> {
  const { rows } = await db.query(
    `select h.sequence, h.hash, h.in_force,
       (select hash from list_entry e where e.exchange = $1 and e.list = $2 and e.sequence = $3) as after_hash,
       (select coalesce(jsonb_agg(jsonb_build_object('sequence', sequence, 'at_text', at_text, 'body', body, 'hash', hash) order by sequence), '[]')
          from (select * from list_entry e where e.exchange = $1 and e.list = $2 and e.sequence > $3 order by e.sequence limit $4) as e) as entries
     from list_head h where h.exchange = $1 and h.list = $2`,
    [ours, ask.list, ask.holds.sequence, LIST_PAGE],
  )
  const row = rows[0]
  const head = row ? { sequence: Number(row['sequence']), hash: String(row['hash']) } : NO_ENTRY
  const inForce = Number(row?.['in_force'] ?? 0)
  const entries = (row?.['entries'] ?? []) as readonly Record<string, unknown>[]
  const afterHash = ask.holds.sequence === 0 ? NO_ENTRY.hash : row?.['after_hash']
  const after = {
    sequence: typeof afterHash === 'string' ? ask.holds.sequence : head.sequence,
    hash: typeof afterHash === 'string' ? afterHash : head.hash,
  }
  const last = entries.at(-1)
  const upTo = last ? { sequence: Number(last['sequence']), hash: String(last['hash']) } : after
  const signed = signHead({ exchange: ours, list: ask.list, nonce: ask.nonce, after, upTo, ...head, inForce }, key)
  const forked = after.sequence !== ask.holds.sequence || after.hash !== ask.holds.hash
  const differs = forked
    ? 'reader-forked'
    : ask.holds.sequence === head.sequence && ask.holds.inForce !== inForce
      ? 'reader-counts-differently'
      : undefined
  return { page: { entries: forked ? [] : entries.map(entryOf), signed }, differs }
}

/** Writes down what a reader of ours says it holds; while nothing changes, now and then. */
export const noteReader = async (db: Db, reader: string, ask: ListAsk, now: Date, agrees: boolean): Promise<void> =>
  void (await db.query(
    `insert into list_reader (reader, list, sequence, in_force, at, agreed_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (reader, list) do update set sequence = excluded.sequence, in_force = excluded.in_force, at = excluded.at,
       agreed_at = case when $6 then excluded.agreed_at else list_reader.agreed_at end
     where list_reader.sequence <> excluded.sequence or list_reader.in_force <> excluded.in_force or not $6
       or ${isNot('list_reader.at', 'excluded.at', WRITE_EVERY)}`,
    [reader, ask.list, ask.holds.sequence, ask.holds.inForce, now, agrees],
  ))

/** Readers that have not held what our list holds for this long, or have not asked. @param forMs milliseconds. */
export async function readersBehind(
  db: Db,
  ours: string,
  readers: readonly string[],
  now: Date,
  forMs: number,
): Promise<readonly { readonly reader: string; readonly list: ListName }[]> {
  const { rows } = await db.query(
    `select r.reader, h.list from list_head h cross join unnest($2::text[]) as r (reader)
       left join list_reader l on l.reader = r.reader and l.list = h.list
     where h.exchange = $1 and h.sequence > 0
       and exists (select from list_entry e where e.exchange = h.exchange and e.list = h.list and e.sequence > coalesce(l.sequence, 0)
         and e.at < $3)
       or h.exchange = $1 and l.at < $3`,
    [ours, [...readers], new Date(now.getTime() - forMs)],
  )
  return rows.map(row => ({ reader: String(row['reader']), list: row['list'] as ListName }))
}

/** Whether this is to be said now: once an hour for each list and code, whichever process finds it. */
export async function raise(db: Db, of: { readonly exchange: string; readonly list: string }, code: string, now: Date): Promise<boolean> {
  const { rows } = await db.query(
    `insert into list_alarm (exchange, list, code, at) values ($1, $2, $3, $4)
     on conflict (exchange, list, code) do update set at = excluded.at where ${isNot('list_alarm.at', 'excluded.at', '1 hour')} returning 1`,
    [of.exchange, of.list, code, now],
  )
  return rows.length > 0
}

/** A list that is whole again may alarm anew at once. */
export const clearAlarms = async (db: Db, of: ListOf): Promise<void> =>
  void (await db.query('delete from list_alarm where exchange = $1 and list = $2', [of.exchange, of.list]))
