import type { Db } from './identity.ts'

export interface HeldItem {
  readonly id: string
  readonly itemId: string
  readonly sourceId: string
  readonly nhsNumber: string
  readonly reportedBy: string
  readonly odsCode: string
  readonly exchange: string
  readonly words: string | undefined
  readonly reportedAt: string
}

export interface HoldRequest {
  readonly items: readonly { readonly itemId: string; readonly sourceId: string }[]
  readonly nhsNumber: string
  readonly reportedBy: string
  readonly odsCode: string
  /** Exchange the reporter works at. */
  readonly exchange: string
  readonly words?: string
}

/** Ids of the items that are held now. Rejects with the driver's error. */
export async function heldItemIds(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query('select item_id from held_item where released_at is null')
  return rows.map(row => String(row['item_id']))
}

/**
 * Holds items for all, asks a steward to look and writes who is to be told: the source and the safety officer. What is
 * held already stays as it was first reported. All within the caller's transaction.
 *
 * @returns how many were not held before.
 */
export async function holdItems(tx: Db, request: HoldRequest, now: Date): Promise<number> {
  const { rows } = await tx.query(
    `insert into held_item (item_id, source_id, nhs_number, reported_by, reported_at_organisation, reported_from, words, reported_at)
     select i.item_id, i.source_id, $3, $4, $5, $6, $7, $8 from unnest($1::text[], $2::text[]) as i (item_id, source_id)
     on conflict (item_id) where released_at is null do nothing returning id, source_id`,
    [
      request.items.map(item => item.itemId),
      request.items.map(item => item.sourceId),
      request.nhsNumber,
      request.reportedBy,
      request.odsCode,
      request.exchange,
      request.words ?? null,
      now,
    ],
  )
  if (rows.length === 0) return 0
  const held = [rows.map(row => row['id']), rows.map(row => row['source_id'])]
  await tx.query(
    `insert into held_item_notice (held_item, recipient, source_id, written_at)
     select h.id, r.recipient, h.source_id, $3 from unnest($1::uuid[], $2::text[]) as h (id, source_id),
       (values ('source'), ('safety-officer')) as r (recipient)`,
    [...held, now],
  )
  await tx.query(
    `insert into steward_task (kind, source_id, nhs_number, raised_at)
     select distinct 'not-this-person', source_id, $2, $3::timestamptz from unnest($1::text[]) as h (source_id)
     on conflict (kind, source_id, nhs_number) where closed_at is null do nothing`,
    [held[1], request.nhsNumber, now],
  )
  return rows.length
}

/** What waits for a steward, oldest first. */
export async function heldItems(db: Db): Promise<readonly HeldItem[]> {
  const { rows } = await db.query('select * from held_item where released_at is null order by reported_at, item_id')
  return rows.map(row => ({
    id: String(row['id']),
    itemId: String(row['item_id']),
    sourceId: String(row['source_id']),
    nhsNumber: String(row['nhs_number']),
    reportedBy: String(row['reported_by']),
    odsCode: String(row['reported_at_organisation']),
    exchange: String(row['reported_from']),
    words: typeof row['words'] === 'string' ? row['words'] : undefined,
    reportedAt: (row['reported_at'] as Date).toISOString(),
  }))
}

/**
 * A steward has decided: the item may be shown again. The task of its source and person is closed with its last item.
 *
 * @returns the item, or `undefined` when it was not held.
 */
export async function releaseItem(
  tx: Db,
  release: { readonly id: string; readonly by: string },
  now: Date,
): Promise<{ readonly itemId: string; readonly sourceId: string; readonly nhsNumber: string } | undefined> {
  const { rows } = await tx.query(
    'update held_item set released_at = $2, released_by = $3 where id = $1 and released_at is null returning item_id, source_id, nhs_number',
    [release.id, now, release.by],
  )
  const [row] = rows
  if (!row) return undefined
  const [sourceId, nhsNumber] = [String(row['source_id']), String(row['nhs_number'])]
  await tx.query(
    `update steward_task set closed_at = $3 where kind = 'not-this-person' and source_id = $1 and nhs_number = $2 and closed_at is null
       and not exists (select from held_item where source_id = $1 and nhs_number = $2 and released_at is null)`,
    [sourceId, nhsNumber, now],
  )
  return { itemId: String(row['item_id']), sourceId, nhsNumber }
}
