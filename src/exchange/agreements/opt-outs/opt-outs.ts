import type { ObjectionNotice } from '../../../care-record/lists.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { withCase } from '../objection-case/store.ts'
import { judge, type Because, type Judged, type KnownPerson, type NameComparison } from './could-be.ts'
import type { OptOut } from './line.ts'

/** A pool, or one connection inside a transaction. */
export interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

/** What of a person a registration may be looked for by. Postcodes without space, upper case. */
export interface Traits {
  readonly nhsNumbers: readonly string[]
  /** Whole dates, and their year and month alone where a registration has no more. */
  readonly birthDates: readonly string[]
  readonly postcodes: readonly string[]
}

/** What the national register says of an opt-out: whoever has its number, and whoever its details find. */
export interface RegisterAnswer {
  readonly said: 'answered' | 'too-many' | 'silent'
  readonly persons: readonly KnownPerson[]
}

export interface OptOutPorts {
  /** Puts notices at the end of this exchange's own list of objections, in the caller's transaction; they are in force with it. */
  readonly publish: (tx: Db, notices: readonly ObjectionNotice[]) => Promise<void>
  readonly names: NameComparison
  /** All that local systems know with one of these traits. */
  readonly known: (tx: Db, traits: Traits) => Promise<readonly KnownPerson[]>
  readonly now: () => Date
}

type State = 'matched' | 'unmatched' | 'nobody'
type PersonState = 'is' | 'could-be' | 'is-not' | 'no-more'

/** One opt-out as it stands. */
export interface OptOutRow {
  readonly id: string
  readonly hash: string
  readonly optOut: OptOut
  readonly state: State
  readonly matchedBy: 'number' | 'details' | 'steward' | null
  readonly register: 'not-asked' | RegisterAnswer['said']
  readonly persons: readonly OptOutPerson[]
}
export interface OptOutPerson {
  readonly id: string
  readonly nhsNumber: string
  readonly because: Because | 'steward'
  readonly state: PersonState
}

export const rowOf = (row: Record<string, unknown>): OptOutRow => ({
  id: String(row['id']),
  hash: String(row['hash']),
  optOut: row['said'] as OptOut,
  state: row['state'] as State,
  matchedBy: row['matched_by'] as OptOutRow['matchedBy'],
  register: row['register'] as OptOutRow['register'],
  persons: (row['persons'] ?? []) as readonly OptOutPerson[],
})

/** With the people of each, in the order they were found. */
export const WITH_PERSONS = `select o.*, coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'nhsNumber', p.nhs_number, 'because', p.because,
  'state', p.state) order by p.since, p.nhs_number) from opt_out_person p where p.opt_out = o.id), '[]') as persons from opt_out o`

export const traitsOf = (all: readonly OptOut[]): Traits => ({
  nhsNumbers: all.flatMap(one => (one.nhsNumber === undefined || one.nhsNumber === 'wrong' ? [] : [one.nhsNumber])),
  birthDates: [...new Set(all.flatMap(({ birthDate: date }) => (date === undefined ? [] : [date, date.slice(0, 7), date.slice(0, 4)])))],
  postcodes: [...new Set(all.flatMap(({ postcode }) => (postcode === undefined ? [] : [postcode])))],
})

/** Whom steward and register leave to be judged. */
export const isNotOf = (row: Pick<OptOutRow, 'persons'>): ReadonlySet<string> =>
  new Set(row.persons.filter(person => person.state === 'is-not').map(person => person.nhsNumber))

/** What is to stand of one opt-out from now on. */
export interface Settling {
  readonly row: OptOutRow
  readonly judged: Judged
  /** What it says has changed: what is in force is said anew. */
  readonly changed: boolean
}

/**
 * Puts judgements in force, in the caller's transaction: each person it is or could be is an objection from then on. Somebody it
 * could be is shown again only when it is found whose it is, or when a steward says so; what a steward has decided stands.
 * Returns how many objections were published.
 */
