import { fail, ok, type Result } from '../../../care-record/result.ts'
import { gpCodeOf, type GpEffect } from './gp-codes.ts'
import type { Db } from './opt-outs.ts'

/** What somebody has to look at; the other effects ask nothing of anybody. */
const ASKS = ['local-objection-case', 'review', 'closes-after-review', 'capacity-note'] as const satisfies readonly GpEffect[]
export type AskingEffect = (typeof ASKS)[number]
const asks = (effect: GpEffect): effect is AskingEffect => ASKS.some(one => one === effect)

/** One thing that a practice has written of the person's wish, the last time it wrote it. */
export interface Wish {
  readonly effect: AskingEffect
  /** Stands for all codes of its line of the table. */
  readonly code: string
  readonly meaning: string
  /** FHIR date; empty: the practice does not say, or it cannot be. */
  readonly saidOn: string
}

/** Entries as they come in an answer. */
export interface Entry {
  readonly codings: readonly { readonly system?: string; readonly code?: string; readonly display?: string }[]
  readonly resourceType?: string
  readonly dated?: string | undefined
  readonly isInError?: boolean
}
/** These tell of somebody else, or gather what others say. */
const NOT_OF_THE_PERSON: ReadonlySet<string> = new Set(['FamilyMemberHistory', 'RelatedPerson', 'Practitioner', 'Organization', 'List'])

const dayOf = (dated: string | undefined, today: string): string => {
  const day = /^\d{4}(?:-\d{2}){0,2}/.exec(dated ?? '')?.[0] ?? ''
  return day > today ? '' : day
}

/** The wishes that one answer's entries tell of, each as it was last said. @param today FHIR date. */
export function wishesIn(entries: readonly Entry[], today: string): readonly Wish[] {
  const found = new Map<string, Wish>()
  for (const { codings, resourceType = '', dated, isInError = false } of entries) {
    if (codings.length === 0 || isInError || NOT_OF_THE_PERSON.has(resourceType)) continue
    const line = gpCodeOf(codings)
    if (line === undefined || !asks(line.effect)) continue
    const { meaning, effect, readV2 } = line
    const saidOn = dayOf(dated, today)
    const code = readV2[0] ?? meaning
    const before = found.get(code)
    if (before === undefined || before.saidOn < saidOn) found.set(code, { effect, code, meaning, saidOn })
  }
  return [...found.values()].toSorted((a, b) => ASKS.indexOf(a.effect) - ASKS.indexOf(b.effect))
}

/** Whether one day is surely after the other; a day that is not known is after none. */
export const isAfter = (day: string, other: string): boolean => {
  const length = Math.min(day.length, other.length)
  return day.slice(0, length) > other.slice(0, length)
}

/** One wish of one person as one GP system has it. */
export interface PracticeDissent {
  readonly id: string
  readonly nhsNumber: string
  readonly odsCode: string
  readonly effect: AskingEffect
  readonly code: string
  /** FHIR date; empty: the practice does not say. */
  readonly saidOn: string
  /** ISO instant. */
  readonly firstSeen: string
  readonly state: 'waiting' | 'case' | 'nothing'
  readonly caseId?: string
}

const rowOf = (row: Record<string, unknown>): PracticeDissent => ({
  id: String(row['id']),
  nhsNumber: String(row['nhs_number']),
  odsCode: String(row['ods_code']),
  effect: row['effect'] as AskingEffect,
  code: String(row['code']),
  saidOn: String(row['said_on']),
  firstSeen: (row['first_seen'] as Date).toISOString(),
  state: row['state'] as PracticeDissent['state'],
  ...(typeof row['case_id'] === 'string' ? { caseId: row['case_id'] } : {}),
})

/** Whose wishes, and who says so. */
export interface WishesOf {
  /** The person's number and those it replaced. */
  readonly nhsNumbers: readonly [string, ...string[]]
  readonly sourceId: string
  readonly odsCode: string
}

/** Those that this practice had not said of this person, or not so late. */
export async function unheard(db: Db, of: WishesOf, wishes: readonly Wish[]): Promise<readonly Wish[]> {
  const { rows } = await db.query(
    'select code, max(said_on) as said_on from practice_dissent where nhs_number = any($1) and ods_code = $2 group by code',
    [[...of.nhsNumbers], of.odsCode],
  )
  const heard = new Map(rows.map(row => [String(row['code']), String(row['said_on'])]))
  return wishes.filter(({ code, saidOn }) => saidOn > (heard.get(code) ?? '') || !heard.has(code))
}

/** When the person was last known to have said yes to sharing by this practice; empty: never, or nobody says when. */
export async function consentedOn(db: Db, of: WishesOf): Promise<string> {
  const { rows } = await db.query(
    `select max(said_on) as said_on from practice_dissent where nhs_number = any($1) and ods_code = $2 and effect = 'closes-after-review'`,
    [[...of.nhsNumbers], of.odsCode],
  )
  return typeof rows[0]?.['said_on'] === 'string' ? rows[0]['said_on'] : ''
}

/**
 * Keeps one wish, in the caller's transaction. @param caseId the case that answers it; without one somebody has to look.
 * @returns whether it was new: somebody else may have heard it at the same time.
 */
export async function keepWish(db: Db, of: WishesOf, wish: Wish, now: Date, caseId?: string): Promise<boolean> {
  const [nhsNumber] = of.nhsNumbers
  const decided = caseId === undefined ? ['waiting', null, null, null] : ['case', 'practice', now, caseId]
  const { rows } = await db.query(
    `insert into practice_dissent (nhs_number, source_id, ods_code, effect, code, said_on, first_seen, state, decided_by, decided_at, case_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning id`,
    [nhsNumber, of.sourceId, of.odsCode, wish.effect, wish.code, wish.saidOn, now, ...decided],
  )
  return rows.length > 0
}

/**
 * The longest waiting first; at most 100. A yes is somebody's to look at where there is a no that it may end: practices write a yes
 * of most of their patients.
 */
export const waitingWishes = async (db: Db): Promise<readonly PracticeDissent[]> =>
  (
    await db.query(`select * from practice_dissent d where state = 'waiting' and (effect <> 'closes-after-review'
       or exists (select from practice_dissent no where no.nhs_number = d.nhs_number and no.state = 'waiting' and no.effect <> 'closes-after-review')
       or exists (select from objection_case c where c.nhs_numbers @> array[d.nhs_number] and c.state in ('received', 'held', 'upheld')))
     order by first_seen, id limit 100`)
  ).rows.map(rowOf)

export async function wishById(db: Db, id: string): Promise<PracticeDissent | undefined> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined
  const { rows } = await db.query('select * from practice_dissent where id = $1', [id])
  return rows[0] === undefined ? undefined : rowOf(rows[0])
}

/** Decides one, in the caller's transaction. Faults `not-found`, `conflict` when somebody was faster. */
export async function decideWish(
  tx: Db,
  id: string,
  decided: { readonly state: 'nothing' } | { readonly state: 'case'; readonly caseId: string },
  by: string,
  now: Date,
): Promise<Result<PracticeDissent>> {
  const wish = await wishById(tx, id)
  if (wish === undefined) return fail('not-found', 'There is no such entry.')
  const { rows } = await tx.query(
    `update practice_dissent set state = $2, decided_by = $3, decided_at = $4, case_id = $5 where id = $1 and state = 'waiting' returning id`,
    [id, decided.state, by, now, decided.state === 'case' ? decided.caseId : null],
  )
  return rows.length === 0 ? fail('conflict', 'This has been decided. Look at the list again.') : ok({ ...wish, ...decided })
}
