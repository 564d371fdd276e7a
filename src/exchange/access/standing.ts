import { isDate } from '../../care-record/days.ts'
import type { Viewer } from '../../care-record/person.ts'
import type { Standing } from '../../care-record/standing.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import type { Db } from './access.ts'
import { instantOf } from './dates.ts'

/** One professional in one organisation, as the employer and the register say. A row of an apply file's `staff`. */
export interface StaffRow {
  /** 12 digits. */
  readonly sdsUserId: string
  readonly odsCode: string
  readonly employment: Exclude<Standing['employment'], 'unknown'>
  readonly register: Exclude<Standing['register'], 'unknown'>
  /** FHIR date from which the register says so. */
  readonly registerSince?: string
  readonly teams?: readonly string[]
  /** Instant at which the rules of use were accepted, where that was before this service kept it. */
  readonly acceptedUse?: string
}

export interface StandingStore {
  /** Nobody has said anything: `unknown`, and never accepted. Rejects with the driver's error. */
  readonly standingOf: (viewer: Pick<Viewer, 'sdsUserId' | 'odsCode'>) => Promise<Standing>
  /** Writes an acceptance of the rules of use down; the caller's transaction also writes its audit event. */
  readonly acceptUse: (tx: Db, sdsUserId: string) => Promise<void>
}

/** Statement: how a user stands in an organisation, two parameters. One row, whoever asks. */
export const STANDING = (user: string, organisation: string): string =>
  `select s.employment, s.register, to_char(s.register_since, 'YYYY-MM-DD') as since, s.teams, a.at
   from (select max(at) as at from use_accepted where sds_user_id = ${user}) a
   left join staff_standing s on s.sds_user_id = ${user} and s.ods_code = ${organisation}`

/** Its row, as the driver or as JSON tells it. */
export function standingFrom(row: Readonly<Record<string, unknown>>): Standing {
  const { since, at } = row
  return {
    employment: (row['employment'] as Standing['employment'] | null) ?? 'unknown',
    register: (row['register'] as Standing['register'] | null) ?? 'unknown',
    ...(typeof since === 'string' ? { registerSince: since } : {}),
    acceptedUse: at instanceof Date || typeof at === 'string' ? new Date(at).toISOString() : null,
    teams: Array.isArray(row['teams']) ? row['teams'].map(String) : [],
  }
}

export function createStanding(ports: { readonly db: Db; readonly now: () => Date }): StandingStore {
  return {
    async standingOf({ sdsUserId, odsCode }) {
      const { rows } = await ports.db.query(STANDING('$1', '$2'), [sdsUserId, odsCode])
      return standingFrom(rows[0] ?? {})
    },
    async acceptUse(tx, sdsUserId) {
      await tx.query('insert into use_accepted (sds_user_id, at) values ($1, $2) on conflict do nothing', [sdsUserId, ports.now()])
    },
  }
}

const EMPLOYMENT: ReadonlySet<unknown> = new Set(['active', 'ended'])
const REGISTER: ReadonlySet<unknown> = new Set(['registered', 'fee-unpaid', 'suspended', 'lapsed', 'not-regulated'])
const MEMBERS: ReadonlySet<string> = new Set(['sdsUserId', 'odsCode', 'employment', 'register', 'registerSince', 'teams', 'acceptedUse'])
const isDay = (value: unknown): boolean => typeof value === 'string' && isDate(value)

/**
 * Reads the `staff` list of an apply file. Fault `invalid` names the place of the first row that cannot be read, never who it
 * is about. One user stands once in one organisation.
 */
export function parseStaff(given: unknown, now: Date): Result<readonly StaffRow[]> {
  if (!Array.isArray(given)) return fail('invalid', 'The list of staff is not a list.')
  const seen = new Set<string>()
  for (const [place, row] of given.entries()) {
    if (!isStaffRow(row, now)) return fail('invalid', `Row ${place + 1} of the list of staff cannot be read.`)
    const key = `${row.sdsUserId} ${row.odsCode}`
    if (seen.has(key)) return fail('invalid', `Row ${place + 1} of the list of staff says again what another row says.`)
    seen.add(key)
  }
  return ok(given as readonly StaffRow[])
}

function isStaffRow(given: unknown, now: Date): given is StaffRow {
  if (typeof given !== 'object' || given === null || Object.keys(given).some(key => !MEMBERS.has(key))) return false
  const { sdsUserId, odsCode, employment, register, registerSince, teams, acceptedUse } = given as Readonly<Record<string, unknown>>
  return (
    typeof sdsUserId === 'string' &&
    /^\d{12}$/.test(sdsUserId) &&
    typeof odsCode === 'string' &&
    /^[A-Z0-9]{3,10}$/.test(odsCode) &&
    EMPLOYMENT.has(employment) &&
    REGISTER.has(register) &&
    (registerSince === undefined || isDay(registerSince)) &&
    (teams === undefined || (Array.isArray(teams) && teams.every(t => typeof t === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(t)))) &&
    (acceptedUse === undefined || (typeof acceptedUse === 'string' && instantOf(acceptedUse) <= now.getTime()))
  )
}

/** Puts a whole list of staff in place of the last one of the same sayer, in one statement. Idempotent. */
export async function loadStaff(
  db: Db,
  list: { readonly saidBy: string; readonly staff: readonly StaffRow[] },
  now: Date,
): Promise<number> {
  await db.query(
    `with said as (
       select * from jsonb_to_recordset($2::jsonb) as s ("sdsUserId" text, "odsCode" text, employment text, register text,
         "registerSince" date, teams text[], "acceptedUse" timestamptz)
     ), gone as (
       delete from staff_standing where said_by = $1 and (sds_user_id, ods_code) not in (select "sdsUserId", "odsCode" from said)
     ), accepted as (
       insert into use_accepted (sds_user_id, at) select distinct "sdsUserId", "acceptedUse" from said where "acceptedUse" is not null
       on conflict do nothing
     )
     insert into staff_standing (sds_user_id, ods_code, employment, register, register_since, teams, said_by, at)
     select "sdsUserId", "odsCode", employment, register, "registerSince", coalesce(teams, '{}'), $1, $3 from said
     on conflict (sds_user_id, ods_code) do update set employment = excluded.employment, register = excluded.register,
       register_since = excluded.register_since, teams = excluded.teams, said_by = excluded.said_by, at = excluded.at`,
    [list.saidBy, JSON.stringify(list.staff), now],
  )
  return list.staff.length
}
