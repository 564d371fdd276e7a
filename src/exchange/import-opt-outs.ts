import type { ClientBase } from 'pg'
import type { Viewer } from '../care-record/person.ts'
import { fail, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import type { KnownPerson } from './agreements/opt-outs/could-be.ts'
import { importOptOuts, type ImportReport } from './agreements/opt-outs/import.ts'
import { heedRegistrations, type Db, type OptOutPorts, type Traits } from './agreements/opt-outs/opt-outs.ts'
import type { Audit } from './audit/audit.ts'
import { publishObjections } from './follow-lists.ts'
import type { RegistrationRow } from './identity/identity.ts'
import { compareFamily, compareGiven, nameWords } from './identity/names.ts'

const names = { family: compareFamily, given: compareGiven, words: nameWords }

/** Everybody whom local systems register under one of these numbers, birth dates or postcodes. */
const knownLocally: OptOutPorts['known'] = async (tx, { nhsNumbers, birthDates, postcodes }) => {
  if (nhsNumbers.length + birthDates.length + postcodes.length === 0) return []
  const { rows } = await tx.query(
    `select nhs_number, family, given, preferred_name, birth_date, postcode from registration where nhs_number = any($1)
     union select nhs_number, family, given, preferred_name, birth_date, postcode from registration where birth_date = any($2)
     union select nhs_number, family, given, preferred_name, birth_date, postcode from registration where replace(upper(postcode), ' ', '') = any($3)`,
    [[...nhsNumbers], [...birthDates], [...postcodes]],
  )
  return rows.map(row => {
    const [family, given, preferred] = [String(row['family']), row['given'] as readonly string[], row['preferred_name']]
    return {
      nhsNumber: String(row['nhs_number']),
      names: [{ family, given }, ...(typeof preferred === 'string' ? [{ family, given: [preferred] }] : [])],
      birthDate: String(row['birth_date']),
      ...(typeof row['postcode'] === 'string' ? { postcode: row['postcode'] } : {}),
    } satisfies KnownPerson
  })
}

type PublishAll = OptOutPorts['publish']

/** What opt-outs rest on in one exchange. */
export interface OptOutExchange {
  readonly exchange: string
  readonly now: () => Date
  /** The list of this exchange, unless told. */
  readonly publishAll?: PublishAll
}

export const optOutPorts = (ports: OptOutExchange): OptOutPorts => ({
  publish: ports.publishAll ?? ((tx, notices) => publishObjections(tx, ports.exchange, notices, ports.now())),
  now: ports.now,
  names,
  known: knownLocally,
})

/** What an import rests on; `by`: the user in their role, or who runs the command. */
export interface ImportOptOutsPorts extends OptOutExchange {
  readonly pool: Pool
  readonly audit: Pick<Audit, 'writeWith'>
  readonly newId: () => string
}

/** Runs work in a transaction on one connection. Rejects with what the work threw, or the driver's error. */
export async function transact<T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const done = await work(client)
    await client.query('commit')
    client.release()
    return done
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    client.release(true)
    throw error
  }
}

/**
 * Imports a file of opt-outs and writes down that it did. Fault `invalid`: the file is not whole, nothing was taken;
 * `unavailable`: the database broke off, what was taken stands, and the same file may be run again.
 */
export async function runImport(
  ports: ImportOptOutsPorts,
  open: () => AsyncIterable<Uint8Array>,
  options: { readonly dryRun: boolean; readonly by: string; readonly viewer?: Viewer },
): Promise<Result<ImportReport>> {
  try {
    return await importOptOuts(
      {
        ...optOutPorts(ports),
        newId: ports.newId,
        transact: work => transact(ports.pool, work),
        audit: async (tx, { importId, fileSha256, systems, counts }) => {
          // The client that `transact` above has opened; the room knows it by its queries only.
          await ports.audit.writeWith(tx as unknown as ClientBase, {
            kind: 'opt-outs-imported',
            outcome: 'success',
            transaction: importId,
            ...(options.viewer === undefined ? {} : { viewer: options.viewer }),
            detail: { file: fileSha256, systems, ...counts, ...(options.viewer === undefined ? { by: options.by } : {}) },
          })
        },
      },
      open,
      options,
    )
  } catch (cause) {
    return fail('unavailable', 'The import was broken off. What was taken stands; run the same file again.', cause)
  }
}

/** After registrations were loaded, in the same transaction: none of them is shown that an unmatched opt-out could be about. */
export const heedLoaded = (tx: Db, ports: OptOutExchange, rows: readonly RegistrationRow[]): Promise<number> =>
  heedRegistrations(tx, optOutPorts(ports), traitsOfRows(rows))

const traitsOfRows = (rows: readonly RegistrationRow[]): Traits => ({
  nhsNumbers: rows.map(row => row.nhsNumber),
  birthDates: [...new Set(rows.map(row => row.birthDate))],
  postcodes: [...new Set(rows.flatMap(row => (row.postcode === undefined ? [] : [row.postcode.toUpperCase().replace(/\s+/g, '')])))],
})
