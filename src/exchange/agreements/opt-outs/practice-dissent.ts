import { fail, ok, type Result } from '../../../care-record/result.ts'
import { effectOf, type GpEffect } from './gp-codes.ts'
import type { Db } from './opt-outs.ts'

/** What somebody has to look at; the other effects ask nothing of anybody. */
const ASKS = ['local-objection-case', 'review', 'closes-after-review', 'capacity-note'] as const satisfies readonly GpEffect[]
export type AskingEffect = (typeof ASKS)[number]

/** The wishes that one answer's entries tell of, each once. @param entries the codings of each entry. */
export function wishesIn(
  entries: readonly { readonly codings: readonly { readonly system?: string; readonly code?: string }[] }[],
): readonly AskingEffect[] {
  const found = new Set(entries.map(entry => effectOf(entry.codings)))
  return ASKS.filter(effect => found.has(effect))
}

/** One wish of one person as one GP system has it. */
export interface PracticeDissent {
  readonly id: string
  readonly nhsNumber: string
  readonly odsCode: string
  readonly effect: AskingEffect
  /** ISO instant. */
  readonly firstSeen: string
  readonly state: 'waiting' | 'case' | 'nothing'
}

const rowOf = (row: Record<string, unknown>): PracticeDissent => ({
  id: String(row['id']),
  nhsNumber: String(row['nhs_number']),
  odsCode: String(row['ods_code']),
  effect: row['effect'] as AskingEffect,
  firstSeen: (row['first_seen'] as Date).toISOString(),
  state: row['state'] as PracticeDissent['state'],
})

/** Keeps wishes for somebody to look at; what was decided is not asked again. */
export const keepWishes = async (
  db: Db,
  of: { readonly nhsNumber: string; readonly sourceId: string; readonly odsCode: string },
  effects: readonly AskingEffect[],
  now: Date,
): Promise<void> =>
  void (await db.query(
    `insert into practice_dissent (nhs_number, source_id, ods_code, effect, first_seen) select $1, $2, $3, e, $5 from unnest($4::text[]) as e
     on conflict (nhs_number, source_id, effect) do nothing`,
    [of.nhsNumber, of.sourceId, of.odsCode, [...effects], now],
  ))

/** The longest waiting first; at most 100. */
export const waitingWishes = async (db: Db): Promise<readonly PracticeDissent[]> =>
  (await db.query(`select * from practice_dissent where state = 'waiting' order by first_seen, id limit 100`)).rows.map(rowOf)

export async function wishById(db: Db, id: string): Promise<PracticeDissent | undefined> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined
  const { rows } = await db.query('select * from practice_dissent where id = $1', [id])
  return rows[0] === undefined ? undefined : rowOf(rows[0])
}

/** Decides one, in the caller's transaction. Faults `not-found`, `conflict` when somebody was faster. */
export async function decideWish(tx: Db, id: string, state: 'case' | 'nothing', by: string, now: Date): Promise<Result<PracticeDissent>> {
  const wish = await wishById(tx, id)
  if (wish === undefined) return fail('not-found', 'There is no such entry.')
  const { rows } = await tx.query(
    `update practice_dissent set state = $2, decided_by = $3, decided_at = $4 where id = $1 and state = 'waiting' returning id`,
    [id, state, by, now],
  )
  return rows.length === 0 ? fail('conflict', 'This has been decided. Look at the list again.') : ok({ ...wish, state })
}
