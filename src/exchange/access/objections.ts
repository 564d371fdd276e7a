import type { ObjectionNotice } from '../../care-record/lists.ts'
import type { ObjectionInForce, ObjectionState } from '../../care-record/objection.ts'
import type { Db } from './access.ts'

/** Statement: the objections in force under any number of a list, a parameter. */
export const IN_FORCE = (numbers: string): string =>
  `select * from objection_in_force where (exchange, id) in (select exchange, id from objection_of where nhs_number = any(${numbers}))
   order by exchange, id`

export interface Objections {
  /**
   * What is known of a person's objections now: by every exchange's list, our own too. No number at all is `unknown`.
   *
   * @param nhsNumbers every number the person has had: an objection under a replaced one stands.
   * @throws the driver's error when the database does not answer: then nothing is known.
   */
  readonly stateFor: (nhsNumbers: string | readonly string[]) => Promise<ObjectionState>
  /** Of these numbers, those that an objection in force names. */
  readonly among: (nhsNumbers: readonly string[]) => Promise<ReadonlySet<string>>
}

/** @param ports.listsKnown whether every list that counts can be relied on now. */
export function createObjections(ports: { readonly db: Db; readonly listsKnown: () => Promise<boolean> }): Objections {
  return {
    async stateFor(nhsNumbers) {
      const numbers = typeof nhsNumbers === 'string' ? [nhsNumbers] : [...nhsNumbers]
      if (numbers.length === 0) return { state: 'unknown', inForce: [] }
      const [{ rows }, known] = await Promise.all([ports.db.query(IN_FORCE('$1'), [numbers]), ports.listsKnown()])
      return { state: known ? 'known' : 'unknown', inForce: rows.map(objectionOf) }
    },
    async among(nhsNumbers) {
      const { rows } = await ports.db.query('select distinct nhs_number from objection_of where nhs_number = any($1)', [[...nhsNumbers]])
      return new Set(rows.map(row => String(row['nhs_number'])))
    },
  }
}

export const objectionOf = (row: Record<string, unknown>): ObjectionInForce => ({
  id: String(row['id']),
  exchange: String(row['exchange']),
  scope: row['scope'] as ObjectionInForce['scope'],
  basis: row['basis'] as ObjectionInForce['basis'],
  since: String(row['since']),
  narrowings: row['narrowings'] as ObjectionInForce['narrowings'],
  ...(row['spares_safeguarding'] === true ? { sparesSafeguarding: true } : {}),
})

/** Makes one notice the last word on its objection, in the caller's transaction. Returns how many more are in force by it. */
export async function putObjection(tx: Db, exchange: string, notice: ObjectionNotice): Promise<number> {
  const before = await tx.query('delete from objection_in_force where exchange = $1 and id = $2 returning 1', [exchange, notice.id])
  if (notice.state === 'ended') return -before.rows.length
  await tx.query(
    `with put as (
       insert into objection_in_force (exchange, id, scope, basis, since, narrowings, spares_safeguarding) values ($1, $2, $3, $4, $5, $6, $7)
     ) select 1`,
    [
      exchange,
      notice.id,
      JSON.stringify(notice.scope),
      notice.basis,
      notice.since,
      JSON.stringify(notice.narrowings),
      notice.sparesSafeguarding === true,
    ],
  )
  await tx.query('insert into objection_of (nhs_number, exchange, id) select distinct unnest($3::text[]), $1, $2', [
    exchange,
    notice.id,
    [...notice.nhsNumbers],
  ])
  return 1 - before.rows.length
}

/** The same for many notices, each of another objection: what an import says. */
export async function putObjections(tx: Db, exchange: string, notices: readonly ObjectionNotice[]): Promise<void> {
  await tx.query('delete from objection_in_force where exchange = $1 and id = any($2)', [exchange, notices.map(notice => notice.id)])
  const inForce = JSON.stringify(notices.filter(notice => notice.state === 'in-force'))
  await tx.query(
    `insert into objection_in_force (exchange, id, scope, basis, since, narrowings, spares_safeguarding)
     select $1, id, scope, basis, since, narrowings, coalesce("sparesSafeguarding", false)
     from jsonb_to_recordset($2) as n (id text, scope jsonb, basis text, since text, narrowings jsonb, "sparesSafeguarding" boolean)`,
    [exchange, inForce],
  )
  await tx.query(
    `insert into objection_of (nhs_number, exchange, id) select distinct jsonb_array_elements_text("nhsNumbers"), $1, id
     from jsonb_to_recordset($2) as n (id text, "nhsNumbers" jsonb)`,
    [exchange, inForce],
  )
}

/** Rows taken out by one statement: of hundreds of thousands it would not come back in time. */
const CLEARED_AT_ONCE = 5_000

/** Takes out all that rests on one exchange's list, before it is built again from the list. */
export async function clearObjections(tx: Db, exchange: string): Promise<void> {
  for (let after: unknown = ''; after !== null;) {
    const { rows } = await tx.query(
      `with gone as (
         delete from objection_in_force where exchange = $1
           and id in (select id from objection_in_force where exchange = $1 and id > $2 order by id limit $3) returning id
       ) select max(id) as last from gone`,
      [exchange, after, CLEARED_AT_ONCE],
    )
    after = rows[0]?.['last'] ?? null
  }
}

/** How many one exchange's list has in force here. */
export async function countObjections(tx: Db, exchange: string): Promise<number> {
  const { rows } = await tx.query('select count(*)::int as n from objection_in_force where exchange = $1', [exchange])
  return Number(rows[0]?.['n'])
}
