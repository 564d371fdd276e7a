import type { GoLive } from './import.ts'
import { goLive } from './import.ts'
import { rowOf, WITH_PERSONS, type Db, type OptOutRow } from './opt-outs.ts'

/** One line of the list: nobody's name or number. */
export interface WaitingRow {
  readonly id: string
  readonly system: string
  readonly systemId: string
  readonly saidOn: string
  readonly scope: OptOutRow['optOut']['scope']
  /** How many records it withholds. */
  readonly withheld: number
}

export interface PastImport {
  readonly at: string
  readonly by: string
  readonly systems: readonly string[]
  readonly finished: boolean
  readonly counts: Readonly<Record<string, number>>
  readonly refused: readonly { readonly line: number; readonly words: string }[]
}

export interface WorkList {
  readonly goLive: GoLive
  readonly counts: { readonly matched: number; readonly unmatched: number; readonly nobody: number; readonly withheld: number }
  /** The oldest first; at most 100. */
  readonly waiting: readonly WaitingRow[]
  readonly imports: readonly PastImport[]
  /** In an earlier file of its system and not in the last; at most 100. */
  readonly gone: readonly { readonly system: string; readonly systemId: string }[]
}

const MOST = 100

/** What waits for a steward, and how the files went. */
export async function workList(db: Db): Promise<WorkList> {
  const [live, counts, waiting, imports, gone] = await Promise.all([
    goLive(db),
    db.query(
      `select count(*) filter (where state = 'matched')::int as matched, count(*) filter (where state = 'unmatched')::int as unmatched,
         count(*) filter (where state = 'nobody')::int as nobody,
         (select count(*)::int from opt_out_person where state = 'could-be') as withheld from opt_out`,
    ),
    db.query(`${WITH_PERSONS} where o.state = 'unmatched' order by o.said ->> 'saidOn', o.system, o.system_id limit ${MOST}`),
    db.query('select at, imported_by, systems, finished_at, counts, refused from opt_out_import order by place desc limit 5'),
    db.query(
      `with last as (select distinct on (s.system) s.system, i.id from opt_out_import i, unnest(i.systems) as s (system)
         where i.finished_at is not null order by s.system, i.place desc)
       select o.system, o.system_id from opt_out o join last l on l.system = o.system where o.last_import <> l.id order by 1, 2 limit ${MOST}`,
    ),
  ])
  const count = (name: string): number => Number(counts.rows[0]?.[name])
  return {
    goLive: live,
    counts: { matched: count('matched'), unmatched: count('unmatched'), nobody: count('nobody'), withheld: count('withheld') },
    waiting: waiting.rows.map(rowOf).map(({ id, optOut, persons }) => ({
      id,
      system: optOut.system,
      systemId: optOut.systemId,
      saidOn: optOut.saidOn,
      scope: optOut.scope,
      withheld: persons.filter(person => person.state === 'could-be').length,
    })),
    imports: imports.rows.map(row => ({
      at: (row['at'] as Date).toISOString(),
      by: String(row['imported_by']),
      systems: row['systems'] as readonly string[],
      finished: row['finished_at'] !== null,
      counts: row['counts'] as Readonly<Record<string, number>>,
      refused: row['refused'] as PastImport['refused'],
    })),
    gone: gone.rows.map(row => ({ system: String(row['system']), systemId: String(row['system_id']) })),
  }
}

/**
 * The opt-out that withholds a record, by what the page of sharing calls it: the first eight signs of the id of that withholding.
 * Nothing when it waits no longer, or is no such reference.
 */
export async function optOutCalled(db: Db, reference: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{8}$/.test(reference)) return undefined
  const { rows } = await db.query(`select opt_out from opt_out_person where state = 'could-be' and id::text like $1 || '-%' limit 2`, [
    reference,
  ])
  return rows.length === 1 ? String(rows[0]?.['opt_out']) : undefined
}

/** One opt-out with the people it is or could be. */
export async function optOutById(db: Db, id: string): Promise<OptOutRow | undefined> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined
  const { rows } = await db.query(`${WITH_PERSONS} where o.id = $1`, [id])
  return rows[0] === undefined ? undefined : rowOf(rows[0])
}
