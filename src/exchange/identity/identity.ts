import { limits } from '../../care-record/limits.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { Gender, HumanName, Person } from '../../care-record/person.ts'
import { fail, ok, type Fault, type Result } from '../../care-record/result.ts'
import type { Criteria } from './criteria.ts'
import { compareGiven, nameKey } from './names.ts'

/** A pool, or one connection inside a transaction. */
export interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

export interface PdsContext {
  readonly transaction: string
  readonly sdsRoleProfileId: string
  readonly odsCode: string
  readonly signal: AbortSignal
}

/** The national register. Fault `not-found`: no such person; `too-large`: too many match; all else: silent. */
export interface Pds {
  readonly read: (nhsNumber: NhsNumber, ctx: PdsContext) => Promise<Result<{ readonly person: Person; readonly supersededBy?: NhsNumber }>>
  readonly search: (criteria: Criteria, ctx: PdsContext) => Promise<Result<readonly Person[]>>
}

export interface Identified {
  readonly person: Person
  /** The number asked for, when the register has replaced it: everything after uses `person.nhsNumber`. */
  readonly supersededFrom?: NhsNumber
  /** Numbers the register has replaced by `person.nhsNumber`, as far as we were ever told; what is kept under them is about this person. */
  readonly formerNumbers: readonly NhsNumber[]
  /** Of these, those of which the register says so still: now, or within a day where it does not answer. */
  readonly replacedNumbers: readonly NhsNumber[]
}

/** What a list may show of one person. The number stays inside the server: doors hand out an opaque reference. */
export interface Candidate {
  readonly nhsNumber: NhsNumber
  readonly name: HumanName
  readonly birthDate: string
  readonly gender: Gender
  /** First half of the postcode; `undefined` where there is none or places are masked. Never left out, so that no list loses it unseen. */
  readonly outwardCode: string | undefined
}
export interface Found {
  readonly candidates: readonly Candidate[]
  /** More match than may be listed: none is, and the page asks for more details. */
  readonly tooMany: boolean
  readonly basis: Person['basis']
}

export interface Identity {
  /**
   * Who this number stands for today. Follows replaced numbers. The register silent: the local registration with the
   * last known flag under 24 h old, else flag `unknown`, and the last known replacement. Faults: `not-found`, and
   * `unavailable` when neither knows or the former numbers cannot be read.
   */
  readonly identify: (nhsNumber: NhsNumber, ctx: PdsContext) => Promise<Result<Identified>>
  /** At most `limits.candidates` people. Flagged people are never found by postcode. */
  readonly find: (criteria: Criteria, ctx: PdsContext) => Promise<Result<Found>>
  /** Asks a steward to look; one open task a source, person and kind. */
  readonly raiseTask: (
    tx: Db,
    task: {
      readonly kind: 'demographics-differ' | 'number-differs' | 'not-this-person'
      readonly sourceId: string
      readonly nhsNumber: NhsNumber
    },
  ) => Promise<void>
}

/** Who a number stands for, and the numbers passed on the way. */
interface Traced {
  readonly person: Person
  readonly replaced: readonly NhsNumber[]
}

const FLAG_HOLDS_MS = 24 * 3_600_000
/** What the register last said of a replaced number counts for as long while it is silent. */
const REPLACED_HOLDS_MS = FLAG_HOLDS_MS
const MOST_REPLACEMENTS = 3

