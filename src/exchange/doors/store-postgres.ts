import {
  IDLE_MS,
  LIST_MS,
  LISTS_KEPT,
  PEOPLE_KEPT,
  SESSION_MS,
  SIGN_IN_MS,
  type Role,
  type SessionRow,
  type SignInRow,
  type Store,
} from './store.ts'

/** What the store needs of a `pg.Pool`. */
export interface Sql {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>
}

interface SessionRecord {
  id: string
  csrf: string
  sds_user_id: string
  name: string
  assurance: string
  roles: readonly Role[]
  role_profile_id: string | null
  created_at: Date
  last_seen_at: Date
  locked_at: Date | null
  return_to: string | null
}

const COLUMNS = 'id, csrf, sds_user_id, name, assurance, roles, role_profile_id, created_at, last_seen_at, locked_at, return_to'

const rowOf = (r: SessionRecord): SessionRow => ({
  id: r.id,
  csrf: r.csrf,
  sdsUserId: r.sds_user_id,
  name: r.name,
  assurance: r.assurance,
  roles: r.roles,
  roleProfileId: r.role_profile_id,
  createdAt: r.created_at,
  lastSeenAt: r.last_seen_at,
  lockedAt: r.locked_at,
  returnTo: r.return_to,
})

/** The doors' tables in PostgreSQL (`tables/`). One statement a method: safe behind a transaction pooler. */
export function createPostgresStore(sql: Sql): Store {
  const run = async (text: string, ...values: readonly unknown[]): Promise<void> => void (await sql.query(text, [...values]))
  const first = async <Row>(text: string, ...values: readonly unknown[]): Promise<Row | undefined> =>
    (await sql.query(text, [...values])).rows[0] as Row | undefined
  const session = async (where: 'token_hash' | 'id', value: string): Promise<SessionRow | undefined> => {
    const row = await first<SessionRecord>(`SELECT ${COLUMNS} FROM session WHERE ${where} = $1`, value)
    return row && rowOf(row)
  }
  return {
    addSession: (row, tokenHash) =>
      run(
        `INSERT INTO session (token_hash, ${COLUMNS}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)`,
        tokenHash,
        row.id,
        row.csrf,
        row.sdsUserId,
        row.name,
        row.assurance,
        JSON.stringify(row.roles),
        row.roleProfileId,
        row.createdAt,
        row.lastSeenAt,
        row.lockedAt,
        row.returnTo,
      ),
    session: tokenHash => session('token_hash', tokenHash),
    sessionById: id => session('id', id),
    chooseRole: (id, roleProfileId) => run('UPDATE session SET role_profile_id = $2 WHERE id = $1', id, roleProfileId),
    touch: (id, at) => run('UPDATE session SET last_seen_at = greatest(last_seen_at, $2) WHERE id = $1 AND locked_at IS NULL', id, at),
    lock: (id, at, returnTo) =>
      run('UPDATE session SET locked_at = coalesce(locked_at, $2), return_to = coalesce($3, return_to) WHERE id = $1', id, at, returnTo),
    unlock: (id, tokenHash, at) =>
      run('UPDATE session SET token_hash = $2, locked_at = NULL, last_seen_at = $3, return_to = NULL WHERE id = $1', id, tokenHash, at),
    endSession: id => run('DELETE FROM session WHERE id = $1', id),
    endSessionsOf: (users, organisations) =>
      run(
        `DELETE FROM session WHERE sds_user_id = any($1) OR EXISTS (SELECT FROM jsonb_array_elements(roles) AS r
           WHERE r ->> 'odsCode' = any($2) AND r ->> 'sdsRoleProfileId' = role_profile_id)`,
        [...users],
        [...organisations],
      ),
    async endedSessions(ids, at) {
      const { rows } = await sql.query('SELECT id FROM session WHERE id = any($1) AND created_at > $2', [
        [...ids],
        new Date(at.getTime() - SESSION_MS),
      ])
      const living = new Set((rows as readonly { readonly id: string }[]).map(row => row.id))
      return new Set(ids.filter(id => !living.has(id)))
    },
    async lockedSessions(ids, at) {
      const { rows } = await sql.query(
        'SELECT id FROM session WHERE id = any($1) AND created_at > $2 AND (locked_at IS NOT NULL OR last_seen_at <= $3)',
        [[...ids], new Date(at.getTime() - SESSION_MS), new Date(at.getTime() - IDLE_MS)],
      )
      return new Set((rows as readonly { readonly id: string }[]).map(row => row.id))
    },

    async addPeople(sessionId, people, at) {
      await run(
        `INSERT INTO session_person (session_id, ref, sealed, found_at)
         SELECT $1, ref, sealed, $4 FROM unnest($2::text[], $3::text[]) AS found (ref, sealed)`,
        sessionId,
        people.map(p => p.ref),
        people.map(p => p.sealed),
        at,
      )
      await run(
        `DELETE FROM session_person WHERE session_id = $1 AND ref NOT IN
           (SELECT ref FROM session_person WHERE session_id = $1 ORDER BY found_at DESC, ref LIMIT $2)`,
        sessionId,
        PEOPLE_KEPT,
      )
    },
    person: async (sessionId, ref) =>
      (await first<{ sealed: string }>('SELECT sealed FROM session_person WHERE session_id = $1 AND ref = $2', sessionId, ref))?.sealed,
    async addList(sessionId, list, at) {
      await run('INSERT INTO session_list (session_id, ref, sealed, found_at) VALUES ($1,$2,$3,$4)', sessionId, list.ref, list.sealed, at)
      await run(
        `DELETE FROM session_list WHERE session_id = $1 AND ref NOT IN
           (SELECT ref FROM session_list WHERE session_id = $1 ORDER BY found_at DESC, ref LIMIT $2)`,
        sessionId,
        LISTS_KEPT,
      )
    },
    list: async (sessionId, ref, since) =>
      (
        await first<{ sealed: string }>(
          'SELECT sealed FROM session_list WHERE session_id = $1 AND ref = $2 AND found_at >= $3',
          sessionId,
          ref,
          since,
        )
      )?.sealed,
    openedAs: (sessionId, ref, viewId) =>
      run('UPDATE session_person SET view_id = $3 WHERE session_id = $1 AND ref = $2', sessionId, ref, viewId),
    viewOfRef: async (sessionId, ref) =>
      (await first<{ view_id: string | null }>('SELECT view_id FROM session_person WHERE session_id = $1 AND ref = $2', sessionId, ref))
        ?.view_id ?? undefined,
    refOfView: async (sessionId, viewId) =>
      (await first<{ ref: string }>('SELECT ref FROM session_person WHERE session_id = $1 AND view_id = $2', sessionId, viewId))?.ref,

    addSignIn: (stateHash, row) =>
      run(
        'INSERT INTO sign_in (state_hash, browser_hash, nonce, verifier, return_to, unlocks, started_at) VALUES ($1,$2,$3,$4,$5,$6,$7)',
        stateHash,
        row.browserHash,
        row.nonce,
        row.verifier,
        row.returnTo,
        row.unlocks,
        row.startedAt,
      ),
    async takeSignIn(stateHash) {
      const row = await first<{
        browser_hash: string
        nonce: string
        verifier: string
        return_to: string | null
        unlocks: string | null
        started_at: Date
      }>('DELETE FROM sign_in WHERE state_hash = $1 RETURNING browser_hash, nonce, verifier, return_to, unlocks, started_at', stateHash)
      return (
        row &&
        ({
          browserHash: row.browser_hash,
          nonce: row.nonce,
          verifier: row.verifier,
          returnTo: row.return_to,
          unlocks: row.unlocks,
          startedAt: row.started_at,
        } satisfies SignInRow)
      )
    },

    async heartbeat(process, at) {
      await run(
        `INSERT INTO live_process (tag, exchange, address, seen_at) VALUES ($1,$2,$3,$4)
         ON CONFLICT (tag) DO UPDATE SET address = excluded.address, seen_at = excluded.seen_at`,
        process.tag,
        process.exchange,
        process.address,
        at,
      )
      const before = (ms: number): Date => new Date(at.getTime() - ms)
      await run('DELETE FROM session WHERE created_at < $1', before(SESSION_MS))
      await run('DELETE FROM sign_in WHERE started_at < $1', before(SIGN_IN_MS))
      await run('DELETE FROM session_list WHERE found_at < $1', before(LIST_MS))
      await run('DELETE FROM live_process WHERE seen_at < $1', before(60 * 60_000))
      // A minute more than they live, so that clocks a little apart never let one be used again.
      await run('DELETE FROM peer_replay WHERE expires < $1', before(60_000))
      const living = await sql.query('SELECT tag, address FROM live_process WHERE exchange = $1', [process.exchange])
      return living.rows as readonly { readonly tag: string; readonly address: string }[]
    },
    async processOf(tag) {
      const row = await first<{ address: string; seen_at: Date }>('SELECT address, seen_at FROM live_process WHERE tag = $1', tag)
      return row && { address: row.address, seenAt: row.seen_at }
    },
    endProcess: tag => run('DELETE FROM live_process WHERE tag = $1', tag),

    useToken: async (exchange, jti, expires) =>
      (
        await sql.query('INSERT INTO peer_replay (exchange, jti, expires) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING', [
          exchange,
          jti,
          expires,
        ])
      ).rowCount === 1,
  }
}
