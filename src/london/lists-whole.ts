import { setTimeout as pause } from 'node:timers/promises'
import { readCatalogue } from '../exchange/agreements/catalogue-store.ts'
import { listsKnown } from '../exchange/follow-lists.ts'
import { openPool } from '../platform/database.ts'

const WAIT_MS = 60_000

/**
 * Waits until an exchange has every list that counts: until then it shows nothing to anybody.
 *
 * @throws with words for people when it does not come to that within a minute.
 */
export async function listsWhole(name: string, databaseUrl: string): Promise<void> {
  const pool = openPool({ url: databaseUrl, max: 1 })
  try {
    const untilMs = Date.now() + WAIT_MS
    while (!(await listsKnown(pool, await readCatalogue(pool), new Date()))) {
      if (Date.now() > untilMs) throw new Error(`${name} could not read the lists of the other exchanges.`)
      await pause(100)
    }
  } finally {
    await pool.end()
  }
}
