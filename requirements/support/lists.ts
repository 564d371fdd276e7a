import { randomUUID } from 'node:crypto'
import type { IsolationNotice, ListName, Notice, ObjectionNotice } from '../../src/care-record/lists.ts'
import { createPublish } from '../../src/exchange/follow-lists.ts'
import type { Pool } from '../../src/platform/database.ts'

/** Puts a notice in an exchange's own list, as the corridors of cases and isolations do. */
export async function publishAt(pool: Pool, exchange: string, list: ListName, notice: Notice): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await createPublish({ exchange, now: () => new Date() })(client, list, notice)
    await client.query('commit')
  } finally {
    client.release()
  }
}

export const objectionOf = (nhsNumber: string, over: Partial<ObjectionNotice> = {}): ObjectionNotice => ({
  kind: 'objection',
  id: randomUUID(),
  nhsNumbers: [nhsNumber],
  scope: { kind: 'everything' },
  basis: 'upheld',
  since: new Date().toISOString().slice(0, 10),
  state: 'in-force',
  narrowings: [],
  ...over,
})

export const isolationOf = (what: IsolationNotice['what'], which: string): IsolationNotice => ({
  kind: 'isolation',
  id: randomUUID(),
  what,
  which,
  state: 'isolated',
  because: 'drill',
  at: new Date().toISOString(),
})
