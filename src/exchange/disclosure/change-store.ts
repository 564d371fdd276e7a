import type { ClientBase, Pool } from 'pg'
import { parseChange, subjectOf, type Approved, type Change } from './changes.ts'
import type { Trial } from './trial.ts'
import type { UnknownService } from './unknown-services.ts'

/** Who proposes or decides. */
export interface Decider {
  /** SDS user id. */
  readonly userId: string
  readonly name: string
  readonly odsCode: string
}
export const CHANGE_STATES = ['proposed', 'approved', 'refused', 'withdrawn'] as const
export type ChangeState = (typeof CHANGE_STATES)[number]

/** A change as it stands in its history. Instants are ISO. */
export interface ChangeRow {
  readonly id: string
  readonly change: Change
  /** FHIR date. */
  readonly from: string
  readonly reason: string
  readonly trial?: Trial
  readonly proposed: Decider & { readonly at: string }
  readonly state: ChangeState
  readonly decided?: Decider & { readonly at: string }
}

interface Row {
  readonly id: string
  readonly body: unknown
  readonly from_day: string
  readonly reason: string
  readonly trial: Trial | null
  readonly proposed_by: string
  readonly proposer_name: string
  readonly proposer_organisation: string
  readonly proposed_at: Date
  readonly state: ChangeState
  readonly decided_by: string | null
  readonly decider_name: string | null
  readonly decider_organisation: string | null
  readonly decided_at: Date | null
}
const COLUMNS = `id, body, from_day::text, reason, trial, proposed_by, proposer_name, proposer_organisation, proposed_at, state, decided_by,
  decider_name, decider_organisation, decided_at`

/** Throws for a row that no program of ours wrote: rules that cannot be read must not be passed over in silence. */
function rowOf(row: Row): ChangeRow {
  const change = parseChange(row.body)
  if (!change.ok) throw new Error('a change in the tables cannot be read')
  return {
    id: row.id,
    change: change.value,
    from: row.from_day,
    reason: row.reason,
    ...(row.trial === null ? {} : { trial: row.trial }),
    proposed: {
      userId: row.proposed_by,
      name: row.proposer_name,
      odsCode: row.proposer_organisation,
      at: row.proposed_at.toISOString(),
    },
    state: row.state,
    ...(row.decided_by === null || row.decided_at === null
      ? {}
      : {
          decided: {
            userId: row.decided_by,
            name: row.decider_name ?? '',
            odsCode: row.decider_organisation ?? '',
            at: row.decided_at.toISOString(),
          },
        }),
  }
}

/** Most changes on a page of history. */
const HISTORY = 200

/** All that wait, and the latest that were decided. Rejects with the driver's error. */
export async function readChanges(db: Pool): Promise<readonly ChangeRow[]> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from disclosure_change where state = 'proposed'
     union all (select ${COLUMNS} from disclosure_change where state <> 'proposed' order by decision desc limit $1)
     order by proposed_at desc`,
    [HISTORY],
  )
  return rows.map(rowOf)
}

/** @param lock for a decision: the row waits for the end of the caller's transaction. */
export async function readChange(db: Pool | ClientBase, id: string, lock = false): Promise<ChangeRow | undefined> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from disclosure_change where id = $1${lock ? ' for update' : ''}`, [id])
  return rows[0] && rowOf(rows[0])
}