/** @param now wall clock. */
export function createIdentity(ports: { readonly db: Db; readonly pds: Pds; readonly now: () => Date }): Identity {
  const { db, pds, now } = ports

  const readFollowing = async (asked: NhsNumber, ctx: PdsContext): Promise<Result<Traced>> => {
    const seen = new Set<NhsNumber>()
    let number = asked
    while (seen.size <= MOST_REPLACEMENTS && !seen.has(number)) {
      seen.add(number)
      const read = await pds.read(number, ctx)
      if (!read.ok) return read
      const { person, supersededBy } = read.value
      if (supersededBy === undefined || supersededBy === person.nhsNumber) {
        if (supersededBy === undefined && person.nhsNumber !== number)
          return fail('conflict', 'The national register answered about someone else.')
        return ok({ person, replaced: [...seen].filter(n => n !== person.nhsNumber) })
      }
      number = supersededBy
    }
    return fail('conflict', 'The national register replaced this number too often.')
  }

  const lastFlags = async (numbers: readonly string[]): Promise<Map<string, { restricted: boolean; practice: string | null }>> => {
    const since = new Date(now().getTime() - FLAG_HOLDS_MS)
    const { rows } = await db.query('select nhs_number, restricted, practice from pds_fact where nhs_number = any($1) and at > $2', [
      [...numbers],
      since,
    ])
    return new Map(
      rows.map(row => [String(row['nhs_number']), { restricted: row['restricted'] === true, practice: textOf(row['practice']) ?? null }]),
    )
  }

  const remember = async (person: Person): Promise<void> => {
    await db.query(
      `insert into pds_fact (nhs_number, restricted, practice, at) values ($1, $2, $3, $4)
       on conflict (nhs_number) do update set restricted = excluded.restricted, practice = excluded.practice, at = excluded.at
       where pds_fact.at <= excluded.at`,
      [person.nhsNumber, person.restricted !== 'no', person.practice ?? null, now()],
    )
  }

  const rememberReplaced = async (person: Person, replaced: readonly NhsNumber[]): Promise<void> => {
    await db.query(
      `with standing as (delete from superseded_number where nhs_number = $1)
       insert into superseded_number (nhs_number, superseded_by, at) select n, $1, $3 from unnest($2::text[]) as n
       on conflict (nhs_number) do update set superseded_by = excluded.superseded_by, at = excluded.at`,
      [person.nhsNumber, [...replaced], now()],
    )
  }

  /** All numbers that lead to one, with the time since when that holds; those between are followed, a ring ends where it began. */
  const leadingTo = async (nhsNumber: NhsNumber): Promise<ReadonlyMap<NhsNumber, number>> => {
    const { rows } = await db.query(
      `with recursive former (nhs_number, at) as (
         select nhs_number, at from superseded_number where superseded_by = $1
         union select s.nhs_number, least(s.at, f.at) from superseded_number s join former f on s.superseded_by = f.nhs_number
       ) select nhs_number, max(at) as at from former where nhs_number <> $1 group by nhs_number`,
      [nhsNumber],
    )
    return new Map(rows.map(row => [String(row['nhs_number']) as NhsNumber, (row['at'] as Date).getTime()]))
  }

  /**
   * The numbers replaced by one, and of which the register says so still: it is asked again of those it has not spoken of lately. A
   * number may be given back or out again, and what is kept under it must then open nothing.
   */
  const formerOf = async (
    { nhsNumber, basis }: Person,
    told: readonly NhsNumber[],
    ctx: PdsContext,
  ): Promise<Result<Pick<Identified, 'formerNumbers' | 'replacedNumbers'>>> => {
    try {
      let former = await leadingTo(nhsNumber)
      const lately = now().getTime() - limits.evidenceFreshMs
      const unsaid = basis === 'pds' ? [...former].flatMap(([number, at]) => (at > lately || told.includes(number) ? [] : [number])) : []
      const denied = new Set<NhsNumber>()
      const asked = await Promise.allSettled(unsaid.map(number => readFollowing(number, ctx)))
      for (const [place, trace] of asked.entries()) {
        if (trace.status !== 'fulfilled') continue
        if (trace.value.ok) await rememberReplaced(trace.value.value.person, trace.value.value.replaced)
        else if (!isSilent(trace.value.fault)) denied.add(unsaid[place]!)
      }
      if (unsaid.length > 0) former = await leadingTo(nhsNumber)
      const holds = now().getTime() - REPLACED_HOLDS_MS
      const replaced = [...former].flatMap(([number, at]) => (at > holds && !denied.has(number) ? [number] : []))
      return ok({
        formerNumbers: [...new Set([...told, ...former.keys()])],
        replacedNumbers: [...new Set([...told, ...replaced])],
      })
    } catch (cause) {
      return fail('unavailable', 'The earlier numbers of this person could not be read.', cause)
    }
  }

  const standingFor = async (nhsNumber: NhsNumber): Promise<NhsNumber> => {
    const { rows } = await db.query(
      `with recursive later (nhs_number, step) as (
         select superseded_by, 1 from superseded_number where nhs_number = $1
         union select s.superseded_by, l.step + 1 from superseded_number s join later l on s.nhs_number = l.nhs_number where l.step < $2
       ) select nhs_number from later order by step desc limit 1`,
      [nhsNumber, MOST_REPLACEMENTS],
    )
    return (textOf(rows[0]?.['nhs_number']) as NhsNumber | undefined) ?? nhsNumber
  }

  const fromRegistrations = async (nhsNumber: NhsNumber, silent: Fault): Promise<Result<Person>> => {
    const { rows } = await db.query('select * from registration where nhs_number = $1 order by loaded_at desc, source_id', [nhsNumber])
    const all = rows.map(registrationOf)
    const chosen = mostAgreed(all)
    if (chosen === undefined)
      return fail('unavailable', 'The national register did not answer and no local system knows this number.', silent.cause)
    const flag = (await lastFlags([nhsNumber])).get(nhsNumber)
    const restricted = flag === undefined ? 'unknown' : flag.restricted ? 'yes' : 'no'
    return ok(personOf(chosen, all, restricted, flag?.practice ?? undefined))
  }

  const trace = async (nhsNumber: NhsNumber, ctx: PdsContext): Promise<Result<Traced>> => {
    const read = await readFollowing(nhsNumber, ctx)
    if (read.ok) {
      const { replaced } = read.value
      const person = withoutPlaces(read.value.person)
      // Not remembered is `unknown` the next time the register is silent, and unknown is masked.
      await Promise.all([remember(person).catch(() => undefined), rememberReplaced(person, replaced).catch(() => undefined)])
      return ok({ person, replaced })
    }
    // A register that contradicts itself is not silent: nobody is guessed at from elsewhere.
    if (read.fault.kind === 'conflict') return fail('unavailable', read.fault.detail, read.fault.cause)
    if (!isSilent(read.fault)) return read
    const local = await fromRegistrations(await standingFor(nhsNumber), read.fault)
    return local.ok ? ok({ person: local.value, replaced: [] }) : local
  }

  return {
    async identify(nhsNumber, ctx) {
      const one = await trace(nhsNumber, ctx)
      if (!one.ok) return one
      const { person, replaced } = one.value
      // Without them an objection under one of them would be lost: not known is not none.
      const former = await formerOf(person, replaced, ctx)
      if (!former.ok) return former
      return ok({ person, ...former.value, ...(person.nhsNumber === nhsNumber ? {} : { supersededFrom: nhsNumber }) })
    },

    async find(criteria, ctx) {
      if (criteria.by === 'number') {
        const one = await trace(criteria.nhsNumber, ctx)
        if (one.ok) return ok({ candidates: [candidateOf(one.value.person)], tooMany: false, basis: one.value.person.basis })
        return one.fault.kind === 'not-found' ? ok({ candidates: [], tooMany: false, basis: 'pds' }) : one
      }
      const found = await pds.search(criteria, ctx)
      if (found.ok) return ok(listed(found.value, criteria, 'pds'))
      if (found.fault.kind === 'too-large') return ok({ candidates: [], tooMany: true, basis: 'pds' })
      if (found.fault.kind === 'not-found') return ok({ candidates: [], tooMany: false, basis: 'pds' })
      if (!isSilent(found.fault)) return found
      const { rows } = await db.query(
        'select * from registration where birth_date = $1 and family_key = $2 order by nhs_number, loaded_at desc, source_id limit 200',
        [criteria.birthDate, nameKey(criteria.family)],
      )
      const byNumber = Map.groupBy(rows.map(registrationOf), row => row.nhsNumber)
      const flags = await lastFlags([...byNumber.keys()])
      const people = [...byNumber].flatMap(([number, all]) => {
        const chosen = all.find(row => matches(row, criteria))
        const flag = flags.get(number)
        return chosen === undefined
          ? []
          : [personOf(chosen, all, flag === undefined ? 'unknown' : flag.restricted ? 'yes' : 'no', undefined)]
      })
      return ok(listed(people, criteria, 'local-registration'))
    },

    async raiseTask(tx, task) {
      await tx.query(
        `insert into steward_task (kind, source_id, nhs_number, raised_at) values ($1, $2, $3, $4)
         on conflict (kind, source_id, nhs_number) where closed_at is null do nothing`,
        [task.kind, task.sourceId, task.nhsNumber, now()],
      )
    },
  }
}

