import { createHash } from 'node:crypto'
import type { EvidenceFact } from '../../care-record/decision.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { RelationshipType, Viewer } from '../../care-record/person.ts'
import type { Db } from './access.ts'
import type { ClaimForm, ClaimType } from './claim-form.ts'

/** Days in which evidence confirms a claim; one that is not confirmed by then is read by a person (care rules 1.3). */
export const CONFIRMED_WITHIN_DAYS = 7
/** Of the everyday claims that evidence confirmed, one in so many is read by a person all the same. */
export const SAMPLED_ONE_IN = 10

/** Why a person reviews a claim whatever is found: every emergency, everyone whose whereabouts are protected, and a sample. */
export type Listed = 'emergency' | 'sensitive' | 'sample'

/** Decided by its id alone, so that nobody can know beforehand and everybody can check afterwards. */
export const isSampled = (claimId: string): boolean => createHash('sha256').update(claimId).digest().readUInt32BE() % SAMPLED_ONE_IN === 0

const listedAs = (id: string, type: ClaimType, sensitive: boolean): Listed | null =>
  type === 'emergency-access' ? 'emergency' : sensitive ? 'sensitive' : isSampled(id) ? 'sample' : null

export interface NewClaim {
  /** UUID. */
  readonly id: string
  readonly nhsNumber: NhsNumber
  readonly viewer: Viewer
  readonly form: ClaimForm
  readonly transaction: string
  readonly viewId: string
  /** The person is flagged in the national register, or that cannot be checked. */
  readonly sensitive: boolean
  /** The emergency access that this one renews. */
  readonly renews?: string
}

