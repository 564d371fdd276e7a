import { readFileSync } from 'node:fs'
import type { Pool } from 'pg'
import { fail, ok, type Result } from '../care-record/result.ts'
import { migrate, openPool } from '../platform/database.ts'
import { loadStaff, parseStaff } from './access/standing.ts'
import { applyCatalogue, type GoLiveAllowed } from './agreements/catalogue-store.ts'
import { goLive } from './agreements/opt-outs/import.ts'
import { applyObjections, type ImportedObjection } from './follow-lists.ts'
import { loadRegistrations, type RegistrationRow } from './identity/identity.ts'
import { heedLoaded } from './import-opt-outs.ts'
import { loadPointers, type Pointer } from './locator/pointers.ts'

/** Nothing goes live while an opt-out waits that could be somebody's here (care rules 4.5). */
export const nothingWaits: GoLiveAllowed = async client => (await goLive(client)).allowed

/** The parts of an apply file beside the catalogue: who is known where, who objects, and how staff stand. */
interface People {
  readonly registrations?: readonly RegistrationRow[]
  readonly pointers?: readonly Pointer[]
  readonly objections?: readonly ImportedObjection[]
  readonly staff?: unknown
}

/**
 * Puts an apply file in force: the catalogue (agreements), and where given the registrations (identity), pointers (locator),
 * objections and staff (access). Idempotent. The catalogue and the staff are checked whole before anything is written.
 */
export async function apply(pool: Pool, document: unknown, now: Date): Promise<Result<{ readonly version: string }>> {
  const given = typeof document === 'object' && document !== null ? (document as People).staff : undefined
  const staff = given === undefined ? undefined : parseStaff(given, now)
  if (staff?.ok === false) return staff
  const applied = await applyCatalogue(pool, document, nothingWaits)
  if (!applied.ok) return applied
  const people = document as People & { readonly exchange: string; readonly sources: readonly { readonly id: string }[] }
  const client = await pool.connect()
  try {
    await client.query('begin')
    if (people.registrations) {
      await loadRegistrations(client, people.registrations, now)
      await heedLoaded(client, { exchange: people.exchange, now: () => now }, people.registrations)
    }
    if (people.pointers) {
      await loadPointers(
        client,
        people.sources.map(source => source.id),
        people.pointers,
        now,
      )
    }
    if (people.objections) await applyObjections(client, { exchange: people.exchange, objections: people.objections }, now)
    if (staff) await loadStaff(client, { saidBy: people.exchange, staff: staff.value }, now)
    await client.query('commit')
    return ok({ version: applied.value.version })
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    return fail('invalid', 'The people, pointers, objections or staff of this file could not be loaded. Nothing of them was.', cause)
  } finally {
    client.release()
  }
}

/** `npm run apply -- FILE`: the exchange's database by `LCR_DATABASE_URL`, the file as JSON. */
if (import.meta.main) {
  const [file] = process.argv.slice(2)
  const url = process.env['LCR_DATABASE_URL']
  if (file === undefined || url === undefined) {
    process.stderr.write('Usage: LCR_DATABASE_URL=postgres://… npm run apply -- FILE\n')
    process.exit(2)
  }
  const pool = openPool({ url })
  await migrate(pool)
  const applied = await apply(pool, JSON.parse(readFileSync(file, 'utf8')), new Date())
  await pool.end()
  process.stdout.write(
    applied.ok ? `In force: catalogue version ${applied.value.version}.\n` : `Nothing was changed. ${applied.fault.detail}\n`,
  )
  process.exitCode = applied.ok ? 0 : 1
}