async function settle(tx: Db, ports: OptOutPorts, all: readonly Settling[]): Promise<number> {
  const writes: (OptOutPerson & { readonly optOut: string; readonly said: OptOut })[] = []
  for (const { row, judged, changed } of all) {
    const wanted = new Map<string, { readonly state: PersonState; readonly because: OptOutPerson['because'] }>(
      judged.verdict === 'matched'
        ? [[judged.nhsNumber, { state: 'is', because: judged.by }]]
        : judged.persons.map(person => [person.nhsNumber, { state: 'could-be', because: person.because }] as const),
    )
    for (const person of row.persons) {
      const { nhsNumber, state, because } = person
      if (state === 'is-not') wanted.delete(nhsNumber)
      else if (state !== 'no-more' && because === 'steward') {
        if (changed) wanted.set(nhsNumber, person)
        else wanted.delete(nhsNumber)
      } else if (state !== 'no-more' && !wanted.has(nhsNumber)) {
        if (judged.verdict === 'matched') writes.push({ ...person, state: 'no-more', optOut: row.id, said: row.optOut })
        else if (changed) wanted.set(nhsNumber, { state: 'could-be', because })
      }
    }
    for (const [nhsNumber, { state, because }] of wanted) {
      const before = row.persons.find(person => person.nhsNumber === nhsNumber)
      if (before?.state === state && !changed) continue
      writes.push({ id: before?.id ?? '', nhsNumber, because, state, optOut: row.id, said: row.optOut })
    }
  }
  return say(tx, ports, writes)
}

/** Writes people of opt-outs and tells every exchange. */
async function say(
  tx: Db,
  ports: OptOutPorts,
  writes: readonly (OptOutPerson & { readonly optOut: string; readonly said: OptOut })[],
  by?: string,
): Promise<number> {
  if (writes.length === 0) return 0
  const { rows } = await tx.query(
    `insert into opt_out_person (opt_out, nhs_number, because, state, since, decided_by, decided_at)
     select "optOut", "nhsNumber", because, state, $2::timestamptz, $3::text, case when $3::text is not null then $2::timestamptz end
     from jsonb_to_recordset($1) as w ("optOut" uuid, "nhsNumber" text, because text, state text)
     on conflict (opt_out, nhs_number) do update set because = excluded.because, state = excluded.state,
       decided_by = coalesce(excluded.decided_by, opt_out_person.decided_by), decided_at = coalesce(excluded.decided_at, opt_out_person.decided_at)
     returning id, opt_out, nhs_number`,
    [JSON.stringify(writes.map(({ said: _said, ...write }) => write)), ports.now(), by ?? null],
  )
  const ids = new Map(rows.map(row => [`${String(row['opt_out'])} ${String(row['nhs_number'])}`, String(row['id'])]))
  const notices = writes.map(({ optOut, nhsNumber, state, said }): ObjectionNotice => ({
    kind: 'objection',
    id: `opt-out/${ids.get(`${optOut} ${nhsNumber}`)}`,
    nhsNumbers: [nhsNumber],
    scope: said.scope,
    basis: state === 'is' ? 'imported' : 'unmatched',
    since: said.saidOn,
    state: state === 'is' || state === 'could-be' ? 'in-force' : 'ended',
    narrowings: [],
  }))
  // What the person has since said to us, a change of mind too, no earlier file undoes.
  const cases = await withCase(
    tx,
    notices.map(notice => notice.id),
  )
  await ports.publish(
    tx,
    notices.filter(notice => !cases.has(notice.id)),
  )
  return writes.length
}

/** A steward's word on one opt-out. By the row's own ids, never by number. */
export interface StewardWord {
  readonly optOut: string
  readonly is: readonly string[]
  readonly isNot: readonly string[]
  /** Nobody here is this person; only once every one it could be is decided. */
  readonly nobody: boolean
  /** What the opt-out says is enough to ask the national register by. */
  readonly canAsk: boolean
}

