import type { IsolationNotice } from '../../care-record/lists.ts'

interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

/** Makes one notice the last word on its isolation, in the caller's transaction. Ids are the exchange's own. */
export async function putIsolation(tx: Db, exchange: string, notice: IsolationNotice): Promise<void> {
  const id = `${exchange}/${notice.id}`
  if (notice.state === 'released') await tx.query('delete from isolation_in_force where id = $1', [id])
  else
    await tx.query(
      `insert into isolation_in_force (id, exchange, what, which, because, since) values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update set what = excluded.what, which = excluded.which, because = excluded.because, since = excluded.since`,
      [id, exchange, notice.what, notice.which, notice.because, notice.at],
    )
}

/** Takes out all that rests on one exchange's list, before it is built again from the list. */
export const clearIsolations = async (tx: Db, exchange: string): Promise<void> =>
  void (await tx.query('delete from isolation_in_force where exchange = $1', [exchange]))

/** How many one exchange's list has in force here. */
export async function countIsolations(tx: Db, exchange: string): Promise<number> {
  const { rows } = await tx.query('select count(*)::int as n from isolation_in_force where exchange = $1', [exchange])
  return Number(rows[0]?.['n'])
}
