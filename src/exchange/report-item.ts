import type { PoolClient } from 'pg'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Viewer } from '../care-record/person.ts'
import { whoSaw, type Seen } from './audit/looks.ts'
import { heldItems, holdItems, releaseItem, type HeldItem } from './identity/held-items.ts'
import type { Report } from './view-ports.ts'
import type { Rooms } from './wiring.ts'

const DAY_MS = 86_400_000
/** Everyone who saw a held item in this many days is listed for the steward (care rules 3.3). */
const SEEN_DAYS = 30

const UNWRITTEN = fail('unavailable', 'This could not be written down now. Try again in a minute.')

/** Holds items of our own sources: the hold, its task, its notices and its event stand or fall together. */
export const reportOwn =
  (rooms: Pick<Rooms, 'pool' | 'audit' | 'catalogue' | 'now'>) =>
  async (report: Report): Promise<Result<void>> => {
    const { exchange } = rooms.catalogue()
    const { viewer, person, words, assertingExchange } = report
    return inOneTransaction(rooms, async client => {
      await holdItems(
        client,
        {
          items: report.items,
          nhsNumber: person.nhsNumber,
          reportedBy: viewer.sdsUserId,
          odsCode: viewer.odsCode,
          exchange: assertingExchange ?? exchange,
          ...(words === undefined ? {} : { words }),
        },
        rooms.now(),
      )
      await rooms.audit.writeWith(client, {
        kind: 'item-reported',
        outcome: 'success',
        transaction: report.transaction,
        viewer,
        nhsNumber: person.nhsNumber,
        purpose: 'direct-care',
        detail: { items: report.items.map(({ itemId }) => itemId) },
        ...(report.viewId === undefined ? {} : { viewId: report.viewId }),
        ...(assertingExchange === undefined ? {} : { assertingExchange }),
        ...(words === undefined ? {} : { sealed: { words } }),
      })
    })
  }

/** What waits for a steward, each with everyone who was shown it in the 30 days before. Rejects with the driver's error. */
export async function heldForSteward(
  rooms: Pick<Rooms, 'pool' | 'now'>,
  numbersOf: (nhsNumber: string) => Promise<readonly string[]>,
): Promise<readonly (HeldItem & { readonly seenBy: readonly Seen[] })[]> {
  const held = await heldItems(rooms.pool)
  return Promise.all(
    held.map(async item => ({
      ...item,
      seenBy: await whoSaw(rooms.pool, {
        itemIds: [item.itemId],
        nhsNumbers: [...new Set([item.nhsNumber, ...(await numbersOf(item.nhsNumber))])],
        since: new Date(new Date(item.reportedAt).getTime() - SEEN_DAYS * DAY_MS),
      }),
    })),
  )
}

/** A steward lets an item be shown again. Fault `not-found`: it is not held. */
export async function releaseHeld(
  rooms: Pick<Rooms, 'pool' | 'audit' | 'now'>,
  release: { readonly id: string; readonly steward: Viewer; readonly transaction: string },
): Promise<Result<void>> {
  let found = true
  const written = await inOneTransaction(rooms, async client => {
    const item = await releaseItem(client, { id: release.id, by: release.steward.sdsUserId }, rooms.now())
    found = item !== undefined
    if (!item) return
    await rooms.audit.writeWith(client, {
      kind: 'item-released',
      outcome: 'success',
      transaction: release.transaction,
      viewer: release.steward,
      nhsNumber: item.nhsNumber,
      detail: { items: [item.itemId] },
    })
  })
  return written.ok && !found ? fail('not-found', 'This item is not held.') : written
}

async function inOneTransaction(rooms: Pick<Rooms, 'pool'>, work: (client: PoolClient) => Promise<void>): Promise<Result<void>> {
  const client = await rooms.pool.connect().catch(() => undefined)
  if (!client) return UNWRITTEN
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
    return ok(undefined)
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    return fail('unavailable', UNWRITTEN.fault.detail, cause)
  } finally {
    client.release()
  }
}