/** Writes a claim down; the caller's transaction also writes its audit event and its alert. Returns it as a fact for `decide`. */
export async function addClaim(tx: Db, claim: NewClaim, at: Date): Promise<EvidenceFact> {
  const { id, nhsNumber, viewer, form, transaction } = claim
  await tx.query(
    `insert into claim (id, nhs_number, sds_user_id, ods_code, type, words, at, transaction_id, renews, listed, user_name, role_name, view_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      id,
      nhsNumber,
      viewer.sdsUserId,
      viewer.odsCode,
      form.type,
      form.words ?? null,
      at,
      transaction,
      claim.renews ?? null,
      listedAs(id, form.type, claim.sensitive),
      viewer.name,
      viewer.roleName,
      claim.viewId,
    ],
  )
  return claimFact(id, form.type, nhsNumber, viewer, at.toISOString())
}

export const claimFact = (id: string, type: RelationshipType, nhsNumber: string, viewer: Viewer, at: string): EvidenceFact => ({
  evidenceId: `claim/${id}`,
  nhsNumber,
  odsCode: viewer.odsCode,
  type,
  from: at,
  ended: null,
  lastMessageAt: at,
  assertedBy: viewer.sdsUserId,
  seenAt: at,
})

/** The words of the first of a chain of emergency accesses, for one that renews it. */
export async function firstOf(db: Db, claimId: string): Promise<{ readonly id: string; readonly words: string | undefined } | undefined> {
  const { rows } = await db.query(
    `with recursive chain as (
       select id, renews, words from claim where id = $1
       union all select c.id, c.renews, c.words from claim c join chain on c.id = chain.renews
     ) select id, words from chain where renews is null`,
    [claimId],
  )
  const row = rows[0]
  return row && { id: String(row['id']), words: row['words'] === null ? undefined : (row['words'] as string) }
}

export interface Confirmed {
  readonly id: string
  readonly odsCode: string
  readonly nhsNumber: string
  /** Kind of evidence that came. */
  readonly by: RelationshipType
  readonly transaction: string
  /** A person reviews it all the same. */
  readonly listed: boolean
}

/**
 * Claims for which evidence has come within a week: the organisation has since said that the person was in its care then, in the
 * team of who claimed where it names one. What was taken back confirms nothing, nor does what nobody had spoken of for a week.
 * Each is confirmed once, whichever process finds it; the caller's transaction also writes its event.
 */
export async function confirmClaims(tx: Db, now: Date, most: number): Promise<readonly Confirmed[]> {
  const week = `interval '${CONFIRMED_WITHIN_DAYS} days'`
  const { rows } = await tx.query(
    `with found as (
       select c.id, f.type as by, f.evidence_id from claim c cross join lateral (
         select f.type, f.evidence_id from relationship_fact f
         where f.nhs_number = c.nhs_number and f.ods_code = c.ods_code and f.revoked_at is null
           and f.from_at <= c.at + ${week} and (f.ended_at is null or f.ended_at >= c.at) and f.last_message_at >= c.at - ${week}
           and (f.team is null or exists (select from staff_standing s
             where s.sds_user_id = c.sds_user_id and s.ods_code = c.ods_code and f.team = any(s.teams)))
         order by f.from_at desc limit 1
       ) f where c.confirmed_at is null and c.reviewed_at is null and c.at > $1::timestamptz - ${week}
       order by c.at limit $2 for update of c skip locked
     )
     update claim c set confirmed_at = $1, confirmed_by = found.evidence_id from found where c.id = found.id
     returning c.id, c.ods_code, c.nhs_number, found.by, c.transaction_id, c.listed`,
    [now, most],
  )
  return rows.map(row => ({
    id: String(row['id']),
    odsCode: String(row['ods_code']),
    nhsNumber: String(row['nhs_number']),
    by: row['by'] as RelationshipType,
    transaction: String(row['transaction_id']),
    listed: row['listed'] !== null,
  }))
}

export const REVIEW_OUTCOMES = ['in-order', 'ask-manager', 'not-in-order'] as const
export type ReviewOutcome = (typeof REVIEW_OUTCOMES)[number]

/** A claim as its officer reads it. */
export interface ClaimToReview {
  readonly id: string
  readonly type: ClaimType
  readonly nhsNumber: string
  readonly sdsUserId: string
  readonly userName: string
  readonly roleName: string
  /** ISO instant. */
  readonly at: string
  readonly words?: string
  readonly listed?: Listed
  readonly confirmed: boolean
  /** Emergency accesses that renewed it, each on this list too. */
  readonly renews: boolean
  /** The line manager was asked. */
  readonly asked: boolean
  readonly note?: string
  readonly transaction: string
}

/** Still to be read by a person: listed whatever is found, or a week old without evidence. Closed by a review alone. */
const TO_REVIEW = `c.ods_code = $1 and c.reviewed_at is null and (c.listed in ('emergency', 'sensitive')
  or (c.listed = 'sample' and c.confirmed_at is not null)
  or (c.confirmed_at is null and c.at <= $2::timestamptz - interval '${CONFIRMED_WITHIN_DAYS} days'))`

/** The oldest claims of this organisation's staff that wait for a person; those where the manager was asked stand apart. */
export async function claimsToReview(
  db: Db,
  of: { readonly odsCode: string; readonly now: Date; readonly asked: boolean; readonly most: number },
): Promise<readonly ClaimToReview[]> {
  const { rows } = await db.query(
    `select c.* from claim c where ${TO_REVIEW} and (c.outcome is not null) = $3 order by c.at, c.id limit $4`,
    [of.odsCode, of.now, of.asked, of.most],
  )
  return rows.map(toReview)
}

const toReview = (row: Readonly<Record<string, unknown>>): ClaimToReview => ({
  id: String(row['id']),
  type: row['type'] as ClaimType,
  nhsNumber: String(row['nhs_number']),
  sdsUserId: String(row['sds_user_id']),
  userName: String(row['user_name']),
  roleName: String(row['role_name']),
  at: (row['at'] as Date).toISOString(),
  ...(row['words'] === null ? {} : { words: row['words'] as string }),
  ...(row['listed'] === null ? {} : { listed: row['listed'] as Listed }),
  confirmed: row['confirmed_at'] !== null,
  renews: row['renews'] !== null,
  asked: row['outcome'] === 'ask-manager',
  ...(row['note'] === null ? {} : { note: row['note'] as string }),
  transaction: String(row['transaction_id']),
})

export interface ClaimCounts {
  /** Wait for a person. */
  readonly toReview: number
  readonly asked: number
  /** May still be confirmed by evidence. */
  readonly waiting: number
  /** Of the last 24 hours. */
  readonly today: number
  readonly emergenciesToday: number
}

export async function countClaims(db: Db, odsCode: string, now: Date): Promise<ClaimCounts> {
  const { rows } = await db.query(
    `select count(*) filter (where ${TO_REVIEW} and c.outcome is null)::int as to_review,
       count(*) filter (where ${TO_REVIEW} and c.outcome is not null)::int as asked,
       count(*) filter (where c.confirmed_at is null and c.reviewed_at is null and c.at > $2::timestamptz - interval '${CONFIRMED_WITHIN_DAYS} days')::int as waiting,
       count(*) filter (where c.at > $2::timestamptz - interval '1 day')::int as today,
       count(*) filter (where c.at > $2::timestamptz - interval '1 day' and c.type = 'emergency-access')::int as emergencies
     from claim c where c.ods_code = $1 and (c.reviewed_at is null or c.at > $2::timestamptz - interval '1 day')`,
    [odsCode, now],
  )
  const row = rows[0] ?? {}
  return {
    toReview: Number(row['to_review']),
    asked: Number(row['asked']),
    waiting: Number(row['waiting']),
    today: Number(row['today']),
    emergenciesToday: Number(row['emergencies']),
  }
}

/**
 * What an officer says of claims of their own organisation's staff. `ask-manager` keeps a claim open; the other two close it.
 *
 * @param only `confirmed`: many at once, so those alone that evidence confirmed and that are no emergency.
 * @returns the claims it holds for, with whom they are about; of another organisation's and closed ones none.
 */
export async function reviewClaims(
  tx: Db,
  review: {
    readonly ids: readonly string[]
    readonly odsCode: string
    readonly by: string
    readonly outcome: ReviewOutcome
    readonly note?: string
    readonly only?: 'confirmed'
  },
  now: Date,
): Promise<readonly { readonly id: string; readonly nhsNumber: string; readonly transaction: string }[]> {
  const { rows } = await tx.query(
    `update claim c set outcome = $4, reviewed_by = $3, note = coalesce($5, c.note),
       reviewed_at = case when $4 = 'ask-manager' then null else $6::timestamptz end
     where c.id = any($1) and c.ods_code = $2 and c.reviewed_at is null and c.sds_user_id <> $3
       and ($7::boolean is false or (c.confirmed_at is not null and c.listed is distinct from 'emergency' and c.listed is distinct from 'sensitive'))
     returning c.id, c.nhs_number, c.transaction_id`,
    [[...review.ids], review.odsCode, review.by, review.outcome, review.note ?? null, now, review.only === 'confirmed'],
  )
  return rows.map(row => ({ id: String(row['id']), nhsNumber: String(row['nhs_number']), transaction: String(row['transaction_id']) }))
}
