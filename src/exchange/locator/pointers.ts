import type { NhsNumber } from '../../care-record/nhs-number.ts'

/** A pool, or one connection inside a transaction. */
export interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

export interface Pointer {
  readonly nhsNumber: string
  readonly sourceId: string
}

/** Puts these pointers in place of all earlier ones of the sources named, in one statement. Returns how many. */
export async function loadPointers(db: Db, sourceIds: readonly string[], pointers: readonly Pointer[], now: Date): Promise<number> {
  await db.query(
    `with said as (
       select distinct "nhsNumber", "sourceId" from jsonb_to_recordset($2::jsonb) as s ("nhsNumber" text, "sourceId" text)
     ), dropped as (
       delete from pointer p where source_id = any($1)
         and not exists (select from said s where s."nhsNumber" = p.nhs_number and s."sourceId" = p.source_id)
     )
     insert into pointer (nhs_number, source_id, loaded_at) select "nhsNumber", "sourceId", $3 from said
     on conflict (nhs_number, source_id) do update set loaded_at = excluded.loaded_at`,
    [[...sourceIds], JSON.stringify(pointers), now],
  )
  return pointers.length
}

/** Ids of the sources that know this person. */
export async function readPointers(db: Db, nhsNumber: NhsNumber): Promise<ReadonlySet<string>> {
  const { rows } = await db.query('select source_id from pointer where nhs_number = $1', [nhsNumber])
  return new Set(rows.map(row => String(row['source_id'])))
}
