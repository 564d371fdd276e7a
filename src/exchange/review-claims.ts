import type { PoolClient } from 'pg'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import { alertById, seeAlert, unseenAlerts, type Alert } from './access/alerts.ts'
import { plainWords, saysSomething } from './access/claim-form.ts'
import {
  claimsToReview,
  confirmClaims,
  countClaims,
  REVIEW_OUTCOMES,
  reviewClaims,
  type ClaimCounts,
  type ClaimToReview,
  type ReviewOutcome,
} from './access/claims.ts'
import type { Audit } from './audit/audit.ts'
import type { DecisionAgain, DecisionReplay } from './decision-replay.ts'
import { decisionsOf, oneDecision, type DecisionLine, type PastDecision } from './past-decisions.ts'

export type { Alert, DecisionAgain, ClaimCounts, ClaimToReview, DecisionLine, PastDecision }

/** Claims of one page: a list somebody can finish. */
const PAGE = 20
/** Claims one run of the job confirms at most. */
const CONFIRM_AT_ONCE = 200

export interface ReviewPorts {
  readonly pool: Pool
  readonly audit: Pick<Audit, 'write' | 'writeWith'>
  readonly now: () => Date
  readonly newId: () => string
  readonly replay: DecisionReplay['replay']
}

/**
 * What a privacy officer works through: claims, emergencies and alerts of their own organisation's staff, and no other's (care rules
 * 6). Every page that shows people is written down before it is shown; every decision stands or falls with its event. Faults:
 * `unavailable` when either cannot be, `not-found` for another organisation's and none alike, `invalid` with words for the form.
 */