export async function addChange(client: ClientBase, row: Omit<ChangeRow, 'state' | 'decided'>): Promise<void> {
  await client.query(
    `insert into disclosure_change (id, kind, subject, body, from_day, reason, trial, proposed_by, proposer_name, proposer_organisation, proposed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      row.id,
      row.change.kind,
      subjectOf(row.change),
      JSON.stringify(row.change),
      row.from,
      row.reason,
      row.trial === undefined ? null : JSON.stringify(row.trial),
      row.proposed.userId,
      row.proposed.name,
      row.proposed.odsCode,
      row.proposed.at,
    ],
  )
}

/** @param from the day it stands from: never before the day it is decided. */
export async function decideChange(
  client: ClientBase,
  id: string,
  state: Exclude<ChangeState, 'proposed'>,
  by: Decider & { readonly at: string },
  from: string,
): Promise<void> {
  await client.query(
    `update disclosure_change set state = $2, decided_by = $3, decider_name = $4, decider_organisation = $5, decided_at = $6, from_day = $7,
       decision = nextval('disclosure_decision')
     where id = $1`,
    [id, state, by.userId, by.name, by.odsCode, by.at, from],
  )
}

interface Standing {
  readonly version: string
  readonly approved: readonly Approved[]
}

async function readStanding(db: Pool): Promise<Standing> {
  // One statement, one snapshot: the version is that of the rows.
  const { rows } = await db.query<{ version: string; id: string | null; body: unknown; from_day: string | null }>(
    `select v.version::text, c.id, c.body, c.from_day::text
     from disclosure_version v left join disclosure_change c on c.state = 'approved' order by c.decision`,
  )
  const approved = rows.flatMap((row): readonly Approved[] => {
    if (row.id === null || row.from_day === null) return []
    const change = parseChange(row.body)
    if (!change.ok) throw new Error('a change in the tables cannot be read')
    return [{ id: row.id, change: change.value, from: row.from_day }]
  })
  return { version: rows[0]?.version ?? '0', approved }
}

/**
 * Approved changes as they are now, read again when there is a new one: a change bites in every process within `everyMs` and one
 * read, so well within 5 s. While the database is away the last ones stand.
 *
 * @throws the driver's error at the start only: a process must not serve by rules it could not read.
 */
export async function followChanges(
  db: Pool,
  { everyMs = 2_000, onError = () => {} }: { readonly everyMs?: number; readonly onError?: (cause: unknown) => void } = {},
): Promise<{ current(): Standing; stop(): void }> {
  let standing = await readStanding(db)
  let stopped = false
  let timer: NodeJS.Timeout
  const look = async (): Promise<void> => {
    try {
      const { rows } = await db.query<{ version: string }>('select version::text from disclosure_version')
      if (rows[0] !== undefined && rows[0].version !== standing.version) standing = await readStanding(db)
    } catch (cause) {
      onError(cause)
    }
    if (!stopped) later()
  }
  const later = (): void => {
    timer = setTimeout(() => void look(), everyMs).unref()
  }
  later()
  return {
    current: () => standing,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** A local code that is in no register, with the days it was met. */
export interface NotedService extends UnknownService {
  /** FHIR dates. */
  readonly firstSeen: string
  readonly lastSeen: string
}

/** Local codes met, by day; what is there already is not written again on the same day. */
export async function noteServices(db: Pool, seen: readonly UnknownService[], today: string): Promise<void> {
  if (seen.length === 0) return
  await db.query(
    `insert into unknown_service (ods_code, local_code, treatment_functions, first_seen, last_seen)
     select "odsCode", "localCode", array(select jsonb_array_elements_text("treatmentFunctions")), $2, $2
     from jsonb_to_recordset($1) as r ("odsCode" text, "localCode" text, "treatmentFunctions" jsonb)
     on conflict (ods_code, local_code) do update set last_seen = excluded.last_seen,
       treatment_functions = array(select distinct unnest(unknown_service.treatment_functions || excluded.treatment_functions) order by 1)
     where unknown_service.last_seen < excluded.last_seen or not unknown_service.treatment_functions @> excluded.treatment_functions`,
    [JSON.stringify(seen), today],
  )
}

/** Newest first. Rejects with the driver's error. */
export async function readNotedServices(db: Pool): Promise<readonly NotedService[]> {
  const { rows } = await db.query<{ ods_code: string; local_code: string; treatment_functions: string[]; first: string; last: string }>(
    `select ods_code, local_code, treatment_functions, first_seen::text as first, last_seen::text as last
     from unknown_service order by first_seen desc, ods_code, local_code limit 2000`,
  )
  return rows.map(row => ({
    odsCode: row.ods_code,
    localCode: row.local_code,
    treatmentFunctions: row.treatment_functions,
    firstSeen: row.first,
    lastSeen: row.last,
  }))
}
