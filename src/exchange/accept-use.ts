import type { AccessRules } from '../care-record/decision.ts'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import type { StandingStore } from './access/standing.ts'
import type { Audit } from './audit/audit.ts'

/** Whether a user has accepted the rules of use within the time the access rules set (R045). */
export interface AcceptableUse {
  /**
   * True when it cannot be read: a record is opened by a decision that reads it again and refuses what it cannot read, so that
   * nothing rests on this answer but the way there.
   */
  readonly accepted: (viewer: Viewer) => Promise<boolean>
  /** Acceptance and its event stand or fall together. Fault `unavailable` when they cannot be written. */
  readonly accept: (viewer: Viewer) => Promise<Result<void>>
}

const DAY_MS = 86_400_000
/** Users whose acceptance is kept at hand; then all is read anew. */
const KEPT = 20_000

export function createAcceptableUse(ports: {
  readonly pool: Pool
  readonly standing: StandingStore
  readonly rules: () => AccessRules
  readonly audit: Pick<Audit, 'writeWith'>
  readonly now: () => Date
  readonly newId: () => string
}): AcceptableUse {
  /** Epoch milliseconds of the last acceptance known, by user. It is never taken back, so it may be kept. */
  const known = new Map<string, number>()
  const counts = (at: number | undefined): boolean =>
    at !== undefined && ports.now().getTime() < at + ports.rules().acceptedUseDays * DAY_MS
  return {
    async accepted(viewer) {
      if (counts(known.get(viewer.sdsUserId))) return true
      try {
        const { acceptedUse } = await ports.standing.standingOf(viewer)
        if (acceptedUse === null) return false
        if (known.size >= KEPT) known.clear()
        known.set(viewer.sdsUserId, Date.parse(acceptedUse))
        return counts(Date.parse(acceptedUse))
      } catch {
        return true
      }
    },
    async accept(viewer) {
      const client = await ports.pool.connect().catch(() => undefined)
      if (!client) return UNWRITTEN
      try {
        await client.query('begin')
        await ports.standing.acceptUse(client, viewer.sdsUserId)
        await ports.audit.writeWith(client, {
          kind: 'use-accepted',
          outcome: 'success',
          transaction: ports.newId(),
          viewer,
          rulesVersion: `${ports.rules().id}/${ports.rules().version}`,
        })
        await client.query('commit')
        return ok(undefined)
      } catch {
        await client.query('rollback').catch(() => undefined)
        return UNWRITTEN
      } finally {
        client.release()
      }
    },
  }
}

const UNWRITTEN = fail('unavailable', 'Your answer could not be written down. Try again in a minute.')
