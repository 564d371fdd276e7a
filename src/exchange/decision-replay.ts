import type { AuditEvent } from '@medplum/fhirtypes'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Viewer } from '../care-record/person.ts'
import type { Pool } from '../platform/database.ts'
import { replay, type Basis } from './access/replay.ts'
import { officerWords, type OfficerLine } from './access/reasons.ts'
import type { RuleHistory } from './access/rules/history.ts'
import type { Audit } from './audit/audit.ts'
import { sealedOf } from './audit/event.ts'
import { openSealed } from './audit/seal.ts'

/** One decision of a view, taken again by the rules of its day. Nothing of the person. */
export interface DecisionAgain {
  readonly eventId: string
  /** ISO instant at which it was taken. */
  readonly at: string
  readonly odsCode: string
  readonly sdsUserId: string
  readonly rulesVersion: string
  readonly verdict: string
  /** It comes out the same. */
  readonly same: boolean
  /** Else what comes out otherwise: members of the outcome. */
  readonly differs: readonly string[]
  readonly lines: readonly OfficerLine[]
}

/** For whom it is done: an officer, who is told of their own organisation's staff only, or whoever runs this exchange. */
export type ReplayedFor = { readonly viewer: Viewer } | { readonly command: string }

export interface DecisionReplay {
  /**
   * Takes each decision of a transaction again, oldest first. That it was done is written down before it is told.
   *
   * @returns faults: `not-found` when this exchange took none in it that this officer may see, `invalid` when what one
   *   rested on was changed or its rules are gone, `unavailable` when it cannot be read or written down.
   */
  readonly replay: (transaction: string, by: ReplayedFor) => Promise<Result<readonly DecisionAgain[]>>
}

interface Row {
  readonly uuid: string
  readonly at: Date
  readonly ods_code: string | null
  readonly body: string
}

/** Decisions of one transaction at most: a view is decided again at each reason that is given. */
const AT_ONCE = 50
const AWAY = fail('unavailable', 'This could not be read or written. Try again in a minute.')

/** @param ports.sealKey 32 bytes: the key that what decisions rested on was sealed with. */
export function createDecisionReplay(ports: {
  readonly pool: Pick<Pool, 'query'>
  readonly history: Pick<RuleHistory, 'read'>
  readonly audit: Pick<Audit, 'write'>
  readonly sealKey: Buffer
  readonly newId: () => string
}): DecisionReplay {
  const { pool, history, audit, sealKey, newId } = ports

  async function again(row: Row, sealed: string): Promise<Result<DecisionAgain>> {
    const opened = openSealed(sealKey, row.uuid, sealed)
    if (!opened.ok) return opened
    const basis = opened.value as Basis
    const documents = await history.read(basis.documents)
    if (documents === undefined) return fail('invalid', 'The rules of that day are not here.')
    const { decision, differs, rulesVersion } = replay(basis, documents)
    const { sdsUserId, odsCode } = basis.input.viewer
    return ok({
      eventId: row.uuid,
      at: row.at.toISOString(),
      odsCode,
      sdsUserId,
      rulesVersion,
      verdict: decision.verdict === 'refuse' ? `refused: ${decision.code}` : decision.verdict,
      same: differs.length === 0,
      differs,
      lines: officerWords(decision.reasons),
    })
  }

  return {
    async replay(transaction, by) {
      try {
        const { rows } = await pool.query<Row>(
          `select uuid, at, ods_code, body from audit_event
           where transaction_id = $1 and kind in ('evidence-checked', 'admitted', 'peer-refused') and ($2::text is null or ods_code = $2)
           order by at, uuid limit ${AT_ONCE}`,
          [transaction, 'viewer' in by ? by.viewer.odsCode : null],
        )
        const out: DecisionAgain[] = []
        for (const row of rows) {
          const sealed = sealedOf(JSON.parse(row.body) as AuditEvent)
          if (sealed === undefined) continue
          const one = await again(row, sealed)
          if (!one.ok) return one
          out.push(one.value)
        }
        if (out.length === 0) return fail('not-found', 'No decision of this exchange is known under that.')
        const written = await audit.write({
          kind: 'decision-replayed',
          outcome: 'success',
          transaction: newId(),
          ...('viewer' in by ? { viewer: by.viewer } : {}),
          detail: {
            of: transaction,
            decisions: out.length,
            same: out.every(one => one.same),
            ...('command' in by ? { by: `command of ${by.command}` } : {}),
          },
        })
        return written.ok ? ok(out) : AWAY
      } catch {
        return AWAY
      }
    },
  }
}
