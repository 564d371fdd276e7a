import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

export interface TestServer {
  readonly url: (database: string) => string
  /** Its databases are not to be reached, as when a server stops; and again. */
  readonly away: () => Promise<void>
  readonly back: () => Promise<void>
  readonly remove: () => Promise<void>
}

/**
 * A PostgreSQL with fresh databases for one file of storage tests: embedded, or with `LCR_STORAGE=given` the server of
 * `LCR_TEST_DATABASE_URL`, so that the same tests hold on both.
 */
export async function serverForTests(databases: readonly string[]): Promise<TestServer> {
  const given = process.env['LCR_STORAGE'] === 'given' ? process.env['LCR_TEST_DATABASE_URL'] : undefined
  if (given === undefined) {
    const options = { dir: mkdtempSync(join(tmpdir(), 'lcr-storage-')), databases: [...databases], durable: false }
    let server = await startEmbeddedPostgres(options)
    const { port } = server
    return {
      url: name => server.url(name),
      away: () => server.stop(),
      back: async () => {
        server = await startEmbeddedPostgres({ ...options, port })
      },
      remove: () => server.remove(),
    }
  }
  const mark = randomBytes(4).toString('hex')
  const nameOf = (database: string): string => `lcr_${database}_${mark}`
  const asAdmin = async (statement: (name: string) => string): Promise<void> => {
    const admin = new pg.Client({ connectionString: given })
    await admin.connect()
    try {
      for (const database of databases) await admin.query(statement(nameOf(database)))
    } finally {
      await admin.end()
    }
  }
  await asAdmin(name => `create database ${pg.escapeIdentifier(name)}`)
  return {
    url(database) {
      const url = new URL(given)
      url.pathname = `/${nameOf(database)}`
      return url.href
    },
    async away() {
      await asAdmin(name => `alter database ${pg.escapeIdentifier(name)} with allow_connections false`)
      await asAdmin(name => `select pg_terminate_backend(pid) from pg_stat_activity where datname = ${pg.escapeLiteral(name)}`)
    },
    back: () => asAdmin(name => `alter database ${pg.escapeIdentifier(name)} with allow_connections true`),
    remove: () => asAdmin(name => `drop database ${pg.escapeIdentifier(name)} with (force)`),
  }
}