export interface ClaimReview {
  readonly overview: (
    viewer: Viewer,
  ) => Promise<Result<{ readonly counts: ClaimCounts; readonly alerts: readonly Alert[]; readonly more: boolean }>>
  readonly claims: (
    viewer: Viewer,
  ) => Promise<
    Result<{ readonly counts: ClaimCounts; readonly toReview: readonly ClaimToReview[]; readonly asked: readonly ClaimToReview[] }>
  >
  readonly review: (viewer: Viewer, claimId: string, outcome: string, note: string) => Promise<Result<void>>
  /** Many at once: those alone that evidence confirmed. @returns how many it holds for. */
  readonly reviewConfirmed: (viewer: Viewer, claimIds: readonly string[]) => Promise<Result<number>>
  readonly alert: (
    viewer: Viewer,
    alertId: string,
  ) => Promise<Result<{ readonly alert: Alert; readonly decisions: readonly PastDecision[] }>>
  readonly decision: (viewer: Viewer, eventId: string) => Promise<Result<PastDecision>>
  /** The same, and taken again by the rules of its day. */
  readonly decideAgain: (
    viewer: Viewer,
    eventId: string,
  ) => Promise<Result<{ readonly decision: PastDecision; readonly again: DecisionAgain }>>
  /** Closes what evidence has confirmed since. Called every few minutes. @returns how many. */
  readonly confirm: () => Promise<number>
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const AWAY = fail('unavailable', 'This could not be read or written down. Try again in a minute.')
const NONE = fail('not-found', 'There is nothing of that kind here.')

export function createClaimReview(ports: ReviewPorts): ClaimReview {
  const { pool, audit, now, newId } = ports
  const opened = (viewer: Viewer, page: string, people: { readonly nhsNumber?: string; readonly shown?: readonly string[] }) =>
    audit.write({
      kind: 'office-opened',
      outcome: 'success',
      transaction: newId(),
      viewer,
      ...(people.nhsNumber === undefined ? {} : { nhsNumber: people.nhsNumber }),
      detail: { page, ...(people.shown === undefined ? {} : { shown: people.shown }) },
    })
  /** Read, then written down, then shown. */
  const shown = async <T>(
    read: () => Promise<Result<T>>,
    note: (value: T) => { readonly page: string; readonly nhsNumber?: string; readonly shown?: readonly string[] },
    viewer: Viewer,
  ): Promise<Result<T>> => {
    const value = await read().catch(() => AWAY)
    if (!value.ok) return value
    const { page, ...people } = note(value.value)
    const written = await opened(viewer, page, people)
    return written.ok ? value : AWAY
  }
  const inOne = async <T>(work: (client: PoolClient) => Promise<Result<T>>): Promise<Result<T>> => {
    const client = await pool.connect().catch(() => undefined)
    if (!client) return AWAY
    try {
      await client.query('begin')
      const done = await work(client)
      await client.query(done.ok ? 'commit' : 'rollback')
      return done
    } catch {
      await client.query('rollback').catch(() => undefined)
      return AWAY
    } finally {
      client.release()
    }
  }
  const decide = (
    viewer: Viewer,
    of: { readonly ids: readonly string[]; readonly outcome: ReviewOutcome; readonly note?: string; readonly only?: 'confirmed' },
  ): Promise<Result<number>> =>
    inOne(async client => {
      const done = await reviewClaims(client, { ...of, odsCode: viewer.odsCode, by: viewer.sdsUserId }, now())
      for (const claim of done)
        await audit.writeWith(client, {
          kind: 'claim-reviewed',
          outcome: 'success',
          transaction: claim.transaction,
          viewer,
          nhsNumber: claim.nhsNumber,
          detail: { claim: claim.id, reviewed: of.outcome },
          ...(of.note === undefined ? {} : { sealed: { note: of.note } }),
        })
      return ok(done.length)
    })

  const decision: ClaimReview['decision'] = async (viewer, eventId) =>
    !UUID.test(eventId)
      ? NONE
      : shown(
          async () => {
            const found = await oneDecision(pool, { eventId, odsCode: viewer.odsCode })
            return found ? ok(found) : NONE
          },
          found => ({ page: 'decision', nhsNumber: found.nhsNumber, shown: [`event/${found.id}`] }),
          viewer,
        )

  return {
    overview: viewer =>
      shown(
        async () => {
          const [counts, alerts] = await Promise.all([
            countClaims(pool, viewer.odsCode, now()),
            unseenAlerts(pool, viewer.odsCode, PAGE + 1),
          ])
          return ok({ counts, alerts: alerts.slice(0, PAGE), more: alerts.length > PAGE })
        },
        ({ alerts }) => ({ page: 'privacy', shown: alerts.map(alert => `alert/${alert.id}`) }),
        viewer,
      ),

    claims: viewer =>
      shown(
        async () => {
          const of = { odsCode: viewer.odsCode, now: now(), most: PAGE }
          const [counts, toReview, asked] = await Promise.all([
            countClaims(pool, viewer.odsCode, now()),
            claimsToReview(pool, { ...of, asked: false }),
            claimsToReview(pool, { ...of, asked: true }),
          ])
          return ok({ counts, toReview, asked })
        },
        ({ toReview, asked }) => ({ page: 'claims', shown: [...toReview, ...asked].map(claim => `claim/${claim.id}`) }),
        viewer,
      ),

    async review(viewer, claimId, said, given) {
      const outcome = REVIEW_OUTCOMES.find(one => one === said)
      if (!UUID.test(claimId)) return NONE
      if (outcome === undefined) return fail('invalid', 'Choose what you found.')
      const note = plainWords(given)
      if (!note.ok) return note
      if (outcome === 'not-in-order' && !saysSomething(note.value))
        return fail('invalid', 'Say what was not in order, in at least 10 characters.')
      const done = await decide(viewer, { ids: [claimId], outcome, ...(note.value === '' ? {} : { note: note.value }) })
      if (!done.ok) return done
      return done.value === 0 ? NONE : ok(undefined)
    },

    async reviewConfirmed(viewer, claimIds) {
      const ids = claimIds.filter(id => UUID.test(id)).slice(0, PAGE)
      return ids.length === 0 ? ok(0) : decide(viewer, { ids, outcome: 'in-order', only: 'confirmed' })
    },

    async alert(viewer, alertId) {
      if (!UUID.test(alertId)) return NONE
      const found = await shown(
        async () => {
          const alert = await alertById(pool, alertId, viewer.odsCode)
          if (!alert) return NONE
          return ok({ alert, decisions: await decisionsOf(pool, { transaction: alert.transaction, odsCode: viewer.odsCode }) })
        },
        ({ alert }) => ({ page: 'alert', nhsNumber: alert.nhsNumber, shown: [`alert/${alert.id}`] }),
        viewer,
      )
      // That it was seen only takes it off the list of what is new.
      if (found.ok) await seeAlert(pool, alertId, viewer.sdsUserId, now()).catch(() => undefined)
      return found
    },

    decision,

    async decideAgain(viewer, eventId) {
      const found = await decision(viewer, eventId)
      if (!found.ok) return found
      const replayed = await ports.replay(found.value.transaction, { viewer })
      if (!replayed.ok) return replayed
      const again = replayed.value.find(one => one.eventId === eventId)
      return again ? ok({ decision: found.value, again }) : NONE
    },

    async confirm() {
      const done = await inOne(async client => {
        const confirmed = await confirmClaims(client, now(), CONFIRM_AT_ONCE)
        for (const { id, nhsNumber, by, transaction, listed } of confirmed)
          await audit.writeWith(client, {
            kind: 'claim-confirmed',
            outcome: 'success',
            transaction,
            nhsNumber,
            detail: { claim: id, by, closed: !listed },
          })
        return ok(confirmed.length)
      })
      return done.ok ? done.value : 0
    },
  }
}