const isSilent = (fault: Fault): boolean => !['not-found', 'invalid', 'conflict', 'too-large'].includes(fault.kind)

/** A flagged person's details without any place, whatever the register sent. */
function withoutPlaces(person: Person): Person {
  if (person.restricted === 'no') return person
  const { address: _address, postcode: _postcode, phone: _phone, practice: _practice, ...rest } = person
  return rest
}

/** A flag that cannot be checked counts as set where the search itself names a place. */
function listed(people: readonly Person[], criteria: Extract<Criteria, { by: 'details' }>, basis: Person['basis']): Found {
  const one = new Map<string, Candidate>()
  for (const person of people)
    if (criteria.postcode === undefined || person.restricted === 'no') one.set(person.nhsNumber, candidateOf(person))
  if (one.size > limits.candidates) return { candidates: [], tooMany: true, basis }
  return { candidates: [...one.values()], tooMany: false, basis }
}

function candidateOf(person: Person): Candidate {
  return {
    nhsNumber: person.nhsNumber,
    name: person.name,
    birthDate: person.birthDate,
    gender: person.gender,
    outwardCode: person.restricted === 'no' ? outwardOf(person.postcode) : undefined,
  }
}

/** `SE5` of `SE5 9RS`, however it is spaced; the second half always has three characters. */
const outwardOf = (postcode: string | undefined): string | undefined =>
  /^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$/.exec(packed(postcode ?? ''))?.[1]

