import type { RoleRow } from '../../care-record/catalogue.ts'
import type { AccessRules, EvidenceFact, Reason, Window } from '../../care-record/decision.ts'
import type { Person, Relationship, RelationshipType, Viewer } from '../../care-record/person.ts'
import { instantOf, latestOf, nextMidnight } from './dates.ts'
import { no, yes, type ReasonCode } from './reasons.ts'

const DAY = 86_400_000

/** Claims and emergency access: said by the professional, not by a system. */
export const isClaim = (type: RelationshipType): boolean => type.startsWith('claim-') || type === 'emergency-access'

/** A fact, and until when at most it was said to stand, where somebody else has set that already. */
export interface Said {
  readonly fact: EvidenceFact
  readonly until?: string
  /** Read from the register; or another exchange says so of its own professional, from when it was seen, and has seen to the team. */
  readonly by?: 'register' | 'peer'
}

/** For whom, of whom, by which rules and when facts are weighed. */
export interface Weighing {
  readonly viewer: Viewer
  readonly teams: readonly string[]
  readonly person: Person
  readonly role: RoleRow
  readonly now: string
  readonly rules: AccessRules
}

/**
 * What facts grant now, the best first: evidence before claims before emergency access, what we know ourselves before a peer's word,
 * then the longest. Each fact has its reason, whether it grants or not.
 */
export function weigh(
  said: readonly Said[],
  at: Weighing,
): { readonly granted: readonly Relationship[]; readonly parts: readonly Reason[] } {
  const parts: Reason[] = []
  const granted: { readonly relationship: Relationship; readonly ours: number; readonly untilMs: number }[] = []
  for (const one of said) {
    const { fact } = one
    const weighed = grants(one, at)
    if (weighed.until === undefined) {
      parts.push(no('relationship', weighed.code, { type: fact.type }))
      continue
    }
    parts.push(yes('relationship', 'fact-grants', { type: fact.type, why: weighed.why }))
    const { type, evidenceId, assertedBy, seenAt } = fact
    granted.push({
      relationship: { type, evidenceId, assertedBy, seenAt, until: new Date(weighed.until).toISOString() },
      ours: one.by === 'peer' ? 0 : 1,
      untilMs: weighed.until,
    })
  }
  const best = granted.toSorted((a, b) => rank(b.relationship) - rank(a.relationship) || b.ours - a.ours || b.untilMs - a.untilMs)
  return { granted: best.map(one => one.relationship), parts }
}

const rank = ({ type }: Relationship): number => (type === 'emergency-access' ? 0 : isClaim(type) ? 1 : 2)

type Granted = { readonly until: number; readonly why: string } | { readonly until: undefined; readonly code: ReasonCode }
const none = (code: ReasonCode): Granted => ({ until: undefined, code })

/** Until when one fact grants a relationship, in epoch milliseconds, or why it does not. A window holds as `from <= now < until`. */
function grants({ fact, until: told, by }: Said, at: Weighing): Granted {
  const window = at.rules.windows.find(row => row.type === fact.type)
  if (window === undefined) return none('fact-no-window')
  const foreign = notForThem(fact, window, at, by === 'peer')
  if (foreign !== undefined) return none(foreign)

  const now = instantOf(at.now)
  const [saidFrom, last] = [instantOf(fact.from), instantOf(fact.lastMessageAt)]
  // Clocks of two exchanges differ: what a peer has just seen is seen now.
  const from = by === 'peer' ? Math.min(saidFrom, now) : saidFrom
  const ended = fact.ended === null ? null : instantOf(fact.ended)
  const revoked = fact.revokedAt === undefined ? Number.POSITIVE_INFINITY : instantOf(fact.revokedAt)
  const cut = Math.min(revoked, told === undefined ? Number.POSITIVE_INFINITY : instantOf(told))
  // The last message counts only where silence does.
  const counted = ended === null && window.silenceMs !== null ? [last] : []
  if (!(revoked > now)) return none('fact-revoked')
  if ([now, from, ended ?? 0, cut, ...counted].some(Number.isNaN)) return none('fact-unreadable')
  if (from > now) return none('fact-not-begun')
  if (begunAfterDeath(fact, from, at.person, by)) return none('fact-after-death')

  // Whether what a peer tells has ended is not said, nor when it began: the longer of the two, and never past its own end.
  const ends = by === 'peer' && window.againMs === undefined ? [null, from] : [ended]
  const until = Math.min(Math.max(...ends.map(end => endOf(window, { now, from, last, ended: end }))), cut)
  if (!Number.isFinite(until)) return none('fact-no-end')
  if (until <= now) return none(ended === null && window.silenceMs !== null ? 'fact-silent' : 'fact-past')
  return { until, why: window.reason }
}

function notForThem(
  fact: EvidenceFact,
  window: Window,
  { viewer, teams, person, role }: Weighing,
  byPeer: boolean,
): ReasonCode | undefined {
  if (fact.nhsNumber !== person.nhsNumber && !person.replacedNumbers?.some(number => number === fact.nhsNumber)) return 'fact-other-person'
  if (fact.odsCode !== viewer.odsCode) return 'fact-other-organisation'
  if (isClaim(fact.type) && !role.mayClaim) return 'fact-may-not-claim'
  if (window.groups !== '*' && !window.groups.includes(role.group)) return 'fact-not-for-role'
  if (byPeer) return undefined
  if (isClaim(fact.type) && fact.assertedBy !== viewer.sdsUserId) return 'fact-anothers-claim'
  if (fact.team === undefined) return window.teamOnly ? 'fact-no-team' : undefined
  return teams.includes(fact.team) ? undefined : 'fact-other-team'
}

/**
 * The dead: no new relationship starts (care rules 4.7). What the register still says is older than any death, and when a peer's
 * evidence began was seen to there. Of a death known by its day, month or year the end counts. A death marked wrongly must not lock out a living patient: emergency access stays, each use
 * reviewed.
 */
function begunAfterDeath({ type }: EvidenceFact, from: number, { deceased }: Person, by: Said['by']): boolean {
  if (deceased === undefined || type === 'emergency-access' || by === 'register' || (by === 'peer' && !isClaim(type))) return false
  return from > latestOf(deceased) + DAY
}

interface Times {
  readonly now: number
  readonly from: number
  readonly last: number
  readonly ended: number | null
}

function endOf(window: Window, { now, from, last, ended }: Times): number {
  const ends: number[] = []
  if (ended !== null) ends.push(ended + window.afterEndMs)
  else if (window.silenceMs !== null) ends.push(Math.min(last, now) + window.silenceMs)
  if (window.longestMs !== null) ends.push(from + window.longestMs)
  if (window.thatDay === true) ends.push(nextMidnight(from))
  if (window.againMs !== undefined && ended === null) ends.push(now + window.againMs)
  return Math.min(...ends)
}