/**
 * Takes a steward's word, in the caller's transaction. Faults: `not-found`; `conflict` when it is already decided or the people
 * have changed since the page was made; `invalid` for a word that leaves nothing decided or says two things at once.
 */
export async function work(
  tx: Db,
  ports: OptOutPorts,
  word: StewardWord,
  by: string,
): Promise<Result<{ readonly row: OptOutRow; readonly state: State }>> {
  const { rows } = await tx.query(`${WITH_PERSONS} where o.id = $1 for update of o`, [word.optOut])
  const [first] = rows
  if (first === undefined) return fail('not-found', 'There is no such opt-out.')
  const row = rowOf(first)
  if (row.state !== 'unmatched') return fail('conflict', 'This opt-out has been decided. Look at the list again.')
  const waiting = new Map(row.persons.filter(person => person.state === 'could-be').map(person => [person.id, person]))
  const decided = [...word.is, ...word.isNot]
  if (decided.some(id => !waiting.has(id))) return fail('conflict', 'The people on this page have changed. Look at it again.')
  if (new Set(decided).size !== decided.length) return fail('invalid', 'Say of each person one thing.')
  const left = waiting.size - decided.length
  const everIs = word.is.length > 0 || row.persons.some(person => person.state === 'is')
  if (word.nobody && (left > 0 || everIs))
    return fail('invalid', 'Decide each person first. It is nobody here only when it is none of them.')
  // Here only those of our own area are known; whom another knows the register finds.
  if (word.nobody && word.canAsk && (row.register === 'not-asked' || row.register === 'silent'))
    return fail('conflict', 'Ask the national register first: it may be somebody whom another area knows.')
  if (decided.length === 0 && !word.nobody) return fail('invalid', 'Decide on at least one person.')
  const state: State = left > 0 ? 'unmatched' : everIs ? 'matched' : word.nobody ? 'nobody' : 'unmatched'
  await say(
    tx,
    ports,
    decided.flatMap(id => {
      const person = waiting.get(id)
      const is = word.is.includes(id)
      return person === undefined
        ? []
        : [
            {
              ...person,
              because: is ? ('steward' as const) : person.because,
              state: is ? 'is' : 'is-not',
              optOut: row.id,
              said: row.optOut,
            } as const,
          ]
    }),
    by,
  )
  await tx.query('update opt_out set state = $2, matched_by = $3 where id = $1', [row.id, state, state === 'matched' ? 'steward' : null])
  return ok({ row, state })
}

/** Judges one opt-out again, with what the national register says of it. */
export async function judgeWithRegister(tx: Db, ports: OptOutPorts, optOut: string, answer: RegisterAnswer): Promise<Result<OptOutRow>> {
  const { rows } = await tx.query(`${WITH_PERSONS} where o.id = $1 for update of o`, [optOut])
  const [first] = rows
  if (first === undefined) return fail('not-found', 'There is no such opt-out.')
  const row = rowOf(first)
  if (row.state === 'matched') return fail('conflict', 'This opt-out has been decided. Look at the list again.')
  const known = await ports.known(tx, traitsOf([row.optOut]))
  const judged = judge(row.optOut, [...known, ...answer.persons], isNotOf(row), ports.names)
  await put(tx, ports, [{ row, judged, changed: false }])
  await tx.query('update opt_out set register = $2 where id = $1', [row.id, answer.said])
  return ok(row)
}

const NOBODY_ELSE: Judged = { verdict: 'unmatched', persons: [] }