/** One line of the registrations an organisation's system holds. */
export interface RegistrationRow {
  readonly sourceId: string
  readonly nhsNumber: string
  readonly family: string
  readonly given: readonly string[]
  readonly prefix?: string
  readonly preferredName?: string
  readonly birthDate: string
  readonly gender: string
  readonly postcode?: string
}
interface Registration extends RegistrationRow {
  readonly loadedAt: string
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function registrationOf(row: Record<string, unknown>): Registration {
  const [prefix, preferredName, postcode] = [textOf(row['prefix']), textOf(row['preferred_name']), textOf(row['postcode'])]
  return {
    sourceId: String(row['source_id']),
    nhsNumber: String(row['nhs_number']),
    family: String(row['family']),
    given: row['given'] as string[],
    birthDate: String(row['birth_date']),
    gender: String(row['gender']),
    loadedAt: (row['loaded_at'] as Date).toISOString(),
    ...(prefix === undefined ? {} : { prefix }),
    ...(preferredName === undefined ? {} : { preferredName }),
    ...(postcode === undefined ? {} : { postcode }),
  }
}

/** The newest of those registrations that most others agree with on birth date and surname. */
export function mostAgreed<T extends RegistrationRow>(all: readonly T[]): T | undefined {
  const key = (row: RegistrationRow): string => `${row.birthDate} ${nameKey(row.family)}`
  const votes = Map.groupBy(all, key)
  return all.reduce<T | undefined>(
    (best, row) => (best === undefined || (votes.get(key(row))?.length ?? 0) > (votes.get(key(best))?.length ?? 0) ? row : best),
    undefined,
  )
}

const packed = (postcode: string): string => postcode.replace(/\s+/g, '').toUpperCase()

function matches(row: RegistrationRow, criteria: Extract<Criteria, { by: 'details' }>): boolean {
  if (criteria.given !== undefined && compareGiven([...row.given, row.preferredName ?? ''], [criteria.given]) === 'different') return false
  if (criteria.gender !== undefined && row.gender !== criteria.gender) return false
  return criteria.postcode === undefined || packed(row.postcode ?? '') === packed(criteria.postcode)
}

const GENDERS: ReadonlySet<string> = new Set(['female', 'male', 'other'])

function personOf(row: Registration, all: readonly Registration[], restricted: Person['restricted'], practice: string | undefined): Person {
  const nameOf = (r: RegistrationRow): HumanName => ({
    family: r.family,
    given: r.given,
    ...(r.prefix === undefined ? {} : { prefix: r.prefix }),
  })
  const person: Person = {
    nhsNumber: row.nhsNumber as NhsNumber,
    name: nameOf(row),
    otherNames: [],
    birthDate: row.birthDate,
    gender: GENDERS.has(row.gender) ? (row.gender as Gender) : 'unknown',
    restricted,
    basis: 'local-registration',
    asOf: row.loadedAt,
    ...(row.preferredName === undefined ? {} : { preferredName: row.preferredName }),
    ...(row.postcode === undefined ? {} : { postcode: row.postcode }),
    ...(practice === undefined ? {} : { practice }),
  }
  const others = all.filter(
    r => r !== row && r.birthDate === row.birthDate && r.gender === row.gender && nameKey(r.family) !== nameKey(row.family),
  )
  return withoutPlaces({ ...person, otherNames: others.map(nameOf) })
}

/** Loads registrations, all or nothing; the same rows again change nothing but their time. Returns how many were taken. */
export async function loadRegistrations(db: Db, rows: readonly RegistrationRow[], now: Date): Promise<number> {
  await db.query(
    `insert into registration (source_id, nhs_number, family, family_key, given, prefix, preferred_name, birth_date, gender, postcode, loaded_at)
     select r.source_id, r.nhs_number, r.family, r.family_key, array(select jsonb_array_elements_text(r.given)), r.prefix, r.preferred_name,
            r.birth_date, r.gender, r.postcode, $2
     from jsonb_to_recordset($1::jsonb) as r (source_id text, nhs_number text, family text, family_key text, given jsonb, prefix text,
       preferred_name text, birth_date text, gender text, postcode text)
     on conflict (source_id, nhs_number) do update set family = excluded.family, family_key = excluded.family_key, given = excluded.given,
       prefix = excluded.prefix, preferred_name = excluded.preferred_name, birth_date = excluded.birth_date, gender = excluded.gender,
       postcode = excluded.postcode, loaded_at = excluded.loaded_at`,
    [
      JSON.stringify(
        rows.map(row => ({
          source_id: row.sourceId,
          nhs_number: row.nhsNumber,
          family: row.family,
          family_key: nameKey(row.family),
          given: row.given,
          prefix: row.prefix,
          preferred_name: row.preferredName,
          birth_date: row.birthDate,
          gender: row.gender,
          postcode: row.postcode,
        })),
      ),
      now,
    ],
  )
  return rows.length
}
