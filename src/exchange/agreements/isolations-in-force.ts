import type { IsolationNotice } from '../../care-record/lists.ts'

interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

/**
 * Makes one notice the last word on its isolation, in the caller's transaction. Ids are the exchange's own. Returns how many more
 * are in force by it.
 */
export async function putIsolation(tx: Db, exchange: string, notice: IsolationNotice): Promise<number> {
  const id = `${exchange}/${notice.id}`
  const before = await tx.query('delete from isolation_in_force where id = $1 returning 1', [id])
  if (notice.state === 'isolated')
    await tx.query(`insert into isolation_in_force (id, exchange, what, which, because, since) values ($1, $2, $3, $4, $5, $6)`, [
      id,
      exchange,
      notice.what,
      notice.which,
      notice.because,
      notice.at,
    ])
  return (notice.state === 'isolated' ? 1 : 0) - before.rows.length
}

/** Takes out all that rests on one exchange's list, before it is built again from the list. */
export const clearIsolations = async (tx: Db, exchange: string): Promise<void> =>
  void (await tx.query('delete from isolation_in_force where exchange = $1', [exchange]))

/** How many one exchange's list has in force here. */
export async function countIsolations(tx: Db, exchange: string): Promise<number> {
  const { rows } = await tx.query('select count(*)::int as n from isolation_in_force where exchange = $1', [exchange])
  return Number(rows[0]?.['n'])
}
