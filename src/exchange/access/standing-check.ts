import type { RoleRow } from '../../care-record/catalogue.ts'
import { isBy, londonDay, plusDays } from '../../care-record/days.ts'
import type { DecisionInput, Reason } from '../../care-record/decision.ts'
import { instantOf } from './dates.ts'
import { no, yes, type ReasonCode } from './reasons.ts'

const DAY = 86_400_000

/** Employer, register and rules of use (care rules 1.4, 1.5). What nobody has said denies. */
export function standingReason(
  input: DecisionInput,
  role: RoleRow,
): { readonly code: 'standing' | 'acceptable-use'; readonly why: Reason } {
  const { standing } = input
  const deny = (code: ReasonCode): { code: 'standing'; why: Reason } => ({ code: 'standing', why: no('standing', code) })
  if (standing.employment !== 'active') return deny(standing.employment === 'ended' ? 'employment-ended' : 'employment-unknown')
  const register = role.register === 'needed' ? registerReason(input) : yes('standing', 'in-good-standing')
  if (!register.held) return { code: 'standing', why: register }
  return useAccepted(input) ?? { code: 'standing', why: register }
}

/** Unpaid fee: warned about for some days, then denied; suspended and lapsed at once. */
function registerReason({ standing, rules, now }: DecisionInput): Reason {
  if (standing.register === 'registered') return yes('standing', 'in-good-standing')
  if (standing.register !== 'fee-unpaid') return no('standing', `register-${standing.register}`)
  const lastDay = plusDays(standing.registerSince ?? '', rules.feeUnpaidDays - 1)
  return isBy(londonDay(instantOf(now)), lastDay)
    ? yes('standing', 'register-fee-due', { until: lastDay })
    : no('standing', 'register-fee-unpaid')
}

function useAccepted({ standing, rules, now }: DecisionInput): { code: 'acceptable-use'; why: Reason } | undefined {
  if (standing.acceptedUse === null) return { code: 'acceptable-use', why: no('standing', 'use-never-accepted') }
  const sinceMs = instantOf(now) - instantOf(standing.acceptedUse)
  const fresh = 0 <= sinceMs && sinceMs < rules.acceptedUseDays * DAY
  return fresh ? undefined : { code: 'acceptable-use', why: no('standing', 'use-accepted-long-ago') }
}