/** Judgements with the state each gives its opt-out. A steward's `is` keeps what it is. */
export async function put(tx: Db, ports: OptOutPorts, all: readonly Settling[]): Promise<number> {
  const published = await settle(
    tx,
    ports,
    // A steward has said whose it is: nobody else is looked for.
    all.map(one => (one.row.matchedBy === 'steward' ? { ...one, judged: NOBODY_ELSE } : one)),
  )
  const states = all.flatMap(({ row, judged }): readonly { id: string; state: State; matched_by: OptOutRow['matchedBy'] }[] => {
    if (row.matchedBy === 'steward') return []
    if (judged.verdict === 'matched') return [{ id: row.id, state: 'matched', matched_by: judged.by }]
    // `Nobody` stands until somebody new turns up.
    return row.state === 'nobody' && judged.persons.length === 0 ? [] : [{ id: row.id, state: 'unmatched', matched_by: null }]
  })
  await tx.query(
    `update opt_out o set state = s.state, matched_by = s.matched_by from jsonb_to_recordset($1) as s (id uuid, state text, matched_by text)
     where o.id = s.id and (o.state, o.matched_by) is distinct from (s.state, s.matched_by)`,
    [JSON.stringify(states)],
  )
  return published
}

/**
 * Files and registrations are taken one after the other: of two at once neither would see what the other brings, and somebody who
 * said no would be shown. To the end of the caller's transaction.
 */
export const holdMatching = async (tx: Db): Promise<void> => void (await tx.query('select pg_advisory_xact_lock($1)', [MATCHING_LOCK]))
// Any number will do, if nobody else locks with it.
const MATCHING_LOCK = 5_200_057

/**
 * Looks again at every opt-out without its person that people loaded now could be: in the transaction that loads them, so that
 * none of them is shown before. Returns how many objections were published.
 */
export async function heedRegistrations(tx: Db, ports: OptOutPorts, loaded: Traits): Promise<number> {
  await holdMatching(tx)
  const birthDates = loaded.birthDates.filter(date => date.length === 10)
  const parts = loaded.birthDates.filter(date => date.length < 10)
  let published = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await tx.query(
      `${WITH_PERSONS} where o.state <> 'matched' and o.id > $5 and (o.birth_date = any($1) or left(o.birth_date, 7) = any($2) or left(o.birth_date, 4) = any($2)
         or o.nhs_number = any($3) or o.postcode = any($4)) order by o.id limit ${AT_ONCE} for update of o`,
      [birthDates, parts, [...loaded.nhsNumbers], [...loaded.postcodes], after],
    )
    const waiting = rows.map(rowOf)
    const last = waiting.at(-1)
    if (last === undefined) return published
    after = last.id
    const known = await ports.known(tx, traitsOf(waiting.map(row => row.optOut)))
    published += await put(tx, ports, judgedAll(waiting, known, ports))
    if (waiting.length < AT_ONCE) return published
  }
}
const AT_ONCE = 500

/** Judges many against all that is known of any of them, each against those it shares a trait with. */
export function judgedAll(
  rows: readonly OptOutRow[],
  known: readonly KnownPerson[],
  { names }: Pick<OptOutPorts, 'names'>,
  changed: (row: OptOutRow) => boolean = () => false,
): readonly Settling[] {
  const near = nearby(known)
  return rows.map(row => {
    const judged = judge(row.optOut, near(row.optOut), isNotOf(row), names)
    return { row, judged, changed: changed(row) }
  })
}

export function nearby(known: readonly KnownPerson[]): (optOut: OptOut) => readonly KnownPerson[] {
  const by = new Map<string, KnownPerson[]>()
  const put = (key: string, person: KnownPerson): void => void (by.get(key)?.push(person) ?? by.set(key, [person]))
  for (const person of known) {
    put(`n${person.nhsNumber}`, person)
    put(`d${person.birthDate}`, person)
    if (person.postcode !== undefined) put(`p${person.postcode.toUpperCase().replace(/\s+/g, '')}`, person)
  }
  return optOut => {
    const { nhsNumbers, birthDates, postcodes } = traitsOf([optOut])
    const keys = [...nhsNumbers.map(n => `n${n}`), ...birthDates.map(d => `d${d}`), ...postcodes.map(p => `p${p}`)]
    return [...new Set(keys.flatMap(key => by.get(key) ?? []))]
  }
}
