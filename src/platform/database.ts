import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Pool as PostgresPool } from 'pg'

export type Pool = PostgresPool

export interface PoolOptions {
  readonly url: string
  /** Connections of this process at most. */
  readonly max?: number
  readonly applicationName?: string
  /** The server ends a statement after this many milliseconds. */
  readonly statementTimeoutMs?: number
  /**
   * The URL is that of a transaction pooler (PgBouncer). It takes no start-up parameters, so the time-out of statements is
   * then the role's (`ALTER ROLE ... SET statement_timeout`); here only the client's own waits.
   */
  readonly pooled?: boolean
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onError?: (error: Error) => void
}

const STATEMENT_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 2_000

/**
 * A pool that holds no state of a session: no SET, LISTEN, session lock or named statement.
 *
 * Never throws here; a query rejects when no connection can be had within 2 s or the statement takes too long.
 */
export function openPool(options: PoolOptions): Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS
  const pool = new PostgresPool({
    connectionString: options.url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'london-care-record',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // A server that vanished without a word is noticed by the client alone.
    query_timeout: statementTimeoutMs + 1_000,
    ...(options.pooled === true ? {} : { statement_timeout: statementTimeoutMs }),
  })
  // Without a listener a stopped server would end the process.
  pool.on('error', error => options.onError?.(error))
  pool.on('connect', client => client.on('error', () => undefined))
  return pool
}

export interface Migration {
  /** `room/NNNN-name`, as the `migration` table has it. */
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

/** Every room's `tables/NNNN-name.sql` under a folder, by number, then by room. */
export function readMigrations(folder: string = join(import.meta.dirname, '..', 'exchange')): readonly Migration[] {
  return globSync('*/tables/[0-9][0-9][0-9][0-9]-*.sql', { cwd: folder })
    .map(path => ({ path, room: path.split('/')[0] ?? '', file: basename(path, '.sql') }))
    .toSorted((a, b) => (a.file.slice(0, 4) + a.room + a.file < b.file.slice(0, 4) + b.room + b.file ? -1 : 1))
    .map(({ path, room, file }) => {
      const sql = readFileSync(join(folder, path), 'utf8')
      return { name: `${room}/${file}`, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    })
}

// Any number will do, if nobody else locks with it.
const MIGRATION_LOCK = 5_200_001

/**
 * Brings the tables to what the rooms describe, all or nothing; processes that start together wait for one another.
 *
 * @returns names of the files applied now.
 * @throws when an applied file has changed since: tables are changed by a new file. Files this program does not know are those
 *   of a newer one, during a rolling restart; it leaves them be.
 */
export async function migrate(pool: Pool, migrations: readonly Migration[] = readMigrations()): Promise<readonly string[]> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SELECT set_config('statement_timeout', '0', true), pg_advisory_xact_lock($1)`, [MIGRATION_LOCK])
    await client.query(
      'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const { rows } = await client.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM migration')
    const applied = new Map(rows.map(row => [row.name, row.sha256]))
    const fresh: string[] = []
    for (const migration of migrations) {
      const before = applied.get(migration.name)
      if (before === migration.sha256) continue
      if (before !== undefined) throw new Error(`Table file ${migration.name} has changed since it was applied. Add a new file instead.`)
      await client.query(migration.sql)
      await client.query('INSERT INTO migration (name, sha256) VALUES ($1, $2)', [migration.name, migration.sha256])
      fresh.push(migration.name)
    }
    await client.query('COMMIT')
    client.release()
    return fresh
  } catch (error) {
    client.release(true) // the connection is closed, and with it the transaction
    throw error
  }
}
