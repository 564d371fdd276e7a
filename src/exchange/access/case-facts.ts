import type { EpisodeOfCare } from '@medplum/fhirtypes'
import type { EvidenceFact } from '../../care-record/decision.ts'
import type { RelationshipType } from '../../care-record/person.ts'
import { CASE_KIND, ended, fact, instant, isAnothers, lastMessage, type FactsAbout } from './facts-about.ts'

const OPEN: ReadonlySet<string> = new Set(['active', 'onhold', 'waitlist'])
const TAKEN_BACK: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error'])

/**
 * What the viewer's own organisation says of cases and caseloads, status and days only, as facts (care rules 1.1). The notice or
 * referral to a council counts before a case opens, from the day it came. A safeguarding enquiry is a kind of its own and bound
 * to its team: one that names no team is nobody's.
 */
export function factsFromCases(cases: readonly EpisodeOfCare[], about: FactsAbout, now: Date): readonly EvidenceFact[] {
  const seenAt = now.toISOString()
  return cases.flatMap((given): readonly EvidenceFact[] => {
    const { id, status, period, meta, managingOrganization } = given
    const kind = typeOf(given, about)
    const planned = status === 'planned'
    const type = kind === 'social-care-case' && planned ? 'social-care-notice' : kind
    const team = teamOf(given)
    const takenBack = TAKEN_BACK.has(status ?? '')
    const finished = status === 'finished'
    if (id === undefined || type === undefined || isAnothers(about, managingOrganization?.identifier)) return []
    if (!takenBack && !finished && !planned && !OPEN.has(status ?? '')) return []
    if (type === 'safeguarding-enquiry' && (team === undefined || planned)) return []
    const changed = instant(meta?.lastUpdated)
    const start = instant(period?.start)
    const begun = start !== undefined && start <= seenAt
    // A case that is to open later counts from when that was said, for as long as a notice does.
    const from = planned && !begun ? changed : (start ?? changed ?? (takenBack ? seenAt : undefined))
    if (from === undefined) return []
    // Without a day it was closed at the latest when it was last changed, else when it was opened.
    const over = finished ? (ended(seenAt, instant(period?.end), changed) ?? from) : null
    return [
      fact(about, seenAt, {
        resource: `EpisodeOfCare/${id}`,
        type,
        from,
        ended: over,
        lastMessageAt: lastMessage(about, changed ?? from, seenAt),
        team: type === 'social-care-notice' ? undefined : team,
        revokedAt: takenBack ? lastMessage(about, changed ?? seenAt, seenAt, false) : undefined,
      }),
    ]
  })
}

function typeOf({ type }: EpisodeOfCare, { kind }: FactsAbout): RelationshipType | undefined {
  if (type?.some(({ coding }) => coding?.some(({ system, code }) => system === CASE_KIND && code === 'safeguarding')))
    return 'safeguarding-enquiry'
  return kind === 'social-care' ? 'social-care-case' : 'community-caseload'
}

const teamOf = ({ team }: EpisodeOfCare): string | undefined => {
  const { identifier, reference } = team?.[0] ?? {}
  return identifier?.value ?? reference?.split('/').at(-1)
}
