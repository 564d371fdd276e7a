import type { ObjectionCase } from './case.ts'
import type { CaseEvent } from './events.ts'
import { lookAgainOn } from './due.ts'
import type { CaseRules } from './rules.ts'

/** A pool, or one connection inside a transaction. */
export interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

export interface StoredCase {
  readonly case: ObjectionCase
  /** What the person quotes. */
  readonly reference: string
  readonly sealed?: string
}
export interface StoredLetter {
  readonly id: string
  readonly kind: string
  readonly language: string
  readonly version: string
  readonly madeAt: string
  readonly html: string
  /** Absent: it could not write a name, and the page alone is the letter. */
  readonly pdf?: Buffer
}

/** Cases that one page lists at most; the oldest first, so that none is passed over for ever. */
const AT_ONCE = 500

const iso = (value: unknown): string => (value as Date).toISOString()
const stored = (row: Record<string, unknown>): StoredCase => ({
  case: row['facts'] as ObjectionCase,
  reference: String(row['reference']),
  ...(typeof row['sealed'] === 'string' ? { sealed: row['sealed'] } : {}),
})

/** Writes a case with the steps just taken, in the caller's transaction. `before`: steps it had. */
export async function saveCase(
  tx: Db,
  { case: c, reference, sealed }: StoredCase,
  steps: { readonly before: number; readonly taken: readonly CaseEvent[] },
  rules: CaseRules,
): Promise<void> {
  const facts = [
    c.state,
    c.nhsNumbers,
    steps.before + steps.taken.length,
    JSON.stringify(c),
    c.closedAt ?? null,
    lookAgainOn(c, rules) ?? null,
  ]
  if (steps.before === 0)
    await tx.query(
      `insert into objection_case (id, reference, channel, opened_at, objection_id, sealed, state, nhs_numbers, steps, facts, closed_at, look_again)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [c.id, reference, c.channel, c.openedAt, c.objectionId, sealed ?? null, ...facts],
    )
  else
    await tx.query(
      `update objection_case set state = $2, nhs_numbers = $3, steps = $4, facts = $5, closed_at = $6, look_again = $7 where id = $1`,
      [c.id, ...facts],
    )
  for (const [n, event] of steps.taken.entries())
    await tx.query('insert into objection_step (case_id, n, at, by_user, event) values ($1, $2, $3, $4, $5)', [
      c.id,
      steps.before + n + 1,
      event.at,
      event.by.sdsUserId,
      JSON.stringify(event),
    ])
}

/** Holds a case until the end of the transaction: two people's steps follow each other. */
export async function holdCase(tx: Db, id: string): Promise<(StoredCase & { readonly steps: number }) | undefined> {
  const { rows } = await tx.query('select * from objection_case where id = $1 for update', [id])
  return rows[0] && { ...stored(rows[0]), steps: Number(rows[0]['steps']) }
}

export async function readCase(db: Db, id: string): Promise<(StoredCase & { readonly steps: readonly CaseEvent[] }) | undefined> {
  const { rows } = await db.query('select * from objection_case where id = $1', [id])
  if (!rows[0]) return undefined
  const steps = await db.query('select event from objection_step where case_id = $1 order by n', [id])
  return { ...stored(rows[0]), steps: steps.rows.map(row => row['event'] as CaseEvent) }
}

/**
 * The case that a person, or a clinician of another area, names: by its reference, with or without `OBJ-`, or by the first eight
 * signs of what lists call it. Nothing for anything else, or for what two are called.
 */
export async function caseCalled(db: Db, said: string): Promise<ObjectionCase | undefined> {
  const plain = said.replaceAll(/[\s-]/g, '').toUpperCase()
  const reference = plain.startsWith('OBJ') ? plain.slice(3) : plain
  if (!/^[A-Z0-9]{8}$/.test(reference)) return undefined
  const { rows } = await db.query(
    `select facts from objection_case where reference = $1 or ($2 ~ '^[0-9a-f]{8}$' and (objection_id like $2 || '-%' or objection_id like 'opt-out/' || $2 || '-%')) limit 2`,
    [`OBJ-${reference}`, reference.toLowerCase()],
  )
  return rows.length === 1 ? (rows[0]?.['facts'] as ObjectionCase) : undefined
}

/** Open cases, and closed ones that are to be looked at again by this day. */
export async function casesToWork(db: Db, today: string): Promise<readonly StoredCase[]> {
  const { rows } = await db.query(
    'select * from objection_case where closed_at is null or look_again <= $1::date order by opened_at limit $2',
    [today, AT_ONCE],
  )
  return rows.map(stored)
}

export async function casesOf(db: Db, nhsNumbers: readonly string[]): Promise<readonly StoredCase[]> {
  const { rows } = await db.query('select * from objection_case where nhs_numbers && $1::text[] order by opened_at', [[...nhsNumbers]])
  return rows.map(stored)
}

/** When an objection that kept this organisation's data apart last ended by word of the person or by decision. ISO instant. */
export async function lastEnded(db: Db, nhsNumbers: readonly string[], odsCode: string): Promise<string | undefined> {
  const { rows } = await db.query(
    `select max(s.at) as at from objection_step s join objection_case c on c.id = s.case_id
     where c.nhs_numbers && $1::text[] and c.facts -> 'scope' in ('{"kind":"everything"}', jsonb_build_object('kind', 'organisation', 'odsCode', $2::text))
       and (s.event ->> 'type' in ('withdrawn', 'shared-again') or (s.event ->> 'type' = 'asked-again' and s.event ->> 'keeps' = 'false'))`,
    [[...nhsNumbers], odsCode],
  )
  const at = rows[0]?.['at']
  return at instanceof Date ? iso(at) : undefined
}

export async function caseOfObjection(tx: Db, objectionId: string): Promise<StoredCase | undefined> {
  const { rows } = await tx.query('select * from objection_case where objection_id = $1', [objectionId])
  return rows[0] && stored(rows[0])
}

/** Of these objections those that have a case: from its first step on the case alone says whether they are in force. */
export async function withCase(tx: Db, objectionIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query('select objection_id from objection_case where objection_id = any($1)', [[...objectionIds]])
  return new Set(rows.map(row => String(row['objection_id'])))
}

/** Requests of the public form since a moment: a case or a call back each. */
export async function formsSince(db: Db, since: string): Promise<number> {
  const { rows } = await db.query(
    `select (select count(*) from objection_case where channel = 'form' and opened_at > $1)
       + (select count(*) from call_back where channel = 'form' and taken_at > $1) as forms`,
    [since],
  )
  return Number(rows[0]?.['forms'])
}

export async function saveLetter(tx: Db, caseId: string, letter: StoredLetter, by: string): Promise<void> {
  await tx.query(
    'insert into objection_letter (id, case_id, kind, language, version, made_at, made_by, html, pdf) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    [letter.id, caseId, letter.kind, letter.language, letter.version, letter.madeAt, by, letter.html, letter.pdf ?? null],
  )
}

export async function readLetter(db: Db, caseId: string, id: string): Promise<StoredLetter | undefined> {
  const { rows } = await db.query('select * from objection_letter where case_id = $1 and id = $2', [caseId, id])
  const row = rows[0]
  return (
    row && {
      id: String(row['id']),
      kind: String(row['kind']),
      language: String(row['language']),
      version: String(row['version']),
      madeAt: iso(row['made_at']),
      html: String(row['html']),
      ...(row['pdf'] instanceof Buffer ? { pdf: row['pdf'] } : {}),
    }
  )
}

export interface CallBack {
  readonly id: string
  readonly channel: 'telephone' | 'form'
  readonly takenAt: string
  readonly dueAt: string
  readonly sealed: string
  readonly tries: number
}

export async function addCallBack(tx: Db, call: Omit<CallBack, 'tries'>): Promise<void> {
  await tx.query('insert into call_back (id, channel, taken_at, due_at, sealed) values ($1, $2, $3, $4, $5)', [
    call.id,
    call.channel,
    call.takenAt,
    call.dueAt,
    call.sealed,
  ])
}

/** Calls that wait, the one due first before the others. */
export async function callBacks(db: Db): Promise<readonly CallBack[]> {
  const { rows } = await db.query('select * from call_back where done_at is null order by due_at limit $1', [AT_ONCE])
  return rows.map(row => ({
    id: String(row['id']),
    channel: row['channel'] as CallBack['channel'],
    takenAt: iso(row['taken_at']),
    dueAt: iso(row['due_at']),
    sealed: String(row['sealed']),
    tries: Number(row['tries']),
  }))
}

/** @returns whether it was waiting. */
export async function endCallBack(
  tx: Db,
  end: {
    readonly id: string
    readonly at: string
    readonly by: string
    readonly outcome: 'called' | 'no-answer' | 'wrong-number'
    readonly caseId?: string
  },
): Promise<boolean> {
  // Nobody answering is a try; a call is given up by a person, not by a count.
  const { rows } = await (end.outcome === 'no-answer'
    ? tx.query('update call_back set tries = tries + 1, last_try = $2 where id = $1 and done_at is null returning id', [end.id, end.at])
    : tx.query(
        'update call_back set tries = tries + 1, last_try = $2, done_at = $2, done_by = $3, outcome = $4, case_id = $5 where id = $1 and done_at is null returning id',
        [end.id, end.at, end.by, end.outcome, end.caseId ?? null],
      ))
  return rows.length > 0
}

export async function readContact(db: Db, odsCode: string): Promise<unknown> {
  const { rows } = await db.query('select contact from objection_office where ods_code = $1', [odsCode])
  return rows[0]?.['contact']
}

/** The telephone number of the objections office of this exchange, as its letters say it. */
export async function officePhone(db: Db): Promise<string | undefined> {
  const { rows } = await db.query(`select contact->>'phone' as phone from objection_office order by changed_at desc, ods_code limit 1`)
  const phone = rows[0]?.['phone']
  return typeof phone === 'string' ? phone : undefined
}

export async function saveContact(tx: Db, odsCode: string, contact: unknown, at: string, by: string): Promise<void> {
  await tx.query(
    `insert into objection_office (ods_code, contact, changed_at, changed_by) values ($1, $2, $3, $4)
     on conflict (ods_code) do update set contact = excluded.contact, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    [odsCode, JSON.stringify(contact), at, by],
  )
}
